// Signatures of processes, globals, main, and what the linker sees of them.
#include <ctype.h>
#include <string.h>

#include "resolve_internal.h"

// --- Lifetimes ---------------------------------------------------------------------------------

typedef struct LifetimeCheck {
    Compilation *compilation;
    const NodeList *declared; // NULL: none can be
} LifetimeCheck;

static bool is_declared(const NodeList *declared, const Name *name) {
    for (uint32_t i = 0; declared && i < declared->count; i++) {
        if (AST(declared->items[i], NODE_LIFETIME, Lifetime)->name == name) {
            return true;
        }
    }
    return false;
}

static void report_lifetime(const LifetimeCheck *lifetimes, const TypeName *node) {
    Diagnostics *diagnostics = &lifetimes->compilation->diagnostics;
    const char *name = node->lifetime->text + (node->lifetime->text[0] == '\'');
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_unknown_lifetime, node->lifetime_span,
                          "the lifetime '%s is not declared", name);
    Suggestion suggestion = {.wanted = name};
    for (uint32_t i = 0; lifetimes->declared && i < lifetimes->declared->count; i++) {
        const Name *other = AST(lifetimes->declared->items[i], NODE_LIFETIME, Lifetime)->name;
        if (other) {
            suggestion_offer(&suggestion, other->text + (other->text[0] == '\''));
        }
    }
    if (suggestion.best) {
        diagnostic_help(diagnostics, diagnostic, "did you mean '%s?", suggestion.best);
    } else if (lifetimes->declared) {
        diagnostic_help(diagnostics, diagnostic,
                        "declare it after the parameters of the process: with lifetime '%s", name);
    }
}

static void check_lifetime(void *context, const Node *node) {
    const LifetimeCheck *lifetimes = context;
    if (node->kind == NODE_TYPE_NAME) {
        const TypeName *type_name = (const TypeName *)(const void *)node;
        if (type_name->lifetime && !is_declared(lifetimes->declared, type_name->lifetime)) {
            report_lifetime(lifetimes, type_name);
        }
    }
}

void resolve_lifetimes(Compilation *compilation, const Node *declaration) {
    LifetimeCheck lifetimes = {.compilation = compilation};
    if (!compilation->has_lifetimes) {
        return;
    }
    if (declaration->kind == NODE_PROCESS) {
        lifetimes.declared = &((const Process *)(const void *)declaration)->lifetimes;
    }
    walk_tree(declaration, check_lifetime, &lifetimes);
}

// --- Names for the linker ----------------------------------------------------------------------

// Letters, digits and what else the assembler takes in a symbol without quotes.
static bool is_linker_name(const Name *name) {
    for (uint32_t i = 0; i < name->length; i++) {
        unsigned char c = (unsigned char)name->text[i];
        bool is_letter = isalpha(c) || c == '_' || c == '.' || c == '$';
        if (!is_letter && !(i > 0 && (isdigit(c) || c == '@'))) {
            return false;
        }
    }
    return name->length > 0 && name->length == strlen(name->text);
}

// Names that the start of every program defines itself.
static bool is_taken_by_runtime(const Name *name) {
    return strcmp(name->text, "main") == 0 || strncmp(name->text, "runa_", 5) == 0 ||
           strcmp(name->text, "_start") == 0;
}

static void report_linker_name(Compilation *compilation, const Symbol *symbol, const Name *name) {
    Diagnostics *diagnostics = &compilation->diagnostics;
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_linker_name, symbol->span,
                          "`%s` cannot be the name of a C function", name->text);
    if (symbol->as.process->is_export) {
        diagnostic_help(diagnostics, diagnostic,
                        "export a process with a plain name, which may call this one");
    } else {
        diagnostic_help(diagnostics, diagnostic,
                        "give the symbol after the header: aliased as \"name\"");
    }
}

