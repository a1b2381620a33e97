// Tests of the runtime's core: arena.c owned.c shared.c thread.c panic.c start.c.
//
// Prints "ok" and exits 0, or names the check that failed. Stands in for a compiled program: the
// assembly below is generated code with its tables. Panics are tested in child processes.
//
// With any argument it leaves stack overflow out, which valgrind cannot do. Positions there need
// --vex-iropt-register-updates=allregs-at-each-insn.
#define _GNU_SOURCE
#include "runa.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
            _exit(1);                                                               \
        }                                                                           \
    } while (0)

const char runa_debug_backtrace = 1;

#ifdef __SANITIZE_ADDRESS__
static const bool sanitized = true;
const char *__asan_default_options(void); // asked by the sanitizer
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:detect_stack_use_after_return=0";
}
#else
static const bool sanitized = false;
#endif

// --- code as the compilers make it ---------------------------------------------------------------

// A process with the body, in a table of processes; `line` is where it begins.
#define PROCESS(name, file, line, body)                                               \
    __asm__(".text\n" #name ":\n pushq %rbp\n movq %rsp, %rbp\n"                      \
            ".L" #name "_body:\n" body "\n leave\n ret\n.L" #name "_end:\n"           \
            ".section .rodata.names, \"a\"\n"                                         \
            ".L" #name "_name: .string \"" #name "\"\n"                               \
            ".L" #name "_file: .string \"" file "\"\n"                                \
            ".section runa_processes, \"a\"\n .balign 4\n"                            \
            ".long " #name ", .L" #name "_end, .L" #name "_name, .L" #name "_file\n"  \
            ".section runa_lines, \"a\"\n .balign 4\n"                                \
            ".long " #name ", " #line ", .L" #name "_body, " #line " + 1\n"           \
            ".text\n");                                                               \
    int64_t name(int64_t a, int64_t b, int64_t c)

// Each calls, reads or does what its name says; the first argument is in rdi.
PROCESS(user_call, "user.runa", 10,
        "movq %rdi, %rax\n movq %rsi, %rdi\n movq %rdx, %rsi\n call *%rax");
PROCESS(user_outer, "user.runa", 20, "movq $user_call, %rax\n call *%rax");
PROCESS(library_call, "stdlib/prelude.runa", 30,
        "movq %rdi, %rax\n movq %rsi, %rdi\n movq %rdx, %rsi\n call *%rax");
PROCESS(user_through_library, "user.runa", 40, "call library_call");
PROCESS(user_load, "user.runa", 50, "movq (%rdi), %rax");
PROCESS(user_recurse, "user.runa", 60, "subq $48, %rsp\n call user_recurse\n nop");
PROCESS(user_divide, "user.runa", 70, "xorl %eax, %eax\n cqto\n xorl %ecx, %ecx\n idivq %rcx");
PROCESS(user_invalid, "user.runa", 80, "ud2");
PROCESS(user_length, "user.runa", 90, "call strlen");
PROCESS(user_wrong_base, "user.runa", 100,
        "movq %rdi, %rax\n xorl %edi, %edi\n movq $12345, %rbp\n call *%rax");
PROCESS(user_big_frame, "user.runa", 110,
        "subq $200000000, %rsp\n"
        "leaq (%rsp), %rdi\n movl $1000, %ecx\n xorl %eax, %eax\n rep stosq");
PROCESS(user_closure, "user.runa", 120, "movq 8(%r10), %rax\n addq %rdi, %rax");
PROCESS(user_address, "user.runa", 130, "call runa_user_address");

// The address of a function as an argument of one of the above.
static int64_t word(const void *p) {
    return (int64_t)(uintptr_t)p;
}
#define CODE(function) ((int64_t)(uintptr_t)(function))

// --- panics --------------------------------------------------------------------------------------

struct ending {
    int status; // of waitpid
    char output[8192];
    char errors[8192];
};

static void read_all(int file, char *text, size_t size) {
    size_t used = 0;
    ssize_t count;
    while ((count = read(file, text + used, size - 1 - used)) > 0) {
        used += (size_t)count;
    }
    text[used] = 0;
    close(file);
}

// Runs action(argument) in a child process.
static struct ending run_child(void (*action)(int64_t), int64_t argument) {
    struct ending ending;
    int output[2];
    int errors[2];
    CHECK(pipe(output) == 0 && pipe(errors) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(output[1], STDOUT_FILENO);
        dup2(errors[1], STDERR_FILENO);
        close(output[0]);
        close(errors[0]);
        action(argument);
        _exit(77);
    }
    close(output[1]);
    close(errors[1]);
    read_all(output[0], ending.output, sizeof ending.output);
    read_all(errors[0], ending.errors, sizeof ending.errors);
    CHECK(waitpid(child, &ending.status, 0) == child);
    return ending;
}

