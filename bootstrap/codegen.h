// From the checked, owned AST to GNU assembly (AT&T) for x86-64. Writes while it walks; no
// optimiser.
#ifndef RUNA_CODEGEN_H
#define RUNA_CODEGEN_H

#include "compilation.h"

// Where assembly text goes. `write` returns false when the text cannot be taken (the generator then
// stops early and codegen_program returns false).
typedef struct AssemblySink {
    bool (*write)(void *context, const char *text, size_t length);
    void *context;
} AssemblySink;

typedef struct Codegen Codegen; // 96 bytes, asserted in codegen_internal.h

// Both references are borrowed and must outlive the generator.
Codegen *codegen_create(Compilation *compilation, AssemblySink *sink);
// Generates all modules of compilation->program; false when the sink refused text.
bool codegen_program(Codegen *codegen);
void codegen_destroy(Codegen *codegen);

#endif
