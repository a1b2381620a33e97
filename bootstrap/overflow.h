// Arithmetic that tells whether the result fits: by the C compiler's own functions where it has
// them, else (tcc) in plain C. Each writes the result, wrapped around if it does not fit, and says
// whether that happened.
#ifndef RUNA_OVERFLOW_H
#define RUNA_OVERFLOW_H

#include <stdbool.h>
#include <stdint.h>

#if defined __has_builtin && !defined RUNA_PLAIN_C
#if __has_builtin(__builtin_mul_overflow)
#define HAS_OVERFLOW_BUILTINS
#endif
#endif

static inline bool add_overflows(int64_t a, int64_t b, int64_t *result) {
#ifdef HAS_OVERFLOW_BUILTINS
    return __builtin_add_overflow(a, b, result);
#else
    *result = (int64_t)((uint64_t)a + (uint64_t)b);
    return ((a ^ *result) & (b ^ *result)) < 0; // the operands have one sign, the result the other
#endif
}

static inline bool subtract_overflows(int64_t a, int64_t b, int64_t *result) {
#ifdef HAS_OVERFLOW_BUILTINS
    return __builtin_sub_overflow(a, b, result);
#else
    *result = (int64_t)((uint64_t)a - (uint64_t)b);
    return ((a ^ b) & (a ^ *result)) < 0;
#endif
}

static inline bool multiply_overflows(int64_t a, int64_t b, int64_t *result) {
#ifdef HAS_OVERFLOW_BUILTINS
    return __builtin_mul_overflow(a, b, result);
#else
    *result = (int64_t)((uint64_t)a * (uint64_t)b);
    if (a == -1) {
        return b == INT64_MIN; // which cannot be divided by -1
    }
    return a != 0 && *result / a != b;
#endif
}

static inline bool unsigned_add_overflows(uint64_t a, uint64_t b, uint64_t *result) {
    *result = a + b;
    return *result < a;
}

static inline bool unsigned_multiply_overflows(uint64_t a, uint64_t b, uint64_t *result) {
#ifdef HAS_OVERFLOW_BUILTINS
    return __builtin_mul_overflow(a, b, result);
#else
    *result = a * b;
    return a != 0 && *result / a != b;
#endif
}

#endif
