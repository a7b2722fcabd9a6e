"""Division by reciprocals: exact for every size it takes, where a quotient is half way, and by 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from secfuse.runtime.algorithms.divide import divide
from secfuse.runtime.algorithms.reciprocal import FRACTION_BITS, cuts, divide_by_reciprocal, is_worth_it
from secfuse.runtime.costs import bits as bit_costs
from secfuse.runtime.costs.forms import Shape
from secfuse.runtime.costs.reciprocal import divide as cost_of
from secfuse.runtime.planes import to_planes, to_rows
from tests.support.trio import opened, run, shared, solo, trio

XOR = np.bitwise_xor
RNG = np.random.default_rng(11)


@pytest.fixture(params=["clear", "replicated3"])
def p(request: pytest.FixtureRequest) -> Any:
    """A scheme, all parties here."""
    return solo() if request.param == "clear" else trio()


def quotients(p: Any, x: np.ndarray, y: np.ndarray, bits: tuple[int, int], shift: int, quotient: int) -> list[int]:
    """On shares."""
    shares = [shared(p, to_planes(v, k), XOR, RNG) for v, k in zip((x, y), bits, strict=True)]
    found = run(p, divide_by_reciprocal(p, *shares, shift, quotient, len(x)))
    return [int(v) for v in to_rows(opened(p, found, XOR), len(x))]


def exact(x: np.ndarray, y: np.ndarray, shift: int) -> list[int]:
    """Rounded half up; 0 where it is / 0."""
    pairs = zip(x.tolist(), y.tolist(), strict=True)
    return [(2 * (a << shift) + b) // (2 * b) if b else 0 for a, b in pairs]


@pytest.mark.parametrize("shift", [0, 1, 3])
def test_all_small_numbers(p: Any, shift: int) -> None:
    x, y = (v.ravel().astype(np.uint64) for v in np.mgrid[0:32, 0:32])
    assert quotients(p, x, y, (5, 5), shift, 5 + shift) == exact(x, y, shift)


SIZES = [(20, 20, 0, 20), (28, 20, 16, 40), (32, 12, 16, 48), (44, 30, 16, 30), (20, 1, 5, 25), (25, 30, 0, 25)]
SIZES += [(12, 30, 16, 25), (12, 30, 30, 30), (60, 30, 0, 30), (59, 12, 1, 48), (30, 15, 10, 26)]


@pytest.mark.parametrize(("numerator", "denominator", "shift", "quotient"), SIZES)
def test_wide_numbers(numerator: int, denominator: int, shift: int, quotient: int) -> None:
    y = RNG.integers(0, 1 << denominator, 600, dtype=np.uint64) >> RNG.integers(0, denominator, 600, dtype=np.uint64)
    greatest = [min((1 << numerator) - 1, (((1 << quotient) - 1) * max(d, 1)) >> shift) for d in y.tolist()]
    x = np.array([worst(int(g), int(d), shift) for g, d in zip(greatest, y, strict=True)], np.uint64)
    assert quotients(trio(), x, y, (numerator, denominator), shift, quotient) == exact(x, y, shift)


def worst(greatest: int, y: int, shift: int) -> int:
    """The greatest numerator, any, or one whose quotient is about half way between two numbers."""
    match int(RNG.integers(3)):
        case 0:
            return greatest
        case 1:
            return int(RNG.integers(0, greatest + 1))
        case _:
            half = (2 * int(RNG.integers(0, 1 << 20)) + 1) * y // 2 >> shift
            return min(greatest, max(0, half + int(RNG.integers(-1, 2))))


def test_which_numbers_are_divided_so() -> None:
    assert is_worth_it(28, 20, 16, 40, 1000)
    assert not is_worth_it(28, 20, 16, 40, 10**6), "long division sends less"
    assert not is_worth_it(28, 20, 0, 3, 1), "long division has fewer rounds"
    assert not is_worth_it(50, 20, 16, 40, 1), "the numerator leaves the ring"
    assert not is_worth_it(28, 31, 16, 29, 1), "the divisor has more bits than the reciprocal"
    assert not is_worth_it(28, 20, 16, 41, 1), "their product leaves the ring"
    for denominator in range(1, FRACTION_BITS + 1):
        for quotient in range(1, 61 - denominator):
            first, then = cuts(denominator, quotient)
            assert denominator + quotient - first <= FRACTION_BITS, (
                "else the product with the reciprocal leaves the ring"
            )
            assert 0 < then <= 60


@pytest.mark.parametrize(("numerator", "denominator", "shift", "quotient"), SIZES)
@pytest.mark.parametrize(("x_cells", "y_cells", "count"), [((), (), 100), ((3, 2), (3, 1), 65), ((1,), (4,), 1)])
def test_the_cost(
    numerator: int, denominator: int, shift: int, quotient: int, x_cells: Any, y_cells: Any, count: int
) -> None:
    p = trio()
    planes = [
        p.constant(np.zeros((k, *cells, -(-count // 64)), np.uint64))
        for k, cells in ((numerator, x_cells), (denominator, y_cells))
    ]
    run(p, divide_by_reciprocal(p, *planes, shift, quotient, count))
    foreseen = cost_of(numerator, denominator, shift, quotient, Shape(x_cells, count), Shape(y_cells, count))
    assert p.wire.tally == foreseen.tally()


def test_it_has_a_fifth_of_the_rounds_of_long_division() -> None:
    x, y = np.zeros((28, 1), np.uint64), np.zeros((20, 1), np.uint64)
    rounds = []
    for divided in (lambda p, *a: divide(p, *a, 16, 40), lambda p, *a: divide_by_reciprocal(p, *a, 16, 40, 9)):
        p = trio()
        run(p, divided(p, p.constant(x), p.constant(y)))
        rounds.append(p.wire.tally.rounds)
    assert rounds[1] * 5 < rounds[0]
    assert bit_costs.divide(28, 20, 16, 40, 1, 1).rounds == rounds[0]
