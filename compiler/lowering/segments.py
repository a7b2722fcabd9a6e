"""Rows in order: sorted by keys, so that those of a group lie together, and where each group begins and ends.

Lives here: `sorted_rows`, `starts_of`, `ends_of`, `reversed_rows`. Not here: what is computed along the rows
(reductions.py), the verbs of the language that need it (ordered.py, open_groups.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import joined
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Bundle, Type, integer

from .gates import Lowering, TableValue, Value
from .reductions import shifted


@dataclass(frozen=True, slots=True)
class Sorted:
    """A table in order, and the keys in the same order."""

    table: TableValue
    keys: tuple[int, ...]


def sorted_rows(
    lowering: Lowering, table: TableValue, keys: Iterable[tuple[int, bool]], span: Span | None = None
) -> Sorted:
    """Rows that count first, by keys (a column's node; True for descending); rows that are equal keep their order."""
    by = tuple(keys)
    moved = sorted_nodes(lowering, table.valid, by, _nodes(table.columns), span)
    columns = {
        name: Value(moved[value.node], None if value.present is None else moved[value.present], value.rests_on)
        for name, value in table.columns.items()
    }
    # A validity that is a column, too, is looked up under the column's name; its own place is the first part.
    return Sorted(TableValue(columns, moved[-1], table.rests_on), tuple(moved[node] for node, _ in by))


def sorted_nodes(
    lowering: Lowering, valid: int, keys: tuple[tuple[int, bool], ...], others: Iterable[int], span: Span | None
) -> dict[int, int]:
    """Where each column's node is found after sorting, each sent along once; the validity under -1."""
    nodes = [node for node, _ in keys]
    nodes += [node for node in dict.fromkeys(others) if node not in nodes]
    args = (valid, *nodes)
    types = tuple(lowering.type(arg) for arg in args)
    visibility = joined(types)
    parts = tuple(Type(elem, types[0].shape, visibility) for elem in (BOOL, *(t.elem for t in types[1:])))
    downwards = tuple(int(descending) for _, descending in keys)
    bundle = lowering.builder.add(Op.SORT, args, Bundle(parts), span, keys=len(keys), descending=downwards)
    picked = [lowering.builder.add(Op.PICK, (bundle,), part, span, index=i) for i, part in enumerate(parts)]
    return dict(zip((-1, *nodes), picked, strict=True))


def starts_of(lowering: Lowering, keys: tuple[int, ...], valid: int) -> int:
    """bool[n]: of the rows that count, those that have no row above them with the same keys."""
    same = shifted(lowering, valid, 1)  # rows that count come first: above such a row there is another, or nothing
    for key in keys:
        equal = lowering.apply(Op.EQ, (key, shifted(lowering, key, 1)), BOOL)
        same = lowering.apply(Op.AND, (same, equal), BOOL)
    return lowering.apply(Op.NOT, (same,), BOOL)


def ends_of(lowering: Lowering, starts: int, valid: int) -> int:
    """bool[n]: the row counts, and the next one is of another group, or does not count, or is not there."""
    goes_on = lowering.apply(Op.NOT, (shifted(lowering, starts, -1),), BOOL)
    goes_on = lowering.apply(Op.AND, (goes_on, shifted(lowering, valid, -1)), BOOL)
    last = lowering.apply(Op.NOT, (goes_on,), BOOL)
    return lowering.apply(Op.AND, (valid, last), BOOL)


def most_rows(lowering: Lowering, x: int) -> int:
    """How long a column may be."""
    return lowering.most(lowering.type(x).shape[0])


def reversed_rows(lowering: Lowering, x: int) -> int:
    """The last row first."""
    type_ = lowering.type(x)
    (length,) = type_.shape
    most = most_rows(lowering, x)
    size = lowering.builder.add(
        Op.SIZE, (), Type(integer(length.constant, most), (), PUBLIC), None, size=(length.constant, *length.terms)
    )
    counting = lowering.builder.add(Op.IOTA, (), Type(integer(0, max(most - 1, 0)), type_.shape, PUBLIC), None)
    after = lowering.apply(Op.SUB, (size, counting), integer(length.constant - most, most))
    places = lowering.apply(Op.SUB, (after, lowering.number(1)), integer(length.constant - most - 1, most))
    return lowering.builder.add(Op.TAKE, (x, places), type_, None, axis=0)


def _nodes(columns: Mapping[str, Value]) -> list[int]:
    nodes = []
    for value in columns.values():
        nodes += [value.node] if value.present is None else [value.node, value.present]
    return nodes
