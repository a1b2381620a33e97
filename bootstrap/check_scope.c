// Names inside processes: blocks, variables, captures, and what a name means.
//
// The innermost binding of a name is in its `slot`; the ones that it hides hang behind it. So a
// look-up takes one step, however many variables there are.
#include "check_internal.h"

#include <string.h>

#include "foreign.h"
#include "lexer.h"
#include "library.h"

// --- Bodies --------------------------------------------------------------------------------------

void body_begin(Checker *checker, Body *body, LoadedModule *module, bool is_closed) {
    Body *outer = checker->body;
    body->outer = outer;
    body->module = module;
    body->level = outer ? outer->level + 1 : 1;
    body->lowest_level = is_closed || !outer ? body->level : outer->lowest_level;
    if (outer) {
        body->order = body->order ? body->order : outer->order;
        body->lambda_count = body->lambda_count ? body->lambda_count : outer->lambda_count;
        body->symbol_prefix = body->symbol_prefix ? body->symbol_prefix : outer->symbol_prefix;
        body->block_depth = outer->block_depth;
    }
    if (outer && !is_closed) {
        body->process = outer->process;
        body->type_parameters = outer->type_parameters;
        body->type_parameter_count = outer->type_parameter_count;
        body->type_arguments = outer->type_arguments;
        body->has_assembly = outer->has_assembly;
    }
    checker->body = body;
}

void body_end(Checker *checker, Body *body) {
    assert(checker->body == body);
    vector_destroy(&body->captures);
    vector_destroy(&body->capture_symbols);
    checker->body = body->outer;
}

// --- Scopes --------------------------------------------------------------------------------------

static NameBinding **slot_of(const Name *name) { return (NameBinding **)name_slot(name); }

ScopeMark scope_begin(Checker *checker) {
    ScopeMark mark = {checker->bindings.count, checker->body->scope};
    checker->body->scope = ++checker->scope_count;
    checker->body->block_depth++;
    return mark;
}

static void warn_unused(Checker *checker, const NameBinding *binding) {
    const Symbol *symbol = binding->symbol;
    if (!binding->is_watched || (symbol->flags & SYMBOL_USED) || binding->name->text[0] == '_' ||
        checker->body->has_assembly || checker->is_damaged) {
        return;
    }
    if (symbol->type->kind == TYPE_POISON) {
        return; // its value has an error, which says enough
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, WARNING_unused_variable, symbol->span,
                          "`%s` is never read", symbol->name->text);
    int kind = symbol->declaration ? symbol->declaration->kind : NODE_LET;
    if (kind == NODE_ARENA_SCOPE) {
        diagnostic_help(checker->diagnostics, diagnostic, "leave `as %s` out", symbol->name->text);
    } else {
        diagnostic_help(checker->diagnostics, diagnostic,
                        kind == NODE_BINDING
                            ? "leave the field out, or begin the name with `_`"
                            : "remove it, or begin its name with `_` if that is meant");
    }
}

void scope_end(Checker *checker, ScopeMark mark) {
    PointerVector *bindings = &checker->bindings;
    assert(bindings->count >= mark.binding_count);
    while (bindings->count > mark.binding_count) {
        NameBinding *binding = bindings->items[--bindings->count];
        assert(*slot_of(binding->name) == binding);
        *slot_of(binding->name) = binding->hidden;
        warn_unused(checker, binding);
    }
    checker->body->scope = mark.outer_scope;
    checker->body->block_depth--;
}

Symbol *new_local(Checker *checker, SymbolKind kind, const Name *name, Type *type,
                  Node *declaration, Span span) {
    bool is_allowed = !declaration || check_declared_name(checker->compilation, name, span);
    Symbol *symbol =
        symbol_create(checker->compilation, checker->body->module, kind, name, declaration, span);
    symbol->flags |= is_allowed ? 0 : SYMBOL_USED; // what is wrong with it is said
    symbol->type = type;
    symbol->block_depth = checker->body->block_depth;
    symbol->order = (*checker->body->order)++;
    return symbol;
}

static void warn_shadowed(Checker *checker, const Symbol *symbol, const NameBinding *first) {
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, WARNING_shadowed_let, symbol->span,
        "a second Let of `%s` in this block starts a new variable", symbol->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, first->symbol->span, "the first one is here");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "to change the first one, write `Set %s to …`", symbol->name->text);
}

void bind_name(Checker *checker, Symbol *symbol, BindingKind kind) {
    const Name *name = symbol->name;
    NameBinding *first = *slot_of(name);
    NameBinding *binding = runa_arena_allocate(checker->arena, sizeof(NameBinding));
    *binding = (NameBinding){.name = name,
                             .symbol = symbol,
                             .hidden = first,
                             .level = checker->body->level,
                             .scope = checker->body->scope,
                             .is_let = kind == BINDING_LET,
                             .is_watched = kind != BINDING_PLAIN};
    if (first && first->scope == binding->scope && first->is_let && binding->is_let) {
        warn_shadowed(checker, symbol, first);
    }
    *slot_of(name) = binding;
    vector_push(&checker->bindings, binding);
}

