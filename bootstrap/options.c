#include "options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "complaint.h"

typedef struct Arguments {
    int count;
    char **items;
    int next;
} Arguments;

// "unknown …", with the nearest of what was offered to the suggestion.
static bool unknown(const char *what, const Suggestion *suggestion) {
    if (suggestion->best) {
        return complain("unknown %s '%s'; did you mean '%s'?", what, suggestion->wanted,
                        suggestion->best);
    }
    return complain("unknown %s '%s'; `runac %s` lists them", what, suggestion->wanted,
                    strcmp(what, "warning") == 0 ? "explain" : "--help");
}

// What a table of words calls the wanted one, or -1 with all of them offered to the suggestion.
static int find_word(const char *const *words, int count, const char *wanted,
                     Suggestion *suggestion) {
    *suggestion = (Suggestion){.wanted = wanted};
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], wanted) == 0) {
            return i;
        }
        suggestion_offer(suggestion, words[i]);
    }
    return -1;
}

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

// --- Options with a value ----------------------------------------------------------------------

static bool take_output(CommandLine *line, const char *value) {
    memory_free(line->output);
    line->output = memory_copy_text(value, strlen(value));
    return true;
}

static bool take_emit(CommandLine *line, const char *value) {
    static const char *const phases[] = {"tokens", "ast", "asm", "obj", "exe", "ir"};
    Suggestion suggestion;
    int found = find_word(phases, COUNT(phases), value, &suggestion);
    if (found == COUNT(phases) - 1) {
        return complain("--emit=ir: this compiler has no optimiser, so there is no IR to show");
    }
    line->emit = (Emit)found;
    return found >= 0 || unknown("phase", &suggestion);
}

static bool take_include(CommandLine *line, const char *value) {
    vector_push(&line->include_folders, (void *)value);
    return true;
}

static bool take_library_folder(CommandLine *line, const char *value) {
    vector_push(&line->library_folders, (void *)value);
    return true;
}

static bool take_library(CommandLine *line, const char *value) {
    vector_push(&line->libraries, (void *)value);
    return true;
}

