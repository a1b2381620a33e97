// The parser's base: tokens, errors and recovery, lists, the module.
#include "parser_internal.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

Parser *parser_create(Compilation *compilation, Lexer *lexer) {
    Parser *parser = memory_allocate(sizeof(Parser));
    parser->lexer = lexer;
    parser->arena = compilation->arena;
    parser->state = memory_allocate(sizeof(ParserState));
    parser->state->compilation = compilation;
    return parser;
}

void parser_destroy(Parser *parser) {
    if (parser == NULL)
        return;
    vector_destroy(&parser->state->nodes);
    parser->state->compilation->missing_names = NULL;
    memory_free(parser->state);
    memory_free(parser);
}

// --- Tokens -------------------------------------------------------------------------------------

// For one token more, behind the others.
static void make_room_ahead(ParserState *state) {
    if (state->ahead_first + state->ahead_count < AHEAD_CAPACITY)
        return;
    memmove(state->ahead, state->ahead + state->ahead_first, state->ahead_count * sizeof(Token *));
    state->ahead_first = 0;
}

// One token more than were looked at.
static Token *read_ahead(Parser *parser) {
    ParserState *state = parser->state;
    make_room_ahead(state);
    Token *token = lexer_next(parser->lexer);
    state->has_line_end_ahead &= state->ahead_count > 0;
    state->has_line_end_ahead |= token->kind == TOKEN_NEWLINE;
    state->ahead[state->ahead_first + state->ahead_count++] = token;
    return token;
}

static Token *token_ahead(Parser *parser, uint32_t index) {
    ParserState *state = parser->state;
    if (state->is_finished)
        return parser->current;
    assert(index < LOOKAHEAD);
    while (state->ahead_count <= index)
        read_ahead(parser);
    return state->ahead[state->ahead_first + index];
}

static Token *take_ahead(Parser *parser) {
    ParserState *state = parser->state;
    if (state->ahead_count > 0) {
        state->ahead_count--;
        return state->ahead[state->ahead_first++];
    }
    state->ahead_first = 0;
    return state->is_finished ? parser->current : lexer_next(parser->lexer);
}

static void set_current(Parser *parser, Token *token) {
    parser->current = token;
    if (token->flags & (TOKEN_SPOILT | TOKEN_INVALID))
        parser->state->error_line = token->line;
}

static __attribute__((noinline)) void pass_newlines(Parser *parser) {
    const ParserState *state = parser->state;
    while (parser->current->kind == TOKEN_NEWLINE) {
        if (state->layout != NULL)
            layout_add(state->layout, parser_token_span(parser->current), TOKEN_NEWLINE, NULL);
        set_current(parser, take_ahead(parser));
    }
}

static __attribute__((noinline)) void record_current(Parser *parser) {
    const Token *token = parser->current;
    if (token->kind != TOKEN_END_OF_FILE)
        layout_add(parser->state->layout, parser_token_span(token), token->kind, token);
}

void parser_advance(Parser *parser) {
    ParserState *state = parser->state;
    const Token *taken = parser->current;
    if (state->layout != NULL)
        record_current(parser);
    if (taken->kind != TOKEN_NEWLINE) {
        state->previous = parser_token_span(taken);
        state->previous_line = taken->line;
        state->previous_kind = taken->kind;
    }
    set_current(parser, take_ahead(parser));
    if (parser->current->kind == TOKEN_NEWLINE && state->bracket_depth > 0)
        pass_newlines(parser);
}

static Token *peek(Parser *parser, uint32_t distance, bool skips_lines) {
    if (distance == 0)
        return parser->current;
    for (uint32_t index = 0;; index++) {
        Token *token = token_ahead(parser, index);
        if (token->kind == TOKEN_END_OF_FILE)
            return token;
        if (token->kind == TOKEN_NEWLINE && skips_lines)
            continue;
        if (--distance == 0)
            return token;
    }
}

