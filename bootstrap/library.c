// Searching the stdlib for a name. The files are read as text: nothing is loaded.
#include "library.h"

#include <dirent.h>
#include <string.h>

enum { PATH_LENGTH = 4096, TEXT_LENGTH = 1 << 20 };

// Whether the file has a declaration that begins like the given text.
static bool declares(const char *path, const char *declaration) {
    FILE *file = fopen(path, "r");
    if (!file) {
        return false;
    }
    char *text = memory_allocate(TEXT_LENGTH);
    size_t length = fread(text, 1, TEXT_LENGTH - 1, file);
    text[length] = '\0';
    fclose(file);
    bool is_found = strstr(text, declaration) != NULL;
    memory_free(text);
    return is_found;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

const char *library_module_with(Compilation *compilation, const char *name) {
    enum { LONGEST_WANTED = 100 };
    const char *folder = compilation->options.library_folder;
    DIR *entries = folder && strlen(name) <= LONGEST_WANTED ? opendir(folder) : NULL;
    if (!entries) {
        return NULL;
    }
    char process[160], constant[160], path[PATH_LENGTH];
    snprintf(process, sizeof process, "Process called \"%s\"", name);
    snprintf(constant, sizeof constant, "\nConstant %s ", name);
    const char *module = NULL;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        bool is_module =
            ends_with(entry->d_name, ".runa") && strcmp(entry->d_name, "prelude.runa") != 0;
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!is_module || length >= PATH_LENGTH) {
            continue;
        }
        size_t stem = strlen(entry->d_name) - strlen(".runa");
        // The first in the order of their names, whatever the order of the folder is.
        bool is_first = !module || strncmp(entry->d_name, module, stem) < 0;
        bool is_it = strlen(name) == stem && strncmp(entry->d_name, name, stem) == 0;
        if (is_first && (is_it || declares(path, process) || declares(path, constant))) {
            module = intern(&compilation->names, entry->d_name, (uint32_t)stem)->text;
        }
    }
    closedir(entries);
    return module;
}
