"""Random rows that keep to what a program declares: types, ranges, uniqueness, missing values, bounds of rows.

Lives here: `random_rows`, `random_params`. Ends of ranges are frequent, and keys of few kinds, so that joins find
partners and groups have members. The same seed gives the same rows. Not here: what is done with them (random_runs.py).
"""

from __future__ import annotations

from random import Random

import numpy as np

from secfuse.compiler.circuit.interface import Column, Param, Rows, Table
from secfuse.compiler.circuit.step import held
from secfuse.compiler.circuit.texts import text_code
from secfuse.compiler.circuit.typed import text_bytes
from secfuse.compiler.circuit.types import Domain, Elem

KINDS = 12
"""How many different identifiers and texts there are, in all tables together."""

MOST_ROWS = 24


def random_params(draw: Random, params: tuple[Param, ...]) -> dict[str, int]:
    """A value of each, at times its default."""
    return {p.name: p.default if draw.random() < 1 / 3 else _cell(draw, p.elem) for p in params}


def random_rows(draw: Random, table: Table) -> Rows:
    """At most 24 rows; fewer where columns must be unique and have few values."""
    wanted = draw.choice((0, 1, MOST_ROWS // 4, MOST_ROWS, MOST_ROWS))
    rows: list[dict[str, int | None]] = []
    taken: dict[tuple[str, ...], set[tuple[int, ...]]] = {names: set() for names in _unique(table)}
    for _ in range(min(wanted, table.max_rows)):
        row = {column.name: _optional(draw, column) for column in table.columns}
        found = {names: tuple(row[name] for name in names) for names in taken}
        keys = {names: key for names, key in found.items() if None not in key}
        if any(key in taken[names] for names, key in keys.items()):
            continue
        for names, key in keys.items():
            taken[names].add(tuple(part for part in key if part is not None))
        rows.append(row)
    values = {c.name: held([row[c.name] or 0 for row in rows], c.elem) for c in table.columns}
    present = {
        c.name: np.array([row[c.name] is not None for row in rows], np.bool_) for c in table.columns if c.optional
    }
    return Rows(len(rows), values, present)


def _unique(table: Table) -> tuple[tuple[str, ...], ...]:
    return (*((column.name,) for column in table.columns if column.unique), *table.unique_together)


def _optional(draw: Random, column: Column) -> int | None:
    return None if column.optional and draw.random() < 1 / 4 else _cell(draw, column.elem)


def _cell(draw: Random, elem: Elem) -> int:
    """One value: an end, a small number, or any."""
    match elem.domain:
        case Domain.IDENTIFIER:
            return draw.randint(1, KINDS)
        case Domain.TEXT:
            text = "".join(draw.choice("ab") for _ in range(draw.randint(0, text_bytes(elem))))
            code = text_code(text)
            assert code is not None, "as long as it may be"
            return code
        case _:
            small = [value for value in range(-3, 4) if elem.lo <= value <= elem.hi]
            return draw.choice((elem.lo, elem.hi, *small, *(draw.randint(elem.lo, elem.hi) for _ in range(8))))
