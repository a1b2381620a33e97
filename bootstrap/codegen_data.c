// Read-only data: strings, numbers, kinds, tables and objects, each once; and the sections at the
// end.
// Labels: .LS string, .LF double, .LK kind, .LT table, .LV variant without fields, .LO function
// object,
// .LM mask.
#include "codegen_internal.h"

#include <string.h>

// --- Number tables -------------------------------------------------------------------------------

static uint32_t slot_of(const NumberTable *table, uint64_t key) {
    uint32_t slot = (uint32_t)((key * 0x9E3779B97F4A7C15u) >> 32) & (table->capacity - 1);
    while (table->numbers[slot] != 0 && table->keys[slot] != key) {
        slot = (slot + 1) & (table->capacity - 1);
    }
    return slot;
}

static void grow(NumberTable *table) {
    NumberTable old = *table;
    table->capacity = old.capacity ? 2 * old.capacity : 64;
    table->keys = memory_allocate(table->capacity * sizeof *table->keys);
    table->numbers = memory_allocate(table->capacity * sizeof *table->numbers);
    for (uint32_t i = 0; i < old.capacity; i++) {
        if (old.numbers[i] != 0) {
            uint32_t slot = slot_of(table, old.keys[i]);
            table->keys[slot] = old.keys[i];
            table->numbers[slot] = old.numbers[i];
        }
    }
    memory_free(old.keys);
    memory_free(old.numbers);
}

uint32_t number_table_add(NumberTable *table, uint64_t key, bool *is_new) {
    if (2 * table->count >= table->capacity) {
        grow(table);
    }
    uint32_t slot = slot_of(table, key);
    *is_new = table->numbers[slot] == 0;
    if (*is_new) {
        table->keys[slot] = key;
        table->numbers[slot] = ++table->count;
    }
    return table->numbers[slot] - 1;
}

int64_t number_table_find(const NumberTable *table, uint64_t key) {
    return table->capacity == 0 ? -1 : (int64_t)table->numbers[slot_of(table, key)] - 1;
}

void number_table_destroy(NumberTable *table) {
    memory_free(table->keys);
    memory_free(table->numbers);
    *table = (NumberTable){0};
}

static uint64_t key_of(const void *pointer) { return (uint64_t)(uintptr_t)pointer; }

// --- Text of data --------------------------------------------------------------------------------

static void put_data_label(Text *text, char prefix, uint32_t number) {
    char start[] = {'.', 'L', prefix};
    text_append(text, start, sizeof start);
    text_put_integer(text, number);
}

static void define(Text *text, char prefix, uint32_t number) {
    put_data_label(text, prefix, number);
    text_put(text, ":\n");
}

// --- Strings and numbers -------------------------------------------------------------------------

Value string_constant(Codegen *codegen, const Name *text) {
    uintptr_t *slot = (uintptr_t *)name_slot(text);
    uint32_t number = (uint32_t)(*slot ? *slot - 1 : codegen->constants->string_count);
    if (!*slot) {
        Text *strings = &codegen->texts->strings;
        *slot = ++codegen->constants->string_count;
        define(strings, 'S', number);
        text_put(strings, "\t.string ");
        text_put_quoted_bytes(strings, text->text, text->length);
        text_put(strings, "\n");
    }
    return a_label('S', number);
}

void text_put_string_label(Codegen *codegen, Text *text, const Name *string) {
    text_put(text, ".LS");
    text_put_integer(text, string_constant(codegen, string).label);
}

uint64_t real_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

Value real_constant(Codegen *codegen, uint64_t bits) {
    bool is_new;
    uint32_t number = number_table_add(&codegen->constants->reals, bits, &is_new);
    if (is_new) {
        Text *constants = &codegen->texts->constants;
        define(constants, 'F', number);
        text_put(constants, "\t.quad ");
        text_put_integer(constants, (int64_t)bits);
        text_put(constants, "\n");
    }
    return at_place(a_label('F', number), STORAGE_FLOAT64);
}

Value sign_mask(Codegen *codegen) {
    codegen->constants->has_masks = true;
    return at_place(a_label('M', 0), STORAGE_FLOAT64);
}

Value magnitude_mask(Codegen *codegen) {
    codegen->constants->has_masks = true;
    return at_place(a_label('M', 1), STORAGE_FLOAT64);
}

// --- Kinds ---------------------------------------------------------------------------------------

