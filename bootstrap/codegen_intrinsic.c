// Calls of library functions that are expanded in place, as codegen_intrinsic.def lists them. Where
// the short way does not suffice, the function itself is called from behind the process.
#include "codegen_internal.h"

// Expands the call; false, with nothing done, if the types forbid it.
typedef bool Expand(Codegen *codegen, const Node *node, int argument, uint8_t hint);

static const Call *call_of(const Node *node) { return AST(node, NODE_CALL, Call); }

static const Type *argument_type(const Node *node, uint32_t index) {
    return AST(call_of(node)->arguments.items[index], NODE_ARGUMENT, Argument)->value->type;
}

// --- Memory --------------------------------------------------------------------------------------

static bool memory_get(Codegen *codegen, const Node *node, int storage, uint8_t hint) {
    (void)hint;
    generate_arguments(codegen, call_of(node));
    combine_raw(codegen, node, 1, (Storage)storage);
    return true;
}

static bool memory_get_item(Codegen *codegen, const Node *node, int storage, uint8_t hint) {
    (void)hint;
    generate_arguments(codegen, call_of(node));
    combine_raw(codegen, node, 8, (Storage)storage);
    return true;
}

static void store_raw(Codegen *codegen, const Node *node, uint64_t scale, Storage storage) {
    generate_arguments(codegen, call_of(node));
    Value value = value_detach(codegen);
    combine_raw(codegen, node, scale, storage);
    value_store(codegen, *value_at(codegen, 0), &value);
    value_release(codegen, value);
    value_drop(codegen);
    value_push(codegen, no_value());
}

static bool memory_set(Codegen *codegen, const Node *node, int storage, uint8_t hint) {
    (void)hint;
    store_raw(codegen, node, 1, (Storage)storage);
    return true;
}

static bool memory_set_item(Codegen *codegen, const Node *node, int storage, uint8_t hint) {
    (void)hint;
    store_raw(codegen, node, 8, (Storage)storage);
    return true;
}

// --- Fields of the runtime's objects -------------------------------------------------------------

static void read_field(Codegen *codegen, const Node *node, int offset, Storage storage) {
    generate_arguments(codegen, call_of(node));
    value_to_place(codegen, value_at(codegen, 0));
    emit_position(codegen, node);
    check_header(codegen, node);
    Value *top = value_at(codegen, 0);
    top->offset += offset;
    *top = at_place(*top, storage);
}

static bool object_word(Codegen *codegen, const Node *node, int offset, uint8_t hint) {
    (void)hint;
    read_field(codegen, node, offset, STORAGE_WORD);
    return true;
}

static bool strong_count(Codegen *codegen, const Node *node, int offset, uint8_t hint) {
    (void)hint;
    read_field(codegen, node, offset, STORAGE_UNSIGNED32);
    return true;
}

// --- Elements ------------------------------------------------------------------------------------

// The element type, or NULL where its size is known at run time only.
static const Type *element_type(const Node *node) {
    const Type *collection = argument_type(node, 0);
    bool is_list = collection->kind == TYPE_LIST;
    if (!is_list && (collection->kind != TYPE_ARRAY || collection->first->kind == TYPE_PARAMETER)) {
        return NULL;
    }
    return collection->first;
}

static bool element_get(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument, (void)hint;
    const Type *element = element_type(node);
    if (!element) {
        return false;
    }
    generate_arguments(codegen, call_of(node));
    combine_element(codegen, node, element);
    return true;
}

static bool element_set(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument, (void)hint;
    const Type *element = element_type(node);
    if (!element) {
        return false;
    }
    generate_arguments(codegen, call_of(node));
    Value value = value_detach(codegen);
    combine_element(codegen, node, element);
    if (element->kind == TYPE_INLINE) {
        value_push(codegen, value);
        emit_copy(codegen, type_storage_size(element));
    } else {
        value_store(codegen, at_place(*value_at(codegen, 0), STORAGE_WORD), &value);
        value_release(codegen, value);
        value_drop(codegen);
    }
    value_push(codegen, no_value());
    return true;
}

