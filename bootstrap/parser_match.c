// Match statements and patterns.
#include "parser_internal.h"

#include "foreign.h"

// --- Patterns -----------------------------------------------------------------------------------

static Node *fail_pattern(Parser *parser) {
    Span span = parser_error_span(parser);
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_pattern, "a pattern");
    parser_help(parser, error,
                "a pattern is a literal, a range `1 to 9`, a variant, "
                "`x of Type Integer` or `_`");
    return parser_error_node(parser, span);
}

static bool at_literal(Parser *parser) {
    switch (parser->current->kind) {
    case TOKEN_INTEGER:
    case TOKEN_FLOAT:
    case TOKEN_STRING:
    case TOKEN_CHARACTER:
    case TOKEN_MINUS:
        return true;
    default:
        break;
    }
    switch (parser->current->keyword) {
    case KEYWORD_TRUE:
    case KEYWORD_FALSE:
    case KEYWORD_NOTHING:
    case KEYWORD_NULL:
        return true;
    case KEYWORD_MINUS:
        return parser_peek(parser, 1)->kind == TOKEN_INTEGER;
    default:
        return false;
    }
}

// literal = [ '-' | 'minus' ] number | text | character | 'true' | 'false' | 'Nothing'
static Node *parse_literal(Parser *parser) {
    bool is_signed = parser_at(parser, TOKEN_MINUS) || parser_at_word(parser, KEYWORD_MINUS);
    const Token *token = is_signed ? parser_peek(parser, 1) : parser->current;
    if (is_signed && token->kind != TOKEN_INTEGER && token->kind != TOKEN_FLOAT) {
        parser_advance(parser);
        return fail_pattern(parser);
    }
    if (token->kind == TOKEN_FLOAT) {
        Diagnostic *error = parser_fail(parser, ERROR_expected_pattern, parser_token_span(token),
                                        "a Float is no pattern");
        parser_help(parser, error, "compare it in a guard: `When _ where x is less than 1.5:`");
        return parser_error_node(parser, parser_token_span(token));
    }
    uint32_t outer = parser->state->context;
    parser->state->context = WITHOUT_WITH | WITHOUT_AS;
    Node *literal = parser_prefix(parser);
    parser->state->context = outer;
    return literal;
}

// name [ '.' name ], as an expression
static Node *parse_constant_name(Parser *parser) {
    NameExpression *node =
        NEW_NODE(parser, NAME, NameExpression, parser_token_span(parser->current));
    Span span;
    node->name = parser_expect_name(parser, "a value", &span);
    if (node->name == NULL)
        return parser_error_node(parser, span);
    Node *object = parser_finish(parser, node);
    if (!parser_accept(parser, TOKEN_DOT))
        return object;
    Field *field = NEW_NODE(parser, FIELD, Field, object->span);
    field->object = object;
    field->name = parser_expect_name(parser, "a value", &field->name_span);
    field->header.span = parser_span_from(parser, object->span.start);
    return field->name == NULL ? parser_error_node(parser, span) : parser_finish(parser, field);
}

// The rest of: low 'to' high
static Node *parse_range(Parser *parser, Node *low) {
    parser_advance(parser);
    PatternRange *node = NEW_NODE(parser, PATTERN_RANGE, PatternRange, low->span);
    node->low = low;
    if (at_literal(parser))
        node->high = parse_literal(parser);
    else
        node->high = parse_constant_name(parser);
    node->header.span = parser_span_from(parser, low->span.start);
    return parser_finish(parser, node);
}

// literal [ 'to' bound ]
static Node *parse_value_pattern(Parser *parser) {
    Node *value = parse_literal(parser);
    if (!parser->state->is_failing && parser_at_points(parser))
        parser_correct_points(
            parser, NULL, "a range of values is written `When 1 to 5:`; both ends are included",
            false);
    if (!parser->state->is_failing && parser_at_word(parser, KEYWORD_TO))
        return parse_range(parser, value);
    PatternValue *node = NEW_NODE(parser, PATTERN_VALUE, PatternValue, value->span);
    node->value = value;
    return parser_finish(parser, node);
}

