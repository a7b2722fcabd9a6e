"""Exact division by way of an approximate reciprocal: 34 to 40 rounds whatever the number of bits.

Lives here: `divide_by_reciprocal` and `is_worth_it`, which says where it beats long division (divide.py). The result is
the same to the last bit: the approximation is proven to be at most one off, and two comparisons mend that.

Sizes, for y < 2^Y, a quotient below 2^q, and 30 fraction bits of the reciprocal:

- m = y c / 2^Y lies in [1/2, 1). w0 = 2.928 - 2 m is 1 / m within a relative e = 1 - m w0, |e| < 0.0718, and
  1 / m = w0 (1 + e) (1 + e^2) (1 + e^4) / (1 - e^8), where e^8 < 2^-30.3. Each of the six truncated products adds less
  than 2^-30 to what it enters, w stays below 2: together less than 12 2^-30, so w is right to 2^-26.4, relatively.
- Q = u w / 2^(30 + Y) for u = x c < 2^(q + Y), which is cut to 30 bits first: off by less than 2^(q - 26.4) of w,
  2^(q - 29) of the cut, 1 of the truncation. For q <= 25 that is below 1.5, so Q is at most 1 off the rounded quotient.
- For more bits the remainder r = x - Q y, |r| < 2^(q - 25) y, is divided in the same way: for q <= 48 that is off by
  less than 1.2.
- With Q at most 1 off, the rounded quotient is Q - 1 + [2 r + y >= 0] + [2 r - y >= 0], and |2 r -+ y| < 2^(Y + 2).
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

from .bits import PLANE, bits_of, top_bit

FRACTION_BITS = 30
"""Of the reciprocal: products of two such numbers, below 2, fit a truncation."""

ONE_STEP_BITS, TWO_STEPS_BITS = 25, 48
"""The most bits of a quotient that one approximation, and a second one of what it leaves, get right."""

GUESS = round(2.9282032 * (1 << FRACTION_BITS))
"""sqrt(48) - 4: with it the greatest |1 - m (GUESS - 2 m)| is least."""

MOST_ELEMENTS = 1 << 14
"""Beyond, long division sends so much less that its rounds weigh less."""

ROUNDS = 40


def is_worth_it(numerator: int, denominator: int, shift: int, quotient: int, elements: int) -> bool:
    """Whether numbers of so many bits can be divided this way, in fewer rounds, and not too many of them."""
    fits = numerator + shift <= 60 and quotient + denominator <= 60 and denominator <= FRACTION_BITS  # noqa: PLR2004
    long = quotient * (2 + (denominator + 1).bit_length())
    return fits and quotient <= TWO_STEPS_BITS and long > ROUNDS and elements <= MOST_ELEMENTS


def cuts(denominator: int, quotient: int) -> tuple[int, int]:
    """By how many bits u is cut, and u w afterwards."""
    first = max(0, quotient + denominator - FRACTION_BITS)
    return first, FRACTION_BITS + denominator - first


async def divide_by_reciprocal(
    p: Scheme, numerator: np.ndarray, denominator: np.ndarray, shift: int, quotient_bits: int, count: int
) -> np.ndarray:
    """As `divide`, of planes of `count` elements: x 2^shift / y, rounded half up; 0 where y is 0.

    1. c = 2^(Y - 1 - i) for the highest bit i of y that is set, 0 if none is; x, y, c as ring values
    2. d = y c, u = x c
    3. w = 2^60 / (d 2^(30 - Y)), by three steps of e -> e^2
    4. Q = u w / 2^(30 + Y), r = x - Q y; if need be, once more for r
    5. Q - 1, Q, Q + 1 as planes; the signs of 2 r + y and 2 r - y choose one
    """
    size, q = denominator.shape[PLANE], quotient_bits
    x, y, (c, defined) = await together(
        _number(p, numerator, count), _number(p, denominator, count), _factor(p, denominator, count)
    )
    x = x << np.uint64(shift)
    d, u = await together(p.multiply(y, c), p.multiply(x, c))
    first, then = cuts(size, q)
    w, u = await together(_inverse(p, d << np.uint64(FRACTION_BITS - size)), _cut(p, u, first))
    near = await p.truncate(await p.multiply(u, w), then)
    rest = x - await p.multiply(near, y)
    if q > ONE_STEP_BITS:
        first, then = cuts(size, q - ONE_STEP_BITS)
        u = await _cut(p, await p.multiply(rest, c), first)
        more = await p.truncate(await p.multiply(u, w), then)
        near, rest = near + more, rest - await p.multiply(more, y)
    one, twice = p.constant(np.ones(near.shape[2:], np.uint64)), rest << np.uint64(1)
    found, below = await together(
        bits_of(p, np.stack([near - one, near, near + one], axis=2), q),
        top_bit(p, np.stack([twice + y, twice - y], axis=2), size + 3),
    )
    chosen = np.stack([below[:, :, 0], below[:, :, 0] ^ below[:, :, 1], p.invert(below[:, :, 1])], axis=2)
    parts = await p.and_(found, (await p.and_(chosen, defined[:, :, None]))[:, :, None])
    return np.bitwise_xor.reduce(parts, axis=PLANE + 1)


async def _number(p: Scheme, planes: np.ndarray, count: int) -> np.ndarray:
    """Unsigned planes as ring values."""
    bits = await p.bit_to_ring(planes, count)
    weights = np.arange(bits.shape[PLANE], dtype=np.uint64).reshape(-1, *[1] * (bits.ndim - PLANE - 1))
    return np.asarray((bits << weights).sum(axis=PLANE, dtype=np.uint64))


async def _factor(p: Scheme, y: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The power of two that brings the highest bit of y to the top, as ring values; and whether y is not 0, a plane."""
    empty = p.invert(y[:, :, ::-1])
    width, d = empty.shape[PLANE], 1
    while d < width:  # empty[i]: the i + 1 highest bits are all zero
        upper = [i for i in range(width) if i & d]
        empty[:, :, upper] = await p.and_(empty[:, :, upper], empty[:, :, [i // d * d - 1 for i in upper]])
        d *= 2
    top = empty.copy()
    top[:, :, 1:] ^= empty[:, :, :-1]
    top[:, :, 0] = p.invert(empty[:, :, 0])
    return await _number(p, top, count), p.invert(empty[:, :, -1])


async def _inverse(p: Scheme, m: np.ndarray) -> np.ndarray:
    """1 / m for m in [1/2, 1), all with FRACTION_BITS."""

    async def times(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return await p.truncate(await p.multiply(a, b), FRACTION_BITS)

    def constant(value: int) -> np.ndarray:
        return p.constant(np.full(m.shape[2:], value, np.uint64))

    w = constant(GUESS) - (m << np.uint64(1))
    e = constant(1 << FRACTION_BITS) - await times(m, w)
    for _ in range(2):
        more, e = await together(times(w, e), times(e, e))
        w = w + more
    return w + await times(w, e)


async def _cut(p: Scheme, x: np.ndarray, bits: int) -> np.ndarray:
    return await p.truncate(x, bits) if bits else x
