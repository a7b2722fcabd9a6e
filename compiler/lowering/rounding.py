"""Numbers that are disclosed in steps: a policy's `round to`.

Lives here: `rounded`. Rounding is the last thing before guards and opening, so the exact number never leaves the
computation. Not here: which columns are numbers of results rather than names of rows (disclosures.py).
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ADDABLE, ranged
from secfuse.compiler.circuit.types import PUBLIC, Domain, fixed, integer

from .gates import Lowering, Value


def rounded(lowering: Lowering, value: Value, step: int) -> Value:
    """The nearest multiple of the step, half a step away from zero; what is public or no number stays as it is."""
    type_ = lowering.type(value.node)
    elem = type_.elem
    if elem.domain not in ADDABLE or type_.visibility == PUBLIC:
        return value
    unit = (step << elem.fraction_bits) * 10**elem.decimals
    is_fixed = elem.domain is Domain.FIXED
    divisor = lowering.constant(unit, fixed(unit, unit, elem.fraction_bits) if is_fixed else integer(unit, unit))
    lo, hi = ranges.divide(range_of(elem), (unit, unit), 0)
    steps = integer(lo, hi) if is_fixed else ranged(elem, (lo, hi))
    many = lowering.apply(Op.DIV, (value.node, divisor), steps)
    node = lowering.apply(Op.MUL, (many, divisor), ranged(elem, (lo * unit, hi * unit)))
    return replace(value, node=node)
