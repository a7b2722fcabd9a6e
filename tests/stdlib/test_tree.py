"""std/tree against scikit-learn: the same trees say the same of the same rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor

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


# ---- learning

ROWS, COLUMNS = 200, 5
TAUGHT, WANTED = X[:ROWS, :COLUMNS].round(2), (Y[:ROWS] - Y[:ROWS].mean()).round(3)


def boosted(trees: int, rate: float, x: np.ndarray, y: np.ndarray) -> HistGradientBoostingRegressor:
    """scikit-learn's trees with three questions each, over cuts of its own choice at quantiles."""
    model = HistGradientBoostingRegressor(
        max_iter=trees, learning_rate=rate, max_depth=2, max_leaf_nodes=4, min_samples_leaf=1, max_bins=8,
        early_stopping=False,
    )  # fmt: skip
    return model.fit(x, y)


def questions(model: HistGradientBoostingRegressor) -> str:
    """The columns and the cuts, as arguments."""
    cuts = [(f, cut) for f, column in enumerate(model._bin_mapper.bin_thresholds_) for cut in column]
    columns, values = np.array(cuts).T
    return f"{written(columns, 0)}, {written(values, 16)}"


@pytest.mark.parametrize("shares", [False, True], ids=["plain", "shares"])
def test_a_tree_asks_the_questions_that_scikit_learn_asks(shares: bool) -> None:
    model = boosted(1, 1.0, TAUGHT, WANTED)
    steps = given("x", TAUGHT) + given("y", WANTED)
    steps += f"let grown = tree.grow(x, y, [1 for i in 0 ..< {ROWS}], {questions(model)}, 3, 0.0)\n"
    steps += "let feature = grown.feature\nlet threshold = grown.threshold\nlet says = tree.by_tree(x, grown, 3)\n"
    feature, threshold, says = computed(steps, "feature", "threshold", "says", shares=shares)
    nodes = [node for node in model._predictors[0][0].nodes if not node["is_leaf"]]
    asked = sorted((node["feature_idx"], round(node["num_threshold"], 3)) for node in nodes)
    assert sorted(zip(feature[:3].astype(int), threshold[:3].round(3), strict=True)) == asked
    assert np.abs(says - model.predict(TAUGHT)).max() < 2 * 2**-16


@pytest.mark.parametrize("shares", [False, True], ids=["plain", "shares"])
def test_boosted_trees_say_what_scikit_learn_says(shares: bool) -> None:
    trees = 2 if shares else 5
    model = boosted(trees, 0.5, TAUGHT, WANTED)
    steps = given("x", TAUGHT) + given("y", WANTED)
    steps += f"let all = tree.boost(x, y, [1 for i in 0 ..< {ROWS}], {questions(model)}, 3, 0.0, {trees}, 0.5)\n"
    (says,) = computed(steps + "let says = tree.by_boosted(x, all, 3)\n", "says", shares=shares)
    assert np.abs(says - model.predict(TAUGHT)).max() < trees * 4 * 2**-16


def test_rows_that_do_not_count_teach_nothing_and_a_penalty_makes_leaves_small() -> None:
    counts = np.arange(ROWS) % 2
    wanted = WANTED - WANTED[counts == 1].mean()
    model = boosted(1, 1.0, TAUGHT[counts == 1], wanted[counts == 1])
    steps = given("x", TAUGHT) + given("y", wanted) + given("counts", counts.astype(np.float64), 0)
    for name, penalty in (("grown", 0.0), ("small", 1000.0)):
        steps += f"let {name} = tree.grow(x, y, counts, {questions(model)}, 3, {penalty})\n"
        steps += f"let {name}_says = tree.by_tree(x, {name}, 3)\n"
    says, small = computed(steps, "grown_says", "small_says")
    assert np.abs(says - model.predict(TAUGHT)).max() < 2 * 2**-16
    assert 0 < np.abs(small).max() < 0.1 * np.abs(says).max()
