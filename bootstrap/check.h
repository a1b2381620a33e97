// Checks every process body and global initialiser: names, types, calls, patterns, memory escapes.
// Afterwards every expression has a type, every conversion is a node, every call names its process
// and parameter numbers.
#ifndef RUNA_CHECK_H
#define RUNA_CHECK_H

#include "compilation.h"

// Checks all modules. Reports errors and warnings; the AST is fit for ast_copy only if there were
// no errors.
void check_program(Compilation *compilation);
// Finds which processes return stack structures (ProcessInfo.returns_stack) and which calls need
// storage, and reports references to stack objects that are stored where they would outlive them.
// Called by check_program at its end.
void check_escapes(Compilation *compilation);

#endif
