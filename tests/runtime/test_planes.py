"""Planes and rows are two ways to hold the same elements; shifts and concatenation keep their order."""

from __future__ import annotations

import numpy as np
import pytest

from secfuse.runtime.planes import concatenated, pack, shifted, tail_mask, to_planes, to_rows, unpack, words_for

RNG = np.random.default_rng(22)
COUNTS = [1, 5, 63, 64, 65, 200, 4000]


def words(*shape: int) -> np.ndarray:
    """Uniform 64-bit words."""
    return np.frombuffer(RNG.bytes(8 * int(np.prod(shape))), np.uint64).reshape(shape)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("width", [1, 2, 3, 7, 8, 9, 20, 31, 32, 33, 63, 64])
def test_there_and_back(count: int, width: int) -> None:
    rows = words(2, count) & np.uint64(2**width - 1)
    planes = to_planes(rows, width)
    assert planes.shape == (2, width, words_for(count))
    assert np.array_equal(to_rows(planes, count), rows)
    for element in {0, count // 2, count - 1}:
        bit, word = divmod(element, words_for(count))
        column = planes[0, :, word] >> np.uint64(bit) & np.uint64(1)
        assert sum(int(b) << i for i, b in enumerate(column)) == int(rows[0, element])


def test_rows_of_a_party_that_is_not_played_here_stay_empty() -> None:
    for width in (1, 8, 64):
        planes = to_planes(np.empty((0, 2, 70), np.uint64), width)
        assert planes.shape == (0, 2, width, 2)
        assert to_rows(planes, 70).shape == (0, 2, 70)


@pytest.mark.parametrize("count", COUNTS)
def test_the_tail_is_zero(count: int) -> None:
    assert int(np.bitwise_count(tail_mask(count)).sum()) == count
    everything = to_planes(np.full(count, 2**64 - 1, np.uint64), 3)
    assert np.array_equal(everything & ~tail_mask(count), np.zeros_like(everything))


@pytest.mark.parametrize("count", COUNTS)
def test_shifts(count: int) -> None:
    flags = RNG.integers(0, 2, count).astype(bool)
    for distance in {1, 2, 3, count // 3 + 1, max(count - 1, 1), count, count + 70}:
        expected = np.zeros(count, bool)
        expected[distance:] = flags[: max(count - distance, 0)]
        assert np.array_equal(unpack(shifted(pack(flags), distance), count), expected)


@pytest.mark.parametrize("width", [1, 20, 64, 100])
def test_concatenation(width: int) -> None:
    parts = [to_planes(words(count), 64)[:width] for count in (5, 130)]
    if width > 64:
        parts = [np.concatenate([part, part[: width - 64]]) for part in parts]
    joined = concatenated(parts, [5, 130])
    for i in range(width):
        both = np.concatenate([unpack(parts[0][i], 5), unpack(parts[1][i], 130)])
        assert np.array_equal(unpack(joined[i], 135), both)
