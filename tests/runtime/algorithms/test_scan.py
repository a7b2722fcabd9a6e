"""Scans and compaction give what loops give: small columns exhausted, long ones sampled."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from secfuse.runtime.algorithms.compact import compacted
from secfuse.runtime.algorithms.scan import FEW, scan_first, scan_least, scan_sum
from secfuse.runtime.planes import WORD, pack, shifted, tail_mask, to_planes, to_rows, unpack
from tests.support.trio import opened, run, shared, solo, trio

RNG = np.random.default_rng(31)
XOR = np.bitwise_xor
SIZES = [1, 2, 3, 63, 64, 65, 128, 700, WORD * FEW, WORD * FEW + 1, 2 * WORD * FEW + 5, 5 * WORD * FEW + 300]


def signed(x: np.ndarray, width: int) -> np.ndarray:
    """Numbers of so many bits, two's complement."""
    shift = np.uint64(64 - width)
    return (x << shift).view(np.int64) >> shift.astype(np.int64)


def by_loop(what: str, starts: np.ndarray, x: np.ndarray) -> list[int]:
    """One element after the other."""
    found: list[int] = []
    for i, (begins, value) in enumerate(zip(starts.tolist(), x.tolist(), strict=True)):
        if begins or not i:
            found.append(value)
        else:
            found.append({"sum": found[-1] + value, "least": min(found[-1], value), "first": found[-1]}[what])
    return found


def scanned(
    p: Any, what: str, starts: np.ndarray, x: np.ndarray, width: int, result: int, is_signed: bool
) -> list[int]:
    """The same on shares."""
    count = len(x)
    planes = shared(p, to_planes(x.astype(np.uint64), width), XOR, RNG)
    begun = shared(p, pack(starts), XOR, RNG)
    if what == "sum":
        found = opened(p, run(p, scan_sum(p, begun, planes, count, result, is_signed)), XOR)
        assert found.shape[0] == result
    else:
        found = opened(p, run(p, {"least": scan_least, "first": scan_first}[what](p, begun, planes, count)), XOR)
        assert found.shape[0] == width
    rows = to_rows(found, count)
    return (signed(rows, found.shape[0]) if is_signed else rows).tolist()


@pytest.mark.parametrize("what", ["sum", "least", "first"])
@pytest.mark.parametrize("rows", range(5))
def test_every_small_column(what: str, rows: int) -> None:
    for starts, x in product(product([False, True], repeat=rows), product([0, 1, 3], repeat=rows)):
        begins, numbers = np.array(starts, bool), np.array(x, np.int64)
        assert scanned(solo(), what, begins, numbers, 2, 4, False) == by_loop(what, begins, numbers)


@pytest.mark.parametrize("what", ["sum", "least", "first"])
@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("often", [0, 0.01, 0.3, 1])
def test_long_columns(what: str, count: int, often: float) -> None:
    starts, x = RNG.random(count) < often, RNG.integers(0, 2**7, count)
    for p in (solo(), trio()):
        assert scanned(p, what, starts, x, 7, 7 + count.bit_length(), False) == by_loop(what, starts, x)


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("width", [1, 2, 9])
def test_sums_of_signed_numbers(count: int, width: int) -> None:
    starts, x = RNG.random(count) < 0.01, RNG.integers(-(2 ** (width - 1)), 2 ** (width - 1), count)
    expected = by_loop("sum", starts, x)
    assert scanned(trio(), "sum", starts, x, width, width + count.bit_length(), True) == expected
    most = max(abs(v) for v in expected)
    assert scanned(trio(), "sum", starts, x, width, max(width, most.bit_length() + 1), True) == expected


@pytest.mark.parametrize("count", [0, 1, 2, 3, 64, 65, 129, 3000])
@pytest.mark.parametrize("often", [0, 0.5, 1])
def test_compacting(count: int, often: float) -> None:
    first = RNG.random(count) < often
    for p in (solo(), trio()):
        places = np.arange(count, dtype=np.uint64)
        planes = shared(p, np.concatenate([to_planes(places, 64), to_planes(places, 20)]), XOR, RNG)
        bit = shared(p, pack(first), XOR, RNG)
        found = opened(p, run(p, compacted(p, bit, planes, count)), XOR)
        for part in (found[:64], found[64:]):
            assert np.array_equal(to_rows(part, count), np.argsort(~first, kind="stable"))


def test_every_small_compaction() -> None:
    for count in range(2, 7):
        for bits in product([False, True], repeat=count):
            p, first = solo(), np.array(bits)
            planes = p.constant(to_planes(np.arange(count, dtype=np.uint64), 3))
            found = opened(p, run(p, compacted(p, p.constant(pack(first)), planes, count)), XOR)
            assert np.array_equal(to_rows(found, count), np.argsort(~first, kind="stable"))


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_shifts_go_both_ways(count: int) -> None:
    x = RNG.random(count) < 0.5
    for distance in (0, 1, 2, 3, 63, 64, 65, 128, 200, 300):
        moved = max(count - distance, 0)
        later, sooner = np.zeros(count, bool), np.zeros(count, bool)
        later[count - moved :], sooner[:moved] = x[:moved], x[count - moved :]
        assert np.array_equal(unpack(shifted(pack(x), distance), count), later)
        assert np.array_equal(unpack(shifted(pack(x) & tail_mask(count), -distance), count), sooner)
