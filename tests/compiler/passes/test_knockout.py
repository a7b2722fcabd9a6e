"""Knock-out: short rows are reduced by comparing their columns."""

from __future__ import annotations

from importlib import import_module

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Size, Type
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes.dce import dce
from secfuse.compiler.passes.fold import fold
from secfuse.compiler.passes.knockout import knockout
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import DELAY, FLIGHTS, Sketch

REDUCING = (Op.LEAST, Op.GREATEST, Op.LEAST, Op.GREATEST, Op.ADD, Op.LT, Op.BROADCAST, Op.RESHAPE, Op.NOT)


def least(length: int, masked: bool, op: Op = Op.LEAST) -> Circuit:
    """The least of each row of so many, of all or where a mask holds."""
    s = Sketch()
    shape = (*FLIGHTS, Size(length))
    delay = s.add(Op.RESHAPE, (s.column("flights", "delay", DELAY),), Type(DELAY, (*FLIGHTS, Size(1))))
    x = s.add(Op.BROADCAST, (delay,), Type(DELAY, shape))
    yes = s.add(Op.BROADCAST, (s.constant(BOOL, 1),), Type(BOOL, shape, PUBLIC))
    mask = s.add(Op.EQ, (x, delay), Type(BOOL, shape)) if masked else yes
    s.add(op, (mask, x), Type(DELAY, FLIGHTS))
    return s.circuit()


def ops(circuit: Circuit) -> list[Op]:
    """What is left that sends something, behind the mask."""
    return [n.op for n in circuit.nodes if n.op in (Op.LEAST, Op.GREATEST, Op.LT, Op.SELECT)]


def test_rows_of_three_afterwards() -> None:
    assert agrees_with_golden("rows-of-three-knockout", knockout(least(3, masked=True)))


def test_without_a_mask_only_columns_are_compared() -> None:
    assert ops(knockout(least(5, masked=False))).count(Op.SELECT) <= 4
    assert ops(knockout(least(5, masked=True))).count(Op.SELECT) == 5 + 4


@pytest.mark.parametrize(("length", "taken"), [(1, False), (2, True), (16, True), (17, False)])
def test_which_rows_are_short(length: int, taken: bool) -> None:
    for op in (Op.LEAST, Op.GREATEST):
        assert (op not in ops(knockout(least(length, masked=True, op=op)))) == taken


def test_a_single_list_stays() -> None:
    s = Sketch()
    x = s.add(Op.BROADCAST, (s.add(Op.LEAST, (s.rows("flights"), s.column("flights", "delay", DELAY)), Type(DELAY)),),
              Type(DELAY, (Size(3),)))  # fmt: skip
    mask = s.add(Op.BROADCAST, (s.constant(BOOL, 1),), Type(BOOL, (Size(3),), PUBLIC))
    s.add(Op.LEAST, (mask, x), Type(DELAY))
    assert ops(knockout(s.circuit())).count(Op.LEAST) == 2


@pytest.mark.parametrize("block", range(10))
def test_the_meaning_stays(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("secfuse.compiler.passes.knockout"), "FEW", 1)
    assert sum(holds(seed) for seed in range(15 * block, 15 * block + 15)) > 0, "something was taken apart"


@pytest.mark.long
@pytest.mark.parametrize("first", range(150, 10_150, 1000))
def test_the_meaning_of_many_stays(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("secfuse.compiler.passes.knockout"), "FEW", 1)
    for seed in range(first, first + 1000):
        holds(seed)


def holds(seed: int) -> bool:
    """The circuit means the same afterwards; whether anything was taken apart."""
    before = fold(random_circuit(seed, 80, REDUCING, loops=seed % 2))
    after = knockout(before)
    verify(after)
    assert evaluate(after, random_rows(seed), {}) == evaluate(before, random_rows(seed), {})
    return len(ops(dce(after))) != len(ops(dce(before))) or ops(after) != ops(before)
