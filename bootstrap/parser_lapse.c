// Lines and values that are almost right: reported by what to write instead, and passed over or
// taken for what is meant.
#include "parser_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool parser_is_word(const Token *token, const char *word) {
    return token->kind == TOKEN_NAME && token->value.name->text[0] == word[0] &&
           strcmp(token->value.name->text, word) == 0;
}

// --- Calls without parentheses ------------------------------------------------------------------

// Reads values up to the end of the line, and reports nothing in them. Gives their text, or `…`.
// *is_whole: nothing else stands on the line. The parser is failing afterwards.
static const char *read_values(Parser *parser, bool *is_whole) {
    ParserState *state = parser->state;
    bool was_muted = state->is_muted;
    Position start = parser->current->start;
    state->is_muted = true;
    do {
        parser_value(parser, LEVEL_LAMBDA, IN_LIST);
    } while (!state->is_failing && parser_accept(parser, TOKEN_COMMA));
    *is_whole = !state->is_failing &&
                (parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE));
    state->is_muted = was_muted;
    state->is_failing = true;
    return *is_whole ? parser_text_of(parser, (Span){start, state->previous.end}, "…") : "…";
}

static void help_with_call(Parser *parser, Diagnostic *error, const char *callee,
                           const char *values) {
    parser_help(parser, error, "to call a process, write its values in parentheses: `%s(%s)`",
                callee, values);
}

void parser_fail_bare_call(Parser *parser, const Node *callee) {
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_expected_line_end, span,
                                      "expected the end of the line, found %s",
                                      parser_describe(parser, parser->current));
    bool is_whole;
    const char *values = read_values(parser, &is_whole);
    help_with_call(parser, error, parser_text_of(parser, callee->span, "f"), values);
    if (is_whole) {
        Position end = parser->state->previous.end;
        parser_fix(parser, error, (Span){callee->span.end, span.start}, "(");
        parser_fix(parser, error, (Span){end, end}, ")");
    }
    parser_end_statement(parser);
}

// `greet name`: two names, and nothing that would make a statement of them.
static bool at_bare_call(Parser *parser) {
    if (!parser_at_operand(parser, 1) || parser_opens_block(parser))
        return false;
    const Token *after = parser_peek(parser, 2);
    uint32_t length;
    return after->kind == TOKEN_NEWLINE || after->kind == TOKEN_END_OF_FILE ||
           after->kind == TOKEN_COMMA || after->kind == TOKEN_DOT ||
           parser_operator_ahead(parser, 2, &length) != OPERATOR_NONE;
}

// As two comparisons it would be an error, too. A name in capitals is a constant, and no call makes
// a type.
bool parser_at_type_argument(Parser *parser, const Node *callee) {
    const Token *sign = parser->current;
    if (sign->kind != TOKEN_LESS || callee->kind != NODE_NAME || sign->start != callee->span.end ||
        isupper((unsigned char)AST(callee, NODE_NAME, NameExpression)->name->text[0]))
        return false;
    const Token *type = parser_peek(parser, 1), *closing = parser_peek(parser, 2);
    return parser_begins_type(type) && !isupper((unsigned char)type->value.name->text[1]) &&
           closing->kind == TOKEN_GREATER &&
           parser_peek(parser, 3)->kind == TOKEN_LEFT_PARENTHESIS &&
           parser_peek(parser, 3)->start == closing->end;
}

void parser_skip_type_argument(Parser *parser, const Node *callee) {
    Span span = {parser->current->start, parser_peek(parser, 2)->end};
    const char *name = parser_text_of(parser, callee->span, "f");
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span, "a call finds its types by itself");
    parser_help(parser, error, "leave them out: `%s(…)`", name);
    parser_fix(parser, error, span, "");
    parser_advance(parser);
    parser_advance(parser);
    parser_advance(parser);
}

// --- Lines that begin with a name ---------------------------------------------------------------

