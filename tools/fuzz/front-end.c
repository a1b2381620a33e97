// The compiler up to the assembly text, fed with whatever comes: run in one process, so that
// hundreds of sources a second go through it.
//
// usage: front-end FILE...                        compiles each; for a source that failed
//        front-end --mutate SEED COUNT KEEP FILE...  COUNT mutated texts of the files; those that
//                                                 fail are written to the folder KEEP
//        front-end --dictionary                   the words of the language, for AFL++
// Built with afl-cc and without arguments it is a target of afl-fuzz.
//
// A source fails when the compiler faults, takes more than a second or 1 GB, or finds errors and
// prints none. RUNA_HOME names the folder that holds stdlib.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../bootstrap/check.h"
#include "../../bootstrap/codegen.h"
#include "../../bootstrap/parser.h"
#include "../../bootstrap/program.h"
#include "../../bootstrap/resolve.h"
#include "mutate.h"

enum { STACK_SIZE = 256 << 20, MEMORY_LIMIT = 1 << 30, BATCH = 250 };

// How a child process ends that a source has ended.
enum { END_SILENT = 81, END_SLOW = 82, END_MEMORY = 83 };

// --- One source ----------------------------------------------------------------------------------

_Noreturn void runa_panic(const char *message) {
    fprintf(stderr, "front-end: %s\n", message);
    abort();
}

_Noreturn void runa_panic_format(const char *format, ...) {
    if (strcmp(format, RUNA_MESSAGE_MEMORY) == 0) {
        _exit(END_MEMORY);
    }
    runa_panic(format);
}

static bool swallow(void *context, const char *text, size_t length) {
    (void)text;
    *(size_t *)context += length;
    return true;
}

// Everything that the compiler does, as main.c does it. Gives the number of errors.
static uint32_t compile(const char *text, size_t length, FILE *messages) {
    Compilation compilation = {.arena = runa_arena_create(65536)};
    size_t written = 0;
    AssemblySink sink = {swallow, &written};
    const char *home = getenv("RUNA_HOME");
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/stdlib", home ? home : ".");
    compilation.options.library_folder = folder;
    types_create(&compilation.types);
    diagnostics_create(&compilation.diagnostics, compilation.arena, &compilation.sources);
    Lexer *lexer = lexer_create(&compilation);
    Parser *parser = parser_create(&compilation, lexer);
    compilation.parser = parser;
    Codegen *codegen = codegen_create(&compilation, &sink);
    Source *source = source_add_text(&compilation.sources, "fuzz.runa", text, (uint32_t)length);
    resolve_program(&compilation, source);
    check_program(&compilation);
    uint32_t errors = compilation.diagnostics.error_count;
    diagnostics_print(&compilation.diagnostics, messages);
    if (errors == 0) {
        program_from_temp_ast(&compilation);
        runa_arena_poison(compilation.arena);
        codegen_program(codegen);
    }
    codegen_destroy(codegen);
    program_destroy(&compilation);
    parser_destroy(parser);
    lexer_destroy(lexer);
    diagnostics_destroy(&compilation.diagnostics);
    types_destroy(&compilation.types);
    intern_destroy(&compilation.names);
    source_table_destroy(&compilation.sources);
    runa_arena_destroy(compilation.arena);
    return errors;
}

static void end_slow(int number) {
    (void)number;
    _exit(END_SLOW);
}

static void limit_processor_time(int seconds) {
    struct itimerval timer = {.it_value.tv_sec = seconds};
    setitimer(ITIMER_PROF, &timer, NULL);
}

// Compiles, and ends the process where nothing tells what is wrong.
static uint32_t compile_checked(const char *text, size_t length, bool shows) {
    char *messages = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&messages, &size);
    uint32_t errors = compile(text, length, stream);
    fclose(stream);
    if (errors > 0 && !strstr(messages, ": error[")) {
        _exit(END_SILENT);
    }
    if (shows) {
        fputs(messages, stderr);
    }
    free(messages);
    return errors;
}

// --- Mutated sources -----------------------------------------------------------------------------

typedef struct Counts {
    uint64_t accepted;
    uint64_t rejected;
    uint64_t failed;
    uint64_t current; // the number of the source that is being compiled
} Counts;

typedef struct Job {
    uint64_t seed;
    uint64_t count;
    const char *keep;
    Corpus corpus;
    Counts *counts; // shared with the children
} Job;

static void compile_mutants(const Job *job, uint64_t end) {
    signal(SIGPROF, end_slow);
#ifndef __SANITIZE_ADDRESS__ // its shadow is larger than any limit
    struct rlimit limit = {MEMORY_LIMIT, MEMORY_LIMIT};
    setrlimit(RLIMIT_AS, &limit);
#endif
    for (uint64_t i = job->counts->current; i < end; i++) {
        job->counts->current = i;
        size_t length;
        char *text = mutate(&job->corpus, job->seed, i, &length);
        limit_processor_time(1);
        uint32_t errors = compile_checked(text, length, false);
        limit_processor_time(0);
        free(text);
        *(errors ? &job->counts->rejected : &job->counts->accepted) += 1;
    }
    job->counts->current = end;
}

