"""Meaning of the operations on rows: concatenation, join, cells, reductions.

Lives here: the rules of CLEAR (evaluate.py) that know rows. Notation as in ops.py: `n` rows, `c` cells.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from .step import Step, held, narrow


def concat(step: Step) -> np.ndarray:
    """The rows of all arguments, one after the other: along the first axis."""
    return held(np.concatenate(step.arrays()), step.result)


def join(step: Step) -> tuple[np.ndarray, ...]:
    """Right rows, then left rows, stably sorted by unsigned key; (key, valid, *left columns, *right columns).

    A left row is valid if it was and if a valid right row has its key; wherever such a right row exists, its columns
    are copied. Right rows are not valid in the result. Everything not copied is 0.
    """
    left, right = step.number("left"), step.number("right")
    left_key, left_valid, right_key, right_valid = step.arrays(0, 4)
    order = np.argsort(_unsigned(np.concatenate([right_key, left_key])), kind="stable")
    found, at = _partners(_unsigned(left_key), _unsigned(right_key), right_valid)

    def placed(right_part: np.ndarray, left_part: np.ndarray) -> np.ndarray:
        return np.concatenate([right_part, left_part])[order]

    def from_left(column: np.ndarray) -> np.ndarray:
        return placed(np.zeros(len(right_key), dtype=column.dtype), column)

    def from_right(column: np.ndarray) -> np.ndarray:
        copied = np.zeros(len(left_key), dtype=column.dtype)
        copied[found] = column[at]
        return placed(np.zeros_like(column), copied)

    matched = np.zeros(len(left_key), dtype=np.bool_)
    matched[found] = left_valid[found]
    left_columns = step.arrays(4, 4 + left)
    right_columns = step.arrays(4 + left, 4 + left + right)
    return (
        placed(right_key, left_key),
        placed(np.zeros_like(right_valid), matched),
        *(from_left(c) for c in left_columns),
        *(from_right(c) for c in right_columns),
    )


def _unsigned(key: np.ndarray) -> np.ndarray:
    return key.astype(np.uint64, copy=False)


def _partners(left_key: np.ndarray, right_key: np.ndarray, right_valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the left rows that have a partner, and the index of the partner of each."""
    usable = np.flatnonzero(right_valid)
    usable = usable[np.argsort(right_key[usable], kind="stable")]
    keys = right_key[usable]
    assert not (keys[1:] == keys[:-1]).any(), "the right side of a join has a key twice"
    if not len(keys):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    at = np.minimum(np.searchsorted(keys, left_key), len(keys) - 1)
    found = np.flatnonzero(keys[at] == left_key)
    return found, usable[at[found]]


def pick(step: Step) -> np.ndarray:
    """One part of a bundle."""
    bundle = step.values[0]
    assert isinstance(bundle, tuple), "pick of something that is not a bundle"
    part = bundle[step.number("index")]
    assert part is not None, "that part of a fold was not asked for"
    return part


def cells(step: Step) -> np.ndarray:
    """bool (c, n): row i is valid and its keys are those of cell j; the last key counts fastest."""
    inside = step.array(0)
    cell = np.zeros(inside.shape, dtype=np.int32)
    count = 1
    for index in range(1, len(step.values)):
        elem, key = step.elem(index), step.array(index).astype(np.int64, copy=False)
        width = elem.hi - elem.lo + 1
        inside = inside & (elem.lo <= key) & (key <= elem.hi)
        cell = cell * np.int32(width) + (key - elem.lo).astype(np.int32)
        count *= width
    return np.asarray(np.arange(count, dtype=np.int32)[:, None] == np.where(inside, cell, np.int32(-1)))


def count(step: Step) -> np.ndarray:
    """How many rows are under the mask."""
    return narrow(np.count_nonzero(step.array(0), axis=-1))


def sum_(step: Step) -> np.ndarray:
    """The sum of x under the mask."""
    return _reduce(step, _total)


def least(step: Step) -> np.ndarray:
    """The smallest x under the mask, the domain's hi where there is none."""
    return _reduce(step, lambda x: int(x.min()) if x.size else step.result.hi)


def greatest(step: Step) -> np.ndarray:
    """The greatest x under the mask, the domain's lo where there is none."""
    return _reduce(step, lambda x: int(x.max()) if x.size else step.result.lo)


def largest(step: Step) -> np.ndarray:
    """The sum of the `how_many` greatest x under the mask; x >= 0."""
    how_many = step.number("how_many")
    return _reduce(step, lambda x: _total(_greatest(x, how_many)))


def _reduce(step: Step, one: Callable[[np.ndarray], int]) -> np.ndarray:
    """Apply `one` to the chosen elements of x (n,) or (..., n) for each row of the mask (..., n)."""
    mask, x = step.arrays()
    leading, rows = mask.shape[:-1], mask.shape[-1]
    masks, columns = (a.reshape(prod(leading), rows) for a in (mask, np.broadcast_to(x, mask.shape)))
    results = [one(column[chosen]) for column, chosen in zip(columns, masks, strict=True)]
    return narrow(np.array(results, dtype=object).reshape(leading))


def _total(x: np.ndarray) -> int:
    """The sum. Partial sums may wrap; the whole one fits, and is right modulo 2**64, hence right."""
    return int(x.sum())


def _greatest(x: np.ndarray, how_many: int) -> np.ndarray:
    """The `how_many` greatest elements, in no order; all if there are fewer."""
    kept = max(x.size - how_many, 0)
    return np.partition(x, kept)[kept:] if 0 < kept < x.size else x[kept:]
