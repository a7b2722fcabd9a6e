"""What a run did when: local work by node, and rounds. For looking at, not for measuring: recording takes time itself.

Lives here: `Recorder`, which listens to the lock-step driver, and `Recording`, what it has heard. Local work between
two rounds is added up by node, so a recording grows with the rounds and not with the tasks. Not here: forms to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .rounds import Lockstep, Task
from .wire import Wire

_NODE = re.compile(r"node (\d+)")


@dataclass(frozen=True, slots=True)
class Work:
    """Local work of one node between two rounds. node: of the circuit, -1 for none; start_s: since the run began."""

    node: int
    start_s: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Round:
    """One round: sending, and waiting for what the others send. size_bytes: sent by all parties played here."""

    start_s: float
    seconds: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Recording:
    """Of one process, in the order of time."""

    work: tuple[Work, ...] = ()
    rounds: tuple[Round, ...] = ()


class Recorder:
    """Attached to a wire before a run, it hears what the run does. clock: seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.began_s = clock()
        self._done: list[Work] = []
        self._rounds: list[Round] = []
        self._phase: dict[int, float] = {}
        self._phase_began_s = 0.0

    def attach(self, wire: Wire) -> None:
        """From now on the wire's driver reports here."""
        wire.steps = _Heard(wire, self)

    def worked(self, place: str, seconds: float) -> None:
        """A task at that place of the program has come as far as it can."""
        found = _NODE.search(place)
        node = int(found[1]) if found else -1
        self._phase[node] = self._phase.get(node, 0.0) + seconds

    def exchanged(self, start_s: float, size_bytes: int) -> None:
        """A round that began then has just ended."""
        self._close_phase()
        self._phase_began_s = self.clock() - self.began_s
        start_s -= self.began_s
        self._rounds.append(Round(start_s, self._phase_began_s - start_s, size_bytes))

    def recording(self) -> Recording:
        """All of it."""
        self._close_phase()
        return Recording(tuple(self._done), tuple(self._rounds))

    def _close_phase(self) -> None:
        """What was added up stands one behind the other: only its sum is known."""
        start_s = self._phase_began_s
        for node, seconds in self._phase.items():
            self._done.append(Work(node, start_s, seconds))
            start_s += seconds
        self._phase.clear()


class _Heard(Lockstep):
    """The driver, telling a recorder how long everything takes."""

    def __init__(self, wire: Wire, recorder: Recorder) -> None:
        super().__init__(wire.steps.deliver)
        self.wire, self.recorder = wire, recorder

    def _advance(self, task: Task[Any], value: Any) -> None:
        started_s = self.recorder.clock()
        super()._advance(task, value)
        self.recorder.worked(task.place.name, self.recorder.clock() - started_s)

    def _round(self) -> None:
        started_s, before = self.recorder.clock(), self._sent_bytes()
        super()._round()
        self.recorder.exchanged(started_s, self._sent_bytes() - before)

    def _sent_bytes(self) -> int:
        links = self.wire.tally.link_bytes
        return sum(size for (src, _), size in links.items() if src in self.wire.ranks)
