"""Sums over many elements: the cost of each function of algorithms/sums.py.

Lives here: formulas in k, the bits of a number, the cells, and the elements of each cell.
"""

from __future__ import annotations

from secfuse.runtime.algorithms.sums import lanes_in_use
from secfuse.runtime.planes import words_for

from .bits import add
from .cost import Cost
from .replicated3 import and_


def add_up(k: int, cells: int, count: int) -> Cost:
    """The sum over `count` numbers of k bits, for each cell: words meet, then the lanes of the words that are left."""
    total_bits = k + count.bit_length()
    apart = words_for(cells)
    words, summands = _reduce([words_for(count)] * k, total_bits, cells)
    lanes, last = _reduce([lanes_in_use(count) * left for left in summands], total_bits, apart)
    return words + lanes if max(last) == 1 else words + lanes + add(total_bits, apart)


def _reduce(columns: list[int], total_bits: int, words: int) -> tuple[Cost, list[int]]:
    """Full adders until every weight has at most two summands, each of so many words; and what is left."""
    gates = rounds = 0
    while max(columns) > 2:
        threes = [column // 3 for column in columns]
        gates, rounds = gates + sum(threes), rounds + 1
        following = [column - 2 * adders for column, adders in zip(columns, threes, strict=True)] + [0]
        for i, carries in enumerate(threes):
            if i + 1 < total_bits:
                following[i + 1] += carries
        columns = following if following[-1] else following[:-1]
    return and_(gates * words, rounds), columns
