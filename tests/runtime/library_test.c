// Tests of the runtime's library: format.c value.c list.c table.c text.c print.c io.c.
//
// Prints "ok" and exits 0, or names the check that failed. Panics, and what goes to standard
// output or comes from standard input, are tested in child processes. An argument is the seed of
// the random tests.
#define _GNU_SOURCE
#include "internal.h"

#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

static void check_text(int line, const char *text, const char *expected) {
    if (text == NULL || strcmp(text, expected) != 0) {
        fprintf(stderr, "%s:%d: got <%s>, expected <%s>\n", __FILE__, line, text, expected);
        _exit(1);
    }
}

// A NEW String, freed.
static void check_new(int line, char *text, const char *expected) {
    check_text(line, text, expected);
    if (runa_scope_arena == NULL) {
        runa_deallocate(text);
    }
}

#define CHECK_TEXT(text, expected) check_text(__LINE__, text, expected)
#define CHECK_NEW(text, expected) check_new(__LINE__, text, expected)

static const struct runa_kind integer = {.tag = RUNA_KIND_INTEGER};
static const struct runa_kind whole = {.tag = RUNA_KIND_UNSIGNED};
static const struct runa_kind real = {.tag = RUNA_KIND_FLOAT};
static const struct runa_kind boolean = {.tag = RUNA_KIND_BOOLEAN};
static const struct runa_kind string = {.tag = RUNA_KIND_STRING};
static const struct runa_kind reference = {.tag = RUNA_KIND_REFERENCE};
static const struct runa_kind list_of_integer = {.tag = RUNA_KIND_LIST, .first = &integer};
static const struct runa_kind list_of_string = {.tag = RUNA_KIND_LIST, .first = &string};
static const struct runa_kind list_of_list = {.tag = RUNA_KIND_LIST, .first = &list_of_integer};
static const struct runa_kind set_of_integer = {.tag = RUNA_KIND_SET, .first = &integer};
static const struct runa_kind set_of_string = {.tag = RUNA_KIND_SET, .first = &string};
static const struct runa_kind set_of_float = {.tag = RUNA_KIND_SET, .first = &real};
static const struct runa_kind numbers_by_name = {
    .tag = RUNA_KIND_DICTIONARY, .first = &string, .second = &integer};
static const struct runa_kind lists_by_number = {
    .tag = RUNA_KIND_DICTIONARY, .first = &integer, .second = &list_of_string};

static int64_t word(const char *text) { return (int64_t)text; }

// The text of any value, as `joined with` makes it.
static char *text_of(const struct runa_kind *kind, int64_t value) {
    struct runa_piece piece = {kind, value};
    return runa_join(&piece, 1);
}

// --- Child processes ----------------------------------------------------------------------------

// What a child wrote to one of its streams.
static char output[65536];

// Runs body(argument) in a child with `input` on its standard input; its standard output (stream
// 1) or standard error (2) goes to `output`. Returns its exit status.
static int run_child(void (*body)(const void *), const void *argument, const char *input,
                     int stream) {
    int in[2];
    int out[2];
    CHECK(pipe(in) == 0 && pipe(out) == 0);
    fflush(stdout);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        dup2(in[0], 0);
        dup2(out[1], stream);
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        body(argument);
        fflush(stdout);
        _exit(0);
    }
    close(in[0]), close(out[1]);
    CHECK(write(in[1], input, strlen(input)) == (ssize_t)strlen(input));
    close(in[1]);
    size_t length = 0;
    ssize_t count;
    while ((count = read(out[0], output + length, sizeof output - 1 - length)) > 0) {
        length += (size_t)count;
    }
    output[length] = 0;
    close(out[0]);
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

static void check_panic(int line, void (*body)(const void *), const char *message) {
    int status = run_child(body, NULL, "", 2);
    char expected[256];
    snprintf(expected, sizeof expected, "panic: %s", message);
    if (status != RUNA_EXIT_PANIC || strstr(output, expected) == NULL) {
        fprintf(stderr, "%s:%d: status %d, standard error <%s>, expected <%s>\n", __FILE__, line,
                status, output, expected);
        _exit(1);
    }
}

// Defines a child's body that runs the statement; CHECK_PANIC checks that it panics so.
#define PANIC(name, statement)                                                                     \
    static void name(const void *argument) {                                                       \
        (void)argument;                                                                            \
        statement;                                                                                 \
    }
#define CHECK_PANIC(name, message) check_panic(__LINE__, name, message)

// --- Numbers ------------------------------------------------------------------------------------

static uint64_t random_word(void) { return (uint64_t)runa_random_integer(INT64_MIN, INT64_MAX); }

static double double_of_bits(uint64_t bits) { return runa_float_of_word((int64_t)bits); }

// The text that Python's repr has for the literal itself.
static void check_float(const char *literal) {
    CHECK_NEW(runa_float_to_string(strtod(literal, NULL)), literal);
}

static void test_float_literals(void) {
    char literals[] =
        "0.0 -0.0 1.0 2.0 -2.0 10.0 100.0 0.1 0.2 0.3 0.5 1.5 3.14 3.141592653589793 "
        "2.718281828459045 0.30000000000000004 0.0001 0.00012 1e-05 1.5e-05 9.999e-05 "
        "1e-07 1e-09 1.5e-09 1e+16 1e+17 1.5e+16 1.2345678901234568e+16 "
        "1234567890123456.0 9999999999999998.0 123456789012345.6 1000000000000000.0 "
        "9007199254740991.0 9007199254740992.0 9007199254740994.0 1e+22 1e+23 "
        "9.999999999999997e+22 1e+100 1.7976931348623157e+308 2.2250738585072014e-308 "
        "2.225073858507201e-308 5e-324 1e-323 1.5e-323 2e-323 1.2e-322 "
        "4.94065645841247e-310 5.684341886080802e-14 1.1102230246251565e-16 "
        "2.220446049250313e-16 4.35 4.349999999999999 0.1234567891234567 "
        "1.0000000000000002 0.9999999999999999 1.7800590868057611e-307 6.02214076e+23 "
        "1.602176634e-19 9.5367431640625e-07 8.41e+21 2.0919495182368195e+19 "
        "2.6153245263757308e+19 123456.789 1e-10 inf -inf nan";
    char *rest = literals;
    for (char *literal = strsep(&rest, " "); literal != NULL; literal = strsep(&rest, " ")) {
        check_float(literal);
    }
    check_float("-2.2250738585072014e-308");
    CHECK_NEW(runa_float_to_string(0x1p-25), "2.9802322387695312e-08"); // a tie: to even
    CHECK_NEW(runa_float_to_string(0x1p-44), "5.684341886080802e-14");
    CHECK_NEW(runa_float_to_string(-double_of_bits(0x7ff8000000000000)), "nan");
    CHECK_NEW(runa_float_to_string((double)0.1f), "0.10000000149011612");
}

