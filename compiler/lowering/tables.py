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
from secfuse.compiler.circuit.types import BOOL, SECRET, Elem, Size, Type, integer
from secfuse.compiler.types import ValueType

from .aggregates import Rows
from .expressions import Scope, lower_value
from .gates import Contribution, Lowering, TableValue, Value, merged
from .joins import lower_join


def lower_input(lowering: Lowering, table: Table) -> TableValue:
    """What the owner loads: a node per column, a second one where values may be missing; all rows count."""
    shape = (Size.rows(table.name),)
    columns = {}
    for column in table.columns:
        at = {"table": table.name, "column": column.name}
        node = lowering.builder.add(Op.INPUT, (), Type(column.elem, shape, SECRET), None, **at)
        present = None
        if column.optional:
            present = lowering.builder.add(Op.PRESENT, (), Type(BOOL, shape, SECRET), None, **at)
        columns[column.name] = Value(node, present)
    valid = lowering.builder.add(Op.ROWS, (), Type(BOOL, shape, SECRET), None, table=table.name)
    return TableValue(columns, valid)


def lower_table(lowering: Lowering, table: c.TableExpr) -> TableValue:
    """The columns of a table."""
    match table:
        case c.TableName(name=name):
            return lowering.tables[name]
        case c.Join():
            return lower_join(lowering, table, lower_table(lowering, table.left), lower_table(lowering, table.right))
        case c.Extend():
            return _extend(lowering, table)
        case c.Filter():
            return _filter(lowering, table)
        case c.Select(columns=names):
            before = lower_table(lowering, table.table)
            return TableValue({name: before.columns[name] for name in names}, before.valid, before.rests_on)
        case c.Group():
            return _group(lowering, table)
        case c.Union():
            return _union(lowering, table)
        case _:
            assert_never(table)


def _value_type(table: c.TableExpr, name: str) -> ValueType:
    found = table.type.columns[name].value
    assert found is not None, "a checked table has no unknown column"
    return found


def _extend(lowering: Lowering, extend: c.Extend) -> TableValue:
    table = lower_table(lowering, extend.table)
    columns = dict(table.columns)
    for name, expr in extend.fields:
        value = lower_value(lowering, Scope(columns, batch=lowering.type(table.valid).shape), expr)
        columns[name] = _as_column(lowering, value, table.valid)
    return TableValue(columns, table.valid, table.rests_on)


def _as_column(lowering: Lowering, value: Value, valid: int) -> Value:
    """A single value becomes one per row."""
    present = None if value.present is None else lowering.stretched(value.present, valid)
    return Value(lowering.stretched(value.node, valid), present, value.rests_on)


def _filter(lowering: Lowering, filter_: c.Filter) -> TableValue:
    table = lower_table(lowering, filter_.table)
    condition = lower_value(lowering, Scope(table.columns, batch=lowering.type(table.valid).shape), filter_.condition)
    valid = lowering.apply(Op.AND, (table.valid, condition.node), BOOL, filter_.span)
    there = {name: replace(table.columns[name], present=None) for name in filter_.present}
    return TableValue({**table.columns, **there}, valid, merged(table.rests_on, condition.rests_on))


def _group(lowering: Lowering, group: c.Group) -> TableValue:
    """One cell per combination of the keys; a group exists if a row lies in its cell."""
    table = lower_table(lowering, group.table)
    keys = [table.columns[key] for key in group.keys]
    elems = [lowering.type(key.node).elem for key in keys]
    cells = _cells(lowering, group, table, keys, elems) if keys else table.valid
    columns = {
        name: Value(lowering.constant(values, elem, group.span))
        for name, elem, values in zip(group.keys, elems, _combinations(elems), strict=True)
    }
    bound = group.table.type.bound
    count = lowering.reduce(Op.COUNT, (cells,), integer(0, bound), group.span)
    exists = lowering.apply(Op.LT, (lowering.number(0), count), BOOL, group.span)
    for name, expr in group.fields:
        value = lower_value(lowering, Scope(columns, Rows(table, cells), batch=lowering.type(exists).shape), expr)
        columns[name] = _as_column(lowering, value, exists)
    own = (Contribution(cells, bound, needed=True),)
    return TableValue(columns, exists, merged(own, table.rests_on, *(key.rests_on for key in keys)))


def _cells(lowering: Lowering, group: c.Group, table: TableValue, keys: list[Value], elems: list[Elem]) -> int:
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


def _union(lowering: Lowering, union: c.Union) -> TableValue:
    """The rows of all tables, one after the other."""
    tables = [lower_table(lowering, table) for table in union.tables]
    columns = {}
    for name in union.type.columns:
        columns[name] = _united(lowering, union, [table.columns[name] for table in tables], tables, name)
    valid = _concat(lowering, union, [table.valid for table in tables], BOOL)
    return TableValue(columns, valid, merged(*(table.rests_on for table in tables)))


def _united(lowering: Lowering, union: c.Union, values: list[Value], tables: list[TableValue], name: str) -> Value:
    type_ = _value_type(union, name)
    nodes = [_with_bits(lowering, value.node, type_.elem) for value in values]
    node = _concat(lowering, union, nodes, type_.elem)
    present = None
    if type_.optional:
        # Where a table's column is never missing, it is present in all rows that count.
        there = [t.valid if v.present is None else v.present for v, t in zip(values, tables, strict=True)]
        present = _concat(lowering, union, there, BOOL)
    return Value(node, present, merged(*(value.rests_on for value in values)))


def _with_bits(lowering: Lowering, node: int, elem: Elem) -> int:
    have = lowering.type(node).elem
    if have.fraction_bits == elem.fraction_bits:
        return node
    shift = elem.fraction_bits - have.fraction_bits
    wanted = replace(elem, lo=have.lo << shift, hi=have.hi << shift)
    return lowering.apply(Op.RESCALE, (node,), wanted)


def _concat(lowering: Lowering, union: c.Union, nodes: list[int], elem: Elem) -> int:
    types = tuple(lowering.type(node) for node in nodes)
    length = types[0].shape[0]
    for type_ in types[1:]:
        length = length + type_.shape[0]
    return lowering.builder.add(Op.CONCAT, tuple(nodes), Type(elem, (length,), joined(types)), union.span)
