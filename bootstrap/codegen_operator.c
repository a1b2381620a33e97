// Arithmetic, and `joined with`. Operands are evaluated left to right; the instruction then works
// on the left one's register and takes the right one from where it is.
#include "codegen_internal.h"
#include "overflow.h"

#include <string.h>

enum { SPINE_LENGTH = 64 }; // operators of a chain that are generated without recursion

static bool is_unsigned64(const Type *type) {
    return type->kind == TYPE_INTEGER && type->size == 8 && type->is_unsigned;
}

static void swap_operands(Codegen *codegen) {
    Value *left = value_at(codegen, 1), *right = value_at(codegen, 0);
    Value held = *left;
    *left = *right;
    *right = held;
}

// Takes the more useful of the two operands of a commutative operator as the one to work on.
static void arrange_commutative(Codegen *codegen, ValueKind in_register) {
    Value *left = value_at(codegen, 1), *right = value_at(codegen, 0);
    bool left_is_constant = left->kind == VALUE_INTEGER && right->kind != VALUE_INTEGER;
    if (left_is_constant || (left->kind != in_register && right->kind == in_register)) {
        swap_operands(codegen);
    }
}

bool emit_overflow_check(Codegen *codegen, const Type *type) {
    if (!codegen->checks_overflow || type->kind != TYPE_INTEGER) {
        return false;
    }
    Label panic = cold_panic(codegen, "runa_panic_overflow", no_value(), no_value());
    emit_jump(codegen, is_unsigned64(type) ? "jc" : "jo", panic);
    return true;
}

// --- Floats --------------------------------------------------------------------------------------

static void apply_float(Codegen *codegen, Operator operator, uint8_t hint) {
    static const char *const operations[OPERATOR_COUNT] = {
        [OPERATOR_ADD] = "addsd",
        [OPERATOR_SUBTRACT] = "subsd",
        [OPERATOR_MULTIPLY] = "mulsd",
        [OPERATOR_DIVIDE] = "divsd",
    };
    assert(operations[operator]);
    if (operator== OPERATOR_ADD || operator== OPERATOR_MULTIPLY) {
        arrange_commutative(codegen, VALUE_VECTOR);
    }
    uint8_t destination = value_to_vector(codegen, value_at(codegen, 1), hint);
    Value source = value_to_vector_operand(codegen, value_at(codegen, 0));
    emit2(codegen, operations[operator], source, a_vector(destination));
    value_drop(codegen);
}

// --- Integers ------------------------------------------------------------------------------------

// A variable plus another one or a number, by an address: the registers of variables stay as they
// are.
static bool add_as_address(Codegen *codegen, Operator operator, uint8_t hint) {
    Value *left = value_at(codegen, 1), *right = value_at(codegen, 0);
    bool is_number =
        right->kind == VALUE_INTEGER && right->integer > INT32_MIN && right->integer <= INT32_MAX;
    bool is_sum = operator==
        OPERATOR_ADD &&(right->kind == VALUE_SLOT || right->kind == VALUE_REGISTER);
    bool is_difference = operator== OPERATOR_SUBTRACT && is_number;
    if (codegen->checks_overflow || left->kind != VALUE_SLOT ||
        !(is_sum || is_difference || (operator== OPERATOR_ADD && is_number))) {
        return false;
    }
    Value sum = a_place(value_to_source(codegen, left), 0);
    if (is_number) {
        sum.offset = (int32_t)(is_difference ? -right->integer : right->integer);
    } else {
        sum.index = value_to_source(codegen, right);
    }
    value_detach(codegen);
    *value_at(codegen, 0) = sum;
    value_to_register(codegen, value_at(codegen, 0), hint);
    return true;
}

static void apply_plain(Codegen *codegen, Operator operator, const Type * type, uint8_t hint) {
    static const char *const operations[OPERATOR_COUNT] = {
        [OPERATOR_ADD] = "addq",         [OPERATOR_SUBTRACT] = "subq",
        [OPERATOR_BITWISE_OR] = "orq",   [OPERATOR_BITWISE_XOR] = "xorq",
        [OPERATOR_BITWISE_AND] = "andq",
    };
    if (operator!= OPERATOR_SUBTRACT) {
        arrange_commutative(codegen, VALUE_REGISTER);
    }
    if (add_as_address(codegen, operator, hint)) {
        return;
    }
    uint8_t destination = value_to_register(codegen, value_at(codegen, 1), hint);
    Value source = value_to_operand(codegen, value_at(codegen, 0));
    emit2(codegen, operations[operator], source, a_register(destination));
    if (operator== OPERATOR_ADD || operator== OPERATOR_SUBTRACT) {
        emit_overflow_check(codegen, type);
    }
    value_drop(codegen);
}

