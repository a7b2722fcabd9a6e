"""`secfuse new`: what it makes runs at once, whatever it is called; what is there is never written over."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from secfuse.cli import run
from secfuse.compiler.formatting.format import format_source


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_folder_runs_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "our-sales", "--parties", "harbour, mill,big_office"]) == 0
    folder = tmp_path / "our-sales"
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md", "big_office.csv", "harbour.csv", "main.sec", "mill.csv", "secfuse.toml",
    ]  # fmt: skip
    monkeypatch.chdir(folder)
    capsys.readouterr()
    assert run(["test", "main.sec"]) == 0
    assert "2 tests, 2 random runs, 0 failed" in capsys.readouterr().out
    assert run(["run", "main.sec", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)["outputs"]["result"]
    assert result["rows"] == [["Kind.basic", 4, 20], ["Kind.extra", 4, 16], ["Kind.trial", None, None]]
    assert result["recipients"] == ["harbour", "mill", "big_office"]
    assert run(["fmt", "--check", "main.sec"]) == 0


def test_every_command_of_its_page_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["new", "a"]) == 0
    monkeypatch.chdir(tmp_path / "a")
    page = Path("README.md").read_text()
    commands = [shlex.split(line, comments=True)[1:] for line in re.findall(r"^secfuse .*", page, re.MULTILINE)]
    assert len(commands) == 5
    for arguments in commands:
        if not {"--watch", "tcp"} & set(arguments):
            assert run(arguments) == 0, arguments
    assert set(re.findall(r"`(\w+\.\w+)`", page)) == {p.name for p in Path().iterdir()} - {"README.md"}


@pytest.mark.parametrize("parties", ["a,b,a_sales", "Kind,report,sales", "x,program,input", "top,rows,kind"])
def test_names_that_stand_in_the_program_too(parties: str) -> None:
    assert run(["new", "x", "--parties", parties]) == 0
    assert run(["test", "x/main.sec"]) == 0
    assert run(["run", "x/main.sec"]) == 0
    text = Path("x/main.sec").read_text()
    assert format_source(text) == text


@pytest.mark.parametrize("there", ["folder", "file"])
def test_what_is_there_is_not_written_over(there: str, capsys: pytest.CaptureFixture[str]) -> None:
    if there == "folder":
        Path("x").mkdir()
    else:
        Path("x").write_text("mine")
    assert run(["new", "x"]) == 2
    assert "x is there already" in capsys.readouterr().err
    assert not (Path("x").is_dir() and list(Path("x").iterdir()))
    assert there == "folder" or Path("x").read_text() == "mine"


@pytest.mark.parametrize(
    "arguments",
    [
        *(["x", "--parties", names] for names in ("a,b", "a,b,b", "a,b,B", "a,b,c,d", "a,b,to", 'a,b,c"d', "a,b,../c")),
        *(["1x"], ["to"], [".."], ["ä"]),
    ],
)
def test_names_that_do_not_fit(arguments: list[str], tmp_path: Path) -> None:
    assert run(["new", *arguments]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_a_folder_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "deep/er/tally", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["folder"] == "deep/er/tally"
    assert found["files"][0] == "main.sec"
    assert Path("deep/er/tally/main.sec").read_text().splitlines()[1] == 'program tally version "0.1"'
