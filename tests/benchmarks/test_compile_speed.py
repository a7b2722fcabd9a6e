"""The program whose compiling is timed is one that can be read, of the size asked for; trips and rows cost nothing."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from secfuse.compiler.circuit.read_text import read_circuit
from secfuse.compiler.circuit.text import digest, print_circuit
from secfuse.compiler.compile import compile_source
from secfuse.compiler.errors import Problems
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "compile_speed.py"
SPEC = importlib.util.spec_from_file_location("compile_speed", PATH)
assert SPEC is not None
assert SPEC.loader is not None
compile_speed = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(compile_speed)

ONE_LOOP = """var level = limit
for trip in 0 ..< TRIPS {
  level = min(level + 1, 100)
}
disclose level to third under open because "a loop"
"""


@pytest.mark.parametrize("lines", [100, 10_000])
def test_the_generated_program_is_read(lines: int) -> None:
    source = Source(compile_speed.program(lines))
    problems = Problems(source)
    statements = parse(source, problems)
    assert not problems.found
    assert lines <= source.text.count("\n") < lines + 20
    assert len(statements) > lines // 5


def test_a_part_of_it_compiles() -> None:
    compile_source(compile_speed.program(100))


def test_trips_and_rows_change_numbers_in_the_circuit_and_nothing_else() -> None:
    shapes = set()
    for trips in compile_speed.TRIPS:
        for rows in compile_speed.ROWS:
            circuit = compile_source(compile_speed.small(trips, rows)).circuit
            nodes = (len(circuit.nodes), *(len(region.nodes) for region in circuit.regions))
            shapes.add((nodes, re.sub(r"\d+", "#", print_circuit(circuit))))
    assert len(shapes) == 1
    ((nodes, _),) = shapes
    assert len(nodes) == 3
    assert sum(nodes) < 150


def test_the_number_of_trips_stands_in_the_circuit_once() -> None:
    head = compile_speed.HEAD.format(rows=10)
    few, many = (compile_source(head + ONE_LOOP.replace("TRIPS", trips)).circuit for trips in ("10", "1_234_567"))
    shorter = print_circuit(many).replace("1234567", "10").replace("1234566", "9")
    assert shorter == print_circuit(few)
    assert digest(read_circuit(shorter)) == digest(few) != digest(many)
