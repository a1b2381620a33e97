// While, For, For each, and Arena.scope. The condition of a loop stands at its end, so that a turn
// takes one jump.
#include "codegen_internal.h"

static Loop enter_loop(Codegen *codegen) {
    return (Loop){.outer = codegen->frame->loop,
                  .break_label = new_label(codegen),
                  .continue_label = new_label(codegen),
                  .scope = codegen->frame->scope};
}

static void generate_loop_body(Codegen *codegen, Loop *loop, const Node *body) {
    codegen->frame->loop = loop;
    generate_block(codegen, body);
    codegen->frame->loop = loop->outer;
    emit_label(codegen, loop->continue_label);
}

void generate_while(Codegen *codegen, const Node *node) {
    const While *statement = AST(node, NODE_WHILE, While);
    Loop loop = enter_loop(codegen);
    Label body = new_label(codegen);
    int64_t constant;
    if (!constant_integer(statement->condition, &constant)) {
        emit_jump(codegen, "jmp", loop.continue_label);
    } else if (constant == 0) {
        emit_jump(codegen, "jmp", loop.break_label);
    }
    emit_label(codegen, body);
    generate_loop_body(codegen, &loop, statement->body);
    emit_statement_position(codegen, statement->condition);
    int64_t mark = frame_mark(codegen);
    generate_condition(codegen, statement->condition, body, true);
    frame_release(codegen, mark);
    emit_label(codegen, loop.break_label);
}

// --- For i from a to b ---------------------------------------------------------------------------

