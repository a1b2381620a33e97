// Constructors: structures and variants with their fields.
#include "check_internal.h"

#include <string.h>

enum { MOST_CANDIDATES = 16 };

// --- Finding variants ----------------------------------------------------------------------------

VariantInfo *variant_of(const Aggregate *aggregate, const Name *name) {
    const Symbol *owner = aggregate->symbol;
    const VariantEntry *entry =
        aggregate->is_variant_type ? name_table_get(&owner->module->scope->variants, name) : NULL;
    while (entry && entry->variant->owner != owner) {
        entry = entry->next;
    }
    return entry ? entry->variant : NULL;
}

// "`A`, `B` and `C`": of `count` names the first ones, at most MOST_NAMES, which `names` holds.
static const char *list_names(Checker *checker, const Name *const *names, uint32_t count) {
    const char *text = "";
    for (uint32_t i = 0; i < count && i < MOST_NAMES; i++) {
        const char *separator = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        text = format_text(checker, "%s%s`%s`", text, separator, names[i]->text);
    }
    return count > MOST_NAMES ? format_text(checker, "%s and %u more", text, count - MOST_NAMES)
                              : text;
}

static const char *variant_names(Checker *checker, const Aggregate *aggregate) {
    const Name *names[MOST_NAMES];
    for (uint32_t i = 0; i < aggregate->variant_count && i < MOST_NAMES; i++) {
        names[i] = aggregate->variants[i].name;
    }
    return list_names(checker, names, aggregate->variant_count);
}

void report_unknown_variant(Checker *checker, const Aggregate *aggregate, const Name *name,
                            Span span) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_unknown_variant, span,
                          "`%s` has no variant `%s`", aggregate->name->text, name->text);
    join_member_uses(checker, diagnostic, aggregate->name->text, name);
    diagnostic_note(checker->diagnostics, diagnostic, aggregate->symbol->span, "declared here");
    Suggestion suggestion = {.wanted = name->text};
    for (uint32_t i = 0; i < aggregate->variant_count; i++) {
        suggestion_offer(&suggestion, aggregate->variants[i].name->text);
    }
    report_suggestion(checker, diagnostic, &suggestion, span);
    diagnostic_help(checker->diagnostics, diagnostic,
                    aggregate->variant_count == 1 ? "its variant is %s" : "its variants are %s",
                    variant_names(checker, aggregate));
}

bool has_variant(Checker *checker, const Name *name) {
    VariantInfo *found;
    return resolve_variants(checker->compilation, checker->body->module, name, &found, 1) > 0;
}

static void report_ambiguous_variant(Checker *checker, const Name *name, Span span,
                                     VariantInfo **found) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_ambiguous_variant, span,
                          "`%s` is a variant of both `%s` and `%s`", name->text,
                          found[0]->owner->name->text, found[1]->owner->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, found[0]->span, "declared here");
    diagnostic_note(checker->diagnostics, diagnostic, found[1]->span, "and here");
    diagnostic_help(checker->diagnostics, diagnostic, "write which one: `%s.%s`",
                    found[0]->owner->name->text, name->text);
}

VariantInfo *find_variant(Checker *checker, const Name *name, Span span, Type *expected,
                          bool *is_reported) {
    *is_reported = false;
    if (expected) {
        expected = settled(checker, expected);
        VariantInfo *wanted =
            expected->kind == TYPE_VARIANT ? variant_of(expected->aggregate, name) : NULL;
        if (wanted) {
            return wanted;
        }
    }
    VariantInfo *found[MOST_CANDIDATES];
    uint32_t count =
        resolve_variants(checker->compilation, checker->body->module, name, found, MOST_CANDIDATES);
    if (count > 1) {
        report_ambiguous_variant(checker, name, span, found);
        *is_reported = true;
        return NULL;
    }
    return count == 1 ? found[0] : NULL;
}

// --- Fields --------------------------------------------------------------------------------------

const char *field_names(Checker *checker, const FieldInfo *fields, uint32_t count) {
    const Name *names[MOST_NAMES];
    for (uint32_t i = 0; i < count && i < MOST_NAMES; i++) {
        names[i] = fields[i].name;
    }
    return list_names(checker, names, count);
}

void help_with_fields(Checker *checker, Diagnostic *diagnostic, const FieldInfo *fields,
                      uint32_t count) {
    if (count > 0) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        count == 1 ? "its field is %s" : "its fields are %s",
                        field_names(checker, fields, count));
    }
}

