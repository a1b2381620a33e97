// Bytes that mean nothing: what is no UTF-8, and characters that begin no token, with the signs of
// other languages among them.
#include "foreign.h"
#include "lexer_internal.h"

#include <string.h>

uint32_t lexer_check_byte(Lexer *lexer, uint32_t offset) {
    const Source *source = lexer->source;
    if (source->text[offset] == '\0') {
        lexer_error(lexer, ERROR_nul_byte, offset, offset + 1,
                    "the source text holds a NUL byte, which stands for nothing");
        return 1;
    }
    uint32_t size = source_utf8_length(source->text + offset, source->length - offset);
    if (size != 0)
        return size;
    Diagnostic *error =
        lexer_error(lexer, ERROR_invalid_utf8, offset, offset + 1,
                    "the byte 0x%02X is not valid UTF-8 here", (unsigned char)source->text[offset]);
    lexer_help(lexer, error, "save the file in the UTF-8 encoding");
    return 1;
}

typedef struct CharacterHelp {
    const char *text;
    const char *help;
    const char *fix; // what to write instead, or NULL
} CharacterHelp;

static const CharacterHelp character_helps[] = {
    {";", "a statement ends at the end of its line: leave the `;` out", ""},
    {"{",
     "a block opens with `:` at the end of its first line, and ends with a line such as `End If`",
     NULL},
    {"}",
     "a block opens with `:` at the end of its first line, and ends with a line such as `End If`",
     NULL},
    {"&", "write `and` for conditions, `bitwise and` for bits", "and"},
    {"!", "write `not`", "not "},
    {"^", "write `bitwise xor` for bits; for powers, multiply, or call `pow` of the module math",
     NULL},
    {"~", "write `bitwise not`", "bitwise not "},
    {"#", "a comment begins with `//`", "//"},
    {"?", "a choice is written with `If`, `Otherwise:` and `End If`, on lines of their own", NULL},
    {"@", "leave it out", ""},
    {"$", "a name is written without it", ""},
    {"\\", "an expression goes on behind a comma, an operator or inside parentheses without it",
     ""},
    {"\r", "a line ends with a line feed, or with a carriage return and a line feed", NULL},
    {"`", "a text stands in double quotes: \"text\"", NULL},
    {"\xE2\x88\x92", "write the ASCII sign `-`, or `minus`", "-"},
    {"\xE2\x80\x93", "write the ASCII sign `-`, or `minus`", "-"},
    {"\xC3\x97", "write `*` or `times`", "*"},
    {"\xC3\xB7", "write `/` or `divided by`", "/"},
    {"\xE2\x89\xA4", "write `<=` or `is less than or equal to`", "<="},
    {"\xE2\x89\xA5", "write `>=` or `is greater than or equal to`", ">="},
    {"\xE2\x89\xA0", "write `!=` or `is not equal to`", "!="},
    {"\xE2\x80\xA6", "write three dots in a comment; in code something is missing here", NULL},
    {"\xC2\xA0", "this is a no-break space: replace it by an ordinary one", " "},
};

// Whether nothing but a comment follows on the line.
static bool ends_line(const char *text) {
    text += strspn(text, " \t\r");
    return *text == '\n' || *text == '\0' || strncmp(text, "//", 2) == 0;
}

// Braces at the end and the beginning of a line are taken for the colon and the End that belong
// there. `} else {` closes nothing by itself: the Otherwise does.
static Token *read_brace(Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    bool is_last = ends_line(text + lexer->position);
    if (text[start] == '{' && is_last && lexer->open_braces < UINT8_MAX)
        lexer->open_braces++;
    if (text[start] == '{' && is_last && lexer->has_token)
        return lexer_token(lexer, TOKEN_COLON, start);
    if (text[start] != '}' || lexer->has_token || !is_last)
        return NULL;
    Token *token = lexer_token(lexer, TOKEN_NAME, start);
    token->value.name = intern_text(&lexer->compilation->names, keyword_text(KEYWORD_END));
    token->keyword = KEYWORD_END;
    return token;
}

enum { LONGEST_DIVIDED = 1000 }; // bytes before a `;` that are looked at

static uint32_t line_start(const Lexer *lexer, uint32_t offset) {
    const char *text = lexer->source->text;
    uint32_t start = offset;
    while (start > 0 && text[start - 1] != '\n' && offset - start < LONGEST_DIVIDED)
        start--;
    return start;
}

