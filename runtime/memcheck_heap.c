// The checked build's own heap: every piece of memory that a program gets from the runtime, in
// whatever tier, is a block of its own here, between guards.
//
//     struct block            bytes of the program       guard, and what is left of the block
//     +-----------------------+--------------------------+------------------------------------+
//     | made, state, guard    |                          | 0xFD, 16 bytes at least            |
//     +-----------------------+--------------------------+------------------------------------+
//     shadow: closed            open                       closed
//
// The region is cut into pages of 64 KB. Blocks of one size class fill a page; a block that is
// larger than half of one has pages of its own. A table tells for each page where its run of pages
// begins and what class is in it, so that from any address the block around it is found by one
// division. Memory of arenas has classes of its own, so that an old pointer to what was owned is
// never taken for one into an arena.
//
// A block that ends waits in a queue (the quarantine) until QUARANTINE_BYTES of others have ended
// after it, and only then is its address given out again: that is how long a stale reference to it
// is sure to be caught. It keeps its header, and with it the lines of its life, until then and
// longer.
#define _GNU_SOURCE
#include "memcheck.h"
#include "memcheck_subjects.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <unistd.h>

enum {
    PAGE_BITS = 16,
    PAGE = 1 << PAGE_BITS,
    SMALL_CLASSES = 64, // multiples of 16
    SIZE_CLASSES = 256,
    CLASSES = 2 * SIZE_CLASSES, // the second half for arenas
    LARGE = 1 << 20,       // blocks from here on give their memory back to the system when they end
    POISONED_BYTES = 4096, // of a large block
    QUARANTINE_BYTES = 1 << 20, // what a processor's cache holds, for speed
    QUARANTINE_BLOCKS = 1 << 14 // more than so many bytes can be
};

static const uint64_t header_guard = 0xFDFDFDFDFDFDFDFD;

// For each page: the first page of its run * CLASSES + class; 0 if it was never used.
static uint64_t *page_table;
static uint64_t used_pages = 1; // the first one stays closed

struct class {
    int64_t size;
    struct block *free; // ended blocks that left the quarantine
    char *next;         // never used yet, up to end
    char *end;
};
static struct class classes[CLASSES];

// A ring: nothing of a block that waits is touched until it leaves.
static struct {
    struct block *blocks[QUARANTINE_BLOCKS];
    uint16_t classes[QUARANTINE_BLOCKS];
    uint64_t first, end; // counted without end, modulo QUARANTINE_BLOCKS
    int64_t bytes;
} quarantine;

static int64_t total_allocated;
static int64_t largest_size;    // no more than the machine has
static int64_t fail_after = -1; // of RUNA_FAIL_AFTER; 0: count only, -1: not given
static int64_t attempts;

// --- The lock ------------------------------------------------------------------------------------

static pthread_mutex_t the_lock = PTHREAD_MUTEX_INITIALIZER;
static __thread int lock_depth;

void check_lock(void) {
    if ((lock_depth > 0 || !__libc_single_threaded) && lock_depth++ == 0) {
        pthread_mutex_lock(&the_lock);
    }
}

void check_unlock(void) {
    if (lock_depth > 0 && --lock_depth == 0) {
        pthread_mutex_unlock(&the_lock);
    }
}

// --- Start ---------------------------------------------------------------------------------------

static void *map(uintptr_t start, uintptr_t size) {
    void *memory = mmap((void *)start, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory == MAP_FAILED || (uintptr_t)memory != start) {
        runa_panic_format("--check=memory needs %lld GB of addresses at %p, of which it uses few; "
                          "is there a limit (ulimit -v)?",
                          (long long)(size >> 30), (void *)start);
    }
    madvise(memory, size, MADV_DONTDUMP);
    madvise(memory, size, MADV_HUGEPAGE); // blocks lie close together
    return memory;
}

