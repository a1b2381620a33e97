// References to stack objects: which processes give their caller one, where its storage is, and
// which references would outlive their object.
//
// A stack object is a `Let x as Structure`, a fixed array, or what a call of a process gives that
// returns such a structure. For each variable the innermost block is found whose objects it may
// refer to, whatever the order of the statements; then each use is looked at. What a process
// returns is summed up first, until nothing changes: a stack structure of its own, and which of its
// parameters.
#include "check_internal.h"

#include <string.h>

// Where a reference may come from.
typedef struct Origin {
    uint32_t depth; // of the innermost block of an object that it may refer to; 0: none
    // Bit i: it may be the i-th parameter; the last bit stands for all from the 63rd on.
    uint64_t parameters;
    const Symbol *object; // declared with the object; NULL: it is a call's result
    Span span;            // of the object's declaration, or of the call
    bool is_array;
} Origin;

typedef struct Variable {
    Origin origin;
    const Symbol *alias; // another variable that refers to this one's own object
} Variable;

// What a caller must know of a process.
typedef struct Summary {
    Process *node;
    uint64_t parameters; // that may be returned
} Summary;

// The walk over one process or initialiser.
typedef struct Walk {
    Compilation *compilation;
    Summary *summaries;  // by order of the process's symbol
    Process *process;    // NULL in an initialiser
    Variable *variables; // by order of their symbol; owned
    uint32_t variable_count;
    uint32_t depth;   // of the innermost block, as the checker counts
    bool is_final;    // reports, and marks the calls
    bool has_changed; // something was learnt about a variable
    Origin returned;
} Walk;

enum { BODY_DEPTH = 2 }; // the parameters are at 1, and live as long as the outermost block

// --- Origins -------------------------------------------------------------------------------------

static void merge(Origin *into, Origin from) {
    uint64_t parameters = into->parameters | from.parameters;
    if (from.depth > into->depth) {
        *into = from;
    }
    into->parameters = parameters;
}

static uint32_t depth_of(const Symbol *symbol) {
    return symbol->block_depth > BODY_DEPTH ? symbol->block_depth : BODY_DEPTH;
}

static Variable *variable_of(Walk *walk, const Symbol *symbol) {
    uint32_t order = symbol->order;
    if (order >= walk->variable_count) {
        uint32_t count = order < 32 ? 64 : order * 2;
        walk->variables = memory_resize(walk->variables, count * sizeof(Variable));
        memset(walk->variables + walk->variable_count, 0,
               (count - walk->variable_count) * sizeof(Variable));
        walk->variable_count = count;
    }
    return &walk->variables[order];
}

static bool is_local(const Symbol *symbol) {
    return symbol && (symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_PARAMETER);
}

static Type *type_of(const Walk *walk, const Node *node) {
    TypeTable *types = &walk->compilation->types;
    return node->type ? type_resolve(types, node->type, false) : types->poison;
}

// Whether values of the type may be references, or hold one as a word.
static bool may_refer(const Type *type) {
    return type_is_reference(type) || type->kind == TYPE_INLINE || type->kind == TYPE_FIXED_ARRAY ||
           type->kind == TYPE_PARAMETER || type->kind == TYPE_VARIABLE ||
           (type->kind == TYPE_INTEGER && type->size == 8);
}

static bool lies_in_place(const Type *type) {
    return type->kind == TYPE_INLINE || type->kind == TYPE_FIXED_ARRAY;
}

// Whether the call gives a structure in storage that its caller provides.
static bool is_stack_call(const Walk *walk, const Node *node) {
    if (node->kind != NODE_CALL) {
        return false;
    }
    const Call *call = AST((Node *)node, NODE_CALL, Call);
    return call->process ? call->process->as.process->returns_stack
                         : type_of(walk, node)->kind == TYPE_STRUCTURE;
}

static Origin origin_of(Walk *walk, const Node *node);