static bool element_append(Codegen *codegen, const Node *node, int is_list, uint8_t hint) {
    (void)hint;
    const Type *element = element_type(node);
    if (!element || element->kind == TYPE_INLINE) {
        return false;
    }
    generate_arguments(codegen, call_of(node));
    value_to_word(codegen, value_at(codegen, 0));
    value_spill_below(codegen, 2);
    place_arguments(codegen, 2, false);
    emit_position(codegen, node);
    if (codegen->checks_memory) {
        emit_access_check(codegen, a_place(RDI, 0), 8, true, RAX);
    }
    Label slow = new_label(codegen), back = new_label(codegen);
    Value length = a_memory(RDI, 8, STORAGE_WORD), place = a_memory(RCX, 0, STORAGE_WORD);
    emit2(codegen, "movq", length, a_register(RAX));
    emit2(codegen, "cmpq", a_memory(RDI, 16, STORAGE_WORD), a_register(RAX));
    emit_jump(codegen, "jge", slow);
    emit2(codegen, "movq", a_memory(RDI, 0, STORAGE_WORD), a_register(RCX));
    place.index = RAX;
    place.scale = 8;
    emit2(codegen, "movq", a_register(RSI), place);
    emit1(codegen, "incq", length);
    emit_label(codegen, back);
    cold_begin(codegen, slow);
    emit_call(codegen, is_list ? "runa_list_append" : "runa_array_push");
    emit_jump(codegen, "jmp", back);
    cold_end(codegen);
    value_drop(codegen);
    value_drop(codegen);
    value_push(codegen, no_value());
    return true;
}

// --- Allocation ----------------------------------------------------------------------------------

static bool arena_allocate(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument, (void)hint;
    generate_arguments(codegen, call_of(node));
    emit_bump(codegen, node);
    return true;
}

// allocate, written in an Arena.scope
static bool scope_allocate(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument, (void)hint;
    if (!codegen->frame->scope) {
        return false;
    }
    value_push(codegen, a_slot(codegen->frame->scope->slot, false));
    generate_arguments(codegen, call_of(node));
    if (codegen->checks_memory) {
        call_runtime(codegen, node, "runa_arena_allocate", 2, RESULT_WORD);
    } else {
        emit_bump(codegen, node);
    }
    return true;
}

// --- Reference counts ----------------------------------------------------------------------------

// Leaves the object in rdi.
static void begin_count(Codegen *codegen, const Node *node) {
    generate_arguments(codegen, call_of(node));
    value_spill_below(codegen, 1);
    place_arguments(codegen, 1, false);
    emit_position(codegen, node);
}

static Value strong_count_place(void) { return a_memory(RDI, 8, STORAGE_UNSIGNED32); }

static void check_single_thread(Codegen *codegen, Label threaded) {
    text_put(codegen->text, "\tcmpb $0, __libc_single_threaded(%rip)\n");
    emit_jump(codegen, "je", threaded);
}

static bool refcount_retain(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument, (void)hint;
    begin_count(codegen, node);
    Label threaded = new_label(codegen), slow = new_label(codegen), back = new_label(codegen);
    check_single_thread(codegen, threaded);
    Value eax = a_register_part(RAX, 4);
    emit2(codegen, "movl", strong_count_place(), eax);
    emit1(codegen, "decl", eax); // neither 0 nor the largest: count - 1 is below 2^32 - 2
    emit2(codegen, "cmpl", an_integer(-2), eax);
    emit_jump(codegen, "jae", slow);
    emit1(codegen, "incl", strong_count_place());
    emit_label(codegen, back);
    cold_begin(codegen, threaded);
    emit2(codegen, "lock addl", an_integer(1), strong_count_place());
    emit_jump(codegen, "jnc", back); // no overflow; from 0 on, the next release will tell
    emit2(codegen, "lock subl", an_integer(1), strong_count_place());
    emit_label(codegen, slow);
    emit_call(codegen, "runa_refcount_retain");
    emit2(codegen, "movq", a_register(RAX), a_register(RDI));
    emit_jump(codegen, "jmp", back);
    cold_end(codegen);
    return true; // the object is still on top, in rdi
}

