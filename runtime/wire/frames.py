"""What travels between two parties: a fixed header, then a payload whose length the receiver knows beforehand.

Lives here: `Frame`, its forty bytes, and `Notice`, the two bytes in which a party says why it stops.
Not here: in what order frames may come (link.py) and what rows they carry (tcp.py).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from secfuse.runtime.errors import RunError

MAGIC = b"SECF"
VERSION = 1
SESSION_BYTES = 8
_HEADER = struct.Struct("<4sBBxx8sQQQ")
HEADER_BYTES = _HEADER.size


class Kind(IntEnum):
    """What a frame is for."""

    ROWS = 1  # the rows of one round
    HELLO = 2  # session.py: who I am and what I want to run
    SIGNED = 3  # session.py: my signature under everybody's HELLO
    COUNTS = 4  # session.py: how many rows my tables have
    CONFIRM = 5  # session.py: my signature under everything said so far; the start barrier
    PULSE = 6  # I am alive and wait for the party named in the payload
    ABORT = 7  # a Notice: I stop, and so should you
    BYE = 8  # I have all that I need


_KINDS = {int(kind): kind for kind in Kind}

# The frames that may come at any time, and their only length.
CONTROL_BYTES = {Kind.PULSE: 1, Kind.ABORT: 2, Kind.BYE: 0}


class Frame(NamedTuple):
    """A header. `round_` counts the rounds from 1 (0: none); `sequence` counts all frames of one direction from 0."""

    kind: Kind
    session: bytes
    round_: int
    sequence: int
    length: int


class BadFrame(Exception):
    """Forty bytes that are not a header of ours; the text says why."""


def pack(kind: Kind, session: bytes, round_: int, sequence: int, length: int) -> bytes:
    """The forty bytes of a Frame, little-endian."""
    return _HEADER.pack(MAGIC, VERSION, kind, session, round_, sequence, length)


def unpack(data: bytes | bytearray) -> Frame:
    """The header of forty bytes. Raises BadFrame."""
    magic, version, kind, session, round_, sequence, length = _HEADER.unpack(data)
    if magic != MAGIC:
        raise BadFrame("it does not speak the SecFuse protocol")
    if version != VERSION:
        raise BadFrame(f"its frames have version {version}, ours {VERSION}")
    if kind not in _KINDS:
        raise BadFrame(f"its message is of the unknown kind {kind}")
    return Frame(_KINDS[kind], session, round_, sequence, length)


class Cause(IntEnum):
    """Why a party stops, as far as the others may know: nothing here depends on anybody's data."""

    LOST = 1
    STALLED = 2
    MISMATCH = 3
    IDENTITY = 4
    PROTOCOL = 5
    CHEAT = 6
    INPUT = 7
    LOCAL = 8
    CANCELLED = 9


_KNOWN_CAUSES = frozenset(Cause)

# cause -> code of the error that the others end with, and what happened at the party that the notice names.
MEANING: dict[Cause, tuple[str, str]] = {
    Cause.LOST: ("NET-201", "the connection is lost"),
    Cause.STALLED: ("NET-202", "no progress"),
    Cause.MISMATCH: ("NET-203", "it wants to run something else"),
    Cause.IDENTITY: ("NET-204", "it could not prove who it is"),
    Cause.PROTOCOL: ("NET-205", "it sent what the plan does not foresee"),
    Cause.CHEAT: ("RUN-301", "a consistency check failed"),
    Cause.INPUT: ("NET-206", "its input was refused there, and nothing of it was sent"),
    Cause.LOCAL: ("NET-206", "it could not go on"),
    Cause.CANCELLED: ("NET-206", "it was cancelled"),
}
_CAUSES = {code: cause for cause, (code, _) in MEANING.items() if code != "NET-206"} | {"RUN-130": Cause.CANCELLED}


def cause_of(code: str) -> Cause:
    """What the others are told of an error with `code`: every input error looks alike to them.

    >>> cause_of("INP-107").name, cause_of("NET-201").name, cause_of("RUN-501").name
    ('INPUT', 'LOST', 'LOCAL')
    """
    return _CAUSES.get(code, Cause.INPUT if code.startswith("INP-") else Cause.LOCAL)


READER = 255  # a rank: whoever reads this, for a caller whose rank is unknown


@dataclass(frozen=True, slots=True)
class Notice:
    """`cause`, and the rank of the party at which its sender saw it: itself, another one, or READER."""

    cause: Cause
    rank: int

    def pack(self) -> bytes:
        """Two bytes."""
        return bytes((self.cause, self.rank))


def unpack_notice(data: bytes | bytearray, parties: int) -> Notice:
    """Raises BadFrame if a byte has no meaning."""
    cause, rank = data
    if cause not in _KNOWN_CAUSES or not (rank < parties or rank == READER):
        raise BadFrame("its reason to stop has no meaning")
    return Notice(Cause(cause), rank)


def error_of(notice: Notice, sender: int, receiver: int, parties: tuple[str, ...]) -> RunError:
    """The error with which `receiver` ends when `sender` gave `notice`."""
    code, phrase = MEANING[notice.cause]
    rank = receiver if notice.rank == READER else notice.rank
    party, reporter = parties[rank], parties[sender]
    if rank == receiver:
        return RunError(code, f'party "{reporter}" stopped the run, because of this one ("{party}"): {phrase}')
    told = "" if rank == sender else f' (told by "{reporter}")'
    return RunError(code, f'party "{party}": {phrase}{told}')
