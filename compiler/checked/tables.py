"""Checked tables: one class per verb.

Not here: the values of their fields (values.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.types import TableType

from .values import Expr


@dataclass(frozen=True, slots=True)
class TableName:
    """An input, or a table that a `let` has bound."""

    span: Span
    type: TableType
    name: str


class JoinKind(Enum):
    """Which rows of the left table stay: those with a partner, all, those with one, without its columns, the others.

    full: all, and behind them the right table's rows without a partner.
    """

    INNER = "inner"
    LEFT = "left"
    SEMI = "semi"
    ANTI = "anti"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Join:
    """The keys of `right` are unique, of a full join those of both.

    Several keys are of closed domains, whose combinations fit into one number.
    """

    span: Span
    type: TableType
    kind: JoinKind
    left: TableExpr
    right: TableExpr
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extend:
    span: Span
    type: TableType
    table: TableExpr
    fields: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """`present`: columns of which the condition says that they are there, so that they are in all rows that count."""

    span: Span
    type: TableType
    table: TableExpr
    condition: Expr
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Select:
    span: Span
    type: TableType
    table: TableExpr
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One row per combination of the keys' values, or one row in all where there is no key.

    Where the type is `open`: one row per combination that occurs.
    """

    span: Span
    type: TableType
    table: TableExpr
    keys: tuple[str, ...]
    fields: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Union:
    span: Span
    type: TableType
    tables: tuple[TableExpr, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """A column to sort by; the greatest first where `descending`."""

    column: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """The rows in order; the first `most` of them, if it is no None."""

    span: Span
    type: TableType
    table: TableExpr
    order: tuple[Ordering, ...]
    most: Expr | None


@dataclass(frozen=True, slots=True)
class Distinct:
    """The first row of each combination of the keys' values."""

    span: Span
    type: TableType
    table: TableExpr
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """New columns: of each row and those before it in its group. Aggregates in the fields have no table."""

    span: Span
    type: TableType
    table: TableExpr
    keys: tuple[str, ...]
    order: tuple[Ordering, ...]
    fields: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Pivot:
    """A row per combination of the keys' values; fields: column, the value of `column` whose rows it is over, value."""

    span: Span
    type: TableType
    table: TableExpr
    keys: tuple[str, ...]
    column: str
    fields: tuple[tuple[str, int, Expr], ...]


@dataclass(frozen=True, slots=True)
class FromArrays:
    """A row per item of arrays that are equally long."""

    span: Span
    type: TableType
    fields: tuple[tuple[str, Expr], ...]


TableExpr: TypeAlias = (
    TableName | Join | Extend | Filter | Select | Group | Union | Sort | Distinct | Window | Pivot | FromArrays
)
