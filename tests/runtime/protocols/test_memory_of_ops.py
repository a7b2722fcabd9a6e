"""What an op needs while it works is in proportion to its shares, and not much of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from secfuse.runtime.planes import pack, to_planes
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.randomness import Streams
from secfuse.runtime.wire import Move, Wire
from tests.support.trio import keys

COUNT = 200_000
NUMBERS = np.arange(COUNT, dtype=np.uint64)
RING, BIT, PLANES = NUMBERS, pack(NUMBERS % 2 == 1), to_planes(NUMBERS, 64)


class Alone:
    """A carrier for one party, to which the others send zeros."""

    def __init__(self, rank: int) -> None:
        self.ranks = (rank,)

    def exchange(self, moves: Sequence[Move]) -> list[np.ndarray]:
        """One round."""
        return [np.zeros((int(m.dst in self.ranks), *m.rows.shape[1:]), m.rows.dtype) for m in moves]


OPS: dict[str, tuple[tuple[np.ndarray, ...], Callable[..., Any]]] = {
    "multiply": ((RING, RING[::-1]), lambda p, x, y: p.multiply(x, y)),
    "truncate": ((RING,), lambda p, x: p.truncate(x, 16)),
    "select_ring": ((BIT, RING), lambda p, b, x: p.select_ring(b, x)),
    "bit_to_ring": ((BIT,), lambda p, b: p.bit_to_ring(b, COUNT)),
    "and_": ((PLANES, PLANES[::-1]), lambda p, x, y: p.and_(x, y)),
    "carry_pairs": ((RING,), lambda p, x: p.carry_pairs(x, 64)),
    "difference_planes": ((RING,), lambda p, x: p.difference_planes(x)),
}


@pytest.mark.parametrize("name", OPS)
def test_an_op_needs_less_than_three_times_its_shares(name: str) -> None:
    values, op = OPS[name]
    for rank in range(3):
        wire = Wire(Alone(rank))
        held = {j: key for j, key in keys().items() if j in (rank, (rank + 1) % 3)}
        p = Replicated3(wire, Streams(held, wire.steps.here))
        inputs = [p.constant(value) for value in values]
        before = sum(shares.nbytes for shares in inputs)
        tracemalloc.start()
        result = wire.steps.run(op(p, *inputs))
        after, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert result is not None
        assert before + most < 3 * (before + after), f"party {rank}"
