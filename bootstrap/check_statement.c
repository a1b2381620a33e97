// Statements, and where control goes on behind them.
#include "check_internal.h"

#include <string.h>
#include <strings.h>

Flow join_flows(Flow a, Flow b) { return a < b ? a : b; }

// --- Let -----------------------------------------------------------------------------------------

// The type of a variable that a value gives: Nothing alone does not tell it yet.
static Type *type_of_value(Checker *checker, const Node *value) {
    Type *type = settled(checker, value->type);
    return type->kind == TYPE_NULL ? type_variable(checker->types) : type;
}

static void check_let(Checker *checker, Node *statement) {
    Let *let = AST(statement, NODE_LET, Let);
    Type *type = let->annotation ? check_type(checker, let->annotation) : NULL;
    if (let->value && type) {
        Reason reason = {.what = "the variable `%s` is",
                         .name = let->name->text,
                         .declared = let->annotation->span};
        let->value = check_as(checker, let->value, type, &reason);
    } else if (let->value) {
        let->value = check_value(checker, let->value, NULL);
        type = type_of_value(checker, let->value);
        if (let->value->type->kind == TYPE_NULL) {
            let->value = convert_to(checker, let->value, type, NULL);
        }
    }
    type = type ? type : checker->types->poison; // lost to a syntax error
    let->symbol = new_local(checker, SYMBOL_LOCAL, let->name, type, statement, let->name_span);
    bool is_object = type->kind == TYPE_STRUCTURE && !let->value;
    if (is_object || type->kind == TYPE_FIXED_ARRAY) {
        let->symbol->flags |= SYMBOL_STACK_OBJECT;
    }
    bind_name(checker, let->symbol, BINDING_LET);
}

// --- Set -----------------------------------------------------------------------------------------

static void report_not_settable(Checker *checker, Span span, const Symbol *symbol) {
    const char *name = symbol->name->text;
    bool is_loop = symbol->kind == SYMBOL_LOCAL;
    const char *what = is_loop                           ? "the variable of a For"
                       : symbol->kind == SYMBOL_CONSTANT ? "a Constant"
                       : symbol->kind == SYMBOL_PROCESS  ? "a process"
                       : symbol->kind == SYMBOL_MODULE   ? "an imported file"
                                                         : "a type";
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_not_settable, span,
                                               "`%s` is %s and cannot be changed", name, what);
    diagnostic_note(checker->diagnostics, diagnostic, symbol->span, "declared here");
    if (is_loop) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a loop that changes its own variable is a While");
    } else if (symbol->kind == SYMBOL_CONSTANT) {
        diagnostic_help(checker->diagnostics, diagnostic, "a variable is declared by `Let %s be …`",
                        name);
    }
}

// A name as a target; *type receives the variable's type. It does not count as read.
static Node *check_target_name(Checker *checker, Node *target, Type **type) {
    NameExpression *name = AST(target, NODE_NAME, NameExpression);
    Symbol *symbol = find_variable(checker, name->name, target->span, false);
    if (!symbol) {
        symbol = find_symbol_quietly(checker, name->name);
    }
    if (!symbol) {
        Meaning meaning = scope_find(checker->compilation, checker->body->module, name->name);
        if (meaning.other) {
            report_ambiguous(checker->compilation, meaning, target->span);
        } else {
            const char *cure = format_text(checker, "a new variable is declared by `Let %s be …`",
                                           name->name->text);
            report_unknown_name(checker, name->name, target->span, false, cure);
            bind_unknown(checker, name->name, target->span);
        }
        return poison_node(checker, target->span);
    }
    bool is_variable_kind = symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_PARAMETER ||
                            symbol->kind == SYMBOL_GLOBAL;
    if (!is_variable_kind || (symbol->flags & SYMBOL_READ_ONLY)) {
        report_not_settable(checker, target->span, symbol);
        return poison_node(checker, target->span);
    }
    Node *result = symbol_value(checker, target, symbol);
    *type = result->type;
    return result;
}

