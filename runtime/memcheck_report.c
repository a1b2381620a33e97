// The words of panics of the checked build: what was done, and lines for where the block was made
// and where it ended.
#include "memcheck.h"

#include <stdarg.h>
#include <stdio.h>

// The executable. The linker defines these.
extern const char __executable_start[];
extern const char end[];

// --- Words ---------------------------------------------------------------------------------------

const char *tier_name(enum tier tier) {
    static const char *const names[] = {"OWNED", "ARENA", "SHARED"};
    return names[tier];
}

const char *role_name(enum role role) {
    static const char *const names[] = {"memory",
                                        "a String",
                                        "an Arena",
                                        "a RefCounted",
                                        "the data of a RefCounted",
                                        "a List or Array",
                                        "an element of a List or Array",
                                        "a Set or Dictionary",
                                        "a Text",
                                        "a part of a collection",
                                        "a Thread",
                                        "a Mutex"};
    return names[role];
}

// The same, for one block.
static const char *block_name(const struct block *block) {
    return block->role == ROLE_MEMORY ? "a block" : role_name((enum role)block->role);
}

// Is it an object that a function of its own destroys?
static bool is_destroyed(const struct block *block) {
    return block->role == ROLE_ARENA || block->role == ROLE_LIST || block->role == ROLE_TABLE ||
           block->role == ROLE_TEXT || block->role == ROLE_MUTEX;
}

// What ends a block that deallocate does not.
static const char *end_of_role(enum role role) {
    switch (role) {
    case ROLE_ARENA:
        return "arena_destroy ends";
    case ROLE_REFCOUNTED:
    case ROLE_SHARED_DATA:
        return "the last refcount_release frees";
    case ROLE_THREAD:
        return "thread_join ends";
    case ROLE_MUTEX:
        return "mutex_destroy ends";
    default:
        return "is not freed so";
    }
}

// After what a block must not be used.
static const char *ending_name(const struct block *block) {
    static const char *const names[] = {"it was freed",        "it moved",
                                        "its last release",    "its arena was destroyed",
                                        "its arena was reset", "its arena was rewound"};
    if (block->ending == END_FREED && is_destroyed(block)) {
        return "it was destroyed";
    }
    if (block->ending == END_FREED && block->role == ROLE_THREAD) {
        return "it was joined";
    }
    return names[block->ending];
}

// --- Notes ---------------------------------------------------------------------------------------

void notes_add(struct notes *notes, uint32_t address, const char *format, ...) {
    struct runa_position position;
    size_t room = sizeof notes->text - notes->length;
    char words[512];
    va_list arguments;
    if (!address || !runa_find_position((const void *)(uintptr_t)address, &position)) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    int length =
        snprintf(notes->text + notes->length, room, "%s:%lld: note: %s (in %s%s)\n", position.file,
                 (long long)position.line, words, runa_process_word(&position), position.process);
    if (length > 0 && (size_t)length < room) {
        notes->length += (size_t)length;
    } else {
        notes->text[notes->length] = 0; // whole lines only
    }
}

void notes_add_made(struct notes *notes, const struct block *block) {
    const char *tier = tier_name((enum tier)block->tier);
    long long size = (long long)block->size;
    switch ((enum role)block->role) {
    case ROLE_MEMORY:
    case ROLE_STRING:
    case ROLE_SHARED_DATA:
    case ROLE_PART:
        notes_add(notes, block->made, "%lld byte%s of %s memory %s made here", size,
                  size == 1 ? "" : "s", tier, size == 1 ? "was" : "were");
        break;
    case ROLE_ELEMENTS:
        notes_add(notes, block->made, "the elements were put here, %lld bytes of %s memory", size,
                  tier);
        break;
    default:
        notes_add(notes, block->made, "%s was made here", role_name((enum role)block->role));
        break;
    }
}

void notes_add_ended(struct notes *notes, const struct block *block) {
    static const char *const names[] = {"freed here",
                                        "moved away here",
                                        "the last release was here",
                                        "its arena was destroyed here",
                                        "its arena was reset here",
                                        "its arena was rewound here"};
    const char *name = names[block->ending];
    if (block->ending == END_FREED && is_destroyed(block)) {
        name = "destroyed here";
    } else if (block->ending == END_FREED && block->role == ROLE_THREAD) {
        name = "joined here";
    }
    notes_add(notes, block->ended, "%s", name);
}

static void add_life(struct notes *notes, const struct block *block) {
    notes_add_made(notes, block);
    if (block->state == STATE_ENDED) {
        notes_add_ended(notes, block);
    }
}

