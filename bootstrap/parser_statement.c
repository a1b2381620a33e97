// Statements.
#include "parser_internal.h"

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

// place = postfix that is a name, a field or an element
static Node *parse_place(Parser *parser) {
    uint32_t outer = parser->state->context;
    parser->state->context = WITHOUT_WITH | WITHOUT_AS;
    Node *target = parser_postfix(parser);
    if (!parser->state->is_failing)
        parser->state->context = outer;
    uint32_t length;
    Operator operator= parser_operator_ahead(parser, 0, &length);
    if (operator!= OPERATOR_NONE && !parser->state->is_failing) {
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

// value = expression [ 'returns' type ]
static Node *parse_value(Parser *parser) {
    return parser_ascribed(parser, parser_expression(parser));
}

// Takes the word between a place and its value. Another one that other languages have there is
// reported, and taken for it.
static void expect_connective(Parser *parser, Keyword keyword, const char *where) {
    uint16_t found = parser->current->keyword;
    bool is_other = parser_at(parser, TOKEN_ASSIGN) || found == KEYWORD_BE || found == KEYWORD_TO ||
                    found == KEYWORD_IS || found == KEYWORD_AS || found == KEYWORD_BY;
    if (found == keyword || !is_other || parser->state->is_failing) {
        parser_expect_word(parser, keyword, where);
        return;
    }
    Span span = parser_token_span(parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span, "expected `%s` %s, found %s",
                      keyword_text(keyword), where, parser_describe(parser, parser->current));
    parser_help(parser, error, "write `%s` here", keyword_text(keyword));
    parser_fix(parser, error, span, keyword_text(keyword));
    parser_advance(parser);
}

// --- Let, Set and the like ----------------------------------------------------------------------

// 'Let' name [ 'as' type ] [ 'be' value ], one of the two at least
Node *parser_let(Parser *parser) {
    Position start = parser->current->start;
    Let *node = NEW_NODE(parser, LET, Let, parser_token_span(parser->current));
    parser_advance(parser);
    node->name = parser_expect_name(parser, "the name of a variable", &node->name_span);
    if (parser_accept_word(parser, KEYWORD_AS))
        node->annotation = parser_type(parser, TYPE_ALONE);
    bool is_complete = node->annotation != NULL &&
                       (parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE));
    if (!is_complete && !parser->state->is_failing) {
        if (parser_at(parser, TOKEN_COLON)) {
            Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`as` or `be`");
            parser_help(parser, error, "write `Let x as Integer be 1`, or `Let x be 1`");
        } else if (parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE)) {
            parser_fail_expected(parser, ERROR_expected_token,
                                 "`be` and a value, or `as` and a type");
        } else {
            expect_connective(parser, KEYWORD_BE, "before the value");
            if (!parser->state->is_failing)
                node->value = parse_value(parser);
        }
    }
    node->header.span = parser_span_from(parser, start);
    parser_end_statement(parser);
    return node->name == NULL ? NULL : &node->header;
}

