"""Rows of tables: the cost of each kernel of kernels/rows.py.

Lives here: one rule an operation; each takes a `Gate` and gives the form of the result and the cost.
"""

from __future__ import annotations

import math

from secfuse.compiler.circuit.types import Bundle
from secfuse.runtime.planes import words_for

from . import bits
from .cost import FREE, Cost, together
from .forms import Bits, Form, Gate, Ring, Secret, Shape, flag, planes, ring
from .join import join
from .replicated3 import and_, select_ring, share
from .sums import add_up, largest


def input_(gate: Gate) -> tuple[Secret, Cost]:
    """The owner shares a column, or which of its values are there."""
    owner, count, k = gate.owners[str(gate.node.attr("table"))], gate.count, gate.elem.width_bits
    shape = Shape((), count)
    if gate.kind == "ring":
        return Ring(shape), share(owner, count)
    return Bits(k, shape), share(owner, k * words_for(count))


def rows(gate: Gate) -> tuple[Bits, Cost]:
    """All rows that the owner loaded: public knowledge in the form of a secret."""
    return Bits(1, Shape((), gate.count)), FREE


def concat(gate: Gate) -> tuple[Secret, Cost]:
    """One column under the other."""
    shape, parts = Shape((), gate.count), range(len(gate.args))
    if gate.kind == "ring":
        return Ring(shape), sum((ring(gate, i)[1] for i in parts), FREE)
    k = gate.elem.width_bits
    return Bits(k, shape), sum((planes(gate, i, k)[1] for i in parts), FREE)


def join_(gate: Gate) -> tuple[tuple[Secret, ...], Cost]:
    """Inner join."""
    lefts, rights = gate.number("left"), gate.number("right")
    key_bits = max(gate.elem_of(i).width_bits for i in (0, 2))
    left_bits, of_left = _side(gate, key_bits, 0, range(4, 4 + lefts))
    right_bits, of_right = _side(gate, key_bits, 2, range(4 + lefts, 4 + lefts + rights))
    count = sum(gate.count_of(gate.type_of(i)) for i in (1, 3))
    assert isinstance(gate.node.type, Bundle), "a join gives a bundle"
    columns = [part.elem.width_bits for part in gate.node.type.parts[2:]]
    parts = tuple(Bits(k, Shape((), count)) for k in (key_bits, 1, *columns))
    return parts, of_left + of_right + join(key_bits, left_bits, right_bits, count)


def _side(gate: Gate, key_bits: int, key: int, columns: range) -> tuple[int, Cost]:
    """The planes of one side's payload, and the cost of all its planes; `valid` stands behind the key."""
    payload = [planes(gate, i) for i in columns]
    cost = sum((c for _, c in payload), FREE) + planes(gate, key, key_bits)[1] + flag(gate, key + 1)[1]
    return sum(b.k for b, _ in payload), cost


def pick(gate: Gate) -> tuple[Form, Cost]:
    """One part of a bundle."""
    bundle = gate.args[0]
    assert isinstance(bundle, tuple), "only a bundle is picked apart"
    return bundle[gate.number("index")], FREE


def cells(gate: Gate) -> tuple[Bits, Cost]:
    """Which rows lie in which cell: each bit of each key, highest first, splits every prefix of its domain."""
    count = gate.count
    _, cost = flag(gate, 0, count)
    split = 1
    for key in range(1, len(gate.args)):
        elem = gate.elem_of(key)
        held, of_key = planes(gate, key, elem.width_bits, count)
        patterns = [value & ((1 << elem.width_bits) - 1) for value in range(elem.lo, elem.hi + 1)]
        cost += of_key
        for i in reversed(range(held.k)):
            prefixes = len({pattern >> i + 1 for pattern in patterns})
            cost += and_(prefixes * split * words_for(count))
        split *= len(patterns)
    return Bits(1, Shape((split,), count)), cost


def count(gate: Gate) -> tuple[Bits, Cost]:
    """How many rows lie under the mask."""
    mask, cost = _mask(gate)
    cells_ = math.prod(mask.cells)
    return Bits(gate.elem.width_bits, Shape((), cells_)), cost + add_up(1, cells_, mask.count)


def sum_(gate: Gate) -> tuple[Secret, Cost]:
    """The sum of x under the mask: a signed one less what was added for every row counted."""
    mask, cost = _mask(gate)
    cells_, result = math.prod(mask.cells), Shape((), math.prod(mask.cells))
    if gate.kind == "ring":
        x, of_x = ring(gate, 1, 2)
        return Ring(result), cost + of_x + select_ring(mask.meets(x).elements)
    held, of_x = planes(gate, 1, None, mask.count)
    k, width = held.k, gate.elem.width_bits
    cost += of_x + and_(k * mask.words)
    if not gate.elem_of(1).signed:
        return Bits(width, result), cost + add_up(k, cells_, mask.count)
    cost += together(add_up(k, cells_, mask.count), add_up(1, cells_, mask.count))
    return Bits(width, result), cost + bits.subtract(width, result.words)


def _mask(gate: Gate) -> tuple[Shape, Cost]:
    """The mask: one without cells is one cell."""
    type_ = gate.type_of(0)
    mask, cost = flag(gate, 0, gate.count_of(type_))
    return mask.with_axes(2), cost


def extreme(gate: Gate) -> tuple[Bits, Cost]:
    """The greatest or smallest x under the mask, which stands above the number."""
    mask, cost = _mask(gate)
    held, of_x = planes(gate, 1, None, mask.count)
    cells_, width = math.prod(mask.cells), gate.elem.width_bits
    result = Shape((), cells_)
    cost += of_x + and_(held.k * mask.words) + largest(held.k + 1, cells_, mask.count, 1)
    return Bits(width, result), cost + bits.select(width, result.words)


def largest_(gate: Gate) -> tuple[Bits, Cost]:
    """The sum of the `how_many` greatest x under the mask."""
    mask, cost = _mask(gate)
    held, of_x = planes(gate, 1, None, mask.count)
    cells_, width, how_many = math.prod(mask.cells), gate.elem.width_bits, gate.number("how_many")
    result = Shape((), cells_)
    cost += of_x + and_(held.k * mask.words) + largest(held.k, cells_, mask.count, how_many)
    return Bits(width, result), cost + bits.add(width, result.words) * (how_many - 1)
