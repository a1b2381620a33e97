// Words that are missing at the head of a line: reported, and put there, so that the rest is read.
// Names that are missing where something is declared.
#include "parser_internal.h"

#include <ctype.h>
#include <string.h>

static void put_first_word(Parser *parser, DiagnosticCode code, Keyword keyword) {
    char fixed[32];
    const char *word = keyword_text(keyword);
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, code, span, "`%s` is missing before %s", word,
                                      parser_describe(parser, parser->current));
    snprintf(fixed, sizeof fixed, "%s ", word);
    parser_help(parser, error, "write `%s%s`", fixed, parser_text_of(parser, span, "…"));
    parser_fix(parser, error, (Span){span.start, span.start}, fixed);
    parser_put_word(parser, keyword);
}

// --- Where blocks end ---------------------------------------------------------------------------

// The lines that end what stands above them, and the word that begins this.
static const struct {
    const char *line;
    Keyword opening;
} endings[] = {
    {"End If", KEYWORD_IF},       {"Otherwise", KEYWORD_IF},
    {"End While", KEYWORD_WHILE}, {"End For", KEYWORD_FOR},
    {"End Match", KEYWORD_MATCH}, {"When", KEYWORD_WHEN},
    {"End Type", KEYWORD_TYPE},   {"End Structure", KEYWORD_STRUCTURE},
};

static Keyword find_ending(const char *line) {
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(endings[i].line);
        if (strncmp(line, endings[i].line, length) == 0 && !lexer_is_name(line[length]))
            return endings[i].opening;
    }
    return KEYWORD_NONE;
}

static const char *next_line(const char *text) {
    while (*text != '\n' && *text != '\0')
        text++;
    return *text == '\n' ? text + 1 : NULL;
}

// The word that begins what the current line opens, as the line tells that ends it: the first one
// below that is not indented more. KEYWORD_NONE where no line in between is.
static Keyword opening_word(Parser *parser) {
    const Source *source = parser->state->source;
    uint32_t indentation = parser_indentation_of(parser, parser->current->start);
    const char *line = source->text + (parser->current->start - source->base);
    bool is_block = false;
    while ((line = next_line(line)) != NULL) {
        uint32_t blanks = (uint32_t)strspn(line, " \t");
        const char *word = line + blanks;
        bool is_empty = *word == '\n' || *word == '\r' || strncmp(word, "//", 2) == 0;
        if (!is_empty && blanks <= indentation)
            return is_block ? find_ending(word) : KEYWORD_NONE;
        is_block |= !is_empty;
    }
    return KEYWORD_NONE;
}

// --- Statements ---------------------------------------------------------------------------------

// Whether the word is one of other languages, or a misspelt one, that opens a block: `wile(x):`
static bool is_opening_word(Parser *parser) {
    static const Keyword words[] = {KEYWORD_IF, KEYWORD_WHILE, KEYWORD_FOR, KEYWORD_MATCH,
                                    KEYWORD_WHEN};
    if (!parser_at(parser, TOKEN_NAME))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (parser_is_misspelt(parser, words[i]))
            return true;
    }
    return foreign_line(parser->current->value.name->text) != NULL;
}

bool parser_put_opening(Parser *parser) {
    if (!(parser->current->flags & TOKEN_FIRST) || !parser_opens_block(parser) ||
        is_opening_word(parser))
        return false;
    Keyword meant = opening_word(parser);
    const OpenBlock *block = parser->state->block;
    bool is_in_match = block != NULL && block->keyword == KEYWORD_MATCH;
    switch (meant) {
    case KEYWORD_IF:
    case KEYWORD_WHILE:
    case KEYWORD_FOR:
    case KEYWORD_MATCH:
        break;
    case KEYWORD_WHEN:
        if (is_in_match)
            break;
        return false;
    default:
        return false;
    }
    put_first_word(parser, ERROR_unknown_statement, meant);
    return true;
}

// --- Declarations -------------------------------------------------------------------------------

