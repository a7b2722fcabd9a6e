"""From text to the syntax tree, statement by statement.

Lives here: the only use of lark. A statement that cannot be read is reported and becomes `Broken`; the others are
read all the same. Not here: where statements end (layout.py), what a rule becomes (build.py), how a syntax error is
worded (expected.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import PatternRE, PatternStr, TerminalDef

from secfuse.compiler import syntax as s
from secfuse.compiler.errors import Problems
from secfuse.compiler.source import Source

from .build import BUILD
from .expected import Wrong, report_wrong
from .layout import MAX_DEPTH, Chunk, Lexeme, chunks

MAX_ERRORS_A_STATEMENT = 20


def parse(source: Source, problems: Problems) -> tuple[s.Statement, ...]:
    """All statements of a source, in order; mistakes of layout and grammar are reported."""
    return tuple(_statement(source, chunk, problems) for chunk in chunks(source, problems))


@cache
def _lark() -> Lark:
    """The parser, built from the grammar once in a process; no cache file, which would have to be unpickled."""
    grammar = files("secfuse.grammar").joinpath("sec.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start="statement",
        propagate_positions=True,
        maybe_placeholders=False,
        edit_terminals=_whole_words,
    )


@cache
def is_reserved(word: str) -> bool:
    """True for a word that can name nothing."""
    return re.fullmatch(_lark().get_terminal("NAME").pattern.to_regexp(), word) is None


def _whole_words(terminal: TerminalDef) -> None:
    """A literal made of letters matches a whole word, and goes before a name: else `total` would begin with `to`."""
    if isinstance(terminal.pattern, PatternStr) and terminal.pattern.value.isalpha():
        terminal.pattern = PatternRE(terminal.pattern.value + r"\b")
        terminal.priority = 1


def _statement(source: Source, chunk: Chunk, problems: Problems) -> s.Statement:
    """Read one statement. Inside braces, a line that is wrong is taken out and the rest tried again, so that all
    wrong lines of a block are reported.
    """
    broken = _broken(source, chunk)
    if chunk.broken:
        return broken
    lines = _lines(chunk)
    for errors in range(MAX_ERRORS_A_STATEMENT):
        tree = _tree(source, lines, chunk)
        if isinstance(tree, Tree):
            return broken if errors else _built(source, chunk, tree, problems) or broken
        report_wrong(source, chunk, tree, problems)
        at = _wrong_line(lines, tree.offset - tree.unfinished)
        if at is None or (lines[at - 1][-1].text == "{" and lines[at + 1][0].text == "}"):
            return broken
        del lines[at]
    return broken


def _broken(source: Source, chunk: Chunk) -> s.Broken:
    first, *rest = chunk.lexemes
    name = rest[0].text if rest and rest[0].kind == "word" else ""
    return s.Broken(source.span(chunk.start, chunk.end), first.text, name)


def _lines(chunk: Chunk) -> list[tuple[Lexeme, ...]]:
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


def _wrong_line(lines: list[tuple[Lexeme, ...]], offset: int) -> int | None:
    """Which line holds the offset, if it can be taken out: braces stay, and so does the first line."""
    for index, line in enumerate(lines):
        if line[-1].end > offset or index == len(lines) - 1:
            removable = index > 0 and not any(lexeme.text in ("{", "}") for lexeme in line)
            return index if removable else None
    return None


def _text(lines: list[tuple[Lexeme, ...]], chunk: Chunk) -> str:
    """What the parser reads: each lexeme at its own place, blanks between them, the line ends that separate."""
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


def _tree(source: Source, lines: list[tuple[Lexeme, ...]], chunk: Chunk) -> Tree[Token] | Wrong:
    """The parse tree of a statement, or where and why there is none."""
    parser = _lark().parse_interactive(_text(lines, chunk), start="statement")
    try:
        parser.exhaust_lexer()
        tree = parser.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        offset = _offset(error)
        accepted: set[str] = parser.accepts()  # type: ignore[no-untyped-call]
        words = {name: str(_lark().get_terminal(name).pattern.value) for name in accepted if name != "$END"}
        return _wrong(source, chunk, chunk.end if offset is None else chunk.start + offset, words, "$END" in accepted)
    assert isinstance(tree, Tree)
    return tree


def _wrong(source: Source, chunk: Chunk, offset: int, words: dict[str, str], may_end: bool) -> Wrong:
    """Where a line ends too early, the mistake is there and not at the beginning of the next."""
    before = [lexeme for lexeme in chunk.lexemes if lexeme.end <= offset]
    if not before or before[-1].text in ("{", "(", "[", ",") or offset == chunk.end:
        return Wrong(offset, False, words, may_end)
    gap = range(before[-1].end, offset)
    if "\n" not in source.text[gap.start : gap.stop] or any(end in gap for end in chunk.line_ends):
        return Wrong(offset, False, words, may_end)
    return Wrong(before[-1].end, True, words, may_end)


def _offset(error: UnexpectedInput) -> int | None:
    """Where the parser stopped; None at the end."""
    match error:
        case UnexpectedToken(token=token):
            return None if token.type == "$END" else token.start_pos
        case UnexpectedCharacters(pos_in_stream=position):
            return position
        case _:
            return None


def _built(source: Source, chunk: Chunk, tree: Tree[Token], problems: Problems) -> s.Statement | None:
    """The syntax tree of a parse tree, built from the leaves without recursion; None if it is too deep."""
    finished: list[tuple[Any, int]] = []
    for part in _leaves_first(tree):
        if isinstance(part, Token):
            finished.append((_word(source, chunk, part), 0))
            continue
        first = len(finished) - len(part.children)
        children = finished[first:]
        del finished[first:]
        depth = (part.data != "arguments") + max((d for _, d in children), default=0)
        span = source.span(chunk.start + part.meta.start_pos, chunk.start + part.meta.end_pos)
        if depth > MAX_DEPTH:
            problems.report("SEC105", span, f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels")
            return None
        finished.append((BUILD[part.data](span, *(c for c, _ in children)), depth))
    ((statement, _),) = finished
    return statement


def _leaves_first(tree: Tree[Token]) -> Iterator[Tree[Token] | Token]:
    """All parts of a tree, each after its own parts."""
    stack: list[tuple[Tree[Token] | Token, bool]] = [(tree, False)]
    while stack:
        part, seen = stack.pop()
        if seen or isinstance(part, Token):
            yield part
        else:
            stack.append((part, True))
            stack.extend((child, False) for child in reversed(part.children))


def _word(source: Source, chunk: Chunk, token: Token) -> s.Name:
    assert token.start_pos is not None
    start = chunk.start + token.start_pos
    return s.Name(source.span(start, start + len(token)), str(token))
