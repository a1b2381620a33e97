// What other languages have and Runa has not, and misspelt words: reported by what to write
// instead, and taken for it where that is certain, so that the rest is read.
#include "parser_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

// --- First words of statements ------------------------------------------------------------------

static const Keyword statement_words[] = {
    KEYWORD_LET,    KEYWORD_SET,      KEYWORD_INCREASE,  KEYWORD_DECREASE, KEYWORD_MULTIPLY,
    KEYWORD_DIVIDE, KEYWORD_IF,       KEYWORD_OTHERWISE, KEYWORD_WHILE,    KEYWORD_FOR,
    KEYWORD_BREAK,  KEYWORD_CONTINUE, KEYWORD_RETURN,    KEYWORD_DISPLAY,  KEYWORD_PRINT,
    KEYWORD_MATCH,  KEYWORD_WHEN,     KEYWORD_END,       KEYWORD_INLINE,
};

static const Keyword block_words[] = {
    KEYWORD_IF,      KEYWORD_WHILE,     KEYWORD_FOR,  KEYWORD_MATCH,    KEYWORD_ARENA,
    KEYWORD_PROCESS, KEYWORD_STRUCTURE, KEYWORD_TYPE, KEYWORD_ASSEMBLY,
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

bool parser_is_block_word(const Token *token) {
    for (size_t i = 0; i < COUNT(block_words); i++) {
        if (parser_is_like_word(token, block_words[i]))
            return true;
    }
    return false;
}

static bool stands_alone(Keyword keyword) {
    return keyword == KEYWORD_BREAK || keyword == KEYWORD_CONTINUE || keyword == KEYWORD_RETURN ||
           keyword == KEYWORD_END;
}

const char *parser_text_of(Parser *parser, Span span, const char *otherwise) {
    enum { LONGEST = 40 };
    const Source *source = parser->state->source;
    uint32_t length = span.end - span.start;
    const char *start = source->text + (span.start - source->base);
    if (span.end <= span.start || length > LONGEST || memchr(start, '\n', length) != NULL)
        return otherwise;
    char text[LONGEST + 1];
    memcpy(text, start, length);
    text[length] = '\0';
    return runa_arena_string_duplicate(parser->arena, text);
}

static bool is_line_end(const Token *token) {
    return token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END_OF_FILE;
}

// The error takes what else is wrong with the head of the statement.
static Diagnostic *report_line(Parser *parser, Span span) {
    parser->state->mistaken = parser->current->value.name;
    parser->state->mistake =
        parser_report(parser, ERROR_unknown_statement, span, "`%s` does not begin a statement",
                      parser->current->value.name->text);
    return parser->state->mistake;
}

// The current word and the next one begin no statement.
static Diagnostic *report_two_words(Parser *parser, const Token *next) {
    return parser_report(parser, ERROR_unknown_statement, (Span){parser->current->start, next->end},
                         "`%s %s` does not begin a statement", parser->current->value.name->text,
                         next->value.name->text);
}

// What stands at the span differs from the right text in the case of its letters.
static void correct_case(Parser *parser, Diagnostic *error, Span span, const char *right) {
    parser_help(parser, error, "upper and lower case differ: write `%s`", right);
    parser_fix(parser, error, span, right);
}

// Whether a comment begins at the character, which is not the first one of its line.
static bool begins_comment(const char *text) {
    if (*text == '/')
        return text[1] == '/' || text[1] == '*';
    return *text == 'N' && strncmp(text, "Note:", 5) == 0 && !lexer_is_name(text[-1]);
}

// Whether a bracket is open at the end of what stands on the current line.
static bool is_bracket_open(const Parser *parser, Position end) {
    const Source *source = parser->state->source;
    const char *text = source->text + (parser->current->start - source->base);
    const char *last = source->text + (end - source->base);
    int depth = 0;
    while (text < last) {
        if (lexer_begins_literal(text)) {
            text += lexer_literal_length(text);
            continue;
        }
        depth += (*text == '(' || *text == '[') - (*text == ')' || *text == ']');
        text++;
    }
    return depth > 0;
}

// The end of what stands on the current line before a comment.
static Position end_of_line(const Parser *parser) {
    const Source *source = parser->state->source;
    const char *text = source->text + (parser->current->start - source->base);
    size_t length = 0;
    while (!lexer_is_line_over(text[length]) && !(length > 0 && begins_comment(text + length)))
        length += lexer_begins_literal(text + length) ? lexer_literal_length(text + length) : 1;
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    return parser->current->start + (Position)length;
}

// The last character of what stands on the current line; NUL when nothing does.
static char last_of_line(const Parser *parser) {
    Position end = end_of_line(parser);
    const Source *source = parser->state->source;
    return end == parser->current->start ? '\0' : source->text[end - source->base - 1];
}

bool parser_opens_block(Parser *parser) {
    char last = last_of_line(parser);
    return (last == ':' || last == '{') && !is_bracket_open(parser, end_of_line(parser));
}

// The colon at the end of a line that opens a block.
static void fix_colon(Parser *parser, Diagnostic *error, Keyword keyword) {
    bool opens = keyword == KEYWORD_OTHERWISE || keyword == KEYWORD_MATCH || keyword == KEYWORD_FOR;
    if (!opens || parser_opens_block(parser))
        return;
    Position end = end_of_line(parser);
    parser_fix(parser, error, (Span){end, end}, ":");
}

// `case` and `default` of a `switch`: its error takes their edits.
static bool correct_case_of_switch(Parser *parser, const ForeignLine *row) {
    const OpenBlock *block = parser->state->block;
    const char *word = parser->current->value.name->text;
    bool is_case = row->keyword == KEYWORD_WHEN || strcasecmp(word, "default") == 0;
    if (!is_case || block == NULL || block->keyword != KEYWORD_MATCH || block->mistaken == NULL)
        return false;
    parser_fix(parser, block->mistake, parser_token_span(parser->current),
               keyword_text(row->keyword));
    return true;
}

// `else if`, in any case of its letters: both words are taken for the right ones.
static bool correct_else_if(Parser *parser, const ForeignLine *row) {
    Token *next = parser_peek(parser, 1);
    if (row->keyword != KEYWORD_OTHERWISE || next->kind != TOKEN_NAME ||
        strcasecmp(next->value.name->text, keyword_text(KEYWORD_IF)) != 0)
        return false;
    Span span = {parser->current->start, next->end};
    Diagnostic *error = report_two_words(parser, next);
    parser_help(parser, error, "write `Otherwise If`");
    parser_fix(parser, error, span, "Otherwise If");
    fix_colon(parser, error, KEYWORD_OTHERWISE);
    next->keyword = KEYWORD_IF;
    return true;
}

static bool correct_foreign_line(Parser *parser, Meant *meant) {
    const ForeignLine *row = foreign_line(parser->current->value.name->text);
    if (row == NULL)
        return false;
    bool is_alone = is_line_end(parser_peek(parser, 1));
    if (is_alone && row->keyword != KEYWORD_OTHERWISE && row->keyword != KEYWORD_END)
        return false; // rather a call without parentheses
    meant->keyword = row->keyword;
    meant->is_reported = true;
    if (correct_else_if(parser, row) || correct_case_of_switch(parser, row))
        return true;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = report_line(parser, span);
    parser_help(parser, error, "%s", row->help);
    if (row->second != KEYWORD_NONE) {
        char fixed[64];
        snprintf(fixed, sizeof fixed, "%s %s", keyword_text(row->keyword),
                 keyword_text(row->second));
        parser_fix(parser, error, span, fixed);
        parser_insert_word(parser, row->second);
    } else if (row->keyword != KEYWORD_NONE) {
        parser_fix(parser, error, span, keyword_text(row->keyword));
    } else if (foreign_declaration(row->word) != NULL) {
        parser_lose_name(parser_peek(parser, 1)); // `Define x as 5`
    }
    if (is_alone || row->second != KEYWORD_NONE || row->keyword != KEYWORD_OTHERWISE)
        fix_colon(parser, error, row->keyword);
    return true;
}

// The keyword of the block with this name in any case of its letters; KEYWORD_NONE for none.
static Keyword find_block_word(const char *word) {
    for (size_t i = 0; i < COUNT(block_words); i++) {
        if (strcasecmp(word, keyword_text(block_words[i])) == 0)
            return block_words[i];
    }
    return KEYWORD_NONE;
}

// Whether the word is the one that the innermost block's was taken for.
static bool is_mistaken_word(const Parser *parser, const Token *word) {
    const OpenBlock *open = parser->state->block;
    return open != NULL && open->mistaken != NULL &&
           strcasecmp(word->value.name->text, open->mistaken->text) == 0;
}

// `end if`: both words in another case. Of `end struct` the error about `struct` says enough.
static bool correct_end_words(Parser *parser, Meant *meant) {
    Token *next = parser_peek(parser, 1);
    if (is_line_end(next)) { // what is missing behind it is reported
        *meant = (Meant){KEYWORD_END, true, true};
        return true;
    }
    if (next->kind != TOKEN_NAME)
        return false;
    bool is_mistaken = is_mistaken_word(parser, next);
    Keyword block =
        is_mistaken ? parser->state->block->keyword : find_block_word(next->value.name->text);
    if (block == KEYWORD_NONE)
        return false;
    Span span = {parser->current->start, next->end};
    char fixed[64];
    snprintf(fixed, sizeof fixed, "End %s", keyword_text(block));
    if (is_mistaken)
        parser_fix(parser, parser->state->block->mistake, span, fixed);
    else
        correct_case(parser, report_two_words(parser, next), span, fixed);
    next->keyword = (uint16_t)block;
    *meant = (Meant){KEYWORD_END, true, true};
    return true;
}

// `EndIf`, `endwhile`: the two words in one.
static bool correct_end(Parser *parser, Meant *meant) {
    const char *word = parser->current->value.name->text;
    const char *end = keyword_text(KEYWORD_END);
    if (strcasecmp(word, end) == 0)
        return correct_end_words(parser, meant);
    if (strncasecmp(word, end, strlen(end)) != 0 || !is_line_end(parser_peek(parser, 1)))
        return false;
    const char *rest = word + strlen(end);
    rest += *rest == '_';
    Keyword block = find_block_word(rest);
    if (block == KEYWORD_NONE)
        return false;
    Span span = parser_token_span(parser->current);
    char fixed[64];
    snprintf(fixed, sizeof fixed, "%s %s", end, keyword_text(block));
    Diagnostic *error = report_line(parser, span);
    parser_help(parser, error, "write two words: `%s`", fixed);
    parser_fix(parser, error, span, fixed);
    parser_insert_word(parser, block);
    *meant = (Meant){KEYWORD_END, true, true};
    return true;
}

bool parser_correct_end(Parser *parser) {
    Meant meant = {KEYWORD_NONE, false, false};
    if (!parser_at(parser, TOKEN_NAME) || !correct_end(parser, &meant))
        return false;
    parser->current->keyword = KEYWORD_END;
    return true;
}

// What must stand behind the place that a statement begins with; KEYWORD_NONE for other statements.
static Keyword word_behind_place(Keyword keyword) {
    switch (keyword) {
    case KEYWORD_LET:
        return KEYWORD_BE;
    case KEYWORD_SET:
        return KEYWORD_TO;
    case KEYWORD_INCREASE:
    case KEYWORD_DECREASE:
    case KEYWORD_MULTIPLY:
    case KEYWORD_DIVIDE:
        return KEYWORD_BY;
    default:
        return KEYWORD_NONE;
    }
}

// Whether what follows allows the word to be a misspelt one of these. `foo(…)` is no For.
static bool may_be_misspelt(Parser *parser, Keyword keyword, bool is_alone) {
    if (is_alone && !stands_alone(keyword))
        return false;
    uint16_t next = parser_peek(parser, 1)->keyword;
    bool is_place = keyword == KEYWORD_FOR ? next == KEYWORD_FROM || next == KEYWORD_IN
                                           : next == word_behind_place(keyword);
    if (is_place && next != KEYWORD_NONE)
        return false;
    if (keyword != KEYWORD_FOR || parser_opens_block(parser))
        return true;
    uint16_t after = parser_peek(parser, 2)->keyword;
    return next == KEYWORD_EACH || after == KEYWORD_FROM || after == KEYWORD_IN;
}

static bool correct_spelling(Parser *parser, Meant *meant) {
    bool is_alone = parser_peek(parser, 1)->kind == TOKEN_NEWLINE;
    Suggestion suggestion = {.wanted = parser->current->value.name->text};
    for (size_t i = 0; i < COUNT(statement_words); i++) {
        const char *text = keyword_text(statement_words[i]);
        if (!may_be_misspelt(parser, statement_words[i], is_alone))
            continue;
        suggestion_offer(&suggestion, text);
        if (suggestion.best == text)
            meant->keyword = statement_words[i];
    }
    if (suggestion.best == NULL)
        return false;
    meant->is_reported = true;
    meant->is_certain = strcasecmp(suggestion.best, suggestion.wanted) == 0;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = report_line(parser, span);
    if (meant->keyword == KEYWORD_BREAK && is_alone && !parser_in_loop(parser)) {
        meant->keyword = KEYWORD_NONE;
        parser_help(parser, error,
                    "leave it out: a case of a Match ends by itself, and a Break leaves a loop");
        parser_fix(parser, error, span, "");
        return true;
    }
    if (meant->is_certain) {
        correct_case(parser, error, span, suggestion.best);
        return true;
    }
    parser_help(parser, error, "did you mean `%s`?", suggestion.best);
    parser_fix(parser, error, span, suggestion.best);
    return true;
}

static const char *runa_type(const Token *token) {
    const char *word = token->value.name->text;
    const char *type = parser_foreign_type(token->value.name);
    if (type == NULL && strcasecmp(word, "string") == 0)
        type = "String";
    if (type == NULL && strcasecmp(word, "float") == 0)
        type = "Float";
    return type != NULL ? type : isupper((unsigned char)word[0]) ? word : NULL;
}

static bool is_language_type(const char *word) {
    static const char *const types[] = {"Integer", "Float", "String", "Boolean",   "Byte",
                                        "List",    "Array", "Set",    "Dictionary"};
    for (size_t i = 0; i < COUNT(types); i++) {
        if (strcmp(word, types[i]) == 0)
            return true;
    }
    return false;
}

// `Sort items`: the word may be a process or a type of the program.
static bool explain_two_words(Parser *parser, Meant *meant) {
    const char *word = parser->current->value.name->text;
    const char *name = parser_peek(parser, 1)->value.name->text;
    Diagnostic *error = report_line(parser, parser_token_span(parser->current));
    parser_help(parser, error,
                "if it is a process, write `%s(%s)`; if it is a type, `Let %s as %s`", word, name,
                name, word);
    parser_lose_name(parser_peek(parser, 1));
    meant->is_reported = true;
    return true;
}

// `int x = 5`, `Integer x be 5`: a type and a name. The name is known from here on.
static bool correct_variable(Parser *parser, Meant *meant) {
    const Token *name = parser_peek(parser, 1);
    const Token *after = parser_peek(parser, 2);
    bool has_value = after->kind == TOKEN_ASSIGN || after->keyword == KEYWORD_BE;
    if (name->kind != TOKEN_NAME || (!has_value && !is_line_end(after)))
        return false;
    const char *type = runa_type(parser->current);
    if (type == NULL)
        return false;
    if (!has_value && strcmp(type, parser->current->value.name->text) == 0 &&
        !is_language_type(type))
        return explain_two_words(parser, meant);
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_statement, (Span){parser->current->start, name->end},
                      "a variable is declared with `Let`");
    parser_help(parser, error, "write `Let %s as %s%s`", name->value.name->text, type,
                has_value ? " be …" : "");
    parser_lose_name(name);
    meant->is_reported = true;
    return true;
}

