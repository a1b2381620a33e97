// Diagnostics for people: the message, the source line, the span underlined.
#include "complaint.h"
#include "diagnostic_internal.h"

#include <string.h>

#define MARGIN 4          // columns before a source line
#define TAB_WIDTH 4       // tabs are shown as spaces up to a multiple of this
#define LINE_WIDTH 160    // longer lines are shown in part
#define CONTEXT_BEFORE 60 // columns shown before the span of such a line
#define CUT_MARK "..."

#define COLOR_RESET "\x1b[0m"
#define COLOR_BOLD "\x1b[1m"

static const char *const severity_colors[] = {"\x1b[1;31m", "\x1b[1;35m", "\x1b[1;36m",
                                              "\x1b[1;32m"};

// --- Widths of characters -----------------------------------------------------------------------

typedef struct CharacterRange {
    uint32_t first;
    uint32_t last;
} CharacterRange;

// Combining marks and other characters that take no column.
static const CharacterRange zero_width[] = {
#define NO_WIDTH(first, last) {first, last},
#include "character_width.def"
};

// East Asian wide characters and emoji, which take two columns.
static const CharacterRange double_width[] = {
#define DOUBLE_WIDTH(first, last) {first, last},
#include "character_width.def"
};

static bool is_in_ranges(uint32_t character, const CharacterRange *ranges, size_t count) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (character > ranges[middle].last)
            low = middle + 1;
        else if (character < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

static uint32_t character_width(uint32_t character) {
    if (character < 0x300)
        return 1;
    if (is_in_ranges(character, zero_width, sizeof zero_width / sizeof zero_width[0]))
        return 0;
    bool is_wide =
        is_in_ranges(character, double_width, sizeof double_width / sizeof double_width[0]);
    return is_wide ? 2 : 1;
}

Glyph glyph_at(const char *text, uint32_t length) {
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80)
        return (Glyph){1, 1, bytes[0] >= 0x20 && bytes[0] != 0x7F};
    uint32_t size = source_utf8_length(text, length);
    if (size == 0)
        return (Glyph){1, 1, false};
    uint32_t character = bytes[0] & (0xFFu >> (size + 1));
    for (uint32_t i = 1; i < size; i++)
        character = character << 6 | (bytes[i] & 0x3F);
    // C1 control characters would reach the terminal, too.
    return (Glyph){size, character_width(character), character >= 0xA0};
}

// --- The source line ----------------------------------------------------------------------------

// The part of a source line that is shown, in columns of the line.
typedef struct Window {
    uint32_t from;
    uint32_t to;
} Window;

// The columns that the bytes [0, offset) of the line take.
static uint32_t columns_before(const char *line, uint32_t length, uint32_t offset) {
    uint32_t columns = 0;
    for (uint32_t i = 0; i < length && i < offset;) {
        Glyph glyph = glyph_at(line + i, length - i);
        columns += line[i] == '\t' ? TAB_WIDTH - columns % TAB_WIDTH : glyph.width;
        i += glyph.bytes;
    }
    return columns;
}

static Window choose_window(const char *line, uint32_t length, uint32_t span_column) {
    uint32_t width = columns_before(line, length, length);
    Window window = {0, width};
    if (width <= LINE_WIDTH)
        return window;
    if (span_column > LINE_WIDTH - CONTEXT_BEFORE)
        window.from = span_column - CONTEXT_BEFORE;
    if (window.to > window.from + LINE_WIDTH)
        window.to = window.from + LINE_WIDTH;
    return window;
}

static void print_spaces(FILE *stream, uint32_t count) { fprintf(stream, "%*s", (int)count, ""); }

