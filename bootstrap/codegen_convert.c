// Conversions of values between types: between sizes of integers, between integers and Floats, and
// between both and the words of type parameters.
#include "codegen_internal.h"

#include <math.h>
#include <string.h>

static bool is_integer_like(const Type *type) {
    return type->kind == TYPE_INTEGER || type->kind == TYPE_BOOLEAN;
}

static unsigned size_of(const Type *type) { return type->kind == TYPE_BOOLEAN ? 1 : type->size; }

static bool is_signed(const Type *type) { return type->kind == TYPE_INTEGER && !type->is_unsigned; }

// --- Integers ------------------------------------------------------------------------------------

// Does every value of `from` mean the same as a value of `to`?
static bool is_contained(const Type *from, const Type *to) {
    if (size_of(to) == 8 || from->kind == TYPE_BOOLEAN) {
        return true; // 64 bits hold the bits of everything
    }
    if (is_signed(from) == is_signed(to)) {
        return size_of(from) <= size_of(to);
    }
    return is_signed(to) && size_of(from) < size_of(to);
}

static int64_t wrapped(int64_t value, const Type *type) {
    switch (storage_of(type)) {
    case STORAGE_INTEGER8:
        return (int8_t)value;
    case STORAGE_INTEGER16:
        return (int16_t)value;
    case STORAGE_INTEGER32:
        return (int32_t)value;
    case STORAGE_UNSIGNED8:
        return (uint8_t)value;
    case STORAGE_UNSIGNED16:
        return (uint16_t)value;
    case STORAGE_UNSIGNED32:
        return (uint32_t)value;
    default:
        return value;
    }
}

// to = the low bytes of `from`, extended as the storage says
static void emit_extend(Codegen *codegen, Storage storage, uint8_t from, uint8_t to) {
    static const struct {
        const char *operation;
        uint8_t from, to; // bytes
    } rows[] = {
        [STORAGE_INTEGER8] = {"movsbq", 1, 8},   [STORAGE_INTEGER16] = {"movswq", 2, 8},
        [STORAGE_INTEGER32] = {"movslq", 4, 8},  [STORAGE_UNSIGNED8] = {"movzbl", 1, 4},
        [STORAGE_UNSIGNED16] = {"movzwl", 2, 4}, [STORAGE_UNSIGNED32] = {"movl", 4, 4},
    };
    emit2(codegen, rows[storage].operation, a_register_part(from, rows[storage].from),
          a_register_part(to, rows[storage].to));
}

void wrap_integer(Codegen *codegen, const Type *type) {
    Storage storage = storage_of(type);
    Value *top = value_at(codegen, 0);
    if (storage == STORAGE_WORD) {
        return;
    }
    if (top->kind == VALUE_INTEGER) {
        top->integer = wrapped(top->integer, type);
        return;
    }
    uint8_t number = value_to_register(codegen, top, NO_REGISTER);
    emit_extend(codegen, storage, number, number);
}

void check_integer_fits(Codegen *codegen, const Type *type) {
    Storage storage = storage_of(type);
    if (!codegen->checks_overflow || type->kind != TYPE_INTEGER || storage == STORAGE_WORD) {
        return;
    }
    uint8_t number = value_to_register(codegen, value_at(codegen, 0), NO_REGISTER);
    uint8_t extended = register_take(codegen, NO_REGISTER);
    emit_extend(codegen, storage, number, extended);
    emit2(codegen, "cmpq", a_register(extended), a_register(number));
    register_release(codegen, extended);
    Label panic = cold_panic(codegen, "runa_panic_overflow", no_value(), no_value());
    emit_jump(codegen, "jne", panic);
}

static void convert_to_boolean(Codegen *codegen, uint8_t hint) {
    Value *top = value_at(codegen, 0);
    if (top->kind == VALUE_INTEGER) {
        top->integer = top->integer != 0;
        return;
    }
    uint8_t number = value_to_register(codegen, top, hint);
    emit2(codegen, "testq", a_register(number), a_register(number));
    emit1(codegen, "setne", a_register_part(number, 1));
    emit2(codegen, "movzbl", a_register_part(number, 1), a_register_part(number, 4));
}

// --- Integer to Float ----------------------------------------------------------------------------

static void load_converted(Codegen *codegen, Value source, uint8_t vector) {
    emit2(codegen, "xorps", a_vector(vector), a_vector(vector)); // cvtsi2sdq keeps the upper half
    emit2(codegen, "cvtsi2sdq", source, a_vector(vector));
}

