// `runac explain`: what an error or warning means, with an example of it and of its cure.
#ifndef RUNA_EXPLAIN_H
#define RUNA_EXPLAIN_H

#include "toolchain.h"

// Prints the text of a code ("E0203", in any case of its letters) or of a warning's name on
// standard output; all codes with their titles when `topic` is NULL. Exit status 0, or 2 after one
// line on standard error.
int explain(const char *topic, const Installation *installation);

#endif
