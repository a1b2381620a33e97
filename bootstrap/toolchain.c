#define _GNU_SOURCE // pipe2, mkostemp, memfd_create, memmem
#include "toolchain.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "complaint.h"
#include "config.h"

extern char **environ;

// --- Temporary files ---------------------------------------------------------------------------

// Paths that a dying compiler removes. Fixed places, since a signal handler reads them.
enum { TEMPORARY_LIMIT = 4 };
static const char *volatile live_temporaries[TEMPORARY_LIMIT];

// The tool or program that runs now, or 0: a signal that ends the compiler ends it, too.
static volatile pid_t live_child;

static void remove_temporaries(void) {
    for (int i = 0; i < TEMPORARY_LIMIT; i++) {
        if (live_temporaries[i]) {
            unlink(live_temporaries[i]);
        }
    }
}

// A tool must have ended before its files are removed, or it would make them again.
static void end_child(int number) {
    if (live_child > 0) {
        kill(live_child, number);
        waitpid(live_child, NULL, 0);
    }
}

static void die_of_signal(int number) {
    end_child(SIGKILL);
    remove_temporaries();
    signal(number, SIG_DFL);
    raise(number);
}

void toolchain_abandon(void) {
    end_child(SIGKILL);
    remove_temporaries();
}

// Where a standard stream is closed, the next file that is opened would take its place, and
// messages would be written into it. What is put there refuses reading and writing as well.
static void occupy_standard_streams(void) {
    for (int stream = 0; stream < 3; stream++) {
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
            open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}

void toolchain_prepare(void) {
    occupy_standard_streams();
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ, SIGXCPU};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction action = {.sa_handler = die_of_signal, .sa_flags = SA_NODEFER};
        struct sigaction old;
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
    signal(SIGPIPE, SIG_IGN);
    atexit(toolchain_abandon); // after a shortage of memory, for one
}

static void register_temporary(const char *path) {
    for (int i = 0; i < TEMPORARY_LIMIT; i++) {
        if (!live_temporaries[i]) {
            live_temporaries[i] = path;
            return;
        }
    }
    assert(!"more temporary files than TEMPORARY_LIMIT");
}

static void forget_temporary(const char *path) {
    for (int i = 0; i < TEMPORARY_LIMIT; i++) {
        if (live_temporaries[i] == path) {
            live_temporaries[i] = NULL;
        }
    }
}

// Makes an empty file at a fresh name that begins with `prefix`; returns its descriptor or -1 after
// a complaint.
static int temporary_create(Temporary *temporary, const char *prefix, const char *shown) {
    size_t length = strlen(prefix) + sizeof ".XXXXXX";
    temporary->path = memory_allocate(length);
    snprintf(temporary->path, length, "%s.XXXXXX", prefix);
    sigset_t all, usual; // no signal may come while the file is there and not registered
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &usual);
    int descriptor = mkostemp(temporary->path, O_CLOEXEC);
    int error = errno;
    if (descriptor >= 0) {
        register_temporary(temporary->path);
    }
    pthread_sigmask(SIG_SETMASK, &usual, NULL);
    if (descriptor < 0) {
        complain_about(shown, "write", error);
        memory_free(temporary->path);
        temporary->path = NULL;
    }
    return descriptor;
}

// A temporary file for `final`, or `final` itself where that is a device or a pipe.
static int temporary_for(Temporary *temporary, const char *final) {
    struct stat status;
    temporary->final = final;
    if (stat(final, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            complain_about(final, "write", EISDIR);
            return -1;
        }
        if (!S_ISREG(status.st_mode)) {
            temporary->direct = true;
            temporary->path = memory_copy_text(final, strlen(final));
            int descriptor = open(final, O_WRONLY | O_CLOEXEC);
            if (descriptor < 0) {
                complain_about(final, "write", errno);
            }
            return descriptor;
        }
    }
    return temporary_create(temporary, final, final);
}

static void temporary_destroy(Temporary *temporary) {
    if (temporary->path && !temporary->direct) {
        unlink(temporary->path);
        forget_temporary(temporary->path);
    }
    memory_free(temporary->path);
    *temporary = (Temporary){0};
}

// A file in the folder for temporary files that is never renamed.
static int temporary_scratch(Temporary *temporary, const char *name) {
    const char *folder = getenv("TMPDIR");
    char prefix[4096];
    snprintf(prefix, sizeof prefix, "%s/%s", folder && *folder ? folder : "/tmp", name);
    return temporary_create(temporary, prefix, prefix);
}

