"""From tables to arrays and back: matrix T { a, b }, table { a = xs, b = ys }.

Lives here: `let_matrix`, `check_arrays`. Rows that do not count are zeros in a matrix; each item of an array is a row
that counts. Tables inside are checked by the function that is handed in. Not here: arrays themselves (arrays.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ADDABLE, describe, ranged
from secfuse.compiler.circuit.types import SECRET, Domain, Elem, Size
from secfuse.compiler.types import ColumnType, TableType, Tie, ValueType, origins_of, visibility_of

from . import numbers
from .aggregates import sums_in_ring
from .expressions import check_expression
from .scope import UNKNOWN, WHOLE, Bound, Checking
from .uses import definite, shape_text, ungrouped

Check: TypeAlias = Callable[[Checking, s.TableExpression], c.TableExpr | None]


def let_matrix(checking: Checking, let: s.Let, matrix: s.Matrix, check: Check) -> list[c.Action]:
    """let NAME = matrix T { COLUMNS }: [rows, columns]; the name is known afterwards, whatever was wrong."""
    if not checking.is_new(let.name, checking.names):
        return []
    checking.names[let.name.text] = UNKNOWN
    if let.annotation is not None:
        checking.report("SEC219", let.annotation.span, "a matrix under an annotation", "no annotation", "leave it out")
        return []
    table = check(checking, matrix.table)
    if table is None or not ungrouped(checking, matrix.span, table.type):
        return []
    columns = [_column(checking, name, table.type) for name in matrix.columns]
    known = tuple(column for column in columns if column is not None)
    alike = numbers.aligned(checking, matrix.span, known) if len(known) == len(columns) else None
    if alike is None or not all(sums_in_ring(checking, x.span, x.type.elem, table.type.bound) for x in alike):
        return []
    types = [value.type for value in alike]
    elem = _common(types)
    row = (Size(len(alike)),)
    row_type = ValueType(elem, visibility_of(types).join(SECRET), False, origins_of(types), row)
    type_ = replace(row_type, elem=_with_zero(elem), shape=(table.type.size, *row), tie=Tie.PER_ROW)
    bound = Bound(type_, let.name.text)
    checking.by_key[let.name.text] = checking.names[let.name.text] = bound
    return [c.LetMatrix(let.name.text, table, c.Stack(matrix.span, row_type, alike), type_)]


def _column(checking: Checking, name: s.Name, table: TableType) -> c.Expr | None:
    """A number that is always there; a truth value counts as 0 or 1."""
    type_ = checking.column(name, table.columns)
    if type_ is None:
        return None
    value = c.ColumnValue(name.span, type_, name.text)
    if not definite(checking, value):
        return None
    if type_.elem.domain is Domain.BOOL:
        return numbers.as_int(name.span, value)
    if type_.elem.domain not in ADDABLE:
        checking.report("SEC206", name.span, f"{describe(type_.elem)} in a matrix", "numbers, amounts or truth values")
        return None
    return value


def _common(types: list[ValueType]) -> Elem:
    lo, hi = reduce(ranges.union, (range_of(type_.elem) for type_ in types))
    return ranged(types[0].elem, (lo, hi))


def _with_zero(elem: Elem) -> Elem:
    return ranged(elem, ranges.union(range_of(elem), (0, 0)))


def check_arrays(checking: Checking, written: s.FromArrays) -> c.TableExpr | None:
    """table { NAME = ARRAY }: all of one axis, equally long."""
    columns: dict[str, ColumnType] = {}
    fields: list[tuple[str, c.Expr]] = []
    for field in written.fields:
        value = check_expression(checking, WHOLE, field.value)
        if not checking.is_new(field.name, columns) or value is None:
            columns.setdefault(field.name.text, ColumnType(None))
            continue
        if len(value.type.shape) != 1 or (fields and value.type.shape != fields[0][1].type.shape):
            wanted = shape_text(fields[0][1].type.shape) if fields else "an array of one axis"
            checking.report("SEC240", value.span, f"{shape_text(value.type.shape)} as a column", wanted)
            continue
        columns[field.name.text] = ColumnType(replace(value.type, shape=(), tie=Tie.NONE))
        fields.append((field.name.text, value))
    if len(fields) < len(written.fields):
        return None
    (size,) = fields[0][1].type.shape
    bound = max(size.bind({name: table.max_rows for name, table in checking.inputs.items()}), 1)
    return c.FromArrays(written.span, TableType(columns, bound, size=size), tuple(fields))
