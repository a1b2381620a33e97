// Blocks: their headers, their statements, their End lines.
#include "parser_internal.h"

#include <string.h>
#include <strings.h>

// `then`, `do` and the like at the end of a header are reported and passed over. True when the
// header ends with it, as its colon is missing, too.
static bool skip_opening_word(Parser *parser) {
    static const char *const words[] = {"then", "do", "begin", "loop"};
    bool is_found = false;
    for (size_t i = 0; i < sizeof words / sizeof words[0] && !is_found; i++)
        is_found = parser_at(parser, TOKEN_NAME) &&
                   strcasecmp(parser->current->value.name->text, words[i]) == 0;
    const Token *next = parser_peek(parser, 1);
    bool has_colon = next->kind == TOKEN_COLON;
    if (!is_found || (!has_colon && next->kind != TOKEN_NEWLINE))
        return false;
    Span span = parser_token_span(parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_missing_colon, span, "a block opens with `:` alone, without %s",
                      parser_describe(parser, parser->current));
    parser_help(parser, error, has_colon ? "leave the word out" : "write `:` instead of the word");
    Position end = parser->state->previous.end; // the blank goes with the word
    parser_fix(parser, error, (Span){end, span.end}, has_colon ? "" : ":");
    parser_advance(parser);
    return !has_colon;
}

// A comma, with a `then` behind it if there is one, or a bracket that closes nothing, before the
// colon: reported and passed over.
static void skip_needless_sign(Parser *parser, const char *header) {
    bool is_comma = parser_at(parser, TOKEN_COMMA);
    bool is_bracket =
        parser_at(parser, TOKEN_RIGHT_PARENTHESIS) || parser_at(parser, TOKEN_RIGHT_BRACKET);
    const Token *next = parser_peek(parser, 1);
    bool has_word = is_comma && parser_is_word(next, "then");
    const Token *colon = has_word ? parser_peek(parser, 2) : next;
    if ((!is_comma && !is_bracket) || colon->kind != TOKEN_COLON)
        return;
    Span span = parser_token_span(parser->current);
    Diagnostic *error =
        parser_report(parser, ERROR_missing_colon, span, "expected `:` after the %s, found %s",
                      header, parser_describe(parser, parser->current));
    parser_help(parser, error,
                is_comma ? "leave it out" : "no bracket is open that it could close: leave it out");
    parser_fix(parser, error, (Span){parser->state->previous.end, has_word ? next->end : span.end},
               "");
    parser_advance(parser);
    if (has_word)
        parser_advance(parser);
}

bool parser_end_header(Parser *parser, const char *header) {
    ParserState *state = parser->state;
    if (state->is_failing) {
        parser_recover(parser);
        return false;
    }
    if (!parser_at(parser, TOKEN_COLON))
        skip_needless_sign(parser, header);
    if (skip_opening_word(parser) || parser_accept(parser, TOKEN_COLON)) {
        parser_accept(parser, TOKEN_NEWLINE);
        return true;
    }
    bool is_complete = parser_at(parser, TOKEN_NEWLINE);
    Span span = parser_error_span(parser);
    Diagnostic *error =
        parser_fail(parser, ERROR_missing_colon, span, "expected `:` after the %s, found %s",
                    header, parser_describe(parser, parser->current));
    parser_help(parser, error, "the first line of a block ends with `:`");
    if (is_complete)
        parser_fix(parser, error, span, ":");
    parser_recover(parser);
    return is_complete;
}

void parser_open_block(Parser *parser, OpenBlock *block, Keyword keyword, Span span) {
    const ParserState *state = parser->state;
    *block = (OpenBlock){.outer = state->block,
                         .keyword = keyword,
                         .span = span,
                         .mistaken = state->mistaken,
                         .mistake = state->mistake};
    parser->state->block = block;
}

// The blanks before the token, which is the first of its line; another line's for another token.
uint32_t parser_indentation_of(const Parser *parser, Position start) {
    const Source *source = parser->state->source;
    const char *line = source->text + (start - source->base);
    while (line > source->text && line[-1] != '\n')
        line--;
    return (uint32_t)strspn(line, " \t");
}

