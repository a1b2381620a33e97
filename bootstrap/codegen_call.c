// Calls. Arguments are evaluated left to right onto the stack of values, mostly into the registers
// where the call wants them, and put in their places together at the end.
#include "codegen_internal.h"

#include <string.h>

enum {
    FEW_ARGUMENTS = 16, // for more no register is suggested
    MOST_MOVES = 8,     // the vector arguments, or the integer ones and the function object
};

// --- Placing arguments ---------------------------------------------------------------------------

typedef struct Move {
    uint32_t depth; // of the value
    uint8_t target;
    bool is_done;
} Move;

typedef struct Moves {
    Move items[MOST_MOVES];
    uint32_t count;
    bool is_vector;
} Moves;

static void add_move(Moves *moves, uint32_t depth, uint8_t target) {
    assert(moves->count < MOST_MOVES);
    moves->items[moves->count++] = (Move){depth, target, false};
}

// Is the target still the source of another move?
static bool is_blocked(Codegen *codegen, const Moves *moves, const Move *move) {
    ValueKind kind = moves->is_vector ? VALUE_VECTOR : VALUE_REGISTER;
    for (uint32_t i = 0; i < moves->count; i++) {
        const Move *other = &moves->items[i];
        const Value *value = value_at(codegen, other->depth);
        if (other != move && !other->is_done && value->kind == kind &&
            value->base == move->target) {
            return true;
        }
    }
    return false;
}

static void move_value(Codegen *codegen, const Moves *moves, Move *move) {
    Value *value = value_at(codegen, move->depth);
    Value target = moves->is_vector ? a_vector(move->target) : a_register(move->target);
    if (value->base != move->target) {
        emit2(codegen, moves->is_vector ? "movaps" : "movq", *value, target);
        value_release(codegen, *value);
        if (moves->is_vector) {
            codegen->values->busy_vectors |= 1u << move->target;
        } else {
            codegen->values->busy_registers |= 1u << move->target;
        }
        *value = target;
    }
    move->is_done = true;
}

// All values that are left wait for each other in a ring: exchanges one with the one in its target.
static void break_ring(Codegen *codegen, Moves *moves, Move *move) {
    Value *value = value_at(codegen, move->depth);
    Value source = *value;
    Value target = moves->is_vector ? a_vector(move->target) : a_register(move->target);
    if (moves->is_vector) {
        uint8_t held = vector_take(codegen, NO_REGISTER);
        emit2(codegen, "movaps", source, a_vector(held));
        emit2(codegen, "movaps", target, source);
        emit2(codegen, "movaps", a_vector(held), target);
        vector_release(codegen, held);
    } else {
        emit2(codegen, "xchgq", source, target);
    }
    for (uint32_t i = 0; i < moves->count; i++) {
        Value *other = value_at(codegen, moves->items[i].depth);
        if (!moves->items[i].is_done && other->kind == source.kind && other->base == move->target) {
            *other = source;
        }
    }
    *value = target;
    move->is_done = true;
}

// Those that are in registers, in an order in which none overwrites another.
static void move_registers(Codegen *codegen, Moves *moves) {
    ValueKind kind = moves->is_vector ? VALUE_VECTOR : VALUE_REGISTER;
    for (;;) {
        Move *waiting = NULL;
        bool has_moved = false;
        for (uint32_t i = 0; i < moves->count; i++) {
            Move *move = &moves->items[i];
            if (move->is_done || value_at(codegen, move->depth)->kind != kind) {
                continue;
            }
            if (!is_blocked(codegen, moves, move)) {
                move_value(codegen, moves, move);
                has_moved = true;
            } else {
                waiting = move;
            }
        }
        if (!waiting) {
            return;
        }
        if (!has_moved) {
            break_ring(codegen, moves, waiting);
        }
    }
}

static void place_in_registers(Codegen *codegen, Moves *moves) {
    for (uint32_t i = 0; i < moves->count; i++) { // those whose address is in registers
        Value *value = value_at(codegen, moves->items[i].depth);
        if (value->kind == VALUE_MEMORY ||
            (value->kind == VALUE_PLACE && !value_is_static(value))) {
            value_load(codegen, value, moves->items[i].target);
        }
    }
    move_registers(codegen, moves);
    for (uint32_t i = 0; i < moves->count; i++) {
        Value *value = value_at(codegen, moves->items[i].depth);
        if (!moves->items[i].is_done) {
            value_load(codegen, value, moves->items[i].target);
            assert(value->base == moves->items[i].target);
        }
    }
}

