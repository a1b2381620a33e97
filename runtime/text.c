// Strings, `joined with`, and Text, the String that grows. A String is NUL-terminated, so its
// length is found where it is needed; positions and lengths count bytes, and letters are ASCII.
#define _GNU_SOURCE // strtod_l
#include "internal.h"

#include <assert.h>
#include <locale.h>
#include <stdlib.h>

// --- Shared by the runtime ----------------------------------------------------------------------

static _Noreturn void panic_no_string(void) { runa_panic("use of Nothing as a String"); }

const char *runa_need_string(const char *text) {
    if (text == NULL) {
        panic_no_string();
    }
    return text;
}

int64_t runa_add_lengths(int64_t a, int64_t b) {
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)INT64_MAX);
    }
    return sum;
}

char *runa_copy_text(struct runa_arena *arena, const char *bytes, int64_t length) {
    char *copy = runa_tier_allocate_text(arena, length);
    memcpy(copy, bytes, (size_t)length);
    return copy;
}

static int64_t length_of(const char *s) { return (int64_t)strlen(runa_need_string(s)); }

// A NEW String of the bytes.
static char *new_string(const char *bytes, int64_t length) {
    return runa_copy_text(runa_scope_arena, bytes, length);
}

// --- Comparison and search ----------------------------------------------------------------------

int64_t runa_string_length(const char *s) { return length_of(s); }

int64_t runa_string_equals(const char *s, const char *t) {
    if (s == t || s == NULL || t == NULL) {
        return s == t;
    }
    return strcmp(s, t) == 0;
}

int64_t runa_string_compare(const char *s, const char *t) {
    if (s == NULL || t == NULL) {
        return (s != NULL) - (t != NULL);
    }
    int order = strcmp(s, t);
    return (order > 0) - (order < 0);
}

int64_t runa_string_find(const char *s, const char *what) {
    const char *found = strstr(runa_need_string(s), runa_need_string(what));
    return found == NULL ? -1 : found - s;
}

int64_t runa_string_char_at(const char *s, int64_t i) {
    return (unsigned char)runa_need_string(s)[i];
}

int64_t runa_ascii_value_of(const char *s, int64_t i) { return runa_string_char_at(s, i); }

int64_t runa_string_starts_with(const char *s, const char *t) {
    int64_t length = length_of(t);
    return strncmp(runa_need_string(s), t, (size_t)length) == 0;
}

int64_t runa_string_ends_with(const char *s, const char *t) {
    int64_t length = length_of(s);
    int64_t end = length_of(t);
    return end <= length && memcmp(s + length - end, t, (size_t)end) == 0;
}

int64_t runa_string_contains(const char *s, const char *t) { return runa_string_find(s, t) >= 0; }

// --- New Strings from old ones ------------------------------------------------------------------

char *runa_string_concat(const char *s, const char *t) {
    int64_t first = length_of(s);
    int64_t second = length_of(t);
    char *result = runa_tier_allocate_text(runa_scope_arena, runa_add_lengths(first, second));
    memcpy(result, s, (size_t)first);
    memcpy(result + first, t, (size_t)second);
    return result;
}

char *runa_string_duplicate(const char *s) { return new_string(s, length_of(s)); }

char *runa_string_substring(const char *s, int64_t start, int64_t length) {
    int64_t whole = length_of(s);
    if (start < 0 || start > whole) {
        runa_panic_format("substring start %lld is out of range (length %lld)", (long long)start,
                          (long long)whole);
    }
    if (length < 0) {
        runa_panic_format("substring length %lld is negative", (long long)length);
    }
    int64_t rest = whole - start;
    return new_string(s + start, length < rest ? length : rest);
}

// The white space of ASCII, whatever the C locale is.
static bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

// The part of s between the white space at its ends.
struct span {
    const char *start;
    int64_t length;
};

static struct span trimmed(const char *s) {
    int64_t length = length_of(s);
    while (length > 0 && is_space(*s)) {
        s++;
        length--;
    }
    while (length > 0 && is_space(s[length - 1])) {
        length--;
    }
    return (struct span){s, length};
}

char *runa_string_trim(const char *s) {
    struct span span = trimmed(s);
    return new_string(span.start, span.length);
}

