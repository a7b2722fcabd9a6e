"""Arrays become nodes of more than one axis.

Lives here: one rule per form, and how values meet that are computed for many rows or items at once. Such a batch is a
number of leading axes of the node; the axes behind it are those of the value itself. Not here: which shapes fit
(checking/arrays.py), loops (loops.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.graph import Attr
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Elem, Size, Type, integer

from .gates import Lowering, Value, merged

ONE = Size(1)


def axes(lowering: Lowering, value: Value) -> int:
    """How many axes the value itself has."""
    return len(lowering.type(value.node).shape) - value.batch


def aligned(lowering: Lowering, values: Sequence[Value]) -> tuple[int, tuple[int, ...]]:
    """The common number of batch axes, and the nodes with axes of length 1 where they need some to meet."""
    batch = max((value.batch for value in values), default=0)
    if not batch:
        return 0, tuple(value.node for value in values)
    own = max((axes(lowering, value) for value in values), default=0)
    return batch, tuple(_with_axes(lowering, value, batch, own) for value in values)


def _with_axes(lowering: Lowering, value: Value, batch: int, own: int) -> int:
    """Ones behind the value's batch axes; in front of all axes NumPy puts them by itself."""
    have = axes(lowering, value)
    if not value.batch or (value.batch == batch and have == own):
        return value.node
    shape = lowering.type(value.node).shape
    ones = (ONE,) * (batch - value.batch + own - have)
    return _reshaped(lowering, value.node, (*shape[: value.batch], *ones, *shape[value.batch :]))


def _reshaped(lowering: Lowering, node: int, shape: tuple[Size, ...]) -> int:
    return node if lowering.type(node).shape == shape else lowering.shaped(Op.RESHAPE, (node,), shape)


def stretched(lowering: Lowering, node: int, shape: tuple[Size, ...]) -> int:
    """The node repeated to the shape."""
    return node if lowering.type(node).shape == shape else lowering.shaped(Op.BROADCAST, (node,), shape)


def size(lowering: Lowering, expr: c.SizeValue) -> Value:
    """A number that is known when tables are loaded; a constant where it is one."""
    if not expr.size.terms:
        return Value(lowering.constant(expr.size.constant, expr.type.elem, expr.span))
    attr: tuple[Attr, ...] = (expr.size.constant, *expr.size.terms)
    return Value(lowering.builder.add(Op.SIZE, (), Type(expr.type.elem, (), PUBLIC), lowering.place, size=attr))


def stacked(lowering: Lowering, expr: c.Stack, parts: list[Value]) -> Value:
    """[a, b, c]: constants as one constant; else the items, each with an axis of its own, one after the other."""
    rests_on = merged(*(part.rests_on for part in parts))
    if len(expr.type.shape) == 1 and all(isinstance(item, c.Const) for item in expr.items):
        values = tuple(item.value for item in expr.items if isinstance(item, c.Const))
        return Value(lowering.constant(values, expr.type.elem, lowering.place or expr.span))
    batch, nodes = aligned(lowering, parts)
    if not batch:
        return Value(
            _joined(lowering, [_new_axis(lowering, node, 0) for node in nodes], expr.type.elem), None, rests_on
        )
    # The new axis stands behind the batch; nodes are joined along their first axis, so it moves there and back.
    shape = lowering.type(nodes[0]).shape
    for node in nodes[1:]:
        shape = _wider(shape, lowering.type(node).shape)
    alike = [_new_axis(lowering, stretched(lowering, node, shape), 0) for node in nodes]
    node = _joined(lowering, alike, expr.type.elem)
    return Value(moved(lowering, node, 0, batch), None, rests_on, batch)


def _wider(x: tuple[Size, ...], y: tuple[Size, ...]) -> tuple[Size, ...]:
    length = max(len(x), len(y))
    x, y = ((ONE,) * (length - len(s)) + s for s in (x, y))
    return tuple(b if a == ONE else a for a, b in zip(x, y, strict=True))