static const char *describe(int status) {
    static char text[64];
    int end = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (WIFSIGNALED(status)) {
        snprintf(text, sizeof text, "ended by signal %d", WTERMSIG(status));
        return text;
    }
    return end == END_SLOW     ? "took more than a second"
           : end == END_SILENT ? "errors without a message"
           : end == END_MEMORY ? "took more than 1 GB"
                               : "ended the compiler";
}

static void keep_failure(const Job *job, int status) {
    Counts *counts = job->counts;
    size_t length;
    char *text = mutate(&job->corpus, job->seed, counts->current, &length);
    char path[4096];
    snprintf(path, sizeof path, "%s/mutant-%llu-%llu.runa", job->keep,
             (unsigned long long)job->seed, (unsigned long long)counts->current);
    FILE *file = fopen(path, "w");
    if (file) {
        fwrite(text, 1, length, file);
        fclose(file);
    }
    fprintf(stderr, "%s: %s\n", path, describe(status));
    free(text);
    counts->failed++;
    counts->current++;
}

static int run_mutants(Job *job) {
    Counts *counts = job->counts =
        mmap(NULL, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    while (counts->current < job->count) {
        uint64_t end = counts->current + BATCH < job->count ? counts->current + BATCH : job->count;
        pid_t child = fork();
        if (child == 0) {
            compile_mutants(job, end);
            _exit(0);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) < 0) {
            perror("front-end");
            return 2;
        }
        if (status != 0) {
            keep_failure(job, status);
        }
    }
    printf("seed %llu: %llu mutated sources, %llu accepted, %llu rejected, %llu failed\n",
           (unsigned long long)job->seed, (unsigned long long)job->count,
           (unsigned long long)counts->accepted, (unsigned long long)counts->rejected,
           (unsigned long long)counts->failed);
    return counts->failed > 0;
}

// --- AFL++ ---------------------------------------------------------------------------------------

static void write_dictionary(void) {
    static const char *const words[] = {
#define TOKEN(NAME, text) text,
#define KEYWORD(NAME, word) "`" word "`",
#include "../../bootstrap/token.def"
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (words[i][0] == '`') { // else a description
            printf("\"%.*s\"\n", (int)length - 2, words[i] + 1);
        }
    }
}

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();

static int run_afl(void) {
    __AFL_INIT();
    const unsigned char *buffer = __AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(1000)) {
        size_t length = (size_t)__AFL_FUZZ_TESTCASE_LEN;
        uint32_t errors = compile_checked((const char *)buffer, length, false);
        (void)errors;
    }
    return 0;
}
#else
static int run_afl(void) {
    fputs("front-end: not built for AFL++\n", stderr);
    return 2;
}
#endif

// --- The command ---------------------------------------------------------------------------------

typedef struct Arguments {
    int count;
    char **words;
    int status;
} Arguments;

static int compile_files(char **paths, int count) {
    int status = 0;
    for (int i = 0; i < count; i++) {
        size_t length;
        char *text = read_text(paths[i], &length);
        if (!text) {
            fprintf(stderr, "front-end: cannot read '%s': %s\n", paths[i], strerror(errno));
            return 2;
        }
        status |= compile_checked(text, length, true) > 0;
        free(text);
    }
    return status;
}

static int run(int count, char **words) {
    if (count == 1) {
        return run_afl();
    }
    if (strcmp(words[1], "--dictionary") == 0) {
        write_dictionary();
        return 0;
    }
    if (strcmp(words[1], "--mutate") != 0 || count < 6) {
        return compile_files(words + 1, count - 1);
    }
    Job job = {.seed = strtoull(words[2], NULL, 10),
               .count = strtoull(words[3], NULL, 10),
               .keep = words[4]};
    if (!corpus_read(&job.corpus, words + 5, (size_t)(count - 5))) {
        return 2;
    }
    int status = run_mutants(&job);
    corpus_destroy(&job.corpus);
    return status;
}

static void *run_in_thread(void *context) {
    Arguments *arguments = context;
    arguments->status = run(arguments->count, arguments->words);
    return NULL;
}

// On a stack like the compiler's.
int main(int count, char **words) {
    Arguments arguments = {count, words, 2};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    if (pthread_create(&thread, &attributes, run_in_thread, &arguments) == 0) {
        pthread_join(thread, NULL);
    }
    pthread_attr_destroy(&attributes);
    return arguments.status;
}
