"""Products of fixed numbers are off by less than a unit, and on average by nothing: rounding has no direction.

A product that always rounds down pulls a model that learns from millions of them off its way.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.trio import opened, run, shared, trio

F = 16
BIAS_ULP = 0.01


def errors(count: int, seed: int) -> np.ndarray:
    """How far products on shares lie from the exact ones, in units of the last fraction bit."""
    rng, p = np.random.default_rng(seed), trio(seed)
    x, y = (rng.integers(-(1 << 29), 1 << 29, count) for _ in range(2))

    async def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return await p.truncate(await p.multiply(a, b), F)

    given = (shared(p, v.view(np.uint64), np.subtract, rng) for v in (x, y))
    found = opened(p, run(p, product(*given)), np.add).view(np.int64)
    exact = x * y  # below 2^58
    whole = exact >> F
    return (found - whole) - (exact - (whole << F)) / (1 << F)


def check(found: np.ndarray) -> None:
    assert np.max(np.abs(found)) < 1
    assert abs(found.mean()) < BIAS_ULP
    assert abs(found[found < 0].mean() + found[found > 0].mean()) < 4 * BIAS_ULP, "up and down alike"


def test_a_hundred_thousand_products_have_no_bias() -> None:
    check(errors(100_000, 1))


@pytest.mark.long
def test_ten_million_products_have_no_bias() -> None:
    total = [errors(1_000_000, seed) for seed in range(10)]
    found = np.concatenate(total)
    check(found)
    assert abs(found.mean()) < BIAS_ULP / 10


def test_a_bias_would_be_seen() -> None:
    with pytest.raises(AssertionError):
        check(errors(100_000, 1) - 0.02)
