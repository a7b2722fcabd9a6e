"""What must not change a result: the parties' order, the rows' order, rows that do not count, what adds nothing.

Of each pair of programs, or of rows, both are run in plain and on shares; what they release is equal.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.released import Cell
from secfuse.compiler.compile import compile_source
from secfuse.runtime.run import simulate

PARTIES = ("left", "right", "third")
KEYS = {rank: bytes([rank]) * 32 for rank in range(3)}
COLUMNS = """
  who  : identifier               may be joined, grouped, aggregated
  kind : Kind                     may be grouped, compared, ranked
  n    : int in -50 .. 50         may be aggregated, compared, ranked, grouped
  x    : fixed(8) in -10 .. 10    may be aggregated, compared, ranked
  m    : money(2)? in 0 .. 100    may be aggregated, compared
"""
HEAD = """program metamorphic version "1.0"
purpose "test/metamorphic" "One of two programs that mean the same."
party left  "Left"
party right "Right"
party third "Third"
compute by PARTIES
assume honest majority, semi-honest
category Kind { red, green, blue }
param zero : int in 0 .. 5 = 0
input a from left at most 40 rows {COLUMNS}
input b from right at most 40 rows {COLUMNS}
input prices from right at most 10 rows {
  who   : identifier unique   may be joined
  price : int in 0 .. 99      may be aggregated, compared
}
policy any { groups of at least 1 }
policy pairs { groups of at least 2 }
policy plainly { at most 100 runs per 1 days }
""".replace("COLUMNS", COLUMNS)

BODY = """
let priced = extend (left join TABLE with prices on who) { cost = coalesce(price, 5) * n }
let kinds  = group priced by kind {
  count  = count()
  n      = sum(n)
  x      = sum(x)
  mean   = mean(n)
  least  = min(x)
  most   = max(x)
  cost   = sum(cost)
  money  = sum(m)
  known  = count(m)
  spread = variance(n)
  some   = any(n > 40)
}
let keys    = group TABLE by n { count = count(), x = sum(x) }
let middle  = median(TABLE.n)
let high    = quantile(TABLE.x, 0.8)
let people  = count_distinct(TABLE.who)
let best    = top 3 of TABLE by n
let least   = sum(best.n)
let run     = window TABLE by kind order n, x { total = sum(n) }
let greatest = max(run.total)
disclose kinds to third under any because "kinds"
disclose keys to third under pairs because "keys"
disclose middle to third under any because "middle"
disclose high to third under any because "high"
disclose people to third under any because "people"
disclose least to third under any because "least"
disclose greatest to third under any because "greatest"
"""

Results = dict[str, list[tuple[Cell, ...] | None]]


def some_rows(count: int, seed: int) -> Rows:
    """Rows without two that are equal in n and x, so that their order is clear."""
    rng = np.random.default_rng(seed)
    present = rng.random(count) < 0.6
    values = {
        "who": rng.integers(1, 8, count).astype(np.uint64),
        "kind": rng.integers(0, 3, count),
        "n": rng.integers(-50, 51, count),
        "x": rng.permutation(np.arange(-2_560, 2_561))[:count],
        "m": np.where(present, rng.integers(0, 10_001, count), 0),
    }
    return Rows(count, values, {"m": present})


def picked(rows: Rows, order: np.ndarray) -> Rows:
    """Some of the rows, in that order."""
    values = {name: column[order] for name, column in rows.values.items()}
    return Rows(len(order), values, {name: column[order] for name, column in rows.present.items()})


def together(first: Rows, second: Rows) -> Rows:
    """The rows of both."""
    values = {name: np.concatenate((column, second.values[name])) for name, column in first.values.items()}
    present = {name: np.concatenate((column, second.present[name])) for name, column in first.present.items()}
    return Rows(first.count + second.count, values, present)


NOBODY = some_rows(0, 0)
PRICES = Rows(4, {"who": np.array([1, 3, 5, 9], np.uint64), "price": np.array([10, 0, 99, 7])})


def results(body: str, a: Rows, b: Rows = NOBODY, parties: tuple[str, ...] = PARTIES) -> Results:
    """What is released, in plain and, the same, on shares."""
    circuit = compile_source(HEAD.replace("PARTIES", ", ".join(parties)) + body, "metamorphic.sec").circuit
    tables = {"a": a, "b": b, "prices": PRICES}
    plain = {r.name: list(r.rows) for r in evaluate(circuit, tables, {}).released}
    on_shares = {r.name: list(r.rows) for r in simulate(circuit, tables, {}, keys=KEYS).released}
    assert on_shares == plain, "no product of two fixed-point numbers is taken, so that all of it is exact"
    return plain


def of(table: str, before: str = "") -> str:
    """The body over that table."""
    return before + BODY.replace("TABLE", table)


@pytest.fixture(scope="module", params=[1, 17])
def rows(request: pytest.FixtureRequest) -> Rows:
    """Tables of several lengths."""
    return some_rows(request.param, request.param)


@pytest.fixture(scope="module")
def plain(rows: Rows) -> Results:
    """What the program releases of them."""
    return results(of("a"), rows)


@pytest.mark.parametrize("parties", list(permutations(PARTIES))[1::2], ids=" ".join)
def test_who_computes_in_which_order_changes_nothing(rows: Rows, plain: Results, parties: tuple[str, ...]) -> None:
    assert results(of("a"), rows, parties=parties) == plain


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_changes_nothing(rows: Rows, plain: Results, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(rows.count)
    assert results(of("a"), picked(rows, order)) == plain


def test_rows_that_a_filter_removes_change_nothing(rows: Rows) -> None:
    """The filter takes them out by a mark; it is the n of the rows added that does not pass."""
    kept = picked(rows, np.flatnonzero(rows.values["n"] > -45))
    padding = some_rows(9, 99)
    padding.values["n"][:] = -50
    order = np.random.default_rng(5).permutation(kept.count + padding.count)
    filtered = of("kept", "let kept = filter a where n > -45\n")
    assert results(filtered, picked(together(kept, padding), order)) == results(of("a"), kept)


@pytest.mark.parametrize("part", [0.0, 0.4, 1.0])
def test_a_table_in_two_parts_is_the_table(rows: Rows, plain: Results, part: float) -> None:
    cut = int(rows.count * part)
    first, second = (picked(rows, np.arange(*ends)) for ends in ((0, cut), (cut, rows.count)))
    assert results(of("both", "let both = union a, b\n"), first, second) == plain
    assert results(of("both", "let both = union b, a\n"), first, second) == plain


NOTHING: dict[str, str] = {
    "adds nothing": "let same = extend a { n_ = n }\n",
    "sorted": "let same = sort a by n desc\n",
    "sorted twice": "let same = sort (sort a by x) by n\n",
    "all pass": "let same = filter a where true\n",
    "all pass, nobody knows it": "let same = filter a where n > -51\n",
    "filtered twice": "let once = filter a where n > -51 or x > 100\nlet same = filter once where n < 51\n",
    "top of all": "let same = top 40 of a by x\n",
    "chosen": "let same = select a { m, x, n, kind, who }\n",
    "a window": "let same = select (window a order n { run = count() }) { m, x, n, kind, who }\n",
    "with nobody": "let same = union a, b\n",
}


@pytest.mark.parametrize("how", NOTHING)
def test_a_verb_that_changes_nothing_changes_nothing(rows: Rows, plain: Results, how: str) -> None:
    assert results(of("same", NOTHING[how]), rows) == plain


SAME: dict[str, str] = {
    "plus zero": "n + 0",
    "plus a zero that is known at the run": "n + zero",
    "minus zero": "n - 0",
    "times one": "n * 1",
    "twice the other way round": "-(-n)",
    "if true": "if true then n else 0",
    "if either": "if x < 0 then n else n",
    "of both": "max(n, n)",
    "clamped": "clamp(n, -50, 50)",
    "power of one": "n ** 1",
    "rounded": "int(fixed(n))",
    "over one": "int(n / 1)",
    "more and less": "n + x_ - x_",
    "an item": "[n, 7][0]",
    "an item at a secret place": "[7, n][if x > 100 then 0 else 1]",
    "by a function": "same(n)",
    "by a loop": "looped(n)",
    "a field": "n * 2 - n",
}
FUNCTIONS = """fn same(x: int) -> int {
  let y = x
  return y
}
fn looped(x: int) -> int {
  var y : int in -60 .. 60 = x
  for i in 0 ..< 3 {
    y = clamp(y + i - 1, -60, 60)
  }
  return clamp(y, -50, 50)
}
"""


@pytest.mark.parametrize("how", SAME)
def test_an_expression_that_changes_nothing_changes_nothing(rows: Rows, how: str) -> None:
    body = """
