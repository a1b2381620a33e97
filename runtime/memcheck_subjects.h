// What libruna_check.a does instead of the allocations of the runtime's own files: memcheck_names.h
// leads them here, with SUBJECT_ and the name of the file.
#ifndef RUNA_MEMCHECK_SUBJECTS_H
#define RUNA_MEMCHECK_SUBJECTS_H

#include "runa.h"

enum subject {
    SUBJECT_other,
    SUBJECT_list,
    SUBJECT_table,
    SUBJECT_text,
    SUBJECT_shared,
    SUBJECT_thread
};

void *check_allocate(int64_t size, enum subject subject);
void check_deallocate(void *p, enum subject subject);
void *check_tier_allocate(struct runa_arena *arena, int64_t size, enum subject subject);
char *check_tier_allocate_text(struct runa_arena *arena, int64_t length, enum subject subject);
void *check_tier_reallocate(struct runa_arena *arena, void *p, int64_t old_size, int64_t new_size,
                            enum subject subject);
void check_tier_deallocate(struct runa_arena *arena, void *p, enum subject subject);

// libc's, for arena.c and others: they fail when RUNA_FAIL_AFTER says so.
void *check_malloc(size_t size);
void *check_calloc(size_t count, size_t size);
void *check_realloc(void *p, size_t size);

#endif
