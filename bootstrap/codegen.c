// The program: modules, processes and their frames, globals, the entry.
//
//      16(%rbp)…   parameters that came on the stack
//       8(%rbp)    return address
//       0(%rbp)    the caller's rbp
//      -8(%rbp)…   parameters, variables, objects, temporary slots
//        (%rsp)    16-aligned
#include "codegen_internal.h"

#include <string.h>

static const uint8_t integer_arguments[INTEGER_ARGUMENTS] = {RDI, RSI, RDX, RCX, R8, R9};

enum {
    PAGE = 4096,
    UNROLLED_PROBES = 4,
    FLUSH_SIZE = 64 * 1024, // finished text that is worth a call of the sink
};

// --- The generator -------------------------------------------------------------------------------

Codegen *codegen_create(Compilation *compilation, AssemblySink *sink) {
    Codegen *codegen = memory_allocate(sizeof *codegen);
    codegen->compilation = compilation;
    codegen->sink = sink;
    codegen->arena = compilation->arena;
    codegen->texts = memory_allocate(sizeof *codegen->texts);
    codegen->values = memory_allocate(sizeof *codegen->values);
    codegen->constants = memory_allocate(sizeof *codegen->constants);
    codegen->pending = memory_allocate(sizeof *codegen->pending);
    const Options *options = &compilation->options;
    codegen->checks_memory = options->check_memory;
    codegen->checks_overflow = options->check_overflow;
    codegen->checks_bounds = !options->no_bounds_check;
    codegen->is_debug = options->debug;
    codegen->pending->debug = options->debug ? debug_create() : NULL;
    return codegen;
}

static void texts_destroy(Texts *texts) {
    text_destroy(&texts->output);
    text_destroy(&texts->body);
    text_destroy(&texts->cold);
    text_destroy(&texts->cold_lines);
    text_destroy(&texts->lines);
    text_destroy(&texts->processes);
    text_destroy(&texts->expansions);
    text_destroy(&texts->constants);
    text_destroy(&texts->objects);
    text_destroy(&texts->strings);
    text_destroy(&texts->variables);
    memory_free(texts);
}

static void constants_destroy(Constants *constants) {
    number_table_destroy(&constants->reals);
    number_table_destroy(&constants->kinds);
    number_table_destroy(&constants->functions);
    number_table_destroy(&constants->variants);
    number_table_destroy(&constants->tables);
    number_table_destroy(&constants->intrinsics);
    memory_free(constants);
}

void codegen_destroy(Codegen *codegen) {
    if (!codegen) {
        return;
    }
    texts_destroy(codegen->texts);
    constants_destroy(codegen->constants);
    memory_free(codegen->values->items);
    memory_free(codegen->values);
    vector_destroy(&codegen->pending->bodies);
    vector_destroy(&codegen->pending->files);
    debug_destroy(codegen->pending->debug);
    memory_free(codegen->pending);
    memory_free(codegen);
}

// --- Frames --------------------------------------------------------------------------------------

static void put_frame_symbol(Text *text, const Frame *frame) {
    if (frame->symbol) {
        text_append(text, frame->symbol->text, frame->symbol->length);
    } else {
        text_put(text, ".L");
        text_put_integer(text, frame->start);
    }
}

static void report_frame(Codegen *codegen, const Frame *frame, uint32_t line) {
    bool gets_words = frame->convention == CONVENTION_WORDS;
    ReportHeader header = {.symbol = frame->symbol,
                           .name = frame->name,
                           .source = frame->source,
                           .line = line,
                           .kind = frame->symbol ? (gets_words ? REPORT_LAMBDA : REPORT_PROCESS)
                                                 : (gets_words ? REPORT_THUNK : REPORT_GLOBALS),
                           .is_library = frame->is_library};
    report_begin(codegen->compilation->report, &header);
}

