"""What is wrong with a program, as data.

Lives here: `CODES`, the one table of all codes, `Diagnostic`, `CompileErrors`, `Problems`. Not here: what each code
says (codes/, a family a file), how diagnostics look (diagnostics.py), and the rules that raise them (layout, parse,
check_*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .circuit.graph import Span
from .codes.code import Code
from .codes.disclosure import DISCLOSURE
from .codes.findings import FINDINGS
from .codes.flow import FLOW
from .codes.modules import MODULES
from .codes.names import NAMES
from .codes.numbers import NUMBERS
from .codes.size import SIZE
from .codes.syntax import SYNTAX
from .source import Source

CODES: dict[str, Code] = {
    **SYNTAX,
    **NAMES,
    **FLOW,
    **DISCLOSURE,
    **FINDINGS,
    **NUMBERS,
    **SIZE,
    **MODULES,
}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake at one place: what was found, what was expected, one hint."""

    code: str
    file: str
    span: Span
    found: str
    expected: str
    hint: str


class CompileErrors(Exception):
    """All mistakes of one program, in the order of their places."""

    def __init__(self, source: Source, diagnostics: Sequence[Diagnostic]) -> None:
        self.source = source
        self.diagnostics = tuple(sorted(diagnostics, key=lambda d: (d.span.start, d.code)))
        super().__init__("; ".join(f"{d.code} {d.file}:{d.span.line}:{d.span.column}" for d in self.diagnostics))


MOST_PROBLEMS = 200


class Problems:
    """Collects the diagnostics of one source. One per code and place: the second would say the same again.

    After MOST_PROBLEMS the search ends: nobody reads more, and each costs time.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: dict[tuple[str, int, int], Diagnostic] = {}

    def report(self, code: str, span: Span, found: str, expected: str, hint: str = "") -> None:
        """Note a mistake; without a hint, the code's own remedy is given."""
        diagnostic = Diagnostic(code, self.source.file, span, found, expected, hint or CODES[code].fix)
        self.found.setdefault((code, span.start, span.end), diagnostic)
        if len(self.found) >= MOST_PROBLEMS:
            self.raise_if_any()

    def take(self, tried: Problems) -> None:
        """Note what was found where something was tried out."""
        self.found = {**tried.found, **self.found}
        if len(self.found) >= MOST_PROBLEMS:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """End here with all mistakes that were found, if there are any."""
        if self.found:
            raise CompileErrors(self.source, tuple(self.found.values()))
