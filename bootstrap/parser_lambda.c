// Lambdas as other languages write them: reported, and read.
#include "parser_internal.h"

#include <string.h>

// Whether the line below belongs to a lambda that stands so far right: it stands further right, or
// is its `End`, which closes nothing.
static bool is_line_of_lambda(Parser *parser, uint32_t indentation) {
    const Token *first = parser_peek(parser, 1);
    if (!parser_at(parser, TOKEN_NEWLINE) || first->kind == TOKEN_END_OF_FILE)
        return false;
    uint32_t blanks = parser_indentation_of(parser, first->start);
    if (blanks != indentation || !parser_is_like_word(first, KEYWORD_END))
        return blanks > indentation;
    const Token *word = parser_peek(parser, 2);
    return word->kind == TOKEN_NEWLINE || parser_is_like_word(word, KEYWORD_LAMBDA) ||
           parser_is_like_word(word, KEYWORD_FUNCTION);
}

Node *parser_fail_long_lambda(Parser *parser, Span lambda) {
    uint32_t indentation = parser_indentation_of(parser, lambda.start);
    Diagnostic *error = parser_report(parser, ERROR_expected_expression, parser_error_span(parser),
                                      "the value of a lambda stands on its line");
    parser_help(parser, error,
                "write `lambda x: x plus 1`; a Process holds several statements, and its name is a "
                "value, too");
    while (is_line_of_lambda(parser, indentation)) {
        do {
            parser_advance(parser);
        } while (!parser_at(parser, TOKEN_NEWLINE) && !parser_at(parser, TOKEN_END_OF_FILE));
    }
    return parser_error_node(parser, lambda);
}

bool parser_at_arrow(Parser *parser, uint32_t distance) {
    const Token *sign = parser_peek(parser, distance);
    if (sign->kind != TOKEN_MINUS && sign->kind != TOKEN_ASSIGN)
        return false;
    const Token *head = parser_peek(parser, distance + 1);
    return head->kind == TOKEN_GREATER && head->start == sign->end;
}

// The number of tokens of `(x)` or `(x, y)`, `distance` tokens ahead; 0 where others stand.
static uint32_t bracketed_names(Parser *parser, uint32_t distance) {
    if (parser_peek(parser, distance)->kind != TOKEN_LEFT_PARENTHESIS)
        return 0;
    for (uint32_t i = 1; i <= 3 && parser_peek(parser, distance + i)->kind == TOKEN_NAME; i += 2) {
        uint16_t kind = parser_peek(parser, distance + i + 1)->kind;
        if (kind == TOKEN_RIGHT_PARENTHESIS)
            return i + 2;
        if (kind != TOKEN_COMMA)
            return 0;
    }
    return 0;
}

// Behind what a value follows, and no block: `lambda(x):` might be the condition of an If.
static bool is_value_awaited(Parser *parser) {
    uint8_t kind = parser->state->previous_kind;
    const char *word = parser_text_of(parser, parser->state->previous, "");
    return kind == TOKEN_LEFT_PARENTHESIS || kind == TOKEN_LEFT_BRACKET || kind == TOKEN_COMMA ||
           strcmp(word, keyword_text(KEYWORD_BE)) == 0 ||
           strcmp(word, keyword_text(KEYWORD_RETURN)) == 0;
}

bool parser_at_foreign_lambda(Parser *parser) {
    bool has_word = parser_at_word(parser, KEYWORD_LAMBDA);
    if (!has_word && !parser_at(parser, TOKEN_LEFT_PARENTHESIS))
        return false;
    uint32_t count = bracketed_names(parser, has_word);
    if (count == 0 || !is_value_awaited(parser))
        return false;
    return parser_at_arrow(parser, has_word + count) ||
           (has_word && parser_peek(parser, has_word + count)->kind == TOKEN_COLON);
}

void parser_report_lambda(Parser *parser) {
    uint32_t open = parser_at_word(parser, KEYWORD_LAMBDA);
    uint32_t last = open + bracketed_names(parser, open);
    Span names = {parser_peek(parser, open + 1)->start, parser_peek(parser, last - 2)->end};
    last += parser_at_arrow(parser, last);
    Span span = {parser->current->start, parser_peek(parser, last)->end};
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span, "`%s` is not how a lambda begins",
                      parser_text_of(parser, span, "this"));
    const char *text = parser_text_of(parser, names, NULL);
    parser_help(parser, error, "write `lambda %s: …`", text != NULL ? text : "x");
    if (text == NULL)
        return;
    char fixed[64];
    snprintf(fixed, sizeof fixed, "lambda %s:", text);
    parser_fix(parser, error, span, fixed);
}

bool parser_accept_arrow(Parser *parser, bool is_reported) {
    if (parser->state->is_failing || !parser_at_arrow(parser, 0))
        return false;
    Span span = {parser->current->start, parser_peek(parser, 1)->end};
    if (!is_reported) {
        Diagnostic *error = parser_report(parser, ERROR_expected_token, span,
                                          "expected `:` before the value of the lambda, found `%s`",
                                          parser_text_of(parser, span, "->"));
        parser_help(parser, error, "write `lambda x: x plus 1`");
        parser_fix(parser, error, (Span){parser->state->previous.end, span.end}, ":");
    }
    parser_advance(parser);
    parser_advance(parser);
    return true;
}

static bool is_parameter(NodeList parameters, const Name *name) {
    for (uint32_t i = 0; i < parameters.count; i++) {
        if (AST(parameters.items[i], NODE_PARAMETER, Parameter)->name == name)
            return true;
    }
    return false;
}

void parser_refuse_change(Parser *parser, NodeList parameters) {
    const Token *first = parser->current, *next = parser_peek(parser, 1);
    if (first->kind != TOKEN_NAME)
        return;
    bool sets = next->kind == TOKEN_ASSIGN && !is_parameter(parameters, first->value.name);
    bool is_statement = first->keyword >= KEYWORD_LET && first->keyword <= KEYWORD_MATCH &&
                        parser_at_operand(parser, 1) && next->kind != TOKEN_LEFT_PARENTHESIS &&
                        next->kind != TOKEN_LEFT_BRACKET;
    if (!sets && !is_statement)
        return;
    Diagnostic *error = parser_fail(parser, ERROR_expected_expression, parser_token_span(first),
                                    "a lambda gives one value, and holds no statement");
    parser_help(parser, error, sets ? "a Process may set a variable, and its name is a value, too; "
                                      "to compare, write `is equal to`"
                                    : "write a Process for it, whose name is a value, too");
}

void parser_skip_return(Parser *parser) {
    if (!parser_is_like_word(parser->current, KEYWORD_RETURN) || !parser_at_operand(parser, 1) ||
        parser->state->is_failing)
        return;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_expected_expression, span,
                                      "a lambda gives its value without `Return`");
    parser_help(parser, error, "leave it out: `lambda x: x plus 1`");
    parser_fix(parser, error, (Span){span.start, parser_peek(parser, 1)->start}, "");
    parser_advance(parser);
}
