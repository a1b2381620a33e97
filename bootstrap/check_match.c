// Match: its patterns, which cases can be chosen, and what they leave out.
#include "check_internal.h"

#include <inttypes.h>
#include <string.h>

#include "lexer.h"

typedef struct MatchState {
    Match *match;
    Type *type; // of the value
    Coverage coverage;
    bool is_guarded;        // the case being checked
    bool is_one_of_several; // patterns joined by `or`
    bool has_error;         // of a pattern nobody knows what it takes
} MatchState;

// --- What a name in a pattern means --------------------------------------------------------------

// The Constant that a pattern's name means, or NULL.
static Symbol *find_constant(Checker *checker, const PatternVariant *pattern) {
    if (pattern->bindings.count > 0) {
        return NULL;
    }
    Symbol *symbol = NULL;
    if (!pattern->qualifier) {
        symbol = is_variable(checker, pattern->name) ? NULL
                                                     : find_symbol_quietly(checker, pattern->name);
    } else {
        LoadedModule *module = resolve_module_alias(checker->compilation, checker->body->module,
                                                    pattern->qualifier, pattern->header.span);
        symbol = module ? resolve_member(checker->compilation, module, pattern->name) : NULL;
    }
    return symbol && symbol->kind == SYMBOL_CONSTANT ? symbol : NULL;
}

// The variant type of the value when the patterns must tell it: the one type that has all their
// names.
typedef struct VariantSearch {
    VariantInfo *found[16];
    uint32_t count;
    PatternVariant *first;
} VariantSearch;

static void search_pattern(Checker *checker, VariantSearch *search, Node *node) {
    PatternVariant *pattern = AST(node, NODE_PATTERN_VARIANT, PatternVariant);
    if (!pattern->name || find_constant(checker, pattern)) {
        return;
    }
    if (!search->first) {
        search->first = pattern;
        search->count = resolve_variants(checker->compilation, checker->body->module, pattern->name,
                                         search->found, 16);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < search->count; i++) {
        const Symbol *owner = search->found[i]->owner;
        bool is_named = !pattern->qualifier || owner->name == pattern->qualifier;
        if (is_named && variant_of(owner->as.aggregate, pattern->name)) {
            search->found[kept++] = search->found[i];
        }
    }
    // A name that no candidate has is reported later, as an unknown variant of the type.
    search->count = kept > 0 ? kept : search->count;
}

static VariantSearch search_variants(Checker *checker, const Match *match) {
    VariantSearch search = {.count = 0};
    for (uint32_t i = 0; i < match->cases.count; i++) {
        const Case *branch = AST(match->cases.items[i], NODE_CASE, Case);
        for (uint32_t j = 0; j < branch->patterns.count; j++) {
            if (branch->patterns.items[j]->kind == NODE_PATTERN_VARIANT) {
                search_pattern(checker, &search, branch->patterns.items[j]);
            }
        }
    }
    return search;
}

static void report_ambiguous_patterns(Checker *checker, const VariantSearch *search) {
    const PatternVariant *pattern = search->first;
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_ambiguous_variant, pattern->name_span,
                          "`%s` is a variant of both `%s` and `%s`", pattern->name->text,
                          search->found[0]->owner->name->text, search->found[1]->owner->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, search->found[0]->span, "declared here");
    diagnostic_note(checker->diagnostics, diagnostic, search->found[1]->span, "and here");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "declare the value with one of the two types, or write `%s.%s`",
                    search->found[0]->owner->name->text, pattern->name->text);
}

// Settles the type of the value. A reference in an Integer or Pointer gets the type that the
// patterns are of.
static void settle_subject(Checker *checker, MatchState *state) {
    Match *match = state->match;
    Type *type = settled(checker, match->value->type);
    bool is_open = type->kind == TYPE_INTEGER || type->kind == TYPE_POINTER ||
                   type->kind == TYPE_NULL || type->kind == TYPE_VARIABLE;
    VariantSearch search = {.count = 0};
    if (is_open) {
        search = search_variants(checker, match);
    }
    if (search.count > 1) {
        report_ambiguous_patterns(checker, &search);
        type = checker->types->poison;
    } else if (search.count == 1) {
        static const Reason reason = {.what = "the patterns are those of"};
        type = open_instance(checker, search.found[0]->owner);
        match->value = convert_to(checker, match->value, type, &reason);
        type = is_poison(match->value) ? checker->types->poison : type;
    } else if (type->kind == TYPE_NULL || type->kind == TYPE_POINTER) {
        type = checker->types->integer;
        match->value = convert_to(checker, match->value, type, NULL);
    }
    if (type->variant) {
        type = type_widened(checker->types, type);
        match->value = implicit_convert(checker, match->value, type);
    }
    state->type = settled_or_integer(checker, type);
}

