"""The grammar of circuits, sources and effects: where visibility is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    NOTHING,
    PUBLIC,
    SECRET,
    Elem,
    NodeType,
    Size,
    integer,
)
from secfuse.compiler.circuit.verify import verify
from tests.compiler.circuit.grammar import expect, of, sources
from tests.compiler.circuit.samples import BAND, DELAY, FLIGHTS, HOURS, Sketch

SOURCES: list[tuple[Op, NodeType, dict[str, object], str]] = [
    (Op.INPUT, of(DELAY, FLIGHTS), {"table": "trains", "column": "delay"}, "no table trains"),
    (Op.INPUT, of(DELAY, FLIGHTS), {"table": "flights", "column": "wind"}, "no column wind in flights"),
    (Op.INPUT, of(DELAY, HOURS), {"table": "flights", "column": "delay"}, "claims shape"),
    (
        Op.INPUT,
        of(DELAY, FLIGHTS, PUBLIC),
        {"table": "flights", "column": "delay"},
        "claims to be public, is known to airline",
    ),
    (Op.INPUT, of(integer(0, 9), FLIGHTS), {"table": "flights", "column": "delay"}, "may be -120 .. 1500"),
    (Op.INPUT, of(DELAY, FLIGHTS), {"table": "flights"}, "attributes are"),
    (Op.INPUT, of(DELAY, FLIGHTS), {"table": "flights", "column": 7}, "attribute column is 7, not text"),
    (Op.PRESENT, of(BOOL, FLIGHTS), {"table": "flights", "column": "delay"}, "the column is not optional"),
    (Op.ROWS, of(BOOL, FLIGHTS), {"table": "trains"}, "no table trains"),
    (Op.PARAM, of(integer(10, 30), (), PUBLIC), {"name": "weak_from"}, "no parameter weak_from"),
    (Op.PARAM, of(integer(10, 30)), {"name": "strong_from"}, "claims to be secret, is public"),
    (Op.CONST, of(integer(0, 9), (), PUBLIC), {"value": 10}, "claims 0 .. 9, may be 10 .. 10"),
    (Op.CONST, of(integer(0, 9), (Size(3),), PUBLIC), {"value": (1, 2)}, "claims shape .3., has .2."),
    (Op.CONST, of(BOOL, (), PUBLIC), {"value": True}, "attribute value is True, not numbers"),
    (Op.CONST, of(BOOL, (), PUBLIC), {"value": ()}, "not numbers"),
    (Op.CONST, of(BOOL, (), SECRET), {"value": 1}, "claims to be secret, is public"),
    (Op.CONST, of(Elem(BAND.domain, 0, 4, 0, "B", ("a",)), (), PUBLIC), {"value": 0}, "B has no label 4"),
    (Op.CONST, of(Elem(DELAY.domain, 0, 1, 3), (), PUBLIC), {"value": 0}, "int has fraction bits"),
    (Op.CONST, NOTHING, {"value": 0}, "claims to be a bundle"),
    (Op.RANDOM, of(integer(0, 7), (Size(3),)), {"draw": 1}, ""),
    (Op.RANDOM, of(integer(0, 6)), {"draw": 1}, "claims 0 .. 6, may be 0 .. 7"),
    (Op.RANDOM, of(integer(0, 7), (), PUBLIC), {"draw": 1}, "claims to be public, is secret"),
    (Op.RANDOM, of(BOOL), {"draw": 1}, "claims to be bool, not int"),
    (Op.RANDOM, of(integer(0, 7)), {}, "attributes are"),
]


def test_coins_of_one_draw_are_tossed_once() -> None:
    s = Sketch()
    for draw in (1, 2, 1):
        s.builder.add(Op.RANDOM, (), of(integer(0, 7)), draw=draw)
    expect(s.circuit(), "draw 1 is used 2 times")


@pytest.mark.parametrize(("op", "claimed", "attrs", "sentence"), SOURCES)
def test_sources(op: Op, claimed: NodeType, attrs: dict[str, object], sentence: str) -> None:
    s = Sketch()
    s.builder.nodes.append(Node(op, (), claimed, tuple(sorted(attrs.items()))))  # type: ignore[arg-type]
    expect(s.circuit(), sentence)


GATE = "yes yes yes limit"


@pytest.mark.parametrize(
    ("args", "changes", "sentence"),
    [
        (GATE, {}, ""),
        (GATE, {"recipients": ()}, "nobody receives it"),
        (GATE, {"recipients": ("press",)}, "recipient press is not a party"),
        (GATE, {"columns": ("a", "b")}, "are not 1 names"),
        (GATE, {"keys": 2}, "2 keys of 1 columns"),
        (GATE, {"guards": "none"}, "attribute guards is 'none', not texts"),
        ("count yes yes limit", {}, "the gate is int, not bool"),
        ("some yes yes limit", {}, "the gate is secret"),
        ("all yes yes limit", {}, "the gate is not a single value"),
        ("yes valid valid delay", {}, "rows of a table are never disclosed"),
        ("yes all all limit", {}, "a column is not as long as the guards"),
        ("yes all yes bands", {}, "a column is not as long as the guards"),
        ("yes limit yes limit", {}, "a guard is not bool"),
        ("yes some some count", {}, ""),
        ("yes some some count", {"keys": 1}, "a key is not public"),
        ("yes all all bands", {"keys": 1}, ""),
        ("yes yes yes code", {}, "an identifier is never disclosed"),
        ("yes yes yes", {}, "3 arguments, takes 4 .. many"),
    ],
)
def test_disclosures(args: str, changes: dict[str, object], sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    known["count"] = s.add(Op.COUNT, (known["valid"],), of(integer(0, 400_000)))
    known["some"] = s.add(Op.LT, (known["limit"], known["count"]), of(BOOL))
    known["all"] = s.constant(BOOL, (1, 1, 1, 1))
    known["code"] = s.constant(IDENTIFIER, 5)
    when, shown, released, *columns = (known[name] for name in [*args.split(), ""] if name)
    node = s.disclose(when, shown, released, tuple(columns))
    attrs = dict(s.builder.nodes[node].attrs) | {"columns": ("x",) * len(columns)} | changes
    s.builder.nodes[node] = replace(s.builder.nodes[node], attrs=tuple(sorted(attrs.items())))  # type: ignore[arg-type]
    expect(s.circuit(node), sentence)


@pytest.mark.parametrize(
    ("op", "arg", "attrs", "sentence"),
    [
        (Op.CHECK, "yes", {"message": "m"}, ""),
        (Op.CHECK, "limit", {"message": "m"}, "the condition is int, not bool"),
        (Op.CHECK, "some", {"message": "m"}, "the condition is secret"),
        (Op.PRINT, "bands", {"label": "l"}, ""),
        (Op.PRINT, "delay", {"label": "l"}, "what is printed is secret"),
        (Op.PRINT, "code", {"label": "l"}, "an identifier is never printed"),
    ],
)
def test_checks_and_prints(op: Op, arg: str, attrs: dict[str, str], sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    known["some"] = s.add(Op.LT, (known["delay"], known["limit"]), of(BOOL, FLIGHTS))
    known["some"] = s.add(Op.LT, (known["limit"], s.add(Op.COUNT, (known["some"],), of(integer(0, 9)))), of(BOOL))
    known["code"] = s.constant(IDENTIFIER, 5)
    node = s.add(op, (known[arg],), NOTHING, **attrs)
    expect(s.circuit(node), sentence)


@pytest.mark.parametrize(
    ("gate", "sentence"),
    [("yes", ""), ("limit", "the gate is int, not bool"), ("valid", "the gate is not a single value")],
)
def test_the_gate_of_a_print(gate: str, sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    node = s.add(Op.PRINT, (known["limit"], known[gate]), NOTHING, label="l")
    expect(s.circuit(node), sentence)


def test_an_effect_has_no_value() -> None:
    s = Sketch()
    check = s.add(Op.CHECK, (s.constant(BOOL, 1),), NOTHING, message="m")
    s.add(Op.NOT, (check,), of(BOOL, (), PUBLIC))
    expect(s.circuit(check), f"%{check} is an effect and has no value")
    s = Sketch()
    check = s.add(Op.CHECK, (s.constant(BOOL, 1),), of(BOOL, (), PUBLIC), message="m")
    expect(s.circuit(check), "an effect has no value")


def test_arguments_come_earlier() -> None:
    s = Sketch()
    yes = s.constant(BOOL, 1)
    s.builder.nodes.append(Node(Op.NOT, (yes + 1,), of(BOOL, (), PUBLIC)))
    expect(s.circuit(), "%1 is not an earlier node")


def test_the_outputs_are_all_effects_and_nothing_else() -> None:
    s = Sketch()
    check = s.add(Op.CHECK, (s.constant(BOOL, 1),), NOTHING, message="m")
    expect(s.circuit(check), "")
    expect(s.circuit(), "outputs are .., the effects are .1.")
    expect(s.circuit(check, check), "outputs are")
    expect(s.circuit(0, check), "outputs are")


HEADERS: list[tuple[str, Callable[[Circuit], Circuit]]] = [
    ("two parties have the same name", lambda c: replace(c, parties=(*c.parties, c.parties[0]))),
    ("a compute party is not a party", lambda c: replace(c, compute=("airline", "press"))),
    ("a compute party is named twice", lambda c: replace(c, compute=("airline", "airline"))),
    ("two tables or parameters have the same name", lambda c: replace(c, tables=(c.tables[0], c.tables[0]))),
    ("table flights belongs to nobody", lambda c: replace(c, tables=(replace(c.tables[0], owner="press"),))),
    ("negative bound", lambda c: replace(c, tables=(replace(c.tables[0], max_rows=-1),))),
    (
        "two columns of the same name",
        lambda c: replace(c, tables=(replace(c.tables[0], columns=c.tables[0].columns[:1] * 2),)),
    ),
    ("default of strong_from is out of", lambda c: replace(c, params=(replace(c.params[0], default=31),))),
]


@pytest.mark.parametrize(("sentence", "spoil"), HEADERS)
def test_headers(sentence: str, spoil: Callable[[Circuit], Circuit]) -> None:
    circuit = Sketch().circuit()
    verify(circuit)
    expect(spoil(circuit), sentence)