// The significant digits of a number's text, without its sign, point, exponent and outer zeros.
static void significant_digits(const char *text, char *digits) {
    int length = 0;
    for (; *text != 0 && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (length > 0 || *text != '0')) {
            digits[length++] = *text;
        }
    }
    while (length > 0 && digits[length - 1] == '0') {
        length--;
    }
    digits[length] = 0;
}

// Checks the text of `value` against printf, whose digits are correctly rounded: the fewest of
// them that read back are the shortest text, and the closest one. Only at a power of two, where
// the interval that rounds to the value is lopsided, may there be a text as short or shorter that
// is not so rounded.
static void check_shortest(double value) {
    char text[RUNA_NUMBER_TEXT];
    char reference_text[RUNA_NUMBER_TEXT];
    char digits[RUNA_NUMBER_TEXT];
    char reference_digits[RUNA_NUMBER_TEXT];
    CHECK(runa_format_float(value, text) == (int64_t)strlen(text));
    int precision = 0;
    do {
        snprintf(reference_text, sizeof reference_text, "%.*e", precision++, value);
    } while (strtod(reference_text, NULL) != value);
    significant_digits(text, digits);
    significant_digits(reference_text, reference_digits);
    bool power_of_two = (uint64_t)runa_word_of_float(value) << 12 == 0;
    bool same = strcmp(digits, reference_digits) == 0;
    bool as_short = strlen(digits) <= strlen(reference_digits);
    if (strtod(text, NULL) != value || !(same || (power_of_two && as_short))) {
        fprintf(stderr, "%a prints as %s, printf has %s\n", value, text, reference_text);
        _exit(1);
    }
}

static void test_float_round_trips(void) {
    enum { ROUNDS = 1000000 };
    char text[RUNA_NUMBER_TEXT];
    for (int i = 0; i < ROUNDS; i++) {
        double value = double_of_bits(random_word());
        if (value != value) {
            continue;
        }
        runa_format_float(value, text);
        CHECK(strtod(text, NULL) == value);
        if (i % 16 == 0 && isfinite(value) && value != 0) {
            check_shortest(value);
        }
    }
    for (uint64_t exponent = 0; exponent < 2047; exponent++) {
        for (uint64_t fraction = exponent == 0; fraction < 4; fraction++) {
            check_shortest(double_of_bits(exponent << 52 | fraction));
        }
    }
    for (int64_t i = 1; i < 20000; i++) {
        check_shortest((double)i / 100);
        check_shortest((double)i);
    }
}

static void test_integers(void) {
    CHECK_NEW(runa_integer_to_string(0), "0");
    CHECK_NEW(runa_integer_to_string(-7), "-7");
    CHECK_NEW(runa_integer_to_string(1234567890), "1234567890");
    CHECK_NEW(runa_integer_to_string(INT64_MAX), "9223372036854775807");
    CHECK_NEW(runa_integer_to_string(INT64_MIN), "-9223372036854775808");
    CHECK_NEW(text_of(&whole, -1), "18446744073709551615");
    char text[RUNA_NUMBER_TEXT];
    char expected[RUNA_NUMBER_TEXT];
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)(random_word() >> (i % 64)) * (i % 2 ? 1 : -1);
        snprintf(expected, sizeof expected, "%lld", (long long)value);
        CHECK(runa_format_integer(value, text) == (int64_t)strlen(expected));
        CHECK(strcmp(text, expected) == 0);
        CHECK(runa_string_to_integer(text) == value);
    }
}

static void test_number_parsing(void) {
    CHECK(runa_string_to_integer("42") == 42);
    CHECK(runa_string_to_integer(" \t-0042\r\n") == -42);
    CHECK(runa_string_to_integer("+7") == 7);
    CHECK(runa_string_to_integer("9223372036854775807") == INT64_MAX);
    CHECK(runa_string_to_integer("-9223372036854775808") == INT64_MIN);
    CHECK(runa_string_to_float("2") == 2 && runa_string_to_float(" -2.5e3 ") == -2500);
    CHECK(runa_string_to_float(".5") == 0.5 && runa_string_to_float("5.") == 5);
    CHECK(runa_string_to_float("1e400") == (double)INFINITY);
    CHECK(runa_string_to_float("-inf") == -(double)INFINITY);
    CHECK(isnan(runa_string_to_float("nan")));
    CHECK(runa_string_to_float("1e-400") == 0);
}

PANIC(integer_of_nothing, runa_string_to_integer(NULL))
PANIC(integer_of_empty, runa_string_to_integer(""))
PANIC(integer_of_sign, runa_string_to_integer("-"))
PANIC(integer_of_word, runa_string_to_integer("12\nab"))
PANIC(integer_too_large, runa_string_to_integer("9223372036854775808"))
PANIC(integer_too_small, runa_string_to_integer("-9223372036854775809"))
PANIC(integer_very_large, runa_string_to_integer("99999999999999999999999999999999999999999999"))
PANIC(float_of_empty, runa_string_to_float("  "))
PANIC(float_of_point, runa_string_to_float("."))
PANIC(float_of_exponent, runa_string_to_float("1e"))
PANIC(float_of_hex, runa_string_to_float("0x10"))
PANIC(float_of_word, runa_string_to_float("infinity"))

