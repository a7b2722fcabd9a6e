"""Statements one by one: what is read, what is reported where something cannot be read, how deep it may be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from secfuse.compiler import syntax as s
from secfuse.compiler.errors import Diagnostic, Problems
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source


def read(text: str) -> tuple[tuple[s.Statement, ...], list[Diagnostic]]:
    source = Source(text)
    problems = Problems(source)
    return parse(source, problems), list(problems.found.values())


def expression(text: str) -> s.Value:
    """What stands behind `let r =`."""
    (let,), found = read(f"let r = {text}")
    assert found == []
    assert isinstance(let, s.Let)
    return let.value


def shape(value: s.Value | s.Name) -> str:
    """An expression with all its brackets."""
    match value:
        case s.Name(text=text):
            return text
        case s.Number(value=number):
            return str(number)
        case s.Binary(operator=operator, left=left, right=right):
            return f"({shape(left)} {operator} {shape(right)})"
        case s.Unary(operator=operator, operand=operand):
            return f"({operator} {shape(operand)})"
        case s.Choice(condition=condition, yes=yes, no=no):
            return f"({shape(condition)} ? {shape(yes)} : {shape(no)})"
        case s.Call(function=function, arguments=arguments):
            return f"{function.text}({', '.join(map(shape, arguments))})"
        case s.Member(owner=owner, name=name):
            return f"{owner.text}.{name.text}"
        case _:
            return type(value).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("-a * b", "((- a) * b)"),
        ("- 5 - -5", "(-5 - -5)"),
        ("not a and b or c", "(((not a) and b) or c)"),
        ("not a == b", "(not (a == b))"),
        ("a < b + 1", "(a < (b + 1))"),
        ("if a then b else if c then d else e", "(a ? b : (c ? d : e))"),
        ("(if a then b else c) + 1", "((a ? b : c) + 1)"),
        ("max(t.x, int(y), 3)", "max(t.x, int(y), 3)"),
        ("1_000.25", "1000.25"),
    ],
)
def test_operators_bind_as_they_should(text: str, expected: str) -> None:
    assert shape(expression(text)) == expected


def test_a_number_keeps_its_decimals() -> None:
    assert expression("2.50") == s.Number(Source("let r = 2.50").span(8, 12), Decimal("2.50"), 2)


def test_places_are_those_of_the_whole_text() -> None:
    text = "let a = 1\nlet b = extend t {\n  c = x +\n      y\n}"
    (_, let), _ = read(text)
    assert isinstance(let, s.Let)
    assert isinstance(let.value, s.Extend)
    span = let.value.fields[0].value.span
    assert (span.line, span.column, text[span.start : span.end]) == (3, 7, "x +\n      y")


def test_words_are_words() -> None:
    """`total` does not begin with `to`, nor `rowsum` with `rows`."""
    (_, second, third), found = read("disclose x total a\nlet total = tox\nlet rowsum = rows1")
    assert [d.found for d in found] == ["`total`"]
    assert isinstance(second, s.Let)
    assert isinstance(third, s.Let)


@pytest.mark.parametrize(
    ("text", "code", "column", "found", "expected", "hint"),
    [
        ("let r = ", "SEC101", 7, "the end of the statement", "a value, a table", ""),
        ("let r = 1 2", "SEC101", 11, "`2`", "an operator, the end of the statement", ""),
        ("let r = a = b", "SEC101", 11, "`=`", "an operator", "a comparison is written =="),
        ("let r = if a then b", "SEC101", 19, "the end of the statement", "`else`", "write `else` here"),
        ("let where = 1", "SEC107", 5, "the reserved word `where`", "a name", ""),
        ("party airline", "SEC101", 7, "the end of the statement", 'a text in "…"', ""),
        ("polcy p { groups of at least 1 }", "SEC101", 1, "`polcy`", "`assert`", "did you mean `policy`?"),
        ("policy p { groups of at lest 1 }", "SEC101", 25, "`lest`", "`least`", "did you mean `least`?"),
        ("disclose x to p because \"x\"", "SEC101", 17, "`because`", "`,`, `under`", "write `under` here"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(
    text: str, code: str, column: int, found: str, expected: str, hint: str
) -> None:
    (broken,), (diagnostic,) = read(text)
    assert isinstance(broken, s.Broken)
    assert (diagnostic.code, diagnostic.span.column, diagnostic.found) == (code, column, found)
    assert diagnostic.expected.startswith(expected)
    assert hint in diagnostic.hint


def test_several_mistakes_of_a_block_and_of_its_neighbours_are_found_together() -> None:
    text = """let a = 1 +
input t from p at most 10 rows {
  x int
  y : bool
  z : int in 0 ..
}
let b = 2
policy q {
  groups at least 5
  top 1 below 50
}
"""
    statements, found = read(text)
    assert [d.span.line for d in found] == [1, 3, 5, 9, 10]
    assert [type(statement).__name__ for statement in statements] == ["Broken", "Broken", "Let", "Broken"]
    assert [b.name for b in statements if isinstance(b, s.Broken)] == ["a", "t", "q"]


def test_mistakes_in_nested_blocks_hide_no_others() -> None:
    text = """fn f(x: int) -> int {
  let a = 1 +
  for i on 0 .. 3 {
    a = = 2
    b = 3
  }
  if x {
    c = *
  }
  repeat most 3 until b {
    b = 4 5
  }
  let d = extend t {
    e = 1 2
  }
  return
}
let g = 1
"""
    statements, found = read(text)
    assert [d.span.line for d in found] == [2, 3, 4, 8, 10, 11, 14, 16]
    assert [type(statement).__name__ for statement in statements] == ["Broken", "Let"]


@pytest.mark.parametrize(
    "nested",
    [
        "(" * 199 + "1" + ")" * 199,
        " + ".join(["1"] * 199),
        "abs(" * 197 + "1" + ")" * 197,
        "".join(f"if a == {i} then {i} else " for i in range(197)) + "0",
    ],
    ids=["brackets", "operators", "calls", "branches"],
)
def test_two_hundred_levels_are_read_and_a_few_more_are_refused(nested: str) -> None:
    assert read(f"let r = {nested}")[1] == []
    deeper = f"let r = if a then b else 1 + 1 + 1 - (({nested}))"
    assert {d.code for d in read(deeper)[1]} == {"SEC105"}
