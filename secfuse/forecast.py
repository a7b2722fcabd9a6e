"""What a run will cost, known as soon as its public row counts are, and compared with what it did cost.

Lives here: `Forecast`, the plain data of a prediction, differences from a measurement. Not here: the formulas
(runtime/costs), the cost by source line (cost_report.py), looks (show*.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from secfuse.compiler.circuit.graph import Circuit
from secfuse.runtime.costs.predict import Predicted, predict
from secfuse.runtime.engine import Observe, Progress
from secfuse.runtime.run import Outcome, Traffic, traffic_of
from secfuse.runtime.wire import Tally

Watch: TypeAlias = Callable[[Progress, Tally], None]


class Forecast:
    """Of one run. It watches the run's progress to hear the row counts, which only the parties agree upon."""

    def __init__(self, circuit: Circuit, params: Mapping[str, int]) -> None:
        self.circuit, self.params = circuit, params
        self.row_counts: dict[str, int] = {}
        self._predicted: Predicted | None = None

    @property
    def predicted(self) -> Predicted:
        """What each node will cost. Before the first progress only of a run that computes nothing."""
        if self._predicted is None:
            self._predicted = predict(self.circuit, self.row_counts, self.params)
        return self._predicted

    @property
    def tally(self) -> Tally:
        """What the run will measure."""
        return self.predicted.tally

    def watched(self, watch: Watch) -> Observe:
        """An observer for the runtime, which tells `watch` how far the run has come of what."""

        def observe(progress: Progress) -> None:
            self.row_counts = progress.row_counts
            watch(progress, self.tally)

        return observe


def cost_object(traffic: Mapping[str, Traffic], multiplications: int, ands: int) -> dict[str, Any]:
    """A cost as plain data, measured or predicted."""
    return {
        "parties": {
            name: {
                "bytes_sent": t.bytes_sent,
                "bytes_received": t.bytes_received,
                "rounds": t.rounds,
                "sent_to": t.sent_to,
            }
            for name, t in traffic.items()
        },
        "gates": {"multiplications": multiplications, "ands": ands},
    }


def traffic_by_party(circuit: Circuit, tally: Tally) -> dict[str, Traffic]:
    """Each compute party's share of a tally."""
    return {name: traffic_of(circuit, tally, rank) for rank, name in enumerate(circuit.compute)}


def predicted_object(circuit: Circuit, tally: Tally) -> dict[str, Any]:
    """A prediction in the form in which a run reports."""
    return cost_object(traffic_by_party(circuit, tally), tally.multiplications, tally.ands)


def differences(circuit: Circuit, tally: Tally, outcome: Outcome) -> tuple[str, ...]:
    """One phrase for every number that came out other than predicted: none, unless SecFuse is at fault."""
    pairs = [
        ("multiplications", tally.multiplications, outcome.multiplications),
        ("ANDs", tally.ands, outcome.ands),
    ]
    for name, expected in traffic_by_party(circuit, tally).items():
        found = outcome.traffic[name]
        pairs += [
            (f"rounds of {name}", expected.rounds, found.rounds),
            (f"bytes sent by {name}", expected.bytes_sent, found.bytes_sent),
            (f"bytes received by {name}", expected.bytes_received, found.bytes_received),
        ]
    return tuple(f"{what}: {a:,} predicted, {b:,} measured" for what, a, b in pairs if a != b)
