"""Element by element: arithmetic, comparison, logic, selection.

Lives here: one kernel an operation; each takes a `Step` and returns the value. Not here: rows of tables (rows.py).
"""

from __future__ import annotations

import math

import numpy as np

from secfuse.runtime.algorithms import bits
from secfuse.runtime.algorithms.bits import PLANE
from secfuse.runtime.algorithms.divide import divide
from secfuse.runtime.algorithms.reciprocal import divide_by_reciprocal, is_worth_it
from secfuse.runtime.planes import pack, tail_mask

from .value import Bits, Ring, Secret, Step, Value, as_bool, flag, planes, public_scalar, ring


async def add(step: Step) -> Secret:
    """x + y."""
    if step.kind == "ring":
        return Ring(await ring(step, 0, step.axes) + await ring(step, 1, step.axes))
    a, b = await _both(step, step.elem.width_bits)
    return Bits(await bits.add(step.scheme, a, b), step.count)


async def sub(step: Step) -> Secret:
    """x - y."""
    if step.kind == "ring":
        return Ring(await ring(step, 0, step.axes) - await ring(step, 1, step.axes))
    a, b = await _both(step, step.elem.width_bits)
    return Bits((await bits.subtract(step.scheme, a, b))[0], step.count)


async def neg(step: Step) -> Secret:
    """-x."""
    if step.kind == "ring":
        x = await ring(step, 0)
        return Ring(np.zeros_like(x) - x)
    x = _cut(await planes(step, 0, step.elem.width_bits), step.elem.width_bits)
    everywhere = step.scheme.invert(np.zeros_like(x[:, :, 0]))
    return Bits(await bits.negate_where(step.scheme, everywhere, x), step.count)


