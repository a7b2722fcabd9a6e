"""Aggregates that ask for places in an order: medians and quantiles, the first value, how many different ones.

Lives here: one rule each. The rows are sorted once, by group and then by value; a row's place is a running count.
Rows without a value stand behind those with one, so that each group keeps the rows it had. Not here: sorting itself
(segments.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from secfuse.compiler import checked as c
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.types import BOOL, Size, Type, integer

from .gates import Lowering, Value
from .reductions import Rows, counted, least
from .segments import ends_of, reversed_rows, sorted_nodes, starts_of


@dataclass(frozen=True, slots=True)
class InOrder:
    """Rows sorted by group: which count, which hold a value, the value, the groups' keys, where each group starts."""

    valid: int
    there: int
    x: int
    keys: tuple[int, ...]
    starts: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some rows and their values, in the form in which reductions take them."""

    mask: int
    starts: int | None
    x: int


def distinct_values(lowering: Lowering, expr: c.Aggregate, rows: Rows, value: Value) -> int:
    """How many different values there are: rows that begin a group, or hold another value than the row above."""
    found = _sorted(lowering, rows, value, by_value=True)
    new = starts_of(lowering, (found.x,), found.there)
    new = lowering.apply(Op.OR, (new, found.starts), BOOL)
    chosen = _chosen(lowering, rows, found, lowering.apply(Op.AND, (found.there, new), BOOL))
    return counted(lowering, chosen.mask, chosen.starts, expr.bound, expr.span)


def middle_rows(lowering: Lowering, expr: c.Aggregate, rows: Rows, value: Value) -> Chosen:
    """The row in the middle of each group, or the two that are: about as many rows before as behind."""
    found = _sorted(lowering, rows, value, by_value=True)
    place, behind = _places(lowering, expr, rows, found)
    off = _minus(lowering, place, behind)
    near = [
        lowering.apply(Op.LT, (lowering.number(-2), off), BOOL),
        lowering.apply(Op.LT, (off, lowering.number(2)), BOOL),
    ]
    mask = lowering.apply(Op.AND, (found.there, lowering.apply(Op.AND, tuple(near), BOOL)), BOOL)
    return _chosen(lowering, rows, found, mask)


def quantile(lowering: Lowering, expr: c.Aggregate, rows: Rows, value: Value) -> int:
    """The smallest value such that the share of the rows lies at or below it: of m, the place p / q * m, rounded up.

    So place r is the one where p m <= q r < p m + q; for a share of 0 it is the first.
    """
    assert expr.share is not None, "a quantile has a share"
    found = _sorted(lowering, rows, value, by_value=True)
    place, behind = _places(lowering, expr, rows, found)
    p, q = expr.share.numerator, expr.share.denominator
    if p == 0:
        hit = lowering.apply(Op.EQ, (place, lowering.number(1)), BOOL)
    else:
        # m = place + behind - 1, so q r - p m = (q - p) r - p (behind - 1)
        below, above = place, _minus(lowering, behind, lowering.number(1))
        over = _minus(lowering, _times(lowering, below, q - p), _times(lowering, above, p))
        enough = lowering.apply(Op.LT, (lowering.number(-1), over), BOOL)
        hit = lowering.apply(Op.AND, (enough, lowering.apply(Op.LT, (over, lowering.number(q)), BOOL)), BOOL)
    chosen = _chosen(lowering, rows, found, lowering.apply(Op.AND, (found.there, hit), BOOL))
    return least(lowering, chosen.mask, chosen.starts, chosen.x, expr.span)


def _times(lowering: Lowering, x: int, factor: int) -> int:
    found = ranges.multiply(range_of(lowering.type(x).elem), (factor, factor))
    return lowering.apply(Op.MUL, (x, lowering.number(factor)), integer(*found))


def _minus(lowering: Lowering, x: int, y: int) -> int:
    found = ranges.subtract(range_of(lowering.type(x).elem), range_of(lowering.type(y).elem))
    return lowering.apply(Op.SUB, (x, y), integer(*found))


def first_value(lowering: Lowering, expr: c.Aggregate, rows: Rows, value: Value) -> int:
    """The value of the first row that holds one, in the order the rows stand in."""
    found = _sorted(lowering, rows, value, by_value=False)
    place = counted(lowering, found.there, found.starts, expr.bound)
    hit = lowering.apply(Op.EQ, (place, lowering.number(1)), BOOL)
    chosen = _chosen(lowering, rows, found, lowering.apply(Op.AND, (found.there, hit), BOOL))
    return least(lowering, chosen.mask, chosen.starts, chosen.x, expr.span)


# ---- the rows in order


def _sorted(lowering: Lowering, rows: Rows, value: Value, by_value: bool) -> InOrder:
    """Sorted by group, then by value; rows without a value, and those that do not count, behind."""
    valid = rows.table.valid
    there = lowering.both(valid, value.present)
    assert there is not None, "a table has a validity"
    if not rows.keys and not by_value:
        return InOrder(valid, there, value.node, (), lowering.stretched(lowering.constant(0, BOOL), valid))
    keys = tuple((key, False) for key in rows.keys)
    if not keys:
        valid = there
    elif value.present is not None:
        keys += ((value.present, True),)
    keys += ((value.node, False),) if by_value else ()
    moved = sorted_nodes(lowering, valid, keys, () if by_value else (value.node,), None)
    groups = tuple(moved[key] for key in rows.keys)
    found = moved[-1]
    if value.present is not None and rows.keys:
        found = lowering.apply(Op.AND, (found, moved[value.present]), BOOL)
    return InOrder(moved[-1], found, moved[value.node], groups, starts_of(lowering, groups, moved[-1]))


def _chosen(lowering: Lowering, rows: Rows, found: InOrder, mask: int) -> Chosen:
    """One row per group again, or one per cell, or the running form, as the rows themselves are reduced."""
    if rows.starts is not None:
        return Chosen(mask, found.starts, found.x)
    if not rows.keys:
        return Chosen(mask, None, found.x)
    return Chosen(_cells(lowering, mask, found.keys), None, found.x)


def _cells(lowering: Lowering, mask: int, keys: tuple[int, ...]) -> int:
    """bool[c, n]: the row is under the mask and its keys are those of the cell."""
    total = 1
    for key in keys:
        elem = lowering.type(key).elem
        total *= elem.hi - elem.lo + 1
    types = tuple(lowering.type(node) for node in (mask, *keys))
    visibility = types[0].visibility
    for type_ in types[1:]:
        visibility = visibility.join(type_.visibility)
    return lowering.builder.add(Op.CELLS, (mask, *keys), Type(BOOL, (Size(total), *types[0].shape), visibility))


def _places(lowering: Lowering, expr: c.Aggregate, rows: Rows, found: InOrder) -> tuple[int, int]:
    """Of each row with a value: its place among those of its group, counted from the front and from behind."""
    place = counted(lowering, found.there, found.starts, expr.bound)
    if not rows.keys:
        total = counted(lowering, found.there, None, expr.bound)
        after = lowering.apply(Op.ADD, (total, lowering.number(1)), integer(1, expr.bound + 1))
        return place, _minus(lowering, after, place)
    ends = ends_of(lowering, found.starts, found.valid)
    there, starts = (reversed_rows(lowering, node) for node in (found.there, ends))
    return place, reversed_rows(lowering, counted(lowering, there, starts, expr.bound))
