"""Where each piece stands: indents and columns.

Lives here: `place`, given where lines begin. Not here: where they begin (breaks.py), what stands in one column
(columns.py).

The contents of a bracket stand two to the right of the line that opens it, the closing bracket under that line. What
goes on stands two further to the right, save that `then` and `else` stand under their `if`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, takewhile

from .columns import padding
from .pieces import TOP, Document

STEP = 2
FURTHEST_IF = 50
"""Up to which column `then` and `else` stand under their `if`."""


@dataclass(frozen=True, slots=True)
class Line:
    """The pieces from `start` up to, not including, `stop`, and how many blanks stand before the first."""

    start: int
    stop: int
    indent: int


@dataclass(frozen=True, slots=True)
class Page:
    """All lines; each piece's column, counted from 0; how many blanks stand before each piece in its line."""

    lines: tuple[Line, ...]
    columns: tuple[int, ...]
    gaps: tuple[int, ...]

    def width(self, document: Document, line: Line) -> int:
        """How wide a line is, without the comment behind it."""
        return self.columns[line.stop - 1] + len(document.pieces[line.stop - 1].text)


def place(document: Document, blanks: tuple[int, ...], breaks: Iterable[int]) -> Page:
    """The page on which a line begins at each piece of `breaks`."""
    spans = list(pairwise((*sorted(breaks), len(document.pieces))))
    gaps = list(blanks)
    for index, more in padding(document, blanks, spans):
        gaps[index] += more
    walk = _Walk(document)
    for start, stop in spans:
        walk.line(start, stop, gaps)
    return Page(tuple(walk.lines), tuple(walk.columns), tuple(gaps))


class _Walk:
    """Goes over the lines once; the state is where brackets were opened and where each `if` stands."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lines: list[Line] = []
        self.columns: list[int] = []
        self.indent_at = {TOP: -STEP}
        self.ifs: list[list[int]] = [[]]
        self.under_else = 0

    def line(self, start: int, stop: int, gaps: list[int]) -> None:
        indent = column = self.indent(start, stop)
        self.lines.append(Line(start, stop, indent))
        for index in range(start, stop):
            text = self.document.pieces[index].text
            column += gaps[index] if index > start else 0
            self.columns.append(column)
            self.note(index, text, indent)
            column += len(text)

    def indent(self, start: int, stop: int) -> int:
        document = self.document
        piece = document.pieces[start]
        if piece.opens_statement:
            return 0
        if start in document.partner and document.partner[start] < start:
            return self.indent_at[self.last_closed(start, stop)]
        if piece.text in ("then", "else") and self.ifs[-1] and self.ifs[-1][-1] <= FURTHEST_IF:
            return self.ifs[-1][-1]
        return self.indent_at[document.inside[start]] + STEP + (0 if document.begins[start] else STEP)

    def last_closed(self, start: int, stop: int) -> int:
        """The opening bracket of the last of the closing ones that a line begins with."""
        partner = self.document.partner
        closing = takewhile(lambda index: partner.get(index, index) < index, range(start, stop))
        return partner[max(closing)]

    def note(self, index: int, text: str, indent: int) -> None:
        if self.document.pieces[index].opens_statement:
            self.ifs = [[]]
        match text:
            case "(" | "[" | "{":
                self.indent_at[index] = indent
                self.ifs.append([])
            case ")" | "]" | "}":
                self.ifs.pop()
            case "if":
                self.ifs[-1].append(self.under_if(index))
            case "else" if self.ifs[-1]:
                self.under_else = self.ifs[-1].pop()
            case _:
                pass

    def under_if(self, index: int) -> int:
        """The `if` of an `else if` stands for the first of its chain."""
        goes_on = not self.document.pieces[index].opens_statement and self.document.text(index - 1) == "else"
        return self.under_else if goes_on else self.columns[index]
