// Declarations at the level of the module, but for processes.
#include "parser_internal.h"

#include <string.h>

// Where the path stands in `Import sqrt from "math"` or `Use the module "math"`: behind `from`,
// else the first text, else the current token.
static uint32_t find_path(Parser *parser) {
    enum { FARTHEST = 7 };
    uint32_t text = 0;
    for (uint32_t i = 0; i < FARTHEST; i++) {
        const Token *token = parser_peek(parser, i);
        if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END_OF_FILE)
            break;
        if (token->keyword == KEYWORD_FROM)
            return i + 1;
        if (token->kind == TOKEN_STRING && text == 0)
            text = i;
    }
    return text;
}

static bool ends_path(const Token *token) {
    return token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END_OF_FILE ||
           token->keyword == KEYWORD_AS || parser_is_like_word(token, KEYWORD_IMPORT);
}

// The error takes the edit that makes `"math"` of what stands from the current token to the path.
static void fix_path(Parser *parser, Diagnostic *error, const Token *path) {
    const char *text = parser_text_of(parser, parser_token_span(path), NULL);
    char fixed[64];
    if (text == NULL)
        return;
    snprintf(fixed, sizeof fixed, path->kind == TOKEN_STRING ? "%s" : "\"%s\"", text);
    parser_fix(parser, error, (Span){parser->current->start, path->end}, fixed);
}

// Takes a path that is not alone in its quotes, which is reported unless the first word was.
static void correct_path(Parser *parser, Import *node) {
    ParserState *state = parser->state;
    uint32_t distance = find_path(parser);
    const Token *path = parser_peek(parser, distance);
    bool is_named = path->kind == TOKEN_NAME || path->kind == TOKEN_STRING;
    bool is_from = distance > 0 && parser_peek(parser, distance - 1)->keyword == KEYWORD_FROM;
    Diagnostic *error = state->mistake;
    if (state->mistaken == NULL) {
        error = parser_report(parser, ERROR_expected_token, parser_error_span(parser),
                              "expected the file's name in quotes, found %s",
                              parser_describe(parser, parser->current));
        parser_help(parser, error, "write `Import \"%s\"`%s",
                    is_named ? path->value.name->text : "math",
                    is_from && is_named ? ", which defines all that is in it" : "");
    }
    if (path->kind != TOKEN_STRING &&
        !(path->kind == TOKEN_NAME && ends_path(parser_peek(parser, distance + 1)))) {
        state->is_failing = true;
        return;
    }
    fix_path(parser, error, path);
    while (parser->current != path)
        parser_advance(parser);
    node->header.flags |= NODE_DAMAGED;
    node->path = path->value.name;
    node->path_span = parser_token_span(path);
    parser_advance(parser);
}

// `import sqrt` behind the path, as of `from "math"`: reported unless the first word was.
static void skip_imported_names(Parser *parser) {
    ParserState *state = parser->state;
    if (state->is_failing || !parser_is_like_word(parser->current, KEYWORD_IMPORT))
        return;
    Position start = state->previous.end;
    Diagnostic *error = state->mistake;
    if (state->mistaken == NULL) {
        error = parser_report(parser, ERROR_expected_line_end, parser_token_span(parser->current),
                              "expected the end of the line, found %s",
                              parser_describe(parser, parser->current));
        parser_help(parser, error, "leave it out: all is defined that is in the file");
    }
    while (!parser_at(parser, TOKEN_NEWLINE) && !parser_at(parser, TOKEN_END_OF_FILE)) {
        if (parser_peek(parser, 1)->keyword == KEYWORD_AS)
            parser_lose_name(parser_peek(parser, 2));
        parser_advance(parser);
    }
    parser_fix(parser, error, (Span){start, state->previous.end}, "");
}

// name, which may not stand in quotes
static const Name *parse_alias(Parser *parser, Span *span) {
    if (!parser_at(parser, TOKEN_STRING) || parser->state->is_failing)
        return parser_expect_name(parser, "a name for the module", span);
    const Name *name = parser->current->value.name;
    *span = parser_token_span(parser->current);
    Diagnostic *error = parser_report(parser, ERROR_expected_name, *span,
                                      "the name of a module stands without quotes here");
    parser_help(parser, error, "write `as %s`", name->text);
    parser_fix(parser, error, *span, name->text);
    parser_advance(parser);
    return name;
}

