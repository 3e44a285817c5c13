// The length of a string, byte by byte.
#include "kernel.h"

static char text[4096];

static uint64_t run(uint64_t repetitions) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < repetitions; i++) {
        const char *end = text + (i & 15);
        while (*end != 0) end++;
        sum += (uint64_t)(end - text);
        __asm__ volatile("" : : : "memory"); // The text may have changed.
    }
    return sum;
}

static void prepare(void) {
    for (int i = 0; i < 4095; i++) text[i] = 'x';
}

const struct kernel strlen_bytes = {"strlen", prepare, run};
