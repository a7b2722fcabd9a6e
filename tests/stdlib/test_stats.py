"""std/stats against NumPy and SciPy: within the error that stands above each function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from secfuse.compiler.errors import CompileErrors
from tests.support.secret_arrays import Secret, called, called_with_bound, shared

COUNTS = "int in 0 .. 1000"
WIDTH = 100.0
HALVES = np.array([-45.0, -20.0, 0.0, 7.5, 30.0, 48.5])

seeds = pytest.mark.parametrize("seed", range(2))
precisions = pytest.mark.parametrize("bits", [16, 20, 24])


def numbers(seed: int, bits: int, spread: float, many: int = 30) -> np.ndarray:
    """Numbers in -50 .. 50, exact in so many bits."""
    found = np.random.default_rng(seed).normal(0, spread, many).clip(-50, 50)
    return np.round(found * 2**bits) / 2**bits


def secret(values: np.ndarray, bits: int) -> Secret:
    return Secret(values, f"fixed({bits}) in -50 .. 50")


def of_products(bits: int) -> float:
    """The error of covariance and variance."""
    return (2 * WIDTH + 2) * 2**-bits


def of_deviation(x: np.ndarray, bits: int) -> float:
    return of_products(bits) / (2 * x.std()) + 2 * 2**-bits


@seeds
@precisions
@pytest.mark.parametrize("spread", [1.0, 20.0])
def test_how_numbers_vary(seed: int, bits: int, spread: float) -> None:
    x = numbers(seed, bits, spread)
    y = np.round((0.5 * x + numbers(seed + 10, bits, spread / 2)) * 2**bits) / 2**bits
    y = y.clip(-50, 50)
    xs, ys, ulp = secret(x, bits), secret(y, bits), 2**-bits
    variance, bound = called_with_bound("stats", "stats.variance(x)", x=xs)
    assert abs(variance - x.var()) <= min(of_products(bits), bound)
    assert abs(called("stats", "stats.sample_variance(x)", x=xs) - x.var(ddof=1)) <= 2 * of_products(bits)
    covariance = called("stats", "stats.covariance(x, y)", x=xs, y=ys)
    assert abs(covariance - np.cov(x, y, ddof=0)[0, 1]) <= of_products(bits)
    assert abs(called("stats", "stats.deviation(x)", x=xs) - x.std()) <= of_deviation(x, bits)
    correlation = called("stats", "stats.correlation(x, y)", x=xs, y=ys)
    tolerance = 3 * of_products(bits) / (x.std() * y.std()) + 2 * ulp / min(x.std(), y.std())
    assert abs(correlation - stats.pearsonr(x, y).statistic) <= tolerance
    standard = (x - x.mean()) / x.std()
    off = np.abs(called("stats", "stats.standardise(x)", x=xs) - standard)
    assert (off <= ulp + ulp / x.std() + np.abs(standard) * of_deviation(x, bits) / x.std() + 2**-24 * WIDTH).all()


@pytest.mark.parametrize("how", [called, shared])
def test_what_does_not_vary_has_no_correlation(how: Callable[..., np.ndarray]) -> None:
    x, y = secret(np.full(5, 3.0), 16), secret(np.arange(5.0), 16)
    assert how("stats", "stats.correlation(x, y)", x=x, y=y) == 0
    assert how("stats", "stats.deviation(x)", x=x) <= np.sqrt(of_products(16))


def test_squares_that_do_not_fit_are_refused_where_it_is_called() -> None:
    x = Secret(np.zeros(3), "fixed(24) in -100 .. 100")
    with pytest.raises(CompileErrors) as caught:
        called("stats", "stats.variance(x)", x=x)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["SEC501"]


@seeds
@pytest.mark.parametrize("many", [1, 2, 12])
def test_order(seed: int, many: int) -> None:
    x = np.round(numbers(seed, 16, 5.0, many))  # many of them are equal
    given, ulp = secret(x, 16), 2**-16
    for k in {many // 3, many - 1}:
        assert called("stats", f"stats.ordered(x, {k})", x=given) == np.sort(x)[k]
    for q in (0.0, 0.9, 1.0):
        found = called("stats", f"stats.quantile(x, {q})", x=given)
        assert abs(found - np.quantile(x, q)) <= 2 * ulp + 2**-25 * many * np.ptp(x)
    assert abs(called("stats", "stats.median(x)", x=given) - np.median(x)) <= 2 * ulp


@seeds
def test_histogram(seed: int) -> None:
    x = np.concatenate([np.round(numbers(seed, 16, 25.0)), HALVES])
    edges = f"[{', '.join(map(str, HALVES))}]"
    found = called("stats", f"stats.histogram(x, {edges})", x=secret(x, 16))
    assert found.tolist() == np.histogram(x, HALVES)[0].tolist()


@seeds
@pytest.mark.parametrize("q", [0.0625, 0.5, 0.8125])
def test_quantiles_of_a_histogram(seed: int, q: float) -> None:
    x = numbers(seed, 16, 15.0, 200)
    edges = np.arange(-50.0, 51.0, 10.0)
    counts = np.histogram(x, edges)[0]
    written = f"[{', '.join(map(str, edges))}]"
    found = called("stats", f"stats.binned_quantile(c, {written}, {q})", c=Secret(counts, COUNTS))
    assert abs(found - np.quantile(x, q)) <= 10, "within the bin"
    upto = np.concatenate([[0], counts.cumsum()])
    assert abs(found - np.interp(q * 200, upto, edges)) <= 2 * 2**-16 * WIDTH
    running = called("stats", "stats.running_sum(c)", c=Secret(counts, COUNTS))
    assert running.tolist() == counts.cumsum().tolist()


@seeds
@pytest.mark.parametrize("spread", [0.5, 20.0])
def test_welch(seed: int, spread: float) -> None:
    x, y = numbers(seed, 16, spread, 20), numbers(seed + 5, 16, spread / 3, 35) + np.round(spread / 4)
    expected = stats.ttest_ind(x, y, equal_var=False)
    given = {"x": secret(x, 16), "y": secret(y, 16)}
    both = "stats.moments(x), stats.moments(y)"
    error = np.sqrt(x.var(ddof=1) / 20 + y.var(ddof=1) / 35)
    most = max(x.var(ddof=1), y.var(ddof=1))
    tolerance = 2 * 2**-16 / error + abs(expected.statistic) * 2 * of_products(16) / most
    assert abs(called("stats", f"stats.welch_t({both})", **given) - expected.statistic) <= tolerance
    relative = (2 * of_products(16) / 20 + 2**-17) / error**2
    degrees = called("stats", f"stats.welch_degrees({both})", **given)
    assert abs(degrees - expected.df) <= 2 * expected.df**2 / 19 * relative


@seeds
@pytest.mark.parametrize("shape", [(2, 2), (3, 4)])
def test_chi_square(seed: int, shape: tuple[int, int]) -> None:
    counts = np.random.default_rng(seed).integers(1, 1000, shape)
    expected = stats.chi2_contingency(counts, correction=False).statistic
    found, bound = called_with_bound("stats", "stats.chi_square(counts)", counts=Secret(counts, COUNTS))
    error = abs(found - expected)
    assert error <= counts.sum() * counts.size * 2**-28
    assert error <= bound < 0.001


def survival(at_risk: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Kaplan-Meier as the textbooks have it: the product of (1 - events / at risk)."""
    return np.cumprod(1 - np.divide(events, at_risk, where=at_risk > 0, out=np.zeros(len(events))))


