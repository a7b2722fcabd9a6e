"""Programs on random rows, in plain and on shares: rows keep to the declarations, and a difference is found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from secfuse import random_runs
from secfuse.cli import run
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.compile import compile_source
from secfuse.compiler.front import is_module
from secfuse.random_rows import random_rows
from secfuse.random_runs import random_run

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = [
    path
    for path in sorted((ROOT / "tests" / "programs" / "good").glob("*.sec"))
    if not is_module(path.read_text("utf-8"))
]

WAGES = """program wages version "1.0"
purpose "test/random" "A sum."
party a "A"
party b "B"
party c "C"
compute by a, b, c
assume honest majority, semi-honest
input ours from a at most 9 rows {
  id : int in 1 .. 4 unique   may be joined
  x  : int? in 0 .. 9         may be aggregated
}
input theirs from b at most 9 rows {
  id : int in 1 .. 4 unique   may be joined
}
policy open { at most 1 runs per 1 days }
let known = join ours with theirs on id
disclose sum(known.x) as total to c under open because "a test"
"""


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_good_program_means_on_shares_what_it_means_in_plain(path: Path) -> None:
    found = random_run(compile_source(path.read_text("utf-8"), str(path)).circuit, 1)
    assert found.passed
    assert not found.differs


def test_rows_keep_to_the_declarations() -> None:
    (ours, _) = compile_source(WAGES).circuit.tables
    seen: set[int] = set()
    for seed in range(200):
        rows = random_rows(Random(seed), ours)
        seen.add(rows.count)
        ids = rows.values["id"]
        assert rows.count <= 4
        assert len(set(ids.tolist())) == rows.count
        assert np.all((ids >= 1) & (ids <= 4))
        assert np.all(rows.values["x"][~rows.present["x"]] == 0)
    assert seen == {0, 1, 2, 3, 4}


def test_the_same_seed_gives_the_same_run() -> None:
    circuit = compile_source(WAGES).circuit
    assert random_run(circuit, 5) == random_run(circuit, 5)


def wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs on shares that add one to all that is released."""
    right = random_runs.simulate

    def off_by_one(circuit: Circuit, *arguments: Any, **options: Any) -> Any:
        outcome = right(circuit, *arguments, **options)
        released = tuple(
            replace(r, rows=tuple(row and tuple(int(v) + 1 for v in row) for row in r.rows)) for r in outcome.released
        )
        return replace(outcome, released=released)

    monkeypatch.setattr(random_runs, "simulate", off_by_one)


def test_a_difference_is_found_and_told_without_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(monkeypatch)
    found = random_run(compile_source(WAGES).circuit, 0)
    assert not found.passed
    assert found.differs == "total, row 1, column total"


STOPS = WAGES.replace("policy", "param p : int in 0 .. 1 = 0\npolicy", 1) + 'assert p == 2 "never"\n'


def stopped(*arguments: Any, **options: Any) -> Any:
    """A run that stops."""
    raise CheckFailed("always")


def test_what_stops_only_one_of_the_two_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    goes, stops = compile_source(WAGES).circuit, compile_source(STOPS).circuit
    assert not random_run(stops, 0).differs
    outcome = random_runs.simulate(goes, {t.name: random_rows(Random(0), t) for t in goes.tables}, {})
    monkeypatch.setattr(random_runs, "simulate", lambda *arguments, **options: outcome)
    assert random_run(stops, 0).differs == "the plain run stops, that on shares does not"
    monkeypatch.setattr(random_runs, "simulate", stopped)
    assert random_run(goes, 0).differs == "the run on shares stops, the plain one does not"


def test_the_command_tells_the_seed_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "main.sec"
    file.write_text(WAGES, encoding="utf-8")
    assert run(["test", str(file), "--seed", "3"]) == 0
    shown = capsys.readouterr().out
    assert "on shares as in plain" in shown
    assert "(seed 3)" in shown
    assert "(seed 4)" in shown
    wrong(monkeypatch)
    assert run(["test", str(file), "--seed", "0", "--random", "1", "--json"]) == 10
    found = json.loads(capsys.readouterr().out)
    assert found["failed"] == 1
    assert found["random"][0]["seed"] == 0
    assert found["random"][0]["differs"] == "total, row 1, column total"


def test_a_module_has_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(ROOT / "stdlib" / "auction.sec"), "--random", "3"]) == 0
    assert "random runs" not in capsys.readouterr().out
