// Source files: reading them, and finding lines and columns.
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#define LAST_POSITION UINT32_MAX
#define LARGEST_SOURCE ((size_t)256 << 20) // or a device without an end would take all memory
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

// --- Loading ----------------------------------------------------------------------------------

typedef struct Contents {
    char *bytes; // owned
    size_t length;
    size_t capacity;
} Contents;

static void reserve(Contents *contents, size_t capacity) {
    contents->capacity = capacity;
    contents->bytes = memory_resize(contents->bytes, capacity);
}

// Reads to the end of the file; false with errno set when that fails or the file is too large.
static bool read_all(int file, Contents *contents, size_t limit) {
    for (;;) {
        if (contents->capacity - contents->length <= SOURCE_MARGIN)
            reserve(contents, contents->capacity < 32768 ? 65536 : contents->capacity * 2);
        size_t room = contents->capacity - contents->length - SOURCE_MARGIN;
        if (room > limit + 1 - contents->length)
            room = limit + 1 - contents->length;
        ssize_t count = read(file, contents->bytes + contents->length, room);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0)
            return true;
        contents->length += (size_t)count;
        if (contents->length > limit) {
            errno = EFBIG;
            return false;
        }
    }
}

// Takes over the contents, whose buffer has room for the margin.
static Source *add_source(SourceTable *table, const char *shown_path, const char *real_path,
                          Contents *contents) {
    Source *source = memory_allocate(sizeof(Source));
    size_t mark = strlen(BYTE_ORDER_MARK);
    if (contents->length >= mark && memcmp(contents->bytes, BYTE_ORDER_MARK, mark) == 0) {
        contents->length -= mark;
        memmove(contents->bytes, contents->bytes + mark, contents->length);
        source->skipped = (uint32_t)mark;
    }
    memset(contents->bytes + contents->length, 0, SOURCE_MARGIN);
    source->path = memory_copy_text(shown_path, strlen(shown_path));
    source->real_path = memory_copy_text(real_path, strlen(real_path));
    source->text = contents->bytes;
    source->length = (uint32_t)contents->length;
    if (table->next_base == 0)
        table->next_base = 1;
    source->base = table->next_base;
    table->next_base += source->length + 1;
    if (table->count == table->capacity) {
        table->capacity = table->capacity == 0 ? 16 : table->capacity * 2;
        table->items = memory_resize(table->items, table->capacity * sizeof(Source *));
    }
    table->items[table->count++] = source;
    return source;
}

// The size that a source may have.
static size_t room_in_table(const SourceTable *table) {
    size_t room = (size_t)(LAST_POSITION - table->next_base) - 16;
    return room < LARGEST_SOURCE ? room : LARGEST_SOURCE;
}

Source *source_load(SourceTable *table, const char *path, const char *shown_path,
                    const char **reason) {
    bool is_standard_input = strcmp(path, "-") == 0;
    int file = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    Contents contents = {0};
    bool is_read = file >= 0 && fstat(file, &status) == 0;
    if (is_read && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        is_read = false;
    }
    if (is_read && S_ISREG(status.st_mode) && (uintmax_t)status.st_size < room_in_table(table))
        reserve(&contents, (size_t)status.st_size + SOURCE_MARGIN + 1); // one to see the end
    is_read = is_read && read_all(file, &contents, room_in_table(table));
    int error = errno;
    if (file >= 0 && !is_standard_input)
        close(file);
    if (!is_read) {
        memory_free(contents.bytes);
        *reason = error == EISDIR  ? "is a directory"
                  : error == EFBIG ? "too large"
                                   : strerror(error);
        return NULL;
    }
    char real_path[PATH_MAX];
    if (is_standard_input || realpath(path, real_path) == NULL)
        path = is_standard_input ? "-" : path;
    else
        path = real_path;
    return add_source(table, shown_path, path, &contents);
}

