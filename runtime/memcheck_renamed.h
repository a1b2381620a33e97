// Comes before every file of the ordinary runtime when it is compiled for the checked build: what
// memcheck.def lists is called plain_x, and allocations go to memcheck_owned.c with the name of the
// file, SUBJECT.
#ifndef RUNA_MEMCHECK_RENAMED_H
#define RUNA_MEMCHECK_RENAMED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "memcheck_names.h"

#include "memcheck_subjects.h"
#include <stdlib.h>

#define SUBJECT_arena SUBJECT_other
#define SUBJECT_arena_block SUBJECT_other
#define SUBJECT_call SUBJECT_other
#define SUBJECT_format SUBJECT_other
#define SUBJECT_io SUBJECT_other
#define SUBJECT_kind SUBJECT_other
#define SUBJECT_owned SUBJECT_other
#define SUBJECT_panic SUBJECT_other
#define SUBJECT_print SUBJECT_other
#define SUBJECT_start SUBJECT_other
#define SUBJECT_value SUBJECT_other

// owned.c keeps its allocations to itself.
#ifdef FILE_owned
#define runa_allocate plain_allocate
#define runa_deallocate plain_deallocate
#define runa_reallocate plain_reallocate
#define runa_tier_allocate plain_tier_allocate
#define runa_tier_allocate_text plain_tier_allocate_text
#define runa_tier_reallocate plain_tier_reallocate
#define runa_tier_deallocate plain_tier_deallocate
#else
#define runa_allocate(size) check_allocate(size, SUBJECT)
#define runa_deallocate(p) check_deallocate(p, SUBJECT)
#define runa_tier_allocate(arena, size) check_tier_allocate(arena, size, SUBJECT)
#define runa_tier_allocate_text(arena, length) check_tier_allocate_text(arena, length, SUBJECT)
#define runa_tier_reallocate(arena, p, old_size, new_size)                                         \
    check_tier_reallocate(arena, p, old_size, new_size, SUBJECT)
#define runa_tier_deallocate(arena, p) check_tier_deallocate(arena, p, SUBJECT)
#endif

// libc's: they fail when RUNA_FAIL_AFTER says so.
#define malloc(size) check_malloc(size)
#define calloc(count, size) check_calloc(count, size)
#define realloc(p, size) check_realloc(p, size)

#endif
