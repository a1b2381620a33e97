// What names mean: a file's own definitions, else its imports', else the prelude's.
#include <string.h>

#include "resolve_internal.h"

enum { FIRST_CAPACITY = 16, MOST_SUGGESTIONS = 40 };

// --- Tables ------------------------------------------------------------------------------------

// The place in the index of the name's entry, or the free one where it belongs.
static struct NamePlace *find_place(const NameTable *table, const Name *name) {
    uint32_t mask = table->capacity - 1;
    struct NamePlace *place = &table->index[name->hash & mask];
    while (place->number &&
           (place->hash != name->hash || table->entries[place->number - 1].name != name)) {
        place = &table->index[(place - table->index + 1) & mask];
    }
    return place;
}

// Sets the free place where the name belongs.
static void occupy(const NameTable *table, struct NamePlace place) {
    uint32_t mask = table->capacity - 1;
    uint32_t i = place.hash & mask;
    while (table->index[i].number) {
        i = (i + 1) & mask;
    }
    table->index[i] = place;
}

void *name_table_get(const NameTable *table, const Name *name) {
    uint32_t number = table->count == 0 ? 0 : find_place(table, name)->number;
    return number == 0 ? NULL : table->entries[number - 1].value;
}

static void grow_table(Pool *pool, NameTable *table) {
    NameTable grown = {.capacity = table->capacity ? table->capacity * 2 : FIRST_CAPACITY,
                       .count = table->count};
    grown.index = pool_allocate(pool, grown.capacity * sizeof(struct NamePlace));
    grown.entries = pool_allocate(pool, grown.capacity / 4 * 3 * sizeof(struct NameEntry));
    if (table->count > 0)
        memcpy(grown.entries, table->entries, table->count * sizeof(struct NameEntry));
    for (uint32_t i = 0; i < table->capacity; i++) {
        if (table->index[i].number)
            occupy(&grown, table->index[i]);
    }
    *table = grown;
}

void name_table_set(Pool *pool, NameTable *table, const Name *name, void *value) {
    if (table->count == table->capacity / 4 * 3) {
        grow_table(pool, table);
    }
    struct NamePlace *place = find_place(table, name);
    if (!place->number) {
        table->entries[table->count++].name = name;
        *place = (struct NamePlace){.hash = name->hash, .number = table->count};
    }
    table->entries[place->number - 1].value = value;
}

// --- Defining ----------------------------------------------------------------------------------

Symbol *symbol_create(Compilation *compilation, LoadedModule *module, SymbolKind kind,
                      const Name *name, Node *declaration, Span span) {
    Symbol *symbol = pool_allocate(&compilation->pool, sizeof(Symbol));
    symbol->kind = (uint8_t)kind;
    symbol->name = name ? name : intern_text(&compilation->names, "_"); // lost to a syntax error
    symbol->declaration = declaration;
    symbol->module = module;
    symbol->span = span;
    return symbol;
}

static void report_duplicate(Compilation *compilation, const char *what, const Name *name,
                             Span span, Span first) {
    Diagnostics *diagnostics = &compilation->diagnostics;
    Diagnostic *diagnostic = diagnostic_report(diagnostics, ERROR_duplicate_definition, span,
                                               "%s`%s` is defined twice", what, name->text);
    diagnostic_note(diagnostics, diagnostic, first, "first defined here");
}

void scope_define(Compilation *compilation, LoadedModule *module, const Name *name, Symbol *symbol,
                  Span span) {
    NameTable *table = &module->scope->definitions;
    if (!name) {
        return;
    }
    Symbol *first = name_table_get(table, name);
    if (first) {
        report_duplicate(compilation, "", name, span, first->span);
    } else {
        name_table_set(&compilation->pool, table, name, symbol);
    }
}

