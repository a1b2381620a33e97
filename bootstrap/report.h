// --report=memory: what each process takes of the stack, and which tiers it allocates from.
//
// The code generator tells what it writes, process by process; report_print draws the conclusions.
// Every function accepts a NULL report and then does nothing: no report was asked for.
#ifndef RUNA_REPORT_H
#define RUNA_REPORT_H

#include <stdio.h>

#include "intern.h"
#include "source.h"

typedef struct Report Report;

typedef enum ReportKind {
    REPORT_PROCESS,
    REPORT_LAMBDA,  // named after the process around it
    REPORT_GLOBALS, // what initialises the globals of a module
    REPORT_THUNK,   // between a Function value and its process: not shown
} ReportKind;

// What is known of a process before its body is written. The names are borrowed.
typedef struct ReportHeader {
    const Name *symbol; // by which it is called; NULL if only through Function values
    const Name *name;
    const Source *source;
    uint32_t line;
    ReportKind kind;
    bool is_library; // not shown
} ReportHeader;

Report *report_create(InternTable *names);
void report_destroy(Report *report);

void report_begin(Report *report, const ReportHeader *header);
void report_end(Report *report, int64_t frame_size); // what it takes below its saved rbp

// Inside a process: the next call is of a library function and has the arena of a scope; bytes of
// the stack in use at a call, beyond the frame; calls.
void report_scope(Report *report);
void report_push(Report *report, int64_t bytes);
void report_call(Report *report, const char *symbol);
void report_call_of_value(Report *report);
void report_assembly(Report *report);

// Prints the processes of the user's files, in the order of the files and lines, as a table or as
// one JSON object. Once.
void report_print(Report *report, FILE *stream, bool json);

#endif
