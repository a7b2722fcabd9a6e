"""What a program will cost, by source line, and the least time that a network needs for it.

Lives here: `CostLine`, `cost_lines`, `Network`, the plain data of `secfuse cost --json`. Not here: formulas
(runtime/costs), looks (show_cost.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.program import Program
from secfuse.runtime.costs.cost import FREE, Cost
from secfuse.runtime.costs.predict import Predicted
from secfuse.runtime.run import traffic_of
from secfuse.runtime.wire import Tally

from .forecast import predicted_object, traffic_by_party


@dataclass(frozen=True, slots=True)
class CostLine:
    """One source line. rounds: of its nodes on the longest path; bytes_sent: by party. line: from 1; 0 for no line."""

    line: int
    text: str
    rounds: int
    bytes_sent: dict[str, int]
    multiplications: int
    ands: int


@dataclass(frozen=True, slots=True)
class Network:
    """Round-trip time between two parties, and what one party can send, and receive, at a time."""

    rtt_ms: float
    mbit_per_s: float

    def least_seconds(self, circuit: Circuit, tally: Tally) -> float:
        """A lower bound: local work is left out. A round is one message delay, half a round trip.

        In every round the busiest party's bytes must pass, so the delays and the busiest party's bytes add up.
        """
        traffic = traffic_by_party(circuit, tally).values()
        busiest = max(max(t.bytes_sent, t.bytes_received) for t in traffic)
        return tally.rounds * self.rtt_ms / 2e3 + 8 * busiest / (self.mbit_per_s * 1e6)


NETWORKS = {"lan": Network(0.3, 1000.0), "wan": Network(40.0, 100.0)}


def cost_lines(program: Program, predicted: Predicted) -> tuple[CostLine, ...]:
    """The lines that cost anything, in order; all columns but the rounds of what runs side by side add up to the total.

    What has no line of its own (an input's sharing, a policy's guards) counts with the first line that uses it.
    """
    circuit, lines = program.circuit, homes(program.circuit, predicted)
    costs: dict[int, Cost] = {}
    rounds: dict[int, int] = {}
    for step in predicted.nodes:
        line = lines[step.index]
        costs[line] = costs.get(line, FREE) + step.cost
        rounds[line] = rounds.get(line, 0) + step.cost.rounds * step.critical
    return tuple(
        _line(program, circuit, line, rounds[line], cost) for line, cost in sorted(costs.items()) if cost != FREE
    )


def _line(program: Program, circuit: Circuit, line: int, rounds: int, cost: Cost) -> CostLine:
    tally = cost.tally()
    sent = {name: traffic_of(circuit, tally, rank).bytes_sent for rank, name in enumerate(circuit.compute)}
    text = program.source.line(line).strip() if line else "(no line)"
    return CostLine(line, text, rounds, sent, cost.multiplications, cost.ands)


def homes(circuit: Circuit, predicted: Predicted) -> dict[int, int]:
    """The line of every node that runs: its own, or the first of those that use it."""
    homes: dict[int, int] = {}
    asked: dict[int, int] = {}
    for step in reversed(predicted.nodes):
        node = circuit.nodes[step.index]
        home = node.span.line if node.span else asked.get(step.index, 0)
        homes[step.index] = home
        for argument in node.args:
            asked[argument] = min(home, asked.get(argument, home))
    return homes


def report_object(
    program: Program, rows: Mapping[str, int], predicted: Predicted, network: Network | None
) -> dict[str, Any]:
    """Everything that `secfuse cost` says, as plain data."""
    circuit, tally = program.circuit, predicted.tally
    estimate = None
    if network is not None:
        seconds = round(network.least_seconds(circuit, tally), 6)
        estimate = {"rtt_ms": network.rtt_ms, "mbit_per_s": network.mbit_per_s, "least_seconds": seconds}
    return {
        "program": program.name,
        "protocol": "replicated3",
        "rows": dict(rows),
        "lines": [
            {
                "line": line.line,
                "text": line.text,
                "rounds": line.rounds,
                "bytes_sent": line.bytes_sent,
                "multiplications": line.multiplications,
                "ands": line.ands,
            }
            for line in cost_lines(program, predicted)
        ],
        **predicted_object(circuit, tally),
        "peak_memory_bytes": {"parties": predicted.peak.parties, "simulated": predicted.peak.simulated},
        "network": estimate,
    }