// Pushes the values of these depths, the last argument first.
static uint32_t push_stacked(Codegen *codegen, const uint32_t *depths, uint32_t count) {
    uint32_t bytes = 8 * count;
    if (count % 2) {
        emit2(codegen, "subq", an_integer(8), a_register(RSP));
        bytes += 8;
    }
    report_push(codegen->compilation->report, bytes);
    for (uint32_t i = count; i > 0; i--) {
        Value *value = value_at(codegen, depths[i - 1]);
        value_to_word(codegen, value);
        Value operand = value_to_operand(codegen, value);
        emit1(codegen, "pushq", operand);
        value_release(codegen, *value);
        *value = no_value();
    }
    return bytes;
}

Placement place_arguments(Codegen *codegen, uint32_t count, bool has_object) {
    Moves integers = {.is_vector = false}, vectors = {.is_vector = true};
    uint32_t few[FEW_ARGUMENTS];
    uint32_t *stacked = count <= FEW_ARGUMENTS ? few : memory_allocate(count * sizeof *stacked);
    uint32_t stacked_count = 0;
    ParameterWalk walk = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t depth = count - 1 - i;
        Value *value = value_at(codegen, depth);
        Value target = next_parameter(&walk, value_is_float(value));
        if (target.kind == VALUE_VECTOR) {
            add_move(&vectors, depth, target.base);
        } else if (target.kind == VALUE_REGISTER) {
            add_move(&integers, depth, target.base);
        } else {
            stacked[stacked_count++] = depth;
        }
    }
    if (has_object) {
        add_move(&integers, count, R10);
    }
    Placement placement = {.vector_count = vectors.count};
    placement.stack_bytes = push_stacked(codegen, stacked, stacked_count);
    place_in_registers(codegen, &vectors);
    place_in_registers(codegen, &integers);
    if (stacked != few) {
        memory_free(stacked);
    }
    return placement;
}

static void finish_call(Codegen *codegen, Placement placement, uint32_t count) {
    if (placement.stack_bytes > 0) {
        emit2(codegen, "addq", an_integer(placement.stack_bytes), a_register(RSP));
    }
    for (uint32_t i = 0; i < count; i++) {
        value_drop(codegen);
    }
}

// --- The arena of a scope ------------------------------------------------------------------------

static void set_scope_arena(Codegen *codegen) {
    report_scope(codegen->compilation->report);
    emit2(codegen, "movq", a_slot(codegen->frame->scope->slot, false), a_register(R10));
    text_put(codegen->text, "\tmovq %r10, %fs:runa_scope_arena@tpoff\n");
}

static void clear_scope_arena(Codegen *codegen) {
    text_put(codegen->text, "\tmovq $0, %fs:runa_scope_arena@tpoff\n");
}

// --- The runtime ---------------------------------------------------------------------------------

static void push_result(Codegen *codegen, ResultClass result) {
    value_push(codegen, result == RESULT_FLOAT  ? a_vector(0)
                        : result == RESULT_WORD ? a_register(RAX)
                                                : no_value());
}

static void call_function(Codegen *codegen, const Node *node, const char *function, uint32_t count,
                          ResultClass result, bool in_scope) {
    value_spill_below(codegen, count);
    Placement placement = place_arguments(codegen, count, false);
    if (in_scope) {
        set_scope_arena(codegen);
    }
    if (node) {
        emit_position(codegen, node);
    }
    emit_call(codegen, function);
    if (in_scope) {
        clear_scope_arena(codegen);
    }
    finish_call(codegen, placement, count);
    push_result(codegen, result);
}

void call_runtime(Codegen *codegen, const Node *node, const char *function, uint32_t count,
                  ResultClass result) {
    call_function(codegen, node, function, count, result, false);
}

void call_runtime_in_scope(Codegen *codegen, const Node *node, const char *function,
                           uint32_t count) {
    call_function(codegen, node, function, count, RESULT_WORD, codegen->frame->scope != NULL);
}

// A kind that contains type parameters is made at run time, of theirs.
static void push_composed_kind(Codegen *codegen, const Node *node, const Type *type) {
    value_push(codegen, an_integer(kind_tag(type)));
    value_push(codegen, an_integer((int64_t)type->count));
    push_kind(codegen, node, type->first);
    if (type->kind == TYPE_DICTIONARY) {
        push_kind(codegen, node, type->second);
    } else {
        value_push(codegen, an_integer(0));
    }
    call_runtime(codegen, node, "runa_kind_of", 4, RESULT_WORD);
}