static void check_export(Compilation *compilation, LinkNames *names, Symbol *symbol,
                         const Name *name) {
    Diagnostics *diagnostics = &compilation->diagnostics;
    if (!is_linker_name(name) || strchr(name->text, '.')) {
        report_linker_name(compilation, symbol, name);
        return;
    }
    if (is_taken_by_runtime(name)) {
        bool is_reserved = strncmp(name->text, "runa_", 5) == 0;
        diagnostic_report(diagnostics, ERROR_linker_name, symbol->span,
                          is_reserved ? "`%s` cannot be exported: symbols that begin with `runa_` "
                                        "belong to the runtime"
                                      : "`%s` is a symbol of the runtime and cannot be exported",
                          name->text);
        return;
    }
    const Symbol *first = name_table_get(&names->exports, name);
    if (!first) {
        name_table_set(&compilation->pool, &names->exports, name, symbol);
    } else if (first->module != symbol->module || first->name != symbol->name) {
        Diagnostic *diagnostic =
            diagnostic_report(diagnostics, ERROR_linker_name_taken, symbol->span,
                              "`%s` is exported twice", name->text);
        diagnostic_note(diagnostics, diagnostic, first->span, "first exported here");
    }
}

// "module.process", made different from what the program has already.
static const Name *own_symbol(Compilation *compilation, LinkNames *names, Symbol *symbol,
                              const char *middle) {
    const char *const texts[] = {symbol->module->name->text, middle, ".", symbol->name->text};
    const Name *name = intern_joined(&compilation->names, texts, sizeof texts / sizeof *texts);
    const Name *plain = name;
    uintptr_t number = (uintptr_t)name_table_get(&names->numbers, plain);
    while (name->is_symbol) {
        number = number < 2 ? 2 : number + 1;
        name = intern_format(&compilation->names, "%s.%u", plain->text, (unsigned)number);
    }
    if (number > 0) {
        name_table_set(&compilation->pool, &names->numbers, plain, (void *)number);
    }
    ((Name *)name)->is_symbol = true;
    return name;
}

static void add_library(Compilation *compilation, LinkNames *names, const Name *library) {
    if (library && !name_table_get(&names->libraries, library)) {
        name_table_set(&compilation->pool, &names->libraries, library, names);
        vector_push(&names->library_order, (void *)library);
    }
}

static void set_assembly_name(Compilation *compilation, LinkNames *names, Symbol *symbol,
                              const Process *node) {
    ProcessInfo *info = symbol->as.process;
    info->library = node->library;
    add_library(compilation, names, node->library);
    if (!info->is_external && !info->is_export) {
        info->assembly_name = own_symbol(compilation, names, symbol, "");
        return;
    }
    info->assembly_name = node->alias ? node->alias : symbol->name;
    if (info->is_export) {
        check_export(compilation, names, symbol, info->assembly_name);
    } else if (!is_linker_name(info->assembly_name)) {
        report_linker_name(compilation, symbol, info->assembly_name);
    }
}

// --- Signatures --------------------------------------------------------------------------------

static void resolve_parameter(const TypeScope *scope, Parameter *node, ParameterInfo *info) {
    Compilation *compilation = scope->compilation;
    info->name = node->name;
    info->value = node->value;
    info->span = node->name_span;
    info->type =
        node->annotation ? resolve_type_at(scope, node->annotation, 0) : compilation->types.integer;
    node->symbol = symbol_create(compilation, scope->module, SYMBOL_PARAMETER, node->name,
                                 &node->header, node->name_span);
    check_declared_name(compilation, node->name, node->name_span);
    node->symbol->type = info->type;
    if (info->type->kind == TYPE_FIXED_ARRAY) {
        node->symbol->flags |= SYMBOL_BY_REFERENCE;
    }
}

static Type *resolve_result(const TypeScope *scope, const Process *node) {
    Compilation *compilation = scope->compilation;
    if (!node->result) {
        return compilation->types.nothing;
    }
    Type *type = resolve_type_at(scope, node->result, PLACE_RESULT);
    if (type->kind == TYPE_FIXED_ARRAY) {
        Diagnostics *diagnostics = &compilation->diagnostics;
        Diagnostic *diagnostic =
            diagnostic_report(diagnostics, ERROR_not_a_word, node->result->span,
                              "a process cannot return %s", type_text(&compilation->names, type));
        diagnostic_help(
            diagnostics, diagnostic,
            "return a growable Array, a structure that holds the array, or fill a parameter");
        return compilation->types.poison;
    }
    return type;
}

