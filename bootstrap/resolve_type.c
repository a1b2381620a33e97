// Type expressions and aliases.
#include <string.h>

#include "foreign.h"
#include "limit.h"
#include "overflow.h"
#include "resolve_internal.h"

// --- The language's own types ------------------------------------------------------------------

typedef struct BasicType {
    const char *name;
    size_t offset; // of the type in the table
} BasicType;

static const BasicType basic_types[] = {
    {"Integer", offsetof(TypeTable, integer)},
    {"String", offsetof(TypeTable, string)},
    {"Boolean", offsetof(TypeTable, boolean)},
    {"Float", offsetof(TypeTable, float64)},
    {"Byte", offsetof(TypeTable, unsigned8)},
    {"Integer8", offsetof(TypeTable, integer8)},
    {"Integer16", offsetof(TypeTable, integer16)},
    {"Integer32", offsetof(TypeTable, integer32)},
    {"Integer64", offsetof(TypeTable, integer)},
    {"Unsigned8", offsetof(TypeTable, unsigned8)},
    {"Unsigned16", offsetof(TypeTable, unsigned16)},
    {"Unsigned32", offsetof(TypeTable, unsigned32)},
    {"Unsigned64", offsetof(TypeTable, unsigned64)},
    {"Float32", offsetof(TypeTable, float32)},
    {"Float64", offsetof(TypeTable, float64)},
    {"Nothing", offsetof(TypeTable, nothing)},
};

enum { BASIC_TYPE_COUNT = sizeof(basic_types) / sizeof(basic_types[0]) };

// Types of the language with arguments: their number, and what they may be.
typedef struct CollectionType {
    const char *name;
    TypeKind kind;
    uint32_t arguments;
    const char *form;
} CollectionType;

static const CollectionType collection_types[] = {
    {"Pointer", TYPE_POINTER, 1, "Pointer to T"},
    {"Array", TYPE_ARRAY, 1, "Array of T"},
    {"List", TYPE_LIST, 1, "List of T"},
    {"Set", TYPE_SET, 1, "Set of T"},
    {"Dictionary", TYPE_DICTIONARY, 2, "Dictionary of K to V"},
    {"Function", TYPE_FUNCTION, 0, NULL}, // a form of its own: here only as a reserved name
};

enum { COLLECTION_TYPE_COUNT = sizeof(collection_types) / sizeof(collection_types[0]) };

// The language's own types, and few other names, begin with a capital letter.
static bool is_capitalised(const Name *name) {
    return name->text[0] >= 'A' && name->text[0] <= 'Z';
}

static Type *find_basic_type(Compilation *compilation, const Name *name) {
    for (int i = 0; i < BASIC_TYPE_COUNT; i++) {
        const char *basic = basic_types[i].name; // mostly told by its first letter
        if (basic[0] == name->text[0] && strcmp(basic, name->text) == 0) {
            return *(Type **)((char *)&compilation->types + basic_types[i].offset);
        }
    }
    return NULL;
}

static const CollectionType *find_collection_type(const Name *name) {
    for (int i = 0; i < COLLECTION_TYPE_COUNT; i++) {
        if (strcmp(collection_types[i].name, name->text) == 0) {
            return &collection_types[i];
        }
    }
    return NULL;
}

bool is_language_type_name(Compilation *compilation, const Name *name) {
    return is_capitalised(name) &&
           (find_collection_type(name) || find_basic_type(compilation, name));
}

static bool is_reserved_type_name(Compilation *compilation, const Name *name) {
    if (!is_capitalised(name)) {
        return false;
    }
    const CollectionType *collection = find_collection_type(name);
    bool is_scalar =
        collection && (collection->kind == TYPE_POINTER || collection->kind == TYPE_FUNCTION);
    return is_scalar || find_basic_type(compilation, name);
}

bool check_declared_name(Compilation *compilation, const Name *name, Span span) {
    if (name && is_reserved_type_name(compilation, name)) {
        diagnostic_report(&compilation->diagnostics, ERROR_reserved_type_name, span,
                          "`%s` is a type of the language", name->text);
        return false;
    }
    return true;
}