// --- Values --------------------------------------------------------------------------------------

static void report_pattern_type(Checker *checker, const MatchState *state, Span span,
                                const char *pattern) {
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_pattern_type, span,
                                               "%s never fits here: the value of this Match is %s",
                                               pattern, type_phrase(checker, state->type));
    diagnostic_note(checker->diagnostics, diagnostic, state->match->value->span,
                    "the value is this");
    if (state->type->kind == TYPE_FLOAT) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "compare a Float by If, or in a guard: `When _ where x is less than 1.5:`");
    } else if (state->type->kind == TYPE_STRUCTURE) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "match one of its fields: `Match x.field:`");
    }
}

// Whether a constant can be a value of the Match; reports if not.
static bool check_pattern_value(Checker *checker, const MatchState *state, Span span,
                                ConstantValue *value) {
    const Type *type = state->type;
    TypeKind kind = (TypeKind)value->type->kind;
    bool is_whole = kind == TYPE_INTEGER || (kind == TYPE_BOOLEAN && type->kind == TYPE_INTEGER);
    if (type->kind == TYPE_INTEGER && is_whole) {
        bool is_subject_unsigned = type_is_unsigned64(type);
        bool is_large = value->type == checker->types->unsigned64 && value->as.integer < 0;
        bool is_negative = value->as.integer < 0 && !is_large;
        if (is_subject_unsigned ? !is_negative : !is_large) {
            value->type =
                is_subject_unsigned ? checker->types->unsigned64 : checker->types->integer;
            return true;
        }
        diagnostic_report(checker->diagnostics, ERROR_number_range, span,
                          is_large ? "%" PRIu64 " does not fit into %s"
                                   : "%" PRId64 " does not fit into %s",
                          value->as.integer, type_phrase(checker, state->type));
        return false;
    }
    bool is_good = (kind == TYPE_STRING || kind == TYPE_BOOLEAN) && type->kind == kind;
    if (kind == TYPE_NULL && type->kind == TYPE_STRING) {
        is_good = true;
    }
    if (!is_good) {
        const char *phrase = kind == TYPE_NULL ? "Nothing" : type_phrase(checker, value->type);
        report_pattern_type(checker, state, span, phrase);
    }
    return is_good;
}

static Node *literal_of(Checker *checker, Span span, const ConstantValue *value) {
    Node *node;
    switch ((TypeKind)value->type->kind) {
    case TYPE_STRING:
        node = ast_new(checker->arena, NODE_STRING_LITERAL, span);
        AST(node, NODE_STRING_LITERAL, StringLiteral)->text = value->as.text;
        break;
    case TYPE_BOOLEAN:
        node = ast_new(checker->arena, NODE_BOOLEAN_LITERAL, span);
        AST(node, NODE_BOOLEAN_LITERAL, BooleanLiteral)->value = value->as.integer;
        break;
    case TYPE_NULL:
        node = ast_new(checker->arena, NODE_NOTHING_LITERAL, span);
        break;
    default:
        node = ast_new(checker->arena, NODE_INTEGER_LITERAL, span);
        AST(node, NODE_INTEGER_LITERAL, IntegerLiteral)->value = value->as.integer;
        bool is_large = value->as.integer < 0 && value->type == checker->types->unsigned64;
        node->flags = is_large ? NODE_UNSIGNED : 0;
        break;
    }
    node->type = value->type->kind == TYPE_NULL ? checker->types->string : value->type;
    return node;
}

// Whether the name means a variable, of the process or a global one.
static bool is_variable_anywhere(Checker *checker, const Name *name) {
    const Symbol *symbol = is_variable(checker, name) ? NULL : find_symbol_quietly(checker, name);
    return is_variable(checker, name) || (symbol && symbol->kind == SYMBOL_GLOBAL);
}

