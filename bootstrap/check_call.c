// Calls: what is called, its arguments, and what its type parameters stand for.
#include "check_internal.h"

#include <string.h>

// --- Type parameters -----------------------------------------------------------------------------

Type **fresh_variables(Checker *checker, uint32_t count) {
    Type **variables = pool_allocate(&checker->compilation->pool, (count + 1) * sizeof(Type *));
    for (uint32_t i = 0; i < count; i++) {
        variables[i] = type_variable(checker->types);
    }
    return variables;
}

Node *represent(Checker *checker, Node *node, Type *declared) {
    if (declared->kind != TYPE_PARAMETER || is_poison(node)) {
        return node;
    }
    TypeKind kind = (TypeKind)settled(checker, node->type)->kind;
    if (kind != TYPE_FLOAT && kind != TYPE_VARIABLE) {
        return node; // a word already
    }
    return implicit_convert(checker, node, declared);
}

// A name that means a variant, whose type may come from the context.
static bool is_bare_variant(Checker *checker, const Node *node) {
    if (node->kind == NODE_CALL) { // Some with …
        const Call *call = AST((Node *)node, NODE_CALL, Call);
        return (node->flags & NODE_WITH) && call->callee && is_bare_variant(checker, call->callee);
    }
    if (node->kind != NODE_NAME) {
        return false;
    }
    const NameExpression *name = AST((Node *)node, NODE_NAME, NameExpression);
    if (name->symbol || is_variable(checker, name->name)) {
        return false;
    }
    const Symbol *symbol = find_symbol_quietly(checker, name->name);
    bool is_value = symbol && symbol->kind != SYMBOL_TYPE && symbol->kind != SYMBOL_MODULE;
    return !is_value && has_variant(checker, name->name);
}

bool is_soft(Checker *checker, const Node *node) {
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
    case NODE_FLOAT_LITERAL:
    case NODE_NOTHING_LITERAL:
    case NODE_LAMBDA:
    case NODE_CONSTRUCT:
    case NODE_ARRAY_LITERAL:
    case NODE_LIST_LITERAL:
    case NODE_SET_LITERAL:
    case NODE_DICTIONARY_LITERAL:
        return true;
    default:
        return is_bare_variant(checker, node);
    }
}

// --- A call of a process under construction ------------------------------------------------------

typedef struct ProcessCall {
    Call *call;
    Symbol *process;
    const ProcessInfo *info;
    Argument **by_parameter; // in the arena; NULL where nothing is given
    Type **variables;        // what the type parameters stand for
    bool has_receiver;       // the first argument stands before the dot, and is checked
} ProcessCall;

static Type *parameter_type(Checker *checker, const ProcessCall *call, uint32_t index) {
    return settled(checker, type_substitute(checker->types, call->info->parameters[index].type,
                                            call->info->type_parameters, call->variables,
                                            call->info->type_parameter_count));
}

static void note_declaration(Checker *checker, Diagnostic *diagnostic, const Symbol *process) {
    diagnostic_note(checker->diagnostics, diagnostic, process->span, "`%s` is declared here",
                    process->name->text);
}

// After an error about the callee: the arguments are checked for their own errors.
static Node *poison_call(Checker *checker, Call *call) {
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        if (!argument->value->type) {
            argument->value = check_value(checker, argument->value, NULL);
        }
    }
    return poison_node(checker, call->header.span);
}

// --- Which argument is which parameter's ---------------------------------------------------------

static void report_unknown_argument(Checker *checker, const ProcessCall *call,
                                    const Argument *argument) {
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_unknown_argument,
                                               argument->name_span, "`%s` has no parameter `%s`",
                                               call->process->name->text, argument->name->text);
    note_declaration(checker, diagnostic, call->process);
    Suggestion suggestion = {.wanted = argument->name->text};
    for (uint32_t i = 0; i < call->info->parameter_count; i++) {
        if (call->info->parameters[i].name) {
            suggestion_offer(&suggestion, call->info->parameters[i].name->text);
        }
    }
    report_suggestion(checker, diagnostic, &suggestion, argument->name_span);
}

