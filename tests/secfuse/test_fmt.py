"""`secfuse fmt`: what it writes, what it only says, and what it leaves alone."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from secfuse.cli import run

Call = Callable[..., tuple[int, str, str]]
UGLY = "let  x=1\n\n\n\nlet long=2 # two"
FORM = "let x = 1\n\nlet long = 2  # two\n"


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run one command in a folder of its own: (exit code, stdout, stderr). `given` is what stands on standard input."""
    monkeypatch.chdir(tmp_path)

    def run_one(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        code = run(["fmt", *arguments])
        return code, *capsys.readouterr()

    return run_one


def test_a_file_is_replaced_and_keeps_its_mode(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.sec"
    file.write_text(UGLY)
    file.chmod(0o640)
    assert call("a.sec") == (0, "", "a.sec: is formatted\n")
    assert file.read_text() == FORM
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["a.sec"], "nothing is left beside it"


def test_a_file_that_has_the_form_is_not_touched(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.sec"
    file.write_text(FORM)
    before = file.stat()
    assert call("a.sec") == (0, "", "")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_link_stays_a_link(call: Call, tmp_path: Path) -> None:
    (tmp_path / "real.sec").write_text(UGLY)
    (tmp_path / "link.sec").symlink_to("real.sec")
    assert call("link.sec")[0] == 0
    assert (tmp_path / "link.sec").is_symlink()
    assert (tmp_path / "real.sec").read_text() == FORM


@pytest.mark.parametrize("text", [FORM.replace("\n", "\r\n"), "\ufeff" + FORM])
def test_line_ends_and_marks_of_other_systems_go(call: Call, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.sec").write_bytes(text.encode())
    assert call("a.sec", "--check")[0] == 10
    assert call("a.sec")[0] == 0
    assert (tmp_path / "a.sec").read_bytes() == FORM.encode()


def test_check_writes_nothing_and_says_what_would_change(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.sec").write_text(UGLY)
    (tmp_path / "b.sec").write_text(FORM)
    assert call("a.sec", "b.sec", "--check") == (10, "", "a.sec: would be formatted\n")
    assert call("b.sec", "--check") == (0, "", "")
    assert (tmp_path / "a.sec").read_text() == UGLY


def test_diff_prints_the_difference_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.sec").write_text(UGLY)
    code, out, _ = call("a.sec", "--diff")
    assert code == 0
    assert out.startswith("--- a.sec\n+++ a.sec\n@@ ")
    assert "\n-let  x=1\n" in out
    assert "\n+let long = 2  # two\n" in out
    assert (tmp_path / "a.sec").read_text() == UGLY
    assert call("a.sec", "--diff", "--check")[0] == 10


def test_standard_input_goes_to_standard_output(call: Call) -> None:
    assert call("--stdin", given=UGLY) == (0, FORM, "")
    assert call("--stdin", "--check", given=UGLY)[:2] == (10, "")
    code, out, err = call("--stdin", given="let = 3")
    assert (code, out) == (10, "")
    assert "SEC101 <stdin>:1:5" in err


def test_a_file_that_does_not_parse_is_left_alone_and_the_others_are_not(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.sec").write_text("let  = 3")
    (tmp_path / "b.sec").write_text(UGLY)
    code, out, err = call("a.sec", "b.sec")
    assert (code, out) == (10, "")
    assert "SEC101 a.sec:1:6" in err
    assert (tmp_path / "a.sec").read_text() == "let  = 3"
    assert (tmp_path / "b.sec").read_text() == FORM


def test_a_mistake_of_meaning_is_no_mistake_of_form(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.sec").write_text("let x=unknown")
    assert call("a.sec")[0] == 0
    assert (tmp_path / "a.sec").read_text() == "let x = unknown\n"


def test_as_json(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.sec").write_text(UGLY)
    (tmp_path / "b.sec").write_text("let = 3")
    code, out, _ = call("a.sec", "b.sec", "--json", "--diff")
    found = json.loads(out)
    assert (code, found["ok"]) == (10, False)
    assert [(f["file"], f["changed"]) for f in found["files"]] == [("a.sec", True), ("b.sec", False)]
    assert found["files"][0]["diff"].startswith("--- a.sec")
    assert found["files"][1]["diagnostics"][0]["code"] == "SEC101"
    assert json.loads(call("--stdin", "--json", given=UGLY)[1])["files"][0]["text"] == FORM


@pytest.mark.parametrize("arguments", [[], ["--stdin", "a.sec"], ["none.sec"]])
def test_usage(call: Call, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.sec").write_text(FORM)
    assert call(*arguments)[0] == 2


def test_what_is_no_text(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.sec").write_bytes(b"let x = \xff")
    code, _, err = call("a.sec")
    assert code == 10
    assert "CFG-603" in err


def test_a_write_that_fails_leaves_the_old_file(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.sec").write_text(UGLY)
    monkeypatch.setattr("os.fsync", full)
    assert call("a.sec")[0] == 40
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.sec": UGLY}