// A copy in which the letters from `first` to `first` + 25 have their case bit flipped.
static char *with_case_flipped(const char *s, unsigned char first) {
    int64_t length = length_of(s);
    char *result = runa_tier_allocate_text(runa_scope_arena, length);
    for (int64_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)s[i];
        bool is_letter = (unsigned char)(byte - first) <= 'z' - 'a';
        result[i] = (char)(byte ^ (is_letter ? 'a' ^ 'A' : 0));
    }
    return result;
}

char *runa_string_to_upper(const char *s) { return with_case_flipped(s, 'a'); }

char *runa_string_to_lower(const char *s) { return with_case_flipped(s, 'A'); }

char *runa_string_replace(const char *s, const char *old, const char *replacement) {
    int64_t length = length_of(s);
    int64_t old_length = length_of(old);
    int64_t new_length = length_of(replacement);
    if (old_length == 0) {
        return new_string(s, length);
    }
    int64_t total = length;
    for (const char *at = strstr(s, old); at != NULL; at = strstr(at + old_length, old)) {
        total = runa_add_lengths(total, new_length - old_length);
    }
    char *result = runa_tier_allocate_text(runa_scope_arena, total);
    char *out = result;
    for (const char *at = strstr(s, old); at != NULL; at = strstr(s, old)) {
        memcpy(out, s, (size_t)(at - s));
        out += at - s;
        memcpy(out, replacement, (size_t)new_length);
        out += new_length;
        s = at + old_length;
    }
    memcpy(out, s, (size_t)(result + total - out));
    return result;
}

// --- Lists of Strings ---------------------------------------------------------------------------

static void append_string(struct runa_array *list, const char *bytes, int64_t length) {
    runa_list_append(list, (int64_t)new_string(bytes, length));
}

struct runa_array *runa_string_split(const char *s, const char *separator) {
    int64_t length = length_of(s);
    int64_t width = length_of(separator);
    struct runa_array *list = runa_list_create();
    if (width == 0 && length > 0) {
        runa_array_reserve(list, length);
        for (; *s != 0; s++) {
            append_string(list, s, 1);
        }
        return list;
    }
    if (width > 0) {
        for (const char *at = strstr(s, separator); at != NULL; at = strstr(s, separator)) {
            append_string(list, s, at - s);
            s = at + width;
        }
    }
    append_string(list, s, (int64_t)strlen(s));
    return list;
}

char *runa_string_join(const struct runa_array *list, const char *separator) {
    int64_t width = length_of(separator);
    char *const *items = list->data;
    int64_t total = 0;
    for (int64_t i = 0; i < list->length; i++) {
        total = runa_add_lengths(total, runa_add_lengths(length_of(items[i]), i > 0 ? width : 0));
    }
    char *result = runa_tier_allocate_text(runa_scope_arena, total);
    char *out = result;
    for (int64_t i = 0; i < list->length; i++) {
        if (i > 0) {
            memcpy(out, separator, (size_t)width);
            out += width;
        }
        size_t length = strlen(items[i]);
        memcpy(out, items[i], length);
        out += length;
    }
    assert(out == result + total);
    return result;
}

// --- Numbers ------------------------------------------------------------------------------------

char *runa_integer_to_string(int64_t n) {
    char text[RUNA_NUMBER_TEXT];
    return new_string(text, runa_format_integer(n, text));
}

char *runa_float_to_string(double x) {
    char text[RUNA_NUMBER_TEXT];
    return new_string(text, runa_format_float(x, text));
}

char *runa_character_to_string(int64_t byte) {
    char text = (char)byte;
    return new_string(&text, text == 0 ? 0 : 1);
}

// The message shows the start of the text, on one line whatever is in it.
static _Noreturn void panic_no_number(const char *s, const char *what) {
    enum { SHOWN = 40 };
    char shown[SHOWN + 1];
    int length = 0;
    for (; length < SHOWN && s[length] != 0; length++) {
        bool control = (unsigned char)s[length] < ' ' || s[length] == 0x7f;
        shown[length] = control ? '?' : s[length];
    }
    bool is_cut = s[length] != 0;
    while (is_cut && length > 0 && ((unsigned char)s[length] & 0xc0) == 0x80) {
        length--; // not inside a UTF-8 sequence
    }
    shown[length] = 0;
    runa_panic_format("\"%s%s\" is not %s", shown, is_cut ? "..." : "", what);
}

