// Input, files, the command line, time and random numbers.
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// --- Input --------------------------------------------------------------------------------------

enum { LINE_CAPACITY = 1024 };

// A line that is being read: in `local`, or, once it is longer, in an owned block.
struct line {
    char *bytes;
    int64_t length;
    int64_t capacity;
    char local[LINE_CAPACITY];
};

static void grow_line(struct line *line) {
    int64_t capacity = runa_add_lengths(line->capacity, line->capacity);
    if (line->bytes == line->local) {
        line->bytes = runa_allocate(capacity);
        memcpy(line->bytes, line->local, (size_t)line->length);
    } else {
        line->bytes = runa_reallocate(line->bytes, line->capacity, capacity);
    }
    line->capacity = capacity;
}

char *runa_read_line(void) {
    struct line line;
    line.bytes = line.local;
    line.length = 0;
    line.capacity = LINE_CAPACITY;
    // Where stdin is a terminal, stdio first writes out a prompt that Print left in its buffer.
    flockfile(stdin);
    int byte = getc_unlocked(stdin);
    bool at_end = byte == EOF;
    for (; byte != EOF && byte != '\n'; byte = getc_unlocked(stdin)) {
        if (byte == 0) {
            continue; // a String cannot hold it
        }
        if (line.length == line.capacity) {
            grow_line(&line);
        }
        line.bytes[line.length++] = (char)byte;
    }
    funlockfile(stdin);
    char *result = at_end ? NULL : runa_copy_text(runa_scope_arena, line.bytes, line.length);
    if (line.bytes != line.local) {
        runa_deallocate(line.bytes);
    }
    return result;
}

// --- Files --------------------------------------------------------------------------------------

enum { READ_CAPACITY = 4096 };

static int open_file(const char *name, int flags) {
    int file;
    do {
        file = open(runa_need_string(name), flags | O_CLOEXEC, 0666);
    } while (file < 0 && errno == EINTR);
    return file;
}

// Reads to the end of the file into *bytes, an owned block of *capacity bytes that may grow.
// Returns the number of bytes read, or -1.
static int64_t read_all(int file, char **bytes, int64_t *capacity) {
    int64_t length = 0;
    for (;;) {
        if (length == *capacity) {
            int64_t larger = runa_add_lengths(*capacity, *capacity);
            *bytes = runa_reallocate(*bytes, *capacity, larger);
            *capacity = larger;
        }
        ssize_t count = read(file, *bytes + length, (size_t)(*capacity - length));
        if (count == 0) {
            return length;
        }
        if (count > 0) {
            length += count;
        } else if (errno != EINTR) {
            return -1;
        }
    }
}

char *runa_read_file(const char *name) {
    int file = open_file(name, O_RDONLY);
    if (file < 0) {
        return NULL;
    }
    // The size is a hint: files under /proc say 0, and a file may grow. One byte more shows its
    // end without another block.
    struct stat status;
    int64_t capacity = READ_CAPACITY;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        capacity = runa_add_lengths(status.st_size, 1);
    }
    char *bytes = runa_allocate(capacity);
    int64_t length = read_all(file, &bytes, &capacity);
    close(file);
    char *result = NULL;
    // A String cannot hold a NUL byte: such a file is none that can be read as text.
    if (length >= 0 && memchr(bytes, 0, (size_t)length) == NULL) {
        result = runa_copy_text(runa_scope_arena, bytes, length);
    }
    runa_deallocate(bytes);
    return result;
}

static int64_t write_to(const char *name, const char *text, int flags) {
    runa_need_string(text);
    int file = open_file(name, O_WRONLY | O_CREAT | flags);
    if (file < 0) {
        return false;
    }
    size_t left = strlen(text);
    bool failed = false;
    while (left > 0 && !failed) {
        ssize_t count = write(file, text, left);
        if (count >= 0) {
            text += count;
            left -= (size_t)count;
        } else {
            failed = errno != EINTR;
        }
    }
    // Some file systems report a full disk no earlier than here.
    return close(file) == 0 && !failed;
}

int64_t runa_write_file(const char *name, const char *text) {
    return write_to(name, text, O_TRUNC);
}

int64_t runa_append_file(const char *name, const char *text) {
    return write_to(name, text, O_APPEND);
}

int64_t runa_file_exists(const char *name) { return access(runa_need_string(name), F_OK) == 0; }

// --- Command line and environment ---------------------------------------------------------------

int64_t runa_get_command_line_arg_count(void) { return runa_argument_count; }

const char *runa_get_command_line_arg(int64_t i) {
    if ((uint64_t)i >= (uint64_t)runa_argument_count) {
        runa_panic_index(i, runa_argument_count);
    }
    return runa_argument_values[i];
}

struct runa_array *runa_command_line_arguments(void) {
    struct runa_array *list = runa_list_create();
    for (int64_t i = 1; i < runa_argument_count; i++) {
        runa_list_append(list, (int64_t)runa_argument_values[i]);
    }
    return list;
}

const char *runa_get_environment(const char *name) { return getenv(runa_need_string(name)); }

// --- Time ---------------------------------------------------------------------------------------

int64_t runa_time_now_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void runa_sleep_milliseconds(int64_t n) {
    if (n <= 0) {
        return;
    }
    struct timespec left = {.tv_sec = n / 1000, .tv_nsec = n % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

// --- Random numbers -----------------------------------------------------------------------------

// xoshiro256** by David Blackman and Sebastiano Vigna (2018, https://prng.di.unimi.it, public
// domain), its state filled from one word by splitmix64, as they advise. Each thread has a
// generator of its own, so that what a seed gives does not depend on other threads; without
// random_seed it starts from the system's entropy. Not for secrets.
static __thread uint64_t state[4];
static __thread bool seeded;

static void seed_generator(uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15;
        uint64_t word = seed;
        word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
        word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
        state[i] = word ^ (word >> 31);
    }
    seeded = true;
}

static uint64_t rotate_left(uint64_t word, int count) {
    return word << count | word >> (64 - count);
}

static uint64_t next_random(void) {
    if (!seeded) {
        uint64_t seed;
        if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed) {
            seed = (uint64_t)runa_time_now_nanoseconds() ^ (uint64_t)getpid() << 32;
        }
        seed_generator(seed);
    }
    uint64_t result = rotate_left(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate_left(state[3], 45);
    return result;
}

// A number below `bound`, each as likely: Daniel Lemire, "Fast random integer generation in an
// interval" (2019).
static uint64_t random_below(uint64_t bound) {
    unsigned __int128 product = (unsigned __int128)next_random() * bound;
    if ((uint64_t)product < bound) {
        uint64_t unfair = -bound % bound;
        while ((uint64_t)product < unfair) {
            product = (unsigned __int128)next_random() * bound;
        }
    }
    return (uint64_t)(product >> 64);
}

int64_t runa_random_integer(int64_t low, int64_t high) {
    if (low > high) {
        runa_panic_format("no random number lies between %lld and %lld", (long long)low,
                          (long long)high);
    }
    uint64_t count = (uint64_t)high - (uint64_t)low + 1;
    uint64_t offset = count == 0 ? next_random() : random_below(count); // 0: all 2**64 of them
    return (int64_t)((uint64_t)low + offset);
}

void runa_random_seed(int64_t n) { seed_generator((uint64_t)n); }
