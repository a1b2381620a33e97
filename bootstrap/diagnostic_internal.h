// What a reported diagnostic holds; shared by diagnostic.c, which collects, and the two printers.
#ifndef RUNA_DIAGNOSTIC_INTERNAL_H
#define RUNA_DIAGNOSTIC_INTERNAL_H

#include "diagnostic.h"

typedef enum Severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE, SEVERITY_HELP } Severity;

// Something added to a diagnostic: a note with its place, a help text, a fix (whose message is the
// replacement). All texts lie in the arena.
typedef struct Addition {
    struct Addition *next;
    const char *message;
    Span span;
} Addition;

typedef struct AdditionList {
    Addition *first;
    Addition *last;
} AdditionList;

// What is printed of a diagnostic.
typedef struct Content {
    const char *message; // NULL where there is only a help, for the group
    AdditionList notes;
    AdditionList helps;
    AdditionList fixes; // for JSON
} Content;

struct Diagnostic {
    DiagnosticCode code;
    Severity severity;
    Span span;
    uint32_t sequence;      // number of the report, so that sorting is stable
    DiagnosticGroup *group; // or NULL
    Content *content;       // NULL: dropped, or counted only; the reporter may go on filling it
};

// "E0203", or a warning's name.
const char *diagnostic_code_text(DiagnosticCode code);
const char *severity_text(Severity severity); // "error"

void diagnostic_print_human(const Diagnostics *diagnostics, const Diagnostic *diagnostic,
                            FILE *stream);
void diagnostic_print_json(const Diagnostics *diagnostics, const Diagnostic *diagnostic,
                           FILE *stream);

// The text as a JSON string, with its quotes.
void diagnostic_print_json_string(FILE *stream, const char *text);

// One character of source text as a terminal shows it.
typedef struct Glyph {
    uint32_t bytes; // taken from the text, at least 1
    uint32_t width; // columns: 0 for combining characters, 2 for wide ones
    bool is_valid;  // false: a byte that is no UTF-8, or a control character
} Glyph;

// The character at `text`, of which `length` (at least 1) bytes may be read.
Glyph glyph_at(const char *text, uint32_t length);

#endif