// A variable's name where a pattern needs a constant. It counts as read: that is what was meant.
static void report_variable(Checker *checker, const Name *name, Span span) {
    find_variable(checker, name, span, true);
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_not_constant, span,
                          "`%s` is a variable, and a pattern is known at compile time", name->text);
    diagnostic_help(checker->diagnostics, diagnostic,
                    "compare it in a guard: `When _ where … is equal to %s:`", name->text);
}

// Evaluates a constant of a pattern and replaces it by a literal. False after an error.
static bool check_constant(Checker *checker, const MatchState *state, Node **place,
                           ConstantValue *value) {
    Node *node = *place;
    if (node->kind == NODE_NAME) {
        const NameExpression *name = AST(node, NODE_NAME, NameExpression);
        if (!name->symbol && is_variable_anywhere(checker, name->name)) {
            report_variable(checker, name->name, node->span);
            *place = poison_node(checker, node->span);
            return false;
        }
    }
    bool is_good = resolve_constant(checker->compilation, checker->body->module, node, NULL, value);
    if (!is_good || state->type->kind == TYPE_POISON ||
        !check_pattern_value(checker, state, node->span, value)) {
        *place = poison_node(checker, node->span);
        return false;
    }
    *place = literal_of(checker, node->span, value);
    return true;
}

static void warn_unreachable(Checker *checker, const MatchState *state, Span span) {
    if (checker->is_damaged) {
        return;
    }
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, WARNING_unreachable_case, span,
        state->coverage.is_all
            ? "this case is never chosen: one before it takes everything"
            : "this case is never chosen: those before it take all of its values");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "remove it, or move it before them: the first case that fits is chosen");
}

static void check_value_pattern(Checker *checker, MatchState *state, Node *node) {
    PatternValue *pattern = AST(node, NODE_PATTERN_VALUE, PatternValue);
    ConstantValue value;
    if (!check_constant(checker, state, &pattern->value, &value)) {
        state->has_error = true;
        return;
    }
    bool is_new = true, takes = !state->is_guarded;
    if (value.type->kind == TYPE_STRING) {
        is_new = coverage_add_text(checker, &state->coverage, value.as.text, takes);
    } else if (value.type->kind != TYPE_NULL) {
        int64_t key = coverage_key(state->type, value.as.integer);
        is_new = coverage_add_range(&state->coverage, key, key, takes);
    }
    if (!is_new) {
        warn_unreachable(checker, state, node->span);
    }
}

static void check_range_pattern(Checker *checker, MatchState *state, Node *node) {
    PatternRange *pattern = AST(node, NODE_PATTERN_RANGE, PatternRange);
    ConstantValue low, high;
    bool is_good = check_constant(checker, state, &pattern->low, &low);
    is_good &= check_constant(checker, state, &pattern->high, &high);
    if (!is_good) {
        state->has_error = true;
        return;
    }
    if (state->type->kind != TYPE_INTEGER) {
        diagnostic_report(checker->diagnostics, ERROR_pattern_type, node->span,
                          "a range is one of integers or characters, and this Match is of %s",
                          type_phrase(checker, state->type));
        return;
    }
    int64_t first = coverage_key(state->type, low.as.integer);
    int64_t last = coverage_key(state->type, high.as.integer);
    if (first > last) {
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_empty_range, node->span,
                              "this range holds nothing: it ends before it begins");
        diagnostic_help(checker->diagnostics, diagnostic, "write the smaller end first");
        return;
    }
    if (!coverage_add_range(&state->coverage, first, last, !state->is_guarded)) {
        warn_unreachable(checker, state, node->span);
    }
}

// --- Variants ------------------------------------------------------------------------------------

static void bind_variable(Checker *checker, const Name *name, Symbol *symbol) {
    if (name) {
        bind_name(checker, symbol, BINDING_WATCHED);
    }
}

