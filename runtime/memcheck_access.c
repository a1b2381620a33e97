// Checks of addresses, by their shadow.
#include "memcheck.h"

// --- Ranges --------------------------------------------------------------------------------------

// May `size` bytes, at least 1, from the address on, all in its granule, be used?
static bool is_open(const void *address, int64_t size) {
    uint8_t shadow = *shadow_of(address);
    return shadow == 0 || (int64_t)((uintptr_t)address % GRANULE) + size <= (int8_t)shadow;
}

// How far a range outside of the region is looked at: beyond, it is wrong anyway, or C's.
enum { LONGEST_RANGE = 1 << 24 };

// The first address of the range that must not be used, or NULL.
static const char *first_closed(const char *address, int64_t size) {
    const char *end = address + (size < LONGEST_RANGE ? size : LONGEST_RANGE);
    while (address < end) {
        int64_t rest = GRANULE - (int64_t)((uintptr_t)address % GRANULE);
        if (rest > end - address) {
            rest = end - address;
        }
        if (!is_open(address, rest)) {
            return address;
        }
        address += rest;
    }
    return NULL;
}

// May all of the bytes be used? At least 1.
static bool is_all_open(const char *address, int64_t size) {
    int64_t bytes = (int64_t)((uintptr_t)address % GRANULE) + size; // from the first granule on
    const uint8_t *shadow = shadow_of(address);
    const uint8_t *last = shadow + bytes / GRANULE;
    for (uint64_t eight; last - shadow >= 8; shadow += sizeof eight) {
        memcpy(&eight, shadow, sizeof eight);
        if (eight != 0) {
            return false;
        }
    }
    for (; shadow < last; shadow++) {
        if (*shadow != 0) {
            return false;
        }
    }
    int64_t rest = bytes % GRANULE;
    return rest == 0 || *last == 0 || rest <= (int8_t)*last;
}

// User addresses only: what lies above faults by itself.
static bool has_shadow(const void *address, int64_t size) {
    return ((uintptr_t)address | ((uintptr_t)address + (uintptr_t)size)) >> 47 == 0;
}

void check_range(const void *address, int64_t size) {
    if (size <= 0 || !has_shadow(address, size)) {
        return;
    }
    if (is_in_region(address)) {
        struct block *block = block_containing(address);
        if (block && block_bytes(block) + block->size - (const char *)address >= size &&
            block->role != ROLE_MUTEX) {
            return;
        }
        panic_use(address, size);
    }
    if (first_closed(address, size)) {
        panic_use(address, size);
    }
}

void check_object(const void *object, int64_t size) {
    if (object && has_shadow(object, size) && *shadow_of(object) != 0) {
        check_range(object, size);
    }
}

// Is there a NUL at the end of the open bytes around s, as in most Strings, which have a block of
// their size? Looks at eight granules only: false may also mean that there are more.
static bool ends_with_nul(const char *s) {
    const char *granule = (const char *)((uintptr_t)s & -(uintptr_t)GRANULE);
    uint64_t shadow;
    memcpy(&shadow, shadow_of(s), sizeof shadow);
    if (shadow == 0) {
        return false;
    }
    int whole = __builtin_ctzll(shadow) / 8;
    uint8_t rest = (uint8_t)(shadow >> whole * 8);
    const char *end = granule + whole * GRANULE + (rest < GRANULE ? rest : 0);
    return end > s && end[-1] == 0;
}

void check_string(const char *s) {
    if (!is_in_region(s)) {
        check_object(s, 1);
        return;
    }
    // The header is left alone: it is seldom in the cache when the String itself is.
    if (ends_with_nul(s)) {
        return;
    }
    if (*shadow_of(s) < GRANULE && is_all_open(s, (int64_t)strlen(s) + 1)) {
        return;
    }
    struct block *block = block_containing(s);
    if (!block) {
        panic_use(s, 1);
    }
    const char *end = block_bytes(block) + block->size;
    if (!memchr(s, 0, (size_t)(end - s))) {
        panic_about(block, "a String without its NUL byte in %lld bytes of %s",
                    (long long)(end - s), role_name((enum role)block->role));
    }
}

// --- string_char_at ------------------------------------------------------------------------------

// Up to where there is no NUL in a String: what was found last for some addresses.
static __thread struct {
    const char *s;
    int64_t length;
} known[64];

