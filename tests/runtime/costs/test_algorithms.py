"""Each algorithm sends what its formula says: to the byte, the round and the gate, for any width and size.

Shares of zero will do: what is sent never depends on values.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import numpy as np
import pytest

from secfuse.runtime.algorithms import bits, sums
from secfuse.runtime.algorithms.divide import divide
from secfuse.runtime.algorithms.join import Side, join
from secfuse.runtime.algorithms.largest import largest
from secfuse.runtime.algorithms.merge import merged_planes
from secfuse.runtime.algorithms.sort import ALL_PAIRS, GROWTH, TILE, sorted_planes
from secfuse.runtime.costs import bits as bit_costs
from secfuse.runtime.costs import replicated3 as op_costs
from secfuse.runtime.costs import sums as sum_costs
from secfuse.runtime.costs.cost import FREE, Cost, together
from secfuse.runtime.costs.join import join as join_cost
from secfuse.runtime.costs.join import merging_pays
from secfuse.runtime.costs.largest import largest as largest_cost
from secfuse.runtime.costs.merge import merged_planes as merge_cost
from secfuse.runtime.costs.sort import sorted_planes as sort_cost
from secfuse.runtime.planes import words_for
from secfuse.runtime.protocols import Scheme
from tests.support.tallies import measured

Body: TypeAlias = Callable[[Scheme], Coroutine[Any, Any, Any]]
RNG = np.random.default_rng(7)
WIDTHS = (1, 2, 3, 7, 8, 9, 16, 31, 33, 63, 64, 65)


def planes(p: Scheme, k: int, *shape: int) -> np.ndarray:
    """Shares of zero planes."""
    return p.zeros((k, *shape))


def ring(p: Scheme, *shape: int) -> np.ndarray:
    """Shares of zero ring values."""
    return p.zeros(shape)


def same(body: Body, cost: Cost) -> None:
    assert measured(body) == cost.tally()


@pytest.mark.parametrize("k", WIDTHS)
@pytest.mark.parametrize("words", [1, 5])
def test_circuits_of_two_numbers(k: int, words: int) -> None:
    """Two cells of `words` words each."""
    for algorithm, cost in (
        (bits.less, bit_costs.less),
        (bits.less_of_distinct, bit_costs.less_of_distinct),
        (bits.equal, bit_costs.equal),
        (bits.add, bit_costs.add),
        (bits.subtract, bit_costs.subtract),
    ):
        same(lambda p, f=algorithm: f(p, planes(p, k, 2, words), planes(p, k, 2, words)), cost(k, 2 * words))


@pytest.mark.parametrize("k", WIDTHS)
def test_circuits_of_one_number(k: int) -> None:
    def bit(p: Scheme) -> np.ndarray:
        return planes(p, k, 3)[:, :, 0]

    same(lambda p: bits.select(p, bit(p), planes(p, k, 3), planes(p, k, 3)), bit_costs.select(k, 3))
    same(lambda p: bits.negate_where(p, bit(p), planes(p, k, 3)), bit_costs.negate_where(k, 3))
    same(lambda p: bits.all_set(p, planes(p, k, 3)), bit_costs.all_set(k, 3))
    same(lambda p: bits.any_set(p, planes(p, k, 3)), bit_costs.all_set(k, 3))
    for factor in (0, 1, 10, 255, 1 << k, int(RNG.integers(2**40))):
        same(lambda p, f=factor: bits.times_constant(p, planes(p, k, 3), f), bit_costs.times_constant(k, 3, factor))


@pytest.mark.parametrize("count", [0, 1, 64, 100])
def test_ring_values(count: int) -> None:
    words = words_for(count)
    same(lambda p: bits.top_bit(p, ring(p, 2, count)), bit_costs.top_bit(2 * words))
    for k in WIDTHS[1:-1]:
        same(lambda p, k=k: bits.top_bit(p, ring(p, 2, count), k), bit_costs.top_bit(2 * words, k))
    same(lambda p: bits.is_zero(p, ring(p, 2, count)), bit_costs.is_zero(2 * words))
    same(lambda p: p.multiply(ring(p, 1, count), ring(p, 3, 1)), op_costs.multiply(3 * count))
    same(lambda p: p.bit_to_ring(planes(p, 4, words), count), op_costs.bit_to_ring(4 * count))
    same(lambda p: p.select_ring(planes(p, 1, words), ring(p, 4, count)), op_costs.select_ring(4 * count))
    same(lambda p: p.shuffle(ring(p, 3, count)), op_costs.shuffle(3 * count))
    for d in (1, 8, 9, 16, 17, 32, 33):
        same(lambda p, d=d: p.truncate(ring(p, count), d), op_costs.truncate(count, d))
    for k in WIDTHS[:-1]:
        same(lambda p, k=k: bits.bits_of(p, ring(p, 2, count), k), bit_costs.bits_of(k, 2 * words))


@pytest.mark.parametrize("recipients", [(0,), (1, 2), (0, 1, 2)])
def test_in_and_out(recipients: tuple[int, ...]) -> None:
    owner = recipients[0]
    values = np.zeros(5, np.uint64)
    same(lambda p: p.share(owner, values, (5,), np.subtract), op_costs.share(owner, 5))
    same(lambda p: p.reconstruct(ring(p, 5), np.add, recipients, "all"), op_costs.reconstruct(5, recipients))


@pytest.mark.parametrize(
    ("numerator", "denominator", "shift", "quotient"), [(1, 1, 0, 1), (9, 4, 16, 20), (5, 40, 3, 7)]
)
def test_division(numerator: int, denominator: int, shift: int, quotient: int) -> None:
    same(
        lambda p: divide(p, planes(p, numerator, 3), planes(p, denominator, 3), shift, quotient),
        bit_costs.divide(numerator, denominator, shift, quotient, 3, 3),
    )


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 190, 700, 4000])
@pytest.mark.parametrize("cells", [1, 3, 70])
def test_reductions(count: int, cells: int) -> None:
    for k in (1, 2, 11):

        def column(p: Scheme, k: int = k) -> np.ndarray:
            return planes(p, k, cells, words_for(count))

        same(lambda p, c=column: sums.add_up(p, c(p), count), sum_costs.add_up(k, cells, count))
        for how_many in (1, 2, 3, 4, 7):
            same(
                lambda p, c=column, m=how_many: largest(p, c(p), m),
                largest_cost(k, cells, count, how_many),
            )


def some_sizes() -> list[int]:
    """Where stages begin and end, and some at random."""
    second = (ALL_PAIRS + 1) * GROWTH - 1
    borders = [0, 1, 2, 3, ALL_PAIRS - 1, ALL_PAIRS, ALL_PAIRS + 1, ALL_PAIRS + 2, second - 1, second, second + 1, 3000]
    return sorted({*borders, *(int(n) for n in RNG.integers(1, 3000, 12))})


@pytest.mark.parametrize("count", some_sizes())
def test_a_sort_is_a_function_of_the_number_of_rows(count: int) -> None:
    k, key_bits = int(RNG.integers(1, 80)), int(RNG.integers(1, 70))
    k = max(k, key_bits)
    same(lambda p: sorted_planes(p, planes(p, k, words_for(count)), key_bits, count), sort_cost(k, key_bits, count))


def test_a_sort_of_several_tiles() -> None:
    count = 2 * TILE // (GROWTH - 1) * GROWTH
    same(lambda p: sorted_planes(p, planes(p, 3, words_for(count)), 2, count), sort_cost(3, 2, count))


@pytest.mark.parametrize(("left", "right"), [(0, 0), (1, 0), (0, 1), (1, 1), (40, 3), (5, 200), (900, 700)])
@pytest.mark.parametrize(("left_bits", "right_bits"), [(0, 0), (3, 0), (0, 9), (70, 20)])
def test_joins(left: int, right: int, left_bits: int, right_bits: int) -> None:
    def side(p: Scheme, payload_bits: int, count: int) -> Side:
        words = words_for(count)
        return Side(planes(p, 17, words), planes(p, 1, words)[:, :, 0], planes(p, payload_bits, words), count)

    for merging in (False, True):
        same(
            lambda p, m=merging: join(p, side(p, left_bits, left), side(p, right_bits, right), m),
            join_cost(17, left_bits, right_bits, left + right, merging),
        )


@pytest.mark.parametrize("count", [0, 1, 2, 3, 33, 63, 64, 65, 128, 129, 4097, 6000, 40_000])
def test_a_merge_is_a_function_of_the_number_of_rows(count: int) -> None:
    k, key_bits, first = 23, int(RNG.integers(1, 23)), int(RNG.integers(0, count + 1))

    async def merge(p: Scheme) -> np.ndarray:
        parts = (planes(p, k, words_for(first)), first, planes(p, k, words_for(count - first)), count - first)
        return await merged_planes(p, *parts, key_bits)

    same(merge, merge_cost(k, key_bits, count))


def test_sides_in_order_are_merged_unless_rows_are_long() -> None:
    assert all(merging_pays(64, payload, count) for payload in (0, 20) for count in (2, 1000, 10**6, 10**7))
    assert merging_pays(64, 500, 1000)
    assert not merging_pays(64, 500, 10**6)


def test_costs_add_up_one_after_the_other_and_at_once() -> None:
    short, long = op_costs.and_(3), op_costs.multiply(2) * 4
    assert (short + long).rounds == 5
    assert together(short, long).rounds == 4
    assert together(short, long).link_bytes == (short + long).link_bytes
    assert together() == FREE
    assert (short + long).tally().link_bytes == {(0, 2): 88, (1, 0): 88, (2, 1): 88}
