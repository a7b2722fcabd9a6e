"""The door: a program's text in its one form.

Lives here: `format_source`, the order of the steps, and `one_line`. Not here: any step.
"""

from __future__ import annotations

from collections.abc import Iterator

from secfuse.compiler.errors import Problems
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source

from .blanks import blanks
from .breaks import too_long, with_braces, written
from .known import known
from .page import STEP, Page, place
from .pieces import Document, read


def format_source(text: str, file: str = "<text>") -> str:
    """The same program with the same comments, in the one form. Raises CompileErrors if it does not parse.

    Lines are broken until none is too long that could be broken. Since line ends are only added, and the result is read
    with the line ends it has, formatting it again changes nothing.
    """
    source = Source(text, file)
    problems = Problems(source)
    statements = parse(source, problems)
    problems.raise_if_any()
    document = read(source)
    between = blanks(document, known(statements))
    breaks = with_braces(document, written(document)) if document.pieces else frozenset()
    page = place(document, between, breaks)
    while more := too_long(document, page):
        breaks = with_braces(document, breaks | more)
        page = place(document, between, breaks)
    result = "".join(f"{line}\n" for line in _lines(document, page))
    assert _essence(read(Source(result, file))) == _essence(document), "formatting changes neither words nor comments"
    return result


def one_line(expression: str) -> str:
    """An expression that parses, on one line, without comments: the same text however it was written.

    >>> one_line("a+ # first\\n  f( b )")
    'a + f(b)'
    """
    source = Source(f"print ({expression}\n)")
    document = read(source)
    between = blanks(document, known(parse(source, Problems(source))))
    texts = [piece.text for piece in document.pieces[2:-1]]
    return "".join(" " * gap + text for gap, text in zip((0, *between[3:-1]), texts, strict=True))


def _lines(document: Document, page: Page) -> Iterator[str]:
    """All lines, comments included, without blanks at their ends."""
    behind = _columns_of_comments(document, page)
    for line in page.lines:
        first, last = document.pieces[line.start], document.pieces[line.stop - 1]
        deeper = STEP if first.text in (")", "]", "}") else 0
        yield from (" " * (line.indent + deeper) * bool(text) + text for text in first.above)
        code = " " * line.indent + first.text
        for index in range(line.start + 1, line.stop):
            code += " " * page.gaps[index] + document.pieces[index].text
        yield code.ljust(behind[line.start]) + last.behind if last.behind else code
    yield from document.last_comments


def _columns_of_comments(document: Document, page: Page) -> dict[int, int]:
    """By first piece, where the comment behind a line begins: on lines that follow each other in one column."""
    columns: dict[int, int] = {}
    group: list[int] = []
    for line in page.lines:
        if not document.pieces[line.stop - 1].behind or document.pieces[line.start].above:
            group = []
        if document.pieces[line.stop - 1].behind:
            group.append(line.start)
            widest = max(page.width(document, line) + STEP, columns.get(group[0], 0))
            columns |= dict.fromkeys(group, widest)
    return columns


def _essence(document: Document) -> tuple[list[tuple[str, bool, bool]], list[str]]:
    """What formatting must not change: words, where statements and their parts end, comments."""
    words = [
        (piece.text, piece.opens_statement, piece.separated and not document.is_between_rows(index))
        for index, piece in enumerate(document.pieces)
    ]
    comments = [c for piece in document.pieces for c in (*piece.above, piece.behind) if c]
    return words, comments + [c for c in document.last_comments if c]
