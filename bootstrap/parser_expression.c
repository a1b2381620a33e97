// Expressions, levels 1 to 10: lambda, and binary operators by precedence climbing.
#include "parser_internal.h"

// --- Operators ----------------------------------------------------------------------------------

#define WORD(word) KEYWORD_##word,
const Phrase parser_phrases[] = {
#define PHRASE(NAME, first, ...) {OPERATOR_##NAME, {KEYWORD_##first, __VA_ARGS__}},
#include "operator.def"
};
#undef WORD

enum { PHRASE_COUNT = sizeof parser_phrases / sizeof parser_phrases[0] };
const uint32_t parser_phrase_count = PHRASE_COUNT;

// The rows by name: those that the search for a word begins at.
#define ROW_OF_LINE(line) ROW_##line
#define ROW(line) ROW_OF_LINE(line)
enum {
#define FIRST_PHRASE(NAME, first, ...) FIRST_##first,
#define PHRASE(NAME, first, ...) ROW(__LINE__),
#include "operator.def"
};

// The row of the first phrase that begins with a word, by the number of its keyword from OR on;
// another row for those that begin none.
static const uint8_t first_phrases[KEYWORD_MODULO - KEYWORD_OR + 1] = {
#define FIRST_PHRASE(NAME, first, ...) [KEYWORD_##first - KEYWORD_OR] = FIRST_##first,
#define PHRASE(NAME, first, ...)
#include "operator.def"
};

static const uint8_t levels[OPERATOR_COUNT] = {
#define OPERATOR(NAME, level, words, sign) [OPERATOR_##NAME] = level,
#include "operator.def"
};

// How tightly an operator binds: its level, and within level 7 the three bit operators in their
// order.
enum { STEPS = 3 };

int parser_binding_of(Operator operator) {
    int step = operator== OPERATOR_BITWISE_AND ? 2 : operator== OPERATOR_BITWISE_XOR ? 1 : 0;
    return levels[operator] * STEPS + step;
}

static Operator sign_operator(const Token *token) {
    switch (token->kind) {
    case TOKEN_EQUAL:
        return OPERATOR_EQUAL;
    case TOKEN_NOT_EQUAL:
        return OPERATOR_NOT_EQUAL;
    case TOKEN_LESS:
        return OPERATOR_LESS;
    case TOKEN_GREATER:
        return OPERATOR_GREATER;
    case TOKEN_LESS_EQUAL:
        return OPERATOR_LESS_EQUAL;
    case TOKEN_GREATER_EQUAL:
        return OPERATOR_GREATER_EQUAL;
    case TOKEN_PLUS:
        return OPERATOR_ADD;
    case TOKEN_MINUS:
        return OPERATOR_SUBTRACT;
    case TOKEN_STAR:
        return OPERATOR_MULTIPLY;
    case TOKEN_SLASH:
        return OPERATOR_DIVIDE;
    case TOKEN_PERCENT:
        return OPERATOR_MODULO;
    default:
        return OPERATOR_NONE;
    }
}

// The number of words when the phrase, whose first word stands there, stands there as a whole;
// else 0.
static uint32_t match_phrase(Parser *parser, const Phrase *phrase, uint32_t distance) {
    uint32_t length = 1;
    while (length < PHRASE_LENGTH && phrase->words[length] != KEYWORD_NONE) {
        if (parser_peek(parser, distance + length)->keyword != phrase->words[length])
            return 0;
        length++;
    }
    return length;
}

Operator parser_operator_ahead(Parser *parser, uint32_t distance, uint32_t *length) {
    const Token *token = parser_peek(parser, distance);
    *length = 1;
    if (token->kind != TOKEN_NAME)
        return sign_operator(token);
    if (token->keyword < KEYWORD_OR || token->keyword > KEYWORD_MODULO)
        return OPERATOR_NONE;
    size_t row = first_phrases[token->keyword - KEYWORD_OR];
    for (; row < PHRASE_COUNT; row++) {
        if (parser_phrases[row].words[0] != token->keyword)
            break;
        *length = match_phrase(parser, &parser_phrases[row], distance);
        if (*length > 0)
            return (Operator)parser_phrases[row].operator;
    }
    return OPERATOR_NONE;
}

// --- Binary expressions -------------------------------------------------------------------------

