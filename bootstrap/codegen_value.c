// Where values are. Expressions push what they made onto a stack of descriptions: a value stays
// where it is (immediate, frame slot, memory) until an instruction needs it elsewhere. Before a
// call, what is still in registers moves to temporary slots of the frame.
#include "codegen_internal.h"

#include <string.h>

enum {
    SMALL_COPY = 128,  // bytes that are copied without rep
    SMALL_CLEAR = 192, // bytes that are cleared without rep
};

// The order in which registers are given out: rcx and rdx late, since shifts and divisions want
// them.
static const uint8_t general_order[REGISTER_COUNT] = {RAX, RSI, RDI, R8, R9, RCX, RDX, R10, R11};

// --- Types and memory ----------------------------------------------------------------------------

static const struct {
    const char *load;  // to a general register
    const char *store; // from one
    uint8_t load_bytes, store_bytes;
} storage_rows[] = {
    [STORAGE_WORD] = {"movq", "movq", 8, 8},
    [STORAGE_INTEGER8] = {"movsbq", "movb", 8, 1},
    [STORAGE_INTEGER16] = {"movswq", "movw", 8, 2},
    [STORAGE_INTEGER32] = {"movslq", "movl", 8, 4},
    [STORAGE_UNSIGNED8] = {"movzbl", "movb", 4, 1},
    [STORAGE_UNSIGNED16] = {"movzwl", "movw", 4, 2},
    [STORAGE_UNSIGNED32] = {"movl", "movl", 4, 4},
    [STORAGE_FLOAT64] = {"movq", "movq", 8, 8}, // as bits
};

Storage storage_of(const Type *type) {
    switch ((TypeKind)type->kind) {
    case TYPE_INTEGER:
        switch (type->size) {
        case 1:
            return type->is_unsigned ? STORAGE_UNSIGNED8 : STORAGE_INTEGER8;
        case 2:
            return type->is_unsigned ? STORAGE_UNSIGNED16 : STORAGE_INTEGER16;
        case 4:
            return type->is_unsigned ? STORAGE_UNSIGNED32 : STORAGE_INTEGER32;
        default:
            return STORAGE_WORD;
        }
    case TYPE_FLOAT:
        return type->size == 4 ? STORAGE_FLOAT32 : STORAGE_FLOAT64;
    case TYPE_BOOLEAN:
        return STORAGE_UNSIGNED8;
    case TYPE_INLINE:
    case TYPE_FIXED_ARRAY:
        return STORAGE_IN_PLACE;
    default:
        return STORAGE_WORD;
    }
}

uint64_t storage_size(Storage storage) {
    return storage == STORAGE_FLOAT32 ? 4 : storage_rows[storage].store_bytes;
}

bool is_unsigned_word(const Type *type) {
    return (type->kind == TYPE_INTEGER && type->size == 8 && type->is_unsigned) ||
           type_is_reference(type);
}

bool value_is_float(const Value *value) {
    switch ((ValueKind)value->kind) {
    case VALUE_REAL:
    case VALUE_VECTOR:
        return true;
    case VALUE_SLOT:
        return value->is_float;
    case VALUE_MEMORY:
        return value->storage == STORAGE_FLOAT64 || value->storage == STORAGE_FLOAT32;
    default:
        return false;
    }
}

bool value_is_static(const Value *value) {
    return value->kind == VALUE_PLACE && value->base == NO_REGISTER && value->index == NO_REGISTER;
}

// --- The stack -----------------------------------------------------------------------------------

// The general registers that a value uses.
static uint32_t registers_of(const Value *value) {
    uint32_t set = 0;
    if (value->kind == VALUE_VECTOR) {
        return 0;
    }
    if (value->base < REGISTER_COUNT) {
        set |= 1u << value->base;
    }
    if (value->index < REGISTER_COUNT) {
        set |= 1u << value->index;
    }
    return set;
}

