"""Counts, sums and extremes of rows in two forms: under a mask, or scanned through rows that lie group by group.

Lives here: `Rows` and the reductions that all aggregates are made of. Under a mask bool[n] the result is one value,
under bool[c, n] one per cell. Scanned, the result has a value in each row, over the rows of its group up to it; where
groups are what is wanted, the last row of each has the whole. Not here: aggregates (aggregates.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import joined, ranged
from secfuse.compiler.circuit.types import Elem, Type, integer

from .gates import Lowering, TableValue


@dataclass(frozen=True, slots=True)
class Rows:
    """What an aggregate reduces: a table, and the mask of rows to look at, [n], or [c, n] for the cells of `keys`.

    starts: where the rows of each group lie together, in which of them a group begins. ties: in a window, in which of
    them the order goes on.
    """

    table: TableValue
    mask: int
    keys: tuple[int, ...] = ()
    starts: int | None = None
    ties: int | None = None


def counted(lowering: Lowering, mask: int, starts: int | None, bound: int, span: Span | None = None) -> int:
    """How many rows are under the mask."""
    if starts is None:
        return lowering.reduce(Op.COUNT, (mask,), integer(0, bound), span)
    one = lowering.number(1)
    return scanned(lowering, starts, kept(lowering, mask, one, 0), "sum", integer(0, bound), span)


def totalled(
    lowering: Lowering, mask: int, starts: int | None, x: int, elem: Elem, span: Span | None = None
) -> int:  # fmt: skip
    """The sum of x under the mask."""
    if starts is None:
        return lowering.reduce(Op.SUM, (mask, x), elem, span)
    return scanned(lowering, starts, kept(lowering, mask, x, 0), "sum", elem, span)


def least(lowering: Lowering, mask: int, starts: int | None, x: int, span: Span | None = None) -> int:
    """The smallest x under the mask, its domain's greatest where there is none."""
    elem = lowering.type(x).elem
    if starts is None:
        return lowering.reduce(Op.LEAST, (mask, x), elem, span)
    return scanned(lowering, starts, kept(lowering, mask, x, elem.hi), "least", elem, span)


def greatest(lowering: Lowering, mask: int, starts: int | None, x: int, span: Span | None = None) -> int:
    """The greatest x under the mask, its domain's least where there is none."""
    elem = lowering.type(x).elem
    if starts is None:
        return lowering.reduce(Op.GREATEST, (mask, x), elem, span)
    return scanned(lowering, starts, kept(lowering, mask, x, elem.lo), "greatest", elem, span)


def scanned(lowering: Lowering, starts: int, x: int, what: str, elem: Elem, span: Span | None = None) -> int:
    """The scan of x, begun anew where a group starts."""
    types = tuple(lowering.type(arg) for arg in (starts, x))
    return lowering.builder.add(Op.SCAN, (starts, x), Type(elem, types[0].shape, joined(types)), span, what=what)


def shifted(lowering: Lowering, x: int, distance: int) -> int:
    """Element i is x[i - distance], 0 where there is none."""
    type_ = lowering.type(x)
    elem = ranged(type_.elem, ranges.union(range_of(type_.elem), (0, 0)))
    return lowering.builder.add(Op.SHIFT, (x,), replace(type_, elem=elem), None, distance=distance)


def kept(lowering: Lowering, mask: int, x: int, otherwise: int) -> int:
    """x where the mask holds, else another number; the range holds both."""
    elem = lowering.type(x).elem
    found = ranged(elem, ranges.union(range_of(elem), (otherwise, otherwise)))
    other = lowering.constant(otherwise, ranged(elem, (otherwise, otherwise)))
    return lowering.apply(Op.SELECT, (mask, x, other), found)
