"""The circuit: nodes in topological order, operands as indices. A node is a vector gate, not a bit.

Lives here: `Node`, `Circuit`, `Builder` and nothing that interprets them. Legality is verify.py, meaning is
evaluate.py, looks are text.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from .interface import Param, Party, Table
from .ops import Op
from .types import NodeType

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


@dataclass(frozen=True, slots=True)
class Circuit:
    """A program for any table size and any protocol. `outputs` are the effect nodes, in program order.

    `compute` names the parties that hold shares, in rank order.
    """

    name: str
    parties: tuple[Party, ...]
    compute: tuple[str, ...]
    tables: tuple[Table, ...]
    params: tuple[Param, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]


class Builder:
    """Appends nodes one after the other; folds and shares nothing (passes do)."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def add(self, op: Op, args: tuple[int, ...], type_: NodeType, span: Span | None = None, **attrs: Attr) -> int:
        """Append a node and return its index."""
        assert all(0 <= a < len(self.nodes) for a in args), f"{op.value} refers to a node that does not exist yet"
        self.nodes.append(Node(op, args, type_, tuple(sorted(attrs.items())), span))
        return len(self.nodes) - 1
