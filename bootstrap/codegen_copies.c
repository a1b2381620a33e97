// Which registers still hold what a frame slot holds. Each local has its slot, and each store goes
// there, but in quiet loops (codegen_resident); where a register is known to hold the same, reading
// the slot reads the register.
// Every instruction is accounted for as it is written (emit1, emit2, emit3): what it changes is
// forgotten. A call and a plain label forget everything. A join, a label to which all jumps lead
// forward, knows what holds on every way to it. At the head of a loop, what is agreed on there is
// put right again before each jump back.
#include "codegen_internal.h"

static Copies *now(Codegen *codegen) { return &codegen->values->copies; }

void copies_forget(Codegen *codegen) {
    *now(codegen) = (Copies){0};
    residents_note(codegen, now(codegen));
}

// --- Looking up ----------------------------------------------------------------------------------

uint8_t copy_of_slot(Codegen *codegen, const Value *slot) {
    const Copies *copies = now(codegen);
    const int32_t *held = slot->is_float ? copies->vectors : copies->general;
    uint8_t count = slot->is_float ? VECTOR_COUNT : REGISTER_COUNT;
    for (uint8_t i = 0; i < count; i++) {
        if (held[i] == slot->offset) {
            return i;
        }
    }
    return NO_REGISTER;
}

bool is_copy(Codegen *codegen, uint8_t number) { return now(codegen)->general[number] != 0; }

bool is_vector_copy(Codegen *codegen, uint8_t number) { return now(codegen)->vectors[number] != 0; }

// Does the text begin with the three characters? This is done for each instruction that is written:
// strncmp would be a call.
static inline bool begins_with(const char *text, const char with[3]) {
    return text[0] == with[0] && text[1] == with[1] && text[2] == with[2];
}

static OperationEffect effect_of(const char *operation) {
    switch (operation[0]) {
    case 'm':
        return !begins_with(operation, "mov") ? EFFECT_CHANGES
               : operation[3] == 'q'          ? EFFECT_MOVES_WORD
               : is_text(operation + 3, "sd") ? EFFECT_MOVES_REAL
                                              : EFFECT_MOVES;
    case 'c':
        return !begins_with(operation, "cmp") ? EFFECT_CHANGES
               : is_text(operation + 3, "q")  ? EFFECT_COMPARES
                                              : EFFECT_READS;
    case 't': // test
        return begins_with(operation, "tes") ? EFFECT_READS : EFFECT_CHANGES;
    case 'u': // ucomisd, ucomiss
        return begins_with(operation, "uco") ? EFFECT_READS : EFFECT_CHANGES;
    case 'x':
        return is_text(operation, "xchgq") ? EFFECT_EXCHANGES : EFFECT_CHANGES;
    default:
        return EFFECT_CHANGES;
    }
}

Operation operation_of(const char *text) { return (Operation){text, effect_of(text)}; }

bool is_wide(Operation operation) {
    const char *text = operation.text;
    if (operation.effect == EFFECT_MOVES && (text[3] == 's' || text[3] == 'z')) {
        return false;
    }
    while (text[1] != '\0') {
        text++;
    }
    return *text == 'q';
}

Value copy_for_operand(Codegen *codegen, Operation operation, const Value *operand) {
    if (operand->kind != VALUE_SLOT || (!operand->is_float && !is_wide(operation))) {
        return *operand;
    }
    uint8_t number = copy_of_slot(codegen, operand);
    return number == NO_REGISTER ? *operand
           : operand->is_float   ? a_vector(number)
                                 : a_register(number);
}

// --- Accounting ----------------------------------------------------------------------------------

static void forget_slot(Codegen *codegen, int32_t offset) {
    Copies *copies = now(codegen);
    for (uint32_t i = 0; i < REGISTER_COUNT; i++) {
        copies->general[i] = copies->general[i] == offset ? 0 : copies->general[i];
    }
    for (uint32_t i = 0; i < VECTOR_COUNT; i++) {
        copies->vectors[i] = copies->vectors[i] == offset ? 0 : copies->vectors[i];
    }
}