void resolve_process(Compilation *compilation, LinkNames *names, Symbol *symbol) {
    Process *node = AST(symbol->declaration, NODE_PROCESS, Process);
    ProcessInfo *info = symbol->as.process;
    info->is_external = node->header.flags & NODE_EXTERNAL;
    info->is_export = node->header.flags & NODE_EXPORT;
    info->is_unknown = node->header.flags & NODE_DAMAGED;
    info->has_assembly = node->header.flags & NODE_HAS_ASSEMBLY;
    info->type_parameters = resolve_type_parameters(
        compilation, symbol->module, &node->type_parameters, &info->type_parameter_count);
    TypeScope scope = {.compilation = compilation,
                       .module = symbol->module,
                       .parameters = info->type_parameters,
                       .count = info->type_parameter_count};
    info->parameter_count = node->parameters.count;
    info->parameters =
        pool_allocate(&compilation->pool, info->parameter_count * sizeof(ParameterInfo));
    Type **types = pool_allocate(&compilation->pool, info->parameter_count * sizeof(Type *));
    DuplicateCheck check = {.compilation = compilation, .what = "the parameter "};
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        Parameter *parameter = AST(node->parameters.items[i], NODE_PARAMETER, Parameter);
        resolve_parameter(&scope, parameter, &info->parameters[i]);
        duplicate_check(&check, parameter->name, parameter->name_span);
        types[i] = info->parameters[i].type;
    }
    info->result = resolve_result(&scope, node);
    symbol->type = type_function(&compilation->types, types, info->parameter_count, info->result);
    if (info->is_unknown) {
        info->result = compilation->types.poison;
        symbol->type = compilation->types.poison;
    }
    set_assembly_name(compilation, names, symbol, node);
}

// The field of Function type that a dotted process name would also call, or NULL.
static const FieldInfo *called_field(Compilation *compilation, LoadedModule *module,
                                     const Name *name, const Symbol **structure) {
    const char *dot = strrchr(name->text, '.');
    if (!dot) {
        return NULL;
    }
    const Name *owner = intern(&compilation->names, name->text, (uint32_t)(dot - name->text));
    const Symbol *symbol = scope_find(compilation, module, owner).symbol;
    if (!symbol || symbol->kind != SYMBOL_TYPE || !symbol->as.aggregate ||
        symbol->as.aggregate->is_variant_type) {
        return NULL;
    }
    const Name *field_name = intern_text(&compilation->names, dot + 1);
    const Aggregate *aggregate = symbol->as.aggregate;
    for (uint32_t i = 0; i < aggregate->field_count; i++) {
        const FieldInfo *field = &aggregate->fields[i];
        if (field->name == field_name && field->type->kind == TYPE_FUNCTION) {
            *structure = symbol;
            return field;
        }
    }
    return NULL;
}

static void check_dotted_name(Compilation *compilation, Symbol *symbol, const Name *name) {
    const Symbol *structure = NULL;
    const FieldInfo *field =
        name ? called_field(compilation, symbol->module, name, &structure) : NULL;
    if (field) {
        Diagnostics *diagnostics = &compilation->diagnostics;
        Diagnostic *diagnostic = diagnostic_report(
            diagnostics, ERROR_field_and_process, symbol->span,
            "`%s` has a field `%s` of Function type, so this call would mean two things",
            structure->name->text, field->name->text);
        diagnostic_note(diagnostics, diagnostic, field->span, "the field is declared here");
    }
}

void resolve_dotted_names(Compilation *compilation, Symbol *symbol) {
    const Process *node = AST(symbol->declaration, NODE_PROCESS, Process);
    check_dotted_name(compilation, symbol, node->name);
    if (node->also != node->name) {
        check_dotted_name(compilation, symbol, node->also);
    }
}

