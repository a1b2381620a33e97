// Loading a file and its imports, and the passes over their declarations.
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "parser.h"
#include "resolve_internal.h"

typedef struct Loader {
    Compilation *compilation;
    NameTable files;        // LoadedModule, by real path
    NameTable module_names; // anything, by name
    PointerVector order;    // LoadedModule, in the order of initialisation
    const Name *library;    // real path of the library's folder, or NULL
} Loader;

// A place where an imported file may be.
typedef struct Candidate {
    const Name *path;  // to open
    const Name *shown; // in diagnostics and panics
} Candidate;

enum { MOST_CANDIDATES_SHOWN = 8 };

// --- Paths -------------------------------------------------------------------------------------

static bool has_suffix(const char *text, const char *suffix) {
    size_t length = strlen(text), suffix_length = strlen(suffix);
    return length >= suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

// The length of the folder part of a path, its last slash included; 0 for a bare file name.
static int folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (int)(slash - path) + 1 : 0;
}

// What identifies the file at the path, or NULL where none is. A link that leads nowhere is one, as
// is a file below a folder that may not be searched: reading it tells why it cannot be read.
static const Name *real_path_of(Compilation *compilation, const char *path) {
    char real[PATH_MAX];
    struct stat status;
    if (path && realpath(path, real)) {
        return intern_text(&compilation->names, real);
    }
    return path && lstat(path, &status) == 0 ? intern_text(&compilation->names, path) : NULL;
}

// The path below the library's folder, or NULL for a file that lies elsewhere.
static const char *path_in_library(const Loader *loader, const char *real_path) {
    const Name *library = loader->library;
    bool is_inside = library && strncmp(real_path, library->text, library->length) == 0 &&
                     real_path[library->length] == '/';
    return is_inside ? real_path + library->length + 1 : NULL;
}

// A user's own folder may be called stdlib, too.
const char *resolve_shown_path(Compilation *compilation, const char *path) {
    bool looks_like_library = strncmp(path, LIBRARY_PATH, strlen(LIBRARY_PATH)) == 0;
    return looks_like_library ? intern_format(&compilation->names, "./%s", path)->text : path;
}

// --- Names of modules --------------------------------------------------------------------------

