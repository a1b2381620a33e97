// The twin of objects.runa: objects of 32 bytes with libc's heap, or with a bump allocator as one
// writes it by hand: one block, nothing cleared, kept from round to round.
//
// usage: objects libc|bump SCENARIO
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIZE = 32, MANY = 1000000 };

struct item {
    struct item *next;
    int64_t number;
    int64_t left;
    int64_t right;
};

// The processor time of this process in nanoseconds: other processes do not count.
static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000 + time.tv_nsec;
}

static void show(const char *name, int64_t start, int64_t count) {
    printf("row %s %lld %lld\n", name, (long long)(now() - start), (long long)count);
}

static void show_peak(void) {
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long long kilobytes;
    while (fgets(line, sizeof line, status)) {
        if (sscanf(line, "VmHWM: %lld", &kilobytes) == 1) {
            printf("peak %lld\n", kilobytes);
        }
    }
    fclose(status);
}

// Keeps the C compiler from knowing what becomes of p.
static inline void use(void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }

static void on_stack(int64_t count) {
    for (int64_t i = 1; i <= count; i++) {
        struct item item = {0};
        item.number = i;
        use(&item);
    }
}

static struct item *free_all(struct item *last) {
    while (last) {
        struct item *next = last->next;
        free(last);
        last = next;
    }
    return last;
}

// A linked list of objects, freed one by one.
static void with_libc(int64_t count, bool zeroed) {
    struct item *previous = NULL;
    for (int64_t i = 1; i <= count; i++) {
        struct item *item = zeroed ? calloc(1, SIZE) : malloc(SIZE);
        item->next = previous;
        item->number = i;
        use(item);
        previous = item;
    }
    free_all(previous);
}

static struct {
    char *bytes;
    size_t capacity;
    size_t used;
} block;

static inline void *bump(size_t size) {
    size_t start = (block.used + 7) & ~(size_t)7;
    if (start + size > block.capacity) {
        abort();
    }
    block.used = start + size;
    return block.bytes + start;
}

static void with_bump(int64_t count) {
    if (!block.bytes) {
        block.capacity = SIZE * MANY;
        block.bytes = malloc(block.capacity);
    }
    struct item *previous = NULL;
    for (int64_t i = 1; i <= count; i++) {
        struct item *item = bump(SIZE);
        item->next = previous;
        item->number = i;
        use(item);
        previous = item;
    }
    block.used = 0;
}

static void pairs(int64_t count) {
    for (int64_t i = 1; i <= count; i++) {
        struct item *item = calloc(1, SIZE);
        item->number = i;
        use(item);
        free(item);
    }
}

static void fill(bool by_bump, bool zeroed) {
    if (by_bump) {
        with_bump(MANY);
    } else {
        with_libc(MANY, zeroed);
    }
}

static void measure_rounds(const char *cold, const char *warm, bool by_bump, bool zeroed) {
    for (int round = 1; round <= 6; round++) {
        int64_t start = now();
        fill(by_bump, zeroed);
        if (round > 1) {
            show(warm, start, MANY);
        } else if (cold) {
            show(cold, start, MANY);
            show_peak();
        }
    }
}

// Nothing but allocation and release: what is freed one by one has its address kept.
static void bare(bool by_bump) {
    static void *kept[MANY];
    for (int64_t i = 0; i < MANY; i++) {
        void *p = by_bump ? bump(SIZE) : malloc(SIZE);
        use(p);
        if (!by_bump) {
            kept[i] = p;
        }
    }
    for (int64_t i = 0; i < MANY && !by_bump; i++) {
        free(kept[i]);
    }
    block.used = 0;
}

static void measure_bare(bool by_bump) {
    with_bump(MANY);
    for (int round = 0; round <= 6; round++) {
        int64_t start = now();
        bare(by_bump);
        if (round > 0) {
            show("bare", start, MANY);
        }
    }
}

// By the clock: too short for the other one.
static void measure_destroy(const char *name, int64_t count) {
    for (int round = 1; round <= 6; round++) {
        struct item *previous = NULL;
        for (int64_t i = 1; i <= count; i++) {
            struct item *item = malloc(SIZE);
            item->next = previous;
            previous = item;
        }
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        free_all(previous);
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("row %s %lld 1\n", name,
               (long long)(end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec);
    }
}

int main(int argc, char **argv) {
    bool by_bump = argc > 2 && strcmp(argv[1], "bump") == 0;
    const char *scenario = argc > 2 ? argv[2] : "";
    if (strcmp(scenario, "arena") == 0) {
        measure_rounds("arena_cold", "arena_warm", by_bump, false);
    } else if (strcmp(scenario, "grown") == 0) {
        measure_rounds("grown_cold", "grown_warm", by_bump, false);
    } else if (strcmp(scenario, "reset") == 0) {
        measure_rounds(NULL, "reset", by_bump, false);
    } else if (strcmp(scenario, "owned") == 0) {
        measure_rounds("owned_cold", "owned_warm", by_bump, true);
    } else if (strcmp(scenario, "destroy") == 0) {
        measure_destroy("destroy_one", 1);
        measure_destroy("destroy_many", MANY);
    } else if (strcmp(scenario, "bare") == 0) {
        measure_bare(by_bump);
    } else {
        for (int round = 1; round <= 6; round++) {
            int64_t start = now();
            if (strcmp(scenario, "stack") == 0) {
                on_stack(MANY);
            } else {
                pairs(MANY);
            }
            show(scenario, start, MANY);
        }
    }
    return 0;
}
