"""How fast single operations run, simulated and as three processes over mutual TLS, against the machine's floors.

    python -m benchmarks.primitives [WORKLOAD ...] [--simulated] [--json FILE]

One line per workload and size: seconds, million elements a second, megabytes and rounds of a party, and the ratio to
the floor: the time that the same run's payload takes this machine at least, through its own TLS on loopback and one
round trip a round, both measured first. The least of three runs counts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Param, Party
from secfuse.compiler.circuit.types import integer
from secfuse.network import network_of
from secfuse.runtime.memory import keep_freed_memory
from secfuse.runtime.network.launch import networked
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.randomness import Keystream, Streams
from secfuse.runtime.run import processors, traffic_of
from secfuse.runtime.wire import Wire
from secfuse.runtime.wire.emulated import Lines
from secfuse.runtime.wire.simulated import Simulated

from .workloads import WORKLOADS

ROOT = Path(__file__).resolve().parent.parent
PARTIES = ("a", "b", "c")
REPEAT = 3


@dataclass(frozen=True, slots=True)
class Floors:
    """What this machine can do at all, measured in the same run."""

    aes_bytes_s: float
    add_bytes_s: float
    round_s: float
    tls_bytes_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. bytes_sent: of the busiest party. floor_s: 0 where there is none (simulated)."""

    workload: str
    elements: int
    networked: bool
    seconds: float
    bytes_sent: int
    rounds: int
    floor_s: float


def circuit_for(workload: str) -> Circuit:
    """A circuit without gates: it carries the workload's name and size to the parties."""
    sizes = tuple(Param(name, integer(1, 2**40), 1) for name in ("n", "repeat"))
    return Circuit(workload, tuple(Party(p, p) for p in PARTIES), PARTIES, (), sizes, (), ())


def simulated(workload: str, elements: int) -> Row:
    """All parties in this process."""
    best_s = float("inf")
    for _ in range(REPEAT):
        wire = Wire(Simulated())
        p = Replicated3(wire, Streams({j: os.urandom(32) for j in range(3)}, wire.steps.here), threads=processors())
        work = WORKLOADS[workload].run(p, elements)
        started_s = time.perf_counter()
        wire.steps.run(work)
        best_s = min(best_s, time.perf_counter() - started_s)
    sent = max(traffic_of(circuit_for(workload), wire.tally, rank).bytes_sent for rank in range(3))
    return Row(workload, elements, False, best_s, sent, wire.tally.rounds, 0.0)


def apart(workload: str, elements: int, floors: Floors | None, lines: Lines | None = None) -> Row:
    """Three processes on loopback, or on an emulated network; then its delays and bandwidth are the floor."""
    command = (sys.executable, "-m", "benchmarks.party")
    outcome = networked(
        circuit_for(workload), {}, {"n": elements, "repeat": REPEAT}, ROOT, command=command, lines=lines
    )
    sent = max(t.bytes_sent for t in outcome.traffic.values())
    rounds = max(t.rounds for t in outcome.traffic.values())
    floor_s = rounds * floors.round_s + sent / floors.tls_bytes_s if floors else 0.0
    if lines is not None:
        received = max(t.bytes_received for t in outcome.traffic.values())
        floor_s = rounds * lines.every.delay_s + max(sent, received) / lines.every.bytes_per_s
    return Row(workload, elements, True, outcome.seconds, sent, rounds, floor_s)


def measure_floors(with_network: bool) -> Floors:
    """AES and memory in this process; the round and the link from the two simplest workloads."""
    stream = Keystream(bytes(16))
    aes_s = min(_timed(lambda: stream.draw(bytes(12), 1 << 20)) for _ in range(20))
    x = np.arange(1 << 14, dtype=np.uint64)
    add_s = min(_timed(lambda: np.add(x, x, out=x)) for _ in range(50))
    if not with_network:
        return Floors(2**20 / aes_s, 3 * x.nbytes / add_s, 0.0, 1.0)
    chain, bulk = apart("ring", 1000, None), apart("bulk", 10**6, None)
    round_s = chain.seconds / chain.rounds
    return Floors(2**20 / aes_s, 3 * x.nbytes / add_s, round_s, bulk.bytes_sent / max(bulk.seconds - round_s, 1e-9))


def _timed(work: object) -> float:
    started_s = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started_s


def show(row: Row) -> None:
    """One line of the table."""
    kind = "tls" if row.networked else "sim"
    ratio = f"{row.seconds / row.floor_s:6.1f}" if row.floor_s else "     -"
    rate = row.elements / row.seconds / 1e6
    print(
        f"{row.workload:15} {row.elements:10,} {kind} {row.seconds:9.4f} {rate:9.2f} {row.bytes_sent / 1e6:9.2f} "
        f"{row.rounds:6} {ratio}",
        flush=True,
    )


def main() -> None:
    """The table, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", help=", ".join(WORKLOADS))
    parser.add_argument("--simulated", action="store_true", help="no networked runs")
    parser.add_argument("--net", metavar="lan|wan|RTT_MS,MBIT", help="emulate such a network, whose figures are floors")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows here")
    arguments = parser.parse_args()
    keep_freed_memory()
    lines = Lines(network_of("--net", arguments.net).line()) if arguments.net else None
    floors = measure_floors(not arguments.simulated)
    print(f"floors: AES {floors.aes_bytes_s / 1e9:.1f} GB/s, add in cache {floors.add_bytes_s / 1e9:.0f} GB/s", end="")
    print(
        f", round {floors.round_s * 1e6:.0f} us, TLS {floors.tls_bytes_s / 1e9:.2f} GB/s a party"
        * (not arguments.simulated)
    )
    print("workload          elements       seconds   million/s   MB sent rounds  / floor")
    rows = []
    for name in arguments.workloads or [n for n in WORKLOADS if n not in ("ring", "bulk")]:
        for size in WORKLOADS[name].sizes:
            for row in [simulated(name, size)] + ([] if arguments.simulated else [apart(name, size, floors, lines)]):
                show(row)
                rows.append(row)
    if arguments.json:
        arguments.json.write_text(json.dumps({"floors": asdict(floors), "rows": [asdict(r) for r in rows]}, indent=2))


if __name__ == "__main__":
    main()
