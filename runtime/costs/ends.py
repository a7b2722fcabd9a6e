"""Where shares become results: the cost of the kernel of kernels/ends.py.

Lives here: disclose. Public nodes cost nothing and never come here.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.typed import DISCLOSE_GUARDS, columns_of, is_sealed

from .cost import FREE, Cost, together
from .forms import Form, Gate, Ring, Shape, flag, planes
from .replicated3 import and_, reconstruct, select_ring


def never_secret(gate: Gate) -> tuple[Form, Cost]:
    """Parameters, constants, checks and prints are public."""
    raise AssertionError(f"{gate.node.op.value} of a secret must not reach the runtime")


def disclose(gate: Gate) -> tuple[Form, Cost]:
    """Mask everything by the guards, all at once, then open it, all at once; nothing is opened of what is sealed."""
    count = gate.count_of(gate.type_of(1))
    (shown, of_shown), (released, of_released) = (flag(gate, i, count) for i in (1, 2))
    cost, visible = of_shown + of_released, shown
    if not (isinstance(gate.args[2], np.ndarray) and np.all(gate.args[2])):
        visible = shown.meets(released)
        cost += and_(visible.words)
    end = DISCLOSE_GUARDS + len(columns_of(gate.node))
    columns = [_column(gate, i, visible) for i in range(DISCLOSE_GUARDS, end)]
    counts = [_number(gate, i) for i in range(end, len(gate.args))]
    cost += together(*(masking for masking, _ in columns)) + sum((making for making, _ in counts), FREE)
    if is_sealed(gate.node):
        return None, cost
    sizes = [shown.words, visible.words, *(size for _, size in (*columns, *counts))]
    return None, cost + together(*(reconstruct(size, _recipients(gate)) for size in sizes if size))


def _column(gate: Gate, i: int, visible: Shape) -> tuple[Cost, int]:
    """One column, zero where rows are not visible, and how many words are opened; a public one is known anyway."""
    form, k = gate.args[i], gate.elem_of(i).width_bits
    if isinstance(form, np.ndarray):
        return FREE, 0
    if isinstance(form, Ring):
        shape = form.shape.meets(visible)
        return select_ring(shape.elements), shape.elements
    held, cost = planes(gate, i, k, visible.count)
    words = held.shape.meets(visible).words
    return cost + and_(held.k * words), k * words


def _number(gate: Gate, i: int) -> tuple[Cost, int]:
    """How many groups are held back: one number."""
    if isinstance(gate.args[i], np.ndarray):
        return FREE, 0
    held, cost = planes(gate, i)
    return cost, gate.elem_of(i).width_bits * held.shape.words


def _recipients(gate: Gate) -> tuple[int, ...]:
    names = gate.node.attr("recipients")
    assert isinstance(names, tuple), "recipients are a list of parties"
    return tuple(sorted(gate.ranks[str(name)] for name in names))
