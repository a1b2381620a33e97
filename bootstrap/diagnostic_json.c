// Diagnostics for programs: one JSON object a line.
#include "diagnostic_internal.h"

#include <string.h>

void diagnostic_print_json_string(FILE *stream, const char *text) {
    uint32_t length = (uint32_t)strlen(text);
    putc('"', stream);
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

static void print_placed_list(const Diagnostics *diagnostics, FILE *stream, const char *key,
                              const char *text_key, const AdditionList *list) {
    fprintf(stream, ",\"%s\":[", key);
    for (const Addition *addition = list->first; addition != NULL; addition = addition->next) {
        fprintf(stream, "%s{\"%s\":", addition == list->first ? "" : ",", text_key);
        diagnostic_print_json_string(stream, addition->message);
        putc(',', stream);
        print_place(diagnostics, stream, addition->span);
        putc('}', stream);
    }
    putc(']', stream);
}

void diagnostic_print_json(const Diagnostics *diagnostics, const Diagnostic *diagnostic,
                           FILE *stream) {
    fprintf(stream, "{\"severity\":\"%s\",\"code\":\"%s\",\"message\":",
            severity_text(diagnostic->severity), diagnostic_code_text(diagnostic->code));
    diagnostic_print_json_string(stream, diagnostic->message);
    putc(',', stream);
    print_place(diagnostics, stream, diagnostic->span);
    print_placed_list(diagnostics, stream, "notes", "message", &diagnostic->notes);
    fputs(",\"help\":[", stream);
    for (const Addition *help = diagnostic->helps.first; help != NULL; help = help->next) {
        if (help != diagnostic->helps.first)
            putc(',', stream);
        diagnostic_print_json_string(stream, help->message);
    }
    putc(']', stream);
    print_placed_list(diagnostics, stream, "fixes", "replacement", &diagnostic->fixes);
    fputs("}\n", stream);
}