static void report_repeated_argument(Checker *checker, const Argument *argument,
                                     const Argument *first, const char *name) {
    Span span = argument->name ? argument->name_span : argument->header.span;
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_repeated_argument, span,
                                               "the parameter `%s` is given twice", name);
    diagnostic_note(checker->diagnostics, diagnostic, first->header.span, "it has its value here");
}

// The number of the parameter, or parameter_count. Looks first where it is if all are given in
// order.
static uint32_t find_parameter(const ProcessInfo *info, const Name *name, uint32_t place) {
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        uint32_t index = (place + i) % info->parameter_count;
        if (info->parameters[index].name == name) {
            return index;
        }
    }
    return info->parameter_count;
}

static bool assign_named(Checker *checker, ProcessCall *call) {
    const NodeList *arguments = &call->call->arguments;
    bool is_good = true;
    for (uint32_t i = 0; i < arguments->count; i++) {
        Argument *argument = AST(arguments->items[i], NODE_ARGUMENT, Argument);
        if (!argument->name) {
            continue;
        }
        uint32_t index = find_parameter(call->info, argument->name, i);
        argument->index = index;
        if (index == call->info->parameter_count) {
            report_unknown_argument(checker, call, argument);
            is_good = false;
        } else if (call->by_parameter[index]) {
            report_repeated_argument(checker, argument, call->by_parameter[index],
                                     argument->name->text);
            argument->index = call->info->parameter_count;
            is_good = false;
        } else {
            call->by_parameter[index] = argument;
        }
    }
    return is_good;
}

static void report_extra_argument(Checker *checker, const ProcessCall *call,
                                  const Argument *argument) {
    uint32_t count = call->info->parameter_count, given = call->call->arguments.count;
    count -= call->has_receiver && count > 0;
    given -= call->has_receiver;
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_extra_argument, argument->header.span,
                          "`%s` takes %u argument%s%s, but %u %s given", call->process->name->text,
                          count, count == 1 ? "" : "s", call->has_receiver ? " behind the dot" : "",
                          given, given == 1 ? "is" : "are");
    note_declaration(checker, diagnostic, call->process);
}

// Positional arguments fill the free parameters in order.
static bool assign_positional(Checker *checker, ProcessCall *call) {
    const NodeList *arguments = &call->call->arguments;
    uint32_t next = 0;
    bool is_good = true;
    for (uint32_t i = 0; i < arguments->count; i++) {
        Argument *argument = AST(arguments->items[i], NODE_ARGUMENT, Argument);
        if (argument->name) {
            continue;
        }
        while (next < call->info->parameter_count && call->by_parameter[next]) {
            next++;
        }
        argument->index = next;
        if (next < call->info->parameter_count) {
            call->by_parameter[next] = argument;
        } else if (is_good) { // one message for all of them
            report_extra_argument(checker, call, argument);
            is_good = false;
        }
    }
    return is_good;
}

static void report_missing_arguments(Checker *checker, const ProcessCall *call, const char *names,
                                     uint32_t count) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_missing_argument, call->call->header.span,
                          "the parameter%s %s of `%s` %s no value", count == 1 ? "" : "s", names,
                          call->process->name->text, count == 1 ? "gets" : "get");
    note_declaration(checker, diagnostic, call->process);
    if (call->info->parameter_count == 1 && strcmp(names, "`nothing`") == 0)
        diagnostic_help(
            checker->diagnostics, diagnostic,
            "`nothing` is a name like any other: to take nothing, leave `takes nothing` "
            "out of the header");
}

