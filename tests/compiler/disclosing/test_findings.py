"""What the disclosure report finds, shown by programs.

The first line of `programs/leaky/*.sec` names the code and line of every finding. `programs/honest/*.sec` hold what is
like them and harmless: they may be warned of, and nothing blocks.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from secfuse.compiler.codes.findings import FINDINGS
from secfuse.compiler.disclosing.analyse import report_digest, report_of
from secfuse.compiler.disclosing.report import Level, Report, blocking
from secfuse.compiler.front import read_program
from secfuse.source_file import beside
from tests.test_programs import PROGRAMS, expectations

ROOT = Path(__file__).resolve().parents[3]
LEAKY = sorted((PROGRAMS / "leaky").glob("*.sec"))
HONEST = sorted((PROGRAMS / "honest").glob("*.sec"))
EXAMPLES = sorted((ROOT / "examples").glob("*/main.sec"))


def report(path: Path) -> Report:
    return report_of(read_program(path.read_text(encoding="utf-8"), path.name, beside(path)))


def found(path: Path) -> list[str]:
    return sorted({f"{f.code} line {f.span.line if f.span else 0}" for f in report(path).findings})


@pytest.mark.parametrize("path", LEAKY, ids=lambda path: path.stem)
def test_what_is_planted_is_found_with_its_code_and_line(path: Path) -> None:
    assert found(path) == expectations(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*HONEST, *EXAMPLES], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nothing_blocks_an_honest_program(path: Path) -> None:
    assert blocking(report(path)) == ()


def test_there_are_as_many_as_were_asked_for() -> None:
    assert sum(bool(blocking(report(path))) for path in LEAKY) >= 40
    assert len(HONEST) >= 40


def test_every_finding_is_shown_by_a_program() -> None:
    shown = {line.split(" ")[0] for path in LEAKY for line in expectations(path.read_text(encoding="utf-8"))}
    assert shown == set(FINDINGS)


def test_the_report_of_every_example_is_the_one_that_was_looked_at() -> None:
    pages = runpy.run_path(str(ROOT / "scripts" / "write-disclosures"))["pages"]()
    written = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "disclosures").glob("*.txt")}
    assert pages == written, "look at the difference, then run scripts/write-disclosures"


def test_the_gravest_come_first_and_every_one_has_a_remedy() -> None:
    levels = list(Level)
    for path in LEAKY[:10]:
        findings = report(path).findings
        assert [levels.index(f.level) for f in findings] == sorted(levels.index(f.level) for f in findings)
        assert all(f.sentence and f.remedy for f in findings)


def test_the_same_report_under_any_hash_seed() -> None:
    """Of two programs with many findings, in processes of their own."""
    code = (
        "import sys; from pathlib import Path; from secfuse.compiler.front import read_program\n"
        "from secfuse.compiler.disclosing.analyse import report_digest\n"
        "print([report_digest(read_program(Path(f).read_text())) for f in sys.argv[1:]])"
    )
    files = [str(PROGRAMS / "leaky" / f"{name}.sec") for name in ("suppression_undone_by_margins", "packed_totals")]
    printed = {
        subprocess.run(
            [sys.executable, "-c", code, *files],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    here = [report_digest(read_program(Path(f).read_text(encoding="utf-8"))) for f in files]
    assert printed == {f"{here}\n"}
