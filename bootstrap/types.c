#include "types.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "overflow.h"
#include "symbol.h"

enum { FIRST_BUCKET_COUNT = 256, LONGEST_TEXT = 160 };

// --- Interning ---------------------------------------------------------------------------------

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t hash_type(const Type *type) {
    uint64_t hash = mix(type->kind, (uint64_t)type->size << 1 | type->is_unsigned);
    hash = mix(hash, (uintptr_t)type->first);
    hash = mix(hash, (uintptr_t)type->second);
    hash = mix(hash, type->count);
    hash = mix(hash, (uintptr_t)type->aggregate);
    hash = mix(hash, (uintptr_t)type->variant);
    hash = mix(hash, (uintptr_t)type->parameter);
    for (uint32_t i = 0; i < type->arguments.count; i++) {
        hash = mix(hash, (uintptr_t)type->arguments.items[i]);
    }
    return hash;
}

static bool same_type(const Type *a, const Type *b) {
    return a->kind == b->kind && a->size == b->size && a->is_unsigned == b->is_unsigned &&
           a->first == b->first && a->second == b->second && a->count == b->count &&
           a->aggregate == b->aggregate && a->variant == b->variant &&
           a->parameter == b->parameter && a->arguments.count == b->arguments.count &&
           (a->arguments.count == 0 || memcmp(a->arguments.items, b->arguments.items,
                                              a->arguments.count * sizeof(Type *)) == 0);
}

static void grow_buckets(TypeTable *table) {
    uint32_t count = table->bucket_count * 2;
    Type **buckets = memory_allocate(count * sizeof(Type *));
    for (uint32_t i = 0; i < table->bucket_count; i++) {
        for (Type *type = table->buckets[i], *next; type; type = next) {
            next = type->next_in_bucket;
            Type **bucket = &buckets[hash_type(type) & (count - 1)];
            type->next_in_bucket = *bucket;
            *bucket = type;
        }
    }
    memory_free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = count;
}

static uint32_t weight_of(const Type *description) {
    uint64_t weight = 1;
    weight += description->first ? description->first->weight : 0;
    weight += description->second ? description->second->weight : 0;
    for (uint32_t i = 0; i < description->arguments.count && weight <= TYPE_WEIGHT_LIMIT; i++) {
        weight += description->arguments.items[i]->weight;
    }
    return weight <= TYPE_WEIGHT_LIMIT ? (uint32_t)weight : TYPE_WEIGHT_LIMIT + 1;
}

static void note_open_part(Type *type, const Type *part) {
    if (part) {
        type->has_variable |= part->has_variable;
        type->has_parameter |= part->has_parameter;
    }
}

// A pool copy of the description.
static Type *new_type(TypeTable *table, const Type *description) {
    Type *type = pool_allocate(&table->pool, sizeof(Type));
    *type = *description;
    type->id = table->count++;
    if (type->arguments.count > 0) {
        size_t size = type->arguments.count * sizeof(Type *);
        type->arguments.items = pool_allocate(&table->pool, size);
        memcpy(type->arguments.items, description->arguments.items, size);
    }
    note_open_part(type, type->first);
    note_open_part(type, type->second);
    for (uint32_t i = 0; i < type->arguments.count; i++) {
        note_open_part(type, type->arguments.items[i]);
    }
    return type;
}

// The one type that is as described.
static Type *intern_type(TypeTable *table, const Type *description) {
    uint64_t hash = hash_type(description);
    for (Type *type = table->buckets[hash & (table->bucket_count - 1)]; type;
         type = type->next_in_bucket) {
        if (same_type(type, description)) {
            return type;
        }
    }
    if (weight_of(description) > TYPE_WEIGHT_LIMIT) {
        table->is_too_heavy = true;
        return table->poison;
    }
    if (table->count >= table->bucket_count) {
        grow_buckets(table);
    }
    Type *type = new_type(table, description);
    type->weight = weight_of(description);
    Type **bucket = &table->buckets[hash & (table->bucket_count - 1)];
    type->next_in_bucket = *bucket;
    *bucket = type;
    return type;
}

