// Statements. Between two of them no value is in a register.
#include "codegen_internal.h"

#include <string.h>

// --- Variables -----------------------------------------------------------------------------------

void declare_variable(Codegen *codegen, Symbol *symbol) {
    bool is_reassigned = symbol->frame_offset == OFFSET_REASSIGNED;
    bool has_slot = symbol->frame_offset < 0; // the survey gave it one, or another pattern
    if (has_slot && !codegen->frame->has_assembly) {
        debug_variable(codegen, symbol);
        return;
    }
    if (symbol->flags & SYMBOL_STACK_OBJECT) {
        symbol->object_offset = object_allocate(codegen, type_object_size(symbol->type));
    }
    if (!has_slot) {
        bool needs_slot = is_reassigned || !(symbol->flags & SYMBOL_STACK_OBJECT);
        symbol->frame_offset = needs_slot ? frame_allocate(codegen, 8) : 0;
        if (needs_slot) {
            resident_declare(codegen, &(Value){.kind = VALUE_SLOT,
                                               .is_float = is_float_type(symbol->type),
                                               .offset = symbol->frame_offset});
        }
    }
    debug_variable(codegen, symbol);
}

void store_variable(Codegen *codegen, const Symbol *symbol) {
    Value place = variable_value(codegen, symbol);
    assert(place.kind == VALUE_SLOT || place.kind == VALUE_MEMORY);
    value_store(codegen, place, value_at(codegen, 0));
    value_drop(codegen);
}

// An object's variable, if it has a slot, refers to the object.
static void aim_at_object(Codegen *codegen, const Symbol *symbol) {
    if (symbol->frame_offset != 0) {
        value_push(codegen, a_place(RBP, symbol->object_offset));
        value_store(codegen, a_slot(symbol->frame_offset, false), value_at(codegen, 0));
        value_drop(codegen);
    }
}

static void initialise_array(Codegen *codegen, const Symbol *symbol, const Node *value) {
    if (value->kind == NODE_ARRAY_LITERAL) {
        generate_array_items(codegen, AST(value, NODE_ARRAY_LITERAL, ArrayLiteral),
                             symbol->object_offset);
        return;
    }
    value_push(codegen, a_place(RBP, symbol->object_offset));
    generate_expression(codegen, value, NO_REGISTER);
    emit_copy(codegen, type_storage_size(symbol->type));
}

static void generate_let(Codegen *codegen, const Node *node) {
    const Let *let = AST(node, NODE_LET, Let);
    Symbol *symbol = let->symbol;
    declare_variable(codegen, symbol);
    int64_t mark = frame_mark(codegen);
    if (symbol->flags & SYMBOL_STACK_OBJECT) {
        emit_position(codegen, node);
        begin_stack_object(codegen, symbol->object_offset, type_object_size(symbol->type));
        if (!let->value) {
            emit_clear(codegen, symbol->object_offset, type_object_size(symbol->type));
        } else {
            initialise_array(codegen, symbol, let->value);
        }
        aim_at_object(codegen, symbol);
    } else {
        if (let->value) {
            generate_expression(codegen, let->value, NO_REGISTER);
        } else {
            value_push(codegen, an_integer(0));
        }
        store_variable(codegen, symbol);
    }
    frame_release(codegen, mark);
}

// --- Set -----------------------------------------------------------------------------------------

static bool is_word_variable(const Symbol *symbol) {
    return symbol->kind != SYMBOL_GLOBAL && !is_float_type(symbol->type) &&
           storage_of(symbol->type) == STORAGE_WORD && symbol->frame_offset != 0;
}

// The instruction that changes memory as the operator says, or NULL.
static const char *memory_operation(int64_t operator) {
    switch (operator) {
    case OPERATOR_ADD:
        return "addq";
    case OPERATOR_SUBTRACT:
        return "subq";
    case OPERATOR_BITWISE_AND:
        return "andq";
    case OPERATOR_BITWISE_OR:
        return "orq";
    case OPERATOR_BITWISE_XOR:
        return "xorq";
    default:
        return NULL;
    }
}

