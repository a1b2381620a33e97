// Expressions, level 12: the lists of values that calls, constructors and collections take.
#include "parser_internal.h"

// --- Arguments ----------------------------------------------------------------------------------

// `f(x as T)` says what x is; `as` before anything that is no type's name gives an argument by
// name.
static bool at_named_argument(Parser *parser) {
    if (!parser_at(parser, TOKEN_NAME) || parser_peek(parser, 1)->keyword != KEYWORD_AS)
        return false;
    const Token *value = parser_peek(parser, 2);
    if (value->kind != TOKEN_NAME)
        return true;
    char first = value->value.name->text[0];
    return !(first >= 'A' && first <= 'Z') && value->keyword != KEYWORD_INLINE_TYPE;
}

static Node *new_ascription(Parser *parser, Node *operand, Node *annotation) {
    Span span = parser_span_from(parser, operand->span.start);
    Convert *node = NEW_NODE(parser, CONVERT, Convert, span);
    node->header.flags = NODE_ASCRIPTION;
    node->operand = operand;
    node->annotation = annotation;
    return parser_finish(parser, node);
}

Node *parser_ascribed(Parser *parser, Node *value) {
    if (parser->state->is_failing || !parser_accept_word(parser, KEYWORD_RETURNS))
        return value;
    return new_ascription(parser, value, parser_type(parser, TYPE_ALONE));
}

// `f(b = 3)`, `f(b: 3)`
static bool at_foreign_argument(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    return parser_at(parser, TOKEN_NAME) &&
           (next->kind == TOKEN_ASSIGN || next->kind == TOKEN_COLON) && !parser_at_lambda(parser) &&
           parser_at_operand(parser, 2);
}

static const Name *parse_foreign_name(Parser *parser, Span *span) {
    const Name *name = parser_expect_name(parser, "the name of a parameter", span);
    Diagnostic *error = parser_report_expected(parser, "`as` between a parameter and its value");
    parser_help(parser, error, "write `%s as …`", name->text);
    parser_take_for(parser, error, "as");
    return name;
}

// argument = name 'as' expression | expression [ 'as' type ]
static Node *parse_argument(Parser *parser) {
    const Name *name = NULL;
    Span name_span = {0, 0};
    if (at_named_argument(parser)) {
        name = parser_expect_name(parser, "the name of a parameter", &name_span);
        parser_advance(parser);
    }
    if (name == NULL && at_foreign_argument(parser))
        name = parse_foreign_name(parser, &name_span);
    Node *value = parser_value(parser, LEVEL_LAMBDA, IN_LIST);
    if (name == NULL && !parser->state->is_failing && parser_accept_word(parser, KEYWORD_AS))
        value = new_ascription(parser, value, parser_type(parser, TYPE_IN_LIST));
    return parser_new_argument(parser, name, name_span, value);
}

// '(' [ argument { ',' argument } [ ',' ] ] ')'
Node *parser_call(Parser *parser, Node *callee) {
    Call *node = NEW_NODE(parser, CALL, Call, callee->span);
    node->callee = callee;
    parser->current->flags |= TOKEN_APPLIED;
    Span open = parser_open_bracket(parser);
    uint32_t mark = parser_list_mark(parser);
    while (!parser->state->is_failing && !parser_at(parser, TOKEN_RIGHT_PARENTHESIS)) {
        parser_list_add(parser, parse_argument(parser));
        if (!parser_accept(parser, TOKEN_COMMA))
            break;
    }
    node->arguments = parser_list_take(parser, mark);
    parser_close_bracket(parser, TOKEN_RIGHT_PARENTHESIS, open);
    node->header.span = parser_span_from(parser, callee->span.start);
    return parser_finish(parser, node);
}

// --- `with` lists -------------------------------------------------------------------------------

// Behind `with`, `containing` and the like: whether the list is empty.
static bool at_list_end(Parser *parser) {
    switch (parser->current->kind) {
    case TOKEN_NEWLINE:
    case TOKEN_END_OF_FILE:
    case TOKEN_RIGHT_PARENTHESIS:
    case TOKEN_RIGHT_BRACKET:
    case TOKEN_COMMA:
    case TOKEN_COLON:
        return true;
    default:
        break;
    }
    if (parser_peek(parser, 1)->keyword == KEYWORD_AS)
        return false;
    switch (parser->current->keyword) {
    case KEYWORD_OR:
    case KEYWORD_AND:
    case KEYWORD_IS:
    case KEYWORD_EQUALS:
    case KEYWORD_DOES:
    case KEYWORD_JOINED: {
        uint32_t length;
        return parser_operator_ahead(parser, 0, &length) != OPERATOR_NONE;
    }
    default:
        return false;
    }
}

