// Operators that are almost right, in signs and in words: reported by what to write instead, and
// taken for what is meant where that is certain.
#include "parser_internal.h"

#include <string.h>

#include "foreign.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

// --- Signs --------------------------------------------------------------------------------------

typedef struct SignPair {
    uint8_t first;
    uint8_t second;
    uint8_t operator; // that it is taken for; OPERATOR_NONE: the line is passed over
    const char *text;
    const char *help; // with the left side for %s, if any
} SignPair;

static const SignPair sign_pairs[] = {
    {TOKEN_PLUS, TOKEN_PLUS, OPERATOR_NONE, "++", "write `Increase %s by 1`"},
    {TOKEN_MINUS, TOKEN_MINUS, OPERATOR_NONE, "--", "write `Decrease %s by 1`"},
    {TOKEN_PLUS, TOKEN_ASSIGN, OPERATOR_NONE, "+=", "write `Increase %s by …`"},
    {TOKEN_MINUS, TOKEN_ASSIGN, OPERATOR_NONE, "-=", "write `Decrease %s by …`"},
    {TOKEN_STAR, TOKEN_ASSIGN, OPERATOR_NONE, "*=", "write `Multiply %s by …`"},
    {TOKEN_SLASH, TOKEN_ASSIGN, OPERATOR_NONE, "/=", "write `Divide %s by …`"},
    {TOKEN_PERCENT, TOKEN_ASSIGN, OPERATOR_NONE, "%=", "write `Set %1$s to %1$s modulo …`"},
    {TOKEN_STAR, TOKEN_STAR, OPERATOR_NONE, "**",
     "multiply, or call `pow` of the module math, which works on Floats"},
    {TOKEN_MINUS, TOKEN_GREATER, OPERATOR_NONE, "->",
     "a field is reached by a dot: `%s.field`; a function as a value is `lambda x: x plus 1`"},
    {TOKEN_LESS, TOKEN_LESS, OPERATOR_SHIFT_LEFT, "<<", "write `left shifted by`"},
    {TOKEN_GREATER, TOKEN_GREATER, OPERATOR_SHIFT_RIGHT, ">>", "write `right shifted by`"},
    {TOKEN_LESS, TOKEN_GREATER, OPERATOR_NOT_EQUAL, "<>", "write `is not equal to` or `!=`"},
    {TOKEN_EQUAL, TOKEN_ASSIGN, OPERATOR_EQUAL, "===", "write `is equal to` or `==`"},
    {TOKEN_NOT_EQUAL, TOKEN_ASSIGN, OPERATOR_NOT_EQUAL, "!==", "write `is not equal to` or `!=`"},
    {TOKEN_ASSIGN, TOKEN_LESS, OPERATOR_LESS_EQUAL, "=<",
     "write `is less than or equal to` or `<=`"},
    {TOKEN_ASSIGN, TOKEN_GREATER, OPERATOR_NONE, "=>",
     "a function as a value is `lambda x: x plus 1`; to compare, write `>=`"},
};

static const SignPair *find_pair(Parser *parser) {
    const Token *first = parser->current;
    if (first->kind < TOKEN_ASSIGN || first->kind > TOKEN_PERCENT)
        return NULL;
    const Source *source = parser->state->source;
    char next = source->text[first->end - source->base];
    if (next == '\0' || strchr("+-=*<>", next) == NULL)
        return NULL;
    const Token *second = parser_peek(parser, 1);
    for (size_t i = 0; i < COUNT(sign_pairs); i++) {
        const SignPair *pair = &sign_pairs[i];
        if (pair->first != first->kind || pair->second != second->kind)
            continue;
        // 5--3 subtracts a negative number
        bool is_sign = pair->first == TOKEN_MINUS && pair->second == TOKEN_MINUS;
        return is_sign && parser_at_operand(parser, 2) ? NULL : pair;
    }
    return NULL;
}

