"""What may be done with a value: is it there, is it a truth value, did the program request this use of its columns.

Lives here: the small tests that expressions, functions and tables share. Each reports why not.
"""

from __future__ import annotations

from collections.abc import Iterable

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Expr
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.typed import ADDABLE, NUMBERS, PLAIN, describe
from secfuse.compiler.circuit.types import Domain, Size
from secfuse.compiler.types import TableType, ValueType, common_shape

from .scope import Checking


def definite(checking: Checking, value: Expr) -> bool:
    """True if the value cannot be missing; else SEC213."""
    if value.type.optional:
        words = checking.source.words(value.span)
        hint = f"write coalesce({words}, 0), or filter by present({words})" if len(words) < 40 else ""
        checking.report("SEC213", value.span, f"`{words}`, which may be missing", "a value that is always there", hint)
    return not value.type.optional


def definite_column(checking: Checking, name: s.Name, type_: ValueType) -> bool:
    """The same for a column that is a key."""
    if type_.optional:
        hint = f"extend the table with coalesce({name.text}, …) first"
        checking.report("SEC213", name.span, f"`{name.text}`, which may be missing", "a key that is always there", hint)
    return not type_.optional


def truth_value(checking: Checking, value: Expr) -> bool:
    """True for a bool that is always there; else SEC207 or SEC213."""
    if value.type.elem.domain is not Domain.BOOL:
        checking.report("SEC207", value.span, f"{describe(value.type.elem)} as a condition", "a truth value")
        return False
    return definite(checking, value)


def shape_text(shape: tuple[Size, ...]) -> str:
    """A shape in words."""
    return f"an array [{', '.join(map(str, shape))}]" if shape else "a single value"


def shapes_agree(checking: Checking, span: Span, values: Iterable[Expr]) -> bool:
    """True if the shapes go together, element by element; else SEC240."""
    shape: tuple[Size, ...] = ()
    for value in values:
        found = common_shape(shape, value.type.shape)
        if found is None:
            expected = f"{shape_text(shape)}, a single value, or a length of 1 where they differ"
            checking.report("SEC240", span, f"{shape_text(value.type.shape)} with {shape_text(shape)}", expected)
            return False
        shape = found
    return True


def single(checking: Checking, value: Expr, what: str) -> bool:
    """True if the value is no array; else SEC241."""
    if value.type.shape:
        checking.report("SEC241", value.span, shape_text(value.type.shape), f"a single value as {what}")
    return not value.type.shape


_TAKES = {
    "abs": ADDABLE, "sum": ADDABLE, "mean": ADDABLE, "median": ADDABLE, "int": ADDABLE, "fixed": ADDABLE,
    "min": NUMBERS, "max": NUMBERS, "quantile": NUMBERS, "first": NUMBERS,
}  # fmt: skip
"""Functions that take more than plain numbers."""


def number_argument(checking: Checking, call: s.Call, value: Expr) -> bool:
    """True if the argument of a function is a number, or what else the function can compute with; else SEC208."""
    taken = _TAKES.get(call.function.text, PLAIN)
    if value.type.elem.domain not in taken:
        found = f"{describe(value.type.elem)} as an argument of {call.function.text}"
        expected = [domain.value for domain in Domain if domain in taken]
        checking.report("SEC208", value.span, found, f"{', '.join(expected[:-1])} or {expected[-1]}")
    return value.type.elem.domain in taken


def may(checking: Checking, value: Expr, use: str) -> bool:
    """True if the program requested this use of each column that the value carries; else SEC401."""
    return type_may(checking, value.type, value.span, use)


def type_may(checking: Checking, type_: ValueType, span: Span, use: str) -> bool:
    """The same for the type of a column."""
    for table, name in sorted(type_.origins):
        columns = {column.name: column for column in checking.inputs[table].columns}
        if use not in columns[name].may:
            hint = f"write `may be {use}` behind {name} in the input {table}"
            found = f"{table}.{name} is {use}, which was not requested"
            checking.report("SEC401", span, found, f"a column that may be {use}", hint)
            return False
    return True


def ungrouped(checking: Checking, span: Span, table: TableType) -> bool:
    """True if the rows are records; else SEC407."""
    if table.grouped:
        checking.report("SEC407", span, "a table made by group", "a table of records")
    return not table.grouped
