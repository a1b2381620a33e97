// Names with dots: members of imported files, processes and variants of types, methods of values.
#include "check_internal.h"

#include <string.h>

#include "foreign.h"

// --- The object is a file ------------------------------------------------------------------------

static void report_unknown_member(Checker *checker, const LoadedModule *module, const Name *name,
                                  Span span) {
    if (module->scope->is_incomplete) {
        return;
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_unknown_member, span, "%s defines no `%s`",
                          module->source->path, name->text);
    Suggestion suggestion = {.wanted = name->text};
    const NameTable *definitions = &module->scope->definitions;
    for (uint32_t i = 0; i < definitions->count; i++) {
        suggestion_offer(&suggestion, definitions->entries[i].name->text);
    }
    report_suggestion(checker, diagnostic, &suggestion, span);
}

static VariantInfo *variant_in_module(Checker *checker, LoadedModule *module, const Name *name) {
    VariantInfo *found[8];
    uint32_t count = resolve_variants(checker->compilation, module, name, found, 8);
    for (uint32_t i = 0; i < count; i++) {
        if (found[i]->owner->module == module) {
            return found[i];
        }
    }
    return NULL;
}

// The imported file that a name before a dot means, unless a variable has the name.
static LoadedModule *module_named(Checker *checker, const Node *object) {
    if (object->kind != NODE_NAME) {
        return NULL;
    }
    const NameExpression *name = AST((Node *)object, NODE_NAME, NameExpression);
    if (name->symbol || is_variable(checker, name->name)) {
        return NULL;
    }
    return resolve_module_alias(checker->compilation, checker->body->module, name->name,
                                object->span);
}

static bool is_value_symbol(const Symbol *symbol) {
    return symbol && symbol->kind != SYMBOL_TYPE && symbol->kind != SYMBOL_MODULE;
}

static bool find_member(Checker *checker, const Field *field, LoadedModule *module,
                        Qualified *found) {
    Symbol *symbol = resolve_member(checker->compilation, module, field->name);
    if (!is_value_symbol(symbol)) {
        found->variant = variant_in_module(checker, module, field->name);
    }
    if (found->variant) {
        return true;
    }
    if (!symbol) {
        // The file's own definition may have the same name as the import.
        const Node *object = field->object;
        Symbol *own =
            find_symbol_quietly(checker, AST((Node *)object, NODE_NAME, NameExpression)->name);
        if (own && own->kind != SYMBOL_MODULE && own->kind != SYMBOL_PROCESS) {
            return false;
        }
        report_unknown_member(checker, module, field->name, field->name_span);
        found->is_reported = true;
    }
    found->symbol = symbol;
    return true;
}

// --- The object is a type ------------------------------------------------------------------------

// The type's name before the dot, and where its processes are looked for: NULL for everywhere.
typedef struct Owner {
    const Name *name;
    LoadedModule *module;
    Symbol *type; // NULL for String, Array and the like
} Owner;

static bool is_type_symbol(const Symbol *symbol) { return symbol && symbol->kind == SYMBOL_TYPE; }

// Type, Module.Type
static bool find_owner(Checker *checker, const Node *object, Owner *owner) {
    if (object->kind == NODE_NAME) {
        const NameExpression *name = AST((Node *)object, NODE_NAME, NameExpression);
        if (name->symbol || is_variable(checker, name->name)) {
            return false;
        }
        owner->name = name->name;
        Symbol *symbol = find_symbol_quietly(checker, name->name);
        owner->type = is_type_symbol(symbol) ? symbol : NULL;
        return true;
    }
    if (object->kind != NODE_FIELD) {
        return false;
    }
    const Field *field = AST((Node *)object, NODE_FIELD, Field);
    owner->module = module_named(checker, field->object);
    if (!owner->module) {
        return false;
    }
    owner->name = field->name;
    Symbol *symbol = resolve_member(checker->compilation, owner->module, field->name);
    owner->type = is_type_symbol(symbol) ? symbol : NULL;
    return owner->type != NULL;
}

static Symbol *find_dotted(Checker *checker, LoadedModule *module, const char *owner,
                           const Name *name) {
    const Name *dotted = intern_format(checker->names, "%s.%s", owner, name->text);
    return module ? resolve_member(checker->compilation, module, dotted)
                  : find_symbol_quietly(checker, dotted);
}

