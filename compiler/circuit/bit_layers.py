"""A circuit of bits in layers: what can be computed at once, and where each wire is kept while it is needed.

Lives here: `Layers`, `layered`. Worked out once; then run as often as one likes, on any number of instances. Not here:
what a layer does (the runtime's bit_circuit.py, `evaluate_layers`).

Layer after layer: first all gates of AND depth d that interact, in one round, then what is local behind them, in
batches by their depth among themselves. A wire's slot is free again behind its last use, so that a few thousand slots
serve circuits of any length, and stay in a processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bits import BitCircuit, Gate


@dataclass(frozen=True, slots=True)
class Batch:
    """Gates of one kind that are ready together. a, b, out: slots (m,) intp; of CONST, a holds the bits.

    either: which of the ANDs are ORs, bool (m,): x | y = x ^ y ^ (x & y), so that one round serves both.
    """

    kind: Gate
    a: np.ndarray
    b: np.ndarray
    out: np.ndarray
    either: np.ndarray


@dataclass(frozen=True, slots=True)
class Layers:
    """given: slots of the input bits; results: of the output bits. depth: rounds, the longest chain of ANDs and ORs."""

    batches: tuple[Batch, ...]
    given: np.ndarray
    results: np.ndarray
    slots: int
    depth: int

    @property
    def interactive(self) -> int:
        """How many gates send something."""
        return sum(len(batch.out) for batch in self.batches if batch.kind is Gate.AND)


def layered(circuit: BitCircuit) -> Layers:
    """One sweep for the depths, one over the batches for the slots."""
    given = sum(circuit.inputs)
    rounds, local = _depths(circuit, given)
    kinds = np.where(circuit.kinds == Gate.OR, Gate.AND, circuit.kinds)
    order = np.lexsort((kinds, local, rounds))
    keys = np.stack([rounds[order], local[order], kinds[order]])
    cuts = np.flatnonzero(np.any(keys[:, 1:] != keys[:, :-1], axis=0)) + 1
    groups = np.split(order, cuts) if len(order) else []
    return _slotted(circuit, groups, given, int(rounds.max(initial=0)))


def _depths(circuit: BitCircuit, given: int) -> tuple[np.ndarray, np.ndarray]:
    """Of each gate: ANDs on the longest way to it, itself included; and local gates behind the last of these."""
    deep, shallow = [0] * circuit.wires, [0] * circuit.wires
    interactive, constant = (Gate.AND, Gate.OR), Gate.CONST
    columns = (circuit.kinds.tolist(), circuit.a.tolist(), circuit.b.tolist())
    for wire, (kind, a, b) in enumerate(zip(*columns, strict=True), given):
        if kind == constant:
            shallow[wire] = 1
            continue
        depth, other = deep[a], deep[b]
        if kind in interactive:
            deep[wire] = 1 + (depth if depth > other else other)
        elif depth == other:
            deep[wire], first, second = depth, shallow[a], shallow[b]
            shallow[wire] = 1 + (first if first > second else second)
        else:
            deep[wire], shallow[wire] = (depth, 1 + shallow[a]) if depth > other else (other, 1 + shallow[b])
    return np.array(deep[given:], np.int64), np.array(shallow[given:], np.int64)


def _slotted(circuit: BitCircuit, groups: list[np.ndarray], given: int, depth: int) -> Layers:
    last = np.full(circuit.wires, -1, np.int64)  # the batch that reads the wire last
    for number, gates in enumerate(groups):
        if circuit.kinds[gates[0]] != Gate.CONST:
            last[circuit.a[gates]] = number
            last[circuit.b[gates]] = number
    last[circuit.results] = len(groups)
    slot = np.full(circuit.wires, -1, np.intp)
    slot[:given] = np.arange(given)
    used, free = given, np.flatnonzero(last[:given] < 0).astype(np.intp)
    batches = []
    for number, gates in enumerate(groups):
        either = circuit.kinds[gates] == Gate.OR
        kind, wires = Gate.AND if either.any() else Gate(int(circuit.kinds[gates[0]])), given + gates
        a, b = circuit.a[gates].astype(np.intp), circuit.b[gates].astype(np.intp)
        reads = (a, a) if kind is Gate.CONST else (slot[a], slot[b])
        read = np.empty(0, np.intp) if kind is Gate.CONST else np.unique(np.concatenate([a, b]))
        fresh = max(len(gates) - len(free), 0)
        slot[wires] = np.concatenate([free[: len(gates)], np.arange(used, used + fresh)])
        free, used = free[len(gates) :], used + fresh
        batches.append(Batch(kind, reads[0], reads[1], slot[wires], either))
        done = np.concatenate([read[last[read] == number], wires[last[wires] < 0]])
        free = np.concatenate([slot[done], free])
    return Layers(tuple(batches), np.arange(given, dtype=np.intp), slot[circuit.results], used, depth)


def evaluate_layers(layers: Layers, given: np.ndarray) -> np.ndarray:
    """As `evaluate_bits`, on words (inputs, W) uint64, layer by layer."""
    kept = np.zeros((layers.slots, given.shape[-1]), np.uint64)
    kept[layers.given] = given
    for batch in layers.batches:
        match batch.kind:
            case Gate.XOR:
                kept[batch.out] = kept[batch.a] ^ kept[batch.b]
            case Gate.AND | Gate.OR:
                x, y = kept[batch.a], kept[batch.b]
                kept[batch.out] = np.where(batch.either[:, None], x | y, x & y)
            case Gate.INV:
                kept[batch.out] = ~kept[batch.a]
            case Gate.CONST:
                kept[batch.out] = np.where(batch.a, ~np.uint64(0), np.uint64(0))[:, None]
            case Gate.COPY:
                kept[batch.out] = kept[batch.a]
    return kept[layers.results]
