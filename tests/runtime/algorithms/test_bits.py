"""Circuits on planes give what integers give, in both schemes, for every pair of small numbers and for wide ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from secfuse.runtime.algorithms import bits
from secfuse.runtime.algorithms.divide import divide
from secfuse.runtime.algorithms.largest import largest
from secfuse.runtime.algorithms.sums import add_up
from secfuse.runtime.planes import pack, to_planes, to_rows, unpack, words_for
from tests.support.trio import opened, run, shared, solo, trio

RNG = np.random.default_rng(21)
XOR = np.bitwise_xor
SCHEMES = {"clear": solo, "replicated3": trio}


@pytest.fixture(params=SCHEMES)
def p(request: pytest.FixtureRequest) -> Any:
    """A scheme, all parties here."""
    return SCHEMES[request.param]()


def numbers(width: int) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of numbers up to 5 bits; beyond, random ones with equal pairs and extremes among them."""
    if width <= 5:
        a, b = (g.ravel().astype(np.uint64) for g in np.meshgrid(np.arange(1 << width), np.arange(1 << width)))
        return a, b
    a, b = (np.frombuffer(RNG.bytes(8 * 300), np.uint64) >> np.uint64(64 - width) for _ in range(2))
    a = a.copy()
    a[:40], a[40] = b[:40], 0
    return a, b


WIDTHS = [1, 2, 3, 5, 11, 63, 64]


@pytest.mark.parametrize("width", WIDTHS)
def test_comparison_addition_subtraction(p: Any, width: int) -> None:
    a, b = numbers(width)
    n, mask = len(a), np.uint64(2**width - 1)
    x, y = (shared(p, to_planes(v, width), XOR, RNG) for v in (a, b))

    def flags(plane: np.ndarray) -> np.ndarray:
        return unpack(opened(p, plane, XOR), n)

    def number(planes: np.ndarray) -> np.ndarray:
        return to_rows(opened(p, planes, XOR), n)

    assert np.array_equal(flags(run(p, bits.less(p, x, y))), a < b)
    assert np.array_equal(flags(run(p, bits.less(p, x, y, or_equal=True))), a <= b)
    distinct = a != b
    assert np.array_equal(flags(run(p, bits.less_of_distinct(p, x, y)))[distinct], (a < b)[distinct])
    assert np.array_equal(flags(run(p, bits.equal(p, x, y))), a == b)
    assert np.array_equal(flags(run(p, bits.any_set(p, x))), a != 0)
    assert np.array_equal(number(run(p, bits.add(p, x, y))), (a + b) & mask)
    difference, at_least = run(p, bits.subtract(p, x, y))
    assert np.array_equal(number(difference), (a - b) & mask)
    assert np.array_equal(flags(at_least), a >= b)
    odd = b % 2 == 1
    sign = shared(p, pack(odd), XOR, RNG)
    assert np.array_equal(number(run(p, bits.negate_where(p, sign, x))), np.where(odd, -a & mask, a))
    assert np.array_equal(number(run(p, bits.select(p, sign, x, y))), np.where(odd, a, b))
    for factor in (0, 1, 2, 13):
        assert np.array_equal(number(run(p, bits.times_constant(p, x, factor))), a * np.uint64(factor) & mask)


def test_ring_values_to_bits(p: Any) -> None:
    x = np.concatenate([np.frombuffer(RNG.bytes(8 * 200), np.uint64), np.array([0, 1, 2**63, 2**64 - 1], np.uint64)])
    shares = shared(p, x, np.subtract, RNG)
    sign, zero = run(p, bits.top_bit(p, shares)), run(p, bits.is_zero(p, shares))
    assert np.array_equal(unpack(opened(p, sign, XOR), len(x)), x >= 2**63)
    assert np.array_equal(unpack(opened(p, zero, XOR), len(x)), x == 0)
    for width in (2, 3, 8, 33, 63):
        narrow = np.concatenate([x >> np.uint64(65 - width), -(x >> np.uint64(65 - width)) - np.uint64(1)])
        sign = run(p, bits.top_bit(p, shared(p, narrow, np.subtract, RNG), width))
        assert np.array_equal(unpack(opened(p, sign, XOR), len(narrow)), narrow >= 2**63)
    for width in (1, 20, 64):
        low = to_rows(opened(p, run(p, bits.bits_of(p, shares, width)), XOR), len(x))
        assert np.array_equal(low, x & np.uint64(2**width - 1))


