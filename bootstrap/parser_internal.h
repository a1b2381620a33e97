// The parser's own interface. parser.c: tokens, errors, lists, the module; parser_block.c: blocks
// and their End lines; parser_module.c: what stands outside of blocks; parser_declaration.c,
// parser_process.c, parser_type.c, parser_statement.c, parser_loop.c, parser_arena.c,
// parser_match.c, parser_assembly.c, parser_expression.c, parser_operand.c, parser_construct.c: the
// productions of the grammar; parser_foreign.c, parser_phrase.c, parser_question.c, parser_near.c,
// parser_lapse.c, parser_lambda.c, parser_continue.c, parser_missing.c, parser_doubled.c: what is
// not quite of the language.
//
// After an error the parser is `failing`: it reports nothing more and its loops end, until the
// statement or header that it is in ends and recovery has found the next line. Productions always
// give a node (an ERROR where there is no other), so callers need not test.
//
// Grammars are written so: 'word' or sign, name, [ optional ], { repeated }, a | b.
#ifndef RUNA_PARSER_INTERNAL_H
#define RUNA_PARSER_INTERNAL_H

#include "foreign.h"
#include "layout.h"

// Limits, so that no input exhausts the stack: of this parser, and of the phases after it, which
// recurse along the height of a tree.
enum {
    NESTING_LIMIT = 1000, // parentheses, prefix operators, types and blocks inside each other
    HEIGHT_LIMIT = 10000, // of a tree: operands of one chain of operators, links of Otherwise If
    LOOKAHEAD = 24,       // tokens that can be looked ahead, line ends included
    AHEAD_CAPACITY = 4 * LOOKAHEAD,
};

// A block that is being parsed, on the C stack.
typedef struct OpenBlock {
    struct OpenBlock *outer;
    Keyword keyword;      // what stands behind its End
    const Name *name;     // the same as a name, when it is no keyword of the language
    Span span;            // of the words that opened it
    Span suspect;         // the first statement that is not indented more than that, or 0
    uint32_t indentation; // of the line that opened it, when it is measured
    bool is_measured;
    bool is_one_line; // its first statement stands on the line that opened it
    // The block's word was taken for its keyword, or NULL: behind End it stands for that, too, and
    // the error about it, which may be NULL, takes the edit.
    const Name *mistaken;
    Diagnostic *mistake;
    Diagnostic *beginning; // of the `Begin` in it whose `End` is still to come, or NULL
} OpenBlock;

// What is not allowed inside the value that is being parsed, because it means something around it.
enum ValueContext {
    WITHOUT_WITH = 1 << 0, // `f with …` would take the separators of the list around it
    WITHOUT_AS = 1 << 1,   // `Option as Some`: `as` belongs to a dictionary's key
    IN_LIST = 1 << 2,      // a comma goes on with the list, not with type arguments
    ASSIGNS = 1 << 3,      // a statement: `=` behind a place gives it a value
    IN_RANGE = 1 << 4,     // `..` ends the first value of a range
};

typedef struct ParserState {
    Compilation *compilation;
    const Source *source;
    // The tokens after the current one that were looked at, as the lexer gave them: ahead_count
    // from ahead[ahead_first] on. They are moved to the front when they reach the end.
    Token *ahead[AHEAD_CAPACITY];
    uint32_t ahead_first;
    uint32_t ahead_count;
    bool has_line_end_ahead; // one of them may be a line end
    uint32_t bracket_depth;  // while it is not 0 line ends do not count
    uint32_t nesting;
    uint32_t context; // ValueContext
    Span previous;    // of the last token that was taken
    uint32_t previous_line;
    uint8_t previous_kind;    // TokenKind
    Position statement_start; // of the statement being parsed
    uint32_t error_line;      // of the last current token that a lexical error stands before, or 0
    uint32_t corrected_line;  // its first word was taken for another: no more errors on this line
    bool is_failing;
    bool is_muted;     // what is parsed has been complained about as a whole
    bool is_finished;  // a limit was reached: the rest of the file is passed over
    bool loses_names;  // names in what is passed over after an error may be declarations
    bool has_assembly; // the process being parsed contains Inline Assembly
    bool has_value;    // a Return in it has a value
    // A process without End was reported, and no more than one declaration began since: if
    // statements follow, that declaration stood inside the process.
    uint8_t lost_process;
    // A statement outside every process was reported, and no declaration came since.
    bool is_stray;
    // The first word of the declaration being parsed, if it was taken for another, and its error;
    // also that of a statement.
    const Name *mistaken;
    Diagnostic *mistake;
    Diagnostic *broken;  // the error about the header being parsed: it is broken over lines
    OpenBlock *block;    // innermost
    PointerVector nodes; // lists under construction, one behind the other
    Layout *layout;      // borrowed; NULL unless the tokens are recorded
} ParserState;

