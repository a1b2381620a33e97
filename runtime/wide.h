// Unsigned numbers of 128 bits, as far as format.c needs them: by the type of the C compiler where
// it has one, else (tcc) by parts of 32 bits.
#ifndef RUNA_WIDE_H
#define RUNA_WIDE_H

#include <stdint.h>

struct wide {
    uint64_t high, low;
};

static inline struct wide wide_product(uint64_t a, uint64_t b) {
#if defined __SIZEOF_INT128__ && !defined RUNA_PLAIN_C
    unsigned __int128 product = (unsigned __int128)a * b;
    return (struct wide){(uint64_t)(product >> 64), (uint64_t)product};
#else
    uint64_t a_high = a >> 32, a_low = (uint32_t)a, b_high = b >> 32, b_low = (uint32_t)b;
    uint64_t low = a_low * b_low;
    uint64_t middle = a_high * b_low + (low >> 32); // never overflows
    uint64_t other = a_low * b_high + (uint32_t)middle;
    return (struct wide){a_high * b_high + (middle >> 32) + (other >> 32),
                         other << 32 | (uint32_t)low};
#endif
}

static inline struct wide wide_sum(struct wide a, uint64_t b) {
    uint64_t low = a.low + b;
    return (struct wide){a.high + (low < b), low};
}

// How many zero bits stand before the first one; the number is not 0.
static inline int leading_zeros(uint64_t number) {
#if defined __GNUC__ && !defined RUNA_PLAIN_C
    return __builtin_clzll(number);
#else
    int count = 0;
    while (!(number >> 63)) {
        number <<= 1;
        count++;
    }
    return count;
#endif
}

#endif
