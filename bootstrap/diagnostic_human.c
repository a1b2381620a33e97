// Diagnostics for people: the message, the source line, the span underlined.
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
    {0x0300, 0x036F},   {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF},   {0x05C1, 0x05C2},
    {0x05C4, 0x05C5},   {0x05C7, 0x05C7}, {0x0610, 0x061A}, {0x064B, 0x065F},   {0x0670, 0x0670},
    {0x06D6, 0x06DC},   {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED},   {0x0711, 0x0711},
    {0x0730, 0x074A},   {0x07A6, 0x07B0}, {0x07EB, 0x07F3}, {0x0816, 0x0819},   {0x08D3, 0x0902},
    {0x093A, 0x093A},   {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},   {0x0951, 0x0957},
    {0x0962, 0x0963},   {0x0981, 0x0981}, {0x09BC, 0x09BC}, {0x09C1, 0x09C4},   {0x09CD, 0x09CD},
    {0x0A01, 0x0A02},   {0x0A3C, 0x0A3C}, {0x0A41, 0x0A51}, {0x0ABC, 0x0ABC},   {0x0AC1, 0x0AC8},
    {0x0ACD, 0x0ACD},   {0x0B3C, 0x0B3C}, {0x0B4D, 0x0B4D}, {0x0BCD, 0x0BCD},   {0x0C3E, 0x0C40},
    {0x0CBC, 0x0CBC},   {0x0CCC, 0x0CCD}, {0x0D41, 0x0D44}, {0x0D4D, 0x0D4D},   {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E}, {0x0EB1, 0x0EB1}, {0x0EB4, 0x0EBC},   {0x0EC8, 0x0ECD},
    {0x0F18, 0x0F19},   {0x0F71, 0x0F7E}, {0x0F80, 0x0F84}, {0x102D, 0x1030},   {0x1032, 0x1037},
    {0x1039, 0x103A},   {0x1160, 0x11FF}, {0x135D, 0x135F}, {0x1712, 0x1714},   {0x17B4, 0x17B5},
    {0x17B7, 0x17BD},   {0x17C6, 0x17C6}, {0x17C9, 0x17D3}, {0x180B, 0x180E},   {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},   {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064},   {0x2066, 0x206F},
    {0x20D0, 0x20F0},   {0x302A, 0x302D}, {0x3099, 0x309A}, {0xA66F, 0xA672},   {0xFB1E, 0xFB1E},
    {0xFE00, 0xFE0F},   {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0x1F3FB, 0x1F3FF}, {0xE0001, 0xE007F},
    {0xE0100, 0xE01EF},
};

// East Asian wide characters and emoji, which take two columns.
static const CharacterRange double_width[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18AFF},
    {0x1B000, 0x1B2FF}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E},
    {0x1F191, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C},
    {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0},
    {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC},
    {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A},
    {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5},
    {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6D7}, {0x1F6EB, 0x1F6EC},
    {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7EB}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945},
    {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
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
    if (location.source != NULL)
        fprintf(stream, "%s%s:%u:%u:%s ", bold, location.source->path, location.line,
                location.column, reset);
    fprintf(stream, "%s%s", color, severity_text(severity));
    if (code != NULL)
        fprintf(stream, "[%s]", code);
    fprintf(stream, ":%s %s%s%s\n", reset, severity <= SEVERITY_WARNING ? bold : "", message,
            severity <= SEVERITY_WARNING ? reset : "");
    if (location.source != NULL)
        print_source(diagnostics, stream, severity, location, span);
}

void diagnostic_print_human(const Diagnostics *diagnostics, const Diagnostic *diagnostic,
                            FILE *stream) {
    print_message(diagnostics, stream, diagnostic->severity, diagnostic_code_text(diagnostic->code),
                  diagnostic->span, diagnostic->message);
    for (const Addition *note = diagnostic->notes.first; note != NULL; note = note->next)
        print_message(diagnostics, stream, SEVERITY_NOTE, NULL, note->span, note->message);
    for (const Addition *help = diagnostic->helps.first; help != NULL; help = help->next)
        print_message(diagnostics, stream, SEVERITY_HELP, NULL, (Span){0, 0}, help->message);
}