struct Parser {
    Lexer *lexer;       // borrowed
    Token *current;     // the lexer's; NULL between two sources
    ParserState *state; // owned
    Arena *arena;       // borrowed
};
_Static_assert(sizeof(struct Parser) == 32, "documented size of the parser");

// --- Tokens (parser.c) --------------------------------------------------------------------------

void parser_advance(Parser *parser);
// The token `distance` after the current one, line ends skipped where they do not count. At most 8.
Token *parser_look_ahead(Parser *parser, uint32_t distance);
static inline Token *parser_peek(Parser *parser, uint32_t distance) {
    const ParserState *state = parser->state;
    if (distance == 0)
        return parser->current;
    if (distance <= state->ahead_count && (state->bracket_depth == 0 || !state->has_line_end_ahead))
        return state->ahead[state->ahead_first + distance - 1];
    return parser_look_ahead(parser, distance);
}
// The same with every line end skipped, as it is behind a comma.
Token *parser_peek_past_lines(Parser *parser, uint32_t distance);
void parser_skip_newlines(Parser *parser);
// Puts a word that was forgotten or run together with the current token behind it.
void parser_insert_word(Parser *parser, Keyword keyword);
// The same with a name, which stands there.
void parser_insert_name(Parser *parser, const char *name, Span span);
// Drops the token `distance` after the current one, which was looked at.
void parser_drop_word(Parser *parser, uint32_t distance);
// Puts a word that was forgotten before the current token.
void parser_put_word(Parser *parser, Keyword keyword);
// The token's name, if it is no keyword, may have been declared where it stands: it is never
// reported as unknown.
void parser_lose_name(const Token *token);

static inline bool parser_at(const Parser *parser, TokenKind kind) {
    return parser->current->kind == kind;
}

static inline bool parser_at_word(const Parser *parser, Keyword keyword) {
    return parser->current->keyword == keyword;
}

bool parser_accept(Parser *parser, TokenKind kind);
bool parser_accept_word(Parser *parser, Keyword keyword);
// Reports what is missing when the token is not there. `where` completes "expected `to` …".
bool parser_expect(Parser *parser, TokenKind kind, const char *where);
bool parser_expect_word(Parser *parser, Keyword keyword, const char *where);
// Takes a word that may be absent. One in another case of its letters, or a longer misspelt one, is
// reported and taken, too: no name can stand there.
bool parser_accept_meant(Parser *parser, Keyword keyword);
// Whether the token is the word, in any case of its letters.
bool parser_is_like_word(const Token *token, Keyword keyword);
// Takes a name of any spelling; NULL after an error. `what`: "the variable's name".
const Name *parser_expect_name(Parser *parser, const char *what, Span *span);
// "(" … ")" and "[" … "]". close reports an unclosed bracket by the place where it opened.
Span parser_open_bracket(Parser *parser);
void parser_close_bracket(Parser *parser, TokenKind closing, Span open);
// `,` or `and` between the items of a list; line ends behind it do not count.
bool parser_accept_separator(Parser *parser);

// --- Errors -------------------------------------------------------------------------------------

