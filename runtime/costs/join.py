"""Joins: what algorithms/join.py sends.

Lives here: one formula, in the planes of the key and of both payloads.
"""

from __future__ import annotations

from secfuse.runtime.planes import words_for

from .bits import equal
from .cost import FREE, Cost
from .replicated3 import and_
from .sort import sorted_planes

_FLAGS = 2  # valid, and whether it is a right row


def join(key_bits: int, left_bits: int, right_bits: int, count: int) -> Cost:
    """The union of `count` rows, sorted; valid right rows copied down to their left rows."""
    words = words_for(count)
    steps = (count - 1).bit_length() if count > 1 else 0
    return (
        sorted_planes(key_bits + _FLAGS + max(left_bits, right_bits), key_bits, count)
        + equal(key_bits, words)
        + and_(words)
        + _kept(right_bits, words)
        + and_((2 + right_bits) * words) * steps
        + _kept(1 + right_bits + left_bits, words)
        + and_(words)
    )


def _kept(k: int, words: int) -> Cost:
    return and_(k * words) if k else FREE
