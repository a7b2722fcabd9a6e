"""What stands in one column on lines that follow each other.

Lives here: `padding`. Names and types of columns, what may be done with them, titles of parties, equal signs of fields
and lets. An empty line ends a group of lines, and so does a line of another kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .pieces import TOP, Document

BEFORE_USES = 3
"""Blanks before `may be …`."""
UNEVENNESS = 16
"""By how much the parts before an equal sign may differ in width, to be put in one column."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line's kind, with the bracket it stands in, and the pieces that begin its columns; None for one it lacks."""

    kind: tuple[str, int]
    stops: tuple[int | None, ...]


def padding(document: Document, blanks: Sequence[int], spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """(piece, how many blanks more go before it), for lines given as (start, stop)."""
    group: list[tuple[int, Row]] = []
    for start, stop in spans:
        row = _row(document, blanks, start, stop)
        ended = group and (row is None or row.kind != group[-1][1].kind or "" in document.pieces[start].above)
        if ended:
            yield from _aligned(document, blanks, group)
            group = []
        if row:
            group.append((start, row))
    yield from _aligned(document, blanks, group)


def _aligned(document: Document, blanks: Sequence[int], group: Sequence[tuple[int, Row]]) -> Iterator[tuple[int, int]]:
    """Stop after stop, each put where the widest line has it."""
    at = [start for start, _ in group]
    widths = [0 for _ in group]
    for number in range(len(group[0][1].stops) if group else 0):
        ends: dict[int, int] = {}
        for line, (_, row) in enumerate(group):
            stop = row.stops[number]
            if stop is not None:
                texts = sum(len(document.pieces[index].text) for index in range(at[line], stop))
                ends[line] = widths[line] + texts + sum(blanks[index] for index in range(at[line] + 1, stop + 1))
        if not ends or (
            document.text(_stop(group, number)) == "=" and max(ends.values()) - min(ends.values()) > UNEVENNESS
        ):
            continue
        column = max(ends.values()) + (BEFORE_USES - 1 if document.text(_stop(group, number)) == "may" else 0)
        for line, end in ends.items():
            stop = group[line][1].stops[number]
            assert stop is not None, "only lines that have this stop were measured"
            yield stop, column - end
            at[line], widths[line] = stop, column


def _stop(group: Sequence[tuple[int, Row]], number: int) -> int:
    """Any piece that begins the column of that number."""
    return next((stop for _, row in group if (stop := row.stops[number]) is not None), TOP)


def _row(document: Document, blanks: Sequence[int], start: int, stop: int) -> Row | None:
    """The kind and stops of a line; None for a line that stands alone."""
    pieces, bracket = document.pieces, document.inside[start]
    level = [index for index in range(start, stop) if document.inside[index] == bracket]
    texts = [pieces[index].text for index in level]
    if pieces[start].opens_statement and len(texts) > 2:
        match texts:
            case ["party", _, _]:
                return Row(("party", TOP), (level[2],))
            case ["param" | "category", _, *_]:
                return Row(("declaration", TOP), (level[1], _first(level, texts, ":")))
            case _:
                pass
    if not document.begins[start] or len(texts) < 3:
        return None
    match texts:
        case [("let" | "var" | "given") as word, _, ":", *_]:
            return Row((f"{word} :", bracket), (level[2], _first(level, texts, "=")))
        case [("let" | "var" | "given") as word, _, "=", *_]:
            return Row((word, bracket), (level[2],))
        case [_, ":", *_] if bracket != TOP and blanks[level[1]]:
            uses = next((i for i, pair in zip(level, pairwise(texts), strict=False) if pair == ("may", "be")), None)
            return Row(("column", bracket), (level[1], uses))
        case [_, "=", *rest] if bracket != TOP and "=" not in rest:
            return Row(("field", bracket), (level[1],))
        case _:
            return None


def _first(level: Sequence[int], texts: Sequence[str], text: str) -> int | None:
    """The first piece of that text."""
    return level[texts.index(text)] if text in texts else None