// 'Import' "path" [ 'as' name ]
Node *parser_import(Parser *parser) {
    Position start = parser->current->start;
    Import *node = NEW_NODE(parser, IMPORT, Import, parser_token_span(parser->current));
    parser_advance(parser);
    if (parser_at(parser, TOKEN_STRING)) {
        node->path = parser->current->value.name;
        node->path_span = parser_token_span(parser->current);
        parser_advance(parser);
    } else {
        correct_path(parser, node);
    }
    skip_imported_names(parser);
    if (!parser->state->is_failing && parser_accept_meant(parser, KEYWORD_AS))
        node->alias = parse_alias(parser, &node->alias_span);
    node->header.span = parser_span_from(parser, start);
    parser->state->loses_names = node->path == NULL;
    parser_end_statement(parser);
    parser->state->loses_names = false;
    return node->path == NULL ? NULL : &node->header;
}

// 'Constant' name [ 'as' type ] 'is' expression
Node *parser_constant(Parser *parser) {
    Position start = parser->current->start;
    Constant *node = NEW_NODE(parser, CONSTANT, Constant, parser_token_span(parser->current));
    parser_advance(parser);
    node->name = parser_declared_name(parser, "the name of a constant", &node->name_span, false);
    if (parser_accept_meant(parser, KEYWORD_AS))
        node->annotation = parser_type(parser, TYPE_ALONE);
    bool is_other = parser_at_word(parser, KEYWORD_BE) || parser_at(parser, TOKEN_ASSIGN) ||
                    parser_at_word(parser, KEYWORD_TO);
    if (is_other && !parser->state->is_failing) {
        Diagnostic *error = parser_report_expected(parser, "`is` before a constant's value");
        parser_help(parser, error, "write `is` here");
        parser_take_for(parser, error, "is");
    } else {
        parser_expect_word(parser, KEYWORD_IS, "and the constant's value");
    }
    node->value = parser_expression(parser);
    node->header.span = parser_span_from(parser, start);
    node->value = parser_kept(parser, node->value, parser_end_statement(parser));
    return node->name == NULL ? NULL : &node->header;
}

// --- Structures ---------------------------------------------------------------------------------

// name ( ':' | 'as' ) type
static FieldDeclaration *parse_field(Parser *parser) {
    Position start = parser->current->start;
    FieldDeclaration *node =
        NEW_NODE(parser, FIELD_DECLARATION, FieldDeclaration, parser_token_span(parser->current));
    Span span;
    node->name = parser_expect_name(parser, "the name of a field", &span);
    bool is_typed = parser_accept(parser, TOKEN_COLON) || parser_accept_meant(parser, KEYWORD_AS);
    if (!is_typed && !parser->state->is_failing) {
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_token, "`:` and the field's type");
        parser_help(parser, error, "a field is written `x: Integer` or `x as Integer`");
    }
    node->annotation = parser_type(parser, TYPE_OF_FIELD);
    if (parser->state->is_failing && node->name != NULL)
        ((Name *)node->name)->is_lost = true;
    node->header.span = parser_span_from(parser, start);
    return node;
}

// `x: Integer = 5`
static void fail_field_value(Parser *parser) {
    bool has_value = parser_at(parser, TOKEN_ASSIGN) || parser_at_word(parser, KEYWORD_BE) ||
                     parser_at_word(parser, KEYWORD_IS) || parser_at_word(parser, KEYWORD_DEFAULTS);
    if (!has_value || parser->state->is_failing)
        return;
    Diagnostic *error =
        parser_fail_expected(parser, ERROR_expected_line_end, "the end of the line");
    parser_help(parser, error,
                "a field is declared without a value; each object gives it one: `a Point with x 1 "
                "and y 2`");
}

static bool at_field(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    return parser_at(parser, TOKEN_NAME) &&
           (next->kind == TOKEN_COLON || next->keyword == KEYWORD_AS);
}

// At an End; one in another case of its letters, or in one word, is reported, and taken for it.
static bool at_block_end(Parser *parser) {
    return parser_at_end(parser) || parser_correct_end(parser);
}

// At a declaration inside the structure, as methods stand in other languages.
static bool at_inner_declaration(Parser *parser, const Node *structure) {
    return parser_at_declaration(parser) && !at_field(parser) &&
           parser_indentation_of(parser, parser->current->start) >
               parser_indentation_of(parser, structure->span.start);
}

