// Expressions: names, fields, elements, literals, constructors.
#include "codegen_internal.h"

enum {
    SAFE_OFFSET = 4096, // accesses up to here through Nothing fault, and the handler knows why
    PURITY_DEPTH = 8,   // how far is_pure looks
    TABLE_SIZE = 32,    // bytes of a constant array literal that is copied from a table
    LENGTH_OFFSET = 8,  // of struct runa_array
};

// --- What is known about an expression -----------------------------------------------------------

static bool fits_type(int64_t value, const Type *type) {
    switch (storage_of(type)) {
    case STORAGE_INTEGER8:
        return value == (int8_t)value;
    case STORAGE_INTEGER16:
        return value == (int16_t)value;
    case STORAGE_INTEGER32:
        return value == (int32_t)value;
    case STORAGE_UNSIGNED8:
        return type->kind == TYPE_BOOLEAN ? value == 0 || value == 1 : value == (uint8_t)value;
    case STORAGE_UNSIGNED16:
        return value == (uint16_t)value;
    case STORAGE_UNSIGNED32:
        return value == (uint32_t)value;
    case STORAGE_WORD:
        return true;
    default:
        return false;
    }
}

static bool constant_of_symbol(const Symbol *symbol, int64_t *value) {
    if (symbol->kind != SYMBOL_CONSTANT) {
        return false;
    }
    const ConstantValue *constant = symbol->as.constant;
    const Type *type = constant->type;
    if (type->kind != TYPE_INTEGER && type->kind != TYPE_BOOLEAN && type->kind != TYPE_NULL &&
        type->kind != TYPE_POINTER) {
        return false;
    }
    *value = constant->as.integer;
    return true;
}

bool constant_integer(const Node *node, int64_t *value) {
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
        *value = AST(node, NODE_INTEGER_LITERAL, IntegerLiteral)->value;
        return !is_float_type(node->type);
    case NODE_BOOLEAN_LITERAL:
        *value = AST(node, NODE_BOOLEAN_LITERAL, BooleanLiteral)->value;
        return true;
    case NODE_NOTHING_LITERAL:
        *value = 0;
        return true;
    case NODE_SIZE_OF:
        *value = AST(node, NODE_SIZE_OF, SizeOf)->size;
        return true;
    case NODE_NAME:
        return constant_of_symbol(AST(node, NODE_NAME, NameExpression)->symbol, value);
    case NODE_UNARY: {
        const Unary *unary = AST(node, NODE_UNARY, Unary);
        if (unary->operator!= OPERATOR_NEGATE || is_float_type(node->type) ||
            !constant_integer(unary->operand, value)) {
            return false;
        }
        *value = (int64_t) - (uint64_t)*value;
        return true;
    }
    case NODE_CONVERT: {
        const Node *operand = AST(node, NODE_CONVERT, Convert)->operand;
        return !is_float_type(operand->type) && !is_float_type(node->type) &&
               constant_integer(operand, value) && fits_type(*value, node->type);
    }
    default:
        return false;
    }
}

// Does the conversion leave the value as it is, wherever it lies?
static bool is_free_conversion(const Type *from, const Type *to) {
    if (from->kind == TYPE_NOTHING || to->kind == TYPE_NOTHING) {
        return false;
    }
    if (is_float_type(from) && is_float_type(to)) {
        return to->size >= from->size;
    }
    if (is_float_type(from) || is_float_type(to)) {
        return from->kind == TYPE_PARAMETER || to->kind == TYPE_PARAMETER;
    }
    return from == to || storage_of(to) == STORAGE_WORD;
}

bool is_simple(const Node *node) {
    int64_t integer;
    uint64_t bits;
    while (node->kind == NODE_CONVERT) {
        const Node *operand = AST(node, NODE_CONVERT, Convert)->operand;
        if (!is_free_conversion(operand->type, node->type)) {
            break;
        }
        node = operand;
    }
    return node->kind == NODE_NAME || node->kind == NODE_STRING_LITERAL ||
           constant_integer(node, &integer) || constant_real(node, &bits);
}

