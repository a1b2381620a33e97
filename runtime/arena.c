// The ARENA tier: memory that is handed out by moving a counter and given back as a whole.
//
// An arena is a list of blocks. Its three public words (struct runa_arena) describe the newest one
// only, and in a way that offsets count over all blocks: with `start` bytes used when the block was
// added, buffer lies start bytes before the block's data.
//
//      block         data                                    buffer + used     buffer + capacity
//        | header, gap |  handed out                             |  zero  |  dirty  |  zero  |
//        +-------------+-----------------------------------------+--------+---------+--------+
//                      ^ buffer + start                        buffer + limit     ^ dirty_end
//
// The gap of 0 to 15 bytes makes buffer a multiple of 16 whatever start is; start + size is a
// multiple of 8, so that rounding `used` up to 8 never passes capacity.
//
// What is handed out must be zero. A fresh mapping is; where a block has been used before, it is
// cleared when it is about to be handed out, a step that fits the first cache at a time: clearing
// it at once would fetch all of it from memory twice. `limit` is how far it is zero already.
//
// The compiler links this file too: it depends on libc, runa_panic and runa_panic_format only.
#include "runa.h"
#include "arena_block.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The allocation: Arena, the 24 bytes that programs see, and the runtime's own words behind.
struct arena_object {
    struct runa_arena public;
    int64_t limit;                   // generated code reads it: see struct runa_arena in runa.h
    struct runa_arena_block *newest; // linked by `previous`
};
_Static_assert(offsetof(struct arena_object, limit) == RUNA_ARENA_LIMIT, "limit of runa.h");

// A block's `start` is what was used when it was added, `size` the bytes of its data, `next_size`
// what the next block has, unless a request is bigger.
typedef struct runa_arena_block Block;

enum { ALIGNMENT = 8, BLOCK_ALIGNMENT = 16, SMALLEST_GROWTH = 16 };

// Bytes that are cleared ahead of use, and those that are cleared when they are given back.
enum { CLEARED_STEP = 1536, CLEARED_BACK = 4096 };

// Blocks double up to this size: beyond it, doubling would only ask for what nobody will touch.
static const int64_t largest_growth = (int64_t)1 << 30;

// A block that nobody asked for in this size may use large pages from this byte on: one that is not
// filled is then at most a twentieth of what is.
static const int64_t huge_from = (int64_t)40 << 20;

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

static struct arena_object *object_of(const struct runa_arena *arena) {
    return (struct arena_object *)arena;
}

static Block *newest(const struct runa_arena *arena) { return object_of(arena)->newest; }

// --- Blocks --------------------------------------------------------------------------------------

// Bytes between a block's header and its data.
static int64_t gap(int64_t start) { return start & (BLOCK_ALIGNMENT - 1); }

// The offset of the first byte behind the block's header.
static int64_t base_of(const Block *block) { return block->start - gap(block->start); }

// Makes block the current one. buffer may point outside its memory, hence the integers.
static void enter(struct runa_arena *arena, Block *block) {
    object_of(arena)->newest = block;
    arena->buffer = (char *)((uintptr_t)(block + 1) - (uintptr_t)base_of(block));
    arena->capacity = block->start + block->size;
    assert((uintptr_t)arena->buffer % BLOCK_ALIGNMENT == 0);
    assert(arena->capacity % ALIGNMENT == 0);
}

// Notes what the current block has been used for.
static void note_dirty(const struct runa_arena *arena) {
    Block *block = newest(arena);
    int64_t dirty = arena->used - base_of(block);
    block->dirty = dirty > block->dirty ? dirty : block->dirty;
}

// Sets used to a value within the current block, from where on nothing need be zero. limit must be
// a multiple of 8, lest an aligned start lie beyond it: so the few bytes before it are cleared.
static void begin_at(struct runa_arena *arena, int64_t used) {
    int64_t limit = round_up(used, ALIGNMENT);
    memset(arena->buffer + used, 0, (size_t)(limit - used));
    arena->used = used;
    object_of(arena)->limit = limit;
}

// A block of at least size bytes behind the `used` ones; NULL if there is no memory for it.
static Block *make_block(int64_t used, int64_t size, int64_t huge, Block *previous) {
    size = round_up(used + size, ALIGNMENT) - used;
    Block *block = runa_arena_block_get(gap(used) + size, huge);
    if (block) {
        block->previous = previous;
        block->start = used;
        block->size = size;
    }
    return block;
}

// Adds a block with room for size bytes: twice the last one's, or the request's own size, all of
// which will be used.
static void add_block(struct runa_arena *arena, int64_t size) {
    Block *last = newest(arena), *block = NULL;
    int64_t growth = last->next_size;
    if (size < growth) {
        block = make_block(arena->used, growth, huge_from, last);
    }
    if (!block) {
        block = make_block(arena->used, size, 0, last);
    }
    if (!block) {
        out_of_memory(size);
    }
    block->next_size = growth >= largest_growth ? growth : growth * 2;
    note_dirty(arena);
    enter(arena, block);
    begin_at(arena, arena->used);
}

// --- Allocation ----------------------------------------------------------------------------------

