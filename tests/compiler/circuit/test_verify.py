"""The grammar of circuits, operations: one breach a line, and the sentence that it earns."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    NOTHING,
    PUBLIC,
    SECRET,
    Bundle,
    NodeType,
    Size,
    Type,
    dates,
    fixed,
    integer,
    known_to,
    money,
)
from secfuse.compiler.circuit.verify import verify
from tests.compiler.circuit.grammar import expect, of, sources
from tests.compiler.circuit.random_circuits import random_circuit
from tests.compiler.circuit.samples import BAND, DELAY, FLIGHTS, HOURS, JOINED, WIND, Sketch, delays


def test_the_sample_is_well_formed() -> None:
    verify(delays())


@pytest.mark.parametrize("seed", range(50))
def test_random_circuits_are_well_formed(seed: int) -> None:
    verify(random_circuit(seed))


Case = tuple[Op, str, NodeType, str]

OPERANDS: list[Case] = [
    (Op.ADD, "delay wind", of(DELAY, FLIGHTS), "int and fixed"),
    (Op.ADD, "delay delay", of(integer(-240, 2999), FLIGHTS), "claims -240 .. 2999, may be -240 .. 3000"),
    (Op.ADD, "delay delay", of(fixed(-240, 3000), FLIGHTS), "claims fixed.16., is int"),
    (Op.ADD, "delay delay", of(integer(-240, 3000), HOURS), "claims shape .hours., has .flights."),
    (Op.ADD, "delay limit", of(integer(-110, 1530), FLIGHTS, PUBLIC), "claims to be public, is secret"),
    (Op.ADD, "delay limit", of(integer(-110, 1530), FLIGHTS, known_to("airline")), "claims to be known to airline"),
    (Op.ADD, "limit limit", of(integer(20, 60), (), SECRET), "claims to be secret, is public"),
    (Op.ADD, "delay", of(DELAY, FLIGHTS), "1 arguments, takes 2 .. 2"),
    (Op.ADD, "band band", of(BAND, (), PUBLIC), "category WindBand is not a number"),
    (Op.ADD, "huge huge", of(integer(0, 2**62), (), PUBLIC), "leaves the ring"),
    (Op.SUB, "key key", of(IDENTIFIER, FLIGHTS), "identifier is not a number"),
    (Op.SUB, "limit limit", of(integer(0, 20), (), PUBLIC), "may be -20 .. 20"),
    (Op.NEG, "limit", of(integer(10, 30), (), PUBLIC), "may be -30 .. -10"),
    (Op.ABS, "delay", of(integer(0, 1499), FLIGHTS), "may be 0 .. 1500"),
    (Op.MUL, "wind wind", of(fixed(0, 14400 << 16), HOURS), ""),
    (Op.MUL, "wind wind", of(fixed(0, 14400 << 16, 33), HOURS), "33 fraction bits of 16 . 16"),
    (Op.MUL, "huge huge", of(integer(0, 1), (), PUBLIC), "the product 0 .. .* leaves the ring"),
    (Op.MUL, "limit five", of(fixed(0, 2**30), (), PUBLIC), ""),
    (Op.MUL, "limit five", of(fixed(0, 149 << 16), (), PUBLIC), "may be 3276800 .. 9830400"),
    (Op.DIV, "limit below", of(integer(0, 30), (), PUBLIC), "the divisor may be negative"),
    (Op.DIV, "limit limit", of(integer(1, 3), (), PUBLIC), "may be 0 .. 3"),
    (Op.DIV, "limit yes", of(integer(0, 30), (), PUBLIC), "bool is not a number"),
    (Op.RESCALE, "limit", of(fixed(0, 30 << 16), (), PUBLIC), ""),
    (Op.RESCALE, "limit", of(fixed(0, 29 << 16), (), PUBLIC), "may be 655360 .. 1966080"),
    (Op.RESCALE, "limit", of(BOOL, (), PUBLIC), "the result claims to be bool"),
    (Op.LT, "key key", of(BOOL, FLIGHTS), "identifier is not a number"),
    (Op.LT, "wind limit", of(BOOL, HOURS), "fixed.16. and int do not go together"),
    (Op.LT, "delay wind", of(BOOL, FLIGHTS), "int and fixed"),
    (Op.EQ, "key hour", of(BOOL, FLIGHTS), "lengths flights and hours do not go together"),
    (Op.EQ, "band yes", of(BOOL, (), PUBLIC), "category WindBand and bool"),
    (Op.ADD, "price price", of(money(0, 1998, 2), (), PUBLIC), ""),
    (Op.ADD, "price tax", of(money(0, 1998, 2), (), PUBLIC), "money.2. and money.3. do not go together"),
    (Op.ADD, "day day", of(dates(0, 18), (), PUBLIC), "date is not a number"),
    (Op.MUL, "price limit", of(money(0, 29_970, 2), (), PUBLIC), ""),
    (Op.MUL, "price limit", of(money(0, 29_970, 3), (), PUBLIC), "the result claims to be money.3."),
    (Op.MUL, "price price", of(money(0, 2**30, 2), (), PUBLIC), "money times money.2."),
    (Op.DIV, "price limit", of(money(0, 100, 2), (), PUBLIC), ""),
    (Op.DIV, "price limit", of(integer(0, 100), (), PUBLIC), "the result claims to be int"),
    (Op.DIV, "price price", of(integer(0, 999), (), PUBLIC), ""),
    (Op.DIV, "price tax", of(integer(0, 999), (), PUBLIC), "money.2. by money.3."),
    (Op.DIV, "limit price", of(integer(0, 30), (), PUBLIC), "int by money.2."),
    (Op.RESCALE, "day", of(integer(0, 9), (), PUBLIC), ""),
    (Op.RESCALE, "limit", of(dates(10, 30), (), PUBLIC), ""),
    (Op.RESCALE, "limit", of(dates(10, 10**7), (), PUBLIC), "a date in 10 .. 10000000"),
    (Op.RESCALE, "band", of(integer(0, 3), (), PUBLIC), ""),
    (Op.RESCALE, "band", of(dates(0, 3), (), PUBLIC), "the result claims to be date"),
    (Op.RESCALE, "price", of(integer(0, 999), (), PUBLIC), "the result claims to be int"),
    (Op.LT, "day day", of(BOOL, (), PUBLIC), ""),
    (Op.LT, "day limit", of(BOOL, (), PUBLIC), "date and int do not go together"),
    (Op.AND, "delay valid", of(BOOL, FLIGHTS), "int is not bool"),
    (Op.NOT, "limit", of(BOOL, (), PUBLIC), "int is not bool"),
    (Op.NUMBER, "valid valid", of(integer(0, 3), FLIGHTS), ""),
    (Op.NUMBER, "valid valid", of(money(0, 3, 2), FLIGHTS), ""),
    (Op.NUMBER, "valid valid", of(dates(0, 3), FLIGHTS), "which is not added"),
    (Op.NUMBER, "valid valid", of(integer(0, 2), FLIGHTS), "may be 0 .. 3"),
    (Op.NUMBER, "valid delay", of(integer(0, 3), FLIGHTS), "int is not bool"),
    (Op.NUMBER, "valid " * 63, of(integer(0, 2**62 - 1), FLIGHTS), "a number of 63 bits leaves the ring"),
    (Op.SELECT, "delay delay delay", of(DELAY, FLIGHTS), "the condition is int"),
    (Op.SELECT, "valid delay key", of(DELAY, FLIGHTS), "int and identifier"),
    (Op.SELECT, "valid delay limit", of(integer(10, 30), FLIGHTS), "may be -120 .. 1500"),
    (Op.CONCAT, "delay limit", of(DELAY, FLIGHTS), "an argument is a single value"),
    (Op.CONCAT, "delay wind", of(DELAY, JOINED), "fixed.16. after int"),
    (Op.CONCAT, "key hour", of(IDENTIFIER, FLIGHTS), "has .flights . hours."),
    (Op.CONCAT, "", of(DELAY, FLIGHTS), "0 arguments, takes 1 .. many"),
    (Op.CELLS, "valid", of(BOOL, (Size(1), *FLIGHTS)), "1 arguments, takes 2 .. many"),
    (Op.CELLS, "valid key", of(BOOL, (Size(1), *FLIGHTS)), "identifier has no cells"),
    (Op.CELLS, "valid delay", of(BOOL, (Size(1620), *FLIGHTS)), "claims shape .1620, flights., has .1621, flights."),
    (Op.CELLS, "reported delay", of(BOOL, (Size(1621), *HOURS)), "a key is not as long as the validity"),
    (Op.COUNT, "yes", of(integer(0, 9), (), PUBLIC), "the mask is a single value"),
    (Op.COUNT, "delay", of(integer(0, 9)), "the mask is int"),
    (Op.COUNT, "valid", of(integer(1, 9)), "may be 0 .. 0"),
    (Op.SUM, "valid wind", of(fixed(0, 9)), "the numbers are not as long as the mask"),
    (Op.SUM, "valid key", of(IDENTIFIER), "identifier is not a number"),
    (Op.LEAST, "valid delay", of(integer(-120, 1501)), "the range differs from that of the numbers"),
    (Op.GREATEST, "valid delay", of(integer(-120, 1501)), "the range differs from that of the numbers"),
    (Op.CHECK, "valid", NOTHING, "attributes are"),
]


@pytest.mark.parametrize(("op", "args", "claimed", "sentence"), OPERANDS)
def test_operands_and_results(op: Op, args: str, claimed: NodeType, sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    s.add(op, tuple(known[name] for name in args.split()), claimed)
    expect(s.circuit(), sentence)


def test_bits_are_those_of_an_int() -> None:
    for name, index, sentence in (
        ("delay", 3, ""),
        ("delay", 64, "there is no such bit"),
        ("wind", 0, "fixed.16. has no bits"),
    ):
        s = Sketch()
        known = sources(s)
        s.add(Op.BIT, (known[name],), of(BOOL, HOURS if name == "wind" else FLIGHTS), index=index)
        expect(s.circuit(), sentence)


def test_a_breach_names_its_node() -> None:
    s = Sketch()
    known = sources(s)
    node = s.add(Op.NOT, (known["limit"],), of(BOOL, (), PUBLIC))
    expect(s.circuit(), f"^%{node} = not: int is not bool$")


JOIN_ARGS = ("key", "valid", "hour", "reported", "delay", "wind")
PARTS = tuple(Type(elem, JOINED) for elem in (IDENTIFIER, BOOL, DELAY, WIND))


@pytest.mark.parametrize(
    ("args", "parts", "left", "right", "sentence"),
    [
        ("key valid hour reported delay wind", PARTS, 1, 1, ""),
        ("key valid hour reported delay wind", PARTS, 2, 0, "a left column is not as long as the left key"),
        ("key valid hour reported delay wind", PARTS, 0, 2, "a right column is not as long as the right key"),
        ("key valid hour reported delay wind", PARTS, 1, 2, "6 arguments for 1 . 2 columns"),
        ("key valid hour reported delay wind", PARTS, 3, -1, "a negative number of columns"),
        ("key valid hour reported delay wind", PARTS[:3], 1, 1, "3 parts, not 4"),
        ("key valid wind reported delay wind", PARTS, 1, 1, "the keys are of different kinds"),
        ("key delay hour reported delay wind", PARTS, 1, 1, "validity is not bool"),
        ("key valid hour reported yes wind", PARTS, 1, 1, "an argument is not a column"),
    ],
)
def test_joins(args: str, parts: tuple[Type, ...], left: int, right: int, sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    s.add(Op.JOIN, tuple(known[name] for name in args.split()), Bundle(parts), left=left, right=right, in_order=0)
    expect(s.circuit(), sentence)


def test_sides_in_order_have_no_negative_keys() -> None:
    s = Sketch()
    known = sources(s)
    parts = (
        of(DELAY, (Size.rows("flights") + Size.rows("flights"),)),
        of(BOOL, (Size.rows("flights") + Size.rows("flights"),)),
    )
    args = tuple(known[name] for name in ("delay", "valid", "delay", "valid"))
    s.add(Op.JOIN, args, Bundle(parts), left=0, right=0, in_order=1)
    expect(s.circuit(), "a key in order may be negative")


@pytest.mark.parametrize(
    ("index", "type_", "sentence"),
    [
        (2, PARTS[2], ""),
        (4, PARTS[2], "no part 4 of 4"),
        (2, of(integer(-500, 1500), JOINED), "another type than the bundle says"),
    ],
)
def test_picks(index: int, type_: Type, sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    args = tuple(known[name] for name in JOIN_ARGS)
    join = s.add(Op.JOIN, args, Bundle(PARTS), left=1, right=1, in_order=0)
    s.add(Op.PICK, (join,), type_, index=index)
    expect(s.circuit(), sentence)


def test_only_a_bundle_is_picked_apart() -> None:
    s = Sketch()
    s.add(Op.PICK, (sources(s)["delay"],), of(DELAY, FLIGHTS), index=0)
    expect(s.circuit(), "%1 is not a bundle")


def test_a_bundle_is_picked_before_it_is_used() -> None:
    s = Sketch()
    known = sources(s)
    args = tuple(known[name] for name in JOIN_ARGS)
    join = s.add(Op.JOIN, args, Bundle(PARTS), left=1, right=1, in_order=0)
    s.add(Op.NOT, (join,), of(BOOL, JOINED))
    expect(s.circuit(), "is a bundle; pick a part of it")


@pytest.mark.parametrize("how_many", [0, -1])
def test_the_greatest_are_at_least_one(how_many: int) -> None:
    s = Sketch()
    known = sources(s)
    size = s.add(Op.ABS, (known["delay"],), of(integer(0, 1500), FLIGHTS))
    s.add(Op.LARGEST, (known["valid"], size), of(integer(0, 1500)), how_many=how_many)
    expect(s.circuit(), f"the {how_many} greatest")


def test_the_greatest_are_of_numbers_that_are_not_negative() -> None:
    s = Sketch()
    known = sources(s)
    s.add(Op.LARGEST, (known["valid"], known["delay"]), of(integer(-120, 1500)), how_many=1)
    expect(s.circuit(), "the greatest of numbers that may be negative")


@pytest.mark.parametrize(("same_mask", "sentence"), [(True, ""), (False, "may be ")])
def test_a_mean_alone_lies_within_the_range_of_its_numbers(same_mask: bool, sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    other = s.add(Op.NOT, (known["valid"],), of(BOOL, FLIGHTS))
    total = s.add(Op.SUM, (known["valid"], known["delay"]), of(integer(-120 * 400_000, 1500 * 400_000)))
    count = s.add(Op.COUNT, (known["valid"] if same_mask else other,), of(integer(0, 400_000)))
    s.add(Op.DIV, (total, count), of(fixed(-120 << 16, 1500 << 16)))
    expect(s.circuit(), sentence)


@pytest.mark.parametrize(
    ("chosen", "lo", "hi", "sentence"),
    [
        ("limit delay", 10, 1500, ""),
        ("limit delay", 11, 1500, "may be 10 .. 1500"),
        ("delay limit", -120, 30, ""),
        ("delay limit", -120, 29, "may be -120 .. 30"),
        ("delay delay", 10, 1500, "may be -120 .. 1500"),
    ],
)
def test_the_greater_and_the_lesser_of_two_numbers(chosen: str, lo: int, hi: int, sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    below = s.add(Op.LT, (known["delay"], known["limit"]), of(BOOL, FLIGHTS))
    x, y = (known[name] for name in chosen.split())
    s.add(Op.SELECT, (below, x, y), of(integer(lo, hi), FLIGHTS))
    expect(s.circuit(), sentence)
