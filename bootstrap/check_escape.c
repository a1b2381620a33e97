// References to stack objects: which processes give their caller one, where its storage is, and
// which references would outlive their object.
//
// A stack object is a `Let x as Structure`, a fixed array, or what a call of a process gives that
// returns such a structure. For each variable the innermost block is found whose objects it may
// refer to, whatever the order of the statements; then each use is looked at. What a process
// returns is summed up first, until nothing changes: a stack structure of its own, and which of its
// parameters; and what it does with its parameters (check_effect.c).
#include "check_escape_internal.h"

#include <string.h>

// --- Messages ------------------------------------------------------------------------------------

const char *name_of(Walk *walk, const Origin *origin, const char *otherwise) {
    return origin->object
               ? intern_format(&walk->compilation->names, "`%s`", origin->object->name->text)->text
               : otherwise;
}

void explain_origin(Walk *walk, Diagnostic *diagnostic, const Origin *origin, const Node *value) {
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
    explain_origin(walk, diagnostic, &origin, value);
}

// --- Variables -----------------------------------------------------------------------------------

static bool has_alias(const Variable *variable, const Symbol *alias, Position site) {
    const Alias *known = variable->aliases;
    while (known && (known->symbol != alias || known->site != site)) {
        known = known->next;
    }
    return known != NULL;
}

// The variable's own object is also known as `alias`.
static void note_alias(Walk *walk, const Node *value, const Symbol *alias) {
    while (value->kind == NODE_CONVERT) {
        value = AST((Node *)value, NODE_CONVERT, Convert)->operand;
    }
    const Symbol *symbol =
        value->kind == NODE_NAME ? AST((Node *)value, NODE_NAME, NameExpression)->symbol : NULL;
    if (!is_local(symbol) || symbol == alias || symbol->type->kind == TYPE_FIXED_ARRAY) {
        return;
    }
    Variable *variable = variable_of(walk, symbol);
    if (!has_alias(variable, alias, value->span.start)) {
        Alias *known = runa_arena_allocate(walk->compilation->arena, sizeof *known);
        *known = (Alias){.symbol = alias, .site = value->span.start, .next = variable->aliases};
        variable->aliases = known;
    }
}

// Another walk is needed only if the variable has been looked at before.
static void learn(Walk *walk, const Symbol *symbol, Origin origin) {
    Variable *variable = variable_of(walk, symbol);
    walk->has_changed |= origin_merge(&variable->origin, origin) && variable->is_read;
}

// A parameter has no storage of its own: the call keeps its result, to the end of the process.
static void own_result(Walk *walk, Symbol *symbol, Node *value) {
    Variable *variable = variable_of(walk, symbol);
    variable->is_stack_result |= is_surely_stack(walk, value);
    variable->is_other_value |= !is_surely_stack(walk, value);
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
    variable_of(walk, symbol)->is_other_value = true;
    if (!may_have_origin(walk, value)) {
        return;
    }
    note_alias(walk, value, symbol);
    learn(walk, symbol, origin_of(walk, value));
}

// Once the value is assigned.
static void check_lifetime(Walk *walk, const Symbol *symbol, const Node *value) {
    if (!walk->is_final || is_copied(symbol) || is_stack_call(walk, value)) {
        return;
    }
    Origin origin = origin_of(walk, value);
    if (origin.depth <= depth_of(symbol)) {
        return;
    }
    Diagnostic *diagnostic =
        diagnostic_report(&walk->compilation->diagnostics, ERROR_stack_outlived, value->span,
                          "`%s` lasts longer than %s, to which it would refer", symbol->name->text,
                          name_of(walk, &origin, "what this call gives"));
    diagnostic_note(&walk->compilation->diagnostics, diagnostic, symbol->span,
                    "`%s` is declared here", symbol->name->text);
    explain_origin(walk, diagnostic, &origin, value);
}

