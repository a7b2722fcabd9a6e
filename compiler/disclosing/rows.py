"""What is done to rows, in forms: totals, extremes, joins, orders, single rows.

Lives here: `Rows`, the universes of one analysis and the gates that know them. A universe is a multiset of rows: a
table, or what a join makes of two. Not here: arithmetic (forms.py), circuits (follow.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from secfuse.compiler.circuit.interface import Table

from .conditions import TRUE, Cut, first_whole
from .forms import Algebra, Form, Piece, Value
from .quantities import ONE, Kind, Quantity


@dataclass(frozen=True, slots=True)
class Universe:
    """Rows, whose they are, and how many at most. table: the name, if they are one owner's table."""

    table: str
    owners: frozenset[str]
    most: int


class Rows:
    """The universes of one analysis, by number; 0 is none."""

    def __init__(self, algebra: Algebra, tables: tuple[Table, ...]) -> None:
        self.algebra = algebra
        self.universes: list[Universe] = [Universe("", frozenset(), 1)]
        self.numbers: dict[object, int] = {}
        self.orders: dict[object, int] = {}
        self.sorted: set[int] = set()
        self.bounds: dict[tuple[int, int], int] = {}
        self.place = algebra.quantities.number(_place(0))
        for table in tables:
            self.universe(table.name, Universe(table.name, frozenset({table.owner}), table.max_rows))

    def universe(self, key: object, universe: Universe) -> int:
        """Its number."""
        number = self.numbers.setdefault(key, len(self.universes))
        if number == len(self.universes):
            self.universes.append(universe)
        return number

    def order(self, key: object) -> int:
        """The number of an order of rows; 0 is that of the tables."""
        return self.orders.setdefault(key, len(self.orders) + 1)

    def ordered(self, value: Value, key: object) -> Value:
        """The same rows in another order."""
        number = self.order(key)
        self.sorted.add(number)
        return tuple(Piece(p.universe, number, p.form) for p in value)

    def _placed(self, piece: Piece) -> Form:
        """Its form, with places told apart by the order they are places in."""
        if not piece.order:
            return piece.form
        rename = self._renamed(piece.order)
        conditions = self.algebra.conditions
        return self.algebra.form((conditions.rewritten(c, rename), rename(q), k) for c, q, k in piece.form)

    def _renamed(self, order: int) -> _Renamed:
        number = self.algebra.quantities.number(_place(order))
        return _Renamed(self.algebra, self.place, number)

    # ---- reductions

    def total(self, mask: Value, x: Value) -> Form:
        """The sum of x over the rows of the mask, piece by piece."""
        algebra = self.algebra

        def chosen(m: Form, y: Form) -> Form:
            return algebra.under(algebra.condition(m), y)

        terms: list[tuple[int, int, Fraction]] = []
        for piece in algebra.each(chosen, "sum", mask, x):
            for condition, quantity, factor in self._placed(piece):
                found = algebra.quantities[quantity]
                if quantity != ONE and not found.per_row:
                    number = self._total(piece.universe, condition, ONE)
                    made = algebra.made("mul", (algebra.of(number), algebra.of(quantity)))
                    terms.append((TRUE, made, factor))
                else:
                    terms.append((TRUE, self._total(piece.universe, condition, quantity), factor))
        return algebra.form(terms)

    def _total(self, universe: int, condition: int, quantity: int) -> int:
        """The quantity that stands for one sum."""
        algebra = self.algebra
        known, most = algebra.quantities[quantity], self.most_rows(universe, condition)
        ends = (known.low, known.high) if known.low is not None and known.high is not None else None
        low = high = None
        if ends is not None and most is not None:
            low, high = min(Fraction(0), ends[0] * most), max(Fraction(0), ends[1] * most)
        used = {quantity, *algebra.conditions.quantities[condition]}
        positional, kinds = algebra.quantities.positional(used), algebra.quantities.kinds(used)
        key = ("total", universe, condition, quantity)
        return algebra.quantities.number(
            Quantity(Kind.TOTAL, key, False, low, high, positional=positional, kinds=kinds)
        )

    def extreme(self, what: str, mask: Value, x: Value, most: object = 0) -> Form:
        """A least or greatest, or the sum of several."""
        algebra = self.algebra

        def kept(m: Form, y: Form) -> Form:
            return algebra.under(algebra.condition(m), y)

        pieces = tuple(Piece(p.universe, 0, self._placed(p)) for p in algebra.each(kept, what, mask, x))
        masks = tuple(Piece(p.universe, 0, self._placed(p)) for p in mask)
        ends = [algebra.ends(p.form) for p in pieces]
        lows, highs = [e[0] for e in ends if e[0] is not None], [e[1] for e in ends if e[1] is not None]
        low, high = min(lows, default=None), max(highs, default=None)
        return algebra.of(algebra.made(what, (pieces, masks, most), Kind.EXTREME, low, high))

    def single(self, x: Value, place: int) -> Value:
        """The element at a public place: a sum of one row."""
        algebra = self.algebra
        one = algebra.conditions.within(self.place, (Fraction(place), 0), (Fraction(place), 1))
        if len(x) > 1 or not x[0].universe:
            return algebra.mixed("element", (x, place))
        return algebra.single(self.total(algebra.single(algebra.where(one)), x))

    # ---- how many

    def most_rows(self, universe: int, condition: int) -> int | None:
        """At most how many rows of a universe the condition holds for; None if nothing is known."""
        known = self.chosen_rows(universe, condition)
        most = self.universes[universe].most if universe > 0 else None
        return min((n for n in (known, most) if n is not None), default=None)

    def chosen_rows(self, universe: int, condition: int) -> int | None:
        """The same by the condition alone, however long the table is."""
        bounds = (self.bounds.get((universe, condition)), self.algebra.conditions.fewest(condition, self.rows_between))
        return min((n for n in bounds if n is not None), default=None)

    def rows_between(self, quantity: int, low: Cut, high: Cut) -> int | None:
        """How many rows can have a value between two cuts, if no two have the same."""
        found = self.algebra.quantities[quantity]
        if not found.unique:
            return None
        if low is not None and high is not None and low[0] == high[0]:
            return 1
        low = low or (None if found.low is None else (found.low, 0))
        high = high or (None if found.high is None else (found.high, 1))
        if low is None or high is None or not found.whole:
            return None
        return max(0, first_whole(high) - first_whole(low))

    def counts_at_most(self, mask: Value, most: int) -> None:
        """What the type of a count says of its rows."""
        if len(mask) == 1 and mask[0].universe:
            condition = self.algebra.condition(self._placed(mask[0]))
            self.bounds[mask[0].universe, condition] = most

    def owners(self, universe: int) -> frozenset[str]:
        """Whose rows they are; of rows that are not followed, nobody knows: none."""
        return self.universes[universe].owners if universe > 0 else frozenset()

    # ---- joins

    def joined(self, left: Value, right: Value) -> Join | None:
        """What a join makes of two universes; None where the sides are not rows of one universe each."""
        if len(left) > 1 or len(right) > 1 or left[0].universe <= 0 or right[0].universe <= 0:
            return None
        a, b = self.universes[left[0].universe], self.universes[right[0].universe]
        key = ("join", left[0].universe, right[0].universe, left[0].form, right[0].form)
        number = self.universe(key, Universe("", a.owners | b.owners, a.most))
        quantities = self.algebra.quantities
        matched = quantities.number(
            Quantity(Kind.MADE, ("matched", number), True, Fraction(0), Fraction(1), whole=True)
        )
        return Join(self, number, matched)


