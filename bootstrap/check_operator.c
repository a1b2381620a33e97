// Unary and binary operators, what can be shown.
//
// A chain of operators leans to the left and may be thousands of operands long: it is checked from
// its leftmost operand on, in a loop.
#include "check_internal.h"
#include "operator_text.h"

#include <string.h>

// --- Types of operands ---------------------------------------------------------------------------

bool is_whole(const Type *type) {
    return type->kind == TYPE_INTEGER || type->kind == TYPE_BOOLEAN;
}

static bool is_number(const Type *type) { return is_whole(type) || type->kind == TYPE_FLOAT; }

// An integer that a literal or an unsigned type makes fit for an Unsigned64 beside it.
static bool goes_with_unsigned(const Node *node, const Type *type) {
    return node->kind == NODE_INTEGER_LITERAL || type->kind == TYPE_BOOLEAN || type->is_unsigned;
}

bool is_comparison(int64_t operator) {
    return operator>= OPERATOR_EQUAL && operator<= OPERATOR_NOT_GREATER;
}

static bool is_bitwise(int64_t operator) {
    return operator>= OPERATOR_BITWISE_OR && operator<= OPERATOR_SHIFT_RIGHT;
}

static bool is_null(const Node *node, const Type *type) {
    int64_t value;
    if (type->kind == TYPE_NULL) {
        return true;
    }
    return node->kind == NODE_INTEGER_LITERAL && !(node->flags & NODE_CHARACTER) &&
           known_integer(node, &value) && value == 0;
}

// A type that is not known yet becomes the other operand's, if that is a number, else Integer.
static void settle_operands(Checker *checker, const Node *left, const Node *right) {
    Type *a = settled(checker, left->type), *b = settled(checker, right->type);
    if (a->kind == TYPE_VARIABLE && b->kind == TYPE_FLOAT) {
        type_unify(checker->types, a, b);
    } else if (b->kind == TYPE_VARIABLE && a->kind == TYPE_FLOAT) {
        type_unify(checker->types, b, a);
    }
    settled_or_integer(checker, a);
    settled_or_integer(checker, b);
}

// --- Messages ------------------------------------------------------------------------------------

// Its variant is not known, so it has no fields.
static bool is_choice(const Type *type) { return type->kind == TYPE_VARIANT && !type->variant; }

// A number that is changed stays one: `is_change`.
static void help_with_operands(Checker *checker, Diagnostic *diagnostic, int64_t operator,
                               const Type * left, const Type *right, bool is_change) {
    bool has_text = left->kind == TYPE_STRING || right->kind == TYPE_STRING;
    bool is_joinable = !is_change || left->kind == TYPE_STRING;
    if (has_text && operator== OPERATOR_ADD && is_joinable) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "texts are put together by `joined with`, which takes numbers, too");
    } else if (left->kind == TYPE_STRING && operator== OPERATOR_MODULO) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a value is put into a text by `joined with`: `\"x = \" joined with x`");
    } else if (has_text && operator== OPERATOR_MULTIPLY) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a text is repeated in a loop, by `joined with`; `string_to_integer(…)` "
                        "reads the number that it holds");
    } else if (has_text) {
        diagnostic_help(
            checker->diagnostics, diagnostic,
            "`string_to_integer(…)` and `string_to_float(…)` read the number that a text "
            "holds");
    } else if (left->kind == TYPE_PARAMETER || right->kind == TYPE_PARAMETER) {
        diagnostic_help(
            checker->diagnostics, diagnostic,
            "a type parameter may stand for any type: values of it can only be passed on, "
            "compared and shown");
    } else if (is_number(left) && is_number(right)) { // one is a Float
        diagnostic_help(checker->diagnostics, diagnostic,
                        "`convert … to Integer` cuts the fraction off");
    } else if (left->kind == TYPE_FUNCTION || right->kind == TYPE_FUNCTION) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s",
                        call_cure(checker, NULL, left->kind == TYPE_FUNCTION ? left : right));
    } else if (left->kind == TYPE_FIXED_ARRAY || right->kind == TYPE_FIXED_ARRAY) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "an element of it may be what you mean: `a[0]`");
    } else if (is_choice(left) || is_choice(right)) {
        diagnostic_help(checker->diagnostics, diagnostic, "a Match tells which variant it is");
    } else if (type_is_reference(left) || type_is_reference(right)) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a field of it may be what you mean: `x.field`");
    }
}

