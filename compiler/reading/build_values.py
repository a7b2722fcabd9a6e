"""Builds values: numbers, operators, calls, arrays, records. Not here: tables (build_tables.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span

from .build_contract import inside


def _choice(span: Span, condition: s.Expression, yes: s.Expression, no: s.Expression) -> s.Choice:
    return s.Choice(span, condition, yes, no)


def _binary(span: Span, left: s.Expression, operator: s.Name, right: s.Expression) -> s.Binary:
    return s.Binary(span, operator.text, left, right)


def _unary(span: Span, operator: s.Name, operand: s.Expression) -> s.Unary | s.Number:
    """A minus in front of a number is part of the number."""
    if operator.text == "-" and isinstance(operand, s.Number):
        return s.Number(span, operand.value.copy_negate(), operand.decimals)
    return s.Unary(span, operator.text, operand)


def _number(span: Span, digits: s.Name) -> s.Number:
    text = digits.text.replace("_", "")
    _, point, behind = text.partition(".")
    return s.Number(span, Decimal(text), len(behind) if point else None)


def _truth(span: Span, word: s.Name) -> s.Truth:
    return s.Truth(span, word.text == "true")


def _text(span: Span, text: s.Name) -> s.Text:
    return s.Text(span, inside(text))


def _date(span: Span, word: s.Name, text: s.Name) -> s.Date:
    return s.Date(span, inside(text))


def _member(span: Span, owner: s.Name, name: s.Name) -> s.Member:
    return s.Member(span, owner, name)


def _call(span: Span, function: s.Name, arguments: tuple[Any, ...]) -> s.Call:
    return _called(span, None, function, arguments)


def _module_call(span: Span, module: s.Name, function: s.Name, arguments: tuple[Any, ...]) -> s.Call:
    return _called(span, module, function, arguments)


def _called(span: Span, module: s.Name | None, function: s.Name, arguments: tuple[Any, ...]) -> s.Call:
    named = tuple(argument for argument in arguments if isinstance(argument, s.Field))
    return s.Call(span, function, arguments[: len(arguments) - len(named)], named, module)


def _arguments(span: Span, *arguments: s.Expression | s.Field) -> tuple[s.Expression | s.Field, ...]:
    return arguments


def _index(span: Span, array: s.Expression, *indices: s.Expression | s.Slice) -> s.Index:
    return s.Index(span, array, indices)


def _slice(span: Span, *ends: tuple[str, s.Expression]) -> s.Slice:
    found = dict(ends)
    return s.Slice(span, found.get("first"), found.get("last"))


def _first(span: Span, value: s.Expression) -> tuple[str, s.Expression]:
    return "first", value


def _last(span: Span, value: s.Expression) -> tuple[str, s.Expression]:
    return "last", value


def _array(span: Span, *items: s.Expression) -> s.Array:
    return s.Array(span, items)


def _comprehension(span: Span, value: s.Expression, variable: s.Name, over: s.Expression | s.Range) -> s.Comprehension:
    return s.Comprehension(span, value, variable, over)


def _inclusive(span: Span, first: s.Expression, last: s.Expression) -> s.Range:
    return s.Range(span, first, last, True)


def _exclusive(span: Span, first: s.Expression, last: s.Expression) -> s.Range:
    return s.Range(span, first, last, False)


def _record(span: Span, fields: tuple[s.Field, ...]) -> s.Record:
    return s.Record(span, fields)


def _names(span: Span, *names: s.Name) -> tuple[s.Name, ...]:
    return names


RULES: Mapping[str, Callable[..., Any]] = {
    "choice": _choice,
    "binary": _binary,
    "unary": _unary,
    "number": _number,
    "truth": _truth,
    "text": _text,
    "date": _date,
    "member": _member,
    "call": _call,
    "module_call": _module_call,
    "arguments": _arguments,
    "index": _index,
    "slice": _slice,
    "first": _first,
    "last": _last,
    "array": _array,
    "comprehension": _comprehension,
    "inclusive": _inclusive,
    "exclusive": _exclusive,
    "record": _record,
    "names": _names,
}
