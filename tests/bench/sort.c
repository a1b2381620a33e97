// The twin of sort.runa.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 4000000 };

typedef struct Array {
    int64_t *data;
    int64_t length;
    int64_t capacity;
} Array;

static void push(Array *array, int64_t value) {
    if (array->length == array->capacity) {
        array->capacity = array->capacity ? 2 * array->capacity : 8;
        array->data = realloc(array->data, array->capacity * sizeof *array->data);
        if (!array->data)
            abort();
    }
    array->data[array->length++] = value;
}

static void quicksort(Array *numbers, int64_t first, int64_t last) {
    if (first >= last)
        return;
    int64_t pivot = numbers->data[(first + last) / 2];
    int64_t low = first;
    int64_t high = last;
    while (low <= high) {
        while (numbers->data[low] < pivot)
            low++;
        while (numbers->data[high] > pivot)
            high--;
        if (low <= high) {
            int64_t other = numbers->data[low];
            numbers->data[low] = numbers->data[high];
            numbers->data[high] = other;
            low++;
            high--;
        }
    }
    quicksort(numbers, first, high);
    quicksort(numbers, low, last);
}

static bool is_sorted(const Array *numbers) {
    for (int64_t i = 1; i < numbers->length; i++)
        if (numbers->data[i - 1] > numbers->data[i])
            return false;
    return true;
}

int main(void) {
    Array numbers = {0};
    int64_t seed = 42;
    for (int64_t i = 1; i <= COUNT; i++) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        push(&numbers, seed);
    }
    quicksort(&numbers, 0, COUNT - 1);
    int64_t checksum = 0;
    for (int64_t i = 0; i < COUNT; i += 1000)
        checksum = (checksum * 31 + numbers.data[i]) % 1000000007;
    printf("sorted: %s, checksum %ld\n", is_sorted(&numbers) ? "true" : "false", (long)checksum);
    free(numbers.data);
    return 0;
}
