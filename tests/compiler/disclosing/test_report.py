"""The disclosure report: what it holds, and when its digest changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from secfuse.compiler.compile import compile_source
from secfuse.compiler.disclosing.analyse import report_digest, report_of
from secfuse.compiler.disclosing.report import Report, to_plain
from secfuse.compiler.formatting.format import format_source
from secfuse.compiler.front import read_program
from tests.compiler.disclosing.contract import with_contract

ROOT = Path(__file__).resolve().parents[3]
WIND = (ROOT / "examples" / "02-delays-by-wind" / "main.sec").read_text(encoding="utf-8")

GROUPS = """\
let known = join people with visits on id
let bands = group known by band { n = count(), cost = sum(cost), age = mean(age), oldest = max(age) }
disclose bands to third under careful because "a table"
"""


def reported(body: str) -> Report:
    return report_of(read_program(with_contract(body)))


def test_an_output_says_what_of_which_columns_and_how() -> None:
    (output,) = reported(GROUPS).outputs
    assert (output.name, output.recipients, output.policy, output.rows) == ("bands", ("third",), "careful", "2")
    assert [(part.name, part.form, part.public) for part in output.parts] == [
        ("band", "public", True),
        ("n", "count", False),
        ("cost", "sum", False),
        ("age", "mean", False),
        ("oldest", "extreme", False),
    ]
    ways = {c.column: (c.owner, c.ways) for c in output.contributors}
    assert ways["people.age"] == ("left", ("mean", "extreme"))
    assert ways["people.band"] == ("left", ("group key",))
    assert ways["visits.cost"] == ("right", ("sum",))
    assert ways["people.id"] == ("left", ("joined", "join size"))
    assert (output.least, output.ensured) == (10, "groups of at least 10")


def test_bits_count_the_values_that_a_row_may_have_and_its_marker() -> None:
    (output,) = reported('disclose count(people) as n to third under careful because "a number"').outputs
    assert output.bits == (1001 + 1 - 1).bit_length()
    (output,) = reported('disclose max(people.age) as n to third under careful because "a number"').outputs
    assert output.bits == (121).bit_length()


def test_a_recipient_learns_nothing_new_of_its_own_table() -> None:
    learned = reported(GROUPS.replace("third under", "left, third under")).learned
    assert {(x.recipient, x.table) for x in learned} == {("left", "visits"), ("third", "people"), ("third", "visits")}
    assert all(x.bits > 0 for x in learned)


def test_what_is_said_without_a_disclose() -> None:
    report = reported(GROUPS + 'print limit\nassert limit > 2 "too low"')
    kinds = [implicit.kind for implicit in report.implicit]
    assert kinds == ["size", "size", "parameter", "marker", "print", "stop", "early stop", "error flag", "traffic"]
    assert "people of left" in report.implicit[0].what


def test_the_report_is_the_same_before_and_after_the_passes() -> None:
    assert report_digest(read_program(WIND)) == report_digest(compile_source(WIND))


@pytest.mark.parametrize("text", [format_source(WIND), "# a comment\n" + WIND.replace("\n", "\r\n")])
def test_layout_and_comments_do_not_change_the_digest(text: str) -> None:
    assert report_digest(read_program(text)) == report_digest(read_program(WIND))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("at least 10", "at least 9"),
        ("below 85%", "below 86%"),
        ("at most 4 runs", "at most 5 runs"),
        ("to ministry", "to ministry, airline"),
        ("monthly bulletin", "weekly bulletin"),
        ("at most 400_000", "at most 300_000"),
        ("mean(delay)", "sum(delay)"),
        ("mean(delay)", "max(delay)"),
        ("-120 .. 1500", "-120 .. 3000"),
        ("statistics/transport", "statistics/other"),
    ],
)
def test_what_is_disclosed_changes_the_digest(before: str, after: str) -> None:
    contract = WIND.split("test ", 1)[0]
    changed = contract.replace(before, after)
    assert changed != contract
    if "max" in after:
        changed = changed.replace("may be aggregated", "may be aggregated, compared")
    assert report_digest(read_program(changed)) != report_digest(read_program(contract))


def test_the_report_is_plain_data() -> None:
    plain = to_plain(report_of(read_program(WIND)))
    assert json.loads(json.dumps(plain))["outputs"][0]["line"] == 1 + WIND.split("disclose", 1)[0].count("\n")


def test_the_digest_is_the_same_under_any_hash_seed() -> None:
    code = (
        "from pathlib import Path; from secfuse.compiler.front import read_program;"
        "from secfuse.compiler.disclosing.analyse import report_digest;"
        "print(report_digest(read_program(Path('examples/02-delays-by-wind/main.sec').read_text())))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed in ("1", "77")
    }  # fmt: skip
    assert found == {report_digest(read_program(WIND)) + "\n"}
