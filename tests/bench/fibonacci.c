// The twin of fibonacci.runa.
#include <stdint.h>
#include <stdio.h>

static int64_t fibonacci(int64_t n) {
    if (n < 2)
        return n;
    return fibonacci(n - 1) + fibonacci(n - 2);
}

int main(void) {
    printf("%ld\n", (long)fibonacci(40));
    return 0;
}
