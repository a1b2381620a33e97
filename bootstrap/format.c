// Formatting a source, and the proof that the result says the same.
#include "format_internal.h"

#include <string.h>

// What may not change: every token, every line end that may count, the words of every comment.
static void write_essence(const PieceList *pieces, Buffer *output) {
    for (uint32_t i = 0; i < pieces->count; i++) {
        const Piece *piece = &pieces->items[i];
        const char *end = piece->text + piece->length;
        bool is_indented = piece->kind == PIECE_BLOCK_COMMENT;
        if (piece->kind == PIECE_LINE_END)
            buffer_append(output, "\n", 1);
        for (const char *line = piece->text; line < end; line = format_next_line(line, end)) {
            uint32_t skipped = 0;
            uint32_t length = format_trimmed_line(line, end);
            if (is_indented)
                format_indentation(line, end, &skipped);
            if (length > skipped)
                buffer_append(output, line + skipped, length - skipped);
            buffer_append(output, " ", 1);
        }
    }
}

// Parses the source with the record; false when it has errors.
static bool parse_pieces(Compilation *compilation, const Source *source, Layout *layout,
                         PieceList *pieces) {
    *layout = (Layout){0};
    *pieces = (PieceList){0};
    parser_record_layout(compilation->parser, layout);
    parser_parse(compilation->parser, source);
    parser_record_layout(compilation->parser, NULL);
    if (diagnostics_has_errors(&compilation->diagnostics))
        return false;
    *pieces = pieces_of(source, layout);
    return true;
}

static bool says_the_same(Compilation *compilation, const PieceList *before, const Buffer *text) {
    Layout layout;
    PieceList after;
    Buffer old = {0}, new = {0};
    const Source *source = source_add_text(&compilation->sources, "formatted text", text->bytes,
                                           (uint32_t)text->length);
    bool is_same = parse_pieces(compilation, source, &layout, &after);
    if (is_same) {
        write_essence(before, &old);
        write_essence(&after, &new);
        is_same = old.length == new.length &&
                  (old.length == 0 || memcmp(old.bytes, new.bytes, old.length) == 0);
    }
    memory_free(old.bytes);
    memory_free(new.bytes);
    memory_free(after.items);
    layout_destroy(&layout);
    return is_same;
}

char *format_source(Compilation *compilation, const Source *source, size_t *length) {
    Layout layout;
    PieceList pieces;
    Buffer text = {0};
    compilation->position = source->base;
    if (parse_pieces(compilation, source, &layout, &pieces)) {
        format_render(&pieces, &text);
        bool is_same = says_the_same(compilation, &pieces, &text);
        assert(is_same && "formatting keeps every token and comment");
        (void)is_same;
    }
    memory_free(pieces.items);
    layout_destroy(&layout);
    *length = text.length;
    return text.bytes;
}
