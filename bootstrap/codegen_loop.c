// While, For, For each, and Arena.scope. The condition of a loop stands at its end, so that a turn
// takes one jump.
#include "codegen_internal.h"

static Loop enter_loop(Codegen *codegen) {
    return (Loop){.outer = codegen->frame->loop,
                  .break_label = new_join(codegen),
                  .continue_label = new_join(codegen),
                  .scope = codegen->frame->scope};
}

static void generate_loop_body(Codegen *codegen, Loop *loop, const Node *body) {
    codegen->frame->loop = loop;
    generate_block(codegen, body);
    codegen->frame->loop = loop->outer;
    emit_join(codegen, loop->continue_label);
}

// --- What a loop keeps in registers --------------------------------------------------------------

enum { MOST_GENERAL = 5, MOST_VECTORS = 10 }; // the others are left for expressions

// Slots of variables that a loop mentions, so that a turn finds them in registers: words that it
// changes live there, of the others there are copies.
typedef struct LoopSlots {
    Codegen *codegen;
    Value changed[RESIDENT_COUNT];
    Value general[MOST_GENERAL];
    Value vectors[MOST_VECTORS];
    uint32_t changed_count, general_count, vector_count;
    bool is_counting; // the first one is that of a For, which is in a register anyway
    bool is_quiet;    // no call in the loop, and no other loop
} LoopSlots;

static void add_to(Value *slots, uint32_t *count, uint32_t most, Value slot) {
    if (slot.kind != VALUE_SLOT || *count == most) {
        return;
    }
    for (uint32_t i = 0; i < *count; i++) {
        if (slots[i].offset == slot.offset) {
            return;
        }
    }
    slots[(*count)++] = slot;
}

static void add_slot(LoopSlots *slots, Value slot) {
    if (slot.is_float) {
        add_to(slots->vectors, &slots->vector_count, MOST_VECTORS, slot);
    } else {
        add_to(slots->general, &slots->general_count, MOST_GENERAL, slot);
    }
}

static void add_changed(LoopSlots *slots, Value slot) {
    if (!slot.is_float) {
        add_to(slots->changed, &slots->changed_count, RESIDENT_COUNT, slot);
    }
}

// Has the variable its slot before the loop?
static bool is_from_outside(const Node *node) {
    const Symbol *symbol = AST(node, NODE_NAME, NameExpression)->symbol;
    bool is_variable = symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_PARAMETER;
    return is_variable && symbol->frame_offset != 0 && symbol->frame_offset != OFFSET_REASSIGNED;
}

static Value slot_of(const LoopSlots *slots, const Node *name) {
    return variable_value(slots->codegen, AST(name, NODE_NAME, NameExpression)->symbol);
}

static void look_at_node(void *context, const Node *node) {
    LoopSlots *slots = context;
    switch ((NodeKind)node->kind) {
    case NODE_NAME:
        if (is_from_outside(node)) {
            add_slot(slots, slot_of(slots, node));
        }
        break;
    case NODE_SET: {
        const Node *target = AST(node, NODE_SET, Set)->target;
        if (target->kind == NODE_NAME && is_from_outside(target)) {
            add_changed(slots, slot_of(slots, target));
        }
        break;
    }
    case NODE_CALL:
        slots->is_quiet &= is_intrinsic(slots->codegen, AST(node, NODE_CALL, Call)->process) ||
                           is_quiet_expansion(slots->codegen, node);
        break;
    case NODE_BINARY:
        slots->is_quiet &= AST(node, NODE_BINARY, Binary)->operator!= OPERATOR_JOIN;
        break;
    case NODE_WHILE:
    case NODE_FOR_RANGE:
    case NODE_FOR_EACH:
    case NODE_DISPLAY:
    case NODE_CONSTRUCT:
    case NODE_LAMBDA:
    case NODE_ARENA_SCOPE:
    case NODE_ASSEMBLY:
        slots->is_quiet = false;
        break;
    default:
        break;
    }
}

static void look_at(LoopSlots *slots, const Node *part) { walk_tree(part, look_at_node, slots); }

// Do variables live in registers in the loop?
static bool has_residents(const LoopSlots *slots) {
    return slots->is_quiet && residents_are_allowed(slots->codegen);
}