// --- Running tools -----------------------------------------------------------------------------

// Starts `path` (looked for in PATH unless it has a slash). The signals that this process ignores
// are as usual there. Gives errno.
static int start(const char *path, char *const *arguments,
                 const posix_spawn_file_actions_t *actions, pid_t *process) {
    posix_spawnattr_t attributes;
    sigset_t defaults, all, usual;
    sigfillset(&all); // no signal may come while the process runs and is not known
    pthread_sigmask(SIG_BLOCK, &all, &usual);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &usual);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int error = posix_spawnp(process, path, actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    if (!error) {
        live_child = *process;
    }
    pthread_sigmask(SIG_SETMASK, &usual, NULL);
    return error;
}

// Starts the tool `arguments[0]` with standard input from `input` (or none) and standard error into
// `messages`. 0 after a complaint.
static pid_t start_tool(char *const *arguments, int input, int messages) {
    posix_spawn_file_actions_t actions;
    pid_t process = 0;
    posix_spawn_file_actions_init(&actions);
    if (input >= 0) {
        posix_spawn_file_actions_adddup2(&actions, input, 0);
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_adddup2(&actions, messages, 2);
    int error = start(arguments[0], arguments, &actions, &process);
    posix_spawn_file_actions_destroy(&actions);
    if (error) {
        complain("cannot run '%s': %s; it is part of binutils", arguments[0], strerror(error));
        return 0;
    }
    return process;
}

static int wait_for(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    live_child = 0;
    return status;
}

// All that a tool wrote to standard error, owned and NUL-terminated.
static char *read_messages(int messages) {
    struct stat status;
    size_t size = fstat(messages, &status) == 0 ? (size_t)status.st_size : 0;
    char *text = memory_allocate(size + 1);
    ssize_t got = pread(messages, text, size, 0);
    text[got > 0 ? got : 0] = '\0';
    return text;
}

// One line for a tool that failed: how it ended and the first thing it said, after the heading that
// as puts before its messages.
static void report_tool(const char *name, int status, const char *text) {
    static const char heading[] = "Assembler messages:\n";
    const char *after_heading = strstr(text, heading);
    if (after_heading) {
        text = after_heading + sizeof heading - 1;
    }
    int length = (int)strcspn(text, "\n");
    if (WIFSIGNALED(status)) {
        complain("'%s' was ended by signal %d (%s)", name, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    } else if (length > 0) {
        complain("'%s' failed: %.*s", name, length, text);
    } else {
        complain("'%s' failed with status %d", name, WEXITSTATUS(status));
    }
}

static int message_file(void) {
    int messages = memfd_create("messages", MFD_CLOEXEC);
    if (messages < 0) {
        complain_about("messages", "make the file", errno);
    }
    return messages;
}

// --- Assembling --------------------------------------------------------------------------------

static bool start_assembler(Toolchain *toolchain, const char *object) {
    int ends[2];
    toolchain->messages = message_file();
    if (toolchain->messages < 0) {
        return false;
    }
    if (pipe2(ends, O_CLOEXEC) < 0) {
        return complain_about("as", "make a pipe to", errno);
    }
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20); // fewer switches between the two; harmless where refused
    char *arguments[] = {"as", "--64", "-o", (char *)object, "-", NULL};
    toolchain->assembler = start_tool(arguments, ends[0], toolchain->messages);
    close(ends[0]);
    if (!toolchain->assembler) {
        close(ends[1]);
        return false;
    }
    toolchain->input = ends[1];
    return true;
}

// Whether the source was read from the file.
static bool is_file_of(const Source *source, const struct stat *file) {
    struct stat status;
    int result = strcmp(source->real_path, "-") == 0 ? fstat(STDIN_FILENO, &status)
                                                     : stat(source->real_path, &status);
    return result == 0 && status.st_dev == file->st_dev && status.st_ino == file->st_ino;
}

// True, after a complaint, when the output would replace one of the sources.
static bool is_source(const SourceTable *sources, const char *output) {
    struct stat file;
    if (!output || stat(output, &file) < 0 || !S_ISREG(file.st_mode)) {
        return false;
    }
    for (uint32_t i = 0; i < sources->count; i++) {
        if (is_file_of(sources->items[i], &file)) {
            complain("the output '%s' would replace the source; name another with -o", output);
            return true;
        }
    }
    return false;
}

bool toolchain_open(Toolchain *toolchain, const CommandLine *line, const SourceTable *sources,
                    const char *output) {
    *toolchain = (Toolchain){.input = -1, .messages = -1};
    if (is_source(sources, output)) {
        return false;
    }
    if (line->emit <= EMIT_ASSEMBLY) {
        if (strcmp(output, "-") == 0) {
            toolchain->output.direct = true;
            toolchain->input = fcntl(1, F_DUPFD_CLOEXEC, 3);
            return toolchain->input >= 0 || complain_about("standard output", "write", errno);
        }
        toolchain->input = temporary_for(&toolchain->output, output);
        return toolchain->input >= 0;
    }
    int descriptor = output ? temporary_for(&toolchain->output, output)
                            : temporary_scratch(&toolchain->output, "runac-program");
    if (descriptor < 0) {
        return false;
    }
    close(descriptor);
    if (line->emit == EMIT_OBJECT) {
        return start_assembler(toolchain, toolchain->output.path);
    }
    descriptor = temporary_scratch(&toolchain->object, "runac-object");
    if (descriptor < 0) {
        return false;
    }
    close(descriptor);
    return start_assembler(toolchain, toolchain->object.path);
}

bool toolchain_write(void *context, const char *text, size_t length) {
    Toolchain *toolchain = context;
    while (length > 0 && !toolchain->write_error) {
        ssize_t written = write(toolchain->input, text, length);
        if (written > 0) {
            text += written;
            length -= (size_t)written;
        } else if (errno != EINTR) {
            toolchain->write_error = errno;
        }
    }
    return !toolchain->write_error;
}

// The loaded source with whose path, and a colon, a message of the assembler begins, or NULL.
static const Source *source_of(const SourceTable *sources, const char *message, size_t length) {
    for (uint32_t i = 0; i < sources->count; i++) {
        const char *path = sources->items[i]->path;
        size_t path_length = strlen(path);
        if (path_length < length && memcmp(path, message, path_length) == 0 &&
            message[path_length] == ':') {
            return sources->items[i];
        }
    }
    return NULL;
}

// The span of a source's line without its indentation.
static Span line_span(Compilation *compilation, const Source *source, uint32_t line) {
    uint32_t length = 0;
    const char *text = source_line(&compilation->sources, source, line, &length);
    uint32_t indentation = (uint32_t)strspn(text, " \t");
    Position start = source->base + (Position)(text - source->text);
    return (Span){start + (indentation < length ? indentation : 0), start + length};
}

// Reports one of the assembler's messages, "path:line: Error: text", if path is a source: the
// generator names the lines of Inline Assembly that way.
static bool report_assembly(Compilation *compilation, const char *message, size_t length) {
    const Source *source = source_of(&compilation->sources, message, length);
    const char *text = memmem(message, length, ": Error: ", 9);
    if (!source || !text) {
        return false;
    }
    text += 9;
    Span span = line_span(compilation, source,
                          (uint32_t)strtoul(message + strlen(source->path) + 1, NULL, 10));
    Diagnostic *diagnostic = diagnostic_report(
        &compilation->diagnostics, ERROR_assembly_rejected, span,
        "the assembler does not accept this line: %.*s", (int)(message + length - text), text);
    diagnostic_help(&compilation->diagnostics, diagnostic,
                    "Inline Assembly is AT&T text for GNU as: source before destination, %%rax, "
                    "$5, {variable}");
    return true;
}

// What the failed assembler said: errors of the source, or of the compiler, or of the world.
static int report_assembler(Compilation *compilation, int status, const char *text) {
    bool reported = false, internal = false;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        reported |= report_assembly(compilation, line, length);
        internal |=
            memmem(line, length, "{standard input}:", 17) && memmem(line, length, "Error: ", 7);
        line += length + (line[length] == '\n');
    }
    if (reported) {
        return 1;
    }
    report_tool("as", status, text);
    if (internal) {
        complain("internal error: the code generator wrote assembly that `as` does not accept");
        return 70;
    }
    return 2;
}

