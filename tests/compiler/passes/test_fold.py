"""Fold: constants are computed, neutral operations vanish, parameters stay."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, Size, Type, fixed, integer
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes.fold import FOLDABLE, fits_constant, fold
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import DELAY, FLIGHTS, Sketch, delays

PUBLIC_BOOL = Type(BOOL, (), PUBLIC)


def test_the_sample_afterwards() -> None:
    assert agrees_with_golden("delays-fold", fold(delays()))


def test_constants_are_computed() -> None:
    s = Sketch()
    five, seven = s.constant(integer(5, 5), 5), s.constant(integer(7, 7), 7)
    total = s.add(Op.ADD, (five, seven), Type(integer(12, 12), (), PUBLIC))
    scaled = s.add(Op.RESCALE, (total,), Type(fixed(12 << 16, 12 << 16), (), PUBLIC))
    listed = s.constant(integer(0, 9), (1, 2, 3))
    more = s.add(Op.ADD, (listed, total), Type(integer(12, 21), (Size(3),), PUBLIC))
    below = s.add(Op.LT, (listed, s.constant(integer(2, 2), 2)), Type(BOOL, (Size(3),), PUBLIC))
    after = fold(s.circuit()).nodes
    values = [after[i].attr("value") for i in (total, scaled, more, below)]
    assert values == [12, 12 << 16, (13, 14, 15), (1, 0, 0)]
    assert [after[i].type for i in (total, more)] == [s.builder.nodes[i].type for i in (total, more)]


def test_parameters_are_not_constants() -> None:
    s = Sketch()
    limit = s.add(Op.PARAM, (), Type(integer(10, 30), (), PUBLIC), name="strong_from")
    s.add(Op.ADD, (limit, limit), Type(integer(20, 60), (), PUBLIC))
    assert fold(s.circuit()) == s.circuit()


def kept(op: Op, constant: int, *, first: bool = False, wide: bool = False) -> Node:
    """What a `not` of (valid `op` constant) refers to after folding."""
    s = Sketch()
    valid = s.rows("flights")
    value = s.constant(BOOL, (constant,) if wide else constant)
    args = (value, valid) if first else (valid, value)
    node = s.add(op, args, Type(BOOL, FLIGHTS))
    use = s.add(Op.NOT, (node,), Type(BOOL, FLIGHTS))
    nodes = fold(s.circuit()).nodes
    return nodes[nodes[use].args[0]]


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("wide", [False, True])
def test_neutral_operands_vanish(first: bool, wide: bool) -> None:
    assert kept(Op.AND, 1, first=first, wide=wide).op is Op.ROWS
    assert kept(Op.OR, 0, first=first, wide=wide).op is Op.ROWS
    assert kept(Op.AND, 0, first=first, wide=wide).op is Op.AND
    assert kept(Op.OR, 1, first=first, wide=wide).op is Op.OR


def test_a_neutral_operand_stays_where_it_gives_the_shape() -> None:
    s = Sketch()
    yes, all_cells = s.constant(BOOL, 1), s.constant(BOOL, (1, 1))
    limit = s.add(Op.PARAM, (), Type(integer(10, 30), (), PUBLIC), name="strong_from")
    public = s.add(Op.EQ, (limit, limit), PUBLIC_BOOL)
    cells = s.add(Op.AND, (public, all_cells), Type(BOOL, (Size(2),), PUBLIC))
    use = s.add(Op.NOT, (cells,), Type(BOOL, (Size(2),), PUBLIC))
    assert fold(s.circuit()).nodes[use].args == (cells,)
    assert yes == 0


def test_not_of_not() -> None:
    s = Sketch()
    valid = s.rows("flights")
    node = valid
    for _ in range(4):
        node = s.add(Op.NOT, (node,), Type(BOOL, FLIGHTS))
    use = s.add(Op.COUNT, (node,), Type(integer(0, 400_000)))
    assert fold(s.circuit()).nodes[use].args == (valid,)


@pytest.mark.parametrize(("condition", "chosen"), [(1, 0), (0, 1)])
def test_a_selection_by_a_constant_is_its_choice_if_the_types_agree(condition: int, chosen: int) -> None:
    s = Sketch()
    columns = (s.column("flights", "delay", DELAY), s.column("flights", "delay", DELAY))
    value = s.constant(BOOL, condition)
    same = s.add(Op.SELECT, (value, *columns), Type(DELAY, FLIGHTS))
    wider = s.add(Op.SELECT, (value, *columns), Type(integer(-500, 1500), FLIGHTS))
    uses = [s.add(Op.NEG, (x,), Type(integer(-1500, 500), FLIGHTS)) for x in (same, wider)]
    after = fold(s.circuit()).nodes
    assert [after[use].args[0] for use in uses] == [columns[chosen], wider]


def test_nothing_that_is_still_used_is_foldable() -> None:
    for seed in range(100):
        nodes = fold(random_circuit(seed)).nodes
        for node in nodes:
            constant = node.op in FOLDABLE and all(nodes[a].op is Op.CONST for a in node.args)
            assert not (constant and fits_constant(node))


def test_effects_stay() -> None:
    s = Sketch()
    check = s.add(Op.CHECK, (s.constant(BOOL, 0),), NOTHING, message="never")
    assert fold(s.circuit(check)).nodes[check].op is Op.CHECK


@pytest.mark.parametrize("seed", range(100))
def test_the_meaning_stays(seed: int) -> None:
    before: Circuit = random_circuit(seed)
    after = fold(before)
    verify(after)
    rows = random_rows(seed)
    assert evaluate(after, rows, {}) == evaluate(before, rows, {})


def test_short_arrays_are_computed_and_what_lies_outside_is_left_to_the_run() -> None:
    s = Sketch()
    listed, one = s.constant(integer(0, 9), (1, 2, 3)), s.constant(integer(1, 1), 1)
    index = s.add(Op.IOTA, (), Type(integer(0, 3), (Size(4),), PUBLIC))
    long = s.add(Op.IOTA, (), Type(integer(0, 4999), (Size(5000),), PUBLIC))
    length = s.add(Op.SIZE, (), Type(integer(7, 7), (), PUBLIC), size=(7,))
    of_table = s.add(Op.SIZE, (), Type(integer(0, 30_000), (), PUBLIC), size=(0, ("hours", 1)))
    part = s.add(Op.SLICE, (listed, one), Type(integer(0, 9), (Size(2),), PUBLIC), axis=0)
    outside = s.add(Op.TAKE, (listed, listed), Type(integer(0, 9), (Size(3),), PUBLIC), axis=0)
    square = s.add(Op.BROADCAST, (one,), Type(integer(1, 1), (Size(2), Size(2)), PUBLIC))
    same = s.add(Op.TRANSPOSE, (square,), Type(integer(1, 1), (Size(2), Size(2)), PUBLIC), axes=(0, 1))
    use = s.add(Op.NEG, (same,), Type(integer(-1, -1), (Size(2), Size(2)), PUBLIC))
    before, after = s.circuit().nodes, fold(s.circuit()).nodes
    assert [after[i].attr("value") for i in (index, length, part)] == [(0, 1, 2, 3), 7, (2, 3)]
    assert [after[i] for i in (long, of_table, outside, square)] == [
        before[i] for i in (long, of_table, outside, square)
    ]
    assert after[use].args == (square,)