def _new_axis(lowering: Lowering, node: int, axis: int) -> int:
    shape = lowering.type(node).shape
    return _reshaped(lowering, node, (*shape[:axis], ONE, *shape[axis:]))


def _joined(lowering: Lowering, nodes: list[int], elem: Elem) -> int:
    types = [lowering.type(node) for node in nodes]
    length = types[0].shape[0]
    for type_ in types[1:]:
        length = length + type_.shape[0]
    node = lowering.shaped(Op.CONCAT, tuple(nodes), (length, *types[0].shape[1:]))
    last = lowering.builder.nodes[node]
    assert isinstance(last.type, Type), "a column has a type"
    lowering.builder.nodes[node] = replace(last, type=replace(last.type, elem=elem))
    return node


def moved(lowering: Lowering, node: int, axis: int, to: int) -> int:
    """The same elements with one axis in another place."""
    if axis == to:
        return node
    shape = lowering.type(node).shape
    order = [i for i in range(len(shape)) if i != axis]
    order.insert(to, axis)
    return lowering.shaped(Op.TRANSPOSE, (node,), tuple(shape[i] for i in order), axes=tuple(order))


def transposed(lowering: Lowering, array: Value) -> Value:
    """The axes of the value itself in reverse order."""
    shape = lowering.type(array.node).shape
    own = range(array.batch, len(shape))
    order = (*range(array.batch), *reversed(own))
    node = lowering.shaped(Op.TRANSPOSE, (array.node,), tuple(shape[i] for i in order), axes=order)
    return replace(array, node=node)


# ---- comprehensions


def places(lowering: Lowering, first: Value, length: Size, depth: int) -> Value:
    """first, first + 1, … as items."""
    top = max(lowering.most(length) - 1, 0)
    count = lowering.builder.add(Op.IOTA, (), Type(integer(0, top), (length,), PUBLIC), lowering.place)
    start = lowering.type(first.node).elem
    node = lowering.apply(Op.ADD, (count, first.node), integer(start.lo, start.hi + top))
    return Value(_reshaped(lowering, node, (ONE,) * depth + (length,)), batch=depth + 1)


def items(lowering: Lowering, array: Value, depth: int) -> Value:
    """The first axis of an array becomes one of the batch."""
    shape = lowering.type(array.node).shape
    ones = (ONE,) * (depth - array.batch)
    node = _reshaped(lowering, array.node, (*shape[: array.batch], *ones, *shape[array.batch :]))
    return replace(array, node=node, batch=depth + 1)


def collected(lowering: Lowering, value: Value, over: Value, length: Size, depth: int) -> Value:
    """The innermost axis of the batch becomes the first of the array."""
    own = axes(lowering, value)
    node = _with_axes(lowering, value, depth + 1, own) if value.batch else value.node
    shape = lowering.type(node).shape
    if value.batch == 0:
        node = _reshaped(lowering, node, (*(ONE,) * (depth + 1), *shape))
        shape = lowering.type(node).shape
    if shape[depth] != length:
        node = stretched(lowering, node, (*shape[:depth], length, *shape[depth + 1 :]))
    return Value(node, None, merged(value.rests_on, over.rests_on), depth)


# ---- places


def element(lowering: Lowering, expr: c.Element, array: Value, place: Value) -> Value:
    """The elements at a place along an axis, which is left out."""
    rests_on = merged(array.rests_on, place.rests_on)
    axis, public = array.batch + expr.axis, lowering.type(place.node).visibility == PUBLIC
    shape = lowering.type(array.node).shape
    if public and not place.batch:
        node = lowering.shaped(Op.SLICE, (array.node, place.node), (*shape[:axis], ONE, *shape[axis + 1 :]), axis=axis)
        node = _reshaped(lowering, node, (*shape[:axis], *shape[axis + 1 :]))
        return Value(node, None, rests_on, array.batch)
    if public and not array.batch:
        node = moved(lowering, array.node, axis, 0)
        indices = lowering.type(place.node).shape
        node = lowering.shaped(Op.TAKE, (node, place.node), (*indices, *lowering.type(node).shape[1:]), axis=0)
        return Value(node, None, rests_on, place.batch)
    if public and not any(length.terms for length in shape[: axis + 1]):
        return replace(_taken_for_each(lowering, array, place, axis), rests_on=rests_on)
    return replace(_looked_up(lowering, expr, array, place, axis), rests_on=rests_on)