int64_t kind_tag(const Type *type) {
    switch ((TypeKind)type->kind) {
    case TYPE_INTEGER:
        return type->is_unsigned ? RUNA_KIND_UNSIGNED : RUNA_KIND_INTEGER;
    case TYPE_FLOAT:
        return RUNA_KIND_FLOAT;
    case TYPE_BOOLEAN:
        return RUNA_KIND_BOOLEAN;
    case TYPE_STRING:
        return RUNA_KIND_STRING;
    case TYPE_LIST:
        return RUNA_KIND_LIST;
    case TYPE_SET:
        return RUNA_KIND_SET;
    case TYPE_DICTIONARY:
        return RUNA_KIND_DICTIONARY;
    case TYPE_ARRAY:
        return RUNA_KIND_ARRAY;
    case TYPE_FIXED_ARRAY:
        return RUNA_KIND_FIXED_ARRAY;
    case TYPE_INLINE:
        return RUNA_KIND_INLINE;
    default:
        return RUNA_KIND_REFERENCE;
    }
}

// How an element of a fixed array lies in memory, where that differs from its word.
static int64_t element_tag(const Type *type) {
    switch (storage_of(type)) {
    case STORAGE_INTEGER8:
        return RUNA_KIND_INTEGER8;
    case STORAGE_INTEGER16:
        return RUNA_KIND_INTEGER16;
    case STORAGE_INTEGER32:
        return RUNA_KIND_INTEGER32;
    case STORAGE_UNSIGNED8:
        return type->kind == TYPE_BOOLEAN ? RUNA_KIND_BOOLEAN8 : RUNA_KIND_UNSIGNED8;
    case STORAGE_UNSIGNED16:
        return RUNA_KIND_UNSIGNED16;
    case STORAGE_UNSIGNED32:
        return RUNA_KIND_UNSIGNED32;
    case STORAGE_FLOAT32:
        return RUNA_KIND_FLOAT32;
    default:
        return kind_tag(type);
    }
}

static void put_kind_reference(Text *text, int64_t number) {
    text_put(text, ", ");
    if (number < 0) {
        text_put(text, "0");
    } else {
        put_data_label(text, 'K', (uint32_t)number);
    }
}

static void put_kind(Codegen *codegen, uint32_t number, int64_t tag, int64_t count, int64_t first,
                     int64_t second) {
    Text *text = &codegen->texts->constants;
    define(text, 'K', number);
    text_put(text, "\t.quad ");
    text_put_integer(text, tag);
    text_put(text, ", ");
    text_put_integer(text, count);
    put_kind_reference(text, first);
    put_kind_reference(text, second);
    text_put(text, "\n");
}

static uint32_t scalar_kind(Codegen *codegen, int64_t tag) {
    bool is_new;
    uint32_t number = number_table_add(&codegen->constants->kinds, (uint64_t)tag + 1, &is_new);
    if (is_new) {
        put_kind(codegen, number, tag, 0, -1, -1);
    }
    return number;
}

static uint32_t kind_number(Codegen *codegen, const Type *type) {
    int64_t tag = kind_tag(type);
    if (tag <= RUNA_KIND_REFERENCE) {
        return scalar_kind(codegen, tag);
    }
    bool is_new;
    uint32_t number = number_table_add(&codegen->constants->kinds, key_of(type), &is_new);
    if (!is_new) {
        return number;
    }
    int64_t count = 0, first = -1, second = -1;
    if (tag == RUNA_KIND_INLINE) {
        count = (int64_t)type_storage_size(type);
    } else if (tag == RUNA_KIND_FIXED_ARRAY) {
        count = (int64_t)type->count;
        int64_t element = element_tag(type->first);
        first = element > RUNA_KIND_INLINE ? scalar_kind(codegen, element)
                                           : kind_number(codegen, type->first);
    } else {
        first = kind_number(codegen, type->first);
        second = tag == RUNA_KIND_DICTIONARY ? (int64_t)kind_number(codegen, type->second) : -1;
    }
    put_kind(codegen, number, tag, count, first, second);
    return number;
}

Value kind_constant(Codegen *codegen, const Type *type) {
    return a_label('K', kind_number(codegen, type));
}

// --- Objects and tables --------------------------------------------------------------------------

