"""The coins of a run, told by whoever holds all keys: a simulation, which has no privacy anyway.

Lives here: `coins_of`, so that a run under noise can be compared with what it means in plain. No party of a networked
run can do this: each lacks a key. Not here: tossing (protocols/).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import number, own

from .planes import to_rows, words_for
from .protocols.replicated3 import Replicated3
from .randomness import Streams
from .wire import PARTIES, Wire
from .wire.simulated import Simulated


def coins_of(circuit: Circuit, row_counts: Mapping[str, int], keys: Mapping[int, bytes]) -> dict[int, np.ndarray]:
    """By draw, what a run with these keys tosses, as `evaluate` takes it: each node draws at its own place alone."""
    assert len(keys) == PARTIES, "coins are fair as long as a key is missing"
    wire = Wire(Simulated())
    scheme = Replicated3(wire, Streams(keys, wire.steps.here))

    async def tossed(shape: tuple[int, ...], width_bits: int) -> np.ndarray:
        *cells, count = shape or (1,)
        shares = scheme.coins((width_bits, *cells, words_for(count)))
        planes = shares[0, 0] ^ shares[1, 0] ^ shares[2, 0]
        return to_rows(np.moveaxis(planes, 0, -2), count).astype(np.int64).reshape(shape)

    found: dict[int, np.ndarray] = {}
    for index, node in enumerate(circuit.nodes):
        if node.op is Op.RANDOM:
            shape = tuple(size.bind(row_counts) for size in own(node).shape)
            body = tossed(shape, own(node).elem.width_bits)
            found[number(node, "draw")] = wire.steps.run(body, f"node {index}")
    return found
