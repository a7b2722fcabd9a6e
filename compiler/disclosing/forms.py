"""Values as sums of products: coefficient times condition times quantity, exactly; and how gates act on them.

Lives here: `Form`, `Value`, and `Algebra`, arithmetic on them with the tables of one analysis. Numbers are real values:
a rounding to fewer bits is left out, so that more seems to be derivable than is, never less. What does not stay a small
sum becomes a quantity of its own. Not here: axes (grids.py), rows of tables (rows.py), circuits (follow.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from .conditions import FALSE, TRUE, Conditions, Cut
from .quantities import ONE, Kind, Quantities, Quantity

MOST_TERMS = 40
MOST_DEPTH = 40
MOST_BRANCHES = 6
"""Terms; brackets of a condition; different conditions of a piecewise value, before it is no longer taken apart."""

Form: TypeAlias = tuple[tuple[int, int, Fraction], ...]
"""Terms (condition, quantity, coefficient), in order, none of them zero."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A form over the rows of one universe, in one order. Universe 0: the same for any rows; below 0: its own rows."""

    universe: int
    order: int
    form: Form


Value: TypeAlias = tuple[Piece, ...]
"""One piece for each part of a united table; a single value is one piece of universe 0."""


class Algebra:
    """Arithmetic on forms and values. gave_up: something was too large to be kept as a sum."""

    def __init__(self) -> None:
        self.gave_up = False
        self.conditions = Conditions()
        self.quantities = Quantities()

    # ---- forms

    def form(self, terms: Iterable[tuple[int, int, Fraction]]) -> Form:
        """Terms of one condition and quantity taken together."""
        total: dict[tuple[int, int], Fraction] = {}
        for condition, quantity, coefficient in terms:
            if condition != FALSE:
                key = condition, quantity
                total[key] = total.get(key, Fraction(0)) + coefficient
        return tuple((c, q, k) for (c, q), k in sorted(total.items()) if k)

    def of(self, quantity: int) -> Form:
        """The quantity itself."""
        return ((TRUE, quantity, Fraction(1)),)

    def where(self, condition: int) -> Form:
        """1 where it holds, else 0."""
        return () if condition == FALSE else ((condition, ONE, Fraction(1)),)

    def plus(self, x: Form, y: Form, factor: int = 1) -> Form:
        """x + factor y"""
        return self.form((*x, *((c, q, k * factor) for c, q, k in y)))

    def times(self, x: Form, factor: Fraction) -> Form:
        """x * factor"""
        return tuple((c, q, k * factor) for c, q, k in x) if factor else ()

    def under(self, condition: int, x: Form) -> Form:
        """x where the condition holds, else 0."""
        return self.form((self.conditions.both(condition, c), q, k) for c, q, k in x)

    def multiplied(self, x: Form, y: Form) -> Form:
        """x * y, term by term."""
        if len(x) * len(y) > MOST_TERMS:
            self.gave_up = True
            return self.of(self.made("mul", (x, y)))
        both = self.conditions.both
        return self.form((both(c, d), self.product_of(q, r), k * j) for (c, q, k), (d, r, j) in product(x, y))

    def product_of(self, q: int, r: int) -> int:
        """The quantity that is the product of two."""
        if ONE in (q, r):
            return q + r
        q, r = sorted((q, r))
        ends = [_ends(self.quantities[n]) for n in (q, r)]
        corners = [x * y for x, y in product(*ends)] if all(ends) else []
        low, high = (min(corners), max(corners)) if corners else (None, None)
        x, y = self.quantities[q], self.quantities[r]
        return self._kept(Kind.MADE, ("product", q, r), {q, r}, x.per_row or y.per_row, (low, high))

    def made(
        self, what: str, parts: tuple[object, ...], kind: Kind = Kind.MADE, low: Fraction | None = None,
        high: Fraction | None = None, positional: bool = False,
    ) -> int:  # fmt: skip
        """A quantity that is not followed: made of the forms among its parts."""
        used = {q for part in parts for q in self.quantities_in(part)}
        per_row = any(self.quantities[q].per_row for q in used)
        if any(self.quantities[q].kind is Kind.LOOP for q in used):
            kind = Kind.LOOP if kind is Kind.MADE else kind
        per_row = per_row and kind is not Kind.EXTREME
        return self._kept(kind, (what, *parts), used, per_row, (low, high), positional=positional)

    def _kept(
        self, kind: Kind, key: tuple[object, ...], used: set[int], per_row: bool,
        ends: tuple[Fraction | None, Fraction | None], unique: bool = False,
        positional: bool = False,
    ) -> int:  # fmt: skip
        """A quantity made of those used."""
        about, positional = self.quantities.behind(used), positional or self.quantities.positional(used)
        return self.quantities.number(
            Quantity(
                kind,
                key,
                per_row,
                *ends,
                unique=unique,
                positional=positional,
                about=about,
                kinds=self.quantities.kinds(used),
            )
        )

    def quantities_in(self, part: object) -> set[int]:
        """Those that a form, or forms in tuples, are made of; conditions included."""
        found: set[int] = set()
        if not isinstance(part, tuple):
            return found
        for item in part:
            if isinstance(item, Piece):
                found |= self.quantities_in(item.form)
            elif isinstance(item, tuple) and len(item) == 3 and isinstance(item[2], Fraction):  # noqa: PLR2004
                found.add(item[1])
                found.update(self.conditions.quantities[item[0]])
            elif isinstance(item, tuple):
                found |= self.quantities_in(item)
        return found

    def constant(self, x: Form) -> Fraction | None:
        """Its value, if it is a constant."""
        if not x:
            return Fraction(0)
        return x[0][2] if len(x) == 1 and x[0][:2] == (TRUE, ONE) else None

    def per_row(self, x: Form) -> bool:
        """Whether it differs from row to row."""
        return any(self.quantities[q].per_row or c != TRUE for c, q, _ in x)

    # ---- comparisons

    def condition(self, x: Form) -> int:
        """Where a form of truth values is 1."""
        if not x:
            return FALSE
        if len(x) == 1 and x[0][1] == ONE and x[0][2] == 1:
            return x[0][0]
        return self.compared(self.plus(x, self.where(TRUE), -1), (Fraction(0), 0), (Fraction(0), 1))

    def compared(self, x: Form, low: Cut, high: Cut) -> int:
        """Where the form lies between two cuts; of a piecewise one, piece by piece."""
        splits = sorted({c for c, _, _ in x if c != TRUE})
        if len(splits) > MOST_BRANCHES:
            self.gave_up = True
            return self.conditions.within(self.made("piecewise", (x,)), low, high)
        found = FALSE
        for sides in product((True, False), repeat=len(splits)):
            here = TRUE
            for split, side in zip(splits, sides, strict=True):
                here = self.conditions.both(here, split if side else self.conditions.fails(split))
            chosen = {split for split, side in zip(splits, sides, strict=True) if side} | {TRUE}
            rest = self.form((TRUE, q, k) for c, q, k in x if c in chosen)
            found = self.conditions.either(found, self.conditions.both(here, self._plain(rest, low, high)))
        return found

    def _plain(self, x: Form, low: Cut, high: Cut) -> int:
        """The same of a form without conditions: as cuts of one quantity, whatever was added or multiplied."""
        offset = sum((k for _, q, k in x if q == ONE), Fraction(0))
        rest = tuple(term for term in x if term[1] != ONE)
        if not rest:
            below = low is not None and (offset, 1) <= low
            above = high is not None and high <= (offset, 0)
            return FALSE if below or above else TRUE
        factor = rest[0][2]
        low, high = (_moved(cut, offset, factor) for cut in (low, high))
        if factor < 0:
            low, high = high, low
        rest = self.times(rest, 1 / factor)
        return self.conditions.within(rest[0][1] if len(rest) == 1 else self._sum(rest), low, high)

    def _sum(self, x: Form) -> int:
        """A quantity for a sum of several. Unique if one of its terms is and no other differs from row to row."""
        parts = [self.quantities[q] for _, q, _ in x]
        rows = [part for part in parts if part.per_row]
        unique = len(rows) == 1 and rows[0].unique
        return self._kept(Kind.MADE, ("sum", x), {q for _, q, _ in x}, bool(rows), self.ends(x), unique)

    def ends(self, x: Form) -> tuple[Fraction | None, Fraction | None]:
        """Between which ends a form lies, as far as its quantities tell."""
        low = high = Fraction(0)
        for condition, quantity, coefficient in x:
            ends = _ends(self.quantities[quantity])
            if not ends:
                return None, None
            moved = sorted(end * coefficient for end in ends)
            if condition != TRUE:
                moved = [min(moved[0], Fraction(0)), max(moved[1], Fraction(0))]
            low, high = low + moved[0], high + moved[1]
        return low, high

    # ---- values

    def single(self, form: Form) -> Value:
        """A value that is the same for all rows."""
        return (Piece(0, 0, form),)

    def number(self, value: Fraction | int) -> Value:
        """A constant."""
        return self.single(((TRUE, ONE, Fraction(value)),) if value else ())

    def each(self, rule: Callable[..., Form], what: str, *values: Value) -> Value:
        """The rule on each piece; where the pieces do not go together, a quantity of its own."""
        frame = next((v for v in values if v[0].universe), values[0])
        places = [(p.universe, p.order) for p in frame]
        for value in values:
            if not (len(value) == 1 and not value[0].universe) and [(p.universe, p.order) for p in value] != places:
                return self.mixed(what, values)
        found = []
        for index, piece in enumerate(frame):
            forms = [v[index].form if len(v) > 1 or v[0].universe else v[0].form for v in values]
            form = rule(*forms)
            if len(form) > MOST_TERMS or any(self.conditions.depths[c] > MOST_DEPTH for c, _, _ in form):
                self.gave_up = True
                form = self.of(self.made("long", (form,)))
            found.append(Piece(piece.universe, piece.order, form))
        return tuple(found)

    def mixed(self, what: str, values: tuple[object, ...], kind: Kind = Kind.MADE) -> Value:
        """A value made of several in a way that is not followed, in rows of its own where it has rows."""
        number = self.made(what, values, kind)
        found = self.quantities[number]
        return (Piece(-number if found.per_row else 0, 0, self.of(number)),)


def _ends(quantity: Quantity) -> tuple[Fraction, Fraction] | tuple[()]:
    return () if quantity.low is None or quantity.high is None else (quantity.low, quantity.high)


def _moved(cut: Cut, offset: Fraction, factor: Fraction) -> Cut:
    """Where rest * factor + offset crosses the cut."""
    if cut is None:
        return None
    number, side = cut
    return (number - offset) / factor, side if factor > 0 else 1 - side
