// Panics: the message, the position in the user's code, the backtrace, and the end of the process.
//
// Generated code and the runtime both keep rbp frames, so return addresses are found along the
// chain
//
//      rbp -> [ caller's rbp | return address into the caller ] , caller's rbp -> [ ... ]
//
// and the sections runa_processes and runa_lines tell what lies at a code address. A fault can
// happen inside libc too, which keeps no frames: trace_fault says what is done then. Frame
// addresses are checked against the stack before they are followed, and should one be wrong all
// the same, the fault handler notices that it was called for this file's own reading and jumps
// back (see `protect`).
//
// A program may have the last word: see on_panic.
#define _GNU_SOURCE
#include "runa.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

// The sections of generated code. The linker defines these where there are such sections.
extern const struct runa_process_entry __start_runa_processes[] __attribute__((weak));
extern const struct runa_process_entry __stop_runa_processes[] __attribute__((weak));
extern const struct runa_process_entry __start_runa_expansions[] __attribute__((weak));
extern const struct runa_process_entry __stop_runa_expansions[] __attribute__((weak));
extern const struct runa_line_entry __start_runa_lines[] __attribute__((weak));
extern const struct runa_line_entry __stop_runa_lines[] __attribute__((weak));
extern const char runa_debug_backtrace __attribute__((weak));

// The code of the executable. The linker defines these.
extern const char __executable_start[];
extern const char etext[];
extern const char _end[];

enum {
    PAGE_FAULT_WRITE = 2, // the processor's code for what was tried
    SHOWN_FRAMES = 50,
    MESSAGE_SIZE = 4096,
    REPORT_SIZE = 32768,
    NOTHING_LIMIT = 65536,     // addresses below: a field or element of Nothing
    SCANNED_BYTES = 65536,     // how far a stack without frames is looked through
    STACK_MARGIN = 8 << 20,    // how far around the end of the stack a fault is an overflow
    HANDLER_STACK = 320 << 10, // bytes, of which the first ones are never there
    HANDLER_GUARD = 65536,
    LOCK_TRIES = 1000 // milliseconds that another thread may take to print something
};

// The stack of this thread; 0 where it is not known, in threads that C code started.
static __thread uintptr_t stack_low;
static __thread uintptr_t stack_top;
static __thread stack_t stack_before; // what sigaltstack was before us

// --- positions -----------------------------------------------------------------------------------

static const char *text_at(uint32_t address) { return (const char *)(uintptr_t)address; }

// Where their code ends.
static uintptr_t code_end;

// Are the processes in order? They are unless objects were linked in an unusual way.
static bool processes_are_sorted(void) {
    static int known; // 1: sorted, -1: not; every thread finds the same
    if (!known) {
        int result = 1;
        for (const struct runa_process_entry *entry = __start_runa_processes;
             entry < __stop_runa_processes && entry + 1 < __stop_runa_processes; entry++) {
            if (entry->end > entry[1].start) {
                result = -1;
            }
            code_end = entry[1].end;
        }
        known = result;
    }
    return known > 0;
}

static bool covers(const struct runa_process_entry *entry, uintptr_t address) {
    return address >= entry->start && address < entry->end;
}

