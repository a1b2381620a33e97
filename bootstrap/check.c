// The modules: globals, processes, default values.
#include "check_internal.h"

#include <string.h>

#include "limit.h"

// --- Default values ------------------------------------------------------------------------------

// Whether the default is being checked already: then it would need itself.
static bool is_default_cycle(const Checker *checker, const Symbol *process, uint32_t parameter) {
    for (const Body *body = checker->body; body; body = body->outer) {
        if (body->default_of == process && body->default_parameter == parameter) {
            return true;
        }
    }
    return false;
}

// Whether a default value may be checked here: one that no other needs always may.
static bool may_nest_default(const Checker *checker) {
    const Body *outermost = NULL;
    for (const Body *body = checker->body; body; body = body->outer) {
        outermost = body->default_of ? body : outermost;
    }
    if (!outermost) {
        checker->compilation->chain.defaults = 0;
        return true;
    }
    const ProcessInfo *info = outermost->default_of->as.process;
    return limit_default(checker->compilation,
                         info->parameters[outermost->default_parameter].value->span);
}

// Checks a copy of the default, in the scope of the process's module. `body` is new.
static Node *check_default_in(Checker *checker, Body *body, Symbol *process, uint32_t parameter,
                              Type *wanted) {
    const ParameterInfo *info = &process->as.process->parameters[parameter];
    body_begin(checker, body, process->module, true);
    body->default_of = process;
    body->default_parameter = parameter;
    body->type_parameters = process->as.process->type_parameters;
    body->type_parameter_count = process->as.process->type_parameter_count;
    Reason reason = {.what = "the parameter `%s` takes", .name = info->name->text};
    Node *value = check_as(checker, ast_clone(checker->arena, info->value), wanted, &reason);
    body_end(checker, body);
    return value;
}

Node *check_default(Checker *checker, Symbol *process, uint32_t parameter, Type **type_arguments,
                    Type *wanted, Span use) {
    const ParameterInfo *info = &process->as.process->parameters[parameter];
    if (is_default_cycle(checker, process, parameter)) {
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_default_cycle, info->value->span,
                              "the default value of `%s` depends on itself", info->name->text);
        diagnostic_help(checker->diagnostics, diagnostic,
                        "give the parameter a value where the process is called");
        return poison_node(checker, use);
    }
    if (!may_nest_default(checker) ||
        !limit_enter(checker->compilation, info->value->height, use)) {
        return poison_node(checker, use);
    }
    Body body = {.type_arguments = type_arguments};
    Node *value = check_default_in(checker, &body, process, parameter, wanted);
    limit_leave(checker->compilation, info->value->height);
    return value;
}

// --- Processes -----------------------------------------------------------------------------------

static void check_default_values(Checker *checker, Symbol *process) {
    const ProcessInfo *info = process->as.process;
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        uint32_t order = 0, lambda_count = 0;
        if (info->parameters[i].value && info->parameters[i].name) {
            Body body = {.order = &order,
                         .lambda_count = &lambda_count,
                         .symbol_prefix = info->assembly_name};
            checker->compilation->chain.defaults = 0;
            check_default_in(checker, &body, process, i, info->parameters[i].type);
        }
    }
}

static void bind_parameters(Checker *checker, const Process *node) {
    for (uint32_t i = 0; i < node->parameters.count; i++) {
        Symbol *symbol = AST(node->parameters.items[i], NODE_PARAMETER, Parameter)->symbol;
        symbol->block_depth = checker->body->block_depth;
        symbol->order = (*checker->body->order)++;
        bind_name(checker, symbol, BINDING_PLAIN);
    }
}

static bool ends_with_assembly(const Node *block) {
    const NodeList *statements = &AST((Node *)block, NODE_BLOCK, Block)->statements;
    return statements->count > 0 && statements->items[statements->count - 1]->kind == NODE_ASSEMBLY;
}

static void check_end(Checker *checker, const Process *node, Flow flow) {
    Type *result = node->symbol->as.process->result;
    if (flow != FLOW_ON || result->kind == TYPE_NOTHING || result->kind == TYPE_POISON ||
        ends_with_assembly(node->body) || checker->is_damaged) {
        return;
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, WARNING_missing_return, node->name_span,
                          "`%s` returns %s, but may end without a Return", node->name->text,
                          type_phrase(checker, result));
    diagnostic_note(checker->diagnostics, diagnostic, node->end_span,
                    "here it ends, and its result is 0");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "write a Return with a value before the end, or leave out `returns`");
}