// The first of the fields given to the constructor, behind another, that it does not have or that
// is given before; its number, or 0.
static uint32_t first_strange(Checker *checker, const Construct *construct) {
    const NodeList *fields = &construct->arguments;
    for (uint32_t i = 1; i < fields->count; i++) {
        const Name *name = AST(fields->items[i], NODE_ARGUMENT, Argument)->name;
        bool is_strange = name && !may_construct_field(checker, construct, name);
        for (uint32_t before = 0; before < i && name && !is_strange; before++) {
            is_strange = AST(fields->items[before], NODE_ARGUMENT, Argument)->name == name;
        }
        if (is_strange) {
            return i;
        }
    }
    return 0;
}

static bool lacks_parameter(const ProcessCall *call, const Name *name) {
    uint32_t index = find_parameter(call->info, name, 0);
    return index < call->info->parameter_count && !call->by_parameter[index];
}

static void report_without_parentheses(Checker *checker, const Construct *construct,
                                       uint32_t place) {
    Node **fields = construct->arguments.items;
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_needs_parentheses, fields[place]->span,
                          "a constructor that another value follows must stand in parentheses");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "write `(a Point with …)`: without them a comma goes on with its fields");
    Position start = construct->header.span.start, end = fields[place - 1]->span.end;
    diagnostic_fix(checker->diagnostics, diagnostic, (Span){start, start}, "(");
    diagnostic_fix(checker->diagnostics, diagnostic, (Span){end, end}, ")");
}

// `f(a Card with id 7, n as 1)`: the constructor has taken what is the parameter's. Reported,
// unless the parser did, and taken back.
static bool report_taken(Checker *checker, const ProcessCall *call, Construct *construct) {
    NodeList *fields = &construct->arguments;
    uint32_t place = first_strange(checker, construct);
    if (place == 0 || (construct->header.flags & NODE_PARENTHESES) ||
        !lacks_parameter(call, AST(fields->items[place], NODE_ARGUMENT, Argument)->name)) {
        return false;
    }
    if (!(construct->header.flags & NODE_DAMAGED)) {
        report_without_parentheses(checker, construct, place);
    }
    fields->count = place;
    return true;
}

static bool is_taken_by_constructor(Checker *checker, const ProcessCall *call) {
    const NodeList *arguments = &call->call->arguments;
    for (uint32_t i = 0; i < arguments->count; i++) {
        Node *value = AST(arguments->items[i], NODE_ARGUMENT, Argument)->value;
        if (value->kind == NODE_CONSTRUCT && !value->type &&
            report_taken(checker, call, AST(value, NODE_CONSTRUCT, Construct))) {
            return true;
        }
    }
    return false;
}

static bool check_missing(Checker *checker, const ProcessCall *call) {
    const ProcessInfo *info = call->info;
    const char *names = "";
    uint32_t count = 0;
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        bool is_missing = !call->by_parameter[i] && !info->parameters[i].value;
        if (is_missing && info->parameters[i].name) {
            if (count == 0 && is_taken_by_constructor(checker, call)) {
                return false; // and so are the next ones, perhaps
            }
            const char *separator = count == 0 ? "" : ", ";
            if (count < MOST_NAMES) {
                names = format_text(checker, "%s%s`%s`", names, separator,
                                    info->parameters[i].name->text);
            }
            count++;
        }
    }
    if (count > MOST_NAMES) {
        names = format_text(checker, "%s and %u more", names, count - MOST_NAMES);
    }
    if (count > 0) {
        report_missing_arguments(checker, call, names, count);
    }
    return count == 0;
}

// --- Values of the arguments ---------------------------------------------------------------------

static void check_argument(Checker *checker, const ProcessCall *call, Argument *argument) {
    if (argument->index >= call->info->parameter_count) {
        argument->value = check_value(checker, argument->value, NULL);
        return;
    }
    const ParameterInfo *parameter = &call->info->parameters[argument->index];
    Type *type = parameter_type(checker, call, (uint32_t)argument->index);
    const char *name = parameter->name ? parameter->name->text : "_";
    Reason reason = {.what = "the parameter `%s` of `%s` takes",
                     .name = name,
                     .owner = call->process->name->text,
                     .declared = parameter->span};
    Node *value = argument->value->type ? convert_to(checker, argument->value, type, &reason)
                                        : check_as(checker, argument->value, type, &reason);
    if (parameter->type->kind == TYPE_PARAMETER && !require_word_value(checker, value)) {
        value = poison_node(checker, value->span);
    }
    argument->value = represent(checker, value, parameter->type);
}

