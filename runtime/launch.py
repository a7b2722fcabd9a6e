"""A networked run on one machine: one process per party on loopback, over mutual TLS from a throw-away authority.

Lives here: `networked`, the parent. It gives each process its own configuration only, passes on where the others
listen, and collects what they report. Not here: what a party does (party.py), what is said (events.py).

The parent sees every party's results and is no party of a real run: this is for trying out, measuring and testing.
No process outlives the parent, however either ends.
"""

from __future__ import annotations

import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec

from secfuse.compiler.circuit.evaluate import outputs_of
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.text import print_circuit

from .engine import Observe
from .errors import PeerLost, RunError
from .events import EVENT, Addresses, Advanced, Failed, Finished, Listening, Order
from .identity import Credentials, throw_away
from .run import Outcome
from .wire.frames import SESSION_BYTES
from .wire.tcp import STALL_S

COMMAND = (sys.executable, "-P", "-m", "secfuse.runtime.party")
PROTOCOL = "replicated3"
CONNECT_S = 30.0
# The more telling first: losing a party is often the consequence of something else.
_TELLING = ("NET-204", "NET-203", "NET-205", "NET-202", "NET-201", "NET-206")
GRACE_S = 12.0  # for the others, once one has failed; a farewell takes up to 5 s


class PartiesFailed(RunError):
    """A run that failed at one or more parties. reports: what each party ended with, as far as it could say."""

    def __init__(self, cause: RunError, reports: dict[str, str]) -> None:
        super().__init__(cause.code, cause.sentence)
        self.reports = reports


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


def networked(
    circuit: Circuit,
    sources: Mapping[str, str],
    params: Mapping[str, int],
    directory: Path,
    observe: Observe = lambda progress: None,
    *,
    stall_s: float = STALL_S,
    command: tuple[str, ...] = COMMAND,
    started: Callable[[Mapping[str, int]], None] = lambda pids: None,
) -> Outcome:
    """Run one process per party of `circuit.compute` and gather what they learned.

    sources: of every table, each given to its owner's process alone; started: is told the process ids.
    Raises PartiesFailed with the error that explains the others.
    """
    with TemporaryDirectory(prefix="secfuse-") as folder, _children(circuit.compute, command) as children:
        started({child.party: child.process.pid for child in children})
        credentials = throw_away(Path(folder), circuit.compute)
        session = secrets.token_hex(SESSION_BYTES)
        for rank, child in enumerate(children):
            own = {t.name: sources[t.name] for t in circuit.tables if t.owner == child.party}
            child.tell(_order(rank, circuit, own, params, directory, session, credentials[child.party], stall_s))
        _listen(children, observe)
        return _outcome(circuit, children)


@contextmanager
def _children(parties: tuple[str, ...], command: tuple[str, ...]) -> Iterator[list[Child]]:
    children: list[Child] = []
    try:
        for party in parties:
            children.append(Child(party, command))
        yield children
    finally:
        for child in children:
            child.kill()


def _order(
    rank: int,
    circuit: Circuit,
    sources: dict[str, str],
    params: Mapping[str, int],
    directory: Path,
    session: str,
    own: Credentials,
    stall_s: float,
) -> Order:
    files = (str(own.certificate), str(own.key), str(own.authority))
    text = print_circuit(circuit)
    return Order(rank, text, sources, dict(params), str(directory.absolute()), session, *files, CONNECT_S, stall_s)


def _listen(children: list[Child], observe: Observe) -> None:
    """Pass on the ports once all are known, and hear everybody out; after a failure not longer than GRACE_S."""
    introduced, until_s = False, float("inf")
    with selectors.DefaultSelector() as pipes:
        for child in children:
            pipes.register(child.pipe, selectors.EVENT_READ, child)
        while pipes.get_map() and (left_s := until_s - time.monotonic()) > 0:
            for key, _ in pipes.select(left_s if until_s < float("inf") else None):
                child = key.data
                if not child.hear(observe if child is children[0] else lambda progress: None):
                    pipes.unregister(child.pipe)
            if until_s == float("inf") and any(child.failed for child in children):
                until_s = time.monotonic() + (GRACE_S if introduced else 0.0)
            ports = tuple(child.port for child in children if child.port is not None)
            if not introduced and len(ports) == len(children):
                introduced = True
                for child in children:
                    child.tell(Addresses(ports))


def _outcome(circuit: Circuit, children: list[Child]) -> Outcome:
    """What the recipients learned, in the program's order. Raises PartiesFailed."""
    ends = {child.party: child.end for child in children if isinstance(child.end, Finished)}
    if len(ends) < len(children):
        raise PartiesFailed(_cause(children), {child.party: _report(child) for child in children})
    one = ends[children[0].party]
    assert len({(end.multiplications, end.ands, end.traffic.rounds) for end in ends.values()}) == 1, "out of step"
    learned: dict[str, Released] = {}
    for end in ends.values():
        for released in end.released:
            assert learned.setdefault(released.name, released) == released, f"two versions of {released.name}"
    order = [str(circuit.nodes[i].attr("name")) for i in outputs_of(circuit, Op.DISCLOSE)]
    return Outcome(
        tuple(learned[name] for name in order if name in learned),
        one.printed,
        {party: end.traffic for party, end in ends.items()},
        one.multiplications,
        one.ands,
        max(end.seconds for end in ends.values()),
        PROTOCOL,
        False,
    )


def _report(child: Child) -> str:
    match child.end:
        case Failed(code=code, sentence=sentence):
            return f"{code}: {sentence}"
        case Finished():
            return "has its result"
        case None if child.process.returncode is None:
            return "did not end by itself"
        case None:
            return f"ended without a word, with code {child.process.returncode}"


def _cause(children: list[Child]) -> RunError:
    """The error that explains the others: a party's own, or else what the others say of the one that is to blame."""
    failures = [RunError(c.end.code, c.end.sentence) for c in children if isinstance(c.end, Failed)]
    dead = [c for c in children if c.end is None and c.process.returncode is not None]
    about_dead = [e for e in failures if any(f'party "{c.party}"' in e.sentence for c in dead)]
    own = [e for e in failures if not e.code.startswith("NET-")]
    seen = sorted(failures, key=lambda e: _TELLING.index(e.code) if e.code in _TELLING else 0)
    for candidates in (own, about_dead, seen):
        if candidates:
            return candidates[0]
    return PeerLost(dead[0].party, f"its process ended with code {dead[0].process.returncode}")
