"""A permutation that nobody knows: three of them, each known to two parties.

Lives here: shuffle. What is done with shuffled rows (sorting by opened comparisons) is in algorithms/sort.py.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.wire import Move

from .seats import Seats


async def shuffle(p: Seats, rows: np.ndarray, add: np.ufunc = np.bitwise_xor) -> np.ndarray:
    """Rows in a uniformly random order that no party knows. 2 rounds, 4 words a row word in total.

    rows: (P, 2, m, n), m words a row; add: np.bitwise_xor, or np.add for ring shares. Araki et al. 2021 (Secure graph
    analysis at scale), section 4.2. Party p misses key p + 2 and with it one of the three permutations.

    1. key 1 (P0, P1): permutation pi1, mask z1, new share t1.  key 0 (P2, P0): pi0, z0, t0.  key 2 (P1, P2): pi2
    2. P0 -> P1: pi0(pi1(s0 + s1 + z1) + z0); P1 lacks key 0.  P1 -> P2: pi1(s2 - z1); P2 lacks key 1
    3. P1: c1 = pi2(what came) - t1 -> P2, who lacks key 1.  P2: c2 = pi2(pi0(what came - z0)) - t0 -> P1, lacking 0
    4. shares t0, t1, c1 + c2
    """
    subtract = np.bitwise_xor if add is np.bitwise_xor else np.subtract
    shape, count = rows.shape[2:], rows.shape[-1]
    pi = {key: p.streams.permutation(key, count) for key in (0, 1, 2)}
    z1, t1 = (p.streams.draw(1, shape, rows.dtype) for _ in range(2))
    z0, t0 = (p.streams.draw(0, shape, rows.dtype) for _ in range(2))
    a0, b1, _ = p.a_and_b(rows, add)

    def permuted(key: int, part: np.ndarray) -> np.ndarray:
        order = pi[key]
        return part if order is None or not len(part) else np.take(part, order, axis=-1, mode="clip")

    x2 = permuted(0, add(permuted(1, add(a0, z1)), z0))
    y1 = permuted(1, subtract(b1, z1))
    x_at1, y_at2 = await p.wire.exchange(Move(0, 1, x2, "key 0"), Move(1, 2, y1, "key 1"))
    c1 = subtract(permuted(2, x_at1), t1)
    c2 = subtract(permuted(2, permuted(0, subtract(y_at2, z0))), t0)
    c1_at2, c2_at1 = await p.wire.exchange(Move(1, 2, c1, "key 1"), Move(2, 1, c2, "key 0"))
    return p.assemble((t0, t0), (t1, t1), (add(c1, c2_at1), add(c1_at2, c2)))
