// Lets the counters that tools/fuzz/instrument.awk put into a program be those that AFL++ reads.
#define _GNU_SOURCE
#include <sys/mman.h>

enum { COUNTERS = 65536 }; // as many as AFL++ reads where nothing tells another number

extern unsigned char fuzz_counters[COUNTERS];
extern unsigned char *__afl_area_ptr __attribute__((weak)); // of AFL++, where that is linked

// Places the memory that AFL++ shares with the program over the counters: a size of 0 makes a
// second place of it. Run without AFL++ there is none, and the counters stay where they are.
__attribute__((constructor)) static void share_counters(void) {
    if (&__afl_area_ptr) {
        mremap(__afl_area_ptr, 0, COUNTERS, MREMAP_MAYMOVE | MREMAP_FIXED, fuzz_counters);
    }
}
