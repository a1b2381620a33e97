// Arenas of the checked build. Each allocation is a block of its own, with guards, which ends by
// arena_reset, arena_rewind or arena_destroy; an arena of the ordinary runtime beside it counts
// `used` and `capacity`, so that programs see the same numbers.
#include "memcheck.h"

#include <stdlib.h>

struct runa_arena *plain_arena_create(int64_t initial_capacity);
void *plain_arena_allocate(struct runa_arena *arena, int64_t size);
char *plain_arena_allocate_bytes(struct runa_arena *arena, int64_t size);
char *plain_arena_string_duplicate(struct runa_arena *arena, const char *s);
char *plain_arena_string_concat(struct runa_arena *arena, const char *s, const char *t);
char *plain_arena_integer_to_string(struct runa_arena *arena, int64_t n);
char *plain_arena_read_file(struct runa_arena *arena, const char *name);
void plain_arena_reset(struct runa_arena *arena);
void plain_arena_rewind(struct runa_arena *arena, int64_t mark);
void plain_arena_destroy(struct runa_arena *arena);

// --- Pointers into an arena that goes ------------------------------------------------------------

// Every arena that goes costs a look at all owned memory. A program that drops arenas again and
// again beside much owned memory would do nothing else, so the looks may cost so many words, and
// one more for each byte that was ever allocated; after that, arenas go without.
static const int64_t free_words = (int64_t)1 << 27;

enum { SHOWN_POINTERS = 5 };

// Pointers that follow each other from memory of one line to memory of one line, told together.
struct pointers {
    const struct block *holder;
    const struct block *target;
    int64_t offset;
    int64_t count;
};

struct search {
    const struct arena *arena;
    int64_t mark; // blocks from this value of `used` on go
    int64_t found;
    int64_t shown;        // of those told together
    struct pointers last; // not in the notes yet
    struct notes notes;
};

static int64_t searched_words;

void block_visit_words(const struct block *block, word_visitor *visit, void *context) {
    const char *bytes = block_bytes(block);
    int64_t size = block->size;
    if (block->role == ROLE_LIST) {
        const struct runa_array *array = (const struct runa_array *)bytes;
        const struct block *data = block_starting_at(array->data);
        size = array->length * array->stride;
        if (!data || data->role != ROLE_ELEMENTS || size > data->size) {
            return; // another thread is about to change it
        }
        bytes = block_bytes(data);
    } else if (block->role != ROLE_MEMORY && block->role != ROLE_SHARED_DATA &&
               block->role != ROLE_REFCOUNTED && block->role != ROLE_THREAD) {
        return;
    }
    for (int64_t offset = 0; offset + 8 <= size; offset += 8) {
        const int64_t *word = (const int64_t *)(bytes + offset);
        visit(block, offset, __atomic_load_n(word, __ATOMIC_RELAXED), context);
    }
    searched_words += size / 8 + 1;
}

static bool is_told_by_offset(const struct block *holder) {
    return holder->role == ROLE_MEMORY || holder->role == ROLE_SHARED_DATA;
}

static void add_pointers(struct notes *notes, const struct pointers *pointers) {
    const struct block *holder = pointers->holder, *target = pointers->target;
    if (pointers->count == 0) {
        return;
    }
    if (is_told_by_offset(holder)) {
        notes_add(notes, holder->made, "%lld bytes of %s memory, made here, hold at byte %lld",
                  (long long)holder->size, tier_name((enum tier)holder->tier),
                  (long long)pointers->offset);
    } else {
        notes_add(notes, holder->made, "%s, made here, holds", role_name((enum role)holder->role));
    }
    if (pointers->count == 1) {
        notes_add(notes, target->made, "a pointer to %lld bytes of ARENA memory, made here",
                  (long long)target->size);
    } else {
        notes_add(notes, target->made, "%lld pointers to ARENA memory, made here",
                  (long long)pointers->count);
    }
}

static void find_pointer(struct search *search, const struct block *holder, int64_t offset,
                         const struct block *target) {
    struct pointers *last = &search->last;
    search->found++;
    if (last->count > 0 && last->holder == holder && !is_told_by_offset(holder) &&
        last->target->made == target->made) {
        last->count++;
        return;
    }
    add_pointers(&search->notes, last);
    *last = (struct pointers){holder, target, offset, search->shown++ < SHOWN_POINTERS};
}

