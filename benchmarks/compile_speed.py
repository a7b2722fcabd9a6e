"""How long a program of many lines takes to check, stage by stage; and that trips and rows take no time to compile.

Lives here: programs that are generated, and a clock around each stage. Not here: what a run takes (workloads.py).

    python benchmarks/compile_speed.py [lines ...]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from secfuse.compiler.checking.check import check  # noqa: E402
from secfuse.compiler.compile import compile_source  # noqa: E402
from secfuse.compiler.errors import CompileErrors, Problems  # noqa: E402
from secfuse.compiler.reading.layout import chunks  # noqa: E402
from secfuse.compiler.reading.parse import parse  # noqa: E402
from secfuse.compiler.source import Source  # noqa: E402
from secfuse.stdlib import standard  # noqa: E402

LINES = (500, 10_000)
TRIPS = (10, 1_000_000)
ROWS = (10, 10_000_000)
T = TypeVar("T")

HEAD = """program generated version "1.0"
purpose "benchmark/compile" "Many lines."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
category Band {{ low, middle, high }}
param limit : int in 1 .. 100 = 50
input people from left at most {rows} rows {{
  age    : int in 0 .. 120         may be compared, aggregated, grouped
  salary : int in 0 .. 1_000_000   may be aggregated, ranked
}}
policy open {{ groups of at least 2 }}
"""

FUNCTION = """fn scaled_{i}(x: public int in 0 .. 1_000, by: public int in 1 .. 9) -> int in 0 .. 10_000 {{
  let y = x * by + {i} % 7
  return y
}}
"""

PIECE = """let share_{i} = limit * {i} - (limit + 3) / 7
let banded_{i} = extend people {{
  band = if age < {a} then Band.low
         else if age < {b} then Band.middle
         else Band.high
  pay  = salary / 12 + {i}
}}
let result_{i} = group banded_{i} by band {{
  n    = count()
  pay  = mean(pay)
}}
"""

LOOP = """var level_{i} : int in 0 .. 1_000 = limit
for step_{i} in 0 ..< {a} {{
  if level_{i} > {b} {{
    level_{i} = clamp(level_{i} + step_{i} * 2, 0, 1_000)
  }} else {{
    level_{i} = clamp(level_{i} + {i} % 7, 0, 1_000)
  }}
}}
"""

REST = """let head = scaled_0(limit, by = 3)
var sum_of_all : fixed in -1_000 .. 1_000 = 0.0
var done = false
for trip in 0 ..< {trips} {{
  for place in 0 ..< {trips} {{
    sum_of_all = clamp(sum_of_all + [1.5, -2.5, 0.25][place % 3] * trip, -1_000, 1_000)
  }}
  if sum_of_all > 10 {{
    done = not done
  }}
}}
let older  = filter people where age > 60
let sorted = top 5 of older by salary
let paid   = sum(sorted.salary)
disclose sum_of_all to third under open because "a loop"
disclose done to third under open because "a loop"
disclose paid to third under open because "rows"
"""


def program(lines: int, functions: bool = True) -> str:
    """A program of about that many lines: lets, extends, groups, loops, functions."""
    forms = (FUNCTION, PIECE, LOOP) if functions else (PIECE, LOOP)
    parts, number = [HEAD.format(rows=1_000)], 0
    count = parts[0].count("\n")
    while count < lines:
        for form in forms:
            parts.append(form.format(i=number, a=20 + number % 30, b=60 + number % 30))
            count += form.count("\n")
        number += 1
    return "".join(parts)


def small(trips: int, rows: int) -> str:
    """A short program whose loops make that many trips, over a table of that many rows."""
    return HEAD.format(rows=rows) + FUNCTION.format(i=0) + REST.format(trips=trips)


def timed(stage: Callable[[], T]) -> tuple[T, float]:
    """The result and the seconds of processor time it took."""
    start = process_time()
    return stage(), process_time() - start


def stages(text: str) -> Iterator[tuple[str, float]]:
    """Each stage and its seconds."""
    source, problems = Source(text), Problems(Source(text))
    yield "building the parser", timed(lambda: parse(Source("let x = 1"), problems))[1]
    yield "layout", timed(lambda: chunks(source, problems))[1]
    statements, seconds = timed(lambda: parse(source, problems))
    yield "layout and parsing", seconds
    try:
        yield "checking", timed(lambda: check(source, statements, problems, standard))[1]
    except CompileErrors as errors:
        yield f"checking, refused with {len(errors.diagnostics)} messages", 0.0


def whole(text: str) -> tuple[float, float]:
    """Seconds of `secfuse check` as a process of its own, with bytecode as users have it: on the clock, and of its
    processor time.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.sec"
        path.write_text(text, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        shell = {**kept, "PYTHONPYCACHEPREFIX": folder}
        command = [sys.executable, "-m", "secfuse", "check", str(path)]
        subprocess.run(command, cwd=ROOT, env=shell, capture_output=True, check=True)
        start, used = perf_counter(), _of_children()
        subprocess.run(command, cwd=ROOT, env=shell, capture_output=True, check=True)
        return perf_counter() - start, _of_children() - used


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compiling(text: str) -> tuple[float, int]:
    """Seconds of processor time, and the most memory in use, that compiling takes."""
    seconds = min(timed(lambda: compile_source(text))[1] for _ in range(5))
    tracemalloc.start()
    compile_source(text)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak_bytes


def main() -> None:
    for lines in map(int, sys.argv[1:] or LINES):
        text = program(lines)
        print(f"{text.count(chr(10)):,} lines, {len(text):,} characters")
        for stage, seconds in stages(text):
            print(f"  {seconds:7.3f} s  {stage}")
        on_the_clock, used = whole(text)
        print(f"  {used:7.3f} s  secfuse check, the whole process ({on_the_clock:.3f} s on the clock)")
    for trips in TRIPS:
        for rows in ROWS:
            seconds, peak_bytes = compiling(small(trips, rows))
            print(f"{trips:,} trips, {rows:,} rows: compiled in {seconds:.4f} s with {peak_bytes / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
