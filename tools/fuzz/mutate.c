#include "mutate.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- Numbers at random ---------------------------------------------------------------------------

// splitmix64
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static size_t below(uint64_t *state, size_t limit) {
    return limit == 0 ? 0 : (size_t)(next_random(state) % limit);
}

// --- The corpus ----------------------------------------------------------------------------------

char *read_text(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    char *text = NULL;
    *length = 0;
    for (size_t capacity = 4096, got = 1; got > 0; capacity *= 2) {
        text = realloc(text, capacity + 1);
        got = fread(text + *length, 1, capacity - *length, file);
        *length += got;
    }
    text[*length] = '\0';
    fclose(file);
    return text;
}

bool corpus_read(Corpus *corpus, char **paths, size_t count) {
    corpus->texts = calloc(count, sizeof(CorpusText));
    corpus->count = count;
    for (size_t i = 0; i < count; i++) {
        CorpusText *text = &corpus->texts[i];
        text->bytes = read_text(paths[i], &text->length);
        if (!text->bytes) {
            fprintf(stderr, "front-end: cannot read '%s': %s\n", paths[i], strerror(errno));
            return false;
        }
    }
    return true;
}

void corpus_destroy(Corpus *corpus) {
    for (size_t i = 0; i < corpus->count; i++) {
        free(corpus->texts[i].bytes);
    }
    free(corpus->texts);
}

// --- Pieces of a text ----------------------------------------------------------------------------

typedef struct Piece {
    size_t start;
    size_t length;
} Piece;

static const char *const words[] = {
#define TOKEN(NAME, text)
#define KEYWORD(NAME, word) word,
#include "../../bootstrap/token.def"
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ".",
    "|",
    "=",
    "==",
    "-",
    "\"",
    "'",
    "Note:\n",
    ":End Note",
    "//",
    "0",
    "1",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "1e308",
    "0x",
    "\"\\u{1F600}\"",
    "'\\n'",
    "Integer",
    "Integer8",
    "Unsigned64",
    "Float32",
    "Boolean",
    "String",
    "Array",
    "List",
    "Dictionary",
    "Set",
    "Pointer",
    "Function",
    "Nothing",
    "main",
    "self",
    "x",
    "\n",
    "\r\n",
    "\t",
    "\xEF\xBB\xBF",
    "\xC3\xA4",
    "\xFF",
};

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

// The piece at an offset: a line with its end, or a word, a text, a run of blanks, a sign.
static Piece piece_at(const char *text, size_t length, size_t start, bool is_line) {
    size_t end = start + 1;
    if (is_line) {
        while (end < length && text[end - 1] != '\n')
            end++;
    } else if (is_word(text[start])) {
        while (end < length && is_word(text[end]))
            end++;
    } else if (text[start] == '"') {
        while (end < length && text[end - 1 + (end == start + 1)] != '"' && text[end] != '\n')
            end++;
    } else if (text[start] == ' ') {
        while (end < length && text[end] == ' ')
            end++;
    }
    return (Piece){start, end - start};
}

// A piece at random: most words, some lines.
static Piece choose_piece(uint64_t *state, const char *text, size_t length, bool is_line) {
    if (length == 0) {
        return (Piece){0, 0};
    }
    size_t start = below(state, length);
    while (start > 0 &&
           (is_line ? text[start - 1] != '\n' : is_word(text[start]) && is_word(text[start - 1])))
        start--;
    return piece_at(text, length, start, is_line);
}

// --- Changes -------------------------------------------------------------------------------------

typedef struct Buffer {
    char *bytes;
    size_t length;
} Buffer;

// Replaces a piece by other bytes, which may lie in the buffer itself.
static void replace(Buffer *buffer, Piece piece, const char *bytes, size_t length) {
    size_t rest = buffer->length - piece.start - piece.length;
    char *result = malloc(piece.start + length + rest + 1);
    memcpy(result, buffer->bytes, piece.start);
    memcpy(result + piece.start, bytes, length);
    memcpy(result + piece.start + length, buffer->bytes + piece.start + piece.length, rest);
    free(buffer->bytes);
    buffer->bytes = result;
    buffer->length = piece.start + length + rest;
    buffer->bytes[buffer->length] = '\0';
}

static void swap(Buffer *buffer, Piece first, Piece second) {
    if (first.start > second.start) {
        Piece other = first;
        first = second;
        second = other;
    }
    if (first.start + first.length > second.start) {
        return;
    }
    size_t gap = second.start - first.start - first.length;
    size_t length = first.length + gap + second.length;
    char *swapped = malloc(length + 1);
    const char *bytes = buffer->bytes + first.start;
    memcpy(swapped, bytes + first.length + gap, second.length);
    memcpy(swapped + second.length, bytes + first.length, gap);
    memcpy(swapped + second.length + gap, bytes, first.length);
    replace(buffer, (Piece){first.start, length}, swapped, length);
    free(swapped);
}

// Some lines of another text.
static void splice(Buffer *buffer, uint64_t *state, const Corpus *corpus) {
    const CorpusText *other = &corpus->texts[below(state, corpus->count)];
    Piece first = choose_piece(state, other->bytes, other->length, true);
    size_t end = first.start + first.length;
    for (size_t lines = below(state, 6); lines > 0 && end < other->length; lines--) {
        end += piece_at(other->bytes, other->length, end, true).length;
    }
    Piece place = choose_piece(state, buffer->bytes, buffer->length, true);
    place.length = below(state, 2) ? place.length : 0;
    replace(buffer, place, other->bytes + first.start, end - first.start);
}

static void change(Buffer *buffer, uint64_t *state, const Corpus *corpus) {
    bool is_line = below(state, 4) == 0;
    Piece piece = choose_piece(state, buffer->bytes, buffer->length, is_line);
    Piece other = choose_piece(state, buffer->bytes, buffer->length, is_line);
    const char *word = words[below(state, sizeof words / sizeof *words)];
    switch (below(state, 10)) {
    case 0:
    case 1:
        replace(buffer, piece, "", 0);
        break;
    case 2:
        replace(buffer, (Piece){piece.start, 0}, buffer->bytes + piece.start, piece.length);
        break;
    case 3:
        swap(buffer, piece, other);
        break;
    case 4:
        replace(buffer, piece, buffer->bytes + other.start, other.length);
        break;
    case 5:
        replace(buffer, piece, word, strlen(word));
        break;
    case 6:
        replace(buffer, (Piece){piece.start, 0}, word, strlen(word));
        break;
    case 7:
    case 8:
        splice(buffer, state, corpus);
        break;
    default:
        if (buffer->length > 0) {
            buffer->bytes[below(state, buffer->length)] ^= (char)(1 << below(state, 8));
        }
    }
}

char *mutate(const Corpus *corpus, uint64_t seed, uint64_t number, size_t *length) {
    uint64_t state = seed * UINT64_C(0x2545F4914F6CDD1D) + number * UINT64_C(0xD1342543DE82EF95);
    const CorpusText *text = &corpus->texts[below(&state, corpus->count)];
    Buffer buffer = {malloc(text->length + 1), text->length};
    memcpy(buffer.bytes, text->bytes, text->length + 1);
    for (size_t changes = 1 + below(&state, 4); changes > 0; changes--) {
        change(&buffer, &state, corpus);
    }
    *length = buffer.length;
    return buffer.bytes;
}
