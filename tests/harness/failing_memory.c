// Preloaded into the compiler, not into the tools that it starts: the allocation (also a mapping)
// number FAIL_AT fails. With FAIL_COUNT, their number is written to that file at the end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

static long count, fail_at;
static int active;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAIL_AT");
    active = text && strncmp(program_invocation_short_name, "runac", 5) == 0;
    fail_at = active ? atol(text) : 0;
    unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAIL_COUNT");
    if (active && path) {
        FILE *file = fopen(path, "w");
        fprintf(file, "%ld\n", count);
        fclose(file);
    }
}

static int fails(void) {
    if (active && ++count == fail_at) {
        errno = ENOMEM;
        return 1;
    }
    return 0;
}

void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *block, size_t size) { return fails() ? NULL : __libc_realloc(block, size); }

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
    static void *(*real)(void *, size_t, int, int, int, off_t);
    if (!real) {
        real = dlsym(RTLD_NEXT, "mmap");
    }
    return fails() ? MAP_FAILED : real(address, size, protection, flags, file, offset);
}
