"""What a checked program does, and the program itself.

Not here: values and steps (values.py), tables (tables.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from secfuse.compiler.cases import TestCase
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.interface import Param, Party, Table
from secfuse.compiler.circuit.types import Elem
from secfuse.compiler.policy import Policy
from secfuse.compiler.types import ValueType

from .tables import TableExpr
from .values import Expr, Step


@dataclass(frozen=True, slots=True)
class LetTable:
    name: str
    table: TableExpr


@dataclass(frozen=True, slots=True)
class LetMatrix:
    """Columns as an array: of each row that counts the values of `row`, of the others zeros."""

    name: str
    table: TableExpr
    row: Expr
    type: ValueType


@dataclass(frozen=True, slots=True)
class Disclose:
    """`value` is a value of the whole or a grouped table."""

    span: Span
    name: str
    value: Expr | TableExpr
    recipients: tuple[str, ...]
    policy: str
    reason: str


@dataclass(frozen=True, slots=True)
class Print:
    span: Span
    label: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Assert:
    span: Span
    condition: Expr
    message: str


@dataclass(frozen=True, slots=True)
class Branch:
    span: Span
    condition: Expr
    yes: tuple[Action, ...]
    no: tuple[Action, ...]


Action: TypeAlias = Step | LetTable | LetMatrix | Disclose | Print | Assert | Branch


@dataclass(frozen=True, slots=True)
class Output:
    """What a `disclose` hands out: its columns. `scalar`: one value, no table. `ordered`: the order of rows matters."""

    name: str
    columns: tuple[tuple[str, Elem], ...]
    scalar: bool
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A program without mistakes, or the tests of a module. probes: public values that tests compute themselves."""

    name: str
    version: str
    purpose_code: str
    purpose: str
    parties: tuple[Party, ...]
    compute: tuple[str, ...]
    assumptions: tuple[str, ...]
    params: tuple[Param, ...]
    tables: tuple[Table, ...]
    policies: tuple[Policy, ...]
    actions: tuple[Action, ...]
    tests: tuple[TestCase, ...]
    modules: tuple[tuple[str, str], ...] = ()
    probes: tuple[Expr, ...] = ()
