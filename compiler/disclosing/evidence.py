"""What all searches for findings look at, and small questions about it.

Lives here: `Evidence`, `evidence_of`. Not here: the searches (singled.py, packed.py, closure.py, repeated.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.policy import Policy

from .conditions import Cut
from .follow import Follower
from .forms import Form
from .quantities import ONE, Kind, Quantity
from .regions import implies
from .told import Guard, Told, told_of
from .wording import Words


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of a quantity over the rows of a universe that a condition holds for."""

    number: int
    universe: int
    condition: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A circuit in forms, and all that it tells."""

    follower: Follower
    told: tuple[Told, ...]
    words: Words

    def quantity(self, number: int) -> Quantity:
        """What is known of a quantity."""
        return self.follower.algebra.quantities[number]

    def total(self, number: int) -> Total | None:
        """The quantity as a total, if it is one."""
        found = self.quantity(number)
        if found.kind is not Kind.TOTAL:
            return None
        _, universe, condition, quantity = found.key
        assert isinstance(universe, int)
        assert isinstance(condition, int)
        assert isinstance(quantity, int), "a total names universe, condition and quantity"
        return Total(number, universe, condition, quantity)

    def totals(self, form: Form) -> list[Total]:
        """Those that a form adds up."""
        return [total for _, quantity, _ in form if (total := self.total(quantity)) is not None]

    def behind(self, form: Form) -> frozenset[int] | None:
        """All totals and extremes that a form is made of, in whatever way; None for too many."""
        return self.follower.algebra.quantities.behind({quantity for _, quantity, _ in form})

    def most_rows(self, total: Total) -> int | None:
        """At most how many rows a total is of."""
        return self.follower.rows.most_rows(total.universe, total.condition)

    def chosen_rows(self, total: Total) -> int | None:
        """The same by its condition alone, however long the table is."""
        return self.follower.rows.chosen_rows(total.universe, total.condition)

    def never_released(self, told: Told) -> bool:
        """Whether some guard counts fewer rows than it asks for, whatever the tables are."""
        return any(self._most_of(guard) < guard.least for guard in told.guards)

    def _most_of(self, guard: Guard) -> int:
        most = [self.follower.rows.most_rows(universe, condition) for universe, condition in guard.parts]
        return sum(1 << 62 if n is None else n for n in most)

    def guarded(self, told: Told, totals: Iterable[Total]) -> bool:
        """Whether a guard of a smallest group counts rows of these totals and no others."""
        algebra = self.follower.algebra
        rows = [(total.universe, total.condition) for total in totals]
        return any(
            guard.least > 1 and all(any(u == v and implies(algebra, c, d) for v, d in rows) for u, c in guard.parts)
            for guard in told.guards
        )

    def looks_at(self, condition: int) -> dict[int, set[Cut]]:
        """The quantities that a condition looks at."""
        return self.follower.algebra.conditions.atoms((condition,))

    def reads_place(self, number: int) -> bool:
        """Whether a quantity depends on where a row stands in its owner's table, which is no order to ask for."""
        found = self.quantity(number)
        if not found.positional or number == ONE:
            return False
        if found.kind is Kind.PLACE:
            return found.key[1] not in self.follower.rows.sorted
        if found.key[0] == "placed":
            place = found.key[1]
            return isinstance(place, int) and self.reads_place(place)
        return any(self.reads_place(part) for part in self.parts_of(number))

    def parts_of(self, number: int) -> set[int]:
        """The quantities that a quantity is directly made of."""
        found = self.quantity(number)
        if found.key[0] == "product":
            return {part for part in found.key[1:] if isinstance(part, int)}
        if found.key[0] in ("joined", "placed"):
            inner = found.key[-1]
            return {inner} if isinstance(inner, int) else set()
        return self.follower.algebra.quantities_in(found.key)

    def contains(self, number: int, kinds: frozenset[Kind]) -> bool:
        """Whether a quantity, or one that it is made of, is of such a kind."""
        return not kinds.isdisjoint(self.quantity(number).kinds)

    def down(self, number: int, ends: frozenset[Kind]) -> set[int]:
        """A quantity and all that it is made of, not looking behind those of some kinds."""
        found, stack = {number}, [number]
        while stack:
            here = stack.pop()
            if self.quantity(here).kind in ends:
                continue
            total = self.total(here)
            parts = self.parts_of(here) if total is None else {total.quantity, *self.looks_at(total.condition)}
            new = parts - found - {ONE}
            found |= new
            stack += sorted(new)
        return found

    def is_own(self, total: Total, party: str) -> bool:
        """Whether a party can compute the total from its own rows: nothing that others know has a part in it."""
        if self.follower.rows.owners(total.universe) != {party}:
            return False
        parts = {total.quantity, *self.looks_at(total.condition)}
        return not any(self.contains(part, _OF_MANY) for part in parts)


_OF_MANY = frozenset({Kind.TOTAL, Kind.EXTREME, Kind.TEST, Kind.MEAN, Kind.LOOP})


def evidence_of(circuit: Circuit, policies: Mapping[str, Policy]) -> Evidence:
    """The circuit followed, and its outputs taken apart."""
    follower = Follower(circuit)
    grids = follower.follow(circuit)
    return Evidence(follower, told_of(follower, grids, policies), Words(follower))
