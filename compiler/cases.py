"""A program's own tests as data: rows, settings and expectations as integers.

Lives here: `TestCase` and its parts. Not here: checking them (check_tests.py) and running them (testing.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .circuit.graph import Span
from .policy import Policy


@dataclass(frozen=True, slots=True)
class Given:
    """Rows of an input, column by column in the order of their declaration; None is a missing value."""

    table: str
    count: int
    columns: tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ExpectedCell:
    """A number, label index or truth value as written, and how far the result may be from it.

    fixed numbers are in real units; `value` is None where the cell is to be suppressed.
    """

    text: str
    value: Fraction | None
    tolerance: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Expected:
    """What one output is to be: rows of cells, `ordered` or not; a scalar is one row of one cell."""

    span: Span
    output: str
    rows: tuple[tuple[ExpectedCell, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class ExpectedValue:
    """What a value is to be that the test computes itself: the checked program holds it among its `probes`."""

    span: Span
    text: str
    probe: int
    rows: tuple[tuple[ExpectedCell, ...], ...]


@dataclass(frozen=True, slots=True)
class TestCase:
    """Rows of inputs, parameters that differ from their defaults, policies as they are to be, expectations."""

    span: Span
    name: str
    given: tuple[Given, ...]
    params: tuple[tuple[str, int], ...]
    policies: tuple[Policy, ...]
    expected: tuple[Expected, ...]
    values: tuple[ExpectedValue, ...] = ()