// `a < b < c`: `chain` is its first comparison, `right` the third operand, or NULL.
static void report_chain(Parser *parser, const Node *chain, Span first, Span second,
                         const Node *right) {
    Diagnostic *error = parser_report(parser, ERROR_chained_comparison, second,
                                      "a comparison gives true or false, which cannot be compared "
                                      "further");
    parser_note(parser, error, first, "the first comparison is here");
    const char *text = NULL;
    if (chain->kind == NODE_BINARY && right != NULL) {
        Span middle = AST(chain, NODE_BINARY, Binary)->right->span;
        text = parser_text_of(parser, (Span){middle.start, right->span.end}, NULL);
    }
    parser_help(parser, error, "join two comparisons with `and`: `%s and %s`",
                text != NULL ? parser_text_of(parser, chain->span, "…") : "a is less than b",
                text != NULL ? text : "b is less than c");
}

static Node *parse_operators(Parser *parser, int binding);

// 'not' binary(4)
static Node *parse_not(Parser *parser) {
    Position start = parser->current->start;
    Unary *node = NEW_NODE(parser, UNARY, Unary, parser_token_span(parser->current));
    parser_advance(parser);
    node->operator= OPERATOR_NOT;
    if (parser_enter(parser))
        node->operand = parse_operators(parser, LEVEL_NOT * STEPS);
    else
        node->operand = parser_error_node(parser, node->header.span);
    parser_leave(parser);
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

Node *parser_new_binary(Parser *parser, Operator operator, Node * left, Node *right) {
    Span span = {left->span.start,
                 right->span.end > left->span.end ? right->span.end : left->span.end};
    Binary *node = NEW_NODE(parser, BINARY, Binary, span);
    node->operator= operator;
    node->left = left;
    node->right = right;
    return parser_finish(parser, node);
}

// Whether behind `is` or `is not`, `distance` tokens ahead, stands the name of a variant as in
// `x is a Circle`, and not a constructor or a variable called `a`.
static bool at_variant_name(Parser *parser, uint32_t distance) {
    uint16_t article = parser_peek(parser, distance)->keyword;
    const Token *name = parser_peek(parser, distance + 1);
    const Token *after = parser_peek(parser, distance + 2);
    bool is_blank = name->keyword == KEYWORD_BLANK && after->kind == TOKEN_NAME;
    return (article == KEYWORD_A || article == KEYWORD_AN) && name->kind == TOKEN_NAME &&
           !is_blank && parser_at_operand(parser, distance + 1) && after->kind != TOKEN_DOT &&
           after->keyword != KEYWORD_WITH && after->keyword != KEYWORD_OF &&
           after->keyword != KEYWORD_IN && after->keyword != KEYWORD_AS &&
           after->keyword != KEYWORD_CONTAINING;
}

// operand 'is' [ 'not' ] ( 'a' | 'an' ) variant, from `is` on
static Node *parse_variant_test(Parser *parser, Node *operand) {
    VariantTest *node = NEW_NODE(parser, VARIANT_TEST, VariantTest, operand->span);
    node->operand = operand;
    parser_advance(parser);
    bool is_not = parser_accept_word(parser, KEYWORD_NOT);
    parser_advance(parser);
    node->name = parser_expect_name(parser, "the name of a variant", &node->name_span);
    node->header.span = parser_span_from(parser, operand->span.start);
    Node *test = parser_finish(parser, node);
    if (!is_not)
        return test;
    Unary *negation = NEW_NODE(parser, UNARY, Unary, test->span);
    negation->operator= OPERATOR_NOT;
    negation->operand = test;
    return parser_finish(parser, negation);
}

// --- Comparisons without their left side --------------------------------------------------------

// The left side of the comparison with which `left` ends, for messages; NULL if there is none.
static const char *compared_text(Parser *parser, const Node *left) {
    if (left->kind == NODE_VARIANT_TEST)
        return parser_text_of(parser, AST(left, NODE_VARIANT_TEST, VariantTest)->operand->span,
                              NULL);
    if (left->kind != NODE_BINARY || (left->flags & NODE_PARENTHESES))
        return NULL;
    const Binary *node = AST(left, NODE_BINARY, Binary);
    int level = levels[node->operator];
    if (level >= LEVEL_COMPARISON)
        return level == LEVEL_COMPARISON ? parser_text_of(parser, node->left->span, NULL) : NULL;
    const char *text = compared_text(parser, node->right);
    return text != NULL ? text : compared_text(parser, node->left);
}

// The comparison that begins here without a left side: as it is written, or, *is_loose, almost so.
static Operator half_comparison(Parser *parser, uint32_t *length, bool *is_loose) {
    Operator operator= parser_operator_ahead(parser, 0, length);
    bool is_strict = operator!= OPERATOR_NONE && levels[operator] == LEVEL_COMPARISON;
    if (is_strict && !parser_at_operand(parser, *length))
        is_strict = parser_peek(parser, *length)->kind == TOKEN_MINUS;
    bool may_be_name = parser_at(parser, TOKEN_NAME) && *length == 1; // is(3), equals[0]
    TokenKind next = (TokenKind)parser_peek(parser, *length)->kind;
    if (is_strict && may_be_name &&
        (next == TOKEN_LEFT_PARENTHESIS || next == TOKEN_LEFT_BRACKET || next == TOKEN_MINUS))
        is_strict = false;
    uint32_t loose_length = 0;
    Operator loose = parser_loose_comparison(parser, &loose_length);
    *is_loose = loose != OPERATOR_NONE && (!is_strict || loose_length > *length);
    if (*is_loose) {
        *length = loose_length;
        return loose;
    }
    return is_strict ? operator: OPERATOR_NONE;
}

// `side` is what stands left of the comparison before, or NULL; the one at `span` has these words.
static void help_with_side(Parser *parser, Diagnostic *error, Span span, const char *side,
                           const char *words) {
    char fixed[128];
    snprintf(fixed, sizeof fixed, "%s %s", side != NULL ? side : "x", words);
    Span right = {span.end, parser->state->previous.end};
    parser_help(parser, error, "write `%s%s`", fixed, parser_text_of(parser, right, " …"));
    if (side != NULL)
        parser_fix(parser, error, span, fixed);
}

// Behind `and` or `or`, the comparison in `x > 1 and < 5`: reported, and read as if its left side
// were there. NULL if there is none.
static Node *parse_half_comparison(Parser *parser, const Node *left) {
    uint32_t length;
    bool is_loose;
    Operator operator= half_comparison(parser, &length, &is_loose);
    if (operator== OPERATOR_NONE || parser_at_question(parser))
        return NULL;
    Span span = {parser->current->start, parser_peek(parser, length - 1)->end};
    const char *words = is_loose ? operator_words(operator)
                                 : parser_text_of(parser, span, operator_words(operator));
    Diagnostic *error = parser_report(parser, ERROR_unknown_comparison, span,
                                      "each comparison has a left side of its own");
    Node *absent = parser_error_node(parser, (Span){span.start, span.start});
    Node *comparison;
    if (parser_at_word(parser, KEYWORD_IS) && length <= 2 && at_variant_name(parser, length)) {
        comparison = parse_variant_test(parser, absent);
    } else {
        for (uint32_t i = 0; i < length; i++)
            parser_advance(parser);
        comparison = parser_new_binary(parser, operator, absent, parser_binary(parser, LEVEL_JOIN));
    }
    help_with_side(parser, error, span, compared_text(parser, left), words);
    return comparison;
}

// 'is' [ 'not' ] 'between', which no operator is, with a value behind it. A name may be `between`.
static bool at_between(Parser *parser, uint32_t length) {
    if (length > 2 || !parser_at_word(parser, KEYWORD_IS))
        return false;
    TokenKind next = (TokenKind)parser_peek(parser, length + 1)->kind;
    return parser_is_word(parser_peek(parser, length), "between") &&
           next != TOKEN_LEFT_PARENTHESIS && next != TOKEN_LEFT_BRACKET &&
           parser_at_value(parser, length + 1);
}

// What to write instead of `left is between low and high`, in a place that binds so tightly.
static void help_with_between(Parser *parser, Diagnostic *error, const Node *left, const Node *low,
                              const Node *high, bool is_not, int binding) {
    const char *value = parser_text_of(parser, left->span, NULL);
    const char *first = parser_text_of(parser, low->span, NULL);
    const char *last = parser_text_of(parser, high->span, NULL);
    bool is_known = value != NULL && first != NULL && last != NULL && !parser->state->is_failing;
    if (!is_known)
        value = "x", first = "1", last = "5";
    bool is_tight = binding > (is_not ? LEVEL_OR : LEVEL_AND) * STEPS;
    char fixed[256];
    snprintf(fixed, sizeof fixed, "%s%s %s %s %s %s %s %s%s", is_tight ? "(" : "", value,
             is_not ? "is less than" : "is not less than", first, is_not ? "or" : "and", value,
             is_not ? "is greater than" : "is not greater than", last, is_tight ? ")" : "");
    parser_help(parser, error, "write `%s`", fixed);
    if (is_known)
        parser_fix(parser, error, (Span){left->span.start, high->span.end}, fixed);
}

// left 'is' [ 'not' ] 'between' low 'and' high, from `is` on: reported, and read as two comparisons
static Node *parse_between(Parser *parser, Node *left, bool is_not, int binding) {
    uint32_t length = is_not ? 3 : 2;
    Span span = {parser->current->start, parser_peek(parser, length - 1)->end};
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_comparison, span, "`%s` is not how values are compared",
                      parser_text_of(parser, span, "is between"));
    for (uint32_t i = 0; i < length; i++)
        parser_advance(parser);
    Node *low = parser_binary(parser, LEVEL_JOIN);
    if (!parser_accept_word(parser, KEYWORD_AND))
        parser->state->is_failing = true;
    Node *high = parser_binary(parser, LEVEL_JOIN);
    help_with_between(parser, error, left, low, high, is_not, binding);
    Node *absent = parser_error_node(parser, left->span);
    return parser_new_binary(parser, OPERATOR_AND,
                             parser_new_binary(parser, OPERATOR_GREATER_EQUAL, left, low),
                             parser_new_binary(parser, OPERATOR_LESS_EQUAL, absent, high));
}