// Whether the brackets before the offset are closed on their line, which opens no block.
static bool is_whole_statement(const Lexer *lexer, uint32_t end) {
    const char *text = lexer->source->text;
    uint32_t start = line_start(lexer, end);
    int depth = 0;
    if (end - start == LONGEST_DIVIDED)
        return false;
    for (uint32_t i = start; i < end; i++) {
        depth += text[i] == '(' || text[i] == '[' || text[i] == '{';
        depth -= text[i] == ')' || text[i] == ']' || text[i] == '}';
        if (text[i] == ':')
            return false;
    }
    return depth == 0;
}

// Whether the character there stands between two statements: `Let x be 1; Let y be 2`.
static bool divides_line(const Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    return text[start] == ';' && !ends_line(text + start + 1) && is_whole_statement(lexer, start);
}

// At a `;` that something follows on its line. The edit puts the rest on a line below.
static bool explain_semicolon(Lexer *lexer, Diagnostic *error, uint32_t start) {
    enum { MOST_BLANKS = 80 };
    const char *text = lexer->source->text;
    const char *rest = text + lexer->position;
    if (text[start] != ';' || ends_line(rest))
        return false;
    lexer_help(lexer, error, "each statement stands on a line of its own");
    const char *line = text + line_start(lexer, start);
    int blanks = (int)strspn(line, " \t");
    if (!divides_line(lexer, start) || blanks > MOST_BLANKS)
        return true;
    char line_end[MOST_BLANKS + 2];
    snprintf(line_end, sizeof line_end, "\n%.*s", blanks, line);
    uint32_t next = lexer->position + (uint32_t)strspn(rest, " \t");
    lexer_fix(lexer, error, start, next, line_end);
    return true;
}

// `println!(`: the name is reported here, and nowhere else.
static void explain_macro(Lexer *lexer, Diagnostic *error, uint32_t start) {
    const char *text = lexer->source->text;
    uint32_t word = start;
    while (word > 0 && lexer_is_name(text[word - 1]))
        word--;
    const Name *name = intern(&lexer->compilation->names, text + word, start - word);
    const char *help = foreign_name(name->text);
    if (help != NULL) {
        ((Name *)name)->is_lost = true;
        lexer_help(lexer, error, help);
        return;
    }
    lexer_help(lexer, error, "a process is called without it: leave it out");
    lexer_fix(lexer, error, start, start + 1, "");
}

// The offset of the blanks before the one there.
static uint32_t before_blanks(const char *text, uint32_t offset) {
    while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t'))
        offset--;
    return offset;
}

int lexer_texts_beside(const Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    const char *behind = text + lexer->position;
    start = before_blanks(text, start);
    return (start > 0 && text[start - 1] == '"') + (behind[strspn(behind, " \t")] == '"');
}

// `"a" & b`: other languages put texts together by it.
static bool explain_join(Lexer *lexer, Diagnostic *error, uint32_t start) {
    bool is_sign = lexer->source->text[start] == '&' && lexer->position == start + 1;
    int texts = is_sign ? lexer_texts_beside(lexer, start) : 0;
    if (texts == 0)
        return false;
    lexer_help(lexer, error, "texts are put together by `joined with`, conditions by `and`");
    if (texts == 2)
        lexer_fix(lexer, error, start, lexer->position, "joined with");
    return true;
}

// A sign with another meaning by what stands beside it: `&n`, `println!(…)`.
static bool explain_beside(Lexer *lexer, Diagnostic *error, uint32_t start) {
    const char *text = lexer->source->text;
    bool is_behind_name = start > 0 && lexer_is_name(text[start - 1]);
    if (lexer->position != start + 1)
        return false;
    if (text[start] == '!' && is_behind_name && text[start + 1] == '(') {
        explain_macro(lexer, error, start);
        return true;
    }
    if (text[start] == '$' && text[start + 1] == '"') {
        lexer_help(lexer, error, lexer_values_help);
        return true;
    }
    if (text[start] != '&' || is_behind_name || !lexer_is_name(text[start + 1]))
        return false;
    lexer_help(lexer, error,
               "there is no address-of: a structure is a reference already; to combine, write "
               "`and` for conditions, `bitwise and` for bits");
    return true;
}

bool lexer_touches_name(const Lexer *lexer, uint32_t start, const char *words) {
    const char *text = lexer->source->text;
    return (start > 0 && lexer_is_name(text[start - 1]) && lexer_is_name(words[0])) ||
           (words[0] != '\0' && lexer_is_name(words[strlen(words) - 1]) &&
            lexer_is_name(text[lexer->position]));
}