static void expect_panic_at(int line, void (*action)(int64_t), int64_t argument,
                            const char *expected) {
    struct ending ending = run_child(action, argument);
    const char *errors = ending.errors;
    // valgrind and the sanitizers may have their own to say before.
    while (*errors && strncmp(errors, expected, strcspn(expected, ":")) != 0) {
        errors += strcspn(errors, "\n");
        errors += *errors == '\n';
    }
    if (!WIFEXITED(ending.status) || WEXITSTATUS(ending.status) != RUNA_EXIT_PANIC ||
        strncmp(errors, expected, strlen(expected)) != 0) {
        fprintf(stderr, "line %d: status %x\nexpected: %s\ngot: %s\n", line,
                ending.status, expected, ending.errors);
        _exit(1);
    }
}
#define EXPECT_PANIC(action, argument, expected) \
    expect_panic_at(__LINE__, action, argument, expected)

static void through_user(int64_t function) {
    user_call(function, 0, 0);
}

static void panic_index(void) {
    runa_panic_index(7, 3);
}

static void from_outer(int64_t function) {
    user_outer(function, 0, 0);
}

static void from_library(int64_t function) {
    user_through_library(function, 0, 0);
}

static void only_library(int64_t function) {
    library_call(function, 0, 0);
}

static void without_user(int64_t unused) {
    (void)unused;
    printf("flushed");
    runa_panic_format("%s %d", "plain", 5);
}

static void long_message(int64_t unused) {
    (void)unused;
    char *text = malloc(100001);
    memset(text, 'x', 100000);
    text[100000] = 0;
    runa_panic(text);
}

static void bad_message(int64_t unused) {
    (void)unused;
    runa_panic_format("%s", (char *)(uintptr_t)0x123456789000);
}

static void test_panics(void) {
    EXPECT_PANIC(through_user, CODE(panic_index),
                 "user.runa:11: panic: index 7 is out of range (length 3) (in process user_call)\n"
                 "    at user_call (user.runa:11)\n");
    EXPECT_PANIC(through_user, CODE(runa_panic_divide), "user.runa:11: panic: division by zero (");
    EXPECT_PANIC(through_user, CODE(runa_panic_overflow), "user.runa:11: panic: integer overflow");
    EXPECT_PANIC(through_user, CODE(runa_panic_no_match), "user.runa:11: panic: no case of this");
    EXPECT_PANIC(from_outer, CODE(runa_panic_null),
                 "user.runa:11: panic: use of a field or element through Nothing (in process "
                 "user_call)\n"
                 "    at user_call (user.runa:11)\n    at user_outer (user.runa:21)\n");
    EXPECT_PANIC(from_library, CODE(runa_panic_divide),
                 "user.runa:41: panic: division by zero (in process user_through_library)\n"
                 "    at user_through_library (user.runa:41)\n");
    EXPECT_PANIC(only_library, CODE(runa_panic_divide),
                 "stdlib/prelude.runa:31: panic: division by zero (in process library_call)\n");
    EXPECT_PANIC(long_message, 0, "panic: xxxx");
    EXPECT_PANIC(bad_message, 0, "panic: ");
    struct ending ending = run_child(without_user, 0);
    CHECK(strcmp(ending.output, "flushed") == 0);
    CHECK(strstr(ending.errors, "panic: plain 5\n"));
    CHECK(WEXITSTATUS(ending.status) == RUNA_EXIT_PANIC);
}

// --- faults --------------------------------------------------------------------------------------

static void do_load(int64_t address) {
    printf("before");
    user_load(address, 0, 0);
}

static void do_length(int64_t address) {
    user_length(address, 0, 0);
}

static void do_divide(int64_t unused) {
    user_divide(unused, 0, 0);
}

static void do_invalid(int64_t unused) {
    user_invalid(unused, 0, 0);
}

static void do_recurse(int64_t unused) {
    user_recurse(unused, 0, 0);
}

static void do_big_frame(int64_t unused) {
    user_big_frame(unused, 0, 0);
}

static void runtime_fault(int64_t function) { // in the runtime, or in a libc call of it
    user_call(function, 0x123456789000, 8);
}

static void print_wrong(int64_t unused) { // deep in libc, which has no frames
    (void)unused;
    user_call(CODE(puts), 0x123456789000, 0);
}

static void print_deep(int64_t unused) { // deeper, with rbp in use for something else
    (void)unused;
    user_call(CODE(printf), word("%d %s\n"), 5);
}

static void wrong_base(int64_t function) {
    user_wrong_base(function, 0, 0);
}

