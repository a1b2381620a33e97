// Expressions, level 11: prefix operators; and level 12: operands with their fields and indexes.
#include "parser_internal.h"

#include <string.h>

static Node *fail_operand(Parser *parser) {
    Span span = parser_error_span(parser);
    const Token *token = parser->current;
    if (parser_begins_statement(token) && token->start != parser->state->statement_start) {
        span = (Span){parser->state->previous.end, parser->state->previous.end};
        Diagnostic *error = parser_fail(parser, ERROR_expected_expression, span,
                                        "a value is missing at the end of this line");
        parser_note(parser, error, parser_token_span(token), "the next line begins a statement");
        return parser_error_node(parser, span);
    }
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_expression, "a value");
    if (parser_at(parser, TOKEN_PLUS))
        parser_help(parser, error, "a number has no `+` sign: leave it out");
    else if (parser->current->kind >= TOKEN_EQUAL && parser->current->kind <= TOKEN_GREATER_EQUAL)
        parser_help(parser, error, "each comparison has a left side of its own: `x > 1 and x < 5`");
    else if (parser_at(parser, TOKEN_NEWLINE))
        parser_help(parser, error,
                    "a value is a number, a text, a variable, a call, or an "
                    "expression of those, such as `x plus 1`");
    return parser_error_node(parser, span);
}

// --- Looking ahead ------------------------------------------------------------------------------

bool parser_at_operand(Parser *parser, uint32_t distance) {
    const Token *token = parser_peek(parser, distance);
    uint32_t length;
    switch (token->kind) {
    case TOKEN_INTEGER:
    case TOKEN_FLOAT:
    case TOKEN_STRING:
    case TOKEN_CHARACTER:
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET:
        return true;
    case TOKEN_NAME:
        break;
    default:
        return false;
    }
    switch (token->keyword) {
    case KEYWORD_AT:
        return parser_peek(parser, distance + 1)->keyword != KEYWORD_INDEX;
    case KEYWORD_WITH:
    case KEYWORD_AS:
    case KEYWORD_OF:
    case KEYWORD_TO:
    case KEYWORD_BY:
    case KEYWORD_FROM:
    case KEYWORD_IN:
    case KEYWORD_DO:
    case KEYWORD_BE:
    case KEYWORD_GETS:
    case KEYWORD_WHERE:
    case KEYWORD_RETURNS:
    case KEYWORD_ALIASED:
    case KEYWORD_DEFAULTS:
        return parser_peek(parser, distance + 1)->kind == TOKEN_DOT; // a variable of that name
    default:
        return parser_operator_ahead(parser, distance, &length) == OPERATOR_NONE;
    }
}

// Whether the current word, `not`, negates what follows: also a variable with the name of a word
// that goes on with a form, behind which the condition ends or goes on.
bool parser_at_not(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_NOT))
        return false;
    if (parser_at_operand(parser, 1))
        return true;
    uint32_t length;
    if (parser_peek(parser, 1)->kind != TOKEN_NAME ||
        parser_operator_ahead(parser, 1, &length) != OPERATOR_NONE)
        return false;
    switch (parser_peek(parser, 2)->kind) {
    case TOKEN_COLON:
    case TOKEN_NEWLINE:
    case TOKEN_END_OF_FILE:
    case TOKEN_RIGHT_PARENTHESIS:
    case TOKEN_RIGHT_BRACKET:
    case TOKEN_COMMA:
        return true;
    default:
        return parser_operator_ahead(parser, 2, &length) != OPERATOR_NONE;
    }
}

bool parser_at_value(Parser *parser, uint32_t distance) {
    const Token *token = parser_peek(parser, distance);
    return token->kind == TOKEN_MINUS || token->keyword == KEYWORD_MINUS ||
           parser_at_operand(parser, distance);
}

// 'a' | 'an', before the name of a type and not a variable.
static bool at_article(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_A) && !parser_at_word(parser, KEYWORD_AN))
        return false;
    if (parser_peek(parser, 1)->kind != TOKEN_NAME || !parser_at_operand(parser, 1))
        return false;
    const Token *after = parser_peek(parser, 2);
    if (parser_peek(parser, 1)->keyword == KEYWORD_BLANK && after->kind == TOKEN_NAME)
        return true;
    if (after->kind == TOKEN_DOT)
        after = parser_peek(parser, 4);
    return after->keyword == KEYWORD_WITH || after->keyword == KEYWORD_OF ||
           after->keyword == KEYWORD_IN || after->keyword == KEYWORD_AS ||
           (after->keyword == KEYWORD_CONTAINING &&
            parser_peek(parser, 1)->keyword != KEYWORD_DICTIONARY);
}

