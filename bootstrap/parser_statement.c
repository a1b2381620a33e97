// Statements.
#include "parser_internal.h"

#include <limits.h>
#include <string.h>

// --- Places and values --------------------------------------------------------------------------

static bool is_place(const Node *node) {
    return (node->kind == NODE_NAME || node->kind == NODE_FIELD || node->kind == NODE_INDEX) &&
           !(node->flags & NODE_PARENTHESES);
}

static void check_place(Parser *parser, const Node *target) {
    if (is_place(target) || target->kind == NODE_ERROR)
        return;
    Diagnostic *error = parser_fail(parser, ERROR_not_assignable, target->span,
                                    "only a variable, a field or an element can be set");
    if (target->kind == NODE_CALL)
        parser_help(parser, error,
                    "what a call gives is a value, not a place: set what it refers "
                    "to, as in `Set f(x).field to …`");
}

// `increased by` and the like, which have `gets` before them.
static bool at_gets_words(Parser *parser) {
    uint16_t keyword = parser->current->keyword;
    return (keyword == KEYWORD_INCREASED || keyword == KEYWORD_DECREASED ||
            keyword == KEYWORD_MULTIPLIED || keyword == KEYWORD_DIVIDED) &&
           parser_peek(parser, 1)->keyword == KEYWORD_BY;
}

// place = postfix that is a name, a field or an element; the word stands behind it
static Node *parse_place(Parser *parser, Keyword word) {
    if (parser_lacks_place(parser, word))
        return parser_error_node(parser, parser_error_span(parser));
    uint32_t outer = parser->state->context;
    parser->state->context = WITHOUT_WITH | WITHOUT_AS;
    Node *target = parser_postfix(parser);
    if (!parser->state->is_failing)
        parser->state->context = outer;
    uint32_t length;
    Operator operator= parser_operator_ahead(parser, 0, &length);
    if (parser_correct_hyphen(parser))
        return parser_error_node(parser, target->span);
    if (operator!= OPERATOR_NONE && !parser_at(parser, TOKEN_NAME))
        parser_loose_operator(parser, target, INT_MAX, length, &length); // `n += 1`
    if (operator!= OPERATOR_NONE && !at_gets_words(parser) && !parser->state->is_failing &&
        !parser_at_word(parser, KEYWORD_IS)) {
        Span span = {target->span.start, parser->current->end};
        Diagnostic *error = parser_fail(parser, ERROR_not_assignable, span,
                                        "a place is expected here, not a computation");
        parser_help(parser, error,
                    "put an index that is computed in parentheses: "
                    "`a at index (i plus 1)`");
    }
    check_place(parser, target);
    return target;
}

// `Let x be equal to 5`
static void skip_equal_to(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_EQUAL) || parser_peek(parser, 1)->keyword != KEYWORD_TO ||
        !parser_at_operand(parser, 2))
        return;
    Span span = {parser->current->start, parser_peek(parser, 1)->end};
    Diagnostic *error = parser_report(parser, ERROR_expected_expression, span,
                                      "`equal to` compares, and nothing stands left of it");
    parser_help(parser, error, "leave it out");
    parser_fix(parser, error, (Span){span.start, parser_peek(parser, 2)->start}, "");
    parser_advance(parser);
    parser_advance(parser);
}

// value = expression [ 'returns' type ]
static Node *parse_value(Parser *parser) {
    skip_equal_to(parser);
    return parser_ascribed(parser, parser_expression(parser));
}

// The word between a place and its value is not there: the value follows at once.
static void report_forgotten(Parser *parser, Keyword keyword, const char *where) {
    Span span = parser_token_span(parser->current);
    const char *word = keyword_text(keyword);
    Diagnostic *error = parser_report_expected(parser, "`%s` %s", word, where);
    parser_help(parser, error, "write `%s` before it", word);
    if (error == NULL) // something else is wrong on this line
        parser->state->is_failing = true;
    char fixed[32];
    snprintf(fixed, sizeof fixed, "%s ", word);
    parser_fix(parser, error, (Span){span.start, span.start}, fixed);
}

