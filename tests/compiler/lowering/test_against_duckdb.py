"""The verbs of tables, on random rows: what the plain evaluator makes of them is what DuckDB does.

Every program discloses groups of two rows or more. Those of a closed key that are suppressed are left out here.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source

HEADER = """program oracle version "1.0"
purpose "test/language" "The same in two languages."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
category Band { low, mid, high }
input a from left at most 60 rows {
  k : int in 0 .. 5_000   may be grouped, ranked, joined, aggregated
  b : Band                may be grouped, ranked, compared
  x : int in -50 .. 50    may be aggregated, ranked, compared, shown
  y : int? in 0 .. 9      may be aggregated, ranked, shown
}
input c from right at most 60 rows {
  k : int in 0 .. 5_000 unique   may be joined
  z : int in 0 .. 99             may be aggregated
}
policy any { groups of at least 2 }
"""

NAMES = "(case b when 0 then 'Band.low' when 1 then 'Band.mid' else 'Band.high' end)"

CASES = {
    "open groups": (
        """group a by k {
             n = count(), s = sum(x), m = mean(x), least = min(x), most = max(x), v = variance(x), y = sum(y)
           }""",
        """select k, count(*), sum(x), avg(x), min(x), max(x), var_pop(x), sum(y)
           from a group by k having count(y) > 1 order by k""",
    ),
    "open groups of two keys": (
        "group a by k, b { n = count(), some = any(x > 20), every = all(x > -30) }",
        f"""select k, {NAMES}, count(*), bool_or(x > 20), bool_and(x > -30)
            from a group by k, b having count(*) > 1 order by k, b""",
    ),
    "places in groups": (
        """group a by b {
             d = count_distinct(k), m = median(x), q = quantile(x, 0.3), y = median(y), z = count_distinct(y)
           }""",
        f"""select {NAMES}, count(distinct k), median(x), quantile_disc(x, 0.3), median(y), count(distinct y)
            from a group by b having count(y) > 1 order by b""",
    ),
    "places in open groups": (
        "group a by k { d = count_distinct(y), m = median(x), q = quantile(x, 0.75), y = median(y) }",
        """select k, count(distinct y), median(x), quantile_disc(x, 0.75), median(y)
           from a group by k having count(y) > 1 order by k""",
    ),
    "the best groups": (
        "sort (top 4 of (group a by k { n = count(), s = sum(x) }) by s, k) by k",
        """select * from (select k, count(*), sum(x) s from a group by k having count(*) > 1
                          order by s desc, k desc limit 4) order by k""",
    ),
    "the first of each": (
        """group (sort (extend a { y2 = coalesce(y, 0) }) by x desc, k, y2) by b {
             x = first(x), y = first(y), n = count()
           }""",
        f"""select {NAMES}, first(x order by x desc, k, y2),
              first(y order by x desc, k, y2) filter (where y is not null), count(*)
            from a group by b having count(y) > 1 order by b""",
    ),
    "distinct and top of rows": (
        "group (join (distinct (top 25 of a by x, k, b) on k) with c on k) by b { n = count(), z = sum(z) }",
        f"""with best as (select distinct on (k) k, b from
                (select * from a order by x desc, k desc, b desc limit 25) order by k, x desc, b desc)
            select {NAMES}, count(*), sum(z) from best join c using (k) group by b having count(*) > 1 order by b""",
    ),
    "windows": (
        """group (window a by b order x, k {
             run = sum(x), n = count(), most = max(k), r = rank(), p = lag(k, 2)
           }) by b {
             run = sum(run), n = sum(n), most = sum(most), r = sum(r), p = sum(p), there = count(p)
           }""",
        f"""with w as (select b, sum(x) over rows_ run, count(*) over rows_ n, max(k) over rows_ most, rank() over w r,
                lag(k, 2) over w p from a
                window w as (partition by b order by x, k),
                rows_ as (partition by b order by x, k rows unbounded preceding))
            select {NAMES}, sum(run), sum(n), sum(most), sum(r), sum(p), count(p)
            from w group by b having count(p) > 1 order by b""",
    ),
    "a full join": (
        "group (full join (distinct a on k) with c on k) { n = count(), x = count(x), z = sum(z) }",
        "select count(*), count(o.k), sum(z) from (select distinct k from a) o full join c on o.k = c.k",
    ),
    "a pivot": (
        "pivot (extend a { positive = x > 0 }) by positive on b { n = count(), x = sum(x) }",
        """select x > 0,
             count(*) filter (where b = 0), count(*) filter (where b = 1), count(*) filter (where b = 2),
             sum(x) filter (where b = 0), sum(x) filter (where b = 1), sum(x) filter (where b = 2)
           from a group by x > 0 having count(*) filter (where b = 0) > 1 and count(*) filter (where b = 1) > 1
             and count(*) filter (where b = 2) > 1 order by 1""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_duckdb_says_the_same(name: str) -> None:
    text, query = CASES[name]
    source = f'{HEADER}let r = {text}\ndisclose r to third under any because "to compare"\n'
    circuit = compile_source(source, "oracle.sec").circuit
    rows = 0
    for seed in range(12):
        given = tables(seed)
        (found,) = evaluate(circuit, given, {}).released
        released = [row for row in found.rows if row is not None]
        expected = by_database(given, query)
        assert len(released) == len(expected), seed
        for mine, theirs in zip(released, expected, strict=True):
            assert mine == tuple(pytest.approx(cell, abs=1e-4) if type(cell) is float else cell for cell in theirs), (
                seed
            )
        rows += len(released)
    assert rows >= 12


def by_database(given: dict[str, Rows], query: str) -> list[tuple[object, ...]]:
    connection = duckdb.connect()
    for name, table in given.items():
        arrays = {**table.values, **{f"{column}_there": there for column, there in table.present.items()}}
        connection.register(f"{name}_arrays", arrays)
    connection.execute("create table a as select k, b, x, y as y2, case when y_there then y end as y from a_arrays")
    connection.execute("create table c as from c_arrays")
    return [tuple(int(c) if hasattr(c, "is_integer") and type(c) is not float else c for c in row)
            for row in connection.execute(query).fetchall()]  # fmt: skip


def tables(seed: int) -> dict[str, Rows]:
    """Few keys, so that rows share them; of the right table's keys some occur on the left."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(30, 61))
    keys = rng.choice(4_000, 15, replace=False)
    there = rng.random(n) < 0.8
    a = {
        "k": rng.choice(keys, n),
        "b": rng.integers(0, 3, n),
        "x": rng.integers(-50, 51, n),
        "y": np.where(there, rng.integers(0, 10, n), 0),
    }
    c = {"k": rng.permutation(np.concatenate([keys[:9], np.arange(4_995, 5_000)])), "z": rng.integers(0, 100, 14)}
    return {"a": Rows(n, a, {"y": there}), "c": Rows(14, c, {})}
