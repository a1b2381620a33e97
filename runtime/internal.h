// What the runtime's text, collection and output files share among themselves. Generated code sees
// include/runa.h only.
#ifndef RUNA_INTERNAL_H
#define RUNA_INTERNAL_H

#include "format.h"
#include "runa.h"

#include <stdio.h>
#include <string.h>

// A word of kind RUNA_KIND_FLOAT and the double that it stands for.
static inline double runa_float_of_word(int64_t word) {
    double value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static inline int64_t runa_word_of_float(double value) {
    int64_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

// --- Values (value.c) ---------------------------------------------------------------------------

// Hashes of 64 well-mixed bits: of a String's content, of a word.
uint64_t runa_hash_text(const char *text);
uint64_t runa_hash_word(int64_t word);

// --- Text of values (print.c) -------------------------------------------------------------------

// Where text goes: to `file` if that is set, else behind the first `length` bytes of `bytes`, an
// owned block of `capacity` bytes (Nothing while that is 0) for runa_deallocate. Not
// NUL-terminated.
struct runa_sink {
    FILE *file;
    char *bytes;
    int64_t length;
    int64_t capacity;
};

// Adds the value as Display writes it; a String as it is, or quoted and escaped where it stands
// inside a collection.
void runa_sink_value(struct runa_sink *sink, const struct runa_kind *kind, int64_t value);

// --- Lists (list.c) -----------------------------------------------------------------------------

// Room for `capacity` elements at least, without growing on the way there.
void runa_array_reserve(struct runa_array *array, int64_t capacity);

// --- Sets and Dictionaries (table.c): for the checked build --------------------------------------

// Is it a Set of Strings, or does the Dictionary have such keys?
bool runa_table_has_text_keys(const void *object);
// Its blocks of memory, or Nothing.
const void *runa_table_entries(const void *object);
const void *runa_table_index(const void *object);
// Calls visit for each key and each value in `size` bytes of entries.
typedef void runa_table_visitor(int64_t word, bool is_value, void *context);
void runa_table_visit(const void *object, const void *entries, int64_t size,
                      runa_table_visitor *visit, void *context);

// --- Strings (text.c) ---------------------------------------------------------------------------

// A String of the `length` bytes, of its exact size, in the arena or, with Nothing, owned.
char *runa_copy_text(struct runa_arena *arena, const char *bytes, int64_t length);

// `text`, or the panic "use of Nothing as a String".
const char *runa_need_string(const char *text);
// The sum of two lengths, or the out-of-memory panic.
int64_t runa_add_lengths(int64_t a, int64_t b);

#endif
