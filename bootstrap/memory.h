// The only place of the compiler that calls malloc: owned blocks, owned pools, growing vectors.
//
// Exhausted memory is reported in one line and ends the compiler with status 2.
#ifndef RUNA_MEMORY_H
#define RUNA_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "../runtime/include/runa.h"

// The compiler's arena is the runtime's.
typedef struct runa_arena Arena;
_Static_assert(sizeof(Arena) == 24, "documented size of an arena");

// runa_arena_allocate in place, for what there is much of: tokens and nodes. runa.h tells how.
static inline void *memory_from_arena(Arena *arena, int64_t size) {
    int64_t start = (arena->used + 7) & -8;
    const int64_t *limit = (const void *)((const char *)arena + RUNA_ARENA_LIMIT);
    if (size > *limit - start)
        return runa_arena_allocate(arena, size);
    arena->used = start + size;
    return arena->buffer + start;
}

// A zero-filled owned block of `size` bytes; the caller frees it with memory_free.
void *memory_allocate(size_t size);
// `block` (may be NULL) with room for `size` bytes, its contents kept, the growth not cleared.
void *memory_resize(void *block, size_t size);
// Frees a block of the two above; NULL is fine.
void memory_free(void *block);
// Gives whole pages between two places of one mapping back to the system; what was there reads as
// zeros. Gives the end of these pages, or `from` if there are none.
char *memory_give_back(char *from, char *to);
// An owned copy of the `length` bytes at `text`, with a NUL after them.
char *memory_copy_text(const char *text, size_t length);

// A pool: owned memory that grows by chunks and is freed as a whole. Unlike the arena it holds what
// lasts to the end of the compilation: types, symbols, interned names, the checked program.
typedef struct Pool {
    struct PoolChunk *chunks; // newest first, owned
    char *next;               // next free byte of the newest chunk
    char *end;
    size_t size; // of all chunks, in bytes
} Pool;

// `size` zero-filled bytes, 8-aligned, that live until pool_destroy. A zeroed Pool is a valid empty
// one.
void *pool_allocate_in_new_chunk(Pool *pool, size_t size);
static inline void *pool_allocate(Pool *pool, size_t size) {
    size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded < size || rounded > (size_t)(pool->end - pool->next))
        return pool_allocate_in_new_chunk(pool, size);
    void *block = pool->next;
    pool->next += rounded;
    return block;
}
// Makes an empty pool take `size` bytes at once: what is not used of them costs nothing.
void pool_reserve(Pool *pool, size_t size);
void pool_destroy(Pool *pool);

// A growing array of pointers in owned memory. A zeroed one is valid and empty.
typedef struct PointerVector {
    void **items; // owned
    uint32_t count;
    uint32_t capacity;
} PointerVector;

void vector_push(PointerVector *vector, void *item);
void vector_destroy(PointerVector *vector);

#endif
