// The Runa bootstrap compiler. One run creates the ARENA, then the LEXER, the PARSER and the
// CODEGEN, and destroys CODEGEN, PROGRAM, PARSER, LEXER and ARENA in that order, whatever happens
// in between.
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "codegen.h"
#include "complaint.h"
#include "config.h"
#include "explain.h"
#include "format.h"
#include "options.h"
#include "parser.h"
#include "program.h"
#include "report.h"
#include "resolve.h"
#include "toolchain.h"

// Exit statuses, as documented.
enum { STATUS_OK = 0, STATUS_ERRORS = 1, STATUS_FAILURE = 2, STATUS_INTERNAL = 70 };

// The stack is the compiler's own, so that the limits on nesting hold whatever `ulimit -s` says;
// only what is used of it takes memory.
enum { INITIAL_ARENA = 65536, LARGEST_INITIAL = 512 << 20, STACK_SIZE = 256 << 20 };

enum { MOST_PHASES = 8 };

typedef struct Phase {
    const char *name;
    double seconds;
} Phase;

typedef struct Session {
    CommandLine command_line;
    Installation installation;
    Compilation compilation;
    Toolchain toolchain;
    AssemblySink sink;
    Lexer *lexer;
    Parser *parser;
    Codegen *codegen;
    Phase phases[MOST_PHASES]; // those that have ended, for --time
    int phase_count;
    double phase_start; // seconds
} Session;

// --- Errors of this compiler -------------------------------------------------------------------

// What an internal error says about itself.
static const char *volatile current_phase = "start";
static Compilation *volatile current_compilation;

static void write_text(const char *text) {
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void write_number(uint32_t number) {
    char digits[12];
    char *first = digits + sizeof digits - 1;
    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    write_text(first);
}

// "path:line: " of the declaration that was worked on. Memory may be damaged, so nothing is looked
// up that reading the source does not give.
static void write_position(const Compilation *compilation) {
    const Source *source =
        compilation ? source_at(&compilation->sources, compilation->position) : NULL;
    if (source) {
        uint32_t line = 1;
        for (uint32_t i = 0; i < compilation->position - source->base; i++) {
            line += source->text[i] == '\n';
        }
        write_text(source->path);
        write_text(":");
        write_number(line);
        write_text(": ");
    }
}

static _Noreturn void internal_error(const char *what) {
    toolchain_abandon();
    write_position(current_compilation);
    write_text("internal error in phase ");
    write_text(current_phase);
    write_text(": ");
    write_text(what);
    write_text(
        "\nrunac: this is a mistake of the compiler; please report these lines and the source\n");
    _exit(STATUS_INTERNAL);
}

// An assertion that does not hold has written what it was; a fault says nothing.
static void die_of_fault(int number) {
    signal(SIGABRT, SIG_DFL);
    internal_error(number == SIGABRT ? "an assertion does not hold" : "invalid memory access");
}

static void prepare_internal_errors(void) {
    struct sigaction action = {.sa_handler = die_of_fault, .sa_flags = SA_ONSTACK};
    sigaction(SIGABRT, &action, NULL);
#ifndef __SANITIZE_ADDRESS__  // it explains faults better, on a stack of its own
    static char stack[65536]; // a fault may be an overflow of the usual one
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
#endif
}

// What runtime/arena.c asks of its surroundings. Out of memory is no error of this compiler.
_Noreturn void runa_panic(const char *message) { internal_error(message); }

_Noreturn void runa_panic_format(const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (strcmp(format, RUNA_MESSAGE_MEMORY) != 0) {
        internal_error(text);
    }
    fprintf(stderr, "runac: %s\n", text);
    exit(STATUS_FAILURE);
}

// --- Phases ------------------------------------------------------------------------------------

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// Begins a phase, and ends the one before.
static void enter_phase(Session *session, const char *name) {
    double time = now();
    if (session->phase_start > 0) {
        assert(session->phase_count < MOST_PHASES);
        session->phases[session->phase_count++] =
            (Phase){current_phase, time - session->phase_start};
    }
    current_phase = name;
    session->phase_start = time;
}

// Ends the last phase. With --time, says how long each took, behind all that they had to say.
static void end_phases(Session *session) {
    enter_phase(session, "end");
    for (int i = 0; session->command_line.time && i < session->phase_count; i++) {
        const Phase *phase = &session->phases[i];
        fprintf(stderr, "%-10s %9.3f ms\n", phase->name, phase->seconds * 1e3);
    }
}

// The sink of a run that only reports.
static bool drop_text(void *context, const char *text, size_t length) {
    (void)context, (void)text, (void)length;
    return true;
}

// What the tree of the source will take at most, as a rule: memory that is asked for at once may
// use large pages, and costs few page faults.
static int64_t likely_tree_size(const char *path) {
    enum { BYTES_A_BYTE = 10 };
    struct stat status;
    bool is_large = path && stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
                    status.st_size > INITIAL_ARENA / BYTES_A_BYTE;
    int64_t size = is_large ? (int64_t)status.st_size : 0;
    return !is_large                               ? INITIAL_ARENA
           : size < LARGEST_INITIAL / BYTES_A_BYTE ? size * BYTES_A_BYTE
                                                   : LARGEST_INITIAL;
}

// With --time: the lines of all sources, the library's too, and the most memory there was.
static void report_size(const Session *session) {
    struct rusage usage = {0};
    const SourceTable *sources = &session->compilation.sources;
    uint64_t lines = 0;
    for (uint32_t i = 0; i < sources->count; i++) {
        const char *text = sources->items[i]->text, *end = text + sources->items[i]->length;
        while ((text = memchr(text, '\n', (size_t)(end - text)))) {
            text++;
            lines++;
        }
    }
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%-10s %9llu\n%-10s %9ld KB\n", "lines", (unsigned long long)lines, "memory",
            usage.ru_maxrss);
}

