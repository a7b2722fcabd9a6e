"""The greatest of many numbers.

Lives here: largest, by tournaments. Sums over many elements are sums.py. Planes in are (P, copies, k, c, W): c cells,
each a vector of n unsigned numbers in W words with an all-zero tail. Results have the c cells as their elements.
"""

from __future__ import annotations

import numpy as np

from secfuse.runtime.planes import WORD, pack
from secfuse.runtime.protocols import Scheme

from .bits import PLANE, less, select

LIST = 3  # the axis that counts the numbers among which some are chosen
FEW = 32
"""Words from which on groups compare all with all."""
MOST = 4
"""Of more greatest numbers than these, all is done by merging sorted lists."""


async def largest(p: Scheme, planes: np.ndarray, how_many: int) -> np.ndarray:
    """The `how_many` greatest unsigned numbers of each cell, greatest first: (P, copies, k, how_many, ceil(c / 64)).

    1. while there are many words, their halves meet in sorted lists: about half a comparison a number until lists have
       grown to `how_many` (rounded up to a power of two), and three halves of a list of two
    2. then groups of words compare all with all (`_best`): three times the gates of a tournament, for few numbers, in
       half the rounds. Then the 64 lanes of the last words likewise, with the cells as elements
    Of more than MOST, where all with all is too much: 1 down to a word, and likewise with halves of its lanes.
    """
    size = 1 << (how_many - 1).bit_length() if how_many > 1 else 1
    few = FEW if how_many <= MOST else 1
    lists = planes[:, :, :, None]  # (P, copies, k, list, c, words)
    while (words := lists.shape[-1]) > few:
        if words % 2:
            lists = np.concatenate([lists, np.zeros_like(lists[..., :1])], axis=-1)
        half = lists.shape[-1] // 2
        lists = await _merge(p, lists[..., :half], lists[..., half:], size)
    if how_many <= MOST:
        beside = np.moveaxis(lists, -1, LIST + 1)
        numbers = beside.reshape(*lists.shape[:LIST], lists.shape[LIST] * lists.shape[-1], lists.shape[-2], 1)
        return await _best_of_all(p, _lanes_apart(await _best_of_all(p, numbers, how_many)), how_many)
    for distance in (32, 16, 8, 4, 2, 1):
        lists = await _merge(p, lists, lists >> np.uint64(distance), size)
    return pack((lists[:, :, :, :how_many, :, 0] & np.uint64(1)).astype(bool))


def group_size(how_many: int) -> int:
    """Numbers compared all with all: enough that a quarter of them is left at most, or half of eight."""
    return max(8, 4 * how_many)


async def _best_of_all(p: Scheme, numbers: np.ndarray, how_many: int) -> np.ndarray:
    """At most `how_many` of the numbers (P, copies, k, N, ..., W), greatest first if there were more."""
    while (count := numbers.shape[LIST]) > how_many:
        groups = -(-count // group_size(how_many))
        size = -(-count // groups)
        missing = np.zeros_like(numbers[:, :, :, :1]).repeat(groups * size - count, axis=LIST)
        rest = numbers.shape[LIST + 1 :]
        grouped = np.concatenate([numbers, missing], axis=LIST).reshape(*numbers.shape[:LIST], groups, size, *rest)
        best = await _best(p, grouped, how_many)
        numbers = best.reshape(*numbers.shape[:LIST], groups * how_many, *rest)
    return numbers


async def _best(p: Scheme, x: np.ndarray, how_many: int) -> np.ndarray:
    """The greatest of each group, all compared with all. x: (P, copies, k, groups, b, ...).

    b^2 k + b k how_many ANDs and a few for each pair, 2 + log2 k + log2 b rounds.

    1. every pair is compared; of equal ones the first wins, so that there is one order
    2. who lost exactly r times, r = 0, 1, ..
    3. the r-th greatest is the sum of all numbers under that bit, which one of them has
    """
    first, second = np.triu_indices(x.shape[LIST + 1], 1)
    lost = await less(p, np.take(x, first, axis=LIST + 1), np.take(x, second, axis=LIST + 1))
    won = p.invert(lost)
    players = []
    for i in range(x.shape[LIST + 1]):
        own = [lost[:, :, :, first == i], won[:, :, :, second == i]]
        players.append(np.moveaxis(np.concatenate(own, axis=LIST), LIST, PLANE))  # (P, copies, b - 1, groups, ...)
    times = await _times_set(p, np.stack(players, axis=LIST + 1), how_many)
    places = np.stack(times, axis=LIST)[:, :, None]  # (P, copies, 1, groups, how_many, b, ...)
    return np.bitwise_xor.reduce(await p.and_(places, x[:, :, :, :, None]), axis=LIST + 2)


async def _times_set(p: Scheme, bits: np.ndarray, most: int) -> list[np.ndarray]:
    """For r = 0 .. most - 1 whether exactly r of the bits (P, copies, n, ...) are set. log2 n rounds.

    Of two halves, r are set if s are in the one and r - s in the other, for one s.
    """
    exactly = [p.invert(bits), bits][:most]
    while (count := exactly[0].shape[PLANE]) > 1:
        half = count // 2
        pairs = [(s, t) for s in range(len(exactly)) for t in range(len(exactly)) if s + t < most]
        left = np.concatenate([exactly[s][:, :, :half] for s, _ in pairs], axis=PLANE)
        right = np.concatenate([exactly[t][:, :, half : 2 * half] for _, t in pairs], axis=PLANE)
        both = np.split(await p.and_(left, right), len(pairs), axis=PLANE)
        joined = [np.zeros_like(both[0])] * (max(s + t for s, t in pairs) + 1)
        for (s, t), product in zip(pairs, both, strict=True):
            joined[s + t] = joined[s + t] ^ product
        alone = [e[:, :, 2 * half :] for e in exactly]
        alone += [np.zeros_like(alone[0])] * (len(joined) - len(alone))
        exactly = [np.concatenate(parts, axis=PLANE) for parts in zip(joined, alone, strict=True)]
    exactly += [np.zeros_like(exactly[0])] * (most - len(exactly))
    return [e[:, :, 0] for e in exactly]


def _lanes_apart(numbers: np.ndarray) -> np.ndarray:
    """Numbers (P, copies, k, N, c, 1) of 64 lanes to (P, copies, k, 64 N, ceil(c / 64)). Local."""
    lanes = (numbers >> np.arange(WORD, dtype=np.uint64)) & np.uint64(1)
    apart = np.moveaxis(lanes, -1, LIST + 1)
    return pack(apart.reshape(*numbers.shape[:LIST], WORD * numbers.shape[LIST], numbers.shape[-2]).astype(bool))


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
