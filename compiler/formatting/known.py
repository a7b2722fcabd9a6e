"""What only the parser knows of a word or bracket: whether it is a verb or a name, a record or a block.

Lives here: `Known`, gathered from the syntax tree. Not here: what follows from it for the form (blanks.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span

_ACTIONS = (s.Let, s.Var, s.Disclose, s.Print, s.Assert, s.Branch, s.For, s.Repeat, s.Return)
_TABLES = (
    s.Join, s.Extend, s.Filter, s.Select, s.Group, s.Union, s.Sort, s.Top, s.Distinct, s.Window, s.Pivot,
    s.FromArrays, s.Matrix,
)  # fmt: skip
_RECORDS = (s.Record, s.RecordType)
_ARRAYS = (s.Array, s.Comprehension)


@dataclass(frozen=True, slots=True)
class Known:
    """Offsets: words that begin actions or tables; those of tables; brackets of records and arrays, or their types;
    words with a hyphen in them: `p-percent`.
    """

    verbs: frozenset[int]
    tables: frozenset[int]
    records: frozenset[int]
    arrays: frozenset[int]
    hyphened: frozenset[int]


def known(statements: tuple[s.Statement, ...]) -> Known:
    """What the statements of a program tell of its words and brackets."""
    actions, tables, records, arrays, hyphened = set[int](), set[int](), set[int](), set[int](), set[int]()
    for part, span in _parts(statements):
        match part:
            case s.TypeName(sizes=sizes):
                arrays.update([span.start] if sizes else [])
            case s.PolicyLine(kind="percent"):
                hyphened.add(span.start)
            case _ if isinstance(part, _ACTIONS):
                actions.add(span.start)
            case _ if isinstance(part, _TABLES):
                tables.add(span.start)
            case _ if isinstance(part, _RECORDS):
                records.add(span.start)
            case _ if isinstance(part, _ARRAYS):
                arrays.add(span.start)
            case _:
                pass
    return Known(*map(frozenset, (actions | tables, tables, records, arrays, hyphened)))


def _parts(statements: tuple[s.Statement, ...]) -> Iterator[tuple[object, Span]]:
    """All parts of the syntax tree that have a place, with it."""
    stack: list[object] = list(statements)
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(part)
        elif isinstance(span := getattr(part, "span", None), Span):
            yield part, span
            stack.extend(getattr(part, name) for name in type(part).__slots__ if name != "span")  # type: ignore[attr-defined]
