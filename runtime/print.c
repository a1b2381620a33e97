// Display and Print: the text of every kind of value, on standard output or in memory.
#include "internal.h"

#include <sys/single_threaded.h>

// --- Sinks --------------------------------------------------------------------------------------

enum { FIRST_CAPACITY = 256 };

static void grow_sink(struct runa_sink *sink, int64_t wanted) {
    int64_t capacity = sink->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : sink->capacity;
    while (capacity < wanted) {
        capacity = runa_add_lengths(capacity, capacity);
    }
    sink->bytes = runa_reallocate(sink->bytes, sink->capacity, capacity);
    sink->capacity = capacity;
}

static void write_bytes(struct runa_sink *sink, const char *bytes, int64_t length) {
    if (sink->file != NULL) {
        // A failure sticks to the stream, and is reported when the program ends.
        fwrite_unlocked(bytes, 1, (size_t)length, sink->file);
        return;
    }
    int64_t end = runa_add_lengths(sink->length, length);
    if (end > sink->capacity) {
        grow_sink(sink, end);
    }
    memcpy(sink->bytes + sink->length, bytes, (size_t)length);
    sink->length = end;
}

static void write_text(struct runa_sink *sink, const char *text) {
    write_bytes(sink, text, (int64_t)strlen(text));
}

// --- Scalars ------------------------------------------------------------------------------------

static void write_integer(struct runa_sink *sink, int64_t value) {
    char text[RUNA_NUMBER_TEXT];
    write_bytes(sink, text, runa_format_integer(value, text));
}

static void write_unsigned(struct runa_sink *sink, uint64_t value) {
    char text[RUNA_NUMBER_TEXT];
    write_bytes(sink, text, runa_format_unsigned(value, text));
}

static void write_float(struct runa_sink *sink, double value) {
    char text[RUNA_NUMBER_TEXT];
    write_bytes(sink, text, runa_format_float(value, text));
}

static void write_boolean(struct runa_sink *sink, int64_t value) {
    write_text(sink, value != 0 ? "true" : "false");
}

// An object that is no collection has no text but its address.
static void write_address(struct runa_sink *sink, int64_t address) {
    char text[RUNA_NUMBER_TEXT];
    write_bytes(sink, text, snprintf(text, sizeof text, "0x%llx", (unsigned long long)address));
}

// The letter of the escape that stands for the byte in a string literal, or 0.
static char escape_letter(unsigned char byte) {
    switch (byte) {
    case '\n':
        return 'n';
    case '\t':
        return 't';
    case '\r':
        return 'r';
    case '"':
        return '"';
    case '\\':
        return '\\';
    default:
        return 0;
    }
}

// As a literal that Runa reads back as the same text.
static void write_quoted(struct runa_sink *sink, const char *text) {
    write_bytes(sink, "\"", 1);
    const char *plain = text; // where the bytes begin that need no escape
    for (; *text != 0; text++) {
        unsigned char byte = (unsigned char)*text;
        char letter = escape_letter(byte);
        if (letter == 0 && byte >= 0x20 && byte != 0x7f) {
            continue;
        }
        write_bytes(sink, plain, text - plain);
        plain = text + 1;
        char escape[8] = {'\\', letter};
        int length = 2;
        if (letter == 0) {
            length = snprintf(escape, sizeof escape, "\\x%02x", byte);
        }
        write_bytes(sink, escape, length);
    }
    write_bytes(sink, plain, text - plain);
    write_bytes(sink, "\"", 1);
}

// --- Collections --------------------------------------------------------------------------------

// Mutually recursive with the functions of the collections, to the depth of the type's nesting.
static void write_value(struct runa_sink *sink, const struct runa_kind *kind, int64_t value,
                        bool quoted);

static void write_separator(struct runa_sink *sink, bool *first) {
    if (!*first) {
        write_bytes(sink, ", ", 2);
    }
    *first = false;
}

