// Runs the kernel that each line of the input names: `NAME REPETITIONS`. The host measures from `BEGIN` to `END`.
#include "kernel.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>

extern const struct kernel alu, memory, sha256, hash, quicksort, bytecode, repmovs, strlen_bytes, fib, crc32, matmul,
    bignum, list, nbody, saxpy;

static const struct kernel *const kernels[] = {
    &alu, &memory, &sha256, &hash, &quicksort, &bytecode, &repmovs, &strlen_bytes, &fib, &crc32, &matmul,
    &bignum, &list, &nbody, &saxpy,
};

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void run(const struct kernel *kernel, uint64_t repetitions) {
    if (kernel->prepare) kernel->prepare();
    puts("BEGIN");
    fflush(stdout);
    uint64_t start = nanoseconds();
    uint64_t checksum = kernel->run(repetitions);
    printf("END %016" PRIx64 " %" PRIu64 "\n", checksum, nanoseconds() - start);
    fflush(stdout);
}

int main(void) {
    struct termios terminal;
    if (tcgetattr(0, &terminal) == 0) {
        terminal.c_lflag &= ~(tcflag_t)ECHO;
        terminal.c_oflag &= ~(tcflag_t)OPOST;
        tcsetattr(0, TCSANOW, &terminal);
    }
    puts("KERNELS");
    fflush(stdout);
    char line[100], name[20];
    uint64_t repetitions;
    while (fgets(line, sizeof line, stdin)) {
        const struct kernel *found = 0;
        if (sscanf(line, "%19s %" SCNu64, name, &repetitions) != 2) continue;
        for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
            if (strcmp(kernels[i]->name, name) == 0) found = kernels[i];
        if (found) run(found, repetitions);
        else printf("END unknown\n"), fflush(stdout);
    }
}