static _Noreturn void panic_beyond(const char *s, int64_t i, int64_t length) {
    const struct block *block = block_containing(s);
    if (block) {
        panic_about(block, "string_char_at %lld is beyond the end (length %lld)", (long long)i,
                    (long long)length);
    }
    runa_panic_format("string_char_at %lld is beyond the end (length %lld)", (long long)i,
                      (long long)length);
}

// Panics unless 0 <= i <= the length of s. A walk through a String looks at each byte once.
static void check_position(const char *s, int64_t i) {
    size_t slot = (uintptr_t)s / GRANULE % (sizeof known / sizeof known[0]);
    if (i < 0) {
        panic_beyond(s, i, (int64_t)strlen(s));
    }
    if (known[slot].s != s) {
        known[slot].s = s;
        known[slot].length = 0;
    }
    int64_t length = known[slot].length;
    if (i > length) {
        const char *end = memchr(s + length, 0, (size_t)(i - length));
        if (end) {
            known[slot].s = NULL;
            panic_beyond(s, i, end - s);
        }
        known[slot].length = i;
    }
}

int64_t plain_string_char_at(const char *s, int64_t i);

int64_t runa_string_char_at(const char *s, int64_t i) {
    struct block *block = is_in_region(s) ? block_starting_at(s) : NULL;
    if (block && block->role == ROLE_STRING) {
        if ((uint64_t)i < (uint64_t)block->size) {
            return (unsigned char)s[i];
        }
        panic_beyond(s, i, block->size - 1);
    }
    if (s) {
        check_string(s);
        check_position(s, i);
    }
    return plain_string_char_at(s, i);
}

int64_t runa_ascii_value_of(const char *s, int64_t i) { return runa_string_char_at(s, i); }

// --- Generated code ------------------------------------------------------------------------------

// The address was pushed by the caller, at 16(%rbp) here. A shadow byte of 0x80 and more is
// negative, and so less than any position in the granule.
#define ACCESS(size)                                                                               \
    __asm__(".text\n"                                                                              \
            ".globl runa_check_access_" #size "\n"                                                 \
            ".type runa_check_access_" #size ", @function\n"                                       \
            "runa_check_access_" #size ":\n"                                                       \
            "    pushq %rbp\n"                                                                     \
            "    movq %rsp, %rbp\n"                                                                \
            "    pushq %rax\n"                                                                     \
            "    pushq %rcx\n"                                                                     \
            "    movq 16(%rbp), %rax\n"                                                            \
            "    movq %rax, %rcx\n"                                                                \
            "    shrq $3, %rcx\n"                                                                  \
            "    movb " SHADOW_TEXT "(%rcx), %cl\n"                                                \
            "    andl $7, %eax\n"                                                                  \
            "    addl $" #size " - 1, %eax\n"                                                      \
            "    testb %cl, %cl\n"                                                                 \
            "    je 1f\n"                                                                          \
            "    cmpb %cl, %al\n"                                                                  \
            "    jge 3f\n"                                                                         \
            "1:  cmpb $8, %al\n" /* does it reach into the next granule? */                        \
            "    jb 2f\n"                                                                          \
            "    movq 16(%rbp), %rcx\n"                                                            \
            "    shrq $3, %rcx\n"                                                                  \
            "    movb " SHADOW_TEXT "+1(%rcx), %cl\n"                                              \
            "    testb %cl, %cl\n"                                                                 \
            "    je 2f\n"                                                                          \
            "    subb $8, %al\n"                                                                   \
            "    cmpb %cl, %al\n"                                                                  \
            "    jge 3f\n"                                                                         \
            "2:  popq %rcx\n"                                                                      \
            "    popq %rax\n"                                                                      \
            "    popq %rbp\n"                                                                      \
            "    ret $8\n"                                                                         \
            "3:  movq 16(%rbp), %rdi\n"                                                            \
            "    movl $" #size ", %esi\n"                                                          \
            "    andq $-16, %rsp\n"                                                                \
            "    call panic_use\n"                                                                 \
            ".size runa_check_access_" #size ", . - runa_check_access_" #size "\n")

#define TEXT_OF(number) #number
#define TEXT_OF_VALUE(number) TEXT_OF(number)
#define SHADOW_TEXT TEXT_OF_VALUE(RUNA_SHADOW_OFFSET)

ACCESS(1);
ACCESS(2);
ACCESS(4);
ACCESS(8);
