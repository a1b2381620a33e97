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

// At `-- `, with which comments begin in other languages.
static bool at_dashes(Parser *parser) {
    const Token *first = parser->current, *second = parser_peek(parser, 1);
    return first->kind == TOKEN_MINUS && second->kind == TOKEN_MINUS &&
           second->start == first->end && parser_peek(parser, 2)->start > second->end;
}

static Diagnostic *report_leading_operator(Parser *parser, uint32_t length) {
    Span span = {parser->current->start, parser_peek_past_lines(parser, length - 1)->end};
    Diagnostic *error =
        parser_report(parser, ERROR_leading_operator, span, "a line cannot begin with an operator");
    parser_help(parser, error,
                at_dashes(parser) ? "a comment begins with `//`"
                                  : "to continue the line above, move the operator to its end");
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

// The edit that joins two lines. False without one: a comment stands between them.
static bool join_lines(Parser *parser, Diagnostic *error, Span between) {
    const Source *source = parser->state->source;
    for (Position i = between.start; i < between.end; i++) {
        if (!isspace((unsigned char)source->text[i - source->base]))
            return false;
    }
    parser_fix(parser, error, between, parser_at(parser, TOKEN_COMMA) ? "" : " ");
    return true;
}

// Whether the token begins a line that is further to the right than the statement, and none itself.
static bool is_further_right(Parser *parser, const Token *token) {
    return !parser_begins_statement(token) &&
           parser_indentation_of(parser, token->start) >
               parser_indentation_of(parser, parser->state->statement_start);
}

// A value that is missing at the end of the line stands at the head of the next one. The current
// token is that line end. Gives the error that takes more edits, or NULL.
static Diagnostic *join_value(Parser *parser) {
    const ParserState *state = parser->state;
    const Token *next = parser_peek_past_lines(parser, 1);
    Diagnostic *error = parser_report(parser, ERROR_expected_expression, parser_error_span(parser),
                                      "a value is missing at the end of this line");
    parser_note(parser, error, parser_token_span(next), "does it stand here?");
    parser_help(
        parser, error,
        "put it on the line above; a line goes on in the next one behind a comma, behind an "
        "operator and in parentheses");
    bool is_joined = join_lines(parser, error, (Span){state->previous.end, next->start});
    parser_skip_newlines(parser);
    return is_joined ? error : NULL;
}

void parser_join_value(Parser *parser) {
    if (!parser->state->is_failing && parser_at_operand(parser, 1) &&
        is_further_right(parser, parser_peek(parser, 1)))
        join_value(parser);
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

bool parser_join_parameter(Parser *parser) {
    const ParserState *state = parser->state;
    if (!parser_at(parser, TOKEN_NEWLINE) || state->broken == NULL || state->is_failing ||
        parser_peek_past_lines(parser, 1)->kind != TOKEN_NAME ||
        parser_peek_past_lines(parser, 2)->keyword != KEYWORD_AS)
        return false;
    Position end = state->previous.end;
    parser_skip_newlines(parser);
    parser_fix(parser, state->broken, (Span){end, end}, ",");
    return true;
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

// --- Items on lines of their own ----------------------------------------------------------------

// Whether an item may begin with the token, which begins a line.
static bool begins_item(Parser *parser, const Token *token) {
    switch (token->kind) {
    case TOKEN_NAME:
    case TOKEN_INTEGER:
    case TOKEN_FLOAT:
    case TOKEN_STRING:
    case TOKEN_CHARACTER:
    case TOKEN_MINUS:
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET:
        return is_further_right(parser, token);
    default:
        return false;
    }
}

// Whether nothing but blanks stands before the statement on its line: else it is the first one of a
// block, whose next one stands further to the right.
static bool is_alone(Parser *parser) {
    const ParserState *state = parser->state;
    Position start = state->statement_start;
    uint32_t indentation = parser_indentation_of(parser, start);
    uint32_t offset = start - state->source->base;
    return offset == indentation || (offset > indentation &&
                                     state->source->text[offset - indentation - 1] == '\n');
}

// Whether the next line, whose first tokens these are, may also be a statement.
static bool may_be_statement(const Token *first, const Token *second) {
    return first->kind == TOKEN_NAME &&
           (second->kind == TOKEN_LEFT_PARENTHESIS || second->kind == TOKEN_LEFT_BRACKET ||
            second->kind == TOKEN_DOT || second->kind == TOKEN_ASSIGN);
}

ItemLines parser_begin_items(Parser *parser) {
    ItemLines lines = {false, NULL};
    bool has_colon = parser_at(parser, TOKEN_COLON);
    bool is_over = parser_at(parser, TOKEN_NEWLINE) ||
                   (has_colon && parser_peek(parser, 1)->kind == TOKEN_NEWLINE);
    lines.are_split = is_over && !parser->state->is_failing && is_alone(parser) &&
                      begins_item(parser, parser_peek_past_lines(parser, 1)) &&
                      !may_be_statement(parser_peek_past_lines(parser, 1),
                                        parser_peek_past_lines(parser, 2));
    if (!lines.are_split)
        return lines;
    Span colon = parser_token_span(parser->current);
    if (has_colon)
        parser_advance(parser);
    lines.error = join_value(parser);
    if (has_colon)
        parser_fix(parser, lines.error, colon, "");
    return lines;
}

// At the line end before `End List` or the like: the line goes.
static void skip_items_end(Parser *parser, const ItemLines *lines) {
    if (!parser_at(parser, TOKEN_NEWLINE) ||
        parser_peek_past_lines(parser, 1)->keyword != KEYWORD_END)
        return;
    const Token *word = parser_peek_past_lines(parser, 2);
    if (!parser_is_like_word(word, KEYWORD_LIST) && !parser_is_like_word(word, KEYWORD_SET) &&
        !parser_is_like_word(word, KEYWORD_DICTIONARY))
        return;
    Position end = parser->state->previous.end;
    parser_skip_newlines(parser);
    parser_advance(parser);
    parser_advance(parser);
    parser_fix(parser, lines->error, (Span){end, parser->state->previous.end}, "");
}

bool parser_next_item(Parser *parser, const ItemLines *lines) {
    if (!lines->are_split || parser->state->is_failing)
        return parser_accept_separator(parser);
    const ParserState *state = parser->state;
    bool has_separator = parser_at(parser, TOKEN_COMMA) || parser_at_word(parser, KEYWORD_AND);
    const Token *next = parser_peek_past_lines(parser, 1);
    bool is_next_line = next->line != state->previous_line;
    if (is_next_line && !begins_item(parser, next)) {
        if (has_separator) {
            parser_fix(parser, lines->error, parser_token_span(parser->current), "");
            parser_advance(parser);
        }
        skip_items_end(parser, lines);
        return false;
    }
    if (has_separator || !parser_at(parser, TOKEN_NEWLINE))
        return parser_accept_separator(parser);
    parser_fix(parser, lines->error, (Span){state->previous.end, state->previous.end}, ",");
    parser_skip_newlines(parser);
    return true;
}
