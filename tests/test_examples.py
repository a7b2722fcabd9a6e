"""Every example: its own tests pass, and its answer is the expected one, which is computed in the open as well."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sklearn.metrics import roc_auc_score

from secfuse.cli import run

ROOT = Path(__file__).resolve().parent.parent / "examples"
EXAMPLES = sorted(p.name for p in ROOT.iterdir() if (p / "main.sec").is_file())
WIND = ROOT / "02-delays-by-wind"
WITH_DATA = [name for name in EXAMPLES if not (ROOT / name / "load.py").is_file()]
NETWORKED = ("03-millionaires", "05-advertising-conversion", "07-survival")
INVENTED = [name for name in EXAMPLES if (ROOT / name / "generate.py").is_file()]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The object that `secfuse run --json` prints."""
    code = run(["run", "main.sec", "--json", *arguments])
    captured = capsys.readouterr()
    assert code == 0, captured.err + captured.out
    found = json.loads(captured.out)
    assert isinstance(found, dict)
    return found


def assert_answers(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Equal names and columns; every number within its printed error, exact ones equal."""
    assert found["outputs"].keys() == expected["outputs"].keys()
    for name, wanted in expected["outputs"].items():
        output = found["outputs"][name]
        assert output["columns"] == wanted["columns"]
        assert len(output["rows"]) == len(wanted["rows"])
        for row, wanted_row in zip(output["rows"], wanted["rows"], strict=True):
            for column, cell, wanted_cell in zip(output["columns"], row, wanted_row, strict=True):
                bound = output["error_bounds"][column]
                if isinstance(wanted_cell, float):
                    assert bound is not None
                    assert abs(cell - wanted_cell) <= bound, f"{name}.{column}"
                    assert bound < 0.0015, "a bound that allows anything proves nothing"
                else:
                    assert cell == wanted_cell, f"{name}.{column}"


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Example 02 with its data, in a folder of its own."""
    folder = tmp_path_factory.mktemp("flights")
    for file in WIND.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    subprocess.run([sys.executable, "load.py"], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_program_s_own_tests_pass(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(ROOT / name / "main.sec")]) == 0
    assert "0 failed" in capsys.readouterr().out


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_complete(name: str) -> None:
    for file in ("main.sec", "secfuse.toml", "expected.json", "README.md"):
        assert (ROOT / name / file).is_file()


@pytest.mark.parametrize("parties", ["simulated", "tcp"])
def test_average_salary(
    parties: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.chdir(ROOT / "01-average-salary")
    found = answer(capsys, "--parties", parties)
    assert_answers(found, json.loads(Path("expected.json").read_text()))
    assert found["outputs"]["result"]["suppressed"] == 1
    assert found["simulated"] == (parties == "simulated")
    assert found["predicted"] == {"parties": found["parties"], "gates": found["gates"]}


@pytest.mark.parametrize(
    ("name", "parties"),
    [*((name, "simulated") for name in WITH_DATA), *((name, "tcp") for name in NETWORKED)],
)
def test_an_example_gives_what_is_expected(
    name: str, parties: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / name)
    found = answer(capsys, "--parties", parties)
    assert_answers(found, json.loads(Path("expected.json").read_text()))
    assert found["predicted"] == {"parties": found["parties"], "gates": found["gates"]}


@pytest.mark.parametrize("name", INVENTED)
def test_invented_data_are_what_their_script_writes_and_expected_is_what_follows(name: str, tmp_path: Path) -> None:
    runpy.run_path(str(ROOT / name / "generate.py"))["generate"](tmp_path)
    written = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert written == {file.name: file.read_text() for file in (ROOT / name / "data").iterdir()}
    expected = runpy.run_path(str(ROOT / name / "expect.py"))["expected"](tmp_path)
    assert json.loads((ROOT / name / "expected.json").read_text()) == {"outputs": expected}


def test_all_flights_with_all_weather_in_both_ways(
    flights: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(flights)
    simulated, networked = (answer(capsys, "--parties", how) for how in ("simulated", "tcp"))
    assert_answers(simulated, json.loads(Path("expected.json").read_text()))
    assert sum(row[1] for row in simulated["outputs"]["result"]["rows"]) > 330_000
    for same in ("outputs", "parties", "gates", "predicted", "protocol"):
        assert simulated[same] == networked[same]
    assert (simulated["simulated"], networked["simulated"]) == (True, False)
    assert simulated["predicted"] == {"parties": simulated["parties"], "gates": simulated["gates"]}
    assert simulated["seconds"] < 15
    assert networked["seconds"] < 30


def test_the_expected_answer_is_what_duckdb_says(flights: Path) -> None:
    rows = runpy.run_path(str(WIND / "expect.py"))["expected"](flights / "data")
    expected = json.loads((WIND / "expected.json").read_text())["outputs"]["result"]["rows"]
    assert [list(row) for row in rows] == [[a, b, pytest.approx(c, rel=1e-12)] for a, b, c in expected]


def test_the_demo_shows_the_answer_and_who_learned_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--rows", "2000", "--no-color"]) == 0
    shown, said = capsys.readouterr()
    for word in (
        "WindBand.calm",
        "Who learned what",
        "Ministry of transport",
        "multiplications",
        "rounds",
        "Next steps",
    ):
        assert word in shown
    assert "no privacy" in said


def test_the_scorecards_of_both_are_as_good_as_scikit_learn_says() -> None:
    """With the points of the program, which are those of expect.py."""
    connection = duckdb.connect()
    script = runpy.run_path(str(ROOT / "06-credit-scorecard" / "expect.py"))
    connection.execute(script["POINTS"].format(folder=ROOT / "06-credit-scorecard" / "data"))
    customers = connection.execute("select repaid, bank, joint from scored").fetchnumpy()
    outputs = json.loads((ROOT / "06-credit-scorecard" / "expected.json").read_text())["outputs"]
    for output, points in (("auc_of_bank", "bank"), ("auc_of_both", "joint")):
        area = roc_auc_score(customers["repaid"], customers[points])
        assert outputs[output]["rows"] == [[pytest.approx(area, abs=1e-12)]]
    assert outputs["auc_of_both"]["rows"][0][0] > outputs["auc_of_bank"]["rows"][0][0] + 0.1


def test_the_token_is_what_cryptography_says() -> None:
    folder = ROOT / "12-shared-aes"
    key, number = (
        bytes(map(int, (folder / "data" / f"{name}.csv").read_text().splitlines()[1].split(",")))
        for name in ("key", "number")
    )
    token = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(number)
    rows = json.loads((folder / "expected.json").read_text())["outputs"]["token"]["rows"]
    assert rows == [[byte] for byte in token]


def test_average_salary_by_hand() -> None:
    rows = duckdb.sql(
        f"select role, count(*), avg(salary) from read_csv('{ROOT}/01-average-salary/data/*.csv') group by role"
    ).fetchall()
    expected = json.loads((ROOT / "01-average-salary" / "expected.json").read_text())["outputs"]["result"]["rows"]
    for role, people, salary in rows:
        shown = [f"Role.{role}", people, salary] if people >= 5 else [f"Role.{role}", None, None]
        assert shown in expected