void frame_begin(Codegen *codegen, Frame *frame, const Node *node) {
    Values *values = codegen->values;
    assert(values->count == 0);
    values->busy_registers = values->busy_vectors = 0;
    values->free_slot_count = values->join_count = 0;
    values->residents = (Residents){0};
    copies_forget(codegen);
    forget_panics(codegen);
    codegen->frame = frame;
    codegen->compilation->position = node->span.start;
    codegen->text = &codegen->texts->body;
    if (!frame->symbol && !frame->start) {
        frame->start = new_label(codegen);
    }
    if (codegen->is_debug) {
        frame->file = debug_file_number(codegen, frame->source);
    }
    Location location = source_locate(&codegen->compilation->sources, node->span.start);
    codegen->pending->line = (LineState){.line = location.line};
    report_frame(codegen, frame, location.line);
    Text *lines = &codegen->texts->lines;
    text_put(lines, "\t.long ");
    put_frame_symbol(lines, frame);
    text_put(lines, ", ");
    text_put_integer(lines, location.line);
    text_put(lines, "\n");
    debug_begin_process(codegen, location.line);
}

// Touches each page of a large frame, in order, so that the guard page below the stack is not
// stepped over.
static void emit_probes(Codegen *codegen, int64_t size) {
    Value top = a_memory(RSP, 0, STORAGE_WORD);
    if (size >= (int64_t)(UNROLLED_PROBES + 1) * PAGE) {
        Label loop = new_label(codegen);
        emit_load_integer(codegen, size / PAGE, RAX);
        emit_label(codegen, loop);
        emit2(codegen, "subq", an_integer(PAGE), a_register(RSP));
        emit2(codegen, "orq", an_integer(0), top);
        emit1(codegen, "decq", a_register(RAX));
        emit_jump(codegen, "jne", loop);
        size %= PAGE;
    }
    for (; size >= PAGE; size -= PAGE) {
        emit2(codegen, "subq", an_integer(PAGE), a_register(RSP));
        emit2(codegen, "orq", an_integer(0), top);
    }
    if (size > 0) {
        emit2(codegen, "subq", an_integer(size), a_register(RSP));
    }
}

// Sets rbp up, and says so to those who walk the stack.
static void emit_frame_link(Codegen *codegen) {
    emit1(codegen, "pushq", a_register(RBP));
    if (codegen->is_debug) {
        text_put(codegen->text, "\t.cfi_def_cfa_offset 16\n\t.cfi_offset %rbp, -16\n");
    }
    emit2(codegen, "movq", a_register(RSP), a_register(RBP));
    if (codegen->is_debug) {
        text_put(codegen->text, "\t.cfi_def_cfa_register %rbp\n");
    }
}

static void emit_beginning(Codegen *codegen) {
    Frame *frame = codegen->frame;
    int64_t size = (frame->peak + 15) & ~(int64_t)15;
    report_end(codegen->compilation->report, size);
    Text *output = &codegen->texts->output;
    if (frame->convention == CONVENTION_EXPORT) {
        text_put(output, "\t.globl ");
        put_frame_symbol(output, frame);
        text_put(output, "\n");
    }
    if (frame->symbol) {
        text_put(output, "\t.type ");
        put_frame_symbol(output, frame);
        text_put(output, ", @function\n");
    }
    put_frame_symbol(output, frame);
    text_put(output, ":\n");
    codegen->text = output;
    if (codegen->is_debug) {
        text_put(output, "\t.cfi_startproc\n");
    }
    debug_begin_code(codegen);
    emit_frame_link(codegen);
    emit_probes(codegen, size);
    codegen->text = &codegen->texts->body;
}

const Name *frame_shown_name(Codegen *codegen, const Frame *frame) {
    InternTable *names = &codegen->compilation->names;
    if (frame->convention != CONVENTION_WORDS) {
        return frame->name;
    }
    return intern_format(names, frame->symbol ? "lambda in %s" : "%s as a value",
                         frame->name->text);
}

