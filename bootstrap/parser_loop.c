// Loops: While, For and For each.
#include "parser_internal.h"

#include <inttypes.h>

// 'While' expression ':' block 'End' 'While'
Node *parser_while(Parser *parser) {
    Position start = parser->current->start;
    While *node = NEW_NODE(parser, WHILE, While, parser_token_span(parser->current));
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_WHILE, node->header.span);
    parser_advance(parser);
    node->condition = parser_continued(parser, parser_expression(parser));
    node->header.span = parser_span_from(parser, start);
    node->condition = parser_kept(parser, node->condition, parser_end_header(parser, "condition"));
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}

// The rest of: 'For' 'each' name [ ',' name ] 'in' expression ':' block 'End' 'For'
static Node *parse_for_each(Parser *parser, Position start) {
    ForEach *node = NEW_NODE(parser, FOR_EACH, ForEach, parser_token_span(parser->current));
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_FOR, parser_span_from(parser, start));
    node->first = parser_declared_name(parser, "the name of a variable", &node->first_span, true);
    if (parser_accept(parser, TOKEN_COMMA)) {
        parser_skip_newlines(parser);
        node->second =
            parser_declared_name(parser, "the name of a variable", &node->second_span, true);
    }
    parser_expect_in(parser);
    node->collection = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    parser->state->loses_names = true;
    node->collection =
        parser_kept(parser, node->collection, parser_end_header(parser, "collection"));
    parser->state->loses_names = false;
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}

static const char range_help[] =
    "a For that counts is written `For i from 1 to 10:`, or, in steps, "
    "`For i from 10 to 0 by -2:`; both ends are included";

// Takes `from`, `to` or `by`. What other languages have there is taken for it, and reported, unless
// `error` is about this For already: then the edit is one more of its own. Gives the error, which
// may be NULL.
static Diagnostic *expect_range_word(Parser *parser, Keyword keyword, const char *where,
                                     Diagnostic *error) {
    if (parser_at_word(parser, keyword)) {
        parser_expect_word(parser, keyword, where);
        return error;
    }
    const Token *token = parser->current;
    bool is_from = parser_at(parser, TOKEN_ASSIGN) || token->keyword == KEYWORD_IN ||
                   token->keyword == KEYWORD_BE || token->keyword == KEYWORD_IS;
    bool is_to = parser_is_word(token, "until") || parser_is_word(token, "through") ||
                 parser_is_word(token, "upto") || parser_is_word(token, "till");
    bool is_other = keyword == KEYWORD_FROM ? is_from
                    : keyword == KEYWORD_TO ? is_to
                                            : parser_is_word(token, "step");
    if (!is_other || parser->state->is_failing) {
        parser_expect_word(parser, keyword, where);
        return error;
    }
    if (error == NULL) {
        error = parser_report_expected(parser, "`%s` %s", keyword_text(keyword), where);
        parser_help(parser, error, "%s", range_help);
    }
    parser_take_for(parser, error, keyword_text(keyword));
    return error;
}

static bool is_simple(const Token *token) {
    return token->kind == TOKEN_INTEGER || token->kind == TOKEN_NAME;
}

// 'to' expression; `down to` is reported, and its step added by the edits. `error` is that of
// expect_range_word.
static Node *parse_last_value(Parser *parser, Diagnostic **error) {
    bool is_open = false;
    bool counts_down = !parser->state->is_failing && parser_at_down(parser);
    if (!parser->state->is_failing && parser_at_points(parser)) {
        is_open = parser_peek(parser, 2)->kind == TOKEN_LESS;
        *error = parser_correct_points(parser, *error, range_help, true);
    }
    Diagnostic *down = counts_down ? parser_take_down(parser) : NULL;
    if (!counts_down)
        *error = expect_range_word(parser, KEYWORD_TO, "and the last value", *error);
    Node *last = parser_expression(parser);
    Position end = parser->state->previous.end;
    if (is_open) // 0..<10
        parser_fix(parser, *error, (Span){end, end}, " minus 1");
    const Token *step = parser_peek(parser, 1);
    if (!parser_is_word(parser->current, "step") && !parser_at_word(parser, KEYWORD_BY))
        parser_fix(parser, down, (Span){end, end}, " by -1");
    else if (is_simple(step))
        parser_fix(parser, down, (Span){step->start, step->start}, "-");
    return last;
}

