"""The formatter on programs that nobody would write: all forms inside each other, spaced at random."""

from __future__ import annotations

from random import Random

import pytest

from secfuse.compiler.errors import Problems
from secfuse.compiler.formatting.format import format_source
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source
from tests.compiler.formatting.respace import respaced
from tests.compiler.reading.random_programs import random_program
from tests.compiler.reading.shown import shown

SEED = 20_130_101


def tree(text: str) -> list[str]:
    source = Source(text)
    problems = Problems(source)
    statements = parse(source, problems)
    assert not problems.found, f"{text}\n" + "\n".join(
        f"{d.span.line}:{d.span.column}: {d.found}, expected {d.expected}" for d in problems.found.values()
    )
    return [shown(statement) for statement in statements]


def comments(text: str) -> int:
    return sum("#" in line for line in text.split("\n"))


@pytest.mark.parametrize("seed", range(SEED, SEED + 25))
def test_the_form_keeps_what_is_said_and_is_content_with_itself(seed: int) -> None:
    random = Random(seed)
    program = random_program(random, 12)
    expected = tree(program)
    form = format_source(program)
    assert format_source(form) == form
    assert tree(form) == expected


@pytest.mark.parametrize("seed", range(SEED, SEED + 25))
def test_however_it_was_written(seed: int) -> None:
    random = Random(seed)
    program = random_program(random, 12)
    variant = respaced(program, random)
    form = format_source(variant)
    assert tree(form) == tree(variant) == tree(program)
    assert format_source(form) == form
    assert comments(form) == comments(variant)
    assert all(line == line.rstrip() for line in form.split("\n"))
