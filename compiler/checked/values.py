"""Checked values, and the steps that bind them.

Expressions are circuit operations already, save those that speak of rows, arrays or missing values. Not here: tables
(tables.py), effects (actions.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import Size
from secfuse.compiler.types import ValueType


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


@dataclass(frozen=True, slots=True)
class Where:
    """A value that is missing where a condition does not hold."""

    span: Span
    type: ValueType
    value: Expr
    there: Expr


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
class Digit:
    """That bit of an int in two's complement, the lowest is 0."""

    span: Span
    type: ValueType
    value: Expr
    index: int


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
    | Where
    | Aggregate
    | SizeValue
    | Stack
    | Comprehension
    | Element
    | Digit
    | Part
    | Transpose
    | Product
    | Reduce
    | Block
    | Rank
    | Lag
)


# ---- steps


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


def names_of(expr: Expr) -> Iterator[str]:
    """The keys of bound values that an expression rests on. A part that occurs in several places is looked at once."""
    rest: list[Expr] = [expr]
    seen: set[int] = set()
    while rest:
        part = rest.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        match part:
            case Named(name=name):
                yield name
            case Apply(args=args):
                rest.extend(args)
            case Stack(items=items):
                rest.extend(items)
            case Present(value=value):
                rest.append(value)
            case Lag(value=value) | Digit(value=value):
                rest.append(value)
            case Coalesce(value=value, default=other) | Where(value=value, there=other):
                rest += (value, other)
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