static Node *new_set(Parser *parser, Node *target, Operator operator, Node * value,
                     Position start) {
    Set *node = NEW_NODE(parser, SET, Set, parser_span_from(parser, start));
    node->target = target;
    node->value = value;
    node->operator= operator;
    parser_end_statement(parser);
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

// 'Set' place ( 'to' value | 'gets' how 'by' expression )
static Node *parse_set(Parser *parser) {
    Position start = parser->current->start;
    parser_advance(parser);
    Node *target = parse_place(parser);
    if (parser_accept_word(parser, KEYWORD_GETS)) {
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
    Node *target = parse_place(parser);
    if (!parser->state->is_failing)
        expect_connective(parser, KEYWORD_BY, "and the amount");
    return new_set(parser, target, operator, parser_expression(parser), start);
}

// --- If and loops -------------------------------------------------------------------------------

// condition ':' block; the word before it is taken
static Node *parse_if_branch(Parser *parser, Position start) {
    If *node = NEW_NODE(parser, IF, If, parser_token_span(parser->current));
    node->condition = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    parser_end_header(parser, "condition");
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

// 'While' expression ':' block 'End' 'While'
static Node *parse_while(Parser *parser) {
    Position start = parser->current->start;
    While *node = NEW_NODE(parser, WHILE, While, parser_token_span(parser->current));
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_WHILE, node->header.span);
    parser_advance(parser);
    node->condition = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    parser_end_header(parser, "condition");
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}

// The rest of: 'For' 'each' name [ ',' name ] 'in' expression ':' block 'End' 'For'
static Node *parse_for_each(Parser *parser, Position start) {
    ForEach *node = NEW_NODE(parser, FOR_EACH, ForEach, parser_token_span(parser->current));
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_FOR, parser_span_from(parser, start));
    node->first = parser_expect_name(parser, "the name of a variable", &node->first_span);
    if (parser_accept(parser, TOKEN_COMMA)) {
        parser_skip_newlines(parser);
        node->second = parser_expect_name(parser, "the name of a variable", &node->second_span);
    }
    parser_expect_word(parser, KEYWORD_IN, "and what to go through");
    node->collection = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    parser_end_header(parser, "collection");
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}

// The rest of: 'For' name 'from' expression 'to' expression [ 'by' expression ] ':' block
// 'End' 'For'
static Node *parse_for_range(Parser *parser, Position start) {
    ForRange *node = NEW_NODE(parser, FOR_RANGE, ForRange, parser_token_span(parser->current));
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_FOR, parser_span_from(parser, start));
    node->name = parser_expect_name(parser, "the name of a variable", &node->name_span);
    parser_expect_word(parser, KEYWORD_FROM, "and the first value");
    node->from = parser_expression(parser);
    parser_expect_word(parser, KEYWORD_TO, "and the last value");
    node->to = parser_expression(parser);
    if (!parser->state->is_failing && parser_accept_word(parser, KEYWORD_BY))
        node->step = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    parser_end_header(parser, "range");
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}

// `each` is the variable of a range in `For each from 1 to 3`.
static bool at_each(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_EACH))
        return false;
    const Token *next = parser_peek(parser, 1);
    const Token *after = parser_peek(parser, 2);
    return next->keyword != KEYWORD_FROM || after->keyword == KEYWORD_IN ||
           after->kind == TOKEN_COMMA;
}

static Node *parse_for(Parser *parser) {
    Position start = parser->current->start;
    parser_advance(parser);
    if (at_each(parser)) {
        parser_advance(parser);
        return parse_for_each(parser, start);
    }
    uint16_t next = parser_peek(parser, 1)->keyword;
    if (parser_at(parser, TOKEN_NAME) && next == KEYWORD_IN) {
        Span span = {start, parser->current->start - 1};
        Diagnostic *error =
            parser_report(parser, ERROR_expected_token, span, "expected `each` after `For`");
        parser_help(parser, error, "write `For each %s in …`", parser->current->value.name->text);
        return parse_for_each(parser, start);
    }
    return parse_for_range(parser, start);
}

// --- Short statements ---------------------------------------------------------------------------

static Node *parse_bare(Parser *parser, NodeKind kind) {
    Node *node = ast_new(parser->arena, kind, parser_token_span(parser->current));
    parser_advance(parser);
    parser_end_statement(parser);
    return node;
}

// 'Return' [ value ]
static Node *parse_return(Parser *parser) {
    Return *node = NEW_NODE(parser, RETURN, Return, parser_token_span(parser->current));
    Position start = parser->current->start;
    parser_advance(parser);
    if (!parser_at(parser, TOKEN_NEWLINE) && !parser_at(parser, TOKEN_END_OF_FILE))
        node->value = parse_value(parser);
    node->header.span = parser_span_from(parser, start);
    parser_end_statement(parser);
    return &node->header;
}

// ( 'Display' | 'Print' ) value
static Node *parse_display(Parser *parser) {
    Display *node = NEW_NODE(parser, DISPLAY, Display, parser_token_span(parser->current));
    Position start = parser->current->start;
    node->header.flags = parser_at_word(parser, KEYWORD_DISPLAY) ? NODE_NEWLINE : 0;
    parser_advance(parser);
    node->value = parse_value(parser);
    node->header.span = parser_span_from(parser, start);
    if (parser_at(parser, TOKEN_COMMA) && !parser->state->is_failing) {
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_line_end, "the end of the line");
        parser_help(parser, error,
                    "one value is shown at a time: join them, as in "
                    "`\"x = \" joined with x`");
    }
    parser_end_statement(parser);
    return &node->header;
}

// --- Arena.scope and Arena.use ------------------------------------------------------------------

