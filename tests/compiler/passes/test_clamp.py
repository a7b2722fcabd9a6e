"""Clamps: neither comparison waits for the other, and the range is still known."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.compiler.passes.clamp import clamp
from secfuse.compiler.passes.cse import cse
from secfuse.compiler.passes.dce import dce
from secfuse.runtime.costs.predict import predict
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows

PROGRAM = """program clamps version "1.0"
purpose "statistics/test" "A value between two ends."
party a "A"
party b "B"
party c "C"
compute by a, b, c
assume honest majority, semi-honest
input t from a at most 100 rows {{
  x : int in -999 .. 999   may be aggregated, compared
  y : int in 0 .. 9        may be aggregated, compared
}}
policy p {{ groups of at least 1 }}
disclose sum({value}) as out to b under p because "test"
"""


def clamped(value: str) -> tuple[Node, ...]:
    """The nodes of a program that sums that."""
    checked = compile_source(PROGRAM.format(value=value)).checked
    before = dce(cse(lower(checked, at_home=False)))
    after = dce(clamp(before))
    verify(after)
    return after.nodes


def compared(nodes: tuple[Node, ...]) -> list[set[Op]]:
    """What the comparisons in front of choices compare."""
    return [{nodes[a].op for a in nodes[node.args[0]].args} for node in nodes if node.op is Op.SELECT]


def test_a_loop_afterwards() -> None:
    text = PROGRAM.replace("{value}", "t.x").replace("{{", "{").replace("}}", "}")
    level = "let s = sum(t.x)\nvar level : int in 0 .. 50 = 7\nfor i in 0 ..< 9 { level = clamp(level + s, 0, 50) }\n"
    program = compile_source(text.replace("disclose sum(t.x)", f"{level}disclose level"))
    assert agrees_with_golden("level-clamp", dce(clamp(dce(cse(lower(program.checked, at_home=False))))))


@pytest.mark.parametrize(
    ("value", "at_once"),
    [
        ("clamp(t.x, -5, 5)", True),
        ("min(max(t.x, -5), 5)", True),
        ("max(min(5, t.x), -5)", True),
        ("max(-5, min(t.x, 5))", True),
        ("min(max(t.x, 5), 5)", True),
        ("max(min(t.x, -6), 5)", False),
        ("min(min(t.x, 5), -5)", False),
        ("max(min(t.x, t.y), -5)", False),
    ],
)
def test_which_comparisons_start_at_once(value: str, at_once: bool) -> None:
    found = compared(clamped(value))
    assert all(ops <= {Op.INPUT, Op.CONST} for ops in found) == at_once, found


def test_the_range_and_the_bound_stay() -> None:
    before = dce(cse(lower(compile_source(PROGRAM.format(value="clamp(t.x, -5, 5)")).checked, at_home=False)))
    after = dce(clamp(before))
    assert [n.type for n in after.nodes if n.op is Op.SUM] == [n.type for n in before.nodes if n.op is Op.SUM]
    assert max(error_bounds(after).values()) == max(error_bounds(before).values())


def test_the_way_through_a_clamp_is_shorter() -> None:
    checked = compile_source(PROGRAM.format(value="clamp(t.x, -5, 5)")).checked
    before = dce(cse(lower(checked, at_home=False)))
    rounds = [predict(c, {"t": 100}, {}).tally.rounds for c in (before, run_passes(before))]
    assert rounds[1] <= rounds[0] - 4


@pytest.mark.parametrize("seed", range(60))
def test_the_meaning_stays(seed: int) -> None:
    holds(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(60, 10_060, 1000))
def test_the_meaning_of_many_stays(first: int) -> None:
    for seed in range(first, first + 1000):
        holds(seed)


def holds(seed: int) -> None:
    """Loops clamp what they carry."""
    before = random_circuit(seed, 20, loops=2)
    after = clamp(before)
    verify(after)
    assert evaluate(after, random_rows(seed), {}) == evaluate(before, random_rows(seed), {})
    assert clamp(dce(after)) == dce(after)
