"""The lock-step driver: advances everything that is ready, then makes one round of all that was sent.

Lives here: `Task`, `Lockstep`, `together`, and `Place`, where a task stands in the program. Not here: what a message
is.
There is no event loop and no thread: a run is a deterministic function of the program, the shares and the keys. Rounds
are the critical path of the program by construction, because a round is made only when nothing else can move.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Exchange:
    """Awaiting this sends `moves` in the next round and returns what they brought."""

    moves: list[Any]

    def __await__(self) -> Generator[Any, Any, list[Any]]:
        received: list[Any] = yield self
        return received


@dataclass(slots=True, eq=False)
class Place:
    """Where in the program randomness is drawn: the same in every process, whatever else runs.

    stocks: what small draws here are pieces of, and how much of it is used up, by purpose.
    """

    name: str
    draws: int = 0
    stocks: dict[Any, tuple[Any, int]] = field(default_factory=dict)

    def next_draw(self) -> str:
        """A name that this draw shares with no other: place, and number of the draw at it."""
        self.draws += 1
        return f"{self.name}:{self.draws}"


@dataclass(slots=True, eq=False)
class Task(Generic[T]):
    """A running coroutine.

    Awaiting a task waits for its result.
    """

    body: Coroutine[Any, Any, T]
    place: Place
    forks: int = 0
    done: bool = False
    result: Any = None
    waiting: list[Task[Any]] = field(default_factory=list)

    def __await__(self) -> Generator[Any, Any, T]:
        if not self.done:
            yield self
        return self.result


@dataclass(slots=True, eq=False)
class _Fork:
    """Awaiting this starts `bodies` as tasks of their own and returns them, started."""

    bodies: tuple[Coroutine[Any, Any, Any], ...]

    def __await__(self) -> Generator[Any, Any, list[Task[Any]]]:
        tasks: list[Task[Any]] = yield self
        return tasks


async def together(*bodies: Coroutine[Any, Any, Any]) -> list[Any]:
    """Run several operations at once, so that their messages share rounds; their results in order."""
    return [await task for task in await _Fork(bodies)]


class Lockstep:
    """Runs tasks. `deliver` takes the moves of one round and returns what each brought."""

    def __init__(self, deliver: Callable[[list[Any]], list[Any]]) -> None:
        self.deliver = deliver
        self.after_round: Callable[[], None] = lambda: None
        self.current: Task[Any] | None = None
        self._ready: deque[tuple[Task[Any], Any]] = deque()
        self._sent: list[tuple[Task[Any], list[Any]]] = []

    def here(self) -> Place:
        """Where the running task stands."""
        task = self.current
        assert task is not None, "randomness is drawn inside a run only"
        return task.place

    def spawn(self, body: Coroutine[Any, Any, T], place: str) -> Task[T]:
        """Start a task of its own; `place` must be unique in the run."""
        task = Task(body, Place(place))
        self._ready.append((task, None))
        return task

    def run(self, body: Coroutine[Any, Any, T], place: str = "run") -> T:
        """Run to the end, with all that was spawned. An error in any task ends the run with it."""
        main = self.spawn(body, place)
        try:
            while self._ready or self._sent:
                while self._ready:
                    self._advance(*self._ready.popleft())
                if self._sent:
                    self._round()
        finally:
            self.current = None
            for task, _ in [*self._ready, *self._sent]:
                task.body.close()
            self._ready.clear()
            self._sent.clear()
        assert main.done, "the program waits for something that nobody will send"
        return main.result

    def _advance(self, task: Task[Any], value: Any) -> None:
        self.current = task
        try:
            request = task.body.send(value)
        except StopIteration as end:
            task.done, task.result = True, end.value
            self._ready.extend((waiter, None) for waiter in task.waiting)
            return
        match request:
            case Exchange(moves=moves):
                self._sent.append((task, moves))
            case Task() as other:
                other.waiting.append(task)
            case _Fork(bodies=bodies):
                task.forks += 1
                children = [self.spawn(b, f"{task.place.name}/{task.forks}.{i}") for i, b in enumerate(bodies)]
                self._ready.append((task, children))
            case _:
                raise AssertionError(f"protocol code awaited {request!r}, which is not a round")

    def _round(self) -> None:
        sent, self._sent = self._sent, []
        received = self.deliver(sent[0][1] if len(sent) == 1 else [move for _, moves in sent for move in moves])
        self.after_round()
        start = 0
        for task, moves in sent:
            end = start + len(moves)
            self._ready.append((task, received[start:end]))
            start = end
