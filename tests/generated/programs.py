"""Whole programs, generated: a contract, two owners' tables, functions, tables made of tables, single values.

Lives here: `Case`, `cases`, the strategy. Programs are well typed by construction. Not here: what must hold of them
(test_generated.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from secfuse.compiler.circuit.interface import Rows

from .draws import Draw, Draws
from .rows import KEYS, some_input
from .steps import Steps
from .values import COINS, Value
from .verbs import Tables

HEAD = """program generated version "1.0"
purpose "test/generated" "Any program."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
category Kind { red, green, blue }
param few  : int in 1 .. 4 = 3
param sure : bool = true
{inputs}
policy any { groups of at least 1 }
policy pairs { groups of at least 2 }
policy shares {
  groups of at least 2
  top 1 below 75%
  at most 5 runs per 1 days
}
let coin : money(2) = 1.25
let debt : money(2) = -7.00
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A program, the owners' rows, the parameters."""

    text: str
    tables: dict[str, Rows]
    params: dict[str, int]

    def __repr__(self) -> str:
        """What a failing test shows: everything that is needed to run it again."""
        return f"{self.text}\n{self.tables}\n{self.params}"


def case(draw: Draw) -> Case:
    """One program: few statements of every kind."""
    draws = Draws(draw)
    key = draws.one(KEYS)
    a = some_input(draws, "a", "left", key, draws.chance(40), 6 if key != KEYS[0] else 4)
    b = some_input(draws, "b", "right", key, draws.chance(75), 4)
    lines: list[str] = []
    scalars = [*COINS, Value("few", "int", Fraction(1), Fraction(4)), Value("sure", "bool")]
    steps = Steps(draws, lines, scalars)
    for _ in range(draws.number(0, 2)):
        steps.function()
    tables = Tables(draws, lines, scalars, steps.functions)
    at_hand = [tables.given(a), tables.given(b)]
    tables.single(draws.one(at_hand))
    for _ in range(draws.one((2, 1, 3, 0))):
        table = draws.one(at_hand)
        made = tables.step(table, at_hand[1] if table is not at_hand[1] else at_hand[0])
        at_hand.append(made)
    for _ in range(draws.number(1, 2)):
        tables.shown(draws.one(at_hand[-2:]))
    for _ in range(draws.one((2, 1, 3, 0))):
        steps.step()
    head = HEAD.replace("{inputs}", f"{a.text}\n{b.text}")
    params = {"few": draws.number(1, 4), "sure": draws.number(0, 1)}
    return Case(head + "\n".join(lines) + "\n", {"a": a.rows, "b": b.rows}, params)


@st.composite
def cases(draw: Any) -> Case:
    """Any program with rows for it."""
    return case(draw)