// The Constant in which a place lies, or NULL.
static const Symbol *constant_of(const Node *place) {
    while (place->kind == NODE_INDEX && !(place->flags & NODE_UNCHECKED)) {
        place = AST((Node *)place, NODE_INDEX, Index)->object;
    }
    const Symbol *symbol =
        place->kind == NODE_NAME ? AST((Node *)place, NODE_NAME, NameExpression)->symbol : NULL;
    return symbol && symbol->kind == SYMBOL_CONSTANT && symbol->type->kind == TYPE_FIXED_ARRAY
               ? symbol
               : NULL;
}

// Checks a target. *type receives the type of the values that it takes.
static Node *check_target(Checker *checker, Node *target, Type **type) {
    *type = checker->types->poison;
    if (target->kind == NODE_NAME) {
        return check_target_name(checker, target, type);
    }
    if (target->kind != NODE_FIELD && target->kind != NODE_INDEX) {
        target->type = checker->types->poison;
        return target;
    }
    if (target->kind == NODE_FIELD) {
        Qualified found = {.symbol = NULL};
        if (find_qualified(checker, AST(target, NODE_FIELD, Field), &found)) {
            if (found.symbol && found.symbol->kind == SYMBOL_GLOBAL) {
                Node *result = symbol_value(checker, target, found.symbol);
                *type = result->type;
                return result;
            }
            if (found.symbol) {
                report_not_settable(checker, target->span, found.symbol);
            } else if (found.variant) {
                diagnostic_report(checker->diagnostics, ERROR_not_settable, target->span,
                                  "`%s` is a variant and cannot be changed",
                                  found.variant->name->text);
            }
            return poison_node(checker, target->span);
        }
    }
    Node *place = check_place(checker, target, type);
    const Symbol *constant = constant_of(place);
    if (constant) {
        report_not_settable(checker, target->span, constant);
        *type = checker->types->poison;
        return poison_node(checker, target->span);
    }
    return place;
}

// Why the target of a Set wants a type.
static Reason target_reason(Node *target) {
    if (target->kind == NODE_FIELD) {
        return (Reason){.what = "the field `%s` is",
                        .name = AST(target, NODE_FIELD, Field)->name->text};
    }
    if (target->kind != NODE_NAME) {
        return (Reason){.what = "the element is"};
    }
    const NameExpression *name = AST(target, NODE_NAME, NameExpression);
    return (Reason){.what = "the variable `%s` is",
                    .name = name->name->text,
                    .declared = name->symbol ? name->symbol->span : (Span){0, 0}};
}

static void check_set(Checker *checker, Node *statement) {
    Set *set = AST(statement, NODE_SET, Set);
    Type *type;
    set->target = check_target(checker, set->target, &type);
    if (set->operator!= OPERATOR_NONE) {
        if (set->target->kind == NODE_FIELD && set->target->type->kind == TYPE_PARAMETER) {
            set->target->type = settled_or_integer(checker, type); // computed with as what it is
        }
        set->value = check_change(checker, set, type);
        return;
    }
    if (type->kind == TYPE_POISON) {
        set->value = check_value(checker, set->value, NULL);
        return;
    }
    Reason reason = target_reason(set->target);
    set->value = check_as(checker, set->value, type, &reason);
    set->value = represent(checker, set->value, set->target->type);
}

// --- If, loops -----------------------------------------------------------------------------------

// A loop over the branches, of which there may be thousands.
static Flow check_if(Checker *checker, Node *statement) {
    Flow flow = FLOW_LEAVES;
    while (statement->kind == NODE_IF) {
        If *branch = AST(statement, NODE_IF, If);
        branch->condition = check_condition(checker, branch->condition);
        warn_constant_condition(checker, branch->condition);
        flow = join_flows(flow, check_block(checker, branch->then_block));
        if (!branch->else_block) {
            return FLOW_ON;
        }
        statement = branch->else_block;
    }
    return join_flows(flow, check_block(checker, statement));
}

