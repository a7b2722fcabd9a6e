"""Arithmetic with money and dates: what has a unit.

Lives here: `arithmetic`. Money is added to money of as many decimals, multiplied and divided by an int (rounded half
away from zero), and divided by money into a plain number. A date less a date is a number of days. Not here: plain
numbers, comparison and choice (numbers.py).
"""

from __future__ import annotations

from secfuse.compiler.checked import Const, Expr
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import describe, ranged
from secfuse.compiler.circuit.types import CALENDAR, Domain, dates, fixed, integer
from secfuse.compiler.types import ValueType

from . import numbers
from .numbers import applied
from .scope import Checking


def has_unit(value: Expr) -> bool:
    """True for money and dates."""
    return value.type.elem.domain in (Domain.MONEY, Domain.DATE)


def arithmetic(checking: Checking, span: Span, operator: str, left: Expr, right: Expr) -> Expr | None:
    """x + y, x - y, x * y, x / y, where one of the two has a unit."""
    domains = left.type.elem.domain, right.type.elem.domain
    match (operator, *domains):
        case ("-", Domain.DATE, Domain.DATE):
            return _days_between(span, left, right)
        case ("+" | "-", Domain.DATE, Domain.INT):
            return _moved(checking, span, operator, left, right)
        case ("+", Domain.INT, Domain.DATE):
            return _moved(checking, span, operator, right, left)
        case ("+" | "-", _, _) if Domain.DATE not in domains:
            return numbers.plus_or_minus(checking, span, operator, left, right)
        case ("*", Domain.MONEY, Domain.INT) | ("*", Domain.INT, Domain.MONEY):
            return _multiple(checking, span, left, right)
        case ("/", Domain.MONEY, Domain.INT):
            return _part(checking, span, left, right)
        case ("/", Domain.MONEY, Domain.MONEY) if left.type.elem.decimals == right.type.elem.decimals:
            return numbers.quotient(checking, span, left, right)
        case _:
            found = f"{describe(left.type.elem)} {operator} {describe(right.type.elem)}"
            expected = "date - date, date + int, money + money, money * int, money / int or money / money"
            checking.report("SEC206", span, found, expected)
            return None


def _multiple(checking: Checking, span: Span, left: Expr, right: Expr) -> Expr | None:
    amount = left.type.elem if left.type.elem.domain is Domain.MONEY else right.type.elem
    found = ranges.multiply(range_of(left.type.elem), range_of(right.type.elem))
    if not numbers.in_ring(checking, span, found, 0, amount.decimals):
        return None
    return applied(Op.MUL, span, (left, right), ranged(amount, found))


def _part(checking: Checking, span: Span, amount: Expr, parts: Expr) -> Expr | None:
    if not numbers.is_positive(checking, parts):
        return None
    found = ranges.divide(range_of(amount.type.elem), range_of(parts.type.elem), 0)
    return applied(Op.DIV, span, (amount, parts), ranged(amount.type.elem, found))


def _days_between(span: Span, left: Expr, right: Expr) -> Expr:
    found = ranges.subtract(range_of(left.type.elem), range_of(right.type.elem))
    return applied(Op.SUB, span, (_day(left), _day(right)), integer(found[0], found[1]))


def _moved(checking: Checking, span: Span, operator: str, start: Expr, days: Expr) -> Expr | None:
    """A date so many days later or earlier, which must be one."""
    op, rule = (Op.ADD, ranges.add) if operator == "+" else (Op.SUB, ranges.subtract)
    found = rule(range_of(start.type.elem), range_of(days.type.elem))
    if not (CALENDAR.lo <= found[0] and found[1] <= CALENDAR.hi):
        words = checking.source.words(span)
        what = f"`{words[:60]}`, which may lie {found[0]} .. {found[1]} days from 1970-01-01"
        checking.report("SEC506", span, what, "a date in 0001-01-01 .. 9999-12-31")
        return None
    moved = applied(op, span, (_day(start), days), integer(found[0], found[1]))
    return applied(Op.RESCALE, span, (moved,), dates(found[0], found[1]))


def _day(value: Expr) -> Expr:
    """A date as the number of its day."""
    elem = value.type.elem
    return applied(Op.RESCALE, value.span, (value,), integer(elem.lo, elem.hi))


def as_number(checking: Checking, span: Span, value: Expr, bits: int) -> Expr | None:
    """An amount of money as a number of its whole units, with that many fraction bits, rounded to nearest."""
    elem = value.type.elem
    one = 10**elem.decimals
    if not numbers.in_ring(checking, span, ranges.rescale(range_of(elem), bits), bits):
        return None
    found = ranges.divide(range_of(elem), (one, one), bits)
    unit = Const(span, ValueType(ranged(elem, (one, one))), one)
    return applied(Op.DIV, span, (value, unit), fixed(found[0], found[1], bits) if bits else integer(*found))