static Origin origin_of_name(Walk *walk, const Node *node) {
    const Symbol *symbol = AST((Node *)node, NODE_NAME, NameExpression)->symbol;
    if (!is_local(symbol)) {
        return (Origin){.depth = 0};
    }
    Origin origin = variable_of(walk, symbol)->origin;
    if (symbol->flags & SYMBOL_STACK_OBJECT) {
        merge(&origin, (Origin){.depth = depth_of(symbol),
                                .object = symbol,
                                .span = symbol->span,
                                .is_array = symbol->type->kind == TYPE_FIXED_ARRAY});
    }
    return origin;
}

static uint64_t parameter_bit(uint32_t index) { return UINT64_C(1) << (index < 63 ? index : 63); }

static Origin origin_of_call(Walk *walk, const Node *node) {
    const Call *call = AST((Node *)node, NODE_CALL, Call);
    Origin origin = {.depth = 0};
    if (is_stack_call(walk, node)) {
        uint32_t depth = walk->depth > BODY_DEPTH ? walk->depth : BODY_DEPTH;
        origin = (Origin){.depth = depth, .span = node->span};
    }
    if (!call->process || call->process->as.process->is_external) {
        return origin;
    }
    uint64_t returned = walk->summaries[call->process->order].parameters;
    for (uint32_t i = 0; returned && i < call->arguments.count; i++) {
        const Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        if (returned & parameter_bit((uint32_t)argument->index)) {
            merge(&origin, origin_of(walk, argument->value));
        }
    }
    return origin;
}

// What the node's value may refer to.
static Origin origin_of(Walk *walk, const Node *node) {
    const Origin none = {.depth = 0};
    Node *inner = (Node *)node;
    Type *type = type_of(walk, node);
    if (!may_refer(type)) {
        return none;
    }
    switch ((NodeKind)node->kind) {
    case NODE_NAME:
        return origin_of_name(walk, node);
    case NODE_CALL:
        return origin_of_call(walk, node);
    case NODE_CONVERT:
        return origin_of(walk, AST(inner, NODE_CONVERT, Convert)->operand);
    case NODE_FIELD:
        return lies_in_place(type) ? origin_of(walk, AST(inner, NODE_FIELD, Field)->object) : none;
    case NODE_INDEX: {
        const Node *object = AST(inner, NODE_INDEX, Index)->object;
        bool is_inside = lies_in_place(type) && type_of(walk, object)->kind == TYPE_FIXED_ARRAY;
        return is_inside ? origin_of(walk, object) : none;
    }
    case NODE_BINARY: {
        const Binary *binary = AST(inner, NODE_BINARY, Binary);
        if (type->kind != TYPE_POINTER) {
            return none;
        }
        Origin origin = origin_of(walk, binary->left);
        merge(&origin, origin_of(walk, binary->right));
        return origin;
    }
    default:
        return none;
    }
}

// --- Messages ------------------------------------------------------------------------------------

static const char *name_of(Walk *walk, const Origin *origin, const char *otherwise) {
    return origin->object
               ? intern_format(&walk->compilation->names, "`%s`", origin->object->name->text)->text
               : otherwise;
}

static void explain(Walk *walk, Diagnostic *diagnostic, const Origin *origin, const Node *value) {
    Diagnostics *diagnostics = &walk->compilation->diagnostics;
    if (origin->object || origin->span.start != value->span.start) {
        diagnostic_note(diagnostics, diagnostic, origin->span,
                        origin->object ? "it lies on the stack, in the block of this Let"
                                       : "what this call gives lies on the stack of its caller");
    }
    if (origin->is_array) {
        diagnostic_help(
            diagnostics, diagnostic,
            "use a growable Array, or memory of `allocate`, which last until they are freed");
    } else if (value->kind == NODE_NAME) {
        diagnostic_help(diagnostics, diagnostic,
                        "`copy of %s` makes a copy on the heap, which may be kept",
                        AST((Node *)value, NODE_NAME, NameExpression)->name->text);
    } else {
        diagnostic_help(diagnostics, diagnostic,
                        "`copy of …` makes a copy on the heap, which may be kept");
    }
}

// Reports a value that is stored where it may last longer than its object.
static void check_stored(Walk *walk, const Node *value, const char *where) {
    Origin origin = origin_of(walk, value);
    if (!walk->is_final || origin.depth == 0) {
        return;
    }
    Diagnostic *diagnostic =
        diagnostic_report(&walk->compilation->diagnostics, ERROR_stack_stored, value->span,
                          "%s lies on the stack of this process and cannot be stored in %s",
                          name_of(walk, &origin, "what this call gives"), where);
    explain(walk, diagnostic, &origin, value);
}

