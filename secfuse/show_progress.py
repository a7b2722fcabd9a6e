"""Progress of a run, fed by the rounds and bytes that are done of those predicted: a bar on a terminal, a plain line
about every tenth of the way elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from secfuse.runtime.engine import Observe
from secfuse.runtime.engine import Progress as RunProgress
from secfuse.runtime.wire import Tally

from .forecast import Forecast, Watch
from .screen import Screen

LINES = 10
SOON = 0.02  # no word of the time left before this share is done
LINE_EVERY_S = 1.0  # at most: a short run needs no lines


@contextmanager
def progress(screen: Screen, forecast: Forecast) -> Iterator[Observe]:
    """An observer to hand to the runtime; it shows nothing when nobody wants to see anything."""
    console = screen.err
    if screen.quiet:
        yield forecast.watched(lambda state, expected: None)
    elif console.is_terminal:
        with _bar(console) as watch:
            yield forecast.watched(watch)
    else:
        yield forecast.watched(lines(screen.note))


@contextmanager
def _bar(console: Console) -> Iterator[Watch]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    started_s = time.monotonic()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("computing on shares", total=None, note="")

        def watch(state: RunProgress, expected: Tally) -> None:
            note = described(state, expected, time.monotonic() - started_s)
            bar.update(task, completed=state.rounds, total=expected.rounds, note=note)

        yield watch


def lines(note: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> Watch:
    """A watch that notes a line for every tenth of the rounds, but not more than one a second."""
    started_s = last_s = clock()
    told = 0

    def watch(state: RunProgress, expected: Tally) -> None:
        nonlocal last_s, told
        now_s, tenth = clock(), LINES * state.rounds // max(expected.rounds, 1)
        if tenth > told and now_s - last_s >= LINE_EVERY_S:
            last_s, told = now_s, tenth
            note(f"{100 * tenth // LINES} %: {described(state, expected, now_s - started_s)}")

    return watch


def described(state: RunProgress, expected: Tally, elapsed_s: float) -> str:
    """How far a run has come, and roughly how long it will take.

    Rounds take time on a slow network and bytes on a fast one, so the time left goes by the mean of both shares.
    """
    size_bytes = sum(expected.link_bytes.values())
    share = (state.rounds / max(expected.rounds, 1) + state.bytes_sent / max(size_bytes, 1)) / 2
    left = f", {elapsed_s * (1 - share) / share:.0f} s left" if SOON < share < 1 else ""
    sent = f"{state.bytes_sent / 1e6:,.1f} of {size_bytes / 1e6:,.1f} MB"
    return f"{state.rounds:,} of {expected.rounds:,} rounds, {sent}{left}"
