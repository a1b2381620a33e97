// The level of the module: which declaration stands there, and what does not belong there.
#include "parser_internal.h"

// --- What does not belong to the module's level -------------------------------------------------

static const Keyword declaration_words[] = {
    KEYWORD_IMPORT, KEYWORD_CONSTANT,  KEYWORD_PROCESS, KEYWORD_EXTERNAL,
    KEYWORD_EXPORT, KEYWORD_STRUCTURE, KEYWORD_TYPE,
};

// The keyword of a declaration that the current word is like; KEYWORD_NONE for none.
static Keyword find_misspelt(Parser *parser) {
    Suggestion suggestion = {.wanted = parser->current->value.name->text};
    Keyword meant = KEYWORD_NONE;
    for (size_t i = 0; i < sizeof declaration_words / sizeof declaration_words[0]; i++) {
        const char *text = keyword_text(declaration_words[i]);
        suggestion_offer(&suggestion, text);
        if (suggestion.best == text)
            meant = declaration_words[i];
    }
    return meant;
}

// A misspelt first word of a declaration: reported, and taken for the right one.
static bool correct_declaration(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    Keyword meant = parser_meant_declaration(parser);
    bool is_free = parser_at_word(parser, KEYWORD_NONE) || next->keyword == KEYWORD_CALLED ||
                   meant != KEYWORD_NONE;
    if (!parser_at(parser, TOKEN_NAME) || !is_free)
        return false;
    if (next->kind != TOKEN_NAME && next->kind != TOKEN_STRING)
        return false;
    if (meant == KEYWORD_NONE)
        meant = find_misspelt(parser);
    if (meant == KEYWORD_NONE && next->keyword == KEYWORD_CALLED)
        meant = KEYWORD_PROCESS;
    if (meant == KEYWORD_NONE)
        return false;
    Span span = parser_token_span(parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_declaration, span, "`%s` does not begin a declaration",
                      parser->current->value.name->text);
    const char *help = foreign_declaration(parser->current->value.name->text);
    if (help != NULL)
        parser_help(parser, error, "%s", help);
    else
        parser_help(parser, error, "did you mean `%s`?", keyword_text(meant));
    parser_fix(parser, error, span, keyword_text(meant));
    parser->state->mistaken = parser->current->value.name;
    parser->state->mistake = error;
    parser->current->keyword = (uint16_t)meant;
    return true;
}

// The distance of `process called` behind another word, and perhaps an article; 0 for none.
static uint32_t find_process(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    bool has_article = next->keyword == KEYWORD_A || next->keyword == KEYWORD_THE;
    uint32_t distance = has_article ? 2 : 1;
    if (!parser_at(parser, TOKEN_NAME) || parser_at_word(parser, KEYWORD_EXTERNAL) ||
        parser_at_word(parser, KEYWORD_EXPORT) ||
        parser_is_like_word(parser->current, KEYWORD_PROCESS) ||
        !parser_is_like_word(parser_peek(parser, distance), KEYWORD_PROCESS) ||
        parser_is_misspelt(parser, KEYWORD_EXTERNAL) || parser_is_misspelt(parser, KEYWORD_EXPORT))
        return 0;
    return parser_peek(parser, distance + 1)->keyword == KEYWORD_CALLED ? distance : 0;
}

// `Define a process called …`: the words before `process` are reported, and passed over.
static void skip_leading_words(Parser *parser) {
    ParserState *state = parser->state;
    uint32_t count = find_process(parser);
    if (count == 0)
        return;
    const Token *process = parser_peek(parser, count);
    Span span = parser_token_span(parser->current);
    state->mistaken = parser->current->value.name;
    state->mistake = parser_report(parser, ERROR_unknown_declaration, span,
                                   "`%s` does not begin a declaration", state->mistaken->text);
    parser_help(parser, state->mistake, "%s", foreign_declaration("function"));
    parser_fix(parser, state->mistake, (Span){span.start, process->end}, "Process");
    while (parser->current != process)
        parser_advance(parser);
    parser->current->keyword = KEYWORD_PROCESS;
}