static void bind_result(Checker *checker, const ProcessCall *call, Type *expected) {
    Type *declared = call->info->result;
    expected = expected ? settled(checker, expected) : NULL;
    if (!expected || expected->kind == TYPE_POISON || expected->kind == TYPE_FIXED_ARRAY ||
        expected->kind == TYPE_NULL || expected->kind == TYPE_NOTHING) {
        return;
    }
    Type *result =
        settled(checker, type_substitute(checker->types, declared, call->info->type_parameters,
                                         call->variables, call->info->type_parameter_count));
    if (result->kind == TYPE_VARIABLE || (result->has_variable && result->kind == expected->kind)) {
        type_unify(checker->types, result, expected);
    }
}

// Arguments whose type is known by itself come first, then what is expected of the result, then
// literals and other arguments that adapt, and lambdas, which take the types of their parameters
// from the rest.
static void check_generic_arguments(Checker *checker, const ProcessCall *call, Type *expected) {
    const NodeList *arguments = &call->call->arguments;
    for (int pass = 0; pass < 3; pass++) {
        for (uint32_t i = 0; i < arguments->count; i++) {
            Argument *argument = AST(arguments->items[i], NODE_ARGUMENT, Argument);
            bool is_receiver = call->has_receiver && i == 0;
            if (argument->value->type && !(is_receiver && pass == 0)) {
                continue;
            }
            int own_pass = is_receiver                            ? 0
                           : argument->value->kind == NODE_LAMBDA ? 2
                           : is_soft(checker, argument->value)    ? 1
                                                                  : 0;
            if (own_pass == pass) {
                check_argument(checker, call, argument);
            }
        }
        if (pass == 0) {
            bind_result(checker, call, expected);
        }
    }
}

static void check_arguments(Checker *checker, const ProcessCall *call, Type *expected) {
    if (call->info->type_parameter_count > 0) {
        check_generic_arguments(checker, call, expected);
        return;
    }
    const NodeList *arguments = &call->call->arguments;
    for (uint32_t i = 0; i < arguments->count; i++) {
        check_argument(checker, call, AST(arguments->items[i], NODE_ARGUMENT, Argument));
    }
}

static Node *new_argument(Checker *checker, Span span, Node *value, uint32_t index) {
    Node *node = ast_new(checker->arena, NODE_ARGUMENT, span);
    Argument *argument = AST(node, NODE_ARGUMENT, Argument);
    argument->value = value;
    argument->index = index;
    return node;
}

// The default values come behind the arguments that are given.
static void add_defaults(Checker *checker, const ProcessCall *call) {
    const ProcessInfo *info = call->info;
    NodeList *arguments = &call->call->arguments;
    uint32_t count = arguments->count, most = info->parameter_count;
    if (count == most) {
        return;
    }
    Node **items = runa_arena_allocate(checker->arena, (most + 1) * (int64_t)sizeof(Node *));
    for (uint32_t i = 0; i < count; i++) {
        items[i] = arguments->items[i];
    }
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        if (call->by_parameter[i] || !info->parameters[i].value) {
            continue;
        }
        Span span = call->call->header.span;
        Node *value = check_default(checker, call->process, i, call->variables,
                                    parameter_type(checker, call, i), span);
        value = represent(checker, value, info->parameters[i].type);
        items[count++] = new_argument(checker, span, value, i);
    }
    *arguments = (NodeList){items, count};
}

// --- The result ----------------------------------------------------------------------------------

