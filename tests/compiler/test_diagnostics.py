"""How mistakes look, for a person and for a machine."""

from __future__ import annotations

from fractions import Fraction

import pytest

from secfuse.compiler.diagnostics import WIDEST_LINE, listed, nearest, render, shown, to_json
from secfuse.compiler.errors import MOST_PROBLEMS, CompileErrors, Diagnostic, Problems
from secfuse.compiler.source import Source


def diagnostic(source: Source, start: int, end: int) -> Diagnostic:
    return Diagnostic("SEC201", source.file, source.span(start, end), "this", "that", "do so")


def test_code_place_line_caret_found_expected_hint() -> None:
    source = Source("let a = 1\r\nlet b = \tc + 1\r\n", "main.sec")
    start = source.text.index("c + 1")
    assert render(diagnostic(source, start, start + 1), source).splitlines() == [
        "SEC201 main.sec:2:10: an unknown name",
        "  2 | let b =  c + 1",
        "    |          ^",
        "  found:    this",
        "  expected: that",
        "  hint:     do so",
    ]


def test_a_place_over_several_lines_is_marked_on_its_first() -> None:
    source = Source("let a = b +\n  c\n")
    assert render(diagnostic(source, 8, 15), source).splitlines()[2] == "    |         ^^^"


def test_a_long_line_is_cut_around_the_place() -> None:
    source = Source("x" * 1000 + "!" + "y" * 1000)
    line, caret = render(diagnostic(source, 1000, 1001), source).splitlines()[1:3]
    assert len(line) <= WIDEST_LINE + 6
    assert line[caret.index("^")] == "!"


def test_the_end_of_an_empty_text_can_be_shown() -> None:
    source = Source("")
    assert "1:1" in render(diagnostic(source, 0, 0), source)


def test_as_data_it_says_the_same() -> None:
    source = Source("let a = b\n", "main.sec")
    assert to_json(diagnostic(source, 8, 9)) == {
        "code": "SEC201",
        "title": "an unknown name",
        "file": "main.sec",
        "line": 1,
        "column": 9,
        "start": 8,
        "end": 9,
        "found": "this",
        "expected": "that",
        "hint": "do so",
    }


def test_one_alarm_per_code_and_place_in_the_order_of_places() -> None:
    source = Source("a b c")
    problems = Problems(source)
    for start in (4, 0, 4, 2):
        problems.report("SEC201", source.span(start, start + 1), "x", "y")
    with pytest.raises(CompileErrors) as caught:
        problems.raise_if_any()
    assert [d.span.column for d in caught.value.diagnostics] == [1, 3, 5]
    assert str(caught.value).startswith("SEC201 <text>:1:1; ")


def test_the_search_ends_after_a_thousand_mistakes() -> None:
    source = Source("x" * MOST_PROBLEMS)
    problems = Problems(source)
    for start in range(MOST_PROBLEMS - 1):
        problems.report("SEC201", source.span(start, start + 1), "x", "y")
    last = source.span(MOST_PROBLEMS - 1, MOST_PROBLEMS)
    with pytest.raises(CompileErrors) as caught:
        problems.report("SEC201", last, "x", "y")
    assert len(caught.value.diagnostics) == MOST_PROBLEMS


def test_words_for_numbers_and_names() -> None:
    assert [shown(Fraction(n)) for n in (3, -2, 2**61)] == ["3", "-2", str(2**61)]
    assert shown(Fraction(1, 3)) == "0.3333333333"
    assert shown(Fraction(-(2**80))) == "-2^80"
    assert nearest("flihgts", ["hours", "flights"]) == "did you mean `flights`?"
    assert nearest("q", ["hours", "flights"]) == ""
    assert listed("abc", most=2) == "`a`, `b`, …"
