// The call of Function values. A file of its own: objects that C links with a main of its own need
// it, but not start.c.
#include "runa.h"

// int64_t runa_call_function(const void *object, int64_t argument)
__asm__(".text\n"
        ".globl runa_call_function\n"
        ".type runa_call_function, @function\n"
        "runa_call_function:\n"
        "    pushq %rbp\n"
        "    movq %rsp, %rbp\n"
        "    movq %rdi, %r10\n"
        "    movq %rsi, %rdi\n"
        "    call *(%r10)\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size runa_call_function, . - runa_call_function\n");