// `For i from 1 to 9, by 2:`; gives the error that takes the edits.
static Diagnostic *skip_step_comma(Parser *parser, Diagnostic *error) {
    const Token *next = parser_peek(parser, 1);
    if (!parser_at(parser, TOKEN_COMMA) || parser->state->is_failing ||
        (!parser_is_word(next, "step") && next->keyword != KEYWORD_BY))
        return error;
    Span span = parser_token_span(parser->current);
    if (error == NULL) {
        error =
            parser_report(parser, ERROR_expected_token, span, "no comma stands before the step");
        parser_help(parser, error, "%s", range_help);
    }
    parser_fix(parser, error, (Span){parser->state->previous.end, span.end}, "");
    parser_advance(parser);
    return error;
}

// [ 'by' expression ]
static Node *parse_step(Parser *parser, Diagnostic *error) {
    error = skip_step_comma(parser, error);
    if (parser_is_word(parser->current, "step"))
        expect_range_word(parser, KEYWORD_BY, "before the step", error);
    else if (parser->state->is_failing || !parser_accept_meant(parser, KEYWORD_BY))
        return NULL;
    return parser_expression(parser);
}

// The rest of: 'For' name 'from' expression 'to' expression [ 'by' expression ] ':' block
// 'End' 'For'. `error` is about the words before, or NULL.
static Node *parse_for_range(Parser *parser, Position start, Diagnostic *error) {
    ForRange *node = NEW_NODE(parser, FOR_RANGE, ForRange, parser_token_span(parser->current));
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_FOR, parser_span_from(parser, start));
    node->name = parser_declared_name(parser, "the name of a variable", &node->name_span, true);
    error = expect_range_word(parser, KEYWORD_FROM, "and the first value", error);
    node->from = parser_value(parser, LEVEL_LAMBDA, IN_RANGE);
    node->to = parse_last_value(parser, &error);
    node->step = parse_step(parser, error);
    node->header.span = parser_span_from(parser, start);
    parser->state->loses_names = true;
    bool is_good = parser_end_header(parser, "range");
    node->from = parser_kept(parser, node->from, is_good);
    node->to = parser_kept(parser, node->to, is_good);
    node->step = parser_kept(parser, node->step, is_good);
    parser->state->loses_names = false;
    node->body = parser_block(parser);
    parser_end_block(parser, &block);
    return &node->header;
}

// `each` is the variable of a range in `For each from 1 to 3`.
static bool at_each(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_EACH))
        return false;
    const Token *next = parser_peek(parser, 1);
    const Token *after = parser_peek(parser, 2);
    return next->keyword != KEYWORD_FROM || after->keyword == KEYWORD_IN ||
           after->kind == TOKEN_COMMA;
}

// `For (i = 0; i < 10; i++)`: the header is passed over, its block is read.
static Node *fail_c_for(Parser *parser, Position start) {
    OpenBlock block;
    Span span = {start, parser->current->end};
    parser_open_block(parser, &block, KEYWORD_FOR, (Span){start, parser->state->previous.end});
    Diagnostic *error = parser_fail(parser, ERROR_expected_name, span,
                                    "expected the name of a variable, found `(`");
    parser_help(parser, error, "a For that counts is written `For i from 0 to 9:`");
    parser_skip_raw_line(parser);
    parser_block(parser);
    parser_end_block(parser, &block);
    return NULL;
}

// The edit that makes `from 0 to 9` of `in range(10)`, or `from 1 to 9` of `in range(1, 10)`; the
// current token is the variable.
static void fix_range(Parser *parser, Diagnostic *error) {
    bool has_first = parser_peek(parser, 5)->kind == TOKEN_COMMA;
    const Token *first = parser_peek(parser, 4);
    const Token *behind = parser_peek(parser, has_first ? 6 : 4);
    const Token *end = parser_peek(parser, has_first ? 7 : 5);
    if (!is_simple(first) || !is_simple(behind) || end->kind != TOKEN_RIGHT_PARENTHESIS)
        return;
    char fixed[128], last[64];
    const char *text = parser_text_of(parser, parser_token_span(behind), "n");
    if (behind->kind == TOKEN_INTEGER)
        snprintf(last, sizeof last, "%" PRId64, (int64_t)((uint64_t)behind->value.integer - 1));
    else
        snprintf(last, sizeof last, "%s minus 1", text);
    snprintf(fixed, sizeof fixed, "from %s to %s",
             has_first ? parser_text_of(parser, parser_token_span(first), "0") : "0", last);
    parser_fix(parser, error, (Span){parser_peek(parser, 1)->start, end->end}, fixed);
}

