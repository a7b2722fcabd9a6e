"""What a node's result looks like, without its shares: the shadow of kernels/value.py.

Lives here: shapes and forms, `Gate`, and what it costs to see an argument as planes or as ring values. Not here: what
operations cost (elements.py, rows.py, ends.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from secfuse.compiler.circuit.graph import Node
from secfuse.compiler.circuit.types import NodeType, Type
from secfuse.runtime.planes import words_for
from secfuse.runtime.typed_node import TypedNode

from .bits import bits_of
from .cost import FREE, Cost
from .replicated3 import bit_to_ring


@dataclass(frozen=True, slots=True)
class Shape:
    """Vectors of `count` elements, one for each cell; `cells` are the axes in front."""

    cells: tuple[int, ...]
    count: int

    @property
    def words(self) -> int:
        """Words of one plane."""
        return math.prod(self.cells) * words_for(self.count)

    @property
    def elements(self) -> int:
        """Ring values."""
        return math.prod(self.cells) * self.count

    def meets(self, *others: Shape) -> Shape:
        """Broadcast with others, as NumPy does."""
        shapes = [(*shape.cells, shape.count) for shape in (self, *others)]
        *cells, count = np.broadcast_shapes(*shapes)
        return Shape(tuple(cells), count)

    def with_axes(self, axes: int) -> Shape:
        """At least so many axes, new ones of length 1 in front."""
        return Shape((1,) * (axes - 1 - len(self.cells)) + self.cells, self.count)


@dataclass(frozen=True, slots=True)
class Bits:
    """Planes of numbers of k bits."""

    k: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring values."""

    shape: Shape


Secret: TypeAlias = Bits | Ring
Form: TypeAlias = "Secret | np.ndarray | tuple[Form, ...] | None"


@dataclass(frozen=True, slots=True)
class Loop:
    """What a FOLD needs to know of its region: the shadow of that of kernels/value.py.

    varies: whether one trip may cost something else than another. trip: of one trip on (trip number, *carried,
    *captured), where what is secret is None, the public results, and what it costs until all results can enter again.
    """

    inputs: tuple[Type, ...]
    kinds: tuple[str, ...]
    varies: bool
    trip: Callable[[tuple[Any, ...]], tuple[tuple[Any, ...], Cost]]


@dataclass(frozen=True, slots=True)
class Gate(TypedNode):
    """One node about to be costed: the forms of its arguments are known. Public ones are their values.

    ranks: of parties by name. owners: ranks by table. loop: of a FOLD.
    """

    node: Node
    types: tuple[NodeType, ...]
    args: tuple[Form, ...]
    kind: str
    row_counts: dict[str, int]
    ranks: dict[str, int]
    owners: dict[str, int]
    loop: Loop | None = None


def planes(gate: Gate, i: int, width: int | None = None, count: int | None = None, axes: int = 1) -> tuple[Bits, Cost]:
    """Argument i as planes of at least `width`, a single value spread over `count` elements; and what that costs."""
    form, own = gate.args[i], gate.elem_of(i).width_bits
    wanted = own if width is None else width
    match form:
        case Bits(k=k, shape=shape):
            bits, cost = max(k, wanted), FREE
        case Ring(shape=shape):
            bits, cost = max(own, wanted), bits_of(own, shape.words)
        case np.ndarray():
            bits, shape, cost = wanted, shape_of(form), FREE
        case _:
            raise AssertionError("a bundle is picked apart before use")
    if count is not None and shape.count == 1:
        shape = Shape(shape.cells, count)
    return Bits(bits, shape.with_axes(axes)), cost


def ring(gate: Gate, i: int, axes: int = 1) -> tuple[Shape, Cost]:
    """Argument i as ring values; and what that costs."""
    match form := gate.args[i]:
        case Ring(shape=shape):
            cost = FREE
        case Bits(k=k, shape=shape):
            cost = bit_to_ring(k * shape.elements)
        case np.ndarray():
            shape, cost = shape_of(form), FREE
        case _:
            raise AssertionError("a bundle is picked apart before use")
    return shape.with_axes(axes), cost


def flag(gate: Gate, i: int, count: int | None = None, axes: int = 1) -> tuple[Shape, Cost]:
    """A bool argument as one plane; and what that costs."""
    bits, cost = planes(gate, i, 1, count, axes)
    return bits.shape, cost


def shape_of(value: np.ndarray) -> Shape:
    """The shape of a public value; a single one is a vector of one."""
    *cells, count = value.shape or (1,)
    return Shape(tuple(cells), count)


def public_scalar(form: Form) -> int | None:
    """The number, if the argument is a public single one."""
    if isinstance(form, np.ndarray) and form.ndim == 0:
        return int(form)
    return None
