// Operators that are almost right, in signs and in words: reported by what to write instead, and
// taken for what is meant where that is certain.
#include "parser_internal.h"

#include <string.h>

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

// The word of the statement that a pair stands for, or NULL.
static const char *change_word(const SignPair *pair) {
    bool is_step = pair->second == pair->first;
    if (!is_step && pair->second != TOKEN_ASSIGN)
        return NULL;
    switch (pair->first) {
    case TOKEN_PLUS:
        return "Increase ";
    case TOKEN_MINUS:
        return "Decrease ";
    case TOKEN_STAR:
        return is_step ? NULL : "Multiply ";
    case TOKEN_SLASH:
        return is_step ? NULL : "Divide ";
    default:
        return NULL;
    }
}

// `i++` or `i += 2` alone on its line; another value might be a text.
static void fix_change(Parser *parser, Diagnostic *error, const SignPair *pair, const Node *left) {
    const char *word = change_word(pair);
    bool is_place = left->kind == NODE_NAME || left->kind == NODE_FIELD || left->kind == NODE_INDEX;
    if (word == NULL || !is_place || (left->flags & NODE_PARENTHESES) ||
        left->span.start != parser->state->statement_start)
        return;
    bool has_value = pair->second == TOKEN_ASSIGN;
    if (has_value && parser_peek(parser, 2)->kind != TOKEN_INTEGER)
        return;
    uint16_t behind = parser_peek(parser, has_value ? 3 : 2)->kind;
    if (behind != TOKEN_NEWLINE && behind != TOKEN_END_OF_FILE)
        return;
    Position end = has_value ? parser_peek(parser, 2)->start : parser_peek(parser, 1)->end;
    parser_fix(parser, error, (Span){left->span.start, left->span.start}, word);
    parser_fix(parser, error, (Span){left->span.end, end}, has_value ? " by " : " by 1");
}

