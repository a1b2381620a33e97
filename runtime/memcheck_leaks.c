// The last word of the checked build: what was never freed, by the line that made it; and cycles of
// strong references.
#include "memcheck.h"

#include <stdio.h>
#include <stdlib.h>

// --- What was never freed ------------------------------------------------------------------------

// Blocks of one tier and kind, made at one line.
struct group {
    struct runa_position position;
    enum tier tier;
    enum role role;
    int64_t count;
    int64_t bytes;
};

struct groups {
    struct group *items; // in the order in which they are reported, owned
    int64_t count;
    int64_t capacity;
};

static void mark_part(const void *part, void *context) {
    struct block *block = block_starting_at(part);
    if (block) {
        block->is_part = true;
        *(int64_t *)context += block->size;
    }
}

static void mark_key(int64_t word, bool is_value, void *context) {
    if (!is_value) {
        mark_part((const void *)word, context);
    }
}

// Marks what belongs to the object, and gives its bytes.
static int64_t mark_parts(const struct block *block) {
    const char *object = block_bytes(block);
    int64_t bytes = 0;
    switch ((enum role)block->role) {
    case ROLE_LIST:
        mark_part(((const struct runa_array *)object)->data, &bytes);
        break;
    case ROLE_TEXT:
        mark_part(((const struct runa_text *)object)->bytes, &bytes);
        break;
    case ROLE_TABLE:
        mark_part(runa_table_entries(object), &bytes);
        mark_part(runa_table_index(object), &bytes);
        if (runa_table_has_text_keys(object)) {
            visit_table(object, mark_key, &bytes);
        }
        break;
    case ROLE_REFCOUNTED:
        mark_part(((const struct runa_refcounted *)object)->data, &bytes);
        break;
    case ROLE_ARENA:
        for (const struct block *part = block->arena->newest; part; part = part->next) {
            bytes += part->size;
        }
        break;
    default:
        break;
    }
    return bytes;
}

static void mark_block(struct block *block, void *context) {
    (void)context;
    if (block->tier != TIER_ARENA) {
        mark_parts(block);
    }
}

// Of what the user's code made, and not as a part of something that is reported itself.
static bool is_leak(const struct block *block) {
    return block->made && !block->is_part &&
           (block->tier != TIER_ARENA || block->role == ROLE_ARENA);
}

static bool is_in_group(const struct group *group, const struct block *block,
                        const struct runa_position *position) {
    return group->tier == block->tier && group->role == block->role &&
           group->position.line == position->line &&
           strcmp(group->position.file, position->file) == 0;
}

static struct group *group_of(struct groups *groups, const struct block *block) {
    struct runa_position position;
    if (!runa_find_position((const void *)(uintptr_t)block->made, &position)) {
        return NULL;
    }
    for (int64_t i = groups->count - 1; i >= 0; i--) {
        if (is_in_group(&groups->items[i], block, &position)) {
            return &groups->items[i];
        }
    }
    if (groups->count == groups->capacity) {
        groups->capacity = groups->capacity * 2 + 16;
        groups->items = realloc(groups->items, (size_t)groups->capacity * sizeof *groups->items);
        if (!groups->items) {
            abort();
        }
    }
    struct group *group = &groups->items[groups->count++];
    *group = (struct group){
        .position = position, .tier = (enum tier)block->tier, .role = (enum role)block->role};
    return group;
}

// The groups of code addresses that were looked up last: blocks come by the thousand from one.
static struct group *remembered_group(struct groups *groups, const struct block *block) {
    static uint32_t made;
    static enum role role;
    static int64_t index;
    if (made != block->made || role != block->role || index >= groups->count) {
        struct group *group = group_of(groups, block);
        if (!group) {
            return NULL;
        }
        made = block->made;
        role = (enum role)block->role;
        index = group - groups->items;
    }
    return &groups->items[index];
}

// The bytes of a block as the program knows it: behind a RefCounted lie words of the runtime.
static int64_t known_size(const struct block *block) {
    return block->role == ROLE_REFCOUNTED ? (int64_t)sizeof(struct runa_refcounted) : block->size;
}

static void add_leak(struct block *block, void *context) {
    struct groups *groups = context;
    struct group *group = is_leak(block) ? remembered_group(groups, block) : NULL;
    if (group) {
        group->count++;
        group->bytes += known_size(block) + mark_parts(block);
    }
}

