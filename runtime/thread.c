// Threads and mutexes: POSIX's, with a stack like main's and errors that panic.
#define _GNU_SOURCE
#include "runa.h"

#include <pthread.h>
#include <string.h>

// The Thread of the language (stdlib/prelude.runa declares the same fields).
struct runa_thread {
    pthread_t handle;
    const void *process; // a Function value
    void *argument;
};
_Static_assert(sizeof(struct runa_thread) == 24, "Thread of stdlib/prelude.runa");

struct runa_mutex {
    pthread_mutex_t state;
};
_Static_assert(sizeof(struct runa_mutex) == 40, "Mutex of stdlib/prelude.runa");

enum { GUARD_SIZE = 65536 };

static void check(const char *process, int error) {
    if (error) {
        runa_panic_format("%s: %s", process, strerror(error));
    }
}

static void require(const void *reference) {
    if (!reference) {
        runa_panic_null();
    }
}

// The lowest address of this thread's stack, or Nothing if libc cannot tell.
static const void *stack_low(void) {
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &low, &size);
        pthread_attr_destroy(&attributes);
    }
    return low;
}

// The fault handler's stack lies in this frame, at the top of the thread's own stack: it needs no
// allocation, and an overflow happens at the other end.
static void *run(void *argument) {
    struct runa_thread *thread = argument;
    char alternate_stack[RUNA_ALTERNATE_STACK];
    runa_enter_thread(stack_low(), __builtin_frame_address(0), alternate_stack);
    runa_call_function(thread->process, (int64_t)(uintptr_t)thread->argument);
    runa_leave_thread();
    return NULL;
}

// A thread with a stack as deep as main's, or with libc's own size where that is refused.
static int create(struct runa_thread *thread) {
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (!error) {
        pthread_attr_setstacksize(&attributes, (size_t)RUNA_STACK_SIZE);
        pthread_attr_setguardsize(&attributes, GUARD_SIZE);
        error = pthread_create(&thread->handle, &attributes, run, thread);
        pthread_attr_destroy(&attributes);
    }
    return error ? pthread_create(&thread->handle, NULL, run, thread) : 0;
}

struct runa_thread *runa_thread_start(const void *process, void *argument) {
    require(process);
    struct runa_thread *thread = runa_allocate(sizeof *thread);
    thread->process = process;
    thread->argument = argument;
    check("thread_start", create(thread));
    return thread;
}

void runa_thread_join(struct runa_thread *thread) {
    require(thread);
    check("thread_join", pthread_join(thread->handle, NULL));
    runa_deallocate(thread);
}

struct runa_mutex *runa_mutex_create(void) {
    struct runa_mutex *mutex = runa_allocate(sizeof *mutex);
    pthread_mutexattr_t attributes;
    check("mutex_create", pthread_mutexattr_init(&attributes));
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    check("mutex_create", pthread_mutex_init(&mutex->state, &attributes));
    pthread_mutexattr_destroy(&attributes);
    return mutex;
}

void runa_mutex_lock(struct runa_mutex *mutex) {
    require(mutex);
    check("mutex_lock", pthread_mutex_lock(&mutex->state));
}

void runa_mutex_unlock(struct runa_mutex *mutex) {
    require(mutex);
    check("mutex_unlock", pthread_mutex_unlock(&mutex->state));
}

void runa_mutex_destroy(struct runa_mutex *mutex) {
    if (!mutex) {
        return;
    }
    check("mutex_destroy", pthread_mutex_destroy(&mutex->state));
    runa_deallocate(mutex);
}
