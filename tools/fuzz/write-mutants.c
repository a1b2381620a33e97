// Writes source texts changed at random as files, for tests that run a program on each.
//
// usage: write-mutants FOLDER SEED COUNT FILE...     writes FOLDER/SEED-1.runa and so on
#include <stdio.h>
#include <stdlib.h>

#include "mutate.h"

static bool write_text(const char *path, const char *text, size_t length) {
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return false;
    }
    bool is_written = fwrite(text, 1, length, file) == length;
    if (fclose(file) != 0 || !is_written) {
        perror(path);
        return false;
    }
    return true;
}

static bool write_mutants(const Corpus *corpus, const char *folder, uint64_t seed, uint64_t count) {
    for (uint64_t i = 1; i <= count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%llu-%llu.runa", folder, (unsigned long long)seed,
                 (unsigned long long)i);
        size_t length;
        char *text = mutate(corpus, seed, i, &length);
        bool is_written = write_text(path, text, length);
        free(text);
        if (!is_written) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: write-mutants FOLDER SEED COUNT FILE...\n");
        return 2;
    }
    Corpus corpus = {0};
    bool is_done =
        corpus_read(&corpus, argv + 4, (size_t)argc - 4) &&
        write_mutants(&corpus, argv[1], strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    corpus_destroy(&corpus);
    return is_done ? 0 : 1;
}