// Registers for expressions and for what only lives in the loop must be left.
static void begin_residents(Codegen *codegen, LoopSlots *slots) {
    residents_begin(codegen, slots->changed, slots->changed_count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < slots->general_count; i++) {
        bool is_copied = resident_of_slot(codegen, slots->general[i].offset) == NO_REGISTER &&
                         kept < MOST_GENERAL - slots->changed_count;
        if (is_copied) {
            slots->general[kept++] = slots->general[i];
        }
    }
    slots->general_count = kept;
}

// The label to which turns jump back. If the loop is quiet its variables are in registers there;
// where none may live there (-g), it keeps all copies. In another loop calls forget them, and to
// put them right at each turn pays only for the counter, which the step has just had in a register.
static void begin_turn(Codegen *codegen, LoopSlots *slots, Label body) {
    forget_panics(codegen); // those that read a slot do it where the variable is now
    if (has_residents(slots)) {
        begin_residents(codegen, slots);
    } else if (!slots->is_quiet) {
        slots->general_count = slots->general_count > 0 && slots->is_counting ? 1 : 0;
        slots->vector_count = 0;
    }
    copies_keep(codegen, slots->general, slots->general_count, slots->vectors, slots->vector_count);
    emit_head(codegen, body);
}

// Behind the last turn, where Break leads to.
static void end_turns(Codegen *codegen, const LoopSlots *slots, Label body, Label break_label) {
    end_head(codegen, body);
    emit_join(codegen, break_label);
    forget_panics(codegen);
    if (has_residents(slots)) {
        residents_end(codegen);
    }
}

// --- While ---------------------------------------------------------------------------------------

// The condition stands before the loop, too, if it calls nothing.
void generate_while(Codegen *codegen, const Node *node) {
    const While *statement = AST(node, NODE_WHILE, While);
    Loop loop = enter_loop(codegen);
    Label body = new_label(codegen), behind = new_join(codegen);
    LoopSlots slots = {.codegen = codegen};
    int64_t constant;
    if (constant_integer(statement->condition, &constant) || is_pure(statement->condition)) {
        slots.is_quiet = true;
        look_at(&slots, statement->condition);
        look_at(&slots, statement->body);
        int64_t mark = frame_mark(codegen);
        generate_condition(codegen, statement->condition, behind, false);
        frame_release(codegen, mark);
        begin_turn(codegen, &slots, body);
    } else {
        emit_jump(codegen, "jmp", loop.continue_label);
        emit_label(codegen, body);
    }
    generate_loop_body(codegen, &loop, statement->body);
    debug_statement(codegen, statement->condition);
    int64_t mark = frame_mark(codegen);
    generate_condition(codegen, statement->condition, body, true);
    frame_release(codegen, mark);
    end_turns(codegen, &slots, body, loop.break_label);
    emit_join(codegen, behind);
}

// --- For i from a to b ---------------------------------------------------------------------------

typedef struct Range {
    Value variable; // slot
    Value limit;    // slot, or a small integer
    Value step;     // slot, or an integer
    Value turn;     // slot: 0, or -1 if the step is below 0; of a known step nothing
    bool is_down;   // the step is known to be below 0
} Range;

// The value on top as an immediate if it is one, else a copy of its own.
static Value keep_bound(Codegen *codegen) {
    Value *top = value_at(codegen, 0);
    if (top->kind == VALUE_INTEGER && top->integer == (int32_t)top->integer) {
        return value_detach(codegen);
    }
    Value slot = a_slot(frame_allocate(codegen, 8), false);
    value_store(codegen, slot, top);
    value_drop(codegen);
    return slot;
}

static Range evaluate_range(Codegen *codegen, const ForRange *loop) {
    declare_variable(codegen, loop->symbol);
    Range range = {.variable = a_slot(loop->symbol->frame_offset, false)};
    generate_expression(codegen, loop->from, NO_REGISTER);
    store_variable(codegen, loop->symbol);
    generate_expression(codegen, loop->to, NO_REGISTER);
    range.limit = keep_bound(codegen);
    range.step = an_integer(1);
    if (loop->step) {
        generate_expression(codegen, loop->step, NO_REGISTER);
        range.step = keep_bound(codegen);
    }
    return range;
}

