"""Scans along a column that begin anew where a group starts: running sums, least so far, the first of the group.

Lives here: `scan_first`, `scan_least`, `scan_sum`, and the network they share. Gates only: nothing is opened. Sorting,
which makes groups neighbours, is sort.py.

The network. A block of neighbouring elements is known by whether a group starts in it (`starts`) and by what its last
element gets (`Parts`: one number, or two whose sum it is). Merging two neighbouring blocks keeps the left one's part
only if the right one is open, that is, has no start. While there are many words, neighbouring words are merged, the
scan of the merged ones is found, and the words between are merged with what stands before them (Brent and Kung 1982):
about 2 merges an element whatever their number, two levels for each halving. At `FEW` words the scan is by doubling
(Kogge and Stone 1973): more merges of next to nothing, but a single level for each doubling. Doubling alone would take
log2 n merges an element: 17 in place of 2 for 100,000, to save 6 of 23 levels.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import numpy as np

from secfuse.runtime.planes import WORD, shifted
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.rounds import together

from .bits import PLANE, add, extended, less, select

FEW = 32
"""Words from which on a scan is by doubling."""

Parts: TypeAlias = tuple[np.ndarray, ...]
"""Numbers whose sum is what the last element of each block gets; each is planes (P, copies, k, W)."""

Merge: TypeAlias = Callable[[np.ndarray, Parts, Parts], Coroutine[Any, Any, Parts]]
"""From (open (P, copies, W), left, right) to the parts of both: of the left block too where the right one is open."""


async def scan_first(p: Scheme, starts: np.ndarray, x: np.ndarray, count: int) -> np.ndarray:
    """The first x of each group. starts: (P, copies, W), x: (P, copies, k, W). A merge is k ANDs, 1 round."""

    async def merge(is_open: np.ndarray, left: Parts, right: Parts) -> Parts:
        return (await select(p, is_open, left[0], right[0]),)

    return (await _scan(p, merge, with_first(p, starts), (x,), count))[0]


async def scan_least(p: Scheme, starts: np.ndarray, x: np.ndarray, count: int) -> np.ndarray:
    """The least x, unsigned, of its group so far. A merge is about 3k ANDs, 2 + log2 k rounds.

    1. a start stands above the left number, and nothing above the right one: it is then never the lesser
    2. the left number where it is less, else the right one
    """

    async def merge(is_open: np.ndarray, left: Parts, right: Parts) -> Parts:
        above = p.invert(is_open)[:, :, None]
        a, b = np.concatenate([left[0], above], PLANE), np.concatenate([right[0], np.zeros_like(above)], PLANE)
        return (await select(p, await less(p, a, b), left[0], right[0]),)

    return (await _scan(p, merge, with_first(p, starts), (x,), count))[0]


async def scan_sum(
    p: Scheme, starts: np.ndarray, x: np.ndarray, count: int, width_bits: int, signed: bool
) -> np.ndarray:
    """The sum of x in its group so far, modulo 2^width, two's complement if signed. One addition at the very end.

    A sum is kept as two numbers, so that a merge needs no carries (carry-save; Wallace 1964): what is kept of the left
    block, k ANDs a number, then a full adder, one AND a bit, for every number beyond the second. 3 rounds at most.
    Numbers are as wide as a block of that length can make them.
    """

    async def merge(is_open: np.ndarray, left: Parts, right: Parts) -> Parts:
        kept = await p.and_(is_open[:, :, None], np.concatenate(left, axis=PLANE))
        ends = np.cumsum([part.shape[PLANE] for part in left])
        summands = [*np.split(kept, ends[:-1], axis=PLANE), *right]
        while len(summands) > 2:
            summands = [*await _full_adder(p, summands[:3], width_bits, signed), *summands[3:]]
        return tuple(summands)

    found = await _scan(p, merge, with_first(p, starts), (x,), count, signed)
    a, *b = (extended(part, width_bits, signed) for part in found)
    return await add(p, a, b[0]) if b else a


async def _full_adder(p: Scheme, three: list[np.ndarray], width_bits: int, signed: bool) -> list[np.ndarray]:
    """Two numbers with the sum of three, modulo 2^width. One AND a bit: carry = ((a ^ c) & (b ^ c)) ^ c.

    Of signed numbers the top bits and their carry count negative alike, so that it holds for them as well.
    """
    width = max(x.shape[PLANE] for x in three)
    a, b, c = (extended(x, width, signed) for x in three)
    below = min(width, width_bits - 1)  # what the top position carries leaves the number
    carry = c[:, :, :below] ^ await p.and_((a ^ c)[:, :, :below], (b ^ c)[:, :, :below])
    return [a ^ b ^ c, np.concatenate([np.zeros_like(a[:, :, :1]), carry], axis=PLANE)]


def with_first(p: Scheme, starts: np.ndarray) -> np.ndarray:
    """Where groups start: also at the first element. Local."""
    first = np.zeros(starts.shape[2:], np.uint64)
    first[..., 0] = 1
    return (starts & ~first) ^ p.constant(first)


async def _scan(p: Scheme, merge: Merge, starts: np.ndarray, x: Parts, count: int, signed: bool = False) -> Parts:
    """The parts of every element merged with all before it. Words 2j, 2j + 1 are neighbours; an odd last one is alone.

    1. merge words 2j and 2j + 1;  2. scan the merged ones, which gives the words 2j + 1
    3. merge words 2j with what ends before them: word 2j - 1, or for word 0 the last word, a lane lower
    """
    words = starts.shape[-1]
    if words <= FEW:
        return await _doubling(p, merge, starts, x, count)
    even, odd, last = slice(0, words - 1, 2), slice(1, words, 2), slice(words - words % 2, words)
    closed = starts[..., odd]
    left, right = _words(x, even), _words(x, odd)
    reached, pairs = await together(_either(p, starts[..., even], closed), merge(p.invert(closed), left, right))
    pairs, alone = alike(signed, pairs, _words(x, last))
    joined = tuple(np.concatenate(both, axis=-1) for both in zip(pairs, alone, strict=True))
    inner = np.concatenate([reached, starts[..., last]], axis=-1)
    found = await _scan(p, merge, inner, joined, WORD * inner.shape[-1], signed)
    before = _words(tuple(shifted(part, 1) for part in found), slice(0, words // 2))
    between = await merge(p.invert(starts[..., even]), before, left)
    found, between = alike(signed, found, between)
    return tuple(_interleaved(a, b, words) for a, b in zip(between, found, strict=True))


async def _doubling(p: Scheme, merge: Merge, starts: np.ndarray, x: Parts, count: int) -> Parts:
    """Blocks of 1, 2, 4, .. elements that end at each element; those that would begin before the first have a start."""
    distance = 1
    while distance < count:
        before = tuple(shifted(part, distance) for part in x)
        if 2 * distance < count:
            reached, x = await together(
                _either(p, shifted(starts, distance), starts), merge(p.invert(starts), before, x)
            )
            starts = reached
        else:
            x = await merge(p.invert(starts), before, x)
        distance *= 2
    return x


async def _either(p: Scheme, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a or b. 1 AND, 1 round."""
    return a ^ b ^ await p.and_(a, b)


def _words(parts: Parts, which: slice) -> Parts:
    return tuple(part[..., which] for part in parts)


def alike(signed: bool, *all_parts: Parts) -> list[Parts]:
    """Sums of equally many numbers of equal widths: zeros are added, narrow ones extended. Local."""
    most = max(len(parts) for parts in all_parts)
    width = max(part.shape[PLANE] for parts in all_parts for part in parts)
    filled = [(*parts, *[np.zeros_like(parts[0])] * (most - len(parts))) for parts in all_parts]
    return [tuple(extended(part, width, signed) for part in parts) for parts in filled]


def _interleaved(even: np.ndarray, odd: np.ndarray, words: int) -> np.ndarray:
    """Words 0, 2, .. and 1, 3, ..; of an odd number the last one stands last in `odd`."""
    out = np.empty((*even.shape[:-1], words), np.uint64)
    out[..., 0 : words - 1 : 2] = even
    out[..., 1::2] = odd[..., : words // 2]
    out[..., words - words % 2 :] = odd[..., words // 2 :]
    return out