// 'the' name 'of'
static bool at_the(Parser *parser) {
    return parser_at_word(parser, KEYWORD_THE) && parser_peek(parser, 1)->kind == TOKEN_NAME &&
           parser_peek(parser, 2)->keyword == KEYWORD_OF;
}

// 'list containing' | 'set containing' | 'dictionary with :', `distance` tokens ahead
static bool at_collection(Parser *parser, uint32_t distance, bool needs_colon) {
    uint16_t next = parser_peek(parser, distance + 1)->keyword;
    switch (parser_peek(parser, distance)->keyword) {
    case KEYWORD_LIST:
    case KEYWORD_SET_LITERAL:
        return next == KEYWORD_CONTAINING;
    case KEYWORD_DICTIONARY:
        return next == KEYWORD_WITH &&
               (!needs_colon || parser_peek(parser, distance + 2)->kind == TOKEN_COLON);
    default:
        return false;
    }
}

bool parser_at_form(Parser *parser) {
    switch (parser->current->keyword) {
    case KEYWORD_CONVERT:
    case KEYWORD_MINUS:
    case KEYWORD_NEGATIVE:
    case KEYWORD_NOT:
    case KEYWORD_BIT_NOT:
    case KEYWORD_LAMBDA:
    case KEYWORD_TRUE:
    case KEYWORD_FALSE:
    case KEYWORD_NOTHING:
    case KEYWORD_NULL:
        return true;
    case KEYWORD_BITWISE:
        return parser_peek(parser, 1)->keyword == KEYWORD_NOT;
    default:
        return at_the(parser) || at_article(parser) || at_collection(parser, 0, true);
    }
}

// --- Prefix operators ---------------------------------------------------------------------------

// A literal under a minus is one literal, so that the smallest Integer can be written.
static Node *fold_negation(Parser *parser, Node *operand, Span span) {
    if (operand->flags & (NODE_PARENTHESES | NODE_CHARACTER))
        return NULL;
    if (operand->kind == NODE_FLOAT_LITERAL) {
        FloatLiteral *literal = AST(operand, NODE_FLOAT_LITERAL, FloatLiteral);
        literal->value = -literal->value;
        operand->span = span;
        return operand;
    }
    if (operand->kind != NODE_INTEGER_LITERAL)
        return NULL;
    IntegerLiteral *literal = AST(operand, NODE_INTEGER_LITERAL, IntegerLiteral);
    uint64_t bits = (uint64_t)literal->value;
    bool is_negative = literal->value < 0 && !(operand->flags & NODE_UNSIGNED);
    if ((operand->flags & NODE_UNSIGNED) && bits != (uint64_t)INT64_MIN) {
        Diagnostic *error = parser_report(parser, ERROR_integer_out_of_range, span,
                                          "this number does not fit into 64 bits");
        parser_help(parser, error, "the smallest Integer is -9223372036854775808");
        return parser_error_node(parser, span);
    }
    if (is_negative)
        return NULL; // minus -5: an operation, which may wrap
    literal->value = (int64_t)(0 - bits);
    operand->flags &= ~(uint32_t)NODE_UNSIGNED;
    operand->span = span;
    return operand;
}

// operator prefix, behind `words` words
static Node *parse_unary(Parser *parser, Operator operator, uint32_t words) {
    Position start = parser->current->start;
    parser->current->flags |= parser_at(parser, TOKEN_MINUS) ? TOKEN_PREFIX : 0;
    parser_mark_operator(parser, operator, words);
    for (uint32_t i = 0; i < words; i++)
        parser_advance(parser);
    Node *operand = parser_prefix(parser);
    Span span = parser_span_from(parser, start);
    Node *folded = operator== OPERATOR_NEGATE ? fold_negation(parser, operand, span) : NULL;
    if (folded != NULL)
        return folded;
    Unary *node = NEW_NODE(parser, UNARY, Unary, span);
    node->operator= operator;
    node->operand = operand;
    return parser_finish(parser, node);
}

// `convert x Float`: the `to` is missing.
static bool correct_convert(Parser *parser) {
    if (parser->state->is_failing || !parser_begins_type(parser->current))
        return false;
    Position start = parser->current->start;
    Diagnostic *error = parser_report_expected(parser, "`to` and the type to convert to");
    parser_help(parser, error, "write `to` before it");
    parser_fix(parser, error, (Span){start, start}, "to ");
    return true;
}