static void raise_one(int64_t number) {
    raise((int)number);
}

static void test_faults(void) {
    struct ending ending = run_child(do_load, 16);
    CHECK(strcmp(ending.output, "before") == 0);
    EXPECT_PANIC(do_load, 16, "user.runa:51: panic: use of a field or element through Nothing (in "
                              "process user_load)\n    at user_load (user.runa:51)\n");
    EXPECT_PANIC(do_load, 0x123456789000,
                 "user.runa:51: panic: invalid memory access at 0x123456789000 (in process");
    EXPECT_PANIC(do_load, INT64_MIN / 2, "user.runa:51: panic: invalid memory access (in process");
    EXPECT_PANIC(do_divide, 0, "user.runa:71: panic: arithmetic fault (in process user_divide)");
    EXPECT_PANIC(do_invalid, 0, "user.runa:81: panic: invalid instruction (in process");
    EXPECT_PANIC(do_length, 0x123456789000,
                 "user.runa:91: panic: invalid memory access at 0x123456789000 (in process user_l");
    EXPECT_PANIC(through_user, 0x123456789000, "user.runa:11: panic: invalid memory access at 0x1");
    EXPECT_PANIC(runtime_fault, CODE(runa_memory_get_integer),
                 "user.runa:11: panic: invalid memory access at 0x123456789008");
    EXPECT_PANIC(runtime_fault, CODE(runa_arena_string_duplicate), "user.runa:11: panic: ");
    if (!sanitized) { // the sanitizer reads the strings itself, before libc does
        EXPECT_PANIC(print_wrong, 0, "user.runa:11: panic: invalid memory access at 0x12345678");
        EXPECT_PANIC(print_deep, 0, "user.runa:11: panic: ");
    }
    EXPECT_PANIC(wrong_base, CODE(runa_panic_divide), "user.runa:101: panic: division by zero (in");
    EXPECT_PANIC(wrong_base, CODE(runa_memory_get_byte), "user.runa:101: panic: use of a field");
    EXPECT_PANIC(raise_one, SIGSEGV, "panic: stopped by signal 11\n");
}

static void test_overflow(void) {
    struct ending ending = run_child(do_recurse, 0);
    CHECK(WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == RUNA_EXIT_PANIC);
    CHECK(strstr(ending.errors, ": panic: stack overflow (in process user_recurse)\n"
                                "    at user_recurse (user.runa:6"));
    const char *more = strstr(ending.errors, "    ... and ");
    CHECK(more && atoll(more + strlen("    ... and ")) > 100000);
    EXPECT_PANIC(do_big_frame, 0, "user.runa:111: panic: stack overflow (in process");
}

static void test_positions(void) {
    struct runa_position position;
    int64_t address = user_address(0, 0, 0);
    CHECK(runa_find_position((void *)(uintptr_t)address, &position));
    CHECK(strcmp(position.process, "user_address") == 0 && position.line == 131);
    CHECK(strcmp(position.file, "user.runa") == 0);
    CHECK(!runa_find_position((void *)(uintptr_t)CODE(test_positions), &position));
    CHECK(runa_find_position((void *)(uintptr_t)CODE(user_load), &position));
    CHECK(position.line == 50);
    int local = 0;
    CHECK(runa_is_on_stack(&local) && !runa_is_on_stack(&runa_argument_count));
}

// --- arena ---------------------------------------------------------------------------------------

static int64_t arena_limit(const struct runa_arena *arena) {
    int64_t limit;
    memcpy(&limit, (const char *)arena + RUNA_ARENA_LIMIT, sizeof limit);
    return limit;
}

// All invariants of runa.h that can be seen from outside.
static void check_arena(const struct runa_arena *arena) {
    CHECK((uintptr_t)arena->buffer % 16 == 0);
    CHECK(arena->capacity % 8 == 0 && arena->used >= 0 && arena->used <= arena->capacity);
    int64_t limit = arena_limit(arena);
    CHECK(limit % 8 == 0 && limit >= arena->used && limit <= arena->capacity);
    for (int64_t i = arena->used; i < limit; i++) {
        CHECK(arena->buffer[i] == 0);
    }
}

static bool is_zero(const char *p, int64_t size) {
    for (int64_t i = 0; i < size; i++) {
        if (p[i]) {
            return false;
        }
    }
    return true;
}

