// -g: what debuggers know of the program, as DWARF 4: processes, variables in their blocks, types.
// The entries are written while the code is generated; the types follow at the end, since they may
// refer to each other. A block's code is its part of the body and the slow paths that were moved
// behind the process.
#include "codegen_internal.h"

#include <string.h>

// Kinds of entries, numbered as their abbreviations are; put_abbreviations tells their attributes.
typedef enum Entry {
    ENTRY_END, // of a list of children
    ENTRY_UNIT,
    ENTRY_PROCESS,
    ENTRY_PROCEDURE, // without a result
    ENTRY_BLOCK,
    ENTRY_VARIABLE,
    ENTRY_PARAMETER,
    ENTRY_BASE,
    ENTRY_POINTER,
    ENTRY_ADDRESS, // a pointer to anything
    ENTRY_STRUCTURE,
    ENTRY_OPAQUE, // a structure of the runtime
    ENTRY_MEMBER,
    ENTRY_ARRAY,
    ENTRY_RANGE,
    ENTRY_ENUMERATION,
    ENTRY_ENUMERATOR,
} Entry;

// The numbers of DWARF 4, sections 7.5 and 7.7.
enum {
    TAG_ARRAY = 0x01,
    TAG_ENUMERATION = 0x04,
    TAG_PARAMETER = 0x05,
    TAG_BLOCK = 0x0b,
    TAG_MEMBER = 0x0d,
    TAG_POINTER = 0x0f,
    TAG_UNIT = 0x11,
    TAG_STRUCTURE = 0x13,
    TAG_RANGE = 0x21,
    TAG_BASE = 0x24,
    TAG_ENUMERATOR = 0x28,
    TAG_PROCESS = 0x2e,
    TAG_VARIABLE = 0x34,

    AT_LOCATION = 0x02,
    AT_NAME = 0x03,
    AT_SIZE = 0x0b,
    AT_LINES = 0x10,
    AT_LOW = 0x11,
    AT_HIGH = 0x12,
    AT_LANGUAGE = 0x13,
    AT_VALUE = 0x1c,
    AT_PRODUCER = 0x25,
    AT_PROTOTYPED = 0x27,
    AT_COUNT = 0x37,
    AT_MEMBER_PLACE = 0x38,
    AT_DECLARATION = 0x3c,
    AT_FILE = 0x3a,
    AT_LINE = 0x3b,
    AT_ENCODING = 0x3e,
    AT_FRAME_BASE = 0x40,
    AT_TYPE = 0x49,
    AT_RANGES = 0x55,

    FORM_ADDRESS = 0x01,
    FORM_DATA8 = 0x07,
    FORM_STRING = 0x08,
    FORM_DATA1 = 0x0b,
    FORM_UNSIGNED = 0x0f,
    FORM_REFERENCE = 0x13,
    FORM_SECTION = 0x17,
    FORM_EXPRESSION = 0x18,
    FORM_PRESENT = 0x19,

    OP_ADDRESS = 0x03,
    OP_DEREFERENCE = 0x06,
    OP_RBP = 0x76,
    OP_FRAME = 0x91,
    OP_VALUE = 0x9f,

    ENCODING_BOOLEAN = 0x02,
    ENCODING_FLOAT = 0x04,
    ENCODING_SIGNED = 0x05,
    ENCODING_CHARACTER = 0x06,
    ENCODING_UNSIGNED = 0x07,

    LANGUAGE_C99 = 0x0c,
    WORD = 8,
};

// What is described about a type. The key of a type is its address, and this in the low bits.
typedef enum Aspect {
    ASPECT_STORED, // as a field or element holds it
    ASPECT_SLOT,   // as a variable's word holds it: Float32 is a double there
    ASPECT_OBJECT, // what a reference refers to
    ASPECT_TAG,    // the variants of a variant type
} Aspect;

// Code that was moved behind the process.
typedef struct ColdCode {
    Label start, end;
} ColdCode;

// A block whose entry is being written.
typedef struct DebugBlock {
    size_t begin; // where its entry begins in the text
    size_t first; // where its children do
    Label start, end;
    uint32_t ranges;     // number
    uint32_t first_cold; // the slow paths from here on belong to it
    uint32_t first_name; // its variables' names
    bool is_implied;     // it begins at a second variable of one name, and ends with its block
} DebugBlock;