// --- Panics --------------------------------------------------------------------------------------

_Noreturn void panic_about(const struct block *block, const char *format, ...) {
    struct notes notes = {0};
    char words[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    add_life(&notes, block);
    runa_panic_noted(notes.text, "%s", words);
}

_Noreturn void panic_ended(const struct block *block) {
    panic_about(block, "use of %s after %s", role_name((enum role)block->role), ending_name(block));
}

_Noreturn void panic_overrun(const struct block *block) {
    static const char guard[] = "\xFD\xFD\xFD\xFD\xFD\xFD\xFD\xFD";
    bool is_before = memcmp(&block->guard, guard, sizeof block->guard) != 0;
    panic_about(block, "bytes %s %s of %lld bytes were overwritten",
                is_before ? "before" : "behind", block_name(block), (long long)block->size);
}

static _Noreturn void panic_stack(const struct stack_record *record) {
    struct notes notes = {0};
    notes_add(&notes, record->made, "the stack object was made here");
    notes_add(&notes, record->ended, "its process returned here");
    runa_panic_noted(notes.text, "use of a stack object after its process returned");
}

// "byte 5", "bytes 5 to 12"
struct range_text {
    char text[64];
};

static struct range_text describe_range(int64_t offset, int64_t size) {
    struct range_text range;
    if (size == 1) {
        snprintf(range.text, sizeof range.text, "byte %lld", (long long)offset);
    } else {
        snprintf(range.text, sizeof range.text, "bytes %lld to %lld", (long long)offset,
                 (long long)(offset + size - 1));
    }
    return range;
}

static _Noreturn void panic_beside_object(const struct stack_object *object, int64_t offset,
                                          int64_t size) {
    struct notes notes = {0};
    notes_add(&notes, object->made, "the stack object was made here");
    runa_panic_noted(notes.text, "use of %s of a stack object, which has %lld bytes",
                     describe_range(offset, size).text, (long long)object->size);
}

// A use of `size` bytes at `offset` of a live block goes wrong.
static _Noreturn void panic_outside(const struct block *block, int64_t offset, int64_t size) {
    if (block->role == ROLE_MUTEX) {
        panic_about(block, "use of the inside of a Mutex");
    }
    panic_about(block, "use of %s of %s, which has %lld bytes", describe_range(offset, size).text,
                block_name(block), (long long)block->size);
}

_Noreturn void panic_use(const void *address, int64_t size) {
    struct stack_record record;
    struct stack_object object;
    const struct block *block = block_around(address);
    if (block && block->state == STATE_ENDED) {
        panic_ended(block);
    }
    if (block) {
        panic_outside(block, (const char *)address - block_bytes(block), size);
    }
    if (stack_object_near(address, &object)) {
        panic_beside_object(&object, (const char *)address - object.start, size);
    }
    if (stack_find(address, &record)) {
        panic_stack(&record);
    }
    runa_panic("use of memory that the program was never given");
}

// What an address is that no block begins at.
static const char *describe_address(const void *address, struct stack_record *record) {
    *record = (struct stack_record){0};
    if (stack_find(address, record)) {
        return "an object on the stack, which ends by itself";
    }
    if ((const char *)address >= __executable_start && (const char *)address < end) {
        return "static memory, which nobody owns";
    }
    return "memory that the runtime did not give";
}

_Noreturn void panic_free(const void *address, const char *process) {
    struct notes notes = {0};
    struct stack_record record;
    const struct block *block = block_around(address);
    if (!block) {
        const char *what = describe_address(address, &record);
        notes_add(&notes, record.made, "the stack object was made here");
        notes_add(&notes, record.ended, "its process returned here");
        runa_panic_noted(notes.text, "%s of %s", process, what);
    }
    if (block->state == STATE_ENDED) {
        panic_about(block, "%s of %s after %s", process, role_name((enum role)block->role),
                    ending_name(block));
    }
    if (block->tier == TIER_ARENA && block->role != ROLE_ARENA) {
        panic_about(block, "%s of ARENA memory", process);
    }
    if (address != block_bytes(block)) {
        panic_about(block, "%s of an address within a block, at byte %lld of %lld", process,
                    (long long)((const char *)address - block_bytes(block)),
                    (long long)block->size);
    }
    if (block->role == ROLE_ELEMENTS || block->role == ROLE_PART) {
        panic_about(block, "%s of %s, which goes with its collection", process,
                    role_name((enum role)block->role));
    }
    panic_about(block, "%s of %s, which %s", process, role_name((enum role)block->role),
                end_of_role((enum role)block->role));
}
