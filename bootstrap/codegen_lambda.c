// Function values: lambdas, and processes as values. Calls through a Function value pass every
// value as a word of the integer class, Floats as their bits, so that a generic process can call
// what it is given without knowing its types. A process with other needs is called by a thunk.
#include "codegen_internal.h"

enum { WORD = 8 };

// A body that waits to be generated. In the arena.
typedef struct PendingBody {
    const Lambda *lambda; // or NULL: a thunk
    Symbol *process;      // of the thunk
    Label thunk;
    const Name *name; // of the process around
    const Source *source;
    bool is_library;
    Symbol **type_parameters; // of the process around
    uint32_t type_parameter_count;
} PendingBody;

static PendingBody *new_pending(Codegen *codegen) {
    PendingBody *body = runa_arena_allocate(codegen->arena, sizeof *body);
    vector_push(&codegen->pending->bodies, body);
    return body;
}

static uint32_t begin_object(Codegen *codegen, const Symbol *symbol, bool *is_new) {
    return number_table_add(&codegen->constants->functions, (uintptr_t)symbol, is_new);
}

static Text *define_object(Codegen *codegen, uint32_t number) {
    Text *text = &codegen->texts->objects;
    text_put(text, ".LO");
    text_put_integer(text, number);
    text_put(text, ":\n\t.quad ");
    return text;
}

// --- Processes as values -------------------------------------------------------------------------

static bool is_narrow(const Type *type) {
    return (type->kind == TYPE_INTEGER && type->size < WORD) || type->kind == TYPE_BOOLEAN;
}

// Does a call with words need something done before or after it?
static bool needs_thunk(const Symbol *process) {
    const ProcessInfo *info = process->as.process;
    if (is_float_type(info->result) || (info->is_external && is_narrow(info->result))) {
        return true;
    }
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        if (is_float_type(info->parameters[i].type)) {
            return true;
        }
    }
    return false;
}

Value function_object(Codegen *codegen, Symbol *process) {
    bool is_new;
    uint32_t number = begin_object(codegen, process, &is_new);
    if (is_new) {
        Text *text = define_object(codegen, number);
        if (needs_thunk(process)) {
            PendingBody *body = new_pending(codegen);
            body->process = process;
            body->thunk = new_label(codegen);
            body->name = process->name;
            body->source = process->module->source;
            body->is_library = process->module->is_library;
            text_put(text, ".L");
            text_put_integer(text, body->thunk);
        } else {
            const Name *symbol = process->as.process->assembly_name;
            text_append(text, symbol->text, symbol->length);
        }
        text_put(text, "\n");
    }
    return a_label('O', number);
}

// --- Lambdas -------------------------------------------------------------------------------------

static void queue_lambda(Codegen *codegen, const Lambda *lambda) {
    const Frame *frame = codegen->frame;
    PendingBody *body = new_pending(codegen);
    body->lambda = lambda;
    body->name = frame->name;
    body->source = frame->source;
    body->is_library = frame->is_library;
    body->type_parameters = frame->type_parameters;
    body->type_parameter_count = frame->type_parameter_count;
}

// A lambda without captures is a static object.
static void push_static_lambda(Codegen *codegen, const Lambda *lambda) {
    bool is_new;
    uint32_t number = begin_object(codegen, lambda->symbol, &is_new);
    if (is_new) {
        Text *text = define_object(codegen, number);
        const Name *symbol = lambda->symbol->as.assembly_name;
        text_append(text, symbol->text, symbol->length);
        text_put(text, "\n");
        queue_lambda(codegen, lambda);
    }
    value_push(codegen, a_label('O', number));
}

static void store_capture(Codegen *codegen, uint8_t object, uint32_t index, Value captured) {
    value_push(codegen, captured);
    Value place = a_memory(object, (int32_t)(WORD * (1 + index)), STORAGE_WORD);
    value_store(codegen, place, value_at(codegen, 0));
    value_drop(codegen);
}

// The object: code address, captured words, and in a generic process the kinds of its type
// parameters.
void generate_lambda_value(Codegen *codegen, const Node *node) {
    const Lambda *lambda = AST(node, NODE_LAMBDA, Lambda);
    const Frame *frame = codegen->frame;
    uint32_t captures = lambda->captures.count;
    if (captures == 0 && frame->type_parameter_count == 0) {
        push_static_lambda(codegen, lambda);
        return;
    }
    queue_lambda(codegen, lambda);
    allocate_object(codegen, node, WORD * (1 + captures + frame->type_parameter_count));
    uint8_t object = value_to_register(codegen, value_at(codegen, 0), RAX);
    emit2(codegen, "movq", a_symbol(lambda->symbol->as.assembly_name),
          a_memory(object, 0, STORAGE_WORD));
    for (uint32_t i = 0; i < captures; i++) {
        const Symbol *outer = AST(lambda->captures.items[i], NODE_NAME, NameExpression)->symbol;
        store_capture(codegen, object, i, variable_value(codegen, outer));
    }
    for (uint32_t i = 0; i < frame->type_parameter_count; i++) {
        Value kind = a_slot(frame->type_parameters[i]->frame_offset, false);
        store_capture(codegen, object, captures + i, kind);
    }
}