static bool is_name(const Node *node, const char *text) {
    return node->kind == NODE_NAME &&
           strcmp(AST(node, NODE_NAME, NameExpression)->name->text, text) == 0;
}

// The call Arena.scope(size) or Arena.use(arena), of which `do` makes a block: KEYWORD_SCOPE or
// KEYWORD_USE; for any other value KEYWORD_NONE.
static Keyword arena_word(const Node *value) {
    if (value->kind != NODE_CALL)
        return KEYWORD_NONE;
    const Node *callee = AST(value, NODE_CALL, Call)->callee;
    if (callee->kind != NODE_FIELD)
        return KEYWORD_NONE;
    const Field *field = AST(callee, NODE_FIELD, Field);
    bool is_arena = is_name(field->object, keyword_text(KEYWORD_ARENA));
    bool is_word = field->name->keyword == KEYWORD_SCOPE || field->name->keyword == KEYWORD_USE;
    return is_arena && is_word ? (Keyword)field->name->keyword : KEYWORD_NONE;
}

// 'Arena' '.' ( 'scope' | 'use' ) '(' expression ')' [ 'as' name ] 'do' ':' block 'End' 'Arena';
// the call is taken
static Node *parse_arena_scope(Parser *parser, Node *value) {
    ArenaScope *node = NEW_NODE(parser, ARENA_SCOPE, ArenaScope, value->span);
    bool uses = arena_word(value) == KEYWORD_USE;
    node->header.flags = uses ? NODE_USES : 0;
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_ARENA, value->span);
    NodeList arguments = AST(value, NODE_CALL, Call)->arguments;
    if (arguments.count == 1) {
        node->value = AST(arguments.items[0], NODE_ARGUMENT, Argument)->value;
    } else {
        parser_report(parser, ERROR_expected_expression, value->span,
                      uses ? "`Arena.use` takes one value, the arena"
                           : "`Arena.scope` takes one value, the capacity in bytes to begin with");
        node->value = parser_error_node(parser, value->span);
    }
    if (parser_accept_word(parser, KEYWORD_AS))
        node->name = parser_expect_name(parser, "the name of the arena", &node->name_span);
    parser_expect_word(parser, KEYWORD_DO,
                       uses ? "and `:` after `Arena.use(…)`" : "and `:` after `Arena.scope(…)`");
    node->header.span = parser_span_from(parser, value->span.start);
    parser_end_header(parser, "word do");
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}

// --- Expressions as statements ------------------------------------------------------------------

static void fail_unused(Parser *parser, const Node *value) {
    if (value->kind == NODE_ERROR || parser->state->is_failing)
        return;
    Diagnostic *error =
        parser_fail(parser, ERROR_unused_value, value->span, "nothing is done with this value");
    bool is_comparison =
        value->kind == NODE_BINARY && AST(value, NODE_BINARY, Binary)->operator== OPERATOR_EQUAL;
    if (is_comparison && is_place(AST(value, NODE_BINARY, Binary)->left))
        parser_help(parser, error, "this compares; to change the left side, write `Set … to …`");
    else if (value->kind == NODE_NAME)
        parser_help(parser, error, "to call a process, write `%s()`",
                    AST(value, NODE_NAME, NameExpression)->name->text);
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

// call | place '=' value | arena scope
static Node *parse_expression_statement(Parser *parser) {
    Node *value = parser_expression(parser);
    if (!parser->state->is_failing) {
        if (parser_at(parser, TOKEN_ASSIGN))
            return parse_assignment(parser, value);
        if ((parser_at_word(parser, KEYWORD_DO) || parser_at_word(parser, KEYWORD_AS)) &&
            arena_word(value) != KEYWORD_NONE)
            return parse_arena_scope(parser, value);
    }
    Node *call = value;
    value = parser_ascribed(parser, value);
    if (call->kind != NODE_CALL) {
        bool is_line_over =
            parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE);
        if (is_line_over)
            fail_unused(parser, call);
        parser_end_statement(parser);
        return NULL;
    }
    ExpressionStatement *node =
        NEW_NODE(parser, EXPRESSION_STATEMENT, ExpressionStatement, value->span);
    node->value = value;
    parser_end_statement(parser);
    return &node->header;
}

// --- Lines that are no statement ----------------------------------------------------------------

typedef struct ForeignWord {
    const char *word;
    Keyword keyword; // what it is taken for
    const char *cure;
} ForeignWord;