bool parser_at_with_list(Parser *parser) {
    return parser_at_word(parser, KEYWORD_WITH) && parser_peek(parser, 1)->kind != TOKEN_COLON;
}

// A value in a list whose separators another `with` would take.
static Node *listed_value(Parser *parser, uint32_t more_context) {
    Node *value = parser_value(parser, LEVEL_JOIN, WITHOUT_WITH | IN_LIST | more_context);
    if (!parser->state->is_failing && parser_at_with_list(parser)) {
        Diagnostic *error =
            parser_fail(parser, ERROR_needs_parentheses, parser_token_span(parser->current),
                        "a call with `with` must stand in parentheses here");
        parser_help(parser, error, "write it as `(%s with …)`, or as `%s(…)`",
                    parser_text_of(parser, value->span, "f"),
                    parser_text_of(parser, value->span, "f"));
    }
    return value;
}

// The word after `is` is that of a comparison.
static bool is_comparison_word(const Token *token) {
    return token->keyword == KEYWORD_EQUAL || token->keyword == KEYWORD_NOT ||
           token->keyword == KEYWORD_LESS || token->keyword == KEYWORD_GREATER;
}

// In `f with …` a name is an argument's when `as` follows, or the value at once. Only in what must
// be a variant may `is` follow, or a bracket that stands apart: `Some with value (5 plus 1)`.
static bool at_argument_name(Parser *parser, bool is_variant) {
    if (!parser_at(parser, TOKEN_NAME))
        return false;
    const Token *next = parser_peek(parser, 1);
    if (next->keyword == KEYWORD_AS)
        return true;
    if (next->keyword == KEYWORD_IS)
        return is_variant && !is_comparison_word(parser_peek(parser, 2));
    if (next->kind == TOKEN_LEFT_PARENTHESIS || next->kind == TOKEN_LEFT_BRACKET)
        return is_variant && next->start > parser->current->end;
    return parser_at_operand(parser, 1) && !parser_at_form(parser);
}

// `f(a Point with x 7, 3)`: what follows the comma is the next argument, not a field.
static bool at_next_argument(Parser *parser) {
    if (parser->state->bracket_depth == 0 || parser->state->previous_kind != TOKEN_COMMA)
        return false;
    if (!parser_at(parser, TOKEN_NAME))
        return true;
    const Token *next = parser_peek(parser, 1);
    uint32_t length;
    bool is_operator = next->keyword != KEYWORD_IS && next->keyword != KEYWORD_MINUS &&
                       next->kind != TOKEN_MINUS &&
                       parser_operator_ahead(parser, 1, &length) != OPERATOR_NONE;
    return is_operator || next->kind == TOKEN_COMMA || next->kind == TOKEN_RIGHT_PARENTHESIS;
}

static void fail_next_argument(Parser *parser) {
    Diagnostic *error =
        parser_fail(parser, ERROR_needs_parentheses, parser_token_span(parser->current),
                    "a constructor that another value follows must stand in parentheses");
    parser_help(parser, error,
                "write `(a Point with …)`: without them a comma goes on with its fields");
}

// `x = 1`, `x: 1`, `x be 1` in a constructor: `be` and the like may be the value itself, too.
static bool at_foreign_field_sign(Parser *parser) {
    TokenKind next = (TokenKind)parser_peek(parser, 1)->kind;
    if (parser_at_word(parser, KEYWORD_BE))
        return parser_at_operand(parser, 1) && next != TOKEN_LEFT_PARENTHESIS &&
               next != TOKEN_LEFT_BRACKET;
    return (parser_at(parser, TOKEN_ASSIGN) || parser_at(parser, TOKEN_COLON)) &&
           parser_at_value(parser, 1);
}

// `x -> 1`, `x => 1`; also `x to 1` where nothing else could be meant
static bool at_foreign_pair_sign(Parser *parser) {
    return parser_at_arrow(parser, 0) ||
           (parser_at_word(parser, KEYWORD_TO) && parser_at_operand(parser, 1));
}

// At a sign of another language where `as` stands: reports it, and takes it for the word.
static void take_foreign_sign(Parser *parser, const char *expected, const char *help) {
    bool is_arrow = parser_at_arrow(parser, 0);
    Span sign = {parser->current->start, parser_peek(parser, is_arrow)->end};
    Diagnostic *error = parser_report(parser, ERROR_expected_token, sign, "expected %s, found `%s`",
                                      expected, parser_text_of(parser, sign, "="));
    parser_help(parser, error, "%s", help);
    parser_fix(parser, error, sign, "as");
    if (is_arrow)
        parser_advance(parser);
    parser_advance(parser);
}

