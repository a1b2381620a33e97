// Interned names: equal texts are one Name, so equality is identity. Also holds string literals'
// bytes (which may contain any byte: `length` counts).
#ifndef RUNA_INTERN_H
#define RUNA_INTERN_H

#include <stdbool.h>

#include "memory.h"

typedef struct Name {
    uint32_t length;
    uint32_t hash;
    uint16_t keyword; // number of the keyword it spells (token.def), set by the lexer, else 0
    bool is_symbol;   // the program defines a symbol of this name, set by resolve
    bool is_lost;     // the parser passed over where it may be declared: never reported as unknown
    void *slot;       // free for the phase that owns it: see name_slot
    char text[];      // NUL-terminated, and zero from there to a multiple of 8
} Name;

enum { INTERN_MARGIN = 8 };

// The hash stands here too: what lies elsewhere is looked at only where it may be the name.
typedef struct InternSlot {
    Name *name;
    uint32_t hash;
} InternSlot;

// A zeroed one is valid and empty.
typedef struct InternTable {
    InternSlot *slots; // open addressing, power of two, owned
    uint32_t capacity;
    uint32_t count;
    Pool pool;
} InternTable;

// Makes room for so many names in all: a table that grows is filled anew each time.
void intern_reserve(InternTable *table, uint32_t count);
// The one Name with this text, which lasts until intern_destroy; never NULL.
const Name *intern(InternTable *table, const char *text, uint32_t length);
// The same for a text behind which INTERN_MARGIN more bytes may be read, whatever they are.
const Name *intern_word(InternTable *table, const char *text, uint32_t length);
const Name *intern_text(InternTable *table, const char *text);
// What a phase hangs to a name, or NULL. The scopes of check bind symbols, and leave NULL behind
// them; the code generator numbers string constants.
static inline void **name_slot(const Name *name) { return &((Name *)name)->slot; }
// printf-like; for derived names such as "list_append".
const Name *intern_format(InternTable *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// The texts one behind the other; what intern_format does with "%s%s…" in a tenth of the time.
const Name *intern_joined(InternTable *table, const char *const *texts, uint32_t count);
void intern_destroy(InternTable *table);

#endif