struct Debug {
    Text info;
    Text ranges;
    DebugBlock *blocks; // owned, the innermost last
    uint32_t block_count, block_capacity;
    ColdCode *cold; // owned, of the process being generated
    uint32_t cold_count, cold_capacity;
    PointerVector names;   // of the variables of the open blocks
    PointerVector globals; // Symbol, described at the end
    NumberTable types;
    PointerVector keys; // of the types, by number
    uint32_t range_count;
    Label end; // of the process being generated
    uint32_t line;
};

Debug *debug_create(void) { return memory_allocate(sizeof(Debug)); }

void debug_destroy(Debug *debug) {
    if (!debug) {
        return;
    }
    text_destroy(&debug->info);
    text_destroy(&debug->ranges);
    memory_free(debug->blocks);
    memory_free(debug->cold);
    vector_destroy(&debug->names);
    vector_destroy(&debug->globals);
    number_table_destroy(&debug->types);
    vector_destroy(&debug->keys);
    memory_free(debug);
}

// --- Numbers and texts ---------------------------------------------------------------------------

static void put_directive(Text *text, const char *directive, int64_t value) {
    text_put(text, directive);
    text_put_integer(text, value);
    text_put(text, "\n");
}

static void put_number(Text *text, int64_t value) { put_directive(text, "\t.uleb128 ", value); }

static void put_byte(Text *text, int64_t value) { put_directive(text, "\t.byte ", value); }

static void put_string(Text *text, const char *string) {
    text_put(text, "\t.string ");
    text_put_quoted(text, string);
    text_put(text, "\n");
}

static void put_label(Text *text, Label label) {
    text_put(text, ".L");
    text_put_integer(text, label);
}

// A label for debuggers only: what is known of registers holds on both sides of it.
static void place_label(Text *text, Label label) {
    put_label(text, label);
    text_put(text, ":\n");
}

static void put_type_label(Text *text, uint32_t number) {
    text_put(text, ".LDT");
    text_put_integer(text, number);
}

// --- Files ---------------------------------------------------------------------------------------

// The number of a source for .loc; the first use declares it.
uint32_t debug_file_number(Codegen *codegen, const Source *source) {
    PointerVector *files = &codegen->pending->files;
    for (uint32_t i = 0; i < files->count; i++) {
        if (files->items[i] == source) {
            return i + 1;
        }
    }
    vector_push(files, (void *)source);
    Text *output = &codegen->texts->output;
    text_put(output, "\t.file ");
    text_put_integer(output, files->count);
    text_put(output, " ");
    text_put_quoted(output, source->path);
    text_put(output, "\n");
    return files->count;
}

// --- References to types -------------------------------------------------------------------------

static bool is_void(const Type *type) {
    return type->kind == TYPE_NOTHING || type->kind == TYPE_NULL || type->kind == TYPE_POISON;
}

static void put_type_key(Debug *debug, uintptr_t key) {
    bool is_new;
    uint32_t number = number_table_add(&debug->types, key, &is_new);
    if (is_new) {
        vector_push(&debug->keys, (void *)key);
    }
    text_put(&debug->info, "\t.long ");
    put_type_label(&debug->info, number);
    text_put(&debug->info, " - .Ldebug_info\n");
}

static void put_type(Codegen *codegen, const Type *type, Aspect aspect) {
    const TypeTable *types = &codegen->compilation->types;
    if (is_void(type)) {
        type = types->pointer;
    }
    bool is_small_float = type->kind == TYPE_FLOAT && type->size < WORD;
    if (aspect == ASPECT_SLOT && !is_small_float) {
        aspect = ASPECT_STORED;
    }
    put_type_key(codegen->pending->debug, (uintptr_t)type | aspect);
}

// --- Blocks and variables ------------------------------------------------------------------------

static void begin_block(Codegen *codegen, bool is_implied) {
    Debug *debug = codegen->pending->debug;
    if (debug->block_count == debug->block_capacity) {
        debug->block_capacity = debug->block_capacity * 2 + 16;
        debug->blocks = memory_resize(debug->blocks, debug->block_capacity * sizeof *debug->blocks);
    }
    DebugBlock *block = &debug->blocks[debug->block_count++];
    *block = (DebugBlock){.begin = debug->info.length,
                          .start = new_label(codegen),
                          .end = new_label(codegen),
                          .ranges = debug->range_count++,
                          .first_cold = debug->cold_count,
                          .first_name = debug->names.count,
                          .is_implied = is_implied};
    place_label(codegen->text, block->start);
    put_number(&debug->info, ENTRY_BLOCK);
    put_directive(&debug->info, "\t.long .LDR", block->ranges);
    block->first = debug->info.length;
}

