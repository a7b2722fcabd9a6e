"""Three parties on loopback for tests, each in a thread with its own sockets.

Lives here: `Network` (credentials and listeners), `at_once` (several parties' doings, with what each ended with), and
what a party does that keeps to no plan: `rogue_frame`, `outlast`. Not here: separate processes (test_launch.py).
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from secfuse.runtime.wire.channel import Channel
from secfuse.runtime.wire.connect import Address, connect
from secfuse.runtime.wire.frames import Kind, pack
from secfuse.runtime.wire.identity import Credentials, throw_away
from secfuse.runtime.wire.tcp import Tcp

PARTIES = ("airline", "weather", "ministry")
SESSION = b"session!"
PATIENCE_S = 60.0


class Network:
    """What three parties need to meet. `credentials` may be changed before they do."""

    def __init__(self, folder: Path) -> None:
        self.credentials: dict[str, Credentials] = throw_away(folder, PARTIES)
        self.listeners = [socket.create_server(("127.0.0.1", 0)) for _ in PARTIES]
        self.addresses: dict[int, Address] = {
            rank: ("127.0.0.1", listener.getsockname()[1]) for rank, listener in enumerate(self.listeners)
        }

    def channels(self, rank: int, limit_s: float = 10.0) -> dict[int, Channel]:
        """One party's way to the others; all have to go it at once."""
        own = self.credentials[PARTIES[rank]]
        return connect(rank, PARTIES, self.addresses, self.listeners[rank], own, SESSION, 60.0, limit_s)

    def tcp(self, rank: int, stall_s: float = 20.0, session: bytes = SESSION) -> Tcp:
        """One party's carrier; all have to call this at once."""
        return Tcp(rank, PARTIES, self.channels(rank), session, stall_s)

    def trio(self, stall_s: float = 20.0) -> list[Tcp]:
        """The three carriers."""
        made: list[Tcp] = at_once({rank: lambda rank=rank: self.tcp(rank, stall_s) for rank in range(len(PARTIES))})
        return made

    def close(self) -> None:
        """Close the listeners."""
        for listener in self.listeners:
            listener.close()


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """A network, closed at the end."""
    made = Network(folder)
    try:
        yield made
    finally:
        made.close()


def at_once(doings: Mapping[int, Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same time, each in a thread; what each returned or raised, in the order given."""
    ends: dict[int, Any] = {}

    def run(rank: int) -> None:
        try:
            ends[rank] = doings[rank]()
        except Exception as error:
            ends[rank] = error

    threads = [threading.Thread(target=run, args=(rank,), daemon=True) for rank in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(ends) == len(doings), f"parties {set(doings) - set(ends)} hang"
    return [ends[rank] for rank in doings]


def outlast(channels: Mapping[int, Channel]) -> None:
    """Hear everything and heed nothing until all peers have hung up."""
    staying = list(channels.values())
    while staying := [channel for channel in staying if not channel.discard()]:
        select.select(staying, [], [], PATIENCE_S)
    for channel in channels.values():
        channel.close()


def rogue_frame(
    kind: Kind,
    payload: bytes,
    *,
    round_: int = 0,
    sequence: int = 0,
    length: int | None = None,
    session: bytes = SESSION,
) -> memoryview:
    """A frame as one likes it."""
    header = pack(kind, session, round_, sequence, len(payload) if length is None else length)
    return memoryview(header + payload)
