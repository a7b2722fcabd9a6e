"""Scans and compaction: the cost of each function of algorithms/scan.py and compact.py.

Lives here: formulas in the bits of a number and the number of elements. The network's shape is scan.py's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from secfuse.runtime.algorithms.compact import DESTINATION
from secfuse.runtime.algorithms.scan import FEW
from secfuse.runtime.planes import WORD, words_for

from .bits import add, bits_of, less, select
from .cost import FREE, Cost, together
from .replicated3 import and_, bit_to_ring, multiply, reconstruct, shuffle

Widths: TypeAlias = tuple[int, ...]
"""Of each number of the sum that a block is known by."""

Merge: TypeAlias = Callable[[int, Widths, Widths], tuple[Widths, Cost]]
"""Of so many words of blocks, left and right."""


def scan_first(k: int, count: int) -> Cost:
    """The first of each group."""
    return _scan(lambda words, left, right: ((k,), select(k, words)), words_for(count), (k,), count)[1]


def scan_least(k: int, count: int) -> Cost:
    """The least of each group so far: a start stands above the number."""

    def merge(words: int, _: Widths, __: Widths) -> tuple[Widths, Cost]:
        return (k,), less(k + 1, words) + select(k, words)

    return _scan(merge, words_for(count), (k,), count)[1]


def scan_sum(k: int, count: int, width: int) -> Cost:
    """The sum of each group so far."""

    def merge(words: int, left: Widths, right: Widths) -> tuple[Widths, Cost]:
        cost, summands = and_(sum(left) * words), [*left, *right]
        while len(summands) > 2:
            bits = max(summands[:3])
            below = min(bits, width - 1)
            cost += and_(below * words)
            summands = [bits, below + 1, *summands[3:]]
        return tuple(summands), cost

    words = words_for(count)
    found, cost = _scan(merge, words, (k,), count)
    return cost + (add(width, words) if len(found) > 1 else FREE)


def _scan(merge: Merge, words: int, x: Widths, count: int) -> tuple[Widths, Cost]:
    """Halving while there are many words, then doubling."""
    if words <= FEW:
        return _doubling(merge, words, x, count)
    half, fewer = words // 2, words - words // 2
    pairs, up = merge(half, x, x)
    pairs = _alike(pairs, x)
    found, inner = _scan(merge, fewer, pairs, WORD * fewer)
    between, down = merge(half, found, x)
    return _alike(found, between), together(and_(half), up) + inner + down


def _doubling(merge: Merge, words: int, x: Widths, count: int) -> tuple[Widths, Cost]:
    distance, total = 1, FREE
    while distance < count:
        x, cost = merge(words, x, x)
        total += together(and_(words), cost) if 2 * distance < count else cost
        distance *= 2
    return x, total


def _alike(*all_parts: Widths) -> Widths:
    most, width = max(len(parts) for parts in all_parts), max(max(parts) for parts in all_parts)
    return (width,) * most


def compacted(k: int, count: int) -> Cost:
    """Rows of k planes partitioned by a bit: destinations on a narrow ring, then as bits of the shuffled rows."""
    if count < 2:
        return FREE
    narrow, width = DESTINATION(0).itemsize, (count - 1).bit_length()
    words = words_for(count)
    return (
        bit_to_ring(count, narrow)
        + multiply(count, narrow)
        + bits_of(width, words)
        + shuffle(-(-(width + k) // WORD) * count)
        + reconstruct(width * words)
    )
