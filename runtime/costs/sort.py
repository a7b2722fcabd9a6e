"""Sorting by opened comparisons: what algorithms/sort.py sends is a function of the number of rows.

Lives here: formulas in the rows and their planes. How long a stage is and how its pairs are padded is sort.py's own.
"""

from __future__ import annotations

from secfuse.runtime.algorithms.sort import ALL_PAIRS, GROWTH, TILE, pair_bound
from secfuse.runtime.planes import WORD, words_for

from .bits import less_of_distinct
from .cost import FREE, Cost
from .replicated3 import reconstruct, shuffle


def sorted_planes(k: int, key_bits: int, count: int) -> Cost:
    """Rows of k planes, the key among them: shuffled, all pairs of the first, then a stage for each growth."""
    index_bits = max(1, (count - 1).bit_length())
    width = index_bits + key_bits
    ranked = min(count, ALL_PAIRS)
    cost = shuffle(-(-(index_bits + k) // WORD) * count) + _compared(width, ranked * (ranked - 1) // 2)
    while ranked < count:
        size = min(count, (ranked + 1) * GROWTH - 1)
        steps = (ranked + 1).bit_length() - 1
        cost += _compared(width, size - ranked) * steps + _compared(width, pair_bound(ranked, size - ranked))
        ranked = size
    return cost


def _compared(k: int, pairs: int) -> Cost:
    """Pairs of rows compared tile by tile, all tiles in the same rounds, and the outcomes opened."""
    if not pairs:
        return FREE
    whole, rest = divmod(pairs, TILE)
    words = whole * words_for(TILE) + (words_for(rest) if rest else 0)
    return less_of_distinct(k, words) + reconstruct(words)
