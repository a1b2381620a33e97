// Deep copies of trees, expanded from ast.def: one small function a kind, so that the frames of the
// recursion stay small.
#include "symbol.h"

#include <string.h>

typedef struct Copier {
    Arena *arena;     // ast_clone: where the copy goes
    Pool *pool;       // ast_copy: where the copy goes
    TypeTable *types; // ast_copy: resolves types; NULL for a clone, which has none
} Copier;

static Node *copy_node(const Copier *copier, const Node *node);

static void *copier_allocate(const Copier *copier, size_t size) {
    if (copier->pool != NULL)
        return pool_allocate(copier->pool, size);
    return runa_arena_allocate(copier->arena, (int64_t)size);
}

static void copy_list(const Copier *copier, NodeList *list) {
    if (list->count == 0) {
        list->items = NULL;
        return;
    }
    Node **items = copier_allocate(copier, list->count * sizeof(Node *));
    for (uint32_t i = 0; i < list->count; i++)
        items[i] = copy_node(copier, list->items[i]);
    list->items = items;
}

static Type *copy_type(const Copier *copier, Type *type) {
    if (copier->types == NULL || type == NULL)
        return type;
    return type_resolve(copier->types, type, true);
}

static void copy_types(const Copier *copier, TypeList *list) {
    if (list->count == 0) {
        list->items = NULL;
        return;
    }
    Type **items = copier_allocate(copier, list->count * sizeof(Type *));
    for (uint32_t i = 0; i < list->count; i++)
        items[i] = copy_type(copier, list->items[i]);
    list->items = items;
}

// Variables were typed by inference: their types are final only now.
static void copy_symbol(const Copier *copier, Symbol *symbol) {
    if (symbol == NULL || copier->types == NULL)
        return;
    if (symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_PARAMETER ||
        symbol->kind == SYMBOL_CAPTURE || symbol->kind == SYMBOL_GLOBAL)
        symbol->type = copy_type(copier, symbol->type);
}

static void copy_definition(const Copier *copier, Symbol *symbol, Node *copy) {
    if (symbol == NULL || copier->types == NULL)
        return;
    symbol->declaration = copy;
    copy_symbol(copier, symbol);
}

// Each function turns a byte-for-byte copy of the node into a deep one.
#define CHILD(x)                                                                                   \
    if (to->x != NULL)                                                                             \
        to->x = copy_node(copier, to->x);
#define LIST(x) copy_list(copier, &to->x);
#define TYPE(x) to->x = copy_type(copier, to->x);
#define TYPES(x) copy_types(copier, &to->x);
#define DEFINES(x) copy_definition(copier, to->x, copy);
#define SYMBOL(x) copy_symbol(copier, to->x);
#define NODE(KIND, Struct, fields)                                                                 \
    static void deepen_##Struct(const Copier *copier, Node *copy) {                                \
        Struct *to = (Struct *)(void *)copy;                                                       \
        (void)to, (void)copier;                                                                    \
        fields                                                                                     \
    }
#include "ast.def"

static const struct {
    size_t size;
    void (*deepen)(const Copier *copier, Node *copy);
} copy_functions[NODE_KIND_COUNT] = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = {sizeof(Struct), deepen_##Struct},
#include "ast.def"
};

static Node *copy_node(const Copier *copier, const Node *node) {
    assert(node->kind < NODE_KIND_COUNT);
    size_t size = copy_functions[node->kind].size;
    Node *copy = copier_allocate(copier, size);
    memcpy(copy, node, size);
    copy->type = copy_type(copier, copy->type);
    copy_functions[node->kind].deepen(copier, copy);
    return copy;
}

Node *ast_clone(Arena *arena, const Node *node) {
    Copier copier = {.arena = arena};
    return node == NULL ? NULL : copy_node(&copier, node);
}

Node *ast_copy(Pool *pool, TypeTable *types, const Node *node) {
    Copier copier = {.pool = pool, .types = types};
    return node == NULL ? NULL : copy_node(&copier, node);
}