static bool is_pure_to(const Node *node, int depth) {
    if (depth == 0) {
        return false;
    }
    switch ((NodeKind)node->kind) {
    case NODE_UNARY:
        return is_pure_to(AST(node, NODE_UNARY, Unary)->operand, depth - 1);
    case NODE_CONVERT:
        return is_pure_to(AST(node, NODE_CONVERT, Convert)->operand, depth - 1);
    case NODE_FIELD:
        return is_pure_to(AST(node, NODE_FIELD, Field)->object, depth - 1);
    case NODE_INDEX:
        return is_pure_to(AST(node, NODE_INDEX, Index)->object, depth - 1) &&
               is_pure_to(AST(node, NODE_INDEX, Index)->index, depth - 1);
    case NODE_BINARY: {
        const Binary *binary = AST(node, NODE_BINARY, Binary);
        return binary->operator!= OPERATOR_JOIN && is_pure_to(binary->left, depth - 1) &&
               is_pure_to(binary->right, depth - 1);
    }
    default:
        return is_simple(node);
    }
}

bool is_pure(const Node *node) { return is_pure_to(node, PURITY_DEPTH); }

// --- Names ---------------------------------------------------------------------------------------

Value variable_value(Codegen *codegen, const Symbol *symbol) {
    bool is_float = is_float_type(symbol->type);
    if (symbol->kind == SYMBOL_GLOBAL) {
        Value place = a_symbol(symbol->as.assembly_name);
        if (symbol->type->kind == TYPE_FIXED_ARRAY) {
            return place;
        }
        return at_place(place, is_float ? STORAGE_FLOAT64 : STORAGE_WORD);
    }
    if (codegen->frame->expansion) {
        return *expansion_value(codegen->frame->expansion, symbol);
    }
    if (symbol->frame_offset == 0) {
        assert(is_object(symbol));
        return a_place(RBP, symbol->object_offset);
    }
    return a_slot(symbol->frame_offset, is_float);
}

static Value constant_value(Codegen *codegen, const Symbol *symbol) {
    const ConstantValue *constant = symbol->as.constant;
    switch ((TypeKind)constant->type->kind) {
    case TYPE_FIXED_ARRAY:
        return table_constant(codegen, symbol);
    case TYPE_STRING:
        return constant->as.text ? string_constant(codegen, constant->as.text) : an_integer(0);
    case TYPE_FLOAT: {
        Value real = an_integer((int64_t)real_bits(constant->as.real));
        real.kind = VALUE_REAL;
        return real;
    }
    default:
        return an_integer(constant->as.integer);
    }
}

static void generate_name(Codegen *codegen, const Node *node) {
    Symbol *symbol = AST(node, NODE_NAME, NameExpression)->symbol;
    switch ((SymbolKind)symbol->kind) {
    case SYMBOL_CONSTANT:
        value_push(codegen, constant_value(codegen, symbol));
        break;
    case SYMBOL_PROCESS:
        value_push(codegen, function_object(codegen, symbol));
        break;
    default:
        value_push(codegen, variable_value(codegen, symbol));
        break;
    }
}

// --- Fields --------------------------------------------------------------------------------------

static bool is_in_frame(const Value *place) {
    return place->base == RBP || place->symbol || place->prefix;
}

static void emit_null_check(Codegen *codegen, uint8_t base) {
    emit2(codegen, "testq", a_register(base), a_register(base));
    emit_jump(codegen, "je", cold_panic(codegen, "runa_panic_null", no_value(), no_value()));
}

// The place on top becomes what is stored there, or stays an address if that lies in place.
static void finish_place(Codegen *codegen, const Node *node, Storage storage) {
    if (storage != STORAGE_IN_PLACE) {
        check_access(codegen, node, type_storage_size(node->type));
        Value *top = value_at(codegen, 0);
        *top = at_place(*top, storage);
    }
}

// A field declared with a type parameter as its type is a word, whatever that stands for.
static bool is_word_field(const Field *field) {
    const Type *object = field->object->type;
    while (object->kind == TYPE_POINTER || object->kind == TYPE_INLINE) {
        object = object->first;
    }
    uint32_t count;
    const FieldInfo *fields = type_fields(object, &count);
    for (uint32_t i = 0; object->aggregate->type_parameter_count > 0 && i < count; i++) {
        if (fields[i].name == field->name) {
            return fields[i].type->kind == TYPE_PARAMETER;
        }
    }
    return false;
}