static void put_range(Text *text, Label start, Label end) {
    text_put(text, "\t.quad ");
    put_label(text, start);
    text_put(text, " - .Ltext_start, ");
    put_label(text, end);
    text_put(text, " - .Ltext_start\n");
}

// A block without variables leaves no entry.
static void end_block(Codegen *codegen) {
    Debug *debug = codegen->pending->debug;
    const DebugBlock *block = &debug->blocks[--debug->block_count];
    place_label(codegen->text, block->end);
    debug->names.count = block->first_name;
    if (debug->info.length == block->first) {
        debug->info.length = block->begin;
        return;
    }
    put_number(&debug->info, ENTRY_END);
    text_put(&debug->ranges, ".LDR");
    text_put_integer(&debug->ranges, block->ranges);
    text_put(&debug->ranges, ":\n");
    put_range(&debug->ranges, block->start, block->end);
    for (uint32_t i = block->first_cold; i < debug->cold_count; i++) {
        put_range(&debug->ranges, debug->cold[i].start, debug->cold[i].end);
    }
    text_put(&debug->ranges, "\t.quad 0, 0\n");
}

void debug_begin_block(Codegen *codegen) {
    if (codegen->is_debug) {
        begin_block(codegen, false);
    }
}

void debug_end_block(Codegen *codegen) {
    if (!codegen->is_debug) {
        return;
    }
    const Debug *debug = codegen->pending->debug;
    while (debug->blocks[debug->block_count - 1].is_implied) {
        end_block(codegen);
    }
    end_block(codegen);
}

static bool is_name_taken(const Debug *debug, const Name *name) {
    uint32_t first = debug->block_count ? debug->blocks[debug->block_count - 1].first_name : 0;
    for (uint32_t i = first; i < debug->names.count; i++) {
        if (debug->names.items[i] == name) {
            return true;
        }
    }
    return false;
}

// An expression of bytes and one signed number, whose length the assembler finds out.
static void put_frame_location(Codegen *codegen, int32_t offset, int operation) {
    Text *text = &codegen->pending->debug->info;
    Label start = new_label(codegen), end = new_label(codegen);
    text_put(text, "\t.uleb128 ");
    put_label(text, end);
    text_put(text, " - ");
    put_label(text, start);
    text_put(text, "\n");
    place_label(text, start);
    put_byte(text, OP_FRAME);
    put_directive(text, "\t.sleb128 ", offset);
    if (operation) {
        put_byte(text, operation);
    }
    place_label(text, end);
}

// A variable is in its slot; one that stands for an object in the frame may have none.
static void put_location(Codegen *codegen, const Symbol *symbol) {
    bool is_array = symbol->type->kind == TYPE_FIXED_ARRAY;
    if (symbol->frame_offset == 0) {
        put_frame_location(codegen, symbol->object_offset, is_array ? 0 : OP_VALUE);
    } else {
        put_frame_location(codegen, symbol->frame_offset, is_array ? OP_DEREFERENCE : 0);
    }
}

static void put_variable_head(Codegen *codegen, const Symbol *symbol, Entry entry, uint32_t file) {
    Text *info = &codegen->pending->debug->info;
    Location location = source_locate(&codegen->compilation->sources, symbol->span.start);
    put_number(info, entry);
    put_string(info, symbol->name->text);
    put_number(info, file);
    put_number(info, location.line);
    put_type(codegen, symbol->type, ASPECT_SLOT);
}

void debug_variable(Codegen *codegen, const Symbol *symbol) {
    if (!codegen->is_debug) {
        return;
    }
    Debug *debug = codegen->pending->debug;
    bool is_parameter = symbol->kind == SYMBOL_PARAMETER || symbol->kind == SYMBOL_CAPTURE;
    if (!is_parameter && is_name_taken(debug, symbol->name)) {
        begin_block(codegen, true);
    }
    vector_push(&debug->names, (void *)symbol->name);
    put_variable_head(codegen, symbol, is_parameter ? ENTRY_PARAMETER : ENTRY_VARIABLE,
                      codegen->frame->file);
    put_location(codegen, symbol);
}

