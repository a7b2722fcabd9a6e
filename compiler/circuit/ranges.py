"""Interval arithmetic: where the results of exact integer arithmetic lie.

Lives here: one function an operation, on ranges (lo, hi) of scaled integers, both included. Not here: what to do
about a range that is too wide (the checker refuses it, verify.py asserts that none is left).
"""

from __future__ import annotations

from itertools import product
from typing import TypeAlias

from .types import Elem

Range: TypeAlias = tuple[int, int]

LIMIT = 1 << 62
"""Every number in a circuit is smaller than this in magnitude: a ring of 64 bits, its sign, and a bit to truncate."""


def range_of(elem: Elem) -> Range:
    """The range of an element."""
    return elem.lo, elem.hi


def fits_ring(x: Range) -> bool:
    """True if no value of the range leaves the ring."""
    return x[0] > -LIMIT and x[1] < LIMIT


def union(x: Range, y: Range) -> Range:
    """The smallest range around both."""
    return min(x[0], y[0]), max(x[1], y[1])


def add(x: Range, y: Range) -> Range:
    """x + y"""
    return x[0] + y[0], x[1] + y[1]


def negate(x: Range) -> Range:
    """-x"""
    return -x[1], -x[0]


def subtract(x: Range, y: Range) -> Range:
    """x - y"""
    return add(x, negate(y))


def absolute(x: Range) -> Range:
    """|x|

    >>> absolute((-3, 2))
    (0, 3)
    """
    if x[0] <= 0 <= x[1]:
        return 0, max(-x[0], x[1])
    return min(abs(x[0]), abs(x[1])), max(abs(x[0]), abs(x[1]))


def multiply(x: Range, y: Range) -> Range:
    """x * y, before any truncation."""
    corners = [a * b for a, b in product(x, y)]
    return min(corners), max(corners)


def truncate(x: Range, bits: int) -> Range:
    """x / 2**bits, rounded down or up: a protocol may do either."""
    return x[0] >> bits, -(-x[1] >> bits)


def rescale(x: Range, bits: int) -> Range:
    """x * 2**bits; bits may be negative, then rounded to nearest, ties away from zero."""
    return rounded(x[0], -bits), rounded(x[1], -bits)


def refitted(x: Range, bits: int) -> Range:
    """x * 2**bits as a fixed number: to fewer bits, a protocol rounds down or up, as it does a product.

    >>> refitted((3, 5), -1), refitted((3, 5), 1)
    ((1, 3), (6, 10))
    """
    return rescale(x, bits) if bits >= 0 else truncate(x, -bits)


def rounded(value: int, bits: int) -> int:
    """value / 2**bits to nearest, ties away from zero; exact where bits is negative.

    >>> rounded(3, 1), rounded(-3, 1), rounded(3, -1)
    (2, -2, 6)
    """
    return value << -bits if bits <= 0 else quotient(value, 1 << bits)


def quotient(x: int, y: int) -> int:
    """x / y to nearest, ties away from zero; 0 where y is 0; y >= 0.

    >>> quotient(5, 2), quotient(-5, 2), quotient(5, 0)
    (3, -3, 0)
    """
    if y == 0:
        return 0
    size = (2 * abs(x) + y) // (2 * y)
    return -size if x < 0 else size


def centred(x: Range) -> Range:
    """x - m, where m is the middle of the range."""
    middle = (x[0] + x[1]) // 2
    return x[0] - middle, x[1] - middle


def variance(x: Range, fraction_bits: int, bits: int) -> Range:
    """The variance, to `bits` fraction bits, of numbers in x: at most a quarter of the width squared.

    >>> variance((0, 3), 0, 1)
    (0, 5)
    """
    return 0, quotient((x[1] - x[0]) ** 2 << bits, 4 << 2 * fraction_bits)


def divide(x: Range, y: Range, shift: int) -> Range:
    """x * 2**shift / y as `quotient` rounds it; y >= 0 may contain 0, whose quotient is 0."""
    if y[1] == 0:
        return 0, 0
    up, down = max(shift, 0), max(-shift, 0)
    corners = [quotient(a << up, max(b, 1) << down) for a, b in product(x, y)]
    found = min(corners), max(corners)
    return union(found, (0, 0)) if y[0] == 0 else found