def _taken_for_each(lowering: Lowering, array: Value, place: Value, axis: int) -> Value:
    """Each item of the batch has an array and a public place of its own: all arrays become one, and places count there.

    The places pass through a list of all places there are, so that one that lies outside stops the run.
    """
    behind = moved(lowering, array.node, axis, array.batch)
    shape = lowering.type(behind).shape
    length = shape[array.batch].constant
    every = lowering.builder.add(
        Op.IOTA, (), Type(integer(0, max(length - 1, 0)), (Size(length),), PUBLIC), lowering.place
    )
    of_place = lowering.type(place.node).shape
    node = lowering.shaped(Op.TAKE, (every, place.node), of_place, axis=0)
    stride = length
    for before in reversed(range(array.batch)):
        many = shape[before].constant
        if many > 1:
            node = _plus_items(lowering, node, before, max(array.batch, place.batch), many, stride)
        stride *= many
    flat = _reshaped(lowering, behind, (Size(stride), *shape[array.batch + 1 :]))
    indices = lowering.type(node).shape
    node = lowering.shaped(Op.TAKE, (flat, node), (*indices, *shape[array.batch + 1 :]), axis=0)
    return Value(node, batch=len(indices))


def _plus_items(lowering: Lowering, node: int, axis: int, batch: int, many: int, stride: int) -> int:
    """The places, and for each item along that axis of the batch so many more than for the one before."""
    own = lowering.type(node).shape
    node = _reshaped(lowering, node, (*own, *(ONE,) * (batch - len(own))))
    count = lowering.builder.add(Op.IOTA, (), Type(integer(0, many - 1), (Size(many),), PUBLIC), lowering.place)
    count = _reshaped(lowering, count, (Size(many), *(ONE,) * (batch - axis - 1)))
    by = lowering.number(stride)
    step = lowering.apply(Op.MUL, (count, by), integer(0, (many - 1) * stride))
    top = lowering.type(node).elem.hi
    return lowering.apply(Op.ADD, (node, step), integer(0, top + (many - 1) * stride))


def _looked_up(lowering: Lowering, expr: c.Element, array: Value, place: Value, axis: int) -> Value:
    """Every element is compared with the place, so that nobody learns which one it was."""
    last = len(lowering.type(array.node).shape) - 1
    table = replace(array, node=moved(lowering, array.node, axis, last))
    length = lowering.type(table.node).shape[-1]
    top = max(lowering.most(length) - 1, 0)
    own = axes(lowering, table)
    spread = _reshaped(
        lowering, place.node, (*lowering.type(place.node).shape[: place.batch], *(ONE,) * own)
    )  # fmt: skip
    count = lowering.builder.add(Op.IOTA, (), Type(integer(0, top), (length,), PUBLIC), lowering.place)
    found = Value(lowering.apply(Op.EQ, (spread, count), BOOL, expr.span), batch=place.batch)
    batch, (mask, x) = aligned(lowering, (found, table))
    shape = _wider(lowering.type(mask).shape, lowering.type(x).shape)
    mask, x = stretched(lowering, mask, shape), stretched(lowering, x, shape)
    if lowering.type(x).elem.domain is BOOL.domain:
        both = lowering.apply(Op.AND, (mask, x), BOOL)
        hits = lowering.reduce(Op.COUNT, (both,), integer(0, lowering.most(length)))
        return Value(lowering.apply(Op.LT, (lowering.number(0), hits), BOOL, expr.span), batch=batch)
    elem = lowering.type(x).elem
    return Value(lowering.reduce(Op.SUM, (mask, x), _one_of(elem), expr.span), batch=batch)


