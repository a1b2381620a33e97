// Printing the texts of docs/errors, which are installed beside the stdlib.
#include "explain.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "complaint.h"

enum { STATUS_OK = 0, STATUS_FAILURE = 2 };

typedef struct Row {
    const char *code;
    const char *title;
} Row;

static const Row rows[] = {
#define DIAGNOSTIC_ERROR(code, name, title) {#code, title},
#define DIAGNOSTIC_WARNING(flag, name, enabled, strict, title) {flag, title},
#include "diagnostic.def"
};

static int list_codes(void) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        printf("%-20s%s\n", rows[i].code, rows[i].title);
    }
    return STATUS_OK;
}

// The number of an error that is not written as codes are: `203`, `E203`, `E00203`; 0 for other
// words.
static unsigned number_of(const char *topic) {
    const char *digits = topic + (topic[0] == 'E' || topic[0] == 'e');
    size_t length = strlen(digits);
    unsigned number = 0;
    if (length == 0 || length > 6 || strspn(digits, "0123456789") != length) {
        return 0;
    }
    while (*digits) {
        number = number * 10 + (unsigned)(*digits++ - '0');
    }
    return number;
}

static bool is_code(const char *topic) {
    return (topic[0] == 'E' || topic[0] == 'e') && strlen(topic) == 5 && number_of(topic) > 0;
}

// Numbers of errors are all alike: only what is no code, such as `E020`, is like one.
static const Row *find_row(const char *topic, Suggestion *suggestion) {
    unsigned number = number_of(topic);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool is_error = rows[i].code[0] == 'E';
        if (strcasecmp(rows[i].code, topic) == 0) {
            return &rows[i];
        }
        if (is_error && number > 0 && number_of(rows[i].code) == number) {
            suggestion->best = rows[i].code;
            return NULL;
        }
        if (!is_error || !is_code(topic)) {
            suggestion_offer(suggestion, rows[i].code);
        }
    }
    return NULL;
}

// Markdown for a terminal: no marks of headings, and the lines of blocks indented.
static void print_text(FILE *file) {
    char line[4096];
    bool is_block = false, is_line_start = true;
    while (fgets(line, sizeof line, file)) {
        size_t length = strlen(line);
        if (is_line_start && strncmp(line, "```", 3) == 0) {
            is_block = !is_block;
            fputs(strcmp(line, "```runa wrong\n") == 0   ? "Wrong:\n"
                  : strcmp(line, "```runa cured\n") == 0 ? "Right:\n"
                                                         : "",
                  stdout);
        } else {
            const char *text =
                is_line_start && !is_block && strncmp(line, "# ", 2) == 0 ? line + 2 : line;
            bool is_indented = is_block && is_line_start && line[0] != '\n';
            printf("%s%s", is_indented ? "    " : "", text);
        }
        is_line_start = length > 0 && line[length - 1] == '\n';
    }
}

int explain(const char *topic, const Installation *installation) {
    if (!topic) {
        return list_codes();
    }
    Suggestion suggestion = {.wanted = topic};
    const Row *row = find_row(topic, &suggestion);
    if (!row && suggestion.best) {
        complain("there is no code '%s'; did you mean '%s'?", topic, suggestion.best);
        return STATUS_FAILURE;
    }
    if (!row) {
        complain("there is no code '%s'; `runac explain` lists all", topic);
        return STATUS_FAILURE;
    }
    if (!installation->errors_folder) {
        complain(
            "cannot find the texts about errors; set RUNA_HOME to the folder of the installation");
        return STATUS_FAILURE;
    }
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s.md", installation->errors_folder, row->code);
    FILE *file = length < (int)sizeof path ? fopen(path, "r") : NULL;
    if (!file) {
        complain_about(path, "read", errno);
        return STATUS_FAILURE;
    }
    print_text(file);
    fclose(file);
    return STATUS_OK;
}