// `NAME as T is 5` is a constant's, `name as T` and `name be 5` a variable's.
static Keyword typed_word(Parser *parser) {
    enum { FARTHEST = 8 };
    for (uint32_t i = 2; i < FARTHEST; i++) {
        const Token *token = parser_peek(parser, i);
        if (token->keyword == KEYWORD_IS)
            return KEYWORD_CONSTANT;
        if (token->keyword == KEYWORD_BE || token->kind == TOKEN_NEWLINE ||
            token->kind == TOKEN_END_OF_FILE)
            break;
    }
    return KEYWORD_LET;
}

// The word that is missing before the current name.
static Keyword word_before_name(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    if (next->kind == TOKEN_COLON || next->keyword == KEYWORD_OF)
        return opening_word(parser) == KEYWORD_STRUCTURE ? KEYWORD_STRUCTURE : KEYWORD_NONE;
    if (next->keyword == KEYWORD_AS)
        return parser_begins_type(parser_peek(parser, 2)) ? typed_word(parser) : KEYWORD_NONE;
    if (next->keyword == KEYWORD_BE)
        return parser_at_value(parser, 2) ? KEYWORD_LET : KEYWORD_NONE;
    if (next->keyword != KEYWORD_IS)
        return KEYWORD_NONE;
    bool is_type = parser_peek_past_lines(parser, 2)->kind == TOKEN_BAR;
    return is_type ? KEYWORD_TYPE : parser_at_value(parser, 2) ? KEYWORD_CONSTANT : KEYWORD_NONE;
}

static Keyword missing_declaration(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    if (parser_at_word(parser, KEYWORD_CALLED) && next->kind == TOKEN_STRING) {
        bool is_type = parser_peek(parser, 2)->kind == TOKEN_COLON &&
                       isupper((unsigned char)next->value.name->text[0]);
        return is_type ? KEYWORD_TYPE : KEYWORD_PROCESS;
    }
    if (parser_at(parser, TOKEN_STRING)) {
        bool is_import = next->kind == TOKEN_NEWLINE || next->keyword == KEYWORD_AS;
        return is_import ? KEYWORD_IMPORT : KEYWORD_NONE;
    }
    bool is_name = parser_at(parser, TOKEN_NAME) && parser_at_word(parser, KEYWORD_NONE);
    return is_name ? word_before_name(parser) : KEYWORD_NONE;
}

void parser_put_declaration(Parser *parser) {
    Keyword meant = missing_declaration(parser);
    if (meant != KEYWORD_NONE)
        put_first_word(parser, ERROR_unknown_declaration, meant);
}

// --- Names --------------------------------------------------------------------------------------

void parser_miss_name(Parser *parser, bool is_local) {
    enum { MOST_MISSING = 64 }; // each unknown name is compared with all of them
    ParserState *state = parser->state;
    if (state->compilation->missing_count++ >= MOST_MISSING)
        return;
    const Source *source = state->source;
    MissingName *missing = runa_arena_allocate(parser->arena, sizeof(MissingName));
    missing->next = state->compilation->missing_names;
    missing->scope = is_local ? (Span){parser->current->start, 0}
                              : (Span){source->base, source->base + source->length + 1};
    state->compilation->missing_names = missing;
}

void parser_end_missing(Parser *parser, Position start) {
    MissingName *missing = parser->state->compilation->missing_names;
    for (; missing != NULL && missing->scope.start >= start; missing = missing->next) {
        if (missing->scope.end == 0)
            missing->scope.end = parser->state->previous.end;
    }
}

// At the word that stands behind a name, and what goes on with it.
static bool lacks_name(Parser *parser) {
    switch (parser->current->keyword) {
    case KEYWORD_AS:
        return parser_begins_type(parser_peek(parser, 1));
    case KEYWORD_BE:
    case KEYWORD_IS:
    case KEYWORD_IN:
    case KEYWORD_FROM:
        return parser_at_value(parser, 1);
    default:
        return false;
    }
}

static void report_missing_name(Parser *parser, const char *what) {
    Span span = parser_token_span(parser->current);
    const char *word = parser_describe(parser, parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_expected_name, span, "%s is missing before %s", what, word);
    parser_help(parser, error, "write it before %s", word);
}

