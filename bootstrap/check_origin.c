// What a value may refer to: an object of the frame, what a parameter refers to, a global's value.
#include "check_escape_internal.h"

#include <string.h>

bool origin_merge(Origin *into, Origin from) {
    Origin before = *into;
    if (from.depth > into->depth) {
        *into = from;
    }
    into->parameters = before.parameters | from.parameters;
    into->roots = before.roots | from.roots;
    into->held = before.held | from.held;
    into->constant = before.constant ? before.constant : from.constant;
    into->is_outer = before.is_outer || from.is_outer;
    into->is_owned = before.is_owned || from.is_owned;
    return before.depth != into->depth || before.parameters != into->parameters ||
           before.roots != into->roots || before.held != into->held ||
           before.constant != into->constant || before.is_outer != into->is_outer ||
           before.is_owned != into->is_owned;
}

uint32_t depth_of(const Symbol *symbol) {
    return symbol->block_depth > BODY_DEPTH ? symbol->block_depth : BODY_DEPTH;
}

Variable *variable_of(Walk *walk, const Symbol *symbol) {
    uint32_t order = symbol->order;
    if (order >= walk->variable_count) {
        uint32_t count = order < 32 ? 64 : order * 2;
        walk->variables = memory_resize(walk->variables, count * sizeof(Variable));
        memset(walk->variables + walk->variable_count, 0,
               (count - walk->variable_count) * sizeof(Variable));
        walk->variable_count = count;
    }
    walk->used_count = order >= walk->used_count ? order + 1 : walk->used_count;
    return &walk->variables[order];
}

// Whether values of the type may be references, or hold one as a word.
static bool may_refer(const Type *type) {
    return type->kind == TYPE_INTEGER
               ? type->size == 8
               : type_is_reference(type) || type->kind == TYPE_INLINE ||
                     type->kind == TYPE_FIXED_ARRAY || type->kind == TYPE_PARAMETER ||
                     type->kind == TYPE_VARIABLE;
}

bool lies_in_place(const Type *type) {
    return type->kind == TYPE_INLINE || type->kind == TYPE_FIXED_ARRAY;
}

Summary *callee_of(Walk *walk, const Call *call) {
    const ProcessInfo *info = call->process ? call->process->as.process : NULL;
    if (!info || info->is_external) {
        return NULL;
    }
    Summary *callee = &walk->summaries[call->process->order];
    bool is_told = callee->callers && callee->callers->summary == walk->summary;
    if (walk->summary && !walk->summary->is_known && !is_told) {
        Caller *caller = runa_arena_allocate(walk->compilation->arena, sizeof *caller);
        *caller = (Caller){walk->summary, callee->callers};
        callee->callers = caller;
    }
    return callee;
}

bool is_stack_call(const Walk *walk, const Node *node) {
    if (node->kind != NODE_CALL) {
        return false;
    }
    const Call *call = AST((Node *)node, NODE_CALL, Call);
    return call->process ? call->process->as.process->returns_stack
                         : type_of(walk, node)->kind == TYPE_STRUCTURE;
}

bool is_surely_stack(Walk *walk, const Node *node) {
    while (node->kind == NODE_CONVERT) {
        node = AST((Node *)node, NODE_CONVERT, Convert)->operand;
    }
    if (node->kind == NODE_CALL) {
        const Summary *callee = callee_of(walk, AST((Node *)node, NODE_CALL, Call));
        return is_stack_call(walk, node) && callee && callee->is_always_stack;
    }
    const Symbol *symbol =
        node->kind == NODE_NAME ? AST((Node *)node, NODE_NAME, NameExpression)->symbol : NULL;
    if (!is_local(symbol)) {
        return false;
    }
    const Variable *variable = variable_of(walk, symbol);
    return !variable->is_other_value &&
           ((symbol->flags & SYMBOL_STACK_OBJECT) || variable->is_stack_result);
}

// --- The kinds of values -------------------------------------------------------------------------

static Origin origin_of_name(Walk *walk, const Node *node) {
    const Symbol *symbol = AST((Node *)node, NODE_NAME, NameExpression)->symbol;
    if (!is_local(symbol)) {
        bool is_constant = symbol && symbol->kind == SYMBOL_CONSTANT;
        walk->is_plain &= !is_constant;
        return (Origin){.is_outer = symbol && symbol->kind == SYMBOL_GLOBAL,
                        .constant = is_constant ? symbol : NULL};
    }
    Variable *variable = variable_of(walk, symbol);
    variable->is_read = true;
    Origin origin = variable->origin;
    if (symbol->flags & SYMBOL_STACK_OBJECT) {
        origin_merge(&origin, (Origin){.depth = depth_of(symbol),
                                       .object = symbol,
                                       .span = symbol->span,
                                       .is_array = symbol->type->kind == TYPE_FIXED_ARRAY});
    }
    return origin;
}

uint64_t parameter_bit(uint32_t index) { return UINT64_C(1) << (index < 63 ? index : 63); }

