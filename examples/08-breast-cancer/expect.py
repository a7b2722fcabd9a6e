"""What scikit-learn finds in the same patients, without any secrecy: writes expected.json next to this file.

python load.py && python expect.py
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent
GROUPS = 5


def expected(folder: Path, held_out: int) -> tuple[int, int]:
    """How many patients the group that is held out has, and for how many of them the verdict is right."""
    tables = []
    for house in ("clinic", "laboratory"):
        with (folder / f"{house}.csv").open(encoding="utf-8") as opened:
            tables.append({row[0]: row[1:] for row in list(csv.reader(opened))[1:]})
    patients = [(*known, *tables[1][patient]) for patient, known in tables[0].items()]
    group = np.array([int(row[0]) for row in patients])
    malignant = np.array([row[1] == "true" for row in patients])
    numbers = np.array([[float(cell) for cell in row[2:]] for row in patients])
    taught, judged = group != held_out, group == held_out
    verdicts = LogisticRegression().fit(numbers[taught], malignant[taught]).predict(numbers[judged])
    return int(judged.sum()), int((verdicts == malignant[judged]).sum())


if __name__ == "__main__":
    outputs = {"result": {"columns": ["patients", "right"], "rows": [expected(HERE / "data", 2)]}}
    (HERE / "expected.json").write_text(json.dumps({"outputs": outputs}, indent=2) + "\n")
