"""What a recipient is handed: rows with suppression markers, decoded from ring integers.

Lives here: the result form that the plain evaluator and every protocol produce alike, and single cells. Not here: how
it comes out of arrays (release.py), printing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from .texts import text_of
from .types import Domain, Elem

Cell: TypeAlias = "int | float | bool | str"


EPOCH = date(1970, 1, 1).toordinal()
"""The day 0 of a date element."""


@dataclass(frozen=True, slots=True)
class Released:
    """One `disclose`: a table (`rows` of cells) or a single value (one row, `scalar` True).

    A row that is None is suppressed: it exists, and its contents stay secret. In a table the leading
    `key_columns` cells of a suppressed row are public (they name the group): see `keys`, one tuple per row.
    withheld: how many groups are not among the rows at all; None where nobody is told.
    """

    name: str
    recipients: tuple[str, ...]
    policy: str
    guards: tuple[str, ...]
    reason: str
    columns: tuple[str, ...]
    elems: tuple[Elem, ...]
    rows: tuple[tuple[Cell, ...] | None, ...]
    keys: tuple[tuple[Cell, ...], ...]
    scalar: bool
    withheld: int | None = None

    @property
    def markers(self) -> int:
        """How many rows are markers."""
        return sum(row is None for row in self.rows)

    @property
    def suppressed(self) -> int:
        """How many rows the policy holds back, as far as the recipients learn."""
        return self.markers + (self.withheld or 0)


def decode(value: int, elem: Elem) -> Cell:
    """A ring integer as a person writes it; amounts of money and dates as text, which keeps them exact.

    >>> decode(98304, Elem(Domain.FIXED, 0, 10**6, 16))
    1.5
    >>> decode(-5, Elem(Domain.MONEY, -10, 10, decimals=2)), decode(15826, Elem(Domain.DATE, 0, 20000))
    ('-0.05', '2013-05-01')
    """
    match elem.domain:
        case Domain.BOOL:
            return bool(value)
        case Domain.FIXED:
            return value / (1 << elem.fraction_bits)
        case Domain.MONEY:
            return str(Decimal(value).scaleb(-elem.decimals))
        case Domain.DATE:
            return date.fromordinal(EPOCH + value).isoformat()
        case Domain.CATEGORY:
            return f"{elem.category}.{elem.labels[value]}"
        case Domain.TEXT:
            return text_of(value)
        case Domain.INT:
            return value
        case Domain.IDENTIFIER:
            raise AssertionError("an identifier is never printed")
