"""Conditions on rows: formulas over intervals of quantities, each kept once, so that equal ones have equal numbers.

Lives here: `Conditions`, a table that lives as long as one analysis, and `Cut`, a place between numbers. Not here: the
quantities (quantities.py), and which rows two conditions have in common (regions.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from typing import TypeAlias

Cut: TypeAlias = tuple[Fraction, int] | None
"""A place between numbers: just below the number (0) or just above it (1); None for no end."""

Formula: TypeAlias = tuple[object, ...]
"""("true",), ("false",), ("is", quantity, low, high), ("not", c), ("and", c, …), ("or", c, …): c are numbers."""

TRUE, FALSE = 0, 1


class Conditions:
    """All conditions of one analysis, by number: how deep their brackets are, which quantities they look at."""

    def __init__(self) -> None:
        self.formulas: list[Formula] = [("true",), ("false",)]
        self.numbers: dict[Formula, int] = {("true",): TRUE, ("false",): FALSE}
        self.depths: list[int] = [0, 0]
        self.quantities: list[frozenset[int]] = [frozenset(), frozenset()]
        self.few: dict[int, int | None] = {}

    def within(self, quantity: int, low: Cut, high: Cut) -> int:
        """The quantity lies between two cuts."""
        if low is None and high is None:
            return TRUE
        return self._number(("is", quantity, low, high))

    def both(self, x: int, y: int) -> int:
        """x and y."""
        return self._many("and", x, y, TRUE, FALSE)

    def either(self, x: int, y: int) -> int:
        """x or y."""
        return self._many("or", x, y, FALSE, TRUE)

    def fails(self, x: int) -> int:
        """not x."""
        if x in (TRUE, FALSE):
            return TRUE + FALSE - x
        formula = self.formulas[x]
        if formula[0] == "not":
            return _number_of(formula[1])
        return self._number(("not", x))

    def behind(self, conditions: Iterable[int]) -> list[int]:
        """The conditions and all that they are made of, each once, parts first."""
        found: set[int] = set()
        stack = list(conditions)
        while stack:
            condition = stack.pop()
            if condition not in found:
                found.add(condition)
                head, *rest = self.formulas[condition]
                stack += [] if head == "is" else map(_number_of, rest)
        return sorted(found)

    def rewritten(self, condition: int, quantity: Callable[[int], int]) -> int:
        """The same condition on other quantities."""
        new: dict[int, int] = {}
        for number in self.behind((condition,)):
            head, *rest = self.formulas[number]
            match head:
                case "is":
                    new[number] = self._number(("is", quantity(_number_of(rest[0])), *rest[1:]))
                case "not":
                    new[number] = self.fails(new[_number_of(rest[0])])
                case "and" | "or":
                    join = self.both if head == "and" else self.either
                    new[number] = reduce(join, (new[_number_of(part)] for part in rest))
                case _:
                    new[number] = number
        return new[condition]

    def atoms(self, conditions: Iterable[int]) -> dict[int, set[Cut]]:
        """The quantities that they look at, and the cuts at which they do."""
        found: dict[int, set[Cut]] = {}
        for number in self.behind(conditions):
            head, *rest = self.formulas[number]
            if head == "is":
                cuts = found.setdefault(_number_of(rest[0]), set())
                cuts.update(cut for cut in rest[1:] if cut is not None)  # type: ignore[misc]
        return found

    def truths(self, order: Iterable[int], where: Mapping[int, tuple[Cut, Cut]]) -> dict[int, bool]:
        """Which conditions hold where each quantity lies in an interval that no cut divides; parts come first."""
        found: dict[int, bool] = {}
        for number in order:
            head, *rest = self.formulas[number]
            match head:
                case "is":
                    low, high = where[_number_of(rest[0])]
                    found[number] = not _before(low, rest[1], True) and not _before(rest[2], high, False)
                case "not":
                    found[number] = not found[_number_of(rest[0])]
                case "and":
                    found[number] = all(found[_number_of(part)] for part in rest)
                case "or":
                    found[number] = any(found[_number_of(part)] for part in rest)
                case _:
                    found[number] = number == TRUE
        return found

    def fewest(self, condition: int, rows: Callable[[int, Cut, Cut], int | None]) -> int | None:
        """At most how many rows it holds for, if that can be told from the intervals it asks for; None if not."""
        if condition not in self.few:
            self.few[condition] = self._fewest(condition, rows)
        return self.few[condition]

    def _fewest(self, condition: int, rows: Callable[[int, Cut, Cut], int | None]) -> int | None:
        head, *rest = self.formulas[condition]
        if head == "false":
            return 0
        if head == "or":
            parts = [self.fewest(_number_of(part), rows) for part in rest]
            return None if None in parts else sum(n for n in parts if n is not None)
        inner = [_number_of(part) for part in rest] if head == "and" else [condition]
        intervals: dict[int, tuple[Cut, Cut]] = {}
        known = [n for part in inner if self.formulas[part][0] == "or" and (n := self.fewest(part, rows)) is not None]
        for quantity, low, high in filter(None, map(self._interval, inner)):
            before = intervals.get(quantity, (None, None))
            lows, highs = ([c for c in (x, y) if c is not None] for x, y in ((before[0], low), (before[1], high)))
            intervals[quantity] = max(lows, default=None), min(highs, default=None)
        known += [n for q, (low, high) in intervals.items() if (n := rows(q, low, high)) is not None]
        return min(known, default=None)

    def _interval(self, condition: int) -> tuple[int, Cut, Cut] | None:
        """The one interval that the condition asks for, if it is that simple."""
        head, *rest = self.formulas[condition]
        if head == "is":
            return _number_of(rest[0]), rest[1], rest[2]  # type: ignore[return-value]
        if head != "not" or self.formulas[_number_of(rest[0])][0] != "is":
            return None
        _, quantity, low, high = self.formulas[_number_of(rest[0])]
        if low is None:
            return _number_of(quantity), high, None  # type: ignore[return-value]
        return (_number_of(quantity), None, low) if high is None else None  # type: ignore[return-value]

    def _many(self, head: str, x: int, y: int, neutral: int, absorbing: int) -> int:
        parts: set[int] = set()
        for part in (x, y):
            formula = self.formulas[part]
            parts.update(map(_number_of, formula[1:]) if formula[0] == head else (part,))
        parts.discard(neutral)
        if absorbing in parts or any(self.fails(part) in parts for part in parts):
            return absorbing
        if len(parts) < 2:  # noqa: PLR2004 - nothing left to join
            return parts.pop() if parts else neutral
        return self._number((head, *sorted(parts)))

    def _number(self, formula: Formula) -> int:
        number = self.numbers.setdefault(formula, len(self.formulas))
        if number == len(self.formulas):
            self.formulas.append(formula)
            inner = [] if formula[0] == "is" else list(map(_number_of, formula[1:]))
            own = frozenset({_number_of(formula[1])}) if formula[0] == "is" else frozenset()
            self.quantities.append(own.union(*(self.quantities[part] for part in inner)))
            self.depths.append(1 + max((self.depths[part] for part in inner), default=0))
        return number


def _number_of(part: object) -> int:
    assert isinstance(part, int), "a formula refers to conditions and quantities by number"
    return part


def _before(x: object, y: object, low: bool) -> bool:
    """x lies before y; None is the end on the left for `low`, else on the right."""
    if low:
        return y is not None and (x is None or x < y)  # type: ignore[operator]
    return x is not None and (y is None or x < y)  # type: ignore[operator]


def first_whole(cut: tuple[Fraction, int]) -> int:
    """The first whole number behind the cut."""
    number, side = cut
    return floor(number) + 1 if side else ceil(number)
