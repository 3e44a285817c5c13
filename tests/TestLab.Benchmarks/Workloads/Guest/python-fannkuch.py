"""Permutations of a few numbers, reversed again and again."""


def fannkuch(n):
    count = list(range(1, n + 1))
    most_flips = 0
    m = n - 1
    r = n
    permutation = list(range(n))
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        if permutation[0] != 0 and permutation[m] != m:
            flips = 0
            flipped = permutation[:]
            first = flipped[0]
            while first:
                flipped[: first + 1] = flipped[first::-1]
                flips += 1
                first = flipped[0]
            most_flips = max(most_flips, flips)
        while r != n:
            permutation.insert(r, permutation.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        else:
            return most_flips


print(fannkuch(8))
