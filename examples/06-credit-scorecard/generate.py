"""Writes data/loans.csv and data/contracts.csv: invented customers, the same at every call.

    python generate.py [FOLDER]

The bank has 700 ended loans, the telephone company 800 contracts, and about 500 customers are in both. Each customer
has a care for bills that nobody sees: who has more of it pays the telephone in time and repays the loan. Income and
years in a job tell of the loan as well, but less.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from pathlib import Path

SEED = 6
EVERYBODY = 1000


def generate(folder: Path) -> None:
    """Write both tables into `folder`."""
    chance = random.Random(SEED)
    loans, contracts = [], []
    for number in range(EVERYBODY):
        name, care = f"customer-{number:04}", chance.gauss(0, 1)
        income = min(round(chance.lognormvariate(7.7, 0.5)), 100_000)
        years = min(int(chance.expovariate(0.2)), 60)
        if chance.random() < 0.7:
            odds = 0.8 + 1.8 * care + 0.8 * math.log(income / 2200) + 0.08 * years
            repaid = chance.random() < 1 / (1 + math.exp(-odds))
            loans.append((name, income, years, "true" if repaid else "false"))
        if chance.random() < 0.8:
            months = min(int(chance.expovariate(0.03 if care > 0 else 0.05)), 600)
            late = min(int(chance.expovariate(0.5 * math.exp(1.2 * care))), 24)
            contracts.append((name, months, late))
    chance.shuffle(contracts)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "loans.csv", [("customer", "income", "years", "repaid"), *loans])
    write(folder / "contracts.csv", [("customer", "months", "late_bills"), *contracts])


def write(file: Path, rows: list[tuple[object, ...]]) -> None:
    """A table with its header."""
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
