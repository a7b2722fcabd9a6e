"""What a program will cost, by source line.

Lives here: `CostLine`, `cost_lines`, the plain data of `secfuse cost --json`. Not here: formulas
(runtime/costs), networks (network.py), looks (show_cost.py).
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

from .forecast import predicted_object
from .network import Network


@dataclass(frozen=True, slots=True)
class CostLine:
    """One source line. rounds: of its nodes on the longest path; bytes_sent: by party. line: from 1; 0 for no line."""

    line: int
    text: str
    rounds: int
    bytes_sent: dict[str, int]
    multiplications: int
    ands: int


def cost_lines(program: Program, predicted: Predicted) -> tuple[CostLine, ...]:
    """The lines that cost anything, in order; all columns but the rounds of what runs side by side add up to the total.

    What has no line of its own (an input's sharing, a policy's guards) counts with the first line that uses it.
    """
    circuit, lines = program.circuit, homes(program, predicted)
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


def homes(program: Program, predicted: Predicted) -> dict[int, int]:
    """The line of every node that runs: its own, or the first of those that use it."""
    homes: dict[int, int] = {}
    asked: dict[int, int] = {}
    for step in reversed(predicted.nodes):
        node = program.circuit.nodes[step.index]
        own = node.span is not None and program.source.holds(node.span)
        home = node.span.line if node.span is not None and own else asked.get(step.index, 0)
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
        estimate = {
            "rtt_ms": network.rtt_ms,
            "mbit_per_s": network.mbit_per_s,
            "least_seconds": round(network.least_seconds(circuit, tally), 6),
            "about_seconds": round(network.about_seconds(circuit, tally), 6),
        }
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
