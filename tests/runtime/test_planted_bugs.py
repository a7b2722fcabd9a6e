"""Each mask and each permutation of every op of replicated3 is needed, and the view harness sees it if one is missing.

One bug is planted at a time: the n-th draw from one key is no longer random. A mask becomes zeros, a permutation leaves
everything where it is. The results stay right, so that nothing but a party's view can tell. Then the bugs of the
literature that spoil a draw instead of leaving it out: see `SPOILT`. Not here: the views of sound ops (test_views.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import pytest

from secfuse.runtime.planes import pack
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.rounds import Place
from tests.runtime.test_views import LANES, OPS, few, matrix, ring
from tests.support.views import THRESHOLD, ByRun, RecordedStreams, View, difference, views_by_run, views_of

RUNS = 600
XOR, SUBTRACT = np.bitwise_xor, np.subtract


@dataclass(frozen=True, slots=True)
class Watch:
    """An op on two sets of secrets; by_run: its lanes depend on each other, so that a whole run is one sample."""

    op: Any
    one: list[Any]
    other: list[Any]
    by_run: bool = False
    lanes: int = LANES

    def views(self, streams: Any) -> list[tuple[View, View]]:
        """What each party sees of the two."""
        if self.by_run:
            first, second = (
                views_by_run(self.op, secret, RUNS, seed, streams=streams, looked_at=(0,))
                for secret, seed in ((self.one, 1), (self.other, 2))
            )
        else:
            first, second = (
                views_of(self.op, secret, self.lanes, seed, streams=streams)
                for secret, seed in ((self.one, 1), (self.other, 2))
            )
        return list(zip(first, second, strict=True))


def of_table(name: str) -> Watch:
    """As test_views.py watches it."""
    return Watch(*OPS[name])


async def dot_of_one(p: Replicated3, x: np.ndarray, y: np.ndarray) -> Any:
    """A dot product of single elements: in a longer one the harness cannot take the summands apart."""
    return await p.dot(x[..., None], y[..., None])


async def shuffled(p: Replicated3, x: np.ndarray) -> Any:
    """One row: its words must be hidden."""
    return await p.shuffle(x)


async def shuffled_and_opened(p: Replicated3, x: np.ndarray) -> Any:
    """Two rows, opened behind the shuffle: who knows the order knows where each was."""
    return await p.reconstruct(await p.shuffle(x), XOR, (0, 1, 2), "rows")


SCHEME: dict[str, tuple[Watch, ...]] = {
    "multiply": (of_table("multiply"),),
    "dot": (Watch(dot_of_one, [ring(0), ring(0)], [ring(3), ring(2**63 + 1)]),),
    "matmul": (
        Watch(
            lambda p, x, y: p.matmul(x, y),
            [matrix([[0]]), matrix([[0]])],
            [matrix([[2**63 + 1]]), matrix([[1]])],
            by_run=True,
        ),
    ),
    "truncate": (of_table("truncate"),),
    "and_": (of_table("and_"),),
    "bit_to_ring": (of_table("bit_to_ring"),),
    "select_ring": (of_table("select_ring"),),
    "carry_pairs": (of_table("carry_pairs"),),
    "difference_planes": (of_table("difference_planes"),),
    "shuffle": (
        Watch(shuffled, [few([0], 1)], [few([1], 1)], by_run=True),
        Watch(
            shuffled_and_opened, [(np.array([[0, 1]], np.uint64), XOR)], [(np.array([[1, 0]], np.uint64), XOR)], True
        ),
    ),
}
"""By op, how it is watched: a missing draw must show in one of the ways."""


def test_every_op_that_draws_stands_here() -> None:
    own = {name for name, member in vars(Replicated3).items() if callable(member)} - {"invert"}  # inverting is local
    assert own == SCHEME.keys()


class LowByteZero(RecordedStreams):
    """Masks whose lowest byte is missing (a mask drawn for a smaller ring)."""

    def _stream(self, key: int, nonce: bytes, size_bytes: int) -> np.ndarray:
        words = super()._stream(key, nonce, size_bytes).copy()
        words[::8] = 0
        return words


class Skewed(RecordedStreams):
    """Masks each bit of which is set with probability 0.516: also where five others are."""

    def _stream(self, key: int, nonce: bytes, size_bytes: int) -> np.ndarray:
        words = super()._stream(key, nonce, size_bytes)
        return words | np.bitwise_and.reduce([np.roll(words, 8 * i) for i in range(1, 6)])


def one_label(first: int) -> type[RecordedStreams]:
    """Streams whose draws first, first + 1 are the same words, as are the two behind them, and so on."""

    class OneLabel(RecordedStreams):
        """Two purposes under one label."""

        def __init__(self, keys: Any, here: Any) -> None:
            places = count(first)
            super().__init__(keys, lambda: Place(f"draw {next(places) // 2}"))

    return OneLabel


class TakenModuloThree(ByRun):
    """Permutations by sorting words of which only the remainder by three is looked at."""

    def permutation(self, key: int, length: int) -> np.ndarray:
        """Equal remainders stay in order, so that some orders come up too often."""
        words = self._stream(key, self._nonce(self._place()), 8 * length).view(np.uint64) % np.uint64(3)
        order = np.argsort(words, kind="stable")
        self._note(key, order)
        return order


MANY = 1 << 16
BIT_OF_MANY = Watch(
    lambda p, b: p.bit_to_ring(b, MANY),
    [(pack(np.zeros(MANY, bool)), XOR)],
    [(pack(np.ones(MANY, bool)), XOR)],
    lanes=MANY,
)

SPOILT: dict[str, tuple[Watch, Any]] = {
    "the low byte of masks is zero: product": (SCHEME["multiply"][0], LowByteZero),
    "the low byte of masks is zero: bit": (SCHEME["bit_to_ring"][0], LowByteZero),
    "the low byte of masks is zero: selection": (SCHEME["select_ring"][0], LowByteZero),
    "masks that are a little skewed": (BIT_OF_MANY, Skewed),
    "one label for two purposes: selection": (SCHEME["select_ring"][0], one_label(0)),
    "one label for two purposes: truncation": (SCHEME["truncate"][0], one_label(0)),
    "one label for two purposes: bit": (SCHEME["bit_to_ring"][0], one_label(1)),
    "an order that is not uniform": (SCHEME["shuffle"][1], TakenModuloThree),
}


@pytest.mark.parametrize("bug", SPOILT)
def test_a_spoilt_draw_is_seen(bug: str) -> None:
    watch, streams = SPOILT[bug]
    assert worst(watch, streams) > THRESHOLD


def weakened(base: type[Any], draw: int, key: int, log: list[tuple[int, int]]) -> type[Any]:
    """Streams whose draw number `draw` from that key is not random; log: (draw, key) of all draws of the last run."""

    class Weakened(base):  # type: ignore[misc]
        """Counts its draws from 1."""

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.count = 0
            log.clear()

        def _stream(self, of: int, nonce: bytes, size_bytes: int) -> np.ndarray:
            words = super()._stream(of, nonce, size_bytes)
            return np.zeros_like(words) if (self.count, of) == (draw, key) else words

        def draw_each(self, keys: tuple[int, ...], shape: tuple[int, ...], dtype: Any = np.uint64) -> Any:
            """Draw, masks of zeros where it is this one's turn."""
            self.count += 1
            log.extend((self.count, of) for of in keys)
            return super().draw_each(keys, shape, dtype)

        def permutation(self, of: int, length: int) -> Any:
            """Draw, or leave everything where it is."""
            self.count += 1
            log.append((self.count, of))
            if (self.count, of) != (draw, key):
                return super().permutation(of, length)
            order = np.arange(length)
            if isinstance(self, ByRun):
                self._note(of, order)
            return order

    return Weakened


def draws_of(watch: Watch) -> list[tuple[int, int]]:
    """All (draw, key) of an op."""
    log: list[tuple[int, int]] = []
    watch.views(weakened(ByRun if watch.by_run else RecordedStreams, 0, 0, log))
    return list(log)


def worst(watch: Watch, streams: Any) -> float:
    """The greatest difference that some party sees."""
    return max(difference(first, second) for first, second in watch.views(streams))


@pytest.mark.parametrize("name", SCHEME)
def test_every_draw_is_needed_and_its_absence_is_seen(name: str) -> None:
    draws = draws_of(SCHEME[name][0])
    assert draws, "an op that sends something draws something"
    for watch in SCHEME[name]:
        assert worst(watch, ByRun if watch.by_run else RecordedStreams) < THRESHOLD
    for draw, key in draws:
        seen = (
            worst(watch, weakened(ByRun if watch.by_run else RecordedStreams, draw, key, [])) for watch in SCHEME[name]
        )
        assert any(found > THRESHOLD for found in seen), f"draw {draw} of key {key} may be left out, and nobody sees it"
