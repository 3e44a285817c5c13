// Five bodies that attract one another, in double precision, one number at a time.
#include "kernel.h"
#include <string.h>

enum { BODIES = 5 };

struct body { double x, y, z, vx, vy, vz, mass; };

static struct body bodies[BODIES];

static void prepare(void) {
    for (int i = 0; i < BODIES; i++) {
        bodies[i] = (struct body){
            i * 3.7, i * i - 2.1, 0.3 * i, 0.01 * (5 - i), 0.02 * i, -0.013 * i, i == 0 ? 39.4 : 0.03 / i,
        };
    }
}

static void advance(double step) {
    for (int i = 0; i < BODIES; i++) {
        struct body *one = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *other = &bodies[j];
            double dx = one->x - other->x, dy = one->y - other->y, dz = one->z - other->z;
            double squared = dx * dx + dy * dy + dz * dz;
            double magnitude = step / (squared * __builtin_sqrt(squared));
            one->vx -= dx * other->mass * magnitude;
            one->vy -= dy * other->mass * magnitude;
            one->vz -= dz * other->mass * magnitude;
            other->vx += dx * one->mass * magnitude;
            other->vy += dy * one->mass * magnitude;
            other->vz += dz * one->mass * magnitude;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        bodies[i].x += step * bodies[i].vx;
        bodies[i].y += step * bodies[i].vy;
        bodies[i].z += step * bodies[i].vz;
    }
}

static uint64_t run(uint64_t repetitions) {
    for (uint64_t i = 0; i < repetitions; i++) advance(0.001);
    uint64_t bits[6], sum = 0;
    for (int i = 0; i < BODIES; i++) {
        memcpy(bits, &bodies[i], sizeof bits);
        for (int n = 0; n < 6; n++) sum = sum * 31 + bits[n];
    }
    return sum;
}

const struct kernel nbody = {"nbody", prepare, run};
