#define _DEFAULT_SOURCE // readlink
// Finding the runtime library, the stdlib and the texts about errors that belong to this compiler.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "config.h"
#include "toolchain.h"

// `folder`/`name` if it exists (owned), else NULL.
static char *existing(const char *folder, const char *name) {
    size_t length = strlen(folder) + strlen(name) + 2;
    char *path = memory_allocate(length);
    snprintf(path, length, "%s/%s", folder, name);
    if (access(path, R_OK) == 0) {
        return path;
    }
    memory_free(path);
    return NULL;
}

// The same for a folder that holds the prelude.
static char *existing_stdlib(const char *folder, const char *name) {
    char *path = existing(folder, name);
    char *prelude = path ? existing(path, "prelude.runa") : NULL;
    if (path && !prelude) {
        memory_free(path);
        path = NULL;
    }
    memory_free(prelude);
    return path;
}

static char *first_existing(const char *folder, const char *const *names,
                            char *(*find)(const char *, const char *)) {
    char *found = NULL;
    for (; *names && !found; names++) {
        found = find(folder, *names);
    }
    return found;
}

void installation_find(Installation *installation) {
    static const char *const runtimes[] = {CONFIG_RUNTIME_LIBRARIES NULL};
    static const char *const check_runtimes[] = {CONFIG_CHECK_LIBRARIES NULL};
    static const char *const folders[] = {CONFIG_STDLIB_FOLDERS NULL};
    static const char *const home_runtimes[] = {CONFIG_HOME_RUNTIME_LIBRARIES NULL};
    static const char *const home_check_runtimes[] = {CONFIG_HOME_CHECK_LIBRARIES NULL};
    static const char *const home_folders[] = {CONFIG_HOME_STDLIB_FOLDERS NULL};
    static const char *const errors[] = {CONFIG_ERRORS_FOLDERS NULL};
    static const char *const home_errors[] = {CONFIG_HOME_ERRORS_FOLDERS NULL};
    char program[PATH_MAX];
    const char *home = getenv("RUNA_HOME");
    *installation = (Installation){0};
    if (home && *home) {
        installation->runtime_library = first_existing(home, home_runtimes, existing);
        installation->check_library = first_existing(home, home_check_runtimes, existing);
        installation->stdlib_folder = first_existing(home, home_folders, existing_stdlib);
        installation->errors_folder = first_existing(home, home_errors, existing);
        installation->is_home_empty = !installation->runtime_library &&
                                      !installation->check_library &&
                                      !installation->stdlib_folder && !installation->errors_folder;
    }
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0) {
        return;
    }
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    if (!installation->runtime_library) {
        installation->runtime_library = first_existing(program, runtimes, existing);
    }
    if (!installation->check_library) {
        installation->check_library = first_existing(program, check_runtimes, existing);
    }
    if (!installation->stdlib_folder) {
        installation->stdlib_folder = first_existing(program, folders, existing_stdlib);
    }
    if (!installation->errors_folder) {
        installation->errors_folder = first_existing(program, errors, existing);
    }
}

bool installation_is_usable(const Installation *installation) {
    if (installation->is_home_empty) {
        complain("RUNA_HOME is '%s', where no part of an installation lies", getenv("RUNA_HOME"));
    }
    return !installation->is_home_empty;
}

void installation_destroy(Installation *installation) {
    memory_free(installation->runtime_library);
    memory_free(installation->check_library);
    memory_free(installation->stdlib_folder);
    memory_free(installation->errors_folder);
}
