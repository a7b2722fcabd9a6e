"""What `secfuse check` says of policies: how much is told, how far noise reaches, what it does not cover."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secfuse.cli import run

GOOD = Path(__file__).resolve().parents[1] / "programs" / "good"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["check", *arguments]) == 0
    return capsys.readouterr().out


def test_noise_is_described_in_numbers_and_epsilon_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, str(GOOD / "noise_on_joined_rows.sec"))
    assert "groups of at least 2; noise epsilon 2; round to 5; because" in text
    assert "noise in 95 of 100 results within: n ± 3, years ± 359" in text
    assert "what is suppressed is decided on exact numbers, which epsilon does not cover" in text
    assert "  third: epsilon 6 in each run\n" in text
    facts = json.loads(said(capsys, str(GOOD / "noise_on_groups.sec"), "--json"))
    assert facts["epsilon"] == {"third": 1.0, "right": 1.0}
    assert facts["outputs"]["all"]["noise_within"] == {"all": 3.0}
    assert facts["outputs"]["all"]["markers_without_noise"] is False


def test_how_much_is_told_and_what_stays_sealed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "tells at most 21 bits in 3 rows of 7\n" in said(capsys, str(GOOD / "bits_at_most.sec"))
    facts = json.loads(said(capsys, str(GOOD / "sealed.sec"), "--json"))
    assert facts["outputs"]["both"]["rules"] == ["groups of at least 2", "sealed"]
