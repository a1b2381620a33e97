// Words that stand twice: reported, and taken for one.
#include "parser_internal.h"

#include <string.h>

// The word before it, the same, ends there.
static void report_doubled(Parser *parser, Position end, const Token *word) {
    Diagnostic *error = parser_report(parser, ERROR_expected_token, parser_token_span(word),
                                      "`%s` stands here twice", word->value.name->text);
    parser_help(parser, error, "leave one of them out");
    parser_fix(parser, error, (Span){end, word->end}, "");
}

bool parser_skip_doubled(Parser *parser) {
    const ParserState *state = parser->state;
    if (!parser_at(parser, TOKEN_NAME) || state->previous_kind != TOKEN_NAME || state->is_failing)
        return false;
    const Name *word = parser->current->value.name;
    const char *before = state->source->text + (state->previous.start - state->source->base);
    if (state->previous.end - state->previous.start != word->length ||
        memcmp(before, word->text, word->length) != 0)
        return false;
    report_doubled(parser, state->previous.end, parser->current);
    parser_advance(parser);
    return true;
}

// Behind an operator, at a word that is no name, since a value follows, and begins no value, as
// `minus` and `not` do.
static bool at_second_operator(Parser *parser) {
    const Token *token = parser->current;
    if (token->kind != TOKEN_NAME || token->keyword == KEYWORD_NONE ||
        token->keyword == KEYWORD_MINUS || token->keyword == KEYWORD_NOT)
        return false;
    TokenKind next = (TokenKind)parser_peek(parser, 1)->kind;
    return next != TOKEN_LEFT_PARENTHESIS && next != TOKEN_LEFT_BRACKET &&
           parser_at_operand(parser, 1);
}

void parser_refuse_operator(Parser *parser) {
    uint32_t length;
    if (!at_second_operator(parser) || parser_at_question(parser) || parser_skip_doubled(parser) ||
        parser_operator_ahead(parser, 0, &length) == OPERATOR_NONE || length > 1)
        return;
    parser_help(parser, parser_fail_expected(parser, ERROR_expected_expression, "a value"),
                "an operator stands between two values: leave one of the two out");
}

bool parser_skip_second_word(Parser *parser) {
    return at_second_operator(parser) && parser_skip_doubled(parser);
}

// Whether the word goes on with a constructor or collection, behind its type.
static bool is_behind_type(const Token *word) {
    switch (word->keyword) {
    case KEYWORD_WITH:
    case KEYWORD_OF:
    case KEYWORD_IN:
    case KEYWORD_AS:
    case KEYWORD_CONTAINING:
        return true;
    default:
        return false;
    }
}

// In `a a with with 1` the second `a` is a type, and the second `with` its field.
void parser_skip_doubled_article(Parser *parser) {
    const Token *first = parser->current, *second = parser_peek(parser, 1);
    bool is_article = first->keyword == KEYWORD_A || first->keyword == KEYWORD_AN;
    if (!is_article || second->keyword != first->keyword || parser->state->is_failing)
        return;
    const Token *type = parser_peek(parser, 2);
    if (type->kind != TOKEN_NAME || is_behind_type(type) || !is_behind_type(parser_peek(parser, 3)))
        return;
    report_doubled(parser, first->end, second);
    parser_advance(parser);
}

// Whether the words that begin so far ahead are one twice, which the value behind shows, or the
// rest of an operator: the second one is no variable.
static bool is_doubled_operator(Parser *parser, uint32_t distance) {
    const Token *word = parser_peek(parser, distance);
    const Token *next = parser_peek(parser, distance + 2);
    bool is_half = word->keyword == KEYWORD_JOINED || word->keyword == KEYWORD_DIVIDED ||
                   word->keyword == KEYWORD_EQUAL;
    if (word->keyword == KEYWORD_NOT || word->keyword == KEYWORD_MINUS ||
        parser_peek(parser, distance + 1)->keyword != word->keyword)
        return false;
    if (is_half && (next->keyword == KEYWORD_TO || next->keyword == KEYWORD_BY ||
                    next->keyword == KEYWORD_WITH))
        return true;
    return next->kind != TOKEN_LEFT_PARENTHESIS && next->kind != TOKEN_LEFT_BRACKET &&
           parser_at_operand(parser, distance + 2);
}

bool parser_skip_doubled_operator(Parser *parser) {
    enum { WORDS = 3 };
    for (uint32_t i = 0; i < WORDS; i++) {
        const Token *word = parser_peek(parser, i);
        if (word->keyword < KEYWORD_OR || word->keyword > KEYWORD_MODULO)
            return false;
        if (is_doubled_operator(parser, i)) {
            report_doubled(parser, word->end, parser_peek(parser, i + 1));
            parser_drop_word(parser, i + 1);
            return true;
        }
    }
    return false;
}

void parser_skip_doubled_next(Parser *parser) {
    const Token *first = parser->current, *second = parser_peek(parser, 1);
    if (second->keyword != first->keyword || first->keyword == KEYWORD_NONE ||
        parser_peek(parser, 2)->kind != TOKEN_NAME || !parser_at_operand(parser, 2))
        return;
    report_doubled(parser, first->end, second);
    parser_drop_word(parser, 1);
}

// How much of their lines, from the two positions on, is the same; 0 unless that is all.
static uint32_t equal_length(const Parser *parser, Position first, Position second) {
    const Source *source = parser->state->source;
    const char *left = source->text + (first - source->base);
    const char *right = source->text + (second - source->base);
    uint32_t length = 0;
    while (left[length] == right[length] && left[length] != '\n' && left[length] != '\0')
        length++;
    return left[length] == right[length] && left[length] == '\n' ? length : 0;
}

void parser_skip_doubled_line(Parser *parser, Position header) {
    Position start = parser->current->start;
    if (!parser_at_declaration(parser) || !(parser->current->flags & TOKEN_FIRST) ||
        parser->state->previous_line != parser_line_of(parser, (Span){header, header}))
        return;
    uint32_t length = equal_length(parser, header, start);
    if (length == 0)
        return;
    Diagnostic *error = parser_report(parser, ERROR_expected_token, (Span){start, start + length},
                                      "this line stands here twice");
    parser_help(parser, error, "leave one of the two out");
    parser_fix(parser, error,
               (Span){start - parser_indentation_of(parser, start), start + length + 1}, "");
    parser_skip_line(parser);
}
