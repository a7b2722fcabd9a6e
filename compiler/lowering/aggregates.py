"""Reductions of rows become nodes: counts, sums, and what is made of them.

Lives here: `reduced`, and what each reduction rests on, which is what policies look at. Not here: the values that are
reduced (expressions.py), the sums of rows they are made of (reductions.py), places in an order (ranks.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ranged
from secfuse.compiler.circuit.types import BOOL, Elem, fixed, integer

from .gates import Contribution, Lowering, Value, merged
from .ranks import distinct_values, first_value, middle_rows, quantile
from .reductions import Rows, counted, greatest, least, totalled


def reduced(lowering: Lowering, expr: c.Aggregate, rows: Rows, mask: int, value: Value | None) -> Value:
    """A reduction of the rows under the mask, and what it rests on."""
    before = merged(rows.table.rests_on, value.rests_on if value else ())
    # In a window nothing is disclosed row by row: what is made of the rows rests on all of them.
    own = Contribution(mask, expr.bound, starts=rows.starts if rows.ties is None else None)
    if value is None:
        return Value(_count(lowering, expr, rows, mask), None, merged((own,), before))
    x = lowering.stretched(value.node, rows.table.valid)
    match expr.reduction:
        case c.Reduction.COUNT:
            chosen = _where(lowering, mask, x) if lowering.type(x).elem == BOOL else mask
            node, own = _count(lowering, expr, rows, chosen), replace(own, mask=chosen)
        case c.Reduction.ANY:
            node = _some(lowering, expr, rows, _where(lowering, mask, x))
        case c.Reduction.ALL:
            fails = lowering.apply(Op.NOT, (x,), BOOL, expr.span)
            exception = _some(lowering, expr, rows, _where(lowering, mask, fails))
            node = lowering.apply(Op.NOT, (exception,), BOOL, expr.span)
        case c.Reduction.VARIANCE:
            node = _variance(lowering, expr, rows, mask, x)
            own = replace(own, values=x, needed=True)
        case c.Reduction.SUM:
            node = totalled(lowering, mask, rows.starts, x, expr.type.elem, expr.span)
            own = replace(own, values=x)
        case c.Reduction.MEAN:
            node = mean(lowering, expr, rows.starts, mask, x)
            own = replace(own, values=x, needed=True)
        case c.Reduction.MIN:
            node, own = least(lowering, mask, rows.starts, x, expr.span), replace(own, needed=True)
        case c.Reduction.MAX:
            node, own = greatest(lowering, mask, rows.starts, x, expr.span), replace(own, needed=True)
        case c.Reduction.COUNT_DISTINCT:
            node = distinct_values(lowering, expr, rows, Value(x, value.present))
        case c.Reduction.MEDIAN:
            middle = middle_rows(lowering, expr, rows, Value(x, value.present))
            node = mean(lowering, replace(expr, bound=2), middle.starts, middle.mask, middle.x)
            own = replace(own, needed=True)
        case c.Reduction.QUANTILE:
            node, own = quantile(lowering, expr, rows, Value(x, value.present)), replace(own, needed=True)
        case c.Reduction.FIRST:
            node, own = first_value(lowering, expr, rows, Value(x, value.present)), replace(own, needed=True)
        case _:
            assert_never(expr.reduction)
    return Value(node, None, merged((own,), before))


def _count(lowering: Lowering, expr: c.Aggregate, rows: Rows, mask: int) -> int:
    return counted(lowering, mask, rows.starts, expr.bound, expr.span)


def _where(lowering: Lowering, mask: int, condition: int) -> int:
    return lowering.apply(Op.AND, (mask, condition), BOOL)


def _some(lowering: Lowering, expr: c.Aggregate, rows: Rows, mask: int) -> int:
    return lowering.apply(Op.LT, (lowering.number(0), _count(lowering, expr, rows, mask)), BOOL, expr.span)


def _variance(lowering: Lowering, expr: c.Aggregate, rows: Rows, mask: int, x: int) -> int:
    """(n sum(d d) - sum(d)^2) / n^2, d the distance from the middle of the range: one rounding, in the division."""
    elem = lowering.type(x).elem
    middle = (elem.lo + elem.hi) // 2
    lo, hi = ranges.centred(range_of(elem))
    d = lowering.apply(
        Op.SUB, (x, lowering.constant(middle, replace(elem, lo=middle, hi=middle))), ranged(elem, (lo, hi))
    )
    count = _count(lowering, expr, rows, mask)
    total = totalled(lowering, mask, rows.starts, d, total_of(lowering.type(d).elem, expr.bound), expr.span)
    power = _product(lowering, d, d)
    wanted = total_of(lowering.type(power).elem, expr.bound)
    squares = totalled(lowering, mask, rows.starts, power, wanted, expr.span)
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


def mean(lowering: Lowering, expr: c.Aggregate, starts: int | None, mask: int, x: int) -> int:
    """sum / count, which lies between the least and the greatest value; 0 where there is none."""
    total = total_of(lowering.type(x).elem, expr.bound)
    sum_ = totalled(lowering, mask, starts, x, total, expr.span)
    count = counted(lowering, mask, starts, expr.bound, expr.span)
    return lowering.apply(Op.DIV, (sum_, count), expr.type.elem, expr.span)


def total_of(elem: Elem, rows: int) -> Elem:
    """The element of a sum of up to that many."""
    lo, hi = ranges.union((0, 0), ranges.multiply(range_of(elem), (0, rows)))
    return ranged(elem, (lo, hi))
