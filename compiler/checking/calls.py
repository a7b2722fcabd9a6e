"""Functions of values.

Lives here: `check_call` and one rule per function. Arguments are checked by the function that is handed in, since
expressions contain calls and calls expressions. Not here: aggregates (aggregates.py), operators (numbers.py).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Apply, Coalesce, Const, Expr, Present
from secfuse.compiler.circuit.types import BOOL, Domain
from secfuse.compiler.diagnostics import listed, nearest
from secfuse.compiler.types import ValueType

from . import numbers, units
from .aggregates import AGGREGATES, Check, check_aggregate, names_rows
from .arrays import check_product, transposed
from .binary import from_binary, in_binary
from .known import known
from .reductions import first_extreme, length_of, reduced_array
from .scope import Checking, Context, FunctionEntity
from .texts import check_label, check_prefix
from .uses import definite, may, number_argument, shapes_agree
from .windows import WINDOW_FUNCTIONS, check_window_function
from .written_types import DEFAULT_BITS, MOST_BITS, precision

_ARGUMENTS = {
    "abs": (1, 1), "present": (1, 1), "coalesce": (2, 2), "int": (1, 1), "fixed": (1, 2), "clamp": (3, 3),
    "argmin": (1, 1), "argmax": (1, 1), "dot": (2, 2), "transpose": (1, 1), "length": (1, 1),
    "bits": (1, 1), "starts_with": (2, 2), "least": (1, 1), "greatest": (1, 1), "binary": (2, 2), "number": (1, 1),
}  # fmt: skip
"""Functions of values and how many arguments they take, least and most."""

DEVIATION = "stddev"
FUNCTIONS = (*AGGREGATES, DEVIATION, *_ARGUMENTS, *WINDOW_FUNCTIONS)
FREE = ("median", "quantile", "variance", DEVIATION, "count_distinct", "first", *WINDOW_FUNCTIONS)
"""Functions of rows alone: a program or a module may give their names to functions of its own, which then go first."""


def check_call(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """A function of values, or a reduction of rows or of an array; min and max are all of these."""
    name, count = call.function.text, len(call.arguments)
    if name in AGGREGATES and not (name in ("min", "max") and count == 2):
        return _reduction(checking, context, call, check)
    if name in WINDOW_FUNCTIONS:
        return check_window_function(checking, context, call, check)
    if (labels := checking.category(call.function)) is not None:
        return check_label(checking, context, call, labels, check)
    if name not in FUNCTIONS:
        functions = [known for known, entity in checking.names.items() if isinstance(entity, FunctionEntity)]
        names = (*FUNCTIONS, *functions)
        checking.report("SEC209", call.function.span, f"`{name}`", listed(names, 30), nearest(name, names))
        return None
    if call.named:
        checking.report("SEC208", call.named[0].span, f"`{call.named[0].name.text} =`", "arguments without names")
        return None
    least, most = _ARGUMENTS.get(name, (2, 2))
    if not least <= count <= most:
        wanted = f"{least}" if least == most else f"{least} or {most}"
        checking.report("SEC208", call.span, f"{count} arguments of {name}", f"{wanted} of them")
        return None
    if name == "starts_with":
        return check_prefix(checking, context, call, check)
    if name == "fixed":
        return _fixed(checking, context, call, check)
    values = []
    for argument in call.arguments:
        values.append(check(checking, context, argument))
    known = tuple(value for value in values if value is not None)
    return _function(checking, call, known) if len(known) == count else None


_OF_ROWS = {"SEC201", "SEC211"}
"""Mistakes of an argument that is not meant by itself, but for each row."""


def _reduction(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """Of an array, or of rows. Which, is tried out, since a column of rows is no value by itself."""
    of_rows = context.rows is not None or context.aggregated or not call.arguments
    if of_rows or names_rows(checking, call.arguments[0]):
        return check_aggregate(checking, context, call, check)
    value: Expr | None = None
    with checking.quietly() as tried:
        value = check(checking, context, call.arguments[0])
    if value is not None and value.type.shape:
        return _reduced(checking, context, call, value, check)
    if {code for code, _, _ in tried.found} - _OF_ROWS:
        checking.problems.take(tried)  # wrong by itself
        return None
    return check_aggregate(checking, context, call, check)


def _reduced(checking: Checking, context: Context, call: s.Call, array: Expr, check: Check) -> Expr | None:
    """sum(x), sum(x, axis = 0)"""
    wrong = [field for field in call.named if field.name.text != "axis"]
    if len(call.arguments) > 1 or wrong:
        span = wrong[0].span if wrong else call.arguments[1].span
        checking.report("SEC208", span, f"`{checking.source.words(span)[:40]}`", "an array, and axis = 0, 1, …")
        return None
    axis = check(checking, context, call.named[0].value) if call.named else None
    if call.named and axis is None:
        return None
    return reduced_array(checking, call, AGGREGATES[call.function.text], array, axis)


def _function(checking: Checking, call: s.Call, values: tuple[Expr, ...]) -> Expr | None:
    match call.function.text:
        case "abs":
            return numbers.absolute(call.span, values[0]) if number_argument(checking, call, values[0]) else None
        case "present":
            return _present(checking, call, values[0])
        case "coalesce":
            return _coalesce(checking, call, *values)
        case "int":
            return _int(checking, call, values[0])
        case "clamp":
            return _clamp(checking, call, *values)
        case "argmin" | "argmax" as name:
            return first_extreme(checking, call, name == "argmax", values[0])
        case "dot":
            return check_product(checking, call.span, *values)
        case "transpose":
            return transposed(checking, call.span, values[0])
        case "binary":
            return in_binary(checking, call, *values)
        case "number":
            return from_binary(checking, call, values[0])
        case "length":
            return _length(checking, call, values[0])
        case "bits" | "least" | "greatest" as name:
            return _of_type(checking, call, name, values[0])
        case name:
            return _extreme(checking, call, name == "max", *values)


def _extreme(checking: Checking, call: s.Call, greatest: bool, x: Expr, y: Expr) -> Expr | None:
    for value in (x, y):
        if not number_argument(checking, call, value) or not definite(checking, value):
            return None
        if not may(checking, value, "compared"):
            return None
    if not shapes_agree(checking, call.span, (x, y)):
        return None
    return numbers.extreme(checking, call.span, greatest, x, y)


def _clamp(checking: Checking, call: s.Call, x: Expr, lo: Expr, hi: Expr) -> Expr | None:
    """clamp(x, lo, hi): min(max(x, lo), hi); an end that x cannot pass costs nothing."""
    for greatest, end in ((True, lo), (False, hi)):
        pair = numbers.aligned(checking, call.span, (x, end))
        if pair is None:
            return None
        value, limit = (side.type.elem for side in pair)
        if limit.lo == limit.hi and (value.lo >= limit.hi if greatest else value.hi <= limit.lo):
            continue
        found = _extreme(checking, call, greatest, x, end)
        if found is None:
            return None
        x = found
    return x


def _length(checking: Checking, call: s.Call, array: Expr) -> Expr | None:
    """length(x): of the first axis."""
    if not array.type.shape:
        checking.report("SEC241", array.span, "a single value", "an array")
        return None
    return length_of(checking, call.span, array.type.shape[0])


def _of_type(checking: Checking, call: s.Call, name: str, value: Expr) -> Expr | None:
    """bits(x), least(x), greatest(x): what is known of a number's type."""
    if not number_argument(checking, call, value):
        return None
    elem = value.type.elem
    if name == "bits":
        return numbers.literal(call.span, Fraction(elem.fraction_bits), True)
    end = elem.lo if name == "least" else elem.hi
    literal = Fraction(end) if elem.domain is Domain.INT else None
    return Const(call.span, ValueType(replace(elem, lo=end, hi=end)), end, literal)


