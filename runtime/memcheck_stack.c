// Stack objects of the checked build. Their bytes are open until their process returns, and the
// zones around them closed; then the whole frame is closed, and what is made into an object in the
// same place later is opened again.
// Beside each stack lies a record for each of its granules: where an object was made, and where the
// process returned.
#define _GNU_SOURCE
#include "memcheck.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

// What a callback of C may have of C's own variables above it; granules of a zone.
enum { C_BYTES = 1 << 16, ZONE = RUNA_STACK_ZONE / GRANULE };

struct stack {
    struct stack *next;
    uintptr_t low, top;
    struct stack_record *records; // one a granule from low on; NULL: no memory for them
};

static struct stack *stacks; // guarded by the lock
static __thread struct stack *own;

// --- Stacks --------------------------------------------------------------------------------------

void runa_check_enter_thread(const void *low, const void *top) {
    struct stack *stack = check_memory(sizeof *stack);
    check_start();
    stack->top = (uintptr_t)top & -(uintptr_t)GRANULE;
    stack->low = low ? (uintptr_t)low : stack->top - (uintptr_t)RUNA_STACK_SIZE;
    size_t size = (stack->top - stack->low) / GRANULE * sizeof *stack->records;
    void *records = mmap(NULL, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    stack->records = records == MAP_FAILED ? NULL : records;
    check_lock();
    stack->next = stacks;
    stacks = stack;
    check_unlock();
    own = stack;
}

void check_held_mutexes(void); // memcheck_shared.c

void runa_check_leave_thread(void) {
    struct stack *stack = own;
    check_held_mutexes();
    check_lock();
    struct stack **link = &stacks;
    while (*link != stack) {
        link = &(*link)->next;
    }
    *link = stack->next;
    check_unlock();
    size_t size = stack->top - stack->low;
    shadow_forget((const void *)stack->low, (int64_t)size & -GRANULE);
    if (stack->records) {
        munmap(stack->records, size / GRANULE * sizeof *stack->records);
    }
    free(stack);
    own = NULL;
}

static void leave_foreign_thread(void *unused) {
    (void)unused;
    runa_check_leave_thread();
    runa_set_stack(NULL, NULL);
}

static pthread_key_t foreign_thread; // its destructor runs when such a thread ends
static void make_foreign_key(void) { pthread_key_create(&foreign_thread, leave_foreign_thread); }

// The calling thread is one that C code started: nobody told where its stack lies.
static void enter_foreign_thread(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return;
    }
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    const char *top = (const char *)low + size;
    if (size > (size_t)RUNA_STACK_SIZE) {
        low = NULL; // without a limit it reaches as far as there are addresses: not known
    }
    runa_set_stack(low, top);
    runa_check_enter_thread(low, top);
    pthread_once(&once, make_foreign_key);
    pthread_setspecific(foreign_thread, own);
}

// The stack of the calling thread; NULL where libc cannot tell it.
static const struct stack *own_stack(void) {
    if (!own) {
        enter_foreign_thread();
    }
    return own;
}

uint32_t check_here(void) {
    own_stack();
    return (uint32_t)(uintptr_t)runa_user_address();
}

bool stack_find(const void *address, struct stack_record *record) {
    bool is_found = false;
    check_lock();
    for (const struct stack *stack = stacks; stack && !is_found; stack = stack->next) {
        if ((uintptr_t)address >= stack->low && (uintptr_t)address < stack->top && stack->records) {
            *record = stack->records[((uintptr_t)address - stack->low) / GRANULE];
            is_found = true;
        }
    }
    check_unlock();
    return is_found;
}

// --- Objects -------------------------------------------------------------------------------------

// The records from address on; NULL, and *count 0, where there are none for all of them.
static struct stack_record *records_at(uintptr_t address, int64_t size, int64_t *count) {
    const struct stack *stack = own_stack();
    *count = 0;
    if (!stack || !stack->records || address < stack->low ||
        address + (uintptr_t)size > stack->top) {
        return NULL;
    }
    *count = (size + GRANULE - 1) / GRANULE;
    return &stack->records[(address - stack->low) / GRANULE];
}

