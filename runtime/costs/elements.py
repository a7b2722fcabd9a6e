"""Element by element: the cost of each kernel of kernels/elements.py.

Lives here: one rule an operation; each takes a `Gate` and gives the form of the result and the cost.
"""

from __future__ import annotations

import numpy as np

from . import bits
from .cost import FREE, Cost
from .forms import Bits, Gate, Ring, Secret, Shape, flag, planes, public_scalar, ring
from .reciprocal import divide
from .replicated3 import and_ as and_gates
from .replicated3 import multiply, select_ring, truncate


def _both_rings(gate: Gate) -> tuple[Shape, Cost]:
    """The shape of a result on the ring, and what it costs to get its arguments there."""
    (x, of_x), (y, of_y) = (ring(gate, i, gate.axes) for i in (0, 1))
    return x.meets(y), of_x + of_y


def _both_planes(gate: Gate, width: int) -> tuple[Shape, Cost]:
    """The same on planes."""
    (x, of_x), (y, of_y) = (planes(gate, i, width, gate.count, gate.axes) for i in (0, 1))
    return x.shape.meets(y.shape), of_x + of_y


def add(gate: Gate) -> tuple[Secret, Cost]:
    """x + y."""
    if gate.kind == "ring":
        shape, cost = _both_rings(gate)
        return Ring(shape), cost
    k = gate.elem.width_bits
    shape, cost = _both_planes(gate, k)
    return Bits(k, shape), cost + bits.add(k, shape.words)


def sub(gate: Gate) -> tuple[Secret, Cost]:
    """x - y."""
    if gate.kind == "ring":
        shape, cost = _both_rings(gate)
        return Ring(shape), cost
    k = gate.elem.width_bits
    shape, cost = _both_planes(gate, k)
    return Bits(k, shape), cost + bits.subtract(k, shape.words)


def neg(gate: Gate) -> tuple[Secret, Cost]:
    """-x."""
    if gate.kind == "ring":
        shape, cost = ring(gate, 0)
        return Ring(shape), cost
    k = gate.elem.width_bits
    x, cost = planes(gate, 0, k)
    return Bits(k, x.shape), cost + bits.negate_where(k, x.shape.words)


def mul(gate: Gate) -> tuple[Secret, Cost]:
    """x * y, then a truncation."""
    drop = sum(gate.elem_of(i).fraction_bits for i in (0, 1)) - gate.elem.fraction_bits
    which = next((1 - i for i in (0, 1) if isinstance(gate.args[i], np.ndarray)), None)
    if gate.kind == "bits":
        assert which is not None, "planes are multiplied by public numbers only"
        return _mul_public(gate, which, drop)
    shape, cost = _both_rings(gate)
    if which is None:
        cost += multiply(shape.elements)
    return Ring(shape), cost + (truncate(shape.elements, drop) if drop else FREE)


def _mul_public(gate: Gate, which: int, drop: int) -> tuple[Bits, Cost]:
    factor = public_scalar(gate.args[1 - which])
    assert factor is not None, "the other one is the public number"
    width = gate.elem.width_bits + drop + 1
    x, cost = planes(gate, which, width)
    words = x.shape.words
    cost += bits.times_constant(width, words, abs(factor))
    if factor < 0:
        cost += bits.negate_where(width, words)
    if drop:
        cost += bits.add(width, words)
    return Bits(gate.elem.width_bits, x.shape), cost


def div(gate: Gate) -> tuple[Bits, Cost]:
    """x / y."""
    elem, top, bottom = gate.elem, gate.elem_of(0), gate.elem_of(1)
    (x, of_x), (y, of_y) = (planes(gate, i, None, gate.count, gate.axes) for i in (0, 1))
    shape, cost = x.shape.meets(y.shape), of_x + of_y
    if top.signed:
        cost += bits.negate_where(x.k, x.shape.words)
    shift = elem.fraction_bits + bottom.fraction_bits - top.fraction_bits
    quotient = max(abs(elem.lo), abs(elem.hi), 1).bit_length()
    below = y.k + max(-shift, 0)
    cost += divide(x.k, below, max(shift, 0), quotient, x.shape, y.shape)
    if top.signed:
        cost += bits.negate_where(max(quotient, elem.width_bits), shape.words)
    return Bits(elem.width_bits, shape), cost


def absolute(gate: Gate) -> tuple[Bits, Cost]:
    """|x|."""
    x, cost = planes(gate, 0)
    if gate.elem_of(0).signed:
        cost += bits.negate_where(x.k, x.shape.words)
    return Bits(gate.elem.width_bits, x.shape), cost


