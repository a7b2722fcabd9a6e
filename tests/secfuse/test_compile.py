"""`secfuse compile`: digests, and the forms in which a program is written out."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from secfuse import cli_compile
from secfuse.cli import run
from secfuse.compiler.circuit.text import print_circuit, read_circuit
from secfuse.compiler.compile import compile_source
from secfuse.compiler.digest import func_digest, function_of, read_function, write_function
from secfuse.compiler.disclosing.analyse import report_digest
from secfuse.compiler.disclosing.report import Finding, Level, Report
from secfuse.compiler.program import Program
from secfuse.runtime.plan import plan_digest

WIND = Path(__file__).resolve().parents[2] / "examples" / "02-delays-by-wind" / "main.sec"
PROGRAM = compile_source(WIND.read_text(encoding="utf-8"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["compile", str(WIND), *arguments]) == code
    return capsys.readouterr().out


def facts(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    found = json.loads(said(capsys, "--json", *arguments, code=code))
    assert isinstance(found, dict)
    return found


def test_three_digests_for_machines_and_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    found = facts(capsys)
    assert found["func_digest"] == func_digest(PROGRAM)
    assert found["plan_digest"] == plan_digest(PROGRAM.circuit)
    assert found["report_digest"] == report_digest(PROGRAM)
    text = said(capsys)
    assert all(found[name] in text for name in ("func_digest", "plan_digest", "report_digest"))
    assert run(["check", str(WIND), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["func_digest"] == found["func_digest"]


def test_the_bytes_have_the_digest_and_are_read_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "function.cbor"
    found = facts(capsys, "--emit", "cbor", "--out", str(file))
    assert sha256(file.read_bytes()).hexdigest() == found["func_digest"]
    assert read_function(file.read_bytes()) == function_of(PROGRAM)


def test_what_was_signed_can_be_looked_at_without_its_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "wind.cbor"
    wanted = facts(capsys, "--emit", "cbor", "--out", str(file))
    assert run(["compile", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["func_digest"] == wanted["func_digest"]
    assert found["policies"] == {"bulletin": ["groups of at least 10", "top 2 below 85%", "at most 4 runs per 30 days"]}
    assert run(["compile", str(file), "--emit", "circuit"]) == 0
    assert read_circuit(capsys.readouterr().out) == function_of(PROGRAM).circuit
    assert run(["compile", str(file)]) == 0
    assert wanted["func_digest"] in capsys.readouterr().out
    assert run(["compile", str(file), "--emit", "svg"]) == 2


def test_bytes_that_are_no_program_are_refused_with_a_code(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "wind.cbor"
    data = write_function(function_of(PROGRAM))
    for broken in (b"", data[:-1], data + b"\0", b"\x9f" + data):
        file.write_bytes(broken)
        assert run(["compile", str(file)]) == 10
        said = capsys.readouterr().err
        assert "CFG-604" in said
        assert "wind.cbor: " in said


def test_circuits_are_written_as_they_are_signed_and_as_they_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert read_circuit(said(capsys, "--emit", "circuit")) == function_of(PROGRAM).circuit
    assert said(capsys, "--emit", "text") == print_circuit(PROGRAM.circuit)


def test_a_plan_names_what_is_opened(capsys: pytest.CaptureFixture[str]) -> None:
    *_, opened = said(capsys, "--emit", "plan").partition("opened\n")
    assert "order of shuffled keys, for everyone" in opened
    assert "result: column 2, for ministry" in opened


def test_findings_that_block_stop_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = cli_compile.report_of

    def with_finding(program: Program) -> Report:
        return replace(real(program), findings=(Finding("SEC430", Level.BLOCK, None, "rows get out", "group them"),))

    monkeypatch.setattr(cli_compile, "report_of", with_finding)
    out = tmp_path / "plan.txt"
    stopped = facts(capsys, "--emit", "plan", "--out", str(out), code=10)
    assert (stopped["ok"], stopped["findings"][0]["code"]) == (False, "SEC430")
    assert not out.exists()
    assert facts(capsys, "--emit", "plan", "--out", str(out), "--report-only")["ok"]
    assert out.read_text(encoding="utf-8").startswith("plan of delays_by_wind with replicated3")


@pytest.mark.parametrize("flags", [("--out", "x"), ("--emit", "cbor"), ("--json", "--emit", "text")])
def test_flags_that_do_not_go_together(capsys: pytest.CaptureFixture[str], flags: tuple[str, ...]) -> None:
    said(capsys, *flags, code=2)


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "--emit", "text", "--out", "nowhere/x", code=2)
