"""Writes data/north.csv and data/south.csv: the irises that two botanical gardens have measured, 75 each.

    python load.py [FOLDER]

The numbers are R. A. Fisher's (1936), as they lie in the package scikit-learn (UCI Machine Learning Repository, CC BY
4.0): length and width of sepals and petals in centimetres. Which kind a flower is, is left out; nobody is to know.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from sklearn.datasets import load_iris

COLUMNS = ("sepal_length", "sepal_width", "petal_length", "petal_width")


def load(folder: Path) -> None:
    """Write both tables into `folder`: every second flower each."""
    flowers = load_iris().data.tolist()
    folder.mkdir(parents=True, exist_ok=True)
    for first, garden in enumerate(("north", "south")):
        with (folder / f"{garden}.csv").open("w", newline="", encoding="utf-8") as opened:
            csv.writer(opened, lineterminator="\n").writerows([COLUMNS, *flowers[first::2]])


if __name__ == "__main__":
    load(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