// 'convert' binary(6) 'to' type
static Node *parse_convert(Parser *parser) {
    Position start = parser->current->start;
    Convert *node = NEW_NODE(parser, CONVERT, Convert, parser_token_span(parser->current));
    parser_advance(parser);
    node->operand = parser_binary(parser, LEVEL_JOIN);
    bool is_listed = parser->state->bracket_depth > 0 || (parser->state->context & IN_LIST);
    if (correct_convert(parser) ||
        parser_expect_word(parser, KEYWORD_TO, "and the type to convert to"))
        node->annotation = parser_type(parser, is_listed ? TYPE_IN_LIST : TYPE_ALONE);
    else
        node->annotation = parser_error_node(parser, parser_error_span(parser));
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

// 'copy' 'of' prefix
static Node *parse_copy(Parser *parser) {
    Position start = parser->current->start;
    parser_advance(parser);
    parser_advance(parser);
    Node *operand = parser_prefix(parser);
    CopyOf *node = NEW_NODE(parser, COPY_OF, CopyOf, parser_span_from(parser, start));
    node->operand = operand;
    return parser_finish(parser, node);
}

// ( 'size' | 'kind' ) 'of' type
static Node *parse_type_query(Parser *parser, NodeKind kind) {
    Position start = parser->current->start;
    parser_advance(parser);
    parser_advance(parser);
    bool is_listed = parser->state->bracket_depth > 0 || (parser->state->context & IN_LIST);
    Node *annotation = parser_type(parser, is_listed ? TYPE_IN_LIST : TYPE_ALONE);
    Node *node = ast_new(parser->arena, kind, parser_span_from(parser, start));
    if (kind == NODE_SIZE_OF)
        AST(node, NODE_SIZE_OF, SizeOf)->annotation = annotation;
    else
        AST(node, NODE_KIND_OF, KindOf)->annotation = annotation;
    return parser_finish(parser, node);
}

Node *parser_new_argument(Parser *parser, const Name *name, Span name_span, Node *value) {
    Span span = name != NULL ? (Span){name_span.start, value->span.end} : value->span;
    if (span.end < span.start)
        span = name_span;
    Argument *node = NEW_NODE(parser, ARGUMENT, Argument, span);
    node->name = name;
    node->name_span = name_span;
    node->value = value;
    return parser_finish(parser, node);
}

static Node *named_argument(Parser *parser, const char *name, Node *value) {
    const Name *interned = intern_text(&parser->state->compilation->names, name);
    return parser_new_argument(parser, interned, value->span, value);
}

// 'position' 'of' binary(6) 'in' prefix: the prelude's string_find. The arguments are named, so
// that they are evaluated in the order in which they are written.
static Node *parse_position(Parser *parser) {
    Span span = parser_token_span(parser->current);
    parser_advance(parser);
    parser_advance(parser);
    Node *what = parser_binary(parser, LEVEL_JOIN);
    Node *text = parser_expect_word(parser, KEYWORD_IN, "and the text to search")
                     ? parser_prefix(parser)
                     : parser_error_node(parser, parser_error_span(parser));
    NameExpression *callee = NEW_NODE(parser, NAME, NameExpression, span);
    callee->name = intern_text(&parser->state->compilation->names, "string_find");
    Call *call = NEW_NODE(parser, CALL, Call, parser_span_from(parser, span.start));
    call->callee = parser_finish(parser, callee);
    uint32_t mark = parser_list_mark(parser);
    parser_list_add(parser, named_argument(parser, "what", what));
    parser_list_add(parser, named_argument(parser, "s", text));
    call->arguments = parser_list_take(parser, mark);
    return parser_finish(parser, call);
}

void parser_report_parentheses(Parser *parser, const char *what) {
    Diagnostic *error =
        parser_report(parser, ERROR_needs_parentheses, parser_token_span(parser->current),
                      "%s must stand in parentheses here", what);
    parser_help(parser, error, "put it and all that belongs to it between `(` and `)`");
}

// prefix = ( 'minus' | 'negative' | '-' | 'bitwise' 'not' | 'bit_not' ) prefix | convert | copy
//        | type query | position | postfix
static Node *parse_prefix_here(Parser *parser) {
    uint16_t next = parser_peek(parser, 1)->keyword;
    switch (parser->current->keyword) {
    case KEYWORD_MINUS:
    case KEYWORD_NEGATIVE:
        return parser_at_value(parser, 1) ? parse_unary(parser, OPERATOR_NEGATE, 1)
                                          : parser_postfix(parser);
    case KEYWORD_BITWISE:
        return next == KEYWORD_NOT ? parse_unary(parser, OPERATOR_BITWISE_NOT, 2)
                                   : parser_postfix(parser);
    case KEYWORD_BIT_NOT:
        return parser_at_value(parser, 1) ? parse_unary(parser, OPERATOR_BITWISE_NOT, 1)
                                          : parser_postfix(parser);
    case KEYWORD_NOT:
        if (!parser_at_not(parser) && !parser_at_value(parser, 1))
            return parser_postfix(parser);
        parser_report_parentheses(parser, "`not`");
        return parse_unary(parser, OPERATOR_NOT, 1);
    case KEYWORD_LAMBDA:
        if (!parser_at_lambda(parser))
            return parser_postfix(parser);
        parser_report_parentheses(parser, "a lambda");
        return parser_lambda(parser);
    case KEYWORD_CONVERT:
        return parser_at_value(parser, 1) ? parse_convert(parser) : parser_postfix(parser);
    case KEYWORD_COPY:
        return next == KEYWORD_OF ? parse_copy(parser) : parser_postfix(parser);
    case KEYWORD_SIZE:
        return next == KEYWORD_OF ? parse_type_query(parser, NODE_SIZE_OF) : parser_postfix(parser);
    case KEYWORD_KIND:
        return next == KEYWORD_OF ? parse_type_query(parser, NODE_KIND_OF) : parser_postfix(parser);
    case KEYWORD_POSITION:
        return next == KEYWORD_OF ? parse_position(parser) : parser_postfix(parser);
    default:
        if (parser_at(parser, TOKEN_MINUS))
            return parse_unary(parser, OPERATOR_NEGATE, 1);
        return parser_postfix(parser);
    }
}

Node *parser_prefix(Parser *parser) {
    if (parser->state->is_failing)
        return parser_error_node(parser, parser_error_span(parser));
    Node *node = parser_enter(parser) ? parse_prefix_here(parser)
                                      : parser_error_node(parser, parser_error_span(parser));
    parser_leave(parser);
    return node;
}

// --- Operands -----------------------------------------------------------------------------------

static Node *parse_literal(Parser *parser) {
    const Token *token = parser->current;
    Span span = parser_token_span(token);
    parser_advance(parser);
    if (token->flags & TOKEN_INVALID)
        return parser_error_node(parser, span);
    if (token->kind == TOKEN_FLOAT) {
        FloatLiteral *node = NEW_NODE(parser, FLOAT_LITERAL, FloatLiteral, span);
        node->value = token->value.real;
        return parser_finish(parser, node);
    }
    if (token->kind == TOKEN_STRING) {
        StringLiteral *node = NEW_NODE(parser, STRING_LITERAL, StringLiteral, span);
        node->text = token->value.name;
        return parser_finish(parser, node);
    }
    IntegerLiteral *node = NEW_NODE(parser, INTEGER_LITERAL, IntegerLiteral, span);
    node->value = token->value.integer;
    if (token->kind == TOKEN_CHARACTER)
        node->header.flags = NODE_CHARACTER;
    else if (token->flags & TOKEN_UNSIGNED)
        node->header.flags = NODE_UNSIGNED;
    return parser_finish(parser, node);
}

// 'true' | 'false' | 'Nothing' | 'null'; NULL for another word
static Node *parse_literal_word(Parser *parser) {
    Span span = parser_token_span(parser->current);
    uint16_t keyword = parser->current->keyword;
    if (keyword == KEYWORD_NOTHING || keyword == KEYWORD_NULL) {
        if (keyword == KEYWORD_NULL)
            parser_mark_spelling(parser, 1, keyword_text(KEYWORD_NOTHING));
        parser_advance(parser);
        return parser_finish(parser, ast_new(parser->arena, NODE_NOTHING_LITERAL, span));
    }
    if (keyword != KEYWORD_TRUE && keyword != KEYWORD_FALSE)
        return NULL;
    parser_advance(parser);
    BooleanLiteral *node = NEW_NODE(parser, BOOLEAN_LITERAL, BooleanLiteral, span);
    node->value = keyword == KEYWORD_TRUE;
    return parser_finish(parser, node);
}

// 'the' name 'of' postfix
static Node *parse_the(Parser *parser) {
    Field *node = NEW_NODE(parser, FIELD, Field, parser_token_span(parser->current));
    Position start = parser->current->start;
    parser_advance(parser);
    node->name = parser_expect_name(parser, "the name of a field", &node->name_span);
    parser_advance(parser);
    node->object = parser_enter(parser) ? parser_postfix(parser)
                                        : parser_error_node(parser, node->header.span);
    parser_leave(parser);
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

// Whether the current name is a type that a variant follows: Option as Some with …,
// Option of Integer as Some with …
static bool at_qualified_variant(Parser *parser) {
    if (parser->state->context & (WITHOUT_WITH | WITHOUT_AS))
        return false;
    const Token *next = parser_peek(parser, 1);
    if (next->keyword == KEYWORD_OF)
        return parser_peek(parser, 2)->kind == TOKEN_NAME;
    return next->keyword == KEYWORD_AS && parser_peek(parser, 2)->kind == TOKEN_NAME &&
           parser_peek(parser, 3)->keyword == KEYWORD_WITH;
}

// A line that ended with an operator is followed by one that begins a statement.
static bool is_left_incomplete(Parser *parser) {
    const Token *token = parser->current;
    const Token *next = parser_peek(parser, 1);
    return parser_begins_statement(token) && token->start != parser->state->statement_start &&
           next->kind != TOKEN_DOT && next->kind != TOKEN_LEFT_PARENTHESIS &&
           next->kind != TOKEN_LEFT_BRACKET && next->keyword != KEYWORD_WITH;
}

// f"…"
static void fail_prefixed_text(Parser *parser, NameExpression *node) {
    Span span = {node->header.span.start, parser->current->start + 1};
    Diagnostic *error = parser_fail(parser, ERROR_expected_line_end, span,
                                    "`%s` directly before a text has no meaning", node->name->text);
    parser_help(parser, error, "%s", lexer_values_help);
    node->header.kind = NODE_ERROR;
}

// Behind `a NAME`: what can follow neither a variable `a` nor the name of a type.
static bool is_maker_end(const Token *token) {
    return token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END_OF_FILE ||
           token->kind == TOKEN_COMMA || token->kind == TOKEN_LEFT_PARENTHESIS ||
           token->kind == TOKEN_RIGHT_PARENTHESIS;
}

// How the empty value of a type is written that has no fields; NULL for another name.
static const char *empty_value(const char *type) {
    static const char *const rows[][2] = {
        {"Integer", "0"}, {"Float", "0.0"}, {"String", "\"\""}, {"Boolean", "false"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i][0], type) == 0)
            return rows[i][1];
    }
    return NULL;
}