// Numbers from 2^63: halved, with the lost bit kept for the rounding, and doubled again.
static void convert_large_unsigned(Codegen *codegen, uint8_t number, uint8_t vector, Label back) {
    uint8_t low = number == RAX ? RCX : RAX;
    report_push(codegen->compilation->report, 8);
    emit1(codegen, "pushq", a_register(low));
    emit2(codegen, "movq", a_register(number), a_register(low));
    emit1(codegen, "shrq", a_register(number));
    emit2(codegen, "andl", an_integer(1), a_register_part(low, 4));
    emit2(codegen, "orq", a_register(low), a_register(number));
    load_converted(codegen, a_register(number), vector);
    emit2(codegen, "addsd", a_vector(vector), a_vector(vector));
    emit1(codegen, "popq", a_register(low));
    emit_jump(codegen, "jmp", back);
}

static void integer_to_float(Codegen *codegen, const Type *from, uint8_t hint) {
    Value *top = value_at(codegen, 0);
    bool is_large = is_unsigned_word(from);
    if (top->kind == VALUE_INTEGER) {
        double real = is_large ? (double)(uint64_t)top->integer : (double)top->integer;
        *top = an_integer((int64_t)real_bits(real));
        top->kind = VALUE_REAL;
        return;
    }
    uint8_t vector = vector_take(codegen, hint);
    if (!is_large) {
        Value source = value_to_operand(codegen, top);
        load_converted(codegen, source, vector);
    } else {
        uint8_t number = value_to_register(codegen, top, NO_REGISTER);
        Label slow = new_label(codegen), back = new_label(codegen);
        emit2(codegen, "testq", a_register(number), a_register(number));
        emit_jump(codegen, "js", slow);
        load_converted(codegen, a_register(number), vector);
        emit_label(codegen, back);
        cold_begin(codegen, slow);
        convert_large_unsigned(codegen, number, vector, back);
        cold_end(codegen);
    }
    value_release(codegen, *top);
    *top = a_vector(vector);
}

// --- Float to Integer ----------------------------------------------------------------------------

// cvttsd2siq gives the smallest Integer for all that it cannot convert: NaN becomes 0, too large
// ones the largest Integer, too small ones stay.
static void saturate_signed(Codegen *codegen, uint8_t vector, uint8_t number, Label back) {
    Label nan = new_label(codegen);
    emit2(codegen, "ucomisd", a_vector(vector), a_vector(vector));
    emit_jump(codegen, "jp", nan);
    emit2(codegen, "ucomisd", real_constant(codegen, 0), a_vector(vector));
    emit_jump(codegen, "jb", back);
    emit_load_integer(codegen, INT64_MAX, number);
    emit_jump(codegen, "jmp", back);
    emit_label(codegen, nan);
    emit_load_integer(codegen, 0, number);
    emit_jump(codegen, "jmp", back);
}

static uint8_t float_to_word(Codegen *codegen, uint8_t vector, uint8_t hint) {
    uint8_t number = register_take(codegen, hint);
    Label slow = new_label(codegen), back = new_label(codegen);
    emit2(codegen, "cvttsd2siq", a_vector(vector), a_register(number));
    emit2(codegen, "cmpq", an_integer(1), a_register(number)); // overflows for the smallest only
    emit_jump(codegen, "jo", slow);
    emit_label(codegen, back);
    cold_begin(codegen, slow);
    saturate_signed(codegen, vector, number, back);
    cold_end(codegen);
    return number;
}

// Negative numbers and NaN become 0; from 2^63 on, 2^63 is taken off and put back.
static uint8_t float_to_unsigned64(Codegen *codegen, uint8_t vector, uint8_t hint) {
    Value two63 = real_constant(codegen, real_bits(0x1p63));
    uint8_t number = register_take(codegen, hint);
    Value word = a_register(number), real = a_vector(vector);
    Label large = new_label(codegen), small = new_label(codegen), back = new_label(codegen);
    emit2(codegen, "ucomisd", two63, real);
    emit_jump(codegen, "jae", large); // NaN: not above or equal, but parity and carry are set
    emit2(codegen, "cvttsd2siq", real, word);
    emit2(codegen, "testq", word, word);
    emit_jump(codegen, "js", small);
    emit_label(codegen, back);
    cold_begin(codegen, large);
    emit2(codegen, "subsd", two63, real);
    emit2(codegen, "cvttsd2siq", real, word);
    Label fits = new_label(codegen);
    emit2(codegen, "testq", word, word);
    emit_jump(codegen, "jns", fits);
    emit2(codegen, "movq", an_integer(-1), word);
    emit_jump(codegen, "jmp", back);
    emit_label(codegen, fits);
    emit2(codegen, "btcq", an_integer(63), word);
    emit_jump(codegen, "jmp", back);
    emit_label(codegen, small);
    emit_load_integer(codegen, 0, number);
    emit_jump(codegen, "jmp", back);
    cold_end(codegen);
    return number;
}