static bool correct_declaration_word(Parser *parser, Meant *meant) {
    const char *help = foreign_declaration(parser->current->value.name->text);
    if (help == NULL || parser_peek(parser, 1)->kind != TOKEN_NAME)
        return false;
    Diagnostic *error = report_line(parser, parser_token_span(parser->current));
    parser_help(parser, error, "%s", help);
    parser_lose_name(parser_peek(parser, 1));
    meant->is_reported = true;
    return true;
}

// Whether the word stands on the line, behind another one or up to three.
static bool is_word_ahead(Parser *parser, const char *word) {
    enum { FIRST = 2, LAST = 4 };
    for (uint32_t i = 1; i <= LAST && !is_line_end(parser_peek(parser, i)); i++) {
        const Token *token = parser_peek(parser, i);
        if (i >= FIRST && token->kind == TOKEN_NAME &&
            strcasecmp(token->value.name->text, word) == 0)
            return true;
    }
    return false;
}

// `Add 5 to x`: a sentence of English, which is no statement.
static bool explain_sentence(Parser *parser, Meant *meant) {
    const char *word = parser->current->value.name->text;
    const ForeignSentence *row;
    for (uint32_t i = 0; (row = foreign_sentence(i)) != NULL; i++) {
        if (strcasecmp(row->word, word) != 0 || !is_word_ahead(parser, row->second))
            continue;
        parser_help(parser, report_line(parser, parser_token_span(parser->current)), "%s",
                    row->help);
        meant->is_reported = true;
        return true;
    }
    return false;
}

