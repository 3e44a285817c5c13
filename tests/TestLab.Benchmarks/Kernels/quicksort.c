// Quicksort of 16,384 random integers, by recursion.
#include "kernel.h"

enum { COUNT = 16384 };

static int32_t values[COUNT];

static void __attribute__((noinline)) sort(int32_t *first, int32_t *last) {
    while (last - first > 0) {
        int32_t pivot = first[(last - first) / 2];
        int32_t *low = first, *high = last;
        while (low <= high) {
            while (*low < pivot) low++;
            while (*high > pivot) high--;
            if (low > high) break;
            int32_t value = *low;
            *low++ = *high;
            *high-- = value;
        }
        sort(first, high);
        first = low;
    }
}

static uint64_t run(uint64_t repetitions) {
    uint64_t state = 7, sum = 0;
    for (uint64_t i = 0; i < repetitions; i++) {
        for (int n = 0; n < COUNT; n++) values[n] = (int32_t)next_random(&state);
        sort(values, values + COUNT - 1);
        for (int n = 0; n < COUNT; n += 64) sum = sum * 31 + (uint32_t)values[n];
    }
    return sum;
}

const struct kernel quicksort = {"quicksort", 0, run};