// `a Point` without `with`
static Node *fail_article(Parser *parser, const Token *type) {
    Span span = {parser->current->start, type->end};
    const char *name = type->value.name->text;
    Diagnostic *error = parser_fail(parser, ERROR_expected_token, (Span){type->end, type->end},
                                    "expected `with` and the fields behind `%s %s`",
                                    parser->current->value.name->text, name);
    const char *empty = empty_value(name);
    if (empty != NULL) {
        parser_help(parser, error, "write `Let x as %s`, or the value itself: `Let x be %s`", name,
                    empty);
        return parser_error_node(parser, span);
    }
    parser_help(parser, error,
                "`%s %s with …` gives each field a value, `a blank %s` none; a variable without a "
                "value is declared by `Let x as %s`",
                type_article(name), name, name, name);
    return parser_error_node(parser, span);
}

// `new int[5]`
static void help_with_new_array(Parser *parser, Diagnostic *error) {
    const char *name = parser_peek(parser, 1)->value.name->text;
    const char *type = foreign_type(name);
    const Token *count = parser_peek(parser, 3);
    bool is_known =
        count->kind == TOKEN_INTEGER && parser_peek(parser, 4)->kind == TOKEN_RIGHT_BRACKET;
    parser_help(parser, error, "an array is declared by `Let x as Array[%s] of %s`%s",
                is_known ? parser_text_of(parser, parser_token_span(count), "5") : "5",
                type != NULL ? type : name,
                is_known ? "" : "; one that grows is made by `Array.create()`");
}