static int64_t size_of_class(int64_t number) {
    if (number <= SMALL_CLASSES) {
        return number * 16;
    }
    int64_t step = number - SMALL_CLASSES - 1; // four classes for each doubling
    int64_t size = (5 + step % 4) << (8 + step / 4);
    return size > PAGE / 2 ? (size + PAGE - 1) & -(int64_t)PAGE : size;
}

static int64_t class_of_size(int64_t size) {
    if (size <= (int64_t)SMALL_CLASSES * 16) {
        return (size + 15) / 16;
    }
    int shift = 61 - __builtin_clzll((uint64_t)size - 1); // of a quarter of the power below
    int64_t quarters = (size + ((int64_t)1 << shift) - 1) >> shift; // 5 to 8
    return SMALL_CLASSES + 1 + (int64_t)(shift - 8) * 4 + quarters - 5;
}

void check_start(void) {
    uintptr_t shadow_size = (uintptr_t)1 << 44; // for addresses below 2^47
    if (page_table) {
        return;
    }
    const char *limit = getenv("RUNA_FAIL_AFTER");
    map(RUNA_SHADOW_OFFSET, shadow_size);
    map(REGION_START, REGION_SIZE);
    page_table = mmap(NULL, (REGION_SIZE >> PAGE_BITS) * sizeof *page_table, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (page_table == MAP_FAILED) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)(REGION_SIZE >> PAGE_BITS) * 8);
    }
    for (int64_t i = 1; i < SIZE_CLASSES; i++) {
        classes[i].size = classes[SIZE_CLASSES + i].size = size_of_class(i);
    }
    largest_size = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
    fail_after = limit && *limit ? strtoll(limit, NULL, 10) : -1;
}

// --- Shadow --------------------------------------------------------------------------------------

void shadow_open(const void *start, int64_t size) {
    uint8_t *shadow = shadow_of(start);
    memset(shadow, 0, (size_t)(size / GRANULE));
    if (size % GRANULE) {
        shadow[size / GRANULE] = (uint8_t)(size % GRANULE);
    }
}

void shadow_close(const void *start, int64_t size, uint8_t why) {
    memset(shadow_of(start), why, (size_t)((size + GRANULE - 1) / GRANULE));
}

void shadow_forget(const void *start, int64_t size) {
    const uintptr_t page = 4096;
    uintptr_t low = (uintptr_t)shadow_of(start), high = low + (uintptr_t)(size / GRANULE);
    uintptr_t first = (low + page - 1) & -page, last = high & -page;
    if (first >= last) {
        memset((void *)low, 0, high - low);
        return;
    }
    memset((void *)low, 0, first - low);
    memset((void *)last, 0, high - last);
    madvise((void *)first, last - first, MADV_DONTNEED);
}

// --- Addresses -----------------------------------------------------------------------------------

struct block *block_around(const void *address) {
    uintptr_t offset = (uintptr_t)address - REGION_START;
    if (!page_table || offset >= REGION_SIZE) {
        return NULL;
    }
    uint64_t entry = __atomic_load_n(&page_table[offset >> PAGE_BITS], __ATOMIC_RELAXED);
    if (!entry) {
        return NULL;
    }
    int64_t size = classes[entry % CLASSES].size;
    char *run = (char *)(REGION_START + (entry / CLASSES << PAGE_BITS));
    uint32_t number = 0;
    if (size <= PAGE / 2) {
        number = (uint32_t)((const char *)address - run) / (uint32_t)size;
        if ((int64_t)(number + 1) * size > PAGE) {
            return NULL;
        }
    }
    struct block *block = (struct block *)(run + number * size);
    return block->state == STATE_UNUSED ? NULL : block;
}

// By shadow alone: the first open granule behind a closed one begins the bytes of a live block.
static bool is_first_open(const void *address) {
    const uint8_t *shadow = shadow_of(address);
    return (uintptr_t)address % 16 == 0 && is_in_region(address) && shadow[0] < GRANULE &&
           shadow[-1] == SHADOW_BLOCK;
}

