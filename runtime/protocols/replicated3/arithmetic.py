"""Arithmetic in the ring of the arrays' dtype (uint64; narrower ones for tests and narrow values).

Lives here: multiply, dot, truncate. Addition, subtraction and public factors are the arrays' own operators; public
summands go through `Seats.constant`.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.tiles import Tile
from secfuse.runtime.wire import Move

from .seats import Seats


async def multiply(p: Seats, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z = x * y, element by element. 1 round, 1 element a party. Araki et al. 2016, section 2.1.

    1. own = x_p y_p + x_p y_(p+1) + x_(p+1) y_p
    2. own += a fresh sharing of zero: what the predecessor receives is uniform to it
    3. shift
    """
    shape = x.shape if x.shape == y.shape else np.broadcast_shapes(x.shape, y.shape)
    if x.shape != shape or y.shape != shape:
        x, y = np.broadcast_to(x, shape), np.broadcast_to(y, shape)
    shares = np.empty(shape, x.dtype)
    x0, x1, y0, y1, own = x[:, 0], x[:, 1], y[:, 0], y[:, 1], shares[:, 0]

    def begin(tile: Tile) -> None:
        summand, factor = own[tile], y0[tile]
        np.add(factor, y1[tile], out=summand)
        summand *= x0[tile]
        summand += x1[tile] * factor
        p.add_zero(summand, np.add, np.subtract)

    p.over(shape[2:], begin)
    p.wire.tally.multiplications += own[0].size
    return p.hold(shares, await p.wire.shift(own, "zero-sharing"))


async def dot(p: Seats, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z = sum over the last axis of x * y. 1 round, 1 element of the result a party, whatever the length.

    As `multiply`, with the products summed before the zero-sharing; shapes (P, 2, ..., n) to (P, 2, ...).
    """
    shares = np.empty(np.broadcast_shapes(x.shape, y.shape)[:-1], x.dtype)
    own = shares[:, 0]
    own[...] = np.einsum("...i,...i->...", x[:, 0], y[:, 0] + y[:, 1])
    own += np.einsum("...i,...i->...", x[:, 1], y[:, 0])
    p.add_zero(own, np.add, np.subtract)
    p.wire.tally.multiplications += x.shape[-1] * own[0].size
    return p.hold(shares, await p.wire.shift(own, "zero-sharing"))


async def truncate(p: Seats, x: np.ndarray, d: int) -> np.ndarray:
    """floor(x / 2^d) or that plus one, unbiased, exact on the top bit; |x| < 2^(k-2). 2 rounds, k + 3d bits in total.

    (Messages of d bits travel in the narrowest machine word that holds d.)

    Add 2^(k-2), so that the value's top bit is 0. Then A + B wraps past 2^k exactly when mA or mB is set, their top
    bits: with one of them set and no wrap the value's top bit would be 1. Hence
    x >> d = (A >> d) + ceil(B / 2^d) - 2^(k-d) (mA + mB - mA mB), where rounding A down and B up leaves an error of 0
    or 1 above the floor whose mean is the fraction lost. Only mA mB mixes what P0 knows with what P1 and P2 know; it
    stands before 2^(k-d), so its sharing needs d bits. With alpha = (A >> d) - 2^(k-d) mA and
    beta = ceil(B / 2^d) - 2^(k-d) mB - 2^(k-2-d), which takes off again what was added:

    1. r (d bits), r' (k bits) from key 1 (P0, P1); rho1, rho2 (d bits) from key 2 (P1, P2)
    2. P0 -> P2: mA - r and alpha - r'; P2 lacks key 1.  P1 -> P0: mB r + rho1; P0 lacks key 2
    3. P2 -> P0: mB (mA - r) + rho2; P0 lacks key 2
    4. o0 = alpha - r' + 2^(k-d) (mB (mA - r) + rho2),  o1 = r' + 2^(k-d) (mB r + rho1),
       o2 = beta - 2^(k-d) (rho1 + rho2)
    """
    dtype, shape = x.dtype, x.shape[2:]
    k = dtype.itemsize * 8
    small = np.dtype(f"uint{next(w for w in (8, 16, 32, 64) if w >= d)}")
    top, place, signed = dtype.type(k - 1), dtype.type(k - d), np.dtype(f"int{k}")
    lift, drop, below = dtype.type(1 << (k - 2)), dtype.type(1 << (k - 2 - d)), dtype.type((1 << d) - 1)
    shares = np.empty(x.shape, dtype)
    (o0_at0, o0_at2), (o1_at0, o1_at1), (o2_at1, o2_at2) = p.slots(shares)
    (x0, _), (x1, _), (b1, b2) = p.slots(x)
    masked0, second1, third2 = (np.empty(own.shape, small) for own in (o0_at0, o1_at1, o0_at2))

    def part(share: np.ndarray) -> np.ndarray:  # share >> d less the wrap that its own top bit announces
        shifted: np.ndarray = share.view(signed) >> signed.type(d)
        return shifted.view(dtype)

    def begin(tile: Tile) -> None:
        piece = o0_at0[tile].shape[1:]
        r, r_wide = p.streams.draw(1, piece, small), p.streams.draw(1, piece, dtype)
        rho1, rho2 = p.streams.draw(2, piece, small), p.streams.draw(2, piece, small)
        a = x0[tile] + x1[tile]
        a += lift
        np.subtract((a >> top).astype(small), r, out=masked0[tile])
        np.subtract(part(a), r_wide, out=o0_at0[tile])
        o1_at0[tile] = r_wide
        second = np.multiply((b1[tile] >> top).astype(small), r, out=second1[tile])
        second += rho1
        np.add(r_wide, second << place, out=o1_at1[tile])
        rho = ((rho1 + rho2) << place) + drop
        for b, o2 in ((b1[tile], o2_at1[tile]), (b2[tile], o2_at2[tile])):
            np.add(part(b), (b & below) != 0, out=o2)
            o2 -= rho
        third2[tile] = rho2

    p.over(shape, begin)
    masked2, first2, second0 = await p.wire.exchange(
        Move(0, 2, masked0, "key 1"), Move(0, 2, o0_at0, "key 1"), Move(1, 0, second1, "key 2")
    )

    def go_on(tile: Tile) -> None:
        third = third2[tile]
        third += (b2[tile] >> top).astype(small) * masked2[tile]
        np.add(first2[tile], third << place, out=o0_at2[tile])
        o1_at0[tile] += second0[tile] << place

    p.over(shape, go_on)
    (third0,) = await p.wire.exchange(Move(2, 0, third2, "key 2"))

    def finish(tile: Tile) -> None:
        o0_at0[tile] += third0[tile] << place

    p.over(shape, finish)
    return shares