static Storage field_storage(const Field *field) {
    if (is_word_field(field)) {
        return is_float_type(field->header.type) ? STORAGE_FLOAT64 : STORAGE_WORD;
    }
    return storage_of(field->header.type);
}

static void combine_field(Codegen *codegen, const Field *field) {
    const Node *node = &field->header;
    value_to_place(codegen, value_at(codegen, 0));
    Storage storage = field_storage(field);
    Value *top = value_at(codegen, 0);
    emit_position(codegen, node);
    int64_t end =
        field->offset + (storage == STORAGE_IN_PLACE ? (int64_t)type_storage_size(node->type) : 8);
    if (end > SAFE_OFFSET && !is_in_frame(top)) {
        uint8_t base = value_to_register(codegen, top, NO_REGISTER);
        emit_null_check(codegen, base);
        *top = a_place(base, 0);
    }
    top->offset += (int32_t)field->offset;
    finish_place(codegen, node, storage);
}

// --- Elements ------------------------------------------------------------------------------------

void place_add_index(Codegen *codegen, Value index, uint64_t size) {
    Value *place = value_at(codegen, 0);
    if (index.kind == VALUE_INTEGER) {
        place->offset += (int32_t)((uint64_t)index.integer * size);
        return;
    }
    if (place->index != NO_REGISTER) {
        value_to_register(codegen, place, NO_REGISTER);
        *place = a_place(place->base, 0);
    }
    place->scale = 1;
    if (size == 1 || size == 2 || size == 4 || size == 8) {
        place->scale = (uint8_t)size;
    } else {
        uint8_t number = value_to_register(codegen, &index, NO_REGISTER);
        value_to_place(codegen, value_at(codegen, 0)); // taking one may have spilled it
        place = value_at(codegen, 0);
        emit3(codegen, "imulq", an_integer((int64_t)size), a_register(number), a_register(number));
    }
    place->index = index.base;
}

static bool is_index_in(const Value *index, uint64_t count) {
    return index->kind == VALUE_INTEGER && (uint64_t)index->integer < count;
}

static void combine_fixed(Codegen *codegen, const Index *node) {
    const Type *array = node->object->type;
    uint64_t size = type_storage_size(array->first);
    Value index = value_detach(codegen);
    value_to_place(codegen, value_at(codegen, 0));
    if (!is_index_in(&index, array->count)) {
        uint8_t number = value_to_source(codegen, &index);
        if (codegen->checks_bounds) {
            emit_position(codegen, &node->header);
            Value count = an_integer((int64_t)array->count);
            emit2(codegen, "cmpq", count, a_register(number));
            emit_jump(codegen, "jae",
                      cold_panic(codegen, "runa_panic_index", a_register(number), count));
        }
    }
    emit_position(codegen, &node->header);
    place_add_index(codegen, index, size);
    finish_place(codegen, &node->header, storage_of(array->first));
}

static bool is_growable(const Type *type) {
    return type->kind == TYPE_ARRAY || type->kind == TYPE_LIST;
}

void combine_element(Codegen *codegen, const Node *node, const Type *element) {
    bool is_inline = element->kind == TYPE_INLINE;
    uint64_t size = is_inline ? type_storage_size(element) : 8;
    Value index = value_detach(codegen);
    check_header(codegen, node);
    Value header = a_register(value_to_source(codegen, value_at(codegen, 0)));
    Value length = a_memory(header.base, LENGTH_OFFSET, STORAGE_WORD);
    emit_position(codegen, node);
    if (!is_index_in(&index, (uint64_t)(INT32_MAX / (int64_t)(size > 0 ? size : 1)))) {
        value_to_source(codegen, &index);
    }
    if (codegen->checks_bounds) {
        bool is_known = index.kind == VALUE_INTEGER;
        emit2(codegen, "cmpq", is_known ? index : length, is_known ? length : index);
        emit_jump(codegen, is_known ? "jbe" : "jae",
                  cold_panic(codegen, "runa_panic_index", index, length));
    }
    Value *data = value_at(codegen, 0);
    *data = a_memory(header.base, 0, STORAGE_WORD);
    value_to_register(codegen, data, NO_REGISTER);
    value_to_place(codegen, data);
    place_add_index(codegen, index, size);
    if (!is_inline) {
        Value *top = value_at(codegen, 0);
        *top = at_place(*top, is_float_type(node->type) ? STORAGE_FLOAT64 : STORAGE_WORD);
    }
}