static void test_number_panics(void) {
    CHECK_PANIC(integer_of_nothing, "use of Nothing as a String");
    CHECK_PANIC(integer_of_empty, "\"\" is not an Integer");
    CHECK_PANIC(integer_of_sign, "\"-\" is not an Integer");
    CHECK_PANIC(integer_of_word, "\"12?ab\" is not an Integer");
    CHECK_PANIC(integer_too_large, "\"9223372036854775808\" is not in the range of an Integer");
    CHECK_PANIC(integer_too_small, "\"-9223372036854775809\" is not in the range");
    CHECK_PANIC(integer_very_large, "\"9999999999999999999999999999999999999999...\" is not");
    CHECK_PANIC(float_of_empty, "\"  \" is not a Float");
    CHECK_PANIC(float_of_point, "\".\" is not a Float");
    CHECK_PANIC(float_of_exponent, "\"1e\" is not a Float");
    CHECK_PANIC(float_of_hex, "\"0x10\" is not a Float");
    CHECK_PANIC(float_of_word, "\"infinity\" is not a Float");
}

// --- Strings ------------------------------------------------------------------------------------

static void test_string_questions(void) {
    CHECK(runa_string_length("") == 0 && runa_string_length("h\xc3\xa9") == 3);
    CHECK(runa_string_equals("a", "a") && !runa_string_equals("a", "b"));
    CHECK(runa_string_equals(NULL, NULL) && !runa_string_equals(NULL, ""));
    CHECK(!runa_string_equals("", NULL));
    CHECK(runa_string_compare("a", "b") == -1 && runa_string_compare("b", "a") == 1);
    CHECK(runa_string_compare("a", "a") == 0 && runa_string_compare("a", "ab") == -1);
    CHECK(runa_string_compare("z", "\xc3\xa9") == -1); // bytes compare unsigned
    CHECK(runa_string_compare(NULL, "") == -1 && runa_string_compare("", NULL) == 1);
    CHECK(runa_string_compare(NULL, NULL) == 0);
    CHECK(runa_string_find("hello", "l") == 2 && runa_string_find("hello", "x") == -1);
    CHECK(runa_string_find("hello", "") == 0 && runa_string_find("", "") == 0);
    CHECK(runa_string_char_at("\xff", 0) == 255 && runa_string_char_at("a", 1) == 0);
    CHECK(runa_ascii_value_of("AB", 1) == 66);
    CHECK(runa_string_starts_with("hello", "he") && !runa_string_starts_with("he", "hello"));
    CHECK(runa_string_starts_with("", "") && runa_string_ends_with("hello", "lo"));
    CHECK(!runa_string_ends_with("lo", "hello") && runa_string_ends_with("lo", ""));
    CHECK(runa_string_contains("hello", "ell") && !runa_string_contains("hello", "els"));
}

static void check_split(int line, const char *s, const char *separator, const char *expected) {
    struct runa_array *list = runa_string_split(s, separator);
    check_new(line, text_of(&list_of_string, (int64_t)list), expected);
    if (list->arena == NULL) {
        for (int64_t i = 0; i < runa_list_length(list); i++) {
            runa_deallocate((void *)runa_list_get(list, i));
        }
    }
    runa_list_destroy(list);
}

#define CHECK_SPLIT(s, separator, expected) check_split(__LINE__, s, separator, expected)

static void test_string_results(void) {
    CHECK_NEW(runa_string_concat("ab", "cd"), "abcd");
    CHECK_NEW(runa_string_concat("", ""), "");
    CHECK_NEW(runa_string_duplicate("abc"), "abc");
    CHECK_NEW(runa_string_substring("hello", 1, 3), "ell");
    CHECK_NEW(runa_string_substring("hello", 3, 100), "lo");
    CHECK_NEW(runa_string_substring("hello", 5, 1), "");
    CHECK_NEW(runa_string_substring("hello", 2, INT64_MAX), "llo");
    CHECK_NEW(runa_string_trim(" \t a b\r\n\v\f "), "a b");
    CHECK_NEW(runa_string_trim("   "), "");
    CHECK_NEW(runa_string_trim(""), "");
    CHECK_NEW(runa_string_to_upper("azAZ@[`{\xc3\xa9"), "AZAZ@[`{\xc3\xa9");
    CHECK_NEW(runa_string_to_lower("azAZ@[`{"), "azaz@[`{");
    CHECK_NEW(runa_string_replace("a-b-c", "-", "--"), "a--b--c");
    CHECK_NEW(runa_string_replace("aaaa", "aa", "b"), "bb");
    CHECK_NEW(runa_string_replace("aaa", "aa", ""), "a");
    CHECK_NEW(runa_string_replace("abc", "x", "y"), "abc");
    CHECK_NEW(runa_string_replace("abc", "", "y"), "abc");
    CHECK_NEW(runa_string_replace("", "a", "y"), "");
    CHECK_NEW(runa_character_to_string('A'), "A");
    CHECK_NEW(runa_character_to_string(0), "");
    CHECK_SPLIT("a,b,,c", ",", "[\"a\", \"b\", \"\", \"c\"]");
    CHECK_SPLIT(",", ",", "[\"\", \"\"]");
    CHECK_SPLIT("", ",", "[\"\"]");
    CHECK_SPLIT("", "", "[\"\"]");
    CHECK_SPLIT("abc", "", "[\"a\", \"b\", \"c\"]");
    CHECK_SPLIT("a--b-c", "--", "[\"a\", \"b-c\"]");
}

static void test_join(void) {
    struct runa_array *list = runa_list_create();
    CHECK_NEW(runa_string_join(list, ", "), "");
    runa_list_append(list, word("a"));
    CHECK_NEW(runa_string_join(list, ", "), "a");
    runa_list_append(list, word(""));
    runa_list_append(list, word("c"));
    CHECK_NEW(runa_string_join(list, ", "), "a, , c");
    CHECK_NEW(runa_string_join(list, ""), "ac");
    struct runa_piece pieces[40] = {{&string, word("x = ")},
                                    {&integer, -5},
                                    {&string, 0},
                                    {&real, runa_word_of_float(2)},
                                    {&boolean, 1},
                                    {&list_of_string, (int64_t)list},
                                    {&string, word("")},
                                    {&whole, 7},
                                    {&reference, 0}};
    CHECK_NEW(runa_join(pieces, 9), "x = -5Nothing2.0true[\"a\", \"\", \"c\"]7Nothing");
    CHECK_NEW(runa_join(pieces, 0), "");
    char expected[41] = {0};
    for (int i = 0; i < 40; i++) {
        pieces[i] = (struct runa_piece){&integer, i % 10};
        expected[i] = (char)('0' + i % 10);
    }
    CHECK_NEW(runa_join(pieces, 40), expected);
    runa_list_destroy(list);
}

