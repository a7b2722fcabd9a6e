"""The linear algebra behind the closure: every small system, beside the plainest way to solve it."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

from secfuse.compiler.disclosing.linear import (
    PRIME,
    Row,
    combined,
    dependencies,
    independent,
    reduced,
    vanishing,
)

SMALL = [
    tuple(vectors)
    for width, entries, height in ((2, (-1, 0, 1, 2), 3), (3, (0, 1), 4))
    for vectors in product(product(entries, repeat=width), repeat=height)
]
"""4,096 systems each of three rows of two unknowns and of four rows of three."""


def rows_of(vectors: tuple[tuple[int, ...], ...]) -> list[Row]:
    return [{i: Fraction(value) for i, value in enumerate(vector) if value} for vector in vectors]


def determinant(matrix: list[list[int]]) -> int:
    """By the first row: the definition."""
    if not matrix:
        return 1
    minors = ([row[:i] + row[i + 1 :] for row in matrix[1:]] for i in range(len(matrix)))
    return sum(
        (-1) ** i * value * determinant(minor) for (i, value), minor in zip(enumerate(matrix[0]), minors, strict=True)
    )


def rank_of(vectors: tuple[tuple[int, ...], ...]) -> int:
    """The size of the greatest square part whose determinant is not zero."""
    width = len(vectors[0]) if vectors else 0
    for size in range(min(len(vectors), width), 0, -1):
        for rows, columns in product(combinations(vectors, size), combinations(range(width), size)):
            if determinant([[row[c] for c in columns] for row in rows]):
                return size
    return 0


def test_every_small_system_has_the_rank_of_its_greatest_minor() -> None:
    for vectors in SMALL:
        rows, rank = rows_of(vectors), rank_of(vectors)
        zeros = dependencies(rows)
        assert len(reduced(rows)) == rank
        assert len(zeros) == len(vectors) - rank
        assert all(zero and not combined(rows, zero) for zero in zeros)
        assert independent(rows) == (rank == len(vectors))


def test_what_follows_from_the_others_is_what_a_dependency_names() -> None:
    """A row is a combination of the others just where the rank stays the same without it."""
    for vectors in SMALL[::7]:
        zeros = dependencies(rows_of(vectors))
        for index in range(len(vectors)):
            rest = vectors[:index] + vectors[index + 1 :]
            assert any(index in zero for zero in zeros) == (rank_of(rest) == rank_of(vectors))


def test_a_single_unknown_is_determined_just_where_its_row_adds_no_rank() -> None:
    for vectors in SMALL[::7]:
        alone = {pivot for pivot, row in reduced(rows_of(vectors)) if len(row) == 1}
        width = len(vectors[0])
        for unknown in range(width):
            unit = tuple(int(i == unknown) for i in range(width))
            assert (unknown in alone) == (rank_of((*vectors, unit)) == rank_of(vectors))


def test_vanishing_combinations_are_all_there_are() -> None:
    for vectors in SMALL[::7]:
        zeros = dependencies(rows_of(vectors))
        for places in (frozenset({0}), frozenset({1, 2}), frozenset(range(len(vectors)))):
            kept = vanishing(zeros, places)
            assert all(not zero.get(place) for zero in kept for place in places)
            rest = tuple(vector for i, vector in enumerate(vectors) if i not in places)
            assert len(kept) == len(rest) - rank_of(rest)


def test_the_filter_is_never_sure_of_what_is_false() -> None:
    """Rows that depend on each other modulo the prime alone are left to exact arithmetic; dependent ones never pass."""
    doubtful: list[Row] = [{0: Fraction(1), 1: Fraction(1)}, {0: Fraction(1), 1: Fraction(PRIME + 1)}]
    assert not independent(doubtful)
    assert dependencies(doubtful) == []
    assert not independent([{0: Fraction(1, PRIME)}])
    assert not independent([{0: Fraction(1, 3), 1: Fraction(1, 7)}, {0: Fraction(7), 1: Fraction(3)}])
