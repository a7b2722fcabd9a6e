"""Quantities: what conditions look at and forms add up, each kept once, so that equal ones have equal numbers.

Lives here: `Quantity`, `Kind`, `Quantities`, a table that lives as long as one analysis. Not here: forms (forms.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction


class Kind(Enum):
    """What a quantity is."""

    ONE = "one"
    COLUMN = "column"  # one value a row
    PLACE = "place"  # where a row stands
    PUBLIC = "public"  # a size
    PARAM = "param"
    TOTAL = "total"  # of a quantity over the rows of a universe that a condition holds for
    EXTREME = "extreme"  # a least or greatest of rows
    TEST = "test"  # a comparison of single values
    MEAN = "mean"
    MADE = "made"  # of others, in a way that is not followed
    LOOP = "loop"  # the same, by a loop or a model


@dataclass(frozen=True, slots=True)
class Quantity:
    """per_row: one value for each row of some table. low, high: between which ends it lies, if that is known.

    unique: no two rows have the same. whole: it has no fractions. positional: it depends on where rows stand. about:
    the totals and extremes that it is made of, if they are few; None for too many. kinds: of all that it is made of.
    key: what makes it what it is.
    """

    kind: Kind
    key: tuple[object, ...]
    per_row: bool
    low: Fraction | None = None
    high: Fraction | None = None
    unique: bool = False
    whole: bool = False
    positional: bool = False
    about: frozenset[int] | None = frozenset()
    kinds: frozenset[Kind] = frozenset()

    @property
    def width(self) -> Fraction | None:
        """How far its ends are apart."""
        return None if self.low is None or self.high is None else self.high - self.low


ONE = 0
MOST_ABOUT = 32


class Quantities:
    """All quantities of one analysis, by number."""

    def __init__(self) -> None:
        first = Quantity(Kind.ONE, ("one",), False, Fraction(1), Fraction(1))
        self.all: list[Quantity] = [first]
        self.numbers: dict[tuple[object, ...], int] = {first.key: ONE}

    def number(self, quantity: Quantity) -> int:
        """The number of the quantity of this key; what is known of it is what was said first."""
        number = self.numbers.setdefault(quantity.key, len(self.all))
        if number == len(self.all):
            self.all.append(replace(quantity, kinds=quantity.kinds | {quantity.kind}))
        return number

    def __getitem__(self, number: int) -> Quantity:
        return self.all[number]

    def about(self, number: int) -> frozenset[int] | None:
        """The totals and extremes behind it, itself if it is one."""
        found = self.all[number]
        return frozenset({number}) if found.kind in (Kind.TOTAL, Kind.EXTREME) else found.about

    def kinds(self, numbers: set[int]) -> frozenset[Kind]:
        """The kinds of several and of all that they are made of."""
        return frozenset().union(*(self.all[number].kinds for number in numbers))

    def positional(self, numbers: set[int]) -> bool:
        """Whether one of them depends on where rows stand."""
        return any(self.all[number].positional for number in numbers)

    def behind(self, numbers: set[int]) -> frozenset[int] | None:
        """Those behind several; None for too many."""
        found: set[int] = set()
        for number in numbers:
            about = self.about(number)
            if about is None or len(found | about) > MOST_ABOUT:
                return None
            found |= about
        return frozenset(found)
