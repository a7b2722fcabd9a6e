"""Two sorted lists become one, by a network of comparisons: nothing is shuffled and nothing opened.

Lives here: merged_planes. An owner sorts its own rows for nothing, so what two owners joined needs a merge alone. Rows
in no order are sort.py.

The network is Batcher's bitonic merge (1968): one list downwards, then the other upwards; in log2 n levels, each row
meets the one a distance further, n/2, n/4, .., 1, and the two change places if they are the wrong way round. A list of
any length does: rows that would meet one behind the end stay, as if there stood something greater than all.

Rows lie 64 in a word, one after the other, and not as elsewhere (planes.py): then a distance of 64 rows or more is one
of whole words, and none is lost where n is no power of two. For the last six levels lanes of two words change places,
so that rows that meet stand in the same lane of two words, as they do in a transposition.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.planes import WORD, to_planes, to_rows, words_for
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

from .bits import PLANE, less_of_distinct

TILE_WORDS = 1 << 8  # words of a plane compared at a time: they stay in the cache


async def merged_planes(
    p: Scheme, first: np.ndarray, firsts: int, second: np.ndarray, seconds: int, key_bits: int
) -> np.ndarray:
    """The rows of both in the order of their unsigned key; of equal keys the first list's, then as they stood.

    first, second: (P, copies, k, W), each sorted by its lowest `key_bits` planes. log2 n times 1 + log2 of the key and
    number of rounds; a row sends log2 n / 2 times 3 bits for each bit of that and 1 for each other.

    1. each row gets its number, which makes keys distinct; the first list is turned round
    2. the levels of the network
    3. the numbers go
    """
    count = firsts + seconds
    index_bits = number_bits(count)
    numbers = np.arange(count, dtype=np.uint64)
    x = _in_sequence(
        [_rows(p, first, numbers[:firsts], index_bits)[..., ::-1], _rows(p, second, numbers[firsts:], index_bits)],
        index_bits + first.shape[PLANE],
    )
    compared = index_bits + key_bits
    _greatest_behind(p, x[:, :, :compared], count)
    for distance in distances(count):
        if distance >= WORD:
            await _level_of_words(p, x, distance // WORD, compared)
        else:
            x = await _level_of_lanes(p, x, distance, compared)
    return _apart(x[:, :, index_bits:], count)


def number_bits(count: int) -> int:
    """Planes of the rows' numbers."""
    return max(1, (count - 1).bit_length())


def distances(count: int) -> list[int]:
    """Of the rows that meet, level by level: from the greatest power of two below their number on."""
    levels = (count - 1).bit_length() if count > 1 else 0
    return [1 << i for i in reversed(range(levels))]


def meeting(words: int, distance: int) -> np.ndarray:
    """The words that meet the one `distance` behind them, which is there."""
    low = np.arange(max(0, words - distance))
    return low[low % (2 * distance) < distance]


# ---- levels


async def _level_of_words(p: Scheme, x: np.ndarray, distance: int, compared: int) -> None:
    """In place."""
    low = meeting(x.shape[-1], distance)
    tiles = [low[i : i + TILE_WORDS] for i in range(0, len(low), TILE_WORDS)]
    await together(*(_exchange_words(p, x, tile, tile + distance, compared) for tile in tiles))


async def _exchange_words(p: Scheme, x: np.ndarray, low: np.ndarray, high: np.ndarray, compared: int) -> None:
    a, b = np.take(x, low, axis=-1, mode="clip"), np.take(x, high, axis=-1, mode="clip")
    x[..., low], x[..., high] = await exchange(p, a, b, compared)


async def _level_of_lanes(p: Scheme, x: np.ndarray, distance: int, compared: int) -> np.ndarray:
    """The lower half's and the upper half's words change lanes, are exchanged, and change back."""
    half = (x.shape[-1] + 1) // 2
    if x.shape[-1] % 2:
        x = np.concatenate([x, np.zeros_like(x[..., :1])], axis=-1)
    await together(
        *(
            _exchange_lanes(p, x[..., i : min(i + TILE_WORDS, half)], x[..., half + i :], distance, compared)
            for i in range(0, half, TILE_WORDS)
        )
    )
    return x