static void session_create(Session *session) {
    Compilation *compilation = &session->compilation;
    const CommandLine *line = &session->command_line;
    installation_find(&session->installation);
    int64_t tree_size = likely_tree_size(line->input);
    compilation->arena = runa_arena_create(tree_size);
    compilation->arena_capacity = compilation->arena->capacity;
    pool_reserve(&compilation->pool, (size_t)tree_size); // for symbols, and the tree's copy
    compilation->options = line->options;
    compilation->options.library_folder = session->installation.stdlib_folder;
    types_create(&compilation->types);
    diagnostics_create(&compilation->diagnostics, compilation->arena, &compilation->sources);
    compilation->diagnostics.strict = line->options.strict;
    compilation->diagnostics.warnings_are_errors = line->options.warnings_are_errors;
    compilation->diagnostics.json = line->json;
    const char *no_color = getenv("NO_COLOR"); // https://no-color.org
    bool is_wanted = isatty(STDERR_FILENO) && !(no_color && *no_color);
    compilation->diagnostics.color =
        line->color == COLOR_ALWAYS || (line->color == COLOR_AUTO && is_wanted);
    memcpy(compilation->diagnostics.disabled, line->disabled, sizeof line->disabled);
    session->sink = (AssemblySink){toolchain_write, &session->toolchain};
    if (line->report) {
        compilation->report = report_create(&compilation->names);
        session->sink.write = drop_text;
    }
    session->toolchain = (Toolchain){.input = -1, .messages = -1};
    session->lexer = lexer_create(compilation);
    session->parser = parser_create(compilation, session->lexer);
    compilation->parser = session->parser;
    session->codegen = codegen_create(compilation, &session->sink);
    current_compilation = compilation;
}

static void session_destroy(Session *session) {
    Compilation *compilation = &session->compilation;
    current_compilation = NULL;
    codegen_destroy(session->codegen);
    report_destroy(compilation->report);
    program_destroy(compilation);
    parser_destroy(session->parser);
    lexer_destroy(session->lexer);
    diagnostics_destroy(&compilation->diagnostics);
    types_destroy(&compilation->types);
    intern_destroy(&compilation->names);
    source_table_destroy(&compilation->sources);
    runa_arena_destroy(compilation->arena);
    toolchain_destroy(&session->toolchain);
    installation_destroy(&session->installation);
}

// Prints what was found so far; STATUS_ERRORS if that includes errors.
static int report(Session *session) {
    diagnostics_print(&session->compilation.diagnostics, stderr);
    return diagnostics_has_errors(&session->compilation.diagnostics) ? STATUS_ERRORS : STATUS_OK;
}

static Source *load(Session *session) {
    const char *path = session->command_line.input;
    const char *shown =
        strcmp(path, "-") == 0 ? "<stdin>" : resolve_shown_path(&session->compilation, path);
    const char *reason = NULL;
    Source *source = source_load(&session->compilation.sources, path, shown, &reason);
    if (!source) {
        const char *command = options_meant_command(&session->command_line);
        if (command) {
            complain("cannot read '%s': %s; did you mean 'runac %s'?", path, reason, command);
        } else {
            complain("cannot read '%s': %s", path, reason);
        }
    }
    return source;
}