@seeds
@pytest.mark.parametrize("times", [1, 9, 40])
def test_survival(seed: int, times: int) -> None:
    random = np.random.default_rng(seed)
    at_risk = np.sort(random.integers(0, 1000, times))[::-1]
    events = random.binomial(at_risk, 0.05)
    given = {"at_risk": Secret(at_risk, COUNTS), "events": Secret(events, COUNTS)}
    found, bound = called_with_bound("stats", "stats.survival(at_risk, events)", **given)
    error = np.abs(found - survival(at_risk, events)).max()
    assert error <= times * 2**-28
    assert error <= bound < 0.001


def test_survival_against_the_estimator_of_scipy() -> None:
    """The same patients one by one: months under observation, and whether it ended with the event."""
    random = np.random.default_rng(7)
    months, had_event = random.integers(0, 6, 50), random.random(50) < 0.6
    at_risk = np.array([(months >= month).sum() for month in range(6)])
    events = np.array([(had_event & (months == month)).sum() for month in range(6)])
    sample = stats.CensoredData(uncensored=months[had_event], right=months[~had_event])
    curve = stats.ecdf(sample).sf
    given = {"at_risk": Secret(at_risk, COUNTS), "events": Secret(events, COUNTS)}
    found = called("stats", "stats.survival(at_risk, events)", **given)
    assert np.abs(found - curve.evaluate(np.arange(6))).max() <= 6 * 2**-28


def test_shares_and_products() -> None:
    counts = Secret(np.array([3, 7]), COUNTS)
    assert abs(called("stats", "stats.share(c[0], c[1])", c=counts) - 3 / 7) <= 2**-31
    x = np.round(np.random.default_rng(1).uniform(0.9, 1, 33) * 2**16) / 2**16
    found = called("stats", "stats.running_product(x)", x=Secret(x, "fixed in 0 .. 1"))
    assert np.abs(found - np.cumprod(x)).max() <= 2 * 33 * 2**-16


def test_the_same_on_shares() -> None:
    """Roundings of shares fall one way or the other: a few ulp more than in plain."""
    x, y = numbers(1, 16, 30.0, 8), numbers(2, 16, 30.0, 8)
    given = {"x": secret(x, 16), "y": secret(y, 16)}
    tolerance = 6 * of_products(16) / (x.std() * y.std()) + 4 * 2**-16
    assert abs(shared("stats", "stats.correlation(x, y)", **given) - stats.pearsonr(x, y).statistic) <= tolerance
    assert shared("stats", "stats.ordered(x, 2)", x=given["x"]) == np.sort(x)[2]
    at_risk, events = np.array([20, 12, 3, 0]), np.array([2, 3, 3, 0])
    counts = {"at_risk": Secret(at_risk, COUNTS), "events": Secret(events, COUNTS)}
    found = shared("stats", "stats.survival(at_risk, events)", **counts)
    assert np.abs(found - survival(at_risk, events)).max() <= 2**-24