// Brings the word into the range of a narrower type.
static void clamp(Codegen *codegen, uint8_t number, const Type *to) {
    unsigned bits = 8 * size_of(to);
    int64_t low = is_signed(to) ? -((int64_t)1 << (bits - 1)) : 0;
    int64_t high = is_signed(to) ? ((int64_t)1 << (bits - 1)) - 1 : ((int64_t)1 << bits) - 1;
    uint8_t limit = register_take(codegen, NO_REGISTER);
    emit2(codegen, "movq", an_integer(low), a_register(limit));
    emit2(codegen, "cmpq", a_register(limit), a_register(number));
    emit2(codegen, "cmovlq", a_register(limit), a_register(number));
    emit_load_integer(codegen, high, limit);
    emit2(codegen, "cmpq", a_register(limit), a_register(number));
    emit2(codegen, "cmovgq", a_register(limit), a_register(number));
    register_release(codegen, limit);
}

static void float_to_integer(Codegen *codegen, const Type *to, uint8_t hint) {
    Value *top = value_at(codegen, 0);
    uint8_t vector = value_to_vector(codegen, top, NO_REGISTER);
    bool is_unsigned64 = to->kind == TYPE_INTEGER && to->size == 8 && to->is_unsigned;
    uint8_t number = is_unsigned64 ? float_to_unsigned64(codegen, vector, hint)
                                   : float_to_word(codegen, vector, hint);
    if (size_of(to) < 8) {
        clamp(codegen, number, to);
    }
    value_release(codegen, *value_at(codegen, 0));
    *value_at(codegen, 0) = a_register(number);
}

void round_to_float32(Codegen *codegen) {
    Value *top = value_at(codegen, 0);
    if (top->kind == VALUE_REAL) {
        double real;
        memcpy(&real, &top->integer, sizeof real);
        top->integer = (int64_t)real_bits((double)(float)real);
        return;
    }
    Value vector = a_vector(value_to_vector(codegen, top, NO_REGISTER));
    emit2(codegen, "cvtsd2ss", vector, vector);
    emit2(codegen, "cvtss2sd", vector, vector);
}

// --- All -----------------------------------------------------------------------------------------

static void convert_from_float(Codegen *codegen, const Type *from, const Type *to, uint8_t hint) {
    if (to->kind == TYPE_FLOAT) {
        if (to->size < from->size) {
            round_to_float32(codegen);
        }
    } else if (to->kind == TYPE_BOOLEAN) {
        Value vector = a_vector(value_to_vector(codegen, value_at(codegen, 0), NO_REGISTER));
        uint8_t number = register_take(codegen, hint);
        uint8_t parity = register_take(codegen, NO_REGISTER);
        emit2(codegen, "ucomisd", real_constant(codegen, 0), vector);
        emit1(codegen, "setne", a_register_part(number, 1));
        emit1(codegen, "setp", a_register_part(parity, 1));
        emit2(codegen, "orb", a_register_part(parity, 1), a_register_part(number, 1));
        emit2(codegen, "movzbl", a_register_part(number, 1), a_register_part(number, 4));
        register_release(codegen, parity);
        value_release(codegen, *value_at(codegen, 0));
        *value_at(codegen, 0) = a_register(number);
    } else if (to->kind == TYPE_INTEGER) {
        float_to_integer(codegen, to, hint);
    } else { // a type parameter, or a reference: the bits
        value_to_word(codegen, value_at(codegen, 0));
    }
}

void convert_value(Codegen *codegen, const Type *from, const Type *to, uint8_t hint) {
    if (from->kind == TYPE_NOTHING || to->kind == TYPE_NOTHING) {
        value_drop(codegen);
        value_push(codegen, to->kind == TYPE_NOTHING ? no_value() : an_integer(0));
        if (is_float_type(to)) {
            value_at(codegen, 0)->kind = VALUE_REAL;
        }
        return;
    }
    if (is_float_type(from)) {
        convert_from_float(codegen, from, to, hint);
    } else if (is_float_type(to)) {
        if (!is_integer_like(from)) {
            value_from_word(codegen, value_at(codegen, 0));
            return;
        }
        integer_to_float(codegen, from, hint);
        if (to->size == 4) {
            round_to_float32(codegen);
        }
    } else if (to->kind == TYPE_BOOLEAN && from->kind != TYPE_BOOLEAN) {
        if (from->kind != TYPE_PARAMETER) {
            convert_to_boolean(codegen, hint);
        }
    } else if (to->kind == TYPE_INTEGER) {
        if (!is_integer_like(from) ? to->size < 8 && from->kind != TYPE_PARAMETER
                                   : !is_contained(from, to)) {
            wrap_integer(codegen, to);
        }
    }
}
