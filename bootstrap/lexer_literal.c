// Literals: numbers, texts, characters; and lifetimes, which begin like characters.
#include "lexer_internal.h"
#include "overflow.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// --- Numbers ------------------------------------------------------------------------------------

static int digit_value(char c) {
    if (lexer_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

// Reports a malformed number: its token is the whole run of letters and digits, and invalid.
static Token *malformed(Lexer *lexer, uint32_t start, const char *message, const char *help) {
    const char *text = lexer->source->text;
    while (lexer_is_name(text[lexer->position]))
        lexer->position++;
    Diagnostic *error =
        lexer_error(lexer, ERROR_malformed_number, start, lexer->position, "%s", message);
    if (help != NULL)
        lexer_help(lexer, error, help);
    Token *token = lexer_token(lexer, TOKEN_INTEGER, start);
    token->flags |= TOKEN_INVALID;
    return token;
}

// Passes over digits of the base with single underscores between them; false when an underscore
// stands elsewhere or there is no digit.
static bool skip_digits(Lexer *lexer, int base) {
    const char *text = lexer->source->text;
    bool after_digit = false;
    for (;; lexer->position++) {
        char c = text[lexer->position];
        if (digit_value(c) < base)
            after_digit = true;
        else if (c == '_' && after_digit)
            after_digit = false;
        else
            return after_digit;
    }
}

static Token *integer_token(Lexer *lexer, uint32_t start, uint32_t digits, int base) {
    const char *text = lexer->source->text;
    uint64_t value = 0;
    bool is_too_large = false;
    for (uint32_t i = digits; i < lexer->position; i++) {
        if (text[i] == '_')
            continue;
        is_too_large |= unsigned_multiply_overflows(value, (uint64_t)base, &value);
        is_too_large |= unsigned_add_overflows(value, (uint64_t)digit_value(text[i]), &value);
    }
    if (is_too_large) {
        Diagnostic *error = lexer_error(lexer, ERROR_integer_out_of_range, start, lexer->position,
                                        "this number does not fit into 64 bits");
        lexer_help(lexer, error,
                   "the largest Integer is 9223372036854775807, the largest "
                   "Unsigned64 18446744073709551615");
    }
    Token *token = lexer_token(lexer, TOKEN_INTEGER, start);
    token->value.integer = (int64_t)value;
    if (value > INT64_MAX)
        token->flags |= TOKEN_UNSIGNED;
    if (is_too_large)
        token->flags |= TOKEN_INVALID;
    return token;
}

// 3.14  1.5e-9  2e10: the position is behind the digits before the point or exponent.
static Token *read_float(Lexer *lexer, uint32_t start) {
    static const char help[] = "write it as 3.14 or 1.5e-9";
    const char *text = lexer->source->text;
    if (text[lexer->position] == '.') {
        lexer->position++;
        if (!skip_digits(lexer, 10))
            return malformed(lexer, start, "this number is not written correctly", help);
    }
    if (text[lexer->position] == 'e' || text[lexer->position] == 'E') {
        lexer->position++;
        if (text[lexer->position] == '+' || text[lexer->position] == '-')
            lexer->position++;
        if (!skip_digits(lexer, 10))
            return malformed(lexer, start, "the exponent of this number has no digits", help);
    }
    if (lexer_is_letter(text[lexer->position]))
        return malformed(lexer, start, "letters follow this number directly",
                         "leave them out, or put a blank or an operator between");
    uint32_t length = 0;
    char *digits =
        runa_arena_allocate(lexer->compilation->arena, (int64_t)(lexer->position - start) + 1);
    for (uint32_t i = start; i < lexer->position; i++) {
        if (text[i] != '_')
            digits[length++] = text[i];
    }
    double value = strtod(digits, NULL);
    bool is_too_large = isinf(value);
    if (is_too_large)
        lexer_error(lexer, ERROR_float_out_of_range, start, lexer->position,
                    "this number is too large for a Float, whose largest is about 1.8e308");
    Token *token = lexer_token(lexer, TOKEN_FLOAT, start);
    token->value.real = value;
    if (is_too_large)
        token->flags |= TOKEN_INVALID;
    return token;
}

// 0xFF 0b1010 0o17
static Token *read_based_integer(Lexer *lexer, int base, const char *message, const char *help) {
    uint32_t start = lexer->position;
    lexer->position += 2;
    bool is_right = skip_digits(lexer, base);
    const char next = lexer->source->text[lexer->position];
    if (!is_right || lexer_is_name(next))
        return malformed(lexer, start, message, help);
    return integer_token(lexer, start, start + 2, base);
}

// A number as most are: a few decimal digits, and nothing about them that needs a second look.
// NULL: it is another one.
static Token *read_plain_integer(Lexer *lexer) {
    enum { DIGITS = 18 }; // their largest number fits into 64 bits
    uint32_t start = lexer->position;
    const char *text = lexer->source->text + start;
    uint32_t length = 0;
    int64_t value = 0;
    for (; length < DIGITS && lexer_is_digit(text[length]); length++)
        value = value * 10 + (text[length] - '0');
    bool is_whole = length > 0 && !lexer_is_name(text[length]) && text[length] != '.';
    if (!is_whole)
        return NULL;
    lexer->position += length;
    Token *token = lexer_token(lexer, TOKEN_INTEGER, start);
    token->value.integer = value;
    return token;
}

Token *lexer_number(Lexer *lexer) {
    Token *plain = read_plain_integer(lexer);
    if (plain != NULL)
        return plain;
    uint32_t start = lexer->position;
    const char *text = lexer->source->text;
    const char *here = text + start;
    if (*here == '.') {
        lexer->position++;
        if (start > 0 && lexer_is_digit(text[start - 1]))
            return malformed(lexer, start, "a number has one point",
                             "write large numbers with underscores: 1_000_000");
        return malformed(lexer, start, "a number begins with a digit",
                         "write a 0 before the point, as in 0.5");
    }
    if (here[0] == '0' && (here[1] == 'x' || here[1] == 'X'))
        return read_based_integer(lexer, 16, "this hexadecimal number is not written correctly",
                                  "write `0x` and digits from 0 to F, as in 0xFF");
    if (here[0] == '0' && (here[1] == 'b' || here[1] == 'B'))
        return read_based_integer(lexer, 2, "this binary number is not written correctly",
                                  "write `0b` and the digits 0 and 1, as in 0b1010");
    if (here[0] == '0' && (here[1] == 'o' || here[1] == 'O'))
        return read_based_integer(lexer, 8, "this octal number is not written correctly",
                                  "write `0o` and digits from 0 to 7, as in 0o17");
    if (!skip_digits(lexer, 10))
        return malformed(lexer, start, "an underscore stands between two digits only",
                         "write it as 1_000_000");
    char next = text[lexer->position];
    bool is_float =
        (next == '.' && lexer_is_digit(text[lexer->position + 1])) || next == 'e' || next == 'E';
    if (is_float)
        return read_float(lexer, start);
    if (lexer_is_letter(next))
        return malformed(lexer, start, "letters follow this number directly",
                         "a name begins with a letter or `_`; a number has no letters behind it");
    return integer_token(lexer, start, start, 10);
}

// --- Escapes ------------------------------------------------------------------------------------

static uint32_t encode_utf8(uint32_t character, char *bytes) {
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    uint32_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (uint32_t i = size - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    bytes[0] = (char)(marks[size] | character);
    return size;
}

// \xNN; the position is behind the x. Gives bytes written, 0 after an error.
static uint32_t read_byte_escape(Lexer *lexer, uint32_t start, char *bytes) {
    const char *digits = lexer->source->text + lexer->position;
    int high = digit_value(digits[0]);
    int low = high < 16 ? digit_value(digits[1]) : 99;
    if (high > 15 || low > 15) {
        Diagnostic *error = lexer_error(lexer, ERROR_unknown_escape, start, lexer->position,
                                        "two hexadecimal digits belong after `\\x`");
        lexer_help(lexer, error, "write it as \\x41");
        return 0;
    }
    lexer->position += 2;
    bytes[0] = (char)(high * 16 + low);
    return 1;
}

// \u{1F600}; the position is behind the u.
static uint32_t read_character_escape(Lexer *lexer, uint32_t start, char *bytes) {
    const char *text = lexer->source->text;
    uint32_t character = 0;
    uint32_t count = 0;
    if (text[lexer->position] == '{') {
        lexer->position++;
        for (; digit_value(text[lexer->position]) < 16; lexer->position++, count++) {
            if (character <= 0x10FFFF)
                character = character * 16 + (uint32_t)digit_value(text[lexer->position]);
        }
    }
    if (count == 0 || text[lexer->position] != '}') {
        Diagnostic *error = lexer_error(lexer, ERROR_unknown_escape, start, lexer->position,
                                        "hexadecimal digits in braces belong after `\\u`");
        lexer_help(lexer, error, "write it as \\u{1F600}");
        return 0;
    }
    lexer->position++;
    if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) {
        lexer_error(lexer, ERROR_unknown_escape, start, lexer->position,
                    "there is no Unicode character of this number");
        return 0;
    }
    return encode_utf8(character, bytes);
}

// Reads the escape at the position into `bytes` (room for 4); gives how many, 0 after an error.
static uint32_t read_escape(Lexer *lexer, char *bytes) {
    static const char letters[] = "ntr0\\\"'";
    static const char values[] = "\n\t\r\0\\\"'";
    const Source *source = lexer->source;
    uint32_t start = lexer->position;
    char letter = source->text[start + 1];
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    lexer->position += 2;
    if (found != NULL) {
        bytes[0] = values[found - letters];
        return 1;
    }
    if (letter == 'x')
        return read_byte_escape(lexer, start, bytes);
    if (letter == 'u')
        return read_character_escape(lexer, start, bytes);
    lexer->position = start + 1;
    uint32_t size = 0;
    if (lexer->position < source->length && letter != '\n' && letter != '\r')
        size = source_utf8_length(source->text + start + 1, source->length - start - 1);
    lexer->position += size;
    Diagnostic *error = lexer_error(lexer, ERROR_unknown_escape, start, lexer->position,
                                    "`%.*s` is no escape", (int)(size + 1), source->text + start);
    lexer_help(lexer, error,
               "the escapes are \\n \\t \\r \\0 \\\\ \\\" \\' \\xNN \\u{1F600}; a "
               "backslash itself is \\\\");
    return 0;
}

// --- Texts --------------------------------------------------------------------------------------

const char lexer_values_help[] =
    "put texts and values together with `joined with`, as in `\"Hello \" joined with name`";

bool lexer_begins_literal(const char *text) {
    if (text[0] != '\'')
        return text[0] == '"';
    return text[1] == '\\' || (text[1] != '\0' && text[2] == '\'');
}

size_t lexer_literal_length(const char *text) {
    size_t length = 1;
    while (text[length] != text[0] && !lexer_is_line_over(text[length]))
        length += text[length] == '\\' && !lexer_is_line_over(text[length + 1]) ? 2 : 1;
    return lexer_is_line_over(text[length]) ? length : length + 1;
}

static bool at_line_end(const Lexer *lexer) {
    const Source *source = lexer->source;
    const char *here = source->text + lexer->position;
    return lexer->position >= source->length || *here == '\n' ||
           (*here == '\r' && (here[1] == '\n' || lexer->position + 1 == source->length));
}

static const char lines_help[] =
    "a text ends on its line: a line end in it is written \\n, and several texts are put together "
    "as in `\"one\\n\" joined with \"two\"`";

// Whether each text that begins on the rest of the line ends there.
static bool closes_texts(const char *rest) {
    bool is_open = false;
    for (; !lexer_is_line_over(*rest); rest++) {
        if (*rest == '\\' && !lexer_is_line_over(rest[1]))
            rest++;
        else if (*rest == '"')
            is_open = !is_open;
    }
    return !is_open;
}

// Whether a quote ends a text by what stands behind it: nothing but brackets, or a further value.
static bool may_follow_text(const char *rest) {
    rest += strspn(rest, " \t\r)];");
    return lexer_is_line_over(*rest) || (*rest == ',' && closes_texts(rest));
}

// The position behind the quote that ends, on one of the next lines, a text without one on its own
// line: the first quote there, if it can be that. 0 if there is none.
static uint32_t end_on_later_line(const Lexer *lexer) {
    enum { MOST_LINES = 20 };
    const char *text = lexer->source->text;
    uint32_t position = lexer->position;
    for (int lines = 0; lines <= MOST_LINES; position++) {
        position += (uint32_t)strcspn(text + position, "\"\n");
        if (text[position] == '\0')
            return 0;
        if (text[position] == '"')
            return may_follow_text(text + position + 1) ? position + 1 : 0;
        lines++;
    }
    return 0;
}

Token *lexer_take_for_text(Lexer *lexer, uint32_t start, uint32_t end) {
    const char *text = lexer->source->text;
    Token *token = lexer_token(lexer, TOKEN_STRING, start);
    token->value.name =
        intern(&lexer->compilation->names, text + start + 1, lexer->position - start - 1);
    token->flags |= TOKEN_INVALID;
    token->end += end - lexer->position;
    for (; lexer->position < end; lexer->position++)
        lexer->line += text[lexer->position] == '\n';
    lexer->error_line = lexer->line;
    return token;
}

// `"""` begins a text in other languages, which may go over several lines.
static Token *read_three_quotes(Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    uint32_t first = start + 3;
    const char *closing = strstr(text + first, "\"\"\"");
    uint32_t last = closing != NULL ? (uint32_t)(closing - text) : 0;
    while (closing != NULL && text[last + 3] == '"')
        last++; // of more quotes, the last three end it
    lexer->position = first + (uint32_t)strcspn(text + first, "\r\n");
    bool is_on_line = closing != NULL && last < lexer->position;
    if (is_on_line)
        lexer->position = last + 3;
    uint32_t end = lexer->position;
    Diagnostic *error =
        lexer_error(lexer, ERROR_unclosed_text, start, end, "three quotes do not begin a text");
    if (!is_on_line) {
        lexer_help(lexer, error, lines_help);
        return lexer_take_for_text(lexer, start, closing != NULL ? last + 3 : end);
    }
    lexer_help(lexer, error, "a text stands between two quotes: \"text\"");
    if (memchr(text + first, '"', last - first) == NULL && text[last - 1] != '\\') {
        lexer_fix(lexer, error, start, first, "\"");
        lexer_fix(lexer, error, last, end, "\"");
    }
    return lexer_take_for_text(lexer, start, end);
}

// At the end of the line of a text that is not closed there.
static Token *read_unclosed(Lexer *lexer, uint32_t start) {
    uint32_t end = end_on_later_line(lexer);
    Diagnostic *error = lexer_error(lexer, ERROR_unclosed_text, start, lexer->position,
                                    "this text has no closing quote on its line");
    lexer_help(lexer, error,
               end != 0 ? lines_help
                        : "close it with `\"`; a line end inside a text is written \\n");
    return lexer_take_for_text(lexer, start, end != 0 ? end : lexer->position);
}

// The bytes from `first` to the closing quote or the line's end.
static uint32_t raw_length(const Source *source, uint32_t first) {
    uint32_t end = first;
    while (end < source->length && source->text[end] != '"' && source->text[end] != '\n')
        end += source->text[end] == '\\' && source->text[end + 1] != '\n' ? 2 : 1;
    return end - first;
}

// Texts without escapes, which are most, are interned from the source; others are decoded into the
// arena first. Decoding makes nothing longer.
Token *lexer_string(Lexer *lexer) {
    const Source *source = lexer->source;
    uint32_t start = lexer->position++;
    uint32_t first = lexer->position;
    size_t rest = strcspn(source->text + first, "\"\\\n\r");
    char *decoded = NULL;
    uint32_t length = 0;
    bool is_invalid = false;
    if (source->text[first + rest] == '"') {
        if (rest == 0 && source->text[first + 1] == '"')
            return read_three_quotes(lexer, start);
        lexer->position = first + (uint32_t)rest;
        length = (uint32_t)rest;
    } else {
        decoded =
            runa_arena_allocate(lexer->compilation->arena, (int64_t)raw_length(source, first) + 8);
    }
    while (decoded != NULL && !at_line_end(lexer) && source->text[lexer->position] != '"') {
        if (source->text[lexer->position] == '\\') {
            uint32_t size = read_escape(lexer, decoded + length);
            length += size;
            is_invalid |= size == 0;
        } else if (source->text[lexer->position] == '\0') {
            lexer_error(lexer, ERROR_nul_byte, lexer->position, lexer->position + 1,
                        "the source text holds a NUL byte; in a text it is written \\0");
            lexer->position++;
            is_invalid = true;
        } else {
            decoded[length++] = source->text[lexer->position++];
        }
    }
    if (source->text[lexer->position] != '"' || at_line_end(lexer))
        return read_unclosed(lexer, start);
    lexer->position++;
    Token *token = lexer_token(lexer, TOKEN_STRING, start);
    const char *bytes = decoded != NULL ? decoded : source->text + first;
    token->value.name = intern(&lexer->compilation->names, bytes, length);
    token->flags |= is_invalid ? TOKEN_INVALID : 0;
    return token;
}

// --- Characters and lifetimes -------------------------------------------------------------------

static Diagnostic *report_character(Lexer *lexer, uint32_t start, const char *message,
                                    const char *help) {
    Diagnostic *error =
        lexer_error(lexer, ERROR_malformed_character, start, lexer->position, "%s", message);
    lexer_help(lexer, error, help);
    return error;
}

static Token *invalid_character(Lexer *lexer, uint32_t start) {
    Token *token = lexer_token(lexer, TOKEN_CHARACTER, start);
    token->flags |= TOKEN_INVALID;
    return token;
}

static Token *malformed_character(Lexer *lexer, uint32_t start, const char *message,
                                  const char *help) {
    report_character(lexer, start, message, help);
    return invalid_character(lexer, start);
}

static Token *read_lifetime(Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    while (lexer_is_name(text[lexer->position]))
        lexer->position++;
    if (text[lexer->position] == '\'') {
        lexer->position++;
        Diagnostic *error = report_character(lexer, start, "single quotes hold one character",
                                             "a text stands in double quotes: \"text\"");
        lexer_fix(lexer, error, start, start + 1, "\"");
        lexer_fix(lexer, error, lexer->position - 1, lexer->position, "\"");
        return invalid_character(lexer, start);
    }
    Token *token = lexer_token(lexer, TOKEN_LIFETIME, start);
    token->value.name =
        intern(&lexer->compilation->names, text + start + 1, lexer->position - start - 1);
    return token;
}

static Token *read_escaped_character(Lexer *lexer, uint32_t start) {
    char bytes[4];
    uint32_t size = read_escape(lexer, bytes);
    const char *text = lexer->source->text;
    if (text[lexer->position] == '\'')
        lexer->position++;
    else if (size > 0)
        return malformed_character(lexer, start, "this character has no closing quote",
                                   "write it as '\\n'");
    if (size > 1)
        return malformed_character(lexer, start, "single quotes hold one ASCII character",
                                   "a text may hold any: \"\\u{1F600}\"");
    Token *token = lexer_token(lexer, TOKEN_CHARACTER, start);
    token->value.integer = size == 0 ? 0 : (unsigned char)bytes[0];
    token->flags |= size == 0 ? TOKEN_INVALID : 0;
    return token;
}

// The offset of the f, r, b or u directly before the quote there, which may be two of them; the
// quote itself if another word or none stands there.
static uint32_t start_of_prefix(const char *text, uint32_t quote) {
    enum { LONGEST = 2 };
    uint32_t start = quote;
    while (start > 0 && lexer_is_name(text[start - 1]) && quote - start <= LONGEST)
        start--;
    bool is_prefix = quote - start <= LONGEST && strspn(text + start, "bBfFrRuU") == quote - start;
    return is_prefix ? start : quote;
}

// The offset behind the closing quote of `'a = {a}'`; 0 for a character, and where the next quote
// begins a character or a lifetime or may be one of a comment or text.
static uint32_t end_of_single_quoted(const char *text, uint32_t start) {
    uint32_t end = start + 1;
    if (lexer_begins_literal(text + start))
        return 0;
    while (text[end] != '\'') {
        if (lexer_is_line_over(text[end]) || text[end] == '"' ||
            strncmp(text + end, "//", 2) == 0 || strncmp(text + end, "Note:", 5) == 0)
            return 0;
        end++;
    }
    return lexer_is_name(text[end + 1]) || lexer_begins_literal(text + end) ? 0 : end + 1;
}

// `f'a = {a}'` is one mistake, the same as `f"a = {a}"` is to the parser. NULL for another quote.
static Token *read_prefixed(Lexer *lexer) {
    const char *text = lexer->source->text;
    uint32_t start = lexer->position;
    uint32_t prefix = start_of_prefix(text, start);
    uint32_t end = prefix < start ? end_of_single_quoted(text, start) : 0;
    if (end == 0)
        return NULL;
    lexer->position = end;
    Diagnostic *error = lexer_error(lexer, ERROR_expected_line_end, prefix, start + 1,
                                    "`%.*s` directly before a text has no meaning",
                                    (int)(start - prefix), text + prefix);
    lexer_help(lexer, error, lexer_values_help);
    return lexer_take_for_text(lexer, start, end);
}

Token *lexer_quote(Lexer *lexer) {
    const Source *source = lexer->source;
    Token *prefixed = read_prefixed(lexer);
    if (prefixed != NULL)
        return prefixed;
    uint32_t start = lexer->position++;
    if (source->text[lexer->position] == '\\')
        return read_escaped_character(lexer, start);
    uint32_t size = 0;
    if (!at_line_end(lexer) && source->text[lexer->position] != '\0')
        size = source_utf8_length(source->text + lexer->position, source->length - lexer->position);
    const char *after = source->text + lexer->position + size;
    if (size == 1 && source->text[lexer->position] != '\'' && *after == '\'') {
        Token *token;
        char c = source->text[lexer->position];
        lexer->position += 2;
        token = lexer_token(lexer, TOKEN_CHARACTER, start);
        token->value.integer = c;
        return token;
    }
    if (size == 1 && lexer_is_letter(source->text[lexer->position]))
        return read_lifetime(lexer, start);
    if (size > 1 && *after == '\'') {
        lexer->position += size + 1;
        return malformed_character(lexer, start, "single quotes hold one ASCII character",
                                   "a text may hold any: put it in double quotes");
    }
    if (size == 1 && source->text[lexer->position] == '\'') {
        lexer->position++;
        return malformed_character(lexer, start,
                                   "single quotes hold one character, and there is none",
                                   "the quote itself is '\\'', the empty text \"\"");
    }
    return malformed_character(lexer, start, "this quote begins no character",
                               "a character is written 'A', a text \"text\"");
}

// --- Quotes of other languages -------------------------------------------------------------------

typedef struct Quotes {
    const char *open;
    const char *close;
    bool is_double;
} Quotes;

static const Quotes foreign_quotes[] = {
    {"`", "`", true},                        // JavaScript
    {"\xE2\x80\x9C", "\xE2\x80\x9D", true},  // English
    {"\xE2\x80\x9D", "\xE2\x80\x9D", true},  // Swedish, or an opening one that was mistaken
    {"\xE2\x80\x9E", "\xE2\x80\x9C", true},  // German
    {"\xC2\xAB", "\xC2\xBB", true},          // French
    {"\xE2\x80\x98", "\xE2\x80\x99", false}, // English
    {"\xE2\x80\x99", "\xE2\x80\x99", false},
};

static const Quotes *find_quotes(const char *here) {
    for (size_t i = 0; i < sizeof foreign_quotes / sizeof foreign_quotes[0]; i++) {
        if (strncmp(here, foreign_quotes[i].open, strlen(foreign_quotes[i].open)) == 0)
            return &foreign_quotes[i];
    }
    return NULL;
}

// The bytes up to the closing quote, typographic or straight, or to the end of the line; *closing
// receives the bytes of that quote.
static size_t quoted_length(const char *text, const Quotes *quotes, size_t *closing) {
    size_t line = strcspn(text, "\r\n");
    size_t length = 0;
    char straight = quotes->is_double ? '"' : '\'';
    for (; length < line; length++) {
        *closing = strlen(quotes->close);
        if (strncmp(text + length, quotes->close, *closing) == 0)
            return length;
        *closing = 1;
        if (text[length] == straight)
            return length;
    }
    *closing = 0;
    return line;
}

// `Hello ${name}`
static bool holds_values(const char *text, size_t length) {
    for (size_t i = 0; i + 1 < length; i++) {
        if (text[i] == '$' && text[i + 1] == '{')
            return true;
    }
    return false;
}

Token *lexer_foreign_quote(Lexer *lexer) {
    const char *text = lexer->source->text;
    uint32_t start = lexer->position;
    const Quotes *quotes = find_quotes(text + start);
    if (quotes == NULL)
        return NULL;
    uint32_t first = start + (uint32_t)strlen(quotes->open);
    size_t closing;
    size_t length = quoted_length(text + first, quotes, &closing);
    bool is_ascii = quotes->open[0] == '`';
    if (is_ascii && closing == 0)
        return NULL;
    lexer->position = first + (uint32_t)(length + closing);
    const char *quote = quotes->is_double ? "\"" : "'";
    Diagnostic *error = lexer_error(lexer, ERROR_unexpected_character, start, lexer->position,
                                    is_ascii ? "backquotes have no meaning here"
                                             : "typographic quotes have no meaning here");
    bool has_values = is_ascii && holds_values(text + first, length);
    lexer_help(lexer, error,
               has_values          ? lexer_values_help
               : quotes->is_double ? "a text stands in straight double quotes: \"text\""
                                   : "a character stands in straight single quotes: 'A'");
    if (closing > 0 && !has_values) {
        lexer_fix(lexer, error, start, first, quote);
        lexer_fix(lexer, error, lexer->position - (uint32_t)closing, lexer->position, quote);
    }
    Token *token = lexer_token(lexer, quotes->is_double ? TOKEN_STRING : TOKEN_CHARACTER, start);
    if (quotes->is_double)
        token->value.name = intern(&lexer->compilation->names, text + first, (uint32_t)length);
    token->flags |= TOKEN_INVALID;
    return token;
}
