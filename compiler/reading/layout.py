"""Where statements end: the token filter in front of the parser.

Lives here: the scanner that knows words, texts, comments and brackets, blanks whatever the grammar need not see, and
cuts a source into statements, so that one broken statement does not hide the mistakes of the next. Not here: the
grammar of a statement (grammar/sec.lark).

A line's end ends a statement, save inside ( and [, behind an operator, comma or opening bracket, and where the next
line begins with `else then and or under because`, an operator, a comma or a closing bracket. Inside { } it separates.
A line that begins with a statement's own words, `let x`, begins one outside brackets and right inside { }, so that what
was left unfinished swallows nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.errors import Problems
from secfuse.compiler.source import Source

MAX_SOURCE_BYTES = 1 << 20
MAX_LEXEMES = 120_000
MAX_STATEMENTS = 12_000
MAX_LEXEMES_A_STATEMENT = 10_000
MAX_DEPTH = 200

# The end of a line swallows all empty lines and lines of comment behind it: nobody waits for a megabyte of them.
_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\f\ufeff]+|\#[^\n]*)
      | (?P<line_end>\n(?:[ \t\r\f\ufeff]*+(?:\#[^\n]*+)?\n)*+)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>[0-9][0-9_]*(?:\.[0-9][0-9_]*)?)
      | (?P<text>"[^"\n]*")
      | (?P<open_text>"[^"\n]*)
      | (?P<sign>\.\.<|\.\.|\*\*|->|==|!=|<=|>=|[-+*/@<>=:,.?|%(){}\[\]])
      | (?P<foreign>[^\x00-\x7f]+|.)""",
    re.VERBOSE,
)
_OPERATORS = frozenset(["..<", "..", "**", "->", "==", "!=", "<=", ">=", *"+-*/@<>=,.|"])
GOES_ON_BEHIND = _OPERATORS | frozenset(["and", "or", "not", "then", "else", ":", "(", "[", "{"])
GOES_ON_BEFORE = _OPERATORS | frozenset(["else", "then", "and", "or", "under", "because", ")", "]", "}"])
_CLOSES = {")": "(", "]": "[", "}": "{"}
_DECLARATIONS = ("program", "purpose", "party", "compute", "assume", "category", "param", "input", "policy")
_COMPUTATION = ("import", "fn", "let", "var", "for", "repeat", "return", "disclose", "print", "assert")
_STARTS = frozenset((*_DECLARATIONS, *_COMPUTATION, "test"))


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of the source that the grammar sees."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One statement: its lexemes, and the offsets of the line ends that separate parts of it.

    `broken`: something is wrong with its texts or brackets and was reported; it is not to be parsed.
    """

    lexemes: tuple[Lexeme, ...]
    line_ends: tuple[int, ...]
    broken: bool

    @property
    def start(self) -> int:
        return self.lexemes[0].start

    @property
    def end(self) -> int:
        return self.lexemes[-1].end


def chunks(source: Source, problems: Problems) -> tuple[Chunk, ...]:
    """The statements of a source. Mistakes of layout are reported; one that is too long is raised at once."""
    if len(source.text.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        problems.report("SEC106", source.span(0, 1), f"{len(source.text)} characters", "at most 1 MiB of text")
        problems.raise_if_any()
    lexemes = _scan(source, problems)
    balanced = _Cutter(source, Problems(source), resume_at_words=False)
    balanced.cut(lexemes)
    # Only where brackets do not match, a statement may begin inside them.
    cutter = _Cutter(source, problems, resume_at_words=balanced.mismatched)
    return cutter.cut(lexemes)


def _scan(source: Source, problems: Problems) -> list[Lexeme]:
    """What the grammar sees, with line ends; too much of it is refused before anything is made of it."""
    seen = (match for match in _TOKEN.finditer(source.text) if match.lastgroup not in ("blank", "line_end"))
    beyond = next(islice(seen, MAX_LEXEMES, None), None)
    if beyond:
        found, expected = f"more than {MAX_LEXEMES:,} words and signs", f"at most {MAX_LEXEMES:,}"
        problems.report("SEC109", source.span(beyond.start(), beyond.end()), found, expected)
        problems.raise_if_any()
    return [_lexeme(match) for match in _TOKEN.finditer(source.text) if match.lastgroup != "blank"]


def _lexeme(match: re.Match[str]) -> Lexeme:
    if match.lastgroup == "line_end":
        return Lexeme("line_end", "\n", match.end() - 1)
    return Lexeme(str(match.lastgroup), match.group(), match.start())


def _starts_statement(first: Lexeme, second: Lexeme) -> bool:
    """True for `let x`, `test "…"`: no expression has such a pair of words."""
    if first.text == "compute":
        return second.text == "by"
    is_operand = second.kind in ("text", "number", "word") and second.text not in GOES_ON_BEFORE
    return first.text in _STARTS and is_operand


class _Cutter:
    """Walks over the lexemes once; the state is the open brackets and the statement so far."""

    def __init__(self, source: Source, problems: Problems, resume_at_words: bool) -> None:
        self.source, self.problems, self.resume_at_words = source, problems, resume_at_words
        self.mismatched = False
        self.open: list[Lexeme] = []
        self.done: list[Chunk] = []
        self.start_anew()

    def start_anew(self) -> None:
        self.current: list[Lexeme] = []
        self.line_ends: list[int] = []
        self.broken = False
        self.too_deep = False

    def cut(self, lexemes: list[Lexeme]) -> tuple[Chunk, ...]:
        last = Lexeme("line_end", "\n", len(self.source.text))
        behind = (*lexemes[2:], last, last)
        for lexeme, after, second in zip(lexemes, (*lexemes[1:], last), behind, strict=False):
            if lexeme.kind == "line_end":
                self.line_end(lexeme, after, _starts_statement(after, second))
            else:
                self.take(lexeme)
        self.flush()
        return tuple(self.done)

    def line_end(self, lexeme: Lexeme, after: Lexeme, starting: bool) -> None:
        """A line's end: nothing, a separator inside braces, or the end of the statement."""
        unindented = self.source.text[after.start - 1 : after.start] == "\n"
        if starting and unindented and (self.resume_at_words or not self.open):
            self.flush()
        if not self.current or after.kind == "line_end":
            return
        in_braces = bool(self.open) and self.open[-1].text == "{"
        if after.text in GOES_ON_BEFORE or self.current[-1].text in GOES_ON_BEHIND and not (starting and in_braces):
            return
        if not self.open:
            self.flush()
        elif in_braces and self.current[-1].text != "{":
            self.line_ends.append(lexeme.start)

    def take(self, lexeme: Lexeme) -> None:
        """A visible lexeme belongs to the statement; brackets are counted, broken texts reported."""
        match lexeme.kind:
            case "open_text":
                self.report("SEC103", lexeme, 'a text without its closing "', 'a " on the same line')
            case "foreign":
                self.report("SEC102", lexeme, f"the character {lexeme.text[0]!r}", "letters, digits, _ and signs")
            case "number" if len(lexeme.text) > 36:
                self.report("SEC108", lexeme, f"{len(lexeme.text)} digits", "at most 36 digits")
            case "sign" if lexeme.text in "([{":
                self.opened(lexeme)
            case "sign" if lexeme.text in _CLOSES:
                self.closed(lexeme)
            case _:
                pass
        self.current.append(lexeme)
        if len(self.current) == MAX_LEXEMES_A_STATEMENT + 1:
            found, expected = "more words and signs in one statement", f"at most {MAX_LEXEMES_A_STATEMENT:,}"
            self.report("SEC110", lexeme, found, expected)

    def opened(self, lexeme: Lexeme) -> None:
        self.open.append(lexeme)
        if len(self.open) > MAX_DEPTH and not self.too_deep:
            self.too_deep = True
            self.report("SEC105", lexeme, f"more than {MAX_DEPTH} open brackets", f"at most {MAX_DEPTH} levels")

    def closed(self, lexeme: Lexeme) -> None:
        if self.open and self.open[-1].text == _CLOSES[lexeme.text]:
            self.open.pop()
            return
        self.mismatched = True
        expected = f"the end of `{self.open[-1].text}` first" if self.open else "no closing bracket, none is open"
        self.report("SEC104", lexeme, f"`{lexeme.text}`", expected)
        while self.open and self.open[-1].text != _CLOSES[lexeme.text]:
            self.open.pop()
        if self.open:
            self.open.pop()

    def count(self, first: Lexeme) -> None:
        """More statements than may be are refused at once."""
        if len(self.done) > MAX_STATEMENTS:
            found, expected = f"more than {MAX_STATEMENTS:,} statements", f"at most {MAX_STATEMENTS:,}"
            self.report("SEC109", first, found, expected)
            self.problems.raise_if_any()

    def report(self, code: str, lexeme: Lexeme, found: str, expected: str) -> None:
        self.broken = True
        self.problems.report(code, self.span(lexeme), found, expected)

    def span(self, lexeme: Lexeme) -> Span:
        return self.source.span(lexeme.start, lexeme.end)

    def flush(self) -> None:
        """End the statement; what is still open was never closed."""
        if self.open:
            self.mismatched = True
            self.report("SEC104", self.open[-1], f"`{self.open[-1].text}` that is never closed", "its closing bracket")
            self.open.clear()
        if self.current:
            self.done.append(Chunk(tuple(self.current), tuple(self.line_ends), self.broken))
            self.count(self.current[0])
        self.start_anew()
