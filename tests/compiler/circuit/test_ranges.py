"""Interval arithmetic: every result of every pair lies in the range, and the ends of the range are reached."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest

from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ranges import Range

SMALL = [(lo, hi) for lo in range(-4, 5) for hi in range(lo, 5)]


def reached(x: Range, y: Range, of: Callable[[int, int], int]) -> Range:
    values = [of(a, b) for a in range(x[0], x[1] + 1) for b in range(y[0], y[1] + 1)]
    return min(values), max(values)


@pytest.mark.parametrize(
    ("of_ranges", "of_values"),
    [
        (ranges.add, lambda a, b: a + b),
        (ranges.subtract, lambda a, b: a - b),
        (ranges.multiply, lambda a, b: a * b),
        (ranges.union, lambda a, b: a),
        (ranges.union, lambda a, b: b),
    ],
)
def test_of_two_ranges(of_ranges: Callable[[Range, Range], Range], of_values: Callable[[int, int], int]) -> None:
    for x, y in product(SMALL, SMALL):
        lo, hi = of_ranges(x, y)
        least, most = reached(x, y, of_values)
        assert lo <= least <= most <= hi
        assert of_ranges is ranges.union or (lo, hi) == (least, most)


@pytest.mark.parametrize(
    ("of_range", "of_value"), [(ranges.negate, lambda a, _: -a), (ranges.absolute, lambda a, _: abs(a))]
)
def test_of_one_range(of_range: Callable[[Range], Range], of_value: Callable[[int, int], int]) -> None:
    for x in SMALL:
        assert of_range(x) == reached(x, (0, 0), of_value)


def test_a_quotient_may_be_0_where_the_divisor_is() -> None:
    for x, y in product(SMALL, [(lo, hi) for lo, hi in SMALL if lo >= 0]):
        assert ranges.divide(x, y, 0) == reached(x, y, ranges.quotient)
        assert ranges.divide(x, y, 2) == reached(x, y, lambda a, b: ranges.quotient(4 * a, b))


def test_a_quotient_is_the_nearest_integer_and_ties_go_away_from_zero() -> None:
    for x, y in product(range(-30, 31), range(1, 9)):
        error = abs(Fraction(x, y) - ranges.quotient(x, y))
        assert error <= Fraction(1, 2)
        assert error < Fraction(1, 2) or abs(ranges.quotient(x, y)) > abs(Fraction(x, y))


def test_truncation_covers_both_neighbours() -> None:
    assert ranges.truncate((-5, 5), 1) == (-3, 3)
    assert ranges.truncate((-4, 4), 1) == (-2, 2)


def test_rescaling_is_exact_upwards_and_rounds_downwards() -> None:
    assert ranges.rescale((-3, 3), 2) == (-12, 12)
    assert ranges.rescale((-3, 3), -1) == (-2, 2)


def test_the_ring_ends_below_two_to_the_62() -> None:
    assert ranges.fits_ring((1 - 2**62, 2**62 - 1))
    assert not ranges.fits_ring((0, 2**62))
    assert not ranges.fits_ring((-(2**62), 0))
