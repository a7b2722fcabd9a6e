"""x % m and x ** n, where m and n are literals: made of products, one division, and choices.

Lives here: `remainder`, `power`. Not here: the arithmetic they are made of (numbers.py).
"""

from __future__ import annotations

from fractions import Fraction

from secfuse.compiler.checked import Const, Expr
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import Domain, integer
from secfuse.compiler.diagnostics import shown

from . import numbers, units
from .scope import Checking

MOST_POWER = 64
MOST_MODULUS = 1 << 31


def remainder(checking: Checking, span: Span, x: Expr, modulus: Expr) -> Expr | None:
    """x less the greatest multiple of m that is not above it: in 0 .. m - 1, for negative x too.

    floor(x / m) is (2 x - (m - 1)) / (2 m) rounded to nearest, which is never halfway between two integers.
    """
    m = _literal(checking, modulus, "a modulus", (1, MOST_MODULUS))
    elem = x.type.elem
    if elem.domain is not Domain.INT:
        checking.report("SEC206", x.span, f"{describe(elem)} as an operand of `%`", "int")
        return None
    if m is None or 0 <= elem.lo <= elem.hi < m:
        return None if m is None else x
    doubled = numbers.arithmetic(checking, span, "+", x, x)
    dividend = None if doubled is None else numbers.arithmetic(checking, span, "-", doubled, _number(span, m - 1))
    if dividend is None:
        return None
    found = ranges.divide(range_of(dividend.type.elem), (2 * m, 2 * m), 0)
    floor = numbers.applied(Op.DIV, span, (dividend, _number(span, 2 * m)), integer(found[0], found[1]))
    multiple = numbers.arithmetic(checking, span, "*", floor, _number(span, m))
    rest = None if multiple is None else numbers.arithmetic(checking, span, "-", x, multiple)
    # The ends are reached without help; choosing says so to whoever looks at ranges only.
    above = None if rest is None else numbers.extreme(checking, span, True, rest, _number(span, 0))
    return None if above is None else numbers.extreme(checking, span, False, above, _number(span, m - 1))


def power(checking: Checking, span: Span, x: Expr, exponent: Expr) -> Expr | None:
    """x multiplied n times, by squaring; 1 for n = 0."""
    n = _literal(checking, exponent, "an exponent", (0, MOST_POWER))
    if n is None:
        return None
    rules = units if units.has_unit(x) else numbers
    found: Expr | None = None
    square: Expr | None = x
    for place in range(n.bit_length()):
        if place:
            square = None if square is None else rules.arithmetic(checking, span, "*", square, square)
        if square is None:
            return None
        if n >> place & 1:
            found = square if found is None else rules.arithmetic(checking, span, "*", found, square)
            if found is None:
                return None
    return _number(span, 1) if n == 0 else found


def _number(span: Span, value: int) -> Const:
    return numbers.literal(span, Fraction(value), True)


def _literal(checking: Checking, value: Expr, what: str, bounds: tuple[int, int]) -> int | None:
    """An integer that is written down; anything else is SEC222, and one out of bounds SEC504."""
    if not isinstance(value, Const) or value.literal is None or value.literal.denominator != 1:
        checking.report("SEC222", value.span, f"`{checking.source.words(value.span)}`", f"a whole number as {what}")
        return None
    if not bounds[0] <= value.literal <= bounds[1]:
        checking.report("SEC504", value.span, shown(value.literal), f"{bounds[0]} .. {bounds[1]} as {what}")
        return None
    return int(value.literal)