static void test_arena_basics(void) {
    CHECK(sizeof(struct runa_arena) == 24);
    struct runa_arena *arena = runa_arena_create(1024);
    CHECK(runa_arena_get_capacity(arena) == 1024 && runa_arena_get_used(arena) == 0);
    char *text = runa_arena_string_duplicate(arena, "L1");
    CHECK(strcmp(text, "L1") == 0 && runa_arena_get_used(arena) == 3);
    char *block = runa_arena_allocate(arena, 100);
    CHECK((uintptr_t)block % 8 == 0 && runa_arena_get_used(arena) == 108);
    CHECK(is_zero(block, 100));
    char *sum = runa_arena_string_concat(arena, text, "-2");
    CHECK(strcmp(sum, "L1-2") == 0 && runa_arena_get_used(arena) == 113);
    char *number = runa_arena_integer_to_string(arena, INT64_MIN);
    CHECK(strcmp(number, "-9223372036854775808") == 0 && runa_arena_get_used(arena) == 134);
    CHECK(runa_arena_allocate(arena, 0) != NULL && runa_arena_get_used(arena) == 136);
    CHECK(strcmp(runa_arena_string_duplicate(arena, ""), "") == 0);
    CHECK(runa_arena_get_used(arena) == 137);
    check_arena(arena);
    runa_arena_reset(arena);
    CHECK(runa_arena_get_used(arena) == 0 && runa_arena_get_capacity(arena) == 1024);
    check_arena(arena);
    runa_arena_destroy(arena);
    runa_arena_destroy(NULL);
}

static void test_arena_growth(void) {
    struct runa_arena *arena = runa_arena_create(16);
    char *first = runa_arena_allocate(arena, 16);
    memset(first, 1, 16);
    char *second = runa_arena_allocate(arena, 16); // blocks of 32, 64, ...
    CHECK(runa_arena_get_used(arena) == 32 && runa_arena_get_capacity(arena) == 48);
    memset(second, 2, 16);
    char *big = runa_arena_allocate(arena, 10000); // a block of its own
    CHECK(runa_arena_get_used(arena) == 10032 && runa_arena_get_capacity(arena) == 10032);
    CHECK(is_zero(big, 10000));
    memset(big, 3, 10000);
    CHECK(first[15] == 1 && second[15] == 2);
    runa_arena_allocate_bytes(arena, 1);
    CHECK(runa_arena_get_capacity(arena) == 10032 + 128);
    runa_arena_reset(arena);
    CHECK(runa_arena_get_capacity(arena) == 10000 && arena->used == 0);
    check_arena(arena);
    CHECK(is_zero(runa_arena_allocate(arena, 10000), 10000));
    runa_arena_destroy(arena);
}

// Marks at every step of a random sequence, and rewinds to them in random order.
static void test_arena_random(int64_t capacity, unsigned seed) {
    enum { STEPS = 60 };
    struct runa_arena *arena = runa_arena_create(capacity);
    int64_t marks[STEPS];
    char *starts[STEPS];
    int64_t sizes[STEPS];
    int count = 0;
    for (int step = 0; step < 4 * STEPS; step++) {
        int choice = rand_r(&seed) % 8;
        if (choice == 0 && count > 0) {
            count = rand_r(&seed) % count;
            runa_arena_rewind(arena, marks[count]);
            CHECK(arena->used == marks[count]);
        } else if (choice == 1 && step % 50 == 0) {
            runa_arena_reset(arena);
            count = 0;
        } else if (count < STEPS) {
            int64_t size = rand_r(&seed) % (choice == 2 ? 3000 : 40);
            marks[count] = runa_arena_mark(arena);
            bool is_text = rand_r(&seed) % 2;
            starts[count] = is_text ? runa_arena_allocate_bytes(arena, size)
                                    : runa_arena_allocate(arena, size);
            CHECK(is_text || (uintptr_t)starts[count] % 8 == 0);
            int64_t start = is_text ? marks[count] : (marks[count] + 7) & -8;
            CHECK(arena->used == start + size && is_zero(starts[count], size));
            memset(starts[count], count + 1, (size_t)size);
            sizes[count++] = size;
        }
        check_arena(arena);
        for (int i = 0; i < count; i++) {
            for (int64_t k = 0; k < sizes[i]; k++) {
                CHECK(starts[i][k] == (char)(i + 1));
            }
        }
    }
    runa_arena_poison(arena);
    for (int i = 0; i < count; i++) {
        CHECK(sizes[i] == 0 || starts[i][sizes[i] - 1] == (char)0xDB);
    }
    runa_arena_destroy(arena);
}

static void test_arena_sizes(void) {
    for (int64_t size = 0; size <= 4096; size++) {
        struct runa_arena *arena = runa_arena_create(size);
        CHECK(arena->capacity >= size && arena->capacity < size + 8);
        char *p = runa_arena_allocate(arena, size);
        CHECK(arena->used == size && is_zero(p, size));
        memset(p, 255, (size_t)size);
        char *q = runa_arena_allocate_bytes(arena, size + 1);
        CHECK(is_zero(q, size + 1));
        check_arena(arena);
        runa_arena_destroy(arena);
    }
}