void combine_raw(Codegen *codegen, const Node *node, uint64_t scale, Storage storage) {
    Value index = value_detach(codegen);
    value_to_place(codegen, value_at(codegen, 0));
    int64_t offset = value_at(codegen, 0)->offset;
    bool is_near = index.kind == VALUE_INTEGER && index.integer > INT32_MIN / 16 &&
                   index.integer < INT32_MAX / 16 && offset > INT32_MIN / 2 &&
                   offset < INT32_MAX / 2;
    if (!is_near) {
        value_to_register(codegen, &index, NO_REGISTER);
    }
    emit_position(codegen, node);
    place_add_index(codegen, index, scale);
    check_raw_access(codegen, node, storage_size(storage));
    Value *top = value_at(codegen, 0);
    *top = at_place(*top, storage);
}

bool is_runtime_element(const Node *target) {
    if (target->kind != NODE_INDEX) {
        return false;
    }
    const Type *object = AST(target, NODE_INDEX, Index)->object->type;
    return object->kind == TYPE_ARRAY && object->first->kind == TYPE_PARAMETER;
}

static bool is_list_element(const Node *target) {
    return AST(target, NODE_INDEX, Index)->object->type->kind == TYPE_LIST;
}

void call_element_get(Codegen *codegen, const Node *target) {
    call_runtime(codegen, target, is_list_element(target) ? "runa_list_get" : "runa_array_get", 2,
                 RESULT_WORD);
    if (is_float_type(AST(target, NODE_INDEX, Index)->object->type->first)) {
        value_from_word(codegen, value_at(codegen, 0));
    }
}

void call_element_set(Codegen *codegen, const Node *target) {
    value_to_word(codegen, value_at(codegen, 0));
    call_runtime(codegen, target, is_list_element(target) ? "runa_list_set" : "runa_array_set", 3,
                 RESULT_NONE);
    value_drop(codegen);
}

// --- Places --------------------------------------------------------------------------------------

static const Node *without_inline_conversion(const Node *node) {
    while (node->kind == NODE_CONVERT &&
           AST(node, NODE_CONVERT, Convert)->operand->type->kind == TYPE_INLINE) {
        node = AST(node, NODE_CONVERT, Convert)->operand;
    }
    return node;
}

// The object of a field or element: what lies in place within another object is reached in one
// step.
static void generate_object(Codegen *codegen, const Node *node) {
    const Node *inner = without_inline_conversion(node);
    bool is_place = inner->kind == NODE_FIELD || inner->kind == NODE_INDEX;
    if (is_place && storage_of(inner->type) == STORAGE_IN_PLACE && !is_runtime_element(inner)) {
        generate_place_parts(codegen, inner);
        combine_place(codegen, inner);
    } else {
        generate_expression(codegen, node, NO_REGISTER);
    }
}

void generate_place_parts(Codegen *codegen, const Node *target) {
    if (target->kind == NODE_FIELD) {
        generate_object(codegen, AST(target, NODE_FIELD, Field)->object);
        return;
    }
    const Index *index = AST(target, NODE_INDEX, Index);
    generate_object(codegen, index->object);
    if (!is_simple(index->index)) {
        value_settle(codegen, NO_REGISTER);
    }
    generate_expression(codegen, index->index, NO_REGISTER);
}

void combine_place(Codegen *codegen, const Node *target) {
    if (target->kind == NODE_FIELD) {
        combine_field(codegen, AST(target, NODE_FIELD, Field));
        return;
    }
    const Index *index = AST(target, NODE_INDEX, Index);
    const Type *object = index->object->type;
    if (object->kind == TYPE_FIXED_ARRAY) {
        combine_fixed(codegen, index);
    } else if (is_growable(object)) {
        combine_element(codegen, target, object->first);
    } else {
        combine_raw(codegen, target, 8,
                    is_float_type(target->type) ? STORAGE_FLOAT64 : STORAGE_WORD);
    }
}

