"""A circuit that is written anew: nodes are added with the least type that the grammar allows, each only once.

Lives here: `Draft`, on which passes write that make new nodes, and `rewritten`, the walk over a circuit and its
regions. Not here: what they write.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from secfuse.compiler.circuit.graph import Attr, Circuit, Node, Region, Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import EFFECTS, Frame, own
from secfuse.compiler.circuit.types import SECRET, Bundle, Elem, Type
from secfuse.compiler.circuit.verify import TYPE

ELEMENTWISE = frozenset(
    {Op.ADD, Op.SUB, Op.NEG, Op.MUL, Op.DIV, Op.ABS, Op.RESCALE, Op.LT, Op.EQ, Op.AND, Op.OR, Op.NOT, Op.SELECT}
    | {Op.BIT, Op.NUMBER}
)


class Draft:
    """Nodes under way. region: whose body it is; None for the circuit itself."""

    def __init__(self, circuit: Circuit, region: Region | None = None) -> None:
        tables, params = {t.name: t for t in circuit.tables}, {p.name: p for p in circuit.params}
        parties = tuple(p.name for p in circuit.parties)
        inputs = () if region is None else region.inputs
        self.nodes: list[Node] = []
        self.max_rows = {t.name: t.max_rows for t in circuit.tables}
        self._frame = Frame(tables, params, parties, self.nodes, inputs, circuit.regions)
        self._first: dict[Hashable, int] = {}
        self._keys: list[Hashable] = []

    def type(self, index: int) -> Type:
        """Of a node that is no bundle."""
        return own(self.nodes[index])

    def keep(self, node: Node) -> int:
        """The node as it is, or the first that equals it. Two effects are two."""
        if node.op in EFFECTS:
            self.nodes.append(node)
            self._keys.append(len(self.nodes))  # nobody's
            return len(self.nodes) - 1
        # Nearly always what is done to what decides the type: to hash all of a node takes five times as long.
        key: Hashable = (id(node.op), node.args, node.attrs)
        found = self._first.get(key)
        if found is not None and self.nodes[found].type != node.type:
            key = (key, node.type)
            found = self._first.get(key)
        if found is None:
            found = self._first[key] = len(self.nodes)
            self.nodes.append(node)
            self._keys.append(key)
        return found

    def forget(self, start: int) -> None:
        """Take back the nodes from there on, which nobody uses."""
        for key in self._keys[start:]:
            self._first.pop(key, None)
        del self.nodes[start:], self._keys[start:]

    def least(self, node: Node) -> Type:
        """The least type that the node may claim; what it claims says what kind of number it is."""
        found = TYPE[node.op](self._frame, node, tuple(self.type(a) for a in node.args))
        assert not isinstance(found, Bundle), "a bundle is not written anew"
        return found

    def add(
        self,
        op: Op,
        args: Iterable[int],
        like: Elem,
        span: Span | None = None,
        attrs: tuple[tuple[str, Attr], ...] = (),
    ) -> int:
        """An operation of elements of the kind of `like`, whose range is the least there is."""
        node = Node(op, tuple(args), Type(like), attrs, span)
        least = self.least(node)
        if any(self.type(a).visibility == SECRET for a in node.args):
            least = replace(least, visibility=SECRET)
        return self.keep(replace(node, type=least))


def rewritten(circuit: Circuit, rule: Callable[[Draft, Node], int]) -> Circuit:
    """`rule` writes a node, whose arguments have been written, or what gives the same; in regions as well."""
    regions = []
    for region in circuit.regions:
        nodes, instead = _written(Draft(circuit, region), region.nodes, rule)
        regions.append(replace(region, nodes=nodes, results=tuple(instead[r] for r in region.results)))
    nodes, instead = _written(Draft(circuit), circuit.nodes, rule)
    outputs = tuple(instead[o] for o in circuit.outputs)
    return replace(circuit, nodes=nodes, outputs=outputs, regions=tuple(regions))


def _written(
    draft: Draft, nodes: tuple[Node, ...], rule: Callable[[Draft, Node], int]
) -> tuple[tuple[Node, ...], list[int]]:
    instead: list[int] = []
    for old in nodes:
        instead.append(rule(draft, old.on(tuple([instead[a] for a in old.args]))))
    return tuple(draft.nodes), instead
