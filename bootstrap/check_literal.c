// Literals: numbers that adapt to a type, arrays and collections.
#include "check_internal.h"

#include <inttypes.h>

// --- Numbers -------------------------------------------------------------------------------------

Node *check_literal(Checker *checker, Node *node) {
    TypeTable *types = checker->types;
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
        node->type = node->flags & NODE_CHARACTER  ? types->unsigned8
                     : node->flags & NODE_UNSIGNED ? types->unsigned64
                                                   : types->integer;
        break;
    case NODE_FLOAT_LITERAL:
        node->type = types->float64;
        break;
    case NODE_STRING_LITERAL:
        node->type = types->string;
        break;
    case NODE_BOOLEAN_LITERAL:
        node->type = types->boolean;
        break;
    default:
        assert(node->kind == NODE_NOTHING_LITERAL);
        node->type = types->null_type;
        break;
    }
    return node;
}

static int64_t lowest_value(const Type *type) {
    return type->is_unsigned ? 0 : (int64_t)(UINT64_MAX << (type->size * 8 - 1));
}

// Of types that are not Unsigned64.
static int64_t highest_value(const Type *type) {
    return (int64_t)((UINT64_C(1) << (type->size * 8 - (type->is_unsigned ? 0 : 1))) - 1);
}

static bool fits(const IntegerLiteral *literal, const Type *type) {
    bool is_large = literal->header.flags & NODE_UNSIGNED;
    if (type_is_unsigned64(type)) {
        return is_large || literal->value >= 0;
    }
    return !is_large && literal->value >= lowest_value(type) &&
           literal->value <= highest_value(type);
}

static Node *report_range(Checker *checker, const IntegerLiteral *literal, Type *type) {
    bool is_large = literal->header.flags & NODE_UNSIGNED;
    const char *number = is_large ? format_text(checker, "%" PRIu64, (uint64_t)literal->value)
                                  : format_text(checker, "%" PRId64, literal->value);
    bool is_largest = type_is_unsigned64(type);
    const char *highest =
        is_largest ? "18446744073709551615" : format_text(checker, "%" PRId64, highest_value(type));
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_number_range, literal->header.span,
                          "%s does not fit into %s, which holds %" PRId64 " to %s", number,
                          type_phrase(checker, type), lowest_value(type), highest);
    if (type->size < 8) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "give a wider type, or write `convert … to %s`, which keeps the low bits",
                        type_words(checker, type));
    } else if (is_large) {
        diagnostic_help(checker->diagnostics, diagnostic, "an Unsigned64 holds it");
    }
    return poison_node(checker, literal->header.span);
}

static Node *adapt_integer(Checker *checker, Node *node, Type *wanted) {
    IntegerLiteral *literal = AST(node, NODE_INTEGER_LITERAL, IntegerLiteral);
    if (wanted->kind == TYPE_INTEGER) {
        if (!fits(literal, wanted)) {
            return report_range(checker, literal, wanted);
        }
        node->type = wanted;
        return node;
    }
    if (wanted->kind == TYPE_FLOAT) {
        Node *real = ast_new(checker->arena, NODE_FLOAT_LITERAL, node->span);
        double value =
            node->flags & NODE_UNSIGNED ? (double)(uint64_t)literal->value : (double)literal->value;
        AST(real, NODE_FLOAT_LITERAL, FloatLiteral)->value =
            wanted->size == 4 ? (double)(float)value : value;
        real->type = wanted;
        return real;
    }
    bool is_null = literal->value == 0 && !(node->flags & NODE_CHARACTER);
    if (is_null && type_is_reference(wanted)) {
        Node *nothing = ast_new(checker->arena, NODE_NOTHING_LITERAL, node->span);
        nothing->type = wanted;
        return nothing;
    }
    return NULL;
}

