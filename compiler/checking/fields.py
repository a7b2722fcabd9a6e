"""Values in the braces behind a table, and the names that stand in them.

Lives here: `own_context`, `add_fields`. Not here: which verbs have braces (tables.py, ordered.py).
"""

from __future__ import annotations

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.types import ColumnType

from .expressions import check_expression
from .scope import Checking, Context


def own_context(operand: s.TableExpression, columns: dict[str, ColumnType]) -> Context:
    """Columns by their bare names, and with the table's name if it has one."""
    return Context(columns, dotted=operand.text if isinstance(operand, s.Name) else "")


def add_fields(
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