// The number of words of `is`, `equal`, `equals`, `is equal to` in front of a value; else 0.
static uint32_t equality_words(Parser *parser) {
    uint32_t length = parser_at_word(parser, KEYWORD_IS);
    uint16_t word = parser_peek(parser, length)->keyword;
    if (word != KEYWORD_EQUAL && word != KEYWORD_EQUALS)
        return length;
    uint32_t more = length + 1;
    more += parser_peek(parser, more)->keyword == KEYWORD_TO;
    return parser_at_value(parser, more) ? more : length;
}

// The number of words that other languages have between a place and its value, for the keyword.
static uint32_t other_connective(Parser *parser, Keyword keyword) {
    uint16_t found = parser->current->keyword;
    bool is_other = parser_at(parser, TOKEN_ASSIGN) || found == KEYWORD_BE || found == KEYWORD_TO ||
                    found == KEYWORD_AS || found == KEYWORD_BY ||
                    (keyword == KEYWORD_BY && (found == KEYWORD_WITH || found == KEYWORD_FROM));
    return is_other ? 1 : equality_words(parser);
}

// Takes the word between a place and its value. Another one that other languages have there is
// reported, and taken for it.
static void expect_connective(Parser *parser, Keyword keyword, const char *where) {
    uint16_t found = parser->current->keyword;
    uint32_t length = other_connective(parser, keyword);
    bool is_other = length > 0;
    if (found != keyword && !is_other && parser_at_operand(parser, 0) &&
        !parser_is_misspelt(parser, keyword)) {
        report_forgotten(parser, keyword, where);
        return;
    }
    if (found == keyword || !is_other || parser->state->is_failing) {
        parser_expect_word(parser, keyword, where);
        return;
    }
    Span span = {parser->current->start, parser_peek(parser, length - 1)->end};
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span, "expected `%s` %s, found `%s`",
                      keyword_text(keyword), where, parser_text_of(parser, span, "="));
    parser_help(parser, error, "write `%s` here", keyword_text(keyword));
    parser_fix(parser, error != NULL ? error : parser->state->mistake, span, keyword_text(keyword));
    for (uint32_t i = 0; i < length; i++)
        parser_advance(parser);
}

// --- Let, Set and the like ----------------------------------------------------------------------

// 'Let' name [ 'as' type ] [ 'be' value ], one of the two at least
Node *parser_let(Parser *parser) {
    Position start = parser->current->start;
    Let *node = NEW_NODE(parser, LET, Let, parser_token_span(parser->current));
    parser_advance(parser);
    bool is_local = parser->state->block != NULL;
    node->name = parser_declared_name(parser, "the name of a variable", &node->name_span, is_local);
    parser_correct_hyphen(parser);
    bool has_blanks = node->name != NULL && parser_correct_blanks(parser, node);
    Node *type = parser_type_behind_colon(parser, node);
    if (type != NULL)
        node->annotation = type;
    else if (parser_accept_meant(parser, KEYWORD_AS))
        node->annotation = parser_lacks_type(parser)
                               ? parser_error_node(parser, parser_error_span(parser))
                               : parser_type(parser, TYPE_ALONE);
    bool is_complete = node->annotation != NULL &&
                       (parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE));
    if (!is_complete && !parser->state->is_failing) {
        if (parser_at(parser, TOKEN_COLON) && node->name != NULL) {
            Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`as` or `be`");
            parser_help(parser, error, "write `Let %s as Integer be 1`, or `Let %s be 1`",
                        node->name->text, node->name->text);
        } else if (parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE)) {
            Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token,
                                                     "`be` and a value, or `as` and a type");
            parser_help(parser, error,
                        "a variable is declared with `Let x be 1`, or with "
                        "`Let x as Integer`, which begins with 0");
        } else if (node->name == NULL || !parser_correct_names(parser, node->name)) {
            expect_connective(parser, KEYWORD_BE, "before the value");
            if (!parser->state->is_failing)
                node->value = parse_value(parser);
        }
    }
    node->header.span = parser_span_from(parser, start);
    node->value = parser_kept(parser, node->value, parser_end_statement(parser) && !has_blanks);
    return node->name == NULL ? NULL : &node->header;
}

static Node *new_set(Parser *parser, Node *target, Operator operator, Node * value,
                     Position start) {
    Set *node = NEW_NODE(parser, SET, Set, parser_span_from(parser, start));
    bool is_good = parser_end_statement(parser);
    node->target = parser_kept(parser, target, is_good);
    node->value = parser_kept(parser, value, is_good);
    node->operator= operator;
    return &node->header;
}