// The name of an integer Constant, where a narrower or unsigned integer is wanted, is its value.
static Node *constant_literal(Checker *checker, const Node *node, const Type *wanted) {
    int64_t value;
    bool is_adapting = wanted->kind == TYPE_INTEGER && (wanted->size < 8 || wanted->is_unsigned);
    if (node->kind != NODE_NAME || !is_adapting || !known_integer(node, &value)) {
        return NULL;
    }
    Node *literal = ast_new(checker->arena, NODE_INTEGER_LITERAL, node->span);
    AST(literal, NODE_INTEGER_LITERAL, IntegerLiteral)->value = value;
    literal->type = node->type;
    return literal;
}

Node *adapt_literal(Checker *checker, Node *node, Type *wanted) {
    Node *constant = constant_literal(checker, node, wanted);
    node = constant ? constant : node;
    if (node->kind == NODE_INTEGER_LITERAL) {
        return adapt_integer(checker, node, wanted);
    }
    if (node->kind == NODE_FLOAT_LITERAL && wanted->kind == TYPE_FLOAT) {
        FloatLiteral *literal = AST(node, NODE_FLOAT_LITERAL, FloatLiteral);
        literal->value = wanted->size == 4 ? (double)(float)literal->value : literal->value;
        node->type = wanted;
        return node;
    }
    return NULL;
}

// --- The type of elements ------------------------------------------------------------------------

bool require_word_value(Checker *checker, const Node *node) {
    if (settled(checker, node->type)->kind != TYPE_FIXED_ARRAY) {
        return true;
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_array_value, node->span,
                          "%s lies in place and cannot be kept here, where a value has 8 bytes",
                          type_phrase(checker, node->type));
    diagnostic_help(checker->diagnostics, diagnostic,
                    "use a growable Array, or a structure that holds the array");
    return false;
}

static bool is_number_literal(const Node *node) {
    return node->kind == NODE_INTEGER_LITERAL || node->kind == NODE_FLOAT_LITERAL;
}

// The common type of the elements so far and one more; literals adapt to the others.
static Type *join_types(Checker *checker, Type *common, Type *type) {
    if (!common || common == type || common->kind == TYPE_POISON) {
        return common ? common : type;
    }
    bool are_numbers = (common->kind == TYPE_INTEGER || common->kind == TYPE_FLOAT) &&
                       (type->kind == TYPE_INTEGER || type->kind == TYPE_FLOAT);
    if (!are_numbers) {
        return common;
    }
    if (common->kind == TYPE_FLOAT || type->kind == TYPE_FLOAT) {
        return checker->types->float64;
    }
    return type_is_unsigned64(common) ? common : checker->types->integer;
}

// Checks the elements and finds their type.
static Type *infer_element(Checker *checker, NodeList *items) {
    Type *common = NULL, *literals = NULL;
    bool is_poisoned = false;
    for (uint32_t i = 0; i < items->count; i++) {
        Node *item = check_value(checker, items->items[i], common);
        items->items[i] = item;
        Type *type = settled(checker, item->type);
        if (is_number_literal(item)) {
            literals = join_types(checker, literals, type);
        } else if (type->kind != TYPE_NULL && type->kind != TYPE_POISON) {
            common = join_types(checker, common, type);
        }
        is_poisoned = is_poisoned || type->kind == TYPE_POISON;
    }
    if (common && common->kind == TYPE_INTEGER && literals && literals->kind == TYPE_FLOAT) {
        common = literals;
    }
    common = common ? common : literals;
    if (!common && is_poisoned) {
        return checker->types->poison;
    }
    return common ? common : type_variable(checker->types);
}

// Of `a list containing a list containing 1, 2 and a list containing 3`, all of which is one item
// of the outer list: what to write. NULL where the last item is no list without parentheses.
static const char *cure_of_nested(const NodeList *items) {
    const Node *last = items->count > 1 ? items->items[items->count - 1] : NULL;
    bool is_nested = last && !(last->flags & NODE_PARENTHESES) &&
                     (last->kind == NODE_LIST_LITERAL || last->kind == NODE_SET_LITERAL ||
                      last->kind == NODE_DICTIONARY_LITERAL);
    return is_nested ? "put an inner list in parentheses: `a list containing (a list containing 1, "
                       "2), (a list containing 3)`"
                     : NULL;
}

