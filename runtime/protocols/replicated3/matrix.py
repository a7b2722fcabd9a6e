"""Products of matrices of ring values.

Lives here: matmul. Products with public matrices are local (kernels/arrays.py); products element by element are in
arithmetic.py.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.matrices import product

from .seats import Seats


async def matmul(p: Seats, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """z = x @ y. 1 round, 1 element of the result a party, however many products it sums. Araki et al. 2016, 2.1.

    Shapes (P, 2, ..., m, k) and (P, 2, ..., k, n) to (P, 2, ..., m, n); as `multiply`, with the products summed first.

    1. own = x_p @ (y_p + y_(p+1)) + x_(p+1) @ y_p
    2. own += a fresh sharing of zero: what the predecessor receives is uniform to it
    3. shift
    """
    own = product(x[:, 0], y[:, 0] + y[:, 1])
    own += product(x[:, 1], y[:, 0])
    shares = np.empty((len(own), 2, *own.shape[1:]), x.dtype)
    shares[:, 0] = own
    own = shares[:, 0]
    p.add_zero(own, np.add, np.subtract)
    p.wire.tally.multiplications += x.shape[-1] * own[0].size
    return p.hold(shares, await p.wire.shift(own, "zero-sharing"))
