"""Searches by regular expressions in a log."""

import re

log = "\n".join(
    f"2026-01-{i % 28 + 1:02} host{i % 7} service[{i}]: user=u{i * 31 % 101} took {i * 37 % 1009} ms from 10.{i % 9}.{i % 251}.1"
    for i in range(3000)
)
patterns = [
    r"user=(\w+) took (\d{3}) ms",
    r"^2026-01-(0[1-9]|1\d) (host[135]) ",
    r"(?:10\.(?:[0-4])\.\d+\.1)$",
    r"\[(\d+)\]:.*?u(\d)\b",
]
total = 0
for pattern in patterns * 6:
    compiled = re.compile(pattern, re.MULTILINE)
    total += sum(len(match.group(0)) for match in compiled.finditer(log))
    total += len(compiled.sub("<>", log))
print(total)
