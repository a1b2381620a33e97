// Writes what the self-hosted compiler takes from the .def tables of bootstrap/, as Runa modules:
// one definition, expanded for both compilers.
//
// usage: tables FOLDER       writes FOLDER/tokens.runa, operators.runa, foreign_words.runa,
//                            character_widths.runa, codes.runa, nodes.runa, intrinsics.runa,
//                            runtime_effects.runa, option_table.runa, config.runa
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

static FILE *stream;

static void begin_module(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.runa", folder, name);
    stream = fopen(path, "w");
    if (!stream) {
        perror(path);
        exit(1);
    }
    fprintf(stream, "// Made by tools/tables.c from the .def tables of bootstrap/.\n");
}

static void end_module(void) {
    if (ferror(stream) | fclose(stream)) {
        perror("tables");
        exit(1);
    }
}

static void put_string(const char *text) {
    putc('"', stream);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            putc('\\', stream);
        }
        putc(*text, stream);
    }
    putc('"', stream);
}

static void put_constant(const char *prefix, const char *name, int number) {
    fprintf(stream, "Constant %s%s as Integer is %d\n", prefix, name, number);
}

// Constant NAME as Array[count] of String is [...]
static void put_texts(const char *name, const char *const *texts, int count) {
    fprintf(stream, "Constant %s as Array[%d] of String is [", name, count);
    for (int i = 0; i < count; i++) {
        fputs(i == 0 ? "\n    " : ",\n    ", stream);
        put_string(texts[i]);
    }
    fputs("]\n", stream);
}

static void put_numbers(const char *name, const char *type, const int *numbers, int count) {
    fprintf(stream, "Constant %s as Array[%d] of %s is [", name, count, type);
    for (int i = 0; i < count; i++) {
        fprintf(stream, i == 0 ? "%d" : ", %d", numbers[i]);
    }
    fputs("]\n", stream);
}

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

// --- Tokens and keywords -------------------------------------------------------------------------

static const char *const token_names[] = {
#define TOKEN(NAME, text) #NAME,
#include "../bootstrap/token.def"
};
static const char *const token_texts[] = {
#define TOKEN(NAME, text) text,
#include "../bootstrap/token.def"
};
static const char *const keyword_names[] = {
    "NONE",
#define KEYWORD(NAME, word) #NAME,
#include "../bootstrap/token.def"
};
static const char *const keyword_words[] = {
    "",
#define KEYWORD(NAME, word) word,
#include "../bootstrap/token.def"
};

static void write_tokens(const char *folder) {
    begin_module(folder, "tokens");
    for (int i = 0; i < COUNT(token_names); i++) {
        put_constant("TOKEN_", token_names[i], i);
    }
    put_constant("", "TOKEN_KIND_COUNT", COUNT(token_names));
    put_texts("TOKEN_NAMES", token_names, COUNT(token_names));
    put_texts("TOKEN_TEXTS", token_texts, COUNT(token_texts));
    for (int i = 0; i < COUNT(keyword_names); i++) {
        put_constant("KEYWORD_", keyword_names[i], i);
    }
    put_constant("", "KEYWORD_COUNT", COUNT(keyword_names));
    put_texts("KEYWORD_WORDS", keyword_words, COUNT(keyword_words));
    end_module();
}

// --- Operators -----------------------------------------------------------------------------------

enum {
    KEYWORD_NONE,
#define KEYWORD(NAME, word) KEYWORD_##NAME,
#include "../bootstrap/token.def"
};

enum {
#define OPERATOR(NAME, level, words, sign) OPERATOR_##NAME,
#include "../bootstrap/operator.def"
};

static const char *const operator_names[] = {
#define OPERATOR(NAME, level, words, sign) #NAME,
#include "../bootstrap/operator.def"
};
static const char *const operator_words[] = {
#define OPERATOR(NAME, level, words, sign) words,
#include "../bootstrap/operator.def"
};
static const char *const operator_signs[] = {
#define OPERATOR(NAME, level, words, sign) sign,
#include "../bootstrap/operator.def"
};
static const int operator_levels[] = {
#define OPERATOR(NAME, level, words, sign) level,
#include "../bootstrap/operator.def"
};

enum { PHRASE_LENGTH = 6 };

static const int phrase_operators[] = {
#define PHRASE(NAME, first, ...) OPERATOR_##NAME,
#include "../bootstrap/operator.def"
};
static const int phrases[][PHRASE_LENGTH] = {
#define WORD(word) KEYWORD_##word,
#define PHRASE(NAME, first, ...) {KEYWORD_##first, __VA_ARGS__},
#include "../bootstrap/operator.def"
#undef WORD
};

// The phrases, and for each keyword the number of the first phrase that begins with it; their count
// where there is none.
static void put_spellings(void) {
    static const char *const spellings[] = {
#define SPELLING(NAME, text) text,
#include "../bootstrap/operator.def"
    };
    static const int operators[] = {
#define SPELLING(NAME, text) OPERATOR_##NAME,
#include "../bootstrap/operator.def"
    };
    put_constant("", "SPELLING_COUNT", COUNT(spellings));
    put_texts("SPELLINGS", spellings, COUNT(spellings));
    put_numbers("SPELLING_OPERATORS", "Integer", operators, COUNT(operators));
}

