"""The circuit: nodes in topological order, operands as indices. A node is a vector gate, not a bit.

Lives here: `Node`, `Region`, `Circuit`, `Builder` and nothing that interprets them. Legality is verify.py, meaning is
evaluate.py, looks are text.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from .interface import Param, Party, Table
from .ops import Op
from .types import Bundle, NodeType, Type

Attr: TypeAlias = "int | str | bool | tuple[Attr, ...]"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source text: offsets of the first and behind the last character; line and column from 1."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Node:
    """One gate. `args` are indices of earlier nodes; `attrs` are sorted by name; `span` does not count in equality."""

    op: Op
    args: tuple[int, ...]
    type: NodeType
    attrs: tuple[tuple[str, Attr], ...] = ()
    span: Span | None = field(default=None, compare=False)

    def attr(self, name: str) -> Attr:
        """The attribute's value; a missing one is our own mistake."""
        for key, value in self.attrs:
            if key == name:
                return value
        raise AssertionError(f"{self.op.value} has no attribute {name}")

    def on(self, args: tuple[int, ...]) -> Node:
        """The same operation on other nodes. Passes do this to every node: itself where nothing changes."""
        return self if args == self.args else Node(self.op, args, self.type, self.attrs, self.span)


@dataclass(frozen=True, slots=True)
class Region:
    """The body of a loop: nodes of its own, run once a trip. `inputs` are what its ARG nodes stand for.

    Its nodes see each other and the inputs, nothing of the circuit around it; its FOLD nodes run regions before it.
    """

    inputs: tuple[Type, ...]
    nodes: tuple[Node, ...]
    results: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Circuit:
    """A program for any table size and any protocol. `outputs` are the effect nodes, in program order.

    `compute` names the parties that hold shares, in rank order. `regions` are the bodies of its loops, inner ones
    before outer ones.
    """

    name: str
    parties: tuple[Party, ...]
    compute: tuple[str, ...]
    tables: tuple[Table, ...]
    params: tuple[Param, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    regions: tuple[Region, ...] = ()

    def within(self, region: int) -> Circuit:
        """A region seen as a circuit: the same declarations, the region's nodes, its results for outputs."""
        body = self.regions[region]
        return replace(self, nodes=body.nodes, outputs=body.results)


class Builder:
    """Appends nodes one after the other; folds and shares nothing (passes do).

    A loop: `body = builder.region(inputs)` starts a region, whose first nodes are its inputs; nodes are added to
    `body`, which may have loops of its own; `builder.close(body, results)` gives the region's number, for `loop`.
    """

    def __init__(self, inputs: tuple[Type, ...] = (), regions: list[Region] | None = None) -> None:
        self.inputs = inputs
        self.nodes: list[Node] = []
        self.regions: list[Region] = [] if regions is None else regions
        for index, type_ in enumerate(inputs):
            self.add(Op.ARG, (), type_, index=index)

    def add(self, op: Op, args: tuple[int, ...], type_: NodeType, span: Span | None = None, **attrs: Attr) -> int:
        """Append a node and return its index."""
        assert all(0 <= a < len(self.nodes) for a in args), f"{op.value} refers to a node that does not exist yet"
        self.nodes.append(Node(op, args, type_, tuple(sorted(attrs.items())), span))
        return len(self.nodes) - 1

    def region(self, inputs: tuple[Type, ...]) -> Builder:
        """A region to be filled: (trip number, *carried, *captured). Node i of it is input i."""
        return Builder(inputs, self.regions)

    def close(self, region: Builder, results: tuple[int, ...]) -> int:
        """The region is whole; its number."""
        self.regions.append(Region(region.inputs, tuple(region.nodes), results))
        return len(self.regions) - 1

    def loop(
        self,
        region: int,
        bounds: tuple[int, int],
        initial: tuple[int, ...],
        captured: tuple[int, ...] = (),
        span: Span | None = None,
    ) -> tuple[int, ...]:
        """Run a region for bounds[0] .. bounds[1] - 1 and pick its carried values apart."""
        carried = self.regions[region].inputs[1 : 1 + len(initial)]
        args = (*bounds, *initial, *captured)
        fold = self.add(Op.FOLD, args, Bundle(carried), span, region=region, carried=len(initial))
        return tuple(self.add(Op.PICK, (fold,), type_, span, index=i) for i, type_ in enumerate(carried))