// The name in quotes that the current token declares; NULL where there is none.
static const Name *quoted_name_ahead(Parser *parser) {
    enum { FARTHEST = 3 };
    for (uint32_t i = 1; i <= FARTHEST; i++) {
        const Token *token = parser_peek(parser, i);
        if (token->kind == TOKEN_STRING)
            return token->value.name;
        if (token->kind != TOKEN_NAME)
            break;
    }
    return NULL;
}

// What the current token declares is not reported as unknown, nor what stands behind its dot.
static void lose_declaration(Parser *parser, const Name *quoted) {
    if (quoted == NULL) {
        parser_lose_name(parser_peek(parser, 1));
        return;
    }
    const char *dot = strrchr(quoted->text, '.');
    ((Name *)quoted)->is_lost = true;
    if (dot != NULL)
        ((Name *)intern_text(&parser->state->compilation->names, dot + 1))->is_lost = true;
}

static void help_with_method(Parser *parser, Diagnostic *error, const Name *type,
                             const Name *quoted) {
    bool is_named = type != NULL && quoted != NULL;
    bool is_dotted = is_named && strchr(quoted->text, '.') != NULL;
    parser_help(parser, error,
                "move it behind the structure, and let it take the object: `Process called "
                "\"%s%s%s\" takes self as %s`",
                is_dotted  ? ""
                : is_named ? type->text
                           : "Point",
                is_dotted ? "" : ".", is_named ? quoted->text : "sum",
                is_named ? type->text : "Point");
}

// Reports it, and passes over it.
static void skip_inner_declaration(Parser *parser, const Name *type) {
    ParserState *state = parser->state;
    Keyword keyword = (Keyword)parser->current->keyword;
    bool is_type = keyword == KEYWORD_STRUCTURE || keyword == KEYWORD_TYPE;
    const Name *quoted = quoted_name_ahead(parser);
    Diagnostic *error =
        parser_report(parser, ERROR_misplaced_declaration, parser_token_span(parser->current),
                      "a %s does not stand inside a structure",
                      keyword == KEYWORD_STRUCTURE ? "structure"
                      : is_type                    ? "type"
                                                   : "process");
    if (is_type || keyword == KEYWORD_EXTERNAL)
        parser_help(parser, error, "move it behind the structure");
    else
        help_with_method(parser, error, type, quoted);
    lose_declaration(parser, quoted);
    bool was_muted = state->is_muted;
    state->is_muted = true;
    if (parser_enter(parser)) {
        if (keyword == KEYWORD_STRUCTURE)
            parser_structure(parser);
        else if (is_type)
            parser_type_declaration(parser);
        else
            parser_process(parser);
    }
    parser_leave(parser);
    state->is_muted = was_muted;
    state->loses_names = true;
    state->lost_process = 0;
}

// { field ( ',' | end of line ) }
// The fields of the structure, which is damaged if one has no name.
static NodeList parse_fields(Parser *parser, Structure *structure) {
    uint32_t mark = parser_list_mark(parser);
    for (;;) {
        parser_skip_newlines(parser);
        if (at_inner_declaration(parser, &structure->header)) {
            skip_inner_declaration(parser, structure->name);
            continue;
        }
        bool is_over =
            parser_at(parser, TOKEN_END_OF_FILE) ||
            (!at_field(parser) && (at_block_end(parser) || parser_at_declaration(parser)));
        if (is_over)
            return parser_list_take(parser, mark);
        parser_mark_line(parser, 0);
        FieldDeclaration *field = parse_field(parser);
        if (!parser->state->is_failing)
            parser_list_add(parser, &field->header);
        else if (field->name == NULL)
            structure->header.flags |= NODE_DAMAGED;
        if (!parser->state->is_failing && parser_accept(parser, TOKEN_COMMA))
            continue;
        fail_field_value(parser);
        parser_end_statement(parser);
    }
}

// `Structure Circle extends Shape:`
static void fail_inheritance(Parser *parser) {
    static const char *const words[] = {"extends", "inherits", "implements"};
    bool is_found = false;
    for (size_t i = 0; i < sizeof words / sizeof words[0] && !is_found; i++)
        is_found = parser_is_word(parser->current, words[i]);
    if (!is_found || parser->state->is_failing)
        return;
    Diagnostic *error = parser_fail(parser, ERROR_missing_colon, parser_token_span(parser->current),
                                    "expected `:` after the name of the structure, found %s",
                                    parser_describe(parser, parser->current));
    parser_help(parser, error,
                "there is no inheritance: give the structure a field of the other type, or choose "
                "between variants of a `Type`");
}

