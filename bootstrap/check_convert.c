// Conversions: which types convert into each other, by themselves and by `convert`.
#include "check_internal.h"

#include <string.h>

// --- The table of implicit conversions -----------------------------------------------------------

// The 64-bit signed integer, in which programs for Runa 0.0.8 keep references.
static bool is_word(const Type *type) {
    return type->kind == TYPE_INTEGER && type->size == 8 && !type->is_unsigned;
}

static bool widens(const Type *from, const Type *to) {
    if (from->is_unsigned == to->is_unsigned) {
        return from->size <= to->size;
    }
    return from->is_unsigned && from->size < to->size;
}

static Conversion convert_integer(const Type *from, const Type *to) {
    if (to->kind == TYPE_INTEGER) {
        return widens(from, to) ? CONVERSION_IMPLICIT : CONVERSION_NONE;
    }
    if (to->kind == TYPE_FLOAT) {
        return to->size == 8 ? CONVERSION_IMPLICIT : CONVERSION_NONE;
    }
    return type_is_reference(to) && !type_is_unsigned64(from) ? CONVERSION_WORD : CONVERSION_NONE;
}

// Of the parts of two types, when the wholes are of one kind: parts are not converted, so they must
// have the same representation.
static Conversion convert_part(const Type *from, const Type *to) {
    if (from == to) {
        return CONVERSION_SAME;
    }
    if (from == NULL || to == NULL) {
        return CONVERSION_NONE;
    }
    if ((is_word(from) && type_is_reference(to)) || (is_word(to) && type_is_reference(from))) {
        return CONVERSION_WORD;
    }
    bool are_pointers = (from->kind == TYPE_POINTER && type_is_reference(to)) ||
                        (to->kind == TYPE_POINTER && type_is_reference(from));
    return are_pointers ? CONVERSION_IMPLICIT : CONVERSION_NONE;
}

static Conversion worse(Conversion a, Conversion b) {
    if (a == CONVERSION_NONE || b == CONVERSION_NONE) {
        return CONVERSION_NONE;
    }
    return a > b ? a : b;
}

static Conversion convert_parts(const Type *from, const Type *to) {
    bool narrows = to->variant && from->variant != to->variant;
    if (narrows || from->aggregate != to->aggregate ||
        from->arguments.count != to->arguments.count) {
        return CONVERSION_NONE;
    }
    Conversion conversion =
        worse(convert_part(from->first, to->first), convert_part(from->second, to->second));
    if (conversion == CONVERSION_SAME && from->variant != to->variant) {
        conversion = CONVERSION_IMPLICIT;
    }
    for (uint32_t i = 0; i < from->arguments.count; i++) {
        conversion =
            worse(conversion, convert_part(from->arguments.items[i], to->arguments.items[i]));
    }
    return conversion;
}

// A function whose result is a structure needs storage for it from its caller, who knows from the
// type of the function whether to give it.
static Conversion convert_result(const Type *from, const Type *to) {
    if (from == to) {
        return CONVERSION_SAME;
    }
    if (from->kind == TYPE_STRUCTURE || from->kind == TYPE_PARAMETER) {
        return CONVERSION_NONE;
    }
    return to->kind == TYPE_NOTHING ? CONVERSION_IMPLICIT : convert_part(from, to);
}

// To a function an element in place is a reference.
static const Type *without_inline(const Type *type) {
    return type->kind == TYPE_INLINE ? type->first : type;
}

static Conversion convert_function(const Type *from, const Type *to) {
    if (from->arguments.count != to->arguments.count) {
        return CONVERSION_NONE;
    }
    Conversion conversion = convert_result(without_inline(from->first), without_inline(to->first));
    for (uint32_t i = 0; i < from->arguments.count; i++) {
        conversion = worse(conversion, convert_part(without_inline(from->arguments.items[i]),
                                                    without_inline(to->arguments.items[i])));
    }
    return conversion;
}

static Conversion convert_reference(const Type *from, const Type *to) {
    if (is_word(to)) {
        return CONVERSION_WORD;
    }
    if (!type_is_reference(to)) {
        return CONVERSION_NONE;
    }
    if (from->kind == TYPE_POINTER || to->kind == TYPE_POINTER) {
        return CONVERSION_IMPLICIT;
    }
    if (from->kind == TYPE_NULL) {
        return CONVERSION_IMPLICIT;
    }
    if (from->kind != to->kind) {
        return CONVERSION_NONE;
    }
    return from->kind == TYPE_FUNCTION ? convert_function(from, to) : convert_parts(from, to);
}

