"""Places: ranges of a loop, an element of an array, a part of it.

Lives here: `check_range`, `check_index`, and the proof that a place is inside. Values inside are checked by the
function that is handed in. Not here: arrays as wholes (arrays.py), what is known of sums (known.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Element, Expr, Part
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import PUBLIC, Domain, Size, integer
from secfuse.compiler.types import ValueType, origins_of, visibility_of

from .known import linear, never_negative, of_size, plus, size_of
from .numbers import literal, plus_or_minus
from .scope import Checking, Context, Linear
from .uses import may, shape_text

Check: TypeAlias = Callable[[Checking, Context, s.Expression], Expr | None]


@dataclass(frozen=True, slots=True)
class Places:
    """From `first` to before `last`, as values and, where they are such, as sums of names."""

    first: Expr
    last: Expr
    ends: tuple[Linear, Linear] | None

    @property
    def type(self) -> ValueType:
        """Of the variable that goes through them."""
        lo = self.first.type.elem.lo
        return ValueType(integer(lo, max(self.last.type.elem.hi - 1, lo)), PUBLIC)

    @property
    def length(self) -> Size | None:
        """How many they are, where that is a size."""
        return None if self.ends is None else size_of(plus(self.ends[1], self.ends[0], -1))


def check_range(checking: Checking, context: Context, written: s.Range, check: Check) -> Places | None:
    """first ..< last or first .. last, both public ints."""
    first, last = (
        _place(checking, check(checking, context, end), public=True) for end in (written.first, written.last)
    )
    if first is None or last is None:
        return None
    if written.inclusive:
        behind = plus_or_minus(checking, last.span, "+", last, literal(last.span, Fraction(1), True))
        if behind is None:
            return None
        last = behind
    sums = linear(first), linear(last)
    return Places(first, last, None if sums[0] is None or sums[1] is None else (sums[0], sums[1]))


def _place(checking: Checking, value: Expr | None, public: bool) -> Expr | None:
    """An int, single, there, and public where it must be."""
    if value is None:
        return None
    if value.type.elem.domain is not Domain.INT or value.type.shape or value.type.optional:
        found = shape_text(value.type.shape) if value.type.shape else describe(value.type.elem)
        checking.report("SEC244", value.span, f"{found} as a place", "a single int")
        return None
    if public and value.type.visibility != PUBLIC:
        found = f"`{checking.source.words(value.span)}`, which is {value.type.visibility}"
        checking.report("SEC311", value.span, found, "a public place: which it is decides how much is computed")
        return None
    return value


def check_index(checking: Checking, context: Context, index: s.Index, check: Check) -> Expr | None:
    """x[i], x[a:b], x[i, :]"""
    array = check(checking, context, index.array)
    if array is None:
        return None
    if len(index.indices) > len(array.type.shape):
        many = f"{len(index.indices)} places in {shape_text(array.type.shape)}"
        checking.report("SEC241", index.span, many, f"at most {len(array.type.shape)}")
        return None
    axis = 0
    found: Expr | None = array
    for part in index.indices:
        if found is None:
            return None
        if isinstance(part, s.Slice):
            found = _part(checking, context, index.span, found, axis, part, check)
            axis += 1
        else:
            found = _element(checking, context, index.span, found, axis, part, check)
    return found


def _element(
    checking: Checking, context: Context, span: Span, array: Expr, axis: int, written: s.Expression, check: Check
) -> Expr | None:
    place = _place(checking, check(checking, context, written), public=False)
    if place is None:
        return None
    length = array.type.shape[axis]
    if place.type.visibility != PUBLIC and not may(checking, place, "compared"):
        return None
    if not _inside(checking, place, linear(place), {"": 1}, length):
        return None
    shape = (*array.type.shape[:axis], *array.type.shape[axis + 1 :])
    types = (array.type, place.type)
    type_ = replace(array.type, visibility=visibility_of(types), shape=shape, origins=origins_of((array.type,)))
    return Element(span, type_, array, place, axis)


def _part(
    checking: Checking, context: Context, span: Span, array: Expr, axis: int, written: s.Slice, check: Check
) -> Expr | None:
    """x[a:b]: how many there are must be a size, where they begin may depend on a loop."""
    length = array.type.shape[axis]
    if written.first is None and written.last is None:
        return array
    start = literal(span, Fraction(0), True)
    first = start if written.first is None else _place(checking, check(checking, context, written.first), public=True)
    if first is None:
        return None
    begin, end = linear(first), of_size(length)
    if written.last is not None:
        last = _place(checking, check(checking, context, written.last), public=True)
        found = None if last is None else linear(last)
        if last is None:
            return None
        end = {} if found is None else found
        begin = begin if found is not None else None
    many = None if begin is None else size_of(plus(end, begin, -1))
    if begin is None or many is None:
        expected = "ends whose distance is made of sizes and constants, as in x[i : i + 8]"
        checking.report("SEC243", written.span, "a part whose length is not known", expected)
        return None
    if not _inside(checking, first, begin, of_size(many), length):
        return None
    shape = (*array.type.shape[:axis], many, *array.type.shape[axis + 1 :])
    return Part(span, replace(array.type, shape=shape), array, first, axis)


def _inside(checking: Checking, place: Expr, begin: Linear | None, many: Linear, length: Size) -> bool:
    """False, and SEC510, if the place is certainly outside; one that depends on the run is looked at in the run."""
    names = checking.by_key
    lo, hi = place.type.elem.lo, place.type.elem.hi
    before = never_negative(begin, names) if begin is not None else (None if lo < 0 <= hi else lo >= 0)
    room = plus(of_size(length), many, -1)
    rest = plus(room, begin, -1) if begin is not None else plus(room, {"": lo}, -1)
    behind = never_negative(rest, names)
    if before is False or behind is False:
        found = f"place {lo}" if lo == hi else f"a place in {lo} .. {hi}"
        checking.report("SEC510", place.span, found, f"a place below {length}, counted from 0")
        return False
    return True
