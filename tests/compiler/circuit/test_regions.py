"""Loops: a region is run once a trip, and what it carries stays within what it claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

import pytest

from secfuse.compiler.circuit.evaluate import compute, evaluate
from secfuse.compiler.circuit.graph import Builder, Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.step import Value, World
from secfuse.compiler.circuit.text import digest, print_circuit, read_circuit
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, SECRET, Elem, Size, Type, fixed, integer
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes import run_passes
from secfuse.compiler.passes.dce import dce
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import Sketch, delay_rows

Body = Callable[[Builder], tuple[int, ...]]
TRIP = Type(integer(0, 1 << 20), (), PUBLIC)
DIGIT = Type(integer(0, 9), (), PUBLIC)


def public(elem: Elem, shape: tuple[Size, ...] = ()) -> Type:
    return Type(elem, shape, PUBLIC)


def secret(elem: Elem, shape: tuple[Size, ...] = ()) -> Type:
    return Type(elem, shape, SECRET)


def constant(b: Builder, elem: Elem, value: int | tuple[int, ...]) -> int:
    """A constant in a region."""
    shape = (Size(len(value)),) if isinstance(value, tuple) else ()
    return b.add(Op.CONST, (), public(elem, shape), value=value)


def number(b: Builder, value: int) -> int:
    return constant(b, integer(value, value), value)


def looped(
    s: Sketch, bounds: tuple[int, int], initial: tuple[int, ...], carried: tuple[Type, ...], body: Body,
    captured: tuple[int, ...] = (),
) -> tuple[int, ...]:  # fmt: skip
    """A loop over first .. last - 1; `body` is given the region, whose nodes are (trip, *carried, *captured)."""
    types = tuple(s.builder.nodes[c].type for c in captured)
    region = s.builder.region((TRIP, *carried, *(t for t in types if isinstance(t, Type))))
    index = s.builder.close(region, body(region))
    first, last = (s.constant(integer(v, v), v) for v in bounds)
    return s.builder.loop(index, (first, last), initial, captured)


def printed(s: Sketch, *values: int) -> Circuit:
    """A circuit that prints public values."""
    return s.circuit(*(s.add(Op.PRINT, (v,), NOTHING, label=str(i)) for i, v in enumerate(values)))


def lines(circuit: Circuit) -> list[int]:
    """What it prints, once it is known to be legal."""
    verify(circuit)
    return [int(line.split(": ")[1]) for line in evaluate(circuit, {}, {}).printed]


def total_of_squares(s: Sketch, first: int, last: int) -> int:
    """The sum of i * i."""

    def body(b: Builder) -> tuple[int, ...]:
        square = b.add(Op.MUL, (0, 0), public(integer(0, 1 << 40)))
        return (b.add(Op.ADD, (1, square), public(integer(0, (1 << 60) + (1 << 40)))),)

    (total,) = looped(s, (first, last), (s.constant(integer(0, 0), 0),), (public(integer(0, 1 << 60)),), body)
    return total


@pytest.mark.parametrize(("first", "last"), [(0, 5), (3, 4), (7, 7), (9, 2), (0, 1000)])
def test_the_body_is_run_for_first_up_to_but_not_last(first: int, last: int) -> None:
    s = Sketch()
    circuit = printed(s, total_of_squares(s, first, last))
    assert lines(circuit) == [sum(i * i for i in range(first, last))]


def test_results_are_fed_back_all_at_once() -> None:
    """Fibonacci: (a, b) -> (b, a + b), clamped so that the range holds."""
    s = Sketch()
    number_ = integer(0, 10**9)

    def body(b: Builder) -> tuple[int, ...]:
        total = b.add(Op.ADD, (1, 2), public(integer(0, 2 * 10**9)))
        most = number(b, 10**9)
        below = b.add(Op.LT, (total, most), public(BOOL))
        return 2, b.add(Op.SELECT, (below, total, most), public(number_))

    start = (s.constant(integer(0, 0), 0), s.constant(integer(1, 1), 1))
    parts = looped(s, (0, 30), start, (public(number_), public(number_)), body)
    assert lines(printed(s, *parts)) == [832040, 1346269]


def test_captured_values_are_the_same_in_every_trip() -> None:
    s = Sketch()
    step = s.constant(integer(1, 9), (1, 5, 9))
    shape = (Size(3),)

    def body(b: Builder) -> tuple[int, ...]:
        return (b.add(Op.ADD, (1, 2), public(integer(0, 99), shape)),)

    zeros = s.constant(integer(0, 0), (0, 0, 0))
    (total,) = looped(s, (0, 10), (zeros,), (public(integer(0, 90), shape),), body, (step,))
    circuit = printed(s, total)
    verify(circuit)
    assert evaluate(circuit, {}, {}).printed == ("0: 10, 50, 90",)


def nested(s: Sketch, trips: int) -> int:
    """How many pairs i < j below `trips` there are: the inner loop ends at the outer trip number."""

    def count(b: Builder) -> tuple[int, ...]:
        return (b.add(Op.ADD, (1, number(b, 1)), public(integer(0, 1 + (1 << 41)))),)

    def rows(b: Builder) -> tuple[int, ...]:
        inner = b.region((TRIP, public(integer(0, 1 << 41))))
        region = b.close(inner, count(inner))
        (pairs,) = b.loop(region, (number(b, 0), 0), (number(b, 0),))
        return (b.add(Op.ADD, (1, pairs), public(integer(0, (1 << 60) + (1 << 41)))),)

    (total,) = looped(s, (0, trips), (s.constant(integer(0, 0), 0),), (public(integer(0, 1 << 60)),), rows)
    return total


def test_loops_in_loops() -> None:
    s = Sketch()
    circuit = printed(s, nested(s, 9))
    assert lines(circuit) == [36]
    assert [len(region.inputs) for region in circuit.regions] == [2, 2]


def secret_total(s: Sketch, trips: int = 3) -> tuple[int, int]:
    """A secret sum carried beside a public counter."""
    count = s.add(Op.COUNT, (s.rows("flights"),), secret(integer(0, 400_000)))

    def body(b: Builder) -> tuple[int, ...]:
        total = b.add(Op.ADD, (1, 3), secret(integer(0, 5_000_000)))
        return total, b.add(Op.ADD, (number(b, 2), 2), public(integer(0, 302)))

    zero = s.constant(integer(0, 0), 0)
    carried = (secret(integer(0, 4_000_000)), public(integer(0, 300)))
    total, counter = looped(s, (0, trips), (zero, zero), carried, body, (count,))
    return total, counter


def test_what_is_public_is_computed_without_the_secrets_beside_it() -> None:
    s = Sketch()
    total, counter = secret_total(s)
    circuit = printed(s, counter)
    verify(circuit)
    nowhere = World({}, {})
    values: dict[int, Value] = {}
    compute(circuit, nowhere, values, (counter,))
    assert int(values[counter]) == 6  # type: ignore[arg-type, call-overload]
    with pytest.raises(KeyError):
        compute(circuit, nowhere, values, (total,))
    compute(circuit, World(delay_rows(7, 20), {}), values, (total,))
    assert int(values[total]) == 21  # type: ignore[arg-type, call-overload]


# ---- bounds of errors -----------------------------------------------------------------------------------------------

UNIT = 2.0**-16


HOURS = (Size.rows("hours"),)
WIDE, NARROW = (secret(fixed(-hi, hi), HOURS) for hi in (1 << 40, 120 << 16))


def bound(trips: int, body: Body, type_: Type = NARROW) -> float:
    """Of a carried number that starts as a quantised secret (half a unit off), `trips` later."""
    s = Sketch()
    wind = s.column("hours", "wind", fixed(0, 120 << 16))
    (part,) = looped(s, (0, trips), (wind,), (type_,), body, (wind,))
    circuit = s.circuit()
    verify(circuit)
    return error_bounds(circuit)[part]


def plus(b: Builder) -> tuple[int, ...]:
    """total + wind"""
    return (b.add(Op.ADD, (1, 2), secret(fixed(-(1 << 40), (1 << 40) + (120 << 16)), HOURS)),)


def halved(b: Builder) -> tuple[int, ...]:
    """x / 2: half the error, and something for the constant and the truncation."""
    half = constant(b, fixed(1 << 15, 1 << 15), 1 << 15)
    return (b.add(Op.MUL, (1, half), secret(fixed(-(60 << 16), 60 << 16), HOURS)),)


def two_halves(b: Builder) -> tuple[int, ...]:
    """x / 2 + x / 2: the error of each trip is added to the last one's."""
    parts = [halved(b)[0] for _ in range(2)]
    return (b.add(Op.ADD, (parts[0], parts[1]), NARROW),)


