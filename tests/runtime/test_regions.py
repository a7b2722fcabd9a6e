"""Loops on shares: the same as in the clear, at the cost that was foretold, trip by trip and never unrolled."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Builder, Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, SECRET, Size, Type, fixed, integer
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes import run_passes
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.engine import Progress, execute
from secfuse.runtime.kinds import Kinds
from secfuse.runtime.protocols.replicated3 import Replicated3
from secfuse.runtime.randomness import Streams
from secfuse.runtime.run import simulate
from secfuse.runtime.wire import Wire
from secfuse.runtime.wire.simulated import Simulated
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import Sketch, delay_rows
from tests.compiler.circuit.test_regions import TRIP, constant, looped, nested, number, public, secret
from tests.runtime.test_engine import run, truncates
from tests.support.tallies import tally_of
from tests.support.trio import keys, solo, trio

ROWS = delay_rows(70, 12)
COUNTS = {name: rows.count for name, rows in ROWS.items()}
FLIGHTS = (Size.rows("flights"),)
DELAY = integer(-120, 1500)


def shown(s: Sketch, *values: int) -> Circuit:
    """A circuit that discloses single values."""
    yes = s.constant(BOOL, 1)
    circuit = s.circuit(s.disclose(yes, yes, yes, values))
    verify(circuit)
    return circuit


def rows_of(s: Sketch) -> int:
    """A secret number: how many flights there are."""
    return s.add(Op.COUNT, (s.rows("flights"),), secret(integer(0, 100)))


def totals(trips: int = 3) -> Circuit:
    """A secret total beside a public counter, which is added to it."""
    s = Sketch()

    def body(b: Builder) -> tuple[int, ...]:
        counter = b.add(Op.ADD, (2, number(b, 7)), public(integer(0, 1007)))
        term = b.add(Op.ADD, (3, 0), secret(integer(0, 100 + (1 << 20))))
        return b.add(Op.ADD, (1, term), secret(integer(0, (1 << 40) + (1 << 21)))), counter

    zero = s.constant(integer(0, 0), 0)
    carried = (secret(integer(0, 1 << 40)), public(integer(0, 1000)))
    return shown(s, *looped(s, (2, 2 + trips), (zero, zero), carried, body, (rows_of(s),)))


def powers(trips: int = 4) -> Circuit:
    """A product of secrets, clamped: it starts as planes, and the clamp decides how it is carried."""
    s = Sketch()

    def body(b: Builder) -> tuple[int, ...]:
        product = b.add(Op.MUL, (1, 2), secret(integer(0, 100_000)))
        most = number(b, 1000)
        below = b.add(Op.LT, (product, most), secret(BOOL))
        return (b.add(Op.SELECT, (below, product, most), secret(integer(0, 1000))),)

    count = rows_of(s)
    return shown(s, *looped(s, (0, trips), (count,), (secret(integer(0, 1000)),), body, (count,)))


def columns(trips: int = 3) -> Circuit:
    """A carried column, scaled by the public trip number, summed at the end; a captured column is multiplied."""
    s = Sketch()
    delay = s.column("flights", "delay", DELAY)
    most = 1500 * 1500

    def body(b: Builder) -> tuple[int, ...]:
        square = b.add(Op.MUL, (2, 2), secret(integer(-180_000, most), FLIGHTS))
        scaled = b.add(Op.MUL, (square, 0), secret(integer(-(1 << 42), most << 20), FLIGHTS))
        return (b.add(Op.SUB, (1, scaled), secret(integer(-(1 << 61), 1 << 61), FLIGHTS)),)

    wide = secret(integer(-(1 << 60), 1 << 60), FLIGHTS)
    (column,) = looped(s, (0, trips), (delay,), (wide,), body, (delay,))
    total = s.add(Op.SUM, (s.rows("flights"), column), secret(integer(-(1 << 61), 1 << 61)))
    return shown(s, total)


def choices(trips: int = 6) -> Circuit:
    """What is done depends on the trip, and in public on what is carried: trips cost differently."""
    s = Sketch()

    def body(b: Builder) -> tuple[int, ...]:
        early = b.add(Op.LT, (2, number(b, 3)), public(BOOL))
        product = b.add(Op.MUL, (3, 3), secret(integer(0, 10_000)))
        square = b.add(Op.RESCALE, (product,), secret(integer(0, 10_000)))
        chosen = b.add(Op.SELECT, (early, square, 1), secret(integer(0, 10_000)))
        return chosen, b.add(Op.ADD, (2, number(b, 1)), public(integer(0, 31)))

    count = rows_of(s)
    carried = (secret(integer(0, 10_000)), public(integer(0, 30)))
    return shown(s, *looped(s, (0, trips), (count, s.constant(integer(0, 0), 0)), carried, body, (count,)))


def resets(trips: int = 2) -> Circuit:
    """A secret that becomes a constant in every trip."""
    s = Sketch()
    return shown(
        s, *looped(s, (0, trips), (rows_of(s),), (secret(integer(-5, 100)),), lambda b: (number(b, -5),))
    )  # fmt: skip


def triangle(trips: int = 5) -> Circuit:
    """A loop in a loop, as long as the outer trip number; its terms are secret."""
    s = Sketch()
    room = integer(0, 1 << 50)

    def rows(b: Builder) -> tuple[int, ...]:
        inner = b.region((TRIP, secret(room), secret(integer(0, 100))))
        product = inner.add(Op.MUL, (2, 2), secret(integer(0, 10_000)))
        added = inner.add(Op.ADD, (1, product), secret(integer(0, (1 << 50) + 10_000)))
        region = b.close(inner, (added,))
        (total,) = b.loop(region, (number(b, 0), 0), (constant(b, integer(0, 0), 0),), (2,))
        return (b.add(Op.ADD, (1, total), secret(integer(0, (1 << 60) + (1 << 50)))),)

    zero = s.constant(integer(0, 0), 0)
    bounds = (s.constant(integer(0, 0), 0), s.constant(integer(trips, trips), trips))
    region = s.builder.region((TRIP, secret(integer(0, 1 << 60)), secret(integer(0, 100))))
    index = s.builder.close(region, rows(region))
    return shown(s, *s.builder.loop(index, bounds, (zero,), (rows_of(s),)))


def descents(trips: int = 3) -> Circuit:
    """w = w - x[i] (x @ w) in numbers with fractions: a matrix is captured, a row of it is taken by the trip number."""
    s = Sketch()
    lines, width = Size(8), Size(2)
    numbers = s.constant(integer(-9, 9), (1, -2, 3, -4, 5, -6, 7, -8, 9, 8, -7, 6, -5, 4, -3, 2))
    flat = s.add(Op.MUL, (numbers, rows_of(s)), secret(integer(-900, 900), (Size(16),)))
    matrix = s.add(Op.RESHAPE, (flat,), secret(integer(-900, 900), (lines, width)))
    weights = secret(fixed(-9000 << 8, 9000 << 8, 8), (width,))

    def body(b: Builder) -> tuple[int, ...]:
        row = b.add(Op.SLICE, (2, 0), secret(integer(-900, 900), (Size(1), width)), axis=0)
        row = b.add(Op.RESHAPE, (row,), secret(integer(-900, 900), (width,)))
        column = b.add(Op.RESHAPE, (1,), Type(weights.elem, (width, Size(1)), SECRET))
        product = 900 * 9000 << 9
        of_rows = b.add(Op.MATMUL, (2, column), secret(fixed(-product, product, 8), (lines, Size(1))))
        first = b.add(Op.SLICE, (of_rows, 0), secret(fixed(-product, product, 8), (Size(1), Size(1))), axis=0)
        first = b.add(Op.RESHAPE, (first,), secret(fixed(-product, product, 8)))
        move = b.add(Op.MUL, (row, first), secret(fixed(-900 * product, 900 * product, 8), (width,)))
        moved_ = b.add(Op.SUB, (1, move), secret(fixed(-901 * product, 901 * product, 8), (width,)))
        for end in (-9000, 9000):
            limit = constant(b, fixed(end << 8, end << 8, 8), end << 8)
            below = b.add(Op.LT, (moved_, limit), secret(BOOL, (width,)))
            lo, hi = max(-9000 << 8, -901 * product), (901 * product if end < 0 else 9000 << 8)
            chosen = (limit, moved_) if end < 0 else (moved_, limit)
            moved_ = b.add(Op.SELECT, (below, *chosen), secret(fixed(lo, hi, 8), (width,)))
        return (moved_,)

    start = s.constant(fixed(-512, 512, 8), (300, -200))
    (end,) = looped(s, (0, trips), (start,), (weights,), body, (matrix,))
    yes = s.constant(BOOL, (1, 1))
    total = s.add(Op.SUM, (yes, end), secret(fixed(-18000 << 8, 18000 << 8, 8)))
    return shown(s, total)


LOOPS: dict[str, Callable[..., Circuit]] = {
    "a total and a counter": totals,
    "a product": powers,
    "columns": columns,
    "public choices": choices,
    "a constant": resets,
    "a loop in a loop": triangle,
    "matrices and slices": descents,
}


@pytest.mark.parametrize("trips", [0, 1, 5])
@pytest.mark.parametrize("name", LOOPS)
def test_loops_on_shares_give_what_they_give_in_the_clear_at_the_cost_foretold(name: str, trips: int) -> None:
    circuit = LOOPS[name](trips)
    expected = evaluate(circuit, ROWS, {})
    for optimised in (circuit, run_passes(circuit)):
        assert run(optimised, ROWS, solo()) == expected
        assert run(optimised, ROWS, trio()) == expected
        assert predict(optimised, COUNTS, {}).tally == tally_of(optimised, ROWS, {})


def all_truncate(circuit: Circuit) -> bool:
    """Whether any product drops fraction bits."""
    bodies = (circuit, *(circuit.within(i) for i in range(len(circuit.regions))))
    return any(truncates(body, node) for body in bodies for node in body.nodes)


@pytest.mark.parametrize("block", range(6))
def test_random_loops(block: int) -> None:
    exact = 0
    for seed in range(10 * block, 10 * block + 10):
        circuit, tables = random_circuit(seed, steps=25, loops=2), random_rows(seed)
        expected, counts = evaluate(circuit, tables, {}), {name: rows.count for name, rows in tables.items()}
        assert run(circuit, tables, solo()) == expected, f"clear, seed {seed}"
        assert predict(circuit, counts, {}).tally == tally_of(circuit, tables, {}, seed), f"cost, seed {seed}"
        if not all_truncate(circuit):
            exact += 1
            assert run(circuit, tables, trio(seed)) == expected, f"replicated3, seed {seed}"
    assert exact, "some circuits of every block are exact"


def test_trips_follow_one_another_and_what_is_ready_in_a_trip_shares_rounds() -> None:
    none, few, many = (predict(totals(trips), COUNTS, {}).tally for trips in (0, 2, 7))
    one_trip = (few.rounds - none.rounds) // 2
    assert one_trip > 0
    assert many.rounds == none.rounds + 7 * one_trip
    assert many.ands - none.ands == 7 * (few.ands - none.ands) // 2


def test_a_slice_outside_its_array_stops_the_run_in_the_trip_that_asks_for_it() -> None:
    for scheme in (solo(), trio()):
        with pytest.raises(CheckFailed):
            run(descents(9), ROWS, scheme)


# ---- kinds ----------------------------------------------------------------------------------------------------------


def carried_kinds(circuit: Circuit) -> tuple[str, ...]:
    """Kinds of the inputs of the circuit's only outer loop."""
    kinds = Kinds(circuit)
    (fold,) = (node for node in circuit.nodes if node.op is Op.FOLD)
    nodes = kinds.of_circuit()
    return kinds.inputs(fold, tuple(nodes[a] for a in fold.args))


