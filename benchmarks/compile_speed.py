"""How long a program of many lines takes to check, stage by stage.

Lives here: a program that is generated, and a clock around each stage. Not here: what a run takes (workloads.py).

    python benchmarks/compile_speed.py [lines ...]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from secfuse.compiler.checking.check import check  # noqa: E402
from secfuse.compiler.errors import CompileErrors, Problems  # noqa: E402
from secfuse.compiler.reading.layout import chunks  # noqa: E402
from secfuse.compiler.reading.parse import parse  # noqa: E402
from secfuse.compiler.source import Source  # noqa: E402
from secfuse.stdlib import standard  # noqa: E402

LINES = (500, 10_000)
T = TypeVar("T")

HEAD = """program generated version "1.0"
purpose "benchmark/compile" "Many lines."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
category Band { low, middle, high }
param limit : int in 1 .. 100 = 50
input people from left at most 1_000 rows {
  age    : int in 0 .. 120         may be compared, aggregated, grouped
  salary : int in 0 .. 1_000_000   may be aggregated
}
policy open { groups of at least 2 }
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


def program(lines: int, functions: bool = True) -> str:
    """A program of about that many lines: lets, extends, groups, functions."""
    parts, count, number = [HEAD], HEAD.count("\n"), 0
    while count < lines:
        for form in (FUNCTION, PIECE) if functions else (PIECE,):
            parts.append(form.format(i=number, a=20 + number % 30, b=60 + number % 30))
            count += form.count("\n")
        number += 1
    return "".join(parts)


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


def whole(text: str) -> float:
    """Seconds of `secfuse check` as a process of its own, on the clock."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.sec"
        path.write_text(text, encoding="utf-8")
        start = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "secfuse", "check", str(path)], cwd=ROOT, capture_output=True, check=False
        )
        return perf_counter() - start


def main() -> None:
    for lines in map(int, sys.argv[1:] or LINES):
        text = program(lines)
        print(f"{text.count(chr(10)):,} lines, {len(text):,} characters")
        for stage, seconds in stages(text):
            print(f"  {seconds:7.3f} s  {stage}")
        print(f"  {whole(text):7.3f} s  secfuse check, the whole process")


if __name__ == "__main__":
    main()
