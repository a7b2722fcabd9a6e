"""The cost of a whole run, before it: exactly what its `Tally` will show.

Lives here: `predict`. Rounds follow from the data flow as in the lock-step driver: a node starts when its last
argument is there, and takes its own rounds. Time grows with the nodes and the logarithm of the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secfuse.compiler.circuit.graph import Circuit
from secfuse.runtime.kinds import assign_kinds
from secfuse.runtime.reach import Reach, reach
from secfuse.runtime.wire import Tally

from .cost import FREE, Cost
from .forms import Form, Gate
from .rules import COST


@dataclass(frozen=True, slots=True)
class NodeCost:
    """What one node costs. starts: the round after which its arguments are there; critical: it delays the end."""

    index: int
    cost: Cost
    starts: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a run will cost. `tally` is what it will measure; the rounds of critical nodes add up to its rounds."""

    tally: Tally
    nodes: tuple[NodeCost, ...]


def predict(circuit: Circuit, row_counts: Mapping[str, int], params: Mapping[str, int]) -> Predicted:
    """The cost of every node that runs. row_counts: of all tables; parameters that are not given take their defaults.

    Nobody's rows are needed, and no array of their length is made.
    """
    reached = reach(circuit, params, row_counts)
    costs = _costs(circuit, reached, dict(row_counts))
    starts = _starts(circuit, costs)
    critical = _critical(circuit, reached, costs, starts)
    total = sum(costs.values(), FREE)
    rounds = max((starts[i] + costs[i].rounds for i in costs), default=0)
    tally = Cost(rounds, total.link_bytes, total.multiplications, total.ands).tally()
    return Predicted(tally, tuple(NodeCost(i, cost, starts[i], i in critical) for i, cost in costs.items()))


def _costs(circuit: Circuit, reached: Reach, row_counts: dict[str, int]) -> dict[int, Cost]:
    """The cost of each secret node that runs, in topological order."""
    kinds = assign_kinds(circuit)
    ranks = {name: rank for rank, name in enumerate(circuit.compute)}
    owners = {table.name: ranks[table.owner] for table in circuit.tables}
    forms: dict[int, Form] = dict(reached.public)
    costs: dict[int, Cost] = {}
    for index in sorted(reached.nodes - reached.public.keys()):
        node = circuit.nodes[index]
        types = tuple(circuit.nodes[a].type for a in node.args)
        args = tuple(forms[a] for a in node.args)
        gate = Gate(node, types, args, kinds[index], row_counts, ranks, owners)
        forms[index], costs[index] = COST[node.op](gate)
    return costs


def _starts(circuit: Circuit, costs: dict[int, Cost]) -> dict[int, int]:
    """The round after which each node can start: the last of its arguments' ends."""
    starts: dict[int, int] = {}
    for index in costs:
        secret = (a for a in circuit.nodes[index].args if a in costs)
        starts[index] = max((starts[a] + costs[a].rounds for a in secret), default=0)
    return starts


def _critical(circuit: Circuit, reached: Reach, costs: dict[int, Cost], starts: dict[int, int]) -> set[int]:
    """One longest path, from the disclosure that ends last up to a node that starts at once."""
    waited: list[int] = [i for i in reached.wanted if i in costs]
    path: set[int] = set()
    while waited:
        latest = max(waited, key=lambda i: starts[i] + costs[i].rounds)
        path.add(latest)
        waited = [a for a in circuit.nodes[latest].args if a in costs]
    return path
