"""std/linear against NumPy and scikit-learn, within the errors that it states."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from tests.support.written_arrays import computed, given

DIABETES = StandardScaler().fit_transform(load_diabetes().data)
PROGRESS = load_diabetes().target - 150
IRIS = StandardScaler().fit_transform(load_iris().data)
either_way = pytest.mark.parametrize("shares", [False, True], ids=["plain", "shares"])


# ---- equations


@either_way
@pytest.mark.parametrize("bits", [20, 24])
def test_equations_whose_condition_is_470(bits: int, shares: bool) -> None:
    """Four ulp of the matrix, times the greatest x, divided by the least eigenvalue."""
    a, b = DIABETES.T @ DIABETES / 512, DIABETES.T @ PROGRESS / 512
    values = np.linalg.eigvalsh(a)
    assert values[-1] / values[0] > 450
    steps = given("a", a, bits) + given("b", b, bits) + "let x = linear.solve(a, b, 64)\n"
    (x,) = computed(steps, "x", shares=shares)
    truth = np.linalg.solve(a, b)
    assert np.abs(x - truth).max() < 4 * 2**-bits * np.abs(truth).max() / values[0]


def test_random_equations() -> None:
    random = np.random.default_rng(1)
    for d in (1, 2, 5):
        root = random.normal(size=(d + 8, d))
        a, truth = root.T @ root / (d + 8), random.uniform(-7, 7, size=d)
        steps = given("a", a, 20) + given("b", a @ truth, 20) + "let x = linear.solve(a, b, 8)\n"
        (x,) = computed(steps, "x")
        assert np.abs(x - truth).max() < 4 * 2**-20 * 8 / np.linalg.eigvalsh(a)[0]


def test_cholesky_factors() -> None:
    a = DIABETES[:, :4].T @ DIABETES[:, :4] / 442
    steps = given("a", a, 20) + "let parts = linear.cholesky(a)\nlet lower = parts.lower\nlet inverse = parts.inverse\n"
    lower, inverse = computed(steps, "lower", "inverse")
    truth = np.linalg.cholesky(a)
    bound = 4 * 2**-18 * (1 / np.diag(truth)).max() ** 2
    assert np.abs(lower - truth).max() < bound
    assert np.abs(inverse - 1 / np.diag(truth)).max() < bound


# ---- least squares


@either_way
@pytest.mark.parametrize("penalty", [0.0, 5.0])
def test_ridge_and_least_squares(penalty: float, shares: bool) -> None:
    x, y = np.c_[np.ones(100), DIABETES[:100]].round(4), PROGRESS[:100] / 64
    call = f"linear.ridge(x, y, {penalty}, 128, 8)" if penalty else "linear.least_squares(x, y, 128, 8)"
    (w,) = computed(given("x", x) + given("y", y) + f"let w = {call}\n", "w", shares=shares)
    x, y = np.round(x * 2**16) / 2**16, np.round(y * 2**16) / 2**16
    assert np.abs(w - np.linalg.solve(x.T @ x + penalty * np.eye(11), x.T @ y)).max() < 2e-4


# ---- logistic regression


def virginica() -> tuple[np.ndarray, np.ndarray]:
    """Flowers in a random order, with a column of ones; which of them are of the third kind."""
    order = np.random.default_rng(0).permutation(len(IRIS))
    return np.c_[np.ones(len(IRIS)), IRIS][order], (load_iris().target == 2)[order].astype(np.float64)


@either_way
@pytest.mark.parametrize(("rounds", "batches"), [(80, 1), (40, 3)])
def test_logistic_regression_tells_flowers_apart_as_scikit_learn_does(
    rounds: int, batches: int, shares: bool
) -> None:  # fmt: skip
    x, y = virginica()
    steps = (
        given("x", x)
        + given("y", y, 0)
        + f"""
let w = linear.logistic(x, y, 1.0, {1 / 15:.6f}, {rounds}, {batches}, {150 // batches})
let p = linear.probabilities(x, w)
"""
    )
    w, p = computed(steps, "w", "p", shares=shares)
    found = LogisticRegression(C=0.1, fit_intercept=False).fit(x, y)
    assert (p.round() != found.predict(x)).sum() <= 1
    assert np.abs(p - 1 / (1 + np.exp(-(x @ w)))).max() < 2e-4
    if batches == 1:
        assert np.abs(w - found.coef_[0]).max() < 0.05


@either_way
def test_the_gentle_curve_is_off_by_less_than_a_hundredth(shares: bool) -> None:
    x = np.linspace(-12, 12, 481)
    (found,) = computed(given("x", x) + "let p = linear.gentle(x)\n", "p", shares=shares)
    assert np.abs(found - 1 / (1 + np.exp(-x))).max() < 0.0092


# ---- main components


@either_way
def test_main_components(shares: bool) -> None:
    c = DIABETES.T @ DIABETES / len(DIABETES)
    steps = given("c", c, 24) + "let found = linear.components(c, 3, 6)\n"
    (found,) = computed(steps, "found", shares=shares)
    truth = PCA(3).fit(DIABETES).components_
    signs = np.sign(truth[np.arange(3), np.abs(truth).argmax(axis=1)])[:, None]
    assert np.abs(found - truth * signs).max() < 1e-4


def test_components_of_great_and_of_small_numbers() -> None:
    random = np.random.default_rng(2)
    root = random.normal(size=(40, 5)) * [3, 2, 1, 0.5, 0.2]
    for scale in (0.01, 4.0):
        c = np.cov(root.T) * scale
        (found,) = computed(given("c", c, 24) + "let found = linear.components(c, 2, 7)\n", "found")
        truth = np.linalg.eigh(c)[1].T[::-1][:2]
        assert np.abs(np.abs(found) - np.abs(truth)).max() < 3e-4
