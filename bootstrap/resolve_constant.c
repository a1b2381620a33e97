// Constant expressions: the same arithmetic as at run time, done while compiling.
#include <string.h>

#include "limit.h"
#include "operator_text.h"
#include "overflow.h"
#include "resolve_internal.h"

typedef struct Evaluator {
    Compilation *compilation;
    LoadedModule *module;
} Evaluator;

static bool evaluate(const Evaluator *evaluator, Node *node, Type *expected, ConstantValue *value);

// --- Errors ------------------------------------------------------------------------------------

static Diagnostic *report(const Evaluator *evaluator, DiagnosticCode code, Span span,
                          const char *text) {
    return diagnostic_report(&evaluator->compilation->diagnostics, code, span, "%s", text);
}

static bool report_not_constant(const Evaluator *evaluator, Span span) {
    report(evaluator, ERROR_not_constant, span, "this is not known at compile time");
    return false;
}

static const char *text_of(const Evaluator *evaluator, const Type *type) {
    return type_text(&evaluator->compilation->names, type);
}

// "an Integer", "Nothing"
static const char *phrase_of(const Evaluator *evaluator, const Type *type) {
    const char *text = text_of(evaluator, type);
    if (type->kind == TYPE_NOTHING || type->kind == TYPE_NULL) {
        return text;
    }
    return intern_format(&evaluator->compilation->names, "%s %s", type_article(text), text)->text;
}

static bool report_operand(const Evaluator *evaluator, const Unary *node, const Type *type) {
    diagnostic_report(&evaluator->compilation->diagnostics, ERROR_constant_type, node->header.span,
                      "`%s` does not take %s",
                      operator_as_written(evaluator->compilation, &node->header, node->operator),
                      phrase_of(evaluator, type));
    return false;
}

static bool report_operands(const Evaluator *evaluator, const Binary *node,
                            const ConstantValue *left, const ConstantValue *right) {
    diagnostic_report(&evaluator->compilation->diagnostics, ERROR_constant_type, node->header.span,
                      "`%s` does not take %s and %s",
                      operator_as_written(evaluator->compilation, &node->header, node->operator),
                      phrase_of(evaluator, left->type), phrase_of(evaluator, right->type));
    return false;
}

// --- Kinds of values ---------------------------------------------------------------------------

static bool is_whole(const ConstantValue *value) { // an integer, or a Boolean as one
    return value->type->kind == TYPE_INTEGER || value->type->kind == TYPE_BOOLEAN;
}

static bool is_real(const ConstantValue *value) { return value->type->kind == TYPE_FLOAT; }

static bool is_text(const ConstantValue *value) {
    return value->type->kind == TYPE_STRING && value->as.text;
}

static bool is_unsigned64(const ConstantValue *value) { return type_is_unsigned64(value->type); }

static ConstantValue integer_value(const Evaluator *evaluator, int64_t integer) {
    return (ConstantValue){.type = evaluator->compilation->types.integer, .as.integer = integer};
}

static ConstantValue boolean_value(const Evaluator *evaluator, bool boolean) {
    return (ConstantValue){.type = evaluator->compilation->types.boolean, .as.integer = boolean};
}

static ConstantValue real_value(const Evaluator *evaluator, double real) {
    return (ConstantValue){.type = evaluator->compilation->types.float64, .as.real = real};
}

static double to_real(const ConstantValue *value) {
    if (is_real(value)) {
        return value->as.real;
    }
    return is_unsigned64(value) ? (double)(uint64_t)value->as.integer : (double)value->as.integer;
}

// A number is true unless it is zero, a reference unless it is Nothing. Arrays are no conditions.
static bool to_truth(const ConstantValue *value) {
    if (is_real(value)) {
        return value->as.real != 0;
    }
    return is_text(value) || value->as.integer != 0;
}

// --- Conversions -------------------------------------------------------------------------------

static int64_t wrap(int64_t integer, const Type *type) {
    switch (type->size) {
    case 1:
        return type->is_unsigned ? (int64_t)(uint8_t)integer : (int64_t)(int8_t)integer;
    case 2:
        return type->is_unsigned ? (int64_t)(uint16_t)integer : (int64_t)(int16_t)integer;
    case 4:
        return type->is_unsigned ? (int64_t)(uint32_t)integer : (int64_t)(int32_t)integer;
    default:
        return integer;
    }
}