// A step that is 0 panics. One whose sign is known only at run time is given `turn`: all bits of
// variable and limit turned over, the way up is the way down.
static void prepare_step(Codegen *codegen, Range *range) {
    if (range->step.kind == VALUE_INTEGER && range->step.integer != 0) {
        range->is_down = range->step.integer < 0;
        return;
    }
    if (range->step.kind == VALUE_INTEGER) { // 0: has its panic, too
        Value step = a_slot(frame_allocate(codegen, 8), false);
        emit2(codegen, "movq", range->step, step);
        range->step = step;
    }
    emit2(codegen, "cmpq", an_integer(0), range->step);
    emit_jump(codegen, "je",
              cold_panic(codegen, "runa_panic",
                         string_constant(codegen, intern_text(&codegen->compilation->names,
                                                              "a For with a step of 0")),
                         no_value()));
    range->turn = a_slot(frame_allocate(codegen, 8), false);
    Value turned_limit = a_slot(frame_allocate(codegen, 8), false);
    Value work = a_register(RAX);
    emit2(codegen, "movq", range->step, work);
    emit2(codegen, "sarq", an_integer(63), work);
    emit2(codegen, "movq", work, range->turn);
    emit2(codegen, "xorq", range->limit, work);
    emit2(codegen, "movq", work, turned_limit);
    range->limit = turned_limit;
}

// Compares the variable, which is in `home`, with the limit.
static void compare_with_limit(Codegen *codegen, const Range *range, uint8_t home) {
    Value variable = a_register(home);
    if (range->turn.kind == VALUE_SLOT) {
        uint8_t turned = register_take(codegen, NO_REGISTER);
        emit2(codegen, "movq", range->variable, a_register(turned));
        emit2(codegen, "xorq", range->turn, a_register(turned));
        register_release(codegen, turned);
        variable = a_register(turned);
    }
    emit2(codegen, "cmpq", range->limit, variable);
}

// When the variable is beyond the limit; what is opposite is within.
static ConditionCode beyond(const Range *range) {
    return range->is_down ? CODE_LESS : CODE_GREATER;
}

static ConditionCode within(const Range *range) {
    return range->is_down ? CODE_GREATER_EQUAL : CODE_LESS_EQUAL;
}

// Can the step not overflow, since both numbers are small? No statement but Inline Assembly changes
// the variable.
static bool is_small(Codegen *codegen, const Range *range) {
    return range->limit.kind == VALUE_INTEGER && range->step.kind == VALUE_INTEGER &&
           !codegen->frame->has_assembly;
}

// The register in which the variable is at the head of the loop.
static uint8_t load_variable(Codegen *codegen, const Range *range) {
    value_push(codegen, range->variable);
    uint8_t home = value_to_source(codegen, value_at(codegen, 0));
    value_drop(codegen);
    return home;
}

// Adds the step, in `home` or where the variable lives; gives that register. A step that overflows
// ends the loop.
static uint8_t step_variable(Codegen *codegen, const Range *range, uint8_t home, Label end) {
    uint8_t resident = resident_of_slot(codegen, range->variable.offset);
    home = resident == NO_REGISTER ? home : resident;
    if (resident == NO_REGISTER) {
        emit2(codegen, "movq", range->variable, a_register(home));
    }
    emit2(codegen, "addq", range->step, a_register(home));
    if (!is_small(codegen, range)) {
        emit_jump(codegen, "jo", end);
    }
    if (resident == NO_REGISTER) {
        emit2(codegen, "movq", a_register(home), range->variable);
    }
    return home;
}

void generate_for_range(Codegen *codegen, const Node *node) {
    const ForRange *statement = AST(node, NODE_FOR_RANGE, ForRange);
    int64_t mark = frame_mark(codegen);
    Range range = evaluate_range(codegen, statement);
    Loop loop = enter_loop(codegen);
    Label body = new_label(codegen), behind = new_join(codegen);
    emit_position(codegen, node);
    prepare_step(codegen, &range);
    uint8_t home = load_variable(codegen, &range);
    compare_with_limit(codegen, &range, home);
    emit_branch(codegen, beyond(&range), behind);
    LoopSlots slots = {.codegen = codegen, .is_quiet = true, .is_counting = true};
    add_slot(&slots, range.variable);
    add_changed(&slots, range.variable);
    look_at(&slots, statement->body);
    add_slot(&slots, range.limit);
    add_slot(&slots, range.step);
    add_slot(&slots, range.turn);
    begin_turn(codegen, &slots, body);
    generate_loop_body(codegen, &loop, statement->body);
    home = step_variable(codegen, &range, home, loop.break_label);
    compare_with_limit(codegen, &range, home);
    emit_branch(codegen, within(&range), body);
    end_turns(codegen, &slots, body, loop.break_label);
    emit_join(codegen, behind);
    frame_release(codegen, mark);
}