// At the variable of `i in 1..10`.
static bool at_points_behind_in(Parser *parser) {
    return parser_peek(parser, 1)->keyword == KEYWORD_IN && is_simple(parser_peek(parser, 2)) &&
           parser_peek(parser, 3)->kind == TOKEN_DOT && parser_peek(parser, 4)->kind == TOKEN_DOT;
}

// `For each i in 1..10`, from the variable on; the `each` was taken.
static Node *parse_for_each_points(Parser *parser, Position start) {
    Span each = parser->state->previous;
    Diagnostic *error = parser_report(parser, ERROR_expected_token, each,
                                      "a For that counts is written without `each`");
    parser_help(parser, error, "%s", range_help);
    parser_fix(parser, error, (Span){each.start, parser->current->start}, "");
    return parse_for_range(parser, start, error);
}

// `For i in 1 to 10`; the error about a `for` in lower case takes its edits.
static Node *parse_for_range_in(Parser *parser, Position start) {
    parser_help(parser, parser->state->mistake, "%s", range_help);
    return parse_for_range(parser, start, parser->state->mistake);
}

// 'For' name 'in' …: `each` is missing, or it is one of the forms that count elsewhere.
static Node *parse_for_in(Parser *parser, Position start) {
    const Token *name = parser->current;
    const Token *first = parser_peek(parser, 2);
    if (first->kind == TOKEN_INTEGER || at_points_behind_in(parser))
        return parse_for_range_in(parser, start);
    Span span = {start, name->start - 1};
    bool counts = parser_is_word(first, "range");
    Diagnostic *error = parser->state->mistake; // `for` in lower case
    if (error == NULL && counts)
        error = parser_report(parser, ERROR_expected_token, parser_token_span(first),
                              "there is no `range` in Runa");
    else if (error == NULL)
        error = parser_report(parser, ERROR_expected_token, span, "expected `each` after `For`");
    if (counts) {
        parser_help(parser, error, "a For that counts is written `For %s from 0 to 9:`",
                    name->value.name->text);
        fix_range(parser, error);
        parser_lose_name(first);
    } else {
        parser_help(parser, error, "write `For each %s in …`", name->value.name->text);
        parser_fix(parser, error, (Span){name->start, name->start}, "each ");
    }
    return parse_for_each(parser, start);
}

// At the `each` of `For each n from 1 to 3`.
static bool counts_each(Parser *parser) {
    return parser_peek(parser, 2)->keyword == KEYWORD_FROM &&
           (parser_peek(parser, 3)->kind == TOKEN_INTEGER ||
            parser_peek(parser, 4)->keyword == KEYWORD_TO);
}

static Node *parse_each_range(Parser *parser, Position start) {
    Span span = parser_token_span(parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_expected_name, span, "a For that counts has no `each`");
    parser_help(parser, error,
                "leave it out: `For i from 1 to 10:` counts, `For each x in items:` goes over a "
                "collection");
    parser_fix(parser, error, (Span){span.start, parser_peek(parser, 1)->start}, "");
    parser_advance(parser);
    return parse_for_range(parser, start, NULL);
}

Node *parser_for(Parser *parser) {
    Position start = parser->current->start;
    parser_advance(parser);
    if (at_each(parser)) {
        if (counts_each(parser))
            return parse_each_range(parser, start);
        parser_advance(parser);
        return at_points_behind_in(parser) ? parse_for_each_points(parser, start)
                                           : parse_for_each(parser, start);
    }
    if (parser_at(parser, TOKEN_LEFT_PARENTHESIS))
        return fail_c_for(parser, start);
    if (parser_at(parser, TOKEN_NAME) && parser_peek(parser, 1)->keyword == KEYWORD_IN)
        return parse_for_in(parser, start);
    return parse_for_range(parser, start, NULL);
}
