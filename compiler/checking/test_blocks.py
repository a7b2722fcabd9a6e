"""The program's own tests: rows that are given, settings, expectations.

Lives here: cells as integers of their columns' types, and what does not fit. Not here: running them (testing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from secfuse.compiler import syntax as s
from secfuse.compiler.cases import Expected, ExpectedCell, ExpectedValue, Given, TestCase
from secfuse.compiler.checked import Expr, Output
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.interface import Column, Table
from secfuse.compiler.circuit.types import Domain, Elem
from secfuse.compiler.diagnostics import listed
from secfuse.compiler.policy import Policy

from .constants import constant
from .declarations import label_index, literal, thresholds, with_thresholds
from .expressions import check_expression
from .functions import pure_names
from .scope import WHOLE, Checking
from .texts import text_literal
from .uses import shape_text
from .written_types import day

Identifiers = dict[tuple[str, str], int]
"""Codes of the identifiers of one test, by kind and text: any numbers do, if they differ."""


def check_test(checking: Checking, test: s.Test) -> TestCase:
    """The test as data; where something does not fit, it is reported and left out."""
    given: dict[str, Given] = {}
    params: dict[str, int] = {}
    policies: dict[str, Policy] = {}
    expected: dict[str, Expected] = {}
    values: list[ExpectedValue] = []
    codes: Identifiers = {}
    for line in test.lines:
        match line:
            case s.Given(table=name):
                if checking.is_new(name, given):
                    rows = _given(checking, line, codes)
                    given |= {} if rows is None else {name.text: rows}
            case s.With(line=None):
                _set_param(checking, line, params)
            case s.With():
                _set_policy(checking, line, policies)
            case s.ExpectValue():
                value = _value(checking, line)
                values += [] if value is None else [value]
            case s.Expect(output=name):
                if checking.is_new(name, expected):
                    wanted = _expected(checking, line)
                    expected |= {} if wanted is None else {name.text: wanted}
    return TestCase(
        test.span,
        test.title,
        tuple(given.values()),
        tuple(params.items()),
        tuple(policies.values()),
        tuple(expected.values()),
        tuple(values),
    )


# ---- given


def _given(checking: Checking, given: s.Given, codes: Identifiers) -> Given | None:
    """The rows of an input; columns in the order of their declaration."""
    table = checking.inputs.get(given.table.text)
    if table is None:
        if given.table.text not in checking.names:
            checking.missing(given.table, "input", checking.inputs)
        elif not checking.has_unknown(given.table):
            found = f"`{given.table.text}`, which is no input"
            checking.report("SEC220", given.table.span, found, f"an input: {listed(checking.inputs)}")
        return None
    if checking.is_incomplete(table.name):
        return None
    values: dict[str, list[int | None]] = {column.name: [] for column in table.columns}
    seen: set[tuple[str, int]] = set()
    for row in given.rows:
        _take_row(checking, table, row, values, seen, codes)
    _check_together(checking, table, given, values)
    return _columns(table, values)


def _take_row(
    checking: Checking,
    table: Table,
    row: s.Row,
    values: dict[str, list[int | None]],
    seen: set[tuple[str, int]],
    codes: Identifiers,
) -> None:
    """Add a row to the columns' values; `seen` are the values of unique columns so far."""
    if len(row.cells) != len(table.columns):
        expected = f"{len(table.columns)}: {listed(c.name for c in table.columns)}"
        checking.report("SEC220", row.span, f"{len(row.cells)} cells", expected)
        return
    for column, cell in zip(table.columns, row.cells, strict=True):
        value = _cell(checking, column, cell, codes)
        if column.unique and value is not None:
            if (column.name, value) in seen:
                checking.report("SEC504", cell.span, "a value for the second time", f"`{column.name}` is unique")
            seen.add((column.name, value))
        values[column.name].append(value)


def _check_together(checking: Checking, table: Table, given: s.Given, values: Mapping[str, list[int | None]]) -> None:
    """Rows that repeat what is unique together; only where all rows could be read."""
    if any(len(column) != len(given.rows) for column in values.values()):
        return
    for names in table.unique_together:
        seen: set[tuple[int | None, ...]] = set()
        for row, found in zip(given.rows, zip(*(values[name] for name in names), strict=True), strict=True):
            if found in seen and None not in found:
                checking.report(
                    "SEC504", row.span, "values for the second time", f"{listed(names)} are unique together"
                )
            seen.add(found)