// A field or element that is read.
static void generate_place_value(Codegen *codegen, const Node *node) {
    generate_place_parts(codegen, node);
    if (is_runtime_element(node)) {
        call_element_get(codegen, node);
        return;
    }
    combine_place(codegen, node);
    const Value *top = value_at(codegen, 0);
    if (top->kind == VALUE_PLACE && !is_in_frame(top) && node->kind == NODE_FIELD) {
        // Its address alone does not show that the object is there: touch it.
        emit2(codegen, "testb", a_register_part(RAX, 1), at_place(*top, STORAGE_UNSIGNED8));
    }
}

// --- Literals ------------------------------------------------------------------------------------

// Copies the structure or array on top to the frame, or stores the value there.
static void store_item(Codegen *codegen, const Type *type, int32_t offset) {
    Storage storage = storage_of(type);
    if (storage != STORAGE_IN_PLACE) {
        value_store(codegen, a_memory(RBP, offset, storage), value_at(codegen, 0));
        value_drop(codegen);
        return;
    }
    Value source = value_detach(codegen);
    value_push(codegen, a_place(RBP, offset));
    value_push(codegen, source);
    emit_copy(codegen, type_storage_size(type));
}

void generate_array_items(Codegen *codegen, const ArrayLiteral *literal, int32_t offset) {
    const Type *type = literal->header.type;
    const Type *element = type->first;
    uint64_t size = type_storage_size(element);
    Value table;
    if (type_storage_size(type) >= TABLE_SIZE && literal_table(codegen, literal, &table)) {
        value_push(codegen, a_place(RBP, offset));
        value_push(codegen, table);
        emit_copy(codegen, type_storage_size(type));
        return;
    }
    for (uint32_t i = 0; i < literal->items.count; i++) {
        const Node *item = literal->items.items[i];
        int32_t place = (int32_t)(offset + (int64_t)(i * size));
        if (item->kind == NODE_ARRAY_LITERAL && item->type->kind == TYPE_FIXED_ARRAY) {
            generate_array_items(codegen, AST(item, NODE_ARRAY_LITERAL, ArrayLiteral), place);
        } else {
            generate_expression(codegen, item, NO_REGISTER);
            store_item(codegen, element, place);
        }
    }
}

static void push_item(Codegen *codegen, const Node *item) {
    generate_expression(codegen, item, NO_REGISTER);
    value_settle(codegen, NO_REGISTER);
    value_to_word(codegen, value_at(codegen, 0));
}

static void generate_array_literal(Codegen *codegen, const Node *node) {
    const ArrayLiteral *literal = AST(node, NODE_ARRAY_LITERAL, ArrayLiteral);
    const Type *type = node->type;
    if (type->kind == TYPE_FIXED_ARRAY) {
        int32_t offset = object_allocate_for_good(codegen, type_storage_size(type));
        begin_stack_object(codegen, offset, type_storage_size(type));
        generate_array_items(codegen, literal, offset);
        value_push(codegen, a_place(RBP, offset));
        return;
    }
    value_push(codegen, an_integer(literal->items.count));
    push_kind(codegen, node, type->first);
    call_runtime_in_scope(codegen, node, "runa_array_create_sized", 2);
    Value array = value_keep(codegen);
    for (uint32_t i = 0; i < literal->items.count; i++) {
        value_push(codegen, array);
        value_push(codegen, an_integer(i));
        push_item(codegen, literal->items.items[i]);
        call_runtime(codegen, literal->items.items[i], "runa_array_set", 3, RESULT_NONE);
        value_drop(codegen);
    }
    value_push_kept(codegen, array);
}

static void generate_list_literal(Codegen *codegen, const Node *node) {
    const NodeList *items = &AST(node, NODE_LIST_LITERAL, ListLiteral)->items;
    call_runtime_in_scope(codegen, node, "runa_list_create", 0);
    Value list = value_keep(codegen);
    for (uint32_t i = 0; i < items->count; i++) {
        value_push(codegen, list);
        push_item(codegen, items->items[i]);
        call_runtime(codegen, items->items[i], "runa_list_append", 2, RESULT_NONE);
        value_drop(codegen);
    }
    value_push_kept(codegen, list);
}

