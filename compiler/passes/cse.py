"""Common sub-expressions: what is computed twice is computed once.

    before   %3 = lt %0 %1, %4 = lt %0 %1, %5 = and %3 %4
    after    %3 = lt %0 %1, %5 = and %3 %3
    before   %6 = add %2 %1        the arguments of commutative operations are put in order, so that
    after    %6 = add %1 %2        x + y and y + x are found to be the same

Condition: same operation, arguments, attributes and type (hash-consing, one sweep). Outputs keep their own nodes: two
equal disclosures are two disclosures. A region is searched by itself: what it repeats of the circuit around it stays.
"""

from __future__ import annotations

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op

from .in_regions import everywhere

COMMUTATIVE = frozenset({Op.ADD, Op.MUL, Op.EQ, Op.AND, Op.OR})


def cse(circuit: Circuit) -> Circuit:
    """Let every argument name the first of the nodes that are equal. Nodes no longer needed stay (see dce)."""
    return everywhere(circuit, _shared)


def _shared(before: tuple[Node, ...]) -> tuple[list[Node], list[int]]:
    nodes: list[Node] = []
    instead: list[int] = []
    first: dict[Node, int] = {}  # spans do not count in equality, hence neither here
    for index, old in enumerate(before):
        args = tuple([instead[a] for a in old.args])
        node = old.on(tuple(sorted(args)) if old.op in COMMUTATIVE else args)
        nodes.append(node)
        instead.append(first.setdefault(node, index))
    return nodes, instead