typedef struct Range {
    Value variable; // slot
    Value limit;    // slot, or a small integer
    Value step;     // slot, or an integer
    bool is_unsigned;
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
    Range range = {.is_unsigned = is_unsigned_word(loop->symbol->type)};
    declare_variable(codegen, loop->symbol);
    range.variable = a_slot(loop->symbol->frame_offset, false);
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

// Compares the variable, in rax or its slot, with the limit and jumps.
static void compare_with_limit(Codegen *codegen, const Range *range, bool in_register,
                               ConditionCode code, Label target) {
    Value variable = range->variable;
    if (in_register || range->limit.kind == VALUE_SLOT) {
        if (!in_register) {
            emit2(codegen, "movq", variable, a_register(RAX));
        }
        variable = a_register(RAX);
    }
    emit2(codegen, "cmpq", range->limit, variable);
    emit_branch(codegen, code, target);
}

// When the variable is beyond the limit, or within it, counting up or down.
static ConditionCode beyond(const Range *range, bool is_down) {
    if (range->is_unsigned) {
        return is_down ? CODE_BELOW : CODE_ABOVE;
    }
    return is_down ? CODE_LESS : CODE_GREATER;
}

static ConditionCode within(const Range *range, bool is_down) {
    if (range->is_unsigned) {
        return is_down ? CODE_ABOVE_EQUAL : CODE_BELOW_EQUAL;
    }
    return is_down ? CODE_GREATER_EQUAL : CODE_LESS_EQUAL;
}

// The step is known, and with it the direction. A step that overflows ends the loop.
static void generate_known_step(Codegen *codegen, const ForRange *node, const Range *range,
                                Loop *loop) {
    int64_t step = range->step.integer;
    bool is_down = step < 0 && !range->is_unsigned;
    Label body = new_label(codegen);
    compare_with_limit(codegen, range, false, beyond(range, is_down), loop->break_label);
    emit_label(codegen, body);
    generate_loop_body(codegen, loop, node->body);
    emit2(codegen, "movq", range->variable, a_register(RAX));
    emit2(codegen, "addq", an_integer(step), a_register(RAX));
    emit_jump(codegen, range->is_unsigned ? "jc" : "jo", loop->break_label);
    emit2(codegen, "movq", a_register(RAX), range->variable);
    compare_with_limit(codegen, range, true, within(range, is_down), body);
}

// The sign of the step decides at run time. An Unsigned64 step has none.
static void generate_variable_step(Codegen *codegen, const ForRange *node, const Range *range,
                                   Loop *loop) {
    Label body = new_label(codegen), down = new_label(codegen), turn_down = new_label(codegen);
    emit2(codegen, "cmpq", an_integer(0), range->step);
    emit_jump(codegen, "je",
              cold_panic(codegen, "runa_panic",
                         string_constant(codegen, intern_text(&codegen->compilation->names,
                                                              "a For with a step of 0")),
                         no_value()));
    if (!range->is_unsigned) {
        emit_jump(codegen, "jl", down);
    }
    compare_with_limit(codegen, range, false, beyond(range, false), loop->break_label);
    if (!range->is_unsigned) {
        emit_jump(codegen, "jmp", body);
        emit_label(codegen, down);
        compare_with_limit(codegen, range, false, beyond(range, true), loop->break_label);
    }
    emit_label(codegen, body);
    generate_loop_body(codegen, loop, node->body);
    emit2(codegen, "movq", range->variable, a_register(RAX));
    emit2(codegen, "addq", range->step, a_register(RAX));
    emit_jump(codegen, range->is_unsigned ? "jc" : "jo", loop->break_label);
    emit2(codegen, "movq", a_register(RAX), range->variable);
    if (!range->is_unsigned) {
        emit2(codegen, "cmpq", an_integer(0), range->step);
        emit_jump(codegen, "jl", turn_down);
    }
    compare_with_limit(codegen, range, true, within(range, false), body);
    if (!range->is_unsigned) {
        emit_jump(codegen, "jmp", loop->break_label);
        emit_label(codegen, turn_down);
        compare_with_limit(codegen, range, true, within(range, true), body);
    }
}

void generate_for_range(Codegen *codegen, const Node *node) {
    const ForRange *statement = AST(node, NODE_FOR_RANGE, ForRange);
    int64_t mark = frame_mark(codegen);
    Range range = evaluate_range(codegen, statement);
    Loop loop = enter_loop(codegen);
    emit_position(codegen, node);
    if (range.step.kind == VALUE_INTEGER && range.step.integer == 0) { // has its panic, too
        Value step = a_slot(frame_allocate(codegen, 8), false);
        emit2(codegen, "movq", range.step, step);
        range.step = step;
    }
    if (range.step.kind == VALUE_INTEGER) {
        generate_known_step(codegen, statement, &range, &loop);
    } else {
        generate_variable_step(codegen, statement, &range, &loop);
    }
    emit_label(codegen, loop.break_label);
    frame_release(codegen, mark);
}

// --- For each ------------------------------------------------------------------------------------

static bool is_growable(const Type *type) {
    return type->kind == TYPE_ARRAY || type->kind == TYPE_LIST;
}

// Loads the element at `counter` of the fixed array at `base` into the loop's variable.
static void load_fixed_element(Codegen *codegen, const Type *array, Value base, Value counter,
                               const Symbol *symbol) {
    value_push(codegen, base);
    value_to_place(codegen, value_at(codegen, 0));
    Value index = counter;
    value_to_register(codegen, &index, NO_REGISTER);
    place_add_index(codegen, index, type_storage_size(array->first));
    Storage storage = storage_of(array->first);
    Value *top = value_at(codegen, 0);
    if (storage != STORAGE_IN_PLACE) {
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
    load_fixed_element(codegen, array, base, counter, node->first_symbol);
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
    if (codegen->checks_memory || (!is_list && type->first->kind == TYPE_PARAMETER)) {
        value_push(codegen, collection);
        value_push(codegen, counter);
        call_runtime(codegen, &node->header, is_list ? "runa_list_get" : "runa_array_get", 2,
                     RESULT_WORD);
    } else {
        bool is_inline = type->first->kind == TYPE_INLINE;
        value_push(codegen, collection);
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
    bool is_list = node->collection->type->kind == TYPE_LIST;
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
    if (codegen->checks_memory) {
        call_runtime(codegen, &node->header, is_list ? "runa_list_length" : "runa_array_length", 1,
                     RESULT_WORD);
    } else {
        uint8_t base = value_to_register(codegen, value_at(codegen, 0), RCX);
        *value_at(codegen, 0) = a_memory(base, 8, STORAGE_WORD);
    }
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
    emit_label(codegen, loop.break_label);
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