// The entry of runa_processes.
static void put_process_entry(Codegen *codegen, Label end) {
    const Frame *frame = codegen->frame;
    Text *text = &codegen->texts->processes;
    const Name *file = intern_text(&codegen->compilation->names, frame->source->path);
    text_put(text, "\t.long ");
    put_frame_symbol(text, frame);
    text_put(text, ", .L");
    text_put_integer(text, end);
    text_put(text, ", ");
    text_put_string_label(codegen, text, frame_shown_name(codegen, frame));
    text_put(text, ", ");
    text_put_string_label(codegen, text, file);
    text_put(text, "\n");
}

void frame_end(Codegen *codegen) {
    Texts *texts = codegen->texts;
    assert(codegen->values->count == 0);
    emit_beginning(codegen);
    text_append(&texts->output, texts->body.bytes, texts->body.length);
    text_append(&texts->output, texts->cold.bytes, texts->cold.length);
    text_append(&texts->lines, texts->cold_lines.bytes, texts->cold_lines.length);
    texts->body.length = texts->cold.length = texts->cold_lines.length = 0;
    Label end = new_label(codegen);
    codegen->text = &texts->output;
    emit_label(codegen, end);
    debug_end_process(codegen);
    if (codegen->is_debug) {
        text_put(&texts->output, "\t.cfi_endproc\n");
    }
    if (codegen->frame->symbol) {
        text_put(&texts->output, "\t.size ");
        put_frame_symbol(&texts->output, codegen->frame);
        text_put(&texts->output, ", . - ");
        put_frame_symbol(&texts->output, codegen->frame);
        text_put(&texts->output, "\n");
    }
    put_process_entry(codegen, end);
    codegen->frame = NULL;
    if (texts->output.length >= FLUSH_SIZE) {
        emit_flush(codegen, &texts->output);
    }
}

// --- Parameters ----------------------------------------------------------------------------------

Value next_parameter(ParameterWalk *walk, bool is_float) {
    if (is_float && walk->vectors < VECTOR_ARGUMENTS) {
        return a_vector((uint8_t)walk->vectors++);
    }
    if (!is_float && walk->integers < INTEGER_ARGUMENTS) {
        return a_register(integer_arguments[walk->integers++]);
    }
    return a_slot((int32_t)(16 + 8 * walk->stacked++), is_float);
}

// C leaves the upper bits of narrow parameters open, and gives a Float32 as a float.
static void extend_exported(Codegen *codegen, const Type *type, Value where) {
    if (type->kind == TYPE_FLOAT && type->size == 4) {
        Value vector = where.kind == VALUE_VECTOR ? where : a_vector(VECTOR_COUNT - 1);
        emit2(codegen, "cvtss2sd", where, vector);
        if (where.kind == VALUE_SLOT) {
            emit2(codegen, "movsd", vector, where);
        }
        return;
    }
    if (storage_of(type) == STORAGE_WORD || type->kind == TYPE_FLOAT) {
        return;
    }
    value_push(codegen, where);
    if (where.kind == VALUE_SLOT) {
        value_to_register(codegen, value_at(codegen, 0), RAX);
    }
    wrap_integer(codegen, type);
    if (where.kind == VALUE_SLOT) {
        emit2(codegen, "movq", *value_at(codegen, 0), where);
    }
    value_drop(codegen);
}

void receive_parameter(Codegen *codegen, Symbol *symbol, ParameterWalk *walk) {
    Frame *frame = codegen->frame;
    bool is_float = is_float_type(symbol->type) && frame->convention != CONVENTION_WORDS;
    Value where = next_parameter(walk, is_float);
    symbol->object_offset = 0;
    if (frame->convention == CONVENTION_EXPORT) {
        extend_exported(codegen, symbol->type, where);
    }
    if (where.kind == VALUE_SLOT && !frame->has_assembly) {
        symbol->frame_offset = where.offset;
        debug_variable(codegen, symbol);
        return;
    }
    symbol->frame_offset = frame_allocate_for_good(codegen, 8);
    debug_variable(codegen, symbol);
    Value slot = a_slot(symbol->frame_offset, is_float);
    if (where.kind == VALUE_SLOT) {
        emit2(codegen, "movq", where, a_register(RAX));
        where = a_register(RAX);
    }
    emit2(codegen, where.kind == VALUE_VECTOR ? "movsd" : "movq", where, slot);
}