void debug_global(Codegen *codegen, Symbol *symbol) {
    if (codegen->is_debug) {
        vector_push(&codegen->pending->debug->globals, symbol);
    }
}

static void describe_global(Codegen *codegen, const Symbol *symbol) {
    Text *info = &codegen->pending->debug->info;
    put_variable_head(codegen, symbol, ENTRY_VARIABLE,
                      debug_file_number(codegen, symbol->module->source));
    put_number(info, 1 + WORD);
    put_byte(info, OP_ADDRESS);
    text_put(info, "\t.quad ");
    text_put(info, symbol->as.assembly_name->text);
    text_put(info, "\n");
}

// --- Processes -----------------------------------------------------------------------------------

static void put_start(Text *text, const Frame *frame) {
    if (frame->symbol) {
        text_append(text, frame->symbol->text, frame->symbol->length);
    } else {
        put_label(text, frame->start);
    }
}

void debug_begin_process(Codegen *codegen, uint32_t line) {
    if (!codegen->is_debug) {
        return;
    }
    Debug *debug = codegen->pending->debug;
    const Frame *frame = codegen->frame;
    Text *info = &debug->info;
    debug->end = new_label(codegen);
    debug->line = line;
    debug->cold_count = 0;
    put_number(info, is_void(frame->result) ? ENTRY_PROCEDURE : ENTRY_PROCESS);
    put_string(info, frame_shown_name(codegen, frame)->text);
    put_number(info, frame->file);
    put_number(info, line);
    text_put(info, "\t.quad ");
    put_start(info, frame);
    text_put(info, "\n\t.quad ");
    put_label(info, debug->end);
    text_put(info, " - ");
    put_start(info, frame);
    text_put(info, "\n\t.byte 2, ");
    text_put_integer(info, OP_RBP);
    text_put(info, ", 0\n"); // the frame base: rbp + 0
    if (!is_void(frame->result)) {
        put_type(codegen, frame->result, ASPECT_SLOT);
    }
}

static void put_line(Codegen *codegen, Text *text, uint32_t line) {
    text_put(text, "\t.loc ");
    text_put_integer(text, codegen->frame->file);
    text_put(text, " ");
    text_put_integer(text, line);
    text_put(text, "\n");
}

void debug_statement(Codegen *codegen, const Node *node) {
    SourceTable *sources = &codegen->compilation->sources;
    if (codegen->is_debug && !codegen->is_cold && source_at(sources, node->span.start)) {
        put_line(codegen, codegen->text, source_locate(sources, node->span.start).line);
    }
}

void debug_begin_code(Codegen *codegen) {
    if (codegen->is_debug) {
        put_line(codegen, &codegen->texts->output, codegen->pending->debug->line);
    }
}

void debug_end_process(Codegen *codegen) {
    if (!codegen->is_debug) {
        return;
    }
    Debug *debug = codegen->pending->debug;
    assert(debug->block_count == 0);
    debug->names.count = 0;
    put_number(&debug->info, ENTRY_END);
    place_label(&codegen->texts->output, debug->end);
}

void debug_begin_cold(Codegen *codegen) {
    if (!codegen->is_debug) {
        return;
    }
    Debug *debug = codegen->pending->debug;
    if (debug->cold_count == debug->cold_capacity) {
        debug->cold_capacity = debug->cold_capacity * 2 + 64;
        debug->cold = memory_resize(debug->cold, debug->cold_capacity * sizeof *debug->cold);
    }
    ColdCode *cold = &debug->cold[debug->cold_count++];
    *cold = (ColdCode){new_label(codegen), new_label(codegen)};
    place_label(codegen->text, cold->start);
    put_line(codegen, codegen->text, codegen->pending->line.line);
}

void debug_end_cold(Codegen *codegen) {
    if (codegen->is_debug) {
        const Debug *debug = codegen->pending->debug;
        place_label(codegen->text, debug->cold[debug->cold_count - 1].end);
    }
}

// --- Types ---------------------------------------------------------------------------------------

static void put_base(Text *info, const char *name, uint64_t size, int encoding) {
    put_number(info, ENTRY_BASE);
    put_string(info, name);
    put_number(info, (int64_t)size);
    put_byte(info, encoding);
}

