// Calls of small processes that are expanded in place: instead of the call the body of the process
// is generated, in which names of parameters stand for the arguments. Such a body is
//
//     Let name be expression … If condition: Return expression … Return expression
//
// of few nodes, without calls of the library but for those that read memory in place. What such a
// name stands for is a constant, a variable of the caller or a temporary slot. A panic in the body
// is still one of the process: runa_expansions tells which code is whose.
//
// Not with -g, where the process is to be seen on the stack, nor with --check=memory, nor in a
// process with Inline Assembly. The library's processes are called, since its panics are those of
// the caller.
#include "codegen_internal.h"

#include <string.h>

// --- Which processes -----------------------------------------------------------------------------

// In nodes: what a body may cost, and all those together that are expanded within one, so that the
// code grows by no more than that a call; and what a call in a body costs.
enum { MOST_COST = 24, CALL_COST = 5 };

// What a body may still cost.
typedef struct Budget {
    Codegen *codegen;
    int32_t left; // below 0: too much
    bool calls;
} Budget;

static void refuse(Budget *budget) { budget->left = -1; }

static void spend_on(Budget *budget, const Node *node);

static void spend_on_call(Budget *budget, const Call *call) {
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        spend_on(budget, AST(call->arguments.items[i], NODE_ARGUMENT, Argument)->value);
    }
    const Symbol *process = call->process;
    if (!process || call->header.flags & NODE_STACK_RESULT) {
        refuse(budget);
    } else if (!is_reading_intrinsic(budget->codegen, process)) {
        budget->calls = true;
        if (process->as.process->is_external) {
            refuse(budget);
        } else {
            budget->left -= CALL_COST;
        }
    }
}

// An expression.
static void spend_on(Budget *budget, const Node *node) {
    if (budget->left-- <= 0) {
        return;
    }
    switch ((NodeKind)node->kind) {
    case NODE_INTEGER_LITERAL:
    case NODE_FLOAT_LITERAL:
    case NODE_STRING_LITERAL:
    case NODE_BOOLEAN_LITERAL:
    case NODE_NOTHING_LITERAL:
    case NODE_SIZE_OF:
        break;
    case NODE_NAME:
        if (AST(node, NODE_NAME, NameExpression)->symbol->kind == SYMBOL_PROCESS) {
            refuse(budget);
        }
        break;
    case NODE_UNARY:
        spend_on(budget, AST(node, NODE_UNARY, Unary)->operand);
        break;
    case NODE_CONVERT:
        spend_on(budget, AST(node, NODE_CONVERT, Convert)->operand);
        break;
    case NODE_VARIANT_TEST:
        spend_on(budget, AST(node, NODE_VARIANT_TEST, VariantTest)->operand);
        break;
    case NODE_FIELD:
        spend_on(budget, AST(node, NODE_FIELD, Field)->object);
        break;
    case NODE_INDEX:
        spend_on(budget, AST(node, NODE_INDEX, Index)->object);
        spend_on(budget, AST(node, NODE_INDEX, Index)->index);
        break;
    case NODE_BINARY:
        if (AST(node, NODE_BINARY, Binary)->operator== OPERATOR_JOIN) {
            refuse(budget);
            break;
        }
        spend_on(budget, AST(node, NODE_BINARY, Binary)->left);
        spend_on(budget, AST(node, NODE_BINARY, Binary)->right);
        break;
    case NODE_CALL:
        spend_on_call(budget, AST(node, NODE_CALL, Call));
        break;
    default:
        refuse(budget);
        break;
    }
}

static bool is_object_type(const Type *type) {
    return type->kind == TYPE_FIXED_ARRAY || type->kind == TYPE_INLINE;
}

static const NodeList *statements_in(const Node *block) {
    return &AST(block, NODE_BLOCK, Block)->statements;
}

// The Return that is all of the block; NULL if there is more.
static const Node *only_return(const Node *block) {
    const NodeList *statements = statements_in(block);
    const Node *first = statements->count == 1 ? statements->items[0] : NULL;
    return first && first->kind == NODE_RETURN ? first : NULL;
}

static const Node *returned(const Node *node) { return AST(node, NODE_RETURN, Return)->value; }

static void spend_on_return(Budget *budget, const Node *node) {
    if (!node || !returned(node) || node->flags & NODE_STACK_COPY) {
        refuse(budget);
    } else {
        spend_on(budget, returned(node));
    }
}

