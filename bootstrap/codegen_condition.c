// Comparisons and truth. Where a condition decides a jump, its flags do; 0 and 1 are made only
// where the truth is a value.
#include "codegen_internal.h"

enum { SPINE_LENGTH = 64 }; // operands of and, or that are generated without recursion

bool is_condition_operator(int64_t operator) {
    return operator>= OPERATOR_OR && operator<= OPERATOR_NOT_GREATER;
}

static bool is_comparison(const Node *node) {
    return node->kind == NODE_BINARY && AST(node, NODE_BINARY, Binary)
                                            ->
                                            operator>= OPERATOR_EQUAL &&
                                        AST(node, NODE_BINARY, Binary)
                                            ->
                                            operator<= OPERATOR_NOT_GREATER;
}

static bool is_connective(const Node *node, Operator operator) {
    return node->kind == NODE_BINARY && AST(node, NODE_BINARY, Binary)->operator== operator;
}

static bool is_not(const Node *node) {
    return node->kind == NODE_UNARY && AST(node, NODE_UNARY, Unary)->operator== OPERATOR_NOT;
}

// --- Codes ---------------------------------------------------------------------------------------

// Each code and its opposite stand next to each other.
static ConditionCode opposite(ConditionCode code) { return code ^ 1; }

// What is asked when the operands change places.
static ConditionCode mirrored(ConditionCode code) {
    switch (code) {
    case CODE_LESS:
        return CODE_GREATER;
    case CODE_GREATER:
        return CODE_LESS;
    case CODE_LESS_EQUAL:
        return CODE_GREATER_EQUAL;
    case CODE_GREATER_EQUAL:
        return CODE_LESS_EQUAL;
    case CODE_BELOW:
        return CODE_ABOVE;
    case CODE_ABOVE:
        return CODE_BELOW;
    case CODE_BELOW_EQUAL:
        return CODE_ABOVE_EQUAL;
    case CODE_ABOVE_EQUAL:
        return CODE_BELOW_EQUAL;
    default:
        return code;
    }
}

ConditionCode unsigned_code(ConditionCode code) {
    switch (code) {
    case CODE_LESS:
        return CODE_BELOW;
    case CODE_GREATER:
        return CODE_ABOVE;
    case CODE_LESS_EQUAL:
        return CODE_BELOW_EQUAL;
    case CODE_GREATER_EQUAL:
        return CODE_ABOVE_EQUAL;
    default:
        return code;
    }
}

static ConditionCode signed_code(int64_t operator) {
    switch (operator) {
    case OPERATOR_EQUAL:
        return CODE_EQUAL;
    case OPERATOR_NOT_EQUAL:
        return CODE_NOT_EQUAL;
    case OPERATOR_LESS:
        return CODE_LESS;
    case OPERATOR_GREATER:
        return CODE_GREATER;
    case OPERATOR_LESS_EQUAL:
    case OPERATOR_NOT_GREATER:
        return CODE_LESS_EQUAL;
    default:
        assert(operator== OPERATOR_GREATER_EQUAL || operator== OPERATOR_NOT_LESS);
        return CODE_GREATER_EQUAL;
    }
}

void emit_branch(Codegen *codegen, ConditionCode code, Label target) {
    static const char *const jumps[] = {
        [CODE_EQUAL] = "je",        [CODE_NOT_EQUAL] = "jne",     [CODE_LESS] = "jl",
        [CODE_GREATER] = "jg",      [CODE_GREATER_EQUAL] = "jge", [CODE_LESS_EQUAL] = "jle",
        [CODE_BELOW] = "jb",        [CODE_ABOVE_EQUAL] = "jae",   [CODE_ABOVE] = "ja",
        [CODE_BELOW_EQUAL] = "jbe",
    };
    if (code == CODE_FLOAT_NOT_EQUAL) { // unequal, or one is no number
        emit_jump(codegen, "jne", target);
        emit_jump(codegen, "jp", target);
    } else if (code == CODE_FLOAT_EQUAL) {
        Label skip = new_label(codegen);
        emit_jump(codegen, "jp", skip);
        emit_jump(codegen, "je", target);
        emit_label(codegen, skip);
    } else {
        emit_jump(codegen, jumps[code], target);
    }
}