// Toward zero; NaN gives 0, what is out of range the nearest value of the type.
static int64_t saturate(double real, const Type *type) {
    int bits = type->size * 8 - (type->is_unsigned ? 0 : 1);
    double limit = bits == 64 ? 0x1p64 : (double)(UINT64_C(1) << bits);
    int64_t most = (int64_t)(bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1);
    if (real != real) {
        return 0;
    }
    if (real >= limit) {
        return most;
    }
    if (type->is_unsigned) {
        return real <= 0 ? 0 : (int64_t)(uint64_t)real;
    }
    return real <= -limit ? -most - 1 : (int64_t)real;
}

// True when the integer, unsigned if so marked, is a value of the type.
static bool fits(const ConstantValue *value, const Type *type) {
    int64_t integer = value->as.integer;
    if (is_unsigned64(value) && integer < 0) { // above the signed range
        return type->size == 8 && type->is_unsigned;
    }
    return wrap(integer, type) == integer && !(type->is_unsigned && integer < 0);
}

static bool fit_integer(const Evaluator *evaluator, Span span, Type *expected,
                        ConstantValue *value) {
    if (fits(value, expected)) {
        value->type = expected;
        return true;
    }
    Diagnostics *diagnostics = &evaluator->compilation->diagnostics;
    const char *form = is_unsigned64(value) ? "%llu does not fit %s" : "%lld does not fit %s";
    const char *text = intern_format(&evaluator->compilation->names, form,
                                     (long long)value->as.integer, text_of(evaluator, expected))
                           ->text;
    Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_constant_range, span, "%s", text);
    diagnostic_help(diagnostics, diagnostic, "`convert ... to %s` keeps the low bits",
                    text_of(evaluator, expected));
    return false;
}

static bool report_unfit(const Evaluator *evaluator, Span span, const Type *expected,
                         const ConstantValue *value) {
    Diagnostics *diagnostics = &evaluator->compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(
        diagnostics, ERROR_constant_type, span, "this is %s, but what is wanted here is %s",
        phrase_of(evaluator, value->type), phrase_of(evaluator, expected));
    if (is_real(value) && expected->kind == TYPE_INTEGER) {
        diagnostic_help(diagnostics, diagnostic, "write `convert ... to %s`",
                        text_of(evaluator, expected));
    }
    return false;
}

// Converts as an assignment does: integers to integers that they fit, and to Floats; Nothing and 0
// to references.
static bool fit(const Evaluator *evaluator, Span span, Type *expected, ConstantValue *value) {
    if (!expected || expected->kind == TYPE_POISON || value->type == expected) {
        return expected == NULL || expected->kind != TYPE_POISON;
    }
    if (expected->kind == TYPE_INTEGER && is_whole(value)) {
        return fit_integer(evaluator, span, expected, value);
    }
    if (expected->kind == TYPE_FLOAT && (is_whole(value) || is_real(value))) {
        double real = to_real(value);
        value->as.real = expected->size == 4 ? (double)(float)real : real;
        value->type = expected;
        return true;
    }
    bool is_null = value->type->kind == TYPE_NULL ||
                   (value->type->kind == TYPE_INTEGER && value->as.integer == 0);
    if (is_null && type_is_reference(expected)) {
        value->as.integer = 0;
        value->type = expected;
        return true;
    }
    return report_unfit(evaluator, span, expected, value);
}

// convert x to T
static bool evaluate_convert(const Evaluator *evaluator, const Convert *node,
                             ConstantValue *value) {
    if (!node->annotation) { // inserted by the checker
        return evaluate(evaluator, node->operand, node->header.type, value);
    }
    Type *type = resolve_type(evaluator->compilation, evaluator->module, node->annotation, NULL, 0);
    if (!evaluate(evaluator, node->operand, NULL, value) || type->kind == TYPE_POISON) {
        return false;
    }
    if (type->kind == TYPE_INTEGER && (is_whole(value) || is_real(value))) {
        int64_t integer =
            is_real(value) ? saturate(value->as.real, type) : wrap(value->as.integer, type);
        *value = (ConstantValue){.type = type, .as.integer = integer};
        return true;
    }
    return fit(evaluator, node->header.span, type, value);
}

// --- Integer operators -------------------------------------------------------------------------

static bool is_literal(const Node *node) {
    if (node->kind == NODE_UNARY) {
        const Unary *unary = (const Unary *)(const void *)node;
        return unary->operator== OPERATOR_NEGATE && is_literal(unary->operand);
    }
    return node->kind == NODE_INTEGER_LITERAL;
}

