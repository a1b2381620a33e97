// Names, fields, elements and the smaller forms of expressions.
#include "check_internal.h"
#include "limit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

// --- Small help ----------------------------------------------------------------------------------

Type *settled(Checker *checker, Type *type) {
    return type->has_variable ? type_resolve(checker->types, type, false) : type;
}

Type *settled_or_integer(Checker *checker, Type *type) {
    type = settled(checker, type);
    if (type->kind == TYPE_VARIABLE) {
        type_unify(checker->types, type, checker->types->integer);
        return checker->types->integer;
    }
    return type;
}

const char *type_words(Checker *checker, Type *type) {
    return type_text(checker->names, settled(checker, type));
}

const char *type_phrase(Checker *checker, Type *type) {
    type = settled(checker, type);
    const char *text = type_words(checker, type);
    if (type->kind == TYPE_NOTHING || type->kind == TYPE_NULL) {
        return text;
    }
    if (type->kind == TYPE_VARIABLE) {
        return "a value whose type is not known yet";
    }
    return format_text(checker, "%s %s", type_article(text), text);
}

const char *call_cure(Checker *checker, const Node *node, const Type *function) {
    const char *name =
        node && node->kind == NODE_NAME ? AST(node, NODE_NAME, NameExpression)->name->text : "f";
    return function->arguments.count == 0
               ? format_text(checker, "to call a process, write `()` behind it: `%s()`", name)
               : format_text(checker, "to call a process, write its arguments behind it: `%s(%s)`",
                             name, function->arguments.count == 1 ? "x" : "x, y");
}

const char *format_text(Checker *checker, const char *format, ...) {
    char buffer[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    uint32_t kept = length < (int)sizeof buffer ? (uint32_t)length : (uint32_t)sizeof buffer - 1;
    return intern(checker->names, buffer, kept)->text;
}

const char *written(Checker *checker, Span span) {
    const Source *source = source_at(&checker->compilation->sources, span.start);
    return format_text(checker, "%.*s", (int)(span.end - span.start),
                       source->text + (span.start - source->base));
}

Node *poison_node(Checker *checker, Span span) {
    Node *node = ast_new(checker->arena, NODE_ERROR, span);
    node->type = checker->types->poison;
    return node;
}

bool is_poison(const Node *node) { return node->type && node->type->kind == TYPE_POISON; }

Node *implicit_convert(Checker *checker, Node *node, Type *type) {
    Node *convert = ast_new(checker->arena, NODE_CONVERT, node->span);
    convert->flags = NODE_IMPLICIT;
    convert->type = type;
    AST(convert, NODE_CONVERT, Convert)->operand = node;
    return convert;
}

NodeList list_of(Checker *checker, const PointerVector *nodes) {
    NodeList list = {NULL, nodes->count};
    if (nodes->count > 0) {
        list.items = runa_arena_allocate(checker->arena, nodes->count * (int64_t)sizeof(Node *));
        memcpy(list.items, nodes->items, nodes->count * sizeof(Node *));
    }
    return list;
}

bool known_integer(const Node *node, int64_t *value) {
    Node *unqualified = (Node *)node;
    if (node->kind == NODE_INTEGER_LITERAL) {
        *value = AST(unqualified, NODE_INTEGER_LITERAL, IntegerLiteral)->value;
        return !(node->flags & NODE_UNSIGNED);
    }
    if (node->kind == NODE_CONVERT && (node->flags & NODE_IMPLICIT)) {
        const Node *operand = AST(unqualified, NODE_CONVERT, Convert)->operand;
        return operand->type->kind == TYPE_INTEGER && known_integer(operand, value);
    }
    if (node->kind != NODE_NAME) {
        return false;
    }
    const Symbol *symbol = AST(unqualified, NODE_NAME, NameExpression)->symbol;
    if (!symbol || symbol->kind != SYMBOL_CONSTANT || symbol->type->kind != TYPE_INTEGER) {
        return false;
    }
    const ConstantValue *constant = symbol->as.constant;
    *value = constant->as.integer;
    return constant->type->kind == TYPE_INTEGER && !(symbol->type->is_unsigned && *value < 0);
}

void report_suggestion(Checker *checker, Diagnostic *diagnostic, const Suggestion *suggestion,
                       Span span) {
    if (suggestion->best) {
        diagnostic_help(checker->diagnostics, diagnostic, "did you mean `%s`?", suggestion->best);
        diagnostic_fix(checker->diagnostics, diagnostic, span, suggestion->best);
    }
}

// --- Names ---------------------------------------------------------------------------------------

static Node *report_no_value(Checker *checker, Span span, const Symbol *symbol) {
    bool is_module = symbol->kind == SYMBOL_MODULE;
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_not_a_value, span,
                                               is_module ? "`%s` is an imported file, not a value"
                                                         : "`%s` is a type, not a value",
                                               symbol->name->text);
    if (is_module) {
        diagnostic_help(checker->diagnostics, diagnostic, "write what you need of it: `%s.name`",
                        symbol->name->text);
    } else if (symbol->type->kind == TYPE_STRUCTURE) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a new one is made by `%s %s with …` and its fields",
                        type_article(symbol->name->text), symbol->name->text);
    }
    return poison_node(checker, span);
}