static void spend_on_let(Budget *budget, const Let *let) {
    bool is_object = is_object_type(let->symbol->type) ||
                     let->symbol->flags & (SYMBOL_STACK_OBJECT | SYMBOL_OWNS_RESULT);
    if (is_object || !let->value) {
        refuse(budget);
    } else {
        spend_on(budget, let->value);
    }
}

static void spend_on_branch(Budget *budget, const If *branch) {
    if (branch->else_block) {
        refuse(budget);
        return;
    }
    spend_on(budget, branch->condition);
    spend_on_return(budget, only_return(branch->then_block));
}

static void spend_on_body(Budget *budget, const NodeList *statements) {
    uint32_t lets = 0;
    if (statements->count == 0) {
        refuse(budget);
    }
    for (uint32_t i = 0; i < statements->count && budget->left >= 0; i++) {
        const Node *node = statements->items[i];
        bool is_last = i + 1 == statements->count;
        if (is_last && node->kind == NODE_RETURN) {
            spend_on_return(budget, node);
        } else if (!is_last && node->kind == NODE_LET && lets++ < MOST_LETS) {
            spend_on_let(budget, AST(node, NODE_LET, Let));
        } else if (!is_last && node->kind == NODE_IF) {
            spend_on_branch(budget, AST(node, NODE_IF, If));
        } else {
            refuse(budget);
        }
    }
}

static const NodeList *statements_of(const Symbol *process) {
    return statements_in(AST(process->declaration, NODE_PROCESS, Process)->body);
}

// Has the process values only, and is it written in Runa and called by Runa?
static bool is_plain(const Symbol *process) {
    const ProcessInfo *info = process->as.process;
    if (info->is_external || info->is_export || info->has_assembly || info->returns_stack ||
        info->type_parameter_count > 0 || info->parameter_count > MOST_PARAMETERS ||
        info->result->kind == TYPE_NOTHING || is_object_type(info->result) ||
        process->module->is_library) {
        return false;
    }
    for (uint32_t i = 0; i < info->parameter_count; i++) {
        if (is_object_type(info->parameters[i].type)) {
            return false;
        }
    }
    return true;
}

static BodySize find_body_size(Codegen *codegen, const Symbol *process) {
    Budget budget = {.codegen = codegen, .left = MOST_COST};
    if (is_plain(process)) {
        spend_on_body(&budget, statements_of(process));
    } else {
        refuse(&budget);
    }
    process->as.process->body_cost = (uint8_t)(MOST_COST - budget.left);
    return budget.left < 0 ? BODY_LARGE : budget.calls ? BODY_SMALL : BODY_QUIET;
}

// Found out once.
static BodySize body_size(Codegen *codegen, const Symbol *process) {
    ProcessInfo *info = process->as.process;
    if (info->body_size == BODY_UNKNOWN) {
        info->body_size = find_body_size(codegen, process);
    }
    return (BodySize)info->body_size;
}

// Is the process being expanded, or too much? In code of its own, where it is not, a process that
// calls itself is expanded once.
static bool is_too_deep(const Codegen *codegen, const Symbol *process) {
    const Expansion *innermost = codegen->frame->expansion;
    uint32_t depth = 0;
    for (const Expansion *e = innermost; e; e = e->outer) {
        if (e->process == process || ++depth == DEEPEST_EXPANSION) {
            return true;
        }
    }
    return innermost && codegen->values->nested_cost + process->as.process->body_cost > MOST_COST;
}

bool is_expanded(Codegen *codegen, const Node *node) {
    if (node->kind != NODE_CALL || codegen->is_debug || codegen->checks_memory ||
        codegen->frame->has_assembly) {
        return false;
    }
    const Symbol *process = AST(node, NODE_CALL, Call)->process;
    return process && body_size(codegen, process) != BODY_LARGE && !is_too_deep(codegen, process);
}

bool is_quiet_expansion(Codegen *codegen, const Node *node) {
    return is_expanded(codegen, node) &&
           body_size(codegen, AST(node, NODE_CALL, Call)->process) == BODY_QUIET;
}

// --- Names ---------------------------------------------------------------------------------------