// `x be 7`, `x to 7`: the name may be a new one, and is known from here on.
static bool at_change(Parser *parser) {
    uint16_t word = parser_peek(parser, 1)->keyword;
    return (word == KEYWORD_BE || word == KEYWORD_TO) && parser_at_operand(parser, 2);
}

static void help_with_change(Parser *parser, Diagnostic *error) {
    const char *name = parser->current->value.name->text;
    parser_lose_name(parser->current);
    parser_advance(parser);
    parser_advance(parser);
    bool is_whole;
    const char *value = read_values(parser, &is_whole);
    parser_help(parser, error,
                "to change a variable, write `Set %s to %s`; a new one is declared by "
                "`Let %s be %s`",
                name, value, name, value);
}

// `x as Integer`: the name is known from here on.
static void help_with_type(Parser *parser, Diagnostic *error) {
    const char *type = parser_peek(parser, 2)->value.name->text;
    TokenKind after = (TokenKind)parser_peek(parser, 3)->kind;
    bool is_over = after == TOKEN_NEWLINE || after == TOKEN_END_OF_FILE;
    parser_help(parser, error, "a variable is declared with `Let %s as %s%s`",
                parser->current->value.name->text, type, is_over ? "" : " …");
    parser_lose_name(parser->current);
    parser_skip_unknown(parser);
}

void parser_fail_unknown_line(Parser *parser) {
    const char *name = parser->current->value.name->text;
    Diagnostic *error =
        parser_report(parser, ERROR_unknown_statement, parser_token_span(parser->current),
                      "`%s` does not begin a statement", name);
    if (at_change(parser)) {
        help_with_change(parser, error);
        parser_end_statement(parser);
        return;
    }
    if (parser_peek(parser, 1)->keyword == KEYWORD_AS &&
        parser_begins_type(parser_peek(parser, 2))) {
        help_with_type(parser, error);
        return;
    }
    parser_help(parser, error,
                "a statement begins with a word such as Let, Set, If, While, For, Return or "
                "Display, or is a call: f(x)");
    if (!at_bare_call(parser)) {
        parser_skip_unknown(parser);
        return;
    }
    parser_advance(parser);
    bool is_whole;
    const char *values = read_values(parser, &is_whole);
    help_with_call(parser, error, name, values);
    parser_end_statement(parser);
}

// --- Names --------------------------------------------------------------------------------------

// `-` and a name without a blank between them and the name before.
static bool at_hyphen(Parser *parser) {
    const Token *hyphen = parser->current;
    if (hyphen->kind != TOKEN_MINUS || parser->state->previous_kind != TOKEN_NAME ||
        parser->state->previous.end != hyphen->start)
        return false;
    const Token *next = parser_peek(parser, 1);
    return next->kind == TOKEN_NAME && next->start == hyphen->end;
}

// Takes the rest of the name, whose parts are known from here on. Gives what to write instead.
static const char *take_hyphens(Parser *parser, Position start) {
    while (at_hyphen(parser)) {
        parser_advance(parser);
        parser_lose_name(parser->current);
        parser_advance(parser);
    }
    const char *text =
        parser_text_of(parser, (Span){start, parser->state->previous.end}, "my-name");
    char *fixed = runa_arena_string_duplicate(parser->arena, text);
    for (char *c = fixed; *c != '\0'; c++)
        *c = *c == '-' ? '_' : *c;
    return fixed;
}

bool parser_correct_hyphen(Parser *parser) {
    if (!at_hyphen(parser) || parser->state->is_failing)
        return false;
    Position start = parser->state->previous.start;
    if (parser_peek(parser, 1)->value.name->is_lost) { // reported where it is declared
        take_hyphens(parser, start);
        parser->state->is_failing = true;
        return true;
    }
    Diagnostic *error =
        parser_report(parser, ERROR_expected_name, parser_token_span(parser->current),
                      "a name cannot contain `-`, which subtracts");
    parser_help(parser, error, "write `%s`", take_hyphens(parser, start));
    return true;
}