struct block *block_starting_at(const void *address) {
    if (page_table && is_first_open(address)) {
        return (struct block *)((uintptr_t)address - HEADER_SIZE);
    }
    struct block *block = block_around(address);
    bool is_start = block && block_bytes(block) == address && block->state == STATE_LIVE;
    return is_start ? block : NULL;
}

struct block *block_containing(const void *address) {
    struct block *block = block_around(address);
    bool is_inside = block && block->state == STATE_LIVE &&
                     (const char *)address >= block_bytes(block) &&
                     (const char *)address < block_bytes(block) + block->size;
    return is_inside ? block : NULL;
}

static void visit_page(char *run, int64_t size, block_visitor *visit, void *context) {
    int64_t count = size <= PAGE / 2 ? PAGE / size : 1;
    for (int64_t i = 0; i < count; i++) {
        struct block *block = (struct block *)(run + i * size);
        if (block->state == STATE_UNUSED) {
            return; // they are used in order
        }
        if (block->state == STATE_LIVE) {
            visit(block, context);
        }
    }
}

// The live blocks of the first `class_count` classes. Gives the number of runs of pages passed.
static int64_t visit_classes(uint64_t class_count, block_visitor *visit, void *context) {
    int64_t runs = 0;
    for (uint64_t page = 1; page < used_pages; runs++) {
        uint64_t number = page_table[page] % CLASSES;
        int64_t size = classes[number].size;
        if (number < class_count) {
            visit_page((char *)(REGION_START + (page << PAGE_BITS)), size, visit, context);
        }
        page += (uint64_t)(size + PAGE - 1) >> PAGE_BITS;
    }
    return runs;
}

void blocks_visit(block_visitor *visit, void *context) { visit_classes(CLASSES, visit, context); }

int64_t blocks_visit_outside(block_visitor *visit, void *context) {
    return visit_classes(SIZE_CLASSES, visit, context);
}

// --- Guards --------------------------------------------------------------------------------------

static void set_guards(struct block *block) {
    block->guard = header_guard;
    memset(block_bytes(block) + block->size, GUARD_BYTE, GUARD_SIZE);
}

bool block_is_intact(const struct block *block) {
    const char *guard = block_bytes(block) + block->size;
    uint64_t halves[2];
    memcpy(halves, guard, sizeof halves);
    return block->guard == header_guard && halves[0] == header_guard && halves[1] == header_guard;
}

// --- Making and ending ---------------------------------------------------------------------------

bool check_shall_fail(void) {
    check_start();
    return fail_after >= 0 && __atomic_add_fetch(&attempts, 1, __ATOMIC_RELAXED) == fail_after;
}

void *check_malloc(size_t size) { return check_shall_fail() ? NULL : malloc(size); }

void *check_calloc(size_t count, size_t size) {
    return check_shall_fail() ? NULL : calloc(count, size);
}

void *check_realloc(void *p, size_t size) { return check_shall_fail() ? NULL : realloc(p, size); }

void *check_memory(size_t size) {
    void *memory = calloc(1, size);
    if (!memory) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)size);
    }
    return memory;
}

int64_t allocated_bytes(void) { return total_allocated; }

// Gives the class more pages; false where the region is full.
static bool add_pages(struct class *class, int64_t number) {
    uint64_t count = (uint64_t)(class->size + PAGE - 1) >> PAGE_BITS;
    if (count > (REGION_SIZE >> PAGE_BITS) - used_pages) {
        return false;
    }
    uint64_t entry = used_pages * CLASSES + (uint64_t)number;
    for (uint64_t i = 0; i < count; i++) {
        __atomic_store_n(&page_table[used_pages + i], entry, __ATOMIC_RELAXED);
    }
    class->next = (char *)(REGION_START + (used_pages << PAGE_BITS));
    class->end = class->next + (count == 1 ? PAGE / class->size * class->size : class->size);
    shadow_close(class->next, (int64_t)count * PAGE, SHADOW_BLOCK);
    used_pages += count;
    return true;
}

