// Process declarations: the header's clauses, and the body.
#include "parser_internal.h"

#include <string.h>

// --- Names in quotes ----------------------------------------------------------------------------

// name { '.' name }
static bool is_valid_name(const Name *name) {
    bool at_start = true;
    for (uint32_t i = 0; i < name->length; i++) {
        char c = name->text[i];
        if (c == '.' ? at_start : !(lexer_is_letter(c) || (lexer_is_digit(c) && !at_start)))
            return false;
        at_start = c == '.';
    }
    return !at_start;
}

const Name *parser_quoted_name(Parser *parser, const char *what, Span *span) {
    const Token *token = parser->current;
    *span = parser_error_span(parser);
    if (parser_lacks_quoted_name(parser, what)) {
        parser_miss_name(parser, false);
        return NULL;
    }
    if (token->kind == TOKEN_NAME) { // the quotes were forgotten
        const Name *name = token->value.name;
        Diagnostic *error = parser->state->mistake; // which shows how a header begins
        if (error == NULL) {
            error = parser_report(parser, ERROR_invalid_quoted_name, *span,
                                  "%s stands in quotes here", what);
            parser_help(parser, error, "write \"%s\"", name->text);
        }
        char fixed[128];
        snprintf(fixed, sizeof fixed, "\"%.120s\"", name->text);
        if (parser_peek(parser, 1)->kind != TOKEN_DOT)
            parser_fix(parser, error, *span, fixed);
        parser_advance(parser);
        while (parser_at(parser, TOKEN_DOT) ||
               (parser->state->previous_kind == TOKEN_DOT && parser_at(parser, TOKEN_NAME)))
            parser_advance(parser);
        return name;
    }
    if (token->kind != TOKEN_STRING) {
        char expected[96];
        snprintf(expected, sizeof expected, "%s in quotes", what);
        parser_fail_expected(parser, ERROR_invalid_quoted_name, expected);
        parser_miss_name(parser, false);
        return NULL;
    }
    parser_advance(parser);
    const Name *name = token->value.name;
    if (token->flags & TOKEN_INVALID)
        return name;
    if (!is_valid_name(name)) {
        Diagnostic *error =
            parser_report(parser, ERROR_invalid_quoted_name, *span, "this cannot be a name");
        parser_help(
            parser, error,
            "a name consists of the letters A-Z and a-z, digits and `_`, and does not begin "
            "with a digit; parameters stand behind it: `takes a as Integer`");
        return name;
    }
    *span = (Span){span->start + 1, span->end - 1};
    return name;
}

// --- Parameters and lifetimes -------------------------------------------------------------------

// 'lifetime' lifetime { ',' lifetime }; the word `with` is taken
static void parse_lifetimes(Parser *parser, PointerVector *lifetimes) {
    parser_expect_word(parser, KEYWORD_LIFETIME, "after `with`");
    while (!parser->state->is_failing) {
        if (!parser_at(parser, TOKEN_LIFETIME)) {
            parser_fail_expected(parser, ERROR_expected_name, "a lifetime, such as `'a`");
            return;
        }
        Lifetime *node = NEW_NODE(parser, LIFETIME, Lifetime, parser_token_span(parser->current));
        node->name = parser->current->value.name;
        vector_push(lifetimes, node);
        parser_advance(parser);
        bool is_joined = parser_at(parser, TOKEN_COMMA) || parser_at_word(parser, KEYWORD_AND);
        if (!is_joined || parser_peek_past_lines(parser, 1)->kind != TOKEN_LIFETIME)
            return;
        parser_advance(parser);
        parser_skip_newlines(parser);
    }
}

bool parser_begins_clause(const Token *token) {
    switch (token->keyword) {
    case KEYWORD_ALSO:
    case KEYWORD_OF:
    case KEYWORD_TAKES:
    case KEYWORD_THAT:
    case KEYWORD_WITH:
    case KEYWORD_RETURNS:
    case KEYWORD_FROM:
    case KEYWORD_ALIASED:
    case KEYWORD_DEFAULTS:
    case KEYWORD_AND:
        return true;
    default:
        return false;
    }
}

static bool is_capital(const Name *name) { return name->text[0] >= 'A' && name->text[0] <= 'Z'; }