// --- Errors ------------------------------------------------------------------------------------

static Type *poison(const TypeScope *scope) { return scope->compilation->types.poison; }

static const char *plural(uint32_t count) { return count == 1 ? "" : "s"; }

static Type *report_argument_count(const TypeScope *scope, const TypeName *node, uint32_t wanted,
                                   const char *form, const Symbol *declared) {
    Diagnostics *diagnostics = &scope->compilation->diagnostics;
    Diagnostic *diagnostic;
    if (wanted == 0) {
        diagnostic = diagnostic_report(diagnostics, ERROR_type_argument_count, node->header.span,
                                       "`%s` takes no types after `of`", node->name->text);
    } else {
        diagnostic = diagnostic_report(
            diagnostics, ERROR_type_argument_count, node->header.span,
            "`%s` takes %u type%s after `of`, and %u %s given", node->name->text, wanted,
            plural(wanted), node->arguments.count, node->arguments.count == 1 ? "is" : "are");
    }
    if (form) {
        diagnostic_help(diagnostics, diagnostic, "write %s", form);
    }
    if (declared) {
        diagnostic_note(diagnostics, diagnostic, declared->span, "declared here");
    }
    return poison(scope);
}

static void offer_types_of(const LoadedModule *module, Suggestion *suggestion) {
    const NameTable *definitions = &module->scope->definitions;
    for (uint32_t i = 0; i < definitions->count; i++) {
        const Symbol *symbol = definitions->entries[i].value;
        if (symbol->kind == SYMBOL_TYPE) {
            suggestion_offer(suggestion, definitions->entries[i].name->text);
        }
    }
}

static void offer_types(const TypeScope *scope, Suggestion *suggestion) {
    for (uint32_t i = 0; i < scope->count; i++) {
        suggestion_offer(suggestion, scope->parameters[i]->name->text);
    }
    for (int i = 0; i < BASIC_TYPE_COUNT; i++) {
        suggestion_offer(suggestion, basic_types[i].name);
    }
    for (int i = 0; i < COLLECTION_TYPE_COUNT; i++) {
        suggestion_offer(suggestion, collection_types[i].name);
    }
    offer_types_of(scope->module, suggestion);
    for (uint32_t i = 0; i < scope->module->import_count; i++) {
        offer_types_of(scope->module->imports[i], suggestion);
    }
    if (scope->compilation->program.prelude) {
        offer_types_of(scope->compilation->program.prelude, suggestion);
    }
}

// The text of a type whose names are not all known, with the right ones in their places.
typedef struct Correction {
    const TypeScope *scope;
    Diagnostic *error; // takes the edits
    const Source *source;
    Position from; // up to there the source is in `text`, or corrected
    char text[128];
    bool is_whole; // it is not too long, and stands on one line
} Correction;

static void add_text(Correction *correction, const char *text, size_t length) {
    size_t used = strlen(correction->text);
    correction->is_whole = correction->is_whole && used + length < sizeof correction->text;
    if (!correction->is_whole)
        return;
    memcpy(correction->text + used, text, length);
    correction->text[used + length] = '\0';
}

static void add_source(Correction *correction, Position end) {
    const char *text = correction->source->text + (correction->from - correction->source->base);
    size_t length = end - correction->from;
    correction->is_whole = correction->is_whole && memchr(text, '\n', length) == NULL;
    add_text(correction, text, length);
    correction->from = end;
}

// What an unknown name of a type is like: one of other languages, or a misspelt one; or NULL.
static const char *right_type(const TypeScope *scope, const Name *name) {
    const char *foreign = foreign_type(name->text);
    if (foreign || foreign_no_type(name->text)) {
        return foreign;
    }
    Suggestion suggestion = {.wanted = name->text};
    if (scope_may_suggest(scope->module)) {
        offer_types(scope, &suggestion);
    }
    return suggestion.best;
}

static bool is_unknown(const TypeScope *scope, const TypeName *node) {
    Symbol *symbol = NULL;
    VariantInfo *found[1];
    if (!node->name || node->name->is_lost || node->qualifier ||
        is_language_type_name(scope->compilation, node->name)) {
        return false;
    }
    return !is_type_parameter_of(scope, node->name, &symbol) &&
           !scope_find(scope->compilation, scope->module, node->name).symbol &&
           resolve_variants(scope->compilation, scope->module, node->name, found, 1) == 0;
}

