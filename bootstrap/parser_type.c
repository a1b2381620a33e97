// Type expressions.
#include "parser_internal.h"

#include <string.h>
#include <strings.h>

#define TYPE_HELP                                                                                  \
    "a type is a name such as Integer, Float, String, Boolean, `List of String`, or that of a "    \
    "structure"

static Node *fail_type(Parser *parser) {
    Span span = parser_error_span(parser);
    Diagnostic *error = parser_fail_expected(parser, ERROR_expected_type, "a type");
    parser_help(parser, error, TYPE_HELP);
    return parser_error_node(parser, span);
}

// At a comma: whether another type argument follows it, rather than the next item of the list that
// the type stands in.
static bool argument_follows(Parser *parser, TypeContext context) {
    if (!parser_at(parser, TOKEN_COMMA) || context == TYPE_IN_LIST)
        return false;
    const Token *next = parser_peek_past_lines(parser, 1);
    const Token *after = parser_peek_past_lines(parser, 2);
    if (next->kind == TOKEN_LEFT_PARENTHESIS)
        return true;
    if (next->kind != TOKEN_NAME)
        return false;
    if (context == TYPE_CONSTRUCTED)
        return true;
    if (after->keyword == KEYWORD_AS)
        return false;
    if (context != TYPE_OF_FIELD)
        return true;
    return after->kind != TOKEN_COLON &&
           !(next->keyword == KEYWORD_END && after->kind == TOKEN_NAME);
}

// 'of' type { ',' type }; List, Set, Array and Pointer take one argument, so that a comma behind it
// belongs to what is around.
static void parse_arguments(Parser *parser, TypeName *node, Keyword name, TypeContext context) {
    bool takes_one = name == KEYWORD_LIST_TYPE || name == KEYWORD_SET || name == KEYWORD_ARRAY ||
                     name == KEYWORD_POINTER;
    uint32_t mark = parser_list_mark(parser);
    parser_list_add(parser, parser_type(parser, context));
    while (!takes_one && !parser->state->is_failing && argument_follows(parser, context)) {
        parser_advance(parser);
        parser_skip_newlines(parser);
        parser_list_add(parser, parser_type(parser, context));
    }
    node->arguments = parser_list_take(parser, mark);
}

// `,`, `as` and the like between the types of a Dictionary: reported, and taken for `to`.
static bool correct_to(Parser *parser, TypeContext context) {
    bool is_other = argument_follows(parser, context) || parser_at(parser, TOKEN_COLON) ||
                    parser_at_word(parser, KEYWORD_AS) || parser_at_word(parser, KEYWORD_WITH) ||
                    parser_at_word(parser, KEYWORD_AND);
    if (!is_other || parser_peek(parser, 1)->kind != TOKEN_NAME || parser->state->is_failing)
        return false;
    Diagnostic *error = parser_report_expected(parser, "`to` and the type of the values");
    parser_help(parser, error, "write `Dictionary of String to Integer`");
    parser_take_for(parser, error, "to");
    return true;
}

// A Dictionary's arguments are K 'to' V.
static void parse_dictionary(Parser *parser, TypeName *node, TypeContext context) {
    uint32_t mark = parser_list_mark(parser);
    parser_list_add(parser, parser_type(parser, TYPE_CONSTRUCTED)); // `to` must follow
    if (correct_to(parser, context) ||
        parser_expect_word(parser, KEYWORD_TO, "and the type of the values"))
        parser_list_add(parser, parser_type(parser, context));
    else
        parser_list_add(parser, parser_error_node(parser, parser_error_span(parser)));
    node->arguments = parser_list_take(parser, mark);
}

