"""Lanes: what is done to each element of a matrix with short rows is done to one long row.

    before   %2 = lt %0 %1 : bool[rows, 3]          a word of 64 lanes holds one row of three
    after    %2 = reshape %0 : int[3*rows], %3 = reshape %1 : int[3*rows], %4 = lt %2 %3 : bool[3*rows],
             %5 = reshape %4 : bool[rows, 3]        a word holds 64 elements

Condition: the operation sends something; its result has at least two axes, of which the last has a length that no
table decides and that fills many words badly; the lengths together are again a length. Reshaping is local, and of two
in a row one is left. What the grammar knows of a range from the nodes around (extremes, means) must still be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import own
from secfuse.compiler.circuit.types import SECRET, Bundle, Size, Type

from .draft import Draft, rewritten

SENDING = frozenset({Op.ADD, Op.SUB, Op.NEG, Op.DIV, Op.ABS, Op.RESCALE, Op.LT, Op.EQ, Op.AND, Op.OR, Op.SELECT})
"""Operations on each element that cost by the word."""

WORD = 64
"""Lanes of a word, in which bits are computed side by side."""

WORTH = 4, 3
SAVED = 64
"""At most three words of four must be left, and so many fewer: to lay out takes time, and a few words are nothing."""


def lanes(circuit: Circuit) -> Circuit:
    """Lay short rows one behind the other."""
    return rewritten(circuit, _laid_out)


def _laid_out(draft: Draft, node: Node) -> int:
    if node.op is Op.RESHAPE:
        return reshaped(draft, node.args[0], own(node))
    if node.op not in SENDING or isinstance(node.type, Bundle) or node.type.visibility != SECRET:
        return draft.keep(node)
    whole = _length(node.type.shape)
    if whole is None or not _fills_badly(node.type.shape, whole, draft.max_rows):
        return draft.keep(node)
    flat = replace(node.type, shape=(whole,))
    args = tuple(_flat(draft, a, node.type, whole) for a in node.args)
    least = draft.least(replace(node, args=args, type=flat))
    if least.elem.lo < flat.elem.lo or least.elem.hi > flat.elem.hi:
        return draft.keep(node)
    return reshaped(draft, draft.keep(replace(node, args=args, type=flat)), node.type, node)


def reshaped(draft: Draft, index: int, wanted: Type, like: Node | None = None) -> int:
    """The elements in that shape: of several changes of shape in a row, the last."""
    while draft.nodes[index].op is Op.RESHAPE and draft.type(index).shape != wanted.shape:
        index = draft.nodes[index].args[0]
    if draft.type(index).shape == wanted.shape:
        return index
    type_ = replace(draft.type(index), shape=wanted.shape)
    return draft.keep(Node(Op.RESHAPE, (index,), type_, (), (like or draft.nodes[index]).span))


def _flat(draft: Draft, index: int, result: Type, whole: Size) -> int:
    """An argument as one row; a single value meets all of it as it is."""
    type_ = draft.type(index)
    if not type_.shape:
        return index
    if type_.shape != result.shape:
        span = draft.nodes[index].span
        index = draft.keep(Node(Op.BROADCAST, (index,), replace(type_, shape=result.shape), (), span))
    return reshaped(draft, index, replace(type_, shape=(whole,)))


def _length(shape: tuple[Size, ...]) -> Size | None:
    """The number of elements, if it is a length: at most one axis is as long as tables are."""
    long = [size for size in shape if size.terms]
    factor = 1
    for size in shape:
        factor *= 1 if size.terms else size.constant
    if len(long) > 1 or factor == 0:
        return None
    base = long[0] if long else Size(1)
    return Size(base.constant * factor, tuple((name, c * factor) for name, c in base.terms))


def _fills_badly(shape: tuple[Size, ...], whole: Size, max_rows: Mapping[str, int]) -> bool:
    """True if with tables as long as they may be so many words less are left, and so much less of all."""
    if len(shape) < 2 or shape[-1].terms:  # noqa: PLR2004 - of a matrix
        return False
    elements, last = whole.bind(max_rows), shape[-1].constant
    now, then = elements // last * -(-last // WORD), -(-elements // WORD)
    return now - then >= SAVED and now * WORTH[1] >= then * WORTH[0]