bool parser_correct_names(Parser *parser, const Name *first) {
    if (!parser_at(parser, TOKEN_COMMA) && !parser_at_word(parser, KEYWORD_AND))
        return false;
    if (parser_peek(parser, 1)->kind != TOKEN_NAME)
        return false;
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_token, "`be` before the value");
    parser_help(parser, error,
                "declare each variable with a Let on a line of its own: `Let %s be …`",
                first->text);
    while (parser_at(parser, TOKEN_COMMA) || parser_at_word(parser, KEYWORD_AND)) {
        parser_advance(parser);
        parser_lose_name(parser->current);
        parser_accept(parser, TOKEN_NAME);
    }
    return true;
}

static bool is_connective(const Token *token) {
    return parser_is_like_word(token, KEYWORD_BE) || parser_is_like_word(token, KEYWORD_AS) ||
           token->keyword == KEYWORD_TO || token->keyword == KEYWORD_IS ||
           token->keyword == KEYWORD_BY || token->keyword == KEYWORD_AND;
}

static bool is_let(const Name *name) {
    return strcasecmp(name->text, keyword_text(KEYWORD_LET)) == 0;
}

static bool is_declaring_word(const Name *name) {
    static const char *const words[] = {"mut",   "mutable",  "var", "variable",
                                        "const", "constant", "auto"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(name->text, words[i]) == 0)
            return true;
    }
    return is_let(name);
}

// At a colon, so far ahead, that stands where `as` should: a type follows. Of `int[3]`, `List<int>`
// and `MAX plus 1` more is wrong than the colon.
static bool at_type_colon(Parser *parser, uint32_t distance) {
    if (parser_peek(parser, distance)->kind != TOKEN_COLON ||
        !parser_begins_type(parser_peek(parser, distance + 1)))
        return false;
    uint32_t length;
    uint32_t behind = distance + 2;
    if (parser_peek(parser, behind)->kind == TOKEN_DOT)
        behind += 2;
    switch (parser_peek(parser, behind)->kind) {
    case TOKEN_LEFT_PARENTHESIS:
        return false;
    case TOKEN_LEFT_BRACKET:
        return parser_peek(parser, distance + 1)->keyword == KEYWORD_ARRAY &&
               parser_peek(parser, behind + 2)->kind == TOKEN_RIGHT_BRACKET &&
               parser_peek(parser, behind + 3)->keyword == KEYWORD_OF;
    default:
        return parser_operator_ahead(parser, behind, &length) == OPERATOR_NONE;
    }
}

// The same behind several names, which may also be a lambda without its `be`.
static bool at_later_type_colon(Parser *parser, const Name *first, uint32_t count) {
    if (count == 0 || !at_type_colon(parser, count))
        return false;
    const Token *after = parser_peek(parser, count + 2);
    return is_declaring_word(first) || after->kind == TOKEN_ASSIGN ||
           after->keyword == KEYWORD_BE || after->keyword == KEYWORD_OF ||
           after->kind == TOKEN_NEWLINE;
}

// How many more names stand between the first one and `be`, `as` or what stands for them.
static uint32_t count_more_names(Parser *parser, const Name *first) {
    enum { MOST_NAMES = 3 };
    uint32_t count = 0;
    while (count < MOST_NAMES && parser_peek(parser, count)->kind == TOKEN_NAME &&
           !is_connective(parser_peek(parser, count)))
        count++;
    const Token *next = parser_peek(parser, count);
    bool goes_on = next->kind == TOKEN_ASSIGN || parser_is_like_word(next, KEYWORD_BE) ||
                   parser_is_like_word(next, KEYWORD_AS) ||
                   at_later_type_colon(parser, first, count);
    return goes_on ? count : 0;
}

