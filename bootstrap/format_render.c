// Pieces as text: indentation, spaces, blank lines, and comments behind code in columns.
#include "format_internal.h"

#include <string.h>

enum {
    INDENT = 4,
    COLUMNS = 100,      // what a line may have
    COMMENT_SPACES = 2, // before a comment behind code
};

// A comment behind code: the spaces before it are put in at the end.
typedef struct Trailing {
    size_t offset;        // in the text without those spaces
    uint32_t line;        // number of the line written
    uint32_t indentation; // of that line
    uint32_t code_width;
    uint32_t width;
} Trailing;

// An open bracket.
typedef struct Bracket {
    uint32_t outside; // indentation of the line that it stands in
    uint32_t inside;  // of lines that begin inside
} Bracket;

typedef struct Renderer {
    const PieceList *pieces;
    Buffer text;
    uint32_t line; // number of the line being written
    size_t line_start;
    uint32_t indentation; // of the line being written, in columns
    bool has_text;        // on the line being written
    uint32_t next_token;  // the piece that is the first token behind a run of comments
    // Of the statement being written
    int32_t depth;
    bool is_header; // it opens a block
    Bracket *brackets;
    uint32_t bracket_count;
    uint32_t bracket_capacity;
    Trailing *trailing;
    uint32_t trailing_count;
    uint32_t trailing_capacity;
} Renderer;

// --- Buffers ------------------------------------------------------------------------------------

static char *buffer_reserve(Buffer *buffer, size_t size) {
    if (buffer->capacity - buffer->length < size) {
        size_t capacity = buffer->capacity == 0 ? 4096 : buffer->capacity;
        while (capacity - buffer->length < size)
            capacity *= 2;
        buffer->bytes = memory_resize(buffer->bytes, capacity);
        buffer->capacity = capacity;
    }
    return buffer->bytes + buffer->length;
}

void buffer_append(Buffer *buffer, const char *bytes, size_t length) {
    memcpy(buffer_reserve(buffer, length + 1), bytes, length);
    buffer->length += length;
}

void buffer_fill(Buffer *buffer, char character, size_t count) {
    memset(buffer_reserve(buffer, count + 1), character, count);
    buffer->length += count;
}

// --- Lines --------------------------------------------------------------------------------------