// One of the two is not known yet; it becomes the other one, unless that is none for a variable.
static Conversion convert_unknown(Checker *checker, Type *from, Type *to) {
    const Type *known = from->kind == TYPE_VARIABLE ? to : from;
    if (known->kind == TYPE_NULL) {
        return CONVERSION_IMPLICIT;
    }
    if (known->kind == TYPE_NOTHING || known->kind == TYPE_FIXED_ARRAY) {
        return CONVERSION_NONE;
    }
    return type_unify(checker->types, from, to) ? CONVERSION_SAME : CONVERSION_NONE;
}

Conversion find_conversion(Checker *checker, Type *from, Type *to) {
    from = settled(checker, from);
    to = settled(checker, to);
    to = to->kind == TYPE_INLINE ? to->first : to;
    if (from == to || from->kind == TYPE_POISON || to->kind == TYPE_POISON) {
        return CONVERSION_SAME;
    }
    if (from->kind == TYPE_VARIABLE || to->kind == TYPE_VARIABLE) {
        return convert_unknown(checker, from, to);
    }
    if ((from->has_variable || to->has_variable) && from->kind == to->kind &&
        type_unify(checker->types, from, to)) {
        return CONVERSION_SAME;
    }
    switch ((TypeKind)from->kind) {
    case TYPE_INTEGER:
        return convert_integer(from, to);
    case TYPE_BOOLEAN:
        return to->kind == TYPE_INTEGER ? CONVERSION_IMPLICIT : CONVERSION_NONE;
    case TYPE_FLOAT:
        return to->kind == TYPE_FLOAT && to->size > from->size ? CONVERSION_IMPLICIT
                                                               : CONVERSION_NONE;
    case TYPE_FIXED_ARRAY:
        if (is_word(to)) {
            return CONVERSION_WORD;
        }
        return to->kind == TYPE_POINTER ? CONVERSION_IMPLICIT : CONVERSION_NONE;
    default:
        return type_is_reference(from) ? convert_reference(from, to) : CONVERSION_NONE;
    }
}

// --- Messages ------------------------------------------------------------------------------------

// The cure for a pair of types, or NULL.
static const char *cure_of(Checker *checker, const Node *node, const Type *from, Type *to) {
    bool is_number = from->kind == TYPE_INTEGER || from->kind == TYPE_FLOAT;
    if (is_number && (to->kind == TYPE_INTEGER || to->kind == TYPE_FLOAT)) {
        const char *what = from->kind == TYPE_FLOAT && to->kind == TYPE_INTEGER
                               ? "cuts the fraction off"
                           : to->kind == TYPE_INTEGER && to->size < 8 ? "keeps the low bits"
                                                                      : "says that it is meant";
        return format_text(checker, "`convert … to %s` %s", type_words(checker, to), what);
    }
    if (to->kind == TYPE_STRING) {
        return from->kind == TYPE_FLOAT     ? "`float_to_string(…)` makes text of a Float"
               : from->kind == TYPE_INTEGER ? "`integer_to_string(…)` makes text of an Integer"
               : from->kind == TYPE_BOOLEAN ? "`\"\" joined with …` makes text of it"
                                            : NULL;
    }
    if (from->kind == TYPE_STRING && to->kind == TYPE_FLOAT) {
        return "`string_to_float(…)` reads the number that a text holds";
    }
    if (from->kind == TYPE_STRING && to->kind == TYPE_INTEGER) {
        return "`string_to_integer(…)` reads the number that a text holds";
    }
    if (to->kind == TYPE_BOOLEAN && is_number) {
        return "compare it: `… is not equal to 0`";
    }
    if (to->variant && from->aggregate == to->aggregate) {
        return format_text(checker, "a Match tells which variant it is: `When x of Type %s:`",
                           type_words(checker, to));
    }
    if (from->kind == TYPE_ARRAY && to->kind == TYPE_LIST) {
        return "`a list containing …` makes a List";
    }
    if (from->kind == TYPE_FIXED_ARRAY && to->kind == TYPE_ARRAY) {
        return "an Array[N] lies in place and cannot grow: declare this one as `Array of …`, too";
    }
    if (from->kind == TYPE_FUNCTION && to->kind != TYPE_FUNCTION) {
        return call_cure(checker, node, from);
    }
    return NULL;
}