static Type *basic_type(TypeTable *table, TypeKind kind, uint8_t size, bool is_unsigned) {
    return intern_type(table,
                       &(Type){.kind = (uint8_t)kind, .size = size, .is_unsigned = is_unsigned});
}

void types_create(TypeTable *table) {
    *table = (TypeTable){.bucket_count = FIRST_BUCKET_COUNT};
    table->buckets = memory_allocate(FIRST_BUCKET_COUNT * sizeof(Type *));
    table->poison = basic_type(table, TYPE_POISON, 0, false);
    table->nothing = basic_type(table, TYPE_NOTHING, 0, false);
    table->null_type = basic_type(table, TYPE_NULL, 0, false);
    table->boolean = basic_type(table, TYPE_BOOLEAN, 0, false);
    table->string = basic_type(table, TYPE_STRING, 0, false);
    table->pointer = basic_type(table, TYPE_POINTER, 0, false);
    table->integer = basic_type(table, TYPE_INTEGER, 8, false);
    table->integer8 = basic_type(table, TYPE_INTEGER, 1, false);
    table->integer16 = basic_type(table, TYPE_INTEGER, 2, false);
    table->integer32 = basic_type(table, TYPE_INTEGER, 4, false);
    table->unsigned8 = basic_type(table, TYPE_INTEGER, 1, true);
    table->unsigned16 = basic_type(table, TYPE_INTEGER, 2, true);
    table->unsigned32 = basic_type(table, TYPE_INTEGER, 4, true);
    table->unsigned64 = basic_type(table, TYPE_INTEGER, 8, true);
    table->float64 = basic_type(table, TYPE_FLOAT, 8, false);
    table->float32 = basic_type(table, TYPE_FLOAT, 4, false);
}

void types_destroy(TypeTable *table) {
    memory_free(table->buckets);
    pool_destroy(&table->pool);
    *table = (TypeTable){0};
}

// --- Making types ------------------------------------------------------------------------------

static Type *with_element(TypeTable *table, TypeKind kind, Type *element) {
    return intern_type(table, &(Type){.kind = (uint8_t)kind, .first = element});
}

Type *type_pointer_to(TypeTable *table, Type *element) {
    return with_element(table, TYPE_POINTER, element);
}

Type *type_fixed_array(TypeTable *table, uint64_t count, Type *element) {
    return intern_type(table, &(Type){.kind = TYPE_FIXED_ARRAY, .first = element, .count = count});
}

Type *type_array(TypeTable *table, Type *element) {
    return with_element(table, TYPE_ARRAY, element);
}

Type *type_list(TypeTable *table, Type *element) { return with_element(table, TYPE_LIST, element); }

Type *type_set(TypeTable *table, Type *element) { return with_element(table, TYPE_SET, element); }

Type *type_dictionary(TypeTable *table, Type *key, Type *value) {
    return intern_type(table, &(Type){.kind = TYPE_DICTIONARY, .first = key, .second = value});
}

Type *type_inline(TypeTable *table, Type *structure) {
    return with_element(table, TYPE_INLINE, structure);
}

Type *type_function(TypeTable *table, Type **parameters, uint32_t count, Type *result) {
    return intern_type(table, &(Type){.kind = TYPE_FUNCTION,
                                      .first = result,
                                      .arguments = {.items = parameters, .count = count}});
}

Type *type_instance(TypeTable *table, Aggregate *aggregate, Type **arguments, uint32_t count) {
    assert(count == aggregate->type_parameter_count);
    TypeKind kind = aggregate->is_variant_type ? TYPE_VARIANT : TYPE_STRUCTURE;
    return intern_type(table, &(Type){.kind = (uint8_t)kind,
                                      .aggregate = aggregate,
                                      .arguments = {.items = arguments, .count = count}});
}

Type *type_of_variant(TypeTable *table, Type *type, const VariantInfo *variant) {
    assert(type->kind == TYPE_VARIANT);
    Type description = *type;
    description.variant = variant;
    return intern_type(table, &description);
}

Type *type_widened(TypeTable *table, Type *type) {
    return type->kind == TYPE_VARIANT && type->variant ? type_of_variant(table, type, NULL) : type;
}

