// What the C twins of random programs are written with: the meaning of Runa's operations.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- Integers ------------------------------------------------------------------------------------

static inline int64_t add(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static inline int64_t subtract(int64_t a, int64_t b) {
    return (int64_t)((uint64_t)a - (uint64_t)b);
}
static inline int64_t multiply(int64_t a, int64_t b) {
    return (int64_t)((uint64_t)a * (uint64_t)b);
}
static inline int64_t divide(int64_t a, int64_t b) { return b == -1 ? subtract(0, a) : a / b; }
static inline int64_t modulo(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }
static inline int64_t left(int64_t a, int64_t n) { return (int64_t)((uint64_t)a << (n & 63)); }
static inline int64_t right(int64_t a, int64_t n) { return a >> (n & 63); }

// Truncates; NaN is 0, and what is out of range the nearest.
static inline int64_t float_to_integer(double x) {
    return x != x ? 0 : x >= 0x1p63 ? INT64_MAX : x < -0x1p63 ? INT64_MIN : (int64_t)x;
}

// --- Memory and texts ----------------------------------------------------------------------------

static void *make(size_t size) {
    void *memory = calloc(1, size);
    if (!memory) {
        abort();
    }
    return memory;
}

static inline const char *join(const char *a, const char *b) {
    char *text = make(strlen(a) + strlen(b) + 1);
    return strcat(strcpy(text, a), b);
}

static inline const char *first_bytes(const char *text, size_t length) {
    return memcpy(make(length + 1), text, length);
}

static inline const char *half(const char *text) { return first_bytes(text, strlen(text) / 2); }

static inline const char *shorten(const char *text) {
    return strlen(text) > 40 ? first_bytes(text, 40) : text;
}

static inline const char *integer_text(int64_t n) {
    char *text = make(24);
    snprintf(text, 24, "%lld", (long long)n);
    return text;
}

static inline const char *unsigned_text(uint64_t n) {
    char *text = make(24);
    snprintf(text, 24, "%llu", (unsigned long long)n);
    return text;
}

static inline const char *boolean_text(bool b) { return b ? "true" : "false"; }

// Adds one to the last digit of a number with an exponent; false where there is a carry out of it.
static inline bool raise_last_digit(char *number) {
    for (char *digit = strchr(number, 'e') - 1; digit >= number; digit--) {
        if (*digit >= '0' && *digit < '9') {
            ++*digit;
            return true;
        }
        *digit = *digit == '9' ? '0' : *digit;
    }
    return false;
}

// Writes a number with so many digits; true when it reads back the same. Below a power of two its
// neighbour is nearer than above: then the digits above the nearest may do, where those do not.
static inline bool write_digits(char *text, size_t size, int precision, double x) {
    snprintf(text, size, "%.*e", precision, x);
    return strtod(text, NULL) == x || (raise_last_digit(text) && strtod(text, NULL) == x);
}

// The shortest digits that read back the same, with a point or an exponent: an exponent below 1e-4
// and from 1e16.
static inline const char *float_text(double x) {
    if (x != x) {
        return "nan";
    }
    if (isinf(x)) {
        return x > 0 ? "inf" : "-inf";
    }
    char digits[40];
    int precision = 0;
    while (!write_digits(digits, sizeof digits, precision++, x)) {
    }
    int exponent = atoi(strchr(digits, 'e') + 1);
    char *text = make(400);
    if (exponent < -4 || exponent >= 16) {
        *strchr(digits, 'e') = '\0';
        snprintf(text, 400, "%se%c%02d", digits, exponent < 0 ? '-' : '+', abs(exponent));
        return text;
    }
    int decimals = precision - 1 - exponent;
    snprintf(text, 400, "%.*f", decimals > 1 ? decimals : 1, x);
    return text;
}

// --- Collections of Integers ---------------------------------------------------------------------

typedef struct Sequence {
    int64_t *items;
    int64_t length;
    int64_t capacity;
} Sequence;

static inline void sequence_append(Sequence *sequence, int64_t value) {
    if (sequence->length == sequence->capacity) {
        sequence->capacity = sequence->capacity * 2 + 8;
        sequence->items = realloc(sequence->items, (size_t)sequence->capacity * 8);
    }
    sequence->items[sequence->length++] = value;
}

// Keys from 0 to 7, in the order of insertion.
typedef struct Dict {
    int64_t keys[8];
    int64_t values[8];
    int64_t size;
} Dict;

static inline int64_t *dict_value(Dict *dict, int64_t key) {
    for (int64_t i = 0; i < dict->size; i++) {
        if (dict->keys[i] == key) {
            return &dict->values[i];
        }
    }
    return NULL;
}

static inline int64_t dict_get(Dict *dict, int64_t key) {
    int64_t *value = dict_value(dict, key);
    return value ? *value : 0;
}

static inline void dict_increment(Dict *dict, int64_t key, int64_t by) {
    int64_t *value = dict_value(dict, key);
    if (!value) {
        dict->keys[dict->size] = key;
        value = &dict->values[dict->size++];
    }
    *value = add(*value, by);
}

// --- Output --------------------------------------------------------------------------------------

static inline void show_string(const char *text) { puts(text); }
static inline void show_integer(int64_t n) { puts(integer_text(n)); }
static inline void show_unsigned64(uint64_t n) { puts(unsigned_text(n)); }
static inline void show_float(double x) { puts(float_text(x)); }
static inline void show_boolean(bool b) { puts(boolean_text(b)); }

static inline void show_sequence(const Sequence *sequence) {
    for (int64_t i = 0; i < sequence->length; i++) {
        printf("%s%lld", i == 0 ? "[" : ", ", (long long)sequence->items[i]);
    }
    puts("]");
}

static inline void show_dict(const Dict *dict) {
    for (int64_t i = 0; i < dict->size; i++) {
        printf("%s%lld: %lld", i == 0 ? "{" : ", ", (long long)dict->keys[i],
               (long long)dict->values[i]);
    }
    puts("}");
}

static inline int64_t apply_twice(int64_t (*f)(int64_t, int64_t), int64_t x) {
    return f(f(x, 1), 2);
}
