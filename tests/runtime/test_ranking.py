"""A permutation is the order of random words: the right one for any number of them, and none where two are equal."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from secfuse.runtime.randomness import Streams
from secfuse.runtime.ranking import order_of
from secfuse.runtime.rounds import Place

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("length", [0, 1, 2, 3, 255, 1 << 16, 70_000, (1 << 20) + 3])
def test_words_come_into_their_order(length: int) -> None:
    words = RNG.integers(0, 2**64, length, dtype=np.uint64)
    order = order_of(words)
    assert order is not None
    assert np.array_equal(order, np.argsort(words))


@pytest.mark.parametrize("length", [2, 300, (1 << 20) + 3])
def test_equal_words_have_no_order(length: int) -> None:
    words = RNG.integers(0, 2**64, length, dtype=np.uint64)
    words[-1] = words[0]
    assert order_of(words) is None


def test_all_permutations_are_as_likely() -> None:
    places, seen, runs = count(), dict[tuple[int, ...], int](), 4800
    streams = Streams({0: bytes(32)}, lambda: Place(f"place {next(places)}"))
    for _ in range(runs):
        order = streams.permutation(0, 4)
        assert order is not None
        seen[tuple(order)] = seen.get(tuple(order), 0) + 1
    assert len(seen) == 24
    assert sum((n - runs / 24) ** 2 / (runs / 24) for n in seen.values()) < 62, "23 degrees of freedom: once in 50,000"