def _one_of(elem: Elem) -> Elem:
    return replace(elem, lo=min(0, elem.lo), hi=max(0, elem.hi))


def part(lowering: Lowering, expr: c.Part, array: Value, first: Value) -> Value:
    """From a place on along an axis."""
    axis, shape = array.batch + expr.axis, lowering.type(array.node).shape
    assert not first.batch, "a part begins in one place for all items"
    length = expr.type.shape[expr.axis]
    node = lowering.shaped(Op.SLICE, (array.node, first.node), (*shape[:axis], length, *shape[axis + 1 :]), axis=axis)
    return replace(array, node=node, rests_on=merged(array.rests_on, first.rests_on))


# ---- products and reductions


def product(lowering: Lowering, expr: c.Product, left: Value, right: Value) -> Value:
    """x @ y; a vector is a matrix of one row, or of one column, meanwhile."""
    rests_on = merged(left.rests_on, right.rests_on)
    row, column = axes(lowering, left) == 1, axes(lowering, right) == 1
    x = replace(left, node=_new_axis(lowering, left.node, left.batch)) if row else left
    y = replace(right, node=_new_axis(lowering, right.node, right.batch + 1)) if column else right
    batch, (a, b) = aligned(lowering, (x, y))
    first, second = lowering.type(a).shape, lowering.type(b).shape
    leading = _wider(first[:-2], second[:-2])
    types = (lowering.type(a), lowering.type(b))
    visibility = types[0].visibility.join(types[1].visibility)
    type_ = Type(expr.type.elem, (*leading, first[-2], second[-1]), visibility)
    node = lowering.builder.add(Op.MATMUL, (a, b), type_, lowering.place or expr.span)
    kept = [*leading, *(() if row else (first[-2],)), *(() if column else (second[-1],))]
    return Value(_reshaped(lowering, node, tuple(kept)), None, rests_on, batch)


def reduced(lowering: Lowering, expr: c.Reduce, array: Value) -> Value:
    """A reduction along one axis, all of whose items count."""
    last = len(lowering.type(array.node).shape) - 1
    x = moved(lowering, array.node, array.batch + expr.axis, last)
    always = stretched(lowering, lowering.constant(1, BOOL), lowering.type(x).shape)
    node = _reduction(lowering, expr, always, x)
    return replace(array, node=node)


def _reduction(lowering: Lowering, expr: c.Reduce, always: int, x: int) -> int:
    elem, span = expr.type.elem, expr.span
    length = lowering.most(lowering.type(x).shape[-1])
    match expr.reduction:
        case c.Reduction.SUM:
            return lowering.reduce(Op.SUM, (always, x), elem, span)
        case c.Reduction.MIN:
            return lowering.reduce(Op.LEAST, (always, x), elem, span)
        case c.Reduction.MAX:
            return lowering.reduce(Op.GREATEST, (always, x), elem, span)
        case c.Reduction.COUNT:
            return lowering.reduce(Op.COUNT, (x,), elem, span)
        case c.Reduction.ANY:
            return _some(lowering, x, length)
        case c.Reduction.ALL:
            return lowering.apply(Op.NOT, (_some(lowering, lowering.apply(Op.NOT, (x,), BOOL), length),), BOOL, span)
        case c.Reduction.MEAN:
            of = lowering.type(x).elem
            total = lowering.reduce(
                Op.SUM, (always, x), replace(of, lo=min(0, of.lo * length), hi=max(0, of.hi * length))
            )
            known = not lowering.type(x).shape[-1].terms
            count = lowering.number(length) if known else lowering.reduce(Op.COUNT, (always,), integer(0, length))
            return lowering.apply(Op.DIV, (total, count), elem, span)
        case _:
            raise AssertionError(f"the checker admits no {expr.reduction.value} of an array")


def _some(lowering: Lowering, x: int, length: int) -> int:
    hits = lowering.reduce(Op.COUNT, (x,), integer(0, length))
    return lowering.apply(Op.LT, (lowering.number(0), hits), BOOL)