static void generate_set_literal(Codegen *codegen, const Node *node) {
    const NodeList *items = &AST(node, NODE_SET_LITERAL, SetLiteral)->items;
    push_kind(codegen, node, node->type->first);
    call_runtime_in_scope(codegen, node, "runa_set_create", 1);
    Value set = value_keep(codegen);
    for (uint32_t i = 0; i < items->count; i++) {
        value_push(codegen, set);
        push_item(codegen, items->items[i]);
        call_runtime(codegen, items->items[i], "runa_set_add", 2, RESULT_NONE);
        value_drop(codegen);
    }
    value_push_kept(codegen, set);
}

static void generate_dictionary_literal(Codegen *codegen, const Node *node) {
    const DictionaryLiteral *literal = AST(node, NODE_DICTIONARY_LITERAL, DictionaryLiteral);
    push_kind(codegen, node, node->type->first);
    call_runtime_in_scope(codegen, node, "runa_dict_create", 1);
    Value dictionary = value_keep(codegen);
    for (uint32_t i = 0; i < literal->keys.count; i++) {
        value_push(codegen, dictionary);
        push_item(codegen, literal->keys.items[i]);
        push_item(codegen, literal->values.items[i]);
        call_runtime(codegen, literal->keys.items[i], "runa_dict_set", 3, RESULT_NONE);
        value_drop(codegen);
    }
    value_push_kept(codegen, dictionary);
}

// --- Objects -------------------------------------------------------------------------------------

// Stores the field values, which lie on the stack in textual order, into the object and drops them.
static void fill_object(Codegen *codegen, const Construct *construct, const FieldInfo *fields,
                        Value object) {
    for (uint32_t i = construct->arguments.count; i > 0; i--) {
        const Argument *argument = AST(construct->arguments.items[i - 1], NODE_ARGUMENT, Argument);
        const FieldInfo *field = &fields[argument->index];
        Value place = a_memory(object.base, (int32_t)field->offset, storage_of(field->type));
        value_store(codegen, place, value_at(codegen, 0));
        value_drop(codegen);
    }
}

// In place fields are copied by instructions that use rdi and others, so then the object waits in a
// slot.
static void fill_object_from_slot(Codegen *codegen, const Construct *construct,
                                  const FieldInfo *fields, Value slot) {
    uint32_t count = construct->arguments.count;
    for (uint32_t i = count; i > 0; i--) {
        const Argument *argument = AST(construct->arguments.items[i - 1], NODE_ARGUMENT, Argument);
        const FieldInfo *field = &fields[argument->index];
        Storage storage = storage_of(field->type);
        Value value = value_detach(codegen);
        value_push(codegen, slot);
        value_to_place(codegen, value_at(codegen, 0));
        value_at(codegen, 0)->offset = (int32_t)field->offset;
        value_push(codegen, value);
        if (storage == STORAGE_IN_PLACE) {
            emit_copy(codegen, type_storage_size(field->type));
        } else {
            value_store(codegen, at_place(*value_at(codegen, 1), storage), value_at(codegen, 0));
            value_drop(codegen);
            value_drop(codegen);
        }
    }
}

static bool has_in_place_field(const FieldInfo *fields, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (storage_of(fields[i].type) == STORAGE_IN_PLACE) {
            return true;
        }
    }
    return false;
}

static void fill_new_object(Codegen *codegen, const Construct *construct, const FieldInfo *fields,
                            uint32_t field_count) {
    if (has_in_place_field(fields, field_count)) {
        Value slot = value_keep(codegen);
        fill_object_from_slot(codegen, construct, fields, slot);
        value_push_kept(codegen, slot);
        return;
    }
    Value object = value_detach(codegen); // in rax, which stays busy
    value_to_register(codegen, &object, RAX);
    fill_object(codegen, construct, fields, object);
    value_push(codegen, object);
}

static void generate_field_values(Codegen *codegen, const Construct *construct,
                                  const FieldInfo *fields) {
    for (uint32_t i = 0; i < construct->arguments.count; i++) {
        const Argument *argument = AST(construct->arguments.items[i], NODE_ARGUMENT, Argument);
        generate_expression(codegen, argument->value, NO_REGISTER);
        value_settle(codegen, NO_REGISTER);
        if (fields[argument->index].type->kind == TYPE_PARAMETER) {
            value_to_word(codegen, value_at(codegen, 0));
        }
    }
}

