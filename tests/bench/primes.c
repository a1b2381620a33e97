// The twin of primes.runa.
#include <stdint.h>
#include <stdio.h>

enum { LIMIT = 50000000 };

static uint8_t composite[LIMIT + 1];

int main(void) {
    int64_t count = 0;
    for (int64_t n = 2; n <= LIMIT; n++) {
        if (composite[n] == 0) {
            count++;
            for (int64_t multiple = n * n; multiple <= LIMIT; multiple += n)
                composite[multiple] = 1;
        }
    }
    printf("%ld primes up to %d\n", (long)count, LIMIT);
    return 0;
}
