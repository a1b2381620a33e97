// arena_block.h - where the blocks of arenas come from, and where they go.
//
// Internal to the runtime, and to the compiler, which links arena.c and arena_block.c too.
#ifndef RUNA_ARENA_BLOCK_H
#define RUNA_ARENA_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

// The header of a block; its bytes follow. Lies at a multiple of 16, and so do they.
struct runa_arena_block {
    struct runa_arena_block *previous; // for the owner of the block
    int64_t start;                     // the same
    int64_t size;                      // the same
    int64_t next_size;                 // the same
    int64_t dirty;                     // bytes from here on are zero; the owner raises it
    int64_t mapped;                    // bytes of the mapping; 0: libc's heap has the block
};
_Static_assert(sizeof(struct runa_arena_block) % 16 == 0, "the bytes behind it are 16-aligned");

// A block of at least size bytes behind its header, of which only those up to `dirty` may be other
// than zero; NULL if there is no memory for it. Large pages are asked for from the byte huge_from
// on, and never for the first 2 MB: a page too many would then be a large part of what is used.
struct runa_arena_block *runa_arena_block_get(int64_t size, int64_t huge_from);

// Takes a block back, for later arenas. dirty must be true.
void runa_arena_block_put(struct runa_arena_block *block);

// Gives a block to the system.
void runa_arena_block_free(struct runa_arena_block *block);

// Gives to the system what is kept for later arenas: before memory is said to be exhausted. Did it
// have anything?
bool runa_arena_block_trim(void);

#endif