int toolchain_close(Toolchain *toolchain, Compilation *compilation) {
    int result = 0;
    if (close(toolchain->input) < 0 && !toolchain->write_error) {
        toolchain->write_error = errno;
    }
    toolchain->input = -1;
    if (!toolchain->assembler) {
        if (toolchain->write_error) {
            complain_about(toolchain->output.final ? toolchain->output.final : "standard output",
                           "write", toolchain->write_error);
            result = 2;
        }
        return result;
    }
    int status = wait_for(toolchain->assembler);
    toolchain->assembler = 0;
    char *text = read_messages(toolchain->messages);
    if (status != 0) {
        result = report_assembler(compilation, status, text);
    } else if (toolchain->write_error) {
        complain_about("as", "write to", toolchain->write_error);
        result = 2;
    }
    memory_free(text);
    return result;
}

// --- Linking -----------------------------------------------------------------------------------

// The file must be there: found when the compiler was built, it may have gone since.
static bool need_file(const char *path, const char *what) {
    if (path && *path && access(path, R_OK) == 0) {
        return true;
    }
    return complain("cannot find %s%s%s%s", what, path && *path ? " (" : "", path ? path : "",
                    path && *path ? "); install the C library's development files" : "");
}

// Texts made for the command line, freed together with it.
typedef struct LinkCommand {
    PointerVector words;
    PointerVector owned;
} LinkCommand;