void push_kind(Codegen *codegen, const Node *node, const Type *type) {
    if (type->kind == TYPE_PARAMETER) {
        value_push(codegen, a_slot(type->parameter->frame_offset, false));
    } else if (type->has_parameter && kind_tag(type) > RUNA_KIND_REFERENCE &&
               kind_tag(type) != RUNA_KIND_INLINE) {
        push_composed_kind(codegen, node, type);
    } else {
        value_push(codegen, kind_constant(codegen, type));
    }
}

// --- Allocation ----------------------------------------------------------------------------------

// Rounds rax up to 8 and goes to `back`, behind the process: where everything is aligned, as it
// mostly is, the next allocation waits for one addition less.
static void emit_cold_rounding(Codegen *codegen, Label unaligned, Label back) {
    cold_begin(codegen, unaligned);
    emit2(codegen, "addq", an_integer(7), a_register(RAX));
    emit2(codegen, "andq", an_integer(-8), a_register(RAX));
    emit_jump(codegen, "jmp", back);
    cold_end(codegen);
}

// rax has the start: leaves the end in rcx, or goes to `slow` if that is beyond the limit. A size
// in a register may be anything.
static void emit_bump_end(Codegen *codegen, Value size, Label slow) {
    Value limit = a_memory(RDI, RUNA_ARENA_LIMIT, STORAGE_WORD);
    Value end = a_memory(RAX, 0, STORAGE_WORD);
    if (size.kind == VALUE_INTEGER) {
        end.offset = (int32_t)size.integer;
        emit2(codegen, "leaq", end, a_register(RCX));
        emit2(codegen, "cmpq", limit, a_register(RCX));
        emit_jump(codegen, "jg", slow);
        return;
    }
    emit2(codegen, "movq", limit, a_register(RCX));
    emit2(codegen, "subq", a_register(RAX), a_register(RCX));
    emit2(codegen, "cmpq", size, a_register(RCX));
    emit_jump(codegen, "jb", slow);
    end.index = RSI;
    emit2(codegen, "leaq", end, a_register(RCX));
}

// What runa.h says for struct runa_arena. What a slow call would change is saved before, so that
// both ways leave the same state.
void emit_bump(Codegen *codegen, const Node *node) {
    value_spill_below(codegen, 2);
    Value size = *value_at(codegen, 0);
    if (size.kind != VALUE_INTEGER || size.integer < 0 || size.integer > INT32_MAX) {
        value_into_register(codegen, value_at(codegen, 0), RSI);
        size = a_register(RSI);
    }
    value_into_register(codegen, value_at(codegen, 1), RDI);
    value_drop(codegen);
    value_drop(codegen);
    Label unaligned = new_label(codegen), aligned = new_label(codegen);
    Label slow = new_label(codegen), back = new_label(codegen);
    Value used = a_memory(RDI, 16, STORAGE_WORD);
    emit_position(codegen, node);
    emit2(codegen, "movq", used, a_register(RAX));
    emit2(codegen, "testb", an_integer(7), a_register_part(RAX, 1));
    emit_jump(codegen, "jne", unaligned);
    emit_label_keeping(codegen, aligned);
    emit_bump_end(codegen, size, slow);
    emit2(codegen, "movq", a_register(RCX), used);
    emit2(codegen, "addq", a_memory(RDI, 0, STORAGE_WORD), a_register(RAX));
    emit_label_keeping(codegen, back);
    emit_cold_rounding(codegen, unaligned, aligned);
    Copies copies = codegen->values->copies;
    cold_begin(codegen, slow);
    if (size.kind == VALUE_INTEGER) {
        emit_load_integer(codegen, size.integer, RSI);
    }
    emit_call(codegen, "runa_arena_allocate");
    copies_put_right(codegen, &copies);
    emit_jump(codegen, "jmp", back);
    cold_end(codegen);
    value_push(codegen, a_register(RAX));
}

void allocate_in_arena(Codegen *codegen, const Node *node, uint64_t size) {
    value_push(codegen, an_integer((int64_t)size));
    if (codegen->checks_memory) {
        call_runtime(codegen, node, "runa_arena_allocate", 2, RESULT_WORD);
    } else {
        emit_bump(codegen, node);
    }
}