static void write_array(struct runa_sink *sink, const struct runa_kind *element,
                        const struct runa_array *array) {
    bool first = true;
    write_bytes(sink, "[", 1);
    for (int64_t i = 0; i < array->length; i++) {
        write_separator(sink, &first);
        write_value(sink, element, runa_array_get(array, i), true);
    }
    write_bytes(sink, "]", 1);
}

static void write_set(struct runa_sink *sink, const struct runa_kind *element,
                      const struct runa_set *set) {
    bool first = true;
    write_bytes(sink, "{", 1);
    for (int64_t i = runa_set_next(set, 0); i >= 0; i = runa_set_next(set, i + 1)) {
        write_separator(sink, &first);
        write_value(sink, element, runa_set_value_at(set, i), true);
    }
    write_bytes(sink, "}", 1);
}

static void write_dictionary(struct runa_sink *sink, const struct runa_kind *kind,
                             const struct runa_dict *dict) {
    bool first = true;
    write_bytes(sink, "{", 1);
    for (int64_t i = runa_dict_next(dict, 0); i >= 0; i = runa_dict_next(dict, i + 1)) {
        write_separator(sink, &first);
        write_value(sink, kind->first, runa_dict_key_at(dict, i), true);
        write_bytes(sink, ": ", 2);
        write_value(sink, kind->second, runa_dict_value_at(dict, i), true);
    }
    write_bytes(sink, "}", 1);
}

// The bytes that an element of the kind takes in an Array[N].
static int64_t size_in_place(const struct runa_kind *kind) {
    switch (kind->tag) {
    case RUNA_KIND_INTEGER8:
    case RUNA_KIND_UNSIGNED8:
    case RUNA_KIND_BOOLEAN8:
        return 1;
    case RUNA_KIND_INTEGER16:
    case RUNA_KIND_UNSIGNED16:
        return 2;
    case RUNA_KIND_INTEGER32:
    case RUNA_KIND_UNSIGNED32:
    case RUNA_KIND_FLOAT32:
        return 4;
    case RUNA_KIND_INLINE:
        return kind->count;
    case RUNA_KIND_FIXED_ARRAY:
        return kind->count * size_in_place(kind->first);
    default:
        return sizeof(int64_t);
    }
}

// Expands to a case that reads a `type` at `place` and writes it with `write`.
#define IN_PLACE(tag, type, write)                                                                 \
    case tag: {                                                                                    \
        type value;                                                                                \
        memcpy(&value, place, sizeof value);                                                       \
        write(sink, value);                                                                        \
        return;                                                                                    \
    }

static void write_in_place(struct runa_sink *sink, const struct runa_kind *kind,
                           const char *place) {
    switch (kind->tag) {
        IN_PLACE(RUNA_KIND_INTEGER8, int8_t, write_integer)
        IN_PLACE(RUNA_KIND_INTEGER16, int16_t, write_integer)
        IN_PLACE(RUNA_KIND_INTEGER32, int32_t, write_integer)
        IN_PLACE(RUNA_KIND_UNSIGNED8, uint8_t, write_unsigned)
        IN_PLACE(RUNA_KIND_UNSIGNED16, uint16_t, write_unsigned)
        IN_PLACE(RUNA_KIND_UNSIGNED32, uint32_t, write_unsigned)
        IN_PLACE(RUNA_KIND_FLOAT32, float, write_float)
        IN_PLACE(RUNA_KIND_BOOLEAN8, uint8_t, write_boolean)
    case RUNA_KIND_INLINE:
    case RUNA_KIND_FIXED_ARRAY:
        write_value(sink, kind, (int64_t)place, true);
        return;
    default: {
        int64_t word;
        memcpy(&word, place, sizeof word);
        write_value(sink, kind, word, true);
    }
    }
}

static void write_fixed_array(struct runa_sink *sink, const struct runa_kind *kind,
                              const char *place) {
    bool first = true;
    int64_t size = size_in_place(kind->first);
    write_bytes(sink, "[", 1);
    for (int64_t i = 0; i < kind->count; i++) {
        write_separator(sink, &first);
        write_in_place(sink, kind->first, place + i * size);
    }
    write_bytes(sink, "]", 1);
}