def rescale(gate: Gate) -> tuple[Secret, Cost]:
    """To other fraction bits."""
    less = gate.elem_of(0).fraction_bits - gate.elem.fraction_bits
    if gate.kind == "ring":
        shape, cost = ring(gate, 0)
        return Ring(shape), cost + (truncate(shape.elements, less) if less > 0 else FREE)
    k, signed = gate.elem.width_bits, gate.elem_of(0).signed
    x, cost = planes(gate, 0)
    if less > 0:
        words = x.shape.words
        cost += bits.negate_where(x.k, words) if signed else FREE
        cost += bits.add(max(x.k, less) + 1, words)
        cost += bits.negate_where(k, words) if signed else FREE
    return Bits(k, x.shape), cost


def lt(gate: Gate) -> tuple[Bits, Cost]:
    """x < y."""
    if gate.kind == "ring":
        shape, cost = _both_rings(gate)
        return Bits(1, shape), cost + bits.top_bit(shape.words, gate.difference_bits)
    k, shape, cost = _comparable(gate)
    return Bits(1, shape), cost + bits.less(k, shape.words)


def eq(gate: Gate) -> tuple[Bits, Cost]:
    """x == y."""
    if gate.kind == "ring":
        shape, cost = _both_rings(gate)
        return Bits(1, shape), cost + bits.is_zero(shape.words)
    k, shape, cost = _comparable(gate)
    return Bits(1, shape), cost + bits.equal(k, shape.words)


def _comparable(gate: Gate) -> tuple[int, Shape, Cost]:
    """Bits, shape, and the cost of both arguments as planes of equal width."""
    elems = [gate.elem_of(i) for i in (0, 1)]
    signed = any(e.signed for e in elems)
    k = max(e.width_bits + (signed and not e.signed) for e in elems)
    return k, *_both_planes(gate, k)


def and_(gate: Gate) -> tuple[Bits, Cost]:
    """Both hold; with a public one nothing is sent."""
    for i in (0, 1):
        if isinstance(public := gate.args[i], np.ndarray):
            x, cost = flag(gate, 1 - i, gate.count, gate.axes)
            return Bits(1, x if public.ndim == 0 else x.meets(Shape(public.shape[:-1], gate.count))), cost
    return or_(gate)


def or_(gate: Gate) -> tuple[Bits, Cost]:
    """At least one holds: one gate a bit."""
    shape, cost = _both_planes(gate, 1)
    return Bits(1, shape), cost + and_gates(shape.words)


def not_(gate: Gate) -> tuple[Bits, Cost]:
    """It does not hold."""
    shape, cost = flag(gate, 0)
    return Bits(1, shape), cost


def bit(gate: Gate) -> tuple[Secret, Cost]:
    """One bit of x."""
    x, cost = planes(gate, 0)
    return Bits(1, x.shape), cost


def number(gate: Gate) -> tuple[Secret, Cost]:
    """Bits as a number."""
    held = [flag(gate, i, gate.count, gate.axes) for i in range(len(gate.args))]
    first, *others = (shape for shape, _ in held)
    return Bits(gate.elem.width_bits, first.meets(*others)), sum((cost for _, cost in held), FREE)


def select(gate: Gate) -> tuple[Secret, Cost]:
    """x where the condition holds, else y; a public condition chooses for nothing."""
    k, count, axes = gate.elem.width_bits, gate.count, gate.axes
    decided = public_scalar(gate.args[0])
    chosen = (1, 2) if decided is None else (1,) if decided else (2,)
    condition, cost = flag(gate, 0, count, axes)
    if gate.kind == "ring":
        rings = [ring(gate, i, axes) for i in chosen]
        shapes, costs = [Shape(s.cells, count) for s, _ in rings], [c for _, c in rings]
    else:
        held = [planes(gate, i, k, count, axes) for i in chosen]
        shapes, costs = [b.shape for b, _ in held], [c for _, c in held]
    cost = sum(costs, cost)
    if decided is not None:
        return (Ring(shapes[0]) if gate.kind == "ring" else Bits(k, shapes[0])), cost
    shape, public = condition.meets(*shapes), isinstance(gate.args[0], np.ndarray)
    if gate.kind == "ring":
        return Ring(shape), cost if public else cost + select_ring(shape.elements)
    return Bits(k, shape), cost if public else cost + bits.select(k, shape.words)
