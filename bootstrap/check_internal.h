// What the files of the checker share.
//
//   check.c             the modules: globals, processes, default values
//   check_scope.c       names inside processes: blocks, variables, captures, what a name means
//   check_expression.c  names, fields, elements and the smaller forms of expressions
//   check_operator.c    unary and binary operators, what can be shown
//   check_condition.c   conditions, and those that never change
//   check_call.c        calls: what is called, arguments, type parameters
//   check_method.c      names with dots: of modules, of types, before a call
//   check_construct.c   structures and variants with their fields
//   check_convert.c     conversions, implicit and by `convert`
//   check_literal.c     numbers that adapt to a type, arrays and collections
//   check_lambda.c      lambdas
//   check_statement.c   statements, and where they leave off
//   check_match.c       Match and its patterns; check_coverage.c what the patterns leave out
//   check_escape.c      references to stack objects, with check_origin, check_effect and
//                       check_arena (check_escape_internal.h)
//
// An expression is checked with the type that is expected of it, which may be NULL: it is a hint,
// by which literals, lambdas and bare variants find their type. convert_to makes sure of a type.
#ifndef RUNA_CHECK_INTERNAL_H
#define RUNA_CHECK_INTERNAL_H

#include "check.h"
#include "resolve_internal.h"

// --- State ---------------------------------------------------------------------------------------

// A variable that a name means in some block.
typedef struct NameBinding {
    const Name *name;
    Symbol *symbol;
    struct NameBinding *hidden; // what the name meant before
    uint32_t level;             // of the body
    uint32_t scope;             // number of the scope that it belongs to
    bool is_let;
    bool is_watched; // announced if it is never read
} NameBinding;

typedef struct Loop {
    struct Loop *outer;
    bool is_broken; // a Break leaves it
} Loop;

// A process, lambda, initialiser or default value whose names and statements are being checked.
typedef struct Body {
    struct Body *outer;
    LoadedModule *module;
    uint32_t level;        // 1 + that of the outer one
    uint32_t lowest_level; // of the bindings that can be seen from here
    Symbol *process;       // or NULL: in an initialiser
    Symbol *default_of;    // the process whose default value this is, or NULL
    uint32_t default_parameter;
    Symbol **type_parameters;
    uint32_t type_parameter_count;
    Type **type_arguments;  // what stands for the type parameters; NULL: they stand for themselves
    Lambda *lambda;         // or NULL
    PointerVector captures; // of the lambda: NAME nodes of what is captured
    PointerVector capture_symbols; // NAME nodes of the symbols inside
    Loop *loop;
    uint16_t block_depth;
    uint32_t scope;            // number of the innermost scope
    uint32_t *order;           // of the next local of the process
    uint32_t *lambda_count;    // so far, in the process
    const Name *symbol_prefix; // for the names of lambdas
    bool has_assembly;         // its variables may be used where the checker does not look
    NameTable unknown_names;   // DiagnosticGroup: each name that nothing declares, in closed bodies
} Body;

typedef struct Checker {
    Compilation *compilation;
    Diagnostics *diagnostics;
    TypeTable *types;
    InternTable *names;
    Arena *arena;
    Body *body;
    PointerVector bindings; // NameBinding: all that are in force, innermost last
    uint32_t scope_count;
    uint32_t *lambda_counts; // in initialisers, by module; owned
    uint32_t initialiser_order;
    bool is_damaged; // lines were lost to syntax errors: what is missing may have been there
    NameTable unknown_members; // DiagnosticGroup: "Type.member", of structures and variants
} Checker;

// Of fields or parameters that a message lists; it tells the number of the others.
enum { MOST_NAMES = 12 };

// Why a type is wanted, for messages: "this is a String, but `what` an Integer".
typedef struct Reason {
    const char *what; // subject and verb: "the parameter `%s` of `%s` takes"
    const char *name; // what the %s stand for
    const char *owner;
    Span declared;     // shown in a note; {0, 0}: nowhere
    const char *cure;  // what to write instead; NULL: as the types have it
    bool is_character; // an Integer is wanted that holds a Byte
} Reason;

// --- Small help (check_expression.c) -------------------------------------------------------------