// Whether nothing is reported here: of this line something has been.
bool parser_is_silent(Parser *parser);
// Reports an error unless the parser is failing. The result, which may be NULL, takes notes and
// help.
Diagnostic *parser_report(Parser *parser, DiagnosticCode code, Span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// The same, and the parser is failing from then on.
Diagnostic *parser_fail(Parser *parser, DiagnosticCode code, Span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void parser_note(Parser *parser, Diagnostic *diagnostic, Span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void parser_help(Parser *parser, Diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// The help of a row in a table, in which %1$s stands for the left value and %2$s for the right one.
void parser_help_about(Parser *parser, Diagnostic *diagnostic, const char *help, const char *left,
                       const char *right);
void parser_fix(Parser *parser, Diagnostic *diagnostic, Span span, const char *replacement);
// Fails with "expected WHAT, found …" at the current token, or at the end of the line before it.
Diagnostic *parser_fail_expected(Parser *parser, DiagnosticCode code, const char *what);
// Reports "expected WHAT, found …" at the current token, and goes on; `what` is printf-like. The
// result, which may be NULL, takes notes and help.
Diagnostic *parser_report_expected(Parser *parser, const char *what, ...)
    __attribute__((format(printf, 2, 3)));
// The current token stands where `right` should: the edit puts that in its place, and it is passed
// over.
void parser_take_for(Parser *parser, Diagnostic *error, const char *right);
// Makes the keyword of a token that stands for it.
void parser_make_word(Parser *parser, Token *token, Keyword keyword);
// How messages name the current token: "`x`", "the end of the line". In the arena.
const char *parser_describe(Parser *parser, const Token *token);
// Whether the current word is almost the keyword.
bool parser_is_misspelt(Parser *parser, Keyword keyword);
// Where an error about the current token belongs: a line end belongs to the token before it.
Span parser_error_span(const Parser *parser);
// Ends a failing statement or header: goes to the end of its line. Does nothing when not failing.
// True when the line that was passed over ends with a colon, and so may open a block.
bool parser_recover(Parser *parser);
// Passes over the line, the current token at least. The result is that of parser_recover.
bool parser_skip_line(Parser *parser);
// The same without reading what is left of the line as tokens. The names in it that were looked at
// are lost.
void parser_skip_raw_line(Parser *parser);
// Whether a line begins with this token that is a statement or declaration, as its first word
// tells. Where a line was left incomplete this is not its continuation; other names may be.
bool parser_begins_statement(const Token *token);
// Ends a statement: nothing else may stand on its line. False after an error in it: what was read
// of its values is a part of them only, and not worth checking.
bool parser_end_statement(Parser *parser);
uint32_t parser_line_of(Parser *parser, Span span);

// --- Nodes --------------------------------------------------------------------------------------

static inline Span parser_span_from(const Parser *parser, Position start) {
    Position end = parser->state->previous.end;
    return (Span){start, end > start ? end : start};
}

static inline Span parser_token_span(const Token *token) {
    return (Span){token->start, token->end};
}

#define NEW_NODE(parser, KIND, Struct, span)                                                       \
    ((Struct *)(void *)ast_new_sized((parser)->arena, NODE_##KIND, sizeof(Struct), span))

Node *parser_error_node(Parser *parser, Span span);

// The value, or an ERROR in its place when its statement or header was not understood.
static inline Node *parser_kept(Parser *parser, Node *value, bool is_good) {
    return is_good || value == NULL ? value : parser_error_node(parser, value->span);
}

// Ends the making of an expression: sets its height and checks the limit.
Node *parser_finish(Parser *parser, void *node);
// Lists are collected between a mark and a take, which may nest.
uint32_t parser_list_mark(const Parser *parser);
void parser_list_add(Parser *parser, void *node);
NodeList parser_list_take(Parser *parser, uint32_t mark);
// Guards recursion: false, after an error, when the limit is reached. Each enter has its leave.
bool parser_enter(Parser *parser);
void parser_leave(Parser *parser);
// The rest of the file is passed over without another error.
void parser_finish_file(Parser *parser);

// --- The formatter's record (parser_layout.c) ----------------------------------------------------
// They do nothing unless a record is kept.

// The current token begins a line of the innermost block, `adjustment` levels away from its depth.
void parser_mark_line(Parser *parser, int32_t adjustment);
// The next `tokens` have a canonical spelling, a static text.
void parser_mark_spelling(Parser *parser, uint32_t tokens, const char *spelling);
// The same for an operator, which has one if it is written in an old way.
void parser_mark_operator(Parser *parser, Operator operator, uint32_t tokens);

// --- Productions --------------------------------------------------------------------------------

// parser_block.c
// Takes the colon at the end of a header. After an error in the header, goes to the line's end, and
// gives false: see parser_end_statement.
bool parser_end_header(Parser *parser, const char *header);
// The blanks at the head of the line at the position; for a token that is not the first of its line
// those of that line.
uint32_t parser_indentation_of(const Parser *parser, Position start);
// The statements up to a line that ends or divides the block, which is not taken.
Node *parser_block(Parser *parser);
// Takes the line `End KEYWORD` of the innermost block, or reports it missing.
Span parser_end_block(Parser *parser, const OpenBlock *block);
// The block of a statement that was not understood; its statements are checked like others.
void parser_unknown_block(Parser *parser, const Name *name, Span span);
void parser_open_block(Parser *parser, OpenBlock *block, Keyword keyword, Span span);
// Whether a While or For is open.
bool parser_in_loop(const Parser *parser);
// At a When in no Match before a condition: reported, and taken for an If.
void parser_correct_when(Parser *parser);
// At `End` and the name of a block, or `End` alone.
bool parser_at_end(Parser *parser);
// At the beginning of a declaration that cannot stand inside a process.
bool parser_at_declaration(Parser *parser);

// parser_module.c
// NULL when there is nothing to keep: an error was reported, or a line passed over.
Node *parser_declaration(Parser *parser);
// parser_declaration.c
// 'Import', 'Constant', 'Structure', 'Type': the current token
Node *parser_import(Parser *parser);
Node *parser_constant(Parser *parser);
Node *parser_structure(Parser *parser);
Node *parser_type_declaration(Parser *parser);
// parser_process.c: [ 'External' | 'Export' ] 'Process'
Node *parser_process(Parser *parser);
// Whether the word begins a clause of a header.
bool parser_begins_clause(const Token *token);
// A name in quotes behind `called`, valid as the name of a process or type; NULL after an error.
const Name *parser_quoted_name(Parser *parser, const char *what, Span *span);

// parser_type.c
typedef enum TypeContext {
    TYPE_ALONE,      // a comma goes on with type arguments unless `name as` follows
    TYPE_OF_FIELD,   // … or `name :` or `End`
    TYPE_IN_LIST,    // a comma ends the type
    TYPE_CONSTRUCTED // behind `a`: `with` must follow, so a comma always goes on
} TypeContext;
Node *parser_type(Parser *parser, TypeContext context);
// Whether the token may be the name of a type, by its first letter or in another language.
bool parser_begins_type(const Token *token);
// The type that another language calls so, or NULL. With a capital letter the name may be a type of
// the file, and so means itself.
const char *parser_foreign_type(const Name *name);
// [ 'of' name { ',' name } ]
NodeList parser_type_parameters(Parser *parser);
// `<T>` or `[T]`: reported, and read as if behind `of`.
bool parser_at_foreign_type_parameters(Parser *parser);
NodeList parser_foreign_type_parameters(Parser *parser);
// The same behind `of`, or behind what another language has there.
NodeList parser_type_parameter_names(Parser *parser);

// parser_statement.c
// NULL when there is nothing to keep: an error was reported.
Node *parser_statement(Parser *parser);
// 'Let', the current token; at the module's level it declares a global
Node *parser_let(Parser *parser);

// parser_loop.c: 'While', 'For', the current token
Node *parser_while(Parser *parser);
Node *parser_for(Parser *parser);

// parser_foreign.c
typedef struct Meant {
    Keyword keyword;  // KEYWORD_NONE: like none
    bool is_reported; // there was an error
    bool is_certain;  // the rest of the line needs no caution
} Meant;
// Reports the current word, which begins no statement, as a misspelt or foreign one.
Meant parser_find_meant(Parser *parser);
// At the two words of an End line in another case of their letters, or in one word: reports them,
// and takes them for the right ones.
bool parser_correct_end(Parser *parser);
// Whether the token is a word that opens a block, in any case of its letters.
bool parser_is_block_word(const Token *token);
// At the lower-case form of a word that opens a block, with its condition in parentheses: reports
// it, and takes it for the word.
bool parser_correct_block_word(Parser *parser);
// The declaration that the current word of another language is taken for, or KEYWORD_NONE.
Keyword parser_meant_declaration(Parser *parser);
// Reports and passes over a declaration of another language.
bool parser_foreign_declaration(Parser *parser);
// At `Leta be 1`, `Fori from 1 to 3:` and the like: reports the missing blank, and makes two words
// of the first one.
bool parser_split_word(Parser *parser);
// Passes over the line, and over the block that it opens, if any.
void parser_skip_unknown(Parser *parser);
// Whether the current line ends with a colon or brace.
bool parser_opens_block(Parser *parser);
// The source text of a span for a message, or `otherwise` where it is long.
const char *parser_text_of(Parser *parser, Span span, const char *otherwise);

// parser_phrase.c
// Whether the current word may begin an operator that is written wrongly, `strict` tokens of which
// are one as they are.
bool parser_at_doubtful_word(Parser *parser, uint32_t strict);
// At a doubtful word or a sign: an operator that is written wrongly, behind `left`, is reported.
// `strict` is the number of tokens that are an operator as they are. OPERATOR_NONE if there is none
// that binds so tightly, or (failing) nothing that could be meant; *length is set only with another
// result.
Operator parser_loose_operator(Parser *parser, const Node *left, int binding, uint32_t strict,
                               uint32_t *length);
// A comparison in words that are almost the right ones, in front of a value; OPERATOR_NONE for
// anything else. *length receives the number of its tokens.
Operator parser_loose_comparison(Parser *parser, uint32_t *length);
// Finds the words of other languages that stand here, between two values: an operator, or a
// question. NULL for none; *length receives the number of their tokens.
const ForeignPhrase *parser_foreign_phrase(Parser *parser, bool is_operator, uint32_t *length);
// Where so many tokens stand, from the current one on.
Span parser_words_span(Parser *parser, uint32_t length);

// parser_question.c
// At a doubtful word: `contains`, `is in` and the like behind `left`, in a place that binds so
// tightly, are reported and taken with what follows, and give an ERROR; else NULL.
Node *parser_foreign_test(Parser *parser, const Node *left, int binding);

// How an operator is written at the current token, wrongly.
typedef struct Wording {
    Operator operator; // that is meant; OPERATOR_NONE: there is none
    uint32_t length;   // of its tokens
    Span wrong;        // what of it is wrong
    const char *right; // what to write
    bool is_guess;
} Wording;

// parser_near.c
// The phrase of operator.def that the words are nearest to, in front of a value, and longer than
// `strict` tokens.
Wording parser_near_phrase(Parser *parser, uint32_t strict);

// parser_lapse.c
bool parser_is_word(const Token *token, const char *word);
// At a value behind `callee`, a name or field that should be a call: reports it, and ends the
// statement.
void parser_fail_bare_call(Parser *parser, const Node *callee);
// At the `<` of `max<Integer>(1, 2)`, without blanks; reports the type, and passes over it.
bool parser_at_type_argument(Parser *parser, const Node *callee);
void parser_skip_type_argument(Parser *parser, const Node *callee);
// At two names that begin no statement: reports the first, and passes over the line.
void parser_fail_unknown_line(Parser *parser);
// At the `-` of a name such as `my-name`, whose first part was taken: reports it, and takes the
// rest. Another report of the same name is left out, and the parser failing.
bool parser_correct_hyphen(Parser *parser);
// Behind the first name of `Let my var be 1`: reports the blank, takes the names, and gives
// whether the value is to be passed over. `Let mut x` and `Let int x` declare x.
bool parser_correct_blanks(Parser *parser, Let *node);
// At the colon of `Let x: Integer = 5`: reports it with what else is written so, and gives the
// type, in front of `be`; else NULL.
Node *parser_type_behind_colon(Parser *parser, const Let *node);
// At the second name of `Let a, b be 1`: fails, and takes the names.
bool parser_correct_names(Parser *parser, const Name *first);
// Reports and takes a colon behind the word of a statement without a block.
void parser_skip_colon(Parser *parser, const char *word);
// At the comma of `1,5`, where no list is.
bool parser_at_decimal_comma(Parser *parser);
// At the comma of `1,000`.
bool parser_at_thousands(Parser *parser);
// At the comma of `Let x be 1, y be 2`. The variable of the second Let is known from here on.
bool parser_at_next_statement(Parser *parser);
void parser_help_with_next_statement(Parser *parser, Diagnostic *error);
void parser_help_with_comma(Parser *parser, Diagnostic *error);
// Behind a point that nothing follows: reports it.
bool parser_correct_point(Parser *parser, const Node *object);
// At `down to` or `downto`; takes it, and gives the error, which may be NULL.
bool parser_at_down(Parser *parser);
Diagnostic *parser_take_down(Parser *parser);
// At `..`, as other languages write between the ends of a range.
bool parser_at_points(Parser *parser);
// Makes `to` of them. The edit is that of `error`; without one, NULL, it is reported, with this
// help. There is no edit for `..<` unless it may be open: then it is left to the caller to correct
// the last value. Gives the error, which may be NULL.
Diagnostic *parser_correct_points(Parser *parser, Diagnostic *error, const char *help,
                                  bool may_be_open);
// Takes the `in` of For each.
void parser_expect_in(Parser *parser);
// At the `at` of `x at 1` or `x at position 1`: reports it, and makes `at index` of it.
bool parser_correct_at(Parser *parser);
// In the middle of a choice such as `if a then b else c`, which is no value.
bool parser_at_choice(Parser *parser);
// Passes over the `call` of `call f(x)`, and reports it.
void parser_skip_call_word(Parser *parser);
// At the `is` of `is x <= 5` or `is x less than 5`, a comparison written like a question, as no
// value is; takes it, and reports it.
bool parser_at_question(Parser *parser);
void parser_skip_question(Parser *parser);
// At `x of point`; takes it: a Call that the checker reports, since it knows whether that or a
// field is meant.
bool parser_at_field_of(Parser *parser);
Node *parser_field_of(Parser *parser);

// parser_lambda.c
// At `(x) =>` or `lambda(x):`, with one name or two, where nothing but a value can stand.
bool parser_at_foreign_lambda(Parser *parser);
void parser_report_lambda(Parser *parser);
// Whether `->` or `=>` stands `distance` tokens ahead.
bool parser_at_arrow(Parser *parser, uint32_t distance);
// Takes such a sign in place of a lambda's colon, and reports it unless the lambda is.
bool parser_accept_arrow(Parser *parser, bool is_reported);
// Passes over the `Return` in front of a lambda's value, and reports it.
void parser_skip_return(Parser *parser);
// At the value of a lambda that has these parameters: fails where it is a statement.
void parser_refuse_change(Parser *parser, NodeList parameters);
// Behind the colon of a lambda, at the end of the line: reports it, and passes over what follows,
// indented more.
Node *parser_fail_long_lambda(Parser *parser, Span lambda);

// parser_arena.c
// At `arena.scope(64) do:` and the like: reported, and taken for `Arena.scope`.
void parser_correct_arena(Parser *parser);
// The process Arena.scope or Arena.use, of whose call `do` makes a block: KEYWORD_SCOPE or
// KEYWORD_USE; for any other value KEYWORD_NONE.
Keyword parser_arena_process(const Node *callee);
// At what opens the block of an arena, right or wrong, behind the value.
bool parser_at_arena_block(Parser *parser, const Node *value);
// 'Arena' '.' ( 'scope' | 'use' ) '(' expression ')' [ 'as' name ] 'do' ':' block 'End' 'Arena';
// the call is taken
Node *parser_arena_scope(Parser *parser, Node *value);

// parser_missing.c
// At a line that opens a block without its first word, which the line that ends the block tells:
// reports it, and puts it before the line.
bool parser_put_opening(Parser *parser);
// The same for a declaration, as far as what stands there tells its word.
void parser_put_declaration(Parser *parser);
// Takes the name of what is declared here, of any spelling. NULL after an error, or when it is
// missing, which is reported; nothing else is wrong then.
const Name *parser_declared_name(Parser *parser, const char *what, Span *span, bool is_local);
// The first unknown name in the file, or in the process that is being parsed, stands for a missing
// one, which was reported.
void parser_miss_name(Parser *parser, bool is_local);
// Ends the process or type that begins there: later names stand for none that is missing in it.
void parser_end_missing(Parser *parser, Position start);
// At the word that stands behind the place of a Set or Increase, which is missing: reports it.
bool parser_lacks_place(Parser *parser, Keyword word);
// The same at the `be` of a Let, behind its `as`, for the type.
bool parser_lacks_type(Parser *parser);
// Behind a parameter of a lambda, at another one or at the value: reports what is missing.
bool parser_lacks_lambda_comma(Parser *parser);
bool parser_lacks_lambda_colon(Parser *parser);
// At a clause of a header where a name in quotes should stand: reports it.
bool parser_lacks_quoted_name(Parser *parser, const char *what);
// At the comma or colon of `of , B:`: reports the name that is missing before it, and gives one
// that no program has; else NULL.
const Name *parser_lacks_type_parameter(Parser *parser);
// Behind a bar, where no variant stands: reports it.
bool parser_lacks_variant(Parser *parser);

// parser_doubled.c
// At the word that was taken last: reports that it stands twice, and takes it.
bool parser_skip_doubled(Parser *parser);
// The same where a value may stand, and the word be a variable: another value follows.
bool parser_skip_second_word(Parser *parser);
// Takes the first `an` of `an an Analysis with …`, and reports the second.
void parser_skip_doubled_article(Parser *parser);
// Behind the first word of a line, which a name cannot follow that another one does: drops the same
// word, and reports it.
void parser_skip_doubled_next(Parser *parser);
// In the words of an operator, at the current token: reports one that stands twice, and drops it.
bool parser_skip_doubled_operator(Parser *parser);
// Behind the first line of a declaration, which begins there: takes a second one that is the same.
void parser_skip_doubled_line(Parser *parser, Position header);
// Behind an operator: reports the second one of `5 plus plus 3`, which is passed over, or of
// `5 plus times 3`.
void parser_refuse_operator(Parser *parser);

// parser_continue.c
// At an operator, with which no statement begins: reports it, and passes over the lines that begin
// so.
bool parser_skip_leading_operator(Parser *parser);
// Behind a condition, `left`: goes on with it where the next line does, which is reported.
Node *parser_continued(Parser *parser, Node *left);
// At the end of a line behind `takes` or `returns`, a word: passes over it if the next line goes on
// with what belongs to the word. Reported like any other such line end.
void parser_join_clause(Parser *parser, Keyword word);
// At the end of a line where a value should stand: passes over it if the value stands on the next
// line, further to the right than the statement, which is reported.
void parser_join_value(Parser *parser);
// Items of a list, a dictionary or a structure, which may stand on lines of their own below it.
// That is reported once, and they are read all the same.
typedef struct ItemLines {
    bool are_split;
    Diagnostic *error; // takes the edits; may be NULL
} ItemLines;
// Before the first item, which may be on the next line.
ItemLines parser_begin_items(Parser *parser);
// Behind an item: takes what divides it from the next one; false where there is none.
bool parser_next_item(Parser *parser, const ItemLines *lines);
// At the end of a line in the header of a process: whether the next line goes on with it, with a
// clause or, behind parameters, with another one.
bool parser_header_goes_on(Parser *parser, bool has_parameters);
// Passes over that line end. It is reported, unless another one of this header was, whose error
// then takes this edit, too.
void parser_join_header(Parser *parser);
// Behind a parameter of such a header, where another one begins the next line: that error takes the
// edit that puts a comma between them.
bool parser_join_parameter(Parser *parser);

// parser_match.c
Node *parser_match(Parser *parser);

// parser_assembly.c
Node *parser_assembly(Parser *parser);

// parser_expression.c
Node *parser_expression(Parser *parser);
// An expression whose operators all bind at least as tightly as `level` (operator.def).
Node *parser_binary(Parser *parser, int level);
// A value at `level` with another context, which holds for it alone.
Node *parser_value(Parser *parser, int level, uint32_t context);
Node *parser_new_binary(Parser *parser, Operator operator, Node * left, Node *right);
// The operator that begins at the token `distance` after the current one, OPERATOR_NONE if none
// does; *length receives the number of its tokens.
Operator parser_operator_ahead(Parser *parser, uint32_t distance, uint32_t *length);
// How tightly an operator binds.
int parser_binding_of(Operator operator);
// How operators are written in words (operator.def); the rest of `words` is KEYWORD_NONE.
enum { PHRASE_LENGTH = 6 };
typedef struct Phrase {
    uint8_t operator;
    uint16_t words[PHRASE_LENGTH];
} Phrase;
extern const Phrase parser_phrases[];
extern const uint32_t parser_phrase_count;
bool parser_at_lambda(Parser *parser);
Node *parser_lambda(Parser *parser);
enum {
    LEVEL_LAMBDA = 1,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT = 4,
    LEVEL_COMPARISON = 5,
    LEVEL_JOIN = 6,
};

// parser_operand.c
// Level 11: prefix operators.
Node *parser_prefix(Parser *parser);
// Level 12: an operand and what is written behind it.
Node *parser_postfix(Parser *parser);
// Whether the token `distance` after the current one begins an operand, not the rest of a form.
bool parser_at_operand(Parser *parser, uint32_t distance);
// Whether it begins a value: an operand, with a minus before it or not.
bool parser_at_value(Parser *parser, uint32_t distance);
// At a `not` that negates what follows.
bool parser_at_not(Parser *parser);
// At a word that begins an expression of its own, not a name that a value may stand behind.
bool parser_at_form(Parser *parser);
// `name` is NULL for an argument without one.
Node *parser_new_argument(Parser *parser, const Name *name, Span name_span, Node *value);
// Reports that `what` is looser than what may stand here, as `not` and a lambda are.
void parser_report_parentheses(Parser *parser, const char *what);

// parser_construct.c
// value [ 'returns' type ]: says what type the value has.
Node *parser_ascribed(Parser *parser, Node *value);
// callee '(' arguments ')', from the bracket on.
Node *parser_call(Parser *parser, Node *callee);
// What may stand before `with`: a name, a field, an element, or anything in parentheses.
bool parser_is_callable(const Node *node);
// At a `with` and the values behind it, none of which begins with a colon.
bool parser_at_with_list(Parser *parser);
// callee 'with' list, from `with` on.
Node *parser_with_call(Parser *parser, Node *callee);
// Behind the article of a constructor or collection, if there is one, which begins at `start`.
Node *parser_constructor(Parser *parser, Position start);
Node *parser_collection(Parser *parser, Position start);
// '[' values ']', from the bracket on.
Node *parser_array(Parser *parser);

#endif
