// The twin of matrix.runa.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 600 };

static double *filled(int64_t factor) {
    double *cells = calloc(SIZE * SIZE, sizeof *cells);
    if (!cells)
        abort();
    for (int64_t i = 0; i < SIZE * SIZE; i++)
        cells[i] = (double)(i * factor % 101) / 101.0;
    return cells;
}

static void multiply(const double *first, const double *second, double *product) {
    for (int64_t row = 0; row < SIZE; row++) {
        for (int64_t column = 0; column < SIZE; column++) {
            double sum = 0.0;
            for (int64_t i = 0; i < SIZE; i++)
                sum += first[row * SIZE + i] * second[i * SIZE + column];
            product[row * SIZE + column] = sum;
        }
    }
}

// Prints the shortest text that reads back the same.
static void show(const char *name, double x) {
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    printf("%s %s\n", name, text);
}

int main(void) {
    double *first = filled(7);
    double *second = filled(13);
    double *product = calloc(SIZE * SIZE, sizeof *product);
    if (!product)
        abort();
    multiply(first, second, product);
    double trace = 0.0;
    for (int64_t i = 0; i < SIZE; i++)
        trace += product[i * SIZE + i];
    show("trace", trace);
    free(product);
    free(second);
    free(first);
    return 0;
}