static Node *report_operands(Checker *checker, const Node *node, int64_t operator, Type * left,
                             Type *right) {
    const char *words = operator_as_written(checker->compilation, node, operator);
    Diagnostic *diagnostic =
        left == right ? diagnostic_report(checker->diagnostics, ERROR_operand_type, node->span,
                                          "`%s` does not work on two values of type %s", words,
                                          type_words(checker, left))
                      : diagnostic_report(checker->diagnostics, ERROR_operand_type, node->span,
                                          "`%s` does not work on %s and %s", words,
                                          type_phrase(checker, left), type_phrase(checker, right));
    help_with_operands(checker, diagnostic, operator, left, right, node->kind == NODE_SET);
    return poison_node(checker, node->span);
}

static Node *report_mixed_signs(Checker *checker, Node *signed_operand, Type *type, Span span) {
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_mixed_signs, span,
        "an Unsigned64 and %s do not mix: one of them may be negative", type_phrase(checker, type));
    diagnostic_note(checker->diagnostics, diagnostic, signed_operand->span, "this one has a sign");
    diagnostic_help(
        checker->diagnostics, diagnostic,
        "write `convert … to Unsigned64`, or `convert … to Integer` around the other one");
    return poison_node(checker, span);
}

// --- Numbers -------------------------------------------------------------------------------------

// Converts two numbers to the type in which they are added, compared and so on; NULL after an
// error.
static Type *unite_numbers(Checker *checker, Node **left, Node **right, Span span) {
    Type *a = settled(checker, (*left)->type), *b = settled(checker, (*right)->type);
    Type *common = checker->types->integer;
    if (a->kind == TYPE_FLOAT || b->kind == TYPE_FLOAT) {
        common = checker->types->float64;
    } else if (type_is_unsigned64(a) || type_is_unsigned64(b)) {
        Node *other = type_is_unsigned64(a) ? *right : *left;
        Type *type = type_is_unsigned64(a) ? b : a;
        if (!goes_with_unsigned(other, type)) {
            report_mixed_signs(checker, other, type, span);
            return NULL;
        }
        common = checker->types->unsigned64;
    }
    *left = convert_to(checker, *left, common, NULL);
    *right = convert_to(checker, *right, common, NULL);
    return is_poison(*left) || is_poison(*right) ? NULL : common;
}

static Node *finish_arithmetic(Checker *checker, Node *node, Type *type) {
    if (!type) {
        return poison_node(checker, node->span);
    }
    node->type = type;
    return node;
}

// The count of a shift may be of any integer type; the result has the type of what is shifted.
static Node *check_shift(Checker *checker, Node *node, Binary *binary) {
    Type *left = settled(checker, binary->left->type),
         *right = settled(checker, binary->right->type);
    Type *type = type_is_unsigned64(left) ? left : checker->types->integer;
    binary->left = convert_to(checker, binary->left, type, NULL);
    if (!type_is_unsigned64(right)) {
        binary->right = convert_to(checker, binary->right, checker->types->integer, NULL);
    } else {
        binary->right = implicit_convert(checker, binary->right, checker->types->integer);
    }
    bool is_good = !is_poison(binary->left) && !is_poison(binary->right);
    return finish_arithmetic(checker, node, is_good ? type : NULL);
}

// Pointer plus Integer, Integer plus Pointer, Pointer minus Integer, Pointer minus Pointer
static Node *check_pointer_arithmetic(Checker *checker, Node *node, Binary *binary) {
    Type *left = settled(checker, binary->left->type),
         *right = settled(checker, binary->right->type);
    Type *integer = checker->types->integer;
    if (left->kind == TYPE_POINTER && right->kind == TYPE_POINTER) {
        return finish_arithmetic(checker, node, integer);
    }
    Node **offset = left->kind == TYPE_POINTER ? &binary->right : &binary->left;
    Type *offset_type = left->kind == TYPE_POINTER ? right : left;
    if (type_is_unsigned64(offset_type)) {
        *offset = implicit_convert(checker, *offset, integer);
    } else {
        *offset = convert_to(checker, *offset, integer, NULL);
    }
    Type *pointer = left->kind == TYPE_POINTER ? left : right;
    return finish_arithmetic(checker, node, is_poison(*offset) ? NULL : pointer);
}

