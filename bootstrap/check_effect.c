// What a call may do with its arguments: store a reference to one, change what it refers to, free
// it. Of a process with a body that is summed up from its statements; of the library's it stands in
// check_effect.def; of other External processes, and of Function values, nothing is known.
#include "check_escape_internal.h"

#include <string.h>

// --- The library ---------------------------------------------------------------------------------

typedef enum LibraryKind {
    LIBRARY_LOOKS,
    LIBRARY_WRITES,
    LIBRARY_FREES,
    LIBRARY_MAKES,
} LibraryKind;

typedef struct LibraryEffect {
    const char *symbol;
    LibraryKind kind;
    uint32_t argument;
} LibraryEffect;

static const LibraryEffect library_effects[] = {
#define ROW(symbol, kind, argument) {symbol, kind, argument},
#define LOOKS(symbol) ROW(symbol, LIBRARY_LOOKS, 0)
#define WRITES(symbol, argument) ROW(symbol, LIBRARY_WRITES, argument)
#define FREES(symbol, argument) ROW(symbol, LIBRARY_FREES, argument)
#define MAKES(symbol) ROW(symbol, LIBRARY_MAKES, 0)
#include "check_effect.def"
#undef ROW
};

uint32_t library_order(const ProcessInfo *info) {
    for (uint32_t i = 0; i < sizeof library_effects / sizeof *library_effects; i++) {
        if (info->assembly_name &&
            strcmp(library_effects[i].symbol, info->assembly_name->text) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static const LibraryEffect *find_effect(const Symbol *process) {
    return process->as.process->is_external && process->order > 0
               ? &library_effects[process->order - 1]
               : NULL;
}

static bool has_effect(const Symbol *process, LibraryKind kind) {
    const LibraryEffect *effect = find_effect(process);
    return effect && effect->kind == kind;
}

bool only_looks(const Symbol *process) { return has_effect(process, LIBRARY_LOOKS); }

bool makes_object(const Symbol *process) { return has_effect(process, LIBRARY_MAKES); }

// --- Summing up ----------------------------------------------------------------------------------

// Adds to what the process may do at one place. What it does is the more, the more is known of its
// variables; a final walk finds nothing new.
static void note_effect(Walk *walk, Effect found) {
    if (walk->is_final || !walk->summary || found.values == 0 ||
        (found.kind == EFFECT_STORE && found.targets == 0 && !found.is_outer)) {
        return;
    }
    Effect *effect = walk->summary->effects;
    while (effect && (effect->kind != found.kind || effect->site.start != found.site.start ||
                      effect->site.end != found.site.end)) {
        effect = effect->next;
    }
    if (!effect) {
        effect = runa_arena_allocate(walk->compilation->arena, sizeof *effect);
        *effect = (Effect){.kind = found.kind,
                           .site = found.site,
                           .is_passed = found.is_passed,
                           .next = walk->summary->effects};
        walk->summary->effects = effect;
    }
    walk->has_new_effect |= (found.values & ~effect->values) != 0 ||
                            (found.targets & ~effect->targets) != 0 ||
                            (found.is_outer && !effect->is_outer);
    effect->values |= found.values;
    effect->targets |= found.targets;
    effect->is_outer |= found.is_outer;
}

void note_store(Walk *walk, const Node *value, const Node *target) {
    Origin stored = origin_of(walk, value);
    Origin into = target ? origin_of(walk, target) : (Origin){.is_outer = true};
    note_effect(walk, (Effect){.kind = EFFECT_STORE,
                               .site = value->span,
                               .values = stored.parameters | stored.held,
                               .targets = into.roots,
                               .is_outer = into.is_outer});
}

void note_write(Walk *walk, const Node *target) {
    note_effect(walk, (Effect){.kind = EFFECT_WRITE,
                               .site = target->span,
                               .values = origin_of(walk, target).parameters});
}

// --- Calls ---------------------------------------------------------------------------------------

static const Argument *argument_at(const Call *call, uint32_t i) {
    return AST(call->arguments.items[i], NODE_ARGUMENT, Argument);
}

static bool is_among(const Argument *argument, uint64_t parameters) {
    return argument->value->type && (parameters & parameter_bit((uint32_t)argument->index));
}

// All that the call's arguments for these parameters may refer to.
static Origin origin_of_arguments(Walk *walk, const Call *call, uint64_t parameters) {
    Origin origin = {.depth = 0};
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        if (is_among(argument_at(call, i), parameters)) {
            origin_merge(&origin, origin_of(walk, argument_at(call, i)->value));
        }
    }
    return origin;
}

// Whether each object that is stored in lies on the stack itself and ends before the stored one.
static bool ends_before(Walk *walk, const Call *call, const Effect *effect, uint32_t depth) {
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        if (!is_among(argument_at(call, i), effect->targets)) {
            continue;
        }
        Origin into = origin_of(walk, argument_at(call, i)->value);
        if (into.depth < depth || into.roots || into.is_outer || into.is_owned) {
            return false;
        }
    }
    return !effect->is_outer;
}

static void report_store(Walk *walk, const Call *call, const Node *value, const Origin *origin,
                         const Effect *effect) {
    Diagnostics *diagnostics = &walk->compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(
        diagnostics, ERROR_stack_stored, value->span,
        "%s lies on the stack of this process, and `%s` stores the reference where it may last "
        "longer",
        name_of(walk, origin, "what this call gives"), call->process->name->text);
    diagnostic_note(diagnostics, diagnostic, effect->site,
                    effect->is_passed ? "it is passed on here, to be stored" : "it is stored here");
    explain_origin(walk, diagnostic, origin, value);
}

static void check_store(Walk *walk, const Call *call, const Effect *effect) {
    Origin into = origin_of_arguments(walk, call, effect->targets);
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        const Argument *argument = argument_at(call, i);
        if (!is_among(argument, effect->values)) {
            continue;
        }
        Origin stored = origin_of(walk, argument->value);
        note_effect(walk, (Effect){.kind = EFFECT_STORE,
                                   .site = argument->value->span,
                                   .is_passed = true,
                                   .values = stored.parameters | stored.held,
                                   .targets = into.roots,
                                   .is_outer = into.is_outer || effect->is_outer});
        if (walk->is_final && stored.depth > 0 && !ends_before(walk, call, effect, stored.depth)) {
            report_store(walk, call, argument->value, &stored, effect);
        }
    }
}

