"""The tree after checking: every name resolved, every conversion written out, every value with its type.

Lives here: what the lowering reads. Expressions are circuit operations already, save those that speak of rows or
missing values. Not here: how it is made (check_*.py), what it becomes (lower_*.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from .cases import TestCase
from .circuit.graph import Span
from .circuit.interface import Param, Party, Table
from .circuit.ops import Op
from .circuit.types import Elem, Size
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
    MEDIAN = "median"
    QUANTILE = "quantile"
    COUNT_DISTINCT = "count_distinct"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A reduction of the rows of `table`, or of each group at hand where `table` is None; at most `bound` rows.

    `value` is None for a count of rows; a count of a truth value counts where it holds, of another where it is present.
    share: of a quantile, how much of the rows lies at or below it.
    """

    span: Span
    type: ValueType
    reduction: Reduction
    table: str | None
    bound: int
    value: Expr | None
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """In a window: how many rows of the group come before, and one; rows of equal order share their rank."""

    span: Span
    type: ValueType


@dataclass(frozen=True, slots=True)
class Lag:
    """In a window: the value of the row that stands `distance` before this one, missing where there is none.

    bound: of the rows of a group.
    """

    span: Span
    type: ValueType
    value: Expr
    distance: int
    bound: int


# ---- arrays


@dataclass(frozen=True, slots=True)
class SizeValue:
    """A size as a public int."""

    span: Span
    type: ValueType
    size: Size


@dataclass(frozen=True, slots=True)
class Stack:
    """[a, b, c]: values of one type, one after the other along a new first axis."""

    span: Span
    type: ValueType
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Comprehension:
    """[value for key in over]: all at once. `over` is an array, or the first of a range of the result's length."""

    span: Span
    type: ValueType
    key: str
    over: Expr
    is_range: bool
    value: Expr


@dataclass(frozen=True, slots=True)
class Element:
    """The elements at a place along an axis, which is left out. A secret place is looked up obliviously."""

    span: Span
    type: ValueType
    array: Expr
    place: Expr
    axis: int


@dataclass(frozen=True, slots=True)
class Part:
    """From a public place on along an axis, as many as the type says."""

    span: Span
    type: ValueType
    array: Expr
    first: Expr
    axis: int


@dataclass(frozen=True, slots=True)
class Transpose:
    """The axes in reverse order."""

    span: Span
    type: ValueType
    array: Expr


@dataclass(frozen=True, slots=True)
class Product:
    """x @ y: the sum of products along the last axis of x and the first of y."""

    span: Span
    type: ValueType
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Reduce:
    """A reduction of one axis of an array."""

    span: Span
    type: ValueType
    reduction: Reduction
    array: Expr
    axis: int


@dataclass(frozen=True, slots=True)
class Block:
    """A value that needs steps before it: a call of a function. `foreign`: its places are those of another source."""

    span: Span
    type: ValueType
    steps: tuple[Step, ...]
    value: Expr
    foreign: bool


Expr: TypeAlias = (
    Const
    | ParamValue
    | Named
    | ColumnValue
    | Apply
    | Present
    | Coalesce
    | Aggregate
    | SizeValue
    | Stack
    | Comprehension
    | Element
    | Part
    | Transpose
    | Product
    | Reduce
    | Block
    | Rank
    | Lag
)


def names_of(expr: Expr) -> Iterator[str]:
    """The keys of bound values that an expression rests on."""
    rest: list[Expr] = [expr]
    while rest:
        match rest.pop():
            case Named(name=name):
                yield name
            case Apply(args=args):
                rest.extend(args)
            case Stack(items=items):
                rest.extend(items)
            case Present(value=value):
                rest.append(value)
            case Lag(value=value):
                rest.append(value)
            case Coalesce(value=value, default=default):
                rest += (value, default)
            case Aggregate(value=value):
                rest.extend(() if value is None else (value,))
            case Comprehension(over=over, value=value):
                rest += (over, value)
            case Element(array=array, place=place):
                rest += (array, place)
            case Part(array=array, first=first):
                rest += (array, first)
            case Transpose(array=array) | Reduce(array=array):
                rest.append(array)
            case Product(left=left, right=right):
                rest += (left, right)
            case Block(steps=steps, value=value):
                rest.append(value)
                for step in steps:
                    yield from names_in_step(step)
            case Const() | ParamValue() | ColumnValue() | SizeValue() | Rank():
                pass


def names_in_step(step: Step) -> Iterator[str]:
    """The keys of bound values that a step rests on, its own included."""
    match step:
        case LetValue(value=value):
            yield from names_of(value)
        case Loop(first=first, last=last, carried=carried, steps=steps):
            for expr in (first, last, *(x for var in carried for x in (var.initial, var.result))):
                yield from names_of(expr)
            for inner in steps:
                yield from names_in_step(inner)


# ---- tables


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


TableExpr: TypeAlias = TableName | Join | Extend | Filter | Select | Group | Union | Sort | Distinct | Window | Pivot


# ---- what is done


@dataclass(frozen=True, slots=True)
class LetValue:
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Carried:
    """A `var` of a loop: its key inside, its type there, before the loop, after each trip; and its key behind."""

    inside: str
    type: ValueType
    initial: Expr
    result: Expr
    behind: str


@dataclass(frozen=True, slots=True)
class Loop:
    """`steps` for each `index` from first to before last; nothing but the carried values is changed."""

    span: Span
    index: str
    index_type: ValueType
    first: Expr
    last: Expr
    carried: tuple[Carried, ...]
    steps: tuple[Step, ...]


Step: TypeAlias = LetValue | Loop
"""What computes and has no effect."""


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


Action: TypeAlias = Step | LetTable | Disclose | Print | Assert | Branch


@dataclass(frozen=True, slots=True)
class Output:
    """What a `disclose` hands out: its columns. `scalar`: one value, no table. `ordered`: the order of rows matters."""

    name: str
    columns: tuple[tuple[str, Elem], ...]
    scalar: bool
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A program without mistakes, or the tests of a module. probes: public values that tests compute themselves."""

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
    modules: tuple[tuple[str, str], ...] = ()
    probes: tuple[Expr, ...] = ()
