"""What a run hands out: checks first, then what the outputs need, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, IDENTIFIER, NOTHING, PUBLIC, Size, Type, fixed, integer
from secfuse.compiler.circuit.verify import verify
from tests.compiler.circuit.samples import BAND, DELAY, FLIGHTS, Sketch, delays

CALM, GALE = 2 << 16, 35 << 16


def rows(delay: list[int], hour: list[int], wind: list[int]) -> dict[str, Rows]:
    """Flights of hours 0, 1, ... in turn, and hours with their winds."""
    keys = np.array([i % max(len(hour), 1) for i in range(len(delay))], dtype=np.uint64)
    return {
        "flights": Rows(len(delay), {"hour": keys, "delay": np.array(delay, dtype=np.int64)}),
        "hours": Rows(len(hour), {"hour": np.array(hour, dtype=np.uint64), "wind": np.array(wind, dtype=np.int64)}),
    }


def test_the_sample_by_hand() -> None:
    tables = rows(delay=[5, 10] * 20, hour=[0, 1], wind=[CALM, GALE])
    (found,) = evaluate(delays(), tables, {}).released
    assert found.columns == ("band", "flights", "delay")
    assert found.rows == (("WindBand.calm", 20, 5.0), None, None, ("WindBand.gale", 20, 10.0))
    assert found.keys == (("WindBand.calm",), ("WindBand.breeze",), ("WindBand.strong",), ("WindBand.gale",))
    assert (found.suppressed, found.scalar) == (2, False)


def test_small_and_dominated_groups_are_markers() -> None:
    nine = rows(delay=[5] * 9, hour=[0], wind=[CALM])
    ten = rows(delay=[5] * 10, hour=[0], wind=[CALM])
    dominated = rows(delay=[1] * 10 + [500, 500], hour=[0], wind=[CALM])
    suppressed = [evaluate(delays(), t, {}).released[0].suppressed for t in (nine, ten, dominated)]
    assert suppressed == [4, 3, 4]


def test_a_parameter_that_is_not_given_takes_its_default() -> None:
    tables = rows(delay=[5] * 10, hour=[0], wind=[14 << 16])
    default, lower = (evaluate(delays(), tables, params).released[0].rows for params in ({}, {"strong_from": 12}))
    assert [row is not None for row in default] == [False, True, False, False]
    assert [row is not None for row in lower] == [False, False, True, False]


def test_a_parameter_out_of_its_range_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="strong_from is 31, not in 10 .. 30"):
        evaluate(delays(), rows([1], [0], [0]), {"strong_from": 31})


def test_a_check_that_fails_stops_everything() -> None:
    s = Sketch()
    limit = s.add(Op.PARAM, (), Type(integer(10, 30), (), PUBLIC), name="strong_from")
    line = s.add(Op.PRINT, (limit,), NOTHING, label="limit")
    holds = s.add(Op.LT, (limit, s.constant(integer(20, 20), 20)), Type(BOOL, (), PUBLIC))
    check = s.add(Op.CHECK, (holds,), NOTHING, message="the limit is below 20")
    circuit = s.circuit(line, check)
    verify(circuit)
    assert evaluate(circuit, {}, {}).printed == ("limit: 15",)
    with pytest.raises(CheckFailed, match="the limit is below 20"):
        evaluate(circuit, {}, {"strong_from": 20})


def test_printed_values_are_written_as_a_person_writes_them() -> None:
    s = Sketch()
    values = [s.constant(fixed(0, 9 << 16), 98304), s.constant(BAND, (3, 0)), s.constant(BOOL, 1)]
    circuit = s.circuit(*(s.add(Op.PRINT, (v,), NOTHING, label=f"v{v}") for v in values))
    assert evaluate(circuit, {}, {}).printed == ("v0: 1.5", "v1: WindBand.gale, WindBand.calm", "v2: True")


def test_a_print_that_is_not_reached_leaves_no_line() -> None:
    s = Sketch()
    seven, gates = s.constant(integer(7, 7), 7), [s.constant(BOOL, bit) for bit in (0, 1)]
    circuit = s.circuit(*(s.add(Op.PRINT, (seven, gate), NOTHING, label=f"gate {gate}") for gate in gates))
    verify(circuit)
    assert evaluate(circuit, {}, {}).printed == ("gate 2: 7",)


@pytest.mark.parametrize("when", [0, 1])
def test_what_only_a_withheld_disclosure_needs_is_not_computed(when: int) -> None:
    s = Sketch()
    total = s.add(Op.SUM, (s.rows("flights"), s.column("flights", "delay", DELAY)), Type(integer(-(10**9), 10**9)))
    yes = s.constant(BOOL, 1)
    circuit = s.circuit(s.disclose(s.constant(BOOL, when), yes, yes, (total,)))
    verify(circuit)
    if when:
        with pytest.raises(KeyError, match="flights"):
            evaluate(circuit, {}, {})
        assert evaluate(circuit, rows([3, 4], [0], [0]), {}).released[0].rows == ((7,),)
    else:
        assert evaluate(circuit, {}, {}).released == ()


@pytest.mark.parametrize(("shown", "released", "expected"), [(1, 1, ((7,),)), (1, 0, (None,)), (0, 1, ()), (0, 0, ())])
def test_a_single_value_is_shown_a_marker_or_absent(shown: int, released: int, expected: object) -> None:
    s = Sketch()
    value = s.constant(integer(7, 7), 7)
    circuit = s.circuit(s.disclose(s.constant(BOOL, 1), s.constant(BOOL, shown), s.constant(BOOL, released), (value,)))
    (found,) = evaluate(circuit, {}, {}).released
    assert found.scalar
    assert found.rows == expected


def test_missing_values_are_0_and_not_present() -> None:
    s = Sketch()
    note = s.add(Op.INPUT, (), Type(integer(3, 9), FLIGHTS), table="flights", column="note")
    present = s.add(Op.PRESENT, (), Type(BOOL, FLIGHTS), table="flights", column="note")
    mask = s.add(Op.AND, (s.rows("flights"), present), Type(BOOL, FLIGHTS))
    least = s.add(Op.LEAST, (mask, note), Type(integer(3, 9)))
    yes = s.constant(BOOL, 1)
    circuit = s.circuit(s.disclose(yes, yes, yes, (least,)))
    table = Rows(3, {"note": np.array([5, 0, 4])}, {"note": np.array([True, False, True])})
    assert evaluate(circuit, {"flights": table}, {}).released[0].rows == ((4,),)


def test_a_thousand_nodes_in_a_row_need_no_recursion() -> None:
    s = Sketch()
    node = s.constant(integer(0, 0), 0)
    one = s.constant(integer(1, 1), 1)
    for i in range(1, 3001):
        node = s.add(Op.ADD, (node, one), Type(integer(0, i), (), PUBLIC))
    circuit = s.circuit(s.add(Op.PRINT, (node,), NOTHING, label="steps"))
    assert evaluate(circuit, {}, {}).printed == ("steps: 3000",)


def test_identifiers_keep_all_64_bits() -> None:
    s = Sketch()
    key = s.column("flights", "hour", IDENTIFIER)
    wanted = s.constant(IDENTIFIER, 2**64 - 1)
    same = s.add(Op.EQ, (key, wanted), Type(BOOL, FLIGHTS))
    count = s.add(Op.COUNT, (same,), Type(integer(0, 400_000)))
    yes = s.constant(BOOL, 1)
    circuit = s.circuit(s.disclose(yes, yes, yes, (count,)))
    verify(circuit)
    table = Rows(2, {"hour": np.array([2**64 - 1, 2**64 - 2], dtype=np.uint64)})
    assert evaluate(circuit, {"flights": table}, {}).released[0].rows == ((1,),)


def test_a_shape_counts_rows_of_tables() -> None:
    assert str(Size.rows("flights") + Size.rows("hours") + Size(1)) == "flights + hours + 1"
    assert (Size.rows("a") + Size.rows("a") + Size(2)).bind({"a": 5}) == 12