// 'Array' '[' expression ']' 'of' type; the current token is `Array`.
static Node *parse_fixed_array(Parser *parser, TypeContext context) {
    Position start = parser->current->start;
    TypeFixedArray *node =
        NEW_NODE(parser, TYPE_FIXED_ARRAY, TypeFixedArray, parser_token_span(parser->current));
    parser_advance(parser);
    parser->current->flags |= TOKEN_APPLIED;
    Span open = parser_open_bracket(parser);
    node->size = parser_value(parser, LEVEL_LAMBDA, 0);
    parser_close_bracket(parser, TOKEN_RIGHT_BRACKET, open);
    if (!parser_at_word(parser, KEYWORD_OF)) {
        Diagnostic *error =
            parser_fail_expected(parser, ERROR_expected_token, "`of` and the type of the elements");
        parser_help(parser, error,
                    "a fixed array is declared by `Let a as Array[3] of Integer`; "
                    "`Let a be [1, 2, 3]` makes one that can grow");
    }
    if (parser_accept_word(parser, KEYWORD_OF))
        node->element = parser_type(parser, context);
    else
        node->element = parser_error_node(parser, parser_error_span(parser));
    node->header.span = parser_span_from(parser, start);
    return parser_finish(parser, node);
}

// '(' [ type { ',' type } ] ')'
static NodeList parse_function_parameters(Parser *parser) {
    uint32_t mark = parser_list_mark(parser);
    Span open = parser_open_bracket(parser);
    while (!parser->state->is_failing && !parser_at(parser, TOKEN_RIGHT_PARENTHESIS)) {
        parser_list_add(parser, parser_type(parser, TYPE_IN_LIST));
        if (!parser_accept(parser, TOKEN_COMMA))
            break;
    }
    parser_close_bracket(parser, TOKEN_RIGHT_PARENTHESIS, open);
    return parser_list_take(parser, mark);
}

// Behind `of`, without parentheses around the types.
static void parse_bare_parameters(Parser *parser, TypeContext context, Diagnostic *error) {
    Position start = parser->current->start;
    parser_type(parser, TYPE_IN_LIST);
    while (!parser->state->is_failing && argument_follows(parser, context)) {
        parser_advance(parser);
        parser_type(parser, TYPE_IN_LIST);
    }
    Position end = parser->state->previous.end;
    parser_fix(parser, error, (Span){start, start}, "(");
    parser_fix(parser, error, (Span){end, end}, ")");
}

// Behind `Function`, where no `of (` is: reports it, and takes what stands there instead. Whether
// the types in it are all that the function takes and gives is not known.
static void correct_function(Parser *parser, TypeContext context) {
    bool has_of = parser_accept_word(parser, KEYWORD_OF);
    Span span = parser_error_span(parser);
    bool has_bracket = parser_at(parser, TOKEN_LEFT_PARENTHESIS);
    Diagnostic *error = parser_report(parser, ERROR_expected_token, span,
                                      "expected %s the types of the parameters, found %s",
                                      has_of        ? "`(` and"
                                      : has_bracket ? "`of` before"
                                                    : "`of` and, in parentheses,",
                                      parser_describe(parser, parser->current));
    parser_help(parser, error, "write `Function of (Integer) returns Integer`");
    if (has_bracket) {
        parser_fix(parser, error, (Span){parser->state->previous.end, span.start}, " of ");
        parse_function_parameters(parser);
    } else if (has_of && parser_at(parser, TOKEN_NAME)) {
        parse_bare_parameters(parser, context, error);
    } else if (has_of) {
        parser->state->is_failing = true;
    }
}

// 'Function' 'of' '(' [ type { ',' type } ] ')' [ 'returns' type ]; the current token is
// `Function`.
static Node *parse_function(Parser *parser, TypeContext context) {
    Position start = parser->current->start;
    TypeFunction *node =
        NEW_NODE(parser, TYPE_FUNCTION, TypeFunction, parser_token_span(parser->current));
    parser_advance(parser);
    bool is_good = parser_at_word(parser, KEYWORD_OF) &&
                   parser_peek(parser, 1)->kind == TOKEN_LEFT_PARENTHESIS;
    if (is_good) {
        parser_advance(parser);
        node->parameters = parse_function_parameters(parser);
    } else {
        correct_function(parser, context);
    }
    if (parser_accept_word(parser, KEYWORD_RETURNS))
        node->result = parser_type(parser, context);
    node->header.span = parser_span_from(parser, start);
    return is_good ? parser_finish(parser, node) : parser_error_node(parser, node->header.span);
}

