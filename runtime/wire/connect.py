"""How connections come about: each party listens, and calls every party of a lower rank.

Lives here: `connect`, which returns when every peer is connected and has shown the certificate of its name.
Not here: what makes a certificate acceptable (identity.py) and what is said first (session.py).

Nothing that an unknown caller does stops the run or takes more than a handshake's memory for HANDSHAKE_S; we go on
waiting for those we want. A peer that we call and that turns out to be somebody else does stop it.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from secfuse.runtime.errors import Identity, PeerLost, RunError

from .channel import Channel, Gone, Refused, tune
from .frames import READER, Cause, Kind, Notice, cause_of, pack
from .identity import Credentials, context, party_of

HANDSHAKE_S = 5.0
PENDING_MOST = 64
_AGAIN_S = 0.1

Address = tuple[str, int]


@dataclass(slots=True)
class _Attempt:
    """A connection in the making. `rank`: whom we called; None: somebody calls us."""

    channel: Channel
    rank: int | None
    until_s: float
    begun: bool = False


class Connecting:
    """The state of one party's way to all its peers. `peers` fills up."""

    def __init__(
        self,
        rank: int,
        parties: Sequence[str],
        addresses: Mapping[int, Address],
        listener: socket.socket,
        credentials: Credentials,
        session: bytes,
        stall_s: float,
        clock: Callable[[], float],
    ) -> None:
        self.peers: dict[int, Channel] = {}
        self.error: RunError | None = None
        self._rank = rank
        self._parties = tuple(parties)
        self._addresses = addresses
        self._listener = listener
        listener.setblocking(False)
        self._session = session
        self._stall_s = stall_s
        self._clock = clock
        self._calls = context(credentials, server=False)
        self._answers = context(credentials, server=True)
        self._attempts: list[_Attempt] = []
        self._call_at_s = dict.fromkeys(range(rank), 0.0)
        self._refusal = ""
        self._turned_away: list[Channel] = []

    def missing(self) -> list[int]:
        """Ranks that are not there yet."""
        return [r for r in range(len(self._parties)) if r != self._rank and r not in self.peers]

    def failure(self, limit_s: float) -> RunError:
        """What to say when the time is up, or when we called somebody else than we thought."""
        if self.error is not None:
            return self.error
        party = self._parties[self.missing()[0]]
        late = f"it did not come within {limit_s:g} s"
        if self._refusal:
            return Identity(party, f"{late}, and the last caller was refused: {self._refusal}")
        return PeerLost(party, late)

    def step(self, until_s: float) -> None:
        """Wait for something to happen, at most until `until_s`, and react to it."""
        self._call()
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        for attempt in self._attempts:
            connecting = attempt.channel.sending or not attempt.begun
            poll.register(attempt.channel, select.POLLIN | (select.POLLOUT if connecting else 0))
        woken = {fd for fd, _ in poll.poll(max(0.0, min(until_s - self._clock(), _AGAIN_S)) * 1000)}
        if self._listener.fileno() in woken:
            self._accept()
        now_s = self._clock()
        for attempt in list(self._attempts):
            if attempt.channel.fileno() in woken:
                self._advance(attempt)
            elif now_s >= attempt.until_s:
                self._drop(attempt)

    def calling(self) -> bool:
        """True while somebody whom we called has not shown who it is."""
        return any(attempt.rank is not None for attempt in self._attempts)

    def stop(self, error: RunError) -> None:
        """Tell those that are there already why there will be no run."""
        party = getattr(error, "party", "")
        rank = self._parties.index(party) if party in self._parties else self._rank
        for channel in self.peers.values():
            self._tell(channel, Notice(cause_of(error.code), rank))
            channel.farewell()
            channel.discard()
            channel.close()

    def close(self) -> None:
        """Close what did not become a peer."""
        for channel in [*(attempt.channel for attempt in self._attempts), *self._turned_away]:
            channel.close()

    def _call(self) -> None:
        now_s = self._clock()
        for rank, at_s in self._call_at_s.items():
            if rank in self.peers or now_s < at_s or any(a.rank == rank for a in self._attempts):
                continue
            self._call_at_s[rank] = now_s + _AGAIN_S
            host, port = self._addresses[rank]
            sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
            sock.setblocking(False)
            sock.connect_ex((host, port))  # the answer, good or bad, comes with the handshake
            self._begin(sock, self._calls, rank)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return  # the caller left again
        callers = [a for a in self._attempts if a.rank is None]
        if len(callers) >= PENDING_MOST:
            self._drop(callers[0])
        self._begin(sock, self._answers, None)

    def _begin(self, sock: socket.socket, tls: ssl.SSLContext, rank: int | None) -> None:
        tune(sock, self._stall_s)
        self._attempts.append(_Attempt(Channel(sock, tls, server=rank is None), rank, self._clock() + HANDSHAKE_S))

    def _drop(self, attempt: _Attempt) -> None:
        self._attempts.remove(attempt)
        attempt.channel.close()

    def _advance(self, attempt: _Attempt) -> None:
        attempt.begun = True
        try:
            done = attempt.channel.handshake()
        except Gone:
            self._drop(attempt)
            return
        except Refused as refused:
            self._refuse(attempt, f"no secure connection ({refused})")
            return
        if done:
            self._admit(attempt)

    def _admit(self, attempt: _Attempt) -> None:
        try:
            name = party_of(attempt.channel.certificate)
        except Identity as error:
            self._refuse(attempt, error.sentence)
            return
        rank = self._parties.index(name) if name in self._parties else None
        expected = rank == attempt.rank if attempt.rank is not None else rank is not None and rank > self._rank
        if rank is None or not expected:
            self._refuse(attempt, f'it came with the certificate of "{name}"')
        elif rank in self.peers:
            self._refuse(attempt, f'it came second with the certificate of "{name}"')
        else:
            self._attempts.remove(attempt)
            self.peers[rank] = attempt.channel

    def _refuse(self, attempt: _Attempt, why: str) -> None:
        """Turn a caller away, telling it so if it can hear. If it is we who called, that ends the run."""
        self._attempts.remove(attempt)
        self._turned_away.append(attempt.channel)
        if len(self._turned_away) > PENDING_MOST:
            self._turned_away.pop(0).close()
        if attempt.channel.certificate:
            self._tell(attempt.channel, Notice(Cause.IDENTITY, READER))
        attempt.channel.farewell()
        if attempt.rank is None:
            self._refusal = why
        else:
            self._call_at_s[attempt.rank] = float("inf")
            self.error = self.error or Identity(self._parties[attempt.rank], why)

    def _tell(self, channel: Channel, notice: Notice) -> None:
        data = notice.pack()
        channel.write(memoryview(pack(Kind.ABORT, self._session, 0, 0, len(data)) + data))


def connect(
    rank: int,
    parties: Sequence[str],
    addresses: Mapping[int, Address],
    listener: socket.socket,
    credentials: Credentials,
    session: bytes,
    stall_s: float,
    limit_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> dict[int, Channel]:
    """A connection to every peer, by rank. addresses: of all lower ranks at least. Raises PeerLost, Identity."""
    way = Connecting(rank, parties, addresses, listener, credentials, session, stall_s, clock)
    until_s = clock() + limit_s
    try:
        while way.missing():
            if clock() >= until_s or (way.error and not way.calling()):
                raise way.failure(limit_s)
            way.step(until_s)
    except RunError as error:
        way.stop(error)
        raise
    finally:
        way.close()
    return way.peers
