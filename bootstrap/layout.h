// What a parse leaves for the formatter: the tokens in the order of the text, each with what only
// the parser knows about it.
#ifndef RUNA_LAYOUT_H
#define RUNA_LAYOUT_H

#include "parser.h"

enum {
    LAYOUT_ASSEMBLY = TOKEN_KIND_COUNT, // kind: the text of an Inline Assembly, which is no token
    LAYOUT_INSIDE = -1,                 // depth: the token begins no statement
};

typedef struct LayoutToken {
    Span span;
    int32_t depth;        // blocks around the line that begins here, or LAYOUT_INSIDE
    const char *spelling; // what is written instead of its text; "" for nothing; or NULL
    uint8_t kind;         // TokenKind or LAYOUT_ASSEMBLY
    uint8_t flags;        // TOKEN_…
    uint16_t keyword;
} LayoutToken;

// A zeroed one is valid and empty.
typedef struct Layout {
    LayoutToken *items; // owned; the end of the file is not among them
    uint32_t count;
    uint32_t capacity;
    int32_t line_depth;      // of the current token, plus 1; 0 when it begins no statement
    const char *spelling;    // of the next `spelled` tokens
    uint32_t spelled_tokens; // that many are replaced by `spelling`
} Layout;

// The parses from here on add to `layout` (borrowed); NULL ends that.
void parser_record_layout(Parser *parser, Layout *layout);
void layout_add(Layout *layout, Span span, uint8_t kind, const Token *token);
void layout_destroy(Layout *layout);

#endif
