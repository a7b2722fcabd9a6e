"""What the checker carries along: the names that are known, the problems that were found.

Lives here: `Checking`, what a name can stand for, and the lookups with their one way of failing. A name whose
declaration is wrong is there too, as `UNKNOWN`, so that its uses raise no alarm. Not here: rules about what may be
done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Action, Expr, Output, Step
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.interface import Param, Party, Table
from secfuse.compiler.circuit.types import Elem, Size
from secfuse.compiler.diagnostics import listed, nearest
from secfuse.compiler.errors import CompileErrors, Problems
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


@dataclass(frozen=True, slots=True)
class Bound:
    """A value that has a name.

    key: its name in the checked tree, of which there is one per binding. size: where the value is a size, which one.
    const: where it is known now, an expression without names. assignable: a `var`; declared: what its annotation
    promises.
    ends: of a loop's variable, its first value and the one behind its last, as sums of sizes and other names. item: it
    stands for each item of a comprehension.
    """

    type: ValueType
    key: str
    size: Size | None = None
    const: Expr | None = None
    assignable: bool = False
    declared: Elem | None = None
    ends: tuple[Linear, Linear] | None = None
    item: bool = False


@dataclass(frozen=True, slots=True)
class BoundRecord:
    """A record that has a name: one bound value per field."""

    fields: Mapping[str, Bound]


@dataclass(frozen=True, slots=True)
class TypeParameter:
    """What a type parameter of a function stands for in the call at hand."""

    elem: Elem


@dataclass(frozen=True, slots=True)
class Module:
    """Where functions come from: their source, and what names mean there. digest: SHA-256 of the source, in hex."""

    path: str
    source: Source
    names: dict[str, Entity]
    digest: str


@dataclass(frozen=True, slots=True)
class FunctionEntity:
    """A function; `module` is None for those of the program."""

    function: s.Function
    module: Module | None


@dataclass(frozen=True, slots=True)
class RecordValue:
    """A record while expressions are checked: its fields, and the steps that must come before them."""

    span: Span
    fields: Mapping[str, Expr]
    steps: tuple[Step, ...] = ()
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Invoked:
    """A call of a function: its steps, its value. `foreign`: its places are those of another source."""

    steps: tuple[Step, ...]
    value: Expr | RecordValue
    foreign: bool


Entity: TypeAlias = (
    "Elem | ParamEntity | Bound | BoundRecord | TableType | TypeParameter | FunctionEntity | Module | Unknown"
)
"""A category, a parameter, a bound value or record, an input or bound table, what functions bring, an import."""

Linear: TypeAlias = Mapping[str, int]
"""A sum: coefficients by key of a name, by `rows of TABLE`, and by the empty text for the constant."""

Library: TypeAlias = Callable[[str], str | None]
"""The text of a module by its path; None if there is no such module."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands.

    columns: those that a bare name may mean, of the row or group at hand. rows: those inside an aggregate of each
    group; None outside groups. dotted: the table whose columns may be written with its name. aggregated: already inside
    an aggregate. window: aggregates are over the row at hand and those before it. anywhere: columns may stand without
    rows, because the place refuses everything secret anyway.
    """

    columns: Mapping[str, ColumnType] = field(default_factory=dict)
    rows: TableType | None = None
    dotted: str = ""
    aggregated: bool = False
    window: bool = False
    anywhere: bool = False


Load: TypeAlias = "Callable[[Checking, Span, str], Module | None]"
"""How modules are found: handed in, since modules contain expressions."""

MOST_BODIES = 20_000
"""Each call has its body checked anew, each loop a few times: so many take some seconds."""

Invoke: TypeAlias = "Callable[[Checking, Context, s.Call, FunctionEntity], Invoked | None]"
"""How functions are called: handed in, since bodies contain expressions and expressions calls."""

WHOLE = Context()
PUBLIC_PLACE = Context(anywhere=True)


@dataclass(slots=True)
class Checking:
    """The state of one check; declarations are added as they are met.

    holders: owners and recipients with their roles; who computes is known for certain only in the end.
    library, modules, importing: where modules come from, those known so far by path, those being read.
    inside: the functions and loops that are being checked, outermost first.
    work: how many bodies of functions and loops were checked; see `may_go_on`.
    rebound: the vars in the order in which they got new states.
    by_key: all bound values, inner ones behind outer ones. program: the names of the program itself.
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
    library: Library = lambda path: None
    modules: dict[str, Module] = field(default_factory=dict)
    probes: list[Expr] = field(default_factory=list)
    importing: tuple[str, ...] = ()
    inside: list[str] = field(default_factory=list)
    work: int = 0
    rebound: list[str] = field(default_factory=list)
    by_key: dict[str, Bound] = field(default_factory=dict)
    program: dict[str, Entity] = field(default_factory=dict)
    load: Load = lambda checking, span, path: None
    invoke: Invoke = lambda checking, context, call, entity: None
    keys: int = 0

    def fresh(self, name: str) -> str:
        """A key for a binding that may not be the only one of its name."""
        self.keys += 1
        return f"{name}#{self.keys}"

    def may_go_on(self, span: Span) -> bool:
        """True while calls in calls and loops in loops do not multiply beyond measure; else SEC614, once."""
        self.work += 1
        if self.work > MOST_BODIES and all(code != "SEC614" for code, _, _ in self.problems.found):
            found = f"more than {MOST_BODIES:,} bodies of functions and loops"
            self.report("SEC614", span, found, "calls in calls that do not multiply like this")
        return self.work <= MOST_BODIES

    @contextmanager
    def named(self, name: s.Name, bound: Bound) -> Iterator[None]:
        """The name means this value meanwhile; what it meant before is hidden."""
        hidden = self.names.get(name.text)
        self.names[name.text] = bound
        self.by_key[bound.key] = bound
        yield
        del self.names[name.text]
        if hidden is not None:
            self.names[name.text] = hidden

    @contextmanager
    def quietly(self) -> Iterator[Problems]:
        """Mistakes found meanwhile are not reported: for what is tried out."""
        loud, self.problems = self.problems, Problems(self.source)
        try:
            yield self.problems
        except CompileErrors:
            pass
        finally:
            self.problems = loud

    def most(self, size: Size) -> int:
        """The greatest number that a size stands for."""
        return size.bind({name: table.max_rows for name, table in self.inputs.items()})

    @property
    def share_factor(self) -> int:
        """By how much a sum of magnitudes is multiplied where a policy compares the greatest contributions with it.

        With p-percent, 100 times the two greatest and at most 100 times the greatest stand against it: twice 100 times
        the sum of one row or more.
        """
        found = [policy for policy in self.policies.values() if isinstance(policy, Policy)]
        if any(policy.percent is not None for policy in found):
            return 200
        return 100 if any(policy.top is not None for policy in found) else 1

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
