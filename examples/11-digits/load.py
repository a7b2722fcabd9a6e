"""Writes data/images.csv: 450 handwritten digits, with what they should be read as.

    python load.py [FOLDER]

The images are those of E. Alpaydin and C. Kaynak (UCI Machine Learning Repository, CC BY 4.0) as they lie in the
package scikit-learn: 8 by 8 points, each between 0 (white) and 16 (black). Every fourth image is written; `train.py`
has learned from the others.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from sklearn.datasets import load_digits


def load(folder: Path) -> None:
    """Write the table into `folder`."""
    digits = load_digits()
    points, meant = digits.data[::4].astype(int).tolist(), digits.target[::4].tolist()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "images.csv").open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["meant", *(f"p{i}" for i in range(64))])
        writer.writerows([digit, *image] for digit, image in zip(meant, points, strict=True))


if __name__ == "__main__":
    load(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
