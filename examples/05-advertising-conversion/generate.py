"""Writes data/seen.csv and data/spending.csv: invented people, the same at every call.

    python generate.py [FOLDER]

900 people are in the campaigns, 600 in the shop's books, and about 400 of them in both. Who saw the summer campaign or
the video buys more often; the pilot had few people.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

SEED = 5
CAMPAIGNS = {"summer": 300, "newsletter": 200, "video": 180, "pilot": 20, "none": 200}
BUYS = {"summer": 0.55, "newsletter": 0.35, "video": 0.5, "pilot": 0.4, "none": 0.3}


def generate(folder: Path) -> None:
    """Write both tables into `folder`."""
    chance = random.Random(SEED)
    people = [f"person-{number:04}" for number in range(1100)]
    chance.shuffle(people)
    campaigns = [name for name, many in CAMPAIGNS.items() for _ in range(many)]
    seen = list(zip(people, campaigns, strict=False))
    buyers = [person for person, campaign in seen if chance.random() < BUYS[campaign]]
    others = people[len(seen) :]
    spending = [(person, spent(chance)) for person in (*buyers, *others)]
    chance.shuffle(seen)
    chance.shuffle(spending)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "seen.csv", [("person", "campaign"), *seen])
    write(folder / "spending.csv", [("person", "spent"), *spending])


def spent(chance: random.Random) -> str:
    """Euros and cents of one month, in one to three purchases."""
    return f"{sum(min(chance.lognormvariate(3.4, 0.7), 3000) for _ in range(chance.choice((1, 1, 2, 3)))):.2f}"


def write(file: Path, rows: list[tuple[str, str]]) -> None:
    """A table with its header."""
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
