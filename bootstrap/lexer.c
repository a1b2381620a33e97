// From bytes to tokens: words, signs, line ends and comments.
#include "lexer_internal.h"

#include "../runtime/format.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static const char *const kind_texts[TOKEN_KIND_COUNT] = {
#define TOKEN(NAME, text) [TOKEN_##NAME] = text,
#include "token.def"
};

static const char *const kind_names[TOKEN_KIND_COUNT] = {
#define TOKEN(NAME, text) [TOKEN_##NAME] = #NAME,
#include "token.def"
};

static const char *const keyword_texts[KEYWORD_COUNT] = {
    [KEYWORD_NONE] = "",
#define KEYWORD(NAME, word) [KEYWORD_##NAME] = word,
#include "token.def"
};

const char *token_kind_text(TokenKind kind) { return kind_texts[kind]; }

const char *keyword_text(Keyword keyword) { return keyword_texts[keyword]; }

Lexer *lexer_create(Compilation *compilation) {
    Lexer *lexer = memory_allocate(sizeof(Lexer));
    lexer->tokens = memory_allocate(TOKEN_LIFE * sizeof(Token));
    lexer->compilation = compilation;
    for (uint16_t keyword = 1; keyword < KEYWORD_COUNT; keyword++) {
        // The lexer owns this field of the names, which are constant to everybody else.
        Name *name = (Name *)intern_text(&compilation->names, keyword_texts[keyword]);
        name->keyword = keyword;
    }
    return lexer;
}

void lexer_destroy(Lexer *lexer) {
    if (lexer == NULL)
        return;
    memory_free(lexer->tokens);
    memory_free(lexer);
}

void lexer_open(Lexer *lexer, const Source *source) {
    enum { BYTES_A_NAME = 128 }; // in a source with many names of its own
    intern_reserve(&lexer->compilation->names, source->length / BYTES_A_NAME);
    lexer->source = source;
    lexer->position = 0;
    lexer->line = 1;
    lexer->error_line = 0;
    lexer->has_token = false;
    lexer->comments = COMMENTS_UNKNOWN;
    lexer->is_muted = false;
    lexer->open_braces = 0;
}

bool lexer_is_cut(const Lexer *lexer) { return lexer->comments == COMMENTS_CUT; }

void lexer_mute(Lexer *lexer, bool is_muted) { lexer->is_muted = is_muted; }

const uint8_t lexer_classes[256] = {
    ['A' ... 'Z'] = CLASS_LETTER,
    ['a' ... 'z'] = CLASS_LETTER,
    ['_'] = CLASS_LETTER,
    ['0' ... '9'] = CLASS_DIGIT,
};

