// What the files of the code generator share.
//
//   codegen.c             program, modules, processes and their frames, globals, the entry
//   codegen_emit.c        text: instructions, operands, labels, positions
//   codegen_value.c       where values are: registers, frame slots, memory; loads, stores, copies
//   codegen_copies.c      which registers still hold what a frame slot holds
//   codegen_resident.c    variables of quiet loops that live in registers
//   codegen_expression.c  expressions: names, fields, elements, literals, constructors
//   codegen_operator.c    arithmetic
//   codegen_condition.c   comparisons, and, or, not; branches
//   codegen_convert.c     conversions
//   codegen_call.c        calls of processes, of functions of the runtime, of Function values
//   codegen_expand.c      calls of small processes that are expanded in place
//   codegen_intrinsic.c   calls that are expanded in place (codegen_intrinsic.def)
//   codegen_memcheck.c    checks of --check=memory
//   codegen_lambda.c      lambdas, and processes as values
//   codegen_statement.c   statements; codegen_loop.c loops and scopes; codegen_match.c Match
//   codegen_debug.c       what debuggers know (-g)
//   codegen_data.c        strings, numbers, kinds, tables and objects that are read-only
//
// codegen.c draws the frame; docs/runtime.md tells the conventions of the code that comes out.
#ifndef RUNA_CODEGEN_INTERNAL_H
#define RUNA_CODEGEN_INTERNAL_H

#include <string.h>

#include "codegen.h"
#include "report.h"

// --- Text (codegen_emit.c) -----------------------------------------------------------------------

// A growing text in owned memory. A zeroed one is valid and empty.
typedef struct Text {
    char *bytes;
    size_t length;
    size_t capacity;
} Text;

// The texts under construction. What a process needs at its beginning is known only at its end, so
// its body is kept apart until then.
typedef struct Texts {
    Text output;     // finished code that the sink has not taken yet
    Text body;       // of the process being generated
    Text cold;       // its code that is seldom run: panics and slow paths, placed behind the body
    Text cold_lines; // entries of runa_lines for it
    Text lines;      // runa_lines
    Text processes;  // runa_processes
    Text expansions; // runa_expansions
    Text constants;  // .rodata, 8-aligned items
    Text objects;    // runa_objects
    Text strings;    // .rodata, text
    Text variables;  // .data
} Texts;

void text_append(Text *text, const char *bytes, size_t length);
static inline void text_put(Text *text, const char *string) {
    text_append(text, string, strlen(string));
}
void text_put_integer(Text *text, int64_t value);
// In quotes, as the assembler reads strings and names of files.
void text_put_quoted(Text *text, const char *string);
void text_put_quoted_bytes(Text *text, const char *bytes, size_t length);
void text_destroy(Text *text);

// --- Values --------------------------------------------------------------------------------------

// The general registers that hold values: those that a call does not preserve.
typedef enum Register {
    RAX,
    RCX,
    RDX,
    RSI,
    RDI,
    R8,
    R9,
    R10,
    R11,
    REGISTER_COUNT,
    RBP = REGISTER_COUNT, // only as the base of a place
    RSP,
    NO_REGISTER = 31
} Register;

enum { VECTOR_COUNT = 16, INTEGER_ARGUMENTS = 6, VECTOR_ARGUMENTS = 8 };

// How memory holds a value.
typedef enum Storage {
    STORAGE_WORD, // 64 bits of the integer class
    STORAGE_INTEGER8,
    STORAGE_INTEGER16,
    STORAGE_INTEGER32,
    STORAGE_UNSIGNED8, // Boolean, too
    STORAGE_UNSIGNED16,
    STORAGE_UNSIGNED32,
    STORAGE_FLOAT64,
    STORAGE_FLOAT32,
    STORAGE_IN_PLACE // a structure or fixed array: the value is its address
} Storage;

typedef enum ValueKind {
    VALUE_NOTHING,  // of a call without a result: 0 when it is used all the same
    VALUE_INTEGER,  // `integer`
    VALUE_REAL,     // the double whose bits are `integer`
    VALUE_REGISTER, // general register `base`
    VALUE_VECTOR,   // xmm register `base`
    VALUE_SLOT,     // the word at offset(%rbp), which no expression changes
    VALUE_MEMORY,   // what lies at a place, as `storage` says; not loaded yet
    VALUE_PLACE     // the address of a place
} ValueKind;

// A place is base + index * scale + offset, or, with a symbol or label, that + index * scale +
// offset.
typedef struct Value {
    uint8_t kind;      // ValueKind
    uint8_t storage;   // of VALUE_MEMORY
    uint8_t base;      // register, or NO_REGISTER
    uint8_t index;     // register, or NO_REGISTER
    uint8_t scale;     // of the index; for VALUE_REGISTER the bytes that an instruction names
    char prefix;       // of a static label (.LS5: 'S'), or 0
    bool is_temporary; // VALUE_SLOT: belongs to this value
    bool is_float;     // VALUE_SLOT: holds a double
    int32_t offset;
    uint32_t label;
    union {
        int64_t integer;
        const Name *symbol; // of a place; NULL if it has none
    };
} Value;