// --- Bodies --------------------------------------------------------------------------------------

// Copies a word of the object, which came in r10, to a slot of its own.
static int32_t receive_capture(Codegen *codegen, uint32_t index) {
    int32_t offset = frame_allocate_for_good(codegen, WORD);
    emit2(codegen, "movq", a_memory(R10, (int32_t)(WORD * (1 + index)), STORAGE_WORD),
          a_register(RAX));
    emit2(codegen, "movq", a_register(RAX), a_slot(offset, false));
    return offset;
}

static void receive_captures(Codegen *codegen, const Lambda *lambda, const PendingBody *body) {
    uint32_t count = lambda->capture_symbols.count;
    for (uint32_t i = 0; i < count; i++) {
        Symbol *inner = AST(lambda->capture_symbols.items[i], NODE_NAME, NameExpression)->symbol;
        inner->frame_offset = receive_capture(codegen, i);
        debug_variable(codegen, inner);
    }
    for (uint32_t i = 0; i < body->type_parameter_count; i++) {
        body->type_parameters[i]->frame_offset = receive_capture(codegen, count + i);
    }
}

static void generate_lambda_body(Codegen *codegen, const PendingBody *body) {
    const Lambda *lambda = body->lambda;
    const Type *result = lambda->header.type->first;
    Frame frame = {.symbol = lambda->symbol->as.assembly_name,
                   .name = body->name,
                   .source = body->source,
                   .result = result,
                   .convention = CONVENTION_WORDS,
                   .is_library = body->is_library,
                   .type_parameters = body->type_parameters,
                   .type_parameter_count = body->type_parameter_count};
    frame_begin(codegen, &frame, &lambda->header);
    ParameterWalk walk = {0};
    for (uint32_t i = 0; i < lambda->parameters.count; i++) {
        receive_parameter(
            codegen, AST(lambda->parameters.items[i], NODE_PARAMETER, Parameter)->symbol, &walk);
    }
    receive_captures(codegen, lambda, body);
    if (result->kind == TYPE_STRUCTURE) {
        receive_storage(codegen);
    }
    debug_statement(codegen, lambda->body);
    generate_expression(codegen, lambda->body, NO_REGISTER);
    if (result->kind == TYPE_NOTHING) {
        value_drop(codegen);
    }
    emit_return(codegen);
    frame_end(codegen);
}

// Receives words, and calls the process as it wants to be called.
static void generate_thunk(Codegen *codegen, const PendingBody *body) {
    const ProcessInfo *info = body->process->as.process;
    Frame frame = {.start = body->thunk,
                   .name = body->name,
                   .source = body->source,
                   .result = info->result,
                   .convention = CONVENTION_WORDS,
                   .is_library = body->is_library};
    frame_begin(codegen, &frame, body->process->declaration);
    Value storage = no_value();
    if (info->result->kind == TYPE_STRUCTURE) {
        receive_storage(codegen);
        storage = a_slot(frame.storage_slot, false);
    }
    ParameterWalk walk = {0};
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        Value where = next_parameter(&walk, false);
        bool is_float = is_float_type(info->parameters[i].type);
        if (where.kind == VALUE_REGISTER) {
            int32_t offset = frame_allocate_for_good(codegen, WORD);
            emit2(codegen, "movq", where, a_slot(offset, false));
            where = a_slot(offset, is_float);
        }
        where.is_float = is_float;
        value_push(codegen, where);
    }
    call_process(codegen, body->process->declaration, body->process, info->parameter_count,
                 storage);
    if (info->result->kind == TYPE_NOTHING) {
        value_drop(codegen);
    }
    emit_return(codegen);
    frame_end(codegen);
}

void generate_pending(Codegen *codegen) {
    PointerVector *bodies = &codegen->pending->bodies;
    while (bodies->count > 0) { // a lambda may hold another one
        const PendingBody *body = bodies->items[--bodies->count];
        if (body->lambda) {
            generate_lambda_body(codegen, body);
        } else {
            generate_thunk(codegen, body);
        }
    }
}
