// How far definitions may lead to each other. The parser bounds each tree; these bound the
// recursion from one tree into the next: from an alias to its target, from a structure to those
// that lie inside it, from a global or a default value to those that it uses.
#ifndef RUNA_LIMIT_H
#define RUNA_LIMIT_H

#include "compilation.h"

// Call it before what the definition at `use` leads to is worked on, with the height of the tree
// there, and limit_leave with the same height afterwards. False when that would go too deep: this
// is reported, once in a compilation, and nothing is to be left.
bool limit_enter(Compilation *compilation, uint32_t height, Span use);
void limit_leave(Compilation *compilation, uint32_t height);

// Reports, once in a compilation, that a type was refused because it consists of too many others.
// Call it where types are made, with the place.
void limit_check_types(Compilation *compilation, Span span);

// Counts the bytes of a constant text that is made; false, after an error at `span`, when they are
// too many in all: doubling a text thirty times takes few lines.
bool limit_text(Compilation *compilation, size_t length, Span span);

// Counts a default value that the one at `outermost` needs; false, after an error there, when those
// are too many: each may need two others.
bool limit_default(Compilation *compilation, Span outermost);

#endif
