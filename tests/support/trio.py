"""Parties for tests: all in one process, with fixed keys, and the ways in and out of shares that tests need.

Lives here: `trio`, `solo`, `shared`, `opened`. Not here: what is tested.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import numpy as np

from secfuse.runtime.protocols import Scheme
from secfuse.runtime.protocols.clear import Clear
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.randomness import Streams
from secfuse.runtime.wire import Carrier, Wire
from secfuse.runtime.wire.simulated import Simulated


class OneParty:
    """The carrier of `clear`: nobody to send to."""

    ranks = (0,)

    def exchange(self, moves: Any) -> list[np.ndarray]:
        """Nothing is ever sent."""
        raise AssertionError("a single party sends nothing")


def keys(seed: int = 0) -> dict[int, bytes]:
    """Three stream keys of a test."""
    return {j: bytes([seed % 256, seed // 256 % 256, j]) * 8 for j in range(3)}


def trio(seed: int = 0, carrier: Carrier | None = None) -> Replicated3:
    """replicated3, all three parties here."""
    wire = Wire(carrier or Simulated())
    return Replicated3(wire, Streams(keys(seed), wire.steps.here))


def solo() -> Clear:
    """clear, the oracle."""
    wire = Wire(OneParty())
    return Clear(wire, Streams(keys(), wire.steps.here))


_runs = 0


def run(p: Scheme, body: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end, at a place of its own."""
    global _runs  # noqa: PLW0603 - tests run one after the other, and a place must never repeat
    _runs += 1
    return p.wire.steps.run(body, f"test {_runs}")


def shared(p: Scheme, values: np.ndarray, combine: np.ufunc, rng: np.random.Generator) -> np.ndarray:
    """Uniformly random shares of values; combine: np.subtract or np.bitwise_xor."""
    if p.copies == 1:
        return values[None, None].copy()
    s0, s1 = (np.frombuffer(rng.bytes(values.nbytes), values.dtype).reshape(values.shape) for _ in range(2))
    s = [s0, s1, combine(combine(values, s0), s1)]
    return np.stack([np.stack([s[i], s[(i + 1) % 3]]) for i in range(3)])


def opened(p: Scheme, x: np.ndarray, combine: np.ufunc) -> np.ndarray:
    """The value, and that all shares of it agree. combine: np.add or np.bitwise_xor."""
    if p.copies == 1:
        return x[0, 0]
    for i in range(3):
        assert np.array_equal(x[i, 1], x[(i + 1) % 3, 0]), "the two holders of a share disagree"
    return combine(combine(x[0, 0], x[1, 0]), x[2, 0])
