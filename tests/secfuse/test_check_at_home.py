"""`secfuse check` says what each owner computes by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secfuse.cli import run
from tests.compiler.contracts import CONTRACT

PROGRAM = (
    CONTRACT
    + """
let scaled = extend people { share = debt * 0.5 }
let joined = join visits with scaled on id
disclose sum(joined.share) + sum(people.debt) as both to third under open because "a test"
"""
)


def test_what_an_owner_computes_by_itself_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "main.sec"
    file.write_text(PROGRAM, encoding="utf-8")
    assert run(["check", str(file)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "left computes by itself, from its own rows, and shares: debt * 0.5; sum(people.debt)" in shown
    assert run(["check", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["at_home"] == {"left": ["debt * 0.5", "sum(people.debt)"]}
