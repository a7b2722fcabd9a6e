"""Ints as their bits, and back: binary(x, 8), number(b).

Lives here: both functions. Bits stand along the first axis, the lowest first. Both are free where bits are what is
shared. Not here: what is computed with bits (std/bits).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Digit, Element, Expr, Stack
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import BOOL, Domain, Size, integer

from . import numbers
from .arrays import MOST_AXES
from .known import known
from .scope import Checking
from .uses import definite, may, shape_text

MOST_BITS = 62


def in_binary(checking: Checking, call: s.Call, x: Expr, many: Expr) -> Expr | None:
    """binary(x, k): the lowest k bits of x in two's complement, along a new first axis."""
    count = known(many)
    if count is None or count.denominator != 1 or not 1 <= count <= MOST_BITS:
        found = f"`{checking.source.words(many.span)}`"
        checking.report("SEC222", many.span, found, f"a number of bits in 1 .. {MOST_BITS} that is known now")
        return None
    if x.type.elem.domain is not Domain.INT:
        checking.report("SEC208", x.span, f"{describe(x.type.elem)} as an argument of binary", "int")
        return None
    if not definite(checking, x) or not may(checking, x, "compared"):
        return None
    if len(x.type.shape) == MOST_AXES:
        checking.report("SEC242", call.span, "an array of one axis more", f"at most {MOST_AXES}")
        return None
    bit = replace(x.type, elem=BOOL)
    digits = tuple(Digit(call.span, bit, x, i) for i in range(int(count)))
    return Stack(call.span, replace(bit, shape=(Size(int(count)), *bit.shape)), digits)


def from_binary(checking: Checking, call: s.Call, bits: Expr) -> Expr | None:
    """number(b): the int whose bits are b[0], b[1], …"""
    if bits.type.elem.domain is not Domain.BOOL or not bits.type.shape or bits.type.shape[0].terms:
        found = f"{shape_text(bits.type.shape)} of {describe(bits.type.elem)}"
        checking.report("SEC241", bits.span, found, "an array of truth values, its first axis of a known length")
        return None
    count = bits.type.shape[0].constant
    if not 1 <= count <= MOST_BITS:
        checking.report("SEC501", bits.span, f"a number of {count} bits", f"1 .. {MOST_BITS} bits")
        return None
    if not definite(checking, bits) or not may(checking, bits, "compared"):
        return None
    one = replace(bits.type, shape=bits.type.shape[1:])
    places = [numbers.literal(call.span, Fraction(i), True) for i in range(count)]
    digits = tuple(Element(call.span, one, bits, place, 0) for place in places)
    return numbers.applied(Op.NUMBER, call.span, digits, integer(0, (1 << count) - 1))
