"""Writes data/north.csv and data/south.csv: invented patients, the same at every call.

    python generate.py [FOLDER]

Of those with the standard treatment about one in ten dies in each quarter, of those with the new one about one in
fifteen. A patient who moves away, or is still alive when the study ends, was last seen then and did not die.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

SEED = 7
LAST_QUARTER = 11
DIES = {"standard": 0.1, "new": 0.065}
LEAVES = 0.03


def generate(folder: Path) -> None:
    """Write both tables into `folder`."""
    chance = random.Random(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "north.csv", [patient(chance) for _ in range(160)])
    write(folder / "south.csv", [patient(chance) for _ in range(110)])


def patient(chance: random.Random) -> tuple[str, int, str]:
    """Treatment, quarter when last seen, whether that was the death."""
    treatment = chance.choice(("standard", "standard", "new"))
    for quarter in range(LAST_QUARTER + 1):
        fate = chance.random()
        if fate < DIES[treatment]:
            return treatment, quarter, "true"
        if fate < DIES[treatment] + LEAVES:
            return treatment, quarter, "false"
    return treatment, LAST_QUARTER, "false"


def write(file: Path, rows: list[tuple[str, int, str]]) -> None:
    """One patient a line."""
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([("treatment", "quarter", "died"), *rows])


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