// `List<Integer>`, `List[Integer]`, `Integer[10]`
static void fail_foreign_arguments(Parser *parser, const Name *name) {
    const Token *inner = parser_peek(parser, 1);
    Span span = parser_token_span(parser->current);
    bool is_array = parser_at(parser, TOKEN_LEFT_BRACKET) && inner->kind != TOKEN_NAME;
    const char *size = inner->kind == TOKEN_INTEGER ? "[10]" : "";
    Diagnostic *error = parser_fail(parser, ERROR_expected_type, span,
                                    "the types of elements stand behind `of`, not in %s",
                                    parser_at(parser, TOKEN_LESS) ? "`<` and `>`" : "brackets");
    if (is_array)
        parser_help(parser, error, "an array is written `Array%s of %s`", size, name->text);
    else if (name->keyword == KEYWORD_DICTIONARY_TYPE)
        parser_help(parser, error, "write `Dictionary of String to Integer`");
    else
        parser_help(parser, error, "write `%s of %s`", name->text,
                    inner->kind == TOKEN_NAME ? inner->value.name->text : "Integer");
}

// Names that other languages, or another case of the letters, give to Dictionary: where `to`
// follows, another type does. The name itself is reported when names are looked up.
static void parse_foreign_values(Parser *parser, TypeName *node, TypeContext context) {
    if (node->name == NULL || node->arguments.count != 1 || !parser_at_word(parser, KEYWORD_TO))
        return;
    const char *dictionary = keyword_text(KEYWORD_DICTIONARY_TYPE);
    const char *foreign = foreign_type(node->name->text);
    if (strcasecmp(node->name->text, dictionary) != 0 &&
        (foreign == NULL || strcmp(foreign, dictionary) != 0))
        return;
    parser_advance(parser);
    uint32_t mark = parser_list_mark(parser);
    parser_list_add(parser, node->arguments.items[0]);
    parser_list_add(parser, parser_type(parser, context));
    node->arguments = parser_list_take(parser, mark);
}

const char *parser_foreign_type(const Name *name) {
    bool is_capital = name->text[0] >= 'A' && name->text[0] <= 'Z';
    return is_capital ? NULL : foreign_type(name->text);
}

bool parser_begins_type(const Token *token) {
    if (token->kind != TOKEN_NAME)
        return false;
    const char *text = token->value.name->text;
    return (text[0] >= 'A' && text[0] <= 'Z') ||
           (token->keyword == KEYWORD_NONE && foreign_type(text) != NULL);
}

// `List with Integer`: another word where `of` stands. Reported, and taken for it.
static bool correct_of(Parser *parser, const Name *name, Keyword keyword, TypeContext context) {
    bool is_collection = keyword == KEYWORD_LIST_TYPE || keyword == KEYWORD_SET ||
                         keyword == KEYWORD_ARRAY || keyword == KEYWORD_DICTIONARY_TYPE;
    bool is_other = parser_at_word(parser, KEYWORD_WITH) || parser_at_word(parser, KEYWORD_FROM) ||
                    parser_at_word(parser, KEYWORD_CONTAINING) ||
                    parser_is_like_word(parser->current, KEYWORD_OF);
    if (!is_collection || !is_other || context == TYPE_CONSTRUCTED || parser->state->is_failing ||
        !parser_begins_type(parser_peek(parser, 1)))
        return false;
    Diagnostic *error = parser_report_expected(parser, "`of` behind `%s`", name->text);
    parser_help(parser, error,
                keyword == KEYWORD_DICTIONARY_TYPE ? "write `%s of String to Integer`"
                                                   : "write `%s of Integer`",
                name->text);
    parser_take_for(parser, error, "of");
    return true;
}

// At the collection of `Integer Array`, in any case of its letters; KEYWORD_NONE for none.
static Keyword collection_behind(const Token *token) {
    static const Keyword words[] = {KEYWORD_ARRAY, KEYWORD_LIST_TYPE, KEYWORD_SET};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (parser_is_like_word(token, words[i]))
            return words[i];
    }
    return KEYWORD_NONE;
}

