"""How rows of shares move between parties. One verb, `exchange`, is one round; everything else is built on it.

Lives here: `Move`, `Tally`, `Carrier` and the protocol-facing `Wire`. The carriers are simulated.py and tcp.py.
Not here: when a round happens (rounds.py decides) and what the rows mean (the protocols).

The party axis: an array of shares has a leading axis P, the parties that this process plays, in rank order.
`ranks` names them. A row that belongs to one role has a leading axis of 1 where that party is played here, else 0, so
protocol code needs no `if party == 0`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from secfuse.runtime.rounds import Exchange, Lockstep

PARTIES = 3


@dataclass(frozen=True, slots=True)
class Move:
    """One party sends one row to another.

    rows: (1, ...) where `src` is played here, else (0, ...); the trailing shape is public and the same everywhere.
    masked_by: what hides the row from its receiver. A message without an answer here must not be sent.
    """

    src: int
    dst: int
    rows: np.ndarray
    masked_by: str

    def __post_init__(self) -> None:
        assert self.masked_by, "a message needs a mask that its receiver lacks"
        assert self.src != self.dst, "a party does not send to itself"

    @property
    def size_bytes(self) -> int:
        """Payload of the message, the same number at sender and receiver."""
        return math.prod(self.rows.shape[1:]) * self.rows.itemsize


@dataclass(slots=True)
class Tally:
    """What a run has cost so far, by link (sender, receiver). Payload only: framing and TLS are not counted."""

    rounds: int = 0
    link_bytes: dict[tuple[int, int], int] = field(default_factory=dict)
    multiplications: int = 0
    ands: int = 0

    def count(self, moves: Sequence[Move]) -> None:
        """Add one round with these messages."""
        self.rounds += 1
        for move in moves:
            link = (move.src, move.dst)
            self.link_bytes[link] = self.link_bytes.get(link, 0) + move.size_bytes


class Carrier(Protocol):
    """What carries a round: all processes call `exchange` with the same list of moves, in the same order."""

    @property
    def ranks(self) -> tuple[int, ...]:
        """The parties played here."""
        ...

    def exchange(self, moves: Sequence[Move]) -> list[np.ndarray]:
        """Deliver one round. Result i: the rows of move i, (1, ...) where its `dst` is played here, else (0, ...)."""
        ...


class Wire:
    """The protocol's view of the carrier: awaiting a verb is a round, shared with everything else that is ready."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.ranks = carrier.ranks
        self.tally = Tally()
        self.steps = Lockstep(self._deliver)

    def _deliver(self, moves: list[Move]) -> list[np.ndarray]:
        for move in moves:
            assert len(move.rows) == (move.src in self.ranks), f"{move.masked_by}: rows of a role not played here"
        self.tally.count(moves)
        return self.carrier.exchange(moves)

    async def exchange(self, *moves: Move) -> list[np.ndarray]:
        """Send several rows in one round; result i is what move i brought."""
        return await Exchange(list(moves))

    async def shift(self, rows: np.ndarray, masked_by: str) -> list[np.ndarray]:
        """Every party receives its successor's row. rows: (P, ...). Result: one row (...) per rank played here."""
        played = {rank: rows[i : i + 1] for i, rank in enumerate(self.ranks)}
        nothing = rows[:0]
        moves = [
            Move((rank + 1) % PARTIES, rank, played.get((rank + 1) % PARTIES, nothing), masked_by)
            for rank in range(PARTIES)
        ]
        received = await self.exchange(*moves)
        return [received[rank][0] for rank in self.ranks]

    def row(self, rows: np.ndarray, rank: int) -> np.ndarray:
        """The row of one role: (1, ...) where `rank` is played here, else (0, ...)."""
        if rank not in self.ranks:
            return rows[:0]
        i = self.ranks.index(rank)
        return rows[i : i + 1]
