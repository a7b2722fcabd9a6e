"""How time grows with rows: the program of examples/02-delays-by-wind on made-up tables of 10^4, 10^5 and 10^6 rows.

    python -m benchmarks.scaling [ROWS ...]

Prints one line per size: seconds, seconds against the size before, bytes and rounds of the busiest party, peak memory.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import numpy as np

from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source
from secfuse.compiler.program import Program
from secfuse.runtime.inputs import load_frame
from secfuse.runtime.memory import keep_freed_memory
from secfuse.runtime.run import simulate

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "02-delays-by-wind" / "main.sec"
SIZES = (10**4, 10**5, 10**6)
SALT = b"benchmark"
FLIGHTS_PER_HOUR = 13


def program_for(rows: int) -> Program:
    """The example, with room for so many rows."""
    text = EXAMPLE.read_text(encoding="utf-8")
    return compile_source(
        text.replace("at most 400_000", f"at most {rows}").replace("at most 30_000", f"at most {rows}")
    )


def made_up(program: Program, rows: int) -> dict[str, Rows]:
    """Flights and hours, the same ones every time."""
    draw = np.random.default_rng(2013)
    hours = max(rows // FLIGHTS_PER_HOUR, 1)
    frames = {
        "flights": {"hour": draw.integers(0, hours, rows), "delay": draw.integers(-43, 1302, rows)},
        "hours": {"hour": np.arange(hours), "wind": draw.integers(0, 4300, hours) / 100},
    }
    return {t.name: load_frame(t, frames[t.name], SALT) for t in program.circuit.tables}


def main() -> None:
    """One line per size."""
    keep_freed_memory()  # as the command does
    before_s = 0.0
    print("     rows   seconds   growth   MB sent   rounds   peak MB")
    for rows in [int(a) for a in sys.argv[1:]] or SIZES:
        program = program_for(rows)
        outcome = simulate(program.circuit, made_up(program, rows), {})
        growth = f"{outcome.seconds / before_s:.1f}" if before_s else "-"
        sent = max(t.bytes_sent for t in outcome.traffic.values()) / 1e6
        rounds = max(t.rounds for t in outcome.traffic.values())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{rows:9,} {outcome.seconds:9.2f} {growth:>8} {sent:9.1f} {rounds:8} {peak:9.0f}", flush=True)
        before_s = outcome.seconds


if __name__ == "__main__":
    main()
