"""Stable sort of secret rows: shuffle, then sort in the open by comparisons whose outcomes are opened.

Lives here: sorted_planes and its public bookkeeping. Joining what is sorted is join.py.

Why opening comparisons tells nothing. Each row gets its position as a secret tie-breaker, so that keys are distinct,
and then the rows are shuffled by a permutation that nobody knows. The outcomes are a function of the order of the
shuffled keys alone, and that order is a uniformly random permutation whatever the keys were.

Why the traffic tells nothing either. The algorithm is batched binary insertion: the first 255 rows are compared all
with all; then, while rows are left, three times as many as are sorted already look up their gap in the sorted list by
binary search (a fixed number of comparisons each), and the rows that fall into one gap are compared all with all. The
number of these last pairs depends on the (public, random) order, so it is padded with comparisons of zero with zero to
a bound that holds but for 2^-40; beyond it the rows are shuffled afresh. So rounds and bytes are a function of n.

Near the lower bound of any comparison sort from some 100,000 rows on: 17.4 comparisons a row there, 20.4 for a million.
Below, the first 255 rows and the padding weigh more: 50 for a thousand rows.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from secfuse.runtime.planes import to_planes, to_rows, unpack, words_for
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

from .bits import PLANE, less_of_distinct

ALL_PAIRS = 255  # rows sorted by comparing all with all: 2^8 - 1, so that the search after it takes exactly 8 steps
GROWTH = 4  # each stage makes the sorted list this many times longer
TILE = 1 << 14  # comparisons in one tile: its planes stay in the cache
_FAILURE_BITS = 40


async def sorted_planes(p: Scheme, planes: np.ndarray, key_bits: int, count: int) -> np.ndarray:
    """Rows in the order of their unsigned key, equal keys in the order they had. planes: (P, copies, k, W).

    The key is the lowest `key_bits` planes; the others travel along.
    """
    index = _index_planes(count)
    number = p.constant(index)
    rows = rows_of(np.concatenate([number, planes], axis=PLANE), count)
    order = None
    while order is None:
        shuffled = await p.shuffle(rows)
        order = await _opened_order(p, shuffled, len(index) + key_bits)
    return planes_of(np.take(shuffled, order, axis=-1), len(index) + planes.shape[PLANE])[:, :, len(index) :]


def _index_planes(count: int) -> np.ndarray:
    """The numbers 0 .. count - 1 as planes (b, W), b >= 1."""
    return to_planes(np.arange(count, dtype=np.uint64), max(1, (count - 1).bit_length()))


def rows_of(planes: np.ndarray, count: int) -> np.ndarray:
    """Planes (P, copies, k, W) to rows of words (P, copies, ceil(k / 64), count)."""
    parts = [to_rows(planes[:, :, i : i + 64], count) for i in range(0, planes.shape[PLANE], 64)]
    return np.stack(parts, axis=PLANE)


def planes_of(rows: np.ndarray, width_bits: int) -> np.ndarray:
    """Rows of words (P, copies, m, n) to planes (P, copies, width_bits, W)."""
    parts = [
        to_planes(rows[:, :, i], min(64, width_bits - 64 * i)) for i in range(rows.shape[PLANE]) if width_bits > 64 * i
    ]
    return np.concatenate(parts, axis=PLANE)


Keys: TypeAlias = "np.ndarray | list[np.ndarray]"  # numbers of rows, or the planes of their keys, tile by tile


class _Comparer:
    """Opens whether row a < row b for many pairs at once, tile by tile, all tiles in the same rounds.

    Row number n stands for zero: comparing it with itself is the padding that tells nothing.
    """

    def __init__(self, p: Scheme, rows: np.ndarray, width_bits: int) -> None:
        self.p = p
        self.width_bits = width_bits
        words = words_for(width_bits)
        zero = np.zeros_like(rows[:, :, :words, :1])
        self.rows = np.concatenate([rows[:, :, :words], zero], axis=-1)

    def keys(self, which: np.ndarray) -> list[np.ndarray]:
        """The planes of the rows numbered `which`, tile by tile."""
        tiles = (which[i : i + TILE] for i in range(0, len(which), TILE))
        return [planes_of(np.take(self.rows, tile, axis=-1), self.width_bits) for tile in tiles]

    async def less(self, a: Keys, b: np.ndarray) -> np.ndarray:
        """Public booleans: row a[i] < row b[i]. Rows given by number are fetched when their tile's turn comes."""
        opened = await together(*(self._tile(a, b, i) for i in range(-(-len(b) // TILE))))
        return np.concatenate(opened) if opened else np.zeros(0, bool)

    async def _tile(self, a: Keys, b: np.ndarray, i: int) -> np.ndarray:
        right = b[i * TILE : (i + 1) * TILE]
        outcome = await less_of_distinct(self.p, self._keys_of(a, i), self._keys_of(b, i))
        opened = await self.p.reconstruct(outcome, np.bitwise_xor, self.p.everyone, "order of shuffled keys")
        return unpack(opened[0], len(right))

    def _keys_of(self, keys: Keys, i: int) -> np.ndarray:
        return keys[i] if isinstance(keys, list) else self.keys(keys[i * TILE : (i + 1) * TILE])[0]


async def _opened_order(p: Scheme, rows: np.ndarray, width_bits: int) -> np.ndarray | None:
    """The rows' numbers in ascending order of their lowest `width_bits` bits; None if the padding did not suffice."""
    count = rows.shape[-1]
    compare = _Comparer(p, rows, width_bits)
    first = min(count, ALL_PAIRS)
    left, right = np.triu_indices(first, 1)
    ranked = np.empty(first, np.int64)
    ranked[_wins(left, right, await compare.less(left, right), first)] = np.arange(first)
    while len(ranked) < count:
        size = min(count, (len(ranked) + 1) * GROWTH - 1)
        longer = await _insert(compare, ranked, np.arange(len(ranked), size), count)
        if longer is None:
            return None
        ranked = longer
    return ranked


def _wins(left: np.ndarray, right: np.ndarray, left_less: np.ndarray, count: int) -> np.ndarray:
    """How many of its opponents each of `count` players is greater than."""
    return np.bincount(np.where(left_less, right, left), minlength=count)


async def _insert(compare: _Comparer, ranked: np.ndarray, batch: np.ndarray, zero: int) -> np.ndarray | None:
    """The sorted list with the rows of `batch` put in; its length is one less than a power of two."""
    gap = await _search(compare, ranked, batch)
    by_gap = np.argsort(gap, kind="stable")
    in_gap = np.bincount(gap, minlength=len(ranked) + 1)
    start = np.cumsum(in_gap) - in_gap
    left, right = _pairs_within(in_gap)
    bound = pair_bound(len(ranked), len(batch))
    if len(left) > bound:
        return None
    padding = np.full(bound - len(left), zero)
    rows = batch[by_gap]
    outcome = await compare.less(np.concatenate([rows[left], padding]), np.concatenate([rows[right], padding]))
    wins = _wins(left, right, outcome[: len(left)], len(batch))
    longer = np.empty(len(ranked) + len(batch), np.int64)
    longer[np.arange(len(ranked)) + np.cumsum(in_gap)[:-1]] = ranked
    longer[gap[by_gap] + start[gap[by_gap]] + wins] = rows
    return longer


async def _search(compare: _Comparer, ranked: np.ndarray, batch: np.ndarray) -> np.ndarray:
    """How many of the sorted rows are less than each row of the batch: (len(batch),)."""
    sought = compare.keys(batch)
    found = np.zeros(len(batch), np.int64)
    step = (len(ranked) + 1) // 2
    while step:
        found += step * ~await compare.less(sought, ranked[found + step - 1])
        step //= 2
    return found


def _pairs_within(in_gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All pairs i < j of positions within the same gap, positions counted through the gaps."""
    ends = np.repeat(np.cumsum(in_gap), in_gap)
    position = np.arange(len(ends))
    partners = ends - position - 1
    left = np.repeat(position, partners)
    first = np.repeat(np.cumsum(partners) - partners, partners)
    return left, left + 1 + np.arange(len(left)) - first


@lru_cache(maxsize=256)
def pair_bound(sorted_count: int, batch: int) -> int:
    """Pairs within gaps, when `batch` random rows fall into the gaps of a sorted list, are at most this but for 2^-40.

    Gap sizes are a uniformly random composition of `batch` into g = sorted_count + 1 parts: independent geometric
    variables with mean mu = batch / g, conditioned on their sum. Conditioning multiplies a probability by at most
    4 sqrt(g mu (1 + mu)) + 1. Chernoff for Y = X (X - 1) / 2, with X cut off where a longer gap is itself too unlikely:
    P(sum Y > t) <= E[exp(s Y)]^g exp(-s t) for every s > 0; the best s of a fixed row is taken.
    """
    gaps = sorted_count + 1
    mean = batch / gaps
    log_ratio = math.log(mean / (1 + mean))
    slack = (_FAILURE_BITS + 1) * math.log(2) + math.log(4 * math.sqrt(gaps * mean * (1 + mean)) + 1)
    longest = min(batch, math.ceil((slack + math.log(gaps)) / -log_ratio))
    x = np.arange(longest + 1)
    log_weight = x * log_ratio - math.log(1 + mean)
    pairs = x * (x - 1) / 2
    s = np.geomspace(1e-7, 4, 200)
    exponent = log_weight + s[:, None] * pairs
    highest = exponent.max(axis=1)
    log_moment = highest + np.log(np.sum(np.exp(exponent - highest[:, None]), axis=1))
    best = float(np.min((slack + gaps * log_moment) / s))
    return min(64 * math.ceil(best / 64), batch * (batch - 1) // 2)
