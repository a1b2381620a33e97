// Visits every node of a tree; expanded from ast.def.
#include "ast.h"

typedef struct Walk {
    NodeVisitor *visit;
    void *context;
} Walk;

static void walk(const Walk *tree, const Node *node);

static void walk_list(const Walk *tree, const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        walk(tree, list->items[i]);
    }
}

#define CHILD(x) walk(tree, from->x);
#define LIST(x) walk_list(tree, &from->x);
#define NODE(KIND, Struct, fields)                                                                 \
    static void walk_##Struct(const Walk *tree, const Node *node) {                                \
        const Struct *from = (const Struct *)(const void *)node;                                   \
        (void)from, (void)tree;                                                                    \
        fields                                                                                     \
    }
#include "ast.def"

static void (*const walks[NODE_KIND_COUNT])(const Walk *, const Node *) = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = walk_##Struct,
#include "ast.def"
};

static void walk(const Walk *tree, const Node *node) {
    if (node) {
        tree->visit(tree->context, node);
        walks[node->kind](tree, node);
    }
}

void walk_tree(const Node *node, NodeVisitor *visit, void *context) {
    Walk tree = {.visit = visit, .context = context};
    walk(&tree, node);
}