// ( 'increased' | 'decreased' | 'multiplied' | 'divided' ) 'by'
static Operator parse_gets(Parser *parser) {
    Operator operator= OPERATOR_NONE;
    switch (parser->current->keyword) {
    case KEYWORD_INCREASED:
        operator= OPERATOR_ADD;
        break;
    case KEYWORD_DECREASED:
        operator= OPERATOR_SUBTRACT;
        break;
    case KEYWORD_MULTIPLIED:
        operator= OPERATOR_MULTIPLY;
        break;
    case KEYWORD_DIVIDED:
        operator= OPERATOR_DIVIDE;
        break;
    default:
        parser_fail_expected(parser, ERROR_expected_token,
                             "`increased by`, `decreased by`, `multiplied by` or `divided by`");
        return operator;
    }
    parser_advance(parser);
    parser_expect_word(parser, KEYWORD_BY, "and the amount");
    return operator;
}

// `Set n increased by 2`
static void report_missing_gets(Parser *parser) {
    Span span = parser_token_span(parser->current);
    const char *word = parser->current->value.name->text;
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span, "expected `gets` before `%s by`", word);
    parser_help(parser, error, "write `gets %s by`", word);
    parser_fix(parser, error, (Span){span.start, span.start}, "gets ");
}

// 'Set' place ( 'to' value | 'gets' how 'by' expression )
static Node *parse_set(Parser *parser) {
    Position start = parser->current->start;
    parser_advance(parser);
    Node *target = parse_place(parser, KEYWORD_TO);
    bool lacks_gets = !parser->state->is_failing && at_gets_words(parser);
    if (lacks_gets)
        report_missing_gets(parser);
    if (parser_accept_word(parser, KEYWORD_GETS) || lacks_gets) {
        Operator operator= parse_gets(parser);
        return new_set(parser, target, operator, parser_expression(parser), start);
    }
    if (!parser->state->is_failing)
        expect_connective(parser, KEYWORD_TO, "and the new value");
    return new_set(parser, target, OPERATOR_NONE, parse_value(parser), start);
}

// ( 'Increase' | 'Decrease' | 'Multiply' | 'Divide' ) place 'by' expression
static Node *parse_change(Parser *parser, Operator operator) {
    Position start = parser->current->start;
    parser_advance(parser);
    const char *word = parser_text_of(parser, parser->state->previous, "Increase");
    Node *target = parse_place(parser, KEYWORD_BY);
    if (parser_at(parser, TOKEN_NEWLINE) && !parser->state->is_failing) {
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_token, "`by` and the amount");
        parser_help(parser, error, "write `%s %s by 1`", word,
                    parser_text_of(parser, target->span, "x"));
    }
    if (!parser->state->is_failing)
        expect_connective(parser, KEYWORD_BY, "and the amount");
    return new_set(parser, target, operator, parser_expression(parser), start);
}

// --- If -----------------------------------------------------------------------------------------

// condition ':' block; the word before it is taken
static Node *parse_if_branch(Parser *parser, Position start) {
    If *node = NEW_NODE(parser, IF, If, parser_token_span(parser->current));
    node->condition = parser_continued(parser, parser_expression(parser));
    node->header.span = parser_span_from(parser, start);
    node->condition = parser_kept(parser, node->condition, parser_end_header(parser, "condition"));
    node->then_block = parser_block(parser);
    return &node->header;
}

// Behind `Otherwise`: the `If` of another branch, also misspelt.
static bool accept_branch_if(Parser *parser) {
    if (parser_accept_word(parser, KEYWORD_IF))
        return true;
    if (!parser_at(parser, TOKEN_NAME))
        return false;
    return parser_expect_word(parser, KEYWORD_IF, "or `:` after `Otherwise`");
}

static void report_second_otherwise(Parser *parser, Span first) {
    Diagnostic *error =
        parser_report(parser, ERROR_misplaced_branch, parser_token_span(parser->current),
                      "this If has its `Otherwise:` already");
    parser_note(parser, error, first, "the branch for everything else is here");
}

