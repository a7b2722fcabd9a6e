"""Circuits of gates on bit planes: the cost of each function of algorithms/bits.py and divide.py.

Lives here: formulas in k, the bits of a number, and `words`, the words of one plane over all cells.
"""

from __future__ import annotations

from .cost import FREE, Cost
from .replicated3 import and_, carry_pairs, difference_planes

RING_BITS = 64


def select(k: int, words: int) -> Cost:
    """One of two numbers."""
    return and_(k * words)


def _tree(blocks: int, words: int) -> Cost:
    """Pairs of neighbouring blocks become one, with two gates but for the lowest pair, until one is left."""
    gates = rounds = 0
    while blocks > 1:
        pairs = blocks // 2
        gates, rounds, blocks = gates + 2 * pairs - 1, rounds + 1, blocks - pairs
    return and_(gates * words, rounds)


def less(k: int, words: int) -> Cost:
    """a < b: k bits and one that says what equality gives."""
    return _tree(k + 1, words)


def less_of_distinct(k: int, words: int) -> Cost:
    """a < b of numbers that differ."""
    return _tree(k, words)


def all_set(k: int, words: int) -> Cost:
    """Whether all bits are set; as much as whether any is."""
    return and_((k - 1) * words, (k - 1).bit_length())


def equal(k: int, words: int) -> Cost:
    """a == b."""
    return all_set(k, words)


def carries(k: int, words: int) -> Cost:
    """Sklansky's carries: at distance d every position of an upper half-block, twice if its block begins above 0."""
    gates = rounds = 0
    while (d := 1 << rounds) < k:
        upper = k // (2 * d) * d + max(0, k % (2 * d) - d)
        of_first_block = min(2 * d, k) - d
        gates, rounds = gates + 2 * upper - of_first_block, rounds + 1
    return and_(gates * words, rounds)


def add(k: int, words: int) -> Cost:
    """a + b; of single bits for nothing."""
    return and_((k - 1) * words) + carries(k - 1, words) if k > 1 else FREE


def subtract(k: int, words: int) -> Cost:
    """a - b, and whether a >= b."""
    return and_(k * words) + carries(k, words)


def negate_where(k: int, words: int) -> Cost:
    """-x where a sign is set; a single bit is its own negative."""
    return and_(words) + carries(k - 1, words) if k > 1 else FREE


def times_constant(k: int, words: int, factor: int) -> Cost:
    """One addition for each set bit of the factor but one."""
    terms = (factor % (1 << k)).bit_count()
    return add(k, words) * max(0, terms - 1)


def top_bit(words: int, k: int = RING_BITS) -> Cost:
    """The sign of ring values, of numbers of so many bits."""
    return carry_pairs(k, words) + _tree(k - 1, words)


def bits_of(k: int, words: int) -> Cost:
    """The low k planes of ring values."""
    return carry_pairs(k, words) + carries(k - 1, words)


def is_zero(words: int) -> Cost:
    """x == 0 of ring values."""
    return difference_planes(RING_BITS * words) + all_set(RING_BITS, words)


def divide(numerator: int, denominator: int, shift: int, quotient: int, words: int, words_below: int) -> Cost:
    """Long division of numbers of so many bits. words_below: of one plane of the denominator."""
    width = max(numerator + shift + 1, denominator, quotient) + 1
    room = denominator + 2
    step = subtract(room, words) + select(room, words)
    return add(width, words) + step * quotient + all_set(denominator, words_below) + and_(quotient * words)
