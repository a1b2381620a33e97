// What report.c finds out and report_print.c shows.
#ifndef RUNA_REPORT_INTERNAL_H
#define RUNA_REPORT_INTERNAL_H

#include "codegen_internal.h"
#include "report.h"

// Tiers, and what is not known: sets of these bits go from the called to the caller.
enum {
    EFFECT_OWNED = 1,
    EFFECT_ARENA = 2,
    EFFECT_SHARED = 4,
    EFFECT_GROWS = 8,    // a collection or Text, in the tier where it lies
    EFFECT_RUNTIME = 16, // C functions of the runtime run on the stack
    EFFECT_VALUE = 32,   // a Function value is called
    EFFECT_EXTERNAL = 64,
    EFFECT_ASSEMBLY = 128,
    EFFECT_TIERS = EFFECT_OWNED | EFFECT_ARENA | EFFECT_SHARED | EFFECT_GROWS,
    EFFECT_UNSEEN = EFFECT_VALUE | EFFECT_EXTERNAL | EFFECT_ASSEMBLY,
};

enum { DEPTH_UNBOUNDED = -1 };

typedef struct ReportProcess ReportProcess;
struct ReportProcess {
    ReportHeader header;
    PointerVector calls;  // Name: each symbol once
    uint32_t own;         // effects of its own code and of the runtime functions it calls
    uint32_t all;         // those of what it calls, too
    const Name *external; // one that is called, here or below
    int64_t frame;        // bytes, with the return address and pushed arguments
    int64_t pushed;       // the most, beyond the frame

    // Found by the analysis.
    enum { UNSEEN, ACTIVE, DONE } state;
    int64_t depth;         // bytes, or DEPTH_UNBOUNDED
    ReportProcess *caller; // while ACTIVE: on the way from the root
    const char *cycle;     // "a -> b -> a", interned, if unbounded
};

struct Report {
    InternTable *names;
    NumberTable symbols;     // Name: number in `called`
    PointerVector called;    // ReportProcess: those with a symbol
    PointerVector processes; // ReportProcess: all, owned, in the order in which they were written
    PointerVector finished;  // the same, the called before their callers where there is no cycle
    NumberTable runtime;     // Name: row of report_runtime.def
    NumberTable seen;        // Name: calls of the current process
    ReportProcess *current;  // or NULL
    bool in_scope;
};

// Finds depth, cycle and all of every process.
void report_analyse(Report *report);

#endif
