// The product of two matrices of 64 x 64 integers, row by column.
#include "kernel.h"

enum { SIZE = 64 };

static int32_t left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];

static void prepare(void) {
    uint64_t state = 5;
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            left[i][j] = (int32_t)next_random(&state);
            right[i][j] = (int32_t)next_random(&state);
        }
    }
}

static uint64_t run(uint64_t repetitions) {
    for (uint64_t r = 0; r < repetitions; r++) {
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                uint32_t sum = 0;
                for (int k = 0; k < SIZE; k++) sum += (uint32_t)left[i][k] * (uint32_t)right[k][j];
                product[i][j] = (int32_t)sum;
            }
        }
        left[r & 63][r >> 6 & 63] ^= product[r >> 6 & 63][r & 63];
    }
    uint64_t checksum = 0;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) checksum = checksum * 31 + (uint32_t)product[i][j];
    return checksum;
}

const struct kernel matmul = {"matmul", prepare, run};
