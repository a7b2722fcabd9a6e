"""Sources that nobody wrote by hand: a megabyte of anything, or nesting without end, is refused within a second."""

from __future__ import annotations

from time import perf_counter

import pytest

from secfuse.compiler.compile import compile_source
from secfuse.compiler.errors import CompileErrors, Problems
from secfuse.compiler.reading.layout import (
    MAX_DEPTH,
    MAX_LEXEMES,
    MAX_LEXEMES_A_STATEMENT,
    MAX_SOURCE_BYTES,
    MAX_STATEMENTS,
    chunks,
)
from secfuse.compiler.source import Source

WITHIN_S = 1
NOISE = 3
"""How much slower than a quiet machine this one may be."""

MEGABYTES = {
    "brackets that open": "(",
    "braces that open": "{",
    "brackets that close": "]",
    "pairs of brackets": "()",
    "digits": "9",
    "numbers": "9 ",
    "minus": "-",
    "dots": ".",
    "letters": "a",
    "words": "a ",
    "longer words": "abcdefgh ",
    "lines of one word": "a\n",
    "lines of a longer word": "abcdefgh\n",
    "line ends": "\n",
    "empty lines with blanks": " \t\r\n",
    "comments": "#\n",
    "one comment": "#",
    "quotes": '"',
    "texts that are not closed": '"a\n',
    "longer texts that are not closed": '"abcdefghijkl\n',
    "foreign characters": ";",
    "letters of other alphabets": "é",
    "valid statements": "let x = 1\n",
    "parties": 'party p "P"\n',
    "parties with long names": 'party a_rather_long_name_for_one "Somebody"\n',
    "statements that never end": "let x = (\n",
    "blocks that never end": "let x = {\n",
    "wrong statements": "let = 3\n",
    "brackets of arrays that open": "[",
    "indexes": "[a]",
    "functions that never end": "fn f(x: int) {\n",
    "loops that never end": "for i in 0 .. 9 {\n",
    "assignments": "x = x @ y\n",
    "verbs": "sort (",
    "tests": 'test "a" { given t = rows { (1, "x") } }\n',
}


def refusal(text: str) -> tuple[set[str], float]:
    """The codes it is refused with, and after how many seconds."""
    start = perf_counter()
    with pytest.raises(CompileErrors) as caught:
        compile_source(text)
    return {diagnostic.code for diagnostic in caught.value.diagnostics}, perf_counter() - start


@pytest.fixture(scope="module", autouse=True)
def _grammar() -> None:
    """The parser is built once in a process; that is not what is measured."""
    refusal("let x = 1")


@pytest.mark.parametrize("piece", MEGABYTES.values(), ids=MEGABYTES.keys())
def test_a_megabyte_of_anything_is_refused_within_a_second(piece: str) -> None:
    text = piece * (MAX_SOURCE_BYTES // len(piece.encode()))
    assert refusal(text)[1] < WITHIN_S * NOISE


@pytest.mark.parametrize("sign", ["-", "not ", "(", "1 + ", "abs(", "if true then 1 else "])
def test_an_expression_without_end_is_refused_within_a_second(sign: str) -> None:
    for count in (MAX_DEPTH + 50, MAX_LEXEMES_A_STATEMENT // 8, MAX_LEXEMES):
        text = f"let x = {sign * count}1{')' * sign.count('(') * count}"
        found, seconds = refusal(text)
        assert found & {"SEC105", "SEC106", "SEC109", "SEC110"}
        assert seconds < WITHIN_S * NOISE


@pytest.mark.parametrize(
    ("before", "inside", "behind"),
    [
        ("if true {", "print 1", "}"),
        ("for i in 0 .. 9 {", "print 1", "}"),
        ("repeat at most 9 until c {", "print 1", "}"),
        ("[", "1", "]"),
        ("x[", "1", "]"),
        ("{a = ", "1", "}"),
        ("(extend ", "t", " { a = 1 })"),
    ],
)
def test_blocks_without_end_are_refused_within_a_second(before: str, inside: str, behind: str) -> None:
    found, seconds = refusal(("" if "print" in inside else "let r = ") + before * 2000 + inside + behind * 2000)
    assert "SEC105" in found
    assert seconds < WITHIN_S * NOISE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("# " + "x" * (MAX_SOURCE_BYTES - 2), "SEC106"),
        ("print 1\n" * MAX_STATEMENTS, "SEC109"),
        ("print 1 + 2 + 3 + 4 + 5\n" * (MAX_LEXEMES // 10), "SEC109"),
        ("let x = max(" + "1," * ((MAX_LEXEMES_A_STATEMENT - 7) // 2) + "1)", "SEC110"),
    ],
    ids=["length", "statements", "words and signs", "one statement"],
)
def test_the_limit_is_what_still_may_be(text: str, code: str) -> None:
    assert code not in codes(text)
    assert code in codes(text + (" + 1" if code == "SEC110" else "\nprint 1"))


def codes(text: str) -> set[str]:
    """What the layout alone says of it."""
    source = Source(text)
    problems = Problems(source)
    try:
        chunks(source, problems)
    except CompileErrors as errors:
        return {diagnostic.code for diagnostic in errors.diagnostics}
    return {diagnostic.code for diagnostic in problems.found.values()}