Meant parser_find_meant(Parser *parser) {
    Meant meant = {KEYWORD_NONE, false, false};
    if (!explain_sentence(parser, &meant) && !correct_foreign_line(parser, &meant) &&
        !correct_end(parser, &meant) && !correct_declaration_word(parser, &meant) &&
        !correct_spelling(parser, &meant))
        correct_variable(parser, &meant);
    return meant;
}

// --- Words run together -------------------------------------------------------------------------

// The statement word, in front of a name or value, that a longer word begins with; KEYWORD_NONE for
// none.
static Keyword find_head(const char *word) {
    static const Keyword heads[] = {
        KEYWORD_LET,    KEYWORD_SET, KEYWORD_INCREASE, KEYWORD_DECREASE, KEYWORD_MULTIPLY,
        KEYWORD_DIVIDE, KEYWORD_IF,  KEYWORD_WHILE,    KEYWORD_FOR,
    };
    for (size_t i = 0; i < COUNT(heads); i++) {
        const char *text = keyword_text(heads[i]);
        size_t length = strlen(text);
        if (strncmp(word, text, length) == 0 && word[length] != '\0')
            return heads[i];
    }
    return KEYWORD_NONE;
}

// At the `in` of `Foritem in items:`, whose `each` is missing, too.
static bool lacks_each(Parser *parser) {
    TokenKind value = (TokenKind)parser_peek(parser, 2)->kind;
    return parser_peek(parser, 1)->keyword == KEYWORD_IN &&
           (value == TOKEN_LEFT_BRACKET ||
            (value == TOKEN_NAME && parser_peek(parser, 3)->kind == TOKEN_COLON));
}

