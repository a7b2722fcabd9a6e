"""Where lines begin: where the author began them, around braces that hold several lines, and where one is too long.

Lives here: `written`, `with_braces`, `too_long`. Line ends are only ever added, so that it comes to an end, and only
where the layout rules see none (compiler/reading/layout.py) or, between the rows of a test, one that means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from secfuse.compiler.reading.layout import GOES_ON_BEFORE, GOES_ON_BEHIND

from .page import STEP, Line, Page
from .pieces import Document

WIDTH = 120

# What is broken first, among what stands in as many brackets: before these words, behind these signs.
_WORDS = {"else": 1, "then": 2, "under": 3, "because": 3, "or": 5, "and": 6}
_SIGNS = {",": 4, "|": 4, "==": 7, "!=": 7, "<=": 7, ">=": 7, "<": 7, ">": 7, "+": 8, "-": 8, "*": 9, "/": 9}
_BRACES, _OTHER_SIGN, _EQUALS = 0, 9, 25
_A_LEVEL = 10


def written(document: Document) -> frozenset[int]:
    """Where the author began lines; braces with nothing in them stay on one."""
    lines = {index for index, piece in enumerate(document.pieces) if piece.opens_statement or piece.on_new_line}
    empty = {close for start, close in document.partner.items() if close == start + 1 and document.text(close) == "}"}
    return frozenset({0} | lines - {close for close in empty if not _has_comment(document, close)})


def with_braces(document: Document, breaks: frozenset[int]) -> frozenset[int]:
    """Where braces hold a line end, one goes behind the opening and one before the closing brace."""
    count = list(accumulate(index in breaks for index in range(len(document.pieces))))
    around = (
        edge
        for start, close in document.partner.items()
        if start < close and document.text(start) == "{" and count[close] > count[start]
        for edge in (start + 1, close)
    )
    return breaks.union(around)


def too_long(document: Document, page: Page) -> frozenset[int]:
    """Where to break the lines that are wider than WIDTH; nothing where that cannot be helped."""
    wide = (line for line in page.lines if page.width(document, line) > WIDTH)
    return frozenset(index for line in wide for index in _chosen(document, page, line))


def _has_comment(document: Document, index: int) -> bool:
    return bool(document.pieces[index].above or document.pieces[index - 1].behind)


def _chosen(document: Document, page: Page, line: Line) -> Sequence[int]:
    """The places of the least rank: all braces or all `else`, of others as few as are needed."""
    ranked = list(_places(document, page, line))
    if not ranked:
        return ()
    least = min(rank for rank, _ in ranked)
    places = [index for rank, index in ranked if rank == least]
    if least % _A_LEVEL in (_BRACES, _WORDS["else"]) and not document.is_between_rows(places[0]):
        return places
    return _filled(document, page, line, places)


def _filled(document: Document, page: Page, line: Line, places: Sequence[int]) -> list[int]:
    """As much on each line as there is room for."""
    chosen: list[int] = []
    saved, last = 0, None
    for place in (*places, line.stop):
        end = page.columns[place - 1] + len(document.pieces[place - 1].text) - saved
        if end > WIDTH and last is not None:
            chosen.append(last)
            saved = page.columns[last] - line.indent - STEP
        last = place
    return chosen


def _places(document: Document, page: Page, line: Line) -> Iterator[tuple[int, int]]:
    """(rank, piece) for each place in a line where it may be broken."""
    for index in range(line.start + 1, line.stop):
        before, after = document.text(index - 1), document.text(index)
        level = document.depth[index] * _A_LEVEL
        if document.is_between_rows(index):
            yield level + _BRACES, index
        elif page.gaps[index] == 0:
            continue
        elif _is_edge(document, line, index):
            yield level - _A_LEVEL + _BRACES, index
        elif after in GOES_ON_BEFORE and after in _WORDS:
            yield level + _WORDS[after], index
        elif before == "=":
            yield level + _EQUALS, index
        elif before in GOES_ON_BEHIND and not before.isalpha() and before not in "([{:..":
            yield level + _SIGNS.get(before, _OTHER_SIGN), index


def _is_edge(document: Document, line: Line, index: int) -> bool:
    """True behind the opening and before the closing brace of a pair that stands in the line and holds something."""
    before, after = document.text(index - 1), document.text(index)
    if before == "{":
        return index != document.partner[index - 1] < line.stop
    return after == "}" and document.partner[index] >= line.start
