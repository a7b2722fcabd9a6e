"""From text to the syntax tree, statement by statement.

Lives here: `parse`, and what is tried again where something is wrong. A statement that cannot be read is reported and
becomes `Broken`; the others are read all the same. Not here: where statements end (layout.py), the parser itself
(machine.py), how a syntax error is worded (expected.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.errors import Problems
from secfuse.compiler.source import Source

from .expected import Wrong, report_wrong
from .layout import MAX_DEPTH, Chunk, Lexeme, chunks
from .machine import END, Machine, SpanOf, TooDeep
from .tables import tables

MAX_ERRORS_A_STATEMENT = 20
Lines: TypeAlias = list[tuple[Lexeme, ...]]


def parse(source: Source, problems: Problems) -> tuple[s.Statement, ...]:
    """All statements of a source, in order; mistakes of layout and grammar are reported."""
    return tuple(_statement(source, chunk, problems) for chunk in chunks(source, problems))


@cache
def is_reserved(word: str) -> bool:
    """True for a word that can name nothing."""
    return re.fullmatch(tables().patterns["NAME"], word) is None


def _statement(source: Source, chunk: Chunk, problems: Problems) -> s.Statement:
    """Read one statement. Inside braces, a line that is wrong is taken out and the rest tried again, so that all
    wrong lines of a block are reported.
    """
    broken = _broken(source, chunk)
    if chunk.broken:
        return broken
    lines = _lines(chunk)
    for errors in range(MAX_ERRORS_A_STATEMENT):
        try:
            found = _read(source, lines, chunk)
        except TooDeep as deep:
            span = source.span(deep.start, deep.end)
            problems.report("SEC105", span, f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels")
            return broken
        if not isinstance(found, Wrong):
            return broken if errors else found
        report_wrong(source, chunk, found, problems)
        rest = _without(lines, found.offset - found.unfinished)
        if rest is None:
            return broken
        lines = rest
    return broken


def _broken(source: Source, chunk: Chunk) -> s.Broken:
    first, *rest = chunk.lexemes
    name = rest[0].text if rest and rest[0].kind == "word" else ""
    return s.Broken(source.span(chunk.start, chunk.end), first.text, name)


def _lines(chunk: Chunk) -> Lines:
    """The lexemes of a statement, cut at line ends and around braces."""
    lines: list[list[Lexeme]] = [[]]
    ends = iter((*chunk.line_ends, chunk.end))
    end = next(ends)
    for lexeme in chunk.lexemes:
        if lexeme.start > end:
            end = next(ends)
            lines.append([])
        elif lexeme.text == "}":
            lines.append([])
        lines[-1].append(lexeme)
        if lexeme.text == "{":
            lines.append([])
    return [tuple(line) for line in lines if line]


def _without(lines: Lines, offset: int) -> Lines | None:
    """All lines but the one that holds the offset. Of a line that opens a block, its closing brace goes too and what
    is inside stays; a block that nothing would be left of goes as a whole. None: the statement's own line is wrong.
    """
    at = next((index for index, line in enumerate(lines) if line[-1].end > offset), len(lines) - 1)
    gone = _to_take_out(lines, at)
    while gone:
        rest = [line for index, line in enumerate(lines) if index not in gone]
        if not (rest[at - 1][-1].text == "{" and rest[at][0].text == "}"):
            return rest
        lines, at = rest, at - 1
        gone = _to_take_out(lines, at)
    return None


def _to_take_out(lines: Lines, at: int) -> set[int]:
    """A line, or the two that open and close a block; nothing where that leaves no statement."""
    line = lines[at]
    if at == 0 or line[0].text == "}":
        return set()
    if line[-1].text != "{":
        return {at}
    depth = 0
    for index in range(at, len(lines)):
        depth += (lines[index][-1].text == "{") - (lines[index][0].text == "}")
        if depth == 0:
            return {at, index} if len(lines[index]) == 1 else set()
    return set()


def _read(source: Source, lines: Lines, chunk: Chunk) -> s.Statement | Wrong:
    """The syntax of a statement, or where and why there is none."""
    machine = Machine(tables(), _span_of(source, chunk))
    text, at = _text(source, lines, chunk), chunk.start
    for word, start in _words(lines, text, chunk):
        if start < at:
            continue  # the second word of a terminal with several
        terminal = machine.terminal(word, text, start - chunk.start)
        if terminal is None:
            return _stopped(source, chunk, start, machine)
        name, length = terminal
        at = start + length
        if not machine.take(name, text[start - chunk.start : at - chunk.start], start, at):
            return _stopped(source, chunk, start, machine)
    if not machine.take(END, "", chunk.end, chunk.end):
        return _stopped(source, chunk, chunk.end, machine)
    statement: s.Statement = machine.entries[0][0]
    return statement


def _span_of(source: Source, chunk: Chunk) -> SpanOf:
    """Places of a statement; of one on a single line, without looking for the line each time."""
    first = source.span(chunk.start, chunk.end)
    if source.text.find("\n", chunk.start, chunk.end) >= 0:
        return source.span
    line, before = first.line, chunk.start - first.column
    return lambda start, end: Span(start, end, line, start - before)


def _words(lines: Lines, text: str, chunk: Chunk) -> Iterator[tuple[str, int]]:
    """All lexemes of a statement with their places, and the line ends that separate."""
    at = 0
    for line in lines:
        end = text.find("\n", at, line[0].start - chunk.start)
        if end >= 0:
            yield "\n", chunk.start + end
        for lexeme in line:
            yield lexeme.text, lexeme.start
        at = line[-1].end - chunk.start


def _text(source: Source, lines: Lines, chunk: Chunk) -> str:
    """What the parser sees: each lexeme at its own place, blanks between them, the line ends that separate."""
    if len(lines) == 1 and not chunk.line_ends:
        text = source.text[chunk.start : chunk.end]
        if not any(sign in text for sign in "\n\r\f\ufeff#"):
            return text
    parts: list[str] = []
    ends, at = set(chunk.line_ends), chunk.start
    for line in lines:
        gap = range(at, line[0].start)
        between_lines = bool(parts) and parts[-1] != "{" and line[0].text != "}"
        separated = between_lines and any(offset in ends for offset in gap)
        parts.append(("\n" if separated else "").ljust(len(gap)))
        at = line[0].start
        for lexeme in line:
            parts += (" " * (lexeme.start - at), lexeme.text)
            at = lexeme.end
    return "".join(parts)


def _stopped(source: Source, chunk: Chunk, offset: int, machine: Machine) -> Wrong:
    accepted = machine.accepted()
    patterns = {name: machine.tables.patterns[name] for name in accepted if name != END}
    return _wrong(source, chunk, offset, patterns, END in accepted)


def _wrong(source: Source, chunk: Chunk, offset: int, words: dict[str, str], may_end: bool) -> Wrong:
    """Where a line ends too early, the mistake is there and not at the beginning of the next."""
    before = [lexeme for lexeme in chunk.lexemes if lexeme.end <= offset]
    if not before or before[-1].text in ("{", "(", "[", ",") or offset == chunk.end:
        return Wrong(offset, False, words, may_end)
    if all(lexeme.start != offset for lexeme in chunk.lexemes):
        return Wrong(before[-1].end, True, words, may_end)
    gap = range(before[-1].end, offset)
    if "\n" not in source.text[gap.start : gap.stop] or any(end in gap for end in chunk.line_ends):
        return Wrong(offset, False, words, may_end)
    return Wrong(before[-1].end, True, words, may_end)