// The type with the variables that are known by now filled in.
Type *settled(Checker *checker, Type *type);
// The same, and if the whole type is still unknown it becomes an Integer.
Type *settled_or_integer(Checker *checker, Type *type);
// "an Integer", "a List of String"
const char *type_phrase(Checker *checker, Type *type);
const char *type_words(Checker *checker, Type *type);
// printf-like; the text lives to the end.
const char *format_text(Checker *checker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// The text that the span covers in its file.
const char *written(Checker *checker, Span span);
// The cure for a function, of the type, where its result is meant. `node`, which may be NULL, names
// it.
const char *call_cure(Checker *checker, const Node *node, const Type *function);
// Stands for an expression after an error.
Node *poison_node(Checker *checker, Span span);
bool is_poison(const Node *node);
// A conversion that nobody wrote.
Node *implicit_convert(Checker *checker, Node *node, Type *type);
NodeList list_of(Checker *checker, const PointerVector *nodes);
// The value of an integer literal or Constant.
bool known_integer(const Node *node, int64_t *value);
void report_suggestion(Checker *checker, Diagnostic *diagnostic, const Suggestion *suggestion,
                       Span span);

// --- Bodies and names (check_scope.c) ------------------------------------------------------------

// Begins a body inside the current one. A closed one does not see the variables around it.
void body_begin(Checker *checker, Body *body, LoadedModule *module, bool is_closed);
void body_end(Checker *checker, Body *body);
// A new scope; gives what scope_end needs. The variables of a scope are one level deeper.
typedef struct ScopeMark {
    uint32_t binding_count;
    uint32_t outer_scope;
} ScopeMark;
ScopeMark scope_begin(Checker *checker);
// Announces variables that were never read.
void scope_end(Checker *checker, ScopeMark mark);
// A new local, parameter or capture; not bound to its name yet.
Symbol *new_local(Checker *checker, SymbolKind kind, const Name *name, Type *type,
                  Node *declaration, Span span);
typedef enum BindingKind { BINDING_PLAIN, BINDING_WATCHED, BINDING_LET } BindingKind;
void bind_name(Checker *checker, Symbol *symbol, BindingKind kind);
// The variable that a bare name means here, captured if need be; NULL if it means none. It counts
// as read if `is_read`.
Symbol *find_variable(Checker *checker, const Name *name, Span span, bool is_read);
bool is_variable(Checker *checker, const Name *name);
// What a bare name that is no variable means; NULL, reported, if nothing. Types, modules and all.
Symbol *find_symbol(Checker *checker, const Name *name, Span span, bool is_called);
// The same, but NULL is not reported. An ambiguous name is nothing.
Symbol *find_symbol_quietly(Checker *checker, const Name *name);
// After a report: from here to the end of the block the name is a variable of no known type.
void bind_unknown(Checker *checker, const Name *name, Span span);
// `cure`, which may be NULL, is the help when no other is found.
void report_unknown_name(Checker *checker, const Name *name, Span span, bool is_called,
                         const char *cure);
// Whether the line that declares the member was not understood.
bool may_have_member(const Symbol *type, const Name *member);
// Joins what is told of a member that the structure or variant called `owner` does not have.
void join_member_uses(Checker *checker, Diagnostic *diagnostic, const char *owner,
                      const Name *member);
// The type of a type expression in the current body.
Type *check_type(Checker *checker, const Node *annotation);
// The prelude's Arena.
Type *arena_type(Checker *checker);

// --- Modules (check.c) ---------------------------------------------------------------------------

// Gives a global its type, checking its initialiser if that was not done.
void check_global(Checker *checker, Symbol *symbol, Span use);
// The default value of a parameter, as a value of type `wanted`, for a call; type_arguments are the
// call's.
Node *check_default(Checker *checker, Symbol *process, uint32_t parameter, Type **type_arguments,
                    Type *wanted, Span use);

// --- Expressions (check_expression.c) ------------------------------------------------------------

// The checked expression, which may be another node. Its type is set; Nothing for a call without
// result.
Node *check_expression(Checker *checker, Node *node, Type *expected);
// The same, but a call without result counts as 0, with a warning.
Node *check_value(Checker *checker, Node *node, Type *expected);
// The value, converted to `wanted`.
Node *check_as(Checker *checker, Node *node, Type *wanted, const Reason *reason);
// A field or element as a place. *actual is the type of its value; the node's own type that of what
// is stored:
// a type parameter's word, or an inline structure.
Node *check_place(Checker *checker, Node *node, Type **actual);
// The same for a field whose object is checked.
Node *finish_field(Checker *checker, Node *node, Type **actual);
// The value that a checked place holds.
Node *read_place(Checker *checker, Node *place, Type *actual);
// The expression that a symbol found by its name stands for.
Node *symbol_value(Checker *checker, Node *node, Symbol *symbol);

// --- Names with dots (check_method.c) ------------------------------------------------------------

// What `object.name` means when the object is no value: a member of a module, a process of a type
// or a variant.
typedef struct Qualified {
    Symbol *symbol;
    VariantInfo *variant;
    Type *variant_type; // of the type's name before the dot
    bool is_reported;   // it means nothing, and that was said
} Qualified;
// False when the object is a value, or may be.
bool find_qualified(Checker *checker, const Field *field, Qualified *found);
// Whether the type of that name has a process or variant `member`.
bool has_member_of_type(Checker *checker, const char *type, const Name *member);
// The process that `value.name(…)` calls; NULL if there is none.
Symbol *find_method(Checker *checker, Type *type, const Name *name);
// The process of that name that a String or a collection has, or the one that means the same
// elsewhere; NULL if there is none.
const char *method_anywhere(Checker *checker, const Name *name);
// The name of the type before the dot of its processes, or NULL.
const char *method_owner(Type *type);
// Why the process of growable arrays does not take a fixed one.
void help_with_fixed_array(Checker *checker, Diagnostic *diagnostic, const Name *name,
                           const Type *type);
// Reports `f of x`, which is neither `the f of x` nor `f(x)`; gives the ERROR that stands for it.
Node *report_part_of(Checker *checker, Call *call);
// The same for a name that is a statement by itself.
Node *report_bare_name(Checker *checker, Call *call);
void report_unknown_field(Checker *checker, const Field *field, Type *type, bool is_call);

// --- Calls (check_call.c) ------------------------------------------------------------------------

Node *check_call(Checker *checker, Node *node, Type *expected);
// Makes the representation right where a value of `actual` type is given as one of the `declared`
// type.
Node *represent(Checker *checker, Node *node, Type *declared);
// Fresh variables for type parameters.
Type **fresh_variables(Checker *checker, uint32_t count);
// Whether a type that is not known yet should rather be taken from the other operands: literals and
// the like.
bool is_soft(Checker *checker, const Node *node);

// --- Constructors (check_construct.c) ------------------------------------------------------------

Node *check_construct(Checker *checker, Node *node, Type *expected);
// A variant that a bare name, or a call with `with`, means. `arguments` are those of the call.
Node *construct_variant(Checker *checker, Span span, VariantInfo *variant, Type *type,
                        NodeList arguments, Type *expected);
// The variant named `name` that is meant where `expected` is; NULL if there is none, or after an
// error, which
// *is_reported tells.
VariantInfo *find_variant(Checker *checker, const Name *name, Span span, Type *expected,
                          bool *is_reported);
// The type with fresh variables for its type parameters.
Type *open_instance(Checker *checker, Symbol *owner);
bool has_variant(Checker *checker, const Name *name);
VariantInfo *variant_of(const Aggregate *aggregate, const Name *name);
void report_unknown_variant(Checker *checker, const Aggregate *aggregate, const Name *name,
                            Span span);
// The fields' names, for messages: "`x`, `y` and `z`".
const char *field_names(Checker *checker, const FieldInfo *fields, uint32_t count);
// Lists them as help, if there are any.
void help_with_fields(Checker *checker, Diagnostic *diagnostic, const FieldInfo *fields,
                      uint32_t count);
bool has_field(const FieldInfo *fields, uint32_t count, const Name *name);
// Whether the constructor, not checked yet, may make something that has the field.
bool may_construct_field(Checker *checker, const Construct *construct, const Name *name);

// --- Operators (check_operator.c) ----------------------------------------------------------------

Node *check_binary(Checker *checker, Node *node);
Node *check_unary(Checker *checker, Node *node);
// Checks the value of `Set target op= value`; `type` is that of the target.
Node *check_change(Checker *checker, const Set *set, Type *type);
// Whether Display and `joined with` can show a value of the type.
bool is_displayable(Checker *checker, Type *type);
Node *check_displayed(Checker *checker, Node *node, const char *what);
// An Integer or a Boolean.
bool is_whole(const Type *type);
bool is_comparison(int64_t operator);

// --- Conditions (check_condition.c) --------------------------------------------------------------

// The value of If, While, `where`, `not`, `and`, `or`.
Node *check_condition(Checker *checker, Node *node);
// A checked value as a condition.
Node *as_condition(Checker *checker, Node *node);
// Whether the node is an `and` or `or`.
bool is_logic(const Node *node);
// Warns of a number or text as the condition.
void warn_constant_condition(Checker *checker, const Node *node);
// Warns of the literals among conditions that `and` and `or` join.
void warn_constant_operands(Checker *checker, const Node *node);

// --- Conversions (check_convert.c) ---------------------------------------------------------------

// The checked node as a value of type `wanted`. Reports what does not convert, and then gives
// poison.
Node *convert_to(Checker *checker, Node *node, Type *wanted, const Reason *reason);
// convert x to T, f(x as T)
Node *check_convert(Checker *checker, Node *node);
typedef enum Conversion {
    CONVERSION_NONE,
    CONVERSION_SAME, // one type, or nothing to do
    CONVERSION_IMPLICIT,
    CONVERSION_WORD // an Integer as a reference, or back
} Conversion;
// Binds type variables where that makes the types one.
Conversion find_conversion(Checker *checker, Type *from, Type *to);

// --- Literals (check_literal.c) ------------------------------------------------------------------

Node *check_literal(Checker *checker, Node *node);
// A literal as one of another type, if it is one that adapts: NULL if not. Reports a number that
// does not fit.
Node *adapt_literal(Checker *checker, Node *node, Type *wanted);
Node *check_array_literal(Checker *checker, Node *node, Type *expected);
Node *check_collection_literal(Checker *checker, Node *node, Type *expected);
Node *check_dictionary_literal(Checker *checker, Node *node, Type *expected);
// A type argument, element or captured value must be one word.
bool require_word_value(Checker *checker, const Node *node);

// --- Lambdas (check_lambda.c) --------------------------------------------------------------------

Node *check_lambda(Checker *checker, Node *node, Type *expected);

// --- Statements (check_statement.c) --------------------------------------------------------------

// Where control is after a statement.
typedef enum Flow {
    FLOW_ON,     // at the next one
    FLOW_EXITS,  // nowhere, since the program has ended
    FLOW_LEAVES, // elsewhere: the next one is unreachable
} Flow;
Flow check_block(Checker *checker, Node *block);
// Where control is after one of several branches.
Flow join_flows(Flow a, Flow b);

// --- Match (check_match.c, check_coverage.c) -----------------------------------------------------

Flow check_match(Checker *checker, Node *node);

typedef struct Interval {
    int64_t low, high; // both in; of Unsigned64 with the top bit turned over
} Interval;

// The values that the cases so far take.
typedef struct Coverage {
    Type *type;          // of the value
    bool is_all;         // a pattern took everything
    Interval *intervals; // integers, Booleans: sorted, apart from each other; owned
    uint32_t interval_count;
    uint32_t interval_capacity;
    bool *variants;         // by index; in the arena
    uint32_t variant_count; // that are taken
    NameTable texts;
} Coverage;

void coverage_begin(Checker *checker, Coverage *coverage, Type *type);
// True if something in low to high was not taken before; takes it if `takes`.
bool coverage_add_range(Coverage *coverage, int64_t low, int64_t high, bool takes);
bool coverage_add_variant(Coverage *coverage, uint32_t index, bool takes);
bool coverage_add_text(Checker *checker, Coverage *coverage, const Name *text, bool takes);
bool coverage_is_complete(Coverage *coverage);
// What is left, for the message: "`Empty`", "for example 3". NULL when nothing is.
const char *coverage_missing(Checker *checker, const Coverage *coverage);
void coverage_end(Coverage *coverage);
// The integer as coverage orders it.
int64_t coverage_key(const Type *type, int64_t value);

#endif