static bool looks_like_type(const Name *name) {
    return is_capital(name) || foreign_type(name->text) != NULL;
}

// `Integer a`: the type stands before the name.
static bool is_swapped(const Name *first, const Name *second) {
    return !is_capital(second) &&
           (is_capital(first) || (looks_like_type(first) && !looks_like_type(second)));
}

// `a Integer`, `a: Integer` and `Integer a`: the word `as` is missing.
static void report_missing_as(Parser *parser, const Parameter *node, const Token *type) {
    bool swaps = is_swapped(node->name, type->value.name);
    const char *name = swaps ? type->value.name->text : node->name->text;
    const Name *kind = swaps ? node->name : type->value.name;
    Span span = {node->name_span.start, type->end};
    Diagnostic *error = parser_report(parser, ERROR_expected_token, span,
                                      "expected `as` between a parameter and its type");
    const char *foreign = parser_foreign_type(kind);
    char fixed[128];
    snprintf(fixed, sizeof fixed, "%s as %s", name, foreign != NULL ? foreign : kind->text);
    parser_help(parser, error, "write `%s`", fixed);
    if (swaps) {
        parser_fix(parser, error, span, fixed);
        return;
    }
    // The name and the type stay: an edit of their own may belong to them.
    bool is_next = type == parser->current;
    parser_fix(parser, error,
               (Span){node->name_span.end, is_next ? node->name_span.end : type->start},
               is_next ? " as" : " as ");
    if (foreign != NULL)
        parser_fix(parser, error, parser_token_span(type), foreign);
}

// [ 'as' type ] behind a parameter's name
static void parse_annotation(Parser *parser, Parameter *node) {
    if (parser_is_like_word(parser->current, KEYWORD_AS)) {
        parser_accept_meant(parser, KEYWORD_AS);
        node->annotation = parser_type(parser, TYPE_ALONE);
        return;
    }
    if (node->name == NULL) { // which was reported
        parser->state->is_failing = true;
        return;
    }
    const Token *type = parser->current;
    bool has_sign = parser_at(parser, TOKEN_COLON) || parser_at_word(parser, KEYWORD_IS) ||
                    parser_at_word(parser, KEYWORD_BE);
    if (has_sign)
        type = parser_peek(parser, 1);
    bool is_missing =
        type->kind == TOKEN_NAME && !parser_begins_clause(type) &&
        (has_sign || looks_like_type(type->value.name) || looks_like_type(node->name));
    if (is_missing) {
        bool swaps = is_swapped(node->name, type->value.name);
        report_missing_as(parser, node, type);
        if (has_sign)
            parser_advance(parser);
        if (swaps) {
            node->name = type->value.name;
            node->name_span = parser_token_span(type);
            node->annotation = parser_error_node(parser, node->name_span);
            parser_advance(parser);
        } else if (foreign_type(type->value.name->text) != NULL) {
            node->annotation = parser_error_node(parser, parser_token_span(type));
            parser_advance(parser);
        } else {
            node->annotation = parser_type(parser, TYPE_ALONE);
        }
    }
}

// At `default 5`, `defaults 5` and `= 5`: reports it, and takes the word or sign.
static bool correct_default(Parser *parser) {
    bool is_word =
        parser_at_word(parser, KEYWORD_DEFAULTS) ||
        (parser_at_word(parser, KEYWORD_NONE) && parser_is_misspelt(parser, KEYWORD_DEFAULTS));
    bool lacks_to =
        is_word && parser_peek(parser, 1)->keyword != KEYWORD_TO && parser_at_operand(parser, 1);
    bool has_sign = parser_at(parser, TOKEN_ASSIGN) && !parser_at_arrow(parser, 0);
    if (!lacks_to && !has_sign)
        return false;
    Diagnostic *error = parser_report_expected(parser, "`defaults to` before the value");
    parser_help(parser, error, "write `defaults to` here");
    parser_take_for(parser, error, "defaults to");
    return true;
}

