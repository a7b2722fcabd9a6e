"""Sums over many elements and the greatest of many: the cost of each function of algorithms/sums.py.

Lives here: formulas in k, the bits of a number, the cells, and the elements of each cell.
"""

from __future__ import annotations

from secfuse.runtime.planes import WORD, words_for

from .bits import add, less, select
from .cost import FREE, Cost
from .replicated3 import and_


def add_up(k: int, cells: int, count: int) -> Cost:
    """The sum over `count` numbers of k bits, for each cell: words meet, then the lanes of the words that are left."""
    total_bits = k + count.bit_length()
    apart = words_for(cells)
    words, summands = _reduce([words_for(count)] * k, total_bits, cells)
    lanes, _ = _reduce([WORD * left for left in summands], total_bits, apart)
    return words + lanes + add(total_bits, apart)


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


def largest(k: int, cells: int, count: int, how_many: int) -> Cost:
    """A tournament of sorted lists, first of words, then of the lanes of one word."""
    size = 1 << (how_many - 1).bit_length() if how_many > 1 else 1
    cost, have, words = FREE, 1, words_for(count)
    while words > 1:
        words -= words // 2
        cost, have = cost + _merge(k, have, size, cells * words), min(2 * have, size)
    for _ in range(WORD.bit_length() - 1):
        cost, have = cost + _merge(k, have, size, cells), min(2 * have, size)
    return cost


def _merge(k: int, have: int, size: int, words: int) -> Cost:
    """The greatest of two sorted lists of `have` numbers: all of them until there are `size`."""
    if have < size:
        return _bitonic(k, 2 * have, words)
    return _exchange(k, size * words) + _bitonic(k, size, words)


def _bitonic(k: int, length: int, words: int) -> Cost:
    return _exchange(k, length // 2 * words) * (length.bit_length() - 1)


def _exchange(k: int, words: int) -> Cost:
    return less(k, words) + select(k, words)
