"""What the checker knows of a value, a column, a table.

Lives here: `ValueType`, `ColumnType`, `TableType`. Elements, ranges and visibility are the circuit's own
(circuit/types.py); here they are joined with what only the language knows: missing values and where a value is from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from typing import TypeAlias

from .circuit.typed import describe
from .circuit.types import PUBLIC, Domain, Elem, Size, Visibility

Origin: TypeAlias = tuple[str, str]
"""An input column: table and column name."""


class Tie(IntEnum):
    """How close a value is to single records, where rows of a table became an array; the closest wins.

    SUMMED: computed from many of them, in which no single contribution can be told apart any more. PER_ROW: of single
    records, one by one, so that it may not be disclosed.
    """

    NONE = 0
    SUMMED = 1
    PER_ROW = 2


@dataclass(frozen=True, slots=True)
class ValueType:
    """A value of one row or of the whole; an array of them where it has a `shape`. `optional`: it may be missing.

    `origins` are the input columns that it carries directly: through arithmetic and branches, not through a
    comparison or an aggregate. Uses of it need the owners' grants for these columns. `tie`: to the records of a table
    that became an array.
    """

    elem: Elem
    visibility: Visibility = PUBLIC
    optional: bool = False
    origins: frozenset[Origin] = frozenset()
    shape: tuple[Size, ...] = ()
    tie: Tie = Tie.NONE

    def __str__(self) -> str:
        sizes = f"[{', '.join(map(str, self.shape))}] " if self.shape else ""
        return f"{self.visibility} {sizes}{describe(self.elem)}{'?' if self.optional else ''}"


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A column; `value` is None where a mistake left it unknown. `unique`: no value occurs in two rows that count."""

    value: ValueType | None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class TableType:
    """At most `bound` rows that count. `grouped`: one row per group, not per record.

    `together`: sets of columns of which no two rows that count have the same values.
    `ordered`: the rows stand in an order that was asked for; `cut`: rows behind the first few no longer count.
    `open`: the groups are those that occur, not all that may. `size`: how many rows there are, counting or not.
    """

    columns: Mapping[str, ColumnType]
    bound: int
    grouped: bool = False
    together: tuple[frozenset[str], ...] = ()
    ordered: bool = False
    cut: bool = False
    open: bool = False
    size: Size = Size()

    def is_unique(self, keys: Iterable[str]) -> bool:
        """True if no two rows that count have the same values of all these columns."""
        names = frozenset(keys)
        return any(self.columns[name].unique for name in names) or any(some <= names for some in self.together)


def visibility_of(types: Iterable[ValueType]) -> Visibility:
    """Of what is computed from all of them."""
    return reduce(Visibility.join, (t.visibility for t in types), PUBLIC)


def shape_of(types: Iterable[ValueType]) -> tuple[Size, ...]:
    """Of what is computed from all of them, element by element: NumPy's rule. They go together; see shapes_agree."""
    shape: tuple[Size, ...] = ()
    for type_ in types:
        found = common_shape(shape, type_.shape)
        assert found is not None, "shapes that do not go together were refused"
        shape = found
    return shape


def common_shape(x: tuple[Size, ...], y: tuple[Size, ...]) -> tuple[Size, ...] | None:
    """The shape of both together: aligned at the last axis, a length of 1 stretches; None where that cannot be."""
    if x == y:
        return x
    length, one = max(len(x), len(y)), Size(1)
    pairs = zip((one,) * (length - len(x)) + x, (one,) * (length - len(y)) + y, strict=True)
    found = [a if b in (a, one) else b if a == one else None for a, b in pairs]
    sizes = tuple(size for size in found if size is not None)
    return sizes if len(sizes) == length else None


def summed(tie: Tie) -> Tie:
    """Of what is computed from all rows."""
    return min(tie, Tie.SUMMED)


def tie_of(types: Iterable[ValueType]) -> Tie:
    """Of what is computed from all of them: the closest."""
    return max((t.tie for t in types), default=Tie.NONE)


def origins_of(types: Iterable[ValueType]) -> frozenset[Origin]:
    """Of what carries all of them."""
    return frozenset().union(*(t.origins for t in types))


def closed_size(elem: Elem) -> int | None:
    """How many values there are, for domains that are closed; None for the others."""
    match elem.domain:
        case Domain.BOOL | Domain.INT | Domain.DATE | Domain.CATEGORY:
            return elem.hi - elem.lo + 1
        case Domain.FIXED | Domain.MONEY | Domain.IDENTIFIER | Domain.TEXT:
            return None