void scope_define_variant(Compilation *compilation, LoadedModule *module, VariantInfo *variant) {
    NameTable *table = &module->scope->variants;
    VariantEntry *entry = pool_allocate(&compilation->pool, sizeof(VariantEntry));
    entry->variant = variant;
    VariantEntry *last = name_table_get(table, variant->name);
    if (!last) {
        name_table_set(&compilation->pool, table, variant->name, entry);
        return;
    }
    while (last->next) {
        last = last->next;
    }
    last->next = entry;
}

void scope_define_alias(Compilation *compilation, LoadedModule *module, Symbol *symbol,
                        bool is_written) {
    NameTable *table = &module->scope->aliases;
    ImportAlias *first = name_table_get(table, symbol->name);
    if (is_written) {
        scope_define(compilation, module, symbol->name, symbol, symbol->span);
    }
    if (first && first->symbol->as.target == symbol->as.target) {
        return;
    }
    if (first && !first->is_written && !is_written) {
        first->other = symbol;
    }
    if (!first || (is_written && !first->is_written)) {
        ImportAlias *alias = pool_allocate(&compilation->pool, sizeof(ImportAlias));
        *alias = (ImportAlias){.symbol = symbol, .is_written = is_written};
        name_table_set(&compilation->pool, table, symbol->name, alias);
    }
}

// The place of the one that had the name before, or NULL.
static const Span *find_seen(const DuplicateCheck *check, const Name *name) {
    for (uint32_t i = 0; i < check->few_count; i++) {
        if (check->few[i].name == name) {
            return &check->few[i].span;
        }
    }
    return name_table_get(&check->many, name);
}

bool duplicate_check(DuplicateCheck *check, const Name *name, Span span) {
    if (!name) {
        return true;
    }
    const Span *first = find_seen(check, name);
    if (first) {
        report_duplicate(check->compilation, check->what, name, span, *first);
        return false;
    }
    if (check->few_count < sizeof check->few / sizeof check->few[0]) {
        check->few[check->few_count++] = (struct SeenName){name, span};
        return true;
    }
    Span *seen = pool_allocate(&check->compilation->pool, sizeof(Span));
    *seen = span;
    name_table_set(&check->compilation->pool, &check->many, name, seen);
    return true;
}

void join_diagnostics_about(Compilation *compilation, NameTable *groups, const Name *name,
                            Diagnostic *diagnostic) {
    DiagnosticGroup *group = name_table_get(groups, name);
    if (!group) {
        group = pool_allocate(&compilation->pool, sizeof(DiagnosticGroup));
        name_table_set(&compilation->pool, groups, name, group);
    }
    diagnostic_join(&compilation->diagnostics, diagnostic, group);
}

// --- Finding -----------------------------------------------------------------------------------

static Symbol *own_definition(const LoadedModule *module, const Name *name) {
    return name_table_get(&module->scope->definitions, name);
}

// What the file's imports define under a name; an import's alias in its own file is not seen
// outside.
static Meaning find_in_imports(const LoadedModule *module, const Name *name) {
    Meaning meaning = {.module = module};
    for (uint32_t i = 0; i < module->import_count && !meaning.other; i++) {
        Symbol *symbol = own_definition(module->imports[i], name);
        if (!symbol || symbol->kind == SYMBOL_MODULE || symbol == meaning.symbol) {
            continue;
        }
        if (meaning.symbol) {
            meaning.other = symbol;
        } else {
            meaning.symbol = symbol;
        }
    }
    return meaning;
}

static Meaning find_elsewhere(Compilation *compilation, LoadedModule *module, const Name *name) {
    Meaning meaning = find_in_imports(module, name);
    LoadedModule *prelude = compilation->program.prelude;
    if (!meaning.symbol && prelude) {
        meaning.symbol = own_definition(prelude, name);
    }
    ImportAlias *alias = meaning.symbol ? NULL : name_table_get(&module->scope->aliases, name);
    if (alias) {
        meaning = (Meaning){.symbol = alias->symbol, .other = alias->other, .module = module};
    }
    return meaning;
}

