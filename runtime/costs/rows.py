"""Rows of tables: the cost of each kernel of kernels/rows.py.

Lives here: one rule an operation; each takes a `Gate` and gives the form of the result and the cost.
"""

from __future__ import annotations

from secfuse.compiler.circuit.types import Bundle
from secfuse.runtime.planes import words_for

from .cost import FREE, Cost
from .forms import Bits, Form, Gate, Ring, Secret, Shape, flag, planes
from .join import join, merging_pays
from .replicated3 import and_, share


def input_(gate: Gate) -> tuple[Secret, Cost]:
    """The owner shares a column, or which of its values are there."""
    return _shared(gate, gate.owners[str(gate.node.attr("table"))])


def given(gate: Gate) -> tuple[Secret, Cost]:
    """An owner shares what it has computed by itself."""
    return _shared(gate, gate.ranks[gate.type.visibility.parties[0]])


def _shared(gate: Gate, owner: int) -> tuple[Secret, Cost]:
    *cells_, count = [size.bind(gate.row_counts) for size in gate.type.shape] or [1]
    shape, k = Shape(tuple(cells_), count), gate.elem.width_bits
    if gate.kind == "ring":
        return Ring(shape), share(owner, shape.elements)
    return Bits(k, shape), share(owner, k * shape.words)


def rows(gate: Gate) -> tuple[Bits, Cost]:
    """All rows that the owner loaded: public knowledge in the form of a secret."""
    return Bits(1, Shape((), gate.count)), FREE


def random(gate: Gate) -> tuple[Bits, Cost]:
    """Coins are tossed without a message."""
    *cells_, count = [size.bind(gate.row_counts) for size in gate.type.shape] or [1]
    return Bits(gate.elem.width_bits, Shape(tuple(cells_), count)), FREE


def join_(gate: Gate) -> tuple[tuple[Secret, ...], Cost]:
    """Inner join."""
    lefts, rights = gate.number("left"), gate.number("right")
    key_bits = max(gate.elem_of(i).width_bits for i in (0, 2))
    left_bits, of_left = _side(gate, key_bits, 0, range(4, 4 + lefts))
    right_bits, of_right = _side(gate, key_bits, 2, range(4 + lefts, 4 + lefts + rights))
    count = sum(gate.count_of(gate.type_of(i)) for i in (1, 3))
    assert isinstance(gate.node.type, Bundle), "a join gives a bundle"
    columns = [part.elem.width_bits for part in gate.node.type.parts[2:]]
    parts = tuple(Bits(k, Shape((), count)) for k in (key_bits, 1, *columns))
    merging = bool(gate.number("in_order")) and merging_pays(key_bits, max(left_bits, right_bits), count)
    return parts, of_left + of_right + join(key_bits, left_bits, right_bits, count, merging)


def _side(gate: Gate, key_bits: int, key: int, columns: range) -> tuple[int, Cost]:
    """The planes of one side's payload, and the cost of all its planes; `valid` stands behind the key."""
    payload = [planes(gate, i) for i in columns]
    cost = sum((c for _, c in payload), FREE) + planes(gate, key, key_bits)[1] + flag(gate, key + 1)[1]
    return sum(b.k for b, _ in payload), cost


def pick(gate: Gate) -> tuple[Form, Cost]:
    """One part of a bundle."""
    bundle = gate.args[0]
    assert isinstance(bundle, tuple), "only a bundle is picked apart"
    return bundle[gate.number("index")], FREE


def cells(gate: Gate) -> tuple[Bits, Cost]:
    """Which rows lie in which cell: each bit of each key, highest first, splits every prefix of its domain."""
    count = gate.count
    _, cost = flag(gate, 0, count)
    split = 1
    for key in range(1, len(gate.args)):
        elem = gate.elem_of(key)
        held, of_key = planes(gate, key, elem.width_bits, count)
        patterns = [value & ((1 << elem.width_bits) - 1) for value in range(elem.lo, elem.hi + 1)]
        cost += of_key
        for i in reversed(range(held.k)):
            prefixes = len({pattern >> i + 1 for pattern in patterns})
            cost += and_(prefixes * split * words_for(count))
        split *= len(patterns)
    return Bits(1, Shape((split,), count)), cost