static bool is_always_true(const Node *condition) {
    Node *node = (Node *)condition;
    int64_t value;
    if (node->kind == NODE_BOOLEAN_LITERAL) {
        return AST(node, NODE_BOOLEAN_LITERAL, BooleanLiteral)->value;
    }
    return node->kind == NODE_INTEGER_LITERAL && known_integer(node, &value) && value != 0;
}

// The body of a loop; *is_broken tells whether a Break leaves it.
static void check_loop_body(Checker *checker, Node *body, bool *is_broken) {
    Loop loop = {.outer = checker->body->loop};
    checker->body->loop = &loop;
    check_block(checker, body);
    checker->body->loop = loop.outer;
    *is_broken = loop.is_broken;
}

static Flow check_while(Checker *checker, Node *statement) {
    While *loop = AST(statement, NODE_WHILE, While);
    bool is_broken;
    loop->condition = check_condition(checker, loop->condition);
    check_loop_body(checker, loop->body, &is_broken);
    return is_always_true(loop->condition) && !is_broken ? FLOW_LEAVES : FLOW_ON;
}

static Symbol *loop_variable(Checker *checker, const Name *name, Type *type, Node *statement,
                             Span span) {
    Symbol *symbol = new_local(checker, SYMBOL_LOCAL, name, type, statement, span);
    symbol->flags |= SYMBOL_READ_ONLY;
    if (type->kind == TYPE_FIXED_ARRAY) {
        symbol->flags |= SYMBOL_BY_REFERENCE;
    }
    if (name) {
        bind_name(checker, symbol, BINDING_PLAIN);
    }
    return symbol;
}

static void check_step(Checker *checker, const Node *step) {
    int64_t value;
    if (known_integer(step, &value) && value == 0) {
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_zero_step, step->span,
                              "a For that goes on by 0 does not end");
        diagnostic_help(checker->diagnostics, diagnostic,
                        "leave out `by` to go on by 1, or give a negative step to count down");
    }
}

static void check_for_range(Checker *checker, Node *statement) {
    ForRange *loop = AST(statement, NODE_FOR_RANGE, ForRange);
    Type *integer = checker->types->integer;
    static const Reason first = {.what = "a For begins with"}, last = {.what = "a For ends with"},
                        by = {.what = "a For goes on by"};
    loop->from = check_as(checker, loop->from, integer, &first);
    loop->to = check_as(checker, loop->to, integer, &last);
    if (loop->step) {
        loop->step = check_as(checker, loop->step, integer, &by);
        check_step(checker, loop->step);
    }
    ScopeMark mark = scope_begin(checker);
    loop->symbol = loop_variable(checker, loop->name, integer, statement, loop->name_span);
    bool is_broken;
    check_loop_body(checker, loop->body, &is_broken);
    scope_end(checker, mark);
}

static void report_not_iterable(Checker *checker, const ForEach *loop, Type *type) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_not_iterable, loop->collection->span,
                          type->kind == TYPE_VARIABLE
                              ? "the type of this value is not known yet, so it has no elements"
                              : "For each goes through an Array, List, Set or Dictionary, and this "
                                "is %s",
                          type_phrase(checker, type));
    if (type->kind == TYPE_STRING) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "for the bytes of a text: `For i from 0 to string_length(s) minus 1`, and "
                        "`string_char_at(s, i)`");
    } else if (type->kind == TYPE_INTEGER) {
        diagnostic_help(checker->diagnostics, diagnostic, "to count: `For i from 1 to n`");
    }
}