static void add(LinkCommand *command, const char *word) {
    vector_push(&command->words, (void *)word);
}

// Words of the configuration are "" for what this system does not have.
static void add_all(LinkCommand *command, const char *const *words) {
    for (; *words; words++) {
        if (**words) {
            add(command, *words);
        }
    }
}

static void add_joined(LinkCommand *command, const char *prefix, const char *text) {
    size_t length = strlen(prefix) + strlen(text) + 1;
    char *word = memory_allocate(length);
    snprintf(word, length, "%s%s", prefix, text);
    vector_push(&command->owned, word);
    add(command, word);
}

static void add_libraries(LinkCommand *command, const CommandLine *line, const Program *program) {
    static const char *const folders[] = {CONFIG_LIBRARY_FOLDERS NULL};
    for (uint32_t i = 0; i < line->library_folders.count; i++) {
        add_joined(command, "-L", line->library_folders.items[i]);
    }
    for (const char *const *folder = folders; *folder; folder++) {
        add_joined(command, "-L", *folder);
    }
    for (uint32_t i = 0; i < line->libraries.count; i++) {
        add_joined(command, "-l", line->libraries.items[i]);
    }
    for (uint32_t i = 0; i < program->library_count; i++) {
        add_joined(command, "-l", program->libraries[i]->text);
    }
}

static void make_command(LinkCommand *command, const Toolchain *toolchain, const CommandLine *line,
                         const Program *program, const Installation *installation) {
    static const char *const dynamic[] = {"-dynamic-linker", CONFIG_DYNAMIC_LINKER, CONFIG_CRT1,
                                          CONFIG_CRTI, NULL};
    static const char *const fixed[] = {"-static", CONFIG_CRT1, CONFIG_CRTI, CONFIG_CRTBEGIN_STATIC,
                                        NULL};
    // Older C libraries keep mathematics and threads apart.
    static const char *const extra[] = {CONFIG_EXTRA_LIBRARIES NULL};
    static const char *const dynamic_end[] = {"--as-needed",    "-lm", "-lpthread",
                                              "--no-as-needed", "-lc", CONFIG_LIBGCC,
                                              CONFIG_CRTN,      NULL};
    static const char *const fixed_end[] = {"--start-group",  "-lm", "-lpthread",   CONFIG_LIBGCC,
                                            CONFIG_LIBGCC_EH, "-lc", "--end-group", CONFIG_CRTEND,
                                            CONFIG_CRTN,      NULL};
    add(command, "ld");
    add(command, "-o");
    add(command, toolchain->output.path);
    add(command, "-z");
    add(command, "noexecstack");
    add_all(command, line->is_static ? fixed : dynamic);
    add(command, toolchain->object.path);
    add(command,
        line->options.check_memory ? installation->check_library : installation->runtime_library);
    // The sanitizers' libraries come before all others; the checked build has none in it.
    if (!line->is_static && !line->options.check_memory) {
        add_all(command, extra);
    }
    add_libraries(command, line, program);
    add_all(command, line->is_static ? fixed_end : dynamic_end);
    add(command, NULL);
}

static bool link_files_exist(const CommandLine *line, const Installation *installation) {
    bool has_library =
        line->options.check_memory
            ? need_file(installation->check_library, "the checking runtime library "
                                                     "libruna_check.a; set RUNA_HOME to its folder")
            : need_file(installation->runtime_library,
                        "the runtime library libruna.a; set RUNA_HOME to its "
                        "folder");
    return has_library && need_file(CONFIG_CRT1, "the C library's start file crt1.o") &&
           need_file(CONFIG_CRTI, "the C library's start file crti.o") &&
           need_file(CONFIG_CRTN, "the C library's start file crtn.o") &&
           (!line->is_static || need_file(CONFIG_LIBC_STATIC, "the static C library libc.a"));
}

