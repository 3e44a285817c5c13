"""Planets that attract one another: floating point."""

from itertools import combinations

bodies = [
    ([float(i) * 3.7, float(i * i) - 2.1, 0.3 * i], [0.01 * (5 - i), 0.02 * i, -0.013 * i], 39.4 if i == 0 else 0.03 / i)
    for i in range(5)
]
pairs = list(combinations(bodies, 2))


def advance(step, count):
    for _ in range(count):
        for (p1, v1, m1), (p2, v2, m2) in pairs:
            dx, dy, dz = p1[0] - p2[0], p1[1] - p2[1], p1[2] - p2[2]
            squared = dx * dx + dy * dy + dz * dz
            magnitude = step / (squared * squared**0.5)
            b1, b2 = m1 * magnitude, m2 * magnitude
            v1[0] -= dx * b2
            v1[1] -= dy * b2
            v1[2] -= dz * b2
            v2[0] += dx * b1
            v2[1] += dy * b1
            v2[2] += dz * b1
        for place, velocity, _ in bodies:
            for axis in range(3):
                place[axis] += step * velocity[axis]


advance(0.001, 8000)
print(bodies[0][0], bodies[4][1])
