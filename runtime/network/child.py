"""One party's process, seen from its parent: started, told, heard, and ended for certain.

Lives here: `Child` and `children_of`. Not here: what the processes are told together (launch.py), and what they do
(party.py).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

import msgspec

from secfuse.runtime.engine import Observe

from .events import EVENT, Advanced, Failed, Finished, Listening


class Child:
    """One party's process and what it has said so far."""

    def __init__(self, party: str, command: tuple[str, ...]) -> None:
        self.party = party
        self.port: int | None = None
        self.end: Finished | Failed | None = None
        self._tail = b""
        self.process = subprocess.Popen(
            [*command, party],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
            start_new_session=True,
        )

    @property
    def pipe(self) -> IO[bytes]:
        """What it says."""
        assert self.process.stdout is not None
        return self.process.stdout

    @property
    def failed(self) -> bool:
        """True if it ended without a result."""
        return isinstance(self.end, Failed) or (self.process.returncode is not None and self.end is None)

    def tell(self, message: msgspec.Struct) -> None:
        """Send one line; a process that is gone says so by itself."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(msgspec.json.encode(message) + b"\n")
            self.process.stdin.flush()

    def hear(self, observe: Observe) -> bool:
        """Take what it says; False at the end of its words, when it has exited, too."""
        data = os.read(self.pipe.fileno(), 1 << 16)
        if not data:
            self.process.wait()
            return False
        *lines, self._tail = (self._tail + data).split(b"\n")
        for line in lines:
            match EVENT.decode(line):
                case Listening(port=port):
                    self.port = port
                case Advanced(progress=progress):
                    observe(progress)
                case Finished() | Failed() as end:
                    self.end = end
        return True

    def kill(self) -> None:
        """End it now, with all it may have started, and give everything back."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()


@contextmanager
def children_of(parties: tuple[str, ...], command: tuple[str, ...]) -> Iterator[list[Child]]:
    """One process per party, all gone afterwards."""
    children: list[Child] = []
    try:
        for party in parties:
            children.append(Child(party, command))
        yield children
    finally:
        for child in children:
            child.kill()
