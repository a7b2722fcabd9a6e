"""Sorting and joining give what NumPy and a dictionary give, stable, for many sizes and patterns of keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from secfuse.runtime.algorithms import sort
from secfuse.runtime.algorithms.join import Side, join
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
def test_join(make: Any, lefts: int, rights: int) -> None:
    p = make()
    right_keys = RNG.permutation(2 * rights)[:rights].astype(np.uint64)
    left_keys = RNG.integers(0, 2 * rights, lefts).astype(np.uint64)
    sides = []
    tables = []
    for keys, width in ((left_keys, 9), (right_keys, 13)):
        valid = RNG.random(len(keys)) < 0.8
        payload = RNG.integers(0, 2**width, len(keys)).astype(np.uint64)
        tables.append([(int(k), bool(v), int(x)) for k, v, x in zip(keys, valid, payload, strict=True)])
        key, bit, data = (shared(p, v, XOR, RNG) for v in (to_planes(keys, 10), pack(valid), to_planes(payload, width)))
        sides.append(Side(key, bit, data, len(keys)))
    joined = run(p, join(p, *sides))
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