// Outside brackets each token counts; nothing is read behind the end of the file.
Token *parser_look_ahead(Parser *parser, uint32_t distance) {
    const ParserState *state = parser->state;
    if (state->bracket_depth > 0 || distance == 0 || state->is_finished)
        return peek(parser, distance, state->bracket_depth > 0);
    assert(distance > state->ahead_count && distance <= LOOKAHEAD);
    if (state->ahead_count > 0) {
        Token *last = state->ahead[state->ahead_first + state->ahead_count - 1];
        if (last->kind == TOKEN_END_OF_FILE)
            return last;
    }
    Token *token;
    do {
        token = read_ahead(parser);
    } while (state->ahead_count < distance && token->kind != TOKEN_END_OF_FILE);
    return token;
}

Token *parser_peek_past_lines(Parser *parser, uint32_t distance) {
    return peek(parser, distance, true);
}

void parser_skip_newlines(Parser *parser) {
    while (parser_at(parser, TOKEN_NEWLINE))
        parser_advance(parser);
}

void parser_make_word(Parser *parser, Token *token, Keyword keyword) {
    token->kind = TOKEN_NAME;
    token->keyword = (uint16_t)keyword;
    token->value.name = intern_text(&parser->state->compilation->names, keyword_text(keyword));
}

// The word, at the place of the current token.
static Token *new_word(Parser *parser, Keyword keyword) {
    Token *token = runa_arena_allocate(parser->arena, sizeof(Token));
    *token = *parser->current;
    token->flags = 0;
    parser_make_word(parser, token, keyword);
    return token;
}

static void put_ahead(Parser *parser, Token *token) {
    ParserState *state = parser->state;
    assert(state->ahead_count < LOOKAHEAD);
    make_room_ahead(state);
    Token **ahead = state->ahead + state->ahead_first;
    memmove(ahead + 1, ahead, state->ahead_count * sizeof(Token *));
    ahead[0] = token;
    state->ahead_count++;
    state->has_line_end_ahead |= token->kind == TOKEN_NEWLINE;
}

void parser_insert_word(Parser *parser, Keyword keyword) {
    put_ahead(parser, new_word(parser, keyword));
}

void parser_insert_name(Parser *parser, const char *name, Span span) {
    Token *token = new_word(parser, KEYWORD_NONE);
    token->value.name = intern_text(&parser->state->compilation->names, name);
    token->keyword = token->value.name->keyword;
    token->start = span.start;
    token->end = span.end;
    put_ahead(parser, token);
}

void parser_drop_word(Parser *parser, uint32_t distance) {
    ParserState *state = parser->state;
    const Token *dropped = parser_peek(parser, distance);
    Token **ahead = state->ahead + state->ahead_first;
    uint32_t index = 0;
    while (ahead[index] != dropped)
        index++;
    state->ahead_count--;
    memmove(ahead + index, ahead + index + 1, (state->ahead_count - index) * sizeof(Token *));
}

void parser_put_word(Parser *parser, Keyword keyword) {
    Token *token = new_word(parser, keyword);
    token->flags = parser->current->flags & TOKEN_FIRST;
    token->end = token->start;
    parser->current->flags &= (uint8_t)~TOKEN_FIRST;
    put_ahead(parser, parser->current);
    parser->current = token;
}

void parser_lose_name(const Token *token) {
    if (token->kind == TOKEN_NAME && token->keyword == KEYWORD_NONE)
        ((Name *)token->value.name)->is_lost = true;
}

bool parser_accept(Parser *parser, TokenKind kind) {
    if (!parser_at(parser, kind))
        return false;
    parser_advance(parser);
    return true;
}

bool parser_accept_word(Parser *parser, Keyword keyword) {
    if (!parser_at_word(parser, keyword))
        return false;
    parser_advance(parser);
    return true;
}

bool parser_expect(Parser *parser, TokenKind kind, const char *where) {
    if (parser_accept(parser, kind))
        return true;
    char what[128];
    snprintf(what, sizeof what, "%s %s", token_kind_text(kind), where);
    parser_fail_expected(parser, ERROR_expected_token, what);
    return false;
}

bool parser_is_misspelt(Parser *parser, Keyword keyword) {
    if (!parser_at(parser, TOKEN_NAME))
        return false;
    Suggestion suggestion = {.wanted = parser->current->value.name->text};
    suggestion_offer(&suggestion, keyword_text(keyword));
    return suggestion.best != NULL;
}