// Whether what stands behind the word shows that a name is a part of it.
static bool lacks_blank(Parser *parser, Keyword head, const char *rest) {
    const Token *next = parser_peek(parser, 1);
    uint32_t length;
    if (isdigit((unsigned char)*rest) && head != KEYWORD_LET)
        return false;
    switch (head) {
    case KEYWORD_IF:
    case KEYWORD_WHILE:
        return parser_operator_ahead(parser, 1, &length) != OPERATOR_NONE &&
               parser_opens_block(parser);
    case KEYWORD_FOR:
        return (next->keyword == KEYWORD_FROM || lacks_each(parser)) &&
               strcmp(rest, keyword_text(KEYWORD_EACH)) != 0 && parser_opens_block(parser);
    case KEYWORD_LET:
        return next->keyword == KEYWORD_BE || next->keyword == KEYWORD_AS ||
               (next->kind == TOKEN_COLON && parser_begins_type(parser_peek(parser, 2)));
    default:
        return next->keyword == word_behind_place(head);
    }
}

// Whether the current word also stands near here, not in quotes and not at the head of a line: it
// is a name of the program.
static bool is_used_near(const Parser *parser) {
    enum { NEAR = 4096 }; // bytes
    const Source *source = parser->state->source;
    const Name *name = parser->current->value.name;
    uint32_t here = parser->current->start - source->base;
    uint32_t first = here > NEAR ? here - NEAR : 0;
    uint32_t last = source->length - here > NEAR ? here + NEAR : source->length;
    bool is_head = true;
    for (uint32_t i = first; i < last; i++) {
        const char *text = source->text + i;
        bool is_word = *text == name->text[0] && !is_head && i != here &&
                       !lexer_is_name(text[-1]) && text[-1] != '"' && text[-1] != '`' &&
                       strncmp(text, name->text, name->length) == 0 &&
                       !lexer_is_name(text[name->length]);
        if (is_word)
            return true;
        is_head = *text == '\n' || (is_head && (*text == ' ' || *text == '\t'));
    }
    return false;
}

