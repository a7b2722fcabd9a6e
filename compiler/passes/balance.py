"""Balance: what is added or joined one after the other waits for as few others as possible.

    before   %4 = add %0 %1, %5 = add %4 %2, %6 = add %5 %3          likewise and, or
    after    %4 = add %0 %1, %5 = add %2 %3, %6 = add %4 %5          what is ready first is put together first

Condition: nobody else uses what stands in between; all have one shape, or are single public values; the way to the
result gets shorter, counted in rounds, roughly. What is public or one owner's own is put together by itself, for
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from heapq import heapify, heappop, heappush

from secfuse.compiler.circuit.graph import Circuit, Node, Region
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import own
from secfuse.compiler.circuit.types import SECRET, Bundle, Type

from .draft import Draft

CHAINS = frozenset({Op.ADD, Op.AND, Op.OR})

WAITS = {
    **{
        Op.ADD: 5,
        Op.SUB: 5,
        Op.NEG: 5,
        Op.ABS: 5,
        Op.MUL: 3,
        Op.DIV: 40,
        Op.RESCALE: 3,
        Op.MATMUL: 3,
        Op.LT: 6,
        Op.EQ: 5,
    },
    **{Op.AND: 1, Op.OR: 1, Op.SELECT: 1, Op.COUNT: 15, Op.SUM: 20, Op.LEAST: 25, Op.GREATEST: 25, Op.LARGEST: 40},
    **{Op.SORT: 50, Op.JOIN: 100, Op.SCAN: 20, Op.CELLS: 3, Op.FOLD: 100},
}
"""Rounds, roughly: only which of two ways is the longer matters. Others wait for nothing."""


def balance(circuit: Circuit) -> Circuit:
    """Put chains together anew, in regions as well. What stood in between stays (see dce)."""
    regions = []
    for region in circuit.regions:
        nodes, instead = _balanced(Draft(circuit, region), region.nodes, region.results)
        regions.append(Region(region.inputs, nodes, tuple(instead[r] for r in region.results)))
    nodes, instead = _balanced(Draft(circuit), circuit.nodes, circuit.outputs)
    outputs = tuple(instead[o] for o in circuit.outputs)
    return replace(circuit, nodes=nodes, outputs=outputs, regions=tuple(regions))


def _balanced(draft: Draft, before: tuple[Node, ...], ends: Iterable[int]) -> tuple[tuple[Node, ...], list[int]]:
    work = _Balance(draft, before, Counter([*(a for node in before for a in node.args), *ends]))
    for index in range(len(before)):
        work.write(index)
    return tuple(draft.nodes), work.instead


class _Balance:
    """uses: how often each node is one's argument or a result. instead: its new number. waits: how long each takes."""

    def __init__(self, draft: Draft, before: tuple[Node, ...], uses: Counter[int]) -> None:
        self.draft, self.before, self.uses = draft, before, uses
        self.instead: list[int] = []
        self.waits: list[int] = []
        self.leaves: dict[int, tuple[int, ...]] = {}

    def write(self, index: int) -> None:
        """One node: as it is, or the chain that it ends."""
        old = self.before[index]
        new = self.draft.keep(old.on(tuple([self.instead[a] for a in old.args])))
        self._weigh()
        if old.op in CHAINS and not isinstance(old.type, Bundle) and old.type.visibility == SECRET:
            found = tuple(leaf for a in old.args for leaf in self._parts(a, old))
            self.leaves[index] = found
            if len(found) > 2:  # noqa: PLR2004 - a chain
                new = self._anew(self.before[index], new, found)
        self.instead.append(new)

    def _parts(self, argument: int, node: Node) -> tuple[int, ...]:
        """What is put together to an argument that only this node uses; else itself, by its new number."""
        same = self.before[argument].op is node.op and self.uses[argument] == 1
        return self.leaves.get(argument, (self.instead[argument],)) if same else (self.instead[argument],)

    def _anew(self, node: Node, kept: int, leaves: tuple[int, ...]) -> int:
        """The chain put together by what is ready first; as it was if that is not sooner."""
        shapes = {self.draft.type(leaf).shape for leaf in leaves if self._is_secret(leaf)}
        if shapes != {own(node).shape} or any(self.draft.type(a).shape not in (*shapes, ()) for a in leaves):
            return kept
        start = len(self.draft.nodes)
        waiting = [(self.waits[leaf], place, leaf) for place, leaf in enumerate(self._cheap(node, leaves))]
        heapify(waiting)
        places = len(waiting)
        while len(waiting) > 1:
            (_, _, x), (_, _, y) = heappop(waiting), heappop(waiting)
            both = self._pair(node, x, y)
            heappush(waiting, (self.waits[both], places, both))
            places += 1
        last = waiting[0][2]
        least = self.draft.type(last).elem
        if self.waits[last] >= self.waits[kept] or least.lo < own(node).elem.lo or least.hi > own(node).elem.hi:
            self.draft.forget(start)
            del self.waits[start:]
            return kept
        found = self.draft.keep(replace(self.draft.nodes[last], type=node.type, span=node.span))
        self._weigh()
        return found

    def _cheap(self, node: Node, leaves: tuple[int, ...]) -> list[int]:
        """Leaves, but what is public or one owner's own is put together already."""
        groups: dict[object, int] = {}
        secret = [leaf for leaf in leaves if self._is_secret(leaf)]
        for leaf in leaves:
            if not self._is_secret(leaf):
                seen = self.draft.type(leaf).visibility
                groups[seen] = self._pair(node, groups[seen], leaf) if seen in groups else leaf
        return [*groups.values(), *secret]

    def _pair(self, node: Node, x: int, y: int) -> int:
        both = self.draft.add(node.op, (x, y), own(node).elem, node.span)
        self._weigh()
        return both

    def _is_secret(self, index: int) -> bool:
        return self.draft.type(index).visibility == SECRET

    def _weigh(self) -> None:
        """How long what has been written since takes."""
        for index in range(len(self.waits), len(self.draft.nodes)):
            node = self.draft.nodes[index]
            secret = not isinstance(node.type, Type) or node.type.visibility == SECRET
            before = max((self.waits[a] for a in node.args), default=0)
            self.waits.append(before + WAITS.get(node.op, 0) if secret else 0)
