"""Gates on bit planes: shares are XORed, 64 elements a word, one bit a gate and party on the wire.

Lives here: AND and NOT. XOR is the arrays' own `^`, shifts and selections of planes are views. Whatever is built of
these gates (comparison, adders) works for every protocol and is in algorithms/bits.py.
"""

from __future__ import annotations

import numpy as np

from .seats import Seats


async def and_(p: Seats, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z = x & y, bit by bit. 1 round, 1 bit a gate and party. x, y: (P, 2, ..., W), broadcast. Araki et al. 2016, 2.1.

    1. own = x_p y_p + x_p y_(p+1) + x_(p+1) y_p, a summand of z of which every party has one
    2. own += a fresh sharing of zero: what the predecessor receives is uniform to it
    3. shift
    """
    shares = np.empty(x.shape if x.shape == y.shape else np.broadcast_shapes(x.shape, y.shape), np.uint64)
    own = shares[:, 0]
    np.bitwise_xor(y[:, 0], y[:, 1], out=own)
    own &= x[:, 0]
    own ^= x[:, 1] & y[:, 0]
    p.add_zero(own, np.bitwise_xor, np.bitwise_xor)
    p.wire.tally.ands += own[0].size * 64
    return p.hold(shares, await p.wire.shift(own, "zero-sharing"))


def invert(p: Seats, x: np.ndarray) -> np.ndarray:
    """Not x: share 0 is inverted by both its holders. Local. The tail is inverted too."""
    out = x.copy()
    for row, rank in enumerate(p.wire.ranks):
        if rank == 0:
            np.invert(out[row, 0], out=out[row, 0])
        if rank == 2:
            np.invert(out[row, 1], out=out[row, 1])
    return out
