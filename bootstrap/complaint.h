// What is told in one line on standard error: wrong usage, and troubles of the world.
#ifndef RUNA_COMPLAINT_H
#define RUNA_COMPLAINT_H

#include <stdbool.h>
#include <stdio.h>

// "runac: ", the message and the end of the line; false.
bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
// "cannot write 'path': why"; false.
bool complain_about(const char *path, const char *what, int error);
// The text in one line, for a terminal: control characters but tabs are shown as \x0A, since a
// file's name may hold any.
void print_visible(FILE *stream, const char *text);

#endif