// name [ 'as' type ] [ 'defaults' 'to' binary(6) ]
static Node *parse_parameter(Parser *parser) {
    Position start = parser->current->start;
    Parameter *node = NEW_NODE(parser, PARAMETER, Parameter, parser_token_span(parser->current));
    node->name = parser_declared_name(parser, "the name of a parameter", &node->name_span, true);
    if (parser_peek(parser, 1)->keyword == KEYWORD_AS)
        parser_skip_doubled(parser);
    if (!parser->state->is_failing)
        parse_annotation(parser, node);
    bool has_default =
        !parser->state->is_failing &&
        (correct_default(parser) || (parser_accept_meant(parser, KEYWORD_DEFAULTS) &&
                                     parser_expect_word(parser, KEYWORD_TO, "and the value")));
    if (has_default)
        node->value = parser_value(parser, LEVEL_JOIN, WITHOUT_WITH | IN_LIST);
    node->header.span = parser_span_from(parser, start);
    return &node->header;
}

// `, returns Integer`, so far ahead: a separator before a clause, and no parameter of that name.
static bool at_separated_clause(Parser *parser, uint32_t distance) {
    const Token *separator = parser_peek(parser, distance);
    if (separator->kind != TOKEN_COMMA && separator->keyword != KEYWORD_AND)
        return false;
    const Token *type = parser_peek(parser, distance + 2);
    return parser_peek(parser, distance + 1)->keyword == KEYWORD_RETURNS &&
           type->kind == TOKEN_NAME && type->keyword != KEYWORD_AS && !parser_begins_clause(type);
}

// Takes the separator.
static void report_separated_clause(Parser *parser) {
    const Token *separator = parser->current;
    Diagnostic *error = parser_report(parser, ERROR_expected_token, parser_token_span(separator),
                                      "expected another parameter behind %s, found `returns`",
                                      parser_describe(parser, separator));
    parser_help(parser, error,
                separator->kind == TOKEN_COMMA ? "leave out the comma" : "leave out the `and`");
    parser_fix(parser, error, (Span){parser->state->previous.end, separator->end}, "");
    parser_advance(parser);
}

// parameter [ lifetimes ] { ( ',' | 'and' ) parameter [ lifetimes ] }
static NodeList parse_parameters(Parser *parser, Process *process, PointerVector *lifetimes) {
    uint32_t mark = parser_list_mark(parser);
    if (parser_at(parser, TOKEN_LEFT_PARENTHESIS) && !parser->state->is_failing) {
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_name, "the name of a parameter");
        parser_help(parser, error,
                    "parameters stand without parentheses: `takes a as Integer, b as Integer`");
        return parser_list_take(parser, mark);
    }
    do {
        Node *parameter = parse_parameter(parser);
        if (AST(parameter, NODE_PARAMETER, Parameter)->name != NULL)
            parser_list_add(parser, parameter);
        else
            process->header.flags |= NODE_DAMAGED;
        if (!parser->state->is_failing && parser_accept_word(parser, KEYWORD_WITH))
            parse_lifetimes(parser, lifetimes);
        if (!parser->state->is_failing && at_separated_clause(parser, 0)) {
            report_separated_clause(parser);
            break;
        }
    } while (parser_accept_separator(parser) || parser_join_parameter(parser));
    return parser_list_take(parser, mark);
}

// --- The header ---------------------------------------------------------------------------------

// The clauses of a header, in any order, each at most once (lifetimes and other names may repeat).
typedef enum Clause {
    CLAUSE_ALSO,
    CLAUSE_OF,
    CLAUSE_TAKES,
    CLAUSE_WITH,
    CLAUSE_RETURNS,
    CLAUSE_FROM,
    CLAUSE_ALIASED,
    CLAUSE_COUNT
} Clause;

static const struct {
    Keyword word;
    const char *text;
    bool repeats;
    bool is_external; // only of an External Process
} clauses[CLAUSE_COUNT] = {
    [CLAUSE_ALSO] = {KEYWORD_ALSO, "also called", false, false},
    [CLAUSE_OF] = {KEYWORD_OF, "of", false, false},
    [CLAUSE_TAKES] = {KEYWORD_TAKES, "takes", false, false},
    [CLAUSE_WITH] = {KEYWORD_WITH, "with lifetime", true, false},
    [CLAUSE_RETURNS] = {KEYWORD_RETURNS, "returns", false, false},
    [CLAUSE_FROM] = {KEYWORD_FROM, "from library", false, true},
    [CLAUSE_ALIASED] = {KEYWORD_ALIASED, "aliased as", false, true},
};

