"""What the parent process and one party's process say to each other: JSON lines on pipes of the same machine.

Lives here: the messages and their two directions. Not here: starting processes (launch.py), being one (party.py).
"""

from __future__ import annotations

import msgspec

from secfuse.compiler.circuit.released import Released
from secfuse.runtime.engine import Progress
from secfuse.runtime.run import Traffic
from secfuse.runtime.trace import Recording
from secfuse.runtime.wire.emulated import Lines


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parent to child, first line: one party's own configuration. circuit: text form; files: paths.

    sources: of this party's tables only. session: 16 hex digits, the same for all. record: what the run does when.
    lines: of a slower network than this machine's, on which the run shall take place. seals: the folder for its shares
    of sealed results. threads: for local work on long vectors.
    """

    rank: int
    circuit: str
    sources: dict[str, str]
    params: dict[str, int]
    directory: str
    session: str
    certificate: str
    key: str
    authority: str
    connect_s: float
    stall_s: float
    record: bool = False
    lines: Lines | None = None
    seals: str = "."
    threads: int = 1


class Addresses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parent to child, second line: where the parties listen, by rank."""

    ports: tuple[int, ...]


class Listening(msgspec.Struct, frozen=True, tag=True):
    """Child to parent: others may call this port of 127.0.0.1."""

    port: int


class Advanced(msgspec.Struct, frozen=True, tag=True):
    """Child to parent, a few times a second: how far the run has come."""

    progress: Progress


class Finished(msgspec.Struct, frozen=True, tag=True):
    """Child to parent: what this party learned, and what it cost. sealed: outputs whose shares it keeps in files."""

    released: tuple[Released, ...]
    printed: tuple[str, ...]
    traffic: Traffic
    multiplications: int
    ands: int
    seconds: float
    recording: Recording | None = None
    sealed: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Child to parent: the coded error with which this party ends."""

    code: str
    sentence: str


Event = Listening | Advanced | Finished | Failed
EVENT = msgspec.json.Decoder(Event)
