"""What the lowering carries along, and how it appends a gate.

Lives here: `Lowering`, and what values and tables are while a circuit is built. Not here: what a construct of the
language becomes (lower_*.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from secfuse.compiler.checked import Checked
from secfuse.compiler.circuit.graph import Attr, Builder, Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import broadcast, joined
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Elem, Size, Type, integer
from secfuse.compiler.policy import Policy


@dataclass(frozen=True, slots=True)
class Contribution:
    """Rows that a disclosed value rests on: the guards of a policy look at them.

    mask: bool [n] or [c, n], at most `bound` of a row true. values: what was summed, [n]; None for other aggregates.
    needed: without a row there is no value, as for a mean.
    """

    mask: int
    bound: int
    values: int | None = None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A node; another that says where it is present, if it may be missing; what it rests on."""

    node: int
    present: int | None = None
    rests_on: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class TableValue:
    """Columns of equal length, and which rows count. `rests_on`: what decided that."""

    columns: Mapping[str, Value]
    valid: int
    rests_on: tuple[Contribution, ...] = ()


@dataclass(slots=True)
class Lowering:
    """The circuit so far, and what its names have become. `policies` are those whose guards are built in."""

    checked: Checked
    policies: Mapping[str, Policy]
    builder: Builder = field(default_factory=Builder)
    values: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, TableValue] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)

    def type(self, node: int) -> Type:
        """The type of a node that is no bundle."""
        found = self.builder.nodes[node].type
        assert isinstance(found, Type), "a bundle is picked apart before it is used"
        return found

    def apply(self, op: Op, args: tuple[int, ...], elem: Elem, span: Span | None = None) -> int:
        """An element-wise operation; shapes broadcast."""
        types = tuple(self.type(arg) for arg in args)
        return self.builder.add(op, args, Type(elem, broadcast(*types), joined(types)), span)

    def reduce(self, op: Op, args: tuple[int, ...], elem: Elem, span: Span | None = None, **attrs: Attr) -> int:
        """A reduction of the last axis under the mask, which comes first."""
        types = tuple(self.type(arg) for arg in args)
        return self.builder.add(op, args, Type(elem, types[0].shape[:-1], joined(types)), span, **attrs)

    def constant(self, value: int | tuple[int, ...], elem: Elem, span: Span | None = None) -> int:
        """A public value, or one per cell."""
        shape = (Size(len(value)),) if isinstance(value, tuple) else ()
        return self.builder.add(Op.CONST, (), Type(elem, shape, PUBLIC), span, value=value)

    def number(self, value: int) -> int:
        """A public integer."""
        return self.constant(value, integer(value, value))

    def both(self, x: int | None, y: int | None) -> int | None:
        """x and y, where None means always true."""
        if x is None or y is None:
            return y if x is None else x
        return x if x == y else self.apply(Op.AND, (x, y), BOOL)

    def stretched(self, node: int, like: int) -> int:
        """The node with one element for each of `like`, a bool column, if it is a single value."""
        shape = self.type(like).shape
        if self.type(node).shape == shape:
            return node
        every = like if shape[0].terms else self.constant((1,) * shape[0].constant, BOOL)
        return self.apply(Op.SELECT, (every, node, node), self.type(node).elem)


def merged(*several: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """All contributions, each once."""
    return tuple(dict.fromkeys(contribution for some in several for contribution in some))
