"""When a loop is legal: what it carries fits its inputs in every trip, and a running total has room for all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secfuse.compiler.circuit.graph import Builder, Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, SECRET, Elem, Size, Type, Visibility, integer
from secfuse.compiler.circuit.verify import verify
from tests.compiler.circuit.grammar import expect
from tests.compiler.circuit.samples import Sketch
from tests.compiler.circuit.test_regions import (
    DIGIT,
    TRIP,
    Body,
    constant,
    looped,
    nested,
    number,
    printed,
    public,
    secret,
)


def added(term: Elem, trips: int, claimed: Elem, initial: int = 0) -> Circuit:
    """total = total + term, so many times, from `initial`; the term is captured."""
    s = Sketch()
    given = s.constant(term, term.lo)
    start = s.constant(integer(initial, initial), initial)

    def body(b: Builder) -> tuple[int, ...]:
        return (b.add(Op.ADD, (2, 1), public(integer(claimed.lo + term.lo, claimed.hi + term.hi))),)

    return printed(s, *looped(s, (0, trips), (start,), (public(claimed),), body, (given,)))


@pytest.mark.parametrize(
    ("term", "trips", "claimed", "initial", "sentence"),
    [
        (integer(1, 2), 10, integer(0, 20), 0, ""),
        (integer(1, 2), 10, integer(5, 25), 5, ""),
        (integer(-1, 2), 10, integer(-10, 20), 0, ""),
        (integer(1, 2), 10, integer(0, 19), 0, r"a total of 10 trips, may be 10 .. 20, the input is 0 .. 19"),
        (integer(-1, 2), 10, integer(-9, 20), 0, r"may be -10 .. 20, the input is -9 .. 20"),
        (integer(1, 2), 0, integer(0, 0), 0, ""),
        (integer(1, 2), 1, integer(1, 2), 0, r"input 1 may be 0 .. 0, the input is 1 .. 2"),
    ],
)
def test_a_running_total_needs_room_for_all_its_trips(
    term: Elem, trips: int, claimed: Elem, initial: int, sentence: str
) -> None:
    expect(added(term, trips, claimed, initial), sentence)


def test_a_total_may_be_a_choice_between_totals() -> None:
    s = Sketch()
    count = s.add(Op.COUNT, (s.rows("flights"),), secret(integer(0, 100)))

    def body(b: Builder) -> tuple[int, ...]:
        less = b.add(Op.SUB, (1, number(b, 3)), secret(integer(-33, 97)))
        large = b.add(Op.LT, (number(b, 50), 1), secret(BOOL))
        return (b.add(Op.SELECT, (large, less, 1), secret(integer(-33, 100))),)

    looped(s, (0, 10), (count,), (secret(integer(-30, 100)),), body)
    verify(s.circuit())


def test_what_grows_with_itself_is_no_total() -> None:
    s = Sketch()

    def body(b: Builder) -> tuple[int, ...]:
        return (b.add(Op.ADD, (1, 1), public(integer(0, 200))),)

    looped(s, (0, 2), (s.constant(integer(1, 1), 1),), (public(integer(0, 100)),), body)
    expect(s.circuit(), r"fold: result 0 may be 0 .. 200, the input is 0 .. 100")


def test_the_rules_of_a_region() -> None:
    def wrong(body: Body, carried: Type = DIGIT, bounds: tuple[int, int] = (0, 2)) -> Circuit:
        s = Sketch()
        looped(s, bounds, (s.constant(integer(1, 1), 1),), (carried,), body)
        return s.circuit()

    expect(wrong(lambda b: (b.add(Op.ROWS, (), secret(BOOL, (Size.rows("flights"),)), table="flights"),)), "rows in a")
    expect(wrong(lambda b: (b.add(Op.CHECK, (1,), NOTHING, message="no"),)), "check in a loop")
    expect(wrong(lambda b: (b.add(Op.ARG, (), TRIP, index=2),)), "no input 2 of 2")
    expect(wrong(lambda b: (b.add(Op.ARG, (), public(BOOL), index=0),)), "another type than the region says")
    expect(wrong(lambda b: (7,)), "region 0: there is no result %7")
    expect(wrong(lambda b: ()), "0 results for 1 carried values")
    expect(wrong(lambda b: (constant(b, BOOL, 1),)), "result 0 is bool, not int")
    expect(wrong(lambda b: (constant(b, integer(0, 1), (0, 1)),)), "result 0 has another shape")
    expect(wrong(lambda b: (1,), bounds=(0, 1 << 21)), "the trip number may be 0 .. 2097151")
    expect(wrong(lambda b: (1,), carried=secret(integer(0, 9))), "")
    expect(wrong(lambda b: (1,), carried=public(integer(2, 9))), "input 1 may be 1 .. 1")


def test_what_is_carried_is_no_more_visible_than_what_becomes_of_it() -> None:
    def carried(visibility: Visibility) -> Circuit:
        s = Sketch()
        count = s.add(Op.COUNT, (s.rows("flights"),), secret(integer(0, 9)))
        type_ = Type(integer(0, 9), (), visibility)
        looped(s, (0, 2), (s.constant(integer(1, 1), 1),), (type_,), lambda b: (2,), (count,))
        return s.circuit()

    expect(carried(SECRET), "")
    expect(carried(PUBLIC), "result 0 is secret, not public")


def test_a_region_runs_regions_before_it_only() -> None:
    s = Sketch()
    nested(s, 2)
    circuit = s.circuit()
    expect(replace(circuit, regions=circuit.regions[::-1]), "no region 0 before this one")
    expect(replace(circuit, regions=()), "no region 1 before this one")
    secret_bounds = Sketch()
    count = secret_bounds.add(Op.COUNT, (secret_bounds.rows("flights"),), secret(integer(0, 9)))
    region = secret_bounds.builder.close(secret_bounds.builder.region((TRIP,)), ())
    secret_bounds.builder.loop(region, (count, count), ())
    expect(secret_bounds.circuit(), "first is secret")