static void put_member(Codegen *codegen, const char *name, uint64_t offset, const Type *type,
                       Aspect aspect) {
    Text *info = &codegen->pending->debug->info;
    put_number(info, ENTRY_MEMBER);
    put_string(info, name);
    put_number(info, (int64_t)offset);
    put_type(codegen, type, aspect);
}

static void put_structure_head(Codegen *codegen, const char *name, uint64_t size) {
    Text *info = &codegen->pending->debug->info;
    put_number(info, ENTRY_STRUCTURE);
    put_string(info, name);
    put_number(info, (int64_t)size);
}

// A field of a generic structure is a word, whatever stands for the type parameter.
static void put_fields(Codegen *codegen, const Type *type, const FieldInfo *fields,
                       uint32_t count) {
    TypeTable *types = &codegen->compilation->types;
    for (uint32_t i = 0; i < count; i++) {
        bool is_word = fields[i].type->kind == TYPE_PARAMETER;
        put_member(codegen, fields[i].name->text, fields[i].offset,
                   type_field(types, (Type *)type, &fields[i]),
                   is_word ? ASPECT_SLOT : ASPECT_STORED);
    }
}

// The tag, and the fields of each variant as a member of its own; all of them share their memory.
static void put_variant_object(Codegen *codegen, const Type *type) {
    Debug *debug = codegen->pending->debug;
    const Aggregate *aggregate = type->aggregate;
    put_structure_head(codegen, aggregate->name->text, aggregate->size);
    put_member(codegen, "variant", 0, type, ASPECT_TAG);
    for (uint32_t i = 0; i < aggregate->variant_count; i++) {
        const VariantInfo *variant = &aggregate->variants[i];
        if (variant->field_count == 0) {
            continue;
        }
        put_number(&debug->info, ENTRY_MEMBER);
        put_string(&debug->info, variant->name->text);
        put_number(&debug->info, 0);
        TypeTable *types = &codegen->compilation->types;
        put_type(codegen, type_of_variant(types, (Type *)type, variant), ASPECT_OBJECT);
    }
    put_number(&debug->info, ENTRY_END);
}

static void put_tag(Codegen *codegen, const Type *type) {
    Text *info = &codegen->pending->debug->info;
    put_number(info, ENTRY_ENUMERATION);
    put_string(info, type->aggregate->name->text);
    put_number(info, WORD);
    for (uint32_t i = 0; i < type->aggregate->variant_count; i++) {
        put_number(info, ENTRY_ENUMERATOR);
        put_string(info, type->aggregate->variants[i].name->text);
        put_number(info, type->aggregate->variants[i].index);
    }
    put_number(info, ENTRY_END);
}

// struct runa_array of the runtime, as far as it is the elements.
static void put_growable(Codegen *codegen, const Type *type) {
    Text *info = &codegen->pending->debug->info;
    TypeTable *types = &codegen->compilation->types;
    Type *element = type->first;
    bool is_narrow = type_storage_size(element) < WORD && element->kind != TYPE_INLINE;
    if (is_narrow) { // they take a word each
        element = element->kind == TYPE_FLOAT ? types->float64 : types->integer;
    }
    put_structure_head(codegen, type_text(&codegen->compilation->names, type), 5 * WORD);
    put_member(codegen, "data", 0, type_pointer_to(types, element), ASPECT_STORED);
    put_member(codegen, "length", WORD, types->integer, ASPECT_STORED);
    put_member(codegen, "capacity", 2 * WORD, types->integer, ASPECT_STORED);
    put_number(info, ENTRY_END);
}

static void put_object(Codegen *codegen, const Type *type) {
    Text *info = &codegen->pending->debug->info;
    switch ((TypeKind)type->kind) {
    case TYPE_STRING:
        put_base(info, "char", 1, ENCODING_CHARACTER);
        break;
    case TYPE_STRUCTURE:
        put_structure_head(codegen, type_text(&codegen->compilation->names, type),
                           type->aggregate->size);
        put_fields(codegen, type, type->aggregate->fields, type->aggregate->field_count);
        put_number(info, ENTRY_END);
        break;
    case TYPE_VARIANT:
        if (!type->variant) {
            put_variant_object(codegen, type);
            break;
        }
        put_structure_head(codegen, type->variant->name->text, type->variant->size);
        put_fields(codegen, type, type->variant->fields, type->variant->field_count);
        put_number(info, ENTRY_END);
        break;
    case TYPE_ARRAY:
    case TYPE_LIST:
        put_growable(codegen, type);
        break;
    default:
        put_number(info, ENTRY_OPAQUE);
        put_string(info, type_text(&codegen->compilation->names, type));
        break;
    }
}

