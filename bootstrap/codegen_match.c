// Match. Cases are tried in order; where several in a row have constant patterns and no guard, the
// value decides at once: by a table of jumps if they are dense, by halving if they are many, else
// one by one.
#include "codegen_internal.h"

#include <stdlib.h>

enum {
    FEWEST_RANGES = 4,    // for less, comparisons in order are as fast
    TREE_LEAF = 3,        // ranges that are compared one by one
    LARGEST_TABLE = 4096, // entries
    TABLE_WASTE = 3,      // entries a used one
};

typedef struct Matching {
    const Match *node;
    const Type *type;            // of the value
    Value subject;               // slot
    const VariantInfo *variants; // of a variant type
    bool is_unsigned;
    Label end;
} Matching;

// --- Patterns ------------------------------------------------------------------------------------

static bool is_string_pattern(const Node *pattern) {
    return pattern->kind == NODE_PATTERN_VALUE &&
           AST(pattern, NODE_PATTERN_VALUE, PatternValue)->value->type->kind == TYPE_STRING;
}

// The values that a pattern takes; false for those that are no interval of integers.
static bool pattern_range(const Node *pattern, int64_t *low, int64_t *high) {
    if (pattern->kind == NODE_PATTERN_TYPE) {
        const Type *type = AST(pattern, NODE_PATTERN_TYPE, PatternType)->variant;
        *low = *high = type ? type->variant->index : 0;
        return type != NULL;
    }
    if (pattern->kind == NODE_PATTERN_VARIANT) {
        *low = *high = AST(pattern, NODE_PATTERN_VARIANT, PatternVariant)->variant_index;
        return true;
    }
    if (pattern->kind == NODE_PATTERN_VALUE) {
        if (!constant_integer(AST(pattern, NODE_PATTERN_VALUE, PatternValue)->value, low)) {
            return false;
        }
        *high = *low;
        return true;
    }
    if (pattern->kind == NODE_PATTERN_RANGE) {
        const PatternRange *range = AST(pattern, NODE_PATTERN_RANGE, PatternRange);
        return constant_integer(range->low, low) && constant_integer(range->high, high);
    }
    return false;
}

// Pushes what integer patterns compare: the value, or the tag of a variant.
static void push_compared(Codegen *codegen, const Matching *matching) {
    value_push(codegen, matching->subject);
    if (matching->variants) {
        uint8_t object = value_to_register(codegen, value_at(codegen, 0), RAX);
        *value_at(codegen, 0) = a_memory(object, 0, STORAGE_WORD);
    }
}

static ConditionCode ordered(const Matching *matching, ConditionCode code) {
    return matching->is_unsigned ? unsigned_code(code) : code;
}

static void compare_subject(Codegen *codegen, const Matching *matching, int64_t with,
                            ConditionCode code, Label target) {
    push_compared(codegen, matching);
    value_push(codegen, an_integer(with));
    emit_branch(codegen, compare_integers(codegen, ordered(matching, code)), target);
}

static void test_string(Codegen *codegen, const Matching *matching, const Node *pattern,
                        Label next) {
    const Node *value = AST(pattern, NODE_PATTERN_VALUE, PatternValue)->value;
    value_push(codegen, matching->subject);
    generate_expression(codegen, value, NO_REGISTER);
    call_runtime(codegen, &matching->node->header, "runa_string_equals", 2, RESULT_WORD);
    value_push(codegen, an_integer(0));
    emit_branch(codegen, compare_integers(codegen, CODE_EQUAL), next);
}

static bool takes_all(const Node *pattern) {
    return pattern->kind == NODE_PATTERN_ANY ||
           (pattern->kind == NODE_PATTERN_TYPE &&
            !AST(pattern, NODE_PATTERN_TYPE, PatternType)->variant);
}

