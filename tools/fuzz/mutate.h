// Source texts changed at random: words, lines and bytes of one are left out, doubled, swapped,
// replaced or taken from another.
#ifndef RUNA_FUZZ_MUTATE_H
#define RUNA_FUZZ_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CorpusText {
    char *bytes; // owned
    size_t length;
} CorpusText;

typedef struct Corpus {
    CorpusText *texts; // owned
    size_t count;
} Corpus;

// The whole file with a NUL behind it, to be freed by the caller; NULL with errno set.
char *read_text(const char *path, size_t *length);

// Reads the files; false after a complaint.
bool corpus_read(Corpus *corpus, char **paths, size_t count);
void corpus_destroy(Corpus *corpus);

// The number-th mutated text of a seed, the same on every machine; to be freed by the caller.
char *mutate(const Corpus *corpus, uint64_t seed, uint64_t number, size_t *length);

#endif
