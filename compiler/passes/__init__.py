"""Transformations of circuits that keep their meaning, in one order, written down once.

A pass is a function from circuit to circuit in a file of its name. Not here: lowering (it makes the circuit) and
planning (it chooses a protocol).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Circuit

from .balance import balance
from .clamp import clamp
from .cse import cse
from .dce import dce
from .fold import fold
from .knockout import knockout
from .lanes import lanes
from .order import order
from .parts import parts

Pass: TypeAlias = Callable[[Circuit], Circuit]

PIPELINE: tuple[tuple[Pass, str], ...] = (
    (parts, "first: what fold writes as one constant cannot be taken apart"),
    (balance, "after parts, which adds up what owners know; before fold: constants in a chain meet"),
    (fold, "then: constants that become equal are shared, and ends of ranges become known"),
    (clamp, "after fold, which finds the ends of ranges that are constants"),
    (knockout, "after fold, which knows masks that leave nothing out; before lanes, which lays out what it compares"),
    (lanes, "after all that look for extremes, which are harder to see afterwards"),
    (order, "before cse: both sides of a join may be one table, sorted once; before dce, which narrows sorts, too"),
    (cse, "after all that make nodes; before dce, for which it makes work"),
    (dce, "last: all passes before leave nodes that nobody needs"),
)


def run_passes(circuit: Circuit, observe: Callable[[str, Circuit], None] | None = None) -> Circuit:
    """All passes, once. `observe` is shown each pass's name and result."""
    for transform, _ in PIPELINE:
        circuit = transform(circuit)
        if observe is not None:
            observe(transform.__name__, circuit)
    return circuit