// Remembers the first statement of a block that is not indented more than its first line: if the
// block's End is missing, it belongs before that.
static void watch_indentation(Parser *parser) {
    OpenBlock *block = parser->state->block;
    if (block != NULL && !(parser->current->flags & TOKEN_FIRST))
        block->is_one_line = true;
    if (block == NULL || block->suspect.start != 0 || !(parser->current->flags & TOKEN_FIRST))
        return;
    if (!block->is_measured)
        block->indentation = parser_indentation_of(parser, block->span.start);
    block->is_measured = true;
    if (parser_indentation_of(parser, parser->current->start) <= block->indentation)
        block->suspect = parser_token_span(parser->current);
}

// --- Where blocks end ---------------------------------------------------------------------------

// Whether the current word is followed by something that makes it an ordinary name.
static bool is_used_as_name(Parser *parser) {
    switch (parser_peek(parser, 1)->kind) {
    case TOKEN_ASSIGN:
    case TOKEN_DOT:
    case TOKEN_LEFT_PARENTHESIS:
    case TOKEN_LEFT_BRACKET:
        return true;
    default:
        return false;
    }
}

bool parser_at_end(Parser *parser) {
    return parser_at_word(parser, KEYWORD_END) && !is_used_as_name(parser);
}

bool parser_at_declaration(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    switch (parser->current->keyword) {
    case KEYWORD_PROCESS:
        return next->keyword == KEYWORD_CALLED || next->kind == TOKEN_STRING;
    case KEYWORD_EXTERNAL:
    case KEYWORD_EXPORT:
        return next->keyword == KEYWORD_PROCESS;
    case KEYWORD_STRUCTURE: {
        const Token *after = parser_peek(parser, 2);
        return next->kind == TOKEN_NAME &&
               (after->kind == TOKEN_COLON || after->keyword == KEYWORD_OF ||
                next->keyword == KEYWORD_CALLED);
    }
    case KEYWORD_TYPE: {
        const Token *after = parser_peek(parser, 2);
        return next->keyword == KEYWORD_CALLED ||
               (next->kind == TOKEN_NAME &&
                (after->keyword == KEYWORD_IS || after->keyword == KEYWORD_OF));
    }
    default:
        return false;
    }
}

static bool is_open(const OpenBlock *block, Keyword keyword) {
    for (; block != NULL; block = block->outer) {
        if (block->keyword == keyword)
            return true;
    }
    return false;
}

bool parser_in_loop(const Parser *parser) {
    const OpenBlock *block = parser->state->block;
    return is_open(block, KEYWORD_WHILE) || is_open(block, KEYWORD_FOR);
}

static bool at_branch_word(Parser *parser) {
    return (parser_at_word(parser, KEYWORD_WHEN) || parser_at_word(parser, KEYWORD_OTHERWISE)) &&
           !is_used_as_name(parser);
}

// At an Otherwise or When. It ends the block it stands in if some If or Match around is open, which
// it may belong to.
static bool at_branch(Parser *parser) {
    const OpenBlock *block = parser->state->block;
    return at_branch_word(parser) &&
           (is_open(block, KEYWORD_MATCH) ||
            (parser_at_word(parser, KEYWORD_OTHERWISE) && is_open(block, KEYWORD_IF)));
}

enum { CONDITION_LENGTH = 20 }; // tokens in which the comparison is looked for

// At a When before a condition, as if it were an If.
static bool at_condition(Parser *parser) {
    if (!parser_at_word(parser, KEYWORD_WHEN))
        return false;
    for (uint32_t distance = 2; distance <= CONDITION_LENGTH; distance++) {
        const Token *token = parser_peek(parser, distance);
        if (token->kind == TOKEN_COLON || token->kind == TOKEN_NEWLINE ||
            token->kind == TOKEN_END_OF_FILE || token->keyword == KEYWORD_WITH)
            return false;
        if (token->keyword == KEYWORD_IS ||
            (token->kind >= TOKEN_EQUAL && token->kind <= TOKEN_GREATER_EQUAL))
            return true;
    }
    return false;
}

