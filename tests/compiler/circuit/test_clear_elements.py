"""Element-wise operations mean what exact fractions say, also where 64 bits do not hold what comes in between."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, IDENTIFIER, Elem, category, fixed, integer
from tests.compiler.circuit.samples import BAND, computed, numbers

INT = integer(-(2**61), 2**61)
SMALL = np.arange(-20, 21)
BIG = np.array([0, 1, -1, 3, 2**40 + 1, -(2**40) - 7, 2**61 - 1, 1 - 2**61, 2**30 + 12345, -(2**52) - 1])


def grid(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every pair."""
    x, y = np.meshgrid(values, values)
    return x.ravel(), y.ravel()


def nearest(x: Fraction) -> int:
    """Half away from zero."""
    size = floor(abs(x) + Fraction(1, 2))
    return -size if x < 0 else size


def test_addition_and_its_kin() -> None:
    x, y = grid(SMALL)
    assert numbers(Op.ADD, INT, (x, INT), (y, INT)) == [int(a) + int(b) for a, b in zip(x, y, strict=True)]
    assert numbers(Op.SUB, INT, (x, INT), (y, INT)) == [int(a) - int(b) for a, b in zip(x, y, strict=True)]
    assert numbers(Op.NEG, INT, (SMALL, INT)) == [-int(a) for a in SMALL]
    assert numbers(Op.ABS, INT, (SMALL, INT)) == [abs(int(a)) for a in SMALL]


@pytest.mark.parametrize("bits", [0, 1, 3, 16])
def test_a_product_is_rounded_once_half_upwards(bits: int) -> None:
    x, y = grid(SMALL)
    elem = fixed(-(2**61), 2**61, bits)
    expected = [floor(Fraction(int(a) * int(b), 2**bits) + Fraction(1, 2)) for a, b in zip(x, y, strict=True)]
    assert numbers(Op.MUL, elem, (x, elem), (y, elem)) == expected


def test_a_product_that_leaves_64_bits_before_its_truncation_is_exact() -> None:
    x, y = np.array([2**61 - 1, 3 - 2**60, 2**50 + 1]), np.array([2**31 + 1, 2**32 - 5, 2**45 + 3])
    elem = fixed(-(2**62), 2**62, 40)
    expected = [floor(Fraction(int(a) * int(b), 2**40) + Fraction(1, 2)) for a, b in zip(x, y, strict=True)]
    assert [e % 2**64 for e in expected] == [v % 2**64 for v in numbers(Op.MUL, elem, (x, elem), (y, elem))]
    assert expected[1] > -(2**63)  # at least this one is in the ring: equal without wrapping
    assert numbers(Op.MUL, elem, (x, elem), (y, elem))[1] == expected[1]


@pytest.mark.parametrize("exponent", range(40, 62))
def test_nothing_is_lost_where_64_bits_come_to_their_end(exponent: int) -> None:
    x, y, wide, narrow = 2**exponent - 3, 2**25 - 1, fixed(-(2**61), 2**61, 16), fixed(0, 2**61, 30)
    product = numbers(Op.MUL, narrow, (np.array([x >> 2]), narrow), (np.array([y]), narrow))
    assert product == [floor(Fraction((x >> 2) * y, 2**30) + Fraction(1, 2))]
    assert numbers(Op.DIV, wide, (np.array([-x]), INT), (np.array([2**17 + 1]), INT)) == [
        nearest(Fraction(-x * 2**16, 2**17 + 1))
    ]


def test_an_integer_times_a_fixed_number_drops_nothing() -> None:
    assert numbers(Op.MUL, fixed(-(2**60), 2**60), (SMALL, INT), (3, fixed(3, 3))) == [3 * int(a) for a in SMALL]


@pytest.mark.parametrize(("x_bits", "y_bits", "bits"), [(0, 0, 0), (0, 0, 16), (16, 0, 16), (16, 16, 16), (16, 0, 3)])
@pytest.mark.parametrize("values", [SMALL, BIG], ids=["small", "big"])
def test_a_quotient_is_rounded_half_away_from_zero(values: np.ndarray, x_bits: int, y_bits: int, bits: int) -> None:
    x, y = grid(values)
    y = np.abs(y)
    result, of_x, of_y = (fixed(-(2**61), 2**61, b) for b in (bits, x_bits, y_bits))
    found = numbers(Op.DIV, result, (x, of_x), (y, of_y))
    for a, b, quotient in zip(x.tolist(), y.tolist(), found, strict=True):
        exact = nearest(Fraction(a, 2**x_bits) / Fraction(b, 2**y_bits) * 2**bits) if b else 0
        assert (quotient - exact) % 2**64 == 0
        assert quotient == exact or abs(exact) >= 2**62


