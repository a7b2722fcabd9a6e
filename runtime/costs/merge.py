"""Merging sorted lists: what algorithms/merge.py sends.

Lives here: one formula, in the planes of a row and of its key, and the rows of both lists.
"""

from __future__ import annotations

from secfuse.runtime.algorithms.merge import distances, number_bits
from secfuse.runtime.planes import WORD, words_for

from .bits import less_of_distinct
from .cost import FREE, Cost
from .replicated3 import and_


def merged_planes(k: int, key_bits: int, count: int) -> Cost:
    """Rows of k planes, the key among them: a level for each distance, each word of a plane with another."""
    words, numbers = words_for(count), number_bits(count)
    cost = FREE
    for distance in distances(count):
        met = _meeting(words, distance // WORD) if distance >= WORD else (words + 1) // 2
        cost += less_of_distinct(numbers + key_bits, met) + and_((numbers + k) * met)
    return cost


def _meeting(words: int, distance: int) -> int:
    """How many words have one so far behind them, within their blocks of twice the distance."""
    whole, rest = divmod(words, 2 * distance)
    return whole * distance + max(0, rest - distance)