// --- Chains of operators ------------------------------------------------------------------------

// Whether the token can be no operator, however it is written.
static bool ends_operands(const Token *token) {
    return token->kind != TOKEN_NAME && token->kind < TOKEN_ASSIGN;
}

// Takes the operator's words; line ends behind it do not count.
static Span take_operator(Parser *parser, Operator operator, uint32_t length) {
    Position start = parser->current->start;
    parser_mark_operator(parser, operator, length);
    for (uint32_t i = 0; i < length; i++)
        parser_advance(parser);
    Span span = parser_span_from(parser, start);
    parser_skip_newlines(parser);
    return span;
}

// What stands behind an operator, which is taken.
static Node *parse_right_operand(Parser *parser, const Node *left, Operator operator) {
    Node *half = NULL;
    if (levels[operator] < LEVEL_COMPARISON)
        half = parse_half_comparison(parser, left);
    if (half != NULL)
        return half;
    parser_refuse_operator(parser);
    return parse_operators(parser, parser_binding_of(operator) + 1);
}

// binary(n) = binary(n + 1) { operator of level n binary(n + 1) }, where comparisons do not repeat,
// and binary(4) = 'not' binary(4) | binary(5); a variant test is one of the comparisons
static Node *parse_operators(Parser *parser, int binding) {
    bool is_not = binding <= LEVEL_NOT * STEPS && parser_at_not(parser);
    Node *left = is_not ? parse_not(parser) : parser_prefix(parser);
    bool compares = binding <= LEVEL_COMPARISON * STEPS;
    bool is_compared = false;
    Span comparison = {0, 0};
    while (!parser->state->is_failing && !ends_operands(parser->current)) {
        uint32_t length;
        Operator operator= parser_operator_ahead(parser, 0, &length);
        uint32_t strict = operator== OPERATOR_NONE ? 0 : length;
        bool is_doubtful = parser_at_doubtful_word(parser, strict);
        if (is_doubtful && parser_skip_doubled_operator(parser))
            continue;
        Node *test = is_doubtful && compares && parser_at(parser, TOKEN_NAME)
                         ? parser_foreign_test(parser, left, binding)
                         : NULL;
        if (test != NULL) {
            left = test;
            continue;
        }
        if ((parser->state->context & WITHOUT_AS) && parser_at_arrow(parser, 0))
            break; // `key -> value`
        if (is_doubtful || !parser_at(parser, TOKEN_NAME)) {
            Operator loose = parser_loose_operator(parser, left, binding, strict, &length);
            operator= loose != OPERATOR_NONE ? loose : operator;
        }
        if (operator== OPERATOR_NONE || parser_binding_of(operator) < binding ||
            parser->state->is_failing)
            break;
        bool is_comparison = levels[operator] == LEVEL_COMPARISON;
        Position start = parser->current->start;
        if (at_between(parser, length)) {
            left = parse_between(parser, left, length == 2, binding);
            continue;
        }
        if (length <= 2 && parser_at_word(parser, KEYWORD_IS) && at_variant_name(parser, length)) {
            if (is_compared)
                report_chain(parser, left, comparison, parser_token_span(parser->current), NULL);
            left = parse_variant_test(parser, left);
            comparison = parser_span_from(parser, start);
            is_compared = true;
            continue;
        }
        Span span = take_operator(parser, operator, length);
        Node *right = parse_right_operand(parser, left, operator);
        if (is_comparison && is_compared)
            report_chain(parser, left, comparison, span, right);
        comparison = span;
        is_compared = is_comparison; // `and` and `or` begin another comparison
        left = parser_new_binary(parser, operator, left, right);
    }
    return left;
}