static inline Value no_value(void) {
    return (Value){.kind = VALUE_NOTHING, .base = NO_REGISTER, .index = NO_REGISTER};
}

static inline Value an_integer(int64_t integer) {
    return (Value){
        .kind = VALUE_INTEGER, .base = NO_REGISTER, .index = NO_REGISTER, .integer = integer};
}

static inline Value a_register_part(uint8_t number, uint8_t bytes) {
    return (Value){.kind = VALUE_REGISTER, .base = number, .index = NO_REGISTER, .scale = bytes};
}

static inline Value a_register(uint8_t number) { return a_register_part(number, 8); }

static inline Value a_vector(uint8_t number) {
    return (Value){.kind = VALUE_VECTOR, .base = number, .index = NO_REGISTER};
}

static inline Value a_slot(int32_t offset, bool is_float) {
    return (Value){.kind = VALUE_SLOT,
                   .base = RBP,
                   .index = NO_REGISTER,
                   .scale = 1,
                   .is_float = is_float,
                   .offset = offset};
}

// The address base + offset.
static inline Value a_place(uint8_t base, int32_t offset) {
    return (Value){
        .kind = VALUE_PLACE, .base = base, .index = NO_REGISTER, .scale = 1, .offset = offset};
}

// What lies at base + offset.
static inline Value a_memory(uint8_t base, int32_t offset, Storage storage) {
    return (Value){.kind = VALUE_MEMORY,
                   .storage = (uint8_t)storage,
                   .base = base,
                   .index = NO_REGISTER,
                   .scale = 1,
                   .offset = offset};
}

// The address of a symbol, or of a static label.
static inline Value a_symbol(const Name *symbol) {
    return (Value){.kind = VALUE_PLACE,
                   .base = NO_REGISTER,
                   .index = NO_REGISTER,
                   .scale = 1,
                   .symbol = symbol};
}

static inline Value a_label(char prefix, uint32_t label) {
    return (Value){.kind = VALUE_PLACE,
                   .base = NO_REGISTER,
                   .index = NO_REGISTER,
                   .scale = 1,
                   .prefix = prefix,
                   .label = label};
}

// What lies at a place.
static inline Value at_place(Value place, Storage storage) {
    place.kind = VALUE_MEMORY;
    place.storage = (uint8_t)storage;
    return place;
}

// --- The state of the generator ------------------------------------------------------------------

typedef uint32_t Label; // .L1, .L2, …; never 0

// A loop around the statement being generated.
typedef struct Loop {
    struct Loop *outer;
    Label break_label;
    Label continue_label;
    struct ScopeLevel *scope; // the innermost Arena.scope around the loop
} Loop;

// An Arena.scope around the statement being generated.
typedef struct ScopeLevel {
    struct ScopeLevel *outer;
    int32_t slot;     // of the arena
    bool is_borrowed; // Arena.use: it stays when the block is left
} ScopeLevel;

// Where the code being written belongs, for runa_lines.
typedef struct LineState {
    Position start; // of the line: nodes from start to start + length lie on it
    uint32_t length;
    uint32_t line;
} LineState;

enum { MOST_PARAMETERS = 6, MOST_LETS = 4, MOST_NAMES = MOST_PARAMETERS + MOST_LETS };

enum { DEEPEST_EXPANSION = 3 }; // in one another

// A process that is expanded where it is called (codegen_expand.c), and what its names stand for.
typedef struct Expansion {
    struct Expansion *outer; // it is called by that one
    const Symbol *process;
    const Symbol *symbols[MOST_NAMES];
    Value values[MOST_NAMES];
    bool is_temporary[MOST_NAMES]; // the value is a slot that ends with the expansion
    uint32_t count;
    LineState line;        // of the call
    const Node *statement; // of the body, that is being generated
    Label start;           // of its code from where it can panic, or 0
    Label cold;            // of the code behind the process being written
} Expansion;

// How a process receives its parameters and gives its result.
typedef enum Convention {
    CONVENTION_RUNA,
    CONVENTION_EXPORT, // C calls it: narrow parameters are extended, Float32 is a float
    CONVENTION_WORDS   // through a Function value: everything is a word in the integer class
} Convention;

// The process (lambda, initialiser) being generated.
typedef struct Frame {
    const Name *symbol; // in assembly; NULL: label `start`
    Label start;
    const Name *name; // in panics
    const Source *source;
    const Type *result;
    Convention convention;
    bool is_library; // of the prelude or stdlib
    bool has_assembly;
    bool has_objects; // --check=memory has to close them at the end
    Symbol **type_parameters;
    uint32_t type_parameter_count;
    int32_t storage_slot; // holds r11 as it came in, or 0
    int64_t used;         // bytes of the frame that are in use now
    int64_t floor;        // bytes that stay in use to the end
    int64_t peak;         // most bytes ever in use
    uint32_t file;        // number for .loc
    Loop *loop;
    ScopeLevel *scope;
    Expansion *expansion; // the innermost one
} Frame;