static Node *report_generic_value(Checker *checker, Span span, const Symbol *process) {
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_generic_value, span,
        "`%s` has type parameters and cannot be a value itself", process->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, process->span, "declared here");
    if (process->as.process->parameter_count == 0) {
        diagnostic_help(checker->diagnostics, diagnostic, "to call it, write `%s()`",
                        process->name->text);
        diagnostic_fix(checker->diagnostics, diagnostic, (Span){span.end, span.end}, "()");
        return poison_node(checker, span);
    }
    diagnostic_help(checker->diagnostics, diagnostic,
                    "write a lambda that calls it: `lambda x as Integer: %s(x)`",
                    process->name->text);
    return poison_node(checker, span);
}

Node *symbol_value(Checker *checker, Node *node, Symbol *symbol) {
    Node *result = node;
    if (node->kind != NODE_NAME) {
        result = ast_new(checker->arena, NODE_NAME, node->span);
        AST(result, NODE_NAME, NameExpression)->name = symbol->name;
    }
    NameExpression *name = AST(result, NODE_NAME, NameExpression);
    name->symbol = symbol;
    switch ((SymbolKind)symbol->kind) {
    case SYMBOL_GLOBAL:
        check_global(checker, symbol, node->span);
        break;
    case SYMBOL_PROCESS:
        if (symbol->as.process->type_parameter_count > 0) {
            return report_generic_value(checker, node->span, symbol);
        }
        break;
    case SYMBOL_TYPE:
    case SYMBOL_TYPE_PARAMETER:
    case SYMBOL_MODULE:
        return report_no_value(checker, node->span, symbol);
    default:
        break;
    }
    result->type = symbol->type ? symbol->type : checker->types->poison;
    return result->type->kind == TYPE_POISON ? poison_node(checker, node->span) : result;
}

// A variant that is written by its name alone.
static Node *bare_variant(Checker *checker, Node *node, const Name *name, Type *expected) {
    bool is_reported = false;
    VariantInfo *variant = find_variant(checker, name, node->span, expected, &is_reported);
    if (!variant) {
        return poison_node(checker, node->span);
    }
    return construct_variant(checker, node->span, variant, NULL, (NodeList){NULL, 0}, expected);
}

static Node *check_name(Checker *checker, Node *node, Type *expected) {
    NameExpression *name = AST(node, NODE_NAME, NameExpression);
    if (name->symbol) { // made by the checker
        return symbol_value(checker, node, name->symbol);
    }
    Symbol *variable = find_variable(checker, name->name, node->span, true);
    if (variable) {
        return symbol_value(checker, node, variable);
    }
    Symbol *symbol = find_symbol_quietly(checker, name->name);
    bool is_value = symbol && symbol->kind != SYMBOL_TYPE && symbol->kind != SYMBOL_MODULE;
    if (!is_value && has_variant(checker, name->name)) {
        return bare_variant(checker, node, name->name, expected);
    }
    symbol = symbol ? symbol : find_symbol(checker, name->name, node->span, false);
    return symbol ? symbol_value(checker, node, symbol) : poison_node(checker, node->span);
}

// --- Fields --------------------------------------------------------------------------------------

static const FieldInfo *find_field(const Type *type, const Name *name) {
    uint32_t count;
    const FieldInfo *fields = type_fields(type, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (fields[i].name == name) {
            return &fields[i];
        }
    }
    return NULL;
}