static void test_text(void) {
    struct runa_text *text = runa_text_create();
    CHECK_TEXT(runa_text_view(text), "");
    runa_text_append(text, "n=");
    runa_text_append_integer(text, -12);
    runa_text_append_byte(text, ' ');
    runa_text_append_float(text, 0.5);
    CHECK_TEXT(runa_text_view(text), "n=-12 0.5");
    CHECK(runa_text_length(text) == 9 && runa_text_get(text, 2) == '-');
    for (int i = 0; i < 10; i++) {
        runa_text_append(text, runa_text_view(text));
    }
    CHECK(runa_text_length(text) == 9 << 10);
    CHECK(strncmp(runa_text_view(text) + (9 << 10) - 18, "n=-12 0.5n=-12 0.5", 19) == 0);
    runa_text_clear(text);
    CHECK(runa_text_length(text) == 0);
    runa_text_append(text, "again");
    CHECK_NEW(runa_text_to_string(text), "again");
    runa_text_destroy(text);
    runa_text_destroy(NULL);
}

PANIC(substring_start, runa_string_substring("abc", 4, 0))
PANIC(substring_negative_start, runa_string_substring("abc", -1, 0))
PANIC(substring_negative_length, runa_string_substring("abc", 0, -1))
PANIC(length_of_nothing, runa_string_length(NULL))
PANIC(concat_of_nothing, runa_string_concat("a", NULL))
PANIC(find_nothing, runa_string_find("a", NULL))
PANIC(split_nothing, runa_string_split("a", NULL))
PANIC(text_get_outside, runa_text_get(runa_text_create(), 0))

static void test_string_panics(void) {
    CHECK_PANIC(substring_start, "substring start 4 is out of range (length 3)");
    CHECK_PANIC(substring_negative_start, "substring start -1 is out of range (length 3)");
    CHECK_PANIC(substring_negative_length, "substring length -1 is negative");
    CHECK_PANIC(length_of_nothing, "use of Nothing as a String");
    CHECK_PANIC(concat_of_nothing, "use of Nothing as a String");
    CHECK_PANIC(find_nothing, "use of Nothing as a String");
    CHECK_PANIC(split_nothing, "use of Nothing as a String");
    CHECK_PANIC(text_get_outside, "index 0 is out of range (length 0)");
}

// --- Values -------------------------------------------------------------------------------------

static void test_values(void) {
    char copy[] = "abc";
    CHECK(runa_value_equals(&string, word("abc"), word(copy)));
    CHECK(!runa_value_equals(&reference, word("abc"), word(copy)));
    int64_t nan = runa_word_of_float((double)NAN);
    int64_t minus_zero = runa_word_of_float(-0.0);
    CHECK(runa_value_equals(&real, minus_zero, 0) && !runa_value_equals(&integer, minus_zero, 0));
    CHECK(!runa_value_equals(&real, nan, nan) && runa_value_compare(&real, nan, nan) == 0);
    CHECK(runa_value_compare(&real, nan, runa_word_of_float(1e300)) == 1);
    CHECK(runa_value_compare(&real, runa_word_of_float(-1), runa_word_of_float(-2)) == 1);
    CHECK(runa_value_compare(&integer, -1, 1) == -1 && runa_value_compare(&whole, -1, 1) == 1);
    CHECK(runa_value_compare(&string, word("a"), word("b")) == -1);
    CHECK(runa_value_compare(&boolean, 0, 1) == -1 && runa_value_compare(&reference, 8, 8) == 0);
}

// --- Arrays and lists ---------------------------------------------------------------------------

struct point {
    int64_t x;
    int32_t y;
    int32_t z;
};

static void test_arrays(void) {
    struct runa_array *array = runa_array_create(&integer);
    for (int64_t i = 0; i < 1000; i++) {
        runa_array_push(array, i * i);
    }
    CHECK(runa_array_length(array) == 1000 && runa_array_get(array, 31) == 961);
    runa_array_set(array, 31, -1);
    CHECK(runa_array_get(array, 31) == -1 && runa_array_pop(array) == 999 * 999);
    CHECK(runa_array_length(array) == 999);
    runa_array_clear(array);
    CHECK(runa_array_length(array) == 0);
    runa_array_destroy(array);
    runa_array_destroy(NULL);
    array = runa_array_create_sized(3, &real);
    const struct runa_kind array_of_real = {.tag = RUNA_KIND_ARRAY, .first = &real};
    CHECK_NEW(text_of(&array_of_real, (int64_t)array), "[0.0, 0.0, 0.0]");
    runa_array_destroy(array);
}

static void test_arrays_in_place(void) {
    const struct runa_kind inline_point = {.tag = RUNA_KIND_INLINE, .count = sizeof(struct point)};
    struct runa_array *array = runa_array_create(&inline_point);
    struct point point = {1, 2, 3};
    runa_array_push(array, (int64_t)&point);
    for (int i = 0; i < 100; i++) {
        runa_array_push(array, runa_array_get(array, 0)); // its own element, which moves
    }
    point.x = 9;
    runa_array_set(array, 50, (int64_t)&point);
    runa_array_set(array, 50, runa_array_get(array, 50));
    CHECK(((struct point *)runa_array_get(array, 50))->x == 9);
    CHECK(((struct point *)runa_array_pop(array))->z == 3 && runa_array_length(array) == 100);
    CHECK(array->stride == sizeof(struct point) && array->flags == RUNA_ARRAY_INLINE);
    runa_array_destroy(array);
    array = runa_array_create_sized(2, &inline_point);
    CHECK(((struct point *)runa_array_get(array, 1))->y == 0);
    runa_array_destroy(array);
}

