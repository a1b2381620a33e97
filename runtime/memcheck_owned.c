// The OWNED tier of the checked build, and what the other files of the runtime allocate: they come
// with the name of their file, which tells what a block is for.
#include "memcheck.h"
#include "memcheck_subjects.h"

// --- Owned blocks --------------------------------------------------------------------------------

static _Noreturn void out_of_memory(int64_t size) {
    runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)size);
}

static void check_size(int64_t size) {
    if (size < 0) {
        runa_panic_format("negative size %lld for an allocation", (long long)size);
    }
}

static void *make(int64_t size, enum tier tier, enum role role) {
    check_size(size);
    struct block *block = block_make(size, tier, role, check_here());
    if (!block) {
        out_of_memory(size);
    }
    return block_bytes(block);
}

// Ends a block that `process` may free.
static void end(void *p, bool is_runtime, enum ending ending, const char *process) {
    uint32_t here = check_here();
    check_lock();
    struct block *block = block_starting_at(p);
    bool may_end =
        block && block->tier != TIER_ARENA &&
        (is_runtime || block->role == ROLE_MEMORY || block->role == ROLE_STRING ||
         block->role == ROLE_LIST || block->role == ROLE_TABLE || block->role == ROLE_TEXT);
    if (!may_end) {
        panic_free(p, process);
    }
    block_close(block, ending, here);
    block_queue(block);
    check_unlock();
}

void *check_mark(void *object, enum role role) {
    struct block *block = object ? block_starting_at(object) : NULL;
    if (block) {
        block->role = (uint8_t)role;
    }
    return object;
}

// A new block with the content of p, which ends. The content of a live block is not more than its
// own size, whatever old_size says.
static void *move(void *p, int64_t old_size, int64_t new_size, bool is_runtime, enum role role) {
    check_size(old_size);
    check_range(p, old_size < new_size ? old_size : new_size);
    struct block *block = block_starting_at(p);
    if (!block || block->tier == TIER_ARENA) {
        panic_free(p, "reallocate");
    }
    char *moved = make(new_size, (enum tier)block->tier, role);
    int64_t kept = old_size < new_size ? old_size : new_size;
    memcpy(moved, p, (size_t)kept);
    end(p, is_runtime, END_MOVED, "reallocate");
    return moved;
}

void *runa_allocate(int64_t size) { return make(size, TIER_OWNED, ROLE_MEMORY); }

void runa_deallocate(void *p) {
    if (p && !runa_is_static_object(p)) {
        end(p, false, END_FREED, "deallocate");
    }
}

void *runa_reallocate(void *p, int64_t old_size, int64_t new_size) {
    if (!p) {
        return runa_allocate(new_size);
    }
    return move(p, old_size, new_size, false, ROLE_MEMORY);
}

// --- For the runtime's own objects ---------------------------------------------------------------

// What a file of the runtime makes by tier_allocate and allocate, and by tier_reallocate.
static const struct {
    enum role object, part;
} subjects[] = {
    [SUBJECT_other] = {ROLE_PART, ROLE_PART},        [SUBJECT_list] = {ROLE_LIST, ROLE_ELEMENTS},
    [SUBJECT_table] = {ROLE_PART, ROLE_PART},        [SUBJECT_text] = {ROLE_TEXT, ROLE_PART},
    [SUBJECT_shared] = {ROLE_REFCOUNTED, ROLE_PART}, [SUBJECT_thread] = {ROLE_THREAD, ROLE_PART},
};

static enum tier tier_of(enum subject subject) {
    return subject == SUBJECT_shared ? TIER_SHARED : TIER_OWNED;
}

void *check_allocate(int64_t size, enum subject subject) {
    return make(size, tier_of(subject), subjects[subject].object);
}

void check_deallocate(void *p, enum subject subject) {
    bool is_release = subject == SUBJECT_shared;
    if (p && !runa_is_static_object(p)) {
        end(p, true, is_release ? END_RELEASED : END_FREED,
            is_release ? "refcount_release" : "deallocate");
    }
}

void *check_tier_allocate(struct runa_arena *arena, int64_t size, enum subject subject) {
    if (arena) {
        return arena_take(arena, size, false, subjects[subject].object);
    }
    return check_allocate(size, subject);
}

char *check_tier_allocate_text(struct runa_arena *arena, int64_t length, enum subject subject) {
    (void)subject;
    check_size(length);
    int64_t size = (int64_t)((uint64_t)length + 1); // negative for the greatest: panics
    return arena ? arena_take(arena, size, true, ROLE_STRING) : make(size, TIER_OWNED, ROLE_STRING);
}

void *check_tier_reallocate(struct runa_arena *arena, void *p, int64_t old_size, int64_t new_size,
                            enum subject subject) {
    enum role role = subjects[subject].part;
    if (!arena) {
        return p ? move(p, old_size, new_size, true, role) : make(new_size, TIER_OWNED, role);
    }
    void *moved = p ? arena_grow(arena, p, old_size, new_size, role)
                    : arena_take(arena, new_size, false, role);
    if (p) {
        memcpy(moved, p, (size_t)(old_size < new_size ? old_size : new_size));
        check_lock();
        arena_move(block_starting_at(p));
        check_unlock();
    }
    return moved;
}

void check_tier_deallocate(struct runa_arena *arena, void *p, enum subject subject) {
    if (!arena) {
        check_deallocate(p, subject);
    }
}