def _cell(checking: Checking, column: Column, cell: s.Expression | s.Cell, codes: Identifiers) -> int | None:
    """The cell as an integer; None where it is missing or wrong."""
    what = f"a cell of `{column.name}`"
    if isinstance(cell, s.Cell) and cell.kind == "null" and column.optional:
        return None
    if column.elem.domain is Domain.TEXT and isinstance(cell, s.Cell) and cell.kind == "text":
        return literal(checking, s.Text(cell.span, cell.text), column.elem, "SEC220", what)
    if column.elem.domain is Domain.IDENTIFIER and isinstance(cell, s.Cell | s.Number):
        if isinstance(cell, s.Number) or cell.kind == "text":
            text = cell.text if isinstance(cell, s.Cell) else str(cell.value)
            return codes.setdefault((type(cell).__name__, text), len(codes) + 1)
    elif not isinstance(cell, s.Cell):
        return literal(checking, cell, column.elem, "SEC220", what)
    checking.report("SEC220", cell.span, _cell_text(cell), _cell_kind(column.elem, column.optional) + f" as {what}")
    return None


def _cell_text(cell: s.Expression | s.Cell) -> str:
    match cell:
        case s.Cell(kind="text"):
            return "a text"
        case s.Cell(kind=kind):
            return f"`{kind}`"
        case _:
            return "a value"


def _cell_kind(elem: Elem, optional: bool) -> str:
    kinds = {
        Domain.BOOL: "true or false",
        Domain.INT: "a whole number",
        Domain.FIXED: "a number",
        Domain.MONEY: "a number",
        Domain.DATE: "a date",
        Domain.CATEGORY: f"a label of {elem.category}",
        Domain.IDENTIFIER: "a text or a number",
        Domain.TEXT: "a text",
    }
    return kinds[elem.domain] + (" or null" if optional else "")


def _columns(table: Table, values: Mapping[str, list[int | None]]) -> Given:
    """As long as the shortest, where a row was wrong."""
    count = min((len(column) for column in values.values()), default=0)
    return Given(table.name, count, tuple(tuple(values[column.name][:count]) for column in table.columns))


# ---- with


def _set_param(checking: Checking, line: s.With, params: dict[str, int]) -> None:
    """with PARAM = VALUE"""
    param = checking.params.get(line.name.text)
    if param is None:
        if not checking.has_unknown(line.name):
            checking.missing(line.name, "parameter", checking.params)
        return
    (written,) = line.numbers
    if isinstance(written, s.Cell) and written.kind == "text" and param.elem.domain is Domain.TEXT:
        written = s.Text(written.span, written.text)
    if isinstance(written, s.Cell):
        checking.report("SEC220", written.span, _cell_text(written), _cell_kind(param.elem, False))
        return
    value = literal(checking, written, param.elem, "SEC307", "a parameter")
    if value is not None and checking.is_new(line.name, params):
        params[param.name] = value


def _set_policy(checking: Checking, line: s.With, policies: dict[str, Policy]) -> None:
    """with POLICY.groups = k, with POLICY.top = (n, p): the guards that a test runs with; noise is there, and zero."""
    assert line.line is not None, "a setting of a policy names its line"
    declared = checking.policy(line.name)
    if declared is None:
        return
    kinds = {"groups": 1, "top": 2, "percent": 1, "noise": 1, "round": 1}
    kind = line.line.text
    if kind not in kinds:
        checking.missing(line.line, "guard of a policy", kinds)
        return
    numbers = tuple(number for number in line.numbers if not isinstance(number, s.Cell))
    if len(numbers) != kinds[kind]:
        checking.report("SEC220", line.span, f"{len(numbers)} numbers for {kind}", f"{kinds[kind]}")
        return
    if kind in ("top", "percent") and not declared.bounds_contributions or kind == "noise" and declared.noise is None:
        checking.report("SEC220", line.line.span, "a guard that the policy does not have", f"{listed(declared.guards)}")
        return
    values = thresholds(checking, kind, numbers)
    if values is not None:
        before = policies.get(declared.name, Policy(declared.name))
        policies[declared.name] = with_thresholds(before, {kind: values})


# ---- expect


