"""Between bits and ring: each op uses that P0 knows A = s0 + s1 and P1, P2 know B = s2 of every value.

Lives here: bit_to_ring, select_ring (bit times value), carry_pairs (the way from a ring value to its bits),
difference_planes (the way to equality). What is built of gates alone is in algorithms/bits.py.

The recipes follow one pattern: P0 sends its private operand to P2 masked by key 1 (which P2 lacks), P1 and P2 each send
P0 their part of the product masked by key 2 (which P0 lacks), and the masks cancel in the shares. P1 receives nothing.
"""

from __future__ import annotations

import math

import numpy as np

from secfuse.runtime.planes import to_planes, to_rows
from secfuse.runtime.tiles import Tile
from secfuse.runtime.wire import Move

from .seats import Seats


async def bit_to_ring(p: Seats, plane: np.ndarray, count: int, dtype: np.typing.DTypeLike = np.uint64) -> np.ndarray:
    """The bits of a plane as ring elements 0 and 1. 2 rounds, 3k bits in total. (P, 2, ..., W) to (P, 2, ..., count).

    b = beta + b2 - 2 beta b2 with beta = b0 ^ b1 at P0 and b2 at P1, P2.

    1. r from key 1; rho1, rho2 from key 2
    2. P0 -> P2: beta - r; P2 lacks key 1.  P1 -> P0: -2 b2 r + rho1; P0 lacks key 2
    3. P2 -> P0: -2 b2 (beta - r) + rho2; P0 lacks key 2
    4. o0 = beta - r + (-2 b2 (beta - r) + rho2),  o1 = r + (-2 b2 r + rho1),  o2 = b2 - rho1 - rho2
    """
    shape = (*plane.shape[2:-1], count)
    shares = np.empty((len(plane), 2, *shape), dtype)
    (o0_at0, o0_at2), (o1_at0, o1_at1), (o2_at1, o2_at2) = p.slots(shares)
    beta0, c1, c2 = (_elements(bits, count, shares.dtype) for bits in p.a_and_b(plane, np.bitwise_xor))
    second1, third2 = np.empty_like(c1), np.empty_like(c2)
    one = shares.dtype.type(1)

    def begin(tile: Tile) -> None:
        piece = o0_at0[tile].shape[1:]
        r, rho1, rho2 = (
            p.streams.draw(1, piece, dtype),
            p.streams.draw(2, piece, dtype),
            p.streams.draw(2, piece, dtype),
        )
        np.subtract(beta0[tile], r, out=o0_at0[tile])
        o1_at0[tile] = r
        np.subtract(rho1, (c1[tile] * r) << one, out=second1[tile])
        np.add(r, second1[tile], out=o1_at1[tile])
        third2[tile] = rho2
        rho = rho1 + rho2
        np.subtract(c1[tile], rho, out=o2_at1[tile])
        np.subtract(c2[tile], rho, out=o2_at2[tile])

    p.over(shape, begin)
    masked2, second0 = await p.wire.exchange(Move(0, 2, o0_at0, "key 1"), Move(1, 0, second1, "key 2"))

    def go_on(tile: Tile) -> None:
        third2[tile] -= (c2[tile] * masked2[tile]) << one
        np.add(masked2[tile], third2[tile], out=o0_at2[tile])
        o1_at0[tile] += second0[tile]

    p.over(shape, go_on)
    (third0,) = await p.wire.exchange(Move(2, 0, third2, "key 2"))
    o0_at0 += third0
    return shares


