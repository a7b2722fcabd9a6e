"""Runs a circuit: all parties in this process. Networked runs are launch.py's.

Lives here: `simulate`, and the form in which every kind of run reports. No privacy: one process sees everything.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.released import Released

from .engine import Observe, execute
from .protocols.replicated3 import Replicated3
from .randomness import Streams
from .seals import Seal, seals_of
from .trace import Recorder, Recording
from .wire import PARTIES, Tally, Wire
from .wire.emulated import Lines
from .wire.simulated import Simulated


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one party sent and received, payload only, and in how many rounds. sent_to: by name of the receiver."""

    bytes_sent: int
    bytes_received: int
    rounds: int
    sent_to: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run: what was released, and what it cost. `multiplications` and `ands` count a party's gates.

    sealed: outputs that nobody was handed. seals: the parties' files of them, where one process has them all.
    recordings: by process, where a run was asked for them: a party's name, or "all parties" of a simulation.
    """

    released: tuple[Released, ...]
    printed: tuple[str, ...]
    traffic: dict[str, Traffic]
    multiplications: int
    ands: int
    seconds: float
    protocol: str
    simulated: bool
    recordings: dict[str, Recording] = field(default_factory=dict)
    sealed: tuple[str, ...] = ()
    seals: tuple[Seal, ...] = ()


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def traffic_of(circuit: Circuit, tally: Tally, rank: int) -> Traffic:
    """One party's share of a tally."""
    sent_to = {circuit.compute[dst]: size for (src, dst), size in sorted(tally.link_bytes.items()) if src == rank}
    received = sum(size for (_, dst), size in tally.link_bytes.items() if dst == rank)
    return Traffic(sum(sent_to.values()), received, tally.rounds, sent_to)


def simulate(
    circuit: Circuit,
    tables: Mapping[str, Rows],
    params: Mapping[str, int],
    observe: Observe = lambda progress: None,
    keys: Mapping[int, bytes] | None = None,
    recorder: Recorder | None = None,
    lines: Lines | None = None,
    threads: int | None = None,
) -> Outcome:
    """Run all parties in this process. keys: fixed stream keys make a run repeatable; fresh ones otherwise.

    threads: for local work on long vectors; None for as many as there are processors.
    lines: a network, whose time for the run's messages is added to `seconds`, round by round; nothing waits for it.
    """
    carrier = Simulated(lines)
    wire = Wire(carrier)
    if recorder is not None:
        recorder.attach(wire)
    held = keys or {j: secrets.token_bytes(32) for j in range(PARTIES)}
    scheme = Replicated3(wire, Streams(held, wire.steps.here), threads=threads or processors())
    session = secrets.token_hex(8)
    started = time.perf_counter()
    done = execute(circuit, scheme, tables, {n: r.count for n, r in tables.items()}, params, observe)
    seconds = time.perf_counter() - started + carrier.network_s
    return Outcome(
        done.released,
        done.printed,
        {name: traffic_of(circuit, wire.tally, rank) for rank, name in enumerate(circuit.compute)},
        wire.tally.multiplications,
        wire.tally.ands,
        seconds,
        scheme.name,
        True,
        {} if recorder is None else {"all parties": recorder.recording()},
        tuple(str(sealed.node.attr("name")) for sealed in done.sealed),
        tuple(seal for sealed in done.sealed for seal in seals_of(circuit, sealed, wire.ranks, session)),
    )
