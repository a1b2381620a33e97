// Match statements and patterns.
#include "parser_internal.h"

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

static const char range_help[] =
    "a range of values is written `When 1 to 5:`; both ends are included";

// `When 7-9:`
static bool correct_dash(Parser *parser) {
    const Token *dash = parser->current;
    const Token *high = parser_peek(parser, 1);
    if (dash->kind != TOKEN_MINUS || (high->kind != TOKEN_INTEGER && high->kind != TOKEN_CHARACTER))
        return false;
    Diagnostic *error = parser_report_expected(parser, "`to` between the two ends of a range");
    parser_help(parser, error, "%s", range_help);
    parser_fix(parser, error, (Span){parser->state->previous.end, high->start}, " to ");
    return true;
}

// literal [ 'to' bound ]
static Node *parse_value_pattern(Parser *parser) {
    Node *value = parse_literal(parser);
    if (!parser->state->is_failing && parser_at_points(parser))
        parser_correct_points(parser, NULL, range_help, false);
    if (!parser->state->is_failing && (parser_at_word(parser, KEYWORD_TO) || correct_dash(parser)))
        return parse_range(parser, value);
    PatternValue *node = NEW_NODE(parser, PATTERN_VALUE, PatternValue, value->span);
    node->value = value;
    return parser_finish(parser, node);
}

// `Circle with r`: the name is the value's, and known from here on.
static void fail_binding(Parser *parser, const Name *name) {
    Diagnostic *error =
        parser_fail_expected(parser, ERROR_expected_token, "`as` and a name for the field's value");
    parser_help(
        parser, error,
        "write the name of the field, too: `with radius as %s`, or `with %s as %s` if that is "
        "the field",
        name->text, name->text, name->text);
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
        const Token *behind = parser_peek(parser, 1);
        if (behind->kind == TOKEN_NAME && behind->keyword != KEYWORD_AND &&
            behind->keyword != KEYWORD_WHERE) // else the name is `as`
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

// Whether a name stands where `with` is missing: `Circle radius as r`, or `Circle r` before `:`.
static bool lacks_with(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    return parser_at(parser, TOKEN_NAME) && !parser_at_word(parser, KEYWORD_OR) &&
           (next->keyword == KEYWORD_AS ||
            (next->kind == TOKEN_COLON && parser->current->keyword == KEYWORD_NONE));
}

// Takes the `with` before the bindings; where it is missing, that is reported. False without any.
static bool accept_with(Parser *parser) {
    if (parser_accept_word(parser, KEYWORD_WITH)) {
        if (parser_peek(parser, 1)->keyword != KEYWORD_AS)
            parser_skip_doubled(parser);
        return true;
    }
    if (!lacks_with(parser))
        return false;
    Position start = parser->current->start;
    Diagnostic *error = parser_report_expected(parser, "`with` before the fields of a variant");
    parser_help(parser, error,
                "the fields of a variant are bound by `with`: `Circle with radius as r`");
    if (parser_peek(parser, 1)->keyword == KEYWORD_AS) {
        parser_fix(parser, error, (Span){start, start}, "with ");
        return true;
    }
    parser_lose_name(parser->current);
    parser->state->is_failing = true;
    return false;
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

static bool is_literal(const Token *token) {
    return token->kind >= TOKEN_INTEGER && token->kind <= TOKEN_CHARACTER;
}

// `When is 1:`, `When is Empty:`
static bool at_bare_is(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_IS))
        return false;
    const Token *value = parser_peek(parser, 1), *after = parser_peek(parser, 2);
    bool is_variant = value->kind == TOKEN_NAME && value->keyword == KEYWORD_NONE &&
                      (after->kind == TOKEN_COLON || after->keyword == KEYWORD_WITH);
    return is_literal(value) || is_variant;
}

static void skip_is(Parser *parser) {
    if (!at_bare_is(parser))
        return;
    Diagnostic *error =
        parser_report(parser, ERROR_expected_pattern, parser_token_span(parser->current),
                      "a pattern is the value alone, without `is`");
    parser_help(parser, error, "leave the word out");
    parser_fix(parser, error, (Span){parser->current->start, parser_peek(parser, 1)->start}, "");
    parser_advance(parser);
}

// pattern = '_' | value [ 'to' value ] | variant | name 'of' 'Type' type
static Node *parse_pattern(Parser *parser) {
    skip_is(parser);
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

// Takes `or`, and `and` or a comma in its place, which is reported.
static bool accept_or(Parser *parser) {
    if (parser->state->is_failing)
        return false;
    if (parser_accept_word(parser, KEYWORD_OR))
        return true;
    bool is_comma = parser_at(parser, TOKEN_COMMA);
    if (!is_comma && !parser_at_word(parser, KEYWORD_AND))
        return false;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report_expected(parser, "`or` between two patterns");
    parser_help(parser, error, "several patterns are joined by `or`: `When 1 or 2:`");
    parser_fix(parser, error, span, is_comma ? " or" : "or");
    parser_advance(parser);
    return true;
}

static void fail_pattern_sign(Parser *parser) {
    if (!parser_at(parser, TOKEN_LEFT_PARENTHESIS) || parser->state->is_failing)
        return;
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`:`");
    parser_help(parser, error,
                "the fields of a variant are bound by `with`: `Circle with radius as r`");
}

// --- Comparisons in the place of patterns -------------------------------------------------------

static bool is_comparison(const Token *token) {
    return token->keyword == KEYWORD_IS ||
           (token->kind >= TOKEN_EQUAL && token->kind <= TOKEN_GREATER_EQUAL);
}

// The name that the Match is about; NULL for another value.
static const Name *subject_of(const Node *value) {
    return value != NULL && value->kind == NODE_NAME
               ? AST((Node *)value, NODE_NAME, NameExpression)->name
               : NULL;
}

enum { COMPARISON_LENGTH = 12 }; // tokens up to the colon

// Whether one comparison is all that stands before the colon.
static bool is_one_comparison(Parser *parser) {
    for (uint32_t i = 0; i < COMPARISON_LENGTH; i++) {
        const Token *token = parser_peek(parser, i);
        if (token->kind == TOKEN_COLON)
            return true;
        if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END_OF_FILE ||
            token->kind == TOKEN_COMMA || token->keyword == KEYWORD_AND ||
            token->keyword == KEYWORD_WHERE ||
            (token->keyword == KEYWORD_OR && parser_peek(parser, i + 1)->keyword != KEYWORD_EQUAL))
            return false;
    }
    return false;
}