Value variant_constant(Codegen *codegen, const VariantInfo *variant) {
    bool is_new;
    uint32_t number = number_table_add(&codegen->constants->variants, key_of(variant), &is_new);
    if (is_new) {
        Text *text = &codegen->texts->objects;
        define(text, 'V', number);
        text_put(text, "\t.quad ");
        text_put_integer(text, variant->index);
        text_put(text, "\n");
    }
    return a_label('V', number);
}

static void put_float32(Text *text, double value) {
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    text_put(text, "\t.long ");
    text_put_integer(text, bits);
    text_put(text, "\n");
}

// One number, in as many bytes as its type takes in place. Doubles come as their bits.
static void put_item(Text *text, const Type *type, int64_t value) {
    Storage storage = storage_of(type);
    if (storage == STORAGE_FLOAT32) {
        double real;
        memcpy(&real, &value, sizeof real);
        put_float32(text, real);
        return;
    }
    uint64_t size = type_storage_size(type);
    text_put(text, size == 1   ? "\t.byte "
                   : size == 2 ? "\t.short "
                   : size == 4 ? "\t.long "
                               : "\t.quad ");
    text_put_integer(text, size == 1   ? (int64_t)(uint8_t)value
                           : size == 2 ? (int64_t)(uint16_t)value
                           : size == 4 ? (int64_t)(uint32_t)value
                                       : value);
    text_put(text, "\n");
}

static void put_string_item(Codegen *codegen, Text *text, const Name *string) {
    Value label = string_constant(codegen, string);
    text_put(text, "\t.quad ");
    put_data_label(text, label.prefix, label.label);
    text_put(text, "\n");
}

static void put_constant(Codegen *codegen, Text *text, const Type *type,
                         const ConstantValue *value) {
    if (type->kind == TYPE_FIXED_ARRAY) {
        for (uint64_t i = 0; i < value->as.array.count; i++) {
            put_constant(codegen, text, type->first, &value->as.array.items[i]);
        }
    } else if (type->kind == TYPE_STRING && value->type->kind == TYPE_STRING && value->as.text) {
        put_string_item(codegen, text, value->as.text);
    } else if (type->kind == TYPE_FLOAT) {
        double real = value->type->kind == TYPE_FLOAT ? value->as.real : (double)value->as.integer;
        put_item(text, type, (int64_t)real_bits(real));
    } else {
        put_item(text, type, value->as.integer);
    }
}

static void begin_table(Text *text, uint32_t number) {
    text_put(text, "\t.balign 8\n");
    define(text, 'T', number);
}

Value table_constant(Codegen *codegen, const Symbol *symbol) {
    bool is_new;
    uint32_t number = number_table_add(&codegen->constants->tables, key_of(symbol), &is_new);
    if (is_new) {
        Text *text = &codegen->texts->constants;
        begin_table(text, number);
        put_constant(codegen, text, symbol->type, symbol->as.constant);
        text_put(text, "\t.balign 8\n");
    }
    return a_label('T', number);
}

bool constant_real(const Node *node, uint64_t *bits) {
    int64_t integer;
    if (node->kind == NODE_FLOAT_LITERAL) {
        *bits = real_bits(AST(node, NODE_FLOAT_LITERAL, FloatLiteral)->value);
        return true;
    }
    if (node->kind == NODE_NAME) {
        const Symbol *symbol = AST(node, NODE_NAME, NameExpression)->symbol;
        if (symbol->kind == SYMBOL_CONSTANT && is_float_type(symbol->as.constant->type)) {
            *bits = real_bits(symbol->as.constant->as.real);
            return true;
        }
        return false;
    }
    if (node->kind == NODE_UNARY && AST(node, NODE_UNARY, Unary)
                                        ->
                                        operator== OPERATOR_NEGATE &&
                                    constant_real(AST(node, NODE_UNARY, Unary)->operand, bits)) {
        *bits ^= (uint64_t)1 << 63;
        return true;
    }
    if (node->kind == NODE_CONVERT && is_float_type(node->type)) {
        const Node *operand = AST(node, NODE_CONVERT, Convert)->operand;
        if (operand->type->kind == TYPE_INTEGER && !is_unsigned_word(operand->type) &&
            constant_integer(operand, &integer)) {
            *bits = real_bits((double)integer);
            return true;
        }
        return is_float_type(operand->type) && node->type->size == 8 &&
               constant_real(operand, bits);
    }
    return false;
}

