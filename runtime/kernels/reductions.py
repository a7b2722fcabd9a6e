"""Reductions of the last axis under a mask: counts, sums, extremes.

Lives here: one kernel an operation. A public mask chooses locally. The algorithms themselves are in algorithms/sums.py.
"""

from __future__ import annotations

import math

import numpy as np

from secfuse.compiler.circuit.types import Type
from secfuse.runtime.algorithms import bits
from secfuse.runtime.algorithms.bits import PLANE
from secfuse.runtime.algorithms.largest import largest
from secfuse.runtime.algorithms.sums import add_up
from secfuse.runtime.planes import pack, tail_mask, to_planes
from secfuse.runtime.rounds import together

from .arrays import reshaped, whole_planes, whole_ring
from .value import Bits, Ring, Secret, Step, flag


async def count(step: Step) -> Secret:
    """How many rows lie under the mask."""
    mask = await _secret_mask(step)
    total = await add_up(step.scheme, mask[:, :, None], _rows(step))
    return _result(step, bits.extended(total, step.elem.width_bits, False)[:, :, : step.elem.width_bits])


async def sum_(step: Step) -> Secret:
    """The sum of x under the mask. Planes by carry-save addition; ring values by a select and a local sum.

    A signed number is its planes with the top bit inverted, less 2^(k-1): the sum of the former, less that much for
    every row counted.
    """
    if step.kind == "ring":
        chosen = await _chosen_ring(step)
        total = np.sum(chosen, axis=-1, dtype=np.uint64)
        return Ring(total.reshape(*total.shape[:2], *_lengths(step)))
    p, elem, many, width = step.scheme, step.elem_of(1), _rows(step), step.elem.width_bits
    x = await _column(step)
    if elem.signed:
        x = _shifted(step, x)
    if not elem.signed:
        total = await add_up(p, await _chosen(step, x), many)
        return _result(step, bits.extended(total, width, False)[:, :, :width])
    total, rows = await together(_added_up(step, x), _counted(step))
    offset = np.concatenate([np.zeros_like(rows[:, :, :1])] * (elem.width_bits - 1) + [rows], axis=PLANE)
    a, b = (bits.extended(v, width, False)[:, :, :width] for v in (total, offset))
    return _result(step, (await bits.subtract(p, a, b))[0])


async def _added_up(step: Step, x: np.ndarray) -> np.ndarray:
    return await add_up(step.scheme, await _chosen(step, x), _rows(step))


async def _counted(step: Step) -> np.ndarray:
    """The number of rows under the mask, as planes over the cells; a public one costs nothing."""
    if (mask := _public_mask(step)) is None:
        return await add_up(step.scheme, (await _secret_mask(step))[:, :, None], _rows(step))
    counted = np.count_nonzero(mask, axis=-1).astype(np.uint64)
    return step.scheme.constant(to_planes(counted, _rows(step).bit_length() + 1))


async def greatest(step: Step) -> Secret:
    """The greatest x under the mask, the domain's lo where there is none."""
    return await _extreme(step, downwards=False, default=step.elem_of(1).lo)


async def least(step: Step) -> Secret:
    """The smallest x under the mask, the domain's hi where there is none: the greatest of what is inverted."""
    return await _extreme(step, downwards=True, default=step.elem_of(1).hi)


async def _extreme(step: Step, downwards: bool, default: int) -> Secret:
    """A secret mask stands above the number, so whatever counts beats whatever does not, and tells if any did.

    Under a public one, what does not count is 0, which beats nothing; everybody knows if any did.
    """
    p, elem, public = step.scheme, step.elem_of(1), _public_mask(step)
    x = await _column(step)
    x = _shifted(step, x) if elem.signed else x
    chosen = await _chosen(step, p.invert(x) if downwards else x)
    if public is None:
        chosen = np.concatenate([chosen, (await _secret_mask(step))[:, :, None]], axis=PLANE)
    best = (await largest(p, chosen, 1))[:, :, :, 0]
    found = best[:, :, -1]
    best = best[:, :, : elem.width_bits]
    best = p.invert(best) if downwards else best
    best = _shifted(step, best) if elem.signed else best
    width = step.elem.width_bits
    best = bits.extended(best, width, elem.signed)[:, :, :width]
    fallback = to_planes(np.full(math.prod(_lengths(step)), default, np.int64).astype(np.uint64), width)
    if public is None:
        return _result(step, await bits.select(p, found, best, p.constant(fallback)))
    somewhere = pack(np.asarray(public.any(axis=-1)))
    return _result(step, best & somewhere ^ p.constant(fallback & ~somewhere))


