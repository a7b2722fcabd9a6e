"""Statements: what stands on the lines of a program, one after the other.

Lives here: the sum of all forms, and the one for what could not be read. Not here: any form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Span

from .actions import Action, Function, Import
from .contract import Assume, Category, Compute, Input, Param, Party, Policy, Program, Purpose
from .tests import Test


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that could not be read. `name` is what it would have declared, so that uses raise no alarm."""

    span: Span
    keyword: str
    name: str


Declaration: TypeAlias = Program | Purpose | Party | Compute | Assume | Category | Param | Input | Policy
Statement: TypeAlias = Declaration | Import | Function | Action | Test | Broken
