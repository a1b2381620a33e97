// Variables that live in registers. In a quiet loop, one without calls and inner loops, the words
// that it changes, and those that are declared in it while there is room, are in registers of their
// own from its head to its end: their slots are stale meanwhile. No expression gets these registers
// to change; instructions that name such a slot name the register instead. Behind the loop what it
// changed is stored. A call that there is nevertheless, behind the process mostly, comes between a
// store and a load of each.
//
// Not with -g, where gdb looks into the slots, nor in a process with Inline Assembly.
#include "codegen_internal.h"

// Registers that no instruction or runtime function with few arguments wants.
static const uint8_t homes[RESIDENT_COUNT] = {R8, R9, R11};

static Residents *now(Codegen *codegen) { return &codegen->values->residents; }

// --- Looking up ----------------------------------------------------------------------------------

uint8_t resident_of_slot(Codegen *codegen, int32_t offset) {
    const Residents *residents = now(codegen);
    for (uint32_t i = 0; residents->reserved && i < RESIDENT_COUNT; i++) {
        if (residents->slots[i] == offset) {
            return homes[i];
        }
    }
    return NO_REGISTER;
}

void residents_note(Codegen *codegen, Copies *copies) {
    const Residents *residents = now(codegen);
    for (uint32_t i = 0; residents->reserved && i < RESIDENT_COUNT; i++) {
        if (residents->slots[i] != 0) {
            copies->general[homes[i]] = residents->slots[i];
        }
    }
}

// --- Operands ------------------------------------------------------------------------------------

void find_resident(Codegen *codegen, Operation operation, Value *operand) {
    uint8_t number = resident_of_slot(codegen, operand->offset);
    if (number == NO_REGISTER) {
        return;
    }
    if (!operand->is_float && is_wide(operation)) {
        *operand = a_register(number);
    } else {
        emit_unnoted(codegen, "movq", a_register(number), a_slot(operand->offset, false));
    }
}

void load_resident(Codegen *codegen, Operation operation, const Value *destination) {
    if (operation.effect == EFFECT_READS || operation.effect == EFFECT_COMPARES) {
        return;
    }
    uint8_t number = resident_of_slot(codegen, destination->offset);
    if (number != NO_REGISTER) {
        emit_unnoted(codegen, "movq", a_slot(destination->offset, false), a_register(number));
    }
}

// --- Coming and going ----------------------------------------------------------------------------

bool residents_are_allowed(Codegen *codegen) {
    return !codegen->is_debug && !codegen->frame->has_assembly;
}

static bool add_resident(Codegen *codegen, const Value *slot) {
    Residents *residents = now(codegen);
    for (uint32_t i = 0; i < RESIDENT_COUNT; i++) {
        if (residents->slots[i] == 0) {
            residents->slots[i] = slot->offset;
            residents->reserved |= 1u << homes[i];
            return true;
        }
    }
    return false;
}

void residents_begin(Codegen *codegen, const Value *slots, uint32_t count) {
    assert(!now(codegen)->reserved && count <= RESIDENT_COUNT);
    assert(codegen->values->busy_registers == 0);
    for (uint32_t i = 0; i < count; i++) {
        emit2(codegen, "movq", slots[i], a_register(homes[i]));
    }
    for (uint32_t i = 0; i < count; i++) {
        add_resident(codegen, &slots[i]);
    }
    residents_note(codegen, &codegen->values->copies);
    now(codegen)->is_open = true;
}

void resident_declare(Codegen *codegen, const Value *slot) {
    if (now(codegen)->is_open && !slot->is_float && add_resident(codegen, slot)) {
        residents_note(codegen, &codegen->values->copies);
    }
}

void residents_release(Codegen *codegen) {
    Residents *residents = now(codegen);
    for (uint32_t i = 0; residents->reserved && i < RESIDENT_COUNT; i++) {
        if (residents->slots[i] < -codegen->frame->used) {
            residents->slots[i] = 0;
            residents->reserved &= ~(1u << homes[i]);
        }
    }
}

void residents_store(Codegen *codegen) {
    const Residents *residents = now(codegen);
    for (uint32_t i = 0; residents->reserved && i < RESIDENT_COUNT; i++) {
        if (residents->slots[i] != 0) {
            Value slot = a_slot(residents->slots[i], false);
            emit_unnoted(codegen, "movq", a_register(homes[i]), slot);
        }
    }
}

void residents_load(Codegen *codegen) {
    const Residents *residents = now(codegen);
    for (uint32_t i = 0; residents->reserved && i < RESIDENT_COUNT; i++) {
        if (residents->slots[i] != 0) {
            Value slot = a_slot(residents->slots[i], false);
            emit_unnoted(codegen, "movq", slot, a_register(homes[i]));
        }
    }
}

void residents_end(Codegen *codegen) {
    residents_store(codegen);
    *now(codegen) = (Residents){0};
}
