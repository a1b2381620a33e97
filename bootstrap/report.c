// --report=memory: the call graph, and what follows from it.
#include "report_internal.h"

#include <string.h>

// --- The runtime's functions ---------------------------------------------------------------------

// Effects that depend on the call.
enum { RUNTIME_NEW = 1 << 16, RUNTIME_PANICS = 1 << 17 };

static const struct {
    const char *symbol;
    uint32_t effects;
} runtime_rows[] = {
#define OWNED EFFECT_OWNED
#define ARENA EFFECT_ARENA
#define SHARED EFFECT_SHARED
#define GROWS EFFECT_GROWS
#define CALLS EFFECT_VALUE
#define NEW RUNTIME_NEW
#define PANICS RUNTIME_PANICS
#define RUNTIME(symbol, effects) {symbol, effects},
#include "report_runtime.def"
#undef OWNED
#undef ARENA
#undef SHARED
#undef GROWS
#undef CALLS
#undef NEW
#undef PANICS
};

static uint32_t runtime_effects(uint32_t effects, bool in_scope) {
    if (effects & RUNTIME_PANICS) {
        return 0; // what a process takes that ends no longer matters
    }
    uint32_t made = effects & RUNTIME_NEW ? (in_scope ? EFFECT_ARENA : EFFECT_OWNED) : 0;
    return (effects & (EFFECT_TIERS | EFFECT_VALUE)) | made | EFFECT_RUNTIME;
}

// --- Collecting ----------------------------------------------------------------------------------

Report *report_create(InternTable *names) {
    Report *report = memory_allocate(sizeof *report);
    *report = (Report){.names = names};
    for (uint32_t i = 0; i < sizeof runtime_rows / sizeof runtime_rows[0]; i++) {
        const Name *name = intern_text(names, runtime_rows[i].symbol);
        bool is_new;
        uint32_t number = number_table_add(&report->runtime, (uintptr_t)name, &is_new);
        assert(is_new && number == i);
        (void)number;
    }
    return report;
}

void report_destroy(Report *report) {
    if (!report) {
        return;
    }
    for (uint32_t i = 0; i < report->processes.count; i++) {
        ReportProcess *process = report->processes.items[i];
        vector_destroy(&process->calls);
        memory_free(process);
    }
    vector_destroy(&report->processes);
    vector_destroy(&report->called);
    vector_destroy(&report->finished);
    number_table_destroy(&report->symbols);
    number_table_destroy(&report->runtime);
    number_table_destroy(&report->seen);
    memory_free(report);
}

void report_begin(Report *report, const ReportHeader *header) {
    if (!report) {
        return;
    }
    ReportProcess *process = memory_allocate(sizeof *process);
    *process = (ReportProcess){.header = *header};
    vector_push(&report->processes, process);
    if (header->symbol) {
        bool is_new;
        number_table_add(&report->symbols, (uintptr_t)header->symbol, &is_new);
        assert(is_new);
        vector_push(&report->called, process);
    }
    report->current = process;
    report->in_scope = false;
    number_table_destroy(&report->seen);
}

void report_end(Report *report, int64_t frame_size) {
    if (report) {
        enum { RETURN_ADDRESS_AND_RBP = 16 };
        report->current->frame = RETURN_ADDRESS_AND_RBP + frame_size + report->current->pushed;
        report->current = NULL;
    }
}

void report_scope(Report *report) {
    if (report) {
        report->in_scope = true;
    }
}

void report_push(Report *report, int64_t bytes) {
    if (report && report->current && bytes > report->current->pushed) {
        report->current->pushed = bytes;
    }
}

// The entry of the program, outside of every process, is not reported.
void report_call(Report *report, const char *symbol) {
    if (!report || !report->current) {
        return;
    }
    const Name *name = intern_text(report->names, symbol);
    int64_t row = number_table_find(&report->runtime, (uintptr_t)name);
    bool in_scope = report->in_scope, is_new;
    report->in_scope = false;
    if (row >= 0) {
        report->current->own |= runtime_effects(runtime_rows[row].effects, in_scope);
    }
    number_table_add(&report->seen, (uintptr_t)name, &is_new);
    if (is_new) {
        vector_push(&report->current->calls, (void *)name);
    }
}