// [ 'of' parameters ] ':' { field } 'End' …; the name is taken
static Node *parse_structure_body(Parser *parser, Structure *node, Keyword keyword, Span opened) {
    OpenBlock block;
    parser_open_block(parser, &block, keyword, opened);
    if (!parser->state->is_failing && parser_at_foreign_type_parameters(parser))
        node->type_parameters = parser_foreign_type_parameters(parser);
    else if (!parser->state->is_failing)
        node->type_parameters = parser_type_parameters(parser);
    node->header.span = parser_span_from(parser, node->header.span.start);
    parser->state->loses_names = true;
    fail_inheritance(parser);
    parser_end_header(parser, "name of the structure");
    parser_skip_doubled_line(parser, opened.start);
    node->fields = parse_fields(parser, node);
    parser->state->loses_names = false;
    parser_end_block(parser, &block);
    return node->name == NULL ? NULL : &node->header;
}

// 'Structure' ( name | 'called' "name" ) body
Node *parser_structure(Parser *parser) {
    Span opened = parser_token_span(parser->current);
    Structure *node = NEW_NODE(parser, STRUCTURE, Structure, opened);
    parser_advance(parser);
    const Token *next = parser_peek(parser, 1);
    bool is_called =
        parser_at_word(parser, KEYWORD_CALLED) &&
        (next->kind == TOKEN_STRING || (next->kind == TOKEN_NAME && next->keyword != KEYWORD_OF));
    if (is_called)
        parser_advance(parser);
    if (is_called || parser_at(parser, TOKEN_STRING))
        node->name = parser_quoted_name(parser, "the name of a structure", &node->name_span);
    else
        node->name = parser_expect_name(parser, "the name of a structure", &node->name_span);
    return parse_structure_body(parser, node, KEYWORD_STRUCTURE, opened);
}

// --- Variant types ------------------------------------------------------------------------------

// name 'as' type
static Node *parse_variant_field(Parser *parser) {
    Position start = parser->current->start;
    FieldDeclaration *node =
        NEW_NODE(parser, FIELD_DECLARATION, FieldDeclaration, parser_token_span(parser->current));
    Span span;
    node->name = parser_expect_name(parser, "the name of a field", &span);
    if (parser_at(parser, TOKEN_COLON) && !parser->state->is_failing) {
        Diagnostic *error = parser_report_expected(parser, "`as` and the field's type");
        parser_help(parser, error, "a variant is written `| Circle with radius as Integer`");
        parser_take_for(parser, error, "as");
        node->annotation = parser_type(parser, TYPE_ALONE);
    } else if (parser_expect_word(parser, KEYWORD_AS, "and the field's type")) {
        node->annotation = parser_type(parser, TYPE_ALONE);
    } else {
        node->annotation = parser_error_node(parser, parser_error_span(parser));
    }
    if (parser->state->is_failing && node->name != NULL)
        ((Name *)node->name)->is_lost = true;
    node->header.span = parser_span_from(parser, start);
    return &node->header;
}

static bool begins_field(Parser *parser, uint32_t distance) {
    const Token *next = parser_peek(parser, distance + 1);
    return parser_peek(parser, distance)->kind == TOKEN_NAME &&
           (next->keyword == KEYWORD_AS || next->kind == TOKEN_COLON);
}

// At fields without `with`, or with another word or sign before them: reports it.
static Diagnostic *report_missing_with(Parser *parser) {
    Diagnostic *error = parser_report_expected(parser, "`with` before the fields of a variant");
    parser_help(parser, error, "a variant is written `| Circle with radius as Integer`");
    return error;
}

// { field ( ',' | 'and' ) }
static void parse_variant_fields(Parser *parser) {
    do {
        parser_list_add(parser, parse_variant_field(parser));
    } while (parser_accept_separator(parser));
}

