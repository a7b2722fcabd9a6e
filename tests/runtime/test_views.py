"""No op shows a party anything that depends on a secret, and the harness that says so finds planted leaks."""

from __future__ import annotations

from importlib import import_module
from inspect import iscoroutinefunction
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

from secfuse.compiler.circuit.bit_layers import layered
from secfuse.compiler.circuit.bits import Gate
from secfuse.compiler.circuit.graph import Builder, Circuit, Region
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import PUBLIC, SECRET, Size, Type, integer
from secfuse.runtime import algorithms, engine
from secfuse.runtime.algorithms import bits, scan
from secfuse.runtime.algorithms.bit_circuit import run_layers
from secfuse.runtime.algorithms.compact import compacted
from secfuse.runtime.algorithms.divide import divide
from secfuse.runtime.algorithms.join import Side, join
from secfuse.runtime.algorithms.largest import largest
from secfuse.runtime.algorithms.merge import exchange, merged_planes
from secfuse.runtime.algorithms.reciprocal import divide_by_reciprocal
from secfuse.runtime.algorithms.sort import sorted_planes
from secfuse.runtime.algorithms.sums import add_up
from secfuse.runtime.kernels.value import Ring
from secfuse.runtime.planes import pack, to_planes
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.rounds import Place, together
from tests.compiler.circuit.bit_circuits import random_bits
from tests.support.trio import opened, run, trio
from tests.support.views import THRESHOLD, RecordedStreams, difference, views_by_run, views_of

LANES = 4096
SUBTRACT, XOR = np.subtract, np.bitwise_xor


def ring(value: int) -> tuple[np.ndarray, np.ufunc]:
    """A ring secret, the same in every lane."""
    return np.full(LANES, value % 2**64, np.uint64), SUBTRACT


def planes(value: int, width: int) -> tuple[np.ndarray, np.ufunc]:
    """A bit secret, the same in every lane."""
    return to_planes(np.full(LANES, value, np.uint64), width), XOR


def plane(value: bool) -> tuple[np.ndarray, np.ufunc]:
    """One secret bit a lane."""
    return pack(np.full(LANES, value)), XOR


def lengthy(value: int) -> tuple[np.ndarray, np.ufunc]:
    """Vectors of three for `dot`: (3, lanes) seen with the lanes last."""
    return np.full((3, LANES), value % 2**64, np.uint64), SUBTRACT