// The process whose code contains the address, or NULL.
static const struct runa_process_entry *find_process(uintptr_t address) {
    const struct runa_process_entry *low = __start_runa_processes;
    const struct runa_process_entry *high = __stop_runa_processes;
    if (!processes_are_sorted()) {
        while (low < high && !covers(low, address)) {
            low++;
        }
        return low < high ? low : NULL;
    }
    while (low < high) {
        const struct runa_process_entry *middle = low + (high - low) / 2;
        if (covers(middle, address)) {
            return middle;
        }
        if (address < middle->start) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

// The line of an address in the process: that of the last entry at or before it; 0 if none is.
static int64_t find_line(const struct runa_process_entry *process, uintptr_t address) {
    uintptr_t best = process->start;
    int64_t line = 0;
    for (const struct runa_line_entry *entry = __start_runa_lines; entry < __stop_runa_lines;
         entry++) {
        if (entry->address >= best && entry->address <= address) {
            best = entry->address;
            line = entry->line;
        }
    }
    return line;
}

// Does a line of the process's body begin at or before the address?
static bool has_line(const struct runa_process_entry *process, uintptr_t address) {
    for (const struct runa_line_entry *entry = __start_runa_lines; entry < __stop_runa_lines;
         entry++) {
        if (entry->address > process->start && entry->address <= address) {
            return true;
        }
    }
    return false;
}

static bool is_library(const struct runa_process_entry *process) {
    return strncmp(text_at(process->file), "stdlib/", strlen("stdlib/")) == 0;
}

// The innermost process whose body was expanded around the address, or else the one around.
static const struct runa_process_entry *find_written(const struct runa_process_entry *process,
                                                     uintptr_t address) {
    const struct runa_process_entry *found = process;
    for (const struct runa_process_entry *entry = __start_runa_expansions;
         entry < __stop_runa_expansions; entry++) {
        if (covers(entry, address) && entry->start >= found->start) {
            found = entry;
        }
    }
    return found;
}

static void describe(const struct runa_process_entry *process, uintptr_t address,
                     struct runa_position *position) {
    const struct runa_process_entry *written = find_written(process, address);
    position->process = text_at(written->name);
    position->file = text_at(written->file);
    position->line = find_line(process, address);
}

bool runa_find_position(const void *address, struct runa_position *position) {
    const struct runa_process_entry *process = find_process((uintptr_t)address);
    if (process) {
        describe(process, (uintptr_t)address, position);
    }
    return process != NULL;
}

// --- traces --------------------------------------------------------------------------------------

// The frames of the user's code, the innermost first.
struct trace {
    struct runa_position frames[SHOWN_FRAMES];
    int64_t count;                 // of all frames; only the first SHOWN_FRAMES are kept
    struct runa_position fallback; // the innermost frame of the library
    bool has_fallback;
};

// Adds the code at address: every Runa process from the first one that is not the library's.
static void trace_add(struct trace *trace, uintptr_t address) {
    const struct runa_process_entry *process = find_process(address);
    if (!process) {
        return;
    }
    if (trace->count == 0 && is_library(process)) {
        if (!trace->has_fallback) {
            describe(process, address, &trace->fallback);
            trace->has_fallback = true;
        }
        return;
    }
    if (trace->count < SHOWN_FRAMES) {
        describe(process, address, &trace->frames[trace->count]);
    }
    trace->count++;
}

// A word of the stack, of whatever variable: so the address sanitizer is not asked.
__attribute__((no_sanitize_address)) static uintptr_t word_at(uintptr_t address) {
    return *(const volatile uintptr_t *)address;
}

// Can a frame begin at base, above the address `below`? With an unknown stack it may be a gigabyte
// away; then only `protect` keeps a wrong chain from doing harm.
static bool is_frame(uintptr_t base, uintptr_t below) {
    uintptr_t top = stack_top > below ? stack_top : below + ((uintptr_t)1 << 30);
    return base % sizeof base == 0 && base > below && base <= top - 2 * sizeof base;
}

// Follows the chain of frames from base on; `below` is a stack address under it.
static void trace_chain(struct trace *trace, uintptr_t base, uintptr_t below) {
    while (is_frame(base, below)) {
        trace_add(trace, word_at(base + sizeof base) - 1);
        below = base;
        base = word_at(base);
    }
}

static bool is_in_executable(uintptr_t address) {
    return address >= (uintptr_t)__executable_start && address < (uintptr_t)etext;
}

// Could a call instruction end at address? E8 and four bytes, or FF /2 and its operand.
static bool is_return_address(uintptr_t address) {
    enum { LONGEST_CALL = 7 };
    if (!is_in_executable(address) || !is_in_executable(address - LONGEST_CALL)) {
        return false;
    }
    const unsigned char *end = (const unsigned char *)address;
    if (end[-5] == 0xE8) {
        return true;
    }
    for (int length = 2; length <= LONGEST_CALL; length++) {
        if (end[-length] == 0xFF && (end[1 - length] >> 3 & 7) == 2) {
            return true;
        }
    }
    return false;
}

// Looks upward from `from` for a frame whose return address leads into the executable; 0: none.
static uintptr_t find_frame(uintptr_t from) {
    for (uintptr_t slot = from; slot < from + SCANNED_BYTES && is_frame(slot, from - 1);
         slot += sizeof slot) {
        if (is_frame(word_at(slot), slot) && is_return_address(word_at(slot + sizeof slot))) {
            return slot;
        }
    }
    return 0;
}

// A fault in code without frames: a library, which leaves rbp alone, or saves it and uses it for
// something else. The first return address into Runa code, going up from the stack pointer, is the
// call that led there; the search ends at the frame that rbp points to, or at a call made by the
// runtime, if that is whose frame it is.
static void trace_foreign(struct trace *trace, uintptr_t stack, uintptr_t base) {
    bool has_base = is_frame(base, stack);
    uintptr_t end = has_base ? base : stack + SCANNED_BYTES;
    uintptr_t slot = stack;
    while (slot < end && is_frame(slot, stack - 1)) {
        uintptr_t word = word_at(slot);
        slot += sizeof slot;
        if (is_return_address(word)) {
            trace_add(trace, word - 1);
            if (has_base || find_process(word - 1)) {
                break;
            }
        }
    }
    trace_chain(trace, has_base ? base : find_frame(slot), stack);
}

// The registers at a fault.
struct fault {
    uintptr_t code;
    uintptr_t stack;
    uintptr_t base;
    bool is_write;    // of memory
    bool is_overflow; // of the stack
};

// The trace of a fault, whose position is the faulting instruction's if that is Runa code. If not,
// it is in the runtime, which has frames; in a library; or nowhere, after a call of what is no
// code. A function without a frame that has called nothing has its return address on top of the
// stack.
static void trace_fault(struct trace *trace, const struct fault *fault) {
    const struct runa_process_entry *process = find_process(fault->code);
    uintptr_t below = fault->stack - 1;
    if (process) {
        // A frame that did not fit: what asked for it is the call.
        bool is_entered = !fault->is_overflow || has_line(process, fault->code);
        if (is_entered) {
            trace_add(trace, fault->code);
        }
        // The frame is not there yet while `push %rbp; mov %rsp, %rbp` is going on.
        uintptr_t pushed = fault->code - process->start;
        if (pushed <= 1 && is_frame(fault->stack, below)) {
            trace_add(trace, word_at(fault->stack + pushed * sizeof(uintptr_t)) - 1);
        }
        trace_chain(trace, fault->base, below);
        if (!is_entered && trace->count == 0) {
            trace_add(trace, fault->code);
        }
        return;
    }
    bool on_stack = is_frame(fault->stack, below);
    uintptr_t caller = on_stack ? word_at(fault->stack) : 0;
    if (find_process(caller - 1) && is_return_address(caller)) {
        trace_add(trace, caller - 1);
        trace_chain(trace, fault->base, below);
        return;
    }
    if (is_in_executable(fault->code)) {
        trace_chain(trace, fault->base, below);
    }
    if (on_stack && !trace->count && !trace->has_fallback) {
        trace_foreign(trace, fault->stack, fault->base);
    }
}

// What was found last for some return addresses: those of one program are few, and the checked
// build asks for each allocation.
static __thread struct {
    uintptr_t address;
    bool is_users;
} known_callers[512];

// Is the address in the user's own code? Most are the runtime's, which lies behind it.
static bool is_users(uintptr_t address) {
    if (processes_are_sorted() && address >= code_end && code_end) {
        return false;
    }
    size_t slot = address * 0x9E3779B97F4A7C15 >> 55; // 512 of them
    if (known_callers[slot].address != address) {
        const struct runa_process_entry *process = find_process(address);
        known_callers[slot].address = address;
        known_callers[slot].is_users = process && !is_library(process);
    }
    return known_callers[slot].is_users;
}

const void *runa_user_address(void) {
    uintptr_t below = (uintptr_t)__builtin_frame_address(0) - 1;
    uintptr_t base = below + 1;
    while (stack_top > below && is_frame(base, below)) {
        uintptr_t address = word_at(base + sizeof base) - 1;
        if (is_users(address)) {
            return (const void *)address;
        }
        below = base;
        base = word_at(base);
    }
    return NULL;
}

bool runa_is_on_stack(const void *address) {
    return (uintptr_t)address >= (uintptr_t)__builtin_frame_address(0) &&
           (uintptr_t)address < stack_top;
}

// --- protection ----------------------------------------------------------------------------------

// Where the fault handler returns to, while something is done that may fault; else NULL.
static __thread sigjmp_buf *recovery;

// Does action(argument), and gives up quietly should that fault.
static void protect(void (*action)(void *), void *argument) {
    sigjmp_buf here;
    if (sigsetjmp(here, 0) == 0) {
        recovery = &here;
        action(argument);
    }
    recovery = NULL;
}

int64_t runa_finish_output(int64_t status) {
    int failed_before = ferror(stdout);
    errno = 0;
    if (fflush(stdout) == 0 && !failed_before) {
        return status;
    }
    dprintf(STDERR_FILENO, "cannot write standard output: %s\n",
            errno ? strerror(errno) : "an earlier write failed");
    return status ? status : RUNA_EXIT_OUTPUT;
}

// Flushes standard output; with a status (else NULL), sees to it that a failure is not hidden.
// Another thread may hold it: one that is printing lets go soon, one that has panicked never does.
static void flush_output(void *status) {
    for (int tries = 0; tries < LOCK_TRIES; tries++) {
        if (ftrylockfile(stdout) == 0) {
            if (status) {
                *(int64_t *)status = runa_finish_output(*(int64_t *)status);
            } else {
                fflush(stdout);
            }
            funlockfile(stdout);
            return;
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

// --- reports -------------------------------------------------------------------------------------

static volatile int claimed;      // a thread panics
static __thread bool is_mine;     // this one
static volatile bool is_handling; // the program has its last word
static volatile bool is_second;   // and panics

// Only the first thread that panics gets here, so there is one of each.
static char message_text[MESSAGE_SIZE];
static struct trace the_trace;
static const char *notes_text = ""; // lines behind the first one
static char report[REPORT_SIZE];
static size_t report_length;
static struct runa_panic_event the_event = {.message = message_text, .report = report};

// Adds to the report what fits.
__attribute__((format(printf, 1, 2))) static void add(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof report - report_length;
    int length = vsnprintf(report + report_length, room, format, arguments);
    va_end(arguments);
    if (length > 0) {
        report_length += (size_t)length < room ? (size_t)length : room - 1;
    }
}

static void add_place(const struct runa_position *position) {
    add("%s", position->file);
    if (position->line) {
        add(":%lld", (long long)position->line);
    }
}

static void add_backtrace(const struct trace *trace) {
    for (int64_t i = 0; i < trace->count && i < SHOWN_FRAMES; i++) {
        add("    at %s (", trace->frames[i].process);
        add_place(&trace->frames[i]);
        add(")\n");
    }
    if (trace->count > SHOWN_FRAMES) {
        add("    ... and %lld more\n", (long long)(trace->count - SHOWN_FRAMES));
    }
}

static void write_report(void) {
    for (size_t done = 0; done < report_length;) {
        ssize_t count = write(STDERR_FILENO, report + done, report_length - done);
        if (count < 0 && errno != EINTR) {
            return;
        }
        done += count > 0 ? (size_t)count : 0;
    }
}

// The address sanitizer wants to know the stack at each end of a process. Here it may be the
// alternate one, and warns of that.
#define ON_ANY_STACK __attribute__((no_sanitize_address))

ON_ANY_STACK static _Noreturn void write_and_end(void) {
    write_report();
    _exit(RUNA_EXIT_PANIC);
}

// --- the program's last word ---------------------------------------------------------------------
//
// The process given to on_panic has a stack of its own, since that of the thread may have
// overflowed, and a fault comes in on one that is small and has nothing below it to tell that it
// is full. A fault on the new stack reaches the handler on the thread's alternate one again.

static const void *volatile handler; // a Function value, or Nothing
static char *volatile handler_stack; // mapped before the first one is known; else NULL

// With a guard below. Of two threads that map one at the same time, the later one's is used.
// Without memory the new process hears of it at once, on the stack that there is.
static char *map_handler_stack(const void *process) {
    char *stack =
        mmap(NULL, HANDLER_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) {
        handler = process;
        runa_panic_format(RUNA_MESSAGE_MEMORY, (long long)HANDLER_STACK);
    }
    mprotect(stack, HANDLER_GUARD, PROT_NONE); // what is refused is only more danger
    return stack;
}

void runa_on_panic(const void *process) {
    if (process && !handler_stack) {
        handler_stack = map_handler_stack(process);
    }
    handler = process;
}

static _Noreturn void handle(void) {
    runa_scope_arena = NULL;
    runa_call_function(handler, (int64_t)(uintptr_t)&the_event);
    protect(flush_output, NULL);
    write_and_end();
}

static __attribute__((noreturn, used)) void begin_handler_stack(void) {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
    runa_set_stack(handler_stack + HANDLER_GUARD, handler_stack + HANDLER_STACK);
    handle();
}

ON_ANY_STACK static _Noreturn void handle_on_own_stack(void) {
    if (!handler_stack) {
        handle();
    }
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(NULL, handler_stack, HANDLER_STACK);
#endif
    __asm__ volatile("movq %0, %%rsp\n"
                     "xorl %%ebp, %%ebp\n"
                     "call *%1\n"
                     :
                     : "a"(handler_stack + HANDLER_STACK), "d"(begin_handler_stack)
                     : "memory");
    __builtin_unreachable();
}

void runa_exit_in_panic(int64_t status) {
    if (!claimed) {
        return;
    }
    while (!is_mine) {
        pause();
    }
    protect(flush_output, &status);
    _exit((int)status);
}

// --- panics --------------------------------------------------------------------------------------

const char *runa_process_word(const struct runa_position *position) {
    return strchr(position->process, ' ') ? "" : "process ";
}

// Composes the report on message_text and the_trace.
static void compose_report(void) {
    const struct trace *trace = &the_trace;
    const struct runa_position *position = trace->count          ? &trace->frames[0]
                                           : trace->has_fallback ? &trace->fallback
                                                                 : NULL;
    const char *kind = is_second ? "panic in the process of on_panic" : "panic";
    if (position) {
        add_place(position);
        add(": %s: %s (in %s%s)\n", kind, message_text, runa_process_word(position),
            position->process);
        the_event.file = position->file;
        the_event.line = position->line;
        the_event.process = position->process;
    } else {
        add("%s: %s\n", kind, message_text);
    }
    add("%s", notes_text);
    if (&runa_debug_backtrace) {
        add_backtrace(trace);
    }
}

// Ends the process with the report on message_text and the_trace, after the program's last word.
ON_ANY_STACK static _Noreturn void finish(void) {
    protect(flush_output, NULL);
    compose_report();
    if (handler && !is_handling) {
        is_handling = true;
        handle_on_own_stack();
    }
    write_and_end();
}

// Claims the right to report. A second thread waits for the end that the first one brings. A panic
// of the program's last word is added to the report; one inside a panic (a fault while the message
// is composed) ends with what is known.
static void claim(void) {
    if (!__atomic_exchange_n(&claimed, 1, __ATOMIC_ACQ_REL)) {
        is_mine = true;
        return;
    }
    while (!is_mine) {
        pause();
    }
    if (is_handling && !is_second) {
        is_second = true;
        notes_text = "";
        the_trace.count = 0;
        the_trace.has_fallback = false;
        return;
    }
    static const char text[] = "panic: fault while a panic was reported\n";
    write_report();
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(RUNA_EXIT_PANIC);
}

struct message {
    const char *format;
    va_list arguments;
};

static void compose(void *argument) {
    struct message *message = argument;
    vsnprintf(message_text, sizeof message_text, message->format, message->arguments);
}

static void trace_here(void *base) {
    trace_chain(&the_trace, (uintptr_t)base, (uintptr_t)base - 1);
}

_Noreturn void runa_panic_format(const char *format, ...) {
    struct message message = {.format = format};
    claim();
    the_event.is_out_of_memory = strcmp(format, RUNA_MESSAGE_MEMORY) == 0;
    va_start(message.arguments, format);
    protect(compose, &message);
    va_end(message.arguments);
    protect(trace_here, __builtin_frame_address(0));
    finish();
}

_Noreturn void runa_panic_noted(const char *notes, const char *format, ...) {
    struct message message = {.format = format};
    claim();
    notes_text = notes;
    va_start(message.arguments, format);
    protect(compose, &message);
    va_end(message.arguments);
    protect(trace_here, __builtin_frame_address(0));
    finish();
}

_Noreturn void runa_panic(const char *message) { runa_panic_format("%s", message); }

_Noreturn void runa_panic_index(int64_t index, int64_t length) {
    runa_panic_format("index %lld is out of range (length %lld)", (long long)index,
                      (long long)length);
}

_Noreturn void runa_panic_divide(void) { runa_panic("division by zero"); }

_Noreturn void runa_panic_null(void) { runa_panic(RUNA_MESSAGE_NOTHING); }

_Noreturn void runa_panic_overflow(void) { runa_panic("integer overflow"); }

_Noreturn void runa_panic_no_match(void) { runa_panic("no case of this Match fits"); }

// --- faults --------------------------------------------------------------------------------------

// The lowest address that this thread's stack may grow down to; 0 if it is not known.
static uintptr_t lowest_stack_address(void) {
    struct rlimit limit;
    if (stack_low || !stack_top) {
        return stack_low;
    }
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= stack_top) {
        return 0;
    }
    return stack_top - limit.rlim_cur;
}

// Is a bad access to address a stack overflow? What lies between the stack pointer and the top
// never faults, so every fault around the low end is one: also of a big frame, which is touched
// first far from either.
static bool is_stack_overflow(uintptr_t address, uintptr_t stack) {
    uintptr_t low = lowest_stack_address();
    bool is_near = address + STACK_MARGIN >= stack && address <= stack + STACK_MARGIN;
    if (stack_top && address >= stack_top) {
        return false;
    }
    if (!low) {
        return is_near;
    }
    if (stack >= stack_top) {
        return false; // a stack that is not ours
    }
    return address + STACK_MARGIN >= low || (stack < low && is_near);
}

// Is the instruction `call *(%r10)`, by which Function values are called?
static bool is_function_call(uintptr_t code) {
    static const unsigned char call[] = {0x41, 0xFF, 0x12};
    return is_in_executable(code) && memcmp((const void *)code, call, sizeof call) == 0;
}

// Static memory that the linker made read-only.
static bool is_constant(uintptr_t address) {
    return address >= (uintptr_t)__executable_start && address < (uintptr_t)_end;
}

static void describe_access(const siginfo_t *info, struct fault *fault) {
    uintptr_t address = (uintptr_t)info->si_addr;
    if (info->si_code == SI_KERNEL) {
        // The processor does not tell addresses outside of the 48 bits that it translates.
        snprintf(message_text, sizeof message_text, "invalid memory access");
    } else if (address == 0 && is_function_call(fault->code)) {
        snprintf(message_text, sizeof message_text, "call of a Function value that is Nothing");
    } else if (address < NOTHING_LIMIT) {
        snprintf(message_text, sizeof message_text, "%s", RUNA_MESSAGE_NOTHING);
    } else if (is_stack_overflow(address, fault->stack)) {
        fault->is_overflow = true;
        snprintf(message_text, sizeof message_text, "stack overflow");
    } else if (fault->is_write && is_constant(address)) {
        snprintf(message_text, sizeof message_text,
                 "write to a Constant or a literal, which cannot change");
    } else {
        snprintf(message_text, sizeof message_text, "invalid memory access at 0x%llx",
                 (unsigned long long)address);
    }
}

// abort, called by libc where it finds its heap in disorder, or by other C code.
static const char aborted[] =
    "aborted: the heap is damaged, by a wrong deallocate or a write outside of an object "
    "(`--check=memory` finds it), or C code called abort";

static void describe_fault(int number, const siginfo_t *info, struct fault *fault) {
    if (number == SIGABRT && info->si_pid == getpid()) {
        snprintf(message_text, sizeof message_text, "%s", aborted);
    } else if (info->si_code <= 0) { // not a fault: somebody sent it
        snprintf(message_text, sizeof message_text, "stopped by signal %d", number);
    } else if (number == SIGFPE) {
        snprintf(message_text, sizeof message_text, "arithmetic fault");
    } else if (number == SIGILL) {
        snprintf(message_text, sizeof message_text, "invalid instruction");
    } else {
        describe_access(info, fault);
    }
}

static void trace_there(void *fault) { trace_fault(&the_trace, fault); }

ON_ANY_STACK static void handle_fault(int number, siginfo_t *info, void *context) {
    if (recovery) {
        siglongjmp(*recovery, 1);
    }
    claim();
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    struct fault fault = {
        .code = (uintptr_t)registers[REG_RIP],
        .stack = (uintptr_t)registers[REG_RSP],
        .base = (uintptr_t)registers[REG_RBP],
        .is_write = (registers[REG_ERR] & PAGE_FAULT_WRITE) != 0,
    };
    describe_fault(number, info, &fault);
    protect(trace_there, &fault);
    finish();
}

void runa_install_fault_handlers(void) {
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_sigaction = handle_fault};
    // A fault inside the handler must reach it again: see `recovery`.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        sigaction(faults[i], &action, NULL);
    }
}

void runa_set_stack(const void *low, const void *top) {
    stack_low = (uintptr_t)low;
    stack_top = (uintptr_t)top;
}

void runa_enter_thread(const void *low, const void *top, void *alternate_stack) {
    runa_set_stack(low, top);
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = RUNA_ALTERNATE_STACK};
    sigaltstack(&stack, &stack_before);
    if (runa_check_enter_thread) {
        runa_check_enter_thread(low, top);
    }
}

void runa_leave_thread(void) {
    if (runa_check_leave_thread) {
        runa_check_leave_thread();
    }
    sigaltstack(&stack_before, NULL);
    runa_set_stack(NULL, NULL);
}