// `a list` without `containing`, `a Point` without `with`, `new Point(…)`; NULL for anything else
static Node *fail_maker(Parser *parser) {
    bool is_article = parser_at_word(parser, KEYWORD_A) || parser_at_word(parser, KEYWORD_AN);
    const Token *next = parser_peek(parser, 1);
    if (next->kind != TOKEN_NAME)
        return NULL;
    bool is_doubled = is_article && parser_peek(parser, 2)->kind == TOKEN_NAME &&
                      (strcmp(next->value.name->text, "new") == 0 ||
                       strcmp(next->value.name->text, "empty") == 0);
    if (is_doubled) {
        parser_advance(parser);
        next = parser_peek(parser, 1);
    }
    Span span = {parser->current->start, next->end};
    bool is_list = next->keyword == KEYWORD_LIST || next->keyword == KEYWORD_SET_LITERAL ||
                   next->keyword == KEYWORD_DICTIONARY;
    if (is_article && is_list) {
        Diagnostic *error = parser_fail(
            parser, ERROR_expected_token, (Span){next->end, next->end}, "expected `%s` behind `%s`",
            next->keyword == KEYWORD_DICTIONARY ? "with:" : "containing", next->value.name->text);
        if (parser_peek(parser, 2)->keyword == KEYWORD_CONTAINING)
            parser_help(parser, error, "write `a dictionary with: \"one\" as 1`");
        else
            parser_help(parser, error, "an empty one is made by `%s_create()`",
                        next->keyword == KEYWORD_DICTIONARY ? "dict" : next->value.name->text);
        return parser_error_node(parser, span);
    }
    if (is_article && next->keyword == KEYWORD_NONE && is_maker_end(parser_peek(parser, 2)))
        return fail_article(parser, next);
    const char *word = parser->current->value.name->text;
    if (word[0] != 'n' || strcmp(word, "new") != 0)
        return NULL;
    Diagnostic *error =
        parser_fail(parser, ERROR_expected_line_end, span, "a new object is not made with `new`");
    const char *make = foreign_name(next->value.name->text);
    if (parser_peek(parser, 2)->kind == TOKEN_LEFT_BRACKET)
        help_with_new_array(parser, error);
    else if (make != NULL)
        parser_help(parser, error, "%s", make);
    else
        parser_help(parser, error, "write `%s %s with` and a value for each field",
                    type_article(next->value.name->text), next->value.name->text);
    return parser_error_node(parser, span);
}

