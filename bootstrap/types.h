// Types: interned, so equality is identity (after type_resolve). All live in the table's pool.
// A type that would consist of more than TYPE_WEIGHT_LIMIT others becomes the poison type, and the
// table notes it: limit_check_types reports that.
#ifndef RUNA_TYPES_H
#define RUNA_TYPES_H

#include "ast.h"

// Types are walked by recursion, and a part that occurs twice is walked twice.
enum { TYPE_WEIGHT_LIMIT = 200000 };

typedef enum TypeKind {
    TYPE_POISON,  // after an error; converts to and from everything silently
    TYPE_NOTHING, // no value
    TYPE_NULL,    // of the literal Nothing; converts to every reference
    TYPE_INTEGER, // size 1, 2, 4, 8; is_unsigned
    TYPE_FLOAT,   // size 4, 8
    TYPE_BOOLEAN,
    TYPE_STRING,
    TYPE_POINTER,   // first: element, NULL when it is untyped
    TYPE_STRUCTURE, // a reference to an object
    TYPE_VARIANT,   // a reference to a tagged object
    TYPE_INLINE,    // of elements and fields only; first: the structure, stored in place
    TYPE_FIXED_ARRAY,
    TYPE_ARRAY, // growable
    TYPE_LIST,
    TYPE_SET,
    TYPE_DICTIONARY, // first: key, second: value
    TYPE_FUNCTION,
    TYPE_PARAMETER, // a type parameter T, one word
    TYPE_VARIABLE,  // to be inferred; first: the type it is bound to, NULL before that
} TypeKind;

typedef struct FieldInfo {
    const Name *name;
    Type *type;      // as declared; for an instance use type_field
    uint32_t offset; // bytes from the object's start
    Span span;
} FieldInfo;

typedef struct VariantInfo {
    const Name *name;
    FieldInfo *fields;
    uint32_t field_count;
    uint32_t size; // bytes of the object: tag (8) and fields
    uint32_t index;
    Span span;
    Symbol *owner; // the variant type's symbol
} VariantInfo;

// What the declaration of a structure or variant type says; shared by all its instances, since
// every type parameter is one word. An object of a variant type starts with an 8-byte tag, the
// variant's index.
typedef struct Aggregate {
    const Name *name;
    Symbol *symbol;
    Symbol **type_parameters;
    uint32_t type_parameter_count;
    FieldInfo *fields; // of a structure; of a variant type those with which every variant begins
    uint32_t field_count;
    VariantInfo *variants; // variant types
    uint32_t variant_count;
    uint32_t size; // bytes of an object (of the largest variant), a multiple of alignment
    uint32_t alignment;
    bool is_variant_type;
    uint8_t layout_state; // 0 not laid out, 1 in progress (an inline cycle is an error), 2 done
} Aggregate;

struct Type {
    uint8_t kind;
    uint8_t size; // integers and floats: bytes
    bool is_unsigned;
    bool has_variable;          // a TYPE_VARIABLE is part of it (bound or not)
    bool has_parameter;         // a TYPE_PARAMETER is part of it
    uint32_t id;                // dense, from 0: for side tables of later phases
    uint32_t weight;            // of how many types it consists, each use counted
    Type *first;                // element, key, result of a function, bound type of a variable
    Type *second;               // dictionary value
    uint64_t count;             // fixed arrays: number of elements
    Aggregate *aggregate;       // structures and variant types
    const VariantInfo *variant; // TYPE_VARIANT: the one that it is known to be, or NULL
    TypeList arguments;         // of an aggregate instance, or a function's parameters
    Symbol *parameter;          // TYPE_PARAMETER
    Type *next_in_bucket;
};

typedef struct TypeTable {
    Pool pool;
    Type **buckets;
    uint32_t bucket_count;
    uint32_t count;
    bool is_too_heavy; // a type was refused; limit_check_types reports it
    // The basic types
    Type *poison, *nothing, *null_type, *boolean, *string, *pointer;
    Type *integer, *integer8, *integer16, *integer32, *unsigned8, *unsigned16, *unsigned32,
        *unsigned64;
    Type *float64, *float32;
} TypeTable;

// Makes the basic types. Every type lives until types_destroy; no function below gives NULL.
void types_create(TypeTable *table);
void types_destroy(TypeTable *table);

Type *type_pointer_to(TypeTable *table, Type *element);
Type *type_fixed_array(TypeTable *table, uint64_t count, Type *element);
Type *type_array(TypeTable *table, Type *element);
Type *type_list(TypeTable *table, Type *element);
Type *type_set(TypeTable *table, Type *element);
Type *type_dictionary(TypeTable *table, Type *key, Type *value);
Type *type_inline(TypeTable *table, Type *structure);
Type *type_function(TypeTable *table, Type **parameters, uint32_t count, Type *result);
Type *type_instance(TypeTable *table, Aggregate *aggregate, Type **arguments, uint32_t count);
// The objects of a variant type that are one of its variants, and back.
Type *type_of_variant(TypeTable *table, Type *type, const VariantInfo *variant);
Type *type_widened(TypeTable *table, Type *type);
Type *type_of_parameter(TypeTable *table, Symbol *parameter);
Type *type_variable(TypeTable *table); // fresh
// Follows bound variables deeply and interns the result; unbound variables become Integer when
// `finish`.
Type *type_resolve_variables(TypeTable *table, Type *type, bool finish);
static inline Type *type_resolve(TypeTable *table, Type *type, bool finish) {
    return type->has_variable ? type_resolve_variables(table, type, finish) : type;
}
// `type` with the aggregate's or process's parameters replaced by arguments.
Type *type_substitute(TypeTable *table, Type *type, Symbol **parameters, Type **arguments,
                      uint32_t count);
// Makes the two equal by binding variables; false when they cannot be.
bool type_unify(TypeTable *table, Type *a, Type *b);
// The fields that a dot reaches in a structure, or a variant type (whichever variant it is).
const FieldInfo *type_fields(const Type *type, uint32_t *count);
// Type of a field in an instance (parameters substituted).
Type *type_field(TypeTable *table, Type *instance, const FieldInfo *field);

bool type_is_integer(const Type *type); // Integer family, not Boolean
bool type_is_unsigned64(const Type *type);
bool type_is_float(const Type *type);
// String, Pointer, structures, variants, collections, Function, the null type.
bool type_is_reference(const Type *type);
// Bytes that a value takes in a structure or array in place (8 for references), and its alignment.
uint64_t type_storage_size(const Type *type);
uint32_t type_storage_alignment(const Type *type);
// Bytes of the object behind the reference, as `size of T` gives.
uint64_t type_object_size(const Type *type);
// "List of Integer"; the text is interned in `names`.
const char *type_text(InternTable *names, const Type *type);
// "a" or "an", for what stands before the text of a type.
const char *type_article(const char *text);

#endif