// The structure or variant type whose fields a dot behind a value of the type reaches, or NULL.
static Type *structure_behind(Checker *checker, Type *type) {
    if (type->kind == TYPE_POINTER && type->first) {
        type = settled(checker, type->first);
    }
    return type->kind == TYPE_STRUCTURE || type->kind == TYPE_VARIANT ? type : NULL;
}

// The object of a field or element, as a value.
static Node *check_object(Checker *checker, Node *object) {
    return check_value(checker, object, NULL);
}

Node *finish_field(Checker *checker, Node *node, Type **actual) {
    Field *field = AST(node, NODE_FIELD, Field);
    Type *type = settled(checker, field->object->type);
    *actual = checker->types->poison;
    if (type->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    Type *structure = structure_behind(checker, type);
    const FieldInfo *info = structure ? find_field(structure, field->name) : NULL;
    if (!info) {
        report_unknown_field(checker, field, type, false);
        return poison_node(checker, node->span);
    }
    if (structure != type) {
        field->object = implicit_convert(checker, field->object, structure);
    }
    field->offset = info->offset;
    *actual = settled(checker, type_field(checker->types, structure, info));
    if (info->type->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    bool is_open = (*actual)->kind == TYPE_FLOAT || (*actual)->kind == TYPE_VARIABLE;
    node->type = info->type->kind == TYPE_PARAMETER && is_open ? info->type : *actual;
    *actual = (*actual)->kind == TYPE_INLINE ? (*actual)->first : *actual;
    return node;
}

static Node *qualified_value(Checker *checker, Node *node, const Qualified *found, Type *expected) {
    if (found->variant) {
        return construct_variant(checker, node->span, found->variant, found->variant_type,
                                 (NodeList){NULL, 0}, expected);
    }
    return found->symbol ? symbol_value(checker, node, found->symbol)
                         : poison_node(checker, node->span);
}

// --- Elements ------------------------------------------------------------------------------------

static Node *report_not_indexable(Checker *checker, const Index *index, Type *type) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_not_indexable, index->object->span,
                          type->kind == TYPE_VARIABLE
                              ? "the type of this value is not known yet, so it has no elements"
                              : "%s takes no index",
                          type_phrase(checker, type));
    const char *cure =
        type->kind == TYPE_STRING
            ? "the byte at a position is `s.char_at(i)`, a part `s.substring(start, length)`"
        : type->kind == TYPE_DICTIONARY
            ? "the value of a key is read with `d.get(key)`, and set with "
              "`d.set(key, value)`"
        : type->kind == TYPE_SET
            ? "a Set is asked for a value, not for a position: `s.contains(x)`; "
              "`For each x in s` gives all"
            : NULL;
    if (cure) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", cure);
    }
    return poison_node(checker, index->header.span);
}

// Raw words behind a Pointer, or behind an Integer that holds one.
static Type *raw_element(Checker *checker, Type *type) {
    Type *element =
        type->kind == TYPE_POINTER && type->first ? settled(checker, type->first) : NULL;
    bool is_word =
        element &&
        (type_is_reference(element) || (element->kind == TYPE_FLOAT && element->size == 8) ||
         (element->kind == TYPE_INTEGER && element->size == 8) || element->kind == TYPE_PARAMETER);
    return is_word ? element : checker->types->integer;
}

static bool check_constant_index(Checker *checker, const Index *index, Type *type) {
    int64_t value;
    if (!known_integer(index->index, &value)) {
        return true;
    }
    bool is_fixed = type->kind == TYPE_FIXED_ARRAY;
    if (value >= 0 && (!is_fixed || (uint64_t)value < type->count)) {
        return true;
    }
    Diagnostic *diagnostic =
        is_fixed ? diagnostic_report(checker->diagnostics, ERROR_index_range, index->index->span,
                                     "the index %" PRId64 " is outside %s", value,
                                     type_phrase(checker, type))
                 : diagnostic_report(checker->diagnostics, ERROR_index_range, index->index->span,
                                     "the index %" PRId64 " is below 0", value);
    if (is_fixed) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "its elements have the indexes 0 to %" PRIu64, type->count - 1);
    }
    return false;
}

