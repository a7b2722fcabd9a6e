"""Bit planes: n elements of k bits as k rows of packed words, and the way there and back.

Lives here: layout, transposition, shifts along the elements. NumPy only. Not here: shares, gates.

Layout: n elements need W = ceil(n / 64) words a plane; bit i of word w is element i * W + w. Neighbouring elements
lie in neighbouring words, so every stage of the transposition is a pass over long rows. What lies beyond element n - 1
(the tail) means nothing. A 64 x 64 transposition is six masked swaps (Warren, Hacker's Delight, section 7-3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

Each: TypeAlias = Callable[[Callable[[int], None], Sequence[int]], None]

WORD = 64
_BLOCK = 4096  # words of a plane transposed at a time: long enough rows for NumPy, short enough to stay in a cache
_SWAPS = {
    j: np.uint64(sum(((1 << j) - 1) << s for s in range(0, WORD, 2 * j))) for j in (1, 2, 4, 8, 16, 32)
}  # low half of every 2j bits


def words_for(count: int) -> int:
    """Words a plane of `count` elements takes; one even if there are none, so that no array is empty."""
    return max(1, -(-count // WORD))


def in_turn(work: Callable[[int], None], numbers: Sequence[int]) -> None:
    """Do independent pieces of work one after the other."""
    for number in numbers:
        work(number)


def to_planes(rows: np.ndarray, width_bits: int, each: Each = in_turn) -> np.ndarray:
    """Elements (..., n) uint64 to planes (..., width_bits, W), least significant first. each: does pieces of work."""
    *lead, count = rows.shape
    words = words_for(count)
    if count != WORD * words:
        padded = np.zeros((*lead, WORD * words), np.uint64)
        padded[..., :count] = rows
        rows = padded
    source = rows.reshape(math.prod(lead), WORD, words)
    out = np.empty((len(source), width_bits, words), np.uint64)
    block = _block(len(source))

    def piece(start: int) -> None:
        out[:, :, start : start + block] = _narrow(source[:, :, start : start + block].copy(), width_bits)

    each(piece, range(0, words, block))
    return out.reshape(*lead, width_bits, words)


def _block(vectors: int) -> int:
    """Words of a plane that are transposed at a time, for so many vectors at once."""
    return max(_BLOCK // 8, _BLOCK // max(1, vectors))


def _swap(rows: np.ndarray, j: int, room: np.ndarray) -> None:
    """The swap at distance j, in place: rows (m, k, b); room: as many words as half of them, to work in."""
    mask, shift = _SWAPS[j], np.uint64(j)
    pairs = rows.reshape(len(rows), rows.shape[1] // (2 * j), 2, j, rows.shape[-1])
    low, high = pairs[:, :, 0], pairs[:, :, 1]
    swap = room[: low.size].reshape(low.shape)
    np.right_shift(low, shift, out=swap)
    swap ^= high
    swap &= mask
    high ^= swap
    swap <<= shift
    low ^= swap


def _narrow(block: np.ndarray, width_bits: int) -> np.ndarray:
    """Rows (m, 64, b) to planes (m, width_bits, b). Halves that hold only unwanted planes are never computed."""
    room = np.empty(block.size // 2, np.uint64)
    for j in (32, 16, 8, 4, 2, 1):
        if width_bits <= j:  # one pair is left and the upper half of its result is not wanted
            mask, low, high = _SWAPS[j], block[:, :j], block[:, j:]
            block = (low & mask) | ((high & mask) << np.uint64(j))
        else:
            _swap(block, j, room)
    return block[:, :width_bits]


def to_rows(planes: np.ndarray, count: int) -> np.ndarray:
    """Planes (..., k, W), k at most 64, to elements (..., count) uint64 whose higher bits are zero."""
    *lead, width_bits, words = planes.shape
    assert width_bits <= WORD, "an element is one word"
    source = planes.reshape(math.prod(lead), width_bits, words)
    out = np.empty((len(source), WORD, words), np.uint64)
    block = _block(len(source))
    for start in range(0, words, block):
        out[:, :, start : start + block] = _widen(source[:, :, start : start + block], width_bits)
    return out.reshape(*lead, WORD * words)[..., :count]


def _widen(block: np.ndarray, width_bits: int) -> np.ndarray:
    """Planes (m, k, b) to rows (m, 64, b): the same swaps, smallest first, on as few rows as hold anything yet."""
    size = 1 << (width_bits - 1).bit_length() if width_bits > 1 else 1
    held = np.zeros((len(block), size, block.shape[-1]), np.uint64)
    held[:, :width_bits] = block
    room = np.empty(held.size // 2, np.uint64)
    for j in (1, 2, 4, 8, 16, 32):
        if j < size:
            _swap(held, j, room)
        else:  # the upper rows are still zero: the swap only splits the lower ones
            mask = _SWAPS[j]
            held = np.concatenate([held & mask, (held >> np.uint64(j)) & mask], axis=1)
    return held


def pack(bits: np.ndarray) -> np.ndarray:
    """Booleans (..., n) to one plane (..., W)."""
    return to_planes(bits.astype(np.uint64), 1)[..., 0, :]


def unpack(plane: np.ndarray, count: int) -> np.ndarray:
    """One plane (..., W) to booleans (..., count)."""
    return to_rows(plane[..., None, :], count).astype(bool)


def tail_mask(count: int) -> np.ndarray:
    """The plane (W,) that is 1 at the elements and 0 in the tail."""
    words = words_for(count)
    bits, longer = divmod(count, words)
    mask = np.full(words, (1 << bits) - 1, np.uint64)
    mask[:longer] |= np.uint64(1 << bits % WORD)
    return mask


def shifted(planes: np.ndarray, distance: int) -> np.ndarray:
    """Element e of the result is element e - distance, and 0 where there is none. planes: (..., W).

    Words move by the distance modulo W; those that wrap land one bit higher, because bit i + 1 starts W elements on.
    A negative distance lets the tail in, which must therefore be zero.
    """
    if distance < 0:
        return _shifted_down(planes, -distance)
    words = planes.shape[-1]
    bits, rest = divmod(distance, words)
    out = np.zeros_like(planes)
    if bits < WORD:
        out[..., rest:] = planes[..., : words - rest] << np.uint64(bits)
    if rest and bits + 1 < WORD:
        out[..., :rest] = planes[..., words - rest :] << np.uint64(bits + 1)
    return out


def _shifted_down(planes: np.ndarray, distance: int) -> np.ndarray:
    """Element e is element e + distance."""
    words = planes.shape[-1]
    bits, rest = divmod(distance, words)
    out = np.zeros_like(planes)
    if bits < WORD:
        out[..., : words - rest] = planes[..., rest:] >> np.uint64(bits)
    if rest and bits + 1 < WORD:
        out[..., words - rest :] = planes[..., :rest] >> np.uint64(bits + 1)
    return out


def concatenated(parts: list[np.ndarray], counts: list[int]) -> np.ndarray:
    """Elements of several vectors one after the other. parts[i]: (..., k, W_i), k at most 64 at a time.

    Words of different lengths do not line up, so the way leads through rows.
    """
    width_bits = parts[0].shape[-2]
    pieces = []
    for low in range(0, width_bits, WORD):
        rows = [to_rows(part[..., low : low + WORD, :], count) for part, count in zip(parts, counts, strict=True)]
        pieces.append(to_planes(np.concatenate(rows, axis=-1), min(WORD, width_bits - low)))
    return np.concatenate(pieces, axis=-2)