// `a list with 1, 2`, `a list of 1, 2`: no structure, whose fields would have names. `list with 1`
// calls a process.
static bool at_list_with(Parser *parser, bool has_article) {
    uint16_t word = parser_peek(parser, 1)->keyword;
    return (parser_at_word(parser, KEYWORD_LIST) || parser_at_word(parser, KEYWORD_SET_LITERAL)) &&
           (word == KEYWORD_OF || (word == KEYWORD_WITH && has_article)) &&
           parser_peek(parser, 2)->kind != TOKEN_NAME && parser_at_operand(parser, 2);
}

static void report_list_with(Parser *parser) {
    const Token *with = parser_peek(parser, 1);
    const char *word = parser->current->value.name->text;
    Diagnostic *error = parser_report(parser, ERROR_expected_token, parser_token_span(with),
                                      "expected `containing` behind `%s`, found %s", word,
                                      parser_describe(parser, with));
    parser_help(parser, error, "write `a %s containing 1, 2`", word);
    parser_fix(parser, error, parser_token_span(with), "containing");
}

// What begins with a word of the language; NULL where it is a name all the same.
static Node *parse_form(Parser *parser) {
    Position start = parser->current->start;
    Node *literal = parse_literal_word(parser);
    if (literal != NULL)
        return literal;
    if (at_the(parser))
        return parse_the(parser);
    parser_skip_doubled_article(parser);
    if (at_article(parser)) {
        parser_advance(parser);
        bool is_list_with = at_list_with(parser, true);
        if (is_list_with)
            report_list_with(parser);
        return is_list_with || at_collection(parser, 0, false) ? parser_collection(parser, start)
                                                               : parser_constructor(parser, start);
    }
    bool is_list_of = at_list_with(parser, false);
    if (is_list_of)
        report_list_with(parser);
    return is_list_of || at_collection(parser, 0, true) ? parser_collection(parser, start) : NULL;
}

// --- Elements in words --------------------------------------------------------------------------

static bool is_item_word(const Token *token) {
    return parser_is_word(token, "item") || parser_is_word(token, "element");
}