// --- Variables -----------------------------------------------------------------------------------

static NameBinding *find_binding(const Checker *checker, const Name *name) {
    NameBinding *binding = *slot_of(name);
    return binding && binding->level >= checker->body->lowest_level ? binding : NULL;
}

bool is_variable(Checker *checker, const Name *name) { return find_binding(checker, name) != NULL; }

static Node *name_node(Checker *checker, Symbol *symbol, Span span) {
    Node *node = ast_new(checker->arena, NODE_NAME, span);
    NameExpression *name = AST(node, NODE_NAME, NameExpression);
    name->name = symbol->name;
    name->symbol = symbol;
    node->type = symbol->type;
    return node;
}

static void reject_array_capture(Checker *checker, const Symbol *symbol, Span span) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_stack_captured, span,
                          "a lambda cannot capture the fixed array `%s`", symbol->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, symbol->span, "declared here");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "the array ends with its block, and the lambda may last longer: use a growable "
                    "Array or a List");
}

// The symbol that stands for `outer` inside the lambda.
static Symbol *capture_in(Checker *checker, Body *body, Symbol *outer, Span span) {
    for (uint32_t i = 0; i < body->captures.count; i++) {
        if (AST((Node *)body->captures.items[i], NODE_NAME, NameExpression)->symbol == outer) {
            Node *inside = body->capture_symbols.items[i];
            return AST(inside, NODE_NAME, NameExpression)->symbol;
        }
    }
    if (outer->type->kind == TYPE_FIXED_ARRAY) {
        reject_array_capture(checker, outer, span);
    }
    Symbol *symbol =
        new_local(checker, SYMBOL_CAPTURE, outer->name, outer->type, NULL, outer->span);
    symbol->as.outer = outer;
    vector_push(&body->captures, name_node(checker, outer, span));
    vector_push(&body->capture_symbols, name_node(checker, symbol, span));
    return symbol;
}

// The binding's symbol as it is seen in `body`: captured by each lambda on the way.
static Symbol *seen_from(Checker *checker, Body *body, const NameBinding *binding, Span span) {
    if (body->level == binding->level) {
        return binding->symbol;
    }
    Symbol *outer = seen_from(checker, body->outer, binding, span);
    return capture_in(checker, body, outer, span);
}

Symbol *find_variable(Checker *checker, const Name *name, Span span, bool is_read) {
    const NameBinding *binding = find_binding(checker, name);
    if (!binding) {
        return NULL;
    }
    if (is_read) {
        binding->symbol->flags |= SYMBOL_USED;
    }
    return seen_from(checker, checker->body, binding, span);
}

// --- Other names ---------------------------------------------------------------------------------

Symbol *find_symbol_quietly(Checker *checker, const Name *name) {
    return resolve_name(checker->compilation, checker->body->module, name, (Span){0, 0}, true);
}

Symbol *find_symbol(Checker *checker, const Name *name, Span span, bool is_called) {
    Meaning meaning = scope_find(checker->compilation, checker->body->module, name);
    if (meaning.other) {
        report_ambiguous(checker->compilation, meaning, span);
        return NULL;
    }
    if (!meaning.symbol) {
        report_unknown_name(checker, name, span, is_called, NULL);
    }
    return meaning.symbol;
}

static void offer_variables(const Checker *checker, Suggestion *suggestion) {
    for (uint32_t i = checker->bindings.count; i > 0; i--) {
        const NameBinding *binding = checker->bindings.items[i - 1];
        if (binding->level < checker->body->lowest_level) {
            break;
        }
        bool is_declared = binding->symbol->type->kind != TYPE_POISON;
        if (is_declared) { // else it may be one that was only set (bind_unknown)
            suggestion_offer(suggestion, binding->name->text);
        }
    }
}

static bool is_type_name(Checker *checker, const char *text) {
    const Symbol *symbol = find_symbol_quietly(checker, intern_text(checker->names, text));
    return symbol && symbol->kind == SYMBOL_TYPE;
}

// The words of the language that are values.
static void offer_value_words(Suggestion *suggestion) {
    static const Keyword words[] = {KEYWORD_TRUE, KEYWORD_FALSE, KEYWORD_NOTHING, KEYWORD_NULL};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        suggestion_offer(suggestion, keyword_text(words[i]));
    }
}

// Whether the type that is suggested may be meant at `span`: it is called like a process, or has
// what is named behind the dot. A name with a small letter means a value otherwise.
static bool may_be_type(Checker *checker, const Suggestion *suggestion, Span span) {
    const Source *source = source_at(&checker->compilation->sources, span.start);
    const char *next = source->text + (span.end - source->base);
    bool is_capital = suggestion->wanted[0] >= 'A' && suggestion->wanted[0] <= 'Z';
    if (*next != '.' || is_capital) {
        return *next == '.' || *next == '(';
    }
    const char *member = next + 1, *end = member;
    while (lexer_is_name(*end)) {
        end++;
    }
    return has_member_of_type(checker, suggestion->best,
                              intern(checker->names, member, (uint32_t)(end - member)));
}

