"""Inner join on a key that is unique on the right: sort the union, then copy each right row down to its left rows.

Lives here: join. Neither the number of matches nor which rows match becomes known: the result has a row for every row
of both sides and a secret bit that says whether it counts. No tags are opened, so duplicates on the left do not show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secfuse.runtime.planes import concatenated, shifted
from secfuse.runtime.protocols import Scheme

from .bits import PLANE, equal, extended
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


async def join(p: Scheme, left: Side, right: Side) -> Joined:
    """Inner join, keys unique on the right.

    1. union: right rows first, so that a stable sort puts the one right row of a key before its left rows; both
       sides' payloads share the same planes
    2. sort by key (sort.py)
    3. a row starts a key group if its key differs from the row before
    4. valid right rows keep their payload and a bit `found`; both are copied to the end of the group (log2 n rounds)
    5. what right rows hold is cleared; a left row counts if it is valid and found something
    """
    keys, width = right.key.shape[PLANE], max(left.payload.shape[PLANE], right.payload.shape[PLANE])
    parts = [_row_planes(p, right, width, is_right=True), _row_planes(p, left, width, is_right=False)]
    count = left.count + right.count
    rows = await sorted_planes(p, concatenated(parts, [right.count, left.count]), keys, count)
    key, valid, is_right, payload = rows[:, :, :keys], rows[:, :, keys], rows[:, :, keys + 1], rows[:, :, keys + 2 :]

    same = await equal(p, key, shifted(key, 1))
    starts = p.invert(same)
    _set_first(p, starts)
    found = await p.and_(is_right, valid)
    own = np.concatenate([found[:, :, None], await _kept(p, found, payload[:, :, : right.payload.shape[PLANE]])], PLANE)
    copied = await _copy_down(p, starts, own, count)
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


def _set_first(p: Scheme, plane: np.ndarray) -> None:
    """Make the bit of element 0 one, in place: it is bit 0 of word 0. Local."""
    first = np.zeros_like(plane[0, 0])
    first[0] = 1
    plane &= ~first
    plane ^= p.constant(first)


async def _copy_down(p: Scheme, starts: np.ndarray, own: np.ndarray, count: int) -> np.ndarray:
    """Each element takes what the first element of its group owns; others own nothing. planes: (P, copies, k, W).

    Doubling: after the step at distance d an element knows its start if that lies less than 2 d away, and holds zeros
    until then, so taking over is an exclusive or.
    """
    state = np.concatenate([starts[:, :, None], own], axis=PLANE)
    distance = 1
    while distance < count:
        unknown = p.invert(state[:, :, :1])
        state = state ^ await p.and_(unknown, shifted(state, distance))
        distance *= 2
    return state[:, :, 1:]