// Whether the type parameter is a part of the type.
static bool mentions(const Type *type, const Symbol *parameter) {
    if (!type || !type->has_parameter) {
        return false;
    }
    bool is_part = type->parameter == parameter || mentions(type->first, parameter) ||
                   mentions(type->second, parameter);
    for (uint32_t i = 0; !is_part && i < type->arguments.count; i++) {
        is_part = mentions(type->arguments.items[i], parameter);
    }
    return is_part;
}

// One body serves all types only as long as every value is a word. An element in place is its
// address then, in an Array, but it cannot be an element of another collection.
static bool takes_inline(const Type *type, const Symbol *parameter) {
    if (type->kind == TYPE_PARAMETER || !mentions(type, parameter)) {
        return true;
    }
    if (type->kind == TYPE_ARRAY && type->first->kind == TYPE_PARAMETER) {
        return true;
    }
    bool is_fine = type->kind == TYPE_FUNCTION && takes_inline(type->first, parameter);
    for (uint32_t i = 0; is_fine && i < type->arguments.count; i++) {
        is_fine = takes_inline(type->arguments.items[i], parameter);
    }
    return is_fine;
}

static bool all_take_inline(const ProcessInfo *info, const Symbol *parameter) {
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        if (!takes_inline(info->parameters[i].type, parameter)) {
            return false;
        }
    }
    return takes_inline(info->result, parameter);
}

static bool check_inline_arguments(Checker *checker, const ProcessCall *call) {
    for (uint32_t i = 0; i < call->info->type_parameter_count; i++) {
        Type *type = settled(checker, call->variables[i]);
        if (type->kind == TYPE_INLINE &&
            !all_take_inline(call->info, call->info->type_parameters[i])) {
            Diagnostic *diagnostic = diagnostic_report(
                checker->diagnostics, ERROR_inline_argument, call->call->header.span,
                "`%s` of `%s` would be `%s`, but its collections hold words only",
                call->info->type_parameters[i]->name->text, call->process->name->text,
                type_words(checker, type));
            note_declaration(checker, diagnostic, call->process);
            return false;
        }
    }
    return true;
}

// Whether the process lacks `returns`, and an error about its header or body tells why it may.
static bool lacks_reported_result(const ProcessCall *call) {
    const ProcessInfo *info = call->info;
    if (info->result->kind != TYPE_NOTHING) {
        return false;
    }
    bool is_reported = call->process->declaration->flags & NODE_GIVES_VALUE;
    for (uint32_t i = 0; i < info->parameter_count && !is_reported; i++) {
        is_reported = info->parameters[i].type->kind == TYPE_POISON;
    }
    return is_reported;
}

static Node *finish_result(Checker *checker, const ProcessCall *call) {
    Node *node = &call->call->header;
    Type *declared = call->info->result;
    if (declared->kind == TYPE_POISON || lacks_reported_result(call)) {
        return poison_node(checker, node->span);
    }
    Type *actual =
        settled(checker, type_substitute(checker->types, declared, call->info->type_parameters,
                                         call->variables, call->info->type_parameter_count));
    actual = actual->kind == TYPE_INLINE ? actual->first : actual;
    bool is_open = actual->kind == TYPE_FLOAT || actual->kind == TYPE_VARIABLE;
    if (declared->kind == TYPE_PARAMETER && is_open) {
        node->type = declared;
        return implicit_convert(checker, node, actual);
    }
    node->type = actual;
    return node;
}