static void put_phrases(void) {
    int first[COUNT(keyword_names)];
    put_constant("", "PHRASE_COUNT", COUNT(phrases));
    put_constant("", "PHRASE_LENGTH", PHRASE_LENGTH);
    put_numbers("PHRASE_OPERATORS", "Integer", phrase_operators, COUNT(phrase_operators));
    fprintf(stream, "Constant PHRASES as Array[%d] of Array[%d] of Unsigned16 is [", COUNT(phrases),
            PHRASE_LENGTH);
    for (int i = 0; i < COUNT(phrases); i++) {
        fputs(i == 0 ? "[" : ", [", stream);
        for (int word = 0; word < PHRASE_LENGTH; word++) {
            fprintf(stream, word == 0 ? "%d" : ", %d", phrases[i][word]);
        }
        fputs("]", stream);
    }
    fputs("]\n", stream);
    for (int i = 0; i < COUNT(first); i++) {
        first[i] = 0;
        while (first[i] < COUNT(phrases) && phrases[first[i]][0] != i) {
            first[i]++;
        }
    }
    put_numbers("FIRST_PHRASES", "Byte", first, COUNT(first));
}

static void write_operators(const char *folder) {
    begin_module(folder, "operators");
    for (int i = 0; i < COUNT(operator_names); i++) {
        put_constant("OPERATOR_", operator_names[i], i);
    }
    put_texts("OPERATOR_WORDS", operator_words, COUNT(operator_words));
    put_texts("OPERATOR_SIGNS", operator_signs, COUNT(operator_signs));
    put_numbers("OPERATOR_LEVELS", "Integer", operator_levels, COUNT(operator_levels));
    put_phrases();
    put_spellings();
    end_module();
}

// --- Words of other languages --------------------------------------------------------------------

// A word, what is said about it, and numbers of keywords or of an operator.
typedef struct ForeignRow {
    const char *word;
    const char *text;
    int first, second;
} ForeignRow;

