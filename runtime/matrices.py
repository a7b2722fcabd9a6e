"""Products of matrices modulo 2^64, exactly: by floating point where that is faster.

Lives here: `product`. Local arithmetic on whatever is given: shares or public numbers. Not here: how secret matrices
are multiplied (protocols).
"""

from __future__ import annotations

import numpy as np

_LIMB_BITS = 22
_BLOCK = 256
"""Twice 256 products of limbs are below 2^53: their sum is exact in floating point."""

_WORTH = 12_000_000
"""Products from which limbs and BLAS beat NumPy's own integers, if no axis is short. Measured: 256^3 takes half as
long, 512^3 a ninth, but 10,000 x 64 x 64 longer."""


def product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x @ y for unsigned (..., m, k) and (..., k, n), as NumPy's matmul broadcasts them."""
    (rows, terms), columns = x.shape[-2:], y.shape[-1]
    large = rows * terms * columns >= _WORTH and terms >= 128 and min(rows, columns) >= 64
    return by_limbs(x, y) if large and x.dtype == np.uint64 else np.asarray(np.matmul(x, y))


def by_limbs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same in limbs of 22, 22 and 20 bits: limbs i and j meet at 2^(22 (i + j)), and i + j > 2 leaves the word."""
    lead = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    total = np.zeros((*lead, x.shape[-2], y.shape[-1]), np.uint64)
    for start in range(0, x.shape[-1], _BLOCK):
        xs, ys = _limbs(x[..., start : start + _BLOCK]), _limbs(y[..., start : start + _BLOCK, :])
        for level in range(3):  # all pairs with i + j = level at once, side by side
            left, right = np.concatenate(xs[: level + 1], axis=-1), np.concatenate(ys[level::-1], axis=-2)
            total += np.matmul(left, right).astype(np.int64).view(np.uint64) << np.uint64(_LIMB_BITS * level)
    return total


def _limbs(x: np.ndarray) -> list[np.ndarray]:
    """Lowest first, as floating-point numbers."""
    mask = np.uint64((1 << _LIMB_BITS) - 1)
    return [((x >> np.uint64(_LIMB_BITS * i)) & mask).view(np.int64).astype(np.float64) for i in range(3)]