// The exponent of a power of two, or -1.
static int power_of_two(uint64_t value) {
    int exponent = 0;
    if (value == 0 || (value & (value - 1)) != 0) {
        return -1;
    }
    while (value >> exponent != 1) {
        exponent++;
    }
    return exponent;
}

// The product with a constant by cheaper instructions, where there are any.
static bool multiply_by_constant(Codegen *codegen, int64_t factor, uint8_t hint) {
    int shift = power_of_two((uint64_t)factor);
    if (shift < 0 && factor != 3 && factor != 5 && factor != 9) {
        return false;
    }
    uint8_t number = value_to_register(codegen, value_at(codegen, 1), hint);
    if (shift > 0) {
        emit2(codegen, "shlq", an_integer(shift), a_register(number));
    } else if (shift < 0) {
        Value sum = a_memory(number, 0, STORAGE_WORD);
        sum.index = number;
        sum.scale = (uint8_t)(factor - 1);
        emit2(codegen, "leaq", sum, a_register(number));
    }
    value_drop(codegen);
    return true;
}

// The whole product of unsigned numbers, of which the upper half must be zero.
static void multiply_checked_unsigned(Codegen *codegen) {
    value_into_register(codegen, value_at(codegen, 1), RAX);
    register_vacate(codegen, RDX);
    uint8_t factor = value_to_register(codegen, value_at(codegen, 0), NO_REGISTER);
    emit1(codegen, "mulq", a_register(factor));
    Label panic = cold_panic(codegen, "runa_panic_overflow", no_value(), no_value());
    emit_jump(codegen, "jo", panic);
    register_release(codegen, RDX);
    value_drop(codegen);
}

static void apply_multiply(Codegen *codegen, const Type *type, uint8_t hint) {
    if (codegen->checks_overflow && is_unsigned64(type)) {
        multiply_checked_unsigned(codegen);
        return;
    }
    arrange_commutative(codegen, VALUE_REGISTER);
    Value *left = value_at(codegen, 1), *right = value_at(codegen, 0);
    if (right->kind == VALUE_INTEGER && !codegen->checks_overflow &&
        multiply_by_constant(codegen, right->integer, hint)) {
        return;
    }
    Value factor = value_to_operand(codegen, right);
    if (factor.kind == VALUE_INTEGER && left->kind == VALUE_SLOT && !left->is_temporary) {
        uint8_t destination = register_take(codegen, hint);
        emit3(codegen, "imulq", factor, *left, a_register(destination));
        *left = a_register(destination);
    } else {
        uint8_t destination = value_to_register(codegen, left, hint);
        if (factor.kind == VALUE_PLACE) { // an address cannot be an immediate factor
            value_to_register(codegen, right, NO_REGISTER);
            factor = *right;
        }
        emit2(codegen, "imulq", factor, a_register(destination));
    }
    emit_overflow_check(codegen, type);
    value_drop(codegen);
}

static void apply_shift(Codegen *codegen, Operator operator, const Type * type, uint8_t hint) {
    const char *operation = operator== OPERATOR_SHIFT_LEFT ? "shlq"
                            : is_unsigned64(type)          ? "shrq"
                                                           : "sarq";
    Value *right = value_at(codegen, 0);
    if (right->kind == VALUE_INTEGER) {
        uint8_t number = value_to_register(codegen, value_at(codegen, 1), hint);
        if (right->integer & 63) {
            emit2(codegen, operation, an_integer(right->integer & 63), a_register(number));
        }
    } else {
        value_into_register(codegen, right, RCX);
        uint8_t number = value_to_register(codegen, value_at(codegen, 1), hint);
        emit2(codegen, operation, a_register_part(RCX, 1), a_register(number));
    }
    value_drop(codegen);
}

// --- Division ------------------------------------------------------------------------------------

