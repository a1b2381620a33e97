// The SHARED tier: objects with several owners, freed with the last one.
//
// Both counts lie in one word, so that a release sees them together:
//
//      63              32 31               0
//     +------------------+------------------+
//     |  weak references |  strong ones     |
//     +------------------+------------------+
//
// The last strong release turns its reference into a weak one, in the same step, and holds that
// one while the destructor runs and the data is freed. So whoever brings the whole word to zero
// frees the object, and nobody can do so twice.
#include "runa.h"

#include <sys/single_threaded.h>

// The allocation: RefCounted, the 16 bytes that programs see, and the destructor behind.
struct shared_object {
    struct runa_refcounted public;
    const void *destructor; // a Function value, or Nothing
};

static const uint64_t one_strong = 1;
static const uint64_t one_weak = (uint64_t)1 << 32;
static const uint64_t greatest = UINT32_MAX;

static uint64_t strong(uint64_t count) { return count & UINT32_MAX; }

static uint64_t weak(uint64_t count) { return count >> 32; }

static uint64_t load(const struct runa_refcounted *object) {
    if (!object) {
        runa_panic_null();
    }
    return __atomic_load_n(&object->count, __ATOMIC_ACQUIRE);
}

// Changes the count from *seen to next. False, with the present count in *seen, if another thread
// was faster. Where there is no other thread the locked instruction is not needed.
static bool replace(struct runa_refcounted *object, uint64_t *seen, uint64_t next) {
    if (__libc_single_threaded) {
        object->count = next;
        return true;
    }
    return __atomic_compare_exchange_n(&object->count, seen, next, true, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

struct runa_refcounted *runa_refcount_create(void *data) {
    return runa_refcount_create_with(data, NULL);
}

struct runa_refcounted *runa_refcount_create_with(void *data, const void *destructor) {
    struct shared_object *object = runa_allocate(sizeof *object);
    object->public.data = data;
    object->public.count = one_strong;
    object->destructor = destructor;
    return &object->public;
}

void *runa_refcount_get(const struct runa_refcounted *object) {
    load(object);
    return object->data;
}

int64_t runa_refcount_count(const struct runa_refcounted *object) {
    return (int64_t)strong(load(object));
}

struct runa_refcounted *runa_refcount_retain(struct runa_refcounted *object) {
    uint64_t seen = load(object);
    do {
        if (strong(seen) == 0) {
            runa_panic("refcount_retain after the last release");
        }
        if (strong(seen) == greatest) {
            runa_panic("too many references to one RefCounted");
        }
    } while (!replace(object, &seen, seen + one_strong));
    return object;
}

// The data goes; the destructor, written outside of any Arena.scope, must not allocate in one.
static void end_data(struct runa_refcounted *object) {
    const void *destructor = ((struct shared_object *)object)->destructor;
    if (destructor) {
        struct runa_arena *scope = runa_scope_arena;
        runa_scope_arena = NULL;
        runa_call_function(destructor, (int64_t)(uintptr_t)object->data);
        runa_scope_arena = scope;
    }
    runa_deallocate(object->data);
    object->data = NULL;
}

void runa_refcount_release(struct runa_refcounted *object) {
    if (!object) {
        return;
    }
    uint64_t seen = load(object);
    uint64_t next;
    do {
        if (strong(seen) == 0) {
            runa_panic("refcount_release after the last release");
        }
        next = seen - one_strong + (strong(seen) == 1 ? one_weak : 0);
    } while (!replace(object, &seen, next));
    if (strong(next) == 0) {
        end_data(object);
        runa_weakref_release(object);
    }
}

struct runa_refcounted *runa_refcount_weak(struct runa_refcounted *object) {
    uint64_t seen = load(object);
    do {
        if (strong(seen) == 0) {
            runa_panic("refcount_weak after the last release");
        }
        if (weak(seen) >= greatest - 1) { // one is kept for the last release
            runa_panic("too many weak references to one RefCounted");
        }
    } while (!replace(object, &seen, seen + one_weak));
    return object;
}

struct runa_refcounted *runa_weakref_upgrade(struct runa_refcounted *reference) {
    uint64_t seen = load(reference);
    do {
        if (strong(seen) == 0) {
            return NULL;
        }
        if (strong(seen) == greatest) {
            runa_panic("too many references to one RefCounted");
        }
    } while (!replace(reference, &seen, seen + one_strong));
    return reference;
}

void runa_weakref_release(struct runa_refcounted *reference) {
    if (!reference) {
        return;
    }
    uint64_t seen = load(reference);
    uint64_t next;
    do {
        if (weak(seen) == 0) {
            runa_panic("weakref_release without a weak reference");
        }
        next = seen - one_weak;
    } while (!replace(reference, &seen, next));
    if (next == 0) {
        runa_deallocate(reference);
    }
}