// `Circle with r`: the name is the value's, and known from here on.
static void fail_binding(Parser *parser, const Name *name) {
    Diagnostic *error =
        parser_fail_expected(parser, ERROR_expected_token, "`as` and a name for the field's value");
    parser_help(parser, error, "write the name of the field, too: `with radius as %s`", name->text);
    ((Name *)name)->is_lost = true;
}

static bool at_binding_end(Parser *parser) {
    return parser_at(parser, TOKEN_COLON) || parser_at(parser, TOKEN_COMMA) ||
           parser_at_word(parser, KEYWORD_AND) || parser_at_word(parser, KEYWORD_WHERE);
}

// field 'as' ( name | '_' )
static Node *parse_binding(Parser *parser) {
    Position start = parser->current->start;
    Binding *node = NEW_NODE(parser, BINDING, Binding, parser_token_span(parser->current));
    Span span;
    const Token *next = parser_peek(parser, 1);
    if (parser_at_word(parser, KEYWORD_AS) && next->kind == TOKEN_NAME &&
        next->keyword != KEYWORD_AS)
        parser_fail_expected(parser, ERROR_expected_name, "the name of a field");
    node->field = parser_expect_name(parser, "the name of a field", &span);
    if (at_binding_end(parser) && !parser->state->is_failing)
        fail_binding(parser, node->field);
    if (parser_expect_word(parser, KEYWORD_AS, "and a name for the field's value")) {
        parser_skip_doubled(parser);
        bool is_ignored = parser_at_word(parser, KEYWORD_ANY);
        node->name = parser_expect_name(parser, "a name for the field's value", &node->name_span);
        if (is_ignored)
            node->name = NULL;
    }
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

static void lose_bindings(const NodeList *bindings) {
    for (uint32_t i = 0; i < bindings->count; i++) {
        Binding *binding = AST(bindings->items[i], NODE_BINDING, Binding);
        if (binding->name != NULL)
            ((Name *)binding->name)->is_lost = true;
    }
}

// Takes the `with` before the bindings; where it is missing, that is reported. False without any.
static bool accept_with(Parser *parser) {
    if (parser_accept_word(parser, KEYWORD_WITH)) {
        parser_skip_doubled(parser);
        return true;
    }
    if (!parser_at(parser, TOKEN_NAME) || parser_peek(parser, 1)->keyword != KEYWORD_AS)
        return false;
    Position start = parser->current->start;
    Diagnostic *error = parser_report_expected(parser, "`with` before the fields of a variant");
    parser_help(parser, error,
                "the fields of a variant are bound by `with`: `Circle with radius as r`");
    parser_fix(parser, error, (Span){start, start}, "with ");
    return true;
}

// variant = [ name ( '.' | 'as' ) ] name [ 'with' binding { ( ',' | 'and' ) binding } ]
static Node *parse_variant(Parser *parser) {
    Position start = parser->current->start;
    PatternVariant *node =
        NEW_NODE(parser, PATTERN_VARIANT, PatternVariant, parser_token_span(parser->current));
    node->name = parser_expect_name(parser, "a pattern", &node->name_span);
    if (parser_accept(parser, TOKEN_DOT) || parser_accept_word(parser, KEYWORD_AS)) {
        node->qualifier = node->name;
        node->name = parser_expect_name(parser, "the name of a variant", &node->name_span);
    }
    uint32_t mark = parser_list_mark(parser);
    if (!parser->state->is_failing && accept_with(parser)) {
        do {
            parser_list_add(parser, parse_binding(parser));
        } while (parser_accept_separator(parser));
    }
    node->bindings = parser_list_take(parser, mark);
    node->header.span = parser_span_from(parser, start);
    if (parser->state->is_failing) {
        lose_bindings(&node->bindings);
        return parser_error_node(parser, node->header.span);
    }
    return parser_finish(parser, node);
}

// name 'of' 'Type' type
static Node *parse_type_pattern(Parser *parser) {
    Position start = parser->current->start;
    PatternType *node =
        NEW_NODE(parser, PATTERN_TYPE, PatternType, parser_token_span(parser->current));
    node->name = parser_expect_name(parser, "a name for the value", &node->name_span);
    parser_advance(parser);
    if (!parser_at_word(parser, KEYWORD_TYPE)) {
        Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`Type` and a type");
        parser_help(parser, error,
                    "the fields of a variant are bound by `with`: `Some with value as x`");
    }
    if (parser_accept_word(parser, KEYWORD_TYPE))
        node->annotation = parser_type(parser, TYPE_ALONE);
    else
        node->annotation = parser_error_node(parser, parser_error_span(parser));
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

// `When is 1:`
static void skip_comparison(Parser *parser) {
    const Token *value = parser_peek(parser, 1);
    bool is_literal = value->kind >= TOKEN_INTEGER && value->kind <= TOKEN_CHARACTER;
    if (!parser_at_word(parser, KEYWORD_IS) || !is_literal)
        return;
    Diagnostic *error =
        parser_report(parser, ERROR_expected_pattern, parser_token_span(parser->current),
                      "a pattern is the value alone, without `is`");
    parser_help(parser, error, "leave the word out");
    parser_fix(parser, error, (Span){parser->current->start, value->start}, "");
    parser_advance(parser);
}

// pattern = '_' | value [ 'to' value ] | variant | name 'of' 'Type' type
static Node *parse_pattern(Parser *parser) {
    skip_comparison(parser);
    if (at_literal(parser))
        return parse_value_pattern(parser);
    if (!parser_at(parser, TOKEN_NAME))
        return fail_pattern(parser);
    const Token *next = parser_peek(parser, 1);
    if (next->keyword == KEYWORD_OF)
        return parse_type_pattern(parser);
    if (parser_at_word(parser, KEYWORD_ANY) && next->kind != TOKEN_DOT) {
        Node *any = ast_new(parser->arena, NODE_PATTERN_ANY, parser_token_span(parser->current));
        parser_advance(parser);
        return parser_finish(parser, any);
    }
    bool is_range = next->keyword == KEYWORD_TO ||
                    (next->kind == TOKEN_DOT && parser_peek(parser, 3)->keyword == KEYWORD_TO);
    if (is_range) {
        Node *low = parse_constant_name(parser);
        return parse_range(parser, low);
    }
    return parse_variant(parser);
}

// --- Cases --------------------------------------------------------------------------------------

static void fail_pattern_sign(Parser *parser) {
    bool is_call = parser_at(parser, TOKEN_LEFT_PARENTHESIS);
    if ((!parser_at(parser, TOKEN_COMMA) && !is_call) || parser->state->is_failing)
        return;
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`:`");
    parser_help(parser, error,
                is_call ? "the fields of a variant are bound by `with`: `Circle with radius as r`"
                        : "several patterns are joined by `or`: `When 1 or 2:`");
}

// 'When' pattern { 'or' pattern } [ 'where' expression ] ':' block
static Node *parse_case(Parser *parser) {
    Position start = parser->current->start;
    Case *node = NEW_NODE(parser, CASE, Case, parser_token_span(parser->current));
    parser_advance(parser);
    uint32_t mark = parser_list_mark(parser);
    do {
        parser_skip_newlines(parser);
        parser_list_add(parser, parse_pattern(parser));
    } while (!parser->state->is_failing && parser_accept_word(parser, KEYWORD_OR));
    node->patterns = parser_list_take(parser, mark);
    fail_pattern_sign(parser);
    if (!parser->state->is_failing && parser_accept_word(parser, KEYWORD_WHERE))
        node->guard = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    parser->state->loses_names = true;
    parser_end_header(parser, "pattern");
    parser->state->loses_names = false;
    node->body = parser_block(parser);
    return &node->header;
}

// `case 1:`, `default:`: taken for When and Otherwise.
static bool correct_case(Parser *parser) {
    if (!parser_at(parser, TOKEN_NAME) || parser->current->keyword != KEYWORD_NONE)
        return false;
    Token *token = parser->current;
    Suggestion suggestion = {.wanted = token->value.name->text};
    const ForeignLine *row = foreign_line(suggestion.wanted);
    suggestion_offer(&suggestion, keyword_text(KEYWORD_WHEN));
    suggestion_offer(&suggestion, keyword_text(KEYWORD_OTHERWISE));
    bool is_case = row != NULL ? row->keyword == KEYWORD_WHEN || row->keyword == KEYWORD_OTHERWISE
                               : suggestion.best != NULL;
    if (!is_case)
        return false;
    token->keyword = (uint16_t)parser_find_meant(parser).keyword;
    return parser_at_word(parser, KEYWORD_WHEN) || parser_at_word(parser, KEYWORD_OTHERWISE);
}

// Lines between `Match value:` and the first `When`.
static void skip_to_case(Parser *parser) {
    bool is_reported = false;
    for (;;) {
        parser_skip_newlines(parser);
        if (parser_at_word(parser, KEYWORD_WHEN) || parser_at_word(parser, KEYWORD_OTHERWISE) ||
            parser_at_end(parser) || parser_at_declaration(parser) ||
            parser_at(parser, TOKEN_END_OF_FILE))
            return;
        if (correct_case(parser) || parser_put_opening(parser))
            return;
        if (!is_reported)
            parser_report(parser, ERROR_misplaced_branch, parser_token_span(parser->current),
                          "a Match consists of `When` cases: this line belongs to none");
        is_reported = true;
        bool was_muted = parser->state->is_muted;
        parser->state->is_muted = true;
        parser_statement(parser);
        parser->state->is_muted = was_muted;
    }
}

// 'Otherwise' ':' block
static Node *parse_otherwise(Parser *parser) {
    parser_advance(parser);
    parser_end_header(parser, "word Otherwise");
    return parser_block(parser);
}

// { case } [ otherwise ]
static void parse_cases(Parser *parser, Match *node) {
    uint32_t mark = parser_list_mark(parser);
    Span otherwise = {0, 0};
    for (;;) {
        bool is_when = parser_at_word(parser, KEYWORD_WHEN);
        if (!is_when && !parser_at_word(parser, KEYWORD_OTHERWISE))
            break;
        Span span = parser_token_span(parser->current);
        if (otherwise.start != 0) {
            Diagnostic *error = parser_report(parser, ERROR_misplaced_branch, span,
                                              "`Otherwise:` is the last case of a Match");
            parser_note(parser, error, otherwise, "it stands here");
        }
        parser_mark_line(parser, -1);
        if (is_when) {
            parser_list_add(parser, parse_case(parser));
        } else {
            Node *block = parse_otherwise(parser);
            if (node->otherwise == NULL)
                node->otherwise = block;
            otherwise = span;
        }
    }
    node->cases = parser_list_take(parser, mark);
}

// 'Match' expression ':' { case } [ 'Otherwise' ':' block ] 'End' 'Match'
Node *parser_match(Parser *parser) {
    Position start = parser->current->start;
    Match *node = NEW_NODE(parser, MATCH, Match, parser_token_span(parser->current));
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_MATCH, node->header.span);
    parser_advance(parser);
    node->value = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    node->value = parser_kept(parser, node->value, parser_end_header(parser, "value"));
    if (parser_enter(parser)) {
        skip_to_case(parser);
        parse_cases(parser, node);
    }
    parser_leave(parser);
    parser_end_block(parser, &block);
    return &node->header;
}