static void test_lists(void) {
    struct runa_array *list = runa_list_create();
    CHECK_NEW(text_of(&list_of_integer, (int64_t)list), "[]");
    runa_list_insert(list, 0, 2);
    runa_list_insert(list, 0, 1);
    runa_list_insert(list, 2, 4);
    runa_list_insert(list, 2, 3);
    CHECK_NEW(text_of(&list_of_integer, (int64_t)list), "[1, 2, 3, 4]");
    CHECK(runa_list_remove(list, 1) == 2 && runa_list_remove(list, 2) == 4);
    runa_list_append(list, 7);
    runa_list_set(list, 0, -1);
    CHECK_NEW(text_of(&list_of_integer, (int64_t)list), "[-1, 3, 7]");
    CHECK(runa_list_get(list, 2) == 7 && runa_list_length(list) == 3);
    runa_list_clear(list);
    CHECK(runa_list_length(list) == 0);
    runa_list_destroy(list);
    runa_list_destroy(NULL);
}

static struct runa_array *three(void) {
    struct runa_array *list = runa_list_create();
    for (int64_t i = 0; i < 3; i++) {
        runa_list_append(list, i);
    }
    return list;
}

PANIC(list_get_behind, runa_list_get(three(), 3))
PANIC(list_get_before, runa_list_get(three(), -1))
PANIC(list_set_behind, runa_list_set(three(), 3, 0))
PANIC(list_insert_behind, runa_list_insert(three(), 4, 0))
PANIC(list_remove_behind, runa_list_remove(three(), 3))
PANIC(list_remove_nothing, runa_list_remove(runa_list_create(), 0))
PANIC(array_pop_nothing, runa_array_pop(runa_array_create(&integer)))
PANIC(array_get_behind, runa_array_get(three(), 3))
PANIC(array_set_behind, runa_array_set(three(), -5, 0))
PANIC(array_negative, runa_array_create_sized(-1, &integer))
PANIC(array_too_long, runa_array_create_sized(INT64_MAX / 4, &integer))

static void test_list_panics(void) {
    CHECK_PANIC(list_get_behind, "index 3 is out of range (length 3)");
    CHECK_PANIC(list_get_before, "index -1 is out of range (length 3)");
    CHECK_PANIC(list_set_behind, "index 3 is out of range (length 3)");
    CHECK_PANIC(list_insert_behind, "index 4 is out of range (length 3)");
    CHECK_PANIC(list_remove_behind, "index 3 is out of range (length 3)");
    CHECK_PANIC(list_remove_nothing, "index 0 is out of range (length 0)");
    CHECK_PANIC(array_pop_nothing, "pop from an empty Array");
    CHECK_PANIC(array_get_behind, "index 3 is out of range (length 3)");
    CHECK_PANIC(array_set_behind, "index -5 is out of range (length 3)");
    CHECK_PANIC(array_negative, "an Array cannot have the length -1");
    CHECK_PANIC(array_too_long, "out of memory");
}

// --- Sets and dictionaries ----------------------------------------------------------------------

static struct runa_set *set_of(const struct runa_kind *kind, int count, const int64_t *values) {
    struct runa_set *set = runa_set_create(kind);
    for (int i = 0; i < count; i++) {
        runa_set_add(set, values[i]);
    }
    return set;
}

static void test_sets(void) {
    struct runa_set *a = set_of(&integer, 5, (int64_t[]){3, 1, 2, 1, 3});
    struct runa_set *b = set_of(&integer, 3, (int64_t[]){5, 2, 3});
    CHECK_NEW(text_of(&set_of_integer, (int64_t)a), "{3, 1, 2}");
    struct runa_set *both = runa_set_union(a, b);
    CHECK_NEW(text_of(&set_of_integer, (int64_t)both), "{3, 1, 2, 5}");
    struct runa_set *common = runa_set_intersection(a, b);
    CHECK_NEW(text_of(&set_of_integer, (int64_t)common), "{3, 2}");
    struct runa_set *rest = runa_set_difference(a, b);
    CHECK_NEW(text_of(&set_of_integer, (int64_t)rest), "{1}");
    struct runa_array *list = runa_set_to_list(both);
    CHECK_NEW(text_of(&list_of_integer, (int64_t)list), "[3, 1, 2, 5]");
    CHECK(runa_set_remove(a, 1) && !runa_set_remove(a, 1) && !runa_set_contains(a, 1));
    CHECK(runa_set_contains(a, 2) && runa_set_size(a) == 2);
    runa_set_add(a, 1);
    CHECK_NEW(text_of(&set_of_integer, (int64_t)a), "{3, 2, 1}");
    struct runa_set *empty = runa_set_create(&integer);
    CHECK(!runa_set_contains(empty, 0) && !runa_set_remove(empty, 0));
    CHECK(runa_set_next(empty, 0) == -1 && runa_set_size(empty) == 0);
    CHECK_NEW(text_of(&set_of_integer, (int64_t)empty), "{}");
    runa_list_destroy(list);
    runa_set_destroy(a), runa_set_destroy(b), runa_set_destroy(both), runa_set_destroy(common);
    runa_set_destroy(rest), runa_set_destroy(empty), runa_set_destroy(NULL);
}

static void test_keys_by_kind(void) {
    char text[] = "abc";
    struct runa_set *strings = set_of(&string, 2, (int64_t[]){word(text), word("x\"\n\x01")});
    text[0] = 'z'; // the set has its own copy
    CHECK(runa_set_contains(strings, word("abc")) && !runa_set_contains(strings, word(text)));
    CHECK_NEW(text_of(&set_of_string, (int64_t)strings), "{\"abc\", \"x\\\"\\n\\x01\"}");
    // Its own key as an argument.
    runa_set_add(strings, runa_set_value_at(strings, 0));
    CHECK(runa_set_remove(strings, runa_set_value_at(strings, 0)) && runa_set_size(strings) == 1);
    struct runa_set *copy = runa_set_union(strings, strings);
    runa_set_destroy(strings);
    CHECK(runa_set_contains(copy, word("x\"\n\x01")));
    runa_set_destroy(copy);
    int64_t numbers[] = {0, runa_word_of_float(-0.0), runa_word_of_float((double)NAN),
                         runa_word_of_float(-(double)NAN), runa_word_of_float(0.1)};
    struct runa_set *floats = set_of(&real, 5, numbers);
    CHECK_NEW(text_of(&set_of_float, (int64_t)floats), "{0.0, nan, 0.1}");
    CHECK(runa_set_contains(floats, runa_word_of_float(-0.0)));
    runa_set_destroy(floats);
}