static Operator take_pair(Parser *parser, const SignPair *pair, const Node *left) {
    Span span = {parser->current->start, parser_peek(parser, 1)->end};
    const char *format = "`%s` is no operator of Runa";
    Diagnostic *error =
        pair->operator== OPERATOR_NONE
            ? parser_fail(parser, ERROR_foreign_operator, span, format, pair->text)
            : parser_report(parser, ERROR_foreign_operator, span, format, pair->text);
    char help[256];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(help, sizeof help, pair->help, parser_text_of(parser, left->span, "x"));
#pragma GCC diagnostic pop
    parser_help(parser, error, "%s", help);
    return (Operator)pair->operator;
}

// --- Comparisons --------------------------------------------------------------------------------

// `than`, `then`, `to`, `as`, `from` behind a comparison's word
static bool is_particle(const Token *token) {
    return parser_is_word(token, "than") || parser_is_word(token, "then") ||
           parser_is_word(token, "to") || parser_is_word(token, "as") ||
           parser_is_word(token, "from");
}

static Operator negated(Operator operator) {
    switch (operator) {
    case OPERATOR_LESS:
        return OPERATOR_GREATER_EQUAL;
    case OPERATOR_GREATER:
        return OPERATOR_LESS_EQUAL;
    case OPERATOR_LESS_EQUAL:
        return OPERATOR_GREATER;
    case OPERATOR_GREATER_EQUAL:
        return OPERATOR_LESS;
    case OPERATOR_EQUAL:
        return OPERATOR_NOT_EQUAL;
    default:
        return OPERATOR_EQUAL;
    }
}

// `at least`, `at most` at `distance`.
static Operator at_bound(Parser *parser, uint32_t distance) {
    if (!parser_is_word(parser_peek(parser, distance), "at"))
        return OPERATOR_NONE;
    const Token *next = parser_peek(parser, distance + 1);
    return parser_is_word(next, "least")  ? OPERATOR_GREATER_EQUAL
           : parser_is_word(next, "most") ? OPERATOR_LESS_EQUAL
                                          : OPERATOR_NONE;
}

// [ 'or' 'equal' [ particle ] ] behind `less` and the like, at *length; gives the operator.
static Operator or_equal(Parser *parser, Operator operator, uint32_t * length) {
    const Token *next = parser_peek(parser, *length + 1);
    if (!parser_is_word(parser_peek(parser, *length), "or") ||
        !(parser_is_word(next, "equal") || parser_is_word(next, "equals")))
        return operator;
    *length += 2;
    *length += is_particle(parser_peek(parser, *length));
    if (operator== OPERATOR_LESS)
        return OPERATOR_LESS_EQUAL;
    return operator== OPERATOR_GREATER ? OPERATOR_GREATER_EQUAL : operator;
}

// A comparison in words that are almost the right ones, in front of a value:
// [ 'is' ] [ 'not' ] word [ particle ] [ 'or' 'equal' [ particle ] ]. A word alone may be a
// variable's name, so without a particle only `less`, `greater` and `equal` count.
Operator parser_loose_comparison(Parser *parser, uint32_t *length) {
    uint32_t start = parser_is_word(parser->current, "is");
    start += parser_is_word(parser_peek(parser, start), "not");
    const Token *word = parser_peek(parser, start);
    if (word->kind != TOKEN_NAME)
        return OPERATOR_NONE;
    bool is_negated = start > 0 && parser_is_word(parser_peek(parser, start - 1), "not");
    Operator operator= at_bound(parser, start);
    *length = start + 2;
    if (operator== OPERATOR_NONE) {
        operator= foreign_comparison(word->value.name->text);
        if (operator== OPERATOR_NONE)
            return OPERATOR_NONE;
        *length = start + 1;
        *length += is_particle(parser_peek(parser, *length));
        operator= or_equal(parser, operator, length);
        bool is_ours = word->keyword == KEYWORD_LESS || word->keyword == KEYWORD_GREATER ||
                       word->keyword == KEYWORD_EQUAL;
        if (*length == start + 1 && !is_ours)
            return OPERATOR_NONE;
    }
    const Token *next = parser_peek(parser, *length);
    uint32_t ignored;
    bool may_be_name = *length == start + 1; // less(5), equal[0]: a variable or process
    bool is_value = (next->kind == TOKEN_MINUS && !may_be_name) ||
                    (parser_at_operand(parser, *length) &&
                     parser_operator_ahead(parser, *length, &ignored) == OPERATOR_NONE);
    if (!is_value ||
        (may_be_name && (next->kind == TOKEN_LEFT_PARENTHESIS || next->kind == TOKEN_LEFT_BRACKET)))
        return OPERATOR_NONE;
    return is_negated ? negated(operator) : operator;
}