// Whether the operation is one of two Unsigned64. An Unsigned64 takes a literal beside it, but no
// signed value.
static bool check_signs(const Evaluator *evaluator, const Binary *node, ConstantValue *left,
                        ConstantValue *right, bool *is_unsigned) {
    bool left_unsigned = is_unsigned64(left), right_unsigned = is_unsigned64(right);
    *is_unsigned = left_unsigned || right_unsigned;
    if (left_unsigned == right_unsigned) {
        return true;
    }
    const ConstantValue *other = left_unsigned ? right : left;
    const Node *node_of_other = left_unsigned ? node->right : node->left;
    if (is_literal(node_of_other) ||
        (other->type->kind == TYPE_INTEGER && other->type->is_unsigned)) {
        return other->as.integer >= 0 ||
               fit_integer(evaluator, node_of_other->span, evaluator->compilation->types.unsigned64,
                           left_unsigned ? right : left);
    }
    Diagnostics *diagnostics = &evaluator->compilation->diagnostics;
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_constant_type, node->header.span,
                          "an Unsigned64 and %s do not mix", phrase_of(evaluator, other->type));
    diagnostic_help(diagnostics, diagnostic, "write `convert ... to Unsigned64`");
    return false;
}

// Sums, products and bit operations are the same for both signs.
static int64_t combine_bits(Operator operator, int64_t left, int64_t right) {
    uint64_t a = (uint64_t)left, b = (uint64_t)right;
    switch (operator) {
    case OPERATOR_ADD:
        return (int64_t)(a + b);
    case OPERATOR_SUBTRACT:
        return (int64_t)(a - b);
    case OPERATOR_MULTIPLY:
        return (int64_t)(a * b);
    case OPERATOR_BITWISE_OR:
        return (int64_t)(a | b);
    case OPERATOR_BITWISE_XOR:
        return (int64_t)(a ^ b);
    default:
        assert(operator== OPERATOR_BITWISE_AND);
        return (int64_t)(a & b);
    }
}

// Whether the result of the operation does not fit its type.
static bool overflows(Operator operator, int64_t left, int64_t right, bool is_unsigned) {
    uint64_t product;
    int64_t result;
    bool is_left_smaller = (uint64_t)left < (uint64_t)right;
    switch (operator) {
    case OPERATOR_ADD:
        return is_unsigned ? unsigned_add_overflows((uint64_t)left, (uint64_t)right, &product)
                           : add_overflows(left, right, &result);
    case OPERATOR_SUBTRACT:
        return is_unsigned ? is_left_smaller : subtract_overflows(left, right, &result);
    case OPERATOR_MULTIPLY:
        return is_unsigned ? unsigned_multiply_overflows((uint64_t)left, (uint64_t)right, &product)
                           : multiply_overflows(left, right, &result);
    case OPERATOR_DIVIDE:
        return !is_unsigned && left == INT64_MIN && right == -1;
    default:
        return false;
    }
}

// With --check=overflow: constants do not wrap around either.
static bool check_overflow(const Evaluator *evaluator, Span span, bool is_too_large) {
    if (!evaluator->compilation->options.check_overflow || !is_too_large) {
        return true;
    }
    report(evaluator, ERROR_constant_range, span, "this does not fit into 64 bits");
    return false;
}

static int64_t divide(Operator operator, int64_t left, int64_t right, bool is_unsigned) {
    bool is_quotient = operator== OPERATOR_DIVIDE;
    if (is_unsigned) {
        uint64_t a = (uint64_t)left, b = (uint64_t)right;
        return (int64_t)(is_quotient ? a / b : a % b);
    }
    if (right == -1) { // the smallest Integer wraps
        return is_quotient ? (int64_t)(0 - (uint64_t)left) : 0;
    }
    return is_quotient ? left / right : left % right;
}

static int64_t shift(Operator operator, const ConstantValue * left, int64_t count) {
    unsigned bits = (unsigned)(count & 63);
    if (operator== OPERATOR_SHIFT_LEFT) {
        return (int64_t)((uint64_t)left->as.integer << bits);
    }
    return is_unsigned64(left) ? (int64_t)((uint64_t)left->as.integer >> bits)
                               : left->as.integer >> bits;
}

