"""Sorting and joining give what NumPy and a dictionary give, stable, for many sizes and patterns of keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from secfuse.runtime.algorithms import sort
from secfuse.runtime.algorithms.join import Side, join
from secfuse.runtime.algorithms.merge import merged_planes
from secfuse.runtime.planes import pack, to_planes, to_rows, unpack
from tests.support.trio import opened, run, shared, solo, trio

RNG = np.random.default_rng(23)
XOR = np.bitwise_xor


@pytest.mark.parametrize("count", [1, 2, 3, 64, 255, 256, 300, 1023, 1024, 3000])
@pytest.mark.parametrize("make", [solo, trio])
def test_rows_are_sorted_stably_with_their_payload(make: Any, count: int) -> None:
    p = make()
    keys, payload = RNG.integers(0, max(count // 3, 2), count).astype(np.uint64), np.arange(count, dtype=np.uint64)
    planes = np.concatenate([to_planes(keys, 12), to_planes(payload, 60)])
    rows = opened(p, run(p, sort.sorted_planes(p, shared(p, planes, XOR, RNG), 12, count)), XOR)
    order = np.argsort(keys, kind="stable")
    assert np.array_equal(to_rows(rows[:12], count), keys[order])
    assert np.array_equal(to_rows(rows[12:], count), payload[order])


def test_a_sort_that_exceeds_its_padding_starts_over(monkeypatch: pytest.MonkeyPatch) -> None:
    bound, calls = sort.pair_bound, []

    def first_too_small(sorted_count: int, batch: int) -> int:
        calls.append(batch)
        return 0 if len(calls) == 1 else bound(sorted_count, batch)

    monkeypatch.setattr(sort, "pair_bound", first_too_small)
    p, keys = trio(), RNG.integers(0, 9, 400).astype(np.uint64)
    rows = run(p, sort.sorted_planes(p, p.constant(to_planes(keys, 4)), 4, 400))
    assert len(calls) == 2, "once too few, once enough"
    assert np.array_equal(to_rows(opened(p, rows, XOR), 400), np.sort(keys))


def test_the_padding_of_pairs_suffices_and_is_not_wasteful() -> None:
    for sorted_count, batch in ((255, 45), (255, 768), (1023, 3072), (65535, 196608)):
        most = 0
        for _ in range(200 if batch < 10_000 else 5):
            gaps = np.bincount(np.searchsorted(np.sort(RNG.random(sorted_count)), RNG.random(batch)))
            most = max(most, int(np.sum(gaps * (gaps - 1) // 2)))
        assert most < sort.pair_bound(sorted_count, batch)
    assert sort.pair_bound(65535, 196608) < 1.15 * 196608**2 / 65537


def by_dictionary(left: list[tuple[int, bool, int]], right: list[tuple[int, bool, int]]) -> list[tuple[int, int, int]]:
    """(key, left payload, right payload) of every match."""
    of = {key: payload for key, valid, payload in right if valid}
    return sorted((key, payload, of[key]) for key, valid, payload in left if valid and key in of)


@pytest.mark.parametrize(("lefts", "rights"), [(1, 1), (7, 3), (60, 4), (64, 64), (500, 40), (20, 400)])
@pytest.mark.parametrize("make", [solo, trio])
@pytest.mark.parametrize("merging", [False, True])
def test_join(make: Any, lefts: int, rights: int, merging: bool) -> None:
    p = make()
    right_keys = RNG.permutation(2 * rights)[:rights].astype(np.uint64)
    left_keys = RNG.integers(0, 2 * rights, lefts).astype(np.uint64)
    if merging:
        right_keys, left_keys = np.sort(right_keys), np.sort(left_keys)
    sides = []
    tables = []
    for keys, width in ((left_keys, 9), (right_keys, 13)):
        valid = RNG.random(len(keys)) < 0.8
        payload = RNG.integers(0, 2**width, len(keys)).astype(np.uint64)
        tables.append([(int(k), bool(v), int(x)) for k, v, x in zip(keys, valid, payload, strict=True)])
        key, bit, data = (shared(p, v, XOR, RNG) for v in (to_planes(keys, 10), pack(valid), to_planes(payload, width)))
        sides.append(Side(key, bit, data, len(keys)))
    joined = run(p, join(p, *sides, merging))
    n = joined.count
    assert n == lefts + rights
    counts = unpack(opened(p, joined.valid, XOR), n)
    columns = [to_rows(opened(p, v, XOR), n)[counts] for v in (joined.key, joined.left, joined.right)]
    assert sorted(zip(*(c.tolist() for c in columns), strict=True)) == by_dictionary(*tables)


def test_a_join_without_payload() -> None:
    p = trio()
    keys, bit = p.constant(to_planes(np.arange(5, dtype=np.uint64), 3)), p.constant(pack(np.ones(5, bool)))
    side = Side(keys, bit, p.zeros((0, 1)), 5)
    assert unpack(opened(p, run(p, join(p, side, side)).valid, XOR), 10).sum() == 5


@pytest.mark.parametrize("merging", [False, True])
def test_a_right_row_that_does_not_count_hides_no_other_of_its_key(merging: bool) -> None:
    p = trio()

    def side(keys: list[int], valid: list[int]) -> Side:
        columns = (to_planes(np.array(keys, np.uint64), 3), pack(np.array(valid, bool)))
        key, bit = (shared(p, column, XOR, RNG) for column in columns)
        return Side(key, bit, key, len(keys))

    joined = run(p, join(p, side([0, 2, 4], [1, 1, 1]), side([0, 0, 2, 2, 4], [0, 1, 1, 0, 0]), merging))
    counts = unpack(opened(p, joined.valid, XOR), 8)
    assert to_rows(opened(p, joined.right, XOR), 8)[counts].tolist() == [0, 2]


@pytest.mark.parametrize(
    ("first", "second"),
    [(0, 0), (0, 1), (1, 0), (1, 1), (0, 5), (3, 5), (32, 32), (64, 64), (65, 1), (37, 1000), (4000, 90)],
)
@pytest.mark.parametrize("make", [solo, trio])
def test_sorted_lists_are_merged_stably(make: Any, first: int, second: int) -> None:
    p, count = make(), first + second
    keys = [np.sort(RNG.integers(0, max(2, count // 5), n).astype(np.uint64)) for n in (first, second)]
    payload, both = np.arange(count, dtype=np.uint64), np.concatenate(keys)
    parts = [(keys[0], payload[:first]), (keys[1], payload[first:])]
    one, two = (shared(p, np.concatenate([to_planes(k, 13), to_planes(v, 60)]), XOR, RNG) for k, v in parts)
    rows = opened(p, run(p, merged_planes(p, one, first, two, second, 13)), XOR)
    order = np.argsort(both, kind="stable")
    assert np.array_equal(to_rows(rows[:13], count), both[order])
    assert np.array_equal(to_rows(rows[13:], count), payload[order])


def test_every_merge_of_few_ones_and_zeros_is_right() -> None:
    """A network of comparisons sorts whatever it is given if it sorts all zeros and ones (Knuth 5.3.4)."""
    p = solo()
    for first in range(7):
        for second in range(7):
            for zeros in ((a, b) for a in range(first + 1) for b in range(second + 1)):
                keys = [np.arange(n) >= z for n, z in zip((first, second), zeros, strict=True)]
                one, two = (p.constant(to_planes(k.astype(np.uint64), 1)) for k in keys)
                rows = opened(p, run(p, merged_planes(p, one, first, two, second, 1)), XOR)
                assert np.array_equal(unpack(rows[0], first + second), np.sort(np.concatenate(keys)))