// Any text in quotes: of a library or a C symbol.
static const Name *parse_text(Parser *parser, const char *what) {
    if (!parser_at(parser, TOKEN_STRING)) {
        parser_fail_expected(parser, ERROR_expected_token, what);
        return NULL;
    }
    const Name *text = parser->current->value.name;
    parser_advance(parser);
    return text;
}

// Adds parameters to those of a first `takes`, if there was one.
static void parse_more_parameters(Parser *parser, Process *node, PointerVector *lifetimes) {
    NodeList first = node->parameters;
    NodeList more = parse_parameters(parser, node, lifetimes);
    uint32_t mark = parser_list_mark(parser);
    for (uint32_t i = 0; i < first.count; i++)
        parser_list_add(parser, first.items[i]);
    for (uint32_t i = 0; i < more.count; i++)
        parser_list_add(parser, more.items[i]);
    node->parameters = parser_list_take(parser, mark);
}

// `with n as Integer`: `takes` is meant.
static void parse_parameters_with(Parser *parser, Process *node, PointerVector *lifetimes) {
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_expected_token, span,
                                      "expected `takes` before the parameters, found `with`");
    parser_help(parser, error, "write `takes`");
    parser_fix(parser, error, span, "takes");
    parser_advance(parser);
    parse_more_parameters(parser, node, lifetimes);
}

// Whether a parameter follows the current word, which then is none itself.
static bool at_parameter_behind(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    return next->kind == TOKEN_NAME && next->keyword != KEYWORD_AS && !parser_begins_clause(next) &&
           !looks_like_type(next->value.name);
}

// How many tokens stand behind `takes` in `takes Nothing`, `takes no parameters` and `takes ()`,
// with the separator that may follow; 0 for anything else.
static uint32_t no_parameters(Parser *parser) {
    static const char *const words[] = {"parameter", "parameters", "argument", "arguments",
                                        "params",    "args",       "input",    "inputs",
                                        "value",     "values"};
    const Token *next = parser_peek(parser, 1);
    uint32_t length = parser_at_word(parser, KEYWORD_NOTHING) ? 1 : 0;
    if (parser_at(parser, TOKEN_LEFT_PARENTHESIS) && next->kind == TOKEN_RIGHT_PARENTHESIS)
        length = 2;
    bool has_no = parser_is_word(parser->current, "no");
    for (size_t i = 0; has_no && i < sizeof words / sizeof words[0]; i++) {
        if (parser_is_word(next, words[i]))
            length = 2;
    }
    if (length == 0)
        return 0;
    if (at_separated_clause(parser, length))
        return length + 1;
    const Token *behind = parser_peek(parser, length);
    bool is_parameter = behind->keyword == KEYWORD_AND || behind->keyword == KEYWORD_DEFAULTS;
    bool is_over = behind->kind == TOKEN_COLON || behind->kind == TOKEN_NEWLINE ||
                   behind->kind == TOKEN_END_OF_FILE || parser_begins_clause(behind);
    return is_over && !is_parameter ? length : 0;
}

// Behind `takes`, where the process takes nothing: reported, and passed over. `before` is the token
// in front of `takes`, perhaps its `that`.
static bool skip_no_parameters(Parser *parser, Span before) {
    uint32_t length = parser->state->is_failing ? 0 : no_parameters(parser);
    if (length == 0)
        return false;
    Span span = {parser->state->previous.start, parser_words_span(parser, length).end};
    bool has_that = strcmp(parser_text_of(parser, before, ""), keyword_text(KEYWORD_THAT)) == 0;
    Diagnostic *error = parser_report(parser, ERROR_misplaced_clause, span,
                                      "a process without parameters has no `takes`");
    parser_help(parser, error, "leave it out: `Process called \"main\":`");
    Position start = has_that ? before.start : before.end;
    if (parser->state->broken != NULL && !has_that) // what stands before it may have an edit
        start = span.start;
    parser_fix(parser, error, (Span){start, span.end}, "");
    for (uint32_t i = 0; i < length; i++)
        parser_advance(parser);
    return true;
}