// --- --emit=tokens and --emit=ast --------------------------------------------------------------

static int dump(Session *session, const Source *source, FILE *stream) {
    if (session->command_line.emit == EMIT_TOKENS) {
        lexer_dump(session->lexer, source, stream);
    } else {
        ast_dump(parser_parse(session->parser, source), stream);
    }
    return report(session);
}

// The text goes into the file at its end, and only when the source has no errors.
static int write_dump(Session *session, const char *text, size_t length) {
    Toolchain *toolchain = &session->toolchain;
    Compilation *compilation = &session->compilation;
    const CommandLine *line = &session->command_line;
    if (!toolchain_open(toolchain, line, &compilation->sources, line->output)) {
        return STATUS_FAILURE;
    }
    toolchain_write(toolchain, text, length);
    int status = toolchain_close(toolchain, compilation);
    return status == STATUS_OK ? toolchain_commit(toolchain) : status;
}

static int dump_to_file(Session *session, const Source *source) {
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    int status = stream ? dump(session, source, stream) : STATUS_FAILURE;
    if (!stream || ferror(stream) | fclose(stream)) {
        fputs("runac: out of memory\n", stderr);
        status = STATUS_FAILURE;
    }
    if (status == STATUS_OK) {
        status = write_dump(session, text, length);
    }
    memory_free(text);
    return status;
}

// --- Compiling ---------------------------------------------------------------------------------

// Everything up to the checked program in owned memory.
static int analyse(Session *session, Source *source) {
    Compilation *compilation = &session->compilation;
    enter_phase(session, "resolve"); // reads and parses every file, too
    resolve_program(compilation, source);
    enter_phase(session, "check");
    check_program(compilation);
    enter_phase(session, "report");
    int status = report(session);
    if (status != STATUS_OK || session->command_line.command == COMMAND_CHECK) {
        return status;
    }
    enter_phase(session, "copy");
    program_from_temp_ast(compilation);
    // The temporaries end here: what still pointed to them would see the next ones in their place.
#ifdef __SANITIZE_ADDRESS__
    runa_arena_poison(compilation->arena);
#else
    runa_arena_reset(compilation->arena);
#endif
    return STATUS_OK;
}

static int generate(Session *session) {
    const CommandLine *line = &session->command_line;
    const char *output = line->command == COMMAND_RUN ? NULL : line->output;
    if (!toolchain_open(&session->toolchain, line, &session->compilation.sources, output)) {
        return STATUS_FAILURE;
    }
    enter_phase(session, "generate");
    codegen_program(session->codegen); // a refused write is reported by toolchain_close
    enter_phase(session, "assemble");
    int status = toolchain_close(&session->toolchain, &session->compilation);
    if (status == STATUS_ERRORS) {
        return report(session);
    }
    if (status == STATUS_OK && line->emit == EMIT_EXECUTABLE) {
        enter_phase(session, "link");
        status = toolchain_link(&session->toolchain, line, &session->compilation.program,
                                &session->installation);
    }
    return status == STATUS_OK ? toolchain_commit(&session->toolchain) : status;
}

static int compile(Session *session) {
    Source *source = load(session);
    if (!source) {
        return STATUS_FAILURE;
    }
    if (session->command_line.emit <= EMIT_AST) {
        const char *output = session->command_line.output;
        bool is_printed = !output || strcmp(output, "-") == 0; // main sees whether that worked
        return is_printed ? dump(session, source, stdout) : dump_to_file(session, source);
    }
    if (!installation_is_usable(&session->installation)) {
        return STATUS_FAILURE;
    }
    if (!session->installation.stdlib_folder) {
        complain("cannot find stdlib/prelude.runa; set RUNA_HOME to the folder that holds stdlib");
        return STATUS_FAILURE;
    }
    int status = analyse(session, source);
    if (status != STATUS_OK || session->command_line.command == COMMAND_CHECK) {
        return status;
    }
    if (session->command_line.report) {
        enter_phase(session, "generate");
        codegen_program(session->codegen);
        report_print(session->compilation.report, stdout, session->command_line.json);
        return STATUS_OK; // main sees whether it could be written
    }
    return generate(session);
}

