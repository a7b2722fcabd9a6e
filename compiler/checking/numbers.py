"""Arithmetic, comparison and choice on values whose types are known.

Lives here: how operands are brought to one kind, which ranges the results have, and the proof that none leaves the
ring. Each function returns the operation of the circuit, or None after reporting why there is none. Not here: names
(check_expressions.py), functions (check_calls.py).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from secfuse.compiler.checked import Apply, Const, Expr
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import Range, fits_ring, range_of
from secfuse.compiler.circuit.typed import ADDABLE, NUMBERS, PLAIN, describe
from secfuse.compiler.circuit.types import BOOL, Domain, Elem, fixed, integer, money
from secfuse.compiler.diagnostics import shown
from secfuse.compiler.types import ValueType, origins_of, shape_of, tie_of, visibility_of

from .scope import Checking
from .written_types import DEFAULT_BITS, amount, encoded, same_kind, value_text


def literal(span: Span, value: Fraction, is_integer: bool) -> Const:
    """A number as it was written: an int, or a fixed of the usual precision until its neighbour asks for another."""
    if is_integer:
        number = int(value)
        return Const(span, ValueType(integer(number, number)), number, value)
    return _encoded(Const(span, ValueType(integer(0, 0)), 0, value), value, DEFAULT_BITS)


def truth(span: Span, value: bool) -> Const:
    """true or false"""
    return Const(span, ValueType(BOOL), int(value))


def _encoded(const: Const, value: Fraction, bits: int) -> Const:
    scaled = encoded(value, bits)
    return replace(const, type=ValueType(fixed(scaled, scaled, bits)), value=scaled)


def combined(args: tuple[Expr, ...], elem: Elem, fresh: bool = False) -> ValueType:
    """The type of what is computed from all of them. `fresh`: it carries none of them directly."""
    types = [arg.type for arg in args]
    origins = frozenset[tuple[str, str]]() if fresh else origins_of(types)
    optional = any(t.optional for t in types)
    return ValueType(elem, visibility_of(types), optional, origins, shape_of(types), tie_of(types))


def applied(op: Op, span: Span, args: tuple[Expr, ...], elem: Elem, fresh: bool = False) -> Apply:
    """The operation on these operands."""
    return Apply(span, combined(args, elem, fresh), op, args)


def in_ring(checking: Checking, span: Span, found: Range, bits: int, decimals: int = 0) -> bool:
    """True if every value is below 2^62; else SEC501."""
    if fits_ring(found):
        return True
    unit = (1 << bits) * 10**decimals
    extent = f"{shown(Fraction(found[0], unit))} .. {shown(Fraction(found[1], unit))}"
    allowed = f"values below {shown(Fraction(1 << 62, unit))}" + (f" ({bits} fraction bits)" if bits else "")
    words = checking.source.words(span)
    named = f"`{words}`" if len(words) <= 60 else "this"
    checking.report("SEC501", span, f"{named} may be in {extent}", f"{allowed} in magnitude")
    return False


def is_number(value: Expr) -> bool:
    """True for int and fixed."""
    return value.type.elem.domain in PLAIN


def as_amount(checking: Checking, value: Expr, decimals: int) -> Expr | None:
    """A number that was written down as an amount of money; anything else as it is."""
    if not isinstance(value, Const) or value.literal is None:
        return value
    scaled = amount(checking, value.span, value.literal, decimals)
    if scaled is None or not in_ring(checking, value.span, (scaled, scaled), 0, decimals):
        return None
    return replace(value, type=ValueType(money(scaled, scaled, decimals)), value=scaled)


def with_bits(checking: Checking, value: Expr, bits: int) -> Expr | None:
    """A number as fixed(bits); one that was written down is encoded anew, without loss."""
    elem = value.type.elem
    if elem.domain is Domain.FIXED and elem.fraction_bits == bits:
        return value
    if isinstance(value, Const) and value.literal is not None:
        const = _encoded(value, value.literal, bits)
        return const if in_ring(checking, value.span, range_of(const.type.elem), bits) else None
    found = ranges.refitted(range_of(elem), bits - elem.fraction_bits)
    if not in_ring(checking, value.span, found, bits):
        return None
    return applied(Op.RESCALE, value.span, (value,), fixed(found[0], found[1], bits))


def definite_precision(value: Expr | None) -> Expr | None:
    """A number whose precision was asked for: it takes no other from its neighbours."""
    return replace(value, literal=None) if isinstance(value, Const) else value


def aligned(checking: Checking, span: Span, values: tuple[Expr, ...]) -> tuple[Expr, ...] | None:
    """The values as one kind: numbers with equal fraction bits, money with equal decimals, labels of one category, …;
    else SEC206.
    """
    amounts = [value.type.elem for value in values if value.type.elem.domain is Domain.MONEY]
    if amounts:
        converted = [as_amount(checking, value, amounts[0].decimals) for value in values]
        values = tuple(value for value in converted if value is not None)
        if len(values) < len(converted):
            return None
    first, *others = (value.type.elem for value in values)
    if all(is_number(value) for value in values):
        if first.domain is Domain.INT and all(other.domain is Domain.INT for other in others):
            return values
        bits = common_bits(values)
        found = [with_bits(checking, value, bits) for value in values]
        known = tuple(value for value in found if value is not None)
        return known if len(known) == len(values) else None
    if all(same_kind(first, other) for other in others):
        return values
    described = " and ".join(describe(value.type.elem) for value in values)
    checking.report("SEC206", span, described, "values of one kind")
    return None


def common_bits(values: tuple[Expr, ...]) -> int:
    """The greatest precision among those that are not literals; the usual one if there is none."""
    given = [v.type.elem.fraction_bits for v in values if not (isinstance(v, Const) and v.literal is not None)]
    return max(given, default=0) or DEFAULT_BITS


def negated(checking: Checking, span: Span, value: Expr) -> Expr | None:
    """-x"""
    elem = value.type.elem
    if elem.domain not in ADDABLE:
        checking.report("SEC206", value.span, f"{describe(elem)} as an operand of `-`", "int, fixed or money")
        return None
    if isinstance(value, Const) and value.literal is not None and is_number(value):
        return literal(span, -value.literal, elem.domain is Domain.INT)
    return applied(Op.NEG, span, (value,), _ranged(elem, ranges.negate(range_of(elem))))


def absolute(span: Span, value: Expr) -> Expr:
    """abs(x) of a number or an amount"""
    elem = value.type.elem
    return applied(Op.ABS, span, (value,), _ranged(elem, ranges.absolute(range_of(elem))))


def arithmetic(checking: Checking, span: Span, operator: str, left: Expr, right: Expr) -> Expr | None:
    """x + y, x - y, x * y, x / y"""
    if not _numbers(checking, span, operator, (left, right)):
        return None
    match operator:
        case "*":
            return _product(checking, span, left, right)
        case "/":
            return quotient(checking, span, left, right)
        case _:
            return plus_or_minus(checking, span, operator, left, right)


def _numbers(checking: Checking, span: Span, operator: str, values: tuple[Expr, ...]) -> bool:
    for value in values:
        if not is_number(value):
            found = f"{describe(value.type.elem)} as an operand of `{operator}`"
            checking.report("SEC206", value.span, found, "int or fixed")
    return all(is_number(value) for value in values)


def plus_or_minus(checking: Checking, span: Span, operator: str, left: Expr, right: Expr) -> Expr | None:
    """x + y, x - y of numbers, or of money"""
    pair = aligned(checking, span, (left, right))
    if pair is None:
        return None
    x, y = (value.type.elem for value in pair)
    op, rule = (Op.ADD, ranges.add) if operator == "+" else (Op.SUB, ranges.subtract)
    found = rule(range_of(x), range_of(y))
    if not in_ring(checking, span, found, x.fraction_bits, x.decimals):
        return None
    return applied(op, span, pair, _ranged(x, found))


def _product(checking: Checking, span: Span, left: Expr, right: Expr) -> Expr | None:
    """An int times a fixed needs no truncation; two fixed keep the greater precision."""
    pair = _literals_encoded(checking, (left, right))
    if pair is None:
        return None
    x, y = (value.type.elem for value in pair)
    product = ranges.multiply(range_of(x), range_of(y))
    if not in_ring(checking, span, product, x.fraction_bits + y.fraction_bits):
        return None
    bits = max(x.fraction_bits, y.fraction_bits)
    found = ranges.truncate(product, x.fraction_bits + y.fraction_bits - bits)
    return applied(Op.MUL, span, pair, fixed(found[0], found[1], bits) if bits else integer(found[0], found[1]))


def _literals_encoded(checking: Checking, values: tuple[Expr, Expr]) -> tuple[Expr, ...] | None:
    """Literals with a point take the other operand's precision."""
    bits = common_bits(values)
    found = [with_bits(checking, v, bits) if _is_decimal(v) else v for v in values]
    known = tuple(value for value in found if value is not None)
    return known if len(known) == len(values) else None


