"""Syntax of values: names, numbers, operators, calls, arrays, records.

Lives here: one class per form of an expression. Not here: tables (tables.py), what is done with them (actions.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name, where it is declared or used; as an expression: the value or table it stands for."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """`decimals` is how many digits stand behind the point; None for an integer."""

    span: Span
    value: Decimal
    decimals: int | None


@dataclass(frozen=True, slots=True)
class Truth:
    span: Span
    value: bool


@dataclass(frozen=True, slots=True)
class Date:
    """`date "2013-05-01"`; `text` is what stands in quotes."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes, compared with a column of texts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Member:
    """`owner.name`: a table's column, a category's label, a record's field, a module's constant."""

    span: Span
    owner: Name
    name: Name


@dataclass(frozen=True, slots=True)
class Call:
    """`f(a, b, name = c)` or `module.f(…)`; `module` is None for a function of the program or of the language."""

    span: Span
    function: Name
    arguments: tuple[Expression, ...]
    named: tuple[Field, ...] = ()
    module: Name | None = None


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `not x`."""

    span: Span
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, `@`, comparison, `and`, `or`."""

    span: Span
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """`if condition then yes else no`."""

    span: Span
    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Field:
    """`name = value` in an extend, a group, a record, a call."""

    span: Span
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True)
class Range:
    """`first ..< last` without its end, `first .. last` with it (`inclusive`)."""

    span: Span
    first: Expression
    last: Expression
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Array:
    """`[a, b, c]`"""

    span: Span
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`[value for variable in over]`"""

    span: Span
    value: Expression
    variable: Name
    over: Expression | Range


@dataclass(frozen=True, slots=True)
class Slice:
    """`first : last` in brackets; None for the beginning or the end."""

    span: Span
    first: Expression | None
    last: Expression | None


@dataclass(frozen=True, slots=True)
class Index:
    """`x[i]`, `x[a:b]`, `x[i, :]`"""

    span: Span
    array: Expression
    indices: tuple[Expression | Slice, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """`{a = x, b = y}`"""

    span: Span
    fields: tuple[Field, ...]


Expression: TypeAlias = (
    Name
    | Number
    | Truth
    | Date
    | Text
    | Member
    | Call
    | Unary
    | Binary
    | Choice
    | Array
    | Comprehension
    | Index
    | Record
)