// Goes to `next` unless the value fits the pattern. No pattern is a Float.
static void test_pattern(Codegen *codegen, const Matching *matching, const Node *pattern,
                         Label next) {
    int64_t low, high;
    if (takes_all(pattern)) {
        return;
    }
    if (is_string_pattern(pattern)) {
        test_string(codegen, matching, pattern, next);
        return;
    }
    bool is_range = pattern_range(pattern, &low, &high);
    assert(is_range);
    (void)is_range;
    if (low == high) {
        compare_subject(codegen, matching, low, CODE_NOT_EQUAL, next);
    } else {
        compare_subject(codegen, matching, low, CODE_LESS, next);
        compare_subject(codegen, matching, high, CODE_GREATER, next);
    }
}

static void bind_fields(Codegen *codegen, const Matching *matching, const PatternVariant *pattern) {
    const VariantInfo *variant = &matching->variants[pattern->variant_index];
    for (uint32_t i = 0; i < pattern->bindings.count; i++) {
        const Binding *binding = AST(pattern->bindings.items[i], NODE_BINDING, Binding);
        if (!binding->symbol) {
            continue; // _
        }
        const FieldInfo *field = &variant->fields[binding->field_index];
        Storage storage = storage_of(field->type);
        value_push(codegen, matching->subject);
        value_to_place(codegen, value_at(codegen, 0));
        value_at(codegen, 0)->offset = (int32_t)field->offset;
        if (storage != STORAGE_IN_PLACE) {
            check_access(codegen, pattern->bindings.items[i], type_storage_size(field->type));
            *value_at(codegen, 0) = at_place(*value_at(codegen, 0), storage);
        }
        declare_variable(codegen, binding->symbol);
        store_variable(codegen, binding->symbol);
    }
}

// Gives the pattern's variables their values.
static void bind_pattern(Codegen *codegen, const Matching *matching, const Node *pattern) {
    if (pattern->kind == NODE_PATTERN_VARIANT) {
        bind_fields(codegen, matching, AST(pattern, NODE_PATTERN_VARIANT, PatternVariant));
    } else if (pattern->kind == NODE_PATTERN_TYPE) {
        Symbol *symbol = AST(pattern, NODE_PATTERN_TYPE, PatternType)->symbol;
        if (symbol) {
            value_push(codegen, matching->subject);
            declare_variable(codegen, symbol);
            store_variable(codegen, symbol);
        }
    }
}

static bool binds(const Node *pattern) {
    return pattern->kind == NODE_PATTERN_TYPE ||
           (pattern->kind == NODE_PATTERN_VARIANT &&
            AST(pattern, NODE_PATTERN_VARIANT, PatternVariant)->bindings.count > 0);
}

// --- One case after the other --------------------------------------------------------------------

// The guard and the body, at the end of which the Match ends.
static void generate_case_body(Codegen *codegen, const Matching *matching, const Case *node,
                               Label next) {
    if (node->guard) {
        generate_condition(codegen, node->guard, next, false);
    }
    generate_block(codegen, node->body);
    if (!block_leaves(node->body)) {
        emit_jump(codegen, "jmp", matching->end);
    }
}

static void generate_case(Codegen *codegen, const Matching *matching, const Case *node) {
    Label next = new_label(codegen), body = new_label(codegen);
    int64_t mark = frame_mark(codegen);
    debug_statement(codegen, &node->header);
    for (uint32_t i = 0; i < node->patterns.count; i++) {
        const Node *pattern = node->patterns.items[i];
        bool is_last = i + 1 == node->patterns.count;
        Label other = is_last ? next : new_label(codegen);
        test_pattern(codegen, matching, pattern, other);
        bind_pattern(codegen, matching, pattern);
        if (!is_last) {
            emit_jump(codegen, "jmp", body);
            emit_label(codegen, other);
        }
    }
    emit_label(codegen, body);
    generate_case_body(codegen, matching, node, next);
    emit_label(codegen, next);
    frame_release(codegen, mark);
}

// --- Many cases at once --------------------------------------------------------------------------

// The values from low to high go to `target`.
typedef struct Interval {
    int64_t low, high;
    uint32_t order; // of the pattern
    Label target;
} Interval;