static void test_dictionaries(void) {
    struct runa_dict *dict = runa_dict_create(&string);
    CHECK(runa_dict_get(dict, word("one")) == 0 && !runa_dict_has(dict, word("one")));
    runa_dict_set(dict, word("one"), 1);
    runa_dict_set(dict, word("two"), 2);
    runa_dict_set(dict, word("one"), 11);
    CHECK(runa_dict_increment(dict, word("three"), 3, &integer) == 3);
    CHECK(runa_dict_increment(dict, word("three"), INT64_MAX, &integer) == INT64_MIN + 2);
    runa_dict_set(dict, word("three"), 3);
    CHECK_NEW(text_of(&numbers_by_name, (int64_t)dict), "{\"one\": 11, \"two\": 2, \"three\": 3}");
    struct runa_array *keys = runa_dict_keys(dict);
    struct runa_array *values = runa_dict_values(dict);
    CHECK_NEW(text_of(&list_of_string, (int64_t)keys), "[\"one\", \"two\", \"three\"]");
    CHECK_NEW(text_of(&list_of_integer, (int64_t)values), "[11, 2, 3]");
    runa_list_destroy(keys), runa_list_destroy(values);
    CHECK(runa_dict_remove(dict, word("one")) && !runa_dict_remove(dict, word("one")));
    runa_dict_set(dict, word("one"), 1);
    CHECK_NEW(text_of(&numbers_by_name, (int64_t)dict), "{\"two\": 2, \"three\": 3, \"one\": 1}");
    CHECK(runa_dict_size(dict) == 3);
    runa_dict_destroy(dict);
    dict = runa_dict_create(&integer);
    runa_dict_increment(dict, 5, runa_word_of_float(0.5), &real);
    int64_t sum = runa_dict_increment(dict, 5, runa_word_of_float(0.25), &real);
    CHECK(sum == runa_word_of_float(0.75));
    runa_dict_destroy(dict);
    runa_dict_destroy(NULL);
}

// Random operations against a plain array that says for each key what the set should.
static void test_against_model(const struct runa_kind *kind) {
    enum { KEYS = 300, ROUNDS = 40000 };
    struct runa_dict *dict = runa_dict_create(kind);
    int64_t model[KEYS] = {0};
    int64_t size = 0;
    char name[RUNA_NUMBER_TEXT];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t key = runa_random_integer(0, KEYS - 1);
        snprintf(name, sizeof name, "key %lld", (long long)key);
        int64_t key_word = kind == &string ? word(name) : key << 40;
        CHECK(runa_dict_get(dict, key_word) == model[key]);
        CHECK(runa_dict_has(dict, key_word) == (model[key] != 0));
        // Phases of growth and of decline.
        if (runa_random_integer(0, 99) < (i / 5000 % 2 ? 30 : 70)) {
            size += model[key] == 0;
            model[key] = i + 1;
            runa_dict_set(dict, key_word, i + 1);
        } else {
            CHECK(runa_dict_remove(dict, key_word) == (model[key] != 0));
            size -= model[key] != 0;
            model[key] = 0;
        }
        CHECK(runa_dict_size(dict) == size);
        if (i % 100 == 0) {
            int64_t seen = 0;
            for (int64_t at = runa_dict_next(dict, 0); at >= 0; at = runa_dict_next(dict, at + 1)) {
                int64_t found = runa_dict_key_at(dict, at);
                key = kind == &string ? atoi((char *)found + 4) : found >> 40;
                CHECK(runa_dict_value_at(dict, at) == model[key]);
                seen++;
            }
            CHECK(seen == size);
        }
    }
    runa_dict_destroy(dict);
}

// A walk that removes each element it sees and adds two more, up to a limit, sees them all.
static void test_walk_with_changes(void) {
    enum { LIMIT = 20000 };
    struct runa_set *work = runa_set_create(&integer);
    runa_set_add(work, -7); // stays, so that not all gaps lie at the start
    runa_set_add(work, 1);
    int64_t expected = 1;
    int64_t seen = 0;
    for (int64_t at = runa_set_next(work, 0); at >= 0; at = runa_set_next(work, at + 1)) {
        int64_t value = runa_set_value_at(work, at);
        seen++;
        if (value == -7) {
            continue;
        }
        CHECK(value == expected++);
        CHECK(runa_set_remove(work, value));
        for (int64_t next = 2 * value; next <= 2 * value + 1 && next <= LIMIT; next++) {
            runa_set_add(work, next);
        }
    }
    CHECK(expected == LIMIT + 1 && seen == LIMIT + 1 && runa_set_size(work) == 1);
    runa_set_destroy(work);
}

// Each of these is quadratic in a careless table; a million steps take a moment in this one.
static void test_linear_time(void) {
    enum { COUNT = 300000 };
    struct runa_set *set = runa_set_create(&integer);
    for (int64_t i = 0; i < COUNT; i++) { // a queue: first in, first out, one survivor at the front
        runa_set_add(set, i);
    }
    for (int64_t i = 1; i < COUNT; i++) {
        int64_t at = runa_set_next(set, runa_set_next(set, 0) + 1);
        CHECK(runa_set_value_at(set, at) == i && runa_set_remove(set, i));
    }
    for (int i = 0; i < COUNT; i++) { // walks over almost nothing but gaps
        CHECK(runa_set_next(set, 0) >= 0 && runa_set_next(set, 1) == -1);
    }
    for (int64_t i = COUNT; i < 4 * COUNT; i++) { // one in, one out
        runa_set_add(set, i);
        CHECK(runa_set_remove(set, i));
    }
    for (int64_t i = 0; i < COUNT; i++) { // keys that differ in high bits only
        runa_set_add(set, i << 44);
    }
    CHECK(runa_set_size(set) == COUNT);
    runa_set_destroy(set);
}

static void remove_while_walking(const void *argument) {
    (void)argument;
    struct runa_set *set = set_of(&integer, 1, (int64_t[]){5});
    runa_set_remove(set, 5);
    runa_set_value_at(set, 0);
}

