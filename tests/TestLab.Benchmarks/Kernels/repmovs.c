// Copies of 4 KiB by the processor's own instruction.
#include "kernel.h"

static uint8_t source[4096], target[4096];

static uint64_t run(uint64_t repetitions) {
    for (uint64_t i = 0; i < repetitions; i++) {
        source[i & 4095] += (uint8_t)i;
        const uint8_t *from = source;
        uint8_t *to = target;
        uint64_t count = sizeof target;
        __asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
    }
    uint64_t sum = 0;
    for (int i = 0; i < 4096; i++) sum = sum * 31 + target[i];
    return sum;
}

static void prepare(void) {
    for (int i = 0; i < 4096; i++) source[i] = (uint8_t)i;
}

const struct kernel repmovs = {"repmovs", prepare, run};
