"""Tables: extend, filter, select, group, union.

Lives here: `check_table`, the columns and the row bound of each result, and what makes it refuse. None means: a
mistake, which was reported. Not here: joins (joins.py), order (ordered.py), pivots (pivots.py), the values inside
braces (fields.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from math import prod
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import PUBLIC, SECRET, Domain, Elem, Size
from secfuse.compiler.diagnostics import listed
from secfuse.compiler.types import ColumnType, TableType, ValueType, closed_size, origins_of, visibility_of

from .expressions import check_condition
from .fields import add_fields, own_context
from .joins import check_join
from .keys import is_open
from .matrices import check_arrays
from .numbers import in_ring
from .ordered import check_distinct, check_sort, check_top, check_window
from .pivots import check_pivot
from .scope import Checking, Context, Entity, Unknown
from .uses import definite_column, type_may, ungrouped
from .written_types import same_kind


def check_table(checking: Checking, table: s.TableExpression) -> c.TableExpr | None:
    """The table with its columns."""
    match table:
        case s.Name():
            return _name(checking, table)
        case s.Join():
            return check_join(checking, table, check_table)
        case s.Extend():
            return _extend(checking, table)
        case s.Filter():
            return _filter(checking, table)
        case s.Select():
            return _select(checking, table)
        case s.Group():
            return _group(checking, table)
        case s.Union():
            return _union(checking, table)
        case s.Sort():
            return check_sort(checking, table, check_table)
        case s.Top():
            return check_top(checking, table, check_table)
        case s.Distinct():
            return check_distinct(checking, table, check_table)
        case s.Window():
            return check_window(checking, table, check_table)
        case s.Pivot():
            return check_pivot(checking, table, check_table)
        case s.FromArrays():
            return check_arrays(checking, table)
        case _:
            assert_never(table)


def _name(checking: Checking, name: s.Name) -> c.TableExpr | None:
    found = checking.names.get(name.text)
    match found:
        case TableType():
            return c.TableName(name.span, found, name.text)
        case None:
            tables: dict[str, Entity] = {n: e for n, e in checking.names.items() if isinstance(e, TableType)}
            checking.missing(name, "table", tables)
        case Unknown():
            pass
        case _:
            checking.report("SEC210", name.span, f"`{name.text}`, which is no table", "a table")
    return None


# ---- columns and rows


def _extend(checking: Checking, extend: s.Extend) -> c.TableExpr | None:
    """New columns behind the old ones; each may use those before it."""
    table = check_table(checking, extend.table)
    if table is None:
        return None
    columns = dict(table.type.columns)
    fields = add_fields(checking, extend.fields, columns, own_context(extend.table, columns))
    return c.Extend(extend.span, replace(table.type, columns=columns), table, fields)


def _filter(checking: Checking, filter_: s.Filter) -> c.TableExpr | None:
    """The rows for which the condition holds; the others stay as invalid rows.

    A column that the condition says is present is never missing in the result.
    """
    table = check_table(checking, filter_.table)
    if table is None or not _is_whole(checking, filter_, table.type):
        return None
    context = own_context(filter_.table, dict(table.type.columns))
    condition = check_condition(checking, context, filter_.condition)
    if condition is None:
        return None
    present = tuple(dict.fromkeys(_said_present(condition)))
    columns = {name: _definite(type_) if name in present else type_ for name, type_ in table.type.columns.items()}
    return c.Filter(filter_.span, replace(table.type, columns=columns), table, condition, present)


def _is_whole(checking: Checking, filter_: s.Filter, table: TableType) -> bool:
    """False behind a top of groups: which groups it leaves is settled only when they are disclosed."""
    if table.grouped and table.cut:
        checking.report("SEC410", filter_.span, "a filter behind top", "a filter in front of it")
    return not (table.grouped and table.cut)


def _said_present(condition: c.Expr) -> Iterator[str]:
    """Columns whose presence the condition demands, alone or as a part of an `and`."""
    rest = [condition]
    while rest:
        match rest.pop():
            case c.Apply(op=Op.AND, args=args):
                rest.extend(args)
            case c.Present(value=c.ColumnValue(name=name)):
                yield name
            case _:
                pass


def _definite(column: ColumnType) -> ColumnType:
    return column if column.value is None else replace(column, value=replace(column.value, optional=False))


def _select(checking: Checking, select: s.Select) -> c.TableExpr | None:
    """Some of the columns, in the order written."""
    table = check_table(checking, select.table)
    if table is None:
        return None
    columns: dict[str, ColumnType] = {}
    sound = True
    for name in select.columns:
        if name.text not in table.type.columns:
            checking.missing(name, "column of the table", table.type.columns, "SEC203")
            sound = False
        elif checking.is_new(name, columns):
            columns[name.text] = table.type.columns[name.text]
    if not sound:
        return None
    together = tuple(some for some in table.type.together if some <= set(columns))
    type_ = replace(table.type, columns=columns, together=together)
    return c.Select(select.span, type_, table, tuple(columns))


# ---- group


def _group(checking: Checking, group: s.Group) -> c.TableExpr | None:
    """One row per combination of the keys: of all that may be, which are public, or, of open keys, of those in use."""
    table = check_table(checking, group.table)
    if table is None or not ungrouped(checking, group.span, table.type):
        return None
    keys = _keys(checking, group, table.type)
    known = [elem for elem in keys.values() if elem is not None]
    with_open = is_open(known)
    level = SECRET if with_open else PUBLIC
    columns = {name: ColumnType(None if elem is None else ValueType(elem, level)) for name, elem in keys.items()}
    fields = add_fields(checking, group.fields, columns, Context(columns, rows=table.type))
    bound = table.type.bound if with_open else prod(closed_size(elem) or 1 for elem in known)
    size = table.type.size if with_open else Size(bound)
    type_ = TableType(columns, bound, grouped=True, open=with_open, size=size)
    return c.Group(group.span, type_, table, tuple(keys), fields)


def _keys(checking: Checking, group: s.Group, table: TableType) -> dict[str, Elem | None]:
    """The elements of the keys; None where one is wrong."""
    keys: dict[str, Elem | None] = {}
    for name in group.keys:
        if not checking.is_new(name, keys):
            continue
        type_ = checking.column(name, table.columns)
        fits = type_ is not None and definite_column(checking, name, type_)
        fits = fits and type_ is not None and type_may(checking, type_, name.span, "grouped")
        keys[name.text] = type_.elem if type_ is not None and fits else None
    return keys


# ---- union


def _union(checking: Checking, union: s.Union) -> c.TableExpr | None:
    """The rows of all tables; columns by name, of one kind each."""
    tables = [check_table(checking, table) for table in union.tables]
    known = [table for table in tables if table is not None]
    records = [ungrouped(checking, table.span, table.type) for table in known]
    if len(known) < len(tables) or not all(records):
        return None
    first, *others = known
    for table in others:
        if set(table.type.columns) != set(first.type.columns):
            found = f"columns {listed(table.type.columns)}"
            checking.report("SEC218", table.span, found, f"the columns {listed(first.type.columns)}")
            return None
    columns = {name: _united(checking, union, known, name) for name in first.type.columns}
    if any(column is None for column in columns.values()):
        return None
    bound = sum(table.type.bound for table in known)
    sound = {name: column for name, column in columns.items() if column is not None}
    return c.Union(
        union.span,
        TableType(sound, bound, size=reduce(Size.__add__, (table.type.size for table in known))),
        tuple(known),
    )


def _united(checking: Checking, union: s.Union, tables: list[c.TableExpr], name: str) -> ColumnType | None:
    """One column of all tables; fixed numbers take the greatest precision."""
    types = [table.type.columns[name].value for table in tables]
    known = [type_ for type_ in types if type_ is not None]
    if len(known) < len(types):
        return ColumnType(None)
    first = known[0].elem
    for table, type_ in zip(tables, known, strict=True):
        alike = type_.elem.domain is Domain.FIXED is first.domain or same_kind(type_.elem, first)
        if not alike:
            found = f"`{name}` as {describe(type_.elem)}"
            checking.report("SEC218", table.span, found, f"`{name}` as {describe(first)}, as in the first table")
            return None
    bits = max(type_.elem.fraction_bits for type_ in known)
    found_range = reduce(ranges.union, (ranges.rescale(range_of(t.elem), bits - t.elem.fraction_bits) for t in known))
    if first.domain is Domain.FIXED and not in_ring(checking, union.span, found_range, bits):
        return None
    elem = replace(first, lo=found_range[0], hi=found_range[1], fraction_bits=bits)
    optional = any(type_.optional for type_ in known)
    return ColumnType(ValueType(elem, visibility_of(known), optional, origins_of(known)))
