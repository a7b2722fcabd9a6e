"""Gates on bit planes: shares are XORed, 64 elements a word, one bit a gate and party on the wire.

Lives here: AND and NOT. XOR is the arrays' own `^`, shifts and selections of planes are views. Whatever is built of
these gates (comparison, adders) works for every protocol and is in algorithms/bits.py.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.tiles import Tile

from .seats import Seats


async def and_(p: Seats, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z = x & y, bit by bit. 1 round, 1 bit a gate and party. x, y: (P, 2, ..., W), broadcast. Araki et al. 2016, 2.1.

    1. own = x_p y_p + x_p y_(p+1) + x_(p+1) y_p, a summand of z of which every party has one
    2. own += a fresh sharing of zero: what the predecessor receives is uniform to it
    3. shift
    """
    shape = x.shape if x.shape == y.shape else np.broadcast_shapes(x.shape, y.shape)
    if x.shape != shape or y.shape != shape:
        x, y = np.broadcast_to(x, shape), np.broadcast_to(y, shape)
    shares = np.empty(shape, np.uint64)
    x0, x1, y0, y1, own = x[:, 0], x[:, 1], y[:, 0], y[:, 1], shares[:, 0]

    def begin(tile: Tile) -> None:
        summand, factor = own[tile], y0[tile]
        np.bitwise_xor(factor, y1[tile], out=summand)
        summand &= x0[tile]
        summand ^= x1[tile] & factor
        p.add_zero(summand, np.bitwise_xor, np.bitwise_xor)

    p.over(shape[2:], begin)
    p.wire.tally.ands += own[0].size * 64
    return p.hold(shares, await p.wire.shift(own, "zero-sharing"))


def invert(p: Seats, x: np.ndarray, fresh: bool = False) -> np.ndarray:
    """Not x: share 0 is inverted by both its holders. Local. The tail is inverted too. fresh: in place."""
    out = x if fresh else x.copy()
    for row, rank in enumerate(p.wire.ranks):
        if rank == 0:
            np.invert(out[row, 0], out=out[row, 0])
        if rank == 2:
            np.invert(out[row, 1], out=out[row, 1])
    return out