// Applies the integer on top to a word in memory, and drops it.
static void change_memory(Codegen *codegen, const Node *node, int64_t operator, Value place,
                          const Type *type) {
    Value *top = value_at(codegen, 0);
    Value source = value_to_operand(codegen, top);
    if (source.kind == VALUE_SLOT || source.kind == VALUE_MEMORY) {
        value_to_register(codegen, top, NO_REGISTER);
        source = *top;
    }
    emit2(codegen, memory_operation(operator), source, place);
    if (codegen->checks_overflow && (operator== OPERATOR_ADD || operator== OPERATOR_SUBTRACT)) {
        emit_position(codegen, node);
        emit_overflow_check(codegen, type);
    }
    value_drop(codegen);
}

// Set x to x plus e: in place, since e cannot change the variable x of this process.
static bool set_in_place(Codegen *codegen, const Symbol *symbol, const Node *value) {
    if (!is_word_variable(symbol) || value->kind != NODE_BINARY) {
        return false;
    }
    const Binary *binary = AST(value, NODE_BINARY, Binary);
    if (!memory_operation(binary->operator) || binary->left->kind != NODE_NAME ||
        AST(binary->left, NODE_NAME, NameExpression)->symbol != symbol ||
        is_float_type(binary->right->type)) {
        return false;
    }
    generate_expression(codegen, binary->right, NO_REGISTER);
    change_memory(codegen, value, binary->operator, a_slot(symbol->frame_offset, false),
                  binary->header.type);
    return true;
}

static void set_variable(Codegen *codegen, const Symbol *symbol, const Node *value) {
    if (symbol->type->kind == TYPE_FIXED_ARRAY) {
        value_push(codegen, variable_value(codegen, symbol));
        generate_expression(codegen, value, NO_REGISTER);
        emit_copy(codegen, type_storage_size(symbol->type));
    } else if (!set_in_place(codegen, symbol, value)) {
        generate_expression(codegen, value, NO_REGISTER);
        store_variable(codegen, symbol);
    }
}

static uint32_t part_count(const Node *target) { return target->kind == NODE_INDEX ? 2 : 1; }

// Stores the value, detached, at the place on top; drops both.
static void store_at_place(Codegen *codegen, Value place_value, Value value, Storage storage) {
    value_store(codegen, at_place(place_value, storage), &value);
    value_release(codegen, value);
    value_drop(codegen);
}

// The parts of the place first, then the value.
static void set_place(Codegen *codegen, const Node *target, const Node *value) {
    generate_place_parts(codegen, target);
    if (!is_simple(value)) {
        value_settle_all(codegen, part_count(target));
    }
    generate_expression(codegen, value, NO_REGISTER);
    if (is_runtime_element(target)) {
        call_element_set(codegen, target);
        return;
    }
    Value held = value_detach(codegen);
    combine_place(codegen, target);
    Value *place = value_at(codegen, 0);
    if (place->kind == VALUE_PLACE) {
        value_push(codegen, held);
        emit_copy(codegen, type_storage_size(target->type));
    } else {
        store_at_place(codegen, *place, held, (Storage)place->storage);
    }
}

// --- Increase and the like -----------------------------------------------------------------------

// The changed integer on top as the place takes it. A store to a narrow one cuts it off by itself;
// a variable, or the element of a collection, is a word.
static void fit_integer(Codegen *codegen, const Type *type, Storage storage) {
    if (type->kind == TYPE_INTEGER) {
        check_integer_fits(codegen, type);
        if (storage == STORAGE_WORD) {
            wrap_integer(codegen, type);
        }
    }
}

static void change_variable(Codegen *codegen, const Set *set) {
    const Symbol *symbol = AST(set->target, NODE_NAME, NameExpression)->symbol;
    const Type *type = symbol->type;
    if (is_word_variable(symbol) && memory_operation(set->operator) &&
        !is_float_type(set->value->type)) {
        generate_expression(codegen, set->value, NO_REGISTER);
        change_memory(codegen, &set->header, set->operator, a_slot(symbol->frame_offset, false),
                      type);
        return;
    }
    value_push(codegen, variable_value(codegen, symbol));
    if (!is_simple(set->value)) {
        value_settle(codegen, NO_REGISTER);
    }
    generate_expression(codegen, set->value, NO_REGISTER);
    emit_position(codegen, &set->header);
    apply_operator(codegen, (Operator)set->operator, type, set->value->type, NO_REGISTER);
    fit_integer(codegen, type, STORAGE_WORD);
    if (type->kind == TYPE_FLOAT && type->size == 4) {
        round_to_float32(codegen);
    }
    store_variable(codegen, symbol);
}