def test_the_body_decides_in_which_kind_a_value_is_carried() -> None:
    assert carried_kinds(totals()) == ("public", "bits", "public", "bits")
    assert carried_kinds(columns()) == ("public", "ring", "ring"), "a captured factor enters the ring once"
    assert carried_kinds(resets()) == ("public", "bits")


def test_what_a_loop_multiplies_is_converted_before_the_first_trip() -> None:
    one, two = (predict(columns(trips), COUNTS, {}).tally for trips in (1, 2))
    assert two.rounds - one.rounds == 1, "a trip is one product of ring values, and nothing else"


# ---- what is seen, and what it costs --------------------------------------------------------------------------------


def test_no_two_trips_draw_the_same_randomness() -> None:
    """A mask that returned in the next trip would show the difference of what it hides."""
    places: list[str] = []

    class Noted(Streams):
        def _place(self) -> str:
            places.append(super()._place())
            return places[-1]

    wire = Wire(Simulated())
    execute(triangle(), Replicated3(wire, Noted(keys(), wire.steps.here)), ROWS, COUNTS, {})
    assert len(set(places)) == len(places) > 20
    assert sum("trip 3, node" in found for found in places) > 0


def test_traffic_depends_on_neither_data_nor_coins() -> None:
    other = delay_rows(70, 12, seed=9)
    for make in LOOPS.values():
        assert tally_of(make(), ROWS, {}, 1) == tally_of(make(), other, {}, 2)


