// Growable arrays and lists: one layout, struct runa_array. An element is a word, or a structure of
// `stride` bytes in place.
#include "internal.h"

#include <assert.h>

enum { FIRST_CAPACITY = 4 };

// --- Room ---------------------------------------------------------------------------------------

static int64_t bytes_of(const struct runa_array *array, int64_t count) {
    int64_t size;
    if (__builtin_mul_overflow(count, (int64_t)array->stride, &size)) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)INT64_MAX);
    }
    return size;
}

static struct runa_array *create(int32_t stride, int32_t flags) {
    struct runa_arena *arena = runa_scope_arena;
    struct runa_array *array = runa_tier_allocate(arena, sizeof *array);
    array->stride = stride;
    array->flags = flags;
    array->arena = arena;
    return array;
}

static void set_capacity(struct runa_array *array, int64_t capacity) {
    assert(capacity > array->capacity);
    array->data = runa_tier_reallocate(array->arena, array->data, bytes_of(array, array->capacity),
                                       bytes_of(array, capacity));
    array->capacity = capacity;
}

static void grow(struct runa_array *array) {
    int64_t capacity = FIRST_CAPACITY;
    if (array->capacity > 0 && __builtin_mul_overflow(array->capacity, 2, &capacity)) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)INT64_MAX);
    }
    set_capacity(array, capacity);
}

void runa_array_reserve(struct runa_array *array, int64_t capacity) {
    if (capacity > array->capacity) {
        set_capacity(array, capacity);
    }
}

static inline bool is_inline(const struct runa_array *array) {
    return (array->flags & RUNA_ARRAY_INLINE) != 0;
}

static inline char *element_at(const struct runa_array *array, int64_t i) {
    return (char *)array->data + i * array->stride;
}

static inline int64_t *words_of(const struct runa_array *array) { return array->data; }

// One unsigned comparison catches negative indexes too.
static inline void check_index(const struct runa_array *array, int64_t i) {
    if ((uint64_t)i >= (uint64_t)array->length) {
        runa_panic_index(i, array->length);
    }
}

static void destroy(struct runa_array *array) {
    if (array != NULL) {
        struct runa_arena *arena = array->arena;
        runa_tier_deallocate(arena, array->data);
        runa_tier_deallocate(arena, array);
    }
}

// --- Array --------------------------------------------------------------------------------------

struct runa_array *runa_array_create(const struct runa_kind *kind) {
    if (kind->tag == RUNA_KIND_INLINE) {
        assert(kind->count >= 0 && kind->count <= INT32_MAX);
        return create((int32_t)kind->count, RUNA_ARRAY_INLINE);
    }
    return create(sizeof(int64_t), 0);
}

struct runa_array *runa_array_create_sized(int64_t length, const struct runa_kind *kind) {
    if (length < 0) {
        runa_panic_format("an Array cannot have the length %lld", (long long)length);
    }
    struct runa_array *array = runa_array_create(kind);
    runa_array_reserve(array, length); // zero-filled, as all raw memory
    array->length = length;
    return array;
}

// A structure that is pushed may lie in the array itself, whose elements move when it grows.
static void push_structure(struct runa_array *array, const char *source) {
    uintptr_t offset = (uintptr_t)source - (uintptr_t)array->data;
    bool own = offset < (uintptr_t)bytes_of(array, array->length);
    if (array->length == array->capacity) {
        grow(array);
    }
    memcpy(element_at(array, array->length), own ? (char *)array->data + offset : source,
           (size_t)array->stride);
    array->length++;
}

void runa_array_push(struct runa_array *array, int64_t word) {
    if (is_inline(array)) {
        if (word == 0) {
            runa_panic_null();
        }
        push_structure(array, (const char *)word);
        return;
    }
    if (array->length == array->capacity) {
        grow(array);
    }
    words_of(array)[array->length++] = word;
}

int64_t runa_array_pop(struct runa_array *array) {
    if (array->length == 0) {
        runa_panic("pop from an empty Array");
    }
    array->length--;
    return is_inline(array) ? (int64_t)element_at(array, array->length)
                            : words_of(array)[array->length];
}

int64_t runa_array_get(const struct runa_array *array, int64_t i) {
    check_index(array, i);
    return is_inline(array) ? (int64_t)element_at(array, i) : words_of(array)[i];
}

void runa_array_set(struct runa_array *array, int64_t i, int64_t word) {
    check_index(array, i);
    if (!is_inline(array)) {
        words_of(array)[i] = word;
    } else if (word == 0) {
        runa_panic_null();
    } else {
        memmove(element_at(array, i), (const void *)word, (size_t)array->stride);
    }
}

int64_t runa_array_length(const struct runa_array *array) { return array->length; }

void runa_array_clear(struct runa_array *array) { array->length = 0; }

void runa_array_destroy(struct runa_array *array) { destroy(array); }

// --- List: an Array of words with insertion and removal -----------------------------------------

struct runa_array *runa_list_create(void) {
    return create(sizeof(int64_t), 0);
}

void runa_list_append(struct runa_array *list, int64_t value) {
    if (list->length == list->capacity) {
        grow(list);
    }
    words_of(list)[list->length++] = value;
}

int64_t runa_list_get(const struct runa_array *list, int64_t i) {
    check_index(list, i);
    return words_of(list)[i];
}

void runa_list_set(struct runa_array *list, int64_t i, int64_t value) {
    check_index(list, i);
    words_of(list)[i] = value;
}

void runa_list_insert(struct runa_array *list, int64_t i, int64_t value) {
    if ((uint64_t)i > (uint64_t)list->length) {
        runa_panic_index(i, list->length);
    }
    if (list->length == list->capacity) {
        grow(list);
    }
    int64_t *place = words_of(list) + i;
    memmove(place + 1, place, (size_t)(list->length - i) * sizeof *place);
    *place = value;
    list->length++;
}

int64_t runa_list_remove(struct runa_array *list, int64_t i) {
    check_index(list, i);
    int64_t *place = words_of(list) + i;
    int64_t value = *place;
    list->length--;
    memmove(place, place + 1, (size_t)(list->length - i) * sizeof *place);
    return value;
}

int64_t runa_list_length(const struct runa_array *list) { return list->length; }

void runa_list_clear(struct runa_array *list) { list->length = 0; }

void runa_list_destroy(struct runa_array *list) { destroy(list); }
