"""A column as a sequence: the cost of each kernel of kernels/sorted.py.

Lives here: one rule an operation; each takes a `Gate` and gives the form of the result and the cost.
"""

from __future__ import annotations

from secfuse.compiler.circuit.types import Bundle

from .cost import FREE, Cost
from .forms import Bits, Gate, Ring, Secret, Shape, flag, planes, ring
from .scan import compacted, scan_first, scan_least, scan_sum
from .sort import sorted_planes


def sort(gate: Gate) -> tuple[tuple[Secret, ...], Cost]:
    """Rows by validity and keys; by validity alone without comparisons."""
    assert isinstance(gate.node.type, Bundle), "a sort gives a bundle"
    count, keys = gate.count_of(gate.node.type.parts[0]), gate.number("keys")
    widths = [gate.elem_of(i).width_bits for i in range(len(gate.args))]
    cost = sum((planes(gate, i, None, count)[1] for i in range(len(widths))), FREE)
    parts = tuple(Bits(k, Shape((), count)) for k in widths)
    if not keys:
        return parts, cost + compacted(sum(widths), count)
    return parts, cost + sorted_planes(sum(widths), sum(widths[: keys + 1]), count)


def scan(gate: Gate) -> tuple[Bits, Cost]:
    """Sums, extremes or the first of each group so far."""
    count, k, width = gate.count, gate.elem_of(1).width_bits, gate.elem.width_bits
    cost = flag(gate, 0, count)[1] + planes(gate, 1, None, count)[1]
    match gate.node.attr("what"):
        case "sum":
            cost += scan_sum(k, count, width)
        case "first":
            cost += scan_first(k, count)
        case _:
            cost += scan_least(k, count)
    return Bits(width, Shape((), count)), cost


def shift(gate: Gate) -> tuple[Secret, Cost]:
    """Local."""
    if gate.kind == "ring":
        shape, cost = ring(gate, 0)
        return Ring(shape), cost
    held, cost = planes(gate, 0, gate.elem.width_bits, gate.count)
    return held, cost