// The values first, as they stand in the text; then the object.
static void generate_construct(Codegen *codegen, const Node *node) {
    const Construct *construct = AST(node, NODE_CONSTRUCT, Construct);
    const Aggregate *aggregate = node->type->aggregate;
    const VariantInfo *variant =
        construct->variant_index >= 0 ? &aggregate->variants[construct->variant_index] : NULL;
    if (variant && variant->field_count == 0) {
        value_push(codegen, variant_constant(codegen, variant));
        return;
    }
    const FieldInfo *fields = variant ? variant->fields : aggregate->fields;
    uint64_t size = variant ? variant->size : aggregate->size;
    Value arena = no_value();
    if (construct->arena) {
        generate_expression(codegen, construct->arena, NO_REGISTER);
        arena = value_keep(codegen);
    }
    generate_field_values(codegen, construct, fields);
    if (construct->arena) {
        arena.is_temporary = true;
        value_push(codegen, arena);
        allocate_in_arena(codegen, node, size);
    } else {
        allocate_object(codegen, node, size);
    }
    if (variant) {
        uint8_t object = value_to_register(codegen, value_at(codegen, 0), RAX);
        emit2(codegen, "movq", an_integer(variant->index), a_memory(object, 0, STORAGE_WORD));
    }
    fill_new_object(codegen, construct, fields,
                    variant ? variant->field_count : aggregate->field_count);
}

// The variant's object on top: its tag tells the size. One without fields is static, and is its own
// copy.
static void copy_variant(Codegen *codegen, const Node *node) {
    Value source = value_keep(codegen), copy = a_slot(temporary_take(codegen), false);
    Label end = new_label(codegen);
    value_spill_below(codegen, 0); // both ways to the end leave the same state
    value_push(codegen, source);
    check_header(codegen, node);
    uint8_t object = value_to_register(codegen, value_at(codegen, 0), RDI);
    emit_position(codegen, node);
    emit2(codegen, "movq", a_register(object), copy);
    emit2(codegen, "movq", a_memory(object, 0, STORAGE_WORD), a_register(object));
    Value size = variant_sizes(codegen, node->type->aggregate);
    size.index = object;
    size.scale = 4;
    emit2(codegen, "movl", at_place(size, STORAGE_UNSIGNED32), a_register_part(object, 4));
    emit2(codegen, "testl", a_register_part(object, 4), a_register_part(object, 4));
    emit_jump(codegen, "je", end);
    Value length = a_slot(temporary_take(codegen), false);
    emit2(codegen, "movq", a_register(object), length);
    call_runtime(codegen, node, "runa_allocate", 1, RESULT_WORD);
    emit2(codegen, "movq", *value_at(codegen, 0), copy);
    value_push_kept(codegen, source);
    value_push_kept(codegen, length);
    call_runtime(codegen, node, "runa_memory_copy", 3, RESULT_NONE);
    value_drop(codegen);
    emit_label(codegen, end);
    value_push_kept(codegen, copy);
}

// An owned copy of the object that the operand refers to.
static void generate_copy_of(Codegen *codegen, const Node *node) {
    const Node *operand = AST(node, NODE_COPY_OF, CopyOf)->operand;
    generate_expression(codegen, operand, NO_REGISTER);
    value_settle(codegen, NO_REGISTER);
    if (node->type->kind == TYPE_VARIANT) {
        copy_variant(codegen, node);
        return;
    }
    uint64_t size = type_object_size(node->type);
    value_push(codegen, an_integer((int64_t)size));
    call_runtime(codegen, node, "runa_allocate", 1, RESULT_WORD);
    Value copy = value_keep(codegen);
    Value source = value_detach(codegen);
    value_push(codegen, copy);
    value_push(codegen, source);
    emit_position(codegen, node);
    emit_copy(codegen, size);
    value_push_kept(codegen, copy);
}

// --- All -----------------------------------------------------------------------------------------