static int compare_groups(const void *a, const void *b) {
    const struct group *first = a, *second = b;
    int order = strcmp(first->position.file, second->position.file);
    if (order != 0) {
        return order;
    }
    if (first->position.line != second->position.line) {
        return first->position.line < second->position.line ? -1 : 1;
    }
    return (int)first->role - (int)second->role;
}

static const char *plural(int64_t count) { return count == 1 ? "" : "s"; }

static const char *things(enum role role, int64_t count) {
    static const char *const names[][2] = {
        [ROLE_MEMORY] = {"block", "blocks"},
        [ROLE_STRING] = {"String", "Strings"},
        [ROLE_ARENA] = {"Arena", "Arenas"},
        [ROLE_REFCOUNTED] = {"RefCounted object", "RefCounted objects"},
        [ROLE_SHARED_DATA] = {"RefCounted's data", "RefCounted's data"},
        [ROLE_LIST] = {"List or Array", "Lists or Arrays"},
        [ROLE_ELEMENTS] = {"List's elements", "Lists' elements"},
        [ROLE_TABLE] = {"Set or Dictionary", "Sets or Dictionaries"},
        [ROLE_TEXT] = {"Text", "Texts"},
        [ROLE_PART] = {"collection's part", "collections' parts"},
        [ROLE_THREAD] = {"Thread", "Threads"},
        [ROLE_MUTEX] = {"Mutex", "Mutexes"}};
    return names[role][count == 1 ? 0 : 1];
}

static bool is_of_line(const struct group *group, const struct group *other) {
    return group->position.line == other->position.line &&
           strcmp(group->position.file, other->position.file) == 0;
}

static void print_group(const struct group *group) {
    const struct runa_position *position = &group->position;
    const char *word = runa_process_word(position);
    fprintf(stderr, "%s:%lld: leak: %s: %lld %s, %lld byte%s (in %s%s)\n", position->file,
            (long long)position->line, tier_name(group->tier), (long long)group->count,
            things(group->role, group->count), (long long)group->bytes, plural(group->bytes), word,
            position->process);
    if (group->role == ROLE_ELEMENTS) { // those of a List that is there are its parts
        fprintf(stderr,
                "%s:%lld: note: list_destroy frees a List with its elements, deallocate only the "
                "List itself (in %s%s)\n",
                position->file, (long long)position->line, word, position->process);
    }
}

static void print_groups(const struct groups *groups) {
    int64_t count = 0;
    int64_t bytes = 0;
    int64_t lines = 0;
    for (int64_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->items[i];
        print_group(group);
        count += group->count;
        bytes += group->bytes;
        lines += i == 0 || !is_of_line(group, group - 1);
    }
    if (groups->count > 1) {
        fprintf(stderr, "leaks in all: %lld from %lld line%s, %lld bytes\n", (long long)count,
                (long long)lines, plural(lines), (long long)bytes);
    }
}

// --- Cycles --------------------------------------------------------------------------------------

// A RefCounted that was not freed refers to those whose addresses lie in its data, and in what can
// be reached from there without passing another RefCounted. Weak references have the same
// addresses: where no more words refer to an object than it has weak references, they are taken to
// be those.

struct node {
    const struct block *block;
    int64_t seen; // the walk in which it was met, of memory between RefCounteds
    bool is_done;
    bool is_on_path;
};

struct nodes {
    struct node *items; // all blocks that can be met, by address; owned
    int64_t count;
    int64_t capacity;
    const struct block **path; // owned
    int64_t length;
    int64_t walk;
    bool has_cycle;
};

static void add_node(struct block *block, void *context) {
    struct nodes *nodes = context;
    if (block->tier == TIER_ARENA) {
        return;
    }
    if (nodes->count == nodes->capacity) {
        nodes->capacity = nodes->capacity * 2 + 64;
        nodes->items = realloc(nodes->items, (size_t)nodes->capacity * sizeof *nodes->items);
        if (!nodes->items) {
            abort();
        }
    }
    nodes->items[nodes->count++] = (struct node){.block = block};
    block->found = 0;
}

