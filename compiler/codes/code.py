"""What a code says: `Code`. Not here: the codes (a family a file)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of mistake: what it is, why it is refused, what to do."""

    title: str
    explanation: str
    fix: str
