"""Doing something again whenever a file changes.

Lives here: `watch`. The clock is an argument, so that tests wait for nothing. Not here: what is done (cli_check.py).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

EVERY_S = 0.3


def watch(file: Path, changed: Callable[[], None], sleep: Callable[[float], None]) -> None:
    """Call `changed` now and after each change, until Ctrl-C, which is this function's way to return.

    Editors replace a file rather than write into it: while it is missing, nothing is done.
    """
    seen: tuple[int, ...] | None = None
    try:
        while True:
            now = _stamp(file)
            if now not in (None, seen):
                seen = now
                changed()
            sleep(EVERY_S)
    except KeyboardInterrupt:
        return


def _stamp(file: Path) -> tuple[int, ...] | None:
    """What differs after a change: the time of writing, or the size, or the file itself. None if there is no file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