void receive_kinds(Codegen *codegen, ParameterWalk *walk) {
    Frame *frame = codegen->frame;
    for (uint32_t i = 0; i < frame->type_parameter_count; i++) {
        Symbol *symbol = frame->type_parameters[i];
        Value where = next_parameter(walk, false);
        symbol->frame_offset = where.offset;
        if (where.kind == VALUE_REGISTER) {
            symbol->frame_offset = frame_allocate_for_good(codegen, 8);
            emit2(codegen, "movq", where, a_slot(symbol->frame_offset, false));
        }
    }
}

void receive_storage(Codegen *codegen) {
    codegen->frame->storage_slot = frame_allocate_for_good(codegen, 8);
    emit2(codegen, "movq", a_register(R11), a_slot(codegen->frame->storage_slot, false));
}

// --- A look at the body --------------------------------------------------------------------------

static void survey_node(Codegen *codegen, const Node *node);

bool is_object(const Symbol *symbol) {
    return symbol->flags & SYMBOL_STACK_OBJECT &&
           (symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_GLOBAL);
}

static void survey_variable(Codegen *codegen, Symbol *symbol) {
    if (!symbol) {
        return;
    }
    symbol->frame_offset = symbol->object_offset = 0;
    codegen->frame->has_objects |= is_object(symbol);
    if (codegen->frame->has_assembly) {
        symbol->frame_offset = frame_allocate_for_good(codegen, 8);
    }
}

static void survey_set(const Set *set) {
    if (set->target->kind != NODE_NAME) {
        return;
    }
    Symbol *symbol = AST(set->target, NODE_NAME, NameExpression)->symbol;
    bool is_reference = symbol->type->kind == TYPE_STRUCTURE;
    if (symbol->kind == SYMBOL_LOCAL && is_object(symbol) && is_reference &&
        symbol->frame_offset == 0) {
        symbol->frame_offset = OFFSET_REASSIGNED;
    }
}

static void survey_list(Codegen *codegen, const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        survey_node(codegen, list->items[i]);
    }
}

static void survey_case(Codegen *codegen, const Case *node) {
    survey_list(codegen, &node->patterns);
    survey_node(codegen, node->body);
}

static void survey_for_each(Codegen *codegen, const ForEach *node) {
    survey_variable(codegen, node->first_symbol);
    survey_variable(codegen, node->second_symbol);
    survey_node(codegen, node->body);
}

static void survey_if(Codegen *codegen, const Node *node) {
    while (node && node->kind == NODE_IF) { // Otherwise If: a chain of any length
        const If *branch = AST(node, NODE_IF, If);
        survey_node(codegen, branch->then_block);
        node = branch->else_block;
    }
    survey_node(codegen, node);
}