typedef struct Dispatch {
    const Matching *matching;
    Interval *intervals; // owned
    uint32_t count;
    Label otherwise;
} Dispatch;

// Order-preserving for either kind of number.
static uint64_t rank(const Matching *matching, int64_t value) {
    return (uint64_t)value + (matching->is_unsigned ? 0 : (uint64_t)1 << 63);
}

static int compare_signed(const void *a, const void *b) {
    const Interval *left = a, *right = b;
    if (left->low != right->low) {
        return left->low < right->low ? -1 : 1;
    }
    return left->order < right->order ? -1 : 1;
}

static int compare_unsigned(const void *a, const void *b) {
    const Interval *left = a, *right = b;
    if (left->low != right->low) {
        return (uint64_t)left->low < (uint64_t)right->low ? -1 : 1;
    }
    return left->order < right->order ? -1 : 1;
}

// Sorts the intervals and leaves out repetitions; false if they overlap in other ways.
static bool arrange(Dispatch *dispatch) {
    const Matching *matching = dispatch->matching;
    qsort(dispatch->intervals, dispatch->count, sizeof *dispatch->intervals,
          matching->is_unsigned ? compare_unsigned : compare_signed);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < dispatch->count; i++) {
        const Interval *interval = &dispatch->intervals[i];
        if (kept > 0) {
            const Interval *before = &dispatch->intervals[kept - 1];
            if (before->low == interval->low && before->high == interval->high) {
                continue; // the first one in the text comes first
            }
            if (rank(matching, interval->low) <= rank(matching, before->high)) {
                return false;
            }
        }
        dispatch->intervals[kept++] = *interval;
    }
    dispatch->count = kept;
    return true;
}

// The compared value is in rax.
static void compare_rax(Codegen *codegen, const Dispatch *dispatch, int64_t with,
                        ConditionCode code, Label target) {
    Value operand = an_integer(with);
    if (with != (int32_t)with) {
        emit_load_integer(codegen, with, RCX);
        operand = a_register(RCX);
    }
    emit2(codegen, "cmpq", operand, a_register(RAX));
    emit_branch(codegen, ordered(dispatch->matching, code), target);
}

static void emit_leaf(Codegen *codegen, const Dispatch *dispatch, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        const Interval *interval = &dispatch->intervals[i];
        if (interval->low == interval->high) {
            compare_rax(codegen, dispatch, interval->low, CODE_EQUAL, interval->target);
        } else {
            compare_rax(codegen, dispatch, interval->low, CODE_LESS, dispatch->otherwise);
            compare_rax(codegen, dispatch, interval->high, CODE_LESS_EQUAL, interval->target);
        }
    }
    emit_jump(codegen, "jmp", dispatch->otherwise);
}

static bool is_dense(const Dispatch *dispatch, uint32_t from, uint32_t to) {
    uint64_t span =
        (uint64_t)dispatch->intervals[to - 1].high - (uint64_t)dispatch->intervals[from].low;
    if (to - from < FEWEST_RANGES || span >= LARGEST_TABLE) {
        return false;
    }
    uint64_t used = 0;
    for (uint32_t i = from; i < to; i++) {
        used += (uint64_t)dispatch->intervals[i].high - (uint64_t)dispatch->intervals[i].low + 1;
    }
    return span < TABLE_WASTE * used;
}

static void put_jump(Text *text, Label target) {
    text_put(text, "\t.quad .L");
    text_put_integer(text, target);
    text_put(text, "\n");
}

