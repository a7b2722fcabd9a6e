"""A run as a Chrome trace: what chrome://tracing and ui.perfetto.dev open.

Lives here: `trace_object`. One process for each recording; in it local work by source line, the rounds, and the bytes
that were sent. Not here: recording (runtime/trace.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from secfuse.compiler.program import Program
from secfuse.runtime.costs.predict import Predicted
from secfuse.runtime.trace import Recording

from .cost_report import homes

WORK, ROUNDS = 1, 2
"""Threads of each process."""


def trace_object(program: Program, predicted: Predicted, recordings: Mapping[str, Recording]) -> dict[str, Any]:
    """The trace as plain data. Times are microseconds since each run began."""
    lines = homes(program, predicted)
    events: list[dict[str, Any]] = []
    for pid, (name, recording) in enumerate(recordings.items(), 1):
        events += [
            _named("process_name", pid, 0, name),
            _named("thread_name", pid, WORK, "local work"),
            _named("thread_name", pid, ROUNDS, "rounds"),
        ]
        for work in recording.work:
            line = lines.get(work.node, 0)
            ops = {"node": work.node, "op": program.circuit.nodes[work.node].op.value} if work.node >= 0 else {}
            events.append(_slice(line_text(program, line), pid, WORK, work.start_s, work.seconds, ops))
        sent = 0
        for number, made in enumerate(recording.rounds, 1):
            sent += made.size_bytes
            what = {"bytes_sent": made.size_bytes}
            events.append(_slice(f"round {number}", pid, ROUNDS, made.start_s, made.seconds, what))
            at = round((made.start_s + made.seconds) * 1e6, 3)
            events.append({"name": "bytes sent", "ph": "C", "pid": pid, "ts": at, "args": {"bytes": sent}})
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": {"program": program.name}}


def line_text(program: Program, line: int) -> str:
    """A source line with its number; what has no line is bookkeeping."""
    if not 0 < line <= len(program.source.starts):
        return "bookkeeping"
    return f"{line}: {' '.join(program.source.line(line).split())}"


def _slice(name: str, pid: int, tid: int, start_s: float, seconds: float, args: dict[str, Any]) -> dict[str, Any]:
    times = {"ts": round(start_s * 1e6, 3), "dur": round(seconds * 1e6, 3)}
    return {"name": name, "ph": "X", "pid": pid, "tid": tid, **times, "args": args}


def _named(what: str, pid: int, tid: int, name: str) -> dict[str, Any]:
    return {"name": what, "ph": "M", "pid": pid, "tid": tid, "args": {"name": name}}
