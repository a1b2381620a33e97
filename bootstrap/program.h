// The owned program: the checked AST moved out of the arena.
#ifndef RUNA_PROGRAM_H
#define RUNA_PROGRAM_H

#include "compilation.h"

// Copies every module's checked AST to the pool; from here on nothing refers to the arena.
void program_from_temp_ast(Compilation *compilation);
// Frees the pool, and with it the program, all modules and symbols, whether they were made or not.
void program_destroy(Compilation *compilation);

#endif
