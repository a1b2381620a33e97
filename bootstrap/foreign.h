// Words of other languages and what stands for them in Runa (foreign.def), for messages.
#ifndef RUNA_FOREIGN_H
#define RUNA_FOREIGN_H

#include "lexer.h"

typedef struct ForeignLine {
    const char *word;
    Keyword keyword; // what it is taken for, KEYWORD_NONE for nothing
    Keyword second;  // the word behind that, or KEYWORD_NONE
    const char *help;
} ForeignLine;

// What to say about a line that begins with a word; NULL past the last row.
typedef struct ForeignSentence {
    const char *word;
    const char *second; // stands behind one or more other words
    const char *help;
} ForeignSentence;

const ForeignSentence *foreign_sentence(uint32_t n);

// Words that stand between two values.
typedef struct ForeignPhrase {
    const char *words; // divided by blanks
    const char *text;  // what to write instead of an operator, else a help, or NULL
    Operator operator; // that they mean; OPERATOR_NONE for a test, or a choice, which has no text
} ForeignPhrase;

// The n-th (from 0) row, or NULL.
const ForeignPhrase *foreign_phrase(uint32_t n);

// Each gives NULL (OPERATOR_NONE) for a word that is in no row. Lines, declarations and types are
// found in any case of their letters.
const ForeignLine *foreign_line(const char *word);
const char *foreign_declaration(const char *word);     // a help text
Keyword foreign_declaration_keyword(const char *word); // KEYWORD_NONE: of none of Runa
const char *foreign_name(const char *word);            // a help text
const char *foreign_call(const char *word);            // a help text
const char *foreign_value(const char *word);           // "Nothing"
const char *foreign_field(const char *word);           // a help text
const char *foreign_type(const char *word);            // "Integer"
Operator foreign_comparison(const char *word);
const char *foreign_no_type(const char *word); // a help text
Keyword foreign_clause(const char *word);      // KEYWORD_NONE for none
// The n-th (from 0) process that the word may mean for a type of that name; "": it means none, and
// is not to be taken for a misspelt one.
const char *foreign_method(const char *word, const char *owner, uint32_t n);

#endif
