// Collecting diagnostics, and suggestions by edit distance.
#include "diagnostic_internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct DiagnosticRow {
    const char *code;
    bool is_warning;
    bool is_enabled;
    bool is_strict; // an error under --strict
} DiagnosticRow;

static const DiagnosticRow rows[DIAGNOSTIC_CODE_COUNT] = {
#define DIAGNOSTIC_ERROR(code, name, title) {#code, false, true, true},
#define DIAGNOSTIC_WARNING(flag, name, enabled, strict, title) {flag, true, enabled, strict},
#include "diagnostic.def"
};

const char *diagnostic_code_text(DiagnosticCode code) { return rows[code].code; }

const char *severity_text(Severity severity) {
    static const char *const texts[] = {"error", "warning", "note", "help"};
    return texts[severity];
}

void diagnostics_create(Diagnostics *diagnostics, Arena *arena, SourceTable *sources) {
    *diagnostics = (Diagnostics){.arena = arena, .sources = sources};
    for (int code = 0; code < DIAGNOSTIC_CODE_COUNT; code++)
        diagnostics->disabled[code] = !rows[code].is_enabled;
}

void diagnostics_destroy(Diagnostics *diagnostics) {
    memory_free(diagnostics->items);
    diagnostics->items = NULL;
    diagnostics->count = 0;
    diagnostics->capacity = 0;
}

bool diagnostics_has_errors(const Diagnostics *diagnostics) { return diagnostics->error_count > 0; }

// --- Reporting --------------------------------------------------------------------------------