static const char *reason_words(Checker *checker, const Reason *reason, const char *otherwise) {
    return reason && reason->what ? format_text(checker, reason->what, reason->name, reason->owner)
                                  : otherwise;
}

// One character in quotes, written with the other kind of quotes; NULL if it is none.
static const char *in_quotes(Checker *checker, const Node *node, char quote) {
    char other = quote == '"' ? '\'' : '"';
    const char *text = node->span.end - node->span.start <= 4 ? written(checker, node->span) : "";
    size_t length = strlen(text);
    bool is_escape = length == 4 && text[1] == '\\' && strchr("nrt\\'\"", text[2]);
    if (text[0] != other || (length != 3 && !is_escape)) {
        return NULL;
    }
    char character = is_escape ? text[2] : text[1];
    bool needs_escape = is_escape ? character != other : character == quote;
    return format_text(checker, "%c%s%c%c", quote, needs_escape ? "\\" : "", character, quote);
}

// A character where a text is wanted, or the other way round, with its edit. False if it is none.
static bool help_with_quotes(Checker *checker, Diagnostic *diagnostic, const Node *node,
                             const Type *to, const Reason *reason) {
    bool is_byte = to->size == 1 || (reason && reason->is_character);
    const char *quoted = NULL;
    if (node->kind == NODE_INTEGER_LITERAL && to->kind == TYPE_STRING) {
        quoted = in_quotes(checker, node, '"');
    } else if (node->kind == NODE_STRING_LITERAL && to->kind == TYPE_INTEGER && is_byte) {
        quoted = in_quotes(checker, node, '\'');
    }
    if (!quoted) {
        return false;
    }
    diagnostic_help(checker->diagnostics, diagnostic,
                    quoted[0] == '"' ? "a text stands in double quotes: %s"
                                     : "a character stands in single quotes: %s",
                    quoted);
    diagnostic_fix(checker->diagnostics, diagnostic, node->span, quoted);
    return true;
}

static Node *report_mismatch(Checker *checker, const Node *node, Type *from, Type *to,
                             const Reason *reason) {
    const char *what = reason_words(checker, reason, "what is wanted here is");
    Diagnostic *diagnostic =
        from->kind == TYPE_NOTHING
            ? diagnostic_report(checker->diagnostics, ERROR_type_mismatch, node->span,
                                "this call gives no value, but %s %s", what,
                                type_phrase(checker, to))
            : diagnostic_report(checker->diagnostics, ERROR_type_mismatch, node->span,
                                "this is %s, but %s %s", type_phrase(checker, from), what,
                                type_phrase(checker, to));
    if (reason && reason->declared.start != 0) {
        diagnostic_note(checker->diagnostics, diagnostic, reason->declared, "declared here");
    }
    if (help_with_quotes(checker, diagnostic, node, to, reason)) {
        return poison_node(checker, node->span);
    }
    const char *cure = reason && reason->cure ? reason->cure : cure_of(checker, node, from, to);
    if (cure) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", cure);
    }
    return poison_node(checker, node->span);
}

// `inc(1)` where a function like `inc` itself is wanted.
static void help_with_process(Checker *checker, Diagnostic *diagnostic, const Node *node,
                              Type *to) {
    const Symbol *process = AST((Node *)node, NODE_CALL, Call)->process;
    if (!process || !process->type || process->as.process->type_parameter_count > 0 ||
        find_conversion(checker, process->type, to) != CONVERSION_SAME) {
        return;
    }
    const char *name = process->name->text;
    const char *text = written(checker, node->span);
    size_t length = strlen(name);
    if (strncmp(text, name, length) == 0 && text[length] == '(') {
        diagnostic_help(checker->diagnostics, diagnostic, "to give the process itself, write `%s`",
                        name);
        diagnostic_fix(checker->diagnostics, diagnostic, node->span, name);
    }
}

// The one variant whose only field takes a value of the type; NULL if there is none, or two.
static const VariantInfo *variant_around(Checker *checker, Type *from, Type *to) {
    const VariantInfo *found = NULL;
    for (uint32_t i = 0; i < to->aggregate->variant_count; i++) {
        const VariantInfo *variant = &to->aggregate->variants[i];
        Conversion conversion =
            variant->field_count == 1
                ? find_conversion(checker, from,
                                  type_field(checker->types, to, &variant->fields[0]))
                : CONVERSION_NONE;
        if (conversion == CONVERSION_SAME || conversion == CONVERSION_IMPLICIT) {
            if (found) {
                return NULL;
            }
            found = variant;
        }
    }
    return found;
}

