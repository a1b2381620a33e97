// The abstract syntax tree. The parser makes it in the arena; the checker fills types and symbols
// in, may replace expressions, and inserts conversions; ast_copy moves a module to owned memory.
#ifndef RUNA_AST_H
#define RUNA_AST_H

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

#include "../runtime/include/runa.h"
#include "intern.h"
#include "source.h"

typedef struct Type Type;
typedef struct Symbol Symbol;
typedef struct TypeTable TypeTable;

typedef enum NodeKind {
#define NODE(KIND, Struct, fields) NODE_##KIND,
#include "ast.def"
    NODE_KIND_COUNT
} NodeKind;

typedef enum Operator {
#define OPERATOR(NAME, level, words, sign) OPERATOR_##NAME,
#include "operator.def"
    OPERATOR_COUNT
} Operator;

enum NodeFlagBit {
#define NODE_FLAG(NAME, text) NODE_BIT_##NAME,
#include "node_flag.def"
    NODE_FLAG_COUNT
};

enum NodeFlags {
#define NODE_FLAG(NAME, text) NODE_##NAME = 1 << NODE_BIT_##NAME,
#include "node_flag.def"
};
_Static_assert(NODE_FLAG_COUNT <= 31, "NodeFlags are ints, Node.flags has 32 bits");

// Header of every node.
typedef struct Node {
    uint8_t kind; // NodeKind
    uint8_t unused;
    uint16_t height; // of the expression tree below; the parser bounds it
    uint32_t flags;  // NodeFlags
    Span span;
    Type *type; // expressions: set by the checker
} Node;
_Static_assert(sizeof(Node) <= 64, "documented size of the AST node header");

typedef struct NodeList {
    Node **items;
    uint32_t count;
} NodeList;

typedef struct TypeList {
    Type **items;
    uint32_t count;
} TypeList;

#define CHILD(x) Node *x;
#define LIST(x) NodeList x;
#define NAME(x) const Name *x;
#define TYPE(x) Type *x;
#define TYPES(x) TypeList x;
#define DEFINES(x) Symbol *x;
#define SYMBOL(x) Symbol *x;
#define INTEGER(x) int64_t x;
#define FLOAT(x) double x;
#define SPAN(x) Span x;
#define NODE(KIND, Struct, fields)                                                                 \
    typedef struct Struct {                                                                        \
        Node header;                                                                               \
        fields                                                                                     \
    } Struct;
#include "ast.def"

// The node as its own struct, asserted: AST(node, NODE_IF, If)->condition
#define AST(node, KIND, Struct) (assert((node)->kind == (KIND)), (Struct *)(void *)(node))

// A new zeroed node of `kind` in the arena.
Node *ast_new(Arena *arena, NodeKind kind, Span span);
// The same in place, for one whose struct is known.
static inline Node *ast_new_sized(Arena *arena, NodeKind kind, size_t size, Span span) {
    Node *node = memory_from_arena(arena, (int64_t)size);
    node->kind = (uint8_t)kind;
    node->span = span;
    return node;
}
// A deep copy in the arena of an unchecked expression (default values are checked anew at each
// call).
Node *ast_clone(Arena *arena, const Node *node);
// A deep copy of a checked tree into owned memory. Types, those of the symbols too, are resolved by
// `types`; each declared symbol's `declaration` becomes the copy.
Node *ast_copy(Pool *pool, TypeTable *types, const Node *node);
// Calls `visit` for every node of a tree, parents first, in textual order. A NULL tree is empty.
typedef void NodeVisitor(void *context, const Node *node);
void walk_tree(const Node *node, NodeVisitor *visit, void *context);
// The height of the tallest part of `node`, 0 for a leaf.
uint32_t ast_height_below(const Node *node);
// Writes the tree as indented text (--emit=ast).
void ast_dump(const Node *node, FILE *stream);
const char *node_kind_name(NodeKind kind);     // "If"
const char *operator_words(Operator operator); // "is less than"
const char *operator_sign(Operator operator);  // "<"; "" for an operator without a sign

#endif
