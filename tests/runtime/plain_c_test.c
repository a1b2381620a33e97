// What the C compiler's own functions and 128-bit numbers give, in plain C (tcc has neither).
#define RUNA_PLAIN_C
#include "../../bootstrap/overflow.h"
#include "../../runtime/wide.h"

#include <stdio.h>

#define CHECK(condition) ((condition) ? (void)0 : fail(__LINE__, #condition, a, b))

static int failures;

static void fail(int line, const char *condition, uint64_t a, uint64_t b) {
    printf("line %d: %s: %#llx, %#llx\n", line, condition, (unsigned long long)a,
           (unsigned long long)b);
    failures++;
}

static void check_signed(uint64_t a, uint64_t b) {
    int64_t left = (int64_t)a, right = (int64_t)b, wanted, result;
    bool overflows = __builtin_add_overflow(left, right, &wanted);
    CHECK(add_overflows(left, right, &result) == overflows && result == wanted);
    overflows = __builtin_sub_overflow(left, right, &wanted);
    CHECK(subtract_overflows(left, right, &result) == overflows && result == wanted);
    overflows = __builtin_mul_overflow(left, right, &wanted);
    CHECK(multiply_overflows(left, right, &result) == overflows && result == wanted);
}

static void check_unsigned(uint64_t a, uint64_t b) {
    uint64_t wanted, result;
    bool overflows = __builtin_add_overflow(a, b, &wanted);
    CHECK(unsigned_add_overflows(a, b, &result) == overflows && result == wanted);
    overflows = __builtin_mul_overflow(a, b, &wanted);
    CHECK(unsigned_multiply_overflows(a, b, &result) == overflows && result == wanted);
}

static void check_wide(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    struct wide wide = wide_product(a, b);
    CHECK(wide.high == (uint64_t)(product >> 64) && wide.low == (uint64_t)product);
    wide = wide_sum(wide, a);
    product += a;
    CHECK(wide.high == (uint64_t)(product >> 64) && wide.low == (uint64_t)product);
    CHECK(a == 0 || leading_zeros(a) == __builtin_clzll(a));
}

// xorshift64: the same numbers each time.
static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void check_pair(uint64_t a, uint64_t b) {
    check_signed(a, b);
    check_unsigned(a, b);
    check_wide(a, b);
}

int main(void) {
    static const uint64_t edges[] = {0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000};
    enum { EDGES = sizeof edges / sizeof *edges, PAIRS = 1000000 };
    uint64_t all[EDGES * 4];
    for (int i = 0; i < EDGES; i++) {
        all[i * 4] = edges[i];
        all[i * 4 + 1] = -edges[i];
        all[i * 4 + 2] = (uint64_t)INT64_MAX - edges[i];
        all[i * 4 + 3] = (uint64_t)INT64_MAX + edges[i];
    }
    for (int i = 0; i < EDGES * 4; i++) {
        for (int j = 0; j < EDGES * 4; j++) {
            check_pair(all[i], all[j]);
        }
    }
    uint64_t state = 88172645463325252;
    for (int i = 0; i < PAIRS; i++) { // of all sizes
        uint64_t a = next_random(&state) >> (i % 64);
        check_pair(a, next_random(&state) >> (i / 64 % 64));
    }
    return failures != 0;
}
