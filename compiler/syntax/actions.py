"""Syntax of what is done: let, disclose, branches, loops, functions.

Not here: the values that are computed (values.py, tables.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Span

from .contract import Annotation, RecordType, TypeName
from .tables import Value
from .values import Expression, Name, Range


@dataclass(frozen=True, slots=True)
class Let:
    span: Span
    name: Name
    annotation: Annotation | None
    value: Value


@dataclass(frozen=True, slots=True)
class Disclose:
    span: Span
    value: Value
    output: Name | None
    recipients: tuple[Name, ...]
    policy: Name
    reason: str


@dataclass(frozen=True, slots=True)
class Print:
    span: Span
    value: Expression


@dataclass(frozen=True, slots=True)
class Assert:
    span: Span
    condition: Expression
    message: str


@dataclass(frozen=True, slots=True)
class Var:
    """A value that may be assigned again."""

    span: Span
    name: Name
    annotation: Annotation | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Assign:
    span: Span
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True)
class Branch:
    """`if condition { yes } else { no }`."""

    span: Span
    condition: Expression
    yes: tuple[Action, ...]
    no: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class For:
    """`for i in 0 ..< n { … }`"""

    span: Span
    variable: Name
    over: Range
    body: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`repeat at most N until condition { … }`"""

    span: Span
    most: Expression
    until: Expression
    body: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """The value of a function, on its last line."""

    span: Span
    value: Expression


Action: TypeAlias = Let | Var | Assign | Disclose | Print | Assert | Branch | For | Repeat | Return


# ---- functions and modules


@dataclass(frozen=True, slots=True)
class Parameter:
    span: Span
    name: Name
    annotation: Annotation


@dataclass(frozen=True, slots=True)
class Function:
    """`fn name[n, T](x: [n] T) -> T { … }`; `generics` are names of sizes and types."""

    span: Span
    name: Name
    generics: tuple[Name, ...]
    parameters: tuple[Parameter, ...]
    result: TypeName | RecordType | None
    body: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """`import name from "path"`"""

    span: Span
    name: Name
    path: str