// item = [ name [ 'as' | 'is' ] ] binary(6); the name is not optional in a constructor
static Node *parse_with_item(Parser *parser, bool is_constructor, bool is_variant) {
    const Name *name = NULL;
    Span name_span = {0, 0};
    if (is_constructor || at_argument_name(parser, is_variant)) {
        if (is_constructor && at_next_argument(parser)) {
            fail_next_argument(parser);
        } else if (is_constructor && !parser_at(parser, TOKEN_NAME)) {
            Diagnostic *error =
                parser_fail_expected(parser, ERROR_expected_name, "the name of a field");
            parser_help(parser, error, "each field is given by its name: `x 1 and y 2`");
        } else {
            name = parser_expect_name(parser, "the name of a field", &name_span);
        }
        if (is_constructor && !parser->state->is_failing &&
            (at_foreign_field_sign(parser) || parser_at_arrow(parser, 0)))
            take_foreign_sign(parser, "the value of this field",
                              "each field is given by its name: `x 1 and y 2`");
        else if (!parser_accept_word(parser, KEYWORD_AS))
            parser_accept_word(parser, KEYWORD_IS);
    } else if (is_variant && parser_peek(parser, 1)->kind == TOKEN_ASSIGN &&
               at_foreign_argument(parser)) {
        name = parse_foreign_name(parser, &name_span);
    }
    return parser_new_argument(parser, name, name_span, listed_value(parser, 0));
}

// [ item { ( ',' | 'and' ) item } ]
static NodeList parse_with_list(Parser *parser, bool is_constructor, bool is_variant) {
    uint32_t mark = parser_list_mark(parser);
    ItemLines lines = parser_begin_items(parser);
    if (!at_list_end(parser)) {
        do {
            parser_list_add(parser, parse_with_item(parser, is_constructor, is_variant));
        } while (parser_next_item(parser, &lines));
    }
    return parser_list_take(parser, mark);
}

bool parser_is_callable(const Node *node) {
    return node->kind == NODE_NAME || node->kind == NODE_FIELD || node->kind == NODE_INDEX ||
           (node->flags & NODE_PARENTHESES);
}

// Variants begin with a capital letter, as a rule: `Some with value is 42`.
static bool looks_like_variant(const Node *callee) {
    const Name *name = NULL;
    if (callee->kind == NODE_NAME)
        name = AST(callee, NODE_NAME, NameExpression)->name;
    else if (callee->kind == NODE_FIELD)
        name = AST(callee, NODE_FIELD, Field)->name;
    return name != NULL && name->text[0] >= 'A' && name->text[0] <= 'Z';
}

// callee 'with' list: a call, or a variant with its fields, as the checker finds
Node *parser_with_call(Parser *parser, Node *callee) {
    Call *node = NEW_NODE(parser, CALL, Call, callee->span);
    node->header.flags = NODE_WITH;
    node->callee = callee;
    parser_advance(parser);
    node->arguments = parse_with_list(parser, false, looks_like_variant(callee));
    node->header.span = parser_span_from(parser, callee->span.start);
    return parser_finish(parser, node);
}

// --- Constructors and collections ---------------------------------------------------------------

// Takes the `with` of the fields. What a beginner makes without it is a collection.
static bool expect_fields(Parser *parser, const Construct *node) {
    const char *make = NULL;
    if (node->annotation->kind == NODE_TYPE_NAME) {
        const Name *type = AST(node->annotation, NODE_TYPE_NAME, TypeName)->name;
        make = type != NULL ? foreign_name(type->text) : NULL;
    }
    if (make == NULL || parser_at_word(parser, KEYWORD_WITH) || parser->state->is_failing)
        return parser_expect_word(parser, KEYWORD_WITH, "and the fields");
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`with` and the fields");
    parser_help(parser, error, "%s", make);
    return false;
}

