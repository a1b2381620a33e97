// How the source writes an operator, for messages.
#include "operator_text.h"

#include <string.h>

// The word of the statement that changes a place by the operator.
static const char *change_word(int64_t operator) {
    switch (operator) {
    case OPERATOR_ADD:
        return "Increase";
    case OPERATOR_SUBTRACT:
        return "Decrease";
    case OPERATOR_MULTIPLY:
        return "Multiply";
    default:
        return "Divide";
    }
}

// The spelling of the operator's words with which the text begins.
static const char *words_at(const char *text, int64_t operator) {
#define SPELLING(NAME, spelling)                                                                   \
    if (operator== OPERATOR_##NAME && strncmp(text, spelling, strlen(spelling)) == 0) {            \
        return spelling;                                                                           \
    }
#include "operator.def"
    return operator_words((Operator) operator);
}

const char *operator_as_written(Compilation *compilation, const Node *node, int64_t operator) {
    const char *words = operator_words((Operator) operator);
    const char *sign =
        node->kind == NODE_SET ? change_word(operator) : operator_sign((Operator) operator);
    Position start = node->span.start;
    if (node->kind == NODE_BINARY) {
        start = AST(node, NODE_BINARY, Binary)->left->span.end;
    } else if (node->kind != NODE_UNARY && node->kind != NODE_SET) {
        return words;
    }
    const Source *source = source_at(&compilation->sources, start);
    const char *text = source->text + (start - source->base);
    text += strspn(text, " \t\r\n");
    bool is_sign =
        sign[0] != '\0' && strncmp(text, sign, strlen(sign)) == 0 && strncmp(text, "//", 2) != 0;
    return is_sign ? sign : words_at(text, operator);
}