static const char *format_in_arena(Arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = runa_arena_allocate(arena, (int64_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

// Users cannot change the library.
static bool is_in_library(const Diagnostics *diagnostics, Span span) {
    const Source *source = source_at(diagnostics->sources, span.start);
    return source != NULL && source_is_library(source);
}

static Content *new_content(Diagnostics *diagnostics) {
    return runa_arena_allocate(diagnostics->arena, sizeof(Content));
}

static void keep(Diagnostics *diagnostics, Diagnostic *diagnostic) {
    if (diagnostics->count == diagnostics->capacity) {
        diagnostics->capacity = diagnostics->capacity == 0 ? 32 : diagnostics->capacity * 2;
        diagnostics->items =
            memory_resize(diagnostics->items, diagnostics->capacity * sizeof(Diagnostic *));
    }
    diagnostic->sequence = diagnostics->count;
    diagnostics->items[diagnostics->count++] = diagnostic;
    if (diagnostic->severity == SEVERITY_ERROR)
        diagnostics->error_count++;
}

// Whether the diagnostic may be among those that are shown, whatever is still reported; its place
// is taken down.
static bool may_be_shown(Diagnostics *diagnostics, const Diagnostic *diagnostic) {
    FirstPlaces *places = &diagnostics->first_places[diagnostic->severity];
    uint32_t start = diagnostic->span.start;
    uint32_t i = places->count;
    while (i > 0 && places->starts[i - 1] > start)
        i--;
    if (i == MOST_SHOWN)
        return diagnostics->json || places->starts[i - 1] == start;
    if (i > 0 && places->starts[i - 1] == start)
        return true;
    if (places->count < MOST_SHOWN)
        places->count++;
    memmove(&places->starts[i + 1], &places->starts[i], (places->count - 1 - i) * sizeof(uint32_t));
    places->starts[i] = start;
    return true;
}

// Another one of the group stands for the diagnostic.
static void forget_place(Diagnostics *diagnostics, const Diagnostic *diagnostic) {
    FirstPlaces *places = &diagnostics->first_places[diagnostic->severity];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < places->count; i++) {
        if (places->starts[i] != diagnostic->span.start)
            places->starts[kept++] = places->starts[i];
    }
    places->count = kept;
}

Diagnostic *diagnostic_report(Diagnostics *diagnostics, DiagnosticCode code, Span span,
                              const char *format, ...) {
    const DiagnosticRow *row = &rows[code];
    Diagnostic *diagnostic = runa_arena_allocate(diagnostics->arena, sizeof(Diagnostic));
    bool is_error = !row->is_warning || diagnostics->warnings_are_errors ||
                    (diagnostics->strict && row->is_strict);
    diagnostic->code = code;
    diagnostic->severity = is_error ? SEVERITY_ERROR : SEVERITY_WARNING;
    diagnostic->span = span;
    if (row->is_warning && (diagnostics->disabled[code] || is_in_library(diagnostics, span)))
        return diagnostic;
    if (may_be_shown(diagnostics, diagnostic)) {
        diagnostic->content = new_content(diagnostics);
        va_list arguments;
        va_start(arguments, format);
        diagnostic->content->message = format_in_arena(diagnostics->arena, format, arguments);
        va_end(arguments);
    }
    keep(diagnostics, diagnostic);
    return diagnostic;
}

static void add(Diagnostics *diagnostics, AdditionList *list, Span span, const char *message) {
    Addition *addition = runa_arena_allocate(diagnostics->arena, sizeof(Addition));
    addition->message = message;
    addition->span = span;
    if (list->last != NULL)
        list->last->next = addition;
    else
        list->first = addition;
    list->last = addition;
}

void diagnostic_note(Diagnostics *diagnostics, Diagnostic *diagnostic, Span span,
                     const char *format, ...) {
    if (diagnostic->content == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *message = format_in_arena(diagnostics->arena, format, arguments);
    va_end(arguments);
    add(diagnostics, &diagnostic->content->notes, span, message);
}

// The first one of a group that has no help takes that of the first one that has.
static bool is_first_help(const Diagnostic *diagnostic) {
    const DiagnosticGroup *group = diagnostic->group;
    return group != NULL && (group->help_start == 0 || diagnostic->span.start < group->help_start);
}

void diagnostic_help(Diagnostics *diagnostics, Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->content == NULL) {
        if (!is_first_help(diagnostic))
            return;
        diagnostic->group->help_start = diagnostic->span.start;
        diagnostic->content = new_content(diagnostics);
    }
    va_list arguments;
    va_start(arguments, format);
    const char *message = format_in_arena(diagnostics->arena, format, arguments);
    va_end(arguments);
    add(diagnostics, &diagnostic->content->helps, (Span){0, 0}, message);
}

void diagnostic_fix(Diagnostics *diagnostics, Diagnostic *diagnostic, Span span,
                    const char *replacement) {
    if (!diagnostics->json || diagnostic->content == NULL)
        return;
    size_t size = strlen(replacement) + 1;
    char *copy = runa_arena_allocate(diagnostics->arena, (int64_t)size);
    memcpy(copy, replacement, size);
    add(diagnostics, &diagnostic->content->fixes, span, copy);
}

void diagnostic_join(Diagnostics *diagnostics, Diagnostic *diagnostic, DiagnosticGroup *group) {
    diagnostic->group = group;
    if (group->has_members)
        forget_place(diagnostics, diagnostic);
    group->has_members = true;
}

// --- Printing ---------------------------------------------------------------------------------

static int compare_diagnostics(const void *left, const void *right) {
    const Diagnostic *a = *(Diagnostic *const *)left;
    const Diagnostic *b = *(Diagnostic *const *)right;
    if (a->span.start != b->span.start)
        return a->span.start < b->span.start ? -1 : 1;
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

// Whether a diagnostic with the same start before items[index], which are sorted, has the same code
// and span. Those without a position are the same when their texts are.
static bool is_repeated(const Diagnostics *diagnostics, uint32_t index) {
    const Diagnostic *diagnostic = diagnostics->items[index];
    for (uint32_t i = index; i-- > 0;) {
        const Diagnostic *other = diagnostics->items[i];
        if (other->span.start != diagnostic->span.start)
            return false;
        bool is_same = other->code == diagnostic->code && other->span.end == diagnostic->span.end;
        if (is_same && (diagnostic->span.start != 0 ||
                        strcmp(other->content->message, diagnostic->content->message) == 0))
            return true;
    }
    return false;
}

static void append_fixes(AdditionList *list, const AdditionList *more) {
    if (list->last != NULL)
        list->last->next = more->first;
    else
        list->first = more->first;
    list->last = more->last != NULL ? more->last : list->last;
}

// Whether an earlier diagnostic stands for this one. The later ones come in the source's order.
static bool is_joined(const Diagnostic *diagnostic) {
    DiagnosticGroup *group = diagnostic->group;
    if (group == NULL)
        return false;
    if (group->first == NULL) {
        group->first = (Diagnostic *)diagnostic;
        return false;
    }
    if (group->second == NULL)
        group->second = (Diagnostic *)diagnostic;
    group->others++;
    Content *content = group->first->content;
    if (content != NULL && diagnostic->content != NULL) {
        append_fixes(&content->fixes, &diagnostic->content->fixes);
        if (content->helps.first == NULL)
            content->helps = diagnostic->content->helps;
    }
    return true;
}

static void tell_others(Diagnostics *diagnostics, Diagnostic *first) {
    const DiagnosticGroup *group = first->group;
    uint32_t more = group->others - 1; // than the second, whose place is shown
    if (more == 0)
        diagnostic_note(diagnostics, first, group->second->span, "used here, too");
    else
        diagnostic_note(diagnostics, first, group->second->span,
                        "used here, too, and %u more time%s", more, more == 1 ? "" : "s");
}

// Sorts, and leaves out what is repeated or stands in a group behind its first one.
static void arrange(Diagnostics *diagnostics) {
    if (diagnostics->count > 1)
        qsort(diagnostics->items, diagnostics->count, sizeof(Diagnostic *), compare_diagnostics);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        diagnostics->items[kept] = diagnostics->items[i];
        if (!is_repeated(diagnostics, kept))
            kept++;
    }
    diagnostics->count = kept;
    kept = 0;
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        if (!is_joined(diagnostics->items[i]))
            diagnostics->items[kept++] = diagnostics->items[i];
    }
    diagnostics->count = kept;
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        Diagnostic *diagnostic = diagnostics->items[i];
        if (diagnostic->group != NULL && diagnostic->group->others > 0)
            tell_others(diagnostics, diagnostic);
    }
}

