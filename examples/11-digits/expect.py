"""What the same network reads in the clear, in floating point: writes expected.json next to this file.

python load.py && python expect.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def expected(images: Path, network: Path) -> list[list[int]]:
    """Of each digit, how many images show it and how many of them are read rightly."""
    shown = np.loadtxt(images / "images.csv", delimiter=",", skiprows=1)
    neurons = np.loadtxt(network / "neurons.csv", delimiter=",", skiprows=1)
    hidden = np.maximum(shown[:, 1:] @ neurons[:, :64].T + neurons[:, 64], 0)
    meant, read = shown[:, 0], (hidden @ neurons[:, 65:]).argmax(axis=1)
    return [[digit, int(sum(meant == digit)), int(sum((meant == digit) & (read == digit)))] for digit in range(10)]


if __name__ == "__main__":
    rows = expected(HERE / "data", HERE / "network")
    outputs = {"result": {"columns": ["meant", "images", "right"], "rows": rows}}
    (HERE / "expected.json").write_text(json.dumps({"outputs": outputs}, indent=2) + "\n")