// `mut x`, or another `Let`: the variable is the second one.
static void correct_declaring_word(Parser *parser, Let *node) {
    const Token *name = parser->current;
    const char *wrong = node->name->text;
    Diagnostic *error = parser->state->mistake; // `let` in lower case
    if (error != NULL) {
        parser_help(parser, error, "leave `%s` out: `Let %s`", wrong, name->value.name->text);
    } else {
        error = parser_report(parser, ERROR_expected_name, node->name_span,
                              is_let(node->name) ? "`%s` stands once before the name of a variable"
                                                 : "there is no `%s`",
                              wrong);
        parser_help(parser, error, "leave it out: `Let %s`", name->value.name->text);
        parser->state->mistake = error;
    }
    parser_fix(parser, error, (Span){node->name_span.start, name->start}, "");
    node->name = name->value.name;
    node->name_span = parser_token_span(name);
    parser_advance(parser);
}

// `int x`: the variable is the second one, and its type is known.
static void correct_type_before(Parser *parser, Let *node, const char *type) {
    const Token *name = parser->current;
    Span span = {node->name_span.start, name->end};
    Diagnostic *error = parser_report(parser, ERROR_expected_name, span,
                                      "the type stands behind the name of a variable");
    char fixed[128];
    snprintf(fixed, sizeof fixed, "%s as %s", name->value.name->text, type);
    parser_help(parser, error, "write `Let %s`", fixed);
    parser_fix(parser, error, span, fixed);
    node->name = name->value.name;
    node->name_span = parser_token_span(name);
    node->annotation = parser_error_node(parser, span);
    parser_advance(parser);
}

static bool is_capital(const Name *name) { return isupper((unsigned char)name->text[0]); }

// `c Text`, `c List of Integer`: the second of the names begins a type, as its first letter tells.
static bool at_type_behind(Parser *parser, const Let *node, uint32_t count) {
    return !is_capital(node->name) && is_capital(parser->current->value.name) &&
           parser_peek(parser, count)->keyword != KEYWORD_AS &&
           (count == 1 || parser_peek(parser, 1)->keyword == KEYWORD_OF);
}

static void correct_missing_as(Parser *parser, Let *node, uint32_t count) {
    Span span = parser_token_span(parser->current);
    const char *name = node->name->text;
    const char *type = parser->current->value.name->text;
    Diagnostic *error = parser_report(parser, ERROR_expected_token, span,
                                      "expected `as` between a variable and its type");
    if (count == 1)
        parser_help(parser, error, "write `Let %s as %s`; if both are its name, `%s_%s`", name,
                    type, name, type);
    else
        parser_help(parser, error, "write `Let %s as %s of …`", name, type);
    parser_fix(parser, error, (Span){span.start, span.start}, "as ");
    node->annotation =
        count == 1 ? parser_error_node(parser, span) : parser_type(parser, TYPE_ALONE);
    if (count == 1)
        parser_advance(parser);
}

// All of it is one name, or, where its first word has a capital letter, that may be a type.
static void correct_blank_name(Parser *parser, Let *node, uint32_t count) {
    const Name *first = node->name;
    bool may_be_type = count == 1 && is_capital(first) && !is_capital(parser->current->value.name);
    const char *last = parser->current->value.name->text;
    char fixed[128];
    snprintf(fixed, sizeof fixed, "%s", first->text);
    ((Name *)first)->is_lost = true;
    for (uint32_t i = 0; i < count; i++) {
        size_t length = strlen(fixed);
        snprintf(fixed + length, sizeof fixed - length, "_%s", parser->current->value.name->text);
        parser_lose_name(parser->current);
        parser_advance(parser);
    }
    Span span = {node->name_span.start, parser->state->previous.end};
    Diagnostic *error =
        parser_report(parser, ERROR_expected_name, span, "a name has no blank in it");
    if (may_be_type) {
        parser_help(parser, error, "write `%s`, or, if `%s` is the type, `%s as %s`", fixed,
                    first->text, last, first->text);
    } else {
        parser_help(parser, error, "write `%s`", fixed);
        parser_fix(parser, error, span, fixed);
    }
    node->name = intern_text(&parser->state->compilation->names, fixed);
}

