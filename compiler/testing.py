"""A program's own tests, run in plain.

Lives here: `run_tests`: rows that were given go through the program's circuit, results are compared with what was
expected. Only the guards that a test asks for are built in. Not here: what a test may say (check_tests.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import isfinite

import numpy as np

from secfuse.compiler.lowering.lower import lower

from .cases import Expected, ExpectedCell, Given, TestCase
from .checked import Checked, Print
from .circuit.evaluate import compute, evaluate
from .circuit.failed import CheckFailed
from .circuit.graph import Circuit
from .circuit.interface import Rows, Table
from .circuit.ops import Op
from .circuit.precision import error_bounds
from .circuit.released import EPOCH, Cell, Released, decode
from .circuit.step import Value, World, held
from .circuit.texts import text_code
from .circuit.typed import columns_of, own
from .circuit.types import Domain, Elem
from .policy import Policy
from .program import Program


@dataclass(frozen=True, slots=True)
class TestResult:
    """Whether a test passed; if not, `message` says what was expected and what came."""

    __test__ = False

    name: str
    passed: bool
    message: str


def run_tests(program: Program) -> tuple[TestResult, ...]:
    """All tests of a program, in order."""
    return tuple(_run(program, test) for test in program.tests)


def _run(program: Program, test: TestCase) -> TestResult:
    overridden = {policy.name: policy for policy in test.policies}
    policies = [overridden.get(policy.name, Policy(policy.name)) for policy in program.policies]
    circuit = lower(program.checked, policies)
    rows = rows_of(program, test)
    try:
        results = evaluate(circuit, rows, dict(test.params))
    except CheckFailed as failed:
        return TestResult(test.name, False, f"the program stops: {failed}")
    outputs = {released.name: released for released in results.released}
    errors = _errors(circuit, rows)
    wrong = [line for wanted in test.expected for line in _compare(wanted, outputs, errors)]
    wrong += _wrong_values(program.checked, test)
    return TestResult(test.name, not wrong, "; ".join(wrong))


def run_module_tests(module: Checked) -> tuple[TestResult, ...]:
    """All tests of a module, in order."""
    found = [(test.name, _wrong_values(module, test)) for test in module.tests]
    return tuple(TestResult(name, not wrong, "; ".join(wrong)) for name, wrong in found)


def _wrong_values(checked: Checked, test: TestCase) -> list[str]:
    """Of the values that the test computes itself, what each is where it should be something else."""
    probes = tuple(Print(wanted.span, wanted.text, checked.probes[wanted.probe]) for wanted in test.values)
    circuit = lower(replace(checked, actions=probes))
    bounds, values = error_bounds(circuit), dict[int, Value]()
    wrong = []
    for wanted, output in zip(test.values, circuit.outputs, strict=True):
        (node,) = circuit.nodes[output].args
        compute(circuit, World({}, {}), values, (node,))
        elem, error = own(circuit.nodes[node]).elem, bounds[node]
        got = [decode(int(v), elem) for v in np.ravel(np.asarray(values[node]))]
        cells = [cell for row in wanted.rows for cell in row]
        allowed = Fraction(error) if isfinite(error) and all(not cell.tolerance for cell in cells) else Fraction(0)
        fits = len(got) == len(cells) and all(
            _cell_fits(cell, elem, value, allowed) for cell, value in zip(cells, got, strict=True)
        )
        if not fits:
            wrong.append(
                f"{wanted.text} should be {', '.join(cell.text for cell in cells)}, is {', '.join(map(str, got))}"
            )
    return wrong


def rows_of(program: Program, test: TestCase) -> dict[str, Rows]:
    """The rows of every input; those that the test does not give are empty."""
    given = {rows.table: rows for rows in test.given}
    return {table.name: _rows(table, given.get(table.name)) for table in program.circuit.tables}


def _rows(table: Table, given: Given | None) -> Rows:
    cells = ((),) * len(table.columns) if given is None else given.columns
    columns = list(zip(table.columns, cells, strict=True))
    values = {column.name: held([cell or 0 for cell in found], column.elem) for column, found in columns}
    present = {c.name: np.array([cell is not None for cell in found], np.bool_) for c, found in columns if c.optional}
    return Rows(0 if given is None else given.count, values, present)


def _errors(circuit: Circuit, rows: Mapping[str, Rows]) -> dict[tuple[str, str], Fraction]:
    """The proven error of each column of each output, for the number of rows given rather than the declared bound."""
    tables = tuple(replace(table, max_rows=rows[table.name].count) for table in circuit.tables)
    bounds = error_bounds(replace(circuit, tables=tables))
    found = {}
    for node in (circuit.nodes[index] for index in circuit.outputs):
        if node.op is Op.DISCLOSE:
            names = node.attr("columns")
            assert isinstance(names, tuple), "a disclosure names its columns"
            for name, arg in zip(names, columns_of(node), strict=True):
                bound = bounds[arg]
                found[str(node.attr("name")), str(name)] = Fraction(bound) if isfinite(bound) else Fraction(0)
    return found


def _compare(
    expected: Expected, outputs: Mapping[str, Released], errors: Mapping[tuple[str, str], Fraction]
) -> list[str]:
    """What is wrong with one output. Rows stand in any order, unless the program has sorted them."""
    got = outputs.get(expected.output)
    if got is None:
        return [f"{expected.output} was not disclosed"]
    if len(got.rows) != len(expected.rows):
        return [f"{expected.output} has {len(got.rows)} rows, expected {len(expected.rows)}: {_text(got)}"]
    tolerances = [errors[expected.output, column] for column in got.columns]
    open_rows = list(range(len(got.rows)))
    wrong = []
    for row in expected.rows:
        candidates = open_rows[:1] if expected.ordered else open_rows
        match = next((i for i in candidates if _row_fits(row, got, i, tolerances)), None)
        if match is None:
            wrong.append(f"{expected.output} has no row ({', '.join(cell.text for cell in row)}): {_text(got)}")
        else:
            open_rows.remove(match)
    return wrong


def _row_fits(row: tuple[ExpectedCell, ...], got: Released, index: int, errors: list[Fraction]) -> bool:
    cells, keys = got.rows[index], got.keys[index]
    for position, (cell, elem) in enumerate(zip(row, got.elems, strict=True)):
        is_key = position < len(keys)
        if cells is None and not is_key:
            if cell.value is not None:
                return False
            continue
        value = keys[position] if is_key else (cells or ())[position]
        if not _cell_fits(cell, elem, value, errors[position]):
            return False
    return True


def _cell_fits(cell: ExpectedCell, elem: Elem, value: Cell, error: Fraction) -> bool:
    if cell.value is None:
        return False
    if elem.domain is Domain.CATEGORY:
        return value == f"{elem.category}.{elem.labels[int(cell.value)]}"
    return abs(_number(value, elem) - cell.value) <= cell.tolerance + error


def _number(value: Cell, elem: Elem) -> Fraction:
    """A cell's number; of a date, its day; of a text, its code."""
    if elem.domain is Domain.DATE:
        return Fraction(date.fromisoformat(str(value)).toordinal() - EPOCH)
    if elem.domain is Domain.TEXT:
        return Fraction(text_code(str(value)) or 0)
    return Fraction(value)


def _text(got: Released) -> str:
    """What came, as rows."""
    rows = []
    for row, keys in zip(got.rows, got.keys, strict=True):
        cells = [str(cell) for cell in (keys if row is None else row)]
        cells += ["suppressed"] * (len(got.columns) - len(cells))
        rows.append(f"({', '.join(cells)})")
    return " ".join(rows) or "no rows"
