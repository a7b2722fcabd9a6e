"""Types as they are written: from `fixed(8) in 0 .. 1` to an element of the circuit.

Lives here: the ranges that are taken where none is written, and the bounds of precision. Not here: types of
expressions (check_expressions.py).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ranges import fits_ring, quotient
from secfuse.compiler.circuit.released import EPOCH, decode
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    MOST_BYTES,
    MOST_DECIMALS,
    Domain,
    Elem,
    dates,
    fixed,
    integer,
    money,
    texts,
)
from secfuse.compiler.diagnostics import shown

from .constants import constant, whole
from .scope import Checking, Unknown

DEFAULT_BITS = 16
MOST_BITS = 40
INT_RANGE = (-(2**31), 2**31 - 1)
"""Of an `int` without a range."""
FIXED_RANGE = (-(2**24), 2**24)
"""Of a `fixed` without a range, in real units."""
MONEY_RANGE = (-(10**9), 10**9)
"""Of a `money` without a range, in real units."""
DATE_RANGE = dates(date(1900, 1, 1).toordinal() - EPOCH, date(2099, 12, 31).toordinal() - EPOCH)
"""Of a `date` without a range."""
NO_RANGE = "leave `in … .. …` out"


def element(checking: Checking, written: s.TypeName, secret_code: str) -> Elem | None:
    """The element that a type names; a bound of its range that is secret is reported by `secret_code`."""
    if written.range is not None and written.base.text in ("bool", "identifier", "text"):
        found = f"a range of `{written.base.text}`"
        checking.report("SEC205", written.span, found, "a range of int or fixed only", NO_RANGE)
        return None
    match written.base.text:
        case "bool":
            return BOOL
        case "identifier":
            return IDENTIFIER
        case "text":
            return _texts(checking, written)
        case "int":
            bounds = _bounds(checking, written, secret_code, INT_RANGE)
            return None if bounds is None else _integers(checking, written, bounds)
        case "fixed":
            bits = DEFAULT_BITS if written.bits is None else precision(checking, written.bits)
            bounds = _bounds(checking, written, secret_code, FIXED_RANGE)
            return None if bits is None or bounds is None else _scaled(checking, written, bounds, bits)
        case "money":
            decimals = None if written.bits is None else _decimals(checking, written.bits)
            bounds = _bounds(checking, written, secret_code, MONEY_RANGE)
            return None if decimals is None or bounds is None else _amounts(checking, written, bounds, decimals)
        case "date":
            return _days(checking, written, secret_code)
        case _:
            return _category(checking, written)


def _texts(checking: Checking, written: s.TypeName) -> Elem | None:
    """text(bytes)"""
    most = None if written.bits is None else whole(checking, written.bits, "SEC309", "the length of texts")
    if most is not None and not 1 <= most <= MOST_BYTES:
        checking.report("SEC230", written.span, f"texts of {shown(Fraction(most))} bytes", f"1 .. {MOST_BYTES}")
        return None
    return None if most is None else texts(most)


def precision(checking: Checking, written: s.Expression) -> int | None:
    """A number of fraction bits."""
    bits = whole(checking, written, "SEC309", "the precision")
    if bits is not None and not 1 <= bits <= MOST_BITS:
        checking.report("SEC505", written.span, f"{shown(Fraction(bits))} fraction bits", f"1 .. {MOST_BITS}")
        return None
    return bits


def _decimals(checking: Checking, written: s.Expression) -> int | None:
    """A number of decimals."""
    decimals = whole(checking, written, "SEC309", "the decimals")
    if decimals is not None and not 0 <= decimals <= MOST_DECIMALS:
        checking.report("SEC505", written.span, f"{shown(Fraction(decimals))} decimals", f"0 .. {MOST_DECIMALS}")
        return None
    return decimals


def encoded(value: Fraction, bits: int) -> int:
    """The number with that many fraction bits, rounded to nearest, ties away from zero."""
    return quotient(value.numerator << bits, value.denominator)


def amount(checking: Checking, span: Span, value: Fraction, decimals: int) -> int | None:
    """An amount of money as its integer; None, and SEC225, where it has more decimals."""
    scaled = value * 10**decimals
    if scaled.denominator != 1:
        checking.report("SEC225", span, shown(value), f"an amount with at most {decimals} decimals")
        return None
    return int(scaled)


def day(checking: Checking, written: s.Date) -> int | None:
    """A date as its day; None, and SEC224, where there is no such date."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written.text, re.ASCII):
        try:
            return date.fromisoformat(written.text).toordinal() - EPOCH
        except ValueError:
            pass
    checking.report("SEC224", written.span, f"`{written.text[:40]}`", "year-month-day of a date that exists")
    return None