const Value *expansion_value(const Expansion *expansion, const Symbol *symbol) {
    for (uint32_t i = 0; i < expansion->count; i++) {
        if (expansion->symbols[i] == symbol) {
            return &expansion->values[i];
        }
    }
    return NULL;
}

// The value on top, which is dropped, is what the symbol stands for.
static void bind(Codegen *codegen, Expansion *expansion, const Symbol *symbol) {
    Value value = value_detach(codegen);
    if (value.kind == VALUE_NOTHING) {
        value = an_integer(0);
    }
    bool stays = value.kind == VALUE_INTEGER || value.kind == VALUE_REAL ||
                 value.kind == VALUE_SLOT || value_is_static(&value) ||
                 (value.kind == VALUE_PLACE && value.base == RBP && value.index == NO_REGISTER);
    if (!stays) {
        Value slot = a_slot(temporary_take(codegen), value_is_float(&value));
        value_store(codegen, slot, &value);
        value_release(codegen, value);
        value = slot;
        value.is_temporary = true;
    }
    uint32_t i = expansion->count++;
    expansion->is_temporary[i] = value.is_temporary;
    value.is_temporary = false;
    expansion->symbols[i] = symbol;
    expansion->values[i] = value;
}

static void release_names(Codegen *codegen, const Expansion *expansion) {
    for (uint32_t i = 0; i < expansion->count; i++) {
        if (expansion->is_temporary[i]) {
            temporary_release(codegen, expansion->values[i].offset);
        }
    }
}

// --- Coming and going ----------------------------------------------------------------------------

static void expansion_begin(Codegen *codegen, Expansion *expansion, const Call *call) {
    Frame *frame = codegen->frame;
    Values *values = codegen->values;
    if (frame->expansion) {
        values->nested_cost += call->process->as.process->body_cost;
    }
    generate_plain_arguments(codegen, call);
    if (!frame->expansion) {
        values->nested_cost = 0; // the arguments had expansions of their own
    }
    const NodeList *parameters =
        &AST(call->process->declaration, NODE_PROCESS, Process)->parameters;
    for (uint32_t i = parameters->count; i > 0; i--) {
        bind(codegen, expansion, AST(parameters->items[i - 1], NODE_PARAMETER, Parameter)->symbol);
    }
    LineState *line = &codegen->pending->line;
    expansion->process = call->process;
    expansion->outer = frame->expansion;
    expansion->line = *line;
    frame->expansion = expansion;
    line->length = 0; // the next position is on another line
}

static void put_range(Codegen *codegen, const Symbol *process, Label start, Label end) {
    const Name *file = intern_text(&codegen->compilation->names, process->module->source->path);
    Text *text = &codegen->texts->expansions;
    text_put(text, "\t.long .L");
    text_put_integer(text, start);
    text_put(text, ", .L");
    text_put_integer(text, end);
    text_put(text, ", ");
    text_put_string_label(codegen, text, process->name);
    text_put(text, ", ");
    text_put_string_label(codegen, text, file);
    text_put(text, "\n");
}

void expansion_end_cold(Codegen *codegen) {
    const Expansion *expansion = codegen->frame->expansion;
    if (expansion) {
        Label end = new_label(codegen);
        emit_label(codegen, end);
        put_range(codegen, expansion->process, expansion->cold, end);
    }
}

static void expansion_end(Codegen *codegen, Expansion *expansion) {
    codegen->frame->expansion = expansion->outer;
    codegen->pending->line = expansion->line;
    if (expansion->start) { // something in it can panic, or calls
        Label end = new_label(codegen);
        emit_label_keeping(codegen, end);
        put_range(codegen, expansion->process, expansion->start, end);
        if (!expansion->outer || expansion->outer->start) {
            emit_line_entry(codegen, end);
        }
    }
    release_names(codegen, expansion);
}

// --- Bodies --------------------------------------------------------------------------------------

static bool has_branch(const NodeList *statements) {
    for (uint32_t i = 0; i < statements->count; i++) {
        if (statements->items[i]->kind == NODE_IF) {
            return true;
        }
    }
    return false;
}

static void generate_name_of(Codegen *codegen, Expansion *expansion, const Node *node) {
    const Let *let = AST(node, NODE_LET, Let);
    expansion->statement = node;
    generate_expression(codegen, let->value, NO_REGISTER);
    value_settle(codegen, NO_REGISTER);
    bind(codegen, expansion, let->symbol);
}

