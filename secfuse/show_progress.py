"""Progress of a run, fed by the rounds that are done: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from secfuse.runtime.engine import Observe
from secfuse.runtime.engine import Progress as RunProgress

from .screen import Screen

LINE_EVERY_S = 5.0


@contextmanager
def progress(screen: Screen) -> Iterator[Observe]:
    """An observer to hand to the runtime; it does nothing when nobody wants to see anything."""
    console = screen.err
    if screen.quiet:
        yield lambda state: None
    elif console.is_terminal:
        with _bar(console) as observer:
            yield observer
    else:
        yield _lines(screen)


@contextmanager
def _bar(console: Console) -> Iterator[Observe]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("computing on shares", total=None, note="")

        def observe(state: RunProgress) -> None:
            bar.update(task, completed=state.nodes_done, total=state.nodes, note=f"{state.rounds} rounds")

        yield observe


def _lines(screen: Screen) -> Observe:
    last_s = time.monotonic()

    def observe(state: RunProgress) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s >= LINE_EVERY_S:
            last_s = now_s
            screen.note(f"{state.nodes_done} of {state.nodes} steps, {state.rounds} rounds")

    return observe