static struct node *node_of(const struct nodes *nodes, const void *address) {
    const struct block *block = is_in_region(address) ? block_starting_at(address) : NULL;
    int64_t low = 0;
    int64_t high = nodes->count;
    while (block && low < high) {
        int64_t middle = low + (high - low) / 2;
        if (nodes->items[middle].block == block) {
            return &nodes->items[middle];
        }
        if (nodes->items[middle].block < block) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static int compare_nodes(const void *a, const void *b) {
    const struct node *first = a, *second = b;
    return first->block < second->block ? -1 : first->block > second->block;
}

static void count_word(const struct block *block, int64_t offset, int64_t word, void *context) {
    struct node *node = node_of(context, (const void *)word);
    (void)offset;
    if (node && node->block->role == ROLE_REFCOUNTED && node->block != block) {
        ((struct block *)node->block)->found++;
    }
}

static void count_references(struct block *block, void *context) {
    if (block->role != ROLE_REFCOUNTED) {
        block_visit_words(block, count_word, context);
    }
}

static bool is_strong(const struct block *block) {
    const struct runa_refcounted *object = (const struct runa_refcounted *)block_bytes(block);
    return block->found > (int64_t)(object->count >> 32);
}

static void print_cycle(const struct nodes *nodes, const struct block *first) {
    int64_t start = nodes->length - 1;
    while (nodes->path[start] != first) {
        start--;
    }
    struct notes notes = {0};
    struct runa_position position = {"?", "?", 0};
    for (int64_t i = start; i < nodes->length; i++) {
        notes_add(&notes, nodes->path[i]->made, "this RefCounted refers to the %s",
                  i + 1 < nodes->length ? "next" : "first");
    }
    runa_find_position((const void *)(uintptr_t)first->made, &position);
    int64_t count = nodes->length - start;
    fprintf(stderr,
            "%s:%lld: leak: SHARED: a cycle of strong references, %lld object%s (in %s%s)\n"
            "%s",
            position.file, (long long)position.line, (long long)count, plural(count),
            runa_process_word(&position), position.process, notes.text);
}

static void walk_from(struct nodes *nodes, struct node *node);

// Follows one word of the memory of the RefCounted at the end of the path.
static void follow_word(const struct block *holder, int64_t offset, int64_t word, void *context) {
    struct nodes *nodes = context;
    struct node *node = node_of(nodes, (const void *)word);
    (void)offset;
    if (!node || node->block == holder) {
        return;
    }
    if (node->block->role != ROLE_REFCOUNTED) {
        if (node->seen != nodes->walk) {
            node->seen = nodes->walk;
            block_visit_words(node->block, follow_word, nodes);
        }
    } else if (is_strong(node->block)) {
        if (node->is_on_path) {
            nodes->has_cycle = true;
            print_cycle(nodes, node->block);
        } else if (!node->is_done) {
            walk_from(nodes, node);
        }
    }
}

static void walk_from(struct nodes *nodes, struct node *node) {
    const struct runa_refcounted *object = (const void *)block_bytes(node->block);
    int64_t outer = nodes->walk;
    struct node *data = node_of(nodes, object->data);
    node->is_on_path = node->is_done = true;
    nodes->path[nodes->length++] = node->block;
    nodes->walk = node - nodes->items + 1;
    if (data) {
        block_visit_words(data->block, follow_word, nodes);
    }
    nodes->walk = outer;
    nodes->length--;
    node->is_on_path = false;
}

// Prints the cycles; false if there is none.
static void print_cycles(void) {
    struct nodes nodes = {0};
    blocks_visit(add_node, &nodes);
    if (nodes.count > 0) {
        qsort(nodes.items, (size_t)nodes.count, sizeof *nodes.items, compare_nodes);
        nodes.path = check_memory((size_t)nodes.count * sizeof *nodes.path);
        blocks_visit(count_references, &nodes);
        for (int64_t i = 0; i < nodes.count; i++) {
            if (nodes.items[i].block->role == ROLE_REFCOUNTED && !nodes.items[i].is_done) {
                walk_from(&nodes, &nodes.items[i]);
            }
        }
    }
    free(nodes.path);
    free(nodes.items);
}

// --- The end -------------------------------------------------------------------------------------

static void check_guards(struct block *block, void *context) {
    (void)context;
    if (!block_is_intact(block)) {
        panic_overrun(block);
    }
}

int64_t check_report_leaks(int64_t status) {
    struct groups groups = {0};
    check_lock();
    blocks_visit(check_guards, NULL);
    blocks_visit(mark_block, NULL);
    blocks_visit(add_leak, &groups);
    if (groups.count > 0) {
        qsort(groups.items, (size_t)groups.count, sizeof *groups.items, compare_groups);
        print_groups(&groups);
        print_cycles();
        status = RUNA_EXIT_LEAK;
    }
    free(groups.items);
    check_unlock();
    return status;
}
