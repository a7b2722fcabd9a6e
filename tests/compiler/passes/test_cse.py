"""Common sub-expressions: equal nodes are one node, outputs stay as many as they were."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit, Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import EFFECTS
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, Type, integer
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes.cse import cse
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import DELAY, FLIGHTS, Sketch, delays


def test_the_sample_afterwards() -> None:
    assert agrees_with_golden("delays-cse", cse(delays()))


def shared(op: Op, same_order: bool) -> bool:
    """True if two nodes of that operation become one argument of a third."""
    s = Sketch()
    delay, limit = s.column("flights", "delay", DELAY), s.constant(integer(9, 9), 9)
    elem = BOOL if op in (Op.LT, Op.EQ) else integer(-(10**6), 10**6)
    first = s.add(op, (delay, limit), Type(elem, FLIGHTS))
    second = s.add(op, (delay, limit) if same_order else (limit, delay), Type(elem, FLIGHTS))
    use = s.add(Op.EQ, (first, second), Type(BOOL, FLIGHTS))
    args = cse(s.circuit()).nodes[use].args
    return args[0] == args[1]


@pytest.mark.parametrize("op", [Op.ADD, Op.MUL, Op.EQ, Op.SUB, Op.LT])
def test_equal_nodes_are_shared(op: Op) -> None:
    assert shared(op, same_order=True)


def test_the_order_of_operands_matters_where_it_does() -> None:
    assert [op for op in (Op.ADD, Op.MUL, Op.EQ, Op.SUB, Op.LT) if shared(op, same_order=False)] == [
        Op.ADD,
        Op.MUL,
        Op.EQ,
    ]


def test_sharing_goes_on_above_what_is_shared() -> None:
    s = Sketch()
    columns = [s.column("flights", "delay", DELAY) for _ in range(2)]
    sizes = [s.add(Op.ABS, (c,), Type(integer(0, 1500), FLIGHTS)) for c in columns]
    use = s.add(Op.EQ, (sizes[0], sizes[1]), Type(BOOL, FLIGHTS))
    assert cse(s.circuit()).nodes[use].args == (sizes[0], sizes[0])


def test_attributes_and_types_tell_nodes_apart() -> None:
    s = Sketch()
    one, two = s.constant(integer(0, 9), 1), s.constant(integer(0, 9), 2)
    wider = s.constant(integer(0, 99), 1)
    uses = [s.add(Op.NEG, (x,), Type(integer(-99, 0), (), PUBLIC)) for x in (one, two, wider)]
    nodes = cse(s.circuit()).nodes
    assert [nodes[use].args[0] for use in uses] == [one, two, wider]


def test_places_in_the_source_do_not() -> None:
    s = Sketch()
    first = s.builder.add(Op.ROWS, (), Type(BOOL, FLIGHTS), Span(0, 1, 1, 1), table="flights")
    second = s.builder.add(Op.ROWS, (), Type(BOOL, FLIGHTS), Span(5, 6, 2, 1), table="flights")
    use = s.add(Op.AND, (first, second), Type(BOOL, FLIGHTS))
    assert cse(s.circuit()).nodes[use].args == (first, first)


def test_two_equal_prints_are_two_prints() -> None:
    s = Sketch()
    yes = s.constant(BOOL, 1)
    lines = [s.add(Op.PRINT, (yes,), NOTHING, label="so") for _ in range(2)]
    circuit = cse(s.circuit(*lines))
    verify(circuit)
    assert evaluate(circuit, {}, {}).printed == ("so: True", "so: True")


def test_no_two_arguments_are_equal_nodes() -> None:
    for seed in range(100):
        circuit = cse(random_circuit(seed))
        used = {a for node in circuit.nodes for a in node.args}
        values = [circuit.nodes[i] for i in used if circuit.nodes[i].op not in EFFECTS]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("seed", range(100))
def test_the_meaning_stays(seed: int) -> None:
    before: Circuit = random_circuit(seed)
    after = cse(before)
    verify(after)
    rows = random_rows(seed)
    assert evaluate(after, rows, {}) == evaluate(before, rows, {})