PANIC(set_of_nothing, runa_set_add(runa_set_create(&string), 0))
PANIC(dict_of_nothing, runa_dict_get(runa_dict_create(&string), 0))

static void test_table_panics(void) {
    CHECK_PANIC(remove_while_walking, "the element at this position was removed");
    CHECK_PANIC(set_of_nothing, "use of Nothing as a String");
    CHECK_PANIC(dict_of_nothing, "use of Nothing as a String");
}

// --- Display ------------------------------------------------------------------------------------

static void test_nested_text(void) {
    struct runa_array *outer = runa_list_create();
    struct runa_array *inner = three();
    runa_list_append(outer, (int64_t)inner);
    runa_list_append(outer, 0);
    CHECK_NEW(text_of(&list_of_list, (int64_t)outer), "[[0, 1, 2], Nothing]");
    struct runa_dict *dict = runa_dict_create(&integer);
    struct runa_array *names = runa_list_create();
    runa_list_append(names, word("tab\t back\\ \x7f caf\xc3\xa9"));
    runa_dict_set(dict, 1, (int64_t)names);
    runa_dict_set(dict, 2, 0);
    CHECK_NEW(text_of(&lists_by_number, (int64_t)dict),
              "{1: [\"tab\\t back\\\\ \\x7f caf\xc3\xa9\"], 2: Nothing}");
    runa_list_destroy(outer), runa_list_destroy(inner), runa_list_destroy(names);
    runa_dict_destroy(dict);
}

static void test_fixed_arrays(void) {
#define CHECK_FIXED(element_tag, type, expected, ...)                                              \
    do {                                                                                           \
        const struct runa_kind element = {.tag = element_tag};                                     \
        type values[] = {__VA_ARGS__};                                                             \
        const struct runa_kind kind = {.tag = RUNA_KIND_FIXED_ARRAY,                               \
                                       .count = sizeof values / sizeof *values,                    \
                                       .first = &element};                                         \
        CHECK_NEW(text_of(&kind, (int64_t)values), expected);                                      \
    } while (0)
    CHECK_FIXED(RUNA_KIND_INTEGER, int64_t, "[-1, 2]", -1, 2);
    CHECK_FIXED(RUNA_KIND_INTEGER8, int8_t, "[-1, 2]", -1, 2);
    CHECK_FIXED(RUNA_KIND_INTEGER16, int16_t, "[-1, 2]", -1, 2);
    CHECK_FIXED(RUNA_KIND_INTEGER32, int32_t, "[-1, 2]", -1, 2);
    CHECK_FIXED(RUNA_KIND_UNSIGNED8, uint8_t, "[255, 2]", 255, 2);
    CHECK_FIXED(RUNA_KIND_UNSIGNED16, uint16_t, "[65535, 2]", 65535, 2);
    CHECK_FIXED(RUNA_KIND_UNSIGNED32, uint32_t, "[4294967295, 2]", 4294967295, 2);
    CHECK_FIXED(RUNA_KIND_FLOAT32, float, "[0.5, 2.0]", 0.5f, 2.0f);
    CHECK_FIXED(RUNA_KIND_FLOAT, double, "[0.1, -2.0]", 0.1, -2.0);
    CHECK_FIXED(RUNA_KIND_BOOLEAN8, uint8_t, "[true, false]", 1, 0);
    CHECK_FIXED(RUNA_KIND_STRING, const char *, "[\"a\", Nothing]", "a", NULL);
    const struct runa_kind byte = {.tag = RUNA_KIND_UNSIGNED8};
    const struct runa_kind row = {.tag = RUNA_KIND_FIXED_ARRAY, .count = 2, .first = &byte};
    const struct runa_kind rows = {.tag = RUNA_KIND_FIXED_ARRAY, .count = 3, .first = &row};
    uint8_t matrix[3][2] = {{1, 2}, {3, 4}, {5, 6}};
    CHECK_NEW(text_of(&rows, (int64_t)matrix), "[[1, 2], [3, 4], [5, 6]]");
}

static void print_everything(const void *argument) {
    runa_print_integer(-5), runa_print_newline();
    runa_print_unsigned(UINT64_MAX), runa_print_newline();
    runa_print_float(2), runa_print_newline();
    runa_print_boolean(1), runa_print_boolean(0), runa_print_newline();
    runa_print_text("plain \"text\""), runa_print_text(NULL), runa_print_newline();
    runa_print_value(&string, word("a\tb")), runa_print_newline();
    runa_print_value(&list_of_integer, (int64_t)argument), runa_print_newline();
    runa_print_value(&reference, 0x1234), runa_print_newline();
    runa_print_string_line("line"), runa_print_integer_line(7);
}

static void test_printing(void) {
    struct runa_array *list = three();
    CHECK(run_child(print_everything, list, "", 1) == 0);
    CHECK_TEXT(output, "-5\n18446744073709551615\n2.0\ntruefalse\nplain \"text\"Nothing\na\tb\n"
                       "[0, 1, 2]\n0x1234\nline\n7\n");
    runa_list_destroy(list);
}

// --- Input, files, system -----------------------------------------------------------------------

static void echo_lines(const void *argument) {
    (void)argument;
    for (char *line = runa_read_line(); line != NULL; line = runa_read_line()) {
        printf("%zu<%.9s>", strlen(line), line);
        runa_deallocate(line);
    }
    CHECK(runa_read_line() == NULL);
}

static void test_read_line(void) {
    CHECK(run_child(echo_lines, NULL, "one\n\ntwo\r\nlast", 1) == 0);
    CHECK_TEXT(output, "3<one>0<>4<two\r>4<last>");
    CHECK(run_child(echo_lines, NULL, "", 1) == 0);
    CHECK_TEXT(output, "");
    char lines[10001 + 1024 + 1];
    memset(lines, 'x', sizeof lines - 1);
    lines[10000] = '\n'; // and then a line of just the first capacity
    lines[sizeof lines - 1] = 0;
    CHECK(run_child(echo_lines, NULL, lines, 1) == 0);
    CHECK_TEXT(output, "10000<xxxxxxxxx>1024<xxxxxxxxx>");
}