static Operator take_pair(Parser *parser, const SignPair *pair, const Node *left) {
    Span span = {parser->current->start, parser_peek(parser, 1)->end};
    const char *format = "`%s` is no operator of Runa";
    Diagnostic *error =
        pair->operator== OPERATOR_NONE
            ? parser_fail(parser, ERROR_foreign_operator, span, format, pair->text)
            : parser_report(parser, ERROR_foreign_operator, span, format, pair->text);
    parser_help_about(parser, error, pair->help, parser_text_of(parser, left->span, "x"), "");
    fix_change(parser, error, pair, left);
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
// [ 'is' ] [ 'not' ] word [ particle ] [ 'or' 'equal' [ particle ] ].
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

// --- Operators in words -------------------------------------------------------------------------

static bool is_equal_word(const Token *token) {
    return token->keyword == KEYWORD_EQUAL || token->keyword == KEYWORD_EQUALS;
}

// Whether a comparison, whose words are one as they are, may go on: a word and another value
// follow, or `or equal`, perhaps behind another word, or a sign.
static bool may_go_on(Parser *parser, uint32_t strict) {
    const Token *next = parser_peek(parser, strict);
    const Token *after = parser_peek(parser, strict + 1);
    if (next->kind != TOKEN_NAME)
        return next->kind >= TOKEN_ASSIGN && next->kind <= TOKEN_GREATER_EQUAL;
    if (next->keyword == KEYWORD_IN && after->kind == TOKEN_LEFT_BRACKET)
        return after->start > next->end; // `x is in [1, 2]`
    if (after->kind != TOKEN_NAME)
        return after->kind >= TOKEN_INTEGER && after->kind <= TOKEN_CHARACTER;
    uint32_t ignored;
    return parser_operator_ahead(parser, strict + 1, &ignored) == OPERATOR_NONE ||
           (next->keyword == KEYWORD_OR && is_equal_word(after)) ||
           (after->keyword == KEYWORD_OR && is_equal_word(parser_peek(parser, strict + 2)));
}

// The word is none that goes on with a form around the value.
bool parser_at_doubtful_word(Parser *parser, uint32_t strict) {
    uint16_t keyword = parser->current->keyword;
    if (strict > 0)
        return (keyword == KEYWORD_IS || keyword == KEYWORD_EQUALS || keyword == KEYWORD_DOES) &&
               may_go_on(parser, strict);
    if (keyword >= KEYWORD_OR && keyword <= KEYWORD_MODULO)
        return true;
    return keyword == KEYWORD_NONE || keyword >= KEYWORD_TRUE || keyword == KEYWORD_IN ||
           keyword == KEYWORD_AT;
}

// The number of tokens that are these words, which blanks divide; 0 when others stand there.
static uint32_t match_words(Parser *parser, const char *words) {
    const Source *source = parser->state->source;
    uint32_t length = 0;
    while (*words != '\0') {
        const Token *token = parser_peek(parser, length);
        size_t size = strcspn(words, " ");
        const char *text = source->text + (token->start - source->base);
        if (token->kind != TOKEN_NAME || strncmp(text, words, size) != 0 ||
            lexer_is_letter(text[size]) || lexer_is_digit(text[size]))
            return 0;
        Position end = token->start + (Position)size;
        while (parser_peek(parser, length)->start < end) // isn't
            length++;
        words += size;
        words += *words == ' ';
    }
    return length;
}

// The row with the most words that stand in front of a value, of an operator or of a test; NULL if
// there is none.
const ForeignPhrase *parser_foreign_phrase(Parser *parser, bool is_operator, uint32_t *length) {
    const ForeignPhrase *best = NULL;
    const ForeignPhrase *row;
    *length = 0;
    for (uint32_t i = 0; (row = foreign_phrase(i)) != NULL; i++) {
        if ((row->operator!= OPERATOR_NONE) != is_operator)
            continue;
        uint32_t matched = match_words(parser, row->words);
        if (matched <= *length || !parser_at_value(parser, matched))
            continue;
        *length = matched;
        best = row;
    }
    return best;
}

Span parser_words_span(Parser *parser, uint32_t length) {
    return (Span){parser->current->start, parser_peek(parser, length - 1)->end};
}

static Wording foreign_wording(Parser *parser) {
    uint32_t length;
    const ForeignPhrase *row = parser_foreign_phrase(parser, true, &length);
    if (row == NULL)
        return (Wording){.operator= OPERATOR_NONE };
    return (Wording){.operator= row->operator,
                     .length = length,
                     .wrong = parser_words_span(parser, length),
                     .right = row->text};
}

static Wording comparison_wording(Parser *parser) {
    uint32_t length;
    Operator operator= parser_loose_comparison(parser, &length);
    if (operator== OPERATOR_NONE)
        return (Wording){.operator= OPERATOR_NONE };
    return (Wording){.operator= operator,
                     .length = length,
                     .wrong = parser_words_span(parser, length),
                     .right = operator_words(operator)};
}

static bool is_comparison(Operator operator) {
    return operator>= OPERATOR_EQUAL && operator<= OPERATOR_NOT_GREATER;
}

// `is >`, `is not ==`
static Wording sign_wording(Parser *parser, uint32_t strict) {
    uint32_t ignored;
    Operator operator= strict == 0 ? OPERATOR_NONE
                                   : parser_operator_ahead(parser, strict, &ignored);
    if (strict > 0 && parser_peek(parser, strict)->kind == TOKEN_ASSIGN)
        operator= OPERATOR_EQUAL;
    if (!is_comparison(operator) || parser_peek(parser, strict)->kind == TOKEN_NAME)
        return (Wording){.operator= OPERATOR_NONE };
    operator= strict == 2 ? negated(operator) : operator;
    return (Wording){.operator= operator,
                     .length = strict + 1,
                     .wrong = parser_words_span(parser, strict + 1),
                     .right = operator_words(operator)};
}

// Keeps the longer of the two, where it may stand.
static void choose(Wording *best, Wording other, uint32_t strict, int binding) {
    if (other.operator!= OPERATOR_NONE && other.length> strict && other.length> best->length &&
        parser_binding_of(other.operator) >= binding)
        *best = other;
}

static void report_wording(Parser *parser, Wording wording) {
    Span span = parser_words_span(parser, wording.length);
    const char *text = parser_text_of(parser, span, "this");
    Diagnostic *error = is_comparison(wording.operator)
                            ? parser_report(parser, ERROR_unknown_comparison, wording.wrong,
                                            "`%s` is not how values are compared", text)
                            : parser_report(parser, ERROR_foreign_operator, wording.wrong,
                                            "`%s` is no operator of Runa", text);
    parser_help(parser, error, wording.is_guess ? "did you mean `%s`?" : "write `%s`",
                wording.right);
    parser_fix(parser, error, span, wording.right);
}

static Operator loose_word(Parser *parser, int binding, uint32_t strict, uint32_t *length) {
    Wording best = {.operator= OPERATOR_NONE };
    if (parser_at_choice(parser))
        return OPERATOR_NONE;
    if (binding <= parser_binding_of(OPERATOR_EQUAL))
        choose(&best, comparison_wording(parser), strict, binding);
    choose(&best, sign_wording(parser, strict), strict, binding);
    if (!(parser->current->flags & TOKEN_FIRST)) {
        choose(&best, foreign_wording(parser), strict, binding);
        choose(&best, parser_near_phrase(parser, strict), strict, binding);
    }
    if (best.operator== OPERATOR_NONE)
        return OPERATOR_NONE;
    report_wording(parser, best);
    *length = best.length;
    return best.operator;
}

Operator parser_loose_operator(Parser *parser, const Node *left, int binding, uint32_t strict,
                               uint32_t *length) {
    if (parser_at(parser, TOKEN_NAME))
        return loose_word(parser, binding, strict, length);
    bool compares = binding <= parser_binding_of(OPERATOR_EQUAL);
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
    Span span = parser_words_span(parser, 1);
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_comparison, span, "`=` is not how values are compared");
    parser_help(parser, error, "write `is equal to` or `==`");
    parser_fix(parser, error, span, "is equal to");
    return OPERATOR_EQUAL;
}