// --- For each ------------------------------------------------------------------------------------

static bool is_growable(const Type *type) {
    return type->kind == TYPE_ARRAY || type->kind == TYPE_LIST;
}

// Loads the element at `counter` of the fixed array at `base` into the loop's variable.
static void load_fixed_element(Codegen *codegen, const Node *node, const Type *array, Value base,
                               Value counter, const Symbol *symbol) {
    value_push(codegen, base);
    value_to_place(codegen, value_at(codegen, 0));
    Value index = counter;
    value_to_register(codegen, &index, NO_REGISTER);
    place_add_index(codegen, index, type_storage_size(array->first));
    Storage storage = storage_of(array->first);
    Value *top = value_at(codegen, 0);
    if (storage != STORAGE_IN_PLACE) {
        check_access(codegen, node, type_storage_size(array->first));
        top = value_at(codegen, 0);
        *top = at_place(*top, storage);
    }
    store_variable(codegen, symbol);
}

static void generate_each_fixed(Codegen *codegen, const ForEach *node, Loop *loop) {
    const Type *array = node->collection->type;
    generate_expression(codegen, node->collection, NO_REGISTER);
    Value base = *value_at(codegen, 0);
    bool is_steady = base.kind == VALUE_PLACE && base.index == NO_REGISTER &&
                     (base.base == RBP || base.base == NO_REGISTER);
    if (is_steady) {
        value_drop(codegen);
    } else {
        base = a_slot(frame_allocate(codegen, 8), false);
        value_store(codegen, base, value_at(codegen, 0));
        value_drop(codegen);
    }
    Value counter = a_slot(frame_allocate(codegen, 8), false);
    Label body = new_label(codegen);
    emit2(codegen, "movq", an_integer(0), counter);
    emit_label(codegen, body);
    emit_position(codegen, &node->header);
    load_fixed_element(codegen, &node->header, array, base, counter, node->first_symbol);
    generate_loop_body(codegen, loop, node->body);
    emit1(codegen, "incq", counter);
    emit2(codegen, "cmpq", an_integer((int64_t)array->count), counter);
    emit_jump(codegen, "jl", body);
}

// Keeps the collection on top in a slot of the loop.
static Value keep_for_loop(Codegen *codegen) {
    Value slot = a_slot(frame_allocate(codegen, 8), false);
    value_store(codegen, slot, value_at(codegen, 0));
    value_drop(codegen);
    return slot;
}

static void load_growable_element(Codegen *codegen, const ForEach *node, Value collection,
                                  Value counter) {
    const Type *type = node->collection->type;
    bool is_list = type->kind == TYPE_LIST;
    if (!is_list && type->first->kind == TYPE_PARAMETER) {
        value_push(codegen, collection);
        value_push(codegen, counter);
        call_runtime(codegen, &node->header, is_list ? "runa_list_get" : "runa_array_get", 2,
                     RESULT_WORD);
    } else {
        bool is_inline = type->first->kind == TYPE_INLINE;
        value_push(codegen, collection);
        check_header(codegen, &node->header);
        uint8_t base = value_to_register(codegen, value_at(codegen, 0), RCX);
        emit2(codegen, "movq", a_memory(base, 0, STORAGE_WORD), a_register(base));
        *value_at(codegen, 0) = a_place(base, 0);
        Value index = counter;
        value_to_register(codegen, &index, NO_REGISTER);
        place_add_index(codegen, index, is_inline ? type_storage_size(type->first) : 8);
        if (!is_inline) {
            Value *top = value_at(codegen, 0);
            *top = at_place(*top, STORAGE_WORD);
        }
    }
    store_variable(codegen, node->first_symbol);
}

// The length is read anew for each turn: elements may be added meanwhile.
static void generate_each_growable(Codegen *codegen, const ForEach *node, Loop *loop) {
    generate_expression(codegen, node->collection, NO_REGISTER);
    Value collection = keep_for_loop(codegen);
    Value counter = a_slot(frame_allocate(codegen, 8), false);
    Label body = new_label(codegen), condition = new_label(codegen);
    emit2(codegen, "movq", an_integer(0), counter);
    emit_jump(codegen, "jmp", condition);
    emit_label(codegen, body);
    load_growable_element(codegen, node, collection, counter);
    generate_loop_body(codegen, loop, node->body);
    emit1(codegen, "incq", counter);
    emit_label(codegen, condition);
    emit_position(codegen, &node->header);
    value_push(codegen, counter);
    value_push(codegen, collection);
    check_header(codegen, &node->header);
    uint8_t base = value_to_register(codegen, value_at(codegen, 0), RCX);
    *value_at(codegen, 0) = a_memory(base, 8, STORAGE_WORD);
    emit_branch(codegen, compare_integers(codegen, CODE_LESS), body);
}

