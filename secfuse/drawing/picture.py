"""What is drawn: a card for each table, parameter, source line and disclosure, and what flows between them.

Lives here: `Picture` and how it is made of a program, its plan and its predicted cost. Not here: places on a page
(layout.py), forms (svg.py, graphs.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.measure import cycles
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import EFFECTS, describe, texts
from secfuse.compiler.circuit.types import Bundle
from secfuse.compiler.program import Program
from secfuse.runtime.costs.predict import Predicted
from secfuse.runtime.kinds import is_known, is_public
from secfuse.runtime.plan import Plan

SOURCES = frozenset({Op.INPUT, Op.PRESENT, Op.ROWS})
CONSTANT = frozenset({Op.CONST, Op.SIZE, Op.IOTA})
"""What everybody knows by itself, and nobody needs to see."""

CONTINUED = ("then ", "else ", "and ", "or ", "+ ", "- ", "* ", ")", "]", "|")
"""How a line begins that belongs to the one before."""

MOST_CARDS = 150
"""Lines of one program; where there are more, several lines share a card."""


@dataclass(frozen=True, slots=True)
class Chip:
    """So many nodes of one operation and one kind: public, owner, bits or ring."""

    op: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """A box. place: table, param, owner, public, shares or disclosed. line: of the source, 0 for none.

    rounds: on the longest path; size_bytes: sent by all parties together; length: of its longest vectors, 1 for single
    values.
    """

    key: str
    place: str
    title: str
    detail: str
    line: int = 0
    chips: tuple[Chip, ...] = ()
    rounds: int = 0
    size_bytes: int = 0
    length: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it. flows: (from, to), each once."""

    title: str
    subtitle: str
    rows: tuple[tuple[str, int], ...]
    rounds: int
    size_bytes: int
    cards: tuple[Card, ...]
    flows: tuple[tuple[str, str], ...]


def picture_of(program: Program, plan: Plan, predicted: Predicted, rows: Mapping[str, int]) -> Picture:
    """The picture of a program that runs on so many rows."""
    circuit = plan.circuit
    keys = _merged(_keys(program, circuit), circuit)
    members: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        if key:
            members.setdefault(key, []).append(index)
    costs = {step.index: step for step in predicted.nodes}
    cards = []
    for key, indices in members.items():
        steps = [costs[i] for i in indices if i in costs]
        sent = {step.index: sum(step.cost.link_bytes) for step in steps}
        card = _card(program, circuit, plan, key, indices, sent)
        rounds = sum(step.cost.rounds for step in steps if step.critical)
        length = max((_length(circuit.nodes[i], rows) for i in indices), default=1)
        cards.append(replace(card, rounds=rounds, size_bytes=sum(sent.values()), length=length))
    return Picture(
        f"{program.name} {program.version}",
        program.purpose,
        tuple(rows.items()),
        predicted.tally.rounds,
        sum(predicted.tally.link_bytes.values()),
        tuple(cards),
        _flows(circuit, keys),
    )


def _flows(circuit: Circuit, keys: list[str]) -> tuple[tuple[str, str], ...]:
    """Between cards. What is not drawn passes nothing on."""
    found: dict[tuple[str, str], None] = {}
    for index, node in enumerate(circuit.nodes):
        for argument in node.args:
            pair = keys[argument], keys[index]
            if pair[0] and pair[1] and pair[0] != pair[1]:
                found[pair] = None
    return tuple(found)


def _keys(program: Program, circuit: Circuit) -> list[str]:
    """The card of every node: of its own line, or of the first line that uses it; empty for none."""
    hidden = _hidden(circuit)
    places = [_line(program, node) for node in circuit.nodes]
    several = _lines_of_cards(program, {line for i, line in enumerate(places) if line and i not in hidden})
    asked: dict[int, int] = {}
    keys = [""] * len(circuit.nodes)
    for index in reversed(range(len(circuit.nodes))):
        node = circuit.nodes[index]
        line = places[index] or asked.get(index, 0)
        for argument in node.args:
            asked[argument] = min(line, asked.get(argument, line))
        if node.op in SOURCES:
            keys[index] = f"table {node.attr('table')}"
        elif node.op is Op.PARAM:
            keys[index] = f"param {node.attr('name')}"
        elif node.op is Op.DISCLOSE:
            keys[index] = f"disclosed {node.attr('name')}"
        elif index not in hidden:
            keys[index] = f"line {several.get(line, line)}"
    return keys


def _hidden(circuit: Circuit) -> set[int]:
    """What everybody knows by itself, and what is made of that alone."""
    found: set[int] = set()
    for index, node in enumerate(circuit.nodes):
        made = bool(node.args) and node.op not in EFFECTS and all(a in found for a in node.args)
        if node.op in CONSTANT or made:
            found.add(index)
    return found