static bool evaluate_whole(const Evaluator *evaluator, const Binary *node, ConstantValue *left,
                           ConstantValue *right, ConstantValue *value) {
    Operator operator=(Operator) node->operator;
    TypeTable *types = &evaluator->compilation->types;
    bool is_shift = operator== OPERATOR_SHIFT_LEFT || operator== OPERATOR_SHIFT_RIGHT;
    bool is_division = operator== OPERATOR_DIVIDE || operator== OPERATOR_MODULO;
    bool is_unsigned = is_unsigned64(left);
    if (!is_shift && !check_signs(evaluator, node, left, right, &is_unsigned)) {
        return false;
    }
    if (is_division && right->as.integer == 0) {
        report(evaluator, ERROR_constant_division, node->header.span, "division by zero");
        return false;
    }
    bool is_too_large = overflows(operator, left->as.integer, right->as.integer, is_unsigned);
    if (!check_overflow(evaluator, node->header.span, is_too_large)) {
        return false;
    }
    int64_t result;
    if (is_shift) {
        result = shift(operator, left, right->as.integer);
    } else if (is_division) {
        result = divide(operator, left->as.integer, right->as.integer, is_unsigned);
    } else {
        result = combine_bits(operator, left->as.integer, right->as.integer);
    }
    *value = (ConstantValue){.type = is_unsigned ? types->unsigned64 : types->integer,
                             .as.integer = result};
    return true;
}

static bool evaluate_real(const Evaluator *evaluator, const Binary *node, const ConstantValue *left,
                          const ConstantValue *right, ConstantValue *value) {
    double a = to_real(left), b = to_real(right), result;
    switch ((Operator)node->operator) {
    case OPERATOR_ADD:
        result = a + b;
        break;
    case OPERATOR_SUBTRACT:
        result = a - b;
        break;
    case OPERATOR_MULTIPLY:
        result = a * b;
        break;
    case OPERATOR_DIVIDE:
        result = a / b;
        break;
    default:
        return report_operands(evaluator, node, left, right);
    }
    *value = real_value(evaluator, result);
    return true;
}

// --- Comparisons -------------------------------------------------------------------------------

// -1, 0 or 1; 2 when NaN makes the two unordered.
static int compare_numbers(const ConstantValue *left, const ConstantValue *right) {
    if (is_real(left) || is_real(right)) {
        double a = to_real(left), b = to_real(right);
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
    }
    int64_t a = left->as.integer, b = right->as.integer;
    if (is_unsigned64(left) || is_unsigned64(right)) {
        return (uint64_t)a < (uint64_t)b ? -1 : (uint64_t)a > (uint64_t)b;
    }
    return a < b ? -1 : a > b;
}

static int compare_texts(const Name *left, const Name *right) {
    int order = strcmp(left->text, right->text);
    return order < 0 ? -1 : order > 0;
}

static bool holds(Operator operator, int order) {
    switch (operator) {
    case OPERATOR_EQUAL:
        return order == 0;
    case OPERATOR_NOT_EQUAL:
        return order != 0;
    case OPERATOR_LESS:
        return order == -1;
    case OPERATOR_GREATER:
        return order == 1;
    case OPERATOR_LESS_EQUAL:
        return order == -1 || order == 0;
    case OPERATOR_GREATER_EQUAL:
        return order == 1 || order == 0;
    case OPERATOR_NOT_LESS: // the negation, so true where NaN is compared
        return order != -1;
    default:
        assert(operator== OPERATOR_NOT_GREATER);
        return order != 1;
    }
}

static bool evaluate_comparison(const Evaluator *evaluator, const Binary *node, ConstantValue *left,
                                ConstantValue *right, ConstantValue *value) {
    Operator operator=(Operator) node->operator;
    int order;
    if ((is_whole(left) || is_real(left)) && (is_whole(right) || is_real(right))) {
        bool is_unsigned;
        bool are_whole = is_whole(left) && is_whole(right);
        if (are_whole && !check_signs(evaluator, node, left, right, &is_unsigned)) {
            return false;
        }
        order = compare_numbers(left, right);
    } else if (is_text(left) && is_text(right)) {
        order = compare_texts(left->as.text, right->as.text);
    } else {
        return report_operands(evaluator, node, left, right);
    }
    *value = boolean_value(evaluator, holds(operator, order));
    return true;
}

// --- Other operators ---------------------------------------------------------------------------