// --- fmt ---------------------------------------------------------------------------------------

static int finish_format(const CommandLine *line, const Source *source, const char *text,
                         size_t length) {
    bool is_standard_input = strcmp(line->input, "-") == 0;
    bool is_changed =
        source->skipped > 0 || length != source->length || memcmp(text, source->text, length) != 0;
    if (line->check_format) {
        if (is_changed) {
            puts(is_standard_input ? "<stdin>" : line->input);
        }
        return is_changed ? STATUS_ERRORS : STATUS_OK;
    }
    if (is_standard_input) {
        fwrite(text, 1, length, stdout); // main sees whether it could be written
        return STATUS_OK;
    }
    bool is_done = !is_changed || toolchain_replace(source->real_path, line->input, text, length);
    return is_done ? STATUS_OK : STATUS_FAILURE;
}

static int format(Session *session) {
    enter_phase(session, "format");
    Source *source = load(session);
    if (!source) {
        return STATUS_FAILURE;
    }
    size_t length;
    char *text = format_source(&session->compilation, source, &length);
    int status =
        text ? finish_format(&session->command_line, source, text, length) : report(session);
    memory_free(text);
    return status;
}

// Each file alone; the gravest status of all.
static int format_all(CommandLine *line) {
    int worst = STATUS_OK;
    for (uint32_t i = 0; i < line->format_files.count; i++) {
        Session session = {.command_line = *line};
        session.command_line.input = line->format_files.items[i];
        session_create(&session);
        int status = format(&session);
        end_phases(&session);
        session_destroy(&session);
        worst = status > worst ? status : worst;
    }
    return worst;
}

static int run(CommandLine *line) {
    Session session = {.command_line = *line};
    session_create(&session);
    int status = compile(&session);
    end_phases(&session);
    if (session.command_line.time) {
        report_size(&session);
    }
    if (status == STATUS_OK && line->command == COMMAND_RUN) {
        status = toolchain_run(&session.toolchain, line);
    }
    session_destroy(&session);
    return status;
}

// --- The command -------------------------------------------------------------------------------

typedef struct Arguments {
    int count;
    char **words;
    int status; // the result
} Arguments;

static int explain_code(const char *topic) {
    Installation installation;
    installation_find(&installation);
    int status =
        installation_is_usable(&installation) ? explain(topic, &installation) : STATUS_FAILURE;
    installation_destroy(&installation);
    return status;
}

static void *execute(void *context) {
    Arguments *arguments = context;
    CommandLine line;
    int status = STATUS_FAILURE;
    prepare_internal_errors();
    if (options_parse(&line, arguments->count, arguments->words)) {
        status = STATUS_OK;
        if (line.command == COMMAND_HELP) {
            options_print_help(stdout);
        } else if (line.command == COMMAND_VERSION) {
            puts("runac " CONFIG_VERSION " (bootstrap)");
        } else if (line.command == COMMAND_EXPLAIN) {
            status = explain_code(line.input);
        } else if (line.command == COMMAND_FORMAT) {
            status = format_all(&line);
        } else {
            status = run(&line);
        }
    }
    options_destroy(&line);
    arguments->status = status;
    return NULL;
}

// Trees are walked by recursion, and their depth is the source's. The thread takes all signals, so
// that it can hold them off. The size of the stack is in bytes.
static int execute_on_own_stack(Arguments *arguments, size_t stack_size) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, usual;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size);
    int error = pthread_create(&thread, &attributes, execute, arguments);
    pthread_attr_destroy(&attributes);
    if (error) {
        complain("cannot get a stack of %zu MB: %s", stack_size >> 20, strerror(error));
        return STATUS_FAILURE;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &usual);
    pthread_join(thread, NULL);
    pthread_sigmask(SIG_SETMASK, &usual, NULL);
    return arguments->status;
}

static void prepare_process(void) {
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ); // a line at a time, not a character
    toolchain_prepare();
}

// Closes standard output: what could not be written is an error that a success must not hide.
static int finish_output(int status) {
    if (fflush(stdout) == EOF || fclose(stdout) == EOF) {
        complain("cannot write to standard output: %s", strerror(errno));
        return status ? status : STATUS_FAILURE;
    }
    return status;
}

int main(int argc, char **argv) {
    Arguments arguments = {argc, argv, STATUS_FAILURE};
    prepare_process();
    return finish_output(execute_on_own_stack(&arguments, STACK_SIZE));
}
