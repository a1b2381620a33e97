// From tokens to the AST, by recursive descent; expressions by precedence climbing. Reports syntax
// errors, recovers at statements and blocks, and always gives a module.
#ifndef RUNA_PARSER_H
#define RUNA_PARSER_H

#include "lexer.h"

typedef struct Parser Parser; // 32 bytes, asserted in parser_internal.h

// The parser uses, and does not own, the lexer.
Parser *parser_create(Compilation *compilation, Lexer *lexer);
// Parses a whole file. The result (a MODULE node) lies in the arena, as do the tokens, which the
// parser does not keep.
Node *parser_parse(Parser *parser, const Source *source);
void parser_destroy(Parser *parser);

#endif