void parser_correct_when(Parser *parser) {
    ParserState *state = parser->state;
    if (!at_branch_word(parser) || is_open(state->block, KEYWORD_MATCH) || !at_condition(parser))
        return;
    Span span = parser_token_span(parser->current);
    state->mistaken = parser->current->value.name;
    state->mistake =
        parser_report(parser, ERROR_misplaced_branch, span, "this `When` stands in no Match");
    parser_help(parser, state->mistake,
                "write `If` before a condition, and `End If` behind the block");
    bool is_right = strcmp(parser_text_of(parser, span, ""), keyword_text(KEYWORD_WHEN)) == 0;
    if (is_right) // else it is reported, with an edit of its own
        parser_fix(parser, state->mistake, span, keyword_text(KEYWORD_IF));
    parser->current->keyword = KEYWORD_IF;
}

// An Otherwise or When that can belong to nothing: its line is passed over.
static void skip_misplaced_branch(Parser *parser) {
    bool is_when = parser_at_word(parser, KEYWORD_WHEN);
    Diagnostic *error = parser_fail(
        parser, ERROR_misplaced_branch, parser_token_span(parser->current),
        is_when ? "this `When` stands in no Match" : "this `Otherwise` stands in no If or Match");
    parser_help(parser, error,
                is_when ? "open one with `Match value:`"
                        : "perhaps an `End If` above it comes too early");
    parser_skip_line(parser);
}

// `End If` and the like directly in a process, where no such block is open. It closes nothing.
static bool at_stray_end(Parser *parser) {
    const OpenBlock *block = parser->state->block;
    if (!parser_at_end(parser) || block == NULL || block->keyword != KEYWORD_PROCESS)
        return false;
    Keyword word = (Keyword)parser_peek(parser, 1)->keyword;
    switch (word) {
    case KEYWORD_IF:
    case KEYWORD_WHILE:
    case KEYWORD_FOR:
    case KEYWORD_MATCH:
    case KEYWORD_ARENA:
    case KEYWORD_ASSEMBLY:
        return true;
    case KEYWORD_STRUCTURE:
    case KEYWORD_TYPE: // not the end of the structure that the process stands in
        return !is_open(block->outer, word);
    default:
        return false;
    }
}

static void skip_stray_end(Parser *parser) {
    const Token *word = parser_peek(parser, 1);
    Span span = {parser->current->start, word->end};
    Diagnostic *error =
        parser_report(parser, ERROR_unexpected_end, span,
                      "no %s is open that this line could close", word->value.name->text);
    parser_help(parser, error,
                "leave the line out, or look for an `End` above it that comes too early");
    parser_skip_line(parser);
}

// --- End lines that are too much ----------------------------------------------------------------

// Whether the word is the one that the block's own was taken for.
static bool closes_mistaken(const Token *word, const OpenBlock *block) {
    return block->mistaken != NULL && word->kind == TOKEN_NAME &&
           word->value.name == block->mistaken;
}

static bool closes(const Token *word, const OpenBlock *block) {
    if (block->name != NULL)
        return word->kind == TOKEN_NAME && word->value.name == block->name;
    return word->keyword == block->keyword || closes_mistaken(word, block);
}

static bool closes_outer(const Token *word, const OpenBlock *block) {
    for (const OpenBlock *outer = block->outer; outer != NULL; outer = outer->outer) {
        if (closes(word, outer))
            return true;
    }
    return false;
}

// Deletes the current line, which ends with the word; a comment behind that stays.
static void fix_line_away(Parser *parser, Diagnostic *error, const Token *word) {
    Position start = parser->current->start, end = word->end;
    const Token *line_end = parser_peek(parser, word == parser->current ? 1 : 2);
    if (line_end->kind == TOKEN_NEWLINE && line_end->start == end) {
        start -= parser_indentation_of(parser, start);
        end = line_end->end;
    }
    parser_fix(parser, error, (Span){start, end}, "");
}