// The number of the field that a binding names; reported, and the number of fields, if there is
// none.
static uint32_t find_bound_field(Checker *checker, const VariantInfo *variant,
                                 const Binding *binding) {
    uint32_t index = 0;
    while (index < variant->field_count && variant->fields[index].name != binding->field) {
        index++;
    }
    if (index < variant->field_count || !binding->field) {
        return index;
    }
    if (may_have_member(variant->owner, binding->field)) {
        return index;
    }
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_unknown_field, binding->header.span,
                          "`%s` has no field `%s`", variant->name->text, binding->field->text);
    join_member_uses(checker, diagnostic, variant->name->text, binding->field);
    diagnostic_note(checker->diagnostics, diagnostic, variant->span, "declared here");
    Suggestion suggestion = {.wanted = binding->field->text};
    for (uint32_t i = 0; i < variant->field_count; i++) {
        suggestion_offer(&suggestion, variant->fields[i].name->text);
    }
    Position start = binding->header.span.start;
    report_suggestion(checker, diagnostic, &suggestion,
                      (Span){start, start + binding->field->length});
    help_with_fields(checker, diagnostic, variant->fields, variant->field_count);
    return index;
}

static void check_binding(Checker *checker, const MatchState *state, const VariantInfo *variant,
                          Binding *binding, Binding **by_field) {
    Type *type = checker->types->poison;
    uint32_t index = variant ? find_bound_field(checker, variant, binding) : 0;
    if (variant && index < variant->field_count) {
        binding->field_index = index;
        type = settled(checker, type_field(checker->types, state->type, &variant->fields[index]));
        type = type->kind == TYPE_INLINE ? type->first : type;
        if (by_field[index]) {
            Diagnostic *diagnostic =
                diagnostic_report(checker->diagnostics, ERROR_repeated_field, binding->header.span,
                                  "the field `%s` is bound twice", binding->field->text);
            diagnostic_note(checker->diagnostics, diagnostic, by_field[index]->header.span,
                            "it is bound here");
        }
        by_field[index] = binding;
    }
    if (!binding->name) {
        return;
    }
    binding->symbol =
        new_local(checker, SYMBOL_LOCAL, binding->name, type, &binding->header, binding->name_span);
    if (type->kind == TYPE_FIXED_ARRAY) {
        binding->symbol->flags |= SYMBOL_BY_REFERENCE;
    }
    bind_variable(checker, binding->name, binding->symbol);
}

static void check_bindings(Checker *checker, const MatchState *state, const VariantInfo *variant,
                           const PatternVariant *pattern) {
    uint32_t count = variant ? variant->field_count : 0;
    Binding **by_field =
        runa_arena_allocate(checker->arena, (count + 1) * (int64_t)sizeof(Binding *));
    for (uint32_t i = 0; i < pattern->bindings.count; i++) {
        Binding *binding = AST(pattern->bindings.items[i], NODE_BINDING, Binding);
        if (state->is_one_of_several && binding->name) {
            Diagnostic *diagnostic = diagnostic_report(
                checker->diagnostics, ERROR_pattern_binding, binding->header.span,
                "a pattern that is joined to others by `or` cannot bind `%s`", binding->name->text);
            diagnostic_help(checker->diagnostics, diagnostic,
                            "write a case for each of the patterns");
        }
        check_binding(checker, state, variant, binding, by_field);
    }
}

static void report_otherwise(Checker *checker, Span span) {
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_expected_pattern, span,
                                               "`Otherwise` is no pattern");
    diagnostic_help(checker->diagnostics, diagnostic,
                    "the case for all other values is `Otherwise:`, without `When`");
}

static void report_unknown_pattern(Checker *checker, const MatchState *state,
                                   const PatternVariant *pattern) {
    const Name *name = pattern->name;
    if (!pattern->qualifier && strcmp(name->text, keyword_text(KEYWORD_OTHERWISE)) == 0) {
        report_otherwise(checker, pattern->name_span);
        return;
    }
    if (state->type->kind == TYPE_POISON) {
        return;
    }
    if (state->type->kind != TYPE_VARIANT) {
        if (has_variant(checker, name)) {
            report_pattern_type(checker, state, pattern->name_span, "a variant");
        } else if (is_variable_anywhere(checker, name)) {
            report_variable(checker, name, pattern->name_span);
        } else {
            report_unknown_name(checker, name, pattern->name_span, false,
                                "a pattern's name is that of a variant or a Constant; `_` fits "
                                "everything");
        }
        return;
    }
    report_unknown_variant(checker, state->type->aggregate, name, pattern->name_span);
}

