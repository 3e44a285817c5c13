"""Objects to text and back."""

import json

record = {
    "name": "machine", "tags": ["a", "b", "ç"], "size": [1, 2.5, -3e10, None, True],
    "nested": {str(i): list(range(i)) for i in range(12)},
}
records = [record] * 20
total = 0
for _ in range(100):
    text = json.dumps(records, sort_keys=True)
    total += len(text) + len(json.loads(text))
print(total)
