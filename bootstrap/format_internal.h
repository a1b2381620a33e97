// The formatter's own interface. format_pieces.c: the source as a list of tokens and comments;
// format_render.c: that list as text; format.c: both, and the proof that they say the same.
#ifndef RUNA_FORMAT_INTERNAL_H
#define RUNA_FORMAT_INTERNAL_H

#include "format.h"
#include "layout.h"

typedef enum PieceKind {
    PIECE_TOKEN,
    PIECE_LINE_END,      // a NEWLINE token, which has no text of its own
    PIECE_COMMENT,       // to the end of its line
    PIECE_BLOCK_COMMENT, // Note: to :End Note
    PIECE_ASSEMBLY,      // behind the colon, up to the line of its End
} PieceKind;

typedef struct Piece {
    const LayoutToken *token; // NULL for comments
    const char *text;         // of the source, or a canonical spelling
    uint32_t length;          // without blanks at the end of a comment
    uint32_t column;          // in the source, from 0
    uint32_t breaks;          // line ends between it and the piece before
    uint8_t kind;             // PieceKind
} Piece;

typedef struct PieceList {
    Piece *items; // owned; they borrow from the source and the layout
    uint32_t count;
    uint32_t capacity;
} PieceList;

typedef struct Buffer {
    char *bytes; // owned
    size_t length;
    size_t capacity;
} Buffer;

void buffer_append(Buffer *buffer, const char *bytes, size_t length);
void buffer_fill(Buffer *buffer, char character, size_t count);

// All pieces of the source whose tokens are in `layout`.
PieceList pieces_of(const Source *source, const Layout *layout);
// Appends the canonical layout.
void format_render(const PieceList *pieces, Buffer *output);

// The length of the line at `text`, its line end excluded, without the blanks at its end.
uint32_t format_trimmed_line(const char *text, const char *end);
// The blanks at the beginning of the line, as columns; *bytes receives how many they are.
uint32_t format_indentation(const char *text, const char *end, uint32_t *bytes);
static inline const char *format_next_line(const char *text, const char *end) {
    while (text < end && *text != '\n')
        text++;
    return text < end ? text + 1 : end;
}

#endif