// A table from pointers or words to numbers from 0 on, in the order of insertion.
typedef struct NumberTable {
    uint64_t *keys;    // owned, open addressing
    uint32_t *numbers; // owned; number + 1, or 0
    uint32_t capacity;
    uint32_t count;
} NumberTable;

// What the constants in Texts hold, so that each is there once.
typedef struct Constants {
    uintptr_t string_count; // .LS; the number of a Name's, plus 1, is in its slot
    NumberTable reals;      // bits: .LF
    NumberTable kinds;      // Type, or the tag of a scalar kind: .LK
    NumberTable functions;  // Symbol of a process or lambda: .LO
    NumberTable variants;   // VariantInfo: .LV
    NumberTable tables;     // Symbol of a Constant array, array literal, Aggregate: .LT
    NumberTable intrinsics; // Name: row of codegen_intrinsic.def
    bool has_masks;         // .LM0: the sign of a double, .LM1: all but it
} Constants;

// Panics of the process being generated that are in the cold text already.
typedef struct ColdPanic {
    const char *function;
    Value first, second;
    const Symbol *expanded; // the process in whose expansion it is, or NULL
    uint32_t line;
    Label label;
} ColdPanic;

// For each register the offset of the frame slot that holds the same, or 0.
typedef struct Copies {
    int32_t general[REGISTER_COUNT];
    int32_t vectors[VECTOR_COUNT];
    bool is_dead; // control does not come here
} Copies;

// A label of which it is known what registers hold there: on all ways to it so far, or at the head
// of a loop what each jump back has to bring.
typedef struct Join {
    Label label;
    bool is_head;
    bool is_reached; // by a jump
    Copies copies;
} Join;

enum { JOIN_COUNT = 24, RESIDENT_COUNT = 3 };

// Variables that live in registers (codegen_resident.c), by the offsets of their slots.
typedef struct Residents {
    int32_t slots[RESIDENT_COUNT]; // 0: none
    uint32_t reserved;             // their registers, a bit set
    bool is_open;                  // what is declared now may join them
} Residents;

// The values that expressions being generated have made; the last one is the top.
typedef struct Values {
    Value *items; // owned
    uint32_t count;
    uint32_t capacity;
    uint32_t busy_registers; // bit sets
    uint32_t busy_vectors;
    int32_t free_slots[32]; // temporary slots that may be used again in this statement
    uint32_t free_slot_count;
    ColdPanic panics[4]; // the last ones
    uint32_t panic_count;
    uint32_t next_register, next_vector; // where the search for a free one begins
    Copies copies;                       // where instructions go now
    Copies hot_copies;                   // while they go to the cold text: of the body
    Join joins[JOIN_COUNT];
    uint32_t join_count;
    Residents residents;
    uint32_t nested_cost; // of what was expanded within the outermost expansion, in nodes
} Values;

typedef struct Debug Debug; // codegen_debug.c

// Work that is done after the process in which it was found.
typedef struct Pending {
    PointerVector bodies; // PendingBody: lambdas, and thunks of processes
    PointerVector files;  // Source: numbers for .loc
    LineState line;
    Debug *debug; // owned; NULL without -g
} Pending;

struct Codegen {
    Compilation *compilation;   // borrowed
    AssemblySink *sink;         // borrowed
    Arena *arena;               // the compilation's
    Text *text;                 // where instructions go: texts->body or texts->cold
    Texts *texts;               // owned
    Values *values;             // owned
    Constants *constants;       // owned
    Pending *pending;           // owned
    Frame *frame;               // borrowed from the function that generates a process
    const LoadedModule *module; // being generated
    Label last_label;
    uint32_t last_literal_table;
    bool is_cold;
    bool failed; // the sink refused text
    bool checks_memory;
    bool checks_overflow;
    bool checks_bounds;
    bool is_debug;
};
_Static_assert(sizeof(Codegen) == 96, "documented size of the code generator");

// --- Instructions (codegen_emit.c) ---------------------------------------------------------------