// Whether the token goes on with a name, as in most right lines that begin with one.
static bool goes_on_with_name(const Token *token) {
    return token->kind == TOKEN_LEFT_PARENTHESIS || token->kind == TOKEN_LEFT_BRACKET ||
           token->kind == TOKEN_DOT || token->kind == TOKEN_ASSIGN;
}

bool parser_split_word(Parser *parser) {
    Token *word = parser->current;
    if (word->kind != TOKEN_NAME || word->keyword != KEYWORD_NONE ||
        goes_on_with_name(parser_peek(parser, 1)))
        return false;
    Keyword head = find_head(word->value.name->text);
    if (head == KEYWORD_NONE)
        return false;
    const char *text = keyword_text(head);
    const char *rest = word->value.name->text + strlen(text);
    if (!lacks_blank(parser, head, rest) || is_used_near(parser))
        return false;
    Position end = word->start + (Position)strlen(text);
    bool has_each = head != KEYWORD_FOR || !lacks_each(parser);
    const char *gap = has_each ? " " : " each ";
    Diagnostic *error = report_line(parser, parser_token_span(word));
    if (isdigit((unsigned char)*rest)) {
        parser_help(parser, error,
                    "a blank is missing, and a name does not begin with a digit: write `%s n%s`",
                    text, rest);
    } else {
        parser_help(parser, error, "a blank is missing: write `%s%s%s`", text, gap, rest);
        parser_fix(parser, error, (Span){end, end}, gap);
    }
    parser_insert_name(parser, rest, (Span){end, word->end});
    if (!has_each)
        parser_insert_word(parser, KEYWORD_EACH);
    word->end = end;
    word->keyword = (uint16_t)head;
    parser->state->corrected_line = word->line;
    return true;
}

