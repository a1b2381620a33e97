// Source files and positions. A position is one 32-bit number: the byte offset in the concatenation
// of all loaded files (each file takes length + 1 positions), so a span is two words anywhere. The
// first file begins at 1: position 0, and so a zeroed span, is nowhere.
#ifndef RUNA_SOURCE_H
#define RUNA_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t Position;

typedef struct Span {
    Position start; // first byte
    Position end;   // one past the last byte
} Span;

// Zeros behind the text of a source: it may be read by pieces of 8 bytes.
enum { SOURCE_MARGIN = 8 };

typedef struct Source {
    const char *path;      // as shown in diagnostics and panics; owned by the table
    const char *real_path; // canonical path, identity of the file; owned by the table
    const char *text;      // its bytes and the margin, a BOM skipped; owned by the table
    uint32_t length;
    uint32_t skipped;      // bytes of the BOM before text[0] in the file
    Position base;         // position of text[0]
    uint32_t *line_starts; // offsets of line beginnings, made on first use; owned by the table
    uint32_t line_count;
} Source;

// What the shown paths of the library's files begin with, in diagnostics and panics, and no others.
#define LIBRARY_PATH "stdlib/"

// All loaded files. A zeroed one is valid and empty.
typedef struct SourceTable {
    Source **items; // owned, and each of them
    uint32_t count;
    uint32_t capacity;
    Position next_base;
    const Source *last_source; // source_locate's last answer
    uint32_t last_line;
} SourceTable;

typedef struct Location {
    const Source *source;
    uint32_t line;   // from 1
    uint32_t column; // bytes from 1
} Location;

// Reads a file ("-": standard input) into the table. `shown_path` is what diagnostics print. NULL
// when it cannot be read; then *reason is a static text saying why ("No such file or directory",
// "is a directory", "too large").
Source *source_load(SourceTable *table, const char *path, const char *shown_path,
                    const char **reason);
// The same for text in memory, which is copied.
Source *source_add_text(SourceTable *table, const char *shown_path, const char *text,
                        uint32_t length);
// The file a position lies in; NULL for 0 and for positions beyond the last file.
const Source *source_at(const SourceTable *table, Position position);
// Whether the source's shown path is that of a file of the library.
bool source_is_library(const Source *source);
// Logarithmic in the number of lines; remembers the last answer, so that ascending queries are
// cheap. `position` lies in a file.
Location source_locate(SourceTable *table, Position position);
// The text of line `line` (from 1) without its line end; *length receives its bytes.
const char *source_line(SourceTable *table, const Source *source, uint32_t line, uint32_t *length);
// Bytes of the UTF-8 sequence at `text`, of which `length` (at least 1) bytes may be read: 1 to 4,
// or 0 when it is none (overlong forms and surrogates are none).
uint32_t source_utf8_length(const char *text, uint32_t length);
void source_table_destroy(SourceTable *table);

#endif
