"""Division by reciprocals: what algorithms/reciprocal.py sends.

Lives here: `divide_by_reciprocal`, and `divide`, which chooses as the kernel does.
"""

from __future__ import annotations

from secfuse.runtime.algorithms.reciprocal import FRACTION_BITS, ONE_STEP_BITS, cuts, is_worth_it

from . import bits
from .cost import FREE, Cost, together
from .forms import Shape
from .replicated3 import and_, bit_to_ring, multiply, truncate


def divide(numerator: int, denominator: int, shift: int, quotient: int, x: Shape, y: Shape) -> Cost:
    """Of numbers of so many bits, in these shapes."""
    both = x.meets(y)
    if is_worth_it(numerator, denominator, shift, quotient, both.elements):
        return divide_by_reciprocal(numerator, denominator, quotient, x, y)
    return bits.divide(numerator, denominator, shift, quotient, both.words, y.words)


def divide_by_reciprocal(numerator: int, denominator: int, quotient: int, x: Shape, y: Shape) -> Cost:
    """Step by step."""
    both = x.meets(y)
    given = together(
        bit_to_ring(numerator * x.elements),
        bit_to_ring(denominator * y.elements),
        _factor(denominator, y.words) + bit_to_ring(denominator * y.elements),
    )
    scaled = together(multiply(y.elements), multiply(x.meets(y).elements))
    first, then = cuts(denominator, quotient)
    near = together(_inverse(y.elements), _cut(both.elements, first)) + _times(both.elements, then)
    cost = given + scaled + near + multiply(both.elements)
    if quotient > ONE_STEP_BITS:
        first, then = cuts(denominator, quotient - ONE_STEP_BITS)
        cost += multiply(both.elements) + _cut(both.elements, first) + _times(both.elements, then)
        cost += multiply(both.elements)
    cost += together(bits.bits_of(quotient, 3 * both.words), bits.top_bit(2 * both.words, denominator + 3))
    return cost + and_(3 * both.words) + and_(3 * quotient * both.words)


def _factor(width: int, words: int) -> Cost:
    """Which bits have none set above them."""
    rounds = (width - 1).bit_length()
    return and_(words * sum(i.bit_count() for i in range(width)), rounds) if rounds else FREE


def _inverse(elements: int) -> Cost:
    """1 / m."""
    once = _times(elements, FRACTION_BITS)
    return once + together(once, once) * 2 + once


def _times(elements: int, cut: int) -> Cost:
    return multiply(elements) + truncate(elements, cut)


def _cut(elements: int, by: int) -> Cost:
    return truncate(elements, by) if by else FREE