// The text of an operand of `joined with`; NULL for what is written only at run time.
static const char *text_for_join(const Evaluator *evaluator, const ConstantValue *value) {
    InternTable *names = &evaluator->compilation->names;
    switch ((TypeKind)value->type->kind) {
    case TYPE_STRING:
        return value->as.text ? value->as.text->text : NULL;
    case TYPE_BOOLEAN:
        return value->as.integer ? "true" : "false";
    case TYPE_INTEGER:
        return is_unsigned64(value)
                   ? intern_format(names, "%llu", (unsigned long long)value->as.integer)->text
                   : intern_format(names, "%lld", (long long)value->as.integer)->text;
    default:
        return NULL;
    }
}

static bool evaluate_join(const Evaluator *evaluator, const Binary *node, const ConstantValue *left,
                          const ConstantValue *right, ConstantValue *value) {
    const char *first = text_for_join(evaluator, left);
    const char *second = text_for_join(evaluator, right);
    if (!first || !second) {
        const Node *culprit = first ? node->right : node->left;
        report(evaluator, ERROR_not_constant, culprit->span,
               "the text of this value is made only when the program runs");
        return false;
    }
    if (!limit_text(evaluator->compilation, strlen(first) + strlen(second), node->header.span)) {
        return false;
    }
    value->type = evaluator->compilation->types.string;
    value->as.text = intern_format(&evaluator->compilation->names, "%s%s", first, second);
    return true;
}

static bool evaluate_logic(const Evaluator *evaluator, const Binary *node, ConstantValue *value) {
    ConstantValue left, right;
    if (!evaluate(evaluator, node->left, NULL, &left)) {
        return false;
    }
    bool is_decided = to_truth(&left) == (node->operator== OPERATOR_OR);
    if (is_decided) {
        *value = boolean_value(evaluator, node->operator== OPERATOR_OR);
        return true;
    }
    if (!evaluate(evaluator, node->right, NULL, &right)) {
        return false;
    }
    *value = boolean_value(evaluator, to_truth(&right));
    return true;
}

static bool evaluate_binary(const Evaluator *evaluator, const Binary *node, ConstantValue *value) {
    Operator operator=(Operator) node->operator;
    if (operator== OPERATOR_AND || operator== OPERATOR_OR) {
        return evaluate_logic(evaluator, node, value);
    }
    ConstantValue left, right;
    bool has_left = evaluate(evaluator, node->left, NULL, &left);
    bool has_right = evaluate(evaluator, node->right, NULL, &right);
    if (!has_left || !has_right) {
        return false;
    }
    if (operator== OPERATOR_JOIN) {
        return evaluate_join(evaluator, node, &left, &right, value);
    }
    if (operator>= OPERATOR_EQUAL && operator<= OPERATOR_NOT_GREATER) {
        return evaluate_comparison(evaluator, node, &left, &right, value);
    }
    if (is_whole(&left) && is_whole(&right)) {
        return evaluate_whole(evaluator, node, &left, &right, value);
    }
    bool are_numbers = (is_whole(&left) || is_real(&left)) && (is_whole(&right) || is_real(&right));
    if (!are_numbers) {
        return report_operands(evaluator, node, &left, &right);
    }
    return evaluate_real(evaluator, node, &left, &right, value);
}

static bool evaluate_unary(const Evaluator *evaluator, const Unary *node, ConstantValue *value) {
    Operator operator=(Operator) node->operator;
    if (!evaluate(evaluator, node->operand, NULL, value)) {
        return false;
    }
    if (operator== OPERATOR_NOT) {
        *value = boolean_value(evaluator, !to_truth(value));
        return true;
    }
    bool is_smallest = operator== OPERATOR_NEGATE && node->operand->kind == NODE_INTEGER_LITERAL &&
                       is_unsigned64(value) &&
                       value->as.integer == INT64_MIN;
    if (is_smallest) {
        *value = integer_value(evaluator, INT64_MIN);
    } else if (operator== OPERATOR_NEGATE && is_real(value)) {
        *value = real_value(evaluator, -value->as.real);
    } else if (is_whole(value)) {
        uint64_t bits = (uint64_t)value->as.integer;
        bool is_too_large = operator== OPERATOR_NEGATE && !is_unsigned64(value) &&
                            value->as.integer == INT64_MIN;
        if (!check_overflow(evaluator, node->header.span, is_too_large)) {
            return false;
        }
        value->as.integer = (int64_t)(operator== OPERATOR_NEGATE ? 0 - bits : ~bits);
        value->type = is_unsigned64(value) ? value->type : evaluator->compilation->types.integer;
    } else {
        return report_operand(evaluator, node, value->type);
    }
    return true;
}