void emit0(Codegen *codegen, const char *operation);
void emit1(Codegen *codegen, const char *operation, Value operand);
// AT&T order: source, destination.
void emit2(Codegen *codegen, const char *operation, Value source, Value destination);
void emit3(Codegen *codegen, const char *operation, Value first, Value second, Value destination);
// The same, not accounted for: the operands as they are.
void emit_unnoted(Codegen *codegen, const char *operation, Value source, Value destination);
Label new_label(Codegen *codegen);
// A label to which jumps may lead from anywhere.
void emit_label(Codegen *codegen, Label label);
// One to which the other ways bring the same copies of slots.
void emit_label_keeping(Codegen *codegen, Label label);
// A jump, conditional or not, or a call, to a label.
void emit_jump(Codegen *codegen, const char *operation, Label label);
// A call of a function of the runtime or the C library.
void emit_call(Codegen *codegen, const char *function);
void emit_call_name(Codegen *codegen, const Name *symbol);
// The operand as instructions name it, written to `text`.
void text_put_operand(Codegen *codegen, Text *text, Value operand);
// From the label on code belongs to the line that is known last.
void emit_line_entry(Codegen *codegen, Label label);
// What follows can fault or call, and belongs to the line on which `node` begins.
void emit_position(Codegen *codegen, const Node *node);
// Between the two, instructions go behind the process. cold_begin also places `label`.
void cold_begin(Codegen *codegen, Label label);
void cold_end(Codegen *codegen);
// The label of cold code that calls the runtime's `function`, which does not return, with up to two
// arguments (VALUE_NOTHING: none), as they are where the jump stands.
Label cold_panic(Codegen *codegen, const char *function, Value first, Value second);
// What the next ones call has code of its own again.
void forget_panics(Codegen *codegen);
// Hands finished text to the sink.
void emit_flush(Codegen *codegen, Text *text);

// --- Copies of slots (codegen_copies.c) ----------------------------------------------------------

// What an instruction with two or three operands does to the last of them, and to copies.
typedef enum OperationEffect {
    EFFECT_MOVES_WORD, // movq
    EFFECT_MOVES_REAL, // movsd
    EFFECT_MOVES,      // the other moves
    EFFECT_COMPARES,   // cmpq
    EFFECT_READS,      // the other comparisons: nothing
    EFFECT_CHANGES,    // computes it anew
    EFFECT_EXCHANGES,  // xchgq
} OperationEffect;

typedef struct Operation {
    const char *text;
    OperationEffect effect;
} Operation;

Operation operation_of(const char *text);
// Does the instruction take 64-bit integers? Those that extend narrow ones do not.
bool is_wide(Operation operation);
// The same text, without a call.
static inline bool is_text(const char *text, const char *wanted) {
    while (*wanted != '\0' && *text == *wanted) {
        text++, wanted++;
    }
    return *text == *wanted;
}

// Nothing is known: after calls and where any label may be.
void copies_forget(Codegen *codegen);
// Control does not come beyond the instruction that was written last.
void copies_end_way(Codegen *codegen);
// The register that holds what the slot holds, or NO_REGISTER.
uint8_t copy_of_slot(Codegen *codegen, const Value *slot);
bool is_copy(Codegen *codegen, uint8_t number);
bool is_vector_copy(Codegen *codegen, uint8_t number);
// The operand, or the register that holds the same, as the instruction may read it.
Value copy_for_operand(Codegen *codegen, Operation operation, const Value *operand);
// For codegen_emit.c: the instruction with these operands has been written.
void copies_note_one(Codegen *codegen, const char *operation, const Value *operand);
void copies_note(Codegen *codegen, Operation operation, const Value *source,
                 const Value *destination);
// Loads the copies that are expected and not there. Flags are kept; no value may be in a register.
void copies_put_right(Codegen *codegen, const Copies *expected);
// For codegen_emit.c: a jump to the label follows.
void copies_note_jump(Codegen *codegen, Label label);
// Writes an instruction that changes a slot by way of the register that holds it; false if none
// does.
bool change_copy(Codegen *codegen, Operation operation, const Value *source, const Value *slot);
// A label for jumps that all come before it, and its place.
Label new_join(Codegen *codegen);
void emit_join(Codegen *codegen, Label label);
// Loads these slots into registers, if they are in none, and forgets all other copies. No value may
// be in a register.
void copies_keep(Codegen *codegen, const Value *general, uint32_t general_count,
                 const Value *vectors, uint32_t vector_count);
// The head of a loop: what registers hold here, they hold again after each jump back, of which
// end_head follows the last.
void emit_head(Codegen *codegen, Label label);
void end_head(Codegen *codegen, Label label);

// --- Variables in registers (codegen_resident.c) -------------------------------------------------

// May variables of this process live in registers?
bool residents_are_allowed(Codegen *codegen);
// Moves the variables of the slots, at most RESIDENT_COUNT, into registers of their own, and lets
// those declared later join them. No value may be in a register.
void residents_begin(Codegen *codegen, const Value *slots, uint32_t count);
// Stores them: they live in their slots again.
void residents_end(Codegen *codegen);
// A variable has been declared, and has no value yet.
void resident_declare(Codegen *codegen, const Value *slot);
// What lies beyond the used part of the frame has ended.
void residents_release(Codegen *codegen);
// Around a call: stores all, and loads them again.
void residents_store(Codegen *codegen);
void residents_load(Codegen *codegen);
// The register in which the variable of the slot lives, or NO_REGISTER.
uint8_t resident_of_slot(Codegen *codegen, int32_t offset);
static inline bool is_resident(Codegen *codegen, uint8_t number) {
    return codegen->values->residents.reserved >> number & 1;
}
// Notes that these registers hold these slots.
void residents_note(Codegen *codegen, Copies *copies);
// For codegen_emit.c: makes the operand of an instruction that is about to be written the register
// in which that variable lives; for an instruction that takes no such register it is stored first.
void find_resident(Codegen *codegen, Operation operation, Value *operand);
static inline void resident_operand(Codegen *codegen, Operation operation, Value *operand) {
    if (operand->kind == VALUE_SLOT && codegen->values->residents.reserved) {
        find_resident(codegen, operation, operand);
    }
}
// After such an instruction, of which this was the destination: loads what it changed.
void load_resident(Codegen *codegen, Operation operation, const Value *destination);
static inline void resident_reload(Codegen *codegen, Operation operation,
                                   const Value *destination) {
    if (destination->kind == VALUE_SLOT && codegen->values->residents.reserved) {
        load_resident(codegen, operation, destination);
    }
}