def _expected(checking: Checking, expect: s.Expect) -> Expected | None:
    """What an output is to be: one cell for a single value, rows for a table."""
    output = checking.outputs.get(expect.output.text)
    if not isinstance(output, Output):
        if output is None and not checking.has_unknown(expect.output):
            checking.missing(expect.output, "output", checking.outputs)
        return None
    if expect.rows is None:
        assert expect.cell is not None, "the grammar wants rows or a cell"
        written: list[tuple[Span, tuple[s.Expression | s.Cell, ...]]] = [(expect.cell.span, (expect.cell,))]
    else:
        written = [(row.span, row.cells) for row in expect.rows]
    rows = []
    for span, cells in written:
        if len(cells) != len(output.columns):
            expected = f"{len(output.columns)}: {listed(name for name, _ in output.columns)}"
            checking.report("SEC220", span, f"{len(cells)} cells", expected)
            continue
        wanted = [
            _wanted(checking, name, elem, cell, expect.within)
            for (name, elem), cell in zip(output.columns, cells, strict=True)
        ]
        rows.append(tuple(cell for cell in wanted if cell is not None))
    return Expected(expect.span, output.name, tuple(rows), output.ordered)


def _value(checking: Checking, expect: s.ExpectValue) -> ExpectedValue | None:
    """What a value is to be that follows from functions and what is written: it knows no rows."""
    outer, checking.names = checking.names, pure_names(checking.program)
    value = check_expression(checking, WHOLE, expect.value)
    checking.names = outer
    if value is None or not _cells_fit(checking, expect, value):
        return None
    text = checking.source.words(expect.value.span)
    written = [(row.span, row.cells) for row in expect.rows] if expect.rows is not None else []
    if expect.cell is not None:
        written = [(expect.cell.span, (expect.cell,))]
    width = value.type.shape[1].constant if len(value.type.shape) == 2 else 1
    rows = []
    for span, cells in written:
        if len(cells) != width:
            checking.report("SEC220", span, f"{len(cells)} cells", f"{width} of `{text}`")
            return None
        wanted = [_wanted(checking, text, value.type.elem, cell, expect.within) for cell in cells]
        rows.append(tuple(cell for cell in wanted if cell is not None))
    checking.probes.append(value)
    return ExpectedValue(expect.span, text, len(checking.probes) - 1, tuple(rows))


def _cells_fit(checking: Checking, expect: s.ExpectValue, value: Expr) -> bool:
    """True if a single value is compared with a cell, an array of one or two axes with rows."""
    axes = len(value.type.shape)
    fits = axes == 0 if expect.cell is not None else 1 <= axes <= 2
    if not fits:
        expected = "one cell" if axes == 0 else "rows { … } of an array with at most two axes"
        checking.report("SEC220", expect.span, shape_text(value.type.shape), expected)
    return fits


def _wanted(
    checking: Checking, name: str, elem: Elem, cell: s.Expression | s.Cell, within: s.Expression | None
) -> ExpectedCell | None:
    """A number may be off by half a unit of the last decimal written; the proven error comes on top of it."""
    text = checking.source.words(cell.span)
    if isinstance(cell, s.Cell):
        if cell.kind == "suppressed":
            return ExpectedCell(text, None)
        if cell.kind == "text" and elem.domain is Domain.TEXT:
            code = text_literal(checking, cell)
            return None if code is None else ExpectedCell(text, Fraction(code))
        checking.report("SEC220", cell.span, _cell_text(cell), f"{_cell_kind(elem, False)} or suppressed")
        return None
    if elem.domain is Domain.FIXED:
        value = constant(checking, cell, "SEC220", f"a cell of `{name}`")
        decimals = cell.decimals if isinstance(cell, s.Number) else None
        half = Fraction(1, 2 * 10**decimals) if decimals is not None else Fraction(0)
        if within is not None:
            half = constant(checking, within, "SEC220", "a distance") or Fraction(0)
        return None if value is None else ExpectedCell(text, value, half)
    if isinstance(cell, s.Member) and elem.domain is Domain.CATEGORY and cell.owner.text == elem.category:
        index = label_index(checking, cell.name, elem)
        return None if index is None else ExpectedCell(text, Fraction(index))
    if isinstance(cell, s.Truth) and elem.domain is Domain.BOOL:
        return ExpectedCell(text, Fraction(int(cell.value)))
    if isinstance(cell, s.Date) and elem.domain is Domain.DATE:
        found = day(checking, cell)
        return None if found is None else ExpectedCell(text, Fraction(found))
    if elem.domain not in (Domain.INT, Domain.MONEY):
        checking.report("SEC220", cell.span, f"`{text}`", f"{_cell_kind(elem, False)} as a cell of `{name}`")
        return None
    value = constant(checking, cell, "SEC220", f"a cell of `{name}`")
    return None if value is None else ExpectedCell(text, value)