// A misspelt word is reported as such and taken for the right one.
static bool take_misspelt(Parser *parser, Keyword keyword) {
    if (parser->state->is_failing || !parser_is_misspelt(parser, keyword))
        return false;
    Diagnostic *error = parser_report_expected(parser, "`%s`", keyword_text(keyword));
    parser_help(parser, error, "did you mean `%s`?", keyword_text(keyword));
    parser_take_for(parser, error, keyword_text(keyword));
    return true;
}

bool parser_is_like_word(const Token *token, Keyword keyword) {
    if (token->kind != TOKEN_NAME)
        return false;
    const char *text = token->value.name->text, *word = keyword_text(keyword);
    return ((text[0] ^ word[0]) & ~0x20) == 0 && strcasecmp(text, word) == 0;
}

bool parser_accept_meant(Parser *parser, Keyword keyword) {
    enum { SHORTEST = 4 }; // a shorter word is like too many others
    if (parser_accept_word(parser, keyword))
        return true;
    if (!parser_at(parser, TOKEN_NAME))
        return false;
    bool is_like = parser_is_like_word(parser->current, keyword);
    bool is_free = parser->current->keyword == KEYWORD_NONE;
    if (!is_like && !(is_free && strlen(keyword_text(keyword)) >= SHORTEST))
        return false;
    return take_misspelt(parser, keyword);
}

// At the second `with` of `a Box with with n`, which may be the name of a field: its value follows,
// not another name and that one's.
static bool may_be_field(Parser *parser) {
    return parser_at_word(parser, KEYWORD_WITH) &&
           !(parser_peek(parser, 1)->kind == TOKEN_NAME &&
             (parser_at_operand(parser, 2) || parser_peek(parser, 2)->keyword == KEYWORD_AS));
}

bool parser_expect_word(Parser *parser, Keyword keyword, const char *where) {
    if (parser_accept_word(parser, keyword) || take_misspelt(parser, keyword)) {
        if (parser_at_word(parser, keyword) && !may_be_field(parser))
            parser_skip_second_word(parser);
        return true;
    }
    char what[128];
    snprintf(what, sizeof what, "`%s` %s", keyword_text(keyword), where);
    parser_fail_expected(parser, ERROR_expected_token, what);
    return false;
}

const Name *parser_expect_name(Parser *parser, const char *what, Span *span) {
    *span = parser_error_span(parser);
    if (!parser_at(parser, TOKEN_NAME)) {
        parser_fail_expected(parser, ERROR_expected_name, what);
        return NULL;
    }
    const Name *name = parser->current->value.name;
    parser_advance(parser);
    return name;
}

Span parser_open_bracket(Parser *parser) {
    Span span = parser_token_span(parser->current);
    parser->state->bracket_depth++;
    parser_advance(parser);
    return span;
}

static void help_with_choice(Parser *parser, Diagnostic *error) {
    parser_help(parser, error,
                "a choice is written with `If`, `Otherwise:` and `End If`, on lines of their own");
}

void parser_close_bracket(Parser *parser, TokenKind closing, Span open) {
    ParserState *state = parser->state;
    if (state->is_failing)
        return; // parser_recover looks for the bracket
    if (parser_at(parser, closing)) {
        state->bracket_depth--; // before a line end behind the bracket is passed over
        parser_advance(parser);
        return;
    }
    const char *sign = token_kind_text(closing);
    Span span = parser_error_span(parser);
    bool is_line_over =
        parser_at(parser, TOKEN_END_OF_FILE) || parser->current->line != state->previous_line;
    if (is_line_over) {
        Diagnostic *error =
            parser_fail(parser, ERROR_unclosed_bracket, span, "%s is missing here", sign);
        parser_note(parser, error, open, "the bracket that opens here is not closed");
        parser_fix(parser, error, span, closing == TOKEN_RIGHT_BRACKET ? "]" : ")");
        return;
    }
    Diagnostic *error =
        parser_fail(parser, ERROR_unclosed_bracket, span, "expected `,` or %s, found %s", sign,
                    parser_describe(parser, parser->current));
    parser_note(parser, error, open, "the bracket opens here");
    if (parser_at_choice(parser))
        help_with_choice(parser, error);
    else if (parser_is_like_word(parser->current, KEYWORD_FOR))
        parser_help(
            parser, error,
            "a collection is filled by a loop: begin with `Let items be list_create()`, and "
            "`items.append(x)` in a `For each`");
}

