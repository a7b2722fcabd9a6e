"""Trains the network of the software house in the clear, and writes network/neurons.csv.

    python train.py [FOLDER]

It learns from the three quarters of the images that load.py leaves out. Another version of scikit-learn may find other
weights; those that example and tests use lie in the folder `network`.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

NEURONS = 24


def train(folder: Path) -> None:
    """Write the table: a row for each neuron, the last of which says the same of every image."""
    digits = load_digits()
    taught = np.arange(len(digits.data)) % 4 != 0
    network = MLPClassifier((NEURONS,), alpha=0.1, max_iter=1000, random_state=0)
    network.fit(digits.data[taught] / 16, digits.target[taught])
    (first, second), (before, behind) = network.coefs_, network.intercepts_
    folder.mkdir(parents=True, exist_ok=True)
    neurons = np.hstack([first.T / 16, before[:, None], second])
    always = np.hstack([np.zeros(64), 1, behind])
    header = [*(f"w{i}" for i in range(64)), "constant", *(f"v{i}" for i in range(10))]
    with (folder / "neurons.csv").open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened, lineterminator="\n").writerows([header, *np.vstack([neurons, always]).round(6).tolist()])


if __name__ == "__main__":
    train(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "network")