async def largest_(step: Step) -> Secret:
    """The sum of the `how_many` greatest x under the mask; x >= 0."""
    p, width = step.scheme, step.elem.width_bits
    best = await largest(p, await _chosen(step, await _column(step)), step.number("how_many"))
    total = bits.extended(best[:, :, :, 0], width, False)[:, :, :width]
    for i in range(1, step.number("how_many")):
        total = await bits.add(p, total, bits.extended(best[:, :, :, i], width, False)[:, :, :width])
    return _result(step, total)


# ---- the mask, as one row a cell, and what it chooses ---------------------------------------------------------------


async def _chosen(step: Step, x: np.ndarray) -> np.ndarray:
    """Planes x (P, copies, k, cells or 1, W), zero where the mask does not hold, and in the tail."""
    if (public := _public_mask(step)) is not None:
        return x & pack(public)
    return await step.scheme.and_(x, (await _secret_mask(step))[:, :, None])


async def _chosen_ring(step: Step) -> np.ndarray:
    """Ring values (P, copies, cells, n), zero where the mask does not hold."""
    x = await whole_ring(step, 1)
    x = x.reshape(*x.shape[:2], *_one_or_cells(step, x.ndim - 2), x.shape[-1])
    if (public := _public_mask(step)) is not None:
        return x * public.astype(np.uint64)
    return await step.scheme.select_ring(await _secret_mask(step), x)


async def _column(step: Step) -> np.ndarray:
    """x as planes (P, copies, k, cells, W), with one cell where all have the same x."""
    x = await whole_planes(step, 1, step.elem_of(1).width_bits)
    return x.reshape(*x.shape[:3], *_one_or_cells(step, x.ndim - 3), x.shape[-1])


def _one_or_cells(step: Step, axes: int) -> tuple[int]:
    return (math.prod(_lengths(step)) if axes > 1 else 1,)


async def _secret_mask(step: Step) -> np.ndarray:
    """(P, copies, cells, W), with an empty tail. A mask without cells is one cell."""
    many = _rows(step)
    mask = await flag(step, 0, many, len(_mask_type(step).shape))
    whole = np.broadcast_to(mask, (*mask.shape[:2], *_mask_lead(step), mask.shape[-1]))
    return whole.reshape(*mask.shape[:2], math.prod(_lengths(step)), mask.shape[-1]) & tail_mask(many)


def _public_mask(step: Step) -> np.ndarray | None:
    """(cells, n), if every party knows the mask."""
    mask = step.args[0]
    return mask.reshape(math.prod(_lengths(step)), _rows(step)) if isinstance(mask, np.ndarray) else None


def _shifted(step: Step, x: np.ndarray) -> np.ndarray:
    """Signed numbers in the order of unsigned ones, and back: the top bit inverted."""
    return np.concatenate([x[:, :, :-1], step.scheme.invert(x[:, :, -1:])], axis=PLANE)


def _result(step: Step, x: np.ndarray) -> Bits:
    """Planes (P, copies, k, W) over the cells as the array that the mask leaves."""
    return Bits(reshaped(x, math.prod(_lengths(step)), _lengths(step)), step.count)


def _mask_type(step: Step) -> Type:
    type_ = step.types[0]
    assert isinstance(type_, Type), "a mask has a shape"
    return type_


def _rows(step: Step) -> int:
    return step.count_of(_mask_type(step))


def _mask_lead(step: Step) -> tuple[int, ...]:
    return tuple(size.bind(step.row_counts) for size in _mask_type(step).shape[:-1])


def _lengths(step: Step) -> tuple[int, ...]:
    """The shape of the result; a single value is a vector of one."""
    return _mask_lead(step) or (1,)
