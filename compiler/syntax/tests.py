"""Syntax of test blocks.

Not here: how they are run (testing.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from secfuse.compiler.circuit.graph import Span

from .values import Expression, Name


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is no expression: a text, `null` or `suppressed`; `kind` says which."""

    span: Span
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    span: Span
    cells: tuple[Expression | Cell, ...]


@dataclass(frozen=True, slots=True)
class Given:
    span: Span
    table: Name
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class With:
    """`with param = v` or `with policy.line = numbers`; `line` is None for a parameter."""

    span: Span
    name: Name
    line: Name | None
    numbers: tuple[Expression | Cell, ...]


@dataclass(frozen=True, slots=True)
class Expect:
    """`rows` for a table, `cell` for a single value; exactly one of them. `within`: how far numbers may be off."""

    span: Span
    output: Name
    rows: tuple[Row, ...] | None
    cell: Expression | Cell | None
    within: Expression | None = None


@dataclass(frozen=True, slots=True)
class ExpectValue:
    """The same of a value that the test computes itself: a call of a function, with numbers that are written down."""

    span: Span
    value: Expression
    rows: tuple[Row, ...] | None
    cell: Expression | Cell | None
    within: Expression | None


@dataclass(frozen=True, slots=True)
class Test:
    span: Span
    title: str
    lines: tuple[Given | With | Expect | ExpectValue, ...]
