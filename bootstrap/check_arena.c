// What was made in an Arena.scope and is returned: its memory is gone when the caller gets it. Only
// what is certain is reported, a value made at the Return or by a Let that nothing follows up on.
#include "check_escape_internal.h"

static const Node *without_converts(const Node *node) {
    while (node->kind == NODE_CONVERT) {
        node = AST((Node *)node, NODE_CONVERT, Convert)->operand;
    }
    return node;
}

// Whether the value is a new object that lies in the arena of the block around.
static bool is_new_object(Walk *walk, const Node *node) {
    Node *inner = (Node *)node;
    switch ((NodeKind)node->kind) {
    case NODE_CONSTRUCT: {
        const Construct *construct = AST(inner, NODE_CONSTRUCT, Construct);
        bool is_static =
            type_of(walk, node)->kind == TYPE_VARIANT && construct->arguments.count == 0;
        return !construct->arena && !is_static;
    }
    case NODE_BINARY:
        return AST(inner, NODE_BINARY, Binary)->operator== OPERATOR_JOIN;
    case NODE_ARRAY_LITERAL:
        return type_of(walk, node)->kind == TYPE_ARRAY;
    case NODE_LIST_LITERAL:
    case NODE_SET_LITERAL:
    case NODE_DICTIONARY_LITERAL:
        return true;
    case NODE_CALL: {
        const Call *call = AST(inner, NODE_CALL, Call);
        return call->process && makes_object(call->process);
    }
    default:
        return false;
    }
}

static bool ends_with_scope(Walk *walk, const Node *value) {
    return walk->is_in_scope && value->type && is_new_object(walk, without_converts(value));
}

void note_arena_value(Walk *walk, const Symbol *symbol, const Node *value, bool is_let) {
    Variable *variable = variable_of(walk, symbol);
    variable->is_scope_value = is_let && ends_with_scope(walk, value);
    variable->is_set |= !is_let;
}

void check_arena_return(Walk *walk, const Node *value) {
    const Node *node = without_converts(value);
    const Symbol *symbol =
        node->kind == NODE_NAME ? AST((Node *)node, NODE_NAME, NameExpression)->symbol : NULL;
    const Variable *variable = is_local(symbol) ? variable_of(walk, symbol) : NULL;
    bool is_gone =
        variable ? variable->is_scope_value && !variable->is_set : ends_with_scope(walk, value);
    if (!walk->is_final || !is_gone) {
        return;
    }
    Diagnostics *diagnostics = &walk->compilation->diagnostics;
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, WARNING_arena_escape, value->span,
                          "this lies in the arena of a scope that ends with the Return");
    if (variable) {
        diagnostic_note(diagnostics, diagnostic, symbol->span, "it is made here");
    }
    TypeKind kind = (TypeKind)type_of(walk, node)->kind;
    bool has_copy = kind == TYPE_STRUCTURE || kind == TYPE_VARIANT;
    diagnostic_help(diagnostics, diagnostic,
                    has_copy ? "return `copy of …`, which is owned"
                             : "make it outside of the scope: before it, or in a process that is "
                               "called in it, whose objects are owned");
}