// `(radius as Integer)`: the parentheses stand for `with`.
static void parse_fields_in_parentheses(Parser *parser) {
    ParserState *state = parser->state;
    Diagnostic *error = report_missing_with(parser);
    Span span = {state->previous.end, parser->current->end};
    parser_fix(parser, error, span, " with ");
    Span open = parser_open_bracket(parser);
    parse_variant_fields(parser);
    if (!state->is_failing && parser_at(parser, TOKEN_RIGHT_PARENTHESIS))
        parser_fix(parser, error, parser_token_span(parser->current), "");
    parser_close_bracket(parser, TOKEN_RIGHT_PARENTHESIS, open);
}

// Takes `with`, or what stands there instead, before the fields of a variant. False without fields.
static bool accept_with(Parser *parser) {
    if (parser->state->is_failing)
        return false;
    if (parser_accept_meant(parser, KEYWORD_WITH))
        return true;
    Position start = parser->current->start;
    if (begins_field(parser, 0)) {
        parser_fix(parser, report_missing_with(parser), (Span){start, start}, "with ");
        return true;
    }
    bool is_other = parser_at(parser, TOKEN_NAME) || parser_at(parser, TOKEN_COLON);
    if (!is_other || !begins_field(parser, 1))
        return false;
    parser_take_for(parser, report_missing_with(parser), "with");
    return true;
}

// name [ 'with' field { ( ',' | 'and' ) field } ]
static Node *parse_variant(Parser *parser) {
    Position start = parser->current->start;
    Variant *node = NEW_NODE(parser, VARIANT, Variant, parser_token_span(parser->current));
    Span span;
    if (!parser_lacks_variant(parser))
        node->name = parser_expect_name(parser, "the name of a variant", &span);
    uint32_t mark = parser_list_mark(parser);
    if (accept_with(parser))
        parse_variant_fields(parser);
    else if (parser_at(parser, TOKEN_LEFT_PARENTHESIS) && begins_field(parser, 1))
        parse_fields_in_parentheses(parser);
    node->fields = parser_list_take(parser, mark);
    node->header.span = parser_span_from(parser, start);
    return &node->header;
}

// What is wrong with the lines of a type's variants: its first error takes the edits of all.
typedef struct Lapse {
    Diagnostic *error; // may be NULL
    bool is_told;      // that a variant has its bar, in this error
} Lapse;

// `right` is inserted before the current token.
static void report_missing_bar(Parser *parser, Lapse *lapse, const char *right) {
    Position start = parser->current->start;
    if (lapse->error == NULL && !lapse->is_told)
        lapse->error = parser_report(
            parser, ERROR_expected_token, parser_token_span(parser->current),
            "expected `|` before a variant, found %s", parser_describe(parser, parser->current));
    if (!lapse->is_told)
        parser_help(parser, lapse->error, "a variant is written `| Circle with radius as Integer`");
    lapse->is_told = true;
    if (parser_at(parser, TOKEN_NAME))
        parser_fix(parser, lapse->error, (Span){start, start}, right);
}

// Takes a comma, or an `or`, behind a variant.
static bool skip_variant_comma(Parser *parser, Lapse *lapse) {
    ParserState *state = parser->state;
    bool is_comma = parser_at(parser, TOKEN_COMMA);
    if (state->is_failing || !(is_comma || (lapse->is_told && parser_at_word(parser, KEYWORD_OR))))
        return false;
    Span span = parser_token_span(parser->current);
    if (!lapse->is_told) {
        lapse->error = parser_report(parser, ERROR_expected_line_end, span,
                                     "no comma stands between variants");
        parser_help(parser, lapse->error,
                    "leave it out: each variant has a line and a `|` of its own");
    }
    lapse->is_told = true;
    parser_fix(parser, lapse->error, (Span){state->previous.end, span.end}, "");
    parser_advance(parser);
    return true;
}

// Behind variants without bars on the line that opened the type, where it ends without an End.
static bool is_line_over(Parser *parser, const Lapse *lapse) {
    const ParserState *state = parser->state;
    return lapse->is_told && state->previous_line == parser_line_of(parser, state->block->span) &&
           state->previous_kind != TOKEN_COMMA && state->previous_kind != TOKEN_COLON &&
           !parser_at(parser, TOKEN_BAR) && (parser->current->flags & TOKEN_FIRST) &&
           !parser_at_end(parser);
}