// A process of the type that the owner is another name for.
static Symbol *find_dotted_of_type(Checker *checker, const Owner *owner, const Name *name) {
    Symbol *process = find_dotted(checker, owner->module, owner->name->text, name);
    if (process || !owner->type) {
        return process;
    }
    return owner->type->type ? find_method(checker, owner->type->type, name) : NULL;
}

static const Aggregate *aggregate_of(const Symbol *type) {
    return type && type->type ? type->type->aggregate : NULL;
}

bool has_member_of_type(Checker *checker, const char *type, const Name *member) {
    Owner owner = {.name = intern_text(checker->names, type)};
    owner.type = find_symbol_quietly(checker, owner.name);
    const Aggregate *aggregate = aggregate_of(owner.type);
    return find_dotted_of_type(checker, &owner, member) ||
           (aggregate && variant_of(aggregate, member));
}

static void report_unknown_dotted(Checker *checker, const Field *field, const Owner *owner) {
    const Aggregate *aggregate = aggregate_of(owner->type);
    bool has_variants = aggregate && aggregate->is_variant_type;
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_unknown_method, field->name_span,
                          has_variants ? "the type `%s` has no variant and no process `%s`"
                                       : "the type `%s` has no process `%s`",
                          owner->name->text, field->name->text);
    Suggestion suggestion = {.wanted = field->name->text};
    const char *prefix = format_text(checker, "%s.", owner->name->text);
    LoadedModule *module = owner->module ? owner->module : checker->body->module;
    for (int pass = 0; pass < 2 && module; pass++) {
        const NameTable *definitions = &module->scope->definitions;
        for (uint32_t i = 0; i < definitions->count; i++) {
            const char *text = definitions->entries[i].name->text;
            if (strncmp(text, prefix, strlen(prefix)) == 0) {
                suggestion_offer(&suggestion, text + strlen(prefix));
            }
        }
        module = checker->compilation->program.prelude;
    }
    for (uint32_t i = 0; has_variants && i < aggregate->variant_count; i++) {
        suggestion_offer(&suggestion, aggregate->variants[i].name->text);
    }
    report_suggestion(checker, diagnostic, &suggestion, field->name_span);
}

static bool find_of_type(Checker *checker, const Field *field, Qualified *found) {
    Owner owner = {.name = NULL};
    if (!find_owner(checker, field->object, &owner)) {
        return false;
    }
    found->symbol = find_dotted_of_type(checker, &owner, field->name);
    if (found->symbol) {
        return true;
    }
    const Aggregate *aggregate = aggregate_of(owner.type);
    found->variant = aggregate ? variant_of(aggregate, field->name) : NULL;
    if (found->variant) {
        found->variant_type = owner.type->type;
        return true;
    }
    Symbol *symbol = find_symbol_quietly(checker, owner.name);
    bool is_value = !owner.module && symbol && symbol->kind != SYMBOL_TYPE;
    bool is_language_type = !symbol && is_language_type_name(checker->compilation, owner.name);
    if (is_value || (!owner.type && !is_language_type)) {
        return false;
    }
    report_unknown_dotted(checker, field, &owner);
    found->is_reported = true;
    return true;
}

bool find_qualified(Checker *checker, const Field *field, Qualified *found) {
    LoadedModule *module = module_named(checker, field->object);
    if (module && find_member(checker, field, module, found)) {
        return true;
    }
    return find_of_type(checker, field, found);
}

// --- The object is a value -----------------------------------------------------------------------

const char *method_owner(Type *type) {
    switch ((TypeKind)type->kind) {
    case TYPE_STRING:
        return "String";
    case TYPE_POINTER:
        return "Pointer";
    case TYPE_LIST:
        return "List";
    case TYPE_SET:
        return "Set";
    case TYPE_DICTIONARY:
        return "Dictionary";
    case TYPE_ARRAY:
    case TYPE_FIXED_ARRAY:
        return "Array";
    case TYPE_FUNCTION:
        return "Function";
    case TYPE_INTEGER:
        return type->size == 8 && !type->is_unsigned ? "Integer" : type->size == 1 ? "Byte" : NULL;
    case TYPE_FLOAT:
        return "Float";
    case TYPE_BOOLEAN:
        return "Boolean";
    case TYPE_STRUCTURE:
    case TYPE_VARIANT:
        return type->aggregate->name->text;
    default:
        return NULL;
    }
}

