// Numbers to text: what `Display`, `joined with` and the *_to_string processes have in common.
// Internal to the runtime; nothing here depends on the C locale or allocates.
#ifndef RUNA_FORMAT_H
#define RUNA_FORMAT_H

#include <stdint.h>

// Room for the text of any number, with its NUL: the longest Float takes 24 bytes
// ("-2.2250738585072014e-308"), the longest integer 20.
enum { RUNA_NUMBER_TEXT = 32 };

// Each writes the number's text and a NUL at `out` (RUNA_NUMBER_TEXT bytes) and returns its length.
int64_t runa_format_unsigned(uint64_t value, char *out);
int64_t runa_format_integer(int64_t value, char *out);
// The shortest decimal text that reads back as `value`, the closest one where several are as short;
// always with a point or an exponent, or `inf`, `-inf`, `nan`.
int64_t runa_format_float(double value, char *out);

#endif
