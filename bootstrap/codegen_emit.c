// Text of instructions: written into owned buffers with nothing between, since it is most of what
// the generator does.
#include "codegen_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 16 * 1024,
    FLUSH_SIZE = 64 * 1024,
    LONGEST_NUMBER = 24,
};

// --- Text ----------------------------------------------------------------------------------------

static inline void text_reserve(Text *text, size_t size) {
    if (text->capacity - text->length >= size) {
        return;
    }
    size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;
    while (capacity - text->length < size) {
        capacity *= 2;
    }
    text->bytes = memory_resize(text->bytes, capacity);
    text->capacity = capacity;
}

void text_append(Text *text, const char *bytes, size_t length) {
    if (length == 0) {
        return;
    }
    text_reserve(text, length);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

void text_put(Text *text, const char *string) { text_append(text, string, strlen(string)); }

static void text_put_character(Text *text, char character) {
    text_reserve(text, 1);
    text->bytes[text->length++] = character;
}

void text_put_integer(Text *text, int64_t value) {
    if (value >= 0 && value < 10) {
        text_put_character(text, (char)('0' + value));
        return;
    }
    char digits[LONGEST_NUMBER];
    char *start = digits + sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        *--start = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--start = '-';
    }
    text_append(text, start, (size_t)(digits + sizeof digits - start));
}

void text_put_quoted_bytes(Text *text, const char *bytes, size_t length) {
    text_put_character(text, '"');
    size_t plain = 0; // first byte that is not written yet
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= ' ' && c != '"' && c != '\\' && c != 127) {
            continue;
        }
        text_append(text, bytes + plain, i - plain);
        plain = i + 1;
        char escape[] = {'\\', (char)('0' + (c >> 6)), (char)('0' + (c >> 3 & 7)),
                         (char)('0' + (c & 7))};
        text_append(text, escape, sizeof escape);
    }
    text_append(text, bytes + plain, length - plain);
    text_put_character(text, '"');
}

void text_put_quoted(Text *text, const char *string) {
    text_put_quoted_bytes(text, string, strlen(string));
}

void text_destroy(Text *text) {
    memory_free(text->bytes);
    *text = (Text){0};
}

void emit_flush(Codegen *codegen, Text *text) {
    if (text->length > 0 && !codegen->failed) {
        codegen->failed = !codegen->sink->write(codegen->sink->context, text->bytes, text->length);
    }
    text->length = 0;
}

// --- Operands ------------------------------------------------------------------------------------

// Padded to 8 bytes, which are copied at once.
static const char register_names[4][RSP + 1][8] = {
    {"%al", "%cl", "%dl", "%sil", "%dil", "%r8b", "%r9b", "%r10b", "%r11b", "%bpl", "%spl"},
    {"%ax", "%cx", "%dx", "%si", "%di", "%r8w", "%r9w", "%r10w", "%r11w", "%bp", "%sp"},
    {"%eax", "%ecx", "%edx", "%esi", "%edi", "%r8d", "%r9d", "%r10d", "%r11d", "%ebp", "%esp"},
    {"%rax", "%rcx", "%rdx", "%rsi", "%rdi", "%r8", "%r9", "%r10", "%r11", "%rbp", "%rsp"},
};

static const char *register_name(uint8_t number, unsigned bytes) {
    assert(number <= RSP);
    return register_names[bytes == 8 ? 3 : bytes == 4 ? 2 : bytes == 2 ? 1 : 0][number];
}

static void put_label_name(Text *text, char prefix, uint32_t label) {
    text_append(text, ".L", 2);
    text_put_character(text, prefix);
    text_put_integer(text, label);
}

static void put_register(Text *text, uint8_t number, unsigned bytes) {
    const char *name = register_name(number, bytes);
    text_reserve(text, sizeof *register_names[0]);
    memcpy(text->bytes + text->length, name, sizeof *register_names[0]);
    text->length += name[3] == '\0' ? 3 : name[4] == '\0' ? 4 : 5;
}

// symbol+offset, .LS5+offset, or offset alone; a symbol's name may be a register's to the
// assembler.
static void put_static_part(Text *text, Value place) {
    if (place.symbol) {
        text_append(text, place.symbol->text, place.symbol->length);
    } else if (place.prefix) {
        put_label_name(text, place.prefix, place.label);
    } else {
        if (place.offset != 0) {
            text_put_integer(text, place.offset);
        }
        return;
    }
    if (place.offset != 0) {
        text_put_character(text, place.offset < 0 ? '-' : '+');
        text_put_integer(text, place.offset < 0 ? -(int64_t)place.offset : place.offset);
    }
}

static void put_address(Text *text, Value place) {
    put_static_part(text, place);
    if (place.base == NO_REGISTER && place.index == NO_REGISTER) {
        assert(place.symbol || place.prefix);
        text_append(text, "(%rip)", 6);
        return;
    }
    text_put_character(text, '(');
    if (place.base != NO_REGISTER) {
        put_register(text, place.base, 8);
    }
    if (place.index != NO_REGISTER) {
        text_put_character(text, ',');
        put_register(text, place.index, 8);
        text_put_character(text, ',');
        text_put_character(text, (char)('0' + place.scale));
    }
    text_put_character(text, ')');
}

