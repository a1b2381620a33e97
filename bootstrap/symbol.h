// Symbols: what names stand for. Made by resolve and check, kept in the program's pool.
#ifndef RUNA_SYMBOL_H
#define RUNA_SYMBOL_H

#include "types.h"

typedef struct LoadedModule LoadedModule;

typedef enum SymbolKind {
    SYMBOL_LOCAL,     // Let, For, pattern binding, arena scope name
    SYMBOL_PARAMETER, // of a process or lambda
    SYMBOL_CAPTURE,   // a captured variable inside a lambda: copied to a frame slot at entry
    SYMBOL_GLOBAL,
    SYMBOL_CONSTANT,
    SYMBOL_PROCESS,
    SYMBOL_TYPE, // structure, variant type or alias: `type`/`aggregate`
    SYMBOL_TYPE_PARAMETER,
    SYMBOL_MODULE, // an import's alias
    SYMBOL_LAMBDA,
} SymbolKind;

enum SymbolFlags {
    SYMBOL_STACK_OBJECT =
        1 << 0, // Let x as Structure / Array[N]: owns storage in the frame (global: static)
    SYMBOL_BY_REFERENCE = 1 << 1, // a parameter of type Array[N]: the slot holds the address
    SYMBOL_OWNS_RESULT =
        1 << 2, // a Let/Set from a call that returns a stack structure: storage in the frame
    SYMBOL_READ_ONLY = 1 << 3, // For variable
    SYMBOL_USED = 1 << 4,
    SYMBOL_MAIN = 1 << 5,
    SYMBOL_IN_PROGRESS = 1 << 6, // resolve: being evaluated, so that a use of it now is a cycle
    SYMBOL_RESOLVED = 1 << 7,    // resolve: type and value are final
};

typedef struct ConstantValue {
    Type *type;
    union {
        int64_t integer; // integers, Booleans, references (0)
        double real;
        const Name *text;
        struct {
            struct ConstantValue *items; // Array[N]
            uint64_t count;
        } array;
    } as;
} ConstantValue;

typedef struct ParameterInfo {
    const Name *name;
    Type *type;
    Node *value; // unchecked default expression or NULL; in the arena: valid until the copy
    Span span;
} ParameterInfo;

// Is the body small enough to be expanded where the process is called?
typedef enum BodySize {
    BODY_UNKNOWN, // not found out yet
    BODY_LARGE,
    BODY_SMALL,
    BODY_QUIET, // small, and calls nothing
} BodySize;

typedef struct ProcessInfo {
    ParameterInfo *parameters;
    uint32_t parameter_count;
    Symbol **type_parameters;
    uint32_t type_parameter_count;
    Type *result;
    const Name *assembly_name; // "main.add", or the C symbol of External and Export processes
    const Name *library;       // -l name or NULL
    bool is_external;
    bool is_export;
    bool has_assembly;
    bool is_unknown;    // its header was not understood: calls are not compared with it
    uint8_t body_size;  // code generator: BodySize
    uint8_t body_cost;  // code generator: of a small one
    bool returns_stack; // some Return gives a stack structure: callers pass storage in r11
} ProcessInfo;

struct Symbol {
    uint8_t kind;
    uint8_t flags;
    uint16_t block_depth;  // locals: nesting of the declaring block, from 1
    int32_t frame_offset;  // code generator: of the slot from rbp (negative)
    int32_t object_offset; // code generator: of the stack storage
    uint32_t order;        // locals: number in the process; processes: check_escape.c's number
    const Name *name;
    Type *type;        // of the value; for SYMBOL_TYPE the type (or the generic's own instance)
    Node *declaration; // re-aimed at the copy by ast_copy
    LoadedModule *module;
    Span span; // of the name in its declaration
    union {
        ProcessInfo *process;
        ConstantValue *constant;
        Aggregate *aggregate;      // SYMBOL_TYPE that is a structure or variant type
        LoadedModule *target;      // SYMBOL_MODULE
        Symbol *outer;             // SYMBOL_CAPTURE: the captured one
        const Name *assembly_name; // SYMBOL_GLOBAL, SYMBOL_LAMBDA
    } as;
};

#endif