def test_a_mean_of_the_largest_sum_is_exact() -> None:
    total, count = 2**61 - 7, 400_000
    result = fixed(-(2**61), 2**61, 16)
    assert numbers(Op.DIV, result, (np.array([total]), INT), (np.array([count]), INT)) == [
        nearest(Fraction(total * 2**16, count))
    ]


def test_single_values_divide_as_columns_do() -> None:
    result = fixed(-(2**61), 2**61, 16)
    assert numbers(Op.DIV, result, (2**60, INT), (3, INT)) == numbers(
        Op.DIV, result, (np.array([2**60]), INT), (np.array([3]), INT)
    )
    assert numbers(Op.DIV, result, (5, INT), (0, INT)) == [0]


@pytest.mark.parametrize("bits", [0, 1, 5])
def test_rescaling_to_fewer_bits_rounds_half_away_from_zero(bits: int) -> None:
    expected = [nearest(Fraction(int(a), 2 ** (5 - bits))) for a in SMALL]
    assert numbers(Op.RESCALE, fixed(-(2**9), 2**9, bits), (SMALL, fixed(-20, 20, 5))) == expected


def test_rescaling_to_more_bits_is_exact() -> None:
    assert numbers(Op.RESCALE, fixed(-(2**40), 2**40, 16), (SMALL, INT)) == [int(a) * 2**16 for a in SMALL]


def test_comparisons_are_signed_for_numbers_and_unsigned_for_identifiers() -> None:
    assert numbers(Op.LT, BOOL, (np.array([-1, 0, 1]), INT), (np.array([0, 0, 0]), INT)) == [1, 0, 0]
    codes = np.array([2**64 - 1, 5], dtype=np.uint64)
    assert numbers(Op.EQ, BOOL, (codes, IDENTIFIER), (codes[::-1], IDENTIFIER)) == [0, 0]
    assert numbers(Op.EQ, BOOL, (codes, IDENTIFIER), (codes, IDENTIFIER)) == [1, 1]


def test_logic() -> None:
    x, y = np.array([False, False, True, True]), np.array([False, True, False, True])
    assert numbers(Op.AND, BOOL, (x, BOOL), (y, BOOL)) == [0, 0, 0, 1]
    assert numbers(Op.OR, BOOL, (x, BOOL), (y, BOOL)) == [0, 1, 1, 1]
    assert numbers(Op.NOT, BOOL, (x, BOOL)) == [1, 1, 0, 0]


def test_bits_are_those_of_the_twos_complement_and_make_the_number_again() -> None:
    for index in (0, 1, 4, 5, 63):
        assert numbers(Op.BIT, BOOL, (SMALL, INT), index=index) == [int(a) >> index & 1 for a in SMALL]
    x = np.arange(8)
    bits = [(np.asarray(x >> i & 1, bool), BOOL) for i in range(3)]
    assert numbers(Op.NUMBER, integer(0, 7), *bits) == list(x)
    top = [(np.array([True]), BOOL)] * 62
    assert numbers(Op.NUMBER, integer(0, 2**62 - 1), *top) == [2**62 - 1]


@pytest.mark.parametrize("elem", [BOOL, integer(0, 1), BAND, IDENTIFIER, category("One", ("only", "two"))])
def test_a_selection_keeps_the_domain(elem: Elem) -> None:
    condition, ones, zeros = np.array([True, False]), np.array([1, 1]), np.array([0, 0])
    x, y = (computed(Op.CONCAT, elem, (v.astype(np.uint64), elem)) for v in (ones, zeros))
    assert isinstance(x, np.ndarray)
    assert isinstance(y, np.ndarray)
    chosen = computed(Op.SELECT, elem, (condition, BOOL), (x, elem), (y, elem))
    assert isinstance(chosen, np.ndarray)
    assert chosen.dtype == x.dtype
    assert [int(v) for v in chosen] == [1, 0]


def test_a_cell_per_row_goes_with_a_value_per_row() -> None:
    cells = np.array([[True, False, True], [False, True, True]])
    present = np.array([True, True, False])
    both = computed(Op.AND, BOOL, (cells, BOOL), (present, BOOL))
    assert isinstance(both, np.ndarray)
    assert both.tolist() == [[True, False, False], [False, True, False]]
