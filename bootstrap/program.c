#include "program.h"

// The memory of so much of a tree is given back at once.
enum { GIVEN_BACK = 4 << 20 };

// Copies a module, declaration by declaration. Declarations are parsed one after the other, so what
// lies between the module's node and that of one which is copied belongs to it and to those before:
// that memory is given back on the way, and the two trees never are there as a whole.
static Node *copy_module(Compilation *compilation, const Node *node) {
    const Module *module = AST((Node *)node, NODE_MODULE, Module);
    const NodeList *declarations = &module->declarations;
    const Arena *arena = compilation->arena;
    bool is_one_mapping = arena->capacity == compilation->arena_capacity;
    Module *copy = pool_allocate(&compilation->pool, sizeof *copy);
    *copy = *module;
    copy->declarations.items =
        pool_allocate(&compilation->pool, declarations->count * sizeof(Node *));
    char *tree = (char *)(module + 1);
    for (uint32_t i = 0; i < declarations->count; i++) {
        char *declaration = (char *)declarations->items[i];
        copy->declarations.items[i] =
            ast_copy(&compilation->pool, &compilation->types, declarations->items[i]);
        if (is_one_mapping && declaration - tree >= GIVEN_BACK) {
            tree = memory_give_back(tree, declaration);
        }
    }
    return &copy->header;
}

void program_from_temp_ast(Compilation *compilation) {
    Program *program = &compilation->program;
    for (uint32_t i = 0; i < program->module_count; i++) {
        program->modules[i]->ast = copy_module(compilation, program->modules[i]->ast);
    }
}

void program_destroy(Compilation *compilation) {
    compilation->program = (Program){0};
    pool_destroy(&compilation->pool);
}
