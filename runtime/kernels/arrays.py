"""Arrays: new shapes of what is there, and products of matrices.

Lives here: one kernel an operation, and `reshaped`, `whole_planes`, `whole_ring`, which other kernels share. Moving
elements is local. Planes pack the last axis: an operation that leaves it alone moves planes, any other goes by rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from secfuse.compiler.circuit.clear_arrays import first_of_slice, indices_within, lengths_of
from secfuse.compiler.circuit.types import Type
from secfuse.compiler.circuit.verify_arrays import numbers
from secfuse.runtime.algorithms.bits import PLANE
from secfuse.runtime.matrices import product
from secfuse.runtime.planes import concatenated, to_planes, to_rows

from .value import Bits, Ring, Secret, Step, planes, ring

Move: TypeAlias = Callable[[np.ndarray, int], np.ndarray]
"""Moves elements of an array, given where its axes begin."""


async def broadcast(step: Step) -> Secret:
    """x, stretched: views of its shares."""
    lengths = lengths_of(step.node, _lengths(step, step.node.type))
    if step.kind == "ring":
        x = await ring(step, 0, step.axes)
        return Ring(np.broadcast_to(x, (*x.shape[:2], *lengths)))
    width = step.elem.width_bits
    x = (await planes(step, 0, width, step.count, step.axes))[:, :, :width]
    return Bits(np.broadcast_to(x, (*x.shape[:3], *lengths[:-1], x.shape[-1])), step.count)


async def reshape(step: Step) -> Secret:
    """The elements of x, row by row."""
    old, new = _lengths(step, step.types[0]), lengths_of(step.node, _lengths(step, step.node.type))
    by_rows = old[-1] != new[-1] or not old[-1]

    def move(x: np.ndarray, first: int) -> np.ndarray:
        return x.reshape(*x.shape[:first], *new[:-1], new[-1] if by_rows else x.shape[-1])

    return await _moved(step, move, by_rows)


async def transpose(step: Step) -> Secret:
    """The axes of x in another order."""
    axes = numbers(step.node, "axes")

    def move(x: np.ndarray, first: int) -> np.ndarray:
        return np.transpose(x, (*range(first), *(first + axis for axis in axes)))

    return await _moved(step, move, by_rows=axes[-1] != len(axes) - 1)


async def slice_(step: Step) -> Secret:
    """So many of x from a public start on."""
    axis, start = step.number("axis"), step.args[1]
    old, new = _lengths(step, step.types[0]), _lengths(step, step.node.type)
    assert isinstance(start, np.ndarray), "a start is public"
    first_index, length = first_of_slice(step.node, old[axis], start, new[axis])

    def move(x: np.ndarray, first: int) -> np.ndarray:
        return x[(slice(None),) * (first + axis) + (slice(first_index, first_index + length),)]

    return await _moved(step, move, by_rows=axis == len(old) - 1)


async def take(step: Step) -> Secret:
    """The elements of x at public indices. A choice along the last axis goes by rows."""
    axis, indices = step.number("axis"), step.args[1]
    old = _lengths(step, step.types[0])
    assert isinstance(indices, np.ndarray), "indices are public"
    chosen = indices_within(step.node, old[axis], indices)

    def move(x: np.ndarray, first: int) -> np.ndarray:
        taken = np.take(x, chosen, axis=first + axis)
        return taken if taken.ndim > first else taken[..., None]

    return await _moved(step, move, by_rows=axis == len(old) - 1)


async def matmul(step: Step) -> Ring:
    """x @ y, then one truncation. A public matrix multiplies every share; of two secret ones only the sum is sent."""
    drop = sum(step.elem_of(i).fraction_bits for i in (0, 1)) - step.elem.fraction_bits
    axes = max(len(_lengths(step, step.types[i])) for i in (0, 1))
    x, y = [await _factor(step, i, axes) for i in (0, 1)]
    public = any(isinstance(arg, np.ndarray) for arg in step.args)
    total = product(x, y) if public else await step.scheme.matmul(x, y)
    return Ring(await step.scheme.truncate(total, drop) if drop else total)


async def _factor(step: Step, i: int, axes: int) -> np.ndarray:
    """A matrix as ring shares, or a public one as integers with the same axes in front."""
    if isinstance(public := step.args[i], np.ndarray):
        return public.astype(np.int64).astype(np.uint64)[(None,) * (2 + axes - public.ndim)]
    x = await whole_ring(step, i)
    return x.reshape(*x.shape[:2], *[1] * (axes - (x.ndim - 2)), *x.shape[2:])


async def concat(step: Step) -> Secret:
    """One array under the other: along the first axis, which is the packed one of a column."""
    parts = range(len(step.args))
    if step.kind == "ring":
        return Ring(np.concatenate([await whole_ring(step, i) for i in parts], axis=2))
    held = [await whole_planes(step, i, step.elem.width_bits) for i in parts]
    if step.axes > 1:
        return Bits(np.concatenate(held, axis=PLANE + 1), step.count)
    return Bits(concatenated(held, [_lengths(step, step.types[i])[-1] for i in parts]), step.count)


async def whole_ring(step: Step, i: int) -> np.ndarray:
    """Argument i as ring shares in the whole shape of its type: (P, copies, *shape)."""
    lengths = _lengths(step, step.types[i])
    x = await ring(step, i, len(lengths))
    return np.broadcast_to(x, (*x.shape[:2], *lengths))


async def whole_planes(step: Step, i: int, width_bits: int) -> np.ndarray:
    """Argument i as so many planes in the whole shape of its type: (P, copies, k, *cells, W)."""
    lengths = _lengths(step, step.types[i])
    x = (await planes(step, i, width_bits, lengths[-1], len(lengths)))[:, :, :width_bits]
    return np.broadcast_to(x, (*x.shape[:3], *lengths[:-1], x.shape[-1]))


def reshaped(x: np.ndarray, count: int, lengths: tuple[int, ...]) -> np.ndarray:
    """Planes (P, copies, k, W) of `count` elements as those of an array of that shape."""
    if len(lengths) == 1:
        return x
    return _by_rows(x, count, lambda rows: rows.reshape(*rows.shape[:2], *lengths))


async def _moved(step: Step, move: Move, by_rows: bool) -> Secret:
    """The first argument with its elements elsewhere; `by_rows` where the last axis does not stay as it is."""
    if step.kind == "ring":
        return Ring(move(await whole_ring(step, 0), 2))
    x = await whole_planes(step, 0, step.elem.width_bits)
    if not by_rows:
        return Bits(move(x, PLANE + 1), step.count)
    count = _lengths(step, step.types[0])[-1]
    return Bits(_by_rows(x, count, lambda rows: move(rows, 2)), step.count)


def _by_rows(x: np.ndarray, count: int, move: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Planes to rows (P, copies, *shape), moved there, and back."""
    rows = move(to_rows(np.moveaxis(x, PLANE, -2), count))
    return np.ascontiguousarray(np.moveaxis(to_planes(rows, x.shape[PLANE]), -2, PLANE))


def _lengths(step: Step, type_: object) -> tuple[int, ...]:
    """The shape of a type; a single value is a vector of one."""
    assert isinstance(type_, Type), "a bundle has no shape"
    return tuple(size.bind(step.row_counts) for size in type_.shape) or (1,)