Type *type_of_parameter(TypeTable *table, Symbol *parameter) {
    Type *type = intern_type(table, &(Type){.kind = TYPE_PARAMETER, .parameter = parameter});
    type->has_parameter = true;
    return type;
}

Type *type_variable(TypeTable *table) {
    Type *type = new_type(table, &(Type){.kind = TYPE_VARIABLE});
    type->has_variable = true;
    return type;
}

// --- Variables and parameters ------------------------------------------------------------------

// The type behind bound variables, at the outside only.
static Type *follow(Type *type) {
    while (type->kind == TYPE_VARIABLE && type->first) {
        type = type->first;
    }
    return type;
}

typedef struct Rewrite {
    TypeTable *table;
    Type *(*leaf)(const struct Rewrite *rewrite, Type *type); // of a parameter or unbound variable
    bool variables, parameters;                               // which of the two it is about
    Symbol **symbols; // substitution: the parameters replaced,
    Type **arguments; // and what by
    uint32_t count;
    bool finish; // resolution: unbound variables become Integer
} Rewrite;

// `type` with its leaves rewritten; types without such leaves are given back as they are.
static Type *rewrite_type(const Rewrite *rewrite, Type *type) {
    type = follow(type);
    if (!(rewrite->variables && type->has_variable) &&
        !(rewrite->parameters && type->has_parameter)) {
        return type;
    }
    if (type->kind == TYPE_VARIABLE || type->kind == TYPE_PARAMETER) {
        return rewrite->leaf(rewrite, type);
    }
    Type result = *type;
    result.has_variable = result.has_parameter = false;
    result.first = type->first ? rewrite_type(rewrite, type->first) : NULL;
    result.second = type->second ? rewrite_type(rewrite, type->second) : NULL;
    Type *few[8];
    uint32_t count = type->arguments.count;
    result.arguments.items =
        count <= 8 ? few : pool_allocate(&rewrite->table->pool, count * sizeof(Type *));
    for (uint32_t i = 0; i < count; i++) {
        result.arguments.items[i] = rewrite_type(rewrite, type->arguments.items[i]);
    }
    return intern_type(rewrite->table, &result);
}

static Type *resolve_leaf(const Rewrite *rewrite, Type *type) {
    if (type->kind == TYPE_VARIABLE && rewrite->finish) {
        type->first = rewrite->table->integer;
        return type->first;
    }
    return type;
}

Type *type_resolve_variables(TypeTable *table, Type *type, bool finish) {
    Rewrite rewrite = {.table = table, .leaf = resolve_leaf, .variables = true, .finish = finish};
    return rewrite_type(&rewrite, type);
}

static Type *substitute_leaf(const Rewrite *rewrite, Type *type) {
    for (uint32_t i = 0; type->kind == TYPE_PARAMETER && i < rewrite->count; i++) {
        if (rewrite->symbols[i] == type->parameter) {
            return rewrite->arguments[i];
        }
    }
    return type;
}

Type *type_substitute(TypeTable *table, Type *type, Symbol **parameters, Type **arguments,
                      uint32_t count) {
    if (count == 0) {
        return type;
    }
    Rewrite rewrite = {.table = table,
                       .leaf = substitute_leaf,
                       .variables = true, // a variable may be bound to a type with parameters
                       .parameters = true,
                       .symbols = parameters,
                       .arguments = arguments,
                       .count = count};
    return rewrite_type(&rewrite, type);
}

const FieldInfo *type_fields(const Type *type, uint32_t *count) {
    assert(type->aggregate);
    *count = type->variant ? type->variant->field_count : type->aggregate->field_count;
    return type->variant ? type->variant->fields : type->aggregate->fields;
}

Type *type_field(TypeTable *table, Type *instance, const FieldInfo *field) {
    instance = follow(instance);
    if (instance->kind == TYPE_INLINE) {
        instance = follow(instance->first);
    }
    assert(instance->aggregate);
    return type_substitute(table, field->type, instance->aggregate->type_parameters,
                           instance->arguments.items, instance->arguments.count);
}

