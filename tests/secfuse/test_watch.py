"""`secfuse check --watch`: again after each change, until Ctrl-C. Time is played by a list of what happens in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

import pytest

from secfuse.cli import run
from secfuse.watch import EVERY_S, watch

Step = Callable[[], object]


def nothing() -> None:
    """A while in which nobody does anything."""


def cancel() -> None:
    raise KeyboardInterrupt


class Clock:
    """Instead of sleeping, the next step happens; behind the last one comes Ctrl-C."""

    def __init__(self, *steps: Step) -> None:
        self.steps = iter((*steps, cancel))
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        next(self.steps)()


def rewrite(path: Path, text: str, at_s: int) -> Step:
    """A later write; the time is set, because a quick test is quicker than some clocks of files."""

    def step() -> None:
        path.write_text(text)
        os.utime(path, (at_s, at_s))

    return step


def test_it_looks_every_third_of_a_second_and_acts_on_changes_only(tmp_path: Path) -> None:
    file, calls = tmp_path / "a.sec", []
    rewrite(file, "one", 1)()
    clock = Clock(nothing, rewrite(file, "two", 2), nothing, nothing, rewrite(file, "six", 2), rewrite(file, "3", 2))
    watch(file, lambda: calls.append(file.read_text()), clock.sleep)
    assert calls == ["one", "two", "3"], "neither time nor size tells `six` from `two`"
    assert clock.slept == list(repeat(EVERY_S, 7))


def test_a_file_that_is_away_for_a_while_and_comes_back(tmp_path: Path) -> None:
    file, calls = tmp_path / "a.sec", []
    rewrite(file, "one", 1)()
    clock = Clock(file.unlink, nothing, rewrite(file, "two", 2))
    watch(file, lambda: calls.append(file.read_text()), clock.sleep)
    assert calls == ["one", "two"]


def test_ctrl_c_while_checking_ends_it_too(tmp_path: Path) -> None:
    (tmp_path / "a.sec").touch()
    watch(tmp_path / "a.sec", cancel, Clock().sleep)


def test_the_command_checks_again_and_ends_with_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "a.sec"
    rewrite(file, "let = 3", 1)()
    clock = Clock(rewrite(file, "let x = )", 2), rewrite(file, "let = 4", 3))
    monkeypatch.setattr("secfuse.cli_check.sleep", clock.sleep)
    assert run(["check", "--watch", "a.sec"]) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err, "only a terminal is cleared"
    assert [err.count(words) for words in ("SEC101 a.sec", "SEC104 a.sec", "watching")] == [2, 1, 3]


def test_a_terminal_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.sec").write_text("let = 3")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("secfuse.cli_check.sleep", Clock().sleep)
    assert run(["check", "--watch", str(tmp_path / "a.sec")]) == 0
    assert "\x1b[2J" in capsys.readouterr().out