// The dividend is below the top, the divisor, a constant, on top.
typedef struct Division {
    bool wants_remainder;
    bool is_unsigned;
    int64_t divisor;
} Division;

// Replaces the two topmost values by a register, which the caller holds.
static void finish_division(Codegen *codegen, uint8_t result) {
    value_drop(codegen);
    value_drop(codegen);
    codegen->values->busy_registers |= 1u << result;
    value_push(codegen, a_register(result));
}

// x and its bias: (2^shift - 1) for a negative x, else 0, since shifts round down and division
// rounds to zero.
static void divide_by_power(Codegen *codegen, const Division *division, int shift, uint8_t hint) {
    uint8_t x = value_to_register(codegen, value_at(codegen, 1), hint);
    uint8_t bias = register_take(codegen, NO_REGISTER);
    emit2(codegen, "movq", a_register(x), a_register(bias));
    if (shift > 1) {
        emit2(codegen, "sarq", an_integer(63), a_register(bias));
    }
    emit2(codegen, "shrq", an_integer(64 - shift), a_register(bias));
    emit2(codegen, "addq", a_register(bias), a_register(x));
    if (!division->wants_remainder) {
        emit2(codegen, "sarq", an_integer(shift), a_register(x));
        if (division->divisor < 0) {
            emit1(codegen, "negq", a_register(x));
        }
    } else if (shift < 32) {
        emit2(codegen, "andq", an_integer(((int64_t)1 << shift) - 1), a_register(x));
        emit2(codegen, "subq", a_register(bias), a_register(x));
    } else {
        emit2(codegen, "shlq", an_integer(64 - shift), a_register(x));
        emit2(codegen, "shrq", an_integer(64 - shift), a_register(x));
        emit2(codegen, "subq", a_register(bias), a_register(x));
    }
    register_release(codegen, bias);
    finish_division(codegen, x);
}

static void divide_by_unsigned_power(Codegen *codegen, const Division *division, int shift,
                                     uint8_t hint) {
    uint8_t x = value_to_register(codegen, value_at(codegen, 1), hint);
    if (!division->wants_remainder) {
        emit2(codegen, "shrq", an_integer(shift), a_register(x));
    } else if (shift < 32) {
        emit2(codegen, "andq", an_integer(((int64_t)1 << shift) - 1), a_register(x));
    } else {
        emit2(codegen, "shlq", an_integer(64 - shift), a_register(x));
        emit2(codegen, "shrq", an_integer(64 - shift), a_register(x));
    }
    finish_division(codegen, x);
}

// x divided by 1 or -1.
static void divide_by_one(Codegen *codegen, const Division *division, uint8_t hint) {
    uint8_t x = value_to_register(codegen, value_at(codegen, 1), hint);
    if (division->wants_remainder) {
        emit_load_integer(codegen, 0, x);
    } else if (division->divisor < 0 && !division->is_unsigned) {
        emit1(codegen, "negq", a_register(x));
        emit_overflow_check(codegen, codegen->compilation->types.integer);
    }
    finish_division(codegen, x);
}

// The multiplier and shift that stand for a division by `divisor`, of absolute value 2 or more:
// Warren, Hacker's Delight, section 10-1.
typedef struct Magic {
    int64_t multiplier;
    int shift;
} Magic;

static Magic find_magic(int64_t divisor) {
    const uint64_t two63 = (uint64_t)1 << 63;
    uint64_t absolute = divisor < 0 ? -(uint64_t)divisor : (uint64_t)divisor;
    uint64_t t = two63 + ((uint64_t)divisor >> 63);
    uint64_t limit = t - 1 - t % absolute;
    int p = 63;
    uint64_t q1 = two63 / limit, r1 = two63 - q1 * limit;
    uint64_t q2 = two63 / absolute, r2 = two63 - q2 * absolute;
    uint64_t delta;
    do {
        p++;
        q1 = 2 * q1 + (r1 >= limit - r1);
        r1 = 2 * r1 - (r1 >= limit - r1 ? limit : 0);
        q2 = 2 * q2 + (r2 >= absolute - r2);
        r2 = 2 * r2 - (r2 >= absolute - r2 ? absolute : 0);
        delta = absolute - r2;
    } while (q1 < delta || (q1 == delta && r1 == 0));
    uint64_t multiplier = q2 + 1;
    return (Magic){(int64_t)(divisor < 0 ? -multiplier : multiplier), p - 64};
}