// The value is evaluated after the place was read, and then calls nothing: the place is computed
// once.
static void change_place(Codegen *codegen, const Set *set) {
    const Type *type = set->target->type;
    generate_place_parts(codegen, set->target);
    combine_place(codegen, set->target);
    Storage storage = (Storage)value_at(codegen, 0)->storage;
    value_at(codegen, 0)->kind = VALUE_PLACE; // an address, also if it has to wait in a slot
    bool is_word = storage == STORAGE_WORD && storage_of(type) == STORAGE_WORD;
    if (is_word && memory_operation(set->operator)) {
        generate_expression(codegen, set->value, NO_REGISTER);
        value_to_place(codegen, value_at(codegen, 1));
        Value place = at_place(*value_at(codegen, 1), STORAGE_WORD);
        change_memory(codegen, &set->header, set->operator, place, type);
        value_drop(codegen);
        return;
    }
    value_push_loaded(codegen, at_place(*value_at(codegen, 0), storage));
    generate_expression(codegen, set->value, NO_REGISTER);
    emit_position(codegen, &set->header);
    apply_operator(codegen, (Operator)set->operator, type, set->value->type, NO_REGISTER);
    fit_integer(codegen, type, storage);
    Value result = value_detach(codegen);
    value_to_place(codegen, value_at(codegen, 0));
    store_at_place(codegen, *value_at(codegen, 0), result, storage);
}

static void push_parts(Codegen *codegen, const Value *parts, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        value_push(codegen, parts[i]);
    }
}

static void read_parts(Codegen *codegen, const Node *target, const Value *parts) {
    push_parts(codegen, parts, part_count(target));
    if (is_runtime_element(target)) {
        call_element_get(codegen, target);
    } else {
        combine_place(codegen, target);
        value_settle(codegen, NO_REGISTER);
    }
}

static void write_parts(Codegen *codegen, const Node *target, const Value *parts) {
    Value result = value_keep(codegen);
    push_parts(codegen, parts, part_count(target));
    if (is_runtime_element(target)) {
        value_push_kept(codegen, result);
        call_element_set(codegen, target);
        return;
    }
    combine_place(codegen, target);
    result.is_temporary = true;
    const Value *place = value_at(codegen, 0);
    store_at_place(codegen, *place, result, (Storage)place->storage);
}

// The value may change where the element lies: its place is computed before and after, from the
// same parts.
static void change_place_carefully(Codegen *codegen, const Set *set) {
    Value parts[2];
    uint32_t count = part_count(set->target);
    generate_place_parts(codegen, set->target);
    for (uint32_t i = count; i > 0; i--) {
        parts[i - 1] = value_keep(codegen);
    }
    read_parts(codegen, set->target, parts);
    generate_expression(codegen, set->value, NO_REGISTER);
    emit_position(codegen, &set->header);
    apply_operator(codegen, (Operator)set->operator, set->target->type, set->value->type,
                   NO_REGISTER);
    fit_integer(codegen, set->target->type, STORAGE_WORD);
    write_parts(codegen, set->target, parts);
    for (uint32_t i = 0; i < count; i++) {
        temporary_release(codegen, parts[i].offset);
    }
}

static void generate_set(Codegen *codegen, const Node *node) {
    const Set *set = AST(node, NODE_SET, Set);
    bool is_variable = set->target->kind == NODE_NAME;
    if (set->operator== OPERATOR_NONE) {
        if (is_variable) {
            set_variable(codegen, AST(set->target, NODE_NAME, NameExpression)->symbol, set->value);
        } else {
            set_place(codegen, set->target, set->value);
        }
    } else if (is_variable) {
        change_variable(codegen, set);
    } else if (!is_pure(set->value)) {
        change_place_carefully(codegen, set);
    } else {
        change_place(codegen, set);
    }
}

// --- If ------------------------------------------------------------------------------------------

bool block_leaves(const Node *block) {
    if (block->kind != NODE_BLOCK) {
        return false;
    }
    const NodeList *statements = &AST(block, NODE_BLOCK, Block)->statements;
    if (statements->count == 0) {
        return false;
    }
    NodeKind last = (NodeKind)statements->items[statements->count - 1]->kind;
    return last == NODE_RETURN || last == NODE_BREAK || last == NODE_CONTINUE;
}