def _is_decimal(value: Expr) -> bool:
    """True for a literal with a point: it has no precision of its own."""
    return isinstance(value, Const) and value.literal is not None and value.type.elem.domain is Domain.FIXED


def is_positive(checking: Checking, divisor: Expr) -> bool:
    """True if it is always above zero; else SEC502."""
    elem = divisor.type.elem
    if elem.lo > 0:
        return True
    words = checking.source.words(divisor.span)
    hint = f"write max({words}, 1)" if elem.hi > 0 and len(words) < 60 else ""
    found = f"a divisor that may be {value_text(elem.lo, elem)}"
    checking.report("SEC502", divisor.span, found, "a divisor above 0", hint)
    return False


def quotient(checking: Checking, span: Span, left: Expr, right: Expr) -> Expr | None:
    """Always fixed; the divisor must be positive. Of numbers, or of money of one kind."""
    pair = _literals_encoded(checking, (left, right))
    if pair is None:
        return None
    x, y = (value.type.elem for value in pair)
    if not is_positive(checking, right):
        return None
    bits = common_bits(pair)
    shift = bits + y.fraction_bits - x.fraction_bits
    if not in_ring(checking, span, ranges.rescale(range_of(x), max(shift, 0)), bits):
        return None
    found = ranges.divide(range_of(x), range_of(y), shift)
    if not in_ring(checking, span, found, bits):
        return None
    return applied(Op.DIV, span, pair, fixed(found[0], found[1], bits))