// What stands behind the current `End`, or that itself if it stands alone.
static const Token *end_word(Parser *parser) {
    const Token *word = parser_peek(parser, 1);
    return word->kind == TOKEN_NAME ? word : parser->current;
}

// Whether the line below the current one closes the block or begins its next branch.
static bool goes_on_below(Parser *parser, const OpenBlock *block) {
    uint32_t distance = end_word(parser) == parser->current ? 1 : 2;
    const Token *first = parser_peek_past_lines(parser, distance);
    if (!(first->flags & TOKEN_FIRST))
        return false;
    switch (first->keyword) {
    case KEYWORD_END:
        return closes(parser_peek_past_lines(parser, distance + 1), block);
    case KEYWORD_WHEN:
        return block->keyword == KEYWORD_MATCH;
    case KEYWORD_OTHERWISE:
        return block->keyword == KEYWORD_MATCH || block->keyword == KEYWORD_IF;
    default:
        return false;
    }
}

// At an End that closes no open block, while the innermost one goes on below it. Inside another
// block of that kind the indentation shows that it is not this one's own, wrongly written.
static bool at_surplus_end(Parser *parser) {
    const OpenBlock *block = parser->state->block;
    if (!parser_at_end(parser) || block == NULL || block->name != NULL)
        return false;
    const Token *word = end_word(parser);
    bool is_bare = word == parser->current;
    if (!is_bare && (closes(word, block) || closes_outer(word, block)))
        return false;
    if (is_bare && block->beginning != NULL)
        return true;
    return goes_on_below(parser, block) && (!is_open(block->outer, block->keyword) ||
                                            parser_indentation_of(parser, parser->current->start) >
                                                parser_indentation_of(parser, block->span.start));
}

static Diagnostic *report_surplus_end(Parser *parser, const OpenBlock *block, const Token *word) {
    Span span = {parser->current->start, word->end};
    bool is_bare = word == parser->current;
    if (block->keyword == KEYWORD_MATCH &&
        (is_bare || word->keyword == KEYWORD_WHEN || word->keyword == KEYWORD_OTHERWISE))
        return parser_report(parser, ERROR_unexpected_end, span,
                             "a case of a Match has no End of its own");
    if (is_bare)
        return parser_report(parser, ERROR_unexpected_end, span,
                             "`End` closes nothing: the line below it belongs to the %s of line %u",
                             keyword_text(block->keyword), parser_line_of(parser, block->span));
    return parser_report(parser, ERROR_unexpected_end, span,
                         "no %s is open that this line could close", word->value.name->text);
}

// The error about the `Begin` that belongs to it says enough, and takes its edit.
static void skip_surplus_end(Parser *parser) {
    OpenBlock *block = parser->state->block;
    const Token *word = end_word(parser);
    Diagnostic *error = block->beginning;
    if (error == NULL || word != parser->current) {
        error = report_surplus_end(parser, block, word);
        parser_help(parser, error, "leave the line out");
    } else {
        block->beginning = NULL;
    }
    fix_line_away(parser, error, word);
    parser_skip_line(parser);
}

// `Begin` on a line of its own: reported and passed over, with the `End` that belongs to it, unless
// that is the block's, whose first line is the one above.
static bool skip_beginning(Parser *parser) {
    const Token *word = parser->current;
    OpenBlock *block = parser->state->block;
    if (!parser_at(parser, TOKEN_NAME) || parser_peek(parser, 1)->kind != TOKEN_NEWLINE ||
        strcasecmp(word->value.name->text, "begin") != 0 || block == NULL || block->name != NULL)
        return false;
    Diagnostic *error = parser_report(parser, ERROR_unknown_statement, parser_token_span(word),
                                      "`%s` does not begin a statement", word->value.name->text);
    parser_help(parser, error, "leave the line out: %s", foreign_line("begin")->help);
    fix_line_away(parser, error, word);
    if (block->keyword == KEYWORD_PROCESS || parser_line_of(parser, block->span) + 1 != word->line)
        block->beginning = error;
    parser_skip_line(parser);
    return true;
}