def _line(program: Program, node: Node) -> int:
    """The line of the program; 0 for none. What a module says by itself stands in no line of the program."""
    return node.span.line if node.span is not None and program.source.holds(node.span) else 0


def _lines_of_cards(program: Program, lines: set[int]) -> dict[int, int]:
    """For each line the first line of its card."""
    first: dict[int, int] = {}
    heads: list[int] = []
    for line in sorted(lines):
        above = line
        while above > 1 and program.source.line(above).strip().startswith(CONTINUED):
            above -= 1
        first[line] = above
        if above not in heads:
            heads.append(above)
    share = -(-len(heads) // MOST_CARDS)
    head = {line: heads[place // share * share] for place, line in enumerate(heads)}
    return {line: head[above] for line, above in first.items()}


def _merged(keys: list[str], circuit: Circuit) -> list[str]:
    """Lines that need each other (a function's body, called twice) share the card of the first of them."""
    for together in cycles(dict.fromkeys(filter(None, keys)), _flows(circuit, keys)):
        first = min(
            together,
            key=lambda key: (not key.startswith("line "), int(key.split()[-1]) if key.startswith("line ") else 0),
        )
        keys = [first if key in together else key for key in keys]
    return keys


def _card(
    program: Program, circuit: Circuit, plan: Plan, key: str, indices: list[int], sent: Mapping[int, int]
) -> Card:
    what, _, name = key.partition(" ")
    nodes = [circuit.nodes[i] for i in indices]
    match what:
        case "table":
            table = next(t for t in circuit.tables if t.name == name)
            columns = dict.fromkeys(str(n.attr("column")) for n in nodes if n.op is not Op.ROWS)
            return Card(key, "table", f"{name} of {table.owner}", ", ".join(columns) or "number of rows")
        case "param":
            elem = next(p.elem for p in circuit.params if p.name == name)
            return Card(key, "param", name, f"parameter, {describe(elem)}")
        case "disclosed":
            (node,) = nodes
            guards = "; ".join(texts(node, "guards")) or "no threshold"
            to = ", ".join(texts(node, "recipients"))
            return Card(key, "disclosed", f"{name} to {to}", f"{node.attr('policy')}: {guards}", _line_of(node))
    line = int(name)
    title = " ".join(program.source.line(line).split()) if line else "shared sources"
    kinds = [_kind(circuit.nodes[i], plan.nodes[i].kind) for i in indices]
    chips = _chips(nodes, kinds, [sent.get(i, 0) for i in indices])
    if {"bits", "ring"} & set(kinds):
        detail = "guards of the policy, on shares" if title.startswith("disclose ") else "on shares"
        return Card(key, "shares", title, detail, line, chips)
    owners = sorted({owner for node in nodes for owner in _owners(node)})
    if "owner" in kinds:
        return Card(key, "owner", title, f"in the clear by {', '.join(owners)}", line, chips)
    return Card(key, "public", title, "in the clear by everyone", line, chips)


def _chips(nodes: list[Node], kinds: list[str], sent: list[int]) -> tuple[Chip, ...]:
    """What is computed; first what sends most, then what is on shares, then what stands first."""
    counts: Counter[tuple[str, str]] = Counter()
    bytes_of: Counter[tuple[str, str]] = Counter()
    for node, kind, size_bytes in zip(nodes, kinds, sent, strict=True):
        if node.op is not Op.PICK:
            name = "loop" if node.op is Op.FOLD else node.op.value
            counts[name, kind] += 1
            bytes_of[name, kind] += size_bytes
    order = sorted(counts, key=lambda chip: (-bytes_of[chip], chip[1] not in ("bits", "ring")))
    return tuple(Chip(op, kind, counts[op, kind]) for op, kind in order)


def _line_of(node: Node) -> int:
    return node.span.line if node.span else 0


def _kind(node: Node, kind: str) -> str:
    """Public, owner, bits or ring; results of several parts are planes of bits."""
    if node.op in (Op.CHECK, Op.PRINT) or is_public(node):
        return "public"
    return "owner" if is_known(node) else "ring" if kind == "ring" else "bits"


def _owners(node: Node) -> tuple[str, ...]:
    parts = node.type.parts if isinstance(node.type, Bundle) else (node.type,)
    return tuple(party for part in parts if part.visibility.level == "known" for party in part.visibility.parties)


def _length(node: Node, rows: Mapping[str, int]) -> int:
    parts = node.type.parts if isinstance(node.type, Bundle) else (node.type,)
    return max((part.shape[-1].bind(rows) for part in parts if part.shape), default=1)