// 'If' branch { 'Otherwise' 'If' branch } [ 'Otherwise' ':' block ] 'End' 'If'
static Node *parse_if(Parser *parser) {
    Position start = parser->current->start;
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_IF, parser_token_span(parser->current));
    parser_advance(parser);
    Node *first = parse_if_branch(parser, start);
    If *last = AST(first, NODE_IF, If);
    Span otherwise = {0, 0};
    for (uint32_t links = 0; parser_at_word(parser, KEYWORD_OTHERWISE); links++) {
        Span span = parser_token_span(parser->current);
        if (otherwise.start != 0)
            report_second_otherwise(parser, otherwise);
        if (links == HEIGHT_LIMIT) {
            parser_fail(parser, ERROR_nested_too_deeply, span, "this If has more than %d branches",
                        HEIGHT_LIMIT);
            parser_finish_file(parser);
            break;
        }
        parser_mark_line(parser, -1);
        parser_advance(parser);
        Node *branch;
        if (accept_branch_if(parser)) {
            branch = parse_if_branch(parser, span.start);
        } else {
            parser_end_header(parser, "word Otherwise");
            branch = parser_block(parser);
        }
        if (otherwise.start == 0)
            last->else_block = branch;
        if (branch->kind == NODE_IF)
            last = AST(branch, NODE_IF, If);
        else
            otherwise = span;
    }
    parser_end_block(parser, &block);
    return first;
}

// --- Short statements ---------------------------------------------------------------------------

static Node *parse_bare(Parser *parser, NodeKind kind) {
    Node *node = ast_new(parser->arena, kind, parser_token_span(parser->current));
    const char *word = parser->current->value.name->text;
    parser_advance(parser);
    parser_skip_colon(parser, word);
    parser_end_statement(parser);
    return node;
}

// 'Return' [ value ]
static Node *parse_return(Parser *parser) {
    Return *node = NEW_NODE(parser, RETURN, Return, parser_token_span(parser->current));
    Position start = parser->current->start;
    parser_advance(parser);
    parser_skip_colon(parser, keyword_text(KEYWORD_RETURN));
    if (!parser_at(parser, TOKEN_NEWLINE) && !parser_at(parser, TOKEN_END_OF_FILE)) {
        node->value = parse_value(parser);
        parser->state->has_value = true;
    }
    node->header.span = parser_span_from(parser, start);
    node->value = parser_kept(parser, node->value, parser_end_statement(parser));
    return &node->header;
}

// ( 'Display' | 'Print' ) value
static Node *parse_display(Parser *parser) {
    Display *node = NEW_NODE(parser, DISPLAY, Display, parser_token_span(parser->current));
    Position start = parser->current->start;
    Keyword word = (Keyword)parser->current->keyword;
    node->header.flags = word == KEYWORD_DISPLAY ? NODE_NEWLINE : 0;
    parser_advance(parser);
    parser_skip_colon(parser, keyword_text(word));
    node->value = parse_value(parser);
    node->header.span = parser_span_from(parser, start);
    if (parser_at(parser, TOKEN_COMMA) && !parser->state->is_failing &&
        !parser_at_decimal_comma(parser)) {
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_line_end, "the end of the line");
        parser_help(parser, error,
                    "one value is shown at a time: join them, as in "
                    "`\"x = \" joined with x`");
    }
    node->value = parser_kept(parser, node->value, parser_end_statement(parser));
    return &node->header;
}

// --- Expressions as statements ------------------------------------------------------------------

// `x is 7` alone on its line.
static void help_with_comparison(Parser *parser, Diagnostic *error, const Binary *value) {
    const char *left = parser_text_of(parser, value->left->span, NULL);
    const char *right = parser_text_of(parser, value->right->span, NULL);
    char fixed[128];
    snprintf(fixed, sizeof fixed, "Set %s to %s", left != NULL ? left : "…",
             right != NULL ? right : "…");
    parser_help(parser, error, "this compares; to change the left side, write `%s`", fixed);
    if (left != NULL && right != NULL)
        parser_fix(parser, error, value->header.span, fixed);
}

// A name alone on its line: a call without parentheses, which the checker reports, since it knows
// whether that is meant.
static Node *bare_call(Parser *parser, Node *name) {
    Call *node = NEW_NODE(parser, CALL, Call, name->span);
    node->header.flags |= NODE_DAMAGED;
    node->callee = name;
    return parser_finish(parser, node);
}

