"""Meaning of the element-wise operations, exact for every size of number.

Lives here: the rules of CLEAR (evaluate.py) that know no rows. Shapes broadcast as NumPy's. Where 64 bits do not hold
an intermediate value, Python's integers do.
"""

from __future__ import annotations

import numpy as np

from .step import Step, held, magnitude, narrow, wide

_SAFE = 1 << 62


def add(step: Step) -> np.ndarray:
    """x + y"""
    return narrow(step.array(0) + step.array(1))


def sub(step: Step) -> np.ndarray:
    """x - y"""
    return narrow(step.array(0) - step.array(1))


def neg(step: Step) -> np.ndarray:
    """-x"""
    return narrow(-step.array(0))


def absolute(step: Step) -> np.ndarray:
    """|x|"""
    return narrow(np.abs(step.array(0)))


def mul(step: Step) -> np.ndarray:
    """floor(x * y / 2**d + 1/2), d the fraction bits that the result drops. A protocol may be off by one unit."""
    x, y = step.arrays()
    drop = step.elem(0).fraction_bits + step.elem(1).fraction_bits - step.result.fraction_bits
    product = x * y if magnitude(x) * magnitude(y) < _SAFE else wide(x) * wide(y)
    half = (1 << drop) >> 1
    return narrow((product + half) >> drop)


def div(step: Step) -> np.ndarray:
    """x / y to the result's fraction bits, half away from zero; 0 where y is 0."""
    x, y = (np.atleast_1d(argument) for argument in step.arrays())
    shift = step.result.fraction_bits + step.elem(1).fraction_bits - step.elem(0).fraction_bits
    up, down = max(shift, 0), max(-shift, 0)
    if (magnitude(x) << up + 1) + (magnitude(y) << down + 1) >= _SAFE:
        x, y = wide(x), wide(y)
    numerator, denominator = np.abs(x) << up, y << down
    divisible = y > 0
    size = (2 * numerator + denominator) // np.where(divisible, 2 * denominator, 1)
    quotient = narrow(np.where(divisible, np.where(x < 0, -size, size), 0))
    return quotient.reshape(np.broadcast_shapes(step.array(0).shape, step.array(1).shape))


def rescale(step: Step) -> np.ndarray:
    """x with the result's fraction bits; fewer bits round to nearest, ties away from zero."""
    x = step.array(0)
    drop = step.elem(0).fraction_bits - step.result.fraction_bits
    if drop <= 0:
        return narrow(x << -drop)
    size = (np.abs(x) + (1 << drop - 1)) >> drop
    return narrow(np.where(x < 0, -size, size))


def lt(step: Step) -> np.ndarray:
    """x < y"""
    return np.asarray(step.array(0) < step.array(1))


def eq(step: Step) -> np.ndarray:
    """x == y"""
    return np.asarray(step.array(0) == step.array(1))


def and_(step: Step) -> np.ndarray:
    """x and y"""
    return np.asarray(step.array(0) & step.array(1))


def or_(step: Step) -> np.ndarray:
    """x or y"""
    return np.asarray(step.array(0) | step.array(1))


def not_(step: Step) -> np.ndarray:
    """not x"""
    return np.asarray(~step.array(0))


def bit(step: Step) -> np.ndarray:
    """That bit of x"""
    return np.asarray(step.array(0).astype(np.int64) >> step.number("index") & 1, bool)


def number(step: Step) -> np.ndarray:
    """The sum of 2 ** i over the bits that are set"""
    total = np.zeros((), np.int64)
    for i in range(len(step.types)):
        total = np.asarray(total + (step.array(i).astype(np.int64) << i))
    return total


def select(step: Step) -> np.ndarray:
    """x where the condition holds, else y."""
    condition, x, y = step.arrays()
    return held(np.where(condition, x, y), step.result)