static void divide_by_magic(Codegen *codegen, const Division *division) {
    Magic magic = find_magic(division->divisor);
    value_to_register(codegen, value_at(codegen, 1), RCX);
    register_vacate(codegen, RAX);
    register_vacate(codegen, RDX);
    uint8_t x = value_to_register(codegen, value_at(codegen, 1), RCX); // it may have moved
    emit_load_integer(codegen, magic.multiplier, RAX);
    emit1(codegen, "imulq", a_register(x));
    if (division->divisor > 0 && magic.multiplier < 0) {
        emit2(codegen, "addq", a_register(x), a_register(RDX));
    } else if (division->divisor < 0 && magic.multiplier > 0) {
        emit2(codegen, "subq", a_register(x), a_register(RDX));
    }
    if (magic.shift > 0) {
        emit2(codegen, "sarq", an_integer(magic.shift), a_register(RDX));
    }
    emit2(codegen, "movq", a_register(RDX), a_register(RAX));
    emit2(codegen, "shrq", an_integer(63), a_register(RAX));
    emit2(codegen, "addq", a_register(RAX), a_register(RDX));
    register_release(codegen, RAX);
    if (!division->wants_remainder) {
        finish_division(codegen, RDX);
        return;
    }
    if (division->divisor == (int32_t)division->divisor) {
        emit3(codegen, "imulq", an_integer(division->divisor), a_register(RDX), a_register(RDX));
    } else {
        emit_load_integer(codegen, division->divisor, RAX);
        emit2(codegen, "imulq", a_register(RAX), a_register(RDX));
    }
    emit2(codegen, "subq", a_register(RDX), a_register(x));
    register_release(codegen, RDX);
    finish_division(codegen, x);
}

// What the fast division by 32-bit numbers leaves over.
static void emit_slow_division(Codegen *codegen, uint8_t divisor, const Division *division,
                               Label back) {
    if (division->is_unsigned) {
        emit2(codegen, "xorl", a_register_part(RDX, 4), a_register_part(RDX, 4));
        emit1(codegen, "divq", a_register(divisor));
        emit_jump(codegen, "jmp", back);
        return;
    }
    Label minus_one = new_label(codegen); // idivq would fault where the quotient is 2^63
    emit2(codegen, "cmpq", an_integer(-1), a_register(divisor));
    emit_jump(codegen, "je", minus_one);
    emit0(codegen, "cqto");
    emit1(codegen, "idivq", a_register(divisor));
    emit_jump(codegen, "jmp", back);
    emit_label(codegen, minus_one);
    emit1(codegen, "negq", a_register(RAX));
    if (!division->wants_remainder) {
        emit_overflow_check(codegen, codegen->compilation->types.integer);
    }
    emit2(codegen, "movl", an_integer(0), a_register_part(RDX, 4));
    emit_jump(codegen, "jmp", back);
}

// Most numbers are small, and divl is several times as fast as idivq on many processors.
static void divide_by_variable(Codegen *codegen, const Division *division, bool is_known) {
    value_to_register(codegen, value_at(codegen, 0), RCX);
    value_into_register(codegen, value_at(codegen, 1), RAX);
    register_vacate(codegen, RDX);
    uint8_t divisor = value_to_register(codegen, value_at(codegen, 0), RCX); // it may have moved
    assert(divisor != RAX && divisor != RDX);
    if (!is_known) {
        emit2(codegen, "testq", a_register(divisor), a_register(divisor));
        emit_jump(codegen, "je", cold_panic(codegen, "runa_panic_divide", no_value(), no_value()));
    }
    Label slow = new_label(codegen), back = new_label(codegen);
    emit2(codegen, "movq", a_register(RAX), a_register(RDX));
    emit2(codegen, "orq", a_register(divisor), a_register(RDX));
    emit2(codegen, "shrq", an_integer(32), a_register(RDX));
    emit_jump(codegen, "jne", slow);
    emit1(codegen, "divl", a_register_part(divisor, 4));
    emit_label(codegen, back);
    cold_begin(codegen, slow);
    emit_slow_division(codegen, divisor, division, back);
    cold_end(codegen);
    if (!division->wants_remainder) {
        register_release(codegen, RDX);
        finish_division(codegen, RAX);
    } else {
        finish_division(codegen, RDX);
    }
}