// `made` is where the call returns to.
__attribute__((used)) void check_begin_object(const void *object, int64_t size, uintptr_t made) {
    int64_t count, whole = (size + GRANULE - 1) & -(int64_t)GRANULE;
    const char *low = (const char *)object - RUNA_STACK_ZONE;
    struct stack_record *records = records_at((uintptr_t)low, whole + 2 * RUNA_STACK_ZONE, &count);
    shadow_close(low, RUNA_STACK_ZONE, SHADOW_ZONE);
    shadow_open(object, size);
    shadow_close((const char *)object + whole, RUNA_STACK_ZONE, SHADOW_ZONE);
    for (int64_t i = 0; i < count; i++) {
        bool is_zone = i < ZONE || i >= count - ZONE;
        records[i] = (struct stack_record){.made = is_zone ? 0 : (uint32_t)made - 1};
    }
}

static bool is_live(const struct stack_record *record) { return record->made && !record->ended; }

// The object that the record is of, among those of the stack.
static struct stack_object measure(const struct stack *stack, const struct stack_record *record) {
    const struct stack_record *first = record, *last = record;
    while (first > stack->records && is_live(first - 1) && first[-1].made == record->made) {
        first--;
    }
    while (is_live(last + 1) && last[1].made == record->made) { // a zone follows, so there is one
        last++;
    }
    const char *start = (const char *)(stack->low + (uintptr_t)(first - stack->records) * GRANULE);
    int64_t size = (last - first + 1) * GRANULE;
    uint8_t rest = *shadow_of(start + size - 1);
    return (struct stack_object){start, rest ? size - GRANULE + rest : size, record->made};
}

bool stack_object_near(const void *address, struct stack_object *object) {
    uint8_t shadow = *shadow_of(address);
    if (!own || !own->records || (uintptr_t)address < own->low || (uintptr_t)address >= own->top ||
        (shadow >= GRANULE && shadow != SHADOW_ZONE)) {
        return false;
    }
    const struct stack_record *record = &own->records[((uintptr_t)address - own->low) / GRANULE];
    for (int distance = 0; distance <= ZONE; distance++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            const struct stack_record *near = record + sign * distance;
            if (near >= own->records && is_live(near)) {
                *object = measure(own, near);
                return true;
            }
        }
    }
    return false;
}

// Closes the bytes of the frame of a process that returns.
__attribute__((used)) void check_end_frame(uintptr_t low, uintptr_t high, uintptr_t returned) {
    int64_t count;
    struct stack_record *records = records_at(low, (int64_t)(high - low), &count);
    shadow_close((const void *)low, (int64_t)(high - low), SHADOW_STACK);
    for (int64_t i = 0; i < count; i++) {
        records[i].ended = (uint32_t)returned - 1;
    }
}

// Opens what lies above the frame of a process that C has called.
__attribute__((used)) void check_enter_from_c(uintptr_t from) {
    const struct stack *stack = own_stack();
    uintptr_t size = C_BYTES;
    if (stack && from < stack->top && stack->top - from < size) {
        size = stack->top - from;
    }
    shadow_open((const void *)from, (int64_t)size & -GRANULE);
}

