// Reads, changes and writes of one, two, four and eight bytes in 32 KiB.
#include "kernel.h"

static union {
    uint8_t bytes[32768];
    uint16_t words[16384];
    uint32_t doubles[8192];
    uint64_t quads[4096];
} data;

static uint64_t run(uint64_t repetitions) {
    for (uint64_t i = 0; i < repetitions; i++) {
        data.bytes[(i * 37) & 32767] += 3;
        data.words[(i * 11) & 16383] ^= (uint16_t)i;
        data.doubles[(i * 7) & 8191] -= (uint32_t)i;
        data.quads[(i * 5) & 4095] += i << 20;
    }
    uint64_t sum = 0;
    for (int i = 0; i < 4096; i++) sum = sum * 31 + data.quads[i];
    return sum;
}

static void prepare(void) {
    for (int i = 0; i < 4096; i++) data.quads[i] = i * 0x9E3779B97F4A7C15;
}

const struct kernel memory = {"memory", prepare, run};