// [space] [+|-] digit {digit} [space]
int64_t runa_string_to_integer(const char *s) {
    struct span span = trimmed(s);
    const char *at = span.start;
    const char *end = at + span.length;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    if (at == end) {
        panic_no_number(s, "an Integer");
    }
    int64_t value = 0; // negative while it grows: the smallest Integer has no positive counterpart
    bool overflow = false;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9') {
            panic_no_number(s, "an Integer");
        }
        overflow = overflow || __builtin_mul_overflow(value, 10, &value) ||
                   __builtin_sub_overflow(value, *at - '0', &value);
    }
    if (overflow || (!negative && value == INT64_MIN)) {
        panic_no_number(s, "in the range of an Integer");
    }
    return negative ? value : -value;
}

static const char *skip_digits(const char *at) {
    while (*at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

// number = "inf" | "nan" | mantissa [("e" | "E") ["+" | "-"] digit {digit}]
// mantissa = digit {digit} ["." {digit}] | "." digit {digit}
// The end of the number, or Nothing.
static const char *end_of_float(const char *at) {
    if (strncmp(at, "inf", 3) == 0 || strncmp(at, "nan", 3) == 0) {
        return at + 3;
    }
    const char *whole_end = skip_digits(at);
    int64_t digits = whole_end - at;
    at = whole_end;
    if (*at == '.') {
        const char *fraction_end = skip_digits(at + 1);
        digits += fraction_end - at - 1;
        at = fraction_end;
    }
    if (digits == 0) {
        return NULL;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        if (*at == '+' || *at == '-') {
            at++;
        }
        const char *exponent_end = skip_digits(at);
        return exponent_end == at ? NULL : exponent_end;
    }
    return at;
}

// [space] [+|-] number [space]. glibc's strtod rounds correctly; what is beyond the largest Float
// is an infinity, what is below the smallest one 0, as IEEE 754 has it.
double runa_string_to_float(const char *s) {
    struct span span = trimmed(s);
    const char *number = span.start + (*span.start == '-' || *span.start == '+');
    if (end_of_float(number) != span.start + span.length) {
        panic_no_number(s, "a Float");
    }
    // The C locale's object is static in glibc: nothing to free.
    return strtod_l(span.start, NULL, newlocale(LC_ALL_MASK, "C", NULL));
}

// --- joined with --------------------------------------------------------------------------------

// The text of a piece: of a String in place, of a number in `number`, of a collection in `owned`.
struct piece_text {
    const char *bytes;
    int64_t length;
    char *owned; // to be freed; Nothing if not used
    char number[RUNA_NUMBER_TEXT];
};

enum { LOCAL_PIECES = 16 };

static void set_text(struct piece_text *text, const char *bytes, int64_t length) {
    text->bytes = bytes;
    text->length = length;
}

static void describe_piece(struct piece_text *text, const struct runa_piece *piece) {
    const char *string;
    text->owned = NULL;
    switch (piece->kind->tag) {
    case RUNA_KIND_INTEGER:
        set_text(text, text->number, runa_format_integer(piece->value, text->number));
        return;
    case RUNA_KIND_UNSIGNED:
        set_text(text, text->number, runa_format_unsigned((uint64_t)piece->value, text->number));
        return;
    case RUNA_KIND_FLOAT:
        set_text(text, text->number,
                 runa_format_float(runa_float_of_word(piece->value), text->number));
        return;
    case RUNA_KIND_BOOLEAN:
        string = piece->value != 0 ? "true" : "false";
        set_text(text, string, (int64_t)strlen(string));
        return;
    case RUNA_KIND_STRING:
        string = piece->value == 0 ? "Nothing" : (const char *)piece->value;
        set_text(text, string, (int64_t)strlen(string));
        return;
    default: {
        struct runa_sink sink = {0};
        runa_sink_value(&sink, piece->kind, piece->value);
        text->owned = sink.bytes;
        set_text(text, sink.bytes, sink.length);
    }
    }
}

char *runa_join(const struct runa_piece *pieces, int64_t count) {
    struct piece_text local[LOCAL_PIECES];
    struct piece_text *texts = local;
    if (count > LOCAL_PIECES) {
        texts = runa_allocate(count * (int64_t)sizeof *texts);
    }
    int64_t total = 0;
    for (int64_t i = 0; i < count; i++) {
        describe_piece(&texts[i], &pieces[i]);
        total = runa_add_lengths(total, texts[i].length);
    }
    char *result = runa_tier_allocate_text(runa_scope_arena, total);
    char *out = result;
    for (int64_t i = 0; i < count; i++) {
        memcpy(out, texts[i].bytes, (size_t)texts[i].length);
        out += texts[i].length;
        if (texts[i].owned != NULL) {
            runa_deallocate(texts[i].owned);
        }
    }
    if (texts != local) {
        runa_deallocate(texts);
    }
    return result;
}

// --- Text ---------------------------------------------------------------------------------------

enum { FIRST_TEXT_CAPACITY = 31 }; // 32 bytes with the NUL

struct runa_text *runa_text_create_in(struct runa_arena *arena) {
    struct runa_text *text = runa_tier_allocate(arena, sizeof *text);
    text->bytes = runa_tier_allocate_text(arena, FIRST_TEXT_CAPACITY);
    text->capacity = FIRST_TEXT_CAPACITY;
    text->arena = arena;
    return text;
}

struct runa_text *runa_text_create(void) {
    return runa_text_create_in(runa_scope_arena);
}

// Makes room for bytes up to `end`. Gives where `bytes` are then: they may be the text's own, which
// move. Out of line: append_bytes is short, and this is rare.
static __attribute__((noinline)) const char *make_room(struct runa_text *text, int64_t end,
                                                       const char *bytes) {
    int64_t capacity = text->capacity;
    while (capacity < end) {
        capacity = runa_add_lengths(runa_add_lengths(capacity, capacity), 1);
    }
    uintptr_t offset = (uintptr_t)bytes - (uintptr_t)text->bytes;
    bool own = offset <= (uintptr_t)text->length;
    text->bytes = runa_tier_reallocate(text->arena, text->bytes, text->capacity + 1, capacity + 1);
    text->capacity = capacity;
    return own ? text->bytes + offset : bytes;
}

// Most pieces are short: two words, which may overlap, are less than a call of memcpy.
static inline void copy_bytes(char *to, const char *from, size_t length) {
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        uint64_t first, last;
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + length - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + length - sizeof last, &last, sizeof last);
    } else {
        for (size_t i = 0; i < length; i++) {
            to[i] = from[i];
        }
    }
}