static void write_reference(struct runa_sink *sink, const struct runa_kind *kind, int64_t value,
                            bool quoted) {
    switch (kind->tag) {
    case RUNA_KIND_STRING:
        if (quoted) {
            write_quoted(sink, (const char *)value);
        } else {
            write_text(sink, (const char *)value);
        }
        return;
    case RUNA_KIND_LIST:
    case RUNA_KIND_ARRAY:
        write_array(sink, kind->first, (const struct runa_array *)value);
        return;
    case RUNA_KIND_SET:
        write_set(sink, kind->first, (const struct runa_set *)value);
        return;
    case RUNA_KIND_DICTIONARY:
        write_dictionary(sink, kind, (const struct runa_dict *)value);
        return;
    case RUNA_KIND_FIXED_ARRAY:
        write_fixed_array(sink, kind, (const char *)value);
        return;
    default:
        write_address(sink, value);
        return;
    }
}

static void write_value(struct runa_sink *sink, const struct runa_kind *kind, int64_t value,
                        bool quoted) {
    switch (kind->tag) {
    case RUNA_KIND_INTEGER:
        write_integer(sink, value);
        return;
    case RUNA_KIND_UNSIGNED:
        write_unsigned(sink, (uint64_t)value);
        return;
    case RUNA_KIND_FLOAT:
        write_float(sink, runa_float_of_word(value));
        return;
    case RUNA_KIND_BOOLEAN:
        write_boolean(sink, value);
        return;
    default:
        if (value == 0) {
            write_text(sink, "Nothing");
        } else {
            write_reference(sink, kind, value, quoted);
        }
    }
}

void runa_sink_value(struct runa_sink *sink, const struct runa_kind *kind, int64_t value) {
    write_value(sink, kind, value, false);
}

// --- Standard output ----------------------------------------------------------------------------

// One lock a value rather than one a byte, and none while there is one thread.
struct output {
    struct runa_sink sink;
    bool locked;
};

static struct output begin_output(void) {
    struct output output = {.sink.file = stdout, .locked = !__libc_single_threaded};
    if (output.locked) {
        flockfile(stdout);
    }
    return output;
}

static void end_output(const struct output *output) {
    if (output->locked) {
        funlockfile(stdout);
    }
}

// Defines a runtime function that prints one value with one of the writers above.
#define DEFINE_PRINT(name, type, write)                                                            \
    void name(type value) {                                                                        \
        struct output output = begin_output();                                                     \
        write(&output.sink, value);                                                                \
        end_output(&output);                                                                       \
    }

static void write_text_or_nothing(struct runa_sink *sink, const char *text) {
    write_text(sink, text == NULL ? "Nothing" : text);
}

static void write_text_line(struct runa_sink *sink, const char *text) {
    write_text_or_nothing(sink, text);
    write_bytes(sink, "\n", 1);
}

static void write_integer_line(struct runa_sink *sink, int64_t value) {
    write_integer(sink, value);
    write_bytes(sink, "\n", 1);
}

DEFINE_PRINT(runa_print_integer, int64_t, write_integer)
DEFINE_PRINT(runa_print_unsigned, uint64_t, write_unsigned)
DEFINE_PRINT(runa_print_float, double, write_float)
DEFINE_PRINT(runa_print_boolean, int64_t, write_boolean)
DEFINE_PRINT(runa_print_text, const char *, write_text_or_nothing)
DEFINE_PRINT(runa_print_string_line, const char *, write_text_line)
DEFINE_PRINT(runa_print_integer_line, int64_t, write_integer_line)

void runa_print_value(const struct runa_kind *kind, int64_t value) {
    struct output output = begin_output();
    write_value(&output.sink, kind, value, false);
    end_output(&output);
}

void runa_print_newline(void) {
    struct output output = begin_output();
    write_bytes(&output.sink, "\n", 1);
    end_output(&output);
}
