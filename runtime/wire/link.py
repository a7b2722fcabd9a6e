"""Framed messages to and from one peer, over one channel. Never waits.

Lives here: `Link` and `Awaited`: order, length and kind of frames are checked here, before anything is read further.
Not here: rounds, waiting and what to do about errors (tcp.py).

A frame that nobody awaits yet stays where it is: its header is parked, its payload remains with the kernel, and so the
sender is held back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from secfuse.runtime.errors import UnexpectedMessage

from .channel import Channel, Gone
from .frames import CONTROL_BYTES, HEADER_BYTES, BadFrame, Frame, Kind, Notice, pack, unpack, unpack_notice

SMALL_BYTES = 16 * 1024


@dataclass(slots=True)
class Awaited:
    """The frame that the plan foresees next from this peer: `length` is exact, or the most where `at_most`.

    `into` takes the payload; it is made here, once the header has been found good, where it is None.
    """

    kind: Kind
    round_: int
    length: int
    into: memoryview | None = None
    at_most: bool = False
    arrived: Callable[[bytes], None] | None = None


class Link:
    """One peer. `rank` and `name` are the peer's, `own_rank` is ours."""

    def __init__(self, rank: int, names: tuple[str, ...], own_rank: int, session: bytes, channel: Channel) -> None:
        self.rank = rank
        self.name = names[rank]
        self.channel = channel
        self.descriptor = channel.fileno()
        self.awaited: Awaited | None = None
        self.notice: Notice | None = None
        self.bye = False
        self.gone: Gone | None = None
        self.waits_for = rank
        self.heard_at_s = float("-inf")
        self._parties = len(names)
        self._session = session
        self._sent = 0
        self._received = 0
        self._out: deque[memoryview] = deque()
        self._header = memoryview(bytearray(HEADER_BYTES))
        self._header_have = 0
        self._frame: Frame | None = None
        self._control = False  # whether the frame may come at any time
        self._body = memoryview(b"")
        self._body_have = 0
        self._left = False

    @property
    def sending(self) -> bool:
        """True while something is on its way out."""
        return bool(self._out) or self.channel.sending

    @property
    def parked(self) -> bool:
        """True if the next frame is of a kind that has to wait for its turn."""
        return self.awaited is None and self._frame is not None and not self._control

    @property
    def begun(self) -> bool:
        """True if something of the next frame has come, or waits in this process, where poll cannot see it."""
        return self._frame is not None or self._header_have > 0 or self.channel.holding

    def post(self, kind: Kind, round_: int, parts: list[memoryview | bytes]) -> None:
        """Queue one frame. parts: flat byte views, sent one after the other; they must not change until it is out."""
        length = sum(map(len, parts))
        header = pack(kind, self._session, round_, self._sent, length)
        self._sent += 1
        if length <= SMALL_BYTES:  # one record, one system call
            self._out.append(memoryview(b"".join([header, *parts])))
        else:
            self._out.append(memoryview(header))
            self._out.extend(memoryview(part) for part in parts if part)

    def push(self) -> bool:
        """Send what the kernel takes; True if something went."""
        if not self._out and not self.channel.sending:
            return False
        moved = False
        while self._out:
            taken = self.channel.write(self._out[0])
            if not taken:
                return moved
            moved = True
            if taken == len(self._out[0]):
                self._out.popleft()
            else:
                self._out[0] = self._out[0][taken:]
        if self.channel.sending:
            moved |= self.channel.flush()
        return moved

    def pull(self, now_s: float) -> bool:
        """Read what is there, up to the end of the awaited frame; True if awaited bytes came.

        Loss is noted in `gone`, a peer's reason to stop in `notice`. Raises UnexpectedMessage, Refused.
        """
        if self.gone is not None:
            return False
        moved = False
        try:
            while self._frame is not None or self._read_header():
                assert self._frame is not None
                if self.parked:
                    return moved
                if self._control:
                    if not self._read_body():
                        return moved
                    self._heed(self._frame.kind, now_s)
                else:
                    before = self._body_have
                    complete = self._read_body()
                    moved |= complete or self._body_have > before
                    if not complete:
                        return moved
                    self._deliver()
                    return True
        except Gone as gone:
            self.gone = gone
        except BadFrame as bad:
            raise UnexpectedMessage(self.name, str(bad)) from None
        return moved

    def fetch(self) -> bool:
        """As `pull` where nothing has `begun`, for the common case: the awaited frame comes as one small record.

        True if it did.

        One comparison tells that its header is the one foreseen; whatever else comes is left to `pull`.
        """
        awaited = self.awaited
        if awaited is None or awaited.into is None or awaited.length > SMALL_BYTES - HEADER_BYTES:
            return False
        data = self.channel.read_message(HEADER_BYTES + awaited.length)
        if data is None:
            return False
        if data[:HEADER_BYTES] != pack(awaited.kind, self._session, awaited.round_, self._received, awaited.length):
            self.channel.give_back(data)
            return False
        awaited.into[:] = data[HEADER_BYTES:]
        self._received += 1
        self.awaited = None
        return True

    def _read_header(self) -> bool:
        self._header_have += self.channel.read(self._header[self._header_have :])
        if self._header_have < HEADER_BYTES:
            return False
        frame = unpack(bytes(self._header))
        if frame.session != self._session:
            raise BadFrame("its message belongs to another session")
        if frame.sequence != self._received:
            raise BadFrame(f"its message has number {frame.sequence} where {self._received} is next")
        control = frame.kind in CONTROL_BYTES
        if control:
            if frame.length != CONTROL_BYTES[frame.kind]:
                raise BadFrame(f"its {frame.kind.name} has {frame.length} bytes")
            self._body, self._body_have = memoryview(bytearray(frame.length)), 0
        self._header_have = 0
        self._received += 1
        self._frame, self._control = frame, control
        if self.awaited is not None and not control:
            self._accept(frame, self.awaited)
        return True

    def expect(self, awaited: Awaited) -> None:
        """Say what comes next; a frame that was parked is checked at once."""
        assert self.awaited is None, "one frame is awaited at a time"
        self.awaited = awaited
        if self._frame is not None and not self._control:
            self._accept(self._frame, awaited)

    def _accept(self, frame: Frame, awaited: Awaited) -> None:
        """Compare with the plan before a byte of the payload is read or room is made for it."""
        fits = frame.length <= awaited.length if awaited.at_most else frame.length == awaited.length
        if frame.kind is not awaited.kind:
            what = f"it sent {frame.kind.name} where {awaited.kind.name} is next"
        elif frame.round_ != awaited.round_:
            what = f"it is in round {frame.round_}, we are in round {awaited.round_}"
        elif not fits:
            limit = f"at most {awaited.length}" if awaited.at_most else str(awaited.length)
            what = f"its {frame.kind.name} of round {frame.round_} has {frame.length} bytes, planned: {limit}"
        else:
            into = awaited.into
            self._body = memoryview(bytearray(frame.length)) if into is None else into
            self._body_have = 0
            return
        raise UnexpectedMessage(self.name, what)

    def _read_body(self) -> bool:
        if self._body_have < len(self._body):
            self._body_have += self.channel.read(self._body[self._body_have :])
        return self._body_have == len(self._body)

    def _deliver(self) -> None:
        awaited, self.awaited = self.awaited, None
        body, self._body, self._frame = self._body, memoryview(b""), None
        assert awaited is not None
        if awaited.arrived is not None:
            awaited.arrived(bytes(body))

    def _heed(self, kind: Kind, now_s: float) -> None:
        body, self._body, self._frame = bytes(self._body), memoryview(b""), None
        if kind is Kind.PULSE:
            self.heard_at_s, self.waits_for = now_s, body[0]
        elif kind is Kind.ABORT:
            self.notice = unpack_notice(body, self._parties)
        else:
            self.bye = True

    def leave(self) -> bool:
        """Finish sending, hang up, and read no more; True once the peer has hung up, too."""
        self.push()
        if not self.sending and not self._left:
            self._left = True
            self.channel.farewell()
        return self.channel.discard()
