"""Pivots: a row per key, a column per label.

Lives here: `check_pivot`. The table inside is checked by the function that is handed in. Not here: groups (tables.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import PUBLIC, Domain, Size
from secfuse.compiler.types import ColumnType, TableType, ValueType

from .expressions import check_expression
from .keys import closed_keys
from .scope import Checking, Context
from .uses import definite_column, type_may, ungrouped

Check: TypeAlias = Callable[[Checking, s.TableExpression], c.TableExpr | None]


def check_pivot(checking: Checking, pivot: s.Pivot, check: Check) -> c.TableExpr | None:
    """pivot T by KEYS on COLUMN { FIELDS }: of each field a column per label, called as it if there is one field."""
    table = check(checking, pivot.table)
    if table is None or not ungrouped(checking, pivot.span, table.type):
        return None
    keys = closed_keys(checking, pivot.keys, table.type)
    label = _label(checking, pivot.column, table.type)
    if keys is None or label is None:
        return None
    columns = {name: ColumnType(ValueType(elem, PUBLIC)) for name, elem in keys.elems.items()}
    context = Context(dict(columns), rows=table.type)
    values = [(field.name, check_expression(checking, context, field.value)) for field in pivot.fields]
    fields = []
    for name, value in values:
        for index, text in enumerate(label.elem.labels):
            column = replace(name, text=f"{name.text}_{text}" if len(values) > 1 else text)
            if checking.is_new(column, columns):
                columns[column.text] = ColumnType(None if value is None else value.type)
                fields += [] if value is None else [(column.text, index, value)]
    type_ = TableType(columns, keys.cells, grouped=True, size=Size(keys.cells))
    return c.Pivot(pivot.span, type_, table, tuple(keys.elems), pivot.column.text, tuple(fields))


def _label(checking: Checking, name: s.Name, table: TableType) -> ValueType | None:
    """The column that is spread: a category, whose labels are names of columns."""
    type_ = checking.column(name, table.columns)
    if type_ is None or not definite_column(checking, name, type_):
        return None
    if type_.elem.domain is not Domain.CATEGORY:
        found = f"`{name.text}`, which is {describe(type_.elem)}"
        checking.report("SEC229", name.span, found, "a category, whose labels name the columns")
        return None
    return type_ if type_may(checking, type_, name.span, "grouped") else None