// --- Values (codegen_value.c) --------------------------------------------------------------------

Storage storage_of(const Type *type);
uint64_t storage_size(Storage storage); // bytes; not of STORAGE_IN_PLACE
// True where a value of the type is a double in an xmm register.
static inline bool is_float_type(const Type *type) { return type && type->kind == TYPE_FLOAT; }
bool is_unsigned_word(const Type *type); // compares and divides as unsigned

// A pointer to the value `depth` below the top; until the next push.
Value *value_at(Codegen *codegen, uint32_t depth);
void value_push(Codegen *codegen, Value value);
// Removes the top; its registers and temporary slot are free again.
void value_drop(Codegen *codegen);
// Takes the top away, which stays as it is until value_release.
Value value_detach(Codegen *codegen);
void value_release(Codegen *codegen, Value value);
// A free register, `hint` if possible; it is busy until it is released or part of a value.
uint8_t register_take(Codegen *codegen, uint8_t hint);
void register_release(Codegen *codegen, uint8_t number);
uint8_t vector_take(Codegen *codegen, uint8_t hint);
void vector_release(Codegen *codegen, uint8_t number);
// Moves the value that `number` is a part of to another register. `number` is busy afterwards.
void register_vacate(Codegen *codegen, uint8_t number);
// Makes the value a register of its class, of its own: not of another value's and free to be
// changed.
uint8_t value_to_register(Codegen *codegen, Value *value, uint8_t hint);
uint8_t value_to_vector(Codegen *codegen, Value *value, uint8_t hint);
// A register of its own to be read only, if it can be one that already holds it.
uint8_t value_to_source(Codegen *codegen, Value *value);
// The same as value_to_register, with exactly this register; whatever else is in it moves away.
void value_into_register(Codegen *codegen, Value *value, uint8_t number);
// The same for whichever class it has.
void value_load(Codegen *codegen, Value *value, uint8_t hint);
// Loads the top if it lies in memory that what is evaluated next could change.
void value_settle(Codegen *codegen, uint8_t hint);
// The same for each of the `count` topmost.
void value_settle_all(Codegen *codegen, uint32_t count);
// Pushes what lies at a place that another value keeps.
void value_push_loaded(Codegen *codegen, Value memory);
// Moves the top to a slot, from which it is used again and again; value_push_kept pushes it for the
// last time.
Value value_keep(Codegen *codegen);
void value_push_kept(Codegen *codegen, Value slot);
// Makes the value an operand of 64-bit integer instructions: a register, slot, word in memory or
// 32-bit immediate.
Value value_to_operand(Codegen *codegen, Value *value);
// Makes the value an operand of double instructions.
Value value_to_vector_operand(Codegen *codegen, Value *value);
// A word with the value's bits, whatever its class; and back.
void value_to_word(Codegen *codegen, Value *value);
void value_from_word(Codegen *codegen, Value *value);
bool value_is_float(const Value *value);
bool value_is_static(const Value *value); // a place with a symbol or label, and no index
// Moves all values except the `kept` topmost out of the registers, into temporary slots.
void value_spill_below(Codegen *codegen, uint32_t kept);
// Makes an address of the value (a reference) that fields can be added to: a place.
void value_to_place(Codegen *codegen, Value *value);
// Stores the value at `place` (VALUE_MEMORY or VALUE_SLOT).
void value_store(Codegen *codegen, Value place, Value *value);
// An immediate into a register.
void emit_load_integer(Codegen *codegen, int64_t integer, uint8_t destination);
// Copies `size` bytes to the address below the top from the address on top, and drops both.
void emit_copy(Codegen *codegen, uint64_t size);
// Fills with zero bytes. No value may be in a register.
void emit_clear(Codegen *codegen, int32_t offset, uint64_t size);
// Bytes of the frame: their offset from rbp. They belong to the block or statement being generated.
int32_t frame_allocate(Codegen *codegen, uint64_t size);
// The same, but until the process returns.
int32_t frame_allocate_for_good(Codegen *codegen, uint64_t size);
int64_t frame_mark(Codegen *codegen);
void frame_release(Codegen *codegen, int64_t mark);
int32_t temporary_take(Codegen *codegen);
void temporary_release(Codegen *codegen, int32_t offset);