// Words of other languages at the beginning of a line.
static const ForeignWord foreign_words[] = {
    {"else", KEYWORD_OTHERWISE, "Otherwise"},
    {"Else", KEYWORD_OTHERWISE, "Otherwise"},
    {"elif", KEYWORD_NONE, "Otherwise If"},
    {"Elif", KEYWORD_NONE, "Otherwise If"},
    {"ElseIf", KEYWORD_NONE, "Otherwise If"},
    {"elseif", KEYWORD_NONE, "Otherwise If"},
    {"OtherwiseIf", KEYWORD_NONE, "Otherwise If"},
    {"var", KEYWORD_LET, "Let"},
    {"val", KEYWORD_LET, "Let"},
    {"const", KEYWORD_NONE, "Constant NAME is …, outside every process"},
    {"def", KEYWORD_NONE, "Process called \"name\" takes …:"},
    {"fn", KEYWORD_NONE, "Process called \"name\" takes …:"},
    {"func", KEYWORD_NONE, "Process called \"name\" takes …:"},
    {"function", KEYWORD_NONE, "Process called \"name\" takes …:"},
    {"Function", KEYWORD_NONE, "Process called \"name\" takes …:"},
    {"struct", KEYWORD_NONE, "Structure NAME:"},
    {"class", KEYWORD_NONE, "Structure NAME:"},
    {"enum", KEYWORD_NONE, "Type NAME is:"},
    {"switch", KEYWORD_MATCH, "Match"},
    {"case", KEYWORD_WHEN, "When"},
    {"Case", KEYWORD_WHEN, "When"},
    {"foreach", KEYWORD_NONE, "For each x in …:"},
    {"echo", KEYWORD_DISPLAY, "Display"},
    {"println", KEYWORD_DISPLAY, "Display"},
    {"puts", KEYWORD_DISPLAY, "Display"},
    {"Call", KEYWORD_NONE, "the call alone: f(x)"},
};

static const Keyword statement_words[] = {
    KEYWORD_LET,    KEYWORD_SET,      KEYWORD_INCREASE,  KEYWORD_DECREASE, KEYWORD_MULTIPLY,
    KEYWORD_DIVIDE, KEYWORD_IF,       KEYWORD_OTHERWISE, KEYWORD_WHILE,    KEYWORD_FOR,
    KEYWORD_BREAK,  KEYWORD_CONTINUE, KEYWORD_RETURN,    KEYWORD_DISPLAY,  KEYWORD_PRINT,
    KEYWORD_MATCH,  KEYWORD_WHEN,     KEYWORD_END,       KEYWORD_INLINE,
};

static bool stands_alone(Keyword keyword) {
    return keyword == KEYWORD_BREAK || keyword == KEYWORD_CONTINUE || keyword == KEYWORD_RETURN ||
           keyword == KEYWORD_END;
}

// Reports the current word as a misspelt or foreign one, and gives the keyword that it is taken
// for; KEYWORD_NONE when it is like none. *is_reported tells whether there was an error.
static Keyword find_meant(Parser *parser, bool *is_reported) {
    const char *word = parser->current->value.name->text;
    Keyword keyword = KEYWORD_NONE;
    const char *cure = NULL;
    for (size_t i = 0; i < sizeof foreign_words / sizeof foreign_words[0] && cure == NULL; i++) {
        if (strcmp(foreign_words[i].word, word) == 0) {
            keyword = foreign_words[i].keyword;
            cure = foreign_words[i].cure;
        }
    }
    // A word alone on its line is rather a call without parentheses.
    bool is_alone = parser_peek(parser, 1)->kind == TOKEN_NEWLINE;
    Suggestion suggestion = {.wanted = word};
    for (size_t i = 0; cure == NULL && i < sizeof statement_words / sizeof statement_words[0];
         i++) {
        const char *text = keyword_text(statement_words[i]);
        if (is_alone && !stands_alone(statement_words[i]))
            continue;
        suggestion_offer(&suggestion, text);
        if (suggestion.best == text)
            keyword = statement_words[i];
    }
    *is_reported = cure != NULL || suggestion.best != NULL;
    if (!*is_reported)
        return KEYWORD_NONE;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_unknown_statement, span,
                                      "`%s` does not begin a statement", word);
    if (cure != NULL)
        parser_help(parser, error, "write `%s`", cure);
    else
        parser_help(parser, error, "did you mean `%s`?", suggestion.best);
    if (keyword != KEYWORD_NONE)
        parser_fix(parser, error, span, keyword_text(keyword));
    return keyword;
}

