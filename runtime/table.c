// Sets and Dictionaries: hash tables that keep insertion order, after the layout that Raymond
// Hettinger proposed for Python's dict (2012). The entries lie densely in the order of insertion;
// an index with open addressing and linear probing holds, for each hash, the place of its entry:
//
//     index    [ - 3 - 1 - - 2 - ]           place + 1; 0: free
//     entries  [ hash sequence key (value) ] [ removed ] [ hash sequence key (value) ] ...
//
// - A removed element leaves a gap in the entries, but none in the index: the index entries
//   behind it move back (Knuth, volume 3, section 6.4, algorithm R), so probing never gets longer
//   by removals.
// - Gaps are closed when the entries are full and a quarter of them is gone, else the table
//   doubles: either costs a constant time for each insertion since the last one.
// - A gap knows where the entries behind it go on, so that a walk over many gaps is as fast the
//   second time as over none. Taking the first element again and again is linear.
// - Every insertion has a number of its own, and the positions of runa_*_next are those numbers:
//   they stay what they are when gaps are closed, so a walk may add and remove.
#include "internal.h"

#include <assert.h>

struct entry {
    uint32_t hash;     // IN_USE set; 0: removed, and key is the place where to go on
    uint32_t sequence; // the number of its insertion: ascending with the place
    int64_t key;       // a String: the table's own copy
    // of a Dictionary, behind it: int64_t value
};

struct table {
    char *entries; // `capacity` of entry_size bytes; Nothing while capacity is 0
    int64_t live;  // elements
    int64_t used;  // entries at the start that are or were elements
    int64_t capacity;
    uint32_t *index; // mask + 1 slots, a power of two; Nothing while capacity is 0
    int64_t mask;
    int32_t entry_size;
    uint32_t next_sequence;
    uint32_t walk; // the place that runa_*_next gave last: a guess for the next search
    bool keys_are_text;
    bool keys_are_floats;
    struct runa_arena *arena; // where the header and all of the above lie; Nothing: owned
};

struct runa_set {
    struct table table;
};

struct runa_dict {
    struct table table;
};

enum { FIRST_SLOTS = 8 };
static const uint32_t IN_USE = 0x80000000;
static const int64_t MAXIMUM_SLOTS = (int64_t)1 << 31; // the bits of a hash beside IN_USE

// --- Entries ------------------------------------------------------------------------------------

static inline struct entry *entry_at(const struct table *table, int64_t place) {
    return (struct entry *)(table->entries + place * table->entry_size);
}

static inline int64_t *value_of(struct entry *entry) { return (int64_t *)(entry + 1); }

static inline bool is_live(const struct entry *entry) { return entry->hash != 0; }

// Two Floats that are equal are one key, so -0.0 is 0.0; and so that it can be found again, NaN
// is one key too.
static int64_t key_of_float(int64_t key) {
    double value = runa_float_of_word(key);
    if (value != value) {
        return runa_word_of_float(__builtin_nan(""));
    }
    return value == 0 ? 0 : key;
}

struct lookup {
    int64_t key;
    uint32_t hash;
};

static inline struct lookup lookup_of(const struct table *table, int64_t key) {
    uint64_t hash;
    if (table->keys_are_text) {
        hash = runa_hash_text(runa_need_string((const char *)key));
    } else {
        key = table->keys_are_floats ? key_of_float(key) : key;
        hash = runa_hash_word(key);
    }
    return (struct lookup){key, (uint32_t)hash | IN_USE};
}

static inline bool is_match(const struct table *table, const struct entry *entry,
                            const struct lookup *lookup) {
    if (entry->hash != lookup->hash) {
        return false;
    }
    return entry->key == lookup->key ||
           (table->keys_are_text &&
            strcmp((const char *)entry->key, (const char *)lookup->key) == 0);
}

// --- Index --------------------------------------------------------------------------------------

