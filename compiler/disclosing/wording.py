"""Conditions, quantities and values in the words of a finding.

Lives here: `Words`. Not here: the findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from secfuse.compiler.circuit.types import Domain, Elem

from .conditions import TRUE, Cut
from .follow import Follower
from .quantities import ONE, Kind

LONGEST = 120


class Words:
    """How one analysis names things."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.elems: Mapping[tuple[str, str], Elem] = {
            (table.name, column.name): column.elem for table in follower.circuit.tables for column in table.columns
        }

    def quantity(self, number: int) -> str:
        """A column by its name, the rest by what it is."""
        if number == ONE:
            return "1"
        found = self.follower.algebra.quantities[number]
        match found.kind:
            case Kind.COLUMN if found.key[0] == "joined":
                return self.quantity(_int(found.key[3]))
            case Kind.COLUMN:
                return f"{found.key[1]}.{found.key[2]}"
            case Kind.PLACE:
                return "the place of a row"
            case Kind.PARAM:
                return f"the parameter {found.key[1]}"
            case Kind.MADE if found.key[0] == "sum":
                return self._sum(found.key[1])
            case Kind.MADE if found.key[0] == "product":
                return f"{self.quantity(_int(found.key[1]))} * {self.quantity(_int(found.key[2]))}"
            case Kind.MADE if found.key[0] == "matched":
                return "has a partner"
            case _:
                return "a value made of others"

    def _sum(self, form: object) -> str:
        assert isinstance(form, tuple), "a sum has terms"
        terms: list[str] = []
        for _, quantity, factor in form:
            name = self.quantity(quantity)
            sign = "- " if factor < 0 else "+ " if terms else ""
            terms.append(f"{sign}{name}" if abs(factor) == 1 else f"{sign}{shown(abs(factor))} * {name}")
        return " ".join(terms)

    def condition(self, number: int) -> str:
        """Rows for which it holds, in words; cut where it is long."""
        text = self._condition(number)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def _condition(self, number: int) -> str:
        head, *rest = self.follower.algebra.conditions.formulas[number]
        match head:
            case "is":
                return self.interval(_int(rest[0]), rest[1], rest[2])  # type: ignore[arg-type]
            case "not":
                return f"not ({self._condition(_int(rest[0]))})"
            case "and" | "or":
                return f" {head} ".join(self._condition(_int(part)) for part in rest)
            case _:
                return "every row" if number == TRUE else "no row"

    def interval(self, quantity: int, low: Cut, high: Cut) -> str:
        """As in `people.age above 40`."""
        name = self.quantity(quantity)
        if name == "has a partner":
            return name if high is None or high[0] >= 1 else f"not {name}"
        value = self._value_of(quantity)
        if low is not None and high is not None and low[0] == high[0]:
            return f"{name} is {value(low[0])}"
        parts = []
        if low is not None:
            parts.append(f"{'above' if low[1] else 'from'} {value(low[0])}")
        if high is not None:
            parts.append(f"{'up to' if high[1] else 'below'} {value(high[0])}")
        return f"{name} {' and '.join(parts)}"

    def _value_of(self, number: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
        """How values of a quantity are written: labels by their names."""
        found = self.follower.algebra.quantities[number]
        while found.key[0] == "joined":
            found = self.follower.algebra.quantities[_int(found.key[3])]
        elem = self.elems.get((str(found.key[1]), str(found.key[2]))) if found.key[0] == "column" else None
        if elem is not None and elem.domain is Domain.CATEGORY:
            labels = elem.labels
            return lambda value: labels[int(value)] if 0 <= value < len(labels) else shown(value)
        if elem is not None and elem.domain is Domain.BOOL:
            return lambda value: "true" if value == 1 else "false"
        return shown


def shown(value: Fraction) -> str:
    """A number as a person writes it."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"


def _int(value: object) -> int:
    assert isinstance(value, int), "quantities and conditions are numbers"
    return value
