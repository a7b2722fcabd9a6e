"""Several values packed into one number.

Lives here: `packed`. A sum of terms is packed if the greatest term can be read off whatever the others are: its
coefficient is greater than all that they can add up to. Not here: values that are let out one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from .evidence import Evidence
from .forms import Form, Piece
from .quantities import ONE, Kind
from .report import Finding, Level
from .told import Told


def packed(evidence: Evidence) -> Iterator[Finding]:
    """By output, in program order."""
    for told in evidence.told:
        forms = [piece.form for piece in told.value]
        forms += [form for q in _all(evidence, told) for form in _inside(evidence, q)]
        if any(digits(evidence, form) > 1 for form in forms):
            sentence = f"{told.output} holds several values in one number, each of which can be read off"
            yield Finding("SEC439", Level.BLOCK, told.span, sentence, (told.output,))


def _all(evidence: Evidence, told: Told) -> list[int]:
    numbers = {q for piece in told.value for _, q, _ in piece.form}
    behind = evidence.follower.algebra.quantities.behind(numbers) or frozenset()
    return sorted(numbers | behind)


def _inside(evidence: Evidence, number: int) -> list[Form]:
    """The forms of rows that an extreme or a total of something not linear is taken of."""
    found = evidence.quantity(number)
    if found.kind is not Kind.EXTREME:
        return []
    pieces = found.key[1]
    assert isinstance(pieces, tuple), "an extreme is of pieces"
    return [piece.form for piece in pieces if isinstance(piece, Piece)]


def digits(evidence: Evidence, form: Form) -> int:
    """How many values can be read off a sum: 1 if they run into each other."""
    sizes: list[tuple[Fraction, Fraction]] = []
    for _, quantity, factor in form:
        if quantity == ONE:
            continue
        known = evidence.quantity(quantity)
        if known.width is None:
            return 1
        step = _step(evidence, quantity)
        if step is None:
            return 1
        if known.width:
            sizes.append((abs(factor) * step, abs(factor) * known.width))
    sizes.sort()
    found, below = 1, Fraction(0)
    for place, (step_size, width) in enumerate(sizes):
        if place and step_size > below:
            found += 1
        below += width
    return found


def _step(evidence: Evidence, number: int) -> Fraction | None:
    """How far two different values of a quantity are apart at least; None if that is not known."""
    found = evidence.quantity(number)
    total = evidence.total(number)
    if total is not None:
        return Fraction(1) if total.quantity == ONE else _step(evidence, total.quantity)
    if found.whole or found.key[0] in ("matched", "present"):
        return Fraction(1)
    if found.key[0] == "product":
        x, y = (_step(evidence, part) for part in found.key[1:] if isinstance(part, int))
        return None if x is None or y is None else x * y
    return None
