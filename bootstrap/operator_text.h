// How the source writes an operator, for messages.
#ifndef RUNA_OPERATOR_TEXT_H
#define RUNA_OPERATOR_TEXT_H

#include "compilation.h"

// The operator of a BINARY, UNARY or SET node as it is written: a sign, the word of the statement
// that changes a place, or else its words. Static text.
const char *operator_as_written(Compilation *compilation, const Node *node, int64_t operator);

#endif
