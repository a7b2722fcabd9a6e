"""How long the parties' own work takes, beside the delays and bytes of a network: an estimate.

Lives here: `local_seconds`. Three measured numbers: a round costs calls of Python and system, a gate passes over words,
a byte is packed, encrypted and read. Not here: the network (secfuse/network.py), anything exact (predict.py).

Measured with three processes on a machine of two cores that had other work to do; parties on machines of their own are
faster. docs/costs.md says how far off it was.
"""

from __future__ import annotations

from secfuse.runtime.wire import Tally

ROUND_S = 2.1e-3
GATE_S = 1.2e-9
"""For each AND, and each word of a product in the ring."""
BYTE_S = 6e-9


def local_seconds(tally: Tally, busiest_bytes: int) -> float:
    """Of the slowest party. busiest_bytes: the most that one party sends, or receives."""
    gates = tally.ands + tally.multiplications
    return ROUND_S * tally.rounds + GATE_S * gates + BYTE_S * busiest_bytes
