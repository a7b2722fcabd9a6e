"""What the timed analyses disclose is right: against plain NumPy, on few rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.analyses import ANALYSES
from benchmarks.whole import measured

ALLOWED = {"aggregate": 2e-5, "clusters": 2e-4, "logistic": 3.0}
"""Beyond which the answer is wrong; a count of right guesses may differ where a score is next to nothing. Others: 0."""


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_gives_the_true_answer(name: str) -> None:
    line = measured(name, 400, apart=False)
    assert line.rounds > 0
    assert line.bytes_sent > 0
    assert line.error <= ALLOWED.get(name, 0.0)


def test_a_networked_run_is_measured_the_same_way() -> None:
    line = measured("groups", 400, apart=True)
    together = measured("groups", 400, apart=False)
    assert (line.bytes_sent, line.rounds, line.error) == (together.bytes_sent, together.rounds, 0.0)


def test_a_wrong_answer_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ANALYSES["groups"]
    monkeypatch.setitem(ANALYSES, "groups", replace(right, answer=lambda frames: right.answer(frames) + 1))
    assert measured("groups", 400, apart=False).error == 1.0