bool parser_correct_blanks(Parser *parser, Let *node) {
    uint32_t count = parser->state->is_failing ? 0 : count_more_names(parser, node->name);
    if (count == 0)
        return false;
    if (count == 1 && parser_skip_doubled(parser))
        return false;
    if (count == 1 && is_declaring_word(node->name)) {
        correct_declaring_word(parser, node);
        return false;
    }
    const char *type = parser_foreign_type(node->name);
    if (count == 1 && type != NULL && parser_peek(parser, 1)->keyword != KEYWORD_AS) {
        correct_type_before(parser, node, type);
        return false;
    }
    if (at_type_behind(parser, node, count)) {
        correct_missing_as(parser, node, count);
        return false;
    }
    correct_blank_name(parser, node, count);
    return true;
}

Node *parser_type_behind_colon(Parser *parser, const Let *node) {
    if (node->name == NULL || parser->state->is_failing || !at_type_colon(parser, 0))
        return NULL;
    Token *type = parser_peek(parser, 1);
    const char *meant = parser_foreign_type(type->value.name);
    Diagnostic *error = parser->state->mistake; // `let` in lower case, or `mut`
    if (error == NULL)
        error = parser_report_expected(parser, "`as` or `be`");
    parser_fix(parser, error, (Span){parser->state->previous.end, type->start}, " as ");
    if (meant != NULL) {
        parser_fix(parser, error, parser_token_span(type), meant);
        type->value.name = intern_text(&parser->state->compilation->names, meant);
        type->keyword = type->value.name->keyword;
    }
    parser_advance(parser);
    Node *annotation = parser_type(parser, TYPE_ALONE);
    bool has_value = parser_at(parser, TOKEN_ASSIGN) || parser_at_word(parser, KEYWORD_BE);
    parser_help(parser, error, "write `Let %s as %s%s`", node->name->text,
                meant != NULL ? meant : parser_text_of(parser, annotation->span, "…"),
                has_value ? " be …" : "");
    if (parser_at(parser, TOKEN_ASSIGN) && !parser->state->is_failing) {
        parser_fix(parser, error, parser_token_span(parser->current), keyword_text(KEYWORD_BE));
        parser_make_word(parser, parser->current, KEYWORD_BE);
    }
    return annotation;
}

// --- Signs --------------------------------------------------------------------------------------

void parser_skip_colon(Parser *parser, const char *word) {
    if (!parser_at(parser, TOKEN_COLON) || parser->state->is_failing)
        return;
    Span span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_expected_token, span,
                                      "`%s` opens no block, and so has no `:`", word);
    parser_help(parser, error, "leave the `:` out");
    parser_fix(parser, error, span, "");
    parser_advance(parser);
}

// At a comma between two numbers, without blanks: the length of the second one, else 0.
static uint32_t digits_behind_comma(Parser *parser) {
    const ParserState *state = parser->state;
    const Token *comma = parser->current;
    if (comma->kind != TOKEN_COMMA || state->previous_kind != TOKEN_INTEGER ||
        state->previous.end != comma->start)
        return 0;
    const Token *digits = parser_peek(parser, 1);
    bool is_attached = digits->kind == TOKEN_INTEGER && digits->start == comma->end;
    return is_attached ? digits->end - digits->start : 0;
}

enum { THOUSAND = 3 }; // digits

bool parser_at_decimal_comma(Parser *parser) {
    uint32_t digits = digits_behind_comma(parser);
    return digits != 0 && digits != THOUSAND;
}

bool parser_at_thousands(Parser *parser) { return digits_behind_comma(parser) == THOUSAND; }