static void fail_unused(Parser *parser, const Node *value) {
    if (value->kind == NODE_ERROR || parser->state->is_failing)
        return;
    Diagnostic *error =
        parser_fail(parser, ERROR_unused_value, value->span, "nothing is done with this value");
    bool is_comparison =
        value->kind == NODE_BINARY && AST(value, NODE_BINARY, Binary)->operator== OPERATOR_EQUAL;
    if (is_comparison && is_place(AST(value, NODE_BINARY, Binary)->left))
        help_with_comparison(parser, error, AST(value, NODE_BINARY, Binary));
    else
        parser_help(parser, error,
                    "show it with Display, keep it with Let, or give it with Return");
}

// place '=' value
static Node *parse_assignment(Parser *parser, Node *target) {
    check_place(parser, target);
    parser_advance(parser);
    return new_set(parser, target, OPERATOR_NONE, parse_value(parser), target->span.start);
}

// `x := 5`, `x: int = 5`: the name is known from here on.
static Node *fail_typed_name(Parser *parser, const Node *value) {
    const Name *name = AST(value, NODE_NAME, NameExpression)->name;
    bool is_typed = parser_peek(parser, 1)->kind == TOKEN_NAME;
    Span span = {value->span.start, parser->current->end};
    Diagnostic *error =
        parser_fail(parser, ERROR_unknown_statement, span, "a variable is declared with `Let`");
    parser_help(parser, error, is_typed ? "write `Let %s as Integer be …`" : "write `Let %s be …`",
                name->text);
    ((Name *)name)->is_lost = true;
    parser_end_statement(parser);
    return NULL;
}

// `x is less than 5:`: the word before it is missing.
static void fail_bare_condition(Parser *parser, const Node *value) {
    Diagnostic *error = parser_fail(parser, ERROR_unknown_statement, value->span,
                                    "a condition does not begin a statement");
    const char *text = parser_text_of(parser, value->span, "…");
    parser_help(parser, error, "write `If %s:` for a choice, `While %s:` for a loop", text, text);
}

// Passes over the block that the line above opens, which was not understood, if what follows is
// indented more than the statement. It ends as that of the keyword, or as others.
static void skip_block(Parser *parser, Keyword keyword, Span span) {
    ParserState *state = parser->state;
    bool opens_block = state->previous_kind == TOKEN_COLON &&
                       (parser->current->flags & TOKEN_FIRST) &&
                       parser_indentation_of(parser, parser->current->start) >
                           parser_indentation_of(parser, state->statement_start);
    if (opens_block)
        parser_unknown_block(parser, intern_text(&state->compilation->names, keyword_text(keyword)),
                             span);
}

// Ends a statement, and passes over the block that its line opens after an error.
static bool end_expression(Parser *parser, Span span) {
    Keyword end = parser_is_like_word(parser->current, KEYWORD_DO) ? KEYWORD_ARENA : KEYWORD_WHILE;
    if (parser_end_statement(parser))
        return true;
    skip_block(parser, end, span);
    return false;
}

// call | place '=' value | arena scope
static Node *parse_expression_statement(Parser *parser) {
    parser_correct_arena(parser);
    uint32_t outer = parser->state->context;
    parser->state->context |= ASSIGNS;
    Node *value = parser_expression(parser);
    if (!parser->state->is_failing) {
        parser->state->context = outer;
        if (parser_at(parser, TOKEN_ASSIGN))
            return parse_assignment(parser, value);
        if (parser_at_arena_block(parser, value))
            return parser_arena_scope(parser, value);
    }
    if (parser_at(parser, TOKEN_COLON) && value->kind == NODE_NAME && !parser->state->is_failing)
        return fail_typed_name(parser, value);
    Node *call = value;
    value = parser_ascribed(parser, value);
    bool is_callee = call->kind == NODE_NAME || call->kind == NODE_FIELD;
    if (is_callee && !parser->state->is_failing && parser_at_operand(parser, 0) &&
        !(parser->current->keyword >= KEYWORD_LET && parser->current->keyword <= KEYWORD_END)) {
        parser_fail_bare_call(parser, call);
        bool has_arena = parser_arena_process(call) != KEYWORD_NONE;
        skip_block(parser, has_arena ? KEYWORD_ARENA : KEYWORD_WHILE, call->span);
        return NULL;
    }
    bool is_line_over = parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE);
    if (is_line_over && call->kind == NODE_NAME && !parser_is_silent(parser)) {
        value = bare_call(parser, call);
    } else if (call->kind != NODE_CALL) {
        if (is_line_over)
            fail_unused(parser, call);
        else if (parser_at(parser, TOKEN_COLON) && call->kind == NODE_BINARY)
            fail_bare_condition(parser, call);
        end_expression(parser, call->span);
        return NULL;
    }
    ExpressionStatement *node =
        NEW_NODE(parser, EXPRESSION_STATEMENT, ExpressionStatement, value->span);
    node->value = value;
    return end_expression(parser, value->span) ? &node->header : NULL;
}

