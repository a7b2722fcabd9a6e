"""The tree after checking: every name resolved, every conversion written out, every value with its type.

Lives here: what the lowering reads. Expressions are circuit operations already, save those that speak of rows or
missing values. Not here: how it is made (check_*.py), what it becomes (lower_*.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from .cases import TestCase
from .circuit.graph import Span
from .circuit.interface import Param, Party, Table
from .circuit.ops import Op
from .circuit.types import Elem
from .policy import Policy
from .types import TableType, ValueType

# ---- expressions


@dataclass(frozen=True, slots=True)
class Const:
    """A public number, label or truth value as its integer. `literal` keeps what was written, to encode it anew."""

    span: Span
    type: ValueType
    value: int
    literal: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ParamValue:
    span: Span
    type: ValueType
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A value that a `let` has bound."""

    span: Span
    type: ValueType
    name: str


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """The column of the row or group at hand."""

    span: Span
    type: ValueType
    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An element-wise operation of the circuit; a missing argument makes the result missing."""

    span: Span
    type: ValueType
    op: Op
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """Whether an optional value is there."""

    span: Span
    type: ValueType
    value: Expr


@dataclass(frozen=True, slots=True)
class Coalesce:
    """An optional value, or another where it is missing."""

    span: Span
    type: ValueType
    value: Expr
    default: Expr


class Reduction(Enum):
    """What becomes of many rows."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    VARIANCE = "variance"
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A reduction of the rows of `table`, or of each group at hand where `table` is None; at most `bound` rows.

    `value` is None for a count of rows; a count of a truth value counts where it holds, of another where it is present.
    """

    span: Span
    type: ValueType
    reduction: Reduction
    table: str | None
    bound: int
    value: Expr | None


Expr: TypeAlias = Const | ParamValue | Named | ColumnValue | Apply | Present | Coalesce | Aggregate


# ---- tables


@dataclass(frozen=True, slots=True)
class TableName:
    """An input, or a table that a `let` has bound."""

    span: Span
    type: TableType
    name: str


class JoinKind(Enum):
    """Which rows of the left table stay: those with a partner, all, those with one, without its columns, the others."""

    INNER = "inner"
    LEFT = "left"
    SEMI = "semi"
    ANTI = "anti"


@dataclass(frozen=True, slots=True)
class Join:
    """The keys of `right` are unique. Several keys are of closed domains, whose combinations fit into one number."""

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
    """One row per combination of the keys' values, or one row in all where there is no key."""

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


TableExpr: TypeAlias = TableName | Join | Extend | Filter | Select | Group | Union


# ---- what is done


@dataclass(frozen=True, slots=True)
class LetValue:
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class LetTable:
    name: str
    table: TableExpr


@dataclass(frozen=True, slots=True)
class Disclose:
    """`value` is a value of the whole or a grouped table."""

    span: Span
    name: str
    value: Expr | TableExpr
    recipients: tuple[str, ...]
    policy: str
    reason: str


@dataclass(frozen=True, slots=True)
class Print:
    span: Span
    label: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Assert:
    span: Span
    condition: Expr
    message: str


@dataclass(frozen=True, slots=True)
class Branch:
    span: Span
    condition: Expr
    yes: tuple[Action, ...]
    no: tuple[Action, ...]


Action: TypeAlias = LetValue | LetTable | Disclose | Print | Assert | Branch


@dataclass(frozen=True, slots=True)
class Output:
    """What a `disclose` hands out: its columns, in order. `scalar`: one value, not a table."""

    name: str
    columns: tuple[tuple[str, Elem], ...]
    scalar: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A program without mistakes."""

    name: str
    version: str
    purpose_code: str
    purpose: str
    parties: tuple[Party, ...]
    compute: tuple[str, ...]
    assumptions: tuple[str, ...]
    params: tuple[Param, ...]
    tables: tuple[Table, ...]
    policies: tuple[Policy, ...]
    actions: tuple[Action, ...]
    tests: tuple[TestCase, ...]
