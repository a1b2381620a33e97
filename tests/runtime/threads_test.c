// The tiers under stress: blocks of arenas used again, and everything that several threads may do
// at the same time. Built with ThreadSanitizer too (`make tsan`), which watches each access.
//
// Prints "ok" and exits 0, or names the check that failed. An argument is a factor for the rounds.
#define _GNU_SOURCE
#include "runa.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

enum { THREADS = 8 };

static int64_t factor = 1;

typedef int64_t Work(int64_t number);

// Runs work(0) to work(THREADS - 1) at the same time.
static void run_threads(Work *work) {
    const void *const process[] = {(const void *)work};
    struct runa_thread *threads[THREADS];
    for (int64_t i = 0; i < THREADS; i++) {
        threads[i] = runa_thread_start(process, (void *)(uintptr_t)i);
    }
    for (int i = 0; i < THREADS; i++) {
        runa_thread_join(threads[i]);
    }
}

// --- Arenas --------------------------------------------------------------------------------------

static bool is_filled(const char *p, int64_t size, char byte) {
    return size == 0 || (p[0] == byte && memcmp(p, p + 1, (size_t)size - 1) == 0);
}

// Allocates in pieces of all alignments up to `total` bytes; every piece is zero, keeps what is
// written into it, and adds exactly what it should to `used`.
static void use_arena(struct runa_arena *arena, int64_t total, unsigned seed) {
    enum { PIECES = 64 };
    struct {
        char *start;
        int64_t size;
    } pieces[PIECES] = {0};
    for (unsigned i = 0; arena->used < total; i++) {
        int64_t used = arena->used, size = rand_r(&seed) % (total / 40 + 2);
        bool is_text = rand_r(&seed) % 4 == 0;
        char *p =
            is_text ? runa_arena_allocate_bytes(arena, size) : runa_arena_allocate(arena, size);
        CHECK(arena->used == (is_text ? used : (used + 7) & -8) + size);
        CHECK((is_text || (uintptr_t)p % 8 == 0) && is_filled(p, size, 0));
        memset(p, (char)(i % 255 + 1), (size_t)size);
        pieces[i % PIECES].start = p;
        pieces[i % PIECES].size = size;
        unsigned other = rand_r(&seed) % PIECES, filled = i - (i - other) % PIECES;
        if (other <= i) {
            CHECK(is_filled(pieces[other].start, pieces[other].size, (char)(filled % 255 + 1)));
        }
    }
}

// Blocks of all kinds and sizes, used again and again: by the same arena, and by the next one.
static void use_many_arenas(int64_t rounds, unsigned seed) {
    for (int64_t round = 0; round < rounds; round++) {
        int64_t total = (int64_t)16 << rand_r(&seed) % 18; // to 2 MB
        struct runa_arena *arena = runa_arena_create(rand_r(&seed) % (2 * total));
        use_arena(arena, total, seed);
        int64_t mark = runa_arena_mark(arena);
        use_arena(arena, 2 * total, seed + 1);
        runa_arena_rewind(arena, rand_r(&seed) % 2 ? mark : mark / 3);
        use_arena(arena, 2 * total, seed + 2);
        runa_arena_reset(arena);
        CHECK(runa_arena_get_used(arena) == 0);
        use_arena(arena, total, seed + 3);
        runa_arena_destroy(arena);
    }
}

static void test_arenas(void) {
    use_many_arenas(200 * factor, 1);
    for (int64_t size = 1 << 20; size <= 96 << 20; size = size * 5 / 2) { // more than is kept
        for (int round = 0; round < 2; round++) {
            struct runa_arena *arena = runa_arena_create(round ? size : 64);
            use_arena(arena, size, 7);
            runa_arena_destroy(arena);
        }
    }
}

// The greatest resident set so far, in bytes.
static int64_t peak(void) {
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long long kilobytes = 0;
    while (fgets(line, sizeof line, status)) {
        sscanf(line, "VmHWM: %lld", &kilobytes);
    }
    fclose(status);
    return (int64_t)kilobytes * 1024;
}

static void fill_with_objects(struct runa_arena *arena) {
    for (int64_t i = 0; i < 1000000; i++) {
        *(int64_t *)runa_arena_allocate(arena, 32) = i;
    }
}