// Statements and patterns, in the order of the text.
static void survey_node(Codegen *codegen, const Node *node) {
    if (!node) {
        return;
    }
    switch ((NodeKind)node->kind) {
    case NODE_BLOCK:
        survey_list(codegen, &AST(node, NODE_BLOCK, Block)->statements);
        break;
    case NODE_LET:
        survey_variable(codegen, AST(node, NODE_LET, Let)->symbol);
        break;
    case NODE_SET:
        survey_set(AST(node, NODE_SET, Set));
        break;
    case NODE_IF:
        survey_if(codegen, node);
        break;
    case NODE_WHILE:
        survey_node(codegen, AST(node, NODE_WHILE, While)->body);
        break;
    case NODE_FOR_RANGE:
        survey_variable(codegen, AST(node, NODE_FOR_RANGE, ForRange)->symbol);
        survey_node(codegen, AST(node, NODE_FOR_RANGE, ForRange)->body);
        break;
    case NODE_FOR_EACH:
        survey_for_each(codegen, AST(node, NODE_FOR_EACH, ForEach));
        break;
    case NODE_MATCH:
        survey_list(codegen, &AST(node, NODE_MATCH, Match)->cases);
        survey_node(codegen, AST(node, NODE_MATCH, Match)->otherwise);
        break;
    case NODE_CASE:
        survey_case(codegen, AST(node, NODE_CASE, Case));
        break;
    case NODE_PATTERN_VARIANT:
        survey_list(codegen, &AST(node, NODE_PATTERN_VARIANT, PatternVariant)->bindings);
        break;
    case NODE_BINDING:
        survey_variable(codegen, AST(node, NODE_BINDING, Binding)->symbol);
        break;
    case NODE_PATTERN_TYPE:
        survey_variable(codegen, AST(node, NODE_PATTERN_TYPE, PatternType)->symbol);
        break;
    case NODE_ARENA_SCOPE:
        survey_variable(codegen, AST(node, NODE_ARENA_SCOPE, ArenaScope)->symbol);
        survey_node(codegen, AST(node, NODE_ARENA_SCOPE, ArenaScope)->body);
        break;
    default:
        break;
    }
}

void survey_body(Codegen *codegen, const Node *body) { survey_node(codegen, body); }

// --- Processes -----------------------------------------------------------------------------------

static bool ends_with_return(const Node *body) {
    const NodeList *statements = &AST(body, NODE_BLOCK, Block)->statements;
    return statements->count > 0 && statements->items[statements->count - 1]->kind == NODE_RETURN;
}

// The end of a process without Return gives 0, or nothing.
static void emit_missing_return(Codegen *codegen) {
    const Type *result = codegen->frame->result;
    if (result->kind != TYPE_NOTHING) {
        Value zero = an_integer(0);
        zero.kind = is_float_type(result) ? VALUE_REAL : VALUE_INTEGER;
        value_push(codegen, zero);
    }
    emit_return(codegen);
}

static void generate_process(Codegen *codegen, const Process *process) {
    const Symbol *symbol = process->symbol;
    const ProcessInfo *info = symbol->as.process;
    if (info->is_external) {
        return;
    }
    Frame frame = {.symbol = info->assembly_name,
                   .name = symbol->name,
                   .source = symbol->module->source,
                   .result = info->result,
                   .convention = info->is_export ? CONVENTION_EXPORT : CONVENTION_RUNA,
                   .is_library = symbol->module->is_library,
                   .has_assembly = info->has_assembly,
                   .type_parameters = info->type_parameters,
                   .type_parameter_count = info->type_parameter_count};
    frame_begin(codegen, &frame, &process->header);
    if (codegen->checks_memory && info->is_export) {
        emit_call(codegen, "runa_check_enter_from_c");
    }
    ParameterWalk walk = {0};
    for (uint32_t i = 0; i < process->parameters.count; i++) {
        receive_parameter(
            codegen, AST(process->parameters.items[i], NODE_PARAMETER, Parameter)->symbol, &walk);
    }
    survey_body(codegen, process->body);
    receive_kinds(codegen, &walk);
    if (info->returns_stack) {
        receive_storage(codegen);
    }
    generate_block(codegen, process->body);
    if (!ends_with_return(process->body)) {
        emit_missing_return(codegen);
    }
    frame_end(codegen);
    generate_pending(codegen);
}

// --- Globals -------------------------------------------------------------------------------------

// Zero-filled memory with a symbol.
static void reserve(Text *text, const Name *name, uint64_t size) {
    text_put(text, "\t.local ");
    text_append(text, name->text, name->length);
    text_put(text, "\n\t.comm ");
    text_append(text, name->text, name->length);
    text_put(text, ", ");
    text_put_integer(text, (int64_t)(size > 0 ? size : 1));
    text_put(text, size >= 16 ? ", 16\n" : ", 8\n");
}

