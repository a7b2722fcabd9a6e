"""std/tree against scikit-learn: the same trees say the same of the same rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor

from tests.support.written_arrays import computed, given, written

X = (load_diabetes().data * 21).round(3)
Y = load_diabetes().target / 64
SHOWN = 60
FOREST = RandomForestRegressor(4, max_depth=4, random_state=0).fit(X, Y)
NODES = max(tree.tree_.node_count for tree in FOREST.estimators_)


def parts(tree: object) -> list[np.ndarray]:
    """feature, threshold, value, parent and side of each node; those too many hang at themselves."""
    nodes = tree.tree_  # type: ignore[attr-defined]
    feature, threshold, value = np.zeros(NODES), np.zeros(NODES), np.zeros(NODES)
    parent, side = np.arange(NODES), np.zeros(NODES)
    for i in range(nodes.node_count):
        left, right = nodes.children_left[i], nodes.children_right[i]
        if left < 0:
            value[i] = nodes.value[i].item()
            continue
        feature[i], threshold[i] = nodes.feature[i], nodes.threshold[i]
        parent[[left, right]], side[right] = i, 1
    return [feature, threshold, value, parent, side]


PARTS = [np.array(part) for part in zip(*(parts(tree) for tree in FOREST.estimators_), strict=True)]


@pytest.mark.parametrize(("secret", "shares"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_forest_says_what_scikit_learn_says(secret: bool, shares: bool) -> None:
    """Whether features, thresholds and values are known to all or to nobody."""
    steps = given("x", X[:SHOWN])
    for name, part, bits in zip(("feature", "threshold", "value"), PARTS, (0, 16, 16), strict=False):
        steps += given(name, part, bits) if secret else f"let {name} = {written(part, bits)}\n"
    if secret:
        steps += "let column = clamp(feature, 0, 9)\n"
    shape = f"{written(PARTS[3], 0)}, {written(PARTS[4], 0)}"
    steps += f"let said = tree.forest(x, {'column' if secret else 'feature'}, threshold, value, {shape}, 2)\n"
    (said,) = computed(steps, "said", shares=shares)
    assert np.abs(said - FOREST.predict(X[:SHOWN])).max() < 2 * 2**-16


def test_a_number_equal_to_the_threshold_goes_left() -> None:
    steps = given("x", np.array([[2.0], [2.0 + 2**-16]]))
    steps += "let said = tree.tree(x, [0, 0, 0], [2.0, 0.0, 0.0], [0.0, 1.0, 5.0], [0, 0, 0], [0, 0, 1], 0)\n"
    (said,) = computed(steps, "said")
    assert said.tolist() == [1.0, 5.0]
