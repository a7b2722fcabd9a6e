"""What must hold before something is disclosed.

Lives here: `Policy` as data and in words. Not here: its guards as a computation (lower_disclose.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds of a disclosure; None where the program sets none.

    groups: fewest rows a released group may rest on. top: (n, percent): the n greatest contributions of a sum must be
    below that share of it. runs: (number, days): how often the program may run.
    rounding: numbers come out as multiples of it.
    """

    name: str
    groups: int | None = None
    top: tuple[int, int] | None = None
    runs: tuple[int, int] | None = None
    rounding: int | None = None

    @property
    def guards(self) -> tuple[str, ...]:
        """What the computation itself enforces, in the words of the language."""
        found = []
        if self.groups is not None:
            found.append(f"groups of at least {self.groups}")
        if self.top is not None:
            found.append(f"top {self.top[0]} below {self.top[1]}%")
        if self.rounding is not None:
            found.append(f"round to {self.rounding}")
        return tuple(found)

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, in the words of the language."""
        if self.runs is None:
            return self.guards
        return (*self.guards, f"at most {self.runs[0]} runs per {self.runs[1]} days")
