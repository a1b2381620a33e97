// runa.h - the contract between generated code, the prelude and the runtime.
//
// Every symbol that generated code or stdlib/prelude.runa may use is declared here, and nothing
// else of the runtime is theirs. docs/runtime.md tells the same in prose, with pictures.
//
// Rules that hold for every function, unless its comment says otherwise
//
// - Calls follow the System V x86-64 ABI. Every integer type, Byte and Boolean travels as an
//   int64_t (Boolean: 0 or 1), Float and Float32 as a double, a reference as an address, Nothing
//   as 0. A value of a type parameter is one int64_t word: a Float is its bits there.
// - "String" is `char *` to NUL-terminated UTF-8 bytes. Results that the caller may not change or
//   free are `const char *`.
// - Nothing where an object is needed panics as runa_panic_null does, Nothing where a String is
//   needed with RUNA_MESSAGE_NO_STRING. Every destroy function accepts Nothing and does nothing.
// - Sizes, lengths and offsets are bytes or elements, and are never negative: a negative one
//   panics, and so does memory that cannot be had ("out of memory").
// - "New" results (NEW below) lie in the arena runa_scope_arena when that is set; then nobody
//   frees them. Otherwise they lie on the owned heap and the receiver frees them: Strings and plain
//   memory with runa_deallocate, collections and Texts with their destroy function.
// - Raw memory is zero-filled, always.
// - A function that panics does not return. Its message names the prelude process.
#ifndef RUNA_H
#define RUNA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- Layouts -------------------------------------------------------------------------------------

// A kind descriptor tells generic code what a word of some type means: how to compare, hash and
// print it. The compiler emits one, read-only, for each type that needs it; `kind of T` is its
// address. Tags 12 to 19 occur only as `first` of a RUNA_KIND_FIXED_ARRAY, and say how an element
// lies in memory; the other element kinds take 8 bytes there (an inline structure its own size,
// an array of arrays the size of the inner array).
enum runa_tag {
    RUNA_KIND_INTEGER = 0,      // a signed word
    RUNA_KIND_UNSIGNED = 1,     // an unsigned word
    RUNA_KIND_FLOAT = 2,        // the bits of a double
    RUNA_KIND_BOOLEAN = 3,      // 0 or 1
    RUNA_KIND_STRING = 4,       // char *, compared by content
    RUNA_KIND_REFERENCE = 5,    // any other address, compared as an unsigned word
    RUNA_KIND_LIST = 6,         // first: the element's kind
    RUNA_KIND_SET = 7,          // first: the element's kind
    RUNA_KIND_DICTIONARY = 8,   // first: the key's kind, second: the value's
    RUNA_KIND_ARRAY = 9,        // growable; first: the element's kind
    RUNA_KIND_FIXED_ARRAY = 10, // count elements in place; the word is their address
    RUNA_KIND_INLINE = 11,      // a structure in place; count: its size in bytes
    RUNA_KIND_INTEGER8 = 12,
    RUNA_KIND_INTEGER16 = 13,
    RUNA_KIND_INTEGER32 = 14,
    RUNA_KIND_UNSIGNED8 = 15,
    RUNA_KIND_UNSIGNED16 = 16,
    RUNA_KIND_UNSIGNED32 = 17,
    RUNA_KIND_FLOAT32 = 18,
    RUNA_KIND_BOOLEAN8 = 19
};

// 32 bytes.
struct runa_kind {
    int64_t tag; // an enum runa_tag
    int64_t count;
    const struct runa_kind *first;
    const struct runa_kind *second;
};

// 24 bytes, the Arena of the language. The next free byte is buffer + used and the current block
// ends at buffer + capacity, in whichever block that is: buffer is biased. buffer is a multiple
// of 16, capacity one of 8. Behind the 24 bytes lies a word of the runtime, limit: a multiple of 8
// up to capacity; the bytes from used to limit are zero (those behind it may not be). So this is an
// allocation of size bytes, and what generated code may do inline:
//     start = (used + 7) & -8
//     if size, unsigned, <= limit - start: used = start + size, the result is buffer + start
//     else call runa_arena_allocate(arena, size)
struct runa_arena {
    char *buffer;
    int64_t capacity;
    int64_t used;
};
typedef struct runa_arena Arena; // the compiler's name for its own
enum { RUNA_ARENA_LIMIT = 24 };  // the offset of limit

