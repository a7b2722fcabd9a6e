"""Syntax of types and declarations: what a program promises before it computes.

Not here: functions and what is done (actions.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from secfuse.compiler.circuit.graph import Span

from .values import Expression, Name


@dataclass(frozen=True, slots=True)
class TypeName:
    """`base` is bool, int, fixed, money, date, identifier, text, a category's or a type parameter's name.

    bits: what is written in brackets behind it. sizes: those of an array, in front; empty for a single value.
    """

    span: Span
    base: Name
    bits: Expression | None
    optional: bool
    range: tuple[Expression, Expression] | None
    sizes: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordType:
    """`{a: T, b: [n] U}`"""

    span: Span
    fields: tuple[tuple[Name, TypeName], ...]


@dataclass(frozen=True, slots=True)
class Annotation:
    """`level` is public, known, secret, or empty where none is written; `parties` those of `known to`."""

    span: Span
    level: str
    parties: tuple[Name, ...]
    type: TypeName | RecordType


@dataclass(frozen=True, slots=True)
class Program:
    span: Span
    name: Name
    version: str


@dataclass(frozen=True, slots=True)
class Purpose:
    span: Span
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Party:
    span: Span
    name: Name
    title: str


@dataclass(frozen=True, slots=True)
class Compute:
    span: Span
    parties: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Assume:
    span: Span
    assumptions: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Category:
    span: Span
    name: Name
    labels: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Param:
    span: Span
    name: Name
    type: TypeName
    default: Expression


@dataclass(frozen=True, slots=True)
class Column:
    span: Span
    name: Name
    type: TypeName
    unique: bool
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Columns of which no two rows have the same values."""

    span: Span
    columns: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Input:
    span: Span
    name: Name
    owner: Name
    rows: Expression
    columns: tuple[Column, ...]
    together: tuple[Together, ...]


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """`kind` is groups (one number), top (n, percent), percent (p), noise (epsilon), round (a step), bits (how many) or
    runs (n, days); count and sealed have no number."""

    span: Span
    kind: str
    numbers: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    span: Span
    name: Name
    lines: tuple[PolicyLine, ...]