Value *value_at(Codegen *codegen, uint32_t depth) {
    Values *values = codegen->values;
    assert(depth < values->count);
    return &values->items[values->count - 1 - depth];
}

void value_push(Codegen *codegen, Value value) {
    Values *values = codegen->values;
    if (values->count == values->capacity) {
        values->capacity = values->capacity ? 2 * values->capacity : 64;
        values->items = memory_resize(values->items, values->capacity * sizeof(Value));
    }
    values->items[values->count++] = value;
    values->busy_registers |= registers_of(&value);
    if (value.kind == VALUE_VECTOR) {
        values->busy_vectors |= 1u << value.base;
    }
}

Value value_detach(Codegen *codegen) {
    Value value = *value_at(codegen, 0);
    codegen->values->count--;
    return value;
}

void value_release(Codegen *codegen, Value value) {
    Values *values = codegen->values;
    values->busy_registers &= ~registers_of(&value);
    if (value.kind == VALUE_VECTOR) {
        values->busy_vectors &= ~(1u << value.base);
    } else if (value.kind == VALUE_SLOT && value.is_temporary) {
        temporary_release(codegen, value.offset);
    }
}

void value_drop(Codegen *codegen) { value_release(codegen, value_detach(codegen)); }

// --- Registers -----------------------------------------------------------------------------------

static void spill(Codegen *codegen, Value *value) {
    if (value->kind != VALUE_REGISTER) {
        value_load(codegen, value, NO_REGISTER);
    }
    bool is_float = value->kind == VALUE_VECTOR;
    Value slot = a_slot(temporary_take(codegen), is_float);
    slot.is_temporary = true;
    emit2(codegen, is_float ? "movsd" : "movq", *value, slot);
    value_release(codegen, *value);
    *value = slot;
}

static bool holds_register(const Value *value) {
    return registers_of(value) != 0 || value->kind == VALUE_VECTOR;
}

void value_spill_below(Codegen *codegen, uint32_t kept) {
    Values *values = codegen->values;
    assert(kept <= values->count);
    for (uint32_t i = 0; i < values->count - kept; i++) {
        if (holds_register(&values->items[i]) || values->items[i].kind == VALUE_MEMORY) {
            spill(codegen, &values->items[i]);
        }
    }
}

// Frees a register by spilling the value that was made first.
static void spill_one(Codegen *codegen, bool vector) {
    Values *values = codegen->values;
    for (uint32_t i = 0; i < values->count; i++) {
        Value *value = &values->items[i];
        uint32_t own = registers_of(value) & ~values->residents.reserved;
        if (vector ? value->kind == VALUE_VECTOR : own != 0) {
            spill(codegen, value);
            return;
        }
    }
    assert(!"no register is left");
}

static bool is_free(Codegen *codegen, uint8_t number) {
    const Values *values = codegen->values;
    return !((values->busy_registers | values->residents.reserved) & 1u << number);
}

// One that holds no copy of a slot, if possible; else each of them in turn.
static uint8_t free_register(Codegen *codegen) {
    Values *values = codegen->values;
    uint8_t found = NO_REGISTER;
    for (uint32_t i = 0; i < REGISTER_COUNT; i++) {
        uint8_t number = general_order[(values->next_register + i) % REGISTER_COUNT];
        if (!is_free(codegen, number)) {
            continue;
        }
        if (!is_copy(codegen, number)) {
            return number;
        }
        found = found == NO_REGISTER ? number : found;
    }
    values->next_register++;
    return found;
}

static uint8_t free_vector(Codegen *codegen) {
    Values *values = codegen->values;
    uint8_t found = NO_REGISTER;
    for (uint32_t i = 0; i < VECTOR_COUNT; i++) {
        uint8_t number = (uint8_t)((values->next_vector + i) % VECTOR_COUNT);
        if (values->busy_vectors & 1u << number) {
            continue;
        }
        if (!is_vector_copy(codegen, number)) {
            return number;
        }
        found = found == NO_REGISTER ? number : found;
    }
    values->next_vector++;
    return found;
}

