"""Loops: the cost of the kernels of kernels/regions.py, and what it takes to know that all trips cost the same.

Lives here: the rules of FOLD and ARG, what enters a region, and `Noticed`: which public values a cost depends on. Not
here: the cost of a region's nodes (predict.py), which a gate brings along (`Gate.loop`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.regions import behind
from secfuse.compiler.circuit.typed import number
from secfuse.compiler.circuit.types import PUBLIC, NodeType, Type
from secfuse.runtime.kinds import Kinds, is_public

from .cost import FREE, Cost, together
from .forms import Bits, Form, Gate, Loop, Ring, Shape, planes, public_scalar, ring

INDIFFERENT = frozenset(
    {Op.ADD, Op.SUB, Op.LT, Op.EQ, Op.AND, Op.OR, Op.DIV, Op.MATMUL, Op.SLICE, Op.TAKE, Op.CONCAT, Op.PICK}
    | {Op.BIT, Op.NUMBER}
    | {Op.COUNT, Op.SUM, Op.LEAST, Op.GREATEST, Op.LARGEST}
)
"""Operations that cost the same whatever value a public argument has. Of others, a public argument is noticed."""

_BOUNDS = 2  # arguments of a FOLD


def arg(gate: Gate) -> tuple[Form, Cost]:
    """An input of a region is there before its nodes."""
    raise AssertionError("the inputs of a region are given to it")


def fold(gate: Gate) -> tuple[Form, Cost]:
    """What enters, then the trips, one after the other. If none differs from another, one of them many times."""
    loop, carried = gate.loop, gate.number("carried")
    assert loop is not None, "a loop knows its region"
    first, last = (public_scalar(gate.args[i]) for i in range(_BOUNDS))
    assert first is not None, "the bounds are public"
    assert last is not None, "the bounds are public"
    given = [(gate.args[i], gate.types[i]) for i in range(_BOUNDS, len(gate.args))]
    cost = entering(gate, loop, given)
    known = [form if isinstance(form, np.ndarray) else None for form, _ in given]
    if first < last and not loop.varies:
        cost += loop.trip((np.asarray(first), *known))[1] * (last - first)
    else:
        for trip in range(first, last):
            known[:carried], of_trip = loop.trip((np.asarray(trip), *known))
            cost += of_trip
    return entered(gate, loop)[:carried], cost


def entered(gate: Gate, loop: Loop) -> tuple[Form, ...]:
    """The forms in which secret values enter, after the trip number; None for public ones."""
    return tuple(_form(gate, type_, kind) for type_, kind in zip(loop.inputs[1:], loop.kinds[1:], strict=True))


def _form(gate: Gate, type_: Type, kind: str) -> Form:
    if type_.visibility == PUBLIC:
        return None
    *cells, count = tuple(size.bind(gate.row_counts) for size in type_.shape) or (1,)
    shape = Shape(tuple(cells), count)
    return Ring(shape) if kind == "ring" else Bits(type_.elem.width_bits, shape)


def entering(gate: Gate, loop: Loop, given: list[tuple[Form, NodeType]]) -> Cost:
    """Values, for the inputs after the trip number, take the forms in which they enter: all at once."""
    inputs = zip(given, loop.inputs[1:], loop.kinds[1:], strict=False)
    return together(*(_entering(gate, form, type_, wanted, kind) for (form, type_), wanted, kind in inputs))


def _entering(gate: Gate, form: Form, type_: NodeType, wanted: Type, kind: str) -> Cost:
    if wanted.visibility == PUBLIC:
        return FREE
    alone = replace(gate, args=(form,), types=(type_,), loop=None)
    return ring(alone, 0)[1] if kind == "ring" else planes(alone, 0, wanted.elem.width_bits)[1]


class Noticed:
    """Which public nodes of a region decide what a trip costs, and through which inputs; each worked out once."""

    def __init__(self, circuit: Circuit, kinds: Kinds) -> None:
        self._circuit, self._kinds = circuit, kinds
        self._found: dict[tuple[int, tuple[str, ...]], tuple[tuple[int, ...], frozenset[int]]] = {}

    def nodes(self, region: int, kinds: tuple[str, ...]) -> tuple[int, ...]:
        """Public nodes whose values decide the cost."""
        return self._of(region, kinds)[0]

    def varies(self, region: int, kinds: tuple[str, ...]) -> bool:
        """True if the trip number or something carried is behind them."""
        return any(i <= len(self._circuit.regions[region].results) for i in self._of(region, kinds)[1])

    def _of(self, region: int, entered_as: tuple[str, ...]) -> tuple[tuple[int, ...], frozenset[int]]:
        key = (region, entered_as)
        if key not in self._found:
            inner, kinds = self._circuit.within(region), self._kinds.of_region(region, entered_as)
            nodes: set[int] = set()
            for index in behind(inner, inner.outputs):
                if not is_public(inner.nodes[index]):
                    nodes |= self._noticed_by(inner, inner.nodes[index], kinds, kinds[index])
            self._found[key] = tuple(sorted(nodes)), _inputs_behind(inner, nodes)
        return self._found[key]

    def _noticed_by(self, inner: Circuit, node: Node, kinds: tuple[str, ...], kind: str) -> set[int]:
        """The public arguments of a node that its cost depends on."""
        public = {place: a for place, a in enumerate(node.args) if is_public(inner.nodes[a])}
        if node.op in INDIFFERENT or (node.op is Op.MUL and kind == "ring"):
            return set()
        if node.op is not Op.FOLD:
            return set(public.values())
        region = number(node, "region")
        _, inputs = self._of(region, self._kinds.inputs(node, tuple(kinds[a] for a in node.args)))
        return {a for place, a in public.items() if place < _BOUNDS or place - 1 in inputs}


def _inputs_behind(inner: Circuit, nodes: set[int]) -> frozenset[int]:
    """The inputs that those public nodes depend on, in any number of trips."""
    wanted = set(nodes)
    while True:
        found = {number(inner.nodes[i], "index") for i in behind(inner, wanted) if inner.nodes[i].op is Op.ARG}
        more = {inner.outputs[i - 1] for i in found if 1 <= i <= len(inner.outputs)} - wanted
        if not more:
            return frozenset(found)
        wanted |= more
