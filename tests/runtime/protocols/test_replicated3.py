"""replicated3: every op is right, exhausted on the ring of 8 bits, and costs what its docstring says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from secfuse.runtime.planes import pack, to_planes, to_rows, unpack
from secfuse.runtime.protocols.replicated3 import Replicated3
from tests.support.trio import opened, run, shared, trio

RNG = np.random.default_rng(20)
XOR = np.bitwise_xor


def bits_sent(p: Replicated3) -> int:
    """All bits on all links so far."""
    return 8 * sum(p.wire.tally.link_bytes.values())


# ---- the ring of 8 bits, every pair of values ------------------------------------------------------------------------


def every_split() -> tuple[np.ndarray, np.ndarray]:
    """All values x with all B = s2, so that (A, B) takes every pair: (values, shares (3, 2, 65536))."""
    a, b = (g.ravel().astype(np.uint8) for g in np.meshgrid(np.arange(256), np.arange(256)))
    s1 = np.frombuffer(RNG.bytes(len(a)), np.uint8)
    s = [a - s1, s1, b]
    return a + b, np.stack([np.stack([s[i], s[(i + 1) % 3]]) for i in range(3)])


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_truncation_is_floor_or_one_more_and_unbiased_for_every_split_of_every_value(d: int) -> None:
    values, shares = every_split()
    signed = values.view(np.int8).astype(int)
    allowed = np.abs(signed + 0.5) < 64  # |x| < 2^(k-2)
    for seed in range(4):
        p = trio(seed)
        result = opened(p, run(p, p.truncate(shares, d)), np.add).view(np.int8).astype(int)
        error = (result - (signed >> d))[allowed]
        assert set(np.unique(error)) <= {0, 1}
        lost = (signed[allowed] & ((1 << d) - 1)) / (1 << d)
        assert abs(np.mean(error - lost)) < 1e-9, "over all splits the mean error is exactly the fraction lost"


def test_bits_and_selection_for_every_split() -> None:
    values, shares = every_split()
    p = trio(1)
    generate, propagate = run(p, p.carry_pairs(shares, 8))
    g, q = (to_rows(opened(p, v, XOR), len(values)).astype(np.uint8) for v in (generate, propagate))
    a, b = shares[0, 0] + shares[0, 1], shares[1, 1]
    assert np.array_equal(g, a & b & 127)
    assert np.array_equal(q, a ^ b)
    zero = to_rows(opened(p, run(p, p.difference_planes(shares)), XOR), len(values)) == 0
    assert np.array_equal(zero, values == 0)
    chosen = RNG.integers(0, 2, len(values)).astype(bool)
    plane = shared(p, pack(chosen), XOR, RNG)
    assert np.array_equal(opened(p, run(p, p.select_ring(plane, shares)), np.add), values * chosen)


def test_bit_to_ring_for_every_split_of_a_bit() -> None:
    s = [np.array([(i >> j) & 1 for i in range(8)], bool) for j in range(3)]
    planes = np.stack([np.stack([pack(s[i]), pack(s[(i + 1) % 3])]) for i in range(3)])
    for seed in range(200):
        p = trio(seed)
        ring = opened(p, run(p, p.bit_to_ring(planes, 8, np.uint8)), np.add)
        assert np.array_equal(ring, (s[0] ^ s[1] ^ s[2]).astype(np.uint8))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.uint64])
def test_products_in_every_ring(dtype: Any) -> None:
    x, y = (np.frombuffer(RNG.bytes(3000 * np.dtype(dtype).itemsize), dtype).reshape(3, 1000) for _ in range(2))
    p = trio()
    shares = [shared(p, v, np.subtract, RNG) for v in (x, y)]
    assert np.array_equal(opened(p, run(p, p.multiply(*shares)), np.add), x * y)
    assert np.array_equal(opened(p, run(p, p.dot(*shares)), np.add), np.sum(x * y, axis=-1, dtype=dtype))


MATRICES = [
    ((3, 5), (5, 2)),
    ((0, 2), (2, 3)),
    ((4, 1, 3), (4, 3, 2)),
    ((4, 1, 3), (1, 3, 2)),
    ((140, 130), (130, 129)),
]


@pytest.mark.parametrize("shapes", MATRICES)
def test_products_of_matrices_are_summed_before_they_are_sent(shapes: tuple[tuple[int, ...], ...]) -> None:
    p = trio()
    x, y = (RNG.integers(0, 2**64, shape, dtype=np.uint64) for shape in shapes)
    shares = [shared(p, v, np.subtract, RNG) for v in (x, y)]
    found = opened(p, run(p, p.matmul(*shares)), np.add)
    assert np.array_equal(found, np.matmul(x, y))
    assert (p.wire.tally.rounds, bits_sent(p)) == (1, 3 * 64 * found.size)
    assert p.wire.tally.multiplications == found.size * x.shape[-1]


def test_truncation_of_the_full_ring_is_exact_on_the_top_bit() -> None:
    values = RNG.integers(-(2**62), 2**62, 100_000)
    for d in (8, 16, 20, 32):
        p = trio(d)
        shares = shared(p, values.astype(np.uint64), np.subtract, RNG)
        error = opened(p, run(p, p.truncate(shares, d)), np.add).view(np.int64) - (values >> d)
        assert set(np.unique(error)) <= {0, 1}
        assert abs(np.mean(error) - np.mean((values & ((1 << d) - 1)) / (1 << d))) < 0.01


# ---- in and out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("owner", [0, 1, 2])
@pytest.mark.parametrize(("combine", "join"), [(np.subtract, np.add), (XOR, XOR)])
def test_an_input_is_shared_with_one_element_and_opens_again(owner: int, combine: Any, join: Any) -> None:
    values = np.frombuffer(RNG.bytes(80), np.uint64)
    p = trio()
    shares = run(p, p.share(owner, values, values.shape, combine))
    assert bits_sent(p) == 64 * 10
    assert p.wire.tally.rounds == 1
    for recipients in ((0,), (1, 2), (0, 1, 2)):
        sent = bits_sent(p)
        rows = run(p, p.reconstruct(shares, join, recipients, "test"))
        assert bits_sent(p) - sent == 64 * 10 * len(recipients)
        for r in range(3):
            assert np.array_equal(rows[r], values if r in recipients else np.zeros_like(values))


def test_everything_that_is_opened_passes_before_open() -> None:
    p, seen = trio(), []
    p.before_open = lambda purpose, recipients, elements: seen.append((purpose, recipients, elements))
    run(p, p.reconstruct(p.constant(np.zeros(5, np.uint64)), np.add, (1,), "an answer"))
    assert seen == [("an answer", (1,), 5)]


def test_constants_and_inversion_are_local() -> None:
    p = trio()
    values = np.arange(5, dtype=np.uint64)
    assert np.array_equal(opened(p, p.constant(values), XOR), values)
    assert np.array_equal(opened(p, p.invert(p.constant(values)), XOR), ~values)
    assert p.wire.tally.rounds == 0


@pytest.mark.parametrize(("combine", "join"), [(np.subtract, np.add), (XOR, XOR)])
def test_a_shuffle_permutes_whole_rows(combine: Any, join: Any) -> None:
    rows = np.frombuffer(RNG.bytes(2 * 500 * 8), np.uint64).reshape(2, 500)
    p = trio()
    shuffled = opened(p, run(p, p.shuffle(shared(p, rows, combine, RNG), join)), join)
    assert sorted(map(tuple, shuffled.T)) == sorted(map(tuple, rows.T))
    assert not np.array_equal(shuffled, rows)


def test_every_order_of_a_shuffle_is_equally_likely() -> None:
    counts: dict[bytes, int] = {}
    for seed in range(1200):
        p = trio(seed)
        rows = p.constant(np.arange(3, dtype=np.uint64)[None])
        order = opened(p, run(p, p.shuffle(rows)), XOR).tobytes()
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    assert max(abs(c - 200) for c in counts.values()) < 80  # six standard deviations


# ---- costs: the table of what each op sends, to the bit --------------------------------------------------------------

N = 640  # elements: ten words a plane
RING = np.arange(N, dtype=np.uint64)
COSTS: dict[str, tuple[Any, int, int]] = {  # op, bits an element over all parties, rounds
    "multiply": (lambda p, x, b: p.multiply(x, x), 3 * 64, 1),
    "truncate by 16": (lambda p, x, b: p.truncate(x, 16), 64 + 3 * 16, 2),
    "bit_to_ring": (lambda p, x, b: p.bit_to_ring(b, N), 3 * 64, 2),
    "select_ring": (lambda p, x, b: p.select_ring(b, x), 5 * 64, 2),
    "carry_pairs of 64 bits": (lambda p, x, b: p.carry_pairs(x, 64), 3 * 64 - 2, 2),
    "difference_planes": (lambda p, x, b: p.difference_planes(x), 64, 1),
    "and": (lambda p, x, b: p.and_(b, b), 3, 1),
    "shuffle of two words": (lambda p, x, b: p.shuffle(np.stack([x, x], axis=2)), 2 * 4 * 64, 2),
}


@pytest.mark.parametrize("name", COSTS)
def test_cost(name: str) -> None:
    op, bits, rounds = COSTS[name]
    p = trio()
    ring = shared(p, RING, np.subtract, RNG)
    plane = shared(p, pack(RING % 2 == 1), XOR, RNG)
    run(p, op(p, ring, plane))
    assert (bits_sent(p), p.wire.tally.rounds) == (bits * N, rounds)


def test_a_bit_plane_of_an_element_is_where_the_layout_says() -> None:
    planes = to_planes(RING, 10)
    assert np.array_equal(unpack(planes[3], N), RING >> np.uint64(3) & np.uint64(1) == 1)