// --- Blocks of other languages ------------------------------------------------------------------

// `switch (x) {`
static bool correct_switch(Parser *parser) {
    const char *word = parser->current->value.name->text;
    if (strcmp(word, "switch") != 0 || !parser_opens_block(parser))
        return false;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = report_line(parser, span);
    parser_help(parser, error, "%s", foreign_line(word)->help);
    parser_fix(parser, error, span, keyword_text(KEYWORD_MATCH));
    parser->current->keyword = KEYWORD_MATCH;
    return true;
}

// `while (x) {`, `if (x):` look like calls, but calls open no block.
bool parser_correct_block_word(Parser *parser) {
    static const Keyword words[] = {KEYWORD_IF, KEYWORD_WHILE, KEYWORD_FOR, KEYWORD_MATCH};
    if (!parser_at(parser, TOKEN_NAME) || parser_peek(parser, 1)->kind != TOKEN_LEFT_PARENTHESIS)
        return false;
    const char *word = parser->current->value.name->text;
    for (size_t i = 0; i < COUNT(words); i++) {
        const char *text = keyword_text(words[i]);
        if (strcasecmp(word, text) != 0 || strcmp(word, text) == 0 || !parser_opens_block(parser))
            continue;
        Span span = parser_token_span(parser->current);
        correct_case(parser, report_line(parser, span), span, text);
        parser->current->keyword = (uint16_t)words[i];
        return true;
    }
    return correct_switch(parser);
}

