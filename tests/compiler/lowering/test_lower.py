"""What the lowering makes of policies, branches and missing values, seen on the results of small circuits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import Results, evaluate
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.lowering.lower import lower
from secfuse.runtime.costs.predict import predict
from tests.compiler.contracts import compiled

LOW, HIGH = 0, 1


def people(*rows: tuple[int, int, float, int | None]) -> Rows:
    """Rows of (band, age, debt, kids)."""
    return Rows(
        len(rows),
        {
            "id": np.arange(len(rows), dtype=np.uint64),
            "band": np.array([row[0] for row in rows], dtype=np.int64),
            "age": np.array([row[1] for row in rows], dtype=np.int64),
            "debt": np.array([int(row[2] * 65536) for row in rows], dtype=np.int64),
            "kids": np.array([row[3] or 0 for row in rows], dtype=np.int64),
        },
        {"kids": np.array([row[3] is not None for row in rows], dtype=np.bool_)},
    )


NO_VISITS = Rows(0, {"id": np.zeros(0, dtype=np.uint64), "cost": np.zeros(0, dtype=np.int64)})


def run(text: str, table: Rows, **params: int) -> Results:
    return evaluate(compiled(text).circuit, {"people": table, "visits": NO_VISITS}, params)


def only_rows(text: str, table: Rows) -> tuple[object, ...]:
    (released,) = run(text, table).released
    return released.rows


BY_BAND = 'let r = group people by band { n = count(), debt = sum(debt) }\ndisclose r to third under %s because "x"'


def test_small_groups_and_empty_ones_are_suppressed_alike() -> None:
    rows = [(LOW, 1, 1.0, None)] * 3
    assert only_rows(BY_BAND % "open", people(*rows)) == (("Band.low", 3, 3.0), None)
    assert only_rows(BY_BAND % "open", people(*rows, (HIGH, 1, 1.0, None))) == (("Band.low", 3, 3.0), None)


def test_a_variance_is_exact_but_for_one_rounding() -> None:
    text = 'disclose variance(people.age) as v to third under open because "x"'
    rng = np.random.default_rng(1)
    for count in (3, 17, 900):
        ages = [int(age) for age in rng.integers(0, 121, count)]
        mean = Fraction(sum(ages), count)
        exact = sum((age - mean) ** 2 for age in ages) / count
        ((found,),) = only_rows(text, people(*((LOW, age, 0.0, None) for age in ages)))  # type: ignore[misc]
        assert abs(Fraction(found) - exact) <= Fraction(1, 2**17)
    (bound,) = [error for _, error in sorted(error_bounds(compiled(text).circuit).items())][-1:]
    assert bound == 2.0**-17


def test_the_error_of_a_variance_follows_from_that_of_its_numbers() -> None:
    text = 'disclose variance(fixed(people.debt, 8)) as v to third under open because "x"'
    off = 2.0**-17 + 3 * 2.0**-9
    bounds = error_bounds(compiled(text).circuit)
    assert bounds[max(bounds)] == pytest.approx((200 + 3 * off) * off + 2.0**-17)


def test_conditions_are_counted_where_they_hold() -> None:
    text = (
        'disclose count(people.age > 17) as n to third under open because "x"\n'
        'disclose any(people.age > 60) as some to third under open because "x"\n'
        'disclose all(people.age > 10) as every to third under open because "x"'
    )
    adults = [(LOW, age, 0.0, None) for age in (11, 18, 19, 60)]
    found = [released.rows for released in run(text, people(*adults, (LOW, 20, 0.0, None))).released]
    assert found == [((4,),), ((False,),), ((True,),)]
    found = [released.rows for released in run(text, people(*adults)).released]
    assert found == [((3,),), ((False,),), ((True,),)]
    found = [released.rows for released in run(text, people(*adults[:3])).released]
    assert found == [(None,), ((False,),), ((True,),)], "the policy looks at those who fulfil what is counted"


def test_dominated_sums_are_suppressed_by_magnitude() -> None:
    spread = [(LOW, 1, size, None) for size in (10.0, -10.0, 10.0, -10.0, 10.0)]
    assert only_rows(BY_BAND % "strict", people(*spread)) == (("Band.low", 5, 10.0), None)
    dominated = [*spread, (LOW, 1, -80.0, None)]
    assert only_rows(BY_BAND % "strict", people(*dominated)) == (None, None)


def test_an_aggregate_over_few_present_values_is_suppressed_though_its_group_is_large() -> None:
    text = 'let r = group people by band { kids = mean(kids) }\ndisclose r to third under open because "x"'
    three = [(LOW, 1, 0.0, 2)] * 3
    assert only_rows(text, people(*three, (LOW, 1, 0.0, None))) == (("Band.low", 2.0), None)
    assert only_rows(text, people(*three[1:], (LOW, 1, 0.0, None))) == (None, None)


def test_a_single_value_obeys_the_guards_of_all_it_was_computed_from() -> None:
    text = """let old = filter people where age > 60