static bool occurs(const Type *variable, Type *type) {
    type = follow(type);
    if (type == variable) {
        return true;
    }
    if (!type->has_variable) {
        return false;
    }
    for (uint32_t i = 0; i < type->arguments.count; i++) {
        if (occurs(variable, type->arguments.items[i])) {
            return true;
        }
    }
    return (type->first && occurs(variable, type->first)) ||
           (type->second && occurs(variable, type->second));
}

static bool bind(Type *variable, Type *type) {
    if (occurs(variable, type)) {
        return false;
    }
    variable->first = type;
    return true;
}

static bool unify_parts(TypeTable *table, Type *a, Type *b) {
    return a == b || (a && b && type_unify(table, a, b));
}

bool type_unify(TypeTable *table, Type *a, Type *b) {
    a = follow(a);
    b = follow(b);
    if (a == b) {
        return true;
    }
    if (a->kind == TYPE_VARIABLE) {
        return bind(a, b);
    }
    if (b->kind == TYPE_VARIABLE) {
        return bind(b, a);
    }
    if (a->kind == TYPE_POISON || b->kind == TYPE_POISON) {
        return true;
    }
    if (a->kind != b->kind || a->size != b->size || a->is_unsigned != b->is_unsigned ||
        a->count != b->count || a->aggregate != b->aggregate || a->variant != b->variant ||
        a->parameter != b->parameter || a->arguments.count != b->arguments.count) {
        return false;
    }
    for (uint32_t i = 0; i < a->arguments.count; i++) {
        if (!type_unify(table, a->arguments.items[i], b->arguments.items[i])) {
            return false;
        }
    }
    return unify_parts(table, a->first, b->first) && unify_parts(table, a->second, b->second);
}

// --- Properties --------------------------------------------------------------------------------

bool type_is_integer(const Type *type) { return type->kind == TYPE_INTEGER; }

bool type_is_unsigned64(const Type *type) {
    return type->kind == TYPE_INTEGER && type->size == 8 && type->is_unsigned;
}

bool type_is_float(const Type *type) { return type->kind == TYPE_FLOAT; }

bool type_is_reference(const Type *type) {
    switch ((TypeKind)type->kind) {
    case TYPE_NULL:
    case TYPE_STRING:
    case TYPE_POINTER:
    case TYPE_STRUCTURE:
    case TYPE_VARIANT:
    case TYPE_ARRAY:
    case TYPE_LIST:
    case TYPE_SET:
    case TYPE_DICTIONARY:
    case TYPE_FUNCTION:
        return true;
    default:
        return false;
    }
}

static uint64_t saturating_product(uint64_t a, uint64_t b) {
    uint64_t product;
    return unsigned_multiply_overflows(a, b, &product) ? UINT64_MAX : product;
}

uint64_t type_storage_size(const Type *type) {
    type = follow((Type *)type);
    switch ((TypeKind)type->kind) {
    case TYPE_INTEGER:
    case TYPE_FLOAT:
        return type->size;
    case TYPE_BOOLEAN:
        return 1;
    case TYPE_INLINE:
        return type->first->aggregate ? type->first->aggregate->size : 8;
    case TYPE_FIXED_ARRAY:
        return saturating_product(type->count, type_storage_size(type->first));
    default:
        return 8;
    }
}

uint32_t type_storage_alignment(const Type *type) {
    type = follow((Type *)type);
    switch ((TypeKind)type->kind) {
    case TYPE_INLINE:
        return type->first->aggregate ? type->first->aggregate->alignment : 8;
    case TYPE_FIXED_ARRAY:
        return type_storage_alignment(type->first);
    default:
        return (uint32_t)type_storage_size(type);
    }
}

uint64_t type_object_size(const Type *type) {
    type = follow((Type *)type);
    if (type->kind == TYPE_VARIANT && type->variant) {
        return type->variant->size;
    }
    if (type->kind == TYPE_STRUCTURE || type->kind == TYPE_VARIANT) {
        return type->aggregate->size;
    }
    return type_storage_size(type);
}

// --- Text --------------------------------------------------------------------------------------

typedef struct TypeText {
    char bytes[LONGEST_TEXT + 8];
    size_t length; // beyond LONGEST_TEXT the rest is left out
} TypeText;

