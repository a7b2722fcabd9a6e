"""Tables become columns of nodes and one node that says which rows count.

Lives here: `lower_table`, one rule per form. Rows that a filter or join leaves out stay, as rows that do not count.
Not here: values (lower_expressions.py), releasing them (lower_disclose.py).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.interface import Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import joined
from secfuse.compiler.circuit.types import BOOL, SECRET, Elem, Size, Type, integer, known_to

from .expressions import Scope, lower_value
from .gates import Contribution, Lowering, TableValue, Value, merged
from .joins import lower_join
from .matrices import lower_arrays
from .open_groups import open_groups, open_rows
from .ordered import lower_distinct, lower_sort, windowed
from .reductions import Rows
from .unions import lower_full_join, stacked


def lower_input(lowering: Lowering, table: Table) -> TableValue:
    """What the owner loads: a node per column, a second one where values may be missing; all rows count."""
    shape = (Size.rows(table.name),)
    seen_by = known_to(table.owner) if lowering.at_home else SECRET
    columns = {}
    for column in table.columns:
        at = {"table": table.name, "column": column.name}
        node = lowering.builder.add(Op.INPUT, (), Type(column.elem, shape, seen_by), None, **at)
        present = None
        if column.optional:
            present = lowering.builder.add(Op.PRESENT, (), Type(BOOL, shape, seen_by), None, **at)
        columns[column.name] = Value(node, present)
    valid = lowering.builder.add(Op.ROWS, (), Type(BOOL, shape, seen_by), None, table=table.name)
    return TableValue(columns, valid)


def lower_table(lowering: Lowering, table: c.TableExpr) -> TableValue:
    """The columns of a table."""
    match table:
        case c.TableName(name=name):
            return lowering.tables[name]
        case c.Join():
            join = lower_full_join if table.kind is c.JoinKind.FULL else lower_join
            return join(lowering, table, lower_table(lowering, table.left), lower_table(lowering, table.right))
        case c.Extend():
            return _extend(lowering, table)
        case c.Filter():
            return _filter(lowering, table)
        case c.Select(columns=names):
            before = lower_table(lowering, table.table)
            return replace(before, columns={name: before.columns[name] for name in names})
        case c.Group():
            return _group(lowering, table)
        case c.Pivot():
            return _pivot(lowering, table)
        case c.Sort():
            most = None if table.most is None else lower_value(lowering, Scope(), table.most).node
            return lower_sort(lowering, table, lower_table(lowering, table.table), most)
        case c.Distinct():
            return lower_distinct(lowering, table, lower_table(lowering, table.table))
        case c.Window():
            return _window(lowering, table)
        case c.FromArrays():
            return lower_arrays(lowering, table)
        case c.Union():
            tables = [lower_table(lowering, part) for part in table.tables]
            return stacked(lowering, table.type, tables, table.span)
        case _:
            assert_never(table)


def _extend(lowering: Lowering, extend: c.Extend) -> TableValue:
    table = lower_table(lowering, extend.table)
    columns = dict(table.columns)
    for name, expr in extend.fields:
        value = lower_value(lowering, Scope(columns, batch=lowering.type(table.valid).shape), expr)
        columns[name] = _as_column(lowering, value, table.valid)
    return replace(table, columns=columns)


def _as_column(lowering: Lowering, value: Value, valid: int) -> Value:
    """A single value becomes one per row."""
    present = None if value.present is None else lowering.stretched(value.present, valid)
    return Value(lowering.stretched(value.node, valid), present, value.rests_on)


def _filter(lowering: Lowering, filter_: c.Filter) -> TableValue:
    table = lower_table(lowering, filter_.table)
    condition = lower_value(lowering, Scope(table.columns, batch=lowering.type(table.valid).shape), filter_.condition)
    valid = lowering.apply(Op.AND, (table.valid, condition.node), BOOL, filter_.span)
    there = {name: replace(table.columns[name], present=None) for name in filter_.present}
    rests_on = merged(table.rests_on, condition.rests_on)
    return replace(table, columns={**table.columns, **there}, valid=valid, rests_on=rests_on)


def _group(lowering: Lowering, group: c.Group) -> TableValue:
    """One cell per combination of the keys; a group exists if a row lies in its cell."""
    table = lower_table(lowering, group.table)
    if group.type.open:
        rows = open_rows(lowering, group, table)
        columns = {key: rows.table.columns[key] for key in group.keys}
        _add_fields(lowering, columns, group.fields, rows, rows.mask)
        return open_groups(lowering, group, rows, columns)
    rows, columns, exists = _celled(lowering, group, table)
    _add_fields(lowering, columns, group.fields, rows, exists)
    return _grouped(lowering, group, rows, columns, exists)


def _pivot(lowering: Lowering, pivot: c.Pivot) -> TableValue:
    """The cells of the keys; each column looks at the rows of its label alone."""
    rows, columns, exists = _celled(lowering, pivot, lower_table(lowering, pivot.table))
    label = rows.table.columns[pivot.column]
    elem = lowering.type(label.node).elem
    for name, index, expr in pivot.fields:
        of_label = lowering.apply(Op.EQ, (label.node, lowering.constant(index, elem)), BOOL, pivot.span)
        chosen = lowering.apply(Op.AND, (rows.mask, of_label), BOOL, pivot.span)
        narrowed = replace(rows, mask=chosen, table=_where(lowering, rows.table, of_label))
        value = lower_value(lowering, Scope(columns, narrowed, batch=lowering.type(exists).shape), expr)
        columns[name] = _as_column(lowering, replace(value, rests_on=merged(value.rests_on, label.rests_on)), exists)
    return _grouped(lowering, pivot, rows, columns, exists)


def _where(lowering: Lowering, table: TableValue, condition: int) -> TableValue:
    """The table with fewer rows that count."""
    return replace(table, valid=lowering.apply(Op.AND, (table.valid, condition), BOOL))


def _celled(lowering: Lowering, group: c.Group | c.Pivot, table: TableValue) -> tuple[Rows, dict[str, Value], int]:
    """The rows by cell, a column per key, and which cells have a row."""
    keys = [table.columns[key] for key in group.keys]
    elems = [lowering.type(key.node).elem for key in keys]
    cells = _cells(lowering, group, table, keys, elems) if keys else table.valid
    columns = {
        name: Value(lowering.constant(values, elem, group.span))
        for name, elem, values in zip(group.keys, elems, _combinations(elems), strict=True)
    }
    count = lowering.reduce(Op.COUNT, (cells,), integer(0, group.table.type.bound), group.span)
    exists = lowering.apply(Op.LT, (lowering.number(0), count), BOOL, group.span)
    return Rows(table, cells, tuple(key.node for key in keys)), columns, exists


def _grouped(
    lowering: Lowering, group: c.Group | c.Pivot, rows: Rows, columns: dict[str, Value], exists: int
) -> TableValue:
    own = (Contribution(rows.mask, group.table.type.bound, needed=True),)
    keys = [rows.table.columns[key].rests_on for key in group.keys]
    return TableValue(columns, exists, merged(own, rows.table.rests_on, *keys), keys=group.keys)


def _window(lowering: Lowering, window: c.Window) -> TableValue:
    """New columns behind the old ones; each may use those before it."""
    rows = windowed(lowering, window, lower_table(lowering, window.table))
    columns = dict(rows.table.columns)
    _add_fields(lowering, columns, window.fields, rows, rows.mask)
    return replace(rows.table, columns=columns)


def _add_fields(
    lowering: Lowering, columns: dict[str, Value], fields: tuple[tuple[str, c.Expr], ...], rows: Rows, like: int
) -> None:
    for name, expr in fields:
        value = lower_value(lowering, Scope(columns, rows, batch=lowering.type(like).shape), expr)
        columns[name] = _as_column(lowering, value, like)


def _cells(
    lowering: Lowering, group: c.Group | c.Pivot, table: TableValue, keys: list[Value], elems: list[Elem]
) -> int:
    args = (table.valid, *(key.node for key in keys))
    types = tuple(lowering.type(arg) for arg in args)
    total = 1
    for elem in elems:
        total *= elem.hi - elem.lo + 1
    shape = (Size(total), *types[0].shape)
    return lowering.builder.add(Op.CELLS, args, Type(BOOL, shape, joined(types)), group.span)


def _combinations(elems: list[Elem]) -> list[tuple[int, ...]]:
    """The value of each key in each cell; the last key counts fastest."""
    combinations = list(product(*(range(elem.lo, elem.hi + 1) for elem in elems)))
    return [tuple(values) for values in zip(*combinations, strict=True)]