def test_costs_of_comparison_and_equality_of_ring_values() -> None:
    x = np.arange(640, dtype=np.uint64)
    p = trio()
    run(p, bits.top_bit(p, p.constant(x)))
    assert (p.wire.tally.ands / 640, p.wire.tally.rounds) == (63 + 118, 8)
    assert 8 * sum(p.wire.tally.link_bytes.values()) / 640 == 3 * (63 + 118) + 1
    p = trio()
    run(p, bits.is_zero(p, p.constant(x)))
    assert (8 * sum(p.wire.tally.link_bytes.values()) / 640, p.wire.tally.rounds) == (253, 7)


@pytest.mark.parametrize(
    ("width", "cells", "count"), [(1, 3, 1000), (9, 2, 5000), (11, 4, 700), (3, 70, 130), (5, 1, 1), (4, 2, 64)]
)
def test_sums_and_greatest_of_many(p: Any, width: int, cells: int, count: int) -> None:
    x = RNG.integers(0, 2**width, (cells, count)).astype(np.uint64)
    planes = shared(p, np.ascontiguousarray(np.moveaxis(to_planes(x, width), -2, 0)), XOR, RNG)
    total = to_rows(opened(p, run(p, add_up(p, planes, count)), XOR), cells)
    assert np.array_equal(total, x.sum(axis=1))
    for how_many in (1, 2, 3, 4, 5):
        best = opened(p, run(p, largest(p, planes, how_many)), XOR)
        found = to_rows(np.moveaxis(best, 0, -2), cells)
        expected = np.zeros((how_many, cells), np.uint64)
        top = np.sort(x, axis=1)[:, ::-1][:, :how_many].T
        expected[: len(top)] = top
        assert np.array_equal(found, expected)


def test_division_rounds_half_up_and_gives_zero_by_zero(p: Any) -> None:
    a, b = numbers(5)
    x, y = (shared(p, to_planes(v, 5), XOR, RNG) for v in (a, b))
    for shift in (0, 1, 3):
        quotient = to_rows(opened(p, run(p, divide(p, x, y, shift, 5 + shift)), XOR), len(a))
        expected = [(2 * (int(n) << shift) + int(d)) // (2 * int(d)) if d else 0 for n, d in zip(a, b, strict=True)]
        assert quotient.tolist() == expected


def test_division_of_wide_numbers(p: Any) -> None:
    a, b = RNG.integers(0, 2**40, 100).astype(np.uint64), RNG.integers(2**20, 2**21, 100).astype(np.uint64)
    x, y = shared(p, to_planes(a, 40), XOR, RNG), shared(p, to_planes(b, 21), XOR, RNG)
    quotient = to_rows(opened(p, run(p, divide(p, x, y, 16, 37)), XOR), 100)
    expected = [(2 * (int(n) << 16) + int(d)) // (2 * int(d)) for n, d in zip(a, b, strict=True)]
    assert quotient.tolist() == expected
    assert words_for(100) == 2


def test_ring_values_in_cells_to_bits(p: Any) -> None:
    x = np.frombuffer(RNG.bytes(8 * 300), np.uint64).reshape(3, 100).copy()
    x[1, :50] = 0
    shares = shared(p, x, np.subtract, RNG)
    assert np.array_equal(unpack(opened(p, run(p, bits.top_bit(p, shares)), XOR), 100), x >= 2**63)
    assert np.array_equal(unpack(opened(p, run(p, bits.is_zero(p, shares)), XOR), 100), x == 0)
    low = opened(p, run(p, bits.bits_of(p, shares, 20)), XOR)
    assert np.array_equal(to_rows(np.moveaxis(low, 0, -2), 100), x & np.uint64(2**20 - 1))


def test_cells_are_compared_with_a_vector(p: Any) -> None:
    a, b = RNG.integers(0, 16, (3, 100)).astype(np.uint64), RNG.integers(0, 16, (1, 100)).astype(np.uint64)
    x, y = (shared(p, np.ascontiguousarray(np.moveaxis(to_planes(v, 4), -2, 0)), XOR, RNG) for v in (a, b))
    assert np.array_equal(unpack(opened(p, run(p, bits.less(p, x, y)), XOR), 100), a < b)
    assert np.array_equal(unpack(opened(p, run(p, bits.less(p, y, x)), XOR), 100), b < a)