static bool is_pointer_arithmetic(int64_t operator, const Type * left, const Type *right) {
    bool is_left = left->kind == TYPE_POINTER, is_right = right->kind == TYPE_POINTER;
    if (operator== OPERATOR_ADD) {
        return (is_left && is_whole(right)) || (is_right && is_whole(left));
    }
    return operator== OPERATOR_SUBTRACT && is_left &&(is_right || is_whole(right));
}

// Programs for Runa 0.0.8 compute with references: a Pointer counts as an Integer.
static Node *pointer_as_word(Checker *checker, Node *node) {
    return settled(checker, node->type)->kind == TYPE_POINTER
               ? convert_to(checker, node, checker->types->integer, NULL)
               : node;
}

static Node *check_arithmetic(Checker *checker, Node *node) {
    Binary *binary = AST(node, NODE_BINARY, Binary);
    settle_operands(checker, binary->left, binary->right);
    Type *left = settled(checker, binary->left->type),
         *right = settled(checker, binary->right->type);
    if (is_pointer_arithmetic(binary->operator, left, right)) {
        return check_pointer_arithmetic(checker, node, binary);
    }
    bool are_fine = (is_number(left) || left->kind == TYPE_POINTER) &&
                    (is_number(right) || right->kind == TYPE_POINTER);
    bool has_float = left->kind == TYPE_FLOAT || right->kind == TYPE_FLOAT;
    bool has_pointer = left->kind == TYPE_POINTER || right->kind == TYPE_POINTER;
    bool is_for_integers = is_bitwise(binary->operator) || binary->operator== OPERATOR_MODULO;
    if (!are_fine || (has_float && (is_for_integers || has_pointer))) {
        return report_operands(checker, node, binary->operator, left, right);
    }
    if (has_pointer) {
        binary->left = pointer_as_word(checker, binary->left);
        binary->right = pointer_as_word(checker, binary->right);
    }
    if (binary->operator== OPERATOR_SHIFT_LEFT || binary->operator== OPERATOR_SHIFT_RIGHT) {
        return check_shift(checker, node, binary);
    }
    Type *type = unite_numbers(checker, &binary->left, &binary->right, node->span);
    return finish_arithmetic(checker, node, type);
}

// --- Comparisons ---------------------------------------------------------------------------------

// The edit for a truth value in quotes.
static void unquote_truth(Checker *checker, Diagnostic *diagnostic, Node *operand) {
    if (operand->kind != NODE_STRING_LITERAL) {
        return;
    }
    const char *text = AST(operand, NODE_STRING_LITERAL, StringLiteral)->text->text;
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        diagnostic_fix(checker->diagnostics, diagnostic, operand->span, text);
    }
}

static Node *report_not_comparable(Checker *checker, Node *node, Type *left, Type *right) {
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_not_comparable, node->span, "%s cannot be compared with %s",
        type_phrase(checker, left), type_phrase(checker, right));
    bool are_arrays = left->kind == TYPE_FIXED_ARRAY || right->kind == TYPE_FIXED_ARRAY;
    bool has_text = left->kind == TYPE_STRING || right->kind == TYPE_STRING;
    if (are_arrays) {
        diagnostic_help(checker->diagnostics, diagnostic, "compare the elements in a loop");
    } else if (has_text && (left->kind == TYPE_BOOLEAN || right->kind == TYPE_BOOLEAN)) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a Boolean is `true` or `false`, without quotes");
        unquote_truth(checker, diagnostic, AST(node, NODE_BINARY, Binary)->left);
        unquote_truth(checker, diagnostic, AST(node, NODE_BINARY, Binary)->right);
    } else if (has_text && (is_number(left) || is_number(right))) {
        diagnostic_help(
            checker->diagnostics, diagnostic,
            "`string_to_integer(…)` and `string_to_float(…)` read the number that a text "
            "holds");
    } else if (left->kind == TYPE_FUNCTION || right->kind == TYPE_FUNCTION) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s",
                        call_cure(checker, NULL, left->kind == TYPE_FUNCTION ? left : right));
    }
    return poison_node(checker, node->span);
}