// Checks the elements; `expected`, which may be NULL, is their type by the context. Gives their
// type.
static Type *check_elements(Checker *checker, NodeList *items, Type *expected, const char *what) {
    bool is_given = expected != NULL;
    Type *element = expected;
    if (!is_given) {
        element = infer_element(checker, items);
    }
    Reason reason = {.what = what, .cure = cure_of_nested(items)};
    for (uint32_t i = 0; i < items->count; i++) {
        Node **item = &items->items[i];
        *item = is_given ? check_as(checker, *item, element, &reason)
                         : convert_to(checker, *item, element, &reason);
        if (!require_word_value(checker, *item)) {
            *item = poison_node(checker, (*item)->span);
            element = is_given ? element : checker->types->poison;
        }
    }
    return element;
}

// --- Arrays and collections ----------------------------------------------------------------------

static Node *check_fixed_literal(Checker *checker, Node *node, Type *expected) {
    ArrayLiteral *literal = AST(node, NODE_ARRAY_LITERAL, ArrayLiteral);
    Reason reason = {.what = "each element of this array is"};
    for (uint32_t i = 0; i < literal->items.count; i++) {
        Node **item = &literal->items.items[i];
        *item = check_as(checker, *item, expected->first, &reason);
    }
    node->type = expected;
    if (literal->items.count == expected->count) {
        return node;
    }
    diagnostic_report(checker->diagnostics, ERROR_array_length, node->span,
                      "%s has %llu element%s, but %u %s given", type_phrase(checker, expected),
                      (unsigned long long)expected->count, expected->count == 1 ? "" : "s",
                      literal->items.count, literal->items.count == 1 ? "is" : "are");
    return poison_node(checker, node->span);
}

Node *check_array_literal(Checker *checker, Node *node, Type *expected) {
    expected = expected ? settled(checker, expected) : NULL;
    if (expected && expected->kind == TYPE_FIXED_ARRAY) {
        return check_fixed_literal(checker, node, expected);
    }
    Type *element = expected && expected->kind == TYPE_ARRAY ? expected->first : NULL;
    ArrayLiteral *literal = AST(node, NODE_ARRAY_LITERAL, ArrayLiteral);
    element = check_elements(checker, &literal->items, element, "each element of this array is");
    node->type = element->kind == TYPE_POISON ? element : type_array(checker->types, element);
    return node;
}

Node *check_collection_literal(Checker *checker, Node *node, Type *expected) {
    bool is_list = node->kind == NODE_LIST_LITERAL;
    NodeList *items = is_list ? &AST(node, NODE_LIST_LITERAL, ListLiteral)->items
                              : &AST(node, NODE_SET_LITERAL, SetLiteral)->items;
    expected = expected ? settled(checker, expected) : NULL;
    bool fits_kind = expected && expected->kind == (is_list ? TYPE_LIST : TYPE_SET);
    Type *element =
        check_elements(checker, items, fits_kind ? expected->first : NULL,
                       is_list ? "each element of this list is" : "each element of this set is");
    if (element->kind == TYPE_POISON) {
        node->type = element;
    } else {
        node->type =
            is_list ? type_list(checker->types, element) : type_set(checker->types, element);
    }
    return node;
}

Node *check_dictionary_literal(Checker *checker, Node *node, Type *expected) {
    DictionaryLiteral *literal = AST(node, NODE_DICTIONARY_LITERAL, DictionaryLiteral);
    expected = expected ? settled(checker, expected) : NULL;
    bool fits_kind = expected && expected->kind == TYPE_DICTIONARY;
    Type *key = check_elements(checker, &literal->keys, fits_kind ? expected->first : NULL,
                               "each key of this dictionary is");
    Type *value = check_elements(checker, &literal->values, fits_kind ? expected->second : NULL,
                                 "each value of this dictionary is");
    bool is_good = key->kind != TYPE_POISON && value->kind != TYPE_POISON;
    node->type = is_good ? type_dictionary(checker->types, key, value) : checker->types->poison;
    return node;
}
