// Owned memory of the compiler: the one file that calls the C allocator.
#define _GNU_SOURCE // madvise
#include "memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// Pool chunks are at least this large, so that small objects cost no call of the allocator. They
// grow with the pool, up to the second size.
#define POOL_CHUNK_SIZE ((size_t)64 * 1024)
#define POOL_LARGEST_CHUNK ((size_t)16 * 1024 * 1024)
#define HUGE_PAGE ((size_t)2 * 1024 * 1024)
#define POOL_ALIGNMENT ((size_t)8)

typedef struct PoolChunk {
    struct PoolChunk *older;
    char bytes[];
} PoolChunk;

_Noreturn static void out_of_memory(size_t size) {
    fprintf(stderr, "runac: out of memory (%zu bytes wanted)\n", size);
    exit(2);
}

// Asks for large pages: most of what fresh memory costs is the page faults. Where there are none,
// nothing is wrong.
static void ask_for_huge_pages(void *block, size_t size) {
    uintptr_t start = ((uintptr_t)block + HUGE_PAGE - 1) & -(uintptr_t)HUGE_PAGE;
    uintptr_t end = ((uintptr_t)block + size) & -(uintptr_t)HUGE_PAGE;
    if (start < end)
        madvise((void *)start, end - start, MADV_HUGEPAGE);
}

void *memory_allocate(size_t size) {
    void *block = calloc(1, size == 0 ? 1 : size);
    if (block == NULL)
        out_of_memory(size);
    if (size >= HUGE_PAGE)
        ask_for_huge_pages(block, size);
    return block;
}

void *memory_resize(void *block, size_t size) {
    bool is_new = block == NULL && size >= HUGE_PAGE;
    if (is_new)
        size = (size + HUGE_PAGE - 1) & -HUGE_PAGE;
    void *resized = is_new ? aligned_alloc(HUGE_PAGE, size) : realloc(block, size == 0 ? 1 : size);
    if (resized == NULL)
        out_of_memory(size);
    if (size >= HUGE_PAGE)
        ask_for_huge_pages(resized, size);
    return resized;
}

void memory_free(void *block) { free(block); }

char *memory_give_back(char *from, char *to) {
    char *start = from + (-(uintptr_t)from & (HUGE_PAGE - 1));
    char *end = to - ((uintptr_t)to & (HUGE_PAGE - 1));
    if (start >= end || madvise(start, (size_t)(end - start), MADV_DONTNEED) != 0)
        return from;
    return end;
}

char *memory_copy_text(const char *text, size_t length) {
    char *copy = memory_allocate(length + 1);
    memcpy(copy, text, length);
    return copy;
}

// --- Pools ------------------------------------------------------------------------------------

static size_t chunk_capacity(const Pool *pool) {
    size_t capacity = POOL_CHUNK_SIZE;
    while (capacity < pool->size / 2 && capacity < POOL_LARGEST_CHUNK)
        capacity *= 2;
    return capacity;
}

// A chunk of this size has large pages from its first byte on: it is as much longer as it takes to
// begin at one.
static const size_t aligned_from = 2 * HUGE_PAGE;

// The chunk's memory, `capacity` bytes.
static char *chunk_start(PoolChunk *chunk, size_t capacity) {
    if (capacity < aligned_from)
        return chunk->bytes;
    uintptr_t start = ((uintptr_t)chunk->bytes + HUGE_PAGE - 1) & -(uintptr_t)HUGE_PAGE;
    return chunk->bytes + (start - (uintptr_t)chunk->bytes);
}

static PoolChunk *make_chunk(Pool *pool, size_t capacity) {
    size_t front = capacity < aligned_from ? 0 : HUGE_PAGE;
    PoolChunk *chunk = memory_allocate(sizeof(PoolChunk) + front + capacity);
    pool->size += capacity;
    return chunk;
}

// The chunk becomes the one that small requests are served from.
static void enter_chunk(Pool *pool, PoolChunk *chunk, size_t capacity) {
    chunk->older = pool->chunks;
    pool->chunks = chunk;
    pool->next = chunk_start(chunk, capacity);
    pool->end = pool->next + capacity;
}

void pool_reserve(Pool *pool, size_t size) {
    size = (size + POOL_ALIGNMENT - 1) & ~(POOL_ALIGNMENT - 1);
    enter_chunk(pool, make_chunk(pool, size), size);
}

// A chunk that is made for one large request is not entered: what is left of the current one stays
// in use.
void *pool_allocate_in_new_chunk(Pool *pool, size_t size) {
    if (size > SIZE_MAX - sizeof(PoolChunk) - POOL_ALIGNMENT - HUGE_PAGE)
        out_of_memory(size);
    size = (size + POOL_ALIGNMENT - 1) & ~(POOL_ALIGNMENT - 1);
    bool is_large = size > POOL_CHUNK_SIZE / 4;
    size_t capacity = is_large ? size : chunk_capacity(pool);
    PoolChunk *chunk = make_chunk(pool, capacity);
    if (is_large && pool->chunks != NULL) {
        chunk->older = pool->chunks->older;
        pool->chunks->older = chunk;
        return chunk_start(chunk, capacity);
    }
    enter_chunk(pool, chunk, capacity);
    void *block = pool->next;
    pool->next += size;
    return block;
}

void pool_destroy(Pool *pool) {
    PoolChunk *chunk = pool->chunks;
    while (chunk != NULL) {
        PoolChunk *older = chunk->older;
        memory_free(chunk);
        chunk = older;
    }
    *pool = (Pool){0};
}

// --- Vectors ----------------------------------------------------------------------------------

void vector_push(PointerVector *vector, void *item) {
    if (vector->count == vector->capacity) {
        uint32_t capacity = vector->capacity == 0 ? 16 : vector->capacity * 2;
        vector->items = memory_resize(vector->items, capacity * sizeof(void *));
        vector->capacity = capacity;
    }
    vector->items[vector->count++] = item;
}

void vector_destroy(PointerVector *vector) {
    memory_free(vector->items);
    *vector = (PointerVector){0};
}
