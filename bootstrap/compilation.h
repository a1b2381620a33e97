// What one run of the compiler shares between its phases.
#ifndef RUNA_COMPILATION_H
#define RUNA_COMPILATION_H

#include "ast.h"
#include "diagnostic.h"
#include "intern.h"
#include "source.h"
#include "symbol.h"
#include "types.h"

typedef struct Options {
    const char **include_folders; // -I, owned vector
    uint32_t include_count;
    const char *library_folder; // where prelude.runa and the stdlib modules are
    bool strict;
    bool warnings_are_errors; // -Werror
    bool check_memory;
    bool check_overflow;
    bool no_bounds_check;
    bool debug;      // -g
    int optimize;    // 0 to 2; this compiler has one level
    bool check_only; // a file without main is accepted
    bool no_entry;   // -c of a file without main: no runa_entry
} Options;

// A file that was loaded.
struct LoadedModule {
    const Name *name; // for symbols: the file name without folder and ".runa", made unique
    const Source *source;
    Node *ast;       // MODULE: in the arena, after program_from_temp_ast in the pool
    bool is_library; // prelude or stdlib: warnings are not shown, panics name the caller
    uint32_t index;
    struct Scope *scope;    // resolve's: module-level names
    LoadedModule **imports; // in textual order, in the pool
    uint32_t import_count;
};

typedef struct Program {
    LoadedModule **modules; // in the order of initialisation: imports first, the prelude before all
    uint32_t module_count;
    LoadedModule *main_module;
    LoadedModule *prelude;
    Symbol *main_process;   // NULL only with check_only or no_entry
    const Name **libraries; // -l names wanted by `from library`, each once
    uint32_t library_count;
} Program;

// The definitions that are being worked on, each for the one before it (limit.h).
typedef struct DefinitionChain {
    uint32_t links;
    uint32_t steps;     // heights of their trees
    uint32_t defaults;  // default values that were needed inside the outermost one
    uint64_t text_size; // of the constant texts so far, in bytes
    bool is_reported;
    bool is_type_reported;
} DefinitionChain;

// A name that is missing where something should be declared, which was reported.
typedef struct MissingName {
    struct MissingName *next;
    Span scope; // the first unknown name that begins in it is taken for the missing one; then empty
} MissingName;

typedef struct Compilation {
    Arena *arena;           // tokens, temporary AST, labels, message texts
    int64_t arena_capacity; // with which it was made: as long as it has no more, it is one mapping
    SourceTable sources;
    InternTable names;
    Diagnostics diagnostics;
    Pool pool; // symbols, modules, the checked program
    TypeTable types;
    Options options;
    Program program;
    struct Parser *parser; // for loading imports
    struct Report *report; // owned by main; NULL: no --report
    DefinitionChain chain;
    uint32_t missing_count;     // of names; not all of them are in the list
    MissingName *missing_names; // in the arena; those of the process being parsed have no end
    bool has_lifetimes;         // some type is written with one
    Position position;          // of the declaration being worked on: an internal error names it
} Compilation;

#endif
