// What the files of resolve share. resolve.c: loading and the passes; resolve_scope.c: what names
// mean; resolve_type.c: type expressions and layouts; resolve_constant.c: constant expressions;
// resolve_process.c: signatures, main and symbols for the linker.
#ifndef RUNA_RESOLVE_INTERNAL_H
#define RUNA_RESOLVE_INTERNAL_H

#include "resolve.h"

// No object may be larger: addresses in a program stay below 2 GB.
#define LARGEST_OBJECT ((uint64_t)1 << 30)

// --- Names to things (resolve_scope.c) ---------------------------------------------------------

// A hash table keyed by interned names; its entries stand in the order of insertion. Its memory is
// a pool's. A zeroed one is valid and empty.
typedef struct NameTable {
    struct NameEntry {
        const Name *name;
        void *value;
    } * entries;
    // Open addressing. The hash stands here so that the entries of other names are not looked at.
    struct NamePlace {
        uint32_t hash;   // of the name
        uint32_t number; // of the entry plus 1, or 0
    } * index;
    uint32_t capacity; // of the index, a power of two
    uint32_t count;
} NameTable;

// The value of a name, or NULL.
void *name_table_get(const NameTable *table, const Name *name);
// Sets the value of a name, which may have had another.
void name_table_set(Pool *pool, NameTable *table, const Name *name, void *value);

// What an import is called in its file.
typedef struct ImportAlias {
    Symbol *symbol;  // SYMBOL_MODULE
    Symbol *other;   // another file's import with the same unwritten alias, or NULL
    bool is_written; // by `as`; else the file name
} ImportAlias;

typedef struct VariantEntry {
    VariantInfo *variant;
    struct VariantEntry *next;
} VariantEntry;

// A name seen from a file: what it means, or the two meanings that it could have.
typedef struct Meaning {
    Symbol *symbol; // NULL: nothing
    Symbol *other;
    const LoadedModule *module; // the file where the name stands
} Meaning;

struct Scope {
    NameTable definitions;       // Symbol: the file's own
    NameTable aliases;           // ImportAlias
    NameTable variants;          // VariantEntry: the file's own, in textual order
    NameTable meanings;          // Meaning: of the bare names that the file does not define itself
    NameTable unknown_types;     // DiagnosticGroup: names that are like no type
    NameTable unknown_constants; // DiagnosticGroup: names in constants that nothing declares
    bool is_incomplete;          // an import could not be loaded, so any name may have been its
    uint32_t suggestions;        // how many unknown names were given one
};

// Makes the diagnostic one of the group of those about the name, in a table of such groups.
void join_diagnostics_about(Compilation *compilation, NameTable *groups, const Name *name,
                            Diagnostic *diagnostic);

// Enters a definition; a second one of the same name is reported and left out.
void scope_define(Compilation *compilation, LoadedModule *module, const Name *name, Symbol *symbol,
                  Span span);
void scope_define_variant(Compilation *compilation, LoadedModule *module, VariantInfo *variant);
// Enters an import's name.
void scope_define_alias(Compilation *compilation, LoadedModule *module, Symbol *symbol,
                        bool is_written);
// What a bare name means; only after all files are loaded.
Meaning scope_find(Compilation *compilation, LoadedModule *module, const Name *name);
void report_ambiguous(Compilation *compilation, Meaning meaning, Span span);
// Calls for a suggestion only while few were made in this module, since each one looks at every
// name.
bool scope_may_suggest(LoadedModule *module);

// A new symbol of a module.
Symbol *symbol_create(Compilation *compilation, LoadedModule *module, SymbolKind kind,
                      const Name *name, Node *declaration, Span span);

// Reports names that occur twice in one list (fields, variants, parameters, type parameters).
typedef struct DuplicateCheck {
    Compilation *compilation;
    const char *what; // "field"
    struct SeenName {
        const Name *name;
        Span span;
    } few[8]; // most lists have no more
    uint32_t few_count;
    NameTable many; // Span: the others
} DuplicateCheck;
// False, after an error, when the name was given to this check before. A NULL name passes.
bool duplicate_check(DuplicateCheck *check, const Name *name, Span span);

// --- Type expressions (resolve_type.c) ---------------------------------------------------------

// Where a type expression stands.
enum TypePlace {
    PLACE_FIELD = 1 << 0,  // `inline S` may stand here
    PLACE_RESULT = 1 << 1, // `Nothing` may stand here
    PLACE_BODY = 1 << 2,   // left out type arguments are inferred
};

typedef struct TypeScope {
    Compilation *compilation;
    LoadedModule *module;
    Symbol **parameters; // type parameters that have a meaning here
    uint32_t count;
} TypeScope;

Type *resolve_type_at(const TypeScope *scope, const Node *expression, unsigned place);
// Makes the symbols of `of A, B`; *count is the number of nodes. The result is in the pool.
Symbol **resolve_type_parameters(Compilation *compilation, LoadedModule *module,
                                 const NodeList *nodes, uint32_t *count);
// Reports an object of `size` bytes as too large; gives poison.
Type *report_too_large(const TypeScope *scope, Span span, uint64_t size);
bool is_type_parameter_of(const TypeScope *scope, const Name *name, Symbol **found);
// Gives a SYMBOL_TYPE its type. Structures and variant types have theirs from the start.
void resolve_alias(Compilation *compilation, Symbol *symbol);
// True for the names of all types that the language itself has.
bool is_language_type_name(Compilation *compilation, const Name *name);
// Reports the name of a type, process, constant or variable that only the language's types may
// have: the scalar ones, Pointer and Function. `name` may be NULL.
bool check_declared_name(Compilation *compilation, const Name *name, Span span);

// --- Layout (resolve_layout.c) ------------------------------------------------------------------

// Aggregate.layout_state
enum LayoutState { LAYOUT_MISSING, LAYOUT_IN_PROGRESS, LAYOUT_DONE };

// Resolves the fields of a structure or variant type and lays them out.
void resolve_layout(Compilation *compilation, Symbol *symbol);
// Lays out what `type` holds in place. False, after an error at `span`, for what is being laid out
// now.
bool require_layout(Compilation *compilation, Type *type, Span span);

// --- Constants (resolve_constant.c) ------------------------------------------------------------

// Gives a Constant its type and value; poison after an error.
void resolve_constant_symbol(Compilation *compilation, Symbol *symbol);

// --- Processes (resolve_process.c) -------------------------------------------------------------

// What must be different in the whole program.
typedef struct LinkNames {
    NameTable exports; // Symbol: of the processes that are exported
    NameTable numbers; // the last number that a name got to differ from others, as a pointer
    NameTable libraries;
    PointerVector library_order; // const Name *
} LinkNames;

void resolve_process(Compilation *compilation, LinkNames *names, Symbol *symbol);
// Compares a process's dotted names with the fields of the structures they belong to; after all
// layouts.
void resolve_dotted_names(Compilation *compilation, Symbol *symbol);
void resolve_global(Compilation *compilation, LinkNames *names, Symbol *symbol);
// Reports lifetimes that the declaration does not declare.
void resolve_lifetimes(Compilation *compilation, const Node *declaration);
// Finds main and checks its form.
void resolve_main(Compilation *compilation);

#endif
