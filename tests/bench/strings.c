// The twin of strings.runa: owned strings, a growing text and a growing list of strings.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 100, ITEMS = 20000 };

typedef struct Text {
    char *data;
    int64_t length;
    int64_t capacity;
} Text;

typedef struct List {
    char **items;
    int64_t length;
    int64_t capacity;
} List;

static void *resize(void *block, size_t size) {
    block = realloc(block, size);
    if (!block)
        abort();
    return block;
}

static void text_append(Text *text, const char *s) {
    int64_t length = (int64_t)strlen(s);
    if (text->length + length + 1 > text->capacity) {
        text->capacity = 2 * text->capacity + length + 16;
        text->data = resize(text->data, text->capacity);
    }
    memcpy(text->data + text->length, s, length + 1);
    text->length += length;
}

static void list_append(List *list, char *item) {
    if (list->length == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 8;
        list->items = resize(list->items, list->capacity * sizeof *list->items);
    }
    list->items[list->length++] = item;
}

static char *owned_copy(const char *s, int64_t length) {
    char *copy = resize(NULL, length + 1);
    memcpy(copy, s, length);
    copy[length] = '\0';
    return copy;
}

// Writes the decimal digits of a non-negative number; the result is their number.
static int64_t format_number(char *to, int64_t number) {
    char digits[20];
    int64_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    for (int64_t i = 0; i < count; i++)
        to[i] = digits[count - 1 - i];
    return count;
}

static char *make_item(int64_t number) {
    char digits[20];
    int64_t count = format_number(digits, number);
    char *item = resize(NULL, 5 + count + 2);
    memcpy(item, "item ", 5);
    memcpy(item + 5, digits, count);
    memcpy(item + 5 + count, ",", 2);
    return item;
}

static char *build(int64_t round) {
    Text text = {0};
    for (int64_t i = 1; i <= ITEMS; i++) {
        char *item = make_item(i * round);
        text_append(&text, item);
        free(item);
    }
    char *result = owned_copy(text.data, text.length);
    free(text.data);
    return result;
}

static List split(const char *text, const char *separator) {
    List pieces = {0};
    size_t separator_length = strlen(separator);
    const char *end;
    while ((end = strstr(text, separator))) {
        list_append(&pieces, owned_copy(text, end - text));
        text = end + separator_length;
    }
    list_append(&pieces, owned_copy(text, (int64_t)strlen(text)));
    return pieces;
}

static bool ends_with(const char *s, const char *end) {
    size_t length = strlen(s);
    size_t end_length = strlen(end);
    return length >= end_length && memcmp(s + length - end_length, end, end_length) == 0;
}

static char *to_upper(const char *s) {
    int64_t length = (int64_t)strlen(s);
    char *copy = resize(NULL, length + 1);
    for (int64_t i = 0; i <= length; i++)
        copy[i] = s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 32) : s[i];
    return copy;
}

static int64_t hash_of(const char *s, int64_t hash) {
    int64_t length = (int64_t)strlen(s);
    for (int64_t i = 0; i < length; i++)
        hash = (hash * 31 + (unsigned char)s[i]) & 0xFFFFFFFF;
    return hash;
}

static int64_t digest(const char *text, int64_t hash) {
    List pieces = split(text, ",");
    for (int64_t i = 0; i < pieces.length; i++) {
        if (!ends_with(pieces.items[i], "7")) {
            char *copy = to_upper(pieces.items[i]);
            hash = hash_of(copy, hash);
            free(copy);
        }
        free(pieces.items[i]);
    }
    free(pieces.items);
    return hash;
}

int main(void) {
    int64_t hash = 0;
    for (int64_t round = 1; round <= ROUNDS; round++) {
        char *text = build(round);
        hash = digest(text, hash);
        free(text);
    }
    printf("%ld\n", (long)hash);
    return 0;
}
