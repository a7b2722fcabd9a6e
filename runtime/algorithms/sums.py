"""Sums over many elements without leaving the bits.

Lives here: add_up (carry-save addition). The greatest of many are largest.py, elementwise circuits bits.py.
Input planes are (P, copies, k, c, W): c cells, each a vector of n elements in W words with an all-zero tail. Results
have the c cells as their elements: (P, copies, K, ceil(c / 64)).
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.planes import pack, words_for
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

from .bits import PLANE, add


async def add_up(p: Scheme, planes: np.ndarray, count: int) -> np.ndarray:
    """The sum over the elements of unsigned numbers, in k + log2(count + 1) planes.

    A full adder turns three bits of one weight into one of it and one of the next with a single AND,
    carry = ((a ^ c) & (b ^ c)) ^ c, so a column of n bits costs about n ANDs (3 bits an element in replicated3, where
    converting each bit to the ring costs 3k). About 1.7 log2 n + log2 K rounds; a single element is its own sum.
    """
    width = planes.shape[PLANE]
    total_bits = width + count.bit_length()
    columns = [planes[:, :, i] for i in range(width)]
    columns = await _reduce(p, columns, total_bits)
    cells = columns[0].shape[-2]
    columns = [_lanes_apart(column, cells, lanes_in_use(count)) for column in columns]
    columns = await _reduce(p, columns, total_bits)
    if all(column.shape[-1] == 1 for column in columns):
        return _row(columns, 0, total_bits)
    a, b = (_row(columns, which, total_bits) for which in (0, 1))
    return await add(p, a, b)


def lanes_in_use(count: int) -> int:
    """How many lanes of their words so many elements fill, from the lowest on."""
    return max(1, -(-count // words_for(count)))


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


def _lanes_apart(column: np.ndarray, cells: int, lanes: int) -> np.ndarray:
    """Words (P, copies, c, m) of so many lanes l to l m words over the cells: (P, copies, ceil(c / 64), l m). Local."""
    apart = (column[..., None] >> np.arange(lanes, dtype=np.uint64)) & np.uint64(1)
    summands = apart.reshape(*column.shape[:-1], lanes * column.shape[-1])
    return np.moveaxis(pack(np.moveaxis(summands, -2, -1).astype(bool)), -1, -2)


def _row(columns: list[np.ndarray], which: int, total_bits: int) -> np.ndarray:
    """Summand `which` of every weight as planes (P, copies, total_bits, W); zero where there is none."""
    nothing = np.zeros_like(columns[0][..., 0])
    rows = [column[..., which] if column.shape[-1] > which else nothing for column in columns[:total_bits]]
    rows += [nothing] * (total_bits - len(rows))
    return np.stack(rows, axis=PLANE)
