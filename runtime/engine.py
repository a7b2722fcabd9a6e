"""Runs a circuit on shares: one task a node, each waiting for its arguments, all driven in lock-step.

Lives here: `execute`. Rounds follow from the data flow alone: whatever is ready sends in the same round. A value is
forgotten when its last user has run. Not here: sessions and processes (run.py, session.py), kernels (kernels/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from secfuse.compiler.circuit.evaluate import outputs_of
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.released import Released

from .kernels import KERNEL
from .kernels.value import Step, Value
from .kinds import assign_kinds
from .protocols import Scheme
from .reach import public_values, reach, sized
from .rounds import Task


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
    """What this process may hand out: disclosures to parties played here, and printed lines."""

    released: tuple[Released, ...]
    printed: tuple[str, ...]


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
    run = _Run(circuit, scheme, dict(rows), dict(row_counts), dict(params), observe)
    scheme.wire.steps.after_round = run.report
    released = scheme.wire.steps.run(run.outputs(), "outputs")
    return Execution(tuple(r for r in released if r is not None), printed)


class _Run:
    """One execution: the tasks, the values that are still needed, and the counters."""

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
        self.kinds = assign_kinds(circuit)
        self.ranks = {name: rank for rank, name in enumerate(circuit.compute)}
        self.owners = {t.name: self.ranks[t.owner] for t in circuit.tables}
        reached = reach(circuit, params, row_counts)
        self.wanted, self.needed = reached.wanted, reached.nodes
        self.values: dict[int, Value] = dict(reached.public)
        self.uses = {i: 0 for i in self.needed}
        for index in self.needed:
            for argument in circuit.nodes[index].args:
                if argument in self.uses:
                    self.uses[argument] += 1
        self.tasks: dict[int, Task[None]] = {}
        self.done = 0

    def report(self) -> None:
        """Tell the observer where the run stands: after every round and every node."""
        tally = self.scheme.wire.tally
        sent = sum(tally.link_bytes.values())
        self.observe(Progress(tally.rounds, self.done, len(self.tasks), sent, self.row_counts))

    async def outputs(self) -> list[Any]:
        """Start a task for every secret node, in topological order, and collect the disclosures."""
        for index in sorted(self.needed):
            if index not in self.values:
                self.tasks[index] = self.scheme.wire.steps.spawn(self._node(index), f"node {index}")
        for index in self.wanted:
            await self.tasks[index]
        return [self.values[index] for index in self.wanted]

    async def _node(self, index: int) -> None:
        node = self.circuit.nodes[index]
        for argument in node.args:
            if argument in self.tasks:
                await self.tasks[argument]
        args = tuple(self.values[a] for a in node.args)
        types = tuple(self.circuit.nodes[a].type for a in node.args)
        for argument in node.args:
            self._release(argument)
        step = Step(
            self.scheme, node, types, args, self.kinds[index], self.rows, self.row_counts, self.ranks, self.owners
        )
        del args
        self.values[index] = await KERNEL[node.op](step)
        self.done += 1
        self.report()

    def _release(self, index: int) -> None:
        """One user fewer; a secret value without users is forgotten."""
        self.uses[index] -= 1
        if not self.uses[index] and index in self.tasks:
            del self.values[index]
