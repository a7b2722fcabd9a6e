"""A compiled program: its contract, its circuit, its own tests.

Lives here: `Program` and what it says about who learns what. Not here: how it is made (compile.py) or run.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .capacity import Capacity, capacity_of
from .cases import TestCase
from .checked import Checked
from .circuit.graph import Circuit, Node, Span
from .circuit.ops import Op
from .circuit.typed import columns_of, describe, number, own, texts
from .circuit.types import Bundle
from .policy import Policy
from .sensitivity import noise_of
from .source import Source


@dataclass(frozen=True, slots=True)
class Program:
    """A program without mistakes. `circuit` is what runs, after all passes, or as front.py reads it; tests are lowered
    from `checked`.

    modules: what it imports, directly or not, as (path, SHA-256 of the text in hex), sorted.
    """

    source: Source
    name: str
    version: str
    purpose_code: str
    purpose: str
    assumptions: tuple[str, ...]
    policies: tuple[Policy, ...]
    circuit: Circuit
    tests: tuple[TestCase, ...]
    checked: Checked
    modules: tuple[tuple[str, str], ...] = ()

    def policy(self, name: str) -> Policy:
        """The policy of that name; KeyError if there is none."""
        return {policy.name: policy for policy in self.policies}[name]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One line of the report who learns what: columns as (name, type in words, whether it is public anyway).

    capacity: how much it can tell at most. noise: of columns that have some, how far it takes them in 95 of 100 cases.
    """

    name: str
    recipients: tuple[str, ...]
    policy: Policy
    reason: str
    columns: tuple[tuple[str, str, bool], ...]
    conditional: bool
    span: Span | None
    capacity: Capacity
    noise: tuple[tuple[str, Fraction], ...] = ()

    def __str__(self) -> str:
        columns = ", ".join(name for name, _, _ in self.columns)
        lines = ", ".join(self.policy.lines) or "no threshold"
        condition = " on a public condition" if self.conditional else ""
        return (
            f"{', '.join(self.recipients)} learns {self.name} ({columns}){condition} "
            f"under {self.policy.name} ({lines}), because: {self.reason}"
        )


_SOURCES = frozenset({Op.INPUT, Op.PRESENT, Op.ROWS})


def at_home(program: Program) -> dict[str, tuple[tuple[int, str], ...]]:
    """By owner, what it computes in the clear from its own rows alone and shares: line and words of the source."""
    found: dict[str, dict[tuple[int, str], None]] = {}
    nodes, needed = program.circuit.nodes, set(program.circuit.outputs)
    for index in reversed(range(len(nodes))):
        node = nodes[index]
        if index not in needed:
            continue
        needed.update(node.args)
        if _owner(node):
            continue
        for part in (nodes[argument] for argument in node.args):
            if (owner := _owner(part)) and part.op not in _SOURCES and part.span is not None:
                found.setdefault(owner, {})[part.span.line, program.source.words(part.span)] = None
    return {owner: tuple(sorted(places)) for owner, places in sorted(found.items())}


def _owner(node: Node) -> str:
    """The one party that could compute the node by itself; empty if there is none."""
    parts = node.type.parts if isinstance(node.type, Bundle) else (node.type,)
    owners = {part.visibility.parties for part in parts if part.visibility.level == "known"}
    return owners.pop()[0] if len(owners) == 1 else ""


def epsilons(program: Program) -> dict[str, Fraction]:
    """By recipient, the sum of epsilon over all it learns with noise: in one run, whatever is computed from it."""
    total: dict[str, Fraction] = {}
    for disclosure in disclosures(program):
        for recipient in disclosure.recipients if disclosure.policy.noise is not None else ():
            total[recipient] = total.get(recipient, Fraction(0)) + disclosure.policy.epsilon
    return total


def disclosures(program: Program) -> tuple[Disclosure, ...]:
    """Everything the program lets out, in program order, read from its circuit."""
    found = []
    for index in program.circuit.outputs:
        node = program.circuit.nodes[index]
        if node.op is not Op.DISCLOSE:
            continue
        name, policy, reason = (str(node.attr(key)) for key in ("name", "policy", "reason"))
        elems = [own(program.circuit.nodes[arg]).elem for arg in columns_of(node)]
        keys, rules = number(node, "keys"), program.policy(policy)
        columns = tuple(
            (column, describe(elem), position < keys)
            for position, (column, elem) in enumerate(zip(texts(node, "columns"), elems, strict=True))
        )
        conditional = program.circuit.nodes[node.args[0]].op is not Op.CONST
        found.append(
            Disclosure(
                name,
                texts(node, "recipients"),
                rules,
                reason,
                columns,
                conditional,
                node.span,
                capacity_of(program.circuit, node),
                noise_of(program.checked, name, rules.epsilon) if rules.noise is not None else (),
            )
        )
    return tuple(found)