// The rest of a clause, whose first word (`takes` even in `that takes`) is the current one.
static void parse_clause(Parser *parser, Process *node, Clause clause, PointerVector *lifetimes) {
    Span span;
    Span before = parser->state->previous;
    switch (clause) {
    case CLAUSE_ALSO:
        parser_advance(parser);
        if (parser_expect_word(parser, KEYWORD_CALLED, "after `also`"))
            node->also = parser_quoted_name(parser, "the other name", &span);
        break;
    case CLAUSE_OF:
        node->type_parameters = parser_type_parameters(parser);
        break;
    case CLAUSE_TAKES:
        parser_advance(parser);
        if (skip_no_parameters(parser, before))
            break;
        parser_join_clause(parser, KEYWORD_TAKES);
        if (at_parameter_behind(parser))
            parser_skip_doubled(parser);
        parse_more_parameters(parser, node, lifetimes);
        break;
    case CLAUSE_WITH:
        if (parser_peek(parser, 1)->kind == TOKEN_NAME &&
            parser_peek(parser, 2)->keyword == KEYWORD_AS) {
            parse_parameters_with(parser, node, lifetimes);
            break;
        }
        parser_advance(parser);
        parse_lifetimes(parser, lifetimes);
        break;
    case CLAUSE_RETURNS:
        parser_advance(parser);
        parser_join_clause(parser, KEYWORD_RETURNS);
        node->result = parser_type(parser, TYPE_ALONE);
        break;
    case CLAUSE_FROM:
        parser_advance(parser);
        if (parser_expect_word(parser, KEYWORD_LIBRARY, "after `from`"))
            node->library = parse_text(parser, "the library's name in quotes");
        break;
    case CLAUSE_ALIASED:
        parser_advance(parser);
        if (parser_expect_word(parser, KEYWORD_AS, "after `aliased`"))
            node->alias = parse_text(parser, "the symbol in quotes");
        break;
    case CLAUSE_COUNT:
        break;
    }
}

static Clause find_clause(Parser *parser) {
    if (parser_at_word(parser, KEYWORD_THAT) && parser_peek(parser, 1)->keyword == KEYWORD_TAKES)
        parser_advance(parser);
    for (int clause = 0; clause < CLAUSE_COUNT; clause++) {
        if (parser_at_word(parser, clauses[clause].word))
            return (Clause)clause;
    }
    return CLAUSE_COUNT;
}

// What a word that begins no clause is meant for: it is misspelt, or other languages have it.
static Keyword meant_clause(const Parser *parser) {
    if (!parser_at(parser, TOKEN_NAME))
        return KEYWORD_NONE;
    Keyword meant = foreign_clause(parser->current->value.name->text);
    Suggestion suggestion = {.wanted = parser->current->value.name->text};
    for (int clause = 0; clause < CLAUSE_COUNT && meant == KEYWORD_NONE; clause++)
        suggestion_offer(&suggestion, keyword_text(clauses[clause].word));
    for (int clause = 0; clause < CLAUSE_COUNT && suggestion.best != NULL; clause++) {
        if (suggestion.best == keyword_text(clauses[clause].word))
            meant = clauses[clause].word;
    }
    return meant;
}

// What to write where no clause begins, and none is meant.
static const char *clause_help(const Parser *parser) {
    if (parser_at(parser, TOKEN_STRING))
        return "a process has one name, behind `called`";
    if (parser_at_word(parser, KEYWORD_AS))
        return "a parameter has one type: `takes a as Integer, b as Integer`";
    return "a process begins with `Process called \"add\" takes a as Integer, b as Integer returns "
           "Integer:`";
}

// A word that begins no clause.
static bool correct_clause(Parser *parser) {
    Keyword meant = meant_clause(parser);
    Span span = parser_token_span(parser->current);
    if (meant == KEYWORD_NONE) {
        const char *help = clause_help(parser);
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_token, "`takes`, `returns` or `:`");
        parser_help(parser, error, "%s", help);
        return false;
    }
    Diagnostic *error = parser_report_expected(parser, "`takes`, `returns` or `:`");
    parser_help(parser, error, "did you mean `%s`?", keyword_text(meant));
    parser_fix(parser, error, span, keyword_text(meant));
    parser->current->keyword = (uint16_t)meant;
    return true;
}