// Makes the bytes of a block that was used before zero. The system did that for those of a large
// one, except in the first page of memory.
static void clear(struct block *block, const struct class *class) {
    int64_t size = block->size;
    if (class->size >= LARGE && size > POISONED_BYTES) {
        size = POISONED_BYTES;
    }
    memset(block_bytes(block), 0, (size_t)size);
}

static struct block *take_block(int64_t size, int64_t number) {
    struct class *class = &classes[number];
    struct block *block = class->free;
    if (block) {
        class->free = block->next;
        __builtin_prefetch(class->free);
        block->size = size;
        clear(block, class);
        return block;
    }
    if (class->next == class->end && !add_pages(class, number)) {
        return NULL;
    }
    block = (struct block *)class->next;
    class->next += class->size;
    block->size = size;
    return block;
}

struct block *block_make(int64_t size, enum tier tier, enum role role, uint32_t made) {
    if (check_shall_fail() || size > largest_size) {
        return NULL;
    }
    int64_t number = class_of_size(HEADER_SIZE + size + GUARD_SIZE);
    number += tier == TIER_ARENA && role != ROLE_ARENA ? SIZE_CLASSES : 0;
    check_lock();
    struct block *block = take_block(size, number);
    if (block) {
        *block = (struct block){.size = size,
                                .made = made,
                                .class_number = (uint32_t)number,
                                .tier = (uint8_t)tier,
                                .role = (uint8_t)role,
                                .state = STATE_LIVE};
        set_guards(block);
        shadow_open(block_bytes(block), size);
        total_allocated += size;
    }
    check_unlock();
    return block;
}

// The oldest block of the quarantine may be given out again.
static void release_oldest(void) {
    uint64_t place = quarantine.first++ % QUARANTINE_BLOCKS;
    struct class *class = &classes[quarantine.classes[place]];
    struct block *block = quarantine.blocks[place];
    quarantine.bytes -= class->size;
    block->next = class->free;
    class->free = block;
}

// Gives the memory of a large block back. Its header, in the first page, stays.
static void discard(struct block *block, const struct class *class) {
    if (class->size >= LARGE) {
        madvise((char *)block + POISONED_BYTES, (size_t)(class->size - POISONED_BYTES),
                MADV_DONTNEED);
    }
}

void block_close(struct block *block, enum ending ending, uint32_t where) {
    const struct class *class = &classes[block->class_number];
    if (!block_is_intact(block)) {
        panic_overrun(block);
    }
    block->state = STATE_ENDED;
    block->ending = (uint8_t)ending;
    block->ended = where;
    shadow_close(block_bytes(block), block->size, SHADOW_BLOCK);
    bool is_large = class->size >= LARGE && block->size > POISONED_BYTES - HEADER_SIZE;
    memset(block_bytes(block), ENDED_BYTE,
           (size_t)(is_large ? POISONED_BYTES - HEADER_SIZE : block->size));
    discard(block, class);
}

void block_queue(struct block *block) {
    uint64_t place = quarantine.end++ % QUARANTINE_BLOCKS;
    quarantine.blocks[place] = block;
    quarantine.classes[place] = (uint16_t)block->class_number;
    quarantine.bytes += classes[block->class_number].size;
    while (quarantine.bytes > QUARANTINE_BYTES && quarantine.first + 1 < quarantine.end) {
        release_oldest();
    }
    // The next to leave was not touched for long, and will be written.
    const char *next = (const char *)quarantine.blocks[quarantine.first % QUARANTINE_BLOCKS];
    __builtin_prefetch(next, 1);
    __builtin_prefetch(next + HEADER_SIZE, 1);
}

// Here, since a hook that may be missing brings no file of an archive into a program.
int64_t runa_check_at_exit(int64_t status) {
    if (fail_after == 0) {
        fprintf(stderr, "allocations: %lld\n", (long long)attempts);
    }
    return check_report_leaks(status);
}
