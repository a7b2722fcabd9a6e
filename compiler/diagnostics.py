"""How a diagnostic looks: text for a person, a dictionary for a machine.

Lives here: `render`, `to_json`, `nearest`. Not here: what the codes mean (codes/).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fractions import Fraction
from itertools import islice

from .errors import CODES, Diagnostic
from .source import Source

WIDEST_LINE = 160
MOST_NAMES = 1000
"""Among how many names a misspelt one is looked for."""


def render(diagnostic: Diagnostic, source: Source) -> str:
    """Code, place, source line with caret, found, expected, hint; several lines, none of them too wide."""
    span = diagnostic.span
    line = source.line(span.line).replace("\t", " ")
    first = span.column - 1
    length = max(1, min(span.end - span.start, len(line) - first))
    shift = max(0, first - WIDEST_LINE // 2)
    shown = line[shift : shift + WIDEST_LINE]
    caret = " " * (first - shift) + "^" * max(1, min(length, WIDEST_LINE - (first - shift)))
    number = str(span.line)
    return "\n".join(
        (
            f"{diagnostic.code} {diagnostic.file}:{span.line}:{span.column}: {CODES[diagnostic.code].title}",
            f"  {number} | {shown}".rstrip(),
            f"  {' ' * len(number)} | {caret}",
            f"  found:    {diagnostic.found}",
            f"  expected: {diagnostic.expected}",
            f"  hint:     {diagnostic.hint}",
        )
    )


def to_json(diagnostic: Diagnostic) -> dict[str, str | int]:
    """The same as plain data; columns count from 1, offsets from 0."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "title": CODES[diagnostic.code].title,
        "file": diagnostic.file,
        "line": span.line,
        "column": span.column,
        "start": span.start,
        "end": span.end,
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "hint": diagnostic.hint,
    }


def nearest(name: str, known: Iterable[str]) -> str:
    """'did you mean `x`?' if some known name is close, else an empty text."""
    close = get_close_matches(name, sorted(islice(dict.fromkeys(known), MOST_NAMES)), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""


def shown(value: Fraction) -> str:
    """A number as a person writes it; powers of two beyond what a person reads.

    >>> shown(Fraction(5, 2)), shown(Fraction(-(2**70)))
    ('2.5', '-2^70')
    """
    if abs(value) >= 1 << 62:
        return f"{'-' if value < 0 else ''}2^{int(abs(value)).bit_length() - 1}"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.10g}"


def listed(names: Iterable[str], most: int = 8) -> str:
    """The names in backticks with commas, cut after `most`."""
    quoted = [f"`{name}`" for name in islice(names, most + 1)]
    return ", ".join(quoted[:most]) + (", …" if len(quoted) > most else "")
