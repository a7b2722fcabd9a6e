"""Lanes: short rows lie one behind the other; ranges, totals and clamps are still seen."""

from __future__ import annotations

from importlib import import_module

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.types import BOOL, PUBLIC, SECRET, Size, Type, integer
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.compiler.passes.dce import dce
from secfuse.compiler.passes.fold import fold
from secfuse.compiler.passes.knockout import knockout
from secfuse.compiler.passes.lanes import SENDING, lanes
from secfuse.runtime.costs.predict import predict
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import DELAY, FLIGHTS, Sketch
from tests.runtime.costs.test_predict import almost_zeros
from tests.support.tallies import tally_of

PROGRAM = """program nearest version "1.0"
purpose "statistics/test" "Which of three marks is nearest, row by row."
party a "A"
party b "B"
party c "C"
compute by a, b, c
assume honest majority, semi-honest
input t from a at most 1_000 rows {
  x : int in 0 .. 99   may be aggregated, compared
  y : int in 0 .. 99   may be aggregated, compared
  z : int in 0 .. 99   may be aggregated, compared
}
policy p { groups of at least 1 }
let rows = matrix t { x, y, z }
disclose sum(min(rows, axis = 1)) as least to b under p because "test"
"""


def matrix(length: Size) -> tuple[Sketch, int]:
    """The sketch, and flights' delays in rows of that length (which need not be true for one test)."""
    s = Sketch()
    delay = s.column("flights", "delay", DELAY)
    columns = [s.add(Op.RESHAPE, (delay,), Type(DELAY, (*FLIGHTS, Size(1)))) for _ in range(length.constant)]
    turned = [s.add(Op.TRANSPOSE, (c,), Type(DELAY, (Size(1), *FLIGHTS)), axes=(1, 0)) for c in columns]
    wide = s.add(Op.CONCAT, tuple(turned), Type(DELAY, (length, *FLIGHTS)))
    return s, s.add(Op.TRANSPOSE, (wide,), Type(DELAY, (*FLIGHTS, length)), axes=(1, 0))


def compared(length: int) -> Circuit:
    """Each element compared with a number, negated, counted by row."""
    s, x = matrix(Size(length))
    shape = (*FLIGHTS, Size(length))
    less = s.add(Op.LT, (x, s.constant(integer(15, 15), 15)), Type(BOOL, shape))
    chosen = s.add(Op.SELECT, (less, x, s.constant(integer(7, 7), 7)), Type(DELAY, shape))
    s.add(Op.GREATEST, (less, chosen), Type(DELAY, FLIGHTS))
    return s.circuit()


def test_rows_of_three_afterwards() -> None:
    assert agrees_with_golden("rows-of-three-lanes", lanes(compared(3)))


@pytest.mark.parametrize(("length", "flat"), [(2, True), (3, True), (40, True), (60, False), (64, False), (130, True)])
def test_which_rows_are_short(length: int, flat: bool) -> None:
    (less,) = (node for node in lanes(compared(length)).nodes if node.op is Op.LT)
    assert isinstance(less.type, Type)
    assert (len(less.type.shape) == 1) == flat


def test_a_few_words_are_left_as_they_are() -> None:
    s = Sketch()
    shape = (Size(4), Size(3))
    bits = s.add(Op.BROADCAST, (s.add(Op.COUNT, (s.rows("flights"),), Type(integer(0, 400_000))),),
                 Type(integer(0, 400_000), shape, SECRET))  # fmt: skip
    s.add(Op.LT, (bits, s.constant(integer(9, 9), 9)), Type(BOOL, shape))
    assert lanes(s.circuit()).nodes == s.circuit().nodes


def test_what_is_public_or_local_stays() -> None:
    assert Op.NOT not in SENDING
    s = Sketch()
    shape = (*FLIGHTS, Size(3))
    nine = s.constant(integer(9, 9), 9)
    public = s.add(Op.BROADCAST, (nine,), Type(integer(9, 9), shape, PUBLIC))
    s.add(Op.LT, (public, nine), Type(BOOL, shape, PUBLIC))
    assert lanes(s.circuit()).nodes == s.circuit().nodes


def test_what_is_sent_is_less_and_predicted() -> None:
    before = dce(knockout(fold(lower(compile_source(PROGRAM).checked, at_home=False))))
    sent = []
    for circuit in (before, dce(lanes(before)), run_passes(before)):
        verify(circuit)
        rows = {"t": almost_zeros(circuit.tables[0], 500)}
        assert predict(circuit, {"t": 500}, {}).tally == tally_of(circuit, rows, {})
        sent.append(sum(predict(circuit, {"t": 500}, {}).tally.link_bytes.values()))
    assert sent[2] <= sent[1] <= sent[0]


def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of the random circuits are short; lay out what there is."""
    module = import_module("secfuse.compiler.passes.lanes")
    monkeypatch.setattr(module, "SAVED", 0)
    monkeypatch.setattr(module, "WORTH", (1, 1))


@pytest.mark.parametrize("block", range(10))
def test_the_meaning_stays(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere(monkeypatch)
    assert sum(holds(seed) for seed in range(20 * block, 20 * block + 20)) > 0, "something was laid out"


@pytest.mark.long
@pytest.mark.parametrize("first", range(200, 10_200, 1000))
def test_the_meaning_of_many_stays(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere(monkeypatch)
    for seed in range(first, first + 1000):
        holds(seed)


def holds(seed: int) -> bool:
    """The circuit means the same afterwards and promises the same; whether anything was laid out."""
    before = random_circuit(seed, 60, loops=seed % 2)
    after = lanes(before)
    verify(after)
    assert evaluate(after, random_rows(seed), {}) == evaluate(before, random_rows(seed), {})
    promised = [[error_bounds(c)[o] for o in c.outputs] for c in (before, after)]
    assert promised[0] == promised[1]
    return len(after.nodes) > len(before.nodes) or after != dce(before)