// Passes over the line, and over the block that it opens, if any.
static void skip_unknown(Parser *parser) {
    const Name *name = parser_at(parser, TOKEN_NAME) ? parser->current->value.name : NULL;
    Span span = parser_token_span(parser->current);
    if (parser_skip_line(parser) && name != NULL)
        parser_unknown_block(parser, name, span);
}

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

// A line that continues the one before it, which its end has ended.
static bool at_leading_operator(Parser *parser, uint32_t *length) {
    if (parser_operator_ahead(parser, 0, length) == OPERATOR_NONE)
        return false;
    if (!parser_at(parser, TOKEN_NAME))
        return true;
    switch (parser_peek(parser, *length)->kind) {
    case TOKEN_DOT:
    case TOKEN_ASSIGN:
        return *length > 1;
    case TOKEN_LEFT_BRACKET:
    case TOKEN_LEFT_PARENTHESIS:
        return *length > 1 || parser_at_word(parser, KEYWORD_AND) ||
               parser_at_word(parser, KEYWORD_OR);
    default:
        return true;
    }
}

static Node *fail_leading_operator(Parser *parser, uint32_t length) {
    Span span = {parser->current->start, parser_peek(parser, length - 1)->end};
    Diagnostic *error = parser_fail(parser, ERROR_leading_operator, span,
                                    "a statement cannot begin with an operator");
    parser_help(parser, error, "to continue the line above, move the operator to its end");
    parser_skip_line(parser);
    return NULL;
}

static Node *fail_unknown(Parser *parser) {
    Span span = parser_token_span(parser->current);
    if (parser_at(parser, TOKEN_NAME) && parser_peek(parser, 1)->kind == TOKEN_NAME) {
        Diagnostic *error =
            parser_report(parser, ERROR_unknown_statement, span, "`%s` does not begin a statement",
                          parser->current->value.name->text);
        parser_help(parser, error,
                    "a statement begins with a word such as Let, Set, If, While, For, "
                    "Return or Display, or is a call: f(x)");
        skip_unknown(parser);
        return NULL;
    }
    return parse_expression_statement(parser);
}

static Node *parse_statement_word(Parser *parser, Keyword keyword);

// A statement that begins with no statement word.
static Node *parse_other(Parser *parser) {
    uint32_t length;
    if (at_leading_operator(parser, &length))
        return fail_leading_operator(parser, length);
    if (!parser_at(parser, TOKEN_NAME) || looks_like_expression(parser))
        return parse_expression_statement(parser);
    if (parser->current->keyword == KEYWORD_THE || parser->current->keyword == KEYWORD_A ||
        parser->current->keyword == KEYWORD_AN)
        return parse_expression_statement(parser);
    bool is_reported;
    Keyword meant = find_meant(parser, &is_reported);
    if (meant == KEYWORD_NONE && !is_reported)
        return fail_unknown(parser);
    if (meant == KEYWORD_NONE) {
        skip_unknown(parser);
        return NULL;
    }
    // The word is that keyword from here on, for the block around, too.
    parser->current->keyword = (uint16_t)meant;
    parser->state->corrected_line = parser->current->line;
    if (meant == KEYWORD_END || meant == KEYWORD_OTHERWISE || meant == KEYWORD_WHEN)
        return NULL;
    return parse_statement_word(parser, meant);
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
        return parse_while(parser);
    case KEYWORD_FOR:
        return parse_for(parser);
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
    if (at_misplaced_declaration(parser)) {
        Diagnostic *error =
            parser_fail(parser, ERROR_misplaced_declaration, parser_token_span(parser->current),
                        "`%s` does not belong into a process", parser->current->value.name->text);
        parser_help(parser, error,
                    parser_at_word(parser, KEYWORD_IMPORT)
                        ? "put it at the head of the file"
                        : "put it outside, or write `Let` for a variable");
        parser_skip_line(parser);
        return NULL;
    }
    Keyword keyword = (Keyword)parser->current->keyword;
    if (!is_statement_word(parser, keyword))
        return parse_expression_statement(parser);
    return parse_statement_word(parser, keyword);
}
