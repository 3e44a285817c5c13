// Products of numbers of 2,048 bits: 64-bit multiplications and carries.
#include "kernel.h"

enum { LIMBS = 32 };

static uint64_t left[LIMBS], right[LIMBS], product[2 * LIMBS];

static void prepare(void) {
    uint64_t state = 11;
    for (int i = 0; i < LIMBS; i++) {
        left[i] = next_random(&state);
        right[i] = next_random(&state);
    }
}

static uint64_t run(uint64_t repetitions) {
    for (uint64_t r = 0; r < repetitions; r++) {
        for (int i = 0; i < 2 * LIMBS; i++) product[i] = 0;
        for (int i = 0; i < LIMBS; i++) {
            uint64_t carry = 0;
            for (int j = 0; j < LIMBS; j++) {
                unsigned __int128 part = (unsigned __int128)left[i] * right[j] + product[i + j] + carry;
                product[i + j] = (uint64_t)part;
                carry = (uint64_t)(part >> 64);
            }
            product[i + LIMBS] = carry;
        }
        left[r % LIMBS] ^= product[LIMBS];
    }
    uint64_t checksum = 0;
    for (int i = 0; i < 2 * LIMBS; i++) checksum = checksum * 31 + product[i];
    return checksum;
}

const struct kernel bignum = {"bignum", prepare, run};
