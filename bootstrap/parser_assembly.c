// Inline Assembly: the lines between its header and `End Assembly` are no tokens.
#include "parser_internal.h"

#include <string.h>

// Text for the assembler under construction, in the arena; never longer than twice the source text.
typedef struct AssemblyText {
    Parser *parser;
    char *bytes;
    uint32_t length;
    Span span; // of the source text that it came from
} AssemblyText;

static bool is_name_part(char c) { return lexer_is_name(c); }

// The text collected so far becomes a STRING_LITERAL part.
static void flush_text(AssemblyText *text) {
    if (text->length == 0)
        return;
    Parser *parser = text->parser;
    StringLiteral *part = NEW_NODE(parser, STRING_LITERAL, StringLiteral, text->span);
    part->text = intern(&parser->state->compilation->names, text->bytes, text->length);
    parser_list_add(parser, part);
    text->length = 0;
}

// {x} at `line`: its bytes, or 0 when a brace begins something else (a register mask).
static uint32_t operand_length(const char *line, uint32_t length) {
    uint32_t end = 1;
    if (length < 3 || line[0] != '{' || !lexer_is_letter(line[1]))
        return 0;
    while (end < length && is_name_part(line[end]))
        end++;
    return end < length && line[end] == '}' ? end + 1 : 0;
}

static void add_operand(AssemblyText *text, const char *line, uint32_t length, Position position) {
    Parser *parser = text->parser;
    flush_text(text);
    Span span = {position + 1, position + length - 1};
    NameExpression *part = NEW_NODE(parser, NAME, NameExpression, span);
    part->name = intern(&parser->state->compilation->names, line + 1, length - 2);
    parser_list_add(parser, part);
}

// Bytes of a quoted text or character at `line` (which the assembler reads, not we), 1 for others.
static uint32_t quoted_length(const char *line, uint32_t length) {
    if (line[0] == '\'') // 'x or 'x', also '\n
        return length > 2 && line[1] == '\\' ? 3 : length > 1 ? 2 : 1;
    if (line[0] != '"')
        return 1;
    uint32_t end = 1;
    while (end < length && line[end] != '"')
        end += line[end] == '\\' ? 2 : 1;
    return end < length ? end + 1 : length;
}

static bool begins_comment(const char *line, uint32_t offset, uint32_t length) {
    const char *here = line + offset;
    uint32_t rest = length - offset;
    if (*here == '#' || (rest >= 2 && here[0] == '/' && here[1] == '/'))
        return true;
    return rest >= 5 && strncmp(here, "Note:", 5) == 0 && (offset == 0 || !is_name_part(here[-1]));
}

static uint32_t without_comment(const char *line, uint32_t length) {
    uint32_t end = 0;
    while (end < length && !begins_comment(line, end, length))
        end += quoted_length(line + end, length - end);
    if (end > length)
        end = length;
    while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t' || line[end - 1] == '\r'))
        end--;
    return end;
}

// One line, with a tab before and a line end behind it.
static void add_line(AssemblyText *text, const char *line, uint32_t length, Position position) {
    while (length > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        position++;
        length--;
    }
    length = without_comment(line, length);
    if (length == 0)
        return;
    if (text->length == 0)
        text->span.start = position;
    text->bytes[text->length++] = '\t';
    for (uint32_t i = 0; i < length;) {
        uint32_t operand = operand_length(line + i, length - i);
        if (operand > 0) {
            add_operand(text, line + i, operand, position + i);
            i += operand;
            text->span.start = position + i;
            continue;
        }
        uint32_t size = quoted_length(line + i, length - i);
        if (size > length - i)
            size = length - i;
        memcpy(text->bytes + text->length, line + i, size);
        text->length += size;
        i += size;
    }
    text->bytes[text->length++] = '\n';
    text->span.end = position + length;
}

// All lines of the span as the parts of an ASSEMBLY node.
static NodeList split_lines(Parser *parser, Span span) {
    const Source *source = parser->state->source;
    const char *start = source->text + (span.start - source->base);
    const char *end = source->text + (span.end - source->base);
    AssemblyText text = {.parser = parser, .span = span};
    text.bytes = runa_arena_allocate(parser->arena, 2 * (int64_t)(end - start) + 8);
    uint32_t mark = parser_list_mark(parser);
    for (const char *line = start; line < end;) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        if (line_end == NULL)
            line_end = end;
        add_line(&text, line, (uint32_t)(line_end - line), span.start + (Position)(line - start));
        line = line_end + 1;
    }
    flush_text(&text);
    return parser_list_take(parser, mark);
}

// 'Inline' 'Assembly' ':' text 'End' 'Assembly'
Node *parser_assembly(Parser *parser) {
    ParserState *state = parser->state;
    Position start = parser->current->start;
    Assembly *node = NEW_NODE(parser, ASSEMBLY, Assembly, parser_token_span(parser->current));
    OpenBlock block;
    parser_advance(parser);
    parser_advance(parser);
    node->header.span = parser_span_from(parser, start);
    parser_open_block(parser, &block, KEYWORD_ASSEMBLY, node->header.span);
    state->has_assembly = true;
    Position from = state->previous.end;
    if (parser_at(parser, TOKEN_COLON)) {
        from = parser->current->end;
    } else {
        Diagnostic *error = parser_report(parser, ERROR_missing_colon, parser_error_span(parser),
                                          "expected `:` after the words Inline Assembly, found %s",
                                          parser_describe(parser, parser->current));
        parser_help(parser, error, "the first line of a block ends with `:`");
    }
    if (state->layout != NULL)
        layout_add(state->layout, parser_token_span(parser->current), TOKEN_COLON, NULL);
    // What was read ahead are no tokens: the lexer goes back.
    state->ahead_count = 0;
    state->previous.end = from;
    Span span = lexer_skip_assembly(parser->lexer, from);
    if (state->layout != NULL)
        layout_add(state->layout, span, LAYOUT_ASSEMBLY, NULL);
    parser->current = lexer_next(parser->lexer);
    node->parts = split_lines(parser, span);
    parser_end_block(parser, &block);
    return &node->header;
}