// --- Expressions ---------------------------------------------------------------------------------

// Evaluates and pushes one value; `hint` is a register of its class that would suit.
void generate_expression(Codegen *codegen, const Node *node, uint8_t hint);
// Evaluates for the effects only.
void generate_discarded(Codegen *codegen, const Node *node);
// Evaluates a condition and jumps to `target` if it is what `when` says.
void generate_condition(Codegen *codegen, const Node *node, Label target, bool when);
// Pushes without any instruction that can fault or change something: literals, variables.
bool is_simple(const Node *node);
// Evaluating it changes nothing and calls nothing. May say no where yes were right.
bool is_pure(const Node *node);
// An integer that is known now.
bool constant_integer(const Node *node, int64_t *value);
// The value of a variable.
Value variable_value(Codegen *codegen, const Symbol *symbol);
// Pushes the parts of a field or element: the object, and for an element the index.
void generate_place_parts(Codegen *codegen, const Node *target);
// Turns the parts on top into the memory, or in place the address, that the target is.
void combine_place(Codegen *codegen, const Node *target);
// The address on top and the index, a detached value: the index times `size` is added.
void place_add_index(Codegen *codegen, Value index, uint64_t size);
// The growable Array or List below the top, and the index on top, become the element; `node` is
// what reads it.
void combine_element(Codegen *codegen, const Node *node, const Type *element);
// The raw address below the top, and the number of items of `scale` bytes on top, become the memory
// there.
void combine_raw(Codegen *codegen, const Node *node, uint64_t scale, Storage storage);
// Is the element reached through functions of the runtime (runa_array_get, …) only?
bool is_runtime_element(const Node *target);
// Calls runa_array_get or _set, or those of lists, with the parts (and value) on top.
void call_element_get(Codegen *codegen, const Node *target);
void call_element_set(Codegen *codegen, const Node *target);
// Writes an array literal to the frame at `offset`, which is fresh.
void generate_array_items(Codegen *codegen, const ArrayLiteral *literal, int32_t offset);

// codegen_operator.c: the two topmost values become the result.
void generate_binary(Codegen *codegen, const Node *node, uint8_t hint);
void apply_operator(Codegen *codegen, Operator operator, const Type * left, const Type *right,
                    uint8_t hint);
void generate_unary(Codegen *codegen, const Node *node, uint8_t hint);
void generate_join(Codegen *codegen, const Node *node);
// The operands of nested `joined with`, in order. The vector is the caller's.
void collect_pieces(const Node *node, PointerVector *pieces);
bool emit_overflow_check(Codegen *codegen, const Type *type);

// codegen_condition.c
void generate_truth(Codegen *codegen, const Node *node, uint8_t hint); // pushes 0 or 1
bool is_condition_operator(int64_t operator);
// What a comparison's flags mean.
typedef enum ConditionCode {
    CODE_EQUAL,
    CODE_NOT_EQUAL,
    CODE_LESS,
    CODE_GREATER_EQUAL,
    CODE_GREATER,
    CODE_LESS_EQUAL,
    CODE_BELOW,
    CODE_ABOVE_EQUAL,
    CODE_ABOVE,
    CODE_BELOW_EQUAL,
    CODE_FLOAT_EQUAL,
    CODE_FLOAT_NOT_EQUAL
} ConditionCode;
void emit_branch(Codegen *codegen, ConditionCode code, Label target);
// Compares the two topmost integers and drops them; `code` is what is asked, the result how to ask.
ConditionCode compare_integers(Codegen *codegen, ConditionCode code);
// The code for numbers without a sign.
ConditionCode unsigned_code(ConditionCode code);
// Compares the tag of the variant object on top, which is dropped: `node` is what asks.
ConditionCode compare_tag(Codegen *codegen, const Node *node, int64_t index);

// codegen_convert.c: the top becomes a value of type `to`.
void convert_value(Codegen *codegen, const Type *from, const Type *to, uint8_t hint);
// Cuts the integer on top to the type's size.
void wrap_integer(Codegen *codegen, const Type *type);
// With --check=overflow: a panic if the integer on top is no value of the type.
void check_integer_fits(Codegen *codegen, const Type *type);
// Rounds the double on top to what a Float32 can hold.
void round_to_float32(Codegen *codegen);

// --- Calls (codegen_call.c) ----------------------------------------------------------------------

void generate_call(Codegen *codegen, const Node *node, uint8_t hint);
// Pushes the arguments, evaluated as the text has them, in the order of the parameters.
void generate_arguments(Codegen *codegen, const Call *call);
// The same for a process that is not called: no register is suggested.
void generate_plain_arguments(Codegen *codegen, const Call *call);
// Calls a function of the runtime with the `count` topmost values, in order, as arguments, and
// replaces them by its result: of the integer class, or a double, or nothing.
typedef enum ResultClass { RESULT_NONE, RESULT_WORD, RESULT_FLOAT } ResultClass;
void call_runtime(Codegen *codegen, const Node *node, const char *function, uint32_t count,
                  ResultClass result);
