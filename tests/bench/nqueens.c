// The twin of nqueens.runa.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SIZE = 13 };

static int64_t count_solutions(int64_t row, bool *columns, bool *rising, bool *falling) {
    if (row == SIZE)
        return 1;
    int64_t count = 0;
    for (int64_t column = 0; column < SIZE; column++) {
        int64_t up = row + column;
        int64_t down = row - column + SIZE - 1;
        if (!(columns[column] || rising[up] || falling[down])) {
            columns[column] = true;
            rising[up] = true;
            falling[down] = true;
            count += count_solutions(row + 1, columns, rising, falling);
            columns[column] = false;
            rising[up] = false;
            falling[down] = false;
        }
    }
    return count;
}

int main(void) {
    bool columns[SIZE] = {false};
    bool rising[2 * SIZE - 1] = {false};
    bool falling[2 * SIZE - 1] = {false};
    printf("%ld solutions\n", (long)count_solutions(0, columns, rising, falling));
    return 0;
}
