"""Is what a party sees distributed alike for any two secrets? The harness that answers.

Lives here: recording a party's view (its input shares, the masks and permutations of its keys, every message it
receives, opened values among them), and the test that tells two views apart. A leak is seen here that no functional
test sees: a result can be right and a message still depend on a secret.

The method: each lane of a vector is one independent run, so one run of `lanes` elements gives that many samples. Every
word of the view is reduced to bits (each plane of a bit value; lowest, second and highest bit of a ring value), and
the two samples are compared in the mean of every bit, of the XOR of every two bits, of the XOR of any bit (in small
views also of any two) with up to two bits of the party's own input shares, and in the distribution of whole bytes of
ring words (chi-square). XORs of few bits are the low-order Walsh coefficients of any leak; a quadratic one (a product
without zero-sharing) shows in them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from secfuse.runtime.planes import unpack
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.randomness import Streams
from secfuse.runtime.wire import PARTIES, Move, Wire
from secfuse.runtime.wire.simulated import Simulated
from tests.support.trio import keys, run, shared

SMALL_VIEW = 64  # bits of a view up to which XORs of two of them are compared with the party's own shares, too
THRESHOLD = 7.0  # standard deviations: one false alarm in 4 * 10^11 comparisons


@dataclass
class View:
    """What one party has seen in each lane: bits (m, lanes) as +1 and -1, of which the first `own` are its inputs."""

    own: int = 0
    bits: list[np.ndarray] = field(default_factory=list)
    byte_counts: list[np.ndarray] = field(default_factory=list)

    def see(self, words: np.ndarray, lanes: int) -> None:
        """Take in an array whose last axis is the lanes: elements of the ring, or words of planes."""
        flat = words.reshape(-1, words.shape[-1])
        if flat.shape[-1] == lanes:
            top = flat.dtype.itemsize * 8 - 1
            for row in flat:
                self.bits += [_sign(row >> np.array(i, row.dtype)) for i in (0, 1, top)]
                self.byte_counts += [np.bincount(row.view(np.uint8)[i :: row.itemsize], minlength=256) for i in (0, -1)]
        elif flat.shape[-1] * 64 == lanes:
            self.bits += [1 - 2 * unpack(row, lanes).astype(np.float32) for row in flat]
        else:
            raise AssertionError(f"an array of {flat.shape[-1]} words does not line up with {lanes} lanes")


def _sign(words: np.ndarray) -> np.ndarray:
    return 1 - 2 * (words & np.array(1, words.dtype)).astype(np.float32)


class Recorder(Simulated):
    """A simulated wire that shows each party what it receives."""

    def __init__(self, views: Sequence[View], lanes: int) -> None:
        super().__init__()
        self.views, self.lanes = views, lanes

    def exchange(self, moves: Sequence[Move]) -> list[np.ndarray]:
        """Deliver one round, and record it."""
        for move in moves:
            self.views[move.dst].see(move.rows[0], self.lanes)
        return super().exchange(moves)


class RecordedStreams(Streams):
    """Streams that show each party the masks of its two keys: all draws are large ones, so that they are seen here."""

    small_bytes = -1
    views: Sequence[View] = ()
    lanes: int = 0

    def draw_each(self, keys: tuple[int, ...], shape: tuple[int, ...], dtype: Any = np.uint64) -> dict[int, np.ndarray]:
        """Draw, and record."""
        drawn = super().draw_each(keys, shape, dtype)
        for key, words in drawn.items():
            for rank in (key, (key + 2) % PARTIES):
                self.views[rank].see(words[0], self.lanes)
        return drawn


Op = Callable[..., Coroutine[Any, Any, Any]]
MakeScheme = Callable[[Wire, Streams], Replicated3]


def views_of(
    op: Op,
    secrets: Sequence[tuple[np.ndarray, np.ufunc]],
    lanes: int,
    seed: int,
    make: MakeScheme = Replicated3,
    streams: type[RecordedStreams] = RecordedStreams,
) -> list[View]:
    """Run `op(p, *shares)` on uniformly random shares of the secrets (value, combine) and return the parties' views."""
    rng = np.random.default_rng(seed)
    views = [View() for _ in range(PARTIES)]
    wire = Wire(Recorder(views, lanes))
    recorded = streams({j: rng.bytes(32) for j in keys()}, wire.steps.here)
    recorded.views, recorded.lanes = views, lanes
    p = make(wire, recorded)
    inputs = [shared(p, value, combine, rng) for value, combine in secrets]
    for rank, view in enumerate(views):
        for shares in inputs:
            view.see(shares[rank, 0], lanes)
            view.see(shares[rank, 1], lanes)
        view.own = len(view.bits)
    run(p, op(p, *inputs))
    return views


def difference(a: View, b: View) -> float:
    """The largest standardised difference between two views: below THRESHOLD for views distributed alike."""
    assert len(a.bits) == len(b.bits), "the number of messages depends on the secret"
    x, y = np.stack(a.bits), np.stack(b.bits)
    scale = np.sqrt(x.shape[1] / 2)
    worst = float(np.max(np.abs(x.mean(axis=1) - y.mean(axis=1)))) * scale
    worst = max(worst, _largest_gap(x, y, x, y, scale))
    own_x, own_y = _combined(x[: min(a.own, 24)]), _combined(y[: min(a.own, 24)])
    if a.own:
        worst = max(worst, _largest_gap(own_x, own_y, x, y, scale))
        if len(x) <= SMALL_VIEW:
            worst = max(worst, _largest_gap(own_x, own_y, _combined(x), _combined(y), scale))
    for counts_a, counts_b in zip(a.byte_counts, b.byte_counts, strict=True):
        worst = max(worst, _chi_square(counts_a, counts_b))
    return worst


