"""Every workload runs, in both ways, and costs the same in both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.primitives import apart, main, simulated
from benchmarks.workloads import WORKLOADS


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_runs_on_few_elements(name: str) -> None:
    row = simulated(name, 70)
    assert row.seconds > 0
    assert row.rounds > 0
    assert row.bytes_sent > 0


def test_networked_parties_cost_what_simulated_ones_cost() -> None:
    here, there = simulated("compare-planes", 100), apart("compare-planes", 100, None)
    assert there.networked
    assert (there.bytes_sent, there.rounds) == (here.bytes_sent, here.rounds)


def test_the_table_is_also_written_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "rows.json"
    monkeypatch.setattr("sys.argv", ["primitives", "chain", "--simulated", "--json", str(target)])
    main()
    (row,) = json.loads(target.read_text())["rows"]
    assert (row["workload"], row["elements"], row["rounds"]) == ("chain", 1000, 1000)
    assert "AES" in capsys.readouterr().out
