"""The grammar of circuits, sorts, scans and shifts: one breach a line, and the sentence that it earns."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.graph import Attr
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.text import print_circuit, read_circuit
from secfuse.compiler.circuit.types import BOOL, IDENTIFIER, PUBLIC, Bundle, NodeType, Size, Type, dates, integer
from tests.compiler.circuit.grammar import expect, of, sources
from tests.compiler.circuit.samples import BAND, DELAY, FLIGHTS, HOURS, Sketch

PARTS = Bundle(tuple(Type(elem, FLIGHTS) for elem in (BOOL, DELAY, IDENTIFIER)))
Attrs = dict[str, Attr]


def sorting(keys: int, *descending: int) -> Attrs:
    return {"keys": keys, "descending": descending}


CASES: list[tuple[Op, str, NodeType, Attrs, str]] = [
    (Op.SORT, "valid delay key", PARTS, sorting(2, 0, 1), ""),
    (Op.SORT, "valid delay key", PARTS, sorting(0), ""),
    (Op.SORT, "valid", Bundle(PARTS.parts[:1]), sorting(0), ""),
    (Op.SORT, "valid delay key", PARTS, sorting(3, 0, 0, 0), "3 keys of 2 columns"),
    (Op.SORT, "valid delay key", PARTS, sorting(-1), "-1 keys of 2 columns"),
    (Op.SORT, "valid delay key", PARTS, sorting(2, 1), "1 directions for 2 keys"),
    (Op.SORT, "valid delay key", PARTS, sorting(1, 2), "attribute descending is .2,., not flags"),
    (Op.SORT, "valid delay key", PARTS, {"keys": 1}, "attributes are"),
    (Op.SORT, "delay delay key", PARTS, sorting(1, 0), "validity is int"),
    (Op.SORT, "valid delay hour", PARTS, sorting(1, 0), "columns of flights and of hours rows"),
    (Op.SORT, "yes delay", PARTS, sorting(1, 0), "an argument is not a column"),
    (Op.SORT, "valid delay", PARTS, sorting(1, 0), "3 parts, not 2"),
    (Op.SORT, "valid delay key", of(DELAY, FLIGHTS), sorting(1, 0), "bundle and single value confused"),
    (Op.SCAN, "valid delay", of(DELAY, FLIGHTS), {"what": "sum"}, ""),
    (Op.SCAN, "valid delay", of(integer(-1000, 10**6), FLIGHTS), {"what": "sum"}, ""),
    (Op.SCAN, "valid key", of(IDENTIFIER, FLIGHTS), {"what": "first"}, ""),
    (Op.SCAN, "valid valid", of(BOOL, FLIGHTS), {"what": "greatest"}, ""),
    (Op.SCAN, "valid delay", of(integer(0, 1500), FLIGHTS), {"what": "first"}, "may be -120 .. 1500"),
    (Op.SCAN, "valid delay", of(DELAY, FLIGHTS), {"what": "last"}, "no scan is called last"),
    (Op.SCAN, "valid valid", of(BOOL, FLIGHTS), {"what": "sum"}, "bool is not a number"),
    (Op.SCAN, "valid key", of(IDENTIFIER, FLIGHTS), {"what": "least"}, "identifier is not ordered"),
    (Op.SCAN, "delay delay", of(DELAY, FLIGHTS), {"what": "sum"}, "where groups start is int"),
    (Op.SCAN, "valid wind", of(DELAY, FLIGHTS), {"what": "sum"}, "columns of flights and of hours rows"),
    (Op.SCAN, "valid limit", of(DELAY, FLIGHTS), {"what": "sum"}, "an argument is not a column"),
    (Op.SCAN, "valid delay", of(DELAY, FLIGHTS, PUBLIC), {"what": "sum"}, "claims to be public, is secret"),
    (Op.SHIFT, "delay", of(DELAY, FLIGHTS), {"distance": -3}, ""),
    (Op.SHIFT, "bands", of(BAND, (Size(4),), PUBLIC), {"distance": 3}, ""),
    (Op.SHIFT, "delay", of(DELAY, HOURS), {"distance": 1}, "claims shape .hours., has .flights."),
    (Op.SHIFT, "limit", of(integer(0, 30), (), PUBLIC), {"distance": 1}, "an argument is not a column"),
    (Op.SHIFT, "delay", of(DELAY, FLIGHTS), {"distance": True}, "attribute distance is True, not number"),
]


@pytest.mark.parametrize(("op", "args", "claimed", "attrs", "sentence"), CASES)
def test_operands_and_results(op: Op, args: str, claimed: NodeType, attrs: Attrs, sentence: str) -> None:
    s = Sketch()
    known = sources(s)
    s.add(op, tuple(known[name] for name in args.split()), claimed, **attrs)
    expect(s.circuit(), sentence)
    assert read_circuit(print_circuit(s.circuit())) == s.circuit()


@pytest.mark.parametrize(("distance", "sentence"), [(0, ""), (1, "claims 5 .. 9, may be 0 .. 9")])
def test_what_is_shifted_in_is_zero(distance: int, sentence: str) -> None:
    s = Sketch()
    days = s.constant(dates(5, 9), (5, 9))
    s.add(Op.SHIFT, (days,), of(dates(5, 9), (Size(2),), PUBLIC), distance=distance)
    expect(s.circuit(), sentence)
