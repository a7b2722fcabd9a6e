"""Syntax of tables: one class per verb.

Not here: values of single rows and of the whole (values.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Span

from .values import Expression, Field, Name


@dataclass(frozen=True, slots=True)
class Join:
    """`kind` is inner, left, semi, anti or full."""

    span: Span
    kind: str
    left: TableExpression
    right: TableExpression
    keys: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Extend:
    span: Span
    table: TableExpression
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    span: Span
    table: TableExpression
    condition: Expression


@dataclass(frozen=True, slots=True)
class Select:
    span: Span
    table: TableExpression
    columns: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Group:
    span: Span
    table: TableExpression
    keys: tuple[Name, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Union:
    span: Span
    tables: tuple[TableExpression, ...]


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column to sort by; the greatest first where `descending`."""

    span: Span
    column: Name
    descending: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """`sort T by a, b desc`"""

    span: Span
    table: TableExpression
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Top:
    """`top 5 of T by k`: the rows with the greatest k."""

    span: Span
    table: TableExpression
    count: Expression
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """`distinct T on k`: one row per value of the keys."""

    span: Span
    table: TableExpression
    keys: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """`window T by k order t { run = sum(x) }`: of each row's predecessors within its group."""

    span: Span
    table: TableExpression
    keys: tuple[Name, ...]
    order: tuple[SortKey, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Pivot:
    """`pivot T by k on c { n = count() }`: a row per k, a column per label of c and per field."""

    span: Span
    table: TableExpression
    keys: tuple[Name, ...]
    column: Name
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FromArrays:
    """`table { a = xs, b = ys }`"""

    span: Span
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`matrix T { a, b }`: columns as an array, a value and no table."""

    span: Span
    table: TableExpression
    columns: tuple[Name, ...]


TableForm: TypeAlias = (
    Join | Extend | Filter | Select | Group | Union | Sort | Top | Distinct | Window | Pivot | FromArrays
)
TableExpression: TypeAlias = Name | TableForm
Value: TypeAlias = Expression | TableForm | Matrix