// The slot of the element, or -1.
static inline int64_t find_slot(const struct table *table, const struct lookup *lookup) {
    if (table->live == 0) {
        return -1;
    }
    for (int64_t slot = lookup->hash & table->mask;; slot = (slot + 1) & table->mask) {
        uint32_t place = table->index[slot];
        if (place == 0) {
            return -1;
        }
        if (is_match(table, entry_at(table, place - 1), lookup)) {
            return slot;
        }
    }
}

static inline struct entry *find(const struct table *table, const struct lookup *lookup) {
    int64_t slot = find_slot(table, lookup);
    return slot < 0 ? NULL : entry_at(table, table->index[slot] - 1);
}

static inline void index_entry(struct table *table, int64_t place) {
    int64_t slot = entry_at(table, place)->hash & table->mask;
    while (table->index[slot] != 0) {
        slot = (slot + 1) & table->mask;
    }
    table->index[slot] = (uint32_t)(place + 1);
}

// Frees the slot; what was put behind it only because it was taken moves back.
static void clear_slot(struct table *table, int64_t slot) {
    int64_t mask = table->mask;
    int64_t hole = slot;
    for (int64_t next = (slot + 1) & mask; table->index[next] != 0; next = (next + 1) & mask) {
        int64_t home = entry_at(table, table->index[next] - 1)->hash & mask;
        if (((next - home) & mask) >= ((next - hole) & mask)) {
            table->index[hole] = table->index[next];
            hole = next;
        }
    }
    table->index[hole] = 0;
}

// --- Growth -------------------------------------------------------------------------------------

// At most five eighths of the slots are taken: two to three probes a search.
static int64_t capacity_of_slots(int64_t slots) { return slots / 2 + slots / 8; }

static void close_gaps(struct table *table) {
    int64_t to = 0;
    for (int64_t from = 0; from < table->used; from++) {
        if (is_live(entry_at(table, from))) {
            if (to != from) {
                memcpy(entry_at(table, to), entry_at(table, from), (size_t)table->entry_size);
            }
            to++;
        }
    }
    assert(to == table->live);
    table->used = to;
}

// The numbers run out after 2**32 insertions. A walk that is under way then may miss elements.
static void renumber(struct table *table) {
    for (int64_t place = 0; place < table->used; place++) {
        entry_at(table, place)->sequence = (uint32_t)place;
    }
    table->next_sequence = (uint32_t)table->used;
}

static void resize(struct table *table, int64_t slots) {
    if (slots > MAXIMUM_SLOTS) {
        runa_panic_format("a Set or Dictionary holds at most %lld elements",
                          (long long)capacity_of_slots(MAXIMUM_SLOTS));
    }
    int64_t capacity = capacity_of_slots(slots);
    runa_tier_deallocate(table->arena, table->index);
    table->index = runa_tier_allocate(table->arena, slots * (int64_t)sizeof *table->index);
    table->mask = slots - 1;
    table->entries =
        runa_tier_reallocate(table->arena, table->entries, table->capacity * table->entry_size,
                             capacity * table->entry_size);
    table->capacity = capacity;
}

// Makes room for one entry more, in place where enough of them are gaps.
static void make_room(struct table *table) {
    int64_t gaps = table->used - table->live;
    close_gaps(table);
    if (table->capacity == 0) {
        resize(table, FIRST_SLOTS);
    } else if (gaps < table->capacity / 4 + 1) {
        resize(table, 2 * (table->mask + 1));
    } else {
        memset(table->index, 0, (size_t)(table->mask + 1) * sizeof *table->index);
    }
    if (table->next_sequence > UINT32_MAX - table->capacity) {
        renumber(table);
    }
    for (int64_t place = 0; place < table->used; place++) {
        index_entry(table, place);
    }
}

// --- Life, insertion, removal -------------------------------------------------------------------

