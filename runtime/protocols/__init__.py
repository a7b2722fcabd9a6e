"""What a secret-sharing scheme must offer. Everything above (bits, sort, join, sums) is written on this alone.

Lives here: the interface `Scheme` and the literal table of schemes. One scheme a file or folder; clear.py is the
template. A share array is (P, copies, ...): the parties played here, and the shares one party holds of a value.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from secfuse.runtime.wire import Wire


class Scheme(Protocol):
    """Ring values: (P, copies, *shape). Bit planes: (P, copies, ..., W), XOR-shared; `^` and views are local."""

    name: str
    copies: int
    everyone: tuple[int, ...]
    wire: Wire

    def row_of(self, rank: int) -> int | None:
        """The row of the party axis that belongs to a party; None if it is not played here."""
        ...

    def zeros(self, shape: tuple[int, ...], dtype: np.typing.DTypeLike = np.uint64) -> np.ndarray:
        """Shares of zero, all zero."""
        ...

    def constant(self, values: np.ndarray) -> np.ndarray:
        """Shares of a public value, of either kind."""
        ...

    def coins(self, shape: tuple[int, ...]) -> np.ndarray:
        """Planes of uniform bits that nobody knows."""
        ...

    async def share(
        self,
        owner: int,
        values: np.ndarray | None,
        shape: tuple[int, ...],
        combine: np.ufunc,
        dtype: np.typing.DTypeLike = np.uint64,
    ) -> np.ndarray:
        """An owner's value becomes shares; combine: np.subtract for the ring, np.bitwise_xor for planes."""
        ...

    async def reconstruct(
        self, x: np.ndarray, combine: np.ufunc, recipients: tuple[int, ...], purpose: str
    ) -> np.ndarray:
        """The one way to a value: (P, ...), meaningful at the recipients. combine: np.add or np.bitwise_xor."""
        ...

    async def multiply(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Ring product."""
        ...

    async def dot(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Ring product summed over the last axis."""
        ...

    async def matmul(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Ring product of matrices: the last two axes."""
        ...

    async def truncate(self, x: np.ndarray, d: int) -> np.ndarray:
        """x / 2^d within one unit, for |x| < 2^(k-2)."""
        ...

    async def and_(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """AND of planes."""
        ...

    def invert(self, x: np.ndarray, fresh: bool = False) -> np.ndarray:
        """NOT of planes. fresh: x is nobody else's, and may become the result."""
        ...

    async def bit_to_ring(self, plane: np.ndarray, count: int, dtype: np.typing.DTypeLike = np.uint64) -> np.ndarray:
        """The bits of a plane (.., W) as ring elements (.., count)."""
        ...

    async def select_ring(self, plane: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Bit times ring value."""
        ...

    async def carry_pairs(self, x: np.ndarray, width_bits: int) -> tuple[np.ndarray, np.ndarray]:
        """Planes (generate, propagate) whose carry tree gives the low bits of x; the top one generates nothing."""
        ...

    async def difference_planes(self, x: np.ndarray) -> np.ndarray:
        """Planes that are all zero exactly where x = 0."""
        ...

    async def shuffle(self, rows: np.ndarray, add: np.ufunc = np.bitwise_xor) -> np.ndarray:
        """Rows (P, copies, m, n) in an order that nobody knows."""
        ...
