"""One party of a networked run, in a process of its own: `python -m secfuse.runtime.network.party NAME`.

Lives here: the way of a party from its order to its result, and its bond to the parent process. Not here: the parent
(launch.py), the session (session.py), the protocol.

The order comes on stdin, events go to stdout. The process never outlives its parent: the kernel kills it where it can,
and an end of stdin ends it everywhere.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import msgspec

from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.text import read_circuit
from secfuse.runtime.engine import Observe, Progress, check_parameters, execute
from secfuse.runtime.errors import FAULTS, LocalError, RunError
from secfuse.runtime.inputs import load_table
from secfuse.runtime.memory import keep_freed_memory
from secfuse.runtime.plan import PROTOCOL, plan_digest
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.randomness import Streams
from secfuse.runtime.run import traffic_of
from secfuse.runtime.seals import seals_of, write_seal
from secfuse.runtime.trace import Recorder
from secfuse.runtime.wire import Wire
from secfuse.runtime.wire.connect import connect
from secfuse.runtime.wire.emulated import Relay
from secfuse.runtime.wire.identity import Credentials
from secfuse.runtime.wire.tcp import Tcp

from .events import Addresses, Advanced, Event, Failed, Finished, Listening, Order
from .session import ANSWER_S, Agreement, Session, greet, settle

HOST = "127.0.0.1"
REPORT_EVERY_S = 0.1
_SWITCH_S = 0.0002  # between threads: a computing one must not hold up an emulated line for the usual 5 ms
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4

Emit: TypeAlias = Callable[[Event], None]
Play: TypeAlias = Callable[[Circuit, Session, Mapping[str, Rows], Mapping[str, int], Observe], Finished]


def play(
    circuit: Circuit,
    session: Session,
    rows: Mapping[str, Rows],
    params: Mapping[str, int],
    observe: Observe,
    recorder: Recorder | None = None,
    threads: int = 1,
) -> Finished:
    """The run itself, once the session stands. rows: of own tables; recorder: to write down what happens when.

    Of what is sealed, this party's shares go into a file of its own and nowhere else.
    """
    wire = Wire(session.carrier)
    if recorder is not None:
        recorder.attach(wire)
    scheme = Replicated3(wire, Streams(session.pair_keys, wire.steps.here), threads=threads)
    started_s = time.perf_counter()
    done = execute(circuit, scheme, rows, session.rows, params, observe)
    seconds = time.perf_counter() - started_s
    tally = wire.tally
    traffic = traffic_of(circuit, tally, session.rank)
    recording = None if recorder is None else recorder.recording()
    for sealed in done.sealed:
        for seal in seals_of(circuit, sealed, wire.ranks, session.name):
            write_seal(Path(session.seals), seal)
    names = tuple(str(sealed.node.attr("name")) for sealed in done.sealed)
    return Finished(done.released, done.printed, traffic, tally.multiplications, tally.ands, seconds, recording, names)


def usual(order: Order) -> Play:
    """What is played unless something else is wanted."""
    return partial(play, recorder=Recorder(time.perf_counter) if order.record else None, threads=order.threads)


def take_part(
    order: Order, listener: socket.socket, addresses: Addresses, observe: Observe, play: Play | None = None
) -> Finished:
    """Connect, agree, load own tables, run. Raises RunError, CheckFailed; the other parties then end, too."""
    circuit = read_circuit(order.circuit)
    check_parameters(circuit, order.params)
    own = Credentials(Path(order.certificate), Path(order.key), Path(order.authority))
    session_id = bytes.fromhex(order.session)
    agreement = Agreement(session_id, circuit.compute, PROTOCOL, plan_digest(circuit), order.params, circuit.tables)
    where = {rank: (HOST, port) for rank, port in enumerate(addresses.ports)}
    channels = connect(
        order.rank, circuit.compute, where, listener, own, session_id, order.stall_s, order.connect_s
    )  # fmt: skip
    if order.lines is not None:
        sys.setswitchinterval(_SWITCH_S)
        Relay(order.rank, channels, order.lines)
    tcp = Tcp(order.rank, circuit.compute, channels, session_id, order.stall_s)
    try:
        greeting = greet(tcp, agreement, own, order.connect_s + ANSWER_S)
        rows = load_own(circuit, order, greeting.salt)
        session = settle(greeting, {name: table.count for name, table in rows.items()})
        session = replace(session, name=order.session, seals=order.seals)
        finished = (play or usual(order))(circuit, session, rows, order.params, observe)
    except RunError as error:
        tcp.abort(error)
        raise
    except BaseException:
        tcp.abort(LocalError("this party could not go on"))
        raise
    tcp.close()
    return finished


def load_own(circuit: Circuit, order: Order, salt: bytes) -> dict[str, Rows]:
    """This party's tables, checked. Raises InputError."""
    name = circuit.compute[order.rank]
    return {
        table.name: load_table(table, order.sources[table.name], salt, Path(order.directory))
        for table in circuit.tables
        if table.owner == name
    }


def reporter(emit: Emit, clock: Callable[[], float] = time.monotonic) -> Observe:
    """An observer that passes progress on now and then."""
    due_s = 0.0

    def observe(progress: Progress) -> None:
        nonlocal due_s
        if clock() >= due_s:
            due_s = clock() + REPORT_EVERY_S
            emit(Advanced(progress))

    return observe


def serve(order: Order, read_addresses: Callable[[], Addresses], emit: Emit, play: Play | None) -> int:
    """Take part, report how it ended, and return the exit code."""
    try:
        with socket.create_server((HOST, 0)) as listener:
            emit(Listening(listener.getsockname()[1]))
            emit(take_part(order, listener, read_addresses(), reporter(emit), play))
            return 0
    except RunError as error:
        failed = Failed(error.code, error.sentence)
    except CheckFailed as error:
        failed = Failed("RUN-302", str(error))
    except MemoryError:
        failed = Failed("RUN-401", "this machine has not enough memory")
    except OSError as error:
        failed = Failed("RUN-401", f"this machine refused a resource: {error.strerror}")
    emit(failed)
    return FAULTS[failed.code].exit_code


def bind_to_parent() -> None:
    """Die with the parent; leave no core file, in which shares and keys would stand."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(_PR_SET_DUMPABLE, 0)
        kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def watch_stdin() -> None:
    """Die when stdin ends: on every system the sign that the parent is gone. Not through sys.stdin: it has a lock."""
    while os.read(0, 4096):
        pass
    os._exit(FAULTS["RUN-130"].exit_code)


def main(play: Play | None = None) -> int:
    """The process: order and addresses from stdin, events to stdout; everything else that prints goes to stderr."""
    bind_to_parent()
    keep_freed_memory()
    gc.freeze()  # what is loaded now stays: no collection needs to look at it again
    lines = os.fdopen(os.dup(0), "rb")
    events = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def emit(event: Event) -> None:
        events.write(msgspec.json.encode(event) + b"\n")
        events.flush()

    def read_addresses() -> Addresses:
        addresses = msgspec.json.decode(lines.readline(), type=Addresses)
        threading.Thread(target=watch_stdin, daemon=True).start()
        return addresses

    return serve(msgspec.json.decode(lines.readline(), type=Order), read_addresses, emit, play)


if __name__ == "__main__":
    sys.exit(main())
