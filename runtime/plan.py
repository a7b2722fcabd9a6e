"""How a circuit will be computed: for each node in which kind, by which method, and what is opened on the way.

Lives here: `Plan`, `plan_of`, `plan_digest`, and METHOD, one total table. Sizes of tables play no part. Not here: what
decides the kinds (kinds.py), what things cost (costs/), the methods themselves (kernels/, algorithms/).

A plan's digest names the circuit that runs, after the passes, and everything that a party will do with it: two parties
with the same plan_digest send the same messages. That of what is computed is the compiler's func_digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from secfuse.compiler.circuit.cbor import Plain, encode
from secfuse.compiler.circuit.encoding import circuit_data, plain
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import DISCLOSE_GUARDS, columns_of, is_sealed, number, texts

from .kinds import EXPANDING, Kinds, is_known, is_public

FORM = "secfuse plan 1"
PROTOCOL = "replicated3"
VERSION = "2"
"""Of what is sent when: raise it whenever a run of the same circuit sends something else."""

EVERYONE = ("everyone",)


@dataclass(frozen=True, slots=True)
class Opening:
    """A value that is put together: what it is, and for whom. EVERYONE: for all that compute."""

    what: str
    to: tuple[str, ...] = EVERYONE


@dataclass(frozen=True, slots=True)
class Planned:
    """One node: the kind of its result, the method, and what is opened while it runs."""

    op: Op
    kind: str
    method: str
    opens: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Trip:
    """A region, entered with inputs of these kinds."""

    region: int
    inputs: tuple[str, ...]
    nodes: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`nodes` are those of the circuit, in its order; `trips` the ways in which its regions are entered."""

    protocol: str
    version: str
    circuit: Circuit
    nodes: tuple[Planned, ...]
    trips: tuple[Trip, ...]

    @property
    def opened(self) -> tuple[tuple[int, Opening], ...]:
        """Everything that is opened outside of loops, with its node."""
        return tuple((index, opening) for index, node in enumerate(self.nodes) for opening in node.opens)


def plan_of(circuit: Circuit) -> Plan:
    """The plan. It depends on the circuit alone."""
    kinds = Kinds(circuit)
    trips: dict[tuple[int, tuple[str, ...]], Trip] = {}

    def planned(nodes: tuple[Node, ...], found: tuple[str, ...]) -> tuple[Planned, ...]:
        for node in nodes:
            if node.op is Op.FOLD:
                enter(number(node, "region"), kinds.inputs(node, tuple(found[a] for a in node.args)))
        return tuple(_planned(node, nodes, kind) for node, kind in zip(nodes, found, strict=True))

    def enter(region: int, inputs: tuple[str, ...]) -> None:
        if (region, inputs) not in trips:
            found = kinds.of_region(region, inputs)
            trips[region, inputs] = Trip(region, inputs, planned(circuit.regions[region].nodes, found))

    nodes = planned(circuit.nodes, kinds.of_circuit())
    return Plan(PROTOCOL, VERSION, circuit, nodes, tuple(trips[key] for key in sorted(trips)))


def plan_data(plan: Plan) -> dict[str, Plain]:
    """All of it as plain data."""
    return {
        "form": FORM,
        "protocol": plan.protocol,
        "version": plan.version,
        "circuit": circuit_data(plan.circuit),
        "nodes": plain(plan.nodes),
        "trips": plain(plan.trips),
    }


def plan_digest(circuit: Circuit) -> str:
    """SHA-256 of the plan's data in deterministic CBOR, in hex."""
    return sha256(encode(plan_data(plan_of(circuit)))).hexdigest()


def _planned(node: Node, nodes: tuple[Node, ...], kind: str) -> Planned:
    if node.op in (Op.CHECK, Op.PRINT) or is_public(node):
        return Planned(node.op, kind, "by everyone, in the clear")
    if is_known(node) and node.op not in EXPANDING:
        return Planned(node.op, kind, "by its owner, in the clear")
    method, opens = METHOD[node.op](node, tuple(nodes[a] for a in node.args))
    return Planned(node.op, kind, method, opens)


