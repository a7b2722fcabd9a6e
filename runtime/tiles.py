"""Pieces of an array that stay in the processor's cache while several passes go over them.

Lives here: `tiles`. NumPy makes one pass over memory for every operation; in pieces of a few thousand elements, the
next one finds in the cache what the last one left there, which is two to three times as fast.
"""

from __future__ import annotations

import math
from itertools import product
from types import EllipsisType
from typing import TypeAlias

Tile: TypeAlias = EllipsisType | tuple[int | slice, ...]

TILE = 1 << 16  # elements: with the five or six arrays of an operation, about what the nearer caches hold


def tiles(shape: tuple[int, ...], at_once: int = TILE) -> list[Tile]:
    """Indices that cut an array (P, *shape) into pieces of about `at_once` elements, each in one stretch of memory.

    They depend on the shape alone, so all parties cut alike.

    >>> tiles((3, 5))
    [Ellipsis]
    >>> [piece[1] for piece in tiles((3000,), at_once=2000)]
    [slice(0, 2000, None), slice(2000, 3000, None)]
    >>> [piece[1:] for piece in tiles((2, 3000), at_once=2000)][1:3]
    [(0, slice(2000, 3000, None)), (1, slice(0, 2000, None))]
    """
    if math.prod(shape) <= at_once:
        return [...]
    axis = next(i for i in range(len(shape)) if math.prod(shape[i + 1 :]) <= at_once)
    step = max(1, at_once // math.prod(shape[axis + 1 :]))
    pieces = [slice(start, min(start + step, shape[axis])) for start in range(0, shape[axis], step)]
    every = slice(None)
    return [(every, *lead, piece) for lead in product(*map(range, shape[:axis])) for piece in pieces]