// Pushes 0 or 1 as the flags say.
static void push_flag(Codegen *codegen, ConditionCode code, uint8_t hint) {
    static const char *const sets[] = {
        [CODE_EQUAL] = "sete",        [CODE_NOT_EQUAL] = "setne",
        [CODE_LESS] = "setl",         [CODE_GREATER] = "setg",
        [CODE_BELOW] = "setb",        [CODE_ABOVE] = "seta",
        [CODE_LESS_EQUAL] = "setle",  [CODE_GREATER_EQUAL] = "setge",
        [CODE_BELOW_EQUAL] = "setbe", [CODE_ABOVE_EQUAL] = "setae",
        [CODE_FLOAT_EQUAL] = "sete",  [CODE_FLOAT_NOT_EQUAL] = "setne",
    };
    uint8_t number = register_take(codegen, hint);
    Value byte = a_register_part(number, 1);
    emit1(codegen, sets[code], byte);
    if (code == CODE_FLOAT_EQUAL || code == CODE_FLOAT_NOT_EQUAL) {
        uint8_t parity = register_take(codegen, NO_REGISTER);
        bool is_equal = code == CODE_FLOAT_EQUAL;
        emit1(codegen, is_equal ? "setnp" : "setp", a_register_part(parity, 1));
        emit2(codegen, is_equal ? "andb" : "orb", a_register_part(parity, 1), byte);
        register_release(codegen, parity);
    }
    emit2(codegen, "movzbl", byte, a_register_part(number, 4));
    value_push(codegen, a_register(number));
}

// --- Comparisons ---------------------------------------------------------------------------------

// A byte in memory against a small number, without loading it.
static bool compare_byte(Codegen *codegen) {
    const Value *left = value_at(codegen, 1), *right = value_at(codegen, 0);
    if (left->kind != VALUE_MEMORY || left->storage != STORAGE_UNSIGNED8 ||
        right->kind != VALUE_INTEGER || right->integer < 0 || right->integer > UINT8_MAX) {
        return false;
    }
    emit2(codegen, "cmpb", *right, *left);
    return true;
}

static bool is_comparable_in_memory(const Value *value) {
    return value->kind == VALUE_SLOT ||
           (value->kind == VALUE_MEMORY && value->storage == STORAGE_WORD);
}

ConditionCode compare_integers(Codegen *codegen, ConditionCode code) {
    Value *left = value_at(codegen, 1), *right = value_at(codegen, 0);
    if ((left->kind == VALUE_INTEGER && right->kind != VALUE_INTEGER) ||
        (left->kind != VALUE_REGISTER && right->kind == VALUE_REGISTER &&
         !is_comparable_in_memory(left))) {
        Value held = *left;
        *left = *right;
        *right = held;
        code = mirrored(code);
    }
    if (compare_byte(codegen)) {
        code = unsigned_code(code);
    } else {
        bool direct = is_comparable_in_memory(left) &&
                      (right->kind == VALUE_INTEGER || right->kind == VALUE_REGISTER);
        Value source = value_to_operand(codegen, right);
        if (!direct) {
            value_to_source(codegen, left);
        }
        if (left->kind == VALUE_REGISTER && source.kind == VALUE_INTEGER && source.integer == 0) {
            emit2(codegen, "testq", *left, *left);
        } else {
            emit2(codegen, "cmpq", source, *left);
        }
    }
    value_drop(codegen);
    value_drop(codegen);
    return code;
}