// Reads what lies at the position into the variable.
static void read_position(Codegen *codegen, const Node *node, const char *function,
                          Value collection, Value position, const Symbol *symbol) {
    if (!symbol) {
        return;
    }
    value_push(codegen, collection);
    value_push(codegen, position);
    call_runtime(codegen, node, function, 2, RESULT_WORD);
    store_variable(codegen, symbol);
}

static void generate_each_hashed(Codegen *codegen, const ForEach *node, Loop *loop) {
    bool is_set = node->collection->type->kind == TYPE_SET;
    generate_expression(codegen, node->collection, NO_REGISTER);
    Value collection = keep_for_loop(codegen);
    Value position = a_slot(frame_allocate(codegen, 8), false);
    Label top = new_label(codegen);
    emit2(codegen, "movq", an_integer(0), position);
    emit_label(codegen, top);
    value_push(codegen, collection);
    value_push(codegen, position);
    call_runtime(codegen, &node->header, is_set ? "runa_set_next" : "runa_dict_next", 2,
                 RESULT_WORD);
    emit2(codegen, "testq", a_register(RAX), a_register(RAX));
    emit_jump(codegen, "js", loop->break_label);
    emit2(codegen, "movq", a_register(RAX), position);
    value_drop(codegen);
    read_position(codegen, &node->header, is_set ? "runa_set_value_at" : "runa_dict_key_at",
                  collection, position, node->first_symbol);
    read_position(codegen, &node->header, "runa_dict_value_at", collection, position,
                  node->second_symbol);
    generate_loop_body(codegen, loop, node->body);
    emit1(codegen, "incq", position);
    emit_jump(codegen, "jmp", top);
}

void generate_for_each(Codegen *codegen, const Node *node) {
    const ForEach *statement = AST(node, NODE_FOR_EACH, ForEach);
    const Type *type = statement->collection->type;
    int64_t mark = frame_mark(codegen);
    declare_variable(codegen, statement->first_symbol);
    if (statement->second_symbol) {
        declare_variable(codegen, statement->second_symbol);
    }
    Loop loop = enter_loop(codegen);
    emit_position(codegen, node);
    if (type->kind == TYPE_FIXED_ARRAY) {
        generate_each_fixed(codegen, statement, &loop);
    } else if (is_growable(type)) {
        generate_each_growable(codegen, statement, &loop);
    } else {
        assert(type->kind == TYPE_SET || type->kind == TYPE_DICTIONARY);
        generate_each_hashed(codegen, statement, &loop);
    }
    emit_join(codegen, loop.break_label);
    frame_release(codegen, mark);
}

// --- Arena.scope and Arena.use -------------------------------------------------------------------

void generate_arena_scope(Codegen *codegen, const Node *node) {
    const ArenaScope *statement = AST(node, NODE_ARENA_SCOPE, ArenaScope);
    int64_t mark = frame_mark(codegen);
    bool uses = node->flags & NODE_USES;
    ScopeLevel scope = {.outer = codegen->frame->scope, .is_borrowed = uses};
    if (statement->symbol) {
        declare_variable(codegen, statement->symbol);
    }
    scope.slot = frame_allocate(codegen, 8); // of its own, since the variable may be assigned
    generate_expression(codegen, statement->value, uses ? RAX : RDI);
    if (uses) {
        value_to_register(codegen, value_at(codegen, 0), RAX);
    } else {
        call_runtime(codegen, node, "runa_arena_create", 1, RESULT_WORD);
    }
    emit2(codegen, "movq", *value_at(codegen, 0), a_slot(scope.slot, false));
    if (statement->symbol) {
        store_variable(codegen, statement->symbol);
    } else {
        value_drop(codegen);
    }
    codegen->frame->scope = &scope;
    generate_block(codegen, statement->body);
    if (!block_leaves(statement->body)) {
        emit_leave_scopes(codegen, node, scope.outer);
    }
    codegen->frame->scope = scope.outer;
    frame_release(codegen, mark);
}
