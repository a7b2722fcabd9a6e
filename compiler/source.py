"""The text of a program and places in it.

Lives here: `Source`, which turns offsets into lines and columns. Not here: how statements are found (layout.py).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from .circuit.graph import Span


@dataclass(frozen=True, slots=True)
class Source:
    """A program's text, the name of its file, and where its lines start."""

    text: str
    file: str = "<text>"
    starts: tuple[int, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        starts = (0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1]))
        object.__setattr__(self, "starts", starts)

    def span(self, start: int, end: int) -> Span:
        """The place between two offsets; `end` is behind the last character."""
        line = bisect_right(self.starts, start)
        return Span(start, end, line, start - self.starts[line - 1] + 1)

    def holds(self, span: Span) -> bool:
        """True for a place of this text; what a module says stands in another, and its places are none of ours."""
        return span.end <= len(self.text) and self.span(span.start, span.end) == span

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        first = self.starts[number - 1]
        last = self.starts[number] - 1 if number < len(self.starts) else len(self.text)
        return self.text[first:last].rstrip("\r")

    def words(self, span: Span) -> str:
        """What is written there, on one line."""
        return " ".join(self.text[span.start : span.end].split())