// A Constant's name, alone: a value.
static Node *constant_pattern(Checker *checker, const PatternVariant *pattern, Symbol *constant) {
    Node *name = ast_new(checker->arena, NODE_NAME, pattern->header.span);
    AST(name, NODE_NAME, NameExpression)->name = pattern->name;
    AST(name, NODE_NAME, NameExpression)->symbol = constant;
    Node *node = ast_new(checker->arena, NODE_PATTERN_VALUE, pattern->header.span);
    AST(node, NODE_PATTERN_VALUE, PatternValue)->value = name;
    return node;
}

// Whether what stands before the variant's name is the type of the value, or the file of that type.
static bool check_qualifier(Checker *checker, const MatchState *state,
                            const PatternVariant *pattern) {
    if (!pattern->qualifier || state->type->kind != TYPE_VARIANT) {
        return true;
    }
    const Symbol *owner = state->type->aggregate->symbol;
    const Symbol *symbol = find_symbol_quietly(checker, pattern->qualifier);
    bool is_type = owner->name == pattern->qualifier ||
                   (symbol && symbol->kind == SYMBOL_TYPE && symbol->type &&
                    symbol->type->aggregate == state->type->aggregate);
    LoadedModule *module = is_type
                               ? NULL
                               : resolve_module_alias(checker->compilation, checker->body->module,
                                                      pattern->qualifier, pattern->header.span);
    if (is_type || module == owner->module) {
        return true;
    }
    Span span = {pattern->header.span.start, pattern->name_span.end};
    Diagnostic *diagnostic = diagnostic_report(checker->diagnostics, ERROR_pattern_type, span,
                                               "this is no variant of `%s`, the type of the "
                                               "value",
                                               owner->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, owner->span, "declared here");
    return false;
}

static Node *check_variant_pattern(Checker *checker, MatchState *state, Node *node) {
    PatternVariant *pattern = AST(node, NODE_PATTERN_VARIANT, PatternVariant);
    VariantInfo *variant = NULL;
    if (pattern->name && state->type->kind == TYPE_VARIANT) {
        variant = variant_of(state->type->aggregate, pattern->name);
    }
    Symbol *constant = variant || !pattern->name ? NULL : find_constant(checker, pattern);
    if (constant) {
        node = constant_pattern(checker, pattern, constant);
        check_value_pattern(checker, state, node);
        return node;
    }
    if (!variant && pattern->name) {
        report_unknown_pattern(checker, state, pattern);
        state->has_error = true;
    }
    bool is_good = variant && check_qualifier(checker, state, pattern);
    check_bindings(checker, state, variant, pattern);
    if (!is_good) {
        return node;
    }
    node->type = state->type;
    pattern->variant_index = variant->index;
    if (!coverage_add_variant(&state->coverage, variant->index, !state->is_guarded)) {
        warn_unreachable(checker, state, node->span);
    }
    return node;
}

// --- Patterns that take everything ---------------------------------------------------------------

static void take_all(Checker *checker, MatchState *state, Span span) {
    if (coverage_is_complete(&state->coverage) && state->type->kind != TYPE_POISON) {
        warn_unreachable(checker, state, span);
    }
    state->coverage.is_all |= !state->is_guarded;
}

// The type that a pattern names. Type arguments left out are those of the value: `n of Type Node`.
static Type *pattern_type(Checker *checker, const MatchState *state, Node *annotation) {
    Type *type = check_type(checker, annotation);
    if (type->has_variable) {
        type_unify(checker->types, type->variant ? type_widened(checker->types, type) : type,
                   state->type);
    }
    return settled(checker, type);
}