// Makes the bytes from limit to end zero, and a step more, in the current block.
static void clear_ahead(struct runa_arena *arena, int64_t end) {
    struct arena_object *object = object_of(arena);
    int64_t dirty_end = base_of(object->newest) + object->newest->dirty;
    dirty_end = dirty_end < arena->capacity ? dirty_end : arena->capacity;
    int64_t step_end = round_up(end, ALIGNMENT) + CLEARED_STEP;
    if (step_end >= dirty_end) {
        if (object->limit < dirty_end) {
            memset(arena->buffer + object->limit, 0, (size_t)(dirty_end - object->limit));
        }
        object->limit = arena->capacity;
    } else {
        memset(arena->buffer + object->limit, 0, (size_t)(step_end - object->limit));
        object->limit = step_end;
    }
}

// Out of line: take is short, and this is rare. Gives where the bytes start.
static __attribute__((noinline)) int64_t prepare(struct runa_arena *arena, int64_t start,
                                                 int64_t size) {
    if (size > arena->capacity - start) {
        add_block(arena, start - arena->used + size);
    }
    if (size > object_of(arena)->limit - start) {
        clear_ahead(arena, start + size);
    }
    return start;
}

// size bytes from offset start, which is `used` or a little more.
static inline char *take(struct runa_arena *arena, int64_t start, int64_t size) {
    if (size > object_of(arena)->limit - start) {
        start = prepare(arena, start, size);
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
    struct arena_object *object = malloc(sizeof *object);
    Block *block = object ? make_block(0, initial_capacity, 0, NULL) : NULL;
    if (!block) {
        free(object);
        out_of_memory(initial_capacity);
    }
    int64_t growth = initial_capacity * 2;
    block->next_size = growth > SMALLEST_GROWTH ? growth : SMALLEST_GROWTH;
    enter(&object->public, block);
    begin_at(&object->public, 0);
    return &object->public;
}

void *runa_arena_allocate(struct runa_arena *arena, int64_t size) {
    check_request(arena, size);
    return take(arena, round_up(arena->used, ALIGNMENT), size);
}

char *runa_arena_allocate_bytes(struct runa_arena *arena, int64_t size) {
    check_request(arena, size);
    return take(arena, arena->used, size);
}

bool runa_arena_extend(struct runa_arena *arena, const void *p, int64_t old_size,
                       int64_t new_size) {
    const char *end = (const char *)p + old_size;
    int64_t more = new_size - old_size;
    if (end != arena->buffer + arena->used || more < 0 || more > arena->capacity - arena->used) {
        return false;
    }
    take(arena, arena->used, more);
    return true;
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
        if (count < 0 && errno == EINTR) {
            continue;
        }
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
    char *result = NULL;
    if (!memchr(contents, 0, (size_t)length)) { // a String ends at its NUL
        result = runa_arena_allocate_bytes(arena, length + 1);
        memcpy(result, contents, (size_t)length);
    }
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

// --- Giving back ---------------------------------------------------------------------------------

// Gives the newest block back, by `give`. `used` falls to what it was when the block was added.
static void drop_block(struct runa_arena *arena, void give(Block *)) {
    Block *block = newest(arena);
    assert(block->previous);
    note_dirty(arena);
    enter(arena, block->previous);
    begin_at(arena, block->start);
    give(block);
}

// Sets used to an earlier value within the current block. Clearing a little at once is cheaper than
// coming back for it.
static void fall_back(struct runa_arena *arena, int64_t used) {
    assert(used >= newest(arena)->start && used <= arena->used);
    if (arena->used - used <= CLEARED_BACK) {
        memset(arena->buffer + used, 0, (size_t)(arena->used - used));
        arena->used = used;
    } else {
        note_dirty(arena);
        begin_at(arena, used);
    }
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
        drop_block(arena, runa_arena_block_put);
    }
    fall_back(arena, mark);
}

// The smaller blocks go to the system, not to later arenas: what this one uses next time comes out
// of the block that it keeps.
void runa_arena_reset(struct runa_arena *arena) {
    require(arena);
    Block *largest = newest(arena);
    if (!largest->previous) {
        fall_back(arena, 0);
        return;
    }
    for (Block *block = largest->previous; block; block = block->previous) {
        if (block->size > largest->size) {
            largest = block;
        }
    }
    while (newest(arena) != largest) {
        drop_block(arena, runa_arena_block_free);
    }
    note_dirty(arena);
    while (largest->previous) {
        Block *older = largest->previous;
        largest->previous = older->previous;
        runa_arena_block_free(older);
    }
    // The gap in front becomes part of the data: the header stays where it is.
    largest->size += gap(largest->start);
    largest->start = 0;
    enter(arena, largest);
    begin_at(arena, 0);
}

void runa_arena_destroy(struct runa_arena *arena) {
    if (!arena) {
        return;
    }
    while (newest(arena)->previous) {
        drop_block(arena, runa_arena_block_put);
    }
    note_dirty(arena);
    runa_arena_block_put(newest(arena));
    free(arena);
}

void runa_arena_poison(struct runa_arena *arena) {
    require(arena);
    int64_t end = arena->used;
    for (Block *block = newest(arena); block; block = block->previous) {
        char *data = (char *)(block + 1) + gap(block->start);
        memset(data, 0xDB, (size_t)(end - block->start));
        end = block->start;
    }
}