static void test_arena_mark_at_edge(void) {
    struct runa_arena *arena = runa_arena_create(64);
    runa_arena_allocate(arena, 64);
    int64_t mark = runa_arena_mark(arena);
    runa_arena_allocate(arena, 8);
    int64_t capacity = arena->capacity;
    for (int i = 0; i < 3; i++) {
        runa_arena_rewind(arena, mark);
        runa_arena_allocate(arena, 8);
        CHECK(arena->capacity == capacity); // the block was kept
    }
    runa_arena_rewind(arena, 0);
    CHECK(arena->capacity == 64 && arena->used == 0);
    check_arena(arena);
    runa_arena_destroy(arena);
}

static void test_arena_file(void) {
    char name[] = "/tmp/runa_core_testXXXXXX";
    int file = mkstemp(name);
    CHECK(file >= 0);
    static char contents[20000];
    memset(contents, 'a', sizeof contents);
    CHECK(write(file, contents, sizeof contents) == (ssize_t)sizeof contents);
    close(file);
    struct runa_arena *arena = runa_arena_create(10);
    char *text = runa_arena_read_file(arena, name);
    CHECK(strlen(text) == sizeof contents && arena->used == (int64_t)sizeof contents + 1);
    CHECK(truncate(name, 0) == 0);
    CHECK(strcmp(runa_arena_read_file(arena, name), "") == 0);
    unlink(name);
    CHECK(runa_arena_read_file(arena, name) == NULL);
    CHECK(runa_arena_read_file(arena, "/tmp") == NULL);
    CHECK(strlen(runa_arena_read_file(arena, "/proc/self/status")) > 100);
    runa_arena_destroy(arena);
}

static void arena_large(int64_t size) {
    struct runa_arena *arena = runa_arena_create(8);
    runa_arena_allocate(arena, 5);
    runa_arena_allocate(arena, size);
}

static void arena_wrong_mark(int64_t mark) {
    runa_arena_rewind(runa_arena_create(8), mark);
}

static void arena_create_one(int64_t size) {
    runa_arena_create(size);
}

static void arena_null(int64_t unused) {
    (void)unused;
    user_call(CODE(runa_arena_allocate), 0, 8);
}

static void test_arena_panics(void) {
    EXPECT_PANIC(arena_large, -1, "panic: negative size -1 for an arena\n");
    EXPECT_PANIC(arena_large, INT64_MIN,
                 "panic: negative size -9223372036854775808 for an arena\n");
    EXPECT_PANIC(arena_large, INT64_MAX, "panic: out of memory (9223372036854775807 bytes wanted)");
    EXPECT_PANIC(arena_large, INT64_MAX / 5, "panic: out of memory (");
    EXPECT_PANIC(arena_create_one, -8, "panic: negative size -8 for an arena\n");
    EXPECT_PANIC(arena_create_one, INT64_MAX, "panic: out of memory (9223372036854775807 bytes");
    EXPECT_PANIC(arena_create_one, (int64_t)1 << 60, "panic: out of memory (1152921504606846976");
    EXPECT_PANIC(arena_wrong_mark, -1, "panic: arena_rewind to -1, but 0 bytes are used\n");
    EXPECT_PANIC(arena_wrong_mark, 1, "panic: arena_rewind to 1, but 0 bytes are used\n");
    EXPECT_PANIC(arena_null, 0, "user.runa:11: panic: use of a field or element through Nothing");
    struct runa_arena *arena = runa_arena_create((int64_t)3 << 30); // large, and never touched
    char *p = runa_arena_allocate(arena, (int64_t)2 << 30);
    p[((int64_t)2 << 30) - 1] = 1;
    runa_arena_destroy(arena);
}

// --- owned ---------------------------------------------------------------------------------------

static void allocate_one(int64_t size) {
    runa_deallocate(runa_allocate(size));
}

static void reallocate_one(int64_t size) {
    runa_reallocate(runa_allocate(8), 8, size);
}

static void copy_negative(int64_t size) {
    char bytes[8] = {0};
    runa_memory_copy(bytes, bytes, size);
}

