"""The order of uniformly random words, which is a uniformly random permutation.

Lives here: order_of, and why it is fast. Not here: where the words come from (randomness.py).
"""

from __future__ import annotations

import numpy as np

_HIGH = 16  # bits by which words are ordered first: NumPy sorts numbers of 16 bits by counting
_PACKED = 20  # bits of a row's number up to which it stands in its word: 44 random bits are left


def order_of(words: np.ndarray) -> np.ndarray | None:
    """What brings uniform words (n,) into ascending order; None if two of them are equal and the order thus undecided.

    By the highest bits in linear time, then by all: a merge sort that finds the words nearly in order, and takes a
    third of the time of sorting them as they come. Up to 2^20 rows a word's lowest bits give way to the row's number,
    so that sorting the words themselves is enough; of the 44 bits and more that are left, two are equal once in 30
    draws at most. The words that are not equal are exchangeable, so every order of them is as likely.
    """
    bits = max(1, (len(words) - 1).bit_length())
    order = np.argsort((words >> np.uint64(64 - _HIGH)).astype(np.uint16), kind="stable")
    nearly = np.take(words, order)
    if bits > _PACKED:
        rest = np.argsort(nearly, kind="stable")
        ranked, order = np.take(nearly, rest), np.take(order, rest)
    else:
        nearly >>= np.uint64(bits)
        nearly <<= np.uint64(bits)
        nearly |= order.view(np.uint64)
        nearly.sort(kind="stable")
        ranked = nearly >> np.uint64(bits)
        nearly &= np.uint64((1 << bits) - 1)
        order = nearly.view(np.int64)
    return None if np.any(ranked[1:] == ranked[:-1]) else order
