"""The greatest of many: what algorithms/largest.py sends.

Lives here: formulas in k, the bits of a number, the cells, and the elements of each cell.
"""

from __future__ import annotations

from secfuse.runtime.algorithms.largest import FEW, MOST, group_size
from secfuse.runtime.planes import WORD, words_for

from .bits import less, select
from .cost import FREE, Cost
from .replicated3 import and_


def largest(k: int, cells: int, count: int, how_many: int) -> Cost:
    """A tournament of sorted lists of words; then all with all, or halves of the lanes."""
    size = 1 << (how_many - 1).bit_length() if how_many > 1 else 1
    cost, have, words = FREE, 1, words_for(count)
    while words > (FEW if how_many <= MOST else 1):
        words -= words // 2
        cost, have = cost + _merge(k, have, size, cells * words), min(2 * have, size)
    if how_many <= MOST:
        left, of_words = _best_of_all(k, have * words, how_many, cells)
        return cost + of_words + _best_of_all(k, WORD * left, how_many, words_for(cells))[1]
    for _ in range(WORD.bit_length() - 1):
        cost, have = cost + _merge(k, have, size, cells), min(2 * have, size)
    return cost


def _best_of_all(k: int, numbers: int, how_many: int, words: int) -> tuple[int, Cost]:
    """How many numbers are left, and what it costs; words: of a plane of one number."""
    cost = FREE
    while numbers > how_many:
        groups = -(-numbers // group_size(how_many))
        size = -(-numbers // groups)
        cost += less(k, groups * size * (size - 1) // 2 * words)
        cost += _times_set(size - 1, how_many, groups * size * words)
        cost += and_(k * how_many * groups * size * words)
        numbers = groups * how_many
    return numbers, cost


def _times_set(bits: int, most: int, words: int) -> Cost:
    """Halves of the bits, in each of which so many are set."""
    gates, rounds, states = 0, 0, min(2, most)
    while bits > 1:
        half = bits // 2
        gates += half * sum(s + t < most for s in range(states) for t in range(states))
        rounds, states, bits = rounds + 1, min(2 * states - 1, most), bits - half
    return and_(gates * words, rounds)


def _merge(k: int, have: int, size: int, words: int) -> Cost:
    """The greatest of two sorted lists of `have` numbers: all of them until there are `size`."""
    if have < size:
        return _bitonic(k, 2 * have, words)
    return _exchange(k, size * words) + _bitonic(k, size, words)


def _bitonic(k: int, length: int, words: int) -> Cost:
    return _exchange(k, length // 2 * words) * (length.bit_length() - 1)


def _exchange(k: int, words: int) -> Cost:
    return less(k, words) + select(k, words)