// `Integer Array`: reported, and read as `Array of Integer`. `element` is taken; else it is given
// back.
static Node *correct_element_before(Parser *parser, TypeName *element) {
    const ParserState *state = parser->state;
    Keyword collection = collection_behind(parser->current);
    if (collection == KEYWORD_NONE)
        return &element->header;
    Span span = {element->header.span.start, parser->current->end};
    const char *word = keyword_text(collection);
    const char *foreign = parser_foreign_type(element->name);
    Diagnostic *error = parser_report(parser, ERROR_expected_type, span,
                                      "the type of the elements stands behind `%s of`", word);
    char fixed[32];
    snprintf(fixed, sizeof fixed, "%s of ", word);
    parser_help(parser, error, "write `%s%s`", fixed,
                foreign != NULL ? foreign
                                : parser_text_of(parser, element->header.span, "Integer"));
    parser_fix(parser, error, (Span){span.start, span.start}, fixed);
    if (foreign != NULL)
        parser_fix(parser, error, element->header.span, foreign);
    parser_fix(parser, error, (Span){state->previous.end, span.end}, "");
    parser_advance(parser);
    TypeName *node = NEW_NODE(parser, TYPE_NAME, TypeName, span);
    node->name = intern_text(&state->compilation->names, word);
    uint32_t mark = parser_list_mark(parser);
    parser_list_add(parser, foreign != NULL ? parser_error_node(parser, element->header.span)
                                            : &element->header);
    node->arguments = parser_list_take(parser, mark);
    return parser_finish(parser, node);
}

// [ 'inline' ] name [ '.' name ] [ arguments ] [ lifetime ]
static Node *parse_named(Parser *parser, TypeContext context) {
    Position start = parser->current->start;
    TypeName *node = NEW_NODE(parser, TYPE_NAME, TypeName, parser_token_span(parser->current));
    if (parser_at_word(parser, KEYWORD_INLINE_TYPE) && parser_peek(parser, 1)->kind == TOKEN_NAME) {
        parser_advance(parser);
        if (parser_begins_type(parser_peek(parser, 1)))
            parser_skip_doubled(parser);
        node->header.flags |= NODE_INLINE;
    }
    Span span;
    Keyword keyword = (Keyword)parser->current->keyword;
    node->name = parser_expect_name(parser, "a type", &span);
    bool may_be_result = parser_peek(parser, 1)->kind == TOKEN_COLON; // of a process
    if (parser_begins_type(parser->current) && !may_be_result)
        parser_skip_doubled(parser);
    if (parser_at(parser, TOKEN_DOT) && parser_peek(parser, 1)->kind == TOKEN_NAME) {
        parser_advance(parser);
        node->qualifier = node->name;
        node->name = parser_expect_name(parser, "a type", &span);
        keyword = KEYWORD_NONE;
    }
    if (keyword == KEYWORD_POINTER && parser_accept_word(parser, KEYWORD_TO)) {
        parse_arguments(parser, node, keyword, context);
    } else if (keyword == KEYWORD_POINTER && parser_at_word(parser, KEYWORD_OF)) {
        span = parser_token_span(parser->current);
        Diagnostic *error =
            parser_report(parser, ERROR_expected_token, span,
                          "expected `to` between `Pointer` and its type, found `of`");
        parser_help(parser, error, "write `Pointer to`");
        parser_fix(parser, error, span, "to");
        parser_advance(parser);
        parse_arguments(parser, node, keyword, context);
    } else if (parser_accept_word(parser, KEYWORD_OF) ||
               correct_of(parser, node->name, keyword, context)) {
        if (keyword == KEYWORD_DICTIONARY_TYPE)
            parse_dictionary(parser, node, context);
        else
            parse_arguments(parser, node, keyword, context);
        parse_foreign_values(parser, node, context);
    } else if (parser_at(parser, TOKEN_LESS) || parser_at(parser, TOKEN_LEFT_BRACKET)) {
        fail_foreign_arguments(parser, node->name);
    }
    if (parser_at(parser, TOKEN_LIFETIME)) {
        parser->state->compilation->has_lifetimes = true;
        node->lifetime = parser->current->value.name;
        node->lifetime_span = parser_token_span(parser->current);
        parser_advance(parser);
    }
    node->header.span = parser_span_from(parser, start);
    Node *type = parser_finish(parser, node);
    bool may_be_element = parser_at(parser, TOKEN_NAME) && !parser_at_word(parser, KEYWORD_BE) &&
                          !parser_at_word(parser, KEYWORD_RETURNS) && !parser->state->is_failing;
    return may_be_element ? correct_element_before(parser, node) : type;
}