uint8_t register_take(Codegen *codegen, uint8_t hint) {
    Values *values = codegen->values;
    for (;;) {
        if (hint < REGISTER_COUNT && is_free(codegen, hint)) {
            values->busy_registers |= 1u << hint;
            return hint;
        }
        uint8_t number = free_register(codegen);
        if (number != NO_REGISTER) {
            values->busy_registers |= 1u << number;
            return number;
        }
        spill_one(codegen, false);
    }
}

void register_release(Codegen *codegen, uint8_t number) {
    codegen->values->busy_registers &= ~(1u << number);
}

uint8_t vector_take(Codegen *codegen, uint8_t hint) {
    Values *values = codegen->values;
    for (;;) {
        if (hint < VECTOR_COUNT && !(values->busy_vectors & 1u << hint)) {
            values->busy_vectors |= 1u << hint;
            return hint;
        }
        uint8_t number = free_vector(codegen);
        if (number != NO_REGISTER) {
            values->busy_vectors |= 1u << number;
            return number;
        }
        spill_one(codegen, true);
    }
}

void vector_release(Codegen *codegen, uint8_t number) {
    codegen->values->busy_vectors &= ~(1u << number);
}

void register_vacate(Codegen *codegen, uint8_t number) {
    Values *values = codegen->values;
    uint32_t bit = 1u << number;
    assert(!is_resident(codegen, number));
    if (!(values->busy_registers & bit)) {
        values->busy_registers |= bit;
        return;
    }
    for (uint32_t i = 0; i < values->count; i++) {
        Value *value = &values->items[i];
        if (registers_of(value) & bit) {
            uint8_t other = register_take(codegen, NO_REGISTER);
            if (!(registers_of(value) & bit)) { // taking it has spilled this very value
                register_release(codegen, other);
                values->busy_registers |= bit;
                return;
            }
            emit2(codegen, "movq", a_register(number), a_register(other));
            if (value->base == number) {
                value->base = other;
            } else {
                value->index = other;
            }
            return; // the register is still marked: it is the caller's now
        }
    }
    assert(!"a busy register without a value");
}

// --- Loading -------------------------------------------------------------------------------------

void emit_load_integer(Codegen *codegen, int64_t integer, uint8_t destination) {
    if (integer == 0) {
        Value low = a_register_part(destination, 4);
        emit2(codegen, "xorl", low, low);
    } else if (integer > 0 && integer <= UINT32_MAX) {
        emit2(codegen, "movl", an_integer(integer), a_register_part(destination, 4));
    } else if (integer >= INT32_MIN && integer < 0) {
        emit2(codegen, "movq", an_integer(integer), a_register(destination));
    } else {
        emit2(codegen, "movabsq", an_integer(integer), a_register(destination));
    }
}

// A register for what is computed from the value's own registers: the hint, or one of its own that
// holds no copy of a slot. The others of its own are released.
static uint8_t take_over(Codegen *codegen, const Value *value, uint8_t hint) {
    Values *values = codegen->values;
    values->busy_registers &= ~registers_of(value);
    if (hint < REGISTER_COUNT && is_free(codegen, hint)) {
        return register_take(codegen, hint);
    }
    if (value->base < REGISTER_COUNT && !is_copy(codegen, value->base)) {
        return register_take(codegen, value->base);
    }
    if (value->index < REGISTER_COUNT && !is_copy(codegen, value->index)) {
        return register_take(codegen, value->index);
    }
    return register_take(codegen, NO_REGISTER);
}