bool parser_accept_separator(Parser *parser) {
    if (parser->state->is_failing)
        return false;
    if (!parser_accept(parser, TOKEN_COMMA) && !parser_accept_meant(parser, KEYWORD_AND))
        return false;
    parser_skip_newlines(parser);
    return true;
}

// --- Errors -------------------------------------------------------------------------------------

static const char *format_text(Parser *parser, const char *format, va_list arguments) {
    char text[512];
    vsnprintf(text, sizeof text, format, arguments);
    return runa_arena_string_duplicate(parser->arena, text);
}

// A line with a lexical error has been complained about already, from there on.
bool parser_is_silent(Parser *parser) {
    ParserState *state = parser->state;
    if (state->is_failing || state->is_finished || state->is_muted)
        return true;
    uint32_t error_line = state->error_line;
    bool is_inside = state->bracket_depth > 0 && error_line == state->previous_line;
    return parser->current->line == state->corrected_line ||
           (error_line != 0 && (is_inside || error_line == parser->current->line));
}

static Diagnostic *report_text(Parser *parser, DiagnosticCode code, Span span, const char *text) {
    return diagnostic_report(&parser->state->compilation->diagnostics, code, span, "%s", text);
}

Diagnostic *parser_report(Parser *parser, DiagnosticCode code, Span span, const char *format, ...) {
    if (parser_is_silent(parser))
        return NULL;
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(parser, format, arguments);
    va_end(arguments);
    return report_text(parser, code, span, text);
}

Diagnostic *parser_fail(Parser *parser, DiagnosticCode code, Span span, const char *format, ...) {
    bool is_reported = !parser_is_silent(parser);
    parser->state->is_failing = true;
    if (!is_reported)
        return NULL;
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(parser, format, arguments);
    va_end(arguments);
    return report_text(parser, code, span, text);
}