Diagnostic *lexer_error(Lexer *lexer, DiagnosticCode code, uint32_t start, uint32_t end,
                        const char *format, ...) {
    char message[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    lexer->error_line = lexer->line;
    if (lexer->is_muted)
        return NULL;
    Span span = {lexer->source->base + start, lexer->source->base + end};
    return diagnostic_report(&lexer->compilation->diagnostics, code, span, "%s", message);
}

void lexer_help(Lexer *lexer, Diagnostic *diagnostic, const char *text) {
    if (diagnostic != NULL)
        diagnostic_help(&lexer->compilation->diagnostics, diagnostic, "%s", text);
}

void lexer_fix(Lexer *lexer, Diagnostic *diagnostic, uint32_t start, uint32_t end,
               const char *replacement) {
    Span span = {lexer->source->base + start, lexer->source->base + end};
    if (diagnostic != NULL)
        diagnostic_fix(&lexer->compilation->diagnostics, diagnostic, span, replacement);
}

// --- Comments -----------------------------------------------------------------------------------

void lexer_skip_to_line_end(Lexer *lexer) {
    const Source *source = lexer->source;
    while (lexer->position < source->length && source->text[lexer->position] != '\n') {
        unsigned char c = (unsigned char)source->text[lexer->position];
        lexer->position += c != 0 && c < 0x80 ? 1 : lexer_check_byte(lexer, lexer->position);
    }
}

static bool starts_with(const Lexer *lexer, const char *text) {
    return strncmp(lexer->source->text + lexer->position, text, strlen(text)) == 0;
}

// Note: … to the end of the line; with nothing after it on its line, to :End Note.
static bool at_note(const Lexer *lexer) { return starts_with(lexer, "Note:"); }

static bool at_block_note(const Lexer *lexer) {
    if (!at_note(lexer))
        return false;
    const char *rest = lexer->source->text + lexer->position + strlen("Note:");
    rest += strspn(rest, " \t\r");
    return *rest == '\n' || rest == lexer->source->text + lexer->source->length;
}

static void skip_block_note(Lexer *lexer) {
    static const char end[] = ":End Note";
    const Source *source = lexer->source;
    uint32_t start = lexer->position;
    uint32_t start_line = lexer->line;
    lexer->position += (uint32_t)strlen("Note:");
    while (lexer->position < source->length) {
        const char *here = source->text + lexer->position;
        if (*here == ':' && starts_with(lexer, end)) {
            char after = here[strlen(end)];
            if (!lexer_is_name(after)) {
                lexer->position += (uint32_t)strlen(end);
                return;
            }
        }
        if (*here == '\n')
            lexer->line++;
        lexer->position += *here > 0 ? 1 : lexer_check_byte(lexer, lexer->position);
    }
    uint32_t end_line = lexer->line;
    lexer->line = start_line;
    Diagnostic *error =
        lexer_error(lexer, ERROR_unclosed_comment, start, start + (uint32_t)strlen("Note:"),
                    "the comment that opens here does not end");
    lexer_help(lexer, error,
               "a `Note:` with nothing after it on its line opens a block comment: "
               "close it with `:End Note`");
    lexer->line = end_line;
    lexer->comments = COMMENTS_CUT;
}

// --- Tokens -------------------------------------------------------------------------------------

// The bytes of a letter that is not ASCII, 0 when the offset has another character.
static uint32_t foreign_letter(const Lexer *lexer, uint32_t offset) {
    const Source *source = lexer->source;
    const unsigned char *bytes = (const unsigned char *)source->text + offset;
    if (bytes[0] < 0xC3)
        return 0; // ASCII, and signs such as the no-break space and quotes
    bool is_sign = (bytes[0] == 0xC3 && (bytes[1] == 0x97 || bytes[1] == 0xB7)) ||
                   (bytes[0] == 0xE2 && bytes[1] < 0xB0) ||  // punctuation, arrows, mathematics
                   (bytes[0] == 0xE3 && bytes[1] == 0x80) || // Asian punctuation
                   bytes[0] == 0xEF || bytes[0] >= 0xF0;     // full-width forms, emoji
    return is_sign ? 0 : source_utf8_length(source->text + offset, source->length - offset);
}

// Goes on with a word that has a foreign letter at `end`, and reports it as a whole.
static uint32_t read_foreign_word(Lexer *lexer, uint32_t start, uint32_t end) {
    const Source *source = lexer->source;
    for (;;) {
        uint32_t size = foreign_letter(lexer, end);
        if (size == 0 && (lexer_is_name(source->text[end])))
            size = 1;
        if (size == 0)
            break;
        end += size;
    }
    int length = end - start > 60 ? 60 : (int)(end - start);
    while (length < (int)(end - start) && (source->text[start + length] & 0xC0) == 0x80)
        length--; // not within a character
    Diagnostic *error = lexer_error(lexer, ERROR_unexpected_character, start, end,
                                    "`%.*s` cannot be a name", length, source->text + start);
    lexer_help(lexer, error, "names consist of the letters A-Z and a-z, digits and `_`");
    return end;
}

static __attribute__((noinline)) Token *read_word(Lexer *lexer) {
    const char *text = lexer->source->text;
    uint32_t start = lexer->position;
    const char *next = text + start;
    while (lexer_is_name(*next))
        next++;
    uint32_t end = (uint32_t)(next - text);
    InternTable *names = &lexer->compilation->names;
    const Name *name;
    if ((*next & 0x80) && foreign_letter(lexer, end) > 0) {
        end = read_foreign_word(lexer, start, end);
        name = intern(names, text + start, end - start);
        ((Name *)name)->is_lost = true; // reported wherever it stands
    } else {
        name = intern_word(names, text + start, end - start);
    }
    lexer->position = end;
    Token *token = lexer_token(lexer, TOKEN_NAME, start);
    token->value.name = name;
    token->keyword = token->value.name->keyword;
    return token;
}

typedef struct Sign {
    char text[3];
    uint8_t kind;
} Sign;

// Signs that begin with the same character stand next to each other, longer ones before those that
// they begin with: a FIRST and its NEXT ones. A PLAIN one begins nothing else, no comment either.
#define SIGNS(FIRST, NEXT, PLAIN)                                                                  \
    FIRST('=', "==", EQUAL)                                                                        \
    NEXT("=", ASSIGN)                                                                              \
    FIRST('!', "!=", NOT_EQUAL)                                                                    \
    FIRST('<', "<=", LESS_EQUAL)                                                                   \
    NEXT("<", LESS)                                                                                \
    FIRST('>', ">=", GREATER_EQUAL)                                                                \
    NEXT(">", GREATER)                                                                             \
    PLAIN('(', "(", LEFT_PARENTHESIS)                                                              \
    PLAIN(')', ")", RIGHT_PARENTHESIS)                                                             \
    PLAIN('[', "[", LEFT_BRACKET)                                                                  \
    PLAIN(']', "]", RIGHT_BRACKET)                                                                 \
    PLAIN(',', ",", COMMA)                                                                         \
    PLAIN(':', ":", COLON)                                                                         \
    FIRST('.', ".", DOT)                                                                           \
    FIRST('|', "|", BAR)                                                                           \
    PLAIN('+', "+", PLUS)                                                                          \
    PLAIN('-', "-", MINUS)                                                                         \
    PLAIN('*', "*", STAR)                                                                          \
    FIRST('/', "/", SLASH)                                                                         \
    FIRST('%', "%", PERCENT)

#define NEXT(sign, NAME) {sign, TOKEN_##NAME},
#define FIRST(first, sign, NAME) NEXT(sign, NAME)
static const Sign signs[] = {SIGNS(FIRST, NEXT, FIRST)};
#undef NEXT
#undef FIRST

// The row of the first sign with a character; another row for those that begin none.
#define NEXT_ROW(sign, NAME) SIGN_##NAME,
#define FIRST_ROW(first, sign, NAME) SIGN_##NAME,
enum { SIGNS(FIRST_ROW, NEXT_ROW, FIRST_ROW) };
#define NOTHING(...)
#define FIRST(first, sign, NAME) [first] = SIGN_##NAME,
static const uint8_t first_signs[256] = {SIGNS(FIRST, NOTHING, FIRST)};
#undef FIRST

// The kind of the token of a plain sign.
#define PLAIN(first, sign, NAME) [first] = TOKEN_##NAME,
static const uint8_t plain_signs[256] = {SIGNS(NOTHING, NOTHING, PLAIN)};
#undef PLAIN

static const Sign *find_sign(const char *text) {
    uint32_t row = first_signs[(unsigned char)text[0]];
    for (; row < sizeof signs / sizeof signs[0]; row++) {
        const char *sign = signs[row].text;
        if (sign[0] != text[0])
            break;
        if (sign[1] == '\0' || sign[1] == text[1])
            return &signs[row];
    }
    return NULL;
}

// The end of a C comment, behind `text`; NULL where there is none. Behind other tokens it can only
// be on the same line. That there is no end in the rest of the source is found once.
static const char *find_foreign_end(Lexer *lexer, const char *text, const char *line_end) {
    if (lexer->has_token || lexer->comments != COMMENTS_UNKNOWN) {
        const char *end = text;
        while (end < line_end && !(end[0] == '*' && end[1] == '/'))
            end++;
        return end < line_end ? end : NULL;
    }
    const char *end = strstr(text, "*/");
    if (end == NULL)
        lexer->comments = COMMENTS_WITHOUT_END;
    return end;
}

// The signs of other languages that begin with one of ours: C comments, `||`.
static bool skip_foreign_sign(Lexer *lexer) {
    uint32_t start = lexer->position;
    if (starts_with(lexer, "/*")) {
        const char *text = lexer->source->text;
        const char *line_end = text + start + strcspn(text + start, "\r\n");
        const char *end = find_foreign_end(lexer, text + start, line_end);
        Diagnostic *error = lexer_error(lexer, ERROR_unexpected_character, start, start + 2,
                                        "`/*` does not open a comment");
        lexer_help(lexer, error, "write `//` before each line of a comment");
        bool is_on_line = end != NULL && end < line_end;
        if (end != NULL && !is_on_line && !lexer->has_token) { // over several lines
            for (const char *p = text + start; p < end; p++)
                lexer->line += *p == '\n';
            is_on_line = true;
        }
        lexer->position = (uint32_t)((is_on_line ? end + 2 : line_end) - text);
        return true;
    }
    if (starts_with(lexer, "||")) {
        Diagnostic *error = lexer_error(lexer, ERROR_unexpected_character, start, start + 2,
                                        "`||` has no meaning here");
        lexer->position += 2;
        bool are_texts = lexer_texts_beside(lexer, start) == 2;
        lexer_help(lexer, error,
                   are_texts ? "texts are put together by `joined with`, conditions by `or`"
                             : "write `or` for conditions, `bitwise or` for bits");
        if (!are_texts && !lexer_touches_name(lexer, start, "or"))
            lexer_fix(lexer, error, start, lexer->position, "or");
        return true;
    }
    return false;
}

static Token *read_sign(Lexer *lexer, const Sign *sign) {
    uint32_t start = lexer->position;
    lexer->position += (uint32_t)strlen(sign->text);
    return lexer_token(lexer, (TokenKind)sign->kind, start);
}

Token *lexer_read_newline(Lexer *lexer, uint32_t size) {
    uint32_t start = lexer->position;
    lexer->position += size;
    Token *token = lexer_token(lexer, TOKEN_NEWLINE, start);
    lexer->has_token = false;
    return token;
}

// A carriage return belongs to the end of a line.
static bool at_carriage_return(const Lexer *lexer) {
    return lexer->source->text[lexer->position + 1] == '\n' ||
           lexer->position + 1 == lexer->source->length;
}

// Passes over white space and comments. Gives the NEWLINE that ends a line with tokens, if that
// comes before the next token.
static Token *skip_blanks(Lexer *lexer) {
    const char *text = lexer->source->text;
    for (;;) {
        uint32_t position = lexer->position; // in a register while there are blanks
        while (text[position] == ' ')
            position++;
        lexer->position = position;
        char c = text[position];
        if (c == '\t' || (c == '\r' && at_carriage_return(lexer))) {
            lexer->position++;
        } else if (c == '\n') {
            Token *newline = lexer->has_token ? lexer_read_newline(lexer, 1) : NULL;
            lexer->position += newline == NULL;
            lexer->line++;
            if (newline != NULL)
                return newline;
        } else if (c == '/' && text[lexer->position + 1] == '/') {
            lexer_skip_to_line_end(lexer);
        } else if (c == 'N' && at_block_note(lexer)) {
            if (lexer->has_token) // the statement before it ends with its line
                return lexer_read_newline(lexer, 0);
            skip_block_note(lexer);
        } else if (c == 'N' && at_note(lexer)) {
            lexer_skip_to_line_end(lexer);
        } else {
            return NULL;
        }
    }
}

// `.5`; not the second point of `1..5`
static bool begins_fraction(const Lexer *lexer) {
    const char *here = lexer->source->text + lexer->position;
    return here[0] == '.' && lexer_is_digit(here[1]) && !(lexer->position > 0 && here[-1] == '.');
}

static __attribute__((noinline)) Token *read_any(Lexer *lexer) {
    const Source *source = lexer->source;
    for (;;) {
        Token *newline = skip_blanks(lexer);
        if (newline != NULL)
            return newline;
        if (lexer->position >= source->length) {
            if (lexer->has_token)
                return lexer_read_newline(lexer, 0);
            return lexer_token(lexer, TOKEN_END_OF_FILE, lexer->position);
        }
        const char *here = source->text + lexer->position;
        if (lexer_is_letter(*here) ||
            ((*here & 0x80) && foreign_letter(lexer, lexer->position) > 0))
            return read_word(lexer);
        if (lexer_is_digit(*here) || begins_fraction(lexer))
            return lexer_number(lexer);
        if (*here == '"')
            return lexer_string(lexer);
        if (*here == '\'')
            return lexer_quote(lexer);
        const Sign *sign = find_sign(here);
        bool may_be_foreign = *here == '/' || *here == '|';
        if (sign != NULL && !(may_be_foreign && skip_foreign_sign(lexer)))
            return read_sign(lexer, sign);
        Token *token = sign == NULL ? lexer_foreign_quote(lexer) : NULL;
        if (token == NULL && sign == NULL && lexer->position == (uint32_t)(here - source->text))
            token = lexer_skip_unexpected(lexer);
        if (token != NULL)
            return token;
    }
}

// Most tokens are words and plain signs behind blanks; the rest goes the long way. So do words with
// an N, as `Note:` begins a comment.
Token *lexer_next(Lexer *lexer) {
    const char *text = lexer->source->text;
    uint32_t position = lexer->position;
    while (text[position] == ' ')
        position++;
    lexer->position = position;
    uint8_t sign = plain_signs[(unsigned char)text[position]];
    if (sign != 0) {
        lexer->position++;
        return lexer_token(lexer, (TokenKind)sign, position);
    }
    return lexer_is_letter(text[position]) && text[position] != 'N' ? read_word(lexer)
                                                                    : read_any(lexer);
}

// --- Inline Assembly ----------------------------------------------------------------------------

static bool is_end_line(const char *line) {
    line += strspn(line, " \t");
    return strncmp(line, "End", 3) == 0 && !lexer_is_name(line[3]);
}

// Back to `from`, which may lie on an earlier line than the lexer stands on.
static void go_back(Lexer *lexer, Position from) {
    while (lexer->position > from - lexer->source->base) {
        lexer->position--;
        if (lexer->source->text[lexer->position] == '\n')
            lexer->line--;
    }
}

void lexer_skip_line(Lexer *lexer, Position from) {
    go_back(lexer, from);
    lexer_skip_to_line_end(lexer);
    lexer->has_token = true;
}

Span lexer_skip_assembly(Lexer *lexer, Position from) {
    const Source *source = lexer->source;
    go_back(lexer, from);
    lexer_skip_to_line_end(lexer);
    while (lexer->position < source->length) {
        lexer->position++;
        lexer->line++;
        if (is_end_line(source->text + lexer->position))
            break;
        lexer_skip_to_line_end(lexer);
    }
    lexer->has_token = false;
    return (Span){from, source->base + lexer->position};
}

// --- Dump ---------------------------------------------------------------------------------------

static void dump_value(const Token *token, FILE *stream) {
    switch (token->kind) {
    case TOKEN_INTEGER:
    case TOKEN_CHARACTER:
        if (token->flags & TOKEN_UNSIGNED)
            fprintf(stream, " %" PRIu64, (uint64_t)token->value.integer);
        else
            fprintf(stream, " %" PRId64, token->value.integer);
        break;
    case TOKEN_FLOAT: {
        char text[RUNA_NUMBER_TEXT];
        runa_format_float(token->value.real, text);
        fprintf(stream, " %s", text);
        break;
    }
    case TOKEN_NAME:
    case TOKEN_LIFETIME:
        fprintf(stream, " %s", token->value.name->text);
        break;
    default:
        break;
    }
}

// line:column KIND value, texts as they stand in the source
void lexer_dump(Lexer *lexer, const Source *source, FILE *stream) {
    lexer_open(lexer, source);
    const Token *token;
    do {
        token = lexer_next(lexer);
        Location location = source_locate(&lexer->compilation->sources, token->start);
        fprintf(stream, "%u:%u %s", location.line, location.column, kind_names[token->kind]);
        dump_value(token, stream);
        if (token->kind == TOKEN_STRING) {
            putc(' ', stream);
            fwrite(source->text + (token->start - source->base), 1, token->end - token->start,
                   stream);
        }
        putc('\n', stream);
    } while (token->kind != TOKEN_END_OF_FILE);
}