// Leaves the value that is returned in rax or xmm0.
static void place_returned(Codegen *codegen, Expansion *expansion, const Node *node) {
    bool is_float = is_float_type(expansion->process->as.process->result);
    expansion->statement = node;
    generate_expression(codegen, returned(node), is_float ? 0 : RAX);
    Value *top = value_at(codegen, 0);
    if (!is_float) {
        value_into_register(codegen, top, RAX);
    } else {
        uint8_t vector = value_to_vector(codegen, top, 0);
        if (vector != 0) {
            emit2(codegen, "movaps", a_vector(vector), a_vector(0));
        }
    }
    value_drop(codegen);
}

// If condition: Return value
static Label begin_branch(Codegen *codegen, Expansion *expansion, const Node *node) {
    Label next = new_join(codegen);
    expansion->statement = node;
    generate_condition(codegen, AST(node, NODE_IF, If)->condition, next, false);
    return next;
}

static void end_branch(Codegen *codegen, Label next, Label end) {
    if (!codegen->values->copies.is_dead) {
        emit_jump(codegen, "jmp", end);
    }
    emit_join(codegen, next);
}

static const Node *branch_return(const Node *node) {
    return only_return(AST(node, NODE_IF, If)->then_block);
}

// All ways leave other values where they are: in the frame.
static void generate_branches(Codegen *codegen, Expansion *expansion, const NodeList *statements) {
    value_spill_below(codegen, 0);
    Label end = new_join(codegen);
    uint32_t last = statements->count - 1;
    for (uint32_t i = 0; i < last; i++) {
        const Node *node = statements->items[i];
        if (node->kind == NODE_LET) {
            generate_name_of(codegen, expansion, node);
        } else {
            Label next = begin_branch(codegen, expansion, node);
            place_returned(codegen, expansion, branch_return(node));
            end_branch(codegen, next, end);
        }
    }
    place_returned(codegen, expansion, statements->items[last]);
    emit_join(codegen, end);
    bool is_float = is_float_type(expansion->process->as.process->result);
    value_push(codegen, is_float ? a_vector(0) : a_register(RAX));
}

static void generate_straight(Codegen *codegen, Expansion *expansion, const NodeList *statements,
                              uint8_t hint) {
    uint32_t last = statements->count - 1;
    for (uint32_t i = 0; i < last; i++) {
        generate_name_of(codegen, expansion, statements->items[i]);
    }
    expansion->statement = statements->items[last];
    generate_expression(codegen, returned(expansion->statement), hint);
    value_settle(codegen, hint);
    Value *top = value_at(codegen, 0);
    if (top->kind == VALUE_SLOT && !top->is_temporary) { // it may be one that ends here
        value_load(codegen, top, hint);
    }
}

bool generate_expanded(Codegen *codegen, const Node *node, uint8_t hint) {
    if (!is_expanded(codegen, node)) {
        return false;
    }
    const Call *call = AST(node, NODE_CALL, Call);
    const NodeList *statements = statements_of(call->process);
    Expansion expansion = {0};
    expansion_begin(codegen, &expansion, call);
    if (has_branch(statements)) {
        generate_branches(codegen, &expansion, statements);
    } else {
        generate_straight(codegen, &expansion, statements, hint);
    }
    expansion_end(codegen, &expansion);
    return true;
}

void generate_expanded_condition(Codegen *codegen, const Node *node, Label target, bool when) {
    const Call *call = AST(node, NODE_CALL, Call);
    const NodeList *statements = statements_of(call->process);
    Expansion expansion = {0};
    expansion_begin(codegen, &expansion, call);
    Label end = has_branch(statements) ? new_join(codegen) : 0;
    uint32_t last = statements->count - 1;
    for (uint32_t i = 0; i < last; i++) {
        const Node *statement = statements->items[i];
        if (statement->kind == NODE_LET) {
            generate_name_of(codegen, &expansion, statement);
        } else {
            Label next = begin_branch(codegen, &expansion, statement);
            expansion.statement = branch_return(statement);
            generate_condition(codegen, returned(expansion.statement), target, when);
            end_branch(codegen, next, end);
        }
    }
    expansion.statement = statements->items[last];
    generate_condition(codegen, returned(expansion.statement), target, when);
    if (end) {
        emit_join(codegen, end);
    }
    expansion_end(codegen, &expansion);
}