async def dot(p: Replicated3, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`dot` with the lanes first."""
    return await p.dot(np.moveaxis(x, -1, 2), np.moveaxis(y, -1, 2))


async def two_products(p: Replicated3, x: np.ndarray, y: np.ndarray) -> Any:
    """Two products in a row: their masks must differ."""
    return await p.multiply(await p.multiply(x, y), y)


async def two_ands(p: Replicated3, x: np.ndarray, y: np.ndarray) -> Any:
    """Two gates in one round: their masks must differ."""
    return await together(p.and_(x, y), p.and_(x, x))


async def opened_sum(p: Replicated3, x: np.ndarray, y: np.ndarray) -> Any:
    """Opening a sum shows the sum alone."""
    return await p.reconstruct(x + y, np.add, (0, 1, 2), "sum")


async def revealed_xor(p: Replicated3, x: np.ndarray, y: np.ndarray) -> Any:
    """Opening to one recipient shows the others nothing."""
    return await p.reconstruct(x ^ y, np.bitwise_xor, (1,), "xor")


async def coins_times(p: Replicated3, x: np.ndarray) -> Any:
    """Coins meet a secret: what is sent is masked as for any other factor."""
    return await p.and_(p.coins(x.shape[2:]), x)


async def loop(p: Replicated3, x: np.ndarray, y: np.ndarray) -> Any:
    """Two trips of x = x * y, as the engine runs a region: what a trip sends must not be masked as the last one was."""
    column = Type(integer(-9, 9), (Size(LANES),), SECRET)
    builder = Builder((Type(integer(0, 9), (), PUBLIC), column, column))
    body = builder.region(builder.inputs)
    region = builder.close(body, (body.add(Op.MUL, (1, 2), column),))
    bounds = tuple(builder.add(Op.CONST, (), Type(integer(v, v), (), PUBLIC), value=v) for v in (0, 2))
    (end,) = builder.loop(region, (bounds[0], bounds[1]), (1,), (2,))
    outer = Region(builder.inputs, tuple(builder.nodes), (end,))
    circuit = Circuit("loop", (), (), (), (), (), (), (*builder.regions, outer))
    run = engine.Run(circuit, p, {}, {}, {}, lambda progress: None)
    kinds = run.kinds.of_region(1, ("public", "ring", "ring"))
    given = {1: Ring(x), 2: Ring(y), bounds[0]: np.asarray(0), bounds[1]: np.asarray(2)}
    return await engine.Pass(run, circuit.within(1), kinds, given, "").results((end - 1, end), (end,))


SOME_CIRCUIT = random_bits(1, 12, (Gate.XOR, Gate.AND, Gate.OR, Gate.INV))
SOME_BITS, LAYERS = sum(SOME_CIRCUIT.inputs), layered(SOME_CIRCUIT)

# op and two sets of secrets; where something is opened, both sets open to the same
OPS: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "reconstruct to all": (opened_sum, [ring(5), ring(7)], [ring(-(2**62)), ring(2**62 + 12)]),
    "reconstruct to one": (revealed_xor, [planes(5, 3), planes(6, 3)], [planes(0, 3), planes(3, 3)]),
    "multiply": (Replicated3.multiply, [ring(0), ring(0)], [ring(1), ring(-1)]),
    "dot": (dot, [lengthy(0), lengthy(0)], [lengthy(3), lengthy(2**63 + 1)]),
    "loop": (loop, [ring(0), ring(0)], [ring(1), ring(-1)]),
    "truncate": (lambda p, x: p.truncate(x, 16), [ring(0)], [ring(-(2**61) + 12345)]),
    "and_": (Replicated3.and_, [planes(0, 2), planes(0, 2)], [planes(3, 2), planes(3, 2)]),
    "coins": (coins_times, [planes(0, 2)], [planes(3, 2)]),
    "bit_to_ring": (lambda p, b: p.bit_to_ring(b, LANES), [plane(False)], [plane(True)]),
    "select_ring": (Replicated3.select_ring, [plane(False), ring(0)], [plane(True), ring(2**63 + 9)]),
    "carry_pairs": (lambda p, x: p.carry_pairs(x, 8), [ring(0)], [ring(2**63 + 255)]),
    "difference_planes": (Replicated3.difference_planes, [ring(0)], [ring(-1)]),
    "less": (bits.less, [planes(0, 5), planes(0, 5)], [planes(30, 5), planes(31, 5)]),
    "less_of_distinct": (bits.less_of_distinct, [planes(0, 5), planes(1, 5)], [planes(30, 5), planes(31, 5)]),
    "equal": (bits.equal, [planes(9, 5), planes(9, 5)], [planes(30, 5), planes(1, 5)]),
    "all_set": (bits.all_set, [planes(0, 5)], [planes(31, 5)]),
    "any_set": (bits.any_set, [planes(0, 5)], [planes(31, 5)]),
    "carries": (bits.carries, [planes(0, 5), planes(0, 5)], [planes(9, 5), planes(22, 5)]),
    "from_carry_pairs": (bits.from_carry_pairs, [planes(0, 4), planes(0, 5)], [planes(9, 4), planes(22, 5)]),
    "add": (bits.add, [planes(0, 5), planes(0, 5)], [planes(31, 5), planes(31, 5)]),
    "subtract": (bits.subtract, [planes(0, 5), planes(1, 5)], [planes(31, 5), planes(0, 5)]),
    "negate_where": (bits.negate_where, [plane(False), planes(0, 5)], [plane(True), planes(31, 5)]),
    "select": (bits.select, [plane(False), planes(0, 5), planes(0, 5)], [plane(True), planes(31, 5), planes(1, 5)]),
    "times_constant": (lambda p, x: bits.times_constant(p, x, 5), [planes(0, 5)], [planes(31, 5)]),
    "top_bit": (bits.top_bit, [ring(0)], [ring(-1)]),
    "top_bit of narrow numbers": (lambda p, x: bits.top_bit(p, x, 6), [ring(0)], [ring(-1)]),
    "bits_of": (lambda p, x: bits.bits_of(p, x, 6), [ring(0)], [ring(-1)]),
    "is_zero": (bits.is_zero, [ring(0)], [ring(1)]),
    "divide_by_reciprocal": (
        lambda p, x, y: divide_by_reciprocal(p, x, y, 1, 26, LANES),
        [planes(0, 3), planes(3, 2)],
        [planes(7, 3), planes(1, 2)],
    ),
    "divide": (lambda p, x, y: divide(p, x, y, 1, 3), [planes(0, 3), planes(3, 2)], [planes(7, 3), planes(1, 2)]),
    "run_layers": (
        lambda p, x: run_layers(p, LAYERS, x),
        [planes(0, SOME_BITS)],
        [planes(2**SOME_BITS - 1, SOME_BITS)],
    ),
    "shuffle of bits": (
        lambda p, x: p.shuffle(x),
        [(np.zeros((2, LANES), np.uint64), XOR)],
        [(np.full((2, LANES), 2**64 - 1, np.uint64), XOR)],
    ),
    "shuffle of ring values": (
        lambda p, x: p.shuffle(x, np.add),
        [(np.zeros((2, LANES), np.uint64), SUBTRACT)],
        [(np.full((2, LANES), 2**63 + 1, np.uint64), SUBTRACT)],
    ),
    "two products": (two_products, [ring(0), ring(0)], [ring(1), ring(-1)]),
    "two gates": (two_ands, [planes(0, 2), planes(0, 2)], [planes(3, 2), planes(3, 2)]),
}


def watched() -> set[str]:
    """The functions whose views are compared: the first words of the tables' names."""
    return {name.split(" ")[0] for name in (*OPS, *MIXING)}


@pytest.mark.parametrize("name", OPS)
def test_views_of_two_secrets_are_alike(name: str) -> None:
    op, one, other = OPS[name]
    first, second = views_of(op, one, LANES, seed=1), views_of(op, other, LANES, seed=2)
    for rank in range(3):
        assert difference(first[rank], second[rank]) < THRESHOLD, f"party {rank} can tell"


def test_an_input_shows_its_owners_value_to_nobody() -> None:
    for owner in range(3):

        def views(value: int, seed: int, owner: int = owner) -> Any:
            values = np.full(LANES, value, np.uint64)
            return views_of(lambda p: p.share(owner, values, (LANES,), SUBTRACT), [], LANES, seed)

        first, second = views(0, 1), views(2**63 + 255, 2)
        for rank in {0, 1, 2} - {owner}:
            assert difference(first[rank], second[rank]) < THRESHOLD


def test_coins_are_fair_and_nobody_holds_enough_to_tell() -> None:
    """Each party's two shares, and their XOR, say nothing of how the coins fall; and nothing is sent."""
    p = trio(seed=5)

    async def toss() -> np.ndarray:
        return p.coins((8, LANES // 64))

    tossed = run(p, toss())
    fallen = opened(p, tossed, XOR)
    assert not p.wire.tally.link_bytes

    def share_of_ones(words: np.ndarray) -> float:
        return float(np.unpackbits(words.view(np.uint8)).mean())

    assert abs(share_of_ones(fallen) - 0.5) < 0.015, "4 standard deviations of 32768 tosses are 0.011"
    for rank in range(3):
        first, second = tossed[rank]
        for seen in (first, second, first ^ second):
            assert abs(share_of_ones(seen ^ fallen) - 0.5) < 0.015


def few(values: list[int], width: int) -> tuple[np.ndarray, np.ufunc]:
    """A handful of secret numbers as planes."""
    return to_planes(np.array(values, np.uint64), width), XOR


def cells(values: list[int], width: int) -> tuple[np.ndarray, np.ufunc]:
    """A handful of secret numbers as one cell of a group."""
    return to_planes(np.array(values, np.uint64), width)[:, None], XOR


async def joined(p: Replicated3, *parts: np.ndarray) -> Any:
    """A join of three rows with two, everything secret."""
    lk, lv, lp, rk, rv, rp = parts
    return await join(p, Side(lk, lv[:, :, 0], lp, 3), Side(rk, rv[:, :, 0], rp, 2))


async def merged(p: Replicated3, *parts: np.ndarray) -> Any:
    """The same join of sides in order."""
    lk, lv, lp, rk, rv, rp = parts
    return await join(p, Side(lk, lv[:, :, 0], lp, 3), Side(rk, rv[:, :, 0], rp, 2), merging=True)


def matrix(rows: list[list[int]]) -> tuple[np.ndarray, np.ufunc]:
    """A handful of secret ring values."""
    return np.array(rows, np.uint64), SUBTRACT


MIXING: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "matmul": (
        lambda p, x, y: p.matmul(x, y),
        [matrix([[0, 0]]), matrix([[0], [0]])],
        [matrix([[2**63 + 1, 3]]), matrix([[1], [2**64 - 1]])],
    ),
    "add_up": (lambda p, x: add_up(p, x, 4), [cells([0, 0, 0, 0], 2)], [cells([3, 3, 3, 3], 2)]),
    "largest": (lambda p, x: largest(p, x, 2), [cells([0, 0, 0, 0], 2)], [cells([3, 1, 2, 3], 2)]),
    "sorted_planes": (lambda p, x: sorted_planes(p, x, 2, 4), [few([0, 0, 0, 0], 2)], [few([3, 2, 1, 0], 2)]),
    "compacted": (
        lambda p, b, x: compacted(p, b[:, :, 0], x, 4),
        [few([0, 0, 0, 0], 1), few([0, 0, 0, 0], 2)],
        [few([0, 1, 0, 1], 1), few([3, 2, 1, 0], 2)],
    ),
    "scan_first": (
        lambda p, b, x: scan.scan_first(p, b[:, :, 0], x, 4),
        [few([0, 0, 0, 0], 1), few([0, 0, 0, 0], 2)],
        [few([0, 1, 0, 1], 1), few([3, 2, 1, 0], 2)],
    ),
    "scan_least": (
        lambda p, b, x: scan.scan_least(p, b[:, :, 0], x, 4),
        [few([0, 0, 0, 0], 1), few([0, 0, 0, 0], 2)],
        [few([0, 1, 0, 1], 1), few([3, 2, 1, 0], 2)],
    ),
    "scan_sum": (
        lambda p, b, x: scan.scan_sum(p, b[:, :, 0], x, 4, 4, True),
        [few([0, 0, 0, 0], 1), few([0, 0, 0, 0], 2)],
        [few([0, 1, 0, 1], 1), few([3, 2, 1, 0], 2)],
    ),
    "join": (
        joined,
        [few([0, 0, 0], 2), few([1, 1, 1], 1), few([0, 0, 0], 1), few([0, 1], 2), few([1, 1], 1), few([0, 0], 1)],
        [few([1, 2, 3], 2), few([0, 1, 0], 1), few([1, 1, 1], 1), few([0, 3], 2), few([1, 0], 1), few([1, 1], 1)],
    ),
    "join of sides in order": (
        merged,
        [few([0, 0, 0], 2), few([1, 1, 1], 1), few([0, 0, 0], 1), few([0, 1], 2), few([1, 1], 1), few([0, 0], 1)],
        [few([1, 2, 3], 2), few([0, 1, 0], 1), few([1, 1, 1], 1), few([0, 3], 2), few([1, 0], 1), few([1, 1], 1)],
    ),
    "merged_planes": (
        lambda p, x, y: merged_planes(p, x, 2, y, 3, 2),
        [few([0, 0], 2), few([0, 0, 0], 2)],
        [few([1, 3], 2), few([0, 2, 3], 2)],
    ),
    "exchange": (
        lambda p, x, y: exchange(p, x, y, 2),
        [few([0, 0, 4, 0], 3), few([1, 1, 5, 1], 3)],
        [few([3, 7, 6, 3], 3), few([2, 1, 1, 0], 3)],
    ),
}


@pytest.mark.parametrize("name", MIXING)
def test_views_of_ops_that_mix_their_lanes_are_alike(name: str) -> None:
    op, one, other = MIXING[name]
    first, second = views_by_run(op, one, 500, seed=1), views_by_run(op, other, 500, seed=2)
    for rank in range(3):
        assert difference(first[rank], second[rank]) < THRESHOLD, f"party {rank} can tell"


def test_every_op_of_the_scheme_is_watched() -> None:
    own = {n for n, member in vars(Replicated3).items() if callable(member)} - {"invert"}  # inverting is local
    assert own <= watched()


@pytest.mark.parametrize("name", [found.name for found in iter_modules(algorithms.__path__)])
def test_every_algorithm_is_watched(name: str) -> None:
    """Each public coroutine of runtime/algorithms stands in one of the tables under its own name."""
    module = import_module(f"{algorithms.__name__}.{name}")
    own = {n for n, f in vars(module).items() if iscoroutinefunction(f) and f.__module__ == module.__name__}
    assert {n for n in own if not n.startswith("_")} <= watched()


# ---- planted bugs ----------------------------------------------------------------------------------------------------


class WithoutZeroSharing(Replicated3):
    """A product that is not re-randomised: right, and it leaks."""

    def add_zero(self, own: np.ndarray, add: np.ufunc, subtract: np.ufunc) -> None:
        """No masks at all."""


class ReusedPosition(RecordedStreams):
    """A stream whose position does not move on between draws."""

    def __init__(self, keys: Any, here: Any) -> None:
        super().__init__(keys, lambda: Place("always the same"))


class BiasedMask(RecordedStreams):
    """Masks each bit of which is set with probability 5/8."""

    def draw_each(self, keys: tuple[int, ...], shape: tuple[int, ...], dtype: Any = np.uint64) -> dict[int, np.ndarray]:
        """Draw, then set what is set in two neighbours."""
        drawn = super().draw_each(keys, shape, dtype)
        return {k: words | (np.roll(words, 1, axis=-1) & np.roll(words, 2, axis=-1)) for k, words in drawn.items()}


PLANTED: dict[str, tuple[str, dict[str, Any]]] = {
    "a product without zero-sharing": ("multiply", {"make": WithoutZeroSharing}),
    "an AND without zero-sharing": ("and_", {"make": WithoutZeroSharing}),
    "a reused position": ("two gates", {"streams": ReusedPosition}),
    "a reused position over rounds": ("two products", {"streams": ReusedPosition}),
    "a biased mask": ("difference_planes", {"streams": BiasedMask}),
    "a biased mask in the ring": ("bit_to_ring", {"streams": BiasedMask}),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_the_harness_finds_a_planted_bug(bug: str) -> None:
    name, planted = PLANTED[bug]
    op, one, other = OPS[name]
    first, second = views_of(op, one, LANES, 1, **planted), views_of(op, other, LANES, 2, **planted)
    assert max(difference(first[rank], second[rank]) for rank in range(3)) > THRESHOLD


# ---- ops that open something -----------------------------------------------------------------------------------------


def _opened_orders(keys_: list[int], runs: int, seed: int) -> np.ndarray:
    """How often each sequence of opened comparisons of a sort of four rows occurs."""
    seen: dict[bytes, int] = {}
    for i in range(runs):
        p = trio(seed + i)
        outcomes: list[np.ndarray] = []
        reconstruct = p.reconstruct

        async def spy(*args: Any, of: Any = reconstruct, into: Any = outcomes) -> Any:
            value = await of(*args)
            into.append(value[0].copy())
            return value

        p.reconstruct = spy  # type: ignore[method-assign]
        rows = to_planes(np.array(keys_, np.uint64), 3)
        run(p, sorted_planes(p, p.constant(rows), 3, len(keys_)))
        trace = b"".join((o & np.uint64(63)).tobytes() for o in outcomes)
        seen[trace] = seen.get(trace, 0) + 1
    return np.array(sorted(seen.values()))


def test_opened_comparisons_of_a_sort_are_a_uniform_order_whatever_the_keys() -> None:
    runs = 600
    for i, rows in enumerate(([1, 2, 3, 4], [5, 5, 5, 5])):
        counts = _opened_orders(rows, runs, 20_000 * i)
        assert len(counts) == 24, "four rows have 24 orders, and all of them occur"
        assert np.max(np.abs(counts - runs / 24)) < 6 * np.sqrt(runs / 24)


def _opened_destinations(first: list[int], runs: int, seed: int) -> np.ndarray:
    """How often each order of opened destinations of four rows occurs."""
    seen: dict[bytes, int] = {}
    for i in range(runs):
        p, opened = trio(seed + i), []
        reconstruct = p.reconstruct

        async def spy(*args: Any, of: Any = reconstruct, into: Any = opened) -> Any:
            into.append((await of(*args))[0].copy())
            return np.array([into[-1]] * 3)

        p.reconstruct = spy  # type: ignore[method-assign]
        bit = p.constant(pack(np.array(first, bool)))
        run(p, compacted(p, bit, bit[:, :, None], 4))
        (destinations,) = opened
        seen[destinations.tobytes()] = seen.get(destinations.tobytes(), 0) + 1
    return np.array(sorted(seen.values()))


def test_opened_destinations_of_a_compaction_are_a_uniform_order_whatever_the_bits() -> None:
    runs = 600
    for i, bits_ in enumerate(([0, 0, 0, 0], [0, 1, 0, 1], [1, 1, 1, 0])):
        counts = _opened_destinations(bits_, runs, 20_000 * i)
        assert len(counts) == 24, "four rows have 24 orders, all of them occur, and nothing else is opened"
        assert np.max(np.abs(counts - runs / 24)) < 6 * np.sqrt(runs / 24)


@pytest.mark.parametrize("count", [3, 300, 700])
def test_traffic_of_sort_and_join_is_a_function_of_the_sizes_alone(count: int) -> None:
    rng = np.random.default_rng(5)

    def traffic(keys_: np.ndarray, seed: int) -> Any:
        p = trio(seed)
        left = p.constant(to_planes(keys_, 10))
        right = p.constant(to_planes(np.arange(count, dtype=np.uint64), 10))
        valid = p.constant(pack(np.ones(count, bool)))
        run(p, join(p, Side(left, valid, left, count), Side(right, valid, right, count)))
        return p.wire.tally

    alike = traffic(np.zeros(count, np.uint64), 1)
    assert alike == traffic(rng.integers(0, 1000, count).astype(np.uint64), 2)
