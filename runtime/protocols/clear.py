"""clear: the values themselves, one party, no privacy. Template for a new scheme, and oracle of the circuits above it.

Lives here: every op that a scheme must offer, in its plainest form. A share array is (1, 1, ...).
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.matrices import product
from secfuse.runtime.planes import to_planes, unpack
from secfuse.runtime.randomness import Streams
from secfuse.runtime.wire import Wire


class Clear:
    """The interface of a scheme, on plain values. Ring values are (1, 1, *shape), bit planes (1, 1, ..., W)."""

    name = "clear"
    copies = 1
    everyone = (0,)

    def __init__(self, wire: Wire, streams: Streams) -> None:
        self.wire = wire
        self.streams = streams

    def row_of(self, rank: int) -> int | None:
        """One row plays everybody."""
        return 0

    def zeros(self, shape: tuple[int, ...], dtype: np.typing.DTypeLike = np.uint64) -> np.ndarray:
        """Zero."""
        return np.zeros((1, 1, *shape), dtype)

    def constant(self, values: np.ndarray) -> np.ndarray:
        """A public value."""
        return values[None, None].copy()

    def coins(self, shape: tuple[int, ...]) -> np.ndarray:
        """Bits from key 0."""
        return self.streams.draw(0, shape)[None]

    async def share(
        self,
        owner: int,
        values: np.ndarray | None,
        shape: tuple[int, ...],
        combine: np.ufunc,
        dtype: np.typing.DTypeLike = np.uint64,
    ) -> np.ndarray:
        """An owner's value."""
        assert values is not None, "the owner has its own values"
        return values.astype(dtype)[None, None]

    async def reconstruct(
        self, x: np.ndarray, combine: np.ufunc, recipients: tuple[int, ...], purpose: str
    ) -> np.ndarray:
        """The value, as (P, ...)."""
        return x[:, 0]

    async def multiply(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """x * y."""
        return x * y

    async def dot(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Sum over the last axis of x * y."""
        return np.einsum("...i,...i->...", x, y)

    async def matmul(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """x @ y."""
        return product(x, y)

    async def truncate(self, x: np.ndarray, d: int) -> np.ndarray:
        """x / 2^d rounded to nearest, x read as a signed number."""
        signed = x.view(np.dtype(f"int{x.dtype.itemsize * 8}"))
        return ((signed + (1 << (d - 1))) >> d).view(x.dtype)

    async def and_(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """x & y."""
        return x & y

    def invert(self, x: np.ndarray, fresh: bool = False) -> np.ndarray:
        """Not x."""
        return ~x

    async def bit_to_ring(self, plane: np.ndarray, count: int, dtype: np.typing.DTypeLike = np.uint64) -> np.ndarray:
        """Bits as ring elements 0 and 1."""
        return unpack(plane, count).astype(dtype)

    async def select_ring(self, plane: np.ndarray, x: np.ndarray) -> np.ndarray:
        """b * x."""
        return unpack(plane, x.shape[-1]).astype(x.dtype) * x

    async def carry_pairs(self, x: np.ndarray, width_bits: int) -> tuple[np.ndarray, np.ndarray]:
        """Planes (generate, propagate) whose carry tree gives the bits of x."""
        planes = _planes(x, width_bits)
        return np.zeros_like(planes[:, :, :-1]), planes

    async def difference_planes(self, x: np.ndarray) -> np.ndarray:
        """Planes that are all zero where x = 0."""
        return _planes(x, x.dtype.itemsize * 8)

    async def shuffle(self, rows: np.ndarray, add: np.ufunc = np.bitwise_xor) -> np.ndarray:
        """Rows (1, 1, m, n) in an order drawn from key 0."""
        order = self.streams.permutation(0, rows.shape[-1])
        assert order is not None, "the only party holds the only key"
        return rows[..., order]


def _planes(x: np.ndarray, width_bits: int) -> np.ndarray:
    """Integers (1, 1, ..., n) as planes (1, 1, width, ..., W): the bits stand before the cells."""
    return np.moveaxis(to_planes(x.astype(np.uint64), width_bits), -2, 2)
