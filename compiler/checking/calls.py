"""Functions of values.

Lives here: `check_call` and one rule per function. Arguments are checked by the function that is handed in, since
expressions contain calls and calls expressions. Not here: aggregates (aggregates.py), operators (numbers.py).
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Apply, Coalesce, Expr, Present
from secfuse.compiler.circuit.types import BOOL, Domain
from secfuse.compiler.diagnostics import listed, nearest
from secfuse.compiler.types import ValueType

from . import numbers
from .aggregates import AGGREGATES, Check, check_aggregate
from .scope import Checking, Context
from .uses import definite, may, number_argument
from .written_types import DEFAULT_BITS, precision

_ARGUMENTS = {"abs": (1, 1), "present": (1, 1), "coalesce": (2, 2), "int": (1, 1), "fixed": (1, 2)}
FUNCTIONS = (*AGGREGATES, *_ARGUMENTS)


def check_call(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """A function of values, or a reduction of rows; min and max are both."""
    name, count = call.function.text, len(call.arguments)
    if name in AGGREGATES and not (name in ("min", "max") and count == 2):
        return check_aggregate(checking, context, call, check)
    if name not in FUNCTIONS:
        checking.report("SEC209", call.function.span, f"`{name}`", listed(FUNCTIONS, 20), nearest(name, FUNCTIONS))
        return None
    least, most = _ARGUMENTS.get(name, (2, 2))
    if not least <= count <= most:
        wanted = f"{least}" if least == most else f"{least} or {most}"
        checking.report("SEC208", call.span, f"{count} arguments of {name}", f"{wanted} of them")
        return None
    if name == "fixed":
        return _fixed(checking, context, call, check)
    values = []
    for argument in call.arguments:
        values.append(check(checking, context, argument))
    known = tuple(value for value in values if value is not None)
    return _function(checking, call, known) if len(known) == count else None


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
        case name:
            fits = [
                number_argument(checking, call, value)
                and definite(checking, value)
                and may(checking, value, "compared")
                for value in values
            ]
            return numbers.extreme(checking, call.span, name == "max", *values) if all(fits) else None


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
    """int(x) of a number or a truth value"""
    if value.type.elem.domain is Domain.BOOL:
        return numbers.as_int(call.span, value)
    return numbers.as_int(call.span, value) if number_argument(checking, call, value) else None


def _fixed(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """fixed(x) or fixed(x, bits)"""
    value = check(checking, context, call.arguments[0])
    bits = precision(checking, call.arguments[1]) if len(call.arguments) == 2 else DEFAULT_BITS
    if value is None or bits is None or not number_argument(checking, call, value):
        return None
    return numbers.with_bits(checking, value, bits)