Meaning scope_find(Compilation *compilation, LoadedModule *module, const Name *name) {
    Symbol *own = own_definition(module, name);
    if (own) {
        return (Meaning){.symbol = own, .module = module};
    }
    NameTable *table = &module->scope->meanings;
    Meaning *meaning = name_table_get(table, name);
    if (!meaning) {
        meaning = pool_allocate(&compilation->pool, sizeof(Meaning));
        *meaning = find_elsewhere(compilation, module, name);
        name_table_set(&compilation->pool, table, name, meaning);
    }
    return *meaning;
}

// What the file calls the import.
static const Name *alias_of(const LoadedModule *module, const LoadedModule *target) {
    const NameTable *aliases = &module->scope->aliases;
    for (uint32_t i = 0; i < aliases->count; i++) {
        const ImportAlias *alias = aliases->entries[i].value;
        if (alias->symbol->as.target == target && !alias->other) {
            return alias->symbol->name;
        }
    }
    return NULL;
}

bool resolve_help_with_alias(Compilation *compilation, const LoadedModule *module, const Name *name,
                             Span span, Diagnostic *error) {
    const Name *alias = NULL;
    for (uint32_t i = 0; i < module->import_count && alias == NULL; i++) {
        if (module->imports[i]->name == name) {
            alias = alias_of(module, module->imports[i]);
        }
    }
    if (alias == NULL) {
        return false;
    }
    Diagnostics *diagnostics = &compilation->diagnostics;
    diagnostic_help(diagnostics, error, "this file imports it as `%s`: write `%s.`", alias->text,
                    alias->text);
    const Source *source = source_at(&compilation->sources, span.start);
    if (source->text[span.end - source->base] == '.') {
        diagnostic_fix(diagnostics, error, span, alias->text);
    }
    return true;
}

void report_ambiguous(Compilation *compilation, Meaning meaning, Span span) {
    Diagnostics *diagnostics = &compilation->diagnostics;
    const Symbol *first = meaning.symbol, *second = meaning.other;
    bool are_files = first->kind == SYMBOL_MODULE;
    const LoadedModule *one = are_files ? first->as.target : first->module;
    const LoadedModule *two = are_files ? second->as.target : second->module;
    Diagnostic *diagnostic = diagnostic_report(
        diagnostics, ERROR_ambiguous_name, span,
        are_files ? "`%s` may mean the import %s or %s" : "`%s` is defined by both %s and %s",
        first->name->text, one->source->path, two->source->path);
    diagnostic_note(diagnostics, diagnostic, first->span,
                    are_files ? "imported here" : "defined here");
    diagnostic_note(diagnostics, diagnostic, second->span,
                    are_files ? "imported here" : "and here");
    const Name *alias = are_files ? NULL : alias_of(meaning.module, one);
    if (alias) {
        diagnostic_help(diagnostics, diagnostic, "write the import's name before it: %s.%s",
                        alias->text, first->name->text);
    } else {
        diagnostic_help(diagnostics, diagnostic,
                        "give one of the imports another name: Import \"...\" as ...");
    }
}

bool scope_may_suggest(LoadedModule *module) {
    return module->scope->suggestions++ < MOST_SUGGESTIONS;
}

bool resolve_stands_for_missing(Compilation *compilation, const Name *name, Span span) {
    for (MissingName *missing = compilation->missing_names; missing; missing = missing->next) {
        if (span.start >= missing->scope.start && span.start < missing->scope.end) {
            missing->scope.end = 0;
            ((Name *)name)->is_lost = true;
            return true;
        }
    }
    return false;
}

