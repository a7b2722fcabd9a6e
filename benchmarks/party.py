"""One party of a networked benchmark: an ordinary party's process that runs workloads instead of a circuit.

Lives here: what is played once the session stands. Which workload and how large is told by the circuit's parameters.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.runtime.engine import Observe
from secfuse.runtime.network.events import Finished
from secfuse.runtime.network.party import main
from secfuse.runtime.network.session import Session
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.randomness import Streams
from secfuse.runtime.run import traffic_of
from secfuse.runtime.wire import Wire

from .workloads import WORKLOADS


def play(
    circuit: Circuit, session: Session, rows: Mapping[str, Rows], params: Mapping[str, int], observe: Observe
) -> Finished:
    """Run the workload named by the circuit `repeat` times on `n` elements; the least time counts."""
    best_s = float("inf")
    for i in range(params["repeat"]):
        wire = Wire(session.carrier)
        p = Replicated3(wire, Streams(session.pair_keys, wire.steps.here))
        work = WORKLOADS[circuit.name].run(p, params["n"])
        started_s = time.perf_counter()
        wire.steps.run(work, f"run {i}")
        best_s = min(best_s, time.perf_counter() - started_s)
    tally = wire.tally
    return Finished((), (), traffic_of(circuit, tally, session.rank), tally.multiplications, tally.ands, best_s)


if __name__ == "__main__":
    sys.exit(main(play))