void allocate_object(Codegen *codegen, const Node *node, uint64_t size) {
    if (codegen->frame->scope) {
        value_push(codegen, a_slot(codegen->frame->scope->slot, false));
        allocate_in_arena(codegen, node, size);
        return;
    }
    value_push(codegen, an_integer((int64_t)size));
    call_runtime(codegen, node, "runa_allocate", 1, RESULT_WORD);
}

// --- Processes -----------------------------------------------------------------------------------

// Does the function come from the runtime (or, as those of `math`, from C) with values as Runa has
// them?
static bool is_library_function(const Symbol *process) {
    return process->as.process->is_external && process->module->is_library;
}

// Float32 arguments of C functions, and of exported processes, are floats.
static void narrow_arguments(Codegen *codegen, const ProcessInfo *info, uint32_t count) {
    for (uint32_t i = 0; i < info->parameter_count && i < count; i++) {
        const Type *type = info->parameters[i].type;
        if (type->kind == TYPE_FLOAT && type->size == 4) {
            Value *value = value_at(codegen, count - 1 - i);
            Value vector = a_vector(value_to_vector(codegen, value, NO_REGISTER));
            emit2(codegen, "cvtsd2ss", vector, vector);
        }
    }
}

static void extend_result(Codegen *codegen, const Symbol *process) {
    const ProcessInfo *info = process->as.process;
    const Type *type = info->result;
    if (type->kind == TYPE_FLOAT && type->size == 4) {
        emit2(codegen, "cvtss2sd", a_vector(0), a_vector(0));
    } else if (info->is_external && !is_library_function(process) &&
               (type->kind == TYPE_INTEGER || type->kind == TYPE_BOOLEAN)) {
        wrap_integer(codegen, type);
    }
}

static void pass_storage(Codegen *codegen, Value storage) {
    if (storage.kind == VALUE_PLACE) {
        emit2(codegen, "leaq", at_place(storage, STORAGE_WORD), a_register(R11));
    } else if (storage.kind != VALUE_NOTHING) {
        emit2(codegen, "movq", storage, a_register(R11));
    }
}

void call_process(Codegen *codegen, const Node *node, const Symbol *process, uint32_t count,
                  Value storage) {
    const ProcessInfo *info = process->as.process;
    bool is_c = info->is_external || info->is_export;
    bool in_scope =
        codegen->frame->scope && is_library_function(process) && type_is_reference(info->result);
    if (is_c) {
        narrow_arguments(codegen, info, count);
    }
    value_spill_below(codegen, count);
    Placement placement = place_arguments(codegen, count, false);
    pass_storage(codegen, storage);
    if (in_scope) {
        set_scope_arena(codegen);
    }
    if (info->is_external && !is_library_function(process)) { // it may have `...` parameters
        emit_load_integer(codegen, placement.vector_count, RAX);
    }
    emit_position(codegen, node);
    emit_call_name(codegen, info->assembly_name);
    if (in_scope) {
        clear_scope_arena(codegen);
    }
    finish_call(codegen, placement, count);
    push_result(codegen, info->result->kind == TYPE_NOTHING ? RESULT_NONE
                         : is_float_type(info->result)      ? RESULT_FLOAT
                                                            : RESULT_WORD);
    if (is_c) {
        extend_result(codegen, process);
    }
}

// --- Call expressions ----------------------------------------------------------------------------

// Where the callee puts a stack structure.
static Value result_storage(Codegen *codegen, const Call *call) {
    if (!(call->header.flags & NODE_STACK_RESULT)) {
        return no_value();
    }
    if (call->header.flags & NODE_PASSED_ON) {
        return a_slot(codegen->frame->storage_slot, false);
    }
    uint64_t size = type_object_size(call->header.type);
    Symbol *owner = call->storage;
    if (!owner) {
        int32_t offset = object_allocate_for_good(codegen, size);
        begin_stack_object(codegen, offset, size);
        return a_place(RBP, offset);
    }
    if (owner->kind == SYMBOL_GLOBAL) {
        return a_symbol(global_object(codegen, owner));
    }
    if (owner->object_offset == 0) { // the first call that the variable is given
        owner->object_offset = object_allocate_for_good(codegen, size);
    }
    begin_stack_object(codegen, owner->object_offset, size);
    return a_place(RBP, owner->object_offset);
}

