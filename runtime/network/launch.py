"""A networked run on one machine: one process per party on loopback, over mutual TLS from a throw-away authority.

Lives here: `networked`, the parent. It gives each process its own configuration only, passes on where the others
listen, and collects what they report. Not here: one process (child.py), what it does (party.py),
what is said (events.py).

The parent sees every party's results and is no party of a real run: this is for trying out, measuring and testing.
No process outlives the parent, however either ends.
"""

from __future__ import annotations

import secrets
import selectors
import sys
import time
from collections.abc import Callable, Mapping
from math import inf, isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

from secfuse.compiler.circuit.evaluate import outputs_of
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.text import print_circuit
from secfuse.runtime.engine import Observe
from secfuse.runtime.errors import PeerLost, RunError
from secfuse.runtime.plan import PROTOCOL
from secfuse.runtime.run import Outcome, processors
from secfuse.runtime.wire.emulated import Lines
from secfuse.runtime.wire.frames import SESSION_BYTES
from secfuse.runtime.wire.identity import Credentials, throw_away
from secfuse.runtime.wire.tcp import STALL_S

from .child import Child, children_of
from .events import Addresses, Failed, Finished, Order

COMMAND = (sys.executable, "-P", "-m", "secfuse.runtime.network.party")
CONNECT_S = 30.0
# The more telling first: losing a party is often the consequence of something else.
_TELLING = ("NET-204", "NET-203", "NET-205", "NET-202", "NET-201", "NET-206")
BLAMED_S = 2.0  # for those whom the others have given up
GRACE_S = 12.0  # for the others, once one has failed; a farewell takes up to 5 s


class PartiesFailed(RunError):
    """A run that failed at one or more parties. reports: what each party ended with, as far as it could say."""

    def __init__(self, cause: RunError, reports: dict[str, str]) -> None:
        super().__init__(cause.code, cause.sentence)
        self.reports = reports


def networked(
    circuit: Circuit,
    sources: Mapping[str, str],
    params: Mapping[str, int],
    directory: Path,
    observe: Observe = lambda progress: None,
    *,
    record: bool = False,
    lines: Lines | None = None,
    seals: Path = Path(),
    threads: int | None = None,
    stall_s: float = STALL_S,
    command: tuple[str, ...] = COMMAND,
    started: Callable[[Mapping[str, int]], None] = lambda pids: None,
) -> Outcome:
    """Run one process per party of `circuit.compute` and gather what they learned.

    sources: of every table, each given to its owner's process alone; record: what they do when. lines: of a network
    that is emulated. seals: the folder in which each process keeps its shares of sealed results. threads: of each
    party, None to share the processors out. started: is told the
    process ids.
    Raises PartiesFailed with the error that explains the others.
    """
    with TemporaryDirectory(prefix="secfuse-") as folder, children_of(circuit.compute, command) as children:
        started({child.party: child.process.pid for child in children})
        credentials = throw_away(Path(folder), circuit.compute)
        session = secrets.token_hex(SESSION_BYTES)
        threads = threads or max(1, processors() // len(children))
        for rank, child in enumerate(children):
            own = {t.name: sources[t.name] for t in circuit.tables if t.owner == child.party}
            child.tell(
                _order(
                    rank,
                    circuit,
                    own,
                    params,
                    directory,
                    session,
                    credentials[child.party],
                    stall_s,
                    record,
                    lines,
                    seals,
                    threads,
                )
            )
        _listen(children, observe)
        return _outcome(circuit, children)


def _order(
    rank: int,
    circuit: Circuit,
    sources: dict[str, str],
    params: Mapping[str, int],
    directory: Path,
    session: str,
    own: Credentials,
    stall_s: float,
    record: bool,
    lines: Lines | None,
    seals: Path,
    threads: int,
) -> Order:
    files = (str(own.certificate), str(own.key), str(own.authority))
    text = print_circuit(circuit)
    where = str(directory.absolute())
    return Order(
        rank,
        text,
        sources,
        dict(params),
        where,
        session,
        *files,
        CONNECT_S,
        stall_s,
        record,
        lines,
        str(seals.absolute()),
        threads,
    )


def _listen(children: list[Child], observe: Observe) -> None:
    """Pass on the ports once all are known, and hear everybody out; after a failure only while it makes sense."""
    introduced, running, since_s = False, list(children), time.monotonic()
    with selectors.DefaultSelector() as pipes:
        for child in children:
            pipes.register(child.pipe, selectors.EVENT_READ, child)
        while running and (left_s := since_s + _patience_s(children, running, introduced) - time.monotonic()) > 0:
            for key, _ in pipes.select(left_s if isfinite(left_s) else None):
                if not key.data.hear(observe if key.data is children[0] else lambda progress: None):
                    pipes.unregister(key.fileobj)
                    running.remove(key.data)
                    since_s = time.monotonic()
            ports = tuple(child.port for child in children if child.port is not None)
            if not introduced and len(ports) == len(children):
                introduced = True
                for child in children:
                    child.tell(Addresses(ports))


def _patience_s(children: list[Child], running: list[Child], introduced: bool) -> float:
    """How long those who run on may take, since the last one ended."""
    failures = [child.end for child in children if isinstance(child.end, Failed)]
    if not any(child.failed for child in children):
        return inf
    if not introduced:
        return 0.0  # they wait for a word that will not come
    if all(any(f'party "{child.party}"' in failure.sentence for failure in failures) for child in running):
        return BLAMED_S
    return GRACE_S


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
        {party: end.recording for party, end in ends.items() if end.recording is not None},
        one.sealed,
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