// --- Variables -----------------------------------------------------------------------------------

// The variable's own object is also known as `alias`.
static void note_alias(Walk *walk, const Node *value, const Symbol *alias) {
    while (value->kind == NODE_CONVERT) {
        value = AST((Node *)value, NODE_CONVERT, Convert)->operand;
    }
    const Symbol *symbol =
        value->kind == NODE_NAME ? AST((Node *)value, NODE_NAME, NameExpression)->symbol : NULL;
    if (is_local(symbol) && symbol != alias && symbol->type->kind != TYPE_FIXED_ARRAY) {
        Variable *variable = variable_of(walk, symbol);
        variable->alias = variable->alias ? variable->alias : alias;
    }
}

static void learn(Walk *walk, const Symbol *symbol, Origin origin) {
    Variable *variable = variable_of(walk, symbol);
    uint32_t depth = variable->origin.depth;
    uint64_t parameters = variable->origin.parameters;
    merge(&variable->origin, origin);
    walk->has_changed |=
        depth != variable->origin.depth || parameters != variable->origin.parameters;
}

// A parameter has no storage of its own: the call keeps its result, to the end of the process.
static void own_result(Walk *walk, Symbol *symbol, Node *value) {
    learn(walk, symbol,
          (Origin){.depth = depth_of(symbol), .object = symbol, .span = symbol->span});
    if (walk->is_final && symbol->kind == SYMBOL_LOCAL) {
        symbol->flags |= SYMBOL_OWNS_RESULT;
        AST(value, NODE_CALL, Call)->storage = symbol;
    }
}

static bool is_copied(const Symbol *symbol) {
    return symbol->type->kind == TYPE_FIXED_ARRAY && !(symbol->flags & SYMBOL_BY_REFERENCE);
}

// The variable is given a value. A structure that a call gives lies in storage of the variable.
static void assign(Walk *walk, Symbol *symbol, Node *value) {
    if (is_copied(symbol)) {
        return;
    }
    if (is_stack_call(walk, value)) {
        own_result(walk, symbol, value);
        return;
    }
    note_alias(walk, value, symbol);
    learn(walk, symbol, origin_of(walk, value));
}

static void check_lifetime(Walk *walk, const Symbol *symbol, const Node *value) {
    if (is_copied(symbol) || is_stack_call(walk, value)) {
        return;
    }
    Origin origin = origin_of(walk, value);
    if (!walk->is_final || origin.depth <= depth_of(symbol)) {
        return;
    }
    Diagnostic *diagnostic =
        diagnostic_report(&walk->compilation->diagnostics, ERROR_stack_outlived, value->span,
                          "`%s` lasts longer than %s, to which it would refer", symbol->name->text,
                          name_of(walk, &origin, "what this call gives"));
    diagnostic_note(&walk->compilation->diagnostics, diagnostic, symbol->span,
                    "`%s` is declared here", symbol->name->text);
    explain(walk, diagnostic, &origin, value);
}

// Set x to make(): the new structure takes the place of the old one, to which another name may
// refer.
static void check_replaced(Walk *walk, const Symbol *symbol, const Node *value) {
    const Symbol *alias = variable_of(walk, symbol)->alias;
    if (!walk->is_final || !alias || !is_stack_call(walk, value)) {
        return;
    }
    Diagnostic *diagnostic = diagnostic_report(
        &walk->compilation->diagnostics, ERROR_stack_aliased, value->span,
        "this would change the structure that `%s` refers to, too", alias->name->text);
    diagnostic_note(&walk->compilation->diagnostics, diagnostic, alias->span,
                    "`%s` refers to the structure of `%s`", alias->name->text, symbol->name->text);
    diagnostic_help(&walk->compilation->diagnostics, diagnostic,
                    "give `%s` a structure of its own: `copy of %s`, to be deallocated later",
                    alias->name->text, symbol->name->text);
}

// --- Statements ----------------------------------------------------------------------------------