// They keep all registers: parameters have just come in, or the result is about to go.
#define SAVED                                                                                      \
    "    pushq %rbp\n"                                                                             \
    "    movq %rsp, %rbp\n"                                                                        \
    "    pushq %rax\n"                                                                             \
    "    pushq %rcx\n"                                                                             \
    "    pushq %rdx\n"                                                                             \
    "    pushq %rsi\n"                                                                             \
    "    pushq %rdi\n"                                                                             \
    "    pushq %r8\n"                                                                              \
    "    pushq %r9\n"                                                                              \
    "    pushq %r10\n"                                                                             \
    "    pushq %r11\n"                                                                             \
    "    subq $264, %rsp\n"                                                                        \
    "    andq $-16, %rsp\n"                                                                        \
    "    movups %xmm0, 0(%rsp)\n"                                                                  \
    "    movups %xmm1, 16(%rsp)\n"                                                                 \
    "    movups %xmm2, 32(%rsp)\n"                                                                 \
    "    movups %xmm3, 48(%rsp)\n"                                                                 \
    "    movups %xmm4, 64(%rsp)\n"                                                                 \
    "    movups %xmm5, 80(%rsp)\n"                                                                 \
    "    movups %xmm6, 96(%rsp)\n"                                                                 \
    "    movups %xmm7, 112(%rsp)\n"                                                                \
    "    movups %xmm8, 128(%rsp)\n"                                                                \
    "    movups %xmm9, 144(%rsp)\n"                                                                \
    "    movups %xmm10, 160(%rsp)\n"                                                               \
    "    movups %xmm11, 176(%rsp)\n"                                                               \
    "    movups %xmm12, 192(%rsp)\n"                                                               \
    "    movups %xmm13, 208(%rsp)\n"                                                               \
    "    movups %xmm14, 224(%rsp)\n"                                                               \
    "    movups %xmm15, 240(%rsp)\n"

#define RESTORED                                                                                   \
    "    movups 0(%rsp), %xmm0\n"                                                                  \
    "    movups 16(%rsp), %xmm1\n"                                                                 \
    "    movups 32(%rsp), %xmm2\n"                                                                 \
    "    movups 48(%rsp), %xmm3\n"                                                                 \
    "    movups 64(%rsp), %xmm4\n"                                                                 \
    "    movups 80(%rsp), %xmm5\n"                                                                 \
    "    movups 96(%rsp), %xmm6\n"                                                                 \
    "    movups 112(%rsp), %xmm7\n"                                                                \
    "    movups 128(%rsp), %xmm8\n"                                                                \
    "    movups 144(%rsp), %xmm9\n"                                                                \
    "    movups 160(%rsp), %xmm10\n"                                                               \
    "    movups 176(%rsp), %xmm11\n"                                                               \
    "    movups 192(%rsp), %xmm12\n"                                                               \
    "    movups 208(%rsp), %xmm13\n"                                                               \
    "    movups 224(%rsp), %xmm14\n"                                                               \
    "    movups 240(%rsp), %xmm15\n"                                                               \
    "    leaq -72(%rbp), %rsp\n"                                                                   \
    "    popq %r11\n"                                                                              \
    "    popq %r10\n"                                                                              \
    "    popq %r9\n"                                                                               \
    "    popq %r8\n"                                                                               \
    "    popq %rdi\n"                                                                              \
    "    popq %rsi\n"                                                                              \
    "    popq %rdx\n"                                                                              \
    "    popq %rcx\n"                                                                              \
    "    popq %rax\n"                                                                              \
    "    popq %rbp\n"

__asm__(".text\n"
        ".globl runa_check_object_begin\n"
        ".type runa_check_object_begin, @function\n"
        "runa_check_object_begin:\n" SAVED
        "    movq 24(%rbp), %rdi\n" // offset in the caller's frame
        "    addq (%rbp), %rdi\n"
        "    movq 16(%rbp), %rsi\n" // size
        "    movq 8(%rbp), %rdx\n"
        "    call check_begin_object\n" RESTORED "    ret $16\n"
        ".size runa_check_object_begin, . - runa_check_object_begin\n"
        ".globl runa_check_frame_end\n"
        ".type runa_check_frame_end, @function\n"
        "runa_check_frame_end:\n" SAVED "    leaq 16(%rbp), %rdi\n" // the caller's stack pointer
        "    movq (%rbp), %rsi\n"                                   // its rbp
        "    movq 8(%rbp), %rdx\n"                                  // a place in it
        "    call check_end_frame\n" RESTORED "    ret\n"
        ".size runa_check_frame_end, . - runa_check_frame_end\n"
        ".globl runa_check_enter_from_c\n"
        ".type runa_check_enter_from_c, @function\n"
        "runa_check_enter_from_c:\n" SAVED "    movq (%rbp), %rdi\n"
        "    call check_enter_from_c\n" RESTORED "    ret\n"
        ".size runa_check_enter_from_c, . - runa_check_enter_from_c\n");