static Symbol *process_or_null(Symbol *symbol) {
    return symbol && symbol->kind == SYMBOL_PROCESS ? symbol : NULL;
}

// A process declared under another name of the type, in one file's own definitions.
static Symbol *find_by_alias(Checker *checker, LoadedModule *module, const Type *type,
                             const Name *name) {
    const NameTable *definitions = &module->scope->definitions;
    for (uint32_t i = 0; i < definitions->count; i++) {
        const Symbol *symbol = definitions->entries[i].value;
        bool is_alias = symbol->kind == SYMBOL_TYPE && symbol->declaration->kind == NODE_TYPE_ALIAS;
        if (is_alias && symbol->type == type) {
            Symbol *process = find_dotted(checker, NULL, symbol->name->text, name);
            if (process_or_null(process)) {
                return process;
            }
        }
    }
    return NULL;
}

Symbol *find_method(Checker *checker, Type *type, const Name *name) {
    type = settled(checker, type);
    if (type->kind == TYPE_POINTER && type->first && settled(checker, type->first)->aggregate) {
        type = settled(checker, type->first);
    }
    const char *owner = method_owner(type);
    if (!owner) {
        return NULL;
    }
    Symbol *process = process_or_null(find_dotted(checker, NULL, owner, name));
    if (!process && type->aggregate) {
        process =
            process_or_null(find_dotted(checker, type->aggregate->symbol->module, owner, name));
    }
    LoadedModule *module = checker->body->module;
    if (!process) {
        process = find_by_alias(checker, module, type, name);
    }
    for (uint32_t i = 0; !process && i < module->import_count; i++) {
        process = find_by_alias(checker, module->imports[i], type, name);
    }
    return process;
}

// --- Messages ------------------------------------------------------------------------------------

// Which variant the value is must be known before the fields that not all of them begin with.
static void help_with_variants(Checker *checker, Diagnostic *diagnostic, const Field *field,
                               const Aggregate *aggregate) {
    const char *name = aggregate->variant_count > 0 ? aggregate->variants[0].name->text : "Variant";
    const char *bound = "…";
    for (uint32_t i = 0; i < aggregate->variant_count; i++) {
        const VariantInfo *variant = &aggregate->variants[i];
        if (has_field(variant->fields, variant->field_count, field->name)) {
            name = variant->name->text;
            bound = format_text(checker, "%s as …", field->name->text);
            break;
        }
    }
    diagnostic_help(checker->diagnostics, diagnostic,
                    "the fields of a variant are bound by a Match: `When %s with %s:`", name,
                    bound);
}

// Offers the names behind "owner." that a file defines.
static void offer_dotted(const LoadedModule *module, const char *prefix, Suggestion *suggestion) {
    const NameTable *definitions = &module->scope->definitions;
    for (uint32_t i = 0; i < definitions->count; i++) {
        const char *text = definitions->entries[i].name->text;
        if (strncmp(text, prefix, strlen(prefix)) == 0) {
            suggestion_offer(suggestion, text + strlen(prefix));
        }
    }
}

static const struct LibraryOwner {
    const char *name;
    TypeKind kind;
} library_owners[] = {{"String", TYPE_STRING},
                      {"List", TYPE_LIST},
                      {"Set", TYPE_SET},
                      {"Dictionary", TYPE_DICTIONARY},
                      {"Array", TYPE_ARRAY}};

// Whether the type has a process of that name that works on a value of it.
static bool has_library_method(Checker *checker, const struct LibraryOwner *owner,
                               const char *name) {
    const Symbol *process =
        process_or_null(find_dotted(checker, NULL, owner->name, intern_text(checker->names, name)));
    const ProcessInfo *info = process ? process->as.process : NULL;
    return info && info->parameter_count > 0 && info->parameters[0].type->kind == owner->kind;
}

