// Questions that no operator asks, such as `x is one of 1, 2`: reported by what to write instead.
#include "parser_internal.h"

#include <string.h>

// The text of a value, in brackets where it is a computation.
static const char *operand_text(Parser *parser, const Node *value, const char *otherwise) {
    const char *text = parser_text_of(parser, value->span, NULL);
    if (text == NULL)
        return otherwise;
    bool is_loose = value->kind == NODE_BINARY || value->kind == NODE_UNARY;
    if (!is_loose || (value->flags & NODE_PARENTHESES))
        return text;
    char bracketed[64];
    snprintf(bracketed, sizeof bracketed, "(%s)", text);
    return runa_arena_string_duplicate(parser->arena, bracketed);
}

// A comma or `or` in front of another value of a choice.
static bool accept_alternative(Parser *parser) {
    const ParserState *state = parser->state;
    bool is_listed = state->bracket_depth > 0 || (state->context & IN_LIST);
    bool has_comma = !is_listed && parser_at(parser, TOKEN_COMMA);
    if (state->is_failing || (!has_comma && !parser_at_word(parser, KEYWORD_OR)))
        return false;
    parser_advance(parser);
    if (has_comma)
        parser_accept_word(parser, KEYWORD_OR);
    return true;
}

// The values of `x is one of 1, 2 or 3`, each compared; NULL where the text is long, or goes on.
static const char *read_alternatives(Parser *parser, const Node *left) {
    const char *side = parser_text_of(parser, left->span, NULL);
    char text[256] = "";
    bool is_known = side != NULL;
    uint32_t count = 0;
    do {
        const Node *value = parser_binary(parser, LEVEL_JOIN);
        const char *right = parser_text_of(parser, value->span, NULL);
        size_t length = strlen(text);
        is_known = is_known && right != NULL && length < sizeof text - 100;
        if (is_known)
            snprintf(text + length, sizeof text - length, "%s%s is %s", count > 0 ? " or " : "",
                     side, right);
        count++;
    } while (accept_alternative(parser));
    uint32_t ignored;
    bool goes_on = parser_operator_ahead(parser, 0, &ignored) != OPERATOR_NONE;
    if (!is_known || count < 2 || goes_on || parser->state->is_failing)
        return NULL;
    return runa_arena_string_duplicate(parser->arena, text);
}

// The items of `x is in [1, 2]`, each compared; NULL where the text is long.
static const char *compare_items(Parser *parser, const Node *left, NodeList items, bool is_not) {
    const char *side = parser_text_of(parser, left->span, NULL);
    char text[256] = "";
    if (side == NULL || items.count == 0 || parser->state->is_failing)
        return NULL;
    for (uint32_t i = 0; i < items.count; i++) {
        const char *item = parser_text_of(parser, items.items[i]->span, NULL);
        size_t length = strlen(text);
        if (item == NULL || length >= sizeof text - 100)
            return NULL;
        snprintf(text + length, sizeof text - length, "%s%s is %s%s",
                 i == 0   ? ""
                 : is_not ? " and "
                          : " or ",
                 side, is_not ? "not " : "", item);
    }
    return runa_arena_string_duplicate(parser->arena, text);
}

// `fixed` is what to write, or NULL.
static void help_with_choice(Parser *parser, Diagnostic *error, const Node *left, int binding,
                             const char *fixed) {
    if (fixed == NULL) {
        const char *side = parser_text_of(parser, left->span, "x");
        parser_help(parser, error, "compare with each: `%s is 1 or %s is 2`", side, side);
        return;
    }
    parser_help(parser, error, "write `%s`", fixed);
    char text[300];
    bool is_tight = binding > parser_binding_of(OPERATOR_OR);
    snprintf(text, sizeof text, is_tight ? "(%s)" : "%s", fixed);
    parser_fix(parser, error, (Span){left->span.start, parser->state->previous.end}, text);
}

Node *parser_foreign_test(Parser *parser, const Node *left, int binding) {
    uint32_t length;
    if (parser->current->flags & TOKEN_FIRST)
        return NULL;
    const ForeignPhrase *row = parser_foreign_phrase(parser, false, &length);
    if (row == NULL)
        return NULL;
    Span span = parser_words_span(parser, length);
    Diagnostic *error =
        parser_report(parser, ERROR_foreign_operator, span, "`%s` is no operator of Runa",
                      parser_text_of(parser, span, "this"));
    for (uint32_t i = 0; i < length; i++)
        parser_advance(parser);
    if (row->text == NULL) {
        help_with_choice(parser, error, left, binding, read_alternatives(parser, left));
        return parser_error_node(parser, parser_span_from(parser, left->span.start));
    }
    bool is_in = strcmp(parser_text_of(parser, parser->state->previous, ""), "in") == 0;
    const char *words = parser_text_of(parser, span, "");
    bool is_not = strstr(words, "not") != NULL || strstr(words, "n't") != NULL;
    const Node *right = parser_binary(parser, LEVEL_JOIN);
    const char *fixed = NULL;
    if (is_in && right->kind == NODE_ARRAY_LITERAL)
        fixed = compare_items(parser, left, AST(right, NODE_ARRAY_LITERAL, ArrayLiteral)->items,
                              is_not);
    if (fixed != NULL) {
        help_with_choice(parser, error, left, binding, fixed);
    } else {
        parser_help_about(parser, error, row->text, operand_text(parser, left, "x"),
                          operand_text(parser, right, "y"));
    }
    return parser_error_node(parser, parser_span_from(parser, left->span.start));
}