// Two references: by address, but two Strings by content. One may be Nothing, or a word of Runa
// 0.0.8.
static bool unite_references(Checker *checker, Node *node, Binary *binary, Type *left,
                             Type *right) {
    if (left->kind == TYPE_STRING && right->kind == TYPE_STRING) {
        return true;
    }
    node->flags |= NODE_BY_REFERENCE;
    if (is_null(binary->left, left) || is_null(binary->right, right)) {
        Type *type = is_null(binary->left, left) ? right : left;
        type = type->kind == TYPE_NULL ? checker->types->pointer : type;
        binary->left = convert_to(checker, binary->left, type, NULL);
        binary->right = convert_to(checker, binary->right, type, NULL);
        return true;
    }
    bool is_left_word = left->kind == TYPE_INTEGER, is_right_word = right->kind == TYPE_INTEGER;
    if (is_left_word || is_right_word) {
        if (type_is_unsigned64(left) || type_is_unsigned64(right)) {
            return false;
        }
        const Reason reason = {.is_character = left->size == 1 || right->size == 1};
        binary->left = convert_to(checker, binary->left, checker->types->integer, &reason);
        binary->right = convert_to(checker, binary->right, checker->types->integer, &reason);
        return true;
    }
    if (left == right) {
        return true;
    }
    if (find_conversion(checker, right, left) != CONVERSION_NONE) {
        binary->right = convert_to(checker, binary->right, left, NULL);
        return true;
    }
    if (find_conversion(checker, left, right) != CONVERSION_NONE) {
        binary->left = convert_to(checker, binary->left, right, NULL);
        return true;
    }
    return false;
}

static bool is_word_or_reference(const Type *type) {
    return type_is_reference(type) || type->kind == TYPE_INTEGER;
}

static Node *check_comparison(Checker *checker, Node *node) {
    Binary *binary = AST(node, NODE_BINARY, Binary);
    Type *left = settled(checker, binary->left->type),
         *right = settled(checker, binary->right->type);
    node->type = checker->types->boolean;
    if (left->kind == TYPE_VARIABLE || right->kind == TYPE_VARIABLE) {
        if (left->kind == TYPE_NULL || right->kind == TYPE_NULL) {
            // Nothing fits whatever the other one will be.
            Node *nothing = left->kind == TYPE_NULL ? binary->left : binary->right;
            nothing->type = left->kind == TYPE_NULL ? right : left;
            node->flags |= NODE_BY_REFERENCE;
            return node;
        }
        type_unify(checker->types, left, right);
        left = settled_or_integer(checker, left);
        right = settled_or_integer(checker, right);
    }
    bool is_good = false;
    if (is_number(left) && is_number(right)) {
        bool are_booleans = left->kind == TYPE_BOOLEAN && right->kind == TYPE_BOOLEAN;
        if (!are_booleans && !unite_numbers(checker, &binary->left, &binary->right, node->span)) {
            return poison_node(checker, node->span);
        }
        is_good = true;
    } else if (left->kind == TYPE_PARAMETER || right->kind == TYPE_PARAMETER) {
        is_good = left == right;
    } else if (is_word_or_reference(left) && is_word_or_reference(right)) {
        is_good = unite_references(checker, node, binary, left, right);
    }
    if (!is_good) {
        return report_not_comparable(checker, node, left, right);
    }
    bool is_bad = is_poison(binary->left) || is_poison(binary->right);
    return is_bad ? poison_node(checker, node->span) : node;
}

// --- joined with, Display ------------------------------------------------------------------------

bool is_displayable(Checker *checker, Type *type) {
    type = settled(checker, type);
    switch ((TypeKind)type->kind) {
    case TYPE_POISON:
    case TYPE_INTEGER:
    case TYPE_FLOAT:
    case TYPE_BOOLEAN:
    case TYPE_STRING:
    case TYPE_PARAMETER:
    case TYPE_VARIABLE:
        return true;
    case TYPE_LIST:
    case TYPE_SET:
    case TYPE_ARRAY:
    case TYPE_FIXED_ARRAY:
        return is_displayable(checker, type->first);
    case TYPE_DICTIONARY:
        return is_displayable(checker, type->first) && is_displayable(checker, type->second);
    default:
        return false;
    }
}

static bool is_collection(const Type *type) {
    return type->kind == TYPE_LIST || type->kind == TYPE_SET || type->kind == TYPE_ARRAY ||
           type->kind == TYPE_FIXED_ARRAY || type->kind == TYPE_DICTIONARY;
}

