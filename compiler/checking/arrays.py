"""Arrays as wholes: literals, comprehensions, matrix products, transposition.

Lives here: the shapes of results, and what makes them refuse. Values inside are checked by the function that is handed
in, since expressions contain arrays and arrays expressions. Not here: places in arrays (places.py), reductions
(reductions.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Comprehension, Const, Expr, Product, Stack, Transpose
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import PLAIN, describe
from secfuse.compiler.circuit.types import Domain, Elem, Size, fixed, integer
from secfuse.compiler.types import ValueType, origins_of, summed, tie_of, visibility_of

from .numbers import aligned, common_bits, in_ring, with_bits
from .places import check_range
from .scope import Bound, Checking, Context
from .uses import definite, may, shape_text

Check: TypeAlias = Callable[[Checking, Context, s.Expression], Expr | None]

MOST_AXES = 4


def check_array(checking: Checking, context: Context, array: s.Array, check: Check) -> Expr | None:
    """[a, b, c]: items of one kind and shape."""
    items = [check(checking, context, item) for item in array.items]
    sound = [item for item in items if item is not None and definite(checking, item)]
    if len(sound) < len(items) or not sound:
        return None
    shapes = {item.type.shape: item for item in sound}
    if len(shapes) > 1:
        first, second = list(shapes)[:2]
        expected = f"{shape_text(first)}, as the first item"
        checking.report("SEC240", shapes[second].span, shape_text(second), expected)
        return None
    alike = aligned(checking, array.span, tuple(sound))
    if alike is None:
        return None
    types = [item.type for item in alike]
    lo, hi = reduce(ranges.union, (range_of(type_.elem) for type_ in types))
    elem = replace(types[0].elem, lo=lo, hi=hi)
    shape = (Size(len(alike)), *types[0].shape)
    type_ = ValueType(elem, visibility_of(types), False, origins_of(types), shape, tie_of(types))
    return Stack(array.span, type_, alike) if _few_axes(checking, array.span, shape) else None


def _few_axes(checking: Checking, span: Span, shape: tuple[Size, ...]) -> bool:
    if len(shape) > MOST_AXES:
        checking.report("SEC242", span, f"an array of {len(shape)} axes", f"at most {MOST_AXES}")
    return len(shape) <= MOST_AXES


# ---- comprehensions


def check_comprehension(
    checking: Checking, context: Context, comprehension: s.Comprehension, check: Check
) -> Expr | None:
    """[value for name in over]: `over` is an array, of which the name means each item, or a range."""
    found = _items(checking, context, comprehension, check)
    if found is None:
        return None
    source, bound, length = found
    with checking.named(comprehension.variable, bound):
        value = check(checking, context, comprehension.value)
    shape = () if value is None else (length, *value.type.shape)
    if value is None or not definite(checking, value) or not _few_axes(checking, comprehension.span, shape):
        return None
    is_range = isinstance(comprehension.over, s.Range)
    return Comprehension(comprehension.span, replace(value.type, shape=shape), bound.key, source, is_range, value)


def _items(
    checking: Checking, context: Context, comprehension: s.Comprehension, check: Check
) -> tuple[Expr, Bound, Size] | None:
    """Where the items come from, what the name means, how many there are."""
    key, over = checking.fresh(comprehension.variable.text), comprehension.over
    if isinstance(over, s.Range):
        places = check_range(checking, context, over, check)
        if places is None:
            return None
        if places.length is None:
            checking.report("SEC243", over.span, "a length that is not known", "ends made of sizes and constants")
            return None
        return places.first, Bound(places.type, key, ends=places.ends, item=True), places.length
    array = check(checking, context, over)
    if array is None:
        return None
    if not array.type.shape:
        checking.report("SEC241", array.span, "a single value", "an array, or a range such as 0 ..< n")
        return None
    length, *rest = array.type.shape
    return array, Bound(replace(array.type, shape=tuple(rest)), key, item=True), length


# ---- products


def check_product(checking: Checking, span: Span, left: Expr, right: Expr) -> Expr | None:
    """x @ y of arrays of one or two axes; one rounding for each sum."""
    if not _multipliable(checking, left, right):
        return None
    pair = _same_precision(checking, left, right)
    if pair is None:
        return None
    x, y = pair
    inner = x.type.shape[-1]
    if inner != y.type.shape[0]:
        expected = f"as many as the last axis of the left, which is {inner}"
        checking.report("SEC240", y.span, f"{shape_text(y.type.shape)} behind @", expected)
        return None
    elem = _dotted(checking, span, x.type.elem, y.type.elem, checking.most(inner))
    if elem is None or not (may(checking, x, "aggregated") and may(checking, y, "aggregated")):
        return None
    shape = (*x.type.shape[:-1], *y.type.shape[1:])
    types = (x.type, y.type)
    tie = summed(tie_of(types)) if inner.terms else tie_of(types)
    return Product(span, ValueType(elem, visibility_of(types), False, origins_of(types), shape, tie), x, y)


def _multipliable(checking: Checking, left: Expr, right: Expr) -> bool:
    for value in (left, right):
        if not 1 <= len(value.type.shape) <= 2 or value.type.elem.domain not in PLAIN:
            found = f"{shape_text(value.type.shape)} of {describe(value.type.elem)}"
            checking.report("SEC241", value.span, found, "a vector or a matrix of int or fixed beside @")
            return False
    return True


def _same_precision(checking: Checking, left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """Literals with a point take the other side's precision; an int needs none."""
    bits = common_bits((left, right))
    found = []
    for value in (left, right):
        literal = isinstance(value, Const) and value.type.elem.domain is Domain.FIXED
        found.append(with_bits(checking, value, bits) if literal else value)
    x, y = found
    return None if x is None or y is None else (x, y)


def _dotted(checking: Checking, span: Span, x: Elem, y: Elem, terms: int) -> Elem | None:
    """The element of a sum of products, whose truncation comes last."""
    product = ranges.multiply(range_of(x), range_of(y))
    total = min(0, product[0] * terms), max(0, product[1] * terms)
    if not in_ring(checking, span, total, x.fraction_bits + y.fraction_bits):
        return None
    bits = max(x.fraction_bits, y.fraction_bits)
    lo, hi = ranges.truncate(total, x.fraction_bits + y.fraction_bits - bits)
    return fixed(lo, hi, bits) if bits else integer(lo, hi)


def transposed(checking: Checking, span: Span, array: Expr) -> Expr | None:
    """transpose(x): the axes in reverse order."""
    if len(array.type.shape) < 2:
        checking.report("SEC241", array.span, shape_text(array.type.shape), "an array of two axes or more")
        return None
    return Transpose(span, replace(array.type, shape=array.type.shape[::-1]), array)
