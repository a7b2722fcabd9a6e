"""What a syntax error says: what was found, what could stand there, in words.

Lives here: `Wrong` and its wording. Not here: how the place was found (parse.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secfuse.compiler.diagnostics import nearest
from secfuse.compiler.errors import Problems
from secfuse.compiler.source import Source

from .layout import Chunk, Lexeme

MOST_WORDS = 9


@dataclass(frozen=True, slots=True)
class Wrong:
    """Where a statement goes wrong, which terminals (name -> pattern) could stand there, and whether it could end.

    `unfinished`: the line ends at `offset`, though something was still to come.
    """

    offset: int
    unfinished: bool
    terminals: Mapping[str, str]
    may_end: bool


_KINDS = {
    "NAME": "a name",
    "NUMBER": "a number",
    "TEXT": 'a text in "…"',
    "DAY": 'a date, as in date "2013-05-01"',
    "_LINE_END": "the end of the line",
    "USE": "joined, grouped, compared, aggregated, ranked or shown",
    "ASSUMPTION": "an assumption",
    "COMPARE": "a comparison",
    "JOIN_KIND": "left, semi, anti or full join",
    "P_PERCENT": "p-percent",
    "TOGETHER": "unique together",
    "DIRECTION": "asc or desc",
    "ASSIGNED": "an assignment",
    "SORT": "sort TABLE by COLUMN",
    "TOP": "top NUMBER of TABLE by COLUMN",
    "DISTINCT": "distinct TABLE on COLUMN",
    "WINDOW": "window TABLE order COLUMN { … }",
    "PIVOT": "pivot TABLE by COLUMN on COLUMN { … }",
    "TABLE": "table { … }",
    "MATRIX": "matrix TABLE { … }",
}
_VALUES = (
    "NAME",
    "NUMBER",
    "TEXT",
    "DAY",
    "TRUE",
    "FALSE",
    "NOT",
    "MINUS",
    "LPAR",
    "LSQB",
    "LBRACE",
    "IF",
    "INT",
    "FIXED",
)
_OPERATORS = ("PLUS", "MINUS", "TIMES", "OVER", "MOD", "MATMUL", "POWER", "COMPARE", "AND", "OR", "LSQB")
_TABLES = (
    "JOIN", "JOIN_KIND", "EXTEND", "FILTER", "SELECT", "GROUP", "UNION",
    "SORT", "TOP", "DISTINCT", "WINDOW", "PIVOT", "TABLE", "MATRIX",
)  # fmt: skip


def report_wrong(source: Source, chunk: Chunk, wrong: Wrong, problems: Problems) -> None:
    """Report a syntax error: SEC107 for a reserved word in the place of a name, else SEC101."""
    found = _at(chunk, wrong.offset)
    span = source.span(wrong.offset, found.end if found and found.start == wrong.offset else wrong.offset + 1)
    expected = ", ".join(_words(wrong))
    if found is None or found.start != wrong.offset:
        what = "the end of the line" if found else "the end of the statement"
        last = chunk.lexemes[-1] if found is None else found
        span = source.span(last.start, last.end) if found is None else span
        problems.report("SEC101", span, what, expected, _ending_hint(wrong))
    elif found.kind == "word" and "NAME" in wrong.terminals and _is_reserved(found.text, wrong):
        problems.report("SEC107", span, f"the reserved word `{found.text}`", expected)
    else:
        problems.report("SEC101", span, _what(found), expected, _hint(found, wrong))


def _at(chunk: Chunk, offset: int) -> Lexeme | None:
    """The lexeme at or behind an offset; None behind the last."""
    return next((lexeme for lexeme in chunk.lexemes if lexeme.end > offset), None)


def _what(found: Lexeme) -> str:
    return "a text" if found.kind == "text" else f"`{found.text[:40]}`"


def _is_reserved(word: str, wrong: Wrong) -> bool:
    return re.fullmatch(wrong.terminals["NAME"], word) is None


def _words(wrong: Wrong) -> list[str]:
    """What could stand there, in words; groups of terminals as one."""
    words = list(_grouped(dict(wrong.terminals)))
    if wrong.may_end:
        words.append("the end of the statement")
    return words[:MOST_WORDS] + ["…"] * (len(words) > MOST_WORDS)


def _grouped(terminals: dict[str, str]) -> Iterator[str]:
    groups = (("NUMBER", "a value", _VALUES), ("PLUS", "an operator", _OPERATORS), ("JOIN", "a table", _TABLES))
    if "NAME" in terminals and "NUMBER" in terminals or "PLUS" in terminals:
        for mark, word, members in groups:
            if mark in terminals:
                yield word
                terminals = {name: pattern for name, pattern in terminals.items() if name not in members}
    for name in sorted(terminals):
        yield _KINDS.get(name) or f"`{_literal(terminals[name])}`"


def _literal(pattern: str) -> str:
    return pattern.removesuffix(r"\b").replace("\\", "")


def _hint(found: Lexeme, wrong: Wrong) -> str:
    """One remedy: the word that was probably meant, or a known slip."""
    literals = [_literal(pattern) for name, pattern in wrong.terminals.items() if name not in _KINDS]
    close = nearest(found.text, [word for word in literals if word.isalpha()]) if found.kind == "word" else ""
    if close:
        return close
    if found.text == "=" and "COMPARE" in wrong.terminals:
        return "a comparison is written =="
    return _ending_hint(wrong)


def _ending_hint(wrong: Wrong) -> str:
    """Where only one word, or nothing but one sign, may follow, say so."""
    others = {name: _literal(pattern) for name, pattern in wrong.terminals.items() if name not in _OPERATORS}
    words = [word for name, word in others.items() if word.isalpha() and name not in _KINDS]
    if len(words) == 1 and not any(name in _KINDS for name in others):
        return f"write `{words[0]}` here"
    only_sign = len(others) == len(wrong.terminals) == 1 and not any(name in _KINDS for name in others)
    return f"write `{next(iter(others.values()))}` here" if only_sign else ""
