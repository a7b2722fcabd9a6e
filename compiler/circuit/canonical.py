"""One listing for a circuit, however it was listed: what is needed, each thing once, in the order of need.

Lives here: `canonical`. It is no optimisation: nothing is computed, no identity of arithmetic is used, and its result
is the same in every version of the optimiser. So digests are taken of it (docs/decisions). Not here: passes.
"""

from __future__ import annotations

from dataclasses import replace

from .graph import Circuit, Node, Region
from .ops import Op
from .typed import EFFECTS


def canonical(circuit: Circuit) -> Circuit:
    """The same circuit: nodes behind the outputs alone, equal ones shared, depth first from the first output on.

    A region is listed in the same way, before its first user. Outputs keep their order and their own nodes.
    """
    listing = _Listing(circuit)
    nodes, outputs = listing.listed(circuit.nodes, circuit.outputs)
    return replace(circuit, nodes=nodes, outputs=outputs, regions=tuple(listing.regions))


class _Listing:
    """The regions that have been listed, with their new numbers: by their old ones, and by what is in them."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.numbers: dict[int, int] = {}
        self.regions: dict[Region, int] = {}

    def listed(self, before: tuple[Node, ...], roots: tuple[int, ...]) -> tuple[tuple[Node, ...], tuple[int, ...]]:
        """The nodes that the roots need, and where the roots are among them."""
        nodes: list[Node] = []
        first: dict[Node, int] = {}
        places: dict[int, int] = {}
        stack = list(reversed(roots))
        while stack:
            index = stack[-1]
            waiting = [a for a in before[index].args if a not in places] if index not in places else []
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            if index in places:
                continue
            node = self.renamed(before[index], places)
            places[index] = len(nodes) if node.op in EFFECTS else first.setdefault(node, len(nodes))
            if places[index] == len(nodes):
                nodes.append(node)
        return tuple(nodes), tuple(places[root] for root in roots)

    def renamed(self, node: Node, places: dict[int, int]) -> Node:
        """The node with the new numbers of its arguments, and of its region."""
        attrs = node.attrs
        if node.op is Op.FOLD:
            attrs = tuple((name, self.region(value) if name == "region" else value) for name, value in attrs)  # type: ignore[arg-type]
        return replace(node, args=tuple(places[a] for a in node.args), attrs=attrs)

    def region(self, old: int) -> int:
        """The new number of a region, listed now if nobody has run it yet."""
        if old not in self.numbers:
            body = self.circuit.regions[old]
            nodes, results = self.listed(body.nodes, body.results)
            region = Region(body.inputs, nodes, results)
            self.numbers[old] = self.regions.setdefault(region, len(self.regions))
        return self.numbers[old]
