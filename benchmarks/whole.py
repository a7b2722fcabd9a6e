"""How long whole analyses take, simulated and as three processes over mutual TLS, against floors and the true answer.

    python -m benchmarks.whole [ANALYSIS ...] [--size small|everyday|headline] [--simulated] [--json FILE]

One line an analysis: seconds from the first share to the last opened result, megabytes and rounds of the busiest
party, peak memory of the largest process, the largest error of a disclosed number, and the ratio of the time to the
floor: what the same payload and rounds cost this machine at least, through its own TLS on loopback, measured first.
Each line is the median of three runs, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.compile import compile_source
from secfuse.runtime.inputs import load_frame
from secfuse.runtime.memory import keep_freed_memory
from secfuse.runtime.network.launch import networked
from secfuse.runtime.run import Outcome, simulate

from .analyses import ANALYSES, Frame, Frames, frames_of, text_of
from .primitives import Floors, measure_floors

ROOT = Path(__file__).resolve().parent.parent
SIZES = ("small", "everyday", "headline")
REPEAT = 3
SALT = b"benchmark"


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement. bytes_sent: of the busiest party; peak_bytes: of the largest process; floor_s: 0 if unknown."""

    analysis: str
    rows: int
    networked: bool
    seconds: float
    bytes_sent: int
    rounds: int
    peak_bytes: int
    error: float
    floor_s: float = 0.0


def measured(name: str, rows: int, apart: bool) -> Line:
    """One run in this process (and its children)."""
    keep_freed_memory()
    analysis, frames = ANALYSES[name], frames_of(name, rows)
    circuit, params = compile_source(text_of(name)).circuit, analysis.params(rows)
    outcome = _apart(circuit, frames, params) if apart else _together(circuit, frames, params)
    (released,) = outcome.released
    found = np.array([row for row in released.rows if row is not None], float)
    expected = analysis.answer(frames)
    assert found.shape == expected.shape, f"{name}: {found.shape} came out, not {expected.shape}"
    whose = resource.RUSAGE_CHILDREN if apart else resource.RUSAGE_SELF
    traffic = outcome.traffic.values()
    return Line(
        name,
        rows,
        apart,
        outcome.seconds,
        max(t.bytes_sent for t in traffic),
        max(t.rounds for t in traffic),
        resource.getrusage(whose).ru_maxrss * 1024,
        float(np.max(np.abs(found - expected), initial=0.0)),
    )


def _together(circuit: Circuit, frames: Frames, params: Mapping[str, int]) -> Outcome:
    tables = {t.name: load_frame(t, frames[t.name], SALT) for t in circuit.tables}
    return simulate(circuit, tables, params)


def _apart(circuit: Circuit, frames: Frames, params: Mapping[str, int]) -> Outcome:
    with TemporaryDirectory() as folder:
        sources = {name: _written(frame, Path(folder) / f"{name}.parquet") for name, frame in frames.items()}
        return networked(circuit, sources, params, ROOT)


def _written(frame: Frame, file: Path) -> str:
    """The frame as a Parquet file, whose path is the source of its table."""
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.sql("select * from frame").write_parquet(str(file))
    return str(file)


def median_of(name: str, rows: int, apart: bool, floors: Floors) -> Line:
    """Three runs; the one whose seconds are in the middle."""
    lines = [_in_a_process(name, rows, apart) for _ in range(REPEAT)]
    middle = statistics.median_low(line.seconds for line in lines)
    line = next(line for line in lines if line.seconds == middle)
    floor_s = line.rounds * floors.round_s + line.bytes_sent / floors.tls_bytes_s if apart else 0.0
    return Line(**{**asdict(line), "floor_s": floor_s})


def _in_a_process(name: str, rows: int, apart: bool) -> Line:
    order = [sys.executable, "-m", "benchmarks.whole", "--one", name, str(rows), "apart" if apart else "together"]
    return Line(**json.loads(subprocess.run(order, cwd=ROOT, check=True, capture_output=True, text=True).stdout))


def show(line: Line) -> None:
    """One line of the table."""
    kind = "tls" if line.networked else "sim"
    ratio = f"{line.seconds / line.floor_s:7.1f}" if line.floor_s else "      -"
    print(
        f"{line.analysis:12} {line.rows:10,} {kind} {line.seconds:9.3f} {line.bytes_sent / 1e6:9.2f} {line.rounds:7,} "
        f"{line.peak_bytes / 1e6:8.0f} {line.error:9.2g} {ratio}",
        flush=True,
    )


def main() -> None:
    """The table, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("analyses", nargs="*", help=", ".join(ANALYSES))
    parser.add_argument("--size", choices=SIZES, default="everyday")
    parser.add_argument("--simulated", action="store_true", help="no networked runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the lines here")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        name, rows, how = arguments.one
        print(json.dumps(asdict(measured(name, int(rows), how == "apart"))))
        return
    floors = measure_floors(not arguments.simulated)
    print("analysis           rows      seconds   MB sent  rounds  peak MB     error  / floor")
    lines = []
    for name in arguments.analyses or ANALYSES:
        rows = ANALYSES[name].sizes[SIZES.index(arguments.size)]
        for apart in (False,) if arguments.simulated else (False, True):
            lines.append(median_of(name, rows, apart, floors))
            show(lines[-1])
    if arguments.json:
        arguments.json.write_text(json.dumps({"floors": asdict(floors), "lines": [asdict(x) for x in lines]}, indent=2))


if __name__ == "__main__":
    main()