// The bytes end where the text does if they are its own: they do not overlap their copy.
static inline void append_bytes(struct runa_text *text, const char *bytes, int64_t length) {
    int64_t end = runa_add_lengths(text->length, length);
    if (end > text->capacity) {
        bytes = make_room(text, end, bytes);
    }
    char *to = text->bytes + text->length;
    copy_bytes(to, bytes, (size_t)length);
    to[length] = 0;
    text->length = end;
}

void runa_text_append(struct runa_text *text, const char *s) {
    append_bytes(text, s, length_of(s));
}

void runa_text_append_integer(struct runa_text *text, int64_t n) {
    char number[RUNA_NUMBER_TEXT];
    append_bytes(text, number, runa_format_integer(n, number));
}

void runa_text_append_float(struct runa_text *text, double x) {
    char number[RUNA_NUMBER_TEXT];
    append_bytes(text, number, runa_format_float(x, number));
}

void runa_text_append_byte(struct runa_text *text, int64_t byte) {
    char bytes[1] = {(char)byte};
    append_bytes(text, bytes, 1);
}

int64_t runa_text_length(const struct runa_text *text) { return text->length; }

int64_t runa_text_get(const struct runa_text *text, int64_t i) {
    if ((uint64_t)i >= (uint64_t)text->length) {
        runa_panic_index(i, text->length);
    }
    return (unsigned char)text->bytes[i];
}

void runa_text_clear(struct runa_text *text) {
    text->length = 0;
    text->bytes[0] = 0;
}

const char *runa_text_view(const struct runa_text *text) { return text->bytes; }

char *runa_text_to_string(const struct runa_text *text) {
    return new_string(text->bytes, text->length);
}

void runa_text_destroy(struct runa_text *text) {
    if (text != NULL) {
        struct runa_arena *arena = text->arena;
        runa_tier_deallocate(arena, text->bytes);
        runa_tier_deallocate(arena, text);
    }
}
