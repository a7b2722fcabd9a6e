"""Runs a circuit on shares: one task a node, each waiting for its arguments, all driven in lock-step.

Lives here: `execute`, and what it is made of: `Run`, `Pass`. Rounds follow from the data flow alone: whatever is ready
sends in the same round. A value is forgotten when its last user has run. A region runs as the circuit does, once a
trip. Not here: sessions and processes (run.py, session.py), kernels (kernels/).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from secfuse.compiler.circuit.evaluate import compute, outputs_of
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.typed import number, own

from .kernels import KERNEL
from .kernels.rows import given
from .kernels.value import Loop, Step, Value
from .kinds import Kinds, is_given
from .protocols import Scheme
from .reach import Body, body_of, public_values, reach, sized, world_of
from .rounds import Task
from .sealed import Sealed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. bytes_sent: by all parties, payload; row_counts: of all tables, which are public."""

    rounds: int
    nodes_done: int
    nodes: int
    bytes_sent: int = 0
    row_counts: dict[str, int] = field(default_factory=dict)


Observe: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Execution:
    """What this process may hand out: disclosures to parties played here, and printed lines.

    sealed: what the parties played here hold of results that stay shared.
    """

    released: tuple[Released, ...]
    printed: tuple[str, ...]
    sealed: tuple[Sealed, ...] = ()


def before(circuit: Circuit, params: Mapping[str, int], row_counts: Mapping[str, int]) -> tuple[str, ...]:
    """Everything public that can stop or precede a run: checks (CheckFailed), then the printed lines."""
    outputs = (*outputs_of(circuit, Op.CHECK), *outputs_of(circuit, Op.PRINT))
    values = public_values(circuit, params, row_counts, outputs)
    return tuple(str(values[i]) for i in outputs_of(circuit, Op.PRINT) if values[i])


def check_parameters(circuit: Circuit, params: Mapping[str, int]) -> None:
    """The checks that need no table's length: they can fail before anybody is connected. Raises CheckFailed."""
    later = sized(circuit)
    public_values(circuit, params, {}, tuple(i for i in outputs_of(circuit, Op.CHECK) if i not in later))


def execute(
    circuit: Circuit,
    scheme: Scheme,
    rows: Mapping[str, Rows],
    row_counts: Mapping[str, int],
    params: Mapping[str, int],
    observe: Observe = lambda progress: None,
) -> Execution:
    """Run all disclosures whose public condition holds.

    rows: the tables of the parties played here; row_counts: of all tables (public). Raises CheckFailed before anything
    is sent, RunError if a peer is lost.
    """
    printed = before(circuit, params, row_counts)
    run = Run(circuit, scheme, dict(rows), dict(row_counts), dict(params), observe)
    scheme.wire.steps.after_round = run.report
    released = scheme.wire.steps.run(run.outputs(), "outputs")
    sealed = tuple(r for r in released if isinstance(r, Sealed))
    return Execution(tuple(r for r in released if isinstance(r, Released)), printed, sealed)


class Run:
    """One execution: what all its parts share, and the counters."""

    def __init__(
        self,
        circuit: Circuit,
        scheme: Scheme,
        rows: dict[str, Rows],
        row_counts: dict[str, int],
        params: dict[str, int],
        observe: Observe,
    ) -> None:
        self.circuit, self.scheme, self.rows, self.row_counts = circuit, scheme, rows, row_counts
        self.observe = observe
        self.kinds = Kinds(circuit)
        self.world = world_of(circuit, params, row_counts)
        self.bodies: dict[int, Body] = {}
        self.ranks = {name: rank for rank, name in enumerate(circuit.compute)}
        self.owners = {t.name: self.ranks[t.owner] for t in circuit.tables}
        self.reached = reach(circuit, params, row_counts)
        self.done, self.nodes = 0, self._count()
        self.at_home: dict[int, Any] = {}
        self.given = sum(is_given(circuit.nodes[i]) for i in self.reached.nodes)

    def _count(self) -> int:
        """Secret nodes, and the trips of their loops; loops in loops are not looked into."""
        secret = self.reached.nodes - self.reached.public.keys()
        folds = (self.circuit.nodes[i] for i in secret if self.circuit.nodes[i].op is Op.FOLD)
        bounds = ([int(self.reached.public[a]) for a in fold.args[:2]] for fold in folds)
        return len(secret) + sum(max(0, last - first) for first, last in bounds)

    def report(self) -> None:
        """Tell the observer where the run stands: after every round, every node and every trip of an outer loop."""
        tally = self.scheme.wire.tally
        sent = sum(tally.link_bytes.values())
        self.observe(Progress(tally.rounds, self.done, self.nodes, sent, self.row_counts))

    def home(self, index: int) -> np.ndarray | None:
        """What the node's owner computes in the clear from its own rows; None where the owner is not played here.

        It computes as the meaning of programs says, so that a result on shares differs in nothing but roundings.
        """
        owner = own(self.circuit.nodes[index]).visibility.parties[0]
        self.given -= 1
        value = None
        if self.ranks[owner] in self.scheme.wire.ranks:
            compute(self.circuit, replace(self.world, tables=self.rows), self.at_home, (index,))
            value = self.at_home[index]
        if not self.given:
            self.at_home.clear()
        return value

    def advance(self) -> None:
        """One more node or trip is done."""
        self.done += 1
        self.report()

    async def outputs(self) -> list[Any]:
        """The disclosures."""
        secret = tuple(sorted(self.reached.nodes - self.reached.public.keys()))
        whole = Pass(self, self.circuit, self.kinds.of_circuit(), dict(self.reached.public), "")
        return await whole.results(secret, self.reached.wanted)

    def body(self, region: int) -> Body:
        """What runs in each trip of a region."""
        if region not in self.bodies:
            self.bodies[region] = body_of(self.circuit, region)
        return self.bodies[region]


