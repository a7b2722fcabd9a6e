"""Every table over the operations has a line for each of them: adding one without its lines fails here."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.evaluate import CLEAR
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import ERROR
from secfuse.compiler.circuit.typed import EFFECTS
from secfuse.compiler.circuit.verify import ARITY, ATTRIBUTES, TYPE
from secfuse.compiler.passes.cse import COMMUTATIVE
from secfuse.compiler.passes.fold import FOLDABLE
from tests.compiler.circuit.random_circuits import random_circuit


@pytest.mark.parametrize("table", [TYPE, CLEAR, ERROR], ids=["TYPE", "CLEAR", "ERROR"])
def test_a_total_table_lists_the_operations_in_their_order(table: dict[Op, object]) -> None:
    assert list(table) == list(Op)


@pytest.mark.parametrize("table", [ATTRIBUTES, ARITY], ids=["ATTRIBUTES", "ARITY"])
def test_a_table_of_exceptions_follows_the_order_of_the_operations(table: dict[Op, object]) -> None:
    assert list(table) == [op for op in Op if op in table]


def test_effects_are_neither_folded_nor_reordered() -> None:
    assert not EFFECTS & (FOLDABLE | COMMUTATIVE)


def all_nodes(circuit: Circuit) -> list[Node]:
    """Of the circuit and of its regions."""
    return [*circuit.nodes, *(node for region in circuit.regions for node in region.nodes)]


def test_random_circuits_use_every_operation() -> None:
    used = {node.op for seed in range(20) for node in all_nodes(random_circuit(seed, loops=2, coins=True))}
    assert used == set(Op)