static void load_place(Codegen *codegen, const Value *place, uint8_t destination) {
    if (value_is_static(place)) {
        emit2(codegen, "movl", *place, a_register_part(destination, 4));
        return;
    }
    bool is_plain = place->index == NO_REGISTER && place->offset == 0 && !place->symbol &&
                    !place->prefix && place->base != NO_REGISTER;
    if (!is_plain) {
        emit2(codegen, "leaq", at_place(*place, STORAGE_WORD), a_register(destination));
    } else if (place->base != destination) {
        emit2(codegen, "movq", a_register(place->base), a_register(destination));
    }
}

uint8_t value_to_register(Codegen *codegen, Value *value, uint8_t hint) {
    if (value->kind == VALUE_REGISTER && !is_resident(codegen, value->base)) {
        return value->base;
    }
    assert(value->kind != VALUE_VECTOR && value->kind != VALUE_REAL);
    uint8_t destination = take_over(codegen, value, hint);
    switch ((ValueKind)value->kind) {
    case VALUE_REGISTER: // the home of a variable, which stays as it is
        emit2(codegen, "movq", *value, a_register(destination));
        break;
    case VALUE_SLOT:
        emit2(codegen, "movq", *value, a_register(destination));
        if (value->is_temporary) {
            temporary_release(codegen, value->offset);
        }
        break;
    case VALUE_MEMORY:
        assert(value->storage < STORAGE_FLOAT32);
        emit2(codegen, storage_rows[value->storage].load, *value,
              a_register_part(destination, storage_rows[value->storage].load_bytes));
        break;
    case VALUE_PLACE:
        load_place(codegen, value, destination);
        break;
    default:
        emit_load_integer(codegen, value->kind == VALUE_INTEGER ? value->integer : 0, destination);
        break;
    }
    *value = a_register(destination);
    return destination;
}

uint8_t value_to_source(Codegen *codegen, Value *value) {
    uint8_t number = NO_REGISTER;
    if (value->kind == VALUE_SLOT && !value->is_float) {
        number = copy_of_slot(codegen, value);
    }
    if (number == NO_REGISTER || codegen->values->busy_registers & 1u << number) {
        return value->kind == VALUE_REGISTER ? value->base
                                             : value_to_register(codegen, value, NO_REGISTER);
    }
    if (is_resident(codegen, number)) {
        codegen->values->busy_registers |= 1u << number;
        *value = a_register(number);
        return number;
    }
    return value_to_register(codegen, value, number); // nothing to be written
}

void value_into_register(Codegen *codegen, Value *value, uint8_t number) {
    if (value->kind == VALUE_REGISTER && value->base == number) {
        return;
    }
    if (registers_of(value) & 1u << number) { // an address that the register is a part of
        value_to_register(codegen, value, number);
        return;
    }
    register_vacate(codegen, number);
    if (value->kind == VALUE_REGISTER) {
        emit2(codegen, "movq", *value, a_register(number));
        register_release(codegen, value->base);
        *value = a_register(number);
        return;
    }
    register_release(codegen, number);
    value_to_register(codegen, value, number);
}

uint8_t value_to_vector(Codegen *codegen, Value *value, uint8_t hint) {
    if (value->kind == VALUE_VECTOR) {
        return value->base;
    }
    uint8_t destination = vector_take(codegen, hint);
    Value vector = a_vector(destination);
    if (value->kind == VALUE_REAL && value->integer == 0) {
        emit2(codegen, "xorps", vector, vector);
    } else if (value->kind == VALUE_MEMORY && value->storage == STORAGE_FLOAT32) {
        emit2(codegen, "xorps", vector,
              vector); // cvtss2sd keeps the upper half: no dependence on it
        emit2(codegen, "cvtss2sd", *value, vector);
    } else {
        assert(value_is_float(value));
        emit2(codegen, "movsd", *value, vector);
    }
    value_release(codegen, *value);
    *value = vector;
    return destination;
}

void value_load(Codegen *codegen, Value *value, uint8_t hint) {
    if (value_is_float(value)) {
        value_to_vector(codegen, value, hint);
    } else {
        value_to_register(codegen, value, hint);
    }
}