static void correct_type(Correction *correction, const TypeName *node, const char *right);

static void correct_arguments(Correction *correction, const TypeName *node) {
    for (uint32_t i = 0; i < node->arguments.count; i++) {
        const Node *argument = node->arguments.items[i];
        if (argument->kind != NODE_TYPE_NAME) {
            continue;
        }
        const TypeName *type = AST(argument, NODE_TYPE_NAME, TypeName);
        const char *right =
            is_unknown(correction->scope, type) ? right_type(correction->scope, type->name) : NULL;
        correct_type(correction, type, right);
    }
}

// `right` is the name to write; NULL where it is right as it is, or nobody knows.
static void correct_type(Correction *correction, const TypeName *node, const char *right) {
    if (right) {
        Position start = node->header.span.start;
        Span span = {start, start + node->name->length};
        diagnostic_fix(&correction->scope->compilation->diagnostics, correction->error, span,
                       right);
        add_source(correction, start);
        add_text(correction, right, strlen(right));
        correction->from = span.end;
    }
    correct_arguments(correction, node);
}

static void help_with_right_type(const TypeScope *scope, const TypeName *node, const char *right,
                                 Diagnostic *error) {
    Span span = node->header.span;
    Correction correction = {.scope = scope,
                             .error = error,
                             .source = source_at(&scope->compilation->sources, span.start),
                             .from = span.start,
                             .is_whole = true};
    correct_type(&correction, node, right);
    add_source(&correction, span.end);
    diagnostic_help(&scope->compilation->diagnostics, error, "did you mean `%s`?",
                    correction.is_whole ? correction.text : right);
}

// As type parameters are called.
static bool is_capital_letter(const char *text) {
    return text[0] >= 'A' && text[0] <= 'Z' && text[1] == '\0';
}

// Whether the name is that of a type which the program declares.
static bool is_declared_type(const TypeScope *scope, const char *text) {
    Compilation *compilation = scope->compilation;
    const Name *name = intern_text(&compilation->names, text);
    return !is_language_type_name(compilation, name) &&
           scope_find(compilation, scope->module, name).symbol != NULL;
}

// Whether `returns` stands before the type, as only there Nothing can be one.
static bool is_result(const TypeScope *scope, Position start) {
    static const char word[] = "returns";
    const Source *source = source_at(&scope->compilation->sources, start);
    uint32_t end = start - source->base;
    while (end > 0 && source->text[end - 1] == ' ') {
        end--;
    }
    uint32_t length = sizeof word - 1;
    return end >= length && memcmp(source->text + end - length, word, length) == 0;
}

static Type *report_unknown_type(const TypeScope *scope, const TypeName *node) {
    if (scope->module->scope->is_incomplete || node->name->is_lost ||
        resolve_stands_for_missing(scope->compilation, node->name, node->header.span)) {
        return poison(scope); // perhaps of the import that could not be loaded, or of a lost line
    }
    Diagnostics *diagnostics = &scope->compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_unknown_type, node->header.span,
                                               "there is no type `%s`", node->name->text);
    const char *right = right_type(scope, node->name);
    const char *help = foreign_no_type(node->name->text);
    // A declaration is missing, or misspelt, which is one error; a type of the language is misspelt
    // at each place.
    if (!right || is_declared_type(scope, right)) {
        join_diagnostics_about(scope->compilation, &scope->module->scope->unknown_types, node->name,
                               diagnostic);
    }
    if (right && strcmp(right, "Nothing") == 0 && !is_result(scope, node->header.span.start)) {
        diagnostic_help(diagnostics, diagnostic,
                        "only a process returns Nothing: a value has a type such as Integer");
    } else if (right) {
        help_with_right_type(scope, node, right, diagnostic);
    } else if (help) {
        diagnostic_help(diagnostics, diagnostic, "%s", help);
    } else if (is_capital_letter(node->name->text)) {
        diagnostic_help(diagnostics, diagnostic,
                        "a type parameter is declared behind the name of its process or type: "
                        "`Process called \"…\" of %s takes …`",
                        node->name->text);
    } else {
        diagnostic_help(diagnostics, diagnostic,
                        "a structure of this name would be declared with `Structure %s:`",
                        node->name->text);
    }
    return poison(scope);
}