static Node *report_not_displayable(Checker *checker, const Node *node, Type *type,
                                    const char *what) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_not_displayable, node->span,
                          "%s shows numbers%s, and this is %s", what,
                          what[0] == '`' ? " and texts" : ", texts and collections of them",
                          type_phrase(checker, type));
    if (is_collection(type) && is_displayable(checker, type)) {
        diagnostic_help(checker->diagnostics, diagnostic, "show it by a Print of its own");
    } else if (type->kind == TYPE_STRUCTURE) {
        bool is_short = node->kind == NODE_NAME || node->kind == NODE_FIELD;
        diagnostic_help(checker->diagnostics, diagnostic, "show its fields: `%s.%s`",
                        is_short ? written(checker, node->span) : "x",
                        type->aggregate->field_count > 0 ? type->aggregate->fields[0].name->text
                                                         : "field");
    } else if (type->kind == TYPE_VARIANT) {
        diagnostic_help(checker->diagnostics, diagnostic, "take it apart by a Match first");
    } else if (type->kind == TYPE_FUNCTION) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", call_cure(checker, node, type));
    } else if (is_collection(type)) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "go through it by `For each` and show parts of each element");
    }
    return poison_node(checker, node->span);
}

Node *check_displayed(Checker *checker, Node *node, const char *what) {
    Type *type = settled(checker, node->type);
    if (type->kind == TYPE_NULL) {
        return convert_to(checker, node, checker->types->string, NULL);
    }
    if (type->kind == TYPE_POINTER) {
        return convert_to(checker, node, checker->types->integer, NULL);
    }
    bool is_piece = what[0] == '`'; // of joined with
    if (!is_displayable(checker, type) || (is_piece && is_collection(type))) {
        return report_not_displayable(checker, node, type, what);
    }
    return node;
}

static Node *check_join(Checker *checker, Node *node) {
    Binary *binary = AST(node, NODE_BINARY, Binary);
    binary->left = check_displayed(checker, binary->left, "`joined with`");
    binary->right = check_displayed(checker, binary->right, "`joined with`");
    // Text all the same: what is done with it has errors of its own.
    node->type = checker->types->string;
    return node;
}

// --- Binary operators ----------------------------------------------------------------------------

static Node *check_logic(Checker *checker, Node *node) {
    Binary *binary = AST(node, NODE_BINARY, Binary);
    binary->left = as_condition(checker, binary->left);
    binary->right = as_condition(checker, binary->right);
    node->type = checker->types->boolean;
    return node;
}

// The operands are checked.
static Node *apply(Checker *checker, Node *node) {
    const Binary *binary = AST(node, NODE_BINARY, Binary);
    switch (binary->operator) {
    case OPERATOR_AND:
    case OPERATOR_OR:
        return check_logic(checker, node);
    case OPERATOR_JOIN:
        return check_join(checker, node);
    default:
        break;
    }
    if (is_poison(binary->left) || is_poison(binary->right)) {
        return poison_node(checker, node->span);
    }
    return is_comparison(binary->operator) ? check_comparison(checker, node)
                                           : check_arithmetic(checker, node);
}

// What the right operand is likely to be, so that bare variants beside a `is equal to` find their
// type.
static Type *expected_right(const Binary *binary) {
    if (!is_comparison(binary->operator)) {
        return NULL;
    }
    const Type *left = binary->left->type;
    return left->kind == TYPE_VARIANT || left->kind == TYPE_FUNCTION ? binary->left->type : NULL;
}

// The leftmost operand of a comparison may need the type of the other one.
static bool needs_right_first(Checker *checker, const Node *operand, const Binary *binary) {
    return is_comparison(binary->operator) && operand->kind == NODE_NAME &&
           is_soft(checker, operand) && !is_soft(checker, binary->right);
}

// `a list containing true, n == 5` compares the list: an operator that is looser than the items.
static bool takes_in_list(const Node *leftmost, const Binary *operation) {
    bool is_list = leftmost->kind == NODE_LIST_LITERAL || leftmost->kind == NODE_SET_LITERAL ||
                   leftmost->kind == NODE_DICTIONARY_LITERAL;
    return is_list && !(leftmost->flags & NODE_PARENTHESES) &&
           (is_comparison(operation->operator) || operation->operator== OPERATOR_OR);
}

