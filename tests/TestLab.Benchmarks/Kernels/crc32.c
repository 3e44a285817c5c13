// CRC-32 by a table of 256 entries.
#include "kernel.h"

static uint32_t table[256];
static uint8_t message[16384];

static void prepare(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (0xEDB88320 & -(value & 1));
        table[i] = value;
    }
    uint64_t state = 3;
    for (int i = 0; i < (int)sizeof message; i++) message[i] = (uint8_t)next_random(&state);
}

static uint64_t run(uint64_t repetitions) {
    uint32_t crc = ~0u;
    for (uint64_t i = 0; i < repetitions; i++)
        for (int n = 0; n < (int)sizeof message; n++) crc = crc >> 8 ^ table[(crc ^ message[n]) & 0xFF];
    return crc;
}

const struct kernel crc32 = {"crc32", prepare, run};