Node *parser_binary(Parser *parser, int level) { return parse_operators(parser, level * STEPS); }

Node *parser_value(Parser *parser, int level, uint32_t context) {
    uint32_t outer = parser->state->context;
    parser->state->context = context;
    Node *value = level == LEVEL_LAMBDA ? parser_expression(parser) : parser_binary(parser, level);
    if (!parser->state->is_failing)
        parser->state->context = outer;
    return value;
}

// --- Lambda -------------------------------------------------------------------------------------

// At `lambda x x plus 1`, `lambda x y: …`
static bool lacks_lambda_sign(Parser *parser) {
    const Token *name = parser_peek(parser, 1), *after = parser_peek(parser, 2);
    return name->keyword == KEYWORD_NONE && after->start > name->end &&
           parser_at_operand(parser, 2);
}

// 'lambda' is a parameter list's beginning, not a variable.
bool parser_at_lambda(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_LAMBDA))
        return false;
    const Token *next = parser_peek(parser, 1);
    const Token *after = parser_peek(parser, 2);
    if (next->kind == TOKEN_COLON)
        return after->kind != TOKEN_NEWLINE && after->kind != TOKEN_END_OF_FILE;
    return next->kind == TOKEN_NAME && (after->kind == TOKEN_COMMA || after->kind == TOKEN_COLON ||
                                        after->keyword == KEYWORD_AS ||
                                        parser_at_arrow(parser, 2) || lacks_lambda_sign(parser));
}