// At a word, which is no name here: a value follows.
static bool is_before_value(Parser *parser, Keyword word) {
    TokenKind next = (TokenKind)parser_peek(parser, 1)->kind;
    return parser_at_word(parser, word) && !parser->state->is_failing &&
           next != TOKEN_LEFT_PARENTHESIS && next != TOKEN_LEFT_BRACKET &&
           parser_at_operand(parser, 1);
}

bool parser_lacks_place(Parser *parser, Keyword word) {
    if (!is_before_value(parser, word))
        return false;
    report_missing_name(parser, "the name of a variable");
    return true;
}

bool parser_lacks_type(Parser *parser) {
    if (!is_before_value(parser, KEYWORD_BE))
        return false;
    Span span = parser_token_span(parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_expected_type, span, "a type is missing before `be`");
    parser_help(parser, error, "write it before `be`, or leave the `as` out: `Let x be 1`");
    return true;
}

const Name *parser_declared_name(Parser *parser, const char *what, Span *span, bool is_local) {
    const Name *name = NULL;
    *span = parser_error_span(parser);
    if (lacks_name(parser))
        report_missing_name(parser, what);
    else
        name = parser_expect_name(parser, what, span);
    if (name == NULL)
        parser_miss_name(parser, is_local);
    return name;
}

bool parser_lacks_quoted_name(Parser *parser, const char *what) {
    const Token *next = parser_peek(parser, 1);
    bool is_clause = parser_begins_clause(parser->current) && next->kind == TOKEN_NAME &&
                     !parser_begins_clause(next);
    if (!is_clause || parser->state->is_failing)
        return false;
    char quoted[96];
    snprintf(quoted, sizeof quoted, "%s in quotes", what);
    report_missing_name(parser, quoted);
    return true;
}

const Name *parser_lacks_type_parameter(Parser *parser) {
    ParserState *state = parser->state;
    bool is_before =
        (parser_at(parser, TOKEN_COMMA) && parser_peek(parser, 1)->kind == TOKEN_NAME) ||
        parser_at(parser, TOKEN_COLON);
    if (!is_before || state->is_failing)
        return NULL;
    report_missing_name(parser, "the name of a type parameter");
    parser_miss_name(parser, true);
    return intern_text(&state->compilation->names, "?");
}

bool parser_lacks_variant(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    bool is_before_fields = parser_at_word(parser, KEYWORD_WITH) && next->kind == TOKEN_NAME &&
                            parser_peek(parser, 2)->keyword == KEYWORD_AS &&
                            next->keyword != KEYWORD_WITH;
    bool is_over = parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_BAR);
    if (parser->state->previous_kind != TOKEN_BAR || (!is_over && !is_before_fields))
        return false;
    Diagnostic *error = parser_report(parser, ERROR_expected_name, parser->state->previous,
                                      "the name of a variant is missing behind `|`");
    parser_help(parser, error, "a variant is written `| Circle with radius as Integer`");
    parser_miss_name(parser, false);
    if (next->kind == TOKEN_NEWLINE)
        parser_accept(parser, TOKEN_BAR);
    return true;
}

// --- Signs of a lambda ---------------------------------------------------------------------------

static void report_missing_sign(Parser *parser, const char *sign, const char *expected) {
    Position end = parser->state->previous.end;
    Diagnostic *error = parser_report_expected(parser, "%s", expected);
    parser_help(parser, error, "write `lambda x: x plus 1`, or `lambda x, y: x plus y`");
    parser_fix(parser, error, (Span){end, end}, sign);
}

bool parser_lacks_lambda_comma(Parser *parser) {
    TokenKind next = (TokenKind)parser_peek(parser, 1)->kind;
    if (!parser_at(parser, TOKEN_NAME) || parser->state->is_failing ||
        (next != TOKEN_COLON && next != TOKEN_COMMA))
        return false;
    report_missing_sign(parser, ",", "`,` between two parameters");
    return true;
}

bool parser_lacks_lambda_colon(Parser *parser) {
    if (parser->state->is_failing || !parser_at_operand(parser, 0))
        return false;
    report_missing_sign(parser, ":", "`:` before the value of the lambda");
    return true;
}
