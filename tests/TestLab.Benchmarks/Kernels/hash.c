// Inserts into a hash table of 2 MiB with open addressing, emptied when it is half full.
#include "kernel.h"

enum { SLOTS = 1 << 18 };

static uint64_t table[SLOTS];

static void clear(void) {
    for (int i = 0; i < SLOTS; i++) table[i] = 0;
}

static uint64_t run(uint64_t repetitions) {
    uint64_t state = 42, probes = 0, filled = 0;
    clear();
    for (uint64_t i = 0; i < repetitions; i++) {
        uint64_t key = next_random(&state);
        uint64_t slot = key * 0x9E3779B97F4A7C15 >> 46;
        while (table[slot] != 0 && table[slot] != key) {
            slot = (slot + 1) & (SLOTS - 1);
            probes++;
        }
        filled += table[slot] == 0;
        table[slot] = key;
        if (filled < SLOTS / 2) continue;
        clear();
        filled = 0;
    }
    return probes * 1000003 + filled;
}

const struct kernel hash = {"hash", 0, run};