static void add_effect(Report *report, uint32_t effect) {
    if (report && report->current) {
        report->current->own |= effect;
    }
}

void report_call_of_value(Report *report) { add_effect(report, EFFECT_VALUE); }

void report_assembly(Report *report) { add_effect(report, EFFECT_ASSEMBLY); }

// --- The call graph ------------------------------------------------------------------------------

// The process with this symbol; NULL if it is a function in C.
static ReportProcess *find_process(const Report *report, const Name *symbol) {
    int64_t number = number_table_find(&report->symbols, (uintptr_t)symbol);
    return number < 0 ? NULL : report->called.items[number];
}

// "a -> b -> a" for the way from `first` down to `last`, which calls it again. The middle of a long
// way is left out.
static const char *describe_cycle(Report *report, const ReportProcess *first,
                                  const ReportProcess *last) {
    enum { ENDS = 4 };
    PointerVector way = {0}; // from the last to the first
    for (const ReportProcess *process = last; process != first; process = process->caller) {
        vector_push(&way, (void *)process);
    }
    const Name *text = first->header.name;
    for (uint32_t i = way.count; i > 0; i--) {
        if (i > ENDS && i <= way.count - ENDS) {
            text = intern_format(report->names, "%s -> ...", text->text);
            i = ENDS;
        }
        const ReportProcess *process = way.items[i - 1];
        text = intern_format(report->names, "%s -> %s", text->text, process->header.name->text);
    }
    vector_destroy(&way);
    return intern_format(report->names, "%s -> %s", text->text, first->header.name->text)->text;
}

static void visit(Report *report, ReportProcess *process);

static void visit_call(Report *report, ReportProcess *process, const Name *symbol) {
    ReportProcess *called = find_process(report, symbol);
    if (!called) {
        if (number_table_find(&report->runtime, (uintptr_t)symbol) < 0) {
            process->own |= EFFECT_EXTERNAL;
            process->external = symbol;
        }
        return;
    }
    if (called->state == UNSEEN) {
        called->caller = process;
        visit(report, called);
    }
    if (called->state == ACTIVE) {
        process->depth = DEPTH_UNBOUNDED;
        process->cycle = describe_cycle(report, called, process);
    } else if (process->depth != DEPTH_UNBOUNDED && called->depth == DEPTH_UNBOUNDED) {
        process->depth = DEPTH_UNBOUNDED;
        process->cycle = called->cycle;
    } else if (process->depth != DEPTH_UNBOUNDED &&
               process->frame + called->depth > process->depth) {
        process->depth = process->frame + called->depth;
    }
}

// Every way from here that comes back to an ACTIVE process is a cycle.
static void visit(Report *report, ReportProcess *process) {
    process->state = ACTIVE;
    process->depth = process->frame;
    for (uint32_t i = 0; i < process->calls.count; i++) {
        visit_call(report, process, process->calls.items[i]);
    }
    process->state = DONE;
    process->all = process->own;
    vector_push(&report->finished, process);
}

// Adds what the called do. Did that change anything?
static bool spread(const Report *report, ReportProcess *process) {
    uint32_t before = process->all;
    for (uint32_t i = 0; i < process->calls.count; i++) {
        const ReportProcess *called = find_process(report, process->calls.items[i]);
        if (called) {
            process->all |= called->all;
            process->external = process->external ? process->external : called->external;
        }
    }
    return process->all != before;
}

void report_analyse(Report *report) {
    for (uint32_t i = 0; i < report->processes.count; i++) {
        ReportProcess *process = report->processes.items[i];
        if (process->state == UNSEEN) {
            visit(report, process);
        }
    }
    bool has_changed = true;
    while (has_changed) { // once more for each cycle within a cycle
        has_changed = false;
        for (uint32_t i = 0; i < report->finished.count; i++) {
            has_changed |= spread(report, report->finished.items[i]);
        }
    }
}