static void test_owned(void) {
    char *p = runa_allocate(100);
    CHECK(is_zero(p, 100));
    memset(p, 1, 100);
    p = runa_reallocate(p, 100, 5000);
    CHECK(p[99] == 1 && is_zero(p + 100, 4900));
    p = runa_reallocate(p, 5000, 10);
    CHECK(p[9] == 1);
    p = runa_reallocate(p, 10, 0);
    CHECK(p);
    runa_deallocate(p);
    runa_deallocate(NULL);
    p = runa_reallocate(NULL, 0, 8);
    CHECK(is_zero(p, 8));
    runa_deallocate(p);
    p = runa_allocate(0);
    char *q = runa_allocate(0);
    CHECK(p && q && p != q);
    runa_deallocate(p);
    runa_deallocate(q);
    EXPECT_PANIC(allocate_one, -5, "panic: negative size -5 for an allocation\n");
    EXPECT_PANIC(allocate_one, INT64_MAX, "panic: out of memory (9223372036854775807 bytes");
    EXPECT_PANIC(reallocate_one, -5, "panic: negative size -5 for an allocation\n");
    EXPECT_PANIC(reallocate_one, INT64_MAX, "panic: out of memory (9223372036854775807 bytes");
    EXPECT_PANIC(copy_negative, -1, "panic: negative size -1 for memory_copy\n");
}

static void test_tiers(void) {
    struct runa_arena *arena = runa_arena_create(64);
    for (int i = 0; i < 2; i++) {
        struct runa_arena *tier = i ? arena : NULL;
        char *p = runa_tier_allocate(tier, 16);
        memset(p, 7, 16);
        p = runa_tier_reallocate(tier, p, 16, 200);
        CHECK(p[15] == 7 && is_zero(p + 16, 184));
        runa_tier_deallocate(tier, p);
        char *text = runa_tier_allocate_text(tier, 5);
        CHECK(text[0] == 0 && text[5] == 0);
        runa_tier_deallocate(tier, text);
    }
    CHECK(arena->used == 16 + 200 + 6);
    runa_arena_destroy(arena);
}

static void test_memory(void) {
    char bytes[64] = {0};
    char *p = bytes + 1;
    runa_memory_set_byte(p, 0, 0x1FF);
    CHECK(runa_memory_get_byte(p, 0) == 255 && bytes[2] == 0);
    runa_memory_set_int32(p, 4, -2);
    CHECK(runa_memory_get_int32(p, 4) == -2 && runa_memory_get_byte(p, 7) == 255);
    runa_memory_set_integer(p, 8, INT64_MIN);
    CHECK(runa_memory_get_integer(p, 8) == INT64_MIN);
    runa_memory_set_pointer(p, 16, p);
    CHECK(runa_memory_get_pointer(p, 16) == p && runa_memory_get_pointer_at_index(p, 2) == p);
    runa_memory_set_float(p, 24, 1.5);
    CHECK(runa_memory_get_float(p, 24) == 1.5);
    runa_memory_set_pointer_at_index(p, 4, bytes);
    CHECK(runa_memory_get_pointer(p, 32) == bytes);
    runa_memory_fill(p, 3, 4);
    runa_memory_fill(p, 4, 0);
    CHECK(bytes[1] == 3 && bytes[4] == 3);
    runa_memory_copy(p + 1, p, 4);
    runa_memory_copy(NULL, NULL, 0);
    CHECK(bytes[5] == 3);
    CHECK(runa_memory_compare("ab", "ac", 2) == -1 && runa_memory_compare("b", "a", 1) == 1);
    CHECK(runa_memory_compare("ab", "ac", 1) == 0);
    CHECK(runa_memory_compare("\xff", "a", 1) == 1);
}

// --- shared --------------------------------------------------------------------------------------

static int destroyed;
static struct runa_arena *scope_in_destructor;

static int64_t count_destructor(int64_t data) {
    CHECK(data != 0);
    scope_in_destructor = runa_scope_arena;
    __atomic_add_fetch(&destroyed, 1, __ATOMIC_RELAXED);
    return 0;
}
static const void *const destructor[] = {(const void *)count_destructor};

static void test_shared(void) {
    struct runa_refcounted *object = runa_refcount_create_with(runa_allocate(8), destructor);
    CHECK(runa_refcount_count(object) == 1 && object->count == 1);
    CHECK(runa_refcount_retain(object) == object && runa_refcount_count(object) == 2);
    struct runa_refcounted *weak = runa_refcount_weak(object);
    CHECK(object->count == ((uint64_t)1 << 32) + 2);
    runa_refcount_release(object);
    CHECK(destroyed == 0);
    struct runa_refcounted *upgraded = runa_weakref_upgrade(weak);
    CHECK(upgraded == object && runa_refcount_count(object) == 2);
    runa_refcount_release(upgraded);
    struct runa_arena *arena = runa_arena_create(64);
    runa_scope_arena = arena;
    runa_refcount_release(object);
    CHECK(destroyed == 1 && scope_in_destructor == NULL && runa_scope_arena == arena);
    runa_scope_arena = NULL;
    runa_arena_destroy(arena);
    CHECK(runa_weakref_upgrade(weak) == NULL && runa_refcount_count(weak) == 0);
    CHECK(runa_refcount_get(weak) == NULL);
    runa_weakref_release(weak);
    runa_weakref_release(NULL);
    runa_refcount_release(NULL);
    object = runa_refcount_create(NULL);
    CHECK(runa_refcount_get(object) == NULL);
    runa_refcount_release(object);
}