static bool is_short(const Node *node) {
    return node->kind == NODE_NAME || node->kind == NODE_INTEGER_LITERAL;
}

// An Integer stands where a reference of a type that holds no number is wanted: `convert` would
// make an address of a number.
static void help_with_reference(Checker *checker, Diagnostic *diagnostic, const Node *node,
                                Type *from, Type *to) {
    const VariantInfo *variant =
        to->kind == TYPE_VARIANT ? variant_around(checker, from, to) : NULL;
    if (variant) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "to make one of it, write `%s with %s as %s`", variant->name->text,
                        variant->fields[0].name->text,
                        is_short(node) ? written(checker, node->span) : "…");
    } else if (to->kind == TYPE_FUNCTION && node->kind == NODE_CALL) {
        help_with_process(checker, diagnostic, node, to);
    } else if (node->kind == NODE_NAME || node->kind == NODE_FIELD || node->kind == NODE_CALL) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "declare both with the type of the reference");
    }
}

// The number of an Integer is taken as an address, or the other way round.
static void warn_word_conversion(Checker *checker, const Node *node, Type *from, Type *to,
                                 const Reason *reason) {
    const char *how = from->kind == TYPE_INTEGER ? ", as if it were an address"
                      : to->kind == TYPE_INTEGER && from->kind != TYPE_NULL
                          ? ", as the number of its address"
                          : "";
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, WARNING_word_conversion, node->span, "%s is used as %s here%s",
        type_phrase(checker, from), type_phrase(checker, to), how);
    if (reason && reason->what && reason->declared.start != 0) {
        diagnostic_note(checker->diagnostics, diagnostic, reason->declared, "%s %s",
                        reason_words(checker, reason, ""), type_phrase(checker, to));
    }
    bool is_text = from->kind == TYPE_STRING || to->kind == TYPE_STRING;
    bool is_scalar = from->kind == TYPE_INTEGER || to->kind == TYPE_INTEGER;
    bool may_be_called = from->kind == TYPE_FUNCTION && to->kind != TYPE_POINTER;
    const char *cure = is_text || may_be_called ? cure_of(checker, node, from, to) : NULL;
    if (reason && reason->cure) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", reason->cure);
    } else if (help_with_quotes(checker, diagnostic, node, to, reason)) {
        return;
    } else if (to->kind == TYPE_STRING && node->kind == NODE_INTEGER_LITERAL) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a text stands in double quotes, also one of digits: \"%lld\"",
                        (long long)AST((Node *)node, NODE_INTEGER_LITERAL, IntegerLiteral)->value);
    } else if (from->kind == TYPE_NULL) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "a number is never Nothing: write 0, or declare the variable with the type "
                        "that it refers to");
    } else if (cure) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", cure);
    } else if (type_resolve(checker->types, to, false)->has_variable) {
        return; // nothing of which `_` is a part can be written
    } else if (is_scalar && !(reason && reason->what) && to->kind == TYPE_INTEGER) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "write `convert … to %s` if its number is meant", type_words(checker, to));
    } else if (from->kind == TYPE_INTEGER && to->kind != TYPE_POINTER) {
        help_with_reference(checker, diagnostic, node, from, to);
    } else if (is_scalar) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "declare both with the type of the reference, or write `convert … to %s`",
                        type_words(checker, to));
    } else {
        diagnostic_help(checker->diagnostics, diagnostic, "declare both with the same type");
    }
}

// --- Converting ----------------------------------------------------------------------------------

// A call without result where a value is wanted is 0 then; check_value has seen to that, except
// where the call is a lambda's body.
Node *convert_to(Checker *checker, Node *node, Type *wanted, const Reason *reason) {
    wanted = settled(checker, wanted);
    wanted = wanted->kind == TYPE_INLINE ? wanted->first : wanted;
    if (is_poison(node)) {
        return node;
    }
    Node *adapted = adapt_literal(checker, node, wanted);
    if (adapted) {
        return adapted;
    }
    Type *from = settled(checker, node->type);
    switch (find_conversion(checker, from, wanted)) {
    case CONVERSION_SAME:
        return node;
    case CONVERSION_NONE:
        return report_mismatch(checker, node, from, wanted, reason);
    case CONVERSION_WORD:
        warn_word_conversion(checker, node, from, wanted, reason);
        break;
    case CONVERSION_IMPLICIT:
        break;
    }
    if (node->kind == NODE_NOTHING_LITERAL) {
        node->type = wanted;
        return node;
    }
    return implicit_convert(checker, node, wanted);
}