// The offset behind the brackets that open there; 0 if they are not closed on their line, or far
// away.
static uint32_t end_of_brackets(const char *text, uint32_t start) {
    enum { LONGEST = 500 };
    uint32_t end = start;
    int depth = 0;
    while (!lexer_is_line_over(text[end]) && end - start < LONGEST) {
        if (lexer_begins_literal(text + end)) {
            end += (uint32_t)lexer_literal_length(text + end);
            continue;
        }
        depth += (text[end] == '(' || text[end] == '[') - (text[end] == ')' || text[end] == ']');
        end++;
        if (depth == 0)
            return end;
    }
    return 0;
}

static bool begins_word(const char *text, const char *word) {
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && !lexer_is_name(text[length]);
}

// Whether a `!` before the operand there stands for all up to the end of the condition, as `not`
// does: `!n > 3` means `(!n) > 3` elsewhere.
static bool negates_condition(const char *text, uint32_t operand) {
    uint32_t end = operand + (uint32_t)strspn(text + operand, " \t");
    for (;;) {
        if (text[end] == '(' || text[end] == '[')
            end = end_of_brackets(text, end);
        else if (lexer_is_name(text[end]) || text[end] == '.')
            end++;
        else
            break;
        if (end == 0)
            return false;
    }
    const char *rest = text + end + strspn(text + end, " \t");
    return ends_line(rest) || strspn(rest, ")],:;{") > 0 || strncmp(rest, "&&", 2) == 0 ||
           strncmp(rest, "||", 2) == 0 || begins_word(rest, "and") || begins_word(rest, "or");
}

// Whether what a row of character_helps writes instead of the sign there means the same.
static bool keeps_meaning(const Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    bool is_single = lexer->position == start + 1;
    switch (text[start]) {
    case '&': // for bits
        return !is_single;
    case '!':
        return is_single && negates_condition(text, lexer->position);
    case '~':
        return is_single;
    case '@': // without it, a line that begins so is wrong in another way
        return lexer->has_token;
    default:
        return true;
    }
}

// The offset behind a decorator's name and arguments, `@app.route("/")`, whose `@` is there; 0 if
// its brackets are not closed on the line.
static uint32_t end_of_decorator(const char *text, uint32_t start) {
    uint32_t end = start + 1;
    while (lexer_is_name(text[end]) || text[end] == '.')
        end++;
    return text[end] == '(' ? end_of_brackets(text, end) : end;
}

static bool begins_declaration(Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    uint32_t end = start;
    while (lexer_is_name(text[end]))
        end++;
    const Name *name = intern(&lexer->compilation->names, text + start, end - start);
    return name->keyword >= KEYWORD_IMPORT && name->keyword <= KEYWORD_TYPE;
}

// A decorator, alone on its line or before a declaration. The edit takes what belongs to it.
static bool explain_decorator(Lexer *lexer, Diagnostic *error, uint32_t start) {
    const char *text = lexer->source->text;
    if (text[start] != '@' || lexer->has_token || !lexer_is_letter(text[start + 1]))
        return false;
    uint32_t end = end_of_decorator(text, start);
    uint32_t next = end + (uint32_t)strspn(text + end, " \t\r");
    bool is_alone = end > 0 && ends_line(text + end);
    if (end == 0 || (!is_alone && !begins_declaration(lexer, next)))
        return false;
    lexer_help(lexer, error,
               is_alone ? "there are no decorators: leave the line out"
                        : "there are no decorators: leave it out");
    bool is_line = text[next] == '\n';
    uint32_t first = is_line ? before_blanks(text, start) : start;
    if (first > 0 && text[first - 1] != '\n')
        first = start; // behind a comment or a `;`
    lexer_fix(lexer, error, first, next + is_line, "");
    if (is_alone)
        lexer_skip_to_line_end(lexer);
    return true;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Whether a value, rather than the colon of a block, stands where the brace does: behind a word on
// its line, or behind a sign, on an earlier one or not.
static bool expects_value(const char *text, uint32_t brace) {
    static const char *const words[] = {"be", "to", "Return", "return"};
    uint32_t end = before_blanks(text, brace);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        uint32_t length = (uint32_t)strlen(words[i]);
        if (end > length && strncmp(text + end - length, words[i], length) == 0 &&
            !lexer_is_name(text[end - length - 1]))
            return true;
    }
    while (end > 0 && is_space(text[end - 1]))
        end--;
    return end > 0 && (text[end - 1] == '=' || text[end - 1] == '(' || text[end - 1] == '[' ||
                       text[end - 1] == ',');
}

static bool is_end_line(const char *line) {
    return strncmp(line + strspn(line, " \t"), "End ", strlen("End ")) == 0;
}