static void walk_set(Walk *walk, Set *set) {
    if (set->operator!= OPERATOR_NONE || !set->target->type || !set->value->type) {
        return;
    }
    Symbol *symbol =
        set->target->kind == NODE_NAME ? AST(set->target, NODE_NAME, NameExpression)->symbol : NULL;
    if (is_local(symbol)) {
        assign(walk, symbol, set->value);
        check_lifetime(walk, symbol, set->value);
        check_replaced(walk, symbol, set->value);
    } else if (!lies_in_place(type_of(walk, set->target))) {
        const char *where = set->target->kind == NODE_FIELD   ? "a field"
                            : set->target->kind == NODE_INDEX ? "an element"
                                                              : "a global variable";
        check_stored(walk, set->value, where);
    }
}

static void walk_let(Walk *walk, Let *let) {
    if (!let->value || !let->symbol || !let->value->type) {
        return;
    }
    Symbol *symbol = let->symbol;
    if (symbol->kind == SYMBOL_LOCAL) {
        assign(walk, symbol, let->value);
    } else if (walk->is_final && is_stack_call(walk, let->value) && !is_copied(symbol)) {
        symbol->flags |= SYMBOL_OWNS_RESULT; // in static memory
        AST(let->value, NODE_CALL, Call)->storage = symbol;
    } else if (!is_copied(symbol)) {
        check_stored(walk, let->value, "a global variable");
    }
}

static void report_returned(Walk *walk, const Node *value, const Origin *origin) {
    Diagnostic *diagnostic =
        diagnostic_report(&walk->compilation->diagnostics, ERROR_stack_returned, value->span,
                          "this refers to %s, whose memory ends with the process",
                          name_of(walk, origin, "what a call gave"));
    explain(walk, diagnostic, origin, value);
}

static void report_exported(Walk *walk, const Node *value, const Origin *origin) {
    Diagnostic *diagnostic =
        diagnostic_report(&walk->compilation->diagnostics, ERROR_stack_exported, value->span,
                          "an Export Process cannot return a structure of its stack: C would not "
                          "give storage for it");
    explain(walk, diagnostic, origin, value);
}

static void walk_return(Walk *walk, Return *node) {
    if (!node->value || !node->value->type || !walk->process) {
        return;
    }
    Origin origin = origin_of(walk, node->value);
    merge(&walk->returned, origin);
    if (!walk->is_final || origin.depth == 0) {
        return;
    }
    if (type_of(walk, node->value)->kind != TYPE_STRUCTURE) {
        report_returned(walk, node->value, &origin);
    } else if (walk->process->symbol->as.process->is_export) {
        report_exported(walk, node->value, &origin);
    } else {
        node->header.flags |= NODE_STACK_COPY;
    }
}

static void walk_for_each(Walk *walk, ForEach *loop) {
    const Type *type = type_of(walk, loop->collection);
    if (type->kind == TYPE_FIXED_ARRAY && lies_in_place(type->first) && loop->first_symbol) {
        note_alias(walk, loop->collection, loop->first_symbol);
        learn(walk, loop->first_symbol, origin_of(walk, loop->collection));
    }
}

static void walk_match(Walk *walk, Match *match) {
    for (uint32_t i = 0; i < match->cases.count; i++) {
        const Case *branch = AST(match->cases.items[i], NODE_CASE, Case);
        for (uint32_t j = 0; j < branch->patterns.count; j++) {
            Node *pattern = branch->patterns.items[j];
            Symbol *symbol = pattern->kind == NODE_PATTERN_TYPE
                                 ? AST(pattern, NODE_PATTERN_TYPE, PatternType)->symbol
                                 : NULL;
            if (symbol && match->value->type) {
                assign(walk, symbol, match->value);
            }
        }
    }
}

// --- Expressions ---------------------------------------------------------------------------------

static void check_items(Walk *walk, const NodeList *items, const Type *element, const char *where) {
    for (uint32_t i = 0; !(element && lies_in_place(element)) && i < items->count; i++) {
        check_stored(walk, items->items[i], where);
    }
}

