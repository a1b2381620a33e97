// The twin of shared.runa: counts changed atomically, as C programs do, or (`plain`) by ordinary
// additions, which a process with threads must not do.
//
// usage: shared atomic|plain create|retain|beside|threads
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MANY = 1000000, THREADS = 8 };

struct shared {
    void *data;
    int64_t count;
};

static bool plain;

// The processor time of this process in nanoseconds: other processes do not count.
static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000 + time.tv_nsec;
}

// Keeps the C compiler from knowing what becomes of p.
static inline void use(void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }

static inline void release_last(struct shared *shared) {
    free(shared->data);
    free(shared);
}

static inline void pair_atomic(struct shared *shared) {
    __atomic_add_fetch(&shared->count, 1, __ATOMIC_RELAXED);
    use(shared);
    if (__atomic_sub_fetch(&shared->count, 1, __ATOMIC_ACQ_REL) == 0) {
        release_last(shared);
    }
}

static inline void pair_plain(struct shared *shared) {
    shared->count++;
    use(shared);
    if (--shared->count == 0) {
        release_last(shared);
    }
    use(shared);
}

// Four at a time, so that the loop counts for little.
static void retain(struct shared *shared, int64_t count) {
    if (plain) {
        for (int64_t i = 0; i < count; i += 4) {
            pair_plain(shared);
            pair_plain(shared);
            pair_plain(shared);
            pair_plain(shared);
        }
        return;
    }
    for (int64_t i = 0; i < count; i += 4) {
        pair_atomic(shared);
        pair_atomic(shared);
        pair_atomic(shared);
        pair_atomic(shared);
    }
}

static struct shared *create(void) {
    struct shared *shared = calloc(1, sizeof *shared);
    shared->data = calloc(1, 32);
    shared->count = 1;
    use(shared);
    return shared;
}

static void create_many(int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        struct shared *shared = create();
        if (plain ? --shared->count == 0
                  : __atomic_sub_fetch(&shared->count, 1, __ATOMIC_ACQ_REL) == 0) {
            release_last(shared);
        }
    }
}

static void *retain_in_thread(void *shared) {
    retain(shared, MANY);
    return NULL;
}

static void *nothing(void *argument) { return argument; }

static void in_threads(void *(*work)(void *), struct shared *shared) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, work, shared);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    plain = strcmp(argv[1], "plain") == 0;
    const char *scenario = argv[2];
    struct shared *shared = create();
    if (strcmp(scenario, "beside") == 0) {
        in_threads(nothing, shared);
    }
    for (int round = 1; round <= 6; round++) {
        int64_t start = now(), count = MANY;
        if (strcmp(scenario, "create") == 0) {
            create_many(MANY);
        } else if (strcmp(scenario, "threads") == 0) {
            in_threads(retain_in_thread, shared);
            count = (int64_t)THREADS * MANY;
        } else {
            retain(shared, MANY);
        }
        printf("row %s %lld %lld\n", scenario, (long long)(now() - start), (long long)count);
    }
    release_last(shared);
    return 0;
}