// Checks the parts of an element; its object is checked. *actual receives the type of its value.
static Node *finish_index(Checker *checker, Node *node, Type **actual) {
    Index *index = AST(node, NODE_INDEX, Index);
    Type *type = settled(checker, index->object->type);
    *actual = checker->types->poison;
    Type *element = NULL;
    if (type->kind == TYPE_FIXED_ARRAY || type->kind == TYPE_ARRAY || type->kind == TYPE_LIST) {
        element = settled(checker, type->first);
    } else if (type->kind == TYPE_POINTER || (type->kind == TYPE_INTEGER && type->size == 8)) {
        element = raw_element(checker, type);
        node->flags |= NODE_UNCHECKED;
    } else if (type->kind != TYPE_POISON) {
        check_value(checker, index->index, NULL);
        return report_not_indexable(checker, index, type);
    }
    static const Reason reason = {.what = "an index is"};
    index->index = check_as(checker, index->index, checker->types->integer, &reason);
    bool is_raw = node->flags & NODE_UNCHECKED;
    if (!element || is_poison(index->index) ||
        (!is_raw && !check_constant_index(checker, index, type))) {
        return poison_node(checker, node->span);
    }
    node->type = element;
    *actual = element->kind == TYPE_INLINE ? element->first : element;
    return node;
}

Node *read_place(Checker *checker, Node *place, Type *actual) {
    if (is_poison(place) || place->type == actual) {
        return place;
    }
    return implicit_convert(checker, place, actual);
}

Node *check_place(Checker *checker, Node *node, Type **actual) {
    if (node->kind == NODE_FIELD) {
        Field *field = AST(node, NODE_FIELD, Field);
        field->object = check_object(checker, field->object);
        return finish_field(checker, node, actual);
    }
    Index *index = AST(node, NODE_INDEX, Index);
    index->object = check_object(checker, index->object);
    return finish_index(checker, node, actual);
}

static Node *check_field(Checker *checker, Node *node, Type *expected) {
    Qualified found = {.symbol = NULL};
    if (find_qualified(checker, AST(node, NODE_FIELD, Field), &found)) {
        return qualified_value(checker, node, &found, expected);
    }
    Type *actual;
    Node *place = check_place(checker, node, &actual);
    return read_place(checker, place, actual);
}

static Node *check_index(Checker *checker, Node *node) {
    Type *actual;
    Node *place = check_place(checker, node, &actual);
    return read_place(checker, place, actual);
}

// --- copy of, size of, kind of -------------------------------------------------------------------

static Node *check_copy(Checker *checker, Node *node, Type *expected) {
    CopyOf *copy = AST(node, NODE_COPY_OF, CopyOf);
    copy->operand = check_value(checker, copy->operand, expected);
    Type *type = settled(checker, copy->operand->type);
    node->type = type;
    if (type->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    if (type->kind == TYPE_STRUCTURE || type->kind == TYPE_VARIANT) {
        return node;
    }
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_cannot_copy, copy->operand->span,
        "`copy of` copies a structure, and this is %s", type_phrase(checker, type));
    if (type->kind == TYPE_STRING) {
        diagnostic_help(checker->diagnostics, diagnostic, "`string_duplicate(…)` copies a text");
    } else if (type->kind == TYPE_FIXED_ARRAY) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "Let or Set of an Array[N] copies its elements");
    }
    return poison_node(checker, node->span);
}

// `size of items`, where a type should stand.
static bool report_size_of_variable(Checker *checker, const Node *annotation) {
    if (annotation->kind != NODE_TYPE_NAME) {
        return false;
    }
    const TypeName *type = AST((Node *)annotation, NODE_TYPE_NAME, TypeName);
    const Name *name = type->name;
    if (type->qualifier || !name) {
        return false;
    }
    const Symbol *symbol = find_symbol_quietly(checker, name);
    if (!is_variable(checker, name) || (symbol && symbol->kind == SYMBOL_TYPE)) {
        return false;
    }
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_not_a_type,
                                               annotation->span, "`%s` is not a type", name->text);
    diagnostic_help(checker->diagnostics, diagnostic,
                    "`size of` gives the bytes of a type; the length of a text, List or Array is "
                    "`%s.length()`, of a Set or Dictionary `%s.size()`",
                    name->text, name->text);
    return true;
}