// The register in which the argument for this parameter is best computed.
static uint8_t argument_hint(const Symbol *process, int64_t index) {
    if (!process || index >= FEW_ARGUMENTS) {
        return NO_REGISTER;
    }
    const ProcessInfo *info = process->as.process;
    ParameterWalk walk = {0};
    Value target = no_value();
    for (int64_t i = 0; i <= index && i < info->parameter_count; i++) {
        target = next_parameter(&walk, is_float_type(info->parameters[i].type));
    }
    return target.kind == VALUE_REGISTER || target.kind == VALUE_VECTOR ? target.base : NO_REGISTER;
}

// Brings the values, which stand as the arguments in the text, into the order of the parameters.
static void order_arguments(Codegen *codegen, const NodeList *arguments) {
    uint32_t count = arguments->count;
    bool in_order = true;
    for (uint32_t i = 0; i < count; i++) {
        in_order &= AST(arguments->items[i], NODE_ARGUMENT, Argument)->index == i;
    }
    if (in_order) {
        return;
    }
    Value few[FEW_ARGUMENTS];
    Value *copy = count <= FEW_ARGUMENTS ? few : memory_allocate(count * sizeof *copy);
    Value *first = value_at(codegen, count - 1);
    memcpy(copy, first, count * sizeof *copy);
    for (uint32_t i = 0; i < count; i++) {
        int64_t index = AST(arguments->items[i], NODE_ARGUMENT, Argument)->index;
        assert(index >= 0 && index < count);
        first[index] = copy[i];
    }
    if (copy != few) {
        memory_free(copy);
    }
}

static void push_arguments(Codegen *codegen, const Call *call, const Symbol *process) {
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        const Argument *argument = AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
        uint8_t hint = argument_hint(process, argument->index);
        generate_expression(codegen, argument->value, hint);
        value_settle(codegen, hint);
    }
    order_arguments(codegen, &call->arguments);
}

void generate_arguments(Codegen *codegen, const Call *call) {
    push_arguments(codegen, call, call->process);
}

void generate_plain_arguments(Codegen *codegen, const Call *call) {
    push_arguments(codegen, call, NULL);
}

// Through a Function value all values travel as words.
static void generate_indirect_call(Codegen *codegen, const Call *call) {
    const Node *node = &call->header;
    uint32_t count = call->arguments.count;
    generate_expression(codegen, call->callee, R10);
    value_settle(codegen, R10);
    generate_arguments(codegen, call);
    for (uint32_t i = 0; i < count; i++) {
        value_to_word(codegen, value_at(codegen, i));
    }
    Value storage = result_storage(codegen, call);
    value_spill_below(codegen, count + 1);
    Placement placement = place_arguments(codegen, count, true);
    emit_position(codegen, node);
    if (codegen->checks_memory) {
        emit_access_check(codegen, a_place(R10, 0), 8, true, RAX);
    }
    pass_storage(codegen, storage);
    text_put(codegen->text, "\tcall *(%r10)\n");
    report_call_of_value(codegen->compilation->report);
    copies_forget(codegen);
    finish_call(codegen, placement, count + 1);
    const Type *result = call->callee->type->first;
    push_result(codegen, result->kind == TYPE_NOTHING ? RESULT_NONE : RESULT_WORD);
    if (is_float_type(node->type)) {
        value_from_word(codegen, value_at(codegen, 0));
    }
}

void generate_call(Codegen *codegen, const Node *node, uint8_t hint) {
    const Call *call = AST(node, NODE_CALL, Call);
    if (!call->process) {
        generate_indirect_call(codegen, call);
        return;
    }
    if (generate_intrinsic(codegen, node, hint) || generate_expanded(codegen, node, hint)) {
        return;
    }
    const ProcessInfo *info = call->process->as.process;
    uint32_t count = call->arguments.count;
    generate_arguments(codegen, call);
    for (uint32_t i = 0; i < count && i < info->parameter_count; i++) {
        if (!is_float_type(info->parameters[i].type)) { // a Float given to a type parameter
            value_to_word(codegen, value_at(codegen, count - 1 - i));
        }
    }
    for (uint32_t i = 0; i < call->type_arguments.count && !info->is_external; i++) {
        push_kind(codegen, node, call->type_arguments.items[i]);
        value_settle(codegen, NO_REGISTER);
        count++;
    }
    call_process(codegen, node, call->process, count, result_storage(codegen, call));
    if (is_float_type(node->type) && !is_float_type(info->result)) {
        value_from_word(codegen, value_at(codegen, 0));
    }
}
