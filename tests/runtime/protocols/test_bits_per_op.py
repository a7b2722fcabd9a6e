"""What each op of replicated3 sends, in bits an element over all three parties, next to what its design says.

Measured on 64 elements, so that planes are whole words. k = 64 bits of the ring, d = 16 dropped bits.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
import pytest

from secfuse.runtime.algorithms import bits
from secfuse.runtime.protocols import Scheme
from tests.support.tallies import measured

N, K, D = 64, 64, 16
EVERYONE = (0, 1, 2)

Body = Callable[[Scheme], Coroutine[Any, Any, Any]]


def ring(p: Scheme) -> np.ndarray:
    return p.zeros((N,))


def plane(p: Scheme) -> np.ndarray:
    return p.zeros((1,))


# op: body, bits and rounds of the design, bits of ours beyond them
TABLE: dict[str, tuple[Body, int, int, int]] = {
    "share an input": (lambda p: p.share(1, np.zeros(N, np.uint64), (N,), np.subtract), K, 1, 0),
    "open to all": (lambda p: p.reconstruct(ring(p), np.add, EVERYONE, "test"), 3 * K, 1, 0),
    "multiply": (lambda p: p.multiply(ring(p), ring(p)), 3 * K, 1, 0),
    "truncate": (lambda p: p.truncate(ring(p), D), K + 3 * D, 2, 0),
    # One bit more: P0 could add the top bit of A to its own summand of the tree's last AND rather than share it, but
    # then the tree would belong to the scheme.
    "compare": (lambda p: bits.top_bit(p, ring(p)), 543, 8, 1),
    "equality": (lambda p: bits.is_zero(p, ring(p)), 253, 7, 0),
    "bit to ring": (lambda p: p.bit_to_ring(plane(p), N), 3 * K, 2, 0),
    "select": (lambda p: p.select_ring(plane(p), ring(p)), 5 * K, 2, 0),
    "shuffle": (lambda p: p.shuffle(ring(p), np.add), 4 * K, 2, 0),
}


@pytest.mark.parametrize("op", TABLE)
def test_bits_an_element_and_rounds(op: str) -> None:
    body, designed_bits, rounds, beyond = TABLE[op]
    tally = measured(body)
    assert 8 * sum(tally.link_bytes.values()) / N == designed_bits + beyond
    assert tally.rounds == rounds


def test_a_bit_alone_costs_three() -> None:
    tally = measured(lambda p: p.and_(plane(p), plane(p)))
    assert (8 * sum(tally.link_bytes.values()) / N, tally.rounds) == (3, 1)
