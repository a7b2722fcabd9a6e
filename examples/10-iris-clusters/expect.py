"""What scikit-learn finds in the same flowers, without any secrecy: writes expected.json next to this file.

python load.py && python expect.py
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

HERE = Path(__file__).parent
COLUMNS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
START = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.7, 4.3, 1.4], [6.9, 3.1, 5.8, 2.1]])
"""As in main.sec."""


def expected(folder: Path) -> list[list[float]]:
    """Of each group its number, how many flowers are in it, and their mean measures."""
    flowers = []
    for garden in ("north", "south"):
        with (folder / f"{garden}.csv").open(encoding="utf-8") as opened:
            flowers += [[float(cell) for cell in row] for row in list(csv.reader(opened))[1:]]
    found = KMeans(3, init=START, n_init=1, max_iter=100, tol=0, algorithm="lloyd").fit(np.array(flowers))
    sizes = np.bincount(found.labels_).tolist()
    return [[i, sizes[i], *centre] for i, centre in enumerate(found.cluster_centers_.tolist())]


if __name__ == "__main__":
    outputs = {"kinds": {"columns": ["group_of", "flowers", *COLUMNS], "rows": expected(HERE / "data")}}
    (HERE / "expected.json").write_text(json.dumps({"outputs": outputs}, indent=2) + "\n")
