"""Typing rules of the operations on rows: concatenation, join, cells, reductions.

Lives here: the rules of TYPE (verify.py) that know rows. How many rows can count is known to the lowering only (a
filter or a join adds none), so counts and sums are held to contain 0 and no more.
"""

from __future__ import annotations

from functools import reduce

from . import ranges
from .graph import Node
from .ranges import range_of
from .typed import ADDABLE, NUMBERS, Frame, describe, joined, kind, number, own, ranged
from .types import BOOL, Bundle, Domain, Size, Type, integer


def concat(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """Columns, or arrays that differ along their first axis alone, of one kind."""
    first, shape = args[0].elem, args[0].shape
    for arg in args:
        assert arg.shape, "an argument is a single value"
        assert arg.shape[1:] == shape[1:], "the axes behind the first differ"
        assert kind(arg.elem) == kind(first), f"{describe(arg.elem)} after {describe(first)}"
    found = reduce(ranges.union, (range_of(a.elem) for a in args))
    length = reduce(Size.__add__, (a.shape[0] for a in args))
    return Type(ranged(first, found), (length, *shape[1:]), joined(args))


def join(_: Frame, node: Node, args: tuple[Type, ...]) -> Bundle:
    """Left columns are as long as the left key, right ones as the right key; the keys are of one kind."""
    left, right = number(node, "left"), number(node, "right")
    assert min(left, right) >= 0, "a negative number of columns"
    assert len(args) == 4 + left + right, f"{len(args)} arguments for {left} + {right} columns"
    left_key, left_valid, right_key, right_valid = args[:4]
    assert kind(left_key.elem) == kind(right_key.elem), "the keys are of different kinds"
    for side in (left_key, right_key) if number(node, "in_order") else ():
        assert not side.elem.signed, "a key in order may be negative"
    for valid in (left_valid, right_valid):
        assert valid.elem.domain is Domain.BOOL, "validity is not bool"
    for arg in args:
        _column(arg, "an argument")
    for arg in (left_valid, *args[4 : 4 + left]):
        assert arg.shape == left_key.shape, "a left column is not as long as the left key"
    for arg in (right_valid, *args[4 + left :]):
        assert arg.shape == right_key.shape, "a right column is not as long as the right key"
    shape, visibility = (left_key.shape[0] + right_key.shape[0],), joined(args)
    key = ranged(left_key.elem, ranges.union(range_of(left_key.elem), range_of(right_key.elem)))
    return Bundle(tuple(Type(elem, shape, visibility) for elem in (key, BOOL, *(a.elem for a in args[4:]))))


def pick(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """A part of a bundle, exactly."""
    index = number(node, "index")
    assert 0 <= index < len(args), f"no part {index} of {len(args)}"
    assert node.type == args[index], "a picked part has another type than the bundle says"
    return args[index]


def cells(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """A validity, and keys whose domains are finite and small: one cell per combination."""
    valid, *keys = args
    assert valid.elem.domain is Domain.BOOL, "validity is not bool"
    _column(valid, "validity")
    total = 1
    for key in keys:
        assert key.shape == valid.shape, "a key is not as long as the validity"
        assert key.elem.domain in (Domain.BOOL, Domain.INT, Domain.DATE, Domain.CATEGORY), (
            f"{describe(key.elem)} has no cells"
        )
        total *= key.elem.hi - key.elem.lo + 1
    assert total <= 1 << 20, f"{total} cells"
    return Type(BOOL, (Size(total), *valid.shape), joined(args))


def count(frame: Frame, _: Node, args: tuple[Type, ...]) -> Type:
    """A mask."""
    (mask,) = args
    _mask(mask)
    return Type(integer(0, 0), mask.shape[:-1], joined(args))


def sum_(_: Frame, __: Node, args: tuple[Type, ...]) -> Type:
    """A mask and numbers."""
    assert args[1].elem.domain in ADDABLE, f"{describe(args[1].elem)} is not a number"
    return _reduction(args)


def largest(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """A mask and numbers that are not negative."""
    how_many = number(node, "how_many")
    assert how_many >= 1, f"the {how_many} greatest"
    assert args[1].elem.lo >= 0, "the greatest of numbers that may be negative"
    assert len(args[1].shape) == 1, "the numbers are not a column"
    return _reduction(args)


def extreme(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """A mask and numbers; the result has the numbers' own range, whose end it is where the mask is empty."""
    least = _reduction(args)
    assert own(node).elem == args[1].elem, "the range differs from that of the numbers"
    return Type(args[1].elem, least.shape, least.visibility)


def _reduction(args: tuple[Type, ...]) -> Type:
    mask, x = args
    _mask(mask)
    assert x.elem.domain in NUMBERS, f"{describe(x.elem)} is not a number"
    assert x.shape in (mask.shape[-1:], mask.shape), "the numbers are not as long as the mask"
    return Type(ranged(x.elem, (0, 0)), mask.shape[:-1], joined(args))


def _mask(mask: Type) -> None:
    assert mask.elem.domain is Domain.BOOL, f"the mask is {describe(mask.elem)}"
    assert mask.shape, "the mask is a single value"


def _column(arg: Type, what: str) -> None:
    assert len(arg.shape) == 1, f"{what} is not a column"
