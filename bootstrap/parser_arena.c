// Statements that open the block of an arena, Arena.scope and Arena.use.
#include "parser_internal.h"

#include <string.h>

static bool is_name(const Node *node, const char *text) {
    return node->kind == NODE_NAME &&
           strcmp(AST(node, NODE_NAME, NameExpression)->name->text, text) == 0;
}

// The process Arena.scope or Arena.use, of whose call `do` makes a block: KEYWORD_SCOPE or
// KEYWORD_USE; for any other value KEYWORD_NONE.
Keyword parser_arena_process(const Node *callee) {
    if (callee->kind != NODE_FIELD)
        return KEYWORD_NONE;
    const Field *field = AST(callee, NODE_FIELD, Field);
    bool is_arena = is_name(field->object, keyword_text(KEYWORD_ARENA));
    bool is_word = field->name->keyword == KEYWORD_SCOPE || field->name->keyword == KEYWORD_USE;
    return is_arena && is_word ? (Keyword)field->name->keyword : KEYWORD_NONE;
}

// The same of a call.
static Keyword arena_word(const Node *value) {
    return value->kind == NODE_CALL ? parser_arena_process(AST(value, NODE_CALL, Call)->callee)
                                    : KEYWORD_NONE;
}

// `arena.scope(64) do:`: reported, and taken for `Arena.scope`.
void parser_correct_arena(Parser *parser) {
    Token *arena = parser->current, *word = parser_peek(parser, 2);
    if (!parser_is_like_word(arena, KEYWORD_ARENA) || parser_peek(parser, 1)->kind != TOKEN_DOT)
        return;
    bool is_right = arena->keyword == KEYWORD_ARENA &&
                    (word->keyword == KEYWORD_SCOPE || word->keyword == KEYWORD_USE);
    Keyword meant = parser_is_like_word(word, KEYWORD_USE)     ? KEYWORD_USE
                    : parser_is_like_word(word, KEYWORD_SCOPE) ? KEYWORD_SCOPE
                                                               : KEYWORD_NONE;
    if (is_right || meant == KEYWORD_NONE || !parser_opens_block(parser))
        return;
    Span span = {arena->start, word->end};
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_statement, span, "`%s.%s` does not begin a statement",
                      arena->value.name->text, word->value.name->text);
    parser_make_word(parser, arena, KEYWORD_ARENA);
    parser_make_word(parser, word, meant);
    char fixed[64];
    snprintf(fixed, sizeof fixed, "%s.%s", keyword_text(KEYWORD_ARENA), keyword_text(meant));
    parser_help(parser, error, "upper and lower case differ: write `%s`", fixed);
    parser_fix(parser, error, span, fixed);
}

// At what opens the block of an arena, right or wrong.
bool parser_at_arena_block(Parser *parser, const Node *value) {
    if (parser_at_word(parser, KEYWORD_AS))
        return arena_word(value) != KEYWORD_NONE;
    return (parser_is_like_word(parser->current, KEYWORD_DO) || parser_at(parser, TOKEN_COLON)) &&
           (arena_word(value) != KEYWORD_NONE || parser_arena_process(value) == KEYWORD_SCOPE);
}

// `Arena.scope do:`
static Node *report_bare_scope(Parser *parser, const Node *scope) {
    Position end = scope->span.end;
    Diagnostic *error = parser_report(parser, ERROR_expected_expression, scope->span,
                                      "`Arena.scope` takes the capacity in bytes to begin with");
    parser_help(parser, error, "write `Arena.scope(4096) do:`");
    parser_fix(parser, error, (Span){end, end},
               parser_at(parser, TOKEN_COLON) ? "(4096) do" : "(4096)");
    return parser_error_node(parser, scope->span);
}

// What stands in the brackets of Arena.scope(…) and Arena.use(…).
static Node *arena_argument(Parser *parser, Node *value, bool uses) {
    if (value->kind == NODE_FIELD)
        return report_bare_scope(parser, value);
    NodeList arguments = AST(value, NODE_CALL, Call)->arguments;
    if (arguments.count == 1)
        return AST(arguments.items[0], NODE_ARGUMENT, Argument)->value;
    parser_report(parser, ERROR_expected_expression, value->span,
                  uses ? "`Arena.use` takes one value, the arena"
                       : "`Arena.scope` takes one value, the capacity in bytes to begin with");
    return parser_error_node(parser, value->span);
}

// Takes `do`, or reports that it is missing, unless the call was reported.
static void take_do(Parser *parser, bool uses, bool is_bare) {
    if (!parser_at(parser, TOKEN_COLON) || parser->state->is_failing) {
        parser_expect_word(parser, KEYWORD_DO,
                           uses ? "and `:` after `Arena.use(…)`"
                                : "and `:` after `Arena.scope(…)`");
        return;
    }
    if (is_bare)
        return;
    Position end = parser->state->previous.end;
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, parser_token_span(parser->current),
                      "expected `do` before this `:`");
    parser_help(parser, error,
                uses ? "write `Arena.use(arena) do:`" : "write `Arena.scope(4096) do:`");
    parser_fix(parser, error, (Span){end, end}, " do");
}

// 'Arena' '.' ( 'scope' | 'use' ) '(' expression ')' [ 'as' name ] 'do' ':' block 'End' 'Arena';
// the call is taken
Node *parser_arena_scope(Parser *parser, Node *value) {
    ArenaScope *node = NEW_NODE(parser, ARENA_SCOPE, ArenaScope, value->span);
    bool uses = arena_word(value) == KEYWORD_USE;
    node->header.flags = uses ? NODE_USES : 0;
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_ARENA, value->span);
    node->value = arena_argument(parser, value, uses);
    if (parser_accept_word(parser, KEYWORD_AS))
        node->name = parser_expect_name(parser, "the name of the arena", &node->name_span);
    take_do(parser, uses, value->kind == NODE_FIELD);
    node->header.span = parser_span_from(parser, value->span.start);
    parser_end_header(parser, "word do");
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}