static void test_files(void) {
    char folder[] = "/tmp/runa-library-test-XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    char *name = runa_string_concat(folder, "/file");
    CHECK(!runa_file_exists(name) && runa_read_file(name) == NULL);
    CHECK(runa_write_file(name, "first\n") && runa_append_file(name, "second"));
    CHECK(runa_file_exists(name));
    CHECK_NEW(runa_read_file(name), "first\nsecond");
    CHECK(runa_write_file(name, ""));
    CHECK_NEW(runa_read_file(name), "");
    char *large = runa_allocate(100001);
    memset(large, 'y', 100000);
    CHECK(runa_write_file(name, large));
    CHECK_NEW(runa_read_file(name), large);
    runa_deallocate(large);
    FILE *file = fopen(name, "w");
    CHECK(file != NULL && fwrite("a\0b", 1, 3, file) == 3 && fclose(file) == 0);
    CHECK(runa_read_file(name) == NULL);
    CHECK(runa_read_file(folder) == NULL && runa_file_exists(folder));
    CHECK(!runa_write_file(folder, "x") && !runa_write_file("/nowhere/file", "x"));
    CHECK(!runa_write_file("/dev/full", "x"));
    char *status = runa_read_file("/proc/self/status"); // its size is given as 0
    CHECK(status != NULL && strstr(status, "Pid:") != NULL);
    runa_deallocate(status);
    CHECK(unlink(name) == 0 && rmdir(folder) == 0);
    runa_deallocate(name);
}

PANIC(argument_outside, runa_get_command_line_arg(-1))
PANIC(no_random, runa_random_integer(2, 1))
PANIC(read_nothing, runa_read_file(NULL))

static void test_system(void) {
    CHECK(runa_get_command_line_arg_count() == runa_argument_count);
    CHECK(runa_get_command_line_arg(0) == runa_argument_values[0]);
    struct runa_array *arguments = runa_command_line_arguments();
    CHECK(runa_list_length(arguments) == runa_argument_count - 1);
    runa_list_destroy(arguments);
    CHECK(setenv("RUNA_LIBRARY_TEST", "value", 1) == 0);
    CHECK_TEXT(runa_get_environment("RUNA_LIBRARY_TEST"), "value");
    CHECK(runa_get_environment("RUNA_LIBRARY_TEST_2") == NULL);
    int64_t before = runa_time_now_nanoseconds();
    runa_sleep_milliseconds(3);
    runa_sleep_milliseconds(-1);
    CHECK(runa_time_now_nanoseconds() - before >= 3000000);
    CHECK_PANIC(argument_outside, "index -1 is out of range");
    CHECK_PANIC(no_random, "no random number lies between 2 and 1");
    CHECK_PANIC(read_nothing, "use of Nothing as a String");
}

static void test_random(void) {
    runa_random_seed(42);
    int64_t first = runa_random_integer(0, 1000000);
    int64_t second = runa_random_integer(0, 1000000);
    runa_random_seed(42);
    CHECK(runa_random_integer(0, 1000000) == first && runa_random_integer(0, 1000000) == second);
    CHECK(first != second && runa_random_integer(5, 5) == 5);
    int64_t counts[6] = {0};
    for (int i = 0; i < 60000; i++) {
        int64_t die = runa_random_integer(-2, 3);
        CHECK(die >= -2 && die <= 3);
        counts[die + 2]++;
    }
    for (int i = 0; i < 6; i++) {
        CHECK(counts[i] > 9500 && counts[i] < 10500);
    }
    bool high_half = false;
    bool low_half = false;
    for (int i = 0; i < 100; i++) {
        int64_t any = runa_random_integer(INT64_MIN, INT64_MAX);
        high_half = high_half || any > 0;
        low_half = low_half || any < 0;
    }
    CHECK(high_half && low_half);
}

// --- Everything again in an arena ---------------------------------------------------------------

// Leaves nothing behind but the arena: what a scope makes needs no destroy.
static void test_scope(void) {
    struct runa_arena *arena = runa_arena_create(64);
    runa_scope_arena = arena;
    int64_t used = runa_arena_get_used(arena);
    CHECK_NEW(runa_string_concat("L", "1"), "L1");
    CHECK(runa_arena_get_used(arena) == used + 3);
    struct runa_set *set = runa_set_create(&string);
    struct runa_array *list = runa_list_create();
    struct runa_text *text = runa_text_create();
    runa_scope_arena = NULL; // growth goes where the collection lies
    char name[RUNA_NUMBER_TEXT];
    for (int64_t i = 0; i < 1000; i++) {
        runa_format_integer(i, name);
        runa_set_add(set, word(name));
        runa_set_remove(set, word(name));
        runa_set_add(set, word(name));
        runa_list_append(list, i);
        runa_text_append(text, name);
    }
    CHECK(runa_set_size(set) == 1000 && runa_text_length(text) == 2890);
    runa_set_destroy(set), runa_list_destroy(list); // does nothing
    struct runa_array *owned = runa_list_create();
    runa_scope_arena = arena;
    runa_list_append(owned, 1); // owned, so it grows on the owned heap
    test_string_results();
    test_join();
    test_text();
    test_sets();
    test_keys_by_kind();
    test_dictionaries();
    test_nested_text();
    test_against_model(&string);
    runa_scope_arena = NULL;
    runa_list_destroy(owned);
    runa_arena_destroy(arena);
}

int64_t runa_entry(int64_t argc, char **argv) {
    int64_t seed = argc > 1 ? atoll(argv[1]) : runa_time_now_nanoseconds();
    printf("seed %lld\n", (long long)seed);
    test_random();
    runa_random_seed(seed);
    test_integers();
    test_float_literals();
    test_float_round_trips();
    test_number_parsing();
    test_number_panics();
    test_string_questions();
    test_string_results();
    test_join();
    test_text();
    test_string_panics();
    test_values();
    test_arrays();
    test_arrays_in_place();
    test_lists();
    test_list_panics();
    test_sets();
    test_keys_by_kind();
    test_dictionaries();
    test_against_model(&integer);
    test_against_model(&string);
    test_walk_with_changes();
    test_linear_time();
    test_table_panics();
    test_nested_text();
    test_fixed_arrays();
    test_printing();
    test_read_line();
    test_files();
    test_system();
    test_scope();
    puts("ok");
    return 0;
}