// --- convert x to T ------------------------------------------------------------------------------

static bool is_number(const Type *type) {
    return type->kind == TYPE_INTEGER || type->kind == TYPE_FLOAT || type->kind == TYPE_BOOLEAN;
}

// A reference, or what may hold one.
static bool is_address(const Type *type) {
    return type_is_reference(type) || type->kind == TYPE_PARAMETER ||
           type->kind == TYPE_FIXED_ARRAY;
}

static bool is_address_conversion(const Type *from, const Type *to) {
    bool is_text = from->kind == TYPE_STRING || to->kind == TYPE_STRING;
    if (from->kind == TYPE_INTEGER) {
        return is_address(to) && !is_text;
    }
    if (to->kind == TYPE_INTEGER) {
        return is_address(from) && !is_text;
    }
    return (from->kind == TYPE_PARAMETER && to->kind == TYPE_POINTER) ||
           (from->kind == TYPE_POINTER && to->kind == TYPE_PARAMETER);
}

// To Boolean: not equal to 0.
static Node *convert_to_boolean(Checker *checker, Node *node, Node *operand) {
    Node *zero = ast_new(checker->arena, NODE_INTEGER_LITERAL, node->span);
    zero->type = settled(checker, operand->type);
    Node *result = ast_new(checker->arena, NODE_BINARY, node->span);
    Binary *binary = AST(result, NODE_BINARY, Binary);
    binary->operator= OPERATOR_NOT_EQUAL;
    binary->left = operand;
    binary->right = zero;
    result->type = checker->types->boolean;
    return result;
}

static Node *report_conversion(Checker *checker, const Node *node, Type *from, Type *to) {
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_no_conversion, node->span, "%s cannot be converted to %s",
        type_phrase(checker, from), type_phrase(checker, to));
    const char *cure = cure_of(checker, node, from, to);
    if (cure && (from->kind == TYPE_STRING || to->kind == TYPE_STRING || is_number(from))) {
        diagnostic_help(checker->diagnostics, diagnostic, "%s", cure);
    } else if (type_is_reference(from) && type_is_reference(to) && !to->has_variable) {
        diagnostic_help(
            checker->diagnostics, diagnostic,
            "a Pointer converts to every reference: `convert (convert … to Pointer) to %s`",
            type_words(checker, to));
    }
    return poison_node(checker, node->span);
}

static Node *check_ascription(Checker *checker, Convert *convert) {
    Type *type = check_type(checker, convert->annotation);
    Reason reason = {.what = "what is written behind it is", .declared = convert->annotation->span};
    Node *value = check_as(checker, convert->operand, type, &reason);
    return type->kind == TYPE_POISON ? poison_node(checker, value->span) : value;
}

Node *check_convert(Checker *checker, Node *node) {
    Convert *convert = AST(node, NODE_CONVERT, Convert);
    if (node->flags & NODE_ASCRIPTION) {
        return check_ascription(checker, convert);
    }
    Type *to = settled(checker, check_type(checker, convert->annotation));
    // A number is computed in its own type first.
    convert->operand = check_value(checker, convert->operand, is_number(to) ? NULL : to);
    Type *from = settled_or_integer(checker, convert->operand->type);
    if (to->variant && to->has_variable) { // `convert tree to Node`
        type_unify(checker->types, type_widened(checker->types, to), from);
        to = settled(checker, to);
    }
    node->type = to;
    if (is_poison(convert->operand) || to->kind == TYPE_POISON) {
        return poison_node(checker, node->span);
    }
    if (from->kind == TYPE_INTEGER && to->kind == TYPE_BOOLEAN) {
        return convert_to_boolean(checker, node, convert->operand);
    }
    bool is_fine = is_number(from) && is_number(to) && (to->kind != TYPE_BOOLEAN || from == to);
    is_fine |= to->variant && type_widened(checker->types, to) == from; // checked at run time
    if (!is_fine && !is_address_conversion(from, to)) {
        Conversion conversion = find_conversion(checker, from, to);
        if (conversion == CONVERSION_NONE ||
            (conversion == CONVERSION_WORD &&
             (from->kind == TYPE_STRING || to->kind == TYPE_STRING))) {
            return report_conversion(checker, node, from, to);
        }
    }
    return node;
}
