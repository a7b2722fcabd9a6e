"""Builds test blocks. Not here: values (build_values.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span

from .build_contract import inside


def _cell(value: s.Expression | s.Cell) -> s.Expression | s.Cell:
    """A text that stands alone is a cell, whatever the column's type; inside an expression it is a value."""
    return s.Cell(value.span, "text", value.text) if isinstance(value, s.Text) else value


def _test(span: Span, title: s.Name, *lines: s.Given | s.With | s.Expect | s.ExpectValue) -> s.Test:
    return s.Test(span, inside(title), lines)


def _given(span: Span, table: s.Name, rows: tuple[s.Row, ...]) -> s.Given:
    return s.Given(span, table, rows)


def _with(span: Span, name: s.Name, value: s.Expression | s.Cell) -> s.With:
    return s.With(span, name, None, (_cell(value),))


def _with_policy(span: Span, name: s.Name, line: s.Name, numbers: tuple[s.Expression, ...]) -> s.With:
    return s.With(span, name, line, numbers)


def _setting(span: Span, *numbers: s.Expression) -> tuple[s.Expression, ...]:
    return numbers


def _expect(span: Span, what: s.Expression, value: Any, within: s.Expression | None = None) -> s.Expect | s.ExpectValue:
    """Of an output, where a name stands alone; else of a value that the test computes itself."""
    rows, cell = (value, None) if isinstance(value, tuple) else (None, _cell(value))
    if isinstance(what, s.Name):
        return s.Expect(span, what, rows, cell, within)
    return s.ExpectValue(span, what, rows, cell, within)


def _within(span: Span, distance: s.Expression) -> s.Expression:
    return distance


def _rows(span: Span, *rows: s.Row) -> tuple[s.Row, ...]:
    return rows


def _row(span: Span, *cells: s.Expression | s.Cell) -> s.Row:
    return s.Row(span, tuple(_cell(cell) for cell in cells))


def _null(span: Span) -> s.Cell:
    return s.Cell(span, "null")


def _suppressed(span: Span) -> s.Cell:
    return s.Cell(span, "suppressed")


RULES: Mapping[str, Callable[..., Any]] = {
    "test": _test,
    "given": _given,
    "with": _with,
    "with_policy": _with_policy,
    "setting": _setting,
    "expect": _expect,
    "within": _within,
    "rows": _rows,
    "row": _row,
    "null": _null,
    "suppressed": _suppressed,
}