// [ 'a' ] type [ 'as' variant ] [ 'in' postfix ] 'with' list, or
// 'a' 'blank' type [ 'as' variant ] [ 'in' postfix ] [ 'with' list ]; the article is taken
Node *parser_constructor(Parser *parser, Position start) {
    Construct *node = NEW_NODE(parser, CONSTRUCT, Construct, parser_token_span(parser->current));
    if (parser->state->context & WITHOUT_WITH) {
        parser_report_parentheses(parser, "a constructor");
        node->header.flags |= NODE_DAMAGED;
    }
    bool is_blank = parser_at_word(parser, KEYWORD_BLANK) &&
                    parser_peek(parser, 1)->kind == TOKEN_NAME && parser_at_operand(parser, 1);
    if (is_blank) {
        parser_advance(parser);
        node->header.flags |= NODE_BLANK;
    }
    node->annotation = parser_type(parser, TYPE_CONSTRUCTED);
    if (parser_accept_word(parser, KEYWORD_AS)) {
        Span span;
        node->variant = parser_expect_name(parser, "the name of a variant", &span);
    }
    if (parser_accept_word(parser, KEYWORD_IN)) {
        uint32_t outer = parser->state->context;
        parser->state->context = WITHOUT_WITH;
        node->arena = parser_enter(parser) ? parser_postfix(parser)
                                           : parser_error_node(parser, node->header.span);
        parser_leave(parser);
        parser->state->context = outer;
    }
    if (is_blank ? parser_accept_word(parser, KEYWORD_WITH) : expect_fields(parser, node))
        node->arguments = parse_with_list(parser, true, true);
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

// The `as` of a Dictionary's pair; signs of other languages are taken for it.
static bool expect_pair_word(Parser *parser) {
    bool is_sign = parser_at(parser, TOKEN_COLON) || parser_at(parser, TOKEN_ASSIGN) ||
                   at_foreign_pair_sign(parser);
    if (!is_sign || parser->state->is_failing)
        return parser_expect_word(parser, KEYWORD_AS, "and the value of this key");
    take_foreign_sign(parser, "`as` and the value of this key",
                      "write `a dictionary with: \"one\" as 1 and \"two\" as 2`");
    return true;
}

// 'dictionary' 'with' [ ':' ] [ key 'as' value { ( ',' | 'and' ) key 'as' value } ]
static Node *parse_dictionary(Parser *parser, Position start) {
    DictionaryLiteral *node =
        NEW_NODE(parser, DICTIONARY_LITERAL, DictionaryLiteral, parser_token_span(parser->current));
    parser_advance(parser);
    parser_advance(parser);
    parser_accept(parser, TOKEN_COLON);
    uint32_t mark = parser_list_mark(parser);
    ItemLines lines = parser_begin_items(parser);
    if (!at_list_end(parser)) {
        do {
            parser_list_add(parser, listed_value(parser, WITHOUT_AS));
            bool has_value = expect_pair_word(parser);
            parser_list_add(parser, has_value
                                        ? listed_value(parser, 0)
                                        : parser_error_node(parser, parser_error_span(parser)));
        } while (parser_next_item(parser, &lines));
    }
    NodeList both = parser_list_take(parser, mark);
    for (uint32_t first = 0; first < 2; first++) {
        for (uint32_t i = first; i < both.count; i += 2)
            parser_list_add(parser, both.items[i]);
        NodeList *list = first == 0 ? &node->keys : &node->values;
        *list = parser_list_take(parser, mark);
    }
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

// ( 'list' | 'set' ) 'containing' [ value { ( ',' | 'and' ) value } ] | dictionary
Node *parser_collection(Parser *parser, Position start) {
    if (parser_at_word(parser, KEYWORD_DICTIONARY))
        return parse_dictionary(parser, start);
    bool is_list = parser_at_word(parser, KEYWORD_LIST);
    parser_advance(parser);
    parser_advance(parser);
    uint32_t mark = parser_list_mark(parser);
    ItemLines lines = parser_begin_items(parser);
    if (!at_list_end(parser)) {
        do {
            parser_list_add(parser, listed_value(parser, 0));
        } while (parser_next_item(parser, &lines));
    }
    NodeList items = parser_list_take(parser, mark);
    Span span = parser_span_from(parser, start);
    Node *node = ast_new(parser->arena, is_list ? NODE_LIST_LITERAL : NODE_SET_LITERAL, span);
    if (is_list)
        AST(node, NODE_LIST_LITERAL, ListLiteral)->items = items;
    else
        AST(node, NODE_SET_LITERAL, SetLiteral)->items = items;
    return parser_finish(parser, node);
}

// '[' [ expression { ',' expression } [ ',' ] ] ']'
Node *parser_array(Parser *parser) {
    ArrayLiteral *node =
        NEW_NODE(parser, ARRAY_LITERAL, ArrayLiteral, parser_token_span(parser->current));
    Position start = parser->current->start;
    Span open = parser_open_bracket(parser);
    uint32_t mark = parser_list_mark(parser);
    while (!parser->state->is_failing && !parser_at(parser, TOKEN_RIGHT_BRACKET)) {
        parser_list_add(parser, parser_value(parser, LEVEL_LAMBDA, IN_LIST));
        if (!parser_accept(parser, TOKEN_COMMA))
            break;
    }
    node->items = parser_list_take(parser, mark);
    parser_close_bracket(parser, TOKEN_RIGHT_BRACKET, open);
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}
