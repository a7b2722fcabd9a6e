"""Operations on rows mean what loops over rows say."""

from __future__ import annotations

from itertools import product
from time import process_time

import duckdb
import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, IDENTIFIER, Elem, category, integer
from tests.compiler.circuit.samples import computed, delay_rows, delays, numbers

INT = integer(-100, 100)
Row = tuple[int, bool, int, int]


def joined(left: list[tuple[int, bool, int]], right: list[tuple[int, bool, int]], key: Elem = IDENTIFIER) -> list[Row]:
    """(key, valid, left column, right column) of the join of two tables of (key, valid, column)."""
    dtype = np.uint64 if key == IDENTIFIER else np.int64
    columns = [
        (np.array([row[0] for row in side], dtype=dtype), np.array([row[1] for row in side], dtype=bool),
         np.array([row[2] for row in side], dtype=np.int64)) for side in (left, right)
    ]  # fmt: skip
    (lk, lv, lx), (rk, rv, rx) = columns
    args = ((lk, key), (lv, BOOL), (rk, key), (rv, BOOL), (lx, INT), (rx, INT))
    parts = computed(Op.JOIN, INT, *args, left=1, right=1, in_order=0)
    assert isinstance(parts, tuple)
    return list(zip(*(part.tolist() for part in parts), strict=True))


def joined_by_hand(left: list[tuple[int, bool, int]], right: list[tuple[int, bool, int]]) -> list[Row]:
    partner = {key: x for key, valid, x in right if valid}
    rows = [(key, False, 0, 0) for key, _, _ in right]
    rows += [(key, valid and key in partner, x, partner.get(key, 0)) for key, valid, x in left]
    return sorted(rows, key=lambda row: row[0] % 2**64)


def test_a_join_lists_right_rows_before_left_rows_of_their_key() -> None:
    assert joined([(7, True, 1), (5, True, 2), (7, True, 3), (9, True, 4)], [(7, True, 70), (5, False, 50)]) == [
        (5, False, 0, 0),
        (5, False, 2, 0),
        (7, False, 0, 0),
        (7, True, 1, 70),
        (7, True, 3, 70),
        (9, False, 4, 0),
    ]


def test_a_join_of_every_small_pair_of_tables() -> None:
    sides = [rows for n in range(3) for rows in product([(k, v) for k in (1, 2) for v in (False, True)], repeat=n)]
    for a, b in product(sides, sides):
        if len({k for k, v in b if v}) < sum(v for _, v in b):
            continue
        left, right = ([(k, v, 10 * i + s) for i, (k, v) in enumerate(rows)] for s, rows in ((1, a), (2, b)))
        assert joined(left, right) == joined_by_hand(left, right)


def test_keys_are_ordered_as_unsigned() -> None:
    high = 2**64 - 1
    assert [row[0] for row in joined([(high, True, 1), (3, True, 2)], [(2**63, True, 5)])] == [3, 2**63, high]
    assert [row[0] for row in joined([(-1, True, 1), (3, True, 2)], [(0, True, 5)], INT)] == [0, 3, -1]


def test_the_result_of_a_join_can_be_the_right_side_of_another() -> None:
    # Its own right rows are there, not valid, under the same keys.
    assert joined([(7, True, 1)], [(7, False, 0), (7, True, 70)])[2] == (7, True, 1, 70)


def test_a_key_twice_on_the_right_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="has a key twice"):
        joined([(7, True, 1)], [(7, True, 0), (7, True, 70)])


def test_cells_count_the_last_key_fastest_and_leave_out_what_is_outside() -> None:
    valid = np.array([True, True, True, False, True, True, True])
    first, second = np.array([0, 1, 1, 1, 5, 0, 1]), np.array([7, 6, 7, 7, 6, 8, 5])
    band = category("Band", ("calm", "gale"))
    found = computed(Op.CELLS, BOOL, (valid, BOOL), (first, band), (second, integer(6, 7)))
    assert isinstance(found, np.ndarray)
    assert found.tolist() == [
        [False, False, False, False, False, False, False],
        [True, False, False, False, False, False, False],
        [False, True, False, False, False, False, False],
        [False, False, True, False, False, False, False],
    ]


MASKS = [list(bits) for bits in product([False, True], repeat=4)]


@pytest.mark.parametrize(
    ("op", "of_chosen"),
    [
        (Op.SUM, sum),
        (Op.LEAST, lambda chosen: min(chosen, default=100)),
        (Op.GREATEST, lambda chosen: max(chosen, default=-100)),
        (Op.LARGEST, lambda chosen: sum(sorted(chosen)[-2:])),
    ],
)
def test_reductions_under_every_mask(op: Op, of_chosen: object) -> None:
    assert callable(of_chosen)
    for x in ([5, -3, 5, 20], [0, 0, 0, 0], [-1, -2, -3, -4]):
        if op is Op.LARGEST:
            x = [abs(v) for v in x]
        attrs = {"how_many": 2} if op is Op.LARGEST else {}
        expected = [of_chosen([v for v, bit in zip(x, mask, strict=True) if bit]) for mask in MASKS]
        assert numbers(op, INT, (np.array(MASKS), BOOL), (np.array(x), INT), **attrs) == expected
        assert [numbers(op, INT, (np.array(m), BOOL), (np.array(x), INT), **attrs)[0] for m in MASKS] == expected


def test_counts() -> None:
    assert numbers(Op.COUNT, INT, (np.array(MASKS), BOOL)) == [sum(mask) for mask in MASKS]


def test_a_sum_is_exact_beyond_what_64_bits_add_up() -> None:
    x = np.array([2**61, 2**61, 2**61, -(2**61), -(2**61)])
    assert numbers(Op.SUM, INT, (np.ones(5, dtype=bool), BOOL), (x, INT)) == [2**61]


@pytest.mark.parametrize("op", [Op.SUM, Op.LEAST, Op.GREATEST])
def test_no_rows_at_all(op: Op) -> None:
    nothing = np.zeros(0, dtype=np.int64)
    expected = {Op.SUM: 0, Op.LEAST: 100, Op.GREATEST: -100}[op]
    assert numbers(op, INT, (np.zeros((2, 0), dtype=bool), BOOL), (nothing, INT)) == [expected, expected]
    assert joined([], []) == []


def test_the_sample_agrees_with_a_database() -> None:
    rows = delay_rows(5000, 400)
    (found,) = evaluate(delays(), rows, {"strong_from": 12}).released
    assert list(found.rows) == by_database(rows, strong_from=12)


def by_database(rows: dict[str, Rows], strong_from: int) -> list[tuple[str, int, float]]:
    connection = duckdb.connect()
    for name, table in rows.items():
        connection.register(f"{name}_arrays", {k: v for k, v in table.values.items()})
        connection.execute(f"create table {name} as select * from {name}_arrays")
    query = """
        with banded as (
            select delay, case when wind < 5 * 65536 then 0 when wind < $1 * 65536 then 1
                               when wind < 30 * 65536 then 2 else 3 end as band
            from flights join hours using (hour))
        select band, count(*), sum(delay) from banded group by band order by band
    """
    labels = ("calm", "breeze", "strong", "gale")
    found = connection.execute(query, [strong_from]).fetchall()
    return [(f"WindBand.{labels[b]}", n, round(int(s) / n * 65536) / 65536) for b, n, s in found]


def test_a_year_of_flights_is_joined_and_grouped_at_once() -> None:
    rows = delay_rows(336_776, 26_115)
    started = process_time()
    (found,) = evaluate(delays(), rows, {}).released
    assert process_time() - started < 3, "about 0.1 s on a quiet machine"
    assert found.suppressed == 0