static void generate_if(Codegen *codegen, const Node *node) {
    Label end = new_join(codegen);
    while (node && node->kind == NODE_IF) {
        const If *branch = AST(node, NODE_IF, If);
        Label otherwise = branch->else_block ? new_join(codegen) : end;
        debug_statement(codegen, branch->condition);
        int64_t mark = frame_mark(codegen);
        generate_condition(codegen, branch->condition, otherwise, false);
        frame_release(codegen, mark);
        generate_block(codegen, branch->then_block);
        if (branch->else_block) {
            if (!block_leaves(branch->then_block)) {
                emit_jump(codegen, "jmp", end);
            }
            emit_join(codegen, otherwise);
        }
        node = branch->else_block;
    }
    if (node) {
        generate_block(codegen, node);
    }
    emit_join(codegen, end);
}

// --- Return --------------------------------------------------------------------------------------

void emit_leave_scopes(Codegen *codegen, const Node *node, const ScopeLevel *outer) {
    for (const ScopeLevel *scope = codegen->frame->scope; scope != outer; scope = scope->outer) {
        if (!scope->is_borrowed) {
            value_push(codegen, a_slot(scope->slot, false));
            call_runtime(codegen, node,
                         codegen->checks_memory ? "runa_check_end_scope" : "runa_arena_destroy", 1,
                         RESULT_NONE);
            value_drop(codegen);
        }
    }
}

void emit_copy_out(Codegen *codegen, const Type *type) {
    Value storage = a_slot(codegen->frame->storage_slot, false);
    assert(storage.offset != 0);
    Value source = value_detach(codegen);
    value_push(codegen, storage);
    value_push(codegen, source);
    emit_copy(codegen, type_object_size(type));
    value_push(codegen, storage);
}

// Moves the result, on top, to where the caller looks for it, and drops it.
static void place_result(Codegen *codegen) {
    const Frame *frame = codegen->frame;
    Value *top = value_at(codegen, 0);
    if (!is_float_type(frame->result)) {
        value_to_word(codegen, top);
    } else if (top->kind == VALUE_INTEGER || top->kind == VALUE_NOTHING) { // of a bare Return
        *top = an_integer(0);
        top->kind = VALUE_REAL;
    }
    if (frame->convention == CONVENTION_WORDS) {
        value_to_word(codegen, top);
    }
    if (!value_is_float(top)) {
        value_into_register(codegen, top, RAX);
    } else {
        uint8_t vector = value_to_vector(codegen, top, 0);
        if (vector != 0) {
            emit2(codegen, "movaps", a_vector(vector), a_vector(0));
        }
        if (frame->convention == CONVENTION_EXPORT && frame->result->size == 4) {
            emit2(codegen, "cvtsd2ss", a_vector(0), a_vector(0));
        }
    }
    value_drop(codegen);
}

void emit_return(Codegen *codegen) {
    if (codegen->frame->result->kind != TYPE_NOTHING) {
        place_result(codegen);
    }
    end_stack_objects(codegen);
    if (codegen->is_debug) {
        text_put(codegen->text, "\t.cfi_remember_state\n\tleave\n\t.cfi_def_cfa %rsp, 8\n\tret\n"
                                "\t.cfi_restore_state\n");
    } else {
        emit0(codegen, "leave");
        emit0(codegen, "ret");
    }
    copies_end_way(codegen);
}

static void generate_return(Codegen *codegen, const Node *node) {
    const Return *statement = AST(node, NODE_RETURN, Return);
    const Type *result = codegen->frame->result;
    if (statement->value) {
        uint8_t hint = is_float_type(result) ? 0 : RAX;
        generate_expression(codegen, statement->value, hint);
        if (result->kind == TYPE_NOTHING) {
            value_drop(codegen);
        } else if (node->flags & NODE_STACK_COPY) {
            emit_copy_out(codegen, result);
        }
    } else if (result->kind != TYPE_NOTHING) {
        value_push(codegen, an_integer(0));
    }
    emit_leave_scopes(codegen, node, NULL);
    emit_return(codegen);
}

// --- Display -------------------------------------------------------------------------------------

// Prints the value on top and drops it.
static void print_value(Codegen *codegen, const Node *node, const Type *type) {
    const char *function = NULL;
    switch ((TypeKind)type->kind) {
    case TYPE_INTEGER:
        function = is_unsigned_word(type) ? "runa_print_unsigned" : "runa_print_integer";
        break;
    case TYPE_FLOAT:
        function = "runa_print_float";
        break;
    case TYPE_BOOLEAN:
        function = "runa_print_boolean";
        break;
    case TYPE_STRING:
        function = "runa_print_text";
        break;
    default: {
        value_to_word(codegen, value_at(codegen, 0));
        Value value = value_keep(codegen);
        push_kind(codegen, node, type);
        value_push_kept(codegen, value);
        call_runtime(codegen, node, "runa_print_value", 2, RESULT_NONE);
        value_drop(codegen);
        return;
    }
    }
    call_runtime(codegen, node, function, 1, RESULT_NONE);
    value_drop(codegen);
}