void parser_skip_unknown(Parser *parser) {
    const Name *name = parser_at(parser, TOKEN_NAME) ? parser->current->value.name : NULL;
    Span span = parser_token_span(parser->current);
    if (parser_skip_line(parser) && name != NULL)
        parser_unknown_block(parser, name, span);
}

// --- Declarations -------------------------------------------------------------------------------

// `int main() {`
static bool at_c_process(Parser *parser) {
    const Token *name = parser_peek(parser, 1);
    return name->kind == TOKEN_NAME && name->keyword != KEYWORD_CALLED &&
           parser_peek(parser, 2)->kind == TOKEN_LEFT_PARENTHESIS;
}

Keyword parser_meant_declaration(Parser *parser) {
    if (!parser_at(parser, TOKEN_NAME) || parser_begins_statement(parser->current))
        return KEYWORD_NONE;
    Keyword meant = foreign_declaration_keyword(parser->current->value.name->text);
    if (meant == KEYWORD_PROCESS)
        return parser_peek(parser, 1)->keyword == KEYWORD_CALLED ? meant : KEYWORD_NONE;
    return meant == KEYWORD_IMPORT || last_of_line(parser) == ':' ? meant : KEYWORD_NONE;
}

// The line of the current token, or, at a line end, the next one that is not empty.
static const char *line_ahead(const Parser *parser) {
    const Source *source = parser->state->source;
    const char *text = source->text + (parser->current->start - source->base);
    if (!parser_at(parser, TOKEN_NEWLINE))
        return text - parser_indentation_of(parser, parser->current->start);
    const char *line = text;
    for (; isspace((unsigned char)*text); text++) {
        if (*text == '\n')
            line = text + 1;
    }
    return line;
}

// `}` or `end`, in any case of its letters
static bool closes_foreign(const char *line) {
    return *line == '}' || (strncasecmp(line, "end", 3) == 0 && !lexer_is_name(line[3]));
}

// Unless the line has no token, and so the current one stands behind it.
static void skip_foreign_line(Parser *parser, const char *line) {
    const Source *source = parser->state->source;
    const char *here = source->text + (parser->current->start - source->base);
    if (here > line && memchr(line, '\n', (size_t)(here - line)) != NULL)
        return;
    parser_lose_name(parser->current);
    while (!is_line_end(parser->current))
        parser_advance(parser);
}

// Passes over the line of a declaration, over the lines behind it that are indented or hold a brace
// alone, and over the one that closes them. The lexer, muted, reports its errors again behind them.
static void skip_foreign(Parser *parser) {
    bool has_body = parser_opens_block(parser);
    bool goes_on = true;
    skip_foreign_line(parser, line_ahead(parser));
    while (goes_on && !parser_at(parser, TOKEN_END_OF_FILE)) {
        const char *line = line_ahead(parser);
        goes_on = *line == ' ' || *line == '\t' || *line == '{';
        if (!goes_on && !(has_body && closes_foreign(line)))
            break;
        has_body = true;
        parser_accept(parser, TOKEN_NEWLINE);
        skip_foreign_line(parser, line);
    }
    lexer_mute(parser->lexer, false);
    parser_accept(parser, TOKEN_NEWLINE);
}

bool parser_foreign_declaration(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    if (!parser_at(parser, TOKEN_NAME) || parser_begins_statement(parser->current) ||
        parser_meant_declaration(parser) != KEYWORD_NONE ||
        (next->kind != TOKEN_NAME && next->kind != TOKEN_STRING))
        return false;
    const char *help = foreign_declaration(parser->current->value.name->text);
    if (help == NULL && parser_at_word(parser, KEYWORD_NONE) && at_c_process(parser))
        help = foreign_declaration("function");
    if (help == NULL)
        return false;
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_declaration, parser_token_span(parser->current),
                      "`%s` does not begin a declaration", parser->current->value.name->text);
    parser_help(parser, error, "%s", help);
    lexer_mute(parser->lexer, true);
    for (uint32_t i = 1; i < 6 && parser_peek(parser, i)->kind == TOKEN_NAME; i++)
        parser_lose_name(parser_peek(parser, i));
    skip_foreign(parser);
    return true;
}
