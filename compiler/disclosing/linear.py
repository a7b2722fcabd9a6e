"""Linear algebra on few unknowns: exact over the rationals, behind a filter modulo a prime.

Lives here: `independent`, `dependencies`, `vanishing`, `reduced`. Not here: what the rows stand for (closure.py).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias, TypeVar

PRIME = (1 << 61) - 1

Row: TypeAlias = Mapping[Hashable, Fraction]
Key = TypeVar("Key", bound=Hashable)


def independent(rows: Sequence[Row]) -> bool:
    """True only if no row is a combination of others: what is independent modulo a prime is so over the rationals.

    False says nothing; then it is asked exactly.
    """
    basis: list[tuple[Hashable, dict[Hashable, int]]] = []
    for row in rows:
        rest = {}
        for unknown, number in row.items():
            if number.denominator % PRIME == 0:
                return False
            value = number.numerator * pow(number.denominator, -1, PRIME) % PRIME
            if value:
                rest[unknown] = value
        for pivot, other in basis:
            factor = rest.get(pivot, 0)
            if factor:
                for unknown, value in other.items():
                    left = (rest.get(unknown, 0) - factor * value) % PRIME
                    if left:
                        rest[unknown] = left
                    else:
                        rest.pop(unknown, None)
        if not rest:
            return False
        pivot = next(iter(rest))
        inverse = pow(rest[pivot], -1, PRIME)
        basis.append((pivot, {unknown: value * inverse % PRIME for unknown, value in rest.items()}))
    return True


def reduced(rows: Sequence[Row]) -> list[tuple[Hashable, dict[Hashable, Fraction]]]:
    """The reduced row echelon form, exactly: (pivot, row) with 1 at its pivot, which no other row has."""
    basis: list[tuple[Hashable, dict[Hashable, Fraction]]] = []
    for row in rows:
        rest = {unknown: number for unknown, number in row.items() if number}
        for pivot, other in basis:
            _subtract(rest, other, rest.get(pivot, Fraction(0)))
        if not rest:
            continue
        pivot = next(iter(rest))
        factor = rest[pivot]
        rest = {unknown: number / factor for unknown, number in rest.items()}
        for _, other in basis:
            _subtract(other, rest, other.get(pivot, Fraction(0)))
        basis.append((pivot, rest))
    return basis


def dependencies(rows: Sequence[Row]) -> list[dict[int, Fraction]]:
    """A basis of all combinations of the rows that are zero, exactly: row number to coefficient."""
    basis: list[tuple[Hashable, dict[Hashable, Fraction], dict[int, Fraction]]] = []
    found: list[dict[int, Fraction]] = []
    for index, row in enumerate(rows):
        rest = {unknown: number for unknown, number in row.items() if number}
        made = {index: Fraction(1)}
        for pivot, other, how in basis:
            factor = rest.get(pivot, Fraction(0))
            _subtract(rest, other, factor)
            _subtract(made, how, factor)
        if not rest:
            found.append(made)
            continue
        pivot = next(iter(rest))
        factor = rest[pivot]
        basis.append((pivot, _scaled(rest, factor), _scaled(made, factor)))
    return found


def vanishing(vectors: Sequence[Mapping[int, Fraction]], places: frozenset[int]) -> list[dict[int, Fraction]]:
    """A basis of the combinations of the vectors that are zero in all of the places."""
    left = [dict(vector) for vector in vectors]
    for place in sorted(places):
        pivot = next((vector for vector in left if vector.get(place)), None)
        if pivot is None:
            continue
        left = [vector for vector in left if vector is not pivot]
        for vector in left:
            _subtract(vector, pivot, vector.get(place, Fraction(0)) / pivot[place])
    return [vector for vector in left if vector]


def combined(rows: Sequence[Row], vector: Mapping[int, Fraction]) -> dict[Hashable, Fraction]:
    """The combination of the rows with the vector's coefficients."""
    found: dict[Hashable, Fraction] = {}
    for index, factor in vector.items():
        _subtract(found, rows[index], -factor)
    return found


def _scaled(row: Mapping[Key, Fraction], factor: Fraction) -> dict[Key, Fraction]:
    return {unknown: number / factor for unknown, number in row.items()}


def _subtract(row: dict[Key, Fraction], other: Mapping[Key, Fraction], factor: Fraction) -> None:
    """row - factor * other, in place."""
    if not factor:
        return
    for unknown, number in other.items():
        left = row.get(unknown, Fraction(0)) - factor * number
        if left:
            row[unknown] = left
        else:
            row.pop(unknown, None)