// The line's characters within the window; one that the left edge cuts is shown as spaces.
static void print_line_text(FILE *stream, const char *line, uint32_t length, Window window) {
    uint32_t column = 0;
    for (uint32_t i = 0; i < length && column < window.to;) {
        Glyph glyph = glyph_at(line + i, length - i);
        uint32_t width = line[i] == '\t' ? TAB_WIDTH - column % TAB_WIDTH : glyph.width;
        uint32_t end = column + width;
        if (column < window.from || line[i] == '\t')
            print_spaces(stream, end > window.from
                                     ? end - (column > window.from ? column : window.from)
                                     : 0);
        else if (!glyph.is_valid)
            fputs("\xEF\xBF\xBD", stream); // the replacement character
        else
            fwrite(line + i, 1, glyph.bytes, stream);
        column = end;
        i += glyph.bytes;
    }
}

static void print_underline(const Diagnostics *diagnostics, FILE *stream, Severity severity,
                            uint32_t indent, uint32_t width) {
    print_spaces(stream, indent);
    if (diagnostics->color)
        fputs(severity_colors[severity], stream);
    putc('^', stream);
    for (uint32_t i = 1; i < width; i++)
        putc('~', stream);
    if (diagnostics->color)
        fputs(COLOR_RESET, stream);
    putc('\n', stream);
}

// The source line with the span underlined: the part of the span that lies in its first line, and
// at least one column.
static void print_source(const Diagnostics *diagnostics, FILE *stream, Severity severity,
                         Location location, Span span) {
    uint32_t length;
    const char *line = source_line(diagnostics->sources, location.source, location.line, &length);
    uint32_t start = location.column - 1;
    uint32_t end = span.end > span.start ? start + (span.end - span.start) : start;
    uint32_t first = columns_before(line, length, start);
    uint32_t last = columns_before(line, length, end);
    Window window = choose_window(line, length, first);
    bool is_cut = window.from > 0;
    print_spaces(stream, MARGIN);
    if (is_cut)
        fputs(CUT_MARK, stream);
    print_line_text(stream, line, length, window);
    if (window.to < columns_before(line, length, length))
        fputs(CUT_MARK, stream);
    putc('\n', stream);
    if (last > window.to)
        last = window.to;
    uint32_t indent = MARGIN + (is_cut ? (uint32_t)strlen(CUT_MARK) : 0) + first - window.from;
    print_underline(diagnostics, stream, severity, indent, last > first ? last - first : 1);
}

// --- Diagnostics --------------------------------------------------------------------------------

static void print_message(const Diagnostics *diagnostics, FILE *stream, Severity severity,
                          const char *code, Span span, const char *message) {
    const char *bold = diagnostics->color ? COLOR_BOLD : "";
    const char *color = diagnostics->color ? severity_colors[severity] : "";
    const char *reset = diagnostics->color ? COLOR_RESET : "";
    Location location = {NULL, 0, 0};
    if (span.start != 0)
        location = source_locate(diagnostics->sources, span.start);
    if (location.source != NULL) {
        fputs(bold, stream);
        print_visible(stream, location.source->path);
        fprintf(stream, ":%u:%u:%s ", location.line, location.column, reset);
    }
    fprintf(stream, "%s%s", color, severity_text(severity));
    if (code != NULL)
        fprintf(stream, "[%s]", code);
    fprintf(stream, ":%s %s", reset, severity <= SEVERITY_WARNING ? bold : "");
    print_visible(stream, message);
    fprintf(stream, "%s\n", severity <= SEVERITY_WARNING ? reset : "");
    if (location.source != NULL)
        print_source(diagnostics, stream, severity, location, span);
}

void diagnostic_print_human(const Diagnostics *diagnostics, const Diagnostic *diagnostic,
                            FILE *stream) {
    print_message(diagnostics, stream, diagnostic->severity, diagnostic_code_text(diagnostic->code),
                  diagnostic->span, diagnostic->content->message);
    for (const Addition *note = diagnostic->content->notes.first; note != NULL; note = note->next)
        print_message(diagnostics, stream, SEVERITY_NOTE, NULL, note->span, note->message);
    for (const Addition *help = diagnostic->content->helps.first; help != NULL; help = help->next)
        print_message(diagnostics, stream, SEVERITY_HELP, NULL, (Span){0, 0}, help->message);
}
