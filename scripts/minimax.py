"""Minimax polynomials, by Remez' exchange on a fixed grid, so that every machine finds the same ones.

Lives here: `minimax`. Not here: which functions are approximated (write-numeric).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from mpmath import cos, lu_solve, matrix, mp, mpf, pi

Real: TypeAlias = Any  # mpmath has no types
DIGITS = 40
POINTS = 600
MOST_EXCHANGES = 40


def minimax(
    target: Callable[[Real], Real], lo: Real, hi: Real, degree: int, weight: Callable[[Real], Real] = lambda _: 1
) -> list[Real]:
    """The coefficients, lowest first, for which the greatest weight(x) * |p(x) - target(x)| in lo .. hi is least."""
    with mp.workdps(DIGITS):
        lo, hi = mpf(lo), mpf(hi)
        grid = [(lo + hi) / 2 - (hi - lo) / 2 * cos(pi * i / (POINTS - 1)) for i in range(POINTS)]
        targets, weights = [target(x) for x in grid], [weight(x) for x in grid]
        rows = [[w * x**power for power in range(degree + 1)] for x, w in zip(grid, weights, strict=True)]
        wanted = [w * y for w, y in zip(weights, targets, strict=True)]
        peaks = [round(i * (POINTS - 1) / (degree + 1)) for i in range(degree + 2)]
        for _ in range(MOST_EXCHANGES):
            coefficients = _levelled([rows[i] for i in peaks], [wanted[i] for i in peaks])
            errors = [sum(map(lambda c, v: c * v, coefficients, row)) - y for row, y in zip(rows, wanted, strict=True)]
            found = _peaks(errors, degree + 2)
            if found == peaks:
                return coefficients
            peaks = found
        raise AssertionError("the exchange did not end")


def _levelled(rows: list[list[Real]], wanted: list[Real]) -> list[Real]:
    """The polynomial whose errors at these points are equal in size and alternate in sign."""
    system = matrix([[*row, (-1) ** i] for i, row in enumerate(rows)])
    solution = lu_solve(system, matrix(wanted))
    return [solution[i] for i in range(len(rows) - 1)]


def _peaks(errors: list[Real], count: int) -> list[int]:
    """Where the error is greatest between two changes of its sign; the least of them at the ends are left out."""
    runs: list[list[int]] = [[0]]
    for i in range(1, len(errors)):
        if (errors[i] > 0) == (errors[i - 1] > 0):
            runs[-1].append(i)
        else:
            runs.append([i])
    found = [max(run, key=lambda i: abs(errors[i])) for run in runs]
    while len(found) > count:
        found = found[1:] if abs(errors[found[0]]) < abs(errors[found[-1]]) else found[:-1]
    assert len(found) == count, "a good polynomial has one error more than coefficients"
    return found
