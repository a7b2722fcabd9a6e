"""What a circuit asks of the world and hands to it: parties, tables, parameters, rows.

Lives here: declarations that both the compiler and an owner's node read. Not here: how a table is loaded (the
runtime's inputs.py) or what is done with it (graph.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .types import Elem

if TYPE_CHECKING:  # whoever makes rows has NumPy; who reads programs does without
    import numpy as np


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that takes part."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column. `optional`: NULL is allowed. `unique`: no value may occur twice.

    `may` holds the requests of the program (joined, grouped, compared, aggregated, ranked, shown), sorted.
    """

    name: str
    elem: Elem
    optional: bool = False
    unique: bool = False
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One owner's table, at most `max_rows` long.

    unique_together: sets of columns of which no two rows have the same values, unless one is missing.
    """

    name: str
    owner: str
    max_rows: int
    columns: tuple[Column, ...]
    unique_together: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Param:
    """A public parameter, fixed before a run, between `elem.lo` and `elem.hi` (scaled units for fixed)."""

    name: str
    elem: Elem
    default: int


@dataclass(frozen=True, slots=True)
class Rows:
    """One table's rows as integers, the form in which an owner hands them over.

    `values[column]`: array (count,), int64, or uint64 for identifiers; fixed is scaled, category is the index.
    `present[column]`: array (count,) of bool, for optional columns only; where False the value is 0.
    """

    count: int
    values: dict[str, np.ndarray]
    present: dict[str, np.ndarray] = field(default_factory=dict)