static void release(struct table *table) {
    if (table->keys_are_text && table->arena == NULL) {
        for (int64_t place = 0; place < table->used; place++) {
            if (is_live(entry_at(table, place))) {
                runa_deallocate((void *)entry_at(table, place)->key);
            }
        }
    }
    runa_tier_deallocate(table->arena, table->entries);
    runa_tier_deallocate(table->arena, table->index);
}

// The entry of a new element. Its value is not set.
static struct entry *insert(struct table *table, const struct lookup *lookup) {
    int64_t key = lookup->key;
    if (table->keys_are_text) {
        const char *text = (const char *)key;
        key = (int64_t)runa_copy_text(table->arena, text, (int64_t)strlen(text));
    }
    if (table->used == table->capacity) {
        make_room(table);
    }
    int64_t place = table->used++;
    struct entry *entry = entry_at(table, place);
    *entry = (struct entry){lookup->hash, table->next_sequence++, key};
    index_entry(table, place);
    table->live++;
    return entry;
}

static int64_t remove_key(struct table *table, int64_t key) {
    struct lookup lookup = lookup_of(table, key);
    int64_t slot = find_slot(table, &lookup);
    if (slot < 0) {
        return false;
    }
    int64_t place = table->index[slot] - 1;
    struct entry *entry = entry_at(table, place);
    clear_slot(table, slot);
    if (table->keys_are_text) {
        runa_tier_deallocate(table->arena, (void *)entry->key);
    }
    entry->hash = 0;
    entry->key = place + 1;
    table->live--;
    return true;
}

// --- Walks --------------------------------------------------------------------------------------
// These change, in a table that is only read, two kinds of words that are mere guesses: `walk`
// and where a gap goes on. Threads may read one table at once, so those are read and written
// atomically.

