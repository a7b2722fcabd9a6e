"""Which rows conditions have in common: the smallest parts of the rows of which each condition is a union.

Lives here: `Regions`, `regions_of`, `implies`. A condition is then a set of parts, held as the bits of a number. Not
here: conditions themselves (conditions.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod

from .conditions import TRUE, Cut, first_whole
from .forms import Algebra
from .quantities import Quantity

MOST_EVALUATIONS = 60_000

Where = dict[int, tuple[Cut, Cut]]


@dataclass(frozen=True, slots=True)
class Regions:
    """bits: of each condition. parts: of each part, the intervals that it consists of."""

    bits: dict[int, int]
    parts: tuple[tuple[Where, ...], ...]


def regions_of(algebra: Algebra, conditions: Iterable[int]) -> Regions | None:
    """The parts that the conditions are made of; None where there are too many to look at."""
    table = algebra.conditions
    wanted = sorted(set(conditions))
    atoms, order = table.atoms(wanted), table.behind(wanted)
    choices = {quantity: _intervals(algebra.quantities[quantity], cuts) for quantity, cuts in sorted(atoms.items())}
    if prod(map(len, choices.values())) * len(order) > MOST_EVALUATIONS:
        return None
    found: dict[tuple[bool, ...], list[Where]] = {}
    for intervals in product(*choices.values()):
        where = dict(zip(choices, intervals, strict=True))
        truths = table.truths(order, where)
        found.setdefault(tuple(truths[condition] for condition in wanted), []).append(where)
    signatures = list(found)
    bits = {
        condition: sum(1 << i for i, signature in enumerate(signatures) if signature[place])
        for place, condition in enumerate(wanted)
    }
    return Regions(bits, tuple(tuple(found[signature]) for signature in signatures))


def implies(algebra: Algebra, first: int, second: int) -> bool:
    """Whether every row of the first condition is one of the second; False also where that is too much to look at."""
    if first == second or second == TRUE:
        return True
    regions = regions_of(algebra, (first, second))
    return regions is not None and not regions.bits[first] & ~regions.bits[second]


def _intervals(quantity: Quantity, cuts: set[Cut]) -> list[tuple[Cut, Cut]]:
    """Between each two cuts, and beyond the first and the last, as far as the quantity has values there."""
    inner = sorted(cut for cut in cuts if cut is not None)
    ends: list[Cut] = [None, *inner, None]
    return [(low, high) for low, high in pairwise(ends) if _has_values(quantity, low, high)]


def _has_values(quantity: Quantity, low: Cut, high: Cut) -> bool:
    if low is not None and quantity.high is not None and low >= (quantity.high, 1):
        return False
    if high is not None and quantity.low is not None and high <= (quantity.low, 0):
        return False
    if low is None or high is None or not quantity.whole:
        return True
    return first_whole(low) < first_whole(high)
