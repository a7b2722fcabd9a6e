"""What the checker carries along: the names that are known, the problems that were found.

Lives here: `Checking`, what a name can stand for, and the lookups with their one way of failing. A name whose
declaration is wrong is there too, as `UNKNOWN`, so that its uses raise no alarm. Not here: rules about what may be
done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Action, Output
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.interface import Param, Party, Table
from secfuse.compiler.circuit.types import Elem
from secfuse.compiler.diagnostics import listed, nearest
from secfuse.compiler.errors import Problems
from secfuse.compiler.policy import Policy
from secfuse.compiler.source import Source
from secfuse.compiler.types import ColumnType, TableType, ValueType


class Unknown(Enum):
    """Stands for what a mistake has left undetermined."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class ParamEntity:
    """A parameter and its type."""

    type: ValueType


Entity: TypeAlias = Elem | ParamEntity | ValueType | TableType | Unknown
"""A category, a parameter, a bound value, an input or bound table."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands.

    columns: those that a bare name may mean, of the row or group at hand. rows: those inside an aggregate of each
    group; None outside groups. dotted: the table whose columns may be written with its name. aggregated: already inside
    an aggregate. anywhere: columns may stand without rows, because the place refuses everything secret anyway.
    """

    columns: Mapping[str, ColumnType] = field(default_factory=dict)
    rows: TableType | None = None
    dotted: str = ""
    aggregated: bool = False
    anywhere: bool = False


WHOLE = Context()
PUBLIC_PLACE = Context(anywhere=True)


@dataclass(slots=True)
class Checking:
    """The state of one check; declarations are added as they are met.

    holders: owners and recipients with their roles; who computes is known for certain only in the end.
    """

    source: Source
    problems: Problems
    names: dict[str, Entity] = field(default_factory=dict)
    parties: dict[str, Party | Unknown] = field(default_factory=dict)
    policies: dict[str, Policy | Unknown] = field(default_factory=dict)
    compute: tuple[str, ...] | None = None
    holders: list[tuple[s.Name, str]] = field(default_factory=list)
    inputs: dict[str, Table] = field(default_factory=dict)
    params: dict[str, Param] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    outputs: dict[str, Output | Unknown] = field(default_factory=dict)
    outputs_incomplete: bool = False

    @property
    def has_top(self) -> bool:
        """True if some policy bounds the share of the greatest contributions."""
        return any(isinstance(policy, Policy) and policy.top is not None for policy in self.policies.values())

    def report(self, code: str, span: Span, found: str, expected: str, hint: str = "") -> None:
        """Note a mistake."""
        self.problems.report(code, span, found, expected, hint)

    def has_unknown(self, name: s.Name) -> bool:
        """True if a mistake elsewhere may be why the name has no meaning here."""
        found = (self.names.get(name.text), self.outputs.get(name.text))
        return self.outputs_incomplete or UNKNOWN in found

    def tables_with(self, column: str) -> list[str]:
        """The tables that have a column of that name."""
        return [name for name, e in self.names.items() if isinstance(e, TableType) and column in e.columns]

    def is_incomplete(self, table: str) -> bool:
        """True if a mistake left some column of the input unknown."""
        entity = self.names.get(table)
        return not isinstance(entity, TableType) or any(c.value is None for c in entity.columns.values())

    def declare(self, name: s.Name, entity: Entity) -> None:
        """Give a name its meaning, once."""
        if self.is_new(name, self.names):
            self.names[name.text] = entity

    def is_new(self, name: s.Name, known: Mapping[str, object]) -> bool:
        """True if nothing has this name yet; else it is reported."""
        if name.text in known:
            self.report("SEC202", name.span, f"a second `{name.text}`", "a name that is not taken")
        return name.text not in known

    def missing(self, name: s.Name, what: str, known: Mapping[str, object], code: str = "SEC201") -> None:
        """Report a name that means nothing here."""
        expected = f"one of {listed(known)}" if known else f"{what}, none is declared above this line"
        self.report(code, name.span, f"`{name.text}`, which is no {what}", expected, nearest(name.text, known))

    def party(self, name: s.Name) -> bool:
        """True if the party is declared; else it is reported."""
        if name.text not in self.parties:
            self.missing(name, "party", self.parties)
        return name.text in self.parties

    def policy(self, name: s.Name) -> Policy | None:
        """The policy of that name."""
        found = self.policies.get(name.text)
        if found is None:
            self.missing(name, "policy", self.policies)
        return found if isinstance(found, Policy) else None

    def category(self, name: s.Name) -> Elem | None:
        """The category of that name, if it is one; nothing is reported."""
        found = self.names.get(name.text)
        return found if isinstance(found, Elem) else None

    def column(self, name: s.Name, columns: Mapping[str, ColumnType]) -> ValueType | None:
        """The type of a table's column."""
        if name.text not in columns:
            self.missing(name, "column of the table", columns, "SEC203")
            return None
        return columns[name.text].value
