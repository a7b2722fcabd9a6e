"""The language, shown by programs: those that pass their own tests, and those that are refused.

`programs/good/*.sec` hold test blocks; the first line of `programs/bad/*.sec` names each code and its line.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.codes.findings import FINDINGS
from secfuse.compiler.compile import compile_source
from secfuse.compiler.diagnostics import render, to_json
from secfuse.compiler.errors import CODES, CompileErrors
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.compiler.testing import rows_of, run_tests
from secfuse.runtime.run import simulate
from secfuse.runtime.seals import unseal
from tests.support.coins import told

PROGRAMS = Path(__file__).parent / "programs"
GOOD = sorted((PROGRAMS / "good").glob("*.sec"))
BAD = sorted((PROGRAMS / "bad").glob("*.sec"))

IN_TESTS = {"SEC106", "SEC109", "SEC110", "SEC702", "SEC703", "SEC704", "SEC650", "SEC651", "SEC652", "SEC653"}
IN_TESTS |= set(FINDINGS)
"""Shown by tests rather than by files: sources with too much in them (tests/compiler/reading/test_limits.py), modules
with mistakes (tests/compiler/checking/test_modules.py), circuits of bits (tests/compiler/bristol/test_bristol.py,
tests/secfuse/test_circuit.py), findings, which refuse nothing (tests/compiler/disclosing/test_findings.py).
"""


def expectations(text: str) -> list[str]:
    """What the first line announces: `# expect: SEC301 line 12, SEC206 line 14`."""
    first = text.splitlines()[0]
    assert first.startswith("# expect: "), first
    return sorted(first.removeprefix("# expect: ").split(", "))


def errors_of(text: str) -> CompileErrors:
    with pytest.raises(CompileErrors) as caught:
        compile_source(text, "bad.sec")
    return caught.value


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_program_passes_its_own_tests(path: Path) -> None:
    results = run_tests(compile_source(path.read_text(encoding="utf-8"), path.name))
    assert results, "a good program tests itself"
    assert [(r.name, r.message) for r in results if not r.passed] == []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_circuit_is_legal_before_all_passes_too(path: Path) -> None:
    verify(lower(compile_source(path.read_text(encoding="utf-8"), path.name).checked))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_on_shares_a_good_program_means_the_same(path: Path) -> None:
    """With its own policies, on the rows of its tests: the plain evaluator and three simulated parties, of which owners
    compute by themselves what they can, or nothing.
    """
    program = compile_source(path.read_text(encoding="utf-8"), path.name)
    on_shares = run_passes(lower(program.checked, at_home=False))
    for circuit, test in product((program.circuit, on_shares), program.tests):
        rows, params = rows_of(program, test), dict(test.params)
        with told() as coins:
            shared = simulate(circuit, rows, params, keys={rank: bytes([rank]) * 32 for rank in range(3)})
        plain = evaluate(circuit, rows, params, coins)
        assert shared.printed == plain.printed
        assert shared.sealed == tuple(r.name for r in plain.sealed)
        opened = [unseal([s for s in shared.seals if s.output == name]) for name in shared.sealed]
        assert list(map(named, opened)) == list(map(named, plain.sealed))
        for from_files, in_plain in zip(opened, plain.sealed, strict=True):
            assert [row and approximately(row) for row in in_plain.rows] == list(from_files.rows)
        assert list(map(named, shared.released)) == list(map(named, plain.released))
        for on_shares, in_plain in zip(shared.released, plain.released, strict=True):
            assert [row and approximately(row) for row in in_plain.rows] == list(on_shares.rows)


def named(released: Released) -> tuple[object, ...]:
    """What is not a cell that may differ in its last bits."""
    return released.name, released.keys, released.withheld


def approximately(row: tuple[object, ...]) -> tuple[object, ...]:
    """Fixed-point numbers may differ in their last bits, nothing else may."""
    return tuple(pytest.approx(cell, abs=1e-3) if type(cell) is float else cell for cell in row)


def test_the_sample_of_the_language_reference_is_among_them() -> None:
    text = (PROGRAMS / "good" / "delays_by_wind.sec").read_text(encoding="utf-8")
    assert 'disclose result to ministry under bulletin because "monthly bulletin"' in text
    assert len(GOOD) >= 20


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_program_is_refused_where_and_why_it_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = errors_of(text).diagnostics
    assert sorted(f"{d.code} line {d.span.line}" for d in found) == expectations(text)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_diagnostic_says_what_was_found_what_was_expected_and_one_remedy(path: Path) -> None:
    errors = errors_of(path.read_text(encoding="utf-8"))
    for diagnostic in errors.diagnostics:
        assert all((diagnostic.found, diagnostic.expected, diagnostic.hint))
        lines = render(diagnostic, errors.source).splitlines()
        assert lines[0].startswith(f"{diagnostic.code} bad.sec:{diagnostic.span.line}:{diagnostic.span.column}: ")
        assert "^" in lines[2]
        assert max(map(len, lines[:3])) <= 180
        assert to_json(diagnostic)["line"] == diagnostic.span.line


def test_every_code_has_a_program_and_every_program_a_code() -> None:
    shown = {word for path in BAD for word in re.findall(r"SEC\d+", path.read_text(encoding="utf-8").splitlines()[0])}
    assert shown | IN_TESTS == set(CODES)
    assert not IN_TESTS & shown


def test_nothing_secret_is_assigned_printed_branched_on_or_sized_by() -> None:
    refused = [path.stem for path in BAD if "SEC3" in path.read_text(encoding="utf-8").splitlines()[0]]
    assert len(refused) >= 18
    assert all(stem.startswith("secret_") for stem in refused)