static void divide_by_zero(Codegen *codegen) {
    emit_jump(codegen, "jmp", cold_panic(codegen, "runa_panic_divide", no_value(), no_value()));
    value_drop(codegen);
    value_drop(codegen);
    value_push(codegen, an_integer(0));
}

static void apply_division(Codegen *codegen, Operator operator, const Type * left,
                           const Type *right, uint8_t hint) {
    const Value *top = value_at(codegen, 0);
    Division division = {operator== OPERATOR_MODULO, is_unsigned64(left) || is_unsigned64(right),
                         top->integer};
    if (top->kind != VALUE_INTEGER) {
        divide_by_variable(codegen, &division, false);
        return;
    }
    uint64_t absolute = division.divisor < 0 && !division.is_unsigned ? -(uint64_t)division.divisor
                                                                      : (uint64_t)division.divisor;
    int shift = power_of_two(absolute);
    if (absolute == 0) {
        divide_by_zero(codegen);
    } else if (absolute == 1) {
        divide_by_one(codegen, &division, hint);
    } else if (division.is_unsigned && shift > 0) {
        divide_by_unsigned_power(codegen, &division, shift, hint);
    } else if (division.is_unsigned) {
        divide_by_variable(codegen, &division, true);
    } else if (shift > 0 && shift < 63) {
        divide_by_power(codegen, &division, shift, hint);
    } else if (shift == 63) {
        divide_by_variable(codegen, &division, true);
    } else {
        divide_by_magic(codegen, &division);
    }
}

// --- Operators -----------------------------------------------------------------------------------

// Two integers that are known now, unless the outcome has to panic.
static bool apply_to_constants(Codegen *codegen, Operator operator, const Type * type) {
    Value *left = value_at(codegen, 1), *right = value_at(codegen, 0);
    if (left->kind != VALUE_INTEGER || right->kind != VALUE_INTEGER ||
        (codegen->checks_overflow && is_unsigned64(type))) {
        return false;
    }
    int64_t result;
    bool overflows;
    if (operator== OPERATOR_ADD) {
        overflows = add_overflows(left->integer, right->integer, &result);
    } else if (operator== OPERATOR_SUBTRACT) {
        overflows = subtract_overflows(left->integer, right->integer, &result);
    } else if (operator== OPERATOR_MULTIPLY) {
        overflows = multiply_overflows(left->integer, right->integer, &result);
    } else {
        return false;
    }
    if (overflows) {
        return false;
    }
    left->integer = result;
    value_drop(codegen);
    return true;
}

void apply_operator(Codegen *codegen, Operator operator, const Type * left, const Type *right,
                    uint8_t hint) {
    if (is_float_type(left)) {
        apply_float(codegen, operator, hint);
        return;
    }
    const Type *type = is_unsigned64(right) ? right : left;
    if (apply_to_constants(codegen, operator, type)) {
        return;
    }
    switch (operator) {
    case OPERATOR_MULTIPLY:
        apply_multiply(codegen, type, hint);
        break;
    case OPERATOR_DIVIDE:
    case OPERATOR_MODULO:
        apply_division(codegen, operator, left, right, hint);
        break;
    case OPERATOR_SHIFT_LEFT:
    case OPERATOR_SHIFT_RIGHT:
        apply_shift(codegen, operator, left, hint);
        break;
    default:
        apply_plain(codegen, operator, type, hint);
        break;
    }
}

static bool can_panic(Codegen *codegen, const Binary *binary) {
    return binary->operator== OPERATOR_DIVIDE || binary->operator== OPERATOR_MODULO ||
        codegen->checks_overflow;
}

static void generate_right_operand(Codegen *codegen, const Binary *binary, uint8_t hint) {
    if (!is_simple(binary->right)) {
        value_settle(codegen, hint);
    }
    generate_expression(codegen, binary->right, NO_REGISTER);
    if (can_panic(codegen, binary)) {
        emit_position(codegen, &binary->header);
    }
    apply_operator(codegen, (Operator)binary->operator, binary->left->type, binary->right->type,
                   hint);
}