// The first line of ld's messages that names a cause; ld puts "in function" lines before.
static const char *link_cause(const char *text) {
    const char *cause = strstr(text, "undefined reference");
    cause = cause ? cause : strstr(text, "cannot find");
    if (!cause) {
        return text;
    }
    while (cause > text && cause[-1] != '\n') {
        cause--;
    }
    return cause;
}

int toolchain_link(Toolchain *toolchain, const CommandLine *line, const Program *program,
                   const Installation *installation) {
    if (!link_files_exist(line, installation)) {
        return 2;
    }
    int messages = message_file();
    if (messages < 0) {
        return 2;
    }
    LinkCommand command = {0};
    make_command(&command, toolchain, line, program, installation);
    pid_t linker = start_tool((char *const *)command.words.items, -1, messages);
    int status = linker ? wait_for(linker) : 0;
    if (linker && status != 0) {
        char *text = read_messages(messages);
        report_tool("ld", status, link_cause(text));
        memory_free(text);
    }
    close(messages);
    for (uint32_t i = 0; i < command.owned.count; i++) {
        memory_free(command.owned.items[i]);
    }
    vector_destroy(&command.owned);
    vector_destroy(&command.words);
    return linker && status == 0 ? 0 : 2;
}

// --- Results -----------------------------------------------------------------------------------

// Sets the usual rights: mkstemp made a private file, and ld keeps what it finds.
static void set_rights(const char *path, bool executable) {
    mode_t mask = umask(0);
    umask(mask);
    chmod(path, (executable ? 0777 : 0666) & ~mask);
}

int toolchain_commit(Toolchain *toolchain) {
    Temporary *output = &toolchain->output;
    if (output->direct) {
        return 0;
    }
    set_rights(output->path, toolchain->object.path != NULL);
    if (!output->final) {
        return 0;
    }
    if (rename(output->path, output->final) < 0) {
        complain_about(output->final, "write", errno);
        return 2;
    }
    forget_temporary(output->path);
    memory_free(output->path);
    output->path = NULL;
    return 0;
}

static bool write_all(int descriptor, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

bool toolchain_replace(const char *path, const char *shown, const char *text, size_t length) {
    struct stat status;
    Temporary temporary = {0};
    if (stat(path, &status) < 0) {
        return complain_about(shown, "write", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return complain("cannot rewrite '%s': it is no regular file", shown);
    }
    if (access(path, W_OK) < 0) {
        return complain_about(shown, "write", errno);
    }
    int descriptor = temporary_create(&temporary, path, shown);
    if (descriptor < 0) {
        return false;
    }
    bool is_done =
        write_all(descriptor, text, length) && fchmod(descriptor, status.st_mode & 07777) == 0;
    int error = errno;
    if (close(descriptor) < 0 && is_done) {
        error = errno;
        is_done = false;
    }
    if (is_done && rename(temporary.path, path) < 0) {
        error = errno;
        is_done = false;
    }
    if (is_done) {
        forget_temporary(temporary.path);
        memory_free(temporary.path);
        return true;
    }
    temporary_destroy(&temporary);
    return complain_about(shown, "write", error);
}

int toolchain_run(Toolchain *toolchain, const CommandLine *line) {
    PointerVector arguments = {0};
    vector_push(&arguments, toolchain->output.path);
    for (int i = 0; i < line->program_argument_count; i++) {
        vector_push(&arguments, line->program_arguments[i]);
    }
    vector_push(&arguments, NULL);
    fflush(NULL);
    // The terminal's signals go to the program too; its end decides.
    void (*interrupt)(int) = signal(SIGINT, SIG_IGN);
    void (*quit)(int) = signal(SIGQUIT, SIG_IGN);
    pid_t process = 0;
    int error = start(toolchain->output.path, (char *const *)arguments.items, NULL, &process);
    vector_destroy(&arguments);
    if (error) {
        complain_about(toolchain->output.path, "run", error);
    }
    int status = error ? 0 : wait_for(process);
    signal(SIGINT, interrupt);
    signal(SIGQUIT, quit);
    if (error) {
        return 2;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void toolchain_destroy(Toolchain *toolchain) {
    if (toolchain->input >= 0) {
        close(toolchain->input);
    }
    if (toolchain->assembler) {
        wait_for(toolchain->assembler);
    }
    if (toolchain->messages >= 0) {
        close(toolchain->messages);
    }
    temporary_destroy(&toolchain->output);
    temporary_destroy(&toolchain->object);
}
