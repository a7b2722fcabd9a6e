"""Every code block of README, docs and examples does what the text around it says.

Each is run here, or stands in ELSEWHERE with the reason.
"""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from secfuse.cli import COMMANDS, run
from secfuse.compiler.checking.calls import FUNCTIONS
from secfuse.compiler.compile import compile_source
from secfuse.compiler.errors import CompileErrors
from secfuse.compiler.formatting.format import format_source
from secfuse.compiler.testing import run_tests
from secfuse.runtime.errors import FAULTS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(p for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*/*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
TUTORIAL = ROOT / "docs" / "tutorial.md"


PLAYED = {
    "sec": PAGES,  # compiled, and its tests run
    "sh": PAGES,  # run line by line
    "python": [ROOT / "README.md"],
    "toml": [ROOT / "docs" / "inputs.md"],
    "text": [ROOT / "docs" / "codes.md", TUTORIAL],  # made by scripts/write-codes; compared with what commands say
    "ebnf": [ROOT / "docs" / "grammar.md"],  # made by scripts/write-reference
    "": [ROOT / "ARCHITECTURE.md"],  # drawings
}
"""By which language of a block there is a test, and for which pages."""

REFERENCE = runpy.run_path(str(ROOT / "scripts" / "write-reference"))

ELSEWHERE = {
    "make demo": "installs; tests/test_examples.py runs `secfuse demo`",
    "make test": "runs this very test",
    "make check": "installs; the check of every commit",
    "make test-long": "runs this very test",
    "make bench": "takes minutes, and says how long something took",
    "secfuse check main.sec --watch": "never ends; tests/secfuse/test_watch.py",
    "python load.py": "tests/test_examples.py runs it, on all flights",
}
"""Lines of shell blocks that are not run here, and why."""


def blocks(page: Path, language: str) -> list[str]:
    """The page's code blocks in that language, in order."""
    return [text for name, text in BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


def commands(page: Path) -> list[list[str]]:
    """Every `secfuse …` line of the page's shell blocks, without its comment."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("secfuse ")]


def lines(page: Path) -> list[str]:
    """Every line of the page's shell blocks, without its comment."""
    found = [line.split(" # ")[0].strip() for block in blocks(page, "sh") for line in block.splitlines()]
    return [line for line in found if line]


def wind(folder: Path) -> None:
    """Example 02 with some made-up rows, in every form that docs/inputs.md knows."""
    example = ROOT / "examples" / "02-delays-by-wind"
    for name in ("main.sec", "secfuse.toml"):
        shutil.copy(example / name, folder)
    data = folder / "data"
    data.mkdir()
    with duckdb.connect(str(data / "air.duckdb")) as base:
        base.execute("create table flights as select 'h' || (i % 50) as hour, i % 90 as delay from range(500) r(i)")
        base.execute(f"copy flights to '{data}/flights.csv'")
        base.execute(f"copy flights to '{data}/flights.parquet'")
        base.execute(f"copy (select 'h' || i as hour, i as wind from range(50) r(i)) to '{data}/weather.csv'")
        rows = base.execute("select hour, delay from flights").fetchall()
    with closing(sqlite3.connect(data / "air.db")) as lite, lite:
        lite.execute("create table flights (hour text, delay integer)")
        lite.executemany("insert into flights values (?, ?)", rows)


def adder(folder: Path) -> None:
    """A full adder, and a few instances."""
    gates = "2 1 0 1 3 XOR\n2 1 0 1 4 AND\n2 1 3 2 5 AND\n2 1 3 2 6 XOR\n2 1 4 5 7 XOR\n"
    (folder / "adder.txt").write_text(f"5 8\n3 1 1 1\n1 2\n\n{gates}", encoding="utf-8")
    (folder / "many.csv").write_text("1,1,1\n0,1,0\n", encoding="utf-8")
    shutil.copy(ROOT / "examples" / "12-shared-aes" / "main.sec", folder / "token.sec")


def as_it_is(page: str) -> Callable[[Path], None]:
    """A scene that is the folder of that page."""

    def copy(folder: Path) -> None:
        shutil.copytree((ROOT / page).parent, folder, dirs_exist_ok=True)

    return copy


def with_data(page: str) -> Callable[[Path], None]:
    """The same, after its loader has written the data."""

    def copy(folder: Path) -> None:
        shutil.copytree((ROOT / page).parent, folder, ignore=shutil.ignore_patterns("data"), dirs_exist_ok=True)
        runpy.run_path(str(folder / "load.py"))["load"](folder / "data")

    return copy


SCENES: dict[str, Callable[[Path], None]] = {
    "README.md": wind,
    "docs/circuits.md": adder,
    "docs/costs.md": wind,
    "docs/disclosure-report.md": wind,
    "docs/tools.md": wind,
    "examples/01-average-salary/README.md": as_it_is("examples/01-average-salary/README.md"),
    "examples/02-delays-by-wind/README.md": wind,
    "docs/tutorial.md": lambda folder: None,  # test_the_tutorial_from_its_page
    "examples/03-millionaires/README.md": as_it_is("examples/03-millionaires/README.md"),
    "examples/04-double-auction/README.md": as_it_is("examples/04-double-auction/README.md"),
    "examples/05-advertising-conversion/README.md": as_it_is("examples/05-advertising-conversion/README.md"),
    "examples/06-credit-scorecard/README.md": as_it_is("examples/06-credit-scorecard/README.md"),
    "examples/07-survival/README.md": as_it_is("examples/07-survival/README.md"),
    "examples/08-breast-cancer/README.md": with_data("examples/08-breast-cancer/README.md"),
    "examples/09-diabetes/README.md": with_data("examples/09-diabetes/README.md"),
    "examples/10-iris-clusters/README.md": with_data("examples/10-iris-clusters/README.md"),
    "examples/11-digits/README.md": with_data("examples/11-digits/README.md"),
    "examples/12-shared-aes/README.md": as_it_is("examples/12-shared-aes/README.md"),
    "CONTRIBUTING.md": lambda folder: None,
}
"""What lies in the folder in which a page's commands are run."""


def run_line(line: str) -> int:
    """Run one line of a shell block as a shell would; its exit code."""
    command, _, redirected = line.partition(" < ")
    name, *arguments = shlex.split(command)
    assert name == "secfuse", line
    if not redirected:
        return run(arguments)
    with Path(redirected).open() as given:
        shell = {"PYTHONPATH": str(ROOT), "PATH": ""}
        return subprocess.run(
            [sys.executable, "-m", "secfuse", *arguments], stdin=given, env=shell, check=False
        ).returncode


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))  # code has brackets of its own
    text = re.sub(r"`[^`\n]*`", "", text)
    for target in LINK.findall(text):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_exists(page: Path) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for block in blocks(page, "sh"):
        assert set(re.findall(r"^make ([\w-]+)", block, re.MULTILINE)) <= set(targets)
    assert {arguments[0] for arguments in commands(page)} <= COMMANDS.keys()


def programs(page: Path) -> list[tuple[str, bool]]:
    """The page's programs, and whether each is a part that stands behind the first whole one of the page."""
    found = blocks(page, "sec")
    whole = [text.startswith("program ") for text in found]
    contract = next((text for text, is_whole in zip(found, whole, strict=True) if is_whole), "")
    return [(text if is_whole else contract + text, not is_whole) for text, is_whole in zip(found, whole, strict=True)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_program_compiles_and_passes_its_own_tests(page: Path, tmp_path: Path) -> None:
    for number, (text, is_part) in enumerate(programs(page)):
        (tmp_path / f"{number}.sec").write_text(text, encoding="utf-8")
        assert run(["test", str(tmp_path / f"{number}.sec")]) == 0
        assert format_source(text) == text, "an example that `secfuse fmt` would change"
        assert compile_source(text).tests or not is_part, f"an example that shows nothing:\n{text}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_block_has_a_test(page: Path) -> None:
    for language, _ in BLOCK.findall(page.read_text(encoding="utf-8")):
        assert page in PLAYED[language], f"nothing tests a block in {language or 'no language'}"


def test_every_page_with_commands_has_its_scene() -> None:
    assert set(SCENES) == {str(page.relative_to(ROOT)) for page in PAGES if lines(page)}
    shown = {line for page in PAGES for line in lines(page)}
    assert set(ELSEWHERE) <= shown, "lines that are on no page any more"


@pytest.mark.parametrize("page", [page for page in SCENES if page != "docs/tutorial.md"])
def test_the_commands_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SCENES[page](tmp_path)
    monkeypatch.chdir(tmp_path)
    for line in lines(ROOT / page):
        if line.startswith("cd "):
            assert (ROOT / line.removeprefix("cd ")).is_dir()
        elif line not in ELSEWHERE:
            assert run_line(line) == 0, line
    if page == "README.md":
        assert (tmp_path / "result.parquet").is_file()


def test_the_settings_and_every_source_of_the_page_on_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wind(tmp_path)
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "inputs.md"
    (settings,) = blocks(page, "toml")
    (tmp_path / "secfuse.toml").write_text(settings + '\n[inputs.hours]\nsource = "data/weather.csv"\n')
    table = page.read_text(encoding="utf-8").split("| source | written as |")[1].split("\n\n")[0]
    sources = [s for s in re.findall(r"`([^`]+)`", table) if "data/" in s]
    assert [s.split(":")[0] for s in sources if ":" in s] == ["sqlite", "sqlite", "duckdb"]
    assert len(sources) == 6
    assert run(["run", "main.sec", "--json", "--out", "first.json"]) == 0
    for number, source in enumerate(sources):
        assert run(["run", "main.sec", "--input", f"flights={source}", "--out", f"{number}.json"]) == 0, source
        assert released(tmp_path / f"{number}.json") == released(tmp_path / "first.json")


def released(file: Path) -> object:
    """The results in a file that `--out` wrote."""
    return json.loads(file.read_text(encoding="utf-8"))["outputs"]


def test_the_readme_s_python_runs(tmp_path: Path) -> None:
    (program,), (code,) = blocks(ROOT / "README.md", "sec"), blocks(ROOT / "README.md", "python")
    (tmp_path / "main.sec").write_text(program, encoding="utf-8")
    (tmp_path / "try.py").write_text(f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}", encoding="utf-8")
    done = subprocess.run([sys.executable, "try.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "((4000.0,),)\n"


def test_the_tutorial_from_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = ""
    for language, text in BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
        match language:
            case "sh":
                said = "".join(tutorial_line(line, monkeypatch, capsys) for line in text.splitlines())
            case "sec":
                Path("main.sec").write_text(text, encoding="utf-8")
            case "text":
                assert {" ".join(line.split()) for line in text.splitlines()} <= set(said.splitlines())
    assert (tmp_path / "shop" / "secfuse.toml").is_file()


def tutorial_line(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Do what the line says; what it said, one blank between words."""
    command, _, comment = line.partition(" # ")
    match shlex.split(command):
        case ["cd", folder]:
            monkeypatch.chdir(folder)
        case ["cp", old, new]:
            shutil.copy(old, new)
        case ["echo", text, ">>", file]:
            with Path(file).open("a", encoding="utf-8") as opened:
                opened.write(f"{text}\n")
        case _:
            wanted = int(comment.removeprefix("ends with code ")) if comment else 0
            assert run_line(command) == wanted, line
    out, err = capsys.readouterr()
    assert "5000" not in err, "no message shows a value"
    return "".join(" ".join(shown.split()) + "\n" for shown in out.splitlines())


def test_the_page_of_codes_and_their_examples_are_what_the_code_says() -> None:
    written = runpy.run_path(str(ROOT / "scripts" / "write-codes"))
    pages = {"docs/codes.md": written["page"](), "compiler/codes/examples.json": written["examples_file"]()}
    for file, text in pages.items():
        assert (ROOT / file).read_text(encoding="utf-8") == text, "run scripts/write-codes"


def test_the_page_of_the_grammar_is_what_the_grammar_says() -> None:
    assert (ROOT / "docs" / "grammar.md").read_text(encoding="utf-8") == REFERENCE["pages"]()["docs/grammar.md"], (
        "run scripts/write-reference"
    )


def test_the_grammar_is_shown_as_it_is_read() -> None:
    shown = REFERENCE["grammar_page"](
        "// comments\n?statement: let | _two\n_two: WORD USE\n\n// ---- the rest\n\n"
        'let: "let" NAME ("=" sum)? -> bound\n   | NAME -> free\n'
        "WORD.2: /(this|that)(?=[ \\t]+(?!(and|or)\\b)\\w)/\nUSE: /joined\\b/\nNAME: /(?!(to|by)\\b)[a-z]+/\n"
    )
    assert 'statement = let | two\ntwo       = ("this" | "that") use\nuse       = "joined"\n' in shown
    assert '## The rest\n\n```ebnf\nlet = "let" NAME ("=" sum)?\n    | NAME\n```' in shown
    assert "```ebnf\nto by\n```" in shown


def rows_of(page: Path, header: str) -> list[list[str]]:
    """The cells of all tables under that header."""
    tables = page.read_text(encoding="utf-8").split(f"{header}\n")[1:]
    lines = [line for table in tables for line in table.split("\n\n")[0].splitlines()[1:]]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_expression_of_the_language_gives_what_is_shown() -> None:
    page = ROOT / "docs" / "language.md"
    shown = [(code.strip("`"), value.strip("`")) for code, value, *_ in rows_of(page, "| expression | gives | |")]
    assert len(shown) > 25
    lines = [f'test "{i}" {{ expect ({code}) = {as_rows(value)} }}' for i, (code, value) in enumerate(shown)]
    results = run_tests(compile_source(programs(page)[0][0] + "\n".join(lines)))
    assert [(shown[i], r.message) for i, r in enumerate(results) if not r.passed] == []
    assert len(results) == len(shown)


def test_every_function_and_verb_of_the_language_is_on_its_page() -> None:
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    code = " ".join(re.findall(r"`([^`\n]+)`", text)) + " ".join(blocks(ROOT / "docs" / "language.md", "sec"))
    assert [name for name in FUNCTIONS if f"{name}(" not in code] == []
    grammar = (ROOT / "docs" / "grammar.md").read_text(encoding="utf-8")
    verbs = re.findall(r'^\w+ += (?:\([^)]*\)\? )?"([a-z]+)"', grammar, re.MULTILINE)
    assert len(verbs) > 30
    assert [verb for verb in verbs if not re.search(rf"\b{verb}\b", code)] == []


def as_rows(value: str) -> str:
    """[1, 2] and [[1, 2], [3, 4]] as a test writes them."""
    if not value.startswith("["):
        return value
    rows = [row if isinstance(row, list) else [row] for row in json.loads(value)]
    cells = (", ".join(map(json.dumps, row)) for row in rows)
    return f"rows {{ {' '.join(f'({row})' for row in cells)} }}"


def test_everything_that_the_page_of_the_language_calls_refused_is() -> None:
    page = ROOT / "docs" / "language.md"
    refused = rows_of(page, "| refused | code | why |")
    assert len(refused) > 10
    for written, code, _ in refused:
        lines = "\n".join(re.findall(r"`([^`]+)`", written))
        with pytest.raises(CompileErrors) as raised:
            compile_source(f"{programs(page)[0][0]}{lines}\n")
        assert {d.code for d in raised.value.diagnostics} == {code}, lines


def test_the_page_on_inputs_lists_every_code() -> None:
    text = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    assert set(re.findall(r"INP-\d+", text)) == {
        c for c, f in FAULTS.items() if c.startswith("INP") and f.exit_code == 12
    }
