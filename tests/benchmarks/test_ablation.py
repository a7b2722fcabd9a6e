"""docs/passes.md says what is so: measured anew for a few programs, which neither sort nor join."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ABLATION = runpy.run_path(str(ROOT / "benchmarks" / "ablation.py"))
PAGE = (ROOT / "docs" / "passes.md").read_text(encoding="utf-8").splitlines()
NAMES = ("01-average-salary", "polynomial_by_horner", "union_of_three")


@pytest.mark.parametrize("name", NAMES)
def test_a_line_of_the_table(name: str) -> None:
    circuit = next(circuit for title, circuit in ABLATION["programs"]() if title == name)
    _, _, line, _ = ABLATION["table"]([ABLATION["measured"](name, circuit)])
    assert line in PAGE, "run benchmarks/ablation.py --write"


def test_every_pass_has_a_column_and_a_reason() -> None:
    (head,) = (line for line in PAGE if line.startswith("| program"))
    assert [cell.strip() for cell in head.split("|")[5:-1]] == list(ABLATION["names"]())
    for name in ABLATION["names"]():
        assert any(line.startswith(f"- `{name}`") for line in PAGE)


def test_at_least_fifteen_programs() -> None:
    assert sum(line.startswith("| ") for line in PAGE) - 3 >= 15