static void note_change(Codegen *codegen, const Value *changed) {
    Copies *copies = now(codegen);
    if (changed->kind == VALUE_REGISTER && changed->base < REGISTER_COUNT) {
        if (is_resident(codegen, changed->base)) { // no copy is one any longer, but this is
            forget_slot(codegen, copies->general[changed->base]);
            residents_note(codegen, copies);
        } else {
            copies->general[changed->base] = 0;
        }
    } else if (changed->kind == VALUE_VECTOR) {
        copies->vectors[changed->base] = 0;
    } else if (changed->kind == VALUE_SLOT) {
        forget_slot(codegen, changed->offset);
        residents_note(codegen, copies);
    } else if (changed->kind == VALUE_MEMORY && changed->base == RBP) { // an object in the frame
        copies_forget(codegen);
    }
}

// The register and the slot are the same now.
static void note_equal(Codegen *codegen, const Value *in_register, const Value *slot) {
    if (in_register->kind == VALUE_VECTOR) {
        now(codegen)->vectors[in_register->base] = slot->offset;
    } else if (in_register->kind == VALUE_REGISTER && in_register->base < REGISTER_COUNT &&
               !is_resident(codegen, in_register->base)) {
        now(codegen)->general[in_register->base] = slot->offset;
    }
}

void copies_note_one(Codegen *codegen, const char *operation, const Value *operand) {
    if (is_text(operation, "pushq")) {
        return;
    }
    note_change(codegen, operand);
    now(codegen)->general[RAX] = now(codegen)->general[RDX] = 0; // multiplications and divisions
}

void copies_note(Codegen *codegen, Operation operation, const Value *source,
                 const Value *destination) {
    if (operation.effect == EFFECT_READS || operation.effect == EFFECT_COMPARES) {
        return;
    }
    note_change(codegen, destination);
    if (operation.effect == EFFECT_EXCHANGES) {
        note_change(codegen, source);
        return;
    }
    // The kind of register that this move goes to or from.
    ValueKind wanted = operation.effect == EFFECT_MOVES_WORD   ? VALUE_REGISTER
                       : operation.effect == EFFECT_MOVES_REAL ? VALUE_VECTOR
                                                               : VALUE_NOTHING;
    if (source->kind == VALUE_SLOT && destination->kind == wanted &&
        source->is_float == (wanted == VALUE_VECTOR)) {
        note_equal(codegen, destination, source);
    } else if (destination->kind == VALUE_SLOT && source->kind == wanted) {
        note_equal(codegen, source, destination);
    }
}

// A change of a slot goes through the register that holds it: the next reader does not wait for
// memory.
bool change_copy(Codegen *codegen, Operation operation, const Value *source, const Value *slot) {
    if (slot->kind != VALUE_SLOT || operation.effect < EFFECT_CHANGES || slot->is_float ||
        !is_wide(operation)) {
        return false;
    }
    uint8_t number = copy_of_slot(codegen, slot);
    bool is_free = number != NO_REGISTER && !(codegen->values->busy_registers & 1u << number) &&
                   !(source->kind == VALUE_REGISTER && source->base == number);
    if (!is_free) {
        return false;
    }
    emit2(codegen, operation.text, *source, a_register(number));
    emit2(codegen, "movq", a_register(number), *slot);
    return true;
}

// --- Labels --------------------------------------------------------------------------------------

static Join *find_join(Codegen *codegen, Label label) {
    Values *values = codegen->values;
    for (uint32_t i = 0; i < values->join_count; i++) {
        if (values->joins[i].label == label) {
            return &values->joins[i];
        }
    }
    return NULL;
}

static Join *add_join(Codegen *codegen, Label label) {
    Values *values = codegen->values;
    if (values->join_count == JOIN_COUNT) {
        return NULL;
    }
    Join *join = &values->joins[values->join_count++];
    *join = (Join){.label = label};
    return join;
}

static void remove_join(Codegen *codegen, Join *join) {
    Values *values = codegen->values;
    *join = values->joins[--values->join_count];
}

