"""The cost of a whole run, before it: exactly what its `Tally` will show.

Lives here: `predict`. Rounds follow from the data flow as in the lock-step driver: a node starts when its last
argument is there, and takes its own rounds. Time grows with the nodes and the logarithm of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import number
from secfuse.runtime.kinds import Kinds, is_given
from secfuse.runtime.reach import Body, Reach, body_of, reach, world_of
from secfuse.runtime.wire import Tally

from .cost import FREE, Cost
from .forms import Form, Gate, Loop
from .memory import Held, Peak, held_bytes, peak_bytes, sharing_bytes, working_bytes
from .regions import Noticed, entered, entering
from .rows import given
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
    """What a run will cost. `tally` is what it will measure; the rounds of critical nodes add up to its rounds.

    peak: of memory, an estimate.
    """

    tally: Tally
    nodes: tuple[NodeCost, ...]
    peak: Peak


def predict(circuit: Circuit, row_counts: Mapping[str, int], params: Mapping[str, int]) -> Predicted:
    """The cost of every node that runs. row_counts: of all tables; parameters that are not given take their defaults.

    Nobody's rows are needed, and no array of their length is made.
    """
    reached = reach(circuit, params, row_counts)
    prediction = _Prediction(circuit, row_counts, params)
    secret = sorted(reached.nodes - reached.public.keys())
    working: dict[int, int] = {}
    forms: dict[int, Form] = dict(reached.public)
    costs = prediction.costs(circuit, prediction.kinds.of_circuit(), secret, forms, working)
    starts = _starts(circuit, costs)
    critical = _critical(circuit, reached, costs, starts)
    tally = _at_once(costs, starts).tally()
    nodes = tuple(NodeCost(i, cost, starts[i], i in critical) for i, cost in costs.items())
    held = [Held(i, held_bytes(forms[i]), working[i], starts[i], cost.rounds) for i, cost in costs.items()]
    return Predicted(tally, nodes, peak_bytes(circuit, held, row_counts))


class _Prediction:
    """What all parts of one prediction share. The cost of a trip is worked out once for all trips like it."""

    def __init__(self, circuit: Circuit, row_counts: Mapping[str, int], params: Mapping[str, int]) -> None:
        self.circuit, self.row_counts = circuit, dict(row_counts)
        self.world = world_of(circuit, params, row_counts)
        self.ranks = {name: rank for rank, name in enumerate(circuit.compute)}
        self.owners = {table.name: self.ranks[table.owner] for table in circuit.tables}
        self.kinds = Kinds(circuit)
        self.noticed = Noticed(circuit, self.kinds)
        self.bodies: dict[int, Body] = {}
        self.trips: dict[tuple[object, ...], Cost] = {}
        self.trip_bytes: dict[int, int] = {}

    def costs(
        self,
        circuit: Circuit,
        kinds: tuple[str, ...],
        secret: Iterable[int],
        forms: dict[int, Form],
        working: dict[int, int],
    ) -> dict[int, Cost]:
        """The cost of each secret node, in topological order; their forms are added to those that are known.

        So is the memory that each needs while it works, to `working`.
        """
        costs: dict[int, Cost] = {}
        for index in secret:
            node = circuit.nodes[index]
            if is_given(node):
                own = Gate(node, (), (), kinds[index], self.row_counts, self.ranks, self.owners)
                forms[index], costs[index] = given(own)
                working[index] = sharing_bytes(forms[index])
                continue
            types = tuple(circuit.nodes[a].type for a in node.args)
            args = tuple(forms[a] for a in node.args)
            gate = Gate(node, types, args, kinds[index], self.row_counts, self.ranks, self.owners)
            if node.op is Op.FOLD:
                gate = replace(gate, loop=self._loop(gate, tuple(kinds[a] for a in node.args)))
            forms[index], costs[index] = COST[node.op](gate)
            working[index] = working_bytes(gate, forms[index])
            if node.op is Op.FOLD:
                working[index] += self.trip_bytes.get(number(node, "region"), 0)
        return costs

    def _loop(self, gate: Gate, kinds: tuple[str, ...]) -> Loop:
        """How a FOLD learns what its region costs."""
        region, inputs = number(gate.node, "region"), self.kinds.inputs(gate.node, kinds)
        if region not in self.bodies:
            self.bodies[region] = body_of(self.circuit, region)
        body, noticed = self.bodies[region], self.noticed.nodes(region, inputs)

        def trip(given: tuple[Any, ...]) -> tuple[tuple[Any, ...], Cost]:
            values = body.public_values(self.world, given)
            key = (region, inputs, *(values[i].tobytes() for i in noticed))
            if key not in self.trips:
                self.trips[key] = self._trip(gate, loop, body, values)
            return tuple(values.get(result) for result in body.circuit.outputs), self.trips[key]

        loop = Loop(self.circuit.regions[region].inputs, inputs, self.noticed.varies(region, inputs), trip)
        return loop

    def _trip(self, gate: Gate, loop: Loop, body: Body, values: dict[int, Any]) -> Cost:
        """One trip: its longest path, then what its results need to enter the next."""
        region, inputs = number(gate.node, "region"), entered(gate, loop)
        forms: dict[int, Form] = dict(values)
        forms.update((i, inputs[number(body.circuit.nodes[i], "index") - 1]) for i in body.given)
        working: dict[int, int] = {}
        costs = self.costs(body.circuit, self.kinds.of_region(region, loop.kinds), body.secret, forms, working)
        held = sum(held_bytes(forms[i]) for i in costs)
        most = held + max(working.values(), default=0)
        self.trip_bytes[region] = max(most, self.trip_bytes.get(region, 0))
        results = [(forms[i], body.circuit.nodes[i].type) for i in body.circuit.outputs]
        return _at_once(costs, _starts(body.circuit, costs)) + entering(gate, loop, results)


def _at_once(costs: dict[int, Cost], starts: dict[int, int]) -> Cost:
    """All nodes, each as soon as it can."""
    total = sum(costs.values(), FREE)
    return replace(total, rounds=max((starts[i] + costs[i].rounds for i in costs), default=0))


def _starts(circuit: Circuit, costs: dict[int, Cost]) -> dict[int, int]:
    """The round after which each node can start: the last of its arguments' ends."""
    starts: dict[int, int] = {}
    for index in costs:
        node = circuit.nodes[index]
        secret = (a for a in node.args if a in costs and not is_given(node))
        starts[index] = max((starts[a] + costs[a].rounds for a in secret), default=0)
    return starts


def _critical(circuit: Circuit, reached: Reach, costs: dict[int, Cost], starts: dict[int, int]) -> set[int]:
    """One longest path, from the disclosure that ends last up to a node that starts at once."""
    waited: list[int] = [i for i in reached.wanted if i in costs]
    path: set[int] = set()
    while waited:
        latest = max(waited, key=lambda i: starts[i] + costs[i].rounds)
        path.add(latest)
        node = circuit.nodes[latest]
        waited = [a for a in node.args if a in costs and not is_given(node)]
    return path