// The types of the loop's variables; poison after an error.
static void element_types(Checker *checker, const ForEach *loop, Type **first, Type **second) {
    Type *type = settled(checker, loop->collection->type);
    *first = *second = checker->types->poison;
    switch ((TypeKind)type->kind) {
    case TYPE_POISON:
        return;
    case TYPE_ARRAY:
    case TYPE_LIST:
    case TYPE_SET:
    case TYPE_FIXED_ARRAY:
        *first = settled(checker, type->first);
        *first = (*first)->kind == TYPE_INLINE ? (*first)->first : *first;
        break;
    case TYPE_DICTIONARY:
        *first = settled(checker, type->first);
        *second = settled(checker, type->second);
        return;
    default:
        report_not_iterable(checker, loop, type);
        return;
    }
    if (loop->second) {
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_not_iterable, loop->second_span,
                              "only a Dictionary gives two values at a time, and this is %s",
                              type_phrase(checker, type));
        diagnostic_help(checker->diagnostics, diagnostic,
                        "for the positions, count: `For i from 0 to … minus 1`");
    }
}

static void check_for_each(Checker *checker, Node *statement) {
    ForEach *loop = AST(statement, NODE_FOR_EACH, ForEach);
    loop->collection = check_value(checker, loop->collection, NULL);
    Type *first, *second;
    element_types(checker, loop, &first, &second);
    ScopeMark mark = scope_begin(checker);
    loop->first_symbol = loop_variable(checker, loop->first, first, statement, loop->first_span);
    if (loop->second) {
        loop->second_symbol =
            loop_variable(checker, loop->second, second, statement, loop->second_span);
    }
    bool is_broken;
    check_loop_body(checker, loop->body, &is_broken);
    scope_end(checker, mark);
}

static void check_jump(Checker *checker, const Node *statement) {
    bool is_break = statement->kind == NODE_BREAK;
    Loop *loop = checker->body->loop;
    if (loop) {
        loop->is_broken |= is_break;
        return;
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_misplaced_jump, statement->span,
                          "%s stands outside every loop", is_break ? "Break" : "Continue");
    diagnostic_help(checker->diagnostics, diagnostic,
                    is_break ? "it leaves a While or For; to leave the process, write Return"
                             : "it goes on with the next turn of a While or For");
}

// --- Return --------------------------------------------------------------------------------------

// `Nothing`, or a word that other languages have for it.
static bool is_nothing(const Node *value) {
    if (value->kind == NODE_NOTHING_LITERAL)
        return true;
    if (value->kind != NODE_NAME)
        return false;
    const char *text = AST(value, NODE_NAME, NameExpression)->name->text;
    return strcasecmp(text, "nothing") == 0 || strcasecmp(text, "none") == 0;
}

// Of a `nothing` that is not defined, nothing else is reported.
static Node *check_needless_value(Checker *checker, Node *value) {
    if (value->kind != NODE_NAME || !is_nothing(value))
        return check_expression(checker, value, NULL);
    Name *name = (Name *)AST(value, NODE_NAME, NameExpression)->name;
    bool was_lost = name->is_lost;
    name->is_lost = true;
    Node *checked = check_expression(checker, value, NULL);
    name->is_lost = was_lost;
    return checked;
}

static void report_returned_value(Checker *checker, const Return *node, const Symbol *process) {
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_returned_value, node->value->span,
        "`%s` returns Nothing, so this Return can have no value", process->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, process->span, "declared here");
    const Type *type = node->value->type;
    bool is_main = process == checker->compilation->program.main_process;
    if (type->kind == TYPE_POISON || type->kind == TYPE_NOTHING || is_nothing(node->value)) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "write Return alone on a line of its own");
    } else if (is_main && type->kind != TYPE_INTEGER && type->kind != TYPE_VARIABLE) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "write Return alone: `main` gives nothing, or an Integer, the exit status");
    } else {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "write Return alone, or `returns %s` in the header of the process",
                        type_words(checker, node->value->type));
    }
}