// The same in an Arena.scope: what the function makes lies in its arena.
void call_runtime_in_scope(Codegen *codegen, const Node *node, const char *function,
                           uint32_t count);
// Calls `process` with the `count` topmost values, one a parameter and hidden argument, in order,
// and replaces them by its result. `storage` is a place for a stack structure, or nothing.
void call_process(Codegen *codegen, const Node *node, const Symbol *process, uint32_t count,
                  Value storage);
// Moves the `count` topmost values to where a call wants them; what lies below them is not in
// registers.
// With `has_object` the value below them is a function object, for r10. The caller drops all of
// them.
typedef struct Placement {
    uint32_t stack_bytes;  // to be given back after the call
    uint32_t vector_count; // vector registers used
} Placement;
Placement place_arguments(Codegen *codegen, uint32_t count, bool has_object);
// Pushes the address of the type's kind descriptor.
void push_kind(Codegen *codegen, const Node *node, const Type *type);
// Replaces the arena on top by a new zero-filled object in it.
void allocate_in_arena(Codegen *codegen, const Node *node, uint64_t size);
// Pushes a new zero-filled object: in the arena of the Arena.scope around, or owned.
void allocate_object(Codegen *codegen, const Node *node, uint64_t size);
// The two topmost, arena and size, are replaced by new memory in that arena.
void emit_bump(Codegen *codegen, const Node *node);

// codegen_expand.c: is the expression a call that is expanded here?
bool is_expanded(Codegen *codegen, const Node *node);
// Expands the call; false, with nothing done, if it is not.
bool generate_expanded(Codegen *codegen, const Node *node, uint8_t hint);
// generate_condition for such a call.
void generate_expanded_condition(Codegen *codegen, const Node *node, Label target, bool when);
// Code behind the process, from the Expansion's `cold` on, ends.
void expansion_end_cold(Codegen *codegen);
// The same, and the process calls nothing.
bool is_quiet_expansion(Codegen *codegen, const Node *node);
// What the symbol stands for in the expansion, or NULL.
const Value *expansion_value(const Expansion *expansion, const Symbol *symbol);

// codegen_memcheck.c: all of these do nothing without --check=memory.
// Checks `size` bytes at the address on top, a place, which has the alignment of their type.
void check_access(Codegen *codegen, const Node *node, uint64_t size);
// The same at any address.
void check_raw_access(Codegen *codegen, const Node *node, uint64_t size);
// Checks the addresses on top and below, between which `size` bytes are copied.
void check_copy(Codegen *codegen, uint64_t size);
// The reference on top, to an object of the runtime, becomes a place, and is checked.
void check_header(Codegen *codegen, const Node *node);
// Checks a place by means of a free register; always does.
void emit_access_check(Codegen *codegen, Value place, uint64_t size, bool is_aligned,
                       uint8_t scratch);
// Room in the frame for an object of `size` bytes: with --check=memory between zones that nothing
// uses. The second one until the process returns.
int32_t object_allocate(Codegen *codegen, uint64_t size);
int32_t object_allocate_for_good(Codegen *codegen, uint64_t size);
// `size` bytes of the frame become an object; every register stays as it is.
void begin_stack_object(Codegen *codegen, int32_t offset, uint64_t size);
// The objects of the frame end.
void end_stack_objects(Codegen *codegen);

// codegen_intrinsic.c
void intrinsics_prepare(Codegen *codegen);
// Expands the call in place and pushes its result; false, with nothing done, if it is none of
// those.
bool generate_intrinsic(Codegen *codegen, const Node *node, uint8_t hint);
// Is it one that may be expanded in place? NULL is none.
bool is_intrinsic(Codegen *codegen, const Symbol *process);
// Is it one that reads memory, without any call?
bool is_reading_intrinsic(Codegen *codegen, const Symbol *process);

// codegen_lambda.c
void generate_lambda_value(Codegen *codegen, const Node *node);
// The static object for a process as a value: the address of its code, or of a thunk.
Value function_object(Codegen *codegen, Symbol *process);
// Generates the lambdas and thunks that were found meanwhile.
void generate_pending(Codegen *codegen);

// --- Statements ----------------------------------------------------------------------------------

void generate_block(Codegen *codegen, const Node *block);
void generate_statement(Codegen *codegen, const Node *node);
void generate_match(Codegen *codegen, const Node *node);
void generate_while(Codegen *codegen, const Node *node);
void generate_for_range(Codegen *codegen, const Node *node);
void generate_for_each(Codegen *codegen, const Node *node);
void generate_arena_scope(Codegen *codegen, const Node *node);
// Destroys the arenas of the scopes inside `outer`. Values survive.
void emit_leave_scopes(Codegen *codegen, const Node *node, const ScopeLevel *outer);
// Does control never come to the end of the block?
bool block_leaves(const Node *block);
// Gives a variable its slot.
void declare_variable(Codegen *codegen, Symbol *symbol);
// Stores the top into a variable's slot and drops it.
void store_variable(Codegen *codegen, const Symbol *symbol);
// Copies the structure on top to the storage that the caller gave; its address is then on top.
void emit_copy_out(Codegen *codegen, const Type *type);
// Returns with the value on top, if the process has a result.
void emit_return(Codegen *codegen);