static Node *check_size(Checker *checker, Node *node) {
    SizeOf *size = AST(node, NODE_SIZE_OF, SizeOf);
    if (report_size_of_variable(checker, size->annotation)) {
        return poison_node(checker, node->span);
    }
    Type *type = settled(checker, check_type(checker, size->annotation));
    if (type->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    size->size = (int64_t)type_object_size(type);
    node->type = checker->types->integer;
    return node;
}

static Node *check_kind(Checker *checker, Node *node) {
    KindOf *kind = AST(node, NODE_KIND_OF, KindOf);
    kind->subject = check_type(checker, kind->annotation);
    if (kind->subject->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    node->type = checker->types->integer;
    return node;
}

// x is a Circle
static Node *check_variant_test(Checker *checker, Node *node) {
    VariantTest *test = AST(node, NODE_VARIANT_TEST, VariantTest);
    test->operand = check_value(checker, test->operand, NULL);
    Type *type = settled(checker, test->operand->type);
    node->type = checker->types->boolean;
    if (type->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    if (type->kind != TYPE_VARIANT) {
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_type_mismatch, test->operand->span,
                              "`is a %s` asks which variant a value is, and this is %s",
                              test->name->text, type_phrase(checker, type));
        diagnostic_help(checker->diagnostics, diagnostic,
                        "only values of a variant type, `Type … is: | …`, have variants");
        return poison_node(checker, node->span);
    }
    const VariantInfo *variant = variant_of(type->aggregate, test->name);
    if (!variant) {
        report_unknown_variant(checker, type->aggregate, test->name, test->name_span);
        return poison_node(checker, node->span);
    }
    test->variant_index = variant->index;
    return node;
}

// --- Expressions ---------------------------------------------------------------------------------

Node *check_expression(Checker *checker, Node *node, Type *expected) {
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
    case NODE_FLOAT_LITERAL:
    case NODE_STRING_LITERAL:
    case NODE_BOOLEAN_LITERAL:
    case NODE_NOTHING_LITERAL:
        return check_literal(checker, node);
    case NODE_NAME:
        return check_name(checker, node, expected);
    case NODE_UNARY:
        return check_unary(checker, node);
    case NODE_BINARY:
        return check_binary(checker, node);
    case NODE_VARIANT_TEST:
        return check_variant_test(checker, node);
    case NODE_CALL:
        return check_call(checker, node, expected);
    case NODE_FIELD:
        return check_field(checker, node, expected);
    case NODE_INDEX:
        return check_index(checker, node);
    case NODE_CONSTRUCT:
        return check_construct(checker, node, expected);
    case NODE_CONVERT:
        return check_convert(checker, node);
    case NODE_COPY_OF:
        return check_copy(checker, node, expected);
    case NODE_SIZE_OF:
        return check_size(checker, node);
    case NODE_KIND_OF:
        return check_kind(checker, node);
    case NODE_ARRAY_LITERAL:
        return check_array_literal(checker, node, expected);
    case NODE_LIST_LITERAL:
    case NODE_SET_LITERAL:
        return check_collection_literal(checker, node, expected);
    case NODE_DICTIONARY_LITERAL:
        return check_dictionary_literal(checker, node, expected);
    case NODE_LAMBDA:
        return check_lambda(checker, node, expected);
    default:
        assert(node->kind == NODE_ERROR);
        node->type = checker->types->poison;
        return node;
    }
}

// The name of what a call calls, for messages; NULL if it has none.
static const char *callee_name(const Node *node) {
    if (node->kind != NODE_CALL) {
        return NULL;
    }
    const Symbol *process = AST((Node *)node, NODE_CALL, Call)->process;
    return process ? process->name->text : NULL;
}

Node *check_value(Checker *checker, Node *node, Type *expected) {
    Node *value = check_expression(checker, node, expected);
    limit_check_types(checker->compilation, node->span);
    if (value->type->kind != TYPE_NOTHING) {
        return value;
    }
    const char *name = callee_name(value);
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, WARNING_nothing_value, value->span,
                          name ? "`%s` returns Nothing, which counts as 0 here"
                               : "this call%.0s returns Nothing, which counts as 0 here",
                          name ? name : "");
    if (name) {
        const Symbol *process = AST(value, NODE_CALL, Call)->process;
        diagnostic_note(checker->diagnostics, diagnostic, process->span, "declared here");
    }
    diagnostic_help(checker->diagnostics, diagnostic,
                    "call it on a line of its own, or let it give something: `returns Integer` in "
                    "its header, and a Return");
    return implicit_convert(checker, value, checker->types->integer);
}

Node *check_as(Checker *checker, Node *node, Type *wanted, const Reason *reason) {
    wanted = settled(checker, wanted);
    Type *expected = wanted->kind == TYPE_INLINE ? wanted->first : wanted;
    Node *value = check_value(checker, node, expected);
    return convert_to(checker, value, wanted, reason);
}
