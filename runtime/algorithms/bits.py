"""Circuits of AND and XOR on bit planes, for any scheme: comparison, equality, addition, subtraction, selection.

Lives here: what is built of gates alone, 64 elements a word. Not here: gates themselves (the schemes), sums over many
elements (sums.py), division (divide.py).

Planes are (P, copies, k, ..., W), least significant first along axis 2; numbers are two's complement where signed.
Costs are given as ANDs an element and rounds; an AND is one round and one bit a party in replicated3.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

PLANE = 2  # the axis that counts bits


def extended(planes: np.ndarray, width_bits: int, signed: bool) -> np.ndarray:
    """The same numbers in at least `width_bits` planes: the top plane repeated, or zeros. Local."""
    missing = width_bits - planes.shape[PLANE]
    if missing <= 0:
        return planes
    top = planes[:, :, -1:] if signed else np.zeros_like(planes[:, :, -1:])
    return np.concatenate([planes] + [top] * missing, axis=PLANE)


async def select(p: Scheme, condition: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x where the condition holds, else y. k ANDs, 1 round. condition: (P, copies, ..., W), without a plane axis."""
    return y ^ await p.and_(condition[:, :, None], x ^ y)


async def less(p: Scheme, a: np.ndarray, b: np.ndarray, or_equal: bool = False) -> np.ndarray:
    """a < b (or a <= b) of unsigned numbers of equal width. About 2k ANDs, 1 + log2 k rounds. No plane axis.

    The highest bit in which they differ decides: v = b's bit there. Of two neighbouring blocks the upper one decides if
    it differs at all: v = d_hi ? v_hi : v_lo, d = d_hi or d_lo. Below all bits stands one that says what equality
    gives. The lowest block is never an upper one, so its d is not computed.
    """
    d = a ^ b
    b = np.broadcast_to(b, d.shape)
    v = np.concatenate([_public_plane(p, b, or_equal), b], axis=PLANE)
    return await _decide(p, d, v)


