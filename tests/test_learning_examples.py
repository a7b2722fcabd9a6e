"""The examples that learn, or use what was learned: as good as the same in the open, on the same data.

Lives here: examples 08 to 11, whose data `load.py` writes. Not here: the others (test_examples.py).
"""

from __future__ import annotations

import json
import runpy
import shutil
from pathlib import Path
from typing import Any

import pytest

from secfuse.cli import run
from tests.test_examples import ROOT, answer, assert_answers

LEARNING = ("08-breast-cancer", "09-diabetes", "10-iris-clusters", "11-digits")


@pytest.fixture(params=LEARNING)
def example(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example with its data, in a folder of its own where the run begins."""
    return loaded(request.param, tmp_path, monkeypatch)


def loaded(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / name
    shutil.copytree(ROOT / name, folder, ignore=shutil.ignore_patterns("data"))
    runpy.run_path(str(folder / "load.py"))["load"](folder / "data")
    monkeypatch.chdir(folder)
    return folder


def expected(name: str) -> dict[str, Any]:
    """What the example says should come out."""
    found = json.loads((ROOT / name / "expected.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def in_the_open(folder: Path) -> Any:
    """The function of expect.py that computes the same without secrecy."""
    return runpy.run_path(str(folder / "expect.py"))["expected"]


def test_the_answer_is_expected_and_costs_what_was_predicted(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    found, wanted = answer(capsys), expected(example.name)
    assert found["predicted"] == {"parties": found["parties"], "gates": found["gates"]}
    assert found["seconds"] < 60
    match example.name:
        case "08-breast-cancer":
            ((patients, right),), ((all_of_them, in_open),) = (
                outputs["outputs"]["result"]["rows"] for outputs in (found, wanted)
            )
            assert patients == all_of_them
            assert abs(right - in_open) / patients < 0.005
        case "09-diabetes":
            weights, truth = (outputs["outputs"]["weights"]["rows"] for outputs in (found, wanted))
            assert weights == [[pytest.approx(weight, abs=1e-3)] for (weight,) in truth]
        case _:
            assert_answers(found, wanted)


def test_expected_is_what_follows_from_the_data(example: Path) -> None:
    compute, wanted = in_the_open(example), expected(example.name)["outputs"]
    arguments = {"08-breast-cancer": ("data", 2), "11-digits": ("data", "network")}.get(example.name, ("data",))
    rows = compute(*(Path(a) if isinstance(a, str) else a for a in arguments))
    (output,) = wanted.values()
    if example.name == "08-breast-cancer":
        rows = [list(rows)]
    assert [list(row) for row in rows] == [[pytest.approx(cell, rel=1e-9) for cell in row] for row in output["rows"]]


@pytest.mark.long
def test_over_all_groups_patients_are_judged_as_well_as_by_scikit_learn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = loaded("08-breast-cancer", tmp_path, monkeypatch)
    compute = in_the_open(folder)
    ours, theirs, all_of_them = 0, 0, 0
    for group in range(5):
        ((patients, right),) = answer(capsys, "--param", f"held_out={group}")["outputs"]["result"]["rows"]
        assert abs(right - compute(Path("data"), group)[1]) <= 1
        ours, theirs, all_of_them = ours + right, theirs + compute(Path("data"), group)[1], all_of_them + patients
    assert all_of_them == 569
    assert abs(ours - theirs) / all_of_them < 0.005


def test_digits_are_read_the_same_over_a_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded("11-digits", tmp_path, monkeypatch)
    assert_answers(answer(capsys, "--parties", "tcp"), expected("11-digits"))


def test_the_network_that_reads_is_one_that_the_script_could_have_trained() -> None:
    """The same columns and rows; the numbers may differ from one version of scikit-learn to the next."""
    lines = (ROOT / "11-digits" / "network" / "neurons.csv").read_text(encoding="utf-8").splitlines()
    script = runpy.run_path(str(ROOT / "11-digits" / "train.py"))
    assert len(lines) == 1 + script["NEURONS"] + 1
    assert {len(line.split(",")) for line in lines} == {64 + 1 + 10}


@pytest.mark.parametrize("name", LEARNING)
def test_the_loader_says_where_it_writes(name: str, tmp_path: Path) -> None:
    runpy.run_path(str(ROOT / name / "load.py"))["load"](tmp_path / "somewhere")
    assert list((tmp_path / "somewhere").glob("*.csv"))
    assert run(["check", str(ROOT / name / "main.sec")]) == 0