// A function that gives a stack structure wants storage from its caller; one who knows its result
// only as a type parameter gives none.
static void check_function_value(Walk *walk, const Node *value, const Type *declared) {
    if (!walk->is_final || declared->kind != TYPE_FUNCTION ||
        declared->first->kind != TYPE_PARAMETER) {
        return;
    }
    const Type *type = type_of(walk, value);
    bool is_safe = type->kind != TYPE_FUNCTION || type->first->kind != TYPE_STRUCTURE;
    if (!is_safe && value->kind == NODE_LAMBDA) {
        const Node *body = AST((Node *)value, NODE_LAMBDA, Lambda)->body;
        is_safe = origin_of(walk, body).depth == 0;
    }
    if (!is_safe && value->kind == NODE_NAME) {
        const Symbol *symbol = AST((Node *)value, NODE_NAME, NameExpression)->symbol;
        is_safe = symbol && symbol->kind == SYMBOL_PROCESS && !symbol->as.process->returns_stack;
    }
    if (is_safe) {
        return;
    }
    Diagnostics *diagnostics = &walk->compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(
        diagnostics, ERROR_stack_through_parameter, value->span,
        "this function may give a structure on the stack, which a type parameter cannot take");
    diagnostic_help(diagnostics, diagnostic,
                    "give a lambda whose result is on the heap: `lambda x: copy of f(x)`");
}

// Whether the value is copied into an array of inline elements.
static bool is_pushed_inline(Walk *walk, const Call *call, const Type *parameter) {
    const ProcessInfo *info = call->process->as.process;
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        const Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        const Type *declared = info->parameters[argument->index].type;
        const Type *actual = type_of(walk, argument->value);
        if (declared->kind == TYPE_ARRAY && declared->first == parameter &&
            actual->kind == TYPE_ARRAY && actual->first->kind == TYPE_INLINE) {
            return true;
        }
    }
    return false;
}

static void walk_call(Walk *walk, Node *node) {
    Call *call = AST(node, NODE_CALL, Call);
    if (walk->is_final && is_stack_call(walk, node)) {
        node->flags |= NODE_STACK_RESULT;
    }
    const ProcessInfo *info = call->process ? call->process->as.process : NULL;
    for (uint32_t i = 0; info && walk->is_final && i < call->arguments.count; i++) {
        const Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        if (!argument->value->type || argument->index >= info->parameter_count) {
            continue;
        }
        const Type *declared = info->parameters[argument->index].type;
        check_function_value(walk, argument->value, declared);
        if (info->is_external && declared->kind == TYPE_PARAMETER &&
            !is_pushed_inline(walk, call, declared)) {
            check_stored(walk, argument->value, "a collection");
        }
    }
}

static void walk_construct(Walk *walk, Construct *construct) {
    const Type *type = type_of(walk, &construct->header);
    if (!type->aggregate) {
        return;
    }
    const FieldInfo *fields = type->kind == TYPE_VARIANT
                                  ? type->aggregate->variants[construct->variant_index].fields
                                  : type->aggregate->fields;
    uint32_t count = type->kind == TYPE_VARIANT
                         ? type->aggregate->variants[construct->variant_index].field_count
                         : type->aggregate->field_count;
    for (uint32_t i = 0; i < construct->arguments.count; i++) {
        const Argument *argument = AST(construct->arguments.items[i], NODE_ARGUMENT, Argument);
        if (argument->index < count && argument->value->type) {
            const Type *declared = fields[argument->index].type;
            check_function_value(walk, argument->value, declared);
            if (!lies_in_place(declared)) {
                check_stored(walk, argument->value, "a field");
            }
        }
    }
}

static void walk_lambda(Walk *walk, Lambda *lambda) {
    if (!walk->is_final || !lambda->body->type) {
        return;
    }
    if (is_stack_call(walk, lambda->body)) {
        lambda->header.flags |= NODE_STACK_COPY;
    }
    for (uint32_t i = 0; i < lambda->captures.count; i++) {
        const Node *capture = lambda->captures.items[i];
        Origin origin = origin_of(walk, capture);
        if (origin.depth > 0 && type_of(walk, capture)->kind != TYPE_FIXED_ARRAY) {
            Diagnostic *diagnostic = diagnostic_report(
                &walk->compilation->diagnostics, ERROR_stack_captured, capture->span,
                "a lambda cannot capture %s, which lies on the stack",
                name_of(walk, &origin, "what a call gave"));
            explain(walk, diagnostic, &origin, capture);
        }
    }
}

