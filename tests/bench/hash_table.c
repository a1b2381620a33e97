// The twin of hash_table.runa: entries in the order of insertion, and an index table with open
// addressing.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPERATIONS = 3000000, KEYS = 600000 };

typedef struct Entry {
    uint64_t hash;
    int64_t key;
    int64_t value;
} Entry;

typedef struct Table {
    Entry *entries;
    int32_t *index; // number of an entry, or -1
    int64_t count;
    int64_t capacity; // of the index, a power of two; of the entries, half of it
} Table;

static void *allocate(size_t size) {
    void *block = malloc(size);
    if (!block)
        abort();
    return block;
}

static uint64_t hash_of(int64_t key) {
    uint64_t hash = (uint64_t)key;
    hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

// The place in the index of the key, or of the free place where it would go.
static int64_t find(const Table *table, int64_t key, uint64_t hash) {
    int64_t place = (int64_t)(hash & (uint64_t)(table->capacity - 1));
    while (table->index[place] >= 0) {
        const Entry *entry = &table->entries[table->index[place]];
        if (entry->hash == hash && entry->key == key)
            break;
        place = (place + 1) & (table->capacity - 1);
    }
    return place;
}

static void grow(Table *table) {
    table->capacity = table->capacity ? 2 * table->capacity : 8;
    table->entries = realloc(table->entries, table->capacity / 2 * sizeof *table->entries);
    if (!table->entries)
        abort();
    free(table->index);
    table->index = allocate(table->capacity * sizeof *table->index);
    for (int64_t i = 0; i < table->capacity; i++)
        table->index[i] = -1;
    for (int64_t i = 0; i < table->count; i++)
        table->index[find(table, table->entries[i].key, table->entries[i].hash)] = (int32_t)i;
}

static int64_t increment(Table *table, int64_t key, int64_t by) {
    if (table->count == table->capacity / 2)
        grow(table);
    uint64_t hash = hash_of(key);
    int64_t place = find(table, key, hash);
    if (table->index[place] < 0) {
        table->index[place] = (int32_t)table->count;
        table->entries[table->count++] = (Entry){hash, key, 0};
    }
    return table->entries[table->index[place]].value += by;
}

static bool has(const Table *table, int64_t key) {
    return table->count > 0 && table->index[find(table, key, hash_of(key))] >= 0;
}

static int64_t next_random(int64_t seed) { return (seed * 1103515245 + 12345) % 2147483648; }

int main(void) {
    Table table = {0};
    int64_t seed = 1;
    for (int64_t i = 1; i <= OPERATIONS; i++) {
        seed = next_random(seed);
        increment(&table, seed % KEYS, i);
    }
    int64_t hits = 0;
    for (int64_t i = 1; i <= OPERATIONS; i++) {
        seed = next_random(seed);
        if (has(&table, seed % (2 * KEYS)))
            hits++;
    }
    int64_t sum = 0;
    for (int64_t i = 0; i < table.count; i++)
        sum = (sum * 31 + table.entries[i].key + table.entries[i].value) % 1000000007;
    printf("size %ld, hits %ld, sum %ld\n", (long)table.count, (long)hits, (long)sum);
    free(table.entries);
    free(table.index);
    return 0;
}
