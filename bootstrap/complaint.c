#include "complaint.h"

#include <stdarg.h>
#include <string.h>

#include "memory.h"

bool complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *message = memory_allocate((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(message, (size_t)length + 1, format, arguments);
    va_end(arguments);
    fputs("runac: ", stderr);
    print_visible(stderr, message);
    putc('\n', stderr);
    memory_free(message);
    return false;
}

bool complain_about(const char *path, const char *what, int error) {
    return complain("cannot %s '%s': %s", what, path, strerror(error));
}

// Those above 0x7F have two bytes, of which C2 is the first.
static bool is_control(const unsigned char *text) {
    return (text[0] < 0x20 && text[0] != '\t') || text[0] == 0x7F ||
           (text[0] == 0xC2 && text[1] >= 0x80 && text[1] < 0xA0);
}

void print_visible(FILE *stream, const char *text) {
    for (const unsigned char *byte = (const unsigned char *)text; *byte != '\0'; byte++) {
        if (!is_control(byte)) {
            putc(*byte, stream);
            continue;
        }
        fprintf(stream, "\\x%02X", *byte);
        if (*byte == 0xC2)
            fprintf(stream, "\\x%02X", *++byte);
    }
}
