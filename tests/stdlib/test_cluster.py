"""std/cluster against scikit-learn: the same centres and the same groups, on shares too."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from tests.support.written_arrays import computed, given, written

IRIS = StandardScaler().fit_transform(load_iris().data)
START = IRIS[[0, 50, 100]]
ROUNDS = 10


def clusters(counts: np.ndarray, shares: bool) -> tuple[np.ndarray, np.ndarray]:
    """The centres of k-means and the group of each flower."""
    centres, groups = computed(
        given("points", IRIS)
        + f"let centres = cluster.kmeans(points, {written(counts, 0)}, {written(START, 16)}, {ROUNDS})\n"
        + "let groups = cluster.nearest(points, centres)\n",
        "centres",
        "groups",
        shares=shares,
    )
    return centres, groups


@pytest.mark.parametrize("shares", [False, True], ids=["plain", "shares"])
def test_k_means_finds_the_groups_that_scikit_learn_finds(shares: bool) -> None:
    centres, groups = clusters(np.ones(len(IRIS)), shares)
    found = KMeans(3, init=START, n_init=1, max_iter=ROUNDS, tol=0, algorithm="lloyd").fit(IRIS)
    assert np.abs(centres - found.cluster_centers_).max() < 3e-5
    assert groups.tolist() == found.labels_.tolist()


def test_points_that_do_not_count_move_no_centre() -> None:
    counts = (np.arange(len(IRIS)) % 3 > 0).astype(np.float64)
    centres, _ = clusters(counts, False)
    kept = IRIS[counts == 1]
    found = KMeans(3, init=START, n_init=1, max_iter=ROUNDS, tol=0, algorithm="lloyd").fit(kept)
    assert np.abs(centres - found.cluster_centers_).max() < 3e-5


def test_a_centre_without_points_stays() -> None:
    steps = given("points", np.array([[0.0, 0.5], [0.5, 0.0]]))
    steps += "let centres = cluster.middles(points, [1, 1], [[0.0, 0.0], [1.0, 1.0]])\n"
    (centres,) = computed(steps, "centres")
    assert centres == pytest.approx(np.array([[0.25, 0.25], [1.0, 1.0]]), abs=2**-15)
