"""Builds what a program promises before it computes. Not here: types (build_types.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span


def inside(text: s.Name) -> str:
    """A text without its quotes."""
    return text.text[1:-1]


def _program(span: Span, name: s.Name, version: s.Name) -> s.Program:
    return s.Program(span, name, inside(version))


def _purpose(span: Span, code: s.Name, text: s.Name) -> s.Purpose:
    return s.Purpose(span, inside(code), inside(text))


def _party(span: Span, name: s.Name, title: s.Name) -> s.Party:
    return s.Party(span, name, inside(title))


def _compute(span: Span, parties: tuple[s.Name, ...]) -> s.Compute:
    return s.Compute(span, parties)


def _assume(span: Span, *assumptions: s.Name) -> s.Assume:
    return s.Assume(span, assumptions)


def _category(span: Span, name: s.Name, *labels: s.Name) -> s.Category:
    return s.Category(span, name, labels)


def _param(span: Span, name: s.Name, type_: s.TypeName, default: s.Expression) -> s.Param:
    return s.Param(span, name, type_, default)


def _input(span: Span, name: s.Name, owner: s.Name, rows: s.Expression, *lines: s.Column | s.Together) -> s.Input:
    columns = tuple(line for line in lines if isinstance(line, s.Column))
    together = tuple(line for line in lines if isinstance(line, s.Together))
    return s.Input(span, name, owner, rows, columns, together)


def _together(span: Span, _: s.Name, columns: tuple[s.Name, ...]) -> s.Together:
    return s.Together(span, columns)


def _column(span: Span, name: s.Name, type_: s.TypeName, *modifiers: tuple[str, ...]) -> s.Column:
    said = {word for words in modifiers for word in words}
    return s.Column(span, name, type_, "unique" in said, tuple(sorted(said - {"unique"})))


def _unique(span: Span) -> tuple[str, ...]:
    return ("unique",)


def _may(span: Span, *uses: s.Name) -> tuple[str, ...]:
    return tuple(use.text for use in uses)


def _policy(span: Span, name: s.Name, *lines: s.PolicyLine) -> s.Policy:
    return s.Policy(span, name, lines)


def _groups(span: Span, *numbers: s.Expression) -> s.PolicyLine:
    return s.PolicyLine(span, "groups", numbers)


def _dominance(span: Span, *numbers: s.Expression) -> s.PolicyLine:
    return s.PolicyLine(span, "top", numbers)


def _p_percent(span: Span, _: s.Name, *numbers: s.Expression) -> s.PolicyLine:
    return s.PolicyLine(span, "percent", numbers)


def _counted(span: Span) -> s.PolicyLine:
    return s.PolicyLine(span, "count", ())


def _capacity(span: Span, *numbers: s.Expression) -> s.PolicyLine:
    return s.PolicyLine(span, "bits", numbers)


def _noise(span: Span, *numbers: s.Expression) -> s.PolicyLine:
    return s.PolicyLine(span, "noise", numbers)


def _sealed(span: Span) -> s.PolicyLine:
    return s.PolicyLine(span, "sealed", ())


def _rounding(span: Span, *numbers: s.Expression) -> s.PolicyLine:
    return s.PolicyLine(span, "round", numbers)


def _runs(span: Span, *numbers: s.Expression) -> s.PolicyLine:
    return s.PolicyLine(span, "runs", numbers)


RULES: Mapping[str, Callable[..., Any]] = {
    "program": _program,
    "purpose": _purpose,
    "party": _party,
    "compute": _compute,
    "assume": _assume,
    "category": _category,
    "param": _param,
    "input": _input,
    "together": _together,
    "column": _column,
    "unique": _unique,
    "may": _may,
    "policy": _policy,
    "groups": _groups,
    "dominance": _dominance,
    "p_percent": _p_percent,
    "noise": _noise,
    "rounding": _rounding,
    "sealed": _sealed,
    "counted": _counted,
    "capacity": _capacity,
    "runs": _runs,
}
