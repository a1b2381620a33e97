// The SHARED tier: objects with several owners, freed with the last one.
//
// The strong and the weak references lie beside each other in one word, as programs see it:
//
//      63              32 31               0
//     +------------------+------------------+
//     |  weak references |  strong ones     |
//     +------------------+------------------+
//
// Each half is changed by one addition, never by a loop: under contention that is what costs. The
// strong references decide about the data. A third count, out of sight, decides about the object:
// each weak reference holds it, and all strong ones together do once, until the data has ended. So
// nobody looks at an object that somebody else may free.
#include "runa.h"

#include <sys/single_threaded.h>

// The allocation: RefCounted, the 16 bytes that programs see, and the runtime's own words behind.
struct shared_object {
    struct runa_refcounted public;
    const void *destructor; // a Function value, or Nothing
    uint64_t holders;       // whoever brings it to 0 frees the object
    uint32_t ended;         // 1 from the last release on
};

static const uint32_t greatest = UINT32_MAX;

// Adds to a counter and gives what it was before. Where there is no other thread the locked
// instruction is not needed.
#define ADD(counter, by)                                                                           \
    (__libc_single_threaded ? ((*(counter) += (by)) - (by))                                        \
                            : __atomic_fetch_add((counter), (by), __ATOMIC_ACQ_REL))

static uint32_t add(uint32_t *counter, uint32_t by) { return ADD(counter, by); }

static void require(const struct runa_refcounted *object) {
    if (!object) {
        runa_panic_null();
    }
}

static uint32_t strong(const struct runa_refcounted *object) {
    require(object);
    return __atomic_load_n(&object->strong, __ATOMIC_ACQUIRE);
}

static struct shared_object *whole(struct runa_refcounted *object) {
    return (struct shared_object *)object;
}

// One holder less.
static void let_go(struct runa_refcounted *object) {
    if (ADD(&whole(object)->holders, UINT64_MAX) == 1) {
        runa_deallocate(object);
    }
}

struct runa_refcounted *runa_refcount_create(void *data) {
    return runa_refcount_create_with(data, NULL);
}

struct runa_refcounted *runa_refcount_create_with(void *data, const void *destructor) {
    struct shared_object *object = runa_allocate(sizeof *object);
    object->public.data = data;
    object->public.strong = 1;
    object->destructor = destructor;
    object->holders = 1;
    return &object->public;
}

void *runa_refcount_get(const struct runa_refcounted *object) {
    require(object);
    return object->data;
}

int64_t runa_refcount_count(const struct runa_refcounted *object) { return strong(object); }

struct runa_refcounted *runa_refcount_retain(struct runa_refcounted *object) {
    require(object);
    uint32_t before = add(&object->strong, 1);
    if (before == 0 || before == greatest) {
        add(&object->strong, UINT32_MAX);
        runa_panic(before ? "too many references to one RefCounted"
                          : "refcount_retain after the last release");
    }
    return object;
}

// Once. In a program with several threads a retain in place does not look at what the count was:
// that one came too late is seen here, when it is released.
static void begin_end(struct runa_refcounted *object) {
    if (__atomic_exchange_n(&whole(object)->ended, 1, __ATOMIC_RELAXED)) {
        runa_panic("use of a RefCounted after its last release");
    }
}

// The data goes; the destructor, written outside of any Arena.scope, must not allocate in one.
static void end_data(struct runa_refcounted *object) {
    const void *destructor = whole(object)->destructor;
    if (destructor) {
        struct runa_arena *scope = runa_scope_arena;
        runa_scope_arena = NULL;
        runa_call_function(destructor, (int64_t)(uintptr_t)object->data);
        runa_scope_arena = scope;
    }
    runa_deallocate(object->data);
    object->data = NULL;
}

void runa_refcount_released(struct runa_refcounted *object, int64_t before) {
    if (before == 0) {
        add(&object->strong, 1);
        runa_panic("refcount_release after the last release");
    }
    if (before == 1) {
        begin_end(object);
        end_data(object);
        let_go(object);
    }
}

void runa_refcount_release(struct runa_refcounted *object) {
    if (object) {
        runa_refcount_released(object, add(&object->strong, UINT32_MAX));
    }
}

struct runa_refcounted *runa_refcount_weak(struct runa_refcounted *object) {
    if (strong(object) == 0) {
        runa_panic("refcount_weak after the last release");
    }
    if (add(&object->weak, 1) == greatest) {
        add(&object->weak, UINT32_MAX);
        runa_panic("too many weak references to one RefCounted");
    }
    (void)ADD(&whole(object)->holders, 1);
    return object;
}

// Never 0 to 1: the data may be ending.
struct runa_refcounted *runa_weakref_upgrade(struct runa_refcounted *reference) {
    uint32_t seen = strong(reference);
    do {
        if (seen == 0) {
            return NULL;
        }
        if (seen == greatest) {
            runa_panic("too many references to one RefCounted");
        }
    } while (!__atomic_compare_exchange_n(&reference->strong, &seen, seen + 1, true,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    return reference;
}

void runa_weakref_release(struct runa_refcounted *reference) {
    if (!reference) {
        return;
    }
    if (add(&reference->weak, UINT32_MAX) == 0) {
        add(&reference->weak, 1);
        runa_panic("weakref_release without a weak reference");
    }
    let_go(reference);
}