def test_progress_counts_the_trips_of_outer_loops() -> None:
    seen: list[Progress] = []
    simulate(triangle(6), ROWS, {}, seen.append)
    assert seen[-1].nodes_done == seen[-1].nodes
    assert {p.nodes for p in seen} == {seen[0].nodes}
    assert seen[-1].nodes == len([p for p, q in zip(seen, seen[1:], strict=False) if q.nodes_done > p.nodes_done]) + (
        seen[0].nodes_done
    )
    steps = [(p.rounds, p.bytes_sent, p.nodes_done) for p in seen]
    assert all(
        a != b and all(x <= y for x, y in zip(a, b, strict=True)) for a, b in zip(steps, steps[1:], strict=False)
    )


def test_a_million_trips_that_do_not_differ_are_foretold_as_fast_as_ten() -> None:
    def seconds(trips: int) -> float:
        circuit, taken = totals(trips), []
        for _ in range(5):
            started = time.process_time()
            predict(circuit, COUNTS, {})
            taken.append(time.process_time() - started)
        return min(taken)

    few, many = seconds(10), seconds(140)
    assert many < 3 * few + 0.01
    assert predict(powers(1_000_000), COUNTS, {}).tally.rounds > 1_000_000
    started = time.process_time()
    predict(powers(1_000_000), COUNTS, {})
    assert time.process_time() - started < 0.1


def test_public_choices_that_recur_are_costed_once() -> None:
    """Thirty trips, two sorts of them: the early ones copy a product, the late ones nothing."""
    early, late = (predict(choices(trips), COUNTS, {}).tally for trips in (3, 30))
    assert late.rounds >= early.rounds
    assert predict(choices(30), COUNTS, {}).tally == tally_of(choices(30), ROWS, {})


def test_the_pairs_of_a_public_loop_cost_nothing() -> None:
    s = Sketch()
    pairs = nested(s, 9)
    total = s.add(Op.ADD, (rows_of(s), pairs), secret(integer(0, 1 << 61)))
    circuit = shown(s, total)
    assert run(circuit, ROWS, trio()) == evaluate(circuit, ROWS, {})
    assert predict(circuit, COUNTS, {}).tally == tally_of(circuit, ROWS, {})