static void check_word(const struct block *holder, int64_t offset, int64_t word, void *context) {
    struct search *search = context;
    if (!is_in_region((const void *)word)) {
        return;
    }
    const struct block *target = block_containing((const void *)word);
    if (!target || target->tier != TIER_ARENA || target->arena != search->arena ||
        target->role == ROLE_ARENA || target->start < search->mark) {
        return;
    }
    find_pointer(search, holder, offset, target);
}

void visit_table(const void *object, runa_table_visitor *visit, void *context) {
    const struct block *entries = block_starting_at(runa_table_entries(object));
    if (entries && entries->role == ROLE_PART) {
        runa_table_visit(object, block_bytes(entries), entries->size, visit, context);
        searched_words += entries->size / 8;
    }
    searched_words++;
}

struct table_search {
    const struct block *holder;
    struct search *search;
};

static void check_table_word(int64_t word, bool is_value, void *context) {
    struct table_search *table = context;
    (void)is_value;
    check_word(table->holder, 0, word, table->search);
}

static void search_block(struct block *block, void *context) {
    struct search *search = context;
    if (block->role == ROLE_TABLE) {
        struct table_search table = {block, search};
        visit_table(block_bytes(block), check_table_word, &table);
    } else {
        block_visit_words(block, check_word, search);
    }
}

// Panics if owned or shared memory refers to what goes.
static void check_pointers(const struct arena *arena, int64_t mark, const char *process) {
    struct search search = {.arena = arena, .mark = mark};
    if (!arena->newest || searched_words > free_words + allocated_bytes()) {
        return;
    }
    searched_words += blocks_visit_outside(search_block, &search);
    add_pointers(&search.notes, &search.last);
    if (search.found > 0) {
        runa_panic_noted(search.notes.text,
                         "%s while %lld pointer%s into the arena %s stored in "
                         "memory that outlives it",
                         process, (long long)search.found, search.found == 1 ? "" : "s",
                         search.found == 1 ? "is" : "are");
    }
}

// --- Arenas --------------------------------------------------------------------------------------

// What stands behind the program's Arena, or the panic.
static struct arena *need(const struct runa_arena *arena) {
    if (!arena) {
        runa_panic_null();
    }
    const struct block *block = block_around(arena);
    if (!block || block_bytes(block) != (const char *)arena || block->role != ROLE_ARENA) {
        if (block && block->state == STATE_ENDED) {
            panic_ended(block);
        }
        runa_panic("use of what is no Arena");
    }
    if (block->state == STATE_ENDED) {
        panic_ended(block);
    }
    return block->arena;
}

// Shows the program what the ordinary arena counted.
static void show_counts(const struct arena *arena) {
    memcpy(block_bytes(arena->object), arena->plain, sizeof *arena->plain);
}

// The memory that the program gets for what was allocated in the ordinary arena since `before`.
static void *give(struct arena *arena, int64_t before, int64_t size, enum role role) {
    struct block *block = block_make(size, TIER_ARENA, role, check_here());
    if (!block) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)size);
    }
    check_lock();
    block->start = before;
    block->arena = arena;
    block->next = arena->newest;
    arena->newest = block;
    check_unlock();
    show_counts(arena);
    return block_bytes(block);
}

void *arena_take(struct runa_arena *arena, int64_t size, bool at_any_address, enum role role) {
    struct arena *record = need(arena);
    int64_t before = record->plain->used;
    if (at_any_address) {
        plain_arena_allocate_bytes(record->plain, size);
    } else {
        plain_arena_allocate(record->plain, size);
    }
    return give(record, before, size, role);
}

void *arena_grow(struct runa_arena *arena, const void *p, int64_t old_size, int64_t new_size,
                 enum role role) {
    struct arena *own = need(arena);
    struct runa_arena *plain = own->plain;
    const struct block *block = block_starting_at(p);
    int64_t before = plain->used;
    bool is_last = block && block == own->newest && block->size == old_size;
    if (is_last &&
        runa_arena_extend(plain, plain->buffer + plain->used - old_size, old_size, new_size)) {
        return give(own, before, new_size, role);
    }
    return arena_take(arena, new_size, false, role);
}

void arena_move(struct block *block) {
    if (block) {
        block_close(block, END_MOVED, check_here());
    }
}