// `End X` outside every block. The one of a process that was reported as lacking it is its own.
static void skip_end(Parser *parser) {
    ParserState *state = parser->state;
    const Token *word = parser_peek(parser, 1);
    bool is_lost = state->lost_process > 0 || state->is_stray;
    if (word->keyword == KEYWORD_PROCESS)
        state->lost_process = 0;
    Span span = {parser->current->start,
                 word->kind == TOKEN_NAME ? word->end : parser->current->end};
    if (!is_lost) {
        Diagnostic *error = parser_report(parser, ERROR_unexpected_end, span,
                                          "no block is open that this line could close");
        parser_help(parser, error,
                    "leave the line out, or look for an `End` above it that comes too "
                    "early");
    }
    parser_skip_line(parser);
}

// A statement outside every process: the first of a run is reported, all are passed over.
static void skip_stray(Parser *parser) {
    ParserState *state = parser->state;
    if (!state->is_stray && state->lost_process == 0) {
        Diagnostic *error = parser_report(parser, ERROR_statement_outside_process,
                                          parser_token_span(parser->current),
                                          "a statement must stand inside a process");
        parser_help(parser, error,
                    "a program begins with `Process called \"main\":` and ends it with "
                    "`End Process`");
    }
    state->is_stray = true;
    state->is_muted = true;
    Position before = parser->current->start;
    parser_statement(parser);
    bool is_branch =
        parser_at_word(parser, KEYWORD_OTHERWISE) || parser_at_word(parser, KEYWORD_WHEN);
    if (parser->current->start == before ||
        is_branch) { // an Otherwise or When without its If or Match
        parser_skip_line(parser);
    }
    state->is_muted = false;
}

// --- Dispatch -----------------------------------------------------------------------------------

static Node *parse_declaration_word(Parser *parser) {
    Position start = parser->current->start;
    Node *node;
    switch (parser->current->keyword) {
    case KEYWORD_IMPORT:
        return parser_import(parser);
    case KEYWORD_CONSTANT:
        return parser_constant(parser);
    case KEYWORD_STRUCTURE:
        node = parser_structure(parser);
        break;
    case KEYWORD_TYPE:
        node = parser_type_declaration(parser);
        break;
    default:
        return parser_process(parser);
    }
    parser_end_missing(parser, start); // a type parameter
    return node;
}

static bool at_declaration_word(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    if (next->kind == TOKEN_DOT || next->kind == TOKEN_ASSIGN ||
        next->kind == TOKEN_LEFT_PARENTHESIS || next->kind == TOKEN_LEFT_BRACKET)
        return false;
    for (size_t i = 0; i < sizeof declaration_words / sizeof declaration_words[0]; i++) {
        if (parser_at_word(parser, declaration_words[i]))
            return true;
    }
    return false;
}

// declaration = import | constant | let | process | structure | type
Node *parser_declaration(Parser *parser) {
    ParserState *state = parser->state;
    state->statement_start = parser->current->start;
    state->mistaken = NULL;
    state->mistake = NULL;
    parser_mark_line(parser, 0);
    skip_leading_words(parser);
    if (parser_foreign_declaration(parser))
        return NULL;
    if (!state->is_stray && state->lost_process == 0)
        parser_put_declaration(parser);
    if (at_declaration_word(parser) || correct_declaration(parser)) {
        state->is_stray = false;
        if (state->lost_process > 0)
            state->lost_process--;
        return parse_declaration_word(parser);
    }
    if (parser_at_word(parser, KEYWORD_LET) && parser_peek(parser, 1)->kind == TOKEN_NAME) {
        if (state->lost_process == 0)
            return parser_let(parser);
        skip_stray(parser);
        return NULL;
    }
    if (parser_at_end(parser))
        skip_end(parser);
    else
        skip_stray(parser);
    return NULL;
}