// The offset behind the brace that closes the one there; 0 if an End stands before it, or so many
// braces open that few of them can be closed: each would be looked for to the longest.
static uint32_t find_closing_brace(const char *text, uint32_t start) {
    enum { LONGEST = 10000, DEEPEST = 20 };
    int depth = 0;
    for (uint32_t i = start; text[i] != '\0' && i - start < LONGEST;) {
        if (text[i] == '\n' && is_end_line(text + i + 1))
            return 0;
        if (lexer_begins_literal(text + i)) {
            i += (uint32_t)lexer_literal_length(text + i);
            continue;
        }
        if (strncmp(text + i, "//", 2) == 0) {
            i += (uint32_t)strcspn(text + i, "\n");
            continue;
        }
        depth += (text[i] == '{') - (text[i] == '}');
        i++;
        if (depth == 0 || depth > DEEPEST)
            return depth == 0 ? i : 0;
    }
    return 0;
}

// The offset behind the value of `Let d be {`, on lines of its own; 0 for another brace.
static uint32_t end_of_value_in_braces(const Lexer *lexer, uint32_t start) {
    const char *text = lexer->source->text;
    bool is_value = text[start] == '{' && ends_line(text + start + 1) && expects_value(text, start);
    return is_value ? find_closing_brace(text, start) : 0;
}

static void explain_character(Lexer *lexer, Diagnostic *error, uint32_t start, uint32_t size,
                              bool is_value) {
    const char *text = lexer->source->text + start;
    if (is_value || (text[0] == '{' && !ends_line(text + 1))) {
        lexer_help(lexer, error,
                   "a structure is made by `a Point with x 1 and y 2`, a Dictionary by "
                   "`a dictionary with: \"a\" as 1`; a block ends with a line such as `End If`");
        return;
    }
    if (explain_beside(lexer, error, start) || explain_join(lexer, error, start) ||
        explain_semicolon(lexer, error, start) || explain_decorator(lexer, error, start))
        return;
    if (strncmp(text, "#include", 8) == 0) {
        lexer_help(lexer, error, "a module is imported with `Import \"math\"`");
        return;
    }
    for (size_t i = 0; i < sizeof character_helps / sizeof character_helps[0]; i++) {
        const CharacterHelp *row = &character_helps[i];
        if (strncmp(text, row->text, size) != 0)
            continue;
        lexer_help(lexer, error, row->help);
        if (row->fix != NULL && keeps_meaning(lexer, start) &&
            !lexer_touches_name(lexer, start, row->fix))
            lexer_fix(lexer, error, start, lexer->position, row->fix);
        return;
    }
    if (size > 1)
        lexer_help(lexer, error, "names consist of the letters A-Z and a-z, digits and `_`");
}

Token *lexer_skip_unexpected(Lexer *lexer) {
    const Source *source = lexer->source;
    uint32_t start = lexer->position;
    if (source->text[start] == '}' && lexer->error_line == lexer->line) {
        lexer->position++; // closes a brace that was complained about
        return NULL;
    }
    if (source->text[start] == '}' && lexer->open_braces > 0) {
        lexer->position++; // so does this
        lexer->open_braces--;
        lexer->error_line = lexer->line;
        return read_brace(lexer, start);
    }
    uint32_t size = lexer_check_byte(lexer, start);
    lexer->position += size;
    if (source->text[start] == '\0' || (size == 1 && (source->text[start] & 0x80)))
        return NULL; // reported
    bool is_ascii = size == 1;
    while (!is_ascii && lexer->position < source->length &&
           (source->text[lexer->position] & 0x80)) {
        uint32_t next =
            source_utf8_length(source->text + lexer->position, source->length - lexer->position);
        if (next == 0)
            break;
        lexer->position += next;
    }
    if (is_ascii && source->text[lexer->position] == source->text[start])
        lexer->position++; // && and the like
    Diagnostic *error;
    if (is_ascii && (unsigned char)source->text[start] < 0x20)
        error =
            lexer_error(lexer, ERROR_unexpected_character, start, lexer->position,
                        "the control character 0x%02X has no meaning here", source->text[start]);
    else
        error = lexer_error(lexer, ERROR_unexpected_character, start, lexer->position,
                            "`%.*s` has no meaning here",
                            (int)(lexer->position - start > 60 ? size : lexer->position - start),
                            source->text + start);
    uint32_t end_of_value = end_of_value_in_braces(lexer, start);
    explain_character(lexer, error, start, size, end_of_value > 0);
    if (end_of_value > 0)
        return lexer_take_for_text(lexer, start, end_of_value);
    if (divides_line(lexer, start) && lexer->has_token)
        return lexer_read_newline(lexer, 0);
    if (source->text[start] == '#')
        lexer_skip_to_line_end(lexer); // the rest is a comment
    return is_ascii && lexer->position == start + 1 ? read_brace(lexer, start) : NULL;
}
