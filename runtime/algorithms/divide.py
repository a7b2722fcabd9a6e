"""Exact division on bit planes, for the few numbers that a statistic ends in.

Lives here: long division with rounding. It takes about 7 rounds a bit of the quotient whatever the number of elements,
so it is for numbers that division by reciprocals (reciprocal.py) does not take, and for very many.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.protocols import Scheme

from .bits import PLANE, add, any_set, extended, select, subtract


async def divide(
    p: Scheme, numerator: np.ndarray, denominator: np.ndarray, shift: int, quotient_bits: int
) -> np.ndarray:
    """numerator * 2^shift / denominator of unsigned numbers, rounded half up, in `quotient_bits`; 0 where it is / 0.

    The rounded quotient is floor((2 numerator 2^shift + denominator) / (2 denominator)). Restoring division, highest
    bit first. What stands above the quotient's highest bit is less than the divisor, so it is the first remainder.
    quotient_bits * (3 + log2 d) rounds, d the bits of the denominator.
    """
    below = np.zeros_like(numerator[:, :, :1])
    doubled = np.concatenate([below] * (shift + 1) + [numerator], axis=PLANE)
    divisor = np.concatenate([np.zeros_like(denominator[:, :, :1]), denominator], axis=PLANE)
    width = max(doubled.shape[PLANE], denominator.shape[PLANE], quotient_bits) + 1
    dividend = await add(p, extended(doubled, width, False), extended(denominator, width, False))

    room = divisor.shape[PLANE] + 1
    divisor = extended(divisor, room, False)
    remainder = extended(dividend[:, :, quotient_bits:], room, False)[:, :, :room]
    quotient: list[np.ndarray] = []
    for i in reversed(range(quotient_bits)):
        remainder = np.concatenate([dividend[:, :, i : i + 1], remainder[:, :, : room - 1]], axis=PLANE)
        less_divisor, fits = await subtract(p, remainder, divisor)
        remainder = await select(p, fits, less_divisor, remainder)
        quotient.insert(0, fits)
    defined = await any_set(p, denominator)
    return await p.and_(np.stack(quotient, axis=PLANE), defined[:, :, None])
