"""The verbs that put rows in order: sort, top, distinct, window.

Lives here: one rule each, for tables of records. Groups are put in order when they are disclosed (arranged.py): here
it is noted only. Not here: sorting itself (segments.py).
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Type, integer

from .gates import Lowering, Order, TableValue, Value
from .reductions import Rows, counted, scanned, shifted
from .segments import most_rows, sorted_rows, starts_of


def lower_sort(lowering: Lowering, sort: c.Sort, table: TableValue, most: int | None) -> TableValue:
    """The rows in order; behind the first `most` of them none counts."""
    keys = tuple((table.columns[by.column].node, by.descending) for by in sort.order)
    if sort.type.grouped:
        return replace(table, orders=(*table.orders, Order(keys, most)))
    found = sorted_rows(lowering, table, keys, sort.span).table
    if most is None:
        return found
    return replace(found, valid=lowering.apply(Op.AND, (found.valid, first_rows(lowering, most, found.valid)), BOOL))


def first_rows(lowering: Lowering, most: int, like: int) -> int:
    """bool[n], public: that many rows from the first on."""
    places = Type(integer(0, max(most_rows(lowering, like) - 1, 0)), lowering.type(like).shape, PUBLIC)
    counting = lowering.builder.add(Op.IOTA, (), places, None)
    return lowering.apply(Op.LT, (counting, most), BOOL)


def lower_distinct(lowering: Lowering, distinct: c.Distinct, table: TableValue) -> TableValue:
    """The first row of each combination of the keys: sorted by them, it is the one that differs from the row above."""
    found = sorted_rows(lowering, table, ((table.columns[key].node, False) for key in distinct.keys), distinct.span)
    starts = starts_of(lowering, found.keys, found.table.valid)
    return replace(found.table, valid=lowering.apply(Op.AND, (found.table.valid, starts), BOOL, distinct.span))


def windowed(lowering: Lowering, window: c.Window, table: TableValue) -> Rows:
    """The rows in order within their groups."""
    groups = [(table.columns[key].node, False) for key in window.keys]
    order = [(table.columns[by.column].node, by.descending) for by in window.order]
    found = sorted_rows(lowering, table, (*groups, *order), window.span)
    starts = starts_of(lowering, found.keys[: len(groups)], found.table.valid)
    ties = starts_of(lowering, found.keys, found.table.valid) if order else starts
    return Rows(found.table, found.table.valid, found.keys[: len(groups)], starts, ties)


def lower_rank(lowering: Lowering, rank: c.Rank, rows: Rows) -> Value:
    """The number of the first row that stands as high."""
    assert rows.ties is not None, "the checker admits ranks in ordered windows only"
    return Value(
        scanned(lowering, rows.ties, _number(lowering, rows, rank.type.elem.hi), "first", rank.type.elem, rank.span)
    )


def lower_lag(lowering: Lowering, lag: c.Lag, rows: Rows, value: Value) -> Value:
    """The value so many rows above, if the group has so many."""
    number = _number(lowering, rows, lag.bound)
    present = lowering.apply(Op.LT, (lowering.number(lag.distance), number), BOOL, lag.span)
    node = lowering.stretched(value.node, rows.table.valid)
    if value.present is not None:
        there = shifted(lowering, lowering.stretched(value.present, rows.table.valid), lag.distance)
        present = lowering.apply(Op.AND, (present, there), BOOL)
    return Value(shifted(lowering, node, lag.distance), present, value.rests_on)


def _number(lowering: Lowering, rows: Rows, bound: int) -> int:
    """The row's number in its group, from 1."""
    return counted(lowering, rows.mask, rows.starts, bound)