static Type *report_not_a_type(const TypeScope *scope, const TypeName *node, const Symbol *symbol) {
    Diagnostics *diagnostics = &scope->compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_not_a_type, node->header.span,
                                               "`%s` is not a type", node->name->text);
    diagnostic_note(diagnostics, diagnostic, symbol->span, "it is defined here");
    return poison(scope);
}

// --- What may stand where ----------------------------------------------------------------------

// A type argument, element or result of a Function is one word. Gives poison after an error.
static Type *require_word(const TypeScope *scope, Type *type, Span span) {
    if (type->kind != TYPE_FIXED_ARRAY) {
        return type;
    }
    Diagnostics *diagnostics = &scope->compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_not_a_word, span,
                                               "%s lies in place and cannot stand here",
                                               type_text(&scope->compilation->names, type));
    diagnostic_help(diagnostics, diagnostic, "use a growable Array, or a Pointer to the array");
    return poison(scope);
}

static Type *resolve_word(const TypeScope *scope, const Node *expression, unsigned place) {
    Type *type = resolve_type_at(scope, expression, place & PLACE_BODY);
    return require_word(scope, type, expression->span);
}

// --- Names -------------------------------------------------------------------------------------

bool is_type_parameter_of(const TypeScope *scope, const Name *name, Symbol **found) {
    for (uint32_t i = 0; i < scope->count; i++) {
        if (scope->parameters[i]->name == name) {
            *found = scope->parameters[i];
            return true;
        }
    }
    return false;
}

// What the name of a type expression stands for; NULL for a type of the language and after an
// error, which sets *failed.
static Symbol *find_type_symbol(const TypeScope *scope, const TypeName *node, bool *failed) {
    Compilation *compilation = scope->compilation;
    Symbol *symbol = NULL;
    if (!node->qualifier) {
        if (is_type_parameter_of(scope, node->name, &symbol)) {
            return symbol;
        }
        Meaning meaning = scope_find(compilation, scope->module, node->name);
        if (meaning.other && meaning.symbol->kind != SYMBOL_MODULE) {
            report_ambiguous(compilation, meaning, node->header.span);
            *failed = true;
            return NULL;
        }
        return meaning.other ? NULL : meaning.symbol;
    }
    Diagnostics *diagnostics = &compilation->diagnostics;
    LoadedModule *module =
        resolve_module_alias(compilation, scope->module, node->qualifier, node->header.span);
    symbol = module ? resolve_member(compilation, module, node->name) : NULL;
    *failed = symbol == NULL;
    if (!module && !scope->module->scope->is_incomplete) {
        Diagnostic *error =
            diagnostic_report(diagnostics, ERROR_unknown_module, node->header.span,
                              "`%s` is not the name of an import", node->qualifier->text);
        resolve_help_with_alias(compilation, scope->module, node->qualifier, node->header.span,
                                error);
    } else if (module && !symbol && !module->scope->is_incomplete) {
        diagnostic_report(diagnostics, ERROR_unknown_member, node->header.span,
                          "%s defines no `%s`", module->source->path, node->name->text);
    }
    return symbol;
}

// --- Types of the language with arguments ------------------------------------------------------

static Type *make_collection(TypeTable *types, TypeKind kind, Type *first, Type *second) {
    switch (kind) {
    case TYPE_POINTER:
        return type_pointer_to(types, first);
    case TYPE_ARRAY:
        return type_array(types, first);
    case TYPE_LIST:
        return type_list(types, first);
    case TYPE_SET:
        return type_set(types, first);
    default:
        return type_dictionary(types, first, second);
    }
}

