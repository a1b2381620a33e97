// The OWNED tier: libc's heap, zero-filled; and the processes on raw memory. Nothing else in the
// runtime calls malloc but the arena, and kind.c for what lasts to the end.
#include "runa.h"

#include <stdlib.h>
#include <string.h>

__thread struct runa_arena *runa_scope_arena;

// size, or 1 for 0: libc may give NULL for nothing. Panics if it is negative.
static size_t checked_size(int64_t size) {
    if (size < 0) {
        runa_panic_format("negative size %lld for an allocation", (long long)size);
    }
    return size ? (size_t)size : 1;
}

void *runa_allocate(int64_t size) {
    void *p = calloc(1, checked_size(size));
    if (!p) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)size);
    }
    return p;
}

// The section of static objects, and the end of all static memory. The linker defines these.
extern const char __start_runa_objects[] __attribute__((weak));
extern const char __stop_runa_objects[] __attribute__((weak));
extern const char _end[];

bool runa_is_static_object(const void *p) {
    uintptr_t address = (uintptr_t)p;
    return address >= (uintptr_t)__start_runa_objects && address < (uintptr_t)__stop_runa_objects;
}

// Panics for what libc's heap cannot have given: that would end in its own message, if at all.
static void check_owned(const void *p, const char *process) {
    if ((uintptr_t)p < (uintptr_t)_end) {
        runa_panic_format("%s of static memory, which nobody owns", process);
    }
    if (runa_is_on_stack(p)) {
        runa_panic_format("%s of an object on the stack, which ends by itself", process);
    }
}

void runa_deallocate(void *p) {
    if (p && !runa_is_static_object(p)) {
        check_owned(p, "deallocate");
        free(p);
    }
}

void *runa_reallocate(void *p, int64_t old_size, int64_t new_size) {
    if (!p) {
        return runa_allocate(new_size);
    }
    checked_size(old_size);
    check_owned(p, "reallocate");
    char *moved = realloc(p, checked_size(new_size));
    if (!moved) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)new_size);
    }
    if (new_size > old_size) {
        memset(moved + old_size, 0, (size_t)(new_size - old_size));
    }
    return moved;
}

void *runa_tier_allocate(struct runa_arena *arena, int64_t size) {
    return arena ? runa_arena_allocate(arena, size) : runa_allocate(size);
}

char *runa_tier_allocate_text(struct runa_arena *arena, int64_t length) {
    checked_size(length);
    int64_t size = (int64_t)((uint64_t)length + 1); // negative for the greatest: panics
    return arena ? runa_arena_allocate_bytes(arena, size) : runa_allocate(size);
}

void *runa_tier_reallocate(struct runa_arena *arena, void *p, int64_t old_size, int64_t new_size) {
    if (!arena) {
        return runa_reallocate(p, old_size, new_size);
    }
    void *moved = runa_arena_allocate(arena, new_size);
    if (p) {
        memcpy(moved, p, (size_t)(old_size < new_size ? old_size : new_size));
    }
    return moved;
}

void runa_tier_deallocate(struct runa_arena *arena, void *p) {
    if (!arena) {
        runa_deallocate(p);
    }
}

// Every accessor is one memcpy, which compilers turn into one move: any alignment is allowed. An
// access through Nothing is the program's error, for the fault handler and not for a sanitizer.
#define UNCHECKED __attribute__((no_sanitize("undefined")))
#define ACCESSORS(name, c_type, value_type)                                                        \
    UNCHECKED value_type runa_memory_get_##name(const void *p, int64_t offset) {                   \
        c_type value;                                                                              \
        memcpy(&value, (const char *)p + offset, sizeof value);                                    \
        return value;                                                                              \
    }                                                                                              \
    UNCHECKED void runa_memory_set_##name(void *p, int64_t offset, value_type given) {             \
        c_type value = (c_type)given;                                                              \
        memcpy((char *)p + offset, &value, sizeof value);                                          \
    }

ACCESSORS(byte, uint8_t, int64_t)
ACCESSORS(int32, int32_t, int64_t)
ACCESSORS(integer, int64_t, int64_t)
ACCESSORS(pointer, void *, void *)
ACCESSORS(float, double, double)

void *runa_memory_get_pointer_at_index(const void *p, int64_t index) {
    return runa_memory_get_pointer(p, (int64_t)((uint64_t)index * 8));
}

void runa_memory_set_pointer_at_index(void *p, int64_t index, void *value) {
    runa_memory_set_pointer(p, (int64_t)((uint64_t)index * 8), value);
}

static void check_length(const char *process, int64_t size) {
    if (size < 0) {
        runa_panic_format("negative size %lld for %s", (long long)size, process);
    }
}

void runa_memory_copy(void *to, const void *from, int64_t size) {
    check_length("memory_copy", size);
    if (size) {
        memmove(to, from, (size_t)size);
    }
}

void runa_memory_fill(void *p, int64_t byte, int64_t size) {
    check_length("memory_fill", size);
    if (size) {
        memset(p, (int)(byte & 255), (size_t)size);
    }
}

int64_t runa_memory_compare(const void *p, const void *q, int64_t size) {
    check_length("memory_compare", size);
    int order = size ? memcmp(p, q, (size_t)size) : 0;
    return (order > 0) - (order < 0);
}
