"""Joins and sorts carry along what is looked at behind them: dce drops the other columns."""

from __future__ import annotations

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes.dce import dce
from tests.compiler.contracts import CONTRACT

JOINED = """
let joined = join visits with people on id
disclose sum(joined.cost) as costs to third under open because "costs of the known"
"""
SORTED = """
let oldest = top 3 of people by age
disclose sum(oldest.age) as ages to third under open because "the oldest"
"""


RANKED = CONTRACT.replace("may be compared, aggregated", "may be compared, aggregated, ranked")


def compiled(body: str) -> Circuit:
    return lower(compile_source(RANKED + body).checked)


def widths(circuit: Circuit, op: Op) -> list[int]:
    return [len(node.args) for node in circuit.nodes if node.op is op]


def test_a_join_brings_the_columns_that_are_used() -> None:
    before = compiled(JOINED)
    assert widths(before, Op.JOIN) == [4 + 1 + 5]
    assert widths(dce(before), Op.JOIN) == [4 + 1]
    assert [node.attr("right") for node in dce(before).nodes if node.op is Op.JOIN] == [0]
    verify(dce(before))


def test_a_join_that_only_counts_brings_no_column() -> None:
    circuit = dce(compiled(JOINED.replace("sum(joined.cost)", "count(joined)")))
    assert widths(circuit, Op.JOIN) == [4]


def test_every_input_is_used_afterwards() -> None:
    circuit = dce(compiled(SORTED))
    used = {argument for node in circuit.nodes for argument in node.args}
    assert all(i in used for i, node in enumerate(circuit.nodes) if node.op is Op.INPUT)