// Offers what a value at `span` may be called. A variable is rather meant than a type, even a
// nearer one.
static void offer_values(Checker *checker, Suggestion *suggestion, Span span) {
    offer_variables(checker, suggestion);
    const char *variable = suggestion->best;
    resolve_suggest(checker->compilation, checker->body->module, suggestion);
    offer_value_words(suggestion);
    if (suggestion->best && is_type_name(checker, suggestion->best) &&
        (variable || !may_be_type(checker, suggestion, span))) {
        suggestion->best = variable;
    }
}

// The variable that was probably meant counts as read.
static void use_suggested(Checker *checker, const char *text) {
    NameBinding *binding = find_binding(checker, intern_text(checker->names, text));
    if (binding) {
        binding->symbol->flags |= SYMBOL_USED;
    }
}

// Joins the uses of the name in one process.
static void join_uses(Checker *checker, Diagnostic *diagnostic, const Name *name) {
    Body *body = checker->body;
    while (body->level > body->lowest_level) {
        body = body->outer;
    }
    join_diagnostics_about(checker->compilation, &body->unknown_names, name, diagnostic);
}

bool may_have_member(const Symbol *type, const Name *member) {
    const Node *declaration = type->declaration;
    return member->is_lost || (declaration && declaration->flags & NODE_DAMAGED);
}

void join_member_uses(Checker *checker, Diagnostic *diagnostic, const char *owner,
                      const Name *member) {
    const Name *name = intern_format(checker->names, "%s.%s", owner, member->text);
    join_diagnostics_about(checker->compilation, &checker->unknown_members, name, diagnostic);
}

// Whether the missing import, or the line with the name's declaration, was reported.
static bool may_be_defined(const Checker *checker, const Name *name, Span span) {
    bool is_lost = name->is_lost && !is_language_type_name(checker->compilation, name);
    return is_lost || checker->body->module->scope->is_incomplete ||
           resolve_stands_for_missing(checker->compilation, name, span);
}

static void help_to_call_behind(Checker *checker, Diagnostic *diagnostic, const Name *name) {
    const char *method = method_anywhere(checker, name);
    if (method) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "it stands behind the value that it works on: `x.%s(…)`", method);
    }
}

void report_unknown_name(Checker *checker, const Name *name, Span span, bool is_called,
                         const char *cure) {
    LoadedModule *module = checker->body->module;
    if (may_be_defined(checker, name, span)) {
        return;
    }
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_unknown_name, span,
                                               "`%s` is not defined", name->text);
    join_uses(checker, diagnostic, name);
    if (resolve_help_with_alias(checker->compilation, module, name, span, diagnostic)) {
        return;
    }
    const char *foreign = is_called ? foreign_call(name->text) : NULL;
    foreign = foreign ? foreign : foreign_name(name->text);
    Suggestion suggestion = {.wanted = name->text};
    bool may_suggest = !foreign && scope_may_suggest(module);
    if (may_suggest) {
        offer_values(checker, &suggestion, span);
    }
    const char *library = may_suggest && !suggestion.best
                              ? library_module_with(checker->compilation, name->text)
                              : NULL;
    if (foreign) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", foreign);
        const char *value = foreign_value(name->text);
        if (value) {
            diagnostic_fix(checker->diagnostics, diagnostic, span, value);
        }
    } else if (suggestion.best) {
        report_suggestion(checker, diagnostic, &suggestion, span);
        use_suggested(checker, suggestion.best);
    } else if (library) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "`Import \"%s\"` at the head of the file defines it", library);
    } else if (cure) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", cure);
    } else if (is_called) {
        help_to_call_behind(checker, diagnostic, name);
    }
}

void bind_unknown(Checker *checker, const Name *name, Span span) {
    Symbol *symbol = new_local(checker, SYMBOL_LOCAL, name, checker->types->poison, NULL, span);
    bind_name(checker, symbol, BINDING_PLAIN);
}

// --- Types ---------------------------------------------------------------------------------------

Type *check_type(Checker *checker, const Node *annotation) {
    const Body *body = checker->body;
    Type *type = resolve_type(checker->compilation, body->module, annotation, body->type_parameters,
                              body->type_parameter_count);
    if (!body->type_arguments) {
        return type;
    }
    return type_substitute(checker->types, type, body->type_parameters, body->type_arguments,
                           body->type_parameter_count);
}

Type *arena_type(Checker *checker) {
    LoadedModule *prelude = checker->compilation->program.prelude;
    const Name *name = intern_text(checker->names, "Arena");
    Symbol *symbol = prelude ? resolve_member(checker->compilation, prelude, name) : NULL;
    return symbol && symbol->kind == SYMBOL_TYPE ? symbol->type : checker->types->pointer;
}
