"""The program whose compiling is timed is one that can be read, of the size asked for."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from secfuse.compiler.errors import Problems
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "compile_speed.py"
SPEC = importlib.util.spec_from_file_location("compile_speed", PATH)
assert SPEC is not None
assert SPEC.loader is not None
compile_speed = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(compile_speed)


@pytest.mark.parametrize("lines", [100, 10_000])
def test_the_generated_program_is_read(lines: int) -> None:
    source = Source(compile_speed.program(lines))
    problems = Problems(source)
    statements = parse(source, problems)
    assert not problems.found
    assert lines <= source.text.count("\n") < lines + 20
    assert len(statements) > lines // 5