bool has_field(const FieldInfo *fields, uint32_t count, const Name *name) {
    for (uint32_t i = 0; i < count; i++) {
        if (fields[i].name == name) {
            return true;
        }
    }
    return false;
}

bool may_construct_field(Checker *checker, const Construct *construct, const Name *name) {
    if (construct->annotation->kind != NODE_TYPE_NAME) {
        return true;
    }
    const TypeName *type = AST(construct->annotation, NODE_TYPE_NAME, TypeName);
    const Name *made = construct->variant ? construct->variant : type->name;
    if (type->qualifier || !made) {
        return true;
    }
    VariantInfo *found;
    const Symbol *symbol = construct->variant ? NULL : find_symbol_quietly(checker, made);
    if (symbol && symbol->kind == SYMBOL_TYPE && symbol->type->kind == TYPE_STRUCTURE) {
        const Aggregate *aggregate = symbol->type->aggregate;
        return has_field(aggregate->fields, aggregate->field_count, name);
    }
    if (resolve_variants(checker->compilation, checker->body->module, made, &found, 1) == 0) {
        return true;
    }
    return has_field(found->fields, found->field_count, name);
}

// What is being constructed.
typedef struct Object {
    const char *name; // of the structure or variant
    Span declared;
    Type *type; // its instance
    const FieldInfo *fields;
    uint32_t field_count;
    bool is_blank; // fields may be left out
} Object;

static void report_strange_field(Checker *checker, const Object *object, const Argument *argument) {
    if (!argument->name) {
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_unnamed_field, argument->header.span,
                              "the fields of `%s` are given by name", object->name);
        diagnostic_note(checker->diagnostics, diagnostic, object->declared, "declared here");
        if (object->field_count > 0) {
            diagnostic_help(checker->diagnostics, diagnostic, "write `%s with %s as …`",
                            object->name, object->fields[0].name->text);
        }
        return;
    }
    if (may_have_member(object->type->aggregate->symbol, argument->name)) {
        return;
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_unknown_field, argument->name_span,
                          "`%s` has no field `%s`", object->name, argument->name->text);
    join_member_uses(checker, diagnostic, object->name, argument->name);
    diagnostic_note(checker->diagnostics, diagnostic, object->declared, "declared here");
    Suggestion suggestion = {.wanted = argument->name->text};
    for (uint32_t i = 0; i < object->field_count; i++) {
        suggestion_offer(&suggestion, object->fields[i].name->text);
    }
    report_suggestion(checker, diagnostic, &suggestion, argument->name_span);
    help_with_fields(checker, diagnostic, object->fields, object->field_count);
}

static void report_missing_fields(Checker *checker, const Object *object, Span span,
                                  Argument **by_field) {
    FieldInfo *missing =
        runa_arena_allocate(checker->arena, object->field_count * (int64_t)sizeof(FieldInfo));
    uint32_t count = 0;
    for (uint32_t i = 0; i < object->field_count; i++) {
        if (!by_field[i]) {
            missing[count++] = object->fields[i];
        }
    }
    if (count == 0) {
        return;
    }
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_missing_field, span, "the field%s %s of `%s` %s no value",
        count == 1 ? "" : "s", field_names(checker, missing, count), object->name,
        count == 1 ? "is given" : "are given");
    diagnostic_note(checker->diagnostics, diagnostic, object->declared, "declared here");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "every field needs a value: add `and %s as …`", missing[0].name->text);
}

// The number of the field, or field_count. Looks first where it is if all are given in order.
static uint32_t find_field(const Object *object, const Name *name, uint32_t place) {
    for (uint32_t i = 0; i < object->field_count; i++) {
        uint32_t field = (place + i) % object->field_count;
        if (object->fields[field].name == name) {
            return field;
        }
    }
    return object->field_count;
}

// Assigns the arguments to the fields. False after an error; those that were assigned have a field
// all the same.
static bool assign_fields(Checker *checker, const Object *object, const NodeList *arguments,
                          Argument **by_field) {
    bool is_good = true;
    for (uint32_t i = 0; i < arguments->count; i++) {
        Argument *argument = AST(arguments->items[i], NODE_ARGUMENT, Argument);
        uint32_t field = find_field(object, argument->name, i);
        argument->index = field;
        if (field == object->field_count) {
            report_strange_field(checker, object, argument);
            is_good = false;
        } else if (by_field[field]) {
            Diagnostic *diagnostic =
                diagnostic_report(checker->diagnostics, ERROR_repeated_field, argument->name_span,
                                  "the field `%s` is given twice", argument->name->text);
            diagnostic_note(checker->diagnostics, diagnostic, by_field[field]->name_span,
                            "it has its value here");
            argument->index = object->field_count;
            is_good = false;
        } else {
            by_field[field] = argument;
        }
    }
    return is_good;
}

