// Numbers to text.
//
// Floats: the Schubfach algorithm, from Raffaele Giulietti, "The Schubfach way to render doubles"
// (2020, revised 2022), which is also what OpenJDK's Double.toString has used since version 19.
// It finds the shortest decimal inside the interval of numbers that round to the given double,
// and of several as short the closest, with three 64 by 128 bit multiplications and no loop.
#include "format.h"
#include "wide.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

// --- Integers -----------------------------------------------------------------------------------

static const char digit_pairs[] = "0001020304050607080910111213141516171819"
                                  "2021222324252627282930313233343536373839"
                                  "4041424344454647484950515253545556575859"
                                  "6061626364656667686970717273747576777879"
                                  "8081828384858687888990919293949596979899";

// Writes the digits of `value` so that they end before `end`; returns where they start.
static char *write_digits(uint64_t value, char *end) {
    while (value >= 100) {
        end -= 2;
        memcpy(end, digit_pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        memcpy(end, digit_pairs + value * 2, 2);
    } else {
        *--end = (char)('0' + value);
    }
    return end;
}

int64_t runa_format_unsigned(uint64_t value, char *out) {
    char digits[RUNA_NUMBER_TEXT];
    char *end = digits + sizeof digits;
    char *start = write_digits(value, end);
    int64_t length = end - start;
    memcpy(out, start, (size_t)length);
    out[length] = 0;
    return length;
}

int64_t runa_format_integer(int64_t value, char *out) {
    if (value >= 0) {
        return runa_format_unsigned((uint64_t)value, out);
    }
    *out = '-';
    return 1 + runa_format_unsigned(-(uint64_t)value, out + 1);
}

// --- Floats: powers of ten ----------------------------------------------------------------------

// Schubfach needs 10**k, for each k from -292 to 324, as its 128 leading bits, rounded up. Those
// 617 numbers (10 KB) are made from 24 when they are needed: the leading 192 bits, rounded down,
// of every 27th power, times an exact power of five. The error of such a product is far below the
// 128th bit, and that every one of the 617 comes out exactly right was verified with exact
// integers.
enum { POWER_MINIMUM = -292, POWER_MAXIMUM = 324, POWER_BASE = -297, POWER_STEP = 27 };

static const uint64_t base_powers[][3] = {
    {0xa76c582338ed2621, 0xaf2af2b80af6f24e, 0x657c8f4d43323a36}, // 10**-297
    {0x873e4f75e2224e68, 0x5a7744a6e804a291, 0xcc35eddfcf0996d7}, // 10**-270
    {0xda7f5bf590966848, 0xaf39a475506a899e, 0xa30294cc2934e662}, // 10**-243
    {0xb080392cc4349dec, 0xbd8d794d96aacfb3, 0xfe13a5c86af64418}, // 10**-216
    {0x8e938662882af53e, 0x547eb47b7282ee9c, 0x41b0230e1421487d}, // 10**-189
    {0xe65829b3046b0afa, 0x0cb4a5a3112a5112, 0xa3b561b1cb208396}, // 10**-162
    {0xba121a4650e4ddeb, 0x92f34d62616ce413, 0x21a0183e10583cd3}, // 10**-135
    {0x964e858c91ba2655, 0x3a6a07f8d510f86f, 0xe9082f25e9c5e9ec}, // 10**-108
    {0xf2d56790ab41c2a2, 0xfae27299423fb9c3, 0x3695dad7e8858901}, // 10**-81
    {0xc428d05aa4751e4c, 0xaa97e14c3c26b886, 0x96842dc95323f5a8}, // 10**-54
    {0x9e74d1b791e07e48, 0x775ea264cf55347d, 0xca49f1c05120c9c7}, // 10**-27
    {0x8000000000000000, 0x0000000000000000, 0x0000000000000000}, // 10**0
    {0xcecb8f27f4200f3a, 0x0000000000000000, 0x0000000000000000}, // 10**27
    {0xa70c3c40a64e6c51, 0x999090b65f67d924, 0x0000000000000000}, // 10**54
    {0x86f0ac99b4e8dafd, 0x69a028bb3ded71a3, 0xdf9f915627c04e28}, // 10**81
    {0xda01ee641a708de9, 0xe80e6f4820cc9495, 0xd74baad03bc1d8d3}, // 10**108
    {0xb01ae745b101e9e4, 0x5ec05dcff72e7f8f, 0xc04c79ffe324301f}, // 10**135
    {0x8e41ade9fbebc27d, 0x14588f13be847307, 0x23bd6a2059c002f5}, // 10**162
    {0xe5d3ef282a242e81, 0x8f1668c8a86da5fa, 0xf0b5ccf5176ecc7c}, // 10**189
    {0xb9a74a0637ce2ee1, 0x6d953e2bd7173692, 0x88efb0037ac08bde}, // 10**216
    {0x95f83d0a1fb69cd9, 0x4abdaf101564f98e, 0x0d5a4af7b3a98e47}, // 10**243
    {0xf24a01a73cf2dccf, 0xbc633b39673c8cec, 0x3d9c44cd2f36917c}, // 10**270
    {0xc3b8358109e84f07, 0x0a862f80ec4700c8, 0x02606ea01029dc37}, // 10**297
    {0x9e19db92b4e31ba9, 0x6c07a2c26a8346d1, 0x4944d9f52cd0dec2}, // 10**324
};

// clang-format off
static const uint64_t powers_of_five[POWER_STEP] = {
    1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625,
    1220703125, 6103515625, 30517578125, 152587890625, 762939453125, 3814697265625,
    19073486328125, 95367431640625, 476837158203125, 2384185791015625, 11920928955078125,
    59604644775390625, 298023223876953125, 1490116119384765625,
};
// clang-format on

// The 128 leading bits of 10**exponent, rounded up.
static struct wide power_of_ten(int exponent) {
    assert(exponent >= POWER_MINIMUM && exponent <= POWER_MAXIMUM);
    int distance = exponent - POWER_BASE;
    const uint64_t *base = base_powers[distance / POWER_STEP];
    uint64_t five = powers_of_five[distance % POWER_STEP];
    // A product of four words, most significant first.
    struct wide low = wide_product(base[2], five);
    struct wide middle = wide_sum(wide_product(base[1], five), low.high);
    struct wide high = wide_sum(wide_product(base[0], five), middle.high);
    uint64_t word[4] = {high.high, high.low, middle.low, low.low};
    if (word[0] == 0) { // times one: nothing was shifted out of the upper three words
        return wide_sum((struct wide){word[1], word[2]}, word[3] != 0);
    }
    int shift = leading_zeros(word[0]);
    struct wide upper = {word[0], word[1]};
    if (shift > 0) {
        upper.high = word[0] << shift | word[1] >> (64 - shift);
        upper.low = word[1] << shift | word[2] >> (64 - shift);
    }
    return wide_sum(upper, (word[2] << shift | word[3]) != 0);
}

// --- Floats: Schubfach --------------------------------------------------------------------------

// A finite positive number: digits times 10**exponent.
struct decimal {
    uint64_t digits;
    int exponent;
};

enum { FRACTION_BITS = 52, EXPONENT_BIAS = 1075 };

static int floor_log2_of_power_of_ten(int exponent) { return (exponent * 1741647) >> 19; }

// floor(log10(2**exponent)), or of 3/4 times that where the lower neighbour is closer.
static int floor_log10_of_power_of_two(int exponent, bool lower_is_closer) {
    return (exponent * 1262611 - (lower_is_closer ? 524031 : 0)) >> 22;
}

// The upper 64 bits of the 192-bit product, with the lowest bit set if what is cut off is not zero
// ("round to odd"): comparisons with it come out as with the exact product.
static uint64_t multiply_round_to_odd(struct wide power, uint64_t factor) {
    struct wide low = wide_product(power.low, factor);
    struct wide high = wide_sum(wide_product(power.high, factor), low.high);
    return high.high | (high.low > 1);
}

// The shortest decimal that rounds to mantissa times 2**exponent. `lower_is_closer`: the number
// is a power of two, so the double below it is half as far away as the one above.
static struct decimal shortest(uint64_t mantissa, int exponent, bool lower_is_closer) {
    bool even = mantissa % 2 == 0; // then the ends of the interval round to the number too
    int scale = floor_log10_of_power_of_two(exponent, lower_is_closer);
    int shift = exponent + floor_log2_of_power_of_ten(-scale) + 1;
    assert(shift >= 1 && shift <= 4);
    // The number and its interval's ends, in quarters of 10**scale.
    struct wide power = power_of_ten(-scale);
    uint64_t value = multiply_round_to_odd(power, (4 * mantissa) << shift);
    uint64_t lower = multiply_round_to_odd(power, (4 * mantissa - 2 + lower_is_closer) << shift);
    uint64_t upper = multiply_round_to_odd(power, (4 * mantissa + 2) << shift);
    lower += !even;
    upper -= !even;

    uint64_t digits = value / 4;
    if (digits >= 10) { // try with one digit less
        uint64_t fewer = digits / 10;
        bool below_inside = lower <= 40 * fewer;
        bool above_inside = 40 * fewer + 40 <= upper;
        if (below_inside != above_inside) {
            return (struct decimal){fewer + above_inside, scale + 1};
        }
    }
    bool below_inside = lower <= 4 * digits;
    bool above_inside = 4 * digits + 4 <= upper;
    if (below_inside != above_inside) {
        return (struct decimal){digits + above_inside, scale};
    }
    uint64_t middle = 4 * digits + 2;
    bool round_up = value > middle || (value == middle && digits % 2 == 1);
    return (struct decimal){digits + round_up, scale};
}

// The decimal of a finite double above zero, given as its bits without the sign.
static struct decimal decimal_of(uint64_t bits) {
    uint64_t fraction = bits & (((uint64_t)1 << FRACTION_BITS) - 1);
    int biased = (int)(bits >> FRACTION_BITS);
    if (biased == 0) { // subnormal
        return shortest(fraction, 1 - EXPONENT_BIAS, false);
    }
    uint64_t mantissa = fraction | (uint64_t)1 << FRACTION_BITS;
    int exponent = biased - EXPONENT_BIAS;
    // A whole number below 2**53 is its own shortest text.
    if (exponent <= 0 && exponent >= -FRACTION_BITS &&
        (mantissa & (((uint64_t)1 << -exponent) - 1)) == 0) {
        return (struct decimal){mantissa >> -exponent, 0};
    }
    return shortest(mantissa, exponent, fraction == 0 && biased > 1);
}

// --- Floats: layout -----------------------------------------------------------------------------

// Python's rule: positional from 1e-4 up to below 1e16, else an exponent of two digits or more.
enum { POSITIONAL_MINIMUM = -4, POSITIONAL_LIMIT = 16 };

// The number with the `count` digits, whose first stands for 10**exponent, with a point inside.
static char *write_positional(char *out, const char *digits, int count, int exponent) {
    if (exponent < 0) {
        memcpy(out, "0.000", 5);
        out += 1 - exponent;
        memcpy(out, digits, (size_t)count);
        return out + count;
    }
    int whole = exponent + 1;
    if (count <= whole) {
        memcpy(out, digits, (size_t)count);
        memset(out + count, '0', (size_t)(whole - count));
        memcpy(out + whole, ".0", 2);
        return out + whole + 2;
    }
    memcpy(out, digits, (size_t)whole);
    out[whole] = '.';
    memcpy(out + whole + 1, digits + whole, (size_t)(count - whole));
    return out + count + 1;
}

// One digit, the others after a point, and the exponent with its sign.
static char *write_scientific(char *out, const char *digits, int count, int exponent) {
    *out++ = digits[0];
    if (count > 1) {
        *out++ = '.';
        memcpy(out, digits + 1, (size_t)(count - 1));
        out += count - 1;
    }
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    int size = exponent < 0 ? -exponent : exponent;
    if (size >= 100) {
        *out++ = (char)('0' + size / 100);
    }
    memcpy(out, digit_pairs + size % 100 * 2, 2);
    return out + 2;
}

static int64_t write_word(char *out, const char *word) {
    size_t length = strlen(word);
    memcpy(out, word, length + 1);
    return (int64_t)length;
}

int64_t runa_format_float(double value, char *out) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) {
        return write_word(out, "nan");
    }
    char *start = out;
    if (bits >> 63) {
        *out++ = '-';
        bits &= ~((uint64_t)1 << 63);
    }
    if (bits == (uint64_t)0x7ff << FRACTION_BITS) {
        return out - start + write_word(out, "inf");
    }
    if (bits == 0) {
        return out - start + write_word(out, "0.0");
    }
    struct decimal decimal = decimal_of(bits);
    char digits[RUNA_NUMBER_TEXT];
    char *end = digits + sizeof digits;
    char *first = write_digits(decimal.digits, end);
    int exponent = decimal.exponent + (int)(end - first) - 1;
    while (end[-1] == '0') {
        end--;
    }
    int count = (int)(end - first);
    if (exponent >= POSITIONAL_MINIMUM && exponent < POSITIONAL_LIMIT) {
        out = write_positional(out, first, count, exponent);
    } else {
        out = write_scientific(out, first, count, exponent);
    }
    *out = 0;
    return out - start;
}