// --- Lines that are no statement ----------------------------------------------------------------

// Whether the words behind the first one show that the line is an expression, right or wrong.
static bool looks_like_expression(Parser *parser) {
    uint32_t length;
    const Token *next = parser_peek(parser, 1);
    switch (next->kind) {
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET:
    case TOKEN_DOT:
    case TOKEN_ASSIGN:
        return true;
    default:
        return next->keyword == KEYWORD_WITH || next->keyword == KEYWORD_AT ||
               next->keyword == KEYWORD_CONTAINING ||
               parser_operator_ahead(parser, 1, &length) != OPERATOR_NONE;
    }
}

static Node *parse_statement_word(Parser *parser, Keyword keyword);

// The word before the line is missing, and now the current one. A When is left to its Match.
static Node *parse_opening(Parser *parser) {
    Keyword keyword = (Keyword)parser->current->keyword;
    return keyword == KEYWORD_WHEN ? NULL : parse_statement_word(parser, keyword);
}

static Node *fail_unknown(Parser *parser) {
    if (parser_put_opening(parser))
        return parse_opening(parser);
    if (!parser_at(parser, TOKEN_NAME) || parser_peek(parser, 1)->kind != TOKEN_NAME)
        return parse_expression_statement(parser);
    parser_fail_unknown_line(parser);
    return NULL;
}

// A statement that begins with no statement word.
static Node *parse_other(Parser *parser) {
    if (parser_skip_leading_operator(parser))
        return NULL;
    if (parser_correct_block_word(parser) || parser_split_word(parser))
        return parse_statement_word(parser, (Keyword)parser->current->keyword);
    if (!parser_at(parser, TOKEN_NAME) || looks_like_expression(parser))
        return parser_put_opening(parser) ? parse_opening(parser)
                                          : parse_expression_statement(parser);
    if (parser->current->keyword == KEYWORD_THE || parser->current->keyword == KEYWORD_A ||
        parser->current->keyword == KEYWORD_AN)
        return parse_expression_statement(parser);
    Meant meant = parser_find_meant(parser);
    if (!meant.is_reported)
        return fail_unknown(parser);
    if (meant.keyword == KEYWORD_NONE) {
        parser_skip_unknown(parser);
        return NULL;
    }
    // The word is that keyword from here on, for the block around, too.
    parser->current->keyword = (uint16_t)meant.keyword;
    if (!meant.is_certain)
        parser->state->corrected_line = parser->current->line;
    if (meant.keyword == KEYWORD_END || meant.keyword == KEYWORD_OTHERWISE ||
        meant.keyword == KEYWORD_WHEN)
        return NULL;
    return parse_statement_word(parser, meant.keyword);
}

// --- Dispatch -----------------------------------------------------------------------------------