// x of Type T: T is the type of the value, one to which it widens, or one of its variants.
static void check_type_pattern(Checker *checker, MatchState *state, Node *node) {
    PatternType *pattern = AST(node, NODE_PATTERN_TYPE, PatternType);
    Type *type = pattern_type(checker, state, pattern->annotation);
    bool is_variant = type->variant && type_widened(checker->types, type) == state->type;
    bool is_good = type->kind == TYPE_POISON || state->type->kind == TYPE_POISON || is_variant;
    if (!is_good) {
        bool are_integers = type->kind == TYPE_INTEGER && state->type->kind == TYPE_INTEGER;
        Conversion conversion = find_conversion(checker, state->type, type);
        is_good = conversion == CONVERSION_SAME || (are_integers && conversion != CONVERSION_NONE);
        if (!is_good) {
            report_pattern_type(checker, state, pattern->annotation->span,
                                type_phrase(checker, type));
            state->has_error = true;
        }
    }
    if (state->is_one_of_several) {
        Diagnostic *diagnostic =
            diagnostic_report(checker->diagnostics, ERROR_pattern_binding, node->span,
                              "a pattern that is joined to others by `or` cannot bind a name");
        diagnostic_help(checker->diagnostics, diagnostic, "write a case for each of the patterns");
    }
    pattern->symbol =
        new_local(checker, SYMBOL_LOCAL, pattern->name, type, node, pattern->name_span);
    if (type->kind == TYPE_FIXED_ARRAY) {
        pattern->symbol->flags |= SYMBOL_BY_REFERENCE;
    }
    bind_variable(checker, pattern->name, pattern->symbol);
    if (is_variant) {
        pattern->variant = type;
        if (!coverage_add_variant(&state->coverage, type->variant->index, !state->is_guarded)) {
            warn_unreachable(checker, state, node->span);
        }
    } else if (is_good) {
        take_all(checker, state, node->span);
    }
}

static Node *check_pattern(Checker *checker, MatchState *state, Node *node) {
    switch ((NodeKind)node->kind) {
    case NODE_PATTERN_VALUE:
        check_value_pattern(checker, state, node);
        return node;
    case NODE_PATTERN_RANGE:
        check_range_pattern(checker, state, node);
        return node;
    case NODE_PATTERN_VARIANT:
        return check_variant_pattern(checker, state, node);
    case NODE_PATTERN_TYPE:
        check_type_pattern(checker, state, node);
        return node;
    case NODE_PATTERN_ANY:
        take_all(checker, state, node->span);
        return node;
    default:
        assert(node->kind == NODE_ERROR);
        state->coverage.is_all |= !state->is_guarded; // it may have been anything
        return node;
    }
}

// --- Cases ---------------------------------------------------------------------------------------

static Flow check_case(Checker *checker, MatchState *state, Case *branch) {
    ScopeMark mark = scope_begin(checker);
    state->is_guarded = branch->guard != NULL;
    state->is_one_of_several = branch->patterns.count > 1;
    for (uint32_t i = 0; i < branch->patterns.count; i++) {
        branch->patterns.items[i] = check_pattern(checker, state, branch->patterns.items[i]);
    }
    if (branch->guard) {
        branch->guard = check_condition(checker, branch->guard);
    }
    Flow flow = check_block(checker, branch->body);
    scope_end(checker, mark);
    return flow;
}

static void warn_missing(Checker *checker, const MatchState *state) {
    const char *missing = coverage_missing(checker, &state->coverage);
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, WARNING_non_exhaustive, state->match->header.span,
                          "this Match leaves out %s", missing);
    diagnostic_help(checker->diagnostics, diagnostic,
                    "add the missing cases, or `Otherwise:` for all the rest");
}

Flow check_match(Checker *checker, Node *node) {
    Match *match = AST(node, NODE_MATCH, Match);
    MatchState state = {.match = match};
    match->value = check_value(checker, match->value, NULL);
    settle_subject(checker, &state);
    coverage_begin(checker, &state.coverage, state.type);
    Flow flow = FLOW_LEAVES;
    for (uint32_t i = 0; i < match->cases.count; i++) {
        Case *branch = AST(match->cases.items[i], NODE_CASE, Case);
        flow = join_flows(flow, check_case(checker, &state, branch));
    }
    bool is_complete = coverage_is_complete(&state.coverage);
    if (match->otherwise) {
        flow = join_flows(flow, check_block(checker, match->otherwise));
        bool is_empty = AST(match->otherwise, NODE_BLOCK, Block)->statements.count == 0;
        if (is_complete && !state.has_error && !is_empty && state.type->kind != TYPE_POISON) {
            warn_unreachable(checker, &state, match->otherwise->span);
        }
    } else if (!is_complete && !checker->is_damaged && !state.has_error) {
        warn_missing(checker, &state);
        flow = FLOW_ON;
    } else if (state.type->kind == TYPE_VARIANT && !state.coverage.is_all) {
        node->flags |= NODE_COMPLETE;
    }
    coverage_end(&state.coverage);
    return flow;
}
