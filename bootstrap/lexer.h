// From bytes to tokens, one at a time. Words are names: keywords are contextual, so the parser
// decides.
#ifndef RUNA_LEXER_H
#define RUNA_LEXER_H

#include "compilation.h"

typedef enum TokenKind {
#define TOKEN(NAME, text) TOKEN_##NAME,
#include "token.def"
    TOKEN_KIND_COUNT
} TokenKind;

typedef enum Keyword {
    KEYWORD_NONE,
#define KEYWORD(NAME, word) KEYWORD_##NAME,
#include "token.def"
    KEYWORD_COUNT
} Keyword;

enum TokenFlags {
    TOKEN_UNSIGNED = 1 << 0, // INTEGER above the signed range: the value is its bits
    TOKEN_INVALID = 1 << 1,  // a literal that an error was reported for
    TOKEN_FIRST = 1 << 2,    // the first token of its line
    TOKEN_SPOILT = 1 << 5,   // behind an error on its line
    // Set by the parser, for the formatter:
    TOKEN_APPLIED = 1 << 3, // a bracket that belongs to what stands before it: f(x), a[i]
    TOKEN_PREFIX = 1 << 4,  // the sign of what stands behind it: -x
};

// A token lasts until the lexer has given TOKEN_LIFE more: few are needed at a time, and all would
// be a sixth of the compiler's memory.
enum { TOKEN_LIFE = 256 };

typedef struct Token {
    uint8_t kind;     // TokenKind
    uint8_t flags;    // TOKEN_…
    uint16_t keyword; // number of the keyword a name spells (token.def), else 0
    Position start;
    Position end;
    uint32_t line; // of the token's start, from 1
    union {
        int64_t integer;
        double real;
        const Name *name; // names, strings, lifetimes
    } value;
} Token;
_Static_assert(sizeof(Token) == 24, "documented size of a token");

typedef struct Lexer Lexer;

Lexer *lexer_create(Compilation *compilation);
// Starts over with another source.
void lexer_open(Lexer *lexer, const Source *source);
// The next token; after the last one TOKEN_END_OF_FILE for ever. Lexical errors are
// reported and skipped. A line with at least one token ends with a TOKEN_NEWLINE; the parser knows
// which of them do not count.
Token *lexer_next(Lexer *lexer);
// Passes over the text of an Inline Assembly block, which begins at `from`: up to, and not
// including, the line that begins with the word End. The next token is that End (or the end of the
// file). Gives the span of the text.
Span lexer_skip_assembly(Lexer *lexer, Position from);
// Goes from `from`, which the lexer has passed, to the end of its line: the next token is the
// NEWLINE.
void lexer_skip_line(Lexer *lexer, Position from);
// Whether a comment without end was reported, which hides the rest of the source.
bool lexer_is_cut(const Lexer *lexer);
// Whether errors in the tokens from here on are passed over in silence.
void lexer_mute(Lexer *lexer, bool is_muted);

enum { CLASS_LETTER = 1, CLASS_DIGIT = 2 };
extern const uint8_t lexer_classes[256];

// A letter of names, or `_`.
static inline bool lexer_is_letter(char c) {
    return lexer_classes[(unsigned char)c] == CLASS_LETTER;
}

static inline bool lexer_is_digit(char c) { return lexer_classes[(unsigned char)c] == CLASS_DIGIT; }

// Either of them.
static inline bool lexer_is_name(char c) { return lexer_classes[(unsigned char)c] != 0; }

static inline bool lexer_is_line_over(char c) { return c == '\n' || c == '\0'; }
// Whether a text or a character begins there.
bool lexer_begins_literal(const char *text);
// Its length: past the closing quote, or up to where the line is over.
size_t lexer_literal_length(const char *text);
// For texts with values in them.
extern const char lexer_values_help[];

const char *token_kind_text(TokenKind kind); // "`,`"
const char *keyword_text(Keyword keyword);   // "Otherwise"
// Writes the tokens of a source, a line each (--emit=tokens).
void lexer_dump(Lexer *lexer, const Source *source, FILE *stream);
void lexer_destroy(Lexer *lexer);

#endif
