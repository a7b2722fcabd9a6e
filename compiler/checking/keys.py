"""Keys of groups: which are closed, so that each combination of their values has a cell, and which are open.

Lives here: `closed_keys`, for what needs cells, and `is_open`. Not here: groups themselves (tables.py, pivots.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import Elem
from secfuse.compiler.types import TableType, closed_size

from .scope import Checking
from .uses import definite_column, type_may
from .written_types import range_text

MOST_CELLS = 1024


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys and what each is; how many combinations of their values there are."""

    elems: dict[str, Elem]
    cells: int


def is_open(elems: Iterable[Elem]) -> bool:
    """True if there are too many combinations of values to give each a cell."""
    sizes = [closed_size(elem) for elem in elems]
    known = [size for size in sizes if size is not None]
    return len(known) < len(sizes) or prod(known) > MOST_CELLS


def closed_keys(checking: Checking, names: tuple[s.Name, ...], table: TableType) -> Keys | None:
    """Keys of small closed domains; None where one is wrong, SEC602 where there are too many combinations."""
    elems: dict[str, Elem] = {}
    sound = True
    for name in names:
        type_ = checking.column(name, table.columns)
        if not checking.is_new(name, elems) or type_ is None or not definite_column(checking, name, type_):
            sound = False
            continue
        size = closed_size(type_.elem)
        if size is None or size > MOST_CELLS:
            found = f"{describe(type_.elem)} as a key" if size is None else f"`{name.text}` in {range_text(type_.elem)}"
            checking.report("SEC602", name.span, found, f"a key with at most {MOST_CELLS} values")
            sound = False
            continue
        sound = type_may(checking, type_, name.span, "grouped") and sound
        elems[name.text] = type_.elem
    cells = prod(closed_size(elem) or 1 for elem in elems.values())
    if sound and cells > MOST_CELLS:
        checking.report("SEC602", names[-1].span, f"{cells} groups", f"at most {MOST_CELLS} combinations of keys")
    return Keys(elems, cells) if sound and cells <= MOST_CELLS else None