void value_settle(Codegen *codegen, uint8_t hint) {
    Value *top = value_at(codegen, 0);
    if (top->kind == VALUE_MEMORY) {
        value_load(codegen, top, hint);
    }
}

void value_settle_all(Codegen *codegen, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        Value *value = value_at(codegen, i);
        if (value->kind == VALUE_MEMORY) {
            value_load(codegen, value, NO_REGISTER);
        }
    }
}

void value_push_loaded(Codegen *codegen, Value memory) {
    if (value_is_float(&memory)) {
        Value vector = a_vector(vector_take(codegen, NO_REGISTER));
        bool is_narrow = memory.kind == VALUE_MEMORY && memory.storage == STORAGE_FLOAT32;
        emit2(codegen, is_narrow ? "cvtss2sd" : "movsd", memory, vector);
        value_push(codegen, vector);
        return;
    }
    uint8_t number = register_take(codegen, NO_REGISTER);
    if (memory.kind == VALUE_PLACE) {
        emit2(codegen, "leaq", at_place(memory, STORAGE_WORD), a_register(number));
    } else {
        Storage storage = memory.kind == VALUE_SLOT ? STORAGE_WORD : (Storage)memory.storage;
        emit2(codegen, storage_rows[storage].load, memory,
              a_register_part(number, storage_rows[storage].load_bytes));
    }
    value_push(codegen, a_register(number));
}

Value value_keep(Codegen *codegen) {
    Value slot = a_slot(temporary_take(codegen), value_is_float(value_at(codegen, 0)));
    value_store(codegen, slot, value_at(codegen, 0));
    value_drop(codegen);
    return slot;
}

void value_push_kept(Codegen *codegen, Value slot) {
    slot.is_temporary = true;
    value_push(codegen, slot);
}

static bool fits_immediate(int64_t integer) { return integer >= INT32_MIN && integer <= INT32_MAX; }

Value value_to_operand(Codegen *codegen, Value *value) {
    switch ((ValueKind)value->kind) {
    case VALUE_REGISTER:
    case VALUE_SLOT:
        return *value;
    case VALUE_NOTHING:
        return an_integer(0);
    case VALUE_INTEGER:
        if (fits_immediate(value->integer)) {
            return *value;
        }
        break;
    case VALUE_MEMORY:
        if (value->storage == STORAGE_WORD) {
            return *value;
        }
        break;
    case VALUE_PLACE:
        if (value_is_static(value)) {
            return *value;
        }
        break;
    default:
        break;
    }
    value_to_register(codegen, value, NO_REGISTER);
    return *value;
}

Value value_to_vector_operand(Codegen *codegen, Value *value) {
    if (value->kind == VALUE_MEMORY && value->storage == STORAGE_FLOAT32) {
        value_to_vector(codegen, value, NO_REGISTER);
    }
    assert(value_is_float(value));
    return *value;
}

void value_to_word(Codegen *codegen, Value *value) {
    if (!value_is_float(value)) {
        return;
    }
    if (value->kind == VALUE_REAL) {
        value->kind = VALUE_INTEGER;
    } else if (value->kind == VALUE_SLOT) {
        value->is_float = false;
    } else if (value->kind == VALUE_MEMORY && value->storage == STORAGE_FLOAT64) {
        value->storage = STORAGE_WORD;
    } else {
        uint8_t vector = value_to_vector(codegen, value, NO_REGISTER);
        uint8_t destination = register_take(codegen, NO_REGISTER);
        emit2(codegen, "movq", a_vector(vector), a_register(destination));
        vector_release(codegen, vector);
        *value = a_register(destination);
    }
}

