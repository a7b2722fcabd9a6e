"""Rows that count first: a stable partition by one bit, a sort for which no two rows are compared.

Lives here: compacted. Sorts by wider keys are sort.py, whose shuffled rows these are too.

Why opening the destinations tells nothing. Every row's destination is computed in secret: they are a permutation of
0 .. n - 1. The rows are then shuffled with their destinations by a permutation that nobody knows. What is opened is
the composition of the two, a uniformly random permutation whatever the bits were.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.planes import to_rows
from secfuse.runtime.protocols import Scheme

from .bits import PLANE, bits_of
from .sort import planes_of, rows_of

DESTINATION = np.uint32
"""The ring of destinations: a table has fewer than 2^32 rows."""


async def compacted(p: Scheme, first: np.ndarray, planes: np.ndarray, count: int) -> np.ndarray:
    """Rows where `first` (P, copies, W) is set, then the others, both in the order they had. planes: (P, copies, k, W).

    About 8 + log2 log2 n rounds; an element: 2 ring values of 32 bits, the log2 n bits of one, a shuffle, an opening.

    1. b = the bits as ring values; c_i = b_0 + .. + b_i and the total c: local
    2. row i goes to c_i - 1 if b_i, else to c + i - c_i; that is, to c + i - c_i + b_i (2 c_i - 1 - i - c)
    3. its bits join the rows, which are shuffled; the destinations are opened, and the rows put there
    """
    if count < 2:
        return planes
    b = await p.bit_to_ring(first, count, DESTINATION)
    so_far = np.cumsum(b, axis=-1, dtype=DESTINATION)
    behind = so_far[..., -1:] - so_far + p.constant(np.arange(count, dtype=DESTINATION))
    one = p.constant(np.ones(count, DESTINATION))
    destination = behind + await p.multiply(b, so_far - one - behind)
    width = (count - 1).bit_length()
    digits = await bits_of(p, destination, width)
    shuffled = await p.shuffle(rows_of(np.concatenate([digits, planes], axis=PLANE), count))
    goes_to = planes_of(shuffled[:, :, :1], width)
    opened = await p.reconstruct(goes_to, np.bitwise_xor, p.everyone, "destinations of shuffled rows")
    order = np.argsort(to_rows(opened[0], count))  # who goes to place 0, 1, ..
    return planes_of(np.take(shuffled, order, axis=-1), width + planes.shape[PLANE])[:, :, width:]
