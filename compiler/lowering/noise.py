"""Noise that nobody knows, built of fair coins and gates.

Lives here: `noisy`. Each party's keys toss the coins together, and all else happens on shares, so nobody can take the
noise off again. Not here: which coins make which noise (spread.py), how much of it hides a row (sensitivity.py).
"""

from __future__ import annotations

from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ranged
from secfuse.compiler.circuit.types import BOOL, SECRET, Type, integer
from secfuse.compiler.spread import COIN_BITS, Spread

from .gates import Lowering, Value


def noisy(lowering: Lowering, value: Value, spread: Spread, span: Span) -> Value:
    """The number and its noise, one for each element."""
    elem, most = lowering.type(value.node).elem, (-spread.most, spread.most)
    parts = (_geometric(lowering, value.node, spread, span), _geometric(lowering, value.node, spread, span))
    drawn = lowering.apply(Op.SUB, parts, ranged(elem, most), span)
    blurred = ranged(elem, ranges.add(range_of(elem), most))
    return Value(lowering.apply(Op.ADD, (value.node, drawn), blurred, span), None, value.rests_on)


def _geometric(lowering: Lowering, like: int, spread: Spread, span: Span) -> int:
    """G, in units of the number's last place: its digits, from the lowest on, each from coins of its own."""
    units = ranged(lowering.type(like).elem, (0, spread.most))
    coins = Type(integer(0, (1 << COIN_BITS) - 1), lowering.type(like).shape, SECRET)
    digits = []
    for threshold in spread.thresholds:
        tossed = lowering.builder.add(Op.RANDOM, (), coins, span, draw=lowering.next_draw())
        below = lowering.number((1 << COIN_BITS) - 1 - threshold)
        digits.append(lowering.apply(Op.LT, (below, tossed), BOOL, span))
    return lowering.apply(Op.NUMBER, tuple(digits), units, span)
