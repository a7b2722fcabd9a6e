"""The owners' tables of a generated program: what is declared of their columns, and few random rows.

Lives here: `Input`, `some_input`. Extreme values, missing ones and empty tables are frequent. Not here: what is
computed of them (verbs.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.texts import text_code

from .draws import Draws
from .values import TEXTS, Value, day

MAY = "may be joined, grouped, compared, aggregated, ranked, shown"
HIGHEST = (1 << 62) - 1

ELEMENTS = (
    ("i", "int", "int in -9 .. 30", -9, 30, 0),
    ("x", "fixed", "fixed in -20 .. 50", -20, 50, 16),
    ("f", "bool", "bool", 0, 1, 0),
    ("k", "Kind", "Kind", 0, 2, 0),
    ("m", "money", "money(2) in -100 .. 1_000", -100, 1_000, 0),
    ("d", "date", f"date in {day(18_000)} .. {day(18_100)}", 18_000, 18_100, 0),
    ("y", "fixed", "fixed(4) in 0 .. 100", 0, 100, 4),
    ("z", "fixed", "fixed(24) in -1 .. 1", -1, 1, 24),
    ("w", "int", f"int in {-HIGHEST} .. {HIGHEST}", -HIGHEST, HIGHEST, 0),
    ("n", "int", "int in -100_000 .. -5", -100_000, -5, 0),
    ("s", "text", "text(2)", 0, 3, 0),
)
"""Columns: their name's stem, kind, what is written, range in whole units, fraction bits."""

KEYS = (
    "int in 1 .. 4",
    "identifier",
    "int in -1_000 .. 1_000_000",
    f"date in {day(18_000)} .. {day(20_000)}",
    "text(3)",
)
"""What tables are joined on: a small domain, which groups are shown of, and others."""


@dataclass(frozen=True, slots=True)
class Input:
    """One owner's table."""

    name: str
    text: str
    columns: dict[str, Value]
    rows: Rows
    most: int
    unique: frozenset[str]


def some_input(draws: Draws, name: str, owner: str, key: str, unique: bool, most_rows: int) -> Input:
    """A table with a key, one column of every common kind and some others; all may be missing save the key."""
    count = draws.number(0, most_rows)
    most = max(count, draws.number(1, 12))
    lines = [f"  key : {key}{' unique' if unique else ''} {MAY}"]
    columns = {"key": _key(key)}
    values, present = {"key": _keys(draws, key, unique, count)}, {}
    for stem, kind, written, lo, hi, bits in (*ELEMENTS[:4], *draws.some(ELEMENTS[4:], 0, 2)):
        column, optional = f"{name}_{stem}", draws.chance(25)
        lines.append(f"  {column} : {_with_null(written) if optional else written} {MAY}")
        columns[column] = Value(column, kind, Fraction(lo), Fraction(hi), bits, optional)
        unit = 100 if kind == "money" else 1 << bits
        cells = [_cell(draws, lo * unit, hi * unit) for _ in range(count)]
        if kind == "text":
            cells = [_code(TEXTS[cell]) for cell in cells]
        if optional:
            there = [draws.chance(60) for _ in range(count)]
            present[column] = np.array(there, bool)
            cells = [cell if is_there else 0 for cell, is_there in zip(cells, there, strict=True)]
        values[column] = np.array(cells, np.int64)
    text = "\n".join((f"input {name} from {owner} at most {most} rows {{", *lines, "}"))
    return Input(name, text, columns, Rows(count, values, present), most, frozenset({"key"} if unique else ()))


def _with_null(written: str) -> str:
    """The type of what may be missing: the sign stands in front of the range."""
    base, _, ends = written.partition(" in ")
    return f"{base}? in {ends}" if ends else f"{base}?"


def _key(written: str) -> Value:
    kind = written.split()[0].partition("(")[0]
    ends = {KEYS[0]: (1, 4), KEYS[2]: (-1_000, 1_000_000), KEYS[3]: (18_000, 20_000)}.get(written, (0, 1))
    return Value("key", kind, *map(Fraction, ends))


def _keys(draws: Draws, written: str, unique: bool, count: int) -> Any:
    """Keys of few values, so that some are equal and some find a partner; of a unique column each once."""
    if written.startswith("text"):
        return np.array([_code(f"k{number}") for number in _keys(draws, KEYS[2], unique, count)], np.int64)
    pool = [18_000, 18_001, 18_050, 20_000] if written.startswith("date") else [1, 2, 3, 4]
    pool += [pool[0] + 10, pool[0] + 11] if written != KEYS[0] else []
    if unique:
        found = list(pool)
        while len(found) > count:
            found.remove(draws.one(found))
    else:
        found = [draws.one(pool) for _ in range(count)]
    return np.array(found, np.uint64 if written == "identifier" else np.int64)


def _code(text: str) -> int:
    code = text_code(text)
    assert code is not None, "it is short enough"
    return code


def _cell(draws: Draws, lo: int, hi: int) -> int:
    """Any value, often one of the ends or near 0."""
    match draws.number(0, 3):
        case 0:
            return draws.number(max(lo, min(hi, -2)), min(hi, max(lo, 2)))
        case 1:
            return draws.one((lo, hi))
        case _:
            return draws.number(lo, hi)
