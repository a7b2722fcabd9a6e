"""Broken programs of every kind: the compiler reports located mistakes or accepts, and never fails in another way."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from secfuse.compiler.compile import compile_source
from secfuse.compiler.diagnostics import render, to_json
from secfuse.compiler.errors import CODES, CompileErrors
from secfuse.compiler.testing import run_tests

GOOD = sorted((Path(__file__).parent.parent / "programs" / "good").glob("*.sec"))
SOURCES = [path.read_text(encoding="utf-8") for path in GOOD]
TOKEN = re.compile(r'"[^"\n]*"|\w+|\.\.|[<>=!]=|[^\w\s]|\n|[ \t]+')
STRANGE = ["\x00", "\r", "é", "\u2028", '"', "}", "(", "0x1", "1e9", "99999999999999999999", "#", "\ufeff", "..", "not"]
SEED = 20_130_101
COUNT = 500


def mutated(random: Random) -> str:
    """A good program with one to three tokens or characters deleted, doubled, swapped or replaced."""
    pieces = TOKEN.findall(random.choice(SOURCES))
    if random.random() < 0.3:
        pieces = list("".join(pieces))
    for _ in range(random.randint(1, 3)):
        at, other = random.randrange(len(pieces)), random.randrange(len(pieces))
        match random.randrange(5):
            case 0:
                pieces[at] = ""
            case 1:
                pieces[at] *= 2
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3:
                pieces[at] = pieces[other]
            case _:
                pieces[at] = random.choice(STRANGE)
    return "".join(pieces)


def refused(text: str) -> bool:
    """Compile; what is refused must be located and worded, what is accepted must be runnable."""
    try:
        program = compile_source(text, "mutated.sec")
    except CompileErrors as errors:
        diagnostics, source = errors.diagnostics, errors.source
    else:
        run_tests(program)
        return False
    assert diagnostics
    for diagnostic in diagnostics:
        assert diagnostic.code in CODES
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert all((diagnostic.found, diagnostic.expected, diagnostic.hint))
        assert render(diagnostic, source).count("\n") == 5
        assert to_json(diagnostic)["code"] == diagnostic.code
    return True


def check_many(count: int, seed: int) -> int:
    """How many of `count` mutated programs were refused."""
    random = Random(seed)
    found = 0
    for number in range(count):
        text = mutated(random)
        try:
            found += refused(text)
        except Exception as error:
            pytest.fail(f"program {number} of seed {seed}: {error!r}\n{text}")
    return found


def test_mutated_programs_are_refused_with_a_place_or_compile() -> None:
    found = check_many(COUNT, SEED)
    assert COUNT // 2 < found < COUNT, "most mutations break a program, some do not"


@pytest.mark.long
def test_a_hundred_thousand_mutated_programs() -> None:
    assert check_many(100_000, SEED + 1) > 50_000
