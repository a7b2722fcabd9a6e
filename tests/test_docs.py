"""Every code block of README and docs does what the text around it says."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from secfuse.cli import COMMANDS, run
from secfuse.runtime.errors import FAULTS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(p for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*/*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def blocks(page: Path, language: str) -> list[str]:
    """The page's code blocks in that language, in order."""
    return [text for name, text in BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


def commands(page: Path) -> list[list[str]]:
    """Every `secfuse …` line of the page's shell blocks, without its comment."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("secfuse ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_exists(page: Path) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for block in blocks(page, "sh"):
        assert set(re.findall(r"^make ([\w-]+)", block, re.MULTILINE)) <= set(targets)
    assert {arguments[0] for arguments in commands(page)} <= COMMANDS.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_program_compiles_and_passes_its_own_tests(page: Path, tmp_path: Path) -> None:
    for number, text in enumerate(blocks(page, "sec")):
        (tmp_path / f"{number}.sec").write_text(text, encoding="utf-8")
        assert run(["test", str(tmp_path / f"{number}.sec")]) == 0


def test_the_readme_s_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / "examples" / "02-delays-by-wind"
    for name in ("main.sec", "secfuse.toml"):
        (tmp_path / name).write_text((example / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "data").mkdir()
    made_up = {
        "flights": "select 'h' || (i % 50) as hour, i % 90 as delay",
        "weather": "select 'h' || i as hour, i as wind",
    }
    for name, query in made_up.items():
        rows = 500 if name == "flights" else 50
        duckdb.connect().execute(f"copy ({query} from range({rows}) r(i)) to '{tmp_path}/data/{name}.csv'")
    monkeypatch.chdir(tmp_path)
    found = commands(ROOT / "README.md")
    assert len(found) > 5
    for arguments in found:
        assert run(arguments) == 0, arguments
    assert (tmp_path / "result.parquet").is_file()


def test_the_readme_s_python_runs(tmp_path: Path) -> None:
    (program,), (code,) = blocks(ROOT / "README.md", "sec"), blocks(ROOT / "README.md", "python")
    (tmp_path / "main.sec").write_text(program, encoding="utf-8")
    (tmp_path / "try.py").write_text(f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}", encoding="utf-8")
    done = subprocess.run([sys.executable, "try.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "((4000.0,),)\n"


def test_the_first_program_from_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = ROOT / "docs" / "first-program.md"
    (program,), (settings,), (opera, stage) = (blocks(page, name) for name in ("sec", "toml", "csv"))
    files = {"main.sec": program, "secfuse.toml": settings, "opera.csv": opera, "stage.csv": stage}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for arguments in commands(page):
        capsys.readouterr()
        assert run(arguments) == 0, arguments
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["Kind.full", "3", "120"] in shown
    assert ["Kind.reduced", "2", "38"] in shown
    assert ["Kind.child", "suppressed", "suppressed"] in shown
    (tmp_path / "stage.csv").write_text(stage + "child,11\n")
    assert run(["run", "main.sec"]) == 0
    assert ["Kind.child", "2", "23"] in [line.split() for line in capsys.readouterr().out.splitlines()]
    (tmp_path / "stage.csv").write_text(stage + "child,900\n")
    assert run(["run", "main.sec"]) == 12
    assert "900" not in capsys.readouterr().err
    (tmp_path / "main.sec").write_text(program + "print sales.price\n")
    assert run(["check", "main.sec"]) == 10


def test_the_page_of_codes_and_their_examples_are_what_the_code_says() -> None:
    written = runpy.run_path(str(ROOT / "scripts" / "write-codes"))
    pages = {"docs/codes.md": written["page"](), "compiler/codes/examples.py": written["examples_file"]()}
    for file, text in pages.items():
        assert (ROOT / file).read_text(encoding="utf-8") == text, "run scripts/write-codes"


def test_the_page_on_inputs_lists_every_code() -> None:
    text = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    assert set(re.findall(r"INP-\d+", text)) == {
        c for c, f in FAULTS.items() if c.startswith("INP") and f.exit_code == 12
    }