// block = { statement }
Node *parser_block(Parser *parser) {
    Block *block = NEW_NODE(parser, BLOCK, Block, parser_token_span(parser->current));
    uint32_t mark = parser_list_mark(parser);
    if (parser_enter(parser)) {
        for (;;) {
            parser_skip_newlines(parser);
            if (at_surplus_end(parser)) {
                skip_surplus_end(parser);
                continue;
            }
            if (at_stray_end(parser)) {
                skip_stray_end(parser);
                continue;
            }
            if (parser_at(parser, TOKEN_END_OF_FILE) || parser_at_end(parser) ||
                at_branch(parser) || parser_at_declaration(parser))
                break;
            if (at_branch_word(parser) && !at_condition(parser)) {
                skip_misplaced_branch(parser);
                continue;
            }
            if (skip_beginning(parser))
                continue;
            const Token *first = parser->current;
            Position start = first->start;
            uint16_t keyword = first->keyword;
            parser_mark_line(parser, 0);
            watch_indentation(parser);
            Node *statement = parser_statement(parser);
            if (statement != NULL)
                parser_list_add(parser, statement);
            else if (parser->current == first && first->start == start && first->keyword == keyword)
                parser_skip_line(parser); // neither taken nor corrected
        }
    }
    parser_leave(parser);
    block->statements = parser_list_take(parser, mark);
    block->end_span = parser_token_span(parser->current);
    if (block->statements.count > 0)
        block->header.span = parser_span_from(parser, block->statements.items[0]->span.start);
    return &block->header;
}

// --- End lines ----------------------------------------------------------------------------------

static const char *block_word(const OpenBlock *block) {
    return block->name != NULL ? block->name->text : keyword_text(block->keyword);
}

// Whether the current line, an End, stands under the one that opened a block of no known kind.
static bool is_aligned(const Parser *parser, const OpenBlock *block) {
    return block->name != NULL && parser_indentation_of(parser, parser->current->start) >=
                                      parser_indentation_of(parser, block->span.start);
}

static void report_missing_end(Parser *parser, const OpenBlock *block) {
    bool is_hidden = parser_at(parser, TOKEN_END_OF_FILE) && lexer_is_cut(parser->lexer);
    if (block->name != NULL || is_hidden)
        return;
    const char *word = block_word(block);
    Span span = parser_at(parser, TOKEN_END_OF_FILE) ? parser_error_span(parser)
                                                     : parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_missing_end, span,
                                      "`End %s` is missing: the %s of line %u is still open here",
                                      word, word, parser_line_of(parser, block->span));
    parser_note(parser, error, block->span, "the %s is opened here", word);
    if (block->keyword == KEYWORD_PROCESS && parser_at_declaration(parser))
        parser_help(parser, error,
                    "processes do not stand in each other: close the first one with a line "
                    "`End Process`");
    else if (block->is_one_line)
        parser_help(parser, error,
                    "the statements of a block stand on lines of their own, and a line `End %s` "
                    "closes it",
                    word);
    else if (block->suspect.start != 0 && block->keyword != KEYWORD_PROCESS)
        parser_help(parser, error, "by the indentation, `End %s` belongs before line %u", word,
                    parser_line_of(parser, block->suspect));
    else
        parser_help(parser, error, "close it with a line `End %s`", word);
}

