// The record that the parser keeps for the formatter, when it is asked to.
#include "parser_internal.h"

void parser_record_layout(Parser *parser, Layout *layout) { parser->state->layout = layout; }

void layout_destroy(Layout *layout) {
    memory_free(layout->items);
    *layout = (Layout){0};
}

void layout_add(Layout *layout, Span span, uint8_t kind, const Token *token) {
    if (layout->count == layout->capacity) {
        layout->capacity = layout->capacity == 0 ? 1024 : layout->capacity * 2;
        layout->items = memory_resize(layout->items, layout->capacity * sizeof(LayoutToken));
    }
    LayoutToken added = {.span = span, .kind = kind, .depth = layout->line_depth - 1};
    layout->line_depth = 0;
    if (token != NULL) {
        added.flags = token->flags;
        added.keyword = token->keyword;
    }
    if (layout->spelled_tokens > 0) {
        added.spelling = layout->spelling;
        layout->spelling = "";
        layout->spelled_tokens--;
    }
    layout->items[layout->count++] = added;
}

// The cases of a Match stand one level deeper than other statements of a block, and their own
// statements one more.
void parser_mark_line(Parser *parser, int32_t adjustment) {
    Layout *layout = parser->state->layout;
    if (layout == NULL)
        return;
    int32_t depth = adjustment;
    for (const OpenBlock *block = parser->state->block; block != NULL; block = block->outer)
        depth += block->keyword == KEYWORD_MATCH ? 2 : 1;
    layout->line_depth = depth + 1;
}

void parser_mark_spelling(Parser *parser, uint32_t tokens, const char *spelling) {
    Layout *layout = parser->state->layout;
    if (layout == NULL || parser_peek(parser, tokens - 1)->line != parser->current->line)
        return;
    layout->spelling = spelling;
    layout->spelled_tokens = tokens;
}

// The spellings of Runa 0.0.8 and the words in another order: the rest is a matter of taste.
void parser_mark_operator(Parser *parser, Operator operator, uint32_t tokens) {
    switch (parser->current->keyword) {
    case KEYWORD_MODULO:
        if (tokens == 1)
            break;
        // fall through
    case KEYWORD_BIT_OR:
    case KEYWORD_BIT_XOR:
    case KEYWORD_BIT_AND:
    case KEYWORD_BIT_NOT:
    case KEYWORD_BIT_SHIFT_LEFT:
    case KEYWORD_BIT_SHIFT_RIGHT:
    case KEYWORD_SHIFTED:
        parser_mark_spelling(parser, tokens, operator_words(operator));
        break;
    default:
        break;
    }
}
