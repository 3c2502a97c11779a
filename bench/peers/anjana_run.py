"""anjana, the Python peer for k-anonymity, on Adult: CPU-seconds, loss in bits, rows, as JSON."""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd
from anjana.anonymity import k_anonymity

FOLDER, K, SHARE = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
ORDER = sys.argv[4].split(",")


def main() -> None:
    data = pd.read_csv(FOLDER / "adult.csv.gz", sep=";", dtype=str)[ORDER]
    files = {name: FOLDER / f"adult_hierarchy_{name}.csv.gz" for name in ORDER}
    hierarchies = {name: dict(pd.read_csv(path, sep=";", dtype=str, header=None)) for name, path in files.items()}
    start = time.process_time()
    made = k_anonymity(data, [], ORDER, K, 100 * SHARE, hierarchies)
    spent = time.process_time() - start
    loss = 0.0
    for name in ORDER:
        values, labels = hierarchies[name][0], hierarchies[name]
        level = next(n for n, column in labels.items() if set(made[name]) <= set(column))
        step = dict(zip(values, labels[level], strict=True))
        own = Counter(data[name])
        alike: Counter[str] = Counter()
        for value, count in own.items():
            alike[step[value]] += count
        loss += sum(count * math.log2(alike[step[value]] / count) for value, count in own.items())
    print(json.dumps({"cpu": spent, "loss": loss, "rows": len(made)}))


main()
