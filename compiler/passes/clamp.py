"""Clamps: both ends are compared with the value itself, at once.

    before   %3 = lt %0 %1, %4 = select %3 %1 %0, %5 = lt %4 %2, %6 = select %5 %4 %2     min(max(x, a), b)
    after    %3 = lt %0 %1, %4 = select %3 %1 %0, %5 = lt %0 %2, %6 = select %5 %4 %2     likewise max(min(x, b), a)

Condition: a and b are public, and no a is above any b, by their types. Where x is below a, the second choice falls on
what the first made of it, or on b = a. So neither comparison waits for the other.
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import clamp_in
from secfuse.compiler.circuit.types import BOOL

from .draft import Draft, rewritten


def clamp(circuit: Circuit) -> Circuit:
    """Let second comparisons start with the first. Comparisons no longer needed stay (see dce)."""
    return rewritten(circuit, _clamped)


def _clamped(draft: Draft, node: Node) -> int:
    found = clamp_in(draft.nodes, node)
    if found is None:
        return draft.keep(node)
    inner, x = found
    compare = draft.nodes[node.args[0]]
    less = draft.add(Op.LT, (x if a == inner else a for a in compare.args), BOOL, compare.span)
    return draft.keep(replace(node, args=(less, *node.args[1:])))
