"""Words counted in dictionaries, sorted, joined."""

words = [f"word{i * 7919 % 4001}" for i in range(40000)]
total = 0
for turn in range(6):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    text = ",".join(f"{word}={count}" for word, count in ordered)
    parts = {key: int(value) for key, value in (part.split("=") for part in text.split(","))}
    total += len(text.upper().replace("WORD", "w")) + sum(parts.values()) + hash(turn)
print(total)