// Literals and variables need not be kept: they are what they are when their turn comes.
static bool stays(const Value *value) {
    return value->kind == VALUE_INTEGER || value->kind == VALUE_REAL || value_is_static(value) ||
           (value->kind == VALUE_SLOT && !value->is_temporary);
}

// All pieces are evaluated before the first one is printed.
static void display_pieces(Codegen *codegen, const Node *node) {
    PointerVector pieces = {0};
    collect_pieces(node, &pieces);
    Value *values = memory_allocate(pieces.count * sizeof *values);
    for (uint32_t i = 0; i < pieces.count; i++) {
        generate_expression(codegen, pieces.items[i], NO_REGISTER);
        values[i] = stays(value_at(codegen, 0)) ? value_detach(codegen) : value_keep(codegen);
    }
    for (uint32_t i = 0; i < pieces.count; i++) {
        const Node *piece = pieces.items[i];
        value_push(codegen, values[i]);
        print_value(codegen, piece, piece->type);
    }
    memory_free(values);
    vector_destroy(&pieces);
}

static void generate_display(Codegen *codegen, const Node *node) {
    const Display *display = AST(node, NODE_DISPLAY, Display);
    const Node *value = display->value;
    if (value->kind == NODE_BINARY && AST(value, NODE_BINARY, Binary)->operator== OPERATOR_JOIN) {
        display_pieces(codegen, value);
    } else {
        generate_expression(codegen, value, NO_REGISTER);
        print_value(codegen, node, value->type);
    }
    if (node->flags & NODE_NEWLINE) {
        call_runtime(codegen, node, "runa_print_newline", 0, RESULT_NONE);
        value_drop(codegen);
    }
}

// --- Inline Assembly -----------------------------------------------------------------------------

// The lines of the source block, of which comments and empty ones are left out in the node.
typedef struct AssemblyLines {
    const Source *source;
    const char *next; // the line that is looked at next
    uint32_t line;    // its number
} AssemblyLines;

static bool line_begins_with(const char *line, const char *end, const char *text, size_t length) {
    while (line < end && (*line == ' ' || *line == '\t')) {
        line++;
    }
    return (size_t)(end - line) >= length && memcmp(line, text, length) == 0;
}

// Tells the assembler which line of the source `text` is, for its messages.
static void put_line_marker(Codegen *codegen, AssemblyLines *lines, const char *text,
                            size_t length) {
    const char *end = lines->source->text + lines->source->length;
    while (lines->next < end) {
        const char *line = lines->next;
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        line_end = line_end ? line_end : end;
        lines->next = line_end + (line_end < end);
        lines->line++;
        if (line_begins_with(line, line_end, text, length)) {
            text_put(codegen->text, "# ");
            text_put_integer(codegen->text, lines->line - 1);
            text_put(codegen->text, " ");
            text_put_quoted(codegen->text, lines->source->path);
            text_put(codegen->text, "\n");
            return;
        }
    }
}

// A piece of the block's text; `begins_line` tells whether it starts a line, the result whether it
// ends one.
static bool put_assembly_text(Codegen *codegen, AssemblyLines *lines, const Name *text,
                              bool begins_line) {
    const char *at = text->text, *end = text->text + text->length;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        const char *next = line_end ? line_end + 1 : end;
        if (begins_line) {
            size_t skipped = *at == '\t';
            put_line_marker(codegen, lines, at + skipped,
                            (size_t)((line_end ? line_end : end) - at) - skipped);
        }
        text_append(codegen->text, at, (size_t)(next - at));
        begins_line = line_end != NULL;
        at = next;
    }
    return begins_line;
}

static void put_assembly_operand(Codegen *codegen, const Node *node) {
    const Symbol *symbol = AST(node, NODE_NAME, NameExpression)->symbol;
    int64_t integer;
    Value value =
        constant_integer(node, &integer) ? an_integer(integer) : variable_value(codegen, symbol);
    text_put_operand(codegen, codegen->text, value);
}