void value_from_word(Codegen *codegen, Value *value) {
    if (value_is_float(value)) {
        return;
    }
    if (value->kind == VALUE_INTEGER) {
        value->kind = VALUE_REAL;
    } else if (value->kind == VALUE_SLOT) {
        value->is_float = true;
    } else if (value->kind == VALUE_MEMORY && value->storage == STORAGE_WORD) {
        value->storage = STORAGE_FLOAT64;
    } else {
        uint8_t source = value_to_register(codegen, value, NO_REGISTER);
        uint8_t vector = vector_take(codegen, NO_REGISTER);
        emit2(codegen, "movq", a_register(source), a_vector(vector));
        register_release(codegen, source);
        *value = a_vector(vector);
    }
}

void value_to_place(Codegen *codegen, Value *value) {
    if (value->kind != VALUE_PLACE) {
        uint8_t base = value_to_source(codegen, value);
        *value = a_place(base, 0);
    }
}

// --- Storing -------------------------------------------------------------------------------------

static void store_float32(Codegen *codegen, Value place, Value *value) {
    uint8_t vector = value_to_vector(codegen, value, NO_REGISTER);
    emit2(codegen, "cvtsd2ss", a_vector(vector), a_vector(vector));
    emit2(codegen, "movss", a_vector(vector), place);
}

// The integer as an immediate of so many bytes.
static int64_t cut(int64_t integer, unsigned bytes) {
    return bytes == 1 ? (int8_t)integer : bytes == 2 ? (int16_t)integer : (int32_t)integer;
}

void value_store(Codegen *codegen, Value place, Value *value) {
    Storage storage = place.kind == VALUE_SLOT ? STORAGE_WORD : (Storage)place.storage;
    if (storage == STORAGE_FLOAT32) {
        store_float32(codegen, place, value);
        return;
    }
    if (value->kind == VALUE_VECTOR) {
        emit2(codegen, "movsd", *value, place);
        return;
    }
    if (value->kind == VALUE_MEMORY && value->storage == STORAGE_FLOAT32) {
        value_to_vector(codegen, value, NO_REGISTER);
        emit2(codegen, "movsd", *value, place);
        return;
    }
    value_to_word(codegen, value);
    unsigned bytes = storage_rows[storage].store_bytes;
    const char *operation = storage_rows[storage].store;
    if (value->kind == VALUE_NOTHING) {
        *value = an_integer(0);
    }
    if (value->kind == VALUE_INTEGER && (bytes < 8 || fits_immediate(value->integer))) {
        int64_t integer = bytes < 8 ? cut(value->integer, bytes) : value->integer;
        emit2(codegen, operation, an_integer(integer), place);
    } else if (value_is_static(value) && bytes == 8) {
        emit2(codegen, operation, *value, place);
    } else {
        uint8_t source = value_to_source(codegen, value);
        emit2(codegen, operation, a_register_part(source, (uint8_t)bytes), place);
    }
}

// --- Copies --------------------------------------------------------------------------------------

static Value moved_by(Value place, uint64_t offset) {
    place.offset = (int32_t)(place.offset + (int64_t)offset);
    return at_place(place, STORAGE_WORD);
}

// One to sixteen bytes; gives how many.
static uint64_t copy_piece(Codegen *codegen, Value to, Value from, uint64_t rest, uint8_t vector,
                           uint8_t general) {
    Value through = a_vector(vector);
    const char *operation = "movups";
    uint64_t bytes = 16;
    if (rest < 8) {
        bytes = rest >= 4 ? 4 : rest >= 2 ? 2 : 1;
        operation = bytes == 4 ? "movl" : bytes == 2 ? "movw" : "movb";
        through = a_register_part(general, (uint8_t)bytes);
    } else if (rest < 16) {
        bytes = 8;
        operation = "movq";
    }
    emit2(codegen, operation, from, through);
    emit2(codegen, operation, through, to);
    return bytes;
}

