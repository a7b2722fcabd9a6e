"""The noise that coins make is the discrete Laplace distribution, within the distance that is stated."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

import pytest

from secfuse.compiler.spread import COIN_BITS, Spread

EXACT = Context(prec=60)
RATES = (Fraction(20), Fraction(1), Fraction(1, 3), Fraction(1, 40))


def power(rate: Fraction, x: int) -> Fraction:
    """exp(-rate x) to 50 decimals and more."""
    exponent = EXACT.divide(Decimal(-x * rate.numerator), Decimal(rate.denominator))
    return Fraction(int(EXACT.exp(exponent).scaleb(60, EXACT)), 10**60)


def geometric(spread: Spread) -> list[Fraction]:
    """P(G = g) as coins make it: digit j is 1 in so many of 2^COIN_BITS cases."""
    found = [Fraction(1)]
    for threshold in spread.thresholds:
        share = Fraction(threshold, 1 << COIN_BITS)
        found = [p * (1 - share) for p in found] + [p * share for p in found]
    return found


@pytest.mark.parametrize("rate", RATES)
def test_each_half_is_geometric_within_the_stated_distance(rate: Fraction) -> None:
    spread = Spread(rate)
    found = geometric(spread)
    assert len(found) == spread.most + 1
    wanted = [power(rate, g) - power(rate, g + 1) for g in range(len(found))]
    beyond = power(rate, len(found))
    distance = (sum(abs(p - q) for p, q in zip(found, wanted, strict=True)) + beyond) / 2
    assert distance <= Fraction(spread.digits + 2, 1 << (COIN_BITS + 1)), "half of what is stated for the difference"


@pytest.mark.parametrize("rate", [Fraction(20), Fraction(1), Fraction(1, 3)])
def test_one_row_changes_the_odds_by_epsilon_at_most(rate: Fraction) -> None:
    """Of every number that is shown with a probability of 2^-30 or more; what is rarer falls to delta."""
    half = geometric(Spread(rate))
    reach = min(len(half), 30)
    found = [sum(half[g] * half[g + x] for g in range(len(half) - x)) for x in range(reach)]
    for x, (p, q) in enumerate(zip(found, found[1:], strict=False)):
        if q > Fraction(1, 1 << 30):
            assert power(rate, 1) * p <= q * (1 + Fraction(1, 1 << 20)), x


@pytest.mark.parametrize("rate", RATES)
def test_how_far_it_reaches(rate: Fraction) -> None:
    spread = Spread(rate)

    def beyond(t: int) -> Fraction:
        return 2 * power(rate, t + 1) / (1 + power(rate, 1))

    for percent in (50, 95, 99):
        t = spread.within(percent)
        assert beyond(t) <= Fraction(100 - percent, 100)
        assert t == 0 or beyond(t - 1) > Fraction(100 - percent, 100)


def test_digits_leave_nothing_that_matters() -> None:
    for rate in (
        Fraction(20),
        Fraction(21),
        Fraction(1),
        Fraction(42, 64),
        Fraction(1, 10**9),
        Fraction(1, 3 * 10**12),
    ):
        spread = Spread(rate)
        assert rate * 2**spread.digits >= 42 > rate * 2 ** (spread.digits - 1)
