// What the files of the checking runtime share: `--check=memory` links libruna_check.a in place of
// libruna.a. docs/runtime.md tells how it works.
//
//   memcheck_heap.c     the blocks: header, guards, shadow, quarantine
//   memcheck_access.c   checks of addresses, for generated code and for the calls
//   memcheck_owned.c    allocate, deallocate, and what the runtime allocates for its objects
//   memcheck_arena.c    arenas; the search for pointers into one that goes
//   memcheck_shared.c   reference counts, mutexes
//   memcheck_calls.c    every other function of the runtime that takes a reference: memcheck.def
//   memcheck_stack.c    stack objects whose process has returned
//   memcheck_report.c   the words of panics
//   memcheck_leaks.c    the report at the end of a program
//
// The other files of the runtime are the same as in libruna.a, compiled with memcheck_names.h: what
// memcheck.def lists is called plain_x there, and defined here as runa_x.
#ifndef RUNA_MEMCHECK_H
#define RUNA_MEMCHECK_H

#include "internal.h"

// --- Blocks (memcheck_heap.c) --------------------------------------------------------------------

enum tier { TIER_OWNED, TIER_ARENA, TIER_SHARED };

enum state {
    STATE_UNUSED, // the block was never given out
    STATE_LIVE,
    STATE_ENDED // in quarantine, or waiting to be given out again
};

// How a block ended.
enum ending {
    END_FREED,
    END_MOVED, // reallocate, or growth of a collection
    END_RELEASED,
    END_ARENA_DESTROYED,
    END_ARENA_RESET,
    END_ARENA_REWOUND
};

// What lies in a block.
enum role {
    ROLE_MEMORY, // what the program asked for itself
    ROLE_STRING, // made by the runtime: ends with its NUL
    ROLE_ARENA,  // the three words of an Arena
    ROLE_REFCOUNTED,
    ROLE_SHARED_DATA, // belongs to a RefCounted
    ROLE_LIST,        // List or Array
    ROLE_ELEMENTS,    // of a List or Array
    ROLE_TABLE,       // Set or Dictionary
    ROLE_TEXT,
    ROLE_PART, // of a Set, Dictionary or Text, or of no interest to the program
    ROLE_THREAD,
    ROLE_MUTEX
};

// Lies before the bytes that the program sees, which are 16-aligned. Behind them are GUARD_SIZE
// bytes at least, of which GUARD_BYTE is the value.
struct block {
    struct block *next;  // in a free list; in an arena the one that was made before
    struct arena *arena; // in which it lies, or whose Arena it is
    int64_t size;        // as asked for
    union {
        int64_t start;   // of arena memory: `used` before it
        uint64_t holder; // of a Mutex: the thread that holds it, or 0
        int64_t found;   // of a RefCounted, at the end: words that refer to it
    };
    uint32_t made;         // addresses of code: 0 where no user's code asked for it
    uint32_t ended;        // also the last release of a RefCounted that has weak references
    uint32_t locked;       // of a Mutex: where it was locked last
    uint32_t class_number; // which size of blocks it belongs to
    uint8_t tier, state, ending, role;
    bool is_part; // at the end of the program: belongs to an object that is reported
    uint64_t guard;
};

enum { HEADER_SIZE = 64, GUARD_SIZE = 16, GUARD_BYTE = 0xFD, ENDED_BYTE = 0xDB };
_Static_assert(sizeof(struct block) == HEADER_SIZE, "the bytes behind it are 16-aligned");

static inline char *block_bytes(const struct block *block) { return (char *)block + HEADER_SIZE; }

// All blocks lie here: an address is in a block or near one, or it is not the runtime's.
#define REGION_START ((uintptr_t)0x200000000000)
#define REGION_SIZE ((uintptr_t)1 << 42)

static inline bool is_in_region(const void *address) {
    return (uintptr_t)address - REGION_START < REGION_SIZE;
}

// What follows is done between the two, which may be nested. They do nothing while there is one
// thread.
void check_lock(void);
void check_unlock(void);

// A new zero-filled block, or NULL where there is no memory or RUNA_FAIL_AFTER says so. Takes the
// lock itself. made: where the user's code asked for it.
struct block *block_make(int64_t size, enum tier tier, enum role role, uint32_t made);

// Ends a live block: its bytes must not be touched from now on. Panics where its guards were
// overwritten. The caller holds the lock.
void block_close(struct block *block, enum ending ending, uint32_t where);

// Its address may be given out again, some time. The caller holds the lock.
void block_queue(struct block *block);

// The block at, or right around, the address; NULL if there never was one. Any address.
struct block *block_around(const void *address);

// The live block whose bytes begin at the address, or NULL.
struct block *block_starting_at(const void *address);

// The live block in whose bytes the address lies, or NULL.
struct block *block_containing(const void *address);

// Are the guards as block_make left them?
bool block_is_intact(const struct block *block);

typedef void block_visitor(struct block *block, void *context);

// Calls visit for every live block. The caller holds the lock.
void blocks_visit(block_visitor *visit, void *context);

// The same, without what lies in arenas. Gives the number of words read to find them.
int64_t blocks_visit_outside(block_visitor *visit, void *context);

