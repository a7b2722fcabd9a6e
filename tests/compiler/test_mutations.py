"""Broken programs of every kind: the compiler reports located mistakes or accepts, and never fails in another way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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
BLOCKS = 17


def mutated(random: Random, mutations: int) -> str:
    """A good program with so many tokens or characters deleted, doubled, swapped or replaced."""
    pieces = TOKEN.findall(random.choice(SOURCES))
    if random.random() < 0.3:
        pieces = list("".join(pieces))
    for _ in range(mutations):
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


def check_many(count: int, seed: int, most: int) -> tuple[int, int]:
    """Of `count` programs with 1 .. most mutations: how many were refused, and how many mutations that was."""
    random = Random(seed)
    found = total = 0
    for number in range(count):
        mutations = random.randint(1, most)
        text = mutated(random, mutations)
        try:
            found += refused(text)
        except Exception as error:
            raise AssertionError(f"program {number} of seed {seed}: {error!r}\n{text}") from error
        total += mutations
    return found, total


def test_mutated_programs_are_refused_with_a_place_or_compile() -> None:
    found, _ = check_many(COUNT, SEED, most=3)
    assert COUNT // 2 < found < COUNT, "most mutations break a program, some do not"


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessPoolExecutor]:
    """A process for each core, kept over all blocks."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_hundred_thousand_mutations(block: int, workers: ProcessPoolExecutor) -> None:
    """1,000 programs a block, so that one sees how far it is.

    Nearly all time goes into reading what a mutation has left alone. A broken statement does not hide what is wrong
    with the others, so a program takes up to 12 of them; one in four has 1 .. 3, and may reach the circuit.
    """
    seeds = [SEED + 1 + 4 * block + i for i in range(4)]
    results = list(workers.map(check_many, [250] * 4, seeds, [12] * 4))
    assert sum(found for found, _ in results) > 900
    assert sum(mutations for _, mutations in results) * BLOCKS >= 100_000
