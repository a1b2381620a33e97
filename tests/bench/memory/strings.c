// The twin of strings.runa, with libc's heap or with a bump allocator that is kept from round to
// round.
//
// usage: strings libc|bump join_arena|join_heap|text_arena|text_heap
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MANY = 1000000, BLOCK = 64 << 20 };

// The processor time of this process in nanoseconds: other processes do not count.
static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000 + time.tv_nsec;
}

// Keeps the C compiler from knowing what becomes of p.
static inline void use(const void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }

static bool by_bump;
static char *block;
static size_t block_used;

static char *take(size_t size) {
    if (!by_bump) {
        return malloc(size);
    }
    char *p = block + block_used;
    block_used += size;
    if (block_used > BLOCK) {
        abort();
    }
    return p;
}

static void give(char *p) {
    if (!by_bump) {
        free(p);
    }
}

// noipa: the C compiler must not make a copy of the function for these very arguments.
static __attribute__((noipa)) char *join(const char *s, const char *t) {
    size_t first = strlen(s), second = strlen(t);
    char *result = take(first + second + 1);
    memcpy(result, s, first);
    memcpy(result + first, t, second + 1);
    return result;
}

static int64_t join_many(void) {
    int64_t bytes = 0;
    const char *s = "first of", *t = " two parts";
    for (int64_t i = 0; i < MANY; i++) {
        use(s);
        char *joined = join(s, t);
        bytes += (int64_t)strlen(joined) - 1;
        give(joined);
    }
    return bytes;
}

struct text {
    char *bytes;
    size_t length;
    size_t capacity;
};

static __attribute__((noipa)) void append(struct text *text, const char *s) {
    size_t length = strlen(s);
    if (text->length + length + 1 > text->capacity) {
        size_t capacity = text->capacity ? text->capacity * 2 : 32;
        if (by_bump) {
            char *moved = take(capacity);
            memcpy(moved, text->bytes ? text->bytes : "", text->length);
            text->bytes = moved;
        } else {
            text->bytes = realloc(text->bytes, capacity);
        }
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->length, s, length + 1);
    text->length += length;
}

static int64_t build(void) {
    struct text text = {0};
    const char *s = "nine ones";
    for (int64_t i = 0; i < MANY; i++) {
        use(s);
        append(&text, s);
    }
    give(text.bytes);
    return (int64_t)text.length;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    by_bump = strcmp(argv[1], "bump") == 0;
    block = by_bump ? malloc(BLOCK) : NULL;
    for (int round = 1; round <= 6; round++) {
        int64_t start = now();
        int64_t bytes = strncmp(argv[2], "join", 4) == 0 ? join_many() : build();
        block_used = 0;
        if (bytes > 0) {
            printf("row %s %lld %d\n", argv[2], (long long)(now() - start), MANY);
        }
    }
    free(block);
    return 0;
}
