"""What NumPy's least squares say of the same patients, without any secrecy: writes expected.json next to this file.

python load.py && python expect.py
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def expected(folder: Path) -> list[list[float]]:
    """The constant and the weight of each column, in the order of the program."""
    tables = []
    for name in ("practice", "laboratory"):
        with (folder / f"{name}.csv").open(encoding="utf-8") as opened:
            tables.append({row[0]: [float(cell) for cell in row[1:]] for row in list(csv.reader(opened))[1:]})
    rows = np.array([[1.0, *numbers, *tables[1][patient]] for patient, numbers in tables[0].items()])
    progress, columns = rows[:, 1], np.delete(rows, 1, axis=1)
    return [[float(weight)] for weight in np.linalg.lstsq(columns, progress, rcond=None)[0]]


if __name__ == "__main__":
    outputs = {"weights": {"columns": ["weights"], "rows": expected(HERE / "data")}}
    (HERE / "expected.json").write_text(json.dumps({"outputs": outputs}, indent=2) + "\n")
