// Values of a type parameter: equality, order and hash, by the kind that comes with them.
#include "internal.h"

// --- Equality and order -------------------------------------------------------------------------

int64_t runa_value_equals(const struct runa_kind *kind, int64_t a, int64_t b) {
    switch (kind->tag) {
    case RUNA_KIND_STRING:
        return runa_string_equals((const char *)a, (const char *)b);
    case RUNA_KIND_FLOAT:
        return runa_float_of_word(a) == runa_float_of_word(b);
    default:
        return a == b;
    }
}

// NaN stands above every number and level with itself: sorting needs a total order.
static int64_t compare_floats(double a, double b) {
    bool a_is_nan = a != a;
    bool b_is_nan = b != b;
    if (a_is_nan || b_is_nan) {
        return (int64_t)a_is_nan - (int64_t)b_is_nan;
    }
    return (a > b) - (a < b);
}

int64_t runa_value_compare(const struct runa_kind *kind, int64_t a, int64_t b) {
    switch (kind->tag) {
    case RUNA_KIND_STRING:
        return runa_string_compare((const char *)a, (const char *)b);
    case RUNA_KIND_FLOAT:
        return compare_floats(runa_float_of_word(a), runa_float_of_word(b));
    case RUNA_KIND_INTEGER:
    case RUNA_KIND_BOOLEAN:
        return (a > b) - (a < b);
    default:
        return ((uint64_t)a > (uint64_t)b) - ((uint64_t)a < (uint64_t)b);
    }
}

// --- Hash ---------------------------------------------------------------------------------------

// Both hashes follow wyhash, final version 4 (Wang Yi, https://github.com/wangyi-fudan/wyhash,
// public domain), whose core is a 64 by 64 bit product with its halves folded together; it passes
// SMHasher. The seed is constant: a program behaves alike in every run. It is not meant to
// withstand keys that an adversary chose.
enum { BLOCK = 16 };
static const uint64_t secret[2] = {0x2d358dccaa6c78a5, 0x8bb84b93962eacc9};

static inline uint64_t mix(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t read_word(const unsigned char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t read_half(const unsigned char *bytes) {
    uint32_t half;
    memcpy(&half, bytes, sizeof half);
    return half;
}

uint64_t runa_hash_text(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    uint64_t length = strlen(text);
    uint64_t seed = mix(secret[0], secret[1]);
    uint64_t a = 0;
    uint64_t b = 0;
    if (length > BLOCK) {
        uint64_t left = length;
        for (; left > BLOCK; left -= BLOCK, bytes += BLOCK) {
            seed = mix(read_word(bytes) ^ secret[1], read_word(bytes + 8) ^ seed);
        }
        a = read_word(bytes + left - 16); // the last block, which may overlap the one before
        b = read_word(bytes + left - 8);
    } else if (length >= 4) {
        uint64_t step = length / 8 * 4;
        a = read_half(bytes) << 32 | read_half(bytes + step);
        b = read_half(bytes + length - 4) << 32 | read_half(bytes + length - 4 - step);
    } else if (length > 0) {
        a = (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
    }
    unsigned __int128 product = (unsigned __int128)(a ^ secret[1]) * (b ^ seed);
    return mix((uint64_t)product ^ secret[0] ^ length, (uint64_t)(product >> 64) ^ secret[1]);
}

uint64_t runa_hash_word(int64_t word) { return mix((uint64_t)word ^ secret[0], secret[1]); }

// --- Bits ---------------------------------------------------------------------------------------

int64_t runa_float_to_bits(double x) { return runa_word_of_float(x); }

double runa_float_from_bits(int64_t bits) { return runa_float_of_word(bits); }
