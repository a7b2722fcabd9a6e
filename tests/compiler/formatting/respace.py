"""The same program written by somebody with other habits.

Lives here: `respaced`, which changes blanks, line ends and comments of a program but no word of it.
"""

from __future__ import annotations

from random import Random

from secfuse.compiler.errors import Problems
from secfuse.compiler.reading.layout import GOES_ON_BEFORE, GOES_ON_BEHIND, Lexeme, chunks
from secfuse.compiler.source import Source

COMMENTS = ["# why", '#"quoted" and {', "  # (", "#"]


def respaced(text: str, random: Random) -> str:
    """Blanks, line ends and comments drawn anew wherever the language has no opinion on them."""
    source = Source(text)
    parts: list[str] = []
    for chunk in chunks(source, Problems(source)):
        parts += [_line_end(random) if parts else "", chunk.lexemes[0].text]
        open_ = [chunk.lexemes[0].text]
        for before, after in zip(chunk.lexemes, chunk.lexemes[1:], strict=False):
            counts = any(before.end <= end < after.start for end in chunk.line_ends)
            parts += [_line_end(random) + _blank(random) if counts else _gap(before, after, open_, random), after.text]
            if after.text in "([{":
                open_.append(after.text)
            elif after.text in ")]}":
                open_.pop()
    return "".join(parts) + random.choice(["", "\n", "\n\n  # the end", "  # the end\n"])


def _gap(before: Lexeme, after: Lexeme, open_: list[str], random: Random) -> str:
    """A gap in which no line end counts."""
    free = open_[-1] in "([" or before.text in GOES_ON_BEHIND or after.text in GOES_ON_BEFORE
    if open_[0] != "assume" and free and random.random() < 0.15:
        return _line_end(random) + _blank(random)
    if before.end == after.start:
        return _blank(random) if random.random() < 0.2 and open_[0] != "assume" else ""
    return _blank(random) or " "


def _blank(random: Random) -> str:
    return random.choice(["", " ", " ", "  ", "\t", "      "])


def _line_end(random: Random) -> str:
    comment = random.choice(COMMENTS) if random.random() < 0.2 else ""
    own_line = f"{_blank(random)}{random.choice(COMMENTS)}\n" if random.random() < 0.2 else ""
    return comment + random.choice(["\n", "\n", "\r\n", "\n\n", "\n\n\n \n"]) + own_line