// The file name without folder and ".runa", as a part of symbols: letters, digits and _, and not
// yet taken.
static const Name *module_name(Loader *loader, const char *path) {
    Compilation *compilation = loader->compilation;
    path += folder_length(path);
    size_t length = strlen(path) - (has_suffix(path, ".runa") ? 5 : 0);
    char *text = memory_allocate(length + 2);
    size_t start = length == 0 || (path[0] >= '0' && path[0] <= '9') ? 1 : 0;
    text[0] = '_';
    for (size_t i = 0; i < length; i++) {
        char c = path[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        text[start + i] = is_plain ? c : '_';
    }
    const Name *name = intern(&compilation->names, text, (uint32_t)(start + length));
    for (int i = 2; name_table_get(&loader->module_names, name); i++) {
        name = intern_format(&compilation->names, "%.*s_%d", (int)(start + length), text, i);
    }
    memory_free(text);
    name_table_set(&compilation->pool, &loader->module_names, name, loader);
    return name;
}

// What an import without `as` is called: the file name without folder and ".runa".
static const Name *unwritten_alias(Compilation *compilation, const Name *path) {
    const char *text = path->text + folder_length(path->text);
    size_t length = strlen(text) - (has_suffix(text, ".runa") ? 5 : 0);
    return intern(&compilation->names, text, (uint32_t)length);
}

// --- Finding imported files --------------------------------------------------------------------

static Candidate candidate_in(Compilation *compilation, const char *folder, int folder_length_,
                              const char *shown, int shown_length, const Name *file) {
    const char *suffix = has_suffix(file->text, ".runa") ? "" : ".runa";
    InternTable *names = &compilation->names;
    const Name *path = intern_format(names, "%.*s%s%s", folder_length_, folder, file->text, suffix);
    const Name *shown_path =
        intern_format(names, "%.*s%s%s", shown_length, shown, file->text, suffix);
    return (Candidate){path, shown_path};
}

static Candidate candidate_in_folder(Compilation *compilation, const char *folder,
                                     const char *shown, const Name *file) {
    InternTable *names = &compilation->names;
    const Name *with_slash = intern_format(names, "%s/", folder);
    const Name *shown_with_slash = intern_format(names, "%s/", shown);
    return candidate_in(compilation, with_slash->text, (int)with_slash->length,
                        shown_with_slash->text, (int)shown_with_slash->length, file);
}

// The number-th place to look in for a file: beside the importing one, the -I folders, the library.
// False when there is no such place.
static bool candidate_at(const Loader *loader, const LoadedModule *module, const Name *file,
                         uint32_t number, Candidate *candidate) {
    Compilation *compilation = loader->compilation;
    const Options *options = &compilation->options;
    const char *real = module->source->real_path, *shown = module->source->path;
    if (file->text[0] == '/') {
        *candidate = candidate_in(compilation, "", 0, "", 0, file);
        return number == 0;
    }
    if (number == 0) {
        *candidate =
            candidate_in(compilation, real, folder_length(real), shown, folder_length(shown), file);
        return true;
    }
    if (number <= options->include_count) {
        const char *folder = options->include_folders[number - 1];
        *candidate = candidate_in_folder(compilation, folder, folder, file);
        return true;
    }
    if (number == options->include_count + 1 && options->library_folder) {
        *candidate = candidate_in_folder(compilation, options->library_folder, "stdlib", file);
        return true;
    }
    return false;
}

// Offers the Runa files that lie beside the candidate, written as the import writes its path.
static void suggest_files(Compilation *compilation, const Name *file, Candidate candidate,
                          Suggestion *suggestion) {
    const char *path = candidate.path->text;
    const Name *folder = intern_format(&compilation->names, "%.*s.", folder_length(path), path);
    DIR *entries = opendir(folder->text);
    if (!entries) {
        return;
    }
    bool with_suffix = has_suffix(file->text, ".runa");
    for (struct dirent *entry; (entry = readdir(entries));) {
        size_t length = strlen(entry->d_name);
        if (has_suffix(entry->d_name, ".runa") && strcmp(entry->d_name, "prelude.runa") != 0) {
            const Name *name =
                intern_format(&compilation->names, "%.*s%.*s", folder_length(file->text),
                              file->text, (int)(with_suffix ? length : length - 5), entry->d_name);
            suggestion_offer(suggestion, name->text);
        }
    }
    closedir(entries);
}

static void report_not_found(const Loader *loader, LoadedModule *module, const Import *import) {
    Compilation *compilation = loader->compilation;
    Diagnostics *diagnostics = &compilation->diagnostics;
    Diagnostic *diagnostic =
        diagnostic_report(diagnostics, ERROR_import_not_found, import->path_span,
                          "cannot find `%s` to import", import->path->text);
    Suggestion suggestion = {.wanted = import->path->text};
    bool may_suggest = scope_may_suggest(module);
    const char *places = "";
    Candidate candidate;
    uint32_t number = 0;
    for (; candidate_at(loader, module, import->path, number, &candidate); number++) {
        if (may_suggest) {
            suggest_files(compilation, import->path, candidate, &suggestion);
        }
        if (number < MOST_CANDIDATES_SHOWN) {
            places = intern_format(&compilation->names, "%s%s%s", places, number ? ", " : "",
                                   candidate.shown->text)
                         ->text;
        }
    }
    diagnostic_help(diagnostics, diagnostic, "looked for %s%s", places,
                    number > MOST_CANDIDATES_SHOWN ? ", ..." : "");
    if (suggestion.best) {
        diagnostic_help(diagnostics, diagnostic, "did you mean `%s`?", suggestion.best);
    }
}

// --- Loading -----------------------------------------------------------------------------------

static LoadedModule *load_module(Loader *loader, const Source *source, bool is_library);

// The module of a file that exists; loads it unless that was done. NULL after an error at `span`.
static LoadedModule *load_file(Loader *loader, Candidate candidate, const Name *real_path,
                               Span span) {
    Compilation *compilation = loader->compilation;
    LoadedModule *module = name_table_get(&loader->files, real_path);
    if (module) {
        return module;
    }
    const char *inside = path_in_library(loader, real_path->text);
    const char *shown = inside ? intern_format(&compilation->names, LIBRARY_PATH "%s", inside)->text
                               : resolve_shown_path(compilation, candidate.shown->text);
    const char *reason = "";
    Source *source = source_load(&compilation->sources, candidate.path->text, shown, &reason);
    if (!source) {
        diagnostic_report(&compilation->diagnostics, ERROR_import_not_found, span,
                          "cannot read `%s`: %s", shown, reason);
        return NULL;
    }
    return load_module(loader, source, inside != NULL);
}

// The module that an Import means; NULL after an error.
static LoadedModule *load_import(Loader *loader, LoadedModule *module, const Import *import) {
    Candidate candidate;
    for (uint32_t i = 0; candidate_at(loader, module, import->path, i, &candidate); i++) {
        const Name *real_path = real_path_of(loader->compilation, candidate.path->text);
        if (real_path) {
            return load_file(loader, candidate, real_path, import->path_span);
        }
    }
    if (!(import->header.flags & NODE_DAMAGED)) {
        report_not_found(loader, module, import);
    }
    return NULL;
}

static void take_import(Loader *loader, LoadedModule *module, Import *import) {
    Compilation *compilation = loader->compilation;
    LoadedModule *target = import->path ? load_import(loader, module, import) : NULL;
    if (!target) {
        module->scope->is_incomplete = true;
        return;
    }
    module->imports[module->import_count++] = target;
    const Name *name = import->alias ? import->alias : unwritten_alias(compilation, import->path);
    Span span = import->alias ? import->alias_span : import->path_span;
    Symbol *symbol = symbol_create(compilation, module, SYMBOL_MODULE, name, &import->header, span);
    symbol->as.target = target;
    scope_define_alias(compilation, module, symbol, import->alias != NULL);
}

static void declare(Compilation *compilation, LoadedModule *module, Node *declaration);

static LoadedModule *load_module(Loader *loader, const Source *source, bool is_library) {
    Compilation *compilation = loader->compilation;
    LoadedModule *module = pool_allocate(&compilation->pool, sizeof(LoadedModule));
    module->scope = pool_allocate(&compilation->pool, sizeof(struct Scope));
    module->source = source;
    module->is_library = is_library;
    module->name = module_name(loader, source->path);
    name_table_set(&compilation->pool, &loader->files,
                   intern_text(&compilation->names, source->real_path), module);
    module->ast = parser_parse(compilation->parser, source);
    const NodeList *declarations = &AST(module->ast, NODE_MODULE, Module)->declarations;
    for (uint32_t i = 0; i < declarations->count; i++) {
        module->import_count += declarations->items[i]->kind == NODE_IMPORT;
    }
    module->imports = pool_allocate(&compilation->pool, module->import_count * sizeof(void *));
    module->import_count = 0;
    for (uint32_t i = 0; i < declarations->count; i++) {
        if (declarations->items[i]->kind == NODE_IMPORT) {
            take_import(loader, module, AST(declarations->items[i], NODE_IMPORT, Import));
        }
    }
    for (uint32_t i = 0; i < declarations->count; i++) {
        declare(compilation, module, declarations->items[i]);
    }
    vector_push(&loader->order, module);
    return module;
}

// The installation is checked before; so a failure here is the file's.
static void load_prelude(Loader *loader, const Source *main_source) {
    Compilation *compilation = loader->compilation;
    const char *folder = compilation->options.library_folder;
    if (!folder) {
        return;
    }
    const Name *path = intern_format(&compilation->names, "%s/prelude.runa", folder);
    const Name *real_path = real_path_of(compilation, path->text);
    Span span = {main_source->base, main_source->base};
    compilation->program.prelude =
        load_file(loader, (Candidate){path, path}, real_path ? real_path : path, span);
}

// --- Pass one: names ---------------------------------------------------------------------------

static Symbol *declare_value(Compilation *compilation, LoadedModule *module, SymbolKind kind,
                             const Name *name, Node *declaration, Span span) {
    check_declared_name(compilation, name, span);
    Symbol *symbol = symbol_create(compilation, module, kind, name, declaration, span);
    scope_define(compilation, module, name, symbol, span);
    return symbol;
}

// A structure or variant type: its symbol has its type from now on, its layout only in pass two.
static Symbol *declare_aggregate(Compilation *compilation, LoadedModule *module, const Name *name,
                                 Span span, Node *declaration, const NodeList *type_parameters) {
    Symbol *symbol = declare_value(compilation, module, SYMBOL_TYPE, name, declaration, span);
    Aggregate *aggregate = pool_allocate(&compilation->pool, sizeof(Aggregate));
    aggregate->name = symbol->name;
    aggregate->symbol = symbol;
    aggregate->is_variant_type = declaration->kind == NODE_VARIANT_TYPE;
    aggregate->type_parameters = resolve_type_parameters(compilation, module, type_parameters,
                                                         &aggregate->type_parameter_count);
    uint32_t count = aggregate->type_parameter_count;
    Type **arguments = pool_allocate(&compilation->pool, count * sizeof(Type *));
    for (uint32_t i = 0; i < count; i++) {
        arguments[i] = aggregate->type_parameters[i]->type;
    }
    symbol->as.aggregate = aggregate;
    symbol->type = type_instance(&compilation->types, aggregate, arguments, count);
    return symbol;
}

static void declare_variant_type(Compilation *compilation, LoadedModule *module,
                                 Node *declaration) {
    VariantType *node = AST(declaration, NODE_VARIANT_TYPE, VariantType);
    node->symbol = declare_aggregate(compilation, module, node->name, node->name_span, declaration,
                                     &node->type_parameters);
    Aggregate *aggregate = node->symbol->as.aggregate;
    aggregate->variants =
        pool_allocate(&compilation->pool, node->variants.count * sizeof(VariantInfo));
    DuplicateCheck check = {.compilation = compilation, .what = "the variant "};
    for (uint32_t i = 0; i < node->variants.count; i++) {
        const Variant *variant = AST(node->variants.items[i], NODE_VARIANT, Variant);
        if (!variant->name || !duplicate_check(&check, variant->name, variant->header.span)) {
            continue;
        }
        VariantInfo *info = &aggregate->variants[aggregate->variant_count];
        info->name = variant->name;
        info->index = aggregate->variant_count++;
        info->span = variant->header.span;
        info->owner = node->symbol;
        scope_define_variant(compilation, module, info);
    }
}

static void declare_process(Compilation *compilation, LoadedModule *module, Node *declaration) {
    Process *node = AST(declaration, NODE_PROCESS, Process);
    node->symbol = declare_value(compilation, module, SYMBOL_PROCESS, node->name, declaration,
                                 node->name_span);
    node->symbol->as.process = pool_allocate(&compilation->pool, sizeof(ProcessInfo));
    if (node->also && node->also != node->name) {
        check_declared_name(compilation, node->also, node->name_span);
        scope_define(compilation, module, node->also, node->symbol, node->name_span);
    }
}

static void declare_alias(Compilation *compilation, LoadedModule *module, Node *declaration) {
    TypeAlias *node = AST(declaration, NODE_TYPE_ALIAS, TypeAlias);
    node->symbol =
        declare_value(compilation, module, SYMBOL_TYPE, node->name, declaration, node->name_span);
    uint32_t count;
    resolve_type_parameters(compilation, module, &node->type_parameters, &count);
}

static void declare(Compilation *compilation, LoadedModule *module, Node *declaration) {
    switch ((NodeKind)declaration->kind) {
    case NODE_CONSTANT: {
        Constant *node = AST(declaration, NODE_CONSTANT, Constant);
        node->symbol = declare_value(compilation, module, SYMBOL_CONSTANT, node->name, declaration,
                                     node->name_span);
        break;
    }
    case NODE_LET: {
        Let *node = AST(declaration, NODE_LET, Let);
        node->symbol = declare_value(compilation, module, SYMBOL_GLOBAL, node->name, declaration,
                                     node->name_span);
        break;
    }
    case NODE_PROCESS:
        declare_process(compilation, module, declaration);
        break;
    case NODE_STRUCTURE: {
        Structure *node = AST(declaration, NODE_STRUCTURE, Structure);
        node->symbol = declare_aggregate(compilation, module, node->name, node->name_span,
                                         declaration, &node->type_parameters);
        break;
    }
    case NODE_VARIANT_TYPE:
        declare_variant_type(compilation, module, declaration);
        break;
    case NODE_TYPE_ALIAS:
        declare_alias(compilation, module, declaration);
        break;
    default: // imports were taken before
        break;
    }
}

// --- Pass two: types, layouts, values ----------------------------------------------------------

static void resolve_declaration(Compilation *compilation, LinkNames *names, Node *declaration) {
    compilation->position = declaration->span.start;
    switch ((NodeKind)declaration->kind) {
    case NODE_CONSTANT:
        resolve_constant_symbol(compilation, AST(declaration, NODE_CONSTANT, Constant)->symbol);
        break;
    case NODE_LET:
        resolve_global(compilation, names, AST(declaration, NODE_LET, Let)->symbol);
        break;
    case NODE_PROCESS:
        resolve_process(compilation, names, AST(declaration, NODE_PROCESS, Process)->symbol);
        break;
    case NODE_STRUCTURE:
        resolve_layout(compilation, AST(declaration, NODE_STRUCTURE, Structure)->symbol);
        break;
    case NODE_VARIANT_TYPE:
        resolve_layout(compilation, AST(declaration, NODE_VARIANT_TYPE, VariantType)->symbol);
        break;
    case NODE_TYPE_ALIAS:
        resolve_alias(compilation, AST(declaration, NODE_TYPE_ALIAS, TypeAlias)->symbol);
        break;
    default:
        break;
    }
    resolve_lifetimes(compilation, declaration);
}

static const NodeList *declarations_of(const LoadedModule *module) {
    return &AST(module->ast, NODE_MODULE, Module)->declarations;
}

static void resolve_declarations(Compilation *compilation, LinkNames *names) {
    const Program *program = &compilation->program;
    for (uint32_t i = 0; i < program->module_count; i++) {
        const NodeList *declarations = declarations_of(program->modules[i]);
        for (uint32_t j = 0; j < declarations->count; j++) {
            resolve_declaration(compilation, names, declarations->items[j]);
        }
    }
    for (uint32_t i = 0; i < program->module_count; i++) {
        const NodeList *declarations = declarations_of(program->modules[i]);
        for (uint32_t j = 0; j < declarations->count; j++) {
            if (declarations->items[j]->kind == NODE_PROCESS) {
                Process *node = AST(declarations->items[j], NODE_PROCESS, Process);
                resolve_dotted_names(compilation, node->symbol);
            }
        }
    }
}

// Moves the order of loading into the program.
static void set_modules(Loader *loader) {
    Program *program = &loader->compilation->program;
    program->module_count = loader->order.count;
    program->modules =
        pool_allocate(&loader->compilation->pool, loader->order.count * sizeof(LoadedModule *));
    for (uint32_t i = 0; i < loader->order.count; i++) {
        program->modules[i] = loader->order.items[i];
        program->modules[i]->index = i;
    }
    vector_destroy(&loader->order);
}

static void set_libraries(Compilation *compilation, LinkNames *names) {
    Program *program = &compilation->program;
    program->library_count = names->library_order.count;
    program->libraries =
        pool_allocate(&compilation->pool, names->library_order.count * sizeof(Name *));
    for (uint32_t i = 0; i < program->library_count; i++) {
        program->libraries[i] = names->library_order.items[i];
    }
    vector_destroy(&names->library_order);
}

void resolve_program(Compilation *compilation, Source *main_source) {
    Loader loader = {.compilation = compilation};
    loader.library = real_path_of(compilation, compilation->options.library_folder);
    load_prelude(&loader, main_source);
    const Name *real_path = intern_text(&compilation->names, main_source->real_path);
    LoadedModule *module = name_table_get(&loader.files, real_path);
    compilation->program.main_module = module ? module : load_module(&loader, main_source, false);
    set_modules(&loader);
    LinkNames names = {.library_order = {0}};
    resolve_declarations(compilation, &names);
    set_libraries(compilation, &names);
    resolve_main(compilation);
}