static void check_clause(Parser *parser, const Process *node, Clause clause, Span first) {
    Span span = parser_token_span(parser->current);
    if (clauses[clause].is_external && !(node->header.flags & NODE_EXTERNAL))
        parser_report(parser, ERROR_misplaced_clause, span,
                      "`%s` belongs to an External Process only", clauses[clause].text);
    if (first.start == 0 || clauses[clause].repeats)
        return;
    Diagnostic *error = parser_report(parser, ERROR_repeated_clause, span, "`%s` is given twice",
                                      clauses[clause].text);
    parser_note(parser, error, first, "it is given here already");
}

// '(' [ parameter { ',' parameter } ] ')': reported unless the words before it are, and read as if
// behind `takes`.
static void parse_foreign_parameters(Parser *parser, Process *node, PointerVector *lifetimes) {
    ParserState *state = parser->state;
    Diagnostic *error = state->mistake;
    if (state->mistaken == NULL) {
        error = parser_report(parser, ERROR_expected_token, parser_token_span(parser->current),
                              "expected `takes` before the parameters, found `(`");
        parser_help(parser, error,
                    "parameters stand without parentheses: `takes a as Integer, b as "
                    "Integer`");
    }
    Position start = state->previous.end;
    Span open = parser_open_bracket(parser);
    if (parser_at(parser, TOKEN_RIGHT_PARENTHESIS)) {
        parser_fix(parser, error, (Span){start, parser->current->end}, "");
    } else {
        parser_fix(parser, error, (Span){start, open.end}, " takes ");
        node->parameters = parse_parameters(parser, node, lifetimes);
        if (!state->is_failing && parser_at(parser, TOKEN_RIGHT_PARENTHESIS))
            parser_fix(parser, error, parser_token_span(parser->current), "");
    }
    parser_close_bracket(parser, TOKEN_RIGHT_PARENTHESIS, open);
}

bool parser_at_foreign_type_parameters(Parser *parser) {
    return (parser_at(parser, TOKEN_LESS) || parser_at(parser, TOKEN_LEFT_BRACKET)) &&
           parser_peek(parser, 1)->kind == TOKEN_NAME;
}

NodeList parser_foreign_type_parameters(Parser *parser) {
    ParserState *state = parser->state;
    TokenKind closing = parser_at(parser, TOKEN_LESS) ? TOKEN_GREATER : TOKEN_RIGHT_BRACKET;
    Position start = state->previous.end;
    Span sign = parser_token_span(parser->current);
    Diagnostic *error = parser_report_expected(parser, "`of` before the type parameters");
    parser_advance(parser);
    NodeList parameters = parser_type_parameter_names(parser);
    const char *names = parser_text_of(parser, (Span){sign.end, state->previous.end}, "T");
    parser_help(parser, error, "write `of %s`", names);
    if (!parser_accept(parser, closing)) {
        state->is_failing = true;
        return parameters;
    }
    char fixed[64];
    snprintf(fixed, sizeof fixed, " of %s", names);
    parser_fix(parser, error, (Span){start, state->previous.end}, fixed);
    return parameters;
}

// `->` or `=>` and a type, or a type alone at the end.
static bool at_result(Parser *parser, const Process *node) {
    bool is_last = parser_peek(parser, 1)->kind == TOKEN_COLON;
    return parser_at_arrow(parser, 0) ||
           (node->result == NULL && is_last && parser_begins_type(parser->current));
}

// At a type without `returns`: reported, and read as if behind it.
static void parse_bare_result(Parser *parser, Process *node) {
    bool has_arrow = parser_at_arrow(parser, 0);
    Position start = parser->current->start;
    Span span = {start, has_arrow ? parser_peek(parser, 1)->end : parser->current->end};
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span,
                      "expected `returns` before the type of the result, found `%s`",
                      parser_text_of(parser, span, "a type"));
    parser_fix(parser, error, has_arrow ? span : (Span){start, start},
               has_arrow ? "returns" : "returns ");
    for (int i = 0; has_arrow && i < 2; i++)
        parser_advance(parser);
    const char *foreign =
        parser_at(parser, TOKEN_NAME) ? parser_foreign_type(parser->current->value.name) : NULL;
    node->result = parser_type(parser, TYPE_ALONE);
    parser_help(parser, error, "write `returns %s`",
                foreign != NULL ? foreign : parser_text_of(parser, node->result->span, "Integer"));
}

