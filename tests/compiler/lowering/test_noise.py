"""Noise on shares: what coins make of it, how often, and that nobody can tell."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.compile import compile_source
from secfuse.compiler.spread import COIN_BITS, Spread
from secfuse.runtime.coins import coins_of
from secfuse.runtime.run import simulate
from tests.support.coins import told

HEADER = """program noise version "1.0"
purpose "test/language" "Noise."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
input a from left at most 100 rows {{
  k : int in 0 .. 1_023   may be grouped
  x : {kind}              may be aggregated
}}
policy p {{ {lines} }}
"""


def program(shown: str, kind: str = "int in 0 .. 3", lines: str = "noise epsilon 1") -> Circuit:
    source = f'{HEADER.format(kind=kind, lines=lines)}{shown} to third under p because "test"\n'
    return compile_source(source).circuit


def rows_of(x: list[int]) -> dict[str, Rows]:
    return {"a": Rows(len(x), {"k": np.arange(len(x)), "x": np.array(x, np.int64)})}


def value(circuit: Circuit, rows: dict[str, Rows], coins: dict[int, np.ndarray]) -> object:
    (released,) = evaluate(circuit, rows, {}, coins).released
    assert released.rows[0] is not None
    return released.rows[0][0]


def test_the_digits_are_where_the_coins_reach_their_thresholds() -> None:
    """Draws count from 1: the digits of G from the lowest on, then those of H."""
    spread = Spread(Fraction(1, 3))
    circuit, rows = program("disclose sum(a.x) as s"), rows_of([3, 3, 1])
    for digit, threshold in enumerate(spread.thresholds):
        least = (1 << COIN_BITS) - threshold
        assert value(circuit, rows, {1 + digit: np.array(least)}) == 7 + 2**digit
        assert value(circuit, rows, {1 + digit: np.array(least - 1)}) == 7
        assert value(circuit, rows, {1 + spread.digits + digit: np.array(least)}) == 7 - 2**digit
    every = {draw: np.array((1 << COIN_BITS) - 1) for draw in range(1, 1 + spread.digits)}
    assert value(circuit, rows, every) == 7 + spread.most
    assert sum(node.op is Op.RANDOM for node in circuit.nodes) == 2 * spread.digits, "equal coins are not shared"


def test_noise_comes_in_units_of_the_last_place_and_is_rounded_with_the_number() -> None:
    coins = {1: np.array((1 << COIN_BITS) - 1)}
    assert value(program("disclose sum(a.x) as s", "fixed(4) in 0 .. 3"), rows_of([16, 16]), coins) == 2 + 1 / 16
    assert value(program("disclose sum(a.x) as s", "money(2) in 0 .. 3"), rows_of([150, 100]), coins) == "2.51"
    rounded = program("disclose sum(a.x) as s", lines="noise epsilon 1\n  round to 4")
    assert value(rounded, rows_of([3, 2]), {}) == 4
    assert value(rounded, rows_of([3, 2]), coins) == 8


def test_columns_share_epsilon_and_groups_do_not() -> None:
    """A row lies in one group and in all columns."""
    lines = "noise epsilon 3"
    circuit = program("let r = group a by k { n = count(), m = count(x), s = sum(x) }\ndisclose r", lines=lines)
    digits = 2 * Spread(Fraction(1)).digits + Spread(Fraction(1, 3)).digits
    assert sum(node.op is Op.RANDOM for node in circuit.nodes) == 2 * digits


def test_on_shares_it_is_the_discrete_laplace_distribution() -> None:
    """1024 empty groups under fixed keys: a chi-square test; and what evaluate makes of the same coins."""
    circuit = program("let r = group a by k { n = count() }\ndisclose r")
    rows = rows_of([])
    with told() as coins:
        (released,) = simulate(circuit, rows, {}, keys={j: bytes([j + 1]) * 32 for j in range(3)}).released
    (plain,) = evaluate(circuit, rows, {}, coins).released
    assert released == plain, "all groups are shown, empty ones, too"
    whoever_has_all_keys = coins_of(circuit, {"a": 0}, {j: bytes([j + 1]) * 32 for j in range(3)})
    assert all(np.array_equal(whoever_has_all_keys[draw], found) for draw, found in coins.items())
    assert whoever_has_all_keys.keys() == coins.keys()
    noise = np.array([row[1] for row in released.rows if row is not None])
    assert len(noise) == 1024
    a = np.exp(-1.0)
    classes = list(range(-4, 5))
    expected = [1024 * (1 - a) / (1 + a) * a ** abs(x) for x in classes]
    expected += [1024 * a**5 / (1 + a)] * 2
    counts = [int(np.sum(noise == x)) for x in classes] + [int(np.sum(noise > 4)), int(np.sum(noise < -4))]
    chi_square = sum((found - wanted) ** 2 / wanted for found, wanted in zip(counts, expected, strict=True))
    assert chi_square < 29.6, "of 10 degrees of freedom, once in a thousand"
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.1, "neighbouring groups have noise of their own"


def test_other_keys_other_noise() -> None:
    circuit, rows = program("disclose sum(a.x) as s", lines="noise epsilon 0.01"), rows_of([1])
    found = {simulate(circuit, rows, {}).released[0].rows[0] for _ in range(6)}
    assert len(found) > 3
