// Lines that go on with the one above, which its end has ended: reported once, with the edits that
// join them, and read on where that is certain.
#include "parser_internal.h"

#include <ctype.h>
#include <string.h>

// --- Operators ----------------------------------------------------------------------------------

// An operator, `distance` tokens ahead, that does not begin a statement as a name would; *length
// receives the number of its tokens.
static Operator leading_operator(Parser *parser, uint32_t distance, uint32_t *length) {
    Operator operator= parser_operator_ahead(parser, distance, length);
    const Token *token = parser_peek(parser, distance);
    if (operator== OPERATOR_NONE || token->kind != TOKEN_NAME || * length> 1)
        return operator;
    switch (parser_peek(parser, distance + 1)->kind) {
    case TOKEN_DOT:
    case TOKEN_ASSIGN:
        return OPERATOR_NONE;
    case TOKEN_LEFT_BRACKET:
    case TOKEN_LEFT_PARENTHESIS:
        return token->keyword == KEYWORD_AND || token->keyword == KEYWORD_OR ? operator
            : OPERATOR_NONE;
    default:
        return operator;
    }
}

static Diagnostic *report_leading_operator(Parser *parser, uint32_t length) {
    Span span = {parser->current->start, parser_peek_past_lines(parser, length - 1)->end};
    Diagnostic *error =
        parser_report(parser, ERROR_leading_operator, span, "a line cannot begin with an operator");
    parser_help(parser, error, "to continue the line above, move the operator to its end");
    return error;
}

bool parser_skip_leading_operator(Parser *parser) {
    uint32_t length;
    if (leading_operator(parser, 0, &length) == OPERATOR_NONE)
        return false;
    report_leading_operator(parser, length);
    do {
        parser_skip_line(parser);
    } while (leading_operator(parser, 0, &length) != OPERATOR_NONE);
    return true;
}

// The operator with which the next line begins, if this one ends here.
static Operator next_line_operator(Parser *parser, uint32_t *length) {
    if (parser->state->is_failing || !parser_at(parser, TOKEN_NEWLINE))
        return OPERATOR_NONE;
    parser->state->bracket_depth++; // line ends are passed over
    Operator operator= leading_operator(parser, 1, length);
    parser->state->bracket_depth--;
    return operator;
}

// Whether a comment stands between the words of an operator.
static bool has_comment(const Parser *parser, Span span) {
    const Source *source = parser->state->source;
    for (Position i = span.start; i < span.end; i++) {
        const char *text = source->text + (i - source->base);
        if (strncmp(text, "//", 2) == 0 || strncmp(text, "Note:", 5) == 0)
            return true;
    }
    return false;
}

// Takes the operator, whose words may stand on several lines; the edits put it at the end of the
// line above, whose last token ends there.
static void take_leading_operator(Parser *parser, Diagnostic *error, Position end,
                                  Operator operator, uint32_t length) {
    Span span = {parser->current->start, parser_peek_past_lines(parser, length - 1)->end};
    while (parser->current->end < span.end)
        parser_advance(parser);
    parser_advance(parser);
    if (has_comment(parser, span)) { // which an edit would take
        parser_skip_newlines(parser);
        return;
    }
    char moved[64];
    snprintf(moved, sizeof moved, " %s", parser_text_of(parser, span, operator_words(operator)));
    parser_fix(parser, error, (Span){end, end}, moved);
    if (parser_at(parser, TOKEN_NEWLINE))
        parser_fix(parser, error, span, "");
    else
        parser_fix(parser, error, (Span){span.start, parser->current->start}, "");
    parser_skip_newlines(parser);
}

Node *parser_continued(Parser *parser, Node *left) {
    Diagnostic *error = NULL;
    uint32_t length;
    Operator operator;
    while ((operator= next_line_operator(parser, &length)) != OPERATOR_NONE) {
        Position end = parser->state->previous.end;
        parser_skip_newlines(parser);
        if (error == NULL)
            error = report_leading_operator(parser, length);
        take_leading_operator(parser, error, end, operator, length);
        Node *right = parser_binary(parser, LEVEL_OR);
        if (operator== OPERATOR_AND || operator== OPERATOR_OR)
            left = parser_new_binary(parser, operator, left, right);
        else // it binds to a part of the left side
            left = parser_error_node(parser, parser_span_from(parser, left->span.start));
    }
    return left;
}

// --- Headers of processes -----------------------------------------------------------------------

bool parser_header_goes_on(Parser *parser, bool has_parameters) {
    const Token *word = parser_peek_past_lines(parser, 1);
    const Token *next = parser_peek_past_lines(parser, 2);
    if (next->kind != TOKEN_NAME)
        return false;
    switch (word->keyword) {
    case KEYWORD_TAKES:
    case KEYWORD_RETURNS:
        return true;
    case KEYWORD_THAT:
        return next->keyword == KEYWORD_TAKES;
    case KEYWORD_ALSO:
        return next->keyword == KEYWORD_CALLED;
    case KEYWORD_WITH:
        return next->keyword == KEYWORD_LIFETIME;
    case KEYWORD_FROM:
        return next->keyword == KEYWORD_LIBRARY;
    case KEYWORD_ALIASED:
        return next->keyword == KEYWORD_AS;
    case KEYWORD_AND:
        return has_parameters;
    default:
        return has_parameters && word->kind == TOKEN_COMMA;
    }
}

// The edit that joins two lines, unless a comment stands between them.
static void join_lines(Parser *parser, Diagnostic *error, Span between) {
    const Source *source = parser->state->source;
    for (Position i = between.start; i < between.end; i++) {
        if (!isspace((unsigned char)source->text[i - source->base]))
            return;
    }
    parser_fix(parser, error, between, parser_at(parser, TOKEN_COMMA) ? "" : " ");
}

void parser_join_value(Parser *parser) {
    const ParserState *state = parser->state;
    const Token *next = parser_peek(parser, 1);
    if (state->is_failing || !parser_at_operand(parser, 1) || parser_begins_statement(next) ||
        parser_indentation_of(parser, next->start) <=
            parser_indentation_of(parser, state->statement_start))
        return;
    Diagnostic *error = parser_report(parser, ERROR_expected_expression, parser_error_span(parser),
                                      "a value is missing at the end of this line");
    parser_note(parser, error, parser_token_span(next), "does it stand here?");
    parser_help(
        parser, error,
        "put it on the line above; a line goes on in the next one behind a comma, behind an "
        "operator and in parentheses");
    join_lines(parser, error, (Span){state->previous.end, next->start});
    parser_skip_newlines(parser);
}

void parser_join_header(Parser *parser) {
    ParserState *state = parser->state;
    Position end = state->previous.end;
    parser_skip_newlines(parser);
    if (state->broken == NULL) {
        state->broken =
            parser_report(parser, ERROR_broken_header, parser_token_span(parser->current),
                          "the header of a process stands on one line");
        parser_help(parser, state->broken,
                    "move this to the end of the line above; only behind a comma may the header go "
                    "on in the next line");
    }
    join_lines(parser, state->broken, (Span){end, parser->current->start});
}

void parser_join_clause(Parser *parser, Keyword word) {
    if (!parser_at(parser, TOKEN_NEWLINE))
        return;
    const Token *name = parser_peek_past_lines(parser, 1);
    const Token *next = parser_peek_past_lines(parser, 2);
    bool goes_on = word == KEYWORD_TAKES ? next->keyword == KEYWORD_AS
                                         : next->kind == TOKEN_COLON || next->keyword == KEYWORD_OF;
    if (name->kind == TOKEN_NAME && goes_on)
        parser_join_header(parser);
}