// Whether the word begins a statement here: it is not followed by what makes it a name.
static bool is_statement_word(Parser *parser, Keyword keyword) {
    const Token *next = parser_peek(parser, 1);
    if (next->kind == TOKEN_DOT || next->kind == TOKEN_ASSIGN)
        return false;
    bool takes_name =
        keyword == KEYWORD_LET || keyword == KEYWORD_SET || keyword == KEYWORD_INCREASE ||
        keyword == KEYWORD_DECREASE || keyword == KEYWORD_MULTIPLY || keyword == KEYWORD_DIVIDE ||
        keyword == KEYWORD_FOR || keyword == KEYWORD_BREAK || keyword == KEYWORD_CONTINUE;
    if (!takes_name)
        return true;
    if (next->kind == TOKEN_LEFT_PARENTHESIS && keyword == KEYWORD_FOR)
        return parser_opens_block(parser); // for (i = 0; …) {
    if (next->kind == TOKEN_LEFT_PARENTHESIS || next->kind == TOKEN_LEFT_BRACKET)
        return false;
    if (next->keyword != KEYWORD_WITH)
        return true;
    // `Multiply with by 3` changes the variable `with`, `Multiply with 2 and 3` is a call.
    const Token *after = parser_peek(parser, 2);
    return after->keyword == KEYWORD_BY || after->keyword == KEYWORD_TO ||
           after->keyword == KEYWORD_GETS || after->keyword == KEYWORD_BE ||
           after->keyword == KEYWORD_AS || after->keyword == KEYWORD_FROM ||
           after->keyword == KEYWORD_AT || after->kind == TOKEN_DOT ||
           after->kind == TOKEN_LEFT_BRACKET;
}

static Node *parse_statement_word(Parser *parser, Keyword keyword) {
    switch (keyword) {
    case KEYWORD_LET:
        return parser_let(parser);
    case KEYWORD_SET:
        return parse_set(parser);
    case KEYWORD_INCREASE:
        return parse_change(parser, OPERATOR_ADD);
    case KEYWORD_DECREASE:
        return parse_change(parser, OPERATOR_SUBTRACT);
    case KEYWORD_MULTIPLY:
        return parse_change(parser, OPERATOR_MULTIPLY);
    case KEYWORD_DIVIDE:
        return parse_change(parser, OPERATOR_DIVIDE);
    case KEYWORD_IF:
        return parse_if(parser);
    case KEYWORD_WHILE:
        return parser_while(parser);
    case KEYWORD_FOR:
        return parser_for(parser);
    case KEYWORD_BREAK:
        return parse_bare(parser, NODE_BREAK);
    case KEYWORD_CONTINUE:
        return parse_bare(parser, NODE_CONTINUE);
    case KEYWORD_RETURN:
        return parse_return(parser);
    case KEYWORD_DISPLAY:
    case KEYWORD_PRINT:
        return parse_display(parser);
    case KEYWORD_MATCH:
        return parser_match(parser);
    default:
        if (keyword == KEYWORD_INLINE && parser_peek(parser, 1)->keyword == KEYWORD_ASSEMBLY)
            return parser_assembly(parser);
        if (keyword == KEYWORD_INLINE && !looks_like_expression(parser))
            return fail_unknown(parser); // not a misspelt word: it would be corrected to itself
        return parse_other(parser);
    }
}

// At a Constant or Import, which do not belong into a process.
static bool at_misplaced_declaration(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    uint16_t after = parser_peek(parser, 2)->keyword;
    if (parser_at_word(parser, KEYWORD_IMPORT))
        return next->kind == TOKEN_STRING;
    return parser_at_word(parser, KEYWORD_CONSTANT) && next->kind == TOKEN_NAME &&
           (after == KEYWORD_IS || after == KEYWORD_AS || after == KEYWORD_BE);
}

Node *parser_statement(Parser *parser) {
    parser->state->statement_start = parser->current->start;
    parser->state->mistaken = NULL;
    parser->state->mistake = NULL;
    if (at_misplaced_declaration(parser)) {
        Diagnostic *error =
            parser_fail(parser, ERROR_misplaced_declaration, parser_token_span(parser->current),
                        "`%s` does not belong into a process", parser->current->value.name->text);
        parser_help(parser, error,
                    parser_at_word(parser, KEYWORD_IMPORT)
                        ? "put it at the head of the file"
                        : "put it outside, or write `Let` for a variable");
        parser_lose_name(parser_peek(parser, 1));
        parser_skip_line(parser);
        return NULL;
    }
    if (parser_at_word(parser, KEYWORD_WHEN))
        parser_correct_when(parser);
    Keyword keyword = (Keyword)parser->current->keyword;
    if (keyword > KEYWORD_LET && keyword <= KEYWORD_MATCH)
        parser_skip_doubled_next(parser);
    if (!is_statement_word(parser, keyword))
        return parse_expression_statement(parser);
    return parse_statement_word(parser, keyword);
}
