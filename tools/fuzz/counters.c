// Lets the counters that tools/fuzz/instrument.awk put into a program be those that AFL++ reads.
// COUNTERS is given: as many as AFL++ reads where nothing tells another number.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

extern unsigned char fuzz_counters[COUNTERS];
extern unsigned char *__afl_area_ptr __attribute__((weak)); // of AFL++, where that is linked

// Places the memory that AFL++ shares with the program over the counters: a size of 0 makes a
// second place of it. Run without AFL++ there is none, and the counters stay where they are.
__attribute__((constructor)) static void share_counters(void) {
    if (!&__afl_area_ptr || !getenv("__AFL_SHM_ID")) {
        return;
    }
    void *place =
        mremap(__afl_area_ptr, 0, COUNTERS, MREMAP_MAYMOVE | MREMAP_FIXED, fuzz_counters);
    if (place != fuzz_counters) {
        perror("the counters cannot be those of AFL++: mremap");
        abort();
    }
}