static void report_unknown(Compilation *compilation, LoadedModule *module, const Name *name,
                           Span span) {
    if (module->scope->is_incomplete || name->is_lost ||
        resolve_stands_for_missing(compilation, name, span)) {
        return; // the missing import or the line with its declaration was reported
    }
    Diagnostics *diagnostics = &compilation->diagnostics;
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_unknown_name, span, "`%s` is not defined", name->text);
    Suggestion suggestion = {.wanted = name->text};
    if (scope_may_suggest(module)) {
        resolve_suggest(compilation, module, &suggestion);
    }
    if (suggestion.best) {
        diagnostic_help(diagnostics, diagnostic, "did you mean `%s`?", suggestion.best);
        diagnostic_fix(diagnostics, diagnostic, span, suggestion.best);
    }
}

Symbol *resolve_name(Compilation *compilation, LoadedModule *module, const Name *name, Span span,
                     bool quiet) {
    Meaning meaning = scope_find(compilation, module, name);
    if (meaning.other) {
        if (!quiet) {
            report_ambiguous(compilation, meaning, span);
        }
        return NULL;
    }
    if (!meaning.symbol && !quiet) {
        report_unknown(compilation, module, name, span);
    }
    return meaning.symbol;
}

Symbol *resolve_member(Compilation *compilation, LoadedModule *target, const Name *name) {
    (void)compilation;
    Symbol *symbol = own_definition(target, name);
    return symbol && symbol->kind != SYMBOL_MODULE ? symbol : NULL;
}

LoadedModule *resolve_module_alias(Compilation *compilation, LoadedModule *module, const Name *name,
                                   Span span) {
    ImportAlias *alias = name_table_get(&module->scope->aliases, name);
    if (!alias) {
        return NULL;
    }
    if (alias->other) {
        report_ambiguous(compilation, (Meaning){alias->symbol, alias->other, module}, span);
    }
    return alias->symbol->as.target;
}

static void offer_definitions(const LoadedModule *module, Suggestion *suggestion, bool own) {
    const NameTable *table = &module->scope->definitions;
    for (uint32_t i = 0; i < table->count; i++) {
        const Symbol *symbol = table->entries[i].value;
        if (own || symbol->kind != SYMBOL_MODULE) {
            suggestion_offer(suggestion, table->entries[i].name->text);
        }
    }
}

void resolve_suggest(Compilation *compilation, LoadedModule *module, Suggestion *suggestion) {
    offer_definitions(module, suggestion, true);
    for (uint32_t i = 0; i < module->import_count; i++) {
        offer_definitions(module->imports[i], suggestion, false);
    }
    if (compilation->program.prelude && compilation->program.prelude != module) {
        offer_definitions(compilation->program.prelude, suggestion, false);
    }
    const NameTable *aliases = &module->scope->aliases;
    for (uint32_t i = 0; i < aliases->count; i++) {
        suggestion_offer(suggestion, aliases->entries[i].name->text);
    }
}

// Adds a file's own variants of a name to what was found.
static uint32_t add_variants(const LoadedModule *module, const Name *name, VariantInfo **found,
                             uint32_t count, uint32_t limit) {
    for (VariantEntry *entry = name_table_get(&module->scope->variants, name); entry;
         entry = entry->next) {
        bool is_new = true;
        for (uint32_t i = 0; i < count && is_new; i++) {
            is_new = found[i] != entry->variant; // one file may be imported twice
        }
        if (is_new && count < limit) {
            found[count++] = entry->variant;
        }
    }
    return count;
}

uint32_t resolve_own_variants(const LoadedModule *module, const Name *name, VariantInfo **found,
                              uint32_t limit) {
    return add_variants(module, name, found, 0, limit);
}

uint32_t resolve_variants(Compilation *compilation, LoadedModule *module, const Name *name,
                          VariantInfo **found, uint32_t limit) {
    uint32_t count = add_variants(module, name, found, 0, limit);
    for (uint32_t i = 0; i < module->import_count; i++) {
        count = add_variants(module->imports[i], name, found, count, limit);
    }
    if (count == 0 && compilation->program.prelude) {
        count = add_variants(compilation->program.prelude, name, found, 0, limit);
    }
    return count;
}
