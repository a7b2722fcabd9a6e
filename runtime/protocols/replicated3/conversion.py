"""Between bits and ring: each op uses that P0 knows A = s0 + s1 and P1, P2 know B = s2 of every value.

Lives here: bit_to_ring, select_ring (bit times value), carry_pairs (the way from a ring value to its bits),
difference_planes (the way to equality). What is built of gates alone is in algorithms/bits.py.

The recipes follow one pattern: P0 sends its private operand to P2 masked by key 1 (which P2 lacks), P1 and P2 each send
P0 their part of the product masked by key 2 (which P0 lacks), and the masks cancel in the shares. P1 receives nothing.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.planes import to_planes, unpack
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
    beta0, c1, c2 = (unpack(bits, count).astype(dtype) for bits in p.a_and_b(plane, np.bitwise_xor))
    shape = (*plane.shape[2:-1], count)
    r = p.streams.draw(1, shape, dtype)
    rho1, rho2 = p.streams.draw(2, shape, dtype), p.streams.draw(2, shape, dtype)
    minus_two = np.invert(np.dtype(dtype).type(1))

    masked0, second1 = beta0 - r, minus_two * c1 * r + rho1
    masked2, second0 = await p.wire.exchange(Move(0, 2, masked0, "key 1"), Move(1, 0, second1, "key 2"))
    third2 = minus_two * c2 * masked2 + rho2
    (third0,) = await p.wire.exchange(Move(2, 0, third2, "key 2"))
    return p.assemble(
        (masked0 + third0, masked2 + third2), (r + second0, r + second1), (c1 - rho1 - rho2, c2 - rho1 - rho2)
    )


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
    two, one = dtype.type(2), dtype.type(1)
    v0, c1, c2 = (unpack(bits, count).astype(dtype) for bits in p.a_and_b(plane, np.bitwise_xor))
    a0, x1, x2 = p.a_and_b(x, np.add)
    shape = np.broadcast_shapes((*plane.shape[2:-1], count), x.shape[2:])
    r, ru, rv = (p.streams.draw(1, shape, dtype) for _ in range(3))
    rho1, rho2 = p.streams.draw(2, shape, dtype), p.streams.draw(2, shape, dtype)
    w1, w2 = x1 * (one - two * c1), x2 * (one - two * c2)

    first0, second1 = v0 * a0 - r, c1 * ru + w1 * rv + rho1
    first2, u2, v2, second0 = await p.wire.exchange(
        Move(0, 2, first0, "key 1"),
        Move(0, 2, a0 * (one - two * v0) - ru, "key 1"),
        Move(0, 2, v0 - rv, "key 1"),
        Move(1, 0, second1, "key 2"),
    )
    third2 = c2 * u2 + w2 * v2 + rho2
    (third0,) = await p.wire.exchange(Move(2, 0, third2, "key 2"))
    p.wire.tally.multiplications += int(np.prod(shape))
    return p.assemble(
        (first0 + third0, first2 + third2),
        (r + second0, r + second1),
        (c1 * x1 - rho1 - rho2, c2 * x2 - rho1 - rho2),
    )


async def carry_pairs(p: Seats, x: np.ndarray, width_bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Planes (generate, propagate) of the sum A + B = x, from which an adder tree makes its bits.

    2 rounds, 3 width - 2 bits an element in total. x: (P, 2, ..., n) to (P, 2, width - 1, ..., W) and
    (P, 2, width, ..., W): what the top position generates leaves the number, so nobody asks for it.

    1. r from key 1; rho1, rho2 from key 2
    2. P0 -> P2: A ^ r; P2 lacks key 1.  P1 -> P0: (r & B) ^ rho1; P0 lacks key 2
    3. P2 -> P0: ((A ^ r) & B) ^ rho2; P0 lacks key 2
    4. A & B: o0 = ((A ^ r) & B) ^ rho2, o1 = (r & B) ^ rho1, o2 = rho1 ^ rho2.  A ^ B: o0 = A ^ r, o1 = r, o2 = B
    """
    a0, b1, b2 = (_planes(part, width_bits) for part in p.a_and_b(x, np.add))
    shape = (a0 if len(a0) else b1 if len(b1) else b2).shape[1:]
    r = p.streams.draw(1, shape)
    below_top = (shape[0] - 1, *shape[1:])
    rho1, rho2 = p.streams.draw(2, below_top), p.streams.draw(2, below_top)

    masked0, second1 = a0 ^ r, (r & b1)[:, :-1] ^ rho1
    masked2, second0 = await p.wire.exchange(Move(0, 2, masked0, "key 1"), Move(1, 0, second1, "key 2"))
    third2 = (masked2 & b2)[:, :-1] ^ rho2
    (third0,) = await p.wire.exchange(Move(2, 0, third2, "key 2"))
    p.wire.tally.ands += int(np.prod(below_top)) * 64
    generate = p.assemble((third0, third2), (second0, second1), (rho1 ^ rho2, rho1 ^ rho2))
    return generate, p.assemble((masked0, masked2), (r, r), (b1, b2))


async def difference_planes(p: Seats, x: np.ndarray) -> np.ndarray:
    """Planes of A ^ (-B): all zero exactly where x = 0. 1 round, k bits. x: (P, 2, ..., n) to (P, 2, k, ..., W).

    P0 -> P2: A ^ r with r from key 1, which P2 lacks. o0 = A ^ r, o1 = r, o2 = -B.
    """
    k = x.dtype.itemsize * 8
    a0, b1, b2 = p.a_and_b(x, np.add)
    zero = x.dtype.type(0)
    a0, n1, n2 = (_planes(part, k) for part in (a0, zero - b1, zero - b2))
    shape = (a0 if len(a0) else n1 if len(n1) else n2).shape[1:]
    r = p.streams.draw(1, shape)
    masked0 = a0 ^ r
    (masked2,) = await p.wire.exchange(Move(0, 2, masked0, "key 1"))
    return p.assemble((masked0, masked2), (r, r), (n1, n2))


def _planes(part: np.ndarray, width_bits: int) -> np.ndarray:
    """One party's integers (1, ..., n) as planes (1, width, ..., W): the bits stand before the cells."""
    return np.ascontiguousarray(np.moveaxis(to_planes(part.astype(np.uint64), width_bits), -2, 1))