Source *source_add_text(SourceTable *table, const char *shown_path, const char *text,
                        uint32_t length) {
    Contents contents = {.length = length};
    reserve(&contents, (size_t)length + SOURCE_MARGIN);
    memcpy(contents.bytes, text, length);
    return add_source(table, shown_path, shown_path, &contents);
}

void source_table_destroy(SourceTable *table) {
    for (uint32_t i = 0; i < table->count; i++) {
        Source *source = table->items[i];
        memory_free((char *)source->path);
        memory_free((char *)source->real_path);
        memory_free((char *)source->text);
        memory_free(source->line_starts);
        memory_free(source);
    }
    memory_free(table->items);
    *table = (SourceTable){0};
}

// --- Positions --------------------------------------------------------------------------------

const Source *source_at(const SourceTable *table, Position position) {
    uint32_t low = 0;
    uint32_t high = table->count;
    while (low < high) { // the first source that begins after the position
        uint32_t middle = low + (high - low) / 2;
        if (table->items[middle]->base <= position)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const Source *source = table->items[low - 1];
    return position <= source->base + source->length ? source : NULL;
}

bool source_is_library(const Source *source) {
    return strncmp(source->path, LIBRARY_PATH, strlen(LIBRARY_PATH)) == 0;
}

static void find_lines(Source *source) {
    const char *end = source->text + source->length;
    uint32_t count = 1;
    for (const char *p = source->text; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        count++;
    source->line_starts = memory_allocate(count * sizeof(uint32_t));
    source->line_count = count;
    uint32_t line = 1;
    for (const char *p = source->text; (p = memchr(p, '\n', (size_t)(end - p))) != NULL;) {
        p++;
        source->line_starts[line++] = (uint32_t)(p - source->text);
    }
}

// The line (from 1) that holds the offset. `hint` is tried first, and the line after it.
static uint32_t find_line(const Source *source, uint32_t offset, uint32_t hint) {
    const uint32_t *starts = source->line_starts;
    for (uint32_t line = hint; line != 0 && line <= hint + 1 && line <= source->line_count;
         line++) {
        bool is_before_next = line == source->line_count || offset < starts[line];
        if (starts[line - 1] <= offset && is_before_next)
            return line;
    }
    uint32_t low = 1;
    uint32_t high = source->line_count;
    while (low < high) { // the last line that begins at or before the offset
        uint32_t middle = low + (high - low + 1) / 2;
        if (starts[middle - 1] <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

Location source_locate(SourceTable *table, Position position) {
    const Source *source = table->last_source;
    bool is_same =
        source != NULL && position >= source->base && position <= source->base + source->length;
    if (!is_same)
        source = source_at(table, position);
    if (source == NULL)
        return (Location){NULL, 0, 0};
    if (source->line_starts == NULL)
        find_lines((Source *)source);
    uint32_t offset = position - source->base;
    uint32_t line = find_line(source, offset, is_same ? table->last_line : 0);
    table->last_source = source;
    table->last_line = line;
    return (Location){source, line, offset - source->line_starts[line - 1] + 1};
}

const char *source_line(SourceTable *table, const Source *source, uint32_t line, uint32_t *length) {
    (void)table;
    if (source->line_starts == NULL)
        find_lines((Source *)source);
    uint32_t start = source->line_starts[line - 1];
    uint32_t end = line < source->line_count ? source->line_starts[line] - 1 : source->length;
    if (end > start && source->text[end - 1] == '\r')
        end--;
    *length = end - start;
    return source->text + start;
}

// --- UTF-8 ------------------------------------------------------------------------------------

uint32_t source_utf8_length(const char *text, uint32_t length) {
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    uint32_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || size > length)
        return 0;
    for (uint32_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    }
    bool is_overlong = (first == 0xE0 && bytes[1] < 0xA0) || (first == 0xF0 && bytes[1] < 0x90);
    bool is_surrogate = first == 0xED && bytes[1] >= 0xA0;
    bool is_too_large = first == 0xF4 && bytes[1] >= 0x90;
    return is_overlong || is_surrogate || is_too_large ? 0 : size;
}
