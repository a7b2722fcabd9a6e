"""Policies as guards, against rules written down here, on random rows: closed groups, open groups, single values."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.run import simulate
from tests.support.tallies import tally_of

HEADER = """program policies version "1.0"
purpose "test/language" "Guards."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
input a from left at most {rows} rows {{
  k : int in 0 .. {keys}    may be grouped, compared
  x : int in -60 .. 60      may be aggregated, compared
}}
policy p {{ {lines} }}
"""
OPEN, CLOSED = 5_000_000, 60


def rows_of(seed: int, count: int, keys: int) -> Rows:
    """Few values, so that ties are common."""
    draw = np.random.default_rng(seed)
    return Rows(
        count, {"k": draw.integers(0, keys, count), "x": draw.integers(-6, 7, count) * draw.integers(1, 11, count)}
    )


def shown_by_p_percent(rows: Rows, percent: int) -> dict[int, int]:
    """The rule in SQL: key and sum of the groups of two rows or more that may be shown."""
    connection = duckdb.connect()
    connection.register("a", {name: values for name, values in rows.values.items()})
    found = connection.execute(
        f"""with ranked as (select k, x, row_number() over (partition by k order by abs(x) desc) place from a)
            select k, sum(x) from ranked group by k
            having count(*) >= 2 and 100 * coalesce(sum(abs(x)) filter (where place > 2), 0)
                                     >= {percent} * max(abs(x))"""
    ).fetchall()
    return {int(k): int(total) for k, total in found}


@pytest.mark.parametrize("percent", [1, 10, 100])
@pytest.mark.parametrize("keys", [CLOSED, OPEN])
def test_p_percent_is_the_rule_of_statistical_offices(keys: int, percent: int) -> None:
    source = HEADER.format(rows=400, keys=keys, lines=f"groups of at least 2\n  p-percent {percent}")
    program = compile_source(
        source + 'let r = group a by k { s = sum(x) }\ndisclose r to third under p because "test"\n'
    )
    rows = rows_of(percent, 400, CLOSED)
    (released,) = evaluate(program.circuit, {"a": rows}, {}).released
    found = {row[0]: row[1] for row in released.rows if row is not None}
    assert found == shown_by_p_percent(rows, percent)
    assert 0 < len(found) < CLOSED


def test_p_percent_of_all_small_worlds() -> None:
    """Up to three contributions of -3 .. 3, each world a group."""
    worlds = [(), *((x,) for x in range(-3, 4)), *((x, y) for x in range(-3, 4) for y in range(-3, 4))]
    worlds += [(x, y, z) for x, y in worlds[-49:] for z in range(-3, 4)]
    keys = np.repeat(np.arange(len(worlds)), [len(world) for world in worlds])
    rows = Rows(len(keys), {"k": keys, "x": np.array([x for world in worlds for x in world])})
    source = HEADER.format(rows=2_000, keys=len(worlds) - 1, lines="p-percent 34")
    program = compile_source(
        source + 'let r = group a by k { s = sum(x) }\ndisclose r to third under p because "test"\n'
    )
    (released,) = evaluate(program.circuit, {"a": rows}, {}).released
    assert len(released.rows) == len(worlds) - 1, "an empty group is not among them"
    for world, row in zip(worlds[1:], released.rows, strict=True):
        first, *rest = sorted(map(abs, world), reverse=True)
        assert (row is not None) == (100 * sum(rest[1:]) >= 34 * first), world
        assert row is None or row[1] == sum(world)


def test_how_many_groups_are_held_back_is_told_where_the_policy_says_so() -> None:
    lines = "groups of at least 3\n  p-percent 10\n  show suppressed count"
    source = HEADER.format(rows=100, keys=OPEN, lines=lines)
    source += (
        'let r = top 2 of (group a by k { n = count(), s = sum(x) }) by n, k\ndisclose r to third under p because "t"\n'
    )
    program = compile_source(source)
    rows = rows_of(3, 100, 40)
    (plain,) = evaluate(program.circuit, {"a": rows}, {}).released
    counts = np.unique(rows.values["k"], return_counts=True)[1]
    shown = shown_by_p_percent(Rows(100, rows.values), 10)
    large = {int(k) for k in np.unique(rows.values["k"]) if np.sum(rows.values["k"] == k) >= 3} & shown.keys()
    assert plain.withheld == plain.suppressed == len(counts) - len(large), (
        "those behind the first two are not held back"
    )
    assert len(plain.rows) == 2 < len(large)
    (shared,) = simulate(program.circuit, {"a": rows}, {}).released
    assert shared == plain
    assert predict(program.circuit, {"a": 100}, {}).tally == tally_of(program.circuit, {"a": rows}, {})


def test_without_that_line_nobody_learns_how_many() -> None:
    source = HEADER.format(rows=100, keys=OPEN, lines="groups of at least 3")
    source += 'let r = group a by k { n = count() }\ndisclose r to third under p because "test"\n'
    (plain,) = evaluate(compile_source(source).circuit, {"a": rows_of(3, 100, 40)}, {}).released
    assert plain.withheld is None
    assert plain.suppressed == 0


def test_numbers_are_rounded_keys_are_not() -> None:
    source = HEADER.format(rows=100, keys=OPEN, lines="groups of at least 2\n  round to 100")
    source += 'let r = group a by k { n = count(), s = sum(x) }\ndisclose r to third under p because "test"\n'
    rows = Rows(4, {"k": np.array([4, 4, 277, 277]), "x": np.array([30, 20, -60, -60])})
    (plain,) = evaluate(compile_source(source).circuit, {"a": rows}, {}).released
    assert plain.rows == ((4, 0, 100), (277, 0, -100))