async def select_ring(p: Seats, plane: np.ndarray, x: np.ndarray) -> np.ndarray:
    """b * x for a bit and a ring value. 2 rounds, 5k bits in total. (P, 2, ..., W) and (P, 2, ..., n), broadcast.

    b x = beta X0 + b2 u + w v + b2 x2 with X0 = x0 + x1, u = X0 (1 - 2 beta), v = beta at P0 and w = x2 (1 - 2 b2) at
    P1, P2.

    1. r, ru, rv from key 1; rho1, rho2 from key 2
    2. P0 -> P2: beta X0 - r, u - ru, v - rv; P2 lacks key 1.  P1 -> P0: b2 ru + w rv + rho1; P0 lacks key 2
    3. P2 -> P0: b2 (u - ru) + w (v - rv) + rho2; P0 lacks key 2
    4. o0 = beta X0 - r + P2's message,  o1 = r + P1's message,  o2 = b2 x2 - rho1 - rho2
    """
    dtype, count = x.dtype, x.shape[-1]
    shape = np.broadcast_shapes((*plane.shape[2:-1], count), x.shape[2:])
    shares = np.empty((len(plane), 2, *shape), dtype)
    (o0_at0, o0_at2), (o1_at0, o1_at1), (o2_at1, o2_at2) = p.slots(shares)
    parts = *(_elements(bits, count, dtype) for bits in p.a_and_b(plane, np.bitwise_xor)), *p.a_and_b(x, np.add)
    v0, c1, c2, a0, x1, x2 = (np.broadcast_to(part, (len(part), *shape)) for part in parts)
    u0, masked0, second1, third2 = (np.empty_like(own) for own in (o0_at0, o0_at0, o1_at1, o0_at2))
    one = dtype.type(1)

    def begin(tile: Tile) -> None:
        piece = o0_at0[tile].shape[1:]
        r, ru, rv = (p.streams.draw(1, piece, dtype) for _ in range(3))
        rho1, rho2 = p.streams.draw(2, piece, dtype), p.streams.draw(2, piece, dtype)
        v, a, c, x_ = v0[tile], a0[tile], c1[tile], x1[tile]
        chosen = v * a
        np.subtract(chosen, r, out=o0_at0[tile])
        o1_at0[tile] = r
        np.subtract(a - (chosen << one), ru, out=u0[tile])
        np.subtract(v, rv, out=masked0[tile])
        held = c * x_
        second = np.multiply(x_ - (held << one), rv, out=second1[tile])
        second += c * ru
        second += rho1
        np.add(r, second, out=o1_at1[tile])
        third2[tile] = rho2
        rho = rho1 + rho2
        np.subtract(held, rho, out=o2_at1[tile])
        np.subtract(c2[tile] * x2[tile], rho, out=o2_at2[tile])

    p.over(shape, begin)
    first2, u2, v2, second0 = await p.wire.exchange(
        Move(0, 2, o0_at0, "key 1"),
        Move(0, 2, u0, "key 1"),
        Move(0, 2, masked0, "key 1"),
        Move(1, 0, second1, "key 2"),
    )

    def go_on(tile: Tile) -> None:
        c, x_, third = c2[tile], x2[tile], third2[tile]
        third += c * u2[tile]
        third += (x_ - (c * x_ << one)) * v2[tile]
        np.add(first2[tile], third, out=o0_at2[tile])
        o1_at0[tile] += second0[tile]

    p.over(shape, go_on)
    (third0,) = await p.wire.exchange(Move(2, 0, third2, "key 2"))
    o0_at0 += third0
    p.wire.tally.multiplications += math.prod(shape)
    return shares