// The number of words of `item 0 of`, `the first item of`, in front of a name; else 0.
static uint32_t item_words(Parser *parser) {
    uint32_t start = parser_at_word(parser, KEYWORD_THE);
    const Token *next = parser_peek(parser, start + 1);
    if (next->keyword != KEYWORD_NONE || (next->kind != TOKEN_NAME && next->kind != TOKEN_INTEGER))
        return 0;
    const Token *word = parser_peek(parser, start);
    bool is_end = parser_is_word(word, "first") || parser_is_word(word, "last");
    if (is_end ? !is_item_word(next) : !is_item_word(word))
        return 0;
    bool is_item = parser_peek(parser, start + 2)->keyword == KEYWORD_OF &&
                   parser_peek(parser, start + 3)->kind == TOKEN_NAME;
    return is_item ? start + 3 : 0;
}

// Takes `length` of them, and the name.
static Node *parse_item_in_words(Parser *parser, uint32_t length) {
    Position start = parser->current->start;
    const Token *word = parser_peek(parser, length - 3);
    const char *number =
        parser_text_of(parser, parser_token_span(parser_peek(parser, length - 2)), "i");
    bool is_first = parser_is_word(word, "first") || strcmp(number, "0") == 0;
    bool is_last = parser_is_word(word, "last");
    for (uint32_t i = 0; i < length; i++)
        parser_advance(parser);
    Node *object = parser_postfix(parser);
    Span span = parser_span_from(parser, start);
    const char *items = parser_text_of(parser, object->span, "items");
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span, "`%s` is not how an element is written",
                      parser_text_of(parser, span, "item 0 of items"));
    char fixed[128];
    if (is_last)
        snprintf(fixed, sizeof fixed, "%s[%s.length() minus 1]", items, items);
    else
        snprintf(fixed, sizeof fixed, "%s[%s]", items, is_first ? "0" : number);
    parser_help(parser, error,
                is_first || is_last ? "write `%s`" : "write `%s`; the first is `[0]`", fixed);
    if (is_first && object->kind == NODE_NAME)
        parser_fix(parser, error, span, fixed);
    return parser_error_node(parser, span);
}

static Node *parse_word(Parser *parser) {
    Position start = parser->current->start;
    uint32_t length = item_words(parser);
    if (length > 0)
        return parse_item_in_words(parser, length);
    if (parser->current->keyword != KEYWORD_NONE) {
        Node *form = parse_form(parser);
        if (form != NULL)
            return form;
        parser_skip_question(parser);
    }
    if (parser_at_field_of(parser))
        return parser_field_of(parser);
    if (at_qualified_variant(parser))
        return parser_constructor(parser, start);
    if (is_left_incomplete(parser))
        return fail_operand(parser);
    parser_skip_call_word(parser);
    Node *failed = fail_maker(parser);
    if (failed != NULL)
        return failed;
    NameExpression *node =
        NEW_NODE(parser, NAME, NameExpression, parser_token_span(parser->current));
    node->name = parser->current->value.name;
    parser_advance(parser);
    bool is_quoted = parser_at(parser, TOKEN_STRING) || parser_at(parser, TOKEN_CHARACTER);
    if (is_quoted && parser->current->start == node->header.span.end)
        fail_prefixed_text(parser, node);
    return parser_finish(parser, node);
}

// `(a, b)` is no value.
static void fail_several_values(Parser *parser, Span open) {
    Diagnostic *error = parser_fail_expected(parser, ERROR_unclosed_bracket, "`)`");
    parser_note(parser, error, open, "the bracket opens here");
    parser_help(parser, error,
                "texts and numbers are put together by `joined with`, as in "
                "`\"x = \" joined with x`; several values are a list: `[1, 2]`");
}

// operand = literal | word | '(' expression ')' | array
static Node *parse_operand(Parser *parser) {
    switch (parser->current->kind) {
    case TOKEN_INTEGER:
    case TOKEN_FLOAT:
    case TOKEN_STRING:
    case TOKEN_CHARACTER:
        return parse_literal(parser);
    case TOKEN_LEFT_BRACKET:
        return parser_array(parser);
    case TOKEN_NAME:
        return parse_word(parser);
    case TOKEN_LEFT_PARENTHESIS: {
        Position start = parser->current->start;
        Span open = parser_open_bracket(parser);
        Node *node = parser_value(parser, LEVEL_LAMBDA, 0);
        if (parser_at(parser, TOKEN_COMMA) && !parser->state->is_failing)
            fail_several_values(parser, open);
        parser_close_bracket(parser, TOKEN_RIGHT_PARENTHESIS, open);
        node->flags |= NODE_PARENTHESES;
        node->span = parser_span_from(parser, start);
        return node;
    }
    default:
        return fail_operand(parser);
    }
}

