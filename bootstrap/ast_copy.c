// Deep copies of trees, expanded from ast.def: one small function a kind, so that the frames of the
// recursion stay small, and the size of what is copied is known.
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

// Each function copies a node byte for byte, and then what it refers to.
#define CHILD(x)                                                                                   \
    if (to->x != NULL)                                                                             \
        to->x = copy_node(copier, to->x);
#define LIST(x) copy_list(copier, &to->x);
#define TYPE(x) to->x = copy_type(copier, to->x);
#define TYPES(x) copy_types(copier, &to->x);
#define DEFINES(x) copy_definition(copier, to->x, &to->header);
#define SYMBOL(x) copy_symbol(copier, to->x);
#define NODE(KIND, Struct, fields)                                                                 \
    static Node *copy_##Struct(const Copier *copier, const Node *node) {                           \
        Struct *to = copier_allocate(copier, sizeof *to);                                          \
        memcpy(to, node, sizeof *to);                                                              \
        to->header.type = copy_type(copier, to->header.type);                                      \
        fields return &to->header;                                                                 \
    }
#include "ast.def"

static Node *copy_node(const Copier *copier, const Node *node) {
    static Node *(*const functions[NODE_KIND_COUNT])(const Copier *, const Node *) = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = copy_##Struct,
#include "ast.def"
    };
    assert(node->kind < NODE_KIND_COUNT);
    return functions[node->kind](copier, node);
}

Node *ast_clone(Arena *arena, const Node *node) {
    Copier copier = {.arena = arena};
    return node == NULL ? NULL : copy_node(&copier, node);
}

Node *ast_copy(Pool *pool, TypeTable *types, const Node *node) {
    Copier copier = {.pool = pool, .types = types};
    return node == NULL ? NULL : copy_node(&copier, node);
}
