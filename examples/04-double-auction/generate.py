"""Writes data/offers.csv and data/orders.csv: invented bids for sugar beet, the same at every call.

    python generate.py [FOLDER]

Growers can produce a tonne for about 36 euros, processors can pay about 43; both vary.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

SEED = 4


def generate(folder: Path) -> None:
    """Write both tables into `folder`."""
    chance = random.Random(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "offers.csv", [(bid(chance, 36, 7), chance.randrange(50, 900, 10)) for _ in range(40)])
    write(folder / "orders.csv", [(bid(chance, 43, 8), chance.randrange(500, 3000, 50)) for _ in range(12)])


def bid(chance: random.Random, mean: int, spread: int) -> int:
    """A price in whole euros."""
    return min(max(round(chance.gauss(mean, spread)), 5), 95)


def write(file: Path, rows: list[tuple[int, int]]) -> None:
    """One bid a line."""
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([("price", "tonnes"), *rows])


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
