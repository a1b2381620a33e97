// Conditions: what is true or false, and the warnings of those that never change.
#include "check_internal.h"
#include "operator_text.h"

// --- Conditions ----------------------------------------------------------------------------------

static Node *report_condition(Checker *checker, const Node *node, Type *type) {
    Diagnostic *diagnostic = diagnostic_report(
        checker->diagnostics, ERROR_condition_type, node->span,
        "a condition is true or false, and this is %s", type_phrase(checker, type));
    if (type->kind == TYPE_FLOAT) {
        diagnostic_help(checker->diagnostics, diagnostic, "compare it: `… is not equal to 0.0`");
    }
    return poison_node(checker, node->span);
}

static Node *report_not_called(Checker *checker, const Node *node, const Symbol *process) {
    Diagnostic *diagnostic =
        diagnostic_report(checker->diagnostics, ERROR_condition_type, node->span,
                          "`%s` is a process, which is always true", process->name->text);
    diagnostic_note(checker->diagnostics, diagnostic, process->span, "declared here");
    diagnostic_help(checker->diagnostics, diagnostic, "to call it, write `%s(%s)`",
                    process->name->text, process->as.process->parameter_count > 0 ? "…" : "");
    return poison_node(checker, node->span);
}

Node *as_condition(Checker *checker, Node *node) {
    Type *type = settled_or_integer(checker, node->type);
    if (node->kind == NODE_NAME) {
        const Symbol *symbol = AST(node, NODE_NAME, NameExpression)->symbol;
        if (symbol && symbol->kind == SYMBOL_PROCESS) {
            return report_not_called(checker, node, symbol);
        }
    }
    if (type->kind == TYPE_POISON || is_whole(type) || type_is_reference(type)) {
        return node;
    }
    return report_condition(checker, node, type);
}

Node *check_condition(Checker *checker, Node *node) {
    Node *value = check_value(checker, node, checker->types->boolean);
    return as_condition(checker, value);
}

// --- Conditions that never change ----------------------------------------------------------------

static bool is_plain_literal(const Node *node) {
    if (node->kind == NODE_UNARY) {
        const Unary *unary = AST((Node *)node, NODE_UNARY, Unary);
        node = unary->operator== OPERATOR_NEGATE ? unary->operand : node;
    }
    return node->kind == NODE_INTEGER_LITERAL || node->kind == NODE_STRING_LITERAL;
}

// Whether a number or text counts as true, in a word.
static const char *truth_of(const Node *literal) {
    int64_t value;
    return known_integer(literal, &value) && value == 0 ? "false" : "true";
}

static Diagnostic *report_constant(Checker *checker, const Node *literal) {
    return diagnostic_report(checker->diagnostics, WARNING_constant_condition, literal->span,
                             "%s as a condition is always %s", written(checker, literal->span),
                             truth_of(literal));
}

void warn_constant_condition(Checker *checker, const Node *node) {
    if (!is_plain_literal(node)) {
        return;
    }
    Diagnostic *diagnostic = report_constant(checker, node);
    if (node->kind == NODE_STRING_LITERAL) {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "compare it with something; a text is put together with other values by "
                        "`joined with`");
    } else {
        diagnostic_help(checker->diagnostics, diagnostic,
                        "compare it with something, or write `%s`", truth_of(node));
    }
}

bool is_logic(const Node *node) {
    const Binary *binary =
        node->kind == NODE_BINARY ? AST((Node *)node, NODE_BINARY, Binary) : NULL;
    return binary && (binary->operator== OPERATOR_AND || binary->operator== OPERATOR_OR);
}

static const Binary *comparison_of(const Node *node) {
    const Binary *binary =
        node->kind == NODE_BINARY ? AST((Node *)node, NODE_BINARY, Binary) : NULL;
    return binary && is_comparison(binary->operator) ? binary : NULL;
}

// The last comparison of conditions that `and` and `or` join, or NULL.
static const Binary *last_comparison(const Node *node) {
    while (is_logic(node)) {
        const Binary *logic = AST((Node *)node, NODE_BINARY, Binary);
        bool is_right = is_logic(logic->right) || comparison_of(logic->right);
        node = is_right ? logic->right : logic->left;
    }
    return comparison_of(node);
}

// What joins the comparisons of one value with several: one may be equal, or none.
static const char *word_between(const Binary *comparison, const Binary *logic) {
    int64_t operator= comparison->operator== OPERATOR_EQUAL ? OPERATOR_OR
    : comparison->operator== OPERATOR_NOT_EQUAL             ? OPERATOR_AND
                                                            : logic->operator;
    return operator_words((Operator) operator);
}

// How many operations lie between the outer and the inner one.
static uint32_t operations_between(const Binary *outer, const Binary *inner) {
    uint32_t count = 0;
    for (; outer != inner; outer = AST(outer->left, NODE_BINARY, Binary)) {
        count++;
    }
    return count;
}

// ` or x is 2 or x is 3`, for the literals from `first` to `last`.
static const char *repeated_comparisons(Checker *checker, const char *start, const char *word,
                                        const Binary *first, const Binary *last) {
    enum { MOST_REPEATED = 8 };
    const char *others = "";
    for (uint32_t left = operations_between(last, first);; left--) {
        others = left >= MOST_REPEATED ? " …"
                                       : format_text(checker, " %s %s%s%s", word, start,
                                                     written(checker, last->right->span), others);
        if (left == 0) {
            return others;
        }
        last = AST(last->left, NODE_BINARY, Binary);
    }
}

// Warns of the literals from `first` to `last`, right sides behind a comparison whose left side
// was not repeated.
static void warn_half_comparisons(Checker *checker, const Binary *comparison, const Binary *first,
                                  const Binary *last) {
    const char *start =
        written(checker, (Span){comparison->left->span.start, comparison->right->span.start});
    const char *others =
        repeated_comparisons(checker, start, word_between(comparison, first), first, last);
    diagnostic_help(checker->diagnostics, report_constant(checker, first->right), "write `%s%s%s`",
                    start, written(checker, comparison->right->span), others);
}

// The first of the operations up to `last` that have one operator and a literal on the right.
static const Binary *first_with_literal(const Binary *last) {
    const Binary *first = last;
    while (is_logic(first->left)) {
        const Binary *inner = AST(first->left, NODE_BINARY, Binary);
        if (inner->operator!= last->operator|| !is_plain_literal(inner->right)) {
            break;
        }
        first = inner;
    }
    return first;
}

// Warns of the literals behind the last comparison of an operation with a literal on its right;
// gives what stands before them.
static const Node *warn_literal_operand(Checker *checker, const Binary *last) {
    const Binary *first = first_with_literal(last);
    const Binary *comparison = last_comparison(first->left);
    if (!comparison) {
        warn_constant_condition(checker, last->right);
        return last->left;
    }
    warn_half_comparisons(checker, comparison, first, last);
    return first->left;
}

void warn_constant_operands(Checker *checker, const Node *node) {
    while (is_logic(node)) {
        const Binary *logic = AST((Node *)node, NODE_BINARY, Binary);
        node = is_plain_literal(logic->right) ? warn_literal_operand(checker, logic) : logic->left;
    }
    warn_constant_condition(checker, node);
}