def _ordered(checking: Checking, operator: str, value: Expr) -> bool:
    elem = value.type.elem
    if elem.domain not in NUMBERS:
        found = f"{describe(elem)} as an operand of `{operator}`"
        checking.report("SEC206", value.span, found, "numbers, amounts or dates")
    return elem.domain in NUMBERS


def compared(checking: Checking, span: Span, operator: str, left: Expr, right: Expr) -> Expr | None:
    """x < y and its kin on numbers, == and != on everything. The result is new: it carries no column."""
    if operator not in ("==", "!=") and not all([_ordered(checking, operator, value) for value in (left, right)]):
        return None
    pair = aligned(checking, span, (left, right))
    if pair is None:
        return None
    swapped = (pair[1], pair[0])
    match operator:
        case "==":
            return applied(Op.EQ, span, pair, BOOL, fresh=True)
        case "!=":
            return negation(span, applied(Op.EQ, span, pair, BOOL, fresh=True))
        case "<":
            return applied(Op.LT, span, pair, BOOL, fresh=True)
        case ">":
            return applied(Op.LT, span, swapped, BOOL, fresh=True)
        case ">=":
            return negation(span, applied(Op.LT, span, pair, BOOL, fresh=True))
        case _:
            return negation(span, applied(Op.LT, span, swapped, BOOL, fresh=True))


def negation(span: Span, value: Expr) -> Apply:
    """not x"""
    return applied(Op.NOT, span, (value,), BOOL)


def chosen(checking: Checking, span: Span, condition: Expr, yes: Expr, no: Expr) -> Expr | None:
    """if c then x else y. The result carries what the branches carry, not what the condition does."""
    pair = aligned(checking, span, (yes, no))
    if pair is None:
        return None
    x, y = (value.type.elem for value in pair)
    elem = _ranged(x, ranges.union(range_of(x), range_of(y)))
    types = [value.type for value in (condition, *pair)]
    type_ = replace(combined(pair, elem), visibility=visibility_of(types), shape=shape_of(types))
    return Apply(span, replace(type_, tie=tie_of(types)), Op.SELECT, (condition, *pair))


def extreme(checking: Checking, span: Span, greatest: bool, x: Expr, y: Expr) -> Expr | None:
    """min(x, y) or max(x, y): a comparison and a choice, with the narrower range that follows."""
    pair = aligned(checking, span, (x, y))
    if pair is None:
        return None
    less = applied(Op.LT, span, pair, BOOL, fresh=True)
    first, second = (value.type.elem for value in pair)
    ends = max if greatest else min
    elem = _ranged(first, (ends(first.lo, second.lo), ends(first.hi, second.hi)))
    return applied(Op.SELECT, span, (less, *(reversed(pair) if greatest else pair)), elem)


def as_int(span: Span, value: Expr) -> Expr:
    """int(x) of a bool, an int or a fixed; a fixed is rounded to nearest."""
    elem = value.type.elem
    match elem.domain:
        case Domain.BOOL:
            one, zero = literal(span, Fraction(1), True), literal(span, Fraction(0), True)
            kept = replace(value.type, elem=integer(0, 1))
            return Apply(span, kept, Op.SELECT, (value, one, zero))
        case Domain.FIXED:
            found = ranges.rescale(range_of(elem), -elem.fraction_bits)
            return applied(Op.RESCALE, span, (value,), integer(found[0], found[1]))
        case _:
            return value


def _ranged(elem: Elem, found: Range) -> Elem:
    return replace(elem, lo=found[0], hi=found[1])