def _optional(checking: Checking, call: s.Call, value: Expr) -> bool:
    if not value.type.optional:
        found = f"`{checking.source.words(value.span)}`, which is never missing"
        hint = f"leave {call.function.text} out"
        checking.report("SEC208", value.span, found, "an optional value", hint)
    return value.type.optional


def _present(checking: Checking, call: s.Call, value: Expr) -> Expr | None:
    """present(x): free of requests, since it says nothing of the value."""
    if not _optional(checking, call, value):
        return None
    return Present(call.span, ValueType(BOOL, value.type.visibility), value)


def _coalesce(checking: Checking, call: s.Call, value: Expr, default: Expr) -> Expr | None:
    """coalesce(x, default)"""
    if not _optional(checking, call, value) or not definite(checking, default):
        return None
    choice = numbers.chosen(checking, call.span, numbers.truth(call.span, True), value, default)
    if choice is None:
        return None
    assert isinstance(choice, Apply), "a choice is an operation"
    _, value, default = choice.args
    return Coalesce(call.span, replace(choice.type, optional=False), value, default)


def _int(checking: Checking, call: s.Call, value: Expr) -> Expr | None:
    """int(x) of a number, an amount or a truth value"""
    if value.type.elem.domain is Domain.BOOL:
        return numbers.as_int(call.span, value)
    if not number_argument(checking, call, value):
        return None
    if value.type.elem.domain is Domain.MONEY:
        return units.as_number(checking, call.span, value, 0)
    return numbers.as_int(call.span, value)


def _fixed(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """fixed(x) or fixed(x, bits)"""
    value = check(checking, context, call.arguments[0])
    bits = _precision(checking, context, call.arguments[1], check) if len(call.arguments) == 2 else DEFAULT_BITS
    if value is None or bits is None or not number_argument(checking, call, value):
        return None
    if value.type.elem.domain is Domain.MONEY:
        return units.as_number(checking, call.span, value, bits)
    return numbers.definite_precision(numbers.with_bits(checking, value, bits))


def _precision(checking: Checking, context: Context, written: s.Expression, check: Check) -> int | None:
    """A number of fraction bits: written down, or known for other reasons, as bits(x) + 6."""
    with checking.quietly():
        value = check(checking, context, written)
        bits = None if value is None else known(value)
        if bits is not None and bits.denominator == 1 and 1 <= bits <= MOST_BITS:
            return int(bits)
    return precision(checking, written)
