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


class Move:
    """One party sends one row to another.

    rows: (1, ...) where `src` is played here, else (0, ...); the trailing shape is public and the same everywhere.
    masked_by: what hides the row from its receiver. A message without an answer here must not be sent.
    size_bytes: payload of the message, the same number at sender and receiver.

    Every round of a long program makes a few: hence plain attributes.
    """

    __slots__ = ("dst", "masked_by", "rows", "size_bytes", "src")

    def __init__(self, src: int, dst: int, rows: np.ndarray, masked_by: str) -> None:
        assert masked_by, "a message needs a mask that its receiver lacks"
        assert src != dst, "a party does not send to itself"
        self.src, self.dst, self.rows, self.masked_by = src, dst, rows, masked_by
        self.size_bytes = rows.nbytes if len(rows) else math.prod(rows.shape[1:]) * rows.itemsize


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
        links = self.link_bytes
        for move in moves:
            link = (move.src, move.dst)
            links[link] = links.get(link, 0) + move.size_bytes


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
        row_of = {rank: i for i, rank in enumerate(self.ranks)}
        pairs = [((rank + 1) % PARTIES, rank) for rank in range(PARTIES)]
        self._shifts = [(src, dst, row_of.get(src)) for src, dst in pairs]
        self.tally = Tally()
        self.steps = Lockstep(self._deliver)

    def _deliver(self, moves: list[Move]) -> list[np.ndarray]:
        ranks = self.ranks
        for move in moves:
            assert len(move.rows) == (move.src in ranks), f"{move.masked_by}: rows of a role not played here"
        self.tally.count(moves)
        return self.carrier.exchange(moves)

    async def exchange(self, *moves: Move) -> list[np.ndarray]:
        """Send several rows in one round; result i is what move i brought."""
        return await Exchange(list(moves))

    async def shift(self, rows: np.ndarray, masked_by: str) -> list[np.ndarray]:
        """Every party receives its successor's row. rows: (P, ...). Result: one row (...) per rank played here."""
        nothing = rows[:0]
        moves = [Move(src, dst, nothing if i is None else rows[i : i + 1], masked_by) for src, dst, i in self._shifts]
        received = await Exchange(moves)
        return [received[rank][0] for rank in self.ranks]

    def row(self, rows: np.ndarray, rank: int) -> np.ndarray:
        """The row of one role: (1, ...) where `rank` is played here, else (0, ...)."""
        if rank not in self.ranks:
            return rows[:0]
        i = self.ranks.index(rank)
        return rows[i : i + 1]
