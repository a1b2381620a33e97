// Interned names: open addressing with linear probing, at most half full.
#include "intern.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static uint32_t hash_text(const char *text, uint32_t length) {
    uint32_t hash = INTERN_SEED;
    for (uint32_t i = 0; i < length; i++)
        hash = intern_hash(hash, text[i]);
    return hash;
}

// Where the name is, or the free slot where it belongs. FNV's low bits are mixed once more, because
// names that differ only in their last letters are common.
static inline Name **find_slot(const InternTable *table, const char *text, uint32_t length,
                               uint32_t hash) {
    uint32_t mask = table->capacity - 1;
    uint32_t slot = (hash ^ hash >> 15) & mask;
    for (;; slot = (slot + 1) & mask) {
        const Name *name = table->slots[slot];
        if (name == NULL ||
            (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0))
            return &table->slots[slot];
    }
}

// Out of line, like add_name: looking up is short, and these are rare.
static __attribute__((noinline)) void grow(InternTable *table) {
    Name **old_slots = table->slots;
    uint32_t old_capacity = table->capacity;
    table->capacity = old_capacity == 0 ? 1024 : old_capacity * 2;
    table->slots = memory_allocate(table->capacity * sizeof(Name *));
    for (uint32_t i = 0; i < old_capacity; i++) {
        Name *name = old_slots[i];
        if (name != NULL)
            *find_slot(table, name->text, name->length, name->hash) = name;
    }
    memory_free(old_slots);
}

// A new name in the free slot where it belongs.
static __attribute__((noinline)) const Name *
add_name(InternTable *table, Name **slot, const char *text, uint32_t length, uint32_t hash) {
    Name *name = pool_allocate(&table->pool, sizeof(Name) + (size_t)length + 1);
    name->length = length;
    name->hash = hash;
    memcpy(name->text, text, length);
    *slot = name;
    table->count++;
    return name;
}

const Name *intern(InternTable *table, const char *text, uint32_t length) {
    return intern_hashed(table, text, length, hash_text(text, length));
}

const Name *intern_hashed(InternTable *table, const char *text, uint32_t length, uint32_t hash) {
    if (table->count >= table->capacity / 2)
        grow(table);
    Name **slot = find_slot(table, text, length, hash);
    return *slot != NULL ? *slot : add_name(table, slot, text, length, hash);
}

const Name *intern_text(InternTable *table, const char *text) {
    return intern(table, text, (uint32_t)strlen(text));
}

const Name *intern_format(InternTable *table, const char *format, ...) {
    char small[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length < (int)sizeof small)
        return intern(table, small, (uint32_t)length);
    char *large = memory_allocate((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(large, (size_t)length + 1, format, arguments);
    va_end(arguments);
    const Name *name = intern(table, large, (uint32_t)length);
    memory_free(large);
    return name;
}

void intern_destroy(InternTable *table) {
    memory_free(table->slots);
    pool_destroy(&table->pool);
    *table = (InternTable){0};
}
