"""Sums over many elements without leaving the bits, and the greatest of many.

Lives here: add_up (carry-save addition), largest (tournament). Elementwise circuits are in bits.py.
Input planes are (P, copies, k, c, W): c cells, each a vector of n elements in W words with an all-zero tail. Results
have the c cells as their elements: (P, copies, K, ceil(c / 64)).
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.planes import WORD, pack
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

from .bits import PLANE, add, less, select


async def add_up(p: Scheme, planes: np.ndarray, count: int) -> np.ndarray:
    """The sum over the elements of unsigned numbers, in k + log2(count + 1) planes.

    A full adder turns three bits of one weight into one of it and one of the next with a single AND,
    carry = ((a ^ c) & (b ^ c)) ^ c, so a column of n bits costs about n ANDs (3 bits an element in replicated3, where
    converting each bit to the ring costs 3k). About 1.7 log2 n + log2 K rounds.
    """
    width = planes.shape[PLANE]
    total_bits = width + count.bit_length()
    columns = [planes[:, :, i] for i in range(width)]
    columns = await _reduce(p, columns, total_bits)
    cells = columns[0].shape[-2]
    columns = [_lanes_apart(column, cells) for column in columns]
    columns = await _reduce(p, columns, total_bits)
    a, b = (_row(columns, which, total_bits) for which in (0, 1))
    return await add(p, a, b)


async def _reduce(p: Scheme, columns: list[np.ndarray], total_bits: int) -> list[np.ndarray]:
    """Full adders until every weight has at most two numbers. columns[i]: (P, copies, ..., m), m summands of 2^i."""
    while any(column.shape[-1] > 2 for column in columns):
        sums = await together(*(_full_adders(p, column) for column in columns))
        following = [kept for kept, _ in sums] + [None]
        for i, (_, carry) in enumerate(sums):
            if carry.shape[-1] and i + 1 < total_bits:
                beside = following[i + 1]
                following[i + 1] = carry if beside is None else np.concatenate([beside, carry], axis=-1)
        columns = [column for column in following if column is not None]
    return columns


async def _full_adders(p: Scheme, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(what stays at this weight, carries to the next): one round, m // 3 ANDs of words."""
    threes = column.shape[-1] // 3
    if not threes:
        return column, column[..., :0]
    a, b, c = (column[..., i * threes : (i + 1) * threes] for i in range(3))
    carry = c ^ await p.and_(a ^ c, b ^ c)
    return np.concatenate([a ^ b ^ c, column[..., 3 * threes :]], axis=-1), carry


def _lanes_apart(column: np.ndarray, cells: int) -> np.ndarray:
    """Words (P, copies, c, m) of 64 lanes to 64 m words over the cells: (P, copies, ceil(c / 64), 64 m). Local."""
    lanes = (column[..., None] >> np.arange(WORD, dtype=np.uint64)) & np.uint64(1)
    summands = lanes.reshape(*column.shape[:-1], WORD * column.shape[-1])
    return np.moveaxis(pack(np.moveaxis(summands, -2, -1).astype(bool)), -1, -2)


def _row(columns: list[np.ndarray], which: int, total_bits: int) -> np.ndarray:
    """Summand `which` of every weight as planes (P, copies, total_bits, W); zero where there is none."""
    nothing = np.zeros_like(columns[0][..., 0])
    rows = [column[..., which] if column.shape[-1] > which else nothing for column in columns[:total_bits]]
    rows += [nothing] * (total_bits - len(rows))
    return np.stack(rows, axis=PLANE)


async def largest(p: Scheme, planes: np.ndarray, how_many: int) -> np.ndarray:
    """The `how_many` greatest unsigned numbers of each cell, greatest first: (P, copies, k, how_many, ceil(c / 64)).

    A tournament of sorted lists: halves of the words meet until one word is left, then halves of its lanes. The first
    rounds merge lists of one, so a number costs about half a comparison until lists have grown to `how_many` (rounded
    up to a power of two), and three halves of a list of two. log2 n merges of 1 + log2(how_many) comparisons.
    """
    size = 1 << (how_many - 1).bit_length() if how_many > 1 else 1
    lists = planes[:, :, :, None]  # (P, copies, k, list, c, words)
    while (words := lists.shape[-1]) > 1:
        if words % 2:
            lists = np.concatenate([lists, np.zeros_like(lists[..., :1])], axis=-1)
        half = lists.shape[-1] // 2
        lists = await _merge(p, lists[..., :half], lists[..., half:], size)
    for distance in (32, 16, 8, 4, 2, 1):
        lists = await _merge(p, lists, lists >> np.uint64(distance), size)
    best = lists[:, :, :, :how_many, :, 0] & np.uint64(1)
    return pack(best.astype(bool))


async def _merge(p: Scheme, a: np.ndarray, b: np.ndarray, size: int) -> np.ndarray:
    """The `size` greatest of two lists sorted downwards (all of them while there are fewer), sorted downwards."""
    have = a.shape[3]
    if have < size:
        merged = np.concatenate([a, b[:, :, :, ::-1]], axis=3)  # up to here bitonic
        return await _bitonic(p, merged)
    high, _ = await _exchange(p, a, b[:, :, :, ::-1])  # the size greatest, bitonic (Batcher 1968)
    return await _bitonic(p, high)


async def _bitonic(p: Scheme, lists: np.ndarray) -> np.ndarray:
    """Sort bitonic lists downwards: log2(size) comparisons, one after the other."""
    length = lists.shape[3]
    step = length // 2
    while step:
        shape = lists.shape
        blocks = lists.reshape(*shape[:3], length // (2 * step), 2, step, *shape[4:])
        high, low = await _exchange(p, blocks[:, :, :, :, 0], blocks[:, :, :, :, 1])
        lists = np.stack([high, low], axis=4).reshape(shape)
        step //= 2
    return lists


async def _exchange(p: Scheme, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(greater, smaller) of each pair."""
    smaller = await select(p, await less(p, a, b), a, b)
    return a ^ b ^ smaller, smaller
