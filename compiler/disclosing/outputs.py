"""Each `disclose` of a circuit as the report tells it: what comes out, of which columns, how much at most.

Lives here: `outputs_of`, `learned_of`. Not here: what could be made of several outputs (findings), what becomes known
without a disclose (implicit.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from secfuse.compiler.capacity import capacity_of
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import columns_of, describe, number, own, texts
from secfuse.compiler.policy import Policy
from secfuse.compiler.source import Source

from .report import Contributor, Learned, Output, Part
from .ways import WAYS, Way, Ways, columns_in_order, ways_of


def outputs_of(circuit: Circuit, policies: Mapping[str, Policy], source: Source) -> tuple[Output, ...]:
    """All of them, in program order."""
    ways = ways_of(circuit)
    columns = columns_in_order(circuit)
    found = []
    for index in circuit.outputs:
        node = circuit.nodes[index]
        if node.op is Op.DISCLOSE:
            found.append(_output(circuit, node, policies[str(node.attr("policy"))], source, ways, columns))
    return tuple(found)


def _output(
    circuit: Circuit,
    node: Node,
    policy: Policy,
    source: Source,
    ways: list[tuple[Ways, ...]],
    columns: tuple[tuple[str, str, str], ...],
) -> Output:
    args, keys = columns_of(node), number(node, "keys")
    types = [own(circuit.nodes[arg]) for arg in args]
    parts = tuple(
        Part(name, describe(type_.elem), position < keys, _form(ways[arg][0]))
        for position, (name, type_, arg) in enumerate(zip(texts(node, "columns"), types, args, strict=True))
    )
    shape = types[0].shape
    values = [ways[arg][0] for arg in args]
    contributors = _contributors(values, ways[node.args[2]][0], columns)
    return Output(
        str(node.attr("name")),
        texts(node, "recipients"),
        parts,
        str(shape[0]) if shape else "",
        policy.name,
        policy.guards,
        "" if policy.runs is None else f"at most {policy.runs[0]} runs per {policy.runs[1]} days",
        str(node.attr("reason")),
        _condition(circuit, node, source),
        capacity_of(circuit, node).bits,
        max(policy.groups or 1, 1),
        "" if policy.groups is None or policy.groups < 2 else f"groups of at least {policy.groups}",
        contributors,
        node.span,
    )


def _form(ways: Ways) -> str:
    """What a column is: the strongest of the ways by which columns went into it."""
    found = [way for way, columns in zip(WAYS, ways, strict=True) if columns]
    return found[-1].value if found else "public"


def _contributors(
    values: list[Ways], released: Ways, columns: tuple[tuple[str, str, str], ...]
) -> tuple[Contributor, ...]:
    """By column, the ways by which it goes into the values; of the others, those that only decide on the release."""
    found = []
    for bit, (table, column, owner) in enumerate(columns):
        ways = [w.value for i, w in enumerate(WAYS) if any(v[i] >> bit & 1 for v in values)]
        if not ways and column and any(w >> bit & 1 for w in released):
            ways = ["decides on the release"]
        if ways and column:
            found.append(Contributor(f"{table}.{column}", owner, tuple(ways)))
        elif ways:
            found.append(Contributor(f"{table} (which rows there are)", owner, (Way.COUNT.value,)))
    return tuple(found)


def _condition(circuit: Circuit, node: Node, source: Source) -> str:
    """The words of the public condition it stands under."""
    when = circuit.nodes[node.args[0]]
    if when.op is Op.CONST:
        return ""
    return source.words(when.span) if when.span is not None else "a public condition"


def learned_of(circuit: Circuit, outputs: tuple[Output, ...]) -> tuple[Learned, ...]:
    """By recipient and table of somebody else: how much its outputs together say of it at most."""
    found = []
    for party in circuit.parties:
        mine = [output for output in outputs if party.name in output.recipients]
        for table in circuit.tables:
            if table.owner == party.name:
                continue
            about = [o for o in mine if any(_table(c) == table.name for c in o.contributors)]
            if not about:
                continue
            read = {c.column.split(".", 1)[1] for o in about for c in o.contributors if _is_column(c, table.name)}
            elems = [c.elem for c in table.columns if c.name in read]
            held = table.max_rows * sum((e.hi - e.lo).bit_length() for e in elems)
            names = tuple(o.name for o in about)
            told = sum(o.bits for o in about)
            found.append(
                Learned(party.name, table.name, table.owner, tuple(sorted(read)), names, min(told, held) or told, held)
            )
    return tuple(found)


def _table(contributor: Contributor) -> str:
    return contributor.column.split(".")[0].split(" ")[0]


def _is_column(contributor: Contributor, table: str) -> bool:
    return contributor.column.startswith(f"{table}.")