// Calls `process`. A receiver is the first argument already, and checked.
static Node *check_process_call(Checker *checker, Call *node, Symbol *process, bool has_receiver,
                                Type *expected) {
    const ProcessInfo *info = process->as.process;
    if (info->is_unknown) {
        return poison_call(checker, node);
    }
    ProcessCall call = {
        .call = node, .process = process, .info = info, .has_receiver = has_receiver};
    call.by_parameter = runa_arena_allocate(checker->arena, (info->parameter_count + 1) *
                                                                (int64_t)sizeof(Argument *));
    call.variables = fresh_variables(checker, info->type_parameter_count);
    node->callee = NULL;
    node->process = process;
    if (has_receiver && info->parameter_count > 0) {
        call.by_parameter[0] = AST(node->arguments.items[0], NODE_ARGUMENT, Argument);
    }
    bool is_good = assign_named(checker, &call);
    if (has_receiver) {
        call.by_parameter[0] = NULL; // assigned again, as the first positional one
    }
    is_good = assign_positional(checker, &call) && is_good;
    is_good = is_good && check_missing(checker, &call);
    check_arguments(checker, &call, expected);
    if (!is_good || !check_inline_arguments(checker, &call)) {
        return poison_node(checker, node->header.span);
    }
    add_defaults(checker, &call);
    if (info->type_parameter_count > 0 && !info->is_external) {
        node->type_arguments = (TypeList){call.variables, info->type_parameter_count};
    }
    return finish_result(checker, &call);
}

// --- Calls of Function values --------------------------------------------------------------------

static bool check_function_arguments(Checker *checker, Call *call, const Type *function) {
    uint32_t wanted = function->arguments.count, given = call->arguments.count;
    bool is_good = true;
    for (uint32_t i = 0; i < given; i++) {
        Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        argument->index = i;
        if (argument->name && is_good) {
            Diagnostic *diagnostic =
                diagnostic_report(checker->diagnostics, ERROR_unknown_argument, argument->name_span,
                                  "a Function value has no names for its parameters");
            diagnostic_help(checker->diagnostics, diagnostic,
                            "give the values in order, without `%s`", argument->name->text);
            is_good = false;
        }
        static const Reason reason = {.what = "this parameter of the function takes"};
        argument->value =
            i < wanted ? check_as(checker, argument->value, function->arguments.items[i], &reason)
                       : check_value(checker, argument->value, NULL);
    }
    if (wanted != given) {
        diagnostic_report(checker->diagnostics,
                          given < wanted ? ERROR_missing_argument : ERROR_extra_argument,
                          call->header.span, "this function takes %u argument%s, but %u %s given",
                          wanted, wanted == 1 ? "" : "s", given, given == 1 ? "is" : "are");
    }
    return is_good && wanted == given;
}

static Node *report_not_callable(Checker *checker, Call *call, Type *type) {
    Span span = call->callee->span;
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics,
        type->kind == TYPE_VARIABLE ? ERROR_unknown_type_yet : ERROR_not_callable, span,
        type->kind == TYPE_VARIABLE
            ? "the type of this value is not known yet, so it cannot be called"
            : "%s cannot be called",
        type_phrase(checker, type));
    const Symbol *symbol = call->callee->kind == NODE_NAME
                               ? AST(call->callee, NODE_NAME, NameExpression)->symbol
                               : NULL;
    if (symbol) {
        diagnostic_note(checker->diagnostics, diagnostic, symbol->span, "`%s` is declared here",
                        symbol->name->text);
    }
    bool has_elements =
        type->kind == TYPE_LIST || type->kind == TYPE_ARRAY || type->kind == TYPE_FIXED_ARRAY;
    const char *name = symbol ? symbol->name->text : "x";
    if (has_elements) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "an element is read with an index: `%s[0]`", name);
    } else if (type->kind == TYPE_DICTIONARY) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "the value of a key is read with `%s.get(key)`", name);
    } else if (type->kind != TYPE_VARIABLE) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "only a process and a value of type Function can be called");
    }
    return poison_call(checker, call);
}

// The callee is checked.
static Node *check_function_call(Checker *checker, Call *call) {
    Type *type = settled(checker, call->callee->type);
    if (type->kind == TYPE_POISON) {
        return poison_call(checker, call);
    }
    if (type->kind != TYPE_FUNCTION) {
        return report_not_callable(checker, call, type);
    }
    bool is_good = check_function_arguments(checker, call, type);
    call->header.type = settled(checker, type->first);
    return is_good ? &call->header : poison_node(checker, call->header.span);
}