def constant_day(checking: Checking, written: s.Expression, secret_code: str, what: str) -> int | None:
    """The day of a date that is written out; otherwise None, and it is reported."""
    if isinstance(written, s.Date):
        return day(checking, written)
    if constant(checking, written, secret_code, what, 'date "2013-05-01"') is not None:
        checking.report("SEC206", written.span, "a number", f"a date as {what}", 'write date "2013-05-01"')
    return None


def real(value: int, elem: Elem) -> Fraction:
    """What an element's integer stands for; of a date, its day."""
    return Fraction(value, (1 << elem.fraction_bits) * 10**elem.decimals)


def value_text(value: int, elem: Elem) -> str:
    """An element's integer as it is written."""
    if elem.domain is Domain.DATE:
        return f'date "{decode(value, elem)}"'
    return shown(real(value, elem))


def range_text(elem: Elem) -> str:
    """The range as it is written."""
    return f"{value_text(elem.lo, elem)} .. {value_text(elem.hi, elem)}"


def _category(checking: Checking, written: s.TypeName) -> Elem | None:
    name = written.base
    found = checking.names.get(name.text)
    if isinstance(found, Elem) and written.range is not None:
        checking.report("SEC205", written.span, f"a range of `{name.text}`", "a range of int or fixed only", NO_RANGE)
        return None
    if isinstance(found, Elem | Unknown):
        return found if isinstance(found, Elem) else None
    categories = {known: entity for known, entity in checking.names.items() if isinstance(entity, Elem)}
    known = {**dict.fromkeys(("bool", "int", "fixed", "money", "date", "identifier", "text")), **categories}
    checking.missing(name, "type", known, "SEC205")
    return None


def _bounds(
    checking: Checking, written: s.TypeName, secret_code: str, usual: tuple[int, int]
) -> tuple[Fraction, Fraction] | None:
    if written.range is None:
        return Fraction(usual[0]), Fraction(usual[1])
    lo, hi = (constant(checking, bound, secret_code, "an end of a range") for bound in written.range)
    if lo is None or hi is None:
        return None
    if lo > hi:
        checking.report("SEC503", written.span, f"{shown(lo)} .. {shown(hi)}", "a range with something in it")
        return None
    return lo, hi


def _integers(checking: Checking, written: s.TypeName, bounds: tuple[Fraction, Fraction]) -> Elem | None:
    if any(bound.denominator != 1 for bound in bounds):
        found = f"{shown(bounds[0])} .. {shown(bounds[1])}"
        checking.report("SEC222", written.span, found, "whole numbers as the range of an int")
        return None
    return _in_ring(checking, written, integer(int(bounds[0]), int(bounds[1])))


def _amounts(checking: Checking, written: s.TypeName, bounds: tuple[Fraction, Fraction], decimals: int) -> Elem | None:
    scaled = [amount(checking, written.span, bound, decimals) for bound in bounds]
    if scaled[0] is None or scaled[1] is None:
        return None
    return _in_ring(checking, written, money(scaled[0], scaled[1], decimals))


def _days(checking: Checking, written: s.TypeName, secret_code: str) -> Elem | None:
    if written.range is None:
        return DATE_RANGE
    first, last = (constant_day(checking, end, secret_code, "an end of a range") for end in written.range)
    if first is None or last is None:
        return None
    if first > last:
        checking.report("SEC503", written.span, range_text(dates(last, first)), "a range with something in it")
        return None
    return dates(first, last)


def _scaled(checking: Checking, written: s.TypeName, bounds: tuple[Fraction, Fraction], bits: int) -> Elem | None:
    return _in_ring(checking, written, fixed(encoded(bounds[0], bits), encoded(bounds[1], bits), bits))


def _in_ring(checking: Checking, written: s.TypeName, elem: Elem) -> Elem | None:
    if fits_ring((elem.lo, elem.hi)):
        return elem
    allowed = shown(real(1 << 62, elem))
    checking.report("SEC501", written.span, f"the range {range_text(elem)}", f"numbers below {allowed} in magnitude")
    return None


def same_kind(x: Elem, y: Elem) -> bool:
    """True if they differ in their ranges only."""
    return replace(x, lo=y.lo, hi=y.hi) == y if x.domain is not Domain.CATEGORY else x == y
