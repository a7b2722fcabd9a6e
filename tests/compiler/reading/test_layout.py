"""Where statements end, and what the scanner says of texts, brackets and strange characters."""

from __future__ import annotations

import pytest

from secfuse.compiler.errors import Problems
from secfuse.compiler.reading.layout import MAX_DEPTH, chunks
from secfuse.compiler.source import Source


def statements(text: str) -> list[str]:
    """The words of each statement."""
    source = Source(text)
    return [" ".join(lexeme.text for lexeme in chunk.lexemes) for chunk in chunks(source, Problems(source))]


def codes(text: str) -> list[str]:
    """What is reported, as code:line:column."""
    source = Source(text)
    problems = Problems(source)
    chunks(source, problems)
    return [f"{d.code}:{d.span.line}:{d.span.column}" for d in problems.found.values()]


def test_a_line_s_end_ends_a_statement() -> None:
    assert statements("let a = 1\nlet b = 2\n\n# nothing\n\nprint a") == ["let a = 1", "let b = 2", "print a"]


@pytest.mark.parametrize("before", ["+", ",", "(", "{", "and", "or", "not", "then", "else", "=", "<=", ".."])
def test_a_statement_goes_on_behind(before: str) -> None:
    closing = {"(": " )", "{": " }"}.get(before, "")
    assert len(statements(f"let a {before}\nb{closing}")) == 1


@pytest.mark.parametrize("after", ["else", "then", "and", "or", "under", "because", "+", "-", "==", ","])
def test_a_statement_goes_on_before(after: str) -> None:
    assert len(statements(f"let a\n  # why not\n\n  {after} b")) == 1


@pytest.mark.parametrize("after", ["to", "let", "otherwise", "(", "1"])
def test_and_before_nothing_else(after: str) -> None:
    assert len(statements(f"let a\n{after}")) == 2


def test_line_ends_count_in_braces_only() -> None:
    source = Source("f {\n a\n b(\n c\n )\n\n d\n}")
    (chunk,) = chunks(source, Problems(source))
    assert [source.span(end, end).line for end in chunk.line_ends] == [2, 6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('print "open', ["SEC103:1:7"]),
        ("let a = 1 ; 2", ["SEC102:1:11"]),
        ("let größe = 1", ["SEC102:1:7"]),
        ("let a = 1)", ["SEC104:1:10"]),
        ("let a = (1]\nlet b = 2", ["SEC104:1:11"]),
        ("let a = (1\nlet b = 2", ["SEC104:1:9"]),
        ("let a = {\n  (\n}\nlet b = ]", ["SEC104:3:1", "SEC104:4:9"]),
        ("let a = " + "9" * 37, ["SEC108:1:9"]),
        ("(" * (MAX_DEPTH + 1) + ")" * (MAX_DEPTH + 1), [f"SEC105:1:{MAX_DEPTH + 1}"]),
        ('let a = "(" # )', []),
        ("(" * MAX_DEPTH + ")" * MAX_DEPTH, []),
    ],
)
def test_mistakes_of_layout(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_an_unfinished_statement_swallows_no_later_one() -> None:
    assert statements("let a = 1 +\nlet b = 2") == ["let a = 1 +", "let b = 2"]
    assert statements("let a = 1 +\ninput and b") == ["let a = 1 + input and b"]


def test_a_bracket_that_is_never_closed_swallows_no_later_statement() -> None:
    assert statements("let a = extend t {\n  b = 1\n\nlet c = 2\nprint c") == [
        "let a = extend t { b = 1",
        "let c = 2",
        "print c",
    ]