// --- What is called ------------------------------------------------------------------------------

static Node *call_variant(Checker *checker, Call *call, VariantInfo *variant, Type *type,
                          Type *expected) {
    if ((call->header.flags & NODE_WITH) || call->arguments.count == 0) {
        return construct_variant(checker, call->header.span, variant, type, call->arguments,
                                 expected);
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_not_callable, call->callee->span,
                          "`%s` is a variant, not a process", variant->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, variant->span, "declared here");
    if (variant->field_count > 0) {
        diagnostic_help(checker->diagnostics, diagnostic, "write `%s with %s as …`",
                        variant->name->text, variant->fields[0].name->text);
    }
    return poison_call(checker, call);
}

static Node *report_type_called(Checker *checker, Call *call, const Symbol *symbol) {
    bool is_module = symbol->kind == SYMBOL_MODULE;
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_not_callable, call->callee->span,
        is_module ? "`%s` is an imported file, not a process" : "`%s` is a type, not a process",
        symbol->name->text);
    const Aggregate *aggregate = is_module || !symbol->type ? NULL : symbol->type->aggregate;
    if (aggregate && aggregate->field_count > 0) {
        const char *fields = "";
        for (uint32_t i = 0; i < aggregate->field_count && i < 4; i++) {
            fields = format_text(checker, "%s%s%s …", fields, i == 0 ? "" : " and ",
                                 aggregate->fields[i].name->text);
        }
        diagnostic_help(checker->diagnostics, diagnostic, "a new one is made by `%s %s with %s`",
                        type_article(symbol->name->text), symbol->name->text, fields);
    }
    return poison_call(checker, call);
}

// What was found by its name is called.
static Node *call_symbol(Checker *checker, Call *call, Symbol *symbol, Type *expected) {
    switch ((SymbolKind)symbol->kind) {
    case SYMBOL_PROCESS:
        return check_process_call(checker, call, symbol, false, expected);
    case SYMBOL_TYPE:
    case SYMBOL_TYPE_PARAMETER:
    case SYMBOL_MODULE:
        return report_type_called(checker, call, symbol);
    default:
        call->callee = symbol_value(checker, call->callee, symbol);
        return check_function_call(checker, call);
    }
}

static Node *call_name(Checker *checker, Call *call, Type *expected) {
    const NameExpression *name = AST(call->callee, NODE_NAME, NameExpression);
    Span span = call->callee->span;
    if (name->symbol) { // made by the checker
        return call_symbol(checker, call, name->symbol, expected);
    }
    Symbol *symbol = find_variable(checker, name->name, span, true);
    if (symbol) {
        return call_symbol(checker, call, symbol, expected);
    }
    symbol = find_symbol_quietly(checker, name->name);
    bool is_value = symbol && symbol->kind != SYMBOL_TYPE && symbol->kind != SYMBOL_MODULE;
    if (!is_value && has_variant(checker, name->name)) {
        bool is_reported;
        VariantInfo *variant = find_variant(checker, name->name, span, expected, &is_reported);
        return variant ? call_variant(checker, call, variant, NULL, expected)
                       : poison_call(checker, call);
    }
    symbol = symbol ? symbol : find_symbol(checker, name->name, span, true);
    return symbol ? call_symbol(checker, call, symbol, expected) : poison_call(checker, call);
}

