// An interpreter of byte code with a jump through a table at the end of each operation.
#include "kernel.h"

enum operation { LOAD, ADD, SUBTRACT, EXCLUSIVE_OR, SHIFT, MULTIPLY, STORE, SWAP, LOOP };

static const uint8_t program[] = {
    LOAD, 1, ADD, 0, STORE, 1, LOAD, 2, EXCLUSIVE_OR, 1, SHIFT, 3, STORE, 2, SWAP, 3, MULTIPLY, 2, SUBTRACT, 1,
    STORE, 4, LOAD, 4, ADD, 3, SWAP, 2, SHIFT, 7, EXCLUSIVE_OR, 4, ADD, 0, STORE, 3, LOOP, 0,
};

static uint64_t run(uint64_t repetitions) {
    static const void *const labels[] = {
        &&load, &&add, &&subtract, &&exclusive_or, &&shift, &&multiply, &&store, &&swap, &&loop,
    };
    uint64_t registers[8] = {repetitions, 1, 2, 3, 4, 5, 6, 7}, accumulator = 0, swapped;
    const uint8_t *next = program;
    uint8_t operand;
#define DISPATCH() do { operand = next[1]; next += 2; goto *labels[next[-2]]; } while (0)
    DISPATCH();
load: accumulator = registers[operand]; DISPATCH();
add: accumulator += registers[operand]; DISPATCH();
subtract: accumulator -= registers[operand]; DISPATCH();
exclusive_or: accumulator ^= registers[operand]; DISPATCH();
shift: accumulator = accumulator >> operand | accumulator << (64 - operand); DISPATCH();
multiply: accumulator *= registers[operand] | 1; DISPATCH();
store: registers[operand] = accumulator; DISPATCH();
swap: swapped = registers[operand]; registers[operand] = accumulator; accumulator = swapped; DISPATCH();
loop:
    if (--registers[0] != 0) {
        next = program;
        DISPATCH();
    }
    return registers[1] ^ registers[2] ^ registers[3] ^ registers[4] ^ accumulator;
}

const struct kernel bytecode = {"bytecode", 0, run};