Rule: TypeAlias = Callable[[Node, tuple[Node, ...]], tuple[str, tuple[Opening, ...]]]
"""Of a node and its arguments: the method, and what is opened."""

SORTED = Opening("order of shuffled keys")


def _silent(method: str) -> Rule:
    """Nothing is opened."""
    return lambda node, args: (method, ())


def _join(_: Node, __: tuple[Node, ...]) -> tuple[str, tuple[Opening, ...]]:
    return "both sides sorted as one, the right copied down", (SORTED,)


def _sort(node: Node, _: tuple[Node, ...]) -> tuple[str, tuple[Opening, ...]]:
    if number(node, "keys"):
        return "shuffle, then insertion by opened comparisons", (SORTED,)
    return "shuffle, then opened destinations", (Opening("destinations of shuffled rows"),)


def _disclose(node: Node, args: tuple[Node, ...]) -> tuple[str, tuple[Opening, ...]]:
    """What is public is not opened, nor what is sealed."""
    if is_sealed(node):
        return "masked by the guards, then kept on shares", ()
    columns = range(DISCLOSE_GUARDS, DISCLOSE_GUARDS + len(columns_of(node)))
    whats = ["rows shown", "rows released", *(f"column {i - 3}" for i in columns if not is_public(args[i]))]
    whats += ["groups held back" for i in range(columns.stop, len(args)) if not is_public(args[i])]
    to = texts(node, "recipients")
    return "masked by the guards, then opened", tuple(Opening(f"{node.attr('name')}: {what}", to) for what in whats)


_LOCAL, _GATES = _silent("on shares"), _silent("gates")

METHOD: dict[Op, Rule] = {
    Op.INPUT: _silent("shared by its owner"),
    Op.PRESENT: _silent("shared by its owner"),
    Op.ROWS: _silent("shared by its owner"),
    Op.PARAM: _LOCAL,
    Op.CONST: _LOCAL,
    Op.RANDOM: _silent("tossed by all parties' keys"),
    Op.ADD: _GATES,
    Op.SUB: _GATES,
    Op.NEG: _GATES,
    Op.MUL: _GATES,
    Op.DIV: _silent("reciprocal, long division where that is better"),
    Op.ABS: _GATES,
    Op.RESCALE: _GATES,
    Op.LT: _GATES,
    Op.EQ: _GATES,
    Op.AND: _GATES,
    Op.OR: _GATES,
    Op.NOT: _LOCAL,
    Op.SELECT: _GATES,
    Op.BIT: _GATES,
    Op.NUMBER: _GATES,
    Op.SIZE: _LOCAL,
    Op.IOTA: _LOCAL,
    Op.BROADCAST: _LOCAL,
    Op.RESHAPE: _LOCAL,
    Op.TRANSPOSE: _LOCAL,
    Op.SLICE: _LOCAL,
    Op.TAKE: _LOCAL,
    Op.MATMUL: _GATES,
    Op.CONCAT: _LOCAL,
    Op.JOIN: _join,
    Op.SORT: _sort,
    Op.SCAN: _silent("prefix network"),
    Op.SHIFT: _LOCAL,
    Op.PICK: _LOCAL,
    Op.CELLS: _GATES,
    Op.COUNT: _silent("sum of bits"),
    Op.SUM: _silent("sum"),
    Op.LEAST: _silent("tournament"),
    Op.GREATEST: _silent("tournament"),
    Op.LARGEST: _silent("tournament"),
    Op.ARG: _LOCAL,
    Op.FOLD: _silent("trip by trip"),
    Op.CHECK: _LOCAL,
    Op.PRINT: _LOCAL,
    Op.DISCLOSE: _disclose,
}
"""How each operation runs on shares, and what it opens; public nodes and those that an owner computes do neither."""