void resolve_global(Compilation *compilation, LinkNames *names, Symbol *symbol) {
    const Let *node = AST(symbol->declaration, NODE_LET, Let);
    symbol->as.assembly_name = own_symbol(compilation, names, symbol, ".global");
    if (!node->annotation) {
        return; // check takes the type of the value
    }
    TypeScope scope = {.compilation = compilation, .module = symbol->module};
    symbol->type = resolve_type_at(&scope, node->annotation, 0);
    bool is_object = symbol->type->kind == TYPE_STRUCTURE && !node->value;
    if (is_object || symbol->type->kind == TYPE_FIXED_ARRAY) {
        symbol->flags |= SYMBOL_STACK_OBJECT;
    }
}

// --- Main --------------------------------------------------------------------------------------

#define MAIN_FORMS                                                                                 \
    "main takes nothing, or `argc as Integer`, or `argc as Integer, argv as Pointer`, or "         \
    "`arguments as List of String`"

static void report_main(Compilation *compilation, Span span, const char *message) {
    Diagnostics *diagnostics = &compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_main_form, span, "%s", message);
    diagnostic_help(diagnostics, diagnostic, "%s", MAIN_FORMS);
}

static void check_main_parameters(Compilation *compilation, const ProcessInfo *info) {
    const TypeTable *types = &compilation->types;
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        const Type *type = info->parameters[i].type;
        bool is_arguments = i == 0 && info->parameter_count == 1 && type->kind == TYPE_LIST &&
                            type->first == types->string;
        bool is_count = i == 0 && type == types->integer;
        bool is_vector = i == 1 && (type == types->integer || type->kind == TYPE_POINTER);
        if (type->kind != TYPE_POISON && !is_arguments && !is_count && !is_vector) {
            report_main(compilation, info->parameters[i].span, "main cannot have this parameter");
            return;
        }
    }
}

static void check_main(Compilation *compilation, Symbol *symbol) {
    Process *node = AST(symbol->declaration, NODE_PROCESS, Process);
    const ProcessInfo *info = symbol->as.process;
    symbol->flags |= SYMBOL_MAIN | SYMBOL_USED;
    if (info->is_external || info->is_export) {
        report_main(compilation, symbol->span, "main cannot be External or Export");
    } else if (info->type_parameter_count > 0) {
        report_main(compilation, symbol->span, "main cannot have type parameters");
    } else {
        check_main_parameters(compilation, info);
    }
    const Type *result = info->result;
    if (result->kind != TYPE_POISON && result->kind != TYPE_NOTHING &&
        result != compilation->types.integer) {
        diagnostic_report(&compilation->diagnostics, ERROR_main_form, node->result->span,
                          "main returns an Integer, its exit status, or Nothing");
    }
}

// A process called `Main` or `MAIN`, or NULL.
static const Symbol *main_in_other_case(Compilation *compilation, const LoadedModule *module) {
    static const char *const names[] = {"Main", "MAIN"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const Name *name = intern_text(&compilation->names, names[i]);
        const Symbol *symbol = name_table_get(&module->scope->definitions, name);
        if (symbol && symbol->kind == SYMBOL_PROCESS) {
            return symbol;
        }
    }
    return NULL;
}

void resolve_main(Compilation *compilation) {
    Program *program = &compilation->program;
    const LoadedModule *module = program->main_module;
    const Name *name = intern_text(&compilation->names, "main");
    Symbol *symbol = name_table_get(&module->scope->definitions, name);
    if (symbol && symbol->kind == SYMBOL_PROCESS) {
        program->main_process = symbol;
        check_main(compilation, symbol);
        return;
    }
    const Options *options = &compilation->options;
    Diagnostics *diagnostics = &compilation->diagnostics;
    if (options->check_only || options->no_entry || diagnostics_has_errors(diagnostics)) {
        return;
    }
    const Symbol *other_case = main_in_other_case(compilation, module);
    Span start = {module->source->base, module->source->base};
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_missing_main, other_case ? other_case->span : start,
                          "this program has no process called \"main\"");
    if (other_case) {
        diagnostic_help(diagnostics, diagnostic, "upper and lower case differ: write `main`");
        diagnostic_fix(diagnostics, diagnostic, other_case->span, "main");
        return;
    }
    diagnostic_help(diagnostics, diagnostic,
                    "a program begins with: Process called \"main\" returns Integer:");
    if (symbol) {
        diagnostic_note(diagnostics, diagnostic, symbol->span, "this `main` is no process");
    }
}
