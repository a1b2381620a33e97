// Diagnostics: collected while compiling, sorted by position and printed once at the end.
// Message texts live in the arena given at creation until they are printed.
#ifndef RUNA_DIAGNOSTIC_H
#define RUNA_DIAGNOSTIC_H

#include <stdbool.h>
#include <stdio.h>

#include "memory.h"
#include "source.h"

// Codes of errors and names of warnings, from diagnostic.def.
typedef enum DiagnosticCode {
#define DIAGNOSTIC_ERROR(code, name, title) ERROR_##name,
#define DIAGNOSTIC_WARNING(flag, name, enabled, strict, title) WARNING_##name,
#include "diagnostic.def"
    DIAGNOSTIC_CODE_COUNT
} DiagnosticCode;

typedef struct Diagnostic Diagnostic;

enum { MOST_SHOWN = 20 }; // of errors, and of warnings

// Diagnostics with one cause, such as the uses of a name that nothing declares: the first one in
// the source is printed, with a note that tells of the others. Zeroed before use; it must live
// until the diagnostics are printed.
typedef struct DiagnosticGroup {
    Diagnostic *first;
    Diagnostic *second;
    uint32_t others;     // after the first
    uint32_t help_start; // where the first of those that are not shown and have a help begins, or 0
    bool has_members;
} DiagnosticGroup;

// Where the first diagnostics of a severity begin, in order, each place once; those of a group but
// for one are left out.
typedef struct FirstPlaces {
    uint32_t count;
    uint32_t starts[MOST_SHOWN];
} FirstPlaces;

typedef struct Diagnostics {
    Arena *arena;
    SourceTable *sources;
    Diagnostic **items; // owned vector of arena objects
    uint32_t count;
    uint32_t capacity;
    uint32_t error_count;        // also warnings that are errors by --strict or -Werror
    FirstPlaces first_places[2]; // of errors and of warnings
    bool strict;
    bool warnings_are_errors; // -Werror
    bool color;
    bool json;
    bool disabled[DIAGNOSTIC_CODE_COUNT]; // -Wno-NAME
} Diagnostics;

void diagnostics_create(Diagnostics *diagnostics, Arena *arena, SourceTable *sources);
// Reports an error or warning at `span`. The result is never NULL; notes and help may be added to
// it. A second report of the same code at the same span is dropped (its additions are ignored).
// Warnings that are disabled are dropped too; in the prelude and stdlib files warnings are dropped.
// One that stands behind so many others that only their number is told takes no texts.
Diagnostic *diagnostic_report(Diagnostics *diagnostics, DiagnosticCode code, Span span,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));
// Adds a note with its own place ("declared here").
void diagnostic_note(Diagnostics *diagnostics, Diagnostic *diagnostic, Span span,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
// Adds a cure; printed as `help: …`.
void diagnostic_help(Diagnostics *diagnostics, Diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Adds a machine-applicable fix: replace `span` by the text. Printed only in JSON.
void diagnostic_fix(Diagnostics *diagnostics, Diagnostic *diagnostic, Span span,
                    const char *replacement);
// Makes the diagnostic one of the group's, before it gets a help. The fixes of all become the first
// one's, and the help of another if it has none itself.
void diagnostic_join(Diagnostics *diagnostics, Diagnostic *diagnostic, DiagnosticGroup *group);
// True when errors (strict warnings included) were reported.
bool diagnostics_has_errors(const Diagnostics *diagnostics);
// Prints everything in source order to `stream` (at most 20 errors and 20 warnings, then the
// numbers left) and forgets it.
void diagnostics_print(Diagnostics *diagnostics, FILE *stream);
void diagnostics_destroy(Diagnostics *diagnostics);

// The nearest of the offered texts by edit distance, for "did you mean"; feed candidates one by
// one.
typedef struct Suggestion {
    const char *wanted;
    const char *best; // NULL when nothing is near enough
    unsigned distance;
} Suggestion;
void suggestion_offer(Suggestion *suggestion, const char *candidate);

#endif