static void report_comparison(Parser *parser, Operator operator, uint32_t length) {
    Span span = {parser->current->start, parser_peek(parser, length - 1)->end};
    const char *right = operator_words(operator);
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_comparison, span, "`%s` is not how values are compared",
                      parser_text_of(parser, span, "this"));
    if (operator== OPERATOR_EQUAL && parser_at(parser, TOKEN_ASSIGN))
        parser_help(parser, error, "write `is equal to` or `==`");
    else
        parser_help(parser, error, "write `%s`", right);
    parser_fix(parser, error, span, right);
}

// --- Operators in words -------------------------------------------------------------------------

// `7 mod 2`, `x isn't 3`: the word is no operator, and the line is passed over.
static bool fail_foreign_word(Parser *parser) {
    if (!parser_at(parser, TOKEN_NAME) || (parser->current->flags & TOKEN_FIRST))
        return false;
    const char *words = foreign_operator(parser->current->value.name->text);
    const Token *next = parser_peek(parser, 1);
    bool is_apostrophe = next->kind == TOKEN_LIFETIME || next->kind == TOKEN_CHARACTER;
    if (words == NULL || (!is_apostrophe && !parser_at_operand(parser, 1)) ||
        parser_at_choice(parser))
        return false;
    Span span = {parser->current->start, is_apostrophe && next->start == parser->current->end
                                             ? next->end
                                             : parser->current->end};
    Diagnostic *error =
        parser_fail(parser, ERROR_foreign_operator, span, "`%s` is no operator of Runa",
                    parser_text_of(parser, span, ""));
    parser_help(parser, error, "write `%s`", words);
    parser_fix(parser, error, span, words);
    return true;
}

// Whether the word may begin something wrong, of which `strict` tokens are an operator as they are.
static bool is_doubtful_word(Parser *parser, uint32_t strict) {
    switch (parser->current->keyword) {
    case KEYWORD_NONE:
    case KEYWORD_NOT:
    case KEYWORD_EQUAL:
    case KEYWORD_LESS:
    case KEYWORD_GREATER:
    case KEYWORD_EQUALS:
    case KEYWORD_MULTIPLIED:
    case KEYWORD_DIVIDED:
    case KEYWORD_JOINED:
    case KEYWORD_AT:
        return true;
    case KEYWORD_IS:
        return strict < 3 || parser_peek(parser, strict)->keyword == KEYWORD_OR;
    default:
        return false;
    }
}

static Operator loose_word(Parser *parser, bool compares, uint32_t strict, uint32_t *length) {
    if (!is_doubtful_word(parser, strict))
        return OPERATOR_NONE;
    uint32_t loose = 0;
    Operator operator= compares ? parser_loose_comparison(parser, &loose) : OPERATOR_NONE;
    if (operator!= OPERATOR_NONE && loose> strict) {
        report_comparison(parser, operator, loose);
        *length = loose;
        return operator;
    }
    if (strict == 0)
        fail_foreign_word(parser);
    return OPERATOR_NONE;
}

Operator parser_loose_operator(Parser *parser, const Node *left, bool compares, uint32_t strict,
                               uint32_t *length) {
    if (parser_at(parser, TOKEN_NAME))
        return loose_word(parser, compares, strict, length);
    bool is_assignment =
        parser_at(parser, TOKEN_ASSIGN) && (!compares || (parser->state->context & ASSIGNS));
    const SignPair *pair = is_assignment ? NULL : find_pair(parser);
    if (pair != NULL) {
        *length = 2;
        return take_pair(parser, pair, left);
    }
    if (!parser_at(parser, TOKEN_ASSIGN) || is_assignment)
        return OPERATOR_NONE;
    *length = 1;
    report_comparison(parser, OPERATOR_EQUAL, 1);
    return OPERATOR_EQUAL;
}
