"""A party's process whose run is a walk round the ring, as long as the parameter `rounds` says, with `words` words."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.runtime.engine import Observe, Progress
from secfuse.runtime.network.events import Finished
from secfuse.runtime.network.party import main
from secfuse.runtime.network.session import Session
from secfuse.runtime.run import traffic_of
from secfuse.runtime.wire import Wire


def walk(
    circuit: Circuit, session: Session, rows: Mapping[str, Rows], params: Mapping[str, int], observe: Observe
) -> Finished:
    """Send what came from one side on to the other; print whose words one holds at the end."""
    wire = Wire(session.carrier)

    async def body() -> int:
        held = np.full((1, params["words"]), session.rank, np.uint64)
        for done in range(params["rounds"]):
            held = np.stack(await wire.shift(held, "test"))
            observe(Progress(done + 1, done + 1, params["rounds"]))
        return int(held[0, 0])

    holder = wire.steps.run(body())
    return Finished((), (f"{session.rank} holds {holder}",), traffic_of(circuit, wire.tally, session.rank), 0, 0, 0.0)


if __name__ == "__main__":
    sys.exit(main(walk))
