// The ARENA tier: memory that is handed out by moving a counter and given back as a whole.
//
// An arena is a list of blocks. Its three public words (struct runa_arena) describe the newest one
// only, and in a way that offsets count over all blocks: with `start` bytes used when the block was
// added, buffer lies start bytes before the block's data.
//
//      memory        data                                  buffer + used      buffer + capacity
//        |  0 to 15   |  handed out                              |  zero          | struct block |
//        +------------+------------------------------------------+----------------+--------------+
//                     ^ buffer + start
//
// The gap in front makes buffer a multiple of 16 whatever start is; start + size is a multiple of
// 8, so that rounding `used` up to 8 never passes capacity.
//
// The compiler links this file too: it depends on libc, runa_panic and runa_panic_format only.
#include "runa.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Lies behind the block's data, at buffer + capacity.
struct block {
    struct block *previous; // the older block, or NULL
    char *memory;           // what calloc gave, and free gets
    int64_t start;          // `used` when the block was added
    int64_t size;           // bytes of data
    int64_t next_size;      // what the next block has, unless a request is bigger
};

enum { ALIGNMENT = 8, BLOCK_ALIGNMENT = 16, SMALLEST_GROWTH = 16 };

// Blocks double up to this size: beyond it, doubling would only ask for what nobody will touch.
static const int64_t largest_growth = (int64_t)1 << 30;

// No request may bring a sum of offsets near the end of int64_t.
static const int64_t largest_request = INT64_MAX / 4;

static int64_t round_up(int64_t n, int64_t alignment) { return (n + alignment - 1) & -alignment; }

static _Noreturn void out_of_memory(int64_t size) {
    runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)size);
}

static void require(const void *reference) {
    if (!reference) {
        runa_panic(RUNA_MESSAGE_NOTHING);
    }
}

static void require_string(const char *s) {
    if (!s) {
        runa_panic(RUNA_MESSAGE_NO_STRING);
    }
}

static struct block *newest(const struct runa_arena *arena) {
    return (struct block *)(arena->buffer + arena->capacity);
}

// Bytes between a block's memory and its data.
static int64_t gap(int64_t start) { return start & (BLOCK_ALIGNMENT - 1); }

// Makes block the current one. buffer may point outside its memory, hence the integers.
static void enter(struct runa_arena *arena, const struct block *block) {
    uintptr_t data = (uintptr_t)block->memory + (uintptr_t)gap(block->start);
    arena->buffer = (char *)(data - (uintptr_t)block->start);
    arena->capacity = block->start + block->size;
    assert((uintptr_t)arena->buffer % BLOCK_ALIGNMENT == 0);
    assert(arena->capacity % ALIGNMENT == 0);
}

// A block of at least size bytes behind the `used` ones; NULL if there is no memory for it.
static struct block *make_block(int64_t used, int64_t size, struct block *previous) {
    size = round_up(used + size, ALIGNMENT) - used;
    char *memory = calloc(1, (size_t)(gap(used) + size) + sizeof(struct block));
    if (!memory) {
        return NULL;
    }
    struct block *block = (struct block *)(memory + gap(used) + size);
    block->previous = previous;
    block->memory = memory;
    block->start = used;
    block->size = size;
    return block;
}

// Adds a block with room for size bytes: twice the last one's, or the request's own size.
static void add_block(struct runa_arena *arena, int64_t size) {
    struct block *last = newest(arena);
    int64_t growth = last->next_size;
    struct block *block = make_block(arena->used, size > growth ? size : growth, last);
    if (!block && size < growth) {
        block = make_block(arena->used, size, last);
    }
    if (!block) {
        out_of_memory(size);
    }
    block->next_size = growth >= largest_growth ? growth : growth * 2;
    enter(arena, block);
}

// size bytes from offset start, which is `used` or a little more.
static inline char *take(struct runa_arena *arena, int64_t start, int64_t size) {
    if (size > arena->capacity - start) {
        add_block(arena, start - arena->used + size);
    }
    arena->used = start + size;
    return arena->buffer + start;
}

static void check_request(const struct runa_arena *arena, int64_t size) {
    require(arena);
    if (size < 0) {
        runa_panic_format("negative size %lld for an arena", (long long)size);
    }
    if (size > largest_request - arena->used) {
        out_of_memory(size);
    }
}

struct runa_arena *runa_arena_create(int64_t initial_capacity) {
    if (initial_capacity < 0) {
        runa_panic_format("negative size %lld for an arena", (long long)initial_capacity);
    }
    if (initial_capacity > largest_request) {
        out_of_memory(initial_capacity);
    }
    struct runa_arena *arena = calloc(1, sizeof *arena);
    struct block *block = arena ? make_block(0, initial_capacity, NULL) : NULL;
    if (!block) {
        free(arena);
        out_of_memory(initial_capacity);
    }
    int64_t growth = initial_capacity * 2;
    block->next_size = growth > SMALLEST_GROWTH ? growth : SMALLEST_GROWTH;
    enter(arena, block);
    return arena;
}

