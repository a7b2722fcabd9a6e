"""`secfuse run` with a sealed result, and `secfuse unseal`, as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from secfuse.cli import run

PROGRAM = Path(__file__).resolve().parents[1] / "programs" / "good" / "sealed.sec"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run one command in a folder with the program and its data: (exit code, stdout, stderr)."""
    (tmp_path / "main.sec").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "staff.csv").write_text("dept,salary,bonus,fee\nlab,100,1.5,1.25\nlab,-250,-2,2\ndesk,300,1,3\n")
    (tmp_path / "more.csv").write_text("age\n30\n40\n")
    monkeypatch.chdir(tmp_path)

    def run_one(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run_one


def test_what_is_sealed_stays_in_files_until_two_of_them_are_together(call: Call, tmp_path: Path) -> None:
    inputs = ("--input", "staff=staff.csv", "--input", "more=more.csv")
    (tmp_path / "kept").mkdir()
    code, out, _ = call("run", "main.sec", *inputs, "--seal", "kept", "--out", "all.csv")
    assert code == 0
    assert "Nobody: `both` stays shared" in out
    assert "290" not in out
    assert (tmp_path / "all.csv").read_text() == "all,suppressed\n3,false\n", "the one output that is not sealed"
    files = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert files == sorted(f"sealed_results.{o}.{p}.seal" for o in ("pay", "both") for p in ("left", "right", "third"))

    code, out, err = call("unseal", "kept/sealed_results.both.left.seal", "kept/sealed_results.both.third.seal")
    assert code == 0
    assert "290" in out
    assert "released by left, third; meant for right, third" in out
    assert "a third file lets all be compared" in err

    pay = [f"kept/sealed_results.pay.{party}.seal" for party in ("left", "right", "third")]
    code, out, _ = call("unseal", *pay, "--json", "--out", "pay.json")
    found = json.loads(out)
    assert found == json.loads((tmp_path / "pay.json").read_text())
    assert found["outputs"]["pay"]["rows"][0] == ["Dept.lab", 2, -150, -0.25, "3.25"]
    assert found["outputs"]["pay"]["suppressed"] == 2


def test_a_mistake_ends_with_a_code_and_a_remedy(call: Call, tmp_path: Path) -> None:
    inputs = ("--input", "staff=staff.csv", "--input", "more=more.csv")
    assert call("run", "main.sec", *inputs)[0] == 0, "files go to the current folder"
    code, _, err = call("unseal", "sealed_results.pay.left.seal")
    assert (code, "SEL-703" in err) == (2, True)
    code, _, err = call("unseal", "sealed_results.pay.left.seal", "none.seal")
    assert (code, "SEL-701: none.seal" in err) == (12, True)
    code, out, _ = call("unseal", "sealed_results.pay.left.seal", "sealed_results.both.right.seal", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (22, "SEL-702")
    assert call("run", "main.sec", *inputs, "--seal", "nowhere")[0] == 2