// --- The walk ------------------------------------------------------------------------------------

static void walk_node(Walk *walk, Node *node);

static void walk_list(Walk *walk, const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        walk_node(walk, list->items[i]);
    }
}

#define CHILD(x)                                                                                   \
    if (from->x) {                                                                                 \
        walk_node(walk, from->x);                                                                  \
    }
#define LIST(x) walk_list(walk, &from->x);
#define NODE(KIND, Struct, fields)                                                                 \
    static void walk_parts_##Struct(Walk *walk, Node *node) {                                      \
        Struct *from = (Struct *)(void *)node;                                                     \
        (void)from, (void)walk;                                                                    \
        fields                                                                                     \
    }
#include "ast.def"

static void walk_parts(Walk *walk, Node *node) {
    static void (*const functions[NODE_KIND_COUNT])(Walk *, Node *) = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = walk_parts_##Struct,
#include "ast.def"
    };
    functions[node->kind](walk, node);
}

static void look_at(Walk *walk, Node *node) {
    switch ((NodeKind)node->kind) {
    case NODE_LET:
        walk_let(walk, AST(node, NODE_LET, Let));
        break;
    case NODE_SET:
        walk_set(walk, AST(node, NODE_SET, Set));
        break;
    case NODE_RETURN:
        walk_return(walk, AST(node, NODE_RETURN, Return));
        break;
    case NODE_FOR_EACH:
        walk_for_each(walk, AST(node, NODE_FOR_EACH, ForEach));
        break;
    case NODE_MATCH:
        walk_match(walk, AST(node, NODE_MATCH, Match));
        break;
    case NODE_CALL:
        walk_call(walk, node);
        break;
    case NODE_CONSTRUCT:
        walk_construct(walk, AST(node, NODE_CONSTRUCT, Construct));
        break;
    case NODE_LAMBDA:
        walk_lambda(walk, AST(node, NODE_LAMBDA, Lambda));
        break;
    case NODE_ARRAY_LITERAL:
        check_items(walk, &AST(node, NODE_ARRAY_LITERAL, ArrayLiteral)->items,
                    type_of(walk, node)->first, "an array");
        break;
    case NODE_LIST_LITERAL:
        check_items(walk, &AST(node, NODE_LIST_LITERAL, ListLiteral)->items, NULL, "a list");
        break;
    case NODE_SET_LITERAL:
        check_items(walk, &AST(node, NODE_SET_LITERAL, SetLiteral)->items, NULL, "a set");
        break;
    case NODE_DICTIONARY_LITERAL:
        check_items(walk, &AST(node, NODE_DICTIONARY_LITERAL, DictionaryLiteral)->keys, NULL,
                    "a dictionary");
        check_items(walk, &AST(node, NODE_DICTIONARY_LITERAL, DictionaryLiteral)->values, NULL,
                    "a dictionary");
        break;
    default:
        break;
    }
}

// The kinds for which the checker began a scope.
static bool has_scope(const Node *node) {
    return node->kind == NODE_BLOCK || node->kind == NODE_FOR_RANGE ||
           node->kind == NODE_FOR_EACH || node->kind == NODE_CASE ||
           node->kind == NODE_ARENA_SCOPE || node->kind == NODE_LAMBDA;
}

static void walk_node(Walk *walk, Node *node) {
    // Long chains: operators lean to the left, branches to the right.
    while (node->kind == NODE_BINARY) {
        const Binary *binary = AST(node, NODE_BINARY, Binary);
        walk_node(walk, binary->right);
        node = binary->left;
    }
    while (node->kind == NODE_IF) {
        const If *branch = AST(node, NODE_IF, If);
        walk_node(walk, branch->condition);
        walk_node(walk, branch->then_block);
        if (!branch->else_block) {
            return;
        }
        node = branch->else_block;
    }
    look_at(walk, node);
    bool is_scope = has_scope(node);
    walk->depth += is_scope;
    walk_parts(walk, node);
    walk->depth -= is_scope;
}

