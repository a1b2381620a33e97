// Diagnostics for programs: one JSON object a line.
#include "diagnostic_internal.h"

#include <ctype.h>
#include <string.h>

static void print_escaped(FILE *stream, const char *text) {
    uint32_t length = (uint32_t)strlen(text);
    for (uint32_t i = 0; i < length;) {
        unsigned char c = (unsigned char)text[i];
        Glyph glyph = glyph_at(text + i, length - i);
        if (c == '"' || c == '\\')
            fprintf(stream, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            fprintf(stream, "\\u%04x", c);
        else if (!glyph.is_valid && glyph.bytes == 1)
            fputs("\\ufffd", stream);
        else
            fwrite(text + i, 1, glyph.bytes, stream);
        i += glyph.bytes;
    }
}

void diagnostic_print_json_string(FILE *stream, const char *text) {
    putc('"', stream);
    print_escaped(stream, text);
    putc('"', stream);
}

// "file":"a.runa","span":{…}: offsets are bytes from the file's start, columns bytes from 1; `end`
// is one past the last byte. Both are null when the diagnostic has no place.
static void print_place(const Diagnostics *diagnostics, FILE *stream, Span span) {
    Location start = {NULL, 0, 0};
    if (span.start != 0)
        start = source_locate(diagnostics->sources, span.start);
    if (start.source == NULL) {
        fputs("\"file\":null,\"span\":null", stream);
        return;
    }
    Location end = source_locate(diagnostics->sources, span.end);
    if (end.source != start.source)
        end = start;
    uint32_t before = start.source->skipped - start.source->base;
    fputs("\"file\":", stream);
    diagnostic_print_json_string(stream, start.source->path);
    fprintf(stream, ",\"span\":{\"start\":%u,\"end\":%u,\"line\":%u,\"column\":%u,",
            span.start + before, (end.source == start.source ? span.end : span.start) + before,
            start.line, start.column);
    fprintf(stream, "\"end_line\":%u,\"end_column\":%u}", end.line, end.column);
}

static void print_notes(const Diagnostics *diagnostics, FILE *stream, const AdditionList *list) {
    fputs(",\"notes\":[", stream);
    for (const Addition *note = list->first; note != NULL; note = note->next) {
        fputs(note == list->first ? "{\"message\":" : ",{\"message\":", stream);
        diagnostic_print_json_string(stream, note->message);
        putc(',', stream);
        print_place(diagnostics, stream, note->span);
        putc('}', stream);
    }
    putc(']', stream);
}

static void print_helps(FILE *stream, const AdditionList *list) {
    fputs(",\"help\":[", stream);
    for (const Addition *help = list->first; help != NULL; help = help->next) {
        if (help != list->first)
            putc(',', stream);
        diagnostic_print_json_string(stream, help->message);
    }
    putc(']', stream);
}

// Whether two bytes beside each other belong to one word.
static bool make_one_word(char left, char right) {
    return (isalnum((unsigned char)left) || left == '_') &&
           (isalnum((unsigned char)right) || right == '_');
}

// The text of an edit, with blanks where words around it would grow together with it or, when it is
// empty, with each other: `x=5` becomes `x be 5`.
static void print_replacement(FILE *stream, const Source *source, const Addition *fix) {
    size_t length = strlen(fix->message);
    uint32_t start = fix->span.start - source->base;
    char next = source->text[fix->span.end - source->base];
    char first = length > 0 ? fix->message[0] : next;
    bool joins_left = start > 0 && make_one_word(source->text[start - 1], first);
    bool joins_right = length > 0 && make_one_word(fix->message[length - 1], next);
    fputs(joins_left ? "\" " : "\"", stream);
    print_escaped(stream, fix->message);
    fputs(joins_right ? " \"" : "\"", stream);
}

// Edits: `length` bytes at `offset` of the file become the replacement.
static void print_fixes(const Diagnostics *diagnostics, FILE *stream, const AdditionList *list) {
    fputs(",\"fixes\":[", stream);
    for (const Addition *fix = list->first; fix != NULL; fix = fix->next) {
        Location start = source_locate(diagnostics->sources, fix->span.start);
        uint32_t before = start.source->skipped - start.source->base;
        fputs(fix == list->first ? "{\"file\":" : ",{\"file\":", stream);
        diagnostic_print_json_string(stream, start.source->path);
        fprintf(stream, ",\"offset\":%u,\"length\":%u,\"replacement\":", fix->span.start + before,
                fix->span.end - fix->span.start);
        print_replacement(stream, start.source, fix);
        putc('}', stream);
    }
    putc(']', stream);
}

// A place that was located once takes no memory again, which could be exhausted in mid-line.
static void locate(const Diagnostics *diagnostics, const Diagnostic *diagnostic) {
    source_locate(diagnostics->sources, diagnostic->span.start);
    for (const Addition *note = diagnostic->content->notes.first; note != NULL; note = note->next)
        source_locate(diagnostics->sources, note->span.start);
    for (const Addition *fix = diagnostic->content->fixes.first; fix != NULL; fix = fix->next)
        source_locate(diagnostics->sources, fix->span.start);
}

void diagnostic_print_json(const Diagnostics *diagnostics, const Diagnostic *diagnostic,
                           FILE *stream) {
    locate(diagnostics, diagnostic);
    fprintf(stream, "{\"severity\":\"%s\",\"code\":\"%s\",\"message\":",
            severity_text(diagnostic->severity), diagnostic_code_text(diagnostic->code));
    diagnostic_print_json_string(stream, diagnostic->content->message);
    putc(',', stream);
    print_place(diagnostics, stream, diagnostic->span);
    print_notes(diagnostics, stream, &diagnostic->content->notes);
    print_helps(stream, &diagnostic->content->helps);
    print_fixes(diagnostics, stream, &diagnostic->content->fixes);
    fputs("}\n", stream);
}
