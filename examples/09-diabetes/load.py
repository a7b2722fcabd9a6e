"""Writes data/practice.csv and data/laboratory.csv: what two houses know of 442 patients with diabetes.

    python load.py [FOLDER]

The numbers are those of B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, "Least Angle Regression" (2004), as they
lie in the package scikit-learn. The practice has age, sex, body-mass index and blood pressure, and how far the disease
had gone on a year later; the laboratory has six blood values. Each brings its own columns to mean 0 and deviation 1;
for that it needs nothing of the other's.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

PRACTICE = ("age", "sex", "bmi", "pressure")
BLOOD = ("cholesterol", "ldl", "hdl", "ratio", "triglycerides", "sugar")


def load(folder: Path) -> None:
    """Write both tables into `folder`."""
    data = load_diabetes(scaled=False)
    numbers = StandardScaler().fit_transform(data.data).round(7).tolist()
    patients = [f"p{number:03}" for number in range(len(numbers))]
    folder.mkdir(parents=True, exist_ok=True)
    practice = ([p, int(worse), *row[:4]] for p, worse, row in zip(patients, data.target, numbers, strict=True))
    write(folder / "practice.csv", ["patient", "progress", *PRACTICE], practice)
    laboratory = ([p, *row[4:]] for p, row in zip(patients, numbers, strict=True))
    write(folder / "laboratory.csv", ["patient", *BLOOD], reversed(list(laboratory)))


def write(file: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    """One CSV file."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    load(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
