"""Choices of a generated program, drawn from Hypothesis so that a failing one is made smaller.

Lives here: `Draws`. Not here: what is chosen among.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

Draw = Callable[[st.SearchStrategy[Any]], Any]


@cache
def _numbers(lo: int, hi: int) -> st.SearchStrategy[int]:
    return st.integers(lo, hi)


class Draws:
    """Where all choices of one program come from; it also gives out names that are not taken."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._names = 0

    def number(self, lo: int, hi: int) -> int:
        """One of lo .. hi; the simplest is the one next to 0."""
        return self._draw(_numbers(lo, hi))

    def one(self, choices: Sequence[T]) -> T:
        """One of them; the simplest is the first."""
        return choices[self.number(0, len(choices) - 1)]

    def some(self, choices: Sequence[T], least: int, most: int) -> list[T]:
        """So many of them if there are so many, each at most once, in their order."""
        rest, wanted = list(range(len(choices))), self.number(least, most)
        while len(rest) > wanted:
            rest.remove(self.one(rest))
        return [choices[i] for i in rest]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.number(1, 100) > 100 - percent

    def name(self, stem: str) -> str:
        """A name that is not taken."""
        self._names += 1
        return f"{stem}{self._names}"