// What both know.
static void intersect(Copies *copies, const Copies *other) {
    for (uint32_t i = 0; i < REGISTER_COUNT; i++) {
        copies->general[i] = copies->general[i] == other->general[i] ? copies->general[i] : 0;
    }
    for (uint32_t i = 0; i < VECTOR_COUNT; i++) {
        copies->vectors[i] = copies->vectors[i] == other->vectors[i] ? copies->vectors[i] : 0;
    }
}

Label new_join(Codegen *codegen) {
    Label label = new_label(codegen);
    add_join(codegen, label);
    return label;
}

void emit_join(Codegen *codegen, Label label) {
    Join *join = find_join(codegen, label);
    Copies copies = *now(codegen);
    emit_label(codegen, label);
    if (!join) { // too many were open
        return;
    }
    if (!copies.is_dead && join->is_reached) {
        intersect(&copies, &join->copies);
    } else if (copies.is_dead) {
        copies = join->copies;
    }
    *now(codegen) = copies;
    residents_note(codegen, now(codegen));
    remove_join(codegen, join);
}

void copies_put_right(Codegen *codegen, const Copies *expected) {
    assert(codegen->values->busy_registers == 0 && codegen->values->busy_vectors == 0);
    for (uint8_t i = 0; i < REGISTER_COUNT; i++) {
        if (expected->general[i] != 0 && now(codegen)->general[i] != expected->general[i]) {
            emit2(codegen, "movq", a_slot(expected->general[i], false), a_register(i));
        }
    }
    for (uint8_t i = 0; i < VECTOR_COUNT; i++) {
        if (expected->vectors[i] != 0 && now(codegen)->vectors[i] != expected->vectors[i]) {
            emit2(codegen, "movsd", a_slot(expected->vectors[i], true), a_vector(i));
        }
    }
}

void copies_note_jump(Codegen *codegen, Label label) {
    Join *join = find_join(codegen, label);
    if (!join || now(codegen)->is_dead) {
        return;
    }
    if (join->is_head) {
        Copies expected = join->copies;
        copies_put_right(codegen, &expected);
    } else if (join->is_reached) {
        intersect(&join->copies, now(codegen));
    } else {
        join->copies = *now(codegen);
        join->is_reached = true;
    }
}

// Takes over into `kept` the registers that hold the slots, or loads those slots that are in none.
static void keep_slots(Codegen *codegen, const Value *slots, uint32_t count, Copies *kept,
                       bool loads) {
    for (uint32_t i = 0; i < count; i++) {
        uint8_t number = copy_of_slot(codegen, &slots[i]);
        if (number == NO_REGISTER && loads) {
            value_push_loaded(codegen, slots[i]);
            value_drop(codegen);
        } else if (number != NO_REGISTER) {
            (slots[i].is_float ? kept->vectors : kept->general)[number] = slots[i].offset;
        }
    }
}

void copies_keep(Codegen *codegen, const Value *general, uint32_t general_count,
                 const Value *vectors, uint32_t vector_count) {
    Copies kept = {.is_dead = now(codegen)->is_dead};
    residents_note(codegen, &kept);
    keep_slots(codegen, general, general_count, &kept, false);
    keep_slots(codegen, vectors, vector_count, &kept, false);
    *now(codegen) = kept;
    keep_slots(codegen, general, general_count, &kept, true);
    keep_slots(codegen, vectors, vector_count, &kept, true);
}

void copies_end_way(Codegen *codegen) { now(codegen)->is_dead = true; }

void emit_head(Codegen *codegen, Label label) {
    Copies copies = *now(codegen);
    text_put(codegen->text, "\t.p2align 4\n"); // processors fetch aligned pieces of code
    emit_label(codegen, label);
    Join *join = copies.is_dead ? NULL : add_join(codegen, label);
    if (join) {
        join->is_head = true;
        join->copies = *now(codegen) = copies;
    }
}

void end_head(Codegen *codegen, Label label) {
    Join *join = find_join(codegen, label);
    if (join) {
        remove_join(codegen, join);
    }
}
