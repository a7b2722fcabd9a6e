"""Meaning of the operations on arrays: sizes, shapes, slices, products of matrices.

Lives here: the rules of CLEAR (evaluate.py) that know axes, and `first_of_slice`, `indices_within`, which the runtime
asks the same. Exact for every size of number.
"""

from __future__ import annotations

import numpy as np

from .failed import CheckFailed
from .graph import Node
from .step import Step, held, magnitude, narrow, wide
from .verify_arrays import numbers, size_of

_SAFE = 1 << 62
_EXACT_FLOAT = 1 << 53


def size(step: Step) -> np.ndarray:
    """A length."""
    return held(size_of(step.node.attr("size")).bind(step.world.row_counts), step.result)


def iota(step: Step) -> np.ndarray:
    """0, 1, 2, ..."""
    return held(np.arange(lengths_of(step.node, step.shape)[0]), step.result)


def broadcast(step: Step) -> np.ndarray:
    """x, stretched: a view of it."""
    return np.broadcast_to(step.array(0), lengths_of(step.node, step.shape))


def reshape(step: Step) -> np.ndarray:
    """The elements of x, row by row."""
    return step.array(0).reshape(lengths_of(step.node, step.shape))


def transpose(step: Step) -> np.ndarray:
    """The axes of x in another order."""
    return np.transpose(step.array(0), numbers(step.node, "axes"))


def slice_(step: Step) -> np.ndarray:
    """So many of x from start on."""
    x, axis = step.array(0), step.number("axis")
    first, length = first_of_slice(step.node, x.shape[axis], step.array(1), step.shape[axis])
    return x[(slice(None),) * axis + (slice(first, first + length),)]


def take(step: Step) -> np.ndarray:
    """The elements of x at those indices."""
    x, axis = step.array(0), step.number("axis")
    return np.asarray(np.take(x, indices_within(step.node, x.shape[axis], step.array(1)), axis=axis))


def matmul(step: Step) -> np.ndarray:
    """floor(x @ y / 2**d + 1/2), d the fraction bits that the result drops. A protocol may be off by one unit."""
    x, y = step.arrays()
    drop = step.elem(0).fraction_bits + step.elem(1).fraction_bits - step.result.fraction_bits
    half = (1 << drop) >> 1
    return narrow((_product(x, y) + half) >> drop)


def _product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x @ y, by the fastest way that is exact for numbers of their size."""
    greatest = magnitude(x) * magnitude(y) * x.shape[-1]
    if greatest < _EXACT_FLOAT:
        return np.matmul(x.astype(np.float64), y.astype(np.float64)).astype(np.int64)
    return np.asarray(np.matmul(x, y) if greatest < _SAFE else np.matmul(wide(x), wide(y)))


def lengths_of(node: Node, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape, unless a table is so short that a length of it is negative."""
    if min(shape, default=0) < 0:
        raise CheckFailed(f"{_place(node)}an array has a length of {min(shape)}")
    return shape


def first_of_slice(node: Node, have: int, start: np.ndarray, length: int) -> tuple[int, int]:
    """(start, length) of a slice of an axis that is `have` long; both are public."""
    first = int(start)
    if not (length >= 0 and 0 <= first <= have - length):
        raise CheckFailed(f"{_place(node)}{length} elements from index {first} on, of {have}")
    return first, length


def indices_within(node: Node, have: int, indices: np.ndarray) -> np.ndarray:
    """The public indices into an axis that is `have` long."""
    if indices.size and (indices.min() < 0 or indices.max() >= have):
        outside = indices[(indices < 0) | (indices >= have)]
        raise CheckFailed(f"{_place(node)}no element {outside.flat[0]} of {have}")
    return indices


def _place(node: Node) -> str:
    return f"line {node.span.line}: " if node.span else ""
