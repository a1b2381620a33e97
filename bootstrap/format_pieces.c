// The source as a list of pieces: the tokens that the parser took, and the comments between them.
#include "format_internal.h"

#include <string.h>

enum { TAB_WIDTH = 4 };

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

uint32_t format_trimmed_line(const char *text, const char *end) {
    const char *line_end = memchr(text, '\n', (size_t)(end - text));
    const char *last = line_end != NULL ? line_end : end;
    while (last > text && is_blank(last[-1]))
        last--;
    return (uint32_t)(last - text);
}

uint32_t format_indentation(const char *text, const char *end, uint32_t *bytes) {
    uint32_t column = 0;
    const char *here = text;
    for (; here < end && is_blank(*here); here++) {
        if (*here == '\t')
            column += TAB_WIDTH - column % TAB_WIDTH;
        else
            column += *here == ' ';
    }
    *bytes = (uint32_t)(here - text);
    return column;
}

typedef struct Scanner {
    const Source *source;
    uint32_t position;   // offset behind what was read
    uint32_t line_start; // offset of the line that it lies in
    uint32_t breaks;     // line ends since the last piece
    PieceList pieces;
} Scanner;

static Piece *add_piece(Scanner *scanner, PieceKind kind, uint32_t start, uint32_t end) {
    PieceList *list = &scanner->pieces;
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 1024 : list->capacity * 2;
        list->items = memory_resize(list->items, list->capacity * sizeof(Piece));
    }
    const char *text = scanner->source->text;
    uint32_t bytes;
    const char *line = text + scanner->line_start;
    uint32_t column = format_indentation(line, text + start, &bytes);
    column += start - scanner->line_start - bytes;
    Piece *piece = &list->items[list->count++];
    *piece = (Piece){.text = text + start,
                     .length = end - start,
                     .column = column,
                     .breaks = scanner->breaks,
                     .kind = (uint8_t)kind};
    if (kind != PIECE_LINE_END)
        scanner->breaks = 0;
    return piece;
}

// A piece may contain line ends.
static void move_to(Scanner *scanner, uint32_t position) {
    const char *text = scanner->source->text;
    for (uint32_t i = scanner->position; i < position; i++) {
        if (text[i] == '\n')
            scanner->line_start = i + 1;
    }
    scanner->position = position;
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Behind the `:End Note` that ends the block comment.
static uint32_t block_comment_end(const Source *source, uint32_t start) {
    static const char closing[] = ":End Note";
    const char *end = source->text + source->length;
    const char *here = source->text + start + strlen("Note:");
    for (; here < end; here++) {
        if (*here == ':' && strncmp(here, closing, strlen(closing)) == 0 &&
            !is_word(here[strlen(closing)]))
            return (uint32_t)(here + strlen(closing) - source->text);
    }
    return source->length;
}

static void read_comment(Scanner *scanner) {
    const Source *source = scanner->source;
    const char *end = source->text + source->length;
    const char *here = source->text + scanner->position;
    uint32_t length = format_trimmed_line(here, end);
    bool is_block = *here == 'N' && length == strlen("Note:");
    uint32_t start = scanner->position;
    uint32_t stop = is_block ? block_comment_end(source, start) : start + length;
    add_piece(scanner, is_block ? PIECE_BLOCK_COMMENT : PIECE_COMMENT, start, stop);
    move_to(scanner, stop);
}

// The blanks and comments before the offset.
static void read_gap(Scanner *scanner, uint32_t stop) {
    const char *text = scanner->source->text;
    while (scanner->position < stop) {
        char c = text[scanner->position];
        if (c == '\n') {
            scanner->breaks++;
            move_to(scanner, scanner->position + 1);
        } else if (is_blank(c)) {
            scanner->position++;
        } else {
            assert(c == '/' || c == 'N');
            read_comment(scanner);
        }
    }
}

// What begins a comment inside Inline Assembly.
static bool begins_assembly_comment(const char *text, const char *end) {
    size_t rest = (size_t)(end - text);
    return (rest >= 1 && *text == '#') || (rest >= 2 && memcmp(text, "//", 2) == 0) ||
           (rest >= 5 && memcmp(text, "Note:", 5) == 0);
}

// The comment behind `Inline Assembly:`, whose text goes from start to end. Gives where the rest of
// it begins.
static uint32_t read_assembly_comment(Scanner *scanner, uint32_t start, uint32_t end) {
    const char *text = scanner->source->text;
    uint32_t blanks;
    format_indentation(text + start, text + end, &blanks);
    uint32_t first = start + blanks;
    if (!begins_assembly_comment(text + first, text + end))
        return start;
    uint32_t stop = first + format_trimmed_line(text + first, text + end);
    add_piece(scanner, PIECE_COMMENT, first, stop);
    return stop;
}

static void read_token(Scanner *scanner, const LayoutToken *token) {
    uint32_t start = token->span.start - scanner->source->base;
    uint32_t end = token->span.end - scanner->source->base;
    read_gap(scanner, start);
    if (token->kind == TOKEN_NEWLINE) { // its line end is read as a part of the gap
        add_piece(scanner, PIECE_LINE_END, start, start)->token = token;
        return;
    }
    if (token->kind == LAYOUT_ASSEMBLY)
        start = read_assembly_comment(scanner, start, end);
    move_to(scanner, end);
    if (token->spelling != NULL && token->spelling[0] == '\0')
        return; // a part of the spelling before it
    PieceKind kind = token->kind == LAYOUT_ASSEMBLY ? PIECE_ASSEMBLY : PIECE_TOKEN;
    Piece *piece = add_piece(scanner, kind, start, end);
    piece->token = token;
    if (token->spelling != NULL) {
        piece->text = token->spelling;
        piece->length = (uint32_t)strlen(token->spelling);
    }
}

PieceList pieces_of(const Source *source, const Layout *layout) {
    Scanner scanner = {.source = source};
    for (uint32_t i = 0; i < layout->count; i++)
        read_token(&scanner, &layout->items[i]);
    read_gap(&scanner, source->length);
    return scanner.pieces;
}