const Name *global_object(Codegen *codegen, const Symbol *symbol) {
    return intern_format(&codegen->compilation->names, "%s.object", symbol->as.assembly_name->text);
}

static void declare_global(Codegen *codegen, Symbol *symbol) {
    debug_global(codegen, symbol);
    Text *text = &codegen->texts->variables;
    const Name *name = symbol->as.assembly_name;
    if (symbol->type->kind == TYPE_FIXED_ARRAY) {
        reserve(text, name, type_storage_size(symbol->type));
        return;
    }
    const Name *object = global_object(codegen, symbol);
    if (symbol->flags & (SYMBOL_STACK_OBJECT | SYMBOL_OWNS_RESULT)) {
        reserve(text, object, type_object_size(symbol->type));
    }
    if (!(symbol->flags & SYMBOL_STACK_OBJECT)) {
        reserve(text, name, 8);
        return;
    }
    text_append(text, name->text, name->length);
    text_put(text, ":\n\t.quad ");
    text_append(text, object->text, object->length);
    text_put(text, "\n");
}

static void initialise_global(Codegen *codegen, const Let *let) {
    const Symbol *symbol = let->symbol;
    debug_statement(codegen, &let->header);
    emit_position(codegen, &let->header);
    int64_t mark = frame_mark(codegen);
    if (symbol->type->kind == TYPE_FIXED_ARRAY) {
        value_push(codegen, a_symbol(symbol->as.assembly_name));
        generate_expression(codegen, let->value, NO_REGISTER);
        emit_copy(codegen, type_storage_size(symbol->type));
    } else {
        generate_expression(codegen, let->value, NO_REGISTER);
        store_variable(codegen, symbol);
    }
    frame_release(codegen, mark);
}

// The code that initialises the module's globals, in order; its label, or 0 if there is none.
static Label generate_initialiser(Codegen *codegen, const LoadedModule *module) {
    const NodeList *declarations = &AST(module->ast, NODE_MODULE, Module)->declarations;
    Frame frame = {.name = intern_text(&codegen->compilation->names, "globals"),
                   .source = module->source,
                   .result = codegen->compilation->types.nothing,
                   .is_library = module->is_library};
    for (uint32_t i = 0; i < declarations->count; i++) {
        const Node *node = declarations->items[i];
        if (node->kind != NODE_LET) {
            continue;
        }
        const Let *let = AST(node, NODE_LET, Let);
        declare_global(codegen, let->symbol);
        if (let->value) {
            if (!frame.start) {
                frame_begin(codegen, &frame, node);
            }
            initialise_global(codegen, let);
        }
    }
    if (frame.start) {
        emit_return(codegen);
        frame_end(codegen);
        generate_pending(codegen);
    }
    return frame.start;
}

// --- The entry -----------------------------------------------------------------------------------

// Calls main with argc (at -8), argv (-16) or the list of arguments, and leaves its result in rax.
static void emit_main_call(Codegen *codegen, const Symbol *main_process) {
    const ProcessInfo *info = main_process->as.process;
    Value first = a_slot(-8, false), second = a_slot(-16, false);
    bool has_list = info->parameter_count == 1 && info->parameters[0].type->kind == TYPE_LIST;
    if (has_list) {
        emit_call(codegen, "runa_command_line_arguments");
        emit2(codegen, "movq", a_register(RAX), first);
    }
    if (info->parameter_count > 0) {
        emit2(codegen, "movq", first, a_register(RDI));
    }
    if (info->parameter_count > 1) {
        emit2(codegen, "movq", second, a_register(RSI));
    }
    emit_call_name(codegen, info->assembly_name);
    if (info->result->kind == TYPE_NOTHING) {
        emit_load_integer(codegen, 0, RAX);
    }
    if (has_list) {
        emit2(codegen, "movq", a_register(RAX), second);
        emit2(codegen, "movq", first, a_register(RDI));
        emit_call(codegen, "runa_list_destroy");
        emit2(codegen, "movq", second, a_register(RAX));
    }
}

