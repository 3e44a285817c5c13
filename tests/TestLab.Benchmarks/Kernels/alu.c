// Registers only: a generator of random numbers, and a branch on each that nobody can predict.
#include "kernel.h"

static uint64_t run(uint64_t repetitions) {
    uint64_t state = 88172645463325252, sum = 0;
    for (uint64_t i = 0; i < repetitions; i++) {
        if (next_random(&state) & 0x10000) sum += state;
        else sum = (sum ^ i) * 3;
        __asm__ volatile("" : "+r"(sum)); // Keeps the branch a branch.
    }
    return sum;
}

const struct kernel alu = {"alu", 0, run};