// ucomisd knows above and below only, and sets both equal and parity where one is no number: so
// less is asked as greater with the operands exchanged.
static ConditionCode compare_floats(Codegen *codegen, int64_t operator) {
    ConditionCode code = CODE_FLOAT_EQUAL;
    uint32_t first = 1; // depth of the operand that is the destination
    switch (operator) {
    case OPERATOR_EQUAL:
        break;
    case OPERATOR_NOT_EQUAL:
        code = CODE_FLOAT_NOT_EQUAL;
        break;
    case OPERATOR_LESS:
    case OPERATOR_NOT_LESS:
        code = operator== OPERATOR_LESS ? CODE_ABOVE : CODE_BELOW_EQUAL;
        first = 0;
        break;
    case OPERATOR_GREATER:
    case OPERATOR_NOT_GREATER:
        code = operator== OPERATOR_GREATER ? CODE_ABOVE : CODE_BELOW_EQUAL;
        break;
    default:
        code = CODE_ABOVE_EQUAL;
        first = operator== OPERATOR_LESS_EQUAL ? 0 : 1;
        break;
    }
    value_to_vector(codegen, value_at(codegen, first), NO_REGISTER);
    Value source = value_to_vector_operand(codegen, value_at(codegen, 1 - first));
    emit2(codegen, "ucomisd", source, *value_at(codegen, first));
    value_drop(codegen);
    value_drop(codegen);
    return code;
}

// Compares a result of the runtime, on top, with 0.
static ConditionCode compare_result(Codegen *codegen, ConditionCode code) {
    value_push(codegen, an_integer(0));
    return compare_integers(codegen, code);
}

// By content (Strings), or as the kind says that lies below the operands (type parameters).
static ConditionCode compare_by_call(Codegen *codegen, const Node *node, int64_t operator,
                                     bool with_kind) {
    bool is_equality = operator== OPERATOR_EQUAL || operator== OPERATOR_NOT_EQUAL;
    const char *function = with_kind ? (is_equality ? "runa_value_equals" : "runa_value_compare")
                                     : (is_equality ? "runa_string_equals" : "runa_string_compare");
    call_runtime(codegen, node, function, with_kind ? 3 : 2, RESULT_WORD);
    if (is_equality) {
        return compare_result(codegen, operator== OPERATOR_EQUAL ? CODE_NOT_EQUAL : CODE_EQUAL);
    }
    return compare_result(codegen, signed_code(operator));
}

static ConditionCode generate_comparison(Codegen *codegen, const Node *node) {
    const Binary *binary = AST(node, NODE_BINARY, Binary);
    const Type *left = binary->left->type, *right = binary->right->type;
    bool has_kind = left->kind == TYPE_PARAMETER || right->kind == TYPE_PARAMETER;
    if (has_kind) {
        push_kind(codegen, node, left->kind == TYPE_PARAMETER ? left : right);
    }
    generate_expression(codegen, binary->left, NO_REGISTER);
    if (!is_simple(binary->right)) {
        value_settle(codegen, NO_REGISTER);
    }
    generate_expression(codegen, binary->right, NO_REGISTER);
    bool by_content = (left->kind == TYPE_STRING || right->kind == TYPE_STRING) &&
                      !(node->flags & NODE_BY_REFERENCE);
    if (has_kind || by_content) {
        return compare_by_call(codegen, node, binary->operator, has_kind);
    }
    if (is_float_type(left)) {
        return compare_floats(codegen, binary->operator);
    }
    ConditionCode code = signed_code(binary->operator);
    bool is_unsigned = is_unsigned_word(left) || is_unsigned_word(right);
    return compare_integers(codegen, is_unsigned ? unsigned_code(code) : code);
}

// The tag of a variant's object against the number of one: x is a Circle
static ConditionCode generate_variant_test(Codegen *codegen, const Node *node) {
    const VariantTest *test = AST(node, NODE_VARIANT_TEST, VariantTest);
    generate_expression(codegen, test->operand, NO_REGISTER);
    return compare_tag(codegen, node, test->variant_index);
}

ConditionCode compare_tag(Codegen *codegen, const Node *node, int64_t index) {
    emit_position(codegen, node);
    value_to_place(codegen, value_at(codegen, 0));
    check_access(codegen, node, 8);
    *value_at(codegen, 0) = at_place(*value_at(codegen, 0), STORAGE_WORD);
    value_push(codegen, an_integer(index));
    return compare_integers(codegen, CODE_EQUAL);
}

