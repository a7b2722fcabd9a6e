"""Joins: what algorithms/join.py sends, and whether sides in order are merged or sorted all the same.

Lives here: formulas in the planes of the key and of both payloads.
"""

from __future__ import annotations

from secfuse.runtime.planes import words_for

from .bits import equal
from .cost import FREE, Cost, together
from .merge import merged_planes
from .replicated3 import and_
from .scan import scan_first
from .sort import sorted_planes

_FLAGS = 2  # valid, and whether it is a right row
_ROUND_BYTES = 100_000
"""What a link could send in the time of a round, about: 0.2 ms at 4 Gbit/s, 20 ms at 40 Mbit/s."""


def join(key_bits: int, left_bits: int, right_bits: int, count: int, merging: bool = False) -> Cost:
    """The union of `count` rows, in order; valid right rows copied down to their left rows."""
    words = words_for(count)
    return (
        _in_order(key_bits, max(left_bits, right_bits), count, merging)
        + together(equal(key_bits, words), and_(words))
        + and_(words)
        + _kept(right_bits, words)
        + scan_first(1 + right_bits, count)
        + _kept(1 + right_bits + left_bits, words)
        + and_(words)
    )


def merging_pays(key_bits: int, payload_bits: int, count: int) -> bool:
    """Whether sides in order are better merged: in far fewer rounds, but every row moves in each of them.

    A function of public sizes, so that all parties decide alike.
    """
    merge, sort = (_in_order(key_bits, payload_bits, count, merging) for merging in (True, False))
    return _weight(merge) <= _weight(sort)


def _in_order(key_bits: int, payload_bits: int, count: int, merging: bool) -> Cost:
    return (merged_planes if merging else sorted_planes)(key_bits + _FLAGS + payload_bits, key_bits, count)


def _weight(cost: Cost) -> int:
    return cost.rounds * _ROUND_BYTES + max(cost.link_bytes)


def _kept(k: int, words: int) -> Cost:
    return and_(k * words) if k else FREE
