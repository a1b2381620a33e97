// Nodes: making them, their names, and the dump of a tree.
#include "ast.h"

#include "../runtime/format.h"

#include <inttypes.h>
#include <string.h>

// --- Tables from ast.def and operator.def -------------------------------------------------------

static const char *const kind_names[NODE_KIND_COUNT] = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = #Struct,
#include "ast.def"
};

static const uint16_t node_sizes[NODE_KIND_COUNT] = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = sizeof(Struct),
#include "ast.def"
};

static const char *const operator_texts[OPERATOR_COUNT] = {
#define OPERATOR(NAME, level, words, sign) [OPERATOR_##NAME] = words,
#include "operator.def"
};

static const char *const operator_signs[OPERATOR_COUNT] = {
#define OPERATOR(NAME, level, words, sign) [OPERATOR_##NAME] = sign,
#include "operator.def"
};

const char *node_kind_name(NodeKind kind) {
    assert(kind < NODE_KIND_COUNT);
    return kind_names[kind];
}

const char *operator_words(Operator operator) {
    assert(operator<OPERATOR_COUNT);
    return operator_texts[operator];
}

const char *operator_sign(Operator operator) {
    assert(operator<OPERATOR_COUNT);
    return operator_signs[operator];
}

Node *ast_new(Arena *arena, NodeKind kind, Span span) {
    assert(kind < NODE_KIND_COUNT);
    return ast_new_sized(arena, kind, node_sizes[kind], span);
}

// --- Height -------------------------------------------------------------------------------------

static uint32_t list_height(const NodeList *list) {
    uint32_t height = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i] != NULL && list->items[i]->height > height)
            height = list->items[i]->height;
    }
    return height;
}

#define RAISE(amount)                                                                              \
    {                                                                                              \
        uint32_t below = amount;                                                                   \
        if (below > height)                                                                        \
            height = below;                                                                        \
    }
#define CHILD(x) RAISE(from->x == NULL ? 0 : from->x->height)
#define LIST(x) RAISE(list_height(&from->x))
#define NODE(KIND, Struct, fields)                                                                 \
    static uint32_t height_below_##Struct(const Node *node) {                                      \
        const Struct *from = (const Struct *)(const void *)node;                                   \
        uint32_t height = 0;                                                                       \
        (void)from;                                                                                \
        fields return height;                                                                      \
    }
#include "ast.def"

uint32_t ast_height_below(const Node *node) {
    static uint32_t (*const functions[NODE_KIND_COUNT])(const Node *) = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = height_below_##Struct,
#include "ast.def"
    };
    return functions[node->kind](node);
}

// --- Dump ---------------------------------------------------------------------------------------
// A line a node: its kind, its flags, then its names and numbers. Its parts follow, indented, each
// part or list of parts under its field's name.

static const char *const flag_texts[NODE_FLAG_COUNT] = {
#define NODE_FLAG(NAME, text) [NODE_BIT_##NAME] = text,
#include "node_flag.def"
};

typedef struct Dump {
    FILE *stream;
    int depth;
} Dump;

static void dump_node(Dump *dump, const Node *node);

static void dump_indent(const Dump *dump) { fprintf(dump->stream, "%*s", dump->depth * 2, ""); }

static void dump_text(FILE *stream, const Name *text) {
    putc('"', stream);
    for (uint32_t i = 0; i < text->length; i++) {
        unsigned char c = (unsigned char)text->text[i];
        if (c == '"' || c == '\\')
            fprintf(stream, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", stream);
        else if (c < 0x20 || c == 0x7f)
            fprintf(stream, "\\x%02x", c);
        else
            putc(c, stream);
    }
    putc('"', stream);
}

static void dump_name(Dump *dump, const char *field, const Name *name) {
    if (name == NULL)
        return;
    fprintf(dump->stream, " %s=", field);
    dump_text(dump->stream, name);
}

static void dump_integer(Dump *dump, const Node *node, const char *field, int64_t value) {
    bool is_operator = strcmp(field, "operator") == 0;
    if (value == 0 && strcmp(field, "value") != 0)
        return; // no operator, or what the checker has not filled
    if (is_operator)
        fprintf(dump->stream, " \"%s\"", operator_words((Operator)value));
    else if (node->flags & NODE_UNSIGNED)
        fprintf(dump->stream, " %s=%" PRIu64, field, (uint64_t)value);
    else
        fprintf(dump->stream, " %s=%" PRId64, field, value);
}

static void dump_float(Dump *dump, const char *field, double value) {
    char text[RUNA_NUMBER_TEXT];
    runa_format_float(value, text);
    fprintf(dump->stream, " %s=%s", field, text);
}

static void dump_child(Dump *dump, const char *field, const Node *child) {
    if (child == NULL)
        return;
    dump_indent(dump);
    fprintf(dump->stream, "%s:\n", field);
    dump->depth++;
    dump_node(dump, child);
    dump->depth--;
}

static void dump_list(Dump *dump, const char *field, const NodeList *list) {
    if (list->count == 0)
        return;
    dump_indent(dump);
    fprintf(dump->stream, "%s:\n", field);
    dump->depth++;
    for (uint32_t i = 0; i < list->count; i++)
        dump_node(dump, list->items[i]);
    dump->depth--;
}

// Names and numbers, on the node's line.
#define NAME(x) dump_name(dump, #x, from->x);
#define INTEGER(x) dump_integer(dump, node, #x, from->x);
#define FLOAT(x) dump_float(dump, #x, from->x);
#define NODE(KIND, Struct, fields)                                                                 \
    static void dump_scalars_##Struct(Dump *dump, const Node *node) {                              \
        const Struct *from = (const Struct *)(const void *)node;                                   \
        (void)from, (void)dump;                                                                    \
        fields                                                                                     \
    }
#include "ast.def"

// Parts, on lines of their own.
#define CHILD(x) dump_child(dump, #x, from->x);
#define LIST(x) dump_list(dump, #x, &from->x);
#define NODE(KIND, Struct, fields)                                                                 \
    static void dump_parts_##Struct(Dump *dump, const Node *node) {                                \
        const Struct *from = (const Struct *)(const void *)node;                                   \
        (void)from, (void)dump;                                                                    \
        fields                                                                                     \
    }
#include "ast.def"

static const struct {
    void (*scalars)(Dump *dump, const Node *node);
    void (*parts)(Dump *dump, const Node *node);
} dump_functions[NODE_KIND_COUNT] = {
#define NODE(KIND, Struct, fields) [NODE_##KIND] = {dump_scalars_##Struct, dump_parts_##Struct},
#include "ast.def"
};

static void dump_node(Dump *dump, const Node *node) {
    dump_indent(dump);
    fputs(node_kind_name((NodeKind)node->kind), dump->stream);
    for (int bit = 0; bit < NODE_FLAG_COUNT; bit++) {
        if (node->flags & 1 << bit)
            fprintf(dump->stream, " %s", flag_texts[bit]);
    }
    dump_functions[node->kind].scalars(dump, node);
    putc('\n', dump->stream);
    dump->depth++;
    dump_functions[node->kind].parts(dump, node);
    dump->depth--;
}

void ast_dump(const Node *node, FILE *stream) {
    Dump dump = {stream, 0};
    dump_node(&dump, node);
}
