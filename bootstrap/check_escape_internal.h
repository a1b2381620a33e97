// What the files that follow references to stack objects share.
//
//   check_escape.c   the walk over processes, variables and their lifetimes
//   check_origin.c   what a value may refer to
//   check_effect.c   what a call does with its arguments: stores them, writes to them, frees them
//   check_arena.c    what leaves the Arena.scope that it lies in
#ifndef RUNA_CHECK_ESCAPE_INTERNAL_H
#define RUNA_CHECK_ESCAPE_INTERNAL_H

#include "check_internal.h"

// Where a reference may come from. In masks, bit i stands for the i-th parameter and the last bit
// for all from the 63rd on.
typedef struct Origin {
    uint32_t depth;         // of the innermost block of an object that it may refer to; 0: none
    uint64_t parameters;    // that it may be
    uint64_t roots;         // that it may be or may have been read from
    uint64_t held;          // to which a new object that it may be holds a reference
    const Symbol *object;   // declared with the object; NULL: it is a call's result
    const Symbol *constant; // whose array it may refer to, or NULL
    Span span;              // of the object's declaration, or of the call
    bool is_array;
    bool is_outer; // it may be a global variable's value, or have been read from it
    bool is_owned; // it may be a new object of the owned heap
} Origin;

// A variable that refers to the own object of another one.
typedef struct Alias {
    const Symbol *symbol;
    Position site; // where it is made to
    struct Alias *next;
} Alias;

typedef struct Variable {
    Origin origin;
    Alias *aliases;
    Position scope_end;   // 0: the end of the process
    bool is_other_value;  // it may be given something else than an object of the frame
    bool is_stack_result; // it is given what a call leaves in storage of the frame
    bool is_visited;      // by the search for aliases
    bool is_scope_value;  // its Let gives it what lies in the arena of a scope
    bool is_set;          // it is given something later
    bool is_read;         // its origin was looked at
} Variable;

typedef enum EffectKind {
    EFFECT_STORE, // a reference to a parameter's object is stored
    EFFECT_WRITE, // a parameter's object is changed
} EffectKind;

// What a process may do with its parameters.
typedef struct Effect {
    EffectKind kind;
    bool is_outer;    // STORE: where every process finds it
    bool is_passed;   // by a process that it calls
    uint64_t values;  // the parameters
    uint64_t targets; // STORE: in whose objects, or what can be reached from them
    Span site;
    struct Effect *next;
} Effect;

typedef struct Caller {
    struct Summary *summary;
    struct Caller *next;
} Caller;

// What a caller must know of a process.
typedef struct Summary {
    Process *node;
    uint64_t parameters; // that may be returned
    uint64_t roots;      // that may be returned, or from which the result may have been read
    bool is_outer;       // so may be a global variable
    bool is_owned;       // a new object may be returned
    bool is_always_stack;
    Span stack_return; // a Return of a stack structure
    Effect *effects;   // in the arena
    Caller *callers;   // in the arena, some more than once
    bool is_known;     // it was walked over once: its callees know of it
    bool is_plain;     // the last walk found nothing that a final one would report or mark
    bool is_queued;
} Summary;

// A loop around the node that is looked at.
typedef struct LoopSpan {
    Position start;
    Position end;
    const struct LoopSpan *outer;
} LoopSpan;

// The walk over one process or initialiser.
typedef struct Walk {
    Compilation *compilation;
    Summary *summaries;  // by order of the process's symbol
    Summary *summary;    // of the process; NULL in an initialiser
    Process *process;    // NULL in an initialiser
    Variable *variables; // by order of their symbol; owned
    uint32_t variable_count;
    uint32_t used_count;  // of them, in this process; the others are zero
    uint32_t depth;       // of the innermost block, as the checker counts
    uint32_t arena_depth; // Arena.scope and Arena.use around
    Position scope_end;   // of the innermost block
    bool is_in_scope;     // the innermost of these is an Arena.scope, whose arena ends
    const LoopSpan *loop; // the innermost
    bool is_final;        // reports, and marks the calls
    bool is_plain;        // met nothing that a final walk would report or mark
    bool has_changed;     // something was learnt about a variable
    bool has_new_effect;
    bool has_other_return; // a Return of something that is not on the stack
    Span stack_return;
    Origin returned;
} Walk;

enum { BODY_DEPTH = 2 }; // the parameters are at 1, and live as long as the outermost block

// --- Origins (check_origin.c) --------------------------------------------------------------------

Origin origin_of(Walk *walk, const Node *node);
// False for values that come from nowhere by their kind, as the results of arithmetic.
bool may_have_origin(Walk *walk, const Node *node);
// True if `into` says more than before.
bool origin_merge(Origin *into, Origin from);
uint64_t parameter_bit(uint32_t index);
uint32_t depth_of(const Symbol *symbol);
Variable *variable_of(Walk *walk, const Symbol *symbol);
static inline bool is_local(const Symbol *symbol) {
    return symbol && (symbol->kind == SYMBOL_LOCAL || symbol->kind == SYMBOL_PARAMETER);
}
static inline Type *type_of(const Walk *walk, const Node *node) {
    TypeTable *types = &walk->compilation->types;
    return node->type ? type_resolve(types, node->type, false) : types->poison;
}
bool lies_in_place(const Type *type);
// The summary of the called process; NULL if it has no body or is not known.
Summary *callee_of(Walk *walk, const Call *call);
// Whether the call gives a structure in storage that its caller provides.
bool is_stack_call(const Walk *walk, const Node *node);
// Whether the value can be nothing but an object of the frame. Exact in the final walk.
bool is_surely_stack(Walk *walk, const Node *node);

// --- Effects (check_effect.c) --------------------------------------------------------------------

// A reference to what `value` refers to is stored in what `target` refers to; NULL: in a global
// variable.
void note_store(Walk *walk, const Node *value, const Node *target);
// The object that `target` refers to is changed.
void note_write(Walk *walk, const Node *target);
// What check_effect.def says of an external process: the order of its symbol, by which the others
// find it; 0: nothing.
uint32_t library_order(const ProcessInfo *info);
// Does the process only look at its arguments of a type parameter?
bool only_looks(const Symbol *process);
// Does the process give a new object, which an Arena.scope around the call takes?
bool makes_object(const Symbol *process);
// What the called process does with the arguments.
void check_effects(Walk *walk, const Node *node);

// --- Values of an Arena.scope (check_arena.c) ----------------------------------------------------

// The variable is given the value, by its Let or by a Set.
void note_arena_value(Walk *walk, const Symbol *symbol, const Node *value, bool is_let);
// Warns if the returned value ends with the Return.
void check_arena_return(Walk *walk, const Node *value);

// --- Messages (check_escape.c) -------------------------------------------------------------------

const char *name_of(Walk *walk, const Origin *origin, const char *otherwise);
// Adds where the object lies and how to keep it.
void explain_origin(Walk *walk, Diagnostic *diagnostic, const Origin *origin, const Node *value);

#endif