const char *method_anywhere(Checker *checker, const Name *name) {
    enum { COUNT = sizeof library_owners / sizeof library_owners[0] };
    for (uint32_t i = 0; i < COUNT; i++) {
        if (has_library_method(checker, &library_owners[i], name->text)) {
            return name->text;
        }
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        const struct LibraryOwner *owner = &library_owners[i];
        const char *method;
        for (uint32_t n = 0; (method = foreign_method(name->text, owner->name, n)); n++) {
            if (has_library_method(checker, owner, method)) {
                return method;
            }
        }
    }
    return NULL;
}

// A process of the type whose name is like the wanted one, or means the same elsewhere; or NULL.
static const char *similar_method(Checker *checker, Type *type, const Name *name) {
    const char *owner = method_owner(type);
    const char *other;
    for (uint32_t n = 0; owner && (other = foreign_method(name->text, owner, n)); n++) {
        if (*other == '\0') {
            return NULL;
        }
        if (find_method(checker, type, intern_text(checker->names, other))) {
            return other;
        }
    }
    LoadedModule *module = checker->body->module;
    if (!owner || !scope_may_suggest(module)) {
        return NULL;
    }
    const char *prefix = format_text(checker, "%s.", owner);
    Suggestion suggestion = {.wanted = name->text};
    offer_dotted(module, prefix, &suggestion);
    for (uint32_t i = 0; i < module->import_count; i++) {
        offer_dotted(module->imports[i], prefix, &suggestion);
    }
    if (checker->compilation->program.prelude) {
        offer_dotted(checker->compilation->program.prelude, prefix, &suggestion);
    }
    return suggestion.best;
}

// The process `integer_to_string` for `to_string` of an Integer, or NULL.
static const Name *process_of_type(Checker *checker, Type *type, const char *owner,
                                   const Name *name) {
    Symbol *alone = NULL;
    const Name *text = NULL;
    if (owner) {
        text =
            intern_format(checker->names, "%c%s_%s", owner[0] | ('a' - 'A'), owner + 1, name->text);
        alone = process_or_null(find_symbol_quietly(checker, text));
    }
    bool is_fit = alone && alone->as.process->parameter_count == 1 &&
                  alone->as.process->parameters[0].type == type;
    return is_fit ? text : NULL;
}

// `x.length` or `the length of x`, for `x.length()`
static void help_with_call(Checker *checker, Diagnostic *diagnostic, const Field *field,
                           const Symbol *method) {
    bool is_whole = method->as.process->parameter_count <= 1;
    bool has_dot = field->name_span.start >= field->object->span.end; // not `the length of x`
    const char *object = written(checker, field->object->span);
    const char *call =
        format_text(checker, object[0] != '(' && strchr(object, ' ') ? "(%s).%s(%s)" : "%s.%s(%s)",
                    object, field->name->text, is_whole ? "" : "…");
    diagnostic_help(checker->diagnostics, diagnostic, "`%s` is a process: write `%s`",
                    method->name->text, call);
    Span end = {field->name_span.end, field->name_span.end};
    if (is_whole) {
        diagnostic_fix(checker->diagnostics, diagnostic, has_dot ? end : field->header.span,
                       has_dot ? "()" : call);
    }
}

void help_with_fixed_array(Checker *checker, Diagnostic *diagnostic, const Name *name,
                           const Type *type) {
    if (strcmp(name->text, "length") == 0) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "the length of a fixed array is the number in its type: %llu",
                        (unsigned long long)type->count);
    } else {
        diagnostic_help(
            checker->diagnostics, diagnostic,
            "an Array[N] lies in place and cannot grow: declare this one as `Array of …`");
    }
}