disclose count(people) - count(old) as young to third under open because "x"
"""
    assert only_rows(text, people(*[(LOW, 20, 0.0, 0)] * 5)) == (None,), "nobody is old"
    assert only_rows(text, people(*[(LOW, 20, 0.0, 0)] * 5, *[(LOW, 70, 0.0, 0)] * 3)) == ((5,),)


def test_what_depends_on_a_guarded_value_through_a_table_obeys_its_guard_too() -> None:
    text = """let few = filter people where age > 100
let above = filter people where age > mean(few.age) - 50
disclose count(above) as above to third under open because "x"
"""
    centenarian = (LOW, 101, 0.0, 0)
    assert only_rows(text, people(*[(LOW, 60, 0.0, 0)] * 5, centenarian)) == (None,)
    assert only_rows(text, people(*[(LOW, 60, 0.0, 0)] * 5, *[centenarian] * 3)) == ((8,),)


def test_what_is_public_anyway_needs_no_guard() -> None:
    assert only_rows('disclose limit + 1 as r to third under strict because "x"', people()) == ((51,),)


BRANCH = """if limit > 60 {
  print limit
  assert limit < 90 "too much"
  disclose count(people) as n to third under open because "many"
} else {
  print limit + 1
}
"""


def test_a_branch_is_taken_as_a_whole_or_not_at_all() -> None:
    table = people(*[(LOW, 1, 0.0, 0)] * 3)
    taken, left = run(BRANCH, table, limit=70), run(BRANCH, table, limit=50)
    assert (taken.printed, [r.rows for r in taken.released]) == (("limit: 70",), [((3,),)])
    assert (left.printed, left.released) == (("limit + 1: 51",), ())
    with pytest.raises(CheckFailed, match="too much"):
        run(BRANCH, table, limit=95)


def ops(circuit: Circuit) -> list[Op]:
    return [node.op for node in circuit.nodes]


def test_every_gate_of_a_statement_has_its_place() -> None:
    circuit = compiled(BY_BAND % "open").circuit
    unplaced = {node.op for node in circuit.nodes if node.span is None}
    assert unplaced <= {Op.INPUT, Op.ROWS, Op.PRESENT, Op.PARAM, Op.CONST, Op.COUNT, Op.LT, Op.AND}


def test_a_part_that_occurs_twice_is_lowered_once() -> None:
    """max(x, y) compares and chooses: nested thirty times it must not double thirty times."""
    nested = "max(1, " * 30 + "people.age" + ")" * 30
    circuit = lower(compiled(f'disclose sum({nested}) as r to third under open because "x"').checked)
    assert ops(circuit).count(Op.SELECT) == 30


PLACES = """let n = count(people)
let x = [[n, n + 1, n + 2], [n + 3, n + 4, n + 5]]
disclose [[x[i, j + limit - 1] for i in 0 ..< 2] for j in 0 ..< 2] as y to third under open because "x"
"""


def test_public_places_that_differ_from_item_to_item_are_looked_up_for_nothing() -> None:
    table = people(*[(LOW, 1, 1.0, None)] * 7)
    (released,) = run(PLACES, table, limit=2).released
    assert released.rows == ((8, 11), (9, 12))
    without = PLACES.replace("[[x[i, j + limit - 1] for i in 0 ..< 2] for j in 0 ..< 2]", "x[:, 0:2]")
    looked_up, plain = (
        predict(compiled(text).circuit, {"people": 7, "visits": 0}, {"limit": 1}).tally for text in (PLACES, without)
    )
    assert looked_up == plain


@pytest.mark.parametrize("limit", [3, 100])
def test_a_public_place_outside_stops_the_run_even_where_another_item_has_one_there(limit: int) -> None:
    with pytest.raises(CheckFailed, match="no element"):
        run(PLACES, people(*[(LOW, 1, 1.0, None)] * 7), limit=limit)


def test_the_greater_of_items_and_what_stands_beside_them_is_recognised_before_any_pass() -> None:
    """Both the comparison and the choice need an axis more; it must be the same node, or the range is not proven."""
    text = """let x = matrix people { age }
disclose [sum([max(v, w) for v in x[:, 0]]) for w in [700, 800]] as r to third under open because "x"
disclose sum([sum([max(v, w) for w in [700, 800]]) for v in x[:, 0]]) as s to third under open because "x"
"""
    verify(lower(compiled(text).checked))