// Pointer to T, Array/List/Set of T, Dictionary of K to V; without arguments those of Integers, and
// the untyped Pointer.
static Type *resolve_collection(const TypeScope *scope, const TypeName *node,
                                const CollectionType *collection, unsigned place) {
    TypeTable *types = &scope->compilation->types;
    const NodeList *arguments = &node->arguments;
    if (arguments->count > 0 && arguments->count != collection->arguments) {
        return report_argument_count(scope, node, collection->arguments, collection->form, NULL);
    }
    if (arguments->count == 0) {
        return collection->kind == TYPE_POINTER
                   ? types->pointer
                   : make_collection(types, collection->kind, types->integer, types->integer);
    }
    Type *parts[2] = {NULL, NULL};
    for (uint32_t i = 0; i < arguments->count; i++) {
        const Node *argument = arguments->items[i];
        bool may_be_inline = collection->kind == TYPE_ARRAY;
        unsigned part_place = (place & PLACE_BODY) | (may_be_inline ? PLACE_FIELD : 0u);
        parts[i] = collection->kind == TYPE_POINTER || may_be_inline
                       ? resolve_type_at(scope, argument, part_place)
                       : resolve_word(scope, argument, place);
        if (may_be_inline) {
            parts[i] = require_word(scope, parts[i], argument->span);
        }
        if (parts[i]->kind == TYPE_POISON) {
            return types->poison;
        }
    }
    return make_collection(types, collection->kind, parts[0], parts[1]);
}

// --- Declared types ----------------------------------------------------------------------------

// The arguments written after `of`, or fresh variables for those left out in a body; NULL after an
// error.
static Type **resolve_arguments(const TypeScope *scope, const TypeName *node, uint32_t wanted,
                                const Symbol *symbol, unsigned place) {
    Compilation *compilation = scope->compilation;
    bool are_inferred = node->arguments.count == 0 && (place & PLACE_BODY);
    if (node->arguments.count != wanted && !are_inferred) {
        report_argument_count(scope, node, wanted, NULL, symbol);
        return NULL;
    }
    Type **arguments = pool_allocate(&compilation->pool, (wanted + 1) * sizeof(Type *));
    bool is_whole = true;
    for (uint32_t i = 0; i < wanted; i++) {
        arguments[i] = are_inferred ? type_variable(&compilation->types)
                                    : resolve_word(scope, node->arguments.items[i], place);
        is_whole = is_whole && arguments[i]->kind != TYPE_POISON;
    }
    return is_whole ? arguments : NULL;
}

static Type *resolve_alias_use(const TypeScope *scope, const TypeName *node, Symbol *symbol,
                               unsigned place) {
    Compilation *compilation = scope->compilation;
    const TypeAlias *alias = AST(symbol->declaration, NODE_TYPE_ALIAS, TypeAlias);
    resolve_alias(compilation, symbol);
    uint32_t count = alias->type_parameters.count;
    Type **arguments = resolve_arguments(scope, node, count, symbol, place);
    if (!arguments) {
        return poison(scope);
    }
    Symbol **parameters = pool_allocate(&compilation->pool, (count + 1) * sizeof(Symbol *));
    for (uint32_t i = 0; i < count; i++) {
        parameters[i] =
            AST(alias->type_parameters.items[i], NODE_TYPE_PARAMETER, TypeParameter)->symbol;
    }
    return type_substitute(&compilation->types, symbol->type, parameters, arguments, count);
}

static Type *resolve_declared_type(const TypeScope *scope, const TypeName *node, Symbol *symbol,
                                   unsigned place) {
    if (symbol->kind == SYMBOL_TYPE_PARAMETER) {
        return node->arguments.count == 0 ? symbol->type
                                          : report_argument_count(scope, node, 0, NULL, symbol);
    }
    if (symbol->kind != SYMBOL_TYPE) {
        return report_not_a_type(scope, node, symbol);
    }
    if (symbol->declaration->kind == NODE_TYPE_ALIAS) {
        return resolve_alias_use(scope, node, symbol, place);
    }
    uint32_t count = symbol->as.aggregate->type_parameter_count;
    Type **arguments = resolve_arguments(scope, node, count, symbol, place);
    return arguments
               ? type_instance(&scope->compilation->types, symbol->as.aggregate, arguments, count)
               : poison(scope);
}