// --- Processes (codegen.c) -----------------------------------------------------------------------

// Starts a process: an empty frame. The caller has filled in what it is; `node` is where it begins.
void frame_begin(Codegen *codegen, Frame *frame, const Node *node);
// Ends it: writes the beginning, which knows the size of the frame now, and then the rest.
void frame_end(Codegen *codegen);
// What panics and debuggers call the code: lambdas and thunks must not be taken for the process
// that they belong to.
const Name *frame_shown_name(Codegen *codegen, const Frame *frame);
// How many parameters came in which way so far.
typedef struct ParameterWalk {
    uint32_t integers, vectors, stacked;
} ParameterWalk;
// Where the next parameter comes in: VALUE_REGISTER, VALUE_VECTOR, or the VALUE_SLOT of the caller.
Value next_parameter(ParameterWalk *walk, bool is_float);
// Gives a parameter its slot, and stores what came in.
void receive_parameter(Codegen *codegen, Symbol *symbol, ParameterWalk *walk);
// The same for the kinds of the type parameters, and for the storage of the result.
void receive_kinds(Codegen *codegen, ParameterWalk *walk);
void receive_storage(Codegen *codegen);
// frame_offset of a stack object whose variable is set to another one somewhere.
enum { OFFSET_REASSIGNED = 1 };
// Looks the body over before it is generated: marks those, and with Inline Assembly gives all
// variables their slots.
void survey_body(Codegen *codegen, const Node *body);
// Does the variable stand for an object in the frame, or among the globals?
bool is_object(const Symbol *symbol);
// The static memory of a global's structure.
const Name *global_object(Codegen *codegen, const Symbol *symbol);

// --- For debuggers (codegen_debug.c) -------------------------------------------------------------
// But for the first two and the last, they do nothing without -g.

Debug *debug_create(void);
void debug_destroy(Debug *debug); // NULL is fine
// The number of a source for .loc; the first use declares it.
uint32_t debug_file_number(Codegen *codegen, const Source *source);
// Between the two, parameters and variables belong to the process in `frame`.
void debug_begin_process(Codegen *codegen, uint32_t line);
void debug_end_process(Codegen *codegen); // at its end in the finished code
void debug_begin_code(Codegen *codegen);  // at its first instruction there
// Between the two, variables belong to a block, which is the code written meanwhile.
void debug_begin_block(Codegen *codegen);
void debug_end_block(Codegen *codegen);
// Between the two, code belongs to the block all the same, but lies behind the process.
void debug_begin_cold(Codegen *codegen);
void debug_end_cold(Codegen *codegen);
// The statement begins here. What panics report is not touched: it is the same without -g.
void debug_statement(Codegen *codegen, const Node *node);
// A parameter or variable that has its place in the frame now.
void debug_variable(Codegen *codegen, const Symbol *symbol);
void debug_global(Codegen *codegen, Symbol *symbol);
// The sections, at the end of the program.
void debug_sections(Codegen *codegen);

// --- Constants (codegen_data.c) ------------------------------------------------------------------

// The number of `key`; *is_new tells whether it was not there before.
uint32_t number_table_add(NumberTable *table, uint64_t key, bool *is_new);
// The number of `key`, or -1.
int64_t number_table_find(const NumberTable *table, uint64_t key);
void number_table_destroy(NumberTable *table);
Value string_constant(Codegen *codegen, const Name *text);
// Its label.
void text_put_string_label(Codegen *codegen, Text *text, const Name *string);
Value real_constant(Codegen *codegen, uint64_t bits); // as memory
Value sign_mask(Codegen *codegen);                    // as memory, 16-aligned
Value magnitude_mask(Codegen *codegen);
Value kind_constant(Codegen *codegen, const Type *type); // of a type without type parameters
Value variant_constant(Codegen *codegen, const VariantInfo *variant);
Value table_constant(Codegen *codegen, const Symbol *symbol);
// A table with the size of each variant's object, 32 bits each; 0 for those without fields.
Value variant_sizes(Codegen *codegen, const Aggregate *aggregate);
// A read-only table of the literal's items, if all are constant; else false.
bool literal_table(Codegen *codegen, const ArrayLiteral *literal, Value *table);
uint64_t real_bits(double value);
int64_t kind_tag(const Type *type);
// Is the expression a number of type Float that is known now? Then its bits.
bool constant_real(const Node *node, uint64_t *bits);
void emit_sections(Codegen *codegen);

#endif
