// The first and the last of a program: main and exit_with_code.
#include "runa.h"

#include <stdlib.h>
#include <sys/resource.h>

int64_t runa_argument_count;
char **runa_argument_values;

// Raises the stack limit, which the kernel looks at whenever the stack grows. Programs that were
// started with less keep at least 128 MB of addresses free below the stack, so 120 MB always fit.
static void raise_stack_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= (rlim_t)RUNA_STACK_SIZE) {
        return;
    }
    limit.rlim_cur = (rlim_t)RUNA_STACK_SIZE;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < limit.rlim_cur) {
        limit.rlim_cur = limit.rlim_max;
    }
    setrlimit(RLIMIT_STACK, &limit); // refused: the program has the stack it was given
}

_Noreturn void runa_exit_with_code(int64_t code) {
    int64_t status = code & 255;
    runa_exit_in_panic(status);
    status = runa_finish_output(status);
    if (runa_check_at_exit) {
        status = runa_check_at_exit(status);
    }
    exit((int)status);
}

int main(int argc, char **argv) {
    static char alternate_stack[RUNA_ALTERNATE_STACK] __attribute__((aligned(16)));
    raise_stack_limit();
    runa_enter_thread(NULL, argv, alternate_stack); // argv lies right above the frames
    runa_install_fault_handlers();
    runa_argument_count = argc;
    runa_argument_values = argv;
    runa_exit_with_code(runa_entry(argc, argv));
}