static bool is_constant_item(const Node *node) {
    int64_t integer;
    uint64_t bits;
    if (node->kind == NODE_STRING_LITERAL || constant_integer(node, &integer) ||
        constant_real(node, &bits)) {
        return true;
    }
    if (node->kind != NODE_ARRAY_LITERAL || node->type->kind != TYPE_FIXED_ARRAY) {
        return false;
    }
    const NodeList *items = &AST(node, NODE_ARRAY_LITERAL, ArrayLiteral)->items;
    for (uint32_t i = 0; i < items->count; i++) {
        if (!is_constant_item(items->items[i])) {
            return false;
        }
    }
    return true;
}

static void put_literal(Codegen *codegen, Text *text, const Node *node, const Type *type) {
    int64_t integer;
    uint64_t bits;
    if (node->kind == NODE_STRING_LITERAL) {
        put_string_item(codegen, text, AST(node, NODE_STRING_LITERAL, StringLiteral)->text);
    } else if (constant_real(node, &bits)) {
        put_item(text, type, (int64_t)bits);
    } else if (constant_integer(node, &integer)) {
        put_item(text, type, integer);
    } else {
        const NodeList *items = &AST(node, NODE_ARRAY_LITERAL, ArrayLiteral)->items;
        for (uint32_t i = 0; i < items->count; i++) {
            put_literal(codegen, text, items->items[i], type->first);
        }
    }
}

bool literal_table(Codegen *codegen, const ArrayLiteral *literal, Value *table) {
    if (!is_constant_item(&literal->header)) {
        return false;
    }
    bool is_new;
    uint32_t number = number_table_add(&codegen->constants->tables, key_of(literal), &is_new);
    if (is_new) {
        Text *text = &codegen->texts->constants;
        begin_table(text, number);
        put_literal(codegen, text, &literal->header, literal->header.type);
        text_put(text, "\t.balign 8\n");
    }
    *table = a_label('T', number);
    return true;
}

Value variant_sizes(Codegen *codegen, const Aggregate *aggregate) {
    bool is_new;
    uint32_t number = number_table_add(&codegen->constants->tables, key_of(aggregate), &is_new);
    if (is_new) {
        Text *text = &codegen->texts->constants;
        begin_table(text, number);
        for (uint32_t i = 0; i < aggregate->variant_count; i++) {
            const VariantInfo *variant = &aggregate->variants[i];
            text_put(text, "\t.long ");
            text_put_integer(text, variant->field_count > 0 ? variant->size : 0);
            text_put(text, "\n");
        }
        text_put(text, "\t.balign 8\n");
    }
    return a_label('T', number);
}

// --- Sections ------------------------------------------------------------------------------------

static void put_section(Codegen *codegen, const char *header, Text *text) {
    if (text->length > 0) {
        text_put(&codegen->texts->output, header);
        emit_flush(codegen, &codegen->texts->output);
        emit_flush(codegen, text);
    }
}

void emit_sections(Codegen *codegen) {
    Texts *texts = codegen->texts;
    if (codegen->constants->has_masks) {
        text_put(&texts->output, "\t.section .rodata\n\t.balign 16\n"
                                 ".LM0:\n\t.quad 0x8000000000000000, 0\n"
                                 ".LM1:\n\t.quad 0x7fffffffffffffff, 0\n");
    }
    if (codegen->is_debug) {
        text_put(&texts->output, "\t.section .rodata\n\t.weak runa_debug_backtrace\n"
                                 "runa_debug_backtrace:\n\t.byte 1\n");
    }
    put_section(codegen, "\t.section .rodata\n\t.balign 8\n", &texts->constants);
    put_section(codegen, "\t.section runa_objects,\"a\",@progbits\n\t.balign 8\n", &texts->objects);
    put_section(codegen, "\t.section .rodata\n", &texts->strings);
    put_section(codegen, "\t.data\n\t.balign 8\n", &texts->variables);
    put_section(codegen, "\t.section runa_processes,\"a\",@progbits\n\t.balign 4\n",
                &texts->processes);
    put_section(codegen, "\t.section runa_expansions,\"a\",@progbits\n\t.balign 4\n",
                &texts->expansions);
    put_section(codegen, "\t.section runa_lines,\"a\",@progbits\n\t.balign 4\n", &texts->lines);
    text_put(&texts->output, "\t.section .note.GNU-stack,\"\",@progbits\n");
    emit_flush(codegen, &texts->output);
}