async def less_of_distinct(p: Scheme, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a < b for numbers known to differ; where they do not, the lowest bit of b. As `less`, one plane fewer."""
    return await _decide(p, (a ^ b)[:, :, 1:], b)


async def _decide(p: Scheme, d: np.ndarray, v: np.ndarray) -> np.ndarray:
    """v of the highest block whose d is set; d lacks the lowest block, which decides when no other does."""
    while v.shape[PLANE] > 1:
        pairs = v.shape[PLANE] // 2
        d_hi, d_lo = d[:, :, 0 : 2 * pairs - 1 : 2], d[:, :, 1 : 2 * pairs - 2 : 2]
        v_hi, v_lo = v[:, :, 1 : 2 * pairs : 2], v[:, :, 0 : 2 * pairs : 2]
        uppers = d_hi[:, :, 1:]
        chosen, joined = await together(p.and_(d_hi, v_hi ^ v_lo), p.and_(uppers, d_lo))
        chosen ^= v_lo
        joined ^= uppers
        joined ^= d_lo
        v, d = _and_rest(chosen, v[:, :, 2 * pairs :]), _and_rest(joined, d[:, :, 2 * pairs - 1 :])
    return v[:, :, 0]


def _and_rest(planes: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Planes and the odd one out, if there is one."""
    return np.concatenate([planes, rest], axis=PLANE) if rest.shape[PLANE] else planes


def _public_plane(p: Scheme, like: np.ndarray, value: bool) -> np.ndarray:
    plane = np.zeros_like(like[:, :, :1])
    return p.invert(plane) if value else plane


async def all_set(p: Scheme, planes: np.ndarray) -> np.ndarray:
    """Whether all k bits are set. k - 1 ANDs, log2 k rounds. Result without plane axis."""
    while (width := planes.shape[PLANE]) > 1:
        half = width // 2
        both = await p.and_(planes[:, :, :half], planes[:, :, half : 2 * half])
        planes = _and_rest(both, planes[:, :, 2 * half :])
    return planes[:, :, 0]


async def any_set(p: Scheme, planes: np.ndarray) -> np.ndarray:
    """Whether any bit is set. k - 1 ANDs, log2 k rounds."""
    return p.invert(await all_set(p, p.invert(planes)))


async def equal(p: Scheme, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a == b of equal width. k - 1 ANDs, log2 k rounds."""
    return await all_set(p, p.invert(a ^ b, fresh=True))


async def carries(p: Scheme, generate: np.ndarray, propagate: np.ndarray) -> np.ndarray:
    """Carry out of every position, for disjoint generate and propagate. About k/2 log2 k ANDs, log2 k rounds.

    Sklansky 1960: at distance d every position of an upper half-block takes up the top of the lower half-block.
    """
    g, q = generate.copy(), propagate.copy()
    width, d = g.shape[PLANE], 1
    while d < width:
        upper = [i for i in range(width) if i & d]
        below = [(i // d) * d - 1 for i in upper]
        inner = [(i, j) for i, j in zip(upper, below, strict=True) if i >= 2 * d]  # their blocks begin above 0
        left = q[:, :, upper + [i for i, _ in inner]]
        right = np.concatenate([g[:, :, below], q[:, :, [j for _, j in inner]]], axis=PLANE)
        both = await p.and_(left, right)
        g[:, :, upper] ^= both[:, :, : len(upper)]
        q[:, :, [i for i, _ in inner]] = both[:, :, len(upper) :]
        d *= 2
    return g


async def add(p: Scheme, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a + b modulo 2^k, k their equal width. About k + k/2 log2 k ANDs, 1 + log2 k rounds; a single bit is an XOR."""
    if a.shape[PLANE] == 1:
        return a ^ b
    return await from_carry_pairs(p, await p.and_(a[:, :, :-1], b[:, :, :-1]), a ^ b)


async def from_carry_pairs(p: Scheme, generate: np.ndarray, propagate: np.ndarray) -> np.ndarray:
    """The sum itself, from the planes of an addition; `generate` lacks the top one, whose carry leaves the number."""
    out = propagate.copy()
    out[:, :, 1:] ^= await carries(p, generate, propagate[:, :, :-1])
    return out


async def subtract(p: Scheme, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(a - b modulo 2^k, whether a >= b unsigned). As `add`: a + not b + 1, the 1 carried into position 0."""
    inverse = p.invert(b)
    generate, propagate = await p.and_(a, inverse), a ^ inverse
    generate[:, :, 0] ^= propagate[:, :, 0]
    carry = await carries(p, generate, propagate)
    out = np.concatenate([p.invert(propagate[:, :, :1]), propagate[:, :, 1:] ^ carry[:, :, :-1]], axis=PLANE)
    return out, carry[:, :, -1]


async def negate_where(p: Scheme, sign: np.ndarray, x: np.ndarray) -> np.ndarray:
    """-x where the sign is set, else x, modulo 2^k: (x ^ s) + s. About k/2 log2 k ANDs, log2 k rounds."""
    flipped = x ^ sign[:, :, None]
    if flipped.shape[PLANE] == 1:
        return x
    propagate = flipped.copy()
    generate = np.zeros_like(flipped[:, :, :-1])
    generate[:, :, 0] = await p.and_(flipped[:, :, 0], sign)
    propagate[:, :, 0] ^= sign
    return await from_carry_pairs(p, generate, propagate)


async def times_constant(p: Scheme, x: np.ndarray, factor: int) -> np.ndarray:
    """factor * x modulo 2^k for a public factor >= 0: one addition for each set bit but one."""
    assert factor >= 0, "scale by the absolute value, then negate"
    width = x.shape[PLANE]
    terms = [_left(x, i) for i in range(min(factor.bit_length(), width)) if factor >> i & 1]
    if not terms:
        return np.zeros_like(x)
    while len(terms) > 1:
        terms.append(await add(p, terms.pop(0), terms.pop(0)))
    return terms[0]


def _left(x: np.ndarray, by: int) -> np.ndarray:
    if not by:
        return x
    return np.concatenate([np.zeros_like(x[:, :, :by]), x[:, :, :-by]], axis=PLANE)


async def top_bit(p: Scheme, x: np.ndarray, width_bits: int | None = None) -> np.ndarray:
    """The sign of ring values (P, copies, ..., n), a plane (.., W). 2 + log2 k rounds; k = 64: 181 ANDs, 544 bits.

    width_bits: of numbers that are known to be so narrow, sign included; their sign is that bit already.
    """
    generate, propagate = await p.carry_pairs(x, width_bits or x.dtype.itemsize * 8)
    sign = propagate[:, :, -1]
    return sign ^ await _carry_out(p, generate, propagate[:, :, :-1])


async def _carry_out(p: Scheme, g: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The carry out of the top: (g, q) of two neighbouring blocks is (g_hi ^ q_hi g_lo, q_hi q_lo); 2k ANDs."""
    q = q[:, :, 1:]  # nothing is carried into the lowest block, so what it would propagate is never asked
    while g.shape[PLANE] > 1:
        pairs = g.shape[PLANE] // 2
        q_hi, q_lo = q[:, :, 0 : 2 * pairs - 1 : 2], q[:, :, 1 : 2 * pairs - 2 : 2]
        g_hi, g_lo = g[:, :, 1 : 2 * pairs : 2], g[:, :, 0 : 2 * pairs : 2]
        carried, joined = await together(p.and_(q_hi, g_lo), p.and_(q_hi[:, :, 1:], q_lo))
        carried ^= g_hi
        g, q = _and_rest(carried, g[:, :, 2 * pairs :]), _and_rest(joined, q[:, :, 2 * pairs - 1 :])
    return g[:, :, 0]


async def bits_of(p: Scheme, x: np.ndarray, width_bits: int) -> np.ndarray:
    """The low planes of ring values (P, copies, ..., n). 2 + log2 k rounds."""
    return await from_carry_pairs(p, *await p.carry_pairs(x, width_bits))


async def is_zero(p: Scheme, x: np.ndarray) -> np.ndarray:
    """x == 0 of ring values, as a plane. k - 1 ANDs and k bits, 1 + log2 k rounds; k = 64: 253 bits in total."""
    return await all_set(p, p.invert(await p.difference_planes(x), fresh=True))
