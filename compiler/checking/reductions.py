"""Reductions of arrays: sum, mean, min, max, any, all, variance along an axis; argmin, argmax; length.

Lives here: what becomes of an array whose items are all there. Not here: aggregates of a table's rows (aggregates.py).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Comprehension, Expr, Named, Reduce, Reduction, SizeValue
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ADDABLE, NUMBERS, describe, ranged
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Domain, Elem, Size, fixed, integer
from secfuse.compiler.diagnostics import listed
from secfuse.compiler.types import ValueType, summed

from . import numbers
from .known import known
from .scope import Checking
from .uses import may, shape_text
from .written_types import DEFAULT_BITS

OF_ARRAYS = (Reduction.SUM, Reduction.MEAN, Reduction.MIN, Reduction.MAX, Reduction.ANY, Reduction.ALL, Reduction.COUNT)
OF_CONDITIONS = (Reduction.ANY, Reduction.ALL, Reduction.COUNT)


def reduced_array(
    checking: Checking, call: s.Call, reduction: Reduction, array: Expr, axis: Expr | None
) -> Expr | None:
    """The reduction along `axis`, or of everything where that is None."""
    if reduction not in OF_ARRAYS:
        found = f"{call.function.text} of an array"
        checking.report("SEC241", call.span, found, listed(r.value for r in OF_ARRAYS))
        return None
    if axis is not None:
        place = _axis(checking, axis, len(array.type.shape))
        return None if place is None else _along(checking, call, reduction, array, place)
    value: Expr | None = array
    for _ in array.type.shape:
        if value is None:
            return None
        value = _along(checking, call, reduction, value, len(value.type.shape) - 1)
        reduction = Reduction.SUM if reduction is Reduction.COUNT else reduction
    return value


def _axis(checking: Checking, axis: Expr, axes: int) -> int | None:
    found = known(axis)
    if found is None or found.denominator != 1 or not 0 <= found < axes:
        checking.report("SEC244", axis.span, f"`{checking.source.words(axis.span)}`", f"an axis: 0 .. {axes - 1}")
        return None
    return int(found)


def _along(checking: Checking, call: s.Call, reduction: Reduction, array: Expr, axis: int) -> Expr | None:
    if not may(checking, array, "aggregated"):
        return None
    if reduction in OF_CONDITIONS and array.type.elem.domain is not Domain.BOOL:
        checking.report("SEC207", array.span, describe(array.type.elem), "truth values")
        return None
    if array.type.elem.domain is Domain.BOOL and reduction not in OF_CONDITIONS:
        array = numbers.as_int(array.span, array)
    takes = ADDABLE if reduction in (Reduction.SUM, Reduction.MEAN) else NUMBERS
    if reduction not in OF_CONDITIONS and array.type.elem.domain not in takes:
        checking.report("SEC208", array.span, f"{describe(array.type.elem)} in {call.function.text}", "numbers")
        return None
    length = array.type.shape[axis]
    elem = _elem(checking, call.span, reduction, array.type.elem, checking.most(length))
    if elem is None:
        return None
    shape = (*array.type.shape[:axis], *array.type.shape[axis + 1 :])
    tie = summed(array.type.tie) if length.terms else array.type.tie
    return Reduce(call.span, replace(array.type, elem=elem, shape=shape, tie=tie), reduction, array, axis)


def _elem(checking: Checking, span: Span, reduction: Reduction, elem: Elem, many: int) -> Elem | None:
    if reduction in (Reduction.ANY, Reduction.ALL):
        return BOOL
    if reduction is Reduction.COUNT:
        return integer(0, many)
    if reduction in (Reduction.MIN, Reduction.MAX):
        return elem
    total = min(0, elem.lo * many), max(0, elem.hi * many)
    if not numbers.in_ring(checking, span, total, elem.fraction_bits, elem.decimals):
        return None
    if reduction is Reduction.SUM:
        return ranged(elem, total)
    mean = ranges.union((0, 0), range_of(elem))
    if elem.domain is Domain.MONEY:
        return ranged(elem, mean)
    bits = max(elem.fraction_bits, DEFAULT_BITS)
    shift = bits - elem.fraction_bits
    if not numbers.in_ring(checking, span, ranges.rescale(total, shift), bits):
        return None
    lo, hi = ranges.rescale(mean, shift)
    return fixed(lo, hi, bits)


def first_extreme(checking: Checking, call: s.Call, greatest: bool, array: Expr) -> Expr | None:
    """argmax(x), argmin(x): the first place of the greatest or least item of a vector."""
    if len(array.type.shape) != 1:
        checking.report("SEC241", array.span, shape_text(array.type.shape), "an array of one axis")
        return None
    if not may(checking, array, "compared"):
        return None
    best = _along(checking, call, Reduction.MAX if greatest else Reduction.MIN, array, 0)
    if best is None:
        return None
    is_best = numbers.compared(checking, call.span, "==", array, best)
    places = all_places(checking, call.span, array.type.shape[0])
    behind = numbers.literal(call.span, Fraction(max(checking.most(array.type.shape[0]) - 1, 0)), True)
    candidates = None if is_best is None else numbers.chosen(checking, call.span, is_best, places, behind)
    return None if candidates is None else _along(checking, call, Reduction.MIN, candidates, 0)


def all_places(checking: Checking, span: Span, length: Size) -> Expr:
    """0, 1, 2, … as an array."""
    key, place = checking.fresh("place"), ValueType(integer(0, max(checking.most(length) - 1, 0)), PUBLIC)
    zero = numbers.literal(span, Fraction(0), True)
    return Comprehension(span, replace(place, shape=(length,)), key, zero, True, Named(span, place, key))


def length_of(checking: Checking, span: Span, size: Size) -> SizeValue:
    """A size as a public int."""
    least = size.constant if all(count > 0 for _, count in size.terms) else 0
    return SizeValue(span, ValueType(integer(min(least, checking.most(size)), checking.most(size)), PUBLIC), size)