static void report_write(Walk *walk, const Call *call, const Node *value, const Symbol *constant,
                         const Effect *effect) {
    Diagnostics *diagnostics = &walk->compilation->diagnostics;
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_not_settable, value->span,
                          "`%s` changes what it is given here, and `%s` is a Constant",
                          call->process->name->text, constant->name->text);
    if (effect) {
        diagnostic_note(diagnostics, diagnostic, effect->site,
                        effect->is_passed ? "it is passed on here, to be changed"
                                          : "it is changed here");
    }
    diagnostic_help(diagnostics, diagnostic, "give it a variable with a copy: `Let … as %s be %s`",
                    type_text(&walk->compilation->names, constant->type), constant->name->text);
}

// The process changes what the argument refers to, at one place or more, of which `effect` is one;
// NULL: it is the library's.
static void check_write(Walk *walk, const Call *call, const Node *value, const Effect *effect) {
    Origin origin = origin_of(walk, value);
    note_effect(walk, (Effect){.kind = EFFECT_WRITE,
                               .site = value->span,
                               .is_passed = effect != NULL,
                               .values = origin.parameters});
    if (walk->is_final && origin.constant) {
        report_write(walk, call, value, origin.constant, effect);
    }
}

static void check_writes(Walk *walk, const Call *call, const Summary *callee) {
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        const Argument *argument = argument_at(call, i);
        const Effect *effect = callee->effects;
        while (effect && (effect->kind != EFFECT_WRITE || !is_among(argument, effect->values))) {
            effect = effect->next;
        }
        if (effect) {
            check_write(walk, call, argument->value, effect);
        }
    }
}

static void check_library_writes(Walk *walk, const Call *call, uint64_t parameters) {
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        if (is_among(argument_at(call, i), parameters)) {
            check_write(walk, call, argument_at(call, i)->value, NULL);
        }
    }
}

static void check_free(Walk *walk, const Call *call, uint64_t parameters) {
    for (uint32_t i = 0; walk->is_final && i < call->arguments.count; i++) {
        const Node *value = argument_at(call, i)->value;
        if (!is_among(argument_at(call, i), parameters) || !is_surely_stack(walk, value)) {
            continue;
        }
        Origin origin = origin_of(walk, value);
        Diagnostics *diagnostics = &walk->compilation->diagnostics;
        Diagnostic *diagnostic = diagnostic_report(
            diagnostics, WARNING_stack_freed, value->span,
            "%s lies on the stack, and nothing there is freed by `%s`",
            name_of(walk, &origin, "what this call gives"), call->process->name->text);
        diagnostic_help(diagnostics, diagnostic,
                        "leave this out: it ends with its block by itself");
    }
}

static bool is_generic(const ProcessInfo *info, const Argument *argument) {
    return argument->value->type && argument->index < info->parameter_count &&
           info->parameters[argument->index].type->kind == TYPE_PARAMETER;
}

// An external process that takes a value of a type parameter keeps it in its other arguments.
static void note_kept(Walk *walk, const Call *call) {
    const ProcessInfo *info = call->process->as.process;
    for (uint32_t i = 0; i < call->arguments.count; i++) {
        const Argument *argument = argument_at(call, i);
        bool is_kept = is_generic(info, argument) && !only_looks(call->process);
        for (uint32_t j = 0; is_kept && j < call->arguments.count; j++) {
            const Argument *other = argument_at(call, j);
            if (other->value->type && !is_generic(info, other)) {
                note_store(walk, argument->value, other->value);
            }
        }
    }
}

void check_effects(Walk *walk, const Node *node) {
    const Call *call = AST((Node *)node, NODE_CALL, Call);
    const Summary *callee = callee_of(walk, call);
    if (callee) {
        for (const Effect *effect = callee->effects; effect; effect = effect->next) {
            if (effect->kind == EFFECT_STORE) {
                check_store(walk, call, effect);
            }
        }
        check_writes(walk, call, callee);
    } else if (call->process) {
        const LibraryEffect *effect = find_effect(call->process);
        if (effect && effect->kind == LIBRARY_WRITES) {
            check_library_writes(walk, call, parameter_bit(effect->argument));
        }
        if (effect && effect->kind == LIBRARY_FREES) {
            check_free(walk, call, parameter_bit(effect->argument));
        }
        note_kept(walk, call);
    }
}