// { clause }
static void parse_clauses(Parser *parser, Process *node) {
    PointerVector lifetimes = {0};
    Span seen[CLAUSE_COUNT] = {{0, 0}};
    parser->state->broken = NULL;
    while (!parser->state->is_failing && !parser_at(parser, TOKEN_COLON) &&
           !parser_at(parser, TOKEN_END_OF_FILE)) {
        if (parser_at(parser, TOKEN_NEWLINE)) {
            if (!parser_header_goes_on(parser, node->parameters.count > 0))
                break;
            parser_join_header(parser);
            if (parser_accept_separator(parser))
                parse_more_parameters(parser, node, &lifetimes);
            continue;
        }
        if (parser_at(parser, TOKEN_LEFT_PARENTHESIS) && seen[CLAUSE_TAKES].start == 0) {
            seen[CLAUSE_TAKES] = parser_token_span(parser->current);
            parse_foreign_parameters(parser, node, &lifetimes);
            continue;
        }
        if (parser_at_foreign_type_parameters(parser) && seen[CLAUSE_OF].start == 0) {
            seen[CLAUSE_OF] = parser_token_span(parser->current);
            node->type_parameters = parser_foreign_type_parameters(parser);
            continue;
        }
        if (at_result(parser, node)) {
            parse_bare_result(parser, node);
            continue;
        }
        Clause clause = find_clause(parser);
        if (clause == CLAUSE_COUNT) {
            if (!parser_skip_doubled(parser) && !correct_clause(parser))
                break;
            continue;
        }
        check_clause(parser, node, clause, seen[clause]);
        seen[clause] = parser_token_span(parser->current);
        parse_clause(parser, node, clause, &lifetimes);
    }
    uint32_t mark = parser_list_mark(parser);
    for (uint32_t i = 0; i < lifetimes.count; i++)
        parser_list_add(parser, lifetimes.items[i]);
    node->lifetimes = parser_list_take(parser, mark);
    vector_destroy(&lifetimes);
}

// Takes `called`, or another word before a name in quotes, which is reported.
static void expect_called(Parser *parser) {
    bool is_other = parser_at(parser, TOKEN_NAME) && !parser_at_word(parser, KEYWORD_CALLED) &&
                    parser_peek(parser, 1)->kind == TOKEN_STRING;
    if (!is_other || parser_is_misspelt(parser, KEYWORD_CALLED)) {
        parser_expect_word(parser, KEYWORD_CALLED, "and the name in quotes");
        return;
    }
    Diagnostic *error = parser_report_expected(parser, "`called` and the name in quotes");
    parser_help(parser, error, "write `called`");
    parser_take_for(parser, error, "called");
}

// `Process main():`, without `called` and the quotes: reported unless the first word is, and taken.
static bool take_bare_name(Parser *parser, Process *node) {
    ParserState *state = parser->state;
    const Token *next = parser_peek(parser, 1);
    bool is_name = parser_at(parser, TOKEN_NAME) && !parser_at_word(parser, KEYWORD_CALLED) &&
                   !parser_is_misspelt(parser, KEYWORD_CALLED) &&
                   (next->kind == TOKEN_LEFT_PARENTHESIS || next->kind == TOKEN_COLON ||
                    next->kind == TOKEN_NEWLINE || parser_begins_clause(next));
    if (!is_name || state->is_failing)
        return false;
    node->name = parser->current->value.name;
    node->name_span = parser_token_span(parser->current);
    Diagnostic *error = state->mistake;
    if (state->mistaken == NULL) {
        error = parser_report(parser, ERROR_expected_token, node->name_span,
                              "expected `called` and the name in quotes, found %s",
                              parser_describe(parser, parser->current));
        parser_help(parser, error, "write `Process called \"%s\"`", node->name->text);
    }
    const char *text = parser_text_of(parser, node->name_span, NULL);
    char fixed[64];
    snprintf(fixed, sizeof fixed, "called \"%s\"", text != NULL ? text : "");
    if (text != NULL)
        parser_fix(parser, error, node->name_span, fixed);
    state->mistaken = node->name;
    state->mistake = error;
    parser_advance(parser);
    return true;
}