static void put_pointer(Codegen *codegen, const Type *type, Aspect aspect) {
    put_number(&codegen->pending->debug->info, ENTRY_POINTER);
    put_type(codegen, type, aspect);
}

static void put_array(Codegen *codegen, const Type *type) {
    Text *info = &codegen->pending->debug->info;
    put_number(info, ENTRY_ARRAY);
    put_type(codegen, type->first, ASPECT_STORED);
    put_number(info, ENTRY_RANGE);
    put_type(codegen, codegen->compilation->types.integer, ASPECT_STORED);
    put_number(info, (int64_t)type->count);
    put_number(info, ENTRY_END);
}

static void put_stored(Codegen *codegen, const Type *type) {
    Text *info = &codegen->pending->debug->info;
    const char *name = type_text(&codegen->compilation->names, type);
    switch ((TypeKind)type->kind) {
    case TYPE_INTEGER:
        put_base(info, name, type->size, type->is_unsigned ? ENCODING_UNSIGNED : ENCODING_SIGNED);
        break;
    case TYPE_FLOAT:
        put_base(info, name, type->size, ENCODING_FLOAT);
        break;
    case TYPE_BOOLEAN:
        put_base(info, name, 1, ENCODING_BOOLEAN);
        break;
    case TYPE_PARAMETER:
        put_base(info, name, WORD, ENCODING_SIGNED);
        break;
    case TYPE_POINTER:
        if (type->first && !is_void(type->first)) {
            put_pointer(codegen, type->first, ASPECT_STORED);
        } else {
            put_number(info, ENTRY_ADDRESS);
        }
        break;
    case TYPE_INLINE:
        put_object(codegen, type->first);
        break;
    case TYPE_FIXED_ARRAY:
        put_array(codegen, type);
        break;
    default:
        put_pointer(codegen, type, ASPECT_OBJECT);
        break;
    }
}

static void describe(Codegen *codegen, uintptr_t key) {
    const Type *type = (const Type *)(key & ~(uintptr_t)3);
    switch ((Aspect)(key & 3)) {
    case ASPECT_STORED:
        put_stored(codegen, type);
        break;
    case ASPECT_SLOT:
        put_base(&codegen->pending->debug->info, "Float32", WORD, ENCODING_FLOAT);
        break;
    case ASPECT_OBJECT:
        put_object(codegen, type);
        break;
    case ASPECT_TAG:
        put_tag(codegen, type);
        break;
    }
}

static void describe_types(Codegen *codegen) {
    Debug *debug = codegen->pending->debug;
    for (uint32_t number = 0; number < debug->keys.count; number++) { // more are added meanwhile
        put_type_label(&debug->info, number);
        text_put(&debug->info, ":\n");
        describe(codegen, (uintptr_t)debug->keys.items[number]);
    }
}

// --- Sections ------------------------------------------------------------------------------------

