// --report=memory: the table, and the same as JSON.
#include "diagnostic_internal.h"
#include "report_internal.h"

#include <string.h>

// The bits of a set of effects, in the order in which they are shown.
static const struct {
    uint32_t effect;
    const char *name;
} tiers[] = {
    {EFFECT_OWNED, "owned"},
    {EFFECT_ARENA, "arena"},
    {EFFECT_SHARED, "shared"},
    {EFFECT_GROWS, "growth"},
};

enum { TIER_COUNT = sizeof tiers / sizeof tiers[0], COLUMNS = 7, CELL = 160 };

static bool is_shown(const ReportProcess *process) {
    return !process->header.is_library && process->header.kind != REPORT_THUNK;
}

static const char *shown_kind(const ReportProcess *process) {
    static const char *const kinds[] = {
        [REPORT_PROCESS] = "process", [REPORT_LAMBDA] = "lambda", [REPORT_GLOBALS] = "globals"};
    return kinds[process->header.kind];
}

// By file, in the order in which the files were written, and by line: lambdas stand behind the
// process that holds them.
static void sort_processes(PointerVector *processes) {
    for (uint32_t i = 1; i < processes->count; i++) { // nearly sorted already
        ReportProcess *process = processes->items[i];
        uint32_t place = i;
        for (; place > 0; place--) {
            const ReportProcess *before = processes->items[place - 1];
            if (before->header.source != process->header.source ||
                before->header.line <= process->header.line) {
                break;
            }
            processes->items[place] = processes->items[place - 1];
        }
        processes->items[place] = process;
    }
}

// --- The table -----------------------------------------------------------------------------------

typedef struct Row {
    char cells[COLUMNS][CELL];
} Row;

static const Row titles = {
    {"line", "process", "frame", "depth", "allocates", "with what it calls", "not known"}};

// Adds a part to a list in a cell, as far as there is room.
static void add_part(char *cell, const char *separator, const char *part) {
    size_t length = strlen(cell);
    snprintf(cell + length, CELL - length, "%s%s", length > 0 ? separator : "", part);
}

static void put_tiers(char *cell, uint32_t effects) {
    for (int i = 0; i < TIER_COUNT; i++) {
        if (effects & tiers[i].effect) {
            add_part(cell, ", ", tiers[i].name);
        }
    }
    if (!*cell) {
        add_part(cell, "", "-");
    }
}

static void put_depth(char *cell, const ReportProcess *process) {
    if (process->depth == DEPTH_UNBOUNDED) {
        add_part(cell, "", "unbounded");
        return;
    }
    snprintf(cell, CELL, "%lld", (long long)process->depth);
    if (process->all & EFFECT_RUNTIME) {
        add_part(cell, " ", "+ C");
    }
    if (process->all & EFFECT_UNSEEN) {
        add_part(cell, " ", "+ ?");
    }
}

static void put_remarks(char *cell, const ReportProcess *process) {
    if (process->cycle) {
        add_part(cell, "; ", "recursive via ");
        add_part(cell, "", process->cycle);
    }
    if (process->all & EFFECT_VALUE) {
        add_part(cell, "; ", "Function value");
    }
    if (process->all & EFFECT_EXTERNAL) {
        add_part(cell, "; ", "External ");
        add_part(cell, "", process->external->text);
    }
    if (process->all & EFFECT_ASSEMBLY) {
        add_part(cell, "; ", "Inline Assembly");
    }
}

static void make_row(Row *row, const ReportProcess *process) {
    memset(row, 0, sizeof *row);
    snprintf(row->cells[0], CELL, "%u", process->header.line);
    bool is_process = process->header.kind == REPORT_PROCESS;
    snprintf(row->cells[1], CELL, "%s%s", process->header.name->text,
             is_process                              ? ""
             : process->header.kind == REPORT_LAMBDA ? " (lambda)"
                                                     : " (initialised)");
    snprintf(row->cells[2], CELL, "%lld", (long long)process->frame);
    put_depth(row->cells[3], process);
    put_tiers(row->cells[4], process->own);
    put_tiers(row->cells[5], process->all);
    put_remarks(row->cells[6], process);
}

static void measure(size_t *widths, const Row *row) {
    for (int i = 0; i < COLUMNS; i++) {
        size_t width = strlen(row->cells[i]);
        widths[i] = width > widths[i] ? width : widths[i];
    }
}

