"""std/credit against scikit-learn and NumPy: within the error that stands above each function."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from tests.support.secret_arrays import Secret, called, called_with_bound, shared

COUNTS = "int in 0 .. 5_000"

seeds = pytest.mark.parametrize("seed", range(2))


def counted(seed: int, bins: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Goods and bads by bin; the goods have more points, and some bins have nobody."""
    random = np.random.default_rng(seed)
    goods = random.multinomial(3000, random.dirichlet(np.linspace(0.2, 3, bins)))
    bads = random.multinomial(400, random.dirichlet(np.linspace(3, 0.2, bins)))
    return goods, bads


def both(goods: np.ndarray, bads: np.ndarray) -> dict[str, Secret]:
    return {"goods": Secret(goods, COUNTS), "bads": Secret(bads, COUNTS)}


def customers(goods: np.ndarray, bads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One by one: is it a good one, and its score."""
    bins = np.arange(len(goods))
    score = np.concatenate([np.repeat(bins, goods), np.repeat(bins, bads)])
    return np.repeat([1, 0], [goods.sum(), bads.sum()]), score


def weights(goods: np.ndarray, bads: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(goods, 0.5) / goods.sum()) - np.log(np.maximum(bads, 0.5) / bads.sum())


@seeds
def test_how_well_a_score_separates(seed: int) -> None:
    goods, bads = counted(seed)
    is_good, score = customers(goods, bads)
    area, bound = called_with_bound("credit", "credit.auc(goods, bads)", **both(goods, bads))
    expected = roc_auc_score(is_good, score)
    assert abs(area - expected) <= min(10 * 2**-22, bound)
    assert bound < 0.001
    assert abs(called("credit", "credit.gini(goods, bads)", **both(goods, bads)) - (2 * expected - 1)) <= 10 * 2**-21
    false, true, _ = roc_curve(is_good, score, drop_intermediate=False)
    distance = called("credit", "credit.ks(goods, bads)", **both(goods, bads))
    assert abs(distance - np.abs(true - false).max()) <= 10 * 2**-24


@seeds
def test_characteristics(seed: int) -> None:
    goods, bads = counted(seed, 6)
    given = both(goods, bads)
    found = called("credit", "credit.shares(goods)", goods=given["goods"])
    assert np.abs(found - goods / goods.sum()).max() <= 2**-25
    found = called("credit", "credit.weights(goods, bads)", **given)
    assert np.abs(found - weights(goods, bads)).max() <= 2**-22
    expected = ((goods / goods.sum() - bads / bads.sum()) * weights(goods, bads)).sum()
    assert abs(called("credit", "credit.information_value(goods, bads)", **given) - expected) <= 6 * 2**-19


def test_where_nobody_is_nothing_is_shared() -> None:
    nobody = Secret(np.zeros(3), COUNTS)
    assert called("credit", "credit.shares(goods)", goods=nobody).tolist() == [0, 0, 0]
    assert called("credit", "credit.auc(goods, bads)", goods=nobody, bads=nobody) == 0


def test_points() -> None:
    random = np.random.default_rng(3)
    woe = np.round(random.uniform(-2, 2, (4, 3)) * 2**16) / 2**16
    beta = np.round(random.uniform(-1, 1, 3) * 2**16) / 2**16
    given = {"w": Secret(woe, "fixed in -2 .. 2"), "b": Secret(beta, "fixed in -1 .. 1")}
    factor, offset = 20 / np.log(2), 600 - 20 / np.log(2) * np.log(50)
    assert abs(called("credit", "credit.factor(20.0)") - factor) <= 2 * 2**-24 + factor * 2**-17
    error = (2 * 2**-24 + factor * 2**-17) * np.log(50) + 2**-16
    assert abs(called("credit", "credit.offset(600.0, 50.0, 20.0)") - offset) <= error
    found = called("credit", "credit.points(w, b, 1.5, 28.5, 487.0)", **given)
    assert np.abs(found - (487 + 28.5 * (woe @ beta + 1.5))).max() <= 28.5 * (3 + 2) * 2 * 2**-16


def test_points_from_a_card() -> None:
    bins = np.array([[0, 2, 1], [2, 2, 0]])
    card = "[[10.0, 20.0, 30.0], [1.0, 2.0, 3.0], [0.5, 0.25, 0.125]]"
    given = Secret(bins, "int in 0 .. 2")
    assert called("credit", f"credit.card_points(bins, {card})", bins=given).tolist() == [13.25, 33.5]
    assert shared("credit", f"credit.card_points(bins, {card})", bins=given).tolist() == [13.25, 33.5]


def test_the_same_on_shares() -> None:
    goods, bads = counted(1, 5)
    expected = roc_auc_score(*customers(goods, bads))
    assert abs(shared("credit", "credit.auc(goods, bads)", **both(goods, bads)) - expected) <= 5 * 2**-21
    found = shared("credit", "credit.weights(goods, bads)", **both(goods, bads))
    assert np.abs(found - weights(goods, bads)).max() <= 2**-20