static bool is_arithmetic(const Node *node) {
    return node->kind == NODE_BINARY && AST(node, NODE_BINARY, Binary)->operator> OPERATOR_JOIN;
}

void generate_binary(Codegen *codegen, const Node *node, uint8_t hint) {
    const Binary *binary = AST(node, NODE_BINARY, Binary);
    if (binary->operator== OPERATOR_JOIN) {
        generate_join(codegen, node);
        return;
    }
    if (is_condition_operator(binary->operator)) {
        generate_truth(codegen, node, hint);
        return;
    }
    const Binary *spine[SPINE_LENGTH];
    uint32_t length = 0;
    while (length < SPINE_LENGTH && is_arithmetic(node)) {
        spine[length] = AST(node, NODE_BINARY, Binary);
        node = spine[length++]->left;
    }
    generate_expression(codegen, node, hint);
    while (length > 0) {
        generate_right_operand(codegen, spine[--length], hint);
    }
}

void generate_unary(Codegen *codegen, const Node *node, uint8_t hint) {
    const Unary *unary = AST(node, NODE_UNARY, Unary);
    if (unary->operator== OPERATOR_NOT) {
        generate_truth(codegen, node, hint);
        return;
    }
    generate_expression(codegen, unary->operand, hint);
    Value *top = value_at(codegen, 0);
    if (is_float_type(unary->operand->type)) {
        if (top->kind == VALUE_REAL) {
            top->integer = (int64_t)((uint64_t)top->integer ^ (uint64_t)1 << 63);
            return;
        }
        uint8_t number = value_to_vector(codegen, top, hint);
        emit2(codegen, "xorps", sign_mask(codegen), a_vector(number));
        return;
    }
    if (unary->operator== OPERATOR_NEGATE && top->kind == VALUE_INTEGER &&
        top->integer != INT64_MIN) {
        top->integer = -top->integer;
        return;
    }
    uint8_t number = value_to_register(codegen, top, hint);
    emit1(codegen, unary->operator== OPERATOR_NEGATE ? "negq" : "notq", a_register(number));
    if (unary->operator== OPERATOR_NEGATE && codegen->checks_overflow) {
        emit_position(codegen, node);
        emit_overflow_check(codegen, codegen->compilation->types.integer);
    }
}

// --- joined with ---------------------------------------------------------------------------------

static bool is_join(const Node *node) {
    return node->kind == NODE_BINARY && AST(node, NODE_BINARY, Binary)->operator== OPERATOR_JOIN;
}

static void reverse(PointerVector *vector, uint32_t from) {
    for (uint32_t low = from, high = vector->count; low + 1 < high; low++) {
        void *held = vector->items[low];
        vector->items[low] = vector->items[--high];
        vector->items[high] = held;
    }
}

// Collected from the right, since chains lean to the left; then turned round.
static void collect_backwards(const Node *node, PointerVector *pieces) {
    while (is_join(node)) {
        const Binary *binary = AST(node, NODE_BINARY, Binary);
        collect_backwards(binary->right, pieces);
        node = binary->left;
    }
    vector_push(pieces, (void *)node);
}

void collect_pieces(const Node *node, PointerVector *pieces) {
    uint32_t from = pieces->count;
    collect_backwards(node, pieces);
    reverse(pieces, from);
}

void generate_join(Codegen *codegen, const Node *node) {
    PointerVector pieces = {0};
    collect_pieces(node, &pieces);
    int32_t area = frame_allocate(codegen, pieces.count * sizeof(struct runa_piece));
    for (uint32_t i = 0; i < pieces.count; i++) {
        const Node *piece = pieces.items[i];
        int32_t offset = area + (int32_t)(i * sizeof(struct runa_piece));
        generate_expression(codegen, piece, NO_REGISTER);
        value_store(codegen, a_slot(offset + 8, false), value_at(codegen, 0));
        value_drop(codegen);
        push_kind(codegen, piece, piece->type);
        value_store(codegen, a_slot(offset, false), value_at(codegen, 0));
        value_drop(codegen);
    }
    value_push(codegen, a_place(RBP, area));
    value_push(codegen, an_integer(pieces.count));
    vector_destroy(&pieces);
    call_runtime_in_scope(codegen, node, "runa_join", 2);
}