void *runa_arena_allocate(struct runa_arena *arena, int64_t size) {
    check_request(arena, size);
    return take(arena, round_up(arena->used, ALIGNMENT), size);
}

char *runa_arena_allocate_bytes(struct runa_arena *arena, int64_t size) {
    check_request(arena, size);
    return take(arena, arena->used, size);
}

char *runa_arena_string_duplicate(struct runa_arena *arena, const char *s) {
    require_string(s);
    size_t length = strlen(s);
    return memcpy(runa_arena_allocate_bytes(arena, (int64_t)length + 1), s, length);
}

char *runa_arena_string_concat(struct runa_arena *arena, const char *s, const char *t) {
    require_string(s);
    require_string(t);
    size_t s_length = strlen(s);
    size_t t_length = strlen(t);
    char *result = runa_arena_allocate_bytes(arena, (int64_t)(s_length + t_length) + 1);
    memcpy(result, s, s_length);
    memcpy(result + s_length, t, t_length);
    return result;
}

char *runa_arena_integer_to_string(struct runa_arena *arena, int64_t n) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)n);
    return runa_arena_string_duplicate(arena, text);
}

// Reads an open file to its end. The size that the system tells is a hint only: pipes and /proc
// tell 0. Gives a malloc'ed buffer and its length, or NULL if reading failed.
static char *read_all(int file, int64_t *length) {
    struct stat status;
    size_t capacity = 4096;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
        capacity += (size_t)status.st_size;
    }
    char *buffer = malloc(capacity);
    size_t used = 0;
    while (buffer) {
        ssize_t count = read(file, buffer + used, capacity - used);
        if (count <= 0) {
            *length = (int64_t)used;
            if (count == 0) {
                return buffer;
            }
            free(buffer);
            return NULL;
        }
        used += (size_t)count;
        if (used == capacity) {
            capacity *= 2;
            char *bigger = realloc(buffer, capacity);
            if (!bigger) {
                free(buffer);
            }
            buffer = bigger;
        }
    }
    out_of_memory((int64_t)capacity);
}

char *runa_arena_read_file(struct runa_arena *arena, const char *name) {
    require(arena);
    require_string(name);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return NULL;
    }
    int64_t length = 0;
    char *contents = read_all(file, &length);
    close(file);
    if (!contents) {
        return NULL;
    }
    char *result = runa_arena_allocate_bytes(arena, length + 1);
    memcpy(result, contents, (size_t)length);
    free(contents);
    return result;
}

int64_t runa_arena_get_used(const struct runa_arena *arena) {
    require(arena);
    return arena->used;
}

int64_t runa_arena_get_capacity(const struct runa_arena *arena) {
    require(arena);
    return arena->capacity;
}

// Frees the newest block. `used` falls to what it was when the block was added.
static void drop_block(struct runa_arena *arena) {
    struct block *block = newest(arena);
    assert(block->previous);
    arena->used = block->start;
    enter(arena, block->previous);
    free(block->memory);
}

// Sets used to a value within the current block.
static void fall_back(struct runa_arena *arena, int64_t used) {
    assert(used >= newest(arena)->start && used <= arena->used);
    memset(arena->buffer + used, 0, (size_t)(arena->used - used));
    arena->used = used;
}

int64_t runa_arena_mark(const struct runa_arena *arena) { return runa_arena_get_used(arena); }

void runa_arena_rewind(struct runa_arena *arena, int64_t mark) {
    require(arena);
    if (mark < 0 || mark > arena->used) {
        runa_panic_format("arena_rewind to %lld, but %lld bytes are used", (long long)mark,
                          (long long)arena->used);
    }
    // A block that was added right at the mark stays: a loop of mark and rewind would make it
    // again each time.
    while (newest(arena)->start > mark) {
        drop_block(arena);
    }
    fall_back(arena, mark);
}

void runa_arena_reset(struct runa_arena *arena) {
    require(arena);
    struct block *largest = newest(arena);
    for (struct block *block = largest->previous; block; block = block->previous) {
        if (block->size > largest->size) {
            largest = block;
        }
    }
    for (struct block *block = newest(arena); block != largest; block = newest(arena)) {
        drop_block(arena);
    }
    fall_back(arena, largest->start);
    while (largest->previous) {
        struct block *older = largest->previous;
        largest->previous = older->previous;
        free(older->memory);
    }
    // The gap in front, which is zero, becomes part of the data: the header stays where it is.
    largest->size += gap(largest->start);
    largest->start = 0;
    arena->used = 0;
    enter(arena, largest);
    assert(newest(arena) == largest);
}

void runa_arena_destroy(struct runa_arena *arena) {
    if (!arena) {
        return;
    }
    while (newest(arena)->previous) {
        drop_block(arena);
    }
    free(newest(arena)->memory);
    free(arena);
}

void runa_arena_poison(struct runa_arena *arena) {
    require(arena);
    int64_t end = arena->used;
    for (struct block *block = newest(arena); block; block = block->previous) {
        memset(block->memory + gap(block->start), 0xDB, (size_t)(end - block->start));
        end = block->start;
    }
}
