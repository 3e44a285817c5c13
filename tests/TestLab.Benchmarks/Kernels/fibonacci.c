// Calls and returns.
#include "kernel.h"

static uint64_t __attribute__((noinline, noclone)) fibonacci(uint64_t n) {
    if (n < 2) return n;
    uint64_t below = fibonacci(n - 1), rest = fibonacci(n - 2);
    __asm__ volatile("" : "+r"(rest)); // No loop in place of the second call.
    return below + rest;
}

static uint64_t run(uint64_t repetitions) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < repetitions; i++) sum = sum * 3 + fibonacci(20 + (i & 3));
    return sum;
}

const struct kernel fib = {"fib", 0, run};
