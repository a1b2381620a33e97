// Loads a file and its imports, declares every module-level name, resolves types of declarations,
// lays out structures, evaluates constants. Order of declarations never matters: pass one declares,
// pass two resolves.
#ifndef RUNA_RESOLVE_H
#define RUNA_RESOLVE_H

#include "compilation.h"

// Loads the main source (already in the table), the prelude and all imports; fills
// compilation->program. Errors are reported; the program can be checked afterwards all the same
// (bad declarations have poison types).
void resolve_program(Compilation *compilation, Source *main_source);

// How diagnostics and panics show the path of a file that is not the library's. The text is `path`
// itself, or interned.
const char *resolve_shown_path(Compilation *compilation, const char *path);

// What a bare name means in a module: its own definition, else an import's, else the prelude's.
// Reports unknown and ambiguous names (with suggestions) unless `quiet`, and then gives NULL.
// Dotted names ("List.append") are names, too.
Symbol *resolve_name(Compilation *compilation, LoadedModule *module, const Name *name, Span span,
                     bool quiet);
// The name inside one imported module (Geometry.add); NULL when it has none. Reports nothing.
Symbol *resolve_member(Compilation *compilation, LoadedModule *target, const Name *name);
// The file that a name before a dot means (Geometry in Geometry.add): an import's `as` name or file
// name; NULL when it is none. Ask this before resolve_name: an imported process may have its file's
// name. Reports two imports of one name.
LoadedModule *resolve_module_alias(Compilation *compilation, LoadedModule *module, const Name *name,
                                   Span span);
// Says under an error about a name that stands before a dot what the file calls the import of that
// name, with an edit. False when there is none.
bool resolve_help_with_alias(Compilation *compilation, const LoadedModule *module,
                             const Name *name, Span span, Diagnostic *error);
// Whether a name is missing that the unknown one may be: from here on it is no more, and the other
// never reported as unknown.
bool resolve_stands_for_missing(Compilation *compilation, const Name *name, Span span);
// Offers all module-level names visible from `module` to a suggestion.
void resolve_suggest(Compilation *compilation, LoadedModule *module, Suggestion *suggestion);
// Variants named `name` that are visible from module (own, imported, prelude): writes up to `limit`
// infos, gives the number.
uint32_t resolve_variants(Compilation *compilation, LoadedModule *module, const Name *name,
                          VariantInfo **found, uint32_t limit);
// The same, of those that the file itself defines.
uint32_t resolve_own_variants(const LoadedModule *module, const Name *name, VariantInfo **found,
                              uint32_t limit);

// What resolve leaves to check: the type of a global without `as` (symbol->type is NULL until
// then), default values, and every body. Parameters have their symbols (SYMBOL_PARAMETER) and
// types.

// The type a type expression in a body means; type arguments left out are fresh type variables.
// `type_parameters` are those in scope (the process's). Errors are reported and give poison.
Type *resolve_type(Compilation *compilation, LoadedModule *module, const Node *expression,
                   Symbol **type_parameters, uint32_t count);

// Evaluates a constant expression (literals, constants, operators, size of, arrays). Returns false
// after reporting an error. `expected` may be NULL; a number that does not fit it is an error.
bool resolve_constant(Compilation *compilation, LoadedModule *module, Node *expression,
                      Type *expected, ConstantValue *value);

#endif