// What is left of an origin for a value that was read from its object.
static Origin read_from(Origin origin) {
    return (Origin){.roots = origin.roots, .is_outer = origin.is_outer};
}

// What an external process gives as a type parameter, it takes out of one of its arguments.
static Origin origin_of_external_call(Walk *walk, const Call *call) {
    Origin origin = {.depth = 0};
    if (!call->process || call->process->as.process->result->kind != TYPE_PARAMETER) {
        return origin;
    }
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        const Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        origin_merge(&origin, read_from(origin_of(walk, argument->value)));
    }
    return origin;
}

static Origin origin_of_call(Walk *walk, const Node *node) {
    const Call *call = AST((Node *)node, NODE_CALL, Call);
    const Summary *callee = callee_of(walk, call);
    Origin origin = {.depth = 0};
    if (is_stack_call(walk, node)) {
        uint32_t depth = walk->depth > BODY_DEPTH ? walk->depth : BODY_DEPTH;
        origin = (Origin){.depth = depth, .span = node->span};
    }
    if (!callee) {
        origin_merge(&origin, origin_of_external_call(walk, call));
        return origin;
    }
    origin.is_outer |= callee->is_outer;
    origin.is_owned |= callee->is_owned;
    for (uint32_t i = 0; callee->roots && i < call->arguments.count; i++) {
        const Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        uint64_t bit = parameter_bit((uint32_t)argument->index);
        if (callee->parameters & bit) {
            origin_merge(&origin, origin_of(walk, argument->value));
        } else if (callee->roots & bit) {
            origin_merge(&origin, read_from(origin_of(walk, argument->value)));
        }
    }
    return origin;
}

static void hold(Walk *walk, Origin *origin, const Node *value) {
    if (value->type) {
        Origin part = origin_of(walk, value);
        origin->held |= part.parameters | part.held;
    }
}

static Origin origin_of_construct(Walk *walk, const Construct *construct) {
    Origin origin = {.is_owned = !construct->arena && walk->arena_depth == 0};
    for (uint32_t i = 0; i < construct->arguments.count; i++) {
        hold(walk, &origin, AST(construct->arguments.items[i], NODE_ARGUMENT, Argument)->value);
    }
    return origin;
}

static Origin origin_holding(Walk *walk, const NodeList *items) {
    Origin origin = {.depth = 0};
    for (uint32_t i = 0; i < items->count; i++) {
        hold(walk, &origin, items->items[i]);
    }
    return origin;
}

static Origin origin_of_index(Walk *walk, const Node *node, const Type *type) {
    const Node *object = AST((Node *)node, NODE_INDEX, Index)->object;
    Origin origin = origin_of(walk, object);
    bool is_inside = lies_in_place(type) && type_of(walk, object)->kind == TYPE_FIXED_ARRAY;
    return is_inside ? origin : read_from(origin);
}

static Origin origin_of_sum(Walk *walk, const Node *node) {
    const Binary *binary = AST((Node *)node, NODE_BINARY, Binary);
    Origin origin = origin_of(walk, binary->left);
    origin_merge(&origin, origin_of(walk, binary->right));
    return origin;
}

bool may_have_origin(Walk *walk, const Node *node) {
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
    case NODE_UNARY:
        return false;
    case NODE_BINARY:
        return type_of(walk, node)->kind == TYPE_POINTER;
    default:
        return may_refer(type_of(walk, node));
    }
}

Origin origin_of(Walk *walk, const Node *node) {
    Node *inner = (Node *)node;
    if (!may_have_origin(walk, node)) {
        return (Origin){.depth = 0};
    }
    const Type *type = type_of(walk, node);
    switch ((NodeKind)node->kind) {
    case NODE_NAME:
        return origin_of_name(walk, node);
    case NODE_CALL:
        return origin_of_call(walk, node);
    case NODE_CONVERT:
        return origin_of(walk, AST(inner, NODE_CONVERT, Convert)->operand);
    case NODE_FIELD: {
        Origin origin = origin_of(walk, AST(inner, NODE_FIELD, Field)->object);
        return lies_in_place(type) ? origin : read_from(origin);
    }
    case NODE_INDEX:
        return origin_of_index(walk, node, type);
    case NODE_BINARY:
        return origin_of_sum(walk, node);
    case NODE_CONSTRUCT:
        return origin_of_construct(walk, AST(inner, NODE_CONSTRUCT, Construct));
    case NODE_COPY_OF:
        return (Origin){.is_owned = true};
    case NODE_LAMBDA:
        return origin_holding(walk, &AST(inner, NODE_LAMBDA, Lambda)->captures);
    case NODE_ARRAY_LITERAL:
        return origin_holding(walk, &AST(inner, NODE_ARRAY_LITERAL, ArrayLiteral)->items);
    case NODE_LIST_LITERAL:
        return origin_holding(walk, &AST(inner, NODE_LIST_LITERAL, ListLiteral)->items);
    default:
        return (Origin){.depth = 0};
    }
}
