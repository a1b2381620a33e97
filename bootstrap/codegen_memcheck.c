// --check=memory: the quick checks before accesses, and the marks of stack objects. runa.h tells
// what the shadow memory says; where the quick check does not suffice, code behind the process
// calls the exact one of the runtime, which preserves every register.
#include "codegen_internal.h"

enum { GRANULE_SHIFT = 3, FULL_ACCESS = 8 };

static bool is_in_frame(const Value *place) {
    return place->base == RBP || place->symbol || place->prefix;
}

// What registers hold is known after such a call as before.
static void call_preserving(Codegen *codegen, const char *function) {
    text_put(codegen->text, "\tcall ");
    text_put(codegen->text, function);
    text_put(codegen->text, "\n");
}

// And at the place where its way comes back.
static void put_label(Codegen *codegen, Label label) {
    text_put(codegen->text, ".L");
    text_put_integer(codegen->text, label);
    text_put(codegen->text, ":\n");
}

static void load_address(Codegen *codegen, Value place, uint8_t scratch) {
    bool is_plain = place.index == NO_REGISTER && place.offset == 0;
    if (is_plain) {
        emit2(codegen, "movq", a_register(place.base), a_register(scratch));
    } else {
        emit2(codegen, "leaq", at_place(place, STORAGE_WORD), a_register(scratch));
    }
}

static void emit_exact_check(Codegen *codegen, Value place, uint64_t size, uint8_t scratch) {
    load_address(codegen, place, scratch);
    emit1(codegen, "pushq", a_register(scratch));
    call_preserving(codegen, size == 1   ? "runa_check_access_1"
                             : size == 2 ? "runa_check_access_2"
                             : size == 4 ? "runa_check_access_4"
                                         : "runa_check_access_8");
}

void emit_access_check(Codegen *codegen, Value place, uint64_t size, bool is_aligned,
                       uint8_t scratch) {
    Label exact = new_label(codegen), back = new_label(codegen);
    Value shadow = a_memory(scratch, RUNA_SHADOW_OFFSET, STORAGE_UNSIGNED8);
    load_address(codegen, place, scratch);
    if (!is_aligned && size > 1) {
        emit2(codegen, "testb", an_integer((int64_t)size - 1), a_register_part(scratch, 1));
        emit_jump(codegen, "jne", exact);
    }
    emit2(codegen, "shrq", an_integer(GRANULE_SHIFT), a_register(scratch));
    emit2(codegen, "cmpb", an_integer(0), shadow);
    emit_jump(codegen, "jne", exact);
    put_label(codegen, back);
    cold_begin(codegen, exact);
    emit_exact_check(codegen, place, size, scratch);
    emit_jump(codegen, "jmp", back);
    cold_end(codegen);
}

// 1, 2, 4 or 8: larger ones are whole words.
static uint64_t access_size(uint64_t size) { return size > FULL_ACCESS ? FULL_ACCESS : size; }

// Checks `size` bytes at `offset` behind the place at `depth`.
static void check_at(Codegen *codegen, uint32_t depth, uint64_t offset, uint64_t size,
                     bool is_aligned) {
    uint8_t scratch = register_take(codegen, NO_REGISTER);
    value_to_place(codegen, value_at(codegen, depth)); // taking one may have spilled it
    Value place = *value_at(codegen, depth);
    place.offset = (int32_t)(place.offset + (int64_t)offset);
    emit_access_check(codegen, place, size, is_aligned, scratch);
    register_release(codegen, scratch);
}

// The same for a place that has the alignment of its type. In the frame or among the globals there
// is nothing to check.
static void check_unless_in_frame(Codegen *codegen, uint32_t depth, uint64_t offset,
                                  uint64_t size) {
    if (!is_in_frame(value_at(codegen, depth))) {
        check_at(codegen, depth, offset, size, true);
    }
}

void check_access(Codegen *codegen, const Node *node, uint64_t size) {
    if (codegen->checks_memory) {
        emit_position(codegen, node);
        check_unless_in_frame(codegen, 0, 0, access_size(size));
    }
}

// In the frame, too: the offset may be anything.
void check_raw_access(Codegen *codegen, const Node *node, uint64_t size) {
    if (codegen->checks_memory) {
        emit_position(codegen, node);
        const Value *place = value_at(codegen, 0);
        if (!place->symbol && !place->prefix) {
            check_at(codegen, 0, 0, access_size(size), false);
        }
    }
}

void check_copy(Codegen *codegen, uint64_t size) {
    if (!codegen->checks_memory || size == 0) {
        return;
    }
    for (uint32_t depth = 0; depth < 2; depth++) {
        value_to_place(codegen, value_at(codegen, depth));
        check_unless_in_frame(codegen, depth, 0, size >= FULL_ACCESS ? FULL_ACCESS : 1);
        if (size > 1) {
            check_unless_in_frame(codegen, depth, size - 1, 1);
        }
    }
}

void check_header(Codegen *codegen, const Node *node) {
    if (codegen->checks_memory) {
        value_to_place(codegen, value_at(codegen, 0));
        check_access(codegen, node, FULL_ACCESS);
    }
}

int32_t object_allocate(Codegen *codegen, uint64_t size) {
    uint64_t zone = codegen->checks_memory ? RUNA_STACK_ZONE : 0;
    frame_allocate(codegen, zone);
    int32_t offset = frame_allocate(codegen, size);
    frame_allocate(codegen, zone);
    return offset;
}

int32_t object_allocate_for_good(Codegen *codegen, uint64_t size) {
    int32_t offset = object_allocate(codegen, size);
    codegen->frame->floor = codegen->frame->used;
    return offset;
}

void begin_stack_object(Codegen *codegen, int32_t offset, uint64_t size) {
    if (!codegen->checks_memory) {
        return;
    }
    codegen->frame->has_objects = true;
    emit1(codegen, "pushq", an_integer(offset));
    emit1(codegen, "pushq", an_integer((int64_t)(size < INT32_MAX ? size : INT32_MAX)));
    call_preserving(codegen, "runa_check_object_begin");
}

void end_stack_objects(Codegen *codegen) {
    if (codegen->checks_memory && codegen->frame->has_objects) {
        call_preserving(codegen, "runa_check_frame_end");
    }
}