enum { RUNA_ARRAY_INLINE = 1 }; // flags: the elements are structures in place

// 40 bytes, both the growable Array and the List. data holds capacity elements of stride bytes,
// the first length of them in use. stride is 8 unless RUNA_ARRAY_INLINE is set. Narrow integers
// take a whole word.
struct runa_array {
    void *data; // Nothing while capacity is 0
    int64_t length;
    int64_t capacity;
    int32_t stride;
    int32_t flags;
    struct runa_arena *arena; // where header and data lie; Nothing: on the owned heap
};

// Sets and Dictionaries are used through functions only.
struct runa_set;
struct runa_dict;

// 32 bytes, the Text of the language: bytes[length] is always NUL, and bytes never Nothing.
struct runa_text {
    char *bytes;
    int64_t length;
    int64_t capacity;         // bytes that fit, without the NUL
    struct runa_arena *arena; // where object and bytes lie; Nothing: on the owned heap
};

// RefCounted: 16 bytes. count: strong references in the low 32 bits, weak ones, from 0, in the
// high 32. A WeakRef is the same address, counted in the high half. (The runtime keeps words of its
// own in the same allocation, behind the 16 bytes.)
struct runa_refcounted {
    void *data;
    union {
        uint64_t count;
        struct {
            uint32_t strong;
            uint32_t weak;
        };
    };
};

struct runa_thread;
struct runa_mutex;

// One operand of `joined with`.
struct runa_piece {
    const struct runa_kind *kind;
    int64_t value;
};

// --- What generated code provides ----------------------------------------------------------------

// Runs the global initialisers and main. Its result, modulo 256, is the exit status.
int64_t runa_entry(int64_t argc, char **argv);

// Read-only section runa_processes: the code of each process. Addresses below 2 GB. A file name
// that begins with "stdlib/" marks code of the library, which is never a panic's position.
struct runa_process_entry {
    uint32_t start;
    uint32_t end; // the first address behind it
    uint32_t name;
    uint32_t file;
};

// Read-only section runa_expansions: the same for code of a process that was expanded in another
// one; of several entries that hold an address, the one that starts last tells.

// Read-only section runa_lines: code from address to the next entry's belongs to line.
struct runa_line_entry {
    uint32_t address;
    uint32_t line;
};

// Symbol runa_debug_backtrace, a byte 1: defined by programs built with -g; asks for backtraces.

// --- Panics and positions (panic.c) --------------------------------------------------------------

#define RUNA_MESSAGE_NOTHING "use of a field or element through Nothing"
#define RUNA_MESSAGE_NO_STRING "use of Nothing as a String"
#define RUNA_MESSAGE_MEMORY "out of memory (%lld bytes wanted)"

// RUNA_EXIT_LEAK: the checked build found memory that was never freed.
enum { RUNA_EXIT_PANIC = 101, RUNA_EXIT_OUTPUT = 2, RUNA_EXIT_LEAK = 3 };

// Flushes standard output, writes `file:line: panic: message (in process name)` to standard error,
// the backtrace behind it if the program was built with -g, and ends the process with status 101.
// The position is the innermost call in the user's own code. Callable from every thread.
_Noreturn void runa_panic(const char *message);
_Noreturn void runa_panic_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

