"""What `--net` and `--link` name: a network's round trip and bandwidth, the least time on it, and its emulation.

Lives here: `Network`, `network_of`, `lines_of`. Not here: holding bytes back (runtime/wire/emulated.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from secfuse.compiler.circuit.graph import Circuit
from secfuse.runtime.costs.time import local_seconds
from secfuse.runtime.errors import RunError
from secfuse.runtime.wire import Tally
from secfuse.runtime.wire.emulated import Line, Lines

from .forecast import traffic_by_party


@dataclass(frozen=True, slots=True)
class Network:
    """Round-trip time between two parties, and what one party can send, and receive, at a time."""

    rtt_ms: float
    mbit_per_s: float

    def least_seconds(self, circuit: Circuit, tally: Tally) -> float:
        """A lower bound: local work is left out. A round is one message delay, half a round trip.

        In every round the busiest party's bytes must pass, so the delays and the busiest party's bytes add up.
        """
        busiest = busiest_bytes(circuit, tally)
        return tally.rounds * self.rtt_ms / 2e3 + 8 * busiest / (self.mbit_per_s * 1e6)

    def about_seconds(self, circuit: Circuit, tally: Tally) -> float:
        """An estimate: the lower bound, and the parties' own work."""
        return self.least_seconds(circuit, tally) + local_seconds(tally, busiest_bytes(circuit, tally))

    def line(self) -> Line:
        """The same for the runtime."""
        return Line(self.rtt_ms / 2e3, self.mbit_per_s * 1e6 / 8)


def busiest_bytes(circuit: Circuit, tally: Tally) -> int:
    """The most that one party sends, or receives."""
    return max(max(t.bytes_sent, t.bytes_received) for t in traffic_by_party(circuit, tally).values())


_UNLIMITED = 1e15  # bytes a second; a number that JSON can say
NETWORKS = {"lan": Network(0.3, 1000.0), "wan": Network(40.0, 100.0)}


def network_of(option: str, text: str) -> Network:
    """A network by its name or its figures. Raises RunError CFG-602."""
    if text in NETWORKS:
        return NETWORKS[text]
    try:
        rtt_ms, mbit_per_s = (float(part) for part in text.split(","))
    except ValueError:
        raise RunError("CFG-602", f"write {option} lan, {option} wan, or {option} RTT_MS,MBIT such as 25,300") from None
    if not (isfinite(rtt_ms) and isfinite(mbit_per_s) and rtt_ms >= 0 and mbit_per_s > 0):
        raise RunError("CFG-602", "a network has a round trip of 0 ms or more and a bandwidth above 0 Mbit/s")
    return Network(rtt_ms, mbit_per_s)


def lines_of(circuit: Circuit, net: str | None, links: Sequence[str]) -> Lines | None:
    """What a run is to be slowed down to; None for the machine's own speed. links: A-B=NET each. Raises CFG-602."""
    if net is None and not links:
        return None
    every = network_of("--net", net).line() if net is not None else Line(0.0, _UNLIMITED)
    own: dict[tuple[int, int], Line] = {}
    for text in links:
        pair, _, figures = text.partition("=")
        found = [
            (a, b)
            for a, one in enumerate(circuit.compute)
            for b, other in enumerate(circuit.compute)
            if a < b and pair.strip() in (f"{one}-{other}", f"{other}-{one}")
        ]
        if not found:
            names = ", ".join(circuit.compute)
            raise RunError("CFG-602", f"write --link A-B=RTT_MS,MBIT with two of the compute parties {names}")
        own[found[0]] = network_of(f"--link {pair.strip()}=", figures.strip()).line()
    return Lines(every, tuple((*pair, line) for pair, line in own.items()))
