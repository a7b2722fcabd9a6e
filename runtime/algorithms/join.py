"""Inner join on a key that is unique on the right: bring the union in order, then copy each right row down to its left
rows.

Lives here: join. Neither the number of matches nor which rows match becomes known: the result has a row for every row
of both sides and a secret bit that says whether it counts. No tags are opened, so duplicates on the left do not show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secfuse.runtime.planes import concatenated, shifted
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

from .bits import PLANE, equal, extended
from .merge import merged_planes
from .scan import scan_first
from .sort import sorted_planes


@dataclass(frozen=True, slots=True)
class Side:
    """One table of a join: key (P, copies, k, W), valid (P, copies, W), payload (P, copies, m, W), `count` rows."""

    key: np.ndarray
    valid: np.ndarray
    payload: np.ndarray
    count: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The union in key order. Only left rows can be valid.

    `left` is 0 in right rows; `right` is 0 wherever a left row finds no valid right row, and in right rows.
    """

    key: np.ndarray
    valid: np.ndarray
    left: np.ndarray
    right: np.ndarray
    count: int


async def join(p: Scheme, left: Side, right: Side, merging: bool = False) -> Joined:
    """Inner join, keys unique on the right. merging: both sides come sorted by their unsigned key.

    1. union: right rows first, so that a stable order puts the one right row of a key before its left rows; both
       sides' payloads share the same planes
    2. in order of the key: by a sort (sort.py), or of sides in order by a merge (merge.py)
    3. a row starts a key group if its key differs from the row before, or if it is a valid right row: behind one that
       is not valid and has the same key
    4. valid right rows keep their payload and a bit `found`; both are copied to the end of the group (scan.py)
    5. what right rows hold is cleared; a left row counts if it is valid and found something
    """
    keys, width = right.key.shape[PLANE], max(left.payload.shape[PLANE], right.payload.shape[PLANE])
    first, second = _row_planes(p, right, width, is_right=True), _row_planes(p, left, width, is_right=False)
    count = left.count + right.count
    if merging:
        rows = await merged_planes(p, first, right.count, second, left.count, keys)
    else:
        rows = await sorted_planes(p, concatenated([first, second], [right.count, left.count]), keys, count)
    key, valid, is_right, payload = rows[:, :, :keys], rows[:, :, keys], rows[:, :, keys + 1], rows[:, :, keys + 2 :]

    same, found = await together(equal(p, key, shifted(key, 1)), p.and_(is_right, valid))
    starts = p.invert(same ^ await p.and_(same, found))
    own = np.concatenate([found[:, :, None], await _kept(p, found, payload[:, :, : right.payload.shape[PLANE]])], PLANE)
    copied = await scan_first(p, starts, own, count)
    lefts = payload[:, :, : left.payload.shape[PLANE]]
    is_left = p.invert(is_right)
    rows = await _kept(p, is_left, np.concatenate([copied, lefts], axis=PLANE))
    counts = await p.and_(valid, rows[:, :, 0])
    rights = right.payload.shape[PLANE] + 1
    return Joined(key, counts, rows[:, :, rights:], rows[:, :, 1:rights], count)


async def _kept(p: Scheme, where: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """Planes where a bit holds, zero elsewhere. k ANDs, 1 round."""
    return await p.and_(planes, where[:, :, None]) if planes.shape[PLANE] else planes


def _row_planes(p: Scheme, side: Side, width: int, is_right: bool) -> np.ndarray:
    """Key, valid, whether it is a right row, and payload of one side, as planes side by side."""
    flag = np.zeros_like(side.valid)
    if is_right:
        flag = p.invert(flag)
    payload = extended(side.payload, width, False) if side.payload.shape[PLANE] else _no_planes(side, width)
    return np.concatenate([side.key, side.valid[:, :, None], flag[:, :, None], payload], axis=PLANE)


def _no_planes(side: Side, width: int) -> np.ndarray:
    return np.zeros((*side.valid.shape[:2], width, side.valid.shape[-1]), np.uint64)