// Numbers at the right of their columns; no blanks behind the last cell.
static void print_row(FILE *stream, const size_t *widths, const Row *row) {
    int last = COLUMNS - 1;
    while (last > 0 && !*row->cells[last]) {
        last--;
    }
    for (int i = 0; i <= last; i++) {
        int width = i == last && i != 0 && i != 2 ? 0 : (int)widths[i];
        fprintf(stream, i == 0 || i == 2 ? "%s%*s" : "%s%-*s", i == 0 ? "" : "  ", width,
                row->cells[i]);
    }
    fputs("\n", stream);
}

static void print_table(const Report *report, FILE *stream) {
    const Source *source = NULL;
    size_t widths[COLUMNS] = {0};
    Row row;
    measure(widths, &titles);
    for (uint32_t i = 0; i < report->processes.count; i++) {
        if (is_shown(report->processes.items[i])) {
            make_row(&row, report->processes.items[i]);
            measure(widths, &row);
        }
    }
    for (uint32_t i = 0; i < report->processes.count; i++) {
        const ReportProcess *process = report->processes.items[i];
        if (!is_shown(process)) {
            continue;
        }
        if (process->header.source != source) {
            fprintf(stream, "%s%s\n", source ? "\n" : "", process->header.source->path);
            source = process->header.source;
            print_row(stream, widths, &titles);
        }
        make_row(&row, process);
        print_row(stream, widths, &row);
    }
    fputs(
        "\nBytes of the stack. + C: and what C functions of the runtime take. + ?: and what is not "
        "known.\ngrowth: of a collection or Text, in the tier where it lies.\n",
        stream);
}

// --- JSON ----------------------------------------------------------------------------------------

static void print_tiers(FILE *stream, const char *key, uint32_t effects) {
    fprintf(stream, ",\"%s\":[", key);
    const char *separator = "";
    for (int i = 0; i < TIER_COUNT; i++) {
        if (effects & tiers[i].effect) {
            fprintf(stream, "%s\"%s\"", separator, tiers[i].name);
            separator = ",";
        }
    }
    fputs("]", stream);
}

// A text, or null.
static void print_text(FILE *stream, const char *key, const char *text) {
    fprintf(stream, ",\"%s\":", key);
    if (text) {
        diagnostic_print_json_string(stream, text);
    } else {
        fputs("null", stream);
    }
}

static void print_flag(FILE *stream, const char *key, bool flag) {
    fprintf(stream, ",\"%s\":%s", key, flag ? "true" : "false");
}

static void print_object(FILE *stream, const ReportProcess *process) {
    fputs("{\"file\":", stream);
    diagnostic_print_json_string(stream, process->header.source->path);
    fprintf(stream, ",\"line\":%u", process->header.line);
    print_text(stream, "name", process->header.name->text);
    print_text(stream, "kind", shown_kind(process));
    fprintf(stream, ",\"frame\":%lld,\"depth\":", (long long)process->frame);
    if (process->depth == DEPTH_UNBOUNDED) {
        fputs("null", stream);
    } else {
        fprintf(stream, "%lld", (long long)process->depth);
    }
    print_text(stream, "recursive", process->cycle);
    print_flag(stream, "runtime", process->all & EFFECT_RUNTIME);
    print_tiers(stream, "allocates", process->own);
    print_tiers(stream, "allocates_with_calls", process->all);
    print_flag(stream, "function_value", process->all & EFFECT_VALUE);
    print_text(stream, "external", process->all & EFFECT_EXTERNAL ? process->external->text : NULL);
    print_flag(stream, "assembly", process->all & EFFECT_ASSEMBLY);
    fputs("}", stream);
}

static void print_json(const Report *report, FILE *stream) {
    const char *separator = "";
    fputs("{\"processes\":[", stream);
    for (uint32_t i = 0; i < report->processes.count; i++) {
        if (is_shown(report->processes.items[i])) {
            fprintf(stream, "%s\n", separator);
            print_object(stream, report->processes.items[i]);
            separator = ",";
        }
    }
    fputs("\n]}\n", stream);
}

void report_print(Report *report, FILE *stream, bool json) {
    report_analyse(report);
    sort_processes(&report->processes);
    if (json) {
        print_json(report, stream);
    } else {
        print_table(report, stream);
    }
}