bool parser_at_next_statement(Parser *parser) {
    const Token *name = parser_peek(parser, 1);
    const Token *word = parser_peek(parser, 2);
    if (!parser_at(parser, TOKEN_COMMA) || name->kind != TOKEN_NAME)
        return false;
    return word->keyword == KEYWORD_BE || word->keyword == KEYWORD_TO ||
           word->keyword == KEYWORD_AS || word->kind == TOKEN_ASSIGN;
}

void parser_help_with_next_statement(Parser *parser, Diagnostic *error) {
    const Token *name = parser_peek(parser, 1), *word = parser_peek(parser, 2);
    bool sets = word->keyword == KEYWORD_TO;
    parser_help(parser, error, "write each statement on a line of its own: `%s %s %s …`",
                keyword_text(sets ? KEYWORD_SET : KEYWORD_LET), name->value.name->text,
                word->kind == TOKEN_ASSIGN ? keyword_text(KEYWORD_BE) : word->value.name->text);
    if (!sets)
        parser_lose_name(name);
}

void parser_help_with_comma(Parser *parser, Diagnostic *error) {
    const Token *fraction = parser_peek(parser, 1);
    parser_help(parser, error, "a fraction is written with a point: `%s.%s`",
                parser_text_of(parser, parser->state->previous, "1"),
                parser_text_of(parser, parser_token_span(fraction), "5"));
    parser_fix(parser, error, parser_token_span(parser->current), ".");
}

bool parser_correct_point(Parser *parser, const Node *object) {
    bool is_over = parser_at(parser, TOKEN_NEWLINE) || parser_at(parser, TOKEN_END_OF_FILE);
    bool is_number = object->kind == NODE_INTEGER_LITERAL && !(object->flags & NODE_PARENTHESES);
    Span point = parser->state->previous;
    bool is_named = parser_at(parser, TOKEN_NAME) &&
                    (!is_number || parser->current->start == point.end); // 1. plus 2
    if (is_named || !(is_over || is_number))
        return false;
    if (is_number) {
        const char *number = parser_text_of(parser, object->span, "1");
        Diagnostic *error = parser_report(parser, ERROR_expected_name, point,
                                          "digits must follow the point of a number");
        parser_help(parser, error, "write `%s`, or `%s.0` for a Float", number, number);
        return true;
    }
    Diagnostic *error =
        parser_report(parser, ERROR_expected_name, point,
                      "the name of a field or process is missing behind this point");
    parser_help(parser, error, "a statement ends with its line, not with a point: leave it out");
    parser_fix(parser, error, point, "");
    return true;
}

// --- Loops --------------------------------------------------------------------------------------

bool parser_at_down(Parser *parser) {
    return parser_is_word(parser->current, "downto") ||
           (parser_is_word(parser->current, "down") &&
            parser_peek(parser, 1)->keyword == KEYWORD_TO);
}

Diagnostic *parser_take_down(Parser *parser) {
    bool is_one_word = parser_is_word(parser->current, "downto");
    Span span = {parser->current->start,
                 is_one_word ? parser->current->end : parser_peek(parser, 1)->end};
    Diagnostic *error = parser_report(parser, ERROR_expected_token, span,
                                      "expected `to` and the last value, found `%s`",
                                      is_one_word ? "downto" : "down to");
    parser_help(parser, error, "a For counts down by a negative step: `For i from 10 to 1 by -1:`");
    parser_fix(parser, error, span, "to");
    parser_advance(parser);
    if (!is_one_word)
        parser_advance(parser);
    return error;
}

bool parser_at_points(Parser *parser) {
    const Token *point = parser->current;
    if (point->kind != TOKEN_DOT)
        return false;
    const Token *next = parser_peek(parser, 1);
    return next->kind == TOKEN_DOT && next->start == point->end;
}

// Whether a third sign belongs to the points: `...`, `..=`, `..<`.
static bool has_third_sign(Parser *parser) {
    const Token *third = parser_peek(parser, 2);
    return third->start == parser_peek(parser, 1)->end &&
           (third->kind == TOKEN_DOT || third->kind == TOKEN_ASSIGN || third->kind == TOKEN_LESS);
}