// --- Names, arrays, sizes ----------------------------------------------------------------------

static bool use_constant(const Evaluator *evaluator, Symbol *symbol, Span span,
                         ConstantValue *value) {
    Diagnostics *diagnostics = &evaluator->compilation->diagnostics;
    if (symbol->kind != SYMBOL_CONSTANT) {
        Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_not_constant, span,
                                                   "`%s` is not a Constant", symbol->name->text);
        diagnostic_note(diagnostics, diagnostic, symbol->span, "it is defined here");
        return false;
    }
    if ((symbol->flags & (SYMBOL_RESOLVED | SYMBOL_IN_PROGRESS)) == SYMBOL_IN_PROGRESS) {
        Diagnostic *diagnostic =
            diagnostic_report(diagnostics, ERROR_constant_cycle, span,
                              "the value of `%s` depends on itself", symbol->name->text);
        diagnostic_note(diagnostics, diagnostic, symbol->span, "`%s` is defined here",
                        symbol->name->text);
        return false;
    }
    resolve_constant_symbol(evaluator->compilation, symbol);
    *value = *symbol->as.constant;
    return value->type->kind != TYPE_POISON;
}

// A name that the files know, or else a variable of the process around.
static bool evaluate_name(const Evaluator *evaluator, const NameExpression *node,
                          ConstantValue *value) {
    Compilation *compilation = evaluator->compilation;
    Span span = node->header.span;
    if (!node->name) {
        return false; // lost to a syntax error
    }
    if (node->symbol) {
        return use_constant(evaluator, node->symbol, span, value);
    }
    Meaning meaning = scope_find(compilation, evaluator->module, node->name);
    if (meaning.other) {
        report_ambiguous(compilation, meaning, span);
        return false;
    }
    if (meaning.symbol) {
        return use_constant(evaluator, meaning.symbol, span, value);
    }
    if (evaluator->module->scope->is_incomplete) {
        return false;
    }
    Diagnostics *diagnostics = &compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_not_constant, span,
                                               "`%s` is not a Constant", node->name->text);
    Suggestion suggestion = {.wanted = node->name->text};
    if (scope_may_suggest(evaluator->module)) {
        resolve_suggest(compilation, evaluator->module, &suggestion);
    }
    join_diagnostics_about(compilation, &evaluator->module->scope->unknown_constants, node->name,
                           diagnostic);
    if (suggestion.best) {
        diagnostic_help(diagnostics, diagnostic, "did you mean `%s`?", suggestion.best);
        diagnostic_fix(diagnostics, diagnostic, span, suggestion.best);
    }
    return false;
}

// Geometry.LIMIT
static bool evaluate_field(const Evaluator *evaluator, const Field *node, ConstantValue *value) {
    Compilation *compilation = evaluator->compilation;
    if (node->object->kind != NODE_NAME) {
        return report_not_constant(evaluator, node->header.span);
    }
    const NameExpression *object = (const NameExpression *)(const void *)node->object;
    LoadedModule *module = object->name ? resolve_module_alias(compilation, evaluator->module,
                                                               object->name, object->header.span)
                                        : NULL;
    if (!module) {
        return report_not_constant(evaluator, node->header.span);
    }
    Symbol *symbol = resolve_member(compilation, module, node->name);
    if (!symbol) {
        if (!module->scope->is_incomplete) {
            diagnostic_report(&compilation->diagnostics, ERROR_unknown_member, node->name_span,
                              "%s defines no `%s`", module->source->path, node->name->text);
        }
        return false;
    }
    return use_constant(evaluator, symbol, node->header.span, value);
}

