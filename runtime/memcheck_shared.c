// Reference counts and mutexes of the checked build: the ordinary functions, with a look before.
#include "memcheck.h"

#include <pthread.h>

struct runa_refcounted *plain_refcount_create_with(void *data, const void *destructor);
void *plain_refcount_get(const struct runa_refcounted *object);
int64_t plain_refcount_count(const struct runa_refcounted *object);
struct runa_refcounted *plain_refcount_retain(struct runa_refcounted *object);
void plain_refcount_release(struct runa_refcounted *object);
struct runa_refcounted *plain_refcount_weak(struct runa_refcounted *object);
struct runa_refcounted *plain_weakref_upgrade(struct runa_refcounted *weak);
void plain_weakref_release(struct runa_refcounted *weak);
struct runa_mutex *plain_mutex_create(void);
void plain_mutex_lock(struct runa_mutex *mutex);
void plain_mutex_unlock(struct runa_mutex *mutex);
void plain_mutex_destroy(struct runa_mutex *mutex);

// --- Objects -------------------------------------------------------------------------------------

// The live block of an object that `process` is called with; NULL for Nothing.
static struct block *object_block(const void *object, enum role role, const char *process) {
    if (!object) {
        return NULL;
    }
    struct block *block = block_around(object);
    if (block && block->state == STATE_ENDED && block->ending == END_RELEASED) {
        panic_about(block, "%s after the last release", process);
    }
    if (block && block->state == STATE_ENDED) {
        panic_ended(block);
    }
    if (!block || block->role != role || block_bytes(block) != object) {
        const char *name = role_name(role);
        if (block) {
            panic_about(block, "%s of what is not %s", process, name);
        }
        runa_panic_format("%s of what is not %s", process, name);
    }
    return block;
}

// --- Reference counts ----------------------------------------------------------------------------

static int64_t strong_count(const struct runa_refcounted *object) {
    return (int64_t)(__atomic_load_n(&object->count, __ATOMIC_RELAXED) & UINT32_MAX);
}

// The object that `process`, which needs a strong reference, is called with.
static struct block *strong_block(const struct runa_refcounted *object, const char *process) {
    struct block *block = object_block(object, ROLE_REFCOUNTED, process);
    if (block && strong_count(object) == 0) {
        struct notes notes = {0};
        notes_add_made(&notes, block);
        notes_add(&notes, __atomic_load_n(&block->ended, __ATOMIC_RELAXED),
                  "the last release was here");
        runa_panic_noted(notes.text, "%s after the last release", process);
    }
    return block;
}

struct runa_refcounted *runa_refcount_create_with(void *data, const void *destructor) {
    struct block *block = block_starting_at(data);
    struct runa_refcounted *object = plain_refcount_create_with(data, destructor);
    if (block && block->tier == TIER_OWNED) {
        block->tier = TIER_SHARED;
        block->role = block->role == ROLE_MEMORY ? ROLE_SHARED_DATA : block->role;
    }
    return object;
}

struct runa_refcounted *runa_refcount_create(void *data) {
    return runa_refcount_create_with(data, NULL);
}

void *runa_refcount_get(const struct runa_refcounted *object) {
    object_block(object, ROLE_REFCOUNTED, "refcount_get");
    return plain_refcount_get(object);
}

int64_t runa_refcount_count(const struct runa_refcounted *object) {
    object_block(object, ROLE_REFCOUNTED, "refcount_count");
    return plain_refcount_count(object);
}

struct runa_refcounted *runa_refcount_retain(struct runa_refcounted *object) {
    strong_block(object, "refcount_retain");
    return plain_refcount_retain(object);
}

void runa_refcount_release(struct runa_refcounted *object) {
    struct block *block = strong_block(object, "refcount_release");
    if (block) {
        __atomic_store_n(&block->ended, check_here(), __ATOMIC_RELAXED);
    }
    plain_refcount_release(object);
}

struct runa_refcounted *runa_refcount_weak(struct runa_refcounted *object) {
    strong_block(object, "refcount_weak");
    return plain_refcount_weak(object);
}

struct runa_refcounted *runa_weakref_upgrade(struct runa_refcounted *weak) {
    object_block(weak, ROLE_REFCOUNTED, "weakref_upgrade");
    return plain_weakref_upgrade(weak);
}

void runa_weakref_release(struct runa_refcounted *weak) {
    object_block(weak, ROLE_REFCOUNTED, "weakref_release");
    plain_weakref_release(weak);
}

// --- Mutexes -------------------------------------------------------------------------------------

// What a program does to a Mutex that gets lost, or lets the updates that it guards get lost, is
// caught: unlocking one that this thread does not hold; destroying one that is held; ending a
// thread that holds one; and every use of its inside, so that it can be neither copied nor
// overwritten.
static __thread struct block *held; // the one that this thread locked last
static __thread int64_t held_count;

static uint64_t this_thread(void) { return (uint64_t)pthread_self(); }

static uint64_t holder(const struct block *block) {
    return __atomic_load_n(&block->holder, __ATOMIC_RELAXED);
}

static _Noreturn void panic_mutex(const struct block *block, const char *what) {
    struct notes notes = {0};
    notes_add_made(&notes, block);
    notes_add(&notes, __atomic_load_n(&block->locked, __ATOMIC_RELAXED), "locked %shere",
              holder(block) ? "" : "for the last time ");
    runa_panic_noted(notes.text, "%s", what);
}

struct runa_mutex *runa_mutex_create(void) {
    struct runa_mutex *mutex = check_mark(plain_mutex_create(), ROLE_MUTEX);
    struct block *block = block_around(mutex);
    shadow_close(mutex, block->size, SHADOW_BLOCK);
    return mutex;
}

void runa_mutex_lock(struct runa_mutex *mutex) {
    struct block *block = object_block(mutex, ROLE_MUTEX, "mutex_lock");
    if (block && holder(block) == this_thread()) {
        panic_mutex(block, "mutex_lock of a Mutex that this thread holds already");
    }
    plain_mutex_lock(mutex);
    __atomic_store_n(&block->holder, this_thread(), __ATOMIC_RELAXED);
    __atomic_store_n(&block->locked, check_here(), __ATOMIC_RELAXED);
    held = block;
    held_count++;
}

void runa_mutex_unlock(struct runa_mutex *mutex) {
    struct block *block = object_block(mutex, ROLE_MUTEX, "mutex_unlock");
    if (block && holder(block) != this_thread()) {
        panic_mutex(block, holder(block) ? "mutex_unlock of a Mutex that another thread holds"
                                         : "mutex_unlock of a Mutex that is not locked");
    }
    if (block) {
        __atomic_store_n(&block->holder, 0, __ATOMIC_RELAXED);
        held_count--;
        held = held_count ? held : NULL;
    }
    plain_mutex_unlock(mutex);
}

void runa_mutex_destroy(struct runa_mutex *mutex) {
    struct block *block = object_block(mutex, ROLE_MUTEX, "mutex_destroy");
    if (block && holder(block)) {
        panic_mutex(block, "mutex_destroy of a Mutex that is locked");
    }
    plain_mutex_destroy(mutex);
}

void check_held_mutexes(void) {
    if (held_count > 0 && held && held->state == STATE_LIVE && held->role == ROLE_MUTEX &&
        holder(held) == this_thread()) {
        panic_mutex(held, "a thread ended that holds a Mutex");
    }
}
