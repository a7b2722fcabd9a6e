"""The seats of the three parties: who holds what, constants, inputs, and the one way to reconstruct.

Lives here: the state that every op of replicated3 uses. Not here: the ops themselves (arithmetic, boolean, conversion,
shuffle).

A value is s0 + s1 + s2 in the ring (or s0 ^ s1 ^ s2 for bits). P0 holds (s0, s1), P1 (s1, s2), P2 (s2, s0): an array
of shares is (P, 2, ...), row p holding shares p and p + 1. PRG key j is held by the holders of share j, so row p has
keys p and p + 1. Read every value also as A = s0 + s1, known to P0, plus B = s2, known to P1 and P2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np

from secfuse.runtime.planes import in_turn
from secfuse.runtime.randomness import STOCK_BYTES, Streams
from secfuse.runtime.tiles import Tile, tiles
from secfuse.runtime.wire import PARTIES, Move, Wire

BeforeOpen: TypeAlias = Callable[[str, tuple[int, ...], int], None]


def allow(purpose: str, recipients: tuple[int, ...], elements: int) -> None:
    """The `before_open` of a run that nobody supervises."""


class Seats:
    """What the parties played in this process sit with: the wire, their keys, and the shape of a share."""

    name = "replicated3"
    copies = 2  # shares of a value that one party holds
    everyone = tuple(range(PARTIES))

    def __init__(self, wire: Wire, streams: Streams, before_open: BeforeOpen = allow, threads: int = 1) -> None:
        self.wire = wire
        self.streams = streams
        self.before_open = before_open
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    # ---- shape ----------------------------------------------------------------------------------------------------

    def row_of(self, rank: int) -> int | None:
        """The row of the party axis that belongs to a party; None if it is not played here."""
        return self.wire.ranks.index(rank) if rank in self.wire.ranks else None

    def zeros(self, shape: tuple[int, ...], dtype: np.typing.DTypeLike = np.uint64) -> np.ndarray:
        """The sharing of zero with all shares zero: (P, 2, *shape)."""
        return np.zeros((len(self.wire.ranks), 2, *shape), dtype)

    def constant(self, values: np.ndarray) -> np.ndarray:
        """A public value as shares: s0 is the value, the others are zero. Serves both kinds."""
        shares = self.zeros(values.shape, values.dtype)
        for row, rank in enumerate(self.wire.ranks):
            if rank == 0:
                shares[row, 0] = values
            if rank == 2:
                shares[row, 1] = values
        return shares

    def hold(self, shares: np.ndarray, received: list[np.ndarray]) -> np.ndarray:
        """Fill the second copy of shares (P, 2, ...) with what `shift` brought: the successor's own share."""
        for row, share in enumerate(received):
            shares[row, 1] = share
        return shares

    def slots(self, shares: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Where the parties hold shares (P, 2, ...): ((o0 at P0, at P2), (o1 at P0, at P1), (o2 at P1, at P2)).

        Each is a view (1, ...) if its party is played here, else (0, ...).
        """
        at = [self.wire.row(shares, rank) for rank in range(PARTIES)]
        return (at[0][:, 0], at[2][:, 1]), (at[0][:, 1], at[1][:, 0]), (at[1][:, 1], at[2][:, 0])

    def assemble(
        self, o0: tuple[np.ndarray, np.ndarray], o1: tuple[np.ndarray, np.ndarray], o2: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Shares (P, 2, ...) from what each role holds: o0 at (P0, P2), o1 at (P0, P1), o2 at (P1, P2).

        Each entry is (1, ...) where its holder is played here.
        """
        pairs = {0: (o0[0], o1[0]), 1: (o1[1], o2[0]), 2: (o2[1], o0[1])}
        return np.stack([np.stack([share[0] for share in pairs[rank]]) for rank in self.wire.ranks])

    def a_and_b(self, x: np.ndarray, combine: np.ufunc) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The view (A at P0, B at P1, B at P2), each (1, ...) where that party is played here, else (0, ...)."""
        p0, p1, p2 = (self.wire.row(x, rank) for rank in range(PARTIES))
        return combine(p0[:, 0], p0[:, 1]), p1[:, 1], p2[:, 0]

    def over(self, shape: tuple[int, ...], work: Callable[[Tile], None]) -> None:
        """Do an op's local work on arrays (P, *shape), piece by piece, on as many threads as this process has.

        Each piece draws at a place of its own, so it does not matter which one comes first.
        """
        pieces = tiles(shape)
        if len(pieces) == 1:
            work(pieces[0])
            return
        streams, place = self.streams, self.streams.next_place()

        def at(i: int) -> None:
            with streams.standing_at(f"{place} piece {i}"):
                work(pieces[i])

        self.each(at, range(len(pieces)))

    def each(self, work: Callable[[int], None], numbers: Sequence[int]) -> None:
        """Do independent work, on as many threads as this process has."""
        if self._pool is None or len(numbers) == 1:
            in_turn(work, numbers)
        else:
            list(self._pool.map(work, numbers))

    # ---- randomness -----------------------------------------------------------------------------------------------

    def add_zero(self, own: np.ndarray, add: np.ufunc, subtract: np.ufunc) -> None:
        """Add a fresh sharing of zero to one summand per party, in place. own: (P, ...); add, subtract, or xor twice.

        Party p takes F(key p+1) - F(key p); the three sum to zero, and each misses one key, so to any party the other
        two summands are uniform but for their sum (Araki et al. 2016, section 2.2).
        """
        size_bytes = own.nbytes // len(own)  # of one party: the same wherever it is played
        if size_bytes <= self.streams.small_bytes and own.dtype == np.uint64:
            few = self.streams.from_stock(add, size_bytes, lambda: self._zeros(add, subtract))
            add(own, few.view(np.uint64).reshape(own.shape), out=own)
            return
        drawn = self.streams.draw_each((0, 1, 2), own.shape[1:], own.dtype)
        for row, rank in enumerate(self.wire.ranks):
            summand = own[row : row + 1]
            add(summand, drawn[(rank + 1) % PARTIES], out=summand)
            subtract(summand, drawn[rank], out=summand)

    def _zeros(self, add: np.ufunc, subtract: np.ufunc) -> np.ndarray:
        """Many small sharings of zero at once, as bytes (P, STOCK_BYTES)."""
        many = np.zeros((len(self.wire.ranks), STOCK_BYTES // 8), np.uint64)
        self.add_zero(many, add, subtract)
        return many.view(np.uint8)

    def coins(self, shape: tuple[int, ...]) -> np.ndarray:
        """Planes (P, 2, *shape) of uniform bits that nobody knows. Local: 0 rounds, 0 bits.

        Share j is the stream of key j, which the holders of share j have. A party lacks one key, so to it the XOR of
        all three is uniform (pseudo-random secret sharing: Cramer, Damgard, Ishai, TCC 2005). Each bit is fair as
        soon as one of the keys was chosen at random.
        """
        drawn = self.streams.draw_each((0, 1, 2), shape)
        shares = self.zeros(shape)
        for row, rank in enumerate(self.wire.ranks):
            shares[row, 0], shares[row, 1] = drawn[rank][0], drawn[(rank + 1) % PARTIES][0]
        return shares

    # ---- in -------------------------------------------------------------------------------------------------------

    async def share(
        self,
        owner: int,
        values: np.ndarray | None,
        shape: tuple[int, ...],
        combine: np.ufunc,
        dtype: np.typing.DTypeLike = np.uint64,
    ) -> np.ndarray:
        """An owner's value becomes shares (P, 2, *shape). 1 round, 1 element in total. combine: subtract or xor.

        1. share o comes from key o (owner o and its predecessor), share o + 2 is zero;
        2. the owner sends share o + 1 = value - share o to its successor, who lacks key o: uniform to it.
        """
        following, before = (owner + 1) % PARTIES, (owner + 2) % PARTIES
        mask = self.streams.draw(owner, shape, dtype)
        own = np.empty((0, *shape), dtype)
        if owner in self.wire.ranks:
            assert values is not None, "the owner has its own values"
            assert values.shape == shape, "the planned shape"
            own = combine(values.astype(dtype, copy=False), mask[0])[None]
        (received,) = await self.wire.exchange(Move(owner, following, own, "share of the owner's own key"))
        shares = self.zeros(shape, dtype)
        for row, rank in enumerate(self.wire.ranks):
            if rank == owner:
                shares[row, 0], shares[row, 1] = mask[0], own[0]
            if rank == following:
                shares[row, 0] = received[0]
            if rank == before:
                shares[row, 1] = mask[0]
        return shares

    # ---- out ------------------------------------------------------------------------------------------------------

    async def reconstruct(
        self, x: np.ndarray, combine: np.ufunc, recipients: tuple[int, ...], purpose: str
    ) -> np.ndarray:
        """The one way to a value: (P, ...), meaningful in the rows of `recipients`. 1 round, 1 element a recipient.

        combine: np.add or np.bitwise_xor. Recipient r misses share r + 2 and gets it from its successor. That share is
        the value less what the recipient holds, so it tells nothing beyond the value itself.
        """
        self.before_open(purpose, recipients, int(np.prod(x.shape[2:], dtype=np.int64)))
        moves = [
            Move((r + 1) % PARTIES, r, self.wire.row(x, (r + 1) % PARTIES)[:, 1], f"opened: {purpose}")
            for r in recipients
        ]
        received = dict(zip(recipients, await self.wire.exchange(*moves), strict=True))
        out = np.zeros((len(self.wire.ranks), *x.shape[2:]), x.dtype)
        for row, rank in enumerate(self.wire.ranks):
            if rank in recipients:
                out[row] = combine(combine(x[row, 0], x[row, 1]), received[rank][0])
        return out