// The text may change any register; those that belong to our caller are saved.
static void generate_assembly(Codegen *codegen, const Node *node) {
    static const char *const saved[] = {"%rbx", "%r12", "%r13", "%r14", "%r15", "%rax"};
    enum { SAVED = sizeof saved / sizeof saved[0] }; // an even number keeps the stack aligned
    const NodeList *parts = &AST(node, NODE_ASSEMBLY, Assembly)->parts;
    Location location = source_locate(&codegen->compilation->sources, node->span.start);
    AssemblyLines lines = {.source = location.source, .line = location.line};
    lines.next = location.source->text + (node->span.start - location.source->base);
    emit_position(codegen, node);
    report_push(codegen->compilation->report, 8 * SAVED);
    report_assembly(codegen->compilation->report);
    for (int i = 0; i < SAVED; i++) {
        text_put(codegen->text, "\tpushq ");
        text_put(codegen->text, saved[i]);
        text_put(codegen->text, "\n");
    }
    bool begins_line = true;
    for (uint32_t i = 0; i < parts->count; i++) {
        const Node *part = parts->items[i];
        if (part->kind == NODE_STRING_LITERAL) {
            const Name *text = AST(part, NODE_STRING_LITERAL, StringLiteral)->text;
            begins_line = put_assembly_text(codegen, &lines, text, begins_line);
        } else {
            put_assembly_operand(codegen, part);
            begins_line = false;
        }
    }
    text_put(codegen->text, begins_line ? "# 1 \"{standard input}\"\n\tcld\n"
                                        : "\n# 1 \"{standard input}\"\n\tcld\n");
    for (int i = SAVED; i > 0; i--) {
        text_put(codegen->text, "\tpopq ");
        text_put(codegen->text, saved[i - 1]);
        text_put(codegen->text, "\n");
    }
    copies_forget(codegen);
}

// --- All -----------------------------------------------------------------------------------------

static void generate_jump(Codegen *codegen, const Node *node) {
    const Loop *loop = codegen->frame->loop;
    assert(loop);
    emit_leave_scopes(codegen, node, loop->scope);
    emit_jump(codegen, "jmp", node->kind == NODE_BREAK ? loop->break_label : loop->continue_label);
}

static void generate_statement_kind(Codegen *codegen, const Node *node) {
    switch ((NodeKind)node->kind) {
    case NODE_BLOCK:
        generate_block(codegen, node);
        break;
    case NODE_SET:
        generate_set(codegen, node);
        break;
    case NODE_IF:
        generate_if(codegen, node);
        break;
    case NODE_WHILE:
        generate_while(codegen, node);
        break;
    case NODE_FOR_RANGE:
        generate_for_range(codegen, node);
        break;
    case NODE_FOR_EACH:
        generate_for_each(codegen, node);
        break;
    case NODE_BREAK:
    case NODE_CONTINUE:
        generate_jump(codegen, node);
        break;
    case NODE_RETURN:
        generate_return(codegen, node);
        break;
    case NODE_DISPLAY:
        generate_display(codegen, node);
        break;
    case NODE_EXPRESSION_STATEMENT:
        generate_discarded(codegen,
                           AST(node, NODE_EXPRESSION_STATEMENT, ExpressionStatement)->value);
        break;
    case NODE_MATCH:
        generate_match(codegen, node);
        break;
    case NODE_ASSEMBLY:
        generate_assembly(codegen, node);
        break;
    case NODE_ARENA_SCOPE:
        generate_arena_scope(codegen, node);
        break;
    default:
        assert(!"a statement that the checker lets through");
    }
}

void generate_statement(Codegen *codegen, const Node *node) {
    debug_statement(codegen, node);
    if (node->kind == NODE_LET) { // the variable outlives the statement
        generate_let(codegen, node);
        return;
    }
    int64_t mark = frame_mark(codegen);
    debug_begin_block(codegen);
    generate_statement_kind(codegen, node);
    debug_end_block(codegen);
    frame_release(codegen, mark);
    assert(codegen->values->count == 0);
}

void generate_block(Codegen *codegen, const Node *block) {
    const NodeList *statements = &AST(block, NODE_BLOCK, Block)->statements;
    int64_t mark = frame_mark(codegen);
    debug_begin_block(codegen);
    for (uint32_t i = 0; i < statements->count; i++) {
        generate_statement(codegen, statements->items[i]);
    }
    debug_end_block(codegen);
    frame_release(codegen, mark);
}