// Does to an object with the given count what the first argument says.
static uint64_t forced_count;
static void with_count(int64_t function) {
    struct runa_refcounted *object = runa_refcount_create(NULL);
    object->count = forced_count;
    user_call(function, word(object), 0);
}

static void test_shared_panics(void) {
    forced_count = (uint64_t)1 << 32;
    EXPECT_PANIC(with_count, CODE(runa_refcount_release),
                 "user.runa:11: panic: refcount_release after the last release (in process");
    EXPECT_PANIC(with_count, CODE(runa_refcount_retain),
                 "user.runa:11: panic: refcount_retain after the last release (in process");
    EXPECT_PANIC(with_count, CODE(runa_refcount_weak), "user.runa:11: panic: refcount_weak after");
    forced_count = UINT32_MAX;
    EXPECT_PANIC(with_count, CODE(runa_refcount_retain), "user.runa:11: panic: too many refer");
    EXPECT_PANIC(with_count, CODE(runa_weakref_upgrade), "user.runa:11: panic: too many refer");
    EXPECT_PANIC(with_count, CODE(runa_weakref_release),
                 "user.runa:11: panic: weakref_release without a weak reference");
    forced_count = ((uint64_t)UINT32_MAX << 32) + 1;
    EXPECT_PANIC(with_count, CODE(runa_refcount_weak), "user.runa:11: panic: too many weak");
}

// --- threads -------------------------------------------------------------------------------------

enum { THREADS = 4, ROUNDS = 20000 };
static int64_t total;
static struct runa_mutex *mutex;
static struct runa_refcounted *shared;

static int64_t work(int64_t argument) {
    int local = 0;
    CHECK(runa_scope_arena == NULL && runa_is_on_stack(&local));
    for (int i = 0; i < ROUNDS; i++) {
        runa_refcount_retain(shared);
        struct runa_refcounted *weak = runa_refcount_weak(shared);
        runa_refcount_release(shared);
        struct runa_refcounted *again = runa_weakref_upgrade(weak);
        runa_weakref_release(weak);
        runa_refcount_release(again);
    }
    runa_mutex_lock(mutex);
    total += argument;
    runa_mutex_unlock(mutex);
    return 0;
}
static const void *const work_object[] = {(const void *)work};

// Owner and weak reference go at the same time, in two threads.
static int64_t release_weak(int64_t object) {
    runa_weakref_release((struct runa_refcounted *)(uintptr_t)object);
    return 0;
}
static const void *const release_weak_object[] = {(const void *)release_weak};

static void test_threads(void) {
    struct runa_thread *threads[THREADS];
    mutex = runa_mutex_create();
    destroyed = 0;
    shared = runa_refcount_create_with(runa_allocate(8), destructor);
    for (int64_t i = 0; i < THREADS; i++) {
        threads[i] = runa_thread_start(work_object, (void *)(uintptr_t)(i + 1));
    }
    for (int i = 0; i < THREADS; i++) {
        runa_thread_join(threads[i]);
    }
    CHECK(total == 10 && runa_refcount_count(shared) == 1 && destroyed == 0);
    runa_refcount_release(shared);
    CHECK(destroyed == 1);
    runa_mutex_destroy(mutex);
    runa_mutex_destroy(NULL);
    for (int i = 0; i < 200; i++) {
        struct runa_refcounted *object = runa_refcount_create_with(runa_allocate(8), destructor);
        runa_refcount_weak(object);
        struct runa_thread *thread = runa_thread_start(release_weak_object, object);
        runa_refcount_release(object);
        runa_thread_join(thread);
    }
    CHECK(destroyed == 201);
}

static int64_t thread_fault(int64_t argument) {
    return user_load(argument, 0, 0);
}
static int64_t thread_recurse(int64_t argument) {
    return user_recurse(argument, 0, 0);
}
static int64_t thread_panic(int64_t argument) {
    return user_call(CODE(runa_panic_divide), argument, 0);
}
static const void *const fault_object[] = {(const void *)thread_fault};
static const void *const recurse_object[] = {(const void *)thread_recurse};
static const void *const panic_object[] = {(const void *)thread_panic};