static void generate_entry(Codegen *codegen, const PointerVector *initialisers) {
    Text *output = &codegen->texts->output;
    codegen->text = output;
    text_put(output, "\t.globl runa_entry\n\t.type runa_entry, @function\nruna_entry:\n");
    if (codegen->is_debug) {
        text_put(output, "\t.cfi_startproc\n");
    }
    emit_frame_link(codegen);
    emit2(codegen, "subq", an_integer(16), a_register(RSP));
    emit2(codegen, "movq", a_register(RDI), a_slot(-8, false));
    emit2(codegen, "movq", a_register(RSI), a_slot(-16, false));
    for (uint32_t i = 0; i < initialisers->count; i++) {
        emit_jump(codegen, "call", (Label)(uintptr_t)initialisers->items[i]);
    }
    emit_main_call(codegen, codegen->compilation->program.main_process);
    emit0(codegen, "leave");
    emit0(codegen, "ret");
    if (codegen->is_debug) {
        text_put(output, "\t.cfi_endproc\n");
    }
    text_put(output, "\t.size runa_entry, . - runa_entry\n");
}

// An object without main belongs to a program in C: its globals are initialised when that starts.
static void put_start_array(Codegen *codegen, const PointerVector *initialisers) {
    Text *output = &codegen->texts->output;
    for (uint32_t i = 0; i < initialisers->count; i++) {
        text_put(output,
                 i == 0 ? "\t.section .init_array,\"aw\"\n\t.balign 8\n\t.quad .L" : "\t.quad .L");
        text_put_integer(output, (int64_t)(uintptr_t)initialisers->items[i]);
        text_put(output, "\n");
    }
}

// --- The program ---------------------------------------------------------------------------------

static void generate_processes(Codegen *codegen, const LoadedModule *module) {
    const NodeList *declarations = &AST(module->ast, NODE_MODULE, Module)->declarations;
    for (uint32_t i = 0; i < declarations->count && !codegen->failed; i++) {
        if (declarations->items[i]->kind == NODE_PROCESS) {
            generate_process(codegen, AST(declarations->items[i], NODE_PROCESS, Process));
        }
    }
}

// Names the symbols' file. Without that the linker would take the object's name, a temporary one.
static void put_file_name(Codegen *codegen) {
    const char *path = codegen->compilation->program.main_module->source->path;
    const char *slash = strrchr(path, '/');
    Text *output = &codegen->texts->output;
    text_put(output, "\t.file ");
    text_put_quoted(output, slash ? slash + 1 : path);
    text_put(output, "\n");
}

bool codegen_program(Codegen *codegen) {
    const Program *program = &codegen->compilation->program;
    PointerVector initialisers = {0};
    intrinsics_prepare(codegen);
    put_file_name(codegen);
    text_put(&codegen->texts->output, "\t.text\n");
    if (codegen->is_debug) {
        text_put(&codegen->texts->output, ".Ltext_start:\n");
    }
    for (uint32_t i = 0; i < program->module_count && !codegen->failed; i++) {
        codegen->module = program->modules[i];
        Label initialiser = generate_initialiser(codegen, codegen->module);
        if (initialiser) {
            vector_push(&initialisers, (void *)(uintptr_t)initialiser);
        }
        generate_processes(codegen, codegen->module);
    }
    if (codegen->is_debug) { // the entry is on no line of the source
        text_put(&codegen->texts->output, ".Ltext_end:\n");
    }
    if (program->main_process) {
        generate_entry(codegen, &initialisers);
    } else {
        put_start_array(codegen, &initialisers);
    }
    vector_destroy(&initialisers);
    if (codegen->is_debug) {
        debug_sections(codegen);
    }
    emit_sections(codegen);
    return !codegen->failed;
}
