"""What the tests of the grammar share: one node of every sort, and the expectation of a sentence."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    PUBLIC,
    SECRET,
    Elem,
    Size,
    Type,
    Visibility,
    dates,
    fixed,
    integer,
    money,
)
from secfuse.compiler.circuit.verify import verify
from tests.compiler.circuit.samples import BAND, DELAY, WIND, Sketch

Sources = dict[str, int]


def sources(s: Sketch) -> Sources:
    """One node of every sort."""
    return {
        "key": s.column("flights", "hour", IDENTIFIER),
        "delay": s.column("flights", "delay", DELAY),
        "valid": s.rows("flights"),
        "hour": s.column("hours", "hour", IDENTIFIER),
        "wind": s.column("hours", "wind", WIND),
        "reported": s.rows("hours"),
        "limit": s.add(Op.PARAM, (), Type(integer(10, 30), (), PUBLIC), name="strong_from"),
        "yes": s.constant(BOOL, 1),
        "band": s.constant(BAND, 2),
        "bands": s.constant(BAND, (0, 1, 2, 3)),
        "five": s.constant(fixed(5 << 16, 5 << 16), 5 << 16),
        "price": s.constant(money(0, 999, 2), 5),
        "tax": s.constant(money(1, 9, 3), 5),
        "day": s.constant(dates(0, 9), 5),
        "huge": s.constant(integer(0, 2**61), 2**61),
        "below": s.constant(integer(-1, 5), -1),
    }


def of(elem: Elem, shape: tuple[Size, ...] = (), visibility: Visibility = SECRET) -> Type:
    return Type(elem, shape, visibility)


def expect(circuit: Circuit, sentence: str) -> None:
    """The circuit breaks that rule, or none if there is no sentence."""
    if not sentence:
        verify(circuit)
        return
    with pytest.raises(AssertionError, match=sentence):
        verify(circuit)
