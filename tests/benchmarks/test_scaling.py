"""The benchmark's tables are what its program declares, and its report has one line per size."""

from __future__ import annotations

import pytest

from benchmarks.scaling import made_up, main, program_for


def test_the_tables_have_the_sizes_asked_for() -> None:
    tables = made_up(program_for(1300), 1300)
    assert (tables["flights"].count, tables["hours"].count) == (1300, 100)


def test_one_line_per_size(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["scaling", "100", "1000"])
    main()
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines[1:]] == ["100", "1,000"]
    assert float(lines[2][2]) > 0
