"""The networked carrier: one party in this process, one TLS connection to each of the others.

Lives here: `Tcp`: rounds, waiting, and who is to blame when a round does not come. Not here: frames (link.py),
TLS (channel.py), how connections come about (connect.py), what is said before the first round (session.py).

One thread, sockets that never block: a party sends what the kernel takes and reads what has come, in turns, so three
parties that send megabytes at once cannot wait for one another in a circle. A round sends one frame to each peer to
which something goes, with the raw little-endian rows of all moves in their order, and reads exactly what the moves
foresee.

A party that computes cannot answer, so `stall_s` must exceed the longest computation between two rounds. A party that
waits says so every few seconds, and for whom (PULSE): the one who is blamed is the one who is silent.
"""

from __future__ import annotations

import contextlib
import select
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NoReturn

import numpy as np

from secfuse.runtime.errors import Identity, PeerLost, RunError, Stalled

from . import Move
from .channel import Channel, Refused
from .farewell import part
from .frames import READER, Kind, Notice, cause_of, error_of
from .link import SMALL_BYTES, Awaited, Link

STALL_S = 60.0
_PULSE_S = 2.0


class Tcp:
    """Plays one party. channels: rank of each peer -> its connection, handshake done. session: 8 bytes.

    Errors end the run at all parties: PeerLost, Stalled, UnexpectedMessage, Identity, or what a peer's notice says.
    """

    def __init__(
        self,
        rank: int,
        parties: Sequence[str],
        channels: Mapping[int, Channel],
        session: bytes,
        stall_s: float = STALL_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        assert sys.byteorder == "little", "rows travel in the byte order of this machine, which has to be little-endian"
        self.rank = rank
        self.parties = tuple(parties)
        self.rounds = 0
        self._stall_s = stall_s
        self._pulse_s = min(_PULSE_S, stall_s / 4)
        self._pulse_ms = self._pulse_s * 1000
        self._clock = clock
        self._links = [Link(peer, self.parties, rank, session, channels[peer]) for peer in sorted(channels)]
        self._by_rank = {link.rank: link for link in self._links}
        self._by_descriptor = {link.descriptor: link for link in self._links}
        self._poll = select.poll()
        self._masks: dict[int, int] = {}
        self._quiet = False  # nothing is under way: what comes next on a link is a frame's first byte
        self._closed = False

    @property
    def ranks(self) -> tuple[int, ...]:
        """The one party played here."""
        return (self.rank,)

    def certificate(self, rank: int) -> bytes:
        """The verified certificate (DER) of a peer."""
        return self._by_rank[rank].channel.certificate

    def exchange(self, moves: Sequence[Move]) -> list[np.ndarray]:
        """Deliver one round. Received rows are writable, and aligned to their element size."""
        self.rounds += 1
        rank = self.rank
        outgoing: dict[int, list[memoryview | bytes]] = {}
        incoming: dict[int, list[int]] = {}
        for i, move in enumerate(moves):
            if move.src == rank:
                outgoing.setdefault(move.dst, []).append(_flat(move.rows))
            elif move.dst == rank:
                incoming.setdefault(move.src, []).append(i)
        buffers = {peer: np.empty(sum([moves[i].size_bytes for i in ids]), np.uint8) for peer, ids in incoming.items()}
        plan = {peer: Awaited(Kind.ROWS, self.rounds, len(buffer), buffer.data) for peer, buffer in buffers.items()}
        self._run(Kind.ROWS, outgoing, plan)
        received = [move.rows[:0] for move in moves]
        for peer, ids in incoming.items():
            offset = 0
            for i in ids:
                received[i] = _shaped(buffers[peer], offset, moves[i])
                offset += moves[i].size_bytes
        return received

    def talk(
        self, kind: Kind, payload: bytes, at_most: int, limit_s: float, arrived: Callable[[int, bytes], None]
    ) -> None:
        """Send `payload` to every peer and hand over what each sends, at most `at_most` bytes, within `limit_s`.

        `arrived` is called as soon as a message is complete, before anything else of that peer is heeded.
        """
        out: dict[int, list[memoryview | bytes]] = {peer: [payload] for peer in self._by_rank}
        plan = {
            peer: Awaited(kind, self.rounds, at_most, at_most=True, arrived=partial(arrived, peer))
            for peer in self._by_rank
        }
        self._run(kind, out, plan, limit_s)

    def _run(
        self,
        kind: Kind,
        out: Mapping[int, list[memoryview | bytes]],
        plan: Mapping[int, Awaited],
        limit_s: float | None = None,
    ) -> None:
        """Send and read until all is done: within limit_s, or else without standing still for `stall_s`."""
        assert not self._closed, "the run has ended"
        start_s = moved_at_s = pulsed_at_s = self._clock()
        for peer, parts in out.items():
            link = self._by_rank[peer]
            link.post(kind, self.rounds, parts)
            link.push()
        try:
            for peer, awaited in plan.items():
                self._by_rank[peer].expect(awaited)
        except RunError as error:
            self._stop(error)
        if self._quiet and self._fetch(len(plan)):
            return
        self._move((), [link for link in self._links if link.begun and not link.parked], start_s)
        while waiting := [link for link in self._links if link.awaited is not None or link.sending]:
            since_s, patience_s = (moved_at_s, self._stall_s) if limit_s is None else (start_s, limit_s)
            ready = self._ready(since_s + patience_s)
            now_s = self._clock()
            if self._move(ready, ready, now_s):
                moved_at_s = now_s
            elif now_s - since_s >= patience_s:
                self._stop(Stalled(self.parties[self._silent(waiting, now_s)], patience_s))
            if now_s - pulsed_at_s >= self._pulse_s:
                self._pulse(self._silent(waiting, now_s))
                pulsed_at_s = now_s
        self._quiet = all(self._masks.get(link.rank) == select.POLLIN and not link.begun for link in self._links)

    def _fetch(self, frames: int) -> bool:
        """Read so many small frames, on links where nothing is under way, as long as nothing else happens.

        True if the round is complete with that, and all is quiet again; otherwise `_run` sees to what is left.
        """
        self._quiet = False
        while frames:
            events = self._poll.poll(self._pulse_ms)
            for descriptor, event in events:
                link = self._by_descriptor[descriptor]
                if event != select.POLLIN or not link.fetch() or link.channel.holding:
                    return False
                frames -= 1
            if not events:
                return False
        self._quiet = not any([link.sending for link in self._links])
        return self._quiet

    def _move(self, out: Sequence[Link], into: Sequence[Link], now_s: float) -> bool:
        """Send and read what is possible now, and heed what peers say; True if the round came on."""
        moved = False
        for link in out:
            moved |= link.push()
        for link in into:
            try:
                moved |= link.pull(now_s)
            except Refused as refused:
                self._stop(Identity(link.name, f"no secure connection ({refused})"))
            except RunError as error:
                self._stop(error)
        for link in into:
            if link.notice is not None:
                self._give_up(link, link.notice)
            if link.gone is not None and (link.awaited is not None or not link.bye):
                self._lose(link)
        return moved

    def _ready(self, until_s: float) -> list[Link]:
        """Wait for links that can go on, up to `until_s` or the next pulse."""
        held = [link for link in self._links if link.channel.holding and not link.parked and link.gone is None]
        if held:
            return held
        for link in self._links:
            mask = 0 if link.parked or link.gone else select.POLLIN
            mask |= select.POLLOUT if link.sending else 0
            if self._masks.get(link.rank, 0) != mask:
                self._masks[link.rank] = mask
                # A mask of 0 would still report a peer that hung up, again and again.
                (self._poll.register(link.channel, mask) if mask else self._poll.unregister(link.channel))
        left_s = max(0.0, min(self._pulse_s, until_s - self._clock()))
        woken = {descriptor for descriptor, _ in self._poll.poll(left_s * 1000)}
        return [link for link in self._links if link.descriptor in woken]

    def _pulse(self, waits_for: int) -> None:
        for link in self._links:
            if not link.sending and link.gone is None:
                link.post(Kind.PULSE, 0, [bytes((waits_for,))])
                link.push()  # here, because it is not progress

    def _silent(self, waiting: Sequence[Link], now_s: float) -> int:
        """Who holds everything up: a peer that does not even say that it waits, or else the one it waits for."""
        for link in waiting:
            if now_s - link.heard_at_s > 2.5 * self._pulse_s:
                return link.rank
        blamed = waiting[0].waits_for
        return blamed if blamed in self._by_rank else waiting[0].rank

    def _lose(self, link: Link) -> NoReturn:
        """A connection ended. A process that is killed cannot close it properly, one that gives up on another does."""
        assert link.gone is not None
        for other in self._links:
            with contextlib.suppress(RunError, Refused):
                other.pull(self._clock())
            if other.notice is not None:
                self._give_up(other, other.notice)
        killed = [other for other in self._links if other.gone and not other.gone.said_so and not other.bye]
        culprit = killed[0] if link.gone.said_so and killed else link
        self._stop(PeerLost(culprit.name))

    def _give_up(self, link: Link, notice: Notice) -> NoReturn:
        """A peer has stopped the run; say the same to the other one."""
        error = error_of(notice, link.rank, self.rank, self.parties)
        rank = self.rank if notice.rank == READER else notice.rank
        self._part(Kind.ABORT, Notice(notice.cause, rank).pack(), rank)
        raise error

    def _stop(self, error: RunError) -> NoReturn:
        self.abort(error)
        raise error

    def abort(self, error: RunError) -> None:
        """End the connections, telling the peers why in two bytes. Does nothing once they have ended."""
        party = getattr(error, "party", self.parties[self.rank])
        rank = self.parties.index(party) if party in self.parties else self.rank
        self._part(Kind.ABORT, Notice(cause_of(error.code), rank).pack(), rank)

    def close(self) -> None:
        """End the connections after a run: returns when all peers have what they need, or after a few seconds."""
        self._part(Kind.BYE, b"", self.rank)

    def _part(self, kind: Kind, payload: bytes, not_for: int) -> None:
        if not self._closed:
            self._closed = True
            part(self._links, kind, payload, not_for, self._clock)


def _flat(rows: np.ndarray) -> memoryview | bytes:
    """The bytes of an array, copied only if they are few or do not lie one after the other."""
    assert not rows.dtype.hasobject, "objects do not travel"
    if rows.nbytes <= SMALL_BYTES:
        return rows.tobytes()
    return np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data


def _shaped(buffer: np.ndarray, offset: int, move: Move) -> np.ndarray:
    """What `move` brought, as a view of the round's buffer; a copy where it would not be aligned."""
    dtype = move.rows.dtype
    data = buffer[offset : offset + move.size_bytes] if offset or len(buffer) > move.size_bytes else buffer
    if offset % dtype.itemsize:
        data = data.copy()
    return data.view(dtype).reshape(1, *move.rows.shape[1:])
