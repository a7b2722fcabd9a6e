"""Typing rules of the operations that see a column as a sequence: sort, scan, shift.

Lives here: the rules of TYPE (verify.py) for which the order of the rows matters. Not here: rows as a set
(verify_rows.py).
"""

from __future__ import annotations

from . import ranges
from .graph import Node
from .ranges import range_of
from .typed import ADDABLE, NUMBERS, Frame, describe, joined, number, ranged
from .types import BOOL, Bundle, Domain, Elem, Size, Type

SCANS = ("sum", "least", "greatest", "first")
"""What a scan can make of the elements so far."""


def sort(_: Frame, node: Node, args: tuple[Type, ...]) -> Bundle:
    """A validity, keys of any kind, columns; all equally long. Each comes out as it went in."""
    keys, descending = number(node, "keys"), node.attr("descending")
    assert 0 <= keys < len(args), f"{keys} keys of {len(args) - 1} columns"
    assert isinstance(descending, tuple), "the directions are not a list"
    assert len(descending) == keys, f"{len(descending)} directions for {keys} keys"
    length = _length(args)
    assert args[0].elem.domain is Domain.BOOL, f"validity is {describe(args[0].elem)}"
    visibility = joined(args)
    return Bundle(tuple(Type(elem, (length,), visibility) for elem in (BOOL, *(a.elem for a in args[1:]))))


def scan(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """Where groups start, and what is scanned. The range of a sum contains that of its elements and no more is held."""
    starts, x = args
    what = node.attr("what")
    assert what in SCANS, f"no scan is called {what}"
    length = _length(args)
    assert starts.elem.domain is Domain.BOOL, f"where groups start is {describe(starts.elem)}"
    if what == "sum":
        assert x.elem.domain in ADDABLE, f"{describe(x.elem)} is not a number"
    if what in ("least", "greatest"):
        assert x.elem.domain in NUMBERS | {Domain.BOOL}, f"{describe(x.elem)} is not ordered"
    return Type(x.elem, (length,), joined(args))


def shift(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """A column; where nothing is moved in, it is 0."""
    (x,) = args
    length = _length(args)
    distance = number(node, "distance")
    return Type(_with_zero(x.elem) if distance else x.elem, (length,), x.visibility)


def _with_zero(elem: Elem) -> Elem:
    return ranged(elem, ranges.union(range_of(elem), (0, 0)))


def _length(args: tuple[Type, ...]) -> Size:
    """The one length of all of them."""
    for arg in args:
        assert len(arg.shape) == 1, "an argument is not a column"
        assert arg.shape == args[0].shape, f"columns of {args[0].shape[0]} and of {arg.shape[0]} rows"
    return args[0].shape[0]
