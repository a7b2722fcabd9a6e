"""What is known of a value before any run: that it is a number, a truth, a size.

Lives here: `known`, `decided`, `as_size`, and sums of names, by which places in arrays are compared. None means: not
known now, which is no mistake. Not here: constants that the contract demands (constants.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from secfuse.compiler.checked import Apply, Const, Expr, Named, SizeValue
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import PUBLIC, Domain, Size

from .scope import Bound, Linear
from .written_types import real

ROWS = "rows of "
"""In front of a table's name: no name of a value begins like this."""


def known(value: Expr) -> Fraction | None:
    """The number itself, where its range has but one and everybody may see it."""
    elem = value.type.elem
    if value.type.visibility != PUBLIC or value.type.shape or elem.lo != elem.hi or value.type.optional:
        return None
    return real(elem.lo, elem) if elem.domain in (Domain.INT, Domain.FIXED) else None


def decided(value: Expr) -> bool | None:
    """Whether a public condition holds, where the ranges of what it compares tell."""
    if value.type.visibility != PUBLIC or value.type.shape:
        return None
    match value:
        case Const(value=number):
            return bool(number)
        case Apply(op=Op.NOT, args=(inner,)):
            found = decided(inner)
            return None if found is None else not found
        case Apply(op=Op.AND | Op.OR as op, args=(x, y)):
            return _both_decided(op is Op.AND, decided(x), decided(y))
        case Apply(op=Op.LT, args=(x, y)):
            first, second = x.type.elem, y.type.elem
            return True if first.hi < second.lo else False if first.lo >= second.hi else None
        case Apply(op=Op.EQ, args=(x, y)):
            first, second = x.type.elem, y.type.elem
            if first.hi < second.lo or second.hi < first.lo:
                return False
            return True if first.lo == first.hi == second.lo == second.hi else None
        case _:
            return None


def _both_decided(conjunction: bool, x: bool | None, y: bool | None) -> bool | None:
    """x and y, x or y, where one side may be enough."""
    if (not conjunction) in (x, y):
        return not conjunction
    return None if x is None or y is None else conjunction


# ---- sums of names


def linear(value: Expr) -> Linear | None:
    """A public int as a sum of constants, sizes and names; None where it is more than a sum."""
    if value.type.visibility != PUBLIC or value.type.elem.domain is not Domain.INT or value.type.shape:
        return None
    if (number := known(value)) is not None:
        return {"": int(number)}
    match value:
        case SizeValue(size=size):
            return of_size(size)
        case Named(name=name):
            return {name: 1}
        case Apply(op=Op.ADD | Op.SUB as op, args=(x, y)):
            first, second = linear(x), linear(y)
            if first is None or second is None:
                return None
            return plus(first, second, 1 if op is Op.ADD else -1)
        case Apply(op=Op.MUL, args=(x, y)):
            first, second = linear(x), linear(y)
            if first is None or second is None:
                return None
            for factor, rest in ((first, second), (second, first)):
                if set(factor) <= {""}:
                    return plus({}, rest, factor.get("", 0))
            return None
        case _:
            return None


def of_size(size: Size) -> Linear:
    """A size as a sum."""
    return {**{ROWS + table: count for table, count in size.terms}, "": size.constant}


def plus(x: Linear, y: Linear, times: int = 1) -> dict[str, int]:
    """x + times * y"""
    total = dict(x)
    for name, count in y.items():
        total[name] = total.get(name, 0) + times * count
    return {name: count for name, count in total.items() if count}


def size_of(sum_: Linear) -> Size | None:
    """The sum as a size, if it is made of constants and rows only."""
    terms = {name: count for name, count in sum_.items() if name}
    if not all(name.startswith(ROWS) for name in terms):
        return None
    rows = tuple(sorted((name.removeprefix(ROWS), count) for name, count in terms.items()))
    return Size(sum_.get("", 0), rows)


def as_size(value: Expr) -> Size | None:
    """A public int as a size."""
    found = linear(value)
    return None if found is None else size_of(found)


def never_negative(sum_: Linear, names: Mapping[str, Bound]) -> bool | None:
    """True if the sum cannot be negative, False if it always is, None where that depends.

    names: bound values by key. A loop's variable lies between its ends, which are sums themselves; rows are at least 0.
    """
    least = _extreme(sum_, names, lowest=True)
    if least is not None and least >= 0:
        return True
    most = _extreme(sum_, names, lowest=False)
    return False if most is not None and most < 0 else None


def _binding(key: str) -> int:
    """The number of a loop's variable: those bound later are inside."""
    return int(key.rpartition("#")[2])


def _extreme(sum_: Linear, names: Mapping[str, Bound], lowest: bool) -> int | None:
    rest = dict(sum_)
    while variables := [name for name in rest if name in names and names[name].ends is not None]:
        inner = max(variables, key=_binding)  # inner loops first: their ends may name outer variables
        ends, count = names[inner].ends, rest.pop(inner)
        assert ends is not None, "a loop's variable has ends"
        end = ends[0] if (count > 0) == lowest else plus(ends[1], {"": -1})
        rest = plus(rest, end, count)
    total = 0
    for name, count in rest.items():
        if name.startswith(ROWS):
            if (count < 0) == lowest:
                return None
        elif name:
            if name not in names:
                return None
            elem = names[name].type.elem
            total += count * (elem.lo if (count > 0) == lowest else elem.hi)
        else:
            total += count
    return total
