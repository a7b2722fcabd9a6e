"""How far the functions of std/linear, std/cluster and std/neural are from NumPy's, SciPy's and scikit-learn's.

Lives here: which functions, on which invented data, against what; in plain. What is learned by descent is measured in
tests/stdlib against the same steps. Not here: how it is measured (statistics_errors.py), the page that says so
(write-statistics-errors).
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, softmax
from sklearn.cluster import KMeans

from scripts.statistics_errors import Arrays, Measured

ROWS = 24
SMALL, LARGE = "fixed({bits}) in -4 .. 4", "fixed({bits}) in -16 .. 16"


def equations(random: np.random.Generator) -> Arrays:
    """Four of them, with a symmetric matrix whose eigenvalues lie around 1."""
    root = random.normal(size=(16, 4))
    a = root.T @ root / 16
    return {"a": a, "b": a @ random.uniform(-7, 7, 4)}


def lines(random: np.random.Generator) -> Arrays:
    """24 rows of three columns, and what follows from them but for noise."""
    x = random.normal(size=(ROWS, 3)).clip(-4, 4)
    return {"x": x, "y": (x @ random.uniform(-1, 1, 3) + random.normal(0, 0.2, ROWS)).clip(-4, 4)}


def judged(random: np.random.Generator) -> Arrays:
    """24 rows of three columns, and weights."""
    return {"x": random.normal(size=(ROWS, 3)).clip(-4, 4), "w": random.uniform(-2, 2, 3)}


def scores(random: np.random.Generator) -> Arrays:
    """Scores of five classes for six rows."""
    return {"s": random.normal(0, 3, (6, 5)).clip(-16, 16)}


def layers(random: np.random.Generator) -> Arrays:
    """Rows, and a layer of neurons."""
    return {"x": random.uniform(-2, 2, (6, 5)), "w": random.uniform(-2, 2, (5, 3)), "b": random.uniform(-1, 1, 3)}


def spread(random: np.random.Generator) -> Arrays:
    """Covariances of three columns that have little to do with each other."""
    data = random.normal(size=(200, 3)) * [2.0, 1.0, 0.4]
    return {"c": np.cov(data.T)}


def clouds(random: np.random.Generator) -> Arrays:
    """24 points around three middles; the first three points are one of each."""
    middles = np.array([[-2.0, -2.0], [0.0, 2.0], [2.0, -1.0]])
    return {"points": (np.tile(middles, (8, 1)) + random.normal(0, 0.3, (ROWS, 2))).clip(-4, 4)}


def fitted(a: Arrays, penalty: float = 0.0) -> np.ndarray:
    """By the normal equations."""
    return np.linalg.solve(a["x"].T @ a["x"] + penalty * np.eye(3), a["x"].T @ a["y"])


def main_components(a: Arrays) -> np.ndarray:
    """The two greatest, each with its greatest number positive."""
    found = np.linalg.eigh(a["c"])[1].T[::-1][:2]
    return np.array([row * np.sign(row[np.abs(row).argmax()]) for row in found])


def middles(a: Arrays) -> np.ndarray:
    """Of scikit-learn, from the same three points on."""
    start = a["points"][:3]
    return KMeans(3, init=start, n_init=1, max_iter=10, tol=0, algorithm="lloyd").fit(a["points"]).cluster_centers_


LEARNING = (
    Measured("linear.solve(a, b, 16)", equations, LARGE, lambda a: np.linalg.solve(a["a"], a["b"])),
    Measured("linear.least_squares(x, y, 32, 8)", lines, SMALL, fitted),
    Measured("linear.ridge(x, y, 2, 32, 8)", lines, SMALL, lambda a: fitted(a, 2.0)),
    Measured("linear.probabilities(x, w)", judged, SMALL, lambda a: expit(a["x"] @ a["w"])),
    Measured("linear.components(c, 2, 6)", spread, LARGE, main_components),
    Measured("cluster.kmeans(points, [1 for i in 0 ..< 24], points[0:3], 10)", clouds, SMALL, middles),
    Measured("neural.dense(x, w, b)", layers, SMALL, lambda a: a["x"] @ a["w"] + a["b"]),
    Measured("neural.softmax(s)", scores, LARGE, lambda a: softmax(a["s"], axis=1)),
)