// A condition of which flags tell the truth.
static ConditionCode generate_test(Codegen *codegen, const Node *node) {
    if (is_comparison(node)) {
        return generate_comparison(codegen, node);
    }
    if (node->kind == NODE_VARIANT_TEST) {
        return generate_variant_test(codegen, node);
    }
    generate_expression(codegen, node, NO_REGISTER);
    return compare_result(codegen, CODE_NOT_EQUAL);
}

// --- Conditions ----------------------------------------------------------------------------------

// A conversion between Boolean and integer does not change what is true.
static const Node *without_conversion(const Node *node) {
    while (node->kind == NODE_CONVERT) {
        const Node *operand = AST(node, NODE_CONVERT, Convert)->operand;
        bool is_word = !is_float_type(operand->type) && operand->type->kind != TYPE_NOTHING;
        bool keeps_truth = operand->type->kind == TYPE_BOOLEAN || node->type->kind == TYPE_BOOLEAN;
        if (!is_word || !keeps_truth || is_float_type(node->type)) {
            return node;
        }
        node = operand;
    }
    return node;
}

// left and right (or: left or right): jumps to `target` when the outcome is `when`. An operand that
// is `decisive` decides alone.
static void generate_connective(Codegen *codegen, const Node *node, Operator operator, Label target,
                                bool when) {
    const Node *operands[SPINE_LENGTH + 1];
    uint32_t count = 0;
    bool decisive = operator== OPERATOR_OR;
    while (count < SPINE_LENGTH && is_connective(node, operator)) {
        operands[count++] = AST(node, NODE_BINARY, Binary)->right;
        node = AST(node, NODE_BINARY, Binary)->left;
    }
    operands[count++] = node;
    Label decided = when == decisive ? target : new_label(codegen);
    while (count > 1) {
        generate_condition(codegen, operands[--count], decided, decisive);
    }
    generate_condition(codegen, operands[0], target, when);
    if (when != decisive) {
        emit_label(codegen, decided);
    }
}

void generate_condition(Codegen *codegen, const Node *node, Label target, bool when) {
    node = without_conversion(node);
    while (is_not(node)) {
        node = without_conversion(AST(node, NODE_UNARY, Unary)->operand);
        when = !when;
    }
    int64_t constant;
    if (constant_integer(node, &constant)) {
        if ((constant != 0) == when) {
            emit_jump(codegen, "jmp", target);
        }
        return;
    }
    if (is_connective(node, OPERATOR_AND)) {
        generate_connective(codegen, node, OPERATOR_AND, target, when);
        return;
    }
    if (is_connective(node, OPERATOR_OR)) {
        generate_connective(codegen, node, OPERATOR_OR, target, when);
        return;
    }
    if (is_expanded(codegen, node)) {
        generate_expanded_condition(codegen, node, target, when);
        return;
    }
    ConditionCode code = generate_test(codegen, node);
    emit_branch(codegen, when ? code : opposite(code), target);
}

// Both ways to the end must leave all other values in the same places: in the frame.
static void generate_connective_value(Codegen *codegen, const Node *node, bool is_negated,
                                      uint8_t hint) {
    Label otherwise = new_label(codegen), end = new_label(codegen);
    value_spill_below(codegen, 0);
    generate_condition(codegen, node, otherwise, is_negated);
    uint8_t number = register_take(codegen, hint);
    Value low = a_register_part(number, 4);
    emit2(codegen, "movl", an_integer(1), low);
    emit_jump(codegen, "jmp", end);
    emit_label(codegen, otherwise);
    emit2(codegen, "xorl", low, low);
    emit_label(codegen, end);
    value_push(codegen, a_register(number));
}

void generate_truth(Codegen *codegen, const Node *node, uint8_t hint) {
    bool is_negated = false;
    while (is_not(node)) {
        node = without_conversion(AST(node, NODE_UNARY, Unary)->operand);
        is_negated = !is_negated;
    }
    if (is_connective(node, OPERATOR_AND) || is_connective(node, OPERATOR_OR)) {
        generate_connective_value(codegen, node, is_negated, hint);
        return;
    }
    ConditionCode code = generate_test(codegen, node);
    push_flag(codegen, is_negated ? opposite(code) : code, hint);
}
