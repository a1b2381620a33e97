// Kinds made at run time: of types that contain a type parameter, such as List of T, in generic
// code. Each is made once and lasts to the end, since collections keep the kinds they are made
// with.
#include "runa.h"

#include <stdatomic.h>
#include <stdlib.h>

// A kind is never changed or freed once it is in the list, so readers need no lock.
struct made_kind {
    struct runa_kind kind;
    struct made_kind *next;
};

static _Atomic(struct made_kind *) made_kinds;

static bool is_equal(const struct runa_kind *a, const struct runa_kind *b) {
    return a->tag == b->tag && a->count == b->count && a->first == b->first &&
           a->second == b->second;
}

const struct runa_kind *runa_kind_of(int64_t tag, int64_t count, const struct runa_kind *first,
                                     const struct runa_kind *second) {
    struct runa_kind wanted = {tag, count, first, second};
    struct made_kind *head = atomic_load(&made_kinds);
    for (struct made_kind *made = head; made; made = made->next) {
        if (is_equal(&made->kind, &wanted)) {
            return &made->kind;
        }
    }
    struct made_kind *made = malloc(sizeof *made);
    if (!made) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)sizeof *made);
    }
    *made = (struct made_kind){wanted, head};
    while (!atomic_compare_exchange_weak(&made_kinds, &made->next, made)) {
        // Two threads may make the same kind: both are right.
    }
    return &made->kind;
}