struct runa_arena *runa_arena_create(int64_t initial_capacity) {
    struct runa_arena *plain = plain_arena_create(initial_capacity);
    struct block *object = block_make(sizeof *plain, TIER_ARENA, ROLE_ARENA, check_here());
    if (!object) {
        plain_arena_destroy(plain);
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)initial_capacity);
    }
    struct arena *arena = check_memory(sizeof *arena);
    *arena = (struct arena){.plain = plain, .object = object};
    object->arena = arena;
    show_counts(arena);
    return (struct runa_arena *)block_bytes(object);
}

void *runa_arena_allocate(struct runa_arena *arena, int64_t size) {
    return arena_take(arena, size, false, ROLE_MEMORY);
}

char *runa_arena_allocate_bytes(struct runa_arena *arena, int64_t size) {
    return arena_take(arena, size, true, ROLE_MEMORY);
}

// The program's copy of the String that was made in the ordinary arena.
static char *give_string(struct arena *arena, int64_t before, const char *made) {
    if (!made) {
        return NULL;
    }
    int64_t size = arena->plain->used - before;
    return memcpy(give(arena, before, size, ROLE_STRING), made, (size_t)size);
}

char *runa_arena_string_duplicate(struct runa_arena *arena, const char *s) {
    struct arena *record = need(arena);
    int64_t before = record->plain->used;
    check_string(s);
    return give_string(record, before, plain_arena_string_duplicate(record->plain, s));
}

char *runa_arena_string_concat(struct runa_arena *arena, const char *s, const char *t) {
    struct arena *record = need(arena);
    int64_t before = record->plain->used;
    check_string(s);
    check_string(t);
    return give_string(record, before, plain_arena_string_concat(record->plain, s, t));
}

char *runa_arena_integer_to_string(struct runa_arena *arena, int64_t n) {
    struct arena *record = need(arena);
    int64_t before = record->plain->used;
    return give_string(record, before, plain_arena_integer_to_string(record->plain, n));
}

char *runa_arena_read_file(struct runa_arena *arena, const char *name) {
    struct arena *record = need(arena);
    int64_t before = record->plain->used;
    check_string(name);
    return give_string(record, before, plain_arena_read_file(record->plain, name));
}

int64_t runa_arena_get_used(const struct runa_arena *arena) { return need(arena)->plain->used; }

int64_t runa_arena_get_capacity(const struct runa_arena *arena) {
    return need(arena)->plain->capacity;
}

int64_t runa_arena_mark(const struct runa_arena *arena) { return need(arena)->plain->used; }

// Ends the blocks that were made when `mark` bytes or more were used.
static void end_blocks(struct arena *arena, int64_t mark, enum ending ending) {
    uint32_t here = check_here();
    while (arena->newest && arena->newest->start >= mark) {
        struct block *block = arena->newest;
        arena->newest = block->next;
        if (block->state == STATE_LIVE) {
            block_close(block, ending, here);
        }
        block_queue(block);
    }
}

void runa_arena_reset(struct runa_arena *arena) {
    struct arena *record = need(arena);
    check_lock();
    check_pointers(record, 0, "arena_reset");
    end_blocks(record, 0, END_ARENA_RESET);
    check_unlock();
    plain_arena_reset(record->plain);
    show_counts(record);
}

void runa_arena_rewind(struct runa_arena *arena, int64_t mark) {
    struct arena *record = need(arena);
    if (mark >= 0 && mark <= record->plain->used) { // else the ordinary one panics
        check_lock();
        check_pointers(record, mark, "arena_rewind");
        end_blocks(record, mark, END_ARENA_REWOUND);
        check_unlock();
    }
    plain_arena_rewind(record->plain, mark);
    show_counts(record);
}

static void destroy(struct runa_arena *arena, const char *process) {
    struct arena *record = need(arena);
    check_lock();
    check_pointers(record, 0, process);
    end_blocks(record, 0, END_ARENA_DESTROYED);
    block_close(record->object, END_FREED, check_here());
    block_queue(record->object);
    check_unlock();
    plain_arena_destroy(record->plain);
    free(record);
}

void runa_arena_destroy(struct runa_arena *arena) {
    if (arena) {
        destroy(arena, "arena_destroy");
    }
}

void runa_check_end_scope(struct runa_arena *arena) { destroy(arena, "the end of Arena.scope"); }