// One million objects of 32 bytes, three times over, in a process of its own: at most a twentieth
// more than once what they are, however the arena came to its size.
static void check_peak(int64_t capacity, bool by_reset) {
    enum { PAYLOAD = 32000000 };
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        int64_t before = peak();
        struct runa_arena *arena = runa_arena_create(capacity);
        for (int round = 0; round < 3; round++) {
            fill_with_objects(arena);
            CHECK(arena->used >= PAYLOAD);
            if (by_reset) {
                runa_arena_reset(arena);
            } else {
                runa_arena_destroy(arena);
                arena = runa_arena_create(capacity);
            }
        }
        runa_arena_destroy(arena);
        int64_t taken = peak() - before;
        if (taken > PAYLOAD / 20 * 21) {
            fprintf(stderr, "capacity %lld: %lld bytes\n", (long long)capacity, (long long)taken);
            _exit(1);
        }
        _exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_peak(void) {
    static const int64_t capacities[] = {0, 64, 1024, 65536, 1 << 20, 10 << 20, 32000000};
    for (unsigned i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        check_peak(capacities[i], false);
        check_peak(capacities[i], true);
    }
}

static int64_t arenas_of_one_thread(int64_t number) {
    use_many_arenas(40 * factor, (unsigned)number);
    return 0;
}

// An arena that goes from thread to thread.
static struct runa_mutex *hand_over_mutex;
static struct runa_arena *handed_over;

static int64_t hand_over(int64_t number) {
    for (int64_t round = 0; round < 200 * factor; round++) {
        struct runa_arena *arena = runa_arena_create(number * 30000);
        use_arena(arena, number * 20000 + 100, (unsigned)round);
        runa_mutex_lock(hand_over_mutex);
        struct runa_arena *other = handed_over;
        handed_over = arena;
        runa_mutex_unlock(hand_over_mutex);
        runa_arena_destroy(other);
    }
    return 0;
}

static void test_arenas_in_threads(void) {
    run_threads(arenas_of_one_thread);
    hand_over_mutex = runa_mutex_create();
    run_threads(hand_over);
    runa_mutex_destroy(hand_over_mutex);
    runa_arena_destroy(handed_over);
}

// --- Reference counts ----------------------------------------------------------------------------

enum { OBJECTS = 16, WORKING = 0x600D600D, ENDED = 0xDEAD };

struct content {
    int64_t state;
    int64_t number;
};

static int64_t ended[OBJECTS];

static int64_t end_content(int64_t data) {
    struct content *content = (struct content *)(uintptr_t)data;
    CHECK(content->state == WORKING);
    content->state = ENDED;
    __atomic_add_fetch(&ended[content->number], 1, __ATOMIC_RELAXED);
    return 0;
}

static const void *const end_content_process[] = {(const void *)end_content};

static struct runa_refcounted *new_object(int64_t number) {
    struct content *content = runa_allocate(sizeof *content);
    content->state = WORKING;
    content->number = number;
    return runa_refcount_create_with(content, end_content_process);
}

static void check_content(const struct runa_refcounted *object) {
    const struct content *content = runa_refcount_get(object);
    CHECK(content->state == WORKING);
}

static struct runa_refcounted *shared[OBJECTS];

static int64_t pairs(int64_t number) {
    (void)number;
    for (int64_t i = 0; i < 100000 * factor; i++) {
        runa_refcount_release(runa_refcount_retain(shared[0]));
    }
    return 0;
}

static void test_pairs(void) {
    shared[0] = new_object(0);
    run_threads(pairs);
    CHECK(runa_refcount_count(shared[0]) == 1 && shared[0]->count == 1);
    ended[0] = 0;
    runa_refcount_release(shared[0]);
    CHECK(ended[0] == 1);
}

// Strong and weak references to all objects, taken and given up in any order. Each thread begins
// with one strong reference to each.
static int64_t juggle(int64_t number) {
    struct runa_refcounted *strong[OBJECTS], *weak[OBJECTS] = {0};
    unsigned seed = (unsigned)number;
    memcpy(strong, shared, sizeof strong);
    for (int64_t round = 0; round < 20000 * factor; round++) {
        int i = rand_r(&seed) % OBJECTS, choice = rand_r(&seed) % 4;
        if (choice == 0 && strong[i]) {
            check_content(strong[i]);
            struct runa_refcounted *again = runa_refcount_retain(strong[i]);
            check_content(again);
            runa_refcount_release(again);
        } else if (choice == 1 && strong[i] && !weak[i]) {
            weak[i] = runa_refcount_weak(strong[i]);
        } else if (choice == 2 && strong[i] && weak[i]) {
            runa_refcount_release(strong[i]);
            strong[i] = NULL;
        } else if (choice == 3 && !strong[i] && weak[i]) {
            strong[i] = runa_weakref_upgrade(weak[i]);
            if (strong[i]) {
                check_content(strong[i]);
                runa_weakref_release(weak[i]);
                weak[i] = NULL;
            }
        }
    }
    for (int i = 0; i < OBJECTS; i++) {
        runa_refcount_release(strong[i]);
        runa_weakref_release(weak[i]);
    }
    return 0;
}

static void test_juggling(void) {
    for (int64_t i = 0; i < OBJECTS; i++) {
        ended[i] = 0;
        shared[i] = new_object(i);
        for (int k = 1; k < THREADS; k++) {
            runa_refcount_retain(shared[i]);
        }
    }
    run_threads(juggle);
    for (int i = 0; i < OBJECTS; i++) {
        CHECK(ended[i] == 1);
    }
}

// The last release against upgrades: what an upgrade gives has not ended, and does not end while it
// is held. The threads start together, by turning `turn`.
static struct runa_refcounted *racing;
static int64_t turn, waiting, upgraded, refused;

static void wait_for(int64_t *word, int64_t value) {
    for (int spins = 0; __atomic_load_n(word, __ATOMIC_ACQUIRE) != value; spins++) {
        if (spins > 100) {
            sched_yield();
        }
    }
}

static int64_t race(int64_t number) {
    for (int64_t round = 1; round <= 1000 * factor; round++) {
        if (number == 0) {
            wait_for(&waiting, THREADS - 1); // they are done with the last object
            racing = new_object(0);
            for (int i = 1; i < THREADS; i++) {
                runa_refcount_weak(racing);
            }
            __atomic_store_n(&waiting, 0, __ATOMIC_RELAXED);
            __atomic_store_n(&turn, round, __ATOMIC_RELEASE);
            for (int64_t delay = round % THREADS; delay > 0; delay--) {
                sched_yield(); // so that some upgrades come first
            }
            runa_refcount_release(racing);
            continue;
        }
        __atomic_add_fetch(&waiting, 1, __ATOMIC_ACQ_REL);
        wait_for(&turn, round);
        struct runa_refcounted *weak = racing;
        struct runa_refcounted *strong = runa_weakref_upgrade(weak);
        __atomic_add_fetch(strong ? &upgraded : &refused, 1, __ATOMIC_RELAXED);
        if (strong) {
            check_content(strong);
            runa_refcount_release(strong);
        }
        runa_weakref_release(weak);
    }
    return 0;
}

static void test_upgrade_race(void) {
    ended[0] = 0;
    run_threads(race);
    CHECK(ended[0] == 1000 * factor && upgraded + refused == (THREADS - 1) * 1000 * factor);
}

// --- The rest ------------------------------------------------------------------------------------

static struct runa_mutex *mutex;
static int64_t counted;

static int64_t count(int64_t number) {
    (void)number;
    for (int64_t i = 0; i < 5000 * factor; i++) {
        runa_mutex_lock(mutex);
        counted++;
        runa_mutex_unlock(mutex);
    }
    return 0;
}

static void test_mutex(void) {
    mutex = runa_mutex_create();
    run_threads(count);
    runa_mutex_destroy(mutex);
    CHECK(counted == THREADS * 5000 * factor);
}

static const struct runa_kind integer = {RUNA_KIND_INTEGER, 0, NULL, NULL};
static const struct runa_kind string = {RUNA_KIND_STRING, 0, NULL, NULL};

// Objects of each thread's own, on the heap or in an arena; output, kinds, numbers, files.
static int64_t use_library(int64_t number) {
    struct runa_arena *arena = runa_arena_create(1000);
    runa_scope_arena = number % 2 ? arena : NULL;
    for (int64_t i = 0; i < 100 * factor; i++) {
        struct runa_dict *dict = runa_dict_create(&string);
        char *text = runa_integer_to_string(i);
        runa_dict_set(dict, (int64_t)(uintptr_t)text, i);
        struct runa_array *list = runa_list_create();
        runa_list_append(list, runa_random_integer(1, 6));
        const struct runa_kind *kind = runa_kind_of(RUNA_KIND_LIST, i % 9, &integer, NULL);
        CHECK(kind == runa_kind_of(RUNA_KIND_LIST, i % 9, &integer, NULL) || kind->count == i % 9);
        runa_print_value(kind, (int64_t)(uintptr_t)list);
        runa_print_text(text);
        runa_print_newline();
        CHECK(runa_dict_get(dict, (int64_t)(uintptr_t)text) == i);
        CHECK(runa_string_to_float("1.5") == 1.5 && runa_file_exists("/dev/null"));
        runa_dict_destroy(dict);
        runa_list_destroy(list);
        if (!runa_scope_arena) {
            runa_deallocate(text);
        }
    }
    runa_scope_arena = NULL;
    runa_arena_destroy(arena);
    return 0;
}

static void test_library(void) {
    fflush(stdout);
    int output = dup(1), nowhere = open("/dev/null", O_WRONLY);
    CHECK(output >= 0 && nowhere >= 0 && dup2(nowhere, 1) == 1);
    run_threads(use_library);
    fflush(stdout);
    CHECK(dup2(output, 1) == 1);
}

int64_t runa_entry(int64_t argc, char **argv) {
    factor = argc > 1 ? atoll(argv[1]) : 1;
    if (!sanitized) { // a sanitizer's own memory would count
        test_peak();
    }
    test_arenas();
    test_arenas_in_threads();
    test_pairs();
    test_juggling();
    test_upgrade_race();
    test_mutex();
    test_library();
    puts("ok");
    return 0;
}
