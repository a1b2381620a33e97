// Looking up words of other languages.
#include "foreign.h"

#include <string.h>
#include <strings.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

// The row with `word` of `rows`, structures of `size` bytes that begin with their word; or NULL.
static const void *find(const void *rows, size_t count, size_t size, const char *word,
                        int (*compare)(const char *, const char *)) {
    const char *row = rows;
    for (size_t i = 0; i < count; i++, row += size) {
        if (compare(*(const char *const *)row, word) == 0)
            return row;
    }
    return NULL;
}

#define FIND(rows, word, compare) find(rows, COUNT(rows), sizeof((rows)[0]), word, compare)

const ForeignLine *foreign_line(const char *word) {
    static const ForeignLine rows[] = {
#define FOREIGN_LINE(word, first, second, help) {word, KEYWORD_##first, KEYWORD_##second, help},
#include "foreign.def"
    };
    return FIND(rows, word, strcasecmp);
}

const ForeignSentence *foreign_sentence(uint32_t n) {
    static const ForeignSentence rows[] = {
#define FOREIGN_SENTENCE(word, second, help) {word, second, help},
#include "foreign.def"
    };
    return n < COUNT(rows) ? &rows[n] : NULL;
}

// A word and what is to be said about it.
typedef struct Row {
    const char *word;
    const char *text;
} Row;

static const char *text_of(const Row *row) { return row != NULL ? row->text : NULL; }

// A word that begins a declaration.
typedef struct Declaration {
    const char *word;
    Keyword keyword; // of the declaration that it begins; KEYWORD_NONE for another one
    const char *help;
} Declaration;

static const Declaration *find_declaration(const char *word) {
    static const Declaration rows[] = {
#define FOREIGN_DECLARATION(word, keyword, help) {word, KEYWORD_##keyword, help},
#include "foreign.def"
    };
    return FIND(rows, word, strcasecmp);
}

const char *foreign_declaration(const char *word) {
    const Declaration *row = find_declaration(word);
    return row != NULL ? row->help : NULL;
}

Keyword foreign_declaration_keyword(const char *word) {
    const Declaration *row = find_declaration(word);
    return row != NULL ? row->keyword : KEYWORD_NONE;
}

const char *foreign_name(const char *word) {
    static const Row rows[] = {
#define FOREIGN_NAME(word, help) {word, help},
#include "foreign.def"
    };
    return text_of(FIND(rows, word, strcmp));
}

const char *foreign_call(const char *word) {
    static const Row rows[] = {
#define FOREIGN_CALL(word, help) {word, help},
#include "foreign.def"
    };
    return text_of(FIND(rows, word, strcmp));
}

const char *foreign_value(const char *word) {
    static const Row rows[] = {
#define FOREIGN_VALUE(word, value) {word, value},
#include "foreign.def"
    };
    return text_of(FIND(rows, word, strcmp));
}

const char *foreign_field(const char *word) {
    static const Row rows[] = {
#define FOREIGN_FIELD(word, help) {word, help},
#include "foreign.def"
    };
    return text_of(FIND(rows, word, strcmp));
}

const char *foreign_type(const char *word) {
    static const Row rows[] = {
#define FOREIGN_TYPE(word, type) {word, type},
#include "foreign.def"
    };
    return text_of(FIND(rows, word, strcasecmp));
}

const char *foreign_no_type(const char *word) {
    static const Row rows[] = {
#define FOREIGN_NO_TYPE(word, help) {word, help},
#include "foreign.def"
    };
    return text_of(FIND(rows, word, strcmp));
}

Keyword foreign_clause(const char *word) {
    static const struct Meant {
        const char *word;
        Keyword keyword;
    } rows[] = {
#define FOREIGN_CLAUSE(word, KEYWORD) {word, KEYWORD_##KEYWORD},
#include "foreign.def"
    };
    const struct Meant *row = FIND(rows, word, strcmp);
    return row != NULL ? row->keyword : KEYWORD_NONE;
}

const ForeignPhrase *foreign_phrase(uint32_t n) {
    static const ForeignPhrase rows[] = {
#define FOREIGN_OPERATOR(words, right, NAME) {words, right, OPERATOR_##NAME},
#define FOREIGN_TEST(words, help) {words, help, OPERATOR_NONE},
#define FOREIGN_CHOICE(words) {words, NULL, OPERATOR_NONE},
#include "foreign.def"
    };
    return n < COUNT(rows) ? &rows[n] : NULL;
}

Operator foreign_comparison(const char *word) {
    static const struct Meant {
        const char *word;
        Operator operator;
    } rows[] = {
#define FOREIGN_COMPARISON(word, NAME) {word, OPERATOR_##NAME},
#include "foreign.def"
    };
    const struct Meant *row = FIND(rows, word, strcmp);
    return row != NULL ? row->operator: OPERATOR_NONE;
}

// Gives what stands behind `Owner.` in a text that is for one owner only; NULL for another one.
static const char *text_for(const char *text, const char *owner) {
    const char *point = strchr(text, '.');
    size_t length = point != NULL ? (size_t)(point - text) : 0;
    bool is_other = point != NULL && (strncmp(text, owner, length) != 0 || owner[length] != '\0');
    return point == NULL ? text : is_other ? NULL : point + 1;
}

const char *foreign_method(const char *word, const char *owner, uint32_t n) {
    static const Row rows[] = {
#define FOREIGN_METHOD(word, method) {word, method},
#include "foreign.def"
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *text = strcmp(rows[i].word, word) == 0 ? text_for(rows[i].text, owner) : NULL;
        if (text != NULL && n-- == 0)
            return text;
    }
    return NULL;
}