// The first place whose sequence is `position` or more; `used` if there is none.
static int64_t place_of(const struct table *table, int64_t position) {
    int64_t low = 0;
    int64_t high = table->used;
    int64_t guess = __atomic_load_n(&table->walk, __ATOMIC_RELAXED);
    if (position < high && entry_at(table, position)->sequence == position) {
        return position; // no gap before it was ever closed
    }
    if (guess < high && entry_at(table, guess)->sequence <= position) {
        low = entry_at(table, guess)->sequence == position ? guess : guess + 1;
        if (low == high || entry_at(table, low)->sequence >= position) {
            return low;
        }
    }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (entry_at(table, middle)->sequence < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// The first live place at or behind `place`, or `used`.
static int64_t skip_gaps(const struct table *table, int64_t place) {
    int64_t to = place;
    while (to < table->used && !is_live(entry_at(table, to))) {
        to = __atomic_load_n(&entry_at(table, to)->key, __ATOMIC_RELAXED);
    }
    if (to > place + 1) {
        __atomic_store_n(&entry_at(table, place)->key, to, __ATOMIC_RELAXED);
    }
    return to;
}

static int64_t next_position(const struct table *table, int64_t position) {
    assert(position >= 0);
    int64_t place = skip_gaps(table, place_of(table, position));
    if (place >= table->used) {
        return -1;
    }
    __atomic_store_n(&((struct table *)table)->walk, (uint32_t)place, __ATOMIC_RELAXED);
    return entry_at(table, place)->sequence;
}

// The entry at a position that next_position gave. Removed meanwhile: its key is gone.
static struct entry *entry_of_position(const struct table *table, int64_t position) {
    int64_t place = position < 0 ? table->used : place_of(table, position);
    if (place < table->used) {
        struct entry *entry = entry_at(table, place);
        if (is_live(entry) && entry->sequence == position) {
            return entry;
        }
    }
    runa_panic("the element at this position was removed");
}

// For each element of the table, in order, with `entry` as its entry. No insertion inside.
#define FOR_EACH_ENTRY(entry, table)                                                               \
    for (int64_t place_ = skip_gaps(table, 0); place_ < (table)->used;                             \
         place_ = skip_gaps(table, place_ + 1))                                                    \
        for (struct entry *entry = entry_at(table, place_); entry != NULL; entry = NULL)

// --- Set ----------------------------------------------------------------------------------------

static struct runa_set *create_set_like(const struct table *model) {
    struct runa_arena *arena = runa_scope_arena;
    struct runa_set *set = runa_tier_allocate(arena, sizeof *set);
    set->table = (struct table){.entry_size = sizeof(struct entry),
                                .keys_are_text = model->keys_are_text,
                                .keys_are_floats = model->keys_are_floats,
                                .arena = arena};
    return set;
}

struct runa_set *runa_set_create(const struct runa_kind *kind) {
    struct table model = {.keys_are_text = kind->tag == RUNA_KIND_STRING,
                          .keys_are_floats = kind->tag == RUNA_KIND_FLOAT};
    return create_set_like(&model);
}

void runa_set_add(struct runa_set *set, int64_t value) {
    struct lookup lookup = lookup_of(&set->table, value);
    if (find(&set->table, &lookup) == NULL) {
        insert(&set->table, &lookup);
    }
}

int64_t runa_set_contains(const struct runa_set *set, int64_t value) {
    struct lookup lookup = lookup_of(&set->table, value);
    return find(&set->table, &lookup) != NULL;
}

int64_t runa_set_remove(struct runa_set *set, int64_t value) {
    return remove_key(&set->table, value);
}

int64_t runa_set_size(const struct runa_set *set) { return set->table.live; }

struct runa_set *runa_set_union(const struct runa_set *a, const struct runa_set *b) {
    struct runa_set *result = create_set_like(&a->table);
    FOR_EACH_ENTRY(entry, &a->table) { runa_set_add(result, entry->key); }
    FOR_EACH_ENTRY(entry, &b->table) { runa_set_add(result, entry->key); }
    return result;
}

// The elements of `a` that are in `b`, or those that are not.
static struct runa_set *select_elements(const struct runa_set *a, const struct runa_set *b,
                                        bool in_b) {
    struct runa_set *result = create_set_like(&a->table);
    FOR_EACH_ENTRY(entry, &a->table) {
        if (runa_set_contains(b, entry->key) == in_b) {
            runa_set_add(result, entry->key);
        }
    }
    return result;
}

struct runa_set *runa_set_intersection(const struct runa_set *a, const struct runa_set *b) {
    return select_elements(a, b, true);
}

struct runa_set *runa_set_difference(const struct runa_set *a, const struct runa_set *b) {
    return select_elements(a, b, false);
}

static struct runa_array *keys_of(const struct table *table) {
    struct runa_array *list = runa_list_create();
    runa_array_reserve(list, table->live);
    FOR_EACH_ENTRY(entry, table) { runa_list_append(list, entry->key); }
    return list;
}

struct runa_array *runa_set_to_list(const struct runa_set *set) {
    return keys_of(&set->table);
}

int64_t runa_set_next(const struct runa_set *set, int64_t position) {
    return next_position(&set->table, position);
}

int64_t runa_set_value_at(const struct runa_set *set, int64_t position) {
    return entry_of_position(&set->table, position)->key;
}

void runa_set_destroy(struct runa_set *set) {
    if (set != NULL) {
        release(&set->table);
        runa_tier_deallocate(set->table.arena, set);
    }
}

// --- Dictionary ---------------------------------------------------------------------------------

struct runa_dict *runa_dict_create(const struct runa_kind *kind) {
    struct runa_arena *arena = runa_scope_arena;
    struct runa_dict *dict = runa_tier_allocate(arena, sizeof *dict);
    dict->table = (struct table){.entry_size = sizeof(struct entry) + sizeof(int64_t),
                                 .keys_are_text = kind->tag == RUNA_KIND_STRING,
                                 .keys_are_floats = kind->tag == RUNA_KIND_FLOAT,
                                 .arena = arena};
    return dict;
}

// Where the key's value stands; a new key gets the value 0.
static int64_t *find_or_insert_value(struct table *table, int64_t key) {
    struct lookup lookup = lookup_of(table, key);
    struct entry *entry = find(table, &lookup);
    if (entry == NULL) {
        entry = insert(table, &lookup);
        *value_of(entry) = 0; // after gaps were closed, an old value may stand there
    }
    return value_of(entry);
}

void runa_dict_set(struct runa_dict *dict, int64_t key, int64_t value) {
    *find_or_insert_value(&dict->table, key) = value;
}

int64_t runa_dict_get(const struct runa_dict *dict, int64_t key) {
    struct lookup lookup = lookup_of(&dict->table, key);
    struct entry *entry = find(&dict->table, &lookup);
    return entry == NULL ? 0 : *value_of(entry);
}

int64_t runa_dict_has(const struct runa_dict *dict, int64_t key) {
    struct lookup lookup = lookup_of(&dict->table, key);
    return find(&dict->table, &lookup) != NULL;
}

int64_t runa_dict_increment(struct runa_dict *dict, int64_t key, int64_t by,
                            const struct runa_kind *value_kind) {
    int64_t *value = find_or_insert_value(&dict->table, key);
    if (value_kind->tag == RUNA_KIND_FLOAT) {
        *value = runa_word_of_float(runa_float_of_word(*value) + runa_float_of_word(by));
    } else {
        *value = (int64_t)((uint64_t)*value + (uint64_t)by); // wraps, as all integers do
    }
    return *value;
}

int64_t runa_dict_remove(struct runa_dict *dict, int64_t key) {
    return remove_key(&dict->table, key);
}

int64_t runa_dict_size(const struct runa_dict *dict) { return dict->table.live; }

struct runa_array *runa_dict_keys(const struct runa_dict *dict) {
    return keys_of(&dict->table);
}

struct runa_array *runa_dict_values(const struct runa_dict *dict) {
    struct runa_array *list = runa_list_create();
    runa_array_reserve(list, dict->table.live);
    FOR_EACH_ENTRY(entry, &dict->table) { runa_list_append(list, *value_of(entry)); }
    return list;
}

int64_t runa_dict_next(const struct runa_dict *dict, int64_t position) {
    return next_position(&dict->table, position);
}

int64_t runa_dict_key_at(const struct runa_dict *dict, int64_t position) {
    return entry_of_position(&dict->table, position)->key;
}

int64_t runa_dict_value_at(const struct runa_dict *dict, int64_t position) {
    return *value_of(entry_of_position(&dict->table, position));
}

void runa_dict_destroy(struct runa_dict *dict) {
    if (dict != NULL) {
        release(&dict->table);
        runa_tier_deallocate(dict->table.arena, dict);
    }
}

// --- For the checked build ----------------------------------------------------------------------

// Sets and Dictionaries begin with their table.
bool runa_table_has_text_keys(const void *object) {
    return ((const struct table *)object)->keys_are_text;
}

const void *runa_table_entries(const void *object) {
    return ((const struct table *)object)->entries;
}

// Gaps are passed one by one: their links may be changing, where another thread uses the table.
void runa_table_visit(const void *object, const void *entries, int64_t size,
                      runa_table_visitor *visit, void *context) {
    const struct table *table = object;
    int64_t count = size / table->entry_size;
    bool has_values = table->entry_size > (int32_t)sizeof(struct entry);
    for (int64_t place = 0; place < count && place < table->used; place++) {
        struct entry *entry = (struct entry *)((char *)entries + place * table->entry_size);
        if (is_live(entry)) {
            visit(entry->key, false, context);
            if (has_values) {
                visit(*value_of(entry), true, context);
            }
        }
    }
}

const void *runa_table_index(const void *object) { return ((const struct table *)object)->index; }