// The same, with lines of text, ended by newlines, behind the first one.
_Noreturn void runa_panic_noted(const char *notes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// "index 7 is out of range (length 3)"
_Noreturn void runa_panic_index(int64_t index, int64_t length);
_Noreturn void runa_panic_divide(void);   // "division by zero"
_Noreturn void runa_panic_null(void);     // RUNA_MESSAGE_NOTHING
_Noreturn void runa_panic_overflow(void); // "integer overflow"
_Noreturn void runa_panic_no_match(void); // "no case of this Match fits"

// 48 bytes, the Panic of the language: what a process given to on_panic gets to know. The texts
// last as long as it runs.
struct runa_panic_event {
    const char *message; // "index 7 is out of range (length 3)"
    const char *file;    // of the report's position; Nothing where that is not known
    int64_t line;        // 0 where it is not known
    const char *process; // Nothing where it is not known
    const char *report;  // all that standard error gets, with line ends
    bool is_out_of_memory;
};

// Sets what is called before a panic ends the program, once, by the first thread that panics: a
// Function value of a struct runa_panic_event, which must last, or Nothing (as at the start). It
// runs on a stack of its own. When it returns, the report is written and the status is 101. A panic
// inside it is added to the report and ends the program, too.
void runa_on_panic(const void *process);

// For exit_with_code: does nothing unless a panic goes on. The thread that panicked flushes
// standard output, as runa_finish_output does, and ends the process at once; any other waits for
// the end.
void runa_exit_in_panic(int64_t status);

// Flushes standard output at the end of the program. A write that failed, now or before, is
// reported on standard error, and makes the status RUNA_EXIT_OUTPUT if it is 0.
int64_t runa_finish_output(int64_t status);

// Where a code address lies. The strings are the program's own, static.
struct runa_position {
    const char *process;
    const char *file;
    int64_t line; // 0 if unknown
};

// "process " before the name of one; nothing before "lambda in main", which says what it is.
const char *runa_process_word(const struct runa_position *position);

// Finds the position of a code address; false, and *position untouched, if it is not Runa code.
bool runa_find_position(const void *address, struct runa_position *position);

// The code address (one inside the call instruction) of the innermost call made by the user's own
// code, or Nothing. For records of who allocated what; give it to runa_find_position later.
const void *runa_user_address(void);

// Says where the stack of the calling thread lies, from low (Nothing: not known) to top.
void runa_set_stack(const void *low, const void *top);

// Is the address on the stack of the calling thread, of which rsp and above count?
bool runa_is_on_stack(const void *address);

// Installs the handlers that turn SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT into
// panics. Once, by main.
void runa_install_fault_handlers(void);

// Tells the panic code the stack of the calling thread: low is its lowest usable address (Nothing:
// unknown), top the first one behind it. alternate_stack: RUNA_ALTERNATE_STACK bytes for the fault
// handler to run on; they stay the caller's, and must live as long as the thread does.
enum { RUNA_ALTERNATE_STACK = 65536 };
void runa_enter_thread(const void *low, const void *top, void *alternate_stack);
void runa_leave_thread(void); // before the alternate stack goes

// --- The checked build (memcheck_*.c): --check=memory --------------------------------------------
//
// Its runtime has every symbol of the ordinary one, and these. A byte of shadow memory, at
// (address >> 3) + RUNA_SHADOW_OFFSET, tells of each granule of 8 bytes whether it may be used: 0
// all of it, 1 to 7 so many bytes from its start, others none of it.
#define RUNA_SHADOW_OFFSET 0x7fff8000
enum { RUNA_SHADOW_GRANULE = 8 };

// The exact check behind the quick one of generated code, which panics unless all of the 1, 2, 4 or
// 8 bytes may be used. The address is pushed before the call and popped by it; every register is
// preserved.
void runa_check_access_1(void);
void runa_check_access_2(void);
void runa_check_access_4(void);
void runa_check_access_8(void);

// Bytes of the frame are an object from now on, until runa_check_frame_end. Their offset from rbp
// and then their number are pushed before the call and popped by it; every register is preserved.
// Before the object and behind it, after it was rounded up to 8, lie RUNA_STACK_ZONE bytes that
// nothing uses.
enum { RUNA_STACK_ZONE = 16 };
void runa_check_object_begin(void);

// Called right before a process with such objects returns: all bytes from the stack pointer to rbp
// end. Every register is preserved.
void runa_check_frame_end(void);

// In place of arena_destroy at the end of an Arena.scope, which its messages name.
void runa_check_end_scope(struct runa_arena *arena);

// Called at the beginning of a process that C calls: C's variables may lie where objects ended.
// Every register is preserved.
void runa_check_enter_from_c(void);

// Hooks, undefined in ordinary programs: the stack of the calling thread, from low (Nothing: not
// known) to top, begins or ends.
void runa_check_enter_thread(const void *low, const void *top) __attribute__((weak));
void runa_check_leave_thread(void) __attribute__((weak));

// --- Start and end (start.c), calls (call.c) -----------------------------------------------------
//
// main() is here.

extern int64_t runa_argument_count; // argc, with the program's name
extern char **runa_argument_values; // argv

// What a main thread and a thread of Runa get where the system allows it.
#define RUNA_STACK_SIZE ((int64_t)120 << 20)

// exit_with_code: flushes standard output, runs C's atexit handlers and ends the process with
// status code modulo 256. Output that cannot be written: one line on standard error, and status 2
// if the program's own was 0.
_Noreturn void runa_exit_with_code(int64_t code);

// Hook, undefined in ordinary programs: the checking runtime's last word. Gets the exit status,
// gives the one to end with (3 where there are leaks).
int64_t runa_check_at_exit(int64_t status) __attribute__((weak));

// Calls a Function value of one integer-class argument: object in r10, argument in rdi; its result
// is that of the function. The caller has cleared runa_scope_arena.
int64_t runa_call_function(const void *object, int64_t argument);

// --- ARENA tier (arena.c) ------------------------------------------------------------------------
//
// Depends on libc, runa_panic and runa_panic_format only: the compiler links it too, with its own
// two. Large blocks that arenas give back are kept for later ones (arena_block.c), at most 64 MB.

// An arena whose first block has initial_capacity bytes, rounded up to 8. For arena_destroy.
struct runa_arena *runa_arena_create(int64_t initial_capacity);

// size zero bytes, 8-aligned; freed with the arena. Size 0 gives an address too.
void *runa_arena_allocate(struct runa_arena *arena, int64_t size);

// The same without alignment: for text.
char *runa_arena_allocate_bytes(struct runa_arena *arena, int64_t size);

// Makes the old_size bytes at p, of the arena, new_size where they are: if they are the last ones
// and there is room, else false. The new bytes are zero.
bool runa_arena_extend(struct runa_arena *arena, const void *p, int64_t old_size, int64_t new_size);

// Strings in the arena, each of exactly its length + 1 bytes, at any address.
char *runa_arena_string_duplicate(struct runa_arena *arena, const char *s);
char *runa_arena_string_concat(struct runa_arena *arena, const char *s, const char *t);
char *runa_arena_integer_to_string(struct runa_arena *arena, int64_t n);

// The contents of the file, as a String in the arena; Nothing if it cannot be read or has a NUL
// byte, which no String holds.
char *runa_arena_read_file(struct runa_arena *arena, const char *name);

// Bytes handed out so far (with padding before aligned starts), over all blocks.
int64_t runa_arena_get_used(const struct runa_arena *arena);
// What used can reach before another block is needed.
int64_t runa_arena_get_capacity(const struct runa_arena *arena);

// Gives everything back. Keeps the largest block, which capacity is then the size of.
void runa_arena_reset(struct runa_arena *arena);

// arena_mark gives used; arena_rewind gives back all that was allocated since. A mark beyond used
// panics.
int64_t runa_arena_mark(const struct runa_arena *arena);
void runa_arena_rewind(struct runa_arena *arena, int64_t mark);

// Frees the arena and all in it. Nothing is fine.
void runa_arena_destroy(struct runa_arena *arena);

// Overwrites all that was allocated with 0xDB, for builds that prove that nothing refers to it.
void runa_arena_poison(struct runa_arena *arena);

// --- OWNED tier (owned.c) ------------------------------------------------------------------------

// The arena of the innermost Arena.scope around the call being made, else Nothing. Generated code
// sets it around calls of External prelude processes. Assembly: %fs:runa_scope_arena@tpoff.
#ifndef __TINYC__ // tcc knows no thread-locals; it may build the compiler, not the runtime.
extern __thread struct runa_arena *runa_scope_arena __attribute__((tls_model("initial-exec")));
#endif

// allocate, deallocate, reallocate: owned, whatever runa_scope_arena says. Size 0 gives an address
// of its own; deallocate does nothing for Nothing and for a static object; reallocate(Nothing, …)
// allocates, and bytes beyond old_size are zero. Other static memory and the stack's panics.
void *runa_allocate(int64_t size);
void runa_deallocate(void *p);
void *runa_reallocate(void *p, int64_t old_size, int64_t new_size);

// Is it a lambda without captures, a process as a value, or a variant without fields? They lie in
// the section runa_objects, and their type does not tell that nobody owns them.
bool runa_is_static_object(const void *p);

// For the runtime's own objects, which lie in an arena or, with Nothing, on the owned heap.
// tier_allocate_text: for a String of this length, the caller writes all of its bytes but the NUL;
// empty until then, unaligned in an arena. tier_reallocate: in an arena extends its last bytes, or
// copies, and leaves the old bytes to it. tier_deallocate: nothing in an arena.
void *runa_tier_allocate(struct runa_arena *arena, int64_t size);
char *runa_tier_allocate_text(struct runa_arena *arena, int64_t length);
void *runa_tier_reallocate(struct runa_arena *arena, void *p, int64_t old_size, int64_t new_size);
void runa_tier_deallocate(struct runa_arena *arena, void *p);

// Raw memory: real functions for what the compilers expand inline, and for use as values. p plus
// offset bytes is accessed, unchecked, at any alignment; int32 is sign-extended.
int64_t runa_memory_get_byte(const void *p, int64_t offset);
int64_t runa_memory_get_int32(const void *p, int64_t offset);
int64_t runa_memory_get_integer(const void *p, int64_t offset);
void *runa_memory_get_pointer(const void *p, int64_t offset);
double runa_memory_get_float(const void *p, int64_t offset);
void runa_memory_set_byte(void *p, int64_t offset, int64_t value);
void runa_memory_set_int32(void *p, int64_t offset, int64_t value);
void runa_memory_set_integer(void *p, int64_t offset, int64_t value);
void runa_memory_set_pointer(void *p, int64_t offset, void *value);
void runa_memory_set_float(void *p, int64_t offset, double value);
void *runa_memory_get_pointer_at_index(const void *p, int64_t index); // the index-th word
void runa_memory_set_pointer_at_index(void *p, int64_t index, void *value);
void runa_memory_copy(void *to, const void *from, int64_t size); // may overlap
void runa_memory_fill(void *p, int64_t byte, int64_t size);
int64_t runa_memory_compare(const void *p, const void *q, int64_t size); // -1, 0 or 1

// --- SHARED tier (shared.c) ----------------------------------------------------------------------
//
// Counts are atomic; the lock prefix is left out while libc's __libc_single_threaded (a byte,
// <sys/single_threaded.h>) is not 0. Never in an arena. Generated code may do inline:
//     retain:  if strong, unsigned, is neither 0 nor the largest: strong + 1
//              else call runa_refcount_retain(object)
//              with several threads: lock add of 1; on a carry lock sub of 1, and the call
//     release: if strong is above 1: strong - 1; else call runa_refcount_release(object)
//              with several threads: lock sub of 1; if strong was 0 or 1, call
//              runa_refcount_released(object, what it was)

// An object with one strong reference. data, an owned block or Nothing, now belongs to it.
struct runa_refcounted *runa_refcount_create(void *data);

// The same; destructor, a Function value, is called with data before data is freed. It must
// outlive the object, and does not become its property. Nothing: no destructor.
struct runa_refcounted *runa_refcount_create_with(void *data, const void *destructor);

void *runa_refcount_get(const struct runa_refcounted *object);     // the data, in place
int64_t runa_refcount_count(const struct runa_refcounted *object); // strong references

// One reference more; gives object. Panics after the last release, and at 2^32 - 1.
struct runa_refcounted *runa_refcount_retain(struct runa_refcounted *object);

// One less. The last one runs the destructor, frees data, and the object unless WeakRefs are left.
// Nothing is fine; panics at zero.
void runa_refcount_release(struct runa_refcounted *object);

// What is left to do of a release once the strong count, which was `before`, is one less.
void runa_refcount_released(struct runa_refcounted *object, int64_t before);

// A weak reference: the same address, counted apart, up to 2^32 - 1. Ended by weakref_release.
struct runa_refcounted *runa_refcount_weak(struct runa_refcounted *object);

// A new strong reference, to be released; Nothing if the last one is gone.
struct runa_refcounted *runa_weakref_upgrade(struct runa_refcounted *weak);

// Ends a weak reference. Nothing is fine; panics where there is none.
void runa_weakref_release(struct runa_refcounted *weak);

// --- Threads (thread.c) --------------------------------------------------------------------------
//
// Objects lie on the owned heap, whatever runa_scope_arena says.

// Starts a thread that calls process(argument). The Thread is freed by thread_join; process, a
// Function value, must live until then. Panics where the system has no more threads.
struct runa_thread *runa_thread_start(const void *process, void *argument);
void runa_thread_join(struct runa_thread *thread); // waits, and frees the Thread

struct runa_mutex *runa_mutex_create(void);        // freed by mutex_destroy
void runa_mutex_lock(struct runa_mutex *mutex);    // panics where this thread holds it
void runa_mutex_unlock(struct runa_mutex *mutex);  // panics where this thread does not hold it
void runa_mutex_destroy(struct runa_mutex *mutex); // panics while it is locked

// --- Strings (text.c) ----------------------------------------------------------------------------
//
// "at" and lengths in bytes. No result shares bytes with an argument. Nothing where a String is
// needed panics with RUNA_MESSAGE_NO_STRING.

int64_t runa_string_length(const char *s);
int64_t runa_string_equals(const char *s, const char *t);  // Nothing equals Nothing only
int64_t runa_string_compare(const char *s, const char *t); // -1, 0, 1, bytewise; Nothing first
char *runa_string_concat(const char *s, const char *t);    // NEW
char *runa_string_duplicate(const char *s);                // NEW

// NEW: length bytes from start, or as many as there are. start outside 0 to the length of s, or a
// negative length, panics.
char *runa_string_substring(const char *s, int64_t start, int64_t length);

int64_t runa_string_find(const char *s, const char *what); // first start, or -1; "" is at 0
int64_t runa_string_char_at(const char *s, int64_t i);     // unchecked: O(1); 0 at the end
int64_t runa_ascii_value_of(const char *s, int64_t i);     // the same
int64_t runa_string_starts_with(const char *s, const char *t);
int64_t runa_string_ends_with(const char *s, const char *t);
int64_t runa_string_contains(const char *s, const char *t);
char *runa_string_trim(const char *s);     // NEW, without ASCII white space at both ends
char *runa_string_to_upper(const char *s); // NEW; ASCII letters only
char *runa_string_to_lower(const char *s); // NEW

// NEW list of NEW Strings, at least one. An empty separator: each byte, or "" alone of "".
struct runa_array *runa_string_split(const char *s, const char *separator);
char *runa_string_join(const struct runa_array *list, const char *separator); // NEW
// NEW; each occurrence, left to right. An empty old occurs nowhere: an unchanged copy.
char *runa_string_replace(const char *s, const char *old, const char *replacement);

char *runa_integer_to_string(int64_t n); // NEW
int64_t runa_float_to_bits(double x);    // the bits, and back
double runa_float_from_bits(int64_t bits);
char *runa_float_to_string(double x);         // NEW, as Display writes it
char *runa_character_to_string(int64_t byte); // NEW, of one byte; "" of the byte 0

// The whole of s, but for white space at its ends, is a decimal number with an optional sign, that
// fits; else panics.
int64_t runa_string_to_integer(const char *s);
// The same with optional fraction and exponent; or inf or nan. Correctly rounded; what is too large
// for a Float is an infinity.
double runa_string_to_float(const char *s);

// NEW: the pieces one behind the other, each as Display writes it (print.c has the texts).
char *runa_join(const struct runa_piece *pieces, int64_t count);

// Text: a String that grows. create: NEW. create_in: in the arena (Nothing: owned).
struct runa_text *runa_text_create(void);
struct runa_text *runa_text_create_in(struct runa_arena *arena);
void runa_text_append(struct runa_text *text, const char *s); // s may be the text's own view
void runa_text_append_integer(struct runa_text *text, int64_t n);
void runa_text_append_float(struct runa_text *text, double x);
void runa_text_append_byte(struct runa_text *text, int64_t byte);
int64_t runa_text_length(const struct runa_text *text);
int64_t runa_text_get(const struct runa_text *text, int64_t i); // panics outside
void runa_text_clear(struct runa_text *text);
const char *runa_text_view(const struct runa_text *text); // in place, until the next append
char *runa_text_to_string(const struct runa_text *text);  // NEW
void runa_text_destroy(struct runa_text *text);

// --- Values of any type (value.c): what comparisons of a type parameter call ---------------------

// Strings by content, Floats as Floats (NaN equals nothing), the rest as words.
int64_t runa_value_equals(const struct runa_kind *kind, int64_t a, int64_t b);
// -1, 0 or 1; signed, unsigned, Float (NaN above all, level with itself) or String order.
int64_t runa_value_compare(const struct runa_kind *kind, int64_t a, int64_t b);

// The kind of a type that contains a type parameter, as generic code needs it (kind.c). Static:
// equal arguments give the same kind.
const struct runa_kind *runa_kind_of(int64_t tag, int64_t count, const struct runa_kind *first,
                                     const struct runa_kind *second);

// --- Growable arrays and lists (list.c) ----------------------------------------------------------
//
// The header keeps its tier: growth stays in it.
// A word means: the element, or the address of the structure where the elements are inline
// (push and set copy from it; get and pop give where it lies, pop until the next push).
// An index outside 0 to length - 1 panics with runa_panic_index; pop on nothing panics.

// NEW. kind: the element's; RUNA_KIND_INLINE makes the elements count bytes each, in place.
struct runa_array *runa_array_create(const struct runa_kind *kind);
// NEW, of length zero elements.
struct runa_array *runa_array_create_sized(int64_t length, const struct runa_kind *kind);
void runa_array_push(struct runa_array *array, int64_t word);
int64_t runa_array_pop(struct runa_array *array);
int64_t runa_array_get(const struct runa_array *array, int64_t i);
void runa_array_set(struct runa_array *array, int64_t i, int64_t word);
int64_t runa_array_length(const struct runa_array *array);
void runa_array_clear(struct runa_array *array);
void runa_array_destroy(struct runa_array *array);

struct runa_array *runa_list_create(void); // NEW
void runa_list_append(struct runa_array *list, int64_t value);
int64_t runa_list_get(const struct runa_array *list, int64_t i);
void runa_list_set(struct runa_array *list, int64_t i, int64_t value);
void runa_list_insert(struct runa_array *list, int64_t i, int64_t value); // 0 <= i <= length
int64_t runa_list_remove(struct runa_array *list, int64_t i);             // the element
int64_t runa_list_length(const struct runa_array *list);
void runa_list_clear(struct runa_array *list);
void runa_list_destroy(struct runa_array *list);

// --- Sets and dictionaries (table.c) -------------------------------------------------------------
//
// Insertion order. kind: that of the elements or keys;
// Strings by content, each copied into the collection's own tier and freed with it (Nothing
// panics); Floats by value (-0.0 is 0.0, and NaN one key); other references by address.
// Lists made from them (set_to_list, dict_keys) are NEW, but the Strings in them are the
// collection's own, and live until they are removed or it is destroyed.

struct runa_set *runa_set_create(const struct runa_kind *kind); // NEW
void runa_set_add(struct runa_set *set, int64_t value);
int64_t runa_set_contains(const struct runa_set *set, int64_t value);
int64_t runa_set_remove(struct runa_set *set, int64_t value); // was it there?
int64_t runa_set_size(const struct runa_set *set);
// These four NEW; a's order first.
struct runa_set *runa_set_union(const struct runa_set *a, const struct runa_set *b);
struct runa_set *runa_set_intersection(const struct runa_set *a, const struct runa_set *b);
struct runa_set *runa_set_difference(const struct runa_set *a, const struct runa_set *b);
struct runa_array *runa_set_to_list(const struct runa_set *set);
void runa_set_destroy(struct runa_set *set);

struct runa_dict *runa_dict_create(const struct runa_kind *kind); // NEW
void runa_dict_set(struct runa_dict *dict, int64_t key, int64_t value);
int64_t runa_dict_get(const struct runa_dict *dict, int64_t key); // 0 if absent
int64_t runa_dict_has(const struct runa_dict *dict, int64_t key);
// Adds by to the value (0 if absent), as a Float if value_kind says so; gives the sum.
int64_t runa_dict_increment(struct runa_dict *dict, int64_t key, int64_t by,
                            const struct runa_kind *value_kind);
int64_t runa_dict_remove(struct runa_dict *dict, int64_t key); // was it there?
int64_t runa_dict_size(const struct runa_dict *dict);
struct runa_array *runa_dict_keys(const struct runa_dict *dict);   // NEW
struct runa_array *runa_dict_values(const struct runa_dict *dict); // NEW
void runa_dict_destroy(struct runa_dict *dict);

// For each: position = next(collection, 0); while position >= 0: key_at, value_at, then
// next(collection, position + 1). next gives the first live position at or behind the given one,
// or -1. Elements may be added and removed meanwhile: those added are visited, none is visited
// twice. value_at and key_at of an element that was removed panic.
int64_t runa_set_next(const struct runa_set *set, int64_t position);
int64_t runa_set_value_at(const struct runa_set *set, int64_t position);
int64_t runa_dict_next(const struct runa_dict *dict, int64_t position);
int64_t runa_dict_key_at(const struct runa_dict *dict, int64_t position);
int64_t runa_dict_value_at(const struct runa_dict *dict, int64_t position);

// --- Output (print.c) ----------------------------------------------------------------------------
//
// All into C's stdout. Display and Print; no newline except where said.

void runa_print_integer(int64_t n);
void runa_print_unsigned(uint64_t n);
void runa_print_float(double x);
void runa_print_boolean(int64_t b);
void runa_print_text(const char *s); // Nothing prints "Nothing"
// Any kind; a String at the outside is bare, inside a collection quoted and escaped; a reference
// that is no collection is its address, Nothing "Nothing".
void runa_print_value(const struct runa_kind *kind, int64_t value);
void runa_print_newline(void);

void runa_print_string_line(const char *s); // print_string of the prelude: with a newline
void runa_print_integer_line(int64_t n);    // print_integer of the prelude: with a newline

// --- Input, files, system (io.c) -----------------------------------------------------------------

char *runa_read_line(void); // NEW, without the newline and NULs; Nothing at the end
// NEW; Nothing if it cannot be read, as a folder, or has a NUL byte, which no String holds.
char *runa_read_file(const char *name);
int64_t runa_write_file(const char *name, const char *text);  // Boolean: did it work?
int64_t runa_append_file(const char *name, const char *text); // Boolean
int64_t runa_file_exists(const char *name);                   // Boolean; a folder exists too

int64_t runa_get_command_line_arg_count(void);    // with the program's name
const char *runa_get_command_line_arg(int64_t i); // static; 0: the program; panics outside
// NEW List, of static Strings: `arguments as List of String` of main. The entry destroys it.
struct runa_array *runa_command_line_arguments(void);
const char *runa_get_environment(const char *name); // static; Nothing if it is not set

int64_t runa_time_now_nanoseconds(void);                // of a clock that never goes back
void runa_sleep_milliseconds(int64_t n);                // a negative n: not at all
int64_t runa_random_integer(int64_t low, int64_t high); // both ends in; low > high panics
// The same seed gives the same numbers; each thread has its own, random until it is seeded.
void runa_random_seed(int64_t n);

#endif