let more  = extend a { x_ = int(x), y = EXPRESSION }
let kinds = group more by kind { total = sum(y), most = max(y), high = count(y > 3) }
disclose kinds to third under any because "kinds"
disclose quantile(more.y, 0.5) as middle to third under any because "middle"
"""
    wanted = results(FUNCTIONS + body.replace("EXPRESSION", "n"), rows)
    assert results(FUNCTIONS + body.replace("EXPRESSION", SAME[how]), rows) == wanted


CONDITIONS: dict[str, str] = {
    "and true": "n > 3 and true",
    "or false": "n > 3 or false",
    "not not": "not (not (n > 3))",
    "the other way round": "3 < n",
    "not at most": "not (n <= 3)",
    "equal to true": "(n > 3) == true",
    "by a choice": "if n > 3 then true else false",
    "both of the same": "n > 3 and n > 3",
    "by parts": "(n > 3 and x > 0) or (n > 3 and x <= 0)",
    "as a number": "int(n > 3) == 1",
}


@pytest.mark.parametrize("how", CONDITIONS)
def test_a_condition_written_otherwise_is_the_condition(rows: Rows, how: str) -> None:
    def kept(condition: str) -> str:
        return of("kept", f"let kept = filter a where {condition}\n")

    assert results(kept(CONDITIONS[how]), rows) == results(kept("n > 3"), rows)


TWO_WAYS: dict[str, tuple[str, str]] = {
    "mean": ("mean(a.n)", "sum(a.n) / max(count(a), 1)"),
    "least": ("min(a.n)", "-max(-a.n)"),
    "count": ("count(a.n > 0)", "sum(int(a.n > 0))"),
    "any": ("any(a.n > 0)", "count(a.n > 0) > 0"),
    "all": ("all(a.n > 0)", "not any(not (a.n > 0))"),
    "sum": ("sum(a.n * 2)", "sum(a.n) + sum(a.n)"),
    "both": ("sum(a.n + a.x)", "sum(a.n) + sum(a.x)"),
}


@pytest.mark.parametrize("how", TWO_WAYS)
def test_two_ways_to_one_value(rows: Rows, how: str) -> None:
    one, other = (
        results(f'let v = {text}\ndisclose v to third under plainly because "v"\n', rows)["v"] for text in TWO_WAYS[how]
    )
    assert one == other


def test_other_rows_have_other_results(rows: Rows, plain: Results) -> None:
    """So that what was compared above says something."""
    assert results(of("a"), some_rows(rows.count, rows.count + 100)) != plain
