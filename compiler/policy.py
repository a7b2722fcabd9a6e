"""What must hold before something is disclosed.

Lives here: `Policy` as data and in words. Not here: its guards as a computation (lower_disclose.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Policy:
    """What a disclosure must keep to; None or False where the program sets nothing.

    groups: fewest rows a released group may rest on. top: (n, percent): the n greatest contributions of a sum must be
    below that share of it. percent: what is left of a sum without its two greatest contributions must be at least that
    share of the greatest. noise: the epsilon that counts and sums are blurred with, as a quotient. rounding: numbers
    come out as multiples of it. counts_suppressed: how many groups are held back is disclosed, too. bits: the most that
    one disclosure may tell. sealed: results stay shared until the parties release them. runs: (number, days): how often
    the program may run.
    """

    name: str
    groups: int | None = None
    top: tuple[int, int] | None = None
    runs: tuple[int, int] | None = None
    rounding: int | None = None
    percent: int | None = None
    noise: tuple[int, int] | None = None
    counts_suppressed: bool = False
    bits: int | None = None
    sealed: bool = False

    @property
    def guards(self) -> tuple[str, ...]:
        """What the computation itself enforces, in the words of the language."""
        lines = (
            self.groups is not None and f"groups of at least {self.groups}",
            self.top is not None and f"top {self.top[0]} below {self.top[1]}%",
            self.percent is not None and f"p-percent {self.percent}",
            self.noise is not None and f"noise epsilon {decimal_text(self.epsilon)}",
            self.rounding is not None and f"round to {self.rounding}",
            self.counts_suppressed and "show suppressed count",
            self.bits is not None and f"bits at most {self.bits}",
            self.sealed and "sealed",
        )
        return tuple(line for line in lines if line)

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, in the words of the language."""
        if self.runs is None:
            return self.guards
        return (*self.guards, f"at most {self.runs[0]} runs per {self.runs[1]} days")

    @property
    def epsilon(self) -> Fraction:
        """How much one row may change the odds of what is shown: e^epsilon times. 0 without noise, which has none."""
        return Fraction(*self.noise) if self.noise is not None else Fraction(0)

    @property
    def bounds_contributions(self) -> bool:
        """True if the greatest contributions of a sum are compared with the rest of it."""
        return self.top is not None or self.percent is not None

    @property
    def has_exact_markers(self) -> bool:
        """True if numbers carry noise and markers do not: what is suppressed is decided on the true numbers."""
        return self.noise is not None and (self.groups is not None or self.bounds_contributions)


def decimal_text(number: Fraction) -> str:
    """A number as a person writes it: with decimals where they end, else as a quotient.

    >>> decimal_text(Fraction(1, 2)), decimal_text(Fraction(3)), decimal_text(Fraction(1, 3))
    ('0.5', '3', '1/3')
    """
    rest = number.denominator
    twos, fives = (_times(rest, 2), _times(rest, 5))
    if rest != 2**twos * 5**fives:
        return f"{number.numerator}/{number.denominator}"
    decimals = max(twos, fives)
    whole, part = divmod(number.numerator * 10**decimals // rest, 10**decimals)
    return f"{whole}.{part:0{decimals}}" if decimals else str(whole)


def _times(number: int, factor: int) -> int:
    """How often the factor goes into the number."""
    return 0 if number % factor else 1 + _times(number // factor, factor)