// The variants that a name in the place of a type may mean: Circle, Shape.Circle, File.Circle.
static uint32_t find_named_variants(const TypeScope *scope, const TypeName *node,
                                    VariantInfo **found, uint32_t limit) {
    Compilation *compilation = scope->compilation;
    if (!node->qualifier) {
        return resolve_variants(compilation, scope->module, node->name, found, limit);
    }
    LoadedModule *module =
        resolve_module_alias(compilation, scope->module, node->qualifier, node->header.span);
    if (module) {
        return resolve_own_variants(module, node->name, found, limit);
    }
    const Symbol *owner = scope_find(compilation, scope->module, node->qualifier).symbol;
    const Aggregate *aggregate = owner && owner->kind == SYMBOL_TYPE ? owner->as.aggregate : NULL;
    for (uint32_t i = 0; aggregate && i < aggregate->variant_count; i++) {
        if (aggregate->variants[i].name == node->name) {
            found[0] = &aggregate->variants[i];
            return 1;
        }
    }
    return 0;
}

// A variant's name as a type: the objects of its type that are this variant.
static Type *resolve_variant_type(const TypeScope *scope, const TypeName *node, VariantInfo **found,
                                  uint32_t found_count, unsigned place) {
    if (found_count > 1) {
        Diagnostics *diagnostics = &scope->compilation->diagnostics;
        Diagnostic *diagnostic =
            diagnostic_report(diagnostics, ERROR_ambiguous_variant, node->header.span,
                              "`%s` is a variant of both `%s` and `%s`", node->name->text,
                              found[0]->owner->name->text, found[1]->owner->name->text);
        diagnostic_note(diagnostics, diagnostic, found[0]->span, "declared here");
        diagnostic_note(diagnostics, diagnostic, found[1]->span, "and here");
        diagnostic_help(diagnostics, diagnostic, "write which one: `%s.%s`",
                        found[0]->owner->name->text, node->name->text);
        return poison(scope);
    }
    Type *type = resolve_declared_type(scope, node, found[0]->owner, place);
    return type->kind == TYPE_VARIANT ? type_of_variant(&scope->compilation->types, type, found[0])
                                      : type;
}

static Type *resolve_basic_type(const TypeScope *scope, const TypeName *node, Type *type,
                                unsigned place) {
    if (node->arguments.count > 0) {
        return report_argument_count(scope, node, 0, NULL, NULL);
    }
    if (type->kind == TYPE_NOTHING && !(place & PLACE_RESULT)) {
        diagnostic_report(&scope->compilation->diagnostics, ERROR_nothing_type, node->header.span,
                          "Nothing is no type for a value; only a process returns it");
        return poison(scope);
    }
    return type;
}

static Type *resolve_name_type(const TypeScope *scope, const TypeName *node, unsigned place) {
    if (!node->name) {
        return poison(scope); // lost to a syntax error
    }
    Type *basic = node->qualifier ? NULL : find_basic_type(scope->compilation, node->name);
    if (basic) {
        return resolve_basic_type(scope, node, basic, place);
    }
    VariantInfo *found[2];
    uint32_t found_count = node->qualifier ? find_named_variants(scope, node, found, 2) : 0;
    if (found_count > 0) {
        return resolve_variant_type(scope, node, found, found_count, place);
    }
    bool failed = false;
    Symbol *symbol = find_type_symbol(scope, node, &failed);
    if (failed) {
        return poison(scope);
    }
    const CollectionType *collection = node->qualifier ? NULL : find_collection_type(node->name);
    bool is_type = symbol && (symbol->kind == SYMBOL_TYPE || symbol->kind == SYMBOL_TYPE_PARAMETER);
    if (collection && !is_type) {
        return resolve_collection(scope, node, collection, place);
    }
    found_count = is_type || node->qualifier ? 0 : find_named_variants(scope, node, found, 2);
    if (found_count > 0) {
        return resolve_variant_type(scope, node, found, found_count, place);
    }
    return symbol ? resolve_declared_type(scope, node, symbol, place)
                  : report_unknown_type(scope, node);
}

// --- inline S ----------------------------------------------------------------------------------