// `When x is 4:` in `Match x:`, reported. False if it is something else.
static bool skip_subject(Parser *parser, const Name *subject) {
    const Token *value = parser_peek(parser, 2);
    if (parser->current->value.name != subject || !is_literal(value) ||
        parser_peek(parser, 1)->kind != TOKEN_NAME)
        return false;
    Span span = {parser->current->start, parser_peek(parser, 1)->end};
    Diagnostic *error =
        parser_report(parser, ERROR_expected_pattern, span,
                      "a pattern is the value alone, without `%s is`", subject->text);
    parser_help(parser, error, "leave the words out");
    parser_fix(parser, error, (Span){span.start, value->start}, "");
    parser_advance(parser);
    parser_advance(parser);
    return true;
}

// At a Constant or variant that is called `is`, or a name for the value: `When is or 4:`.
static bool at_pattern_is(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    return parser_at_word(parser, KEYWORD_IS) &&
           (next->kind == TOKEN_COLON || next->keyword == KEYWORD_OR ||
            next->keyword == KEYWORD_TO || next->keyword == KEYWORD_WHERE ||
            next->keyword == KEYWORD_OF || next->keyword == KEYWORD_WITH);
}

// `When < 3:`, `When is less than 3:`, `When x is less than 3:`, `When not 3:`
static void fail_comparison(Parser *parser, const Node *value) {
    const Token *first = parser->current;
    const Token *next = parser_peek(parser, 1);
    const Name *subject = subject_of(value);
    bool has_subject =
        first->kind == TOKEN_NAME && first->keyword != KEYWORD_IS && is_comparison(next);
    bool is_negated = first->keyword == KEYWORD_NOT && is_literal(next);
    bool is_found = has_subject || is_negated;
    if (is_comparison(first))
        is_found = !at_bare_is(parser) && !at_pattern_is(parser);
    if (!is_found || (has_subject && subject != NULL && skip_subject(parser, subject)))
        return;
    Diagnostic *error = parser_fail(parser, ERROR_expected_pattern, parser_token_span(first),
                                    "a comparison is no pattern");
    parser_help(parser, error, "write it in a guard: `When _ where x is less than 3:`");
    if (subject == NULL || !is_one_comparison(parser) ||
        (has_subject && first->value.name != subject))
        return;
    const char *name = has_subject ? "" : subject->text, *verb = is_negated ? " is " : " ";
    char fixed[128];
    int length = snprintf(fixed, sizeof fixed, "_ where %s%s", name, has_subject ? "" : verb);
    if ((size_t)length < sizeof fixed)
        parser_fix(parser, error, (Span){first->start, first->start}, fixed);
}

// 'When' pattern { 'or' pattern } [ 'where' expression ] ':' block
static Node *parse_case(Parser *parser, const Node *value) {
    Position start = parser->current->start;
    Case *node = NEW_NODE(parser, CASE, Case, parser_token_span(parser->current));
    parser_advance(parser);
    uint32_t mark = parser_list_mark(parser);
    fail_comparison(parser, value);
    while (!parser->state->is_failing) {
        parser_skip_newlines(parser);
        parser_list_add(parser, parse_pattern(parser));
        if (!accept_or(parser))
            break;
    }
    node->patterns = parser_list_take(parser, mark);
    fail_pattern_sign(parser);
    if (!parser->state->is_failing && parser_accept_word(parser, KEYWORD_WHERE))
        node->guard = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    parser->state->loses_names = node->patterns.count > 0; // a comparison declares none
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
            parser_list_add(parser, parse_case(parser, node->value));
        } else {
            Node *block = parse_otherwise(parser);
            if (node->otherwise == NULL)
                node->otherwise = block;
            otherwise = span;
        }
    }
    node->cases = parser_list_take(parser, mark);
}

// `Match x with:`
static void skip_with(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    if (!parser_at_word(parser, KEYWORD_WITH) || next->kind != TOKEN_COLON ||
        parser->state->is_failing)
        return;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_missing_colon, span,
                                      "expected `:` after the value, found `with`");
    parser_help(parser, error, "leave the word out");
    parser_fix(parser, error, (Span){parser->state->previous.end, span.end}, "");
    parser_advance(parser);
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
    skip_with(parser);
    node->value = parser_kept(parser, node->value, parser_end_header(parser, "value"));
    if (parser_enter(parser)) {
        skip_to_case(parser);
        parse_cases(parser, node);
    }
    parser_leave(parser);
    parser_end_block(parser, &block);
    return &node->header;
}