def clamped(b: Builder) -> tuple[int, ...]:
    """The same between -5 and 5."""
    (value,) = two_halves(b)
    low, high = (constant(b, fixed(end << 16, end << 16), end << 16) for end in (-5, 5))
    below = b.add(Op.LT, (value, low), secret(BOOL, HOURS))
    value = b.add(Op.SELECT, (below, low, value), secret(fixed(-5 << 16, 120 << 16), HOURS))
    below = b.add(Op.LT, (value, high), secret(BOOL, HOURS))
    return (b.add(Op.SELECT, (below, value, high), secret(fixed(-5 << 16, 5 << 16), HOURS)),)


def test_the_error_of_a_total_is_proved_for_any_number_of_trips() -> None:
    assert bound(0, plus, WIDE) == UNIT / 2
    assert bound(10, plus, WIDE) == UNIT / 2 * 11
    assert bound(100_000, plus, WIDE) == UNIT / 2 * 100_001


def test_an_error_that_stays_is_followed_to_where_it_stays() -> None:
    assert 100 * UNIT < bound(256, halved) == bound(1 << 20, halved) < 130 * UNIT


def test_an_error_that_grows_for_long_is_unbounded_unless_clamped() -> None:
    assert 100 * bound(1, two_halves) < bound(200, two_halves) < 1
    assert bound(1000, two_halves) == inf
    assert bound(200, clamped) < 1
    assert bound(1000, clamped) == 10