static Type *resolve_inline(const TypeScope *scope, const TypeName *node, unsigned place) {
    Diagnostics *diagnostics = &scope->compilation->diagnostics;
    if (!(place & PLACE_FIELD)) {
        Diagnostic *diagnostic =
            diagnostic_report(diagnostics, ERROR_inline_misplaced, node->header.span,
                              "only a field or an array's element can be inline");
        diagnostic_help(diagnostics, diagnostic,
                        "leave out `inline`: the value is a reference then");
        return poison(scope);
    }
    Type *type = resolve_name_type(scope, node, place & PLACE_BODY);
    if (type->kind == TYPE_POISON) {
        return type;
    }
    if (type->kind != TYPE_STRUCTURE) {
        Diagnostic *diagnostic =
            diagnostic_report(diagnostics, ERROR_inline_misplaced, node->header.span,
                              "only a structure can be inline, and %s is none",
                              type_text(&scope->compilation->names, type));
        diagnostic_help(diagnostics, diagnostic, "leave out `inline`");
        return poison(scope);
    }
    return type_inline(&scope->compilation->types, type);
}

// --- Array[N] and Function ---------------------------------------------------------------------

Type *report_too_large(const TypeScope *scope, Span span, uint64_t size) {
    diagnostic_report(&scope->compilation->diagnostics, ERROR_object_too_large, span,
                      "this takes %llu bytes in place, more than a gibibyte (1073741824)",
                      (unsigned long long)size);
    return poison(scope);
}

// Array[size] of element
static Type *resolve_fixed_array(const TypeScope *scope, const TypeFixedArray *node,
                                 unsigned place) {
    Compilation *compilation = scope->compilation;
    ConstantValue size;
    bool has_size =
        resolve_constant(compilation, scope->module, node->size, compilation->types.integer, &size);
    Type *element = resolve_type_at(scope, node->element, (place & PLACE_BODY) | PLACE_FIELD);
    if (!has_size || element->kind == TYPE_POISON) {
        return poison(scope);
    }
    if (size.as.integer < 1) {
        diagnostic_report(&compilation->diagnostics, ERROR_array_size, node->size->span,
                          "an array cannot have %lld elements", (long long)size.as.integer);
        return poison(scope);
    }
    if (!require_layout(compilation, element, node->header.span)) {
        return poison(scope);
    }
    uint64_t bytes;
    uint64_t count = (uint64_t)size.as.integer;
    if (unsigned_multiply_overflows(count, type_storage_size(element), &bytes)) {
        bytes = UINT64_MAX;
    }
    return bytes > LARGEST_OBJECT ? report_too_large(scope, node->header.span, bytes)
                                  : type_fixed_array(&compilation->types, count, element);
}

// Function of (A, B) returns R
static Type *resolve_function(const TypeScope *scope, const TypeFunction *node, unsigned place) {
    Compilation *compilation = scope->compilation;
    uint32_t count = node->parameters.count;
    Type **parameters = pool_allocate(&compilation->pool, (count + 1) * sizeof(Type *));
    bool is_whole = true;
    for (uint32_t i = 0; i < count; i++) {
        parameters[i] = resolve_type_at(scope, node->parameters.items[i], place & PLACE_BODY);
        is_whole = is_whole && parameters[i]->kind != TYPE_POISON;
    }
    Type *result = compilation->types.nothing;
    if (node->result) {
        result = resolve_type_at(scope, node->result, (place & PLACE_BODY) | PLACE_RESULT);
        result = require_word(scope, result, node->result->span);
    }
    is_whole = is_whole && result->kind != TYPE_POISON;
    return is_whole ? type_function(&compilation->types, parameters, count, result) : poison(scope);
}

// --- Entry points ------------------------------------------------------------------------------