async def _both(step: Step, width_bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Both arguments modulo 2^width."""
    a, b = [await planes(step, i, width_bits, step.count, step.axes) for i in (0, 1)]
    return _cut(a, width_bits), _cut(b, width_bits)


def _cut(x: np.ndarray, width_bits: int) -> np.ndarray:
    return x[:, :, :width_bits]


async def mul(step: Step) -> Secret:
    """x * y, then a truncation by the fraction bits that the result does not keep."""
    fractions = [step.elem_of(i).fraction_bits for i in (0, 1)]
    drop = sum(fractions) - step.elem.fraction_bits
    if step.kind == "bits":
        return await _mul_public(step, drop)
    which = next((1 - i for i in (0, 1) if isinstance(step.args[i], np.ndarray)), None)
    if which is not None:
        product = await ring(step, which, step.axes) * _public_ring(step.args[1 - which])
    else:
        product = await step.scheme.multiply(await ring(step, 0, step.axes), await ring(step, 1, step.axes))
    return Ring(await step.scheme.truncate(product, drop) if drop else product)


def _public_ring(value: Value) -> np.ndarray:
    """A public array as elements of the ring; a single value is a vector of one."""
    assert isinstance(value, np.ndarray), "what is public is an array"
    return np.atleast_1d(value).astype(np.int64).astype(np.uint64)


def _public_factor(step: Step) -> tuple[int, int] | None:
    """(which argument is secret, the public number it is multiplied by), if one of the two is such a number."""
    for i in (0, 1):
        if (factor := public_scalar(step.args[i])) is not None:
            return 1 - i, factor
    return None


async def _mul_public(step: Step, drop: int) -> Bits:
    """A public factor times planes, rounded exactly: floor(x y / 2^drop + 1/2)."""
    public = _public_factor(step)
    assert public is not None, "planes are multiplied by public numbers only"
    which, factor = public
    width = step.elem.width_bits + drop + 1
    x = _cut(await planes(step, which, width), width)
    product = await bits.times_constant(step.scheme, x, abs(factor))
    if factor < 0:
        product = await bits.negate_where(step.scheme, step.scheme.invert(np.zeros_like(x[:, :, 0])), product)
    if drop:
        half = _constant_like(step, product, 1 << (drop - 1))
        product = (await bits.add(step.scheme, product, half))[:, :, drop:]
    return Bits(_cut(product, step.elem.width_bits), step.count)


def _constant_like(step: Step, x: np.ndarray, number: int) -> np.ndarray:
    """A public number in every element, in the shape of planes x."""
    out = np.zeros(x.shape[2:], np.uint64)
    for i in range(x.shape[PLANE]):
        if number >> i & 1:
            out[i] = ~np.uint64(0)
    return step.scheme.constant(out)


async def div(step: Step) -> Secret:
    """x / y rounded to the result's fraction bits, half away from zero; 0 where y is 0. y >= 0."""
    p, elem, top, bottom = step.scheme, step.elem, step.elem_of(0), step.elem_of(1)
    count = step.count
    x, y = [await planes(step, i, None, count, step.axes) for i in (0, 1)]
    if top.signed:
        sign = x[:, :, -1]
        x = await bits.negate_where(p, sign, x)
    shift = elem.fraction_bits + bottom.fraction_bits - top.fraction_bits
    if shift < 0:
        y = np.concatenate([np.zeros_like(y[:, :, :1])] * -shift + [y], axis=PLANE)
    wanted = max(abs(elem.lo), abs(elem.hi), 1).bit_length()
    cells = np.broadcast_shapes(x.shape[PLANE + 1 : -1], y.shape[PLANE + 1 : -1])
    if is_worth_it(x.shape[PLANE], y.shape[PLANE], max(shift, 0), wanted, math.prod(cells) * count):
        quotient = await divide_by_reciprocal(p, x, y, max(shift, 0), wanted, count)
    else:
        quotient = await divide(p, x, y, max(shift, 0), wanted)
    quotient = bits.extended(quotient, elem.width_bits, False)
    if top.signed:
        quotient = await bits.negate_where(p, sign, quotient)
    return Bits(_cut(quotient, elem.width_bits), count)


async def absolute(step: Step) -> Secret:
    """|x|."""
    x = await planes(step, 0)
    if step.elem_of(0).signed:
        x = await bits.negate_where(step.scheme, x[:, :, -1], x)
    return Bits(_cut(bits.extended(x, step.elem.width_bits, False), step.elem.width_bits), step.count)


async def rescale(step: Step) -> Secret:
    """To the result's fraction bits. Dropped bits round to nearest, half away from zero; on the ring, down or up."""
    more = step.elem.fraction_bits - step.elem_of(0).fraction_bits
    if more < 0 and step.kind == "ring":
        return Ring(await step.scheme.truncate(await ring(step, 0), -more))
    if more >= 0:
        return await _widened(step, more)
    p, signed = step.scheme, step.elem_of(0).signed
    x = await planes(step, 0)
    sign = x[:, :, -1]
    magnitude = await bits.negate_where(p, sign, x) if signed else x
    magnitude = bits.extended(magnitude, max(magnitude.shape[PLANE], -more) + 1, False)  # room for the half and a carry
    half = _constant_like(step, magnitude, 1 << (-more - 1))
    rounded = (await bits.add(p, magnitude, half))[:, :, -more:]
    rounded = _cut(bits.extended(rounded, step.elem.width_bits, False), step.elem.width_bits)
    return Bits(await bits.negate_where(p, sign, rounded) if signed else rounded, step.count)


async def _widened(step: Step, more: int) -> Secret:
    if step.kind == "ring":
        return Ring(await ring(step, 0) << np.uint64(more))
    x = await planes(step, 0)
    if more:
        x = np.concatenate([np.zeros_like(x[:, :, :1])] * more + [x], axis=PLANE)
    return Bits(_cut(bits.extended(x, step.elem.width_bits, step.elem_of(0).signed), step.elem.width_bits), step.count)


async def lt(step: Step) -> Secret:
    """x < y. Ring values by the sign of their difference, as wide as their types let it be; planes by the highest bit
    in which they differ.
    """
    if step.kind == "ring":
        x = await ring(step, 0, step.axes) - await ring(step, 1, step.axes)
        return as_bool(await bits.top_bit(step.scheme, x, step.difference_bits), step.count)
    a, b = await _comparable(step)
    return as_bool(await bits.less(step.scheme, a, b), step.count)


async def eq(step: Step) -> Secret:
    """x == y."""
    if step.kind == "ring":
        x = await ring(step, 0, step.axes) - await ring(step, 1, step.axes)
        return as_bool(await bits.is_zero(step.scheme, x), step.count)
    a, b = await _comparable(step)
    return as_bool(await bits.equal(step.scheme, a, b), step.count)


async def _comparable(step: Step) -> tuple[np.ndarray, np.ndarray]:
    """Both arguments as unsigned planes of equal width in the same order: a signed number's top bit is inverted."""
    elems = [step.elem_of(i) for i in (0, 1)]
    signed = any(e.signed for e in elems)
    width = max(e.width_bits + (signed and not e.signed) for e in elems)
    a, b = [await planes(step, i, width, step.count, step.axes) for i in (0, 1)]
    if signed:
        a, b = a.copy(), b.copy()
        for x in (a, b):
            x[:, :, -1] = step.scheme.invert(x[:, :, -1])
    return a, b


async def and_(step: Step) -> Secret:
    """Both hold. [c, n] with [n] broadcasts."""
    for i in (0, 1):
        if isinstance(public := step.args[i], np.ndarray):
            return _masked(step, await flag(step, 1 - i, step.count, step.axes), public)
    x, y = [await flag(step, i, step.count, step.axes) for i in (0, 1)]
    return as_bool(await step.scheme.and_(x, y), step.count)


def _masked(step: Step, x: np.ndarray, public: np.ndarray) -> Bits:
    """x where a public bit holds. Local: every share is masked alike."""
    if public.ndim == 0:
        return as_bool(x if public else np.zeros_like(x), step.count)
    return as_bool(x & pack(np.broadcast_to(public, (*public.shape[:-1], step.count))), step.count)


async def or_(step: Step) -> Secret:
    """At least one holds: x ^ y ^ (x and y)."""
    x, y = [await flag(step, i, step.count, step.axes) for i in (0, 1)]
    return as_bool(x ^ y ^ await step.scheme.and_(x, y), step.count)


async def not_(step: Step) -> Secret:
    """It does not hold. The tail stays zero."""
    x = await flag(step, 0)
    return as_bool(step.scheme.invert(x) & tail_mask(step.count), step.count)


async def bit(step: Step) -> Secret:
    """One plane of x, the top one for all above it. Local, unless x is a ring value."""
    index = step.number("index")
    x = bits.extended(await planes(step, 0), index + 1, step.elem_of(0).signed)
    return as_bool(x[:, :, index], step.count)


async def number(step: Step) -> Secret:
    """Bits as the planes of a number. Local."""
    held = [await flag(step, i, step.count, step.axes) for i in range(len(step.args))]
    shape = np.broadcast_shapes(*(x.shape for x in held))
    x = np.stack([np.broadcast_to(x, shape) for x in held], axis=PLANE)
    return Bits(_cut(bits.extended(x, step.elem.width_bits, False), step.elem.width_bits), step.count)


async def select(step: Step) -> Secret:
    """x where the condition holds, else y. A public condition masks shares where they are."""
    p, count = step.scheme, step.count
    decided = public_scalar(step.args[0])
    if decided is not None:
        return await _chosen(step, 1 if decided else 2)
    public = step.args[0] if isinstance(step.args[0], np.ndarray) else None
    if step.kind == "ring":
        x, y = [_spread(await ring(step, i, step.axes), count) for i in (1, 2)]
        if public is not None:
            return Ring(np.where(public, x, y))
        return Ring(y + await p.select_ring(await flag(step, 0, count, step.axes), x - y))
    width = step.elem.width_bits
    x, y = [_cut(await planes(step, i, width, count, step.axes), width) for i in (1, 2)]
    if public is not None:
        return Bits(y ^ (x ^ y) & pack(np.broadcast_to(public, (*public.shape[:-1], count))), count)
    return Bits(await bits.select(p, await flag(step, 0, count, step.axes), x, y), count)


def _spread(shares: np.ndarray, count: int) -> np.ndarray:
    """A single value once for each of `count` elements."""
    return np.broadcast_to(shares, (*shares.shape[:-1], count))


async def _chosen(step: Step, i: int) -> Secret:
    if step.kind == "ring":
        return Ring(_spread(await ring(step, i, step.axes), step.count))
    width = step.elem.width_bits
    return Bits(_cut(await planes(step, i, width, step.count, step.axes), width), step.count)