static bool begins_with(const char *text, const char *beginning) {
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

// Other than the levels of the table.
static bool refuse_level(CommandLine *line, const char *value) {
    (void)line;
    return complain("unknown optimisation level '%s'; there are -O0, -O1 and -O2", value);
}

static bool take_warning(CommandLine *line, const char *value) {
    static const struct {
        const char *flag;
        DiagnosticCode code;
    } warnings[] = {
#define DIAGNOSTIC_WARNING(flag, name, enabled, strict, title) {flag, WARNING_##name},
#include "diagnostic.def"
    };
    bool off = strncmp(value, "no-", 3) == 0;
    Suggestion suggestion = {.wanted = off ? value + 3 : value};
    for (int i = 0; i < COUNT(warnings); i++) {
        if (strcmp(warnings[i].flag, suggestion.wanted) == 0) {
            line->disabled[warnings[i].code] = off;
            return true;
        }
        suggestion_offer(&suggestion, warnings[i].flag);
    }
    for (int i = 0; i < COUNT(warnings) && !suggestion.best; i++) {
        if (*suggestion.wanted && begins_with(warnings[i].flag, suggestion.wanted)) {
            suggestion.best = warnings[i].flag;
        }
    }
    return strcmp(value, "all") == 0
               ? complain("no option '-Wall': all warnings are on; -Wno-NAME switches one off")
               : unknown("warning", &suggestion);
}

static bool take_check(CommandLine *line, const char *value) {
    static const char *const checks[] = {"overflow", "memory"};
    Suggestion suggestion;
    switch (find_word(checks, COUNT(checks), value, &suggestion)) {
    case 0:
        line->options.check_overflow = true;
        return true;
    case 1:
        line->options.check_memory = true;
        return true;
    default:
        return unknown("check", &suggestion);
    }
}

static bool take_error_format(CommandLine *line, const char *value) {
    static const char *const formats[] = {"human", "json"};
    Suggestion suggestion;
    int found = find_word(formats, COUNT(formats), value, &suggestion);
    line->json = found == 1;
    return found >= 0 || unknown("error format", &suggestion);
}

static bool take_report(CommandLine *line, const char *value) {
    static const char *const reports[] = {"memory"};
    Suggestion suggestion;
    line->report = find_word(reports, COUNT(reports), value, &suggestion) >= 0;
    return line->report || unknown("report", &suggestion);
}

static bool take_color(CommandLine *line, const char *value) {
    static const char *const colors[] = {"auto", "always", "never"};
    Suggestion suggestion;
    int found = find_word(colors, COUNT(colors), value, &suggestion);
    line->color = (Color)found;
    return found >= 0 || unknown("color", &suggestion);
}

// --- The table ---------------------------------------------------------------------------------

// What the word of another tool is here, or NULL.
static const char *other_name(const char *word) {
#define OTHER(other, meant)                                                                        \
    if (strcmp(word, other) == 0) {                                                                \
        return meant;                                                                              \
    }
#include "options.def"
    return NULL;
}

// Of two letters, one that differs is another option, and no misspelt one.
static void offer_option(Suggestion *suggestion, const char *text) {
    bool is_letter = strlen(text) == 2 && strlen(suggestion->wanted) == 2;
    if (!is_letter || tolower((unsigned char)suggestion->wanted[1]) == tolower(text[1])) {
        suggestion_offer(suggestion, text);
    }
}

// Of a word with a value, what stands before it is compared: `--chek=memory`.
static bool unknown_option(const char *word) {
    const char *equals = strchr(word, '=');
    char *name = memory_copy_text(word, equals ? (size_t)(equals - word) + 1 : strlen(word));
    Suggestion suggestion = {.wanted = name};
#define FLAG(text, member, value, help) offer_option(&suggestion, text);
#define VALUE(text, function, shown, help) offer_option(&suggestion, text);
#include "options.def"
    const char *meant = other_name(word);
    suggestion.best = meant ? meant : suggestion.best;
    bool takes_value = equals && suggestion.best && ends_with(suggestion.best, "=");
    if (takes_value) {
        complain("unknown option '%s'; did you mean '%s%s'?", word, suggestion.best, equals + 1);
    } else {
        suggestion.wanted = word;
        unknown("option", &suggestion);
    }
    memory_free(name);
    return false;
}

// The value of an option that takes one: the rest of the word, or for short ones also the next
// word.
static const char *option_value(const char *text, const char *word, Arguments *arguments) {
    size_t length = strlen(text);
    if (word[length] || text[length - 1] == '=') {
        return word + length;
    }
    return arguments->next < arguments->count ? arguments->items[arguments->next++] : NULL;
}

static bool take_value(CommandLine *line, bool (*take)(CommandLine *, const char *),
                       const char *text, const char *word, Arguments *arguments) {
    const char *value = option_value(text, word, arguments);
    if (!value || !*value) {
        return complain("%s needs a value", text);
    }
    return take(line, value);
}

static bool take_option(CommandLine *line, const char *word, Arguments *arguments) {
#define FLAG(text, member, value, help)                                                            \
    if (strcmp(word, text) == 0) {                                                                 \
        line->member = value;                                                                      \
        return true;                                                                               \
    }
#include "options.def"
#define VALUE(text, function, shown, help)                                                         \
    if (strncmp(word, text, strlen(text)) == 0) {                                                  \
        return take_value(line, function, text, word, arguments);                                  \
    }
#include "options.def"
    return unknown_option(word);
}

// --- Words that are not options ----------------------------------------------------------------

// The first word that is no option may be a command.
static bool take_command(CommandLine *line, const char *word) {
#define COMMAND(text, NAME, arguments, help)                                                       \
    if (strcmp(word, text) == 0) {                                                                 \
        line->command = COMMAND_##NAME;                                                            \
        return true;                                                                               \
    }
#include "options.def"
    return false;
}

const char *options_meant_command(const CommandLine *line) {
    if (line->command != COMMAND_BUILD) {
        return NULL;
    }
    Suggestion suggestion = {.wanted = line->input};
#define COMMAND(text, NAME, arguments, help) suggestion_offer(&suggestion, text);
#define OTHER(word, meant) suggestion_offer(&suggestion, word);
#include "options.def"
    const char *meant = suggestion.best ? other_name(suggestion.best) : NULL;
    return meant ? meant : suggestion.best;
}

static bool refuse_second_file(const CommandLine *line, const char *word) {
    if (line->command == COMMAND_EXPLAIN) {
        return complain("one code at a time: '%s' and '%s'", line->input, word);
    }
    const char *command = options_meant_command(line);
    return command
               ? complain("unknown command '%s'; did you mean 'runac %s'?", line->input, command)
               : complain("one source file at a time: '%s' and '%s'", line->input, word);
}

static bool take_file(CommandLine *line, const char *word) {
    if (line->command == COMMAND_FORMAT) {
        line->input = word;
        vector_push(&line->format_files, (void *)word);
        return true;
    }
    if (!line->input) {
        line->input = word;
        return true;
    }
    if (ends_with(word, ".s") && !line->output && line->command == COMMAND_BUILD) {
        line->emit = EMIT_ASSEMBLY;
        return take_output(line, word);
    }
    return refuse_second_file(line, word);
}

// FILE without ".runa", with the ending of what is made; for standard input a.s, a.o, a.out.
static char *default_output(const CommandLine *line) {
    static const char *const endings[] = {
        [EMIT_ASSEMBLY] = ".s", [EMIT_OBJECT] = ".o", [EMIT_EXECUTABLE] = ""};
    const char *input = strcmp(line->input, "-") == 0 ? "a" : line->input;
    size_t length = strlen(input);
    bool is_source = ends_with(input, ".runa") && length > 5 && input[length - 6] != '/';
    const char *ending = is_source || line->emit != EMIT_EXECUTABLE ? endings[line->emit] : ".out";
    length -= is_source ? 5 : 0;
    char *output = memory_allocate(length + strlen(ending) + 1);
    memcpy(output, input, length);
    strcpy(output + length, ending);
    return output;
}

static bool finish(CommandLine *line) {
    if (line->command == COMMAND_VERSION || line->command == COMMAND_HELP ||
        line->command == COMMAND_EXPLAIN) {
        return true;
    }
    if (!line->input) {
        return complain("no source file; usage: runac FILE.runa [-o OUT], or runac --help");
    }
    if (line->report &&
        (line->command != COMMAND_BUILD || line->emit != EMIT_EXECUTABLE || line->output)) {
        return complain("--report makes no code: it goes with a source file alone");
    }
    if (line->report && line->options.check_memory) {
        return complain("--report is about programs that are built without --check=memory");
    }
    if (line->command == COMMAND_BUILD && line->emit >= EMIT_ASSEMBLY && !line->output) {
        line->output = default_output(line);
    }
    if (line->command != COMMAND_BUILD && line->output) {
        return complain("-o goes with building only, not with `run`, `check` or `fmt`");
    }
    if (line->command != COMMAND_BUILD && line->emit != EMIT_EXECUTABLE) {
        return complain(
            "a phase to stop after goes with building only, not with `run`, `check` or `fmt`");
    }
    if (line->check_format && line->command != COMMAND_FORMAT) {
        return complain("--check alone goes with `fmt`; did you mean --check=overflow?");
    }
    line->options.include_folders = (const char **)line->include_folders.items;
    line->options.include_count = line->include_folders.count;
    line->options.check_only = line->command == COMMAND_CHECK;
    line->options.no_entry =
        line->report || line->emit == EMIT_OBJECT || line->emit == EMIT_ASSEMBLY;
    return true;
}

bool options_parse(CommandLine *line, int argc, char **argv) {
    *line = (CommandLine){.command = COMMAND_BUILD, .emit = EMIT_EXECUTABLE};
    Arguments arguments = {.count = argc, .items = argv, .next = 1};
    bool may_be_command = true, only_files = false;
    while (arguments.next < arguments.count) {
        const char *word = arguments.items[arguments.next++];
        bool is_option = !only_files && word[0] == '-' && word[1];
        if (is_option && strcmp(word, "--") == 0) {
            only_files = true;
            continue;
        }
        if (is_option) {
            if (!take_option(line, word, &arguments)) {
                return false;
            }
            continue;
        }
        bool is_command = may_be_command && !only_files && line->command == COMMAND_BUILD &&
                          take_command(line, word);
        may_be_command = false;
        if (is_command) {
            continue;
        }
        if (!take_file(line, word)) {
            return false;
        } else if (line->command == COMMAND_RUN) { // the rest is the program's
            line->program_arguments = argv + arguments.next;
            line->program_argument_count = argc - arguments.next;
            break;
        }
    }
    return finish(line);
}

void options_print_help(FILE *stream) {
    fputs("usage: runac FILE.runa [-o OUT]       compile to a native executable\n"
          "       runac FILE.runa OUT.s          compile to assembly\n",
          stream);
#define COMMAND(word, NAME, arguments, help)                                                       \
    fprintf(stream, "       runac %-25s%s\n", word " " arguments, help);
#include "options.def"
    fputs("FILE may be - for standard input. Options, before FILE with `run`:\n", stream);
#define FLAG(text, member, value, help)                                                            \
    if (*help) {                                                                                   \
        fprintf(stream, "  %-36s%s\n", text, help);                                                \
    }
#define VALUE(text, function, shown, help) FLAG(text shown, , , help)
#include "options.def"
}

void options_destroy(CommandLine *line) {
    memory_free(line->output);
    vector_destroy(&line->format_files);
    vector_destroy(&line->include_folders);
    vector_destroy(&line->library_folders);
    vector_destroy(&line->libraries);
}