// Characters, as far as one is a column.
static uint32_t width_of(const char *text, size_t length) {
    uint32_t width = 0;
    for (size_t i = 0; i < length; i++)
        width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

static void end_line(Renderer *renderer) {
    buffer_fill(&renderer->text, '\n', 1);
    renderer->line++;
    renderer->line_start = renderer->text.length;
    renderer->has_text = false;
}

static void indent(Renderer *renderer, uint32_t columns) {
    renderer->indentation = columns;
    buffer_fill(&renderer->text, ' ', columns);
}

static void write_text(Renderer *renderer, const char *text, size_t length) {
    buffer_append(&renderer->text, text, length);
    renderer->has_text = true;
}

// --- Statements ---------------------------------------------------------------------------------

static bool begins_statement(const Piece *piece) {
    return piece->kind == PIECE_TOKEN && piece->token->depth != LAYOUT_INSIDE &&
           (piece->token->flags & TOKEN_FIRST);
}

// Whether the statement that begins at the piece ends with a colon.
static bool opens_block(const PieceList *pieces, uint32_t index) {
    uint8_t last = TOKEN_END_OF_FILE;
    do {
        if (pieces->items[index].kind == PIECE_TOKEN)
            last = pieces->items[index].token->kind;
        index++;
    } while (index < pieces->count && !begins_statement(&pieces->items[index]));
    return last == TOKEN_COLON;
}

static void begin_statement(Renderer *renderer, uint32_t index) {
    renderer->depth = renderer->pieces->items[index].token->depth;
    renderer->is_header = opens_block(renderer->pieces, index);
    renderer->bracket_count = 0;
}

static void open_bracket(Renderer *renderer) {
    if (renderer->bracket_count == renderer->bracket_capacity) {
        renderer->bracket_capacity = renderer->bracket_capacity * 2 + 16;
        renderer->brackets =
            memory_resize(renderer->brackets, renderer->bracket_capacity * sizeof(Bracket));
    }
    uint32_t outside = renderer->indentation;
    uint32_t first_line = (uint32_t)renderer->depth * INDENT;
    bool is_body_near = renderer->is_header && outside == first_line;
    renderer->brackets[renderer->bracket_count++] =
        (Bracket){outside, outside + (is_body_near ? 2 : 1) * INDENT};
}

static bool is_opening(uint8_t kind) {
    return kind == TOKEN_LEFT_PARENTHESIS || kind == TOKEN_LEFT_BRACKET;
}

static bool is_closing(uint8_t kind) {
    return kind == TOKEN_RIGHT_PARENTHESIS || kind == TOKEN_RIGHT_BRACKET;
}

// --- Indentation --------------------------------------------------------------------------------

// A line that goes on with the statement before it. What follows a header is set off from its
// block.
static uint32_t continuation_indentation(const Renderer *renderer, const Piece *piece) {
    if (renderer->bracket_count > 0) {
        const Bracket *bracket = &renderer->brackets[renderer->bracket_count - 1];
        bool closes = piece->kind == PIECE_TOKEN && is_closing(piece->token->kind);
        return closes ? bracket->outside : bracket->inside;
    }
    return ((uint32_t)renderer->depth + (renderer->is_header ? 2 : 1)) * INDENT;
}

static bool is_end(const LayoutToken *token) { return token->keyword == KEYWORD_END; }

static bool is_branch(const LayoutToken *token) {
    return token->keyword == KEYWORD_WHEN || token->keyword == KEYWORD_OTHERWISE;
}

// A comment stands where the statement behind it does. Before an End it belongs to the block, and
// before a branch it does if its author has put it deeper than that.
static uint32_t comment_indentation(Renderer *renderer, uint32_t index) {
    const PieceList *pieces = renderer->pieces;
    uint32_t column = pieces->items[index].column;
    if (renderer->next_token <= index)
        renderer->next_token = index + 1;
    while (renderer->next_token < pieces->count &&
           pieces->items[renderer->next_token].kind != PIECE_TOKEN)
        renderer->next_token++;
    if (renderer->next_token == pieces->count)
        return 0;
    const Piece *piece = &pieces->items[renderer->next_token];
    if (!begins_statement(piece))
        return continuation_indentation(renderer, piece);
    int32_t depth = piece->token->depth;
    int32_t inside = renderer->depth + (renderer->is_header ? 1 : 0);
    bool is_inside = is_end(piece->token) || (is_branch(piece->token) && column > piece->column);
    return (uint32_t)(is_inside && inside > depth ? inside : depth) * INDENT;
}

static uint32_t indentation_of(Renderer *renderer, uint32_t index) {
    const Piece *piece = &renderer->pieces->items[index];
    if (piece->kind != PIECE_TOKEN)
        return comment_indentation(renderer, index);
    if (begins_statement(piece))
        return (uint32_t)piece->token->depth * INDENT;
    return continuation_indentation(renderer, piece);
}

// --- Spaces -------------------------------------------------------------------------------------

static bool is_number(uint8_t kind) { return kind == TOKEN_INTEGER || kind == TOKEN_FLOAT; }

// A colon right behind this name would make a comment.
static bool is_note(const Piece *piece) {
    return piece->length == 4 && memcmp(piece->text, "Note", 4) == 0;
}

static bool is_tight(const Piece *before, const Piece *piece) {
    uint8_t left = before->token->kind;
    uint8_t right = piece->token->kind;
    if (is_opening(left) || left == TOKEN_DOT || (before->token->flags & TOKEN_PREFIX))
        return true;
    if (is_closing(right) || right == TOKEN_COMMA)
        return true;
    if (right == TOKEN_COLON)
        return !is_note(before);
    if (right == TOKEN_DOT)
        return !is_number(left); // 1.x would be read as a number
    return (piece->token->flags & TOKEN_APPLIED) != 0;
}

static void separate(Renderer *renderer, const Piece *before, const Piece *piece) {
    bool are_tokens = before->kind == PIECE_TOKEN && piece->kind == PIECE_TOKEN;
    if (piece->kind != PIECE_ASSEMBLY && !(are_tokens && is_tight(before, piece)))
        buffer_fill(&renderer->text, ' ', 1);
}

// --- Comments -----------------------------------------------------------------------------------

static void note_trailing(Renderer *renderer, const Piece *piece) {
    if (renderer->trailing_count == renderer->trailing_capacity) {
        renderer->trailing_capacity = renderer->trailing_capacity * 2 + 64;
        renderer->trailing =
            memory_resize(renderer->trailing, renderer->trailing_capacity * sizeof(Trailing));
    }
    const char *line = renderer->text.bytes + renderer->line_start;
    size_t code = renderer->text.length - renderer->line_start;
    renderer->trailing[renderer->trailing_count++] =
        (Trailing){.offset = renderer->text.length,
                   .line = renderer->line,
                   .indentation = renderer->indentation,
                   .code_width = width_of(line, code),
                   .width = width_of(piece->text, piece->length)};
}

// The lines of a block comment keep their places beside each other.
static void write_block_comment(Renderer *renderer, const Piece *piece, uint32_t column) {
    const char *end = piece->text + piece->length;
    const char *line = piece->text;
    write_text(renderer, line, format_trimmed_line(line, end));
    for (line = format_next_line(line, end); line < end; line = format_next_line(line, end)) {
        uint32_t bytes;
        uint32_t old = format_indentation(line, end, &bytes);
        uint32_t length = format_trimmed_line(line, end);
        end_line(renderer);
        if (length <= bytes)
            continue;
        indent(renderer, old + column > piece->column ? old + column - piece->column : 0);
        write_text(renderer, line + bytes, length - bytes);
    }
}

static void write_assembly(Renderer *renderer, const Piece *piece) {
    const char *end = piece->text + piece->length;
    for (const char *line = piece->text; line < end; line = format_next_line(line, end)) {
        write_text(renderer, line, format_trimmed_line(line, end));
        if (memchr(line, '\n', (size_t)(end - line)) != NULL)
            end_line(renderer);
    }
}

// --- Pieces -------------------------------------------------------------------------------------

static void write_piece(Renderer *renderer, const Piece *piece) {
    switch ((PieceKind)piece->kind) {
    case PIECE_BLOCK_COMMENT: {
        uint32_t column = (uint32_t)(renderer->text.length - renderer->line_start);
        write_block_comment(renderer, piece, column);
        break;
    }
    case PIECE_ASSEMBLY:
        write_assembly(renderer, piece);
        break;
    default:
        write_text(renderer, piece->text, piece->length);
        break;
    }
    if (piece->kind != PIECE_TOKEN)
        return;
    if (is_opening(piece->token->kind))
        open_bracket(renderer);
    else if (is_closing(piece->token->kind) && renderer->bracket_count > 0)
        renderer->bracket_count--;
}

static void place_piece(Renderer *renderer, uint32_t index, const Piece *before) {
    const Piece *piece = &renderer->pieces->items[index];
    if (before != NULL && piece->breaks > 0) {
        if (renderer->has_text)
            end_line(renderer);
        if (piece->breaks > 1 && before->kind != PIECE_ASSEMBLY)
            end_line(renderer);
    }
    bool is_line_begun = renderer->has_text;
    uint32_t indentation = is_line_begun ? 0 : indentation_of(renderer, index);
    if (begins_statement(piece))
        begin_statement(renderer, index);
    if (!is_line_begun)
        indent(renderer, indentation);
    else if (piece->kind == PIECE_COMMENT && before->kind == PIECE_TOKEN)
        note_trailing(renderer, piece);
    else
        separate(renderer, before, piece);
    write_piece(renderer, piece);
}

// --- Columns of comments ------------------------------------------------------------------------

// The comments from `first` on that stand on lines right below each other, equally indented.
static uint32_t run_length(const Renderer *renderer, uint32_t first) {
    const Trailing *trailing = renderer->trailing;
    uint32_t next = first + 1;
    while (next < renderer->trailing_count && trailing[next].line == trailing[next - 1].line + 1 &&
           trailing[next].indentation == trailing[first].indentation)
        next++;
    return next - first;
}

// The column in which they all fit, or 0.
static uint32_t common_column(const Trailing *run, uint32_t count) {
    uint32_t code = 0;
    uint32_t comment = 0;
    for (uint32_t i = 0; i < count; i++) {
        code = run[i].code_width > code ? run[i].code_width : code;
        comment = run[i].width > comment ? run[i].width : comment;
    }
    return code + COMMENT_SPACES + comment <= COLUMNS ? code + COMMENT_SPACES : 0;
}

static void write_aligned(const Renderer *renderer, Buffer *output) {
    size_t done = 0;
    for (uint32_t first = 0; first < renderer->trailing_count;) {
        const Trailing *run = renderer->trailing + first;
        uint32_t count = run_length(renderer, first);
        uint32_t column = common_column(run, count);
        for (uint32_t i = 0; i < count; i++) {
            buffer_append(output, renderer->text.bytes + done, run[i].offset - done);
            done = run[i].offset;
            buffer_fill(output, ' ', column > 0 ? column - run[i].code_width : COMMENT_SPACES);
        }
        first += count;
    }
    buffer_append(output, renderer->text.bytes + done, renderer->text.length - done);
}

void format_render(const PieceList *pieces, Buffer *output) {
    Renderer renderer = {.pieces = pieces};
    const Piece *before = NULL;
    for (uint32_t i = 0; i < pieces->count; i++) {
        if (pieces->items[i].kind == PIECE_LINE_END)
            continue;
        place_piece(&renderer, i, before);
        before = &pieces->items[i];
    }
    if (renderer.has_text)
        end_line(&renderer);
    buffer_fill(&renderer.text, '\0', 0); // an empty source has bytes, too
    write_aligned(&renderer, output);
    memory_free(renderer.text.bytes);
    memory_free(renderer.brackets);
    memory_free(renderer.trailing);
}