// Memory for the checking itself, from libc; ends the program where there is none.
void *check_memory(size_t size);

// Has RUNA_FAIL_AFTER come to its number? Counts.
bool check_shall_fail(void);

// Bytes allocated since the start, in all tiers.
int64_t allocated_bytes(void);

// The code address of the innermost call made by the user's own code, as blocks keep it.
// (memcheck_stack.c)
uint32_t check_here(void);

// --- Shadow (memcheck_heap.c): runa.h has the meaning of a byte ----------------------------------

enum { GRANULE = RUNA_SHADOW_GRANULE };
// Closed: memory of the region; a frame that has ended; beside a stack object.
enum { SHADOW_BLOCK = 0xF1, SHADOW_STACK = 0xF5, SHADOW_ZONE = 0xF6 };

static inline uint8_t *shadow_of(const void *address) {
    return (uint8_t *)(((uintptr_t)address >> 3) + RUNA_SHADOW_OFFSET);
}

// Opens `size` bytes from a multiple of 8 on.
void shadow_open(const void *start, int64_t size);
// Closes the granules of `size` bytes from a multiple of 8 on.
void shadow_close(const void *start, int64_t size, uint8_t why);
// Opens `size` bytes, multiples of 8, and gives the memory of their shadow back.
void shadow_forget(const void *start, int64_t size);
// Maps the shadow and the region, once.
void check_start(void);

// --- Access (memcheck_access.c) ------------------------------------------------------------------

// All of the bytes may be used, or the panic. Addresses that the runtime did not give out pass.
void check_range(const void *address, int64_t size);

// The reference is Nothing, or the object of `size` bytes is there; else the panic.
void check_object(const void *object, int64_t size);

// The String is Nothing, or it and its NUL lie in memory that may be used; else the panic.
void check_string(const char *s);

// --- Arenas (memcheck_arena.c) -------------------------------------------------------------------

// Behind an Arena of the program.
struct arena {
    struct runa_arena *plain; // one of the ordinary runtime, which counts used and capacity
    struct block *newest;     // of its blocks
    struct block *object;     // the program's Arena
};

// Memory in the arena of so many bytes; at_any_address: as strings lie there.
void *arena_take(struct runa_arena *arena, int64_t size, bool at_any_address, enum role role);

// Memory in the arena for what lies at p and grows. The arena counts as the ordinary one does, in
// which the last bytes grow in place; but here it is a block of its own in any case.
void *arena_grow(struct runa_arena *arena, const void *p, int64_t old_size, int64_t new_size,
                 enum role role);

// A block of an arena ends before the arena: what was in it has moved. The caller holds the lock.
void arena_move(struct block *block);

// Calls visit for each key and value of a Set or Dictionary, which may be another thread's if the
// caller holds the lock.
void visit_table(const void *object, runa_table_visitor *visit, void *context);

// Calls visit for each place in the block, by offset, that can hold a reference; not of tables. The
// same holds.
typedef void word_visitor(const struct block *block, int64_t offset, int64_t word, void *context);
void block_visit_words(const struct block *block, word_visitor *visit, void *context);

// --- Words of the runtime's own allocations (memcheck_owned.c) -----------------------------------

// Gives the object that was just made its role, and gives it back.
void *check_mark(void *object, enum role role);

// --- Stack (memcheck_stack.c) --------------------------------------------------------------------

// Where stack memory was made into an object, and where its process returned: code addresses, or 0.
struct stack_record {
    uint32_t made;
    uint32_t ended;
};

// Is the address on the stack of a Runa thread? *record tells what it is known for.
bool stack_find(const void *address, struct stack_record *record);

struct stack_object {
    const char *start;
    int64_t size;
    uint32_t made;
};

// The live object of this thread's stack in which the address is, or in a zone of which.
bool stack_object_near(const void *address, struct stack_object *object);

// --- Reports (memcheck_report.c) -----------------------------------------------------------------

// A text of lines `file:line: note: ...`, for panics.
struct notes {
    size_t length;
    char text[4096];
};

// Adds a line at the code address, if that is known; `(in process main)` goes behind the words.
__attribute__((format(printf, 3, 4))) void notes_add(struct notes *notes, uint32_t address,
                                                     const char *format, ...);
// "24 bytes of OWNED memory were made here", "freed here"
void notes_add_made(struct notes *notes, const struct block *block);
void notes_add_ended(struct notes *notes, const struct block *block);

// Ends the program: what was done, and both lines of the block.
__attribute__((format(printf, 2, 3))) _Noreturn void panic_about(const struct block *block,
                                                                 const char *format, ...);
// The use of `size` bytes at an address that must not be used.
_Noreturn void panic_use(const void *address, int64_t size);
// The use of a block that has ended.
_Noreturn void panic_ended(const struct block *block);
// A guard of the block was overwritten.
_Noreturn void panic_overrun(const struct block *block);
// deallocate, or reallocate, of an address that is no live block's.
_Noreturn void panic_free(const void *address, const char *process);

// Writes what was never freed; the exit status, RUNA_EXIT_LEAK if there is any (memcheck_leaks.c).
int64_t check_report_leaks(int64_t status);

const char *tier_name(enum tier tier);
// "a List", "memory"
const char *role_name(enum role role);

#endif