static void emit_table(Codegen *codegen, const Dispatch *dispatch, uint32_t from, uint32_t to) {
    int64_t low = dispatch->intervals[from].low;
    uint64_t span = (uint64_t)dispatch->intervals[to - 1].high - (uint64_t)low;
    Label table = new_label(codegen);
    if (low == (int32_t)low) {
        if (low != 0) {
            emit2(codegen, "subq", an_integer(low), a_register(RAX));
        }
    } else {
        emit_load_integer(codegen, low, RCX);
        emit2(codegen, "subq", a_register(RCX), a_register(RAX));
    }
    emit2(codegen, "cmpq", an_integer((int64_t)span), a_register(RAX));
    emit_jump(codegen, "ja", dispatch->otherwise);
    Text *code = codegen->text;
    text_put(code, "\tjmp *.LJ");
    text_put_integer(code, table);
    text_put(code, "(,%rax,8)\n");
    Text *text = &codegen->texts->constants;
    text_put(text, ".LJ");
    text_put_integer(text, table);
    text_put(text, ":\n");
    uint32_t i = from;
    for (uint64_t entry = 0; entry <= span; entry++) {
        int64_t value = (int64_t)((uint64_t)low + entry);
        if (entry > 0 && value - 1 == dispatch->intervals[i].high && i + 1 < to) {
            i++;
        }
        const Interval *interval = &dispatch->intervals[i];
        bool is_in = (uint64_t)value - (uint64_t)interval->low <=
                     (uint64_t)interval->high - (uint64_t)interval->low;
        put_jump(text, is_in ? interval->target : dispatch->otherwise);
    }
}

static void emit_tree(Codegen *codegen, const Dispatch *dispatch, uint32_t from, uint32_t to) {
    if (is_dense(dispatch, from, to)) {
        emit_table(codegen, dispatch, from, to);
        return;
    }
    if (to - from <= TREE_LEAF) {
        emit_leaf(codegen, dispatch, from, to);
        return;
    }
    uint32_t middle = from + (to - from) / 2;
    Label lower = new_label(codegen);
    compare_rax(codegen, dispatch, dispatch->intervals[middle].low, CODE_LESS, lower);
    emit_tree(codegen, dispatch, middle, to);
    emit_label(codegen, lower);
    emit_tree(codegen, dispatch, from, middle);
}

// How many cases from `first` on have patterns that are intervals only, and no guard.
static uint32_t constant_cases(const Match *node, uint32_t first, uint32_t *pattern_count) {
    uint32_t index = first;
    *pattern_count = 0;
    for (; index < node->cases.count; index++) {
        const Case *branch = AST(node->cases.items[index], NODE_CASE, Case);
        bool is_constant = !branch->guard;
        for (uint32_t i = 0; i < branch->patterns.count; i++) {
            int64_t low, high;
            is_constant &= pattern_range(branch->patterns.items[i], &low, &high);
        }
        if (!is_constant) {
            break;
        }
        *pattern_count += branch->patterns.count;
    }
    return index - first;
}

// Fills in the intervals of the cases; each pattern that binds has a target of its own.
static void collect_intervals(Codegen *codegen, Dispatch *dispatch, uint32_t first,
                              uint32_t count) {
    const Match *node = dispatch->matching->node;
    for (uint32_t i = first; i < first + count; i++) {
        const NodeList *patterns = &AST(node->cases.items[i], NODE_CASE, Case)->patterns;
        Label shared = new_label(codegen);
        for (uint32_t j = 0; j < patterns->count; j++) {
            Interval *interval = &dispatch->intervals[dispatch->count];
            pattern_range(patterns->items[j], &interval->low, &interval->high);
            interval->order = dispatch->count++;
            interval->target = binds(patterns->items[j]) ? new_label(codegen) : shared;
        }
    }
}

// The bodies, each behind the code that binds for it.
static void generate_dispatched_bodies(Codegen *codegen, const Dispatch *dispatch, uint32_t first,
                                       uint32_t count, const Label *targets) {
    const Matching *matching = dispatch->matching;
    uint32_t order = 0;
    for (uint32_t i = first; i < first + count; i++) {
        const Case *node = AST(matching->node->cases.items[i], NODE_CASE, Case);
        int64_t mark = frame_mark(codegen);
        Label body = 0, shared = 0;
        for (uint32_t j = 0; j < node->patterns.count; j++, order++) {
            const Node *pattern = node->patterns.items[j];
            if (!binds(pattern)) {
                shared = targets[order];
                continue;
            }
            emit_label(codegen, targets[order]);
            bind_pattern(codegen, matching, pattern);
            if (j + 1 < node->patterns.count) {
                body = body ? body : new_label(codegen);
                emit_jump(codegen, "jmp", body);
            }
        }
        if (shared) {
            emit_label(codegen, shared);
        }
        if (body) {
            emit_label(codegen, body);
        }
        debug_statement(codegen, &node->header);
        generate_case_body(codegen, matching, node, 0);
        frame_release(codegen, mark);
    }
}