static void help_with_methods(Checker *checker, Diagnostic *diagnostic, const Field *field,
                              Type *type, bool is_call) {
    Symbol *method = find_method(checker, type, field->name);
    if (method && !is_call && type->kind == TYPE_FIXED_ARRAY) {
        help_with_fixed_array(checker, diagnostic, field->name, type);
        return;
    }
    if (method && !is_call) {
        help_with_call(checker, diagnostic, field, method);
        return;
    }
    const char *owner = method_owner(type);
    const char *similar = similar_method(checker, type, field->name);
    const Name *process = process_of_type(checker, type, owner, field->name);
    if (similar) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        is_call ? "did you mean `%s`?" : "did you mean the process `%s(…)`?",
                        similar);
        if (is_call) {
            diagnostic_fix(checker->diagnostics, diagnostic, field->name_span, similar);
        }
    } else if (is_call && process) {
        diagnostic_help(checker->diagnostics, diagnostic, "write `%s(%s)`", process->text,
                        written(checker, field->object->span));
    } else if (is_call && owner) {
        diagnostic_help(
            checker->diagnostics, diagnostic,
            "to define it, write `Process called \"%s.%s\" takes …`, whose first parameter is %s",
            owner, field->name->text, type_phrase(checker, type));
    } else if (type->kind == TYPE_DICTIONARY) {
        const char *key = type->first->kind == TYPE_STRING
                              ? format_text(checker, "\"%s\"", field->name->text)
                              : "key";
        diagnostic_help(checker->diagnostics, diagnostic,
                        "the value of a key is read with `%s.get(%s)`",
                        written(checker, field->object->span), key);
    } else if (type->kind == TYPE_FIXED_ARRAY) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "an element is reached by an index: a[0]");
    } else if (type->kind == TYPE_VARIANT && !type->variant) {
        help_with_variants(checker, diagnostic, field, type->aggregate);
    } else if (foreign_field(field->name->text)) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", foreign_field(field->name->text));
    }
}

void report_unknown_field(Checker *checker, const Field *field, Type *type, bool is_call) {
    if (field->name->is_lost) {
        return; // the line that declares it was not understood
    }
    if (type->kind == TYPE_VARIABLE && checker->is_damaged) {
        return; // perhaps by what was lost
    }
    if (type->kind == TYPE_VARIABLE) {
        Diagnostic *diagnostic = diagnostic_report(
            checker->diagnostics, ERROR_unknown_type_yet, field->object->span,
            "the type of this value is not known yet, so `.%s` cannot be found", field->name->text);
        diagnostic_help(checker->diagnostics, diagnostic,
                        "say the type where the variable is declared: `Let x as … be …`");
        return;
    }
    Type *inner = type->kind == TYPE_POINTER && type->first ? settled(checker, type->first) : type;
    if (inner->kind != TYPE_STRUCTURE && !inner->variant) {
        Diagnostic *diagnostic = diagnostic_report(
            checker->diagnostics, is_call ? ERROR_unknown_method : ERROR_no_fields,
            field->name_span, is_call ? "%s has no process `%s`" : "%s has no field `%s`",
            type_phrase(checker, type), field->name->text);
        help_with_methods(checker, diagnostic, field, type, is_call);
        return;
    }
    const Aggregate *aggregate = inner->aggregate;
    const VariantInfo *variant = inner->variant;
    uint32_t count;
    const FieldInfo *fields = type_fields(inner, &count);
    if (may_have_member(aggregate->symbol, field->name)) {
        return;
    }
    const char *owner = (variant ? variant->name : aggregate->name)->text;
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, is_call ? ERROR_unknown_method : ERROR_unknown_field,
        field->name_span,
        is_call ? "the %s `%s` has no process `%s`" : "the %s `%s` has no field `%s`",
        variant ? "variant" : "structure", owner, field->name->text);
    join_member_uses(checker, diagnostic, owner, field->name);
    diagnostic_note(checker->diagnostics, diagnostic,
                    variant ? variant->span : aggregate->symbol->span, "declared here");
    Suggestion suggestion = {.wanted = field->name->text};
    for (uint32_t i = 0; i < count; i++) {
        suggestion_offer(&suggestion, fields[i].name->text);
    }
    report_suggestion(checker, diagnostic, &suggestion, field->name_span);
    if (!suggestion.best) {
        help_with_methods(checker, diagnostic, field, type, is_call);
    }
    help_with_fields(checker, diagnostic, fields, count);
}

// --- Parts that are not read so ------------------------------------------------------------------

// Whether a value of the type, or what it points to, has a field of the name.
static bool has_part(Checker *checker, Type *type, const Name *name) {
    if (type->kind == TYPE_POINTER && type->first) {
        type = settled(checker, type->first);
    }
    uint32_t count = 0;
    const FieldInfo *fields = type->aggregate ? type_fields(type, &count) : NULL;
    return has_field(fields, count, name);
}

