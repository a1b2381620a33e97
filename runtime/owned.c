// The OWNED tier: libc's heap, zero-filled; and the processes on raw memory. Nothing else in the
// runtime calls malloc but the arena, and kind.c for what lasts to the end.
#include "runa.h"
#include "arena_block.h"

#include <emmintrin.h>
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

// libc keeps freed blocks up to about this size at hand for malloc, but not for calloc: there it is
// faster to clear them here. Beyond it calloc knows of memory that is zero already.
enum { SMALL = 1024 };

// The C compiler knows nothing of p from here on: else it makes calls of calloc and memset of what
// follows, which is what the code below is there to avoid.
#define FORGET(p) __asm__("" : "+r"(p))

// memset of a small block, without the call. The last store overlaps the one before.
static inline void clear(char *p, size_t size) {
    char *end = p + size;
    if (size >= sizeof(__m128i)) {
        for (; end - p > (ptrdiff_t)sizeof(__m128i); p += sizeof(__m128i)) {
            _mm_storeu_si128((__m128i *)p, _mm_setzero_si128());
            FORGET(p);
        }
        _mm_storeu_si128((__m128i *)end - 1, _mm_setzero_si128());
        return;
    }
    for (; p < end; p++) {
        *p = 0;
        FORGET(p);
    }
}

static inline void *zeroed(size_t size) {
    if (size > SMALL) {
        return calloc(1, size);
    }
    char *p = malloc(size);
    FORGET(p);
    if (p) {
        clear(p, size);
    }
    return p;
}

// The blocks that are kept for arenas are the last reserve.
static __attribute__((noinline)) void *allocate_from_reserve(int64_t size) {
    void *p = runa_arena_block_trim() ? zeroed((size_t)size) : NULL;
    if (!p) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)size);
    }
    return p;
}

void *runa_allocate(int64_t size) {
    void *p = zeroed(checked_size(size));
    return p ? p : allocate_from_reserve(size);
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
static __attribute__((noinline)) void check_owned(const void *p, const char *process) {
    if ((uintptr_t)p < (uintptr_t)_end) {
        runa_panic_format("%s of static memory, which nobody owns", process);
    }
    if (runa_is_on_stack(p)) {
        runa_panic_format("%s of an object on the stack, which ends by itself", process);
    }
}

// The heap lies between static memory and the stack of main, which this frame is the end of: two
// comparisons tell, except that other threads have their stacks among the heap.
static inline bool may_be_owned(const void *p) {
    return (uintptr_t)p >= (uintptr_t)_end && p < __builtin_frame_address(0);
}

void runa_deallocate(void *p) {
    if (!may_be_owned(p)) {
        if (!p || runa_is_static_object(p)) {
            return;
        }
        check_owned(p, "deallocate");
    }
    free(p);
}

void *runa_reallocate(void *p, int64_t old_size, int64_t new_size) {
    if (!p) {
        return runa_allocate(new_size);
    }
    checked_size(old_size);
    check_owned(p, "reallocate");
    size_t wanted = checked_size(new_size);
    char *moved = realloc(p, wanted);
    if (!moved && runa_arena_block_trim()) {
        moved = realloc(p, wanted);
    }
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
    if (arena) {
        return runa_arena_allocate_bytes(arena, size);
    }
    char *text = malloc(checked_size(size));
    text = text ? text : allocate_from_reserve(size);
    text[0] = text[length] = 0;
    return text;
}

void *runa_tier_reallocate(struct runa_arena *arena, void *p, int64_t old_size, int64_t new_size) {
    if (!arena) {
        return runa_reallocate(p, old_size, new_size);
    }
    if (p && runa_arena_extend(arena, p, old_size, new_size)) {
        return p;
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