def views_by_run(
    op: Op,
    secrets: Sequence[tuple[np.ndarray, np.ufunc]],
    runs: int,
    seed: int,
    make: MakeScheme = Replicated3,
    streams: type[ByRun] | None = None,
    looked_at: tuple[int, ...] = (0, 1, 2, 3, 63),
) -> list[View]:
    """As `views_of` for ops whose lanes are not independent (sums, sorts, joins): each run is one sample.

    Of every word the bits `looked_at` count; secrets should have at most four elements. With `streams`, what a party
    draws from its keys is seen, too: of its own as its input shares are, and behind them. For small ops only.
    """
    samples: list[list[np.ndarray]] = [[] for _ in range(PARTIES)]
    own = 0
    for i in range(runs):
        rng = np.random.default_rng((seed, i))
        seen: list[list[np.ndarray]] = [[] for _ in range(PARTIES)]
        wire = Wire(_Listener(seen))
        recorded = (streams or Streams)({j: rng.bytes(32) for j in keys()}, wire.steps.here)
        p = make(wire, recorded)
        _note_opened(p, seen)
        inputs = [shared(p, value, combine, rng) for value, combine in secrets]
        run(p, op(p, *inputs))
        for rank in range(PARTIES):
            drawn = recorded.drawn[rank] if isinstance(recorded, ByRun) else []
            alone = [*(shares[rank].ravel() for shares in inputs), *drawn]
            own = len(looked_at) * sum(len(words) for words in alone)
            words = np.concatenate([w.astype(np.uint64) for w in (*alone, *seen[rank])])
            samples[rank].append(_bits_of(words, looked_at))
    return [View(own, list(np.stack(sample, axis=1))) for sample in samples]


def _note_opened(p: Replicated3, seen: list[list[np.ndarray]]) -> None:
    """What is opened is seen as a whole, not only as the share that was missing."""
    reconstruct = p.reconstruct

    async def noted(x: np.ndarray, combine: np.ufunc, recipients: tuple[int, ...], purpose: str) -> np.ndarray:
        out = await reconstruct(x, combine, recipients, purpose)
        for rank in recipients:
            seen[rank].append(out[rank].ravel())
        return out

    p.reconstruct = noted  # type: ignore[method-assign]


class ByRun(Streams):
    """Streams that note what each party draws, all of it on its own: the words of masks, the orders of permutations."""

    small_bytes = -1

    def __init__(self, keys: Any, here: Any) -> None:
        super().__init__(keys, here)
        self.drawn: list[list[np.ndarray]] = [[] for _ in range(PARTIES)]

    def draw_each(self, keys: tuple[int, ...], shape: tuple[int, ...], dtype: Any = np.uint64) -> dict[int, np.ndarray]:
        """Draw, and note."""
        drawn = super().draw_each(keys, shape, dtype)
        for key, words in drawn.items():
            self._note(key, words[0].ravel())
        return drawn

    def permutation(self, key: int, length: int) -> np.ndarray | None:
        """Draw, and note."""
        order = super().permutation(key, length)
        assert order is not None, "every key is held here"
        self._note(key, order)
        return order

    def _note(self, key: int, words: np.ndarray) -> None:
        for rank in (key, (key + 2) % PARTIES):
            self.drawn[rank].append(words)


class _Listener(Simulated):
    """A simulated wire that notes what each party receives."""

    def __init__(self, seen: list[list[np.ndarray]]) -> None:
        super().__init__()
        self.seen = seen

    def exchange(self, moves: Sequence[Move]) -> list[np.ndarray]:
        """Deliver one round, and note it."""
        for move in moves:
            self.seen[move.dst].append(move.rows.flatten())  # a copy: rows may be shares that the op goes on with
        return super().exchange(moves)


def _bits_of(words: np.ndarray, looked_at: tuple[int, ...]) -> np.ndarray:
    """Those bits of each word in turn, as +1 and -1."""
    return np.stack([_sign(words >> np.uint64(i)) for i in looked_at], axis=1).ravel()


def _combined(bits: np.ndarray) -> np.ndarray:
    """Each bit, and the XOR of every two."""
    pairs = np.triu_indices(len(bits), 1)
    return np.concatenate([bits, bits[pairs[0]] * bits[pairs[1]]])


def _largest_gap(xl: np.ndarray, yl: np.ndarray, xr: np.ndarray, yr: np.ndarray, scale: float) -> float:
    lanes = xl.shape[1]
    return float(np.max(np.abs(xl @ xr.T - yl @ yr.T))) / lanes * scale


def _chi_square(a: np.ndarray, b: np.ndarray) -> float:
    """Two-sample chi-square as standard deviations (Wilson and Hilferty's cube root)."""
    total = a + b
    used = total > 0
    freedom = max(int(used.sum()) - 1, 1)
    chi = float(np.sum((a[used] - b[used]) ** 2 / total[used]))
    return ((chi / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / np.sqrt(2 / (9 * freedom))