// { '|' variant }, a line or more for each, or several on one
static NodeList parse_variants(Parser *parser, Lapse *lapse) {
    uint32_t mark = parser_list_mark(parser);
    for (;;) {
        parser_skip_newlines(parser);
        if (parser_at(parser, TOKEN_END_OF_FILE) || at_block_end(parser) ||
            parser_at_declaration(parser) || is_line_over(parser, lapse))
            return parser_list_take(parser, mark);
        parser_mark_line(parser, 0);
        if (!parser_accept(parser, TOKEN_BAR))
            report_missing_bar(parser, lapse, "| ");
        Node *variant = parse_variant(parser);
        if (AST(variant, NODE_VARIANT, Variant)->name != NULL)
            parser_list_add(parser, variant);
        bool goes_on = skip_variant_comma(parser, lapse) && parser_at(parser, TOKEN_NAME);
        if (lapse->is_told && parser_at_end(parser))
            parser_fix(parser, lapse->error,
                       (Span){parser->state->previous.end, parser->current->start}, "\n");
        else if (parser->state->is_failing || !(goes_on || parser_at(parser, TOKEN_BAR)))
            parser_end_statement(parser);
    }
}

// What stands behind `Type`.
typedef struct TypeHead {
    Span opened; // the word `Type`
    const Name *name;
    Span name_span;
    NodeList parameters;
} TypeHead;

// ':' { '|' variant } 'End' 'Type'
static Node *parse_variant_type(Parser *parser, const TypeHead *head, Lapse lapse) {
    ParserState *state = parser->state;
    VariantType *node =
        NEW_NODE(parser, VARIANT_TYPE, VariantType, parser_span_from(parser, head->opened.start));
    node->name = head->name;
    node->name_span = head->name_span;
    node->type_parameters = head->parameters;
    OpenBlock block;
    parser_open_block(parser, &block, KEYWORD_TYPE, head->opened);
    if (!parser_accept(parser, TOKEN_COLON))
        parser_skip_newlines(parser);
    state->loses_names = true;
    node->variants = parse_variants(parser, &lapse);
    state->loses_names = false;
    bool is_one_line =
        lapse.is_told && state->previous_line == parser_line_of(parser, head->opened);
    if (is_one_line && !parser_at_end(parser)) {
        parser_fix(parser, lapse.error, (Span){state->previous.end, state->previous.end},
                   "\nEnd Type");
        state->block = block.outer;
    } else {
        parser_end_block(parser, &block);
    }
    return node->name == NULL ? NULL : &node->header;
}

static Node *parse_type_alias(Parser *parser, const TypeHead *head) {
    TypeAlias *node = NEW_NODE(parser, TYPE_ALIAS, TypeAlias, head->opened);
    node->name = head->name;
    node->name_span = head->name_span;
    node->type_parameters = head->parameters;
    node->target = parser_type(parser, TYPE_ALONE);
    node->header.span = parser_span_from(parser, head->opened.start);
    parser_end_statement(parser);
    return node->name == NULL ? NULL : &node->header;
}

// At a variant without its bar, `distance` tokens ahead: `Red`, `Red,` or `Red with …`.
static bool at_bare_variant(Parser *parser, uint32_t distance) {
    const Token *name = parser_peek(parser, distance);
    const Token *next = parser_peek(parser, distance + 1);
    return name->kind == TOKEN_NAME && parser_begins_type(name) && !parser_begins_statement(name) &&
           (next->kind == TOKEN_NEWLINE || next->kind == TOKEN_COMMA || next->kind == TOKEN_BAR ||
            next->keyword == KEYWORD_WITH || next->keyword == KEYWORD_OR);
}

// At a variant, `distance` tokens ahead or on the line behind them.
static bool at_variant(Parser *parser, uint32_t distance) {
    if (parser_peek(parser, distance)->kind == TOKEN_NEWLINE)
        distance++;
    return parser_peek(parser, distance)->kind == TOKEN_BAR || at_bare_variant(parser, distance);
}

static bool at_variants(Parser *parser) {
    bool is_alias = parser_at(parser, TOKEN_NAME) && parser_peek(parser, 1)->kind == TOKEN_NEWLINE;
    return parser_at(parser, TOKEN_COLON) || (!is_alias && at_variant(parser, 0));
}

