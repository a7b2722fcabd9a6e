"""`secfuse leaks`, `secfuse diff`, `secfuse explain FILE`: for a person and for a machine, with exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secfuse.cli import run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "02-delays-by-wind" / "main.sec"
PROGRAMS = ROOT / "tests" / "programs"
LEAKY, HONEST = (PROGRAMS / kind / "suppression_undone_by_a_total.sec" for kind in ("leaky", "honest"))


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = run([str(argument) for argument in arguments])
    return code, capsys.readouterr().out


def test_what_an_honest_program_discloses(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = call(capsys, "leaks", EXAMPLE)
    assert code == 0
    assert 'ministry will learn result: flights (count) and delay (mean), in 4 rows at most, because "monthly' in out
    assert "WARN SEC456 line 41: two runs of result with neighbouring values of strong_from differ" in out
    assert "1 WARN; report " in out
    assert (
        "no findings; report "
        in call(capsys, "leaks", EXAMPLE.parent.parent / "05-advertising-conversion" / "main.sec")[1]
    )


def test_findings_that_block_have_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = call(capsys, "leaks", LEAKY)
    assert code == 10
    assert "BLOCK SEC450 line 54: where bands holds back total of one group, third can compute it" in out
    code, out = call(capsys, "leaks", LEAKY, "--json")
    found = json.loads(out)
    assert code == 10
    assert found["blocked"] is True
    assert [(f["code"], f["line"], f["level"]) for f in found["findings"]] == [("SEC450", 54, "block")]
    assert len(found["report_digest"]) == 64


def test_the_digest_is_that_of_compile(capsys: pytest.CaptureFixture[str]) -> None:
    digests = [json.loads(call(capsys, c, EXAMPLE, "--json")[1])["report_digest"] for c in ("leaks", "compile")]
    assert digests[0] == digests[1]


def test_a_program_is_explained_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = call(capsys, "explain", EXAMPLE)
    assert code == 0
    assert out.startswith("delays_by_wind 1.0, for statistics/transport: Mean departure delay by wind band")
    assert out.splitlines() == json.loads(call(capsys, "explain", EXAMPLE, "--json")[1])["statement"]
    assert call(capsys, "explain", "nowhere.sec")[0] == 2


def test_what_a_new_version_discloses(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "diff", EXAMPLE, EXAMPLE) == (0, "both disclose the same\n")
    code, out = call(capsys, "diff", HONEST, LEAKY)
    assert code == 11
    assert "the new version may disclose more" in out
    found = json.loads(call(capsys, "diff", HONEST, LEAKY, "--json")[1])
    assert found["more"] is True
    assert any("SEC450" in change["sentence"] for change in found["changes"])
