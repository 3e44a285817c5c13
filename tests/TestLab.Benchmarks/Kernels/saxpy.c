// y = a x + y over 4,096 numbers of single precision, four at a time.
#include "kernel.h"
#include <string.h>
#include <xmmintrin.h>

enum { COUNT = 4096 };

static float x[COUNT] __attribute__((aligned(16))), y[COUNT] __attribute__((aligned(16)));

static void prepare(void) {
    for (int i = 0; i < COUNT; i++) {
        x[i] = (float)(i % 17) - 8;
        y[i] = (float)(i % 13) / 7;
    }
}

static uint64_t run(uint64_t repetitions) {
    for (uint64_t r = 0; r < repetitions; r++) {
        __m128 a = _mm_set1_ps(r & 1 ? 0.25f : -0.25f);
        for (int i = 0; i < COUNT; i += 4)
            _mm_store_ps(y + i, _mm_add_ps(_mm_mul_ps(a, _mm_load_ps(x + i)), _mm_load_ps(y + i)));
    }
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        uint32_t bits;
        memcpy(&bits, y + i, sizeof bits);
        sum = sum * 31 + bits;
    }
    return sum;
}

const struct kernel saxpy = {"saxpy", prepare, run};
