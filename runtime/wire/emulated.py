"""Slower networks than this machine's own, for trying out: every link gets a delay and a bandwidth.

Lives here: `Line`, `Lines`, and `Relay`, which holds back the bytes of real connections. Not here: what they mean: it
works below TLS, on what the kernel would have sent at once.

What a party sends waits for its turn on the party's own line (or the link's, if it has one of its own), then travels
for half a round trip; what a party receives goes through the same bandwidth. One thread a process, sockets that never
block.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import Move
from .channel import Channel

_PIECE_BYTES = 16 * 1024
_BUFFER_BYTES = 1 << 20  # what a system's own buffers would take, beside what is under way


@dataclass(frozen=True, slots=True)
class Line:
    """What travels takes delay_s, one way; bytes_per_s leave and arrive."""

    delay_s: float
    bytes_per_s: float


@dataclass(frozen=True, slots=True)
class Lines:
    """`every`: the line of each party; own: of links that have one of their own, with both ranks, in order."""

    every: Line
    own: tuple[tuple[int, int, Line], ...] = ()

    def between(self, one: int, other: int) -> Line:
        """The line of a link."""
        link = min(one, other), max(one, other)
        return next((line for a, b, line in self.own if (a, b) == link), self.every)

    def round_s(self, moves: Sequence[Move]) -> float:
        """How long these messages take, all sent at once: until the last one has arrived."""
        links: dict[tuple[int, int], int] = {}
        for move in moves:
            links[move.src, move.dst] = links.get((move.src, move.dst), 0) + move.size_bytes
        busy: dict[tuple[int, ...], float] = {}  # seconds by what is shared: a party's way out, its way in, a link
        for (src, dst), size_bytes in links.items():
            line = self.between(src, dst)
            for way in ((src, 0), (dst, 1)) if line is self.every else ((src, dst, 0),):
                busy[way] = busy.get(way, 0.0) + size_bytes / line.bytes_per_s
        delay_s = max((self.between(*link).delay_s for link in links), default=0.0)
        return delay_s + max(busy.values(), default=0.0)


@dataclass(slots=True)
class _Pace:
    """A bandwidth that several hops may share. free_s: when the next byte can go."""

    bytes_per_s: float
    free_s: float = 0.0

    def passed_s(self, size_bytes: int, now_s: float) -> float:
        """When so many bytes that come now are through."""
        self.free_s = max(now_s, self.free_s) + size_bytes / self.bytes_per_s
        return self.free_s


@dataclass(slots=True, eq=False)
class _Hop:
    """One direction of one connection. queue: when each piece is due, empty at the end of the stream."""

    source: socket.socket
    target: socket.socket
    pace: _Pace
    delay_s: float
    queue: deque[tuple[float, memoryview]] = field(default_factory=deque)
    held: int = 0
    ended: bool = False
    full: bool = False
    done: bool = False

    @property
    def open(self) -> bool:
        """Whether it takes more."""
        return not self.ended and self.held < _BUFFER_BYTES + 2 * self.delay_s * self.pace.bytes_per_s

    def take(self, now_s: float) -> None:
        """Read one piece, and say when it is due."""
        try:
            data = self.source.recv(_PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.ended = not data
        self.held += len(data)
        self.queue.append((self.pace.passed_s(len(data), now_s) + self.delay_s, memoryview(data)))

    def give(self, now_s: float) -> None:
        """Hand on what is due."""
        self.full = False
        while self.queue and self.queue[0][0] <= now_s:
            due_s, data = self.queue.popleft()
            try:
                sent = self.target.send(data) if data else 0
            except BlockingIOError:
                sent, self.full = 0, True
            except OSError:  # nobody reads any more
                sent = len(data)
            self.held -= sent
            if not data:
                self.done = True
                with contextlib.suppress(OSError):
                    self.target.shutdown(socket.SHUT_WR)
            elif sent < len(data):
                self.queue.appendleft((due_s, data[sent:]))
                return


class Relay:
    """Stands between the channels of one party and their sockets, from now on until both sides have ended.

    Threads should switch often (sys.setswitchinterval), lest one that computes holds up the line.
    """

    def __init__(self, rank: int, channels: Mapping[int, Channel], lines: Lines) -> None:
        self._hops: list[_Hop] = []
        self._sockets: list[socket.socket] = []
        out, into = _Pace(lines.every.bytes_per_s), _Pace(lines.every.bytes_per_s)
        for peer, channel in channels.items():
            line = lines.between(rank, peer)
            shared = line is lines.every
            real = channel.sock
            channel.sock, near = socket.socketpair()
            channel.sock.setblocking(False)
            near.setblocking(False)
            self._hops.append(_Hop(near, real, out if shared else _Pace(line.bytes_per_s), line.delay_s))
            self._hops.append(_Hop(real, near, into if shared else _Pace(line.bytes_per_s), 0.0))
            self._sockets += [real, near]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while hops := [hop for hop in self._hops if not hop.done]:
            now_s = time.monotonic()
            for hop in hops:
                hop.give(now_s)
            due = [hop.queue[0][0] for hop in hops if hop.queue and not hop.full]
            wait_s = max(0.0, min(due) - now_s) if due else None
            readable, _, _ = select.select(
                [hop.source for hop in hops if hop.open], [hop.target for hop in hops if hop.full], [], wait_s
            )
            now_s = time.monotonic()
            for hop in hops:
                if hop.source in readable:
                    hop.take(now_s)
        for sock in self._sockets:
            sock.close()
