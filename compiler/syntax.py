"""The syntax tree: what a program says, before anybody asks what it means.

Lives here: one frozen class per rule of grammar/sec.lark, each with its place. Not here: types (types.py), and the
tree after checking (typed.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from .circuit.graph import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name, where it is declared or used; as an expression: the value or table it stands for."""

    span: Span
    text: str


# ---- expressions


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
class Member:
    """`owner.name`: a table's column or a category's label."""

    span: Span
    owner: Name
    name: Name


@dataclass(frozen=True, slots=True)
class Call:
    span: Span
    function: Name
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `not x`."""

    span: Span
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison, `and`, `or`."""

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


Expression: TypeAlias = Name | Number | Truth | Date | Member | Call | Unary | Binary | Choice


# ---- tables


@dataclass(frozen=True, slots=True)
class Field:
    """`name = value` in an extend or group."""

    span: Span
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True)
class Join:
    """`kind` is inner, left, semi or anti."""

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


TableForm: TypeAlias = Join | Extend | Filter | Select | Group | Union
TableExpression: TypeAlias = Name | TableForm
Value: TypeAlias = Expression | TableForm


# ---- types and declarations


@dataclass(frozen=True, slots=True)
class TypeName:
    """`base` is bool, int, fixed, money, date, identifier or a category's name; `bits` what is written in brackets."""

    span: Span
    base: Name
    bits: Expression | None
    optional: bool
    range: tuple[Expression, Expression] | None


@dataclass(frozen=True, slots=True)
class Annotation:
    """`level` is public, known, secret, or empty where none is written; `parties` those of `known to`."""

    span: Span
    level: str
    parties: tuple[Name, ...]
    type: TypeName


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
    """`kind` is groups (one number), top (n, percent) or runs (n, days)."""

    span: Span
    kind: str
    numbers: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    span: Span
    name: Name
    lines: tuple[PolicyLine, ...]


# ---- actions


@dataclass(frozen=True, slots=True)
class Let:
    span: Span
    name: Name
    annotation: Annotation | None
    value: Value


@dataclass(frozen=True, slots=True)
class Disclose:
    span: Span
    value: Value
    output: Name | None
    recipients: tuple[Name, ...]
    policy: Name
    reason: str


@dataclass(frozen=True, slots=True)
class Print:
    span: Span
    value: Expression


@dataclass(frozen=True, slots=True)
class Assert:
    span: Span
    condition: Expression
    message: str


@dataclass(frozen=True, slots=True)
class Branch:
    """`if condition { yes } else { no }`."""

    span: Span
    condition: Expression
    yes: tuple[Action, ...]
    no: tuple[Action, ...]


Action: TypeAlias = Disclose | Print | Assert | Branch


# ---- tests


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is no expression: a text, `null` or `suppressed`; `kind` says which."""

    span: Span
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    span: Span
    cells: tuple[Expression | Cell, ...]


@dataclass(frozen=True, slots=True)
class Given:
    span: Span
    table: Name
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class With:
    """`with param = v` or `with policy.line = numbers`; `line` is None for a parameter."""

    span: Span
    name: Name
    line: Name | None
    numbers: tuple[Expression | Cell, ...]


@dataclass(frozen=True, slots=True)
class Expect:
    """`rows` for a table, `cell` for a single value; exactly one of them."""

    span: Span
    output: Name
    rows: tuple[Row, ...] | None
    cell: Expression | Cell | None


@dataclass(frozen=True, slots=True)
class Test:
    span: Span
    title: str
    lines: tuple[Given | With | Expect, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that could not be read. `name` is what it would have declared, so that uses raise no alarm."""

    span: Span
    keyword: str
    name: str


Declaration: TypeAlias = Program | Purpose | Party | Compute | Assume | Category | Param | Input | Policy
Statement: TypeAlias = Declaration | Let | Action | Test | Broken