void parser_note(Parser *parser, Diagnostic *diagnostic, Span span, const char *format, ...) {
    if (diagnostic == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(parser, format, arguments);
    va_end(arguments);
    diagnostic_note(&parser->state->compilation->diagnostics, diagnostic, span, "%s", text);
}

void parser_help(Parser *parser, Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(parser, format, arguments);
    va_end(arguments);
    diagnostic_help(&parser->state->compilation->diagnostics, diagnostic, "%s", text);
}

void parser_help_about(Parser *parser, Diagnostic *diagnostic, const char *help, const char *left,
                       const char *right) {
    char text[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" // it is of a table
    snprintf(text, sizeof text, help, left, right);
#pragma GCC diagnostic pop
    parser_help(parser, diagnostic, "%s", text);
}

void parser_fix(Parser *parser, Diagnostic *diagnostic, Span span, const char *replacement) {
    if (diagnostic != NULL)
        diagnostic_fix(&parser->state->compilation->diagnostics, diagnostic, span, replacement);
}

const char *parser_describe(Parser *parser, const Token *token) {
    if (token->kind != TOKEN_NAME && token->kind != TOKEN_INTEGER && token->kind != TOKEN_FLOAT &&
        token->kind != TOKEN_CHARACTER && token->kind != TOKEN_LIFETIME)
        return token_kind_text((TokenKind)token->kind);
    enum { SHOWN = 60 };
    char text[SHOWN + 8];
    int length = (int)(token->end - token->start);
    const char *start = parser->state->source->text + (token->start - parser->state->source->base);
    snprintf(text, sizeof text, "`%.*s%s`", length > SHOWN ? SHOWN : length, start,
             length > SHOWN ? "..." : "");
    return runa_arena_string_duplicate(parser->arena, text);
}

Span parser_error_span(const Parser *parser) {
    const Token *token = parser->current;
    const ParserState *state = parser->state;
    bool is_line_over = token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END_OF_FILE ||
                        (token->line != state->previous_line && state->bracket_depth > 0);
    if (is_line_over && state->previous.end != 0)
        return (Span){state->previous.end, state->previous.end};
    return parser_token_span(token);
}

Diagnostic *parser_report_expected(Parser *parser, const char *what, ...) {
    va_list arguments;
    va_start(arguments, what);
    const char *text = format_text(parser, what, arguments);
    va_end(arguments);
    return parser_report(parser, ERROR_expected_token, parser_token_span(parser->current),
                         "expected %s, found %s", text, parser_describe(parser, parser->current));
}

void parser_take_for(Parser *parser, Diagnostic *error, const char *right) {
    parser_fix(parser, error, parser_token_span(parser->current), right);
    parser_advance(parser);
}

Diagnostic *parser_fail_expected(Parser *parser, DiagnosticCode code, const char *what) {
    return parser_fail(parser, code, parser_error_span(parser), "expected %s, found %s", what,
                       parser_describe(parser, parser->current));
}

bool parser_begins_statement(const Token *token) {
    if (!(token->flags & TOKEN_FIRST))
        return false;
    return (token->keyword >= KEYWORD_LET && token->keyword <= KEYWORD_END) ||
           (token->keyword >= KEYWORD_IMPORT && token->keyword <= KEYWORD_TYPE);
}

// Whether the token is a type behind the last word: its name is declared elsewhere.
static bool is_type_behind_word(Parser *parser) {
    const char *word = parser_text_of(parser, parser->state->previous, "");
    bool may_be_type = strcmp(word, keyword_text(KEYWORD_AS)) == 0 ||
                       strcmp(word, keyword_text(KEYWORD_RETURNS)) == 0;
    return may_be_type && parser_begins_type(parser->current);
}

// Takes a token that has no part in the tree.
static void pass_over(Parser *parser) {
    bool may_declare = parser->state->loses_names && parser_at(parser, TOKEN_NAME);
    if (may_declare && !is_type_behind_word(parser))
        ((Name *)parser->current->value.name)->is_lost = true; // even `a`, which is a keyword
    parser_advance(parser);
}

// To the bracket that closes the outermost open one, or to a line that begins a statement.
static void leave_brackets(Parser *parser) {
    ParserState *state = parser->state;
    while (state->bracket_depth > 0) {
        bool is_next_line = parser->current->line != state->previous_line &&
                            parser_begins_statement(parser->current);
        if (is_next_line || parser_at(parser, TOKEN_END_OF_FILE)) {
            state->bracket_depth = 0;
            return;
        }
        if (parser_at(parser, TOKEN_LEFT_PARENTHESIS) || parser_at(parser, TOKEN_LEFT_BRACKET))
            state->bracket_depth++;
        if (parser_at(parser, TOKEN_RIGHT_PARENTHESIS) || parser_at(parser, TOKEN_RIGHT_BRACKET))
            state->bracket_depth--;
        pass_over(parser);
    }
}

bool parser_recover(Parser *parser) {
    ParserState *state = parser->state;
    if (!state->is_failing)
        return false;
    leave_brackets(parser);
    state->context = 0;
    bool is_next_line =
        parser->current->line != state->previous_line && parser_begins_statement(parser->current);
    while (!is_next_line && !parser_at(parser, TOKEN_NEWLINE) &&
           !parser_at(parser, TOKEN_END_OF_FILE))
        pass_over(parser);
    parser_accept(parser, TOKEN_NEWLINE);
    state->is_failing = false;
    return state->previous_kind == TOKEN_COLON;
}

bool parser_skip_line(Parser *parser) {
    parser->state->is_failing = true;
    if (!parser_at(parser, TOKEN_NEWLINE))
        parser_advance(parser);
    return parser_recover(parser);
}

void parser_skip_raw_line(Parser *parser) {
    ParserState *state = parser->state;
    for (uint32_t i = 0; i < state->ahead_count; i++)
        parser_lose_name(state->ahead[state->ahead_first + i]);
    state->ahead_count = 0;
    state->bracket_depth = 0;
    state->context = 0;
    lexer_skip_line(parser->lexer, parser->current->end);
    set_current(parser, lexer_next(parser->lexer));
    parser_accept(parser, TOKEN_NEWLINE);
    state->is_failing = false;
}

// At the `as` of `x as Integer` behind a value.
static void help_with_type_behind(Parser *parser, Diagnostic *error) {
    const Token *type = parser_peek(parser, 1);
    const char *help = type->kind == TOKEN_NAME ? foreign_name(type->value.name->text) : NULL;
    parser_help(parser, error, "%s",
                help != NULL ? help
                             : "to change the type of a value, write `convert x to Integer`");
}

// What may be meant by the token that follows a complete statement, whose last token has the kind.
static void help_with_line_end(Parser *parser, Diagnostic *error, uint8_t kind) {
    const Token *token = parser->current;
    bool has_text = kind == TOKEN_STRING || token->kind == TOKEN_STRING;
    if (parser_at_choice(parser))
        help_with_choice(parser, error);
    else if (parser_at_decimal_comma(parser))
        parser_help_with_comma(parser, error);
    else if (parser_at_word(parser, KEYWORD_AS))
        help_with_type_behind(parser, error);
    else if (parser_begins_statement(token) ||
             (token->keyword >= KEYWORD_LET && token->keyword <= KEYWORD_MATCH))
        parser_help(parser, error, "write each statement on a line of its own");
    else if (parser_at_next_statement(parser))
        parser_help_with_next_statement(parser, error);
    else if (parser_at_thousands(parser))
        parser_help(parser, error, "large numbers are written with underscores: 1_000_000");
    else if (has_text && parser_at_operand(parser, 0))
        parser_help(parser, error, "to put texts together, write `joined with` between them");
    else if (parser_at_points(parser))
        parser_help(parser, error,
                    "a range is no value: write `For i from 1 to 10:`, or `When 1 to 10:`");
    else if (parser_at(parser, TOKEN_RIGHT_PARENTHESIS) || parser_at(parser, TOKEN_RIGHT_BRACKET))
        parser_help(parser, error, "no bracket is open that it could close");
    else if (parser_is_word(token, "squared"))
        parser_help(parser, error, "%s", foreign_name("squared"));
    else if (parser_at_operand(parser, 0) && kind == TOKEN_NAME)
        parser_help(parser, error,
                    "between two values stands an operator such as `plus`, or `,`; a process is "
                    "called with its values in parentheses: `f(x, y)`");
    else if (parser_at_operand(parser, 0))
        parser_help(parser, error,
                    "something is missing between two values, such as `plus` or `,`");
}

// `Display x End If`: the End closes its block all the same, and so does an Otherwise.
static bool correct_end_in_line(Parser *parser) {
    ParserState *state = parser->state;
    const OpenBlock *block = state->block;
    bool is_end =
        block != NULL && parser_at_end(parser) && parser_peek(parser, 1)->keyword == block->keyword;
    bool is_otherwise =
        block != NULL && block->keyword == KEYWORD_IF && parser_at_word(parser, KEYWORD_OTHERWISE);
    if (state->is_failing || (!is_end && !is_otherwise))
        return false;
    Diagnostic *error = parser_report(
        parser, ERROR_expected_line_end, parser_token_span(parser->current),
        "expected the end of the line, found %s", parser_describe(parser, parser->current));
    parser_help(parser, error,
                "the statements of a block stand on lines of their own, and so does `%s%s`",
                is_end ? "End " : "Otherwise:", is_end ? keyword_text(block->keyword) : "");
    state->corrected_line = parser->current->line;
    return true;
}

bool parser_end_statement(Parser *parser) {
    ParserState *state = parser->state;
    if (correct_end_in_line(parser))
        return true;
    uint8_t previous_kind = state->previous_kind;
    if (!state->is_failing && !parser_at(parser, TOKEN_NEWLINE) &&
        !parser_at(parser, TOKEN_END_OF_FILE)) {
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_line_end, "the end of the line");
        help_with_line_end(parser, error, previous_kind);
    }
    if (state->is_failing) {
        parser_recover(parser);
        return false;
    }
    parser_accept(parser, TOKEN_NEWLINE);
    return true;
}

uint32_t parser_line_of(Parser *parser, Span span) {
    return source_locate(&parser->state->compilation->sources, span.start).line;
}

// --- Nodes --------------------------------------------------------------------------------------

Node *parser_error_node(Parser *parser, Span span) {
    return ast_new(parser->arena, NODE_ERROR, span);
}

Node *parser_finish(Parser *parser, void *finished) {
    Node *node = finished;
    bool is_leaf = node->kind == NODE_NAME || node->kind == NODE_INTEGER_LITERAL;
    uint32_t height = is_leaf ? 1 : 1 + ast_height_below(node);
    if (height > HEIGHT_LIMIT) {
        Diagnostic *error = parser_fail(parser, ERROR_nested_too_deeply, node->span,
                                        "this expression has more than %d operations one upon the "
                                        "other",
                                        HEIGHT_LIMIT);
        parser_help(parser, error, "compute it in steps, with a Let for each");
        return parser_error_node(parser, node->span);
    }
    node->height = (uint16_t)height;
    return node;
}

uint32_t parser_list_mark(const Parser *parser) { return parser->state->nodes.count; }

void parser_list_add(Parser *parser, void *node) {
    assert(node != NULL);
    vector_push(&parser->state->nodes, node);
}

NodeList parser_list_take(Parser *parser, uint32_t mark) {
    PointerVector *nodes = &parser->state->nodes;
    NodeList list = {NULL, nodes->count - mark};
    if (list.count > 0) {
        size_t size = list.count * sizeof(Node *);
        list.items = memory_from_arena(parser->arena, (int64_t)size);
        memcpy(list.items, nodes->items + mark, size);
    }
    nodes->count = mark;
    return list;
}

bool parser_enter(Parser *parser) {
    ParserState *state = parser->state;
    if (++state->nesting <= NESTING_LIMIT)
        return true;
    Diagnostic *error =
        parser_fail(parser, ERROR_nested_too_deeply, parser_token_span(parser->current),
                    "this is nested more than %d levels deep", NESTING_LIMIT);
    parser_help(parser, error, "move inner parts into processes or variables of their own");
    parser_finish_file(parser);
    return false;
}

void parser_leave(Parser *parser) { parser->state->nesting--; }

void parser_finish_file(Parser *parser) {
    ParserState *state = parser->state;
    state->is_finished = true;
    state->ahead_count = 0;
    Token *end = runa_arena_allocate(parser->arena, sizeof(Token));
    end->kind = TOKEN_END_OF_FILE;
    end->start = state->source->base + state->source->length;
    end->end = end->start;
    end->line = parser->current->line;
    parser->current = end;
}

// --- The module ---------------------------------------------------------------------------------

// Forgets what was parsed before. `source` is what will be, or NULL.
static void renew_state(Parser *parser, const Source *source) {
    const ParserState *old = parser->state;
    *parser->state = (ParserState){.compilation = old->compilation,
                                   .source = source,
                                   .nodes = old->nodes,
                                   .layout = old->layout};
    parser->current = NULL;
}

// module = { declaration }
Node *parser_parse(Parser *parser, const Source *source) {
    renew_state(parser, source);
    lexer_open(parser->lexer, source);
    set_current(parser, lexer_next(parser->lexer));
    Span span = {source->base, source->base + source->length};
    Module *module = NEW_NODE(parser, MODULE, Module, span);
    uint32_t mark = parser_list_mark(parser);
    while (!parser_at(parser, TOKEN_END_OF_FILE)) {
        if (parser_accept(parser, TOKEN_NEWLINE))
            continue;
        Node *declaration = parser_declaration(parser);
        if (declaration != NULL)
            parser_list_add(parser, declaration);
    }
    module->declarations = parser_list_take(parser, mark);
    renew_state(parser, NULL);
    return &module->header;
}
