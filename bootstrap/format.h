// The canonical layout of a source (`runac fmt`); docs/formatting.md says what it is.
#ifndef RUNA_FORMAT_H
#define RUNA_FORMAT_H

#include "parser.h"

// The source in canonical layout, owned; *length receives its bytes. NULL when the source has
// errors, which are reported. Parses the source and, to prove that nothing was lost, the result.
char *format_source(Compilation *compilation, const Source *source, size_t *length);

#endif
