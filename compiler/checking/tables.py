"""Tables: extend, filter, select, group, union.

Lives here: `check_table`, the columns and the row bound of each result, and what makes it refuse. None means: a
mistake, which was reported. Not here: joins (joins.py), the values inside
braces (expressions.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import PUBLIC, Domain, Elem
from secfuse.compiler.diagnostics import listed
from secfuse.compiler.types import ColumnType, TableType, ValueType, closed_size, origins_of, visibility_of

from .expressions import check_condition, check_expression
from .joins import check_join
from .numbers import in_ring
from .scope import Checking, Context, Entity, Unknown
from .uses import type_may, ungrouped
from .written_types import range_text, same_kind

MOST_CELLS = 1024


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


def _own_context(operand: s.TableExpression, columns: dict[str, ColumnType]) -> Context:
    """Columns by their bare names, and with the table's name if it has one."""
    return Context(columns, dotted=operand.text if isinstance(operand, s.Name) else "")


# ---- columns and rows


def _extend(checking: Checking, extend: s.Extend) -> c.TableExpr | None:
    """New columns behind the old ones; each may use those before it."""
    table = check_table(checking, extend.table)
    if table is None:
        return None
    columns = dict(table.type.columns)
    fields = _fields(checking, extend.fields, columns, _own_context(extend.table, columns))
    return c.Extend(extend.span, replace(table.type, columns=columns), table, fields)


def _fields(
    checking: Checking, fields: tuple[s.Field, ...], columns: dict[str, ColumnType], context: Context
) -> tuple[tuple[str, c.Expr], ...]:
    """The values in braces; their columns are added to `columns`, which the context sees."""
    found = []
    for field in fields:
        value = check_expression(checking, context, field.value)
        if checking.is_new(field.name, columns):
            columns[field.name.text] = ColumnType(None if value is None else value.type)
            if value is not None:
                found.append((field.name.text, value))
    return tuple(found)


def _filter(checking: Checking, filter_: s.Filter) -> c.TableExpr | None:
    """The rows for which the condition holds; the others stay as invalid rows.

    A column that the condition says is present is never missing in the result.
    """
    table = check_table(checking, filter_.table)
    if table is None:
        return None
    context = _own_context(filter_.table, dict(table.type.columns))
    condition = check_condition(checking, context, filter_.condition)
    if condition is None:
        return None
    present = tuple(dict.fromkeys(_said_present(condition)))
    columns = {name: _definite(type_) if name in present else type_ for name, type_ in table.type.columns.items()}
    return c.Filter(filter_.span, replace(table.type, columns=columns), table, condition, present)


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
    """One row per combination of the keys, which are public; the aggregates are not."""
    table = check_table(checking, group.table)
    if table is None or not ungrouped(checking, group.span, table.type):
        return None
    keys = _keys(checking, group, table.type)
    columns = {name: ColumnType(None if elem is None else ValueType(elem, PUBLIC)) for name, elem in keys.items()}
    context = Context(columns, rows=table.type)
    fields = _fields(checking, group.fields, columns, context)
    known = [elem for elem in keys.values() if elem is not None]
    cells = reduce(lambda total, elem: total * (closed_size(elem) or 1), known, 1)
    if cells > MOST_CELLS:
        span = group.keys[-1].span
        checking.report("SEC602", span, f"{cells} groups", f"at most {MOST_CELLS} combinations of keys")
    return c.Group(group.span, TableType(columns, cells, grouped=True), table, tuple(keys), fields)


def _keys(checking: Checking, group: s.Group, table: TableType) -> dict[str, Elem | None]:
    """The elements of the keys; None where one is wrong."""
    keys: dict[str, Elem | None] = {}
    for name in group.keys:
        if not checking.is_new(name, keys):
            continue
        type_ = checking.column(name, table.columns)
        keys[name.text] = type_.elem if type_ is not None and _is_key(checking, name, type_) else None
    return keys


def _is_key(checking: Checking, name: s.Name, type_: ValueType) -> bool:
    if type_.optional:
        hint = f"extend the table with coalesce({name.text}, …) first"
        checking.report("SEC213", name.span, f"`{name.text}`, which may be missing", "a key that is always there", hint)
        return False
    size = closed_size(type_.elem)
    if size is None:
        found = f"{describe(type_.elem)} as a key"
        checking.report("SEC602", name.span, found, "a category, a bool, an int or date with a small range")
        return False
    if size > MOST_CELLS:
        found = f"`{name.text}` in {range_text(type_.elem)}"
        checking.report("SEC602", name.span, found, f"a key with at most {MOST_CELLS} values")
        return False
    return type_may(checking, type_, name.span, "grouped")


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
    return c.Union(union.span, TableType(sound, bound), tuple(known))


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