static const NodeList *items_of(Node *literal) {
    return literal->kind == NODE_LIST_LITERAL ? &AST(literal, NODE_LIST_LITERAL, ListLiteral)->items
           : literal->kind == NODE_SET_LITERAL
               ? &AST(literal, NODE_SET_LITERAL, SetLiteral)->items
               : &AST(literal, NODE_DICTIONARY_LITERAL, DictionaryLiteral)->values;
}

static Node *report_taken_list(Checker *checker, Node *literal, Node *operation) {
    const Binary *binary = AST(operation, NODE_BINARY, Binary);
    const NodeList *items = items_of(literal);
    Span span = {literal->span.start, binary->right->span.end};
    for (uint32_t i = 0; i < items->count; i++) {
        span.start = items->items[i]->span.start;
        check_value(checker, items->items[i], NULL); // errors inside, and uses of variables
    }
    check_value(checker, binary->right, NULL);
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_needs_parentheses, span,
                          "`%s` applies to everything before it here, not to the last item alone",
                          operator_words((Operator)binary->operator));
    diagnostic_note(checker->diagnostics, diagnostic, literal->span, "this is its left side");
    diagnostic_help(checker->diagnostics, diagnostic, "put the item in parentheses: `(…)`");
    return poison_node(checker, operation->span);
}

// The variant with fields that the right operand names, as if it were a value; NULL if it is none.
static const VariantInfo *compared_variant(Checker *checker, const Binary *binary) {
    const Type *left = binary->left->type;
    bool is_equality =
        binary->operator== OPERATOR_EQUAL || binary->operator== OPERATOR_NOT_EQUAL;
    if (left->kind != TYPE_VARIANT || binary->right->kind != NODE_NAME || !is_equality) {
        return NULL;
    }
    const NameExpression *name = AST(binary->right, NODE_NAME, NameExpression);
    const VariantInfo *variant = variant_of(left->aggregate, name->name);
    if (!variant || variant->field_count == 0 || is_variable(checker, name->name)) {
        return NULL;
    }
    const Symbol *symbol = find_symbol_quietly(checker, name->name);
    bool is_value = symbol && symbol->kind != SYMBOL_TYPE && symbol->kind != SYMBOL_MODULE;
    return is_value ? NULL : variant;
}

// `shape is Circle`, `shape == Circle`
static Node *report_compared_variant(Checker *checker, const Binary *binary,
                                     const VariantInfo *variant) {
    const Node *left = binary->left, *right = binary->right;
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_missing_field, right->span,
                          "`%s` has fields, so its name alone is no value", variant->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, variant->span, "declared here");
    bool is_equal = binary->operator== OPERATOR_EQUAL;
    const char *article = type_article(variant->name->text);
    diagnostic_help(checker->diagnostics, diagnostic, "to ask for the variant, write `%s %s%s %s`",
                    left->kind == NODE_NAME ? written(checker, left->span) : "…",
                    is_equal ? "is " : "is not ", article, variant->name->text);
    const char *words = written(checker, (Span){left->span.end, right->span.start});
    if (words[strspn(words, " =!abcdefghijklmnopqrstuvwxyz")] == '\0') {
        diagnostic_fix(checker->diagnostics, diagnostic, (Span){left->span.end, right->span.end},
                       format_text(checker, is_equal ? " is %s %s" : " is not %s %s", article,
                                   variant->name->text));
    }
    return poison_node(checker, right->span);
}

// Checks the operation, whose left operand is checked.
static Node *check_next(Checker *checker, Node *operation, Node *left) {
    Binary *binary = AST(operation, NODE_BINARY, Binary);
    binary->left = left;
    if (!binary->right->type) {
        const VariantInfo *variant = compared_variant(checker, binary);
        binary->right = variant
                            ? report_compared_variant(checker, binary, variant)
                            : check_value(checker, binary->right, expected_right(binary));
    }
    return apply(checker, operation);
}

// Checks the innermost operation of a chain, and so its leftmost operand.
static Node *check_innermost(Checker *checker, Node *operation) {
    Binary *binary = AST(operation, NODE_BINARY, Binary);
    Type *expected = NULL;
    if (needs_right_first(checker, binary->left, binary)) {
        binary->right = check_value(checker, binary->right, NULL);
        expected = binary->right->type;
    }
    return check_next(checker, operation, check_value(checker, binary->left, expected));
}

