"""Dead code: what no output needs is gone, the rest is as it was."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, Type, integer
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes.cse import cse
from secfuse.compiler.passes.dce import dce
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import Sketch, delays


def test_the_sample_afterwards() -> None:
    assert agrees_with_golden("delays-dce", dce(cse(delays())))


def test_what_is_kept_is_numbered_anew() -> None:
    s = Sketch()
    s.rows("flights")
    yes = s.constant(BOOL, 1)
    s.add(Op.NOT, (yes,), Type(BOOL, (), PUBLIC))
    check = s.add(Op.CHECK, (yes,), NOTHING, message="m")
    circuit = dce(s.circuit(check))
    assert [(node.op, node.args) for node in circuit.nodes] == [(Op.CONST, ()), (Op.CHECK, (0,))]
    assert circuit.outputs == (1,)


def test_without_outputs_nothing_is_left_but_the_declarations() -> None:
    s = Sketch()
    s.add(Op.COUNT, (s.rows("flights"),), Type(integer(0, 400_000)))
    circuit = dce(s.circuit())
    assert circuit.nodes == ()
    assert [t.name for t in circuit.tables] == ["flights", "hours"]
    assert [p.name for p in circuit.params] == ["strong_from"]


def test_the_order_of_outputs_stays() -> None:
    s = Sketch()
    yes = s.constant(BOOL, 1)
    s.rows("hours")
    lines = [s.add(Op.PRINT, (yes,), NOTHING, label=text) for text in "abc"]
    circuit = dce(s.circuit(lines[2], lines[0], lines[1]))
    assert evaluate(circuit, {}, {}).printed == ("c: True", "a: True", "b: True")


def test_every_node_is_an_output_or_used() -> None:
    for seed in range(100):
        circuit = dce(random_circuit(seed))
        used = {a for node in circuit.nodes for a in node.args}
        assert used | set(circuit.outputs) == set(range(len(circuit.nodes)))


@pytest.mark.parametrize("seed", range(100))
def test_the_meaning_stays(seed: int) -> None:
    before = random_circuit(seed)
    after = dce(before)
    verify(after)
    rows = random_rows(seed)
    assert evaluate(after, rows, {}) == evaluate(before, rows, {})
