// The command line.
#ifndef RUNA_OPTIONS_H
#define RUNA_OPTIONS_H

#include "compilation.h"

typedef enum Command {
    COMMAND_BUILD,
    COMMAND_RUN,
    COMMAND_CHECK,
    COMMAND_EXPLAIN,
    COMMAND_FORMAT,
    COMMAND_VERSION,
    COMMAND_HELP,
} Command;

typedef enum Emit { EMIT_TOKENS, EMIT_AST, EMIT_ASSEMBLY, EMIT_OBJECT, EMIT_EXECUTABLE } Emit;

typedef enum Color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } Color;

typedef struct CommandLine {
    Command command;
    Emit emit;
    Color color;
    bool json;
    bool report; // --report=memory
    bool time;
    bool is_static;
    bool check_format;          // fmt --check
    PointerVector format_files; // for COMMAND_FORMAT: const char *, borrowed from argv
    // "-": standard input; for COMMAND_EXPLAIN the code, or NULL
    const char *input;
    char *output; // owned; never NULL for EMIT_ASSEMBLY and later, except with COMMAND_RUN
    PointerVector include_folders; // const char *, borrowed from argv
    PointerVector library_folders;
    PointerVector libraries;
    char **program_arguments; // for COMMAND_RUN, borrowed from argv
    int program_argument_count;
    bool disabled[DIAGNOSTIC_CODE_COUNT]; // by -Wno-NAME
    Options options;
} CommandLine;

// Reads the arguments. On wrong usage prints one line (and a suggestion) on standard error and
// returns false; the caller then exits with status 2. Destroy the result in both cases.
bool options_parse(CommandLine *command_line, int argc, char **argv);
// What is written behind `runac` for the command that the input, taken for a file, is like; NULL if
// it is none. Static text.
const char *options_meant_command(const CommandLine *command_line);
void options_print_help(FILE *stream);
void options_destroy(CommandLine *command_line);

#endif
