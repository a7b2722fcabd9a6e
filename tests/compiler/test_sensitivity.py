"""How far one row moves what is shown, and what no noise can hide."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source
from secfuse.compiler.program import epsilons
from secfuse.compiler.sensitivity import Unbounded, sensitivities

HEADER = """program moved version "1.0"
purpose "test/language" "Counted by hand."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
category Band { low, mid, high }
input a from left at most 100 rows {
  k : int in 0 .. 9 unique    may be joined
  b : Band                    may be grouped, compared
  x : int in -7 .. 5          may be aggregated, compared
}
input d from right at most 100 rows {
  k : int in 0 .. 9 unique    may be joined
  y : int? in 0 .. 3          may be aggregated, compared
  f : fixed(4) in -1 .. 0.5   may be aggregated
}
input many from right at most 100 rows {
  k : int in 0 .. 9          may be joined
  z : int in 0 .. 3          may be aggregated
}
fn doubled(v: int in -7 .. 5) -> int { return 2 * v }
policy p { noise epsilon 1 }
policy loose { groups of at least 1 }
"""


def units(statements: str, disclosed: str) -> list[int]:
    """Of each column, in order. The policy without noise lets the program through; what noise asks is asked here."""
    text = f'{HEADER}{statements}\n{disclosed} to third under loose because "test"\n'
    checked = compile_source(text).checked
    disclose = checked.actions[-1]
    assert isinstance(disclose, c.Disclose)
    return [column.units for column in sensitivities(checked, disclose)]


@pytest.mark.parametrize(
    ("statements", "disclosed", "wanted"),
    [
        ("", "disclose count(a) as r", [1]),
        ("", "disclose sum(a.x) as r", [7]),
        ("", "disclose sum(d.f) as r", [16]),
        ("", "disclose count(d.y) as r", [1]),
        ("", "disclose sum(if a.x > 2 then a.x else 0) as r", [7]),
        ("", "disclose sum(doubled(a.x)) as r", [14]),
        ("let r = group a by b { n = count(), s = sum(x), big = count(x > 2) }", "disclose r", [1, 7, 1]),
        ("let g = group a by b { n = count(), s = sum(x) }\nlet r = select g { b, s }", "disclose r", [7]),
        ("let u = union (select a { k }), (select a { k })", "disclose count(u) as r", [2]),
        ("let j = join a with d on k", "disclose sum(j.x) as r", [7]),
        ("let j = left join a with d on k", "disclose sum(j.x) as r", [14]),
        ("let j = full join a with d on k", "disclose count(j) as r", [2]),
        ("let j = anti join a with d on k", "disclose count(j) as r", [1]),
        ("let j = join a with (select a { k }) on k", "disclose count(j) as r", [2]),
        ("let total = sum(a.x)\nlet again = total", "disclose again as r", [7]),
        ("let e = extend a { v = doubled(x) }\nlet f = filter e where v > 2", "disclose sum(f.v) as r", [14]),
    ],
)
def test_one_row_moves_a_result_by_so_much(statements: str, disclosed: str, wanted: list[int]) -> None:
    assert units(statements, disclosed) == wanted


@pytest.mark.parametrize(
    ("statements", "disclosed", "code"),
    [
        ("", "disclose sum(a.x) + count(a) as r", "SEC413"),
        ("", "disclose [count(a), count(d)] as r", "SEC413"),
        ("let g = group a by b { n = count() }\nlet r = extend g { m = 2 * n }", "disclose r", "SEC413"),
        ("let g = group a by b { n = count() }\nlet r = filter g where n > 1", "disclose r", "SEC413"),
        ("let r = group a by b { n = count(), m = mean(x) }", "disclose r", "SEC413"),
        ("let j = join many with d on k", "disclose count(j) as r", "SEC414"),
        ("let t = top 3 of a by x", "disclose count(t) as r", "SEC414"),
        ("let w = window a by b order x { s = sum(x) }", "disclose sum(w.s) as r", "SEC414"),
        ("let m = mean(a.x)\nlet e = extend a { far = x - m }", "disclose sum(e.far) as r", "SEC414"),
    ],
)
def test_what_no_noise_can_hide(statements: str, disclosed: str, code: str) -> None:
    header = HEADER.replace("x : int in -7 .. 5          may be", "x : int in -7 .. 5   may be ranked,")
    checked = compile_source(f'{header}{statements}\n{disclosed} to third under loose because "test"\n').checked
    disclose = checked.actions[-1]
    assert isinstance(disclose, c.Disclose)
    with pytest.raises(Unbounded) as caught:
        sensitivities(checked, disclose)
    assert caught.value.code == code


def test_no_row_moves_a_result_further() -> None:
    """All small worlds of two rows of each table, with and without their last row, in every kind of join."""
    kinds = {"": 7, "left ": 14, "semi ": 7, "anti ": 7, "full ": 14}
    for kind, most in kinds.items():
        column = "coalesce(j.x, 0)" if kind == "full " else "j.x"
        text = (
            f'{HEADER}let j = {kind}join a with d on k\ndisclose sum({column}) as r to third under loose because "t"\n'
        )
        circuit = compile_source(text).circuit

        def total(a: tuple[tuple[int, int], ...], d: tuple[int, ...], circuit: object = circuit) -> int:
            zeros = np.zeros(len(d), np.int64)
            rows = {
                "a": Rows(len(a), {"k": column_of(a, 0), "b": column_of(a, 0) * 0, "x": column_of(a, 1)}),
                "d": Rows(len(d), {"k": np.array(d, np.int64), "y": zeros, "f": zeros}, {"y": zeros > 0}),
                "many": Rows(0, {"k": zeros[:0], "z": zeros[:0]}),
            }
            (released,) = evaluate(circuit, rows, {}).released  # type: ignore[arg-type]
            return int(released.rows[0][0]) if released.rows[0] is not None else 0  # type: ignore[arg-type]

        for x, y, (k, m) in product((-7, 5), (-7, 5), ((0, 0), (0, 1), (1, 0))):
            whole = total(((0, x), (1, y)), (k, 2 + m))
            for less in (
                total(((0, x),), (k, 2 + m)),
                total(((0, x), (1, y)), (k,)),
                total(((0, x), (1, y)), (2 + m,)),
            ):
                assert abs(whole - less) <= most, kind


def column_of(rows: tuple[tuple[int, int], ...], place: int) -> np.ndarray:
    return np.array([row[place] for row in rows], np.int64)


def test_epsilon_adds_up_by_recipient() -> None:
    text = HEADER + 'disclose count(a) as n to third, left under p because "t"\n'
    text += (
        'disclose sum(a.x) as s to third under p because "t"\ndisclose count(d) as m to left under loose because "t"\n'
    )
    assert {party: float(epsilon) for party, epsilon in epsilons(compile_source(text)).items()} == {
        "third": 2,
        "left": 1,
    }
