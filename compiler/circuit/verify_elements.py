"""Typing rules of the element-wise operations.

Lives here: the rules of TYPE (verify.py) that know no rows. Each asserts what its arguments must be and returns the
least type of the result.
"""

from __future__ import annotations

from . import ranges
from .graph import Node
from .ranges import Range, fits_ring, range_of
from .typed import (
    ADDABLE,
    NUMBERS,
    PLAIN,
    Frame,
    broadcast,
    describe,
    extreme_of,
    joined,
    kind,
    mean_of,
    own,
    ranged,
    variance_of,
    whole_range,
)
from .typed import number as number_of
from .types import BOOL, Domain, Elem, Type

RING_BITS, MOST_BITS = 64, 62
"""Bits of a word, and of a number that is not negative."""

CONVERTED = frozenset(
    {(Domain.DATE, Domain.INT), (Domain.INT, Domain.DATE), (Domain.CATEGORY, Domain.INT), (Domain.TEXT, Domain.INT)}
)
"""What is the same number under another name."""


def add(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """Numbers of one kind."""
    x, y = _alike(args)
    return _result(args, ranged(x, ranges.add(range_of(x), range_of(y))))


def sub(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """Numbers of one kind."""
    x, y = _alike(args)
    return _result(args, ranged(x, ranges.subtract(range_of(x), range_of(y))))


def neg(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """A number."""
    (x,) = addable(args)
    return _result(args, ranged(x, ranges.negate(range_of(x))))


def absolute(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """A number."""
    (x,) = addable(args)
    return _result(args, ranged(x, ranges.absolute(range_of(x))))


def mul(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """Numbers, one of them no money; the product fits the ring even before its truncation."""
    x, y = addable(args)
    product = ranges.multiply(range_of(x), range_of(y))
    assert fits_ring(product), f"the product {product[0]} .. {product[1]} leaves the ring"
    result = own_product(node, x, y)
    drop = x.fraction_bits + y.fraction_bits - result.fraction_bits
    assert drop >= 0, f"{result.fraction_bits} fraction bits of {x.fraction_bits} + {y.fraction_bits}"
    return _result(args, ranged(result, ranges.truncate(product, drop)))


def div(frame: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """A number by one that is not negative; money by an int, or by money of its kind.

    A mean lies within the range of its values, a variance in a part of it.
    """
    x, y = addable(args)
    assert y.lo >= 0, "the divisor may be negative"
    result = _own_quotient(node, x, y)
    return _result(args, ranged(result, _quotients(frame, node, x, y, result)))


def _quotients(frame: Frame, node: Node, x: Elem, y: Elem, result: Elem) -> Range:
    deviations = variance_of(frame.nodes, node)
    if deviations:
        values = whole_range(frame.nodes, deviations)
        return ranges.variance(range_of(values), values.fraction_bits, result.fraction_bits)
    summands = mean_of(frame.nodes, node)
    if not summands:
        return ranges.divide(range_of(x), range_of(y), result.fraction_bits + y.fraction_bits - x.fraction_bits)
    values = whole_range(frame.nodes, summands)
    bits = result.fraction_bits - values.fraction_bits
    return ranges.union((0, 0), ranges.rescale(range_of(values), bits))


def rescale(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """A number; or a date and the number of its day, both ways; or a category as its index."""
    x, result = args[0].elem, own(node).elem
    assert x.domain in NUMBERS | {Domain.CATEGORY, Domain.TEXT}, f"{describe(x)} is not a number"
    domains = {x.domain, result.domain}
    converted = domains <= PLAIN or (x.domain, result.domain) in CONVERTED
    assert converted or kind(x) == kind(result), f"the result claims to be {describe(result)}"
    fitted = ranges.refitted if result.domain is Domain.FIXED else ranges.rescale
    return _result(args, ranged(result, fitted(range_of(x), result.fraction_bits - x.fraction_bits)))


def lt(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """Numbers or dates of one kind."""
    _same_kind(args)
    for arg in args:
        assert arg.elem.domain in NUMBERS, f"{describe(arg.elem)} is not a number"
    return _result(args, BOOL)


def eq(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """Anything of one kind."""
    _same_kind(args)
    return _result(args, BOOL)


def bit(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """An int."""
    (x,) = args
    assert x.elem.domain is Domain.INT, f"{describe(x.elem)} has no bits"
    assert 0 <= number_of(node, "index") < RING_BITS, "there is no such bit"
    return _result(args, BOOL)


def number(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """Truth values, fewer than the ring has bits, as units of the last place of what is added and summed."""
    claimed = own(node).elem
    assert claimed.domain in ADDABLE, f"claims to be {describe(claimed)}, which is not added"
    for arg in args:
        assert arg.elem.domain is Domain.BOOL, f"{describe(arg.elem)} is not bool"
    assert len(args) <= MOST_BITS, f"a number of {len(args)} bits leaves the ring"
    return _result(args, ranged(claimed, (0, (1 << len(args)) - 1)))


def logic(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """Truth values."""
    for arg in args:
        assert arg.elem.domain is Domain.BOOL, f"{describe(arg.elem)} is not bool"
    return _result(args, BOOL)


def select(frame: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """A truth value, and two things of one kind. The greater of two numbers is at least the greater least end."""
    condition, x, y = args
    assert condition.elem.domain is Domain.BOOL, f"the condition is {describe(condition.elem)}"
    _same_kind((x, y))
    return _result(args, ranged(x.elem, _chosen(frame, node, range_of(x.elem), range_of(y.elem))))


def _chosen(frame: Frame, node: Node, x: Range, y: Range) -> Range:
    match extreme_of(frame.nodes, node):
        case "greater":
            return max(x[0], y[0]), max(x[1], y[1])
        case "lesser":
            return min(x[0], y[0]), min(x[1], y[1])
        case _:
            return ranges.union(x, y)


def _result(args: tuple[Type, ...], elem: Elem) -> Type:
    return Type(elem, broadcast(*args), joined(args))


def addable(args: tuple[Type, ...]) -> tuple[Elem, ...]:
    """The elements of arguments that are all numbers."""
    for arg in args:
        assert arg.elem.domain in ADDABLE, f"{describe(arg.elem)} is not a number"
    return tuple(arg.elem for arg in args)


def _alike(args: tuple[Type, ...]) -> tuple[Elem, ...]:
    _same_kind(args)
    return addable(args)


def _same_kind(args: tuple[Type, ...]) -> None:
    first, second = (arg.elem for arg in args)
    assert kind(first) == kind(second), f"{describe(first)} and {describe(second)} do not go together"


def own_product(node: Node, x: Elem, y: Elem) -> Elem:
    """Of plain numbers a plain number; of money and an int that money."""
    elem = own(node).elem
    if Domain.MONEY not in (x.domain, y.domain):
        assert elem.domain in PLAIN, f"the result claims to be {describe(elem)}"
        return elem
    amount, factor = (x, y) if x.domain is Domain.MONEY else (y, x)
    assert factor.domain is Domain.INT, f"money times {describe(factor)}"
    assert kind(elem) == kind(amount), f"the result claims to be {describe(elem)}"
    return elem


def _own_quotient(node: Node, x: Elem, y: Elem) -> Elem:
    """Of like things a plain number; of money by an int that money."""
    elem = own(node).elem
    if x.domain is Domain.MONEY and y.domain is Domain.INT:
        assert kind(elem) == kind(x), f"the result claims to be {describe(elem)}"
        return elem
    assert Domain.MONEY not in (x.domain, y.domain) or kind(x) == kind(y), f"{describe(x)} by {describe(y)}"
    assert elem.domain in PLAIN, f"the result claims to be {describe(elem)}"
    return elem
