// A kernel of computation: what it needs is prepared once, outside of what is measured.
#pragma once
#include <stdint.h>

struct kernel {
    const char *name;
    void (*prepare)(void); // May be absent.
    uint64_t (*run)(uint64_t repetitions); // Gives a checksum that depends on all of the work.
};

// The same numbers everywhere: xorshift64 from a state that is never zero.
static inline uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}