// `"a" . "b"`
static void fail_dotted_text(Parser *parser) {
    Diagnostic *error =
        parser_fail_expected(parser, ERROR_expected_name, "the name of a field or process");
    parser_help(parser, error, "texts are put together by `joined with`");
}

// object '.' name
static Node *parse_field(Parser *parser, Node *object) {
    Field *node = NEW_NODE(parser, FIELD, Field, object->span);
    parser_advance(parser);
    if (parser_correct_point(parser, object))
        return object;
    if (parser_at(parser, TOKEN_STRING)) {
        fail_dotted_text(parser);
        return parser_error_node(parser, parser_span_from(parser, object->span.start));
    }
    node->object = object;
    node->name = parser_expect_name(parser, "the name of a field or process", &node->name_span);
    node->header.span = parser_span_from(parser, object->span.start);
    if (node->name == NULL)
        return parser_error_node(parser, node->header.span);
    return parser_finish(parser, node);
}

static Node *new_index(Parser *parser, Node *object, Node *index) {
    Span span = parser_span_from(parser, object->span.start);
    Index *node = NEW_NODE(parser, INDEX, Index, span);
    node->object = object;
    node->index = index;
    return parser_finish(parser, node);
}

// `array [1, 2]`
static bool is_array_word(const Node *node) {
    if (node->kind != NODE_NAME)
        return false;
    const char *word = AST(node, NODE_NAME, NameExpression)->name->text;
    return strcmp(word, "array") == 0 || strcmp(word, "Array") == 0;
}

// At the comma of `a[1, 2]`
static void fail_second_index(Parser *parser, const Node *object, Span open) {
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`]`");
    if (!is_array_word(object)) {
        parser_help(parser, error, "an element of an element is written `a[i][j]`");
        return;
    }
    parser_help(parser, error, "an Array is written without a word before it: `[1, 2]`");
    parser_fix(parser, error, (Span){object->span.start, open.start}, "");
}

// object '[' expression ']'
static Node *parse_index(Parser *parser, Node *object) {
    parser->current->flags |= TOKEN_APPLIED;
    Span open = parser_open_bracket(parser);
    Node *index = parser_value(parser, LEVEL_LAMBDA, 0);
    if (parser_at(parser, TOKEN_COMMA) && !parser->state->is_failing)
        fail_second_index(parser, object, open);
    parser_close_bracket(parser, TOKEN_RIGHT_BRACKET, open);
    return new_index(parser, object, index);
}

// At the `..` that ends the first value of a range, which is no point of a field.
static bool at_range(Parser *parser, const Node *node) {
    bool may_be_range = node->kind == NODE_INTEGER_LITERAL || (parser->state->context & IN_RANGE);
    return may_be_range && parser_at_points(parser);
}

// { '(' … ')' | '.' name | '[' … ']' } behind an operand
static Node *parse_tight(Parser *parser, Node *node) {
    while (!parser->state->is_failing) {
        if (parser_at(parser, TOKEN_LEFT_PARENTHESIS))
            node = parser_call(parser, node);
        else if (parser_at(parser, TOKEN_DOT) && !at_range(parser, node))
            node = parse_field(parser, node);
        else if (parser_at(parser, TOKEN_LEFT_BRACKET))
            node = parse_index(parser, node);
        else if (parser_at_type_argument(parser, node))
            parser_skip_type_argument(parser, node);
        else
            break;
    }
    return node;
}

// postfix = operand { tight | 'at' 'index' operand { tight } | 'with' list }
Node *parser_postfix(Parser *parser) {
    if (parser->state->is_failing)
        return parser_error_node(parser, parser_error_span(parser));
    Node *node = parse_operand(parser);
    while (!parser->state->is_failing) {
        node = parse_tight(parser, node);
        if (parser->state->is_failing)
            break;
        if (parser_at_word(parser, KEYWORD_AT) &&
            (parser_peek(parser, 1)->keyword == KEYWORD_INDEX || parser_correct_at(parser))) {
            parser_advance(parser);
            parser_advance(parser);
            Node *index = parse_operand(parser);
            node = new_index(parser, node, parse_tight(parser, index));
        } else if (parser_at_with_list(parser) && parser_is_callable(node) &&
                   !(parser->state->context & WITHOUT_WITH)) {
            node = parser_with_call(parser, node);
        } else {
            break;
        }
    }
    return node;
}