# ---- looks and passes -----------------------------------------------------------------------------------------------


def test_a_region_is_written_before_the_nodes_and_counts_in_the_digest() -> None:
    s, other = Sketch(), Sketch()
    circuit, longer = printed(s, nested(s, 9)), printed(other, total_of_squares(other, 0, 9))
    text = print_circuit(circuit)
    assert "region 1 takes bundle(int 0..1048576 public; int 0..1152921504606846976 public)\n  %0 = arg" in text
    assert read_circuit(text) == circuit
    assert digest(circuit) != digest(replace(circuit, regions=longer.regions))


@pytest.mark.parametrize(
    ("line", "instead", "sentence"),
    [
        ("region 1", "region 2", "this must be region 1"),
        ("  results", "  outputs", "outputs cannot stand here"),
        ("results %6", "results %9", "there is no node %9 yet"),
        ("outputs", "results", "results cannot stand here"),
    ],
)
def test_what_is_not_a_region_is_refused_with_its_line(line: str, instead: str, sentence: str) -> None:
    s = Sketch()
    text = print_circuit(printed(s, nested(s, 9)))
    assert line in text
    with pytest.raises(ValueError, match=sentence):
        read_circuit(text.replace(line, instead))


def test_passes_work_inside_regions() -> None:
    s = Sketch()

    def body(b: Builder) -> tuple[int, ...]:
        two = b.add(Op.ADD, (number(b, 1), number(b, 1)), public(integer(2, 2)))  # folded
        twice = [b.add(Op.MUL, (0, two), public(integer(0, 1 << 21))) for _ in range(2)]  # shared
        both = b.add(Op.SUB, (twice[0], twice[1]), public(integer(-(1 << 21), 1 << 21)))
        b.add(Op.NEG, (both,), public(integer(-(1 << 21), 1 << 21)))  # dropped
        return (b.add(Op.ADD, (1, both), public(integer(-(1 << 60), 1 << 60))),)

    zero = s.constant(integer(0, 0), 0)
    circuit = printed(s, *looped(s, (0, 5), (zero,), (public(integer(-(1 << 30), 1 << 30)),), body))
    after = run_passes(circuit, lambda name, found: verify(found))
    assert [node.op for node in after.regions[0].nodes] == [Op.ARG, Op.ARG, Op.CONST, Op.MUL, Op.SUB, Op.ADD]
    assert lines(after) == lines(circuit) == [0]


def test_dead_carried_values_and_regions_are_dropped() -> None:
    s = Sketch()
    nested(s, 4)
    _, counter = secret_total(s)
    circuit = dce(printed(s, counter))
    verify(circuit)
    (region,) = circuit.regions
    assert region.inputs == (TRIP, public(integer(0, 300)))
    (fold,) = (node for node in circuit.nodes if node.op is Op.FOLD)
    assert (len(fold.args), fold.attr("carried"), fold.attr("region")) == (3, 1, 0)
    assert not any(node.op is Op.ROWS for node in circuit.nodes)
    assert lines(circuit) == [6]


@pytest.mark.parametrize("block", range(4))
def test_random_loops(block: int) -> None:
    """Legal, written and read back, and of the same meaning after every pass."""
    for seed in range(20 * block, 20 * block + 20):
        circuit, tables = random_circuit(seed, steps=30, loops=2), random_rows(seed)
        verify(circuit)
        assert read_circuit(print_circuit(circuit)) == circuit
        meaning = evaluate(circuit, tables, {})

        def same(name: str, found: Circuit) -> None:
            verify(found)
            assert evaluate(found, tables, {}) == meaning, f"{name}, seed {seed}"  # noqa: B023 - called at once

        after = run_passes(circuit, same)
        assert run_passes(after) == after, f"seed {seed}"


def test_the_size_of_a_circuit_does_not_depend_on_its_trips() -> None:
    few, many = (printed(s, total_of_squares(s, 0, trips)) for s, trips in ((Sketch(), 10), (Sketch(), 1 << 20)))
    assert [node.op for node in few.nodes] == [node.op for node in many.nodes]
    assert few.regions == many.regions
    assert len(print_circuit(many)) - len(print_circuit(few)) < 40