static void check_field_value(Checker *checker, const Object *object, Argument *argument) {
    const FieldInfo *info = &object->fields[argument->index];
    Type *type = type_field(checker->types, object->type, info);
    Reason reason = {.what = "the field `%s` is", .name = info->name->text, .declared = info->span};
    Node *value = check_as(checker, argument->value, type, &reason);
    argument->value = represent(checker, value, info->type);
}

static void bind_from_context(Checker *checker, Type *type, Type *expected) {
    expected = expected ? settled(checker, expected) : NULL;
    if (expected && type->has_variable && expected->aggregate == type->aggregate) {
        type_unify(checker->types, type, type_widened(checker->types, expected));
    }
}

// Checks the values: those that know their type first, so that the others can take it from them.
static bool check_fields(Checker *checker, const Object *object, Span span, NodeList *arguments,
                         Type *expected) {
    int64_t size = object->field_count * (int64_t)sizeof(Argument *);
    Argument **by_field = runa_arena_allocate(checker->arena, size + 1);
    bool is_good = assign_fields(checker, object, arguments, by_field);
    if (is_good && !object->is_blank) {
        report_missing_fields(checker, object, span, by_field);
    }
    bool is_generic = object->type->has_variable;
    for (int pass = is_generic ? 0 : 1; pass < 2; pass++) {
        for (uint32_t i = 0; i < arguments->count; i++) {
            Argument *argument = AST(arguments->items[i], NODE_ARGUMENT, Argument);
            bool is_now = !is_generic || is_soft(checker, argument->value) == (pass == 1);
            if (is_now && argument->index == object->field_count) {
                argument->value = check_value(checker, argument->value, NULL);
            } else if (is_now && !argument->value->type) {
                check_field_value(checker, object, argument);
            }
        }
        bind_from_context(checker, object->type, expected);
    }
    return is_good;
}

// --- Variants ------------------------------------------------------------------------------------

Type *open_instance(Checker *checker, Symbol *owner) {
    Aggregate *aggregate = owner->as.aggregate;
    Type **arguments = fresh_variables(checker, aggregate->type_parameter_count);
    return type_instance(checker->types, aggregate, arguments, aggregate->type_parameter_count);
}

static Node *finish_variant(Checker *checker, Construct *construct, VariantInfo *variant,
                            Type *type, Type *expected) {
    Object object = {.name = variant->name->text,
                     .declared = variant->span,
                     .type = type,
                     .fields = variant->fields,
                     .field_count = variant->field_count,
                     .is_blank = construct->header.flags & NODE_BLANK};
    construct->variant = variant->name;
    construct->variant_index = variant->index;
    construct->header.type = type;
    check_fields(checker, &object, construct->header.span, &construct->arguments, expected);
    construct->header.type = settled(checker, type);
    if (expected && settled(checker, expected)->variant == variant) {
        construct->header.type = type_of_variant(checker->types, construct->header.type, variant);
    }
    return &construct->header;
}

Node *construct_variant(Checker *checker, Span span, VariantInfo *variant, Type *type,
                        NodeList arguments, Type *expected) {
    Node *node = ast_new(checker->arena, NODE_CONSTRUCT, span);
    Construct *construct = AST(node, NODE_CONSTRUCT, Construct);
    construct->arguments = arguments;
    if (!type || type->aggregate != variant->owner->as.aggregate || type->has_parameter) {
        type = open_instance(checker, variant->owner);
    }
    return finish_variant(checker, construct, variant, type, expected);
}

// --- Structures, and types that are written ------------------------------------------------------

static void check_rest(Checker *checker, Construct *construct) {
    for (uint32_t i = 0; i < construct->arguments.count; i++) {
        Argument *argument = AST(construct->arguments.items[i], NODE_ARGUMENT, Argument);
        argument->value = check_value(checker, argument->value, NULL);
    }
}