async def _exchange_lanes(p: Scheme, x: np.ndarray, y: np.ndarray, distance: int, compared: int) -> None:
    """Lanes i and i + distance of all words, in place. y is as long as x, or longer."""
    y = y[..., : x.shape[-1]]
    a, b = _swapped(x, y, distance)
    x[...], y[...] = _swapped(*await exchange(p, a, b, compared), distance)


def _swapped(x: np.ndarray, y: np.ndarray, distance: int) -> tuple[np.ndarray, np.ndarray]:
    """The upper lanes of each block of x and the lower ones of y, exchanged; its own inverse. Local."""
    mask, shift = _LOWER[distance], np.uint64(distance)
    swap = ((x >> shift) ^ y) & mask
    return x ^ (swap << shift), y ^ swap


_LOWER = {
    d: np.uint64(sum(((1 << d) - 1) << start for start in range(0, WORD, 2 * d))) for d in (1, 2, 4, 8, 16, 32)
}  # the lower half of every 2 d lanes


async def exchange(p: Scheme, a: np.ndarray, b: np.ndarray, compared: int) -> tuple[np.ndarray, np.ndarray]:
    """(the lesser, the greater) of each pair of rows, by the lowest `compared` planes, which differ.

    3 ANDs a plane compared and 1 each other, 1 + log2 k rounds.
    """
    wrong = await less_of_distinct(p, b[:, :, :compared], a[:, :, :compared])
    moved = await p.and_(a ^ b, wrong[:, :, None])
    return a ^ moved, b ^ moved


# ---- rows in a sequence of words


def _rows(p: Scheme, planes: np.ndarray, numbers: np.ndarray, index_bits: int) -> np.ndarray:
    """Planes with the rows' numbers below, as words of rows (P, copies, m, count)."""
    whole = np.concatenate([p.constant(to_planes(numbers, index_bits)), planes], axis=PLANE)
    parts = [to_rows(whole[:, :, i : i + WORD], len(numbers)) for i in range(0, whole.shape[PLANE], WORD)]
    return np.stack(parts, axis=PLANE)


def _in_sequence(parts: list[np.ndarray], width_bits: int) -> np.ndarray:
    """Rows (P, copies, m, n_i), one part after the other, as planes (P, copies, k, W): row e is lane e mod 64."""
    rows = np.concatenate(parts, axis=-1)
    words = words_for(rows.shape[-1])
    lanes = np.zeros((*rows.shape[:-1], WORD * words), np.uint64)
    lanes[..., : rows.shape[-1]] = rows
    lanes = lanes.reshape(*rows.shape[:-1], words, WORD).swapaxes(-1, -2).reshape(lanes.shape)
    planes = [to_planes(lanes[:, :, i], min(WORD, width_bits - WORD * i)) for i in range(rows.shape[PLANE])]
    return np.concatenate(planes, axis=PLANE)


def _apart(x: np.ndarray, count: int) -> np.ndarray:
    """Planes of rows in a sequence as planes in which neighbours lie in neighbouring words (planes.py)."""
    words, parts = x.shape[-1], []
    for i in range(0, x.shape[PLANE], WORD):
        lanes = to_rows(x[:, :, i : i + WORD], WORD * words)
        rows = lanes.reshape(*lanes.shape[:-1], WORD, words).swapaxes(-1, -2).reshape(lanes.shape)
        parts.append(to_planes(rows[..., :count], min(WORD, x.shape[PLANE] - i)))
    return np.concatenate(parts, axis=PLANE)


def _greatest_behind(p: Scheme, compared: np.ndarray, count: int) -> None:
    """What lies behind the last row is greater than all rows, in place: all ones. Local."""
    behind = np.zeros(compared.shape[2:], np.uint64)
    behind[..., -1] = np.uint64((1 << WORD) - 1) ^ np.uint64((1 << (count - 1) % WORD + 1) - 1)
    compared &= ~behind
    compared ^= p.constant(behind)
