"""What a value is: the domain of its elements, its shape, and who may see it.

Lives here: `Elem`, `Size`, `Visibility`, `Type`, `Bundle`. All are immutable values.
Not here: what operations do with them (ops.py), and how a protocol stores them (the runtime's business).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Domain(Enum):
    """The closed set of things an element can be."""

    BOOL = "bool"
    INT = "int"
    FIXED = "fixed"
    MONEY = "money"
    DATE = "date"
    CATEGORY = "category"
    IDENTIFIER = "identifier"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Elem:
    """The domain of one element, written as an integer between `lo` and `hi` (both included).

    A `fixed` element x is the integer round(x * 2**fraction_bits); `lo` and `hi` are in those scaled units.
    A `money` element is the integer x * 10**decimals, exactly; a `date` the number of days since 1970-01-01.
    A `category` element is the index of its label; an `identifier` an opaque unsigned 64-bit code.
    A `text` element holds its bytes (texts.py).
    """

    domain: Domain
    lo: int
    hi: int
    fraction_bits: int = 0
    category: str = ""
    labels: tuple[str, ...] = ()
    decimals: int = 0

    def __post_init__(self) -> None:
        assert self.lo <= self.hi, f"an empty range {self.lo} .. {self.hi} has no element"

    @property
    def signed(self) -> bool:
        """True if some element is negative."""
        return self.lo < 0

    @property
    def width_bits(self) -> int:
        """Bits of the narrowest two's complement (signed) or plain (unsigned) form; at least 1."""
        if self.signed:
            return max((-self.lo - 1).bit_length(), self.hi.bit_length() if self.hi > 0 else 0) + 1
        return max(self.hi.bit_length(), 1)


BOOL = Elem(Domain.BOOL, 0, 1)
IDENTIFIER = Elem(Domain.IDENTIFIER, 0, 2**64 - 1)
CALENDAR = Elem(Domain.DATE, -719_162, 2_932_896)
"""All dates there are: 0001-01-01 .. 9999-12-31."""


MOST_BYTES = 7
"""Of a text."""

MOST_DECIMALS = 9
"""Of an amount of money."""


def integer(lo: int, hi: int) -> Elem:
    """The integers lo .. hi."""
    return Elem(Domain.INT, lo, hi)


def fixed(lo: int, hi: int, fraction_bits: int = 16) -> Elem:
    """Fixed-point numbers whose scaled integers are lo .. hi."""
    return Elem(Domain.FIXED, lo, hi, fraction_bits)


def money(lo: int, hi: int, decimals: int) -> Elem:
    """Amounts whose scaled integers are lo .. hi."""
    return Elem(Domain.MONEY, lo, hi, decimals=decimals)


def dates(first: int, last: int) -> Elem:
    """The days first .. last, counted from 1970-01-01."""
    return Elem(Domain.DATE, first, last)


def texts(most_bytes: int) -> Elem:
    """Texts of at most so many bytes."""
    return Elem(Domain.TEXT, 0, (256**most_bytes - 1) * 256 ** (MOST_BYTES - most_bytes))


def category(name: str, labels: tuple[str, ...]) -> Elem:
    """One of `labels`, as its index."""
    return Elem(Domain.CATEGORY, 0, len(labels) - 1, 0, name, labels)


@dataclass(frozen=True, slots=True)
class Size:
    """A length that is known only when tables are bound: constant + sum of coefficient * row count of a table.

    >>> str(Size.rows("flights") + Size.rows("hours"))
    'flights + hours'
    """

    constant: int = 0
    terms: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def rows(table: str) -> Size:
        """The number of rows that the owner of `table` loads."""
        return Size(0, ((table, 1),))

    def __add__(self, other: Size) -> Size:
        total = dict(self.terms)
        for name, coefficient in other.terms:
            total[name] = total.get(name, 0) + coefficient
        terms = tuple(sorted((name, c) for name, c in total.items() if c))
        return Size(self.constant + other.constant, terms)

    def bind(self, rows: Mapping[str, int]) -> int:
        """The number itself, once the row counts are known."""
        return self.constant + sum(c * rows[name] for name, c in self.terms)

    def span(self, most: Mapping[str, int]) -> tuple[int, int]:
        """The least and the greatest it can be, with at most so many rows in each table."""
        ends = [c * most[name] for name, c in self.terms]
        return self.constant + sum(min(e, 0) for e in ends), self.constant + sum(max(e, 0) for e in ends)

    def __str__(self) -> str:
        parts = [name if c == 1 else f"{c}*{name}" for name, c in self.terms]
        if self.constant or not parts:
            parts.append(str(self.constant))
        return " + ".join(parts)


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who may see a value: everybody, the named parties, or nobody. Flows only from left to right."""

    level: str
    parties: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"known to {', '.join(self.parties)}" if self.level == "known" else self.level

    def join(self, other: Visibility) -> Visibility:
        """The visibility of a value computed from both."""
        if self == other or other == PUBLIC:
            return self
        if self == PUBLIC:
            return other
        if self.level == other.level == "known":
            common = tuple(p for p in self.parties if p in other.parties)
            return Visibility("known", common) if common else SECRET
        return SECRET

    def flows_to(self, other: Visibility) -> bool:
        """True if a value of this visibility may be used where `other` is promised."""
        return self.join(other) == other


PUBLIC = Visibility("public")
SECRET = Visibility("secret")


def known_to(*parties: str) -> Visibility:
    """Visible to the named parties alone."""
    return Visibility("known", tuple(sorted(parties)))


@dataclass(frozen=True, slots=True)
class Type:
    """An array of `elem` with `shape`; `()` is a single value."""

    elem: Elem
    shape: tuple[Size, ...] = ()
    visibility: Visibility = SECRET


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several results of one node (a join has one per column); `pick` takes one of them."""

    parts: tuple[Type, ...]


NodeType = Type | Bundle
NOTHING = Bundle(())  # the type of an effect: no node can use it