// Whether the alias refers to the object when the place is reached: it is made to before, or in an
// earlier turn of a loop around both, and its own block has not ended.
static bool is_alive(Walk *walk, const Alias *alias, Position place) {
    Position scope_end = variable_of(walk, alias->symbol)->scope_end;
    if (scope_end != 0 && place >= scope_end) {
        return false;
    }
    bool is_before = alias->site < place;
    for (const LoopSpan *loop = walk->loop; loop && !is_before; loop = loop->outer) {
        is_before = loop->start > alias->symbol->span.start && alias->site < loop->end;
    }
    return is_before;
}

// An alias of the symbol, or an alias of one, that is alive at the place; NULL: there is none.
static const Symbol *find_alias(Walk *walk, const Symbol *symbol, Position place) {
    Variable *variable = variable_of(walk, symbol);
    const Symbol *found = NULL;
    if (variable->is_visited) {
        return NULL;
    }
    variable->is_visited = true;
    for (const Alias *alias = variable->aliases; alias && !found; alias = alias->next) {
        found =
            is_alive(walk, alias, place) ? alias->symbol : find_alias(walk, alias->symbol, place);
    }
    variable_of(walk, symbol)->is_visited = false;
    return found;
}

// Set x to make(): the new structure takes the place of the old one, to which another name may
// refer.
static void check_replaced(Walk *walk, const Symbol *symbol, const Node *value) {
    if (!walk->is_final || !is_stack_call(walk, value)) {
        return;
    }
    const Symbol *alias = find_alias(walk, symbol, value->span.start);
    if (!alias || alias == symbol) {
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

// The target is changed inside of an object.
static void check_changed(Walk *walk, const Node *target) {
    const Node *object = target;
    if (target->kind == NODE_FIELD) {
        object = AST((Node *)target, NODE_FIELD, Field)->object;
    } else if (target->kind == NODE_INDEX) {
        object = AST((Node *)target, NODE_INDEX, Index)->object;
    } else if (!lies_in_place(type_of(walk, target))) {
        return;
    }
    if (!object->type) {
        return;
    }
    note_write(walk, object);
    Origin origin = origin_of(walk, object);
    if (walk->is_final && origin.constant) {
        diagnostic_report(&walk->compilation->diagnostics, ERROR_not_settable, target->span,
                          "this lies in `%s`, which is a Constant and cannot be changed",
                          origin.constant->name->text);
    }
}

static void note_stored_in(Walk *walk, const Node *value, const Node *target) {
    const Node *object = target->kind == NODE_FIELD ? AST((Node *)target, NODE_FIELD, Field)->object
                         : target->kind == NODE_INDEX
                             ? AST((Node *)target, NODE_INDEX, Index)->object
                             : NULL;
    note_store(walk, value, object);
}

static void walk_set(Walk *walk, Set *set) {
    if (set->target->type) {
        check_changed(walk, set->target);
    }
    if (set->operator!= OPERATOR_NONE || !set->target->type || !set->value->type) {
        return;
    }
    Symbol *symbol =
        set->target->kind == NODE_NAME ? AST(set->target, NODE_NAME, NameExpression)->symbol : NULL;
    if (is_local(symbol) && symbol->type->kind != TYPE_FIXED_ARRAY) { // those are copied
        note_arena_value(walk, symbol, set->value, false);
        assign(walk, symbol, set->value);
        check_lifetime(walk, symbol, set->value);
        check_replaced(walk, symbol, set->value);
    } else if (!lies_in_place(type_of(walk, set->target))) {
        const char *where = set->target->kind == NODE_FIELD   ? "a field"
                            : set->target->kind == NODE_INDEX ? "an element"
                                                              : "a global variable";
        check_stored(walk, set->value, where);
        note_stored_in(walk, set->value, set->target);
    }
}

static void walk_let(Walk *walk, Let *let) {
    if (let->symbol && let->symbol->flags & SYMBOL_STACK_OBJECT) {
        walk->is_plain = false;
    }
    if (!let->value || !let->symbol || !let->value->type) {
        return;
    }
    Symbol *symbol = let->symbol;
    if (symbol->kind == SYMBOL_LOCAL) {
        variable_of(walk, symbol)->scope_end = walk->scope_end;
        note_arena_value(walk, symbol, let->value, true);
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
    explain_origin(walk, diagnostic, origin, value);
}

static void report_exported(Walk *walk, const Node *value, const Origin *origin) {
    Diagnostic *diagnostic =
        diagnostic_report(&walk->compilation->diagnostics, ERROR_stack_exported, value->span,
                          "an Export Process cannot return a structure of its stack: C would not "
                          "give storage for it");
    explain_origin(walk, diagnostic, origin, value);
}

// The caller of a process that gives now a stack structure, now an owned one cannot know whether to
// free it.
static void check_mixed(Walk *walk, const Node *value, const Origin *origin) {
    if (!walk->is_final || !origin->is_owned || origin->depth > 0 ||
        !walk->process->symbol->as.process->returns_stack) {
        return;
    }
    Diagnostics *diagnostics = &walk->compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(
        diagnostics, WARNING_mixed_return, value->span,
        "this is on the heap, and what another Return of `%s` gives is on the stack: the caller "
        "cannot know whether to free it",
        walk->process->name->text);
    diagnostic_note(diagnostics, diagnostic, walk->summary->stack_return, "on the stack");
    diagnostic_help(diagnostics, diagnostic,
                    "return `copy of …` there, for the caller to free, or a structure of a Let "
                    "without a value here");
}

static void walk_return(Walk *walk, Return *node) {
    if (!node->value || !node->value->type || !walk->process) {
        return;
    }
    Origin origin = origin_of(walk, node->value);
    origin_merge(&walk->returned, origin);
    check_mixed(walk, node->value, &origin);
    check_arena_return(walk, node->value);
    if (origin.depth == 0) {
        walk->has_other_return = true;
        return;
    }
    walk->stack_return = node->value->span;
    if (!walk->is_final) {
        return;
    }
    if (type_of(walk, node->value)->kind != TYPE_STRUCTURE) {
        report_returned(walk, node->value, &origin);
    } else if (walk->process->symbol->as.process->is_export) {
        report_exported(walk, node->value, &origin);
    } else if (is_stack_call(walk, node->value)) { // it puts it where the caller wants it
        node->value->flags |= NODE_PASSED_ON;
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
    if (declared->kind != TYPE_FUNCTION || declared->first->kind != TYPE_PARAMETER) {
        return;
    }
    walk->is_plain = false;
    if (!walk->is_final) {
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
    if (is_stack_call(walk, node)) {
        walk->is_plain = false;
        node->flags |= walk->is_final ? NODE_STACK_RESULT : 0;
    }
    const ProcessInfo *info = call->process ? call->process->as.process : NULL;
    for (uint32_t i = 0; info && i < call->arguments.count; i++) {
        const Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        if (!argument->value->type || argument->index >= info->parameter_count) {
            continue;
        }
        const Type *declared = info->parameters[argument->index].type;
        check_function_value(walk, argument->value, declared);
        if (walk->is_final && info->is_external && declared->kind == TYPE_PARAMETER &&
            !only_looks(call->process) && !is_pushed_inline(walk, call, declared)) {
            check_stored(walk, argument->value, "a collection");
        }
    }
    check_effects(walk, node);
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
    walk->is_plain = false;
    if (!walk->is_final || !lambda->body->type) {
        return;
    }
    if (is_stack_call(walk, lambda->body)) {
        lambda->body->flags |= NODE_PASSED_ON;
    }
    for (uint32_t i = 0; i < lambda->captures.count; i++) {
        const Node *capture = lambda->captures.items[i];
        Origin origin = origin_of(walk, capture);
        if (origin.depth > 0 && type_of(walk, capture)->kind != TYPE_FIXED_ARRAY) {
            Diagnostic *diagnostic = diagnostic_report(
                &walk->compilation->diagnostics, ERROR_stack_captured, capture->span,
                "a lambda cannot capture %s, which lies on the stack",
                name_of(walk, &origin, "what a call gave"));
            explain_origin(walk, diagnostic, &origin, capture);
        }
    }
}

// --- The walk ------------------------------------------------------------------------------------

static void walk_node(Walk *walk, Node *node);

static const bool has_parts[NODE_KIND_COUNT] = {
#define CHILD(x) || true
#define LIST(x) || true
#define NODE(KIND, Struct, fields) [NODE_##KIND] = false fields,
#include "ast.def"
};

// Half of the nodes have no parts, and mean nothing by themselves. `node` may be NULL.
static inline void walk_part(Walk *walk, Node *node) {
    if (node && has_parts[node->kind]) {
        walk_node(walk, node);
    }
}

static void walk_list(Walk *walk, const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        walk_part(walk, list->items[i]);
    }
}

#define CHILD(x) walk_part(walk, from->x);
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
static const bool has_scope[NODE_KIND_COUNT] = {
    [NODE_BLOCK] = true, [NODE_FOR_RANGE] = true,   [NODE_FOR_EACH] = true,
    [NODE_CASE] = true,  [NODE_ARENA_SCOPE] = true, [NODE_LAMBDA] = true,
};

// 0 if the node is no loop.
static Position end_of_loop(const Node *node) {
    Node *inner = (Node *)node;
    const Node *body = node->kind == NODE_WHILE       ? AST(inner, NODE_WHILE, While)->body
                       : node->kind == NODE_FOR_RANGE ? AST(inner, NODE_FOR_RANGE, ForRange)->body
                       : node->kind == NODE_FOR_EACH  ? AST(inner, NODE_FOR_EACH, ForEach)->body
                                                      : NULL;
    return body ? AST((Node *)body, NODE_BLOCK, Block)->end_span.end : 0;
}

// Loops, and what else the nodes inside must know of.
static void walk_around(Walk *walk, Node *node) {
    bool is_scope = has_scope[node->kind];
    bool is_arena = node->kind == NODE_ARENA_SCOPE;
    bool was_in_scope = walk->is_in_scope;
    Position scope_end = walk->scope_end;
    LoopSpan loop = {node->span.start, end_of_loop(node), walk->loop};
    walk->scope_end =
        node->kind == NODE_BLOCK ? AST(node, NODE_BLOCK, Block)->end_span.end : scope_end;
    walk->loop = loop.end > 0 ? &loop : loop.outer;
    walk->depth += is_scope;
    walk->arena_depth += is_arena;
    walk->is_plain &= !is_arena;
    walk->is_in_scope = is_arena ? !(node->flags & NODE_USES) : was_in_scope;
    walk_parts(walk, node);
    walk->arena_depth -= is_arena;
    walk->is_in_scope = was_in_scope;
    walk->depth -= is_scope;
    walk->loop = loop.outer;
    walk->scope_end = scope_end;
}

static void walk_node(Walk *walk, Node *node) {
    // Long chains: operators lean to the left, branches to the right.
    while (node->kind == NODE_BINARY) {
        const Binary *binary = AST(node, NODE_BINARY, Binary);
        walk_part(walk, binary->right);
        node = binary->left;
    }
    while (node->kind == NODE_IF) {
        const If *branch = AST(node, NODE_IF, If);
        walk_part(walk, branch->condition);
        walk_part(walk, branch->then_block);
        if (!branch->else_block) {
            return;
        }
        node = branch->else_block;
    }
    if (!has_parts[node->kind]) {
        return;
    }
    look_at(walk, node);
    if (has_scope[node->kind] || node->kind == NODE_WHILE) {
        walk_around(walk, node);
    } else {
        walk_parts(walk, node);
    }
}

// Starts without knowing anything of the variables but the parameters.
static void begin_process(Walk *walk, Summary *summary) {
    walk->process = summary->node;
    walk->summary = summary;
    walk->returned = (Origin){.depth = 0};
    if (walk->used_count > 0) {
        memset(walk->variables, 0, walk->used_count * sizeof(Variable));
        walk->used_count = 0;
    }
    const NodeList *parameters = &summary->node->parameters;
    for (uint32_t i = 0; i < parameters->count; i++) {
        const Symbol *symbol = AST(parameters->items[i], NODE_PARAMETER, Parameter)->symbol;
        Origin *origin = &variable_of(walk, symbol)->origin;
        origin->parameters = origin->roots = parameter_bit(i);
        variable_of(walk, symbol)->is_other_value = true;
    }
    walk->depth = 1;
    walk->arena_depth = 0;
    walk->is_in_scope = false;
    walk->scope_end = 0;
    walk->loop = NULL;
}

static void walk_process(Walk *walk, Summary *summary) {
    begin_process(walk, summary);
    bool is_final = walk->is_final;
    walk->is_final = false;
    do {
        walk->has_changed = false;
        walk->has_other_return = false;
        walk_node(walk, summary->node->body);
    } while (walk->has_changed);
    walk->is_final = is_final;
    if (is_final) {
        walk_node(walk, summary->node->body);
    }
}

// --- Summaries -----------------------------------------------------------------------------------

static bool is_reference(const Type *type) {
    return type_is_reference(type) || type->kind == TYPE_PARAMETER ||
           type->kind == TYPE_FIXED_ARRAY || (type->kind == TYPE_INTEGER && type->size == 8);
}

// Whether a call of the process needs to know more of it than its declaration.
static bool passes_references(const Process *node) {
    const ProcessInfo *info = node->symbol->as.process;
    bool result = is_reference(info->result);
    for (uint32_t i = 0; i < info->parameter_count && !result; i++) {
        result = is_reference(info->parameters[i].type);
    }
    return result;
}

// What the process returns, as far as a caller may refer to it.
static bool sum_up_result(Walk *walk, Summary *summary) {
    Summary before = *summary;
    const Type *result = summary->node->symbol->as.process->result;
    if (type_is_reference(result) || result->kind == TYPE_PARAMETER) {
        summary->parameters |= walk->returned.parameters;
        summary->roots |= walk->returned.roots;
        summary->is_outer |= walk->returned.is_outer;
        summary->is_owned |= walk->returned.is_owned;
    }
    summary->stack_return = walk->stack_return;
    summary->is_always_stack = !walk->has_other_return;
    return before.parameters != summary->parameters || before.roots != summary->roots ||
           before.is_outer != summary->is_outer || before.is_owned != summary->is_owned ||
           before.is_always_stack != summary->is_always_stack;
}

// True if something new was found out.
static bool sum_up(Walk *walk, Summary *summary) {
    ProcessInfo *info = summary->node->symbol->as.process;
    walk->has_new_effect = false;
    walk->is_plain = true;
    walk_process(walk, summary);
    summary->is_known = true;
    summary->is_plain = walk->is_plain;
    bool returns_stack =
        info->result->kind == TYPE_STRUCTURE && walk->returned.depth > 0 && !info->is_export;
    bool is_new = sum_up_result(walk, summary) || walk->has_new_effect ||
                  (returns_stack && !info->returns_stack);
    info->returns_stack |= returns_stack;
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
            if (node->symbol->as.process->is_external) {
                node->symbol->order = library_order(node->symbol->as.process);
            } else if (node->body) {
                node->symbol->order = count;
                summaries[count++].node = node;
            }
        }
    }
    return count;
}

static void enqueue(PointerVector *queue, Summary *summary) {
    if (!summary->is_queued && passes_references(summary->node)) {
        summary->is_queued = true;
        vector_push(queue, summary);
    }
}

// Sums up every process, and again those that call one of which something new was found out.
static void sum_up_all(Walk *walk, uint32_t count) {
    PointerVector queue = {0};
    for (uint32_t i = 0; i < count; i++) {
        enqueue(&queue, &walk->summaries[i]);
    }
    for (uint32_t i = 0; i < queue.count; i++) {
        Summary *summary = queue.items[i];
        summary->is_queued = false;
        if (sum_up(walk, summary)) {
            for (const Caller *caller = summary->callers; caller; caller = caller->next) {
                enqueue(&queue, caller->summary);
            }
        }
    }
    vector_destroy(&queue);
}

static void walk_initialisers(Walk *walk, const Program *program) {
    walk->process = NULL;
    walk->summary = NULL;
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
    sum_up_all(&walk, count);
    walk.is_final = true;
    for (uint32_t i = 0; i < count; i++) {
        compilation->position = walk.summaries[i].node->header.span.start;
        if (!walk.summaries[i].is_plain) {
            walk_process(&walk, &walk.summaries[i]);
        }
    }
    walk_initialisers(&walk, program);
    memory_free(walk.variables);
    memory_free(walk.summaries);
}