static void check_body(Checker *checker, Process *node) {
    Symbol *process = node->symbol;
    const ProcessInfo *info = process->as.process;
    uint32_t order = 0, lambda_count = 0;
    const Name *prefix = info->assembly_name;
    if (info->is_export) {
        prefix = intern_format(checker->names, "%s.%s", process->module->name->text,
                               process->name->text);
    }
    Body body = {.process = process,
                 .order = &order,
                 .lambda_count = &lambda_count,
                 .symbol_prefix = prefix,
                 .has_assembly = info->has_assembly};
    body_begin(checker, &body, process->module, true);
    body.type_parameters = info->type_parameters;
    body.type_parameter_count = info->type_parameter_count;
    ScopeMark mark = scope_begin(checker);
    bind_parameters(checker, node);
    Flow flow = check_block(checker, node->body);
    scope_end(checker, mark);
    body_end(checker, &body);
    check_end(checker, node, flow);
}

static void check_process(Checker *checker, Node *declaration) {
    Process *node = AST(declaration, NODE_PROCESS, Process);
    check_default_values(checker, node->symbol);
    if (!node->symbol->as.process->is_external && node->body) {
        check_body(checker, node);
    }
}

// --- Globals -------------------------------------------------------------------------------------

static void check_initialiser(Checker *checker, Symbol *symbol, Let *node) {
    LoadedModule *module = symbol->module;
    Body body = {.outer = NULL};
    Body *outer = checker->body;
    checker->body = NULL; // its variables and counters are no business of the initialiser
    body.order = &checker->initialiser_order;
    body.lambda_count = &checker->lambda_counts[module->index];
    body.symbol_prefix = intern_format(checker->names, "%s.global", module->name->text);
    body_begin(checker, &body, module, true);
    if (outer) { // deeper, so that none of the variables around is seen
        body.level = body.lowest_level = outer->level + 1;
    }
    if (symbol->type) {
        Reason reason = {.what = "the variable `%s` is",
                         .name = symbol->name->text,
                         .declared = node->annotation ? node->annotation->span : node->name_span};
        node->value = check_as(checker, node->value, symbol->type, &reason);
    } else {
        node->value = check_value(checker, node->value, NULL);
        symbol->type = node->value->type->kind == TYPE_NULL ? type_variable(checker->types)
                                                            : node->value->type;
        if (symbol->type->kind == TYPE_FIXED_ARRAY) {
            symbol->flags |= SYMBOL_STACK_OBJECT;
        }
    }
    body_end(checker, &body);
    checker->body = outer;
}

void check_global(Checker *checker, Symbol *symbol, Span use) {
    if (symbol->flags & SYMBOL_RESOLVED) {
        return;
    }
    if (symbol->flags & SYMBOL_IN_PROGRESS) {
        if (symbol->type) {
            return; // a lambda may use the variable that holds it
        }
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_global_cycle, use,
                              "the value of `%s` depends on itself", symbol->name->text);
        diagnostic_note(checker->diagnostics, diagnostic, symbol->span, "declared here");
        symbol->type = checker->types->poison;
        return;
    }
    symbol->flags |= SYMBOL_IN_PROGRESS;
    Let *node = AST(symbol->declaration, NODE_LET, Let);
    uint32_t height = node->value ? node->value->height : 0;
    if (node->value && limit_enter(checker->compilation, height, use)) {
        check_initialiser(checker, symbol, node);
        limit_leave(checker->compilation, height);
    } else if (!symbol->type) {
        symbol->type = checker->types->poison; // lost to an error
    }
    symbol->flags &= (uint8_t)~SYMBOL_IN_PROGRESS;
    symbol->flags |= SYMBOL_RESOLVED;
}

// --- Program -------------------------------------------------------------------------------------

static void check_declaration(Checker *checker, Node *declaration) {
    checker->compilation->position = declaration->span.start;
    if (declaration->kind == NODE_PROCESS) {
        check_process(checker, declaration);
    } else if (declaration->kind == NODE_LET) {
        Symbol *symbol = AST(declaration, NODE_LET, Let)->symbol;
        check_global(checker, symbol, symbol->span);
    }
}

void check_program(Compilation *compilation) {
    const Program *program = &compilation->program;
    Checker checker = {.compilation = compilation,
                       .diagnostics = &compilation->diagnostics,
                       .types = &compilation->types,
                       .names = &compilation->names,
                       .arena = compilation->arena};
    checker.is_damaged = compilation->diagnostics.error_count > 0;
    checker.lambda_counts = memory_allocate((program->module_count + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < program->module_count; i++) {
        const NodeList *declarations =
            &AST(program->modules[i]->ast, NODE_MODULE, Module)->declarations;
        for (uint32_t j = 0; j < declarations->count; j++) {
            check_declaration(&checker, declarations->items[j]);
        }
    }
    assert(checker.bindings.count == 0);
    vector_destroy(&checker.bindings);
    memory_free(checker.lambda_counts);
    check_escapes(compilation);
}
