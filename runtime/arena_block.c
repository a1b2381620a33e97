// The blocks of arenas. Small ones come from libc's heap. Large ones are mappings of their own, so
// that the system has zeroed them, and pages that nobody touches cost nothing; and when an arena
// gives one back, it is kept for the next arena that wants one of its size: most of what fresh
// memory costs is the page faults.
//
// What is kept is bounded in number and in bytes, and the block longest unused goes first.
#define _GNU_SOURCE
#include "arena_block.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096, HUGE_PAGE = 2 << 20, SMALLEST_MAPPING = 1 << 16 };
enum { KEPT_BLOCKS = 32, KEPT_BYTES = 64 << 20 };

static struct {
    pthread_mutex_t lock;
    struct runa_arena_block *newest; // linked by `previous`
    int64_t count;
    int64_t resident; // bytes, of all
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t round_up(int64_t n, int64_t alignment) { return (n + alignment - 1) & -alignment; }

// --- Mappings ------------------------------------------------------------------------------------

static char *map(int64_t size) {
    void *memory =
        mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

// A mapping that begins at a multiple of the large page's size. NULL if there is no room for it and
// one large page more.
static char *map_aligned(int64_t size) {
    char *memory = map(size + HUGE_PAGE);
    if (!memory) {
        return NULL;
    }
    int64_t front = -(int64_t)(uintptr_t)memory & (HUGE_PAGE - 1);
    if (front) {
        munmap(memory, (size_t)front);
    }
    munmap(memory + front + size, (size_t)(HUGE_PAGE - front));
    return memory + front;
}

// Asks for large pages where they fit. They are a matter of speed: without them nothing is wrong.
static void ask_for_huge_pages(char *memory, int64_t size, int64_t from) {
    from = from > HUGE_PAGE ? round_up(from, HUGE_PAGE) : HUGE_PAGE;
    int64_t end = size & -(int64_t)HUGE_PAGE;
    if (from < end) {
        madvise(memory + from, (size_t)(end - from), MADV_HUGEPAGE);
    }
}

static struct runa_arena_block *map_block(int64_t size, int64_t huge_from) {
    size = round_up(size, PAGE);
    char *memory = NULL;
    if (size >= 2 * HUGE_PAGE) {
        memory = map_aligned(size);
    }
    if (memory) {
        ask_for_huge_pages(memory, size, huge_from);
    } else {
        memory = map(size);
    }
    struct runa_arena_block *block = (struct runa_arena_block *)memory;
    if (block) {
        block->mapped = size;
        block->dirty = 0;
    }
    return block;
}

// --- Blocks that are kept ------------------------------------------------------------------------

static int64_t resident(const struct runa_arena_block *block) {
    return round_up((int64_t)sizeof *block + block->dirty, PAGE);
}

// Takes the block at *link out of the list.
static struct runa_arena_block *unlink_block(struct runa_arena_block **link) {
    struct runa_arena_block *block = *link;
    *link = block->previous;
    kept.count--;
    kept.resident -= resident(block);
    return block;
}

// The smallest kept block of at least size bytes, unless it is more than twice as large; NULL if
// there is none.
static struct runa_arena_block *take_kept(int64_t size) {
    struct runa_arena_block **best = NULL;
    pthread_mutex_lock(&kept.lock);
    for (struct runa_arena_block **link = &kept.newest; *link; link = &(*link)->previous) {
        int64_t mapped = (*link)->mapped;
        if (mapped >= size && mapped <= 2 * size + PAGE && (!best || mapped < (*best)->mapped)) {
            best = link;
        }
    }
    struct runa_arena_block *block = best ? unlink_block(best) : NULL;
    pthread_mutex_unlock(&kept.lock);
    return block;
}

// Takes the oldest of the kept blocks of at most size bytes out; NULL if there is none.
static struct runa_arena_block *take_oldest(int64_t size) {
    struct runa_arena_block **oldest = NULL;
    for (struct runa_arena_block **link = &kept.newest; *link; link = &(*link)->previous) {
        if ((*link)->mapped <= size) {
            oldest = link;
        }
    }
    return oldest ? unlink_block(oldest) : NULL;
}

// Unmaps blocks of at most size bytes, the oldest first, of together at least that. Those that a
// growing arena has outgrown must not stay beside what it grows to.
static int64_t unmap_smaller(int64_t size) {
    int64_t freed = 0;
    struct runa_arena_block *block = NULL;
    do {
        pthread_mutex_lock(&kept.lock);
        block = take_oldest(size);
        pthread_mutex_unlock(&kept.lock);
        if (block) {
            freed += block->mapped;
            munmap(block, (size_t)block->mapped);
        }
    } while (block && freed < size);
    return freed;
}

// Keeps the block, and unmaps what that is too much: without the lock, since it takes its time.
static void keep(struct runa_arena_block *block) {
    pthread_mutex_lock(&kept.lock);
    block->previous = kept.newest;
    kept.newest = block;
    kept.count++;
    kept.resident += resident(block);
    while (kept.count > KEPT_BLOCKS || kept.resident > KEPT_BYTES) {
        block = take_oldest(INT64_MAX);
        pthread_mutex_unlock(&kept.lock);
        munmap(block, (size_t)block->mapped);
        pthread_mutex_lock(&kept.lock);
    }
    pthread_mutex_unlock(&kept.lock);
}

bool runa_arena_block_trim(void) { return unmap_smaller(INT64_MAX) > 0; }

// --- Blocks --------------------------------------------------------------------------------------

static struct runa_arena_block *find_block(int64_t size, int64_t huge_from) {
    if (size >= SMALLEST_MAPPING) {
        struct runa_arena_block *block = take_kept(size);
        if (!block) {
            unmap_smaller(size);
            block = map_block(size, huge_from);
        }
        return block;
    }
    struct runa_arena_block *block = malloc((size_t)size);
    if (block) {
        block->mapped = 0;
        block->dirty = size - (int64_t)sizeof *block;
    }
    return block;
}

struct runa_arena_block *runa_arena_block_get(int64_t size, int64_t huge_from) {
    size += (int64_t)sizeof(struct runa_arena_block);
    struct runa_arena_block *block = find_block(size, huge_from);
    if (!block && runa_arena_block_trim()) {
        block = find_block(size, huge_from);
    }
    return block;
}

void runa_arena_block_put(struct runa_arena_block *block) {
    if (block->mapped) {
        keep(block);
    } else {
        free(block);
    }
}

void runa_arena_block_free(struct runa_arena_block *block) {
    if (block->mapped) {
        munmap(block, (size_t)block->mapped);
    } else {
        free(block);
    }
}
