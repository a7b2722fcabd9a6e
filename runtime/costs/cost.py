"""What something costs: rounds, bytes on each link, gates. And how costs add up.

Lives here: `Cost`, one after the other (`+`, `*`) and at once (`together`). Not here: what anything costs.
"""

from __future__ import annotations

from dataclasses import dataclass

from secfuse.runtime.wire import PARTIES, Tally

LINKS = tuple((src, dst) for src in range(PARTIES) for dst in range(PARTIES) if src != dst)
_NOTHING = (0,) * len(LINKS)


@dataclass(frozen=True, slots=True)
class Cost:
    """As `Tally` counts: link_bytes are payload, in the order of LINKS; multiplications and ANDs are one party's."""

    rounds: int = 0
    link_bytes: tuple[int, ...] = _NOTHING
    multiplications: int = 0
    ands: int = 0

    def __add__(self, other: Cost) -> Cost:
        """First this, then the other."""
        return Cost(
            self.rounds + other.rounds,
            tuple(a + b for a, b in zip(self.link_bytes, other.link_bytes, strict=True)),
            self.multiplications + other.multiplications,
            self.ands + other.ands,
        )

    def __mul__(self, times: int) -> Cost:
        """This, so many times, one after the other."""
        return Cost(
            self.rounds * times,
            tuple(size * times for size in self.link_bytes),
            self.multiplications * times,
            self.ands * times,
        )

    def tally(self) -> Tally:
        """The same in the form in which a run is measured; links that carry nothing are left out."""
        links = {link: size for link, size in zip(LINKS, self.link_bytes, strict=True) if size}
        return Tally(self.rounds, links, self.multiplications, self.ands)


FREE = Cost()


def sent(moves: dict[tuple[int, int], int], rounds: int = 1, multiplications: int = 0, ands: int = 0) -> Cost:
    """The cost of messages: bytes by link (sender, receiver)."""
    return Cost(rounds, tuple(moves.get(link, 0) for link in LINKS), multiplications, ands)


def together(*costs: Cost) -> Cost:
    """All at once: messages share rounds, so the longest decides."""
    total = sum(costs, FREE)
    return Cost(max((c.rounds for c in costs), default=0), total.link_bytes, total.multiplications, total.ands)