// An array literal, whose type must be known from where it stands.
static bool evaluate_array(const Evaluator *evaluator, const ArrayLiteral *node, Type *expected,
                           ConstantValue *value) {
    if (!expected || expected->kind == TYPE_POISON) {
        return expected == NULL && report_not_constant(evaluator, node->header.span);
    }
    Diagnostics *diagnostics = &evaluator->compilation->diagnostics;
    if (expected->kind != TYPE_FIXED_ARRAY) {
        Diagnostic *diagnostic = diagnostic_report(
            diagnostics, ERROR_constant_type, node->header.span,
            "this is an array, but what is wanted here is %s", phrase_of(evaluator, expected));
        if (expected->kind == TYPE_ARRAY) {
            diagnostic_help(diagnostics, diagnostic,
                            "the type of a constant array is Array[%u] of %s", node->items.count,
                            text_of(evaluator, expected->first));
        }
        return false;
    }
    if (expected->count != node->items.count) {
        diagnostic_report(diagnostics, ERROR_constant_length, node->header.span,
                          "%s has %llu element%s, and %u %s given", text_of(evaluator, expected),
                          (unsigned long long)expected->count, expected->count == 1 ? "" : "s",
                          node->items.count, node->items.count == 1 ? "is" : "are");
        return false;
    }
    ConstantValue *items = pool_allocate(&evaluator->compilation->pool,
                                         (node->items.count + 1) * sizeof(ConstantValue));
    bool is_good = true;
    for (uint32_t i = 0; i < node->items.count; i++) {
        is_good &= evaluate(evaluator, node->items.items[i], expected->first, &items[i]);
    }
    value->type = expected;
    value->as.array.items = items;
    value->as.array.count = node->items.count;
    return is_good;
}

static bool evaluate_index(const Evaluator *evaluator, const Index *node, ConstantValue *value) {
    ConstantValue array, index;
    bool has_array = evaluate(evaluator, node->object, NULL, &array);
    bool has_index = evaluate(evaluator, node->index, NULL, &index);
    if (!has_array || !has_index) {
        return false;
    }
    if (array.type->kind != TYPE_FIXED_ARRAY || !is_whole(&index)) {
        return report_not_constant(evaluator, node->header.span);
    }
    if ((uint64_t)index.as.integer >= array.as.array.count) {
        diagnostic_report(&evaluator->compilation->diagnostics, ERROR_constant_index,
                          node->index->span, "index %lld is out of range (length %llu)",
                          (long long)index.as.integer, (unsigned long long)array.as.array.count);
        return false;
    }
    *value = array.as.array.items[index.as.integer];
    return true;
}

// size of T
static bool evaluate_size(const Evaluator *evaluator, const SizeOf *node, ConstantValue *value) {
    Compilation *compilation = evaluator->compilation;
    Type *type = resolve_type(compilation, evaluator->module, node->annotation, NULL, 0);
    if (type->kind == TYPE_POISON) {
        return false;
    }
    Aggregate *aggregate = type->aggregate;
    if (aggregate && aggregate->layout_state == LAYOUT_IN_PROGRESS) {
        Diagnostics *diagnostics = &compilation->diagnostics;
        Diagnostic *diagnostic =
            diagnostic_report(diagnostics, ERROR_constant_cycle, node->header.span,
                              "the size of `%s` depends on itself", aggregate->name->text);
        diagnostic_note(diagnostics, diagnostic, aggregate->symbol->span, "`%s` is defined here",
                        aggregate->name->text);
        return false;
    }
    if (aggregate) {
        resolve_layout(compilation, aggregate->symbol);
    }
    *value = integer_value(evaluator, (int64_t)type_object_size(type));
    return true;
}

static ConstantValue literal_value(const Evaluator *evaluator, const IntegerLiteral *node) {
    const TypeTable *types = &evaluator->compilation->types;
    Type *type = node->header.flags & NODE_CHARACTER  ? types->unsigned8
                 : node->header.flags & NODE_UNSIGNED ? types->unsigned64
                                                      : types->integer;
    return (ConstantValue){.type = type, .as.integer = node->value};
}

// --- Expressions -------------------------------------------------------------------------------

