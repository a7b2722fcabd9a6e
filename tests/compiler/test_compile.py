"""From text to program: all mistakes in one go, what a program says of itself, and how long it takes."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source
from secfuse.compiler.diagnostics import render
from secfuse.compiler.errors import CompileErrors
from secfuse.compiler.program import disclosures
from secfuse.compiler.testing import run_tests

SAMPLE = (Path(__file__).parent.parent / "programs" / "good" / "delays_by_wind.sec").read_text(encoding="utf-8")

PLANTED = {
    "top 2 below 85%": "top 2 under 85%",
    "wind < strong_from": "wind < strong_form",
    "disclose result to": "print count(joined)\ndisclose result to",
}


def planted() -> str:
    """The sample with a syntax error, a misspelt name and a flow error."""
    text = SAMPLE
    for right, wrong in PLANTED.items():
        assert right in text
        text = text.replace(right, wrong)
    return text


def test_the_sample_compiles_and_passes_its_own_test() -> None:
    program = compile_source(SAMPLE, "delays_by_wind.sec")
    assert (program.name, program.version, program.purpose_code) == ("delays_by_wind", "1.0", "statistics/transport")
    assert program.assumptions == ("honest majority", "semi-honest")
    assert [(r.name, r.passed) for r in run_tests(program)] == [("one windy hour", True)]


def test_three_planted_errors_are_all_reported_with_code_place_and_caret() -> None:
    with pytest.raises(CompileErrors) as caught:
        compile_source(planted(), "main.sec")
    shown = [render(diagnostic, caught.value.source).splitlines() for diagnostic in caught.value.diagnostics]
    assert [lines[:3] for lines in shown] == [
        [
            "SEC101 main.sec:24:9: this does not belong here",
            "  24 |   top 2 under 85%",
            "     |         ^^^^^",
        ],
        [
            "SEC201 main.sec:31:25: an unknown name",
            "  31 |          else if wind < strong_form then WindBand.breeze",
            "     |                         ^^^^^^^^^^^",
        ],
        [
            "SEC303 main.sec:40:7: a secret value printed",
            "  40 | print count(joined)",
            "     |       ^^^^^^^^^^^^^",
        ],
    ]
    assert shown[1][5] == "  hint:     did you mean `strong_from`?"


def test_a_mistake_raises_no_further_alarm_where_its_name_is_used() -> None:
    text = SAMPLE.replace("let joined = join flights with hours on hour", "let joined = join flights with hours hour")
    with pytest.raises(CompileErrors) as caught:
        compile_source(text.replace("400_000 rows", "many rows"), "main.sec")
    found = [f"{d.code} line {d.span.line}" for d in caught.value.diagnostics]
    assert found == ["SEC201 line 13", "SEC101 line 28"], "what hangs on `flights` and `joined` is silent"


def test_who_learns_what_under_which_policy() -> None:
    (line,) = disclosures(compile_source(SAMPLE))
    assert line.recipients == ("ministry",)
    assert line.columns == (
        ("band", "category WindBand", True),
        ("flights", "int", False),
        ("delay", "fixed(16)", False),
    )
    assert line.policy.lines == ("groups of at least 10", "top 2 below 85%", "at most 4 runs per 30 days")
    assert str(line) == (
        "ministry learns result (band, flights, delay) under bulletin "
        "(groups of at least 10, top 2 below 85%, at most 4 runs per 30 days), because: monthly bulletin"
    )


def test_a_run_obeys_the_program_s_own_policy_though_its_tests_set_another() -> None:
    count = 12
    flights = Rows(
        count + 3,
        {
            "hour": np.array([1] * count + [2] * 3, dtype=np.uint64),
            "delay": np.array([10] * count + [5] * 3, dtype=np.int64),
        },
    )
    winds = np.array([31 << 16, 2 << 16], dtype=np.int64)
    hours = Rows(2, {"hour": np.array([1, 2], dtype=np.uint64), "wind": winds})
    results = evaluate(compile_source(SAMPLE).circuit, {"flights": flights, "hours": hours}, {})
    (released,) = results.released
    assert released.rows == (None, None, None, ("WindBand.gale", 12, 10.0))
    assert released.keys == (("WindBand.calm",), ("WindBand.breeze",), ("WindBand.strong",), ("WindBand.gale",))


def test_the_meaning_depends_on_no_comment_blank_or_line_end() -> None:
    spread = re.sub(r"(?m)$", "   # words", SAMPLE.replace("  ", "     ")).replace("\n", "\r\n\r\n")
    assert compile_source(spread).circuit == compile_source(SAMPLE).circuit


def test_five_hundred_lines_are_checked_at_once() -> None:
    head, computation = SAMPLE.split("let joined", 1)
    copies = []
    for number in range(23):
        names = re.compile(r"(?<!be )\b(joined|banded|result)\b")
        copies.append(names.sub(rf"\g<1>_{number}", "let joined" + computation))
    text = head + "\n".join(copies)
    assert text.count("\n") >= 500
    start = process_time()
    program = compile_source(text)
    assert process_time() - start < 3, "about 0.3 s on a quiet machine"
    assert len(disclosures(program)) == 23
