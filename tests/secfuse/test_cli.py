"""What the command line says and returns, command by command."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from secfuse.cli import COMMANDS, run
from secfuse.compiler.errors import CODES
from secfuse.runtime.errors import FAULTS

ROOT = Path(__file__).resolve().parents[2]
Call = Callable[..., tuple[int, str, str]]
PROGRAM = """program heads version "1.0"
purpose "test/heads" "How many rows a and b have together."
party a "A"
party b "B"
party c "C"
compute by a, b, c
assume honest majority, semi-honest
param least : int in 0 .. 9 = 2
input ta from a at most 4 rows { x : int in 0 .. 9   may be aggregated, compared }
input tb from b at most 4 rows { x : int in 0 .. 9   may be aggregated, compared }
policy open { groups of at least 2 }
let both = union ta, tb
let high = filter both where x >= least
disclose sum(high.x) as total to c under open because "a test"
test "two and two" {
  given ta = rows { (2) }
  given tb = rows { (2) (1) }
  expect total = 4
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a program, its data and its bindings; the current folder."""
    (tmp_path / "main.sec").write_text(PROGRAM)
    (tmp_path / "a.csv").write_text("x\n3\n4\n")
    (tmp_path / "b.csv").write_text("x\n5\n1\n")
    (tmp_path / "secfuse.toml").write_text('[inputs.ta]\nsource = "a.csv"\n[inputs.tb]\nsource = "b.csv"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run one command: (exit code, stdout, stderr)."""

    def run_one(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run_one


def test_help_names_every_command(call: Call) -> None:
    code, out, _ = call("--help")
    assert code == 0
    assert all(f"\n  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("arguments", [["fly"], ["run"], ["run", "none.sec"], ["run", "main.sec", "--parties", "four"]])
def test_usage_errors_return_2(call: Call, arguments: list[str]) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert "Usage" in err


def test_check_says_what_is_asked_and_disclosed(call: Call) -> None:
    code, out, _ = call("check", "main.sec")
    assert code == 0
    assert "discloses total" in out
    assert "to c under open" in out
    assert "reads ta of a, at most 4 rows" in out


def test_check_as_json(call: Call) -> None:
    code, out, _ = call("check", "main.sec", "--json")
    found = json.loads(out)
    assert (code, found["ok"], found["tests"]) == (0, True, 1)
    assert found["outputs"]["total"]["recipients"] == ["c"]


def test_check_names_the_modules_and_their_digests(call: Call, folder: Path) -> None:
    tariff = "fn capped(x: int) -> int {\n  return min(x, 5)\n}\n"
    (folder / "tariff.sec").write_text(tariff)
    (folder / "prices.sec").write_text('import tariff from "./tariff"\nlet least = 1\n')
    (folder / "main.sec").write_text(PROGRAM + 'import prices from "./prices"\nprint prices.least\n')
    found = json.loads(call("check", "main.sec", "--json")[1])["modules"]
    assert set(found) == {"./prices", "./tariff"}, "those that a module imports as well"
    assert found["./tariff"] == hashlib.sha256(tariff.encode()).hexdigest()
    assert f"imports ./tariff, SHA-256 {found['./tariff']}" in " ".join(call("check", "main.sec")[1].split())
    module = json.loads(call("check", "prices.sec", "--json")[1])
    assert module["modules"] == {"./tariff": found["./tariff"]}


def test_check_reports_all_mistakes_with_their_places(call: Call, folder: Path) -> None:
    text = PROGRAM.replace("x >= least", "y >= least").replace("to c under open", "to d under shut")
    (folder / "main.sec").write_text(text)
    code, out, err = call("check", "main.sec")
    assert (code, out) == (10, "")
    assert "main.sec:13:" in err
    assert "main.sec:14:" in err
    assert "3 errors" in err
    assert err.count("^") >= 3
    code, out, _ = call("check", "main.sec", "--json")
    found = json.loads(out)
    assert (code, found["ok"], len(found["diagnostics"])) == (10, False, 3)


def test_a_place_is_shown_as_it_is(call: Call, folder: Path) -> None:
    (folder / "[red].sec").write_text("\n" * 99 + "let x = y")
    assert "[red].sec:100:9: " in call("check", "[red].sec")[2]


def test_a_program_that_is_no_text(call: Call, folder: Path) -> None:
    (folder / "main.sec").write_bytes(b"program \xff")
    assert call("check", "main.sec")[0] == 10


def test_the_program_s_own_tests(call: Call, folder: Path) -> None:
    assert call("test", "main.sec", "--random", "0")[:2] == (0, "ok     two and two\n1 tests, 0 failed\n")
    (folder / "main.sec").write_text(PROGRAM.replace("expect total = 4", "expect total = 5"))
    code, out, _ = call("test", "main.sec")
    assert code == 10
    assert "FAILED two and two" in out
    found = json.loads(call("test", "main.sec", "--json")[1])
    assert found["failed"] == 1


def test_a_run_shows_the_answer_who_learned_it_and_what_it_cost(call: Call) -> None:
    code, out, err = call("run", "main.sec", "--no-color")
    assert code == 0
    for word in ("total", "12", "C: the value of `total`", "under the policy open", "ta 2, tb 2", "ANDs", "rounds"):
        assert word in out
    assert "no privacy" in err


def test_how_many_groups_are_held_back_is_shown_and_saved_where_the_policy_says_so(call: Call, folder: Path) -> None:
    program = ROOT / "tests" / "programs" / "good" / "p_percent_of_open_groups.sec"
    (folder / "secfuse.toml").unlink()
    (folder / "open.sec").write_text(program.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "firms.csv").write_text("code,sales\n501,1\n501,1\n501,1\n502,9\n503,1\n503,9\n", encoding="utf-8")
    code, out, _ = call("run", "open.sec", "--input", "firms=firms.csv", "--out", "r.json")
    assert code == 0
    assert "groups held back by the policy, without a marker: 2\n" in out
    assert "1 of 1 rows of `towns` and how many groups were held back\n" in out
    assert json.loads((folder / "r.json").read_text())["outputs"]["towns"]["withheld"] == 2


def test_a_run_as_json_is_one_object(call: Call) -> None:
    code, out, err = call("run", "main.sec", "--json", "--quiet")
    found = json.loads(out)
    assert code == 0
    assert found["outputs"]["total"] == {
        "recipients": ["c"], "columns": ["total"], "rows": [[12]], "suppressed": 0, "policy": "open",
        "guards": ["groups of at least 2"], "reason": "a test", "error_bounds": {"total": 0.0},
    }  # fmt: skip
    assert found["parties"].keys() == {"a", "b", "c"}
    assert all(p["bytes_sent"] > 0 and p["rounds"] > 0 for p in found["parties"].values())
    assert found["gates"].keys() == {"multiplications", "ands"}
    assert found["simulated"] is True
    assert "no privacy" in err, "the banner is shown even to those who asked for quiet"


def test_flags_beat_the_settings_file(call: Call, folder: Path) -> None:
    query = "ta=select 9 as x from range(2)"
    found = json.loads(call("run", "main.sec", "--json", "--input", query, "--param", "least=6")[1])
    assert found["outputs"]["total"]["rows"] == [[18]]


def test_below_the_threshold_only_a_marker_is_shown(call: Call) -> None:
    found = json.loads(call("run", "main.sec", "--json", "--param", "least=5")[1])
    assert (found["outputs"]["total"]["rows"], found["outputs"]["total"]["suppressed"]) == ([[None]], 1)
    assert "suppressed" in call("run", "main.sec", "--param", "least=5")[1]


@pytest.mark.parametrize("parties", ["simulated", "tcp"])
def test_an_assertion_of_the_program_stops_the_run(call: Call, folder: Path, parties: str) -> None:
    text = PROGRAM.replace("disclose", 'print least\nassert least < 5 "least is small"\ndisclose')
    (folder / "main.sec").write_text(text)
    assert json.loads(call("run", "main.sec", "--json", "--parties", parties)[1])["printed"] == ["least: 2"]
    code, out, err = call("run", "main.sec", "--param", "least=6", "--parties", parties)
    assert (code, out) == (10, "")
    assert "RUN-302: " in err
    assert "least is small" in err


@pytest.mark.parametrize("parties", ["simulated", "tcp"])
def test_bad_input_returns_12_and_never_shows_the_value(call: Call, folder: Path, parties: str) -> None:
    (folder / "b.csv").write_text("x\n1\n7373\n")
    code, out, err = call("run", "main.sec", "--parties", parties)
    assert (code, out) == (12, "")
    assert 'INP-107: table "tb", column "x", row 2: must be an int in 0 .. 9' in err
    assert "7373" not in err
    found = json.loads(call("run", "main.sec", "--json", "--parties", parties)[1])
    assert found["error"]["code"] == "INP-107"
    assert found["error"]["exit_code"] == 12


def test_an_unbound_input_and_an_unknown_parameter(call: Call, folder: Path) -> None:
    (folder / "secfuse.toml").unlink()
    assert call("run", "main.sec")[0] == 12
    assert call("run", "main.sec", "--input", "ta=a.csv", "--input", "tb=b.csv")[0] == 0
    assert call("run", "main.sec", "--input", "ta=a.csv", "--input", "tb=b.csv", "--param", "most=3")[0] == 2


@pytest.mark.parametrize("name", ["r.json", "r.csv", "r.parquet"])
def test_a_result_file(call: Call, folder: Path, name: str) -> None:
    assert call("run", "main.sec", "--out", name)[0] == 0
    if name == "r.json":
        assert json.loads((folder / name).read_text())["outputs"]["total"]["rows"] == [[12]]
    else:
        assert duckdb.sql(f"select total, suppressed from '{folder / name}'").fetchall() == [(12, False)]
    assert call("run", "main.sec", "--out", "r.txt")[0] == 2


def test_our_own_mistake_is_one_sentence(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("7373")

    monkeypatch.setattr("secfuse.cli_run.simulate", broken)
    code, _, err = call("run", "main.sec")
    assert code == 50
    assert "RUN-501: a mistake of SecFuse itself (KeyError)" in err
    assert "7373" not in err


def test_ctrl_c_returns_130(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("secfuse.cli_run.simulate", interrupted)
    assert call("run", "main.sec")[0] == 130


def test_a_request_to_terminate_ends_like_ctrl_c(folder: Path) -> None:
    """The process reads a pipe that never ends as its program, so it is certainly busy when the signal comes.

    A signal that falls between opening and reading is heeded only when reading returns, so it is repeated.
    """
    os.mkfifo(folder / "endless.sec")
    process = subprocess.Popen(
        [sys.executable, "-m", "secfuse", "check", "endless.sec"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with (folder / "endless.sec").open("w") as pipe:
        pipe.write("# begun")
        pipe.flush()
        for _ in range(60):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                _, err = process.communicate(timeout=1)
                break
    assert process.returncode == 130
    assert "RUN-130: cancelled" in err


@pytest.mark.parametrize("code", [*CODES, *FAULTS])
def test_every_code_is_explained(call: Call, code: str) -> None:
    status, out, _ = call("explain", code.lower())
    assert status == 0
    assert out.startswith(f"{code}: ")
    assert "What to do" in out


def test_an_unknown_code(call: Call) -> None:
    assert call("explain", "SEC999")[0] == 2