@dataclass(frozen=True, slots=True)
class Join:
    """The rows of a join."""

    rows: Rows
    universe: int
    matched: int

    def valid(self, left: Value, right: Value) -> Value:
        """A row counts if it did on both sides, and has a partner."""
        algebra = self.rows.algebra
        both = algebra.conditions.within(self.matched, (Fraction(1), 0), (Fraction(1), 1))
        for side, value in enumerate((left, right)):
            condition = algebra.condition(self.column(side, value)[0].form)
            both = algebra.conditions.both(both, condition)
        return (Piece(self.universe, 0, algebra.where(both)),)

    def column(self, side: int, value: Value) -> Value:
        """A column of one side beside the other's. Of the left side, what is unique stays so."""
        algebra = self.rows.algebra

        def rename(quantity: int) -> int:
            found = algebra.quantities[quantity]
            if not found.per_row:
                return quantity
            key = ("joined", self.universe, side, quantity)
            unique = found.unique and side == 0 and found.kind is not Kind.PLACE
            return algebra.quantities.number(replace(found, kind=Kind.COLUMN, key=key, unique=unique))

        if len(value) > 1:
            return algebra.mixed("joined", (value, self.universe, side))
        conditions = algebra.conditions
        form = algebra.form((conditions.rewritten(c, rename), rename(q), k) for c, q, k in value[0].form)
        return (Piece(self.universe, 0, form),)


@dataclass(frozen=True, slots=True)
class _Renamed:
    """Places by their name in one order. What was made of places before is told apart by the rows' order alone."""

    algebra: Algebra
    place: int
    number: int

    def __call__(self, quantity: int) -> int:
        if quantity == self.place:
            return self.number
        found = self.algebra.quantities[quantity]
        if not found.positional or not found.per_row:
            return quantity
        if found.key[0] == "product":
            _, q, r = found.key
            assert isinstance(q, int)
            assert isinstance(r, int), "a product of two quantities"
            return self.algebra.product_of(self(q), self(r))
        return self.algebra.quantities.number(replace(found, key=("placed", self.number, quantity)))


def _place(order: int) -> Quantity:
    """Where a row stands, from 0 on, in an order."""
    return Quantity(Kind.PLACE, ("place", order), True, Fraction(0), unique=True, whole=True, positional=True)