static void add_text(TypeText *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add_text(TypeText *text, const char *format, ...) {
    if (text->length > LONGEST_TEXT) {
        return;
    }
    va_list list;
    va_start(list, format);
    int written =
        vsnprintf(text->bytes + text->length, LONGEST_TEXT + 1 - text->length, format, list);
    va_end(list);
    text->length += (size_t)written;
    if (text->length > LONGEST_TEXT) {
        strcpy(text->bytes + LONGEST_TEXT, "...");
    }
}

static void add_type(TypeText *text, Type *type);

static void add_types(TypeText *text, const TypeList *types) {
    for (uint32_t i = 0; i < types->count && text->length <= LONGEST_TEXT; i++) {
        add_text(text, i == 0 ? "" : ", ");
        add_type(text, types->items[i]);
    }
}

static void add_integer_type(TypeText *text, const Type *type) {
    if (type->size == 1 && type->is_unsigned) {
        add_text(text, "Byte");
    } else if (type->size == 8 && !type->is_unsigned) {
        add_text(text, "Integer");
    } else {
        add_text(text, "%s%d", type->is_unsigned ? "Unsigned" : "Integer", type->size * 8);
    }
}

static void add_aggregate(TypeText *text, const Type *type) {
    add_text(text, "%s", (type->variant ? type->variant->name : type->aggregate->name)->text);
    if (type->arguments.count > 0) {
        add_text(text, " of ");
        add_types(text, &type->arguments);
    }
}

static void add_function(TypeText *text, const Type *type) {
    add_text(text, "Function of (");
    add_types(text, &type->arguments);
    add_text(text, ") returns ");
    add_type(text, type->first);
}

static void add_collection(TypeText *text, const char *name, Type *type) {
    add_text(text, "%s of ", name);
    add_type(text, type->first);
}

static void add_type(TypeText *text, Type *type) {
    if (text->length > LONGEST_TEXT) {
        return;
    }
    type = follow(type);
    switch ((TypeKind)type->kind) {
    case TYPE_POISON:
    case TYPE_VARIABLE:
        add_text(text, "_");
        break;
    case TYPE_NOTHING:
    case TYPE_NULL:
        add_text(text, "Nothing");
        break;
    case TYPE_INTEGER:
        add_integer_type(text, type);
        break;
    case TYPE_FLOAT:
        add_text(text, type->size == 8 ? "Float" : "Float32");
        break;
    case TYPE_BOOLEAN:
        add_text(text, "Boolean");
        break;
    case TYPE_STRING:
        add_text(text, "String");
        break;
    case TYPE_POINTER:
        add_text(text, type->first ? "Pointer to " : "Pointer");
        if (type->first) {
            add_type(text, type->first);
        }
        break;
    case TYPE_STRUCTURE:
    case TYPE_VARIANT:
        add_aggregate(text, type);
        break;
    case TYPE_INLINE:
        add_text(text, "inline ");
        add_type(text, type->first);
        break;
    case TYPE_FIXED_ARRAY:
        add_text(text, "Array[%llu] of ", (unsigned long long)type->count);
        add_type(text, type->first);
        break;
    case TYPE_ARRAY:
        add_collection(text, "Array", type);
        break;
    case TYPE_LIST:
        add_collection(text, "List", type);
        break;
    case TYPE_SET:
        add_collection(text, "Set", type);
        break;
    case TYPE_DICTIONARY:
        add_collection(text, "Dictionary", type);
        add_text(text, " to ");
        add_type(text, type->second);
        break;
    case TYPE_FUNCTION:
        add_function(text, type);
        break;
    case TYPE_PARAMETER:
        add_text(text, "%s", type->parameter->name->text);
        break;
    }
}

const char *type_article(const char *text) {
    bool is_vowel = strchr("AEIO", text[0]) || strncmp(text, "Unsigned", 8) == 0 || text[0] == 'i';
    return is_vowel ? "an" : "a";
}

const char *type_text(InternTable *names, const Type *type) {
    TypeText text = {.length = 0};
    add_type(&text, (Type *)type);
    return intern_text(names, text.bytes)->text;
}