static Type *resolve_form(const TypeScope *scope, const Node *expression, unsigned place) {
    Node *node = (Node *)expression;
    switch ((NodeKind)expression->kind) {
    case NODE_TYPE_NAME: {
        const TypeName *type_name = AST(node, NODE_TYPE_NAME, TypeName);
        return node->flags & NODE_INLINE ? resolve_inline(scope, type_name, place)
                                         : resolve_name_type(scope, type_name, place);
    }
    case NODE_TYPE_FIXED_ARRAY:
        return resolve_fixed_array(scope, AST(node, NODE_TYPE_FIXED_ARRAY, TypeFixedArray), place);
    case NODE_TYPE_FUNCTION:
        return resolve_function(scope, AST(node, NODE_TYPE_FUNCTION, TypeFunction), place);
    default:
        assert(node->kind == NODE_ERROR);
        return poison(scope);
    }
}

Type *resolve_type_at(const TypeScope *scope, const Node *expression, unsigned place) {
    Type *type = resolve_form(scope, expression, place);
    limit_check_types(scope->compilation, expression->span);
    return type;
}

Type *resolve_type(Compilation *compilation, LoadedModule *module, const Node *expression,
                   Symbol **type_parameters, uint32_t count) {
    TypeScope scope = {.compilation = compilation,
                       .module = module,
                       .parameters = type_parameters,
                       .count = count};
    return resolve_type_at(&scope, expression, PLACE_BODY);
}

Symbol **resolve_type_parameters(Compilation *compilation, LoadedModule *module,
                                 const NodeList *nodes, uint32_t *count) {
    Symbol **symbols = pool_allocate(&compilation->pool, nodes->count * sizeof(Symbol *));
    DuplicateCheck check = {.compilation = compilation, .what = "the type parameter "};
    *count = nodes->count;
    for (uint32_t i = 0; i < nodes->count; i++) {
        TypeParameter *node = AST(nodes->items[i], NODE_TYPE_PARAMETER, TypeParameter);
        Span span = node->header.span;
        node->symbol = symbol_create(compilation, module, SYMBOL_TYPE_PARAMETER, node->name,
                                     &node->header, span);
        node->symbol->type = type_of_parameter(&compilation->types, node->symbol);
        symbols[i] = node->symbol;
        duplicate_check(&check, node->name, span);
        check_declared_name(compilation, node->name, span);
    }
    return symbols;
}

// --- Aliases -----------------------------------------------------------------------------------

static void report_alias_cycle(Compilation *compilation, const Symbol *symbol) {
    diagnostic_report(&compilation->diagnostics, ERROR_alias_cycle, symbol->span,
                      "the type `%s` is defined by itself", symbol->name->text);
}

void resolve_alias(Compilation *compilation, Symbol *symbol) {
    if (symbol->flags & SYMBOL_RESOLVED) {
        return;
    }
    if (symbol->flags & SYMBOL_IN_PROGRESS) {
        report_alias_cycle(compilation, symbol);
        symbol->type = compilation->types.poison;
        symbol->flags |= SYMBOL_RESOLVED;
        return;
    }
    const TypeAlias *node = AST(symbol->declaration, NODE_TYPE_ALIAS, TypeAlias);
    uint32_t height = node->target ? node->target->height : 0;
    if (!limit_enter(compilation, height, node->name_span)) {
        symbol->type = compilation->types.poison;
        symbol->flags |= SYMBOL_RESOLVED;
        return;
    }
    symbol->flags |= SYMBOL_IN_PROGRESS;
    uint32_t count = node->type_parameters.count;
    Symbol **parameters = pool_allocate(&compilation->pool, (count + 1) * sizeof(Symbol *));
    for (uint32_t i = 0; i < count; i++) {
        parameters[i] =
            AST(node->type_parameters.items[i], NODE_TYPE_PARAMETER, TypeParameter)->symbol;
    }
    TypeScope scope = {.compilation = compilation,
                       .module = symbol->module,
                       .parameters = parameters,
                       .count = count};
    Type *type = node->target ? resolve_type_at(&scope, node->target, 0) : poison(&scope);
    if (!(symbol->flags & SYMBOL_RESOLVED)) { // else a cycle was found on the way
        symbol->type = type;
        symbol->as.aggregate = type->aggregate;
    }
    symbol->flags = (uint8_t)((symbol->flags & ~SYMBOL_IN_PROGRESS) | SYMBOL_RESOLVED);
    limit_leave(compilation, height);
}
