"""What the ops of replicated3 send: the moves of protocols/replicated3, counted.

Lives here: one formula an op. Sizes are in elements of 8 bytes: ring values, or words of 64 bits of a plane.
"""

from __future__ import annotations

from secfuse.runtime.wire import PARTIES

from .cost import Cost, sent

ELEMENT_BYTES = 8
EVERYONE = tuple(range(PARTIES))


def _shift(elements: int, size: int = ELEMENT_BYTES) -> dict[tuple[int, int], int]:
    """Every party receives its successor's row."""
    return {((rank + 1) % PARTIES, rank): size * elements for rank in EVERYONE}


def _from_p0(to_p2: int, from_p1: int, back: int) -> dict[tuple[int, int], int]:
    """The pattern of conversions: P0 -> P2 and P1 -> P0, then P2 -> P0. In bytes."""
    return {(0, 2): to_p2, (1, 0): from_p1, (2, 0): back}


def and_(words: int, rounds: int = 1) -> Cost:
    """AND of planes: one bit a gate and party. words: in all of the rounds together."""
    return sent(_shift(words), rounds, ands=64 * words)


def multiply(elements: int, size: int = ELEMENT_BYTES) -> Cost:
    """Ring products, of elements of `size` bytes."""
    return sent(_shift(elements, size), multiplications=elements)


def matrix_product(elements: int, terms: int) -> Cost:
    """Sums of so many ring products, for each element of the result."""
    return sent(_shift(elements), rounds=1, multiplications=elements * terms)


def truncate(elements: int, dropped_bits: int) -> Cost:
    """Ring values over 2^d. Messages of d bits travel in the narrowest machine word that holds d."""
    narrow = elements * next(w for w in (8, 16, 32, 64) if w >= dropped_bits) // 8
    return sent(_from_p0(narrow + ELEMENT_BYTES * elements, narrow, narrow), rounds=2)


def bit_to_ring(elements: int, size: int = ELEMENT_BYTES) -> Cost:
    """Bits as ring values of `size` bytes."""
    whole = size * elements
    return sent(_from_p0(whole, whole, whole), rounds=2)


def select_ring(elements: int) -> Cost:
    """Bit times ring value."""
    size = ELEMENT_BYTES * elements
    return sent(_from_p0(3 * size, size, size), rounds=2, multiplications=elements)


def carry_pairs(k: int, words: int) -> Cost:
    """Planes whose carries give the low k bits of ring values, the top one without what it generates."""
    below_top = ELEMENT_BYTES * (k - 1) * words
    return sent(_from_p0(ELEMENT_BYTES * k * words, below_top, below_top), rounds=2, ands=64 * (k - 1) * words)


def difference_planes(words: int) -> Cost:
    """Planes that are all zero where a ring value is; words of all planes."""
    return sent({(0, 2): ELEMENT_BYTES * words})


def share(owner: int, elements: int) -> Cost:
    """An owner's values become shares."""
    return sent({(owner, (owner + 1) % PARTIES): ELEMENT_BYTES * elements})


def reconstruct(elements: int, recipients: tuple[int, ...] = EVERYONE) -> Cost:
    """Values opened: each recipient gets the share it misses from its successor."""
    return sent({((rank + 1) % PARTIES, rank): ELEMENT_BYTES * elements for rank in recipients})


def shuffle(words: int) -> Cost:
    """Rows in an order that nobody knows; words of all rows."""
    size = ELEMENT_BYTES * words
    return sent({(0, 1): size, (1, 2): 2 * size, (2, 1): size}, rounds=2)