static const char *const foreign_sentence_seconds[] = {
#define FOREIGN_SENTENCE(word, second, help) second,
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_sentences[] = {
#define FOREIGN_SENTENCE(word, second, help) {word, help, 0, 0},
#include "../bootstrap/foreign.def"
};

static const ForeignRow foreign_lines[] = {
#define FOREIGN_LINE(word, first, second, help) {word, help, KEYWORD_##first, KEYWORD_##second},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_declarations[] = {
#define FOREIGN_DECLARATION(word, keyword, help) {word, help, KEYWORD_##keyword, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_names[] = {
#define FOREIGN_NAME(word, help) {word, help, 0, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_calls[] = {
#define FOREIGN_CALL(word, help) {word, help, 0, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_values[] = {
#define FOREIGN_VALUE(word, value) {word, value, 0, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_fields[] = {
#define FOREIGN_FIELD(word, help) {word, help, 0, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_types[] = {
#define FOREIGN_TYPE(word, type) {word, type, 0, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_no_types[] = {
#define FOREIGN_NO_TYPE(word, help) {word, help, 0, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_clauses[] = {
#define FOREIGN_CLAUSE(word, KEYWORD) {word, "", KEYWORD_##KEYWORD, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_phrases[] = {
#define FOREIGN_OPERATOR(words, right, NAME) {words, right, OPERATOR_##NAME, 0},
#define FOREIGN_TEST(words, help) {words, help, 0, 0},
#define FOREIGN_CHOICE(words) {words, "", 0, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_comparisons[] = {
#define FOREIGN_COMPARISON(word, NAME) {word, "", OPERATOR_##NAME, 0},
#include "../bootstrap/foreign.def"
};
static const ForeignRow foreign_methods[] = {
#define FOREIGN_METHOD(word, method) {word, method, 0, 0},
#include "../bootstrap/foreign.def"
};

enum { MOST_FOREIGN_ROWS = 200 };

// FOREIGN_LINE_COUNT, FOREIGN_LINE_WORDS, FOREIGN_LINE_TEXTS …
static void put_foreign(const char *kind, const ForeignRow *rows, int count) {
    const char *words[MOST_FOREIGN_ROWS], *texts[MOST_FOREIGN_ROWS];
    char name[64];
    if (count > MOST_FOREIGN_ROWS) {
        fprintf(stderr, "tables: too many rows of FOREIGN_%s\n", kind);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        words[i] = rows[i].word;
        texts[i] = rows[i].text;
    }
    snprintf(name, sizeof name, "FOREIGN_%s_COUNT", kind);
    put_constant("", name, count);
    snprintf(name, sizeof name, "FOREIGN_%s_WORDS", kind);
    put_texts(name, words, count);
    snprintf(name, sizeof name, "FOREIGN_%s_TEXTS", kind);
    put_texts(name, texts, count);
}

static void put_foreign_numbers(const char *name, const ForeignRow *rows, int count,
                                int is_second) {
    int numbers[MOST_FOREIGN_ROWS];
    for (int i = 0; i < count; i++) {
        numbers[i] = is_second ? rows[i].second : rows[i].first;
    }
    put_numbers(name, "Integer", numbers, count);
}

static void write_foreign(const char *folder) {
    begin_module(folder, "foreign_words");
    put_foreign("LINE", foreign_lines, COUNT(foreign_lines));
    put_foreign_numbers("FOREIGN_LINE_KEYWORDS", foreign_lines, COUNT(foreign_lines), 0);
    put_foreign_numbers("FOREIGN_LINE_SECONDS", foreign_lines, COUNT(foreign_lines), 1);
    put_foreign("DECLARATION", foreign_declarations, COUNT(foreign_declarations));
    put_foreign_numbers("FOREIGN_DECLARATION_KEYWORDS", foreign_declarations,
                        COUNT(foreign_declarations), 0);
    put_foreign("NAME", foreign_names, COUNT(foreign_names));
    put_foreign("CALL", foreign_calls, COUNT(foreign_calls));
    put_foreign("VALUE", foreign_values, COUNT(foreign_values));
    put_foreign("FIELD", foreign_fields, COUNT(foreign_fields));
    put_foreign("TYPE", foreign_types, COUNT(foreign_types));
    put_foreign("SENTENCE", foreign_sentences, COUNT(foreign_sentences));
    put_texts("FOREIGN_SENTENCE_SECONDS", foreign_sentence_seconds,
              COUNT(foreign_sentence_seconds));
    put_foreign("NO_TYPE", foreign_no_types, COUNT(foreign_no_types));
    put_foreign("CLAUSE", foreign_clauses, COUNT(foreign_clauses));
    put_foreign_numbers("FOREIGN_CLAUSE_KEYWORDS", foreign_clauses, COUNT(foreign_clauses), 0);
    put_foreign("PHRASE", foreign_phrases, COUNT(foreign_phrases));
    put_foreign_numbers("FOREIGN_PHRASE_OPERATORS", foreign_phrases, COUNT(foreign_phrases), 0);
    put_foreign("COMPARISON", foreign_comparisons, COUNT(foreign_comparisons));
    put_foreign_numbers("FOREIGN_COMPARISON_OPERATORS", foreign_comparisons,
                        COUNT(foreign_comparisons), 0);
    put_foreign("METHOD", foreign_methods, COUNT(foreign_methods));
    end_module();
}

// --- Widths of characters ------------------------------------------------------------------------

static const int no_width[] = {
#define NO_WIDTH(first, last) first, last,
#include "../bootstrap/character_width.def"
};
static const int double_width[] = {
#define DOUBLE_WIDTH(first, last) first, last,
#include "../bootstrap/character_width.def"
};

static void write_widths(const char *folder) {
    begin_module(folder, "character_widths");
    put_constant("", "NO_WIDTH_COUNT", COUNT(no_width) / 2);
    put_numbers("NO_WIDTH", "Integer", no_width, COUNT(no_width));
    put_constant("", "DOUBLE_WIDTH_COUNT", COUNT(double_width) / 2);
    put_numbers("DOUBLE_WIDTH", "Integer", double_width, COUNT(double_width));
    end_module();
}

// --- Diagnostics ---------------------------------------------------------------------------------

typedef struct CodeRow {
    const char *prefix;
    const char *name;
    const char *code;
    const char *title;
    int is_warning, is_enabled, is_strict;
} CodeRow;

static const CodeRow code_rows[] = {
#define DIAGNOSTIC_ERROR(code, name, title) {"ERROR_", #name, #code, title, 0, 1, 1},
#define DIAGNOSTIC_WARNING(flag, name, enabled, strict, title)                                     \
    {"WARNING_", #name, flag, title, 1, enabled, strict},
#define true 1
#define false 0
#include "../bootstrap/diagnostic.def"
#undef true
#undef false
};

static void write_code_texts(const char *name, int is_title) {
    const char *texts[COUNT(code_rows)];
    for (int i = 0; i < COUNT(code_rows); i++) {
        texts[i] = is_title ? code_rows[i].title : code_rows[i].code;
    }
    put_texts(name, texts, COUNT(code_rows));
}

static void write_code_flags(const char *name, size_t offset) {
    fprintf(stream, "Constant %s as Array[%d] of Boolean is [", name, COUNT(code_rows));
    for (int i = 0; i < COUNT(code_rows); i++) {
        int value = *(const int *)((const char *)&code_rows[i] + offset);
        fprintf(stream, "%s%s", i == 0 ? "" : ", ", value ? "true" : "false");
    }
    fputs("]\n", stream);
}

static void write_codes(const char *folder) {
    begin_module(folder, "codes");
    for (int i = 0; i < COUNT(code_rows); i++) {
        put_constant(code_rows[i].prefix, code_rows[i].name, i);
    }
    put_constant("", "DIAGNOSTIC_CODE_COUNT", COUNT(code_rows));
    write_code_texts("CODE_TEXTS", 0);
    write_code_texts("CODE_TITLES", 1);
    write_code_flags("CODE_IS_WARNING", offsetof(CodeRow, is_warning));
    write_code_flags("CODE_IS_ENABLED", offsetof(CodeRow, is_enabled));
    write_code_flags("CODE_IS_STRICT", offsetof(CodeRow, is_strict));
    end_module();
}

// --- Nodes ---------------------------------------------------------------------------------------
//
// A node's row is a text such as "CHILD(value) LIST(cases)", read at run time.

typedef struct NodeRow {
    const char *kind;
    const char *name;
    const char *fields;
} NodeRow;

static const NodeRow node_rows[] = {
#define NODE(KIND, Struct, fields) {#KIND, #Struct, #fields},
#include "../bootstrap/ast.def"
#undef NODE
};

static const struct {
    const char *macro;
    const char *type;
} field_types[] = {
    {"CHILD", "Node"},    {"LIST", "List of Node"},  {"NAME", "Name"},
    {"TYPE", "Type"},     {"TYPES", "List of Type"}, {"DEFINES", "Symbol"},
    {"SYMBOL", "Symbol"}, {"INTEGER", "Integer"},    {"FLOAT", "Float"},
    {"SPAN", "Span"},
};

typedef struct NodeField {
    char macro[16];
    char name[48];
} NodeField;

enum { MOST_FIELDS = 16 };

static int read_fields(const NodeRow *row, NodeField *fields) {
    int count = 0, length = 0;
    const char *rest = row->fields;
    while (sscanf(rest, " %15[A-Z](%47[a-z_])%n", fields[count].macro, fields[count].name,
                  &length) == 2) {
        rest += length;
        if (++count == MOST_FIELDS) {
            fprintf(stderr, "tables: too many fields in %s\n", row->name);
            exit(1);
        }
    }
    if (rest[strspn(rest, " ")]) {
        fprintf(stderr, "tables: cannot read the fields of %s: %s\n", row->name, rest);
        exit(1);
    }
    return count;
}

static int is(const NodeField *field, const char *macro) {
    return strcmp(field->macro, macro) == 0;
}

static const char *type_of(const NodeField *field) {
    for (int i = 0; i < COUNT(field_types); i++) {
        if (is(field, field_types[i].macro)) {
            return field_types[i].type;
        }
    }
    fprintf(stderr, "tables: unknown kind of field %s\n", field->macro);
    exit(1);
}

// MATCH_CASE as match_case
static void put_lower(const char *name) {
    for (; *name; name++) {
        putc(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name, stream);
    }
}

static const char *const flag_names[] = {
#define NODE_FLAG(NAME, text) #NAME,
#include "../bootstrap/node_flag.def"
};
static const char *const flag_texts[] = {
#define NODE_FLAG(NAME, text) text,
#include "../bootstrap/node_flag.def"
};

static void write_node_flags(void) {
    for (int i = 0; i < COUNT(flag_names); i++) {
        put_constant("NODE_", flag_names[i], 1 << i);
    }
    put_constant("", "NODE_FLAG_COUNT", COUNT(flag_names));
    put_texts("NODE_FLAG_TEXTS", flag_texts, COUNT(flag_texts));
}

static void write_node_type(void) {
    fputs("\nType Node is:\n", stream);
    for (int i = 0; i < COUNT(node_rows); i++) {
        NodeField fields[MOST_FIELDS];
        int count = read_fields(&node_rows[i], fields);
        fprintf(stream,
                "    | %s with flags as Integer32 and height as Integer32 and span as Span and "
                "type as Type",
                node_rows[i].name);
        for (int j = 0; j < count; j++) {
            fprintf(stream, " and %s as %s", fields[j].name, type_of(&fields[j]));
        }
        putc('\n', stream);
    }
    fputs("End Type\n", stream);
}

// new_match(arena, span): lists are empty, everything else is zero.
static void write_constructor(const NodeRow *row, const NodeField *fields, int count) {
    fputs("\nProcess called \"new_", stream);
    put_lower(row->kind);
    fprintf(stream,
            "\" takes arena as Arena, span as Span returns Node.%s:\n"
            "    Return a blank Node as %s in arena with span as span",
            row->name, row->name);
    for (int j = 0; j < count; j++) {
        if (is(&fields[j], "LIST")) {
            fprintf(stream, ", %s as no_nodes", fields[j].name);
        } else if (is(&fields[j], "TYPES")) {
            fprintf(stream, ", %s as no_types", fields[j].name);
        }
    }
    fputs("\nEnd Process\n", stream);
}

static const char *copy_of(const NodeField *field) {
    return is(field, "CHILD")   ? "copy_node"
           : is(field, "LIST")  ? "copy_list"
           : is(field, "TYPE")  ? "copy_type"
           : is(field, "TYPES") ? "copy_types"
                                : NULL;
}

// Only what is in the textual order of the fields has effects: types are resolved while symbols
// are.
static void write_copy(const NodeRow *row, const NodeField *fields, int count) {
    fputs("\nProcess called \"copy_", stream);
    put_lower(row->kind);
    fprintf(stream,
            "_node\" takes copier as Copier, from as Node.%s returns Node:\n"
            "    Let to as Node.%s be a blank Node as %s in copier.arena with flags as from.flags, "
            "height as from.height, span as from.span, type as copy_type(copier, from.type)\n",
            row->name, row->name, row->name);
    for (int j = 0; j < count; j++) {
        const char *name = fields[j].name;
        if (copy_of(&fields[j])) {
            fprintf(stream, "    Set to.%s to %s(copier, from.%s)\n", name, copy_of(&fields[j]),
                    name);
        } else {
            fprintf(stream, "    Set to.%s to from.%s\n", name, name);
        }
        if (is(&fields[j], "DEFINES")) {
            fprintf(stream, "    copy_definition(copier, to.%s, to)\n", name);
        } else if (is(&fields[j], "SYMBOL")) {
            fprintf(stream, "    copy_symbol(copier, to.%s)\n", name);
        }
    }
    fputs("    Return to\nEnd Process\n", stream);
}

static void write_height(const NodeRow *row, const NodeField *fields, int count) {
    fputs("\nProcess called \"", stream);
    put_lower(row->kind);
    fprintf(stream, "_height_below\" takes node as Node.%s returns Integer:\n    Let height be 0\n",
            row->name);
    for (int j = 0; j < count; j++) {
        if (is(&fields[j], "CHILD") || is(&fields[j], "LIST")) {
            fprintf(stream, "    Set height to higher(height, %s_height(node.%s))\n",
                    is(&fields[j], "LIST") ? "list" : "node", fields[j].name);
        }
    }
    fputs("    Return height\nEnd Process\n", stream);
}

static void write_walk(const NodeRow *row, const NodeField *fields, int count) {
    fputs("\nProcess called \"walk_", stream);
    put_lower(row->kind);
    fprintf(stream, "_node\" takes walk as TreeWalk, node as Node.%s:\n", row->name);
    for (int j = 0; j < count; j++) {
        if (is(&fields[j], "CHILD") || is(&fields[j], "LIST")) {
            fprintf(stream, "    walk_%s(walk, node.%s)\n",
                    is(&fields[j], "LIST") ? "list" : "node", fields[j].name);
        }
    }
    fputs("End Process\n", stream);
}

static void write_dump(const NodeRow *row, const NodeField *fields, int count) {
    fputs("\nProcess called \"dump_", stream);
    put_lower(row->kind);
    fprintf(stream, "_scalars\" takes dump as Dump, node as Node.%s:\n", row->name);
    for (int j = 0; j < count; j++) {
        if (is(&fields[j], "NAME") || is(&fields[j], "FLOAT")) {
            fprintf(stream, "    dump_%s(dump, \"%s\", node.%s)\n",
                    is(&fields[j], "NAME") ? "name" : "float", fields[j].name, fields[j].name);
        } else if (is(&fields[j], "INTEGER")) {
            fprintf(stream, "    dump_integer(dump, node, \"%s\", node.%s)\n", fields[j].name,
                    fields[j].name);
        }
    }
    fputs("End Process\n\nProcess called \"dump_", stream);
    put_lower(row->kind);
    fprintf(stream, "_parts\" takes dump as Dump, node as Node.%s:\n", row->name);
    for (int j = 0; j < count; j++) {
        if (is(&fields[j], "CHILD") || is(&fields[j], "LIST")) {
            fprintf(stream, "    dump_%s(dump, \"%s\", node.%s)\n",
                    is(&fields[j], "CHILD") ? "child" : "list", fields[j].name, fields[j].name);
        }
    }
    fputs("End Process\n", stream);
}

// A process that does for every node what a process of its variant does.
static void write_dispatch(const char *header, const char *prefix, const char *suffix,
                           const char *arguments, int gives) {
    fprintf(stream, "\n%s:\n    Match node:\n", header);
    for (int i = 0; i < COUNT(node_rows); i++) {
        fprintf(stream, "        When it of Type Node.%s:\n            %s%s", node_rows[i].name,
                gives ? "Return " : "", prefix);
        put_lower(node_rows[i].kind);
        fprintf(stream, "%s(%sit)\n", suffix, arguments);
    }
    fputs("    End Match\nEnd Process\n", stream);
}

static void write_nodes(const char *folder) {
    begin_module(folder, "nodes");
    fputs("Import \"ast\"\nImport \"intern\"\nImport \"source\"\nImport \"symbol\"\n"
          "Import \"types\"\n\n",
          stream);
    write_node_flags();
    write_node_type();
    fputs("\nProcess called \"node_kind_name\" takes node as Node returns String:\n"
          "    Match node:\n",
          stream);
    for (int i = 0; i < COUNT(node_rows); i++) {
        fprintf(stream, "        When %s:\n            Return \"%s\"\n", node_rows[i].name,
                node_rows[i].name);
    }
    fputs("    End Match\nEnd Process\n", stream);
    for (int i = 0; i < COUNT(node_rows); i++) {
        NodeField fields[MOST_FIELDS];
        int count = read_fields(&node_rows[i], fields);
        write_constructor(&node_rows[i], fields, count);
        write_copy(&node_rows[i], fields, count);
        write_height(&node_rows[i], fields, count);
        write_walk(&node_rows[i], fields, count);
        write_dump(&node_rows[i], fields, count);
    }
    write_dispatch("Process called \"copy_any\" takes copier as Copier, node as Node returns Node",
                   "copy_", "_node", "copier, ", 1);
    write_dispatch("Process called \"height_below\" takes node as Node returns Integer", "",
                   "_height_below", "", 1);
    write_dispatch("Process called \"walk_parts\" takes walk as TreeWalk, node as Node", "walk_",
                   "_node", "walk, ", 0);
    write_dispatch("Process called \"dump_scalars\" takes dump as Dump, node as Node", "dump_",
                   "_scalars", "dump, ", 0);
    write_dispatch("Process called \"dump_parts\" takes dump as Dump, node as Node", "dump_",
                   "_parts", "dump, ", 0);
    end_module();
}

// --- Calls that are expanded in place ------------------------------------------------------------

static const char *const intrinsic_symbols[] = {
#define INTRINSIC(symbol, expand, argument, checked) symbol,
#include "../bootstrap/codegen_intrinsic.def"
#undef INTRINSIC
};
static const char *const intrinsic_expansions[] = {
#define INTRINSIC(symbol, expand, argument, checked) #expand,
#include "../bootstrap/codegen_intrinsic.def"
#undef INTRINSIC
};
static const char *const intrinsic_arguments[] = {
#define INTRINSIC(symbol, expand, argument, checked) #argument,
#include "../bootstrap/codegen_intrinsic.def"
#undef INTRINSIC
};
static const char *const intrinsic_checks[] = {
#define INTRINSIC(symbol, expand, argument, checked) #checked,
#include "../bootstrap/codegen_intrinsic.def"
#undef INTRINSIC
};

// The first row with the same expansion.
static int first_of_expansion(int row) {
    int first = 0;
    while (strcmp(intrinsic_expansions[first], intrinsic_expansions[row]) != 0) {
        first++;
    }
    return first;
}

static void put_names(const char *name, const char *type, const char *const *names, int count) {
    fprintf(stream, "Constant %s as Array[%d] of %s is [", name, count, type);
    for (int i = 0; i < count; i++) {
        fprintf(stream, i == 0 ? "\n    %s" : ",\n    %s", names[i]);
    }
    fputs("]\n", stream);
}

// EXPANSION_… is the number of the first row that is expanded so.
static void write_intrinsics(const char *folder) {
    enum { ROWS = COUNT(intrinsic_symbols) };
    int expansions[ROWS];
    begin_module(folder, "intrinsics");
    fputs("Import \"codegen_state\"\n\n", stream);
    for (int i = 0; i < ROWS; i++) {
        expansions[i] = first_of_expansion(i);
        if (expansions[i] == i) {
            fputs("Constant EXPANSION_", stream);
            for (const char *c = intrinsic_expansions[i]; *c; c++) {
                putc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, stream);
            }
            fprintf(stream, " as Integer is %d\n", i);
        }
    }
    put_constant("", "INTRINSIC_COUNT", ROWS);
    put_texts("INTRINSIC_SYMBOLS", intrinsic_symbols, ROWS);
    put_numbers("INTRINSIC_EXPANSIONS", "Integer", expansions, ROWS);
    put_names("INTRINSIC_ARGUMENTS", "Integer", intrinsic_arguments, ROWS);
    put_names("INTRINSIC_IS_CHECKED", "Boolean", intrinsic_checks, ROWS);
    end_module();
}

// --- What functions of the runtime do to memory --------------------------------------------------

static const struct {
    const char *symbol;
    const char *effects; // names, with | between them
} runtime_rows[] = {
#define RUNTIME(symbol, effects) {symbol, #effects},
#include "../bootstrap/report_runtime.def"
#undef RUNTIME
};

// RUNTIME_OWNED bitwise or RUNTIME_GROWS
static void put_effects(const char *effects) {
    int is_start = 1;
    for (const char *c = effects; *c; c++) {
        if (*c == '|') {
            fputs(" bitwise or ", stream);
            is_start = 1;
        } else if (*c != ' ') {
            fputs(is_start && *c >= 'A' ? "RUNTIME_" : "", stream);
            putc(*c, stream);
            is_start = 0;
        }
    }
}

static void write_runtime_effects(const char *folder) {
    const char *symbols[COUNT(runtime_rows)];
    begin_module(folder, "runtime_effects");
    fputs("Import \"report\"\n\n", stream);
    for (int i = 0; i < COUNT(runtime_rows); i++) {
        symbols[i] = runtime_rows[i].symbol;
    }
    put_constant("", "RUNTIME_COUNT", COUNT(runtime_rows));
    put_texts("RUNTIME_SYMBOLS", symbols, COUNT(runtime_rows));
    fprintf(stream, "Constant RUNTIME_EFFECTS as Array[%d] of Integer is [", COUNT(runtime_rows));
    for (int i = 0; i < COUNT(runtime_rows); i++) {
        fputs(i == 0 ? "\n    " : ",\n    ", stream);
        put_effects(runtime_rows[i].effects);
    }
    fputs("]\n", stream);
    end_module();
}

// --- The command line ----------------------------------------------------------------------------

enum { OPTION_FLAG, OPTION_VALUE };

typedef struct OptionRow {
    int kind;
    const char *text;   // what the word is, or begins with
    const char *target; // the member or the process
    const char *value;  // of a flag
    const char *shown;  // text, with what stands for its value
    const char *help;
} OptionRow;

static const OptionRow option_rows[] = {
#define FLAG(text, member, value, help) {OPTION_FLAG, text, #member, #value, text, help},
#define VALUE(text, function, shown, help) {OPTION_VALUE, text, #function, "", text shown, help},
#include "../bootstrap/options.def"
};

typedef struct CommandRow {
    const char *word;
    const char *name;
    const char *shown;
    const char *help;
} CommandRow;

static const CommandRow command_rows[] = {
#define COMMAND(word, NAME, arguments, help) {word, #NAME, word " " arguments, help},
#include "../bootstrap/options.def"
};

static void write_option_texts(void) {
    const char *texts[COUNT(option_rows)], *shown[COUNT(option_rows)], *helps[COUNT(option_rows)];
    const char *command_words[COUNT(command_rows)];
    const char *commands[COUNT(command_rows)], *command_helps[COUNT(command_rows)];
    for (int i = 0; i < COUNT(option_rows); i++) {
        texts[i] = option_rows[i].text;
        shown[i] = option_rows[i].shown;
        helps[i] = option_rows[i].help;
    }
    for (int i = 0; i < COUNT(command_rows); i++) {
        command_words[i] = command_rows[i].word;
        commands[i] = command_rows[i].shown;
        command_helps[i] = command_rows[i].help;
    }
    put_constant("", "OPTION_COUNT", COUNT(option_rows));
    put_texts("OPTION_TEXTS", texts, COUNT(option_rows));
    put_texts("OPTION_SHOWN", shown, COUNT(option_rows));
    put_texts("OPTION_HELPS", helps, COUNT(option_rows));
    put_constant("", "COMMAND_COUNT", COUNT(command_rows));
    put_texts("COMMAND_WORDS", command_words, COUNT(command_rows));
    put_texts("COMMAND_SHOWN", commands, COUNT(command_rows));
    put_texts("COMMAND_HELPS", command_helps, COUNT(command_rows));
    static const char *const words[] = {
#define OTHER(word, meant) word,
#include "../bootstrap/options.def"
    };
    static const char *const meant_words[] = {
#define OTHER(word, meant) meant,
#include "../bootstrap/options.def"
    };
    put_constant("", "OTHER_COUNT", COUNT(words));
    put_texts("OTHER_WORDS", words, COUNT(words));
    put_texts("OTHERS_MEANT", meant_words, COUNT(words));
}

static void write_take_command(void) {
    fputs("\nProcess called \"take_command\" takes line as CommandLine, word as String returns "
          "Boolean:\n    Match word:\n",
          stream);
    for (int i = 0; i < COUNT(command_rows); i++) {
        fprintf(stream,
                "        When \"%s\":\n            Set line.command to COMMAND_%s\n"
                "            Return true\n",
                command_rows[i].word, command_rows[i].name);
    }
    fputs("        Otherwise:\n            Return false\n    End Match\nEnd Process\n", stream);
}

static void write_take_option(void) {
    fputs("\nProcess called \"take_option\" takes line as CommandLine, word as String, arguments "
          "as Arguments returns Boolean:\n    Match word:\n",
          stream);
    for (int i = 0; i < COUNT(option_rows); i++) {
        const OptionRow *row = &option_rows[i];
        if (row->kind == OPTION_FLAG) {
            fprintf(stream,
                    "        When \"%s\":\n            Set line.%s to %s\n"
                    "            Return true\n",
                    row->text, row->target, row->value);
        }
    }
    for (int i = 0; i < COUNT(option_rows); i++) {
        const OptionRow *row = &option_rows[i];
        if (row->kind == OPTION_VALUE) {
            fprintf(stream,
                    "        When _ where string_starts_with(word, \"%s\"):\n"
                    "            Return take_value(line, %s, \"%s\", word, arguments)\n",
                    row->text, row->target, row->text);
        }
    }
    fputs("        Otherwise:\n            Return unknown_option(word)\n    End Match\n"
          "End Process\n",
          stream);
}

static void write_options(const char *folder) {
    begin_module(folder, "option_table");
    fputs("Import \"compilation\"\nImport \"options\"\n\n", stream);
    write_option_texts();
    write_take_command();
    write_take_option();
    end_module();
}

// --- What tools/configure found ------------------------------------------------------------------

static const struct {
    const char *name;
    const char *value;
} config_texts[] = {
    {"VERSION", CONFIG_VERSION},
    {"CRT1", CONFIG_CRT1},
    {"CRTI", CONFIG_CRTI},
    {"CRTN", CONFIG_CRTN},
    {"DYNAMIC_LINKER", CONFIG_DYNAMIC_LINKER},
    {"CRTBEGIN_STATIC", CONFIG_CRTBEGIN_STATIC},
    {"CRTEND", CONFIG_CRTEND},
    {"LIBGCC", CONFIG_LIBGCC},
    {"LIBGCC_EH", CONFIG_LIBGCC_EH},
    {"LIBC_STATIC", CONFIG_LIBC_STATIC},
};

// Ends with an empty text.
static void put_config_list(const char *name, const char *const *texts) {
    int count = 0;
    while (texts[count]) {
        count++;
    }
    fprintf(stream, "Constant CONFIG_%s as Array[%d] of String is [", name, count + 1);
    for (int i = 0; i < count; i++) {
        put_string(texts[i]);
        fputs(", ", stream);
    }
    fputs("\"\"]\n", stream);
}

#define CONFIG_LIST(name)                                                                          \
    do {                                                                                           \
        static const char *const texts[] = {CONFIG_##name NULL};                                   \
        put_config_list(#name, texts);                                                             \
    } while (0)

static void write_config(const char *folder) {
    begin_module(folder, "config");
    for (int i = 0; i < COUNT(config_texts); i++) {
        fprintf(stream, "Constant CONFIG_%s as String is ", config_texts[i].name);
        put_string(config_texts[i].value);
        putc('\n', stream);
    }
    CONFIG_LIST(LIBRARY_FOLDERS);
    CONFIG_LIST(EXTRA_LIBRARIES);
    CONFIG_LIST(RUNTIME_LIBRARIES);
    CONFIG_LIST(CHECK_LIBRARIES);
    CONFIG_LIST(STDLIB_FOLDERS);
    CONFIG_LIST(ERRORS_FOLDERS);
    CONFIG_LIST(HOME_RUNTIME_LIBRARIES);
    CONFIG_LIST(HOME_CHECK_LIBRARIES);
    CONFIG_LIST(HOME_STDLIB_FOLDERS);
    CONFIG_LIST(HOME_ERRORS_FOLDERS);
    end_module();
}

// --- What processes of the library do with their arguments ---------------------------------------

typedef enum LibraryKind { LOOKS_KIND, WRITES_KIND, FREES_KIND, MAKES_KIND } LibraryKind;

static const char *const library_kinds[] = {"LOOKS", "WRITES", "FREES", "MAKES"};

static const struct {
    const char *symbol;
    LibraryKind kind;
    int argument;
} library_rows[] = {
#define LOOKS(symbol) {symbol, LOOKS_KIND, 0},
#define WRITES(symbol, argument) {symbol, WRITES_KIND, argument},
#define FREES(symbol, argument) {symbol, FREES_KIND, argument},
#define MAKES(symbol) {symbol, MAKES_KIND, 0},
#include "../bootstrap/check_effect.def"
};

static void write_library_effects(const char *folder) {
    enum { ROWS = COUNT(library_rows) };
    const char *symbols[ROWS];
    int kinds[ROWS], arguments[ROWS];
    begin_module(folder, "library_effects");
    for (int i = 0; i < COUNT(library_kinds); i++) {
        put_constant("LIBRARY_", library_kinds[i], i);
    }
    for (int i = 0; i < ROWS; i++) {
        symbols[i] = library_rows[i].symbol;
        kinds[i] = (int)library_rows[i].kind;
        arguments[i] = library_rows[i].argument;
    }
    put_constant("", "LIBRARY_EFFECT_COUNT", ROWS);
    put_texts("LIBRARY_EFFECT_SYMBOLS", symbols, ROWS);
    put_numbers("LIBRARY_EFFECT_KINDS", "Integer", kinds, ROWS);
    put_numbers("LIBRARY_EFFECT_ARGUMENTS", "Integer", arguments, ROWS);
    end_module();
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: tables FOLDER\n");
        return 2;
    }
    write_tokens(argv[1]);
    write_operators(argv[1]);
    write_foreign(argv[1]);
    write_widths(argv[1]);
    write_codes(argv[1]);
    write_nodes(argv[1]);
    write_intrinsics(argv[1]);
    write_runtime_effects(argv[1]);
    write_library_effects(argv[1]);
    write_options(argv[1]);
    write_config(argv[1]);
    return 0;
}