// `a Integer`: reported and passed over. A type may be called `a`, too.
static void skip_article(Parser *parser) {
    const Token *next = parser_peek(parser, 1);
    bool is_article = parser_at_word(parser, KEYWORD_A) || parser_at_word(parser, KEYWORD_AN) ||
                      parser_at_word(parser, KEYWORD_THE);
    if (!is_article || !parser_begins_type(next))
        return;
    Diagnostic *error = parser_report(parser, ERROR_expected_type,
                                      parser_token_span(parser->current), "a type has no article");
    parser_help(parser, error, "leave it out: `%s`", next->value.name->text);
    parser_fix(parser, error, (Span){parser->current->start, next->start}, "");
    parser_advance(parser);
}

// At a word that a type stands behind, in the place of a type: it stands twice, or, which is the
// result, the type before it is missing. Both are reported.
static bool correct_word_before(Parser *parser) {
    bool is_before = parser_at_word(parser, KEYWORD_AS) || parser_at_word(parser, KEYWORD_OF) ||
                     parser_at_word(parser, KEYWORD_TO) || parser_at_word(parser, KEYWORD_RETURNS);
    if (!is_before || !parser_begins_type(parser_peek(parser, 1)) || parser_skip_doubled(parser) ||
        !parser_at_word(parser, KEYWORD_RETURNS))
        return false;
    Span span = parser->state->previous;
    Diagnostic *error =
        parser_report(parser, ERROR_expected_type, span, "the type behind `%s` is missing",
                      parser_text_of(parser, span, ""));
    parser_help(parser, error, TYPE_HELP);
    return true;
}

// type = fixed array | function | named | '(' type ')'
Node *parser_type(Parser *parser, TypeContext context) {
    if (parser->state->is_failing || correct_word_before(parser))
        return parser_error_node(parser, parser_error_span(parser));
    skip_article(parser);
    Node *type;
    if (!parser_enter(parser)) {
        type = parser_error_node(parser, parser_error_span(parser));
    } else if (parser_at(parser, TOKEN_LEFT_PARENTHESIS)) {
        Span open = parser_open_bracket(parser);
        type = parser_type(parser, TYPE_ALONE);
        parser_close_bracket(parser, TOKEN_RIGHT_PARENTHESIS, open);
    } else if (!parser_at(parser, TOKEN_NAME)) {
        type = fail_type(parser);
    } else if (parser_at_word(parser, KEYWORD_ARRAY) &&
               parser_peek(parser, 1)->kind == TOKEN_LEFT_BRACKET) {
        type = parse_fixed_array(parser, context);
    } else if (parser_at_word(parser, KEYWORD_FUNCTION)) {
        type = parse_function(parser, context);
    } else {
        type = parse_named(parser, context);
    }
    parser_leave(parser);
    return type;
}

NodeList parser_type_parameter_names(Parser *parser) {
    uint32_t mark = parser_list_mark(parser);
    do {
        parser_skip_newlines(parser); // behind a comma
        TypeParameter *parameter =
            NEW_NODE(parser, TYPE_PARAMETER, TypeParameter, parser_token_span(parser->current));
        Span span;
        parameter->name = parser_lacks_type_parameter(parser);
        if (parameter->name == NULL)
            parameter->name = parser_expect_name(parser, "a type parameter's name", &span);
        if (parameter->name != NULL)
            parser_list_add(parser, parameter);
    } while (!parser->state->is_failing && parser_accept(parser, TOKEN_COMMA));
    return parser_list_take(parser, mark);
}

NodeList parser_type_parameters(Parser *parser) {
    if (parser_accept_meant(parser, KEYWORD_OF))
        return parser_type_parameter_names(parser);
    return (NodeList){NULL, 0};
}