static bool evaluate_node(const Evaluator *evaluator, Node *node, Type *expected,
                          ConstantValue *value) {
    const TypeTable *types = &evaluator->compilation->types;
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
        *value = literal_value(evaluator, AST(node, NODE_INTEGER_LITERAL, IntegerLiteral));
        return true;
    case NODE_FLOAT_LITERAL:
        *value = real_value(evaluator, AST(node, NODE_FLOAT_LITERAL, FloatLiteral)->value);
        return true;
    case NODE_BOOLEAN_LITERAL:
        *value = boolean_value(evaluator, AST(node, NODE_BOOLEAN_LITERAL, BooleanLiteral)->value);
        return true;
    case NODE_STRING_LITERAL:
        value->type = types->string;
        value->as.text = AST(node, NODE_STRING_LITERAL, StringLiteral)->text;
        return true;
    case NODE_NOTHING_LITERAL:
        *value = (ConstantValue){.type = types->null_type, .as.integer = 0};
        return true;
    case NODE_NAME:
        return evaluate_name(evaluator, AST(node, NODE_NAME, NameExpression), value);
    case NODE_FIELD:
        return evaluate_field(evaluator, AST(node, NODE_FIELD, Field), value);
    case NODE_UNARY:
        return evaluate_unary(evaluator, AST(node, NODE_UNARY, Unary), value);
    case NODE_BINARY:
        return evaluate_binary(evaluator, AST(node, NODE_BINARY, Binary), value);
    case NODE_CONVERT:
        return evaluate_convert(evaluator, AST(node, NODE_CONVERT, Convert), value);
    case NODE_SIZE_OF:
        return evaluate_size(evaluator, AST(node, NODE_SIZE_OF, SizeOf), value);
    case NODE_ARRAY_LITERAL:
        return evaluate_array(evaluator, AST(node, NODE_ARRAY_LITERAL, ArrayLiteral), expected,
                              value);
    case NODE_INDEX:
        return evaluate_index(evaluator, AST(node, NODE_INDEX, Index), value);
    case NODE_ERROR:
        return false;
    default:
        return report_not_constant(evaluator, node->span);
    }
}

static bool evaluate(const Evaluator *evaluator, Node *node, Type *expected, ConstantValue *value) {
    return evaluate_node(evaluator, node, expected, value) &&
           fit(evaluator, node->span, expected, value);
}

bool resolve_constant(Compilation *compilation, LoadedModule *module, Node *expression,
                      Type *expected, ConstantValue *value) {
    Evaluator evaluator = {.compilation = compilation, .module = module};
    return expression && evaluate(&evaluator, expression, expected, value);
}

// --- The order of evaluation -------------------------------------------------------------------

static void evaluate_symbol(Compilation *compilation, Symbol *symbol) {
    const Constant *node = AST(symbol->declaration, NODE_CONSTANT, Constant);
    TypeScope scope = {.compilation = compilation, .module = symbol->module};
    Type *type = node->annotation ? resolve_type_at(&scope, node->annotation, 0) : NULL;
    ConstantValue *value = pool_allocate(&compilation->pool, sizeof(ConstantValue));
    bool is_good = resolve_constant(compilation, symbol->module, node->value, type, value);
    if (!is_good) {
        *value = (ConstantValue){.type = compilation->types.poison};
    }
    // After an error the written type is still good for the uses.
    symbol->type = type ? type : value->type;
    symbol->as.constant = value;
    symbol->flags = (uint8_t)((symbol->flags & ~SYMBOL_IN_PROGRESS) | SYMBOL_RESOLVED);
}

// Constants that wait for others, so that a long chain of definitions needs no deep recursion.
typedef struct Waiting {
    Compilation *compilation;
    LoadedModule *module;  // of the constant whose definition is looked at
    PointerVector symbols; // the last one is next
} Waiting;

// Notes a constant that the definition needs.
static void note_needed(void *context, const Node *node) {
    Waiting *waiting = context;
    if (node->kind != NODE_NAME) {
        return;
    }
    const Name *name = ((const NameExpression *)(const void *)node)->name;
    Symbol *symbol = name ? scope_find(waiting->compilation, waiting->module, name).symbol : NULL;
    if (symbol && symbol->kind == SYMBOL_CONSTANT &&
        !(symbol->flags & (SYMBOL_RESOLVED | SYMBOL_IN_PROGRESS))) {
        vector_push(&waiting->symbols, symbol);
    }
}

void resolve_constant_symbol(Compilation *compilation, Symbol *first) {
    Waiting waiting = {.compilation = compilation};
    vector_push(&waiting.symbols, first);
    while (waiting.symbols.count > 0) {
        Symbol *symbol = waiting.symbols.items[waiting.symbols.count - 1];
        if (symbol->flags & (SYMBOL_RESOLVED | SYMBOL_IN_PROGRESS)) {
            waiting.symbols.count--;
            if (!(symbol->flags & SYMBOL_RESOLVED)) { // what it needs is there now
                evaluate_symbol(compilation, symbol);
            }
            continue;
        }
        symbol->flags |= SYMBOL_IN_PROGRESS;
        waiting.module = symbol->module;
        walk_tree(symbol->declaration, note_needed, &waiting);
    }
    vector_destroy(&waiting.symbols);
}
