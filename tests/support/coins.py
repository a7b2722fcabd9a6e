"""The coins of a run, told: what nobody knows in a run, a test must.

Lives here: `told`, under which every toss of a simulated run is opened and kept by its draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from secfuse.compiler.circuit.ops import Op
from secfuse.runtime.kernels import KERNEL
from secfuse.runtime.kernels.value import Bits, Step, Value
from secfuse.runtime.planes import to_rows


@contextmanager
def told() -> Iterator[dict[int, np.ndarray]]:
    """What the coins of all draws show in the runs inside, as `evaluate` takes them. All parties are here."""
    coins: dict[int, np.ndarray] = {}
    toss = KERNEL[Op.RANDOM]

    async def tell(step: Step) -> Value:
        tossed = await toss(step)
        assert isinstance(tossed, Bits), "coins are bits"
        shares = tossed.planes
        opened = np.moveaxis(shares[0, 0] ^ shares[1, 0] ^ shares[2, 0], 0, -2)
        coins[step.number("draw")] = to_rows(opened, tossed.count).astype(np.int64)
        return tossed

    KERNEL[Op.RANDOM] = tell
    try:
        yield coins
    finally:
        KERNEL[Op.RANDOM] = toss