// Rows: entry, tag, has children, pairs of attribute and form up to 0.
static const uint8_t abbreviations[][20] = {
    {ENTRY_UNIT, TAG_UNIT, 1, AT_PRODUCER, FORM_STRING, AT_LANGUAGE, FORM_DATA1, AT_NAME,
     FORM_STRING, AT_LINES, FORM_SECTION, AT_LOW, FORM_ADDRESS, AT_HIGH, FORM_DATA8},
    {ENTRY_PROCESS, TAG_PROCESS, 1, AT_NAME, FORM_STRING, AT_FILE, FORM_UNSIGNED, AT_LINE,
     FORM_UNSIGNED, AT_LOW, FORM_ADDRESS, AT_HIGH, FORM_DATA8, AT_FRAME_BASE, FORM_EXPRESSION,
     AT_PROTOTYPED, FORM_PRESENT, AT_TYPE, FORM_REFERENCE},
    {ENTRY_PROCEDURE, TAG_PROCESS, 1, AT_NAME, FORM_STRING, AT_FILE, FORM_UNSIGNED, AT_LINE,
     FORM_UNSIGNED, AT_LOW, FORM_ADDRESS, AT_HIGH, FORM_DATA8, AT_FRAME_BASE, FORM_EXPRESSION,
     AT_PROTOTYPED, FORM_PRESENT},
    {ENTRY_BLOCK, TAG_BLOCK, 1, AT_RANGES, FORM_SECTION},
    {ENTRY_VARIABLE, TAG_VARIABLE, 0, AT_NAME, FORM_STRING, AT_FILE, FORM_UNSIGNED, AT_LINE,
     FORM_UNSIGNED, AT_TYPE, FORM_REFERENCE, AT_LOCATION, FORM_EXPRESSION},
    {ENTRY_PARAMETER, TAG_PARAMETER, 0, AT_NAME, FORM_STRING, AT_FILE, FORM_UNSIGNED, AT_LINE,
     FORM_UNSIGNED, AT_TYPE, FORM_REFERENCE, AT_LOCATION, FORM_EXPRESSION},
    {ENTRY_BASE, TAG_BASE, 0, AT_NAME, FORM_STRING, AT_SIZE, FORM_UNSIGNED, AT_ENCODING,
     FORM_DATA1},
    {ENTRY_POINTER, TAG_POINTER, 0, AT_TYPE, FORM_REFERENCE},
    {ENTRY_ADDRESS, TAG_POINTER, 0},
    {ENTRY_STRUCTURE, TAG_STRUCTURE, 1, AT_NAME, FORM_STRING, AT_SIZE, FORM_UNSIGNED},
    {ENTRY_OPAQUE, TAG_STRUCTURE, 0, AT_NAME, FORM_STRING, AT_DECLARATION, FORM_PRESENT},
    {ENTRY_MEMBER, TAG_MEMBER, 0, AT_NAME, FORM_STRING, AT_MEMBER_PLACE, FORM_UNSIGNED, AT_TYPE,
     FORM_REFERENCE},
    {ENTRY_ARRAY, TAG_ARRAY, 1, AT_TYPE, FORM_REFERENCE},
    {ENTRY_RANGE, TAG_RANGE, 0, AT_TYPE, FORM_REFERENCE, AT_COUNT, FORM_UNSIGNED},
    {ENTRY_ENUMERATION, TAG_ENUMERATION, 1, AT_NAME, FORM_STRING, AT_SIZE, FORM_UNSIGNED},
    {ENTRY_ENUMERATOR, TAG_ENUMERATOR, 0, AT_NAME, FORM_STRING, AT_VALUE, FORM_UNSIGNED},
};

static void put_abbreviations(Text *text) {
    text_put(text, "\t.section .debug_abbrev,\"\",@progbits\n.Ldebug_abbrev:\n");
    for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++) {
        const uint8_t *row = abbreviations[i];
        put_number(text, row[0]);
        put_number(text, row[1]);
        put_byte(text, row[2]);
        for (row += 3; *row; row++) {
            put_number(text, *row);
        }
        text_put(text, "\t.byte 0, 0\n");
    }
    text_put(text, "\t.byte 0\n");
}

void debug_sections(Codegen *codegen) {
    Text *output = &codegen->texts->output;
    Debug *debug = codegen->pending->debug;
    const Program *program = &codegen->compilation->program;
    for (uint32_t i = 0; i < debug->globals.count; i++) {
        describe_global(codegen, debug->globals.items[i]);
    }
    describe_types(codegen);
    text_put(output, "\t.section .debug_line,\"\",@progbits\n.Ldebug_line:\n");
    put_abbreviations(output);
    text_put(output, "\t.section .debug_info,\"\",@progbits\n.Ldebug_info:\n"
                     "\t.long .Ldebug_end - .Ldebug_start\n.Ldebug_start:\n"
                     "\t.short 4\n\t.long .Ldebug_abbrev\n\t.byte 8\n");
    put_number(output, ENTRY_UNIT);
    put_string(output, "runac");
    put_byte(output, LANGUAGE_C99);
    put_string(output, program->main_module->source->path);
    text_put(output, "\t.long .Ldebug_line\n\t.quad .Ltext_start\n"
                     "\t.quad .Ltext_end - .Ltext_start\n");
    text_append(output, debug->info.bytes, debug->info.length);
    text_put(output, "\t.byte 0\n.Ldebug_end:\n"
                     "\t.section .debug_ranges,\"\",@progbits\n");
    text_append(output, debug->ranges.bytes, debug->ranges.length);
}