// An End line that names no open block: it is taken for the one that was meant.
static void report_wrong_end(Parser *parser, const OpenBlock *block, const Token *word) {
    if (block->name != NULL)
        return;
    const char *right = block_word(block);
    bool is_bare = word->kind != TOKEN_NAME;
    Span span = {parser->current->start, is_bare ? parser->current->end : word->end};
    Diagnostic *error;
    if (is_bare)
        error = parser_report(parser, ERROR_mismatched_end, span,
                              "`End` must say what it closes: `End %s`", right);
    else
        error =
            parser_report(parser, ERROR_mismatched_end, span,
                          "`End %s` closes nothing: the innermost open block is the %s of line %u",
                          word->value.name->text, right, parser_line_of(parser, block->span));
    parser_note(parser, error, block->span, "the %s is opened here", right);
    parser_help(parser, error, "write `End %s`", right);
    char fixed[64];
    snprintf(fixed, sizeof fixed, "End %s", right);
    parser_fix(parser, error, span, fixed);
}

// `End Arena.scope`
static void skip_arena_process(Parser *parser) {
    if (!parser_at(parser, TOKEN_DOT) || parser_peek(parser, 1)->kind != TOKEN_NAME)
        return;
    Span span = {parser->current->start, parser_peek(parser, 1)->end};
    Diagnostic *error = parser_report(parser, ERROR_expected_line_end, span,
                                      "expected the end of the line, found `.`");
    parser_help(parser, error, "write `End Arena`");
    parser_fix(parser, error, span, "");
    parser_advance(parser);
    parser_advance(parser);
}

// `End Process main`, `End Process "main"`: the name goes.
static void skip_name_behind_end(Parser *parser, const OpenBlock *block) {
    ParserState *state = parser->state;
    bool is_text = parser_at(parser, TOKEN_STRING);
    bool is_dotted =
        parser_peek(parser, 1)->kind == TOKEN_DOT && parser_peek(parser, 2)->kind == TOKEN_NAME;
    uint32_t length = is_dotted ? 3 : 1;
    TokenKind behind = (TokenKind)parser_peek(parser, length)->kind;
    if (state->is_failing || (behind != TOKEN_NEWLINE && behind != TOKEN_END_OF_FILE))
        return;
    Span span = parser_words_span(parser, length);
    Diagnostic *error = parser_report(
        parser, ERROR_expected_line_end, span, "expected the end of the line, found %s",
        is_text ? "the name" : parser_describe(parser, parser->current));
    parser_help(parser, error,
                "leave it out: an End says only which kind of block it closes: `End %s`",
                block_word(block));
    parser_fix(parser, error, (Span){state->previous.end, span.end}, "");
    for (uint32_t i = 0; i < length; i++)
        parser_advance(parser);
}

Span parser_end_block(Parser *parser, const OpenBlock *block) {
    ParserState *state = parser->state;
    state->block = block->outer;
    Span span = parser_token_span(parser->current);
    if (!parser_at_end(parser)) {
        report_missing_end(parser, block);
        if (block->keyword == KEYWORD_PROCESS && !parser_at(parser, TOKEN_END_OF_FILE))
            state->lost_process = 2;
        return span;
    }
    parser_skip_doubled_next(parser);
    const Token *word = parser_peek(parser, 1);
    if (!closes(word, block)) {
        if (closes_outer(word, block) && !is_aligned(parser, block)) {
            report_missing_end(parser, block);
            return span;
        }
        report_wrong_end(parser, block, word);
    } else if (word->keyword != block->keyword && closes_mistaken(word, block)) {
        parser_fix(parser, block->mistake, parser_token_span(word), keyword_text(block->keyword));
    }
    parser_mark_line(parser, 0);
    parser_advance(parser);
    parser_accept(parser, TOKEN_NAME);
    span = parser_span_from(parser, span.start);
    if (block->keyword == KEYWORD_ARENA)
        skip_arena_process(parser);
    if (parser_at(parser, TOKEN_NAME) || parser_at(parser, TOKEN_STRING))
        skip_name_behind_end(parser, block);
    parser_end_statement(parser);
    return span;
}

void parser_unknown_block(Parser *parser, const Name *name, Span span) {
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_NONE, span);
    block.name = name;
    block.mistaken = NULL;
    parser_block(parser);
    parser_end_block(parser, &block);
}
