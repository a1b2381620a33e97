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
    LONGEST_OPERATION = 32,
    LONGEST_OPERAND = 64, // without its symbol, and with what stands around it
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

static void text_put_character(Text *text, char character) {
    text_reserve(text, 1);
    text->bytes[text->length++] = character;
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

// --- Pieces ----------------------------------------------------------------------------------
// Each is written to `to`, where room was made for the whole instruction, and gives the end of what
// it wrote.

static char *put_string(char *to, const char *string) {
    while (*string) {
        *to++ = *string++;
    }
    return to;
}

static char *put_name(char *to, const Name *name) {
    memcpy(to, name->text, name->length);
    return to + name->length;
}

// Two digits at a time: a division takes longer than looking them up.
static char *put_pair(char *to, uint64_t below_100) {
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    memcpy(to, pairs + 2 * below_100, 2);
    return to + 2;
}

static char *put_number(char *to, uint64_t number) {
    if (number >= 10000) {
        to = put_number(to, number / 10000);
        number %= 10000;
        return put_pair(put_pair(to, number / 100), number % 100);
    }
    if (number >= 100) {
        uint64_t upper = number / 100;
        if (upper >= 10) {
            to = put_pair(to, upper);
        } else {
            *to++ = (char)('0' + upper);
        }
        return put_pair(to, number % 100);
    }
    if (number >= 10) {
        return put_pair(to, number);
    }
    *to = (char)('0' + number);
    return to + 1;
}

static char *put_integer(char *to, int64_t value) {
    if (value < 0) {
        *to++ = '-';
        return put_number(to, -(uint64_t)value);
    }
    return put_number(to, (uint64_t)value);
}

static char *put_label(char *to, uint32_t label) {
    *to++ = '.';
    *to++ = 'L';
    return put_number(to, label);
}

void text_put_integer(Text *text, int64_t value) {
    text_reserve(text, LONGEST_NUMBER);
    text->length = (size_t)(put_integer(text->bytes + text->length, value) - text->bytes);
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

static char *put_register(char *to, uint8_t number, unsigned bytes) {
    const char *name = register_name(number, bytes);
    memcpy(to, name, sizeof *register_names[0]);
    return to + (name[3] == '\0' ? 3 : name[4] == '\0' ? 4 : 5);
}

// symbol+offset, .LS5+offset, or offset alone; a symbol's name may be a register's to the
// assembler.
static char *put_static_part(char *to, const Value *place) {
    if (place->symbol) {
        to = put_name(to, place->symbol);
    } else if (place->prefix) {
        *to++ = '.';
        *to++ = 'L';
        *to++ = place->prefix;
        to = put_integer(to, place->label);
    } else {
        return place->offset != 0 ? put_integer(to, place->offset) : to;
    }
    if (place->offset > 0) {
        *to++ = '+';
    }
    return place->offset != 0 ? put_integer(to, place->offset) : to;
}

static char *put_address(char *to, const Value *place) {
    to = put_static_part(to, place);
    if (place->base == NO_REGISTER && place->index == NO_REGISTER) {
        assert(place->symbol || place->prefix);
        memcpy(to, "(%rip)", 6);
        return to + 6;
    }
    *to++ = '(';
    if (place->base != NO_REGISTER) {
        to = put_register(to, place->base, 8);
    }
    if (place->index != NO_REGISTER) {
        *to++ = ',';
        to = put_register(to, place->index, 8);
        *to++ = ',';
        *to++ = (char)('0' + place->scale);
    }
    *to++ = ')';
    return to;
}

static char *put_operand(Codegen *codegen, char *to, const Value *operand) {
    switch ((ValueKind)operand->kind) {
    case VALUE_INTEGER:
        *to++ = '$';
        return put_integer(to, operand->integer);
    case VALUE_REGISTER:
        return put_register(to, operand->base, operand->scale);
    case VALUE_VECTOR:
        memcpy(to, "%xmm", 4);
        return put_number(to + 4, operand->base);
    case VALUE_SLOT:
        to = put_integer(to, operand->offset);
        memcpy(to, "(%rbp)", 6);
        return to + 6;
    case VALUE_MEMORY:
        return put_address(to, operand);
    case VALUE_REAL: {
        Value constant = real_constant(codegen, (uint64_t)operand->integer);
        return put_address(to, &constant);
    }
    case VALUE_PLACE: // as an immediate: static ones only
        assert(operand->base == NO_REGISTER && operand->index == NO_REGISTER);
        *to++ = '$';
        return put_static_part(to, operand);
    case VALUE_NOTHING:
        assert(!"an operand without a value");
        break;
    }
    return to;
}

// The most bytes that an operand takes.
static size_t operand_room(const Value *operand) {
    bool is_place = operand->kind == VALUE_MEMORY || operand->kind == VALUE_PLACE;
    return LONGEST_OPERAND + (is_place && operand->symbol ? operand->symbol->length : 0);
}

void text_put_operand(Codegen *codegen, Text *text, Value operand) {
    text_reserve(text, operand_room(&operand));
    char *end = put_operand(codegen, text->bytes + text->length, &operand);
    text->length = (size_t)(end - text->bytes);
}

// --- Instructions --------------------------------------------------------------------------------

// Makes room for the operation and `room` bytes of operands, and writes the operation.
static char *begin(Codegen *codegen, const char *operation, size_t room) {
    Text *text = codegen->text;
    text_reserve(text, room + LONGEST_OPERATION);
    char *to = text->bytes + text->length;
    *to++ = '\t';
    to = put_string(to, operation);
    *to++ = ' ';
    return to;
}

static char *separate(char *to) {
    *to++ = ',';
    *to++ = ' ';
    return to;
}

// Ends the line, the last of what was begun.
static void end(Codegen *codegen, char *to) {
    *to++ = '\n';
    codegen->text->length = (size_t)(to - codegen->text->bytes);
}

void emit0(Codegen *codegen, const char *operation) {
    end(codegen, begin(codegen, operation, 0) - 1); // without the blank
    copies_forget(codegen);
}

void emit1(Codegen *codegen, const char *operation, Value operand) {
    Operation what = operation_of(operation);
    resident_operand(codegen, what, &operand);
    char *to = begin(codegen, operation, operand_room(&operand));
    end(codegen, put_operand(codegen, to, &operand));
    copies_note_one(codegen, operation, &operand);
    resident_reload(codegen, what, &operand);
}

static void put2(Codegen *codegen, const char *operation, const Value *source,
                 const Value *destination) {
    char *to = begin(codegen, operation, operand_room(source) + operand_room(destination));
    to = separate(put_operand(codegen, to, source));
    end(codegen, put_operand(codegen, to, destination));
}

void emit_unnoted(Codegen *codegen, const char *operation, Value source, Value destination) {
    put2(codegen, operation, &source, &destination);
}

void emit2(Codegen *codegen, const char *operation, Value source, Value destination) {
    Operation what = operation_of(operation);
    resident_operand(codegen, what, &source);
    resident_operand(codegen, what, &destination);
    Value read = copy_for_operand(codegen, what, &source);
    if (change_copy(codegen, what, &read, &destination)) {
        return;
    }
    bool is_load = source.kind == VALUE_SLOT &&
                   (what.effect == EFFECT_MOVES_WORD || what.effect == EFFECT_MOVES_REAL);
    bool is_needless = is_load && read.kind == destination.kind && read.base == destination.base;
    if (is_load && read.kind == VALUE_VECTOR && !is_needless) {
        put2(codegen, "movaps", &read, &destination); // movsd would keep the upper half
    } else if (what.effect == EFFECT_COMPARES) {
        Value other = copy_for_operand(codegen, what, &destination);
        put2(codegen, operation, &read, &other);
    } else if (!is_needless) {
        put2(codegen, operation, &read, &destination);
    }
    copies_note(codegen, what, &source, &destination);
    resident_reload(codegen, what, &destination);
}

void emit3(Codegen *codegen, const char *operation, Value first, Value second, Value destination) {
    Operation what = operation_of(operation);
    resident_operand(codegen, what, &second);
    Value read = copy_for_operand(codegen, what, &second);
    size_t room = operand_room(&first) + operand_room(&read) + operand_room(&destination);
    char *to = begin(codegen, operation, room);
    to = separate(put_operand(codegen, to, &first));
    to = separate(put_operand(codegen, to, &read));
    end(codegen, put_operand(codegen, to, &destination));
    copies_note(codegen, what, &first, &destination);
}

Label new_label(Codegen *codegen) { return ++codegen->last_label; }

static void put_label_here(Codegen *codegen, Label label) {
    Text *text = codegen->text;
    text_reserve(text, LONGEST_OPERAND);
    char *to = put_label(text->bytes + text->length, label);
    *to++ = ':';
    end(codegen, to);
}

void emit_label(Codegen *codegen, Label label) {
    put_label_here(codegen, label);
    copies_forget(codegen);
}

void emit_label_keeping(Codegen *codegen, Label label) { put_label_here(codegen, label); }

void emit_jump(Codegen *codegen, const char *operation, Label label) {
    copies_note_jump(codegen, label);
    end(codegen, put_label(begin(codegen, operation, LONGEST_OPERAND), label));
    if (is_text(operation, "jmp")) {
        copies_end_way(codegen);
    } else if (is_text(operation, "call")) {
        copies_forget(codegen);
    }
}

// A call that does not return.
static void emit_last_call(Codegen *codegen, const char *function) {
    report_call(codegen->compilation->report, function);
    end(codegen, put_string(begin(codegen, "call", LONGEST_OPERAND), function));
    copies_forget(codegen);
}

void emit_call(Codegen *codegen, const char *function) {
    residents_store(codegen);
    emit_last_call(codegen, function);
    residents_load(codegen);
}

void emit_call_name(Codegen *codegen, const Name *symbol) {
    residents_store(codegen);
    report_call(codegen->compilation->report, symbol->text);
    end(codegen, put_name(begin(codegen, "call", symbol->length), symbol));
    copies_forget(codegen);
    residents_load(codegen);
}

// --- Positions -----------------------------------------------------------------------------------

// The source line of a position, remembered: most nodes lie on the line of the one before.
static bool find_line(Codegen *codegen, Position position) {
    LineState *state = &codegen->pending->line;
    if (position - state->start < state->length) {
        return false;
    }
    SourceTable *sources = &codegen->compilation->sources;
    Location location = source_locate(sources, position);
    if (!location.source) {
        return false;
    }
    uint32_t length = 0;
    const char *text = source_line(sources, location.source, location.line, &length);
    state->start = location.source->base + (Position)(text - location.source->text);
    state->length = length + 1;
    state->line = location.line;
    return true;
}

static void put_line_entry(Text *lines, Label label, uint32_t line) {
    text_reserve(lines, LONGEST_OPERAND);
    char *to = lines->bytes + lines->length;
    memcpy(to, "\t.long ", 7);
    to = put_label(to + 7, label);
    to = put_number(separate(to), line);
    *to++ = '\n';
    lines->length = (size_t)(to - lines->bytes);
}

void emit_line_entry(Codegen *codegen, Label label) {
    Texts *texts = codegen->texts;
    put_line_entry(codegen->is_cold ? &texts->cold_lines : &texts->lines, label,
                   codegen->pending->line.line);
}

void emit_position(Codegen *codegen, const Node *node) {
    if (!find_line(codegen, node->span.start)) {
        return;
    }
    Label label = new_label(codegen);
    put_label_here(codegen, label); // no jump leads here
    emit_line_entry(codegen, label);
    Expansion *expansion = codegen->frame->expansion;
    if (expansion && !expansion->start) {
        expansion->start = label;
    }
}

// --- Code behind the process ---------------------------------------------------------------------

void cold_begin(Codegen *codegen, Label label) {
    assert(!codegen->is_cold);
    Expansion *expansion = codegen->frame->expansion;
    if (expansion) {
        if (!expansion->start) { // the line must be known
            emit_position(codegen, expansion->statement);
        }
        expansion->cold = label;
    }
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
    expansion_end_cold(codegen);
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

void forget_panics(Codegen *codegen) {
    memset(codegen->values->panics, 0, sizeof codegen->values->panics);
}

Label cold_panic(Codegen *codegen, const char *function, Value first, Value second) {
    Values *values = codegen->values;
    uint32_t line = codegen->pending->line.line;
    const Expansion *expansion = codegen->frame->expansion;
    const Symbol *expanded = expansion ? expansion->process : NULL;
    for (uint32_t i = 0; i < sizeof values->panics / sizeof values->panics[0]; i++) {
        const ColdPanic *panic = &values->panics[i];
        if (panic->label && panic->line == line && panic->expanded == expanded &&
            strcmp(panic->function, function) == 0 && same_operand(&panic->first, &first) &&
            same_operand(&panic->second, &second)) {
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
    emit_last_call(codegen, function);
    if (was_cold) {
        emit_label(codegen, around);
    } else {
        cold_end(codegen);
    }
    values->panics[values->panic_count++ % (sizeof values->panics / sizeof values->panics[0])] =
        (ColdPanic){function, first, second, expanded, line, label};
    return label;
}
