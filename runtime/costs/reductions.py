"""Reductions of the last axis under a mask: the cost of each kernel of kernels/reductions.py.

Lives here: one rule an operation; each takes a `Gate` and gives the form of the result and the cost.
"""

from __future__ import annotations

import math

import numpy as np

from secfuse.runtime.planes import words_for

from . import bits
from .cost import FREE, Cost, together
from .forms import Bits, Gate, Ring, Secret, Shape, planes, ring
from .largest import largest
from .replicated3 import and_, select_ring
from .sums import add_up


def count(gate: Gate) -> tuple[Bits, Cost]:
    """How many rows lie under the mask."""
    cells, many = _mask(gate)
    return Bits(gate.elem.width_bits, _result(gate)), add_up(1, cells, many)


def sum_(gate: Gate) -> tuple[Secret, Cost]:
    """The sum of x under the mask: a signed one less what was added for every row counted."""
    cells, many = _mask(gate)
    if gate.kind == "ring":
        cost = ring(gate, 1)[1]
        return Ring(_result(gate)), cost + (FREE if _is_public(gate) else select_ring(cells * many))
    _, of_x = planes(gate, 1)
    k, width, words = gate.elem_of(1).width_bits, gate.elem.width_bits, words_for(cells)
    total = _chosen(gate, k) + add_up(k, cells, many)
    if not gate.elem_of(1).signed:
        return Bits(width, _result(gate)), of_x + total
    rows = FREE if _is_public(gate) else add_up(1, cells, many)
    return Bits(width, _result(gate)), of_x + together(total, rows) + bits.subtract(width, words)


def extreme(gate: Gate) -> tuple[Bits, Cost]:
    """The greatest or smallest x under the mask; a secret one stands above the number."""
    cells, many = _mask(gate)
    _, of_x = planes(gate, 1)
    k, width = gate.elem_of(1).width_bits, gate.elem.width_bits
    cost = of_x + _chosen(gate, k)
    if _is_public(gate):
        return Bits(width, _result(gate)), cost + largest(k, cells, many, 1)
    cost += largest(k + 1, cells, many, 1) + bits.select(width, words_for(cells))
    return Bits(width, _result(gate)), cost


def largest_(gate: Gate) -> tuple[Bits, Cost]:
    """The sum of the `how_many` greatest x under the mask."""
    cells, many = _mask(gate)
    _, of_x = planes(gate, 1)
    k, width, how_many = gate.elem_of(1).width_bits, gate.elem.width_bits, gate.number("how_many")
    cost = of_x + _chosen(gate, k) + largest(k, cells, many, how_many)
    return Bits(width, _result(gate)), cost + bits.add(width, words_for(cells)) * (how_many - 1)


def _chosen(gate: Gate, k: int) -> Cost:
    """What it costs to set to 0 what a secret mask leaves out."""
    cells, many = _mask(gate)
    return FREE if _is_public(gate) else and_(k * cells * words_for(many))


def _is_public(gate: Gate) -> bool:
    return isinstance(gate.args[0], np.ndarray)


def _mask(gate: Gate) -> tuple[int, int]:
    """Cells and rows. A mask without cells is one cell; it is in planes, or public."""
    return math.prod(_lead(gate)), gate.count_of(gate.type_of(0))


def _result(gate: Gate) -> Shape:
    *cells, last = _lead(gate) or (1,)
    return Shape(tuple(cells), last)


def _lead(gate: Gate) -> tuple[int, ...]:
    return tuple(size.bind(gate.row_counts) for size in gate.type_of(0).shape[:-1])
