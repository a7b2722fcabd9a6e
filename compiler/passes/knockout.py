"""Knock-out: the extreme of a short row is found pair by pair, for all rows at once.

    before   %2 = least %1 %0 : int[rows]           %0 : int[rows, 3], %1 : bool[rows, 3] or all true
    after    the three columns as int[rows], where the mask does not hold the end of the range;
             %8 = lt %5 %6, %9 = select %8 %5 %6, and so on: as deep as the logarithm of the length

Condition: the result has an axis, and the axis that is reduced has a length of 2 to 16 that no table decides. Reducing
within words would use as few lanes of each as the row is long.
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import own
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Bundle, Elem, Size, Type, integer

from .draft import Draft, rewritten

MOST = 16
FEW = 4
"""So few rows known from the start are not worth it."""


def knockout(circuit: Circuit) -> Circuit:
    """Compare columns instead of reducing rows."""
    return rewritten(circuit, _reduced)


def _reduced(draft: Draft, node: Node) -> int:
    if (
        node.op not in (Op.LEAST, Op.GREATEST)
        or isinstance(node.type, Bundle)
        or node.type.visibility.level != "secret"
    ):
        return draft.keep(node)
    mask, x = node.args
    length = draft.type(mask).shape[-1]
    if length.terms or not 1 < length.constant <= MOST or not _has_rows(node.type.shape):
        return draft.keep(node)
    found = [_column(draft, node, mask, x, place) for place in range(length.constant)]
    while len(found) > 1:
        pairs = zip(found[::2], found[1::2], strict=False)
        found = [_better(draft, node, a, b) for a, b in pairs] + found[len(found) // 2 * 2 :]
    return draft.keep(replace(draft.nodes[found[0]], type=node.type, span=node.span))


def _has_rows(shape: tuple[Size, ...]) -> bool:
    return any(size.terms or size.constant > FEW for size in shape)


def _column(draft: Draft, node: Node, mask: int, x: int, place: int) -> int:
    """One element of every row, where the mask holds; else the end that loses."""
    elem = draft.type(x).elem
    column = _at(draft, x, place, node)
    if is_true(draft, mask):
        if draft.type(column).shape == own(node).shape:
            return column
        return draft.keep(
            Node(Op.BROADCAST, (column,), replace(draft.type(column), shape=own(node).shape), (), node.span)
        )
    worst = elem.hi if node.op is Op.LEAST else elem.lo
    end = _constant(draft, worst, replace(elem, lo=worst, hi=worst))
    return draft.add(Op.SELECT, (_at(draft, mask, place, node), column, end), elem, node.span)


def _at(draft: Draft, index: int, place: int, node: Node) -> int:
    """That element along the last axis."""
    type_ = draft.type(index)
    start = _constant(draft, place, integer(place, place))
    shape = (*type_.shape[:-1], Size(1))
    axis = (("axis", len(shape) - 1),)
    cut = draft.keep(Node(Op.SLICE, (index, start), replace(type_, shape=shape), axis, node.span))
    return draft.keep(Node(Op.RESHAPE, (cut,), replace(type_, shape=shape[:-1]), (), node.span))


def _constant(draft: Draft, value: int, elem: Elem) -> int:
    return draft.keep(Node(Op.CONST, (), Type(elem, (), PUBLIC), (("value", value),)))


def is_true(draft: Draft, mask: int) -> bool:
    """True for a mask that leaves nothing out."""
    node = draft.nodes[mask]
    if node.op in (Op.BROADCAST, Op.RESHAPE):
        return is_true(draft, node.args[0])
    value = node.attr("value") if node.op is Op.CONST else 0
    return all(value) if isinstance(value, tuple) else bool(value)


def _better(draft: Draft, node: Node, a: int, b: int) -> int:
    less = draft.add(Op.LT, (a, b), BOOL, node.span)
    return draft.add(Op.SELECT, (less, a, b) if node.op is Op.LEAST else (less, b, a), own(node).elem, node.span)
