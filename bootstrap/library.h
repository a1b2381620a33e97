// What the modules of the stdlib define, for messages about names that an import would define.
#ifndef RUNA_LIBRARY_H
#define RUNA_LIBRARY_H

#include "compilation.h"

// The stdlib module that has the name, such as "math", or defines a process or constant of it; NULL
// if none does. The text is interned. Reads the modules' files, so only an error is worth it.
const char *library_module_with(Compilation *compilation, const char *name);

#endif