Diagnostic *parser_correct_points(Parser *parser, Diagnostic *error, const char *help,
                                  bool may_be_open) {
    uint32_t count = has_third_sign(parser) ? 3 : 2;
    bool is_open = count == 3 && parser_peek(parser, 2)->kind == TOKEN_LESS;
    Span span = {parser->current->start, parser_peek(parser, count - 1)->end};
    if (error == NULL) {
        error = parser_report(parser, ERROR_expected_token, span,
                              "expected `to` and the last value, found `%s`",
                              parser_text_of(parser, span, ".."));
        parser_help(parser, error, "%s", help);
    }
    Span gap = {parser->state->previous.end, parser_peek(parser, count)->start};
    if (may_be_open || !is_open)
        parser_fix(parser, error, gap, " to ");
    for (uint32_t i = 1; i < count; i++)
        parser_advance(parser);
    parser_make_word(parser, parser->current, KEYWORD_TO);
    return error;
}

void parser_expect_in(Parser *parser) {
    bool is_other = parser_at_word(parser, KEYWORD_OF) || parser_at_word(parser, KEYWORD_FROM) ||
                    parser_at(parser, TOKEN_COLON);
    if (!is_other || parser->state->is_failing) {
        parser_expect_word(parser, KEYWORD_IN, "and what to go through");
        return;
    }
    Diagnostic *error = parser_report_expected(parser, "`in` and what to go through");
    parser_help(parser, error, "write `For each x in …`");
    parser_take_for(parser, error, "in");
}

// --- Elements -----------------------------------------------------------------------------------

// Behind `at`, a word for `index`, with a value behind it.
static bool at_index_word(Parser *parser, const Token *word) {
    if (word->kind != TOKEN_NAME || !parser_at_operand(parser, 2))
        return false;
    Suggestion suggestion = {.wanted = word->value.name->text};
    suggestion_offer(&suggestion, keyword_text(KEYWORD_INDEX));
    return suggestion.best != NULL || parser_is_word(word, "position") ||
           parser_is_word(word, "offset") || parser_is_word(word, "element");
}

// `d at "a"`
static void fail_key(Parser *parser, Span key) {
    Diagnostic *error = parser_fail(parser, ERROR_expected_token, key,
                                    "expected `index` behind `at`, found a text");
    parser_help(parser, error,
                "the value of a key is read with `d.get(key)`, and set with `d.set(key, value)`");
}

bool parser_correct_at(Parser *parser) {
    Token *next = parser_peek(parser, 1);
    if ((parser->current->flags & TOKEN_FIRST) || !parser_at_operand(parser, 1) ||
        parser_is_word(next, "least") || parser_is_word(next, "most"))
        return false;
    Span span = parser_token_span(next);
    if (next->kind == TOKEN_STRING) {
        fail_key(parser, span);
        return false;
    }
    Diagnostic *error =
        parser_report(parser, ERROR_expected_token, span, "expected `index` behind `at`, found %s",
                      parser_describe(parser, next));
    parser_help(parser, error, "an element is written `a at index 0`, or `a[0]`");
    if (at_index_word(parser, next)) {
        parser_fix(parser, error, span, "index");
        next->keyword = KEYWORD_INDEX;
    } else {
        parser_fix(parser, error, (Span){span.start, span.start}, "index ");
        parser_insert_word(parser, KEYWORD_INDEX);
    }
    return true;
}

// --- Values -------------------------------------------------------------------------------------

bool parser_at_choice(Parser *parser) {
    static const char *const words[] = {"if", "then", "else"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (parser_is_word(parser->current, words[i]))
            return true;
    }
    const char *before = parser_text_of(parser, parser->state->previous, "");
    return strcmp(before, "if") == 0 || strcmp(before, "If") == 0;
}

