// Interned names: open addressing with linear probing, at most half full.
#include "intern.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(offsetof(Name, text) % sizeof(uint64_t) == 0, "a name is compared by pieces");

// Texts are hashed and compared by pieces of 8 bytes, the last of which may be shorter and is
// filled up with zeros.
enum { PIECE = sizeof(uint64_t) };

enum { FEWEST_SLOTS = 1024 };

static inline uint64_t whole_piece(const char *text) {
    uint64_t piece;
    memcpy(&piece, text, PIECE);
    return piece;
}

// A piece of 0 to 8 bytes. With a margin, those behind the text are read, too, and masked out.
static inline uint64_t last_piece(const char *text, uint32_t length, bool has_margin) {
    uint64_t piece = 0;
    if (!has_margin)
        memcpy(&piece, text, length);
    else if (length > 0)
        piece = whole_piece(text) & UINT64_MAX >> (PIECE - length) * 8;
    return piece;
}

// The factor is 2^64 divided by the golden ratio. What it does to a piece shows in the upper bits,
// and does not come from the piece's own upper bits alone.
static inline uint64_t mix(uint64_t hash, uint64_t piece) {
    uint64_t both = hash ^ piece;
    return (both ^ both >> 32) * UINT64_C(0x9E3779B97F4A7C15);
}

static inline uint32_t hash_text(const char *text, uint32_t length, bool has_margin) {
    uint64_t hash = length;
    for (; length > PIECE; text += PIECE, length -= PIECE)
        hash = mix(hash, whole_piece(text));
    return (uint32_t)(mix(hash, last_piece(text, length, has_margin)) >> 32);
}

static inline bool is_spelt(const Name *name, const char *text, uint32_t length, bool has_margin) {
    const char *spelling = name->text;
    for (; length > PIECE; text += PIECE, spelling += PIECE, length -= PIECE) {
        if (whole_piece(text) != whole_piece(spelling))
            return false;
    }
    return last_piece(text, length, has_margin) == (length == 0 ? 0 : whole_piece(spelling));
}

static inline uint32_t slot_of(const InternTable *table, uint32_t hash) {
    return (hash ^ hash >> 15) & (table->capacity - 1);
}

// Where the name is, or the free slot where it belongs.
static inline InternSlot *find_slot(const InternTable *table, const char *text, uint32_t length,
                                    uint32_t hash, bool has_margin) {
    uint32_t mask = table->capacity - 1;
    uint32_t i = slot_of(table, hash);
    for (;; i = (i + 1) & mask) {
        InternSlot *slot = &table->slots[i];
        const Name *name = slot->name;
        if (name == NULL || (slot->hash == hash && name->length == length &&
                             is_spelt(name, text, length, has_margin)))
            return slot;
    }
}

// Out of line, like add_name: looking up is short, and these are rare.
static __attribute__((noinline)) void grow_to(InternTable *table, uint32_t capacity) {
    InternSlot *old_slots = table->slots;
    uint32_t old_capacity = table->capacity;
    table->capacity = capacity;
    table->slots = memory_allocate(capacity * sizeof(InternSlot));
    for (uint32_t i = 0; i < old_capacity; i++) {
        if (old_slots[i].name == NULL)
            continue;
        uint32_t slot = slot_of(table, old_slots[i].hash);
        while (table->slots[slot].name != NULL)
            slot = (slot + 1) & (table->capacity - 1);
        table->slots[slot] = old_slots[i];
    }
    memory_free(old_slots);
}

static void grow(InternTable *table) {
    grow_to(table, table->capacity == 0 ? FEWEST_SLOTS : table->capacity * 2);
}

void intern_reserve(InternTable *table, uint32_t count) {
    uint32_t capacity = FEWEST_SLOTS;
    while (capacity / 2 < count)
        capacity *= 2;
    if (capacity > table->capacity)
        grow_to(table, capacity);
}

// A new name in the free slot where it belongs.
static __attribute__((noinline)) const Name *
add_name(InternTable *table, InternSlot *slot, const char *text, uint32_t length, uint32_t hash) {
    Name *name = pool_allocate(&table->pool, sizeof(Name) + (size_t)length + 1);
    name->length = length;
    name->hash = hash;
    memcpy(name->text, text, length);
    *slot = (InternSlot){.name = name, .hash = hash};
    table->count++;
    return name;
}

static const Name *find_or_add(InternTable *table, const char *text, uint32_t length,
                               bool has_margin) {
    if (table->count >= table->capacity / 2)
        grow(table);
    uint32_t hash = hash_text(text, length, has_margin);
    InternSlot *slot = find_slot(table, text, length, hash, has_margin);
    return slot->name != NULL ? slot->name : add_name(table, slot, text, length, hash);
}

const Name *intern(InternTable *table, const char *text, uint32_t length) {
    return find_or_add(table, text, length, false);
}

// Most words are one piece, were met before, and lie where their hash says.
const Name *intern_word(InternTable *table, const char *text, uint32_t length) {
    if (length - 1 < PIECE && table->capacity > 0) {
        uint64_t piece = last_piece(text, length, true);
        const Name *name = table->slots[slot_of(table, (uint32_t)(mix(length, piece) >> 32))].name;
        if (name != NULL && name->length == length && whole_piece(name->text) == piece)
            return name;
    }
    return find_or_add(table, text, length, true);
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

const Name *intern_joined(InternTable *table, const char *const *texts, uint32_t count) {
    char small[256] = "";
    size_t length = 0;
    for (uint32_t i = 0; i < count; i++)
        length += strlen(texts[i]);
    char *joined = length <= sizeof small ? small : memory_allocate(length);
    char *end = joined;
    for (uint32_t i = 0; i < count; i++) {
        size_t added = strlen(texts[i]);
        memcpy(end, texts[i], added);
        end += added;
    }
    const Name *name = intern(table, joined, (uint32_t)length);
    if (joined != small)
        memory_free(joined);
    return name;
}

void intern_destroy(InternTable *table) {
    memory_free(table->slots);
    pool_destroy(&table->pool);
    *table = (InternTable){0};
}