Node *check_binary(Checker *checker, Node *node) {
    PointerVector outer = {0}; // outermost first; mostly there is none
    while (AST(node, NODE_BINARY, Binary)->left->kind == NODE_BINARY) {
        vector_push(&outer, node);
        node = AST(node, NODE_BINARY, Binary)->left;
    }
    Node *leftmost = AST(node, NODE_BINARY, Binary)->left;
    bool is_taken_list = takes_in_list(leftmost, AST(node, NODE_BINARY, Binary));
    Node *result =
        is_taken_list ? report_taken_list(checker, leftmost, node) : check_innermost(checker, node);
    for (uint32_t i = outer.count; i > 0 && !is_taken_list; i--) {
        result = check_next(checker, outer.items[i - 1], result);
    }
    vector_destroy(&outer);
    if (is_logic(result)) {
        warn_constant_operands(checker, result);
    }
    return result;
}

// --- Unary operators -----------------------------------------------------------------------------

static Node *report_operand(Checker *checker, const Node *node, int64_t operator, Type * type) {
    const char *words = operator_as_written(checker->compilation, node, operator);
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_operand_type, node->span,
                          "`%s` does not work on %s", words, type_phrase(checker, type));
    help_with_operands(checker, diagnostic, operator, type, type, false);
    return poison_node(checker, node->span);
}

Node *check_unary(Checker *checker, Node *node) {
    Unary *unary = AST(node, NODE_UNARY, Unary);
    if (unary->operator== OPERATOR_NOT) {
        unary->operand = check_condition(checker, unary->operand);
        warn_constant_condition(checker, unary->operand);
        node->type = checker->types->boolean;
        return node;
    }
    unary->operand = check_value(checker, unary->operand, NULL);
    Type *type = settled_or_integer(checker, unary->operand->type);
    if (type->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    bool is_fine =
        is_whole(type) || (type->kind == TYPE_FLOAT && unary->operator== OPERATOR_NEGATE);
    if (!is_fine) {
        return report_operand(checker, node, unary->operator, type);
    }
    Type *wanted = type->kind == TYPE_FLOAT   ? checker->types->float64
                   : type_is_unsigned64(type) ? type
                                              : checker->types->integer;
    unary->operand = convert_to(checker, unary->operand, wanted, NULL);
    node->type = wanted;
    return node;
}

// --- Set target op= value ------------------------------------------------------------------------

// Why the amount of a change must have a type: that of what is changed.
static Reason reason_of_change(const Node *target) {
    const Symbol *symbol =
        target->kind == NODE_NAME ? AST(target, NODE_NAME, NameExpression)->symbol : NULL;
    return symbol
               ? (Reason){.what = "`%s` is", .name = symbol->name->text, .declared = symbol->span}
               : (Reason){.what = "what is changed by it is"};
}

Node *check_change(Checker *checker, const Set *set, Type *type) {
    type = settled_or_integer(checker, type);
    bool is_sum = set->operator== OPERATOR_ADD || set->operator== OPERATOR_SUBTRACT;
    Node *value = check_value(checker, set->value, NULL);
    Type *amount = settled(checker, value->type);
    if (amount->kind == TYPE_VARIABLE && type->kind == TYPE_FLOAT) {
        type_unify(checker->types, amount, type);
    }
    amount = settled_or_integer(checker, amount);
    if (type->kind == TYPE_POISON || amount->kind == TYPE_POISON) {
        return value;
    }
    Reason reason = reason_of_change(set->target);
    if (type_is_unsigned64(type) && is_whole(amount) && !type_is_unsigned64(amount)) {
        return goes_with_unsigned(value, amount)
                   ? convert_to(checker, value, type, &reason)
                   : report_mixed_signs(checker, value, amount, set->header.span);
    }
    if (type->kind == TYPE_INTEGER && (is_number(amount) || amount->kind == TYPE_POINTER)) {
        return convert_to(checker, value, type_is_unsigned64(type) ? type : checker->types->integer,
                          &reason);
    }
    if (type->kind == TYPE_FLOAT && is_number(amount)) {
        return convert_to(checker, value, checker->types->float64, &reason);
    }
    if (type->kind == TYPE_POINTER && is_sum && is_whole(amount)) {
        return convert_to(checker, value, checker->types->integer, &reason);
    }
    return report_operands(checker, &set->header, set->operator, type, amount);
}
