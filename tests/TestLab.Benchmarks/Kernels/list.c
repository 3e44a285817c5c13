// A walk along a list whose 262,144 elements lie in random order in 16 MiB.
#include "kernel.h"

enum { COUNT = 262144 };

static struct element {
    struct element *next;
    uint64_t value[7];
} elements[COUNT];

static void prepare(void) {
    static uint32_t order[COUNT];
    uint64_t state = 13;
    for (uint32_t i = 0; i < COUNT; i++) order[i] = i;
    for (uint32_t i = COUNT - 1; i > 0; i--) {
        uint32_t other = (uint32_t)(next_random(&state) % (i + 1)), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        elements[order[i]].next = &elements[order[(i + 1) % COUNT]];
        elements[order[i]].value[0] = i;
    }
}

static uint64_t run(uint64_t repetitions) {
    uint64_t sum = 0;
    const struct element *element = elements;
    for (uint64_t i = 0; i < repetitions; i++) {
        sum = sum * 3 + element->value[0];
        element = element->next;
    }
    return sum;
}

const struct kernel list = {"list", prepare, run};
