"""How much memory a run needs at most, before it: what is held from step to step, and what busy steps need besides.

Lives here: `held_bytes`, `working_bytes` of one gate and `peak_bytes` of a run. What is held follows from the forms of
values and from who still needs them (as the engine forgets them); what a gate needs while it works is a multiple of its
arguments and result, measured once (WORKING). Unlike traffic this is an estimate: docs/costs.md says how good. Not
here: costs (rules.py), the interpreter and its libraries, which are BASE_BYTES.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import Bundle, NodeType
from secfuse.runtime.algorithms.largest import FEW
from secfuse.runtime.kinds import is_given, is_known
from secfuse.runtime.planes import WORD, words_for

from .forms import Bits, Form, Gate, Ring

WORD_BYTES, COPIES = 8, 2
"""A party holds two of three shares of a value, in words of 64 bits."""

BASE_BYTES = 150_000_000
"""What a process needs for itself and its libraries, the reading of files among them."""

WORKING: dict[tuple[Op, str], float] = {
    (Op.INPUT, "bits"): 2.0,
    (Op.INPUT, "ring"): 1.5,
    (Op.ADD, "bits"): 4.4,
    (Op.SUB, "bits"): 3.9,
    (Op.NEG, "bits"): 4.4,
    (Op.MUL, "ring"): 0.45,
    (Op.MUL, "bits"): 6.1,
    (Op.DIV, "bits"): 13.7,
    (Op.ABS, "bits"): 5.1,
    (Op.RESCALE, "bits"): 8.9,
    (Op.LT, "bits"): 1.9,
    (Op.EQ, "bits"): 1.0,
    (Op.JOIN, "bundle"): 7.9,
    (Op.SORT, "bundle"): 7.9,
    (Op.SCAN, "bits"): 7.6,
    (Op.SUM, "bits"): 2.2,
}
"""Bytes that a gate needs while it works, its result among them, as a multiple of those of arguments and result."""

OTHERWISE, TRUNCATING, COUNTING_BYTES = 1.8, 0.95, 6
"""Of any other gate; of products that are truncated; of a count, bytes for each row."""

CONVERTING = 2.9
"""Bytes that planes need to become ring values, as a multiple of a ring value for each bit."""

MOVES, BY_ROWS = frozenset({Op.RESHAPE, Op.TRANSPOSE, Op.SLICE, Op.TAKE}), 2.3
"""What moves elements along the packed axis takes the planes apart: every element has a word of its own, and more."""

COMPARING_BYTES = 3_700_000
"""Of a sort, which compares in blocks of one size, however many rows there are."""

WORDS_BYTES, LANES_BYTES = 1_670, 164_000
"""Of a search for the greatest, for each bit: where words meet (algorithms/largest.py), where 64 lanes meet."""


@dataclass(frozen=True, slots=True)
class Held:
    """Of one node at each party: what its result takes, what it needs while it works; when it works, in rounds."""

    index: int
    held: int
    working: int
    starts: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Peak:
    """Memory in bytes: of the process of each party, by name, and of a simulation, which plays all of them."""

    parties: dict[str, int]
    simulated: int


def held_bytes(form: Form) -> int:
    """What a value takes at each party. The parts of a bundle are held by those who pick them."""
    match form:
        case Bits(k=k, shape=shape):
            return COPIES * WORD_BYTES * k * shape.words
        case Ring(shape=shape):
            return COPIES * WORD_BYTES * shape.elements
        case _:
            return 0


def sharing_bytes(form: Form) -> int:
    """What it needs at each party to share what an owner has."""
    return int(held_bytes(form) * WORKING[Op.INPUT, "ring" if isinstance(form, Ring) else "bits"])


def working_bytes(gate: Gate, form: Form) -> int:
    """What a gate needs at each party while it works: for the work, or before, to bring its arguments into its kind."""
    return max(_working(gate, form), *(_converting(gate, arg) for arg in gate.args), 0)


def _converting(gate: Gate, arg: Form) -> int:
    """Of planes into ring values every bit is one first."""
    if isinstance(arg, Bits) and gate.kind == "ring" and arg.k > 1:
        return int(CONVERTING * COPIES * WORD_BYTES * arg.k * arg.shape.elements)
    return 0


def _working(gate: Gate, form: Form) -> int:
    op, parts = gate.node.op, form if isinstance(form, tuple) else (form,)
    touched = sum(map(held_bytes, (*gate.args, *parts)))
    if op is Op.COUNT:
        return touched + COUNTING_BYTES * gate.count_of(gate.type_of(0))
    if op is Op.SUM:  # every cell has its own masked copy
        cells = _cells(gate.args[0]) // _cells(gate.args[1])
        return int(touched * WORKING[op, "bits"] * (cells + 0.5))
    if op is Op.MUL and gate.kind == "ring" and _fraction(gate) > gate.elem.fraction_bits:
        return int(touched * TRUNCATING)
    if op in MOVES and isinstance(form, Bits) and isinstance(gate.args[0], Bits):
        source = gate.args[0].shape
        if source.count != form.shape.count or op is Op.TRANSPOSE:
            return int(BY_ROWS * COPIES * WORD_BYTES * WORD * (source.words + form.shape.words))
    if op in (Op.LEAST, Op.GREATEST, Op.LARGEST):
        return int(touched * 1.1) + _tournament_bytes(gate)
    if op is Op.SORT:
        return int(touched * WORKING[op, gate.kind]) + min(40 * touched, COMPARING_BYTES)
    return int(touched * WORKING.get((op, gate.kind), OTHERWISE))


def _tournament_bytes(gate: Gate) -> int:
    """All with all: of at most FEW words of every cell, then of the lanes of a word, 64 cells at a time."""
    cells, words = max(map(_cells, gate.args[:2])), words_for(gate.count_of(gate.type_of(1)))
    return gate.elem_of(1).width_bits * (WORDS_BYTES * cells * min(FEW, words) + LANES_BYTES * words_for(cells))


def _cells(form: Form) -> int:
    """At least one, so that it can be divided by: an array of no cells takes nothing anyway."""
    return max(1, math.prod(form.shape.cells)) if isinstance(form, Bits | Ring) else 1


def _fraction(gate: Gate) -> int:
    """Fraction bits of a product before it is truncated."""
    return sum(gate.elem_of(i).fraction_bits for i in range(2))


def peak_bytes(circuit: Circuit, nodes: Sequence[Held], row_counts: Mapping[str, int]) -> Peak:
    """The most that is held and worked with at any time."""
    shares = _most_at_once(circuit, nodes)
    clear = _clear_bytes(circuit, row_counts)
    loaded = {
        name: sum(_table_bytes(t, row_counts) for t in circuit.tables if t.owner == name) for name in circuit.compute
    }
    sharing = sum(node.held for node in nodes if node.starts == 0 and is_given(circuit.nodes[node.index]))

    def process(parties: int, names: Iterable[str]) -> int:
        names = tuple(names)
        rows = sum(loaded[name] for name in names)
        at_home = sum(clear.get(name, 0) for name in names)
        return BASE_BYTES + rows + max(parties * shares, at_home + parties * sharing)

    return Peak({name: process(1, (name,)) for name in circuit.compute}, process(len(circuit.compute), circuit.compute))


def _most_at_once(circuit: Circuit, nodes: Sequence[Held]) -> int:
    """A value is there from when it is made until its last user has ended; what works, works in its rounds.

    Side by side, the busiest gate counts in full and the others by half: their peaks do not fall together. What takes
    no round is done one after the other, so only the largest counts.
    """
    until = {node.index: node.starts + node.rounds for node in nodes}
    for node in nodes:
        if not is_given(circuit.nodes[node.index]):
            for argument in circuit.nodes[node.index].args:
                if argument in until:
                    until[argument] = max(until[argument], _last(node))
    held: dict[int, int] = {}
    side_by_side: dict[int, int] = {}
    starting: dict[int, list[tuple[int, int]]] = {}
    for node in nodes:
        end = node.starts + node.rounds
        _during(held, end, until[node.index], node.held)
        if node.rounds:
            _during(side_by_side, node.starts, _last(node), node.working)
        starting.setdefault(node.starts, []).append((-node.working, _last(node)))
    busy: list[tuple[int, int]] = []
    most = now = working = 0
    for time in sorted({*held, *side_by_side, *starting}):
        now += held.get(time, 0)
        working += side_by_side.get(time, 0)
        for started in starting.get(time, ()):
            heappush(busy, started)
        while busy and busy[0][1] < time:
            heappop(busy)
        busiest = -busy[0][0] if busy else 0
        most = max(most, now + busiest + max(0, working - busiest) // 2)
    return most


def _last(node: Held) -> int:
    """Until when a node works: in the round in which it ends, its users work already."""
    return node.starts + max(0, node.rounds - 1)


def _during(change: dict[int, int], first: int, last: int, size_bytes: int) -> None:
    """So many more bytes in the rounds first .. last."""
    change[first] = change.get(first, 0) + size_bytes
    change[last + 1] = change.get(last + 1, 0) - size_bytes


def _table_bytes(table: Table, row_counts: Mapping[str, int]) -> int:
    """Rows as they are loaded: a word a value, and a byte that says whether it is there."""
    return row_counts[table.name] * sum(WORD_BYTES + column.optional for column in table.columns)


def _clear_bytes(circuit: Circuit, row_counts: Mapping[str, int]) -> dict[str, int]:
    """What each owner computes in the clear is kept until all of it is shared."""
    found: dict[str, int] = {}
    for node in circuit.nodes:
        if is_known(node) and node.op not in (Op.INPUT, Op.PRESENT, Op.ROWS):
            parts = node.type.parts if isinstance(node.type, Bundle) else (node.type,)
            owner = parts[0].visibility.parties[0]
            found[owner] = found.get(owner, 0) + sum(_bytes_of(part, row_counts) for part in parts)
    return found


def _bytes_of(type_: NodeType, row_counts: Mapping[str, int]) -> int:
    assert not isinstance(type_, Bundle), "a bundle is taken apart first"
    elements = int(np.prod([size.bind(row_counts) for size in type_.shape], dtype=np.int64))
    return elements * (1 if type_.elem.width_bits == 1 else WORD_BYTES)