async def carry_pairs(p: Seats, x: np.ndarray, width_bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Planes (generate, propagate) of the sum A + B = x, from which an adder tree makes its bits.

    2 rounds, 3 width - 2 bits an element in total. x: (P, 2, ..., n) to (P, 2, width - 1, ..., W) and
    (P, 2, width, ..., W): what the top position generates leaves the number, so nobody asks for it.

    1. r from key 1; rho1, rho2 from key 2
    2. P0 -> P2: A ^ r; P2 lacks key 1.  P1 -> P0: (r & B) ^ rho1; P0 lacks key 2
    3. P2 -> P0: ((A ^ r) & B) ^ rho2; P0 lacks key 2
    4. A & B: o0 = ((A ^ r) & B) ^ rho2, o1 = (r & B) ^ rho1, o2 = rho1 ^ rho2.  A ^ B: o0 = A ^ r, o1 = r, o2 = B
    """
    a0, b1, b2 = (_planes(p, part, width_bits) for part in p.a_and_b(x, np.add))
    shape = max(a0.shape, b1.shape, b2.shape)[1:]  # whichever is played here
    propagate = np.empty((len(x), 2, *shape), np.uint64)
    generate = np.empty((len(x), 2, shape[0] - 1, *shape[1:]), np.uint64)
    (q0_at0, q0_at2), (q1_at0, q1_at1), (q2_at1, q2_at2) = p.slots(propagate)
    (g0_at0, g0_at2), (g1_at0, g1_at1), (g2_at1, g2_at2) = p.slots(generate)
    q2_at1[...], q2_at2[...] = b1, b2

    def begin(tile: Tile) -> None:
        r = p.streams.draw(1, q1_at0[tile].shape[1:])
        np.bitwise_xor(a0[tile], r, out=q0_at0[tile])
        q1_at0[tile] = q1_at1[tile] = r

    p.over(shape, begin)
    below = slice(None, -1)

    def go_on(tile: Tile) -> None:
        piece = g1_at1[tile].shape[1:]
        rho1, rho2 = p.streams.draw(2, piece), p.streams.draw(2, piece)
        second = np.bitwise_and(q1_at1[:, below][tile], b1[:, below][tile], out=g1_at1[tile])
        second ^= rho1
        g0_at2[tile] = rho2
        np.bitwise_xor(rho1, rho2, out=g2_at1[tile])
        g2_at2[tile] = g2_at1[tile] if len(g2_at1) else rho1 ^ rho2

    p.over(generate.shape[2:], go_on)
    q0_at2[...], g1_at0[...] = await p.wire.exchange(Move(0, 2, q0_at0, "key 1"), Move(1, 0, g1_at1, "key 2"))

    def finish(tile: Tile) -> None:
        g0_at2[tile] ^= q0_at2[:, below][tile] & b2[:, below][tile]

    p.over(generate.shape[2:], finish)
    (third0,) = await p.wire.exchange(Move(2, 0, g0_at2, "key 2"))
    g0_at0[...] = third0
    p.wire.tally.ands += generate[0, 0].size * 64
    return generate, propagate


async def difference_planes(p: Seats, x: np.ndarray) -> np.ndarray:
    """Planes of A ^ (-B): all zero exactly where x = 0. 1 round, k bits. x: (P, 2, ..., n) to (P, 2, k, ..., W).

    P0 -> P2: A ^ r with r from key 1, which P2 lacks. o0 = A ^ r, o1 = r, o2 = -B.
    """
    k = x.dtype.itemsize * 8
    a0, b1, b2 = p.a_and_b(x, np.add)
    zero = x.dtype.type(0)
    a0, n1, n2 = (_planes(p, part, k) for part in (a0, zero - b1, zero - b2))
    shape = max(a0.shape, n1.shape, n2.shape)[1:]  # whichever is played here
    shares = np.empty((len(x), 2, *shape), np.uint64)
    (o0_at0, o0_at2), (o1_at0, o1_at1), (o2_at1, o2_at2) = p.slots(shares)
    o2_at1[...], o2_at2[...] = n1, n2

    def begin(tile: Tile) -> None:
        r = p.streams.draw(1, o1_at0[tile].shape[1:])
        np.bitwise_xor(a0[tile], r, out=o0_at0[tile])
        o1_at0[tile] = o1_at1[tile] = r

    p.over(shape, begin)
    (o0_at2[...],) = await p.wire.exchange(Move(0, 2, o0_at0, "key 1"))
    return shares


def _elements(bits: np.ndarray, count: int, dtype: np.typing.DTypeLike) -> np.ndarray:
    """A plane as numbers 0 and 1."""
    return to_rows(bits[..., None, :], count).astype(dtype, copy=False)


def _planes(p: Seats, part: np.ndarray, width_bits: int) -> np.ndarray:
    """One party's integers (1, ..., n) as planes (1, width, ..., W): the bits stand before the cells."""
    return np.ascontiguousarray(np.moveaxis(to_planes(part.astype(np.uint64, copy=False), width_bits, p.each), -2, 1))