class Pass:
    """The nodes of the circuit, or of a region in one trip, once: their tasks, and the values that are still needed.

    `place` names the trip in the program; it is empty for the circuit itself.
    """

    def __init__(
        self, run: Run, circuit: Circuit, kinds: tuple[str, ...], values: dict[int, Value], place: str
    ) -> None:
        self.run, self.circuit, self.kinds, self.values, self.place = run, circuit, kinds, values, place
        self.uses: Counter[int] = Counter()
        self.tasks: dict[int, Task[None]] = {}

    async def results(self, secret: tuple[int, ...], wanted: tuple[int, ...]) -> list[Any]:
        """Start a task for every secret node, in topological order, and collect what is wanted."""
        self.uses = Counter(wanted)
        for index in secret:
            if not is_given(self.circuit.nodes[index]):
                self.uses.update(self.circuit.nodes[index].args)
        for index in secret:
            self.tasks[index] = self.run.scheme.wire.steps.spawn(self._node(index), f"{self.place}node {index}")
        for index in wanted:
            if index in self.tasks:
                await self.tasks[index]
        return [self.values[index] for index in wanted]

    async def _node(self, index: int) -> None:
        run, node = self.run, self.circuit.nodes[index]
        if is_given(node):
            await self._given(index)
            return
        for argument in node.args:
            if argument in self.tasks:
                await self.tasks[argument]
        args = tuple(self.values[a] for a in node.args)
        types = tuple(self.circuit.nodes[a].type for a in node.args)
        loop = self._loop(index) if node.op is Op.FOLD else None
        for argument in node.args:
            self._release(argument)
        kind = self.kinds[index]
        step = Step(run.scheme, node, types, args, kind, run.rows, run.row_counts, run.ranks, run.owners, loop)
        del args
        self.values[index] = await KERNEL[node.op](step)
        if not self.place:
            run.advance()

    async def _given(self, index: int) -> None:
        """The owner of a node shares what it has computed by itself."""
        run, node = self.run, self.circuit.nodes[index]
        step = Step(run.scheme, node, (), (), self.kinds[index], run.rows, run.row_counts, run.ranks, run.owners)
        self.values[index] = await given(step, run.home(index))
        run.advance()

    def _release(self, index: int) -> None:
        """One user fewer; a value without users is forgotten."""
        self.uses[index] -= 1
        if not self.uses[index]:
            del self.values[index]

    def _loop(self, index: int) -> Loop:
        """How a FOLD runs its region."""
        node = self.circuit.nodes[index]
        region = number(node, "region")
        inputs = self.run.kinds.inputs(node, tuple(self.kinds[a] for a in node.args))
        body, kinds = self.run.body(region), self.run.kinds.of_region(region, inputs)

        async def trip(given: tuple[Value, ...]) -> list[Value]:
            values = body.public_values(self.run.world, given)
            values.update((i, given[number(body.circuit.nodes[i], "index")]) for i in body.given)
            place = f"{self.place}node {index}, trip {given[0]}, "
            results = await Pass(self.run, body.circuit, kinds, values, place).results(
                body.secret, body.circuit.outputs
            )
            if not self.place:
                self.run.advance()
            return results

        types = tuple(own(body.circuit.nodes[result]) for result in body.circuit.outputs)
        return Loop(self.run.circuit.regions[region].inputs, inputs, types, trip)