// At `is x less than 5`, whose `is` belongs behind the name.
static bool at_half_words(Parser *parser) {
    const Token *word = parser_peek(parser, 2);
    return word->kind == TOKEN_NAME && foreign_comparison(word->value.name->text) != OPERATOR_NONE;
}

bool parser_at_question(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_IS) || parser_peek(parser, 1)->kind != TOKEN_NAME ||
        !parser_at_operand(parser, 1))
        return false;
    uint32_t length;
    Operator operator= parser_operator_ahead(parser, 2, &length);
    return at_half_words(parser) || (operator>= OPERATOR_EQUAL && operator<= OPERATOR_NOT_GREATER);
}

void parser_skip_question(Parser *parser) {
    if (!parser_at_question(parser))
        return;
    Span span = parser_token_span(parser->current);
    const Token *name = parser_peek(parser, 1);
    Diagnostic *error = parser_report(parser, ERROR_unknown_comparison, span,
                                      "`is` stands behind the left side of a comparison");
    bool is_moved = at_half_words(parser);
    parser_fix(parser, error, (Span){span.start, name->start}, "");
    parser_advance(parser);
    if (!is_moved) {
        parser_help(parser, error, "leave it out here");
        return;
    }
    parser_help(parser, error, "write `%s is …`", name->value.name->text);
    parser_fix(parser, error, (Span){name->end, name->end}, " is");
    parser_insert_word(parser, KEYWORD_IS);
}

void parser_skip_call_word(Parser *parser) {
    const Token *name = parser_peek(parser, 1);
    if (!parser_is_word(parser->current, "call") || name->kind != TOKEN_NAME ||
        parser_peek(parser, 2)->kind != TOKEN_LEFT_PARENTHESIS || !parser_at_operand(parser, 1))
        return;
    Span span = parser_token_span(parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_expected_expression, span, "there is no `call` before a call");
    parser_help(parser, error, "write `%s(…)`", name->value.name->text);
    parser_fix(parser, error, (Span){span.start, name->start}, "");
    parser_advance(parser);
}

// `length of x` and the like: no type begins with a small letter, as a rule, and a constructor
// would go on with `with` or `as`.
bool parser_at_field_of(Parser *parser) {
    if (parser_peek(parser, 1)->keyword != KEYWORD_OF)
        return false;
    const Token *name = parser->current;
    const Token *object = parser_peek(parser, 2);
    if (object->kind != TOKEN_NAME || isupper((unsigned char)name->value.name->text[0]) ||
        isupper((unsigned char)object->value.name->text[0]))
        return false;
    uint32_t length;
    switch (parser_peek(parser, 3)->kind) {
    case TOKEN_NEWLINE:
    case TOKEN_END_OF_FILE:
    case TOKEN_COLON:
    case TOKEN_RIGHT_PARENTHESIS:
    case TOKEN_RIGHT_BRACKET:
        return true;
    default:
        return parser_operator_ahead(parser, 3, &length) != OPERATOR_NONE;
    }
}

// The name at the current token, which is taken.
static Node *take_name(Parser *parser) {
    NameExpression *node =
        NEW_NODE(parser, NAME, NameExpression, parser_token_span(parser->current));
    node->name = parser->current->value.name;
    parser_advance(parser);
    return parser_finish(parser, node);
}

Node *parser_field_of(Parser *parser) {
    Position start = parser->current->start;
    bool is_reported = parser_is_silent(parser);
    Node *name = take_name(parser);
    parser_advance(parser);
    Node *object = take_name(parser);
    Span span = parser_span_from(parser, start);
    if (is_reported)
        return parser_error_node(parser, span);
    Call *node = NEW_NODE(parser, CALL, Call, span);
    node->header.flags |= NODE_DAMAGED;
    node->callee = name;
    uint32_t mark = parser_list_mark(parser);
    parser_list_add(parser, parser_new_argument(parser, NULL, (Span){0, 0}, object));
    node->arguments = parser_list_take(parser, mark);
    return parser_finish(parser, node);
}