// Generates the cases by one decision; false if they overlap.
static bool generate_dispatch(Codegen *codegen, const Matching *matching, uint32_t first,
                              uint32_t count, uint32_t pattern_count) {
    Dispatch dispatch = {.matching = matching, .otherwise = new_label(codegen)};
    dispatch.intervals = memory_allocate(pattern_count * sizeof *dispatch.intervals);
    Label *targets = memory_allocate(pattern_count * sizeof *targets);
    collect_intervals(codegen, &dispatch, first, count);
    for (uint32_t i = 0; i < pattern_count; i++) {
        targets[i] = dispatch.intervals[i].target;
    }
    bool is_possible = arrange(&dispatch);
    if (is_possible) {
        push_compared(codegen, matching);
        value_into_register(codegen, value_at(codegen, 0), RAX);
        value_drop(codegen);
        emit_tree(codegen, &dispatch, 0, dispatch.count);
        generate_dispatched_bodies(codegen, &dispatch, first, count, targets);
        emit_label(codegen, dispatch.otherwise);
    }
    memory_free(dispatch.intervals);
    memory_free(targets);
    return is_possible;
}

// --- Match ---------------------------------------------------------------------------------------

static Value keep_subject(Codegen *codegen) {
    Value *top = value_at(codegen, 0);
    if (top->kind == VALUE_SLOT && !top->is_temporary) {
        return value_detach(codegen);
    }
    Value slot = a_slot(frame_allocate(codegen, 8), value_is_float(top));
    value_store(codegen, slot, top);
    value_drop(codegen);
    return slot;
}

static void generate_cases(Codegen *codegen, const Matching *matching) {
    const Match *node = matching->node;
    for (uint32_t i = 0; i < node->cases.count;) {
        uint32_t pattern_count;
        uint32_t count = constant_cases(node, i, &pattern_count);
        if (pattern_count >= FEWEST_RANGES &&
            generate_dispatch(codegen, matching, i, count, pattern_count)) {
            i += count;
            continue;
        }
        uint32_t last = i + (count > 0 ? count : 1);
        for (; i < last; i++) {
            generate_case(codegen, matching, AST(node->cases.items[i], NODE_CASE, Case));
        }
    }
}

void generate_match(Codegen *codegen, const Node *node) {
    const Match *match = AST(node, NODE_MATCH, Match);
    int64_t mark = frame_mark(codegen);
    Matching matching = {.node = match,
                         .type = match->value->type,
                         .is_unsigned = is_unsigned_word(match->value->type)};
    matching.end = new_label(codegen);
    if (matching.type->kind == TYPE_VARIANT) {
        matching.variants = matching.type->aggregate->variants;
        matching.is_unsigned = false;
    }
    generate_expression(codegen, match->value, NO_REGISTER);
    matching.subject = keep_subject(codegen);
    emit_position(codegen, node);
    if (matching.variants && codegen->checks_memory) {
        value_push(codegen, matching.subject);
        value_to_place(codegen, value_at(codegen, 0));
        check_access(codegen, node, 8);
        value_drop(codegen);
    }
    generate_cases(codegen, &matching);
    if (match->otherwise) {
        generate_block(codegen, match->otherwise);
    } else if (node->flags & NODE_COMPLETE) { // what falls through is no such object
        emit_jump(codegen, "jmp",
                  cold_panic(codegen, "runa_panic_no_match", no_value(), no_value()));
    }
    emit_label(codegen, matching.end);
    frame_release(codegen, mark);
}
