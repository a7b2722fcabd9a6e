"""Arrays: the cost of each kernel of kernels/arrays.py.

Lives here: one rule an operation; each takes a `Gate` and gives the form of the result and the cost. Moving elements is
local: all it can cost is what makes ring values of planes.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.clear_arrays import first_of_slice, indices_within, lengths_of
from secfuse.compiler.circuit.types import Type

from .cost import FREE, Cost
from .forms import Bits, Gate, Ring, Secret, Shape, planes, ring
from .replicated3 import matrix_product, truncate


def moved(gate: Gate) -> tuple[Secret, Cost]:
    """The elements of the first argument, elsewhere."""
    lengths_of(gate.node, tuple(_lengths(gate, gate.node.type)))
    return _form(gate), _as_is(gate, 0)


def slice_(gate: Gate) -> tuple[Secret, Cost]:
    """So many of x from a public start on."""
    axis, start = gate.number("axis"), gate.args[1]
    assert isinstance(start, np.ndarray), "a start is public"
    first_of_slice(gate.node, _lengths(gate, gate.types[0])[axis], start, _lengths(gate, gate.node.type)[axis])
    return _form(gate), _as_is(gate, 0)


def take(gate: Gate) -> tuple[Secret, Cost]:
    """The elements of x at public indices."""
    indices = gate.args[1]
    assert isinstance(indices, np.ndarray), "indices are public"
    indices_within(gate.node, _lengths(gate, gate.types[0])[gate.number("axis")], indices)
    return _form(gate), _as_is(gate, 0)


def matmul(gate: Gate) -> tuple[Secret, Cost]:
    """x @ y: nothing for a public matrix, else one element of the result a party; and a truncation."""
    drop = sum(gate.elem_of(i).fraction_bits for i in (0, 1)) - gate.elem.fraction_bits
    shape = _shape(gate, gate.node.type)
    secret = [i for i in (0, 1) if not isinstance(gate.args[i], np.ndarray)]
    cost = sum((ring(gate, i)[1] for i in secret), FREE)
    if len(secret) == 2:
        cost += matrix_product(shape.elements, _lengths(gate, gate.types[0])[-1])
    return Ring(shape), cost + (truncate(shape.elements, drop) if drop else FREE)


def concat(gate: Gate) -> tuple[Secret, Cost]:
    """One array under the other."""
    return _form(gate), sum((_as_is(gate, i) for i in range(len(gate.args))), FREE)


def _as_is(gate: Gate, i: int) -> Cost:
    """What it costs to see an argument in the form of the result."""
    return ring(gate, i)[1] if gate.kind == "ring" else planes(gate, i)[1]


def _form(gate: Gate) -> Secret:
    shape = _shape(gate, gate.node.type)
    return Ring(shape) if gate.kind == "ring" else Bits(gate.elem.width_bits, shape)


def _shape(gate: Gate, type_: object) -> Shape:
    *cells, count = _lengths(gate, type_)
    return Shape(tuple(cells), count)


def _lengths(gate: Gate, type_: object) -> list[int]:
    """The shape of a type; a single value is a vector of one."""
    assert isinstance(type_, Type), "a bundle has no shape"
    return [size.bind(gate.row_counts) for size in type_.shape] or [1]
