"""What the lowering carries along, and how it appends a gate.

Lives here: `Lowering`, and what values and tables are while a circuit is built. Not here: what a construct of the
language becomes (lower_*.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from secfuse.compiler.checked import Checked
from secfuse.compiler.circuit.graph import Attr, Builder, Region, Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import broadcast, joined
from secfuse.compiler.circuit.types import BOOL, PUBLIC, SECRET, Elem, Size, Type, integer
from secfuse.compiler.policy import Policy


@dataclass(frozen=True, slots=True)
class Contribution:
    """Rows that a disclosed value rests on: the guards of a policy look at them.

    mask: bool [n] or [c, n], at most `bound` of a row true. values: what was summed, [n]; None for other aggregates.
    needed: without a row there is no value, as for a mean. starts: where rows lie group by group, in which of them a
    group begins: each group's last row stands for it.
    """

    mask: int
    bound: int
    values: int | None = None
    needed: bool = False
    starts: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A node; another that says where it is present, if it may be missing; what it rests on.

    batch: how many leading axes of the node count the rows at hand, or the items of the comprehensions at hand.
    """

    node: int
    present: int | None = None
    rests_on: tuple[Contribution, ...] = ()
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order that groups are to be shown in: columns' nodes, which of them descend, and how many groups at most."""

    keys: tuple[tuple[int, bool], ...]
    most: int | None = None


@dataclass(frozen=True, slots=True)
class TableValue:
    """Columns of equal length, and which rows count. `rests_on`: what decided that.

    Groups are put in order only when they are disclosed, by `orders`, one after the other: those that a policy
    suppresses may not show where they would stand. `open`: of many rows a few are groups, anywhere. `keys`: of groups,
    the columns that say which group a row is.
    """

    columns: Mapping[str, Value]
    valid: int
    rests_on: tuple[Contribution, ...] = ()
    orders: tuple[Order, ...] = ()
    open: bool = False
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class Lowering:
    """The circuit so far, and what its names have become. `policies` are those whose guards are built in.

    at_home: whether owners compute what needs their own rows alone, in the clear, and share the result.

    A region is lowered by a Lowering of its own. inputs: how many it has of its own. outer: what stands around it.
    captured: inputs by the outer nodes that are handed in. rests_on: what these rest on. regions: of the whole circuit.
    place: where gates are written instead of their own places, which belong to another source. moved: what moves
    elements, by what it does: the greater of two numbers is recognised by the same two nodes being compared and chosen.
    draws: of coins so far.
    """

    checked: Checked
    policies: Mapping[str, Policy]
    inputs: int = 0
    at_home: bool = True
    builder: Builder = field(default_factory=Builder)
    values: dict[str, Value] = field(default_factory=dict)
    tables: dict[str, TableValue] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    outer: Lowering | None = None
    captured: dict[int, int] = field(default_factory=dict)
    rests_on: tuple[Contribution, ...] = ()
    place: Span | None = None
    moved: dict[tuple[object, ...], int] = field(default_factory=dict)
    draws: int = 0

    def next_draw(self) -> int:
        """A number that no other toss of coins has."""
        self.draws += 1
        return self.draws

    def value(self, name: str) -> Value:
        """What a name has become; inside a region, names of the outside are handed in."""
        if name in self.values or self.outer is None:
            return self.values[name]
        found = self.outer.value(name)
        self.rests_on = merged(self.rests_on, found.rests_on)
        assert found.present is None, "the checker hands in definite values only"
        return Value(self.hand_in(found.node), batch=found.batch)

    def hand_in(self, node: int) -> int:
        """A node of the outside as an input of the region; a constant is written anew."""
        assert self.outer is not None, "only regions have an outside"
        original = self.outer.builder.nodes[node]
        if original.op is Op.CONST:
            return self.builder.add(Op.CONST, (), original.type, original.span, **dict(original.attrs))
        if node not in self.captured:
            index = self.inputs + len(self.captured)
            type_ = entering(self.outer.type(node))
            self.captured[node] = self.builder.add(Op.ARG, (), type_, original.span, index=index)
        return self.captured[node]

    def type(self, node: int) -> Type:
        """The type of a node that is no bundle."""
        found = self.builder.nodes[node].type
        assert isinstance(found, Type), "a bundle is picked apart before it is used"
        return found

    def apply(self, op: Op, args: tuple[int, ...], elem: Elem, span: Span | None = None) -> int:
        """An element-wise operation; shapes broadcast."""
        types = tuple(self.type(arg) for arg in args)
        return self.builder.add(op, args, Type(elem, broadcast(*types), joined(types)), self.place or span)

    def reduce(self, op: Op, args: tuple[int, ...], elem: Elem, span: Span | None = None, **attrs: Attr) -> int:
        """A reduction of the last axis under the mask, which comes first."""
        types = tuple(self.type(arg) for arg in args)
        type_ = Type(elem, types[0].shape[:-1], joined(types))
        return self.builder.add(op, args, type_, self.place or span, **attrs)

    def shaped(self, op: Op, args: tuple[int, ...], shape: tuple[Size, ...], **attrs: Attr) -> int:
        """Moves the elements of its first argument into another shape; the same operation is the same node."""
        key = (op, args, shape, *sorted(attrs.items()))
        if key not in self.moved:
            types = tuple(self.type(arg) for arg in args)
            type_ = Type(types[0].elem, shape, joined(types))
            self.moved[key] = self.builder.add(op, args, type_, self.place, **attrs)
        return self.moved[key]

    def shaped_as(self, op: Op, arg: int, elem: Elem, **attrs: Attr) -> int:
        """An element-wise operation with attributes."""
        return self.builder.add(op, (arg,), replace(self.type(arg), elem=elem), self.place, **attrs)

    def constant(self, value: int | tuple[int, ...], elem: Elem, span: Span | None = None) -> int:
        """A public value, or one per cell."""
        shape = (Size(len(value)),) if isinstance(value, tuple) else ()
        return self.builder.add(Op.CONST, (), Type(elem, shape, PUBLIC), span, value=value)

    def number(self, value: int) -> int:
        """A public integer."""
        return self.constant(value, integer(value, value))

    def most(self, size: Size) -> int:
        """The greatest number that a size stands for."""
        return size.bind({table.name: table.max_rows for table in self.checked.tables})

    def both(self, x: int | None, y: int | None) -> int | None:
        """x and y, where None means always true."""
        if x is None or y is None:
            return y if x is None else x
        return x if x == y else self.apply(Op.AND, (x, y), BOOL)

    def stretched(self, node: int, like: int) -> int:
        """The node with one element for each of `like`, a bool column, if it is a single value."""
        shape = self.type(like).shape
        return node if self.type(node).shape == shape else self.shaped(Op.BROADCAST, (node,), shape)


def entering(type_: Type) -> Type:
    """The type of a region's input for a value that is handed in: nobody works on a region alone."""
    return type_ if type_.visibility == PUBLIC else replace(type_, visibility=SECRET)


def merged(*several: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """All contributions, each once."""
    return tuple(dict.fromkeys(contribution for some in several for contribution in some))