static void warn_bare_return(Checker *checker, const Node *statement, const Symbol *process) {
    Type *result = process->as.process->result;
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, WARNING_missing_return, statement->span,
                          "this Return has no value, but `%s` returns %s", process->name->text,
                          type_phrase(checker, result));
    diagnostic_note(checker->diagnostics, diagnostic, process->span, "declared here");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "its result is 0: write the value that is meant");
}

static void check_return(Checker *checker, Node *statement) {
    Return *node = AST(statement, NODE_RETURN, Return);
    const Symbol *process = checker->body->process;
    Type *result = process->as.process->result;
    if (result->kind == TYPE_NOTHING) {
        if (node->value) {
            node->value = check_needless_value(checker, node->value);
            report_returned_value(checker, node, process);
        }
    } else if (!node->value) {
        if (result->kind != TYPE_POISON) {
            warn_bare_return(checker, statement, process);
        }
    } else {
        Reason reason = {.what = "the process `%s` returns",
                         .name = process->name->text,
                         .declared = process->span};
        node->value = check_as(checker, node->value, result, &reason);
        node->value = represent(checker, node->value, result);
    }
}

// --- Other statements ----------------------------------------------------------------------------

static void check_display(Checker *checker, Node *statement) {
    Display *display = AST(statement, NODE_DISPLAY, Display);
    Node *value = check_value(checker, display->value, NULL);
    const char *what = statement->flags & NODE_NEWLINE ? "Display" : "Print";
    display->value = check_displayed(checker, value, what);
}

// Whether the call ends the program.
static bool is_exit(const Node *value) {
    if (value->kind != NODE_CALL) {
        return false;
    }
    const Symbol *process = AST((Node *)value, NODE_CALL, Call)->process;
    return process && process->as.process->is_external &&
           strcmp(process->as.process->assembly_name->text, "runa_exit_with_code") == 0;
}

static Flow check_expression_statement(Checker *checker, Node *statement) {
    ExpressionStatement *node = AST(statement, NODE_EXPRESSION_STATEMENT, ExpressionStatement);
    node->value = check_expression(checker, node->value, NULL);
    return is_exit(node->value) ? FLOW_EXITS : FLOW_ON;
}

// Variables in assembly text: {x}
static void check_assembly(Checker *checker, Node *statement) {
    Assembly *assembly = AST(statement, NODE_ASSEMBLY, Assembly);
    for (uint32_t i = 0; i < assembly->parts.count; i++) {
        Node *part = assembly->parts.items[i];
        if (part->kind != NODE_NAME) {
            part->type = checker->types->string;
            continue;
        }
        NameExpression *name = AST(part, NODE_NAME, NameExpression);
        Symbol *symbol = find_variable(checker, name->name, part->span, true);
        symbol = symbol ? symbol : find_symbol(checker, name->name, part->span, false);
        bool is_place =
            symbol && (symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_PARAMETER ||
                       symbol->kind == SYMBOL_GLOBAL);
        if (symbol && !is_place) {
            Diagnostic *diagnostic = diagnostic_report(
                checker->diagnostics, ERROR_assembly_operand, part->span,
                "`%s` is not a variable, so it has no place in memory", symbol->name->text);
            diagnostic_note(checker->diagnostics, diagnostic, symbol->span, "declared here");
        }
        assembly->parts.items[i] =
            is_place ? symbol_value(checker, part, symbol) : poison_node(checker, part->span);
    }
}

static Flow check_arena_scope(Checker *checker, Node *statement) {
    ArenaScope *scope = AST(statement, NODE_ARENA_SCOPE, ArenaScope);
    bool uses = statement->flags & NODE_USES;
    Reason reason = {.what = uses ? "what `Arena.use` takes is" : "the capacity of an arena is"};
    Type *wanted = uses ? arena_type(checker) : checker->types->integer;
    scope->value = check_as(checker, scope->value, wanted, &reason);
    ScopeMark mark = scope_begin(checker);
    if (scope->name) {
        scope->symbol = new_local(checker, SYMBOL_LOCAL, scope->name, arena_type(checker),
                                  statement, scope->name_span);
        scope->symbol->flags |= SYMBOL_READ_ONLY;
        bind_name(checker, scope->symbol, BINDING_WATCHED);
    }
    Flow flow = check_block(checker, scope->body);
    scope_end(checker, mark);
    return flow;
}

