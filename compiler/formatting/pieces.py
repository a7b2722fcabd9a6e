"""A program as words and signs with the comments between them.

Lives here: `Piece`, `Document` and how they are read from a source. Not here: any opinion on form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from secfuse.compiler.errors import Problems
from secfuse.compiler.reading.layout import Lexeme, chunks
from secfuse.compiler.source import Source

BLANKS = " \t\r\f\ufeff"
TOP = -1
"""In the place of an opening bracket: outside all brackets."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, number, text or sign, at which offset it stood, and what stood around it.

    `separated`: the line end before it ends a part of the statement. `tight`: nothing stood before it. `above`: the
    lines of comment before it, "" for an empty one. `behind`: the comment behind it on its line.
    """

    kind: str
    text: str
    start: int
    opens_statement: bool
    on_new_line: bool
    separated: bool
    tight: bool
    above: tuple[str, ...]
    behind: str


@dataclass(frozen=True, slots=True)
class Document:
    """All pieces; of each the first of its statement, the innermost open bracket, how many are open; bracket pairs.

    `inside[i]` is the index of the opening bracket, or TOP. A closing bracket is inside its own pair. `begins[i]`: a
    statement or a part of a bracket's contents begins there; elsewhere one goes on.
    """

    pieces: tuple[Piece, ...]
    statement: tuple[int, ...]
    inside: tuple[int, ...]
    depth: tuple[int, ...]
    partner: dict[int, int]
    begins: tuple[bool, ...]
    last_comments: tuple[str, ...]

    def text(self, index: int) -> str:
        """The word or sign at an index; nothing at TOP."""
        return "" if index == TOP else self.pieces[index].text

    def is_between_rows(self, index: int) -> bool:
        """True for the second bracket of `{ (…)  (…) }`: a line may end before it, but need not."""
        return _is_between_rows(self.pieces, self.inside, index)


def read(source: Source) -> Document:
    """The document of a source, which must parse."""
    statements = chunks(source, Problems(source))
    lexemes = [lexeme for chunk in statements for lexeme in chunk.lexemes]
    first = {chunk.start for chunk in statements}
    line_ends = {end for chunk in statements for end in chunk.line_ends}
    bounds = [0, *(end for lexeme in lexemes for end in (lexeme.start, lexeme.end)), len(source.text)]
    gaps = [source.text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    pieces: list[Piece] = []
    for number, lexeme in enumerate(lexemes):
        gap = gaps[number]
        separated = bounds[2 * number] + gap.rfind("\n") in line_ends and "\n" in gap
        before = lexemes[number - 1].text if number else ""
        above = _above(gap, before, lexeme.text)
        behind = gaps[number + 1].split("\n")[0].strip(BLANKS)
        on_new_line = number > 0 and "\n" in gap
        opens = lexeme.start in first
        pieces.append(
            Piece(lexeme.kind, lexeme.text, lexeme.start, opens, on_new_line, separated, not gap, above, behind)
        )
    inside, depth, partner = _brackets(lexemes)
    last = _above(gaps[-1] + "\n", lexemes[-1].text if lexemes else "", "}")
    starts = tuple(accumulate((number if piece.opens_statement else 0 for number, piece in enumerate(pieces)), max))
    begins = tuple(_begins(pieces, inside))
    return Document(tuple(pieces), starts, inside, depth, partner, begins, last)


def _above(gap: str, before: str, after: str) -> tuple[str, ...]:
    """The lines of comment in a gap, empty ones at most one by one, and none beside a bracket or at the file's ends."""
    lines = [line.strip(BLANKS) for line in gap.split("\n")][1 if before else 0 : -1]
    if before in ("", "(", "[", "{"):
        lines = _without_first_blanks(lines)
    if after in (")", "]", "}"):
        lines = _without_first_blanks(lines[::-1])[::-1]
    return tuple(line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1])


def _without_first_blanks(lines: list[str]) -> list[str]:
    first = next((number for number, line in enumerate(lines) if line), len(lines))
    return lines[first:]


def _brackets(lexemes: Sequence[Lexeme]) -> tuple[tuple[int, ...], tuple[int, ...], dict[int, int]]:
    """For each lexeme the innermost open bracket and how many are open; for each bracket its partner."""
    open_: list[int] = []
    inside: list[int] = []
    depth: list[int] = []
    partner: dict[int, int] = {}
    for index, lexeme in enumerate(lexemes):
        inside.append(open_[-1] if open_ else TOP)
        depth.append(len(open_))
        if lexeme.text in ("(", "[", "{"):
            open_.append(index)
        elif lexeme.text in (")", "]", "}"):
            opening = open_.pop()
            partner |= {opening: index, index: opening}
    return tuple(inside), tuple(depth), partner


def _begins(pieces: Sequence[Piece], inside: Sequence[int]) -> Iterator[bool]:
    """Whether a part begins at each piece. In braces a comma separates too, save in `may be joined, grouped`."""
    in_uses: dict[int, bool] = {}
    for index, piece in enumerate(pieces):
        bracket = inside[index]
        kind = pieces[bracket].text if bracket != TOP else ""
        behind_comma = index > 0 and pieces[index - 1].text == "," and kind == "{"
        at_edge = piece.opens_statement or piece.separated or index - 1 == bracket
        begins = at_edge or kind in ("(", "[") or _is_between_rows(pieces, inside, index)
        if at_edge:
            in_uses[bracket] = False
        if index > 0 and (pieces[index - 1].text, piece.text) == ("may", "be"):
            in_uses[bracket] = True
        yield begins or (behind_comma and not in_uses.get(bracket, False))


def _is_between_rows(pieces: Sequence[Piece], inside: Sequence[int], index: int) -> bool:
    bracket = inside[index]
    in_braces = bracket != TOP and pieces[bracket].text == "{"
    return in_braces and (pieces[index - 1].text, pieces[index].text) == (")", "(")