static void copy_small(Codegen *codegen, uint64_t size) {
    value_to_place(codegen, value_at(codegen, 0));
    value_to_place(codegen, value_at(codegen, 1));
    uint8_t vector = vector_take(codegen, NO_REGISTER);
    uint8_t general = size % 8 ? register_take(codegen, NO_REGISTER) : NO_REGISTER;
    value_to_place(codegen, value_at(codegen, 0)); // taking registers may have spilled them
    value_to_place(codegen, value_at(codegen, 1));
    Value from = *value_at(codegen, 0);
    Value to = *value_at(codegen, 1);
    for (uint64_t done = 0; done < size;) {
        done += copy_piece(codegen, moved_by(to, done), moved_by(from, done), size - done, vector,
                           general);
    }
    vector_release(codegen, vector);
    if (general != NO_REGISTER) {
        register_release(codegen, general);
    }
    value_drop(codegen);
    value_drop(codegen);
}

void emit_copy(Codegen *codegen, uint64_t size) {
    check_copy(codegen, size);
    if (size <= SMALL_COPY) {
        copy_small(codegen, size);
        return;
    }
    value_spill_below(codegen, 2);
    place_arguments(codegen, 2, false);
    value_drop(codegen);
    value_drop(codegen);
    emit_load_integer(codegen, (int64_t)(size / 8), RCX);
    emit0(codegen, "rep movsq");
    if (size % 8) {
        emit_load_integer(codegen, (int64_t)(size % 8), RCX);
        emit0(codegen, "rep movsb");
    }
}

void emit_clear(Codegen *codegen, int32_t offset, uint64_t size) {
    assert(codegen->values->busy_registers == 0);
    size = (size + 7) & ~(uint64_t)7;
    if (size > SMALL_CLEAR) {
        emit2(codegen, "leaq", a_memory(RBP, offset, STORAGE_WORD), a_register(RDI));
        emit_load_integer(codegen, 0, RAX);
        emit_load_integer(codegen, (int64_t)(size / 8), RCX);
        emit0(codegen, "rep stosq");
        return;
    }
    if (size >= 16) {
        emit2(codegen, "xorps", a_vector(0), a_vector(0));
    }
    for (uint64_t done = 0; done < size;) {
        Value to = a_memory(RBP, (int32_t)(offset + (int64_t)done), STORAGE_WORD);
        bool is_pair = size - done >= 16;
        emit2(codegen, is_pair ? "movups" : "movq", is_pair ? a_vector(0) : an_integer(0), to);
        done += is_pair ? 16 : 8;
    }
}

// --- The frame -----------------------------------------------------------------------------------

// Frames beyond 2 GB overflow the stack at their beginning, so their offsets only have to be
// numbers.
int32_t frame_allocate(Codegen *codegen, uint64_t size) {
    Frame *frame = codegen->frame;
    frame->used += (int64_t)((size + 7) & ~(uint64_t)7);
    if (frame->used > frame->peak) {
        frame->peak = frame->used;
    }
    return (int32_t)-frame->used;
}

int32_t frame_allocate_for_good(Codegen *codegen, uint64_t size) {
    int32_t offset = frame_allocate(codegen, size);
    codegen->frame->floor = codegen->frame->used;
    return offset;
}

int64_t frame_mark(Codegen *codegen) { return codegen->frame->used; }

void frame_release(Codegen *codegen, int64_t mark) {
    Frame *frame = codegen->frame;
    frame->used = mark > frame->floor ? mark : frame->floor;
    codegen->values->free_slot_count = 0;
    residents_release(codegen);
}

int32_t temporary_take(Codegen *codegen) {
    Values *values = codegen->values;
    if (values->free_slot_count > 0) {
        return values->free_slots[--values->free_slot_count];
    }
    return frame_allocate(codegen, 8);
}

void temporary_release(Codegen *codegen, int32_t offset) {
    Values *values = codegen->values;
    if (values->free_slot_count < sizeof values->free_slots / sizeof values->free_slots[0]) {
        values->free_slots[values->free_slot_count++] = offset;
    }
}