// The line about those that were not shown.
static void print_left(uint32_t count, Severity severity, FILE *stream) {
    if (count > MOST_SHOWN) {
        uint32_t left = count - MOST_SHOWN;
        fprintf(stream, "%u more %s%s\n", left, severity_text(severity), left == 1 ? "" : "s");
    }
}

void diagnostics_print(Diagnostics *diagnostics, FILE *stream) {
    arrange(diagnostics);
    uint32_t counts[] = {[SEVERITY_ERROR] = 0, [SEVERITY_WARNING] = 0};
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        const Diagnostic *diagnostic = diagnostics->items[i];
        if (diagnostics->json)
            diagnostic_print_json(diagnostics, diagnostic, stream);
        else if (++counts[diagnostic->severity] <= MOST_SHOWN)
            diagnostic_print_human(diagnostics, diagnostic, stream);
    }
    print_left(counts[SEVERITY_ERROR], SEVERITY_ERROR, stream);
    print_left(counts[SEVERITY_WARNING], SEVERITY_WARNING, stream);
    diagnostics->count = 0;
    memset(diagnostics->first_places, 0, sizeof diagnostics->first_places);
}

// --- Suggestions ------------------------------------------------------------------------------

#define SUGGESTION_LENGTH 64 // longer words get no suggestion

static unsigned smallest(unsigned a, unsigned b, unsigned c) {
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

// The number of letters to insert, remove, replace or swap with their neighbour; upper and lower
// case are the same letter. Both texts are shorter than SUGGESTION_LENGTH.
static unsigned edit_distance(const char *from, size_t from_length, const char *to,
                              size_t to_length) {
    unsigned rows_of_three[3][SUGGESTION_LENGTH];
    unsigned *before = rows_of_three[0]; // the row before the previous one
    unsigned *previous = rows_of_three[1];
    unsigned *current = rows_of_three[2];
    for (size_t j = 0; j <= to_length; j++)
        previous[j] = (unsigned)j;
    for (size_t i = 1; i <= from_length; i++) {
        current[0] = (unsigned)i;
        for (size_t j = 1; j <= to_length; j++) {
            int a = tolower((unsigned char)from[i - 1]);
            int b = tolower((unsigned char)to[j - 1]);
            current[j] = smallest(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b));
            bool is_swap = i > 1 && j > 1 && a == tolower((unsigned char)to[j - 2]) &&
                           b == tolower((unsigned char)from[i - 2]);
            if (is_swap && before[j - 2] + 1 < current[j])
                current[j] = before[j - 2] + 1;
        }
        unsigned *oldest = before;
        before = previous;
        previous = current;
        current = oldest;
    }
    return previous[to_length];
}

// How long the beginning is that the two share, up to a `_` that both go on behind.
static size_t shared_words(const char *a, const char *b) {
    size_t length = 0;
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
        if (a[i] == '_' && a[i + 1] != '\0' && b[i + 1] != '\0')
            length = i + 1;
    }
    return length;
}

void suggestion_offer(Suggestion *suggestion, const char *candidate) {
    // What the names begin with does not make `list_free` a misspelt `list_get`.
    size_t shared = shared_words(suggestion->wanted, candidate);
    const char *wanted = suggestion->wanted + shared;
    const char *offered = candidate + shared;
    size_t wanted_length = strlen(wanted);
    size_t length = strlen(offered);
    if (wanted_length >= SUGGESTION_LENGTH || length >= SUGGESTION_LENGTH || length == 0)
        return;
    unsigned limit = wanted_length < 6 ? 1 : wanted_length < 9 ? 2 : 3;
    size_t difference = length > wanted_length ? length - wanted_length : wanted_length - length;
    if (difference > limit)
        return;
    unsigned distance = edit_distance(wanted, wanted_length, offered, length);
    // A word of one or two letters that shares none of them is another word, not a misspelt one.
    if (distance > limit || distance >= wanted_length || distance >= length)
        return;
    // Doubled, so that a difference in case alone counts for half a letter.
    distance = 2 * distance + (distance == 0 && strcmp(wanted, offered) != 0);
    if (suggestion->best == NULL || distance < suggestion->distance) {
        suggestion->best = candidate;
        suggestion->distance = distance;
    }
}