void text_put_operand(Codegen *codegen, Text *text, Value operand) {
    switch ((ValueKind)operand.kind) {
    case VALUE_INTEGER:
        text_put_character(text, '$');
        text_put_integer(text, operand.integer);
        break;
    case VALUE_REGISTER:
        put_register(text, operand.base, operand.scale);
        break;
    case VALUE_VECTOR:
        text_append(text, "%xmm", 4);
        text_put_integer(text, operand.base);
        break;
    case VALUE_SLOT:
        text_put_integer(text, operand.offset);
        text_append(text, "(%rbp)", 6);
        break;
    case VALUE_MEMORY:
        put_address(text, operand);
        break;
    case VALUE_REAL:
        put_address(text, real_constant(codegen, (uint64_t)operand.integer));
        break;
    case VALUE_PLACE: // as an immediate: static ones only
        assert(operand.base == NO_REGISTER && operand.index == NO_REGISTER);
        text_put_character(text, '$');
        put_static_part(text, operand);
        break;
    case VALUE_NOTHING:
        assert(!"an operand without a value");
        break;
    }
}

// --- Instructions --------------------------------------------------------------------------------

static void begin(Text *text, const char *operation) {
    size_t length = strlen(operation);
    text_reserve(text, length + 2);
    char *to = text->bytes + text->length;
    *to++ = '\t';
    memcpy(to, operation, length);
    to[length] = ' ';
    text->length += length + 2;
}

void emit0(Codegen *codegen, const char *operation) {
    Text *text = codegen->text;
    begin(text, operation);
    text->bytes[text->length - 1] = '\n';
    copies_forget(codegen);
}

void emit1(Codegen *codegen, const char *operation, Value operand) {
    Text *text = codegen->text;
    begin(text, operation);
    text_put_operand(codegen, text, operand);
    text_put_character(text, '\n');
    copies_note_one(codegen, operation, operand);
}

static void put2(Codegen *codegen, const char *operation, Value source, Value destination) {
    Text *text = codegen->text;
    begin(text, operation);
    text_put_operand(codegen, text, source);
    text_append(text, ", ", 2);
    text_put_operand(codegen, text, destination);
    text_put_character(text, '\n');
}

void emit2(Codegen *codegen, const char *operation, Value source, Value destination) {
    Value read = copy_for_operand(codegen, operation, source);
    if (change_copy(codegen, operation, read, destination)) {
        return;
    }
    bool is_load = source.kind == VALUE_SLOT &&
                   (strcmp(operation, "movq") == 0 || strcmp(operation, "movsd") == 0);
    bool is_needless = is_load && read.kind == destination.kind && read.base == destination.base;
    if (is_load && read.kind == VALUE_VECTOR && !is_needless) {
        put2(codegen, "movaps", read, destination); // movsd would keep the upper half
    } else if (!is_needless) {
        bool is_comparison = strcmp(operation, "cmpq") == 0;
        put2(codegen, operation, read,
             is_comparison ? copy_for_operand(codegen, operation, destination) : destination);
    }
    copies_note(codegen, operation, source, destination);
}

void emit3(Codegen *codegen, const char *operation, Value first, Value second, Value destination) {
    Text *text = codegen->text;
    begin(text, operation);
    text_put_operand(codegen, text, first);
    text_append(text, ", ", 2);
    text_put_operand(codegen, text, copy_for_operand(codegen, operation, second));
    text_append(text, ", ", 2);
    text_put_operand(codegen, text, destination);
    text_put_character(text, '\n');
    copies_note(codegen, operation, first, destination);
}

Label new_label(Codegen *codegen) { return ++codegen->last_label; }

static void put_label(Text *text, Label label) {
    text_append(text, ".L", 2);
    text_put_integer(text, label);
}

static void put_label_here(Codegen *codegen, Label label) {
    put_label(codegen->text, label);
    text_append(codegen->text, ":\n", 2);
}

void emit_label(Codegen *codegen, Label label) {
    put_label_here(codegen, label);
    copies_forget(codegen);
}

void emit_jump(Codegen *codegen, const char *operation, Label label) {
    copies_note_jump(codegen, label);
    Text *text = codegen->text;
    begin(text, operation);
    put_label(text, label);
    text_put_character(text, '\n');
    if (strcmp(operation, "jmp") == 0) {
        copies_end_way(codegen);
    } else if (strcmp(operation, "call") == 0) {
        copies_forget(codegen);
    }
}

void emit_call(Codegen *codegen, const char *function) {
    report_call(codegen->compilation->report, function);
    Text *text = codegen->text;
    begin(text, "call");
    text_put(text, function);
    text_put_character(text, '\n');
    copies_forget(codegen);
}

