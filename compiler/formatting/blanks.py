"""How many blanks stand between two pieces of one line.

Lives here: `blanks`. Not here: columns (columns.py), and where lines end (breaks.py).
"""

from __future__ import annotations

from secfuse.compiler.reading.parse import is_reserved

from .known import Known
from .pieces import TOP, Document, Piece

OPERATORS = frozenset(["..", "..<", "**", "->", "==", "!=", "<=", ">=", *"+-*/<>=.|@"])
# Words before a value or a bracket. Those of the second kind are names as well: the author's own blanks decide.
_BEFORE_VALUES = frozenset([
    "if", "then", "else", "and", "or", "not", "to", "under", "because", "on", "with", "from", "where", "as",
    "in", "join", "extend", "filter", "select", "group", "union",
])  # fmt: skip
_PERHAPS_BEFORE_VALUES = frozenset(["of", "at", "most", "least", "below", "per", "top", "until"])
_CALLED = frozenset(["int", "fixed"])
_VALUES = frozenset(["true", "false", "null", "suppressed"])


def blanks(document: Document, known: Known) -> tuple[int, ...]:
    """For each piece how many blanks go before it where no line ends; 0 for the first."""
    return tuple(_blanks(document, known, index) if index else 0 for index in range(len(document.pieces)))


def _blanks(document: Document, known: Known, index: int) -> int:
    """The first rule that applies decides."""
    before, after = document.pieces[index - 1], document.pieces[index]
    if document.text(document.statement[index]) == "assume" and "," not in (before.text, after.text):
        return 0 if after.tight else 1  # `semi-honest`: the one place where a minus is part of a word
    if _is_hyphen(document, known, index) or _is_hyphen(document, known, index - 1):
        return 0
    if after.text in (",", ")", "]", ".", "?") or before.text in ("(", "[", "."):
        return 0
    if is_sign_of_value(document, known, index - 1) or _is_edge_of_record(document, known, index):
        return 0
    if before.text == "," or {before.text, after.text} & {"{", "}"}:
        return 1
    if after.text == "(":
        return _before_bracket(document, known, index)
    if ":" in (before.text, after.text):
        return _around_colon(document, known, index)
    if after.text == "[":
        return 1 if after.start in known.arrays else 0
    if after.text == "%":
        return 1 if _is_operand(document, index + 1) else 0
    return 0 if _is_one_operator(before, after) else 1


def is_sign_of_value(document: Document, known: Known, index: int) -> bool:
    """True for a minus that takes one value: `-x`, not `x - y`."""
    piece = document.pieces[index]
    if piece.text != "-" or piece.opens_statement:
        return piece.text == "-"
    before = document.pieces[index - 1]
    if piece.separated or before.text in OPERATORS or before.text in ("(", "[", "{", ",", ":"):
        return True
    if before.kind != "word" or before.text in _VALUES:
        return False
    if before.start in known.verbs or is_reserved(before.text) or before.text in _BEFORE_VALUES:
        return True
    written_so = not piece.tight and index + 1 < len(document.pieces) and document.pieces[index + 1].tight
    return before.text in _PERHAPS_BEFORE_VALUES and written_so


def _before_bracket(document: Document, known: Known, index: int) -> int:
    before, after = document.pieces[index - 1], document.pieces[index]
    if document.is_between_rows(index):
        return 2
    if document.pieces[index + 1].start in known.tables:
        return 1
    if before.kind != "word":
        return 0 if before.text in (")", "]") else 1
    if before.start in known.verbs or before.text in _BEFORE_VALUES:
        return 1
    if before.text in _PERHAPS_BEFORE_VALUES or is_reserved(before.text) and before.text not in _CALLED:
        return 0 if after.tight else 1
    return 0


def _is_edge_of_record(document: Document, known: Known, index: int) -> bool:
    """True behind the opening and before the closing brace of a record or its type: `{a = 1}`."""
    opening = index - 1
    if document.text(index) == "}":
        opening = document.partner[index]
    return document.pieces[opening].start in known.records and document.text(opening) == "{"


def _around_colon(document: Document, known: Known, index: int) -> int:
    """`x : int` in a declaration, `x: int` between ( ) and in the type of a record, `a:b` between [ ]."""
    bracket = document.inside[index]
    is_after = document.text(index) == ":"
    if document.text(bracket) == "[":
        return 0
    if document.text(bracket) == "(" or bracket != TOP and document.pieces[bracket].start in known.records:
        return 0 if is_after else 1
    return 1


def _is_hyphen(document: Document, known: Known, index: int) -> bool:
    return document.text(index) == "-" and document.pieces[index - 1].start in known.hyphened


def _is_name(piece: Piece) -> bool:
    return piece.kind == "word" and not is_reserved(piece.text) and piece.text not in _BEFORE_VALUES


def _is_operand(document: Document, index: int) -> bool:
    """True if a value begins here on the same line: then a percent sign before it is an operator."""
    if index >= len(document.pieces):
        return False
    piece = document.pieces[index]
    is_value = piece.kind == "number" or piece.text == "(" or _is_name(piece)
    return is_value and not piece.opens_statement and not piece.separated


def _is_one_operator(before: Piece, after: Piece) -> bool:
    """Signs written without a blank between them may be one operator of two signs, such as `->`."""
    return after.tight and after.text != "-" and before.text in OPERATORS and after.text in OPERATORS