static void help_with_process(Checker *checker, Diagnostic *diagnostic, const Symbol *process,
                              Span name, Span object) {
    diagnostic_help(checker->diagnostics, diagnostic,
                    "a process is called with its values in parentheses: `%s(%s)`",
                    written(checker, name), written(checker, object));
    if (process->as.process->parameter_count == 1) {
        diagnostic_fix(checker->diagnostics, diagnostic, (Span){name.end, object.start}, "(");
        diagnostic_fix(checker->diagnostics, diagnostic, (Span){object.end, object.end}, ")");
    }
}

static void help_with_part(Checker *checker, Diagnostic *diagnostic, const char *part,
                           const char *object) {
    if (strcmp(part, "length") == 0 || strcmp(part, "count") == 0) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "the length of a text, List or Array is `%s.length()`, of a Set or "
                        "Dictionary `%s.size()`",
                        object, object);
    } else {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "the field `%s` is `the %s of %s` or `%s.%s`", part, part, object, object,
                        part);
    }
}

// The process that the name means, unless a variable has it; or NULL.
static Symbol *process_named(Checker *checker, const Name *name) {
    return is_variable(checker, name) ? NULL : process_or_null(find_symbol_quietly(checker, name));
}

Node *report_part_of(Checker *checker, Call *call) {
    const Name *name = AST(call->callee, NODE_NAME, NameExpression)->name;
    Argument *argument = AST(call->arguments.items[0], NODE_ARGUMENT, Argument);
    Span object = argument->value->span;
    Span span = {call->callee->span.start, object.end}; // without parentheses around it
    argument->value = check_value(checker, argument->value, NULL);
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_expected_token, span,
                          "`%s` is not how a part of a value is read", written(checker, span));
    Symbol *process = process_named(checker, name);
    if (has_part(checker, settled(checker, argument->value->type), name)) {
        help_with_part(checker, diagnostic, name->text, written(checker, object));
        diagnostic_fix(checker->diagnostics, diagnostic, (Span){span.start, span.start}, "the ");
    } else if (process) {
        help_with_process(checker, diagnostic, process, call->callee->span, object);
    } else {
        help_with_part(checker, diagnostic, name->text, written(checker, object));
    }
    return poison_node(checker, span);
}

// --- Names that are no statement -----------------------------------------------------------------

static void help_with_bare_process(Checker *checker, Diagnostic *diagnostic, const Symbol *process,
                                   const Name *name, Span span) {
    bool is_whole = process->as.process->parameter_count == 0;
    diagnostic_help(checker->diagnostics, diagnostic, "to call the process, write `%s(%s)`",
                    name->text, is_whole ? "" : "…");
    if (is_whole) {
        diagnostic_fix(checker->diagnostics, diagnostic, (Span){span.end, span.end}, "()");
    }
}

static void report_bare_value(Checker *checker, const Name *name, Span span) {
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_unused_value, span,
                                               "nothing is done with this value");
    Symbol *process = process_named(checker, name);
    const char *foreign = foreign_name(name->text);
    if (process) {
        help_with_bare_process(checker, diagnostic, process, name, span);
    } else if (is_variable(checker, name)) {
        diagnostic_help(checker->diagnostics, diagnostic, "to show the value, write `Display %s`",
                        name->text);
    } else if (foreign) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", foreign);
    } else {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "to call the process, write `%s()`; to show the value, `Display %s`",
                        name->text, name->text);
    }
}

Node *report_bare_name(Checker *checker, Call *call) {
    const Name *name = AST(call->callee, NODE_NAME, NameExpression)->name;
    Span span = call->callee->span;
    const ForeignLine *line = foreign_line(name->text);
    bool is_own = is_variable(checker, name) || process_named(checker, name);
    if (is_own || !line) {
        report_bare_value(checker, name, span);
        return poison_node(checker, span);
    }
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_unknown_statement, span,
                                               "`%s` does not begin a statement", name->text);
    diagnostic_help(checker->diagnostics, diagnostic, "%s", line->help);
    return poison_node(checker, span);
}
