"""Sorts, scans and shifts mean what Python's own sort and loops say."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, IDENTIFIER, Elem, category, dates, fixed, integer
from tests.compiler.circuit.samples import computed, numbers

INT = integer(-100, 100)
BAND = category("Band", ("calm", "gale"))


def sorted_rows(valid: list[bool], keys: list[tuple[list[int], Elem]], descending: tuple[int, ...]) -> list[object]:
    """(valid, *keys, number of the row) after a sort."""
    args = [(np.array(values, np.uint64 if elem == IDENTIFIER else np.int64), elem) for values, elem in keys]
    args = [(values.astype(bool) if elem == BOOL else values, elem) for values, elem in args]
    numbered = (np.arange(len(valid)), integer(0, len(valid)))
    parts = computed(
        Op.SORT, INT, (np.array(valid, bool), BOOL), *args, numbered, keys=len(keys), descending=descending
    )
    assert isinstance(parts, tuple)
    return list(zip(*(part.tolist() for part in parts), strict=True))


@pytest.mark.parametrize("rows", range(4))
def test_every_small_table_is_sorted_stably_by_two_keys(rows: int) -> None:
    cells = list(product([False, True], [-1, 1], [0, 1]))
    for table in product(cells, repeat=rows):
        valid, a, b = ([row[i] for row in table] for i in range(3))
        for down_a, down_b in product((0, 1), repeat=2):
            expected = sorted(
                ((*row, i) for i, row in enumerate(table)),
                key=lambda row, da=down_a, db=down_b: (
                    not row[0],
                    -row[1] if da else row[1],
                    -row[2] if db else row[2],
                ),
            )
            assert sorted_rows(valid, [(a, INT), (b, BAND)], (down_a, down_b)) == expected


def test_every_kind_of_key_has_its_own_order() -> None:
    high = 2**64 - 1
    for elem, ascending in (
        (INT, [-5, -1, 0, 3]),
        (fixed(-512, 512), [-300, -1, 0, 7]),
        (dates(-10, 10), [-3, -1, 0, 9]),
        (IDENTIFIER, [0, 5, 2**63, high]),
        (BOOL, [0, 0, 1, 1]),
        (BAND, [0, 0, 1, 1]),
    ):
        for down, expected in ((0, ascending), (1, ascending[::-1])):
            for given in (ascending, ascending[::-1]):
                assert [row[1] for row in sorted_rows([True] * 4, [(given, elem)], (down,))] == expected  # type: ignore[index]


def test_without_keys_the_rows_that_count_come_first() -> None:
    assert [row[-1] for row in sorted_rows([False, True, False, True], [], ())] == [1, 3, 0, 2]  # type: ignore[index]


def folded(what: str, group: list[int]) -> int:
    """What the last of a group's elements so far gets."""
    match what:
        case "sum":
            return sum(group)
        case "least":
            return min(group)
        case "greatest":
            return max(group)
        case _:
            return group[0]


@pytest.mark.parametrize("what", ["sum", "least", "greatest", "first"])
@pytest.mark.parametrize("rows", range(5))
def test_scans_of_every_small_column(what: str, rows: int) -> None:
    for starts, x in product(product([False, True], repeat=rows), product([-3, 0, 2], repeat=rows)):
        begins = [max([j for j in range(i + 1) if starts[j]], default=0) for i in range(rows)]
        expected = [folded(what, list(x[begin : i + 1])) for i, begin in enumerate(begins)]
        assert (
            numbers(Op.SCAN, INT, (np.array(starts, bool), BOOL), (np.array(x, np.int64), INT), what=what) == expected
        )


def test_a_scan_of_bools_and_identifiers() -> None:
    starts = np.array([True, False, True, False])
    bits = np.array([True, False, False, True])
    assert numbers(Op.SCAN, BOOL, (starts, BOOL), (bits, BOOL), what="greatest") == [1, 1, 0, 1]
    assert numbers(Op.SCAN, BOOL, (starts, BOOL), (bits, BOOL), what="least") == [1, 0, 0, 0]
    codes = np.array([2**64 - 1, 5, 7, 2**63], np.uint64)
    assert numbers(Op.SCAN, IDENTIFIER, (starts, BOOL), (codes, IDENTIFIER), what="first") == [2**64 - 1] * 2 + [7] * 2


def test_a_sum_is_exact_though_the_sums_before_it_wrap() -> None:
    x = np.array([2**61] * 9)
    starts = np.arange(9) % 3 == 0
    wide = integer(0, 2**62 - 1)
    assert numbers(Op.SCAN, wide, (starts, BOOL), (x, wide), what="sum")[::3] == [2**61] * 3


@pytest.mark.parametrize("distance", range(-5, 6))
@pytest.mark.parametrize("rows", range(4))
def test_shifts(distance: int, rows: int) -> None:
    x = list(range(1, rows + 1))
    expected = [x[i - distance] if 0 <= i - distance < rows else 0 for i in range(rows)]
    assert numbers(Op.SHIFT, INT, (np.array(x, np.int64), INT), distance=distance) == expected