// Whether the process takes a value of the type first.
static bool takes_receiver(Checker *checker, const Symbol *process, Type *type) {
    const ProcessInfo *info = process->as.process;
    if (info->is_unknown) {
        return true;
    }
    if (info->parameter_count == 0) {
        return false;
    }
    const Type *first = info->parameters[0].type;
    if (first->kind == TYPE_PARAMETER || first->kind == TYPE_POISON ||
        first->kind == TYPE_POINTER) {
        return true;
    }
    if (type->kind == TYPE_POINTER && type->first) {
        type = settled(checker, type->first);
    }
    if (type->kind == TYPE_INTEGER || type->kind == TYPE_FLOAT || type->kind == TYPE_BOOLEAN) {
        return first->kind == TYPE_INTEGER || first->kind == TYPE_FLOAT || first == type;
    }
    return first->kind == type->kind && first->aggregate == type->aggregate;
}

static Node *report_no_receiver(Checker *checker, Call *call, const Symbol *process, Type *type) {
    const Name *name = AST(call->callee, NODE_FIELD, Field)->name;
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_no_receiver, call->callee->span,
                          "the first parameter of `%s` does not take %s", process->name->text,
                          type_phrase(checker, type));
    note_declaration(checker, diagnostic, process);
    if (type->kind == TYPE_FIXED_ARRAY) {
        help_with_fixed_array(checker, diagnostic, name, type);
    } else {
        diagnostic_help(checker->diagnostics, diagnostic, "call it by its whole name: `%s(…)`",
                        process->name->text);
    }
    return poison_call(checker, call);
}

static void put_first(Checker *checker, Call *call, Node *argument) {
    uint32_t count = call->arguments.count;
    Node **items = runa_arena_allocate(checker->arena, (count + 1) * (int64_t)sizeof(Node *));
    items[0] = argument;
    for (uint32_t i = 0; i < count; i++) {
        items[i + 1] = call->arguments.items[i];
    }
    call->arguments = (NodeList){items, count + 1};
}

// value.name(…): a field of Function type, or a process of the value's type
static Node *call_member(Checker *checker, Call *call, Type *expected) {
    Field *field = AST(call->callee, NODE_FIELD, Field);
    field->object = check_value(checker, field->object, NULL);
    Type *type = settled(checker, field->object->type);
    if (type->kind == TYPE_POISON) {
        return poison_call(checker, call);
    }
    Type *structure =
        type->kind == TYPE_POINTER && type->first ? settled(checker, type->first) : type;
    uint32_t count = 0;
    const FieldInfo *fields = structure->aggregate ? type_fields(structure, &count) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (fields[i].name == field->name) {
            Type *actual;
            Node *place = finish_field(checker, &field->header, &actual);
            call->callee = read_place(checker, place, actual);
            return check_function_call(checker, call);
        }
    }
    Symbol *process = find_method(checker, type, field->name);
    if (!process) {
        report_unknown_field(checker, field, type, true);
        return poison_call(checker, call);
    }
    if (!takes_receiver(checker, process, type)) {
        return report_no_receiver(checker, call, process, type);
    }
    Node *receiver = new_argument(checker, field->object->span, field->object, 0);
    put_first(checker, call, receiver);
    return check_process_call(checker, call, process, true, expected);
}

static Node *call_field(Checker *checker, Call *call, Type *expected) {
    Qualified found = {.symbol = NULL};
    if (!find_qualified(checker, AST(call->callee, NODE_FIELD, Field), &found)) {
        return call_member(checker, call, expected);
    }
    if (found.variant) {
        return call_variant(checker, call, found.variant, found.variant_type, expected);
    }
    return found.symbol ? call_symbol(checker, call, found.symbol, expected)
                        : poison_call(checker, call);
}

Node *check_call(Checker *checker, Node *node, Type *expected) {
    Call *call = AST(node, NODE_CALL, Call);
    if (node->flags & NODE_DAMAGED) {
        return call->arguments.count > 0 ? report_part_of(checker, call)
                                         : report_bare_name(checker, call);
    }
    switch ((NodeKind)call->callee->kind) {
    case NODE_NAME:
        return call_name(checker, call, expected);
    case NODE_FIELD:
        return call_field(checker, call, expected);
    default:
        call->callee = check_value(checker, call->callee, NULL);
        return check_function_call(checker, call);
    }
}