void emit_call_name(Codegen *codegen, const Name *symbol) {
    report_call(codegen->compilation->report, symbol->text);
    Text *text = codegen->text;
    begin(text, "call");
    text_append(text, symbol->text, symbol->length);
    text_put_character(text, '\n');
    copies_forget(codegen);
}

// --- Positions -----------------------------------------------------------------------------------

// The source line of a position, remembered: most nodes lie on the line of the one before.
static bool find_line(Codegen *codegen, Position position) {
    LineState *state = &codegen->pending->line;
    if (position - state->start < state->length) {
        return false;
    }
    SourceTable *sources = &codegen->compilation->sources;
    if (!source_at(sources, position)) {
        return false;
    }
    Location location = source_locate(sources, position);
    uint32_t length = 0;
    const char *text = source_line(sources, location.source, location.line, &length);
    state->start = location.source->base + (Position)(text - location.source->text);
    state->length = length + 1;
    state->line = location.line;
    return true;
}

static void put_line_entry(Text *lines, Label label, uint32_t line) {
    text_append(lines, "\t.long .L", 9);
    text_put_integer(lines, label);
    text_append(lines, ", ", 2);
    text_put_integer(lines, line);
    text_append(lines, "\n", 1);
}

void emit_position(Codegen *codegen, const Node *node) {
    if (!find_line(codegen, node->span.start)) {
        return;
    }
    Label label = new_label(codegen);
    put_label_here(codegen, label); // no jump leads here
    Texts *texts = codegen->texts;
    put_line_entry(codegen->is_cold ? &texts->cold_lines : &texts->lines, label,
                   codegen->pending->line.line);
}

// --- Code behind the process ---------------------------------------------------------------------

void cold_begin(Codegen *codegen, Label label) {
    assert(!codegen->is_cold);
    codegen->is_cold = true;
    codegen->text = &codegen->texts->cold;
    codegen->values->hot_copies = codegen->values->copies;
    emit_label(codegen, label);
    put_line_entry(&codegen->texts->cold_lines, label, codegen->pending->line.line);
    debug_begin_cold(codegen);
}

void cold_end(Codegen *codegen) {
    assert(codegen->is_cold);
    debug_end_cold(codegen);
    codegen->is_cold = false;
    codegen->text = &codegen->texts->body;
    codegen->values->copies = codegen->values->hot_copies;
}

static bool same_operand(const Value *a, const Value *b) {
    return a->kind == b->kind && a->storage == b->storage && a->base == b->base &&
           a->index == b->index && a->scale == b->scale && a->offset == b->offset &&
           a->prefix == b->prefix && a->label == b->label && a->integer == b->integer;
}

// Both arguments of a panic at once, since one may lie in the register of the other.
static void emit_panic_arguments(Codegen *codegen, Value first, Value second) {
    bool first_in_rsi = first.kind == VALUE_REGISTER && first.base == RSI;
    bool second_uses_rdi = (second.kind == VALUE_REGISTER || second.kind == VALUE_MEMORY) &&
                           (second.base == RDI || second.index == RDI);
    if (first_in_rsi && second_uses_rdi) {
        emit2(codegen, "xchgq", a_register(RDI), a_register(RSI));
        if (second.kind == VALUE_MEMORY) {
            second.base = second.base == RDI ? RSI : second.base;
            emit2(codegen, "movq", second, a_register(RSI));
        }
        return;
    }
    bool is_first_ready = first.kind == VALUE_REGISTER && first.base == RDI;
    if (first_in_rsi && !is_first_ready) {
        emit2(codegen, "movq", first, a_register(RDI));
        is_first_ready = true;
    }
    if (second.kind != VALUE_NOTHING && !(second.kind == VALUE_REGISTER && second.base == RSI)) {
        emit2(codegen, "movq", second, a_register(RSI));
    }
    if (!is_first_ready) {
        emit2(codegen, "movq", first, a_register(RDI));
    }
}

Label cold_panic(Codegen *codegen, const char *function, Value first, Value second) {
    Values *values = codegen->values;
    uint32_t line = codegen->pending->line.line;
    for (uint32_t i = 0; i < sizeof values->panics / sizeof values->panics[0]; i++) {
        const ColdPanic *panic = &values->panics[i];
        if (panic->label && panic->line == line && strcmp(panic->function, function) == 0 &&
            same_operand(&panic->first, &first) && same_operand(&panic->second, &second)) {
            return panic->label;
        }
    }
    Label label = new_label(codegen);
    bool was_cold = codegen->is_cold;
    Label around = was_cold ? new_label(codegen) : 0;
    if (was_cold) { // within a slow path: behind a jump
        emit_jump(codegen, "jmp", around);
        emit_label(codegen, label);
    } else {
        cold_begin(codegen, label);
    }
    if (first.kind != VALUE_NOTHING) {
        emit_panic_arguments(codegen, first, second);
    }
    emit_call(codegen, function);
    if (was_cold) {
        emit_label(codegen, around);
    } else {
        cold_end(codegen);
    }
    values->panics[values->panic_count++ % (sizeof values->panics / sizeof values->panics[0])] =
        (ColdPanic){function, first, second, line, label};
    return label;
}