static bool refcount_release(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument, (void)hint;
    begin_count(codegen, node);
    Label threaded = new_label(codegen), slow = new_label(codegen), back = new_label(codegen);
    emit2(codegen, "testq", a_register(RDI), a_register(RDI));
    emit_jump(codegen, "je", back);
    check_single_thread(codegen, threaded);
    emit2(codegen, "cmpl", an_integer(1), strong_count_place());
    emit_jump(codegen, "jbe", slow);
    emit1(codegen, "decl", strong_count_place());
    emit_label(codegen, back);
    cold_begin(codegen, slow);
    emit_call(codegen, "runa_refcount_release");
    emit_jump(codegen, "jmp", back);
    emit_label(codegen, threaded);
    emit2(codegen, "lock subl", an_integer(1), strong_count_place());
    emit_jump(codegen, "ja", back); // it was neither 0 (a borrow) nor 1 (zero)
    emit1(codegen, "sete", a_register_part(RSI, 1));
    emit2(codegen, "movzbl", a_register_part(RSI, 1), a_register_part(RSI, 4));
    emit_call(codegen, "runa_refcount_released");
    emit_jump(codegen, "jmp", back);
    cold_end(codegen);
    value_drop(codegen);
    value_push(codegen, no_value());
    return true;
}

// --- Mathematics ---------------------------------------------------------------------------------

static bool square_root(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument;
    generate_arguments(codegen, call_of(node));
    uint8_t vector = value_to_vector(codegen, value_at(codegen, 0), hint);
    emit2(codegen, "sqrtsd", a_vector(vector), a_vector(vector));
    return true;
}

static bool absolute(Codegen *codegen, const Node *node, int argument, uint8_t hint) {
    (void)argument;
    generate_arguments(codegen, call_of(node));
    uint8_t vector = value_to_vector(codegen, value_at(codegen, 0), hint);
    emit2(codegen, "andps", magnitude_mask(codegen), a_vector(vector));
    return true;
}

// minsd gives its source, here the first number, where one is NaN; if that is the first, it is left
// out.
static bool smaller_or_larger(Codegen *codegen, const Node *node, int larger, uint8_t hint) {
    generate_arguments(codegen, call_of(node));
    value_to_vector(codegen, value_at(codegen, 1), NO_REGISTER);
    value_to_vector(codegen, value_at(codegen, 0), hint);
    Value first = *value_at(codegen, 1), second = *value_at(codegen, 0);
    Label end = new_label(codegen);
    emit2(codegen, "ucomisd", first, first);
    emit_jump(codegen, "jp", end);
    emit2(codegen, larger ? "maxsd" : "minsd", first, second);
    emit_label(codegen, end);
    Value result = value_detach(codegen);
    value_drop(codegen);
    value_push(codegen, result);
    return true;
}

// --- All -----------------------------------------------------------------------------------------

static const struct {
    const char *symbol;
    Expand *expand;
    int argument;
    bool checked;
} rows[] = {
#define INTRINSIC(symbol, expand, argument, checked) {symbol, expand, argument, checked},
#include "codegen_intrinsic.def"
#undef INTRINSIC
};

void intrinsics_prepare(Codegen *codegen) {
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const Name *name = intern_text(&codegen->compilation->names, rows[i].symbol);
        bool is_new;
        uint32_t number =
            number_table_add(&codegen->constants->intrinsics, (uintptr_t)name, &is_new);
        assert(is_new && number == i);
        (void)number;
    }
}

static int64_t row_of(Codegen *codegen, const Symbol *process) {
    if (!process || !process->as.process->is_external || !process->module->is_library) {
        return -1;
    }
    const Name *symbol = process->as.process->assembly_name;
    int64_t row = number_table_find(&codegen->constants->intrinsics, (uintptr_t)symbol);
    return row >= 0 && codegen->checks_memory && !rows[row].checked ? -1 : row;
}

bool is_intrinsic(Codegen *codegen, const Symbol *process) {
    int64_t row = row_of(codegen, process);
    bool needs_scope = row >= 0 && rows[row].expand == scope_allocate;
    return row >= 0 && !(needs_scope && (codegen->checks_memory || !codegen->frame->scope));
}

bool is_reading_intrinsic(Codegen *codegen, const Symbol *process) {
    int64_t row = row_of(codegen, process);
    Expand *expand = row >= 0 ? rows[row].expand : NULL;
    return expand == memory_get || expand == memory_get_item || expand == object_word ||
           expand == strong_count;
}

bool generate_intrinsic(Codegen *codegen, const Node *node, uint8_t hint) {
    int64_t row = row_of(codegen, call_of(node)->process);
    return row >= 0 && rows[row].expand(codegen, node, rows[row].argument, hint);
}
