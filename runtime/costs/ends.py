"""Where shares become results: the cost of the kernel of kernels/ends.py.

Lives here: disclose. Public nodes cost nothing and never come here.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.typed import DISCLOSE_GUARDS, columns_of

from .cost import FREE, Cost, together
from .forms import Form, Gate, Ring, Shape, flag, planes
from .replicated3 import and_, reconstruct, select_ring


def never_secret(gate: Gate) -> tuple[Form, Cost]:
    """Parameters, constants, checks and prints are public."""
    raise AssertionError(f"{gate.node.op.value} of a secret must not reach the runtime")


def disclose(gate: Gate) -> tuple[Form, Cost]:
    """Open the guards and, masked by them, the columns, all at once."""
    count = gate.count_of(gate.type_of(1))
    (shown, of_shown), (released, of_released) = (flag(gate, i, count) for i in (1, 2))
    cost, visible = of_shown + of_released, shown
    if not (isinstance(gate.args[2], np.ndarray) and np.all(gate.args[2])):
        visible = shown.meets(released)
        cost += and_(visible.words)
    recipients = _recipients(gate)
    end = DISCLOSE_GUARDS + len(columns_of(gate.node))
    columns = (_column(gate, i, visible, recipients) for i in range(DISCLOSE_GUARDS, end))
    guards = (reconstruct(shape.words, recipients) for shape in (shown, visible))
    counts = (_number(gate, i, recipients) for i in range(end, len(gate.args)))
    return None, cost + together(*guards, *columns, *counts)


def _column(gate: Gate, i: int, visible: Shape, recipients: tuple[int, ...]) -> Cost:
    """One column, zero where rows are not visible; a public one is known anyway."""
    form, k = gate.args[i], gate.elem_of(i).width_bits
    if isinstance(form, np.ndarray):
        return FREE
    if isinstance(form, Ring):
        shape = form.shape.meets(visible)
        return select_ring(shape.elements) + reconstruct(shape.elements, recipients)
    held, cost = planes(gate, i, k, visible.count)
    words = held.shape.meets(visible).words
    return cost + and_(held.k * words) + reconstruct(k * words, recipients)


def _number(gate: Gate, i: int, recipients: tuple[int, ...]) -> Cost:
    """How many groups are held back: one number."""
    if isinstance(gate.args[i], np.ndarray):
        return FREE
    held, cost = planes(gate, i)
    return cost + reconstruct(gate.elem_of(i).width_bits * held.shape.words, recipients)


def _recipients(gate: Gate) -> tuple[int, ...]:
    names = gate.node.attr("recipients")
    assert isinstance(names, tuple), "recipients are a list of parties"
    return tuple(sorted(gate.ranks[str(name)] for name in names))