static void walk_process(Walk *walk, Summary *summary) {
    walk->process = summary->node;
    walk->returned = (Origin){.depth = 0};
    if (walk->variable_count > 0) {
        memset(walk->variables, 0, walk->variable_count * sizeof(Variable));
    }
    const NodeList *parameters = &summary->node->parameters;
    for (uint32_t i = 0; i < parameters->count; i++) {
        const Symbol *symbol = AST(parameters->items[i], NODE_PARAMETER, Parameter)->symbol;
        variable_of(walk, symbol)->origin.parameters = parameter_bit(i);
    }
    bool is_final = walk->is_final;
    walk->is_final = false;
    walk->depth = 1;
    do {
        walk->has_changed = false;
        walk_node(walk, summary->node->body);
    } while (walk->has_changed);
    walk->is_final = is_final;
    if (is_final) {
        walk_node(walk, summary->node->body);
    }
}

// --- Summaries -----------------------------------------------------------------------------------

static bool returns_reference(const Process *node) {
    const Type *result = node->symbol->as.process->result;
    return type_is_reference(result) || result->kind == TYPE_PARAMETER;
}

// True if something new was found out.
static bool sum_up(Walk *walk, Summary *summary) {
    ProcessInfo *info = summary->node->symbol->as.process;
    walk_process(walk, summary);
    bool returns_stack =
        info->result->kind == TYPE_STRUCTURE && walk->returned.depth > 0 && !info->is_export;
    uint64_t parameters = summary->parameters | walk->returned.parameters;
    bool is_new = (returns_stack && !info->returns_stack) || parameters != summary->parameters;
    info->returns_stack |= returns_stack;
    summary->parameters = parameters;
    return is_new;
}

static uint32_t count_processes(const Program *program) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < program->module_count; i++) {
        const NodeList *nodes = &AST(program->modules[i]->ast, NODE_MODULE, Module)->declarations;
        for (uint32_t j = 0; j < nodes->count; j++) {
            count += nodes->items[j]->kind == NODE_PROCESS;
        }
    }
    return count;
}

// Collects the processes with a body and numbers them all.
static uint32_t collect(const Program *program, Summary *summaries) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < program->module_count; i++) {
        const NodeList *nodes = &AST(program->modules[i]->ast, NODE_MODULE, Module)->declarations;
        for (uint32_t j = 0; j < nodes->count; j++) {
            if (nodes->items[j]->kind != NODE_PROCESS) {
                continue;
            }
            Process *node = AST(nodes->items[j], NODE_PROCESS, Process);
            if (node->body && !node->symbol->as.process->is_external) {
                node->symbol->order = count;
                summaries[count++].node = node;
            }
        }
    }
    return count;
}

static void walk_initialisers(Walk *walk, const Program *program) {
    walk->process = NULL;
    for (uint32_t i = 0; i < program->module_count; i++) {
        const NodeList *nodes = &AST(program->modules[i]->ast, NODE_MODULE, Module)->declarations;
        for (uint32_t j = 0; j < nodes->count; j++) {
            if (nodes->items[j]->kind == NODE_LET) {
                walk->depth = BODY_DEPTH;
                walk_node(walk, nodes->items[j]);
            }
        }
    }
}

void check_escapes(Compilation *compilation) {
    const Program *program = &compilation->program;
    Walk walk = {.compilation = compilation};
    walk.summaries = memory_allocate((count_processes(program) + 1) * sizeof(Summary));
    uint32_t count = collect(program, walk.summaries);
    bool is_new = true;
    while (is_new) {
        is_new = false;
        for (uint32_t i = 0; i < count; i++) {
            if (returns_reference(walk.summaries[i].node)) {
                is_new |= sum_up(&walk, &walk.summaries[i]);
            }
        }
    }
    walk.is_final = true;
    for (uint32_t i = 0; i < count; i++) {
        compilation->position = walk.summaries[i].node->header.span.start;
        walk_process(&walk, &walk.summaries[i]);
    }
    walk_initialisers(&walk, program);
    memory_free(walk.variables);
    memory_free(walk.summaries);
}