// [ 'External' | 'Export' ] 'Process' 'called' "name" { clause }
static Process *parse_header(Parser *parser) {
    Position start = parser->current->start;
    Process *node = NEW_NODE(parser, PROCESS, Process, parser_token_span(parser->current));
    if (parser_accept_word(parser, KEYWORD_EXTERNAL))
        node->header.flags |= NODE_EXTERNAL;
    else if (parser_accept_word(parser, KEYWORD_EXPORT))
        node->header.flags |= NODE_EXPORT;
    parser_expect_word(parser, KEYWORD_PROCESS, "and its name");
    parser_skip_doubled(parser);
    if (parser_at(parser, TOKEN_STRING)) {
        Diagnostic *error =
            parser_report(parser, ERROR_expected_token, parser_token_span(parser->current),
                          "expected `called` before the name");
        parser_help(parser, error, "write `Process called \"%s\"`",
                    parser->current->value.name->text);
        parser_fix(parser, error, (Span){parser->current->start, parser->current->start},
                   "called ");
    } else if (!take_bare_name(parser, node) && !parser->state->is_failing) {
        expect_called(parser);
        if (parser_peek(parser, 1)->kind == TOKEN_STRING)
            parser_skip_doubled(parser);
    }
    if (!parser->state->is_failing && node->name == NULL)
        node->name = parser_quoted_name(parser, "the name of a process", &node->name_span);
    parse_clauses(parser, node);
    node->header.span = parser_span_from(parser, start);
    return node;
}

// --- The body -----------------------------------------------------------------------------------

// The header was not understood: its last parameter may be only a part of what is meant.
static void mark_damaged(Parser *parser, Process *node) {
    node->header.flags |= NODE_DAMAGED;
    if (node->parameters.count > 0) {
        Node *last = node->parameters.items[node->parameters.count - 1];
        AST(last, NODE_PARAMETER, Parameter)->annotation = parser_error_node(parser, last->span);
    }
}

// An External Process ends with its line; a body is reported and passed over.
static void end_external(Parser *parser, Process *node) {
    if (parser->state->is_failing || !parser_at(parser, TOKEN_COLON)) {
        if (!parser_end_statement(parser))
            mark_damaged(parser, node);
        return;
    }
    Diagnostic *error =
        parser_report(parser, ERROR_external_with_body, parser_token_span(parser->current),
                      "an External Process has no body, and so no `:`");
    parser_help(parser, error,
                "it declares what is defined elsewhere; leave out `External` to "
                "define a process here");
    parser_advance(parser);
    parser_accept(parser, TOKEN_NEWLINE);
    if (parser_at_declaration(parser) || parser_at(parser, TOKEN_END_OF_FILE))
        return; // only the colon is too much
    OpenBlock block;
    bool was_muted = parser->state->is_muted;
    parser->state->is_muted = true;
    parser_open_block(parser, &block, KEYWORD_PROCESS, node->header.span);
    parser_block(parser);
    parser_end_block(parser, &block);
    parser->state->lost_process = 0;
    parser->state->is_muted = was_muted;
}

// header ':' block 'End' 'Process'
Node *parser_process(Parser *parser) {
    ParserState *state = parser->state;
    Process *node = parse_header(parser);
    if (node->header.flags & NODE_EXTERNAL) {
        end_external(parser, node);
        parser_end_missing(parser, node->header.span.start);
        return node->name == NULL ? NULL : &node->header;
    }
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_PROCESS, node->header.span);
    state->has_assembly = false;
    state->has_value = false;
    if (state->is_failing)
        mark_damaged(parser, node);
    state->loses_names = true;
    parser_end_header(parser, "header of the process");
    state->loses_names = false;
    parser_skip_doubled_line(parser, node->header.span.start);
    node->body = parser_block(parser);
    node->end_span = parser_end_block(parser, &block);
    parser_end_missing(parser, node->header.span.start);
    if (state->has_assembly)
        node->header.flags |= NODE_HAS_ASSEMBLY;
    if (state->has_value && node->result == NULL)
        node->header.flags |= NODE_GIVES_VALUE;
    return node->name == NULL ? NULL : &node->header;
}
