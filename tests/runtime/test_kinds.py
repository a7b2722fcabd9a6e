"""What is multiplied by a secret lives in the ring; everything else lives in planes, sums among them."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.runtime.kinds import assign_kinds

CONTRACT = """program kinds version "1.0"
purpose "statistics/test" "Which kind a column gets."
party a "A"
party b "B"
party c "C"
compute by a, b, c
assume honest majority, semi-honest
input t from a at most 100 rows {
  x : int in 0 .. 9   may be aggregated, compared
  y : int in 0 .. 9   may be aggregated
}
policy p {
  groups of at least 1
}
"""


def input_kinds(value: str) -> dict[str, str]:
    """The kind of each input column, when `value` is disclosed."""
    checked = compile_source(f'{CONTRACT}disclose {value} as out to b under p because "test"\n').checked
    circuit = run_passes(lower(checked, at_home=False))
    kinds = assign_kinds(circuit)
    nodes = enumerate(circuit.nodes)
    return {str(node.attr("column")): kinds[i] for i, node in nodes if node.op is Op.INPUT}


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("sum(t.x)", {"x": "bits"}),
        ("sum(t.x) * 100", {"x": "bits"}),
        ("sum(t.x) * sum(t.y)", {"x": "bits", "y": "bits"}),
        ("sum(t.x * 3)", {"x": "bits"}),
        ("sum(t.x * t.y)", {"x": "ring", "y": "ring"}),
        ("sum((t.x + t.y) * t.y)", {"x": "ring", "y": "ring"}),
        ("sum((t.x + 1) * t.y) + max(t.x)", {"x": "bits", "y": "ring"}),
        ("sum(if t.x < 3 then 1 else 0)", {"x": "bits"}),
    ],
)
def test_the_kind_of_a_column(value: str, kinds: dict[str, str]) -> None:
    assert input_kinds(value) == kinds