static void in_thread(int64_t object) {
    runa_thread_join(runa_thread_start((void *)(uintptr_t)object, NULL));
}

static void in_many_threads(int64_t object) {
    for (int i = 0; i < 8; i++) {
        runa_thread_start((void *)(uintptr_t)object, NULL);
    }
    pause();
}

// Another thread holds standard output for good.
static void *hold_output(void *unused) {
    flockfile(stdout);
    __atomic_store_n(&total, -1, __ATOMIC_RELEASE);
    pause();
    return unused;
}

static void while_output_is_held(int64_t unused) {
    pthread_t thread;
    pthread_create(&thread, NULL, hold_output, NULL);
    while (__atomic_load_n(&total, __ATOMIC_ACQUIRE) != -1) {
    }
    user_call(CODE(runa_panic_divide), unused, 0);
}

// A thread that C code made: nothing is known of its stack.
static void *foreign(void *unused) {
    user_load(8, 0, 0);
    return unused;
}

static void in_foreign_thread(int64_t unused) {
    (void)unused;
    pthread_t thread;
    pthread_create(&thread, NULL, foreign, NULL);
    pthread_join(thread, NULL);
}

static void wrong_mutex(int64_t step) {
    struct runa_mutex *m = runa_mutex_create();
    if (step == 0) {
        runa_mutex_unlock(m);
    }
    runa_mutex_lock(m);
    if (step == 1) {
        runa_mutex_lock(m);
    }
    runa_mutex_destroy(m);
}

static void test_thread_panics(void) {
    EXPECT_PANIC(in_thread, word(panic_object), "user.runa:11: panic: division by zero (in process "
                                                "user_call)\n    at user_call (user.runa:11)\n");
    EXPECT_PANIC(in_thread, word(fault_object), "user.runa:51: panic: use of a field or element");
    EXPECT_PANIC(in_many_threads, word(panic_object), "user.runa:11: panic: division by zero");
    EXPECT_PANIC(in_many_threads, word(fault_object), "user.runa:51: panic: use of a field or");
    EXPECT_PANIC(while_output_is_held, 0, "user.runa:11: panic: division by zero");
    EXPECT_PANIC(in_foreign_thread, 0, "user.runa:51: panic: use of a field or element through");
    EXPECT_PANIC(wrong_mutex, 0, "panic: mutex_unlock: Operation not permitted\n");
    EXPECT_PANIC(wrong_mutex, 1, "panic: mutex_lock: Resource deadlock avoided\n");
    EXPECT_PANIC(wrong_mutex, 2, "panic: mutex_destroy: Device or resource busy\n");
}

// --- end -----------------------------------------------------------------------------------------

static void exit_with(int64_t code) {
    printf("last words");
    runa_exit_with_code(code);
}

static void exit_full(int64_t code) {
    int file = open("/dev/full", O_WRONLY);
    CHECK(file >= 0);
    dup2(file, STDOUT_FILENO);
    printf("lost");
    runa_exit_with_code(code);
}

static void test_exit(void) {
    struct ending ending = run_child(exit_with, 256 + 7);
    CHECK(WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == 7);
    CHECK(strcmp(ending.output, "last words") == 0);
    ending = run_child(exit_with, -1);
    CHECK(WEXITSTATUS(ending.status) == 255);
    ending = run_child(exit_full, 0);
    CHECK(WEXITSTATUS(ending.status) == RUNA_EXIT_OUTPUT);
    CHECK(strstr(ending.errors, "cannot write standard output: No space left on device\n"));
    ending = run_child(exit_full, 9);
    CHECK(WEXITSTATUS(ending.status) == 9);
}

static void test_call(void) {
    const void *closure[] = {(const void *)user_closure, (const void *)40};
    CHECK(runa_call_function(closure, 2) == 42);
}

int64_t runa_entry(int64_t argc, char **argv) {
    CHECK(argc == runa_argument_count && argv == runa_argument_values);
    test_call();
    test_positions();
    test_arena_basics();
    test_arena_growth();
    test_arena_sizes();
    test_arena_mark_at_edge();
    for (unsigned seed = 0; seed < 60; seed++) {
        test_arena_random((int64_t)seed * seed, seed);
    }
    test_arena_file();
    test_arena_panics();
    test_owned();
    test_tiers();
    test_memory();
    test_shared();
    test_shared_panics();
    test_threads();
    test_panics();
    test_faults();
    if (argc < 2) { // an argument leaves these out, for tools that cannot run out of stack
        EXPECT_PANIC(in_thread, word(recurse_object), "user.runa:6");
        test_overflow();
    }
    test_thread_panics();
    test_exit();
    printf("ok\n");
    return 0;
}
