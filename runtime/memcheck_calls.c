// The functions of the runtime that only need a look at their arguments: memcheck.def lists them.
#include "memcheck.h"

#define STRING(s) check_string(s)
#define OBJECT(object) check_object(object, (int64_t)sizeof *(object))
// The objects of Sets and Dictionaries are known to table.c only: their first word.
#define TABLE(table) check_object(table, 8)
#define FUNCTION(object) check_object(object, 8)

// An element that is put into an Array: where they lie in place, the structure at that address.
static void check_element(const struct runa_array *array, int64_t word) {
    if (array && array->flags & RUNA_ARRAY_INLINE && word) {
        check_range((const void *)word, array->stride);
    }
}

static void check_key(const void *table, int64_t key) {
    if (table && runa_table_has_text_keys(table)) {
        check_string((const char *)key);
    }
}

static void check_value(const struct runa_kind *kind, int64_t value);

static void check_table_value(int64_t word, bool is_value, void *context) {
    if (is_value) {
        check_value(context, word);
    }
}

// A value of any kind that is printed, with all that is printed of it.
static void check_value(const struct runa_kind *kind, int64_t value) {
    const struct runa_array *array = (const struct runa_array *)value;
    if (kind->tag == RUNA_KIND_STRING) {
        check_string((const char *)value);
    } else if (kind->tag == RUNA_KIND_SET || kind->tag == RUNA_KIND_DICTIONARY) {
        TABLE((const void *)value);
        if (value && kind->second && kind->second->tag >= RUNA_KIND_STRING) {
            visit_table((const void *)value, check_table_value, (void *)kind->second);
        }
    } else if (kind->tag == RUNA_KIND_LIST || kind->tag == RUNA_KIND_ARRAY) {
        OBJECT(array);
        bool is_deep = array && kind->first->tag >= RUNA_KIND_STRING &&
                       kind->first->tag <= RUNA_KIND_ARRAY && !(array->flags & RUNA_ARRAY_INLINE);
        for (int64_t i = 0; is_deep && i < array->length; i++) {
            check_value(kind->first, ((const int64_t *)array->data)[i]);
        }
    }
}

#define CHECKED(result, name, parameters, arguments, checks)                                       \
    result plain_##name parameters;                                                                \
    result runa_##name parameters {                                                                \
        checks;                                                                                    \
        return plain_##name arguments;                                                             \
    }
#define CHECKED_TABLE(result, name, parameters, arguments, checks)                                 \
    result plain_##name parameters;                                                                \
    result runa_##name parameters {                                                                \
        checks;                                                                                    \
        return check_mark(plain_##name arguments, ROLE_TABLE);                                     \
    }
#define REPLACED(name)
#include "memcheck.def"

// The elements of a List of Strings.
char *plain_string_join(const struct runa_array *list, const char *separator);

char *runa_string_join(const struct runa_array *list, const char *separator) {
    OBJECT(list);
    STRING(separator);
    for (int64_t i = 0; list && i < list->length; i++) {
        check_string(((const char *const *)list->data)[i]);
    }
    return plain_string_join(list, separator);
}

struct runa_text *plain_text_create_in(struct runa_arena *arena);

struct runa_text *runa_text_create_in(struct runa_arena *arena) {
    struct runa_text *text = plain_text_create_in(arena);
    check_mark(text->bytes, ROLE_PART);
    return text;
}

struct runa_text *runa_text_create(void) {
    return runa_text_create_in(runa_scope_arena);
}

char *plain_join(const struct runa_piece *pieces, int64_t count);

char *runa_join(const struct runa_piece *pieces, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        check_value(pieces[i].kind, pieces[i].value);
    }
    return plain_join(pieces, count);
}
