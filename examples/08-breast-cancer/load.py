"""Writes data/clinic.csv and data/laboratory.csv: what two hospitals know of the same 569 tumours.

    python load.py [FOLDER]

The numbers are the Wisconsin breast-cancer data (W. Wolberg, O. Mangasarian, N. Street, W. Street, UCI Machine Learning
Repository, CC BY 4.0) as they lie in the package scikit-learn. The clinic has the diagnosis and the means of ten
measurements, the laboratory how much they vary and their worst values. Each brings its own columns to mean 0 and
deviation 1; for that it needs nothing of the other's. `fold` deals patients into five groups.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler


def load(folder: Path) -> None:
    """Write both tables into `folder`."""
    data = load_breast_cancer()
    names = [name.replace(" ", "_") for name in data.feature_names]
    numbers = StandardScaler().fit_transform(data.data).round(6).tolist()
    patients = [f"p{number:04}" for number in range(len(numbers))]
    malignant = ["true" if kind == 0 else "false" for kind in data.target]
    folder.mkdir(parents=True, exist_ok=True)
    clinic = ([p, i % 5, m, *row[:10]] for i, (p, m, row) in enumerate(zip(patients, malignant, numbers, strict=True)))
    write(folder / "clinic.csv", ["patient", "fold", "malignant", *names[:10]], clinic)
    laboratory = ([p, *row[10:]] for p, row in zip(patients, numbers, strict=True))
    write(folder / "laboratory.csv", ["patient", *names[10:]], reversed(list(laboratory)))


def write(file: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    """One CSV file."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    load(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