// convert shape to Circle: a panic if it is none.
static void check_variant(Codegen *codegen, const Node *node) {
    const Name *text =
        intern_format(&codegen->compilation->names, "this %s is no %s",
                      node->type->aggregate->name->text, node->type->variant->name->text);
    Value slot = value_keep(codegen);
    value_push(codegen, slot);
    ConditionCode code = compare_tag(codegen, node, node->type->variant->index);
    assert(code == CODE_EQUAL);
    (void)code;
    emit_jump(codegen, "jne",
              cold_panic(codegen, "runa_panic", string_constant(codegen, text), no_value()));
    value_push_kept(codegen, slot);
}

static void generate_convert(Codegen *codegen, const Node *node, uint8_t hint) {
    const Node *operand = AST(node, NODE_CONVERT, Convert)->operand;
    bool same_class = is_float_type(operand->type) == is_float_type(node->type);
    generate_expression(codegen, operand, same_class ? hint : NO_REGISTER);
    if (node->type->variant && operand->type->kind == TYPE_VARIANT && !operand->type->variant) {
        check_variant(codegen, node);
    }
    convert_value(codegen, operand->type, node->type, hint);
}

static void push_real(Codegen *codegen, double real) {
    Value value = an_integer((int64_t)real_bits(real));
    value.kind = VALUE_REAL;
    value_push(codegen, value);
}

static void generate_integer(Codegen *codegen, const Node *node) {
    int64_t integer = AST(node, NODE_INTEGER_LITERAL, IntegerLiteral)->value;
    if (is_float_type(node->type)) {
        push_real(codegen,
                  node->flags & NODE_UNSIGNED ? (double)(uint64_t)integer : (double)integer);
    } else {
        value_push(codegen, an_integer(integer));
    }
}

static void push_text(Codegen *codegen, const Name *text) {
    value_push(codegen, string_constant(codegen, text));
}

void generate_expression(Codegen *codegen, const Node *node, uint8_t hint) {
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
        generate_integer(codegen, node);
        break;
    case NODE_FLOAT_LITERAL:
        push_real(codegen, AST(node, NODE_FLOAT_LITERAL, FloatLiteral)->value);
        break;
    case NODE_STRING_LITERAL:
        push_text(codegen, AST(node, NODE_STRING_LITERAL, StringLiteral)->text);
        break;
    case NODE_BOOLEAN_LITERAL:
        value_push(codegen, an_integer(AST(node, NODE_BOOLEAN_LITERAL, BooleanLiteral)->value));
        break;
    case NODE_NOTHING_LITERAL:
        value_push(codegen, an_integer(0));
        break;
    case NODE_NAME:
        generate_name(codegen, node);
        break;
    case NODE_UNARY:
        generate_unary(codegen, node, hint);
        break;
    case NODE_BINARY:
        generate_binary(codegen, node, hint);
        break;
    case NODE_VARIANT_TEST:
        generate_truth(codegen, node, hint);
        break;
    case NODE_CALL:
        generate_call(codegen, node, hint);
        break;
    case NODE_FIELD:
    case NODE_INDEX:
        generate_place_value(codegen, node);
        break;
    case NODE_CONSTRUCT:
        generate_construct(codegen, node);
        break;
    case NODE_CONVERT:
        generate_convert(codegen, node, hint);
        break;
    case NODE_COPY_OF:
        generate_copy_of(codegen, node);
        break;
    case NODE_SIZE_OF:
        value_push(codegen, an_integer(AST(node, NODE_SIZE_OF, SizeOf)->size));
        break;
    case NODE_KIND_OF:
        push_kind(codegen, node, AST(node, NODE_KIND_OF, KindOf)->subject);
        break;
    case NODE_ARRAY_LITERAL:
        generate_array_literal(codegen, node);
        break;
    case NODE_LIST_LITERAL:
        generate_list_literal(codegen, node);
        break;
    case NODE_SET_LITERAL:
        generate_set_literal(codegen, node);
        break;
    case NODE_DICTIONARY_LITERAL:
        generate_dictionary_literal(codegen, node);
        break;
    case NODE_LAMBDA:
        generate_lambda_value(codegen, node);
        break;
    default:
        assert(!"an expression that the checker lets through");
    }
}

void generate_discarded(Codegen *codegen, const Node *node) {
    generate_expression(codegen, node, NO_REGISTER);
    value_drop(codegen);
}