// What `a Name with …` names when it is no type, or a type that has no constructor.
static Node *check_article(Checker *checker, Construct *construct, Type *expected, bool *is_done) {
    *is_done = false;
    if (construct->variant || construct->annotation->kind != NODE_TYPE_NAME) {
        return NULL;
    }
    const TypeName *name = AST(construct->annotation, NODE_TYPE_NAME, TypeName);
    if (name->qualifier || !name->name || name->arguments.count > 0) {
        return NULL;
    }
    const Symbol *symbol = find_symbol_quietly(checker, name->name);
    if ((symbol && symbol->kind == SYMBOL_TYPE) || !has_variant(checker, name->name)) {
        return NULL;
    }
    *is_done = true;
    bool is_reported;
    VariantInfo *variant =
        find_variant(checker, name->name, name->header.span, expected, &is_reported);
    if (!variant) {
        check_rest(checker, construct);
        return poison_node(checker, construct->header.span);
    }
    Type *type = open_instance(checker, variant->owner);
    return finish_variant(checker, construct, variant, type, expected);
}

static Node *report_not_constructible(Checker *checker, Construct *construct, Type *type) {
    check_rest(checker, construct);
    if (type->kind == TYPE_POISON) {
        return poison_node(checker, construct->header.span);
    }
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_not_constructible, construct->annotation->span,
        type->kind == TYPE_VARIANT ? "`%s` is made by one of its variants"
                                   : "`%s` is no structure, so it cannot be made with fields",
        type_words(checker, type));
    if (type->kind == TYPE_VARIANT && type->aggregate->variant_count > 0) {
        diagnostic_help(checker->diagnostics, diagnostic, "for example `%s as %s with …`",
                        type->aggregate->name->text, type->aggregate->variants[0].name->text);
    } else if (type->kind != TYPE_VARIANT) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a variable without a value is declared by `Let x as %s`",
                        written(checker, construct->annotation->span));
    }
    return poison_node(checker, construct->header.span);
}

static Node *report_no_variant(Checker *checker, Construct *construct, Type *type) {
    check_rest(checker, construct);
    const Aggregate *aggregate = type->kind == TYPE_VARIANT ? type->aggregate : NULL;
    if (type->kind != TYPE_POISON) {
        Diagnostic *diagnostic = diagnostic_report(
            checker->diagnostics, ERROR_unknown_variant, construct->header.span,
            "`%s` has no variant `%s`", type_words(checker, type), construct->variant->text);
        join_member_uses(checker, diagnostic, type_words(checker, type), construct->variant);
        Suggestion suggestion = {.wanted = construct->variant->text};
        for (uint32_t i = 0; aggregate && i < aggregate->variant_count; i++) {
            suggestion_offer(&suggestion, aggregate->variants[i].name->text);
        }
        if (suggestion.best) {
            diagnostic_help(checker->diagnostics, diagnostic, "did you mean `%s`?",
                            suggestion.best);
        }
    }
    return poison_node(checker, construct->header.span);
}

static Node *construct_typed(Checker *checker, Construct *construct, Type *expected) {
    Type *type = check_type(checker, construct->annotation);
    if (type->variant && !construct->variant) { // Circle of … with …
        construct->variant = type->variant->name;
        type = type_widened(checker->types, type);
    }
    if (construct->variant) {
        VariantInfo *variant =
            type->kind == TYPE_VARIANT ? variant_of(type->aggregate, construct->variant) : NULL;
        return variant ? finish_variant(checker, construct, variant, type, expected)
                       : report_no_variant(checker, construct, type);
    }
    if (type->kind != TYPE_STRUCTURE) {
        return report_not_constructible(checker, construct, type);
    }
    Object object = {.name = type->aggregate->name->text,
                     .declared = type->aggregate->symbol->span,
                     .type = type,
                     .fields = type->aggregate->fields,
                     .field_count = type->aggregate->field_count,
                     .is_blank = construct->header.flags & NODE_BLANK};
    construct->variant_index = -1;
    construct->header.type = type;
    check_fields(checker, &object, construct->header.span, &construct->arguments, expected);
    construct->header.type = settled(checker, type);
    return &construct->header;
}

Node *check_construct(Checker *checker, Node *node, Type *expected) {
    Construct *construct = AST(node, NODE_CONSTRUCT, Construct);
    if (construct->header.type) { // made by the checker
        return node;
    }
    if (construct->arena) {
        static const Reason reason = {.what = "what stands behind `in` is"};
        construct->arena = check_as(checker, construct->arena, arena_type(checker), &reason);
    }
    bool is_done;
    Node *result = check_article(checker, construct, expected, &is_done);
    return is_done ? result : construct_typed(checker, construct, expected);
}