// `one of Red, Green`
static void skip_one_of(Parser *parser, Lapse *lapse) {
    bool is_one =
        parser_is_word(parser->current, "one") && parser_peek(parser, 1)->keyword == KEYWORD_OF;
    const Token *behind = parser_peek(parser, 3); // a variant
    bool is_alias = behind->kind == TOKEN_NEWLINE || behind->kind == TOKEN_END_OF_FILE;
    if (parser->state->is_failing || !is_one || is_alias) // or of a type called `one`
        return;
    Position start = parser->current->start;
    report_missing_bar(parser, lapse, "");
    parser_advance(parser);
    parser_advance(parser);
    parser_fix(parser, lapse->error, (Span){start, parser->current->start}, "");
}

// 'Type' 'called' "name" [ 'of' parameters ] ':' ( { field } | { '|' variant } ) 'End' 'Type'
static Node *parse_called_type(Parser *parser, const TypeHead *head) {
    Structure *node = NEW_NODE(parser, STRUCTURE, Structure, head->opened);
    node->name = head->name;
    node->name_span = head->name_span;
    parse_structure_body(parser, node, KEYWORD_TYPE, head->opened);
    node->type_parameters = head->parameters;
    return node->name == NULL ? NULL : &node->header;
}

// `Type Name:`: the word `is` is missing, or `called` and the quotes. The first word, if it was
// taken for `Type`, is to blame for both.
static Lapse report_missing_is(Parser *parser, const TypeHead *head, bool has_variants) {
    ParserState *state = parser->state;
    Diagnostic *error = state->mistake;
    if (state->mistaken == NULL) {
        error = parser_report(parser, ERROR_expected_token, parser_token_span(parser->current),
                              "expected `is` after the name of a type");
        parser_help(parser, error,
                    "a structure is written `Type called \"%s\":`, a choice of "
                    "variants `Type %s is:`",
                    head->name->text, head->name->text);
    }
    Position start = parser->current->start;
    const char *name = parser_text_of(parser, head->name_span, NULL);
    char called[64];
    if (has_variants) {
        parser_fix(parser, error, (Span){start, start}, " is");
    } else if (name != NULL) {
        snprintf(called, sizeof called, "called \"%s\"", name);
        parser_fix(parser, error, head->name_span, called);
    }
    return (Lapse){error, state->mistaken != NULL};
}

// At `called` behind `Type`, which may also be the name of an alias, or, before a name in quotes,
// at a word like it.
static bool at_called_type(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    return (parser_at_word(parser, KEYWORD_CALLED) && next->keyword != KEYWORD_IS) ||
           (next->kind == TOKEN_STRING && parser_is_misspelt(parser, KEYWORD_CALLED));
}

// 'Type' ( called type | name [ 'of' parameters ] 'is' ( variant type | type ) )
Node *parser_type_declaration(Parser *parser) {
    ParserState *state = parser->state;
    TypeHead head = {.opened = parser_token_span(parser->current)};
    Lapse lapse = {NULL, false};
    parser_advance(parser);
    bool is_called = at_called_type(parser);
    if (is_called) {
        parser_expect_word(parser, KEYWORD_CALLED, "and the name of a type");
        head.name = parser_quoted_name(parser, "the name of a type", &head.name_span);
    } else {
        head.name = parser_expect_name(parser, "the name of a type", &head.name_span);
        const Token *next = parser_peek(parser, 1);
        if (next->keyword == KEYWORD_IS || next->keyword == KEYWORD_OF)
            parser_skip_doubled(parser);
    }
    if (!state->is_failing)
        head.parameters = parser_type_parameters(parser);
    bool is_structure = is_called || (!state->is_failing && parser_at(parser, TOKEN_COLON));
    if (is_structure && !parser_at_word(parser, KEYWORD_IS)) {
        bool has_variants = parser_at(parser, TOKEN_COLON) && at_variant(parser, 1);
        if (!is_called)
            lapse = report_missing_is(parser, &head, has_variants);
        return has_variants ? parse_variant_type(parser, &head, lapse)
                            : parse_called_type(parser, &head);
    }
    if (parser_expect_word(parser, KEYWORD_IS, "after the name of a type") &&
        parser_peek(parser, 1)->kind != TOKEN_NEWLINE)
        parser_skip_doubled(parser);
    skip_one_of(parser, &lapse);
    if (!state->is_failing && (lapse.is_told || at_variants(parser)))
        return parse_variant_type(parser, &head, lapse);
    return parse_type_alias(parser, &head);
}
