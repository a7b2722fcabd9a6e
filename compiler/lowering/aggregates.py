"""Reductions of rows become nodes: counts, sums, and what is made of them.

Lives here: `reduced`, and what each reduction rests on, which is what policies look at. Not here: the values that are
reduced (expressions.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ranged
from secfuse.compiler.circuit.types import BOOL, Elem, fixed, integer

from .gates import Contribution, Lowering, TableValue, Value, merged


@dataclass(frozen=True, slots=True)
class Rows:
    """What an aggregate reduces: a table, and the mask of rows to look at, one or one per group."""

    table: TableValue
    mask: int


def reduced(lowering: Lowering, expr: c.Aggregate, rows: Rows, mask: int, value: Value | None) -> Value:
    """A reduction of the rows under the mask, and what it rests on."""
    before = merged(rows.table.rests_on, value.rests_on if value else ())
    if value is None:
        return Value(_count(lowering, expr, mask), None, merged((Contribution(mask, expr.bound),), before))
    x = lowering.stretched(value.node, rows.table.valid)
    match expr.reduction:
        case c.Reduction.COUNT:
            chosen = _where(lowering, mask, x) if lowering.type(x).elem == BOOL else mask
            node, own = _count(lowering, expr, chosen), Contribution(chosen, expr.bound)
        case c.Reduction.ANY:
            node, own = _some(lowering, expr, _where(lowering, mask, x)), Contribution(mask, expr.bound)
        case c.Reduction.ALL:
            fails = lowering.apply(Op.NOT, (x,), BOOL, expr.span)
            exception = _some(lowering, expr, _where(lowering, mask, fails))
            node = lowering.apply(Op.NOT, (exception,), BOOL, expr.span)
            own = Contribution(mask, expr.bound)
        case c.Reduction.VARIANCE:
            node = _variance(lowering, expr, mask, x)
            own = Contribution(mask, expr.bound, x, needed=True)
        case c.Reduction.SUM:
            node = lowering.reduce(Op.SUM, (mask, x), expr.type.elem, expr.span)
            own = Contribution(mask, expr.bound, x)
        case c.Reduction.MEAN:
            node = _mean(lowering, expr, mask, x)
            own = Contribution(mask, expr.bound, x, needed=True)
        case c.Reduction.MIN:
            node = lowering.reduce(Op.LEAST, (mask, x), expr.type.elem, expr.span)
            own = Contribution(mask, expr.bound, needed=True)
        case c.Reduction.MAX:
            node = lowering.reduce(Op.GREATEST, (mask, x), expr.type.elem, expr.span)
            own = Contribution(mask, expr.bound, needed=True)
        case _:
            assert_never(expr.reduction)
    return Value(node, None, merged((own,), before))


def _count(lowering: Lowering, expr: c.Aggregate, mask: int) -> int:
    return lowering.reduce(Op.COUNT, (mask,), integer(0, expr.bound), expr.span)


def _where(lowering: Lowering, mask: int, condition: int) -> int:
    return lowering.apply(Op.AND, (mask, condition), BOOL)


def _some(lowering: Lowering, expr: c.Aggregate, mask: int) -> int:
    return lowering.apply(Op.LT, (lowering.number(0), _count(lowering, expr, mask)), BOOL, expr.span)


def _variance(lowering: Lowering, expr: c.Aggregate, mask: int, x: int) -> int:
    """(n sum(d d) - sum(d)^2) / n^2, d the distance from the middle of the range: one rounding, in the division."""
    elem = lowering.type(x).elem
    middle = (elem.lo + elem.hi) // 2
    lo, hi = ranges.centred(range_of(elem))
    d = lowering.apply(
        Op.SUB, (x, lowering.constant(middle, replace(elem, lo=middle, hi=middle))), ranged(elem, (lo, hi))
    )
    count = _count(lowering, expr, mask)
    total = lowering.reduce(Op.SUM, (mask, d), total_of(lowering.type(d).elem, expr.bound), expr.span)
    power = _product(lowering, d, d)
    squares = lowering.reduce(Op.SUM, (mask, power), total_of(lowering.type(power).elem, expr.bound), expr.span)
    product, square = _product(lowering, count, squares), _product(lowering, total, total)
    found = ranges.subtract(range_of(lowering.type(product).elem), range_of(lowering.type(square).elem))
    difference = lowering.apply(Op.SUB, (product, square), ranged(lowering.type(square).elem, found))
    return lowering.apply(Op.DIV, (difference, _product(lowering, count, count)), expr.type.elem, expr.span)


def _product(lowering: Lowering, x: int, y: int) -> int:
    """x * y, all of it: fraction bits add up, nothing is truncated."""
    first, second = lowering.type(x).elem, lowering.type(y).elem
    lo, hi = ranges.multiply(range_of(first), range_of(second))
    bits = first.fraction_bits + second.fraction_bits
    return lowering.apply(Op.MUL, (x, y), fixed(lo, hi, bits) if bits else integer(lo, hi))


def _mean(lowering: Lowering, expr: c.Aggregate, mask: int, x: int) -> int:
    """sum / count, which lies between the least and the greatest value; 0 where there is none."""
    total = total_of(lowering.type(x).elem, expr.bound)
    sum_ = lowering.reduce(Op.SUM, (mask, x), total, expr.span)
    count = _count(lowering, expr, mask)
    return lowering.apply(Op.DIV, (sum_, count), expr.type.elem, expr.span)


def total_of(elem: Elem, rows: int) -> Elem:
    """The element of a sum of up to that many."""
    lo, hi = ranges.union((0, 0), ranges.multiply(range_of(elem), (0, rows)))
    return ranged(elem, (lo, hi))
