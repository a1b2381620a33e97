// The lexer's own interface: lexer.c reads words, signs and comments, lexer_literal.c numbers,
// texts and characters; lexer_stray.c reports bytes that mean nothing.
#ifndef RUNA_LEXER_INTERNAL_H
#define RUNA_LEXER_INTERNAL_H

#include "lexer.h"

enum {
    COMMENTS_UNKNOWN,
    COMMENTS_WITHOUT_END, // no C comment ends there
    COMMENTS_CUT,         // one that does not end hides it
};

struct Lexer {
    const Source *source;     // borrowed; NULL before lexer_open
    uint32_t position;        // offset in the source of the next byte
    uint32_t line;            // its line, from 1
    uint32_t error_line;      // the last line that an error was reported for, 0 for none
    bool has_token;           // the current line has one, so its end is a token, too
    uint8_t open_braces;      // that were reported and are not closed; 255: or more
    uint8_t comments : 2;     // what is known of them in the rest of the source
    uint8_t is_muted : 1;     // reports nothing
    uint8_t next_token;       // where the next token goes; 0 follows 255
    Token *tokens;            // TOKEN_LIFE of them, owned
    Compilation *compilation; // borrowed
};
_Static_assert(TOKEN_LIFE == 256, "next_token goes round by itself");
_Static_assert(sizeof(struct Lexer) == 40, "documented size of the lexer");
_Static_assert((int)SOURCE_MARGIN >= (int)INTERN_MARGIN, "words are interned where they stand");

// A token from `start` (an offset) to the lexer's position. In place, for what there is most of.
static inline __attribute__((always_inline)) Token *lexer_token(Lexer *lexer, TokenKind kind,
                                                                uint32_t start) {
    Token *token = &lexer->tokens[lexer->next_token++];
    Position base = lexer->source->base;
    uint8_t flags = lexer->has_token ? 0 : TOKEN_FIRST;
    flags |= lexer->error_line == lexer->line ? TOKEN_SPOILT : 0;
    *token = (Token){.kind = (uint8_t)kind,
                     .flags = flags,
                     .start = base + start,
                     .end = base + lexer->position,
                     .line = lexer->line};
    lexer->has_token = true;
    return token;
}

// Reports an error for the bytes from `start` to `end` (offsets) on the current line; NULL when
// muted.
Diagnostic *lexer_error(Lexer *lexer, DiagnosticCode code, uint32_t start, uint32_t end,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));
void lexer_help(Lexer *lexer, Diagnostic *diagnostic, const char *text);
// Replaces the bytes from `start` to `end` (offsets).
void lexer_fix(Lexer *lexer, Diagnostic *diagnostic, uint32_t start, uint32_t end,
               const char *replacement);

// To the end of the line, the line end excluded.
void lexer_skip_to_line_end(Lexer *lexer);
// The end of a line that has a token; the lexer stands before the next line afterwards.
Token *lexer_read_newline(Lexer *lexer, uint32_t size);

// Each reads the literal that begins at the lexer's position.
Token *lexer_number(Lexer *lexer);
Token *lexer_string(Lexer *lexer);
Token *lexer_quote(Lexer *lexer); // a character or a lifetime
// A text or character in typographic quotes, which is reported; NULL where there is none.
Token *lexer_foreign_quote(Lexer *lexer);
// What stands from `start` to `end`, on one line or several, was reported, and is taken for a text:
// its token, which is invalid. The lexer goes on at `end`.
Token *lexer_take_for_text(Lexer *lexer, uint32_t start, uint32_t end);

// Reports a NUL or a byte that is no UTF-8 at the offset, and gives the bytes of the character
// there.
uint32_t lexer_check_byte(Lexer *lexer, uint32_t offset);
// A run of characters that begin no token: one error, and the lexer goes on behind them. Gives the
// token that is taken to be meant, or NULL.
Token *lexer_skip_unexpected(Lexer *lexer);
// On how many sides of the sign up to the lexer's position a text stands.
int lexer_texts_beside(const Lexer *lexer, uint32_t start);
// Whether the words would run into the name before or behind them.
bool lexer_touches_name(const Lexer *lexer, uint32_t start, const char *words);

#endif