// --- Dispatch ------------------------------------------------------------------------------------

static Flow check_statement(Checker *checker, Node *statement) {
    switch ((NodeKind)statement->kind) {
    case NODE_LET:
        check_let(checker, statement);
        return FLOW_ON;
    case NODE_SET:
        check_set(checker, statement);
        return FLOW_ON;
    case NODE_IF:
        return check_if(checker, statement);
    case NODE_WHILE:
        return check_while(checker, statement);
    case NODE_FOR_RANGE:
        check_for_range(checker, statement);
        return FLOW_ON;
    case NODE_FOR_EACH:
        check_for_each(checker, statement);
        return FLOW_ON;
    case NODE_BREAK:
    case NODE_CONTINUE:
        check_jump(checker, statement);
        return checker->body->loop ? FLOW_LEAVES : FLOW_ON;
    case NODE_RETURN:
        check_return(checker, statement);
        return FLOW_LEAVES;
    case NODE_DISPLAY:
        check_display(checker, statement);
        return FLOW_ON;
    case NODE_EXPRESSION_STATEMENT:
        return check_expression_statement(checker, statement);
    case NODE_MATCH:
        return check_match(checker, statement);
    case NODE_ASSEMBLY:
        check_assembly(checker, statement);
        return FLOW_ON;
    case NODE_ARENA_SCOPE:
        return check_arena_scope(checker, statement);
    case NODE_BLOCK: // of a line that was not understood
        return check_block(checker, statement);
    default:
        assert(statement->kind == NODE_ERROR);
        return FLOW_ON;
    }
}

// The header of a statement, without its block.
static Span first_line(Checker *checker, Span span) {
    SourceTable *sources = &checker->compilation->sources;
    const Source *source = source_at(sources, span.start);
    Position end = span.start;
    while (end < span.end && source->text[end - source->base] != '\n') {
        end++;
    }
    return (Span){span.start, end};
}

// Why nothing behind the statement runs.
static const char *reason_to_leave(const Node *statement) {
    switch (statement->kind) {
    case NODE_RETURN:
        return "the process ends here";
    case NODE_BREAK:
        return "the loop is left here";
    case NODE_CONTINUE:
        return "the loop goes on with its next round here";
    case NODE_WHILE:
        return "this loop has no end";
    default:
        return "every way through this leaves the block";
    }
}

static void warn_unreachable(Checker *checker, const Node *statement, const Node *before) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, WARNING_unreachable_code,
                          first_line(checker, statement->span), "this is never reached");
    diagnostic_note(checker->diagnostics, diagnostic, first_line(checker, before->span), "%s",
                    reason_to_leave(before));
    diagnostic_help(checker->diagnostics, diagnostic, "remove it, or move it before that line");
}

Flow check_block(Checker *checker, Node *block) {
    const NodeList *statements = &AST(block, NODE_BLOCK, Block)->statements;
    ScopeMark mark = scope_begin(checker);
    Flow flow = FLOW_ON;
    const Node *last = NULL;
    for (uint32_t i = 0; i < statements->count; i++) {
        Node *statement = statements->items[i];
        if (flow == FLOW_LEAVES && last && !checker->is_damaged) {
            warn_unreachable(checker, statement, last);
            last = NULL; // once a block
        }
        Flow next = check_statement(checker, statement);
        if (flow != FLOW_LEAVES) {
            last = statement;
            flow = next > flow ? next : flow;
        }
    }
    scope_end(checker, mark);
    return flow;
}