// name [ 'as' type ]
static Node *lambda_parameter(Parser *parser) {
    Position start = parser->current->start;
    Parameter *node = NEW_NODE(parser, PARAMETER, Parameter, parser_token_span(parser->current));
    node->name = parser_expect_name(parser, "the name of a parameter", &node->name_span);
    if (parser_accept_meant(parser, KEYWORD_AS))
        node->annotation = parser_type(parser, TYPE_ALONE);
    node->header.span = parser_span_from(parser, start);
    return &node->header;
}

// 'lambda' [ parameter { ',' parameter } ] ':' expression
Node *parser_lambda(Parser *parser) {
    Position start = parser->current->start;
    Lambda *node = NEW_NODE(parser, LAMBDA, Lambda, parser_token_span(parser->current));
    bool is_foreign = !parser_at_lambda(parser);
    if (is_foreign)
        parser_report_lambda(parser);
    parser_accept_word(parser, KEYWORD_LAMBDA);
    if (is_foreign)
        parser_advance(parser);
    uint32_t mark = parser_list_mark(parser);
    while (!parser->state->is_failing && !parser_at(parser, TOKEN_COLON)) {
        parser_list_add(parser, lambda_parameter(parser));
        if (!parser_accept(parser, TOKEN_COMMA) && !parser_lacks_lambda_comma(parser))
            break;
        parser_skip_newlines(parser);
    }
    node->parameters = parser_list_take(parser, mark);
    if (is_foreign)
        parser_accept(parser, TOKEN_RIGHT_PARENTHESIS);
    if (!parser_accept_arrow(parser, is_foreign) && !parser_lacks_lambda_colon(parser))
        parser_expect(parser, TOKEN_COLON, "before the value of the lambda");
    if (parser_at(parser, TOKEN_NEWLINE) && !parser->state->is_failing)
        return parser_fail_long_lambda(parser, node->header.span);
    parser_skip_return(parser);
    parser_refuse_change(parser, node->parameters);
    node->body = parser_enter(parser) ? parser_expression(parser)
                                      : parser_error_node(parser, node->header.span);
    parser_leave(parser);
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

// expression = lambda | binary(2)
Node *parser_expression(Parser *parser) {
    if (parser_at(parser, TOKEN_NEWLINE))
        parser_join_value(parser);
    if (parser_at_lambda(parser) || parser_at_foreign_lambda(parser))
        return parser_lambda(parser);
    return parser_binary(parser, LEVEL_OR);
}
